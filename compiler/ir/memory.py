"""Which elements of the forward part's arrays may be overwritten after they have been read.

A second opinion on what `passes/effects.py` decides, for the verifier: it shares no code with it, and it may say
"perhaps" more often but never less often than is true.

Two runs of statements inside common loops are ordered by the first loop in which their iterations differ. So for every
such loop, and for the case that they do not differ, it is asked whether the store can meet the element that was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .boxes import Box, Boxes
from .nodes import Accumulate, Apply, Assign, Atom, Block, Const, For, If, Pop, Push, Stmt, Store, Var, While, scattered
from .traversal import walk, written
from .types import Array

Path = tuple[tuple[str, int], ...]
Loops = tuple[For | While, ...]
SHARING = {"view", "transpose", "asarray", "reshape", "diagonal", "part"}
SHAPE_ONLY = {"dim", "size", "zeros_like", "ones_like", "empty_like", "full_like", "zeros_shaped", "undefined"}


@dataclass(frozen=True, slots=True)
class Site:
    """Where a forward statement stands: its blocks by label and number, the loops around it, its number in order."""

    statement: Stmt
    path: Path
    loops: Loops
    order: int


def inner_blocks(s: Stmt) -> tuple[tuple[int, Block], ...]:
    """The blocks of a statement with numbers that a loop and its backward loop share."""
    match s:
        case If():
            return (0, s.then), (1, s.orelse)
        case For():
            return ((0, s.body),)
        case While():
            return (1, s.before), (0, s.body)
        case _:
            return ()


def sites(block: Block) -> tuple[Site, ...]:
    """Every statement of a block, inner ones included, in program order."""
    found: list[Site] = []

    def visit(b: Block, path: Path, loops: Loops) -> None:
        for s in b:
            found.append(Site(s, path, loops, len(found)))
            around = (*loops, s) if isinstance(s, For | While) else loops
            for number, inner in inner_blocks(s):
                visit(inner, (*path, (getattr(s, "label", ""), number)), around)

    visit(block, (), ())
    return tuple(found)


def contents(s: Stmt) -> Iterator[Var]:
    """The arrays whose elements a statement reads, not only their shape or their place in memory."""
    atoms: tuple[Atom, ...] = ()
    if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op not in SHAPE_ONLY | SHARING | {"tuple"}:
        atoms = s.value.args
    elif isinstance(s, Store | Accumulate):
        atoms = (s.value, *s.index)
    yield from (a for a in atoms if isinstance(a, Var) and isinstance(a.type, Array))


class Memory:
    """Arrays that may share memory, and the stores into them by the forward part."""

    def __init__(self, forward: tuple[Site, ...], whole: Block, params: tuple[Var, ...]) -> None:
        self.parent: dict[str, str] = {}
        self.values: dict[str, list[object]] = {}
        self.again: dict[str, list[object]] = {}
        self.fresh: dict[str, list[Loops]] = {p.name: [()] for p in params}
        self.inside: dict[str, Loops] = {p.name: () for p in params}
        self.arms: dict[str, list[Path]] = {}  # where a variable is assigned
        self.branches = frozenset(s.statement.label for s in forward if isinstance(s.statement, If))
        self.boxes = Boxes(self._value, self.affine, self._around)
        self._unite(whole)
        for site in forward:
            target = written(site.statement)
            if target is not None:
                self.values.setdefault(target.name, []).append(getattr(site.statement, "value", None))
                counter = (site.statement,) if isinstance(site.statement, For) else ()
                self.inside[target.name] = (*site.loops, *counter)
                self.arms.setdefault(target.name, []).append(site.path)
            if isinstance(site.statement, Assign) and self._allocates(site.statement):
                self.fresh.setdefault(site.statement.target.name, []).append(site.loops)
        for s in walk(whole):  # what the backward part computes again
            target = written(s)
            if isinstance(s, Assign) and target is not None and target.name not in self.values:
                self.again.setdefault(target.name, []).append(s.value)
        self.rebound = {self.root(n) for n, found in self.values.items() if len(found) > 1}
        self.stores: dict[str, list[Site]] = {}
        for site in forward:
            if isinstance(site.statement, Store):
                self.stores.setdefault(self.root(site.statement.array.name), []).append(site)

    def _unite(self, whole: Block) -> None:
        for s in walk(whole):
            match s:
                case Assign(value=Var() as source):
                    self.join(s.target.name, source.name)
                case Assign(value=Apply() as e) if e.op in SHARING and isinstance(e.args[0], Var):
                    self.join(s.target.name, e.args[0].name)
                case Push(value=Var() as source):
                    self.join(s.stack, source.name)
                case Pop():
                    self.join(s.target.name, s.stack)
                case _:
                    pass

    def _allocates(self, s: Assign) -> bool:
        shares = isinstance(s.value, Var) or (isinstance(s.value, Apply) and s.value.op in SHARING | {"undefined"})
        return isinstance(s.target.type, Array) and not shares

    def root(self, name: str) -> str:
        """The name that stands for all arrays which may share memory with this one."""
        while self.parent.get(name, name) != name:
            name = self.parent[name]
        return name

    def join(self, a: str, b: str) -> None:
        """Two names that may stand for the same memory."""
        self.parent[self.root(a)] = self.root(b)

    def overwritten(self, array: Var, index: tuple[Atom, ...] | None, read: Site) -> bool:
        """Whether elements read at a place (all of them without an index) may be overwritten after that."""
        root = self.root(array.name)
        shared = self._shared(root)
        box = self.boxes.box(array, index or ())
        return any(self._meets(store, box, read, shared) for store in self.stores.get(root, ()))

    def _shared(self, root: str) -> int:
        """How many outer loops allocate the memory anew in each iteration, so that stores in others do not matter."""
        places = [loops for name, found in self.fresh.items() if self.root(name) == root for loops in found]
        if root in self.rebound or not places:
            return 0
        return min(_common(places[0], loops) for loops in places)

    def _meets(self, store: Site, box: Box | None, read: Site, fresh: int) -> bool:
        s = store.statement
        assert isinstance(s, Store)
        count = _common(store.loops, read.loops)
        loops = read.loops[:count]
        write = self.boxes.box(s.array, () if scattered(s) else s.index)
        for level in range(fresh, count):
            if not self.boxes.apart(box, write, loops, level):
                return True
        return store.order > read.order and not self.boxes.apart(box, write, loops, count)

    def _around(self, name: str) -> Loops | None:
        """The loops in which a variable has one value per iteration."""
        arms = self.arms.get(name, [])
        once = all(self._exclusive(a, b) for k, a in enumerate(arms) for b in arms[:k])
        return self.inside.get(name) if once else None

    def _exclusive(self, a: Path, b: Path) -> bool:
        """Whether two blocks are arms of one branch, so that only one of them runs."""
        differing = next(((x, y) for x, y in zip(a, b, strict=False) if x != y), None)
        return differing is not None and differing[0][0] == differing[1][0] and differing[0][0] in self.branches

    def _value(self, name: str) -> object:
        """How a variable is computed; None where it is assigned in several places."""
        found = self.values.get(name) or self.again.get(name, [])
        return found[0] if len(found) == 1 else None

    def affine(self, a: Atom) -> tuple[str, int]:
        """An integer as a variable plus a constant; a constant has the empty name."""
        if isinstance(a, Const):
            return "", int(a.value)
        value = self._value(a.name)
        if isinstance(value, Var | Const):
            return self.affine(value)
        if isinstance(value, Apply) and value.op in ("add", "sub"):
            left, right = value.args
            if isinstance(right, Const) or (isinstance(left, Const) and value.op == "add"):
                other, constant = (left, right) if isinstance(right, Const) else (right, left)
                assert isinstance(constant, Const)
                name, offset = self.affine(other)
                return name, offset + (int(constant.value) if value.op == "add" else -int(constant.value))
        return a.name, 0


def _common(a: Loops, b: Loops) -> int:
    count = 0
    while count < min(len(a), len(b)) and a[count] is b[count]:
        count += 1
    return count
