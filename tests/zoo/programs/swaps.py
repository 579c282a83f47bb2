"""Simultaneous assignment, swaps and buffers that trade places."""

import numpy as np

from ..program import Program


def swap_scalars(x, y):
    x, y = y * 2.0, x
    return x * x + y


def rotate_three(x, y, z):
    x, y, z = y, z, x
    return x + y * y + z**3


def fibonacci_like(x, n):
    a, b = x, 1.0
    for _ in range(n):
        a, b = b, a * x + b
    return b


def swap_elements(x):
    x[0], x[2] = x[2], x[0]
    return x[0] + 2.0 * x[1] ** 2 + 3.0 * x[2] ** 3


def reverse_by_swaps(x):
    for i in range(len(x) // 2):
        x[i], x[len(x) - 1 - i] = x[len(x) - 1 - i], x[i]
    return x[0] + 2.0 * x[1] ** 2 + 3.0 * x[-1] ** 3


def swap_arrays(x, y):
    x, y = y, x
    x[0] = y[1] ** 2
    return np.sum(x * y * y)


def swap_buffers_in_a_loop(x, n):
    old = x.copy()
    new = np.zeros(len(x))
    for _ in range(n):
        for i in range(1, len(x) - 1):
            new[i] = old[i] + 0.2 * (old[i - 1] - 2.0 * old[i] + old[i + 1]) * old[i]
        new[0] = old[0]
        new[-1] = old[-1] * 0.9
        old, new = new, old
    return np.sum(old * old)


def swap_buffers_an_odd_number_of_times(x, n):
    """Which array a name means after the loop depends on the trip count."""
    a = x * 1.0
    b = x * x
    for i in range(n):
        a[0] += b[1] * (i + 1)
        a, b = b, a
    return np.sum(a) + 3.0 * np.sum(b * b)


def swap_after_a_store_at_the_counter(x, n):
    """The element's index is the counter, and which array it belongs to changes in the same loop."""
    z, a = x * 1.0, np.zeros(len(x))
    for k in range(n):
        z[k] = z[k] * z[k]
        z, a = a, z
    return np.sum(z * z) + np.sum(a * a * a)


def swap_argument_with_buffer(x, n):
    """The argument itself is one of the buffers."""
    buffer = np.zeros(len(x))
    for _ in range(n):
        buffer[:] = 0.5 * x * x
        x, buffer = buffer, x
    return np.sum(x * 3.0)


def swap_under_a_condition(x, y):
    if x < y:
        x, y = y, x
    return x / y


def sort_three_by_swaps(x):
    for i in range(3):
        for j in range(2 - i):
            if x[j] > x[j + 1]:
                x[j], x[j + 1] = x[j + 1], x[j]
    return x[0] + 2.0 * x[1] ** 2 + 3.0 * x[2] ** 3


def right_side_is_evaluated_first(x):
    i = 0
    i, x[i] = 2, x[1] * x[2]
    return x[0] + x[1] * x[2] * i


def swap_rows(a):
    row = a[0].copy()
    a[0] = a[2]
    a[2] = row * row
    return np.sum(a[0] * a[1]) + np.sum(a[2] ** 2)


def nested_unpacking(x, y):
    (a, b), c = (x * y, x), y
    return a * b + c


PROGRAMS = (
    Program(swap_scalars, lambda rng: (1.2, 0.7), wrt=(0, 1)),
    Program(rotate_three, lambda rng: (1.2, 0.7, -0.4), wrt=(0, 1, 2)),
    Program(fibonacci_like, lambda rng: (0.8, 9)),
    Program(swap_elements, lambda rng: (rng.normal(size=3),)),
    Program(reverse_by_swaps, lambda rng: (rng.normal(size=5),), also=(lambda rng: (rng.normal(size=6),),)),
    Program(swap_arrays, lambda rng: (rng.normal(size=3), rng.normal(size=3)), wrt=(0, 1)),
    Program(
        swap_buffers_in_a_loop,
        lambda rng: (rng.normal(size=6), 5),
        also=(lambda rng: (rng.normal(size=6), 4), lambda rng: (rng.normal(size=6), 0)),
    ),
    Program(
        swap_buffers_an_odd_number_of_times,
        lambda rng: (rng.normal(size=3), 3),
        also=(lambda rng: (rng.normal(size=3), 4), lambda rng: (rng.normal(size=3), 0)),
    ),
    Program(
        swap_after_a_store_at_the_counter,
        lambda rng: (rng.normal(size=3), 3),
        also=(lambda rng: (rng.normal(size=3), 2),),
    ),
    Program(
        swap_argument_with_buffer,
        lambda rng: (rng.normal(size=4), 3),
        also=(lambda rng: (rng.normal(size=4), 2), lambda rng: (rng.normal(size=4), 0)),
    ),
    Program(swap_under_a_condition, lambda rng: (1.2, 0.7), wrt=(0, 1), also=(lambda rng: (0.7, 1.2),)),
    Program(
        sort_three_by_swaps, lambda rng: (np.array([2.0, 0.5, 1.1]),), also=(lambda rng: (np.array([0.1, 0.5, 1.1]),),)
    ),
    Program(right_side_is_evaluated_first, lambda rng: (rng.normal(size=3),)),
    Program(swap_rows, lambda rng: (rng.normal(size=(3, 3)),)),
    Program(nested_unpacking, lambda rng: (1.2, 0.7), wrt=(0, 1)),
)
