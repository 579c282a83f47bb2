"""Lists whose length is known only at run time, as arguments and as results.

An argument is an array of its items, or one for each number in an item. A result is copies of the columns of the list,
in nested tuples.

Before:  `return path`, of a list of `(t, x)`
After:   `t.r7 = copy(path:items:0[:count])`, `t.r8 = copy(path:items:1[:count])`, `return (t.r7, t.r8)`

A list of lists or of arrays comes with its heap. `Built` says what the caller makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Span, Var
from ...ir.records import PLACES, Growing, ObjectItems, RecordOf, RowItems, field_name, item_type
from ...ir.types import Scalar
from .columns import FIELDS, field, heap_of, held, hold, put, view
from .dissolve import Dissolver
from .fields import apply
from .state import Record


def given(d: Dissolver, target: Var, e: Apply) -> None:
    """Let the target be a list of the caller's, of which arrays of its items have been passed."""
    ref, site = d.reserve(target, Growing, FIELDS), f"{target.name}.given"
    record = replace(d.state.heap[ref.name], foreign=True, path=e.attr("path"), origins=frozenset({site}))
    d.state.heap[ref.name] = record
    d.places[site] = (e.span, "")
    count = apply(d, "extent", e.args[:1], e.span)
    _fill(d, field(record, "items", e.span), e.attr("structure"), iter(e.args), site, e.span)
    for key in ("count", "room"):
        put(d, record, key, count, e.span)


def _fill(d: Dissolver, target: Var, s: RecordOf, arrays: Iterator[Atom], site: str, span: Span) -> None:
    """Let a variable be the items of a list, or their columns."""
    (held_items,) = s.items
    if not isinstance(held_items, RecordOf):
        item = item_type(s)
        python = isinstance(item, Scalar) and item.weak
        own = apply(d, "copy", (next(arrays),), span, via="numpy")  # what is stored into others is not the argument
        found = apply(d, "list_items", (own,), span, sites=(site,), given=(), python=python)
        d.emit(Assign(target, found, span))
        d.state.env[target.name] = None
        return
    keys = held_items.keys
    names = [f"{target.name}:{field_name(held_items.cls, k, n)}" for n, k in enumerate(keys)]
    hold(d, target.name, held_items.cls, tuple(zip(keys, names, strict=True)))
    for name, key, column in zip(names, keys, held_items.items, strict=True):
        assert isinstance(column, RecordOf)
        _fill(d, Var(name, span=span), column, arrays, f"{site}.{key}", span)


def listed(d: Dissolver, target: Var, e: Apply) -> None:
    """Let the target be the columns of a list."""
    record = d.record(e.args[0])
    assert record is not None
    if _endless(d, field(record, "items", e.span).name):
        d.refuse("R005", e.span, what="a result that holds objects which hold others of their kind", record=record)
        d.poison(target, e.span)
        return
    d.put(target, _columns(d, record, field(record, "items", e.span).name, e.span), e.span)


def _endless(d: Dissolver, variable: str, around: tuple[str, ...] = ()) -> bool:
    """Whether something in the items of a list holds others of its kind."""
    items = held(d, variable)
    if items is None or variable in around:
        return items is not None
    inner = [v for k, v in items.fields if k != "heap" or items.cls not in PLACES]
    if items.cls in PLACES:
        inner.append(field(heap_of(d, items), "items", Span()).name)
    return any(_endless(d, v, (*around, variable)) for v in inner)


def _columns(d: Dissolver, record: Record, variable: str, span: Span, rows: Var | None = None) -> Var:
    """What a column, or each of several, has in use, or only at the given `rows`."""
    items = held(d, variable)
    if items is None:
        used = view(d, record, variable, span)
        taken = used if rows is None else apply(d, "getitem", (used, rows), span, spec=("i",))
        return apply(d, "copy", (taken,), span, via="numpy")
    if items.cls is ObjectItems:
        table = heap_of(d, items)
        at = _columns(d, record, field(items, "at", span).name, span, rows)
        return _columns(d, table, field(table, "items", span).name, span, at)
    parts = []
    for key, inner in items.fields:
        if key == "heap" and items.cls in PLACES:
            heap = heap_of(d, items)
            parts.append(_columns(d, heap, field(heap, "items", span).name, span))
        elif key != "room" or items.cls is not RowItems:
            parts.append(_columns(d, record, inner, span, rows))
    return apply(d, "tuple", tuple(parts), span)
