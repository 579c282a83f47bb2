"""Reductions along axes, running sums, and sums of products by subscripts."""

import numpy as np

from ..program import Program


def row_and_column_sums(a):
    return np.sum(a, axis=0) @ np.mean(a * a, axis=1)[: a.shape[1]]


def softmax_of_rows(a):
    e = np.exp(a - np.max(a, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    return np.sum(p[:, 0] * p[:, 1])


def standardised_columns(a):
    z = (a - a.mean(axis=0)) / np.std(a, axis=0, ddof=1)
    return np.sum(z**3)


def layer_norm(a, gain):
    centred = a - np.mean(a, axis=-1, keepdims=True)
    return np.sum(np.tanh(gain * centred / np.sqrt(np.var(a, axis=-1, keepdims=True) + 1e-5)))


def sums_over_pairs_of_axes(t):
    return np.sum(t, axis=(0, 2)) @ np.sum(t * t, axis=(0, -1)) + np.sum(np.max(t, axis=(1, 2)) ** 2)


def extremes_along_axes(a):
    return np.sum(a.max(0) * a.min(axis=0)) + np.sum(np.min(a, axis=1) ** 2)


def products_along_axes(a):
    return np.sum(np.prod(a, axis=0)) + np.prod(np.sum(a, axis=1)) + np.sum(a.prod(axis=-1, keepdims=True))


def products_with_zeros(a):
    return np.sum(np.prod(a, axis=0) * np.sum(a, axis=0))


def norms_of_rows(a):
    return np.sum(np.linalg.norm(a, axis=1) * np.linalg.norm(a, 1, 1)) + np.linalg.norm(a[0], np.inf)


def norm_of_matrices(t):
    return np.sum(np.linalg.norm(t, axis=(1, 2)) ** 3)


def variance_of_everything(a):
    return np.var(a) * np.std(a, ddof=1) + np.var(a[0])


def kept_axes_of_everything(a):
    return np.sum(a / np.sum(a, keepdims=True) * np.max(a, keepdims=True))


def reduced_to_a_number_by_axis(x):
    return np.sum(x, axis=0) * np.mean(x, axis=-1) + np.max(x, axis=0)


def axis_from_a_helper(a):
    def spread(b, axis):
        return np.max(b, axis=axis) - np.min(b, axis=axis)

    return np.sum(spread(a, 0) ** 2) + np.sum(spread(a, 1) ** 2)


def entries_where_the_largest_are(a):
    k = np.argmax(a, axis=1)
    s = 0.0
    for i in range(len(k)):
        s += a[i, k[i]] ** 2 * (1.0 + np.argmin(a))
    return s


def counted_along_an_axis(a):
    return np.sum(np.count_nonzero(a > 0.0, axis=0) * np.sum(a, axis=0)) + np.sum(np.any(a > 1.0, axis=1) * a[:, 0])


def reduction_of_rows_in_a_loop(a, n):
    for _ in range(n):
        a = a - 0.1 * np.sum(a * a, axis=0) + np.max(a, axis=1, keepdims=True)
    return np.sum(a)


def sum_of_a_stored_array(a):
    b = np.zeros(a.shape)
    b[0] = a[0] * a[1]
    s = np.sum(b * a, axis=0)
    b[1] = s
    return np.sum(np.sum(b, axis=1) ** 2)


def running_sums(a):
    return np.sum(np.cumsum(a) ** 2) + np.sum(np.cumsum(a, axis=0) * a.cumsum(axis=1))


def running_products(a):
    return np.sum(np.cumprod(a, axis=0) * np.cumprod(a, axis=1)) + np.sum(np.cumprod(a[0]))


def running_products_with_zeros(x):
    return np.sum(np.cumprod(x) * x)


def differences_of_neighbours(a):
    return np.sum(np.diff(a) ** 2) + np.sum(np.diff(a, axis=0) ** 3) + np.sum(np.diff(a, 2, axis=1) ** 2)


def contraction_of_matrices(a, b):
    return np.sum(np.einsum("ij,kj->ik", a, b) ** 2) + np.einsum("ij,ij->", a, a)


def contraction_of_three(a, b, x):
    return np.sum(np.einsum("ij,jk,k->i", a, b, x) ** 2)


def contraction_with_diagonals(a):
    return np.einsum("ii", a) * np.sum(np.einsum("ii->i", a) ** 2) + np.sum(np.einsum("ij->j", a) ** 2)


def attention(q, k, v):
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return np.sum((e / np.sum(e, axis=-1, keepdims=True) @ v) ** 2)


def stacks_of_matrices(t, m):
    return np.sum((t @ m) ** 2) + np.sum(np.matmul(m.T, t.swapaxes(1, 2))) + np.sum(np.dot(t, m[:, 0]) ** 2)


def tensor_products(t, m):
    return np.sum(np.tensordot(t, m, axes=1) ** 2) + np.sum(np.tensordot(t, t, axes=([0, 2], [0, 2])) ** 2)


def traces(a):
    return np.trace(a) * a.trace(1) + np.trace(a @ a)


def of(*shape):
    """Arguments: one array of normal numbers."""
    return lambda rng: (rng.normal(size=shape),)


def single(*shape):
    return lambda rng: (rng.normal(size=shape).astype(np.float32),)


def spread_out(*shape):
    """Arguments: one array that is not contiguous."""
    return lambda rng: (rng.normal(size=(*shape[:-1], 2 * shape[-1]))[..., ::2],)


PROGRAMS = (
    Program(row_and_column_sums, of(4, 3), also=(of(1, 1),)),
    Program(row_and_column_sums, of(0, 0), name="row_and_column_sums_of_nothing", warns=True),
    Program(row_and_column_sums, spread_out(4, 3), name="row_and_column_sums_with_strides"),
    Program(softmax_of_rows, of(3, 4), also=(of(1, 2),)),
    Program(softmax_of_rows, single(3, 4), name="softmax_of_float32", oracle="differences", rtol=1e-4),
    Program(standardised_columns, of(5, 3)),
    Program(layer_norm, lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=4)), wrt=(0, 1)),
    Program(sums_over_pairs_of_axes, of(2, 3, 4), also=(of(1, 1, 1),)),
    Program(extremes_along_axes, of(3, 4), also=(of(1, 4), of(3, 1))),
    Program(products_along_axes, of(3, 4), also=(of(1, 1),)),
    Program(products_with_zeros, lambda rng: (np.array([[2.0, 0.0, 0.0], [0.5, -1.5, 0.0], [3.0, 2.0, 1.0]]),)),
    Program(norms_of_rows, of(3, 4)),
    Program(norm_of_matrices, of(2, 3, 2)),
    Program(variance_of_everything, of(3, 4)),
    Program(kept_axes_of_everything, of(3, 4)),
    Program(reduced_to_a_number_by_axis, of(5)),
    Program(axis_from_a_helper, of(3, 4)),
    Program(entries_where_the_largest_are, of(3, 4)),
    Program(counted_along_an_axis, of(3, 4)),
    Program(reduction_of_rows_in_a_loop, lambda rng: (rng.uniform(0.1, 0.5, size=(3, 4)), 3)),
    Program(sum_of_a_stored_array, of(3, 4)),
    Program(running_sums, of(3, 4), also=(of(0, 4), of(1, 1))),
    Program(running_products, of(3, 4), also=(of(1, 1),)),
    Program(running_products_with_zeros, lambda rng: (np.array([2.0, 0.0, -3.0, 0.0, 1.5]),)),
    Program(differences_of_neighbours, of(4, 5), also=(of(1, 1),)),
    Program(contraction_of_matrices, lambda rng: (rng.normal(size=(2, 3)), rng.normal(size=(4, 3))), wrt=(0, 1)),
    Program(contraction_of_three,
            lambda rng: (rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)), wrt=(0, 1, 2)),
    Program(contraction_with_diagonals, of(3, 3)),
    Program(attention, lambda rng: tuple(rng.normal(size=(2, 3, 4)) for _ in range(3)), wrt=(0, 1, 2)),
    Program(stacks_of_matrices, lambda rng: (rng.normal(size=(2, 3, 4)), rng.normal(size=(4, 4))), wrt=(0, 1)),
    Program(tensor_products, lambda rng: (rng.normal(size=(2, 3, 4)), rng.normal(size=(4, 2))), wrt=(0, 1)),
    Program(traces, of(3, 3)),
)
