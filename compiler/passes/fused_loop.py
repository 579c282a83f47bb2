"""One loop for a group of points. A value stays a number where nothing outside the loop looks at the array."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..ir.nodes import Accumulate, Apply, Assign, Atom, Block, Const, For, Function, Stmt, Store, Var
from ..ir.traversal import blocks, reads, written
from ..ir.types import PY_INT, Array, Scalar
from .points import FILLS, SAFE, Body, Point, finish, number, partial_kind, start, step
from .shapes import Shapes, bound

ZERO, ONE = Const(0, PY_INT), Const(1, PY_INT)
SHAPE_ONLY = ("dim", "size", "zeros_like", "ones_like", "empty_like", "full_like")
FUSED = "fused"


@dataclass(slots=True)
class Uses:
    """How many statements read each variable for more than its shape, and how many write it."""

    read: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)


def uses_of(function: Function) -> Uses:
    """Count for a whole function."""
    uses = Uses()
    for p in function.params:
        uses.written[p.name] = 1
    _count(function.body, uses, set())
    return uses


def _count(block: Block, uses: Uses, scope: set[str]) -> None:
    """`scope`: the variables assigned in this block, or around it, before the statement."""
    for s in block:
        for name in _contents(s, scope):
            uses.read[name] = uses.read.get(name, 0) + 1
        target = bound(s)
        if target is not None:
            uses.written[target.name] = uses.written.get(target.name, 0) + 1
            scope.add(target.name)
        for b in blocks(s):
            _count(b, uses, set(scope))


def _contents(s: Stmt, scope: set[str]) -> set[str]:
    """The variables whose contents a statement itself reads."""
    names = {a.name for a in reads(s) if isinstance(a, Var)}
    match s:
        case Assign(value=Apply(op, (Var(name), *_))) if op in SHAPE_ONLY and name in scope:
            return names - {name}
        case _:
            return names


class FusedLoop:
    """The loop of a group, with what it needs before and behind it."""

    def __init__(self, label: str, points: list[Point], shapes: Shapes, uses: Uses) -> None:
        self.label = label
        self.points = points
        self.space = points[0].space
        self.shapes = shapes
        self.body = Body(f"{label}.v")
        self.before: list[Stmt] = []
        self.behind: list[Stmt] = []
        self.current: dict[str, Atom] = {}
        self.changed: dict[str, Var] = {}
        self.made = {p.target: p.statement.target for p in points
                     if isinstance(p.statement, Assign) and not p.number}
        self.inner = self._inner(uses)
        self.flat = self._flat()
        rank = 1 if self.flat else len(self.space)
        self.index = tuple(Var(f"{label}.i{k}", PY_INT) for k in range(rank))
        self.views: dict[str, Var] = {}

    def run(self) -> list[Stmt]:
        """The statements."""
        for name, v in self.made.items():
            if name not in self.inner:
                extents = tuple(map(self.shapes.atom, self.space))
                self.before.append(Assign(v, Apply("empty", extents, v.type, v.span, SAFE), v.span))
        for p in self.points:
            self._point(p)
        for v in self.changed.values():
            if v.name not in self.inner:
                array = self._array(v)
                self.body.out.append(Store(array, self.index, self.current[v.name], v.span))
        return [*self.before, *self._loop(), *self.behind]

    def _inner(self, uses: Uses) -> set[str]:
        """Arrays made here that nothing else reads."""
        here: dict[str, int] = {}
        for p in self.points:
            for name in {a.name for a in reads(p.statement) if isinstance(a, Var)}:
                here[name] = here.get(name, 0) + 1
        return {n for n in self.made if uses.written[n] == 1 and here.get(n, 0) == uses.read.get(n, 0)}

    def _flat(self) -> bool:
        """Whether one index can run over all elements, because all arrays are contiguous and of the same shape."""
        if len(self.space) < 2:
            return False
        space = self.shapes.key(self.space)
        for p in self.points:
            for a in (*reads(p.statement), written(p.statement)):
                if isinstance(a, Var) and isinstance(a.type, Array) and a.name not in self.inner:
                    shape = self.space if a.name in self.made else p.shapes[a.name]
                    if a.type.layout != "C" or self.shapes.key(shape) != space:
                        return False
        return True

    def _loop(self) -> Block:
        extents: list[Atom] = [self.shapes.atom(e) for e in self.space]
        if self.flat:
            total = extents[0]
            for k, extent in enumerate(extents[1:]):
                product = Var(f"{self.label}.n{k}", PY_INT)
                self.before.append(Assign(product, Apply("mul", (total, extent), PY_INT, attrs=SAFE)))
                total = product
            extents = [total]
        inner: Block = tuple(self.body.out)
        span = self.points[0].statement.span
        for k in reversed(range(len(extents))):
            inner = (For(self.index[k], ZERO, extents[k], ONE, inner, label=f"{self.label}.{k}", span=span),)
        return inner

    # --------------------------------------------------------------------------------------------------- elements

    def _array(self, v: Var) -> Var:
        """The array itself, or its flat view."""
        if not self.flat:
            return v
        if v.name not in self.views:
            assert isinstance(v.type, Array)
            view = Var(f"{self.label}.{v.name}", Array(v.type.kind, 1))
            self.before.append(Assign(view, Apply("flat", (v,), view.type)))
            self.views[v.name] = view
        return self.views[v.name]

    def _place(self, v: Var, p: Point) -> tuple[Atom, ...]:
        """The index of the present element: 0 along an axis of extent 1 that is broadcast."""
        if self.flat:
            return self.index
        shape = self.space if v.name in self.made else p.shapes[v.name]
        skip, find = len(self.space) - len(shape), self.shapes.find
        return tuple(ZERO if find(e) == 1 and find(self.space[skip + k]) != 1 else self.index[skip + k]
                     for k, e in enumerate(shape))

    def _value(self, a: Atom, p: Point) -> Atom:
        """The present element of an array, or the number itself."""
        if not isinstance(a, Var) or not isinstance(a.type, Array):
            return a
        if a.name not in self.current:
            t = Scalar(a.type.kind)
            target = self.body.fresh(t)
            load = Apply("load", (self._array(a), *self._place(a, p)), t, a.span, SAFE)
            self.body.out.append(Assign(target, load, a.span))
            self.current[a.name] = target
        return self.current[a.name]

    def _set(self, v: Var, value: Atom) -> None:
        self.current[v.name] = value
        self.changed[v.name] = v

    def _point(self, p: Point) -> None:
        s = p.statement
        match s:
            case Assign(target, Apply() as e) if p.number:
                self._reduce(s, e, p)
            case Assign(target, Apply() as e):
                assert isinstance(target.type, Array)
                kind = target.type.kind
                if e.op in FILLS:
                    given = e.args[0] if e.op == "full" else number(1 if e.op == "ones" else 0, kind)
                    self._set(target, self.body.convert(given, kind, s))
                elif e.op in ("copy", "astype"):
                    self._set(target, self.body.convert(self._value(e.args[0], p), kind, s))
                else:
                    self._set(target, self.body.elementwise(s, e, lambda a: self._value(a, p)))
            case Store(array, _, value):
                assert isinstance(array.type, Array)
                self._set(array, self.body.convert(self._value(value, p), array.type.kind, s))
            case Accumulate(target, _, value) if p.scatter:
                assert isinstance(target.type, Array)
                added = self.body.convert(self._value(value, p), target.type.kind, s)
                self.body.out.append(Accumulate(target, self._place(target, p), added, s.span))
            case Accumulate(target, _, value):
                self._set(target, self.body.add(self._value(target, p), self._value(value, p), s))
            case _:
                raise AssertionError(f"no point: {s}")

    def _reduce(self, s: Assign, e: Apply, p: Point) -> None:
        kind = partial_kind(s, e)
        total = Var(f"{self.label}.{s.target.name}", PY_INT if e.op == "count_nonzero" else Scalar(kind))
        self.before.append(Assign(total, start(e, kind), s.span))
        step(self.body, s, e, total, [self._value(a, p) for a in e.args])
        self.behind.extend(finish(s, e, total, self._size))

    def _size(self) -> Atom:
        """The number of elements."""
        total: Atom = ONE
        for extent in map(self.shapes.atom, self.space):
            product = self.body.fresh(PY_INT)
            self.behind.append(Assign(product, Apply("mul", (total, extent), PY_INT, attrs=SAFE)))
            total = product
        return total

