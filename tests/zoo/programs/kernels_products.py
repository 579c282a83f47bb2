"""Products of matrices and vectors, whole and by rows, as people write them in NumPy."""

import numpy as np

from ..program import Program


def gemm(a, b, c, alpha, beta):
    out = alpha * a @ b + beta * c
    return np.sum(out)


def two_products(a, b, c, d, alpha, beta):
    return np.sum(alpha * a @ b @ c + beta * d)


def three_products(a, b, c, d):
    return np.sum(a @ b @ (c @ d))


def atax(a, x):
    return np.sum((a @ x) @ a)


def bicg(a, p, r):
    return np.sum(r @ a) + np.sum(a @ p)


def mvt(a, x1, x2, y1, y2):
    x1, x2 = x1.copy(), x2.copy()
    x1 += a @ y1
    x2 += y2 @ a
    return np.sum(x1) + np.sum(x2)


def gemver(a, u1, v1, u2, v2, w, x, y, z, alpha, beta):
    a, x, w = a.copy(), x.copy(), w.copy()
    a += np.outer(u1, v1) + np.outer(u2, v2)
    x += beta * y @ a + z
    w += alpha * a @ x
    return np.sum(w)


def gesummv(a, b, x, alpha, beta):
    return np.sum(alpha * a @ x + beta * b @ x)


def syrk(a, c, alpha, beta):
    """The lower triangle of `alpha a a^T + beta c`."""
    c = c.copy()
    for i in range(a.shape[0]):
        c[i, : i + 1] *= beta
        for k in range(a.shape[1]):
            c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]
    return np.sum(c)


def syr2k(a, b, c, alpha, beta):
    c = c.copy()
    for i in range(a.shape[0]):
        c[i, : i + 1] *= beta
        for k in range(a.shape[1]):
            c[i, : i + 1] += a[: i + 1, k] * alpha * b[i, k] + b[: i + 1, k] * alpha * a[i, k]
    return np.sum(c)


def symm(a, b, c, alpha, beta):
    """The product with a symmetric matrix of which only the lower triangle is read."""
    c = c.copy()
    temp = np.empty(c.shape[1])
    c *= beta
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            c[:i, j] += alpha * b[i, j] * a[i, :i]
            temp[j] = b[:i, j] @ a[i, :i]
        c[i, :] += alpha * b[i, :] * a[i, i] + alpha * temp
    return np.sum(c)


def trmm(a, b, alpha):
    b = b.copy()
    for i in range(b.shape[0]):
        for j in range(b.shape[1]):
            b[i, j] += np.dot(a[i + 1 :, i], b[i + 1 :, j])
    b *= alpha
    return np.sum(b)


def doitgen(a, c4):
    """Every row of a stack of matrices by one matrix, in place."""
    a = a.copy()
    nr, nq, np_ = a.shape
    a[:] = np.reshape(np.reshape(a, (nr, nq, 1, np_)) @ c4, (nr, nq, np_))
    return np.sum(a)


def correlation(data):
    """Of the columns of a matrix; a column that hardly varies counts as one that varies by one."""
    data = data.copy()
    n = float(data.shape[0])
    columns = data.shape[1]
    mean = np.mean(data, axis=0)
    spread = np.std(data, axis=0)
    spread[spread <= 0.1] = 1.0
    data -= mean
    data /= np.sqrt(n) * spread
    corr = np.eye(columns, dtype=data.dtype)
    for i in range(columns - 1):
        corr[i + 1 : columns, i] = corr[i, i + 1 : columns] = data[:, i] @ data[:, i + 1 : columns]
    return np.sum(corr)


def covariance(data):
    data = data.copy()
    n = float(data.shape[0])
    columns = data.shape[1]
    mean = np.mean(data, axis=0)
    data -= mean
    cov = np.zeros((columns, columns), dtype=data.dtype)
    for i in range(columns):
        cov[i:columns, i] = cov[i, i:columns] = data[:, i] @ data[:, i:columns] / (n - 1.0)
    return np.sum(cov)


def sparse_matrix_vector(values, x, rows, columns):
    """Compressed sparse rows: the nonzero elements of row `i` are those from `rows[i]` to `rows[i + 1]`."""
    y = np.empty(len(rows) - 1)
    for i in range(len(rows) - 1):
        cols = columns[rows[i] : rows[i + 1]]
        vals = values[rows[i] : rows[i + 1]]
        y[i] = vals @ x[cols]
    return np.sum(y)


def n(*shape):
    return lambda rng: rng.normal(size=shape)


PROGRAMS = (
    Program(gemm, lambda rng: (n(3, 4)(rng), n(4, 2)(rng), n(3, 2)(rng), 1.5, 1.2), wrt=(0, 1, 2, 3, 4)),
    Program(
        two_products,
        lambda rng: (n(3, 4)(rng), n(4, 2)(rng), n(2, 5)(rng), n(3, 5)(rng), 1.5, 1.2),
        wrt=(0, 1, 2, 3, 4, 5),
    ),
    Program(
        three_products, lambda rng: (n(3, 4)(rng), n(4, 2)(rng), n(2, 5)(rng), n(5, 3)(rng)), wrt=(0, 1, 2, 3)
    ),
    Program(atax, lambda rng: (n(3, 4)(rng), n(4)(rng)), wrt=(0, 1)),
    Program(bicg, lambda rng: (n(3, 4)(rng), n(4)(rng), n(3)(rng)), wrt=(0, 1, 2)),
    Program(mvt, lambda rng: (n(4, 4)(rng), *(n(4)(rng) for _ in range(4))), wrt=(0, 1, 2, 3, 4)),
    Program(gemver, lambda rng: (n(4, 4)(rng), *(n(4)(rng) for _ in range(8)), 1.5, 1.2), wrt=tuple(range(11))),
    Program(gesummv, lambda rng: (n(4, 4)(rng), n(4, 4)(rng), n(4)(rng), 1.5, 1.2), wrt=(0, 1, 2, 3, 4)),
    Program(syrk, lambda rng: (n(4, 3)(rng), n(4, 4)(rng), 1.5, 1.2), wrt=(0, 1, 2, 3)),
    Program(syr2k, lambda rng: (n(4, 3)(rng), n(4, 3)(rng), n(4, 4)(rng), 1.5, 1.2), wrt=(0, 1, 2, 3, 4)),
    Program(symm, lambda rng: (n(3, 3)(rng), n(3, 4)(rng), n(3, 4)(rng), 1.5, 1.2), wrt=(0, 1, 2, 3, 4)),
    Program(trmm, lambda rng: (n(4, 4)(rng), n(4, 3)(rng), 1.5), wrt=(0, 1, 2)),
    Program(doitgen, lambda rng: (n(2, 3, 4)(rng), n(4, 4)(rng)), wrt=(0, 1)),
    Program(correlation, lambda rng: (n(6, 4)(rng) * np.array([1.0, 1.0, 0.01, 1.0]),)),
    Program(covariance, lambda rng: (n(6, 4)(rng),), rtol=1e-8),
    Program(
        sparse_matrix_vector,
        lambda rng: (n(6)(rng), n(5)(rng), np.array([0, 2, 2, 5, 6]), np.array([1, 3, 0, 1, 4, 2])),
        wrt=(0, 1),
    ),
)
