"""Arguments as NumPy hands them over: strided, reversed, transposed, empty, broadcast, read-only."""

import numpy as np

from ..program import Program


def sum_of_cubes(x):
    return np.sum(x**3)


def sum_by_loop(x):
    s = 0.0
    for i in range(len(x)):
        s = s * 0.5 + x[i] * x[i]
    return s


def weighted_sum_by_loops(a):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            s += a[i, j] ** 2 * (i + 2 * j + 1)
    return s


def write_to_a_strided_argument(x):
    x[1] = x[0] * x[2]
    x *= 2.0
    return np.sum(x * x)


def write_to_a_transposed_argument(a):
    a[0, 1] = a[1, 0] * a[0, 0]
    a[1] += a[0]
    return np.sum(a * a)


def product_of_layouts(a, b):
    return np.sum((a @ b) ** 2)


def sum_two_layouts(a, b):
    return (a + b) * a


def shapes_and_sizes(a):
    rows, columns = a.shape
    return np.sum(a) * rows + a.size * a[0, 0] + columns * a.ndim + len(a)


def read_only_argument(x):
    return np.sum(x * x * x)


def zero_dimensional_argument(x):
    return x * x + 3.0 * x


def extents_one(a):
    return np.sum(a[0] * a) + a[0, 0] ** 3


def scaled_by_a_broadcast_argument(x, c):
    return np.sum(x * c * c)


def strided(x):
    return x[::2]


def read_only(x):
    x.flags.writeable = False
    return x


PROGRAMS = (
    Program(sum_of_cubes, lambda rng: (strided(rng.normal(size=9)),), name="strided_vector"),
    Program(sum_of_cubes, lambda rng: (rng.normal(size=5)[::-1],), name="reversed_vector"),
    Program(sum_of_cubes, lambda rng: (rng.normal(size=(3, 4)).T,), name="transposed_matrix"),
    Program(sum_of_cubes, lambda rng: (rng.normal(size=(4, 6))[::2, 1::2],), name="strided_matrix"),
    Program(sum_of_cubes, lambda rng: (np.asfortranarray(rng.normal(size=(3, 4))),), name="fortran_order"),
    Program(sum_of_cubes, lambda rng: (np.empty((0, 3)),), name="empty_matrix"),
    Program(sum_of_cubes, lambda rng: (rng.normal(size=(2, 3, 2)).transpose(2, 0, 1),), name="permuted_axes"),
    Program(sum_by_loop, lambda rng: (rng.normal(size=9)[::-2],), name="loop_over_negative_stride"),
    Program(sum_by_loop, lambda rng: (rng.normal(size=(4, 3))[:, 1],), name="loop_over_a_column"),
    Program(sum_by_loop, lambda rng: (np.empty(0),), name="loop_over_nothing"),
    Program(weighted_sum_by_loops, lambda rng: (rng.normal(size=(3, 4)).T,), name="loops_over_transposed"),
    Program(weighted_sum_by_loops, lambda rng: (rng.normal(size=(3, 4))[::-1, ::-1],), name="loops_over_reversed"),
    Program(write_to_a_strided_argument, lambda rng: (strided(rng.normal(size=9)),)),
    Program(write_to_a_strided_argument, lambda rng: (rng.normal(size=5)[::-1],), name="write_to_a_reversed_argument"),
    Program(write_to_a_transposed_argument, lambda rng: (rng.normal(size=(3, 2)).T,)),
    Program(product_of_layouts, lambda rng: (rng.normal(size=(3, 2)).T, rng.normal(size=(6, 4))[::2]), wrt=(0, 1)),
    Program(sum_two_layouts, lambda rng: (rng.normal(size=(3, 2)).T, rng.normal(size=(2, 3))), wrt=(0, 1)),
    Program(shapes_and_sizes, lambda rng: (rng.normal(size=(3, 2)),)),
    Program(read_only_argument, lambda rng: (read_only(rng.normal(size=4)),)),
    Program(
        scaled_by_a_broadcast_argument,
        lambda rng: (rng.normal(size=(3, 4)), np.broadcast_to(rng.normal(size=4), (3, 4))),
    ),
    Program(zero_dimensional_argument, lambda rng: (np.array(1.7),)),
    Program(extents_one, lambda rng: (rng.normal(size=(1, 1)),), also=(lambda rng: (rng.normal(size=(1, 3)),),)),
)
