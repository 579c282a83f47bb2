"""Which part of an array an access touches, and whether a later access touches the same part.

A region is one interval of positions for each axis of the array that views were taken of. Bounds are integer variables
plus constants; what is known of loop counters (`start <= i < stop`) relates those of one loop to those of another. So
`a[i, :j]` with `j < i`, read in one iteration, is apart from `a[i, j]` written later in it, and from all rows below.

A bound that is not known is None, and an interval may always be larger than what is touched: regions are only asked
whether they are certainly apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..ir.nodes import Apply, Atom, Const, For, Var, While
from ..ir.types import Array

Loops = tuple[For | While, ...]
_FAR = 8  # how many loops a bound is followed through


@dataclass(frozen=True, slots=True)
class Sum:
    """An integer variable plus a constant; the empty name for a constant alone, `end.k` for the extent of axis k."""

    name: str
    constant: int = 0

    def plus(self, by: int) -> Sum:
        """The sum with another constant."""
        return Sum(self.name, self.constant + by)


@dataclass(frozen=True, slots=True)
class Interval:
    """Positions from `low` up to but not including `high`."""

    low: Sum | None = None
    high: Sum | None = None

    @property
    def single(self) -> Sum | None:
        """The position, if it is one."""
        if self.low is not None and self.high == self.low.plus(1):
            return self.low
        return None


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of a view: the axis of the array that it runs along, and where it begins and ends if that is known."""

    along: int
    begin: int | None
    end: Sum | None


@dataclass(frozen=True, slots=True)
class Region:
    """Intervals of `base`, one per axis, and the axes of the view that they belong to; None for a new axis."""

    base: str
    intervals: tuple[Interval, ...]
    axes: tuple[Axis | None, ...]


class Regions:
    """Regions of the accesses of a function whose variables are fixed or slots."""

    def __init__(
        self, definition: Mapping[str, Apply | Atom], loop_of: Mapping[str, Loops], slots: frozenset[str]
    ) -> None:
        self.definition = definition
        self.loop_of = loop_of
        self.slots = slots

    # ---------------------------------------------------------------------------------------------------- regions

    def region(self, array: Var, index: tuple[Atom, ...] | None) -> Region | None:
        """What `array[index]` names, or all of the array without an index; None where nothing is known."""
        assert isinstance(array.type, Array)
        found = self._whole(array)
        if not index or found is None:
            return found
        return self._viewed(found, ("i",) * len(index), list(index))

    def _whole(self, array: Var) -> Region | None:
        value = self.definition.get(array.name) if array.name not in self.slots else None
        if isinstance(value, Var):
            return self._whole(value)
        if isinstance(value, Apply) and value.op == "view":
            source, *operands = value.args
            assert isinstance(source, Var)
            inner = self._whole(source)
            return None if inner is None else self._viewed(inner, value.attr("spec"), operands)
        assert isinstance(array.type, Array)
        rank = array.type.rank
        ends = [Sum(f"end.{k}") for k in range(rank)]
        whole = tuple(Interval(Sum(""), end) for end in ends)
        return Region(array.name, whole, tuple(Axis(k, 0, end) for k, end in enumerate(ends)))

    def _viewed(self, r: Region, spec: tuple[str, ...], operands: list[Atom]) -> Region | None:
        """The region of a view of a region."""
        intervals = list(r.intervals)
        axes: list[Axis | None] = []
        left = [*r.axes]
        for entry in spec:
            if entry == "n":
                axes.append(None)
                continue
            if entry != "i" and not entry.startswith("s"):
                return None
            axis = left.pop(0)
            given = [operands.pop(0) for _ in range(1 if entry == "i" else entry.count("1"))]
            if entry == "i":
                at = None if axis is None else self._position(axis, given[0])
                if axis is not None and at is not None:
                    intervals[axis.along] = Interval(at, at.plus(1))
            elif axis is None:
                axes.append(None)
            else:
                intervals[axis.along], axis = self._slice(intervals[axis.along], axis, entry, given)
                axes.append(axis)
        return replace(r, intervals=tuple(intervals), axes=(*axes, *left))

    def _slice(self, within: Interval, axis: Axis, entry: str, given: list[Atom]) -> tuple[Interval, Axis]:
        """The interval of a slice, and the axis that it leaves."""
        bounds = [given.pop(0) if digit == "1" else None for digit in entry[1:]]
        step = bounds[2]
        if step is not None and not (isinstance(step, Const) and step.value > 0):
            return within, Axis(axis.along, None, None)
        first, last = (None if b is None else self._position(axis, b) for b in bounds[:2])
        begin, end = axis.begin, axis.end
        if bounds[0] is not None:
            begin = first.constant if first is not None and first.name == "" else None
        if bounds[1] is not None:
            end = last if last is not None and last.name.startswith("end.") else None  # others may be cut
        plain = step is None or step.value == 1
        found = Interval(first or within.low, last or within.high)
        return found, Axis(axis.along, begin if plain else None, end if plain else None)

    def _position(self, axis: Axis, index: Atom) -> Sum | None:
        """Where an index or a bound points in the array itself; negative ones count from the end of the view."""
        at = self.affine(index)
        if self._nonnegative(at):
            return at.plus(axis.begin) if axis.begin is not None else None
        return axis.end.plus(at.constant) if at.name == "" and axis.end is not None else None

    def affine(self, a: Atom) -> Sum:
        """An integer operand as a sum."""
        offset = 0
        for _ in range(64):
            if isinstance(a, Const):
                return Sum("", offset + int(a.value))
            value = self.definition.get(a.name)
            if isinstance(value, Var | Const) and a.name not in self.slots:
                a = value
            elif isinstance(value, Apply) and value.op in ("add", "sub") and isinstance(value.args[1], Const):
                offset += value.args[1].value if value.op == "add" else -value.args[1].value
                a = value.args[0]
            elif isinstance(value, Apply) and value.op == "add" and isinstance(value.args[0], Const):
                offset += value.args[0].value
                a = value.args[1]
            elif isinstance(value, Apply) and value.op == "list_place" and self._is_own_place(value.args[0]):
                a = value.args[0]
            else:
                break
        return Sum(a.name, offset) if isinstance(a, Var) else Sum("", offset + int(a.value))

    def _is_own_place(self, index: Atom) -> bool:
        """Whether an index into a list is counted from the start, because it is never negative."""
        return self._nonnegative(self.affine(index))

    # ----------------------------------------------------------------------------------------------------- bounds

    def _nonnegative(self, s: Sum) -> bool:
        """Whether a sum is never negative."""
        return any(b.name == "" and b.constant >= 0 for b in self._least(s))

    def _least(self, s: Sum) -> Iterator[Sum]:
        """The sum, and others that are never larger."""
        return self._followed(s, 1)

    def _most(self, s: Sum) -> Iterator[Sum]:
        """The sum, and others that are never smaller."""
        return self._followed(s, -1)

    def _followed(self, s: Sum, direction: int) -> Iterator[Sum]:
        """Bounds from the range of a counter, from that of the counters in these bounds, and so on."""
        yield s
        for _ in range(_FAR):
            value = self.definition.get(s.name)
            if isinstance(value, Apply) and value.op == "dim" and direction > 0:
                yield Sum("", s.constant)
                return
            loop = self._counted(s.name)
            if loop is None or not isinstance(loop.step, Const) or loop.step.value == 0:
                return
            first = (loop.step.value > 0) == (direction > 0)
            bound = self.affine(loop.start if first else loop.stop)
            s = bound.plus(s.constant + (0 if first else direction))
            yield s

    def _counted(self, name: str) -> For | None:
        """The loop that a variable counts."""
        around = self.loop_of.get(name, ())
        innermost = around[-1] if around else None
        return innermost if isinstance(innermost, For) and innermost.var.name == name else None

    # ------------------------------------------------------------------------------------------------------ apart

    def apart(self, read: Region | None, write: Region | None, shared: Loops, level: int) -> bool:
        """Whether regions certainly differ when the write is in a later iteration of loop `level` of those around both.

        Iterations of the loops outside of it are the same. With `level` the number of loops, the iterations of all of
        them are the same.
        """
        if read is None or write is None or read.base != write.base:
            return False
        if len(self.loop_of.get(read.base, ())) > level:
            return False  # the name stands for another array in a later iteration
        return any(self._differ(r, w, shared, level) for r, w in zip(read.intervals, write.intervals, strict=True))

    def _differ(self, r: Interval, w: Interval, shared: Loops, level: int) -> bool:
        step = _step(shared[level]) if level < len(shared) else 0
        one, other = r.single, w.single
        if one is not None and other is not None and step and one.name == other.name and (
            self._counted(one.name) is shared[level]
        ) and (one.constant - other.constant) % step:
            return True
        return self._below(r.high, w.low, shared, level, max(step, 0)) or (
            self._below(w.high, r.low, shared, level, max(-step, 0)))

    def _below(self, high: Sum | None, low: Sum | None, shared: Loops, level: int, ahead: int) -> bool:
        """Whether `high <= low`, where the counter of loop `level` is larger in `low` by at least `ahead`."""
        if high is None or low is None:
            return False
        return any(
            a.name == b.name and a.constant <= b.constant + more
            for a in self._most(high)
            for b in self._least(low)
            if (more := self._advance(a.name, shared, level, ahead)) is not None
        )

    def _advance(self, name: str, shared: Loops, level: int, ahead: int) -> int | None:
        """By how much a variable is certainly larger on the side that is ahead; None where that is not known."""
        if name == "" or name.startswith("end."):
            return 0
        if name in self.slots or name not in self.loop_of:
            return None
        around = self.loop_of[name]
        if len(around) <= level and all(a is b for a, b in zip(around, shared, strict=False)):
            return 0
        counts = level < len(shared) and self._counted(name) is shared[level]
        return ahead if counts and ahead else None


def _step(loop: For | While) -> int:
    """By how much the counter of a loop grows from one iteration to the next; 0 where that is not known."""
    if not isinstance(loop, For) or not isinstance(loop.step, Const):
        return 0
    return -int(loop.step.value) if loop.backward else int(loop.step.value)
