"""Methods of one number that are methods of arrays as well: what is copied or converted is a number then."""

from __future__ import annotations

from ...ir.nodes import Apply, Atom, Var
from ...ir.types import PARTS, Kind, Scalar, in_words, is_complex
from ...ops.typing import TypingError
from .inferrer import Inferrer


def copy_number(inf: Inferrer, target: Var, e: Apply, x: Atom, t: Scalar) -> None:
    """`x[0].astype(...)` and `x[0].copy()` are numbers, which only NumPy's have."""
    if t.weak:
        hint = "a number of Python's has no such method: write `np.float64(x)`, or nothing"
        raise TypingError("T004", what=f".{e.op}()", types=in_words(t), hint=hint)
    kind: Kind = e.attr("dtype") or t.kind
    if is_complex(t) and kind not in PARTS:
        raise TypingError("T072", value=in_words(t), kind=kind)
    inf.define(target, inf.cast(x, kind, e.span, implicit=False), e.span)
