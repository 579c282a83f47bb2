"""Attributes of classes, as instances see them. What was found is looked at again at every call."""

from __future__ import annotations

from enum import EnumType
from types import FunctionType
from typing import Any

from ..ir.classes import namespace
from ..ir.records import Growing
from .scope import MISSING, Captures

_IMMUTABLE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE, which built-in classes have


def member(captures: Captures, cls: type, name: str, above: type | None = None) -> Any:
    """The attribute of a class as it is stored, without binding; `...` when there is none.

    With `above`, that of the classes behind it in the order in which attributes are looked up, as `super()` does.
    """
    order = cls.__mro__[:-1]
    if above is not None:
        order = order[order.index(above) + 1 :] if above in order else ()
    for base in order:
        names = namespace(base)
        found = names.get(name, MISSING)
        if not _stays(base):
            captures.guard(names, name, found)
        if found is not MISSING:
            return found
    return ...


def watch(captures: Captures, owner: Any, name: str) -> None:
    """Have the attribute of a class or a function that is read in the program looked at again at every call."""
    home = str(getattr(owner, "__module__", "")).partition(".")[0]
    if isinstance(owner, EnumType) or home in ("numpy", "scipy"):
        return  # a member of an enum is another object when the class is another one
    if isinstance(owner, type):
        member(captures, owner, name)
    elif isinstance(owner, FunctionType):
        captures.guard(owner.__dict__, name, owner.__dict__.get(name, MISSING))


def _stays(cls: type) -> bool:
    """Whether nobody changes the attributes of a class: a built-in one, or one of the compiler's for its records."""
    return bool(cls.__flags__ & _IMMUTABLE) or cls.__module__ == Growing.__module__
