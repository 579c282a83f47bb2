"""Functions of NumPy in forms that their rows do not take: counts for each element, lists of places, `out=`."""

from __future__ import annotations

from typing import Any

import numpy as np


def _array(x: Any) -> Any:
    if isinstance(x, (tuple, list)):
        return np.array(x)
    return x


# ------------------------------------------------------------------------------------------------- by position


def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    counts = _array(repeats)
    if np.ndim(counts) == 0:
        return np.repeat(a, counts, axis=axis)
    if axis is None:
        return _repeated(np.ravel(a), counts, 0)
    return _repeated(a, counts, axis)


def _repeated(a: Any, counts: Any, axis: Any) -> Any:
    """Each slice as often as its count says, which may be one for all."""
    n = a.shape[axis]
    assert isinstance(np.sum(counts), (int, np.integer)), "the counts are integers"
    if len(counts) != n and len(counts) != 1:
        raise ValueError(f"operands could not be broadcast together with shape ({n},) ({len(counts)},)")
    if np.any(counts < 0):
        raise ValueError("repeats may not contain negative values.")
    ends = np.cumsum(counts + np.zeros(n, dtype=int))
    places = np.arange(ends[n - 1] if n > 0 else 0)
    return np.take(a, np.searchsorted(ends, places, side="right"), axis=axis)


def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
    assert out is None, "`out` is not supported"
    if axis is None:
        return _taken(np.ravel(a), indices, 0, mode)
    return _taken(a, indices, axis, mode)


def _taken(a: Any, indices: Any, axis: Any, mode: Any) -> Any:
    n = a.shape[axis]
    if mode == "raise":
        return np.take(a, indices, axis=axis)
    if mode == "clip":
        return np.take(a, np.clip(indices, 0, n - 1), axis=axis)
    assert mode == "wrap", "`mode` is 'raise', 'clip' or 'wrap'"
    return np.take(a, indices % n, axis=axis)


def delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    places = _array(obj)
    if np.ndim(places) == 0:
        return np.delete(arr, places, axis=axis)
    if axis is None:
        return _without(np.ravel(arr), places, 0)
    return _without(arr, places, axis)


def _without(a: Any, places: Any, axis: Any) -> Any:
    n = a.shape[axis]
    assert not isinstance(places[:1].sum(), np.floating), "what is deleted are places, or a condition"
    keep = np.ones(n, dtype=bool)
    keep[places] = False
    return np.compress(keep, a, axis=axis)


# ------------------------------------------------------------------------------------------------------- results


def _into(out: Any, result: Any) -> Any:
    """The result in an array of the caller's, which has its shape."""
    if np.shape(out) != np.shape(result):
        raise ValueError("the output array has the wrong shape")
    out[...] = result
    return out


def cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    assert dtype is None, "`dtype` beside `out` is not supported"
    return _into(out, np.cumsum(a, axis=axis))


def cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    assert dtype is None, "`dtype` beside `out` is not supported"
    return _into(out, np.cumprod(a, axis=axis))


def matmul(x1: Any, x2: Any, out: Any = None) -> Any:
    return _into(out, np.matmul(x1, x2))


# ------------------------------------------------------------------------------------------------------ integers


def gcd(x1: Any, x2: Any) -> Any:
    """Euclid's algorithm, for all elements at once."""
    one, two = _integers(x1), _integers(x2)
    if np.ndim(one) == 0 and np.ndim(two) == 0:
        p, q = one + 0 * two, two + 0 * one
        while q != 0:
            p, q = q, p % q
        return np.abs(p)
    a, b = np.abs(one) + 0 * two, np.abs(two) + 0 * one
    while np.any(b != 0):
        left = b != 0
        a, b = np.where(left, b, a), np.where(left, a % np.where(left, b, 1), b)
    return a


def lcm(x1: Any, x2: Any) -> Any:
    a, b = np.abs(_integers(x1)), np.abs(_integers(x2))
    return a // np.maximum(gcd(a, b), 1) * b


def _integers(x: Any) -> Any:
    """Of NumPy's numbers one step follows another in its own kind; Python's become those."""
    integers = _array(x)
    assert isinstance(np.sum(integers), (int, np.integer)), "of integers"
    return np.int64(integers) if isinstance(integers, int) else integers


def gcd_reduce(array: Any) -> Any:
    assert np.ndim(array) == 1, "`reduce` of a vector"
    found = np.sum(array) * 0
    for k in range(len(array)):
        found = gcd(found, array[k])
    return found


def lcm_reduce(array: Any) -> Any:
    assert np.ndim(array) == 1, "`reduce` of a vector"
    found = np.sum(array) * 0 + 1
    for k in range(len(array)):
        found = lcm(found, array[k])
    return found


# ---------------------------------------------------------------------------------------------------- polynomials


def roots(p: Any) -> Any:
    """The eigenvalues of the companion matrix; below it are zeros, for roots that are zero."""
    given = _array(p) * 1.0
    if np.ndim(given) != 1:
        raise ValueError("Input must be a rank-1 array.")
    first, last = 0, len(given)
    while first < last and given[first] == 0.0:
        first += 1
    size = max(last - first - 1, 0)
    while first < last and given[last - 1] == 0.0:
        last -= 1
    c = given[first:last]
    companion = np.zeros((size, size), dtype=given.dtype)
    for k in range(1, len(c) - 1):
        companion[k, k - 1] = 1.0
    if len(c) > 1:
        companion[0, : len(c) - 1] = -c[1:] / c[0]
    return np.linalg.eigvals(companion)


WRITTEN = {f"numpy.{f.__name__}": f for f in (repeat, take, delete, gcd, lcm, roots)} | {
    "numpy.gcd.reduce": gcd_reduce,
    "numpy.lcm.reduce": lcm_reduce,
}
FURTHER = {f"numpy.{f.__name__}": f for f in (cumsum, cumprod, matmul)}
