"""Objects that several names, lists, tuples or other objects may have: each is a row of a table.

Before:  `ps = [P(v) for v in x]`, `some = [p for p in ps if p.x > 0.0]`, `for p in some: p.x *= 2.0`
After:   `table:x = list_new()`, ..., `ps:items:at[k] = row`, `some:items:at[n] = p.at`,
         `p:x = table:x[p.at] * 2.0`, `table:x[p.at] = p:x`

As long as it is known which object a store changes, an object is variables, and in a list it is numbers. Where that
does not tell any more who sees the store, the pass begins again, and from then on every object of this class is a row
of one table from its construction on. What holds an object holds the number of its row. Stores are made in the
table (`homes`), and two objects are the same one if the numbers of their rows are equal.
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.classes import is_named_tuple
from ...ir.nodes import Apply, Const, Span, Var
from ...ir.records import PLACES, VIEWS, Growing, RowItems, field_name
from ...ir.types import PY_BOOL, PY_INT
from .again import Grows
from .classes import construct
from .columns import FIELDS, ONE, add, build, field, fixed, held, hold, load_part, make_room, put
from .dissolve import Dissolver, Rule
from .fields import apply
from .fitting import fits_row, shape_of_field
from .shapes import TABLE, Fields, endless, with_references
from .state import Home, Record, Ref


def refer(d: Dissolver, record: Record) -> None:
    """Begin again with a table for all objects of this kind, if there may be one and there is none so far.

    For a list, it is one for objects that hold lists.
    """
    if record.cls in (list, Growing):
        for name in sorted(d.state.heap):
            holder = d.state.heap[name]
            if any((r := d.record(Var(v))) is not None and r.cls in (list, Growing) for _, v in holder.fields):
                _refer_objects(d, holder)
    else:
        _refer_objects(d, record)


def _refer_objects(d: Dissolver, record: Record) -> None:
    plain = not issubclass(record.cls, list | tuple) and record.cls not in (Growing, *VIEWS, *PLACES)
    if not plain or is_named_tuple(record.cls) or record.foreign or (record.cls, record.keys) in d.objects:
        return
    inner = [shape_of_field(d, Var(v)) for _, v in record.fields]
    known = tuple(s for s in inner if s is not None)
    if known and len(known) == len(inner):
        begin_with(d, Fields(record.cls, record.keys, known))


def begin_with(d: Dissolver, shape: Fields) -> None:
    """Begin again with a table for objects of a shape, unless one of them holds others of its kind directly."""
    label = f"{TABLE}{shape.cls.__name__}"
    count = sum(1 for name in d.growing if name == label or name.startswith(f"{label}."))
    name = f"{label}.{count}" if count else label
    if not endless(with_references(d.growing | {name: shape})):
        raise Grows({name: shape})


def make_tables(d: Dissolver, span: Span) -> None:
    """Empty tables, where the function begins."""
    for name in sorted(d.objects.values()):
        hold(d, name, Growing, tuple((k, f"{name}:{k}") for k in FIELDS))
        d.places[name] = (Span(), name)
    for name in sorted(d.objects.values()):
        shape = d.growing[name]
        assert isinstance(shape, Fields)
        items = f"{name}:items"
        inner = [f"{items}:{field_name(shape.cls, k, n)}" for n, k in enumerate(shape.keys)]
        hold(d, items, shape.cls, tuple(zip(shape.keys, inner, strict=True)))
        for v, s, k in zip(inner, shape.items, shape.keys, strict=True):
            build(d, v, s, (name,), f".{k}", span)
        for key in ("count", "room"):
            put(d, d.state.heap[name], key, Const(0, PY_INT, span), span)


def made(d: Dissolver, target: Var) -> None:
    """Put an object that has just been made into the table of its class, if there is one."""
    ref, record = d.value(target), d.record(target)
    if isinstance(ref, Ref) and record is not None and record.home is None:
        name = d.objects.get((record.cls, record.keys))
        if name is not None and not _enter(d, ref, d.state.heap[name], target.span):
            d.poison(target, target.span)


def row_of(d: Dissolver, target: Var, e: Apply) -> None:
    """Let the target be the row of an object in a table. One of the caller's may have none so far."""
    ref, given, table = d.value(e.args[0]), d.record(e.args[0]), e.attr("table")
    assert isinstance(ref, Ref) and given is not None
    if given.home is None or given.home.items != table.variable("items"):
        if not given.foreign:
            d.refuse("R007", e.span, record=given)
        _enter(d, ref, table, e.span)
    home = d.state.heap[ref.name].home
    d.put(target, Const(0, PY_INT, e.span) if home is None else home.at, e.span)  # it may have been refused


def _enter(d: Dissolver, ref: Ref, table: Record, span: Span) -> bool:
    """Let an object be a new row of a table, if it fits."""
    if not fits_row(d, table, d.state.heap[ref.name], span):
        return False
    items, fields = field(table, "items", span).name, d.state.heap[ref.name].fields
    make_room(d, table, ONE, span)
    at, holder = fixed(d, field(table, "count", span), span), d.fresh(span)
    d.state.bind(holder.name, ref)
    add(d, table, holder, span)
    d.state.unbind(holder.name)
    d.state.heap[ref.name] = replace(d.state.heap[ref.name], home=Home(items, items, "", at))
    columns_of = held(d, items)
    assert columns_of is not None
    for (key, v), (_, column) in zip(fields, columns_of.fields, strict=True):
        inner = held(d, column)
        if inner is not None and inner.cls is RowItems:  # from here on, the list is the one in the table
            load_part(d, Var(v, span=span), table, column, f".{key}", at, span)
    return True


def same_row(d: Dissolver, target: Var, first: Record, second: Record, e: Apply) -> bool:
    """`p is q` of two objects of which both are in one table; False if they are not."""
    one, two = first.home, second.home
    if one is None or two is None or replace(one, at=two.at) != two or not one.storage.startswith(TABLE) or (
            first.foreign or second.foreign):
        return False
    found = apply(d, "eq", (one.at, two.at), e.span)
    if first.missing or second.missing:
        flags = tuple(Var(r.missing) if r.missing else Const(False, PY_BOOL) for r in (first, second))
        neither = apply(d, "logical_not", (apply(d, "logical_or", flags, e.span, via="python"),), e.span, via="python")
        both = apply(d, "logical_and", flags, e.span, via="python")
        found = apply(d, "logical_and", (neither, found), e.span, via="python")
        found = apply(d, "logical_or", (both, found), e.span, via="python")
    if e.op == "is_not":
        found = apply(d, "logical_not", (found,), e.span, via="python")
    d.put(target, found, e.span)
    return True


def _constructed(d: Dissolver, target: Var, e: Apply) -> None:
    construct(d, target, e)
    made(d, target)


RULES: dict[str, Rule] = {
    "construct": _constructed,
    "refer": lambda d, target, e: refer(d, e.attr("record")),
    "table for": lambda d, target, e: begin_with(d, e.attr("shape")),
    "tables": lambda d, target, e: make_tables(d, e.span),
    "row of": row_of,
}
