"""NumPy's indices that make arrays, and functions over every element: calls of what the library has written.

Before:  `np.mgrid[0:3, 0:1:5j]`
After:   `mgrid(line(0, 3, 1), samples(0, 1, 5))`
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ..library.written import GRIDS, grids
from . import calls
from .scope import Partial, Scope, Static, Value, known


def grid(scope: Scope, node: ast.Subscript, value: Any) -> Value:
    """`np.r_[...]` and its like."""
    function = getattr(grids, GRIDS[id(value)])
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if isinstance(parts[0], ast.Constant) and isinstance(parts[0].value, str):
        return scope.refuse("T007", node, what="a text that says how to join")
    whole = len(parts) == 1 or function in (grids.r_, grids.c_)
    args = [_part(scope, p, np.arange if whole else grids.line) for p in parts]
    return calls.call(scope, library_call(scope, node, function, args))


def _part(scope: Scope, part: ast.expr, function: Any) -> ast.expr:
    if not isinstance(part, ast.Slice):
        return part
    start = part.lower or ast.copy_location(ast.Constant(0), part)
    stop = part.upper or ast.copy_location(ast.Constant(0), part)
    step = part.step or ast.copy_location(ast.Constant(1), part)
    if isinstance(step, ast.Constant) and isinstance(step.value, complex):
        step = ast.copy_location(ast.Constant(int(abs(step.value))), step)
        return library_call(scope, part, grids.samples, [start, stop, step])
    return library_call(scope, part, function, [start, stop, step])


def library_call(scope: Scope, node: ast.expr, function: Any, args: list[ast.expr]) -> ast.Call:
    """A call of a function that has no name in the program."""
    name = f"*{function.__name__}.{node.lineno}.{node.col_offset}"
    scope.statics[name] = Static(function)
    return ast.copy_location(ast.Call(ast.copy_location(ast.Name(name, ast.Load()), node), args, []), node)


def vectorized(scope: Scope, node: ast.AST, function: Any) -> Partial:
    """`np.vectorize(function)`: the library's loop with the function as its first argument."""
    span = scope.span(node)
    made = Partial(grids.vectorized, (known(function, span),), (), (*scope.path, ("vectorize", span.line, span.col)))
    scope.captures.made[made.key] = made
    return made
