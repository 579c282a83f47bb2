"""Special functions that are integrals or inverses: their derivatives are the integrands."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..memory import Array
from .elementwise import Row, row
from .special import digamma, refused, scipys


def _gamma_slope(a: Array, y: Array) -> Any:
    """The density of the gamma distribution."""
    return y ** (a - 1.0) * np.exp(-y) / scipys("gamma", a)


def _beta_slope(a: Array, b: Array, y: Array) -> Any:
    return y ** (a - 1.0) * (1.0 - y) ** (b - 1.0) / scipys("beta", a, b)


def _student(n: Array, t: Array) -> Any:
    """The density of Student's distribution, with the beta function in place of two gamma functions."""
    return (1.0 + t * t / n) ** (-0.5 * (n + 1.0)) / (np.sqrt(n) * scipys("beta", 0.5, 0.5 * n))


def _first_slope(a: Array) -> Any:
    """The derivative of the complete elliptic integral of the first kind, as a hypergeometric function."""
    return np.pi / 8.0 * scipys("hyp2f1", 1.5, 1.5, 2.0, a)


def _second_slope(a: Array) -> Any:
    return -np.pi / 8.0 * scipys("hyp2f1", 0.5, 1.5, 2.0, a)


def _scaled(name: str, sign: float, v: Array, x: Array) -> Any:
    """The derivative of a scaled modified Bessel function, from the one of the next order."""
    return v / x * scipys(name, v, x) + sign * scipys(name, v + 1.0, x)


ROWS: dict[str, Row] = {
    "ellipk": row("EllipK", _first_slope),
    "ellipe": row("EllipE", _second_slope),
    "ellipkinc": row("EllipKInc", lambda a, b: (1.0 - b * np.sin(a) ** 2) ** -0.5, refused("ellipkinc")),
    "ellipeinc": row("EllipEInc", lambda a, b: (1.0 - b * np.sin(a) ** 2) ** 0.5, refused("ellipeinc")),
    "expi": row("Expi", lambda a: np.exp(a) / a),
    "exp1": row("Exp1", lambda a: -np.exp(-a) / a),
    "exprel": row("Exprel", lambda a: 0.5 * scipys("hyp1f1", 2.0, 3.0, a)),
    "exp10": row("Exp10", lambda y: np.log(10.0) * y),
    "cosm1": row("Cosm1", lambda a: -np.sin(a)),
    "spence": row("Spence", lambda a: np.where(a == 1.0, -1.0, np.log(a) / np.where(a == 1.0, 1.0, 1.0 - a))),
    "wrightomega": row("WrightOmega", lambda y: 1.0 - 1.0 / (1.0 + y)),
    "dawsn": row("Dawsn", lambda a, y: 1.0 - 2.0 * a * y),
    "erfi": row("Erfi", lambda a: 2.0 / np.sqrt(np.pi) * np.exp(a * a)),
    "owens_t": row("OwensT",
                   lambda a, b: -np.exp(-0.5 * a * a) / np.sqrt(2.0 * np.pi) * (scipys("ndtr", a * b) - 0.5),
                   lambda a, b: np.exp(-0.5 * a * a * (1.0 + b * b)) / (2.0 * np.pi * (1.0 + b * b))),
    "rgamma": row("Rgamma", lambda a, y: -y * digamma(a)),
    "poch": row("Poch", lambda a, b, y: y * (digamma(a + b) - digamma(a)), lambda a, b, y: y * digamma(a + b)),
    "binom": row("Binom", lambda a, b, y: y * (digamma(a + 1.0) - digamma(a - b + 1.0)),
                 lambda a, b, y: y * (digamma(a - b + 1.0) - digamma(b + 1.0))),
    "gammaincinv": row("GammaIncInv", refused("gammaincinv"), lambda a, y: 1.0 / _gamma_slope(a, y)),
    "gammainccinv": row("GammaInccInv", refused("gammainccinv"), lambda a, y: -1.0 / _gamma_slope(a, y)),
    "betaincc": row("BetaIncc", refused("betaincc"), refused("betaincc"), lambda a, b, c: -_beta_slope(a, b, c)),
    "betaincinv": row("BetaIncInv", refused("betaincinv"), refused("betaincinv"),
                      lambda a, b, y: 1.0 / _beta_slope(a, b, y)),
    "stdtr": row("StudentT", refused("stdtr"), lambda a, b: _student(a, b)),
    "stdtrit": row("StudentTInv", refused("stdtrit"), lambda a, y: 1.0 / _student(a, y)),
    "hyp0f1": row("Hyp0f1", refused("hyp0f1"), lambda a, b: scipys("hyp0f1", a + 1.0, b) / a),
    "hyp1f1": row("Hyp1f1", refused("hyp1f1"), refused("hyp1f1"),
                  lambda a, b, c: a / b * scipys("hyp1f1", a + 1.0, b + 1.0, c)),
    "hyp2f1": row("Hyp2f1", refused("hyp2f1"), refused("hyp2f1"), refused("hyp2f1"),
                  lambda a, b, c, d: a * b / c * scipys("hyp2f1", a + 1.0, b + 1.0, c + 1.0, d)),
    "ive": row("BesselIE", refused("ive"), lambda a, b, y: _scaled("ive", 1.0, a, b) - np.sign(b) * y),
    "kve": row("BesselKE", refused("kve"), lambda a, b, y: _scaled("kve", -1.0, a, b) + y),
}
