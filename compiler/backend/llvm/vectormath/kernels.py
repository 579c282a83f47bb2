"""The elementary functions on several numbers at once: straight-line code, no table, no branch.

The names are those of the C library. A reduction of the argument leaves a short interval, on which a polynomial does
the rest; what rounding loses is carried along where it would be seen in the result. After J.-M. Muller, "Elementary
Functions", 3rd ed., and the exact steps of T. J. Dekker, "A floating-point technique for extending the available
precision", Numerische Mathematik 18, 1971. All need a fused multiply-add.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan

from ....ops.series import ERFCX
from . import coefficients as c
from .lanes import Real, Truth, Whole, choose, fma, nearest, polynomial, power_of_two
from .parts import (
    HALF_PI,
    LOG2_E,
    arc,
    exp_tail,
    half_expm1,
    log_double,
    log_in_full,
    log_of,
    log_of_sum,
    normal,
    one_plus,
    quadrant,
    reduced,
    scaled,
    within,
)

_LOG2_E_LOW = 2.0355273740931033e-17
_LN2, _LN2_REST = 0.6931471805599453, 2.3190468138462996e-17
_LOG10_E, _LOG10_E_LOW = 0.4342944819032518, 1.098319650216765e-17
_LOG10_2_HIGH, _LOG10_2_LOW = 0.30102999566395283, 2.8363394551044964e-14
_QUARTER_PI, _QUARTER_PI_LOW = 0.7853981633974483, 3.061616997868383e-17
_PI, _PI_LOW = 3.141592653589793, 1.2246467991473532e-16
_TWO_OVER_ROOT_PI, _TWO_OVER_ROOT_PI_LOW = 1.1283791670955126, 1.533545961316588e-17
# Up to here the three parts of pi / 2 suffice. Beyond it the C library computes the lane.
_WIDE = 2.0**30


# -------------------------------------------------------------------------------------------------------- exponentials


def exp(x: Real) -> Real:
    k, r, low = reduced(within(x, -746.0, 710.0))
    return scaled(one_plus(r, exp_tail(r, low)), k)


def exp2(x: Real) -> Real:
    capped = within(x, -1080.0, 1030.0)
    count, k = nearest(capped, 1.0)
    rest = capped - count
    r = rest * _LN2
    low = fma(rest, _LN2, -r) + rest * _LN2_REST
    return scaled(one_plus(r, exp_tail(r, fma(low, r, low))), k)


def expm1(x: Real) -> Real:
    k, r, low = reduced(within(x, -60.0, 710.0))
    half = half_expm1(k, r, exp_tail(r, low))
    return choose(x.size() < 1e-17, x, half + half)


def sinh(x: Real) -> Real:
    size = within(x.size(), 0.0, 712.0)
    k, r, low = reduced(size)
    tail = exp_tail(r, low)
    half = half_expm1(k, r, tail)
    near = half + half / fma(half, 2.0, 1.0)
    near = choose(size < 1e-17, size, near)
    far = scaled(one_plus(r, tail), k - 1)
    return choose(size > 40.0, far, near).signed_like(x)


def cosh(x: Real) -> Real:
    k, r, low = reduced(within(x.size(), 0.0, 712.0))
    half = scaled(one_plus(r, exp_tail(r, low)), k - 1)
    return half + 0.25 / half


def tanh(x: Real) -> Real:
    size = within(x.size(), 0.0, 20.0)
    k, r, low = reduced(size + size)
    half = half_expm1(k, r, exp_tail(r, low))
    below = half + 1.0
    inverse = 1.0 / below
    # half / (half + 1), and what it lacks because of the roundings so far; or 1 - 1 / (half + 1).
    y = half * inverse
    lost = fma(-y, half - (below - 1.0), fma(-y, below, half))
    y = choose(half > 1.0, 1.0 - inverse, fma(lost, inverse, y))
    return choose(size < 1e-17, size, y).signed_like(x)


# ---------------------------------------------------------------------------------------------------------- logarithms


def _on_positive(x: Real, y: Real) -> Real:
    """The value of a logarithm at infinity, zero and below."""
    y = choose(x.equals(inf), inf, y)
    y = choose(x.equals(0.0), -inf, y)
    return choose(x.not_above_or_at(0.0), nan, y)


def log(x: Real) -> Real:
    return _on_positive(x, log_of(*normal(x)))


def log2(x: Real) -> Real:
    m, k = normal(x)
    high, low = log_double(m)
    y = high * LOG2_E
    rest = fma(high, LOG2_E, -y) + fma(high, _LOG2_E_LOW, low * LOG2_E)
    total = k + y
    return _on_positive(x, total + ((k - total + y) + rest))


def log10(x: Real) -> Real:
    m, k = normal(x)
    high, low = log_double(m)
    y = high * _LOG10_E
    rest = fma(high, _LOG10_E, -y) + fma(high, _LOG10_E_LOW, low * _LOG10_E)
    base = k * _LOG10_2_HIGH
    total = base + y
    rest = (base - total + y) + fma(k, _LOG10_2_LOW, rest)
    return _on_positive(x, total + rest)


def log1p(x: Real) -> Real:
    y = choose(x.equals(inf), inf, log_of_sum(x))
    y = choose(x.equals(-1.0), -inf, y)
    y = choose(x.not_above_or_at(-1.0), nan, y)
    return choose(x.size() < 1e-17, x, y)


def asinh(x: Real) -> Real:
    size = x.size()
    large = size > 1e17
    a = choose(large, 1.0, size)
    square = a * a
    one_more = 1.0 + square
    root = one_more.root()
    # (x + sqrt(1 + x^2)) - 1, without the cancellation at zero.
    extra = square / (1.0 + root)
    inside = choose(large, size, a + extra)
    near = log_of_sum(inside, choose(large, 0.0, a - inside + extra))
    y = choose(large, near + _LN2, near)
    y = choose(size < 1e-9, size, y)
    return choose(size.equals(inf), inf, y).signed_like(x)


def acosh(x: Real) -> Real:
    large = x > 1e17
    t = choose(large, 1.0, x - 1.0)
    root = fma(t, t, t + t).root()
    inside = choose(large, x, t + root)
    near = log_of_sum(inside, choose(large, 0.0, t - inside + root))
    y = choose(large, near + _LN2, near)
    y = choose(x.equals(inf), inf, y)
    return choose(x.not_above_or_at(1.0), nan, y)


def atanh(x: Real) -> Real:
    size = x.size()
    twice = size + size
    below = 1.0 - size
    q = twice / below
    # What rounding took from the quotient and from `1 - x`.
    low = (fma(-q, below, twice) - q * ((1.0 - below) - size)) / below
    y = 0.5 * log_of_sum(q, low)
    y = choose(size.equals(1.0), inf, y)
    y = choose(size > 1.0, nan, y)
    return choose(size < 1e-9, size, y).signed_like(x)


# -------------------------------------------------------------------------------------------------------------- powers


def pow(x: Real, y: Real) -> Real:
    size = x.size()
    high, low = log_in_full(size)
    p = y * high
    p_low = fma(y, high, -p) + y * low
    p_low = choose(p.size() < 800.0, p_low, 0.0)
    k, r, lost = reduced(within(p, -800.0, 800.0))
    lost = lost + p_low
    tail = r * r * polynomial(r, c.EXP)
    power = scaled(one_plus(r, tail + fma(lost, r + tail, lost)), k)
    falling = y < 0.0
    power = choose(size.equals(0.0), choose(falling, inf, 0.0), power)
    power = choose(size.equals(inf), choose(falling, 0.0, inf), power)
    power = choose(size.equals(1.0), 1.0, power)
    half = y * 0.5
    odd = half.floor().differs(half) & y.floor().equals(y)
    power = choose(odd, power.signed_like(x), power)
    imaginary = (x < 0.0) & y.floor().differs(y) & (x > -inf)
    power = choose(x.unordered(y) | imaginary, nan, power)
    return choose(x.equals(1.0) | y.equals(0.0), 1.0, power)


# ------------------------------------------------------------------------------------------------ circular functions


def _odd(q: Whole) -> Truth:
    return (q & 1).differs(0)


def sin(x: Real) -> Real:
    q, (r, sine), (w, cosine) = quadrant(x)
    y = (choose(_odd(q), w + cosine, r + sine).bits() ^ ((q & 2) << 62)).as_bits()
    return choose(x.equals(0.0), x, y)


def cos(x: Real) -> Real:
    q, (r, sine), (w, cosine) = quadrant(x)
    return (choose(_odd(q), r + sine, w + cosine).bits() ^ (((q + 1) & 2) << 62)).as_bits()


def tan(x: Real) -> Real:
    q, (r, sine), (w, cosine) = quadrant(x)
    odd = _odd(q)
    above, above_low = choose(odd, w, r), choose(odd, cosine, sine)
    below, below_low = choose(odd, -r, w), choose(odd, -sine, cosine)
    n, d = above + above_low, below + below_low
    # The quotient, and what it lacks because of the three roundings so far.
    inverse = 1.0 / d
    y = n * inverse
    lost = fma(-y, d, n) + fma(-y, below - d + below_low, above - n + above_low)
    return choose(x.equals(0.0), x, fma(lost, inverse, y))


def atan(x: Real) -> Real:
    size = x.size()
    far, middle = size > 2.414213562373095, size > 0.4142135623730951
    # Beyond 1e300 the reciprocal would be denormal, and means nothing beside pi / 2.
    capped = choose(size > 1e300, 1e300, size)
    numerator = choose(far, -1.0, choose(middle, size - 1.0, size))
    denominator = choose(far, capped, choose(middle, size + 1.0, 1.0))
    q, rest = arc(numerator, denominator)
    base = choose(far, HALF_PI[0], choose(middle, _QUARTER_PI, 0.0))
    low = choose(far, HALF_PI[1], choose(middle, _QUARTER_PI_LOW, 0.0))
    total = base + q
    y = total + ((base - total + q) + (rest + low))
    return choose(size < 1e-9, x, y.signed_like(x))


def atan2(y: Real, x: Real) -> Real:
    a, b = y.size(), x.size()
    steep = a > b
    large, small = choose(steep, a, b), choose(steep, b, a)
    # Infinite by infinite counts as 1 by 1, and nothing by nothing as nothing by 1.
    both = small.equals(inf)
    small, large = choose(both, 1.0, small), choose(both, 1.0, large)
    large = choose(large.equals(0.0), 1.0, large)
    scale = choose(large > 1e300, 2.0**-60, choose(large < 1e-200, 2.0**200, 1.0))
    large, small = large * scale, small * scale
    middle = small > large * 0.4142135623730951
    numerator = choose(middle, small - large, small)
    q, rest = arc(numerator, choose(middle, small + large, large))
    near = choose(large.equals(inf), 0.0, q)
    rest = choose(large.equals(inf), 0.0, rest)
    base, low = choose(middle, _QUARTER_PI, 0.0), choose(middle, _QUARTER_PI_LOW, 0.0)
    # The angle is now base + near; mirrored at the diagonal, then at the vertical.
    base, low = choose(steep, HALF_PI[0] - base, base), choose(steep, HALF_PI[1] - low, low)
    near, rest = choose(steep, -near, near), choose(steep, -rest, rest)
    left = x.bits().negative()
    base, low = choose(left, _PI - base, base), choose(left, _PI_LOW - low, low)
    near, rest = choose(left, -near, near), choose(left, -rest, rest)
    total = base + near
    angle = (total + ((base - total + near) + (rest + low))).size()
    return choose(x.unordered(y), nan, angle.signed_like(y))


def _arc_sine(size: Real) -> tuple[Truth, Real, Real, Real]:
    """`asin(s) = s + rest`, and what rounding took from `s`: that of the number, or of half its complement's root."""
    near = size < 0.5
    z = choose(near, size * size, fma(size, -0.5, 0.5))
    root = z.root()
    s = choose(near, size, root)
    low = choose(near, 0.0, fma(-root, root, z) / (root + root))
    low = choose(z.equals(0.0), 0.0, low)
    return near, s, s * (z * polynomial(z, c.ASIN)), low


def asin(x: Real) -> Real:
    size = x.size()
    near, s, rest, low = _arc_sine(size)
    far = HALF_PI[0] - (s + s)
    far = far + ((HALF_PI[0] - far - (s + s)) - 2.0 * (rest + low) + HALF_PI[1])
    return choose(size < 1e-9, size, choose(near, s + rest, far)).signed_like(x)


def acos(x: Real) -> Real:
    near, s, rest, low = _arc_sine(x.size())
    left = x.bits().negative()
    s, rest = choose(near & left, -s, s), choose(near & left, -rest, rest)
    middle = HALF_PI[0] - s
    middle = middle + ((HALF_PI[0] - middle - s) - rest + HALF_PI[1])
    small = s + (rest + low)
    small = small + small
    large = _PI - (s + s)
    large = large + ((_PI - large - (s + s)) - 2.0 * (rest + low) + _PI_LOW)
    return choose(near, middle, choose(left, large, small))


# --------------------------------------------------------------------------------------------------------------- roots


def cbrt(x: Real) -> Real:
    size = x.size()
    m, k = normal(size)
    third, q = nearest(k, 1.0 / 3.0)
    m = m * power_of_two((k - third * 3.0).whole())
    inverse = polynomial(m, c.CBRT)
    for _ in range(2):  # of third order: 6e-3, 1e-6, 1e-18
        e = fma(-m * inverse, inverse * inverse, 1.0)
        inverse = fma(inverse * e, fma(e, 2.0 / 9.0, 1.0 / 3.0), inverse)
    y = m * (inverse * inverse)
    square = y * y
    error = fma(-square, y, m) - fma(y, y, -square) * y
    y = fma(error, inverse * inverse * (1.0 / 3.0), y) * power_of_two(q)
    y = choose(size.equals(0.0) | size.equals(inf), size, y)
    return choose(x.unordered(x), x, y.signed_like(x))


def hypot(x: Real, y: Real) -> Real:
    a, b = x.size(), y.size()
    large, small = choose(a > b, a, b), choose(a > b, b, a)
    # Divided by the larger one's power of two, so that no square overflows or vanishes.
    bits = large.bits() & (0x7FF << 52)
    bits = bits.at_most(2045 << 52).at_least(1 << 52)
    inverse = (bits.subtracted_from(2046 << 52)).as_bits()
    large, small = large * inverse, small * inverse
    root = fma(large, large, small * small).root() * bits.as_bits()
    return choose(a.equals(inf) | b.equals(inf), inf, choose(x.unordered(y), nan, root))


# ------------------------------------------------------------------------------------------------- the error function


def _gauss(x: Real) -> tuple[Real, Real]:
    """`erf(x)` for `|x| < 1`, and `erfc(|x|)` for other numbers."""
    z = x * x
    near = fma(x, _TWO_OVER_ROOT_PI, x * fma(z, polynomial(z, c.ERF), _TWO_OVER_ROOT_PI_LOW))
    size = within(x.size(), 0.0, 28.0)
    square = size * size
    k, r, low = reduced(-square)
    tail = exp_tail(r, low)
    lost = fma(size, size, -square)
    falling = 1.0 + r
    rest = (1.0 - falling + r) + (tail - fma(lost, r + tail, lost))
    q = polynomial((size - 4.0) / (size + 4.0), ERFCX) / fma(size, 2.0, 1.0)
    return near, scaled(fma(falling, q, rest * q), k)


def erf(x: Real) -> Real:
    near, complement = _gauss(x)
    return choose(x.size() < 1.0, near, (1.0 - complement).signed_like(x))


def erfc(x: Real) -> Real:
    near, complement = _gauss(x)
    far = choose(x < 0.0, 2.0 - complement, complement)
    return choose(x.size() < 0.5, 1.0 - near, far)


Kernel = Callable[..., Real]
KERNELS: dict[str, Kernel] = {
    f.__name__: f
    for f in (exp, exp2, expm1, sinh, cosh, tanh, log, log2, log10, log1p, asinh, acosh, atanh, pow, sin, cos, tan,
              asin, acos, atan, atan2, cbrt, hypot, erf, erfc)
}
OPERANDS: dict[str, int] = {name: 2 if name in ("atan2", "hypot", "pow") else 1 for name in KERNELS}
# Functions that give lanes beyond this size to the C library.
WIDE: dict[str, float] = {"sin": _WIDE, "cos": _WIDE, "tan": _WIDE}
