"""The lengths that `zip(..., strict=True)` compares."""

from __future__ import annotations

from ..ir.nodes import Atom, Fail, If, Span
from .scope import Scope


def same_lengths(scope: Scope, first: Atom, second: Atom, span: Span) -> None:
    """After a loop over both, which ends with the shorter one."""
    for op, shorter in (("lt", 0), ("gt", 1)):
        test = scope.apply("truth", span, scope.apply(op, span, first, second))
        scope.emit(If(test, (ended_early(shorter, span),), (), span))


def ended_early(part: int, span: Span) -> Fail:
    """What is raised where this part, 0 or 1, has no item any more and the other one may have."""
    word = "shorter" if part else "longer"
    return Fail("ValueError", f"zip() argument 2 is {word} than argument 1", (), span)
