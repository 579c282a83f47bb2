"""Displays of dicts and lists, and comprehensions: operations that `dissolve` removes.

Before:  `{"w": x, **p}`, `[g(v) for v in xs if v > 0.0]`
After:   `t.1 = record(x, p)`, `t.2 = record()` and a loop that appends to it
"""

from __future__ import annotations

import ast
import copy
from typing import Any

from ..ir.nodes import Atom, Block, Const, If, Span
from ..ir.types import PY_INT, Unknown
from .names import loop_names, renamed
from .scope import Scope

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def make(scope: Scope, span: Span, cls: type, keys: tuple[Any, ...], items: tuple[Atom, ...]) -> Atom:
    """A new record."""
    return scope.apply("record", span, *items, cls=cls, keys=keys)


def dictionary(scope: Scope, node: ast.Dict) -> Atom:
    """`{"a": x, **rest}`."""
    if None not in node.keys:
        pairs = [(scope.atom(k), scope.atom(v)) for k, v in zip(node.keys, node.values, strict=True) if k]
        if all(isinstance(k, Const) and not isinstance(k.type, Unknown) for k, _ in pairs):
            fields = {k.value: v for k, v in pairs if isinstance(k, Const)}
            return make(scope, scope.span(node), dict, tuple(fields), tuple(fields.values()))
        if any(k in (scope.pending, scope.poison) for k, _ in pairs):
            return scope.pending if any(k is scope.pending for k, _ in pairs) else scope.poison
        made = make(scope, scope.span(node), dict, (), ())
        for pair in pairs:
            call_method(scope, node, "__setitem__", made, pair)
        return made
    result = make(scope, scope.span(node), dict, (), ())
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            call_method(scope, node, "update", result, (scope.atom(value),))
            continue
        name = scope.atom(key)
        item = scope.atom(value)
        if name is not scope.poison:
            call_method(scope, node, "__setitem__", result, (name, item))
    return result


def collection(scope: Scope, node: ast.expr) -> Atom:
    """Something to go through; a tuple that is written out here is a record, so that its items can be."""
    if isinstance(node, ast.Tuple) and not any(isinstance(item, ast.Starred) for item in node.elts):
        items = tuple(scope.atom(item) for item in node.elts)
        return make(scope, scope.span(node), tuple, tuple(range(len(items))), items)
    return scope.atom(node)


def displayed(scope: Scope, nodes: list[ast.expr]) -> tuple[Atom, ...] | None:
    """The items of a display, with those of `*more` in their place; None until their number is known."""
    from .record_calls import starred  # which goes through records, and those are made here

    items: list[Atom] = []
    for node in nodes:
        found = starred(scope, node) if isinstance(node, ast.Starred) else [scope.atom(node)]
        if found is None:
            return None
        items.extend(found)
    return tuple(items)


def listed(scope: Scope, node: ast.List) -> Atom:
    """`[x, y]`."""
    if any(isinstance(item, ast.Starred) for item in node.elts):
        return _with_stars(scope, node)
    items = tuple(scope.atom(item) for item in node.elts)
    return make(scope, scope.span(node), list, tuple(range(len(items))), items)


def _with_stars(scope: Scope, node: ast.List) -> Atom:
    """`[*x, y]`."""
    result = make(scope, scope.span(node), list, (), ())
    for item in node.elts:
        value = scope.atom(item.value if isinstance(item, ast.Starred) else item)
        count = scope.ask(item, "tuple", value) if isinstance(item, ast.Starred) else None
        span = scope.span(item)
        if not isinstance(item, ast.Starred):
            call_method(scope, item, "append", result, (value,))
        elif count is None:
            return scope.pending
        elif count < 0:
            call_method(scope, item, "extend", result, (value,))
        for k in range(count or 0):
            part = scope.apply("getitem", span, value, Const(k, PY_INT, span), spec=("i",))
            call_method(scope, item, "append", result, (part,))
    return result


def call_method(scope: Scope, node: ast.expr, name: str, owner: Atom, args: tuple[Atom, ...],
                keywords: tuple[str, ...] = ()) -> Atom:
    """`owner.name(...)`, where the class of the owner is not known yet; the last operands are those of `keywords`."""
    return scope.apply("method", scope.span(node), owner, *args, name=name, keywords=keywords)


def unique(scope: Scope, node: ast.Set) -> Atom:
    """`{x, y}`."""
    items = [scope.atom(item) for item in node.elts if not isinstance(item, ast.Starred)]
    if len(items) < len(node.elts):
        return scope.refuse("A014", node)
    result = empty_set(scope, scope.span(node))
    for item in items:
        call_method(scope, node, "add", result, (item,))
    return result


def empty_set(scope: Scope, span: Span) -> Atom:
    """A new set."""
    return scope.apply("construct", span, cls=set, keywords=())


def comprehension(scope: Scope, node: Comprehension, named: bool = True) -> Atom:
    """A list, set or dict that a loop fills. Its variables are its own.

    With `named`, the keys of a dict may be known before the program runs where the items of its values are not.
    """
    from .combined import spread  # which makes lists, as is done here
    from .generators import flattened

    node = copy.copy(node)
    node.generators = spread(scope, flattened(scope, node.generators))
    if isinstance(node, ast.DictComp) and named:
        node = _named(scope, node) or node
    cls = dict if isinstance(node, ast.DictComp) else list
    span = scope.span(node)
    result = empty_set(scope, span) if isinstance(node, ast.SetComp) else make(scope, span, cls, (), ())
    own = {name: f"{name}.c{scope.counter}" for name in loop_names(node.generators)}
    scope.locals = scope.locals | frozenset(own.values())
    known = len(scope.findings.items)
    ready = _generate(scope, node, result, 0, own)
    refused = len(scope.findings.items) > known or _reads_poison(scope, node)
    return scope.poison if refused else result if ready else scope.pending


def _named(scope: Scope, node: ast.DictComp) -> ast.DictComp | None:
    """`{k: f(v) for k, v in zip(names, array)}` goes through the items of `dict(zip(names, array))`."""
    from .record_calls import pairs  # which makes records, as is done here

    first = node.generators[0]
    target, zipped = first.target, first.iter
    names = [n.id for n in target.elts if isinstance(n, ast.Name)] if isinstance(target, ast.Tuple) else []
    in_key = {n.id for n in ast.walk(node.key) if isinstance(n, ast.Name)}
    if len(node.generators) != 1 or len(names) != 2 or names[1] in in_key or not isinstance(zipped, ast.Call):
        return None
    if any(isinstance(a, ast.Call | ast.Constant | ast.Starred) for a in zipped.args):  # ranges, for instance
        return None
    made = pairs(scope, ast.copy_location(ast.Call(ast.Name("dict", ast.Load()), [zipped], []), zipped), True)
    if made is None:
        return None
    held = ast.copy_location(ast.Name(f"pairs.c{scope.counter}", ast.Load()), zipped)
    scope.locals = scope.locals | {held.id}
    scope.assign(held.id, made, scope.span(zipped))
    items = ast.copy_location(ast.Attribute(held, "items", ast.Load()), zipped)
    node = copy.copy(node)
    node.generators = [copy.copy(first)]
    node.generators[0].iter = ast.copy_location(ast.Call(items, [], []), zipped)
    return node


def _reads_poison(scope: Scope, node: ast.expr) -> bool:
    """Whether an expression names a variable that has been refused."""
    return any(isinstance(n, ast.Name) and n.id in scope.poisoned for n in ast.walk(node))


def _generate(scope: Scope, node: Comprehension, result: Atom, depth: int, own: dict[str, str]) -> bool:
    """The loops from a depth on. Whether it is known yet what all of them go through."""
    from .iteration import for_loop  # which evaluates expressions, and those are made here

    if depth == len(node.generators):
        if isinstance(node, ast.DictComp):
            key, value = scope.atom(renamed(node.key, own)), scope.atom(renamed(node.value, own))
            call_method(scope, node.key, "__setitem__", result, (key, value))
        else:
            name = "add" if isinstance(node, ast.SetComp) else "append"
            call_method(scope, node.elt, name, result, (scope.atom(renamed(node.elt, own)),))
        return True
    generator = node.generators[depth]
    if generator.is_async:
        scope.refuse("A030", generator.target)
        return True
    iterable = generator.iter if depth == 0 else renamed(generator.iter, own)
    loop = ast.copy_location(ast.For(renamed(generator.target, own), iterable, [], []), generator.iter)

    ready = [True]

    def body(_: list[ast.stmt]) -> Block:
        with scope.nested() as inner:
            ready.append(_guarded(scope, node, result, depth, own, list(generator.ifs)))
        return tuple(inner)

    return for_loop(scope, loop, body) and all(ready)


def _guarded(
    scope: Scope, node: Comprehension, result: Atom, depth: int, own: dict[str, str],
    tests: list[ast.expr],
) -> bool:
    if not tests:
        return _generate(scope, node, result, depth + 1, own)
    span = scope.span(tests[0])
    test = scope.apply("truth", span, scope.atom(renamed(tests[0], own)))
    with scope.nested() as body:
        ready = _guarded(scope, node, result, depth, own, tests[1:])
    scope.emit(If(test, tuple(body), (), span))
    return ready
