"""Stores into objects that have been read from a list whose length is known only at run time.

Before:  `p = particles[i]`, `p.x = v`
After:   `p:x = particles:items:x[i]`, `p:x = v`, `particles:items:x[i] = v`

An object that has been read has a copy of what the columns hold, and knows where that is. A store into it is a store
into the columns as well, and other objects that have been read from there and are still in use read it again, since
they may be the same one.
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import Apply, Atom, SetItem, Var
from ...ir.records import PLACES, ArrayItems, Growing, ObjectItems, RowItems
from .columns import field, heap_of, held, is_row, load_part, parts, read_ends, sites
from .dissolve import Dissolver
from .fields import owner, refer
from .fitting import fits_column
from .shapes import TABLE
from .state import Home, Record, Ref


def stored_at_home(d: Dissolver, target: Var, e: Apply) -> None:
    """Store what an object holds now into the columns that it has been read from, and let others read it again."""
    record, key, span = d.state.heap[e.attr("object")], e.attr("key"), e.span
    home = record.home
    assert home is not None
    items, columns = owner(d, home), held(d, home.items)
    if items is None or columns is None:
        return  # nobody has the list any more
    column, value = field(columns, key, span).name, field(record, key, span)
    inner, path = held(d, column), f"{home.path}.{key}"
    in_table = home.storage.startswith(TABLE)
    if not fits_column(d, sites(items), column, path, value):
        d.refuse("R013" if in_table else "R004", span, name="the list", record=record, key=key)
        return
    others = _others(d, e.attr("object"), record)
    if inner is not None and not in_table and (
            inner.cls is RowItems or (others and inner.cls not in (ArrayItems, ObjectItems))):
        refer(d, record)
        d.refuse("R007", span, record=record)
        return
    if e.attr("augmented") and inner is not None and inner.cls is ArrayItems:
        return  # the array is the one in the list
    for name, _, atom in list(parts(d, items, column, path, value, span)):
        d.emit(SetItem(Var(name, span=span), (home.at,), ("i",), atom, span=span))
    if inner is not None and inner.cls is RowItems:  # from here on, the list is the one in the table
        load_part(d, field(record, key, span), items, column, path, home.at, span)
    for other in others:
        assert other.home is not None
        load_part(d, field(other, key, span), items, column, path, other.home.at, span)


def _others(d: Dissolver, name: str, record: Record) -> list[Record]:
    """The other objects in use that may be the same one."""
    assert record.home is not None
    reached = [d.state.heap[n] for n in sorted(d.state.reachable(d.live) - {name})]
    return [r for r in reached if r.home is not None and r.home.items == record.home.items]


def settle(d: Dissolver, value: Atom, storage: str, variable: str, path: str, at: Var) -> None:
    """Let an object that has been put into a list, and those in it, be the ones at a position there."""
    ref, items = d.value(value), held(d, variable)
    given = d.state.record(ref)
    if not isinstance(ref, Ref) or given is None or items is None or items.shared:
        return
    if items.cls is RowItems:
        _settle_row(d, ref, given, items, Home(storage, variable, path, at))
    elif items.cls not in PLACES and items.keys == given.keys:
        if given.cls is not tuple and given.home is None:
            d.state.heap[ref.name] = replace(given, home=Home(storage, variable, path, at))
        for (key, inner), (_, v) in zip(items.fields, given.fields, strict=True):
            settle(d, Var(v, span=at.span), storage, inner, f"{path}.{key}", at)


def _settle_row(d: Dissolver, ref: Ref, given: Record, items: Record, home: Home) -> None:
    """Let a list that has been put into another one, and is still in use, be the one there."""
    whole = owner(d, home)
    if given.cls is not Growing or is_row(given) or whole is None or ref.name not in d.state.reachable(d.live):
        return
    heap, span, base = heap_of(d, items), home.at.span, d.fresh(home.at.span).name
    fields = (*((key, f"{base}:{key}") for key in ("start", "count")), ("items", field(heap, "items", span).name))
    row = replace(given, fields=fields, origins=given.origins | heap.origins)
    d.state.heap[ref.name] = row = replace(row, home=home if "room" in items.keys else None)
    read_ends(d, row, whole, items, home.path, home.at, span)


def set_free(d: Dissolver, value: Atom, variable: str) -> None:
    """Let an object that has been taken out of a list be one of its own, if nobody else can have it."""
    ref, items = d.value(value), held(d, variable)
    given = d.state.record(ref)
    if not isinstance(ref, Ref) or given is None or items is None or items.keys != given.keys or items.shared:
        return
    own = frozenset({ref.name})
    reached = d.state.reachable(d.live) - {ref.name, _name(d, variable)}
    if not any(d.state.heap[n].origins & given.origins for n in reached):
        d.state.heap[ref.name] = replace(given, origins=own)
    for (_, inner), (_, v) in zip(items.fields, given.fields, strict=True):
        set_free(d, Var(v, span=value.span), inner)


def _name(d: Dissolver, variable: str) -> str:
    value = d.state.env[variable]
    assert isinstance(value, Ref)
    return value.name


def share(d: Dissolver, variable: str) -> None:
    """Note that one object may be several of the items in columns."""
    items = held(d, variable)
    if items is not None and items.cls is not ObjectItems:
        value = d.state.env[variable]
        assert isinstance(value, Ref)
        d.state.heap[value.name] = replace(items, shared=True)
        for _, inner in items.fields:
            share(d, inner)
