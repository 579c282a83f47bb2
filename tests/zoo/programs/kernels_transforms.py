"""Complex matrices and transforms as NumPy programs have them: a contour integral, and Stockham's transform."""

import numpy as np

from ..program import Program


def contour_integral(rows, columns, slab_per_bc, hamiltonian, points, right):
    """Solutions of systems of equations on a circle in the complex plane, added with the weights of a contour."""
    p0 = np.zeros((rows, columns), dtype=np.complex128)
    p1 = np.zeros((rows, columns), dtype=np.complex128)
    for z in points:
        t = np.zeros((rows, rows), dtype=np.complex128)
        for n in range(slab_per_bc + 1):
            zz = np.power(z, slab_per_bc / 2 - n)
            t += zz * hamiltonian[n]
        if rows == columns:
            x = np.linalg.inv(t)
        else:
            x = np.linalg.solve(t, right)
        if abs(z) < 1.0:
            x = -x
        p0 += x
        p1 += z * x
    return np.sum(np.abs(p0) ** 2) + np.sum(np.abs(p1) ** 2)


def grid(rows, columns):
    i = np.empty((rows, columns), dtype=np.int64)
    j = np.empty((rows, columns), dtype=np.int64)
    for k in range(rows):
        i[k, :] = k
    for k in range(columns):
        j[:, k] = k
    return i, j


def stockham_fft(n, radix, power, x, y):
    """The transform of radix**power numbers by reshaped arrays; its result is stored into y."""
    i_coord, j_coord = grid(radix, radix)
    dft_mat = np.empty((radix, radix), dtype=np.complex128)
    dft_mat = np.exp(-2.0j * np.pi * i_coord * j_coord / radix)
    y[:] = x[:]
    ii_coord, jj_coord = grid(radix, radix**power)
    for i in range(power):
        yv = np.reshape(y, (radix**i, radix, radix ** (power - i - 1)))
        tmp_perm = np.transpose(yv, axes=(1, 0, 2))
        twiddles = np.empty((radix, radix**i, radix ** (power - i - 1)), dtype=np.complex128)
        tmp = np.exp(-2.0j * np.pi * ii_coord[:, : radix**i] * jj_coord[:, : radix**i] / radix ** (i + 1))
        twiddles[:] = np.repeat(np.reshape(tmp, (radix, radix**i, 1)), radix ** (power - i - 1), axis=2)
        tmp_twid = np.reshape(tmp_perm, (n,)) * np.reshape(twiddles, (n,))
        y[:] = np.reshape(dft_mat @ np.reshape(tmp_twid, (radix, radix ** (power - i - 1) * radix**i)), (n,))
    return np.sum(np.arange(n) * np.abs(y) ** 2)


def stockham_by_loops(x, twiddles):
    """The same transform of radix 2, element by element; energies of the result, weighted."""
    n = len(x)
    y = x.copy()
    half, width = n // 2, 1
    while half >= 1:
        z = np.zeros(n, dtype=np.complex128)
        for j in range(half):
            for k in range(width):
                a, b = y[j * width + k], y[j * width + k + n // 2]
                z[2 * j * width + k] = a + b
                z[2 * j * width + width + k] = (a - b) * twiddles[j * width]
        y = z
        half //= 2
        width *= 2
    return np.sum(np.arange(n) * np.abs(y) ** 2)


def mandelbrot_of_complex(xmin, xmax, ymin, ymax, xn, yn, most, horizon):
    """The last number of each point of a grid, and how often it was squared: masks over complex arrays."""
    x = np.linspace(xmin, xmax, xn)
    y = np.linspace(ymin, ymax, yn)
    c = x + y[:, None] * 1j
    count = np.zeros(c.shape, dtype=np.int64)
    z = np.zeros(c.shape, dtype=np.complex128)
    for n in range(most):
        inside = np.less(abs(z), horizon)
        count[inside] = n
        z[inside] = z[inside] ** 2 + c[inside]
    count[count == most - 1] = 0
    return count


def numbers(rng, *shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def contour(rng, rows, columns, slab=2):
    """Points inside and outside of the unit circle; matrices that are far from singular on them."""
    hamiltonian = numbers(rng, slab + 1, rows, rows) + 4.0 * rows * np.eye(rows)
    points = np.array([0.6, 1.4, 0.7, 1.3]) * np.exp(1j * np.array([0.4, 1.9, -0.8, 2.6]))
    return rows, columns, slab, hamiltonian, points, numbers(rng, rows, columns)


def transform(rng, radix, power):
    n = radix**power
    return n, radix, power, numbers(rng, n), np.zeros(n, dtype=complex)


PROGRAMS = (
    Program(contour_integral, lambda rng: contour(rng, 4, 3), also=(lambda rng: contour(rng, 3, 3),),
            oracle="differences", wrt=(3, 5)),
    Program(stockham_fft, lambda rng: transform(rng, 2, 3), also=(lambda rng: transform(rng, 3, 2),),
            oracle="differences", wrt=(3,)),
    Program(stockham_by_loops, lambda rng: (numbers(rng, 8), np.exp(-2j * np.pi * np.arange(4) / 8)),
            oracle="differences", wrt=(0, 1)),
    Program(mandelbrot_of_complex, lambda rng: (-1.75, 0.25, -1.0, 1.0, 9, 7, 10, 2.0), wrt=()),
)  # fmt: skip
