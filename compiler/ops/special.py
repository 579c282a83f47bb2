"""Special functions of SciPy's, and the pieces of which their derivatives are made.

Derivatives are written for the tails: no difference of two numbers that agree in most of their digits, and nothing
that overflows before the result does. `@scipy.special.NAME` is the function that SciPy offers to Cython code.

Abramowitz and Stegun, "Handbook of Mathematical Functions", chapters 6, 7, 9 and 26; NIST Digital Library of
Mathematical Functions, sections 5.4, 5.15, 7.8, 7.12, 10.6 and 10.29.
"""

from __future__ import annotations

from .row import Row, elementwise
from .series import DIGAMMA, ERFCX, polynomial

_PI = "3.141592653589793"
_HALF_ROOT_PI = "0.886226925452758"
_ROOT_TWO_PI = "2.5066282746310002"
_INVERSE_ROOT_TWO_PI = "0.3989422804014327"
_ROOT_HALF = "0.7071067811865476"
_ROOT_TWO_OVER_PI = "0.7978845608028654"
_TWO_OVER_ROOT_PI = "1.1283791670955126"
_ORDER = "only the derivative by the argument is available, not by the order"
_SHAPE = "only the derivative by the argument is available, not by the shape parameters"


def _nested(first: str, rest: str, factors: tuple[int, ...]) -> str:
    """`first * (1 - f1 * rest * (1 - f2 * rest * (...)))`, an alternating asymptotic series."""
    text = "1.0"
    for factor in reversed(factors):
        text = f"(1.0 - {factor}.0 * {rest} * {text})"
    return f"{first} * {text}"


# `2 x erfcx(x) - 2 / sqrt(pi)` loses digits for large x; its asymptotic series (DLMF 7.12.1) does not.
_SCALED_TAIL = _nested(f"-{_TWO_OVER_ROOT_PI} * z", "z", (3, 5, 7, 9, 11, 13, 15, 17, 19))

GAUSSIAN: tuple[Row, ...] = (
    elementwise("erfcx", "x", f"where(x > 10.0, erfcx_slope(0.5 / square(x)), 2.0 * x * y - {_TWO_OVER_ROOT_PI})",
                scipy="erfcx", costly=True, example="normal(2, 3)",
                lower="=where(x < 0.0, 2.0 * exp(x * x) - erfcx_positive(-x), erfcx_positive(x))"),
    elementwise("erfcx_positive", "x", reason="it is a part of `erfcx`", example="positive(3)",
                lower="=where(x > 1e300, 0.5641895835477563 / x, "
                      "erfcx_scaled((x - 4.0) / (x + 4.0)) / (1.0 + 2.0 * x))"),
    elementwise("erfcx_scaled", "t", lower=f"={polynomial('t', ERFCX)}", reason="it is a part of `erfcx`",
                example="unit(3)"),
    elementwise("erfcx_slope", "z", lower=f"={_SCALED_TAIL}", reason="it is a part of the derivative of `erfcx`",
                example="unit(3)"),
    elementwise("erfinv", "x", f"{_HALF_ROOT_PI} * exp(y * y)", scipy="erfinv", lower="@scipy.special.erfinv",
                example="unit(2, 3)"),
    elementwise("erfcinv", "x", f"-{_HALF_ROOT_PI} * exp(y * y)", scipy="erfcinv", lower="@scipy.special.erfcinv",
                example="positive(2, 3) * 0.7"),
    elementwise("ndtr", "x", f"{_INVERSE_ROOT_TWO_PI} * exp(-0.5 * (x * x))", scipy="ndtr", costly=True,
                lower=f"=0.5 * erfc(-(x * {_ROOT_HALF}))", example="normal(2, 3)"),
    elementwise("ndtri", "x", f"{_ROOT_TWO_PI} * exp(0.5 * (y * y))", scipy="ndtri", lower="@scipy.special.ndtri",
                example="positive(2, 3) * 0.35"),
    elementwise("log_ndtr", "x", f"{_ROOT_TWO_OVER_PI} / erfcx(-(x * {_ROOT_HALF}))", scipy="log_ndtr", costly=True,
                lower=f"=where(x < -1.0, log(0.5 * erfcx(-(x * {_ROOT_HALF}))) - square(x * {_ROOT_HALF}), "
                      f"log1p(-0.5 * erfc(x * {_ROOT_HALF})))",
                example="normal(2, 3)"),
)

# The digamma function: shifted up by recurrence until its asymptotic series is exact to rounding, and reflected for
# negative arguments (A&S 6.3.5, 6.3.7, 6.3.18); near its positive root its Taylor polynomial, so that no digit cancels.
_SHIFTED = " - ".join(f"1.0 / (x + {k}.0)" for k in range(10))
_SERIES = (
    "z * (0.08333333333333333 - z * (0.008333333333333333 - z * (0.003968253968253968 - z * (0.004166666666666667 "
    "- z * (0.007575757575757576 - z * 0.021092796092796094)))))"
)
# The next two of the family (A&S 6.4.6, 6.4.7, 6.4.12): `z` is 1 / w^2.
_SQUARES = " + ".join(f"1.0 / square(x + {k}.0)" for k in range(12))
_CUBES = " + ".join(f"1.0 / (square(x + {k}.0) * (x + {k}.0))" for k in range(14))
_SERIES_1 = (
    "z * (0.16666666666666666 - z * (0.03333333333333333 - z * (0.023809523809523808 - z * (0.03333333333333333 "
    "- z * (0.07575757575757576 - z * (0.2531135531135531 - z * 1.1666666666666667))))))"
)
_SERIES_2 = (
    "z * (0.5 - z * (0.16666666666666666 - z * (0.16666666666666666 - z * (0.3 - z * (0.8333333333333334 "
    "- z * (3.2904761904761903 - z * 17.5))))))"
)
_TURN = f"{_PI} * (x - rint(x))"

GAMMA: tuple[Row, ...] = (
    elementwise("loggamma", "x", "digamma(x)", scipy="loggamma", lower="=where(x < 0.0, 0.0 / (x - x), lgamma(x))",
                costly=True, example="positive(2, 3)"),
    elementwise("digamma_near", "t", lower=f"=(t - 9.549995429965698e-17) * {polynomial('t', DIGAMMA)}",
                reason="it is a part of `digamma`", example="unit(3)"),
    elementwise("digamma_series", "w z", lower=f"=log(w) - 0.5 / w - {_SERIES}",
                reason="it is a part of `digamma`", example="positive(3), positive(3)"),
    elementwise("digamma_positive", "x", reason="it is a part of `digamma`", example="positive(3)",
                lower=f"=digamma_series(x + 10.0, 1.0 / square(x + 10.0)) - ({_SHIFTED.replace(' - ', ' + ')})"),
    elementwise("digamma_reflected", "x", reason="it is a part of `digamma`", example="positive(3)",
                lower=f"=where((x == rint(x)) & (x < 0.0), 0.0 / (x - x), "
                      f"digamma_positive(1.0 - x) - {_PI} / tan({_TURN}))"),
    elementwise("digamma", "x", "trigamma(x)", scipy=("psi", "digamma"), costly=True, example="positive(2, 3)",
                lower="=where(abs(x - 1.4616321449683622) < 0.55, digamma_near(x - 1.4616321449683622), "
                      "where(x > 0.0, digamma_positive(x), digamma_reflected(x)))"),
    elementwise("trigamma_positive", "x", reason="it is a part of `trigamma`", example="positive(3)",
                lower=f"=trigamma_series(1.0 / (x + 12.0), 1.0 / square(x + 12.0)) + ({_SQUARES})"),
    elementwise("trigamma_series", "v z", lower=f"=v + 0.5 * z + v * ({_SERIES_1})",
                reason="it is a part of `trigamma`", example="positive(3), positive(3)"),
    elementwise("trigamma", "x", "tetragamma(x)", costly=True, example="positive(2, 3)",
                lower="=where(x > 0.0, trigamma_positive(x), "
                      f"square({_PI}) * (1.0 + 1.0 / square(tan({_TURN}))) - trigamma_positive(1.0 - x))"),
    elementwise("tetragamma_positive", "x", reason="it is a part of `tetragamma`", example="positive(3)",
                lower=f"=-(tetragamma_series(1.0 / (x + 14.0), 1.0 / square(x + 14.0)) + 2.0 * ({_CUBES}))"),
    elementwise("tetragamma_series", "v z", lower=f"=z + v * z + z * ({_SERIES_2})",
                reason="it is a part of `tetragamma`", example="positive(3), positive(3)"),
    elementwise("tetragamma", "x", reason="the third derivative of the digamma function is not available", costly=True,
                lower=f"=where(x > 0.0, tetragamma_positive(x), tetragamma_positive(1.0 - x) "
                      f"- 2.0 * {_PI} * square({_PI}) * (1.0 + 1.0 / square(tan({_TURN}))) / tan({_TURN}))",
                example="positive(2, 3)"),
    elementwise("beta", "a b", "y * (digamma(a) - digamma(a + b))", "y * (digamma(b) - digamma(a + b))", scipy="beta",
                lower="@scipy.special.beta", example="positive(2, 3), positive(3)"),
    elementwise("betaln", "a b", "digamma(a) - digamma(a + b)", "digamma(b) - digamma(a + b)", scipy="betaln",
                lower="@scipy.special.betaln", example="positive(2, 3), positive(3)"),
    elementwise("gammainc", "a x", "", "where((x == 0.0) & (a == 1.0), 1.0, exp((a - 1.0) * log(x) - x - lgamma(a)))",
                scipy="gammainc", lower="@scipy.special.gammainc", without=_SHAPE,
                example="positive(2, 3), positive(3)"),
    elementwise("gammaincc", "a x", "",
                "-where((x == 0.0) & (a == 1.0), 1.0, exp((a - 1.0) * log(x) - x - lgamma(a)))",
                scipy="gammaincc", lower="@scipy.special.gammaincc", without=_SHAPE,
                example="positive(2, 3), positive(3)"),
    elementwise("betainc", "a b x", "", "", "exp(xlogy(a - 1.0, x) + xlog1py(b - 1.0, -x) - betaln(a, b))",
                scipy="betainc", lower="@scipy.special.betainc", without=_SHAPE,
                example="positive(2, 3), positive(3), positive(3) * 0.3"),
)

LOGISTIC: tuple[Row, ...] = (
    elementwise("expit", "x", "exp(-abs(x)) / square(1.0 + exp(-abs(x)))", scipy="expit", costly=True,
                lower="=where(x < 0.0, exp(-abs(x)), 1.0) / (1.0 + exp(-abs(x)))", example="normal(2, 3)"),
    elementwise("logit", "x", "1.0 / (x * (1.0 - x))", scipy="logit", costly=True, example="positive(2, 3) * 0.3",
                lower="=where(abs(x - 0.5) < 0.2, 2.0 * arctanh(2.0 * x - 1.0), log(x / (1.0 - x)))"),
    elementwise("log_expit", "x", "expit(-x)", scipy="log_expit", costly=True,
                lower="=minimum(x, 0.0) - log1p(exp(-abs(x)))", example="normal(2, 3)"),
)

INFORMATION: tuple[Row, ...] = (
    elementwise("xlogy", "a b", "where((a == 0.0) & (b <= 0.0), 0.0, log(b))", "where(a == 0.0, 0.0, a / b)",
                scipy="xlogy", costly=True, lower="=where((a == 0.0) & (b == b), 0.0, a * log(b))",
                example="normal(2, 3), positive(3)"),
    elementwise("xlog1py", "a b", "where((a == 0.0) & (b <= -1.0), 0.0, log1p(b))",
                "where(a == 0.0, 0.0, a / (1.0 + b))", scipy="xlog1py", costly=True,
                lower="=where((a == 0.0) & (b == b), 0.0, a * log1p(b))", example="normal(2, 3), positive(3)"),
    elementwise("entr", "x", "-log(x) - 1.0", scipy="entr", costly=True, example="positive(2, 3)",
                lower="=where(x > 0.0, -(x * log(x)), where(x == 0.0, 0.0, where(x < 0.0, -1.0 / abs(x - x), x)))"),
    elementwise("log_ratio", "a b", reason="it is a part of `rel_entr`", example="positive(3), positive(3)",
                lower="=where((a < 2.0 * b) & (b < 2.0 * a), log1p((a - b) / b), log(a) - log(b))"),
    elementwise("rel_entr", "a b", "log_ratio(a, b) + 1.0", "-where(a == 0.0, 0.0, a / b)", scipy="rel_entr",
                costly=True, example="positive(2, 3), positive(3)",
                lower="=where((a > 0.0) & (b > 0.0), a * log_ratio(a, b), where((a == 0.0) & (b >= 0.0), 0.0, "
                      "where((a != a) | (b != b), a + b, 1.0 / abs(a - a))))"),
    elementwise("kl_div", "a b", "log_ratio(a, b)", "1.0 - where(a == 0.0, 0.0, a / b)", scipy="kl_div", costly=True,
                lower="=where((a > 0.0) & (b > 0.0), a * log(a / b) - a + b, where((a == 0.0) & (b >= 0.0), b, "
                      "where((a != a) | (b != b), a + b, 1.0 / abs(a - a))))",
                example="positive(2, 3), positive(3)"),
    elementwise("huber", "delta r", "where(abs(r) <= delta, 0.0, abs(r) - delta)",
                "minimum(delta, maximum(-delta, r))", scipy="huber", example="positive(2, 3), normal(3) * 2.0",
                lower="=where(delta < 0.0, 1.0 / abs(delta - delta), where(abs(r) <= delta, 0.5 * (r * r), "
                      "delta * (abs(r) - 0.5 * delta)))"),
    elementwise("pseudo_huber", "delta r",
                "where(delta == 0.0, 0.0, delta * square(square(r / delta) / (1.0 + hypot(1.0, r / delta))) "
                "/ hypot(1.0, r / delta))",
                "where(delta == 0.0, 0.0, r / hypot(1.0, r / delta))", scipy="pseudo_huber", costly=True,
                lower="=where(delta < 0.0, 1.0 / abs(delta - delta), where((delta == 0.0) | (r == 0.0), 0.0, "
                      "delta * delta * (square(r / delta) / (1.0 + hypot(1.0, r / delta)))))",
                example="positive(2, 3), normal(3)"),
)


def _bessel(name: str, partial: str, example: str = "normal(2, 3)") -> Row:
    return elementwise(name, "x", partial, scipy=name, lower=f"@scipy.special.{name}", example=example)


def _of_order(name: str, partial: str) -> Row:
    return elementwise(name, "v x", "", partial, scipy=name, lower=f"@scipy.special.{name}", without=_ORDER,
                       example="positive(2, 3), positive(3)")


# DLMF 10.6.2, 10.6.3, 10.29.2 and 10.29.3.
BESSEL: tuple[Row, ...] = (
    _bessel("j0", "-j1(x)"),
    _bessel("j1", "where(x == 0.0, 0.5, j0(x) - y / x)"),
    _bessel("y0", "-y1(x)", "positive(2, 3)"),
    _bessel("y1", "y0(x) - y / x", "positive(2, 3)"),
    _bessel("i0", "i1(x)"),
    _bessel("i1", "where(x == 0.0, 0.5, i0(x) - y / x)"),
    _bessel("i0e", "i1e(x) - sign(x) * y"),
    _bessel("i1e", "where(x == 0.0, 0.5, i0e(x) - (sign(x) + 1.0 / x) * y)"),
    _bessel("k0", "-k1(x)", "positive(2, 3)"),
    _bessel("k1", "-k0(x) - y / x", "positive(2, 3)"),
    _bessel("k0e", "y - k1e(x)", "positive(2, 3)"),
    _bessel("k1e", "y - k0e(x) - y / x", "positive(2, 3)"),
    _of_order("jv", "0.5 * (jv(v - 1.0, x) - jv(v + 1.0, x))"),
    _of_order("yv", "0.5 * (yv(v - 1.0, x) - yv(v + 1.0, x))"),
    _of_order("iv", "0.5 * (iv(v - 1.0, x) + iv(v + 1.0, x))"),
    _of_order("kv", "-0.5 * (kv(v - 1.0, x) + kv(v + 1.0, x))"),
)

ROWS: tuple[Row, ...] = (*GAUSSIAN, *GAMMA, *LOGISTIC, *INFORMATION, *BESSEL)
