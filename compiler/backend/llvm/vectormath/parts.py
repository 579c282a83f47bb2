"""What several kernels share: reductions of the argument, and the pieces that their polynomials are put into.

A result that needs more than a double is the sum of two; `low` and `rest` are what rounding took from the first.
"""

from __future__ import annotations

from . import coefficients as c
from .lanes import Real, Whole, bits_of, choose, fma, nearest, polynomial, power_of_two

LOG2_E = 1.4426950408889634
# The first part has 11 trailing zero bits: its product with an exponent is exact.
_LN2_HIGH, _LN2_LOW = 0.6931471805598903, 5.497923018708371e-14
_TWO_THIRDS, _TWO_THIRDS_LOW = 0.6666666666666666, 3.700743415417188e-17
# pi / 2 as the sum of three doubles.
HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33)
_TWO_OVER_PI = 0.6366197723675814
_ROOT_HALF = bits_of(0.5**0.5)


def within(x: Real, low: float, high: float) -> Real:
    """Within bounds; NaN stays."""
    x = choose(x > high, high, x)
    return choose(x < low, low, x)


def reduced(x: Real) -> tuple[Whole, Real, Real]:
    """`x = k ln 2 + r + e`, where `e` is what rounding took from `r`."""
    count, k = nearest(x, LOG2_E)
    t = fma(count, -_LN2_HIGH, x)
    r = fma(count, -_LN2_LOW, t)
    return k, r, fma(count, -_LN2_LOW, t - r)


def exp_tail(r: Real, low: Real) -> Real:
    """`e^(r + low) - 1 - r`."""
    return fma(r * r, polynomial(r, c.EXP), low)


def scaled(y: Real, k: Whole) -> Real:
    """`y * 2^k`, rounded once also where it is denormal or infinite."""
    half = k >> 1
    return y * power_of_two(half) * power_of_two(k - half)


def one_plus(r: Real, tail: Real) -> Real:
    """`1 + r + tail` for `|r| < 1`."""
    high = 1.0 + r
    return high + ((1.0 - high + r) + tail)


def half_expm1(k: Whole, r: Real, tail: Real) -> Real:
    """`(2^k (1 + r + tail) - 1) / 2`, which does not overflow before it has to."""
    s = power_of_two(k - 1)
    base = s - 0.5
    high = fma(s, r, base)
    return high + fma(s, tail, fma(s, r, base - high))


def split(x: Real) -> tuple[Real, Whole]:
    """`x = m 2^k` with `m` in `[sqrt(1/2), sqrt(2))`, for normal positive numbers."""
    bits = x.bits()
    k = (bits - _ROOT_HALF) >> 52
    return (bits - (k << 52)).as_bits(), k


def normal(x: Real) -> tuple[Real, Real]:
    """The mantissa and the exponent of any positive number."""
    tiny = x < 2.0**-1022
    m, k = split(choose(tiny, x * 2.0**54, x))
    return m, k.real() - choose(tiny, 54.0, 0.0)


def log_parts(m: Real) -> tuple[Real, Real, Real]:
    """`f`, `h`, `t` with `log(m) = f - (h - t)`, all accurate: `h = f^2 / 2` is much smaller than `f`."""
    f = m - 1.0
    s = f / (f + 2.0)
    z = s * s
    h = f * f * 0.5
    return f, h, s * fma(z, polynomial(z, c.LOG), h)


def log_double(m: Real) -> tuple[Real, Real]:
    """`log(m)` as the sum of two doubles."""
    f, h, t = log_parts(m)
    high = f - h
    return high, (f - high) - h - fma(f * 0.5, f, -h) + t


def log_of(m: Real, k: Real, low: Real | None = None) -> Real:
    f, h, t = log_parts(m)
    t = fma(k, _LN2_LOW, t)
    return fma(k, _LN2_HIGH, f - (h - (t if low is None else t + low)))


def log_of_sum(x: Real, low: Real | float = 0.0) -> Real:
    """`log(1 + x + low)` for `x > -1` and a `low` that rounding took from `x`."""
    u = x + 1.0
    lost = choose(x > 1.0, 1.0 - (u - x), x - (u - 1.0))
    m, k = split(u)
    return log_of(m, k.real(), (lost + low) / u)


def log_in_full(x: Real) -> tuple[Real, Real]:
    """`log(x)` as the sum of two doubles, to 2^-65 of itself: a power multiplies the error by up to 745."""
    m, k = normal(x)
    f, d = m - 1.0, m + 1.0
    s = f / d
    s_low = (fma(-s, d, f) - s * (m - (d - 1.0))) / d
    z = s * s
    z_low = fma(s, s, -z) + 2.0 * s * s_low
    # The series is 2 s + s z (2/3 + 2/5 z + ...); its first two terms need both doubles.
    rest = fma(z, polynomial(z, c.LOG_REST), _TWO_THIRDS_LOW)
    w = _TWO_THIRDS + rest
    w_low = (_TWO_THIRDS - w) + rest
    u = z * w
    u_low = fma(z, w, -u) + (z * w_low + z_low * w)
    v = s * u
    v_low = fma(s, u, -v) + (s * u_low + s_low * u)
    base, twice = k * _LN2_HIGH, s + s
    first = base + twice
    high = first + v
    low = (base - first + twice) + (first - high + v) + fma(k, _LN2_LOW, s_low + s_low + v_low)
    total = high + low
    return total, (high - total) + low


def quadrant(x: Real) -> tuple[Whole, tuple[Real, Real], tuple[Real, Real]]:
    """`x = q pi/2 + r + low`: the number of quadrants, sine and cosine of the rest, each as the sum of two."""
    count, q = nearest(x, _TWO_OVER_PI)
    first = fma(count, -HALF_PI[0], x)
    # Near a multiple of pi / 2 the first two parts cancel: no bit of the second may be lost.
    second = count * HALF_PI[1]
    rest = fma(count, HALF_PI[1], -second)
    r = first - second
    low = fma(count, -HALF_PI[2], (first - r - second) - rest)
    z = r * r
    sine = fma(r * z, polynomial(z, c.SIN), low)
    half = z * 0.5
    w = 1.0 - half
    rest = fma(-r, low, (1.0 - w) - half)
    return q, (r, sine), (w, fma(z * z, polynomial(z, c.COS), rest))


def arc(numerator: Real, denominator: Real) -> tuple[Real, Real]:
    """`atan(n / d)` for `|n / d| < tan(pi / 8)`, as a sum."""
    q = numerator / denominator
    low = fma(-q, denominator, numerator) / denominator
    z = q * q
    return q, fma(q * z, polynomial(z, c.ATAN), low)
