"""Arrays of what is nested: of tuples, and of arrays that become the rows.

Before:  `y = pack(a, b, shape=(2,))` of two vectors
After:   `y = stack((a, b), axis=0)`
"""

from __future__ import annotations

from ...ir.nodes import Apply, Const, Var
from ...ir.types import PY_INT, Array, in_words
from ...ops.typing import TypingError
from .inferrer import Inferrer
from .values import Value, type_of


def nested(value: Value) -> tuple[list[Value], tuple[int, ...]]:
    """The items of nested tuples in a row, and the shape of their nesting. All tuples of one depth are as long."""
    if not isinstance(value, tuple):
        return [value], ()
    parts = [nested(item) for item in value]
    shapes = {shape for _, shape in parts}
    if len(shapes) > 1:
        raise TypingError("T004", what="np.array", types="rows of different lengths")
    return [item for items, _ in parts for item in items], (len(value), *next(iter(shapes), ()))


def stacked(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An array of arrays of one rank, whose extents have to agree when the program runs."""
    from .compose import Composer, array_type

    types = [type_of(v) for v in values]
    ranks = {t.rank for t in types if isinstance(t, Array)}
    if len(ranks) != 1 or not all(isinstance(t, Array) for t in types):
        raise TypingError("T004", what="np.array", types=" and ".join(map(in_words, types)),
                          hint="an array of arrays: make it with `np.empty(shape)` and store the rows")
    c = Composer(inf, target, Apply("stack", (), span=e.span), [])
    result = c.configured("stack", tuple(values), axis=Const(0, PY_INT))
    assert isinstance(result, Var)
    shape = e.attr("shape", ())
    if len(shape) > 1:
        rest = c.dims(result)[1:]
        result = c.shaped(result, (*(Const(n, PY_INT) for n in shape), *rest))
    c.give(c.converted(result, e.attr("dtype") or array_type(result).kind))
