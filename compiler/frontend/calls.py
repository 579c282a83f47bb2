"""Calls: operations of the table, conversions, and other Python functions."""

from __future__ import annotations

import ast
import functools
import math
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from ..ir.nodes import Assign, Atom, Call, Const, If, Place, Var
from ..ir.records import Instance
from ..ops import METHODS, Row, row_of_object
from .accept import ATTRIBUTES
from .record_calls import (
    construction,
    count_of,
    fold,
    is_super,
    library_class,
    record_method,
    starred,
    super_method,
)
from .remedies import CONSTRUCTS, remedy
from .scope import Keywords, LocalFunction, Partial, Scope, Static, Value, attribute, hidden_by_local, known, outer

CONVERSIONS: dict[Any, tuple[str, bool]] = {
    complex: ("complex128", True),
    float: ("float64", True),
    int: ("int64", True),
    bool: ("bool", True),
    np.complex128: ("complex128", False),
    np.complex64: ("complex64", False),
    np.float64: ("float64", False),
    np.float32: ("float32", False),
    np.int64: ("int64", False),
    np.int32: ("int32", False),
    np.bool_: ("bool", False),
}
DECIDED = (isinstance,)
ROUNDING = {math.floor: "floor", math.ceil: "ceil", math.trunc: "trunc"}
ALIASES = {"fill_value": "value", "a_min": "low", "a_max": "high", "min": "low", "max": "high", "a": "x",
           "x1": "a", "x2": "b", "condition": "c", "object": "x", "arr": "x", "array": "x", "v": "x", "m": "x",
           "M": "m", "N": "n", "A": "x", "tup": "arrays", "newshape": "shape"}
# Where a list display is as good as a tuple, and where it is an array.
SEQUENCES = ("arrays", "shape", "axis", "axes", "indices_or_sections", "pad_width", "condlist", "choicelist",
             "choices", "dimensions", "arys", "args", "range", "p", "s")
VECTORS = ("q", "bins", "weights", "indices", "ind", "xp", "fp", "edges")
# Where a word is an argument.
TEXTS = ("subscripts", "indexing", "ord", "norm", "p", "UPLO", "mode", "method", "reflect_type", "assume_a", "trans")
KINDS = {"float": "float64", "int": "int64", "bool": "bool", "float64": "float64", "float32": "float32",
         "int64": "int64", "int32": "int32", "bool_": "bool", "double": "float64", "single": "float32",
         "complex": "complex128", "complex128": "complex128", "complex64": "complex64"}


def call(scope: Scope, node: ast.Call) -> Value:
    """The value of a call."""
    if isinstance(node.func, ast.Attribute) and is_super(scope, node.func.value):
        return super_method(scope, node, node.func)
    if isinstance(node.func, ast.Attribute):
        owner = scope.evaluate(node.func.value)
        if not isinstance(owner, Static) and owner is not scope.poison:
            return _method(scope, node, node.func.attr, owner)
        target = attribute(scope, node.func, owner.value) if isinstance(owner, Static) else owner
    else:
        target = scope.evaluate(node.func)
    if target is scope.poison:
        for argument in (*node.args, *(k.value for k in node.keywords)):
            if not isinstance(argument, ast.Starred):
                scope.evaluate(argument)
        return scope.poison
    if not isinstance(target, Static):
        found = _callee(scope, node.func, target)
        if found is None:
            return scope.pending
        if found.value is Instance:
            return record_method(scope, node, "__call__", target, "")
        target = found
    return _static_call(scope, node, target.value)


def _callee(scope: Scope, node: ast.expr, target: Atom) -> Static | None:
    """The function that a variable stands for, when types have told; None before that, and after refusing it."""
    product = isinstance(node, ast.Constant | ast.BinOp)
    hint = "a product needs its `*`" if product else hidden_by_local(scope, node)
    found = scope.ask(node, "callee", target, hint)
    if isinstance(found, Place):
        found = scope.captures.made.get(found.key) or scope.refuse("A036", node)
    return None if found is None or found is scope.poison else Static(found)


def _static_call(scope: Scope, node: ast.Call, target: Any) -> Value:
    if target in DECIDED:
        return _decided(scope, node, target)
    if target is functools.partial:
        return _partial(scope, node)
    function = getattr(target, "__tapeless_function__", target)
    inner = isinstance(function, LocalFunction | Partial | functools.partial)
    if inner or (isinstance(function, FunctionType) and row_of_object(function) is None and not _library(function)
                 and not _transform(function)):
        return _python_function(scope, node, function)
    expanded = _expanded(scope, node)
    return scope.pending if expanded is None else _table_call(scope, expanded, target)


def _expanded(scope: Scope, node: ast.Call) -> ast.Call | None:
    """The call with the items of `*items` written out, for functions of the table; None after refusing it."""
    for keyword in node.keywords:
        if keyword.arg is None:
            scope.refuse("A014", keyword.value)
            return None
    if not any(isinstance(a, ast.Starred) for a in node.args):
        return node
    args: list[ast.expr] = []
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            args.append(argument)
            continue
        items = starred(scope, argument)
        if items is None:
            return None
        for k, item in enumerate(items):
            name = ast.copy_location(ast.Name(f"*{argument.lineno}.{argument.col_offset}.{k}", ast.Load()), argument)
            scope.statics[name.id] = item
            args.append(name)
    return ast.copy_location(ast.Call(node.func, args, node.keywords), node)


def _table_call(scope: Scope, node: ast.Call, target: Any) -> Value:
    found = row_of_object(target)
    if found is not None and found[0].name == "pack":
        return _pack(scope, node, target)
    if found is not None and found[0].with_base and found[1] == "math" and len(node.args) == 2:
        return _with_base(scope, node, found[0])
    if found is not None:
        return _operation(scope, node, *found)
    if isinstance(target, type) and target in CONVERSIONS:
        return _conversion(scope, node, target)
    if target in (min, max, sum) and (len(node.args) == 1 or target is sum):
        return fold(scope, node, target)
    if target in (min, max):
        return _extremum(scope, node, target)
    if isinstance(target, type) and not library_class(target):
        return construction(scope, node, target)
    if isinstance(target, type(math.floor)) and target in ROUNDING:
        rounded = scope.apply(ROUNDING[target], scope.span(node), scope.atom(node.args[0]), via="math")
        return scope.apply("cast", scope.span(node), rounded, kind="int64", weak=True)
    if _transform(target) or (_transform(type(target)) and not hasattr(target, "__tapeless_function__")):
        what = "a derivative inside a compiled function is not supported yet"
        return scope.refuse("T018", node, name=ast.unparse(node.func), what=what)
    return _refuse_call(scope, node, target)


def _library(function: FunctionType) -> bool:
    return (function.__module__ or "").split(".")[0] in ("numpy", "scipy", "math", "cmath")


def _transform(function: Any) -> bool:
    """Whether the callee is one of Tapeless's own transforms."""
    return getattr(function, "__module__", "") in ("tapeless.transforms", "tapeless.function", "tapeless.checking")


def _python_function(scope: Scope, node: ast.Call, function: Any) -> Atom:
    args: list[Atom] = []
    for argument in node.args:
        items = starred(scope, argument) if isinstance(argument, ast.Starred) else [scope.atom(argument)]
        if items is None:
            return scope.pending
        args.extend(items)
    keywords: list[tuple[str, Atom]] = []
    for keyword in node.keywords:
        if keyword.arg is not None:
            keywords.append((keyword.arg, scope.atom(keyword.value)))
            continue
        given = scope.evaluate(keyword.value)
        if not isinstance(given, Static) or not isinstance(given.value, Keywords):
            return scope.refuse("A014", keyword.value)
        name = given.value.name
        keywords.extend((key, Var(f"{name}.{key}", span=scope.span(keyword.value))) for key in given.value.keys)
    span = scope.span(node)
    path = (*scope.path, ("call", span.line, span.col, span.end_line, span.end_col))
    while isinstance(function, Partial | functools.partial):
        first, named = _given(scope, node, function)
        args, keywords = [*first, *args], [*((k, v) for k, v in named if k not in dict(keywords)), *keywords]
        function = function.target if isinstance(function, Partial) else function.func
        function = getattr(function, "__tapeless_function__", function)
    if isinstance(function, FunctionType | LocalFunction) and row_of_object(function) is None:
        return scope.bind(Call(function, tuple(args), tuple(keywords), span, path=path), span)
    names = [ast.copy_location(ast.Name(f"*{span.line}.{span.col}.{k}", ast.Load()), node) for k in range(len(args))]
    scope.statics.update({n.id: a for n, a in zip(names, args, strict=True)})
    options = [ast.copy_location(ast.keyword(k, ast.Name(f"*{span.line}.{span.col}.{k}", ast.Load())), node)
               for k, _ in keywords]
    scope.statics.update({f"*{span.line}.{span.col}.{k}": v for k, v in keywords})
    filled = ast.copy_location(ast.Call(node.func, list(names), options), node)
    return atom_of(scope, _table_call(scope, filled, function), node)


def atom_of(scope: Scope, value: Value, node: ast.AST) -> Atom:
    """A value as an operand."""
    return known(value.value, scope.span(node)) if isinstance(value, Static) else value


def _given(
    scope: Scope, node: ast.AST, function: Partial | functools.partial[Any]
) -> tuple[list[Atom], list[tuple[str, Atom]]]:
    """The arguments that a partial function already has."""
    if isinstance(function, Partial):
        return list(function.args), list(function.keywords)
    for name, value in function.keywords.items():
        scope.captures.guard(function.keywords, name, value)
    first = [atom_of(scope, scope.constant(node, "partial", a), node) for a in function.args]
    named = [(k, atom_of(scope, scope.constant(node, k, v), node)) for k, v in function.keywords.items()]
    return first, named


def _partial(scope: Scope, node: ast.Call) -> Value:
    """`functools.partial(f, ...)`: its arguments are evaluated here and now."""
    keys = [k.arg for k in node.keywords if k.arg is not None]
    if not node.args or len(keys) < len(node.keywords) or any(isinstance(a, ast.Starred) for a in node.args):
        return scope.refuse("A014", node)
    target = scope.evaluate(node.args[0])
    if not isinstance(target, Static):
        found = _callee(scope, node.args[0], target)
        if found is None:
            return scope.pending
        target = found
    span = scope.span(node)
    args = tuple(_held(scope, a) for a in node.args[1:])
    named = tuple((key, _held(scope, k.value)) for key, k in zip(keys, node.keywords, strict=True))
    if scope.loops and any(isinstance(a, Var) for a in (*args, *dict(named).values())):
        return scope.refuse("A037", node)
    made = Partial(target.value, args, named, (*scope.path, (span.line, span.col)))
    scope.captures.made[made.key] = made
    return Static(made)


def _held(scope: Scope, node: ast.expr) -> Atom:
    """An argument that a partial function keeps: wherever it is called, the value it had here."""
    value = scope.atom(node)
    held = outer(scope.bind(value, value.span), scope) if isinstance(value, Var) else value
    assert not isinstance(held, Static)
    return held


def keyword_of(scope: Scope, node: ast.Subscript, given: Keywords) -> Value:
    """`options["name"]` where `options` is the `**options` of the function."""
    key = scope.evaluate(node.slice)
    if isinstance(key, Static) and key.value in given.keys:
        return Var(f"{given.name}.{key.value}", span=scope.span(node))
    return scope.refuse("T028", node, name=ast.unparse(node.slice), keys=", ".join(map(repr, given.keys)) or "none")


def _decided(scope: Scope, node: ast.Call, target: Any) -> Value:
    """`isinstance(x, classes)`: decided by the type of `x`."""
    if len(node.args) != 2 or node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
        return scope.refuse("T003", node, name=target.__name__, expected="2 arguments", given=count_of(node))
    value = scope.atom(node.args[0])
    return scope.apply("isinstance", scope.span(node), value, classes=_classes(scope, node.args[1]))


def _classes(scope: Scope, node: ast.expr) -> tuple[type, ...]:
    """The classes that the second argument of `isinstance` names."""
    if isinstance(node, ast.Tuple):
        return tuple(c for item in node.elts for c in _classes(scope, item))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return (*_classes(scope, node.left), *_classes(scope, node.right))
    value = scope.evaluate(node)
    if isinstance(value, Static) and isinstance(value.value, type):
        return (value.value,)
    if isinstance(value, Const) and value.value is None and value is not scope.poison:
        return (type(None),)
    if value is not scope.poison:
        scope.refuse("T025", node, name=ast.unparse(node))
    return ()


def _conversion(scope: Scope, node: ast.Call, target: Any) -> Atom:
    kind, weak = CONVERSIONS[target]
    if target is complex and len(node.args) == 2 and not node.keywords:
        return scope.apply("join", scope.span(node), *map(scope.atom, node.args), via="builtin")
    if len(node.args) != 1 or node.keywords:
        return scope.refuse("T003", node, name=target.__name__, expected="1 argument", given=count_of(node))
    return scope.apply("cast", scope.span(node), scope.atom(node.args[0]), kind=kind, weak=weak)


def _extremum(scope: Scope, node: ast.Call, target: Any) -> Atom:
    """`max(a, b, ...)` is a choice: the first of the largest, exactly as Python picks it."""
    name = target.__name__
    if len(node.args) == 1 and scope.evaluate(node.args[0]) is scope.poison:
        return scope.poison
    if len(node.args) < 2 or node.keywords:
        return scope.refuse("T003", node, name=name, expected="two or more numbers", given=count_of(node),
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


def _method(scope: Scope, node: ast.Call, name: str, owner: Atom) -> Atom:
    row = METHODS.get(name)
    if row is None or name in ATTRIBUTES:
        hint = hidden_by_local(scope, node.func.value) if isinstance(node.func, ast.Attribute) else ""
        return record_method(scope, node, name, owner, hint)
    return _apply_row(scope, node, row, "method", (owner,))


def _operation(scope: Scope, node: ast.Call, row: Row, via: str) -> Atom:
    return _apply_row(scope, node, row, via, ())


def _apply_row(scope: Scope, node: ast.Call, row: Row, via: str, first: tuple[Atom, ...]) -> Atom:
    """Bind a call's arguments to the operands and options of a row."""
    spelled = ast.unparse(node.func)
    bound: dict[str, Atom] = dict(zip(row.operands, first, strict=False))
    options: dict[str, Any] = {}
    names = (*row.operands, *row.config, *(name for name, _ in row.options))
    for position, argument in enumerate(node.args, start=len(first)):
        if position < len(names) and names[position].startswith("*"):
            rest = node.args[position - len(first) :]
            several = ast.copy_location(ast.Tuple(rest, ast.Load()), argument)
            _bind(scope, names[position][1:], several if len(rest) > 1 else argument, bound, options)
            break
        if position >= len(names) or names[position] in ("", *row.by_keyword):
            hint = f"of two values `np.{row.name}imum(a, b)`" if row.name in ("max", "min") else ""
            return scope.refuse("T003", node, name=spelled, expected=_expected(row), given=count_of(node), hint=hint)
        _bind(scope, names[position], argument, bound, options)
    for keyword in node.keywords:
        name = ALIASES.get(keyword.arg or "", keyword.arg or "")
        name = keyword.arg or "" if keyword.arg in names else name
        if name not in (plain := [n.removeprefix("*") for n in names]) or not name:
            return scope.refuse("T002", keyword, name=spelled, argument=keyword.arg, hint=_instead(plain))
        _bind(scope, name, keyword.value, bound, options)
    required = row.operands[: len(row.operands) - row.optional]
    if any(name not in bound for name in required):
        return scope.refuse("T003", node, name=spelled, expected=_expected(row), given=count_of(node))
    args = [bound[name] for name in row.operands if name in bound]
    given = tuple(name for name in (n.removeprefix("*") for n in row.config) if name in bound)
    if given:
        options["config"] = given
    return scope.apply(row.name, scope.span(node), *args, *(bound[n] for n in given), via=via, **options)


def _instead(names: list[str]) -> str:
    """What to write for an argument that is not taken, where there is a way."""
    return "" if "axis" in names or "x" not in names else "along an axis, write a loop"


def _bind(scope: Scope, name: str, node: ast.expr, bound: dict[str, Atom], options: dict[str, Any]) -> None:
    if name == "dtype":
        options["dtype"] = kind_of(scope, node)
        return
    if name in SEQUENCES:
        node = _as_tuple(node)
    if name in VECTORS and isinstance(node, ast.List):
        bound[name] = display(scope, node)
        return
    value = scope.evaluate(node) if name in TEXTS else None
    if isinstance(value, Static) and isinstance(value.value, str):
        options[name] = value.value
    else:
        bound[name] = scope.atom(node)


def _as_tuple(node: ast.expr) -> ast.expr:
    """A list display, and those in it, as a tuple."""
    if not isinstance(node, ast.List | ast.Tuple):
        return node
    return ast.copy_location(ast.Tuple([_as_tuple(item) for item in node.elts], ast.Load()), node)


def _expected(row: Row) -> str:
    count, least = len(row.operands), len(row.operands) - row.optional
    words = f"{count} argument{'s' if count != 1 else ''}" if least == count else f"{least} to {count} arguments"
    return f"{words} ({', '.join(row.operands)})"


def kind_of(scope: Scope, node: ast.expr) -> str | None:
    """The dtype that an expression names at compile time; None for `None`, and before types tell that of `x.dtype`."""
    owner = scope.evaluate(node.value) if isinstance(node, ast.Attribute) and node.attr == "dtype" else None
    if isinstance(owner, Var):
        found: str | None = scope.ask(node, "dtype", owner)
        return found
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
        return scope.refuse(CONSTRUCTS[target], node, what="a string made at run time")
    if any(isinstance(a, ast.Name) and a.id in scope.poisoned for a in node.args):
        return scope.poison
    hint = remedy(target, spelled)
    if isinstance(target, type) and not hint:
        return scope.refuse("T018", node, name=spelled, what="it is a class, and objects are not values here")
    if isinstance(target, ModuleType):
        return scope.refuse("T018", node, name=spelled, what="it is a module")
    return scope.refuse("T001", node, name=spelled, hint=hint)
