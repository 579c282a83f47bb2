"""Statements that do the same to each element of arrays, and what each does to one element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..ir.nodes import Accumulate, Apply, Assign, Atom, Const, Stmt, Store, Var
from ..ir.types import PY_INT, Array, Kind, Scalar
from ..ops import BY_NAME
from ..ops.typing import elementwise_type
from .shapes import Shape

REASSOC = "reassoc contract"
LEAST: dict[Kind, float] = {"float64": float("-inf"), "float32": float("-inf"), "int64": -(2**63), "int32": -(2**31)}
MOST: dict[Kind, float] = {"float64": float("inf"), "float32": float("inf"), "int64": 2**63 - 1, "int32": 2**31 - 1}
SAFE = (("safe", True),)

FILLS = ("zeros", "ones", "empty", "full")
COPIES = ("copy", "astype")
EXTREMA = ("max", "min")
REDUCTIONS = ("sum", "mean", "prod", "norm", "dot11", "count_nonzero", "all", "any", *EXTREMA)


@dataclass(frozen=True, slots=True)
class Point:
    """A statement and the shapes of the arrays it touches, over the common shape `space`.

    `number` says that the result is a number, which is known behind the loop. `scatter` that it adds to an array of a
    smaller shape.
    """

    statement: Assign | Store | Accumulate
    target: str
    space: Shape
    shapes: dict[str, Shape]
    number: bool = False
    scatter: bool = False


class Body:
    """Writes what statements do to one element, at level TYPED. `value` gives the element of an operand."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.out: list[Stmt] = []
        self.counter = 0

    def fresh(self, t: Scalar | Array) -> Var:
        self.counter += 1
        return Var(f"{self.prefix}.{self.counter}", t)

    def let(self, op: str, args: tuple[Atom, ...], t: Scalar, like: Stmt, **attrs: object) -> Var:
        """The result of an operation on numbers."""
        target = self.fresh(t)
        named = tuple(sorted({**attrs, "safe": True}.items()))
        self.out.append(Assign(target, Apply(op, args, t, like.span, named), like.span))
        return target

    def convert(self, a: Atom, kind: Kind, like: Stmt) -> Atom:
        """A number in another kind."""
        assert isinstance(a.type, Scalar)
        if a.type.kind == kind:
            return a
        if isinstance(a, Const):
            return number(a.value, kind)
        return self.let("cast", (a,), Scalar(kind), like, kind=kind, weak=False)

    def elementwise(self, s: Assign, e: Apply, value: Callable[[Atom], Atom]) -> Atom:
        """One element of an element-wise operation's result."""
        assert isinstance(s.target.type, Array)
        row = BY_NAME[e.op]
        types = tuple(Scalar(a.type.kind, isinstance(a.type, Scalar) and a.type.weak) for a in e.args
                      if isinstance(a.type, Array | Scalar))
        compute = elementwise_type(row, types, "numpy").compute
        operands: list[Atom] = []
        for k, a in enumerate(e.args):
            kind: Kind = "bool" if row.rule == "selection" and k == 0 else compute
            operands.append(self.convert(value(a), kind, s))
        return self.let(e.op, tuple(operands), Scalar(s.target.type.kind), s, **dict(e.attrs))

    def add(self, old: Atom, value: Atom, like: Stmt) -> Atom:
        """An adjoint's sum; adding to the zero it begins with is no addition."""
        assert isinstance(old.type, Scalar)
        value = self.convert(value, old.type.kind, like)
        if isinstance(old, Const) and old.value == 0:
            return value
        return self.let("add", (old, value), Scalar(old.type.kind), like, flags=REASSOC)


def number(value: float, kind: Kind) -> Const:
    """A constant of a kind."""
    if kind == "bool":
        return Const(bool(value), Scalar(kind))
    return Const(int(value) if kind.startswith("int") else float(value), Scalar(kind))


# ---------------------------------------------------------------------------------------------------- reductions


def start(e: Apply, kind: Kind) -> Const:
    """What a reduction begins with."""
    if e.op in EXTREMA and kind != "bool":
        return number((LEAST if e.op == "max" else MOST)[kind], kind)
    return number(1 if e.op in ("prod", "all", "min") else 0, kind)


def partial_kind(s: Assign, e: Apply) -> Kind:
    """The kind in which a reduction is computed."""
    assert isinstance(s.target.type, Scalar)
    if e.op in ("all", "any"):
        return "bool"
    return s.target.type.kind


def step(body: Body, s: Assign, e: Apply, total: Var, values: list[Atom]) -> None:
    """Take one element into account."""
    assert isinstance(total.type, Scalar)
    kind = total.type.kind
    flags = {"flags": REASSOC} if kind.startswith("float") else {}
    t = Scalar(kind)
    value = body.convert(values[0], "bool" if e.op == "count_nonzero" else kind, s)
    match e.op:
        case "dot11":
            value = body.let("mul", (value, body.convert(values[1], kind, s)), t, s, **flags)
        case "norm":
            value = body.let("mul", (value, value), t, s, **flags)
        case "count_nonzero":
            value = body.let("cast", (value,), PY_INT, s, kind="int64", weak=True)
        case _:
            pass
    op = {"prod": "mul", "max": "maximum", "min": "minimum", "all": "logical_and", "any": "logical_or"}.get(e.op, "add")
    if kind == "bool":
        op = {"maximum": "logical_or", "minimum": "logical_and"}.get(op, op)
    attrs = flags if op in ("add", "mul") else {}
    named = tuple(sorted({**attrs, "safe": True}.items()))
    body.out.append(Assign(total, Apply(op, (total, value), total.type, s.span, named), s.span))


def finish(s: Assign, e: Apply, total: Var, size: Callable[[], Atom]) -> list[Stmt]:
    """The result of a reduction behind its loop."""
    assert isinstance(total.type, Scalar)
    match e.op:
        case "mean":
            count = Var(f"{total.name}.count", Scalar(total.type.kind))
            cast = Apply("cast", (size(),), count.type, s.span,
                         (("kind", total.type.kind), ("safe", True), ("weak", False)))
            divided = Apply("div", (total, count), s.target.type, s.span, SAFE)
            return [Assign(count, cast, s.span), Assign(s.target, divided, s.span)]
        case "norm":
            return [Assign(s.target, Apply("sqrt", (total,), s.target.type, s.span, SAFE), s.span)]
        case _:
            return [Assign(s.target, total, s.span)]
