"""Loops: over `range`, arrays, tuples, and any nesting of `enumerate`, `zip` and `reversed` of them.

A loop counts. What it runs over says how many items there are and what the k-th one is:

    `for i, (a, b) in enumerate(zip(x, y)):`    is    `for i in range(min(len(x), len(y))): a = x[i]; b = y[i]`

The items of a tuple have types of their own, so a loop over a tuple is written out, the body once for each item.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, EnumType
from typing import Any

from ..ir.nodes import Assign, Atom, Block, Break, Call, Const, For, If, Method, Span, Unrolled, Var, While
from ..ir.types import PY_BOOL, PY_INT
from .combined import Pending, nested_loops
from .compared import ended_early, same_lengths
from .expressions import truth
from .generators import Generated, as_loop, characters, first, iterator
from .limited import Sliced, Taken, sliced, taken, takes
from .scope import Scope, Static, known
from .targets import Item, packed, store, take
from .transposed import Columns, read_as_tuples, rows_of

Body = Callable[[list[ast.stmt]], Block]


@dataclass(frozen=True, slots=True)
class Range:
    """`range(start, stop, step)`."""

    start: Atom
    stop: Atom
    step: Atom
    span: Span
    count: int | None = None

    def length(self, scope: Scope) -> Atom:
        return scope.apply("range_count", self.span, self.start, self.stop, self.step)

    def item(self, scope: Scope, k: Atom) -> Item:
        moved = k if _is(self.step, 1) else scope.apply("mul", self.span, k, self.step)
        return moved if _is(self.start, 0) else scope.apply("add", self.span, self.start, moved)


@dataclass(frozen=True, slots=True)
class Elements:
    """An array or a record, or a tuple when `count` is known. Elements are read when their turn comes, as in Python.

    A `display` has no other name, so nothing in the loop changes its length.
    """

    value: Atom
    size: Atom
    span: Span
    count: int | None
    display: bool = False

    def length(self, scope: Scope) -> Atom:
        return self.size

    def item(self, scope: Scope, k: Atom) -> Item:
        return scope.apply("getitem", self.span, self.value, k, spec=("i",), iterated=True)


@dataclass(frozen=True, slots=True)
class Enumerated:
    """`enumerate(items, start)`."""

    items: Items
    start: Atom
    span: Span

    @property
    def count(self) -> int | None:
        return self.items.count

    def length(self, scope: Scope) -> Atom:
        return self.items.length(scope)

    def item(self, scope: Scope, k: Atom) -> Item:
        number = k if _is(self.start, 0) else scope.apply("add", self.span, self.start, k)
        return number, self.items.item(scope, k)


@dataclass(frozen=True, slots=True)
class Zipped:
    """`zip(...)`: the shortest decides. Next to a tuple, an array may turn out to be shorter at run time."""

    parts: tuple[Items, ...]
    span: Span
    strict: bool = False

    @property
    def count(self) -> int | None:
        counts = [p.count for p in self.parts if p.count is not None]
        return min(counts) if counts else None if self.parts else 0

    def length(self, scope: Scope) -> Atom:
        lengths = [p.length(scope) for p in self.parts]
        shortest = lengths[0]
        for length in lengths[1:]:
            shortest = scope.apply("minimum", self.span, shortest, length, via="builtin")
        return shortest

    def item(self, scope: Scope, k: Atom) -> Item:
        return tuple(p.item(scope, k) for p in self.parts)


@dataclass(frozen=True, slots=True)
class Reversed:
    """`reversed(items)` of a range, an array or a tuple."""

    items: Range | Elements
    size: Atom
    span: Span

    @property
    def count(self) -> int | None:
        return self.items.count

    def length(self, scope: Scope) -> Atom:
        return self.size

    def item(self, scope: Scope, k: Atom) -> Item:
        if isinstance(k, Const) and self.count is not None:
            return self.items.item(scope, Const(self.count - 1 - k.value, PY_INT, self.span))
        last = scope.apply("sub", self.span, self.size, Const(1, PY_INT, self.span))
        return self.items.item(scope, scope.apply("sub", self.span, last, k))


Items = Range | Elements | Enumerated | Zipped | Reversed | Generated | Sliced | Taken | Columns


def _is(a: Atom, value: int) -> bool:
    return isinstance(a, Const) and type(a.value) is int and a.value == value


# -------------------------------------------------------------------------------------------------- what it runs over


def items_of(scope: Scope, node: ast.expr) -> Items | None:
    """What an iterable expression runs over, its parts evaluated once and in Python's order; None after refusing it."""
    node = characters(scope, iterator(scope, node))
    builtin = _builtin(scope, node)
    if builtin is not None:
        assert isinstance(node, ast.Call)
        return _MAKERS[builtin](scope, node)
    span = scope.span(node)
    if isinstance(node, ast.Tuple | ast.List) and not any(isinstance(e, ast.Starred) for e in node.elts):
        made = scope.apply("tuple", span, *(scope.atom(e) for e in node.elts))
        return Elements(made, Const(len(node.elts), PY_INT, span), span, len(node.elts), True)
    named = scope.evaluate(node) if isinstance(node, ast.Name) else None
    if isinstance(named, Static) and isinstance(named.value, EnumType):
        members = [known(member, span) for member in list[Enum](named.value)]
        made = scope.apply("tuple", span, *members)
        return Elements(made, Const(len(members), PY_INT, span), span, len(members), True)
    if isinstance(node, ast.Call):
        from .consuming import generated  # which makes loops, as is done here

        found, node = generated(scope, node)
        if found is not None:
            return found if isinstance(found, Generated) else None
    value = scope.atom(node)
    if value is scope.poison:
        return None
    held = scope.bind(value, span)  # rebinding the name inside the loop does not matter
    count = scope.ask(node, "length", held)
    if count == "__iter__":  # of an object, a generator
        return Generated(Call(Method(count), (held,), span=span), scope.temporary(span), span)
    size = scope.apply("extent", span, held) if count is None else Const(count, PY_INT, span)
    return Elements(held, size, span, count)


def _builtin(scope: Scope, node: ast.expr) -> Any:
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute):
        return first(scope, node)
    callee = scope.evaluate(node.func) if isinstance(node.func, ast.Name) else None
    return callee.value if isinstance(callee, Static) and callee.value in _MAKERS else None


def _range(scope: Scope, node: ast.Call) -> Items | None:
    span = scope.span(node)
    zero, one = Const(0, PY_INT, span), Const(1, PY_INT, span)
    if not takes(scope, node, "range", "1 to 3 arguments", 1, 3):
        return None
    values = [scope.atom(a) for a in node.args]
    if any(v is scope.poison for v in values):
        return None
    held: list[Atom] = [scope.bind(v, span) if isinstance(v, Var) else v for v in values]
    if len(held) == 1:
        return Range(zero, held[0], one, span)
    return Range(held[0], held[1], held[2] if len(held) == 3 else one, span)


def _enumerate(scope: Scope, node: ast.Call) -> Items | None:
    span = scope.span(node)
    keyword = next((k for k in node.keywords if k.arg == "start"), None)
    if not takes(scope, node, "enumerate", "an iterable and a start", 1, 1 if keyword else 2, keyword):
        return None
    items = items_of(scope, node.args[0])
    given = node.args[1] if len(node.args) == 2 else keyword.value if keyword else None
    start: Atom = Const(0, PY_INT, span) if given is None else scope.atom(given)
    if not isinstance(start, Const) or type(start.value) is not int:
        start = scope.apply("integer", scope.span(given or node), start, what="enumerate")
    return None if items is None else Enumerated(items, start, span)


def _zip(scope: Scope, node: ast.Call) -> Items | None:
    keyword = next((k for k in node.keywords if k.arg == "strict" and isinstance(k.value, ast.Constant)), None)
    if len(node.args) == 1 and isinstance(node.args[0], ast.Starred) and not node.keywords:
        rows: tuple[Items, ...] | Columns | None = rows_of(scope, node.args[0], items_of)
        return rows if isinstance(rows, Columns) or rows is None else Zipped(rows, scope.span(node))
    if not takes(scope, node, "zip", "iterables", 0, len(node.args), keyword):
        return None
    strict = keyword is not None and bool(keyword.value.value)  # type: ignore[attr-defined]
    if strict and len(node.args) != 2:
        scope.refuse("A019", node)
        return None
    parts = [items_of(scope, a) for a in node.args]
    if any(isinstance(p, Taken) for p in parts):
        scope.refuse("A020", node, what="takewhile")
        return None
    if any(map(strict_zip, parts)):
        scope.refuse("A019", node)
        return None
    known = tuple(p for p in parts if p is not None)
    return Zipped(known, scope.span(node), strict) if len(known) == len(parts) else None


def _reversed(scope: Scope, node: ast.Call) -> Items | None:
    if not takes(scope, node, "reversed", "1 argument", 1, 1):
        return None
    items = items_of(scope, node.args[0])
    if items is not None and not isinstance(items, Range | Elements):
        name = ast.unparse(node.args[0].func) if isinstance(node.args[0], ast.Call) else "this"
        scope.refuse("A020", node.args[0], what=name)
        return None
    return None if items is None else Reversed(items, items.length(scope), scope.span(node))


_MAKERS: dict[Any, Callable[[Scope, ast.Call], Items | None]] = {
    range: _range, enumerate: _enumerate, zip: _zip, reversed: _reversed,
    itertools.islice: lambda scope, node: sliced(scope, node, _alone, _numbered),
    itertools.takewhile: lambda scope, node: taken(scope, node, _alone, packed),
}


def _alone(scope: Scope, node: ast.expr) -> Items | None:
    """What a loop that may end early runs over: Python compares lengths at the end only."""
    items = items_of(scope, node)
    if strict_zip(items):
        scope.refuse("A019", node)
        return None
    return items


def _numbered(count: Atom, items: Items, span: Span) -> Items:
    zero, one = Const(0, PY_INT, span), Const(1, PY_INT, span)
    return Zipped((Range(zero, count, one, span), items), span)


# --------------------------------------------------------------------------------------------------------------- loops


def for_loop(scope: Scope, node: ast.For, body: Body) -> bool:
    """`for target in iterable: ... else: ...`. Whether it is known yet what is gone through."""
    node = as_loop(scope, node)
    try:
        node = nested_loops(scope, node) or node
    except Pending:
        _not_yet(scope, node, body)
        return False
    items = items_of(scope, node.iter)
    if isinstance(items, Columns) and not read_as_tuples(scope, node):
        scope.refuse("A014", node.iter, hint="loop over the columns: `for column in rows.T:`")
        return True
    from .consuming import consumed_loop, has_generator  # which make loops, as is done here

    if items is not None and has_generator(items):
        consumed_loop(scope, node, items, body)
    elif strict := strict_zip(items):
        if any(isinstance(n, ast.Break) for n in ast.walk(node)):
            scope.refuse("A019", node.iter)  # Python compares the lengths where it has come to the end
            return True
        _loop(scope, node, items, body)
        first, second = (p.length(scope) for p in strict.parts)
        same_lengths(scope, first, second, strict.span)
    else:
        _loop(scope, node, items, body)
    return items is not None


def _not_yet(scope: Scope, node: ast.For, body: Body) -> None:
    """A loop over items of which nothing is known as long as there are no types."""
    span, label = scope.span(node), scope.label(scope.span(node))
    finished = flag(scope, node, label)
    zero, one = Const(0, PY_INT, span), Const(1, PY_INT, span)
    with scope.nested() as inner:
        store(scope, node.target, scope.pending)
        inner.extend(body(node.body))
    scope.emit(For(Var(f"k.{label}", PY_INT, span), zero, zero, one, tuple(inner), label=label, span=span))
    otherwise(scope, node, finished, body)


def strict_zip(items: Items | None) -> Zipped | None:
    """The `zip(..., strict=True)` whose lengths a loop compares, also in `enumerate`."""
    if isinstance(items, Enumerated):
        return strict_zip(items.items)
    return items if isinstance(items, Zipped) and items.strict else None


def _loop(scope: Scope, node: ast.For, items: Items | None, body: Body) -> None:
    label = scope.label(scope.span(node))
    if items is not None and items.count is not None:
        _written_out(scope, node, items, items.count, label, body)
    else:
        _counted(scope, node, items, label, body)


def _counted(scope: Scope, node: ast.For, items: Items | None, label: str, body: Body) -> None:
    span = scope.span(node)
    counter = Var(f"k.{label}", PY_INT, span)
    zero, one = Const(0, PY_INT, span), Const(1, PY_INT, span)
    bounds, item = _bounds(scope, items, span) if items is not None else ((zero, zero, one), None)
    finished = flag(scope, node, label)
    scope.conditional, scope.loops = scope.conditional + 1, scope.loops + 1
    with scope.nested() as inner:
        take(scope, node.target, scope.poison if item is None else item(counter))
        inner.extend(body(node.body))
    scope.conditional, scope.loops = scope.conditional - 1, scope.loops - 1
    scope.emit(For(counter, *bounds, tuple(inner), label=label, span=span))
    ended(scope, items)
    otherwise(scope, node, finished, body)


def _bounds(
    scope: Scope, items: Items, span: Span
) -> tuple[tuple[Atom, Atom, Atom], Callable[[Atom], Item]]:
    """The range that the loop's counter runs over, and the item for a value of the counter.

    The counter is the position, or the item itself where that is a number of a `range`.
    """
    zero, one, back = Const(0, PY_INT, span), Const(1, PY_INT, span), Const(-1, PY_INT, span)
    if isinstance(items, Range):
        return (items.start, items.stop, items.step), lambda k: k
    if isinstance(items, Reversed):
        inner = items.items
        if isinstance(inner, Elements) or (_is(inner.start, 0) and _is(inner.step, 1)):
            size = inner.stop if isinstance(inner, Range) else items.size
            return (scope.apply("sub", span, size, one), back, back), lambda k: inner.item(scope, k)
    return (zero, items.length(scope), one), lambda k: items.item(scope, k)


def _written_out(scope: Scope, node: ast.For, items: Items, count: int, label: str, body: Body) -> None:
    """The body once for each item. An array next to a tuple in `zip` may end the loop earlier."""
    span, path, strict = scope.span(node), scope.path, strict_zip(items)
    finished = flag(scope, node, label)
    iterations: list[Block] = []
    scope.conditional += 1
    for k in range(count):
        scope.path = (*path, (label, k))
        with scope.nested() as inner:
            place = Const(k, PY_INT, span)
            for part, length in _run_time_lengths(scope, items):
                over = scope.apply("truth", span, scope.apply("ge", span, place, length))
                scope.emit(If(over, (ended_early(part, strict.span) if strict else Break(span),), (), span))
            take(scope, node.target, items.item(scope, place))
            inner.extend(body(node.body))
        iterations.append(tuple(inner))
    scope.path = path
    scope.conditional -= 1
    scope.emit(Unrolled(tuple(iterations), label, span))
    ended(scope, items)
    otherwise(scope, node, finished, body)


def ended(scope: Scope, items: Items | None) -> None:
    """After a loop over a list it must have as many items as before."""
    match items:
        case Elements() if not items.display:
            scope.apply("iter_end", items.span, items.value, items.size)
        case Enumerated() | Reversed() | Sliced() | Taken():
            ended(scope, items.items)
        case Zipped():
            for part in items.parts:
                ended(scope, part)
        case _:
            pass


def _run_time_lengths(scope: Scope, items: Items) -> list[tuple[int, Atom]]:
    """The lengths that may end the loop earlier, each with the number of the part of `zip` that it belongs to."""
    match items:
        case Enumerated() | Sliced() | Taken():
            return _run_time_lengths(scope, items.items)
        case Zipped():
            return [(k, n) for k, part in enumerate(items.parts) for _, n in _run_time_lengths(scope, part)]
        case _:
            return [] if items.count is not None else [(0, items.length(scope))]


def while_loop(scope: Scope, node: ast.While, body: Body) -> None:
    """`while test: ... else: ...`"""
    span = scope.span(node)
    scope.loops += 1
    with scope.nested() as before:
        test = truth(scope, node.test)
    label = scope.label(span)
    finished = flag(scope, node, label)
    scope.conditional += 1
    inner = body(node.body)
    scope.conditional, scope.loops = scope.conditional - 1, scope.loops - 1
    scope.emit(While(tuple(before), test, inner, label, span))
    otherwise(scope, node, finished, body)


def flag(scope: Scope, node: ast.For | ast.While, label: str) -> Var | None:
    """For a loop with `else`, the variable that `break` sets."""
    flag = Var(f"broken.{label}", span=scope.span(node)) if node.orelse else None
    if flag is not None:
        scope.emit(Assign(flag, Const(False, PY_BOOL), scope.span(node)))
    scope.break_flags.append(flag)
    return flag


def otherwise(scope: Scope, node: ast.For | ast.While, flag: Var | None, body: Body) -> None:
    """The `else` of a loop runs when the loop has not been left by `break`."""
    scope.break_flags.pop()
    if flag is not None:
        scope.conditional += 1
        scope.emit(If(flag, (), body(node.orelse), scope.span(node)))
        scope.conditional -= 1
