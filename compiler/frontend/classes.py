"""Attributes of classes, as instances see them. What was found is looked at again at every call."""

from __future__ import annotations

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


def _stays(cls: type) -> bool:
    """Whether nobody changes the attributes of a class: a built-in one, or one of the compiler's for its records."""
    return bool(cls.__flags__ & _IMMUTABLE) or cls.__module__ == Growing.__module__
