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
    "xlogy": row("Xlogy", lambda a, b: np.where((a == 0) & ~np.isnan(b), 0.0, np.log(b)), lambda a, b: a / b),
    "xlog1py": row(
        "Xlog1Py", lambda a, b: np.where((a == 0) & ~np.isnan(b), 0.0, np.log1p(b)), lambda a, b: a / (1.0 + b)
    ),
}
