"""The first items of something: `itertools.islice(items, n)` and `itertools.takewhile(test, items)`.

Neither asks for an item more than Python does, so what is gone through may be a generator without end.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..ir.nodes import Atom, Break, Const, Fail, If, Span
from ..ir.types import PY_INT
from .scope import Scope

ITEMS_OF = Callable[[Scope, ast.expr], Any]
STOP = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."


@dataclass(frozen=True, slots=True)
class _First:
    """The first of some items: as many at most."""

    items: Any
    span: Span

    @property
    def count(self) -> int | None:
        found: int | None = self.items.count
        return found

    def length(self, scope: Scope) -> Atom:
        found: Atom = self.items.length(scope)
        return found


@dataclass(frozen=True, slots=True)
class Sliced(_First):
    """`islice(items, n)`, as `zip(range(n), items)`, which asks for a number first."""

    def item(self, scope: Scope, k: Atom) -> Any:
        return self.items.item(scope, k)[1]


@dataclass(frozen=True, slots=True)
class Taken(_First):
    """`takewhile(test, items)`: the loop is left where the test fails."""

    test: ast.expr
    pack: Callable[[Scope, Any, Span], Atom]

    def item(self, scope: Scope, k: Atom) -> Any:
        name, item = f"item.taken.{self.span.line}.{self.span.col}", self.items.item(scope, k)
        scope.locals = scope.locals | {name}
        scope.assign(name, self.pack(scope, item, self.span), self.span)
        asked = ast.Call(self.test, [ast.copy_location(ast.Name(name, ast.Load()), self.test)], [])
        test = scope.apply("truth", self.span, scope.atom(ast.copy_location(asked, self.test)))
        fails = scope.apply("logical_not", self.span, test, via="python")
        scope.emit(If(fails, (Break(self.span),), (), self.span))
        return item


def takes(
    scope: Scope, node: ast.Call, name: str, expected: str, least: int, most: int, known: ast.keyword | None = None
) -> bool:
    """Whether the number of arguments is right; starred ones and keywords other than `known` are refused."""
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            scope.refuse("A014", argument)
            return False
    for keyword in node.keywords:
        if keyword is not known:
            code = "A019" if (name, keyword.arg) == ("zip", "strict") else "T002"
            scope.refuse(code, keyword, name=name, argument=keyword.arg or "**")
            return False
    if not least <= len(node.args) <= most:
        given = "1 was" if len(node.args) == 1 else f"{len(node.args)} were"
        scope.refuse("T003", node, name=name, expected=expected, given=given)
        return False
    return True


def sliced(scope: Scope, node: ast.Call, items_of: ITEMS_OF, zipped: Callable[..., Any]) -> Any:
    """`islice(items, stop)`; None after refusing it."""
    if not takes(scope, node, "islice", "an iterable and a number of items", 2, 2):
        return None
    span, items = scope.span(node), items_of(scope, node.args[0])
    stop = scope.atom(node.args[1])
    if items is None or stop is scope.poison or stop is scope.pending:
        return None
    if isinstance(stop, Const) and stop.value is None:
        return items
    stop = scope.apply("integer", span, stop, what="islice")
    below = scope.apply("truth", span, scope.apply("lt", span, stop, Const(0, PY_INT, span)))
    scope.emit(If(below, (Fail("ValueError", STOP, (), span),), (), span))
    return Sliced(zipped(stop, items, span), span)


def taken(scope: Scope, node: ast.Call, items_of: ITEMS_OF, pack: Callable[[Scope, Any, Span], Atom]) -> Any:
    """`takewhile(test, items)`; None after refusing it."""
    if not takes(scope, node, "takewhile", "a function and an iterable", 2, 2):
        return None
    if not isinstance(node.args[0], ast.Name | ast.Attribute | ast.Lambda):
        scope.refuse("T018", node.args[0], name=ast.unparse(node.args[0]), what="it has no name here")
        return None
    items = items_of(scope, node.args[1])
    return None if items is None else Taken(items, scope.span(node), node.args[0], pack)
