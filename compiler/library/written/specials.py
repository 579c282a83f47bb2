"""Special functions that are a few lines of others: of `scipy.special`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as special

# ------------------------------------------------------------------------------------------------ counted


def factorial(n: Any, exact: Any = False, extend: Any = "zero") -> Any:
    assert exact is False and extend == "zero", "`exact` and `extend` are not supported: write `math.factorial(n)`"
    return np.where(n < 0, 0.0, special.gamma(np.where(n < 0, 0.0, n * 1.0) + 1.0)) + 0.0


def comb(N: Any, k: Any, exact: Any = False, repetition: Any = False) -> Any:
    assert exact is False, "`exact` is not supported: write `math.comb(n, k)`"
    if repetition:
        return comb(N + k - 1, k)
    inside = np.logical_and(np.logical_and(k <= N, N >= 0), k >= 0)
    return np.where(inside, special.binom(np.where(inside, N, 1) * 1.0, np.where(inside, k, 0) * 1.0), 0.0) + 0.0


def perm(N: Any, k: Any, exact: Any = False) -> Any:
    assert exact is False, "`exact` is not supported: write `math.perm(n, k)`"
    inside = np.logical_and(np.logical_and(k <= N, N >= 0), k >= 0)
    n, m = np.where(inside, N, 1) * 1.0, np.where(inside, k, 0) * 1.0
    return np.where(inside, special.poch(n - m + 1.0, m), 0.0) + 0.0


def polygamma(n: Any, x: Any) -> Any:
    assert np.ndim(n) == 0 and isinstance(n, (int, np.integer)), "the order is one integer"
    double = x * np.float64(1.0)
    if n == 0:
        return special.psi(double)
    if n < 0:
        return np.nan * double
    return (-1.0) ** (n + 1) * factorial(n, exact=False) * _hurwitz(n + 1, double)


# The numbers of Bernoulli, each divided by the factorial of twice its place.
_BERNOULLI = (1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000, 1 / 74724249600,
              -3617 / 10670622842880000, 43867 / 5109094217170944000, -174611 / 802857662698291200000)


def _hurwitz(s: Any, q: Any) -> Any:
    """Hurwitz's zeta function of an integer above 1: as many terms as take the rest far enough for its series.

    The formula of Euler and Maclaurin; Johansson, Numerical Algorithms 69(2), 2015.
    """
    below = np.max(np.atleast_1d(np.where(q < 0.0, -q, 0.0)), initial=0.0)
    if below > 1e6:
        raise ValueError("so far below zero, `polygamma` is not supported")
    count = 12 + s + int(below)
    total = np.where(q == q, 0.0, q) + 0.0
    for k in range(count):
        total = total + 1.0 / (q + k) ** s
    a = q + count
    power = 1.0 / a**s
    total = total + 1.0 / a ** (s - 1) / (s - 1.0) + 0.5 * power
    factor = s * power / a
    for j, b in enumerate(_BERNOULLI):
        total = total + b * factor
        factor = factor * (s + 2.0 * j + 1.0) * (s + 2.0 * j + 2.0) / (a * a)
    return total


def multigammaln(a: Any, d: Any) -> Any:
    if np.any(a <= 0.5 * (d - 1)):
        raise ValueError("condition a > 0.5 * (d-1) not met")
    a = a * np.float64(1.0)
    total = d * (d - 1) * 0.25 * math.log(math.pi) + 0.0 * a
    for j in range(d):
        total = total + special.gammaln(a - 0.5 * j)
    return total


# ---------------------------------------------------------------------------------------- powers and transforms


def boxcox(x: Any, lmbda: Any) -> Any:
    """A power, shifted and divided so that it becomes the logarithm for the power zero."""
    flat = np.abs(lmbda) < 1e-19
    safe = np.where(flat, 1.0, lmbda)
    return np.where(flat, np.log(x), np.expm1(safe * np.log(x)) / safe) + 0.0


def boxcox1p(x: Any, lmbda: Any) -> Any:
    t = np.log1p(x)
    flat = np.logical_or(np.abs(lmbda) < 1e-19, np.logical_and(np.abs(t) < 1e-289, np.abs(lmbda) < 1e273))
    safe = np.where(flat, 1.0, lmbda)
    return np.where(flat, t, np.expm1(safe * t) / safe) + 0.0


def inv_boxcox(y: Any, lmbda: Any) -> Any:
    flat = lmbda == 0
    safe = np.where(flat, 1.0, lmbda)
    return np.where(flat, np.exp(y), np.exp(np.log1p(safe * y) / safe)) + 0.0


def inv_boxcox1p(y: Any, lmbda: Any) -> Any:
    flat = lmbda == 0
    safe = np.where(flat, 1.0, lmbda)
    return np.where(flat, np.expm1(y), np.expm1(np.log1p(safe * y) / safe)) + 0.0


def softplus(x: Any) -> Any:
    return np.logaddexp(0.0, x)


# ----------------------------------------------------------------------------------------------------- polynomials


def eval_legendre(n: Any, x: Any) -> Any:
    """By the recurrence between three neighbours, for a degree that is one integer."""
    return _run(n, _one(x), _one(x) * x, x, 0)


def _one(x: Any) -> Any:
    """One for each number, in double precision, which SciPy takes for integer degrees; NaN for NaN."""
    double = x * np.float64(1.0)
    return np.where(x == x, 1.0, double) + 0.0


def _degree(n: Any) -> Any:
    assert np.ndim(n) == 0 and isinstance(n, (int, np.integer)), "the degree is one integer"


def _run(n: Any, before: Any, now: Any, x: Any, kind: Any) -> Any:
    _degree(n)
    if n < 0:
        raise ValueError("a negative degree is not supported")
    if n == 0:
        return before
    for k in range(1, n):
        if kind == 0:  # Legendre
            following = ((2.0 * k + 1.0) * x * now - k * before) / (k + 1.0)
        elif kind == 1:  # Chebyshev
            following = 2.0 * x * now - before
        elif kind == 2:  # Hermite, physicists'
            following = 2.0 * x * now - 2.0 * k * before
        else:  # Hermite, probabilists'
            following = x * now - k * before
        before, now = now, following
    return now


def eval_chebyt(n: Any, x: Any) -> Any:
    return _run(n, _one(x), _one(x) * x, x, 1)


def eval_chebyu(n: Any, x: Any) -> Any:
    return _run(n, _one(x), _one(x) * 2.0 * x, x, 1)


def eval_hermite(n: Any, x: Any) -> Any:
    return _run(n, _one(x), _one(x) * 2.0 * x, x, 2)


def eval_hermitenorm(n: Any, x: Any) -> Any:
    return _run(n, _one(x), _one(x) * x, x, 3)


def eval_genlaguerre(n: Any, alpha: Any, x: Any) -> Any:
    _degree(n)
    if n < 0:
        raise ValueError("a negative degree is not supported")
    before, now = _one(x), _one(x) + alpha - x
    if n == 0:
        return before
    for k in range(1, n):
        before, now = now, ((2.0 * k + 1.0 + alpha - x) * now - (k + alpha) * before) / (k + 1.0)
    return now


def eval_laguerre(n: Any, x: Any) -> Any:
    return eval_genlaguerre(n, 0.0, x)


# ------------------------------------------------------------------------------------------------------- Bessel


def yn(n: Any, x: Any) -> Any:
    return special.yv(n * 1.0, x * np.float64(1.0))


def kn(n: Any, x: Any) -> Any:
    return special.kv(n * 1.0, x * np.float64(1.0))


def jvp(v: Any, z: Any, n: Any = 1) -> Any:
    """The derivatives are differences of neighbours."""
    return _bessel(special.jv, v, z, n, -1.0) / 2.0**n


def yvp(v: Any, z: Any, n: Any = 1) -> Any:
    return _bessel(special.yv, v, z, n, -1.0) / 2.0**n


def ivp(v: Any, z: Any, n: Any = 1) -> Any:
    return _bessel(special.iv, v, z, n, 1.0) / 2.0**n


def kvp(v: Any, z: Any, n: Any = 1) -> Any:
    return (-1.0) ** n * _bessel(special.kv, v, z, n, 1.0) / 2.0**n


def _bessel(f: Any, v: Any, z: Any, n: Any, sign: Any) -> Any:
    _degree(n)
    factor = 1.0
    total = f(v - n * 1.0, z)
    for k in range(1, n + 1):
        factor = factor * sign * (n - k + 1) / k
        total = total + factor * f(v - n * 1.0 + 2.0 * k, z)
    return total


# ---------------------------------------------------------------------------------------------- distributions


def chdtr(v: Any, x: Any) -> Any:
    return special.gammainc(0.5 * v, 0.5 * x)


def chdtrc(v: Any, x: Any) -> Any:
    return special.gammaincc(0.5 * v, 0.5 * x)


def pdtr(k: Any, m: Any) -> Any:
    return special.gammaincc(np.floor(k * 1.0) + 1.0, m)


def pdtrc(k: Any, m: Any) -> Any:
    return special.gammainc(np.floor(k * 1.0) + 1.0, m)


def gdtr(a: Any, b: Any, x: Any) -> Any:
    return special.gammainc(b, a * x)


def gdtrc(a: Any, b: Any, x: Any) -> Any:
    return special.gammaincc(b, a * x)


def fdtr(dfn: Any, dfd: Any, x: Any) -> Any:
    return special.betainc(0.5 * dfn, 0.5 * dfd, dfn * x / (dfd + dfn * x))


def fdtrc(dfn: Any, dfd: Any, x: Any) -> Any:
    return special.betainc(0.5 * dfd, 0.5 * dfn, dfd / (dfd + dfn * x))


WRITTEN = {f"scipy.special.{f.__name__}": f for f in (
    factorial, comb, perm, polygamma, multigammaln, boxcox, boxcox1p, inv_boxcox, inv_boxcox1p, softplus, eval_legendre,
    eval_chebyt, eval_chebyu, eval_hermite, eval_hermitenorm, eval_genlaguerre, eval_laguerre, yn, kn, jvp, yvp, ivp,
    kvp, chdtr, chdtrc, pdtr, pdtrc, gdtr, gdtrc, fdtr, fdtrc)}
