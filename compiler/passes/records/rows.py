"""Lists in lists of a length known only at run time that become longer or shorter.

Before:  `cells[k].append(v)`
After:   `if length[k] >= room[k]: (the row moves to the end of the heap, with more room)`,
         `heap[start[k] + length[k]] = v`, `length[k] = length[k] + 1`

The columns have for such a row the room that it has in the heap as well. A row that has been read has variables for
where it is, and knows from where it was read; when it changes, so do the columns, and other rows in use that were read
from the same ones read again where they are.
"""

from __future__ import annotations

from ...ir.nodes import Atom, Fail, If, SetItem, Span, Var
from ...ir.records import Growing, RowItems
from .columns import (
    ONE,
    SPARE,
    VIEW,
    ZERO,
    columns,
    field,
    fixed,
    heap_of,
    held,
    is_row,
    load,
    make_room,
    parts,
    put,
    read_ends,
    sites,
)
from .dissolve import Dissolver
from .fields import apply, owner, refer
from .fitting import fits, grow
from .shapes import Rows, Shape
from .state import Home, Record, Ref


def append(d: Dissolver, ref: Ref, record: Record, value: Atom, span: Span) -> None:
    """`cells[k].append(v)`."""
    items = may_change_length(d, ref, record, span)
    if items is None or not fits(d, record, value, span):
        return
    heap = heap_of(d, items)
    _make_room_behind(d, record, items, heap, span)
    at = fixed(d, apply(d, "add", (field(record, "start", span), field(record, "count", span)), span), span)
    for name, _, atom in list(parts(d, heap, field(heap, "items", span).name, "", value, span)):
        d.emit(SetItem(Var(name, span=span), (at,), ("i",), atom, span=span))
    _set_length(d, ref, record, items, apply(d, "add", (field(record, "count", span), ONE), span), span)


def pop(d: Dissolver, target: Var, ref: Ref, record: Record, span: Span) -> None:
    """`cells[k].pop()`."""
    items = may_change_length(d, ref, record, span)
    if items is None:
        d.poison(target, span)
        return
    empty = apply(d, "le", (field(record, "count", span), ZERO), span)
    d.emit(If(empty, (Fail("IndexError", "pop from empty list", (), span),), (), span))
    last = fixed(d, apply(d, "sub", (field(record, "count", span), ONE), span), span)
    load(d, target, record, last, span)
    _set_length(d, ref, record, items, last, span)


def clear(d: Dissolver, ref: Ref, record: Record, span: Span) -> None:
    """`cells[k].clear()`."""
    items = may_change_length(d, ref, record, span)
    if items is not None:
        _set_length(d, ref, record, items, ZERO, span)


def may_change_length(d: Dissolver, ref: Ref, record: Record, span: Span) -> Record | None:
    """The columns of a row that may become longer or shorter, as everybody who has it will see that; or a report."""
    grow(d, tuple(s.removesuffix("[]") for s in sites(record) if s.endswith("[]")), _longer)
    home = record.home
    items = held(d, home.items) if home is not None else None
    alone = home is not None and items is not None and not items.shared and owner(d, home) is not None
    if record.foreign:
        d.refuse("R003", span, record=record)
    elif not alone or home is None or items is None or any(
            _may_have(d, r, record, home, items) for r in _reached(d, ref)):
        refer(d, record)
        d.refuse("R007", span, record=record)
    else:
        return items
    return None


def _longer(shape: Shape) -> Shape:
    return Rows(shape.items, True) if isinstance(shape, Rows) else shape


def _reached(d: Dissolver, ref: Ref) -> list[Record]:
    return [d.state.heap[n] for n in sorted(d.state.reachable(d.live) - {ref.name})]


def _may_have(d: Dissolver, other: Record, record: Record, home: Home, items: Record) -> bool:
    """Whether something in use may be, or hold, the row that changes, and does not see it."""
    storage = heap_of(d, items).variable("items")
    if record.variable("items") != storage:
        return True
    if other.cls is RowItems:
        return other is not items and bool(heap_of(d, other).origins & record.origins)
    if not other.origins & record.origins:
        return False
    if other.cls is Growing and is_row(other):
        return other.variable("items") != storage or other.home is None or other.home.items != home.items
    return other.variable("items") != storage


def _make_room_behind(d: Dissolver, record: Record, items: Record, heap: Record, span: Span) -> None:
    """Let there be room for one more item: if there is none, the row moves to the end of the heap."""
    assert record.home is not None
    at, start, count = record.home.at, field(record, "start", span), field(record, "count", span)
    room = apply(d, "list_get", (field(items, "room", span), at), span, sites=())
    full = apply(d, "ge", (count, room), span)
    outer, d.out = d.out, []
    more = apply(d, "add", (apply(d, "add", (count, count), span), SPARE), span)
    make_room(d, heap, more, span)
    place = fixed(d, field(heap, "count", span), span)
    old_end, new_end = (apply(d, "add", (k, count), span) for k in (start, place))
    for name, _ in columns(d, field(heap, "items", span).name):
        column = Var(name, span=span)
        moved = apply(d, "getitem", (column, start, old_end), span, spec=VIEW)
        d.emit(SetItem(column, (place, new_end), VIEW, moved, span=span))
    put(d, heap, "count", apply(d, "add", (place, more), span), span)
    put(d, record, "start", place, span)
    for key, number in (("start", place), ("room", more)):
        d.emit(SetItem(field(items, key, span), (at,), ("i",), number, span=span))
    inner, d.out = tuple(d.out), outer
    d.emit(If(full, inner, (), span))


def _set_length(d: Dissolver, ref: Ref, record: Record, items: Record, length: Atom, span: Span) -> None:
    """Store the length of a row, and let others that may be the same one read again where they are."""
    home = record.home
    assert home is not None
    put(d, record, "count", length, span)
    d.emit(SetItem(field(items, "length", span), (home.at,), ("i",), length, span=span))
    whole = owner(d, home)
    assert whole is not None
    for other in _reached(d, ref):
        if other.home is not None and other.home.items == home.items:
            read_ends(d, other, whole, items, home.path, other.home.at, span)
