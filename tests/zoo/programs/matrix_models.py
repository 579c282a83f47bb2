"""Models as scientists write them, with matrices that are factorised: Gaussian processes, filters, components."""

import numpy as np
import scipy.linalg
from scipy.linalg import cho_factor, cho_solve, expm, solve_triangular

from ..program import Program
from .factorisations import definite, regular


def log_marginal_likelihood(theta, x, y):
    """A Gaussian process with a squared exponential kernel: Rasmussen and Williams, algorithm 2.1."""
    gap = x[:, None] - x[None, :]
    k = theta[0] ** 2 * np.exp(-0.5 * (gap / theta[1]) ** 2) + theta[2] ** 2 * np.eye(len(x))
    low = np.linalg.cholesky(k)
    alpha = solve_triangular(low.T, solve_triangular(low, y, lower=True))
    return -0.5 * y @ alpha - np.sum(np.log(np.diag(low))) - 0.5 * len(x) * np.log(2.0 * np.pi)


def posterior_mean(theta, x, y, at):
    k = np.exp(-0.5 * ((x[:, None] - x[None, :]) / theta[0]) ** 2) + theta[1] ** 2 * np.eye(len(x))
    cross = np.exp(-0.5 * ((at[:, None] - x[None, :]) / theta[0]) ** 2)
    return cross @ cho_solve(cho_factor(k, lower=True), y)


def kalman_log_likelihood(a, q, r, ys):
    """One observation of the first coordinate at each time."""
    n = a.shape[0]
    mean, cov, total = np.zeros(n), np.eye(n), 0.0
    h = np.zeros((1, n))
    h[0, 0] = 1.0
    for t in range(len(ys)):
        mean = a @ mean
        cov = a @ cov @ a.T + q * np.eye(n)
        s = h @ cov @ h.T + r * np.eye(1)
        gain = np.linalg.solve(s, h @ cov).T
        v = ys[t] - mean[0]
        total += -0.5 * (np.linalg.slogdet(s)[1] + v * v / s[0, 0])
        mean = mean + gain[:, 0] * v
        cov = (np.eye(n) - gain @ h) @ cov
    return total


def smoothed(a, q, ys):
    """A filter forward and the smoother of Rauch, Tung and Striebel backward."""
    steps, n = ys.shape
    means, covs = np.zeros((steps, n)), np.zeros((steps, n, n))
    mean, cov = np.zeros(n), np.eye(n)
    for t in range(steps):
        mean, cov = a @ mean, a @ cov @ a.T + q
        gain = cov @ np.linalg.inv(cov + np.eye(n))
        mean, cov = mean + gain @ (ys[t] - mean), cov - gain @ cov
        means[t], covs[t] = mean, cov
    for t in range(steps - 2, -1, -1):
        ahead = a @ covs[t] @ a.T + q
        back = np.linalg.solve(ahead, a @ covs[t]).T
        means[t] = means[t] + back @ (means[t + 1] - a @ means[t])
    return means


def whitened(x):
    """Data turned so that their covariance is the unit matrix."""
    centred = x - np.mean(x, axis=0)
    w, v = np.linalg.eigh(centred.T @ centred / len(x))
    return centred @ (v / np.sqrt(w)) @ v.T


def explained_by_components(x, k):
    """The part of the variance that the first components explain."""
    s = np.linalg.svd(x - np.mean(x, axis=0), compute_uv=False)
    return np.sum(s[:k] ** 2) / np.sum(s**2)


def reconstruction(x, k):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return (u[:, :k] * s[:k]) @ vt[:k]


def regression_by_qr(x, y):
    q, r = np.linalg.qr(x)
    return solve_triangular(r, q.T @ y)


def regression(x, y):
    return np.linalg.lstsq(x, y, rcond=None)[0]


def ridge(x, y, penalty):
    beta = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ y)
    return np.sum((y - x @ beta) ** 2) + penalty * beta @ beta


def chain_log_likelihood(rates, counts, dt):
    """A Markov chain in continuous time, observed at times that lie `dt` apart."""
    n = counts.shape[0]
    generator = np.zeros((n, n))
    k = 0
    for i in range(n):
        for j in range(n):
            if i != j:
                generator[i, j] = np.exp(rates[k])
                k += 1
        generator[i, i] = -np.sum(generator[i])
    return np.sum(counts * np.log(expm(dt * generator)))


def flow_of_a_linear_system(a, x, n):
    step = expm(0.1 * a)
    for _ in range(n):
        x = step @ x
    return x


def rotation_between(a, b):
    """The orthogonal matrix that turns one cloud of points into another best: Schönemann (1966)."""
    u, _, vt = np.linalg.svd(a.T @ b)
    return u @ vt


def largest_eigenvalue(a, n):
    v = np.ones(a.shape[0])
    for _ in range(n):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v


def transport_plan(cost, n):
    """Sinkhorn's iterations."""
    k = np.exp(-cost)
    u, v = np.ones(k.shape[0]), np.ones(k.shape[1])
    for _ in range(n):
        u = 1.0 / (k @ v)
        v = 1.0 / (k.T @ u)
    return u[:, None] * k * v[None, :]


def canonical_correlations(x, y):
    qx, _ = np.linalg.qr(x - np.mean(x, axis=0))
    qy, _ = np.linalg.qr(y - np.mean(y, axis=0))
    return np.linalg.svd(qx.T @ qy, compute_uv=False)


def log_densities(x, means, covs):
    """A mixture's components at once: stacks of matrices."""
    gap = x - means
    low = np.linalg.cholesky(covs)
    z = np.linalg.solve(low, gap[:, :, None])
    return -0.5 * np.sum(z * z, axis=(1, 2)) - np.log(np.linalg.det(low))


def free_vibrations(stiffness, mass):
    """Frequencies of a structure: a symmetric problem after the masses' Cholesky factor is divided out."""
    low = np.linalg.cholesky(mass)
    half = solve_triangular(low, stiffness, lower=True)
    return np.sqrt(np.linalg.eigvalsh(solve_triangular(low, half.T, lower=True)))


def truss(a, f):
    """A system with one matrix and several loads, by a factorisation that is used twice."""
    factor = scipy.linalg.lu_factor(a)
    first = scipy.linalg.lu_solve(factor, f)
    return scipy.linalg.lu_solve(factor, first * f, trans=1)


def autoregression(c, y):
    """Yule and Walker's equations."""
    return scipy.linalg.solve(scipy.linalg.toeplitz(c) + 3.0 * np.eye(len(c)), y, assume_a="pos")


def energy_of_independent_parts(a, b, x):
    whole = scipy.linalg.block_diag(a, b)
    return x @ whole @ x + np.linalg.norm(whole, "nuc")


def smooth_penalty(a):
    return np.linalg.norm(a, 2) + np.linalg.norm(a, 1) - np.linalg.norm(a, -2) + np.linalg.norm(a, 3, axis=0)[0]


def conditioning(a):
    return np.log(np.linalg.cond(a)) + np.linalg.cond(a, np.inf)


def projector_on_the_null_space(a):
    _, _, vt = np.linalg.svd(a)
    rest = vt[a.shape[0] :]
    return rest.T @ rest


def shortest_solution(a, b):
    return np.linalg.pinv(a) @ b


def sign_of_vectors_fixed(a):
    """Eigenvectors whose largest entry is made positive, in place."""
    w, v = np.linalg.eigh(a)
    for k in range(len(w)):
        if v[np.argmax(np.abs(v[:, k])), k] < 0.0:
            v[:, k] *= -1.0
    return v * w


def factors_in_a_loop(a, n):
    s, x = 0.0, a * 1.0
    for _ in range(n):
        u, w, vt = np.linalg.svd(x, full_matrices=False)
        s += np.sum(w) + u[0, 0] * vt[0, 0]
        x = x @ expm(-0.1 * (x.T @ x)) + 0.1 * np.linalg.qr(x)[1]
        c, low = cho_factor(x.T @ x + np.eye(len(x)))
        s += np.sum(cho_solve((c, low), x[0]))
    return s


def vectors_overwritten(a):
    w, v = np.linalg.eigh(a)
    v[:, 0] *= -1.0
    a[0, 0] = 5.0
    w[0] = 0.0
    return np.sum(v[0] * v[1] * w) + np.sum(a)


def powers(a):
    return np.linalg.matrix_power(a, 3) + np.linalg.matrix_power(a, -2) @ np.linalg.matrix_power(a, 0)


def normal(*shape):
    return lambda rng: tuple(rng.normal(size=s) for s in shape)


def single(make):
    return lambda rng: tuple(a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in make(rng))


def _process(rng):
    return np.array([1.3, 0.8, 0.4]), np.sort(rng.uniform(0.0, 3.0, size=6)), rng.normal(size=6)


def _filter(rng):
    return 0.6 * rng.normal(size=(3, 3)), 0.3, 0.5, rng.normal(size=5)


def _numeric(fn, args, wrt=(0,), rtol=1e-8, **more):
    return Program(fn, args, wrt=wrt, oracle="difference", rtol=rtol, **more)


PROGRAMS = (
    _numeric(log_marginal_likelihood, _process, wrt=(0, 1, 2)),
    _numeric(log_marginal_likelihood, single(_process), wrt=(0, 2), rtol=2e-3, name="likelihood_in_single_precision"),
    _numeric(posterior_mean, lambda rng: (np.array([0.9, 0.3]), *_process(rng)[1:], rng.normal(size=3)), wrt=(0, 2, 3)),
    Program(kalman_log_likelihood, _filter, wrt=(0, 1, 2, 3), oracle="difference", rtol=1e-8),
    Program(smoothed, lambda rng: (0.5 * rng.normal(size=(2, 2)), 0.3 * np.eye(2), rng.normal(size=(5, 2))),
            wrt=(0, 1, 2)),
    _numeric(whitened, normal((8, 3))),
    _numeric(explained_by_components, lambda rng: (rng.normal(size=(7, 4)), 2)),
    _numeric(reconstruction, lambda rng: (rng.normal(size=(6, 4)), 2)),
    _numeric(reconstruction, lambda rng: (rng.normal(size=(3, 6)).T[::-1].T, 2), name="reconstruction_of_a_view"),
    _numeric(reconstruction, single(lambda rng: (rng.normal(size=(5, 4)), 2)), rtol=5e-3,
             name="reconstruction_in_single_precision"),
    _numeric(regression_by_qr, lambda rng: (rng.normal(size=(7, 3)), rng.normal(size=7)), wrt=(0, 1)),
    _numeric(regression, lambda rng: (rng.normal(size=(7, 3)), rng.normal(size=7)), wrt=(0, 1)),
    _numeric(regression, lambda rng: (rng.normal(size=(3, 6)), rng.normal(size=(3, 2))), wrt=(0, 1),
             name="regression_with_too_few_data"),
    Program(ridge, lambda rng: (rng.normal(size=(6, 3)), rng.normal(size=6), 0.7), wrt=(0, 1, 2)),
    Program(chain_log_likelihood, lambda rng: (rng.normal(size=6), rng.uniform(1.0, 9.0, size=(3, 3)), 0.4),
            oracle="difference", rtol=1e-8),
    _numeric(flow_of_a_linear_system, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3), 4), wrt=(0, 1)),
    _numeric(rotation_between, lambda rng: (rng.normal(size=(6, 3)), rng.normal(size=(6, 3))), wrt=(0, 1)),
    Program(largest_eigenvalue, lambda rng: (definite(rng, 4), 12), oracle="difference", rtol=1e-8),
    Program(transport_plan, lambda rng: (rng.normal(size=(3, 4)), 10)),
    _numeric(canonical_correlations, lambda rng: (rng.normal(size=(8, 2)), rng.normal(size=(8, 3))), wrt=(0, 1)),
    _numeric(log_densities, lambda rng: (rng.normal(size=2), rng.normal(size=(4, 2)),
                                         np.stack([definite(rng, 2) for _ in range(4)])), wrt=(0, 1, 2)),
    _numeric(free_vibrations, lambda rng: (definite(rng, 4), definite(rng, 4)), wrt=(0, 1)),
    _numeric(truss, lambda rng: (regular(rng, 4), rng.normal(size=4)), wrt=(0, 1)),
    _numeric(truss, lambda rng: (regular(rng, 4)[::-1], rng.normal(size=(4, 2))), wrt=(0, 1), name="two_loads"),
    _numeric(autoregression, lambda rng: (rng.normal(size=4) * 0.3, rng.normal(size=4)), wrt=(0, 1)),
    _numeric(energy_of_independent_parts, lambda rng: (rng.normal(size=(2, 2)), rng.normal(size=(3, 3)),
                                                       rng.normal(size=5)), wrt=(0, 1, 2)),
    _numeric(smooth_penalty, normal((4, 3))),
    _numeric(conditioning, lambda rng: (regular(rng, 4),)),
    _numeric(projector_on_the_null_space, normal((2, 4))),
    _numeric(shortest_solution, lambda rng: (rng.normal(size=(2, 4)), rng.normal(size=2)), wrt=(0, 1)),
    _numeric(shortest_solution, lambda rng: (rng.normal(size=(3, 4, 2)), rng.normal(size=(3, 4, 2))), wrt=(0, 1),
             name="shortest_solutions_of_a_stack"),
    _numeric(sign_of_vectors_fixed, lambda rng: (definite(rng, 4),)),
    _numeric(factors_in_a_loop, lambda rng: (rng.normal(size=(3, 3)), 3)),
    _numeric(vectors_overwritten, lambda rng: (definite(rng, 3),)),
    _numeric(powers, lambda rng: (regular(rng, 3),)),
    _numeric(powers, lambda rng: (np.stack([regular(rng, 3) for _ in range(2)]),), name="powers_of_a_stack"),
)
