"""Calls: operations of the table, conversions, and other Python functions."""

from __future__ import annotations

import ast
import math
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from ..ir.nodes import Assign, Atom, Call, Const, If
from ..ops import METHODS, Row, row_of_object
from .accept import ATTRIBUTES
from .remedies import CONSTRUCTS, remedy
from .scope import LocalFunction, Scope, Static, Value, attribute, hidden_by_local

CONVERSIONS: dict[Any, tuple[str, bool]] = {
    float: ("float64", True),
    int: ("int64", True),
    bool: ("bool", True),
    np.float64: ("float64", False),
    np.float32: ("float32", False),
    np.int64: ("int64", False),
    np.int32: ("int32", False),
    np.bool_: ("bool", False),
}
ROUNDING = {math.floor: "floor", math.ceil: "ceil", math.trunc: "trunc"}
ALIASES = {"fill_value": "value", "a_min": "low", "a_max": "high", "min": "low", "max": "high", "a": "x",
           "x1": "a", "x2": "b", "condition": "c", "object": "x", "arr": "x"}
KINDS = {"float": "float64", "int": "int64", "bool": "bool", "float64": "float64", "float32": "float32",
         "int64": "int64", "int32": "int32", "bool_": "bool", "double": "float64", "single": "float32"}


def call(scope: Scope, node: ast.Call) -> Value:
    """The value of a call."""
    for star in [a for a in node.args if isinstance(a, ast.Starred)] + [k.value for k in node.keywords if not k.arg]:
        return scope.refuse("A014", star)
    if isinstance(node.func, ast.Attribute):
        owner = scope.evaluate(node.func.value)
        if not isinstance(owner, Static) and owner is not scope.poison:
            return _method(scope, node, node.func.attr, owner)
        target = attribute(scope, node.func, owner.value) if isinstance(owner, Static) else owner
    else:
        target = scope.evaluate(node.func)
    if target is scope.poison:
        for argument in (*node.args, *(k.value for k in node.keywords)):
            scope.evaluate(argument)
        return scope.poison
    if not isinstance(target, Static):
        what = "it is a value, not a function"
        hint = hidden_by_local(scope, node.func)
        if isinstance(node.func, ast.Constant | ast.BinOp):
            hint = "a product needs its `*`"
        return scope.refuse("T018", node, name=ast.unparse(node.func), what=what, hint=hint)
    return _static_call(scope, node, target.value)


def _static_call(scope: Scope, node: ast.Call, target: Any) -> Value:
    found = row_of_object(target)
    if found is not None and found[0].name == "pack":
        return _pack(scope, node, target)
    if found is not None and found[0].with_base and found[1] == "math" and len(node.args) == 2:
        return _with_base(scope, node, found[0])
    if found is not None:
        return _operation(scope, node, *found)
    if isinstance(target, type) and target in CONVERSIONS:
        return _conversion(scope, node, target)
    if target in (min, max):
        return _extremum(scope, node, target)
    if isinstance(target, type(math.floor)) and target in ROUNDING:
        rounded = scope.apply(ROUNDING[target], scope.span(node), scope.atom(node.args[0]), via="math")
        return scope.apply("cast", scope.span(node), rounded, kind="int64", weak=True)
    if _transform(target) or (_transform(type(target)) and not hasattr(target, "__tapeless_function__")):
        what = "a derivative inside a compiled function is not supported yet"
        return scope.refuse("T018", node, name=ast.unparse(node.func), what=what)
    function = getattr(target, "__tapeless_function__", target)
    if isinstance(function, LocalFunction) or (isinstance(function, FunctionType) and not _library(function)):
        return _python_function(scope, node, function)
    return _refuse_call(scope, node, target)


def _library(function: FunctionType) -> bool:
    return (function.__module__ or "").split(".")[0] in ("numpy", "scipy", "math")


def _transform(function: Any) -> bool:
    """Whether the callee is one of Tapeless's own transforms."""
    return getattr(function, "__module__", "") in ("tapeless.transforms", "tapeless.function", "tapeless.checking")


def _python_function(scope: Scope, node: ast.Call, function: FunctionType | LocalFunction) -> Atom:
    args = tuple(_argument(scope, a) for a in node.args)
    keywords = tuple((k.arg or "", _argument(scope, k.value)) for k in node.keywords)
    return scope.bind(Call(function, args, keywords, scope.span(node)), scope.span(node))


def _argument(scope: Scope, node: ast.expr) -> Atom:
    """An argument of a Python function: an operand, or a function, which `inline` hands to the callee as it is."""
    if isinstance(node, ast.Name | ast.Lambda | ast.Attribute):
        value = scope.evaluate(node)
        if isinstance(value, Static) and callable_value(value.value):
            return Const(value, span=scope.span(node))
        if not isinstance(value, Static):
            return value
    return scope.atom(node)


def callable_value(value: Any) -> bool:
    """Whether a compile-time value can be called by the function that receives it."""
    return isinstance(value, FunctionType | LocalFunction) or row_of_object(value) is not None


def _conversion(scope: Scope, node: ast.Call, target: Any) -> Atom:
    kind, weak = CONVERSIONS[target]
    if len(node.args) != 1 or node.keywords:
        return scope.refuse("T003", node, name=target.__name__, expected="1 argument", given=_count(node))
    return scope.apply("cast", scope.span(node), scope.atom(node.args[0]), kind=kind, weak=weak)


def _extremum(scope: Scope, node: ast.Call, target: Any) -> Atom:
    """`max(a, b, ...)` is a choice: the first of the largest, exactly as Python picks it."""
    name = target.__name__
    if len(node.args) == 1 and scope.evaluate(node.args[0]) is scope.poison:
        return scope.poison
    if len(node.args) < 2 or node.keywords:
        return scope.refuse("T003", node, name=name, expected="two or more numbers", given=_count(node),
                            hint=f"for an array write `np.{name}(x)`")
    span = scope.span(node)
    values = [scope.atom(a) for a in node.args]
    result = scope.bind(values[0], span)
    for value in values[1:]:
        test = scope.apply("truth", span, scope.apply("gt" if target is max else "lt", span, value, result))
        scope.emit(If(test, (Assign(result, value, span),), (), span))
    return result


def _with_base(scope: Scope, node: ast.Call, row: Row) -> Atom:
    """A logarithm to another base is a quotient of logarithms."""
    span = scope.span(node)
    parts = [scope.apply(row.name, span, scope.atom(a), via="math") for a in node.args]
    return scope.apply("div", span, *parts)


def _count(node: ast.Call) -> str:
    count = len(node.args) + len(node.keywords)
    return "1 was" if count == 1 else f"{count} were"


def _method(scope: Scope, node: ast.Call, name: str, owner: Atom) -> Atom:
    row = METHODS.get(name)
    if row is None or name in ATTRIBUTES:
        known = ", ".join(f"`.{m}()`" for m in sorted(METHODS) if m not in ATTRIBUTES)
        hint = hidden_by_local(scope, node.func.value) if isinstance(node.func, ast.Attribute) else ""
        return scope.refuse("A027", node, name=name, methods=known, hint=hint)
    return _apply_row(scope, node, row, "method", (owner,))


def _operation(scope: Scope, node: ast.Call, row: Row, via: str) -> Atom:
    return _apply_row(scope, node, row, via, ())


def _apply_row(scope: Scope, node: ast.Call, row: Row, via: str, first: tuple[Atom, ...]) -> Atom:
    """Bind a call's arguments to the operands and options of a row."""
    spelled = ast.unparse(node.func)
    bound: dict[str, Atom] = dict(zip(row.operands, first, strict=False))
    options: dict[str, Any] = {}
    names = (*row.operands, *(name for name, _ in row.options))
    for position, argument in enumerate(node.args, start=len(first)):
        if position >= len(names):
            hint = f"of two values `np.{row.name}imum(a, b)`" if row.name in ("max", "min") else ""
            return scope.refuse("T003", node, name=spelled, expected=_expected(row), given=_count(node), hint=hint)
        _bind(scope, names[position], argument, bound, options)
    for keyword in node.keywords:
        name = ALIASES.get(keyword.arg or "", keyword.arg or "")
        name = keyword.arg or "" if keyword.arg in names else name
        if name not in names:
            hint = "along an axis, write a loop: `y[i] = np.sum(x[i])`" if name == "axis" else ""
            return scope.refuse("T002", keyword, name=spelled, argument=keyword.arg, hint=hint)
        _bind(scope, name, keyword.value, bound, options)
    required = row.operands[: len(row.operands) - row.optional]
    if any(name not in bound for name in required):
        return scope.refuse("T003", node, name=spelled, expected=_expected(row), given=_count(node))
    args = tuple(bound[name] for name in row.operands if name in bound)
    return scope.apply(row.name, scope.span(node), *args, via=via, **options)


def _bind(scope: Scope, name: str, node: ast.expr, bound: dict[str, Atom], options: dict[str, Any]) -> None:
    if name == "dtype":
        options["dtype"] = kind_of(scope, node)
    else:
        bound[name] = scope.atom(node)


def _expected(row: Row) -> str:
    count, least = len(row.operands), len(row.operands) - row.optional
    words = f"{count} argument{'s' if count != 1 else ''}" if least == count else f"{least} to {count} arguments"
    return f"{words} ({', '.join(row.operands)})"


def kind_of(scope: Scope, node: ast.expr) -> str | None:
    """The dtype that an expression names at compile time."""
    value = scope.evaluate(node)
    if isinstance(value, Static):
        named = value.value if isinstance(value.value, str) else getattr(value.value, "__name__", None) or getattr(
            value.value, "name", "")
        if named in KINDS:
            return KINDS[named]
    elif value is scope.poison or getattr(value, "value", 0) is None:
        return None
    hint = "a shape is one argument, a tuple: `np.zeros((2, 3))`" if isinstance(value, Const) else ""
    scope.refuse("T013", node, name=ast.unparse(node), hint=hint)
    return None


def _pack(scope: Scope, node: ast.Call, target: Any) -> Atom:
    """`np.array([a, b])` of numbers, nested to any depth, or a copy of an array."""
    options = {k.arg: kind_of(scope, k.value) for k in node.keywords if k.arg == "dtype"}
    others = [k for k in node.keywords if k.arg != "dtype"]
    if others or not 1 <= len(node.args) <= 2:
        argument = others[0].arg if others else "without a value"
        return scope.refuse("T002", node, name=ast.unparse(node.func), argument=argument)
    if len(node.args) == 2:
        options["dtype"] = kind_of(scope, node.args[1])
    display = node.args[0]
    if not isinstance(display, ast.List | ast.Tuple):
        op = "asarray" if target is np.asarray else "copy"
        return scope.apply(op, scope.span(node), scope.atom(display), via="numpy", **options)
    items, shape = _flatten(scope, display)
    return scope.apply("pack", scope.span(node), *items, shape=shape, via="numpy", **options)


def display(scope: Scope, node: ast.List) -> Atom:
    """A list as an index: an array of its numbers."""
    items, shape = _flatten(scope, node)
    return scope.apply("pack", scope.span(node), *items, shape=shape, via="numpy")


def _flatten(scope: Scope, node: ast.expr) -> tuple[list[Atom], tuple[int, ...]]:
    if not isinstance(node, ast.List | ast.Tuple):
        return [scope.atom(node)], ()
    parts = [_flatten(scope, item) for item in node.elts]
    shapes = {shape for _, shape in parts}
    if len(shapes) > 1:
        scope.refuse("T004", node, what="np.array", types="rows of different lengths")
    inner = next(iter(shapes), ())
    return [a for items, _ in parts for a in items], (len(node.elts), *inner)


def _refuse_call(scope: Scope, node: ast.Call, target: Any) -> Atom:
    spelled = ast.unparse(node.func)
    module = (getattr(target, "__module__", "") or "").split(".")
    if target is print:
        return scope.refuse("A034", node, name=scope.source.name)
    if "random" in module or "random" in spelled.split("."):
        return scope.refuse("A033", node)
    if target in CONSTRUCTS:
        return scope.refuse(CONSTRUCTS[target], node)
    if any(isinstance(a, ast.Name) and a.id in scope.poisoned for a in node.args):
        return scope.poison
    hint = remedy(target, spelled)
    if isinstance(target, type) and not hint:
        return scope.refuse("T018", node, name=spelled, what="it is a class, and objects are not values here")
    if isinstance(target, ModuleType):
        return scope.refuse("T018", node, name=spelled, what="it is a module")
    return scope.refuse("T001", node, name=spelled, hint=hint)
