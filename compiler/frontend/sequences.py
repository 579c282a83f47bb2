"""Iterators that are gone through at once: `list(zip(a, b))` and `sum(map(f, x))` are comprehensions.

Before:  `list(zip(a, b))`, `sorted(f(v) for v in x)`
After:   `[(u, v) for u, v in zip(a, b)]`, `sorted([f(v) for v in x])`
"""

from __future__ import annotations

import ast
from typing import Any, TypeVar

from ..ir.nodes import Atom
from .generators import generator
from .records import comprehension
from .scope import Scope, Static

Node = TypeVar("Node", bound=ast.expr)
ITERATORS = (range, zip, enumerate, reversed)


def gathered(scope: Scope, node: ast.expr) -> Atom:
    """The value of an argument that is gone through at once: of an iterator, the list of its items."""
    generator = as_generator(scope, node)
    return scope.atom(node) if generator is None else comprehension(scope, generator)


def as_generator(scope: Scope, node: ast.expr) -> ast.GeneratorExp | None:
    """An iterator as a generator expression; None for anything else."""
    if isinstance(node, ast.GeneratorExp):
        return node
    callee = _callee(scope, node)
    assert callee is None or isinstance(node, ast.Call)
    if callee in ITERATORS:
        return _over(node, "item", lambda item: item)
    lazy = generator(scope, node)
    return lazy if isinstance(lazy, ast.GeneratorExp) else None


def _callee(scope: Scope, node: ast.expr) -> Any:
    """The builtin that makes an iterator, if the node is a call of one."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        return None
    if node.func.id not in ("range", "zip", "enumerate", "reversed"):
        return None
    found = scope.evaluate(node.func)
    return found.value if isinstance(found, Static) else None


def _over(items: ast.expr, name: str, element: Any, place: ast.expr | None = None) -> ast.GeneratorExp:
    loop = ast.comprehension(ast.Name(name, ast.Store()), items, [], 0)
    return _at(ast.GeneratorExp(element(ast.Name(name, ast.Load())), [loop]), place or items)


def _at(node: Node, place: ast.expr) -> Node:
    for n in ast.walk(node):
        if isinstance(n, ast.expr) and not hasattr(n, "lineno"):
            ast.copy_location(n, place)
    return node
