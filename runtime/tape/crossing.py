"""On and off the tape: plain values out of tensors, and computed values onto the tape as constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from .memory import Array, dense
from .modes import has_numpy_semantics
from .traced import Traced


def plain(x: Any) -> Any:
    """Take the tape off a value: arrays and scalars as NumPy or Python hold them; containers are gone through."""
    if isinstance(x, Traced):
        return x._plain()
    if isinstance(x, PlainArray):
        return x.view(np.ndarray)
    if type(x) in (list, tuple):
        return type(x)(plain(part) for part in x)
    if type(x) is dict:
        return {key: plain(part) for key, part in x.items()}
    return x


def wrap(like: type[Traced], value: Any) -> Any:
    """Put a computed value on the tape as a constant.

    Under NumPy semantics integers and booleans stay plain, so that they serve as indices, bounds and masks.
    """
    if isinstance(value, tuple):
        parts = [wrap(like, part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, list):
        return [wrap(like, part) for part in value]
    if not isinstance(value, np.ndarray | np.generic):
        return value
    if value.dtype.kind not in "fc" and has_numpy_semantics():
        return _marked(like, value) if isinstance(value, np.ndarray) and value.dtype.kind in "biu" else value
    if value.dtype.kind not in "fcbiu":
        return value
    return like._wrap(dense(value))


def _marked(like: type[Traced], value: Array) -> Array:
    made = value.view(PlainArray)
    made.like = like
    return made


class PlainArray(np.ndarray):
    """An integer or boolean array under NumPy semantics: an ordinary array whose floating-point results are tensors.

    Without it, `np.arange(n) * 0.5` would be an array into which no tensor can be stored.
    """

    like: type[Traced]

    def __array_finalize__(self, source: Any) -> None:
        self.like = getattr(source, "like", Traced)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.get("out")
        if any(isinstance(x, Traced) for x in (*inputs, *(out or ()))):
            return NotImplemented
        result = getattr(ufunc, method)(*plain(inputs), **plain(options))
        return (out[0] if len(out) == 1 else out) if out is not None else wrap(self.like, result)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if any(issubclass(kind, Traced) for kind in types):
            return NotImplemented
        return wrap(self.like, function(*plain(tuple(args)), **plain(dict(kwargs))))

    def __setitem__(self, index: Any, value: Any) -> None:
        super().__setitem__(plain(index), plain(value))  # rounding to an integer has derivative zero

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """ndarray.astype, giving a tensor for a floating-point dtype."""
        return wrap(self.like, self.view(np.ndarray).astype(dtype, *args, **kwargs))

    def mean(self, *args: Any, **kwargs: Any) -> Any:
        """ndarray.mean, giving a tensor."""
        return wrap(self.like, self.view(np.ndarray).mean(*args, **kwargs))
