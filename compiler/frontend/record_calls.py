"""Calls of what may be a record: methods, classes, `sum`, `max` and `min`. Which record it is, `dissolve` knows."""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..ir.nodes import Assign, Atom, Call, Const, Fail, If, Span, Var
from ..ir.types import NOTHING, PY_BOOL, PY_INT
from ..library.written.python import in_order as library_in_order
from .generators import characters, listed
from .records import call_method, collection, comprehension, make
from .scope import LocalFunction, Scope, Static, known


def library_class(cls: type) -> bool:
    """Whether a class is no record: dtypes, and the builtins that make none."""
    home = (cls.__module__ or "").split(".")[0]
    return cls not in (list, tuple, dict, set) and home in ("numpy", "scipy", "builtins")


def arguments(
    scope: Scope, node: ast.Call, callee: Any = None, at_once: bool = False
) -> tuple[tuple[Atom, ...], tuple[str, ...]] | None:
    """The arguments of a call of something that is not known yet, and the keywords of the last of them.

    Iterators among them are gone through `at_once`.
    None after refusing them, and until the number of starred ones is known.
    """
    items = positional(scope, node, callee, at_once)
    if items is None:
        return None
    named: list[tuple[str, Atom]] = []
    for keyword in node.keywords:
        found = keyword_items(scope, keyword)
        if found is None:
            return None
        named.extend(found)
    return (*items, *(v for _, v in named)), tuple(k for k, _ in named)


def positional(scope: Scope, node: ast.Call, callee: Any, at_once: bool = False) -> list[Atom] | None:
    """The positional arguments of a call, `*items` written out; None until their number is known."""
    items: list[Atom] = []
    for position, argument in enumerate(node.args):
        if not isinstance(argument, ast.Starred):
            items.append(scope.atom(listed(scope, argument)) if at_once else scope.atom(argument))
            continue
        last = position == len(node.args) - 1
        room = _parameters(callee, {k.arg for k in node.keywords}) if last else None
        found = starred(scope, argument, None if room is None else room - len(items))
        if found == [] and room is not None and room > len(items):
            scope.emit(Fail("TypeError", f"missing {room - len(items)} required positional arguments", (),
                            scope.span(node)))  # so far: what is not known yet looks empty
            return None
        if found is None:
            return None
        items.extend(found)
    return items


def _parameters(callee: Any, given: set[str | None]) -> int | None:
    """How many positional arguments a call has to have, besides the keywords given; None where that is not fixed."""
    try:
        signature = callee.signature if isinstance(callee, LocalFunction) else inspect.signature(callee)
    except (TypeError, ValueError):
        return None
    kinds = inspect.Parameter
    left = [p for p in signature.parameters.values() if p.name not in given and p.kind is not kinds.KEYWORD_ONLY]
    fixed = all(p.default is kinds.empty and p.kind is not kinds.VAR_POSITIONAL for p in left)
    return len(left) if fixed and None not in given else None


def starred(scope: Scope, node: ast.Starred, room: int | None = None) -> list[Atom] | None:
    """The items of `*items` in a call; None until their number is known.

    An array has as many as there is `room` for, or else the call raises `TypeError`, as Python's does.
    """
    value = scope.atom(node.value)
    span = scope.span(node)
    count = scope.ask(node, "items", value)
    if count is None:
        return None
    if count >= 0:
        return [scope.apply("getitem", span, value, Const(k, PY_INT, span), spec=("i",)) for k in range(count)]
    if room is None or room < 1:
        scope.refuse("A014", node)
        return None
    return [scope.apply("getitem", span, value, Const(k, PY_INT, span), spec=("i",), unpack=room, called=True)
            for k in range(room)]


def keyword_items(scope: Scope, keyword: ast.keyword) -> list[tuple[str, Atom]] | None:
    """The keywords of `name=value`, or of `**entries` of a dict; None until its keys are known."""
    if keyword.arg is not None:
        return [(keyword.arg, scope.atom(keyword.value))]
    value, span = scope.atom(keyword.value), scope.span(keyword.value)
    keys = scope.ask(keyword.value, "keys", value)
    if keys is None:
        return None
    return [(key, scope.apply("getitem", span, value, known(key, span), spec=("i",))) for key in keys]


def record_method(scope: Scope, node: ast.Call, name: str, owner: Atom, hint: str) -> Atom:
    """A method of a record, or of nothing that has one: `dissolve` knows. The hint is for the latter."""
    found = arguments(scope, node, at_once=name == "extend")
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
    found = arguments(scope, node)
    if found is None:
        return scope.pending
    args, keywords = found
    this = Var(first[0].arg, span=scope.span(node))
    attrs = {"name": function.attr, "keywords": keywords, "above": cls.value}
    return scope.apply("method", scope.span(node), this, *args, **attrs)


def construction(scope: Scope, node: ast.Call, cls: type) -> Atom:
    if cls is list and len(node.args) == 1 and isinstance(node.args[0], ast.Name) and not node.keywords:
        count = scope.ask(node, "tuple", scope.atom(node.args[0]))
        if count is None or count >= 0:  # of a tuple that is no record
            items = ast.copy_location(ast.List([ast.Starred(node.args[0], ast.Load())], ast.Load()), node)
            return scope.pending if count is None else scope.atom(ast.fix_missing_locations(items))
    found = arguments(scope, node, cls, cls in (list, tuple, set, Counter))
    if found is None:
        return scope.pending
    args, keywords = found
    return scope.apply("construct", scope.span(node), *args, cls=cls, keywords=keywords)


def pairs(scope: Scope, node: ast.Call, known_only: bool = False) -> Atom | None:
    """`dict(zip(names, values))`; None for another argument, and with `known_only` for names that are in an array.

    An array of values has to have one for each name, or `KeyError` is raised at once, before the name is used.
    """
    zipped = node.args[0]
    if not isinstance(zipped, ast.Call) or len(zipped.args) != 2 or node.keywords:
        return None
    function = scope.evaluate(zipped.func)
    if not isinstance(function, Static) or function.value is not zip:
        return None
    if zipped.keywords:  # `strict`, which the loop sees to
        return _comprehended(scope, node, zipped)
    parts = [scope.atom(characters(scope, a)) for a in zipped.args]
    counts = [scope.ask(a, "items", part) for a, part in zip(zipped.args, parts, strict=True)]
    if None in counts:
        return scope.pending
    if counts[0] < 0 and known_only:
        return None
    if counts[0] < 0:
        return _filled(scope, node, zipped, parts)
    result, span = make(scope, scope.span(node), dict, (), ()), scope.span(node)
    if counts[1] < 0:
        short = scope.apply("lt", span, scope.apply("len", span, parts[1]), Const(counts[0], PY_INT, span))
        missing = Fail("KeyError", "a name without a value", (), span)
        scope.emit(If(scope.apply("truth", span, short), (missing,), (), span))
    for k in range(min(n for n in counts if n >= 0)):
        pair = [scope.apply("getitem", span, part, Const(k, PY_INT), spec=("i",)) for part in parts]
        call_method(scope, node, "__setitem__", result, tuple(pair))
    return result


def _filled(scope: Scope, node: ast.Call, zipped: ast.Call, parts: list[Atom]) -> Atom:
    """`dict(zip(keys, values))`, where the keys are known at run time only: a loop that puts them into a dict."""
    names = [f"{part}.c{scope.counter}" for part in ("keys", "values")]
    scope.locals = scope.locals | frozenset(names)
    for name, part in zip(names, parts, strict=True):
        scope.assign(name, part, scope.span(node))
    return _comprehended(scope, node, ast.Call(zipped.func, [ast.Name(n, ast.Load()) for n in names], []))


def _comprehended(scope: Scope, node: ast.Call, zipped: ast.Call) -> Atom:
    """`{key: value for key, value in zip(keys, values)}`."""
    names = [f"{part}.c{scope.counter}" for part in ("key", "value")]
    scope.locals = scope.locals | frozenset(names)
    key, value = (ast.Name(n, ast.Load()) for n in names)
    target = ast.Tuple([ast.Name(n, ast.Store()) for n in names], ast.Store())
    made = ast.DictComp(key, value, [ast.comprehension(target, zipped, [], 0)])
    for n in ast.walk(made):
        if isinstance(n, ast.expr) and not hasattr(n, "lineno"):
            ast.copy_location(n, node)
    return comprehension(scope, ast.copy_location(made, node), False)


def fold(scope: Scope, node: ast.Call, target: Any) -> Atom:
    """`sum(p)`, `max(p)` and `min(p)` of the items of a record, or of a tuple, whose length types tell."""
    if node.keywords or not 1 <= len(node.args) <= 2:
        return scope.refuse("T003", node, name=target.__name__, expected="one list or tuple", given=count_of(node))
    generated = node.args[0]
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


def from_keys(scope: Scope, node: ast.Call) -> Atom:
    """`dict.fromkeys(keys, value)`."""
    if node.keywords or not 1 <= len(node.args) <= 2:
        return scope.refuse("T003", node, name="dict.fromkeys", expected="1 or 2 arguments", given=count_of(node))
    value, key = f"value.c{scope.counter}", f"key.c{scope.counter}"
    scope.locals = scope.locals | {value, key}
    given = scope.atom(node.args[1]) if len(node.args) == 2 else Const(None, NOTHING, scope.span(node))
    scope.assign(value, given, scope.span(node))
    each = ast.comprehension(ast.Name(key, ast.Store()), node.args[0], [], 0)
    made = ast.copy_location(ast.DictComp(ast.Name(key, ast.Load()), ast.Name(value, ast.Load()), [each]), node)
    return comprehension(scope, ast.fix_missing_locations(made), False)


def in_order(scope: Scope, node: ast.Call) -> Atom:
    """`sorted(p)` and `sorted(p, reverse=True)`."""
    backward = [k for k in node.keywords if k.arg == "reverse" and isinstance(k.value, ast.Constant)]
    if len(node.args) != 1 or len(backward) < len(node.keywords):
        return scope.refuse("T001", node, name="sorted", hint="for an array write `np.sort(x)`")
    first, span = scope.atom(listed(scope, node.args[0])), scope.span(node)
    reverse = any(bool(k.value.value) for k in backward)  # type: ignore[attr-defined]
    held = scope.bind(first, span)
    order = scope.ask(node, "order", held)
    if order is None:
        return scope.pending
    if order == "tuples":
        path = (*scope.path, ("call", span.line, span.col, span.end_line, span.end_col))
        given = (("reverse", Const(reverse, PY_BOOL, span)),)
        return scope.bind(Call(library_in_order, (held,), given, span, path=path), span)
    return scope.apply("fold", span, held, name="sorted", reverse=reverse)


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
