"""Special functions of SciPy's that are integrals or inverses, as it offers them to Cython code.

NIST Digital Library of Mathematical Functions, sections 6.2, 7.2, 8.17, 10.29, 13.3, 15.5, 16.3 and 19.4; Owen, "Tables
for computing bivariate normal probabilities" (1956).
"""

from __future__ import annotations

from math import factorial

from .row import Row, elementwise
from .series import polynomial

_ORDER = "only the derivative by the last argument is available"
_SQUARES = [1.0]  # ((2n - 1)!! / (2n)!!)^2
for _n in range(1, 10):
    _SQUARES.append(_SQUARES[-1] * ((2 * _n - 1) / (2 * _n)) ** 2)
_HALF_PI = 1.5707963267948966
# The derivatives near zero, where the difference of both integrals loses its digits.
_FIRST = polynomial("x", [_HALF_PI * n * c for n, c in enumerate(_SQUARES) if n])
_SECOND = polynomial("x", [-_HALF_PI * n * c / (2 * n - 1) for n, c in enumerate(_SQUARES) if n])
_GROWTH = [1.0 / (factorial(k) * (k + 2)) for k in range(13)]


# The asymptotic series of the derivative of Dawson's integral.
_TAIL = f"-(0.5 / square(x)) * {polynomial('(0.5 / square(x))', [1.0, 3.0, 15.0, 105.0, 945.0, 10395.0])}"


def _student(t: str) -> str:
    """The logarithm of the density of Student's distribution."""
    return ("lgamma(0.5 * (n + 1.0)) - lgamma(0.5 * n) - 0.5 * log(3.141592653589793 * n) "
            f"- 0.5 * (n + 1.0) * log1p({t} * {t} / n)")


def _scipy(name: str, operands: str, *partials: str, example: str, without: str = "") -> Row:
    return elementwise(name, operands, *partials, scipy=name, lower=f"@scipy.special.{name}", example=example,
                       without=without)


ELLIPTIC: tuple[Row, ...] = (
    _scipy("ellipk", "x", f"where(abs(x) < 0.02, {_FIRST}, (ellipe(x) / (1.0 - x) - y) / (2.0 * x))",
           example="unit(2, 3)"),
    _scipy("ellipe", "x", f"where(abs(x) < 0.02, {_SECOND}, (y - ellipk(x)) / (2.0 * x))", example="unit(2, 3)"),
    _scipy("ellipkinc", "phi m", "1.0 / sqrt(1.0 - m * square(sin(phi)))", "", without="only the derivative by the "
           "amplitude is available, not by the parameter", example="unit(2, 3), unit(3)"),
    _scipy("ellipeinc", "phi m", "sqrt(1.0 - m * square(sin(phi)))", "", without="only the derivative by the "
           "amplitude is available, not by the parameter", example="unit(2, 3), unit(3)"),
)

EXPONENTIAL: tuple[Row, ...] = (
    _scipy("expi", "x", "exp(x) / x", example="positive(2, 3)"),
    _scipy("exp1", "x", "-(exp(-x) / x)", example="positive(2, 3)"),
    _scipy("exprel", "x", f"where(abs(x) < 0.3, {polynomial('x', _GROWTH)}, (exp(x) - y) / x)", example="normal(2, 3)"),
    _scipy("exp10", "x", "y * 2.302585092994046", example="unit(2, 3)"),
    _scipy("cosm1", "x", "-sin(x)", example="normal(2, 3)"),
    _scipy("spence", "x", "where(x == 1.0, -1.0, log(x) / (1.0 - x))", example="positive(2, 3)"),
    _scipy("wrightomega", "x", "y / (1.0 + y)", example="normal(2, 3)"),
)

ERRORS: tuple[Row, ...] = (
    _scipy("dawsn", "x", f"where(abs(x) > 10.0, {_TAIL}, 1.0 - 2.0 * x * y)", example="normal(2, 3)"),
    _scipy("erfi", "x", "1.1283791670955126 * exp(x * x)", example="normal(2, 3)"),
    _scipy("owens_t", "h a", "-0.19947114020071635 * exp(-0.5 * (h * h)) * erf(a * h * 0.7071067811865476)",
           "0.15915494309189535 * exp(-0.5 * (h * h) * (1.0 + a * a)) / (1.0 + a * a)",
           example="normal(2, 3), normal(3)"),
)

GAMMA: tuple[Row, ...] = (
    _scipy("rgamma", "x", "-(y * digamma(x))", example="positive(2, 3)"),
    _scipy("poch", "x m", "y * (digamma(x + m) - digamma(x))", "y * digamma(x + m)",
           example="positive(2, 3), positive(3)"),
    _scipy("binom", "n k", "y * (digamma(n + 1.0) - digamma(n - k + 1.0))",
           "y * (digamma(n - k + 1.0) - digamma(k + 1.0))", example="positive(2, 3) * 3.0, unit(3)"),
    _scipy("gammaincinv", "a p", "", "exp(y - (a - 1.0) * log(y) + lgamma(a))", without=_ORDER,
           example="positive(2, 3), positive(3) * 0.3"),
    _scipy("gammainccinv", "a p", "", "-exp(y - (a - 1.0) * log(y) + lgamma(a))", without=_ORDER,
           example="positive(2, 3), positive(3) * 0.3"),
    _scipy("betaincc", "a b x", "", "", "-exp(xlogy(a - 1.0, x) + xlog1py(b - 1.0, -x) - betaln(a, b))",
           without=_ORDER, example="positive(2, 3), positive(3), positive(3) * 0.3"),
    _scipy("betaincinv", "a b p", "", "", "exp(betaln(a, b) - xlogy(a - 1.0, y) - xlog1py(b - 1.0, -y))",
           without=_ORDER, example="positive(2, 3), positive(3), positive(3) * 0.3"),
    _scipy("stdtr", "n t", "", f"exp({_student('t')})", without=_ORDER, example="positive(2, 3), normal(3)"),
    _scipy("stdtrit", "n p", "", f"exp(-({_student('y')}))", without=_ORDER,
           example="positive(2, 3), positive(3) * 0.3"),
)

HYPERGEOMETRIC: tuple[Row, ...] = (
    _scipy("hyp0f1", "v x", "", "hyp0f1(v + 1.0, x) / v", without=_ORDER, example="positive(2, 3), normal(3)"),
    _scipy("hyp1f1", "a b x", "", "", "a / b * hyp1f1(a + 1.0, b + 1.0, x)", without=_ORDER,
           example="positive(2, 3), positive(3), unit(3)"),
    _scipy("hyp2f1", "a b c x", "", "", "", "a * b / c * hyp2f1(a + 1.0, b + 1.0, c + 1.0, x)", without=_ORDER,
           example="positive(2, 3), positive(3), positive(3), unit(3) * 0.6"),
    _scipy("ive", "v x", "", "0.5 * (ive(v - 1.0, x) + ive(v + 1.0, x)) - sign(x) * y", without=_ORDER,
           example="positive(2, 3), positive(3)"),
    _scipy("kve", "v x", "", "y - 0.5 * (kve(v - 1.0, x) + kve(v + 1.0, x))", without=_ORDER,
           example="positive(2, 3), positive(3)"),
)

ROWS: tuple[Row, ...] = (*ELLIPTIC, *EXPONENTIAL, *ERRORS, *GAMMA, *HYPERGEOMETRIC)
