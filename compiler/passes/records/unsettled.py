"""Loops whose records are others in each iteration."""

from __future__ import annotations

from ...ir.nodes import Span
from .again import LengthDiffers
from .state import Record, Ref, State


def unsettled(before: State, after: State, span: Span) -> LengthDiffers:
    """What the heads of two iterations differ in: lists with other items, or else an object.

    A loop that puts as many items into a list as it takes out has others in it each time. An object that is made of
    the one of the iteration before holds more in each.
    """
    moved = [r for name, r in after.heap.items() if r.cls is list and r != before.heap.get(name)]
    if moved:
        origins = frozenset[str]().union(*(r.origins for r in moved))
        return LengthDiffers("a list", span, origins, any(r.foreign for r in moved))
    names = [n for n, v in after.env.items() if _held(after, v) != _held(before, before.env.get(n))]
    name = next((n for n in names if n.isidentifier()), "")
    return LengthDiffers(name, span, frozenset(), True, "R017")


def _held(state: State, value: object) -> list[str]:
    """The classes of what an object holds, and what that holds."""
    if not isinstance(value, Ref):
        return []
    record: Record = state.heap[value.name]
    inner = [_held(state, state.env.get(v)) for _, v in record.fields]
    return [str(record), *(word for words in inner for word in words)]
