"""Loops over the values of generators that are known here only: of methods, and of recursive functions."""

from __future__ import annotations

from dataclasses import replace
from types import FunctionType
from typing import Any, Protocol

from ...ir.nodes import Apply, Atom, Call, Consume, Method, Span, Var
from ...ir.traversal import operands
from ..liveness import Names
from .outside import Outside
from .state import Record


class Writer(Protocol):
    """What knows the records, and writes out a call."""

    rules: dict[str, Any]
    outside: Outside
    live: Names

    def record(self, a: Atom) -> Record | None: ...
    def refuse(self, code: str, span: Span, **words: object) -> None: ...
    def written_out(self, target: Var, function: Any, call: Call | Consume, names: tuple[Any, ...],
                    live: Names) -> None: ...


def consumed(d: Writer, s: Consume) -> None:
    """The generator with the body of the loop where it yields."""
    call = replace(s.call, path=(("method", s.label),))
    if isinstance(call.target, Method):
        owner, name = call.args[0], call.target.name
        d.rules["needed"](d, s.var, Apply("method", (owner,), span=s.span, attrs=(("name", name),)))
        record = d.record(owner)
        found = d.outside.member(record.cls, name) if record is not None else None
        if not isinstance(found, FunctionType):
            d.refuse("A031", s.span, what="it is not known which one it is")
            return
        call = replace(call, target=found)
    d.written_out(s.var, call.target, replace(s, call=call), (s.label, *map(str, operands(call))), d.live)
