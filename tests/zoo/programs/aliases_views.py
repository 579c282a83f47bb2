"""Second names for the same memory, views written through, writes in a callee."""

import numpy as np

from ..program import Program


def second_name_written_through(x):
    y = x
    y[0] = x[1] * x[2]
    return np.sum(x * x)


def augmented_assignment_through_second_name(x):
    """`y += 1` on an array changes `x`; on a number it would not."""
    y = x
    y += x * x
    return np.sum(x * 2.0)


def rebinding_leaves_the_other_name_alone(x):
    y = x
    y = y + x * x
    return np.sum(x * y)


def scalar_names_do_not_alias(x):
    y = x
    y += x * x
    return x * y


def copy_cuts_the_alias(x):
    y = x.copy()
    y[0] = x[1] * x[2]
    y *= x
    return np.sum(y) + x[0] ** 2


def view_written_through(x):
    v = x[1:3]
    v[0] = x[0] * x[3]
    v *= 2.0
    return np.sum(x * x)


def view_sees_later_writes(x):
    v = x[::2]
    x[2] = x[0] * x[1]
    return np.sum(v * v)


def reversed_view_written_in_a_loop(x):
    r = x[::-1]
    for i in range(len(x)):
        r[i] = r[i] * x[i]
    return np.sum(x)


def transposed_view_written_through(a):
    t = a.T
    t[0, 2] = a[1, 1] * a[0, 2]
    t[1] += a[1]
    return np.sum(a * a)


def row_view_updated_in_a_loop(a):
    for i in range(1, a.shape[0]):
        row = a[i]
        row += 0.5 * a[i - 1] * row
    return np.sum(a * a)


def two_overlapping_views(x):
    head = x[:3]
    tail = x[1:]
    head *= 2.0
    tail[0] += head[0] * tail[2]
    head[1] *= tail[1]
    return np.sum(x * x)


def view_of_a_view(x):
    v = x[1:]
    w = v[::2]
    w[0] = x[0] ** 2
    w[1] *= v[1]
    return np.sum(x * x)


def name_rebound_in_a_branch(x, flag):
    """After the branch `y` is `x` or a new array; the store reaches `x` in one case only."""
    if flag:
        y = x
    else:
        y = x * 2.0
    y[0] = x[1] * x[1]
    return np.sum(x * y)


def one_of_two_arrays(x, y, flag):
    target = x if flag else y
    target[0] = x[1] * y[1]
    return np.sum(x * x * y)


def array_rebound_in_a_loop(x, n):
    y = x
    for _ in range(n):
        y = y + 0.1 * y * y
    return np.sum(y * x)


def array_updated_in_place_in_a_loop(x, n):
    y = x
    for _ in range(n):
        y += 0.1 * y * y
    return np.sum(y * x)


def fresh_array_in_every_trip(x):
    """An array made in the loop and stored into; the next trip makes another."""
    s = 0.0
    for i in range(len(x)):
        y = np.zeros(3)
        y[0] = x[i]
        y[1] = y[0] * x[i]
        s += np.sum(y * y)
    return s


def buffer_made_once_and_reused(x):
    s = 0.0
    y = np.zeros(3)
    for i in range(len(x)):
        y[0] = x[i]
        y[1] += y[0] * x[i]
        s += np.sum(y * y)
    return s


def double_in_place(v):
    for i in range(len(v)):
        v[i] = 2.0 * v[i] * v[i]


def write_in_a_callee(x):
    double_in_place(x)
    return np.sum(x * x)


def write_to_a_view_in_a_callee(x):
    double_in_place(x[1:3])
    return np.sum(x * x * x)


def add_to(target, source, scale):
    for i in range(len(target)):
        target[i] += scale * source[i]
    return target


def callee_returns_its_argument(x, y):
    z = add_to(x, y, 2.0)
    z[0] *= y[1]
    return np.sum(x * x)


def callee_gets_the_same_array_twice(x):
    add_to(x, x, 3.0)
    return np.sum(x * x)


def callee_gets_overlapping_views(x):
    """Every trip reads what the trip before has written."""
    add_to(x[1:], x[:-1], 0.5)
    return np.sum(x * x)


def output_is_a_view_of_the_argument(x):
    x[1] = x[0] * x[2]
    return x[1:]


def element_read_is_a_copy(x):
    """`v = x[0]` is a number: later stores do not change it."""
    v = x[0]
    x[0] = x[1] * 5.0
    return v * x[0]


def subscripts_show_the_array(a, x):
    """Without a sum `einsum` gives views."""
    b = a.copy()
    y = np.einsum("ij->ji", b)
    y[0, 1] = x * x
    np.einsum("i...->i...", b)[1, 2] = y[0, 0]
    return np.sum(b * b * y) + np.sum(np.einsum("ii->i", b) ** 3)


def windows_of_an_array(a):
    windows = np.lib.stride_tricks.sliding_window_view(a, 3)
    return np.sum(np.max(windows, axis=1) * np.sum(windows * windows, axis=-1))


def row_read_is_a_view(a):
    """`v = a[0]` of a matrix is a view: later stores change it."""
    v = a[0]
    a[0, 1] = a[1, 0] * 5.0
    return np.sum(v * v)


def tuple_holds_an_alias(x):
    pair = (x, x[0])
    x[0] = x[1] * 3.0
    return np.sum(pair[0] * pair[0]) * pair[1]


def unpacked_names_alias(x):
    y, z = x, x * 1.0
    y[0] = z[1] ** 2
    z[1] = x[0] * 2.0
    return np.sum(x * z)


def view_that_moves_with_the_loop(x, n):
    """One element under another index of another view in every trip."""
    a = x.copy()
    s = 0.0
    for t in range(1, n):
        v = a[n - t :]
        v[t] = 0.3 * s + a[0] * t
        s += v[t] * v[t]
    return s


PROGRAMS = (
    Program(view_that_moves_with_the_loop, lambda rng: (rng.uniform(0.1, 0.5, size=6), 4)),
    Program(second_name_written_through, lambda rng: (rng.normal(size=4),)),
    Program(augmented_assignment_through_second_name, lambda rng: (rng.normal(size=4),)),
    Program(rebinding_leaves_the_other_name_alone, lambda rng: (rng.normal(size=4),)),
    Program(scalar_names_do_not_alias, lambda rng: (1.3,)),
    Program(copy_cuts_the_alias, lambda rng: (rng.normal(size=4),)),
    Program(view_written_through, lambda rng: (rng.normal(size=4),)),
    Program(view_sees_later_writes, lambda rng: (rng.normal(size=5),)),
    Program(reversed_view_written_in_a_loop, lambda rng: (rng.normal(size=5),)),
    Program(transposed_view_written_through, lambda rng: (rng.normal(size=(3, 3)),)),
    Program(row_view_updated_in_a_loop, lambda rng: (rng.normal(size=(4, 3)),)),
    Program(two_overlapping_views, lambda rng: (rng.normal(size=5),)),
    Program(view_of_a_view, lambda rng: (rng.normal(size=6),)),
    Program(
        name_rebound_in_a_branch,
        lambda rng: (rng.normal(size=3), True),
        also=(lambda rng: (rng.normal(size=3), False),),
    ),
    Program(
        one_of_two_arrays,
        lambda rng: (rng.normal(size=3), rng.normal(size=3), True),
        wrt=(0, 1),
        also=(lambda rng: (rng.normal(size=3), rng.normal(size=3), False),),
    ),
    Program(array_rebound_in_a_loop, lambda rng: (rng.normal(size=3), 4), also=(lambda rng: (rng.normal(size=3), 0),)),
    Program(array_updated_in_place_in_a_loop, lambda rng: (rng.normal(size=3), 4)),
    Program(fresh_array_in_every_trip, lambda rng: (rng.normal(size=4),)),
    Program(buffer_made_once_and_reused, lambda rng: (rng.normal(size=4),)),
    Program(write_in_a_callee, lambda rng: (rng.normal(size=4),)),
    Program(write_to_a_view_in_a_callee, lambda rng: (rng.normal(size=4),)),
    Program(callee_returns_its_argument, lambda rng: (rng.normal(size=4), rng.normal(size=4)), wrt=(0, 1)),
    Program(callee_gets_the_same_array_twice, lambda rng: (rng.normal(size=4),)),
    Program(callee_gets_overlapping_views, lambda rng: (rng.normal(size=5),)),
    Program(output_is_a_view_of_the_argument, lambda rng: (rng.normal(size=4),)),
    Program(element_read_is_a_copy, lambda rng: (rng.normal(size=3),)),
    Program(subscripts_show_the_array, lambda rng: (rng.normal(size=(3, 3)), 1.3), wrt=(0, 1)),
    Program(windows_of_an_array, lambda rng: (rng.normal(size=6),)),
    Program(row_read_is_a_view, lambda rng: (rng.normal(size=(2, 3)),)),
    Program(tuple_holds_an_alias, lambda rng: (rng.normal(size=3),)),
    Program(unpacked_names_alias, lambda rng: (rng.normal(size=3),)),
)
