"""Loops over the values of a generator: `inline` puts their bodies where it yields.

    for k, (a, v) in enumerate(zip(x, items(y), z)): ...

Python asks `x` for an item first, then the generator, then `z`, and ends where one of them has none. So `z` is looked
at where the generator has yielded, and `x` behind the body of the loop, before the generator goes on.
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ..ir.nodes import Assign, Atom, Break, Call, Const, Consume, If, Method, Span, Var
from ..ir.types import PY_INT
from .calls import callee_of, prepared
from .generators import Generated, endless, generator_function, listing, yields
from .iteration import Body, Enumerated, Items, Zipped, ended, flag, otherwise, strict_zip
from .limited import Sliced, Taken
from .record_calls import arguments
from .scope import Scope, Static, Value
from .targets import take

BUILTIN = {name for cls in (dict, list, tuple, str, np.ndarray) for name in dir(cls)} - {"items", "keys", "values"}
"""Names of methods that are not asked whether they are generators: a class hardly has one of these."""


def generated(scope: Scope, node: ast.Call) -> tuple[Generated | Const | None, ast.Call]:
    """What a call of a generator function goes through, poison after refusing it, and None for any other call.

    Of a method the owner is evaluated here; the call that is returned has a name for it.
    """
    span, function = scope.span(node), generator_function(scope, node) or _variable(scope, node.func)
    if function is not None:
        call = prepared(scope, node, function)
        return Generated(call, scope.temporary(span), span) if isinstance(call, Call) else scope.poison, node
    owner, node = _owner(scope, node)
    if owner is None or not isinstance(node.func, ast.Attribute):
        return None, node
    given = arguments(scope, node)
    if given is None:
        return scope.poison, node
    args, keys = given
    first, keywords = args[: len(args) - len(keys)], zip(keys, args[len(args) - len(keys) :], strict=True)
    called = Call(Method(node.func.attr), (owner, *first), tuple(keywords), span)
    return Generated(called, scope.temporary(span), span), node


def _variable(scope: Scope, node: ast.expr) -> Any:
    """The generator function that a variable stands for, if it is one."""
    target = scope.resolve(node) if isinstance(node, ast.Name) else None
    found = callee_of(scope, node, target) if isinstance(target, Var) else None
    return found.value if found is not None and yields(found.value) else None


def through_method(scope: Scope, node: ast.Call) -> ast.expr:
    """The call of a method that is a generator as a list of its values; any other call itself."""
    owner, node = _owner(scope, node)
    return node if owner is None else listing(node)


def _owner(scope: Scope, node: ast.Call) -> tuple[Atom | None, ast.Call]:
    """What a generator method belongs to; None for any other call. The owner is evaluated, and has a name now."""
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr in BUILTIN or _outside(scope, node):
        return None, node
    owner = scope.evaluate(function.value)
    node = _held(scope, node, function, owner)
    if isinstance(owner, Static) or owner is scope.poison or owner is scope.pending:
        return None, node
    return owner if scope.ask(node, "generator", owner, function.attr) else None, node


def _outside(scope: Scope, node: ast.Call) -> bool:
    """Whether a callee is found in a module, by names alone."""
    root = node.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id not in scope.locals and isinstance(scope.resolve(root), Static)


def _held(scope: Scope, node: ast.Call, function: ast.Attribute, owner: Value) -> ast.Call:
    """The call of a method of what has been evaluated already."""
    if isinstance(function.value, ast.Name):
        return node
    name = ast.copy_location(ast.Name(ast.unparse(function.value), ast.Load()), function.value)
    scope.statics[name.id] = owner
    method = ast.copy_location(ast.Attribute(name, function.attr, ast.Load()), function)
    return ast.copy_location(ast.Call(method, node.args, node.keywords), node)


def parts_of(items: Items) -> list[Items]:
    """What is gone through side by side, in the order in which Python asks for the next item."""
    match items:
        case Enumerated() | Sliced() | Taken():
            return parts_of(items.items)
        case Zipped():
            return [p for part in items.parts for p in parts_of(part)]
        case _:
            return [items]


def has_generator(items: Items) -> bool:
    """Whether a generator is among what is gone through."""
    return any(isinstance(p, Generated) for p in parts_of(items))


def consumed_loop(scope: Scope, node: ast.For, items: Items, body: Body) -> None:
    """A loop over the values of a generator, with what is gone through beside it."""
    order, span, label = parts_of(items), scope.span(node), scope.label(scope.span(node))
    at, *others = [k for k, p in enumerate(order) if isinstance(p, Generated)]
    generated = order[at]
    assert isinstance(generated, Generated)
    if others or strict_zip(items):
        what = "it is gone through beside another one" if others else "`zip` compares lengths"
        scope.refuse("A031", node.iter, what=what, hint="make a list of its values: `list(...)`")
    finished, counter = flag(scope, node, label), Var(f"k.{label}", PY_INT, span)
    before, behind = ([p.length(scope) for p in some if not isinstance(p, Generated)]
                      for some in (order[:at], order[at:]))
    scope.emit(Assign(counter, Const(0, PY_INT, span), span))
    scope.conditional, scope.loops = scope.conditional + 1, scope.loops + 1
    with scope.nested() as inner:
        place = scope.bind(counter, span)
        _until(scope, place, behind, span)
        take(scope, node.target, items.item(scope, place))
        scope.emit(Assign(counter, scope.apply("add", span, place, Const(1, PY_INT, span)), span))
        inner.extend(body(node.body))
    with scope.nested() as after:
        _until(scope, counter, before, span)
    with scope.nested() as loop:
        scope.emit(Consume(generated.call, generated.value, tuple(inner), tuple(after),
                           endless=endless(generated.call.target), label=label, span=span))
    scope.conditional, scope.loops = scope.conditional - 1, scope.loops - 1
    for length in before:  # Python asks these first
        some = scope.apply("truth", span, scope.apply("gt", span, length, Const(0, PY_INT, span)))
        loop[:] = [If(some, tuple(loop), (), span)]
    for s in loop:
        scope.emit(s)
    ended(scope, items)
    otherwise(scope, node, finished, body)


def _until(scope: Scope, place: Atom, lengths: list[Atom], span: Span) -> None:
    """Leave the loop where there are no more items in what is gone through beside a generator."""
    for length in lengths:
        over = scope.apply("truth", span, scope.apply("ge", span, place, length))
        scope.emit(If(over, (Break(span),), (), span))
