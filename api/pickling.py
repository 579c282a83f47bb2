"""Decorated functions in pickles: by reference where they can be imported, by value elsewhere.

By value means the text of the top-level statement that defines the function, the globals and closure variables that
its code loads, and the compiled code. Python functions among those values travel in the same way. The function is
made first and its values are filled in afterwards, so that functions which name each other can be pickled.
"""

from __future__ import annotations

import ast
import builtins
import dis
import hashlib
import importlib
import linecache
import os
import pickle
import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

from tapeless.compiler.frontend.source import FUTURES
from tapeless.compiler.ir.records import has_records

from .function import Differentiable
from .selection import Selection

_MAIN = frozenset({"__main__", "__mp_main__"})


Place = tuple[str, int, tuple[str, ...]]


class Text(NamedTuple):
    """A function without its values: the text, and which of the functions in it."""

    file: str
    line: int
    text: str
    flags: int
    place: Place
    ordinal: int
    name: str
    qualname: str
    module: str
    doc: str | None


class State(NamedTuple):
    """The values of a function."""

    globals: dict[str, Any]
    closure: tuple[Any, ...]
    defaults: tuple[Any, ...] | None
    kwdefaults: dict[str, Any] | None


def reduced(f: Differentiable) -> Any:
    """What `Differentiable.__reduce__` returns. Raises `pickle.PicklingError` for a function without text."""
    if _importable(f, f.py_func):
        return f.py_func.__qualname__
    carried = dict(f._carried)
    for program in list(f._programs.values()):
        carried |= program.to_carry()
    last = None if f._last is None or has_records(f._last) else f._last
    if _importable(f.py_func, f.py_func):  # `fast = differentiate(slow)`
        return _decorated, (f.py_func, f.selection, f.texts, f.cache, carried, last)
    start = text_of(f.py_func), f.selection, f.texts, f.cache
    return _rebuilt, start, (state_of(f.py_func), carried, last), None, None, _fill


def _decorated(
    function: FunctionType, selection: Selection, signatures: tuple[str, ...], cache: bool, carried: dict[str, bytes],
    last: Any,
) -> Differentiable:
    made = Differentiable(function, selection, (), cache)
    made.texts, made._carried, made._last = signatures, carried, last
    return made


def _rebuilt(text: Text, selection: Selection, signatures: tuple[str, ...], cache: bool) -> Differentiable:
    made = Differentiable(shell(text), selection, (), cache)
    made.texts = signatures  # compiled when it is called, or carried
    return made


def _fill(f: Differentiable, state: Any) -> None:
    values, f._carried, f._last = state
    fill(f.py_func, values)
    f.refresh_signature()


@dataclass(frozen=True, slots=True)
class _ByValue:
    """Stands for a Python function in a pickle. There is one for each, so that a pickle holds the function once."""

    function: weakref.ref[FunctionType]

    def __reduce__(self) -> Any:
        function = self.function()
        assert function is not None
        return shell, (text_of(function),), state_of(function), None, None, fill


@dataclass(frozen=True, slots=True)
class _Named:
    """Stands for a module in a pickle."""

    name: str

    def __reduce__(self) -> Any:
        return importlib.import_module, (self.name,)


class _Unbound:
    """The content of a closure cell that has none yet."""


_stand_ins: weakref.WeakKeyDictionary[FunctionType, _ByValue] = weakref.WeakKeyDictionary()


def _portable(value: Any) -> Any:
    """A value as it can be pickled."""
    if isinstance(value, ModuleType):
        return _Named(value.__name__)
    if isinstance(value, FunctionType) and not _importable(value, value):
        if value not in _stand_ins:
            _stand_ins[value] = _ByValue(weakref.ref(value))
        return _stand_ins[value]
    return tuple(map(_portable, value)) if type(value) is tuple else value


def _importable(value: Any, function: FunctionType) -> bool:
    """Whether another process finds the value by importing the function's module."""
    name = function.__module__ or ""
    module = sys.modules.get(name)
    if module is None or name in _MAIN or getattr(module, "__spec__", None) is None:
        return False
    found: Any = module
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is value


# ------------------------------------------------------------------------------------------------------- the values


def state_of(function: FunctionType) -> State:
    """The values that a function's code loads."""
    space = function.__globals__
    loaded = {name: _portable(space[name]) for name in _loaded(function.__code__) if name in space}
    closure = tuple(_portable(_content(cell)) for cell in function.__closure__ or ())
    keywords = function.__kwdefaults__
    return State(loaded, closure, _portable(function.__defaults__),
                 None if keywords is None else {name: _portable(v) for name, v in keywords.items()})


def fill(function: FunctionType, state: State) -> None:
    """Give a function its values."""
    function.__globals__.update(state.globals)
    for cell, value in zip(function.__closure__ or (), state.closure, strict=True):
        if value is not _Unbound:
            cell.cell_contents = value
    function.__defaults__, function.__kwdefaults__ = state.defaults, state.kwdefaults


def _loaded(code: CodeType) -> Iterator[str]:
    yield from (str(i.argval) for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _loaded(constant)


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _Unbound


# --------------------------------------------------------------------------------------------------------- the text


def text_of(function: FunctionType) -> Text:
    """The text of a function, without the rest of its file. Raises `pickle.PicklingError`."""
    code = function.__code__
    whole = "".join(linecache.getlines(code.co_filename, function.__globals__))
    line, text = _statement(whole, code.co_firstlineno)
    flags = code.co_flags & FUTURES
    alike = _alike(whole, code.co_filename, flags, _place(code)) if text else []
    if code not in alike:
        raise pickle.PicklingError(
            f"`{function.__qualname__}` cannot be imported by its name, so it is pickled by its text, and there is "
            f"none: {code.co_filename} has no text, or was edited after the function was defined"
        )
    return Text(code.co_filename, line, text, flags, _place(code), alike.index(code), function.__name__,
                function.__qualname__, function.__module__ or "", function.__doc__)


def shell(text: Text) -> FunctionType:
    """The function, without values."""
    file, whole = _file(text)
    code = _alike(whole, file, text.flags, text.place)[text.ordinal]
    space: dict[str, Any] = {"__builtins__": builtins, "__name__": text.module}
    function = FunctionType(code, space, text.name, None, tuple(CellType() for _ in code.co_freevars))
    function.__qualname__, function.__module__, function.__doc__ = text.qualname, text.module, text.doc
    return function


def _statement(text: str, line: int) -> tuple[int, str]:
    """First line and text of the top-level statements on a line; no text if there are none."""
    try:
        body = ast.parse(text).body
    except SyntaxError:  # edited since
        return 0, ""
    reach = {s: (min([s.lineno, *(d.lineno for d in getattr(s, "decorator_list", ()))]), s.end_lineno or s.lineno)
             for s in body}
    around = [(first, last) for first, last in reach.values() if first <= line <= last]
    if not around:
        return 0, ""
    first, last = min(a for a, _ in around), max(b for _, b in around)
    return first, "".join(text.splitlines(keepends=True)[first - 1 : last])


def _alike(whole: str, file: str, flags: int, place: Place) -> list[CodeType]:
    """The functions in a text that begin on the same line and have the same name and parameters."""
    return [code for code in _codes(compile(whole, file, "exec", flags, dont_inherit=True)) if _place(code) == place]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _place(code: CodeType) -> Place:
    """What a function is found by in its text: other versions of Python have other code for it."""
    return code.co_name, code.co_firstlineno, code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _file(text: Text) -> tuple[str, str]:
    """The original file if it says the same here, else a file in memory with the text on its own lines.

    Code may depend on the whole file: CPython calls methods of what is imported there in another way.
    """
    here = "".join(linecache.getlines(text.file))
    if _statement(here, text.place[1]) == (text.line, text.text):
        return text.file, here
    padded = "\n" * (text.line - 1) + text.text
    label = hashlib.sha256(padded.encode()).hexdigest()[:8]
    file = f"<{os.path.basename(text.file).strip('<>')} {label}>"
    linecache.cache[file] = (len(padded), None, padded.splitlines(keepends=True), file)
    return file, padded
