"""Python builtins from native entry points.

A callable is a CPython builtin function whose C function is the compiled entry and whose `self` is a `State`: a tuple
that owns everything the code needs for as long as the builtin lives. Compiled code reads its first five items.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import BuiltinFunctionType, CellType, FunctionType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .engine import Library

_ROW = 4  # words of a row of the guard table: holder, key, value, version of the dictionary
_WHOLE_LIST, _WHOLE_DICT = 4096, 4097  # in place of a key: smaller than any address, larger than any offset
_METH_FASTCALL, _METH_KEYWORDS = 0x80, 0x02


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""The value of a guard on a name that must not exist: a global that would hide a builtin, or an empty cell."""


class _Whole:
    def __repr__(self) -> str:
        return "WHOLE"


WHOLE = _Whole()
"""The key of a guard on all that a list or dict holds."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What must still be true when the function is called: `holder[key] is value`, or the cell `holder` has `value`.

    For a cell, `key` is None. For a function, `key` names one of its attributes in `FIELDS`. With the key `WHOLE`, a
    list or dict must still hold the same objects in the same order: `value` is what `contents` gives of it.
    """

    holder: Mapping[Any, Any] | list[Any] | CellType | FunctionType
    key: Any
    value: Any

    def holds(self) -> bool:
        """Whether the guard would pass now."""
        return self.agrees(self.current())

    def agrees(self, value: Any) -> bool:
        """Whether a value is the one that is expected."""
        if self.key is not WHOLE or value is ABSENT or len(value) != len(self.value):
            return value is self.value
        return all(a is b for a, b in zip(value, self.value, strict=True))

    def current(self) -> Any:
        """What the name stands for now; `ABSENT` if it stands for nothing."""
        if isinstance(self.holder, FunctionType):
            found = getattr(self.holder, str(self.key))
            return ABSENT if found is None else found
        if isinstance(self.holder, CellType):
            try:
                return self.holder.cell_contents
            except ValueError:
                return ABSENT
        if self.key is WHOLE:
            return contents(self.holder)
        return self.holder.get(self.key, ABSENT) if isinstance(self.holder, Mapping) else ABSENT


def contents(holder: Mapping[Any, Any] | list[Any]) -> tuple[Any, ...]:
    """The items of a list; the keys and values of a dict, one after the other."""
    return tuple(part for pair in holder.items() for part in pair) if isinstance(holder, Mapping) else tuple(holder)


FIELDS = ("__code__", "__defaults__", "__kwdefaults__")


@cache
def field_offset(name: str) -> int:
    """Where a function object keeps the attribute, in bytes: found on a function made for that."""

    def probe(a: int = 12345, *, b: int = 54321) -> None: ...

    wanted = id(getattr(probe, name))
    words = range(object.__basicsize__, FunctionType.__basicsize__, 8)
    found = [k for k in words if ctypes.c_void_p.from_address(id(probe) + k).value == wanted]
    if len(found) != 1:
        raise ImportError(f"function objects of this Python have no field for {name} where it is expected")
    return found[0]


class State(NamedTuple):
    """What a native callable owns. Compiled code reads the first five items by position."""

    table: npt.NDArray[np.uintp]
    slow: Callable[..., Any]
    fail: Callable[..., Any]
    again: Callable[..., Any]
    say: Callable[..., Any]
    guards: list[Guard]
    library: Library
    method: tuple[bytes, ...]

    def __repr__(self) -> str:
        return "<native state>"

    def __reduce__(self) -> Any:
        raise TypeError("native code is not pickled; pickle the function it was compiled from")


_new_builtin = ctypes.PYFUNCTYPE(
    ctypes.py_object, ctypes.c_void_p, ctypes.py_object, ctypes.py_object, ctypes.c_void_p
)(("PyCMethod_New", ctypes.pythonapi))


def make_callable(
    library: Library,
    name: str,
    entry_address: int,
    slow: Callable[..., Any],
    fail: Callable[..., Any],
    guards: Sequence[Guard] = (),
    captured: int = 0,
    *,
    again: Callable[..., Any] | None = None,
    say: Callable[..., Any] | None = None,
    module: str = "tapeless",
    doc: str | None = None,
) -> BuiltinFunctionType:
    """A builtin function that runs the entry point at an address.

    `slow` is called with the arguments as they came whenever the compiled code does not fit the call. `fail` gets
    `(status, i0, ..., i7)` when the kernel reports an error, and returns the exception or raises it
    (`errors.make_fail`). `again`, or else `slow`, gets the calls for which the code's assumptions about its arguments
    are not true. `say` gets `(status, address)` for a text to print or to raise (`speech.make_say`).
    The first `captured` guards hold the arrays that the kernel takes besides its arguments.
    """
    if captured > len(guards):
        raise ValueError(f"{captured} captured arrays need as many guards, and there are {len(guards)}")
    method = _method(name, entry_address, doc)
    table = np.zeros(1 + _ROW * len(guards), dtype=np.uintp)
    state = State(table, slow, fail, again or slow, say or fail, list(guards), library, method)
    for index in range(len(guards)):
        _write_row(state, index)
    table[0] = len(guards)
    builtin: BuiltinFunctionType = _new_builtin(_address(method[0]), state, module, None)
    return builtin


def _method(name: str, entry_address: int, doc: str | None) -> tuple[bytes, ...]:
    """A `PyMethodDef`, and the texts that it points to.

    They are bytes, which the garbage collector does not know of: it may clear an object of `ctypes` before the function
    that still looks at it.
    """
    texts = (name.encode(), b"" if doc is None else doc.encode())
    at = (_address(texts[0]), entry_address, _METH_FASTCALL | _METH_KEYWORDS, 0 if doc is None else _address(texts[1]))
    return struct.pack("PPiP", *at), *texts


def _address(text: bytes) -> int:
    return ctypes.cast(ctypes.c_char_p(text), ctypes.c_void_p).value or 0


def state_of(function: BuiltinFunctionType) -> State:
    """The state of a callable made by `make_callable`; TypeError for any other."""
    state = getattr(function, "__self__", None)
    if not isinstance(state, State):
        raise TypeError(f"{function!r} is not a native callable of Tapeless")
    return state


def guards_of(function: BuiltinFunctionType) -> tuple[Guard, ...]:
    """The guards as the compiled code checks them now."""
    return tuple(state_of(function).guards)


def broken_guards(function: BuiltinFunctionType) -> tuple[int, ...]:
    """The indices of the guards that would send a call to the slow path."""
    return tuple(index for index, guard in enumerate(state_of(function).guards) if not guard.holds())


def refresh_guard(function: BuiltinFunctionType, index: int, value: Any) -> None:
    """Expect another value from now on.

    Allowed only where the code does not depend on the old one: a captured array may be another array of the same type
    (the entry checks it like an argument). A call that is running keeps the arrays it began with.
    """
    state = state_of(function)
    guard = state.guards[index]
    old = guard.value
    state.guards[index] = Guard(guard.holder, guard.key, value)
    _write_row(state, index)
    del old  # not before the row no longer points to it


def _write_row(state: State, index: int) -> None:
    guard = state.guards[index]
    row = 1 + _ROW * index
    state.table[row] = id(guard.holder)
    if isinstance(guard.holder, FunctionType):
        state.table[row + 1] = field_offset(str(guard.key))
    elif guard.key is WHOLE:
        state.table[row + 1] = _WHOLE_LIST if isinstance(guard.holder, list) else _WHOLE_DICT
    else:
        state.table[row + 1] = 0 if guard.key is None else id(guard.key)
    state.table[row + 2] = 0 if guard.value is ABSENT else id(guard.value)
    state.table[row + 3] = 0  # no version of the dictionary has been seen to fit
