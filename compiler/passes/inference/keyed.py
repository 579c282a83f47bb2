"""Types of the keys that are known at run time only, and of where they are."""

from __future__ import annotations

from collections.abc import Callable

from ...ir.nodes import Apply, Const, Var
from ...ir.types import PY_INT, Array, Scalar, in_words, is_complex, is_float
from ...ops.typing import TypingError
from .inferrer import Inferrer
from .values import Value, type_of

Rule = Callable[[Inferrer, Var, Apply, list[Value]], None]


def _key(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """A key, of the same type as all others: Python finds an integer among floats, where it counts as it is written."""
    _checked(inf, e, values[0], "")
    inf.env[target.name] = values[0]


def _checked(inf: Inferrer, e: Apply, value: Value, path: str) -> None:
    if isinstance(value, tuple) and e.attr("alone"):
        raise TypingError("R016", first="a tuple")
    if isinstance(value, tuple):
        for k, item in enumerate(value):
            _checked(inf, e, item, f"{path}.{k}")
        return
    t = type_of(inf.scalar(value, e.span))
    if not isinstance(t, Scalar) or is_complex(t):
        raise TypingError("R016", first=in_words(t))
    for site in e.attr("sites"):
        known = inf.items.get(f"{site}{path}")
        if isinstance(known, Scalar) and _class(known) != _class(t):
            raise TypingError("R014", first=in_words(t), second=in_words(known))


def _class(t: Scalar) -> str:
    return "bool" if t.kind == "bool" else "float" if is_float(t) else "int"


def _slot(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """Where in the index a key is, or belongs."""
    inf.define(target, Apply("key_slot", _atoms(values), PY_INT, e.span), e.span)


def _place(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """The position of the key at a slot of the index, -1 if there is none."""
    attrs = (("safe", True),)
    number = inf.temporary(Apply("load", _atoms(values), Scalar("int64"), e.span, attrs), e.span)
    python = inf.cast(number, "int64", e.span, weak=True)
    inf.define(target, Apply("sub", (python, Const(1, PY_INT)), PY_INT, e.span, attrs), e.span)


def _index(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """The index of all keys."""
    inf.define(target, Apply("key_index", _atoms(values), Array("int64", 1), e.span), e.span)


def _atoms(values: list[Value]) -> tuple[Var | Const, ...]:
    return tuple(v for v in values if not isinstance(v, tuple))


RULES: dict[str, Rule] = {"key": _key, "key_slot": _slot, "key_place": _place, "key_index": _index}
