"""`isinstance`, `hasattr`, `getattr`, `callable`, `issubclass`, `type(x) is C`, `np.finfo`: what types decide."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ..ir.nodes import Assign, Atom, Const, If
from ..ir.types import PY_BOOL
from .accept import ATTRIBUTES
from .arguments import kind_of
from .generators import callee
from .scope import Scope, Static, Value, attribute, known


def asked(scope: Scope, node: ast.Call, target: Any) -> Value:
    """The value of such a call."""
    if target is isinstance:
        return _instance(scope, node, target)
    most = {hasattr: 2, getattr: 3, callable: 1, issubclass: 2}[target]
    least = 2 if target is getattr else most
    starred = any(isinstance(a, ast.Starred) for a in node.args)
    if node.keywords or starred or not least <= len(node.args) <= most:
        count = len(node.args) + len(node.keywords)
        given = "1 was" if count == 1 else f"{count} were"
        expected = f"{least} argument{'' if least == 1 else 's'}"
        return scope.refuse("T003", node, name=target.__name__, expected=expected, given=given)
    values = [scope.evaluate(a) for a in node.args[:2]]
    if any(v is scope.poison or v is scope.pending for v in values):
        return scope.poison if any(v is scope.poison for v in values) else scope.pending
    if target is issubclass:
        classes = [v.value for v in values if isinstance(v, Static)]
        if len(classes) < 2 or not all(isinstance(c, type) for c in classes):
            return scope.refuse("T025", node.args[-1], name=ast.unparse(node.args[-1]))
        return Const(issubclass(*classes), PY_BOOL, scope.span(node))
    name = "__call__" if target is callable else _text(values[1])
    if name is None:
        return scope.refuse("A004", node.args[1], what="a name that is known at run time only")
    return _got(scope, node, values[0], name) if target is getattr else _has(scope, node, values[0], name)


def _instance(scope: Scope, node: ast.Call, target: Any) -> Value:
    """`isinstance(x, classes)`: decided by the type of `x`."""
    if len(node.args) != 2 or node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
        count = len(node.args) + len(node.keywords)
        given = "1 was" if count == 1 else f"{count} were"
        return scope.refuse("T003", node, name=target.__name__, expected="2 arguments", given=given)
    value = scope.atom(node.args[0])
    return scope.apply("isinstance", scope.span(node), value, classes=_classes(scope, node.args[1]))


def _classes(scope: Scope, node: ast.expr) -> tuple[type, ...]:
    """The classes that the second argument of `isinstance` names."""
    if isinstance(node, ast.Tuple):
        return tuple(c for item in node.elts for c in _classes(scope, item))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return (*_classes(scope, node.left), *_classes(scope, node.right))
    value = scope.evaluate(node)
    if isinstance(value, Static) and isinstance(value.value, type):
        return (value.value,)
    if isinstance(value, Const) and value.value is None and value is not scope.poison:
        return (type(None),)
    if value is not scope.poison:
        scope.refuse("T025", node, name=ast.unparse(node))
    return ()


def _text(value: Value) -> str | None:
    return value.value if isinstance(value, Static) and type(value.value) is str else None


def _has(scope: Scope, node: ast.Call, owner: Value, name: str) -> Atom:
    span = scope.span(node)
    if isinstance(owner, Static):
        return Const(hasattr(owner.value, name), PY_BOOL, span)
    return scope.apply("isinstance", span, owner, classes=(), having=name)


def _got(scope: Scope, node: ast.Call, owner: Value, name: str) -> Value:
    """`getattr(a, "name")` is `a.name`; with a default that where there is none."""
    span = scope.span(node)
    held = ast.copy_location(ast.Name(f"item.owner.{span.line}.{span.col}", ast.Load()), node)
    scope.statics[held.id] = owner
    read = ast.copy_location(ast.Attribute(held, name, ast.Load()), node)
    if isinstance(owner, Static):
        missing = len(node.args) == 3 and not hasattr(owner.value, name)
        return scope.evaluate(node.args[2]) if missing else attribute(scope, read, owner.value)
    if len(node.args) == 2:
        return scope.evaluate(read)
    if name not in ATTRIBUTES and hasattr(np.ndarray, name):  # refused where it is one of an array
        return scope.evaluate(read)
    result = scope.temporary(span)
    test = _has(scope, node, owner, name)
    with scope.nested() as then:
        scope.emit(Assign(result, scope.atom(read), span))
    with scope.nested() as orelse:
        scope.emit(Assign(result, scope.atom(node.args[2]), span))
    scope.emit(If(test, tuple(then), tuple(orelse), span))
    return result


def class_test(scope: Scope, node: ast.Compare) -> Atom | None:
    """`type(x) is C`, `type(x) == C` and `type(x) in (C, D)`; None for any other comparison."""
    op, left, right = node.ops[0], node.left, node.comparators[0]
    if len(node.ops) > 1 or not isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq | ast.In | ast.NotIn):
        return None
    if callee(scope, right) is type and not isinstance(op, ast.In | ast.NotIn):
        left, right = right, left
    if callee(scope, left) is not type or not isinstance(left, ast.Call) or len(left.args) != 1:
        return None
    several = isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List | ast.Set)
    others = right.elts if several else [right]  # type: ignore[attr-defined]
    classes = [scope.resolve(c) if isinstance(c, ast.Name) else scope.evaluate(c) if _dotted(c) else None
               for c in others]
    found = tuple(c.value for c in classes if isinstance(c, Static) and isinstance(c.value, type))
    if len(found) < len(others):
        return None
    span = scope.span(node)
    value = scope.evaluate(left.args[0])
    atom = known(value.value, span) if isinstance(value, Static) else value
    same = scope.apply("isinstance", span, atom, classes=found, exact=True)
    if isinstance(op, ast.Is | ast.Eq | ast.In):
        return same
    return scope.apply("logical_not", span, same, via="python")


def _dotted(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and (isinstance(node.value, ast.Name) or _dotted(node.value))


def limits(scope: Scope, node: ast.Call, target: Any) -> Value:
    """`np.finfo(dtype)` and `np.iinfo(dtype)`, whose attributes are constants."""
    known_mistakes = len(scope.findings.items)
    kind = kind_of(scope, node.args[0])
    if kind is None:
        return scope.pending if len(scope.findings.items) == known_mistakes else scope.poison
    try:
        return Static(target(kind))
    except ValueError:  # of the other kind of number
        return scope.refuse("T013", node.args[0], name=ast.unparse(node.args[0]))
