"""The methods and operators of lists whose length is known only at run time.

What moves items is a store into a slice of each column. What compares them is written in Python, in the library, and
takes the place of the call like a method of the user's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir.limits import UNORDERED
from ...ir.nodes import Apply, Assign, Atom, Call, Const, Fail, If, SetItem, Span, Var
from ...ir.types import NOTHING, PY_INT
from ...library.written import lists as library
from . import rows
from .again import Grows
from .columns import (
    ONE,
    VIEW,
    ZERO,
    columns,
    extend,
    extend_with,
    field,
    held,
    is_growing,
    is_row,
    load,
    make_room,
    parts,
    put,
    sites,
    view,
    whole,
)
from .dissolve import Dissolver, Rule
from .fields import apply, deciding, elements
from .fitting import fits
from .growing import append, copied, fresh, may_change, place, row_may_store
from .homes import set_free, share
from .shapes import NUMBERS, unified
from .state import Record, Ref, is_text


def _subject(d: Dissolver, e: Apply) -> tuple[Ref, Record]:
    ref = d.value(e.args[0])
    assert isinstance(ref, Ref)
    return ref, d.state.heap[ref.name]


def _nothing(d: Dissolver, target: Var, span: Span) -> None:
    d.put(target, Const(None, NOTHING, span), span)


def takes(d: Dissolver, target: Var, e: Apply, least: int, most: int) -> bool:
    """Whether a method that takes no keywords is given as many arguments as it takes."""
    count = len(e.args) - 1
    if not e.attr("keywords") and least <= count <= most:
        return True
    expected = f"{least} argument{'' if least == 1 else 's'}" if least == most else f"{least} to {most} arguments"
    given = "1 was" if count == 1 else f"{count} were"
    d.refuse("T003", e.span, name=f".{e.attr('name')}", expected=expected, given=given)
    d.poison(target, e.span)
    return False


# ------------------------------------------------------------------------------------------------- written in Python


def run(
    d: Dissolver, target: Var, function: Callable[..., Any], args: tuple[Atom, ...], span: Span, lasting: bool = False
) -> None:
    """The body of a function of the library, in place of an expression; with `lasting` names for lists made there."""
    key = (id(function), target.name, tuple(a.name if isinstance(a, Var) else repr(a.value) for a in args))
    if lasting and key in d.expansions:
        d.written[key] = d.expansions[key][0]
    elif key not in d.written:
        call = Call(function, args, (), span, path=(("library", target.name),))
        d.written[key] = d.outside.expand(target, call, ())
    if lasting:
        d.expansions[key] = d.written[key], ()
    d.out.extend(d.block(d.written[key], d.live | {a.name for a in args if isinstance(a, Var)}))


def append_all(d: Dissolver, record: Record, value: Atom, span: Span) -> None:
    """Put all items of another list at the end, one after the other."""
    name = next(n for n, r in d.state.heap.items() if r is record)
    owner, others = d.fresh(span), d.fresh(span)
    d.state.env[owner.name] = Ref(name)
    d.put(others, value, span)
    run(d, d.fresh(span), library.append_all, (owner, others), span)


# ------------------------------------------------------------------------------------------------------------- methods


def _append(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    if takes(d, target, e, 1, 1):
        if is_row(record):
            rows.append(d, ref, record, e.args[1], e.span)
        elif may_change(d, ref, record, e.span, moving=False):
            append(d, record, e.args[1], e.span)
        _nothing(d, target, e.span)


def _extend(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    if takes(d, target, e, 1, 1):
        if is_row(record):
            _extend_row(d, ref, record, e.args[1], e.span)
        elif may_change(d, ref, record, e.span, moving=False):
            extend_by(d, record, e.args[1], e)
        _nothing(d, target, e.span)


def _extend_row(d: Dissolver, ref: Ref, record: Record, value: Atom, span: Span) -> None:
    """`cells[k].extend(items)`."""
    items = elements(d, value, span)
    if is_growing(d.record(value)):
        append_all(d, record, value, span)
    elif items is not None:
        for a in items:
            rows.append(d, ref, d.state.heap[ref.name], a, span)
    else:
        d.refuse("R005", span, what="`extend`", record=record)


def extend_by(d: Dissolver, record: Record, value: Atom, e: Apply) -> None:
    """Put everything that can be gone through at the end."""
    other, span = d.record(value), e.span
    items = elements(d, value, span)
    if other is not None and is_growing(other):
        if _unite(d, record, other, span):
            extend(d, record, value, other, span)
    elif items is not None:
        if all(fits(d, record, a, span) for a in items):
            for a in items:
                append(d, record, a, span)
    elif other is None and held(d, field(record, "items", span).name) is None:
        array = apply(d, "list_array", (value,), span, rank=1)
        extend_with(d, record, array, (), apply(d, "extent", (array,), span), span)
    else:
        d.refuse("R005", span, what="`extend`", record=record)


def _unite(d: Dissolver, record: Record, other: Record, span: Span) -> bool:
    """Whether a list may hold the items of another one."""
    known, given = (d.state.shape(field(r, "items", span).name) for r in (record, other))
    joined = given if known == NUMBERS else known if given == NUMBERS else unified(known, given)
    if joined is None:
        d.refuse("R004", span, name="the list")
        return False
    if joined != known:
        raise Grows(dict.fromkeys(sites(record), joined))
    return True


def _pop(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    if not takes(d, target, e, 0, 1):
        return
    if is_row(record) and (len(e.args) == 1 or d.constant(e.args[1]) == -1):
        rows.pop(d, target, ref, record, e.span)
        return
    if not may_change(d, ref, record, e.span):
        d.poison(target, e.span)
        return
    count, span = field(record, "count", e.span), e.span
    empty = apply(d, "le", (count, ZERO), span)
    d.emit(If(empty, (Fail("IndexError", "pop from empty list", (), span),), (), span))
    if len(e.args) == 1 or d.constant(e.args[1]) == -1:
        put(d, record, "count", apply(d, "sub", (count, ONE), span), span)
        _taken(d, target, record, count, span)
        return
    at = place(d, record, e.args[1], span, "pop index out of range")
    _taken(d, target, record, at, span)
    close(d, record, at, apply(d, "add", (at, ONE), span), span)


def _taken(d: Dissolver, target: Var, record: Record, at: Atom, span: Span) -> None:
    """Let the target be an item that leaves the list."""
    items = field(record, "items", span).name
    load(d, target, record, at, span)
    d.state.move_out(items)
    set_free(d, target, items)


def close(d: Dissolver, record: Record, start: Atom, end: Atom, span: Span) -> None:
    """Take the items of a range out of a list: those behind it move to the front."""
    count = field(record, "count", span)
    left = apply(d, "sub", (count, apply(d, "sub", (end, start), span)), span)
    for name, _ in columns(d, field(record, "items", span).name):
        column = Var(name, span=span)
        moved = apply(d, "getitem", (column, end, count), span, spec=VIEW)
        d.emit(SetItem(column, (start, left), VIEW, moved, span=span))
    put(d, record, "count", left, span)


def _insert(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    if not takes(d, target, e, 2, 2):
        return
    if may_change(d, ref, record, e.span) and fits(d, record, e.args[2], e.span):
        span = e.span
        make_room(d, record, ONE, span)
        count = field(record, "count", span)
        at = clamped(d, e.args[1], count, span)
        following, more = apply(d, "add", (at, ONE), span), apply(d, "add", (count, ONE), span)
        for name, _, atom in list(parts(d, record, field(record, "items", span).name, "", e.args[2], span)):
            column = Var(name, span=span)
            moved = apply(d, "getitem", (column, at, count), span, spec=VIEW)
            d.emit(SetItem(column, (following, more), VIEW, moved, span=span))
            d.emit(SetItem(column, (at,), ("i",), atom, span=span))
        put(d, record, "count", more, span)
    _nothing(d, target, e.span)


def clamped(d: Dissolver, index: Atom, count: Atom, span: Span) -> Var:
    """An index as slices and `insert` take it: what is out of range is the nearest end."""
    at = d.fresh(span)
    d.emit(Assign(at, apply(d, "position", (index,), span), span))
    d.state.env[at.name] = None
    negative = apply(d, "lt", (at, ZERO), span)
    d.emit(If(negative, (Assign(at, Apply("add", (at, count), span=span), span),), (), span))
    for op, end in (("lt", ZERO), ("gt", count)):
        d.emit(If(apply(d, op, (at, end), span), (Assign(at, end, span),), (), span))
    return at


def _clear(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    if takes(d, target, e, 0, 0):
        if is_row(record):
            rows.clear(d, ref, record, e.span)
        elif may_change(d, ref, record, e.span):
            put(d, record, "count", Const(0, PY_INT, e.span), e.span)
        _nothing(d, target, e.span)


def _copy(d: Dissolver, target: Var, e: Apply) -> None:
    if takes(d, target, e, 0, 0):
        duplicate(d, target, _subject(d, e)[1], e.span)


def duplicate(d: Dissolver, target: Var, record: Record, span: Span) -> None:
    """A new list with the same items."""
    copied(d, target, record, lambda column: column, span)


def _reverse(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    if not takes(d, target, e, 0, 0):
        return
    span = e.span
    if row_may_store(d, ref, record, span) if is_row(record) else may_change(d, ref, record, span):
        for name, _ in columns(d, field(record, "items", span).name):
            used = view(d, record, name, span)
            back = apply(d, "copy", (apply(d, "getitem", (used, Const(-1, PY_INT)), span, spec=("s001",)),), span,
                         via="numpy")
            d.emit(SetItem(used, (), ("e",), back, span=span))
    _nothing(d, target, span)


def _sort(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    span = e.span
    if not takes(d, target, e, 0, 0):
        return
    if held(d, field(record, "items", span).name) is not None:
        d.refuse("R005", span, what="`sort`", record=record)
    elif row_may_store(d, ref, record, span) if is_row(record) else may_change(d, ref, record, span):
        used = whole(d, record, span)
        d.emit(SetItem(used, (), ("e",), ordered(d, used, Apply("sort", (), span=span)), span=span))
    _nothing(d, target, span)


def _library(function: Callable[..., Any]) -> Rule:
    def rule(d: Dissolver, target: Var, e: Apply) -> None:
        if takes(d, target, e, 1, 1):
            run(d, target, function, e.args, e.span)

    return rule


EQUAL = {"eq": library.equal, "ne": library.unequal}
MEMBERSHIP = {"in": library.contains, "not_in": library.lacks}
METHODS: dict[str, Rule] = {
    "append": _append, "extend": _extend, "pop": _pop, "insert": _insert, "clear": _clear, "copy": _copy,
    "reverse": _reverse, "sort_in_place": _sort, "sort": _sort, "remove": _library(library.remove),
    "index": _library(library.index), "count": _library(library.count),
}


# ----------------------------------------------------------------------------------------------------------- operators


def added(d: Dissolver, target: Var, e: Apply) -> None:
    """`a + b` of two lists, at least one of which is such a list."""
    first = d.record(e.args[0])
    assert first is not None
    if is_growing(first):
        duplicate(d, target, first, e.span)
    else:
        d.allocate(target, list, first.keys, tuple(Var(v, span=e.span) for _, v in first.fields))
        if not is_growing(d.record(target)):
            raise Grows({target.name + d.iteration: NUMBERS})
    made = d.record(target)
    assert made is not None
    extend_by(d, made, e.args[1], e)


def repeated(
    d: Dissolver, target: Var, items: Atom, count: Atom, span: Span, beside: tuple[object, ...]
) -> None:
    """`[x] * n`, with `n` known at run time only."""
    record = d.record(items)
    assert record is not None
    site = target.name + d.iteration
    if site not in d.growing:
        raise Grows({site: NUMBERS})
    given = elements(d, items, span)
    count = apply(d, "list_count", (count,), span, place=beside)
    made = fresh(d, target, span)
    if given is not None and not all(fits(d, made, a, span) for a in given):
        d.poison(target, span)
        return
    if given is not None and len(given) == 1:
        _filled(d, made, given[0], count, span)
        return
    if is_growing(record) and not _unite(d, made, record, span):
        d.poison(target, span)
        return
    run(d, d.fresh(span), library.repeat, (target, items, count), span)


def _filled(d: Dissolver, record: Record, item: Atom, count: Atom, span: Span) -> None:
    """One item over and over: an array that is filled, for each column."""
    number = d.fresh(span)
    d.emit(Assign(number, apply(d, "position", (count,), span), span))
    d.state.env[number.name] = None
    d.emit(If(apply(d, "lt", (number, ZERO), span), (Assign(number, ZERO, span),), (), span))
    found = list(parts(d, record, field(record, "items", span).name, "", item, span))
    share(d, field(record, "items", span).name)
    for name, _, atom in found:
        column = Var(name, span=span)
        d.emit(Assign(column, apply(d, "list_room", (column, number), span), span))
        d.emit(SetItem(column, (), ("e",), atom, span=span))
    for key in ("count", "room"):
        put(d, record, key, number, span)


def from_array(d: Dissolver, target: Var, array: Atom, span: Span, python: bool) -> None:
    """`list(x)` and `x.tolist()` of an array with one axis."""
    if target.name + d.iteration not in d.growing:
        raise Grows({target.name + d.iteration: NUMBERS})
    made = fresh(d, target, span)
    given = apply(d, "list_array", (array,), span, rank=1)
    extend_with(d, made, given, (), apply(d, "extent", (given,), span), span, python)


def in_order(d: Dissolver, target: Var, e: Apply) -> None:
    """`sorted(parts)`: of numbers, or of the keys of a dict, its items, and other constants."""
    record, span = d.record(e.args[0]), e.span
    items = elements(d, e.args[0], span)
    known = deciding(d, record, items or [])
    if items is not None and (all(isinstance(k, int | float) for k in known) or all(isinstance(k, str) for k in known)):
        order = sorted(range(len(items)), key=known.__getitem__, reverse=e.attr("reverse"))
        d.allocate(target, list, tuple(range(len(items))), tuple(items[k] for k in order))
        return
    if items is not None and not any(isinstance(d.value(a), Ref) or is_text(d.value(a)) for a in items):
        array = apply(d, "pack", tuple(items), span, shape=(len(items),), via="numpy")
        python = True
    elif record is None and not is_text(d.value(e.args[0])):
        array, python = apply(d, "list_array", e.args, span, rank=1), False
    elif record is not None and is_growing(record) and held(d, field(record, "items", span).name) is None:
        copied(d, target, record, lambda column: ordered(d, column, e), span)
        return
    else:
        d.refuse("R005", span, what="`sorted`", record=record or "a string")
        d.poison(target, span)
        return
    from_array(d, target, ordered(d, array, e), span, python)


def ordered(d: Dissolver, array: Var, e: Apply) -> Var:
    """The numbers in order. Among NaN there is none."""
    unordered = apply(d, "truth", (apply(d, "any", (apply(d, "isnan", (array,), e.span, via="numpy"),), e.span,
                                         via="numpy"),), e.span)
    d.emit(If(unordered, (Fail("ValueError", UNORDERED, (), e.span),), (), e.span))
    up = apply(d, "sort", (array,), e.span, via="numpy")
    if not e.attr("reverse"):
        return up
    back = apply(d, "getitem", (up, Const(-1, PY_INT)), e.span, spec=("s001",))
    return apply(d, "copy", (back,), e.span, via="numpy")


def replaced(d: Dissolver, ref: Ref, record: Record, e: Apply) -> None:
    """`parts[i:j] = values`."""
    span, spec, value = e.span, e.attr("spec")[0], e.args[-1]
    if spec[3] == "1" or not may_change(d, ref, record, span):
        d.refuse("R005", span, what="a store into every other item", record=record)
        return
    other = d.record(value)
    if other is None or not (is_growing(other) or other.cls in (list, tuple)):
        d.refuse("R005", span, what="this store", record=record)
        return
    start, end = bounds(d, record, e.args[1:-1], spec, span)
    rest = d.fresh(span)
    operands = (Var(e.args[0].name), end)  # type: ignore[union-attr]
    d.apply(rest, Apply("getitem", operands, span=span, attrs=(("spec", ("s100",)),)))
    held_value = d.fresh(span)
    if is_growing(other):
        duplicate(d, held_value, other, span)
    else:
        d.put(held_value, value, span)
    put(d, record, "count", start, span)
    extend_by(d, record, held_value, e)
    extend_by(d, record, rest, e)


def delete(d: Dissolver, ref: Ref, record: Record, e: Apply) -> None:
    """`del parts[i]` and `del parts[i:j]`."""
    span, spec = e.span, e.attr("spec")
    if not may_change(d, ref, record, span):
        return
    if spec == ("i",):
        at = place(d, record, e.args[1], span, "list assignment index out of range")
        close(d, record, at, apply(d, "add", (at, ONE), span), span)
    elif len(spec) == 1 and spec[0][0] == "s" and spec[0][3] == "0":
        start, end = bounds(d, record, e.args[1:], spec[0], span)
        close(d, record, start, end, span)
    else:
        d.refuse("R005", span, what="`del` of these items", record=record)


def bounds(d: Dissolver, record: Record, operands: tuple[Atom, ...], spec: str, span: Span) -> tuple[Var, Var]:
    """Where a slice without a step begins and ends."""
    count, given = field(record, "count", span), iter(operands)
    start: Atom = clamped(d, next(given), count, span) if spec[1] == "1" else ZERO
    end: Atom = clamped(d, next(given), count, span) if spec[2] == "1" else count
    first, last = d.fresh(span), d.fresh(span)
    d.emit(Assign(first, start, span))
    d.emit(Assign(last, end, span))
    d.emit(If(apply(d, "lt", (last, first), span), (Assign(last, first, span),), (), span))
    for v in (first, last):
        d.state.env[v.name] = None
    return first, last
