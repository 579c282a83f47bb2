"""Operands of different shapes, and extents that turn out to be 1 only at run time."""

import numpy as np

from ..program import Program


def scalar_times_array(c, x):
    return np.sum(c * x * x)


def array_of_results(c, x):
    return c * x + c


def row_plus_column(row, column):
    return np.sum((row + column) ** 2)


def vector_against_matrix(a, v):
    return np.sum((a * v - v) ** 2)


def extent_one_at_run_time(x, y):
    """`len(x)` may be 1, or `len(y)`, or neither."""
    return np.sum((x * y + x) ** 2)


def extent_one_array_result(x, y):
    return x / y


def rank_three_against_vector(a, v):
    return np.sum(a * a * v)


def keep_extent_one(a, b):
    return (a - b) * b


def zero_dimensional_operand(x, c):
    return np.sum(x * c + c)


def in_place_broadcast(a, v):
    a += v
    a *= v
    return np.sum(a * a)


def in_place_scalar_of_one_element(a, v):
    """`v` holds one element, whatever the shape of `a`."""
    a -= v
    return np.sum(a**3)


def reused_operand(x):
    """One array, broadcast against itself."""
    return np.sum((x[:, None] - x) ** 2 * x)


def branches_of_different_extent(x, y, flag):
    z = x * 2.0 if flag else y * 3.0
    return np.sum(z + x)


def where_broadcasts(x, c):
    return np.sum(np.where(x > 0.0, x * c, c * c))


def maximum_broadcasts(a, v):
    return np.sum(np.maximum(a, v) * np.minimum(a, 2.0 * v))


def empty_against_extent_one(x, y):
    return np.sum(x * y) + np.sum(y)


def distances_between_points(p, q):
    total = 0.0
    for i in range(p.shape[0]):
        total += np.sum(np.sqrt(np.sum((p[i] - q[0]) ** 2) + (p[i] - q[1]) ** 2))
    return total


def normal(rng, *shape):
    return rng.normal(size=shape)


PROGRAMS = (
    Program(scalar_times_array, lambda rng: (1.3, normal(rng, 4)), wrt=(0, 1)),
    Program(array_of_results, lambda rng: (1.3, normal(rng, 4)), wrt=(0, 1)),
    Program(row_plus_column, lambda rng: (normal(rng, 1, 4), normal(rng, 3, 1)), wrt=(0, 1)),
    Program(vector_against_matrix, lambda rng: (normal(rng, 3, 4), normal(rng, 4)), wrt=(0, 1)),
    Program(
        extent_one_at_run_time,
        lambda rng: (normal(rng, 4), normal(rng, 4)),
        wrt=(0, 1),
        also=(
            lambda rng: (normal(rng, 1), normal(rng, 4)),
            lambda rng: (normal(rng, 4), normal(rng, 1)),
            lambda rng: (normal(rng, 1), normal(rng, 1)),
        ),
    ),
    Program(
        extent_one_array_result,
        lambda rng: (normal(rng, 3, 1), 2.0 + normal(rng, 1, 2) ** 2),
        wrt=(0, 1),
        also=(
            lambda rng: (normal(rng, 3, 2), 2.0 + normal(rng, 3, 1) ** 2),
            lambda rng: (normal(rng, 1, 1), 2.0 + normal(rng, 3, 2) ** 2),
        ),
    ),
    Program(rank_three_against_vector, lambda rng: (normal(rng, 2, 3, 4), normal(rng, 4)), wrt=(0, 1)),
    Program(
        keep_extent_one,
        lambda rng: (normal(rng, 3, 4), normal(rng, 3, 1)),
        wrt=(0, 1),
        also=(lambda rng: (normal(rng, 3, 4), normal(rng, 3, 4)),),
    ),
    Program(zero_dimensional_operand, lambda rng: (normal(rng, 3), np.array(0.7)), wrt=(0, 1)),
    Program(in_place_broadcast, lambda rng: (normal(rng, 3, 4), normal(rng, 4)), wrt=(0, 1)),
    Program(in_place_scalar_of_one_element, lambda rng: (normal(rng, 3), normal(rng, 1)), wrt=(0, 1)),
    Program(reused_operand, lambda rng: (normal(rng, 4),), also=(lambda rng: (normal(rng, 1),),)),
    Program(
        branches_of_different_extent,
        lambda rng: (normal(rng, 4), normal(rng, 1), False),
        wrt=(0, 1),
        also=(lambda rng: (normal(rng, 4), normal(rng, 1), True),),
    ),
    Program(where_broadcasts, lambda rng: (normal(rng, 3, 4), 0.7), wrt=(0, 1)),
    Program(maximum_broadcasts, lambda rng: (normal(rng, 3, 4), normal(rng, 4)), wrt=(0, 1)),
    Program(empty_against_extent_one, lambda rng: (np.empty(0), normal(rng, 1)), wrt=(0, 1)),
    Program(distances_between_points, lambda rng: (normal(rng, 3, 2), normal(rng, 2, 2)), wrt=(0, 1)),
)
