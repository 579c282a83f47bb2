"""Lists where NumPy takes them for arrays: as operands of its functions, and as indices into arrays."""

from __future__ import annotations

from ...ir.nodes import Apply, Atom, Var
from ...ops import BY_NAME
from .columns import field, held, is_growing
from .dissolve import Dissolver
from .fields import flat, plain, to_array
from .stacking import as_array, concatenated
from .state import Record

JOINING = ("stack", "vstack", "hstack", "column_stack", "dstack", "concatenate", "block")


def lists_as_indices(d: Dissolver, operands: tuple[Atom, ...]) -> tuple[Atom, ...] | None:
    """The operands of an index into an array, lists among them as arrays; None for other records."""
    found: list[Atom] = []
    for a in operands:
        record = d.record(a)
        if record is None:
            found.append(a)
        elif is_growing(record) and not record.missing and (items := as_array(d, record, a.span)) is not None:
            found.append(items)
        elif record.cls is list and flat(d, a) is not None:
            packed = d.fresh(a.span)
            to_array(d, packed, Apply("asarray", (a,), span=a.span, attrs=(("via", "numpy"),)))
            found.append(packed)
        elif record.cls is tuple and (rows := plain(d, a, a.span)) is not None:
            found.append(rows)
        else:
            return None
    return tuple(found)


def names_of(e: Apply) -> tuple[str, ...]:
    """What the table calls the operands of an operation."""
    row = BY_NAME.get(e.op)
    names = (*row.operands[: len(e.args) - len(e.attr("config", ()))], *e.attr("config", ())) if row is not None else ()
    return (*names, *("" for _ in e.args))


def whole(d: Dissolver, target: Var, e: Apply) -> None:
    """The array of the items of a list that grows."""
    record = d.record(e.args[0])
    assert record is not None
    items = as_array(d, record, e.span)
    if items is None:
        d.refuse("R005", e.span, what="the conversion to an array", record=record)
        d.poison(target, e.span)
    else:
        d.put(target, items, e.span)


def joining(e: Apply) -> bool:
    """Whether an operation makes one array of many along their first axis, so that it is done with them."""
    return e.op in ("stack", "vstack", "concatenate") and len(e.args) == 1 and e.attr("via") == "numpy"


def array_of(d: Dissolver, record: Record, e: Apply) -> Var | None:
    """The items of a list as NumPy takes them; None after refusing."""
    found = (concatenated if e.op == "concatenate" else as_array)(d, record, e.span)
    plain = held(d, field(record, "items", e.span).name) is None
    if found is None or (plain and joining(e)) or (e.op in JOINING and not joining(e)):
        d.refuse("R005", e.span, what=f"`{operator_of(e)}`", record=record)
        return None
    return found


def operator_of(e: Apply) -> str:
    """An operation in the words of a message."""
    row = BY_NAME.get(e.attr("op") or e.op)
    return row.infix or row.name if row is not None else e.op
