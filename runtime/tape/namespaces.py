"""What stands in for `numpy`, `math` and `float` while a NumPy function runs on the tape.

NumPy's protocols reach every function that is *given* a tensor. They do not reach those that make arrays from nothing,
the `math` module, or `float(x)`: a tensor stored into a plain array would lose its derivative. The stand-ins make
tensors instead, and pass everything else on.
"""

from __future__ import annotations

import builtins
import cmath
import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from . import scalar_math
from .crossing import plain, wrap
from .gathering import gathered
from .graph import Contribution, Pull
from .memory import Array
from .ops import elementwise
from .ops.tables import FUNCTIONS, ROWS
from .protocols import with_arrays
from .tensor import Tensor
from .traced import Kind, Traced, record, tracks


def _creator(function: Callable[..., Any]) -> Callable[..., Any]:
    def create(*args: Any, **kwargs: Any) -> Any:
        return wrap(Tensor, function(*(plain(x) for x in args), **{key: plain(x) for key, x in kwargs.items()}))

    create.__name__ = function.__name__
    create.__doc__ = f"numpy.{function.__name__}, giving a tensor if the result is floating-point."
    return create


def array(data: Any, dtype: Any = None, **options: Any) -> Any:
    """numpy.array, which may gather tensors."""
    return gathered(Tensor, data, dtype)


def asarray(data: Any, dtype: Any = None, **options: Any) -> Any:
    """numpy.asarray: a tensor of the right dtype is given back as it is."""
    if isinstance(data, Traced) and data._kind is Kind.ARRAY and (dtype is None or data._array.dtype == dtype):
        return data
    if isinstance(data, np.ndarray):
        return wrap(Tensor, np.asarray(data, dtype))
    return gathered(Tensor, data, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    """numpy.full, whose value may be a tensor."""
    made = wrap(Tensor, np.full(plain(shape), plain(fill_value), dtype))
    if tracks(fill_value):
        made[...] = fill_value
    return made


def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, **options: Any) -> Any:
    """numpy.linspace between ends that may be tensors."""
    value = np.linspace(plain(start), plain(stop), num, endpoint, **options)
    steps = max(num - 1 if endpoint else num, 1)
    share = np.arange(num) / steps
    return _between(value, [(start, 1.0 - share), (stop, share)])


def arange(*bounds: Any, dtype: Any = None) -> Any:
    """numpy.arange of bounds that may be tensors; the stop only decides the count."""
    value = np.arange(*(plain(x) for x in bounds), dtype=dtype)
    count = np.arange(len(value), dtype=np.float64)
    parents = [] if len(bounds) < 2 else [(bounds[0], np.ones(len(value)))]
    if len(bounds) == 3:
        parents.append((bounds[2], count))
    return _between(value, parents)


def _between(value: Array, parents: list[tuple[Any, Array]]) -> Any:
    if not any(isinstance(x, Traced) for x, _ in parents):
        return wrap(Tensor, value)

    def weighted(weights: Array) -> Pull:
        def pull(g: Array) -> Contribution:
            return np.asarray(np.sum(g * weights))

        return pull

    return record("LinspaceBackward0", value, [(x, weighted(weights)) for x, weights in parents])


def _gathering(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy's that sees tensors in nested lists, which NumPy itself looks for in arguments only."""

    @functools.wraps(function)
    def gathering(*args: Any, **options: Any) -> Any:
        return function(*with_arrays(Tensor, function, args), **options)

    return gathering


class _Stand(type):
    """A stand-in class: instances are those of the class it stands for, and tensors of the same nature."""

    standard: type
    kind: Kind

    def __instancecheck__(cls, instance: Any) -> bool:
        if isinstance(instance, Traced):
            return instance._kind is cls.kind
        return isinstance(instance, cls.standard)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.standard)


class Float(metaclass=_Stand):
    """Stands for `float`: a tensor of one element stays on the tape. NumPy reads `dtype` where a dtype is wanted."""

    standard = builtins.float
    kind = Kind.PYTHON
    dtype = np.dtype(np.float64)

    def __new__(cls, value: Any = 0.0) -> Any:
        if isinstance(value, Traced) and tracks(value):
            return elementwise.apply(ROWS["positive"], builtins.float, [value], Kind.PYTHON)
        return builtins.float(plain(value))


class Complex(metaclass=_Stand):
    """Stands for `complex`: parts on the tape stay there."""

    standard = builtins.complex
    kind = Kind.PYTHON
    dtype = np.dtype(np.complex128)

    def __new__(cls, real: Any = 0.0, *imag: Any) -> Any:
        if tracks(real, *imag):
            parts = [elementwise.apply(ROWS["positive"], operator.pos, [x], Kind.PYTHON) if tracks(x) else plain(x)
                     for x in (real, *imag)]
            return parts[0] + 1j * parts[1] if imag else parts[0] + 0j
        return builtins.complex(plain(real), *map(plain, imag))


class Float64(metaclass=_Stand):
    """Stands for `numpy.float64`."""

    standard = np.float64
    kind = Kind.SCALAR
    dtype = np.dtype(np.float64)

    def __new__(cls, value: Any = 0.0) -> Any:
        return Tensor._wrap(np.float64(plain(value))) if not tracks(value) else value.astype(np.float64)[()]


class Float32(metaclass=_Stand):
    """Stands for `numpy.float32`."""

    standard = np.float32
    kind = Kind.SCALAR
    dtype = np.dtype(np.float32)

    def __new__(cls, value: Any = 0.0) -> Any:
        return Tensor._wrap(np.float32(plain(value))) if not tracks(value) else value.astype(np.float32)[()]


class Ndarray(metaclass=_Stand):
    """Stands for `numpy.ndarray` in `isinstance`."""

    standard = np.ndarray
    kind = Kind.ARRAY

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return wrap(Tensor, np.ndarray(*args, **kwargs))


class Namespace:
    """A module with some names replaced; a name that is not is taken from the module and passed through `convert`."""

    def __init__(self, module: Any, names: dict[str, Any], convert: Callable[[Any], Any] | None = None) -> None:
        self.__dict__["_module"] = module
        self.__dict__["_names"] = names
        self.__dict__["_convert"] = convert

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            return self._names[name]
        value = getattr(self._module, name)
        return value if self._convert is None else self._convert(value)

    def __repr__(self) -> str:
        return f"<tape's stand-in for {self._module!r}>"


_CREATORS = (
    "empty",
    "zeros",
    "ones",
    "eye",
    "identity",
    "fromiter",
    "frombuffer",
    "tri",
    "logspace",
    "geomspace",
    "hanning",
)

NUMPY_NAMES: dict[str, Any] = {
    **{function.__name__: _gathering(function) for function in FUNCTIONS
       if getattr(np, function.__name__, None) is function},
    **{name: _creator(getattr(np, name)) for name in _CREATORS},
    **{name: _creator(getattr(np, name)) for name in ("empty_like", "zeros_like", "ones_like")},
    "array": array,
    "asarray": asarray,
    "asanyarray": asarray,
    "ascontiguousarray": asarray,
    "copy": array,
    "full": full,
    "full_like": lambda a, value, dtype=None, **options: full(np.shape(plain(a)), value, dtype or plain(a).dtype),
    "linspace": linspace,
    "arange": arange,
    "float64": Float64,
    "float32": Float32,
    "double": Float64,
    "ndarray": Ndarray,
}

NUMPY = Namespace(np, NUMPY_NAMES)
MATH = Namespace(scalar_math, {})
CMATH = Namespace(cmath, scalar_math.CMATH)
