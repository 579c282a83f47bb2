"""What goes through items: `map`, `filter`, generator expressions that are consumed at once, and what consumes them.

    sum(map(f, x))            sum(f(item) for item in x)
    list(range(n))            [item for item in range(n)]
    for v in map(f, x): ...   for item in x: v = f(item); ...
    max(x, key=f)             a function in Python, translated where it is called
"""

from __future__ import annotations

import ast
import copy
import inspect
import itertools
from collections import Counter
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from ..ir.nodes import Atom, Call, Method, Span, Var
from ..library.written.iterators import ITERATORS as ITERTOOLS
from ..library.written.python import FUNCTIONS
from .names import loop_names, own_nodes, renamed, yield_in
from .scope import LocalFunction, Scope, Static
from .source import read_source

ITEM = "item."  # names that no user can write
LAZY = (map, filter)
ITERATORS = (*LAZY, range, zip, enumerate, reversed)
CONSUMERS = (sum, min, max, any, all, list, tuple, dict, set, Counter, sorted)


@dataclass(frozen=True, slots=True)
class Generated:
    """A call of a generator function: `value` is what it has yielded."""

    call: Call
    value: Var
    span: Span
    count: int | None = None

    def length(self, scope: Scope) -> Atom:
        raise AssertionError("nobody knows how many values a generator has")

    def item(self, scope: Scope, k: Atom) -> Atom:
        return self.value


def callee(scope: Scope, node: ast.expr) -> Any:
    """The builtin that an expression calls by its name; None for any other expression."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id in scope.locals:
        return None
    found = scope.resolve(node.func)
    return found.value if isinstance(found, Static) else None


def function(scope: Scope, node: ast.expr) -> Any:
    """What stands outside the function under the name that an expression calls; None for any other expression."""
    root = node.func if isinstance(node, ast.Call) else None
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(node, ast.Call) or not isinstance(root, ast.Name) or root.id in scope.locals:
        return None
    found = scope.resolve(root)
    return found.value if isinstance(found, Static) and root is node.func else (
        _attribute(found.value, node.func) if isinstance(found, Static) else None)


def _attribute(owner: Any, node: ast.expr) -> Any:
    if isinstance(node, ast.Attribute):
        return getattr(_attribute(owner, node.value), node.attr, None)
    return owner


def first(scope: Scope, node: ast.Call) -> Any:
    """`islice` or `takewhile` where an expression calls it for the first items only; None for any other expression."""
    target = function(scope, node)
    cut = target is itertools.islice and len(node.args) == 2
    return target if cut or target is itertools.takewhile else None


def generator_function(scope: Scope, node: ast.expr) -> Any:
    """The generator function that an expression calls by a name; None for any other expression."""
    if not isinstance(node, ast.Call):
        return None
    root = node.func
    while isinstance(root, ast.Attribute):
        root = root.value
    first = scope.resolve(root) if isinstance(root, ast.Name) else None
    if not isinstance(first, Static) or (root is not node.func and not isinstance(first.value, ModuleType | type)):
        return None
    found = scope.evaluate(node.func)
    target = getattr(found.value, "__tapeless_function__", found.value) if isinstance(found, Static) else None
    return target if yields(target) else None


def yields(target: Any) -> bool:
    """Whether a callee is a generator function."""
    if isinstance(target, LocalFunction):
        return yield_in(target.source.node) is not None
    return isinstance(target, FunctionType) and inspect.isgeneratorfunction(target)


def endless(target: Any) -> bool:
    """Whether the text of a generator function shows that it never returns: it ends in `while True`."""
    if isinstance(target, Method):
        return False
    node = target.source.node if isinstance(target, LocalFunction) else read_source(target).node
    last = node.body[-1] if isinstance(node, ast.FunctionDef) else None
    forever = isinstance(last, ast.While) and isinstance(last.test, ast.Constant) and bool(last.test.value)
    return forever and not any(isinstance(n, ast.Return | ast.Break) for n in own_nodes(node))


def named(scope: Scope, name: str, like: ast.AST, value: Any) -> ast.Name:
    """A name for a builtin, whatever the user's names stand for."""
    scope.statics[f"{ITEM}{name}"] = Static(value)
    return ast.copy_location(ast.Name(f"{ITEM}{name}", ast.Load()), like)


def located(node: Any, like: ast.AST) -> Any:
    """A tree whose new nodes stand where another one does."""
    for n in ast.walk(node):
        if isinstance(n, ast.stmt | ast.expr) and not hasattr(n, "lineno"):
            ast.copy_location(n, like)
    return node


def _expression(node: ast.expr, like: ast.AST) -> ast.expr:
    located(node, like)
    return node


def _parts(scope: Scope, node: ast.Call) -> tuple[ast.expr, ast.expr, list[ast.expr]] | None:
    """Of `map(f, x)` or `filter(f, x)` the name of an item, what is gone through, and the items as arguments."""
    if node.keywords or len(node.args) < 2 or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    names = [f"{ITEM}{node.lineno}.{node.col_offset}.{k}" for k in range(len(node.args) - 1)]
    loads: list[ast.expr] = [ast.Name(n, ast.Load()) for n in names]
    stores: list[ast.expr] = [ast.Name(n, ast.Store()) for n in names]
    if len(names) == 1:
        return stores[0], node.args[1], loads
    zipped = ast.Call(named(scope, "zip", node, zip), node.args[1:], [])
    return ast.Tuple(stores, ast.Store()), zipped, loads


def iterator(scope: Scope, node: ast.expr) -> ast.expr:
    """A call of a function of `itertools` as one of the library's, which gives a list; any other expression itself."""
    target = function(scope, node)
    try:
        own = ITERTOOLS.get(target)
    except TypeError:  # the callee cannot be hashed
        return node
    if own is None or not isinstance(node, ast.Call) or any(isinstance(a, ast.Starred) for a in node.args):
        return node
    if first(scope, node) is not None:
        return node
    lazy = any(isinstance(a, ast.GeneratorExp) or callee(scope, a) in LAZY for a in node.args)
    if lazy and target is itertools.islice:  # which would not compute what comes behind
        return node
    made = ast.Call(named(scope, own.__name__, node, own), [listed(scope, a) for a in node.args], node.keywords)
    return ast.copy_location(made, node)


def characters(scope: Scope, node: ast.expr) -> ast.expr:
    """A string, or the name of one from outside, as the tuple of its characters; any other expression itself."""
    text = scope.evaluate(node) if isinstance(node, ast.Name | ast.Constant) else None
    if not isinstance(text, Static) or not isinstance(text.value, str):
        return node
    each: list[ast.expr] = [ast.Constant(c) for c in text.value]
    return ast.fix_missing_locations(ast.copy_location(ast.Tuple(each, ast.Load()), node))


def generator(scope: Scope, node: ast.expr) -> ast.expr:
    """`map` and `filter` as generator expressions; any other expression itself."""
    node = iterator(scope, node)
    target = callee(scope, node)
    if target not in LAZY or not isinstance(node, ast.Call) or (parts := _parts(scope, node)) is None:
        return node
    name, items, loads = parts
    function = node.args[0]
    if target is map:
        made = ast.GeneratorExp(ast.Call(function, loads, []), [ast.comprehension(name, items, [], 0)])
    else:
        none = isinstance(function, ast.Constant) and function.value is None
        test = loads[0] if none else ast.Call(function, [copy.copy(loads[0])], [])
        made = ast.GeneratorExp(loads[0], [ast.comprehension(name, items, [test], 0)])
    return _expression(ast.copy_location(made, node), node)


def listed(scope: Scope, node: ast.expr) -> ast.expr:
    """What is consumed at once as a list: a generator, `map`, `range`, `zip`; any other expression itself."""
    node = generator(scope, node)
    if isinstance(node, ast.GeneratorExp):
        return ast.copy_location(ast.ListComp(node.elt, node.generators), node)
    lazy = callee(scope, node) in ITERATORS or (isinstance(node, ast.Call) and first(scope, node) is not None)
    if not lazy and generator_function(scope, node) is None:
        return node
    return listing(node)


def listing(node: ast.expr) -> ast.expr:
    """The list of all items of an expression."""
    name = f"{ITEM}{node.lineno}.{node.col_offset}"
    loop = ast.comprehension(ast.Name(name, ast.Store()), node, [], 0)
    return _expression(ast.copy_location(ast.ListComp(ast.Name(name, ast.Load()), [loop]), node), node)


def consumed(scope: Scope, node: ast.Call, target: Any) -> ast.Call:
    """A call with the iterable that it consumes as a generator expression, or as a list."""
    if not node.args or isinstance(node.args[0], ast.Starred):
        return node
    try:
        wanted = target in CONSUMERS or target in FUNCTIONS
    except TypeError:  # the callee cannot be hashed
        return node
    if not wanted or (target in (min, max) and len(node.args) > 1):
        return node
    if target is dict and callee(scope, node.args[0]) is zip:
        return node  # which is made of its pairs
    first, lazily = generator(scope, node.args[0]), target in (sum, min, max, any, all)
    if not lazily or not isinstance(first, ast.GeneratorExp):
        first = listed(scope, first)
    if first is node.args[0] and isinstance(first, ast.Call):
        from .consuming import through_method  # which makes loops, and those are made of what is made here

        first = through_method(scope, first)
    if lazily and isinstance(first, ast.ListComp) and first is not node.args[0]:
        first = ast.copy_location(ast.GeneratorExp(first.elt, first.generators), first)
    if target is dict and isinstance(first, ast.ListComp):
        first = _pairs(first)
    if first is node.args[0]:
        return node
    return ast.copy_location(ast.Call(node.func, [first, *node.args[1:]], node.keywords), node)


def _pairs(node: ast.ListComp) -> ast.expr:
    """`dict(zip(keys, values))` as a display of its pairs."""
    pair = [ast.Subscript(node.elt, ast.Constant(k), ast.Load()) for k in range(2)]
    return _expression(ast.copy_location(ast.DictComp(pair[0], pair[1], node.generators), node), node)


def flattened(scope: Scope, generators: list[ast.comprehension]) -> list[ast.comprehension]:
    """The loops of a comprehension, those over `map` and `filter` as loops over what these go through."""
    found: list[ast.comprehension] = []
    for g in generators:
        inner = generator(scope, g.iter)
        if inner is g.iter or not isinstance(inner, ast.GeneratorExp):
            found.append(g)
            continue
        one = ast.copy_location(ast.Tuple([inner.elt], ast.Load()), g.iter)
        found += [*flattened(scope, inner.generators), ast.comprehension(g.target, one, g.ifs, g.is_async)]
    return found


def as_loop(scope: Scope, node: ast.For) -> ast.For:
    """`for v in map(f, x)` as a loop over `x`, which calls the function when the turn of an item comes."""
    if node.body and (found := iterator(scope, node.iter)) is not node.iter:
        return ast.copy_location(ast.For(node.target, found, node.body, node.orelse), node)
    target = callee(scope, node.iter) if node.body else None
    if target not in LAZY or not isinstance(node.iter, ast.Call) or (parts := _parts(scope, node.iter)) is None:
        return node
    name, items, loads = parts
    function = node.iter.args[0]
    body: list[ast.stmt]
    if target is map:
        body = [ast.Assign([node.target], ast.Call(function, loads, [])), *node.body]
    else:
        none = isinstance(function, ast.Constant) and function.value is None
        test = loads[0] if none else ast.Call(function, [loads[0]], [])
        body = [ast.If(test, [ast.Assign([node.target], copy.copy(loads[0])), *node.body], [])]
    names = frozenset(n.id for n in ast.walk(name) if isinstance(n, ast.Name))
    scope.locals = scope.locals | names
    loop = ast.copy_location(ast.For(name, items, body, node.orelse), node)
    return as_loop(scope, located(loop, node))


def extremum_of(scope: Scope, node: ast.Call, target: Any) -> list[ast.stmt] | None:
    """The body of a function for `max(items, key=f, default=v)`; None for a call that has neither."""
    options = {k.arg: k.value for k in node.keywords}
    if not options or not options.keys() <= {"key", "default"} or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    items: ast.expr = node.args[0] if len(node.args) == 1 else ast.Tuple(list(node.args), ast.Load())
    if len(node.args) != 1 and ("default" in options or not node.args):
        return None
    found = generator(scope, items)
    generators = [ast.comprehension(_var("item", ast.Store()), found, [], 0)]
    element: ast.expr = _var("item")
    if isinstance(found, ast.GeneratorExp | ast.ListComp):
        generators, element = found.generators, found.elt
    key = options.get("key")
    keyed = key is not None and not (isinstance(key, ast.Constant) and key.value is None)
    rank: ast.expr = ast.Call(key, [_var("one")], []) if keyed and key is not None else _var("one")
    better = ast.Compare(_var("rank"), [ast.Gt() if target is max else ast.Lt()], [_var("most")])
    keep: list[ast.stmt] = [_set("best", _var("one")), _set("most", _var("rank"))]
    first = [*copy.deepcopy(keep), _set("any", ast.Constant(True))]
    started = ast.If(ast.UnaryOp(ast.Not(), _var("any")), first, [])
    loops, element = _apart(scope, flattened(scope, generators), element)
    body: list[ast.stmt] = [_set("one", element), _set("rank", rank), started, ast.If(better, keep, [])]
    empty = ast.Raise(ast.Call(named(scope, "ValueError", node, ValueError),
                               [ast.Constant(f"{target.__name__}() iterable argument is empty")], []), None)
    otherwise: ast.stmt = ast.Return(default_of(node)) if "default" in options else empty
    end = ast.If(ast.UnaryOp(ast.Not(), _var("any")), [otherwise], [])
    return [_set("any", ast.Constant(False)), *nested(loops, body), end, ast.Return(_var("best"))]


def _var(name: str, context: ast.expr_context | None = None) -> ast.Name:
    return ast.Name(ITEM + name, context or ast.Load())


def default_of(node: ast.Call) -> ast.Name:
    """The variable that has what a call of `next` or `max` gives where there is nothing."""
    return _var(f"default.{node.lineno}.{node.col_offset}")


def _set(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([_var(name, ast.Store())], value)


def nested(generators: list[ast.comprehension], body: list[ast.stmt]) -> list[ast.stmt]:
    """The loops of a generator around statements."""
    for g in reversed(generators):
        for test in reversed(g.ifs):
            body = [ast.If(test, body, [])]
        body = [ast.For(g.target, g.iter, body, [])]
    return body


def _apart(scope: Scope, generators: list[ast.comprehension], element: ast.expr) -> (
        tuple[list[ast.comprehension], ast.expr]):
    """The loops and the element of a generator, whose variables nothing around it reads or rebinds."""
    own = {name: f"{name}.c{scope.counter}" for name in loop_names(generators)}
    loops = [ast.comprehension(renamed(g.target, own), renamed(g.iter, own) if k else g.iter,
                               [renamed(test, own) for test in g.ifs], g.is_async) for k, g in enumerate(generators)]
    return loops, renamed(element, own)


def first_item(scope: Scope, node: ast.Call, items: ast.expr) -> list[ast.stmt]:
    """The body of a function for `next(items)` and `next(items, default)`."""
    generators = [ast.comprehension(_var("item", ast.Store()), items, [], 0)]
    item: ast.expr = _var("item")
    if isinstance(items, ast.GeneratorExp):
        generators, item = items.generators, items.elt
    loops, item = _apart(scope, flattened(scope, generators), item)
    made: type[Exception] = RuntimeError if _inside_another(scope, node) else StopIteration
    given: list[ast.expr] = [ast.Constant("generator raised StopIteration")] if made is RuntimeError else []
    end = ast.Return(default_of(node)) if len(node.args) > 1 else ast.Raise(
        ast.Call(named(scope, made.__name__, node, made), given, []), None)
    return [*nested(loops, [ast.Return(item)]), end]


def _inside_another(scope: Scope | None, node: ast.expr) -> bool:
    """Whether an expression is evaluated by a generator expression, in which `StopIteration` becomes another error."""
    place = _place(node)
    while scope is not None:
        for g in ast.walk(scope.source.node):
            if isinstance(g, ast.GeneratorExp) and _within(place, g) and not _within(place, g.generators[0].iter):
                return True
        scope = scope.parent
    return False


def _place(node: ast.expr) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)


def _within(place: tuple[tuple[int, int], tuple[int, int]], outer: ast.expr) -> bool:
    """Whether a place in the text lies inside an expression, and is not the whole of it."""
    (first, last), (start, end) = place, _place(outer)
    return start <= first and last <= end and place != (start, end)


def truths(scope: Scope, target: Any, items: ast.expr) -> list[ast.stmt]:
    """The body of a function for `any(items)` or `all(items)`, which stops where Python stops."""
    generators = [ast.comprehension(ast.Name("v", ast.Store()), items, [], 0)]
    test: ast.expr = ast.Name("v", ast.Load())
    if isinstance(items, ast.GeneratorExp | ast.ListComp):
        generators, test = items.generators, items.elt
    loops, test = _apart(scope, generators, test)
    found: ast.stmt = ast.Return(ast.Constant(target is any))
    body = ast.If(test if target is any else ast.UnaryOp(ast.Not(), test), [found], [])
    return [*nested(loops, [body]), ast.Return(ast.Constant(target is all))]
