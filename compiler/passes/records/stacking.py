"""Arrays of the items of lists whose length is known only at run time."""

from __future__ import annotations

from ...ir.nodes import Apply, Assign, Atom, Const, Fail, For, If, SetItem, Span, Var
from ...ir.records import ArrayItems, RowItems
from ...ir.types import PY_INT
from .columns import ONE, VIEW, ZERO, field, heap_of, held, is_row, view, whole
from .dissolve import Dissolver
from .fields import apply
from .state import Record

UNEQUAL = "setting an array element with a sequence: the items have different shapes"
EMPTY = "the list is empty, so the shape of its items is not known"


def as_array(d: Dissolver, record: Record, span: Span) -> Var | None:
    """`np.array(parts)`; None for items of which there is no array. Of numbers it is a view."""
    items = held(d, field(record, "items", span).name)
    if items is None:
        return whole(d, record, span)
    if items.cls in (RowItems, ArrayItems):
        plain = held(d, field(heap_of(d, items), "items", span).name) is None
        return _gathered(d, record, items, _extents(items), False, span) if plain else None
    names = [v for _, v in items.fields]
    if not issubclass(items.cls, tuple) or not names or any(held(d, v) is not None for v in names):
        return None
    _not_empty(d, record, EMPTY, span)
    columns = apply(d, "tuple", tuple(view(d, record, v, span) for v in names), span)
    return apply(d, "stack", (columns, Const(1, PY_INT)), span, config=("axis",))


def concatenated(d: Dissolver, record: Record, span: Span) -> Var | None:
    """`np.concatenate(parts)`."""
    items = held(d, field(record, "items", span).name)
    if items is None or items.cls not in (RowItems, ArrayItems):
        return None
    if held(d, field(heap_of(d, items), "items", span).name) is not None:
        return None
    return _gathered(d, record, items, _extents(items), True, span)


def _extents(items: Record) -> tuple[str, ...]:
    """The columns that have the extents of the items."""
    return tuple(k for k in items.keys if k not in ("start", "room", "heap"))


def _not_empty(d: Dissolver, record: Record, message: str, span: Span) -> None:
    empty = apply(d, "le", (field(record, "count", span), ZERO), span)
    d.emit(If(empty, (Fail("ValueError", message, (), span),), (), span))


def _gathered(
    d: Dissolver, record: Record, items: Record, keys: tuple[str, ...], along: bool, span: Span
) -> Var:
    """The elements of all items, one item after the other, in memory of their own.

    The items have equal shapes; when they are joined `along` their first axis, that may be of any length.
    """
    count, data = field(record, "count", span), field(heap_of(d, items), "items", span)
    _not_empty(d, record, "need at least one array to concatenate" if along else EMPTY, span)
    first = [_number(d, record, items, key, ZERO, span) for key in keys]
    step, long, size, total = (d.fresh(span) for _ in range(4))
    d.emit(Assign(long, ZERO, span))
    with_step = _loop(d, step, count, span)
    lengths = [_number(d, record, items, key, step, span) for key in keys]
    for a, b in list(zip(first, lengths, strict=True))[along:]:
        d.emit(If(apply(d, "ne", (a, b), span), (Fail("ValueError", UNEQUAL, (), span),), (), span))
    d.emit(Assign(long, Apply("add", (long, lengths[0]), span=span), span))
    with_step()
    rest: Atom = ONE
    for n in first[1:]:
        rest = apply(d, "mul", (rest, n), span)
    d.emit(Assign(total, Apply("mul", (long, rest), span=span), span))
    out, at = apply(d, "list_room", (data, total), span), d.fresh(span)
    d.emit(Assign(at, ZERO, span))
    second = d.fresh(span)
    with_step = _loop(d, second, count, span)
    start = _number(d, record, items, "start", second, span)
    d.emit(Assign(size, Apply("mul", (_number(d, record, items, keys[0], second, span), rest), span=span), span))
    end, after = apply(d, "add", (start, size), span), apply(d, "add", (at, size), span)
    part = apply(d, "getitem", (data, start, end), span, spec=VIEW)
    d.emit(SetItem(out, (at, after), VIEW, part, span=span))
    d.emit(Assign(at, after, span))
    with_step()
    shape = ((long,) if along else (count, *first[:1])) + tuple(first[1:])
    if len(shape) == 1:
        return out
    return apply(d, "reshape", (out, apply(d, "tuple", shape, span)), span, config=("shape",))


def _number(d: Dissolver, record: Record, items: Record, key: str, at: Atom, span: Span) -> Var:
    if is_row(record):
        at = apply(d, "add", (field(record, "start", span), at), span)
    return apply(d, "list_get", (field(items, key, span), at), span, sites=())


class _Loop:
    """A loop that is being written: what is emitted until it is called is its body."""

    def __init__(self, d: Dissolver, step: Var, count: Atom, span: Span) -> None:
        self.d, self.step, self.count, self.span = d, step, count, span
        self.outer, d.out = d.out, []

    def __call__(self) -> None:
        body, self.d.out = tuple(self.d.out), self.outer
        label = f"gather.{self.step.name}{self.d.iteration}"
        self.d.emit(For(self.step, ZERO, self.count, ONE, body, label=label, span=self.span))


def _loop(d: Dissolver, step: Var, count: Atom, span: Span) -> _Loop:
    d.state.env[step.name] = None
    return _Loop(d, step, count, span)
