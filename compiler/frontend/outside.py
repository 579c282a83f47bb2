"""Lists, dicts, named tuples and objects that a function reads from outside: records that nothing is stored into.

Before:  `TABLE = [1.0, [2.0, 3.0]]` in the module, and `TABLE[1][i]` in the function
After:   `t.1 = outside(held=list(1.0, list(2.0, 3.0)))`, `t.2 = getitem(t.1, 1)`, `t.3 = getitem(t.2, i)`

What they hold is constant in the compiled code, which is checked at every call.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from ..ir.classes import is_object
from ..ir.nodes import Atom
from .scope import WHOLE, Scope, Static, known, with_article

ITEMS = 1024  # of a list or dict, with those inside it
DEPTH = 16
PARTS = ("start", "stop", "step")  # of a slice


@dataclass(frozen=True, slots=True)
class Held:
    """A list, dict, tuple or object from outside: its class, its keys and what it holds, operands or more of these."""

    cls: type
    keys: tuple[Any, ...]
    items: tuple[Any, ...]


def outside(scope: Scope, node: ast.AST, name: str, value: Any) -> Atom:
    """The operand for a record; a finding when it is too long, or holds what compiled code cannot read."""
    if _number_of_items(value) > ITEMS:
        hint = "make it an array: arrays of any size can be read"
        described = f"{with_article(type(value).__name__)} of more than {ITEMS} items"
        return scope.refuse("F006", node, name=name, type=described, hint=hint)
    before = len(scope.findings.items)
    held = _held(scope, node, name, value)
    if len(scope.findings.items) > before:
        return scope.poison
    return scope.apply("outside", scope.span(node), held=held, name=f"{name}.{scope.captures.number(value)}")


def _held(scope: Scope, node: ast.AST, name: str, value: Any) -> Any:
    if type(value) in (list, dict):
        scope.captures.guard(value, WHOLE, value)
    if type(value) is list or isinstance(value, tuple):
        items = tuple(_held(scope, node, f"{name}[{k}]", item) for k, item in enumerate(value))
        return Held(type(value), tuple(range(len(value))), items)
    if type(value) is dict:
        return Held(dict, tuple(value), tuple(_held(scope, node, f"{name}[{k!r}]", v) for k, v in value.items()))
    if type(value) is slice:
        return Held(slice, PARTS, tuple(_held(scope, node, name, getattr(value, part)) for part in PARTS))
    if is_object(value):
        scope.captures.guard(vars(value), WHOLE, vars(value))
        fields = tuple(_held(scope, node, f"{name}.{k}", v) for k, v in vars(value).items())
        return Held(type(value), tuple(vars(value)), fields)
    found = scope.constant(node, name, value)
    return known(found.value, scope.span(node)) if isinstance(found, Static) else found


def _number_of_items(value: Any, depth: int = 0) -> int:
    """How many items there are, with those inside it; too many when it goes too deep, which may be without end."""
    inner = vars(value) if is_object(value) else value
    items = inner.values() if type(inner) is dict else inner if isinstance(inner, list | tuple) else ()
    return ITEMS + 1 if depth > DEPTH else len(items) + sum(_number_of_items(item, depth + 1) for item in items)
