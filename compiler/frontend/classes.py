"""Attributes of classes, as instances see them. What was found is looked at again at every call."""

from __future__ import annotations

from typing import Any

from ..ir.classes import namespace
from .scope import MISSING, Captures


def member(captures: Captures, cls: type, name: str, above: type | None = None) -> Any:
    """The attribute of a class as it is stored, without binding; `...` when there is none.

    With `above`, that of the classes behind it in the order in which attributes are looked up, as `super()` does.
    """
    order = cls.__mro__[:-1]
    if above is not None:
        order = order[order.index(above) + 1 :] if above in order else ()
    for base in order:
        names = namespace(base)
        if name in names:
            captures.guard(names, name, names[name])
            return names[name]
        captures.guard(names, name, MISSING)
    return ...
