"""Operations on arrays of one shape are gathered, so that one loop over the elements carries them out together.

Before:  `t = sin(x)`, `u = mul(t, y)`, `s = sum(u)`
After:   `together over (n): t = sin(x), u = mul(t, y), s = sum(u)`, in which `t` and `u` are numbers

Statements change places where nothing they touch forbids it. What does not belong to a loop over elements goes as far
up as it can, so that it does not stand between two operations that could run together. Arrays that nobody reads
outside the loop are never made.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ...ir.nodes import Accumulate, Apply, Assign, Block, For, Function, Fused, Pop, Return, Stmt, Store, Var
from ...ir.traversal import blocks, reads, walk, with_blocks, written
from ...ir.types import Array, Scalar, is_inexact
from ..effects import Effects, effects
from ..lowering.reductions import ALONG
from ..regions import Regions
from ..share import share_views
from .agreement import FILLS, Agreement, Meeting, agreement
from .extents import filled, measured
from .flatten import flattened
from .footprints import Footprint, conflict, footprint
from .products import has_products, with_products_added
from .shapes import Ones, Shape, names_in
from .shifted import shifted
from .spread import spread
from .unmasked import unmasked
from .unused import without_unused

# How far back a statement looks for a loop to join: bounds the time that long blocks take.
_WINDOW = 200


def fuse(function: Function, assume: bool = True, ones: Ones = ()) -> Function:
    """Gather operations on arrays. With `assume`, calls whose arrays do not agree are made again without.

    `ones` are axes of arguments that are assumed to have the extent 1.
    """
    function = arranged(function)
    like = frozenset(alike(function, assume, ones))
    function = shifted(with_products_added(function, like), like)
    return _Fuser(agreement(function, assume, by_extents=True, ones=ones), assume).run()


def arranged(function: Function) -> Function:
    """The function in the form in which shapes are looked at."""
    return spread(flattened(unmasked(share_views(function))))


def alike(function: Function, assume: bool, ones: Ones = ()) -> Iterator[int]:
    """The accumulations, by identity, whose value has the shape of the array that it is added to."""
    sums = [s for s in walk(function.body) if isinstance(s, Accumulate) and not s.index]
    arrays = [s for s in sums if isinstance(s.value.type, Array)]
    wanted = len(arrays) > 1 or (bool(arrays) and has_products(function))
    met = agreement(function, assume, ones=ones).meetings if wanted else {}
    for s in arrays:
        shapes = met[id(s)].shapes if id(s) in met else None
        if shapes is not None and shapes.shape(s.target) == shapes.shape(s.value):
            yield id(s)


@dataclass(slots=True)
class _Group:
    """Statements for one loop. `summed` are arrays that are smaller than the loop, into which it sums."""

    members: list[Stmt]
    meeting: Meeting
    footprint: Footprint
    summed: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Single:
    statement: Stmt
    footprint: Footprint


_Item = _Group | _Single


@dataclass(slots=True)
class _Fuser:
    agreed: Agreement
    disjoint: bool
    function: Function = field(init=False)
    effects: Effects = field(init=False)
    regions: Regions = field(init=False)
    uses: Counter[str] = field(init=False)
    variables: dict[str, Var] = field(init=False)
    borrowed: frozenset[str] = field(init=False)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    footprints: dict[int, tuple[Stmt, Footprint | None]] = field(default_factory=dict)  # by identity
    separate: dict[tuple[str, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        function = self.agreed.function
        self.effects = effects(function)
        bound = {s.target.name for s in walk(function.body) if isinstance(s, Assign | Pop)}
        counters = {s.var.name for s in walk(function.body) if isinstance(s, For)} - bound
        slots = frozenset(self.effects.slots - counters)
        self.regions = Regions(self.effects.definition, self.effects.loop_of, slots)
        self.borrowed = frozenset(self.effects.root(p.name) for p in function.params if isinstance(p.type, Array))
        self.variables = self.named(function)
        self.function = function = without_unused(function, self.effects.root, self.footprint, self.measures)
        self.uses = Counter(a.name for s in walk(function.body) for a in reads(s) if isinstance(a, Var))
        self.variables |= self.named(function)

    @staticmethod
    def named(function: Function) -> dict[str, Var]:
        """All variables by name."""
        found = (*function.params, *map(written, walk(function.body)))
        return {v.name: v for v in found if v is not None}

    def run(self) -> Function:
        if not self.agreed.meetings:  # nothing to gather, and so no reason to move anything
            return self.function
        return replace(self.function, body=self.block(self.function.body))

    # ----------------------------------------------------------------------------------------------------- memory

    def alias(self, a: str, b: str) -> bool:
        """Whether two arrays of one block may share memory. With `disjoint`, arguments that are stored into do not."""
        one, other = self.effects.root(a), self.effects.root(b)
        if one == other:
            return not self.apart(a, b)
        return not self.disjoint and one in self.borrowed and other in self.borrowed

    def apart(self, a: str, b: str) -> bool:
        """Whether two views in the same iteration are certainly of different parts of one array."""
        key = (min(a, b), max(a, b))
        if a != b and key not in self.separate:
            first, second = (self.regions.region(self.variables[n], None) for n in key)
            fixed = first is not None and first.base not in self.effects.slots
            around = max((self.effects.loop_of.get(n, ()) for n in key), key=len)
            # Of the forward and the backward loop over the same counter, the last is the one whose bounds are known.
            last = all(isinstance(s, For) and self.effects.loop_of[s.var.name][-1] is s for s in around)
            self.separate[key] = fixed and last and self.regions.apart(first, second, around, len(around))
        return a != b and self.separate[key]

    def visible(self, name: str) -> bool:
        return self.effects.root(name) in self.borrowed

    # --------------------------------------------------------------------------------------------------- schedule

    def block(self, block: Block) -> Block:
        out: list[Stmt] = []
        items: list[_Item] = []
        waiting: dict[str, Stmt] = {}  # new arrays of one number, placed where they are first used
        for s in block:
            mentioned = waiting.keys() if isinstance(s, Return) else self.mentioned(s)
            for name in [n for n in waiting if n in mentioned]:
                self.place(waiting.pop(name), items)
            if self.filling(s):
                waiting[s.target.name] = s  # type: ignore[union-attr]
                continue
            if not self.place(s, items):
                out.extend(self.emitted(items))
                items = []
                out.append(with_blocks(s, tuple(map(self.block, blocks(s)))))
        for s in waiting.values():
            self.place(s, items)
        return (*out, *self.emitted(items))

    def filling(self, s: Stmt) -> bool:
        return (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in FILLS
                and id(s) in self.agreed.meetings and s.target.name not in self.effects.slots)

    def place(self, s: Stmt, items: list[_Item]) -> bool:
        """Put a statement where it can run; False for one with blocks."""
        meeting, found = self.agreed.meetings.get(id(s)), self.footprint(s)
        if found is None:
            return False
        if meeting is not None and self.pointwise(s) and (not is_along(s) or self.consumes(s, items)):
            self.place_operation(s, meeting, found, items)
        else:
            self.place_single(s, found, items)
        return True

    def mentioned(self, s: Stmt) -> set[str]:
        """Variables that a statement reads or writes, or whose extents it needs, its blocks included."""
        names = {a.name for t in walk((s,)) for a in (*reads(t), written(t)) if isinstance(a, Var)}
        return names.union(*map(self.measures, walk((s,))))

    def measures(self, s: Stmt) -> frozenset[str]:
        """The variables that give the extents of the loop that a statement belongs to."""
        meeting = self.agreed.meetings.get(id(s))
        return frozenset().union(*(names_in(meeting.shapes.find(e)) for e in meeting.shape)) if meeting else frozenset()

    def footprint(self, s: Stmt) -> Footprint | None:
        """What a simple statement touches. Where shapes have been compared, operations on elements do not raise.

        A slot that gives the extents of the loop is read with it: it may hold an array of another shape afterwards.
        """
        if id(s) not in self.footprints:
            self.footprints[id(s)] = s, self._footprint(s)
        return self.footprints[id(s)][1]

    def _footprint(self, s: Stmt) -> Footprint | None:
        meeting = self.agreed.meetings.get(id(s))
        found = footprint(s, self.visible, meeting.checks if meeting else frozenset())
        if found is not None:
            found = replace(found, uses=found.uses | (self.measures(s) & self.effects.slots))
        if found is None or meeting is None or not self.pointwise(s):
            broadcast = isinstance(s, Store) and not s.index and isinstance(s.value.type, Array)
            return replace(found, raises=True) if found is not None and broadcast else found
        extremum = isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op.split("_")[0] in ("max", "min")
        return replace(found, raises=extremum)

    def pointwise(self, s: Stmt) -> bool:
        """Whether a loop over elements can carry the statement out: it reads nothing that it writes elsewhere."""
        match s:
            case Assign(value=Apply(op="pow")) if not _floating(s.target):
                return False  # a negative exponent raises
            case Store() | Accumulate():
                array = s.array if isinstance(s, Store) else s.target
                value = s.value
                apart = not isinstance(value, Var) or not isinstance(value.type, Array)
                return apart or not self.alias(array.name, value.name)  # type: ignore[union-attr]
            case Assign():
                return True
            case _:
                return False

    def place_single(self, s: Stmt, found: Footprint, items: list[_Item]) -> None:
        at = len(items)
        while at > 0 and len(items) - at < _WINDOW and not conflict(found, items[at - 1].footprint, self.alias):
            at -= 1
        items.insert(at, _Single(s, found))

    def consumes(self, s: Stmt, items: list[_Item]) -> bool:
        """Whether the last loop that a reduction along axes depends on makes the array that it reduces."""
        return any(a in map(written, item.members) for item in items[-_WINDOW:] if isinstance(item, _Group)
                   for a in reads(s) if isinstance(a, Var))

    def place_operation(self, s: Stmt, meeting: Meeting, found: Footprint, items: list[_Item]) -> None:
        """Join a loop of the same shape that nothing in between keeps the operation from.

        That is the last one, or an earlier one that makes what the operation reads.
        """
        chosen: _Group | None = None
        for item in reversed(items[-_WINDOW:]):
            if isinstance(item, _Group) and self.joins(s, meeting, found, item):
                makes = not found.uses.isdisjoint(item.footprint.defs)
                chosen = item if makes or chosen is None else chosen
                if makes:
                    break
            if conflict(found, item.footprint, self.alias):
                break
        if chosen is None:
            items.append(_Group([s], meeting, found, self.summed(s, meeting)))
            return
        chosen.members.append(s)
        chosen.footprint |= found
        chosen.meeting = _informed(meeting, chosen.meeting)
        chosen.summed |= self.summed(s, meeting)

    def summed(self, s: Stmt, meeting: Meeting) -> frozenset[str]:
        smaller = isinstance(s, Accumulate) and meeting.shapes.shape(s.target) != meeting.shape
        return frozenset({s.target.name}) if smaller else frozenset()  # type: ignore[union-attr]

    def joins(self, s: Stmt, meeting: Meeting, found: Footprint, group: _Group) -> bool:
        """Whether the operation can run in the loop: it meets there, and touches what the loop writes at one place."""
        there = group.footprint
        find = _informed(meeting, group.meeting).shapes.find
        if tuple(map(find, group.meeting.shape)) != tuple(map(find, meeting.shape)):
            return False
        if (found.raises and there.visible) or (found.visible and there.raises):
            return False
        made = {m.target.name for m in group.members
                if isinstance(m, Assign) and isinstance(m.target.type, Array) and not is_along(m)}
        if found.uses & (there.defs - made) or found.defs & (there.uses | there.defs):
            return False
        mine = self.summed(s, meeting)
        for x in found.writes:
            for y in there.reads | there.writes:
                same = x == y and (x in mine) == (y in group.summed)
                if not same and self.alias(x, y):
                    return False
        for x in found.reads:
            for y in there.writes - found.writes:
                if (x != y or y in group.summed) and self.alias(x, y):
                    return False
        return True

    # --------------------------------------------------------------------------------------------------- emission

    def emitted(self, items: list[_Item]) -> list[Stmt]:
        out: list[Stmt] = []
        for item in items:
            if isinstance(item, _Single):
                out.append(item.statement)
            else:
                self.emit_group(item, out)
        return out

    def emit_group(self, group: _Group, out: list[Stmt]) -> None:
        shapes, shape = group.meeting.shapes, tuple(map(group.meeting.shapes.find, group.meeting.shape))
        fresh = (f"n.f{k}" for k in self.numbers)
        extents = tuple(measured(e, self.variables, out, fresh) for e in shape)
        members: list[Stmt] = []
        for s in group.members:
            if isinstance(s, Assign) and isinstance(s.value, Apply) and self.lonely(s, group.members):
                out.append(replace(s, value=filled(s.value, extents)))
            else:
                members.append(s)
        if not members:
            return
        arrays = dict.fromkeys(v for s in members for v in (*reads(s), written(s))
                               if isinstance(v, Var) and isinstance(v.type, Array))
        along = {v.name: _left(m, len(shape)) for m in members if is_along(m) and (v := written(m)) is not None}
        places = tuple((v.name, along[v.name] if v.name in along else _place(shapes.shape(v), shape)) for v in arrays
                       if self.by_element(v, members))
        inside = Counter(a.name for s in group.members for a in reads(s) if isinstance(a, Var))
        made = [s.target for s in members
                if isinstance(s, Assign) and isinstance(s.target.type, Array) and not is_along(s)]
        hidden = frozenset(v.name for v in made if inside[v.name] == self.uses[v.name])
        out.append(Fused(extents, tuple(members), places, hidden, members[0].span))

    def lonely(self, s: Stmt, members: list[Stmt]) -> bool:
        """Whether the statement makes an array of one number that no other statement of the group touches."""
        if not (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in FILLS):
            return False
        return not any(isinstance(a, Var) and a.name == s.target.name for m in members for a in reads(m))

    def by_element(self, v: Var, members: list[Stmt]) -> bool:
        """Whether the loop looks at the array's elements; the operand of `zeros_like` only gives its shape."""
        return any(self._element(v, s) for s in members)

    def _element(self, v: Var, s: Stmt) -> bool:
        if isinstance(s, Assign):
            e = s.value
            return s.target == v or (isinstance(e, Apply) and v in e.args and e.op not in FILLS)
        return v in reads(s)


def _informed(a: Meeting, b: Meeting) -> Meeting:
    """Of two meetings in one block, the later one: it knows every equality that the other knows."""
    return a if len(a.shapes.leader) >= len(b.shapes.leader) else b


def _place(shape: Shape, loop: Shape) -> tuple[int, ...]:
    """Which index of the loop each axis runs along; -1 where its extent is 1 and the loop's is another."""
    shift = len(loop) - len(shape)
    assert all(extent in (1, loop[shift + k]) for k, extent in enumerate(shape)), f"{shape} does not meet {loop}"
    return tuple(shift + k if extent == loop[shift + k] else -1 for k, extent in enumerate(shape))


def _floating(v: Var) -> bool:
    return isinstance(v.type, Array | Scalar) and is_inexact(v.type.kind)


def is_along(s: Stmt) -> bool:
    """Whether a statement reduces an array along some of its axes."""
    return isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in ALONG


def _left(s: Stmt, rank: int) -> tuple[int, ...]:
    """Which index of the loop each axis of a reduced array runs along; -1 where an axis has been kept as 1."""
    assert isinstance(s, Assign) and isinstance(s.value, Apply)
    axes, keep = s.value.attr("axes"), bool(s.value.attr("keepdims"))
    return tuple(-1 if k in axes else k for k in range(rank) if keep or k not in axes)
