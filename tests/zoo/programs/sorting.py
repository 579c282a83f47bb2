"""Sorting, searching and interpolation: derivatives go through the permutation, and along the pieces."""

import numpy as np

from ..program import Program


def sorted_entries(x):
    return np.sort(x) * np.arange(1.0, len(x) + 1.0)


def largest_three(x):
    order = np.argsort(-x, kind="stable")
    return np.sum(x[order[:3]] ** 2)


def trimmed_mean(x, cut):
    y = np.sort(x)[cut : len(x) - cut]
    return np.sum(y * y) / len(y)


def ranks(x):
    return np.argsort(np.argsort(x))


def weighted_median(x, weights):
    order = np.argsort(x)
    total = 0.0
    for k in range(len(x)):
        total += weights[order[k]]
        if total >= 0.5 * np.sum(weights):
            return x[order[k]] * total
    return 0.0 * total


def by_bins(x, edges, values):
    return np.sum(x * values[np.searchsorted(edges, x)])


def table(x, points, values):
    return np.interp(x, points, values)


def table_of_one_number(x, points, values):
    return np.interp(x, points, values) ** 2


def path_through_a_table(x, points, values, n):
    for _ in range(n):
        x = x + 0.1 * np.interp(x, points, values)
    return x


def points(rng):
    return np.sort(rng.uniform(-2.0, 2.0, size=5))


def columns_in_order_after_a_store(x):
    """Sorting makes a new array, also along another axis than the last."""
    a = np.outer(x, x[::-1])
    a[0, 0] = 2.0 * x[1]
    b = np.sort(a, axis=0)
    b[0] *= 3.0
    a[1] = 0.5
    return np.sum(b * x) + np.sum(np.median(a, axis=0))


PROGRAMS = (
    Program(columns_in_order_after_a_store, lambda rng: (rng.normal(size=4),)),
    Program(sorted_entries, lambda rng: (rng.normal(size=7),), also=(lambda rng: (np.empty(0),),)),
    Program(sorted_entries, lambda rng: (rng.normal(size=40)[::-2],), name="sorted_strided"),
    Program(sorted_entries, lambda rng: (rng.normal(size=9).astype(np.float32),), name="sorted_single",
            oracle="difference", rtol=1e-3),
    Program(largest_three, lambda rng: (rng.normal(size=8),)),
    Program(trimmed_mean, lambda rng: (rng.normal(size=9), 2)),
    Program(ranks, lambda rng: (rng.normal(size=33),), wrt=()),
    Program(weighted_median, lambda rng: (rng.normal(size=6), rng.uniform(0.1, 1.0, size=6)), wrt=(0, 1)),
    Program(by_bins, lambda rng: (rng.normal(size=6), np.array([-0.5, 0.5]), rng.normal(size=3)), wrt=(0, 2)),
    Program(table, lambda rng: (rng.normal(size=7), points(rng), rng.normal(size=5)), wrt=(0, 1, 2),
            oracle="difference", rtol=1e-7),
    Program(table_of_one_number, lambda rng: (rng.normal(), points(rng), rng.normal(size=5)), wrt=(0, 1, 2),
            oracle="difference", rtol=1e-7),
    Program(path_through_a_table, lambda rng: (0.3, points(rng), rng.normal(size=5), 4), wrt=(0, 2),
            oracle="difference", rtol=1e-7),
)
