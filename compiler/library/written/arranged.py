"""Arrays put together, taken apart and filled by position, in ways that NumPy's other functions spell out."""

from __future__ import annotations

from typing import Any

import numpy as np


def block(arrays: Any) -> Any:
    """Of a list of arrays, or a list of lists of them."""
    if isinstance(arrays[0], list):
        return np.concatenate([np.concatenate([np.atleast_2d(a) for a in row], axis=-1) for row in arrays], axis=-2)
    return np.concatenate([np.atleast_1d(a) for a in arrays], axis=-1)


def resize(a: Any, new_shape: Any) -> Any:
    """The elements in order, from the first again behind the last."""
    flat = np.ravel(a)
    if len(flat) == 0:
        return np.zeros(new_shape, dtype=flat.dtype)
    places = np.arange(_count(new_shape))
    return np.reshape(flat[places % max(1, len(flat))], new_shape)


def _count(shape: Any) -> Any:
    count = 1
    if isinstance(shape, (tuple, list)):
        for n in shape:
            count = count * n
        return count
    return shape


def trim_zeros(filt: Any, trim: Any = "fb", axis: Any = None) -> Any:
    assert np.ndim(filt) == 1, "`trim_zeros` of a vector"
    first, last = 0, len(filt)
    if "f" in trim or "F" in trim:
        while first < last and filt[first] == 0:
            first += 1
    if "b" in trim or "B" in trim:
        while last > first and filt[last - 1] == 0:
            last -= 1
    return filt[first:last]


def unravel_index(indices: Any, shape: Any) -> Any:
    if isinstance(shape, (tuple, list)):
        if np.any(indices < 0) or np.any(indices >= _count(shape)):
            raise ValueError("an index is out of bounds for the array")
        if len(shape) == 1:
            return (indices,)
        if len(shape) == 2:
            return indices // shape[1], indices % shape[1]
        assert len(shape) == 3, "`unravel_index` of up to three axes"
        return indices // (shape[1] * shape[2]), indices // shape[2] % shape[1], indices % shape[2]
    return (indices,)


def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: Any = "C") -> Any:
    assert mode == "raise", "`mode` is 'raise'"
    assert order == "C", "`order` is 'C'"
    flat = multi_index[0]
    for k, n in zip(multi_index, dims):  # noqa: B905
        if np.any(k < 0) or np.any(k >= n):
            raise ValueError("invalid entry in coordinates array")
    for k, n in zip(multi_index[1:], dims[1:]):  # noqa: B905
        flat = flat * n + k
    return flat


def tril_indices_from(arr: Any, k: Any = 0) -> Any:
    return np.tril_indices(arr.shape[0], k=k, m=arr.shape[1])


def triu_indices_from(arr: Any, k: Any = 0) -> Any:
    return np.triu_indices(arr.shape[0], k=k, m=arr.shape[1])


def diag_indices_from(arr: Any) -> Any:
    if arr.shape[0] != arr.shape[1]:
        raise ValueError("All dimensions of input must be of equal length")
    return np.diag_indices(arr.shape[0])


def putmask(a: Any, mask: Any, values: Any) -> Any:
    if np.ndim(values) == 0:
        a[mask] = values
    else:
        places = np.flatnonzero(mask)
        given = np.ravel(values)
        a[mask] = given[places % len(given)]


def place(arr: Any, mask: Any, vals: Any) -> Any:
    if np.ndim(vals) == 0:
        arr[mask] = vals
    else:
        count = np.count_nonzero(mask)
        given = np.ravel(vals)
        if count > 0 and len(given) == 0:
            raise ValueError("Cannot insert from an empty array!")
        arr[mask] = given[np.arange(count) % max(1, len(given))]


def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    if isinstance(axis, (tuple, list)):
        if isinstance(shift, (tuple, list)):
            for s, k in zip(shift, axis):  # noqa: B905
                a = np.roll(a, s, axis=k)
        else:
            for k in axis:
                a = np.roll(a, shift, axis=k)
        return a
    return np.roll(a, shift, axis=axis)


def cumulative_sum(x: Any, axis: Any = None, dtype: Any = None, out: Any = None, include_initial: Any = False) -> Any:
    assert out is None, "`out` is not supported"
    assert dtype is None, "`dtype` is not supported"
    if axis is None:
        if np.ndim(x) > 1:
            raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
        return np.insert(np.cumsum(x), 0, 0) if include_initial else np.cumsum(x)
    return np.insert(np.cumsum(x, axis=axis), 0, 0, axis=axis) if include_initial else np.cumsum(x, axis=axis)


def cumulative_prod(x: Any, axis: Any = None, dtype: Any = None, out: Any = None, include_initial: Any = False) -> Any:
    assert out is None, "`out` is not supported"
    assert dtype is None, "`dtype` is not supported"
    if axis is None:
        if np.ndim(x) > 1:
            raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
        return np.insert(np.cumprod(x), 0, 1) if include_initial else np.cumprod(x)
    return np.insert(np.cumprod(x, axis=axis), 0, 1, axis=axis) if include_initial else np.cumprod(x, axis=axis)


def ldexp(x1: Any, x2: Any) -> Any:
    """In two steps, of which none overflows unless the result does."""
    half = x2 // 2
    result = x1 * np.exp2(half * 1.0) * np.exp2((x2 - half) * 1.0)
    return result.astype(np.float32) if isinstance(np.sum(x1), np.float32) else result


WRITTEN = {
    "numpy.block": block,
    "numpy.resize": resize,
    "numpy.trim_zeros": trim_zeros,
    "numpy.unravel_index": unravel_index,
    "numpy.ravel_multi_index": ravel_multi_index,
    "numpy.tril_indices_from": tril_indices_from,
    "numpy.triu_indices_from": triu_indices_from,
    "numpy.diag_indices_from": diag_indices_from,
    "numpy.putmask": putmask,
    "numpy.place": place,
    "numpy.roll": roll,
    "numpy.cumulative_sum": cumulative_sum,
    "numpy.cumulative_prod": cumulative_prod,
    "numpy.ldexp": ldexp,
}
