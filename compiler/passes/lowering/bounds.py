"""Bounds checks hoisted out of loops.

For an index `i + c` in a counted loop over `i`, the first and the last position decide for all of them. Before the loop
a flag `unsafe` is computed from them, one for all such indices together; inside, the index is checked only while the
flag is set. LLVM then makes two copies of the loop, and the one without checks vectorises. An index that is out of
bounds still raises in its own iteration, after the stores before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...ir.nodes import LIBRARY, Accumulate, Apply, Assign, Atom, Const, For, Pop, Stmt, Store, Var
from ...ir.traversal import walk
from ...ir.types import PY_BOOL, PY_INT, Array
from ..effects import Effects
from .builder import ONE, Builder, integer

_FAR = 2**40  # an extent and less than that add up to an integer of 64 bits


class Bounds:
    """Which indices a loop decides, and the flags of the loops entered so far."""

    def __init__(self, found: Effects) -> None:
        self.effects = found
        self.outside = self.effects.loop_of
        self.flags: dict[str, Atom] = {}
        self.certain: set[str] = set()
        self.decided: dict[str, set[tuple[str, int, int]]] = {}
        self.arrays: dict[str, Var] = {}
        self.stack: dict[str, For] = {}

    def enter(self, b: Builder, loop: For) -> None:
        """Emit the flag of a loop that is about to be entered."""
        uses = self._uses(loop)
        self.stack[loop.var.name] = loop
        self.decided[loop.var.name] = uses
        self.flags.pop(loop.var.name, None)  # of another loop with the same variable: the forward part's
        if not uses:
            return
        first, last = self._ends(b, loop)
        unsafe: Atom = Const(False, PY_BOOL)
        for name, axis, offset in sorted(uses):
            array = self.arrays[name]
            extent = array if array.type == PY_INT else b.scalar("dim", array, type=PY_INT, axis=axis)
            low = b.compare("lt", first, integer(-offset))
            high = b.compare("ge", last, b.integers("sub", extent, integer(offset)))
            unsafe = b.logic("logical_or", unsafe, b.logic("logical_or", low, high))
        self.flags[loop.var.name] = unsafe

    def flag(self, loop: For) -> Atom:
        """The flag of a loop that has been entered."""
        return self.flags.get(loop.var.name, Const(False, PY_BOOL))

    @contextmanager
    def without_flag(self, loop: For, certain: bool) -> Iterator[None]:
        """What is written here runs only where the flag of the loop is not set, if `certain`; else it checks always."""
        flag = self.flags.pop(loop.var.name, None)
        if certain:
            self.certain.add(loop.var.name)
        yield
        self.certain.discard(loop.var.name)
        if flag is not None:
            self.flags[loop.var.name] = flag

    def fits(self, v: Var) -> bool:
        """Whether an integer is an index that is in range here, so that computing it overflows nowhere."""
        name, offset = self.effects.affine(v)
        return name in self.certain and any(c == offset for _, _, c in self.decided[name])

    def within(self, array: Var, axis: int, index: Atom) -> Atom | bool | None:
        """The flag that says whether the index has to be checked, or True if it need not; None: no loop decides it."""
        name, offset = self.effects.affine(index)
        if (array.name, axis, offset) in self.decided.get(name, ()):
            return name in self.certain or self.flags.get(name)
        return None

    def placed(self, index: Atom, count: Atom) -> Atom | bool | None:
        """`within` for an index into a list of `count` items."""
        name, offset = self.effects.affine(index)
        if isinstance(count, Var) and (count.name, 0, offset) in self.decided.get(name, ()):
            return name in self.certain or self.flags.get(name)
        return None

    def is_place(self, index: Atom) -> bool:
        """Whether an index has been checked against the length of a list, for which there is room in its arrays."""
        found = self.effects.definition.get(index.name) if isinstance(index, Var) else None
        return isinstance(found, Apply) and found.op == "list_place"

    def _ends(self, b: Builder, loop: For) -> tuple[Atom, Atom]:
        """The least and the greatest value of the loop variable, or a superset, for a loop that runs at all."""
        assert isinstance(loop.step, Const)
        if loop.step.value > 0:
            return loop.start, b.integers("sub", loop.stop, ONE)
        return b.integers("add", loop.stop, ONE), loop.start

    def _uses(self, loop: For) -> set[tuple[str, int, int]]:
        if not isinstance(loop.step, Const) or loop.step.value == 0:
            return set()
        bound = {s.target.name for s in walk(loop.body) if isinstance(s, Assign | Pop)}
        found: set[tuple[str, int, int]] = set()
        for s in walk(loop.body):
            for array, index in _accesses(s):
                if array.name in bound or array.name.startswith(LIBRARY) or array.name in self.effects.slots:
                    continue
                if any(map(self.is_place, index)):
                    continue
                for axis, i in enumerate(index):
                    name, offset = self.effects.affine(i)
                    if name == loop.var.name and abs(offset) < _FAR:
                        self.arrays[array.name] = array
                        found.add((array.name, axis, offset))
        return found


def _accesses(s: Stmt) -> list[tuple[Var, tuple[Atom, ...]]]:
    match s:
        case Assign(value=Apply(op="load")):
            e = s.value
            assert isinstance(e, Apply) and isinstance(e.args[0], Var)
            return [(e.args[0], e.args[1:])]
        case Assign(value=Apply(op="list_place", args=(index, Var() as count))):
            return [(count, (index,))]
        case Store() | Accumulate() if s.index:
            array = s.array if isinstance(s, Store) else s.target
            return [(array, s.index)] if isinstance(array.type, Array) else []
        case _:
            return []


def bounds(found: Effects) -> Bounds:
    """Prepare to analyse the loops of a function, whose effects are given."""
    return Bounds(found)
