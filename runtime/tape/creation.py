"""Tensors from data. Python floats give float64 (torch would give float32); `dtype=` takes any NumPy dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .crossing import plain
from .memory import Shape
from .tensor import Tensor

float32 = np.dtype(np.float32)
float64 = np.dtype(np.float64)
int32 = np.dtype(np.int32)
int64 = np.dtype(np.int64)
double = float64

_generator = np.random.default_rng(0)


def _leaf(array: Any, requires_grad: bool) -> Tensor:
    made = Tensor._wrap(np.asarray(array))
    if requires_grad:
        made.requires_grad = True
    return made


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Copy numbers, nested lists, an array or a tensor into a new leaf.

    Raises RuntimeError if `requires_grad` is asked of an integer or boolean tensor.
    """
    return _leaf(np.array(plain(data), dtype=dtype, order="K"), requires_grad)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """Give a tensor as it is, and wrap anything else, sharing an array's memory where possible."""
    if isinstance(data, Tensor) and (dtype is None or data.dtype == dtype):
        return data
    return Tensor._wrap(np.asarray(plain(data), dtype=dtype))


def from_numpy(array: Any) -> Tensor:
    """Wrap an array, sharing its memory."""
    return Tensor._wrap(np.asarray(array))


def _shape(size: tuple[Any, ...], keyword: Any) -> Shape:
    given = size if keyword is None else (keyword,)
    if len(given) == 1 and isinstance(given[0], tuple | list):
        given = tuple(given[0])
    return tuple(int(extent) for extent in given)


def ones(*shape: Any, size: Any = None, dtype: Any = float64, requires_grad: bool = False) -> Tensor:
    """Ones: `ones(2, 3)` or `ones((2, 3))`."""
    return _leaf(np.ones(_shape(shape, size), dtype), requires_grad)


def zeros(*shape: Any, size: Any = None, dtype: Any = float64, requires_grad: bool = False) -> Tensor:
    """Zeros: `zeros(2, 3)` or `zeros((2, 3))`."""
    return _leaf(np.zeros(_shape(shape, size), dtype), requires_grad)


def full(size: Any, fill_value: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Array of one value."""
    return _leaf(np.full(size, fill_value, dtype), requires_grad)


def ones_like(x: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones shaped like `x`."""
    return _leaf(np.ones_like(as_tensor(x)._array, dtype), requires_grad)


def zeros_like(x: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros shaped like `x`."""
    return _leaf(np.zeros_like(as_tensor(x)._array, dtype), requires_grad)


def eye(n: int, m: int | None = None, dtype: Any = float64, requires_grad: bool = False) -> Tensor:
    """Ones on the diagonal of an (n, m) matrix."""
    return _leaf(np.eye(n, m, dtype=dtype), requires_grad)


def arange(*bounds: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """`arange(stop)`, `arange(start, stop)` or `arange(start, stop, step)`; integers unless a bound is a float."""
    return _leaf(np.arange(*bounds, dtype=dtype), requires_grad)


def linspace(start: float, end: float, steps: int, dtype: Any = float64, requires_grad: bool = False) -> Tensor:
    """Evenly spaced values, both ends included."""
    return _leaf(np.linspace(start, end, steps, dtype=dtype), requires_grad)


def manual_seed(seed: int) -> None:
    """Restart the generator behind `randn` and `rand`."""
    global _generator
    _generator = np.random.default_rng(seed)


def randn(*shape: Any, size: Any = None, dtype: Any = float64, requires_grad: bool = False) -> Tensor:
    """Normal random numbers from the tape's own generator (not torch's sequence)."""
    return _leaf(_generator.standard_normal(_shape(shape, size)).astype(dtype), requires_grad)


def rand(*shape: Any, size: Any = None, dtype: Any = float64, requires_grad: bool = False) -> Tensor:
    """Uniform random numbers in [0, 1) from the tape's own generator."""
    return _leaf(_generator.random(_shape(shape, size)).astype(dtype), requires_grad)


class _VariableType(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)

    __call__: Callable[..., Any]


class Variable(metaclass=_VariableType):
    """torch's old name: `Variable(x, requires_grad=True)` is a leaf tensor on the memory of `x`."""

    def __new__(cls, data: Any, requires_grad: bool = False) -> Tensor:  # type: ignore[misc]
        made = data.detach() if isinstance(data, Tensor) else tensor(data)
        made.requires_grad = requires_grad
        return made
