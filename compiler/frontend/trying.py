"""`try`: the classes that its handlers catch are known here, what raises them is found by `catch`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..ir.nodes import Block, Fail, Handler, Try
from .scope import Scope, Static

Translate = Callable[[list[ast.stmt]], Block]


def attempt(scope: Scope, node: ast.Try, block: Translate) -> None:
    """Translate a `try` statement; `block` translates what is inside."""
    span = scope.span(node)
    body = block(node.body)
    handlers: list[Handler] = []
    for h in node.handlers:
        classes = (BaseException,) if h.type is None else _classes(scope, h.type)
        if h.name is not None and _read(scope, h.name):
            scope.refuse("A038", h, name=h.name)
            scope.poisoned.add(h.name)
        handlers.append(Handler(classes, block(h.body), scope.span(h)))
    orelse = block(node.orelse)
    if (leaving := _leaving(node.finalbody)) is not None:
        scope.refuse("A002", leaving, what="a `finally` that leaves by itself",
                     hint="leave after the `try` statement")
    scope.emit(Try(body, tuple(handlers), orelse, block(node.finalbody), scope.label(span), span))


def _classes(scope: Scope, node: ast.expr) -> tuple[type[BaseException], ...]:
    """The classes that `except` names; none after refusing it."""
    if isinstance(node, ast.Tuple):
        return tuple(c for item in node.elts for c in _classes(scope, item))
    value = scope.evaluate(node)
    found = value.value if isinstance(value, Static) else None
    if isinstance(found, type) and issubclass(found, BaseException):
        return (found,)
    if value is not scope.poison:
        scope.refuse("A002", node, what=f"`except {ast.unparse(node)}`", hint="name classes of exceptions")
    return ()


def _read(scope: Scope, name: str) -> bool:
    """Whether anything in the function reads a name."""
    return any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
               for n in ast.walk(scope.source.node))


def _leaving(body: list[ast.stmt]) -> ast.AST | None:
    """A statement in `finally` that would end it early, and an exception with it."""
    return next((n for s in body for n in ast.walk(s) if isinstance(n, ast.Return | ast.Break | ast.Continue)), None)


def again(scope: Scope, node: ast.Raise) -> None:
    """`raise` alone: `catch` knows what is being handled."""
    scope.emit(Fail("", None, (), scope.span(node)))
