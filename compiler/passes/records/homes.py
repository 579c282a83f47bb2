"""Stores into objects that have been read from a list whose length is known only at run time.

Before:  `p = particles[i]`, `p.x = v`
After:   `p:x = particles:items:x[i]`, `p:x = v`, `particles:items:x[i] = v`

An object that has been read has a copy of what the columns hold, and knows where that is. A store into it is a store
into the columns as well, and other objects that have been read from there and are still in use read it again, since
they may be the same one.
"""

from __future__ import annotations

from ...ir.nodes import Apply, SetItem, Var
from ...ir.records import ArrayItems, RowItems
from .columns import field, held, load_part, parts
from .dissolve import Dissolver
from .fields import owner
from .fitting import shape_of
from .shapes import NUMBERS, unified
from .state import Record


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
    found, known = shape_of(d, value), d.state.shape(column)
    if found is None or (found != known and (known == NUMBERS or unified(known, found) != known)):
        d.refuse("R004", span, name="the list")
        return
    others = _others(d, e.attr("object"), record)
    if inner is not None and inner.cls is not ArrayItems and (others or inner.cls is RowItems):
        d.refuse("R007", span, record=record)
        return
    if e.attr("augmented") and inner is not None and inner.cls is ArrayItems:
        return  # the array is the one in the list
    for name, _, atom in list(parts(d, items, column, path, value, span)):
        d.emit(SetItem(Var(name, span=span), (home.at,), ("i",), atom, span=span))
    for other in others:
        assert other.home is not None
        load_part(d, field(other, key, span), items, column, path, other.home.at, span)


def _others(d: Dissolver, name: str, record: Record) -> list[Record]:
    """The other objects in use that may be the same one."""
    assert record.home is not None
    reached = [d.state.heap[n] for n in sorted(d.state.reachable(d.live) - {name})]
    return [r for r in reached if r.home is not None and r.home.items == record.home.items]
