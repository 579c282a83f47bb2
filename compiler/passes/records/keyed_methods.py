"""The methods of dicts and sets whose keys are known at run time only, and what makes them besides a display."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from ...ir.nodes import Apply, Atom, Const, Fail, If, Var
from ...ir.records import DEFAULT, KEYED, MAKES, Items, Keyed, Keys, Unique, Values, may_be_keyed
from ...ir.types import NOTHING, PY_BOOL, PY_INT
from ...library.written import dicts as library
from . import listing
from .arraylike import operator_of
from .columns import ONE, ZERO, field, load
from .dissolve import Dissolver, Rule
from .fields import apply, as_constant, may_store
from .fitting import fits
from .keyed import (
    added,
    anew,
    as_item,
    default_of,
    delete,
    expected,
    find,
    fresh,
    key_of,
    left,
    list_of,
    literal,
    put_new,
    store,
    subject_of,
    within,
)
from .state import Record


def _nothing(d: Dissolver, target: Var, e: Apply) -> None:
    d.put(target, Const(None, NOTHING, e.span), e.span)


def _subject(d: Dissolver, e: Apply) -> Record:
    return subject_of(d, e.args[0])[1]


def _takes(d: Dissolver, target: Var, e: Apply, least: int, most: int) -> bool:
    return listing.takes(d, target, e, least, most)


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


def _popitem(d: Dissolver, target: Var, e: Apply) -> None:
    (ref, record), span = subject_of(d, e.args[0]), e.span
    if not _takes(d, target, e, 0, 0) or not may_store(d, ref, record, span):
        d.poison(target, span)
        return
    keys, key = list_of(d, record, "keys"), d.fresh(span)
    last = apply(d, "sub", (field(keys, "count", span), ONE), span)
    empty = Fail("KeyError", "popitem(): dictionary is empty", (), span)
    d.emit(If(apply(d, "lt", (last, ZERO), span), (empty,), (), span))
    load(d, key, keys, last, span)
    found = find(d, record, key, span)
    assert found is not None
    lists = tuple(field(record, part, span) for part in ("keys", "values"))
    d.put(target, within(d, e.args[0], library.last, lists, span), span)
    left(d, subject_of(d, e.args[0])[1], found, span)


def _update(d: Dissolver, target: Var, e: Apply) -> None:
    """`d.update(others)`."""
    others = d.record(e.args[1]) if _takes(d, target, e, 1, 1) else None
    if others is not None and others.cls is dict:
        live, d.live = d.live, d.live | {a.name for a in e.args if isinstance(a, Var)}
        for key, variable in others.fields:
            known = literal(d, key, e.span) if may_be_keyed(dict, (key,)) else as_constant(key, e.span)
            store(d, e.args[0], known, Var(variable, span=e.span), e)
        d.live = live
    elif others is not None and others.cls is Keyed:
        within(d, e.args[0], library.update, e.args, e.span)
    else:
        d.refuse("R005", e.span, what="`update`", record=others or "something else")
    _nothing(d, target, e)


def united(d: Dissolver, target: Var, e: Apply) -> None:
    """`d | e`, `s | t`, `s & t`, `s - t` and `s ^ t`, and in place."""
    op, first, second = e.attr("op") or e.op, d.record(e.args[0]), d.record(e.args[1])
    known: dict[Any, tuple[str, ...]] = {Unique: ("bit_or", "bit_and", "sub", "bit_xor"), Keyed: ("bit_or",)}
    kinds = [Keyed if r is not None and r.cls is dict else r.cls if r is not None else None for r in (first, second)]
    if first is None or kinds[0] is not kinds[1] or op not in known.get(kinds[0] or Keyed, ()) or (
            first.cls is dict and e.op == "iadd"):
        d.refuse("R005", e.span, what=f"`{operator_of(e)}`", record=next(r for r in (first, second) if r is not None))
        d.poison(target, e.span)
        return
    changed: Atom = e.args[0] if e.op == "iadd" else target
    if first.cls is Unique and op != "bit_or":
        _of_both(d, target, e, op)
        return
    if e.op != "iadd" and first.cls is dict:
        fresh(d, target, Keyed, e.span)
        _update(d, d.fresh(e.span), replace(e, args=(target, e.args[0]), attrs=NO_KEYWORDS))
    elif e.op != "iadd":
        copied(d, target, e)
    more = replace(e, args=(changed, e.args[1]), attrs=NO_KEYWORDS)
    (_add_all if first.cls is Unique else _update)(d, d.fresh(e.span), more)
    if e.op == "iadd":
        d.put(target, e.args[0], e.span)


def _of_both(d: Dissolver, target: Var, e: Apply, op: str) -> None:
    """A new set of the items that two sets share, or do not."""
    if e.op == "iadd":
        d.refuse("R005", e.span, what=f"`{operator_of(e)}`", record=d.record(e.args[0]))
        d.poison(target, e.span)
        return
    fresh(d, target, Unique, e.span)
    for a, b in (e.args, e.args[::-1])[: 2 if op == "bit_xor" else 1]:
        keys = field(subject_of(d, a)[1], "keys", e.span)
        there = Const(op == "bit_and", PY_BOOL, e.span)
        live, d.live = d.live, d.live | {v.name for v in e.args if isinstance(v, Var)}
        within(d, target, library.chosen, (target, keys, b, there), e.span)
        d.live = live


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


def copied(d: Dissolver, target: Var, e: Apply) -> None:
    """`d.copy()` and `dict(d)`."""
    record, span = _subject(d, e), e.span
    made = []
    for part in lists_in(record):
        made.append(Var(f"{target.name}:{part}", span=span))
        listing.duplicate(d, made[-1], list_of(d, record, part), span)
    index = apply(d, "copy", (field(record, "index", span),), span, via="numpy")
    rest: dict[Any, Atom] = {k: Var(v, span=span) for k, v in record.fields[len(made) + 1 :]}
    if e.op == "construct" or (record.cls is Keyed and not rest):  # it is a plain one
        known = expected(d, target)
        rest = {} if known is None else {DEFAULT: known[1], MAKES: Const(False, PY_BOOL, span)}
    d.allocate(target, record.cls, (*lists_in(record), "index", *rest), (*made, index, *rest.values()))


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
        within(d, e.args[0], library.add_all, (e.args[0], _each(d, e.args[1])), e.span)
        _nothing(d, target, e)


def _each(d: Dissolver, items: Atom) -> Atom:
    """What is put into a set one by one: of a set or dict its keys, in any order."""
    record = d.record(items)
    return field(record, "keys", items.span) if record is not None and record.cls in KEYED else items


def made(d: Dissolver, target: Var, e: Apply) -> None:
    """`set(items)`, `defaultdict(float)` and `Counter(items)`."""
    cls, span = e.attr("cls"), e.span
    if e.attr("keywords") or len(e.args) > 1:
        d.refuse("T003", span, name=cls.__name__, expected="0 or 1 arguments", given=f"{len(e.args)} were")
        d.poison(target, span)
    elif cls is set:
        fresh(d, target, Unique, span)
        if e.args:
            within(d, target, library.add_all, (target, _each(d, e.args[0])), span)
    elif cls is Counter:
        fresh(d, target, Keyed, span, ("absent", Const(0, PY_INT, span)))
        if e.args:
            within(d, target, library.count_all, (target, *e.args), span)
    elif (default := _default(d, e)) is None:
        d.refuse("T003", span, name=cls.__name__, expected="`float`, `int`, `complex`, `bool` or `list`",
                 given="something else was")
        d.poison(target, span)
    else:
        fresh(d, target, Keyed, span, (DEFAULT, default))


def _default(d: Dissolver, e: Apply) -> Const | None:
    """What a `defaultdict` makes of a class that it is given."""
    made = d.value(e.args[0]) if e.args else None
    return default_of(made.value, e.span) if isinstance(made, Const) else None


NO_KEYWORDS = (("keywords", ()), ("name", "update"))
METHODS: dict[tuple[type, str], Rule] = {
    (Keyed, "get"): _get,
    (Keyed, "__setitem__"): _set,
    (Keyed, "setdefault"): _set_default,
    (Keyed, "pop"): _pop,
    (Keyed, "popitem"): _popitem,
    (Keyed, "update"): _update,
    (Keyed, "clear"): _clear,
    (Keyed, "copy"): copied,
    (Keyed, "keys"): _view(Keys),
    (Keyed, "values"): _view(Values),
    (Keyed, "items"): _view(Items),
    (Unique, "add"): _add,
    (Unique, "remove"): _discard,
    (Unique, "discard"): _discard,
    (Unique, "update"): _add_all,
    (Unique, "clear"): _clear,
    (Unique, "copy"): copied,
}


