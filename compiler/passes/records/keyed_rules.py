"""What operations mean for dicts and sets whose keys are known at run time only."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from ...ir.nodes import Apply, Assign, Atom, Const, Fail, For, If, Stmt, Var, While
from ...ir.records import Items, Keyed, Keys, Unique, Values
from ...ir.traversal import assigned, walk
from ...ir.types import NOTHING, PY_BOOL, PY_INT, Kind, Known, Scalar
from ...library.written import dicts as library
from . import listing
from .classes import construct
from .columns import ZERO, field, load
from .dissolve import Dissolver, Rule
from .fields import apply, may_store
from .fitting import fits
from .keyed import (
    added,
    anew,
    as_item,
    delete,
    find,
    fresh,
    get,
    gone_through,
    key_of,
    list_of,
    packed,
    put_new,
    start,
    store,
    subject_of,
    whole_of,
    within,
)
from .keys import is_keyed
from .methods import sequence
from .optional import compared_with_none
from .questions import ask
from .state import Record


def refused(d: Dissolver, target: Var, e: Apply, what: str = "") -> None:
    """What a dict with such keys does not do here."""
    record = next(r for a in e.args if (r := d.record(a)) is not None and is_keyed(d.state, d.value(a)))
    d.refuse("R005", e.span, what=what or f"`{e.attr('name') or e.op}`", record=record)
    d.poison(target, e.span)


def _subject(d: Dissolver, e: Apply) -> Record:
    record = d.record(e.args[0])
    assert record is not None
    return record


def _nothing(d: Dissolver, target: Var, e: Apply) -> None:
    d.put(target, Const(None, NOTHING, e.span), e.span)


def _count(d: Dissolver, record: Record, e: Apply) -> Var:
    return field(list_of(d, whole_of(d, record), "keys"), "count", e.span)


# ---------------------------------------------------------------------------------------------------------------- items


def _get_item(d: Dissolver, target: Var, e: Apply) -> None:
    record = _subject(d, e)
    if e.attr("iterated"):
        _iterated(d, target, record, e)
    elif record.cls is not Keyed or set(e.attr("spec")) != {"i"} or e.attr("unpack") is not None:
        refused(d, target, e, "this index")
    else:
        get(d, target, e.args[0], key_of(d, e.args[1:], e.span), e.span)


def _store(d: Dissolver, target: Var, e: Apply) -> None:
    if _subject(d, e).cls is not Keyed or set(e.attr("spec")) != {"i"}:
        refused(d, target, e, "this store")
    else:
        store(d, e.args[0], key_of(d, e.args[1:-1], e.span), e.args[-1], e)


def _deleted(d: Dissolver, target: Var, e: Apply) -> None:
    if _subject(d, e).cls is not Keyed or set(e.attr("spec")) != {"i"}:
        refused(d, target, e, "`del`")
    else:
        delete(d, e.args[0], key_of(d, e.args[1:], e.span), None, e.span)


def _contained(d: Dissolver, target: Var, e: Apply) -> None:
    """`key in d`, and `value in d.values()`."""
    record = d.record(e.args[1])
    if record is None or record.cls is Items:
        refused(d, target, e)
    elif record.cls is Values:
        values = gone_through(d, record)
        assert values is not None
        d.apply(target, replace(e, args=(e.args[0], values)))
    else:
        found = find(d, whole_of(d, record), key_of(d, e.args[:1], e.span), e.span)
        if found is None:
            d.poison(target, e.span)
        else:
            d.put(target, apply(d, "ge" if e.op == "in" else "lt", (found[1], ZERO), e.span), e.span)


def _length(d: Dissolver, target: Var, e: Apply) -> None:
    d.put(target, _count(d, _subject(d, e), e), e.span)


def _truth(d: Dissolver, target: Var, e: Apply) -> None:
    record = _subject(d, e)
    if record.missing:
        refused(d, target, e, "the truth value where there may be None")
    else:
        d.put(target, apply(d, "gt", (_count(d, record, e), ZERO), e.span), e.span)


# ----------------------------------------------------------------------------------------------------------- iteration


def _extent(d: Dissolver, target: Var, e: Apply) -> None:
    """How many items a loop goes through, which must not change while it does."""
    record = _subject(d, e)
    if record.cls is Unique:
        d.refuse("R015", e.span, what="a loop over the items")
        d.poison(target, e.span)
        return
    assert isinstance(e.args[0], Var)
    d.emit(Assign(target, _count(d, record, e), e.span))
    d.state.env[target.name] = None
    d.iterated[e.args[0].name] = target


def _iterated(d: Dissolver, target: Var, record: Record, e: Apply) -> None:
    if record.cls is Unique:
        d.poison(target, e.span)  # `extent` has refused it
        return
    assert isinstance(e.args[0], Var)
    _same_size(d, record, d.iterated.get(e.args[0].name), e)
    whole, at = whole_of(d, record), e.args[1]
    if record.cls is Items:
        pair = tuple(d.fresh(e.span) for _ in range(2))
        for v, part in zip(pair, ("keys", "values"), strict=True):
            load(d, v, list_of(d, whole, part), at, e.span)
        d.put(target, packed(d, pair, e.span), e.span)
    else:
        load(d, target, list_of(d, whole, "values" if record.cls is Values else "keys"), at, e.span)


def _same_size(d: Dissolver, record: Record, before: Atom | None, e: Apply) -> None:
    """Python's check, which it makes when it turns to the next item, and when there is none any more."""
    if before is not None:
        other = apply(d, "ne", (_count(d, record, e), before), e.span)
        message = "dictionary changed size during iteration"
        d.emit(If(other, (Fail("RuntimeError", message, (), e.span),), (), e.span))


def _ended(d: Dissolver, target: Var, e: Apply) -> None:
    """After a loop over a dict, in which keys may have been added, but not so that Python would go on with others."""
    record = _subject(d, e)
    loop = next((s for s in reversed(d.out) if isinstance(s, For | While)), None)
    count = _count(d, record, e)
    changed = loop is not None and count.name in assigned(loop.body)
    if loop is not None and changed and (isinstance(loop, While) or any(map(_deletes, walk(loop.body)))):
        d.refuse("R009", e.span, record=whole_of(d, record))
    elif changed:
        _same_size(d, record, e.args[1], e)
    _nothing(d, target, e)


def _deletes(s: Stmt) -> bool:
    return isinstance(s, Assign) and isinstance(s.value, Apply) and bool(s.value.attr("deleted"))


def _as_list(d: Dissolver, a: Atom, e: Apply) -> Atom | None:
    """The list of what iteration gives: the one that a dict has, or a new one of pairs. None for a set."""
    record = d.record(a)
    assert record is not None
    if record.cls is Items:
        whole = whole_of(d, record)
        return within(d, a, library.pairs, tuple(field(whole, p, e.span) for p in ("keys", "values")), e.span)
    return gone_through(d, record)


def _folded(d: Dissolver, target: Var, e: Apply) -> None:
    """`sum`, `max`, `min` and `sorted`."""
    record = _subject(d, e)
    ordered = e.attr("name") in ("sorted", "max", "min")
    found = field(record, "keys", e.span) if record.cls is Unique and ordered else _as_list(d, e.args[0], e)
    if found is None:
        d.refuse("R015", e.span, what=f"`{e.attr('name')}`")
        d.poison(target, e.span)
    else:
        d.apply(target, replace(e, args=(found, *e.args[1:])))


def _constructed(d: Dissolver, target: Var, e: Apply) -> None:
    """`list(d)`, `dict(d)`, and objects that have a dict."""
    cls = e.attr("cls")
    if cls is dict and _subject(d, e).cls is Keyed and len(e.args) == 1 and len(_subject(d, e).keys) == 3:
        _copied(d, target, e)
    elif cls is set and len(e.args) == 1 and whole_of(d, _subject(d, e)) is _subject(d, e):
        record, span = _subject(d, e), e.span
        keys = d.fresh(span)
        listing.duplicate(d, keys, list_of(d, record, "keys"), span)
        index = apply(d, "copy", (field(record, "index", span),), span, via="numpy")
        d.allocate(target, Unique, ("keys", "index"), (keys, index))
    elif cls not in (list, tuple, dict, set):
        construct(d, target, e)
    elif cls is list and _subject(d, e).cls is Unique:
        d.refuse("R015", e.span, what="`list`")
        d.poison(target, e.span)
    elif cls is not list or (found := _as_list(d, e.args[0], e)) is None:
        refused(d, target, e, f"`{cls.__name__}`")
    else:
        sequence(d, target, replace(e, args=(found,)), list)


def _compared(d: Dissolver, target: Var, e: Apply) -> None:
    if not compared_with_none(d, target, e):
        refused(d, target, e)


def _is_instance(d: Dissolver, target: Var, e: Apply) -> None:
    record = _subject(d, e)
    cls = dict if record.cls is Keyed else set if record.cls is Unique else object
    if e.attr("having"):
        refused(d, target, e, "`hasattr`")
        return
    d.put(target, Const(cls in e.attr("classes") if e.attr("exact") else issubclass(cls, e.attr("classes")), PY_BOOL,
                        e.span), e.span)


# ------------------------------------------------------------------------------------------------------------- methods


def _takes(d: Dissolver, target: Var, e: Apply, least: int, most: int) -> bool:
    return listing._takes(d, target, e, least, most)


def _view(cls: type) -> Rule:
    def rule(d: Dissolver, target: Var, e: Apply) -> None:
        if _takes(d, target, e, 0, 0):
            d.allocate(target, cls, ("dict",), (e.args[0],))

    return rule


def _get(d: Dissolver, target: Var, e: Apply) -> None:
    """`d.get(key)` and `d.get(key, default)`."""
    if not _takes(d, target, e, 1, 2):
        return
    record = _subject(d, e)
    found = find(d, record, key_of(d, e.args[1:2], e.span), e.span)
    if found is None:
        d.poison(target, e.span)
        return
    default = e.args[2] if len(e.args) == 3 else Const(None, NOTHING, e.span)
    values, lists = field(record, "values", e.span), list_of(d, record, "values")
    default = as_item(d, field(lists, "items", e.span).name, default, e.span)
    d.put(target, within(d, e.args[0], library.get, (values, found[1], default), e.span), e.span)


def _set(d: Dissolver, target: Var, e: Apply) -> None:
    """A store of a comprehension."""
    store(d, e.args[0], key_of(d, e.args[1:2], e.span), e.args[2], e)


def _set_default(d: Dissolver, target: Var, e: Apply) -> None:
    """`d.setdefault(key, default)`."""
    if not _takes(d, target, e, 2, 2):
        return
    (ref, record), span = subject_of(d, e.args[0]), e.span
    key = key_of(d, e.args[1:2], span)
    found = find(d, record, key, span) if may_store(d, ref, record, span) else None
    if found is None or not fits(d, list_of(d, record, "values"), e.args[2], span):
        d.poison(target, span)
        return
    put_new(d, target, e.args[0], found, key, e.args[2], span)


def _pop(d: Dissolver, target: Var, e: Apply) -> None:
    if _takes(d, target, e, 1, 2):
        key = key_of(d, e.args[1:2], e.span)
        lists = list_of(d, _subject(d, e), "values")
        items = field(lists, "items", e.span).name
        default = as_item(d, items, e.args[2], e.span) if len(e.args) == 3 else None
        taken = delete(d, e.args[0], key, default, e.span)
        d.poison(target, e.span) if taken is None else d.put(target, taken, e.span)


def _clear(d: Dissolver, target: Var, e: Apply) -> None:
    (ref, record), span = subject_of(d, e.args[0]), e.span
    if not _takes(d, target, e, 0, 0):
        return
    if may_store(d, ref, record, span):
        for part in lists_in(record):
            listing.METHODS["clear"](d, d.fresh(span), Apply("method", (field(record, part, span),), span=span, attrs=(
                ("keywords", ()), ("name", "clear"))))
        anew(d, record, span, True)
    _nothing(d, target, e)


def _copied(d: Dissolver, target: Var, e: Apply) -> None:
    """`d.copy()` and `dict(d)`."""
    record, span = _subject(d, e), e.span
    made = []
    for part in lists_in(record):
        made.append(d.fresh(span))
        listing.duplicate(d, made[-1], list_of(d, record, part), span)
    index = apply(d, "copy", (field(record, "index", span),), span, via="numpy")
    rest = tuple(Var(v, span=span) for k, v in record.fields if k in ("default", "absent"))
    d.allocate(target, record.cls, record.keys, (*made, index, *rest))


def lists_in(record: Record) -> tuple[str, ...]:
    """The parts of a dict or set that are lists."""
    return tuple(k for k in record.keys if k in ("keys", "values"))


# ---------------------------------------------------------------------------------------------------------------- sets


def _add(d: Dissolver, target: Var, e: Apply) -> None:
    """`s.add(key)`."""
    (ref, record), span = subject_of(d, e.args[0]), e.span
    if not _takes(d, target, e, 1, 1):
        return
    key = key_of(d, e.args[1:], span)
    found = find(d, record, key, span) if may_store(d, ref, record, span) else None
    if found is not None:
        within(d, e.args[0], library.put_key, (field(record, "keys", span), found[1], key), span)
        added(d, subject_of(d, e.args[0])[1], found[1], found[0], span)
    _nothing(d, target, e)


def _discard(d: Dissolver, target: Var, e: Apply) -> None:
    """`s.remove(key)` and `s.discard(key)`."""
    if _takes(d, target, e, 1, 1):
        none = None if e.attr("name") == "remove" else Const(None, NOTHING, e.span)
        delete(d, e.args[0], key_of(d, e.args[1:], e.span), none, e.span)
        _nothing(d, target, e)


def _add_all(d: Dissolver, target: Var, e: Apply) -> None:
    """`s.update(items)`."""
    if _takes(d, target, e, 1, 1):
        within(d, e.args[0], library.add_all, e.args, e.span)
        _nothing(d, target, e)


def _made(d: Dissolver, target: Var, e: Apply) -> None:
    """`set(items)`, `defaultdict(float)` and `Counter(items)`."""
    cls, span = e.attr("cls"), e.span
    if e.attr("keywords") or len(e.args) > 1:
        d.refuse("T003", span, name=cls.__name__, expected="0 or 1 arguments", given=f"{len(e.args)} were")
        d.poison(target, span)
    elif cls is set:
        fresh(d, target, Unique, span)
        if e.args:
            within(d, target, library.add_all, (target, *e.args), span)
    elif cls is Counter:
        fresh(d, target, Keyed, span, ("absent", Const(0, PY_INT, span)))
        if e.args:
            within(d, target, library.count_all, (target, *e.args), span)
    elif (default := _default(d, e)) is None:
        d.refuse("T003", span, name=cls.__name__, expected="`float`, `int`, `complex`, `bool` or `list`",
                 given="something else was")
        d.poison(target, span)
    else:
        fresh(d, target, Keyed, span, ("default", default))


def _default(d: Dissolver, e: Apply) -> Const | None:
    """What a `defaultdict` makes of a class that it is given."""
    made = d.value(e.args[0]) if e.args else None
    cls: Any = made.value if isinstance(made, Const) else None
    if cls is list:
        return Const(list, Known(list), e.span)
    return Const(cls(), Scalar(KINDS[cls], True), e.span) if cls in KINDS else None


KINDS: dict[Any, Kind] = {float: "float64", int: "int64", bool: "bool", complex: "complex128"}
METHODS: dict[tuple[type, str], Rule] = {
    (Keyed, "get"): _get,
    (Keyed, "__setitem__"): _set,
    (Keyed, "setdefault"): _set_default,
    (Keyed, "pop"): _pop,
    (Keyed, "clear"): _clear,
    (Keyed, "copy"): _copied,
    (Keyed, "keys"): _view(Keys),
    (Keyed, "values"): _view(Values),
    (Keyed, "items"): _view(Items),
    (Unique, "add"): _add,
    (Unique, "remove"): _discard,
    (Unique, "discard"): _discard,
    (Unique, "update"): _add_all,
    (Unique, "clear"): _clear,
    (Unique, "copy"): _copied,
}


def _method(d: Dissolver, target: Var, e: Apply) -> None:
    record = _subject(d, e)
    if is_keyed(d.state, d.value(e.args[0])):
        METHODS.get((record.cls, e.attr("name")), refused)(d, target, e)
    else:
        d.rules["method"](d, target, e)


def _other(d: Dissolver, target: Var, e: Apply) -> None:
    """What has no rule; a method whose name is that of an operation as well."""
    if e.attr("via") == "method":
        _method(d, target, replace(e, op="method", attrs=(("keywords", ()), ("name", e.op))))
    else:
        refused(d, target, e)


def _as_other(op: str) -> Rule:
    return lambda d, target, e: d.rules[op](d, target, e)


RULES: dict[str, Rule] = {
    "keyed": start,
    "keyed made": _made,
    "keyed other": _other,
    "keyed getitem": _get_item,
    "keyed store": _store,
    "keyed del_item": _deleted,
    "keyed in": _contained,
    "keyed not_in": _contained,
    "keyed len": _length,
    "keyed truth": _truth,
    "keyed extent": _extent,
    "keyed iter_end": _ended,
    "keyed fold": _folded,
    "keyed construct": _constructed,
    "keyed eq": _compared,
    "keyed ne": _compared,
    "keyed isinstance": _is_instance,
    "keyed ask": ask,
    "keyed method": _method,
    **{f"keyed {op}": _as_other(op) for op in ("is", "is_not", "tuple", "record", "passed_on")},
}

