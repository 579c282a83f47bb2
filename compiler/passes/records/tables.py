"""Which lists become arrays so that a loop over them need not be written out.

A loop that indexes a list by its counter is unrolled: the items are variables then, which is the fastest code for a
short loop, and the only one where items are of different kinds. But every iteration costs time to compile, and loops
inside loops multiply. So there is a limit to how much a loop may be unrolled, above which the list is one of a length
that is not known, whose items are in arrays: then the loop is as long as its source. A list that is indexed by a
number known at run time is one as well. Where that is refused, the program is translated without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod
from typing import Any

from ...ir.nodes import Block, Const, Path, Stmt
from ...ir.traversal import walk
from ...ir.types import Scalar
from .again import Grows
from .shapes import NUMBERS, Fields, Rows, Shape, unified
from .state import Record, State

LIMIT = 1500  # statements that a loop may become
LONG = 8  # items that are tried one after the other where the index is known at run time
EXACT = 2**53  # the integers below it are floats too
UNROLLED: Path = (("unrolled",),)  # the answer that lists have to be variables, item by item


class Tables:
    """Where lists are made that may become arrays, and how much has been unrolled around this place.

    `allowed`: no list becomes one otherwise. `chosen`: some list has.
    """

    def __init__(self, allowed: bool, chosen: bool) -> None:
        self.allowed = allowed
        self.chosen = chosen
        self.entry: list[Stmt] = []  # makes those from outside
        self.written: dict[str, State] = {}  # what is known of them
        self.made: set[str] = set()
        self.inside: dict[str, str] = {}  # lists from outside, and the whole that each is part of
        self.copies = 1
        self.longest: list[int] = []  # how often a loop is written out at most, outermost first

    def sites(self, record: Record | None, known: Iterable[str]) -> frozenset[str]:
        """The places where a list may have been made, if it may become an array; none otherwise."""
        if record is None or record.cls is not list or not self.allowed:
            return frozenset()
        return self.of(record.origins, known)

    def of(self, origins: Iterable[str], known: Iterable[str]) -> frozenset[str]:
        """Places, if a list that has been made there may become an array."""
        found = frozenset(self.inside.get(name, name) for name in (o.removesuffix(" before") for o in origins))
        return found if self.allowed and found <= self.made and found.isdisjoint(known) else frozenset()

    def may_be_array(self, name: str, whole: str) -> str:
        """Note a list from outside that holds constants; the whole that it is part of."""
        self.made.add(name)
        self.inside[name] = whole or name
        return whole or name

    def unrolled(self, depth: int, trips: int) -> None:
        """Note a loop that is unrolled within `depth` others."""
        self.longest.extend(0 for _ in range(depth + 1 - len(self.longest)))
        self.longest[depth] = max(self.longest[depth], trips)

    def iterations(self, turns: int) -> Iterator[str]:
        """The names of all iterations of so many unrolled loops inside each other; none where there are too many."""
        counts = self.longest[:turns]
        few = turns and len(counts) == turns and prod(counts) <= LIMIT
        return ("".join(f"~{k}" for k in place) for place in product(*map(range, counts))) if few else iter(())

    def exceeded(self, body: Block, trips: int) -> bool:
        """Whether a loop becomes too long when it is unrolled."""
        return self.copies * trips * sum(1 for _ in walk(body)) > LIMIT


def begin_again(sites: frozenset[str], chosen: bool = True) -> None:
    """Let the lists that are made at these places be arrays, if there are any; with `chosen`, to be faster."""
    if sites:
        raise Grows(dict.fromkeys(sites, NUMBERS), chosen)


def shape_of_constants(value: Any) -> Shape | None:
    """The shape of the items of a list from outside; None where it holds something else than numbers.

    Every column has a number at least, whose type is that of the column.
    """
    inner = [shape_of_constant(item) for item in value.items]
    known = [s for s in inner if s is not None]
    if len(known) < len(inner) or not known:
        return None
    joined: Shape | None = known[0]
    for s in known[1:]:
        joined = None if joined is None else unified(joined, s)
    return joined


def shape_of_constant(value: Any) -> Shape | None:
    """The shape of an item."""
    if isinstance(value, Const):
        small = isinstance(value.value, bool) or not isinstance(value.value, int) or abs(value.value) < EXACT
        return NUMBERS if isinstance(value.type, Scalar) and small else None
    if not hasattr(value, "items"):  # an array
        return None
    if value.cls is list:
        if not value.items:
            return Rows(NUMBERS)
        rows = shape_of_constants(value)
        return None if rows is None else Rows(rows)
    inner = [shape_of_constant(item) for item in value.items]
    known = tuple(s for s in inner if s is not None)
    return Fields(value.cls, value.keys, known) if len(known) == len(inner) and known else None
