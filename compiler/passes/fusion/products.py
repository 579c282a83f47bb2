"""Products of matrices that are added to a matrix: BLAS adds them, and two with a common factor are one product.

Before:  `t = dot22(g, y)`, `x_bar[...] += t`
After:   `x_bar[...] += g @ y`

Before:  `x_bar.T[...] += g @ x.T`, `x_bar[...] += x @ g`
After:   `both = add(g.T, g)`, `x_bar[...] += x @ both`

The first is without an array of its own for the product. The second is the adjoint of `x.T @ x`, and of whatever else
takes the product of a matrix with itself: half of the multiplications are gone. Only sums that an adjoint makes are
rewritten so, since it has them in no order that anybody wrote down.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ...ir.nodes import Accumulate, Apply, Assign, Atom, Block, Function, Return, Span, Stmt, Store, Var
from ...ir.traversal import blocks, reads, walk, with_blocks, written
from ...ir.types import Array, is_inexact
from ..effects import Effects, effects
from ..simplify import eliminate
from .footprints import footprint

_SAFE = (("safe", True),)
_ADDING = (("flags", "contract"), ("safe", True))
_ZEROS = ("zeros_like", "zeros_shaped")
_TURNING = (("axes", (1, 0)), ("safe", True))


@dataclass(frozen=True, slots=True)
class _Matrix:
    """A matrix, or its transpose."""

    array: Var
    turned: bool

    def transposed(self) -> _Matrix:
        return _Matrix(self.array, not self.turned)


@dataclass(frozen=True, slots=True)
class _Sum:
    """`target += left @ right`, the statement at a place of the new block; with `first`, `target = left @ right`."""

    at: int
    target: Var
    left: _Matrix
    right: _Matrix
    first: bool


def with_products_added(function: Function, alike: frozenset[int]) -> Function:
    """The function with sums of products in one step.

    `alike` are the accumulations, by identity, whose value has the shape of their target.
    """
    if not has_products(function):
        return function
    adder = _Adder(function, alike)
    function = eliminate(replace(function, body=adder.added(function.body)))  # without transposes that are left over
    return replace(function, body=adder.merged(function.body))


def has_products(function: Function) -> bool:
    """Whether there is anything to do."""
    return any(_is_product(s) for s in walk(function.body))


def _is_product(s: Stmt) -> bool:
    """Whether a statement is a product of floating matrices of one kind that belongs to an adjoint, so it fits."""
    if not (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "dot22" and s.value.attr("safe")):
        return False
    assert isinstance(s.target.type, Array)
    kind = s.target.type.kind
    return is_inexact(kind) and all(isinstance(a.type, Array) and a.type.kind == kind for a in s.value.args)


@dataclass(slots=True)
class _Adder:
    function: Function
    alike: frozenset[int]
    effects: Effects = field(init=False)
    borrowed: frozenset[str] = field(init=False)
    uses: Counter[str] = field(init=False)
    transposes: dict[str, Var] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.effects = effects(self.function)
        roots = (self.effects.root(p.name) for p in self.function.params if isinstance(p.type, Array))
        self.borrowed = frozenset(roots)
        statements = [*walk(self.function.body)]
        self.uses = Counter(a.name for s in statements for a in reads(s) if isinstance(a, Var))
        for s in statements:
            match s:
                case Assign(target, Apply(op="transpose", args=(Var() as x,)) as e) if e.attr("axes") == (1, 0):
                    if not {target.name, x.name} & self.effects.slots:
                        self.transposes[target.name] = x

    def alias(self, a: str, b: str) -> bool:
        """Whether two arrays may share memory."""
        one, other = self.effects.root(a), self.effects.root(b)
        return one == other or (one in self.borrowed and other in self.borrowed)

    def matrix(self, a: Atom) -> _Matrix:
        """A matrix by the array that it is, or the transpose of."""
        assert isinstance(a, Var)
        turned = False
        while a.name in self.transposes:
            a, turned = self.transposes[a.name], not turned
        return _Matrix(a, turned)

    def operand(self, m: _Matrix, out: list[Stmt | None]) -> Var:
        """A variable for a matrix."""
        if not m.turned:
            return m.array
        assert isinstance(m.array.type, Array)
        turned = Var(f"product.{next(self.numbers)}", Array(m.array.type.kind, 2, "A"), m.array.span)
        self.transposes[turned.name] = m.array
        self.effects.parent[turned.name] = m.array.name
        out.append(Assign(turned, Apply("transpose", (m.array,), turned.type, turned.span, _TURNING), turned.span))
        return turned

    # ------------------------------------------------------------------------------------- products that are added

    def added(self, block: Block) -> Block:
        """Without arrays for products that are added to something, once."""
        out: list[Stmt | None] = []
        products: dict[str, int] = {}
        for s in block:
            new = with_blocks(s, tuple(map(self.added, blocks(s))))
            if isinstance(s, Accumulate) and isinstance(s.value, Var) and s.value.name in products:
                at = products.pop(s.value.name)
                product = out[at]
                assert isinstance(product, Assign)
                if self.addable(s, product):
                    new, out[at] = self.sum_of(s, product, out), None
            products = {name: at for name, at in products.items() if not self.changes(new, _arrays(out[at]))}
            if _is_product(s):
                assert isinstance(s, Assign)
                if self.uses[s.target.name] == 1 and not {v.name for v in _arrays(s)} & self.effects.slots:
                    products[s.target.name] = len(out)
            out.append(new)
        return tuple(s for s in out if s is not None)

    def addable(self, s: Accumulate, product: Assign) -> bool:
        """Whether BLAS can add the product to the target, or to what that is the transpose of."""
        array = self.matrix(s.target).array
        assert isinstance(array.type, Array) and isinstance(product.target.type, Array)
        fits = id(s) in self.alike and array.type.layout == "C" and array.type.kind == product.target.type.kind
        return fits and not any(self.alias(array.name, v.name) for v in _arrays(product))

    def sum_of(self, s: Accumulate, product: Assign, out: list[Stmt | None]) -> Accumulate:
        """The two statements as one."""
        assert isinstance(product.value, Apply)
        target, (x, y) = self.matrix(s.target), map(self.matrix, product.value.args)
        if target.turned:
            x, y = y.transposed(), x.transposed()
        left, right = self.operand(x, out), self.operand(y, out)
        return Accumulate(target.array, (), left, s.span, same_shape=True, factor=right)

    # ------------------------------------------------------------------------------------------- a common factor

    def merged(self, block: Block) -> Block:
        """With one product for two that have a factor in common and are added to the same matrix."""
        out: list[Stmt | None] = []
        sums: list[_Sum] = []
        zeros: dict[str, int] = {}  # matrices of zeros that nothing has been done with
        for s in block:
            s = with_blocks(s, tuple(map(self.merged, blocks(s))))
            new = self.sum_in(s)
            if new is not None and new.target.name in zeros and not new.first:
                out[zeros[new.target.name]] = None
                new = replace(new, first=True)
                s = self.statement(new, s.span, out)
            elif new is not None and not new.first:
                partner = next((e for e in sums if e.target == new.target and _common(e, new)), None)
                if partner is not None:
                    sums.remove(partner)
                    out[partner.at] = None
                    new = self.together(partner, new, out)
                    s = self.statement(new, s.span, out)
            sums = [e for e in sums if not self.disturbs(s, e)]
            if new is not None:
                sums.append(replace(new, at=len(out)))
            mentioned = {a.name for t in walk((s,)) for a in (*reads(t), written(t)) if isinstance(a, Var)}
            zeros = {name: at for name, at in zeros.items() if name not in mentioned}
            if self.is_zero(s):
                assert isinstance(s, Assign)
                zeros[s.target.name] = len(out)
            out.append(s)
        return tuple(s for s in out if s is not None)

    def is_zero(self, s: Stmt) -> bool:
        made = isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in _ZEROS
        return made and s.target.name not in self.effects.slots  # type: ignore[union-attr]

    def sum_in(self, s: Stmt) -> _Sum | None:
        """What a statement does, if it is a product that is assigned or added."""
        if isinstance(s, Accumulate) and s.factor is not None:
            args, first = (s.value, s.factor), False
        elif _is_product(s):
            assert isinstance(s, Assign) and isinstance(s.value, Apply)
            args, first = s.value.args, True  # type: ignore[assignment]
        else:
            return None
        if any(isinstance(a, Var) and a.name in self.effects.slots for a in (*args, s.target)):
            return None
        return _Sum(0, s.target, self.matrix(args[0]), self.matrix(args[1]), first)

    def together(self, a: _Sum, b: _Sum, out: list[Stmt | None]) -> _Sum:
        """Both at once: the factors that are not common are added up first."""
        left, right = a.left, a.right
        if a.left == b.left:
            right = self.plus(a.right, b.right, out)
        else:
            left = self.plus(a.left, b.left, out)
        return _Sum(0, a.target, left, right, a.first)

    def plus(self, x: _Matrix, y: _Matrix, out: list[Stmt | None]) -> _Matrix:
        first, second = self.operand(x, out), self.operand(y, out)
        assert isinstance(first.type, Array)
        total = Var(f"product.{next(self.numbers)}", Array(first.type.kind, 2, "C"), first.span)
        self.effects.parent[total.name] = total.name
        out.append(Assign(total, Apply("add", (first, second), total.type, first.span, _ADDING), first.span))
        return _Matrix(total, False)

    def statement(self, s: _Sum, span: Span, out: list[Stmt | None]) -> Stmt:
        left, right = self.operand(s.left, out), self.operand(s.right, out)
        if s.first:
            return Assign(s.target, Apply("dot22", (left, right), s.target.type, span, _SAFE), span)
        return Accumulate(s.target, (), left, span, same_shape=True, factor=right)

    # ------------------------------------------------------------------------------------------ what is in between

    def changes(self, s: Stmt, factors: Iterable[Var]) -> bool:
        """Whether a statement writes into arrays."""
        stored = [v.name for t in walk((s,)) if (v := _stored(t)) is not None]
        return bool(stored) and any(self.alias(name, v.name) for name in stored for v in factors)

    def disturbs(self, s: Stmt, e: _Sum) -> bool:
        """Whether a sum cannot be moved behind a statement."""
        if self.changes(s, (e.left.array, e.right.array, e.target)):
            return True
        for t in walk((s,)):
            names = {v.name for v in _arrays(t)}
            if e.first and e.target.name in names:
                return True
            found = footprint(t, lambda _: False)
            if found is not None and any(self.alias(name, e.target.name) for name in found.reads):
                return True
            if found is None and isinstance(t, Return) and names:
                return True
        return False


def _common(a: _Sum, b: _Sum) -> bool:
    return a.left == b.left or a.right == b.right


def _arrays(s: Stmt | None) -> Iterator[Var]:
    """The arrays that a statement itself reads."""
    return (a for a in (() if s is None else reads(s)) if isinstance(a, Var) and isinstance(a.type, Array))


def _stored(s: Stmt) -> Var | None:
    """The array that a statement writes elements of."""
    target = s.array if isinstance(s, Store) else s.target if isinstance(s, Accumulate) else None
    return target if target is not None and isinstance(target.type, Array) else None
