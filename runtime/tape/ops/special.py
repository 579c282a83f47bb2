"""Special functions: rows for SciPy's ufuncs (found by name, SciPy is never imported) and for the `math` module."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..memory import Array
from .elementwise import Row, row

_SHIFT = 12
_ASYMPTOTIC_PSI = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
_ASYMPTOTIC_PSI1 = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)


def digamma(a: Array) -> Array:
    """Derivative of log gamma: recurrence to x >= 12, then the asymptotic series (Abramowitz & Stegun 6.3.5, 6.3.18).

    Negative arguments are reflected (6.3.7); poles give NaN or infinity.
    """
    x = np.asarray(a, np.float64)
    reflected = x < 0.5
    z = np.where(reflected, 1.0 - x, x)
    shift = sum((1.0 / (z + k) for k in range(_SHIFT)), np.zeros_like(z))
    w = z + _SHIFT
    series = sum((c / w ** (2 * k + 2) for k, c in enumerate(_ASYMPTOTIC_PSI)), np.zeros_like(z))
    value = np.log(w) - 0.5 / w - series - shift
    return np.asarray(np.where(reflected, value - np.pi / np.tan(np.pi * x), value))


def trigamma(a: Array) -> Array:
    """Second derivative of log gamma, by the same steps (Abramowitz & Stegun 6.4.6, 6.4.7, 6.4.12)."""
    x = np.asarray(a, np.float64)
    reflected = x < 0.5
    z = np.where(reflected, 1.0 - x, x)
    shift = sum((1.0 / (z + k) ** 2 for k in range(_SHIFT)), np.zeros_like(z))
    w = z + _SHIFT
    series = sum((c / w ** (2 * k + 3) for k, c in enumerate(_ASYMPTOTIC_PSI1)), np.zeros_like(z))
    value = 1.0 / w + 0.5 / w**2 + series + shift
    return np.where(reflected, (np.pi / np.sin(np.pi * x)) ** 2 - value, value)


def _bell(a: Array) -> Any:
    return 2.0 / np.sqrt(np.pi) * np.exp(-a * a)


def _logistic_slope(a: Array) -> Any:
    """s(a) * (1 - s(a)) without cancellation in either tail."""
    small = np.exp(-np.abs(a))
    return small / (1.0 + small) ** 2


def _falling_logistic(a: Array) -> Any:
    """1 - s(a) without cancellation."""
    small = np.exp(-np.abs(a))
    return np.where(a >= 0, small, 1.0) / (1.0 + small)


def scipys(name: str, *operands: Any) -> Any:
    """A function of SciPy's, which the program has loaded if one of these rows is used."""
    from scipy import special

    return getattr(special, name)(*operands)


def _share(a: Array, b: Array) -> Any:
    """a / b, and 0 for a = 0 whatever the divisor."""
    return np.where(a == 0, 0.0, a / b)


def refused(name: str) -> Any:
    """The partial by an operand that has none."""

    def partial() -> Any:
        raise TypeError(f"the tape has no derivative of scipy.special.{name} by its order or shape")

    return partial


def _gamma_density(a: Array, b: Array) -> Any:
    """The derivative of the regularised incomplete gamma function by its argument."""
    return np.where((a == 1) & (b == 0), 1.0, np.exp(scipys("xlogy", a - 1.0, b) - b) / scipys("gamma", a))


def _beta_density(a: Array, b: Array, c: Array) -> Any:
    """The derivative of the regularised incomplete beta function by its argument."""
    return c ** (a - 1.0) * (1.0 - c) ** (b - 1.0) / scipys("beta", a, b)


ROWS: dict[str, Row] = {
    "erf": row("Erf", _bell),
    "erfc": row("Erfc", lambda a: -_bell(a)),
    "ndtr": row("Ndtr", lambda a: np.exp(-0.5 * a * a) / np.sqrt(2.0 * np.pi)),
    "expit": row("Sigmoid", _logistic_slope),
    "log_expit": row("LogSigmoid", _falling_logistic),
    "logit": row("Logit", lambda a: 1.0 / (a * (1.0 - a))),
    "gammaln": row("Lgamma", digamma),
    "gamma": row("Gamma", lambda a, y: y * digamma(a)),
    "psi": row("Digamma", trigamma),
    "digamma": row("Digamma", trigamma),
    "xlogy": row("Xlogy", lambda a, b: np.where((a == 0) & (b <= 0), 0.0, np.log(b)), _share),
    "xlog1py": row("Xlog1Py", lambda a, b: np.where((a == 0) & (b <= -1), 0.0, np.log1p(b)),
                   lambda a, b: _share(a, 1.0 + b)),
    "erfcx": row("Erfcx", lambda a, y: 2.0 * a * y - 2.0 / np.sqrt(np.pi)),
    "erfinv": row("Erfinv", lambda y: 1.0 / _bell(y)),
    "erfcinv": row("Erfcinv", lambda y: -1.0 / _bell(y)),
    "ndtri": row("Ndtri", lambda y: np.sqrt(2.0 * np.pi) / np.exp(-0.5 * y * y)),
    "log_ndtr": row("LogNdtr", lambda a, y: np.exp(-0.5 * a * a - y) / np.sqrt(2.0 * np.pi)),
    "loggamma": row("Lgamma", digamma),
    "beta": row("Beta", lambda a, b, y: y * (digamma(a) - digamma(a + b)),
                lambda a, b, y: y * (digamma(b) - digamma(a + b))),
    "betaln": row("Betaln", lambda a, b: digamma(a) - digamma(a + b), lambda a, b: digamma(b) - digamma(a + b)),
    "gammainc": row("Igamma", refused("gammainc"), _gamma_density),
    "gammaincc": row("Igammac", refused("gammaincc"), lambda a, b: -_gamma_density(a, b)),
    "betainc": row("Betainc", refused("betainc"), refused("betainc"), _beta_density),
    "entr": row("Entr", lambda a: -np.log(a) - 1.0),
    "rel_entr": row("RelEntr", lambda a, b: np.log(a / b) + 1.0, lambda a, b: -_share(a, b)),
    "kl_div": row("KlDiv", lambda a, b: np.log(a / b), lambda a, b: 1.0 - _share(a, b)),
    "huber": row("Huber", lambda a, b: np.maximum(np.abs(b) - a, 0.0), lambda a, b: np.clip(b, -a, a)),
    "pseudo_huber": row("PseudoHuber",
                        lambda a, b: 2.0 * a * (np.hypot(1.0, b / a) - 1.0) - b * b / a / np.hypot(1.0, b / a),
                        lambda a, b: b / np.hypot(1.0, b / a)),
    "j0": row("BesselJ0", lambda a: -scipys("jv", 1, a)),
    "j1": row("BesselJ1", lambda a: 0.5 * (scipys("jv", 0, a) - scipys("jv", 2, a))),
    "y0": row("BesselY0", lambda a: -scipys("yv", 1, a)),
    "y1": row("BesselY1", lambda a: 0.5 * (scipys("yv", 0, a) - scipys("yv", 2, a))),
    "i0": row("BesselI0", lambda a: scipys("iv", 1, a)),
    "i1": row("BesselI1", lambda a: 0.5 * (scipys("iv", 0, a) + scipys("iv", 2, a))),
    "i0e": row("BesselI0E", lambda a, y: scipys("ive", 1, a) - np.sign(a) * y),
    "i1e": row("BesselI1E", lambda a, y: 0.5 * (scipys("ive", 0, a) + scipys("ive", 2, a)) - np.sign(a) * y),
    "k0": row("BesselK0", lambda a: -scipys("kv", 1, a)),
    "k1": row("BesselK1", lambda a: -0.5 * (scipys("kv", 0, a) + scipys("kv", 2, a))),
    "k0e": row("BesselK0E", lambda a, y: y - scipys("kve", 1, a)),
    "k1e": row("BesselK1E", lambda a, y: y - 0.5 * (scipys("kve", 0, a) + scipys("kve", 2, a))),
    "jv": row("BesselJ", refused("jv"), lambda a, b, y: a / b * y - scipys("jv", a + 1.0, b)),
    "yv": row("BesselY", refused("yv"), lambda a, b, y: a / b * y - scipys("yv", a + 1.0, b)),
    "iv": row("BesselI", refused("iv"), lambda a, b, y: a / b * y + scipys("iv", a + 1.0, b)),
    "kv": row("BesselK", refused("kv"), lambda a, b, y: a / b * y - scipys("kv", a + 1.0, b)),
}
