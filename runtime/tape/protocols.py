"""How NumPy hands its calls over: NEP 13 for ufuncs, NEP 18 for the other functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .crossing import plain, wrap
from .gathering import gathered
from .graph import Contribution
from .memory import Array
from .ops import elementwise
from .ops.tables import ACCUMULATE, CONSTANT, FUNCTIONS, MATRIX_UFUNCS, REDUCE, ROWS
from .traced import Traced, record, tracks


def array_ufunc(cls: type[Traced], ufunc: np.ufunc, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
    """Answer a ufunc call or one of a ufunc's methods. Raises TypeError if it has no derivative rule."""
    out = options.pop("out", None)
    inputs = [gathered(cls, x) if isinstance(x, list | tuple) and method == "__call__" else x for x in inputs]
    if isinstance(out, tuple):
        out = out[0] if len(out) == 1 else out
    if method == "at":
        return _at(ufunc, *inputs)
    mask = options.pop("where", True) if method == "__call__" else True
    if mask is True:
        result = _evaluate(cls, ufunc, method, inputs, options)
    else:
        with np.errstate(all="ignore"):  # elements that are masked out must not warn
            result = _evaluate(cls, ufunc, method, inputs, options)
        result = np.where(mask, result, _blank(result) if out is None else out)
    return result if out is None else _fill(out, result)


def _evaluate(cls: type[Traced], ufunc: np.ufunc, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
    name = ufunc.__name__
    if method == "__call__" and not options:
        if name in MATRIX_UFUNCS:
            return MATRIX_UFUNCS[name](*inputs)
        if name in ROWS:
            return elementwise.apply(ROWS[name], ufunc, inputs)
        if name in ("modf", "divmod"):
            return _two_results(name, *inputs)
    elif method == "reduce" and name in REDUCE:
        return REDUCE[name](inputs[0], **{"axis": 0, **options})
    elif method == "accumulate" and name in ACCUMULATE:
        return ACCUMULATE[name](inputs[0], **{"axis": 0, **options})
    elif method == "outer":
        left, right = inputs
        return ufunc(np.reshape(left, np.shape(plain(left)) + (1,) * np.ndim(plain(right))), right)
    elif method == "__call__" and set(options) <= {"dtype"}:
        result = _evaluate(cls, ufunc, method, inputs, {})
        return result.astype(options["dtype"])
    result = getattr(ufunc, method)(*(plain(x) for x in inputs), **{k: plain(v) for k, v in options.items()})
    if tracks(*inputs) and _is_float(result):
        raise TypeError(f"the tape has no derivative for numpy.{name}" + ("" if method == "__call__" else f".{method}"))
    return wrap(cls, result)


def _is_float(result: Any) -> bool:
    if isinstance(result, tuple):
        return any(_is_float(part) for part in result)
    return bool(np.asarray(result).dtype.kind in "fc")


def _two_results(name: str, *inputs: Any) -> Any:
    if name == "modf":
        whole = np.trunc(inputs[0])
        return inputs[0] - whole, whole
    return np.floor_divide(*inputs), np.remainder(*inputs)


def _blank(result: Any) -> Any:
    return np.zeros(np.shape(plain(result)))


def _fill(out: Any, result: Any) -> Any:
    """Write a result where `out=` asks for it."""
    if isinstance(out, tuple):
        return tuple(part if o is None else _fill(o, part) for o, part in zip(out, result, strict=True))
    if isinstance(out, Traced):
        return out._become(result)
    if tracks(result):
        raise TypeError("out= is a plain array, which cannot record a derivative; make it a tensor")
    out[...] = plain(result)
    return out


def _at(ufunc: np.ufunc, target: Any, index: Any, value: Any = None) -> None:
    """Do `ufunc.at`: unbuffered, so repeated indices act once each."""
    if ufunc not in (np.add, np.subtract):
        raise TypeError(f"the tape has no derivative for numpy.{ufunc.__name__}.at")
    amount = value if ufunc is np.add else np.negative(value)
    index = index._array if isinstance(index, Traced) else index
    if not isinstance(target, Traced):
        if tracks(value):
            raise TypeError("numpy.add.at into a plain array cannot record a derivative; make the array a tensor")
        ufunc.at(target, index, plain(value))
        return
    added = _scattered(target, index, amount)
    target._become(elementwise.apply(ROWS["add"], np.add, [target, added]))


def _scattered(target: Traced, index: Any, amount: Any) -> Any:
    """Spread an amount over zeros shaped like the target."""
    shape = target._array.shape
    total = np.zeros(shape, target._array.dtype)
    selected = np.shape(total[index])
    np.add.at(total, index, plain(amount))
    if not tracks(amount):
        return total
    pull: Callable[[Array], Contribution] = lambda g: np.broadcast_to(g[index], selected)  # noqa: E731
    return record("IndexPutBackward0", total, [(amount, pull)])


def array_function(cls: type[Traced], function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Answer a NumPy function. Raises TypeError if a derivative is needed and there is no rule for it."""
    out = kwargs.pop("out", None) if function not in (np.copyto,) else None
    if function in IN_PLACE:
        return IN_PLACE[function](*args, **kwargs)
    rule = FUNCTIONS.get(function)
    if rule is not None:
        result = rule(*with_arrays(cls, function, args), **kwargs)
    elif function is np.full_like:
        result = np.empty_like(*args[:1], **kwargs)
        result[...] = args[1]
    else:
        if function not in CONSTANT and tracks(*_leaves((args, kwargs))):
            raise TypeError(f"the tape has no derivative for numpy.{function.__name__}")
        result = wrap(cls, function(*plain(tuple(args)), **plain(kwargs)))
    return result if out is None else _fill(out, result)


def with_arrays(cls: type[Traced], function: Callable[..., Any], args: Sequence[Any]) -> Sequence[Any]:
    """The arguments with arrays in place of lists that NumPy would make arrays of."""
    if function in SEVERAL and args and isinstance(args[0], list | tuple):
        return [[gathered(cls, part) if isinstance(part, list | tuple) else part for part in args[0]], *args[1:]]
    if function in SEVERAL:
        return args
    operands = PAIRS.get(function, 0)
    return [gathered(cls, a) if isinstance(a, list | tuple) and (k < operands or tracks(*_leaves(a))) else a
            for k, a in enumerate(args)]


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return _leaves(list(value.values()))
    if isinstance(value, list | tuple):
        return [leaf for part in value for leaf in _leaves(part)]
    return [value]


def _target(a: Any, *values: Any) -> Traced:
    if isinstance(a, Traced):
        return a
    raise TypeError(
        "a tensor cannot be stored into a plain array, which records no derivative; make the array a tensor"
    )


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    value = src if where is True else np.where(where, src, dst)
    _target(dst)._store(..., np.broadcast_to(value, np.shape(plain(dst))))


def _putmask(a: Any, mask: Any, values: Any) -> None:
    if np.ndim(plain(values)):
        raise TypeError("the tape takes numpy.putmask with a scalar value only; use a[mask] = values")
    _target(a)._store(np.asarray(plain(mask)), values)


def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    if wrap:
        raise TypeError("the tape takes numpy.fill_diagonal without wrap=True")
    indices = np.arange(min(np.shape(plain(a))))
    _target(a)._store((indices,) * np.ndim(plain(a)), val)


def _put_along_axis(arr: Any, indices: Any, values: Any, axis: int) -> None:
    where = list(np.indices(np.shape(plain(indices)), sparse=True))
    where[axis] = np.asarray(plain(indices))
    _target(arr)._store(tuple(where), values)


IN_PLACE: dict[Callable[..., Any], Callable[..., None]] = {
    np.copyto: _copyto,
    np.putmask: _putmask,
    np.fill_diagonal: _fill_diagonal,
    np.put_along_axis: _put_along_axis,
}

# Functions of several arrays in a list, and how many operands of the others are arrays even if they hold no tensor.
SEVERAL = (np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack, np.block, np.select, np.choose,
           np.broadcast_arrays, np.einsum, np.meshgrid, np.linalg.multi_dot)
PAIRS: dict[Callable[..., Any], int] = {
    np.where: 3, np.cross: 2, np.dot: 2, np.inner: 2, np.kron: 2, np.outer: 2, np.vdot: 2, np.linalg.solve: 2,
}
