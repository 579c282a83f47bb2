"""Formulas of the table of operations, instantiated as statements on the operands at hand.

`"where(b == 0.0, 0.0, b * a ** (b - 1.0))"` with `b` the constant 2 becomes `2.0 * a`: constants are folded and an arm
that cannot be taken is not built.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..ir.nodes import Apply, Atom, Const, Var
from ..ir.types import PARTS, PY_BOOL, PY_COMPLEX, PY_FLOAT, PY_INT, Array, Kind, Scalar, Type, is_complex, is_inexact
from ..ops import BY_NAME
from ..ops.typing import elementwise_type, promote
from .matrix_words import WORDS, matrix_type

Emit = Callable[[Apply], Var]
SHAPES_ONLY = ("size", "rows", "columns", "smaller", "taller")
_INFIX: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow", ast.FloorDiv: "floordiv",
    ast.Mod: "mod", ast.BitAnd: "logical_and", ast.BitOr: "logical_or", ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt",
    ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.USub: "neg",
}
_FOLD: dict[str, Callable[..., float | bool]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b, "neg": lambda a: -a,
    "conj": lambda a: a.conjugate() if a.real else -a, "real": lambda a: a.real,
}


@lru_cache(maxsize=512)
def parse(text: str) -> ast.expr:
    """A formula as a syntax tree. Names that its lines before the last define are replaced by what they stand for."""
    *lines, last = ast.parse(text).body
    named: dict[str, ast.expr] = {}
    for line in lines:
        assert isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
        named[line.targets[0].id] = _Named(named).visit(line.value)
    assert isinstance(last, ast.Expr)
    found: ast.expr = _Named(named).visit(last.value)
    return found


class _Named(ast.NodeTransformer):
    """Replaces names by trees, which stay one object however often they occur."""

    def __init__(self, named: dict[str, ast.expr]) -> None:
        self.named = named

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.named.get(node.id, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(a) for a in node.args]
        return node


@lru_cache(maxsize=512)
def mentions(text: str, name: str) -> bool:
    """Whether a formula reads a name."""
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(parse(text)))


@lru_cache(maxsize=512)
def may_be_infinite(text: str, finite: frozenset[str] = frozenset()) -> bool:
    """Whether a contribution can be other than zero when `y_bar` is zero: it computes with operands.

    `finite` are the operands that are known numbers.
    """

    def arithmetic(node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Name(id="where")):
                return any(map(arithmetic, node.args[1:]))
            case ast.Name():
                return node.id != "y_bar" and node.id not in finite
            case ast.Constant():
                return False
            case _:
                return any(arithmetic(n) for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr))

    return arithmetic(parse(text))


@lru_cache(maxsize=512)
def content_names(text: str) -> frozenset[str]:
    """The names whose values a formula reads; `size(x)` only looks at a shape."""

    def names(node: ast.AST) -> set[str]:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SHAPES_ONLY:
            return set()
        own = {node.id} if isinstance(node, ast.Name) else set()
        inner = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        return own.union(*map(names, inner))

    return frozenset(names(parse(text)))


def partials(e: Apply) -> tuple[str, ...]:
    """The derivative of an operation for the operands at hand."""
    row = BY_NAME[e.op]
    complex_ = row.complex_partials and any(is_complex(a.type) for a in e.args)
    return row.complex_partials if complex_ else row.partials


class Formula:
    """Builds formulas over an environment of operands; `emit` names each operation's result."""

    def __init__(self, emit: Emit, flags: str) -> None:
        self.emit = emit
        self.flags = flags
        self.shared: dict[str, Atom] | None = None
        self.named: dict[int, Atom] = {}  # values of trees that occur several times in formulas over one environment
        self.along: tuple[tuple[str, object], ...] = ()  # the axes along which the operation of the formula runs

    def build(self, text: str, env: dict[str, Atom]) -> Atom:
        """The value of a formula, emitting the operations it takes."""
        return self._node(parse(text), env)

    def _node(self, node: ast.expr, env: dict[str, Atom]) -> Atom:
        if self.shared is None or isinstance(node, ast.Name | ast.Constant):
            return self._built(node, env)
        if id(node) not in self.named:
            self.named[id(node)] = self._built(node, env)
        return self.named[id(node)]

    def _built(self, node: ast.expr, env: dict[str, Atom]) -> Atom:
        match node:
            case ast.Name():
                return env[node.id]
            case ast.Constant():
                assert isinstance(node.value, int | float | complex)
                return Const(node.value, {int: PY_INT, float: PY_FLOAT, complex: PY_COMPLEX}[type(node.value)])
            case ast.UnaryOp():
                return self.apply(_INFIX[type(node.op)], self._node(node.operand, env))
            case ast.BinOp():
                return self.apply(_INFIX[type(node.op)], self._node(node.left, env), self._node(node.right, env))
            case ast.Compare():
                return self.apply(_INFIX[type(node.ops[0])], self._node(node.left, env),
                                  self._node(node.comparators[0], env))
            case ast.Call(func=ast.Name(id="where")):
                test = self._node(node.args[0], env)
                if isinstance(test, Const):
                    return self._node(node.args[1] if test.value else node.args[2], env)
                return self.apply("where", test, *(self._node(a, env) for a in node.args[1:]))
            case ast.Call(func=ast.Name()):
                return self._call(node, env)
            case _:
                raise AssertionError(f"not part of the formula language: {ast.unparse(node)}")

    @contextmanager
    def sharing(self) -> Iterator[None]:
        """Formulas over the same operands: a function of whole arrays is computed once for all of them."""
        self.shared, self.named = {}, {}
        try:
            yield
        finally:
            self.shared = None

    def _call(self, node: ast.Call, env: dict[str, Atom]) -> Atom:
        assert isinstance(node.func, ast.Name)
        word = WORDS.get(node.func.id)
        text = "" if self.shared is None or (not word and BY_NAME[node.func.id].elementwise) else ast.dump(node)
        if self.shared is not None and text in self.shared:
            return self.shared[text]
        operands = (self._node(a, env) for a in node.args)
        value = word(self, *operands) if word else self.apply(node.func.id, *operands)
        if self.shared is not None and text:
            self.shared[text] = value
        return value

    def apply(self, op: str, *args: Atom) -> Atom:
        """One operation on atoms, folded where its operands allow it exactly."""
        folded = _fold(op, args)
        if folded is not None:
            return folded
        row = BY_NAME[op]
        if op in ("real", "conj") and not is_complex(args[0].type):
            return args[0]
        if op == "transpose":
            assert isinstance(args[0].type, Array)
            return self.structured(op, args, axes=tuple(reversed(range(args[0].type.rank))))
        if not row.elementwise:
            return self.structured(op, args, **(dict(self.along) if op.endswith("_along") else {}))
        typed = elementwise_type(row, tuple(a.type for a in args), "numpy")
        atoms = tuple(
            a if row.rule == "selection" and k == 0 else self.convert(a, typed.compute) for k, a in enumerate(args)
        )
        attrs: tuple[tuple[str, object], ...] = (("safe", True), ("via", "numpy"))
        if row.rule == "arithmetic" or op == "div":
            attrs = (("flags", self.flags), *attrs)
        return self.emit(Apply(op, atoms, typed.result, attrs=attrs))

    def structured(self, op: str, args: tuple[Atom, ...], **attrs: object) -> Var:
        """An operation on whole arrays; its type follows from the first operand's."""
        if op in ("count_nonzero_along", "sum_along"):
            attrs["keepdims"] = True
        named = (*sorted(attrs.items()), ("safe", True))
        return self.emit(Apply(op, args, _structured_type(op, args), attrs=named))

    def convert(self, a: Atom, kind: Kind) -> Atom:
        """A scalar operand in another kind; arrays are converted element by element by `loops`."""
        if not isinstance(a.type, Scalar) or a.type.kind == kind:
            return a
        t = Scalar(kind, a.type.weak)
        if isinstance(a, Const):
            convert: Callable[[Any], Any] = bool if kind == "bool" else complex if kind in PARTS else float
            return replace(a, value=convert(a.value), type=t)
        attrs = (("implicit", True), ("kind", kind), ("safe", True), ("weak", t.weak))
        return self.emit(Apply("cast", (a,), t, attrs=attrs))


def _fold(op: str, args: tuple[Atom, ...]) -> Atom | None:
    if all(isinstance(a, Const) for a in args) and op in _FOLD:
        value = _FOLD[op](*(a.value for a in args))  # type: ignore[union-attr]
        return Const(value, {bool: PY_BOOL, complex: PY_COMPLEX}.get(type(value), PY_FLOAT))
    if op == "mul":
        for one, other in (args, args[::-1]):
            if isinstance(one, Const) and one.value == 1.0:
                return other
    if op == "pow" and isinstance(args[1], Const):
        if args[1].value == 1.0:
            return args[0]
        if args[1].value == 0.0:
            return Const(1.0, PY_FLOAT)
    if op in ("logical_and", "logical_or"):
        for known, other in (args, args[::-1]):
            if isinstance(known, Const):
                return other if bool(known.value) == (op == "logical_and") else known
    return None


def _structured_type(op: str, args: tuple[Atom, ...]) -> Type:
    x = args[0].type if args else PY_FLOAT
    match op:
        case "size" | "count_nonzero":
            return PY_INT
        case "sum":
            assert isinstance(x, Array | Scalar)
            return Scalar(x.kind)
        case "linspace":
            return Array("float64", 1)
        case "dot21" | "dot12" | "solve21":
            return Array(_kind(args), 1)
        case "dot22" | "outer":
            return Array(_kind(args), 2)
        case "convolve_full" | "slide":
            return Array(_kind(args), 1)
        case "transpose":
            assert isinstance(x, Array)
            return Array(x.kind, x.rank, "A")
        case "count_nonzero_along":
            assert isinstance(x, Array)
            return Array("int64", x.rank)
        case "prod_of_others" | "copy" | "zeros_like" | "dft_along" | "idft_along" | "prod_of_others_along" | (
            "cumsum_back_along" | "cumprod_back_along"
        ):
            assert isinstance(x, Array)
            return Array(x.kind, x.rank)
        case _:
            found = matrix_type(op, args)
            assert found is not None, f"{op} is not used in formulas"
            return found


def _kind(args: tuple[Atom, ...]) -> Kind:
    kind = promote(tuple(a.type for a in args if isinstance(a.type, Array | Scalar)))
    return kind if is_inexact(kind) else "float64"
