"""Calls: operations of the table, conversions, and other Python functions."""

from __future__ import annotations

import ast
import dataclasses
import functools
import math
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from ..ir.nodes import Atom, Call, Place, Var
from ..ir.records import Bound, Instance
from ..library.written import is_written, written_for
from ..library.written.python import METHODS as WRITTEN_METHODS
from ..library.written.python import OPERATORS, written
from ..ops import METHODS, Row, row_of_object
from .accept import ATTRIBUTES
from .arguments import apply_row, even, flattened, further, joined, kind_of, nested, strange_keyword
from .classes import member
from .generators import consumed, yields
from .partials import already_given, partial
from .record_calls import (
    construction,
    count_of,
    extremum,
    fold,
    from_keys,
    in_order,
    is_super,
    keyword_items,
    library_class,
    pairs,
    positional,
    record_method,
    starred,
    super_method,
)
from .remedies import CONSTRUCTS, remedy
from .scope import (
    Keywords,
    LocalFunction,
    Partial,
    Scope,
    Static,
    Value,
    atom_of,
    attribute,
    hidden_by_local,
    known,
)
from .several import OF_CONTAINERS, apart, attribute_call, callees, evaluated, method_call, one_of
from .slicing import sliced

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
ASKED = (isinstance, hasattr, getattr, callable, issubclass)
ROUNDING = {math.floor: "floor", math.ceil: "ceil", math.trunc: "trunc"}


def call(scope: Scope, node: ast.Call) -> Value:
    """The value of a call."""
    if isinstance(node.func, ast.Attribute) and is_super(scope, node.func.value):
        return super_method(scope, node, node.func)
    node = _thawed(scope, node)
    if isinstance(node.func, ast.Attribute):
        owner = scope.opened(node.func.value, scope.evaluate(node.func.value))
        if not isinstance(owner, Static) and owner is not scope.poison:
            return _method(scope, node, node.func.attr, owner)
        target = attribute(scope, node.func, owner.value) if isinstance(owner, Static) else owner
        if isinstance(owner, Static) and isinstance(owner.value, type) and not library_class(owner.value):
            member(scope.captures, owner.value, node.func.attr)  # which is looked up again at every call
    else:
        target = scope.evaluate(node.func)
    if target is scope.poison:
        for argument in (*node.args, *(k.value for k in node.keywords)):
            if not isinstance(argument, ast.Starred):
                scope.evaluate(argument)
        return scope.poison
    if not isinstance(target, Static):
        found = callees(scope, node.func, target)
        if len(found) > 1:
            plain = evaluated(scope, node)
            return one_of(scope, node, target, found, lambda option: _static_call(scope, plain, option.value))
        if not found:
            return scope.pending
        if found[0].value is Instance:
            return record_method(scope, node, "__call__", target, "")
        if found[0].value is Bound:
            with apart(scope, node.func, "method"):
                return call(scope, method_call(scope, node, target))
        target = found[0]
    return _static_call(scope, node, target.value)


def _thawed(scope: Scope, node: ast.Call) -> ast.Call:
    """`stats.norm(m, s).logpdf(x)` as `stats.norm.logpdf(x, m, s)`: what a distribution is made with comes last."""
    method = node.func
    made = method.value if isinstance(method, ast.Attribute) else None
    if not isinstance(method, ast.Attribute) or not isinstance(made, ast.Call) or not _named_outside(scope, made.func):
        return node
    owner = scope.evaluate(made.func)
    if not isinstance(owner, Static) or written_for(getattr(owner.value, method.attr, None)) is None:
        return node
    function = ast.copy_location(ast.Attribute(made.func, method.attr, ast.Load()), method)
    return ast.copy_location(ast.Call(function, [*node.args, *made.args], [*node.keywords, *made.keywords]), node)


def _named_outside(scope: Scope, node: ast.expr) -> bool:
    """Whether an expression is a name from outside the function, or an attribute of one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id not in scope.locals


def callee_of(scope: Scope, node: ast.expr, target: Atom) -> Static | None:
    """The one function that a variable stands for; None before types have told, and after refusing it."""
    found = callees(scope, node, target)
    if len(found) > 1:
        scope.refuse("T018", node, name=ast.unparse(node), what="it is one of several functions, chosen at run time")
    return found[0] if len(found) == 1 else None


def _static_call(scope: Scope, node: ast.Call, target: Any) -> Value:
    node = consumed(scope, node, target)
    if target is slice:
        return sliced(scope, node)
    if target in (np.finfo, np.iinfo) and len(node.args) == 1 and not node.keywords:
        from .asking import limits

        return limits(scope, node, target)
    if target is functools.partial:
        return partial(scope, node)
    if isinstance(target, np.vectorize) or target is np.vectorize:
        return _vectorized(scope, node, target)
    if target is print:
        from .printing import printed  # which evaluates, as expressions do

        return printed(scope, node)
    if target is list and len(node.args) == 1 and isinstance(node.args[0], ast.ListComp) and not node.keywords:
        return scope.evaluate(node.args[0])
    if target in ASKED:
        from .asking import asked

        return asked(scope, node, target)
    if target in (any, all):
        from .builtins import loop  # which makes functions, as expressions do

        return loop(scope, node, target)
    if target is next:
        from .builtins import first_of

        return first_of(scope, node)
    if target in (min, max) and (node.keywords or any(isinstance(a, ast.Starred) for a in node.args)):
        from .builtins import chosen

        if (found := chosen(scope, node, target)) is not None:
            return found
    target = written(target, node) or target
    if target is dataclasses.replace and node.args and not isinstance(node.args[0], ast.Starred):
        rest = ast.copy_location(ast.Call(node.func, node.args[1:], node.keywords), node)
        return record_method(scope, rest, "dataclasses.replace", scope.atom(node.args[0]), "")
    if not is_written(scope.source.function.__globals__):  # there NumPy's names are those of the table
        target = written_for(target) or further(target, node) or target
    if isinstance(target, MethodType) and isinstance(target.__self__, type) and not library_class(target.__self__):
        first = ast.copy_location(ast.Name(f"*class.{target.__self__.__qualname__}", ast.Load()), node)
        scope.statics[first.id] = known(target.__self__, scope.span(node))
        node = ast.copy_location(ast.Call(node.func, [first, *node.args], node.keywords), node)
        return _python_function(scope, node, target.__func__)
    function = getattr(target, "__tapeless_function__", target)
    inner = isinstance(function, LocalFunction | Partial | functools.partial | Place)
    if inner or (isinstance(function, FunctionType) and row_of_object(function) is None and not _library(function)
                 and not _transform(function)):
        return _python_function(scope, node, function)
    if isinstance(target, type) and not library_class(target) and target not in (dict, list, tuple):
        return construction(scope, node, target)
    expanded = _expanded(scope, node, target)
    return scope.pending if expanded is None else _table_call(scope, expanded, target)


def _vectorized(scope: Scope, node: ast.Call, target: Any) -> Value:
    """A function over every element, where it is made and where it is called."""
    from .grids import vectorized

    if target is not np.vectorize:
        if target.otypes is not None or target.signature is not None or target.excluded:
            what = "of what `np.vectorize` can do, only a call for each element is supported"
            return scope.refuse("T018", node, name=ast.unparse(node.func), what=what)
        return _python_function(scope, node, vectorized(scope, node, target.pyfunc))
    function = scope.evaluate(node.args[0]) if len(node.args) == 1 and not node.keywords else None
    if isinstance(function, Var):
        options = callees(scope, node.args[0], function)
        return one_of(scope, node, function, options, lambda f: Static(vectorized(scope, node, f.value)))
    if not isinstance(function, Static):
        return scope.refuse("T003", node, name="np.vectorize", expected="a function", given=count_of(node))
    return Static(vectorized(scope, node, function.value))


def _expanded(scope: Scope, node: ast.Call, target: Any) -> ast.Call | None:
    """The call with the items of `*items` written out, for functions of the table; None after refusing it."""
    for keyword in node.keywords:
        if keyword.arg is None:
            scope.refuse("A014", keyword.value)
            return None
    if not any(isinstance(a, ast.Starred) for a in node.args):
        return node
    row, _ = row_of_object(target) or (None, "")
    args: list[ast.expr] = []
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            args.append(argument)
            continue
        fixed = row is not None and not row.optional and len(node.args) == 1
        items = starred(scope, argument, len(row.operands) if row is not None and fixed else None)
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
        return strange_keyword(scope, target, found[0], node) or _operation(scope, node, *found)
    if isinstance(target, BuiltinFunctionType) and target in OPERATORS and not node.keywords:
        return scope.apply(OPERATORS[target], scope.span(node), *map(scope.atom, node.args))
    if isinstance(target, type) and target in CONVERSIONS:
        return _conversion(scope, node, target)
    if target in (min, max, sum) and (len(node.args) == 1 or target is sum):
        return fold(scope, node, target)
    if target is sorted:
        return in_order(scope, node)
    if target in (min, max):
        return _extremum(scope, node, target)
    if target is dict and len(node.args) == 1 and (made := pairs(scope, node)) is not None:
        return made
    if isinstance(target, type) and not library_class(target):
        return construction(scope, node, target)
    if target == dict.fromkeys:
        return from_keys(scope, node)
    if isinstance(target, type(math.floor)) and target in ROUNDING:
        if len(node.args) != 1 or node.keywords:
            return scope.refuse("T003", node, name=ast.unparse(node.func), expected="1 argument", given=count_of(node))
        rounded = scope.apply(ROUNDING[target], scope.span(node), scope.atom(node.args[0]), via="math")
        return scope.apply("cast", scope.span(node), rounded, kind="int64", weak=True)
    if _transform(target) or (_transform(type(target)) and not hasattr(target, "__tapeless_function__")):
        what = "a derivative inside a compiled function is not supported yet"
        return scope.refuse("T018", node, name=ast.unparse(node.func), what=what)
    return _refuse_call(scope, node, target)


def _library(function: FunctionType) -> bool:
    return (function.__module__ or "").split(".")[0] in ("numpy", "scipy", "math", "cmath", "functools")


def _transform(function: Any) -> bool:
    """Whether the callee is one of Tapeless's own transforms."""
    return getattr(function, "__module__", "") in ("tapeless.transforms", "tapeless.function", "tapeless.checking")


def _python_function(scope: Scope, node: ast.Call, function: Any) -> Atom:
    made = prepared(scope, node, function)
    if not isinstance(made, Call):
        return made
    if yields(made.target):
        return scope.refuse("A031", node, what="nothing goes through its values where it is called")
    return scope.bind(made, made.span)


def prepared(scope: Scope, node: ast.Call, function: Any) -> Call | Atom:
    """The call of a Python function with its arguments evaluated, or the value of it."""
    args = positional(scope, node, function)
    if args is None:
        return scope.pending
    keywords: list[tuple[str, Atom]] = []
    for keyword in node.keywords:
        given = scope.resolve(keyword.value) if keyword.arg is None and isinstance(keyword.value, ast.Name) else None
        if not isinstance(given, Static) or not isinstance(given.value, Keywords):
            found = keyword_items(scope, keyword)
            if found is None:
                return scope.pending
            keywords.extend(found)
            continue
        name = given.value.name
        keywords.extend((key, Var(f"{name}.{key}", span=scope.span(keyword.value))) for key in given.value.keys)
    span = scope.span(node)
    path = (*scope.path, ("call", span.line, span.col, span.end_line, span.end_col))
    while isinstance(function, Partial | functools.partial):
        first, named = already_given(scope, node, function)
        args, keywords = [*first, *args], [*((k, v) for k, v in named if k not in dict(keywords)), *keywords]
        function = function.target if isinstance(function, Partial) else function.func
        function = getattr(function, "__tapeless_function__", function)
    if isinstance(function, FunctionType | LocalFunction | Place) and row_of_object(function) is None:
        return Call(function, tuple(args), tuple(keywords), span, path=path)
    names = [ast.copy_location(ast.Name(f"*{span.line}.{span.col}.{k}", ast.Load()), node) for k in range(len(args))]
    scope.statics.update({n.id: a for n, a in zip(names, args, strict=True)})
    options = [ast.copy_location(ast.keyword(k, ast.Name(f"*{span.line}.{span.col}.{k}", ast.Load())), node)
               for k, _ in keywords]
    scope.statics.update({f"*{span.line}.{span.col}.{k}": v for k, v in keywords})
    filled = ast.copy_location(ast.Call(node.func, list(names), options), node)
    if (in_python := written(function, filled)) is not None:
        return Call(in_python, tuple(args), tuple(keywords), span, path=path)
    return atom_of(scope, _table_call(scope, filled, function), node)


def _conversion(scope: Scope, node: ast.Call, target: Any) -> Atom:
    kind, weak = CONVERSIONS[target]
    if target is complex and len(node.args) == 2 and not node.keywords:
        return scope.apply("join", scope.span(node), *map(scope.atom, node.args), via="builtin")
    if len(node.args) != 1 or node.keywords:
        return scope.refuse("T003", node, name=target.__name__, expected="1 argument", given=count_of(node))
    value = scope.evaluate(node.args[0])
    if isinstance(value, Static) and type(value.value) is str and target in (float, int, complex):
        try:
            return atom_of(scope, scope.constant(node, "", target(value.value)), node)
        except ValueError as error:
            return scope.refuse("T025", node, name=str(error)) if False else scope.refuse(
                "A040", node, what=f"`{ast.unparse(node)}`, which raises `ValueError: {error}`,")
    return scope.apply("cast", scope.span(node), atom_of(scope, value, node), kind=kind, weak=weak)


def _extremum(scope: Scope, node: ast.Call, target: Any) -> Atom:
    """`max(a, b, ...)`."""
    name = target.__name__
    if len(node.args) == 1 and scope.evaluate(node.args[0]) is scope.poison:
        return scope.poison
    if len(node.args) < 2 or node.keywords:
        return scope.refuse("T003", node, name=name, expected="two or more numbers", given=count_of(node),
                            hint=f"for an array write `np.{name}(x)`")
    return extremum(scope, scope.span(node), [scope.atom(a) for a in node.args], target)


def _with_base(scope: Scope, node: ast.Call, row: Row) -> Atom:
    """A logarithm to another base is a quotient of logarithms."""
    span = scope.span(node)
    parts = [scope.apply(row.name, span, scope.atom(a), via="math") for a in node.args]
    return scope.apply("div", span, *parts)


def _method(scope: Scope, node: ast.Call, name: str, owner: Atom) -> Atom:
    own = WRITTEN_METHODS.get(name)
    if own is not None and not node.args and {k.arg for k in node.keywords} <= {"key", "reverse"}:
        span = scope.span(node)
        path = (*scope.path, ("call", span.line, span.col, span.end_line, span.end_col))
        given = tuple((str(k.arg), scope.atom(k.value)) for k in node.keywords)
        return scope.bind(Call(own, (owner,), given, span, path=path), span)
    row = METHODS.get(name)
    if row is None or name in ATTRIBUTES:
        hint = hidden_by_local(scope, node.func.value) if isinstance(node.func, ast.Attribute) else ""
        if name not in OF_CONTAINERS and scope.ask(node.func, "held", owner, name=name):
            with apart(scope, node.func, "attribute"):
                return atom_of(scope, call(scope, attribute_call(scope, node, owner, name)), node)
        return record_method(scope, node, name, owner, hint)
    if (own := further(getattr(np.ndarray, name, None), node, row)) is not None:
        held = ast.copy_location(ast.Name(f"item.owner.{node.lineno}.{node.col_offset}", ast.Load()), node)
        scope.statics[held.id] = owner
        moved = ast.copy_location(ast.Call(node.func, [held, *node.args], node.keywords), node)
        return atom_of(scope, _python_function(scope, moved, own), node)
    return apply_row(scope, node, row, "method", (owner,))


def _operation(scope: Scope, node: ast.Call, row: Row, via: str) -> Atom:
    return apply_row(scope, node, row, via, ())


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
    if not isinstance(display, ast.List | ast.Tuple) or any(isinstance(e, ast.Starred) for e in display.elts):
        op = "asarray" if target is np.asarray else "copy"
        return scope.apply(op, scope.span(node), joined(scope, display), via="numpy", **options)
    if not even(display):
        return scope.apply("asarray", scope.span(node), nested(scope, display), via="numpy", **options)
    items, shape = flattened(scope, display)
    return scope.apply("pack", scope.span(node), *items, shape=shape, via="numpy", **options)


def _refuse_call(scope: Scope, node: ast.Call, target: Any) -> Atom:
    own = getattr(target, "__name__", "")  # of a function that goes by another name here
    spelled = own if isinstance(node.func, ast.Name) and own else ast.unparse(node.func)
    module = (getattr(target, "__module__", "") or "").split(".")
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
