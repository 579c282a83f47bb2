"""Type rules of unpacking: `x, y = a` needs exactly as many items as names."""

from __future__ import annotations

from ...ir.nodes import Apply, Const, Fail, If, Var
from ...ir.types import PY_BOOL, PY_INT, Array, in_words
from ...ops.typing import TypingError
from .inferrer import Inferrer


def check_length(inf: Inferrer, e: Apply, base: Var, t: Array) -> None:
    """`x, y = a` needs exactly as many items as names, and a call `f(*a)` as many as parameters."""
    count = e.attr("unpack")
    if t.rank == 0:
        raise TypingError("T009", what=in_words(t), count=count)
    extent = inf.temporary(Apply("dim", (base,), PY_INT, e.span, (("axis", 0),)), e.span)
    wrong = inf.temporary(Apply("ne", (extent, Const(count, PY_INT)), PY_BOOL, e.span), e.span)
    many = inf.temporary(Apply("gt", (extent, Const(count, PY_INT)), PY_BOOL, e.span), e.span)
    kind = "TypeError" if e.attr("called") else "ValueError"
    too_many = Fail(kind, f"too many values to unpack (expected {count})", (), e.span)
    too_few = Fail(kind, f"not enough values to unpack (expected {count}, got {{}})", (extent,), e.span)
    inf.emit(If(wrong, (If(many, (too_many,), (too_few,), e.span),), (), e.span))
