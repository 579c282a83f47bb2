"""What operations mean for dicts and sets whose keys are known at run time only."""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Const, Fail, For, If, Stmt, Var, While
from ...ir.records import Items, Keyed, Keys, Unique, Values
from ...ir.traversal import assigned, walk
from ...ir.types import NOTHING, PY_BOOL
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
    delete,
    find,
    get,
    gone_through,
    key_of,
    list_of,
    packed,
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
        refused(d, target, e, "a loop")
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
        refused(d, target, e)
    else:
        d.apply(target, replace(e, args=(found, *e.args[1:])))


def _constructed(d: Dissolver, target: Var, e: Apply) -> None:
    """`list(d)`, `dict(d)`, and objects that have a dict."""
    cls = e.attr("cls")
    if cls is dict and _subject(d, e).cls is Keyed and len(e.args) == 1:
        _copied(d, target, e)
    elif cls not in (list, tuple, dict, set):
        construct(d, target, e)
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
    values = field(record, "values", e.span)
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
    lists = (field(record, "keys", span), field(record, "values", span))
    within(d, e.args[0], library.put_new, (*lists, found[1], key, e.args[2]), span)
    _loaded(d, target, e, found)


def _loaded(d: Dissolver, target: Var, e: Apply, found: tuple[Var, Var]) -> None:
    """The value of a key that has been there, or is the last one now."""
    (_, record), span = subject_of(d, e.args[0]), e.span
    slot, at = found
    added(d, record, at, slot, span)
    place = d.fresh(span)
    d.emit(Assign(place, at, span))
    last = Apply("sub", (_count(d, record, e), Const(1, ZERO.type)), span=span)
    d.emit(If(apply(d, "lt", (at, ZERO), span), (Assign(place, last, span),), (), span))
    d.state.env[place.name] = None
    load(d, target, list_of(d, record, "values"), place, span)


def _pop(d: Dissolver, target: Var, e: Apply) -> None:
    if _takes(d, target, e, 1, 2):
        key = key_of(d, e.args[1:2], e.span)
        taken = delete(d, e.args[0], key, e.args[2] if len(e.args) == 3 else None, e.span)
        d.poison(target, e.span) if taken is None else d.put(target, taken, e.span)


def _clear(d: Dissolver, target: Var, e: Apply) -> None:
    (ref, record), span = subject_of(d, e.args[0]), e.span
    if not _takes(d, target, e, 0, 0):
        return
    if may_store(d, ref, record, span):
        for part in record.keys[:-1]:
            listing.METHODS["clear"](d, d.fresh(span), Apply("method", (field(record, part, span),), span=span, attrs=(
                ("keywords", ()), ("name", "clear"))))
        anew(d, record, span, True)
    _nothing(d, target, e)


def _copied(d: Dissolver, target: Var, e: Apply) -> None:
    """`d.copy()` and `dict(d)`."""
    record, span = _subject(d, e), e.span
    made = []
    for part in record.keys[:-1]:
        made.append(d.fresh(span))
        listing.duplicate(d, made[-1], list_of(d, record, part), span)
    index = apply(d, "copy", (field(record, "index", span),), span, via="numpy")
    d.allocate(target, record.cls, record.keys, (*made, index))


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
}


def _method(d: Dissolver, target: Var, e: Apply) -> None:
    record = _subject(d, e)
    if is_keyed(d.state, d.value(e.args[0])):
        METHODS.get((record.cls, e.attr("name")), refused)(d, target, e)
    else:
        d.rules["method"](d, target, e)


def _as_other(op: str) -> Rule:
    return lambda d, target, e: d.rules[op](d, target, e)


RULES: dict[str, Rule] = {
    "keyed": start,
    "keyed other": refused,
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
    "keyed copy": _method,
    **{f"keyed {op}": _as_other(op) for op in ("is", "is_not", "tuple", "record", "passed_on")},
}

