"""Products of a matrix with itself, whole and row by row, and products that are added to the same matrix."""

import numpy as np

from ..program import Program


def with_its_transpose(x):
    return np.sum((x.T @ x) ** 2)


def with_its_transpose_the_other_way(x):
    return np.sum(np.tril(x @ x.T) ** 2)


def squared_matrix(x):
    return np.sum(x @ x * np.arange(16.0).reshape(4, 4))


def cubed_matrix(x):
    y = x @ x @ x
    return y[0, 1] + y[2, 3] * y[1, 1]


def factor_of_two(x, y, z):
    return np.sum(np.sin(x @ y)) + np.sum(np.cos(x @ z))


def slices_of_one(x):
    """Adjoints of products are added to parts of a matrix."""
    return np.sum((x[:, :2] @ x[:2, 1:]) ** 2) + np.sum(x[1:, :].T @ x[1:, :])


def changed_in_between(x, y):
    x = x.copy()
    a = x @ y
    x[0] *= 2.0
    b = x @ y
    x[:, 1] = a[:, 0] * b[:, 1]
    return np.sum(a * b) + np.sum(x.T @ x)


def powers_in_a_loop(x, n):
    y = x.copy()
    for _ in range(n):
        y = x @ y + y.T @ x
    return np.sum(y)


def reshaped_rows(x, y):
    z = np.reshape(x, (6, 4)) @ y
    return np.sum(np.reshape(z, (2, 3, 4)) ** 3)


def columns_by_columns(x):
    g = np.zeros((x.shape[1], x.shape[1]))
    for i in range(x.shape[1]):
        g[i, i:] = g[i:, i] = x[:, i] @ x[:, i:]
    return np.sum(g * g)


def columns_below(x):
    n = x.shape[1]
    g = np.zeros((n, n))
    for i in range(1, n):
        g[i, : i + 1] = x[:, i] @ x[:, : i + 1] / (1.0 + i)
    return np.sum(np.exp(-g))


def rows_by_rows(x):
    n = x.shape[0]
    g = np.eye(n, dtype=x.dtype)
    for i in range(n - 1):
        g[i + 1 : n, i] = 2.0 * (x[i + 1 : n] @ x[i])
    return np.sum(g**3)


def all_of_the_rows(x):
    g = np.empty((x.shape[0], x.shape[0]))
    for i in range(x.shape[0]):
        g[i] = x @ x[i, :]
    return np.linalg.norm(g)


def stored_into_meanwhile(x):
    """Each iteration sees the columns that the ones before have changed."""
    x = x.copy()
    g = np.zeros((x.shape[1], x.shape[1]))
    for i in range(x.shape[1]):
        g[i, i:] = x[:, i] @ x[:, i:]
        x[:, i] = x[:, i] * g[i, i]
    return np.sum(g) + np.sum(x)


def added_up(x):
    """The rows of the product are not kept."""
    total = 0.0
    for i in range(x.shape[1]):
        total += np.max(x[:, i] @ x[:, i:])
    return total


def repeatedly(x, n):
    """The matrix is another one in each sweep."""
    g = np.zeros((x.shape[1], x.shape[1]))
    for _ in range(n):
        for i in range(x.shape[1]):
            g[i, i:] = x[:, i] @ x[:, i:]
        x = x + 0.1 * (x @ g)
    return np.sum(x)


def shape_of_a_product(x, y):
    """The adjoint has a use for the shape of the product only."""
    z = x @ y
    return np.sum(np.full_like(z, 2.0) * np.sum(x)) + np.sum(np.triu(x @ y, 1))


def n(*shape):
    return lambda rng: rng.normal(size=shape)


def large(*shape):
    """Above the size from which on BLAS is called."""
    return lambda rng: (rng.normal(size=shape) / 3.0,)


PROGRAMS = (
    Program(with_its_transpose, lambda rng: (n(3, 4)(rng),), also=(large(9, 11), large(0, 3), large(1, 1))),
    Program(with_its_transpose_the_other_way, lambda rng: (n(3, 4)(rng),), also=(large(9, 11), large(5, 0))),
    Program(squared_matrix, lambda rng: (n(4, 4)(rng),)),
    Program(cubed_matrix, lambda rng: (n(4, 4)(rng),), also=(large(8, 8),)),
    Program(
        factor_of_two,
        lambda rng: (n(3, 4)(rng), n(4, 2)(rng), n(4, 2)(rng)),
        wrt=(0, 1, 2),
        also=(lambda rng: (n(7, 8)(rng), n(8, 6)(rng), n(8, 5)(rng)),),
    ),
    Program(slices_of_one, lambda rng: (n(4, 4)(rng),), also=(large(9, 9),)),
    Program(
        changed_in_between,
        lambda rng: (n(3, 4)(rng), n(4, 4)(rng)),
        wrt=(0, 1),
        also=(lambda rng: (n(6, 8)(rng), n(8, 8)(rng)),),
    ),
    Program(powers_in_a_loop, lambda rng: (0.3 * n(4, 4)(rng), 3), also=(lambda rng: (0.1 * n(7, 7)(rng), 4),)),
    Program(reshaped_rows, lambda rng: (n(2, 3, 4)(rng), n(4, 4)(rng)), wrt=(0, 1)),
    Program(columns_by_columns, lambda rng: (n(3, 4)(rng),), also=(large(9, 11), large(2, 1), large(3, 0))),
    Program(columns_below, lambda rng: (n(3, 4)(rng),), also=(large(9, 11), large(2, 1))),
    Program(rows_by_rows, lambda rng: (n(4, 3)(rng),), also=(large(11, 9), large(1, 2))),
    Program(all_of_the_rows, lambda rng: (n(4, 3)(rng),), also=(large(11, 9),)),
    Program(stored_into_meanwhile, lambda rng: (n(3, 4)(rng),), also=(large(9, 11),)),
    Program(added_up, lambda rng: (n(3, 4)(rng),), oracle="differences", rtol=1e-6),
    Program(repeatedly, lambda rng: (0.3 * n(3, 4)(rng), 2)),
    Program(shape_of_a_product, lambda rng: (n(3, 4)(rng), n(4, 5)(rng)), wrt=(0, 1)),
)
