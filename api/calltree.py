"""What a function reads from outside, found from its code objects without translating it.

The search is generous: every name in a function may be a global, and every name may be an attribute of a module that
the function reads. What it finds too much costs a compilation when it changes, and nothing else. What it finds too
little would be old code; so an entry of the cache is only written when everything that the translation read is here.
"""

from __future__ import annotations

import builtins
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from tapeless.runtime.native import ABSENT, FIELDS, Guard

from .callables import Exchangeable
from .normal import TreeForm, code_form, tree_form

# Their functions are operations or refused: the translation does not look into them.
LIBRARIES = frozenset({"numpy", "math", "builtins", "scipy", "functools"})

_OPAQUE = "<opaque>"

Token = tuple[object, ...]


@dataclass(slots=True)
class CallTree:
    """A function, the Python functions it names, and all values that these may read, as they are now.

    `guards[k]` says where a value was found, `tokens[k]` describes it; `reads` lists them in the order of the search,
    which is the same in every process. A value that is read again is listed again: functions may share their globals.
    """

    root: FunctionType
    functions: list[FunctionType] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)
    places: dict[tuple[int, str | None], int] = field(default_factory=dict)
    _known: dict[int, int] = field(default_factory=dict)
    _arrays: dict[int, int] = field(default_factory=dict)
    _codes: list[CodeType] = field(default_factory=list)
    _trees: list[TreeForm] = field(default_factory=list)

    @classmethod
    def of(cls, function: FunctionType) -> CallTree:
        """The call tree of a function as it is now."""
        tree = cls(function)
        tree._function(function)
        for found in tree.functions:  # grows meanwhile
            tree._read(found)
        return tree

    def place(self, guard: Guard) -> int | None:
        """Which of `guards` this is; None for a name that was not found."""
        return self.places.get((id(guard.holder), guard.key))

    def described(self, place: int) -> bool:
        """Whether two values with the token of this place are the same to compiled code."""
        holder = self.guards[place].holder
        # The defaults of the function itself are filled in before compiled code is called.
        return holder is self.root or _OPAQUE not in _flat(self.tokens[place])

    def codes(self) -> list[Token]:
        """The quick forms of the functions."""
        return [code_form(code) for code in self._codes]

    def trees(self) -> list[TreeForm]:
        """The lasting forms. Raises `CompileError` for a function without text."""
        if not self._trees:
            self._trees = [tree_form(f) for f in self.functions]
        return self._trees

    def same_code(self) -> bool:
        """Whether the functions still have the code they had: `f.__code__` can be assigned to."""
        return all(f.__code__ is code for f, code in zip(self.functions, self._codes, strict=True))

    def _function(self, function: FunctionType) -> int:
        if id(function) not in self._known:
            self._known[id(function)] = len(self.functions)
            self.functions.append(function)
        return self._known[id(function)]

    def _read(self, function: FunctionType) -> None:
        """Find what one function may read."""
        code = function.__code__
        self._codes.append(code)
        for name in FIELDS:
            value = code if name == "__code__" else getattr(function, name)
            said = name != "__code__" and function is not self.root  # code has forms of its own
            self._found(Guard(function, name, ABSENT if value is None else value), None if said else ("own",))
        names = list(dict.fromkeys(names_of(code)))
        values: list[Any] = []
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            guard = Guard(cell, None, None)
            values.append(self._found(Guard(cell, None, guard.current()), None, name))
        space = function.__globals__
        values += [self._found(Guard(space, name, space.get(name, ABSENT)), None, name) for name in names]
        while values:
            value = values.pop()
            if issubclass(type(value), ModuleType | FunctionType):  # functions have attributes as well
                inside = vars(value)
                values += [self._found(Guard(inside, name, inside[name]), None, name) for name in names
                           if name in inside and (id(inside), name) not in self.places]
            elif type(value) is dict and all(type(k) is str and callable(v) for k, v in value.items()):
                for key, entry in value.items():  # of a table of functions
                    self._found(Guard(value, key, entry), None)

    def _found(self, guard: Guard, token: Token | None, name: str = "") -> Any:
        place = (id(guard.holder), guard.key)
        if place not in self.places:
            self.places[place] = len(self.guards)
            self.guards.append(guard)
            kind = "cell" if isinstance(guard.holder, CellType) else "name"
            self.tokens.append((kind, name or str(guard.key), token or self._token(guard.value, name)))
        self.reads.append(self.places[place])
        return guard.value

    def _token(self, value: Any, name: str = "") -> Token:
        """A description: the same for two values only if compiled code would be the same."""
        if value is ABSENT:
            return "absent", *self._builtin(name)
        # Only the type is asked, not the value: it may be any object of the program, a proxy that imports for instance.
        kind = type(value)
        if issubclass(kind, np.ndarray):
            # Which arrays are one and the same decides about the hidden arguments.
            number = self._arrays.setdefault(id(value), len(self._arrays))
            return "array", kind is np.ndarray, value.dtype.str, value.ndim, value.flags.c_contiguous, number
        if kind is tuple:
            return "tuple", *map(self._token, value)
        if kind is dict and all(type(k) is str for k in value):
            return "dict", *((k, self._token(v)) for k, v in value.items())  # of keyword-only defaults
        if issubclass(kind, Exchangeable) and "__tapeless_function__" in vars(kind):
            return "differentiable", self._function(value.__tapeless_function__)
        if kind is FunctionType and (value.__module__ or "").split(".")[0] not in LIBRARIES:
            return "function", self._function(value)
        if issubclass(kind, ModuleType):
            return "module", value.__name__
        return _plain(value) or _named(value) or (_OPAQUE, kind.__qualname__)

    def _builtin(self, name: str) -> Token:
        """What a name stands for that is no global: the builtin, or nothing."""
        return self._token(getattr(builtins, name)) if name and hasattr(builtins, name) else ()


def names_of(code: CodeType) -> Iterator[str]:
    """Every name in a code object and those inside it, globals and attributes alike."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_of(constant)


def _flat(token: object) -> Iterator[object]:
    if isinstance(token, tuple):
        for item in token:
            yield from _flat(item)
    else:
        yield token


def _plain(value: Any) -> Token | None:
    """Numbers by their bits, strings and dtypes by their text."""
    kind = type(value)
    if kind is float:
        return "float", struct.pack("=d", value).hex()
    if kind in (bool, int, complex, str, bytes, type(None)):
        return kind.__name__, repr(value)
    if issubclass(kind, np.generic) and kind.__module__ == "numpy" and value.dtype.kind in "biufc":
        return "number", value.dtype.str, kind.__name__, value.tobytes().hex()
    return ("dtype", value.str, repr(value)) if issubclass(kind, np.dtype) else None


def _named(value: Any) -> Token | None:
    """A function or class of a library, under a name by which it is found there."""
    if type(value).__module__.split(".")[0] not in LIBRARIES or not callable(value):
        return None
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    homes = [getattr(value, "__module__", None), "numpy", "scipy.special"]
    for home in homes:
        if not isinstance(home, str) or home.split(".")[0] not in LIBRARIES or not isinstance(name, str):
            continue
        found: Any = sys.modules.get(home)
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is value:
            return "named", home, name, str(getattr(sys.modules[home.split(".")[0]], "__version__", ""))
    return None
