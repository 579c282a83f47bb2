"""Items of lists and dicts that are chosen at run time: by a number, or by a key that is one of several constants.

Before:  `t = getitem(p, mode)` of a dict with the keys "a" and "b"
After:   `if mode == "a": t = p:a  elif mode == "b": t = p:b  else: raise KeyError(mode)`

The items are tried one after the other, and joined where the branches meet.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from ...ir.limits import NEW_KEY
from ...ir.nodes import Apply, Assign, Atom, Block, Const, Fail, If, Span, Var
from ...ir.records import Bound
from ...ir.types import PY_INT
from .dissolve import Dissolver
from .fields import CHAIN, apply, as_constant, in_place, is_sequence, may_store, needs_constant
from .fold import is_tuple
from .state import Record, Ref, is_text
from .tables import LONG


def chosen(d: Dissolver, target: Var, base: Record, index: Atom, span: Span) -> None:
    """`p[index]`, where the index or the key is not known."""
    if is_sequence(base):
        _numbered(d, target, base, index, span)
    elif may_be_chosen(d, base, index):
        keyed(d, target, base, index, span)
    else:
        needs_constant(d, target, base, span, index)


def _numbered(d: Dissolver, target: Var, base: Record, index: Atom, span: Span) -> None:
    """An item whose index is known at run time: the loop is unrolled, or else the items are tried in turn."""
    held = [d.state.env.get(v) for _, v in base.fields]
    methods = all(isinstance(v, Ref) and d.state.heap[v.name].cls is Bound for v in held)
    plain = methods or not any(isinstance(v, Ref) for v in held)
    if d.loops or not plain or not _in_turn(d, base, methods or any(map(is_text, held))):
        needs_constant(d, target, base, span)
        return
    place = wrapped(d, base, index, span)
    result: Block = ()
    for k, (_, variable) in reversed(list(enumerate(base.fields))):
        arm = (Assign(target, Var(variable, span=span), span),)
        result = (If(apply(d, "eq", (place, Const(k, PY_INT)), span), arm, result, span),) if result else arm
    _run(d, result, {target.name})


def _run(d: Dissolver, block: Block, needed: set[str]) -> None:
    """Go through statements that assign to names which are needed afterwards."""
    live, d.live = d.live, d.live | needed
    for s in block:
        d.statement(s)
    d.live = live


def _in_turn(d: Dissolver, record: Record, constants: bool) -> bool:
    """Whether the items of a list are tried in turn: a long one is an array, if there are numbers only."""
    array = not constants and len(record.fields) > LONG and bool(d.tables.sites(record, d.growing))
    return 0 < len(record.fields) <= CHAIN and not array


def wrapped(d: Dissolver, base: Record, index: Atom, span: Span) -> Var:
    """The index counted from the start, after Python's check."""
    count = Const(len(base.fields), PY_INT)
    place = d.fresh(span)
    d.emit(Assign(place, apply(d, "position", (index,), span), span))
    negative = apply(d, "lt", (place, Const(0, PY_INT)), span)
    d.emit(If(negative, (Assign(place, Apply("add", (place, count), span=span), span),), (), span))
    low = apply(d, "lt", (place, Const(0, PY_INT)), span)
    high = apply(d, "ge", (place, count), span)
    outside = apply(d, "logical_or", (low, high), span, via="python")
    kind = "list" if base.cls is list else "tuple"
    d.emit(If(outside, (Fail("IndexError", f"{kind} index out of range", (), span),), (), span))
    return place


def may_be_chosen(d: Dissolver, base: Record, key: Atom) -> bool:
    """Whether a dict has a key for each of several constants, or functions under its keys."""
    named = all(isinstance(k, str | Enum) for k in base.keys)
    functions = any(is_text(d.state.env.get(v)) for _, v in base.fields)
    unknown = not isinstance(d.value(key), Ref | Const) or is_tuple(d.value(key))
    return base.cls is dict and unknown and (named or functions) and 0 < len(base.fields) <= CHAIN


def keyed(d: Dissolver, target: Var, base: Record, key: Atom, span: Span, default: Atom | None = None) -> None:
    """`p[key]`, or with a default `p.get(key, default)`."""
    last = Fail("KeyError", "{!s}", (key,), span) if default is None else Assign(target, default, span)
    arms: list[tuple[Any, Block]] = [(k, (Assign(target, Var(v, span=span), span),)) for k, v in base.fields]
    _tried(d, key, arms, (last,), {target.name}, span)


def _tried(
    d: Dissolver, key: Atom, arms: list[tuple[Any, Block]], otherwise: Block, needed: set[str], span: Span
) -> None:
    """A branch for each key, one after the other."""
    keys = tuple(as_constant(k, span) for k, _ in arms)
    constants = all(isinstance(k, str | Enum) for k, _ in arms)  # then types may tell that no other key is possible
    known = apply(d, "in", (key, apply(d, "tuple", keys, span)), span) if constants else None
    tests = [apply(d, "eq", (key, k), span) for k in (keys[:-1] if constants else keys)]
    block = otherwise if known is None else arms.pop()[1]
    for test, (_, arm) in zip(reversed(tests), reversed(arms), strict=True):
        block = (If(test, arm, block, span),)
    _run(d, block if known is None else (If(known, block, otherwise, span),), needed)


# ----------------------------------------------------------------------------------------------------------- stores


def store_chosen(d: Dissolver, record: Record, e: Apply) -> None:
    """`p[index] = value`, where the index or the key is not known."""
    array, index, value = e.args[0], e.args[1], e.args[-1]
    ref = d.value(array)
    assert isinstance(ref, Ref)
    held = [d.value(value), *(d.state.env.get(v) for _, v in record.fields)]
    plain = not any(isinstance(v, Ref) for v in held)
    if plain and record.cls is list and not d.loops and _in_turn(d, record, any(map(is_text, held))):
        _store_numbered(d, ref, record, index, value, e)
    elif plain and record.cls is dict and record.home is None and may_be_chosen(d, record, index):
        _store_keyed(d, ref, record, index, value, e)
    else:
        needs_constant(d, d.fresh(e.span), record, e.span)


def _store_numbered(d: Dissolver, ref: Ref, record: Record, index: Atom, value: Atom, e: Apply) -> None:
    if not may_store(d, ref, record, e.span):
        return
    place = wrapped(d, record, index, e.span)
    for k, (_, variable) in enumerate(record.fields):
        test = apply(d, "eq", (place, Const(k, PY_INT)), e.span)
        d.emit(If(test, (Assign(Var(variable, span=e.span), value, e.span),), (), e.span))
        d.state.env[variable] = None


def _store_keyed(d: Dissolver, ref: Ref, record: Record, key: Atom, value: Atom, e: Apply) -> None:
    if not may_store(d, ref, record, e.span):
        return
    if e.attr("augmented"):
        in_place(d, value, e.attr("augmented"))
    arms: list[tuple[Any, Block]] = [(k, (Assign(Var(v, span=e.span), value, e.span),)) for k, v in record.fields]
    for _, variable in record.fields:
        d.state.env[variable] = None
    _tried(d, key, arms, (Fail("KeyError", f"{{!s}}{NEW_KEY}", (key,), e.span),), {v for _, v in record.fields}, e.span)
    for _, variable in record.fields:
        d.state.env[variable] = None
