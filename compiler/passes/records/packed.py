"""The result of a function that returns records: nested tuples of what they hold, and how they are put together.

Before:  `return best`, which is an object, or None where `best.missing` says so
After:   `t.r1` is a tuple of the fields where there are any, `t.r2 = tuple(best.missing, t.r1)`, `return t.r2`
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Const, If, Span, Var
from ...ir.records import Built, Growing, Perhaps
from ...ir.types import Known
from .dissolve import POISON, Dissolver
from .keys import is_keyed
from .state import Record, Ref, is_poison


def packed(d: Dissolver, a: Atom, span: Span) -> tuple[Atom, Built | None]:
    """A result as nested tuples, and how it is put together."""
    value, record = d.value(a), d.record(a)
    if record is None:
        return a, None
    assert isinstance(value, Ref)
    if is_keyed(d.state, value):
        d.refuse("R005", span, what="to leave the function", record=record)
        return POISON, None
    if record.missing:
        return _if_there(d, a, value.name, record, span)
    result = d.fresh(span)
    if record.cls is Growing:
        d.rules["listed"](d, result, Apply("listed", (a,), span=span))
        form = None if is_poison(d.value(result)) else d.state.form(record.variable("items") or "")
        return result, Built(Growing, (), (form,), _identity(value.name, record), record.path)
    items: list[Atom] = []
    inner: list[Built | str | None] = []
    for _, variable in record.fields:
        held = d.state.env.get(variable)
        if isinstance(held, Const) and isinstance(held.type, Known) and isinstance(held.value, str):
            inner.append(held.value)
            continue
        item, built = packed(d, Var(variable, span=span), span)
        items.append(item)
        inner.append(built)
    d.emit(Assign(result, Apply("tuple", tuple(items), span=span), span))
    return result, Built(record.cls, record.keys, tuple(inner), _identity(value.name, record), record.path)


def _identity(name: str, record: Record) -> str:
    """The name of an object; where it can only be one that was made under another name, that one."""
    if record.foreign or record.shared or record.home is not None or len(record.origins) != 1:
        return name
    made = next(iter(record.origins))
    return name if made.endswith(" before") else made


def _if_there(d: Dissolver, a: Atom, name: str, record: Record, span: Span) -> tuple[Atom, Built]:
    """What may be None in a result: a pair of whether it is, and the object otherwise."""
    missing, item, pair = Var(record.missing, span=span), d.fresh(span), d.fresh(span)
    outer, d.out = d.out, []
    d.state.heap[name] = replace(record, missing="")
    there, inner = packed(d, a, span)
    d.state.heap[name] = record
    block, d.out = (*d.out, Assign(item, there, span)), outer
    d.emit(If(missing, (Assign(item, Apply("undefined", (), span=span), span),), block, span))
    d.emit(Assign(pair, Apply("tuple", (missing, item), span=span, attrs=(("perhaps", True),)), span))
    return pair, Built(Perhaps, (), (None, inner), f"{name} or None")
