"""Loops over combinations: functions of `itertools` and NumPy's loops over places, as loops inside each other.

    for i, j in itertools.product(range(n), x): ...    for k0 in range(n): for k1 in x: i, j = k0, k1; ...
    for a, b in itertools.combinations(x, 2): ...      for k0 in range(len(x)): for k1 in range(k0 + 1, len(x)): ...
    for i, j in np.ndindex(a.shape): ...               for k0 in range(a.shape[0]): for k1 in range(a.shape[1]): ...

What is gone through is evaluated once. `itertools` copies it first, except where it asks for one item after the other,
as `chain` and `pairwise` do; so it is copied where the loop may store into it.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from .generators import ITEM, ITERATORS, LAZY, callee, function, listed, located, named
from .scope import Scope

Hold = Callable[[ast.expr], ast.expr]
Plan = tuple[list[ast.comprehension], ast.expr]  # the loops, and the item that they make
Kept = tuple[list[ast.stmt], list[ast.stmt]]  # what a loop does before and after it has assigned the item
MOST = 6  # loops inside each other
PURE = (abs, min, max, len, float, int, bool, sum, range, zip, enumerate, reversed, round, print, tuple, list)


class Pending(Exception):
    """How many loops there are is told by types that are not there yet."""


def plan(scope: Scope, node: ast.expr, hold: Hold, stores: bool = False) -> Plan | None:
    """The loops for a call; None where it is no call of such a function, or one that cannot be written as loops.

    `hold` keeps the value of an expression. Raises `Pending`.
    """
    target = function(scope, node)
    if target is None or not isinstance(node, ast.Call):
        return None
    if getattr(target, "__self__", None) is itertools.chain:
        return _joined(scope, node, hold, stores) if target.__name__ == "from_iterable" else None
    for known, maker in _MAKERS:
        if target is known:
            return maker(scope, node, hold, stores)
    return None


def nested_loops(scope: Scope, node: ast.For) -> ast.For | None:
    """A loop over what `plan` knows as loops inside each other; None for any other loop. Raises `Pending`."""
    if not node.body:
        return None  # of a comprehension
    kept = itertools.count()

    def hold(value: ast.expr) -> ast.expr:
        if isinstance(value, ast.Constant):
            return value
        name = f"{ITEM}held.{node.lineno}.{node.col_offset}.{next(kept)}"
        scope.locals = scope.locals | {name}
        scope.assign(name, scope.atom(located(value, node.iter)), scope.span(node.iter))
        return ast.Name(name, ast.Load())

    stores = _may_store(scope, node)
    if stores and function(scope, node.iter) is itertools.pairwise:
        made, (before, after) = _one_by_one(scope, node.iter, hold)
    else:
        made, (before, after) = plan(scope, node.iter, hold, stores), ([], [])
    if made is None:
        return None
    loops, item = made
    body: list[ast.stmt] = [*before, ast.Assign([node.target], item), *after, *node.body]
    leaves = any(isinstance(n, ast.Break) for s in node.body for n in ast.walk(s))
    for depth, loop in reversed(list(enumerate(loops))):
        for test in reversed(loop.ifs):
            body = [ast.If(test, body, [])]
        inner = ast.For(loop.target, loop.iter, body, node.orelse if depth == 0 else [ast.Continue()] if leaves else [])
        body = [inner, ast.Break()] if leaves and depth else [inner]
    made_here = (*(loop.target for loop in loops), *before, *after)
    scope.locals |= {n.id for s in made_here for n in ast.walk(s) if isinstance(n, ast.Name) and n.id.startswith(ITEM)}
    result = located(ast.copy_location(body[0], node), node)
    assert isinstance(result, ast.For)
    return result


def spread(scope: Scope, generators: list[ast.comprehension]) -> list[ast.comprehension]:
    """The loops of a comprehension, with those that `plan` knows as several."""
    found: list[ast.comprehension] = []
    for g in generators:
        try:
            made = plan(scope, g.iter, lambda value: value)
        except Pending:
            made = None
        if made is None:
            found.append(g)
            continue
        loops, item = made
        one = _tuple([item])
        for node in (*(n for loop in loops for n in (loop.target, loop.iter, *loop.ifs)), one):
            located(ast.copy_location(node, g.iter), g.iter)
        found += [*loops, ast.comprehension(g.target, one, g.ifs, g.is_async)]
    return found


def _may_store(scope: Scope, node: ast.For) -> bool:
    """Whether the body of a loop may change an array or a list, as far as its text tells."""
    for n in (n for s in node.body for n in ast.walk(s)):
        if isinstance(n, ast.AugAssign | ast.Delete | ast.Expr | ast.FunctionDef):
            return True
        if isinstance(n, ast.Subscript | ast.Attribute) and not isinstance(n.ctx, ast.Load):
            return True
        if isinstance(n, ast.Call):
            target = function(scope, n)
            library = (getattr(target, "__module__", None) or "").partition(".")[0] in ("numpy", "math", "scipy")
            if not library and not isinstance(target, np.ufunc) and not any(target is p for p in PURE):
                return True
    return False


# --------------------------------------------------------------------------------------------------------- the loops


def _names(node: ast.Call, count: int) -> list[str]:
    return [f"{ITEM}{node.lineno}.{node.col_offset}.{k}" for k in range(count)]


def _loop(name: str, items: ast.expr, *tests: ast.expr) -> ast.comprehension:
    return ast.comprehension(ast.Name(name, ast.Store()), items, list(tests), 0)


def _load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _tuple(items: list[ast.expr]) -> ast.expr:
    return ast.Tuple(items, ast.Load())


def _range(scope: Scope, node: ast.AST, *bounds: ast.expr) -> ast.expr:
    return ast.Call(named(scope, "range", node, range), list(bounds), [])


def _pool(scope: Scope, node: ast.expr, hold: Hold, stores: bool) -> ast.expr:
    """What is gone through more than once, or not from its beginning."""
    if callee(scope, node) in (*ITERATORS, *LAZY) or isinstance(node, ast.GeneratorExp):
        return hold(listed(scope, node))
    return hold(ast.Call(named(scope, "list", node, list), [node], []) if stores else node)


def _numbers(scope: Scope, node: ast.expr, hold: Hold) -> ast.expr | None:
    """Of `range(n)` the number of its items."""
    if callee(scope, node) is not range or not isinstance(node, ast.Call) or len(node.args) != 1:
        return None
    return None if isinstance(node.args[0], ast.Starred) else hold(node.args[0])


def _product(scope: Scope, node: ast.Call, hold: Hold, stores: bool) -> Plan | None:
    options = {k.arg: k.value for k in node.keywords}
    repeat = options.pop("repeat", ast.Constant(1))
    count = repeat.value if isinstance(repeat, ast.Constant) and type(repeat.value) is int else -1
    if options or count < 0 or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    pools: list[ast.expr] = []
    for argument in node.args:
        size = _numbers(scope, argument, hold)
        pools.append(_pool(scope, argument, hold, stores) if size is None else _range(scope, node, size))
    pools *= count
    if not 0 < len(pools) <= MOST:
        return None
    names = _names(node, len(pools))
    return [_loop(n, p) for n, p in zip(names, pools, strict=True)], _tuple(list(map(_load, names)))


def _chosen(scope: Scope, node: ast.Call, hold: Hold, stores: bool, again: bool, ordered: bool) -> Plan | None:
    """Items of `x`, `r` at a time."""
    if len(node.args) != 2 or node.keywords or isinstance(node.args[0], ast.Starred):
        return None
    r = node.args[1].value if isinstance(node.args[1], ast.Constant) else None
    if type(r) is not int or not 0 < r <= MOST:
        return None
    size, names = _numbers(scope, node.args[0], hold), _names(node, r)
    pool = None if size is not None else _pool(scope, node.args[0], hold, stores)
    count = size if pool is None else hold(ast.Call(named(scope, "len", node, len), [pool], []))
    assert count is not None
    loops: list[ast.comprehension] = []
    for k, name in enumerate(names):
        if ordered:
            tests = [ast.Compare(_load(name), [ast.NotEq()], [_load(other)]) for other in names[:k]]
            loops.append(_loop(name, _range(scope, node, count), *tests))
        elif k:
            first = _load(names[k - 1]) if again else ast.BinOp(_load(names[k - 1]), ast.Add(), ast.Constant(1))
            loops.append(_loop(name, _range(scope, node, first, count)))
        else:
            loops.append(_loop(name, _range(scope, node, count)))
    items = [_load(n) if pool is None else ast.Subscript(pool, _load(n), ast.Load()) for n in names]
    return loops, _tuple(items)


def _one_by_one(scope: Scope, node: ast.expr, hold: Hold) -> tuple[Plan | None, Kept]:
    """Neighbours of which one has been read in the iteration before: what the loop stores may be there now."""
    assert isinstance(node, ast.Call)
    made = _pairs(scope, node, hold, False)
    if made is None:
        return None, ([], [])
    loops, item = made
    assert isinstance(item, ast.Tuple)
    k, old, new = _names(node, 3)
    first = ast.If(ast.Compare(_load(k), [ast.Eq()], [ast.Constant(0)]), [_set(old, item.elts[0])], [])
    return (loops, _tuple([_load(old), _load(new)])), ([first, _set(new, item.elts[1])], [_set(old, _load(new))])


def _set(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _pairs(scope: Scope, node: ast.Call, hold: Hold, stores: bool) -> Plan | None:
    """Neighbours, where nothing is stored between the two times that an item is read."""
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        return None
    pool = _pool(scope, node.args[0], hold, False)
    (name,) = _names(node, 1)
    last = ast.BinOp(ast.Call(named(scope, "len", node, len), [pool], []), ast.Sub(), ast.Constant(1))
    after = ast.BinOp(_load(name), ast.Add(), ast.Constant(1))
    both: list[ast.expr] = [ast.Subscript(pool, place, ast.Load()) for place in (_load(name), after)]
    return [_loop(name, _range(scope, node, last))], _tuple(both)


def _chain(scope: Scope, node: ast.Call, hold: Hold, stores: bool) -> Plan | None:
    if node.keywords or not node.args or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    if stores and any(callee(scope, a) in (*ITERATORS, *LAZY) and callee(scope, a) is not range for a in node.args):
        return None
    part, item = _names(node, 2)
    parts = _tuple([_pool(scope, a, hold, False) for a in node.args])
    return [_loop(part, parts), _loop(item, _load(part))], _load(item)


def _joined(scope: Scope, node: ast.Call, hold: Hold, stores: bool) -> Plan | None:
    if node.keywords or len(node.args) != 1 or isinstance(node.args[0], ast.Starred):
        return None
    part, item = _names(node, 2)
    return [_loop(part, node.args[0]), _loop(item, _load(part))], _load(item)


# -------------------------------------------------------------------------------------------------- places of arrays


def _places(scope: Scope, node: ast.Call, sizes: list[ast.expr]) -> Plan | None:
    names = _names(node, len(sizes))
    loops = [_loop(n, _range(scope, node, size)) for n, size in zip(names, sizes, strict=True)]
    return (loops, _tuple(list(map(_load, names)))) if 0 < len(sizes) <= MOST else None


def _ndindex(scope: Scope, node: ast.Call, hold: Hold, stores: bool) -> Plan | None:
    args = node.args[0].elts if len(node.args) == 1 and isinstance(node.args[0], ast.Tuple) else node.args
    first = args[0].value if args and isinstance(args[0], ast.Starred) else args[0] if args else None
    shape = isinstance(first, ast.Attribute) and first.attr == "shape" and len(args) == 1
    if node.keywords or first is None or (not shape and any(isinstance(a, ast.Starred) for a in args)):
        return None
    if not shape:
        return _places(scope, node, [hold(a) for a in args])
    held = hold(first)
    return _places(scope, node, _sizes(scope, node, held))


def _sizes(scope: Scope, node: ast.Call, shape: ast.expr) -> list[ast.expr]:
    count = scope.ask(node, "length", scope.atom(located(shape, node)))
    if count is None:
        raise Pending
    return [ast.Subscript(shape, ast.Constant(k), ast.Load()) for k in range(count)]


def _ndenumerate(scope: Scope, node: ast.Call, hold: Hold, stores: bool) -> Plan | None:
    if node.keywords or len(node.args) != 1 or isinstance(node.args[0], ast.Starred):
        return None
    array = hold(node.args[0])
    made = _places(scope, node, _sizes(scope, node, ast.Attribute(array, "shape", ast.Load())))
    if made is None:
        return None
    loops, place = made
    return loops, _tuple([place, ast.Subscript(array, place, ast.Load())])


Maker = Callable[[Scope, ast.Call, Hold, bool], Plan | None]
_MAKERS: tuple[tuple[Any, Maker], ...] = (
    (itertools.product, _product),
    (itertools.combinations, partial(_chosen, again=False, ordered=False)),
    (itertools.combinations_with_replacement, partial(_chosen, again=True, ordered=False)),
    (itertools.permutations, partial(_chosen, again=False, ordered=True)),
    (itertools.pairwise, _pairs),
    (itertools.chain, _chain),
    (np.ndindex, _ndindex),
    (np.ndenumerate, _ndenumerate),
)
