"""What operations mean for dicts and sets whose keys are known at run time only."""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Block, Const, Fail, If, Stmt, Var, While
from ...ir.records import DEFAULT, Items, Keyed, Unique, Values
from ...ir.traversal import assigned, blocks, walk, with_blocks
from ...ir.types import NOTHING, PY_BOOL, PY_INT
from ...library.written import dicts as library
from . import listing
from .classes import construct
from .columns import ZERO, field, held, load
from .dissolve import Dissolver, Rule
from .fields import apply, needs_constant
from .keyed import (
    delete,
    find,
    get,
    gone_through,
    key_of,
    list_of,
    packed,
    start,
    store,
    whole_of,
    within,
)
from .keyed_methods import METHODS, copied, made, united
from .keys import is_keyed
from .methods import sequence
from .optional import compared_with_none
from .questions import ask
from .raising import raises
from .state import Record

RESIZED = "dictionary changed size during iteration"


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
        d.emit(If(other, (Fail("RuntimeError", RESIZED, (), e.span),), (), e.span))


def _ended(d: Dissolver, target: Var, e: Apply) -> None:
    """After a loop over a dict, in which keys may have been added, but not so that Python would go on with others."""
    record = _subject(d, e)
    loop, count = d.last_loop, _count(d, record, e)
    changed = loop is not None and count.name in assigned(loop.body)
    if loop is not None and changed and (isinstance(loop, While) or any(map(_deletes, walk(loop.body)))):
        d.refuse("R009", e.span, record=whole_of(d, record))
    elif changed:
        _same_size(d, record, e.args[1], e)
    elif loop is not None and (at := next((k for k, s in enumerate(d.out) if s is loop), None)) is not None:
        d.out[at] = with_blocks(loop, tuple(_without_checks(b, count.name) for b in blocks(loop)))
    _nothing(d, target, e)


def _without_checks(block: Block, count: str) -> Block:
    """A block without the checks of a size that does not change."""
    made = {s.target.name for s in block if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "ne"
            and isinstance(s.value.args[0], Var) and s.value.args[0].name == count}
    return tuple(with_blocks(s, tuple(_without_checks(b, count) for b in blocks(s))) for s in block if not (
        isinstance(s, If) and isinstance(s.test, Var) and s.test.name in made and s.then and isinstance(
            s.then[0], Fail) and s.then[0].message == RESIZED))


def _deletes(s: Stmt) -> bool:
    return isinstance(s, Assign) and isinstance(s.value, Apply) and bool(s.value.attr("deleted"))


def _as_list(d: Dissolver, target: Var, a: Atom, e: Apply) -> Atom | None:
    """The list of what iteration gives: the one that a dict has, or a new one of pairs. None for a set."""
    record = d.record(a)
    assert record is not None
    if record.cls is Items:
        whole = whole_of(d, record)
        lists = tuple(field(whole, p, e.span) for p in ("keys", "values"))
        return within(d, a, library.pairs, lists, e.span, f"{target.name}.pairs")
    return gone_through(d, record)


def _folded(d: Dissolver, target: Var, e: Apply) -> None:
    """`sum`, `max`, `min` and `sorted`."""
    record = _subject(d, e)
    ordered = e.attr("name") in ("sorted", "max", "min")
    if record.cls is Items and e.attr("name") == "sorted" and not e.attr("reverse"):
        whole = whole_of(d, record)
        if held(d, field(list_of(d, whole, "keys"), "items", e.span).name) is None:
            lists = tuple(field(whole, part, e.span) for part in ("keys", "values"))
            d.put(target, within(d, e.args[0], library.pairs_in_order, lists, e.span, f"{target.name}.pairs"),
                  e.span)
            return
    found = field(record, "keys", e.span) if record.cls is Unique and ordered else _as_list(d, target, e.args[0], e)
    if found is None:
        d.refuse("R015", e.span, what=f"`{e.attr('name')}`")
        d.poison(target, e.span)
    else:
        d.apply(target, replace(e, args=(found, *e.args[1:])))


def _constructed(d: Dissolver, target: Var, e: Apply) -> None:
    """`list(d)`, `dict(d)`, and objects that have a dict."""
    cls = e.attr("cls")
    if cls is dict and _subject(d, e).cls is Keyed and len(e.args) == 1:
        copied(d, target, e)
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
    elif cls is not list or (found := _as_list(d, target, e.args[0], e)) is None:
        refused(d, target, e, f"`{cls.__name__}`")
    else:
        sequence(d, target, replace(e, args=(found,)), list)


QUIET = ("setitem", "in", "not_in", "len", "truth", "method")


def _raises(d: Dissolver, target: Var, e: Apply) -> None:
    """Which exception an operation raises that is caught: `KeyError`, where a key is not there."""
    record, of, codes = _subject(d, e), e.attr("of"), dict(e.attr("codes"))
    given = dict(e.attr("given"))
    taken = of == "method" and given.get("name") == "pop" and len(e.args) == 2
    read = of == "getitem" and record.cls is Keyed and not {DEFAULT, "absent"} & set(record.keys)
    if (of not in QUIET and not read) or (of == "method" and given.get("name") not in ("get", "pop", "setdefault")):
        raises(d, target, e)
        return
    found = None
    if (read or taken) and "KeyError" in codes:
        found = find(d, record, key_of(d, e.args[1:], e.span), e.span)
        d.asked[e.attr("key"), d.iteration] = ("KeyError",)
    d.put(target, ZERO, e.span)
    if found is not None:
        number = Assign(target, Const(codes["KeyError"], PY_INT), e.span)
        d.emit(If(apply(d, "lt", (found[1], ZERO), e.span), (number,), (), e.span))
        d.state.env[target.name] = None


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


def _method(d: Dissolver, target: Var, e: Apply) -> None:
    record = _subject(d, e)
    if e.attr("name") == "update" and record.cls is dict:
        needs_constant(d, target, record, e.span)
    elif is_keyed(d.state, d.value(e.args[0])):
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
    "keyed made": made,
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
    "keyed raises": _raises,
    **{f"keyed {op}": united for op in ("bit_or", "bit_and", "bit_xor", "sub", "iadd")},
    "keyed eq": _compared,
    "keyed ne": _compared,
    "keyed isinstance": _is_instance,
    "keyed ask": ask,
    "keyed method": _method,
    **{f"keyed {op}": _as_other(op) for op in ("is", "is_not", "tuple", "record", "passed_on")},
}

