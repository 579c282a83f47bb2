"""Systems of equations, inverses, determinants and Cholesky factors."""

import numpy as np

from ..program import Program


def solution(a, b):
    return np.linalg.solve(a, b)


def residual_of_a_solution(a, b):
    x = np.linalg.solve(a + a.T, b * b)
    return np.sum(x * x) + x[0] * b[0]


def inverse(a):
    return np.linalg.inv(a) @ a.T


def determinant(a):
    return np.linalg.det(a) * a[0, 0]


def logarithm_of_a_determinant(a):
    sign, size = np.linalg.slogdet(a)
    return sign * size


def factor(a):
    return np.linalg.cholesky(a)


def gaussian_log_density(x, mean, lower):
    cov = lower @ lower.T + np.array([[1.0, 0.0], [0.0, 1.0]])
    r = x - mean
    return -0.5 * (r @ np.linalg.solve(cov, r) + np.linalg.slogdet(cov)[1])


def newton_steps(a, b, n):
    x = b * 1.0
    for _ in range(n):
        jacobian = a * 1.0
        for i in range(len(x)):
            jacobian[i, i] += 3.0 * x[i] ** 2
        x = x - np.linalg.solve(jacobian, a @ x + x**3 - b)
    return x


def overwritten_after_solving(a, b):
    x = np.linalg.solve(a, b)
    a[0] = x
    x[1:] = 0.0
    return np.sum(a @ x)


def regular(rng, n):
    return rng.normal(size=(n, n)) + n * np.eye(n)


def definite(rng, n):
    m = rng.normal(size=(n, n))
    return m @ m.T + np.eye(n)


def singular(rng, n):
    a = regular(rng, n)
    a[1] = 0.0
    return a


def results_by_their_names(a):
    symmetric = np.linalg.eigh(a @ a.T)
    parts = np.linalg.svd(a, full_matrices=False)
    sign, logarithm = np.linalg.slogdet(a)
    again = (parts.U * parts.S) @ parts.Vh
    rest = symmetric.eigenvectors * symmetric.eigenvalues @ symmetric.eigenvectors.T
    return np.sum(again**2) + np.sum(rest) + sign * logarithm * np.linalg.slogdet(a).logabsdet


def factors_by_name_or_place(a):
    factors = np.linalg.qr(a) if a[0, 0] > 0.0 else np.linalg.qr(2.0 * a)
    return factors.Q @ factors[1], np.linalg.qr(a, mode="r"), len(factors)


def named_results(a):
    return np.linalg.slogdet(a), np.linalg.eigh(a @ a.T)


PROGRAMS = (
    Program(solution, lambda rng: (regular(rng, 4), rng.normal(size=4)), wrt=(0, 1)),
    Program(solution, lambda rng: (regular(rng, 3), rng.normal(size=(3, 5))), wrt=(0, 1), name="several_right_sides"),
    Program(solution, lambda rng: (regular(rng, 3).T, rng.normal(size=(6, 2))[::-2]), wrt=(0, 1), name="of_views"),
    Program(solution, lambda rng: (np.empty((0, 0)), np.empty(0)), wrt=(0, 1), name="no_equations"),
    Program(
        solution,
        lambda rng: (regular(rng, 3).astype(np.float32), rng.normal(size=3).astype(np.float32)),
        wrt=(0, 1),
        name="in_single_precision",
        oracle="difference",
        rtol=1e-3,
    ),
    Program(residual_of_a_solution, lambda rng: (regular(rng, 3), rng.normal(size=3)), wrt=(0, 1)),
    Program(inverse, lambda rng: (regular(rng, 4),)),
    Program(determinant, lambda rng: (regular(rng, 4),), also=(lambda rng: (-np.eye(3),),)),
    Program(determinant, lambda rng: (singular(rng, 4),), name="of_a_singular_matrix", oracle="difference", rtol=1e-8),
    Program(
        logarithm_of_a_determinant,
        lambda rng: (regular(rng, 4),),
        also=(lambda rng: (-regular(rng, 3),),),
        oracle="difference",
        rtol=1e-8,
    ),
    Program(factor, lambda rng: (definite(rng, 4),), oracle="difference", rtol=1e-8),
    Program(
        gaussian_log_density,
        lambda rng: (rng.normal(size=2), rng.normal(size=2), np.tril(rng.normal(size=(2, 2)))),
        wrt=(0, 1, 2),
        oracle="difference",
        rtol=1e-8,
    ),
    Program(newton_steps, lambda rng: (definite(rng, 3), rng.normal(size=3), 3), wrt=(0, 1)),
    Program(overwritten_after_solving, lambda rng: (regular(rng, 3), rng.normal(size=3)), wrt=(0, 1)),
    Program(results_by_their_names, lambda rng: (regular(rng, 3),), oracle="difference", rtol=1e-8),
    Program(factors_by_name_or_place, lambda rng: (regular(rng, 3),), also=(lambda rng: (-regular(rng, 3),),),
            oracle="difference", rtol=1e-8),
    Program(named_results, lambda rng: (regular(rng, 3),), oracle="difference", rtol=1e-8),
)
