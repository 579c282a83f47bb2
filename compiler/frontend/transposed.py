"""`zip(*rows)`: the first items of all rows, then the second ones, and so on.

Of a tuple or list, of which the number of rows is known, this is `zip(rows[0], rows[1])`. An array has columns: what
Python makes of each is a tuple, so it has to be taken apart, or to be read as tuples and arrays alike are.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..ir.nodes import Assign, Atom, Const, If, Span
from ..ir.types import PY_INT
from ..ops import row_of_object
from .generators import ITEM, callee, located, named
from .scope import Scope, Static

T = TypeVar("T")
SEQUENCES = (sum, len, min, max, any, all, enumerate, zip, reversed, np.array, np.asarray)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of an array, of which there is none where it has no rows."""

    value: Atom
    size: Atom
    span: Span
    count: None = None

    def length(self, scope: Scope) -> Atom:
        return self.size

    def item(self, scope: Scope, k: Atom) -> Atom:
        return scope.apply("getitem", self.span, self.value, k, spec=("s000", "i"))


def rows_of(
    scope: Scope, node: ast.Starred, items_of: Callable[[Scope, ast.expr], T | None]
) -> tuple[T, ...] | Columns | None:
    """What each of `*rows` is gone through as, or the columns of an array; None until types have told."""
    value, span = scope.atom(node.value), scope.span(node)
    count = scope.ask(node.value, "items", value)
    if count is None:
        return None
    if count < 0:
        return Columns(value, _width(scope, value, span), span)
    parts: list[T | None] = []
    path = scope.path
    for k in range(count):
        scope.path = (*path, ("row", span.line, span.col, k))
        name = ast.copy_location(ast.Name(f"*row.{span.line}.{span.col}.{k}", ast.Load()), node)
        scope.statics[name.id] = scope.apply("getitem", span, value, Const(k, PY_INT, span), spec=("i",),
                                             iterated=True)
        parts.append(items_of(scope, name))
    scope.path = path
    known = tuple(p for p in parts if p is not None)
    return known if len(known) == len(parts) else None


def _width(scope: Scope, value: Atom, span: Span) -> Atom:
    zero = Const(0, PY_INT, span)
    rows = scope.apply("len", span, value)
    result = scope.temporary(span)
    with scope.nested() as some:
        shape = scope.apply("shape", span, value, via="attribute")
        scope.emit(Assign(result, scope.apply("getitem", span, shape, Const(1, PY_INT, span), spec=("i",)), span))
    test = scope.apply("truth", span, scope.apply("gt", span, rows, zero))
    scope.emit(If(test, tuple(some), (Assign(result, zero, span),), span))
    return result


def fields_of(scope: Scope, node: ast.Assign) -> list[ast.stmt] | None:
    """`xs, ys = zip(*points)` of a list whose length is known at run time only: a list for each name.

    None for anything else, and where a name is used in a way that tells a list from a tuple.
    """
    names, rows = node.targets[0], _starred(scope, node.value)
    if rows is None or len(node.targets) > 1 or not isinstance(names, ast.Tuple | ast.List):
        return None
    plain = [n for n in names.elts if isinstance(n, ast.Name)]
    if len(plain) < len(names.elts) or scope.ask(node.value, "many", scope.atom(rows)) != "list":
        return None
    if not all(_alike(scope, *read) for n in plain for read in _reads(scope.source.node, n.id)):
        return None
    held = f"{ITEM}rows.{node.lineno}.{node.col_offset}"
    scope.statics[held] = scope.atom(rows)
    parts = [f"{ITEM}{node.lineno}.{node.col_offset}.{k}" for k in range(len(plain))]
    message = f"not enough values to unpack (expected {len(plain)}, got 0)"
    empty = ast.Raise(ast.Call(named(scope, "ValueError", node, ValueError), [ast.Constant(message)], []), None)
    found: list[ast.stmt] = [ast.If(ast.UnaryOp(ast.Not(), ast.Name(held, ast.Load())), [empty], [])]
    for name, part in zip(plain, parts, strict=True):
        each = ast.comprehension(ast.Tuple([ast.Name(p, ast.Store()) for p in parts], ast.Store()),
                                 ast.Name(held, ast.Load()), [], 0)
        found.append(ast.Assign([name], ast.ListComp(ast.Name(part, ast.Load()), [each])))
    return [located(s, node) for s in found]


def _starred(scope: Scope, node: ast.expr) -> ast.expr | None:
    """The rows of `zip(*rows)`."""
    if callee(scope, node) is not zip or not isinstance(node, ast.Call) or node.keywords or len(node.args) != 1:
        return None
    return node.args[0].value if isinstance(node.args[0], ast.Starred) else None


def read_as_tuples(scope: Scope, node: ast.For) -> bool:
    """Whether what a loop over columns takes is taken apart, or read in ways that are those of tuples and of arrays."""
    if not isinstance(node.target, ast.Name):
        return isinstance(node.target, ast.Tuple | ast.List)
    return all(_alike(scope, parent, child) for tree in (node, scope.source.node)
               for parent, child in _reads(tree, node.target.id))


def _reads(tree: ast.AST, name: str) -> Iterator[tuple[ast.AST, ast.Name]]:
    for parent in ast.walk(tree):
        for child in ast.iter_child_nodes(parent):
            if isinstance(child, ast.Name) and child.id == name and isinstance(child.ctx, ast.Load):
                yield parent, child


def _alike(scope: Scope, parent: ast.AST, child: ast.Name) -> bool:
    match parent:
        case ast.For() | ast.comprehension():
            return parent.iter is child
        case ast.Subscript():
            return parent.value is child and isinstance(parent.ctx, ast.Load)
        case ast.Call():
            called: Any = scope.evaluate(parent.func) if child in parent.args else None
            function = called.value if isinstance(called, Static) else None
            return function in SEQUENCES or _numpy(function)
        case _:
            return False


def _numpy(function: Any) -> bool:
    """Whether a function is one of NumPy's, which make arrays of tuples."""
    module = getattr(function, "__module__", None) or ""
    return callable(function) and module.split(".")[0] == "numpy" and row_of_object(function) is not None
