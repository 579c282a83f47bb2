"""Distributions of `scipy.stats` over whole numbers: probabilities of one number, and of all up to one."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from .densities import ONE, standard, valid

INF = np.inf


def whole(value: Any, n: Any, low: Any, high: Any, outside: Any) -> Any:
    """The value at whole numbers of a range, and a number elsewhere."""
    misses = np.logical_or(np.logical_or(n < low, n > high), np.logical_and(np.floor(n) != n, np.isfinite(n)))
    return np.where(misses, outside, value)


def poisson_logpmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    n = standard(k, loc, 1)
    inside = special.xlogy(n, mu) - special.gammaln(n + 1.0) - mu
    return valid(whole(inside, n, 0.0, INF, -INF), mu >= 0)


def poisson_pmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    return np.exp(poisson_logpmf(k, mu, loc))


def poisson_cdf(k: Any, mu: Any, loc: Any = 0) -> Any:
    n = np.floor(standard(k, loc, 1))
    return valid(np.where(n < 0.0, 0.0, special.gammaincc(np.maximum(n, 0.0) + 1.0, mu)), mu >= 0)


def poisson_sf(k: Any, mu: Any, loc: Any = 0) -> Any:
    n = np.floor(standard(k, loc, 1))
    return valid(np.where(n < 0.0, 1.0, special.gammainc(np.maximum(n, 0.0) + 1.0, mu)), mu >= 0)


def binom_logpmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    x = standard(k, loc, 1)
    trials = n * ONE
    ways = special.gammaln(trials + 1.0) - (special.gammaln(x + 1.0) + special.gammaln(trials - x + 1.0))
    inside = ways + special.xlogy(x, p) + special.xlog1py(trials - x, -p)
    return valid(whole(inside, x, 0.0, trials, -INF), p >= 0, p <= 1, trials >= 0, np.floor(trials) == trials)


def binom_pmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    return np.exp(binom_logpmf(k, n, p, loc))


def bernoulli_logpmf(k: Any, p: Any, loc: Any = 0) -> Any:
    x = standard(k, loc, 1)
    inside = special.xlogy(x, p) + special.xlog1py(1.0 - x, -p)
    return valid(whole(inside, x, 0.0, 1.0, -INF), p >= 0, p <= 1)


def bernoulli_pmf(k: Any, p: Any, loc: Any = 0) -> Any:
    return np.exp(bernoulli_logpmf(k, p, loc))


def nbinom_logpmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    x = standard(k, loc, 1)
    ways = special.gammaln(n + x) - special.gammaln(x + 1.0) - special.gammaln(n)
    inside = ways + n * np.log(p) + special.xlog1py(x, -p)
    return valid(whole(inside, x, 0.0, INF, -INF), n > 0, p > 0, p <= 1)


def nbinom_pmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    return np.exp(nbinom_logpmf(k, n, p, loc))


def geom_logpmf(k: Any, p: Any, loc: Any = 0) -> Any:
    x = standard(k, loc, 1)
    inside = special.xlog1py(x - 1.0, -p) + np.log(p)
    return valid(whole(inside, x, 1.0, INF, -INF), p > 0, p <= 1)


def geom_pmf(k: Any, p: Any, loc: Any = 0) -> Any:
    return np.exp(geom_logpmf(k, p, loc))


WRITTEN = {
    f"scipy.stats.{d}.{name.removeprefix(f'{d}_')}": function
    for d in ("poisson", "binom", "bernoulli", "nbinom", "geom")
    for name, function in list(globals().items()) if name.startswith(f"{d}_")
}
