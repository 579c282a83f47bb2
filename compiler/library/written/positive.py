"""Distributions of `scipy.stats` on the positive numbers and on the unit interval.

The logarithm of each density on its support is written here; the rest is SciPy's treatment of what is outside.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
from scipy import special

from .densities import LOG_ROOT_TURN, ONE, between, probability, quantile, standard, valid, within

INF = np.inf
LARGEST = sys.float_info.max  # where infinity is outside

# ---------------------------------------------------------------------------------------------------- exponential


def expon_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(-z - np.log(scale), z, 0.0, INF, -INF), scale > 0)


def expon_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(np.exp(-z) / scale, z, 0.0, INF, 0.0), scale > 0)


def expon_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(-np.expm1(-z), z, 0.0, INF, 0.0), scale > 0)


def expon_logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(np.log(-np.expm1(-z)), z, 0.0, INF, -INF), scale > 0)


def expon_sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(np.exp(-z), z, 0.0, INF, 1.0), scale > 0)


def expon_logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(-z, z, 0.0, INF, 0.0), scale > 0)


def expon_ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    q = probability(q)
    return quantile(-np.log1p(-q), q, loc, scale)


# ----------------------------------------------------------------------------------------------------------- gamma


def gamma_logpdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    inside = special.xlogy(a - 1.0, z) - z - special.gammaln(a)
    return valid(within(inside - np.log(scale), z, 0.0, INF, -INF), scale > 0, a > 0)


def gamma_pdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return np.exp(gamma_logpdf(x, a, loc, scale))


def gamma_cdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(special.gammainc(a, z), z, 0.0, INF, 0.0), scale > 0, a > 0)


def gamma_sf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(special.gammaincc(a, z), z, 0.0, INF, 1.0), scale > 0, a > 0)


def invgamma_logpdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    inside = np.where(z <= 0.0, -INF, -(a + 1.0) * np.log(z) - special.gammaln(a) - 1.0 / z)
    return valid(within(inside - np.log(scale), z, 0.0, INF, -INF), scale > 0, a > 0)


def invgamma_pdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return np.exp(invgamma_logpdf(x, a, loc, scale))


def chi2_logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    n = 0.5 * ONE * df
    inside = special.xlogy(n - 1.0, z) - 0.5 * z - special.gammaln(n) - math.log(2.0) * n
    return valid(within(inside - np.log(scale), z, 0.0, INF, -INF), scale > 0, n > 0)


def chi2_pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return np.exp(chi2_logpdf(x, df, loc, scale))


def chi2_cdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(special.gammainc(0.5 * ONE * df, 0.5 * z), z, 0.0, INF, 0.0), scale > 0, df > 0)


def chi2_sf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(special.gammaincc(0.5 * ONE * df, 0.5 * z), z, 0.0, INF, 1.0), scale > 0, df > 0)


# ------------------------------------------------------------------------------------------------------------ beta


def beta_logpdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    inside = special.xlog1py(b - 1.0, -z) + special.xlogy(a - 1.0, z) - special.betaln(a, b)
    return valid(within(inside - np.log(scale), z, 0.0, 1.0, -INF), scale > 0, a > 0, b > 0)


def beta_pdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return np.exp(beta_logpdf(x, a, b, loc, scale))


def beta_cdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(between(special.betainc(a, b, z), z, 0.0, 1.0), scale > 0, a > 0, b > 0)


# ------------------------------------------------------------------------------------------------------- lognormal


def lognorm_logpdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    y = np.log(z)
    inside = np.where(z <= 0.0, -INF, -0.5 * (y / s) * (y / s) - np.log(s) - y - LOG_ROOT_TURN)
    return valid(within(inside - np.log(scale), z, 0.0, INF, -INF), scale > 0, s > 0)


def lognorm_pdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return np.exp(lognorm_logpdf(x, s, loc, scale))


def lognorm_cdf(x: Any, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(np.where(z <= 0.0, 0.0, special.ndtr(np.log(z) / s)), scale > 0, s > 0)


def lognorm_sf(x: Any, s: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(np.where(z <= 0.0, 1.0, special.ndtr(-np.log(z) / s)), scale > 0, s > 0)


# ---------------------------------------------------------------------------------------------- halves of the line


def halfnorm_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(0.5 * math.log(2.0 / math.pi) - 0.5 * z * z - np.log(scale), z, 0.0, INF, -INF), scale > 0)


def halfnorm_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(math.sqrt(2.0 / math.pi) * np.exp(-0.5 * z * z) / scale, z, 0.0, INF, 0.0), scale > 0)


def halfnorm_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(special.erf(z * math.sqrt(0.5)), z, 0.0, INF, 0.0), scale > 0)


def halfcauchy_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(math.log(2.0 / math.pi) - np.log1p(z * z) - np.log(scale), z, 0.0, INF, -INF), scale > 0)


def halfcauchy_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(2.0 / math.pi / (1.0 + z * z) / scale, z, 0.0, INF, 0.0), scale > 0)


# ------------------------------------------------------------------------------------------------ powers and tails


def rayleigh_logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(np.log(z) - 0.5 * z * z - np.log(scale), z, 0.0, LARGEST, -INF), scale > 0)


def rayleigh_pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(z * np.exp(-0.5 * z * z) / scale, z, 0.0, LARGEST, 0.0), scale > 0)


def rayleigh_cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(-np.expm1(-0.5 * z * z), z, 0.0, INF, 0.0), scale > 0)


def weibull_min_logpdf(x: Any, c: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    inside = np.log(c) + special.xlogy(c - 1.0, z) - z**c
    return valid(within(inside - np.log(scale), z, 0.0, INF, -INF), scale > 0, c > 0)


def weibull_min_pdf(x: Any, c: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return np.exp(weibull_min_logpdf(x, c, loc, scale))


def weibull_min_cdf(x: Any, c: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(-np.expm1(-(z**c)), z, 0.0, INF, 0.0), scale > 0, c > 0)


def weibull_min_sf(x: Any, c: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(np.exp(-(z**c)), z, 0.0, INF, 1.0), scale > 0, c > 0)


def pareto_logpdf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    inside = np.log(b * ONE) - (b + 1.0) * np.log(z)
    return valid(within(inside - np.log(scale), z, 1.0, INF, -INF), scale > 0, b > 0)


def pareto_pdf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(b * z ** (-b - 1.0) / scale, z, 1.0, INF, 0.0), scale > 0, b > 0)


def pareto_cdf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = standard(x, loc, scale)
    return valid(within(1.0 - z ** (-b * ONE), z, 1.0, INF, 0.0), scale > 0, b > 0)


WRITTEN = {
    f"scipy.stats.{d}.{name.removeprefix(f'{d}_')}": function
    for d in ("expon", "gamma", "invgamma", "chi2", "beta", "lognorm", "halfnorm", "halfcauchy", "rayleigh",
              "weibull_min", "pareto")
    for name, function in list(globals().items()) if name.startswith(f"{d}_")
}
