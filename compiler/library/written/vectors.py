"""Distributions of `scipy.stats` over vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import linalg, special


def multivariate_normal_logpdf(x: Any, mean: Any = None, cov: Any = 1, allow_singular: Any = False) -> Any:
    """By a Cholesky factorisation of the covariance, of which the lower triangle is read.

    `x` is a point, or a matrix with a point in each row.
    """
    assert allow_singular is False, "`allow_singular` is not supported: a singular covariance has no density"
    assert np.ndim(x) == 1 or np.ndim(x) == 2, "`x` is a vector, or a matrix with a point in each row"
    assert np.ndim(cov) < 3, "`cov` is a matrix, the vector of its diagonal, or one number"
    assert np.ndim(x) == 1 or x.shape[0] != 1, "a single point is a vector: `x[0]`"
    assert mean is not None or np.ndim(cov) > 0, "give a mean: without one these are numbers, each of which is a point"
    n = x.shape[-1]
    if np.ndim(cov) == 2:
        factor = np.linalg.cholesky(cov)
    elif np.ndim(cov) == 1:
        factor = np.diag(np.sqrt(cov))
    else:
        factor = np.sqrt(cov) * np.eye(n)
    if len(factor) != n:
        raise ValueError("The points and the covariance have to be of the same dimension.")
    assert n > 1, "of one dimension write `norm.logpdf(x, mean, sqrt(variance))`"
    apart = x * 1.0 if mean is None else x * 1.0 - mean
    scaled = linalg.solve_triangular(factor, apart.T, lower=True)
    distances = np.sum(scaled * scaled, axis=0)
    return -0.5 * (n * math.log(2.0 * math.pi) + distances) - np.sum(np.log(np.diagonal(factor)))


def multivariate_normal_pdf(x: Any, mean: Any = None, cov: Any = 1, allow_singular: Any = False) -> Any:
    return np.exp(multivariate_normal_logpdf(x, mean, cov, allow_singular))


def dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    """Of one point of the simplex, a vector."""
    assert np.ndim(x) == 1, "`x` is a vector, one point"
    if len(x) != len(alpha):
        raise ValueError("Vector 'x' must have either the same number of entries as parameter vector 'a'.")
    if np.any(alpha <= 0):
        raise ValueError("All parameters must be greater than 0")
    if np.any(x < 0):
        raise ValueError("Each entry in 'x' must be greater than or equal to zero.")
    if np.any(x > 1):
        raise ValueError("Each entry in 'x' must be smaller or equal one.")
    if np.any(np.logical_and(x == 0, alpha < 1)):
        raise ValueError("Each entry in 'x' must be greater than zero if its alpha is less than one.")
    if abs(np.sum(x) - 1.0) > 1e-9:
        raise ValueError("The input vector 'x' must lie within the normal simplex.")
    constant = special.gammaln(np.sum(alpha)) - np.sum(special.gammaln(alpha))
    return constant + np.sum(special.xlogy(alpha - 1, x))


def dirichlet_pdf(x: Any, alpha: Any) -> Any:
    return np.exp(dirichlet_logpdf(x, alpha))


WRITTEN = {
    "scipy.stats.multivariate_normal.logpdf": multivariate_normal_logpdf,
    "scipy.stats.multivariate_normal.pdf": multivariate_normal_pdf,
    "scipy.stats.dirichlet.logpdf": dirichlet_logpdf,
    "scipy.stats.dirichlet.pdf": dirichlet_pdf,
}
