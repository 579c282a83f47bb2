"""Products of each row or column of a matrix with others of it, in a loop over all of them, are one product.

Before:  `for i in range(dim(x, 1)): u = view(x, (:, i)); m = view(x, (:, i:)); v = dot12(u, m); c[i, i:] = v / n`
After:   `gram = dot22(x.T, x)`, `for i in range(dim(x, 1)): v = view(gram, (i, i:)); c[i, i:] = v / n`

A product of two matrices is several times as fast as its rows one after the other, for the value and for the adjoint,
so it does not matter that of a symmetric one only a half may be needed. It is done where the loop stores what it
computes into a matrix, so that there is room for one more; where nothing is stored into `x` meanwhile; and where every
index is certainly in bounds, so that no exception comes earlier or changes its words.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..ir.nodes import Apply, Assign, Atom, Block, Const, For, Function, Stmt, Store, Var
from ..ir.traversal import blocks, reads, walk, with_blocks
from ..ir.types import PY_INT, Array
from ..ops import BY_NAME
from .effects import Effects, effects
from .indexing import FULL, view_type

_SAFE = (("safe", True),)
_KINDS = ("float64", "float32")


def collect_products(function: Function) -> Function:
    """The typed function with products of matrices in place of products in loops over their rows or columns."""
    if not any(isinstance(s, For) and any(map(_factor_and_matrix, s.body)) for s in walk(function.body)):
        return function
    return replace(function, body=_Collector(function).block(function.body))


def _factor_and_matrix(s: Stmt) -> tuple[Var, Var, int] | None:
    """Vector and matrix of a product, and the axis of the matrix that is not summed over."""
    if not isinstance(s, Assign) or not isinstance(s.value, Apply) or s.value.op not in ("dot12", "dot21"):
        return None
    first, second = s.value.args
    assert isinstance(first, Var) and isinstance(second, Var)
    return (first, second, 1) if s.value.op == "dot12" else (second, first, 0)


@dataclass(frozen=True, slots=True)
class _Collected:
    """The product of a matrix with itself, and the view of it that takes the place of one product in the loop."""

    matrix: Var
    axis: int
    spec: str
    bounds: tuple[Atom, ...]
    unused: frozenset[str]


@dataclass(slots=True)
class _Collector:
    function: Function
    effects: Effects = field(init=False)
    arguments: frozenset[str] = field(init=False)
    uses: Counter[str] = field(init=False)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.effects = effects(self.function)
        params = (p.name for p in self.function.params if isinstance(p.type, Array))
        self.arguments = frozenset(map(self.effects.root, params))
        self.uses = Counter(a.name for s in walk(self.function.body) for a in reads(s) if isinstance(a, Var))

    def block(self, block: Block) -> Block:
        out: list[Stmt] = []
        for s in block:
            s = self.loop(s, out) if isinstance(s, For) else s
            out.append(with_blocks(s, tuple(map(self.block, blocks(s)))))
        return tuple(out)

    def loop(self, loop: For, out: list[Stmt]) -> For:
        """The loop with views of products that are computed before it."""
        body = list(loop.body)
        unused: set[str] = set()
        for k, s in enumerate(body):
            found = self.collected(s, loop)
            if found is None:
                continue
            assert isinstance(s, Assign) and isinstance(found.matrix.type, Array)
            gram = self.gram(found, s, out)
            spec = ("i", found.spec)
            view = Apply("view", (gram, loop.var, *found.bounds), view_type(gram.type, spec), s.span,  # type: ignore[arg-type]
                         (*_SAFE, ("spec", spec)))
            body[k] = replace(s, value=view)
            unused |= found.unused
        return replace(loop, body=tuple(s for s in body if not (isinstance(s, Assign) and s.target.name in unused)))

    def gram(self, found: _Collected, s: Assign, out: list[Stmt]) -> Var:
        """The product of a matrix with its transpose, by columns or by rows."""
        x = found.matrix
        assert isinstance(x.type, Array)
        number = next(self.numbers)
        turned = Var(f"gram.{number}.T", Array(x.type.kind, 2, "A"), s.span)
        result = Var(f"gram.{number}", Array(x.type.kind, 2), s.span)
        attrs = (("axes", (1, 0)), *_SAFE)
        out.append(Assign(turned, Apply("transpose", (x,), turned.type, s.span, attrs), s.span))
        args = (turned, x) if found.axis == 1 else (x, turned)
        out.append(Assign(result, Apply("dot22", args, result.type, s.span, _SAFE), s.span))
        return result

    # -------------------------------------------------------------------------------------------------- conditions

    def collected(self, s: Stmt, loop: For) -> _Collected | None:
        """What a product in a loop is a part of, if that can be computed before the loop."""
        operands = _factor_and_matrix(s)
        if operands is None:
            return None
        vector, matrix, free = operands
        row, rest = self.view(vector, loop), self.view(matrix, loop)
        if row is None or rest is None or row.args[0] != rest.args[0]:
            return None
        x = row.args[0]
        assert isinstance(x, Var) and isinstance(x.type, Array) and isinstance(s, Assign)
        wanted, summed = ("i", FULL) if free == 0 else (FULL, "i"), rest.attr("spec")[1 - free]
        if x.type.kind not in _KINDS or x.type.rank != 2 or row.attr("spec") != wanted or summed != FULL:
            return None
        whole = row.args[1] == loop.var and self.covers(loop, x, free) and self.steady(x, loop)
        if not whole or not self.kept(s.target, loop):
            return None
        spec, bounds = rest.attr("spec")[free], rest.args[1:]
        if not self.triangular(spec, bounds, loop, x, free):
            return None
        unused = frozenset(v.name for v in (vector, matrix) if self.uses[v.name] == 1)
        return _Collected(x, free, spec, bounds, unused)

    def view(self, v: Var, loop: For) -> Apply | None:
        """The view that a variable is, if the loop takes it in every iteration."""
        value = next((s.value for s in loop.body if isinstance(s, Assign) and s.target == v), None)
        taken = isinstance(value, Apply) and value.op == "view" and v.name not in self.effects.slots
        return value if taken else None  # type: ignore[return-value]

    def covers(self, loop: For, x: Var, axis: int) -> bool:
        """Whether the loop counts up through positions of an axis."""
        start = isinstance(loop.start, Const) and loop.start.value >= 0
        return start and loop.step == Const(1, PY_INT) and not loop.backward and self.within(loop.stop, x, axis)

    def within(self, bound: Atom, x: Var, axis: int) -> bool:
        """Whether a bound is the extent of an axis, or that less a constant."""
        name, constant = self.effects.affine(bound)
        extent = self.effects.definition.get(name)
        found = isinstance(extent, Apply) and extent.op == "dim" and extent.args == (x,) and extent.attr("axis") == axis
        return found and constant <= 0

    def steady(self, x: Var, loop: For) -> bool:
        """Whether a matrix exists before the loop and keeps its elements in it."""
        if x.name in self.effects.slots or loop in self.effects.loop_of.get(x.name, ()):
            return False
        mine = self.effects.root(x.name)
        stored = {self.effects.root(s.array.name) for s in walk(loop.body) if isinstance(s, Store)}
        return mine not in stored and not (mine in self.arguments and stored & self.arguments)

    def triangular(self, spec: str, bounds: tuple[Atom, ...], loop: For, x: Var, axis: int) -> bool:
        """Whether a slice is all of an axis, or begins or ends at the counter plus a constant: half of it at least."""
        at = [b for b in bounds if self.effects.affine(b)[0] == loop.var.name]
        match spec:
            case "s000":
                return True
            case "s100" | "s010":
                return len(at) == 1 and self.effects.affine(at[0])[1] >= 0
            case "s110":
                first, last = bounds
                return at == [first] and self.effects.affine(first)[1] >= 0 and self.within(last, x, axis)
            case _:
                return False

    def kept(self, product: Var, loop: For) -> bool:
        """Whether the loop stores what it makes of a product into a part of an array that belongs to the iteration."""
        made = {product.name}
        for s in loop.body:
            match s:
                case Assign(target, Apply(op=op, args=args)) if BY_NAME[op].elementwise:
                    if any(isinstance(a, Var) and a.name in made for a in args):
                        made.add(target.name)
                case Store(array, (), Var(name)) if name in made:
                    view = self.view(array, loop)
                    if view is not None and loop.var in view.args[1:]:
                        return True
                case _:
                    pass
        return False
