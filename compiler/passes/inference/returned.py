"""What a function returns beside numbers and arrays: strings, enum members, and None on some path.

Before:  the value `(x, Chosen("up", "down"))`, where the number `k` says which of the two it is
After:   `(x, t.c1)` with `t.c1 = one_of(k)`, and the note that the second item stands for "up" or "down"

What may be None is returned as a pair: whether it is None, and the value that it has otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from ...ir.nodes import MAY_BE_NONE, Apply, Atom, Const, Options, Span, Var
from ...ir.types import PY_INT, Known
from .values import Chosen, ListOf, Maybe, Perhaps, Value, type_of


class Returned:
    """Results as they are compiled; `constants` tells what stands for what in them, see `Function`.

    `number` gives the number of a constant, `temporary` the variable of an operation.
    """

    def __init__(self, number: Callable[[Known], int], temporary: Callable[[Apply, Span], Var]) -> None:
        self.number = number
        self.temporary = temporary
        self.constants: dict[tuple[int, ...], Options] = {}

    def of(self, value: Value, path: tuple[int, ...], span: Span) -> Value:
        """A result or a part of it, at a place in the whole."""
        if isinstance(value, Maybe):
            self.constants[path] = MAY_BE_NONE
            return Perhaps((value[0], self.of(value[1], (*path, 1), span)))
        if isinstance(value, tuple) and not isinstance(value, Chosen):
            items = tuple(self.of(item, (*path, k), span) for k, item in enumerate(value))
            return value if isinstance(value, ListOf) else Perhaps(items) if isinstance(value, Perhaps) else items
        known = value.options if isinstance(value, Chosen) else (type_of(value),)
        if not all(isinstance(t, Known) and _has_name(t.value) for t in known):
            return value
        options = tuple((self.number(t), t.value) for t in known if isinstance(t, Known))
        self.constants[path] = options
        number = value[0] if isinstance(value, Chosen) else Const(options[0][0], PY_INT, span)
        assert isinstance(number, Var | Const)
        return self.temporary(Apply("one_of", (number,), PY_INT, span, (("options", options),)), span)

    def packed(self, value: Value, span: Span) -> Atom:
        """A tuple as a variable, for the return statement."""
        if not isinstance(value, tuple):
            return value
        items = tuple(self.packed(item, span) for item in value)
        return self.temporary(Apply("tuple", items, type_of(value), span), span)


def _has_name(value: Any) -> bool:
    """Whether a constant is a string, or an enum member that can be found by its name."""
    return type(value) is str or (isinstance(value, Enum) and type(value).__members__.get(value.name) is value)
