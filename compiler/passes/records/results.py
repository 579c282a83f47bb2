"""Lists whose length is known only at run time, as arguments and as results.

An argument is an array of its items. A result is copies of the columns of the list, in nested tuples.

Before:  `return path`, of a list of `(t, x)`
After:   `t.r7 = copy(path:items:0[:count])`, `t.r8 = copy(path:items:1[:count])`, `return (t.r7, t.r8)`

A list of lists or of arrays comes with its heap. `Built` says what the caller makes of it.
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import Apply, Span, Var
from ...ir.records import ArrayItems, Growing, RowItems
from .columns import FIELDS, field, heap_of, held, put, view
from .dissolve import Dissolver
from .fields import apply
from .shapes import NUMBERS
from .state import Record


def given(d: Dissolver, target: Var, e: Apply) -> None:
    """Let the target be a list of the caller's, of which an array of its items has been passed."""
    ref, (array,) = d.reserve(target, Growing, FIELDS), e.args
    record = replace(d.state.heap[ref.name], foreign=True, path=e.attr("path"))
    d.state.heap[ref.name] = record
    d.growing.setdefault(target.name, NUMBERS)
    d.places[target.name] = (e.span, "")
    items = apply(d, "list_items", (array,), e.span, sites=(target.name,), given=(), python=e.attr("python"))
    count = apply(d, "extent", (items,), e.span)
    for key, value in zip(FIELDS, (items, count, count), strict=True):
        put(d, record, key, value, e.span)


def listed(d: Dissolver, target: Var, e: Apply) -> None:
    """Let the target be the columns of a list."""
    record = d.record(e.args[0])
    assert record is not None
    d.put(target, _columns(d, record, field(record, "items", e.span).name, e.span), e.span)


def _columns(d: Dissolver, record: Record, variable: str, span: Span) -> Var:
    """What a column, or each of several, has in use."""
    items = held(d, variable)
    if items is None:
        return apply(d, "copy", (view(d, record, variable, span),), span, via="numpy")
    parts = []
    for key, inner in items.fields:
        if key == "heap" and items.cls in (RowItems, ArrayItems):
            heap = heap_of(d, items)
            parts.append(_columns(d, heap, field(heap, "items", span).name, span))
        else:
            parts.append(_columns(d, record, inner, span))
    return apply(d, "tuple", tuple(parts), span)
