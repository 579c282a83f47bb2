"""The discrete Fourier transform of any length.

Stockham's self-sorting algorithm with radix 4, and radix 2 and odd radices for what is left; a length with a large
prime factor becomes a convolution of a longer length (Bluestein's chirp). C. Van Loan, "Computational Frameworks for
the Fast Fourier Transform" (1992), sections 1.7, 2.2 and 4.2.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

LARGEST_RADIX = 50


def dft(x: Any, outer: int, n: int, inner: int, sign: float) -> Any:
    """`y[o, k, i] = sum over j of x[o, j, i] * exp(sign * 2j * pi * j * k / n)`, without a factor.

    `x` is the vector of the `outer * n * inner` elements of a complex128 array; so is the result.
    """
    result = np.empty(len(x), dtype=np.complex128)
    if len(x) > 0:
        plain = largest_factor(n) <= LARGEST_RADIX
        length = n if plain else power_of_two(2 * n - 1)
        roots = unit_roots(length, sign)
        chirp = np.empty(0 if plain else n, dtype=np.complex128)
        weights = np.empty(0 if plain else length, dtype=np.complex128)
        if not plain:
            for k in range(n):
                chirp[k] = root(k * k % (2 * n), 2 * n, sign)
        a = np.empty(length * inner, dtype=np.complex128)
        b = np.empty(length * inner, dtype=np.complex128)
        for block in range(outer):
            # For the chirp: the transform of its conjugate, once; that of the data; and the inverse of the product.
            for turn in range(1 if plain or block > 0 else 0, 2 if plain else 3):
                width = 1 if turn == 0 else inner
                if turn == 0:
                    for k in range(length):
                        a[k] = 0j
                    for k in range(n):
                        a[k] = chirp[k].conjugate()
                        if k > 0:
                            a[length - k] = chirp[k].conjugate()
                elif turn == 1 and plain:
                    for k in range(n * inner):
                        a[k] = x[block * n * inner + k]
                elif turn == 1:
                    for k in range(n):
                        for i in range(inner):
                            a[k * inner + i] = x[(block * n + k) * inner + i] * chirp[k]
                    for k in range(n * inner, length * inner):
                        a[k] = 0j
                transform(a, b, length, width, roots, sign)
                if turn == 0:
                    for k in range(length):
                        weights[k] = a[k]
                elif turn == 1 and plain:
                    for k in range(n * inner):
                        result[block * n * inner + k] = a[k]
                elif turn == 1:
                    for k in range(length):
                        for i in range(inner):
                            a[k * inner + i] = (a[k * inner + i] * weights[k]).conjugate()
                else:
                    for k in range(n):
                        for i in range(inner):
                            value = a[k * inner + i].conjugate() * chirp[k]
                            result[(block * n + k) * inner + i] = complex(value.real / length, value.imag / length)
    return result


def transform(a: Any, b: Any, length: int, width: int, roots: Any, sign: float) -> None:
    """Transform `a` in place along the axis of extent `length` of (length, width); `b` is room for as much.

    A stage takes `n` numbers at distance `s` apart as `r` interleaved transforms of `n / r` each.
    """
    n, s = length, width
    while n > 1:
        r = radix(n)
        m, step = n // r, length // n
        far = m * s
        if r == 4 and s == 1:
            for p in range(m):
                u, v = a[p] + a[p + 2 * far], a[p + far] + a[p + 3 * far]
                w, t = a[p] - a[p + 2 * far], a[p + far] - a[p + 3 * far]
                d = complex(-sign * t.imag, sign * t.real)
                b[4 * p] = u + v
                b[4 * p + 1] = (w + d) * roots[p]
                b[4 * p + 2] = (u - v) * roots[2 * p]
                b[4 * p + 3] = (w - d) * roots[3 * p]
        elif r == 4:
            for p in range(m):
                one, two, three = roots[p * step], roots[2 * p * step], roots[3 * p * step]
                for q in range(s):
                    at, to = s * p + q, 4 * s * p + q
                    u, v = a[at] + a[at + 2 * far], a[at + far] + a[at + 3 * far]
                    w, t = a[at] - a[at + 2 * far], a[at + far] - a[at + 3 * far]
                    d = complex(-sign * t.imag, sign * t.real)
                    b[to] = u + v
                    b[to + s] = (w + d) * one
                    b[to + 2 * s] = (u - v) * two
                    b[to + 3 * s] = (w - d) * three
        elif r == 2:
            for p in range(m):
                one = roots[p * step]
                for q in range(s):
                    at, to = s * p + q, 2 * s * p + q
                    u, v = a[at], a[at + far]
                    b[to] = u + v
                    b[to + s] = (u - v) * one
        else:
            for p in range(m):
                for k in range(r):
                    turn = roots[k * p * step]
                    for q in range(s):
                        b[s * (r * p + k) + q] = a[s * p + q]
                    for j in range(1, r):
                        w = roots[j * k % r * (length // r)]
                        for q in range(s):
                            b[s * (r * p + k) + q] += a[s * p + q + j * far] * w
                    for q in range(s):
                        b[s * (r * p + k) + q] *= turn
        for k in range(length * width):
            a[k] = b[k]
        n, s = m, s * r


def radix(n: int) -> int:
    """The radix of the next stage for `n` numbers: 4, or the least prime factor."""
    if n % 4 == 0:
        return 4
    r = 2
    while n % r != 0:
        r += 1
    return r


def largest_factor(n: int) -> int:
    """The largest prime factor of `n`; 1 for 1."""
    found, factor = 1, 2
    while factor * factor <= n:
        if n % factor == 0:
            n //= factor
            found = factor
        else:
            factor += 1
    return max(found, n)


def power_of_two(least: int) -> int:
    """The first power of two that is not less."""
    found = 1
    while found < least:
        found *= 2
    return found


def unit_roots(n: int, sign: float) -> Any:
    """`exp(sign * 2j * pi * k / n)` for all `k` below `n`, as products of a coarse and a fine one."""
    fine = 1
    while fine * fine < n:
        fine *= 2
    roots = np.empty(n, dtype=np.complex128)
    small = np.empty(fine, dtype=np.complex128)
    for k in range(min(fine, n)):
        small[k] = root(k, n, sign)
    for block in range((n + fine - 1) // fine):
        start = block * fine
        large = root(start, n, sign)
        for k in range(min(fine, n - start)):
            roots[start + k] = large * small[k]
    return roots


def root(k: int, n: int, sign: float) -> complex:
    """`exp(sign * 2j * pi * k / n)`, the angle reduced to an eighth of the circle, where sine and cosine are exact."""
    eighths = 8 * k // n
    rest = 8 * k - eighths * n  # of an eighth of the circle, in units of 1 / (8 * n)
    odd = eighths % 2 == 1
    angle = (n - rest if odd else rest) * (math.pi / 4.0) / n
    c, s = math.cos(angle), math.sin(angle)
    # In odd eighths the angle is counted back from the next axis.
    x, y = (s, c) if odd else (c, s)
    quarter = eighths // 2
    if quarter == 1:
        x, y = -y, x
    elif quarter == 2:
        x, y = -x, -y
    elif quarter == 3:
        x, y = y, -x
    return complex(x, sign * y)
