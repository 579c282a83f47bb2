"""A loop that adds to neighbouring elements is split, so that LLVM makes vectors of its parts.

Before:  `for i: t = load(v_bar, i); v_bar[i] = 0.0; u_bar[i + 1] += t; u_bar[i - 1] += t`
After:   `if apart(u_bar, v_bar): for i: t = load(v_bar, i); v_bar[i] = 0.0; w[i] = t`,
         `for i: u_bar[i] += w[i - 1] + w[i + 1]`, `else:` the loop as it was

The adjoint of a stencil that is written with indices adds to one element in several iterations, which keeps these in
their order. What is added is kept in `w`, one number for each iteration and edges of zeros, and gathered afterwards,
which changes the order of the sums into one element and nothing else. It is done where the loop has no other reason to
run in order: no number goes from one iteration to the next, and of each array that is written, one element is touched.
Arrays that may be one when the program runs (buffers that change places) are compared before the loop, and so are the
indices with the arrays they belong to: negative ones are counted from the end by the loop as it was.

Kennedy and Allen, "Optimizing Compilers for Modern Architectures", section 2.3 (loop distribution).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce

from ...ir.nodes import Accumulate, Apply, Assign, Atom, Block, For, If, Stmt, Store, Var, scattered
from ...ir.traversal import reads
from ...ir.types import PY_BOOL, Array, Scalar
from ...ops import BY_NAME
from ..effects import Effects
from .bounds import Bounds
from .builder import ONE, REASSOC, Builder, array_of, integer, number

Lower = Callable[[Stmt], None]
Element = tuple[object, ...]  # an index in a form in which equal ones are the same
_SHORT = 8  # numbers that are written one by one
_WIDE = 64  # how far apart neighbours may be: as many zeros are kept, and added


@dataclass(slots=True)
class Gathered:
    """Sums into elements of one array that differ in the last index only, and how far each is from the counter."""

    sums: list[Accumulate]
    offsets: list[int]


@dataclass(slots=True)
class Parts:
    """The sums that leave a loop, by the loop of their own that each goes into, and the pairs of arrays to compare.

    `backward` tells whether what is left of the loop has to run backward: it writes one element again and again.
    """

    sums: list[Gathered]
    compared: list[tuple[Var, Var]]
    backward: bool


def parts_of(loop: For, effects: Effects) -> Parts | None:
    """How a loop is split; None for one that is not."""
    sums = [s for s in loop.body if isinstance(s, Accumulate) and s.index and isinstance(s.target.type, Array)]
    if loop.step != ONE or len(sums) < 2 or not is_straight(loop.body) or _carries(loop.body):
        return None
    inside = {s.target.name for s in loop.body if isinstance(s, Assign)}
    places = {id(s): _element(s.index, loop, effects, inside) for s in sums}
    targets = {s.target.name for s in sums}
    moved = {n for n in targets if len({places[id(s)] for s in sums if s.target.name == n}) > 1}
    if not moved or any(s.target.name in inside for s in sums) or any(
            not _advances(s.index, loop, effects) for s in sums if s.target.name in moved):
        return None
    left = [a for s in loop.body for a in _accesses(s) if not (isinstance(s, Accumulate) and s.target.name in moved)]
    found = {n: [(a, _element(i, loop, effects, inside)) for a, i in left if effects.root(a.name) == n]
             for n in {effects.root(a.name) for a, _ in left}}
    written = {effects.root(a.name) for s in loop.body for a in _written(s) if a.name not in moved}
    if any(len({(a.name, e) for a, e in found.get(n, ())}) > 1 for n in written):
        return None
    compared = dict[tuple[str, str], tuple[Var, Var]]()
    arrays = {s.target.name: s.target for s in sums}
    others = {a.name: a for a, _ in left}
    for name in sorted(moved):
        for other, array in sorted({**others, **{m: arrays[m] for m in moved if m > name}}.items()):
            if effects.root(other) != effects.root(name):
                continue
            if other == name or other in inside:
                return None
            compared[name, other] = arrays[name], array
    stored = [index for a, index in left if effects.root(a.name) in written]
    again = any(all(effects.affine(a)[0] != loop.var.name for a in index) for index in stored)
    grouped = _grouped([s for s in sums if s.target.name in moved], effects)
    offsets = [c for g in grouped for c in g.offsets]
    if max(offsets) - min(offsets) > _WIDE:
        return None
    return Parts(grouped, [*compared.values()], loop.backward and again)


def split(b: Builder, loop: For, parts: Parts, ranges: Bounds, lower: Lower) -> None:
    """Write the parts of a loop, and the loop itself for arrays that are not apart or indices that may be outside."""
    ranges.enter(b, loop)
    fits = b.logic("logical_and", b.negate(ranges.flag(loop)), b.compare("gt", loop.stop, loop.start))
    for one, other in parts.compared:
        fits = b.logic("logical_and", fits, b.scalar("apart", one, other, type=PY_BOOL))
    with b.block() as orelse, ranges.without_flag(loop, False):
        _loop(b, loop, loop.body, lower)
    with b.block() as then, ranges.without_flag(loop, True):
        _Splitter(b, loop, parts, lower).write()
    b.emit(If(fits, tuple(then), tuple(orelse), loop.span))


class _Splitter:
    """Writes the parts of a loop that runs at least once."""

    def __init__(self, b: Builder, loop: For, parts: Parts, lower: Lower) -> None:
        self.b = b
        self.loop = loop
        self.parts = parts
        self.lower = lower
        self.buffers: dict[object, Var] = {}
        self.kept: dict[int, Var] = {}  # what each sum adds, by its identity
        self.joined: dict[int, list[Accumulate]] = {}  # by the last of them: what is added to one element at once
        offsets = [c for g in parts.sums for c in g.offsets]
        self.edge = max(offsets) - min(offsets)

    def write(self) -> None:
        """First what is left of the loop, then the sums."""
        loop = self.loop
        trips = self.b.integers("sub", loop.stop, loop.start)
        again = {s.target.name for s in loop.body if isinstance(s, Accumulate) and not s.index}  # change in between
        self.join(again)
        left_out = {id(s) for joined in self.joined.values() for s in joined[:-1]}
        for s in (s for g in self.parts.sums for s in g.sums if id(s) not in left_out):
            t = Scalar(array_of(s.target).kind)
            alone = id(s) in self.joined or (isinstance(s.value, Var) and s.value.name in again)
            key = id(s) if alone else (s.value, t)
            if key not in self.buffers:
                self.buffers[key] = self.buffer(t, trips)
            self.kept[id(s)] = self.buffers[key]
        waiting = set(self.buffers.values())

        def step(s: Stmt) -> None:
            buffer = self.kept.get(id(s))
            if buffer is None and id(s) not in left_out:
                self.lower(s)
            elif buffer is not None and buffer in waiting:
                assert isinstance(s, Accumulate)
                self.b.store(buffer, (self.place(0),), self.total(s.target, self.joined.get(id(s), [s])))
                waiting.discard(buffer)

        _loop(self.b, replace(loop, backward=self.parts.backward), loop.body, step)
        for k, gathered in enumerate(self.parts.sums):
            self.gather(k, gathered)

    def join(self, again: set[str]) -> None:
        """Numbers that are added to the same element, and to no other, are added up before they are kept."""
        uses = Counter(s.value for g in self.parts.sums for s in g.sums)
        for g in self.parts.sums:
            by_offset: dict[int, list[Accumulate]] = {}
            for s, offset in zip(g.sums, g.offsets, strict=True):
                if uses[s.value] == 1 and not (isinstance(s.value, Var) and s.value.name in again):
                    by_offset.setdefault(offset, []).append(s)
            self.joined |= {id(members[-1]): members for members in by_offset.values() if len(members) > 1}

    def total(self, target: Var, sums: list[Accumulate]) -> Atom:
        """The sum of what sums add."""
        return self.added((s.value for s in sums), Scalar(array_of(target).kind))

    def added(self, values: Iterable[Atom], t: Scalar) -> Atom:
        return reduce(lambda x, y: self.b.scalar("add", x, y, type=t, flags=REASSOC), values)

    def buffer(self, t: Scalar, trips: Atom) -> Var:
        """Room for one number for each iteration, with zeros before and behind."""
        buffer = self.b.fresh(Array(t.kind, 1), "w")
        written_out = self.edge <= _SHORT
        count = self.b.integers("add", trips, integer(2 * self.edge))
        self.b.allocate(buffer, (count,), zero=not written_out)
        for k in range(self.edge if written_out else 0):
            behind = self.b.integers("add", trips, integer(self.edge + k))
            for at in (integer(k), behind):
                self.b.store(buffer, (at,), number(0, t.kind))
        return buffer

    def place(self, by: int) -> Atom:
        """Where a buffer has what was kept `by` iterations later than this one."""
        return self.b.integers("add", self.b.integers("sub", self.loop.var, self.loop.start), integer(self.edge + by))

    def gather(self, k: int, gathered: Gathered) -> None:
        """All sums of a group in one loop, over the element that the first of them adds to."""
        b, loop = self.b, self.loop
        first, here = gathered.sums[0], gathered.offsets[0]
        low, high = min(gathered.offsets) - here, max(gathered.offsets) - here
        kind = array_of(first.target).kind

        def add(s: Stmt) -> None:
            if not isinstance(s, Accumulate):
                self.lower(s)
                return
            found = (b.load(self.kept[id(m)], (self.place(here - at),))
                     for m, at in zip(gathered.sums, gathered.offsets, strict=True) if id(m) in self.kept)
            self.lower(replace(s, value=self.added(found, Scalar(kind))))

        inner = replace(loop, start=b.integers("add", loop.start, integer(low)), backward=False,
                        stop=b.integers("add", loop.stop, integer(high)), label=f"{loop.label}.sums{k}")
        _loop(b, inner, _with_indices(loop.body, [first]), add)


def _with_indices(body: Block, sums: list[Accumulate]) -> Block:
    """Sums behind the statements that compute their indices."""
    needed = {a.name for s in sums for a in s.index if isinstance(a, Var)}
    found: list[Stmt] = []
    for s in reversed(body):
        if isinstance(s, Assign) and s.target.name in needed:
            needed |= {a.name for a in reads(s) if isinstance(a, Var)}
            found.insert(0, s)
    return (*found, *sums)


def _loop(b: Builder, loop: For, body: Block, lower: Lower) -> None:
    with b.block() as out:
        for s in body:
            b.span = s.span
            lower(s)
    b.emit(replace(loop, body=tuple(out)))


def _grouped(sums: list[Accumulate], effects: Effects) -> list[Gathered]:
    """Sums into one array whose indices are the same but for the last one."""
    found: dict[Element, Gathered] = {}
    for s in sums:
        *others, last = map(effects.affine, s.index)
        group = found.setdefault((s.target.name, *others), Gathered([], []))
        group.sums.append(s)
        group.offsets.append(last[1])
    return [*found.values()]


def is_straight(body: Block) -> bool:
    """Whether each statement of a loop computes a number or touches one element, without branches and loops inside."""
    return all(map(_simple, body))


def _simple(s: Stmt) -> bool:
    match s:
        case Assign(value=Apply(op=op)) if isinstance(s.target.type, Scalar):
            return op in ("load", "cast") or (op in BY_NAME and BY_NAME[op].elementwise)
        case Assign():
            return isinstance(s.target.type, Scalar)
        case Store():
            return bool(s.index) and not scattered(s)
        case Accumulate():
            return not scattered(s) and (bool(s.index) or isinstance(s.target.type, Scalar))
        case _:
            return False


def _carries(body: Block) -> bool:
    """Whether an iteration reads a number that the one before it has assigned, or added to other than in a sum."""
    later = {s.target.name for s in body if isinstance(s, Assign)}
    totals = {s.target.name for s in body if isinstance(s, Accumulate) and not s.index} - later
    for s in body:
        own = s.target.name if isinstance(s, Accumulate) and s.target.name in totals else ""
        if any(isinstance(a, Var) and a.name in later | totals and a.name != own for a in reads(s)):
            return True
        if isinstance(s, Assign):
            later.discard(s.target.name)
    return False


def _accesses(s: Stmt) -> list[tuple[Var, tuple[Atom, ...]]]:
    """Elements that a statement touches."""
    if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "load":
        assert isinstance(s.value.args[0], Var)
        return [(s.value.args[0], s.value.args[1:])]
    return [(a, s.index) for a in _written(s)] if isinstance(s, Store | Accumulate) else []


def _written(s: Stmt) -> list[Var]:
    array = s.array if isinstance(s, Store) else s.target if isinstance(s, Accumulate) else None
    return [array] if array is not None and isinstance(array.type, Array) else []


def _element(index: tuple[Atom, ...], loop: For, effects: Effects, inside: set[str]) -> Element:
    """The index as variables plus constants; one that changes in the loop in another way is like no other."""
    found: list[object] = []
    for a in index:
        name, offset = effects.affine(a)
        found.append((name, offset) if name == loop.var.name or name not in inside else object())
    return tuple(found)


def _advances(index: tuple[Atom, ...], loop: For, effects: Effects) -> bool:
    """Whether the last index is the counter plus a constant, and the others stay what they are."""
    names = [effects.affine(a)[0] for a in index]  # so that loads take no part in them
    inside = {s.target.name for s in loop.body if isinstance(s, Assign)}
    return names[-1] == loop.var.name and not any(n in inside or n == loop.var.name for n in names[:-1])
