"""Models as people write them with SciPy's special functions and NumPy's statistics."""

import math

import numpy as np
from scipy import special

from ..program import Program


def logistic_regression(w, x, y):
    z = x @ w
    return -np.sum(special.xlogy(y, special.expit(z)) + (1.0 - y) * special.log_expit(-z))


def probit_regression(w, x, y):
    return -np.sum(special.log_ndtr((2.0 * y - 1.0) * (x @ w)))


def gamma_likelihood(shape, rate, x):
    return np.sum((shape - 1.0) * np.log(x) - rate * x + shape * np.log(rate) - special.gammaln(shape))


def beta_likelihood(a, b, x):
    return np.sum(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - special.betaln(a, b))


def black_scholes(spot, vol, strikes, rate, time):
    spread = vol * math.sqrt(time)
    d = (np.log(spot / strikes) + (rate + 0.5 * vol * vol) * time) / spread
    return np.sum(spot * special.ndtr(d) - strikes * np.exp(-rate * time) * special.ndtr(d - spread))


def von_mises(mean, kappa, angles):
    return np.sum(kappa * np.cos(angles - mean)) - len(angles) * (np.log(2.0 * np.pi * special.i0e(kappa)) + kappa)


def robust_fit(p, t, y):
    r = p[0] + p[1] * t - y
    scale = np.median(np.abs(r - np.median(r)))
    return np.sum(special.huber(1.5, r / (scale + 1.0)))


def smoothed_roughness(x, kernel):
    return np.trapezoid(np.gradient(np.convolve(x, kernel, mode="same"), 0.1) ** 2, dx=0.1)


def weighted_histogram(x, weights):
    counts, edges = np.histogram(x, 4, (-3.0, 3.0), weights=weights)
    return np.sum(counts**2 * np.diff(edges))


def whitened(x):
    centred = x - np.mean(x, axis=0)
    return np.sum(np.linalg.inv(np.cov(x, rowvar=False) + np.eye(x.shape[1])) * np.cov(centred.T))


def ranges_of_rows(x):
    low, middle, high = np.quantile(x, [0.25, 0.5, 0.75], axis=1)
    return np.sum((high - low) / (1.0 + np.abs(middle)))


def with_holes(x, valid):
    return np.sum(np.mean(x, axis=0, where=valid) ** 2) + np.sum(np.max(x, axis=1, initial=-1.0, where=valid))


def windows(x):
    a, b, c = np.split(x, 3)
    return np.sum(np.append(a * b, np.pad(c, (1, 2), mode="reflect")) ** 2)


def counted_trials(rng):
    return rng.normal(size=3), rng.normal(size=(6, 3)), (rng.random(6) > 0.5) * 1.0


PROGRAMS = (
    Program(logistic_regression, counted_trials, oracle="differences"),
    Program(probit_regression, counted_trials, oracle="differences"),
    Program(gamma_likelihood, lambda rng: (2.5, 1.5, rng.gamma(2.0, size=7)), wrt=(0, 1), oracle="differences"),
    Program(beta_likelihood, lambda rng: (2.5, 1.5, rng.beta(2.0, 3.0, size=7)), wrt=(0, 1, 2), oracle="differences"),
    Program(black_scholes, lambda rng: (100.0, 0.2, rng.uniform(80.0, 120.0, size=5), 0.03, 0.5), wrt=(0, 1, 2),
            oracle="differences"),
    Program(von_mises, lambda rng: (0.3, 2.0, rng.normal(size=6)), wrt=(0, 1), oracle="differences"),
    Program(robust_fit, lambda rng: (np.array([0.3, 1.2]), np.linspace(0.0, 1.0, 7), rng.normal(size=7)),
            oracle="differences"),
    Program(smoothed_roughness, lambda rng: (rng.normal(size=9), rng.normal(size=3)), wrt=(0, 1),
            oracle="differences"),
    Program(weighted_histogram, lambda rng: (rng.normal(size=8), rng.normal(size=8)), wrt=(1,), oracle="differences"),
    Program(whitened, lambda rng: (rng.normal(size=(6, 3)),), oracle="differences"),
    Program(ranges_of_rows, lambda rng: (rng.normal(size=(4, 9)),), oracle="differences"),
    Program(with_holes, lambda rng: (rng.normal(size=(4, 3)), rng.normal(size=(4, 3)) > -1.0), oracle="differences"),
    Program(windows, lambda rng: (rng.normal(size=12),), oracle="differences"),
)
