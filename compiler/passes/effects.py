"""Which array variables may share memory, and which reads may be overwritten later.

Variables that a copy of a reference, a view or a slot connects are in one *class*. A class is *stored* when any
statement writes into it, and *bound statically* when none of its variables is a slot: then each name stands for one
allocation per execution of its block, and its adjoint can be bound where the backward part needs it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..ir.nodes import Apply, Assign, Atom, Block, Const, For, Function, Pop, Push, Stmt, Store, Var, While, scattered
from ..ir.traversal import blocks, walk, written
from ..ir.types import Array
from .rename import slots_of

VIEWS = ("view", "transpose", "asarray", "reshape", "diagonal", "part")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands: its position in program order and the loops around it, outermost first."""

    order: int
    loops: tuple[For | While, ...]


@dataclass(frozen=True, slots=True)
class _Access:
    """A store; `index` counts in the variable `array`, so it says nothing about other names of the same memory."""

    array: str
    place: Place
    index: tuple[Atom, ...] | None


class Effects:
    """The result of `effects`."""

    def __init__(self, function: Function) -> None:
        self.parent: dict[str, str] = {}
        self.places: dict[int, Place] = {}
        self.definition: dict[str, Apply | Atom] = {}
        self.loop_of: dict[str, tuple[For | While, ...]] = {p.name: () for p in function.params}
        self.stores: dict[str, list[_Access]] = {}
        self.allocations: dict[str, list[tuple[For | While, ...]]] = {}
        self.params = {p.name for p in function.params}
        self._number(function.body, (), [0])
        self._connect(function)
        self.slots = slots_of(function.body)
        self.dynamic = {self.root(v) for v in self.slots if v in self.parent}
        self.carried_by = carried_slots(function.body)
        self.carried = frozenset().union(*self.carried_by.values())
        self.headless = {self.root(v) for v in self._headless(function.body) if v in self.parent}

    def root(self, name: str) -> str:
        """The representative of a variable's class."""
        while self.parent[name] != name:
            name = self.parent[name]
        return name

    def stored(self, name: str) -> bool:
        """Whether anything is written into the variable's class."""
        return self.root(name) in self.stores

    def static(self, name: str) -> bool:
        """Whether every name of the class is bound once per execution of its block."""
        return self.root(name) not in self.dynamic

    def value(self, name: str) -> bool:
        """Whether the class is bound at run time but never written into: its arrays are values like numbers."""
        root = self.root(name)
        return root in self.dynamic and root not in self.stores and root not in self.headless

    def place(self, s: Stmt) -> Place:
        return self.places[id(s)]

    def overwritten(self, array: Var, index: tuple[Atom, ...] | None, place: Place) -> bool:
        """Whether what is read at `place` may be overwritten between there and the backward part."""
        cls = self.root(array.name)
        local = self._common_allocation(cls)
        return any(
            self._hits(store, index if store.array == array.name else None, place, local)
            for store in self.stores.get(cls, ())
        )

    # -------------------------------------------------------------------------------------------------- analysis

    def _headless(self, block: Block) -> set[str]:
        """Slots that a loop carries although its iterations do not read them."""
        found: set[str] = set()
        for s in walk(block):
            if isinstance(s, For | While):
                read = {t.value.name for t in s.body if isinstance(t, Assign) and isinstance(t.value, Var)}
                found |= self.carried_by[id(s)] - read
        return found

    def _number(self, block: Block, loops: tuple[For | While, ...], counter: list[int]) -> None:
        for s in block:
            counter[0] += 1
            self.places[id(s)] = Place(counter[0], loops)
            target = written(s)
            if isinstance(s, Assign):
                self.definition[s.target.name] = s.value  # type: ignore[assignment]
            inner = (*loops, s) if isinstance(s, For | While) else loops
            if target is not None:
                self.loop_of[target.name] = inner if isinstance(s, For) else loops
            for b in blocks(s):
                self._number(b, inner, counter)

    def _connect(self, function: Function) -> None:
        for p in function.params:
            if isinstance(p.type, Array):
                self.parent.setdefault(p.name, p.name)
                self.allocations.setdefault(p.name, []).append(())
        for s in walk(function.body):
            if isinstance(s, Assign) and isinstance(s.target.type, Array):
                self._bind(s)
            elif isinstance(s, Push | Pop):
                v = s.value if isinstance(s, Push) else s.target
                if isinstance(v, Var) and isinstance(v.type, Array):
                    self._union(v.name, s.stack)
        merged: dict[str, list[tuple[For | While, ...]]] = {}
        for name, where in self.allocations.items():
            merged.setdefault(self.root(name), []).extend(where)
        self.allocations = merged
        for s in walk(function.body):
            if isinstance(s, Store):
                index = (s.index or (None if self._rank(s.array) else ())) if not scattered(s) else None
                access = _Access(s.array.name, self.places[id(s)], index)
                self.stores.setdefault(self.root(s.array.name), []).append(access)

    def _rank(self, v: Var) -> int:
        assert isinstance(v.type, Array)
        return v.type.rank

    def _bind(self, s: Assign) -> None:
        name = s.target.name
        self.parent.setdefault(name, name)
        source = s.value.args[0] if isinstance(s.value, Apply) and s.value.op in VIEWS else s.value
        if isinstance(source, Var):
            self._union(name, source.name)
        elif isinstance(s.value, Apply) and s.value.op != "undefined":
            self.allocations.setdefault(name, []).append(self.places[id(s)].loops)

    def _union(self, a: str, b: str) -> None:
        """Two names that may stand for the same memory."""
        self.parent.setdefault(a, a)
        self.parent.setdefault(b, b)
        self.parent[self.root(a)] = self.root(b)

    def _common_allocation(self, cls: str) -> tuple[For | While, ...]:
        """The loops around every allocation of the class: what they repeat starts with fresh memory."""
        places = self.allocations.get(cls, [])
        if cls in self.dynamic or not places:
            return ()
        common = places[0]
        for loops in places[1:]:
            common = _prefix(common, loops)
        return common

    def _hits(
        self, store: _Access, index: tuple[Atom, ...] | None, place: Place, local: tuple[For | While, ...]
    ) -> bool:
        """Whether the store may write what was read at `place`, at a later moment."""
        shared = _prefix(store.place.loops, place.loops)
        for loop in shared[len(_prefix(shared, local)) :]:
            distance = self._distance(loop, index, store.index)
            if distance is None:
                return True
            if distance != 0:
                return distance > 0
        if self._disjoint(index, store.index, shared):
            return False
        return store.place.order > place.order

    def _distance(
        self, loop: For | While, read: tuple[Atom, ...] | None, write: tuple[Atom, ...] | None
    ) -> int | None:
        """How many iterations of `loop` after the read the same element is written; None when unknown."""
        if not isinstance(loop, For) or read is None or write is None or len(read) != len(write):
            return None
        if not isinstance(loop.step, Const) or loop.step.value == 0:
            return None
        for r, w in zip(read, write, strict=True):
            (a, i), (b, j) = self.affine(r), self.affine(w)
            if a == b == loop.var.name and self._nonnegative(loop, min(i, j)):
                step = int(loop.step.value)
                return (i - j) // step if (i - j) % step == 0 else (i - j) * step
        return None

    def _nonnegative(self, loop: For, offset: int) -> bool:
        """Whether `loop.var + offset` is never negative, so that the index does not wrap around."""
        assert isinstance(loop.step, Const)
        least = loop.start if loop.step.value > 0 else loop.stop
        shift = 0 if loop.step.value > 0 else 1
        return isinstance(least, Const) and least.value + shift + offset >= 0

    def _disjoint(
        self, read: tuple[Atom, ...] | None, write: tuple[Atom, ...] | None, shared: tuple[For | While, ...]
    ) -> bool:
        """Whether two indices within one iteration of the shared loops certainly differ."""
        if read is None or write is None or len(read) != len(write):
            return False
        for r, w in zip(read, write, strict=True):
            (a, i), (b, j) = self.affine(r), self.affine(w)
            if a != b or i == j:
                continue
            if a == "" and (i >= 0) == (j >= 0):
                return True
            loop = next((s for s in shared if isinstance(s, For) and s.var.name == a), None)
            if loop is not None and isinstance(loop.step, Const) and self._nonnegative(loop, min(i, j)):
                return True
        return False

    def affine(self, a: Atom) -> tuple[str, int]:
        """An integer operand as a variable plus a constant; the empty name for a constant."""
        offset = 0
        for _ in range(64):
            if isinstance(a, Const):
                return "", offset + int(a.value)
            value = self.definition.get(a.name)
            if isinstance(value, Var | Const) and a.name not in self.slots:
                a = value
            elif isinstance(value, Apply) and value.op in ("add", "sub") and isinstance(value.args[1], Const):
                offset += value.args[1].value if value.op == "add" else -value.args[1].value
                a = value.args[0]
            elif isinstance(value, Apply) and value.op == "add" and isinstance(value.args[0], Const):
                offset += value.args[0].value
                a = value.args[1]
            else:
                break
        return (a.name, offset) if isinstance(a, Var) else ("", offset + int(a.value))


def _assigned(block: Block) -> set[str]:
    """Names that a block itself assigns, without the blocks inside."""
    return {s.target.name for s in block if isinstance(s, Assign)}


def carried_slots(block: Block) -> dict[int, frozenset[str]]:
    """For each loop, by identity, the slots it carries: assigned before it, and by its body for the next iteration."""
    found: dict[int, frozenset[str]] = {}
    outside = _assigned(block)
    for s in block:
        if isinstance(s, For | While):
            found[id(s)] = frozenset(outside & _assigned(s.body))
        for inner in blocks(s):
            found.update(carried_slots(inner))
    return found


def effects(function: Function) -> Effects:
    """Analyse a typed function whose variables are fixed or slots."""
    return Effects(function)


def _prefix(a: tuple[For | While, ...], b: tuple[For | While, ...]) -> tuple[For | While, ...]:
    count = 0
    while count < min(len(a), len(b)) and a[count] is b[count]:
        count += 1
    return a[:count]

