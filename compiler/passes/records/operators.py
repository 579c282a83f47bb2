"""Operators of lists, tuples and dicts: `+`, `*`, `|`, `==` and `del`."""

from __future__ import annotations

from enum import Enum

from ...ir.nodes import Apply, Assign, Atom, Const, Span, Var
from ...ir.records import Growing
from ...ir.types import PY_BOOL
from ...library.written import lists as library
from . import listing
from .again import NeedsConstant
from .arraylike import operator_of
from .classes import written
from .columns import is_growing
from .dissolve import Dissolver
from .fields import SEQUENCES, apply, plain, whole_key
from .methods import METHODS
from .questions import equal_if_same
from .state import Record, Ref, Value, is_none, is_text


def is_list(record: Record) -> bool:
    return record.cls is list or is_growing(record)


def added(d: Dissolver, target: Var, e: Apply) -> None:
    """`a + b` and `a += b` of lists and tuples."""
    first, second = d.record(e.args[0]), d.record(e.args[1])
    op = e.attr("op") if e.op == "iadd" else "add"
    lists = first is not None and is_list(first) and not e.attr("via")
    if op == "bit_or":
        united(d, target, e)
    elif op == "mul":
        repeated(d, target, e)
    elif op != "add" or first is None:
        d.rules["other"](d, target, e)
    elif lists and e.op == "iadd":
        method = Apply("method", e.args, span=e.span, attrs=(("keywords", ()), ("name", "extend")))
        d.rules["method"](d, d.fresh(e.span), method)
        d.put(target, e.args[0], e.span)
    elif lists and second is not None and is_list(second) and (is_growing(first) or is_growing(second)):
        listing.added(d, target, e)
    elif second is not None and first.cls is second.cls and first.cls in SEQUENCES:
        items = tuple(Var(v, span=e.span) for _, v in (*first.fields, *second.fields))
        d.allocate(target, first.cls, tuple(range(len(items))), items)
    else:
        d.rules["other"](d, target, e)


def repeated(d: Dissolver, target: Var, e: Apply) -> None:
    """`[x] * n`: as many variables as there are items, or a list of a length known at run time."""
    items, number = (e.args if d.record(e.args[0]) is not None else e.args[::-1])
    record, count = d.record(items), d.constant(number)
    whole = isinstance(count, int) and not isinstance(count, bool)
    if record is None or d.record(number) is not None or e.attr("via") or not (
            is_list(record) or record.cls is tuple) or d.outside.rank(beside_place(e.span)) or (
            e.op == "iadd" and d.record(e.args[0]) is None):
        d.rules["other"](d, target, e)
    elif e.op == "iadd" and not (whole and record.cls is tuple):
        multiplied(d, target, record, count if whole else None, e)
    elif whole and not is_growing(record):
        fields = tuple(Var(v, span=e.span) for _, v in record.fields) * count
        d.allocate(target, record.cls, tuple(range(len(fields))), fields)
    elif record.cls is tuple or (count is not None and not whole):
        d.refuse("R004" if count is None else "R005", e.span, name="the tuple", what="`*`", record=record)
        d.poison(target, e.span)
    elif d.loops and not is_growing(record):
        raise NeedsConstant
    else:
        listing.repeated(d, target, items, number, e.span, beside_place(e.span))


def multiplied(d: Dissolver, target: Var, record: Record, count: int | None, e: Apply) -> None:
    """`items *= n`, which all names of the list see."""
    if is_growing(record):
        listing.run(d, d.fresh(e.span), library.multiply, e.args, e.span)
    elif record.cls is list and count is not None and count > 0:
        more = d.fresh(e.span)
        fields = tuple(Var(v, span=e.span) for _, v in record.fields) * (count - 1)
        d.allocate(more, list, tuple(range(len(fields))), fields)
        method = Apply("method", (e.args[0], more), span=e.span, attrs=(("keywords", ()), ("name", "extend")))
        d.rules["method"](d, d.fresh(e.span), method)
    else:
        d.refuse("R005", e.span, what="`*=`", record=record)
        d.poison(target, e.span)
        return
    d.put(target, e.args[0], e.span)


def beside_place(span: Span) -> tuple[object, ...]:
    """The question whether what a list is multiplied by is an array, of which `infer` knows."""
    return (("item rank", span.file, span.line, span.col, "beside"),)


def beside(d: Dissolver, a: Atom, e: Apply) -> Atom | None:
    """A list that is an operand beside an array, as an array; None for other records, and beside numbers."""
    record, others = d.record(a), [b for b in e.args if d.record(b) is None]
    if record is None or e.attr("via") or len(others) != 1 or len(e.args) != 2 or not (
            is_list(record) or record.cls is tuple) or record.missing:
        return None
    apply(d, "list_beside", (others[0],), e.span, what=f"`{operator_of(e)}`", record=str(record))
    return plain(d, a, e.span)


def united(d: Dissolver, target: Var, e: Apply) -> None:
    """`p | q` and `p |= q` of dicts."""
    both = [d.record(a) for a in e.args]
    if e.attr("via") is not None or not all(r is not None and r.cls is dict for r in both):
        d.rules["other"](d, target, e)
        return
    changed = e.args[0] if e.op == "iadd" else target
    if e.op != "iadd":
        METHODS[dict, "copy"](d, target, Apply("method", e.args[:1], span=e.span, attrs=(("keywords", ()),)))
    method = Apply("method", (changed, e.args[1]), span=e.span, attrs=(("keywords", ()), ("name", "update")))
    METHODS[dict, "update"](d, d.fresh(e.span), method)
    if e.op == "iadd":
        d.put(target, e.args[0], e.span)


def compared(d: Dissolver, target: Var, e: Apply) -> None:
    """`a == b` and `a != b` of lists, and of objects whose class does not say what it means."""
    both = [d.record(a) for a in e.args]
    if e.attr("via") is None and all(r is not None and is_list(r) for r in both) and any(map(is_growing, both)):
        listing.run(d, target, listing.EQUAL[e.op], e.args, e.span)
        return
    if any(map(is_word, (d.value(a) for a in e.args))) and all(r is None or _unlike(d, r) for r in both):
        d.put(target, Const(e.op == "ne", PY_BOOL, e.span), e.span)
        return
    if e.attr("via") is None and len(both) == 2 and all(equal_if_same(d, r) for r in both):
        d.apply(target, Apply("is" if e.op == "eq" else "is_not", e.args, span=e.span))
        return
    rows = [plain(d, a, e.span) for a in e.args] if e.attr("via") is None and _alike(d, *e.args) else [None]
    items = tuple(r for r in rows if r is not None)
    if len(items) == len(e.args):
        d.emit(Assign(target, Apply(e.op, items, span=e.span), e.span))
        d.state.env[target.name] = None
    else:
        d.rules["other"](d, target, e)


def is_word(value: Value) -> bool:
    """Whether a value is a string, an enum member or None: no dict, list, tuple or dataclass is equal to one."""
    named = isinstance(value, Const) and is_text(value) and isinstance(value.value, str | Enum)
    return is_none(value) or (named and not isinstance(value.value, tuple | list | dict))  # type: ignore[union-attr]


def _unlike(d: Dissolver, record: Record) -> bool:
    """Whether a record is there for certain, and compared by Python itself."""
    own = record.cls not in (dict, list, tuple, Growing) and written(d.outside.member(record.cls, "__eq__"))
    return not record.missing and not own


def _alike(d: Dissolver, a: Atom, b: Atom) -> bool:
    """Whether two lists or tuples are compared as tuples are: what is a list in one of them is a list in the other."""
    one, other = d.record(a), d.record(b)
    if one is None or other is None:
        return one is other
    if one.cls is not other.cls or one.cls not in SEQUENCES or one.missing or other.missing:
        return False
    return all(_alike(d, Var(v), Var(w))
               for (_, v), (_, w) in zip(one.fields, other.fields, strict=False))


def deleted(d: Dissolver, target: Var, e: Apply) -> None:
    """`del p[k]`."""
    ref, record, spec = d.value(e.args[0]), d.record(e.args[0]), e.attr("spec")
    assert isinstance(ref, Ref)
    if record is not None and is_growing(record):
        listing.delete(d, ref, record, e)
    elif record is not None and (spec == ("i",) or (record.cls is dict and set(spec) == {"i"})) and (
            record.cls in (dict, list)):
        attrs = (("keywords", ()), ("name", "pop"))
        key = e.args[1] if len(spec) == 1 else whole_key(d, e.args[1:], e.span)
        METHODS[record.cls, "pop"](d, d.fresh(e.span), Apply("method", (e.args[0], key), span=e.span, attrs=attrs))
    else:
        d.refuse("A018", e.span)
