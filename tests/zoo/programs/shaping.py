"""Other shapes of arrays, joined, repeated and turned arrays."""

import numpy as np

from ..program import Program


def reshaped_and_summed(a):
    b = a.reshape(-1)
    return np.sum(b[1:] * b[:-1]) + np.sum(np.reshape(a, (2, -1))[0] ** 2)


def store_through_a_reshaped_view(x):
    y = np.zeros((2, 3))
    z = y.reshape(6)
    z[:] = x * x
    z[2] = z[1] * z[0]
    return np.sum(y[0]) * np.sum(y[1])


def store_behind_a_reshaped_view(x):
    y = x * 1.0
    z = y.reshape(3, 2)
    y[0] = y[1] * y[5]
    return np.sum(z[0] * z[2])


def store_into_a_flattened_copy(a):
    b = a.flatten()
    b[0] = b[1] * b[2]
    return np.sum(b * b) + a[0, 0]


def ravel_of_what_is_not_contiguous(a):
    b = a.T.ravel()
    c = a[:, ::2].reshape(-1)
    return np.sum(b[1:] * b[:-1]) + np.sum(c * c)


def reshaped_in_a_loop(x, n):
    for _ in range(n):
        a = (x * x).reshape(2, 3)
        x = np.sum(a, axis=1, keepdims=True).reshape(2)[0] * x / 4.0
    return np.sum(x)


def carried_and_reshaped(x, n):
    a = x * 1.0
    for _ in range(n):
        b = a.reshape(3, 2)
        a = (b * b[0]).ravel()
    return np.sum(a)


def new_and_removed_axes(a):
    b = np.expand_dims(a, 1)
    c = np.squeeze(np.expand_dims(a[0], (0, 2)), (0, 2))
    return np.sum(b * a) + np.sum(c**3)


def axes_in_another_order(t):
    return np.sum(t.transpose(2, 0, 1) * np.moveaxis(t, -1, 0)) + np.sum(t.swapaxes(0, 1)[0] ** 3)


def broadcast_to_a_shape(x):
    return np.sum(np.broadcast_to(x, (3, len(x))) * np.arange(3.0)[:, None]) ** 2


def turned(a):
    return np.sum(np.flip(a) * a) + np.sum(np.flip(a, 0)[0] ** 2) + np.sum(np.fliplr(a)[:, 0] ** 3)


def joined_vectors(x, y):
    z = np.concatenate((x, y * y, x[:1]))
    return np.sum(z[1:] * z[:-1])


def joined_matrices(a, b):
    return np.sum(np.vstack((a, b)) ** 2) + np.sum(np.concatenate([a, b], axis=1)[0] ** 3)


def stacked(x, y):
    m = np.stack((x, y, x * y))
    return np.sum(m[0] * m[2]) + np.sum(np.stack([x, y], axis=-1)[:, 1] ** 2) + np.sum(np.hstack((x, 2.0, y)) ** 2)


def columns(x, y):
    c = np.column_stack((x, y, x * y))
    return np.sum((c.T @ c) ** 2)


def stacked_in_a_loop(x, n):
    for _ in range(n):
        x = np.concatenate((x[1:], x[:1] * x[1:2]))
    return np.sum(x * x)


def points_on_a_grid(x, y):
    u, v = np.meshgrid(x, y)
    return np.sum(np.sin(u * v)) + np.sum(np.meshgrid(x, y, indexing="ij")[1][0] ** 2)


def repeated(a):
    return np.sum(np.repeat(a, 2, axis=1)[:, 1:] ** 2) + np.sum(np.repeat(a, 3) ** 3) + np.sum(np.tile(a, (2, 1)) ** 2)


def rolled(a, k):
    return np.sum(np.roll(a, k) * a) + np.sum(np.roll(a, -k, axis=0)[0] * a[0]) + np.sum(np.roll(a[0], 1) * a[0])


def diagonals(a):
    d = np.diag(a)
    return np.sum(np.diag(d * d) @ a[:, 0]) + np.sum(np.diagonal(a, 1) ** 2) + np.sum(np.diag(a[0], -1) ** 3)


def triangles(a):
    return np.sum((np.tril(a) @ np.triu(a, 1)) ** 2) + np.sum((np.eye(len(a)) + np.identity(len(a))) * a)


def of(*shape):
    return lambda rng: (rng.normal(size=shape),)


def two(n, m):
    return lambda rng: (rng.normal(size=n), rng.normal(size=m))


PROGRAMS = (
    Program(reshaped_and_summed, of(2, 3), also=(of(2, 1),)),
    Program(reshaped_and_summed, lambda rng: (rng.normal(size=(2, 6))[:, ::2],), name="reshaped_with_strides"),
    Program(store_through_a_reshaped_view, of(6)),
    Program(store_behind_a_reshaped_view, of(6)),
    Program(store_into_a_flattened_copy, of(2, 3)),
    Program(ravel_of_what_is_not_contiguous, of(2, 3), also=(of(1, 1), of(0, 3))),
    Program(reshaped_in_a_loop, lambda rng: (rng.normal(size=6), 3)),
    Program(carried_and_reshaped, lambda rng: (rng.normal(size=6), 3)),
    Program(new_and_removed_axes, of(3, 4), also=(of(1, 1),)),
    Program(new_and_removed_axes, lambda rng: (np.asfortranarray(rng.normal(size=(3, 4))),), name="axes_of_columns"),
    Program(axes_in_another_order, of(2, 3, 4)),
    Program(broadcast_to_a_shape, of(4), also=(of(1), of(0))),
    Program(turned, of(3, 4), also=(of(1, 1),)),
    Program(joined_vectors, two(3, 2), wrt=(0, 1), also=(two(1, 0),)),
    Program(joined_matrices, lambda rng: (rng.normal(size=(2, 3)), rng.normal(size=(2, 3))), wrt=(0, 1)),
    Program(stacked, two(3, 3), wrt=(0, 1), also=(two(1, 1),)),
    Program(columns, two(3, 3), wrt=(0, 1)),
    Program(stacked_in_a_loop, lambda rng: (rng.normal(size=4), 3)),
    Program(points_on_a_grid, two(3, 4), wrt=(0, 1), also=(two(1, 1),)),
    Program(repeated, of(2, 3), also=(of(0, 3),)),
    Program(rolled, lambda rng: (rng.normal(size=(2, 3)), 4), also=(lambda rng: (rng.normal(size=(1, 1)), -2),)),
    Program(diagonals, of(3, 3)),
    Program(triangles, of(3, 3)),
)
