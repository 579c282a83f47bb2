"""Copies of variables where paths meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...ir.nodes import UNASSIGNED, Apply, Assign, Const, Span, Stmt, Var


def rebound(target: Var, source: str, span: Span) -> Assign:
    """A copy that may also copy that nothing has been assigned."""
    return Assign(target, Apply("rebind", (Var(source, span=span),), span=span), span)


def parallel(copies: list[Assign], fresh: Callable[[Span], Var]) -> Iterator[Stmt]:
    """Copies that are made at once: what a later one reads is put aside before an earlier one overwrites it."""
    targets = {s.target.name for s in copies}
    held: dict[str, str] = {}
    for s in copies:
        source = source_of(s)
        if source in targets and source not in held:
            put_aside = fresh(s.span)
            held[source] = put_aside.name
            yield rebound(put_aside, source, s.span)
    for s in copies:
        source = source_of(s)
        yield rebound(s.target, held.get(source, source), s.span) if source else s


def source_of(copy: Assign) -> str:
    """The variable that is copied; nothing if the value is known."""
    if isinstance(copy.value, Const):
        return ""
    assert isinstance(copy.value, Apply) and isinstance(copy.value.args[0], Var)
    return copy.value.args[0].name


def is_pending(value: object) -> bool:
    """Whether the value waits for the answer to a question: it may be anything, and joins as nothing does."""
    return isinstance(value, Const) and value == UNASSIGNED
