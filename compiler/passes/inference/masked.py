"""Type rules of reductions with `where`, `initial` or `out`.

Before:  `s = sum(x, axis=0, where=m)`
After:   `t = where(m, x, 0.0)`, `s = sum_along(t, axes=(0,))`
"""

from __future__ import annotations

from ...ir.nodes import Apply, Const, Var
from ...ir.types import Array
from ...ops.typing import TypingError, reduced_kind
from .axes import RULES as AXES
from .axes import Reducer
from .inferrer import Inferrer, Rules
from .shaping import ONE, joined
from .statistics import reduced, spread
from .terms import Term, argument, placed, term
from .values import Value

_NEUTRAL = {"sum": 0, "mean": 0, "prod": 1, "all": True, "any": False}
_EXTREMA = {"max": "maximum", "min": "minimum"}


def _rule(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    c = Reducer(inf, target, e, values)
    mask, initial = c.given("where"), argument(c, "initial")
    if isinstance(mask, Const) and mask.value is True:
        mask = None
    if mask is None and initial is None and c.given("out") is None:
        AXES[e.op](inf, target, e, values)
        return
    x = Term(c, c.value)
    held = None if mask is None else _everywhere(c, term(c, mask), x)
    c.config.pop("where", None)
    c.give(placed(c, _reduced(c, e.op, x, held, initial)).value)


def _everywhere(c: Reducer, mask: Term, x: Term) -> Term:
    """The condition in the shape of the operand."""
    if mask.kind != "bool":
        raise TypingError("T043", what=c.spelled, reason="`where` is a condition")
    if mask.rank > x.rank:
        raise TypingError("T014", what=c.spelled, ranks=f"{x.rank} and {mask.rank}")
    if not x.rank:
        return mask
    for axis in range(mask.rank):
        own, other = c.dim(mask.array, axis), c.dim(x.array, axis + x.rank - mask.rank)
        wrong = Term(c, c.differ(own, other)) & Term(c, c.differ(own, ONE))
        message = f"`where` has the extent {{}} along axis {axis}, the operand {{}}"
        c.fail_if(wrong.atom, "ValueError", message, own, other)
    every = c.exactly("ones_like", (x.array,), Array("bool", x.rank))
    return Term(c, every) & mask


def _reduced(c: Reducer, op: str, x: Term, held: Term | None, initial: Term | None) -> Term:
    if op in _EXTREMA:
        return _extremum(c, op, x, held, initial)
    if op in ("var", "std"):
        return _spread(c, x, held)
    if held is not None:
        x = held.where(x, _NEUTRAL[op])
    if op == "mean" and held is not None:
        x = x.cast(reduced_kind("mean", x.kind))
        return reduced(c, "sum", x) / reduced(c, "sum", held.cast("int64")).cast(x.kind)
    result = reduced(c, op, x)
    return result if initial is None else result.of("add" if op == "sum" else "mul", initial.cast(result.kind))


def _extremum(c: Reducer, op: str, x: Term, held: Term | None, initial: Term | None) -> Term:
    """The initial value stands in for what the condition leaves out, and behind the elements, which may be none."""
    if initial is None:
        if held is not None:
            raise TypingError("T043", what=c.spelled, reason="with `where` it needs `initial`")
        return reduced(c, op, x)
    initial = initial.cast(x.kind)
    if held is not None:
        x = held.where(x, initial)
    if not x.rank:
        return x.of(_EXTREMA[op], initial)
    axis = c.along[0] if c.along else 0
    extents = list(c.dims(x.array))
    extents[axis] = ONE
    slab = c.exactly("full", (initial.atom, *extents), Array(x.kind, x.rank))
    longer = Term(c, joined(c, [x.array, slab], axis))
    return longer.reduced(op, tuple(range(x.rank)) if c.along is None else c.along, c.keep)


def _spread(c: Reducer, x: Term, held: Term | None) -> Term:
    x = x.cast(reduced_kind("mean", x.kind))
    if held is None:
        config = {name: c.config[name] for name in ("axis", "ddof", "keepdims") if name in c.config}
        return Term(c, c.configured(c.e.op, x.value, **config))
    free, ddof = reduced(c, "sum", held.cast("int64")), argument(c, "ddof")
    return spread(c, x, held, free if ddof is None else (free - ddof).of("maximum", 0))


RULES: Rules = dict.fromkeys((*_NEUTRAL, *_EXTREMA, "var", "std"), _rule)
