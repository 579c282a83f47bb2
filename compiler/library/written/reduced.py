"""The methods of NumPy's functions of each element: `np.add.reduce` and its like."""

from __future__ import annotations

from typing import Any

import numpy as np


def add_reduce(array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    return np.sum(array, axis=axis, keepdims=keepdims)


def multiply_reduce(array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    return np.prod(array, axis=axis, keepdims=keepdims)


def maximum_reduce(array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    return np.max(array, axis=axis, keepdims=keepdims)


def minimum_reduce(array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    return np.min(array, axis=axis, keepdims=keepdims)


def logical_and_reduce(array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    return np.all(array, axis=axis, keepdims=keepdims)


def logical_or_reduce(array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    return np.any(array, axis=axis, keepdims=keepdims)


def logaddexp_reduce(array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    """Of what is left of the largest, whose sum neither overflows nor vanishes."""
    largest = np.max(array, axis=axis, keepdims=True, initial=-np.inf)
    finite = np.where(np.isfinite(largest), largest, 0.0)
    total = np.log(np.sum(np.exp(array - finite), axis=axis, keepdims=True)) + finite
    if keepdims:
        return total
    return np.sum(total) if axis is None else np.squeeze(total, axis=axis)[()]


def add_accumulate(array: Any, axis: Any = 0) -> Any:
    return np.cumsum(array, axis=axis)


def multiply_accumulate(array: Any, axis: Any = 0) -> Any:
    return np.cumprod(array, axis=axis)


def maximum_accumulate(array: Any, axis: Any = 0) -> Any:
    """Along the first axis, slice by slice."""
    result = array.copy()
    moved = np.moveaxis(result, axis, 0)
    for k in range(1, len(moved)):
        moved[k] = np.maximum(moved[k - 1], moved[k])
    return result


def minimum_accumulate(array: Any, axis: Any = 0) -> Any:
    result = array.copy()
    moved = np.moveaxis(result, axis, 0)
    for k in range(1, len(moved)):
        moved[k] = np.minimum(moved[k - 1], moved[k])
    return result


def add_reduceat(array: Any, indices: Any, axis: Any = 0) -> Any:
    """The sums of stretches; one that does not go forward is its first element."""
    assert np.ndim(array) == 1, "`reduceat` of a vector"
    if isinstance(indices, (tuple, list)):
        indices = np.array(indices)
    for k in indices:
        if k < 0 or k >= len(array):
            raise IndexError("an index is out of bounds")
    result = array[indices]
    for k in range(len(indices)):
        stop = indices[k + 1] if k + 1 < len(indices) else len(array)
        for i in range(indices[k] + 1, stop):
            result[k] += array[i]
    return result


# ---------------------------------------------------------------------------------------------------- every pair


def _before(a: Any, b: Any) -> Any:
    """The first array with an axis of one element for each axis of the second."""
    return np.reshape(a, a.shape + (1,) * np.ndim(b)) if np.ndim(a) > 0 and np.ndim(b) > 0 else a


def add_outer(a: Any, b: Any) -> Any:
    return _before(a, b) + b


def subtract_outer(a: Any, b: Any) -> Any:
    return _before(a, b) - b


def multiply_outer(a: Any, b: Any) -> Any:
    return _before(a, b) * b


def divide_outer(a: Any, b: Any) -> Any:
    return np.divide(_before(a, b), b)


def power_outer(a: Any, b: Any) -> Any:
    return np.power(_before(a, b), b)


def maximum_outer(a: Any, b: Any) -> Any:
    return np.maximum(_before(a, b), b)


def minimum_outer(a: Any, b: Any) -> Any:
    return np.minimum(_before(a, b), b)


def hypot_outer(a: Any, b: Any) -> Any:
    return np.hypot(_before(a, b), b)


def arctan2_outer(a: Any, b: Any) -> Any:
    return np.arctan2(_before(a, b), b)


def equal_outer(a: Any, b: Any) -> Any:
    return np.equal(_before(a, b), b)


def less_outer(a: Any, b: Any) -> Any:
    return np.less(_before(a, b), b)


def less_equal_outer(a: Any, b: Any) -> Any:
    return np.less_equal(_before(a, b), b)


def greater_outer(a: Any, b: Any) -> Any:
    return np.greater(_before(a, b), b)


def greater_equal_outer(a: Any, b: Any) -> Any:
    return np.greater_equal(_before(a, b), b)


WRITTEN = {
    f"numpy.{name.removesuffix(f'_{method}')}.{method}": function
    for method in ("reduce", "accumulate", "reduceat", "outer")
    for name, function in list(globals().items()) if name.endswith(f"_{method}")
}
