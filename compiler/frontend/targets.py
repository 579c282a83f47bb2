"""Assignment: what stands on the left of `=`."""

from __future__ import annotations

import ast

from ..ir.nodes import Apply, Assign, Atom, Const, SetItem, Span, Var, is_global
from ..ir.types import NOTHING, PY_INT, Unknown, in_words
from .accept import BINARY
from .expressions import index
from .records import call_method, make
from .scope import Scope, Static, known

Item = Atom | tuple["Item", ...]


def assign(scope: Scope, targets: list[ast.expr], value: ast.expr) -> None:
    """`a = b = value` and every nesting of tuples on the left."""
    if len(targets) == 1 and isinstance(targets[0], ast.Tuple | ast.List) and isinstance(value, ast.Tuple):
        names = targets[0].elts
        if len(names) == len(value.elts) and not any(isinstance(n, ast.Starred) for n in (*names, *value.elts)):
            span = scope.span(value)
            held = [scope.bind(scope.atom(item), span) for item in value.elts]  # all before the first assignment
            for target, item in zip(names, held, strict=True):
                store(scope, target, item)
            return
    result = scope.atom(value)
    for target in targets:
        store(scope, target, result)


def store(scope: Scope, target: ast.expr, value: Atom) -> None:
    """Assign an evaluated value to a target."""
    span = scope.span(target)
    match target:
        case ast.Name():
            scope.assign(target.id, value, span)
        case ast.Subscript():
            base = scope.atom(target.value)
            operands, spec = index(scope, target.slice, base is scope.poison)
            if isinstance(base, Var):
                _refuse_global(scope, target, base)
                scope.emit(SetItem(base, tuple(operands), spec, value, span=span))
            elif not isinstance(base.type, Unknown):
                scope.refuse("T016", target, name=ast.unparse(target.value), type=in_words(base.type))
        case ast.Tuple() | ast.List():
            _unpack(scope, target, value)
        case ast.Attribute():
            base = scope.atom(target.value)
            if isinstance(base, Var):
                scope.emit(SetItem(base, (_name(target),), ("a",), value, span=span))
            elif not isinstance(base.type, Unknown):
                scope.refuse("A025", target)
        case ast.Starred():
            scope.refuse("A015", target)
        case _:
            scope.refuse("A029", target)


def _refuse_global(scope: Scope, target: ast.Subscript, base: Var) -> None:
    if is_global(base):
        scope.refuse("T019", target, name=ast.unparse(target.value))


def _unpack(scope: Scope, target: ast.Tuple | ast.List, value: Atom) -> None:
    """`a, (b, c) = value`, and `a, *rest, z = value`. All items are taken before the first is assigned."""
    star = next((k for k, item in enumerate(target.elts) if isinstance(item, ast.Starred)), None)
    if star is not None and scope.ask(target.elts[star], "many", value) == "array":
        items = make(scope, scope.span(target), list, (), ())
        call_method(scope, target, "extend", items, (value,))
        value = items
    parts = [_item(scope, target, value, k, star) for k in range(len(target.elts))]
    for item, part in zip(target.elts, parts, strict=True):
        store(scope, item.value if isinstance(item, ast.Starred) else item, part)


def _item(scope: Scope, target: ast.Tuple | ast.List, value: Atom, k: int, star: int | None) -> Atom:
    """What the target at position `k` takes; the one at `star` takes what the others leave."""
    span, count = scope.span(target), len(target.elts)
    if star is None:
        return scope.apply("getitem", span, value, Const(k, PY_INT, span), spec=("i",), unpack=count)
    span = scope.span(target.elts[star])
    if k != star:
        place = Const(k if k < star else k - count, PY_INT, span)
        return scope.apply("getitem", span, value, place, spec=("i",), least=count - 1)
    bounds = [Const(k, PY_INT, span), *([Const(k + 1 - count, PY_INT, span)] if k + 1 < count else [])]
    spec = ("s110",) if k + 1 < count else ("s100",)
    return scope.apply("getitem", span, value, *bounds, spec=spec, least=count - 1)


def augmented(scope: Scope, node: ast.AugAssign) -> None:
    """`target op= value`."""
    op = BINARY[type(node.op)]
    span = scope.span(node)
    match node.target:
        case ast.Name():
            current = scope.resolve(node.target)
            if isinstance(current, Static):
                current = known(current.value, span)
            value = scope.apply("iadd", span, current, scope.atom(node.value), op=op)
            store(scope, node.target, value)
        case ast.Subscript():
            base = scope.atom(node.target.value)
            operands, spec = index(scope, node.target.slice, base is scope.poison)
            current = scope.apply("getitem", span, base, *operands, spec=spec)
            result = scope.apply(op, span, current, scope.atom(node.value))
            if isinstance(base, Var):
                _refuse_global(scope, node.target, base)
                scope.emit(SetItem(base, tuple(operands), spec, result, op, span))
        case ast.Attribute():
            base = scope.atom(node.target.value)
            if isinstance(base, Var):
                current = scope.apply("getattr", span, base, name=node.target.attr)
                result = scope.apply("iadd", span, current, scope.atom(node.value), op=op)
                scope.emit(SetItem(base, (_name(node.target),), ("a",), result, op, span))
            elif not isinstance(base.type, Unknown):
                scope.refuse("A025", node.target)


def _name(node: ast.Attribute) -> Const:
    """The name of an attribute as an operand."""
    return Const(node.attr, NOTHING)


def delete(scope: Scope, node: ast.Delete) -> None:
    """`del name`: the name has no value afterwards; `del p[k]`: lists and dicts have one item less."""
    for target in node.targets:
        if isinstance(target, ast.Name) and scope.declared.get(target.id) != "global":
            span = scope.span(target)
            scope.emit(Assign(scope.variable(target.id, span), Apply("unbound", (), span=span), span))
        elif isinstance(target, ast.Subscript):
            base = scope.atom(target.value)
            operands, spec = index(scope, target.slice, base is scope.poison)
            scope.apply("del_item", scope.span(target), base, *operands, spec=spec)
        else:
            scope.refuse("A018", target)


def take(scope: Scope, target: ast.expr, item: Item) -> None:
    """Assign an item to the loop's target, without making a tuple where the target takes it apart."""
    if not isinstance(item, tuple):
        store(scope, target, item)
        return
    names = target.elts if isinstance(target, ast.Tuple | ast.List) else []
    if len(names) == len(item) and not any(isinstance(n, ast.Starred) for n in names):
        for name, part in zip(names, item, strict=True):
            take(scope, name, part)
        return
    store(scope, target, packed(scope, item, scope.span(target)))


def packed(scope: Scope, item: Item, span: Span) -> Atom:
    """An item as one value: a tuple of the parts that it has."""
    return scope.apply("tuple", span, *(packed(scope, i, span) for i in item)) if isinstance(item, tuple) else item
