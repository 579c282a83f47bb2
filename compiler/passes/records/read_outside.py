"""Records that the function reads from outside: their leaves are constants and hidden arrays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...ir.nodes import Apply, Atom, Const, Var
from .dissolve import Dissolver
from .state import Ref


def from_outside(d: Dissolver, target: Var, e: Apply) -> None:
    """A list or dict that the function reads from outside: the same object wherever it is read."""
    own = Var(f"outside:{e.attr('name')}", span=e.span)
    if not isinstance(d.state.env.get(own.name), Ref):
        _held(d, own, e.attr("held"))
    d.put(target, own, e.span)


def _held(d: Dissolver, target: Var, held: Any) -> None:
    items: list[Atom] = []
    for k, item in enumerate(held.items):
        if isinstance(item, Const | Var):
            items.append(item)
        else:
            inner = Var(f"{target.name}.{k}", span=target.span)
            _held(d, inner, item)
            items.append(inner)
    ref = d.reserve(target, held.cls, held.keys)
    record = d.state.heap[ref.name] = replace(d.state.heap[ref.name], foreign=True)
    for (_, variable), value in zip(record.fields, items, strict=True):
        d.put(Var(variable, span=target.span), value, target.span)
