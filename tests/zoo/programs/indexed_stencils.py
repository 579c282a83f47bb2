"""Stencils written with indices: neighbours read in loops over elements, buffers that change places.

Their adjoints add to neighbouring elements, and are split where nothing keeps them in order.
"""

import numpy as np

from ..program import Program


def swapped_buffers(start, steps, k):
    """The heat equation on a rod."""
    u, v = start.copy(), start.copy()
    n = len(u)
    for _ in range(steps):
        for i in range(1, n - 1):
            v[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1])
        u, v = v, u
    return np.sum(u * u)


def swapped_planes(start, steps):
    """On a plate, with another weight for each direction."""
    u, v = start.copy(), start.copy()
    rows, columns = u.shape
    for _ in range(steps):
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                v[i, j] = 0.3 * (u[i - 1, j] + u[i + 1, j]) + 0.2 * u[i, j - 1] - 0.1 * u[i, j + 1] + u[i, j] ** 2
        u, v = v, u
    return np.sum(u * u)


def perhaps_one_buffer(x, same):
    """Reads what it has written where both names stand for one array."""
    u = x.copy()
    v = u if same else np.zeros(len(u))
    for _ in range(2):
        for i in range(1, len(u) - 1):
            v[i] = u[i - 1] * u[i] + 0.5 * u[i + 1]
        u, v = v, u
    return np.sum(u * v)


def around_the_start(x):
    """The left neighbour of the first element is the last one."""
    v = np.zeros(len(x))
    for i in range(len(x)):
        v[i] = x[i - 1] * x[i] - 2.0 * x[i - 2]
    return np.sum(v * v)


def far_neighbours(x, first, last):
    v = np.zeros(len(x))
    for i in range(first, last):
        v[i] = np.sin(x[i - 3]) * x[i + 9] + x[i]
    return np.sum(v * v)


def varying_coefficients(x, k, shift):
    """Three arrays read at several places, and a number that all iterations use."""
    v = np.zeros(len(x))
    for i in range(2, len(x) - 2):
        flow = k[i] * (x[i + 1] - x[i]) - k[i - 1] * (x[i] - x[i - 1])
        v[i] = flow * flow + shift * k[i + 1] * x[i + 2] + shift * x[i - 2]
    return np.sum(v) + v[2]


def used_between(x):
    """The same value is added to neighbours before and after more is added to it."""
    v, w = np.zeros(len(x)), np.zeros(len(x))
    for i in range(1, len(x) - 1):
        t = x[i - 1] + x[i + 1]
        v[i] = t * t
        w[i] = t * x[i]
    return np.sum(v * w)


def rows_of_one_array(a):
    """Each row from the one above, through names of their own."""
    a = a.copy()
    for i in range(1, a.shape[0]):
        above, row = a[i - 1], a[i]
        for j in range(1, a.shape[1] - 1):
            row[j] = 0.5 * row[j] + above[j - 1] * above[j + 1]
    return np.sum(a)


def always_one_place(x):
    """Every iteration writes one element again, from two neighbours."""
    last = np.zeros(2)
    for i in range(1, len(x)):
        last[0] = x[i] * x[i - 1]
        last[1] = last[0]
    return last[0] + 2.0 * last[1]


def both_edges(x):
    """A trip or two, so that the neighbours of the first are those of the last."""
    v = np.zeros(len(x))
    for i in range(2, len(x) - 2):
        v[i] = x[i - 2] + 2.0 * x[i - 1] + 3.0 * x[i] + 4.0 * x[i + 1] + 5.0 * x[i + 2]
    return np.sum(v * v)


def read_forward_only(d, w):
    """The loop that runs backward touches no element."""
    for _ in range(2):
        for j in range(len(w) - 1):
            d = 0.5 * d + w[j + 1]
    return d * d


def _vector(n):
    return lambda rng: (rng.normal(size=n),)


def _rod(n):
    return lambda rng: (rng.normal(size=n), 3, 0.2)


def _far(first, last):
    return lambda rng: (rng.normal(size=30), first, last)


PROGRAMS = (
    Program(swapped_buffers, _rod(11), wrt=(0, 2), also=(_rod(40), _rod(3), _rod(2))),
    Program(swapped_planes, lambda rng: (0.5 * rng.normal(size=(5, 7)), 3)),
    Program(
        perhaps_one_buffer,
        lambda rng: (rng.normal(size=8), True),
        also=(lambda rng: (rng.normal(size=8), False),),
    ),
    Program(around_the_start, _vector(7), also=(_vector(2),)),
    Program(far_neighbours, _far(3, 21), also=(_far(5, 6), _far(6, 4), _far(0, 7))),
    Program(varying_coefficients, lambda rng: (rng.normal(size=9), rng.normal(size=9), 0.7), wrt=(0, 1, 2)),
    Program(used_between, _vector(9)),
    Program(rows_of_one_array, lambda rng: (rng.normal(size=(4, 6)),)),
    Program(always_one_place, _vector(6)),
    Program(read_forward_only, lambda rng: (0.7, rng.normal(size=5))),
    Program(both_edges, _vector(20), also=(_vector(5), _vector(6))),
)
