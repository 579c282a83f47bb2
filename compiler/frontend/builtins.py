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
import functools
from collections.abc import Callable
from typing import Any

from ..ir.nodes import Call
from .expressions import local_function
from .scope import Scope, Value


def loop(scope: Scope, node: ast.Call, target: Any) -> Value:
    """`any(items)` and `all(items)`."""
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        count = len(node.args) + len(node.keywords)
        given = "1 was" if count == 1 else f"{count} were"
        return scope.refuse("T003", node, name=target.__name__, expected="one iterable", given=given)
    items = node.args[0]
    assigns = next((n for n in ast.walk(items) if isinstance(n, ast.NamedExpr)), None)
    if assigns is not None:
        return scope.refuse("A006", assigns)
    generators = [ast.comprehension(ast.Name("v", ast.Store()), items, [], 0)]
    test: ast.expr = ast.Name("v", ast.Load())
    if isinstance(items, ast.GeneratorExp | ast.ListComp):
        generators, test = items.generators, items.elt
    found: ast.stmt = ast.Return(ast.Constant(target is any))
    body = ast.If(test if target is any else ast.UnaryOp(ast.Not(), test), [found], [])
    return _called(scope, node, target.__name__, [_nested(generators, body), ast.Return(ast.Constant(target is all))])


def _nested(generators: list[ast.comprehension], body: ast.stmt) -> ast.stmt:
    """The loops of a generator around a statement."""
    for g in reversed(generators):
        for test in reversed(g.ifs):
            body = ast.If(test, [body], [])
        body = ast.For(g.target, g.iter, [body], [])
    return body


def _called(scope: Scope, node: ast.Call, name: str, body: list[ast.stmt]) -> Value:
    """A call of a function without parameters that is made here."""
    arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    function = ast.FunctionDef(name=name, args=arguments, body=body, decorator_list=[], returns=None)
    for n in ast.walk(function):
        if isinstance(n, ast.stmt | ast.expr) and not hasattr(n, "lineno"):
            ast.copy_location(n, node)
    made = local_function(scope, function, name)
    span = scope.span(node)
    path = (*scope.path, ("call", span.line, span.col, span.end_line, span.end_col))
    return scope.bind(Call(made.value, (), (), span, path=path), span)


def _reduce(function: Any, items: Any) -> Any:
    if len(items) == 0:
        raise TypeError("reduce() of empty iterable with no initial value")
    value = items[0]
    for k in range(1, len(items)):
        value = function(value, items[k])
    return value


def _reduce_from(function: Any, items: Any, value: Any) -> Any:
    for item in items:
        value = function(value, item)
    return value


def _power(a: Any, b: Any) -> Any:
    return a**b


# In Python, by the callee and the number of arguments.
WRITTEN: dict[tuple[Any, int], Callable[..., Any]] = {
    (functools.reduce, 2): _reduce,
    (functools.reduce, 3): _reduce_from,
    (pow, 2): _power,
}
