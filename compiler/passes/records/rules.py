"""What operations mean for records: reading and storing fields, membership, length, conversion to arrays."""

from __future__ import annotations

from typing import Any

from ...ir.nodes import Apply, Assign, Atom, Const, SetItem, Span, Var
from ...ir.types import PY_BOOL, PY_INT
from ...ops.row import SEQUENCES as SEVERAL
from . import growing, joined, listing, named, objects
from .again import Unfolds
from .arraylike import array_of, joining, lists_as_indices, names_of, operator_of, whole
from .choosing import chosen, store_chosen
from .classes import call_method, get_attribute, operated, refuses_store, set_property
from .columns import field, is_growing
from .dissolve import Dissolver, Rule
from .fields import (
    apply,
    flat,
    is_sequence,
    missing,
    needs_constant,
    plain,
    position,
    put_field,
    read,
    size,
    to_array,
    whole_key,
)
from .homes import stored_at_home
from .keyed_rules import RULES as KEYED
from .methods import METHODS, fold
from .operators import added, beside, compared, deleted, repeated, united
from .optional import always, compared_with_none, needed
from .questions import ask, ended, extent, identical, is_instance, iterated, text
from .raising import raises
from .read_outside import from_outside
from .results import given, listed
from .slicing import written_out
from .specials import contained, must_be, special
from .state import Record, Ref, is_poison, is_text

BESIDE = ("add", "sub", "mul", "div", "floordiv", "mod", "pow", "matmul", "lt", "le", "gt", "ge", "eq", "ne")
ATTRIBUTES = {"shape": "shape", "size": "size", "rank": "ndim", "transpose": "T", "matrix_transpose": "mT",
              "flat": "flat", "real": "real", "imag": "imag"}


def get_item(d: Dissolver, target: Var, e: Apply) -> None:
    e = written_out(d, e, 0)
    base, operands, spec = d.record(e.args[0]), e.args[1:], e.attr("spec")
    if base is not None and e.attr("iterated"):
        iterated(d, target, base, e)
        return
    if base is not None and is_growing(base):
        growing.get(d, target, base, e)
        return
    if base is None:
        if (indices := lists_as_indices(d, operands)) is None:
            d.refuse("T007", e.span, what="a record")
            d.poison(target, e.span)
        else:
            d.emit(Assign(target, Apply("getitem", (e.args[0], *indices), span=e.span, attrs=e.attrs), e.span))
            d.state.env[target.name] = None
        return
    count, least = e.attr("unpack"), e.attr("least")
    if (count is not None and (base.cls is dict or count != len(base.fields))) or (
        least is not None and (base.cls is dict or len(base.fields) < least)
    ):
        d.refuse("T009", e.span, what=str(base), count=count or least)
        d.poison(target, e.span)
    elif len(spec) == 1 and spec[0][0] == "s" and is_sequence(base):
        part(d, target, base, operands, spec[0], e.span)
    elif spec == ("i",) and not is_sequence(base) and base.cls is not dict and e.attr("unpack") is None:
        call_method(d, target, Apply("method", e.args, span=e.span, attrs=(("keywords", ()), ("name", "__getitem__"))))
    elif base.cls is dict and len(spec) > 1 and set(spec) == {"i"}:
        item(d, target, base, whole_key(d, operands, e.span), e.span)
    elif spec != ("i",) or not (is_sequence(base) or base.cls is dict):
        d.refuse("R005", e.span, what="this index", record=base)
        d.poison(target, e.span)
    else:
        item(d, target, base, operands[0], e.span)


def item(d: Dissolver, target: Var, base: Record, index: Atom, span: Span) -> None:
    """`p[index]`."""
    key = position(d, base, index)
    if key is None:
        chosen(d, target, base, index, span)
    elif key is KeyError or base.variable(key) is None:
        missing(d, target, base, d.constant(index), span)
    else:
        read(d, target, base, key, span)


def part(d: Dissolver, target: Var, base: Record, operands: tuple[Atom, ...], spec: str, span: Span) -> None:
    """A slice with constant bounds is a new record."""
    bounds: list[Any] = []
    given = iter(operands)
    for flag in spec[1:]:
        bounds.append(d.constant(next(given)) if flag == "1" else None)
    if any(flag == "1" and not isinstance(b, int) for flag, b in zip(spec[1:], bounds, strict=True)) or bounds[2] == 0:
        needs_constant(d, target, base, span)
        return
    kept = base.fields[slice(*bounds)]
    cls = list if base.cls is list else tuple
    d.allocate(target, cls, tuple(range(len(kept))), tuple(Var(v, span=span) for _, v in kept))


# ----------------------------------------------------------------------------------------------------------- stores


def store(d: Dissolver, base: Var, e: Apply) -> None:
    """`p[key] = value` and `p.name = value`."""
    e = written_out(d, e, 1)
    array, operands, value = e.args[0], e.args[1:-1], e.args[-1]
    record, spec = d.record(array), e.attr("spec")
    needed(d, base, e)
    if record is None and not is_poison(d.value(array)):
        plain_store(d, base, e)
    elif record is None:
        pass  # a mistake that has been reported
    elif is_growing(record) and len(spec) == 1 and spec[0][0] == "s":
        listing.replaced(d, reference(d, array), record, e)
    elif is_growing(record):
        growing.store(d, reference(d, array), record, e)
    elif spec == ("a",) and not issubclass(record.cls, (dict, list, tuple)):
        name = operands[0]
        assert isinstance(name, Const)
        if refuses_store(d, record, name.value):
            if not set_property(d, array, record, name.value, value, e):
                d.refuse("R005", e.span, what="storing into an attribute", record=record)
        else:
            put_field(d, reference(d, array), name.value, value, e)
    elif spec == ("i",) and record.cls in (dict, list):
        key = position(d, record, operands[0])
        if key is None:
            store_chosen(d, record, e)
        elif key is KeyError:
            missing(d, d.fresh(e.span), record, d.constant(operands[0]), e.span)
        else:
            put_field(d, reference(d, array), key, value, e)
    else:
        stored_otherwise(d, record, e)


def stored_otherwise(d: Dissolver, record: Record, e: Apply) -> None:
    """`p[i, j] = value` of a dict, and what a class does with `p[i] = value`."""
    operands, spec = e.args[1:-1], e.attr("spec")
    if record.cls is dict and len(spec) > 1 and set(spec) == {"i"}:
        key = d.constant(whole_key(d, operands, e.span))
        if isinstance(key, tuple):
            put_field(d, reference(d, e.args[0]), key, e.args[-1], e)
        else:
            needs_constant(d, d.fresh(e.span), record, e.span)
    elif spec == ("i",) and not is_sequence(record) and not e.attr("augmented"):
        method = Apply("method", e.args, span=e.span, attrs=(("keywords", ()), ("name", "__setitem__")))
        call_method(d, Var(f"{operands[0]}.stored".replace("%", ""), span=e.span), method)
    else:
        d.refuse("R005", e.span, what="this store", record=record)


def reference(d: Dissolver, a: Atom) -> Ref:
    ref = d.value(a)
    assert isinstance(ref, Ref)
    return ref


def plain_store(d: Dissolver, base: Var, e: Apply) -> None:
    operands, value = e.args[1:-1], e.args[-1]
    if e.attr("spec") == ("a",):
        name = d.constant(operands[0])
        if name not in ("real", "imag"):
            d.refuse("A025", e.span)
            return
        part = d.fresh(e.span)  # of a complex array: every other number in its memory
        d.emit(Assign(part, Apply(name, (base,), span=e.span, attrs=(("via", "attribute"),)), e.span))
        d.emit(SetItem(part, (), ("e",), value, e.attr("augmented"), e.span))
        return
    indices = lists_as_indices(d, operands)
    if indices is None:
        d.refuse("T007", e.span, what="a record")
        return
    if isinstance(d.value(value), Ref):
        packed = d.fresh(e.span)
        to_array(d, packed, Apply("asarray", (value,), span=e.span, attrs=(("via", "numpy"),)))
        value = packed
    d.emit(SetItem(base, indices, e.attr("spec"), value, e.attr("augmented"), e.span))


# ------------------------------------------------------------------------------------------------------- operations


def new_record(d: Dissolver, target: Var, e: Apply) -> None:
    d.allocate(target, e.attr("cls"), e.attr("keys"), e.args)
    objects.made(d, target)


def new_tuple(d: Dissolver, target: Var, e: Apply) -> None:
    d.allocate(target, tuple, tuple(range(len(e.args))), e.args)


def length(d: Dissolver, target: Var, e: Apply) -> None:
    record = d.record(e.args[0])
    assert record is not None
    if is_growing(record):
        d.put(target, field(record, "count", e.span), e.span)
    elif size(d, record) is not None:
        d.put(target, Const(size(d, record), PY_INT, e.span), e.span)
    else:
        call_method(d, target, Apply("method", e.args, span=e.span, attrs=(("keywords", ()), ("name", "__len__"))))


def truth(d: Dissolver, target: Var, e: Apply) -> None:
    record = d.record(e.args[0])
    assert record is not None
    if is_growing(record) and not record.missing:
        growing.truth(d, target, record, e)
        return
    if is_growing(record):
        d.refuse("R005", e.span, what="the truth value where there may be None", record=record)
        d.poison(target, e.span)
        return
    plain = record.cls is dict or is_sequence(record)
    told = d.fresh(e.span)
    by = next((n for n in ("__bool__", "__len__") if not plain and special(d, told, e.args, e, n)), None)
    if by == "__bool__":
        must_be(d, told, bool, by)
    if by is not None:
        d.apply(target, Apply("truth", (told,), span=e.span))
        return
    if not plain and any(hasattr(record.cls, n) for n in ("__bool__", "__len__")):
        d.refuse("R005", e.span, what="the truth value", record=record)
        d.poison(target, e.span)
        return
    if plain and not record.fields:
        d.put(target, Const(False, PY_BOOL, e.span), e.span)
    else:
        always(d, target, record, e.span)


def converted(d: Dissolver, target: Var, e: Apply) -> None:
    """`float(p)` of an object."""
    told, name = d.fresh(e.span), "__float__"
    if e.attr("weak") and e.attr("kind") == "float64" and special(d, told, e.args, e, name):
        must_be(d, told, float, name)
        d.apply(target, Apply("cast", (told,), span=e.span, attrs=e.attrs))
    else:
        other(d, target, e)


def copied(d: Dissolver, target: Var, e: Apply) -> None:
    """`p.copy()` is a record, `np.copy(p)` an array."""
    record = d.record(e.args[0])
    if e.attr("via") == "method":
        other(d, target, e)
    elif record is not None and is_growing(record):
        items = array_of(d, record, e)
        d.emit(Assign(target, Apply("copy", (items,), span=e.span, attrs=e.attrs) if items else Const(None), e.span))
        d.state.env[target.name] = None if items else Const(None)
    else:
        to_array(d, target, e)


def other(d: Dissolver, target: Var, e: Apply) -> None:
    """Any other operation: NumPy takes lists as arrays, and a method or attribute may be the class's."""
    via = e.attr("via")
    if via in ("method", "attribute") and d.record(e.args[0]) is not None:
        if via == "attribute":
            get_attribute(d, target, Apply("getattr", e.args, span=e.span, attrs=(("name", ATTRIBUTES[e.op]),)))
        else:
            call(d, target, Apply("method", e.args, span=e.span, attrs=(("keywords", ()), ("name", e.op))))
        return
    if (e.op in ("eq", "ne") and compared_with_none(d, target, e)) or operated(d, target, e):
        return
    operands: list[Atom] = []
    for name, a in zip(names_of(e), e.args, strict=False):
        record = d.record(a)
        several = via == "numpy" and record is not None and name in SEVERAL and not is_growing(record)
        if several and (rows := plain(d, a, a.span)) is not None:
            operands.append(rows)
        elif via == "numpy" and record is not None and is_growing(record):
            items = array_of(d, record, e)
            if items is None:
                d.poison(target, e.span)
                return
            if joining(e):
                d.put(target, items, e.span)
                return
            operands.append(items)
        elif via == "numpy" and record is not None and is_sequence(record) and flat(d, a) is not None:
            packed = d.fresh(e.span)
            to_array(d, packed, Apply("asarray", (a,), span=e.span, attrs=(("via", "numpy"),)))
            operands.append(packed)
        elif record is not None and (e.attr("op") or e.op) in BESIDE and (rows := beside(d, a, e)) is not None:
            operands.append(rows)
        elif record is not None:
            d.refuse("R005", e.span, what=f"`{operator_of(e)}`", record=record)
            d.poison(target, e.span)
            return
        else:
            operands.append(a)
    named.give(d, target, Apply(e.op, tuple(operands), span=e.span, attrs=e.attrs))


def folded(d: Dissolver, target: Var, e: Apply) -> None:
    record = d.record(e.args[0])
    if e.attr("name") == "sorted":
        listing.in_order(d, target, e)
    elif record is not None and is_growing(record):
        growing.fold(d, target, record, e)
    elif record is None and not is_text(d.value(e.args[0])) and (len(e.args) == 1 or e.attr("name") == "sum"):
        array, span = e.args[0], e.span
        attrs = (("iterated", True), ("spec", ("i",)))
        growing.through(d, target, e, apply(d, "extent", (array,), span), lambda item, k: d.apply(
            item, Apply("getitem", (array, k), span=span, attrs=attrs)))
    else:
        fold(d, target, e)


def call(d: Dissolver, target: Var, e: Apply) -> None:
    """A method, of a builtin record or of a class."""
    record = d.record(e.args[0])
    asks = record is not None and is_sequence(record) and (record.foreign or record.cls is not list) and (
        e.attr("name") in ("index", "count"))  # nothing is stored into it, so it need not grow
    if record is not None and (asks or (is_growing(record) and e.attr("name") in listing.METHODS)):
        listing.METHODS[e.attr("name")](d, target, e)
        return
    rule = METHODS.get((record.cls if record.cls in (dict, list) else tuple, e.attr("name"))) if record else None
    if record is None or rule is None or not (record.cls is dict or is_sequence(record)):
        call_method(d, target, e)
    else:
        rule(d, target, e)


def passed_on(d: Dissolver, target: Var, e: Apply) -> None:
    """What a recursive call passes, or an activation keeps, is a record: such a function is written out."""
    raise Unfolds(e.attr("key"))


RULES: dict[str, Rule] = {
    "text": text,
    "passed_on": passed_on,
    "list_item": passed_on,
    "list_array": passed_on,
    "listed": listed,
    "given": given,
    "record": new_record,
    "outside": from_outside,
    "getattr": get_attribute,
    "method": call,
    "getitem": get_item,
    "store": store,
    "in": contained, "not_in": contained,
    "cast": converted,
    "is": identical, "is_not": identical,
    "isinstance": is_instance,
    "ask": ask,
    "extent": extent,
    "len": length,
    "truth": truth,
    "tuple": new_tuple,
    "bit_or": united,
    "eq": compared, "ne": compared,
    "add": added,
    "iadd": added,
    "mul": repeated,
    "copy": copied,
    "asarray": copied,
    "fold": folded,
    "growing": lambda d, target, e: growing.start(d, target, e.args),
    "iter_end": ended,
    "del_item": deleted,
    "needed": needed,
    "stored at home": stored_at_home,
    "whole": whole,
    **objects.RULES,
    **joined.RULES,
    "raises": raises,
    "other": other,
    **KEYED,
}
