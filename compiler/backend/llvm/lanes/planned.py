"""How a loop runs in lanes."""

from __future__ import annotations

from dataclasses import dataclass, field

from ....ir.nodes import Accumulate, Atom, Block, For, Stack, Var
from ....ir.types import PY_INT, Kind
from .meaning import Meanings

Names = frozenset[str]

# Fewer iterations than this are not worth a vector.
FEW = 4
# After so many trips iterations run one by one: an earlier one might raise while a later one has no end.
PATIENCE = 1 << 20


@dataclass(slots=True)
class Plan:
    """How a loop runs in lanes.

    `body` is what is left of it where none of `guards` holds. `assigned` are the numbers that an iteration assigns,
    `kinds` says of those in vectors what they are. `carried` are numbers that no iteration changes, `sums` those to
    which all add and which none reads. `collected` are additions in inner loops to the iteration's own elements, which
    are made to numbers first; of each number, `collections` has one of the additions. `distinct` are additions to
    elements that no two iterations share. `impatient` are `while` loops before something that raises. For a loop that
    takes from stacks, `follows` is the plan of the loop that has filled them, which `leads`.
    """

    loop: For
    body: Block
    guards: tuple[Atom, ...]
    meanings: Meanings
    varying: Names
    homes: dict[str, int]
    assigned: dict[str, Var]
    kinds: dict[str, Kind]
    carried: tuple[Var, ...]
    sums: tuple[Var, ...]
    distinct: frozenset[int]
    collected: dict[int, int]
    collections: tuple[Accumulate, ...]
    stacks: Names
    impatient: frozenset[int]
    follows: Plan | None = None
    leads: bool = False
    number: int = 0
    kept: list[For] = field(default_factory=list)  # loops that the plan has made, so that none has its identity

    @property
    def rest(self) -> Var:
        """From where on the loop runs one by one."""
        return Var(f"lanes.{self.number}.rest", PY_INT)

    @property
    def rests(self) -> Stack:
        """What the loop that follows has to know: for each time that this one has run, the rest."""
        return Stack(f"lanes.{self.number}.rests", PY_INT)
