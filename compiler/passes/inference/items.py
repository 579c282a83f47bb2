"""Type rules of reading an array element by element, `x.flat` and `x.item()`, and of what its type tells.

Before:  `y = item(x, 1, 2)`
After:   `t = load(x, 1, 2)`, `y: float = cast(t)`
"""

from __future__ import annotations

from ...ir.nodes import Const
from ...ir.types import PARTS, PY_BOOL, PY_INT, Array, Kind, Scalar, in_words, is_complex
from ...ops.typing import TypingError
from .compose import Composer, extents_of
from .inferrer import Rules
from .shaping import rule
from .values import Value, type_of

WIDE: dict[Kind, Kind] = {"float32": "float64", "int32": "int64", "complex64": "complex128"}


def _flat(c: Composer) -> None:
    """The elements in order, whatever the axes: what is stored into them is stored into the array."""
    x, _ = c.of_array(c.operands[0])
    c.give(c.flat(x, shown=True))
    c.inf.flat.add(c.target.name)


def _item(c: Composer) -> None:
    """One element, as a number of Python's."""
    x, given = c.operands[0], c.given("places")
    places = () if given is None else given if isinstance(given, tuple) else (given,)
    t = type_of(x)
    if isinstance(t, Scalar) and not t.weak and not places:
        c.give(_pythons(c, x))
        return
    if not isinstance(t, Array):
        raise TypingError("T004", what=c.spelled, types=in_words(t))
    array, _ = c.of_array(x)
    if len(places) not in (0, 1, t.rank):
        raise TypingError("T006", rank=t.rank, count=len(places))
    if len(places) < t.rank or not places:
        size = c.product(c.dims(array))
        if not places:
            c.fail_if(c.differ(size, Const(1, PY_INT)), "ValueError",
                      "can only convert an array of size 1 to a Python scalar")
            places = (Const(0, PY_INT),)
        array = c.flat(c.as_array(array, 1))
    c.give(_pythons(c, c.made("getitem", array, *extents_of(c, places), spec=("i",) * len(places))))


def _pythons(c: Composer, x: Value) -> Value:
    t = type_of(x)
    assert not isinstance(x, tuple) and isinstance(t, Scalar)
    return c.inf.cast(x, WIDE.get(t.kind, t.kind), c.span, implicit=t.kind in PARTS, weak=True)


def _has_complex_numbers(c: Composer) -> None:
    """Decided by the type."""
    t = type_of(c.operands[0])
    if not isinstance(t, Array | Scalar):
        raise TypingError("T004", what=c.spelled, types=in_words(t))
    c.inf.env[c.target.name] = Const(is_complex(t) == (c.e.op == "iscomplexobj"), PY_BOOL, c.span)


RULES: Rules = {
    "flat": rule(_flat),
    "item": rule(_item),
    **dict.fromkeys(("iscomplexobj", "isrealobj"), rule(_has_complex_numbers)),
}
