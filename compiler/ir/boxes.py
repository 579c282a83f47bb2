"""The elements that an access may touch, as bounds on the positions along each axis: what `memory` compares.

The verifier's own reading of views and loop counters; `passes/regions.py`, which it checks, is not used here. A bound
is an integer variable plus a constant. Each side of an axis has a set of them, all of which hold: from the index
itself, and from the ranges of the counters in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .nodes import Apply, Atom, Const, For, Var, While
from .types import Array

Bound = tuple[str, int]
Loops = tuple[For | While, ...]
NEW = -1  # the number of an axis of length 1 that a view has and its array does not
DEPTH = 8  # of counters whose range depends on other counters


@dataclass(frozen=True)
class Side:
    """Positions of one axis: none is below any of `least`, none at or above any of `beyond`.

    `zero` is where position 0 of the view lies and `end` where it ends; None where that is not one known bound.
    """

    least: frozenset[Bound]
    beyond: frozenset[Bound]
    zero: int | None
    end: Bound | None


@dataclass(frozen=True)
class Box:
    """The sides of the array `base`; `shown` are the numbers of those that a view has as axes, or `NEW`."""

    base: str
    sides: tuple[Side, ...]
    shown: tuple[int, ...]


class Boxes:
    """Boxes of the accesses of a function; `value` and `loops` say how a variable is computed, and in which loops."""

    def __init__(
        self, value: Callable[[str], object], affine: Callable[[Atom], Bound], loops: Callable[[str], Loops | None]
    ) -> None:
        self.value, self.affine, self.loops = value, affine, loops

    def box(self, array: Var, index: tuple[Atom, ...]) -> Box | None:
        """What an access touches; None where a view is of something that is no variable."""
        made = self.value(array.name)
        if isinstance(made, Var):
            return self.box(made, index)
        if isinstance(made, Apply) and made.op == "view":
            spec: tuple[str, ...] = made.attr("spec")
            source = made.args[0]
            inner = self.box(source, ()) if isinstance(source, Var) else None
            found = None if inner is None else self.cut(inner, spec, made.args[1:])
        else:
            rank = array.type.rank if isinstance(array.type, Array) else 0
            sides = tuple(Side(frozenset({("", 0)}), frozenset({(f"#{k}", 0)}), 0, (f"#{k}", 0)) for k in range(rank))
            found = Box(array.name, sides, tuple(range(rank)))
        return found if found is None else self.cut(found, ("i",) * len(index), index)

    def cut(self, box: Box, spec: tuple[str, ...], operands: tuple[Atom, ...]) -> Box:
        """A view of a box: an integer fixes an axis, a slice narrows it, and a new axis has no side."""
        sides, shown, rest, axes = list(box.sides), list[int](), list(operands), list(box.shown)
        for entry in spec:
            if entry == "n":
                shown.append(NEW)
                continue
            number = axes.pop(0)
            given = [rest.pop(0) if digit == "1" else None for digit in (entry[1:] if entry != "i" else "1")]
            if entry != "i":
                shown.append(number)
            if number == NEW:
                continue
            if entry == "i":
                assert given[0] is not None
                sides[number] = self.at(sides[number], given[0])
            else:
                start, stop, step = given
                sides[number] = self.narrowed(sides[number], start, stop, step)
        return Box(box.base, tuple(sides), (*shown, *axes))

    def at(self, side: Side, index: Atom) -> Side:
        place = self.place(side, index)
        if place is None:
            return side
        name, offset = place
        return Side(self.spread(place, False), self.spread((name, offset + 1), True), None, None)

    def narrowed(self, side: Side, start: Atom | None, stop: Atom | None, step: Atom | None) -> Side:
        if step is not None and (isinstance(step, Var) or step.value < 1):
            return Side(side.least, side.beyond, None, None)
        first = self.place(side, start) if start is not None else None
        last = self.place(side, stop) if stop is not None else None
        zero, end = side.zero, side.end
        if start is not None:
            zero = first[1] if first is not None and first[0] == "" else None
        if stop is not None:
            end = last if last is not None and last[0].startswith("#") else None
        if step is not None and step != Const(1, step.type):
            zero = end = None
        least = side.least if first is None else side.least | self.spread(first, False)
        beyond = side.beyond if last is None else side.beyond | self.spread(last, True)
        return Side(least, beyond, zero, end)

    def place(self, side: Side, index: Atom) -> Bound | None:
        """Where an index or the bound of a slice points in the array itself."""
        name, offset = self.from_start(*self.affine(index))
        if self.natural((name, offset)):
            return None if side.zero is None else (name, offset + side.zero)
        return (side.end[0], side.end[1] + offset) if name == "" and side.end is not None else None

    def natural(self, bound: Bound) -> bool:
        """Whether a bound is never negative."""
        return any(n == "" and c >= 0 for n, c in self.spread(bound, False))

    def from_start(self, name: str, offset: int) -> Bound:
        """An index into a list is its own place when it is not negative."""
        made = self.value(name)
        if isinstance(made, Apply) and made.op == "list_place":
            inner = self.affine(made.args[0])
            if self.natural(inner):
                return inner[0], inner[1] + offset
        return name, offset

    def spread(self, bound: Bound, upward: bool) -> frozenset[Bound]:
        """A bound with those that follow from the ranges of counters; `upward` those above it, else those below."""
        found = {bound}
        name, offset = bound
        for _ in range(DEPTH):
            loop = self.counted(name)
            if loop is None or isinstance(loop.step, Var) or loop.step.value == 0:
                break
            from_start = (loop.step.value < 0) == upward
            base, constant = self.affine(loop.start if from_start else loop.stop)
            name, offset = base, constant + offset + (0 if from_start else -1 if upward else 1)
            found.add((name, offset))
        made = self.value(name)
        if not upward and isinstance(made, Apply) and made.op == "dim":
            found.add(("", offset))
        return frozenset(found)

    def counted(self, name: str) -> For | None:
        """The loop that a variable counts."""
        loops = self.loops(name)
        last = loops[-1] if loops else None
        return last if isinstance(last, For) and last.var.name == name else None

    def apart(self, read: Box | None, write: Box | None, loops: Loops, level: int) -> bool:
        """Whether no element is common when the write is later in loop `level` and in the same iterations outside."""
        if self.empty(read) or self.empty(write):
            return True
        if read is None or write is None or read.base != write.base:
            return False
        depth = self.loops(read.base)
        if depth is None or len(depth) > level:
            return False
        loop = loops[level] if level < len(loops) else None
        step = int(loop.step.value) if isinstance(loop, For) and isinstance(loop.step, Const) else 0
        return any(
            self.skipped(r, w, loop, step)
            or self.ordered(r.beyond, w.least, loops, level, step)
            or self.ordered(w.beyond, r.least, loops, level, -step)
            for r, w in zip(read.sides, write.sides, strict=True)
        )

    def empty(self, box: Box | None) -> bool:
        """Whether an access touches nothing, as through `v[:0]` or `v[3:1]`: one side ends before it begins."""
        return box is not None and any(
            name == other and high <= low and (name == "" or name.startswith("#") or self.loops(name) is not None)
            for side in box.sides for name, high in side.beyond for other, low in side.least
        )

    def skipped(self, r: Side, w: Side, loop: For | While | None, step: int) -> bool:
        """Whether two positions counted by the loop never meet because the counter takes steps over them."""
        if not isinstance(loop, For) or abs(step) < 2:
            return False
        counter = loop.var.name
        places = [{c for n, c in s.least if n == counter and (n, c + 1) in s.beyond} for s in (r, w)]
        return any((a - b) % step != 0 for a in places[0] for b in places[1])

    def ordered(
        self, beyond: frozenset[Bound], least: frozenset[Bound], loops: Loops, level: int, ahead: int
    ) -> bool:
        """Whether some bound in `beyond` is at most some bound in `least`, whose counter is `ahead` at `level`."""
        return any(
            high <= low + self.gain(name, loops, level, ahead)
            for name, high in beyond for other, low in least
            if name == other and self.comparable(name, loops, level, ahead)
        )

    def comparable(self, name: str, loops: Loops, level: int, ahead: int) -> bool:
        """Whether a variable has the same value on both sides, or one that is known to be larger on the later."""
        if name == "" or name.startswith("#"):
            return True
        around = self.loops(name)
        if around is None:
            return False
        if len(around) <= level and all(a is b for a, b in zip(around, loops, strict=False)):
            return True
        return ahead > 0 and level < len(loops) and self.counted(name) is loops[level]

    def gain(self, name: str, loops: Loops, level: int, ahead: int) -> int:
        """How much larger the variable is on the side that is later."""
        return ahead if level < len(loops) and self.counted(name) is loops[level] else 0
