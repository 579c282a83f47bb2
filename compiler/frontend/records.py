"""Displays of dicts and lists, comprehensions, and loops over anything but `range`: operations that `dissolve` removes.

Before:  `{"w": x, **p}`, `[g(v) for v in xs if v > 0.0]`
After:   `t.1 = record(x, p)`, `t.2 = record()` and a loop that appends to it
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from typing import Any

from ..ir.nodes import Atom, Const, For, If, Span, Var
from ..ir.types import NOTHING, PY_INT
from .scope import Scope, Static

ZERO, ONE = Const(0, PY_INT), Const(1, PY_INT)
Bounds = tuple[Atom, Atom, Atom]


def make(scope: Scope, span: Span, cls: type, keys: tuple[Any, ...], items: tuple[Atom, ...]) -> Atom:
    """A new record."""
    return scope.apply("record", span, *items, cls=cls, keys=keys)


def key_of(scope: Scope, node: ast.expr) -> Atom:
    """A key or index as an operand: text is allowed here, as a key of a dict."""
    value = scope.evaluate(node)
    if isinstance(value, Static) and isinstance(value.value, str):
        return Const(value.value, NOTHING, scope.span(node))
    return value if not isinstance(value, Static) else scope.atom(node)


def dictionary(scope: Scope, node: ast.Dict) -> Atom:
    """`{"a": x, **rest}`."""
    if None not in node.keys:
        pairs = [(key_of(scope, k), held(scope, v)) for k, v in zip(node.keys, node.values, strict=True) if k]
        if all(isinstance(k, Const) and k is not scope.poison for k, _ in pairs):
            fields = {k.value: v for k, v in pairs if isinstance(k, Const)}
            return make(scope, scope.span(node), dict, tuple(fields), tuple(fields.values()))
        return scope.refuse("A001", node)
    result = make(scope, scope.span(node), dict, (), ())
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            call_method(scope, node, "update", result, (scope.atom(value),))
            continue
        name = key_of(scope, key)
        item = held(scope, value)
        if name is not scope.poison:
            call_method(scope, node, "__setitem__", result, (name, item))
    return result


def held(scope: Scope, node: ast.expr) -> Atom:
    """A value to be put into a record: text is kept with it, though nothing can be computed from it."""
    value = scope.evaluate(node)
    if isinstance(value, Static) and isinstance(value.value, str):
        return Const(value.value, NOTHING, scope.span(node))
    return value if not isinstance(value, Static) else scope.atom(node)


def collection(scope: Scope, node: ast.expr) -> Atom:
    """Something to go through; a tuple that is written out here is a record, so that its items can be."""
    if isinstance(node, ast.Tuple) and not any(isinstance(item, ast.Starred) for item in node.elts):
        items = tuple(held(scope, item) for item in node.elts)
        return make(scope, scope.span(node), tuple, tuple(range(len(items))), items)
    return scope.atom(node)


def listed(scope: Scope, node: ast.List) -> Atom:
    """`[x, y]`."""
    starred = next((item for item in node.elts if isinstance(item, ast.Starred)), None)
    if starred is not None:
        return scope.refuse("A014", starred)
    items = tuple(held(scope, item) for item in node.elts)
    return make(scope, scope.span(node), list, tuple(range(len(items))), items)


def call_method(scope: Scope, node: ast.expr, name: str, owner: Atom, args: tuple[Atom, ...],
                keywords: tuple[str, ...] = ()) -> Atom:
    """`owner.name(...)`, where the class of the owner is not known yet; the last operands are those of `keywords`."""
    return scope.apply("method", scope.span(node), owner, *args, name=name, keywords=keywords)


def comprehension(scope: Scope, node: ast.ListComp | ast.DictComp | ast.GeneratorExp) -> Atom:
    """A list or dict that a loop fills. Its variables are its own."""
    cls = dict if isinstance(node, ast.DictComp) else list
    result = make(scope, scope.span(node), cls, (), ())
    names = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
    own = {name: f"{name}.c{scope.counter}" for name in sorted(names)}
    scope.locals = scope.locals | frozenset(own.values())
    known = len(scope.findings.items)
    _generate(scope, node, result, 0, own)
    refused = len(scope.findings.items) > known or _reads_poison(scope, node)
    return scope.poison if refused else result


def _reads_poison(scope: Scope, node: ast.expr) -> bool:
    """Whether an expression names a variable that has been refused."""
    return any(isinstance(n, ast.Name) and n.id in scope.poisoned for n in ast.walk(node))


def _generate(
    scope: Scope, node: ast.ListComp | ast.DictComp | ast.GeneratorExp, result: Atom, depth: int, own: dict[str, str]
) -> None:
    if depth == len(node.generators):
        if isinstance(node, ast.DictComp):
            key, value = key_of(scope, _own(node.key, own)), held(scope, _own(node.value, own))
            call_method(scope, node.key, "__setitem__", result, (key, value))
        else:
            call_method(scope, node.elt, "append", result, (held(scope, _own(node.elt, own)),))
        return
    generator = node.generators[depth]
    if generator.is_async:
        scope.refuse("A030", generator.target)
        return
    span = scope.span(generator.iter)
    iterable = generator.iter if depth == 0 else _own(generator.iter, own)
    bounds, item, finish = bounds_of(scope, iterable)
    label = scope.label(span)
    counter = Var(f"k.{label}", PY_INT, span)
    with scope.nested() as body:
        _bind(scope, _own(generator.target, own), item(counter))
        _guarded(scope, node, result, depth, own, list(generator.ifs))
    scope.emit(For(counter, *bounds, tuple(body), label=label, span=span))
    finish()


def _guarded(
    scope: Scope, node: ast.ListComp | ast.DictComp | ast.GeneratorExp, result: Atom, depth: int, own: dict[str, str],
    tests: list[ast.expr],
) -> None:
    if not tests:
        _generate(scope, node, result, depth + 1, own)
        return
    span = scope.span(tests[0])
    test = scope.apply("truth", span, scope.atom(_own(tests[0], own)))
    with scope.nested() as body:
        _guarded(scope, node, result, depth, own, tests[1:])
    scope.emit(If(test, tuple(body), (), span))


def _bind(scope: Scope, target: ast.expr, value: Atom) -> None:
    span = scope.span(target)
    if isinstance(target, ast.Name):
        scope.assign(target.id, value, span)
    elif isinstance(target, ast.Tuple | ast.List) and not any(isinstance(t, ast.Starred) for t in target.elts):
        count = len(target.elts)
        parts = [scope.apply("getitem", span, value, Const(k, PY_INT, span), spec=("i",), unpack=count)
                 for k in range(count)]
        for part, item in zip(target.elts, parts, strict=True):
            _bind(scope, part, item)
    else:
        scope.refuse("A015", target)


class _Renamed(ast.NodeTransformer):
    """The variables of a comprehension under names of their own; inner scopes that bind a name keep theirs."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        name = self.names.get(node.id, node.id)
        return ast.copy_location(ast.Name(name, node.ctx), node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        bound = {a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        inner = _Renamed({k: v for k, v in self.names.items() if k not in bound})
        return ast.copy_location(ast.Lambda(node.args, inner.visit(node.body)), node)


def _own(node: Any, names: dict[str, str]) -> Any:
    return _Renamed(names).visit(copy.deepcopy(node))


def bounds_of(scope: Scope, node: ast.expr) -> tuple[Bounds, Callable[[Var], Atom], Callable[[], object]]:
    """What a loop counts through, the item that belongs to a count, and what to write after the loop."""
    span = scope.span(node)
    callee: Any = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        callee = scope.evaluate(node.func)
        callee = callee.value if isinstance(callee, Static) else None
    if callee is range and isinstance(node, ast.Call):
        return range_of(scope, node), lambda counter: counter, _nothing
    if _reads_poison(scope, node):
        return (ZERO, ZERO, ONE), lambda _: scope.poison, _nothing
    if isinstance(callee, type) and callee.__module__ == "builtins":
        what = ast.unparse(node) if len(ast.unparse(node)) < 30 else "this"
        poison = scope.refuse("A019", node, what=what)
        return (ZERO, ZERO, ONE), lambda _: poison, _nothing
    what = ast.unparse(node) if len(ast.unparse(node)) < 30 else "this"
    value = collection(scope, node)
    if not isinstance(value, Var):
        if value is not scope.poison:
            scope.refuse("A019", node, what=what)
        return (ZERO, ZERO, ONE), lambda _: scope.poison, _nothing
    held_value = scope.bind(value, span)
    count = scope.apply("iter_len", span, held_value, what=what)
    return (
        (ZERO, count, ONE), lambda counter: scope.apply("iter_item", span, held_value, counter),
        lambda: scope.apply("iter_end", span, held_value, count),
    )


def _nothing() -> None:
    """Nothing is written after the loop."""


def range_of(scope: Scope, node: ast.Call) -> Bounds:
    """Start, stop and step of a call of `range`."""
    span = scope.span(node)
    if not 1 <= len(node.args) <= 3 or node.keywords:
        scope.refuse("T003", node, name="range", expected="1 to 3 arguments", given=f"{len(node.args)} were")
        return ZERO, ZERO, ONE
    values = [scope.atom(a) for a in node.args]
    held = [scope.bind(v, span) if isinstance(v, Var) else v for v in values]
    if len(held) == 1:
        return Const(0, PY_INT, span), held[0], Const(1, PY_INT, span)
    return held[0], held[1], held[2] if len(held) == 3 else Const(1, PY_INT, span)
