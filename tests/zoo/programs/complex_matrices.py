"""Complex matrices: systems, determinants and factorisations, and what physics makes of them."""

import numpy as np

from ..program import Program


def solution(a, b):
    return np.linalg.solve(a, b)


def solutions_of_a_real_system(a, b):
    """A real matrix and complex right sides: the gradient by the matrix is real."""
    return np.sum(np.abs(np.linalg.solve(a, b)) ** 2)


def systems_in_a_stack(a, b):
    return np.linalg.solve(a, b[:, None] * a) @ b


def inverse(a):
    return np.linalg.inv(a) @ np.conj(a)


def determinant(a):
    return np.abs(np.linalg.det(a) - 2j)


def sign_and_logarithm(a):
    sign, size = np.linalg.slogdet(a)
    return sign.real * size - sign.imag


def factor(x):
    """Of a matrix that is made Hermitian first."""
    return np.linalg.cholesky(x @ np.conj(x.T) + np.eye(3))


def factor_of_one_triangle(a):
    """The other triangle is not read, nor is the imaginary part of the diagonal."""
    return np.sum(np.linalg.cholesky(a).imag * np.arange(9.0).reshape(3, 3))


def energies(h):
    return np.linalg.eigvalsh(h)


def evolution(h, psi, t):
    """The state after a time: its phases come from eigenvalues, the vectors turn freely."""
    w, v = np.linalg.eigh(h)
    later = v @ (np.exp(-1j * t * w) * (np.conj(v.T) @ psi))
    return np.sum(np.arange(3) * np.abs(later) ** 2)


def vectors(h):
    """Eigenvectors themselves, as LAPACK turns them in the complex plane."""
    w, v = np.linalg.eigh(h)
    u = np.linalg.eigh(np.conj(h.T), UPLO="U")[1]
    return np.sum((v * (1.0 + 2.0j)).real * np.arange(9.0).reshape(3, 3)) + np.sum(u[2].real * w)


def spread(a):
    s = np.linalg.svd(a, compute_uv=False)
    return s[0] / s[-1] + np.linalg.norm(a, "nuc") + np.linalg.norm(a, 2) + np.linalg.norm(a, 1)


def orthogonal(a):
    q, r = np.linalg.qr(a)
    return q * 1j + np.sum(r)


def fitted(a, b):
    """Least squares by both ways to write them."""
    x = np.linalg.lstsq(a, b, rcond=None)[0]
    return np.sum(np.abs(x) ** 2) + np.sum((np.linalg.pinv(a) @ b).imag)


def beam(weights, steering):
    """The power that an array of antennas receives from a direction, relative to the noise."""
    noise = np.outer(weights, np.conj(weights)) + np.eye(len(weights))
    best = np.linalg.solve(noise, steering)
    return np.vdot(steering, best).real / np.linalg.norm(best)


def green(h, energy, damping):
    """The trace of a resolvent: a density of states."""
    n = h.shape[0]
    g = np.linalg.inv((energy + 1j * damping) * np.eye(n) - h)
    return -np.trace(g).imag / np.pi


def scattering(s1, s2):
    """Two networks one behind the other."""
    inner = np.linalg.inv(np.eye(2) - s1 @ s2)
    return np.sum(np.abs(np.linalg.matrix_power(s2 @ inner @ s1, 2)) ** 2)


def spectral_radius(a):
    """Of a real matrix, whose eigenvalues NumPy gives as real or complex numbers: the modulus is the same."""
    return np.max(np.abs(np.linalg.eigvals(a)))


def growth_and_frequencies(a):
    w = np.linalg.eigvals(a)
    total = 0.0
    for z in w:
        total += abs(z) ** 2
    return np.sum(w.real**3) + np.sum(np.abs(w.imag)) + total


def modes(a):
    """Eigenvalues and vectors of a complex matrix, in length and phase as LAPACK leaves them."""
    w, v = np.linalg.eig(a)
    return np.sum((v * (1.0 - 2.0j)).real * np.arange(9.0).reshape(3, 3)) * np.abs(w[0])


def modes_of_a_real_matrix(a):
    w, v = np.linalg.eig(a)
    return np.sum(v.real * np.arange(9.0).reshape(3, 3)) + np.sum(np.abs(v) ** 2 * w.imag**2)


def function_of_a_matrix(a):
    """A square root by eigenvalues of a matrix that is made complex."""
    w, v = np.linalg.eig(a.astype(complex))
    return np.abs((v * np.sqrt(w)) @ np.linalg.inv(v))


def spectra_of_a_stack(a):
    return np.sum(np.abs(np.linalg.eigvals(a) - 1j), axis=-1)


def numbers(rng, *shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def hermitian(rng, n):
    a = numbers(rng, n, n)
    return a @ a.conj().T + np.eye(n)


def regular(rng, *shape):
    return numbers(rng, *shape) + 3.0 * np.eye(shape[-1])


DIFFERENCES = {"oracle": "differences"}
TWO = {**DIFFERENCES, "wrt": (0, 1)}

PROGRAMS = [
    Program(solution, lambda rng: (regular(rng, 3, 3), numbers(rng, 3)), **TWO),
    Program(solution, lambda rng: (regular(rng, 3, 3), numbers(rng, 3, 2)), name="solutions", **TWO),
    Program(solutions_of_a_real_system, lambda rng: (regular(rng, 3, 3).real, numbers(rng, 3, 2)), **TWO),
    Program(systems_in_a_stack, lambda rng: (regular(rng, 2, 3, 3), numbers(rng, 3)), **TWO),
    Program(inverse, lambda rng: (regular(rng, 3, 3),), **DIFFERENCES),
    Program(inverse, lambda rng: (regular(rng, 3, 3).astype(np.complex64),), name="single_precision",
            oracle="differences", rtol=1e-4),
    Program(determinant, lambda rng: (numbers(rng, 3, 3),), **DIFFERENCES),
    Program(sign_and_logarithm, lambda rng: (numbers(rng, 3, 3),), **DIFFERENCES),
    Program(factor, lambda rng: (numbers(rng, 3, 3),), **DIFFERENCES),
    Program(factor_of_one_triangle, lambda rng: (hermitian(rng, 3) + np.diag([1j, 2j, 0j]),), **DIFFERENCES),
    Program(energies, lambda rng: (hermitian(rng, 3),), **DIFFERENCES),
    Program(evolution, lambda rng: (hermitian(rng, 3), numbers(rng, 3), 0.3), **TWO),
    Program(vectors, lambda rng: (hermitian(rng, 3),), **DIFFERENCES),
    Program(spread, lambda rng: (numbers(rng, 4, 3),), **DIFFERENCES),
    Program(orthogonal, lambda rng: (numbers(rng, 4, 3),), **DIFFERENCES),
    Program(fitted, lambda rng: (numbers(rng, 4, 3), numbers(rng, 4)), **TWO),
    Program(beam, lambda rng: (numbers(rng, 4), numbers(rng, 4)), **TWO),
    Program(green, lambda rng: (hermitian(rng, 3), 1.7, 0.2), oracle="differences", wrt=(0, 1, 2)),
    Program(scattering, lambda rng: (0.3 * numbers(rng, 2, 2), 0.3 * numbers(rng, 2, 2)), **TWO),
    Program(spectral_radius, lambda rng: (rng.normal(size=(4, 4)),), also=(lambda rng: (hermitian(rng, 4).real,),),
            **DIFFERENCES),
    Program(growth_and_frequencies, lambda rng: (rng.normal(size=(4, 4)),), **DIFFERENCES),
    Program(modes, lambda rng: (numbers(rng, 3, 3),), **DIFFERENCES),
    Program(modes_of_a_real_matrix, lambda rng: (rng.normal(size=(3, 3)),), **DIFFERENCES),
    Program(function_of_a_matrix, lambda rng: (regular(rng, 3, 3).real,), **DIFFERENCES),
    Program(spectra_of_a_stack, lambda rng: (numbers(rng, 2, 3, 3),), **DIFFERENCES),
]
