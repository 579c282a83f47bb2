"""The items of a list whose length is known only at run time: a column of numbers for each number in an item.

Before:  `path.append((t, x))`
After:   `path:items:0[count] = t`, `path:items:1[count] = x`

An item that is a list or an array is a place in the *heap* of the list, a second list that has the items of all of them
one after the other; what the columns hold is where it starts and how long it is. So `A[i]` and `A[k]` change places
when two numbers do, and a store into `A[i][j]` is seen through every name of the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Const, If, SetItem, Span, Var
from ...ir.records import ArrayItems, Growing, RowItems, field_name
from ...ir.types import PY_INT
from .again import Grows
from .dissolve import Dissolver
from .fields import apply
from .shapes import NUMBERS, Fields, Rows, Shape, unified
from .state import Record, Ref, is_text

ZERO, ONE, SPARE = Const(0, PY_INT), Const(1, PY_INT), Const(8, PY_INT)
FIELDS = ("items", "count", "room")
VIEW = ("s110",)  # `x[a:b]`
Part = tuple[str, str, Atom]  # a column, its path, and what an item has there


def is_growing(record: Record | None) -> bool:
    """Whether a record is such a list."""
    return record is not None and record.cls is Growing


def is_row(record: Record) -> bool:
    """Whether such a list is an item of another one: its items are in the heap of that."""
    return record.variable("start") is not None


def sites(record: Record) -> tuple[str, ...]:
    """Where the list may have been made."""
    return tuple(sorted({name.removesuffix(" before") for name in record.origins}))


def column_sites(record: Record, path: str) -> tuple[str, ...]:
    """The names under which `infer` collects the types of a column."""
    return tuple(f"{site}{path}" for site in sites(record))


def field(record: Record, key: str, span: Span) -> Var:
    name = record.variable(key)
    assert name is not None
    return Var(name, span=span)


def put(d: Dissolver, record: Record, key: str, value: Atom, span: Span) -> None:
    """Let a part of a list be a value that is not known at compile time, whatever is known of it here."""
    v = field(record, key, span)
    d.emit(Assign(v, value, span))
    d.state.env[v.name] = None


def held(d: Dissolver, variable: str) -> Record | None:
    """The record of columns that a variable stands for; None for a column of numbers."""
    return d.state.record(d.state.env.get(variable))


def heap_of(d: Dissolver, items: Record) -> Record:
    found = held(d, field(items, "heap", Span()).name)
    assert found is not None
    return found


# --------------------------------------------------------------------------------------------------------------- shapes


def shape_of(d: Dissolver, value: Atom) -> Shape | None:
    """The shape of an item; None for what a list cannot hold."""
    record = d.record(value)
    if record is None:
        return None if is_text(d.value(value)) or (d.constant(value) is None and isinstance(value, Const)) else NUMBERS
    if is_growing(record):
        return Rows(d.state.shape(field(record, "items", value.span).name))
    inner = [shape_of(d, Var(v, span=value.span)) for _, v in record.fields]
    known = [s for s in inner if s is not None]
    if len(known) < len(inner):
        return None
    if record.cls is not list:
        return Fields(record.cls, record.keys, tuple(known))
    joined: Shape | None = NUMBERS
    for s in known:
        joined = s if s is known[0] else unified(joined, s) if joined is not None else None
    return None if joined is None else Rows(joined)


def fits(d: Dissolver, record: Record, value: Atom, span: Span) -> bool:
    """Whether a list may hold a value. If it is the first of its shape, the pass begins again."""
    found = shape_of(d, value)
    made = sites(record)
    known = d.state.shape(field(record, "items", span).name)
    joined = None if found is None else found if known == NUMBERS else unified(known, found)
    if joined is None:
        d.refuse("R004", span, name="the list")
        return False
    if joined != known:
        top = {site: joined for site in made if site in d.growing}
        if not top:
            d.refuse("R004", span, name="the list")
            return False
        raise Grows(top)
    return True


# ---------------------------------------------------------------------------------------------------------------- parts


def build(d: Dissolver, variable: str, shape: Shape, owner: tuple[str, ...], path: str, span: Span) -> None:
    """Empty columns, in a variable, for items of a shape. `owner` are the sites of the list."""
    match shape:
        case Fields(cls, keys, items):
            inner = [f"{variable}:{field_name(cls, k, n)}" for n, k in enumerate(keys)]
            hold(d, variable, cls, tuple(zip(keys, inner, strict=True)))
            for v, s, k in zip(inner, items, keys, strict=True):
                build(d, v, s, owner, f"{path}.{k}", span)
        case Rows(items):
            _with_heap(d, variable, RowItems, ("start", "length"), items, owner, path, span)
        case _:
            rank = next((r for site in owner if (r := d.outside.rank(column_place(d, site, path)))), 0)
            if rank < 0:
                whole = Fields(tuple, tuple(range(-rank)), (NUMBERS,) * -rank)
                build(d, variable, whole, owner, path, span)
            elif rank:
                extents = ("start", *(f"n{k}" for k in range(rank)))
                _with_heap(d, variable, ArrayItems, extents, NUMBERS, owner, path, span)
            else:
                d.emit(Assign(Var(variable, span=span), _empty(owner, path, span, exact=d.tables.chosen), span))
                d.state.env[variable] = None


def column_place(d: Dissolver, site: str, path: str) -> tuple[object, ...]:
    """The question whether a column holds arrays, which does not depend on the names of variables."""
    span, prefix = d.places.get(site, (Span(), ""))
    return (("item rank", span.file, span.line, span.col, prefix + path),)


def _empty(owner: tuple[str, ...], path: str, span: Span, whole: bool = False, exact: bool = False) -> Apply:
    sites = tuple(f"{s}{path}" for s in owner)
    return Apply("list_new", (), span=span, attrs=(("exact", exact), ("sites", sites), ("whole", whole)))


def hold(d: Dissolver, variable: str, cls: type, fields: tuple[tuple[object, str], ...]) -> None:
    """Let a variable be the columns of items."""
    d.state.heap[variable] = Record(cls, fields, frozenset({variable}))
    d.state.env[variable] = Ref(variable)


def _with_heap(
    d: Dissolver, variable: str, cls: type, integers: tuple[str, ...], inner: Shape, owner: tuple[str, ...], path: str,
    span: Span,
) -> None:
    """Columns of places in a heap, and the heap."""
    hold(d, variable, cls, tuple((k, f"{variable}:{k}") for k in (*integers, "heap")))
    for k in integers:
        whole = _empty(owner, f"{path}.{k}", span, True)
        d.emit(Assign(Var(f"{variable}:{k}", span=span), whole, span))
        d.state.env[f"{variable}:{k}"] = None
    heap = f"{variable}:heap"
    for site in owner:
        d.aged(f"{site}{path}[]")
    hold(d, heap, Growing, tuple((k, f"{heap}:{k}") for k in FIELDS))
    d.state.heap[heap] = replace(d.state.heap[heap], origins=frozenset(f"{s}{path}[]" for s in owner))
    for site in owner:
        at, prefix = d.places.get(site, (span, ""))
        d.places[f"{site}{path}[]"] = (at, f"{prefix}{path}[]")
    build(d, f"{heap}:items", inner, tuple(f"{s}{path}[]" for s in owner), "", span)
    for k in ("count", "room"):
        put(d, d.state.heap[heap], k, Const(0, PY_INT, span), span)


def columns(d: Dissolver, variable: str, path: str = "") -> Iterator[tuple[str, str]]:
    """All columns of a list, each with its path."""
    items = held(d, variable)
    if items is None:
        yield variable, path
        return
    for k, v in items.fields:
        if k != "heap" or items.cls not in (RowItems, ArrayItems):
            yield from columns(d, v, f"{path}.{k}")


def parts(d: Dissolver, record: Record, variable: str, path: str, value: Atom, span: Span) -> Iterator[Part]:
    """What every column has for an item. An item that is a list or an array is put into the heap."""
    items = held(d, variable)
    if items is None:
        places = tuple(column_place(d, site, path) for site in sites(record))
        item = apply(d, "list_item", (value,), span, sites=column_sites(record, path), places=places)
        yield variable, path, item
        return
    if items.cls is RowItems:
        start, length = row(d, items, value, span)
        yield field(items, "start", span).name, f"{path}.start", start
        yield field(items, "length", span).name, f"{path}.length", length
        return
    if items.cls is ArrayItems:
        for key, number in zip(items.keys, _array(d, items, value, span), strict=False):
            yield field(items, key, span).name, f"{path}.{key}", _integer(d, record, f"{path}.{key}", number, span)
        return
    given = d.record(value)
    if given is None:
        checked = apply(d, "list_tuple", (value,), span, count=len(items.fields))
        for key, inner in items.fields:
            item = apply(d, "getitem", (checked, Const(key, PY_INT)), span, spec=("i",))
            yield from parts(d, record, inner, f"{path}.{key}", item, span)
        return
    ref = d.state.env[variable]
    assert isinstance(ref, Ref)
    d.state.heap[ref.name] = given.united(items)
    for (key, inner), (_, v) in zip(items.fields, given.fields, strict=True):
        yield from parts(d, record, inner, f"{path}.{key}", Var(v, span=span), span)


def _integer(d: Dissolver, record: Record, path: str, value: Atom, span: Span) -> Atom:
    return apply(d, "list_item", (value,), span, sites=column_sites(record, path), places=())


def row(d: Dissolver, items: Record, value: Atom, span: Span) -> tuple[Atom, Atom]:
    """Where the items of a list are in the heap, and how many there are: they are there, or are put there."""
    heap, given = heap_of(d, items), d.record(value)
    assert given is not None
    if is_growing(given) and is_row(given) and given.variable("items") == heap.variable("items"):
        return field(given, "start", span), field(given, "count", span)
    name = next(n for n, r in d.state.heap.items() if r is heap)
    start = fixed(d, field(heap, "count", span), span)
    count: Atom = Const(len(given.fields), PY_INT, span)
    if is_growing(given):
        count = fixed(d, field(given, "count", span), span)
        extend(d, heap, value, given, span)
    else:
        make_room(d, heap, count, span)
        for _, v in given.fields:
            add(d, heap, Var(v, span=span), span)
    made = d.state.heap[name]
    d.state.heap[name] = given.united(made)
    return start, count


def _array(d: Dissolver, items: Record, value: Atom, span: Span) -> list[Atom]:
    """Where the elements of an array are in the heap, and its extents."""
    heap, rank = heap_of(d, items), len(items.fields) - 2
    array = Var(f"{d.fresh(span).name}.listed", span=span)
    d.emit(Assign(array, Apply("list_array", (value,), span=span, attrs=(("rank", rank),)), span))
    d.state.env[array.name] = None
    extents: list[Atom] = []
    flat = array
    if rank > 1:
        whole = apply(d, "shape", (array,), span)
        extents = [apply(d, "getitem", (whole, Const(k, PY_INT)), span, spec=("i",)) for k in range(rank)]
        flat = apply(d, "reshape", (array, Const(-1, PY_INT)), span, config=("shape",))
    else:
        extents = [apply(d, "extent", (array,), span)]
    start = fixed(d, field(heap, "count", span), span)
    extend_with(d, heap, flat, (), apply(d, "extent", (flat,), span), span)
    return [start, *extents]


def fixed(d: Dissolver, value: Atom, span: Span) -> Var:
    """What a number is now, whatever is assigned to its variable later."""
    held_now = d.fresh(span)
    d.emit(Assign(held_now, value, span))
    d.state.env[held_now.name] = None
    return held_now


# ---------------------------------------------------------------------------------------------------------------- items


def make_room(d: Dissolver, record: Record, more: Atom, span: Span) -> None:
    """Let there be room for more items: if there is none, each column moves to one of twice the length."""
    count, room = field(record, "count", span), field(record, "room", span)
    one = isinstance(more, Const) and more.value == 1
    needed = count if one else apply(d, "add", (count, more), span)
    full = apply(d, "ge" if one else "gt", (needed, room), span)
    outer, d.out = d.out, []
    spare = apply(d, "add", (needed, SPARE), span)
    put(d, record, "room", apply(d, "add", (room, spare), span), span)
    for name, _ in columns(d, field(record, "items", span).name):
        column = Var(name, span=span)
        larger = apply(d, "list_room", (column, room), span)
        kept = apply(d, "getitem", (column, count), span, spec=("s010",))
        d.emit(SetItem(larger, (count,), ("s010",), kept, span=span))
        d.emit(Assign(column, larger, span))
        d.state.env[name] = None
    inner, d.out = tuple(d.out), outer
    d.emit(If(full, inner, (), span))


def add(d: Dissolver, record: Record, value: Atom, span: Span) -> None:
    """Put an item at the end, where there is room."""
    count = field(record, "count", span)
    found = list(parts(d, record, field(record, "items", span).name, "", value, span))
    for name, _, atom in found:
        d.emit(SetItem(Var(name, span=span), (count,), ("i",), atom, span=span))
    put(d, record, "count", apply(d, "add", (count, ONE), span), span)


def extend_with(
    d: Dissolver, record: Record, array: Var, given: tuple[str, ...], size: Atom, span: Span, python: bool = False
) -> None:
    """Put all elements of an array at the end.

    They are items of the lists made at the sites `given`, or NumPy's numbers, or with `python` Python's.
    """
    items = apply(d, "list_items", (array,), span, sites=column_sites(record, ""), given=given, python=python)
    make_room(d, record, size, span)
    count = field(record, "count", span)
    end = apply(d, "add", (count, size), span)
    d.emit(SetItem(field(record, "items", span), (count, end), VIEW, items, span=span))
    put(d, record, "count", end, span)


def extend(d: Dissolver, record: Record, value: Atom, given: Record, span: Span) -> None:
    """Put all items of another list at the end."""
    from .listing import append_all  # which is made of the operations here

    items, count = field(given, "items", span), fixed(d, field(given, "count", span), span)
    if held(d, items.name) is None and held(d, field(record, "items", span).name) is None:
        extend_with(d, record, whole(d, given, span), column_sites(given, ""), count, span)
    else:
        append_all(d, record, value, span)


def whole(d: Dissolver, record: Record, span: Span) -> Var:
    """The array of the items, which are numbers: a view."""
    return view(d, record, field(record, "items", span).name, span)


def view(d: Dissolver, record: Record, name: str, span: Span) -> Var:
    """The part of a column that is in use."""
    column, count = Var(name, span=span), field(record, "count", span)
    if not is_row(record):
        return apply(d, "getitem", (column, count), span, spec=("s010",))
    start = field(record, "start", span)
    return apply(d, "getitem", (column, start, apply(d, "add", (start, count), span)), span, spec=VIEW)


def load(d: Dissolver, target: Var, record: Record, at: Atom, span: Span) -> None:
    """Let the target be the item at a position, which is in range."""
    if is_row(record):
        at = apply(d, "add", (field(record, "start", span), at), span)
    _read(d, target, record, field(record, "items", span).name, "", at, span)


def _read(d: Dissolver, target: Var, record: Record, variable: str, path: str, at: Atom, span: Span) -> None:
    items = held(d, variable)
    if items is None:
        _get(d, target, record, variable, path, at, span)
    elif items.cls is RowItems:
        _read_row(d, target, record, items, path, at, span)
    elif items.cls is ArrayItems:
        _read_array(d, target, record, items, path, at, span)
    else:
        inner = tuple(d.fresh(span) for _ in items.fields)
        for v, (key, column) in zip(inner, items.fields, strict=True):
            _read(d, v, record, column, f"{path}.{key}", at, span)
        ref = d.allocate(target, items.cls, items.keys, inner)
        made = d.state.heap[ref.name]
        d.state.heap[ref.name] = items.united(made)


def _get(d: Dissolver, target: Var, record: Record, variable: str, path: str, at: Atom, span: Span) -> None:
    e = Apply("list_get", (Var(variable, span=span), at), span=span, attrs=(("sites", column_sites(record, path)),))
    d.emit(Assign(target, e, span))
    d.state.env[target.name] = None


def _read_row(d: Dissolver, target: Var, record: Record, items: Record, path: str, at: Atom, span: Span) -> None:
    heap = heap_of(d, items)
    ref = d.reserve(target, Growing, ("start", "count"))
    made = d.state.heap[ref.name]
    storage = heap.variable("items")
    assert storage is not None
    d.state.heap[ref.name] = Record(Growing, (*made.fields, ("items", storage)), heap.origins, heap.foreign)
    for key, column in (("start", "start"), ("count", "length")):
        _get(d, field(made, key, span), record, field(items, column, span).name, f"{path}.{column}", at, span)


def _read_array(d: Dissolver, target: Var, record: Record, items: Record, path: str, at: Atom, span: Span) -> None:
    numbers = []
    for key in items.keys[:-1]:
        number = d.fresh(span)
        _get(d, number, record, field(items, key, span).name, f"{path}.{key}", at, span)
        numbers.append(number)
    start, *extents = numbers
    size = extents[0]
    for n in extents[1:]:
        size = apply(d, "mul", (size, n), span)
    end = apply(d, "add", (start, size), span)
    data = field(heap_of(d, items), "items", span)
    part = apply(d, "getitem", (data, start, end), span, spec=VIEW)
    loaded = Var(f"{d.fresh(span).name}.loaded", span=span)
    d.emit(Assign(loaded, Apply("copy", (part,), span=span, attrs=(("via", "numpy"),)), span))
    d.state.env[loaded.name] = None
    if len(extents) > 1:
        extent = apply(d, "tuple", tuple(extents), span)
        loaded = apply(d, "reshape", (loaded, extent), span, config=("shape",))
    d.put(target, loaded, span)
