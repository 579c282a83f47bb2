"""Functions as arguments: one stands for all that do the same.

A lambda is another object each time that its line runs. What it does is told by its code, its globals, and what it
holds: defaults and the variables of the functions around it. Functions that agree in all of these are one argument, and
so are partial functions of them; the code for one serves all. The one that is compiled is a copy with cells of its own,
so it stays what it was.
"""

from __future__ import annotations

import functools
import struct
import warnings
from collections import OrderedDict
from collections.abc import Callable
from types import BuiltinFunctionType, CellType, FunctionType, MethodType
from typing import Any

import numpy as np

from tapeless.compiler.ir.records import RecordOf, Structure
from tapeless.compiler.ir.types import Known, TupleOf

from .callables import Exchangeable
from .key import Key

REMEMBERED = 512
VERSIONS = 16  # of one function, until a warning says that each takes a compilation
COMPILED = 256  # codes of one program for functions that it was given, until the oldest are forgotten
FUNCTIONS = (FunctionType, BuiltinFunctionType, np.ufunc, functools.partial)
_EMPTY, _SELF = object(), object()
_known: OrderedDict[tuple[Any, ...], Callable[..., Any]] = OrderedDict()


def canonical(value: Any) -> Any:
    """The function that stands for this one; anything else that can be called stands for itself."""
    return _canonical(value, ())


def holds_function(s: Structure) -> bool:
    """Whether the type of an argument is that of one function, or has such a part."""
    if isinstance(s, TupleOf | RecordOf):
        return any(map(holds_function, s.items))
    return isinstance(s, Known) and callable(s.value)


def forget(*tables: dict[Any, Any]) -> None:
    """Drop the oldest code for functions that were passed, from tables by `Key` or by the types of arguments."""
    for table in tables:
        types = {key: key.types if isinstance(key, Key) else key for key in table}
        for_functions = [key for key, of in types.items() if any(map(holds_function, of))]
        for key in for_functions[: len(for_functions) // 2] if len(for_functions) > COMPILED else ():
            del table[key]


def method_of(value: Any) -> str | None:
    """The class whose method the value is, bound to one of its instances."""
    return type(value.__self__).__name__ if isinstance(value, MethodType) else None


def _canonical(value: Any, active: tuple[Any, ...]) -> Any:
    function = getattr(value, "__tapeless_function__", value) if isinstance(value, Exchangeable) else value
    if any(function is a for a in active[:-1]):  # functions that know each other
        return function
    if type(function) is functools.partial:
        return _partial(function, active)
    return _function(function, active) if isinstance(function, FunctionType) else function


def _function(function: FunctionType, active: tuple[Any, ...]) -> FunctionType:
    inner = (*active, function)
    held = [_content(cell) for cell in function.__closure__ or ()]
    held = [_SELF if v is function else _canonical(v, inner) if callable(v) else v for v in held]
    defaults, named = function.__defaults__, function.__kwdefaults__
    kept = (function.__code__, function.__globals__, *held, *(defaults or ()), *(named or {}).values())
    key = (id(function.__code__), id(function.__globals__), len(held), tuple(named or ()), *map(_key, kept[2:]))
    found = _known.get(key)
    if found is None:
        cells = tuple(CellType() if v is _EMPTY or v is _SELF else CellType(v) for v in held)
        found = FunctionType(function.__code__, function.__globals__, function.__name__, defaults, cells)
        found.__kwdefaults__, found.__module__ = dict(named) if named else None, function.__module__
        found.__qualname__ = function.__qualname__
        for cell, v in zip(cells, held, strict=True):
            if v is _SELF:
                cell.cell_contents = found
        _remember(key, found)
        _warn(function)
    assert isinstance(found, FunctionType)
    return found


def _partial(given: functools.partial[Any], active: tuple[Any, ...]) -> Callable[..., Any]:
    function = _canonical(given.func, active)
    key = (id(function), tuple(given.keywords), *map(_key, (*given.args, *given.keywords.values())))
    return _known.get(key) or _remember(key, functools.partial(function, *given.args, **given.keywords))


def _remember(key: tuple[Any, ...], function: Callable[..., Any]) -> Callable[..., Any]:
    """Keep a function. What its key names by identity lives as long, because the function holds it."""
    _known[key] = function
    if len(_known) > REMEMBERED:
        _known.popitem(last=False)
    return function


def _warn(function: FunctionType) -> None:
    """Say once that a function comes with other values every time."""
    code = function.__code__
    if code.co_freevars and sum(getattr(f, "__code__", None) is code for f in _known.values()) == VERSIONS:
        names = ", ".join(f"`{name}`" for name in code.co_freevars)
        message = (f"`{function.__name__}` has been passed with {VERSIONS} versions of what it reads from outside "
                   f"({names}), and code is compiled for each: make it an argument")
        warnings.warn_explicit(message, RuntimeWarning, code.co_filename, code.co_firstlineno)


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _EMPTY


def _key(value: Any) -> tuple[Any, ...]:
    """The same for two values only if they are the same to compiled code."""
    kind = type(value)
    if kind is float:
        return kind, struct.pack("=d", value)
    return (kind, value) if kind in (int, bool, str) else (kind, id(value))
