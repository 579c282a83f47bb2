"""Which loops run several iterations at once, one in each lane of vectors.

LLVM makes vectors of innermost loops only, and of few that branch. A loop is planned here if its iterations are
independent apart from sums and if something in it keeps LLVM from that: an inner loop that carries numbers, a `while`,
or a branch around what has to stay as it is, such as a sum whose order is the user's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ....ir.nodes import (
    ELEMENTS,
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Fail,
    For,
    Function,
    If,
    Note,
    Pop,
    Push,
    Stmt,
    Store,
    Var,
    While,
)
from ....ir.traversal import blocks, diverges, reads, walk, with_blocks, written
from ....ir.types import Array, Scalar
from ....passes.liveness import live_after, live_at_header, live_into
from ..frame import kind_of
from ..memory import Memory
from ..polling import known_trips, literal
from ..text import is_float
from .independence import Access, accesses, collected, distinct, independent, raises_late, strided
from .meaning import Meanings, meanings
from .operations import Lower, calls_library, in_lanes
from .planned import FEW, Names, Plan
from .varying import homes, varying

BACK = ".back"  # the end of the label of a loop's adjoint


def plans(function: Function, memory: Memory, lower: Lower, wanted: dict[str, int]) -> dict[int, Plan]:
    """The plan of each loop that has one, by the loop's identity.

    `wanted` is told of arrays that would have to lie in another way, and which axis should be their last.
    """
    outside = frozenset(r for p in function.params for r in memory.roots.get(p.name, ()))
    barred: set[int] = set()
    while True:
        planner = _Planner(memory, outside, lower, wanted, barred)
        if planner.look(function.body):
            planner.block(function.body, frozenset())
        users = _users(planner.found)
        lost = {id(p.loop) for stack, of in users.items() if not _pair(function, stack, of) for p in of}
        if not lost:
            break
        barred |= lost  # loops inside these may still run in lanes
    for of in users.values():
        first, second = sorted(of, key=lambda p: p.loop.backward)
        first.leads, second.follows = True, first
    for number, plan in enumerate(planner.found.values()):
        plan.number = number
    return planner.found


@dataclass(slots=True)
class _Planner:
    memory: Memory
    outside: Names
    lower: Lower
    wanted: dict[str, int]
    barred: set[int]
    found: dict[int, Plan] = field(default_factory=dict)
    hopeful: set[int] = field(default_factory=set)  # loops that may have a plan, by their form
    above: set[int] = field(default_factory=set)  # statements with such loops inside

    def look(self, block: Block) -> bool:
        """Find the loops whose form does not rule a plan out: few functions have any, and what is live takes long."""
        some = False
        for s in block:
            inside = [self.look(b) for b in blocks(s)]
            if any(inside):
                self.above.add(id(s))
            if isinstance(s, For) and id(s) not in self.barred and _possible(s):
                self.hopeful.add(id(s))
            some |= id(s) in self.above or id(s) in self.hopeful
        return some

    def block(self, block: Block, live_out: Names) -> None:
        if not any(id(s) in self.above or id(s) in self.hopeful for s in block):
            return
        for s, live in zip(block, live_after(block, live_out), strict=True):
            match s:
                case If():
                    self.block(s.then, live)
                    self.block(s.orelse, live)
                case For():
                    plan = self.plan(s, live)
                    if plan is not None:
                        self.found[id(s)] = plan
                    else:
                        self.block(s.body, live_at_header(s, live))
                case While():
                    self.block(s.body, live_at_header(s, live))
                case _:
                    pass

    def plan(self, loop: For, live: Names) -> Plan | None:
        if id(loop) not in self.hopeful:
            return None
        body, guards = _without_guards(loop.body)
        body = _without_unread(body, live)
        assigned = {v.name: v for s in walk(body) if (v := written(s)) is not None and isinstance(v.type, Scalar)}
        sums = _only_added_to(body, assigned)
        read_first = (live_into(body, frozenset()) & assigned.keys()) - sums.keys() - {loop.var.name}
        found = meanings(loop, body, read_first)
        if found.refused or (live & assigned.keys()) - sums.keys() - read_first or loop.var.name in live:
            return None
        body = _without(body, found.tests)
        ignored = {*found.additions, *found.copies}
        free = frozenset(assigned) - read_first - sums.keys()
        vectors = varying(loop, body, ignored, free)
        touched = accesses(body, found.places)
        if not self.legal(body, touched, vectors, ignored, bool(sums)):
            return None
        apart = [a for a in touched if a.deep and strided(a, vectors)]
        if apart or not _pays(body, vectors, found, self.lower):
            self.wanted |= {a.array.name: k for a in apart for k, place in enumerate(a.places) if place is not None}
            return None
        carried = tuple(assigned[n] for n in sorted(read_first) if n not in found.positions)
        groups = collected(touched, self.memory.roots, (*assigned, loop.var.name))
        member = {a.statement: k for k, group in enumerate(groups) for a in group}
        adds = {id(s): s for s in walk(body) if isinstance(s, Accumulate)}
        own = frozenset(a.statement for a in touched if distinct(a))
        kinds = {n: kind_of(v) for n, v in assigned.items() if n in vectors}
        return Plan(loop, body, guards, found, vectors, homes(body), assigned, kinds, carried, tuple(sums.values()),
                    own, member, tuple(adds[group[0].statement] for group in groups), _stacks(body), _impatient(body))

    def legal(self, body: Block, touched: list[Access], vectors: Names, ignored: set[int], sums: bool) -> bool:
        fails = any(isinstance(s, Fail) for s in walk(body))
        if fails and (sums or raises_late(body, touched, self.outside, self.memory.roots)):
            return False
        if not independent(touched, self.memory.roots):
            return False
        return all(in_lanes(s, vectors, self.lower) for s in walk(body) if id(s) not in ignored)


def _possible(loop: For) -> bool:
    """Whether a loop may have a plan, by a look at what statements it has."""
    trips = known_trips(loop)
    if loop.label.startswith(ELEMENTS) or literal(loop.step) != 1 or (trips is not None and trips < FEW):
        return False
    return _pays_by_form(loop.body) and all(map(_may_run, walk(_without_guards(loop.body)[0])))


def _without_guards(body: Block) -> tuple[Block, tuple[Atom, ...]]:
    """The body where no test from outside the loop sends it into code that raises, and these tests."""
    inside = {v.name for s in walk(body) if (v := written(s)) is not None}
    guards: dict[str, Atom] = {}

    def rest(block: Block) -> Block:
        kept: list[Stmt] = []
        for s in block:
            match s:
                case If(Var() as test, then, ()) if test.name not in inside and _raises(then):
                    guards[test.name] = test
                case If():
                    kept.append(replace(s, then=rest(s.then), orelse=rest(s.orelse)))
                case For():
                    kept.append(replace(s, body=rest(s.body)))
                case While():
                    kept.append(replace(s, before=rest(s.before), body=rest(s.body)))
                case _:
                    kept.append(s)
        return tuple(kept)

    return rest(body), tuple(guards.values())


def _without(block: Block, dropped: set[int]) -> Block:
    """A block without some statements."""
    kept = (s for s in block if id(s) not in dropped)
    return tuple(with_blocks(s, tuple(_without(b, dropped) for b in blocks(s))) if blocks(s) else s for s in kept)


def _without_unread(body: Block, live: Names) -> Block:
    """The body without what it computes for nobody. LLVM sees such calls of the C library, but not in lanes."""
    before: Names | None = None
    while (read := live.union(a.name for s in walk(body) for a in reads(s) if isinstance(a, Var))) != before:
        body, before = _kept(body, read), read
    return body


def _kept(block: Block, read: Names) -> Block:
    kept: list[Stmt] = []
    for s in block:
        if not (isinstance(s, Assign) and isinstance(s.target.type, Scalar) and s.target.name not in read):
            inner = tuple(_kept(b, read) for b in blocks(s))
            kept.append(with_blocks(s, inner) if inner else s)
    return tuple(kept)


def _raises(block: Block) -> bool:
    return any(isinstance(s, Fail) for s in walk(block))


def _may_run(s: Stmt) -> bool:
    """Whether the statement is one that lanes have."""
    match s:
        case Assign(target, value):
            elsewhere = isinstance(value, Apply) and value.op in ("charge", "fortran", "library", "apart", "undefined")
            return isinstance(target.type, Scalar) and not elsewhere
        case Accumulate():
            return s.factor is None and not any(isinstance(a.type, Array) for a in (*s.index, s.value))
        case Store():
            return not any(isinstance(a.type, Array) for a in (*s.index, s.value))
        case Push(value=value):
            return isinstance(value.type, Scalar)
        case Pop(target=target):
            return isinstance(target.type, Scalar)
        case Fail():
            return not s.kinds
        case If() | For() | While() | Note():
            return True
        case _:
            return False


def _only_added_to(body: Block, assigned: dict[str, Var]) -> dict[str, Var]:
    """Numbers of which nothing is done but that something is added to them."""
    added, otherwise = set[str](), set[str]()
    for s in walk(body):
        mentioned = [v for v in (*reads(s), written(s)) if isinstance(v, Var)]
        if isinstance(s, Accumulate) and not s.index and isinstance(s.target.type, Scalar) and s.value != s.target:
            added.add(s.target.name)
            otherwise |= {v.name for v in mentioned if v.name != s.target.name}
        else:
            otherwise |= {v.name for v in mentioned}
    return {n: assigned[n] for n in sorted(added - otherwise)}


def _stacks(body: Block) -> Names:
    return frozenset(s.stack for s in walk(body) if isinstance(s, Push | Pop))


def _impatient(body: Block) -> frozenset[int]:
    """The `while` loops before the last statement that raises; nothing has been stored yet where they run."""
    order = list(walk(body))
    last = max((k for k, s in enumerate(order) if isinstance(s, Fail)), default=0)
    return frozenset(id(s) for s in order[:last] if isinstance(s, While))


# --------------------------------------------------------------------------------------------------------------- profit


def _pays_by_form(body: Block) -> bool:
    """Whether LLVM would not make vectors of the loop, by a look at what statements it has."""
    return any(isinstance(s, If | For | While) for s in walk(body))


def _pays(body: Block, vectors: Names, found: Meanings, lower: Lower) -> bool:
    """An inner loop must carry numbers; else branches must be in the way."""
    inner = [s for s in walk(body) if isinstance(s, For | While)]
    if inner:
        waits = all(_waits(s, lower) for s in inner)
        return waits and any(isinstance(s, While) or _carries(s) for s in inner)
    arms = [s for s in walk(body) if isinstance(s, If) and _differs(s, vectors) and not diverges(s.then)]
    inside = {id(t) for s in arms for arm in (s.then, s.orelse) for t in walk(arm)}
    calls = [id(s) for s in walk(body) if calls_library(s, lower)]
    return bool(arms) and inside.issuperset(calls) and bool(found.positions or calls)


def _differs(s: If, vectors: Names) -> bool:
    return isinstance(s.test, Var) and s.test.name in vectors


def _carries(loop: For) -> bool:
    """Whether iterations of an inner loop wait for each other."""
    assigned = {v.name for s in walk(loop.body) if (v := written(s)) is not None and is_float(_kind(v))}
    return bool(live_into(loop.body, frozenset()) & assigned)


def _waits(loop: For | While, lower: Lower) -> bool:
    """Whether calls of the C library in an inner loop wait for what its iterations carry.

    Others a processor begins early; in lanes, where they come one after the other, they would not be faster.
    """
    parts = (loop.body,) if isinstance(loop, For) else (loop.before, loop.body)
    body = tuple(s for part in parts for s in walk(part))
    first = frozenset[str]().union(*(live_into(part, frozenset()) for part in parts))
    found = {v.name for s in body if (v := written(s)) is not None and v.name in first and is_float(_kind(v))}
    size = -1
    while size != len(found):
        size = len(found)
        found |= {v.name for s in body if (v := written(s)) is not None and _reads(s, found)}
    return all(_reads(s, found) for s in body if calls_library(s, lower))


def _reads(s: Stmt, names: set[str]) -> bool:
    return any(isinstance(a, Var) and a.name in names for a in reads(s))


def _kind(v: Var) -> str:
    return v.type.kind if isinstance(v.type, Scalar) else ""


# --------------------------------------------------------------------------------------------------------------- stacks


def _users(found: dict[int, Plan]) -> dict[str, list[Plan]]:
    """The loops that fill or empty each stack."""
    users: dict[str, list[Plan]] = {}
    for plan in found.values():
        for stack in plan.stacks:
            users.setdefault(stack, []).append(plan)
    return users


def _pair(function: Function, stack: str, of: list[Plan]) -> bool:
    """Whether one loop does all the pushing, and its adjoint all the popping, over the same range backwards."""
    if len(of) != 2 or len({p.loop.backward for p in of}) != 2:
        return False
    first, second = sorted(of, key=lambda p: p.loop.backward)
    if second.guards or _raises(second.body) or second.meanings.tested:
        return False
    if second.loop.label != first.loop.label + BACK or first.stacks != second.stacks:
        return False
    everywhere = sum(isinstance(s, Push | Pop) and s.stack == stack for s in walk(function.body))
    pushed = sum(isinstance(s, Push) and s.stack == stack for s in walk(first.loop.body))
    popped = sum(isinstance(s, Pop) and s.stack == stack for s in walk(second.loop.body))
    return everywhere == pushed + popped
