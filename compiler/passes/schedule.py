"""Where the statements of a block may go so that loops over equal shapes come together.

A block becomes an alternation of plain statements and groups: `plain[0], groups[0], plain[1], groups[1], ...`. Plain
statement k stands at position 2k, group k at 2k + 1, and a statement may stand at any position that everything it
depends on allows. Two accesses to one memory depend on each other if either writes, and the later one must come
behind; within a group this holds of itself when both are of the same variable at the same index.

Kennedy and McKinley, "Typed fusion with applications to parallel and sequential code generation" (1993).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..ir.nodes import Stmt
from .points import Point

# More statements in one loop make its registers spill and its compilation slow.
MOST_IN_A_GROUP = 192


@dataclass(frozen=True, slots=True)
class Access:
    """An array variable, the class of variables it may share memory with, and whether only equal indices are used."""

    memory: str
    variable: str
    pointwise: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """What a statement depends on. `ordered` statements keep their order: what can fail, and what others can see."""

    reads: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    loads: frozenset[Access] = frozenset()
    stores: frozenset[Access] = frozenset()
    ordered: bool = False


@dataclass(slots=True)
class Group:
    """Statements that become one loop over a shape."""

    shape: tuple[int | str, ...]
    points: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class _Touched:
    """The last positions at which each variable of a class reads and writes its memory."""

    read: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)


class Schedule:
    """The block so far."""

    def __init__(self) -> None:
        self.plain: list[list[Stmt]] = [[]]
        self.groups: list[Group] = []
        self.bound: dict[str, int] = {}
        self.read: dict[str, int] = {}
        self.memory: dict[str, _Touched] = {}
        self.barrier = 0

    def add(self, s: Stmt, needs: Needs, least: int = 0) -> int:
        """Put a plain statement as early as possible; returns its position."""
        position = max(self.earliest(needs, False), least)
        position += position % 2
        self.plain[position // 2].append(s)
        self._note(needs, position)
        return position

    def join(self, point: Point, shape: tuple[int | str, ...], needs: Needs, least: int) -> int:
        """Put a point into the first group of its shape that it can join, or into a new one."""
        lowest = max(self.earliest(needs, True), least)
        for k in range(lowest // 2, len(self.groups)):
            group = self.groups[k]
            if group.shape == shape and len(group.points) < MOST_IN_A_GROUP:
                break
        else:
            k, group = len(self.groups), Group(shape)
            self.groups.append(group)
            self.plain.append([])
        group.points.append(point)
        position = 2 * k + 1
        self._note(needs, position)
        if point.number:
            self.bound[point.target] = position + 1
        return position

    def earliest(self, needs: Needs, grouped: bool) -> int:
        """The first position that what came before allows, for a member of a group or a plain statement."""
        lowest = self.barrier if needs.ordered else 0
        for name in needs.reads:
            lowest = max(lowest, self.bound.get(name, 0))
        for name in needs.binds:
            lowest = max(lowest, _behind(self.bound.get(name, 0)), _behind(self.read.get(name, 0)))
        for access in needs.loads:
            if touched := self.memory.get(access.memory):
                lowest = max(lowest, _conflict(touched.written, access, grouped))
        for access in needs.stores:
            if touched := self.memory.get(access.memory):
                lowest = max(lowest, _conflict(touched.written, access, grouped),
                             _conflict(touched.read, access, grouped))
        return lowest

    def _note(self, needs: Needs, position: int) -> None:
        for name in needs.reads:
            self.read[name] = max(self.read.get(name, 0), position)
        for name in needs.binds:
            self.bound[name] = position
        for access in needs.loads:
            touched = self.memory.setdefault(access.memory, _Touched())
            _latest(touched.read, access, position)
        for access in needs.stores:
            touched = self.memory.setdefault(access.memory, _Touched())
            _latest(touched.written, access, position)
        if needs.ordered:
            self.barrier = position


def _latest(table: dict[str, int], access: Access, position: int) -> None:
    name = access.variable if access.pointwise else ""
    table[name] = max(table.get(name, 0), position)


def _behind(position: int) -> int:
    """The first position behind everything at one: plain statements of one position are in order."""
    return position + position % 2


def _conflict(table: dict[str, int], access: Access, grouped: bool) -> int:
    """The earliest position with respect to conflicting accesses."""
    lowest = 0
    for name, position in table.items():
        alike = grouped and access.pointwise and name == access.variable
        lowest = max(lowest, position if alike else _behind(position))
    return lowest
