"""Lists whose length is known only at run time, as results: copies of their columns, in nested tuples.

Before:  `return path`, of a list of `(t, x)`
After:   `t.r7 = copy(path:items:0[:count])`, `t.r8 = copy(path:items:1[:count])`, `return (t.r7, t.r8)`

A list of lists or of arrays comes with its heap. `Built` says what the caller makes of it.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Span, Var
from ...ir.records import ArrayItems, RowItems
from .columns import field, heap_of, held, view
from .dissolve import Dissolver
from .fields import apply
from .state import Record


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
