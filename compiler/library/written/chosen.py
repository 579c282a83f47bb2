"""Sets, orders and counts of what arrays hold, and functions applied to their parts."""

from __future__ import annotations

from typing import Any

import numpy as np


def _array(x: Any) -> Any:
    if isinstance(x, (tuple, list)):
        return np.array(x)
    return x


# ----------------------------------------------------------------------------------------------------------- sets


def isin(element: Any, test_elements: Any, assume_unique: Any = False, invert: Any = False) -> Any:
    """By a search among the sorted elements."""
    x = _array(element)
    among = np.sort(np.ravel(_array(test_elements)))
    n = len(among)
    if n == 0:
        found = x != x
    else:
        found = among[np.minimum(np.searchsorted(among, x), n - 1)] == x
    return np.logical_not(found) if invert else found


def in1d(ar1: Any, ar2: Any, assume_unique: Any = False, invert: Any = False) -> Any:
    return isin(np.ravel(_array(ar1)), ar2, assume_unique, invert)


def union1d(ar1: Any, ar2: Any) -> Any:
    return np.unique(np.concatenate((np.ravel(_array(ar1)), np.ravel(_array(ar2)))))


def intersect1d(ar1: Any, ar2: Any, assume_unique: Any = False, return_indices: Any = False) -> Any:
    assert return_indices is False, "`return_indices` is not supported"
    one = np.unique(_array(ar1))
    return one[isin(one, ar2)]


def setdiff1d(ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    one = np.unique(_array(ar1)) if assume_unique is False else np.ravel(_array(ar1))
    return one[isin(one, ar2, invert=True)]


def setxor1d(ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    one, two = np.unique(_array(ar1)), np.unique(_array(ar2))
    return np.sort(np.concatenate((one[isin(one, two, invert=True)], two[isin(two, one, invert=True)])))


# ---------------------------------------------------------------------------------------------------------- orders


def lexsort(keys: Any, axis: Any = -1) -> Any:
    """By the last key; where it has equals, by the one before."""
    if isinstance(keys, (tuple, list)):
        order = np.argsort(keys[0], kind="stable")
        for key in keys[1:]:
            if len(key) != len(order):
                raise ValueError("all keys need to be the same shape")
            order = order[np.argsort(key[order], kind="stable")]
        return order
    assert np.ndim(keys) == 2, "the keys are a tuple of vectors, or the rows of a matrix"
    order = np.argsort(keys[0], kind="stable")
    for k in range(1, len(keys)):
        order = order[np.argsort(keys[k][order], kind="stable")]
    return order


def nanquantile(a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = False,
                method: Any = "linear", keepdims: Any = False) -> Any:
    assert out is None, "`out` is not supported"
    assert keepdims is False, "`keepdims` is not supported"
    if axis is None:
        kept = a[np.logical_not(np.isnan(a))]
        return np.quantile(kept if len(kept) > 0 else np.full(1, np.nan, dtype=kept.dtype), q, method=method)
    assert np.ndim(q) == 0, "with `axis` there is one `q`"
    moved = np.moveaxis(a, axis, -1)
    rows = np.reshape(moved, (_count(moved.shape[:-1]), moved.shape[-1]))
    result = np.full(len(rows), np.nan, dtype=(moved * 1.0).dtype)
    for k in range(len(rows)):
        row = rows[k][np.logical_not(np.isnan(rows[k]))]
        if len(row) > 0:
            result[k] = np.quantile(row, q, method=method)
    return np.reshape(result, moved.shape[:-1])


def nanpercentile(a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = False,
                  method: Any = "linear", keepdims: Any = False) -> Any:
    if isinstance(q, (tuple, list)):
        q = np.array(q)
    return nanquantile(a, q / 100.0, axis, out, overwrite_input, method, keepdims)


def _count(shape: Any) -> Any:
    count = 1
    for n in shape:
        count = count * n
    return count


# ---------------------------------------------------------------------------------------------------------- counts


def histogram2d(x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    assert density is None or density is False, "`density` is not supported: divide by the total and the areas"
    if len(x) != len(y):
        raise ValueError("x and y must have the same length.")
    across, down = _two(bins)
    if range is None:
        one, two = np.histogram_bin_edges(x, across), np.histogram_bin_edges(y, down)
    else:
        one = np.histogram_bin_edges(x, across, range=(range[0][0], range[0][1]))
        two = np.histogram_bin_edges(y, down, range=(range[1][0], range[1][1]))
    i, j = _bin(x, one), _bin(y, two)
    inside = np.logical_and(np.logical_and(i >= 0, i < len(one) - 1), np.logical_and(j >= 0, j < len(two) - 1))
    counts = np.zeros((len(one) - 1, len(two) - 1))
    if weights is None:
        np.add.at(counts, (i[inside], j[inside]), 1.0)
    else:
        np.add.at(counts, (i[inside], j[inside]), (weights * 1.0)[inside])
    return counts, one, two


def _two(bins: Any) -> Any:
    if isinstance(bins, (tuple, list)):
        assert len(bins) == 2, "`bins` is a number, or a pair"
        return _array(bins[0]), _array(bins[1])
    return bins, bins


def _bin(x: Any, edges: Any) -> Any:
    """The bin that each number falls into; the last one holds its upper edge."""
    return np.where(x == edges[-1], len(edges) - 2, np.searchsorted(edges, x, side="right") - 1)


# ---------------------------------------------------------------------------------------------- functions of parts


def piecewise(x: Any, condlist: Any, funclist: Any) -> Any:
    """Each function is called with the elements that its condition holds for."""
    assert isinstance(condlist, (tuple, list)), "the conditions are a list"
    y = np.zeros_like(x)
    if len(funclist) == len(condlist) + 1:
        other = condlist[0]
        for condition in condlist[1:]:
            other = np.logical_or(other, condition)
        other = np.logical_not(other)
        _put(y, other, funclist[len(condlist)], x)
    elif len(funclist) != len(condlist):
        raise ValueError("one function for each condition is expected, and perhaps one for the rest")
    for condition, function in zip(condlist, funclist):  # noqa: B905
        _put(y, condition, function, x)
    return y


def _put(y: Any, condition: Any, function: Any, x: Any) -> Any:
    if isinstance(function, (int, float, np.floating, np.integer)):
        y[condition] = function
    else:
        y[condition] = function(x[condition])


def apply_along_axis(func1d: Any, axis: Any, arr: Any) -> Any:
    moved = np.moveaxis(arr, axis, -1)
    rows = np.reshape(moved, (_count(moved.shape[:-1]), moved.shape[-1]))
    if len(rows) == 0:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    first = func1d(rows[0])
    if np.ndim(first) == 0:
        numbers = np.full(len(rows), first)
        for k in range(1, len(rows)):
            numbers[k] = func1d(rows[k])
        return np.reshape(numbers, moved.shape[:-1])
    assert np.ndim(first) == 1, "the function returns a number or a vector"
    vectors = np.zeros((len(rows), len(first)), dtype=first.dtype)
    vectors[0] = first
    for k in range(1, len(rows)):
        vectors[k] = func1d(rows[k])
    return np.moveaxis(np.reshape(vectors, moved.shape[:-1] + vectors.shape[1:]), -1, axis)


def fromfunction(function: Any, shape: Any) -> Any:
    return function(*np.meshgrid(*[np.arange(n * 1.0) for n in shape], indexing="ij"))


WRITTEN = {
    "numpy.isin": isin,
    "numpy.in1d": in1d,
    "numpy.union1d": union1d,
    "numpy.intersect1d": intersect1d,
    "numpy.setdiff1d": setdiff1d,
    "numpy.setxor1d": setxor1d,
    "numpy.lexsort": lexsort,
    "numpy.nanquantile": nanquantile,
    "numpy.nanpercentile": nanpercentile,
    "numpy.histogram2d": histogram2d,
    "numpy.piecewise": piecewise,
    "numpy.apply_along_axis": apply_along_axis,
    "numpy.fromfunction": fromfunction,
}
