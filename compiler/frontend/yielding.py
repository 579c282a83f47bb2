"""Generator functions: what they yield, which `inline` hands to the loop that goes through the values."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..ir.nodes import Block, Const, Yield
from ..ir.types import NOTHING
from .generators import ITEM, located
from .iteration import for_loop
from .names import yield_in
from .scope import Scope, Static

Body = Callable[[list[ast.stmt]], Block]


def yielded(scope: Scope, node: ast.Yield | ast.YieldFrom, body: Body) -> None:
    """`yield value` and `yield from items` as statements."""
    span = scope.span(node)
    if not scope.path:
        return  # the function as a whole has been refused for it
    if isinstance(node, ast.Yield):
        scope.emit(Yield(Const(None, NOTHING, span) if node.value is None else scope.atom(node.value), span))
        return
    name = f"{ITEM}from.{span.line}.{span.col}"
    scope.locals = scope.locals | {name}
    one = ast.Expr(ast.Yield(ast.Name(name, ast.Load())))
    for_loop(scope, located(ast.For(ast.Name(name, ast.Store()), node.value, [one], []), node), body)


def yields_inside(scope: Scope, node: ast.Try) -> None:
    """Refuse `try` around `yield`: what the loop raises must not be caught there."""
    if scope.path and (found := yield_in(node)) is not None:
        scope.refuse("A031", found, what="it yields inside `try`")


def stops(scope: Scope, node: ast.Raise) -> None:
    """Refuse `raise StopIteration` in a generator, where Python makes another exception of it."""
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    found = scope.resolve(raised) if scope.yields and isinstance(raised, ast.Name) else None
    if isinstance(found, Static) and found.value is StopIteration:
        scope.refuse("A031", node, what="it raises `StopIteration`", hint="write `return`")
