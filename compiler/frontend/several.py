"""Calls of what is one of several functions, chosen at run time: a branch for each of them.

Before:  `y = f(x)`, where types have told that `f` is `sq` or `cb`
After:   `if f is sq: y = sq(x)  else: y = cb(x)`
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..ir.nodes import Assign, Atom, If, OneOf, Place
from ..ir.records import BOUND
from .scope import Scope, Static, Value, hidden_by_local, known

OF_CONTAINERS = frozenset((*dir(dict), *dir(list)))  # names of methods that are no attributes of the user's objects
PLAIN = (ast.Constant, ast.Name, ast.Starred, ast.GeneratorExp)


def one_of(
    scope: Scope, node: ast.expr, target: Atom, options: tuple[Static, ...], make: Callable[[Static], Value]
) -> Atom:
    """What `make` gives for the one of `options` that the target is.

    Every branch is a place of its own: what is called there is translated apart from what the others call.
    """
    span = scope.span(node)
    result = scope.temporary(span)

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
        with apart(scope, node, f"option {k}"):
            value = make(options[k])
        scope.emit(Assign(result, known(value.value, span) if isinstance(value, Static) else value, span))

    if not options:
        return scope.pending
    branch(0)
    return result


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


@contextmanager
def apart(scope: Scope, node: ast.expr, what: str) -> Iterator[None]:
    """A place of its own in the program: what is asked or called inside is told from the same elsewhere."""
    span = scope.span(node)
    outer, scope.path = scope.path, (*scope.path, (what, span.line, span.col, span.end_line, span.end_col))
    try:
        yield
    finally:
        scope.path = outer


def attribute_call(scope: Scope, node: ast.Call, owner: Atom, name: str) -> ast.Call:
    """`p.rule(x)`, where the object holds `rule`: the call of what has been read."""
    held = scope.apply("getattr", scope.span(node.func), owner, name=name)
    return ast.copy_location(ast.Call(_name(scope, node.func, name, held), node.args, node.keywords), node)


def method_call(scope: Scope, node: ast.Call, target: Atom) -> ast.Call:
    """The call of a method that has been read before: that of its function, with the object as the first argument."""
    span = scope.span(node.func)
    function, owner = (_name(scope, node.func, key, scope.apply("getattr", span, target, name=key)) for key in BOUND)
    return ast.copy_location(ast.Call(function, [owner, *node.args], node.keywords), node)


def _name(scope: Scope, node: ast.expr, what: str, value: Atom) -> ast.Name:
    """A name for a value."""
    name = f"*{what}.{node.lineno}.{node.col_offset}"
    scope.statics[name] = value
    return ast.copy_location(ast.Name(name, ast.Load()), node)


def callees(scope: Scope, node: ast.expr, target: Atom) -> tuple[Static, ...]:
    """The functions that a variable may stand for, when types have told; none before that, and after refusing it."""
    product = isinstance(node, ast.Constant | ast.BinOp)
    hint = "a product needs its `*`" if product else hidden_by_local(scope, node)
    found = scope.ask(node, "callee", target, hint)
    if found is None or found is scope.poison:
        return ()
    made = scope.captures.made  # a function that is called will have made the others
    return tuple(Static(made.get(f.key) or f if isinstance(f, Place) else f)
                 for f in (found.options if isinstance(found, OneOf) else (found,)))
