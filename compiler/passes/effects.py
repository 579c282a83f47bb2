"""Which array variables may share memory, and which reads may be overwritten later.

Variables that a copy of a reference, a view or a slot connects are in one *class*. A class is *stored* when any
statement writes into it, and *bound statically* when none of its variables is a slot: then each name stands for one
allocation per execution of its block, and its adjoint can be bound where the backward part needs it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..ir.nodes import Apply, Assign, Atom, Block, For, Function, Pop, Push, Stmt, Store, Var, While, scattered
from ..ir.traversal import blocks, walk, written
from ..ir.types import Array
from .regions import Region, Regions
from .rename import slots_of

VIEWS = ("view", "transpose", "asarray", "reshape", "diagonal", "part")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands: its position in program order and the loops around it, outermost first."""

    order: int
    loops: tuple[For | While, ...]


@dataclass(frozen=True, slots=True)
class _Access:
    """A store: where it stands, and what it writes."""

    place: Place
    region: Region | None


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
        self.slots = slots_of(function.body)
        self.regions = Regions(self.definition, self.loop_of, frozenset(self.slots))
        self._connect(function)
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
        read = self.regions.region(array, index)
        return any(self._hits(store, read, place, local) for store in self.stores.get(cls, ()))

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
                region = self.regions.region(s.array, None if scattered(s) else s.index)
                access = _Access(self.places[id(s)], region)
                self.stores.setdefault(self.root(s.array.name), []).append(access)

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

    def _hits(self, store: _Access, read: Region | None, place: Place, local: tuple[For | While, ...]) -> bool:
        """Whether the store may write what was read at `place`, at a later moment."""
        shared = _prefix(store.place.loops, place.loops)
        for level in range(len(_prefix(shared, local)), len(shared)):
            if not self.regions.apart(read, store.region, shared, level):
                return True
        return store.place.order > place.order and not self.regions.apart(read, store.region, shared, len(shared))

    def affine(self, a: Atom) -> tuple[str, int]:
        """An integer operand as a variable plus a constant; the empty name for a constant."""
        found = self.regions.affine(a)
        return found.name, found.constant


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

