"""Slices as values: `slice(1, -1)` and `np.s_[1:-1, 2]` are records, which `dissolve` writes out in an index.

Before:  `inner = np.s_[1:-1, 0]`, `u[inner]`
After:   `inner = tuple(slice(1, -1, None), 0)`, and then `u[1:-1, 0]`
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ..ir.nodes import Atom, Const, Span
from ..ir.types import NOTHING
from .outside import PARTS
from .records import make
from .scope import Scope, Value

INDICES = (np.s_, np.index_exp)


def sliced(scope: Scope, node: ast.Call) -> Value:
    """`slice(stop)`, `slice(start, stop)` and `slice(start, stop, step)`."""
    count = len(node.args) + len(node.keywords)
    if node.keywords or not 1 <= count <= 3 or any(isinstance(a, ast.Starred) for a in node.args):
        given = "1 was" if count == 1 else f"{count} were"
        return scope.refuse("T003", node, name="slice", expected="1 to 3 arguments", given=given)
    span = scope.span(node)
    values = [scope.atom(a) for a in node.args]
    return _slice(scope, span, ([Const(None, NOTHING, span), *values] if count == 1 else values))


def index_of(scope: Scope, node: ast.Subscript, value: Any) -> Value:
    """`np.s_[...]`: what stands in the brackets."""
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    found = [_part(scope, item) for item in items]
    if len(found) == 1 and value is np.s_ and not isinstance(node.slice, ast.Tuple):
        return found[0]
    return make(scope, scope.span(node), tuple, tuple(range(len(found))), tuple(found))


def _part(scope: Scope, node: ast.expr) -> Atom:
    if not isinstance(node, ast.Slice):
        return scope.atom(node)
    span = scope.source.span(node)
    bounds = (node.lower, node.upper, node.step)
    return _slice(scope, span, [Const(None, NOTHING, span) if b is None else scope.atom(b) for b in bounds])


def _slice(scope: Scope, span: Span, values: list[Atom]) -> Atom:
    given = (*values, *(Const(None, NOTHING, span) for _ in range(3 - len(values))))
    return make(scope, span, slice, PARTS, given)
