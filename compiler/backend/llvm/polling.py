"""Where loops look for signals, decided before any text is written.

Fuel is charged for the work done, and a signal is looked for when it runs out. A counted loop without long loops
inside pays nothing per iteration: it runs in strips and pays for a strip at once, so that what LLVM sees as the inner
loop is as plain as if there were no polling. A loop over the elements of an array, which no user wrote, pays once for
all of them, along all axes: memory bounds how long it runs, and there are many of these. The same goes for the loops
of functions of the library, which go through memory too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ...ir.nodes import ELEMENTS, Apply, Assign, Atom, Block, Const, For, If, Print, Push, Stmt, While

Policy = Literal["never", "once", "strips", "iterations"]

# A loop that is known to be this short is part of the work of the loop around it.
_SHORT = 64


@dataclass(slots=True)
class Polling:
    """The policy of every counted loop; `while` loops are charged for each iteration. `bounded`: memory bounds all."""

    bounded: bool = False
    _policies: dict[int, Policy] = field(default_factory=dict)
    needed: bool = False

    def policy(self, loop: For) -> Policy:
        """How the loop is charged."""
        return self._policies[id(loop)]

    def decide(self, loop: For, policy: Policy) -> None:
        """Set the policy."""
        self._policies[id(loop)] = policy
        self.needed |= policy != "never"


@dataclass(frozen=True, slots=True)
class _Cost:
    """Iterations in a statement, if known; `heavy`: it can run long, or costs so much that a charge is no matter."""

    trips: int | None = 0
    heavy: bool = False

    def __add__(self, other: _Cost) -> _Cost:
        trips = None if self.trips is None or other.trips is None else self.trips + other.trips
        return _Cost(trips, self.heavy or other.heavy)


_NOTHING = _Cost()


def plan(block: Block, bounded: bool = False) -> Polling:
    """Decide for all loops of a function's body."""
    polling = Polling(bounded)
    _block(polling, block)
    return polling


def plan_more(polling: Polling, block: Block) -> None:
    """Decide for all loops of a block that is written besides."""
    _block(polling, block)


def _block(polling: Polling, block: Block) -> _Cost:
    cost = _NOTHING
    for statement in block:
        found = _statement(polling, statement)
        if found is not _NOTHING:
            cost += found
    return cost


def _statement(polling: Polling, statement: Stmt) -> _Cost:
    match statement:
        case If(_, then, orelse):
            return _block(polling, then) + _block(polling, orelse)
        case For():
            return _for(polling, statement)
        case While(before, _, body):
            polling.needed = True
            _block(polling, before)
            _block(polling, body)
            return _Cost(None, True)
        case Assign(value=Apply(op="charge")):
            polling.needed = True
            return _Cost(0, True)
        case Push() | Print() | Assign(value=Apply(op="alloc")):
            return _Cost(0, True)
        case _:
            return _NOTHING


def _for(polling: Polling, loop: For) -> _Cost:
    inside = _block(polling, loop.body)
    own = known_trips(loop)
    trips = None if own is None or inside.trips is None else own * (1 + inside.trips)
    short = trips is not None and trips <= _SHORT
    nested = _next_axis(loop)
    if nested is not None and polling.policy(nested) == "once":
        polling.decide(nested, "never")
        polling.decide(loop, "once")
        return _Cost(None, True)
    plain: Policy = "once" if polling.bounded or loop.label.startswith(ELEMENTS) else "strips"
    polling.decide(loop, "never" if short else "iterations" if inside.heavy else plain)
    return _Cost(trips, inside.heavy or not short)


def nest(loop: For) -> tuple[For, ...]:
    """The loops that pay together: over the axes of one array, each the whole body of the one before."""
    inner = _next_axis(loop)
    return (loop,) if inner is None else (loop, *nest(inner))


def _next_axis(loop: For) -> For | None:
    """The loop along the next axis, when that is all that a loop over elements does."""
    inner = loop.body[0] if len(loop.body) == 1 else None
    both = isinstance(inner, For) and loop.label.startswith(ELEMENTS) and inner.label.startswith(ELEMENTS)
    if not both or not isinstance(inner, For) or loop.var in (inner.start, inner.stop):
        return None
    return inner if literal(loop.start) == literal(inner.start) == 0 else None


def known_trips(loop: For) -> int | None:
    """The number of iterations, when all three bounds are literals."""
    start, stop, step = literal(loop.start), literal(loop.stop), literal(loop.step)
    if start is None or stop is None or not step:
        return None
    numbers = range(start, stop, step)
    return (numbers[-1] - start) // step + 1 if numbers else 0  # `len` refuses more than 2^63 - 1


def literal(atom: Atom) -> int | None:
    """The value of an integer literal."""
    return int(atom.value) if isinstance(atom, Const) else None
