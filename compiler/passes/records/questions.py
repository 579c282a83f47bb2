"""Questions of `translate` about records, which are answered here, and loops that run over records.

A loop over a record is written out by `translate` when its length is answered. A longer one, or one whose length
differs from one iteration of an outer loop to the next, stays a loop, which is unrolled here when it has to be.
"""

from __future__ import annotations

from dataclasses import replace
from inspect import isgeneratorfunction
from types import FunctionType
from typing import Any

from ...diagnostics import Findings
from ...ir.classes import has_attribute, is_named_tuple, is_plain
from ...ir.nodes import Apply, Assign, Atom, Const, Function, Path, Span, Var
from ...ir.records import VIEWS, Bound, Growing, Instance
from ...ir.traversal import walk
from ...ir.types import NOTHING, PY_BOOL, PY_INT, Known
from . import growing
from .again import NeedsConstant
from .classes import holds
from .columns import field, held, is_growing, load
from .dissolve import PLAIN, Dissolver
from .fields import apply, as_constant, element, is_sequence, needs_constant, refer, size
from .fold import is_tuple
from .kinds import classes_of
from .listing import MEMBERSHIP, run
from .objects import same_row
from .optional import compared_with_none
from .state import Record, Ref

WRITTEN_OUT = 64  # the longest list whose items `translate` goes through one by one


def ask(d: Dissolver, target: Var, e: Apply) -> None:
    """Answer a question about a record, and leave the others to `infer`."""
    record, key = d.record(e.args[0]), e.attr("key")
    if e.attr("about") == "held":
        d.asked[key, ""] = d.asked.get((key, ""), False) or (record is not None and holds(d, record, e.attr("name")))
        d.put(target, Const(None, NOTHING, e.span), e.span)
        return
    item = _first_item(d, record) if e.attr("about") == "order" else None
    if item is not None:
        e, record = replace(e, args=(item,), attrs=(*e.attrs, ("item", True))), None
    answer = _answer(d, record, e) if record is not None else _of_number(d, e)
    earlier = [found for (k, _), found in d.asked.items() if k == key]
    if any((a is PLAIN) != (answer is PLAIN) or (a != answer and e.attr("about") != "length") for a in earlier):
        d.refuse("R010", e.span, name=f"`{e.attr('text')}`", first="one thing", second="another")
    d.asked[key, d.iteration] = answer
    if answer is PLAIN:
        d.emit(Assign(target, e, e.span))
    d.state.env[target.name] = None


def _of_number(d: Dissolver, e: Apply) -> Any:
    """The answer to a question about what is known to be a number, an array, a string or None: it has no items."""
    whole = d.outside.written_out and e.attr("about") in ("sequence", "tuple")
    return -1 if whole and classes_of(d.value(e.args[0])) is not None else PLAIN


def _answer(d: Dissolver, record: Record, e: Apply) -> Any:
    about, count = e.attr("about"), size(d, record)
    if about == "generator":
        return _yields(d, record, e.attr("hint"))
    if about == "callee":
        if record.cls in (dict, list, tuple, Growing, *VIEWS) or is_named_tuple(record.cls):
            d.refuse("T018", e.span, name=e.attr("text"), what="it is a value, not a function", hint=e.attr("hint"))
        return Bound if record.cls is Bound else Instance
    if about == "dtype":
        d.refuse("T013", e.span, name=e.attr("text"))
    if about == "length" and _yields(d, record, "__iter__"):
        return "__iter__"
    if about == "length":
        return count if count is not None and count <= WRITTEN_OUT else None
    if about == "keys":
        if record.cls is not dict or not all(isinstance(k, str) for k in record.keys):
            d.refuse("A014", e.span)
            return ()
        return record.keys
    if about == "tuple":
        return -1
    if about == "order":
        return "tuples" if of_tuples(d, record, e.span) else "numbers"
    if about == "many":
        return "list" if is_growing(record) else ""
    if about == "sequence":
        if is_growing(record):
            d.refuse("R005", e.span, what="`match`", record=record)
        return count if is_sequence(record) else -1
    if count is None:
        d.refuse("R004" if is_growing(record) else "A014", e.span, name=f"`{e.attr('text')}`")
    return count


def _yields(d: Dissolver, record: Record, name: str) -> bool:
    """Whether a method of a class is a generator."""
    found = d.outside.member(record.cls, name) if is_plain(record.cls) else None
    return isinstance(found, FunctionType) and isgeneratorfunction(found)


def of_tuples(d: Dissolver, record: Record, span: Span) -> bool:
    """Whether it is a list or tuple that holds tuples."""
    if is_growing(record):
        item = held(d, field(record, "items", span).name)
        return item is not None and (item.cls is tuple or is_named_tuple(item.cls))
    items = [d.record(Var(v)) for _, v in record.fields] if is_sequence(record) else []
    return any(r is not None and (r.cls is tuple or is_named_tuple(r.cls)) for r in items)


def _first_item(d: Dissolver, record: Record | None) -> Var | None:
    """The first item of a list or tuple of a known length, where it is no record: `infer` knows what it is."""
    if record is None or is_growing(record) or not is_sequence(record) or not record.fields:
        return None
    item = Var(record.fields[0][1])
    return item if d.record(item) is None else None


def answers(asked: dict[tuple[Path, str], Any]) -> dict[Path, Any]:
    """What all visits of a place agree on; a length on which they do not agree is not known."""
    found: dict[Path, Any] = {}
    for (key, _), answer in asked.items():
        if answer is not PLAIN:
            found[key] = answer if found.get(key, answer) == answer else None
    return found


def still_asked(asked: dict[tuple[Path, str], Any], function: Function, findings: Findings) -> None:
    """See to it that every question about what is no record is left in the function, for `infer` to answer.

    A loop is gone through until what is known at its head settles. If a question has been met on the way and is no
    longer there, then because something that waits for its answer has decided that its place is not reached.
    """
    left = {s.value.attr("key") for s in walk(function.body)
            if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "ask"}
    lost = {key for (key, _), answer in asked.items() if answer is PLAIN} - left
    for key in () if findings.items else sorted(lost, key=str):
        about, *place = key[-1]
        findings.add("R010", Span(function.span.file, *place), name=f"what the {about} is here", first="one thing",
                     second="another")


def extent(d: Dissolver, target: Var, e: Apply) -> None:
    """The number of items that a loop goes through."""
    record = d.record(e.args[0])
    assert record is not None
    if is_growing(record):
        d.put(target, field(record, "count", e.span), e.span)
        return
    count = size(d, record)
    if count is None:
        d.refuse("T027", e.span, type=str(record))
        d.poison(target, e.span)
        return
    d.put(target, Const(count, PY_INT, e.span), e.span)


def iterated(d: Dissolver, target: Var, record: Record, e: Apply) -> None:
    """The item whose turn it is in a loop."""
    at, count = d.constant(e.args[1]), size(d, record)
    if is_growing(record):
        load(d, target, record, e.args[1], e.span)
    elif count is None:
        d.poison(target, e.span)  # `extent` has refused it
    elif not isinstance(at, int):
        needs_constant(d, target, record, e.span)
    elif at < count:
        d.put(target, element(d, record, at, e.span), e.span)
    else:
        d.poison(target, e.span)  # `iter_end` refuses it


def ended(d: Dissolver, target: Var, e: Apply) -> None:
    """After a loop over a record, which must have as many items as before it."""
    record, before = d.record(e.args[0]), d.constant(e.args[1])
    if record is not None and is_growing(record):
        changed = growing.changed_in_the_loop(d, record)
    else:
        changed = record is not None and before is not None and size(d, record) != before
    if changed:
        d.refuse("R009", e.span, record=record)
    d.put(target, Const(None, NOTHING, e.span), e.span)


# ----------------------------------------------------------------------------------------------- what is decided here


def contains(d: Dissolver, target: Var, e: Apply) -> None:
    """`key in p`. What is not known here is compared with each of the items."""
    wanted, record = d.value(e.args[0]), d.record(e.args[1])
    if record is not None and is_growing(record):
        run(d, target, MEMBERSHIP[e.op], (e.args[1], e.args[0]), e.span)
        return
    if _among_objects(d, target, e):
        return
    plain = record is not None and (record.cls is dict or is_sequence(record)) and not isinstance(wanted, Ref)
    held = [d.state.env.get(v) for _, v in record.fields] if record is not None and record.cls is not dict else []
    if not plain or record is None or any(isinstance(v, Ref) for v in held):
        d.refuse("A023", e.span, what=e.op.replace("_", " "))
        d.poison(target, e.span)
        return
    values: list[Any] = list(record.keys) if record.cls is dict else [
        v.value if isinstance(v, Const) and not is_tuple(v) else ... for v in held]
    if isinstance(wanted, Const) and not is_tuple(wanted) and ... not in values:
        d.put(target, Const((wanted.value in values) is (e.op == "in"), PY_BOOL, e.span), e.span)
        return
    items = [as_constant(k, e.span) for k in record.keys] if record.cls is dict else [
        Var(v, span=e.span) for _, v in record.fields]
    whole = d.fresh(e.span)
    d.emit(Assign(whole, Apply("tuple", tuple(items), span=e.span), e.span))
    d.emit(Assign(target, Apply(e.op, (e.args[0], whole), span=e.span), e.span))
    d.state.env[whole.name] = d.state.env[target.name] = None


def _among_objects(d: Dissolver, target: Var, e: Apply) -> bool:
    """Decide `p in parts` if all of them are objects that are equal when they are the same; False otherwise."""
    record = d.record(e.args[1])
    if record is None or not is_sequence(record):
        return False
    items = [Var(v, span=e.span) for _, v in record.fields]
    if not all(equal_if_same(d, d.record(a)) for a in (e.args[0], *items)):
        return False
    found: Atom = Const(False, PY_BOOL, e.span)
    for a in items:
        d.apply(one := d.fresh(e.span), Apply("is", (e.args[0], a), span=e.span))
        found = apply(d, "logical_or", (found, one), e.span, via="python")
    d.put(target, found if e.op == "in" else apply(d, "logical_not", (found,), e.span, via="python"), e.span)
    return True


def equal_if_same(d: Dissolver, record: Record | None) -> bool:
    """Whether an object is equal to no other one, as its class does not say what `==` means."""
    builtin = record is None or issubclass(record.cls, list | tuple | dict) or record.cls in (Growing, *VIEWS)
    return record is not None and not builtin and d.outside.member(record.cls, "__eq__") is ...


def identical(d: Dissolver, target: Var, e: Apply) -> None:
    """`p is q`, `p is None`."""
    if compared_with_none(d, target, e):
        return
    one, two = (d.value(a) for a in e.args)
    first, second = d.record(e.args[0]), d.record(e.args[1])
    same = one == two
    known = first is None or second is None or same or not (
        first.origins & second.origins or (first.foreign and second.foreign) or (first.missing and second.missing))
    if not known and first is not None and second is not None:
        if same_row(d, target, first, second, e):
            return
        refer(d, first)
        d.refuse("A023", e.span, what=e.op.replace("_", " "))
        d.poison(target, e.span)
        return
    d.put(target, Const(same is (e.op == "is"), PY_BOOL, e.span), e.span)


def is_instance(d: Dissolver, target: Var, e: Apply) -> None:
    record = d.record(e.args[0])
    assert record is not None
    cls = list if record.cls is Growing else object if record.cls in VIEWS else record.cls
    name = e.attr("having")
    if name:
        own = record.cls not in (dict, list, tuple) and record.variable(name) is not None
        found = own or has_attribute(cls, name)
    else:
        found = cls in e.attr("classes") if e.attr("exact") else issubclass(cls, e.attr("classes"))
    d.put(target, Const(found, PY_BOOL, e.span), e.span)


def text(d: Dissolver, target: Var, e: Apply) -> None:
    """An f-string of integers and strings that are known here."""
    values, what = [d.value(a) for a in e.args], e.attr("what")  # of what is added to a text, and has to be one
    if not all(isinstance(v, Const) and type(v.value) in ((str,) if what else (int, str)) for v in values):
        if d.loops:
            raise NeedsConstant
        d.refuse("A040" if what else "A008", e.span, what=what, hint=e.attr("hint", ""))
        d.poison(target, e.span)
        return
    given = iter(v.value for v in values if isinstance(v, Const))
    found = "".join(str(next(given)) if part is None else part for part in e.attr("parts"))
    d.put(target, Const(found, Known(found), e.span), e.span)
