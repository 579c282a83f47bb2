"""Polynomials: values, derivatives, integrals, products, and fits to samples.

The coefficients are arrays, lists or tuples, those of `numpy.polyval` and its like from the highest power down, those
of `numpy.polynomial` from the constant up. A series of other polynomials is summed by Clenshaw's recurrence (1955).
"""

from __future__ import annotations

from typing import Any

import numpy as np


def _coefficients(p: Any) -> Any:
    if isinstance(p, (tuple, list)):
        return np.array(p)
    if np.ndim(p) == 0:
        return np.full(1, p)
    if np.ndim(p) > 1:
        raise ValueError("polynomial must be 1d only.")
    return p


def _inexact(c: Any) -> Any:
    """Coefficients as `numpy.polynomial` takes them: integers become floats."""
    return _coefficients(c) * 1.0


def _everywhere(c: Any, x: Any) -> Any:
    """A number in the shape of `x`."""
    if np.ndim(x) == 0:
        return c
    return np.zeros(x.shape, dtype=x.dtype) + c


# ------------------------------------------------------------------------------------------- from the highest power


def polyval(p: Any, x: Any) -> Any:
    if isinstance(p, (tuple, list)):
        y, strong = x * 0, np.array(p)
        for k, _ in enumerate(p):
            y = y * x + strong[k]
        return y
    if np.ndim(p) != 1:
        raise ValueError("polynomial must be 1d only.")
    if isinstance(x, (tuple, list)):
        x = np.array(x)
    y = x * 0 + (p[0] if len(p) else 0)
    for k in range(1, len(p)):
        y = y * x + p[k]
    return y


def polyder(p: Any, m: Any = 1) -> Any:
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    q = _coefficients(p)
    for _ in range(m):
        q = q[:-1] * np.arange(len(q) - 1, 0, -1)
    return q


def polyint(p: Any, m: Any = 1, k: Any = 0.0) -> Any:
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    q = _coefficients(p) * 1.0
    for _ in range(m):
        q = np.append(q / np.arange(len(q), 0, -1), k)
    return q


def polyadd(a1: Any, a2: Any) -> Any:
    a, b = _padded(_coefficients(a1), _coefficients(a2)), _padded(_coefficients(a2), _coefficients(a1))
    return a + b


def polysub(a1: Any, a2: Any) -> Any:
    a, b = _padded(_coefficients(a1), _coefficients(a2)), _padded(_coefficients(a2), _coefficients(a1))
    return a - b


def _padded(a: Any, b: Any) -> Any:
    """The coefficients of `a` with zeros before them, as many as those of `b`."""
    return np.concatenate((np.zeros(max(0, len(b) - len(a)), dtype=a.dtype), a))


def polymul(a1: Any, a2: Any) -> Any:
    return np.convolve(_trimmed(_coefficients(a1)), _trimmed(_coefficients(a2)))


def _trimmed(p: Any) -> Any:
    """Without leading zeros, of which the last one stays."""
    first = 0
    while first < len(p) - 1 and p[first] == 0:
        first += 1
    return p[first:]


def poly(seq_of_zeros: Any) -> Any:
    roots = _coefficients(seq_of_zeros) * 1.0
    a, zero = np.ones(1, dtype=roots.dtype), np.zeros(1, dtype=roots.dtype)
    for k in range(len(roots)):
        a = np.append(a, zero) - np.append(zero, roots[k] * a)
    return a


def polyfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None, cov: Any = False) -> Any:
    """Least squares over columns of one length, as NumPy scales them."""
    assert full is False, "write `np.linalg.lstsq` to get more than the coefficients"
    assert cov is False, "write `np.linalg.lstsq` to get more than the coefficients"
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if np.ndim(x) != 1:
        raise TypeError("expected 1D vector for x")
    if len(x) == 0:
        raise TypeError("expected non-empty vector for x")
    if len(x) != len(y):
        raise TypeError("expected x and y to have same length")
    columns = np.vander(x * 1.0, deg + 1)
    right = y * 1.0
    if w is not None:
        if len(w) != len(y):
            raise TypeError("expected w and y to have the same length")
        columns = columns * w[:, None]
        right = right * (w if np.ndim(y) == 1 else w[:, None])
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    c = np.linalg.lstsq(columns / scale, right, rcond=None)[0]
    return c / (scale if np.ndim(y) == 1 else scale[:, None])


# ---------------------------------------------------------------------------------------------- from the constant


def from_constant(x: Any, c: Any, tensor: Any = True) -> Any:
    q = _inexact(c)
    n = len(q)
    y = _everywhere(q[n - 1], x)
    for k in range(2, n + 1):
        y = q[n - k] + y * x
    return y


def chebval(x: Any, c: Any, tensor: Any = True) -> Any:
    q = _inexact(c)
    n = len(q)
    if n == 1:
        return _everywhere(q[0], x)
    a, b = _everywhere(q[n - 2], x), _everywhere(q[n - 1], x)
    for k in range(3, n + 1):
        a, b = q[n - k] - b, a + b * (2 * x)
    return a + b * x


def legval(x: Any, c: Any, tensor: Any = True) -> Any:
    q = _inexact(c)
    n = len(q)
    if n == 1:
        return _everywhere(q[0], x)
    degree = n
    a, b = _everywhere(q[n - 2], x), _everywhere(q[n - 1], x)
    for k in range(3, n + 1):
        degree = degree - 1
        a, b = q[n - k] - b * ((degree - 1) / degree), a + b * x * ((2 * degree - 1) / degree)
    return a + b * x


def hermval(x: Any, c: Any, tensor: Any = True) -> Any:
    q = _inexact(c)
    n = len(q)
    if n == 1:
        return _everywhere(q[0], x)
    degree = n
    a, b = _everywhere(q[n - 2], x), _everywhere(q[n - 1], x)
    for k in range(3, n + 1):
        degree = degree - 1
        a, b = q[n - k] - b * (2 * (degree - 1)), a + b * (x * 2)
    return a + b * (x * 2)


def hermeval(x: Any, c: Any, tensor: Any = True) -> Any:
    q = _inexact(c)
    n = len(q)
    if n == 1:
        return _everywhere(q[0], x)
    degree = n
    a, b = _everywhere(q[n - 2], x), _everywhere(q[n - 1], x)
    for k in range(3, n + 1):
        degree = degree - 1
        a, b = q[n - k] - b * (degree - 1), a + b * x
    return a + b * x


def lagval(x: Any, c: Any, tensor: Any = True) -> Any:
    q = _inexact(c)
    n = len(q)
    if n == 1:
        return _everywhere(q[0], x)
    degree = n
    a, b = _everywhere(q[n - 2], x), _everywhere(q[n - 1], x)
    for k in range(3, n + 1):
        degree = degree - 1
        a, b = q[n - k] - b * ((degree - 1) / degree), a + b * ((2 * degree - 1) - x) / degree
    return a + b * (1 - x)


WRITTEN = {
    "numpy.polyval": polyval,
    "numpy.polyder": polyder,
    "numpy.polyint": polyint,
    "numpy.polyadd": polyadd,
    "numpy.polysub": polysub,
    "numpy.polymul": polymul,
    "numpy.poly": poly,
    "numpy.polyfit": polyfit,
    "numpy.polynomial.polynomial.polyval": from_constant,
    "numpy.polynomial.chebyshev.chebval": chebval,
    "numpy.polynomial.legendre.legval": legval,
    "numpy.polynomial.hermite.hermval": hermval,
    "numpy.polynomial.hermite_e.hermeval": hermeval,
    "numpy.polynomial.laguerre.lagval": lagval,
}
