"""Tuples that are indexed by a number known at run time only: numbers of one type, in an array.

Before:  `t = tuple(0.5, 0.25, 0.125)`, `y = getitem(t, k)` in a loop over `k`
After:   `t.column0 = pack(0.5, 0.25, 0.125)`, `y = load(t.column0, list_place(k, 3))`

A tuple of tuples has an array for each item of these, whose types may differ. What is known before the program runs is
made where the function begins. Which tuples are indexed so is known when the pass has seen the whole function, so it
is kept from round to round in `Inferrer.items`, as the types of lists are.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Assign, Const, Span, Var
from ...ir.types import PY_INT, Array, Scalar
from .inferrer import Inferrer
from .values import UNASSIGNED, Value, type_of


class Made(tuple["Value", ...]):
    """A tuple made by one statement of the program. `columns` are the arrays that have its items, if there are any."""

    name: str
    columns: tuple[Var, ...] = ()


def made(inf: Inferrer, target: Var, values: list[Value]) -> tuple[Value, ...]:
    """The tuple of some values, with arrays of them if it is known to be indexed by a number known at run time."""
    found = Made(values)
    found.name = target.name
    columns = _columns(found) if _mark(found) in inf.items else None
    if columns is not None:  # in a later round the items may be of other types
        found.columns = tuple(_packed(inf, f"{target.name}.column{k}", c, target.span) for k, c in enumerate(columns))
    return found


def indexed(inf: Inferrer, target: Var, e: Apply, base: tuple[Value, ...], index: Value) -> bool:
    """Let the target be the item at a place known at run time; whether that is possible."""
    t = type_of(index)
    whole = isinstance(t, Scalar) and t.kind in ("int32", "int64")
    if not whole or isinstance(index, tuple) or not isinstance(base, Made) or _columns(base) is None:
        return False
    if not base.columns:
        inf.items[_mark(base)] = PY_INT
        inf.changed = True
        inf.env[target.name] = UNASSIGNED
        return True
    args = (inf.cast(index, "int64", e.span, weak=True), Const(len(base), PY_INT))
    attrs = (("message", "tuple index out of range"),)
    place = inf.temporary(Apply("list_place", args, PY_INT, e.span, attrs), e.span)
    first = base[0]
    if isinstance(first, tuple):
        inf.env[target.name] = tuple(_loaded(inf, c, item, place, e.span)
                                     for c, item in zip(base.columns, first, strict=True))
    else:
        item = _loaded(inf, base.columns[0], first, place, e.span)
        inf.env[target.name] = inf.define(target, item, e.span)
    return True


def _mark(base: Made) -> str:
    return f"tuple {base.name}"


def _columns(base: Made) -> list[list[Var | Const]] | None:
    """The items of a tuple of numbers, or of tuples of numbers, by arrays of one type; None for any other."""
    if not base or not all(isinstance(row, tuple) for row in base):
        rows: list[tuple[Value, ...]] = [(item,) for item in base]
    else:
        rows = [row for row in base if isinstance(row, tuple)]
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        return None
    columns = [[a for a in column if not isinstance(a, tuple) and isinstance(a.type, Scalar)]
               for column in zip(*rows, strict=True)]
    one = all(len(c) == len(rows) and len({a.type for a in c}) == 1 for c in columns)
    return columns if one else None


def _packed(inf: Inferrer, name: str, items: list[Var | Const], span: Span) -> Var:
    t = items[0].type
    assert isinstance(t, Scalar)
    atoms = tuple(inf.cast(a, t.kind, span, weak=t.weak) for a in items)
    array = Array(t.kind, 1)
    value = Apply("pack", atoms, array, span, (("shape", (len(atoms),)),))
    if not all(isinstance(a, Const) for a in atoms):
        return inf.define(Var(name, span=span), value, span)
    known = Var(name, array, span)
    inf.tables.entry[name] = Assign(known, value, span)
    return known


def _loaded(inf: Inferrer, column: Var, item: Value, place: Var, span: Span) -> Var | Const:
    t = type_of(item)
    assert isinstance(t, Scalar)
    loaded = inf.temporary(Apply("load", (column, place), Scalar(t.kind), span, (("safe", True),)), span)
    return inf.cast(loaded, t.kind, span, weak=True) if t.weak else loaded
