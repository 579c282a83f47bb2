"""`trace`: a copy of a Python function that keeps its meaning on tensors.

The copy shares the code object; only the names it looks up change. References to `numpy`, `math`, their functions and
`float` lead to the stand-ins of `namespaces`, helper functions lead to their own copies, and arrays held by globals,
closures or defaults become constants on the tape, so that tensors may be stored into copies of them.
"""

from __future__ import annotations

import builtins
import cmath
import functools
import math
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import matrices, scalar_math
from .crossing import wrap
from .modes import numpy_semantics
from .namespaces import CMATH, MATH, NUMPY, NUMPY_NAMES, Complex, Float, Namespace
from .tensor import Tensor

_BUILTINS: dict[str, Any] = {**vars(builtins), "float": Float, "complex": Complex}
_OPAQUE = frozenset(sys.stdlib_module_names) | {"numpy", "scipy", "tapeless"}


def trace(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a copy of a function that runs on tensors under NumPy's and Python's own rules.

    Inside it, scalars are values (`s += x` rebinds), integer and boolean results are plain, overwriting an array never
    spoils a gradient, fresh float arrays are tensors, and `math` and `float` keep derivatives. Functions reached
    through globals, closures, defaults, modules, methods and `functools.partial` are copied along.
    """
    copied = _Copier(getattr(function, "__module__", "")).convert(function)

    @functools.wraps(function, updated=())
    def traced(*args: Any, **kwargs: Any) -> Any:
        with numpy_semantics():
            return copied(*args, **kwargs)

    return traced


def _replacements() -> dict[int, Any]:
    """Map the identity of every replaced module, class and function to what stands for it."""
    table: dict[int, Any] = {id(np): NUMPY, id(math): MATH, id(cmath): CMATH, id(builtins.float): Float,
                             id(builtins.complex): Complex}
    for name, stand in scalar_math.CMATH.items():
        table[id(getattr(cmath, name))] = stand
    for name, stand in NUMPY_NAMES.items():
        table[id(getattr(np, name))] = stand
    for name in scalar_math.NAMES:
        if hasattr(math, name):
            table[id(getattr(math, name))] = scalar_math.NAMES[name]
    return table


_REPLACED = _replacements()


def _matrix_functions() -> dict[int, Any]:
    """The same for `scipy.linalg`, when the program has loaded it."""
    module = sys.modules.get("scipy.linalg")
    if module is None:
        return {}
    stand = Namespace(module, matrices.NAMES)
    whole = sys.modules["scipy"]
    functions = {id(getattr(module, name)): stand_in for name, stand_in in matrices.NAMES.items()}
    return {id(module): stand, id(whole): Namespace(whole, {"linalg": stand}), **functions}


class _Copier:
    """Copies functions and what they refer to, each object once, so that recursion and sharing survive."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._done: dict[int, Any] = {}
        self._alive: list[Any] = []

    def convert(self, value: Any) -> Any:
        """Give the stand-in of any object a function may refer to."""
        if id(value) in _REPLACED:
            return _REPLACED[id(value)]
        if id(value) in (found := _matrix_functions()):
            return found[id(value)]
        if id(value) in self._done:
            return self._done[id(value)]
        original = _python_function(value)
        if original is not None and original is not value:
            return self.convert(original)
        if isinstance(value, types.FunctionType):
            return self._function(value)
        if isinstance(value, types.MethodType):
            return types.MethodType(self.convert(value.__func__), value.__self__)
        if isinstance(value, functools.partial):
            keywords = {key: self.convert(part) for key, part in value.keywords.items()}
            return functools.partial(self.convert(value.func), *map(self.convert, value.args), **keywords)
        return self._data(value)

    def _data(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            with numpy_semantics():
                return self._keep(value, wrap(Tensor, np.array(value, order="K")))
        if isinstance(value, types.ModuleType) and value.__name__.partition(".")[0] not in _OPAQUE:
            return self._keep(value, Namespace(value, {}, self.convert))
        if type(value) in (list, tuple) and any(callable(part) or isinstance(part, np.ndarray) for part in value):
            return self._keep(value, type(value)(self.convert(part) for part in value))
        if type(value) is dict and any(callable(part) or isinstance(part, np.ndarray) for part in value.values()):
            return self._keep(value, {key: self.convert(part) for key, part in value.items()})
        return value

    def _keep(self, value: Any, stand: Any) -> Any:
        self._done[id(value)] = stand
        self._alive.append(value)  # an id is only good as long as its object lives
        return stand

    def _function(self, function: types.FunctionType) -> Any:
        elsewhere = function.__module__ != self._home
        if elsewhere and function.__module__.partition(".")[0] in _OPAQUE - {"__main__"}:
            return function
        scope: dict[str, Any] = {"__builtins__": _BUILTINS}
        cells = None if function.__closure__ is None else tuple(types.CellType() for _ in function.__closure__)
        copied = types.FunctionType(function.__code__, scope, function.__name__, None, cells)
        self._keep(function, copied)
        copied.__qualname__ = function.__qualname__
        copied.__defaults__ = function.__defaults__ and tuple(map(self.convert, function.__defaults__))
        if function.__kwdefaults__:
            copied.__kwdefaults__ = {key: self.convert(value) for key, value in function.__kwdefaults__.items()}
        names = set(_names(function.__code__))
        scope.update(
            {k: self.convert(v) if k in names else v for k, v in function.__globals__.items() if k != "__builtins__"}
        )
        for old, new in zip(function.__closure__ or (), cells or (), strict=True):
            try:
                new.cell_contents = self.convert(old.cell_contents)
            except ValueError:  # a name that is not bound yet
                continue
        return copied


def _python_function(value: Any) -> Any:
    """Find the function that a decorated object (a compiled function, say) was made from."""
    if isinstance(value, type | types.ModuleType | types.MethodType | functools.partial | Tensor | np.ndarray):
        return None
    if isinstance(value, types.FunctionType):  # what `functools.wraps` has made does more than what it wraps
        return None
    if type(value).__module__.partition(".")[0] == "numpy":
        return None  # NumPy's dispatchers carry __wrapped__ too, and must stay what they are
    for attribute in ("py_func", "__wrapped__"):
        original = getattr(value, attribute, None)
        if isinstance(original, types.FunctionType):
            return original
    return None


def _names(code: types.CodeType) -> Iterator[str]:
    """Yield every global name that a code object or one nested in it may look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)
