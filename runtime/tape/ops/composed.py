"""NumPy functions written as NumPy programs: their derivative is that of their parts.

Every function takes tensors or plain arrays, as the NumPy function of the same name does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..crossing import plain
from ..traced import shape_of, tracks


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """numpy.tensordot, as one matrix product."""
    shape_a, shape_b = shape_of(a), shape_of(b)
    if isinstance(axes, int):
        axes = (list(range(len(shape_a) - axes, len(shape_a))), list(range(axes)))
    sum_a, sum_b = (
        [int(k) % n for k in np.atleast_1d(part)] for part, n in zip(axes, (len(shape_a), len(shape_b)), strict=True)
    )
    free_a = [k for k in range(len(shape_a)) if k not in sum_a]
    free_b = [k for k in range(len(shape_b)) if k not in sum_b]
    count = int(np.prod([shape_a[k] for k in sum_a], dtype=np.int64))
    left = np.reshape(np.transpose(a, (*free_a, *sum_a)), (-1, count))
    right = np.reshape(np.transpose(b, (*sum_b, *free_b)), (count, -1))
    return np.reshape(np.matmul(left, right), tuple(shape_a[k] for k in free_a) + tuple(shape_b[k] for k in free_b))


def inner(a: Any, b: Any) -> Any:
    """numpy.inner."""
    if not shape_of(a) or not shape_of(b):
        return np.multiply(a, b)
    return tensordot(a, b, axes=(-1, -1))[()]  # a number for two vectors


def _conjugate(a: Any) -> Any:
    return np.conj(a) if np.iscomplexobj(plain(a)) else a


def vdot(a: Any, b: Any) -> Any:
    """numpy.vdot."""
    return np.dot(np.ravel(_conjugate(a)), np.ravel(b))


def vecdot(a: Any, b: Any) -> Any:
    """numpy.vecdot along the last axis."""
    return np.sum(np.multiply(_conjugate(a), b), axis=-1)


def matvec(a: Any, b: Any) -> Any:
    """numpy.matvec."""
    return np.matmul(a, np.expand_dims(b, -1))[..., 0]


def vecmat(a: Any, b: Any) -> Any:
    """numpy.vecmat."""
    return np.matmul(np.expand_dims(a, -2), b)[..., 0, :]


def kron(a: Any, b: Any) -> Any:
    """numpy.kron, as a product of interleaved axes."""
    n = max(len(shape_of(a)), len(shape_of(b)))
    shape_a, shape_b = ((1,) * (n - len(s)) + s for s in (shape_of(a), shape_of(b)))
    left = np.reshape(a, [extent for p in shape_a for extent in (p, 1)])
    right = np.reshape(b, [extent for q in shape_b for extent in (1, q)])
    return np.reshape(np.multiply(left, right), [p * q for p, q in zip(shape_a, shape_b, strict=True)])


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """numpy.cross of vectors with three components."""
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    parts = [x[..., i] * y[..., j] - x[..., j] * y[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return np.stack(parts, axis=axisc)


def multi_dot(arrays: Any) -> Any:
    """numpy.linalg.multi_dot, from left to right."""
    result = arrays[0]
    for array in arrays[1:]:
        result = np.dot(result, array)
    return result


def matrix_power(a: Any, n: int) -> Any:
    """numpy.linalg.matrix_power by repeated products."""
    factor = np.linalg.inv(a) if n < 0 else a
    if n == 0:
        return np.broadcast_to(np.eye(shape_of(a)[-1]), shape_of(a)) + 0.0 * np.sum(a)
    result = factor
    for _ in range(abs(n) - 1):
        result = np.matmul(result, factor)
    return result


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """numpy.trace."""
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """numpy.diff."""
    moved = np.moveaxis(a, axis, -1)
    for _ in range(n):
        moved = moved[..., 1:] - moved[..., :-1]
    return np.moveaxis(moved, -1, axis)


def ediff1d(ary: Any) -> Any:
    """numpy.ediff1d without end values."""
    return diff(np.ravel(ary))


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """numpy.trapezoid."""
    heights = np.moveaxis(y, axis, -1)
    if x is None:
        widths = dx
    else:
        widths = diff(x if len(shape_of(x)) == 1 else np.moveaxis(x, axis, -1))
    return np.sum(widths * (heights[..., 1:] + heights[..., :-1]) / 2.0, axis=-1)


def average(a: Any, axis: Any = None, weights: Any = None) -> Any:
    """numpy.average; one-dimensional weights follow the axis."""
    if weights is None:
        return np.mean(a, axis=axis)
    if shape_of(weights) != shape_of(a):
        ndim = len(shape_of(a))
        weights = np.reshape(weights, [shape_of(weights)[0] if k == axis % ndim else 1 for k in range(ndim)])
        weights = np.broadcast_to(weights, shape_of(a))
    return np.sum(np.multiply(a, weights), axis=axis) / np.sum(weights, axis=axis)


def ptp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """numpy.ptp."""
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """numpy.nan_to_num: replaced elements are constants."""
    replaced = np.nan_to_num(plain(x), nan=nan, posinf=posinf, neginf=neginf)
    return np.where(np.isfinite(plain(x)), x, replaced)


def nansum(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """numpy.nansum."""
    return np.sum(np.where(np.isnan(plain(a)), 0.0, a), axis=axis, keepdims=keepdims)


def quantile(a: Any, q: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """numpy.quantile with the linear method and plain `q`."""
    if tracks(q):
        raise TypeError("the tape does not differentiate numpy.quantile by q")
    source = np.ravel(a) if axis is None else np.moveaxis(a, axis, -1)
    ordered = np.sort(source, axis=-1)
    count = shape_of(source)[-1]
    at = np.asarray(plain(q), np.float64) * (count - 1)
    below = np.floor(at).astype(int)
    above = np.minimum(below + 1, count - 1)
    result = ordered[..., below] * (1.0 - (at - below)) + ordered[..., above] * (at - below)
    if at.ndim:
        result = np.moveaxis(result, -1, 0)
    if not keepdims:
        return result
    extents = tuple(1 if axis is None or k == axis % len(shape_of(a)) else n for k, n in enumerate(shape_of(a)))
    return np.reshape(result, at.shape + extents)


def percentile(a: Any, q: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """numpy.percentile with the linear method and plain `q`."""
    return quantile(a, np.true_divide(q, 100.0), axis, keepdims)


def median(a: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """numpy.median: the mean of the two middle entries if their count is even."""
    source = np.ravel(a) if axis is None else np.moveaxis(a, axis, -1)
    ordered = np.sort(source, axis=-1)
    count = shape_of(source)[-1]
    result = np.mean(ordered[..., (count - 1) // 2 : count // 2 + 1], axis=-1)
    if not keepdims:
        return result
    extents = tuple(1 if axis is None or k == axis % len(shape_of(a)) else n for k, n in enumerate(shape_of(a)))
    return np.reshape(result, extents)


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    """numpy.interp, active in all three operands; constant outside."""
    at, knots = np.asarray(plain(x)), np.asarray(plain(xp))
    k = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)
    weight = (x - xp[k]) / (xp[k + 1] - xp[k])
    inside = fp[k] * (1.0 - weight) + fp[k + 1] * weight
    result = np.where(at > knots[-1], fp[-1] if right is None else right, inside)
    return np.where(at < knots[0], fp[0] if left is None else left, result)


def polyval(p: Any, x: Any) -> Any:
    """numpy.polyval by Horner's rule."""
    result = 0.0 * x
    for k in range(shape_of(p)[0]):
        result = result * x + p[k]
    return result


def sinc(x: Any) -> Any:
    """numpy.sinc; derivative 0 at the origin."""
    at = np.pi * np.where(plain(x) == 0, 1.0, x)
    return np.where(plain(x) == 0, 1.0, np.sin(at) / at)


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """numpy.convolve, as a sum of shifted copies."""
    if shape_of(v)[0] > shape_of(a)[0]:
        a, v = v, a
    n, m = shape_of(a)[0], shape_of(v)[0]
    full = np.sum(np.stack([np.pad(a * v[k], (k, m - 1 - k)) for k in range(m)]), axis=0)
    first, count = {"full": (0, n + m - 1), "same": ((m - 1) // 2, n), "valid": (m - 1, n - m + 1)}[mode]
    return full[first : first + count]


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """numpy.select: the first condition that holds decides."""
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(plain(condition), choice, result)
    return result
