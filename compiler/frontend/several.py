"""Calls of what is one of several functions, chosen at run time: a branch for each of them.

Before:  `y = f(x)`, where types have told that `f` is `sq` or `cb`
After:   `if f is sq: y = sq(x)  else: y = cb(x)`
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..ir.nodes import Assign, Atom, Const, If
from .scope import Scope, Static, Value, known

PLAIN = (ast.Constant, ast.Name, ast.Starred, ast.GeneratorExp)


def one_of(
    scope: Scope, node: ast.expr, target: Atom, options: tuple[Static, ...], make: Callable[[Static], Value]
) -> Atom:
    """What `make` gives for the one of `options` that the target is.

    Every branch is a place of its own: what is called there is translated apart from what the others call.
    """
    span = scope.span(node)
    outer, result = scope.path, scope.temporary(span)

    def branch(k: int) -> None:
        if k + 1 == len(options):
            give(k)
            return
        test = scope.apply("is", span, target, known(options[k].value, span))
        with scope.nested() as then:
            give(k)
        with scope.nested() as orelse:
            branch(k + 1)
        scope.emit(If(test, tuple(then), tuple(orelse), span))

    def give(k: int) -> None:
        scope.path = (*outer, ("one of", span.line, span.col, span.end_line, span.end_col, k))
        value = make(options[k])
        scope.path = outer
        scope.emit(Assign(result, known(value.value, span) if isinstance(value, Static) else value, span))

    branch(0)
    return result if options else Const(None)


def evaluated(scope: Scope, node: ast.Call) -> ast.Call:
    """The call with its arguments evaluated; those that are short, or mean more than their value, stay as they are."""

    def held(argument: ast.expr, k: int) -> ast.expr:
        if isinstance(argument, PLAIN) or not any(isinstance(n, ast.Call) for n in ast.walk(argument)):
            return argument
        name = f"*held.{node.lineno}.{node.col_offset}.{k}"
        scope.statics[name] = scope.evaluate(argument)
        return ast.copy_location(ast.Name(name, ast.Load()), argument)

    args = [held(a, k) for k, a in enumerate(node.args)]
    keywords = [ast.copy_location(ast.keyword(w.arg, held(w.value, len(args) + k)), w) if w.arg else w
                for k, w in enumerate(node.keywords)]
    return ast.copy_location(ast.Call(node.func, args, keywords), node)
