"""Builtins that are loops: each is a function in Python, translated where it is called.

A generator is written into the loop, so that it stops where Python stops: `all(v > 0 for v in x)` is a call of

    def all():
        for v in x:
            if not v > 0:
                return False
        return True
"""

from __future__ import annotations

import ast
from typing import Any

from ..ir.nodes import Call
from ..library.written import lists
from .calls import call
from .expressions import local_function
from .generators import (
    ITERATORS,
    callee,
    default_of,
    extremum_of,
    first,
    first_item,
    generator,
    generator_function,
    truths,
)
from .grids import library_call
from .scope import Scope, Value


def loop(scope: Scope, node: ast.Call, target: Any) -> Value:
    """`any(items)` and `all(items)`."""
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        count = len(node.args) + len(node.keywords)
        given = "1 was" if count == 1 else f"{count} were"
        return scope.refuse("T003", node, name=target.__name__, expected="one iterable", given=given)
    return _called(scope, node, target.__name__, truths(scope, target, node.args[0]))


def first_of(scope: Scope, node: ast.Call) -> Value:
    """`next(v for v in x if test(v))`, `next(iter(x), default)`: the first item of an iterator that nobody else has."""
    if not 1 <= len(node.args) <= 2 or node.keywords or isinstance(node.args[0], ast.Starred):
        count = len(node.args) + len(node.keywords)
        given = "1 was" if count == 1 else f"{count} were"
        return scope.refuse("T003", node, name="next", expected="an iterator and perhaps a default", given=given)
    items = _made_here(scope, node.args[0])
    if items is None:
        return scope.refuse("A031", node, what="`next` takes one that is made where it is called",
                            hint="keep a list and the index of the next item, or write `next(iter(...))`")
    default = node.args[1] if len(node.args) > 1 else None
    return _called(scope, node, "next", first_item(scope, node, items), default)


def _made_here(scope: Scope, node: ast.expr) -> ast.expr | None:
    """What an iterator goes through that an expression makes; None for what may be an iterator already."""
    if callee(scope, node) is iter and isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        return node.args[0]
    made = generator(scope, node)
    if made is not node or isinstance(node, ast.GeneratorExp) or generator_function(scope, node) is not None:
        return made
    lazy = callee(scope, node) in ITERATORS and callee(scope, node) is not range
    return node if lazy or (isinstance(node, ast.Call) and first(scope, node) is not None) else None


def chosen(scope: Scope, node: ast.Call, target: Any) -> Value | None:
    """`max(items, key=f, default=v)`, `max(*items)` and `min`; None for a call that is neither."""
    if not node.keywords:
        return _among(scope, node, target)
    body = extremum_of(scope, node, target)
    default = next((k.value for k in node.keywords if k.arg == "default"), None)
    return None if body is None else _called(scope, node, target.__name__, body, default)


def _among(scope: Scope, node: ast.Call, target: Any) -> Value | None:
    """`max(a, *items)` where types tell that the items are many: of a list; None where they can be written out."""
    starred = [a.value for a in node.args if isinstance(a, ast.Starred)]
    if any(isinstance(n, ast.Call | ast.NamedExpr) for a in starred for n in ast.walk(a)):
        return None  # it is evaluated once
    answers = [scope.ask(a, "many", scope.atom(a)) for a in starred]
    if None in answers:
        return scope.pending
    if not any(answers):
        return None
    items = ast.copy_location(ast.List(node.args, ast.Load()), node)
    return call(scope, library_call(scope, node, lists.largest if target is max else lists.smallest, [items]))


def _called(scope: Scope, node: ast.Call, name: str, body: list[ast.stmt], default: ast.expr | None = None) -> Value:
    """A call of a function without parameters that is made here, behind the evaluation of a default value."""
    assigns = next((n for s in body for n in ast.walk(s) if isinstance(n, ast.NamedExpr)), None)
    if assigns is not None:
        return scope.refuse("A006", assigns)
    if default is not None:
        held = default_of(node).id
        scope.locals = scope.locals | {held}
        scope.assign(held, scope.atom(default), scope.span(default))
    arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    function = ast.FunctionDef(name=name, args=arguments, body=body, decorator_list=[], returns=None)
    for n in ast.walk(function):
        if isinstance(n, ast.stmt | ast.expr) and not hasattr(n, "lineno"):
            ast.copy_location(n, node)
    made = local_function(scope, function, name)
    span = scope.span(node)
    path = (*scope.path, ("call", span.line, span.col, span.end_line, span.end_col))
    return scope.bind(Call(made.value, (), (), span, path=path), span)
