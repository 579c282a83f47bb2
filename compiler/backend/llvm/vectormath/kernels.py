"""The elementary functions on several numbers at once: straight-line code, no table, no branch.

The names are those of the C library. A reduction of the argument leaves a short interval, on which a polynomial does
the rest; what rounding loses is carried along where it would be seen in the result. After J.-M. Muller, "Elementary
Functions", 3rd ed., and the exact steps of T. J. Dekker, "A floating-point technique for extending the available
precision", Numerische Mathematik 18, 1971. All need a fused multiply-add.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan

from . import coefficients as c
from .lanes import Real, Truth, Whole, bits_of, choose, fma, nearest, polynomial, power_of_two

_LOG2_E = 1.4426950408889634
_LOG2_E_LOW = 2.0355273740931033e-17
# The first part has 11 trailing zero bits: its product with an exponent is exact.
_LN2_HIGH, _LN2_LOW = 0.6931471805598903, 5.497923018708371e-14
_LN2, _LN2_REST = 0.6931471805599453, 2.3190468138462996e-17
_LOG10_E, _LOG10_E_LOW = 0.4342944819032518, 1.098319650216765e-17
_LOG10_2_HIGH, _LOG10_2_LOW = 0.30102999566395283, 2.8363394551044964e-14
# pi / 2 as the sum of three doubles.
_HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33)
_TWO_OVER_PI = 0.6366197723675814
_QUARTER_PI, _QUARTER_PI_LOW = 0.7853981633974483, 3.061616997868383e-17
_PI, _PI_LOW = 3.141592653589793, 1.2246467991473532e-16
_TWO_OVER_ROOT_PI, _TWO_OVER_ROOT_PI_LOW = 1.1283791670955126, 1.533545961316588e-17

# Up to here the three parts of pi / 2 suffice. Beyond it the C library computes the lane.
_WIDE = 2.0**30
_ROOT_HALF = bits_of(0.5**0.5)


def _capped(x: Real, low: float, high: float) -> Real:
    """Within bounds; NaN stays."""
    x = choose(x > high, high, x)
    return choose(x < low, low, x)


# -------------------------------------------------------------------------------------------------------- exponentials


def _reduced(x: Real) -> tuple[Whole, Real, Real]:
    """`x = k ln 2 + r + e`, where `e` is what rounding took from `r`."""
    count, k = nearest(x, _LOG2_E)
    t = fma(count, -_LN2_HIGH, x)
    r = fma(count, -_LN2_LOW, t)
    return k, r, fma(count, -_LN2_LOW, t - r)


def _tail(r: Real, low: Real) -> Real:
    """`e^(r + low) - 1 - r`."""
    return fma(r * r, polynomial(r, c.EXP), low)


def _scaled(y: Real, k: Whole) -> Real:
    """`y * 2^k`, rounded once also where it is denormal or infinite."""
    half = k >> 1
    return y * power_of_two(half) * power_of_two(k - half)


def _one_plus(r: Real, tail: Real) -> Real:
    """`1 + r + tail` for `|r| < 1`."""
    high = 1.0 + r
    return high + ((1.0 - high + r) + tail)


def _half_expm1(k: Whole, r: Real, tail: Real) -> Real:
    """`(2^k (1 + r + tail) - 1) / 2`, which does not overflow before it has to."""
    s = power_of_two(k - 1)
    base = s - 0.5
    high = fma(s, r, base)
    return high + fma(s, tail, fma(s, r, base - high))


def exp(x: Real) -> Real:
    k, r, low = _reduced(_capped(x, -746.0, 710.0))
    return _scaled(_one_plus(r, _tail(r, low)), k)


def exp2(x: Real) -> Real:
    capped = _capped(x, -1080.0, 1030.0)
    count, k = nearest(capped, 1.0)
    rest = capped - count
    r = rest * _LN2
    low = fma(rest, _LN2, -r) + rest * _LN2_REST
    return _scaled(_one_plus(r, _tail(r, fma(low, r, low))), k)


def expm1(x: Real) -> Real:
    k, r, low = _reduced(_capped(x, -60.0, 710.0))
    half = _half_expm1(k, r, _tail(r, low))
    return choose(x.size() < 1e-17, x, half + half)


def sinh(x: Real) -> Real:
    size = _capped(x.size(), 0.0, 712.0)
    k, r, low = _reduced(size)
    tail = _tail(r, low)
    half = _half_expm1(k, r, tail)
    near = half + half / fma(half, 2.0, 1.0)
    near = choose(size < 1e-17, size, near)
    far = _scaled(_one_plus(r, tail), k - 1)
    return choose(size > 40.0, far, near).signed_like(x)


def cosh(x: Real) -> Real:
    k, r, low = _reduced(_capped(x.size(), 0.0, 712.0))
    half = _scaled(_one_plus(r, _tail(r, low)), k - 1)
    return half + 0.25 / half


def tanh(x: Real) -> Real:
    size = _capped(x.size(), 0.0, 20.0)
    k, r, low = _reduced(size + size)
    half = _half_expm1(k, r, _tail(r, low))
    return choose(size < 1e-17, size, half / (half + 1.0)).signed_like(x)


# ---------------------------------------------------------------------------------------------------------- logarithms


def _split(x: Real) -> tuple[Real, Whole]:
    """`x = m 2^k` with `m` in `[sqrt(1/2), sqrt(2))`, for normal positive numbers."""
    bits = x.bits()
    k = (bits - _ROOT_HALF) >> 52
    return (bits - (k << 52)).as_bits(), k


def _normal(x: Real) -> tuple[Real, Real]:
    """The mantissa and the exponent of any positive number."""
    tiny = x < 2.0**-1022
    m, k = _split(choose(tiny, x * 2.0**54, x))
    return m, k.real() - choose(tiny, 54.0, 0.0)


def _log_parts(m: Real) -> tuple[Real, Real, Real]:
    """`f`, `h`, `t` with `log(m) = f - (h - t)`, all accurate: `h = f^2 / 2` is much smaller than `f`."""
    f = m - 1.0
    s = f / (f + 2.0)
    z = s * s
    h = f * f * 0.5
    return f, h, s * fma(z, polynomial(z, c.LOG), h)


def _log_double(m: Real) -> tuple[Real, Real]:
    """`log(m)` as the sum of two doubles."""
    f, h, t = _log_parts(m)
    high = f - h
    return high, (f - high) - h - fma(f * 0.5, f, -h) + t


def _on_positive(x: Real, y: Real) -> Real:
    """The value of a logarithm at infinity, zero and below."""
    y = choose(x.equals(inf), inf, y)
    y = choose(x.equals(0.0), -inf, y)
    return choose(x.not_above_or_at(0.0), nan, y)


def _log_of(m: Real, k: Real, low: Real | None = None) -> Real:
    f, h, t = _log_parts(m)
    t = fma(k, _LN2_LOW, t)
    return fma(k, _LN2_HIGH, f - (h - (t if low is None else t + low)))


def log(x: Real) -> Real:
    return _on_positive(x, _log_of(*_normal(x)))


def log2(x: Real) -> Real:
    m, k = _normal(x)
    high, low = _log_double(m)
    y = high * _LOG2_E
    rest = fma(high, _LOG2_E, -y) + fma(high, _LOG2_E_LOW, low * _LOG2_E)
    total = k + y
    return _on_positive(x, total + ((k - total + y) + rest))


def log10(x: Real) -> Real:
    m, k = _normal(x)
    high, low = _log_double(m)
    y = high * _LOG10_E
    rest = fma(high, _LOG10_E, -y) + fma(high, _LOG10_E_LOW, low * _LOG10_E)
    base = k * _LOG10_2_HIGH
    total = base + y
    rest = (base - total + y) + fma(k, _LOG10_2_LOW, rest)
    return _on_positive(x, total + rest)


def _log_of_sum(x: Real, low: Real | float = 0.0) -> Real:
    """`log(1 + x + low)` for `x > -1` and a `low` that rounding took from `x`."""
    u = x + 1.0
    lost = choose(x > 1.0, 1.0 - (u - x), x - (u - 1.0))
    m, k = _split(u)
    return _log_of(m, k.real(), (lost + low) / u)


def log1p(x: Real) -> Real:
    y = choose(x.equals(inf), inf, _log_of_sum(x))
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
    near = _log_of_sum(inside, choose(large, 0.0, a - inside + extra))
    y = choose(large, near + _LN2, near)
    y = choose(size < 1e-9, size, y)
    return choose(size.equals(inf), inf, y).signed_like(x)


def acosh(x: Real) -> Real:
    large = x > 1e17
    t = choose(large, 1.0, x - 1.0)
    root = fma(t, t, t + t).root()
    inside = choose(large, x, t + root)
    near = _log_of_sum(inside, choose(large, 0.0, t - inside + root))
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
    y = 0.5 * _log_of_sum(q, low)
    y = choose(size.equals(1.0), inf, y)
    y = choose(size > 1.0, nan, y)
    return choose(size < 1e-9, size, y).signed_like(x)


# ------------------------------------------------------------------------------------------------ circular functions


def _quadrant(x: Real) -> tuple[Whole, Real, Real]:
    """`x = q pi/2 + r + low`: the number of quadrants, sine and cosine of the rest."""
    count, q = nearest(x, _TWO_OVER_PI)
    first = fma(count, -_HALF_PI[0], x)
    # Near a multiple of pi / 2 the first two parts cancel: no bit of the second may be lost.
    second = count * _HALF_PI[1]
    rest = fma(count, _HALF_PI[1], -second)
    r = first - second
    low = fma(count, -_HALF_PI[2], (first - r - second) - rest)
    z = r * r
    sine = r + fma(r * z, polynomial(z, c.SIN), low)
    half = z * 0.5
    w = 1.0 - half
    rest = fma(-r, low, (1.0 - w) - half)
    return q, sine, w + fma(z * z, polynomial(z, c.COS), rest)


def _odd(q: Whole) -> Truth:
    return (q & 1).differs(0)


def sin(x: Real) -> Real:
    q, sine, cosine = _quadrant(x)
    y = (choose(_odd(q), cosine, sine).bits() ^ ((q & 2) << 62)).as_bits()
    return choose(x.equals(0.0), x, y)


def cos(x: Real) -> Real:
    q, sine, cosine = _quadrant(x)
    return (choose(_odd(q), sine, cosine).bits() ^ (((q + 1) & 2) << 62)).as_bits()


def tan(x: Real) -> Real:
    q, sine, cosine = _quadrant(x)
    odd = _odd(q)
    y = choose(odd, cosine, sine) / choose(odd, -sine, cosine)
    return choose(x.equals(0.0), x, y)


def _arc(numerator: Real, denominator: Real) -> tuple[Real, Real]:
    """`atan(n / d)` for `|n / d| < tan(pi / 8)`, as a sum."""
    q = numerator / denominator
    low = fma(-q, denominator, numerator) / denominator
    z = q * q
    return q, fma(q * z, polynomial(z, c.ATAN), low)


def atan(x: Real) -> Real:
    size = x.size()
    far, middle = size > 2.414213562373095, size > 0.4142135623730951
    # Beyond 1e300 the reciprocal would be denormal, and means nothing beside pi / 2.
    capped = choose(size > 1e300, 1e300, size)
    numerator = choose(far, -1.0, choose(middle, size - 1.0, size))
    denominator = choose(far, capped, choose(middle, size + 1.0, 1.0))
    q, rest = _arc(numerator, denominator)
    base = choose(far, _HALF_PI[0], choose(middle, _QUARTER_PI, 0.0))
    low = choose(far, _HALF_PI[1], choose(middle, _QUARTER_PI_LOW, 0.0))
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
    q, rest = _arc(numerator, choose(middle, small + large, large))
    near = choose(large.equals(inf), 0.0, q)
    rest = choose(large.equals(inf), 0.0, rest)
    base, low = choose(middle, _QUARTER_PI, 0.0), choose(middle, _QUARTER_PI_LOW, 0.0)
    # The angle is now base + near; mirrored at the diagonal, then at the vertical.
    base, low = choose(steep, _HALF_PI[0] - base, base), choose(steep, _HALF_PI[1] - low, low)
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
    far = _HALF_PI[0] - (s + s)
    far = far + ((_HALF_PI[0] - far - (s + s)) - 2.0 * (rest + low) + _HALF_PI[1])
    return choose(size < 1e-9, size, choose(near, s + rest, far)).signed_like(x)


def acos(x: Real) -> Real:
    near, s, rest, low = _arc_sine(x.size())
    left = x.bits().negative()
    s, rest = choose(near & left, -s, s), choose(near & left, -rest, rest)
    middle = _HALF_PI[0] - s
    middle = middle + ((_HALF_PI[0] - middle - s) - rest + _HALF_PI[1])
    small = s + (rest + low)
    small = small + small
    large = _PI - (s + s)
    large = large + ((_PI - large - (s + s)) - 2.0 * (rest + low) + _PI_LOW)
    return choose(near, middle, choose(left, large, small))


# --------------------------------------------------------------------------------------------------------------- roots


def cbrt(x: Real) -> Real:
    size = x.size()
    m, k = _normal(size)
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
    size = _capped(x.size(), 0.0, 28.0)
    square = size * size
    k, r, low = _reduced(-square)
    tail = _tail(r, low)
    lost = fma(size, size, -square)
    falling = _one_plus(r, tail - fma(lost, r + tail, lost))
    q = polynomial((size - 4.0) / (size + 4.0), c.ERFCX) / fma(size, 2.0, 1.0)
    return near, _scaled(falling * q, k)


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
    for f in (exp, exp2, expm1, sinh, cosh, tanh, log, log2, log10, log1p, asinh, acosh, atanh, sin, cos, tan, asin,
              acos, atan, atan2, cbrt, hypot, erf, erfc)
}
OPERANDS: dict[str, int] = {name: 2 if name in ("atan2", "hypot") else 1 for name in KERNELS}
# Functions that give lanes beyond this size to the C library.
WIDE: dict[str, float] = {"sin": _WIDE, "cos": _WIDE, "tan": _WIDE}
