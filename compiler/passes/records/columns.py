"""The items of a list whose length is known only at run time: a column of numbers for each number in an item.

Before:  `path.append((t, x))`
After:   `path:items:0[count] = t`, `path:items:1[count] = x`

An item that is a list or an array is a place in the *heap* of the list, a second list that has the items of all of them
one after the other; what the columns hold is where it starts and how long it is. So `A[i]` and `A[k]` change places
when two numbers do, and a store into `A[i][j]` is seen through every name of the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Const, If, SetItem, Span, Var
from ...ir.records import PLACES, ArrayItems, Growing, ObjectItems, RowItems, field_name
from ...ir.types import PY_INT
from .dissolve import Dissolver
from .fields import apply
from .shapes import NUMBERS, Fields, References, Rows, Shape
from .state import Held, Home, Record, Ref

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


# ---------------------------------------------------------------------------------------------------------------- parts


def build(d: Dissolver, variable: str, shape: Shape, owner: tuple[str, ...], path: str, span: Span) -> None:
    """Empty columns, in a variable, for items of a shape. `owner` are the sites of the list."""
    match shape:
        case Fields(cls, keys, items):
            inner = [f"{variable}:{field_name(cls, k, n)}" for n, k in enumerate(keys)]
            hold(d, variable, cls, tuple(zip(keys, inner, strict=True)))
            for v, s, k in zip(inner, items, keys, strict=True):
                build(d, v, s, owner, f"{path}.{k}", span)
        case Rows(items, longer):
            integers = ("start", "length", "room") if longer else ("start", "length")
            _with_heap(d, variable, RowItems, integers, items, owner, path, span)
        case References(table):
            hold(d, variable, ObjectItems, (("at", f"{variable}:at"), ("heap", table)))
            d.emit(Assign(Var(f"{variable}:at", span=span), _empty(owner, f"{path}.at", span, True), span))
            d.state.env[f"{variable}:at"] = None
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


def column_place(d: Dissolver, site: str, path: str, about: str = "item rank") -> tuple[object, ...]:
    """The question whether a column holds arrays, which does not depend on the names of variables."""
    span, prefix = d.places.get(site, (Span(), ""))
    return ((about, span.file, span.line, span.col, *span.inside, prefix + path),)


def stored_places(d: Dissolver, heap: Record) -> tuple[tuple[object, ...], ...]:
    """The questions whether anything is stored into the arrays of a heap, one for each place where it may be made."""
    return tuple(column_place(d, site, "", "items stored") for site in sites(heap))


def shares(d: Dissolver, heap: Record) -> bool:
    """Whether the arrays of a heap are stored into, so that what is read from it has to be the array itself."""
    return any(d.outside.rank(place) for place in stored_places(d, heap))


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
    d.state.let_go(f"{heap}:items")
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
        if k != "heap" or items.cls not in PLACES:
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
        start, length = row(d, variable, items, value, span)
        for key, number in zip(items.keys[:-1], (start, length, length), strict=False):
            yield field(items, key, span).name, f"{path}.{key}", number
        return
    if items.cls is ArrayItems:
        for key, number in zip(items.keys, _array(d, items, value, span), strict=False):
            yield field(items, key, span).name, f"{path}.{key}", _integer(d, record, f"{path}.{key}", number, span)
        return
    if items.cls is ObjectItems:
        row_of = Apply("row of", (value,), span=span, attrs=(("table", heap_of(d, items)),))
        d.rules["row of"](d, at := d.fresh(span), row_of)
        yield field(items, "at", span).name, f"{path}.at", _integer(d, record, f"{path}.at", at, span)
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
    d.state.heap[ref.name] = replace(given.united(items), shared=items.shared or bool(given.origins & items.origins))
    for (key, inner), (_, v) in zip(items.fields, given.fields, strict=True):
        yield from parts(d, record, inner, f"{path}.{key}", Var(v, span=span), span)


def _integer(d: Dissolver, record: Record, path: str, value: Atom, span: Span) -> Atom:
    return apply(d, "list_item", (value,), span, sites=column_sites(record, path), places=())


def row(d: Dissolver, variable: str, items: Record, value: Atom, span: Span) -> tuple[Atom, Atom]:
    """Where the items of a list are in the heap, and how many there are: they are there, or are put there."""
    heap, given = heap_of(d, items), d.record(value)
    assert given is not None
    if is_growing(given) and is_row(given) and given.variable("items") == heap.variable("items"):
        columns_of = d.state.env[variable]
        assert isinstance(columns_of, Ref)
        d.state.heap[columns_of.name] = replace(items, shared=True)
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
    known, shared = d.value(value), shares(d, heap)
    if isinstance(known, Held) and known.storage == heap.variable("items"):
        return [Var(n, span=span) for n in known.numbers]
    array = Var(f"{d.fresh(span).name}..{'given' if shared else 'listed'}", span=span)
    places = stored_places(d, heap)
    d.emit(Assign(array, Apply("list_array", (value,), span=span, attrs=(("places", places), ("rank", rank))), span))
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
    extend_with(d, heap, flat, (), apply(d, "extent", (flat,), span), span, alike=shared)
    if shared and isinstance(value, Var):  # from here on, the name stands for the array in the heap
        d.put(value, array_at(d, heap, [start, *extents], span), span)
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
    _follow(d, record, span)
    inner, d.out = tuple(d.out), outer
    d.emit(If(full, inner, (), span))


def _follow(d: Dissolver, heap: Record, span: Span) -> None:
    """Let the names of arrays in a heap stand for them where they are now, when the heap has moved."""
    fields = {v for name in d.state.reachable(d.live) for _, v in d.state.heap[name].fields}
    for name in sorted(d.live | fields):
        held_there = d.state.env.get(name)
        if isinstance(held_there, Held) and held_there.storage == heap.variable("items"):
            numbers = [Var(n, span=span) for n in held_there.numbers]
            d.emit(Assign(Var(name, span=span), array_at(d, heap, numbers, span), span))


def add(d: Dissolver, record: Record, value: Atom, span: Span) -> None:
    """Put an item at the end, where there is room."""
    count = field(record, "count", span)
    found = list(parts(d, record, field(record, "items", span).name, "", value, span))
    for name, _, atom in found:
        d.emit(SetItem(Var(name, span=span), (count,), ("i",), atom, span=span))
    put(d, record, "count", apply(d, "add", (count, ONE), span), span)


def extend_with(
    d: Dissolver, record: Record, array: Var, given: tuple[str, ...], size: Atom, span: Span, python: bool = False,
    alike: bool = False,
) -> None:
    """Put all elements of an array at the end.

    They are items of the lists made at the sites `given`, or NumPy's numbers, or with `python` Python's. With `alike`
    they have to be of one type with those that are there.
    """
    items = apply(d, "list_items", (array,), span, sites=column_sites(record, ""), given=given, python=python,
                  alike=alike)
    make_room(d, record, size, span)
    count = field(record, "count", span)
    end = apply(d, "add", (count, size), span)
    d.emit(SetItem(field(record, "items", span), (count, end), VIEW, items, span=span))
    put(d, record, "count", end, span)


def extend(d: Dissolver, record: Record, value: Atom, given: Record, span: Span) -> None:
    """Put all items of another list at the end."""
    from .listing import append_all  # which is made of the operations here

    items, count = field(given, "items", span), fixed(d, field(given, "count", span), span)
    there, mine = held(d, items.name), held(d, field(record, "items", span).name)
    if there is None and mine is None:
        extend_with(d, record, whole(d, given, span), column_sites(given, ""), count, span)
    elif there and mine and mine.cls is there.cls is ArrayItems:
        d.rules["extend by arrays"](d, d.fresh(span), Apply("extend", (value,), span=span, attrs=(("owner", record),)))
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
    load_part(d, target, record, field(record, "items", span).name, "", at, span)


def load_part(
    d: Dissolver, target: Var, record: Record, variable: str, path: str, at: Atom, span: Span
) -> None:
    """Let the target be what the columns of a variable have at a position."""
    items = held(d, variable)
    if items is None:
        _get(d, target, record, variable, path, at, span)
    elif items.cls is RowItems:
        _read_row(d, target, record, variable, path, at, span)
    elif items.cls is ObjectItems:
        _read_object(d, target, record, items, path, at, span)
    elif items.cls is ArrayItems:
        _read_array(d, target, record, items, path, at, span)
    else:
        inner = tuple(d.fresh(span) for _ in items.fields)
        for v, (key, column) in zip(inner, items.fields, strict=True):
            load_part(d, v, record, column, f"{path}.{key}", at, span)
        ref = d.allocate(target, items.cls, items.keys, inner)
        made = items.united(d.state.heap[ref.name])
        home = None if items.cls is tuple else home_of(d, record, variable, path, at, span)
        d.state.heap[ref.name] = replace(made, home=home)


def _get(d: Dissolver, target: Var, record: Record, variable: str, path: str, at: Atom, span: Span) -> None:
    e = Apply("list_get", (Var(variable, span=span), at), span=span, attrs=(("sites", column_sites(record, path)),))
    d.emit(Assign(target, e, span))
    d.state.env[target.name] = None


def _read_object(d: Dissolver, target: Var, record: Record, items: Record, path: str, at: Atom, span: Span) -> None:
    row, table = d.fresh(span), heap_of(d, items)
    _get(d, row, record, field(items, "at", span).name, f"{path}.at", at, span)
    load(d, target, table, row, span)


def _read_row(d: Dissolver, target: Var, record: Record, variable: str, path: str, at: Atom, span: Span) -> None:
    items = held(d, variable)
    assert items is not None
    heap = heap_of(d, items)
    ref = d.reserve(target, Growing, ("start", "count"))
    made = d.state.heap[ref.name]
    storage = heap.variable("items")
    assert storage is not None
    home = home_of(d, record, variable, path, at, span) if "room" in items.keys else None
    d.state.heap[ref.name] = Record(Growing, (*made.fields, ("items", storage)), heap.origins, heap.foreign, home=home)
    read_ends(d, made, record, items, path, at, span)


def read_ends(d: Dissolver, row: Record, record: Record, items: Record, path: str, at: Atom, span: Span) -> None:
    """Where a list in a list is, as the columns have it."""
    for key, column in (("start", "start"), ("count", "length")):
        _get(d, field(row, key, span), record, field(items, column, span).name, f"{path}.{column}", at, span)


def home_of(d: Dissolver, record: Record, variable: str, path: str, at: Atom, span: Span) -> Home | None:
    """The place of what is read from a list, unless that is itself in a list."""
    return None if is_row(record) else Home(field(record, "items", span).name, variable, path, fixed(d, at, span))


def _read_array(d: Dissolver, target: Var, record: Record, items: Record, path: str, at: Atom, span: Span) -> None:
    numbers = []
    for key in items.keys[:-1]:
        number = d.fresh(span)
        _get(d, number, record, field(items, key, span).name, f"{path}.{key}", at, span)
        numbers.append(number)
    d.put(target, array_at(d, heap_of(d, items), numbers, span), span)


def array_at(d: Dissolver, heap: Record, numbers: Sequence[Atom], span: Span) -> Var:
    """The array that starts at a place in a heap, and has the given extents: itself if it is stored into, or a copy."""
    start, *extents = numbers
    size = extents[0]
    for n in extents[1:]:
        size = apply(d, "mul", (size, n), span)
    end = apply(d, "add", (start, size), span)
    data, shared = field(heap, "items", span), shares(d, heap)
    part = apply(d, "getitem", (data, start, end), span, spec=VIEW)
    array = Var(f"{d.fresh(span).name}..{'viewed' if shared else 'loaded'}", span=span)
    copy = Apply("list_copy", (part,), span=span, attrs=(("places", stored_places(d, heap)),))
    d.emit(Assign(array, part if shared else copy, span))
    if len(extents) > 1 and shared:
        array = apply(d, "list_shaped", (array, *extents), span)
    elif len(extents) > 1:
        array = apply(d, "reshape", (array, apply(d, "tuple", tuple(extents), span)), span, config=("shape",))
    known = tuple(n.name for n in numbers if isinstance(n, Var))
    d.state.env[array.name] = Held(data.name, known) if shared and len(known) == len(numbers) else None
    return array
