"""The arrays of one list are put into another one: the memory that has them is copied as a whole.

Before:  `grid.append(row)`, where the items of `row` are arrays
After:   `heap[count:count + size] = row:heap[:size]`, `start[n:n + k] = row:start[:k] + count`

Two places of the list that had one array have one array afterwards.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Assign, SetItem, Var
from .columns import (
    VIEW,
    column_sites,
    extend_with,
    field,
    fixed,
    heap_of,
    held,
    is_row,
    make_room,
    put,
    shares,
    stored_places,
    view,
    whole,
)
from .dissolve import Dissolver, Rule
from .fields import apply
from .listing import append_all
from .state import Record


def _moves(d: Dissolver, given: Record, there: Record, mine: Record) -> bool:
    """Whether the heap of a list may be copied as a whole into that of another one."""
    one, other = heap_of(d, there), heap_of(d, mine)
    apart = one.variable("items") != other.variable("items") and there.keys == mine.keys and not is_row(given)
    return apart and (shares(d, one) or not shares(d, other))


def _extend(d: Dissolver, target: Var, e: Apply) -> None:
    given, record, span = d.record(e.args[0]), e.attr("owner"), e.span
    assert given is not None and isinstance(record, Record)
    items, own = held(d, field(record, "items", span).name), held(d, field(given, "items", span).name)
    assert items is not None and own is not None
    if not _moves(d, given, own, items):
        append_all(d, record, e.args[0], span)
        return
    heap, other = heap_of(d, items), heap_of(d, own)
    base, size = fixed(d, field(heap, "count", span), span), fixed(d, field(other, "count", span), span)
    shared = shares(d, heap)
    array = Var(f"{d.fresh(span).name}..{'moved' if shared else 'listed'}", span=span)
    op, known = "list_copy" if shared else "list_array", (("places", stored_places(d, heap)), ("rank", 1))
    d.emit(Assign(array, Apply(op, (whole(d, other, span),), span=span, attrs=known), span))
    d.state.env[array.name] = None
    extend_with(d, heap, array, (), size, span, alike=shared)
    count = fixed(d, field(given, "count", span), span)
    make_room(d, record, count, span)
    at = field(record, "count", span)
    end = apply(d, "add", (at, count), span)
    for key, column in items.fields[:-1]:
        part = view(d, given, field(own, key, span).name, span)
        if key == "start":
            part = apply(d, "add", (part, base), span)
        sites, before = (column_sites(r, f".{key}") for r in (record, given))
        d.emit(SetItem(Var(column, span=span), (at, end), VIEW,
                       apply(d, "list_items", (part,), span, sites=sites, given=before), span=span))
    put(d, record, "count", end, span)


RULES: dict[str, Rule] = {"extend by arrays": _extend}
