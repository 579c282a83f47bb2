"""Lists of numbers whose length is known only at run time: an array with room to spare, and a count.

Before:  `parts = []`, `for i in range(n): parts.append(v)`
After:   `data = list_new()`, `count = 0`, `for ...: if count >= room: (a larger array takes the place of data)`,
         `data[count] = v`, `count = count + 1`

Everything here is ordinary statements, so derivatives need nothing of their own: the adjoint of the array follows it
from one memory to the next as for any other name that is bound again. The type of the items is found by `infer`, which
collects it for every list by the places where it is made (`sites`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir.nodes import Apply, Assign, Atom, Const, Fail, For, If, SetItem, Span, Var, While
from ...ir.records import Growing
from ...ir.traversal import assigned
from ...ir.types import NOTHING, PY_INT
from .dissolve import Dissolver, Rule
from .fields import apply, elements, may_store
from .state import Record, Ref, is_text

ZERO, ONE, SPARE = Const(0, PY_INT), Const(1, PY_INT), Const(8, PY_INT)
FIELDS = ("data", "count", "room")


def is_growing(record: Record | None) -> bool:
    """Whether a record is such a list."""
    return record is not None and record.cls is Growing


def sites(record: Record) -> tuple[str, ...]:
    """Where the list may have been made."""
    return tuple(sorted({name.removesuffix(" before") for name in record.origins}))


def start(d: Dissolver, target: Var, items: tuple[Atom, ...]) -> None:
    """A new list."""
    span = target.span
    if any(isinstance(d.value(a), Ref) or is_text(d.value(a)) for a in items):
        d.refuse("R004", span, name="the list")
        d.poison(target, span)
        return
    ref = d.reserve(target, Growing, FIELDS)
    record = d.state.heap[ref.name]
    data = apply(d, "list_new", items, span, sites=sites(record))
    put(d, record, "data", data, span)
    for key in ("count", "room"):
        put(d, record, key, Const(len(items), PY_INT, span), span)


def field(record: Record, key: str, span: Span) -> Var:
    name = record.variable(key)
    assert name is not None
    return Var(name, span=span)


def put(d: Dissolver, record: Record, key: str, value: Atom, span: Span) -> None:
    """Let a part of a list be a value that is not known at compile time, whatever is known of it here."""
    v = field(record, key, span)
    d.emit(Assign(v, value, span))
    d.state.env[v.name] = None


def append(d: Dissolver, record: Record, value: Atom, span: Span) -> None:
    if isinstance(d.value(value), Ref) or is_text(d.value(value)):
        d.refuse("R004", span, name="the list")
        return
    item = apply(d, "list_item", (value,), span, sites=sites(record))
    data, count, room = (field(record, key, span) for key in FIELDS)
    full = apply(d, "ge", (count, room), span)
    outer, d.out = d.out, []
    put(d, record, "room", apply(d, "add", (apply(d, "add", (room, room), span), SPARE), span), span)
    larger = apply(d, "list_room", (data, room), span)
    kept = apply(d, "getitem", (data, count), span, spec=("s010",))
    d.emit(SetItem(larger, (count,), ("s010",), kept, span=span))
    put(d, record, "data", larger, span)
    inner, d.out = tuple(d.out), outer
    d.emit(If(full, inner, (), span))
    d.emit(SetItem(data, (count,), ("i",), item, span=span))
    put(d, record, "count", apply(d, "add", (count, ONE), span), span)


def place(d: Dissolver, record: Record, index: Atom, span: Span) -> Var:
    """The index counted from the start, after Python's check."""
    count = field(record, "count", span)
    at, known = d.fresh(span), d.constant(index)
    if isinstance(known, int) and not isinstance(known, bool):
        d.emit(Assign(at, Apply("add", (count, index), span=span) if known < 0 else index, span))
        bad = apply(d, "lt", (at, ZERO), span) if known < 0 else apply(d, "ge", (at, count), span)
        d.emit(If(bad, (Fail("IndexError", "list index out of range", (), span),), (), span))
        return at
    d.emit(Assign(at, apply(d, "position", (index,), span), span))
    negative = apply(d, "lt", (at, ZERO), span)
    d.emit(If(negative, (Assign(at, Apply("add", (at, count), span=span), span),), (), span))
    low, high = apply(d, "lt", (at, ZERO), span), apply(d, "ge", (at, count), span)
    outside = apply(d, "logical_or", (low, high), span, via="python")
    d.emit(If(outside, (Fail("IndexError", "list index out of range", (), span),), (), span))
    return at


def load(d: Dissolver, target: Var, record: Record, at: Atom, span: Span) -> None:
    e = Apply("list_get", (field(record, "data", span), at), span=span, attrs=(("sites", sites(record)),))
    d.emit(Assign(target, e, span))
    d.state.env[target.name] = None


def get(d: Dissolver, target: Var, record: Record, e: Apply) -> None:
    """`parts[i]`."""
    if e.attr("spec") != ("i",) or e.attr("unpack") is not None:
        d.refuse("R005", e.span, what="this index", record=record)
        d.poison(target, e.span)
        return
    load(d, target, record, place(d, record, e.args[1], e.span), e.span)


def store(d: Dissolver, ref: Ref, record: Record, e: Apply) -> None:
    """`parts[i] = value`."""
    index, value = e.args[1], e.args[-1]
    if e.attr("spec") != ("i",) or isinstance(d.value(value), Ref) or is_text(d.value(value)):
        d.refuse("R005", e.span, what="this store", record=record)
    elif may_store(d, ref, record, e.span):
        item = apply(d, "list_item", (value,), e.span, sites=sites(record))
        at = place(d, record, index, e.span)
        d.emit(SetItem(field(record, "data", e.span), (at,), ("i",), item, span=e.span))


def whole(d: Dissolver, record: Record, span: Span) -> Var:
    """The array of the items: a view."""
    return apply(d, "getitem", (field(record, "data", span), field(record, "count", span)), span, spec=("s010",))


def put_whole(d: Dissolver, target: Var, e: Apply) -> None:
    """Let the target be the array of the items."""
    record = d.record(e.args[0])
    assert record is not None
    d.put(target, whole(d, record, e.span), e.span)


def truth(d: Dissolver, target: Var, record: Record, e: Apply) -> None:
    d.emit(Assign(target, Apply("gt", (field(record, "count", e.span), ZERO), span=e.span), e.span))
    d.state.env[target.name] = None


def changed_in_the_loop(d: Dissolver, record: Record) -> bool:
    """Whether the loop just written changes the length of a list."""
    loop = next((s for s in reversed(d.out) if isinstance(s, For | While)), None)
    return loop is not None and record.variable("count") in assigned(loop.body)


# ---------------------------------------------------------------------------------------------------------- methods


def _subject(d: Dissolver, e: Apply) -> tuple[Ref, Record]:
    ref = d.value(e.args[0])
    assert isinstance(ref, Ref)
    return ref, d.state.heap[ref.name]


def _append(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    if len(e.args) != 2 or e.attr("keywords"):
        d.refuse("T003", e.span, name=".append", expected="1 argument", given=f"{len(e.args) - 1} were")
    elif may_store(d, ref, record, e.span):
        append(d, record, e.args[1], e.span)
    d.put(target, Const(None, NOTHING, e.span), e.span)


def _extend(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    items = elements(d, e.args[1], e.span) if len(e.args) == 2 else None
    if items is None:
        d.refuse("R005", e.span, what="`extend`", record=record)
    elif may_store(d, ref, record, e.span):
        for item in items:
            append(d, record, item, e.span)
    d.put(target, Const(None, NOTHING, e.span), e.span)


def _pop(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    if len(e.args) > 1:
        d.refuse("R005", e.span, what="`pop` of an item in the middle", record=record)
        d.poison(target, e.span)
    elif not may_store(d, ref, record, e.span):
        d.poison(target, e.span)
    else:
        count = field(record, "count", e.span)
        empty = apply(d, "le", (count, ZERO), e.span)
        d.emit(If(empty, (Fail("IndexError", "pop from empty list", (), e.span),), (), e.span))
        put(d, record, "count", apply(d, "sub", (count, ONE), e.span), e.span)
        load(d, target, record, count, e.span)


METHODS: dict[str, Rule] = {"append": _append, "extend": _extend, "pop": _pop}


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
