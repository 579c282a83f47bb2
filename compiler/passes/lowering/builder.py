"""What the passes that lower arrays share: a builder of scalar statements, loops and checks."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ...ir.nodes import (
    ELEMENTS,
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Expr,
    Fail,
    For,
    If,
    Span,
    Stmt,
    Store,
    Var,
)
from ...ir.types import PARTS, PY_BOOL, PY_INT, Array, Kind, Scalar, Type, is_complex
from ...ops import BY_NAME
from ...ops.typing import representable
from ..formulas import Formula

ZERO, ONE = Const(0, PY_INT), Const(1, PY_INT)
REASSOC = "reassoc contract"


def integer(value: int) -> Const:
    return Const(value, PY_INT)


def number(value: Any, kind: Kind) -> Const:
    """A constant of a kind."""
    if kind in PARTS:
        return Const(complex(value), Scalar(kind))
    if kind == "bool":
        return Const(bool(value), Scalar(kind))
    return Const(int(value) if kind.startswith("int") else float(value), Scalar(kind))


def array_of(a: Atom) -> Array:
    assert isinstance(a.type, Array)
    return a.type


class Builder:
    """Emits statements at level LOOPS into the current block."""

    def __init__(self) -> None:
        self.out: list[Stmt] = []
        self.counter = 0
        self.span = Span()
        self.flags = ""
        self.formula = Formula(self._emit_formula, "")

    # ------------------------------------------------------------------------------------------------- plumbing

    def emit(self, s: Stmt) -> None:
        self.out.append(s)

    def fresh(self, t: Type, hint: str = "v") -> Var:
        self.counter += 1
        return Var(f"{hint}.{self.counter}", t, self.span)

    def let(self, value: Expr, hint: str = "v") -> Var:
        """A value in a new variable."""
        target = self.fresh(value.type, hint)
        self.emit(Assign(target, value, self.span))
        return target

    @contextmanager
    def block(self) -> Iterator[list[Stmt]]:
        outer, self.out = self.out, []
        try:
            yield self.out
        finally:
            self.out = outer

    def loop(self, extents: tuple[Atom, ...], body: Callable[[tuple[Var, ...]], None], backward: bool = False) -> None:
        """Nested loops over all indices of a shape, the last axis innermost."""
        indices = tuple(self.fresh(PY_INT, "i") for _ in extents)
        with self.block() as block:
            body(indices)
        inner: Block = tuple(block)
        for var, extent in zip(reversed(indices), reversed(extents), strict=True):
            inner = (For(var, ZERO, extent, ONE, inner, backward, f"{ELEMENTS}{var.name}", self.span),)
        for s in inner:
            self.emit(s)

    def when(self, test: Atom, *then: Stmt) -> None:
        self.emit(If(test, then, (), self.span))

    def fail_if(self, test: Atom, exception: str, message: str, *values: Atom) -> None:
        """Raise unless the test is known to be false."""
        if isinstance(test, Const) and not test.value:
            return
        self.when(test, Fail(exception, message, values, self.span))

    # -------------------------------------------------------------------------------------------------- scalars

    def scalar(self, op: str, *args: Atom, type: Type | None = None, **attrs: Any) -> Atom:
        """An operation that the backend knows, on operands of one kind."""
        t = type or args[-1].type
        return self.let(Apply(op, args, t, self.span, tuple(sorted(attrs.items()))))

    def integers(self, op: str, a: Atom, b: Atom) -> Atom:
        """Arithmetic on extents and indices, folded when both are known."""
        if isinstance(a, Const) and isinstance(b, Const):
            fold = {"add": a.value + b.value, "sub": a.value - b.value, "mul": a.value * b.value}
            return integer(fold[op])
        for one, other in ((a, b), (b, a)):
            if isinstance(one, Const) and (op, one.value) in (("add", 0), ("mul", 1)):
                return other
        if op == "sub" and b == ZERO:
            return a
        return self.scalar(op, a, b, type=PY_INT)

    def compare(self, op: str, a: Atom, b: Atom) -> Atom:
        if isinstance(a, Const) and isinstance(b, Const):
            return Const(bool(getattr(operator, op)(a.value, b.value)), PY_BOOL)
        return self.scalar(op, a, b, type=PY_BOOL)

    def outside(self, index: Atom, extent: Atom) -> Atom:
        """Whether a position is not among so many: one comparison, of numbers without sign, for both ends."""
        if isinstance(index, Const) and index.value >= 0:
            return self.compare("ge", index, extent)
        return self.scalar("outside", index, extent, type=PY_BOOL)

    def select(self, test: Atom, a: Atom, b: Atom) -> Atom:
        if isinstance(test, Const):
            return a if test.value else b
        return self.scalar("select", test, a, b, type=a.type)

    def logic(self, op: str, a: Atom, b: Atom) -> Atom:
        for known, other in ((a, b), (b, a)):
            if isinstance(known, Const):
                return other if bool(known.value) == (op == "logical_and") else known
        return self.scalar(op, a, b, type=PY_BOOL)

    def negate(self, a: Atom) -> Atom:
        return Const(not a.value, PY_BOOL) if isinstance(a, Const) else self.scalar("logical_not", a, type=PY_BOOL)

    def magnitude(self, a: Atom) -> Atom:
        """The absolute value of a float."""
        return Const(abs(a.value), a.type) if isinstance(a, Const) else self.scalar("fabs", a)

    def maximum(self, a: Atom, b: Atom) -> Atom:
        return self.select(self.compare("gt", a, b), a, b)

    def minimum(self, a: Atom, b: Atom) -> Atom:
        return self.select(self.compare("lt", a, b), a, b)

    def convert(self, a: Atom, kind: Kind) -> Atom:
        """A scalar in another kind."""
        assert isinstance(a.type, Scalar)
        if a.type.kind == kind:
            return a
        if isinstance(a, Const) and representable(a.value, kind):
            return number(a.value, kind)
        return self.scalar("cast", a, type=Scalar(kind))

    def _emit_formula(self, e: Apply) -> Var:
        value = self.elementary(e.op, e.args, e.type, dict(e.attrs))
        return value if isinstance(value, Var) else self.let(value)

    def elementary(self, op: str, args: tuple[Atom, ...], t: Type, attrs: dict[str, Any]) -> Atom:
        """One scalar operation of the table, through its formula when the backend does not know it."""
        row = BY_NAME[op]
        assert isinstance(t, Scalar)
        integers = all(isinstance(a.type, Scalar) and a.type.kind.startswith("int") for a in args)
        text = f"={row.integers}" if integers and row.integers else row.lower
        if any(is_complex(a.type) for a in args):
            text = row.on_complex
        if op == "pow":
            power = self.power(args[0], args[1], t, attrs)
            if power is not None:
                return power
        if row.rule == "comparison" and args[0].type.kind != args[1].type.kind:  # type: ignore[union-attr]
            return self.compared(op, *args)
        if text.startswith("="):
            outer, self.formula.flags = self.formula.flags, attrs.get("flags", "")
            value = self.formula.build(text[1:], dict(zip(row.operands, args, strict=True)))
            self.formula.flags = outer
            return self.convert(value, t.kind)
        if integers and row.costly and len(args) == 2:
            return self.divided(op, args[0], args[1], t)
        name = "select" if op == "where" else op
        kept = {k: v for k, v in attrs.items() if v and k in ("flags", "via")}
        return self.let(Apply(name, args, t, self.span, tuple(kept.items())))

    def compared(self, op: str, a: Atom, b: Atom) -> Atom:
        """Python compares an integer with a float exactly: where rounding makes them equal, as integers."""
        if a.type != PY_INT:
            mirrored = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}.get(op, op)
            return self.compared(mirrored, b, a)
        rounded = self.convert(a, "float64")
        beyond = self.compare("ge", b, number(2.0**63, "float64"))
        exact = self.select(beyond, Const(op in ("lt", "le", "ne"), PY_BOOL),
                            self.compare(op, a, self.convert(b, "int64")))
        return self.select(self.compare("eq", rounded, b), exact, self.compare(op, rounded, b))

    def divided(self, op: str, a: Atom, b: Atom, t: Scalar) -> Atom:
        """Integer division as NumPy does it: 0 for a zero divisor, and the least number by -1 is itself."""
        if isinstance(b, Const) and b.value not in (0, -1):
            return self.scalar(op, a, b, type=t)
        zero = number(0, t.kind)
        none = self.compare("eq", b, zero)
        least = number(-(2**31) if t.kind == "int32" else -(2**63), t.kind)
        minus = self.logic("logical_and", self.compare("eq", a, least), self.compare("eq", b, number(-1, t.kind)))
        safe = self.select(self.logic("logical_or", none, minus), number(1, t.kind), b)
        result = self.select(none, zero, self.scalar(op, a, safe, type=t))
        return result

    def power(self, a: Atom, b: Atom, t: Scalar, attrs: dict[str, Any]) -> Atom | None:
        """Small integer powers are products: exact for squares, and many times faster than `pow`."""
        if t.kind in PARTS:
            return self.whole_power(a, b, t)
        if t.kind.startswith("float") and attrs.get("via") == "numpy" and not attrs.get("safe"):
            return self.convert(self.formula.build(BY_NAME["power_of_all"].lower[1:], {"a": a, "b": b}), t.kind)
        if not isinstance(b, Const) or b.value not in (2, 3, 4) or (t.weak and t.kind == "int64"):
            return None
        square = self.scalar("mul", a, a, type=t)
        if b.value == 2:
            return square
        return self.scalar("mul", square, a if b.value == 3 else square, type=t)

    def whole_power(self, a: Atom, b: Atom, t: Scalar) -> Atom | None:
        """A complex number to a known integer power: the products that Python and NumPy form."""
        n = b.value.real if isinstance(b, Const) and complex(b.value).imag == 0.0 else 0.5
        if not float(n).is_integer() or abs(n) > 100:
            return None
        result: Atom | None = None
        factor, bits = a, int(abs(n))
        while bits:
            if bits & 1:
                result = factor if result is None else self.scalar("mul", result, factor, type=t)
            bits >>= 1
            if bits:
                factor = self.scalar("mul", factor, factor, type=t)
        one = number(1, t.kind)
        return one if result is None else result if n > 0 else self.scalar("div", one, result, type=t)

    # --------------------------------------------------------------------------------------------------- arrays

    def dims(self, a: Atom) -> tuple[Atom, ...]:
        return tuple(self.scalar("dim", a, type=PY_INT, axis=k) for k in range(array_of(a).rank))

    def allocate(self, target: Var, extents: tuple[Atom, ...], zero: bool = False) -> None:
        t = replace(array_of(target), layout="C")
        attrs = (("zero", True),) if zero else ()
        self.emit(Assign(target, Apply("alloc", extents, t, self.span, attrs), self.span))

    def load(self, a: Atom, index: tuple[Atom, ...]) -> Atom:
        return self.scalar("load", a, *index, type=Scalar(array_of(a).kind))

    def store(self, a: Var, index: tuple[Atom, ...], value: Atom) -> None:
        self.emit(Store(a, index, self.convert(value, array_of(a).kind), self.span))

    def accumulate(self, target: Var, index: tuple[Atom, ...], value: Atom) -> None:
        assert isinstance(target.type, Array | Scalar)
        self.emit(Accumulate(target, index, self.convert(value, target.type.kind), self.span))

    def broadcast(self, a: Atom, extents: tuple[Atom, ...]) -> Atom:
        """A view with the given extents, stride zero where the array has extent 1."""
        t = Array(array_of(a).kind, len(extents), "A")
        return self.let(Apply("broadcast", (a, *extents), t, self.span), "b")
