"""Dicts and sets whose keys are known at run time only: a list of keys, a list of values, and an index.

Before:  `d = {}`, `d[k] = d.get(k, 0.0) + v`
After:   `slot = key_slot(d:index, d:keys:items, k)`, `at = key_place(d:index, slot)`, then a load from `d:values:items`
         at this place, and a store there, or at the end of both lists

Keys and values are lists whose length is known at run time only, in the order in which Python goes through them. So a
read is a read from a list, a store one into a list, and only the place of a key is something new: it is an integer, and
has no derivative. It is found by hashing; `ops/keyed.py` says how. The index is changed where a key is added, and made
anew where there are too many for it, or where one is taken out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir.nodes import Apply, Assign, Atom, Const, Fail, If, SetItem, Span, Var
from ...ir.records import DEFAULT, KEYED, MAKES, ArrayItems, Keyed, Keys, Unique, Values
from ...ir.types import PY_BOOL, PY_FLOAT, PY_INT, Kind, Known, Scalar
from ...library.written import dicts as library
from . import growing
from .columns import ONE, ZERO, columns, field, held, load, parts, put, sites
from .dissolve import Dissolver
from .fields import apply, in_place, may_store, numbers_of
from .fitting import fits, shape_of
from .listing import run
from .shapes import NUMBERS, Fields
from .state import Record, Ref, is_text

LEAST = 8  # places of an index, a power of two
TWO = Const(2, PY_INT)
KINDS: dict[Any, Kind] = {float: "float64", int: "int64", bool: "bool", complex: "complex128"}


# ----------------------------------------------------------------------------------------------------------- the parts


def fresh(
    d: Dissolver, target: Var, cls: type, span: Span, default: tuple[str, Const] | None = None, makes: bool = True
) -> Ref:
    """A new empty dict or set for a variable.

    What a dict has for a key that is not there: a value that is put there when it is read (the `default` of a
    `defaultdict`, the class `list` for a new list), or is only read (`absent`, of a `Counter`). Where a variable is a
    `defaultdict` on one path and a plain dict on another, both have the default, and know which of them `makes` it.
    """
    lists = ("keys",) if cls is Unique else ("keys", "values")
    extra = () if default is None else (DEFAULT, MAKES) if default[0] == DEFAULT else default[:1]
    ref = d.reserve(target, cls, (*lists, "index", *extra))
    record = d.state.heap[ref.name]
    for part in lists:
        made = Var(f"{target.name}:{part}", span=span)
        d.growing.setdefault(made.name + d.iteration, NUMBERS)
        d.hints.setdefault(made.name, f"{d.prefix(ref)}:{part}")
        growing.fresh(d, made, span, f"{{{part}}}")
        d.put(field(record, part, span), made, span)
    none = apply(d, "zeros", (Const(LEAST, PY_INT),), span, dtype="int64", via="numpy")
    put(d, record, "index", none, span)
    if default is not None:
        d.put(field(record, default[0], span), default[1], span)
    if MAKES in extra:
        d.put(field(record, MAKES, span), Const(makes, PY_BOOL, span), span)
    return ref


def default_of(cls: Any, span: Span) -> Const | None:
    """What a `defaultdict` makes of a class that it is given; None for a class that it does not take here."""
    if cls is list:
        return Const(list, Known(list), span)
    return Const(cls(), Scalar(KINDS[cls], True), span) if cls in KINDS else None


def expected(d: Dissolver, target: Var) -> tuple[str, Const] | None:
    """What the `defaultdict` makes that a dict meets somewhere."""
    shape = d.growing.get(f"{target.name}{d.iteration}:{DEFAULT}")
    known = default_of(shape.cls, target.span) if isinstance(shape, Fields) else None
    return None if known is None else (DEFAULT, known)


def list_of(d: Dissolver, record: Record, part: str) -> Record:
    """The list of the keys or of the values."""
    found = d.state.record(d.state.env.get(record.variable(part) or ""))
    assert found is not None
    return found


def literal(d: Dissolver, key: Any, span: Span) -> Atom:
    """A key that is known as an operand: a number, or a tuple of such."""
    if isinstance(key, tuple):
        return packed(d, tuple(literal(d, k, span) for k in key), span)
    return Const(key, PY_BOOL if isinstance(key, bool) else PY_INT if isinstance(key, int) else PY_FLOAT, span)


def packed(d: Dissolver, items: tuple[Atom, ...], span: Span) -> Var:
    """A tuple of operands."""
    pair = d.fresh(span)
    d.allocate(pair, tuple, tuple(range(len(items))), items)
    return pair


def key_of(d: Dissolver, operands: tuple[Atom, ...], span: Span) -> Atom:
    """The key of `d[k]` and of `d[i, j]`."""
    if len(operands) > 1:
        return packed(d, operands, span)
    known = d.constant(operands[0])
    return literal(d, known, span) if isinstance(known, tuple) else operands[0]


def find(d: Dissolver, record: Record, key: Atom, span: Span) -> tuple[Var, Var] | None:
    """The slot of the index where a key is or belongs, and its position, which is -1 where it is not there.

    None after refusing the key.
    """
    keys = list_of(d, record, "keys")
    known = None if shape_of(d, key) is None else checked(d, keys, key, "", span)
    if known is None:
        d.refuse("R016", span, first=d.record(key) or "a string or None")
        return None
    key = known
    if not fits(d, keys, key, span):
        return None
    given = list(parts(d, keys, field(keys, "items", span).name, "", key, span))
    found = (*(Var(name, span=span) for name, _, _ in given), *(atom for _, _, atom in given))
    index = field(record, "index", span)
    slot = apply(d, "key_slot", (index, *found), span)
    return slot, apply(d, "key_place", (index, slot), span)


def checked(d: Dissolver, keys: Record, key: Atom, path: str, span: Span) -> Atom | None:
    """A number or a tuple of numbers, of which `infer` finds out whether the types are those of the other keys.

    None for anything else.
    """
    given = d.record(key)
    if given is None:
        return apply(d, "key", (key,), span, sites=tuple(f"{site}{path}" for site in sites(keys)))
    if given.cls is not tuple:
        return None
    items = [checked(d, keys, Var(v, span=span), f"{path}.{k}", span) for k, v in given.fields]
    whole = tuple(a for a in items if a is not None)
    return packed(d, whole, span) if len(whole) == len(items) else None


def missing(d: Dissolver, at: Var, key: Atom, span: Span) -> None:
    """Raise `KeyError` where a key is not there."""
    absent = Fail("KeyError", None, numbers_of(d, key), span)
    d.emit(If(apply(d, "lt", (at, ZERO), span), (absent,), (), span))


def within(
    d: Dissolver, subject: Atom, function: Callable[..., Any], args: tuple[Atom, ...], span: Span, name: str = ""
) -> Var:
    """The result of a function of the library, during which a dict is in use.

    If a list is made there, it has a `name` which is the same in every round.
    """
    result, live = Var(name, span=span) if name else d.fresh(span), d.live
    d.live = live | {a.name for a in (subject,) if isinstance(a, Var)}
    if name:
        given, args = args, tuple(Var(f"{name}.{k}", span=span) for k in range(len(args)))
        for v, a in zip(args, given, strict=True):
            d.put(v, a, span)  # type: ignore[arg-type]
    run(d, result, function, args, span, bool(name))
    d.live = live
    return result


def as_item(d: Dissolver, variable: str, value: Atom, span: Span) -> Atom:
    """A value beside those that a list has: a tuple of values as a record, if theirs are."""
    items = held(d, variable)
    if items is None or items.cls is not tuple or d.record(value) is not None or isinstance(value, Const):
        return value
    whole = apply(d, "list_tuple", (value,), span, count=len(items.fields))
    parts_of = (apply(d, "getitem", (whole, Const(k, PY_INT)), span, spec=("i",)) for k, _ in items.fields)
    return packed(d, tuple(as_item(d, v, part, span) for part, (_, v) in zip(parts_of, items.fields,
                                                                                    strict=True)), span)


def subject_of(d: Dissolver, a: Atom) -> tuple[Ref, Record]:
    ref = d.value(a)
    assert isinstance(ref, Ref)
    return ref, d.state.heap[ref.name]


# ------------------------------------------------------------------------------------------------------------ the index


def added(d: Dissolver, record: Record, at: Var, slot: Var, span: Span) -> None:
    """Note where a key is, if it has just been put behind the others; make room for as many again when it is full."""
    keys, index = list_of(d, record, "keys"), field(record, "index", span)
    count = field(keys, "count", span)
    outer, d.out = d.out, []
    d.emit(SetItem(index, (slot,), ("i",), count, span=span))
    full = apply(d, "ge", (apply(d, "mul", (count, TWO), span), apply(d, "extent", (index,), span)), span)
    again, d.out = d.out, []
    anew(d, record, span)
    again.append(If(full, tuple(d.out), (), span))
    d.out = outer
    d.emit(If(apply(d, "lt", (at, ZERO), span), tuple(again), (), span))


def anew(d: Dissolver, record: Record, span: Span, deleted: bool = False) -> None:
    """Make the index of all keys that are there."""
    keys = list_of(d, record, "keys")
    given = tuple(Var(name, span=span) for name, _ in columns(d, field(keys, "items", span).name))
    index = field(record, "index", span)
    attrs = (("deleted", True),) if deleted else ()
    d.emit(Assign(index, Apply("key_index", (field(keys, "count", span), *given), span=span, attrs=attrs), span))
    d.state.env[index.name] = None


# ---------------------------------------------------------------------------------------------------- reads and stores


def get(d: Dissolver, target: Var, subject: Atom, key: Atom, span: Span) -> None:
    """`d[key]`."""
    ref, record = subject_of(d, subject)
    makes = d.state.env.get(record.variable(MAKES) or "", Const(False, PY_BOOL))
    plain = isinstance(makes, Const) and not makes.value
    default = None if plain and not record.variable("absent") else record.variable("absent") or record.variable(DEFAULT)
    if not plain and not may_store(d, ref, record, span):
        d.poison(target, span)
        return
    found = find(d, record, key, span)
    if found is None:
        d.poison(target, span)
    elif default is None:
        missing(d, found[1], key, span)
        load(d, target, list_of(d, record, "values"), found[1], span)
    elif record.variable("absent"):
        args = (field(record, "values", span), found[1], Var(default, span=span))
        d.put(target, within(d, subject, library.get, args, span), span)
    else:
        if makes is None:
            outer, d.out = d.out, []
            missing(d, found[1], key, span)
            inner, d.out = tuple(d.out), outer
            d.emit(If(field(record, MAKES, span), (), inner, span))
        made = d.state.env[default]
        assert isinstance(made, Const)
        put_new(d, target, subject, found, key, made, span)


def put_new(
    d: Dissolver, target: Var, subject: Atom, found: tuple[Var, Var], key: Atom, value: Atom, span: Span
) -> None:
    """Let the target be the value of a key, which gets one if it is not there."""
    record, (slot, at) = subject_of(d, subject)[1], found
    args = (*(field(record, part, span) for part in ("keys", "values")), at, key)
    if is_text(d.value(value)):
        within(d, subject, library.put_list, args, span)
    elif fits(d, list_of(d, record, "values"), value, span):
        within(d, subject, library.put_new, (*args, value), span)
    record = subject_of(d, subject)[1]
    added(d, record, at, slot, span)
    place = d.fresh(span)
    d.emit(Assign(place, at, span))
    last = Apply("sub", (field(list_of(d, record, "keys"), "count", span), ONE), span=span)
    d.emit(If(apply(d, "lt", (at, ZERO), span), (Assign(place, last, span),), (), span))
    d.state.env[place.name] = None
    load(d, target, list_of(d, record, "values"), place, span)


def store(d: Dissolver, subject: Atom, key: Atom, value: Atom, e: Apply) -> None:
    """`d[key] = value`."""
    (ref, record), span = subject_of(d, subject), e.span
    given = d.record(value)
    items = held(d, field(list_of(d, record, "values"), "items", span).name)
    if e.attr("augmented") and items is not None and items.cls is ArrayItems:
        in_place(d, value, e.attr("augmented"))
        return
    if e.attr("augmented") and given is not None and given.cls is not tuple:
        d.refuse("R005", span, what="an augmented assignment to an item", record=given)
        return
    found = find(d, record, key, span) if may_store(d, ref, record, span) else None
    if found is None or not fits(d, list_of(d, record, "values"), value, span):
        return
    lists = (field(record, "keys", span), field(record, "values", span))
    within(d, subject, library.put, (*lists, found[1], key, value), span)
    added(d, subject_of(d, subject)[1], found[1], found[0], span)


def delete(d: Dissolver, subject: Atom, key: Atom, default: Atom | None, span: Span) -> Var | None:
    """`d.pop(key)`, `d.pop(key, default)` and `del d[key]`; None after refusing it."""
    ref, record = subject_of(d, subject)
    found = find(d, record, key, span) if may_store(d, ref, record, span) else None
    if found is None:
        return None
    if default is None:
        missing(d, found[1], key, span)
    lists = tuple(field(record, part, span) for part in ("keys", "values") if record.variable(part))
    if record.cls is Unique:
        taken = within(d, subject, library.removed_key, (*lists, found[1]), span)
    elif default is None:
        taken = within(d, subject, library.removed, (*lists, found[1]), span)
    else:
        taken = within(d, subject, library.taken, (*lists, found[1], default), span)
    left(d, subject_of(d, subject)[1], found, span)
    return taken


def left(d: Dissolver, record: Record, found: tuple[Var, Var], span: Span) -> None:
    """Note that a key has left, if it was there. No other has been put behind the last one, whose slot becomes free."""
    slot, at = found
    outer, d.out = d.out, []
    anew(d, record, span, True)
    again, d.out = tuple(d.out), []
    d.emit(SetItem(field(record, "index", span), (slot,), ("i",), ZERO, span=span))
    free, d.out = tuple(d.out), []
    last = apply(d, "eq", (at, field(list_of(d, record, "keys"), "count", span)), span)
    d.emit(If(last, free, again, span))
    inner, d.out = tuple(d.out), outer
    d.emit(If(apply(d, "ge", (at, ZERO), span), inner, (), span))


def start(d: Dissolver, target: Var, e: Apply) -> None:
    """A new dict with the items of a display."""
    fresh(d, target, Keyed, target.span, expected(d, target), False)
    live, d.live = d.live, d.live | {a.name for a in e.args if isinstance(a, Var)}
    for key, value in zip(e.attr("keys"), e.args, strict=True):
        store(d, target, literal(d, key, target.span), value, Apply("store", (), span=target.span))
    d.live = live


def gone_through(d: Dissolver, record: Record) -> Var | None:
    """The list of what iteration gives, in order; None for pairs, and for sets, which have no order that is known."""
    if record.cls in (Keyed, Keys, Values):
        whole = record if record.cls is Keyed else d.record(Var(record.fields[0][1]))
        assert whole is not None
        return field(whole, "values" if record.cls is Values else "keys", Span())
    return None


def whole_of(d: Dissolver, record: Record) -> Record:
    """The dict or set that a record is, or is a view of."""
    whole = record if record.cls in KEYED else d.record(Var(record.fields[0][1]))
    assert whole is not None
    return whole


