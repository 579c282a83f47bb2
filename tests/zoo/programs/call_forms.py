"""Functions of NumPy in forms that are less common: counts, borders, limits of dtypes, integers."""

import numpy as np

from ..program import Program


def counted(x, counts):
    y = np.repeat(x, counts)
    z = np.delete(x, [0, 2])
    return np.sum(y * y) + np.sum(z) * np.sum(np.pad(x, (2, 1), constant_values=(1.0, 2.0)) ** 2)


def repeated_rows(a):
    b = np.repeat(a, [1, 0, 2], axis=0)
    return np.sum(b * b) + np.sum(np.delete(a, [0, -1], axis=1) ** 3) + np.sum(np.take(a, [1, -1]))


def away_from_zero(x):
    return np.sum(np.log(np.maximum(np.abs(x), np.finfo(x.dtype).eps))) + np.finfo(float).max * 0.0


def written_into(a, b):
    out = np.zeros((a.shape[0], b.shape[1]))
    np.matmul(a, b, out=out)
    line = np.zeros(out.shape)
    return np.sum(out * np.cumsum(out, axis=1, out=line)) + np.sum(line)


def common_factors(x, k):
    g = np.gcd(k, 12)
    return np.sum(x * g) + np.gcd.reduce(k) * x[0] + np.lcm(4, 6) * x[1] + np.sum(x * np.lcm(k, k[::-1]))


def products_with_numbers(x, s):
    return np.sum(np.dot(s, x)) + np.sum(np.inner(x, 2.0) ** 2)


def moved_axes(t):
    u = np.moveaxis(t, [0, 1], [-1, -2])
    return np.sum(u * u) + np.sin(t[0, 0, 0])[()] * u[0, 0, 0]


PROGRAMS = (
    Program(counted, lambda rng: (rng.normal(size=4), np.array([2, 0, 1, 3]))),
    Program(repeated_rows, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(away_from_zero, lambda rng: (rng.normal(size=5),), warns=True),
    Program(written_into, lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=(4, 2))), wrt=(0, 1),
            oracle="differences"),
    Program(common_factors, lambda rng: (rng.normal(size=4), rng.integers(1, 40, size=4))),
    Program(products_with_numbers, lambda rng: (rng.normal(size=4), 1.3), wrt=(0, 1)),
    Program(products_with_numbers, lambda rng: (rng.normal(size=4).astype(np.float32), 1.3),
            name="products_with_numbers_float32", oracle="differences", rtol=1e-5),
    Program(moved_axes, lambda rng: (rng.normal(size=(2, 3, 4)),)),
)
