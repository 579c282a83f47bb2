"""Which operations on arrays run over one set of indices, and what is checked so that this is true.

Before:  `t = mul(x, y)`, `z = zeros_like(t)`
After:   `if ne(dim(x), dim(y)): again`, `t = mul(x, y)`, `z = zeros_like(x)`

An operation on `x` and `y` meets at the shape of `x` when their extents are equal or known to be 1. Equalities between
extents of arguments are checked where the function begins, others before the operation; the call is made again with
code that assumes nothing when one fails, so nothing that a caller can see may have happened by then. What needs only
the shape of an array is given the first array of that shape, so that the array itself need not exist.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ...ir.nodes import (
    AGAIN,
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Fail,
    For,
    Function,
    If,
    Pop,
    Print,
    Push,
    Span,
    Stmt,
    Store,
    Var,
    While,
)
from ...ir.traversal import blocks, walk, with_blocks, written
from ...ir.types import PY_BOOL, PY_INT, Array
from ...ops import BY_NAME
from ..effects import Effects, effects
from ..lowering.reductions import ALONG
from ..simplify import may_raise
from .extents import filled, measured
from .shapes import Clipped, Dim, Equality, Extent, Ones, Shape, Shapes, names_in, uncut

FILLS = ("zeros", "ones", "full", "zeros_like", "ones_like", "full_like", "zeros_shaped")
REDUCTIONS = ("sum", "mean", "prod", "max", "min", "norm", "count_nonzero", "all", "any", "dot11")
# Products, with the axes of both operands that have to be equally long.
PRODUCTS = {"dot21": (1, 0), "dot12": (0, 0), "dot22": (1, 0)}
_SHAPED = ("zeros_like", "ones_like", "empty_like", "full_like", "dim")
_SAFE = (("safe", True),)


@dataclass(frozen=True, slots=True)
class Meeting:
    """The shape an operation runs over; the equalities that hold there; the checks that must have passed before."""

    shape: Shape
    shapes: Shapes
    checks: frozenset[str]


@dataclass(slots=True)
class Agreement:
    """The function with its checks, and the meetings of its statements by identity."""

    function: Function
    meetings: dict[int, Meeting] = field(default_factory=dict)
    entry: tuple[Equality, ...] = ()  # what is checked where the function begins
    kept: list[Stmt] = field(default_factory=list)  # so that identities stay unique


def agreement(function: Function, assume: bool, by_extents: bool = False, ones: Ones = ()) -> Agreement:
    """Analyse a function at level STORED. Without `assume`, extents are equal only when they are the same.

    With `by_extents`, arrays of one number are made by extents of arguments, not like another array, which then need
    not exist. `ones` are axes of arguments whose extent is assumed to be 1: they meet any other.
    """
    opaque: set[str] = set()  # slots whose shape changes while the program runs
    found = effects(function)
    while True:
        analyst = _Analyst(function, assume, frozenset(opaque), found, by_extents, ones)
        result = analyst.run()
        if not analyst.unstable:
            return result
        opaque |= analyst.unstable


def check_name(test: str) -> str:
    """What a statement that relies on a check depends on."""
    return f"check {test}"


class _Analyst:
    def __init__(
        self, function: Function, assume: bool, opaque: frozenset[str], found: Effects, by_extents: bool, ones: Ones
    ) -> None:
        self.by_extents = by_extents
        self.function = function
        self.assume = assume
        self.opaque = opaque
        self.unstable: set[str] = set()
        self.effects = found
        self.shapes = Shapes(self.effects)
        self.result = Agreement(function)
        self.vars = {v.name: v for v in (*function.params, *map(written, walk(function.body))) if v is not None}
        self.params = {p.name for p in function.params}
        bound = {s.target.name for s in walk(function.body) if isinstance(s, Assign | Pop)}
        self.counters = {s.var.name for s in walk(function.body) if isinstance(s, For)} - bound  # fixed in their loops
        self.visible = writes_arguments(function, self.effects)
        self.entry: dict[Equality, None] = {(Dim(name, axis), 1): None for name, axis in ones}
        self.slots: dict[str, Shape] = {}
        self.stacks: dict[str, Shape | None] = {}
        self.witness: dict[Shape, Var] = {}
        self.measures: dict[tuple[Atom, ...], Shape] = {}  # of extents that have been written down here
        self.cuts: dict[tuple[object, ...], Extent] = {}  # what slices leave, by the extent and the bounds
        self.checks: frozenset[str] = frozenset()
        self.extents: dict[str, Extent] = {}  # of arrays, by the integers that they have been read into
        self.never: set[str] = set()  # conditions that do not hold
        self.fresh = (f"n.{k}" for k in itertools.count(1))

    def run(self) -> Agreement:
        for equality in self.entry:
            self.shapes = self.shapes.united(*equality)
        for p in self.function.params:
            if isinstance(p.type, Array):
                self.note(p)
        body = self.block(self.function.body)
        start: list[Stmt] = []
        for equality in self.entry:
            self.check(equality, self.function.span, start)
        self.result.function = replace(self.function, body=(*start, *body))
        self.result.entry = tuple(self.entry)
        return self.result

    # ------------------------------------------------------------------------------------------------------ scope

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is found out inside a block holds in it; equalities checked at entry hold everywhere."""
        saved = self.shapes, dict(self.witness), dict(self.cuts), self.checks
        yield
        self.shapes, self.witness, self.cuts, self.checks = saved
        for a, b in self.entry:
            self.shapes = self.shapes.united(a, b)

    def block(self, block: Block) -> Block:
        with self.scope():
            return self._statements(block)

    def _statements(self, block: Block) -> Block:
        out: list[Stmt] = []
        for s in block:
            self.statement(s, out)
        return tuple(out)

    def note(self, v: Var) -> None:
        """Remember the first array of each shape."""
        self.witness.setdefault(self.shapes.shape(v), v)

    # -------------------------------------------------------------------------------------------------- statements

    def statement(self, s: Stmt, out: list[Stmt]) -> None:
        match s:
            case If(test=Var() as test, orelse=()) if test.name in self.never and _only_fails(s.then):
                return
            case While() | For() | If():
                changed = frozenset() if isinstance(s, If) else self.changed(s)
                self.forget(changed)
                if isinstance(s, While):
                    with self.scope():
                        before = self._statements(s.before)
                        out.append(replace(s, before=before, body=self._statements(s.body)))
                else:
                    out.append(with_blocks(s, tuple(map(self.block, blocks(s)))))
                self.forget(changed or self.changed(s))
            case Assign():
                self.assign(s, out)
            case Store() if not s.index:
                self.whole(s, s.array, s.value, out)
            case Accumulate() if not s.index and isinstance(s.target.type, Array) and s.factor is None:
                self.whole(s, s.target, s.value, out)
            case Push():
                self.push(s)
                out.append(s)
            case Pop():
                kept = self.stacks.get(s.stack)
                if isinstance(s.target.type, Array):
                    if kept is not None:
                        self.shapes.of[s.target.name] = kept
                    self.note(s.target)
                out.append(s)
            case _:
                out.append(s)

    def assign(self, s: Assign, out: list[Stmt]) -> None:
        if isinstance(s.value, Apply):
            self.compared(s.target, s.value)
            s = replace(s, value=self.shape_only(s.value, out))
            if not isinstance(s.value, Apply) or not self.operation(s, s.value, out):
                out.append(s)
        else:
            out.append(s)
        if not isinstance(s.target.type, Array):
            return
        if s.target.name in self.effects.slots:
            self.slot(s)
            return
        if isinstance(s.value, Var):
            self.alias(s.target, s.value)
        self.shapes = self.shapes.apart(s.target, self.opaque)
        self.note(s.target)

    def compared(self, target: Var, e: Apply) -> None:
        """Note the extents of arrays, and comparisons of equal ones: these decide nothing."""
        if target.name in self.effects.slots:
            return
        if e.op == "dim":
            self.extents[target.name] = self.shapes.shape(e.args[0])[e.attr("axis")]
        elif e.op == "ne" and all(isinstance(a, Var) and a.name in self.extents for a in e.args):
            one, other = (self.shapes.find(self.extents[a.name]) for a in e.args)  # type: ignore[union-attr]
            if one == other:
                self.never.add(target.name)

    def changed(self, s: Stmt) -> frozenset[str]:
        """The slots of unknown shape that a statement assigns somewhere inside."""
        return frozenset(v.name for t in walk((s,)) if (v := written(t)) is not None and v.name in self.opaque)

    def forget(self, slots: frozenset[str]) -> None:
        """What was known of the shapes of these slots holds no longer."""
        if slots:
            self.shapes = self.shapes.without(slots)
            self.witness = {shape: v for shape, v in self.witness.items()
                            if not any(names_in(extent) & slots for extent in shape)}

    def shape_only(self, e: Apply, out: list[Stmt]) -> Apply | Atom:
        """Ask another array of the same shape, one that exists anyway, or make do with extents of arguments."""
        if e.op == "zeros_shaped":
            witness = self.witness.get(self.shapes.joined(map(self.shapes.shape, e.args)))
            return e if witness is None else replace(e, op="zeros_like", args=(witness,))
        if e.op not in _SHAPED:
            return e
        first = e.args[0]
        shape = self.shapes.shape(first)
        extent = shape[e.attr("axis")] if e.op == "dim" else None
        if isinstance(extent, int):
            return Const(extent, PY_INT)
        if self.by_extents and isinstance(extent, Dim) and extent.array in self.params:
            return replace(e, args=(self.vars[extent.array],), attrs=(("axis", extent.axis), *_SAFE))
        assert isinstance(first, Var)
        witness = self.witness.get(shape, first)
        new = self.by_extents and e.op in FILLS and witness.name not in self.params
        if new and all(map(self.at_entry, shape)):
            extents = tuple(measured(extent, self.vars, out, self.fresh) for extent in shape)
            self.measures[extents] = shape
            return filled(e, extents)
        return replace(e, args=(witness, *e.args[1:]))

    def operation(self, s: Assign, e: Apply, out: list[Stmt]) -> bool:
        """Record where the operands meet. False when the statement has not been written."""
        if s.target.name in self.opaque:
            return False
        if e.op in ("zeros_shaped", "dot11") or (BY_NAME[e.op].elementwise and isinstance(e.type, Array)):
            arrays = [a for a in e.args if isinstance(a.type, Array)]
            shapes = [self.shapes.shape(a) for a in arrays]
            met = self.shapes.agree(*shapes) if e.op == "dot11" else self.shapes.meet(shapes)
            if met is None or not self.settle(met[1], s.span, out):
                if isinstance(e.type, Array):
                    self.shapes.of[s.target.name] = self.shapes.joined(shapes)
                return False
            shape = tuple(map(self.shapes.find, met[0]))
            if e.op == "zeros_shaped" and shape in self.witness:
                s = replace(s, value=replace(e, op="zeros_like", args=(self.witness[shape],)))
            if isinstance(e.type, Array):
                self.shapes.of[s.target.name] = shape
                self.shapes = self.shapes.apart(s.target, self.opaque)
            self.meeting(s, shape, out)
            return True
        if isinstance(e.type, Array):
            self.shapes.define(s.target, e)
            known = self.measures.get(e.args[len(e.args) - e.type.rank :]) if e.op in FILLS else None
            if known is not None:
                self.shapes.of[s.target.name] = known
            self.shapes = self.shapes.apart(s.target, self.opaque)
        if e.op == "view":
            self.same_cuts(s.target, e)
            clipped = [x for x in self.shapes.shape(s.target) if isinstance(x, Clipped) and self.at_entry(x)]
            self.settle(tuple((x, max(0, x.stop - x.start)) for x in clipped), s.span, out)
        if e.op in PRODUCTS and not e.attr("safe") and self.multiplies(e):
            out.append(replace(s, value=replace(e, attrs=tuple(sorted((*e.attrs, *_SAFE))))))
            return True
        if e.op in (*REDUCTIONS, *ALONG) and isinstance(e.args[0].type, Array):
            self.meeting(s, self.shapes.shape(e.args[0]), out)
            return True
        if e.op in (*FILLS, "copy", "astype") and not may_raise(e):  # an extent may be negative
            self.meeting(s, self.shapes.shape(s.target), out)
            return True
        return False

    def same_cuts(self, target: Var, e: Apply) -> None:
        """Slices with the same bounds leave the same of axes that are equally long, whatever the bounds are."""
        base, *left = e.args
        extents = [*self.shapes.shape(base)]
        shape = [*self.shapes.shape(target)]
        at = 0
        for entry in e.attr("spec"):
            extent = 1 if entry == "n" else self.shapes.find(extents.pop(0))
            count = {"n": 0, "i": 1}.get(entry, entry.count("1"))
            bounds, left = left[:count], left[count:]
            if entry == "i":
                continue
            fixed = not any(isinstance(a, Var) and a.name in self.effects.slots - self.counters for a in bounds)
            if shape[at] == Dim(target.name, at) and fixed:
                names = tuple(a.name if isinstance(a, Var) else a.value for a in bounds)
                shape[at] = self.cuts.setdefault((extent, entry, names), shape[at])
            at += 1
        self.shapes.of[target.name] = tuple(shape)

    def multiplies(self, e: Apply) -> bool:
        """Whether the factors of a product agree, with what is checked where the function begins."""
        a, b = (self.shapes.shape(x)[axis] for x, axis in zip(e.args, PRODUCTS[e.op], strict=True))
        if self.shapes.find(a) == self.shapes.find(b):
            return True
        return self.at_entry(a) and self.at_entry(b) and self.settle(((a, b),), e.span, [])

    def whole(self, s: Store | Accumulate, array: Var, value: Atom, out: list[Stmt]) -> None:
        """A store or an accumulation into all of an array; an accumulation may sum a larger value down."""
        given = [array, value] if isinstance(value.type, Array) else [array]
        met = self.shapes.meet(map(self.shapes.shape, given))
        if met is None or not self.settle(met[1], s.span, out):
            out.append(s)
            return
        shape = tuple(map(self.shapes.find, met[0]))
        if isinstance(s, Store) and shape != self.shapes.shape(array):
            out.append(s)
            return
        self.meeting(s, shape, out)

    def meeting(self, s: Stmt, shape: Shape, out: list[Stmt]) -> None:
        self.result.meetings[id(s)] = Meeting(shape, self.shapes, self.checks)
        self.result.kept.append(s)
        out.append(s)

    # ----------------------------------------------------------------------------------------------------- aliases

    def alias(self, target: Var, source: Var) -> None:
        shape = self.held(source)
        if shape is not None:
            self.shapes.of[target.name] = shape

    def held(self, source: Var) -> Shape | None:
        """The shape of what a variable holds; None for a slot of which it is not known."""
        if source.name not in self.effects.slots:
            return self.shapes.shape(source)
        return None if source.name in self.opaque else self.slots.get(source.name)

    def slot(self, s: Assign) -> None:
        """A slot has a shape when it is the same for all that is assigned to it, and holds outside of loops.

        It has none where some path assigns nothing: what holds no array must not stand for one of known shape.
        """
        if s.target.name in self.opaque:
            self.forget(frozenset({s.target.name}))
            return
        shape = self.held(s.value) if isinstance(s.value, Var) else self.shapes.of.get(s.target.name)
        if shape is None or not all(map(self.steady, shape)):
            self.unstable.add(s.target.name)
            return
        known = self.slots.setdefault(s.target.name, shape)
        if tuple(map(self.shapes.find, known)) != tuple(map(self.shapes.find, shape)):
            self.unstable.add(s.target.name)

    def push(self, s: Push) -> None:
        if not isinstance(s.value, Var) or not isinstance(s.value.type, Array):
            return
        shape = self.shapes.shape(s.value)
        known = self.stacks.setdefault(s.stack, shape if all(map(self.steady, shape)) else None)
        if known is not None and tuple(map(self.shapes.find, known)) != shape:
            self.stacks[s.stack] = None

    def steady(self, extent: Extent) -> bool:
        """Whether an extent is the same wherever it is mentioned."""
        return all(n not in self.effects.slots and self.effects.loop_of.get(n) == () for n in names_in(extent))

    # ------------------------------------------------------------------------------------------------------ checks

    def settle(self, equalities: tuple[Equality, ...], span: Span, out: list[Stmt]) -> bool:
        """Assume equalities and have them checked; False when that is not possible."""
        if not equalities:
            return True
        early = [e for e in equalities if all(map(self.at_entry, e))]
        if not self.assume or (self.visible and len(early) < len(equalities)):
            return False
        shapes = self.shapes
        for equality in equalities:
            if not shapes.comparable(*equality):
                return False
            shapes = shapes.united(*equality)
        if any(shapes.find(a) != shapes.find(b) for a, b in equalities):
            return False
        if any(shapes.find(a) != shapes.find(b) and not shapes.comparable(a, b) for a, b in self.entry):
            return False  # it contradicts what another branch has had checked
        for equality in equalities:
            if equality in early:
                self.entry[equality] = None
            else:
                self.checks |= {self.check(equality, span, out)}
        self.shapes = shapes
        return True

    def at_entry(self, extent: Extent) -> bool:
        return names_in(extent) <= self.params

    def check(self, equality: Equality, span: Span, out: list[Stmt]) -> str:
        a, b = (measured(e, self.vars, out, self.fresh) for e in uncut(*equality))
        test = Var(next(self.fresh), PY_BOOL)
        out.append(Assign(test, Apply("ne", (a, b), PY_BOOL, span, _SAFE), span))
        out.append(If(test, (Fail(AGAIN, "", (), span),), (), span))
        return check_name(test.name)


def _only_fails(block: Block) -> bool:
    """Whether a block raises, under conditions or at once, and does nothing else."""
    return all(isinstance(s, Fail) or (isinstance(s, If) and _only_fails((*s.then, *s.orelse))) for s in block)


def writes_arguments(function: Function, found: Effects) -> bool:
    """Whether the function stores into memory that a caller sees, or prints."""
    if any(isinstance(s, Print) for s in walk(function.body)):
        return True
    return any(isinstance(p.type, Array) and found.stored(p.name) for p in function.params)
