"""Calls of what may be a record: methods, classes, `sum`, `max` and `min`. Which record it is, `dissolve` knows."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from ..ir.nodes import Assign, Atom, Const, If, Span, Var
from ..ir.types import PY_INT
from .records import collection, comprehension
from .scope import Scope, Static
from .sequences import as_generator, gathered, pairs


def library_class(cls: type) -> bool:
    """Whether a class is no record: dtypes, and the builtins that make none."""
    return cls not in (list, tuple, dict) and (cls.__module__ or "").split(".")[0] in ("numpy", "scipy", "builtins")


def _arguments(
    scope: Scope, node: ast.Call, at_once: bool = False
) -> tuple[tuple[Atom, ...], tuple[str, ...]] | None:
    """The arguments of a call of something that is not known yet, and the keywords of the last of them.

    Iterators among them are gone through `at_once`.
    None after refusing them, and until the number of starred ones is known.
    """
    items: list[Atom] = []
    for argument in node.args:
        found = starred(scope, argument) if isinstance(argument, ast.Starred) else [
            gathered(scope, argument) if at_once else scope.atom(argument)]
        if found is None:
            return None
        items.extend(found)
    for keyword in node.keywords:
        if keyword.arg is None:
            scope.refuse("A014", keyword.value)
            return None
        items.append(scope.atom(keyword.value))
    return tuple(items), tuple(k.arg or "" for k in node.keywords)


def starred(scope: Scope, node: ast.Starred) -> list[Atom] | None:
    """The items of `*items` in a call; None until their number is known."""
    value = scope.atom(node.value)
    span = scope.span(node)
    count = scope.ask(node, "items", value)
    if count is None:
        return None
    return [scope.apply("getitem", span, value, Const(k, PY_INT, span), spec=("i",)) for k in range(count)]


def record_method(scope: Scope, node: ast.Call, name: str, owner: Atom, hint: str) -> Atom:
    """A method of a record, or of nothing that has one: `dissolve` knows. The hint is for the latter."""
    found = _arguments(scope, node, name == "extend")
    if found is None:
        return scope.pending
    args, keywords = found
    owned = node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(owned, ast.Name) and any(a is scope.poison for a in args):
        scope.poisoned.add(owned.id)  # what was refused may have been appended to a list
    words = {"hint": hint, "shown": ast.unparse(node.func)}
    return scope.apply("method", scope.span(node), owner, *args, name=name, keywords=keywords, **words)


def is_super(scope: Scope, node: ast.expr) -> bool:
    """Whether this is `super()` in a method."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args
    return named and "__class__" in scope.source.function.__code__.co_freevars


def super_method(scope: Scope, node: ast.Call, function: ast.Attribute) -> Atom:
    owner = ast.copy_location(ast.Name("__class__", ast.Load()), function)
    cls = scope.resolve(owner)
    first = scope.source.node.args.args[:1]
    if not isinstance(cls, Static) or not first:
        return scope.refuse("T018", node, name=ast.unparse(node.func), what="there is no class it belongs to")
    found = _arguments(scope, node)
    if found is None:
        return scope.pending
    args, keywords = found
    this = Var(first[0].arg, span=scope.span(node))
    attrs = {"name": function.attr, "keywords": keywords, "above": cls.value}
    return scope.apply("method", scope.span(node), this, *args, **attrs)


def construction(scope: Scope, node: ast.Call, cls: type) -> Atom:
    zipped = pairs(scope, node) if cls is dict else None
    if zipped is not None:
        return comprehension(scope, zipped)
    found = _arguments(scope, node, cls in (list, tuple))
    if found is None:
        return scope.pending
    args, keywords = found
    return scope.apply("construct", scope.span(node), *args, cls=cls, keywords=keywords)


def fold(scope: Scope, node: ast.Call, target: Any) -> Atom:
    """`sum(p)`, `max(p)` and `min(p)` of the items of a record, or of a tuple, whose length types tell."""
    if node.keywords or not 1 <= len(node.args) <= 2:
        return scope.refuse("T003", node, name=target.__name__, expected="one list or tuple", given=count_of(node))
    generated = as_generator(scope, node.args[0]) or node.args[0]
    if isinstance(generated, ast.GeneratorExp):
        first = comprehension(scope, generated)
    else:
        first = collection(scope, generated)
    rest = [scope.atom(a) for a in node.args[1:]]
    if not isinstance(generated, ast.GeneratorExp | ast.Tuple | ast.List | ast.ListComp) and first is not scope.poison:
        count = scope.ask(node, "tuple", first)
        if count is None:
            return scope.pending
        if count >= 0 and (target is sum or (count and not rest)):
            return _fold_tuple(scope, scope.span(node), first, count, rest, target)
    return scope.apply("fold", scope.span(node), first, *rest, name=target.__name__, given=count_of(node))


def in_order(scope: Scope, node: ast.Call) -> Atom:
    """`sorted(p)` and `sorted(p, reverse=True)`."""
    backward = [k for k in node.keywords if k.arg == "reverse" and isinstance(k.value, ast.Constant)]
    if len(node.args) != 1 or len(backward) < len(node.keywords):
        return scope.refuse("T001", node, name="sorted", hint="for an array write `np.sort(x)`")
    first, span = gathered(scope, node.args[0]), scope.span(node)
    return scope.apply("fold", span, first, name="sorted", reverse=any(k.value.value for k in backward))  # type: ignore[attr-defined]


def _fold_tuple(scope: Scope, span: Span, items: Atom, count: int, rest: list[Atom], target: Any) -> Atom:
    values = [scope.apply("getitem", span, items, Const(k, PY_INT, span), spec=("i",)) for k in range(count)]
    if target is not sum:
        return extremum(scope, span, values, target)
    total: Atom = rest[0] if rest else Const(0, PY_INT, span)
    for value in values:
        total = scope.apply("add", span, total, value)
    return total


def extremum(scope: Scope, span: Span, values: Sequence[Atom], target: Any) -> Atom:
    """A choice: the first of the largest or of the smallest, exactly as Python picks it."""
    result = scope.bind(values[0], span)
    for value in values[1:]:
        test = scope.apply("truth", span, scope.apply("gt" if target is max else "lt", span, value, result))
        scope.emit(If(test, (Assign(result, value, span),), (), span))
    return result


def count_of(node: ast.Call) -> str:
    count = len(node.args) + len(node.keywords)
    return "1 was" if count == 1 else f"{count} were"
