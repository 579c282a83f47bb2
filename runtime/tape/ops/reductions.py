"""Reductions and running reductions along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ..crossing import plain, wrap
from ..memory import Array, Shape
from ..traced import Kept, Traced, record, shape_of, tracks

Axis: TypeAlias = int | tuple[int, ...] | None


def _axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """List the reduced axes, counted from the front."""
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    return tuple(int(a) % ndim for a in given) if ndim else ()


def _spread(g: Array, axis: Axis, shape: Shape) -> Array:
    """Put back the reduced axes of a result, with extent one."""
    kept = tuple(1 if k in _axes(axis, len(shape)) else n for k, n in enumerate(shape))
    return np.asarray(g).reshape(kept)


def _extent(axis: Axis, shape: Shape) -> int:
    return int(np.prod([shape[k] for k in _axes(axis, len(shape))], dtype=np.int64))


def sum_(
    a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False, initial: Any = 0, where: Any = True
) -> Any:
    """numpy.sum: every element counts once."""
    value = np.sum(plain(a), axis=axis, dtype=dtype, keepdims=keepdims, initial=plain(initial), where=plain(where))
    if not tracks(a, initial):
        return wrap(_class(a, initial, where), value)
    shape, mask = shape_of(a), np.array(plain(where))

    def pull(g: Array) -> Array:
        return np.where(mask, np.broadcast_to(_spread(g, axis, shape), shape), 0.0)

    return record("SumBackward0", value, [(a, pull), (initial, lambda g: g)])


def mean(a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """numpy.mean."""
    value = np.mean(plain(a), axis=axis, dtype=dtype, keepdims=keepdims)
    shape = shape_of(a)
    count = _extent(axis, shape)
    return record("MeanBackward0", value, [(a, lambda g: np.broadcast_to(_spread(g, axis, shape) / count, shape))])


def _extreme(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    def rule(a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        value = function(plain(a), axis=axis, keepdims=keepdims)
        if not tracks(a):
            return wrap(type(a), value)
        kept = Kept()
        x, y, shape = kept.value(a), kept.result(value), shape_of(a)

        def pull(g: Array) -> Array:
            best = _spread(y, axis, shape)
            tied = (x == best) | (np.isnan(x) & np.isnan(best))
            share = _spread(g, axis, shape) / tied.sum(axis=_axes(axis, x.ndim), keepdims=True)
            return np.where(tied, share, 0.0)

        return record(name, value, [(a, pull)], kept)

    rule.__doc__ = f"numpy.{function.__name__}: tied entries share evenly; a NaN takes all."
    return rule


max_ = _extreme(np.max, "MaxBackward1")
min_ = _extreme(np.min, "MinBackward1")


def _others_product(x: Array) -> Array:
    """Product of all the other elements along the last axis, without dividing."""
    ones = np.ones_like(x[..., :1])
    before = np.cumprod(np.concatenate([ones, x[..., :-1]], axis=-1), axis=-1)
    after = np.cumprod(np.concatenate([ones, x[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    return np.asarray(before * after)


def prod(a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """numpy.prod: division-free, so zeros are fine."""
    value = np.prod(plain(a), axis=axis, dtype=dtype, keepdims=keepdims)
    if not tracks(a):
        return wrap(type(a), value)
    kept = Kept()
    x, shape = kept.value(a), shape_of(a)

    def pull(g: Array) -> Array:
        axes = _axes(axis, x.ndim)
        last = tuple(range(-len(axes), 0))
        moved = np.moveaxis(x, axes, last)
        rows = moved.reshape(*moved.shape[: x.ndim - len(axes)], _extent(axis, shape))
        others = _others_product(rows) if rows.size else rows
        return np.asarray(_spread(g, axis, shape) * np.moveaxis(np.conj(others).reshape(moved.shape), last, axes))

    return record("ProdBackward0", value, [(a, pull)], kept)


def var(a: Any, axis: Axis = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """numpy.var (`ddof=0` unless given, unlike torch)."""
    value = np.var(plain(a), axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)
    if not tracks(a):
        return wrap(type(a), value)
    kept = Kept()
    x, shape = kept.value(a), shape_of(a)

    def pull(g: Array) -> Array:
        deviation = x - np.mean(x, axis=axis, keepdims=True)
        return np.asarray(_spread(g, axis, shape) * deviation * (np.float64(2.0) / (_extent(axis, shape) - ddof)))

    return record("VarBackward0", value, [(a, pull)], kept)


def std(a: Any, axis: Axis = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """numpy.std (`ddof=0` unless given, unlike torch); derivative 0 where all values are equal."""
    value = np.std(plain(a), axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)
    if not tracks(a):
        return wrap(type(a), value)
    kept = Kept()
    x, y, shape = kept.value(a), kept.result(value), shape_of(a)

    def pull(g: Array) -> Array:
        spread = _spread(y, axis, shape)
        deviation = x - np.mean(x, axis=axis, keepdims=True)
        slope = np.where(spread == 0, 0.0, deviation / spread / (_extent(axis, shape) - ddof))
        return np.asarray(_spread(g, axis, shape) * slope)

    return record("StdBackward0", value, [(a, pull)], kept)


def cumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """numpy.cumsum: the cotangent is summed from the end."""
    value = np.cumsum(plain(a), axis=axis, dtype=dtype)
    shape = shape_of(a)

    def pull(g: Array) -> Array:
        along = 0 if axis is None else axis
        return np.asarray(np.flip(np.cumsum(np.flip(g, along), along), along).reshape(shape))

    return record("CumsumBackward0", value, [(a, pull)])


def cumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """numpy.cumprod: division-free, one pass for each element along the axis."""
    value = np.cumprod(plain(a), axis=axis, dtype=dtype)
    if not tracks(a):
        return wrap(type(a), value)
    kept = Kept()
    x, shape = kept.value(a), shape_of(a)

    def pull(g: Array) -> Array:
        rows = x.reshape(-1) if axis is None else np.moveaxis(x, axis, -1)
        heads = g if axis is None else np.moveaxis(g, axis, -1)
        result = np.empty_like(rows)
        for k in range(rows.shape[-1]):
            without = rows.copy()
            without[..., k] = 1.0
            result[..., k] = np.sum(heads[..., k:] * np.conj(np.cumprod(without, axis=-1)[..., k:]), axis=-1)
        return result.reshape(shape) if axis is None else np.moveaxis(result, -1, axis)

    return record("CumprodBackward0", value, [(a, pull)], kept)


def _euclidean_direction(x: Array, axes: tuple[int, ...]) -> Array:
    """x / |x|, scaled so that neither end of the range overflows; 0 at the origin."""
    scale = np.max(np.abs(x), axis=axes, keepdims=True, initial=0.0)
    unit = x / np.where(scale == 0, 1.0, scale)
    length = np.sqrt(np.sum(np.abs(unit) ** 2, axis=axes, keepdims=True))
    return np.asarray(np.where(scale == 0, 0.0, unit / np.where(length == 0, 1.0, length)))


def vector_direction(x: Array, y: Array, order: Any, axes: tuple[int, ...]) -> Array:
    """Derivative of the vector norm of the given order; `y` is the norm with the axes kept."""
    if order is None or order == 2 or order == "fro":
        return _euclidean_direction(x, axes)
    if order == 0:
        return np.zeros_like(x)
    if order == 1:
        return np.sign(x)
    if np.isinf(order):
        tied = np.abs(x) == y
        return np.asarray(np.where(tied, np.sign(x), 0.0) / np.maximum(tied.sum(axis=axes, keepdims=True), 1))
    return np.where(y == 0, 0.0, np.sign(x) * (np.abs(x) / np.where(y == 0, 1.0, y)) ** (order - 1))


def _plain_norm(x: Array, order: Any, axis: Axis, keepdims: bool) -> Any:
    return np.linalg.norm(x, ord=order, axis=axis, keepdims=keepdims)


def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:
    """numpy.linalg.norm for vectors, and the Frobenius norm of matrices; derivative 0 at the origin."""
    if tracks(ord):
        raise TypeError("the tape does not differentiate numpy.linalg.norm by its order")
    value = _plain_norm(plain(x), plain(ord), axis, keepdims)
    if not tracks(x):
        return wrap(type(x), value)
    kept = Kept()
    data, y, shape = kept.value(x), kept.result(value), shape_of(x)

    def pull(g: Array) -> Array:
        direction = vector_direction(data, _spread(y, axis, shape), ord, _axes(axis, len(shape)))
        return np.asarray(_spread(g, axis, shape) * direction)

    return record("NormBackward0", value, [(x, pull)], kept)


def _class(*operands: Any) -> type[Traced]:
    return next(type(x) for x in operands if isinstance(x, Traced))
