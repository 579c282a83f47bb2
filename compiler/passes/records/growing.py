"""Lists whose length is known only at run time: arrays with room to spare, and a count.

Before:  `parts = []`, `for i in range(n): parts.append(v)`
After:   `items = list_new()`, `count = 0`, `for ...: if count >= room: (a larger array takes the place of items)`,
         `items[count] = v`, `count = count + 1`

Everything here is ordinary statements, so derivatives need nothing of their own: the adjoint of the array follows it
from one memory to the next as for any other name that is bound again. The type of the items is found by `infer`, which
collects it for every list by the places where it is made (`sites`). `columns` has what the items are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...ir.nodes import Apply, Assign, Atom, Const, Fail, For, If, SetItem, Span, Var
from ...ir.records import PLACES, ArrayItems, Growing, ObjectItems, RowItems
from ...ir.traversal import assigned
from ...ir.types import PY_INT
from .columns import (
    FIELDS,
    ONE,
    ZERO,
    add,
    build,
    column_place,
    column_sites,
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
    view,
)
from .dissolve import Dissolver
from .fields import apply, in_place, may_store, refer
from .fitting import fits
from .homes import settle
from .shapes import NUMBERS
from .state import Record, Ref, is_text


def start(d: Dissolver, target: Var, items: tuple[Atom, ...]) -> None:
    """A new list."""
    span = target.span
    if any(is_text(d.value(a)) for a in items):
        d.refuse("R004", span, name="the list")
        d.poison(target, span)
        return
    record = fresh(d, target, span)
    plain = held(d, field(record, "items", span).name) is None
    if not all(fits(d, record, a, span) for a in items):
        d.poison(target, span)
    elif plain:
        known = {"sites": column_sites(record, ""), "places": (column_place(d, target.name + d.iteration, ""),),
                 "exact": d.tables.chosen}
        put(d, record, "items", apply(d, "list_new", items, span, **known), span)
        put(d, record, "count", Const(len(items), PY_INT, span), span)
        put(d, record, "room", Const(len(items), PY_INT, span), span)
    elif items:
        make_room(d, record, Const(len(items), PY_INT, span), span)
        for a in items:
            add(d, record, a, span)


def fresh(d: Dissolver, target: Var, span: Span, part: str = "") -> Record:
    """A new empty list for a variable, with columns for the items that it is known to hold.

    `part` says which of several lists it is that are made for one variable of the program.
    """
    site = target.name + d.iteration
    ref = d.reserve(target, Growing, FIELDS)
    record = d.state.heap[ref.name]
    d.state.let_go(field(record, "items", span).name)
    d.places[site] = (span, part)
    build(d, field(record, "items", span).name, d.growing.get(site, NUMBERS), (site,), "", span)
    for key in ("count", "room"):
        put(d, record, key, Const(0, PY_INT, span), span)
    return record


def append(d: Dissolver, record: Record, value: Atom, span: Span) -> None:
    if fits(d, record, value, span):
        make_room(d, record, ONE, span)
        at = fixed(d, field(record, "count", span), span)
        add(d, record, value, span)
        settle(d, value, field(record, "items", span).name, field(record, "items", span).name, "", at)


def may_change(d: Dissolver, ref: Ref, record: Record, span: Span, moving: bool = True) -> bool:
    """Whether a list, and the heap of its items, may change; what forbids it is reported.

    With `moving`, items may be in other places afterwards.
    """
    if moving:
        d.state.move_out(field(record, "items", span).name)
    if is_row(record):
        d.refuse("R005", span, what="changing the length of a list inside a list", record=record)
        return False
    return may_store(d, ref, record, span) and heaps_apart(d, field(record, "items", span).name, span)


def heaps_apart(d: Dissolver, variable: str, span: Span) -> bool:
    """Whether no row in use would be left behind when a heap moves to other memory."""
    items = held(d, variable)
    if items is None or items.cls is ObjectItems:
        return True
    if items.cls in (RowItems, ArrayItems):
        return row_may_change(d, heap_of(d, items), span) and heaps_apart(
            d, field(heap_of(d, items), "items", span).name, span)
    return all(heaps_apart(d, v, span) for _, v in items.fields)


def row_may_change(d: Dissolver, record: Record, span: Span) -> bool:
    """Whether every row in use that may be the same has its items in the same variable."""
    storage = record.variable("items")
    for name in sorted(d.state.reachable(d.live)):
        other = d.state.heap[name]
        if other.cls is Growing and is_row(other) and other.origins & record.origins and (
                other.variable("items") != storage):
            refer(d, record)
            d.refuse("R007", span, record=record)
            return False
    return True


def place(d: Dissolver, record: Record, index: Atom, span: Span, message: str = "list index out of range") -> Var:
    """The index counted from the start, after Python's check."""
    return apply(d, "list_place", (index, field(record, "count", span)), span, message=message)


def get(d: Dissolver, target: Var, record: Record, e: Apply) -> None:
    """`parts[i]`, `parts[i:j]`, and the items of `a, b = parts`."""
    spec, span = e.attr("spec"), e.span
    count = e.attr("unpack")
    if count is not None and spec == ("i",):
        if d.constant(e.args[1]) == 0:
            _unpacked(d, record, count, span)
        load(d, target, record, e.args[1], span)
    elif len(spec) == 1 and spec[0][0] == "s":
        _at_least(d, record, e)
        part(d, target, record, e)
    elif spec == ("i",) and e.attr("least") is not None:
        _at_least(d, record, e)
        at = d.constant(e.args[1])
        at_place = e.args[1] if at >= 0 else apply(d, "sub", (field(record, "count", span), Const(-at, PY_INT)), span)
        load(d, target, record, at_place, span)
    elif spec != ("i",):
        d.refuse("R005", span, what="this index", record=record)
        d.poison(target, span)
    else:
        load(d, target, record, place(d, record, e.args[1], span), span)


def _unpacked(d: Dissolver, record: Record, count: int, span: Span) -> None:
    """Whether there are as many items as there are names."""
    number = field(record, "count", span)
    few, many = (apply(d, op, (number, Const(count, PY_INT)), span) for op in ("lt", "gt"))
    missing = Fail("ValueError", f"not enough values to unpack (expected {count}, got {{}})", (number,), span)
    left_over = Fail("ValueError", f"too many values to unpack (expected {count})", (), span)
    for test, fail in ((few, missing), (many, left_over)):
        d.emit(If(test, (fail,), (), span))


def _at_least(d: Dissolver, record: Record, e: Apply) -> None:
    """Whether there are enough items for `a, *rest, b = parts`, which the first of the parts asks."""
    least = e.attr("least")
    if least is not None and d.constant(e.args[1]) == 0:
        number = field(record, "count", e.span)
        few = apply(d, "lt", (number, Const(least, PY_INT)), e.span)
        message = f"not enough values to unpack (expected at least {least}, got {{}})"
        d.emit(If(few, (Fail("ValueError", message, (number,), e.span),), (), e.span))


def part(d: Dissolver, target: Var, record: Record, e: Apply) -> None:
    """`parts[i:j:k]`: a new list, whose items are those of the old one."""
    copied(d, target, record, lambda column: apply(
        d, "getitem", (column, *e.args[1:]), e.span, spec=e.attr("spec")), e.span)


def copied(d: Dissolver, target: Var, record: Record, take: Callable[[Var], Var], span: Span) -> None:
    """A new list of some of the items of another one: `take` gives them for each column."""
    ref = d.reserve(target, Growing, FIELDS)
    made = d.state.heap[ref.name]
    d.state.let_go(field(made, "items", span).name)
    site = target.name + d.iteration
    d.places[site] = (span, "")
    d.growing.setdefault(site, NUMBERS)
    names: dict[str, Var] = {}
    for name, path in columns(d, field(record, "items", span).name):
        found = apply(d, "list_items", (take(view(d, record, name, span)),), span, sites=column_sites(made, path),
                      given=column_sites(record, path))
        names[name] = apply(d, "copy", (found,), span, via="numpy")
    twin(d, field(record, "items", span).name, field(made, "items", span).name, names, span)
    size = apply(d, "extent", (next(iter(names.values())),), span)
    for key in ("count", "room"):
        put(d, made, key, size, span)


def twin(d: Dissolver, source: str, target: str, names: dict[str, Var], span: Span) -> None:
    """Columns like those of another list, with the given items; the heap is the same."""
    items = held(d, source)
    if items is None:
        d.emit(Assign(Var(target, span=span), names[source], span))
        d.state.env[target] = None
        return
    inner = [(k, v if k == "heap" and items.cls in PLACES else f"{target}:{n}")
             for n, (k, v) in enumerate(items.fields)]
    d.state.heap[target] = replace(items, fields=tuple(inner))
    d.state.env[target] = Ref(target)
    for (_, v), (_, old) in zip(inner, items.fields, strict=True):
        if v != old:
            twin(d, old, v, names, span)


def store(d: Dissolver, ref: Ref, record: Record, e: Apply) -> None:
    """`parts[i] = value`."""
    index, value, spec = e.args[1], e.args[-1], e.attr("spec")
    items, given = held(d, field(record, "items", e.span).name), d.record(value)
    if spec != ("i",) or is_text(d.value(value)):
        d.refuse("R005", e.span, what="this store", record=record)
    elif e.attr("augmented") and given is not None and given.cls is not tuple:
        d.refuse("R005", e.span, what="an augmented assignment to an item", record=given)
    elif e.attr("augmented") and items is not None and items.cls is ArrayItems:
        in_place(d, value, e.attr("augmented"))
    elif (row_may_store(d, ref, record, e.span) if is_row(record) else may_store(d, ref, record, e.span)) and fits(
            d, record, value, e.span) and heaps_apart(d, field(record, "items", e.span).name, e.span):
        d.state.move_out(field(record, "items", e.span).name)
        at = place(d, record, index, e.span, "list assignment index out of range")
        if is_row(record):
            at = apply(d, "add", (field(record, "start", e.span), at), e.span)
        for name, _, atom in list(parts(d, record, field(record, "items", e.span).name, "", value, e.span)):
            d.emit(SetItem(Var(name, span=e.span), (at,), ("i",), atom, span=e.span))


def row_may_store(d: Dissolver, ref: Ref, record: Record, span: Span) -> bool:
    """Whether a list is not the caller's, and everything in use that may be the same has its items in one variable."""
    if record.foreign:
        d.refuse("R003", span, record=record)
        return False
    storage = record.variable("items")
    for name in sorted(d.state.reachable(d.live) - {ref.name}):
        other = d.state.heap[name]
        if other.origins & record.origins and other.variable("items") != storage:
            refer(d, record)
            d.refuse("R007", span, record=record)
            return False
    return True


def truth(d: Dissolver, target: Var, record: Record, e: Apply) -> None:
    d.emit(Assign(target, Apply("gt", (field(record, "count", e.span), ZERO), span=e.span), e.span))
    d.state.env[target.name] = None


def changed_in_the_loop(d: Dissolver, record: Record) -> bool:
    """Whether the loop just written changes the length of a list."""
    return d.last_loop is not None and record.variable("count") in assigned(d.last_loop.body)


def fold(d: Dissolver, target: Var, record: Record, e: Apply) -> None:
    """`sum`, `max` and `min`, in Python's order."""
    count = field(record, "count", e.span)
    through(d, target, e, count, lambda item, k: load(d, item, record, k, e.span))


def through(d: Dissolver, target: Var, e: Apply, count: Atom, take: Callable[[Var, Atom], None]) -> None:
    """`sum`, `max` and `min` of what `take` loads, one after the other."""
    name, span = e.attr("name"), e.span
    result, step = d.fresh(span), d.fresh(span)
    first: Any = ZERO
    if name == "sum":
        d.emit(Assign(result, e.args[1] if len(e.args) == 2 else ZERO, span))
    else:
        empty = apply(d, "le", (count, ZERO), span)
        message = f"{name}() iterable argument is empty"
        d.emit(If(empty, (Fail("ValueError", message, (), span),), (), span))
        take(result, ZERO)
        first = ONE
    outer, d.out = d.out, []
    item = d.fresh(span)
    take(item, step)
    if name == "sum":
        d.emit(Assign(result, Apply("add", (result, item), span=span), span))
    else:
        test = apply(d, "truth", (apply(d, "gt" if name == "max" else "lt", (item, result), span),), span)
        d.emit(If(test, (Assign(result, item, span),), (), span))
    body, d.out = tuple(d.out), outer
    d.emit(For(step, first, count, ONE, body, label=f"{name}.{target.name}{d.iteration}", span=span))
    d.state.env[result.name] = None
    d.put(target, result, span)
