"""Functions of NumPy with the arguments that their rows do not take, and some that are a line of others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def _array(x: Any) -> Any:
    if isinstance(x, (tuple, list)):
        return np.array(x)
    return x


# ------------------------------------------------------------------------------------------------- differences


def _end(a: Any, value: Any, axis: Any) -> Any:
    """What is put before or behind an array along an axis; a number is one entry of it everywhere."""
    if np.ndim(value) > 0:
        return value
    return np.full(np.moveaxis(np.moveaxis(a, axis, 0)[:1], 0, axis).shape, value)


def diff(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Any:
    if prepend is None and append is None:
        return np.diff(a, n, axis=axis)
    if append is None:
        return np.diff(np.concatenate((_end(a, prepend, axis), a), axis=axis), n, axis=axis)
    if prepend is None:
        return np.diff(np.concatenate((a, _end(a, append, axis)), axis=axis), n, axis=axis)
    return np.diff(np.concatenate((_end(a, prepend, axis), a, _end(a, append, axis)), axis=axis), n, axis=axis)


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """What is put at the ends has the kind of the array, as in NumPy."""
    flat = np.ravel(_array(ary))
    first = np.zeros(0) if to_begin is None else np.ravel(_array(to_begin))
    last = np.zeros(0) if to_end is None else np.ravel(_array(to_end))
    n, m = len(first), max(0, len(flat) - 1)
    made = np.empty(n + m + len(last), dtype=flat.dtype)
    made[:n] = first
    made[n : n + m] = np.diff(flat)
    made[n + m :] = last
    return made


# ---------------------------------------------------------------------------------------------- lines and places


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    if period is not None:
        if period == 0:
            raise ValueError("period must be a non-zero value")
        p = np.abs(period)
        places, values = _array(xp) % p, _array(fp)
        if len(places) != len(values):
            raise ValueError("fp and xp are not of the same length")
        order = np.argsort(places)
        places, values = places[order], values[order]
        around = np.concatenate((places[-1:] - p, places, places[:1] + p))
        return np.interp(x % p, around, np.concatenate((values[-1:], values, values[:1])))
    y = np.interp(x, xp, fp)
    if left is not None:
        y = np.where(x < xp[0], left, y) + 0.0
    if right is not None:
        y = np.where(x > xp[-1], right, y) + 0.0
    return y


def linspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, retstep: Any = False, dtype: Any = None,
             axis: Any = 0) -> Any:
    assert dtype is None, "`dtype` is not supported"
    assert np.ndim(start) == 0 and np.ndim(stop) == 0, "`start` and `stop` are numbers"
    if endpoint:
        y = np.linspace(start, stop, num)
        step = (stop - start) / (num - 1) if num > 1 else np.nan
    else:
        if num < 0:
            raise ValueError("Number of samples must be non-negative.")
        step = (stop - start) / num if num > 0 else np.nan
        y = np.arange(num) * (step * 1.0) + start
    if isinstance(np.sum(np.linspace(start, stop, 1)), np.float32):
        return (y.astype(np.float32), np.float32(step)) if retstep else y.astype(np.float32)
    return (y, np.float64(step)) if retstep else y


def angle(z: Any, deg: Any = False) -> Any:
    return np.angle(z) * (180.0 / math.pi) if deg else np.angle(z)


def size(a: Any, axis: Any = None) -> Any:
    return np.size(a) if axis is None else a.shape[axis]


def where(condition: Any) -> Any:
    return np.nonzero(condition)


def meshgrid(*xi: Any, sparse: Any = False, indexing: Any = "xy") -> Any:
    """Without `copy`: what NumPy does not copy may not be stored into, nor may what it shows."""
    if not sparse:
        return np.meshgrid(*xi, indexing="ij") if indexing == "ij" else np.meshgrid(*xi)
    assert len(xi) == 2 or len(xi) == 3, "sparse grids have two or three axes"
    if len(xi) == 2:
        x, y = xi[0].copy(), xi[1].copy()
        return (x[None, :], y[:, None]) if indexing == "xy" else (x[:, None], y[None, :])
    x, y, z = xi[0].copy(), xi[1].copy(), xi[2].copy()
    if indexing == "xy":
        return x[None, :, None], y[:, None, None], z[None, None, :]
    return x[:, None, None], y[None, :, None], z[None, None, :]


def unique(ar: Any, return_index: Any = False, return_inverse: Any = False, return_counts: Any = False,
           axis: Any = None) -> Any:
    """Where each number is in the order, and how often."""
    assert axis is None and np.ndim(ar) == 1, "with these arguments `unique` takes a vector"
    found = np.unique(ar)
    order = np.argsort(ar, kind="stable")
    first = np.searchsorted(ar[order], found)
    inverse = np.searchsorted(found, ar)
    counts = np.bincount(inverse, minlength=len(found))
    if return_index:
        if return_inverse:
            return (found, order[first], inverse, counts) if return_counts else (found, order[first], inverse)
        return (found, order[first], counts) if return_counts else (found, order[first])
    if return_inverse:
        return (found, inverse, counts) if return_counts else (found, inverse)
    return found, counts


def cov(m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None, fweights: Any = None,
        aweights: Any = None, dtype: Any = None) -> Any:
    """With weights: how often each observation was made, and how much it counts."""
    assert y is None and dtype is None, "with weights, `y` and `dtype` are not supported"
    x = np.atleast_2d(m) * 1.0
    if rowvar is False and np.ndim(m) == 2:
        x = x.T
    if np.ndim(m) == 2 and x.shape[0] == 1:
        raise ValueError("`np.cov` of one variable in a matrix is a number, of several a matrix: pass the one itself")
    off = ddof if ddof is not None else 0 if bias else 1
    often = np.ones(x.shape[1]) if fweights is None else _array(fweights) * 1.0
    much = np.ones(x.shape[1]) if aweights is None else _array(aweights) * 1.0
    w = often * much
    total = np.sum(w)
    d = x - (x @ w / total)[:, None]
    factor = total - off * np.sum(w * much) / total
    c = (d * w) @ np.conj(d).T / np.where(factor <= 0.0, 0.0, factor)
    return c[0, 0] if np.ndim(m) == 1 else c


# ------------------------------------------------------------------------------------------------ Fortran's order


def _known(order: Any) -> Any:
    assert order == "C" or order == "F", "`order` is 'C' or 'F'"


def reshape(a: Any, shape: Any, order: Any = "C") -> Any:
    """The order of Fortran is that of the transposed array."""
    _known(order)
    if order == "C":
        return np.reshape(a, shape)
    if isinstance(shape, (tuple, list)):
        return np.transpose(np.reshape(np.transpose(a), shape[::-1]))
    return np.reshape(np.transpose(a), shape)


def reshaped(a: Any, *shape: Any, order: Any = "C") -> Any:
    return reshape(a, shape[0], order) if len(shape) == 1 else reshape(a, shape, order)


def ravel(a: Any, order: Any = "C") -> Any:
    _known(order)
    return np.ravel(a) if order == "C" else np.ravel(np.transpose(a))


def flatten(a: Any, order: Any = "C") -> Any:
    _known(order)
    return a.flatten() if order == "C" else np.transpose(a).flatten()


# ----------------------------------------------------------------------------------------------------- products


def vecdot(x1: Any, x2: Any, axis: Any = -1) -> Any:
    if x1.shape[axis] != x2.shape[axis]:
        raise ValueError("vecdot: the vectors have different lengths")
    return np.sum(np.conj(x1) * x2, axis=axis)


def matvec(x1: Any, x2: Any) -> Any:
    return np.matmul(x1, x2[..., None])[..., 0]


def vecmat(x1: Any, x2: Any) -> Any:
    return np.matmul(np.conj(x1)[..., None, :], x2)[..., 0, :]


def linalg_diagonal(x: Any, offset: Any = 0) -> Any:
    return np.diagonal(x, offset=offset, axis1=-2, axis2=-1)


def linalg_trace(x: Any, offset: Any = 0, dtype: Any = None) -> Any:
    assert dtype is None, "`dtype` is not supported"
    return np.trace(x, offset=offset, axis1=-2, axis2=-1)


def linalg_cross(x1: Any, x2: Any, axis: Any = -1) -> Any:
    return np.cross(x1, x2, axis=axis)


def linalg_outer(x1: Any, x2: Any) -> Any:
    assert np.ndim(x1) == 1 and np.ndim(x2) == 1, "`outer` of vectors"
    return np.outer(x1, x2)


def linalg_matmul(x1: Any, x2: Any) -> Any:
    return np.matmul(x1, x2)


def linalg_tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    return np.tensordot(x1, x2, axes=axes)


def vector_norm(x: Any, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:
    if axis is None and np.ndim(x) > 1:
        assert keepdims is False, "`keepdims` needs an `axis`"
        return np.linalg.norm(np.ravel(x), ord=ord)
    return np.linalg.norm(x, ord=ord, axis=axis, keepdims=keepdims)


def matrix_norm(x: Any, keepdims: Any = False, ord: Any = "fro") -> Any:
    return np.linalg.norm(x, ord=ord, axis=(-2, -1), keepdims=keepdims)


# ------------------------------------------------------------------------------------------------------ questions


def isreal(x: Any) -> Any:
    return np.imag(x) == 0


def iscomplex(x: Any) -> Any:
    return np.imag(x) != 0


def array_equiv(a1: Any, a2: Any) -> Any:
    """For shapes of which one broadcasts to the other."""
    return bool(np.all(a1 == a2))


# ------------------------------------------------------------------------------------------------------ in place


def subtract_at(a: Any, indices: Any, b: Any) -> Any:
    np.add.at(a, indices, -b)


def _places(a: Any, indices: Any) -> Any:
    assert np.ndim(a) == 1, "of a vector"
    places = np.ravel(_array(indices))
    assert np.ndim(places) == 1, "the places are integers"
    return places


def multiply_at(a: Any, indices: Any, b: Any) -> Any:
    places = _places(a, indices)
    for k in range(len(places)):
        a[places[k]] *= b if np.ndim(b) == 0 else b[k]


def maximum_at(a: Any, indices: Any, b: Any) -> Any:
    places = _places(a, indices)
    for k in range(len(places)):
        a[places[k]] = np.maximum(a[places[k]], b if np.ndim(b) == 0 else b[k])


def minimum_at(a: Any, indices: Any, b: Any) -> Any:
    places = _places(a, indices)
    for k in range(len(places)):
        a[places[k]] = np.minimum(a[places[k]], b if np.ndim(b) == 0 else b[k])


# ---------------------------------------------------------------------------------------------------- polynomials


def polydiv(u: Any, v: Any) -> Any:
    """Quotient and remainder, by long division; the remainder begins with a coefficient that is not zero."""
    over, under = _array(u) * 1.0, _array(v) * 1.0
    m, n = len(over) - 1, len(under) - 1
    quotient = np.zeros(max(m - n + 1, 1), dtype=(over[:1] + under[:1]).dtype)
    rest = over + np.zeros_like(quotient[:1])
    for k in range(m - n + 1):
        quotient[k] = rest[k] / under[0]
        rest[k : k + n + 1] -= quotient[k] * under
    start = 0
    while start < m and np.abs(rest[start]) <= 1e-8:
        start += 1
    return quotient, rest[start:]


def polyvander(x: Any, deg: Any) -> Any:
    if deg < 0:
        raise ValueError("deg must be non-negative")
    made = np.ones((*x.shape, deg + 1), dtype=(x * 1.0).dtype)
    for k in range(1, deg + 1):
        made[..., k] = made[..., k - 1] * x
    return made


def chebvander(x: Any, deg: Any) -> Any:
    if deg < 0:
        raise ValueError("deg must be non-negative")
    made = np.ones((*x.shape, deg + 1), dtype=(x * 1.0).dtype)
    if deg > 0:
        made[..., 1] = x
    for k in range(2, deg + 1):
        made[..., k] = made[..., k - 1] * (2.0 * x) - made[..., k - 2]
    return made


def legvander(x: Any, deg: Any) -> Any:
    if deg < 0:
        raise ValueError("deg must be non-negative")
    made = np.ones((*x.shape, deg + 1), dtype=(x * 1.0).dtype)
    if deg > 0:
        made[..., 1] = x
    for k in range(2, deg + 1):
        made[..., k] = (made[..., k - 1] * x * (2.0 * k - 1.0) - made[..., k - 2] * (k - 1.0)) / k
    return made


def _fitted(table: Any, y: Any) -> Any:
    """The coefficients of least squares, of columns that are scaled to unit length."""
    scale = np.sqrt(np.sum(table * table, axis=0))
    scale = np.where(scale == 0.0, 1.0, scale)
    return np.linalg.lstsq(table / scale, y)[0] / scale


def _fitting(x: Any, y: Any, deg: Any, rcond: Any, full: Any, w: Any) -> Any:
    assert rcond is None and full is False and w is None, "`rcond`, `full` and `w` are not supported"
    assert np.ndim(x) == 1 and np.ndim(y) == 1, "`x` and `y` are vectors"
    if len(x) != len(y):
        raise TypeError("expected x and y to have same length")


def polynomial_polyfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None) -> Any:
    _fitting(x, y, deg, rcond, full, w)
    return _fitted(polyvander(x * 1.0, deg), y)


def chebfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None) -> Any:
    _fitting(x, y, deg, rcond, full, w)
    return _fitted(chebvander(x * 1.0, deg), y)


def legfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None) -> Any:
    _fitting(x, y, deg, rcond, full, w)
    return _fitted(legvander(x * 1.0, deg), y)


def leggauss(deg: Any) -> Any:
    """Golub and Welsch, "Calculation of Gauss quadrature rules", Mathematics of Computation 23(106), 1969."""
    if deg <= 0:
        raise ValueError("deg must be a positive integer")
    k = np.arange(1.0, deg)
    beside = k / np.sqrt(4.0 * k * k - 1.0)
    places, vectors = np.linalg.eigh(np.diag(beside, -1))
    places = 0.5 * (places - places[::-1])
    return places, 2.0 * vectors[0] * vectors[0]


FURTHER = {f"numpy.{f.__name__}": f for f in (diff, ediff1d, interp, linspace, angle, size, where, meshgrid,
                                               unique, cov, reshape, ravel)} | {
    "numpy.ndarray.reshape": reshaped,
    "numpy.ndarray.ravel": ravel,
    "numpy.ndarray.flatten": flatten,
}
WRITTEN = {f"numpy.{f.__name__}": f for f in (vecdot, matvec, vecmat, isreal, iscomplex, array_equiv, polydiv)} | {
    "numpy.linalg.vecdot": vecdot,
    "numpy.linalg.diagonal": linalg_diagonal,
    "numpy.linalg.trace": linalg_trace,
    "numpy.linalg.cross": linalg_cross,
    "numpy.linalg.outer": linalg_outer,
    "numpy.linalg.matmul": linalg_matmul,
    "numpy.linalg.tensordot": linalg_tensordot,
    "numpy.linalg.vector_norm": vector_norm,
    "numpy.linalg.matrix_norm": matrix_norm,
    "numpy.subtract.at": subtract_at,
    "numpy.multiply.at": multiply_at,
    "numpy.maximum.at": maximum_at,
    "numpy.minimum.at": minimum_at,
    "numpy.polynomial.polynomial.polyvander": polyvander,
    "numpy.polynomial.polynomial.polyfit": polynomial_polyfit,
    "numpy.polynomial.chebyshev.chebvander": chebvander,
    "numpy.polynomial.chebyshev.chebfit": chebfit,
    "numpy.polynomial.legendre.legvander": legvander,
    "numpy.polynomial.legendre.legfit": legfit,
    "numpy.polynomial.legendre.leggauss": leggauss,
}
