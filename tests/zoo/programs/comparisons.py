"""Shapes, tuples and lists that are compared, and conditions whose positions index larger arrays."""

import numpy as np

from ..program import Program


def shapes_compared(a, b):
    assert a.shape[:1] == b.shape[:1] and a.shape != (3,)
    n, m = a.shape
    if a.shape == b.shape or (n, m) == (2, 6):
        return np.sum(a * b)
    return np.sum(a) - np.mean(b) if a.shape < b.shape else np.sum(a) * len(b)


def nested_tuples_compared(x, n):
    a, b = ((n, 1), len(x), "s"), ((2, 1), 4, "s")
    s = x[0] if a == b else x[1]
    s += x[2] if (n, "a") < (n, "b") else 0.0
    s += x[3] if (n, (1, 2)) <= (2, (n, 1)) else x[1] ** 2
    s *= x[1] if (n, 1.5) > (2, n) else 2.0
    return s if (n, 2) != (2, 2) else s * s


def furthest_pair(x):
    best, s = (0, 0), 0.0
    for i in range(len(x)):
        for j in range(i):
            if (i + j, i) > best and (i, j) != (3, 2):
                best = (i + j, i)
                s += x[i] * x[j]
    return s + x[best[1]] * best[0]


def pairs_of_integers(x, k):
    s = x[0] * x[0]
    for a, b in zip(k, 2 * k[1:] - k[1:]):
        if (a, b) == (1, 2) or (a, b) < (b, a):
            s += x[a]
        elif not ((a, 1) >= (b, 1)):
            s -= x[b]
    return s


def lists_compared(x, n):
    c = [n, [3, (n, 1)]]
    s = x[0] if c == [2, [3, (2, 1)]] else x[1]
    s += x[1] if [n] != [3] else x[2]
    g = [k for k in range(n)]
    return s + (x[2] * x[3] if g == [0, 1] else 0.0)


def positions_in_a_larger_array(a):
    i, j = np.nonzero(a[:, :3] > 0.0)
    b = 2.0 * a
    b[i, j] += a[i, j] ** 2
    b[np.where(a[:2, :2] < 0.0)] *= 3.0
    return np.sum(b * b) + np.sum(a[np.tril_indices(3)])


def positions_in_another_array(a, b):
    c = b.copy()
    i, j = np.nonzero(a > 0.0)
    c[j, i] = b[j, i] * a[i, j]
    return np.sum(c * np.sin(c))


def positions_in_a_longer_vector(x, y):
    z = y.copy()
    k = np.nonzero(x > 0.0)[0]
    z[k] *= 2.0
    z[np.flatnonzero(x < 0.5)] += x[0]
    return np.sum(z * z)


PROGRAMS = (
    Program(shapes_compared, lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=(3, 4))), wrt=(0, 1),
            also=(lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=(3, 5))),)),
    Program(nested_tuples_compared, lambda rng: (rng.normal(size=4), 2),
            also=(lambda rng: (rng.normal(size=4), 1), lambda rng: (rng.normal(size=5), 3))),
    Program(furthest_pair, lambda rng: (rng.normal(size=5),)),
    Program(pairs_of_integers, lambda rng: (rng.normal(size=4), rng.integers(0, 4, size=7))),
    Program(lists_compared, lambda rng: (rng.normal(size=4), 2), also=(lambda rng: (rng.normal(size=4), 3),)),
    Program(positions_in_a_larger_array, lambda rng: (rng.normal(size=(3, 5)),)),
    Program(positions_in_another_array, lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=(4, 5))), wrt=(0, 1)),
    Program(positions_in_a_longer_vector, lambda rng: (rng.normal(size=4), rng.normal(size=6)), wrt=(0, 1),
            also=(lambda rng: (rng.normal(size=4), rng.normal(size=4)),)),
)
