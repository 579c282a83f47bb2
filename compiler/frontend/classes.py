"""Attributes of classes, as instances see them. What was found is looked at again at every call."""

from __future__ import annotations

import gc
from typing import Any

from .scope import MISSING, Captures


def member(captures: Captures, cls: type, name: str) -> Any:
    """The attribute of a class as it is stored, without binding; `...` when there is none.

    The dictionaries themselves are watched, which a class shows only through a proxy.
    """
    for base in cls.__mro__[:-1]:
        (names,) = (d for d in gc.get_referents(vars(base)) if isinstance(d, dict))
        if name in names:
            captures.guard(names, name, names[name])
            return names[name]
        captures.guard(names, name, MISSING)
    return ...
