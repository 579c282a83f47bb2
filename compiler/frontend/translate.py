"""A function's syntax tree to the intermediate representation, names resolved, every mistake reported.

Before:  `a[i] += x * y`
After:   `t.1 = getitem(a, i)`, `t.2 = mul(x, y)`, `t.3 = add(t.1, t.2)`, `a[i] = t.3`
"""

from __future__ import annotations

import ast
import functools
from types import FunctionType

import numpy as np

from ..diagnostics import Findings
from ..ir.classes import is_container
from ..ir.nodes import Assign, Block, Break, Const, Continue, Function, If, Path, Return, Var
from ..ir.types import NOTHING, PY_BOOL
from .accept import STATEMENTS
from .expressions import evaluate, local_function, truth
from .generators import ITEM, listed
from .generators import function as callee
from .imports import imported
from .iteration import for_loop, while_loop
from .matching import match
from .names import stored_names, yield_in
from .raising import check, throw
from .scope import Captures, Keywords, LocalFunction, Scope, Static, known
from .source import read_source
from .targets import assign, augmented, delete, store
from .transposed import fields_of
from .trying import attempt
from .wording import told
from .yielding import stops, yielded, yields_inside


def translate(
    function: FunctionType | LocalFunction,
    captures: Captures,
    findings: Findings,
    statics: dict[str, Static] | None = None,
    path: Path = (),
) -> Function:
    """The body of `function` as flat statements; `captures` receives what it reads from outside.

    `statics` are parameters whose values are known at this call, `path` is the place of the call.
    """
    if isinstance(function, LocalFunction):
        source, parent = function.source, function.scope
    else:
        source, parent = read_source(function), None
        captures.function(function)
    scope = Scope(source, captures, findings, evaluate, statics or {}, parent, path)
    parameters = _parameters(scope, not path)
    with scope.nested() as body:
        _defaults(scope, statics or {})
        if isinstance(source.node, ast.Lambda):
            scope.emit(Return(scope.atom(source.node.body), scope.span(source.node.body)))
        else:
            statements(scope, source.node.body)
    return Function(source.name, parameters, tuple(body), span=scope.span(source.node), scope=scope.uid)


def _parameters(scope: Scope, outermost: bool) -> tuple[Var, ...]:
    """The parameters; of `**name`, one for each keyword that the call gives. Only calls from inside may use stars."""
    node = scope.source.node
    if isinstance(node, ast.AsyncFunctionDef):
        scope.refuse("A030", node)
    elif outermost and (found := yield_in(node)) is not None:
        scope.refuse("A031", found, what="the function that is compiled is one")
    a = node.args
    for star in (a.vararg, a.kwarg):
        if star is not None and outermost:
            scope.refuse("A014", star)
            scope.poisoned.add(star.arg)
    args = [*a.posonlyargs, *a.args, *([a.vararg] if a.vararg else []), *a.kwonlyargs]
    named = [(x.arg, scope.span(x)) for x in args]
    if a.kwarg is not None:
        given = scope.statics.get(a.kwarg.arg)
        keys = given.value.keys if isinstance(given, Static) and isinstance(given.value, Keywords) else ()
        named += [(f"{a.kwarg.arg}.{key}", scope.span(a.kwarg)) for key in keys]
    return tuple(Var(name, span=span) for name, span in named)


def _defaults(scope: Scope, statics: dict[str, Static]) -> None:
    """Parameters whose default is an array, a list, a tuple or a dict begin as that, where the call gives nothing."""
    node = scope.source.node
    for name, given in statics.items():
        if is_container(given.value):
            scope.statics.pop(name, None)
            value = scope.constant(node, name, given.value)
            scope.assign(name, scope.outside(node, name, value.value) if isinstance(value, Static) else value,
                         scope.span(node))


def statements(scope: Scope, body: list[ast.stmt]) -> None:
    """Translate statements in order."""
    pending = list(body)
    while pending:
        node = pending.pop(0)
        if (one := told(scope, node, pending[0] if pending else None)) is not None:
            pending[0] = one
        else:
            statement(scope, node)


def statement(scope: Scope, node: ast.stmt) -> None:
    """Translate one statement."""
    if type(node) in STATEMENTS:
        code, what = STATEMENTS[type(node)]
        scope.refuse(code, node, what=what, name=getattr(node, "name", ""))
        _poison_targets(scope, node)
        return
    span = scope.span(node)
    match node:
        case ast.Assign():
            _assign(scope, node)
        case ast.AnnAssign():
            if node.value is not None:
                assign(scope, [node.target], node.value)
        case ast.AugAssign():
            augmented(scope, node)
        case ast.Delete():
            delete(scope, node)
        case ast.If():
            test = truth(scope, node.test)
            scope.emit(If(test, _block(scope, node.body), _block(scope, node.orelse), span))
        case ast.Match():
            match(scope, node, lambda body: _block(scope, body))
        case ast.FunctionDef():
            _decorated(scope, node)
        case ast.For():
            for_loop(scope, node, lambda body: _block(scope, body))
        case ast.While():
            while_loop(scope, node, lambda body: _block(scope, body))
        case ast.Return():
            value = Const(None, NOTHING, span) if node.value is None else scope.atom(node.value)
            scope.emit(Return(Const(None, NOTHING, span) if scope.yields else value, span))
        case ast.Assert():
            check(scope, node)
        case ast.Raise():
            stops(scope, node)
            throw(scope, node)
        case ast.Try():
            yields_inside(scope, node)
            attempt(scope, node, lambda body: _block(scope, body))
        case ast.With():
            _with(scope, node)
        case ast.Import() | ast.ImportFrom():
            imported(scope, node)
        case _:
            _simple(scope, node)


def _with(scope: Scope, node: ast.With) -> None:
    """`with np.errstate(...)`: compiled code raises no warnings, so it is its body."""
    for item in node.items:
        made = item.context_expr
        named = isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute | ast.Name)
        manager = scope.evaluate(made.func) if named else None  # type: ignore[attr-defined]
        asked = ast.dump(made) if isinstance(made, ast.Call) else ""
        quiet = isinstance(manager, Static) and manager.value is np.errstate and item.optional_vars is None
        if not quiet or "'raise'" in asked or "'call'" in asked:
            scope.refuse("A003", node)
            _poison_targets(scope, node)
            return
    statements(scope, node.body)


def _simple(scope: Scope, node: ast.stmt) -> None:
    """Statements without operands, and expressions."""
    span = scope.span(node)
    match node:
        case ast.Break():
            flag = scope.break_flags[-1] if scope.break_flags else None
            if flag is not None:
                scope.emit(Assign(flag, Const(True, PY_BOOL), span))
            scope.emit(Break(span))
        case ast.Continue():
            scope.emit(Continue(span))
        case ast.Expr(value=ast.Yield() | ast.YieldFrom() as value):
            yielded(scope, value, lambda body: _block(scope, body))
        case ast.Expr():
            if not isinstance(node.value, ast.Constant):
                scope.evaluate(node.value)
        case ast.Pass() | ast.Nonlocal():
            pass
        case ast.Global():
            written = [name for name in node.names if name in stored_names(scope.source.node)]
            if written:
                scope.refuse("A012", node, what=f"global {written[0]}")
        case _:
            scope.refuse("A029", node)


def _block(scope: Scope, body: list[ast.stmt]) -> Block:
    scope.conditional += 1
    with scope.nested() as block:
        statements(scope, body)
    scope.conditional -= 1
    return tuple(block)


def _poison_targets(scope: Scope, node: ast.stmt) -> None:
    """Names that a refused statement would have assigned exist afterwards, so that they are not reported again."""
    for n in ast.walk(node):
        name = n.id if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) else getattr(n, "name", None)
        if isinstance(n, ast.alias):
            name = (n.asname or n.name).split(".")[0]
        names = n.names if isinstance(n, ast.Global | ast.Nonlocal) else [name]
        for bound in names:
            if isinstance(bound, str) and bound in scope.locals:
                scope.assign(bound, scope.poison, scope.span(node))


def _assign(scope: Scope, node: ast.Assign) -> None:
    target = node.targets[0]
    if (apart := fields_of(scope, node)) is not None:
        statements(scope, apart)
        return
    if isinstance(target, ast.Tuple | ast.List) and not isinstance(node.value, ast.GeneratorExp):
        node = ast.copy_location(ast.Assign(node.targets, listed(scope, node.value)), node)
    if len(node.targets) == 1 and isinstance(target, ast.Name) and isinstance(node.value, ast.Lambda):
        _define(scope, target, target.id, node.value)
    else:
        assign(scope, node.targets, node.value)


def _define(scope: Scope, node: ast.expr | ast.stmt, name: str, function: ast.FunctionDef | ast.Lambda) -> None:
    """Give a local function its name. A name that stands for one function only is resolved here, others by `infer`."""
    value = local_function(scope, function, name)
    bindings = [n for n in ast.walk(scope.source.node) if _binds(n, name)]
    if scope.conditional or len(bindings) > 1:
        target = ast.copy_location(ast.Name(name, ast.Store()), node)
        store(scope, target, known(value.value, scope.span(node)))
    else:
        scope.statics[name] = value


def _decorated(scope: Scope, node: ast.FunctionDef) -> None:
    """A local function; with decorators, its name is what the calls of these give."""
    decorators = [d for d in node.decorator_list if callee(scope, d) is not functools.wraps]
    if not decorators:
        _define(scope, node, node.name, node)
        return
    inner = f"{ITEM}{node.name}.{node.lineno}.{node.col_offset}"
    scope.locals = scope.locals | {inner}
    _define(scope, node, inner, node)
    value: ast.expr = ast.copy_location(ast.Name(inner, ast.Load()), node)
    for decorator in reversed(decorators):
        value = ast.Call(decorator, [value], [], lineno=decorator.lineno, col_offset=decorator.col_offset,
                         end_lineno=node.lineno, end_col_offset=node.col_offset)  # a place of its own
    target = ast.copy_location(ast.Name(node.name, ast.Store()), node)
    statement(scope, ast.copy_location(ast.Assign([target], value), node))


def _binds(n: ast.AST, name: str) -> bool:
    stored = isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store | ast.Del) and n.id == name
    return stored or (isinstance(n, ast.FunctionDef) and n.name == name) or (isinstance(n, ast.arg) and n.arg == name)
