"""Operations on arrays become loops over scalars, and what Python checks becomes explicit.

Before:  `c = add(a, b)`
After:   `c = alloc(n)`, `for i in range(0, n): t = load(a, i); u = load(b, i); v = add(t, u); c[i] = v`

What remains is level LOOPS: scalar operations, element loads and stores with positions that are in bounds, views, and
allocations.
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import (
    LIBRARY,
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Fail,
    For,
    Function,
    Fused,
    If,
    Note,
    Stmt,
    Store,
    Var,
    scattered,
)
from ...ir.traversal import blocks, with_blocks
from ...ir.types import PY_INT, Array, Scalar
from ...ops import BY_NAME
from ..effects import Effects, effects
from .axes import LOWER as AXES
from .bounds import Bounds, bounds
from .builder import ZERO, Builder, array_of, number
from .checks import operands_checked, result_checked
from .contract import LOWER as CONTRACT
from .convolve import LOWER as CONVOLVE
from .distribute import is_straight, parts_of, split
from .eigenvalues import LOWER as EIGENVALUES
from .elementwise import accumulate_all, elementwise, store_all
from .exponential import LOWER as EXPONENTIAL
from .factors import LOWER as FACTORS
from .fused import fused
from .gather import LOWER as GATHER
from .gather import scatter, scatter_add
from .indexing import position, range_count, window
from .keyed import LOWER as KEYED
from .linalg import LOWER as LINALG
from .sorting import LOWER as SORTING
from .structured import LOWER as STRUCTURED
from .structured import add_product
from .triangles import LOWER as TRIANGLES

LOWER = {**STRUCTURED, **AXES, **CONTRACT, **CONVOLVE, **GATHER, **LINALG, **FACTORS, **TRIANGLES, **EXPONENTIAL,
         **SORTING, **EIGENVALUES, **KEYED}


def loops(function: Function) -> Function:
    """The function at level LOOPS."""
    found = effects(function)
    lowerer = _Lowerer(found, bounds(found))
    return replace(function, body=lowerer.block(function.body))


class _Lowerer:
    def __init__(self, found: Effects, ranges: Bounds) -> None:
        self.effects = found
        self.ranges = ranges
        self.b = Builder()

    def block(self, block: Block) -> Block:
        with self.b.block() as out:
            for s in block:
                self.b.span = s.span
                self.statement(s)
        return tuple(out)

    def statement(self, s: Stmt) -> None:
        match s:
            case Assign():
                self.assign(s)
            case Store():
                self.store(s)
            case Accumulate() if scattered(s):
                scatter_add(self.b, s, all(map(self.positions, s.index)))
            case Accumulate() if s.index:
                index = self.index(s.target, s.index, False)
                self.b.accumulate(s.target, index, s.value)
            case Accumulate():
                if s.factor is not None:
                    add_product(self.b, s.target, s.value, s.factor)
                elif isinstance(s.target.type, Array):
                    accumulate_all(self.b, s)
                else:
                    self.b.emit(s)
            case For():
                self.counted(s)
            case Fused():
                fused(self.b, s)
            case Note():
                pass
            case If() if len(s.then) == 1 and isinstance(s.then[0], Fail):
                self.b.emit(s)
            case _:
                self.b.emit(with_blocks(s, tuple(self.block(x) for x in blocks(s))))

    def counted(self, s: For) -> None:
        b = self.b
        if not isinstance(s.step, Const):
            b.fail_if(b.compare("eq", s.step, ZERO), "ValueError", "range() arg 3 must not be zero")
        elif s.step.value == 0:
            b.emit(Fail("ValueError", "range() arg 3 must not be zero", (), s.span))
            return
        parts = parts_of(s, self.effects)
        if parts is not None:
            split(b, s, parts, self.ranges, self.statement)
            return
        self.ranges.enter(b, s)
        flag = self.ranges.flag(s)
        if isinstance(flag, Const) or not is_straight(s.body):
            b.emit(replace(s, body=self.block(s.body)))
            return
        with self.ranges.without_flag(s, False):
            checked = replace(s, body=self.block(s.body))
        with self.ranges.without_flag(s, True):
            plain = replace(s, body=self.block(s.body))
        b.emit(If(flag, (checked,), (plain,), s.span))

    # ----------------------------------------------------------------------------------------------- statements

    def assign(self, s: Assign) -> None:
        b, e = self.b, s.value
        if not isinstance(e, Apply):
            b.emit(s)
        elif e.op == "load":
            array = e.args[0]
            assert isinstance(array, Var)
            index = self.index(array, e.args[1:], not e.attr("safe"))
            b.emit(replace(s, value=Apply("load", (array, *index), e.type, e.span)))
        elif e.op == "view":
            b.emit(replace(s, value=window(b, e)))
        elif e.op in ("transpose", "tuple", "dim", "library", "raises", "computed"):
            b.emit(s)
        elif e.op == "one_of":
            b.emit(Assign(s.target, e.args[0], s.span))
        elif e.op == "list_place":
            at, count = e.args
            known = self.ranges.placed(at, count)
            if known is not True:
                at = position(b, at, count, 0, not e.attr("safe"), known or None, e.attr("message"))
            b.emit(Assign(s.target, at, s.span))
        elif e.op == "range_count":
            if not e.attr("safe"):
                b.fail_if(b.compare("eq", e.args[2], ZERO), "ValueError", "range() arg 3 must not be zero")
            b.emit(replace(s, value=range_count(b, *e.args)))
        elif e.op == "undefined":
            self.undefined(s)
        elif BY_NAME[e.op].elementwise and isinstance(e.type, Array):
            elementwise(b, s.target, e)
        elif BY_NAME[e.op].elementwise or e.op == "cast":
            self.scalar(s, e)
        elif e.op == "sum" and not isinstance(e.args[0].type, Array):
            b.emit(replace(s, value=e.args[0]))
        else:
            if e.op in ("gather", "last_written") and all(map(self.positions, e.args[1:])):
                e = replace(e, attrs=(*e.attrs, ("counted", True)))
            LOWER[e.op](b, s.target, e)

    def undefined(self, s: Assign) -> None:
        """A value nobody reads, of the right type."""
        if isinstance(s.target.type, Array):
            self.b.allocate(s.target, (ZERO,) * s.target.type.rank)
        else:
            assert isinstance(s.target.type, Scalar)
            self.b.emit(replace(s, value=number(0, s.target.type.kind)))

    def scalar(self, s: Assign, e: Apply) -> None:
        b = self.b
        sums = e.op in ("add", "sub", "mul") and e.type == PY_INT and not e.attr("safe")
        if e.op in ("add", "sub") and e.type == PY_INT and self.ranges.fits(s.target):
            e = replace(e, attrs=(*e.attrs, ("safe", True)))
        operands_checked(b, e)
        assert isinstance(e.type, Scalar)
        if e.op == "cast":
            same = isinstance(e.args[0].type, Scalar) and e.args[0].type.kind == e.type.kind
            b.emit(replace(s, value=e.args[0] if same else replace(e, attrs=())))
            return
        if sums:  # what has been checked, or is known to fit, cannot wrap; LLVM counts the trips of loops by it
            b.emit(replace(s, value=Apply(e.op, e.args, e.type, e.span, (("fits", True),))))
            return
        value = b.elementary(e.op, e.args, e.type, dict(e.attrs))
        result = value if isinstance(value, Var) else b.let(value)
        result_checked(b, e, result)
        b.emit(replace(s, value=result))

    def store(self, s: Store) -> None:
        b = self.b
        if scattered(s):
            counted = all(map(self.positions, s.index))
            checked = ".bar" not in s.array.name and not counted
            scatter(b, s, checked, counted, frozenset(a for a in (*s.index, s.value) if self.may_overlap(s.array, a)))
        elif s.index or array_of(s.array).rank == 0:
            index = self.index(s.array, s.index, ".kept" not in s.array.name and ".bar" not in s.array.name)
            value = b.load(s.value, ()) if isinstance(s.value.type, Array) else s.value
            b.store(s.array, index, value)
        else:
            store_all(b, s, self.may_overlap(s.array, s.value))

    def positions(self, a: Atom) -> bool:
        """Whether an index comes from a condition: its positions are in bounds."""
        value = self.effects.definition.get(a.name) if isinstance(a, Var) else None
        return isinstance(value, Apply) and value.op == "positions"

    def may_overlap(self, array: Var, value: Atom) -> bool:
        """Two arguments may overlap at run time; memory of one's own overlaps only with its own class."""
        if not isinstance(value, Var) or value.name not in self.effects.parent:
            return False
        first, second = self.effects.root(array.name), self.effects.root(value.name)
        borrowed = {self.effects.root(p) for p in self.effects.params if p in self.effects.parent}
        return first == second or (first in borrowed and second in borrowed)

    def index(self, array: Var, index: tuple[Atom, ...], checked: bool) -> tuple[Atom, ...]:
        """Positions for the indices of an element, checked where the program wrote them."""
        b = self.b
        if array.name.startswith(LIBRARY):
            return index
        result: list[Atom] = []
        for axis, i in enumerate(index):
            if self.ranges.is_place(i):
                result.append(i)
                continue
            known = self.ranges.within(array, axis, i)
            if known is True:
                result.append(i)
                continue
            extent = b.scalar("dim", array, type=PY_INT, axis=axis)
            result.append(position(b, i, extent, axis, checked, known or None))
        return tuple(result)
