"""What the items of a list are whose length is known only at run time, and whether a value may be one of them."""

from __future__ import annotations

from collections.abc import Callable

from ...ir.nodes import Apply, Atom, Const, Span, Var
from ...ir.records import KEYED
from .again import Grows
from .columns import field, is_growing, sites
from .dissolve import Dissolver
from .shapes import NUMBERS, Fields, References, Rows, Shape, changed, endless, in_itself, unified, with_references
from .state import Record, is_none, is_text


def shape_of(d: Dissolver, value: Atom) -> Shape | None:
    """The shape of an item; None for what a list cannot hold."""
    record = d.record(value)
    if record is None:
        return None if is_text(d.value(value)) or (d.constant(value) is None and isinstance(value, Const)) else NUMBERS
    if record.cls in KEYED:
        return None
    if is_growing(record):
        return Rows(d.state.shape(field(record, "items", value.span).name))
    if (record.cls, record.keys) in d.objects:
        return References(d.objects[record.cls, record.keys])
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


def shape_of_field(d: Dissolver, value: Atom) -> Shape | None:
    """The shape of what an object holds; None for what a column cannot hold."""
    return None if is_none(d.value(value)) else shape_of(d, value)


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
        grow(d, made, lambda _: joined)
        d.refuse("R004", span, name="the list")
        return False
    return True


def fits_row(d: Dissolver, table: Record, record: Record, span: Span) -> bool:
    """Whether the fields of an object may be in the columns of a table; what forbids it is reported."""
    columns = d.state.record(d.state.env[field(table, "items", span).name])
    assert columns is not None
    for (key, column), (_, v) in zip(columns.fields, record.fields, strict=True):
        if not fits_column(d, sites(table), column, f".{key}", Var(v, span=span)):
            d.refuse("R013", span, record=record, key=key)
            return False
    return True


def fits_column(d: Dissolver, made: tuple[str, ...], column: str, path: str, value: Atom) -> bool:
    """Whether a value may be in a column of the lists made at some places. If not yet, the pass begins again."""
    found, known = shape_of_field(d, value), d.state.shape(column)
    joined = None if found is None else found if known == NUMBERS else unified(known, found)
    if joined == known:
        return True
    if joined is not None:
        grow(d, tuple(f"{site}{path}" for site in made), lambda _: joined)
    return False


def grow(d: Dissolver, made: tuple[str, ...], change: Callable[[Shape], Shape]) -> None:
    """Begin again with other shapes for what has been made at some places, if these are lists or parts of lists."""
    shapes = dict[str, Shape]()
    for site in made:
        for top in (t for t in d.growing if site.startswith(t)):
            found = changed(shapes.get(top, d.growing[top]), site[len(top) :], change)
            if found is not None and found != d.growing[top]:
                shapes[top] = found
    twice = next((t for s in shapes.values() for t in in_itself(s)), None)
    if twice is not None:
        d.rules["table for"](d, Var(""), Apply("table for", (), attrs=(("shape", twice),)))
    if shapes and not endless(with_references(d.growing | shapes)):
        raise Grows(shapes)
