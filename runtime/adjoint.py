"""What generated adjoints call besides NumPy: three small functions."""

from __future__ import annotations

from typing import Any

import numpy as np


def masked(y_bar: Any, value: Any) -> Any:
    """`value` where the adjoint `y_bar` is not zero, and 0 where it is.

    An adjoint is zero where a result was not used, and there the partial derivative may be infinite or NaN.
    Shapes: `y_bar` and `value` broadcast against each other; the result has their common shape.
    """
    return np.where(np.equal(y_bar, 0.0), 0.0, value)[()]


def sum_to(value: Any, shape: tuple[int, ...]) -> Any:
    """Sum a broadcast array down to `shape`: the adjoint of broadcasting.

    `value` has a shape that `shape` broadcasts to, or one that broadcasts to `shape` (then it is returned as it is).
    """
    extra = np.ndim(value) - len(shape)
    if extra > 0:
        value = np.sum(value, axis=tuple(range(extra)))
    shrunk = tuple(k for k, extent in enumerate(np.shape(value)) if extent != 1 == shape[k - len(np.shape(value))])
    return np.sum(value, axis=shrunk, keepdims=True) if shrunk else value


def prod_of_others(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """For each entry of `x` the product of all others, without dividing (so zeros are no exception).

    `x` has any shape; the result has the same shape and dtype.
    """
    flat = x.ravel()
    before = np.concatenate([np.ones(1, x.dtype), np.cumprod(flat[:-1], dtype=x.dtype)]) if flat.size else flat
    after = np.concatenate([np.cumprod(flat[:0:-1], dtype=x.dtype)[::-1], np.ones(1, x.dtype)]) if flat.size else flat
    return (before * after).reshape(x.shape)
