"""Indexing with arrays of integers as loops: the axes before the group, the index's own axes, the axes behind it.

All positions are checked before the first is used, as in NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...ir.nodes import Accumulate, Apply, Assign, Atom, Const, If, Store, Var
from ...ir.types import PY_BOOL, PY_INT, Array, Scalar
from .builder import ONE, ZERO, Builder, array_of, number
from .elementwise import common_extents, copy, in_words, is_array

Index = tuple[Atom, ...]


@dataclass(slots=True)
class _Group:
    """An array, the arrays of integers that index some of its axes, and the extents of the three nests of loops.

    `wraps`: an index may be negative, which counts from the end.
    """

    b: Builder
    array: Atom
    arrays: list[Atom]
    axis: int
    wraps: bool = True
    extents: tuple[Atom, ...] = ()
    lead: tuple[Atom, ...] = ()
    middle: tuple[Atom, ...] = ()
    tail: tuple[Atom, ...] = ()

    def __post_init__(self) -> None:
        b = self.b
        self.extents = b.dims(self.array)
        self.lead, self.tail = self.extents[: self.axis], self.extents[self.axis + len(self.arrays) :]
        message = "shape mismatch: indexing arrays could not be broadcast together with shapes"
        self.middle = common_extents(b, self.arrays, self.arrays, ("IndexError", message))

    @property
    def result(self) -> tuple[Atom, ...]:
        return (*self.lead, *self.middle, *self.tail)

    def check(self, named: tuple[int, ...]) -> None:
        """IndexError for the first position that is outside. One pass finds out, another one looks for it."""
        b = self.b
        for k, (array, axis) in enumerate(zip(self.arrays, named, strict=True)):
            extent = self.extents[self.axis + k]
            outside = b.let(Const(False, PY_BOOL), "outside")

            def bad(i: Atom, extent: Atom = extent) -> Atom:
                low = b.compare("lt", i, b.integers("sub", ZERO, extent))
                return b.logic("logical_or", low, b.compare("ge", i, extent))

            def look(index: tuple[Var, ...], array: Atom = array, outside: Var = outside) -> None:
                found = bad(b.convert(b.load(array, index), "int64"))
                b.emit(Assign(outside, Apply("logical_or", (outside, found), PY_BOOL, b.span), b.span))

            def fail(index: tuple[Var, ...], array: Atom = array, axis: int = axis, extent: Atom = extent) -> None:
                i = b.convert(b.load(array, index), "int64")
                message = f"index {{}} is out of bounds for axis {axis} with size {{}}"
                b.fail_if(bad(i), "IndexError", message, i, extent)

            b.loop(b.dims(array), look)
            with b.block() as block:
                b.loop(b.dims(array), fail)
            b.emit(If(outside, tuple(block), (), b.span))

    def each(self, visit: Callable[[Index, Index], None], backward: bool = False) -> None:
        """Call `visit` with each index of the result and the index of the array it stands for."""
        b = self.b
        views = [a if len(self.arrays) == 1 else b.broadcast(a, self.middle) for a in self.arrays]

        def inside(lead: tuple[Var, ...], middle: tuple[Var, ...]) -> None:
            places: list[Atom] = []
            for k, view in enumerate(views):
                i = b.convert(b.load(view, middle), "int64")
                if self.wraps:
                    wrapped = b.integers("add", i, self.extents[self.axis + k])
                    i = b.select(b.compare("lt", i, ZERO), wrapped, i)
                places.append(i)
            b.loop(self.tail, lambda tail: visit((*lead, *middle, *tail), (*lead, *places, *tail)))

        b.loop(self.lead, lambda lead: b.loop(self.middle, lambda middle: inside(lead, middle), backward))


def _group(b: Builder, e: Apply) -> _Group:
    return _Group(b, e.args[0], list(e.args[1:]), e.attr("axis"), not e.attr("counted"))


def _gather(b: Builder, target: Var, e: Apply) -> None:
    group = _group(b, e)
    if not e.attr("safe"):
        group.check(e.attr("named"))
    b.allocate(target, group.result)
    group.each(lambda index, place: b.store(target, index, b.load(e.args[0], place)))


def _last_written(b: Builder, target: Var, e: Apply) -> None:
    """Read backward, leaving zeros behind so that what is named again reads zero; then put everything back."""
    group = _group(b, e)
    array = e.args[0]
    assert isinstance(array, Var)
    b.allocate(target, group.result)
    zero = number(0, array_of(array).kind)

    def taken(index: Index, place: Index) -> None:
        b.store(target, index, b.load(array, place))
        b.store(array, place, zero)

    group.each(taken, backward=True)
    group.each(lambda index, place: b.accumulate(array, place, b.load(target, index)))


def _positions(b: Builder, target: Var, e: Apply) -> None:
    """Along one axis, the positions where a condition holds."""
    mask, axis = e.args[0], e.attr("axis")
    extents = b.dims(mask)
    count = b.let(Const(0, PY_INT), "count")

    def counted(index: tuple[Var, ...]) -> None:
        more = b.scalar("cast", b.load(mask, index), type=PY_INT)
        b.emit(Assign(count, Apply("add", (count, more), PY_INT, b.span), b.span))

    b.loop(extents, counted)
    b.allocate(target, (count,))
    place = b.let(Const(0, PY_INT), "place")

    def stored(index: tuple[Var, ...]) -> None:
        with b.block() as block:
            b.store(target, (place,), index[axis])
            b.emit(Assign(place, Apply("add", (place, ONE), PY_INT, b.span), b.span))
        b.when(b.load(mask, index), *block)

    b.loop(extents, stored)


def scatter(b: Builder, s: Store, checked: bool, counted: bool, overlapping: frozenset[Atom]) -> None:
    """`array[arrays] = value`; what may share memory with the array is read completely first.

    `counted`: the index is the positions of a condition, none of which is negative.
    """
    arrays = [_apart(b, a, overlapping) for a in s.index]
    group = _Group(b, s.array, arrays, s.axis, not counted)
    value = _apart(b, s.value, overlapping)
    if not s.adding:
        _fits(b, group, value, s.adding)
    if checked:
        group.check(s.named)
    if s.adding:
        _fits(b, group, value, s.adding)
    view = b.broadcast(value, group.result) if is_array(value) else value

    def write(index: Index, place: Index) -> None:
        new = b.load(view, index) if is_array(view) else view
        if not s.adding:
            b.store(s.array, place, new)
            return
        kind = array_of(s.array).kind
        old, new = b.load(s.array, place), b.convert(new, kind)
        b.store(s.array, place, b.scalar("add", old, new, type=Scalar(kind)))

    group.each(write)


def _apart(b: Builder, a: Atom, overlapping: frozenset[Atom]) -> Atom:
    if a not in overlapping:
        return a
    buffer = b.fresh(Array(array_of(a).kind, array_of(a).rank), "buffer")
    copy(b, buffer, a)
    return buffer


def _fits(b: Builder, group: _Group, value: Atom, adding: bool) -> None:
    """ValueError unless a value broadcasts to what the index selects."""
    if not is_array(value):
        return
    wanted, given = group.result, b.dims(value)
    message = "array is not broadcastable to correct shape"
    values: list[Atom] = []
    if not adding:
        (source, place), values = in_words((given, wanted))
        message = f"shape mismatch: value array of shape {source} could not be broadcast to indexing result of shape"
        message = f"{message} {place}"
    for have, want in zip(reversed(given), reversed(wanted), strict=False):
        differ = b.logic("logical_and", b.compare("ne", have, want), b.compare("ne", have, ONE))
        b.fail_if(differ, "ValueError", message, *values)


def scatter_add(b: Builder, s: Accumulate, counted: bool) -> None:
    """`target[arrays] += value` in an adjoint."""
    group = _Group(b, s.target, list(s.index), s.axis, not counted)
    group.each(lambda index, place: b.accumulate(s.target, place, b.load(s.value, index)))


LOWER: dict[str, Callable[[Builder, Var, Apply], None]] = {
    "gather": _gather,
    "last_written": _last_written,
    "positions": _positions,
}
