"""Operations of the table as Python expressions."""

from __future__ import annotations

import ast
import math
from dataclasses import replace
from typing import Any

from ..ir.nodes import Apply, Const, For
from ..ir.types import Array, Scalar, TupleOf
from ..ops import BY_NAME
from ..ops.typing import promote
from .python_axes import PRINT

OPERATORS: dict[str, ast.operator | ast.cmpop | ast.unaryop] = {
    "+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div(), "//": ast.FloorDiv(), "%": ast.Mod(),
    "**": ast.Pow(), "@": ast.MatMult(), "&": ast.BitAnd(), "|": ast.BitOr(), "==": ast.Eq(), "!=": ast.NotEq(),
    "^": ast.BitXor(), "<<": ast.LShift(), ">>": ast.RShift(),
    "<": ast.Lt(), "<=": ast.LtE(), ">": ast.Gt(), ">=": ast.GtE(), "~": ast.Invert(),
}
RAISING = ("div", "pow", "mod", "floordiv", "lshift", "rshift")
WRITTEN = ("digamma", "trigamma")  # what derivatives need of them is there without SciPy
REDUCTIONS = ("sum", "mean", "prod", "max", "min", "count_nonzero", "all", "any")


def name(text: str) -> ast.expr:
    return ast.Name(text, ast.Load())


def dotted(text: str) -> ast.expr:
    first, *rest = text.split(".")
    node = name(first)
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def call(function: str, *args: ast.expr, **keywords: ast.expr) -> ast.expr:
    return ast.Call(dotted(function), list(args), [ast.keyword(k, v) for k, v in keywords.items()])


def method(owner: ast.expr, attribute: str, *args: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(owner, attribute, ast.Load()), list(args), [])


def raised(operation: ast.expr, codes: tuple[tuple[str, int], ...]) -> ast.expr:
    """The number of what an operation raises."""
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    numbers = ast.Dict([ast.Constant(name) for name, _ in codes], [ast.Constant(number) for _, number in codes])
    return call("raised", ast.Lambda(nothing, operation), numbers)


def assign(target: str, value: ast.expr) -> ast.stmt:
    return ast.Assign(targets=[ast.Name(target, ast.Store())], value=value)


def constant(value: Any) -> ast.expr:
    """A literal; infinities and NaN have names."""
    if isinstance(value, float) and not math.isfinite(value):
        named = dotted("np.nan") if math.isnan(value) else dotted("np.inf")
        return ast.UnaryOp(ast.USub(), named) if value < 0 else named
    if isinstance(value, complex):
        return _complex(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and (value < 0 or str(value).startswith("-")):
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _complex(value: complex) -> ast.expr:
    """A complex literal: an imaginary one, a sum, or for infinities and negative zeros the parts."""
    plain = math.isfinite(value.real) and math.isfinite(value.imag)
    if plain and math.copysign(1.0, value.imag) > 0.0 and str(value.real) == "0.0":
        return ast.Constant(value.imag * 1j)
    if plain and math.copysign(1.0, value.imag) < 0.0 and str(value.real) == "-0.0":
        return ast.UnaryOp(ast.USub(), ast.Constant(-value.imag * 1j))
    if plain and value.real != 0.0 and math.copysign(1.0, value.imag) > 0.0:
        return ast.BinOp(constant(value.real), ast.Add(), ast.Constant(value.imag * 1j))
    return call("complex", constant(value.real), constant(value.imag))


def subscript(owner: ast.expr, index: list[ast.expr]) -> ast.expr:
    inner = index[0] if len(index) == 1 else ast.Tuple(index, ast.Load())
    return ast.Subscript(owner, inner, ast.Load())


def negate(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


def range_call(bounds: list[ast.expr], s: For) -> ast.expr:
    if s.step == Const(1, s.step.type) and isinstance(s.step, Const):
        bounds = bounds[1:2] if isinstance(s.start, Const) and s.start.value == 0 else bounds[:2]
    return call("range", *bounds)


def apply(e: Apply, args: list[ast.expr], weak: bool) -> ast.expr:
    """One operation; `weak` when all operands are Python numbers."""
    row = BY_NAME[e.op]
    if row.elementwise:
        return _elementwise(e, args, weak)
    return _structured(e, args)


def widening(e: Apply, place: int, text: ast.expr) -> ast.expr:
    """An operand as it is written: a constant is NumPy's where a number of Python's would give another type."""
    a, types = e.args[place] if place < len(e.args) else None, [t.type for t in e.args]
    if not isinstance(a, Const) or not isinstance(a.type, Scalar) or a.type.weak or not BY_NAME[e.op].elementwise:
        return text
    if a.type.kind == "bool" or not all(isinstance(t, Scalar | Array) for t in types):
        return text
    weakened = [replace(a.type, weak=True) if k == place else t for k, t in enumerate(types)]
    same = promote(tuple(types)) == promote(tuple(weakened))  # type: ignore[arg-type]
    return text if same else call(f"np.{a.type.kind}", text)


def _elementwise(e: Apply, args: list[ast.expr], weak: bool) -> ast.expr:
    row = BY_NAME[e.op]
    scalar = isinstance(e.type, Scalar)
    if e.op == "where" and scalar:
        return ast.IfExp(*args) if e.attr("safe") else ast.Subscript(call("np.where", *args), ast.Tuple([], ast.Load()))
    if e.op in ("real", "imag"):
        return ast.Attribute(args[0], e.op, ast.Load())
    if e.op == "join":
        return call("complex", *args) if weak or e.attr("via") == "builtin" else ast.BinOp(
            args[0], ast.Add(), ast.BinOp(ast.Constant(1j), ast.Mult(), args[1]))
    if e.op == "conj":
        return method(args[0], "conjugate") if weak else call("np.conj", *args)
    if row.scipy and not (row.numpy or (e.attr("via") == "math" and row.math)) and row.name not in WRITTEN:
        return call(f"special.{row.scipy[0]}", *args)
    if not (row.infix or row.numpy or row.math) or row.name in WRITTEN:
        return call(e.op, *args)
    if e.attr("via") == "builtin":
        return call({"minimum": "min"}[e.op], *args)
    if e.attr("via") == "cmath" and row.cmath:
        return call(f"cmath.{row.cmath[0]}", *args)
    if e.attr("via") == "math" and row.math:
        return call(f"math.{row.math[0]}", *args)
    if row.rule == "logical" and scalar:
        return negate(args[0]) if len(args) == 1 else ast.BoolOp(
            ast.And() if e.op == "logical_and" else ast.Or(), args)
    assert isinstance(e.type, Scalar | Array)
    strong = not (isinstance(e.type, Scalar) and e.type.weak)
    called = e.attr("via") == "numpy" and e.attr("flags") is None  # by the program, with numbers that may be Python's
    own = weak and called and not (row.rule == "comparison" and e.attr("safe"))
    kept = strong and (own or (e.op in RAISING and (weak or called)))  # an operator would give another number
    if row.infix and not (kept and row.numpy):
        return _infix(row.infix, args)
    if not row.numpy and not row.infix:
        return call(f"math.{row.math[0]}", *args)
    if e.op == "abs" and not strong:
        return call("abs", *args)
    return call(f"np.{row.numpy[0]}", *args)


def _infix(symbol: str, args: list[ast.expr]) -> ast.expr:
    operator = {"-": ast.USub(), "+": ast.UAdd()}.get(symbol) if len(args) == 1 else OPERATORS[symbol]
    if len(args) == 1:
        return ast.UnaryOp(operator or OPERATORS[symbol], args[0])  # type: ignore[arg-type]
    if isinstance(operator, ast.cmpop):
        return ast.Compare(args[0], [operator], [args[1]])
    return ast.BinOp(args[0], operator, args[1])  # type: ignore[arg-type]


def _structured(e: Apply, args: list[ast.expr]) -> ast.expr:
    if e.op in PRINT:
        return PRINT[e.op](e, args)
    match e.op:
        case "load":
            return subscript(args[0], args[1:] or [ast.Tuple([], ast.Load())])
        case "view":
            last = [ast.Constant(...)] if all(p == "i" for p in e.attr("spec")) else []  # a view, not the number
            return subscript(args[0], [*_index(e.attr("spec"), args[1:]), *last])
        case "gather":
            return subscript(args[0], [*(ast.Slice() for _ in range(e.attr("axis"))), *args[1:]])
        case "last_written":
            index = [*(call("slice", ast.Constant(None)) for _ in range(e.attr("axis"))), *args[1:]]
            return call(e.op, args[0], _tuple(index))
        case "positions":
            return subscript(call("np.nonzero", args[0]), [ast.Constant(e.attr("axis"))])
        case "part":
            return ast.Attribute(args[0], ("real", "imag")[e.attr("part")], ast.Load())
        case "dim":
            return subscript(ast.Attribute(args[0], "shape", ast.Load()), [ast.Constant(e.attr("axis"))])
        case "size":
            return ast.Attribute(args[0], "size", ast.Load())
        case "copy":
            return method(args[0], "copy")
        case "astype":
            return method(args[0], "astype", _dtype(e))
        case "cast":
            return _cast(e, args[0])
        case "tuple" if isinstance(e.type, TupleOf) and e.type.perhaps:
            return ast.IfExp(args[0], ast.Constant(None), args[1])
        case "tuple":
            return ast.Tuple(args, ast.Load())
        case "undefined" if e.attr("added_to"):
            return call("np.zeros", ast.Tuple([], ast.Load()))
        case "undefined":
            # Nobody reads it as a number, but it may be kept: an array of floats takes None, one of integers does not.
            integer = isinstance(e.type, Scalar) and not e.type.kind.startswith("float")
            return ast.Constant(0 if integer else None)
        case "one_of":
            return _one_of(e, args[0])
        case "list_place":
            told = [] if e.attr("message") == "list index out of range" else [ast.Constant(e.attr("message"))]
            return call("placed", *args, *told)
        case "range_count":
            short = isinstance(e.args[0], Const) and e.args[0].value == 0 and _is_one(e.args[2])
            return call("len", call("range", *(args[1:2] if short else args[:2] if _is_one(e.args[2]) else args)))
        case "pack":
            return _pack(e, args)
        case "sum" if not isinstance(e.args[0].type, Array):
            return args[0]
        case _:
            return _function(e, args)


def _one_of(e: Apply, number: ast.expr) -> ast.expr:
    """A string, or the text of an enum member: one, or the one for a number."""
    *others, (_, last) = e.attr("options")
    found: ast.expr = ast.Constant(str(last))
    for k, value in reversed(others):
        found = ast.IfExp(ast.Compare(number, [ast.Eq()], [ast.Constant(k)]), ast.Constant(str(value)), found)
    return found


def _function(e: Apply, args: list[ast.expr]) -> ast.expr:
    """What is a function of NumPy's, or an operator."""
    match e.op:
        case "norm":
            return call("np.linalg.norm", *args)
        case "dot11" | "dot12" | "dot21" | "dot22":
            return ast.BinOp(args[0], ast.MatMult(), args[1])
        case "argsort":
            return call("np.argsort", *args, kind=ast.Constant("stable"))
        case "searchsorted":
            right = {"side": ast.Constant("right")} if e.attr("side") == "right" else {}
            return call("np.searchsorted", *args, **right)
        case "solve21" | "solve22":
            return call("np.linalg.solve", *args)
        case "slogdet_sign" | "slogdet_log":
            return subscript(call("np.linalg.slogdet", *args), [ast.Constant(int(e.op == "slogdet_log"))])
        case "zeros" | "ones" | "empty":
            return call(f"np.{e.op}", _tuple(args), **_keyword(e))
        case "full":
            return call("np.full", _tuple(args[1:]), args[0], dtype=_dtype(e))
        case "zeros_like" | "ones_like" | "empty_like" | "full_like":
            of, t = e.args[0].type, e.type
            same = isinstance(of, Array) and isinstance(t, Array) and of.kind == t.kind
            order = {"order": ast.Constant("C")} if e.attr("order") else {}
            return call(f"np.{e.op}", *args, **({} if same else {"dtype": _dtype(e)}), **order)
        case "zeros_shaped":
            shapes = [ast.Attribute(a, "shape", ast.Load()) for a in args]
            return call("np.zeros", call("np.broadcast_shapes", *shapes), **_keyword(e))
        case "arange":
            return call("np.arange", *args, **_keyword(e))
        case _:
            names = BY_NAME[e.op].numpy
            return call(f"np.{names[0]}" if names else e.op, *args)


def _is_one(a: Any) -> bool:
    return isinstance(a, Const) and a.value == 1


def _tuple(items: list[ast.expr]) -> ast.expr:
    return items[0] if len(items) == 1 else ast.Tuple(items, ast.Load())


def _dtype(e: Apply) -> ast.expr:
    assert isinstance(e.type, Scalar | Array)
    return dotted(f"np.{e.type.kind}" if e.type.kind != "bool" else "np.bool_")


def _keyword(e: Apply) -> dict[str, ast.expr]:
    assert isinstance(e.type, Array)
    return {} if e.type.kind == "float64" else {"dtype": _dtype(e)}


def _cast(e: Apply, value: ast.expr) -> ast.expr:
    """A conversion; one that Python or NumPy makes by itself is not written."""
    if e.attr("implicit"):
        return value
    assert isinstance(e.type, Scalar)
    if e.type.weak:
        return call(str(e.type), value)
    same = isinstance(e.args[0].type, Scalar) and e.args[0].type.kind == e.type.kind
    if same and e.attr("safe"):
        return value
    return call("np.bool_" if e.type.kind == "bool" else f"np.{e.type.kind}", value)


def _index(spec: tuple[str, ...], operands: list[ast.expr]) -> list[ast.expr]:
    left = list(operands)
    parts: list[ast.expr] = []
    for p in spec:
        match p[0]:
            case "i":
                parts.append(left.pop(0))
            case "n":
                parts.append(ast.Constant(None))
            case _:
                parts.append(ast.Slice(*(left.pop(0) if given == "1" else None for given in p[1:])))
    return parts


def _pack(e: Apply, args: list[ast.expr]) -> ast.expr:
    shape: tuple[int, ...] = e.attr("shape")
    assert isinstance(e.type, Array)
    if not shape:
        return call("np.array", *args, dtype=_dtype(e))
    rows = args
    for extent in reversed(shape[1:]):
        rows = [ast.List(rows[k : k + extent], ast.Load()) for k in range(0, len(rows), extent)]
    return call("np.array", ast.List(rows, ast.Load()), dtype=_dtype(e))
