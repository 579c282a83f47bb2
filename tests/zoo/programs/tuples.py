"""Tuples that loops carry, exchange and leave with, and what is summed up or chosen of their items."""

import numpy as np

from ..program import Program


def exchanged_tuples(x, n):
    a, b = (x, 1.0), (2.0 * x, 3.0)
    for _ in range(n):
        a, b = b, a
    return a[0] * 7.0 + a[1] * 100.0 * x + b[0]


def tuple_of_the_last_iteration(x, n):
    a, last = (x, 1.0), (0.0, 0.0)
    for _ in range(n):
        for _ in range(2):
            a = (a[1] * 2.0, a[0] * x)
        last, a = a, last
    return last[0] + last[1] * 10.0 + a[0] * 100.0


def exchanged_tuples_of_arrays(x, n):
    a, b = (x, x[0]), (2.0 * x, 3.0)
    for _ in range(n):
        a, b = b, (a[0] * b[1], a[1])
    return np.sum(a[0] * x) * a[1] + np.sum(b[0])


def several_arrays_from_inside_a_loop(w):
    while True:
        return np.sin(w), w * w


def view_from_inside_a_loop(x):
    a = np.ones(4) * x
    while True:
        return x, a[0:5:3] ** 2


def sums_of_tuples(x):
    parts = (x, 2.0 * x, x * x)
    first, *rest = parts
    return sum(parts) * sum(rest, 0.5) + max(rest) * min(parts) * first


def weighed(x, *more, scale=2.0):
    return x * sum(more) * scale + len(more)


def sum_of_starred_arguments(x):
    return weighed(x) + weighed(x, x, 3.0, scale=x) + weighed(x, *(x, x * x))


def sum_of_a_tuple_that_the_loop_carries(x, n):
    s, t = x, 1.0
    for _ in range(n):
        first, *rest = (s, t, 0.5 * s)
        s, t = first * 0.5, sum(rest)
    return s * t


def sum_beside_a_list(w, s):
    for item in w:
        parts = (sum([v * item for v in w]), s)
        s -= 0.1 * sum(parts)
    return s


def tuple_as_an_index(a):
    place = (1, 2)
    b = a.copy()
    for i in range(2):
        here = (i, i + 1)
        b[here] += a[place] * a[here]
    return np.sum(b * b)


PROGRAMS = (
    Program(tuple_as_an_index, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(exchanged_tuples, lambda rng: (1.3, 3), also=(lambda rng: (1.3, 2), lambda rng: (1.3, 0))),
    Program(tuple_of_the_last_iteration, lambda rng: (1.3, 3), also=(lambda rng: (1.3, 0),)),
    Program(exchanged_tuples_of_arrays, lambda rng: (rng.normal(size=3), 3),
            also=(lambda rng: (rng.normal(size=3), 0),)),
    Program(several_arrays_from_inside_a_loop, lambda rng: (rng.normal(size=3),), also=(lambda rng: (np.zeros(0),),)),
    Program(view_from_inside_a_loop, lambda rng: (1.3,)),
    Program(sums_of_tuples, lambda rng: (1.3,)),
    Program(sums_of_tuples, lambda rng: (np.float32(1.3),), name="sums_of_tuples_float32", rtol=1e-5,
            oracle="differences"),
    Program(sum_of_starred_arguments, lambda rng: (1.3,)),
    Program(sum_of_a_tuple_that_the_loop_carries, lambda rng: (1.3, 4), also=(lambda rng: (1.3, 0),)),
    Program(sum_beside_a_list, lambda rng: (rng.normal(size=3), 0.7), wrt=(0, 1),
            also=(lambda rng: (np.zeros(0), 0.7),)),
)
