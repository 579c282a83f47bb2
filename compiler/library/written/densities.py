"""Distributions of `scipy.stats` on the whole line: densities, probabilities and quantiles.

`loc` and `scale` move and stretch all of them. As in SciPy the results are float64, and NaN where a parameter is
outside its range.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

ONE = np.float64(1.0)
LOG_ROOT_TURN = 0.5 * math.log(2.0 * math.pi)


def standard(x: Any, loc: Any, scale: Any) -> Any:
    """The argument of the distribution before it is moved and stretched."""
    if isinstance(x, (tuple, list)):
        x = np.array(x)
    return (x * ONE - loc) / scale


def valid(value: Any, *tests: Any) -> Any:
    """The value where the parameters are in their ranges."""
    for test in tests:
        value = np.where(test, value, np.nan)
    return value


def within(value: Any, z: Any, low: Any, high: Any, outside: Any) -> Any:
    """The value on the support, where NaN belongs, and a number outside."""
    return np.where(np.logical_or(z < low, z > high), outside, value)


def between(value: Any, z: Any, low: Any, high: Any) -> Any:
    """A probability on the support; before it 0, behind it 1."""
    return np.where(z < low, 0.0, np.where(z > high, 1.0, value))


def quantile(value: Any, q: Any, loc: Any, scale: Any) -> Any:
    """A quantile, moved and stretched, of a probability."""
    return valid(value * scale + loc, q >= 0.0, q <= 1.0, scale > 0)


def probability(q: Any) -> Any:
    if isinstance(q, (tuple, list)):
        q = np.array(q)
    return q * ONE


# --------------------------------------------------------------------------------------------------------- normal


def norm_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(-0.5 * z * z - LOG_ROOT_TURN - np.log(scale), scale > 0)


def norm_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) / scale, scale > 0)


def norm_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(special.ndtr(standard(x, loc, scale)), scale > 0)


def norm_logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(special.log_ndtr(standard(x, loc, scale)), scale > 0)


def norm_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(special.ndtr(-standard(x, loc, scale)), scale > 0)


def norm_logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(special.log_ndtr(-standard(x, loc, scale)), scale > 0)


def norm_ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    q = probability(q)
    return quantile(special.ndtri(q), q, loc, scale)


def norm_isf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    q = probability(q)
    return quantile(-special.ndtri(q), q, loc, scale)


# ------------------------------------------------------------------------------------------------------ logistic


def logistic_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    y = -np.abs(standard(x, loc, scale))
    return valid(y - 2.0 * np.log1p(np.exp(y)) - np.log(scale), scale > 0)


def logistic_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    y = -np.abs(standard(x, loc, scale))
    return valid(np.exp(y - 2.0 * np.log1p(np.exp(y))) / scale, scale > 0)


def logistic_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(special.expit(standard(x, loc, scale)), scale > 0)


def logistic_logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(special.log_expit(standard(x, loc, scale)), scale > 0)


def logistic_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(special.expit(-standard(x, loc, scale)), scale > 0)


def logistic_logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(special.log_expit(-standard(x, loc, scale)), scale > 0)


def logistic_ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    q = probability(q)
    return quantile(special.logit(q), q, loc, scale)


# ------------------------------------------------------------------------------------------------------- Laplace


def laplace_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(math.log(0.5) - np.abs(standard(x, loc, scale)) - np.log(scale), scale > 0)


def laplace_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(0.5 * np.exp(-np.abs(standard(x, loc, scale))) / scale, scale > 0)


def laplace_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(np.where(z > 0, 1.0 - 0.5 * np.exp(-z), 0.5 * np.exp(z)), scale > 0)


def laplace_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(np.where(z < 0, 1.0 - 0.5 * np.exp(z), 0.5 * np.exp(-z)), scale > 0)


# -------------------------------------------------------------------------------------------------------- Cauchy


def cauchy_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(-math.log(math.pi) - np.log1p(z * z) - np.log(scale), scale > 0)


def cauchy_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(1.0 / math.pi / (1.0 + z * z) / scale, scale > 0)


def cauchy_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(np.arctan2(1.0, -standard(x, loc, scale)) / math.pi, scale > 0)


def cauchy_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(np.arctan2(1.0, standard(x, loc, scale)) / math.pi, scale > 0)


# ----------------------------------------------------------------------------------------------------- Student's t


def t_logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    n = df * ONE
    constant = special.gammaln(0.5 * (n + 1.0)) - special.gammaln(0.5 * n) - 0.5 * np.log(n * math.pi)
    tail = constant - 0.5 * (n + 1.0) * np.log1p(z * z / n)
    normal = -0.5 * z * z - LOG_ROOT_TURN
    return valid(np.where(np.isinf(n), normal, tail) - np.log(scale), scale > 0, n > 0)


def t_pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return np.exp(t_logpdf(x, df, loc, scale))


# -------------------------------------------------------------------------------------------------------- Gumbel


def gumbel_r_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(-z - np.exp(-z) - np.log(scale), scale > 0)


def gumbel_r_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(np.exp(-z - np.exp(-z)) / scale, scale > 0)


def gumbel_r_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(np.exp(-np.exp(-standard(x, loc, scale))), scale > 0)


def gumbel_r_logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(-np.exp(-standard(x, loc, scale)), scale > 0)


def gumbel_r_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return valid(-np.expm1(-np.exp(-standard(x, loc, scale))), scale > 0)


def gumbel_l_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(z - np.exp(z) - np.log(scale), scale > 0)


def gumbel_l_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(np.exp(z - np.exp(z)) / scale, scale > 0)


# ------------------------------------------------------------------------------------------------------- uniform


def uniform_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(0.0 * z - np.log(scale), z, 0.0, 1.0, -np.inf), scale > 0)


def uniform_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within((1.0 + 0.0 * z) / scale, z, 0.0, 1.0, 0.0), scale > 0)


def uniform_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(between(z, z, 0.0, 1.0), scale > 0)


def uniform_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(1.0 - between(z, z, 0.0, 1.0), scale > 0)


def uniform_ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    q = probability(q)
    return quantile(q, q, loc, scale)


WRITTEN = {
    f"scipy.stats.{d}.{name.removeprefix(f'{d}_')}": function
    for d in ("norm", "logistic", "laplace", "cauchy", "t", "gumbel_r", "gumbel_l", "uniform")
    for name, function in list(globals().items()) if name.startswith(f"{d}_")
}
