"""What generated adjoints call besides NumPy: a few small functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def masked(y_bar: Any, value: Any) -> Any:
    """`value` where the adjoint `y_bar` is not zero, and 0 where it is.

    An adjoint is zero where a result was not used, and there the partial derivative may be infinite or NaN.
    Shapes: `y_bar` and `value` broadcast against each other; the result has their common shape.
    """
    return np.where(np.equal(y_bar, 0.0), 0.0, value)[()]


def raised(operation: Callable[[], Any], numbers: dict[str, int]) -> int:
    """The number of the exception that `operation()` raises, by the name of its class; 0 when it raises none.

    What has no number is raised.
    """
    try:
        operation()
    except Exception as error:
        number = numbers.get(type(error).__name__)
        if number is None:
            raise
        return number
    return 0


def placed(index: int, count: int, message: str = "list index out of range") -> int:
    """The position in a list of `count` items that `index` stands for; a negative one is counted from the end.

    Raises IndexError when there is none.
    """
    at = index + count if index < 0 else index
    if not 0 <= at < count:
        raise IndexError(message)
    return at


def sum_to(value: Any, shape: tuple[int, ...]) -> Any:
    """Sum a broadcast array down to `shape`: the adjoint of broadcasting.

    `value` has a shape that `shape` broadcasts to, or one that broadcasts to `shape` (then it is returned as it is).
    """
    extra = np.ndim(value) - len(shape)
    if extra > 0:
        value = np.sum(value, axis=tuple(range(extra)))
    shrunk = tuple(k for k, extent in enumerate(np.shape(value)) if extent != 1 == shape[k - len(np.shape(value))])
    return np.sum(value, axis=shrunk, keepdims=True) if shrunk else value


def prod_of_others(x: np.ndarray[Any, Any], axis: int | tuple[int, ...] | None = None) -> np.ndarray[Any, Any]:
    """For each entry of `x` the product of all others, without dividing (so zeros are no exception).

    `x` has any shape; the result has the same shape and dtype. With `axis`, of all others along these axes.
    """
    if axis is not None:
        axes = (axis,) if isinstance(axis, int) else axis
        ends = tuple(range(-len(axes), 0))
        moved = np.moveaxis(x, axes, ends)
        result = np.empty(moved.shape, x.dtype)
        for place in np.ndindex(moved.shape[: moved.ndim - len(axes)]):
            result[place] = prod_of_others(moved[place])
        return np.moveaxis(result, ends, axes)
    flat = x.ravel()
    before = np.concatenate([np.ones(1, x.dtype), np.cumprod(flat[:-1], dtype=x.dtype)]) if flat.size else flat
    after = np.concatenate([np.cumprod(flat[:0:-1], dtype=x.dtype)[::-1], np.ones(1, x.dtype)]) if flat.size else flat
    product: np.ndarray[Any, Any] = (before * after).reshape(x.shape)
    return product


def last_written(x: np.ndarray[Any, Any], index: Any) -> np.ndarray[Any, Any]:
    """`x[index]`, but zero wherever a later entry of the index names the same element of `x`.

    The adjoint of `a[index] = v`: only what was written last is still there. `index` is an array of integers or a tuple
    of them and of full slices; the result has the shape and dtype of `x[index]`.
    """
    taken = x[index]
    order = np.arange(taken.size).reshape(taken.shape)
    last = np.full(x.shape, -1)
    np.maximum.at(last, index, order)
    kept: np.ndarray[Any, Any] = np.where(last[index] == order, taken, np.zeros((), x.dtype))
    return kept


def cofactors(a: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The derivative of the determinant of square matrices, shape and dtype of `a`; for singular matrices as well.

    With `a = u @ diag(s) @ v` it is `det(u) * det(v) * u @ diag(products of the other s) @ v`, u and v conjugated.
    """
    u, s, v = np.linalg.svd(a)
    sign = np.linalg.slogdet(u)[0] * np.linalg.slogdet(v)[0]
    others = prod_of_others(s, -1) if a.ndim > 2 else prod_of_others(s)
    found: np.ndarray[Any, Any] = (np.conj(u) * (np.asarray(sign)[..., None] * others)[..., None, :]) @ np.conj(v)
    return found


def cholesky_adjoint(y: np.ndarray[Any, Any], y_bar: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The adjoint of `a` in `y = np.linalg.cholesky(a)`, which reads only the lower triangle: zero above the diagonal.

    Shapes (..., n, n). Murray, "Differentiation of the Cholesky decomposition" (2016), equation 10.
    """
    turned = np.conj(np.swapaxes(y, -1, -2))
    inner = np.tril(turned @ np.tril(y_bar))
    inner -= 0.5 * np.triu(inner)
    right = np.linalg.solve(np.swapaxes(y, -1, -2), np.swapaxes(inner, -1, -2))  # inner @ inv(y), turned
    s = np.linalg.solve(turned, np.swapaxes(right, -1, -2))
    found: np.ndarray[Any, Any] = np.tril(s) + np.tril(np.conj(np.swapaxes(s, -1, -2)), -1)
    place = np.arange(y.shape[-1])
    found[..., place, place] = np.real(found[..., place, place])
    return found


def cumprod_back(x: np.ndarray[Any, Any], y_bar: np.ndarray[Any, Any], axis: int) -> np.ndarray[Any, Any]:
    """The adjoint of `np.cumprod(x, axis)`, without dividing; `y_bar`, `x` and the result have one shape."""
    x, y_bar = np.moveaxis(x, axis, 0), np.moveaxis(y_bar, axis, 0)
    x_bar = np.ones(x.shape, x.dtype)
    np.cumprod(x[:-1], axis=0, dtype=x.dtype, out=x_bar[1:])
    back = np.zeros(x.shape[1:], x.dtype)
    for k in reversed(range(len(x))):
        here = y_bar[k] + back
        x_bar[k] *= here
        back = here * x[k]
    return np.moveaxis(x_bar, 0, axis)


def diagonal(x: np.ndarray[Any, Any], offset: int = 0) -> np.ndarray[Any, Any]:
    """The diagonal of the last two axes of `x`, as the last axis: a view that can be written to if `x` can."""
    view = np.diagonal(x, offset, -2, -1)
    view.flags.writeable = x.flags.writeable
    return view


def digamma(x: Any) -> Any:
    """The logarithmic derivative of the gamma function, for numbers and arrays of any shape.

    Recurrence up to where the asymptotic series is exact to rounding, reflection for negative arguments: Abramowitz and
    Stegun, "Handbook of Mathematical Functions", 6.3.5, 6.3.7 and 6.3.18.
    """
    x = np.asarray(x, dtype=float)
    y = np.where(x > 0.0, x, 1.0 - x)
    shifted = sum(1.0 / (y + k) for k in range(10))
    w = y + 10.0
    z = 1.0 / (w * w)
    series = 0.0
    for coefficient in (691 / 32760, 1 / 132, 1 / 240, 1 / 252, 1 / 120, 1 / 12):
        series = z * (coefficient - series)
    value = np.log(w) - 0.5 / w - series - shifted
    return np.where(x > 0.0, value, value - np.pi / np.tan(np.pi * (x - np.rint(x))))[()]


def trigamma(x: Any) -> Any:
    """The derivative of the digamma function, for numbers and arrays of any shape.

    Recurrence, asymptotic series and reflection: Abramowitz and Stegun, 6.4.6, 6.4.7 and 6.4.12.
    """
    x = np.asarray(x, dtype=float)
    y = np.where(x > 0.0, x, 1.0 - x)
    w = 1.0 / (y + 12.0)
    series = 0.0
    for coefficient in (7 / 6, 691 / 2730, 5 / 66, 1 / 30, 1 / 42, 1 / 30, 1 / 6):
        series = w * w * (coefficient - series)
    value = w + 0.5 * w * w + w * series + sum(1.0 / (y + k) ** 2 for k in range(12))
    turn = np.pi * (x - np.rint(x))
    return np.where(x > 0.0, value, (np.pi / np.sin(turn)) ** 2 - value)[()]


def tetragamma(x: Any) -> Any:
    """The second derivative of the digamma function, for numbers and arrays of any shape, by the same steps."""
    x = np.asarray(x, dtype=float)
    y = np.where(x > 0.0, x, 1.0 - x)
    w = 1.0 / (y + 14.0)
    series = 0.0
    for coefficient in (35 / 2, 691 / 210, 5 / 6, 3 / 10, 1 / 6, 1 / 6, 1 / 2):
        series = w * w * (coefficient - series)
    value = -(w * w + w**3 + w * w * series + 2.0 * sum(1.0 / (y + k) ** 3 for k in range(14)))
    turn = np.pi * (x - np.rint(x))
    return np.where(x > 0.0, value, value - 2.0 * np.pi * (np.pi / np.sin(turn)) ** 2 / np.tan(turn))[()]


def erfcx_slope(z: Any) -> Any:
    """`2 x erfcx(x) - 2 / sqrt(pi)` for large x, by its asymptotic series in `z = 1 / (2 x^2)` (DLMF 7.12.1)."""
    total = 1.0
    for factor in range(19, 1, -2):
        total = 1.0 - factor * z * total
    return -2.0 / np.sqrt(np.pi) * z * total


def log_ratio(a: Any, b: Any) -> Any:
    """`log(a / b)` of positive numbers, exact where they are nearly equal and where the quotient would overflow."""
    near = (a < 2.0 * b) & (b < 2.0 * a)
    return np.where(near, np.log1p((a - b) / b), np.log(a) - np.log(b))[()]


def sinc_slope(t: Any, z: Any) -> Any:
    """The derivative of `np.sinc` near zero: the series of `pi (cos(t) - sin(t) / t) / t`, with `z = t^2`."""
    total = 0.0
    for k in range(7, 0, -1):
        total = 2 * k / math.factorial(2 * k + 1) - z * total
    return -np.pi * t * total


def held(x: Any) -> Any:
    """The value itself: it stands for a value whose contributions to the derivative cancel."""
    return x
