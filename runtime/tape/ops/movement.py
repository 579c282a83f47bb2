"""Data movement: every result element is one operand element, or a constant.

One rule serves them all. The same NumPy function is run on the *positions* of the elements, counted from 1, and the
cotangent of each result element is added at the position found there; 0 marks an element that came from nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..crossing import plain, wrap
from ..graph import Contribution, Pull
from ..memory import Array, Shape
from ..traced import Kept, Traced, record, record_view, shape_of, tracks


def _gather_back(ids: Array, first: int, shape: Shape) -> Pull:
    """Pull to the operand whose elements have the positions from `first` on."""
    size = int(np.prod(shape, dtype=np.int64))

    def pull(g: Array) -> Contribution:
        total = np.bincount(ids.ravel(), weights=np.ravel(np.real(g)), minlength=first + size)
        if np.iscomplexobj(g):
            total = total + 1j * np.bincount(ids.ravel(), weights=np.ravel(np.imag(g)), minlength=first + size)
        return total[first : first + size].reshape(shape)

    return pull


def movement(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Make the rule of a function that moves the elements of its first argument.

    The rule raises TypeError if another argument (a fill value, say) carries a derivative.
    """

    def rule(a: Any, *args: Any, **kwargs: Any) -> Any:
        like = _class_of([a, *args, *kwargs.values()])
        if tracks(*args, *kwargs.values()):
            raise TypeError(f"the tape differentiates numpy.{function.__name__} by its first argument only")
        args, kwargs = plain(args), plain(kwargs)
        value = function(plain(a), *args, **kwargs)
        if not isinstance(a, Traced) or a._array.dtype.kind not in "fc":
            return wrap(like, value)
        kwargs.pop("constant_values", None)  # what numpy.pad fills in came from nowhere
        ids = function(np.arange(1, a._array.size + 1).reshape(a._array.shape), *args, **kwargs) if tracks(a) else None
        if isinstance(value, list | tuple):
            parts = [None] * len(value) if ids is None else ids
            return [_moved(name, a, one, part) for one, part in zip(value, parts, strict=True)]
        return _moved(name, a, value, ids)

    rule.__doc__ = f"numpy.{function.__name__}, by positions."
    return rule


def padding(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Make the rule of `numpy.pad`, which raises TypeError where what is filled in is computed from the elements."""
    moved = movement(function, name)

    def rule(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
        computed = mode not in ("constant", "edge", "wrap", "symmetric", "reflect")
        if tracks(array) and (computed or kwargs.get("reflect_type", "even") != "even"):
            raise TypeError(f"the tape does not differentiate numpy.pad with mode={mode!r}, which computes elements")
        return moved(array, pad_width, mode, **kwargs)

    rule.__doc__ = moved.__doc__
    return rule


def _moved(name: str, a: Traced, value: Any, ids: Any) -> Any:
    pull = _gather_back(np.asarray(ids if ids is not None else 0), 1, a._array.shape)
    return record_view(name, a, value, pull)


def joining(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Make the rule of a function that puts a sequence of arrays together."""

    def rule(arrays: Any, *args: Any, **kwargs: Any) -> Any:
        parts = list(arrays)
        value = function([plain(part) for part in parts], *args, **kwargs)
        if not tracks(*parts):
            return wrap(_class_of(parts), value)
        positions, firsts = _number(parts)
        kwargs = {key: option for key, option in kwargs.items() if key not in ("dtype", "casting")}
        ids = function(positions, *args, **kwargs)
        pulls = [(part, _gather_back(ids, first, shape_of(part))) for part, first in zip(parts, firsts, strict=True)]
        return record(name, value, pulls)

    rule.__doc__ = f"numpy.{function.__name__}, by positions."
    return rule


def _number(parts: Sequence[Any]) -> tuple[list[Array], list[int]]:
    """Number the elements of all operands in one run; plain operands get 0 throughout."""
    positions, firsts, count = [], [], 1
    for part in parts:
        firsts.append(count)
        shape = shape_of(part)
        size = int(np.prod(shape, dtype=np.int64))
        if isinstance(part, Traced):
            positions.append(np.arange(count, count + size).reshape(shape))
            count += size
        else:
            positions.append(np.zeros(shape, np.int64))
    return positions, firsts


def _class_of(parts: Sequence[Any]) -> type[Traced]:
    return next((type(part) for part in parts if isinstance(part, Traced)), Traced)


def pair(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Make the rule of `append` and `insert`-like functions: two operands, then plain arguments."""

    def rule(a: Any, b: Any, *args: Any, **kwargs: Any) -> Any:
        return joining(lambda both, *rest, **more: function(both[0], both[1], *rest, **more), name)(
            [a, b], *args, **kwargs
        )

    rule.__doc__ = f"numpy.{function.__name__}, by positions."
    return rule


def insert(a: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """numpy.insert: positions are plain, array and values may be active."""
    return pair(lambda x, v: np.insert(x, plain(obj), v, axis=axis), "InsertBackward0")(a, values)


def reshape(a: Any, /, shape: Any = None, order: str = "C", copy: bool | None = None) -> Any:
    """numpy.reshape: a view where NumPy gives one."""
    options: dict[str, Any] = {} if copy is None else {"copy": copy}
    value = np.reshape(plain(a), plain(shape), order=order, **options)  # type: ignore[call-overload]
    before = shape_of(a)
    return record_view("ViewBackward0", a, value, lambda g: np.reshape(g, before, order=order))  # type: ignore[call-overload]


def transpose(a: Any, axes: Any = None) -> Any:
    """numpy.transpose, a view."""
    value = np.transpose(plain(a), axes)
    back = None if axes is None else np.argsort([axis % len(axes) for axis in axes])
    name = "TBackward0" if axes is None and value.ndim <= 2 else "PermuteBackward0"
    return record_view(name, a, value, lambda g: np.transpose(g, back))


def where(condition: Any, x: Any, y: Any) -> Any:
    """numpy.where: each side takes the cotangent where it was chosen, and exactly zero elsewhere."""
    chosen = np.array(plain(condition), dtype=bool)
    value = np.where(chosen, plain(x), plain(y))
    if not tracks(x, y):
        return wrap(_class_of([condition, x, y]), value)
    return record(
        "WhereBackward0", value, [(x, lambda g: np.where(chosen, g, 0.0)), (y, lambda g: np.where(chosen, 0.0, g))]
    )


def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """numpy.clip: derivative 1 inside and at the bounds, 0 outside, where the bound takes it."""
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    value = np.clip(plain(a), plain(low), plain(high))
    if not tracks(a, low, high):
        return wrap(_class_of([a, low, high]), value)
    kept = Kept()
    x = kept.value(a)
    bottom = np.asarray(-np.inf) if low is None else kept.value(low)
    top = np.asarray(np.inf) if high is None else kept.value(high)
    over = (x > top) | ((x < bottom) & (bottom > top))
    under = (x < bottom) & ~over
    return record(
        "ClampBackward1",
        value,
        [
            (a, lambda g: np.where(under | over, 0.0, g)),
            (low, lambda g: np.where(under, g, 0.0)),
            (high, lambda g: np.where(over, g, 0.0)),
        ],
        kept,
    )


def sort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    """numpy.sort, as the gather by the stable sorting permutation."""
    ranks = np.argsort(plain(a), axis=axis, kind="stable")
    source = np.ravel(a) if axis is None else a
    return np.take_along_axis(source, ranks, -1 if axis is None else axis)


def partition(a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Any:
    """numpy.partition, as the gather by numpy.argpartition."""
    ranks = np.argpartition(plain(a), kth, axis=axis, kind="introselect")
    source = np.ravel(a) if axis is None else a
    return np.take_along_axis(source, ranks, -1 if axis is None else axis)


def broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    """numpy.broadcast_arrays."""
    shape = np.broadcast_shapes(*(shape_of(x) for x in args))
    return tuple(np.broadcast_to(x, shape) for x in args)


def meshgrid(*xi: Any, indexing: str = "xy", copy: bool = True, sparse: bool = False) -> Any:
    """numpy.meshgrid, each grid by positions."""
    grids = []
    for k in range(len(xi)):

        def nth(x: Any, k: int = k) -> Any:
            others = [np.zeros(np.size(plain(other))) for other in xi]
            return np.meshgrid(*others[:k], x, *others[k + 1 :], indexing=indexing, sparse=sparse)[k].copy()  # type: ignore[call-overload]

        grids.append(movement(nth, "MeshgridBackward0")(xi[k]) if isinstance(xi[k], Traced) else nth(xi[k]))
    return tuple(grids)


def astype(x: Traced, dtype: Any, order: str = "K", copy: bool = True) -> Any:
    """ndarray.astype: the cotangent is cast back; integers and booleans carry no derivative."""
    value = x._array.astype(dtype, order=order, copy=True)  # type: ignore[call-overload]
    if value.dtype.kind not in "fc":
        return wrap(type(x), value)
    return record("ToCopyBackward0", value if x._array.ndim else _like_kind(x, value), [(x, lambda g: g)])


def clone(x: Traced, order: Any = "C") -> Any:
    """ndarray.copy, torch's clone."""
    value = x._array.copy(order=order)
    if value.dtype.kind not in "fc":
        return wrap(type(x), value)
    return record("CloneBackward0", value, [(x, lambda g: g)], kind=x._kind)


def _like_kind(x: Traced, value: Array) -> Any:
    return value if x._kind is not x._kind.SCALAR else value[()]
