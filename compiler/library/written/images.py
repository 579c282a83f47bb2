"""Filters of arrays of any number of axes: of `scipy.ndimage`.

Each works along one axis after the other on an array that is made longer at both ends, as the `mode` says.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def _longer(x: Any, before: Any, after: Any, mode: Any, cval: Any) -> Any:
    """The last axis with so many entries more at both ends; SciPy's words for them are not NumPy's."""
    n = x.shape[-1]
    places = np.arange(-before, n + after)
    if mode == "constant" or mode == "grid-constant":
        inside = np.logical_and(places >= 0, places < n)
        return np.where(inside, x[..., np.clip(places, 0, n - 1)], cval)
    if mode == "nearest":
        return x[..., np.clip(places, 0, n - 1)]
    if mode == "wrap" or mode == "grid-wrap":
        return x[..., places % n]
    if mode == "reflect" or mode == "grid-mirror":
        turn = places % (2 * n)
        return x[..., np.where(turn < n, turn, 2 * n - 1 - turn)]
    if mode == "mirror":
        turn = places % max(1, 2 * n - 2)
        return x[..., np.where(turn < n, turn, 2 * n - 2 - turn)]
    raise ValueError("boundary mode not supported")


def _weights(weights: Any) -> Any:
    return np.array(weights) * 1.0 if isinstance(weights, (tuple, list)) else weights * 1.0


def _checked(x: Any) -> Any:
    """SciPy cuts sums of integers to integers, where the last digit of a sum decides about the whole number."""
    assert isinstance(np.sum(x), np.floating), "filters with weights take floats: convert with `.astype(float)`"


def correlate1d(input: Any, weights: Any, axis: Any = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
                origin: Any = 0) -> Any:
    """A weighted sum of neighbours along one axis."""
    assert output is None, "`output` is not supported"
    _checked(input)
    given = _weights(weights)
    m = len(given)
    if m < 1:
        raise RuntimeError("no filter weights given")
    before = m // 2 + origin
    if before < 0 or before > m - 1:
        raise ValueError("Invalid origin; origin must satisfy -(len(weights) // 2) <= origin <= (len(weights)-1) // 2")
    moved = np.moveaxis(input, axis, -1)
    n = moved.shape[-1]
    wide = _longer(moved * 1.0, before, m - 1 - before, mode, cval)
    total = np.zeros(moved.shape)
    for k in range(m):
        total += given[k] * wide[..., k : k + n]
    made = np.empty(moved.shape, dtype=input.dtype)
    made[...] = total
    return np.moveaxis(made, -1, axis)


def convolve1d(input: Any, weights: Any, axis: Any = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
               origin: Any = 0) -> Any:
    given = _weights(weights)
    if len(given) % 2 == 0:
        return correlate1d(input, given[::-1], axis, output, mode, cval, -origin - 1)
    return correlate1d(input, given[::-1], axis, output, mode, cval, -origin)


def _bell(sigma: Any, order: Any, radius: Any) -> Any:
    """The weights of a bell curve, or of one of its derivatives: Hermite polynomials times the curve."""
    t = np.arange(-radius, radius + 1)
    curve = np.exp(-0.5 / (sigma * sigma) * (t * t))
    curve = curve / np.sum(curve)
    if order == 0:
        return curve
    a = -1.0 / (sigma * sigma)
    if order == 1:
        return curve * (a * t)
    if order == 2:
        return curve * (a * a * (t * t) + a)
    assert order == 3, "`order` is at most 3"
    return curve * (a * a * a * (t * t * t) + 3.0 * a * a * t)


def gaussian_filter1d(input: Any, sigma: Any, axis: Any = -1, order: Any = 0, output: Any = None, mode: Any = "reflect",
                      cval: Any = 0.0, truncate: Any = 4.0, radius: Any = None) -> Any:
    reach = int(truncate * float(sigma) + 0.5) if radius is None else radius
    return correlate1d(input, _bell(float(sigma), order, reach)[::-1], axis, output, mode, cval, 0)


def gaussian_filter(input: Any, sigma: Any, order: Any = 0, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
                    truncate: Any = 4.0, radius: Any = None, axes: Any = None) -> Any:
    assert radius is None and axes is None, "`radius` and `axes` are not supported"
    result = input.copy()
    for k, _ in enumerate(input.shape):
        s = sigma[k] if isinstance(sigma, (tuple, list)) else sigma
        o = order[k] if isinstance(order, (tuple, list)) else order
        if s > 1e-15:
            result = gaussian_filter1d(result, s, k, o, output, mode, cval, truncate)
    return result


def uniform_filter1d(input: Any, size: Any, axis: Any = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
                     origin: Any = 0) -> Any:
    assert output is None, "`output` is not supported"
    if size < 1:
        raise RuntimeError("incorrect filter size")
    return correlate1d(input, np.full(size, 1.0 / size), axis, output, mode, cval, origin)


def uniform_filter(input: Any, size: Any = 3, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
                   origin: Any = 0, axes: Any = None) -> Any:
    assert axes is None, "`axes` is not supported"
    result = input.copy()
    for k, _ in enumerate(input.shape):
        n = size[k] if isinstance(size, (tuple, list)) else size
        result = uniform_filter1d(result, n, k, output, mode, cval, origin)
    return result


def prewitt(input: Any, axis: Any = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0) -> Any:
    return _edges(input, axis, output, mode, cval, 1.0)


def sobel(input: Any, axis: Any = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0) -> Any:
    return _edges(input, axis, output, mode, cval, 2.0)


def _edges(input: Any, axis: Any, output: Any, mode: Any, cval: Any, middle: Any) -> Any:
    """Differences along one axis, smoothed along the others."""
    rank = np.ndim(input)
    result = correlate1d(input, np.array([-1.0, 0.0, 1.0]), axis, output, mode, cval, 0)
    for k, _ in enumerate(input.shape):
        if k != axis and k - rank != axis:
            result = correlate1d(result, np.array([1.0, middle, 1.0]), k, output, mode, cval, 0)
    return result


def laplace(input: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, axes: Any = None) -> Any:
    assert axes is None, "`axes` is not supported"
    result = np.zeros_like(input)
    for k, _ in enumerate(input.shape):
        result += correlate1d(input, np.array([1.0, -2.0, 1.0]), k, output, mode, cval, 0)
    return result


def gaussian_laplace(input: Any, sigma: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
                     axes: Any = None) -> Any:
    assert axes is None, "`axes` is not supported"
    result = np.zeros_like(input)
    for k, _ in enumerate(input.shape):
        part = input
        for j, _ in enumerate(input.shape):
            s = sigma[j] if isinstance(sigma, (tuple, list)) else sigma
            part = gaussian_filter1d(part, s, j, 2 if j == k else 0, output, mode, cval)
        result += part
    return result


def correlate(input: Any, weights: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0,
              axes: Any = None) -> Any:
    """A weighted sum of neighbours along all axes of a vector or a matrix."""
    assert output is None and axes is None, "`output` and `axes` are not supported"
    assert np.ndim(input) == np.ndim(weights), "the weights have as many axes as the array"
    if np.ndim(input) == 1:
        return correlate1d(input, weights, 0, output, mode, cval, origin)
    assert np.ndim(input) == 2, "`correlate` and `convolve` of vectors and matrices"
    assert origin == 0, "`origin` is 0"
    _checked(input)
    given = weights * 1.0
    rows, columns = given.shape
    wide = _longer(input * 1.0, columns // 2, columns - 1 - columns // 2, mode, cval)
    wide = _longer(wide.T, rows // 2, rows - 1 - rows // 2, mode, cval).T
    total = np.zeros(input.shape)
    for i in range(rows):
        for j in range(columns):
            total += given[i, j] * wide[i : i + input.shape[0], j : j + input.shape[1]]
    made = np.empty_like(input)
    made[...] = total
    return made


def convolve(input: Any, weights: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0,
             axes: Any = None) -> Any:
    """Of weights with an even number of entries along an axis SciPy moves the middle, to which they are turned."""
    if np.ndim(weights) == 1:
        return convolve1d(input, weights, 0, output, mode, cval, origin)
    assert np.ndim(weights) == 2, "`correlate` and `convolve` of vectors and matrices"
    assert weights.shape[0] % 2 == 1 and weights.shape[1] % 2 == 1, "the weights have an odd number of rows and columns"
    return correlate(input, weights[::-1, ::-1], output, mode, cval, origin, axes)


def _extreme1d(input: Any, size: Any, axis: Any, mode: Any, cval: Any, origin: Any, largest: Any) -> Any:
    """The largest or the smallest of the neighbours along one axis."""
    assert not np.iscomplexobj(input), "complex numbers have no order"
    if size < 1:
        raise RuntimeError("incorrect filter size")
    before = size // 2 + origin
    if before < 0 or before > size - 1:
        raise ValueError("invalid origin")
    moved = np.moveaxis(input, axis, -1)
    n = moved.shape[-1]
    wide = _longer(moved, before, size - 1 - before, mode, cval)
    best = wide[..., :n].copy()
    for k in range(1, size):
        best = np.maximum(best, wide[..., k : k + n]) if largest else np.minimum(best, wide[..., k : k + n])
    made = np.empty(moved.shape, dtype=input.dtype)
    made[...] = best
    return np.moveaxis(made, -1, axis)


def maximum_filter1d(input: Any, size: Any, axis: Any = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
                     origin: Any = 0) -> Any:
    assert output is None, "`output` is not supported"
    return _extreme1d(input, size, axis, mode, cval, origin, True)


def minimum_filter1d(input: Any, size: Any, axis: Any = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
                     origin: Any = 0) -> Any:
    assert output is None, "`output` is not supported"
    return _extreme1d(input, size, axis, mode, cval, origin, False)


def _extreme(input: Any, size: Any, mode: Any, cval: Any, origin: Any, largest: Any) -> Any:
    result = input
    for k, _ in enumerate(input.shape):
        n = size[k] if isinstance(size, (tuple, list)) else size
        result = _extreme1d(result, n, k, mode, cval, origin, largest)
    return result


def maximum_filter(input: Any, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect",
                   cval: Any = 0.0, origin: Any = 0) -> Any:
    assert footprint is None and output is None, "`footprint` and `output` are not supported"
    return _extreme(input, size, mode, cval, origin, True)


def minimum_filter(input: Any, size: Any = None, footprint: Any = None, output: Any = None, mode: Any = "reflect",
                   cval: Any = 0.0, origin: Any = 0) -> Any:
    assert footprint is None and output is None, "`footprint` and `output` are not supported"
    return _extreme(input, size, mode, cval, origin, False)


def map_coordinates(input: Any, coordinates: Any, output: Any = None, order: Any = 3, mode: Any = "constant",
                    cval: Any = 0.0, prefilter: Any = True) -> Any:
    """Between the elements along straight lines."""
    assert output is None, "`output` is not supported"
    assert order == 1, "`order` is 1: interpolation along straight lines"
    assert mode == "nearest" or mode == "constant", "`mode` is 'nearest' or 'constant'"
    assert np.ndim(input) == 2, "`map_coordinates` of matrices"
    assert not isinstance(np.sum(input), np.integer), "`map_coordinates` of floats"
    rows, columns = input.shape
    y, x = coordinates[0], coordinates[1]
    i = np.clip(np.floor(y), 0.0, max(0.0, rows - 2.0))
    j = np.clip(np.floor(x), 0.0, max(0.0, columns - 2.0))
    u, v = np.clip(y - i, 0.0, 1.0), np.clip(x - j, 0.0, 1.0)
    i0, j0 = i.astype(int), j.astype(int)
    i1, j1 = np.minimum(i0 + 1, rows - 1), np.minimum(j0 + 1, columns - 1)
    top = input[i0, j0] * (1.0 - v) + input[i0, j1] * v
    bottom = input[i1, j0] * (1.0 - v) + input[i1, j1] * v
    between = top * (1.0 - u) + bottom * u
    if mode == "nearest":
        return between.astype(input.dtype)
    inside = np.logical_and(np.logical_and(y >= 0.0, y <= rows - 1.0), np.logical_and(x >= 0.0, x <= columns - 1.0))
    return np.where(inside, between, cval).astype(input.dtype)


WRITTEN = {f"scipy.ndimage.{f.__name__}": f for f in (
    correlate1d, convolve1d, gaussian_filter1d, gaussian_filter, uniform_filter1d, uniform_filter, prewitt, sobel,
    laplace, gaussian_laplace, correlate, convolve, maximum_filter1d, minimum_filter1d, maximum_filter, minimum_filter,
    map_coordinates)}
