"""Loops over the values of a generator: `inline` puts their bodies where it yields.

    for k, (a, v) in enumerate(zip(x, items(y), z)): ...

Python asks `x` for an item first, then the generator, then `z`, and ends where one of them has none. So `z` is looked
at where the generator has yielded, and `x` behind the body of the loop, before the generator goes on.
"""

from __future__ import annotations

import ast

from ..ir.nodes import Assign, Atom, Break, Const, Consume, If, Span, Var
from ..ir.types import PY_INT
from .generators import Generated, endless
from .iteration import Body, Enumerated, Items, Zipped, ended, flag, otherwise, take
from .scope import Scope


def parts_of(items: Items) -> list[Items]:
    """What is gone through side by side, in the order in which Python asks for the next item."""
    match items:
        case Enumerated():
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
    if others or (isinstance(items, Zipped) and items.strict):
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
