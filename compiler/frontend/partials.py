"""`functools.partial`: a function with some of its arguments, which are evaluated where it is made.

Before:  `g = partial(f, x)`, `y = g(u)`
After:   `t = x`, `y = f(t, u)`
"""

from __future__ import annotations

import ast
import functools
from typing import Any

from ..ir.nodes import Atom, Var
from .scope import Partial, Scope, Static, Value, atom_of, outer
from .several import callees, evaluated, one_of


def already_given(
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


def partial(scope: Scope, node: ast.Call) -> Value:
    """`functools.partial(f, ...)`: its arguments are evaluated here and now."""
    keys = [k.arg for k in node.keywords if k.arg is not None]
    if not node.args or len(keys) < len(node.keywords) or any(isinstance(a, ast.Starred) for a in node.args):
        return scope.refuse("A014", node)
    target = scope.evaluate(node.args[0])
    if not isinstance(target, Static):
        found = callees(scope, node.args[0], target)
        if len(found) > 1:
            rest = evaluated(scope, ast.copy_location(ast.Call(node.func, node.args[1:], node.keywords), node))
            return one_of(scope, node, target, found, lambda option: _kept(scope, rest, option))
        if not found:
            return scope.pending
        target = found[0]
    return _kept(scope, ast.copy_location(ast.Call(node.func, node.args[1:], node.keywords), node), target)


def _kept(scope: Scope, node: ast.Call, target: Static) -> Value:
    """A function with the arguments that it is to be called with."""
    span = scope.span(node)
    args = tuple(_held(scope, a) for a in node.args)
    named = tuple((str(k.arg), _held(scope, k.value)) for k in node.keywords)
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
