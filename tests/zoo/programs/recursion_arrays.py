"""Functions that call themselves, and whose activations keep arrays of their own."""

import numpy as np

from ..program import Program


def transform(x):
    """Cooley and Tukey's."""
    n = len(x)
    if n <= 1:
        return x
    even, odd = transform(x[::2]), transform(x[1::2])
    turned = np.exp(-2j * np.pi * np.arange(n // 2) / n) * odd
    return np.concatenate((even + turned, even - turned))


def fast_fourier_transform(x):
    y = transform(x + 0j)
    return np.sum(y.real**2 + 0.5 * y.imag**2) + y[1].real * y[2].imag


def merged(a):
    n = len(a)
    if n <= 1:
        return a
    first, second = merged(a[: n // 2]), merged(a[n // 2 :])
    out = np.empty(n)
    i = j = 0
    for k in range(n):
        if j >= len(second) or (i < len(first) and first[i] <= second[j]):
            out[k] = first[i]
            i += 1
        else:
            out[k] = second[j]
            j += 1
    return out


def merge_sort(x):
    y = merged(x)
    return np.sum(y * np.arange(len(y)) * y)


def parted(x):
    if len(x) <= 1:
        return x
    rest = x[1:]
    return np.concatenate((parted(rest[rest < x[0]]), x[:1], parted(rest[rest >= x[0]])))


def quick_sort(x):
    y = parted(x)
    return np.sum(y * np.arange(len(y)) * y)


def halved(x):
    if len(x) <= 1:
        return x
    mean, rest = (x[::2] + x[1::2]) / 2.0, (x[::2] - x[1::2]) / 2.0
    return np.concatenate((halved(mean), rest))


def wavelets(x):
    return np.sum(halved(x) ** 3)


def branches(x, depth):
    if depth == 0:
        return x * 1.0
    left = branches(x * 0.5, depth - 1)
    right = branches(np.sin(x), depth - 1)
    return left * right + x


def tree_of_arrays(x, depth):
    return np.sum(branches(x, depth))


def tree_of_matrices(a, depth):
    return np.sum(branches(a, depth) @ a)


def sum_of_squares(x):
    if len(x) == 0:
        return 0.0
    if len(x) == 1:
        return x[0] * x[0]
    return sum_of_squares(x[: len(x) // 2]) * 0.5 + sum_of_squares(x[len(x) // 2 :]) + np.sum(x)


PROGRAMS = (
    Program(fast_fourier_transform, lambda rng: (rng.normal(size=8),), oracle="differences"),
    Program(merge_sort, lambda rng: (rng.normal(size=7),), also=(lambda rng: (np.zeros(0),),), oracle="differences"),
    Program(quick_sort, lambda rng: (rng.normal(size=7),), also=(lambda rng: (np.zeros(0),),), oracle="differences"),
    Program(wavelets, lambda rng: (rng.normal(size=8),), also=(lambda rng: (rng.normal(size=1),),)),
    Program(tree_of_arrays, lambda rng: (rng.normal(size=3), 3), also=(lambda rng: (rng.normal(size=2), 0),)),
    Program(tree_of_arrays, lambda rng: (rng.normal(size=3).astype(np.float32), 3), name="tree_of_arrays_float32",
            oracle="differences", rtol=1e-4),
    Program(tree_of_matrices, lambda rng: (rng.normal(size=(2, 2)), 2), also=(lambda rng: (np.eye(3), 0),)),
    Program(sum_of_squares, lambda rng: (rng.normal(size=7),), also=(lambda rng: (np.zeros(0),),)),
)
