"""What variables mean in one iteration of a loop: how far they are from its variable, and what is added up over it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ....ir.nodes import Accumulate, Apply, Assign, Atom, Block, Const, For, If, Pop, Stmt, Store, Var, While
from ....ir.traversal import diverges, reads
from ....ir.types import PY_INT, Scalar
from ..text import is_float


@dataclass(frozen=True, slots=True)
class Along:
    """The loop's variable plus a known number."""

    offset: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What a variable holds that goes from one iteration to the next: at the beginning, or after some additions."""

    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition that is known."""

    value: bool


@dataclass(frozen=True, slots=True)
class Overflows:
    """Whether a sum of integers, of this name, is too large with one number more."""

    name: str


Meaning = Along | Carried | Truth | Overflows | None
# Integers below this may be added for some iterations without a look at each sum.
SMALL = 2**31

Places = tuple[int | None, ...]  # for each index, how far it is from the loop's variable


@dataclass(frozen=True, slots=True)
class Addition:
    """A number that is added to what has been added up: the how-manieth of its iteration, and whether negated."""

    name: str
    position: int
    value: Atom
    negated: bool


@dataclass(slots=True)
class Meanings:
    """`additions` and `copies` are the statements that only add up, by identity; `positions` says how many numbers each
    sum is given in an iteration, `places` where loads and stores are. `tests` are the statements that ask whether sums
    of integers overflow, and `tested` these sums. `refused` is set where the order of iterations matters in another
    way."""

    additions: dict[int, Addition] = field(default_factory=dict)
    copies: set[int] = field(default_factory=set)
    tests: set[int] = field(default_factory=set)
    tested: set[str] = field(default_factory=set)
    positions: dict[str, int] = field(default_factory=dict)
    places: dict[int, Places] = field(default_factory=dict)
    refused: bool = False


def meanings(loop: For, body: Block, carried: frozenset[str]) -> Meanings:
    """Follow one iteration. `carried` are the numbers that an iteration reads before it assigns them.

    Each of them is a sum, or no iteration changes it: what is added to a copy is another number then.
    """
    first = loop.start.value if isinstance(loop.start, Const) else None
    steady: set[str] = set()
    while True:
        walker = _Walk(first, {name: Carried(name, 0) for name in carried} | {loop.var.name: Along(0)}, steady)
        walker.current = dict.fromkeys(carried, 0)
        walker.block(body)
        found = walker.found
        sums = {name for name in carried if walker.current[name]}
        wrong = {name for name in carried if walker.env.get(name) != Carried(name, walker.current[name])}
        wrong |= sums & walker.used
        if wrong <= steady:
            break
        steady |= wrong
    found.refused = bool(wrong)
    found.positions = {name: walker.position[name] for name in sums}
    found.copies = {k for k, name in walker.copied.items() if name in sums}
    found.tests = {k for k, name in walker.tests.items() if name in sums}
    found.tested = set(walker.tests.values()) & sums
    return found


def _may_be_added(atom: Atom) -> bool:
    """Whether a sum of such numbers is one of lanes: of floats, or of known integers that are far from the limits."""
    if isinstance(atom.type, Scalar) and is_float(atom.type.kind):
        return True
    return isinstance(atom, Const) and atom.type == PY_INT and abs(atom.value) < SMALL


_State = tuple[dict[str, Meaning], dict[str, int], dict[str, int]]


@dataclass(slots=True)
class _Walk:
    first: int | None
    env: dict[str, Meaning]
    steady: set[str]
    found: Meanings = field(default_factory=Meanings)
    current: dict[str, int] = field(default_factory=dict)
    position: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    copied: dict[int, str] = field(default_factory=dict)
    tests: dict[int, str] = field(default_factory=dict)
    depth: int = 0
    versions: int = 0

    def of(self, atom: Atom) -> Meaning:
        if isinstance(atom, Var):
            return self.env.get(atom.name)
        return Truth(atom.value) if isinstance(atom.value, bool) else None

    def block(self, block: Block) -> None:
        for s in block:
            self.statement(s)

    def statement(self, s: Stmt) -> None:
        match s:
            case Assign(target, value):
                self.env[target.name] = self.assigned(s, value)
            case Accumulate(target, ()) if isinstance(target.type, Scalar):
                self.use(s.value)
                old = self.env.get(target.name)
                self.env[target.name] = self.added(s, old, s.value, False) if isinstance(old, Carried) else None
            case If():
                self.use(s.test)
                if isinstance(test := self.of(s.test), Overflows) and not s.orelse:
                    self.tests[id(s)] = test.name
                else:
                    self.branch(s)
            case For():
                for a in reads(s):
                    self.use(a)
                self.loop(s, (s.body,))
            case While():
                self.loop(s, (s.before, s.body))
            case _:
                for a in reads(s):
                    self.use(a)
                if isinstance(s, Store | Accumulate):
                    self.place(id(s), s.index)
                if isinstance(s, Pop):
                    self.env[s.target.name] = None

    def use(self, atom: Atom) -> None:
        if isinstance(meaning := self.of(atom), Carried):
            self.used.add(meaning.name)

    def place(self, key: int, index: tuple[Atom, ...]) -> None:
        found = tuple(m.offset if isinstance(m, Along) else None for m in map(self.of, index))
        before = self.found.places.get(key, found)  # an inner loop is looked at until nothing changes
        self.found.places[key] = tuple(a if a == b else None for a, b in zip(found, before, strict=True))

    def assigned(self, s: Assign, value: object) -> Meaning:
        if isinstance(value, Var | Const):
            meaning = self.of(value)
            if isinstance(meaning, Carried):
                self.copied[id(s)] = meaning.name
            return meaning
        if not isinstance(value, Apply):
            return None
        way = value.op.removesuffix("_overflows")
        if way in ("add", "sub"):
            a, b = value.args
            for one, other, allowed in ((a, b, True), (b, a, way == "add")):
                old = self.of(one)
                if not allowed or not isinstance(old, Carried) or isinstance(self.of(other), Carried):
                    continue
                if way == value.op and _may_be_added(other):
                    return self.added(s, old, other, way == "sub")
                if way != value.op and _may_be_added(other) and not self.depth and old.name not in self.steady:
                    self.tests[id(s)] = old.name
                    return Overflows(old.name)
        if value.op == "load":
            self.place(id(value), value.args[1:])
        for a in value.args:
            self.use(a)
        return self.computed(value)

    def computed(self, value: Apply) -> Meaning:
        match value.op, tuple(self.of(a) for a in value.args), value.args:
            case "add", (Along(offset), _), (_, Const(int() as c)):
                return Along(offset + c)
            case "add", (_, Along(offset)), (Const(int() as c), _):
                return Along(offset + c)
            case "sub", (Along(offset), _), (_, Const(int() as c)):
                return Along(offset - c)
            case "lt", (Along(offset), _), (_, Const(0)) if self.first is not None and self.first + offset >= 0:
                return Truth(False)
            case "select", (Truth(value=taken), yes, no), _:
                return yes if taken else no
        return None

    def added(self, s: Stmt, old: Carried, other: Atom, negated: bool) -> Meaning:
        """The sum with one number more; only outside inner loops, and only to what is the latest sum."""
        name = old.name
        if self.depth or name in self.steady or old.version != self.current[name]:
            self.used.add(name)
            return None
        position = self.position.get(name, 0)
        self.found.additions[id(s)] = Addition(name, position, other, negated)
        self.position[name] = position + 1
        self.versions += 1
        self.current[name] = self.versions
        return Carried(name, self.versions)

    def branch(self, s: If) -> None:
        env, current, position = self.env, self.current, self.position
        ends: list[_State] = []
        for arm in (s.then, s.orelse):
            self.env, self.current, self.position = dict(env), dict(current), dict(position)
            self.block(arm)
            if not diverges(arm):
                ends.append((self.env, self.current, self.position))
        if len(ends) == 1:
            self.env, self.current, self.position = ends[0]
        elif ends:
            self.join(ends[0], ends[1])

    def join(self, one: _State, two: _State) -> None:
        (env, current, position), (other_env, other_current, other_position) = one, two
        self.position = {n: max(position.get(n, 0), other_position.get(n, 0)) for n in position | other_position}
        self.current = {}
        for name, version in current.items():
            if version != other_current[name]:
                self.versions += 1
                version = self.versions
            self.current[name] = version
        self.env = {}
        for name in env.keys() | other_env.keys():
            a, b = env.get(name), other_env.get(name)
            self.env[name] = a if a == b else None
            if isinstance(a, Carried) and isinstance(b, Carried) and a.name == b.name:
                latest = a.version == current[a.name] and b.version == other_current[a.name]
                self.env[name] = Carried(a.name, self.current[a.name]) if latest else None

    def loop(self, s: For | While, parts: tuple[Block, ...]) -> None:
        """What an inner loop changes means nothing that is known, unless it changes nothing."""
        self.depth += 1
        inside = dict(self.env)
        if isinstance(s, For):
            inside[s.var.name] = None
        while True:
            self.env = dict(inside)
            for part in parts:
                self.block(part)
            if isinstance(s, While):
                self.use(s.test)
            joined = {n: m if self.env.get(n) == m else None for n, m in inside.items()}
            if joined == inside:
                break
            inside = joined
        self.env = inside
        self.depth -= 1
