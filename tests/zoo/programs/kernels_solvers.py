"""Factorisations and triangular systems written out in loops over rows, and tables filled cell by cell."""

import numpy as np

from ..program import Program


def cholesky(a):
    a = a.copy()
    a[0, 0] = np.sqrt(a[0, 0])
    for i in range(1, a.shape[0]):
        for j in range(i):
            a[i, j] -= np.dot(a[i, :j], a[j, :j])
            a[i, j] /= a[j, j]
        a[i, i] -= np.dot(a[i, :i], a[i, :i])
        a[i, i] = np.sqrt(a[i, i])
    return np.sum(a)


def lu(a):
    a = a.copy()
    for i in range(a.shape[0]):
        for j in range(i):
            a[i, j] -= a[i, :j] @ a[:j, j]
            a[i, j] /= a[j, j]
        for j in range(i, a.shape[0]):
            a[i, j] -= a[i, :i] @ a[:i, j]
    return np.sum(a)


def ludcmp(a, b):
    """The factors, then forward and backward substitution."""
    a = a.copy()
    x, y = np.zeros_like(b), np.zeros_like(b)
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            a[i, j] -= a[i, :j] @ a[:j, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            a[i, j] -= a[i, :i] @ a[:i, j]
    for i in range(n):
        y[i] = b[i] - a[i, :i] @ y[:i]
    for i in range(n - 1, -1, -1):
        x[i] = (y[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    return np.sum(x) + np.sum(y)


def trisolv(lower, b):
    x = np.empty_like(b)
    for i in range(len(x)):
        x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
    return np.sum(x)


def durbin(r):
    """The Levinson–Durbin recursion for a Toeplitz system."""
    y = np.empty_like(r)
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, r.shape[0]):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return np.sum(y)


def gramschmidt(a):
    a = a.copy()
    q = np.zeros_like(a)
    r = np.zeros((a.shape[1], a.shape[1]), dtype=a.dtype)
    for k in range(a.shape[1]):
        nrm = np.dot(a[:, k], a[:, k])
        r[k, k] = np.sqrt(nrm)
        q[:, k] = a[:, k] / r[k, k]
        for j in range(k + 1, a.shape[1]):
            r[k, j] = np.dot(q[:, k], a[:, j])
            a[:, j] -= q[:, k] * r[k, j]
    return np.sum(q) + np.sum(r)


def floyd_warshall(path):
    """All shortest paths; a shorter way through one more node in every trip."""
    path = path.copy()
    for k in range(path.shape[0]):
        path[:] = np.minimum(path[:], path[:, k, np.newaxis] + path[np.newaxis, k, :])
    return np.sum(path)


def pairs(b1, b2):
    return 1 if b1 + b2 == 3 else 0


def nussinov(sequence):
    """The most pairs of bases that a strand can fold into: a table of whole numbers, which have no derivative."""
    n = len(sequence)
    table = np.zeros((n, n), dtype=np.int64)
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            if j - 1 >= 0:
                table[i, j] = max(table[i, j], table[i, j - 1])
            if i + 1 < n:
                table[i, j] = max(table[i, j], table[i + 1, j])
            if j - 1 >= 0 and i + 1 < n:
                if i < j - 1:
                    table[i, j] = max(table[i, j], table[i + 1, j - 1] + pairs(sequence[i], sequence[j]))
                else:
                    table[i, j] = max(table[i, j], table[i + 1, j - 1])
            for k in range(i + 1, j):
                table[i, j] = max(table[i, j], table[i, k] + table[k + 1, j])
    return table


def definite(rng, n):
    a = rng.normal(size=(n, n))
    return a @ a.T + n * np.eye(n)


def dominant(rng, n):
    return rng.normal(size=(n, n)) + 2.0 * n * np.eye(n)


PROGRAMS = (
    Program(cholesky, lambda rng: (definite(rng, 5),)),
    Program(lu, lambda rng: (dominant(rng, 5),)),
    Program(ludcmp, lambda rng: (dominant(rng, 5), rng.normal(size=5)), wrt=(0, 1)),
    Program(trisolv, lambda rng: (dominant(rng, 5), rng.normal(size=5)), wrt=(0, 1)),
    Program(durbin, lambda rng: (0.3 * rng.normal(size=5),)),
    Program(gramschmidt, lambda rng: (rng.normal(size=(5, 4)),)),
    Program(floyd_warshall, lambda rng: (rng.uniform(0.1, 2.0, size=(5, 5)),)),
    Program(nussinov, lambda rng: (rng.integers(0, 4, size=9),), wrt=()),
)
