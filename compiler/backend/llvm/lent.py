"""Views that need no reference of their own, because another variable holds the memory as long as they are read.

A view inside a loop is made anew in each iteration, and counting it would take a block of instructions where it is
made and a call where the one before is given up. It is *lent* by the variable that it is a view of where it is written
by one statement, read only behind it in the same block, and nothing writes that variable from there to the last
reading.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from ...ir.nodes import Apply, Assign, Block, Stmt, Var
from ...ir.traversal import blocks, reads, written
from ...ir.types import Array

Sources = Mapping[str, Set[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a variable is written: the statement's number, and with which numbers the statements of its block end."""

    number: int
    ends: list[int]


@dataclass(slots=True)
class _Places:
    """The numbers of the statements, in the order of the text, that write and read arrays."""

    count: int = 0
    homes: dict[str, _Home] = field(default_factory=dict)
    writes: dict[str, list[int]] = field(default_factory=dict)
    reads: dict[str, list[int]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # items of tuples, which are read where the tuple is

    def block(self, block: Block) -> None:
        ends: list[int] = []
        for s in block:
            self.statement(s, ends)
            for b in blocks(s):
                self.block(b)
            ends.append(self.count)

    def statement(self, s: Stmt, ends: list[int]) -> None:
        self.count += 1
        for a in reads(s):
            if isinstance(a, Var) and isinstance(a.type, Array):
                self.reads.setdefault(a.name, []).append(self.count)
                if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "tuple":
                    self.kept.add(a.name)
        target = written(s)
        if target is not None and isinstance(target.type, Array):
            self.writes.setdefault(target.name, []).append(self.count)
            self.homes[target.name] = _Home(self.count, ends)


def lent(body: Block, sources: Sources) -> dict[str, str]:
    """Such variables and who holds their memory; `sources` tells what each variable is made of, as in `memory`."""
    places = _Places()
    places.block(body)
    holders: dict[str, str] = {}
    for name, home in sorted(places.homes.items(), key=lambda pair: pair[1].number):
        found = sources.get(name, set())
        if len(found) != 1 or len(places.writes[name]) != 1 or name in places.kept:
            continue
        (kind, origin), = found
        if kind != "variable" or origin.startswith("stack "):
            continue
        holder = holders.get(origin, origin)
        last = _last(home, places.reads.get(name, []))
        if last is not None and not _any_between(places.writes.get(holder, []), home.number, last):
            holders[name] = holder
    return holders


def _last(home: _Home, read: list[int]) -> int | None:
    """The number that the last statement of the block that reads ends with; None if something else reads as well."""
    if not read:
        return home.number
    if read[0] <= home.number or read[-1] > home.ends[-1]:
        return None
    return home.ends[bisect_left(home.ends, read[-1])]


def _any_between(numbers: list[int], first: int, last: int) -> bool:
    """Whether one of the numbers lies behind the first and not behind the last."""
    return bisect_right(numbers, last) > bisect_right(numbers, first)
