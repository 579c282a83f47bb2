"""Stencils and sweeps over grids, as people write them in NumPy: slices, stores in place, loops over time."""

import numpy as np

from ..program import Program


def jacobi_1d(a, b, steps):
    """Averages of three neighbours, from one array into the other and back."""
    a, b = a.copy(), b.copy()
    for _ in range(1, steps):
        b[1:-1] = 0.33333 * (a[:-2] + a[1:-1] + a[2:])
        a[1:-1] = 0.33333 * (b[:-2] + b[1:-1] + b[2:])
    return np.sum(a) + np.sum(b)


def jacobi_2d(a, b, steps):
    a, b = a.copy(), b.copy()
    for _ in range(1, steps):
        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        a[1:-1, 1:-1] = 0.2 * (b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1])
    return np.sum(a) + np.sum(b)


def seidel_2d(a, steps):
    """Nine points, each row with the new values of the row above and of the cell to the left."""
    a = a.copy()
    n = a.shape[0]
    for _ in range(steps - 1):
        for i in range(1, n - 1):
            a[i, 1:-1] += (
                a[i - 1, :-2] + a[i - 1, 1:-1] + a[i - 1, 2:] + a[i, 2:] + a[i + 1, :-2] + a[i + 1, 1:-1] + a[i + 1, 2:]
            )
            for j in range(1, n - 1):
                a[i, j] += a[i, j - 1]
                a[i, j] /= 9.0
    return np.sum(a)


def heat_3d(a, b, steps):
    a, b = a.copy(), b.copy()
    for _ in range(1, steps):
        b[1:-1, 1:-1, 1:-1] = (
            0.125 * (a[2:, 1:-1, 1:-1] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[:-2, 1:-1, 1:-1])
            + 0.125 * (a[1:-1, 2:, 1:-1] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[1:-1, :-2, 1:-1])
            + 0.125 * (a[1:-1, 1:-1, 2:] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[1:-1, 1:-1, :-2])
            + a[1:-1, 1:-1, 1:-1]
        )
        a[1:-1, 1:-1, 1:-1] = (
            0.125 * (b[2:, 1:-1, 1:-1] - 2.0 * b[1:-1, 1:-1, 1:-1] + b[:-2, 1:-1, 1:-1])
            + 0.125 * (b[1:-1, 2:, 1:-1] - 2.0 * b[1:-1, 1:-1, 1:-1] + b[1:-1, :-2, 1:-1])
            + 0.125 * (b[1:-1, 1:-1, 2:] - 2.0 * b[1:-1, 1:-1, 1:-1] + b[1:-1, 1:-1, :-2])
            + b[1:-1, 1:-1, 1:-1]
        )
    return np.sum(a) + np.sum(b)


def fdtd_2d(ex, ey, hz, source):
    """Maxwell's equations in the plane by finite differences in time."""
    ex, ey, hz = ex.copy(), ey.copy(), hz.copy()
    for t in range(len(source)):
        ey[0, :] = source[t]
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return np.sum(ex) + np.sum(ey) + np.sum(hz)


def adi(u, steps):
    """Implicit in one direction at a time: a tridiagonal system for all columns together, then for all rows."""
    u = u.copy()
    n = u.shape[0]
    v, p, q = np.empty((n, n)), np.empty((n, n)), np.empty((n, n))
    dx, dt = 1.0 / n, 1.0 / steps
    mul1, mul2 = 2.0 * dt / (dx * dx), dt / (dx * dx)
    a, b = -mul1 / 2.0, 1.0 + mul1
    d, e = -mul2 / 2.0, 1.0 + mul2
    for _ in range(steps):
        v[0, 1 : n - 1] = 1.0
        p[1 : n - 1, 0] = 0.0
        q[1 : n - 1, 0] = v[0, 1 : n - 1]
        for j in range(1, n - 1):
            p[1 : n - 1, j] = -a / (a * p[1 : n - 1, j - 1] + b)
            q[1 : n - 1, j] = (
                -d * u[j, 0 : n - 2] + (1.0 + 2.0 * d) * u[j, 1 : n - 1] - d * u[j, 2:n] - a * q[1 : n - 1, j - 1]
            ) / (a * p[1 : n - 1, j - 1] + b)
        v[n - 1, 1 : n - 1] = 1.0
        for j in range(n - 2, 0, -1):
            v[j, 1 : n - 1] = p[1 : n - 1, j] * v[j + 1, 1 : n - 1] + q[1 : n - 1, j]
        u[1 : n - 1, 0] = 1.0
        p[1 : n - 1, 0] = 0.0
        q[1 : n - 1, 0] = u[1 : n - 1, 0]
        for j in range(1, n - 1):
            p[1 : n - 1, j] = -d / (d * p[1 : n - 1, j - 1] + e)
            q[1 : n - 1, j] = (
                -a * v[0 : n - 2, j] + (1.0 + 2.0 * a) * v[1 : n - 1, j] - a * v[2:n, j] - d * q[1 : n - 1, j - 1]
            ) / (d * p[1 : n - 1, j - 1] + e)
        u[1 : n - 1, n - 1] = 1.0
        for j in range(n - 2, 0, -1):
            u[1 : n - 1, j] = p[1 : n - 1, j] * u[1 : n - 1, j + 1] + q[1 : n - 1, j]
    return np.sum(u)


def deriche(image, alpha):
    """A recursive filter that finds edges: forward and backward along rows, then along columns."""
    decay = np.exp(-alpha)
    k = (1.0 - decay) * (1.0 - decay) / (1.0 + alpha * np.exp(2.0 * alpha) - np.exp(2.0 * alpha))
    a1 = k
    a2 = k * decay * (alpha - 1.0)
    a3 = k * decay * (alpha + 1.0)
    a4 = -k * np.exp(-2.0 * alpha)
    b1 = 2.0 ** (-alpha)
    b2 = -np.exp(-2.0 * alpha)
    width, height = image.shape
    y1, y2 = np.empty_like(image), np.empty_like(image)
    y1[:, 0] = a1 * image[:, 0]
    y1[:, 1] = a1 * image[:, 1] + a2 * image[:, 0] + b1 * y1[:, 0]
    for j in range(2, height):
        y1[:, j] = a1 * image[:, j] + a2 * image[:, j - 1] + b1 * y1[:, j - 1] + b2 * y1[:, j - 2]
    y2[:, -1] = 0.0
    y2[:, -2] = a3 * image[:, -1]
    for j in range(height - 3, -1, -1):
        y2[:, j] = a3 * image[:, j + 1] + a4 * image[:, j + 2] + b1 * y2[:, j + 1] + b2 * y2[:, j + 2]
    out = y1 + y2
    y1[0, :] = a1 * out[0, :]
    y1[1, :] = a1 * out[1, :] + a2 * out[0, :] + b1 * y1[0, :]
    for i in range(2, width):
        y1[i, :] = a1 * out[i, :] + a2 * out[i - 1, :] + b1 * y1[i - 1, :] + b2 * y1[i - 2, :]
    y2[-1, :] = 0.0
    y2[-2, :] = a3 * out[-1, :]
    for i in range(width - 3, -1, -1):
        y2[i, :] = a3 * out[i + 1, :] + a4 * out[i + 2, :] + b1 * y2[i + 1, :] + b2 * y2[i + 2, :]
    return np.sum(y1 + y2)


def horizontal_diffusion(field, coefficient):
    """Differences of a Laplacian, limited where they would raise the field's gradient; two cells of halo."""
    laplacian = 4.0 * field[1:-1, 1:-1, :] - (
        field[2:, 1:-1, :] + field[:-2, 1:-1, :] + field[1:-1, 2:, :] + field[1:-1, :-2, :]
    )
    res = laplacian[1:, 1:-1, :] - laplacian[:-1, 1:-1, :]
    flux_x = np.where(res * (field[2:-1, 2:-2, :] - field[1:-2, 2:-2, :]) > 0.0, 0.0, res)
    res = laplacian[1:-1, 1:, :] - laplacian[1:-1, :-1, :]
    flux_y = np.where(res * (field[2:-2, 2:-1, :] - field[2:-2, 1:-2, :]) > 0.0, 0.0, res)
    out = field[2:-2, 2:-2, :] - coefficient * (
        flux_x[1:, :, :] - flux_x[:-1, :, :] + flux_y[:, 1:, :] - flux_y[:, :-1, :]
    )
    return np.sum(out)


def vertical_advection(position, stage, velocity, tendency, previous, dt):
    """Implicit in the vertical: a tridiagonal system for every column, all columns together."""
    n, m, levels = position.shape
    ccol, dcol = np.empty((n, m, levels)), np.empty((n, m, levels))
    tendency = tendency.copy()
    data = np.empty((n, m))
    rate = 1.0 / dt
    for k in range(1):
        gcv = 0.25 * (velocity[1:, :, k + 1] + velocity[:-1, :, k + 1])
        cs = gcv * 0.5
        ccol[:, :, k] = gcv * 0.5
        bcol = rate - ccol[:, :, k]
        correction = -cs * (stage[:, :, k + 1] - stage[:, :, k])
        dcol[:, :, k] = rate * position[:, :, k] + previous[:, :, k] + tendency[:, :, k] + correction
        divided = 1.0 / bcol
        ccol[:, :, k] = ccol[:, :, k] * divided
        dcol[:, :, k] = dcol[:, :, k] * divided
    for k in range(1, levels - 1):
        gav = -0.25 * (velocity[1:, :, k] + velocity[:-1, :, k])
        gcv = 0.25 * (velocity[1:, :, k + 1] + velocity[:-1, :, k + 1])
        as_, cs = gav * 0.5, gcv * 0.5
        acol = gav * 0.5
        ccol[:, :, k] = gcv * 0.5
        bcol = rate - acol - ccol[:, :, k]
        correction = -as_ * (stage[:, :, k - 1] - stage[:, :, k]) - cs * (stage[:, :, k + 1] - stage[:, :, k])
        dcol[:, :, k] = rate * position[:, :, k] + previous[:, :, k] + tendency[:, :, k] + correction
        divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
        ccol[:, :, k] = ccol[:, :, k] * divided
        dcol[:, :, k] = (dcol[:, :, k] - dcol[:, :, k - 1] * acol) * divided
    for k in range(levels - 1, levels):
        gav = -0.25 * (velocity[1:, :, k] + velocity[:-1, :, k])
        as_ = gav * 0.5
        acol = gav * 0.5
        bcol = rate - acol
        correction = -as_ * (stage[:, :, k - 1] - stage[:, :, k])
        dcol[:, :, k] = rate * position[:, :, k] + previous[:, :, k] + tendency[:, :, k] + correction
        divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
        dcol[:, :, k] = (dcol[:, :, k] - dcol[:, :, k - 1] * acol) * divided
    for k in range(levels - 1, levels - 2, -1):
        solution = dcol[:, :, k]
        data[:] = solution
        tendency[:, :, k] = rate * (solution - position[:, :, k])
    for k in range(levels - 2, -1, -1):
        solution = dcol[:, :, k] - ccol[:, :, k] * data[:]
        data[:] = solution
        tendency[:, :, k] = rate * (solution - position[:, :, k])
    return np.sum(tendency)


PROGRAMS = (
    Program(jacobi_1d, lambda rng: (rng.normal(size=9), rng.normal(size=9), 4), wrt=(0, 1)),
    Program(jacobi_2d, lambda rng: (rng.normal(size=(5, 6)), rng.normal(size=(5, 6)), 3), wrt=(0, 1)),
    Program(seidel_2d, lambda rng: (rng.normal(size=(6, 6)), 3)),
    Program(heat_3d, lambda rng: (rng.normal(size=(4, 5, 4)), rng.normal(size=(4, 5, 4)), 3), wrt=(0, 1)),
    Program(
        fdtd_2d,
        lambda rng: (rng.normal(size=(5, 6)), rng.normal(size=(5, 6)), rng.normal(size=(5, 6)), rng.normal(size=3)),
        wrt=(0, 1, 2, 3),
    ),
    Program(adi, lambda rng: (rng.normal(size=(6, 6)), 2)),
    Program(deriche, lambda rng: (rng.normal(size=(5, 6)), 0.25), wrt=(0, 1)),
    Program(
        horizontal_diffusion,
        lambda rng: (rng.normal(size=(7, 8, 2)), rng.normal(size=(3, 4, 2))),
        wrt=(0, 1),
    ),
    Program(
        vertical_advection,
        lambda rng: (*(rng.uniform(size=s) for s in ((2, 3, 5), (2, 3, 5), (3, 3, 5), (2, 3, 5), (2, 3, 5))), 0.15),
        wrt=(0, 1, 2, 3, 4, 5),
    ),
)
