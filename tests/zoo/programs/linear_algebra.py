"""Products of matrices and vectors, and factorisations written as loops."""

import math

import numpy as np

from ..program import Program


def dot_of_vectors(x, y):
    return np.dot(x, y) * x[0]


def dot_with_itself(x):
    return 2.0 * np.dot(x, x)


def quadratic_form(a, x):
    return x @ a @ x


def matrix_times_vector(a, x):
    return np.sum((a @ x) ** 2)


def vector_times_matrix(a, x):
    return np.sum(np.dot(x, a) ** 2)


def matrix_product(a, b):
    return a @ b


def matrix_product_with_transpose(a):
    return np.sum((a.T @ a) ** 2)


def product_of_slices(a, b):
    return np.sum(a[::2, 1:] @ b[:, ::-1].T)


def product_chain_in_a_loop(a, x, n):
    for _ in range(n):
        x = a @ x
        x = x / np.linalg.norm(x)
    return x @ a @ x


def power_of_a_matrix(a, n):
    b = a
    for _ in range(n):
        b = b @ a
    return np.sum(b)


def product_with_empty_inner_extent(a, b):
    return np.sum(a @ b) + np.sum(a) + np.sum(b)


def outer_product_by_loops(x, y):
    m = np.zeros((len(x), len(y)))
    for i in range(len(x)):
        for j in range(len(y)):
            m[i, j] = x[i] * y[j]
    return m


def forward_substitution(lower, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n):
        s = b[i]
        for j in range(i):
            s -= lower[i, j] * x[j]
        x[i] = s / lower[i, i]
    return np.sum(x * x)


def back_substitution_in_place(upper, b):
    for i in range(len(b) - 1, -1, -1):
        for j in range(i + 1, len(b)):
            b[i] -= upper[i, j] * b[j]
        b[i] /= upper[i, i]
    return np.sum(b * b)


def cholesky_log_determinant(a):
    n = a.shape[0]
    lower = np.zeros((n, n))
    for j in range(n):
        d = a[j, j]
        for k in range(j):
            d -= lower[j, k] ** 2
        lower[j, j] = math.sqrt(d)
        for i in range(j + 1, n):
            s = a[i, j]
            for k in range(j):
                s -= lower[i, k] * lower[j, k]
            lower[i, j] = s / lower[j, j]
    total = 0.0
    for j in range(n):
        total += 2.0 * math.log(lower[j, j])
    return total


def lu_determinant_in_place(a):
    n = a.shape[0]
    det = 1.0
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            a[i, k + 1 :] -= a[i, k] * a[k, k + 1 :]
        det *= a[k, k]
    return det


def lu_with_row_exchanges(a):
    """The pivot row depends on the data; its number is an integer."""
    n = a.shape[0]
    det = 1.0
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[pivot, k]):
                pivot = i
        if pivot != k:
            for j in range(n):
                a[k, j], a[pivot, j] = a[pivot, j], a[k, j]
            det = -det
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            for j in range(k, n):
                a[i, j] -= factor * a[k, j]
        det *= a[k, k]
    return det


def gram_schmidt(a):
    n = a.shape[1]
    q = a.copy()
    for j in range(n):
        for k in range(j):
            q[:, j] -= np.dot(q[:, k], a[:, j]) * q[:, k]
        q[:, j] /= np.linalg.norm(q[:, j])
    return np.sum(q[0] * q[1]) + q[2, 0]


def gauss_seidel_in_place(a, b, n):
    x = np.zeros(len(b))
    for _ in range(n):
        for i in range(len(b)):
            s = b[i]
            for j in range(len(b)):
                if j != i:
                    s -= a[i, j] * x[j]
            x[i] = s / a[i, i]
    return np.sum(x * x)


def thomas_tridiagonal(lower, diagonal, upper, right):
    n = len(diagonal)
    for i in range(1, n):
        w = lower[i - 1] / diagonal[i - 1]
        diagonal[i] -= w * upper[i - 1]
        right[i] -= w * right[i - 1]
    x = np.empty(n)
    x[-1] = right[-1] / diagonal[-1]
    for i in range(n - 2, -1, -1):
        x[i] = (right[i] - upper[i] * x[i + 1]) / diagonal[i]
    return np.sum(x * x)


def power_iteration(a, n):
    v = np.ones(a.shape[0])
    for _ in range(n):
        v = np.dot(a, v)
        v /= np.max(np.abs(v))
    return np.sum(v * np.dot(a, v)) / np.sum(v * v)


def trace_of_a_product(a, b):
    s = 0.0
    for i in range(a.shape[0]):
        s += a[i] @ b[:, i]
    return s


def positive_definite(rng, n):
    a = rng.normal(size=(n, n))
    return a @ a.T + n * np.eye(n)


PROGRAMS = (
    Program(dot_of_vectors, lambda rng: (rng.normal(size=4), rng.normal(size=4)), wrt=(0, 1)),
    Program(dot_with_itself, lambda rng: (rng.normal(size=4),)),
    Program(quadratic_form, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3)), wrt=(0, 1)),
    Program(matrix_times_vector, lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=4)), wrt=(0, 1)),
    Program(vector_times_matrix, lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=3)), wrt=(0, 1)),
    Program(matrix_product, lambda rng: (rng.normal(size=(2, 3)), rng.normal(size=(3, 4))), wrt=(0, 1)),
    Program(matrix_product_with_transpose, lambda rng: (rng.normal(size=(3, 2)),)),
    Program(product_of_slices, lambda rng: (rng.normal(size=(4, 4)), rng.normal(size=(2, 3))), wrt=(0, 1)),
    Program(product_chain_in_a_loop, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3), 3), wrt=(0, 1)),
    Program(
        power_of_a_matrix, lambda rng: (rng.normal(size=(3, 3)), 3), also=(lambda rng: (rng.normal(size=(1, 1)), 0),)
    ),
    Program(product_with_empty_inner_extent, lambda rng: (np.empty((2, 0)), np.empty((0, 3))), wrt=(0, 1)),
    Program(outer_product_by_loops, lambda rng: (rng.normal(size=2), rng.normal(size=3)), wrt=(0, 1)),
    Program(forward_substitution, lambda rng: (np.tril(positive_definite(rng, 4)), rng.normal(size=4)), wrt=(0, 1)),
    Program(
        back_substitution_in_place, lambda rng: (np.triu(positive_definite(rng, 4)), rng.normal(size=4)), wrt=(0, 1)
    ),
    Program(cholesky_log_determinant, lambda rng: (positive_definite(rng, 4),)),
    Program(lu_determinant_in_place, lambda rng: (positive_definite(rng, 4),)),
    Program(lu_with_row_exchanges, lambda rng: (rng.normal(size=(4, 4)),)),
    Program(gram_schmidt, lambda rng: (rng.normal(size=(4, 3)),)),
    Program(gauss_seidel_in_place, lambda rng: (positive_definite(rng, 3), rng.normal(size=3), 4), wrt=(0, 1)),
    Program(
        thomas_tridiagonal,
        lambda rng: (rng.normal(size=4), 4.0 + rng.normal(size=5), rng.normal(size=4), rng.normal(size=5)),
        wrt=(0, 1, 2, 3),
    ),
    Program(power_iteration, lambda rng: (positive_definite(rng, 3), 5)),
    Program(trace_of_a_product, lambda rng: (rng.normal(size=(3, 2)), rng.normal(size=(2, 3))), wrt=(0, 1)),
)
