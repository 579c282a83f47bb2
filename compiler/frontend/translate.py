"""A function's syntax tree to the intermediate representation, names resolved, every mistake reported.

Before:  `a[i] += x * y`
After:   `t.1 = getitem(a, i)`, `t.2 = mul(x, y)`, `t.3 = add(t.1, t.2)`, `a[i] = t.3`
"""

from __future__ import annotations

import ast
from types import FunctionType

from ..diagnostics import Findings
from ..ir.nodes import (
    Assign,
    Atom,
    Block,
    Break,
    Const,
    Continue,
    For,
    Function,
    If,
    Return,
    SetItem,
    Var,
    While,
    is_global,
)
from ..ir.types import NOTHING, PY_BOOL, PY_INT, in_words
from .accept import BINARY, STATEMENTS, SYMBOLS
from .expressions import evaluate, index, local_function, truth
from .records import bounds_of
from .scope import Captures, LocalFunction, Scope, Static
from .source import read_source


def translate(
    function: FunctionType | LocalFunction,
    captures: Captures,
    findings: Findings,
    statics: dict[str, Static] | None = None,
) -> Function:
    """The body of `function` as flat statements; `captures` receives what it reads from outside.

    `statics` are parameters whose values are functions, known at this call.
    """
    if isinstance(function, LocalFunction):
        source, parent = function.source, function.scope
    else:
        source, parent = read_source(function), None
        captures.function(function)
    scope = Scope(source, captures, findings, evaluate, statics or {}, parent)
    parameters = _parameters(scope)
    with scope.nested() as body:
        if isinstance(source.node, ast.Lambda):
            scope.emit(Return(scope.atom(source.node.body), scope.span(source.node.body)))
        else:
            statements(scope, source.node.body)
    return Function(source.name, parameters, tuple(body), span=scope.span(source.node), scope=scope.uid)


def _parameters(scope: Scope) -> tuple[Var, ...]:
    node = scope.source.node
    if isinstance(node, ast.AsyncFunctionDef):
        scope.refuse("A030", node)
    elif (found := _yield_in(node)) is not None:
        scope.refuse("A031", found)
    a = node.args
    for star in (a.vararg, a.kwarg):
        if star is not None:
            scope.refuse("A014", star)
            scope.poisoned.add(star.arg)
    return tuple(Var(x.arg, span=scope.span(x)) for x in (*a.posonlyargs, *a.args, *a.kwonlyargs))


def _yield_in(node: ast.AST) -> ast.AST | None:
    inner = (ast.FunctionDef, ast.Lambda, ast.AsyncFunctionDef)
    pending = list(ast.iter_child_nodes(node))
    while pending:
        n = pending.pop()
        if isinstance(n, ast.Yield | ast.YieldFrom):
            return n
        if not isinstance(n, inner):
            pending.extend(ast.iter_child_nodes(n))
    return None


def statements(scope: Scope, body: list[ast.stmt]) -> None:
    """Translate statements in order."""
    for node in body:
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
            _assign(scope, node.targets, node.value)
        case ast.AnnAssign():
            if node.value is not None:
                _assign(scope, [node.target], node.value)
        case ast.AugAssign():
            _augmented(scope, node)
        case ast.If():
            test = truth(scope, node.test)
            scope.conditional += 1
            scope.emit(If(test, _block(scope, node.body), _block(scope, node.orelse), span))
            scope.conditional -= 1
        case ast.FunctionDef():
            _define(scope, node, node.name, node)
        case ast.For():
            _for(scope, node)
        case ast.While():
            _while(scope, node)
        case ast.Return():
            scope.emit(Return(Const(None, NOTHING, span) if node.value is None else scope.atom(node.value), span))
        case ast.Break():
            flag = scope.break_flags[-1] if scope.break_flags else None
            if flag is not None:
                scope.emit(Assign(flag, Const(True, PY_BOOL), span))
            scope.emit(Break(span))
        case ast.Continue():
            scope.emit(Continue(span))
        case ast.Expr():
            if not isinstance(node.value, ast.Constant):
                scope.evaluate(node.value)
        case ast.Pass():
            pass
        case _:
            scope.refuse("A029", node)


def _block(scope: Scope, body: list[ast.stmt]) -> Block:
    with scope.nested() as block:
        statements(scope, body)
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


def _define(scope: Scope, node: ast.stmt, name: str, function: ast.FunctionDef | ast.Lambda) -> None:
    """Give a local function its name. The name must stand for this function only."""
    bindings = [n for n in ast.walk(scope.source.node) if _binds(n, name)]
    decorated = isinstance(function, ast.FunctionDef) and function.decorator_list
    if scope.conditional or len(bindings) > 1 or decorated:
        scope.refuse("A021", node, name=name)
    scope.statics[name] = local_function(scope, function)


def _binds(n: ast.AST, name: str) -> bool:
    stored = isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id == name
    return stored or (isinstance(n, ast.FunctionDef) and n.name == name)


def _assign(scope: Scope, targets: list[ast.expr], value: ast.expr) -> None:
    """`a = b = value` and every nesting of tuples on the left."""
    if len(targets) == 1 and isinstance(targets[0], ast.Name) and isinstance(value, ast.Lambda):
        _define(scope, targets[0], targets[0].id, value)  # type: ignore[arg-type]
        return
    if len(targets) == 1 and isinstance(targets[0], ast.Tuple | ast.List) and isinstance(value, ast.Tuple):
        names = targets[0].elts
        if len(names) == len(value.elts) and not any(isinstance(n, ast.Starred) for n in (*names, *value.elts)):
            span = scope.span(value)
            held = [scope.bind(scope.atom(item), span) for item in value.elts]  # all before the first assignment
            for target, item in zip(names, held, strict=True):
                store(scope, target, item, value)
            return
    result = scope.evaluate(value)
    if isinstance(result, Static):
        result = scope.atom(value)
    for target in targets:
        store(scope, target, result, value)


def store(scope: Scope, target: ast.expr, value: Atom, source: ast.expr) -> None:
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
            elif base is not scope.poison:
                scope.refuse("T016", target, name=ast.unparse(target.value), type=in_words(base.type))
        case ast.Tuple() | ast.List():
            _unpack(scope, target, value, source)
        case ast.Attribute():
            base = scope.atom(target.value)
            if isinstance(base, Var):
                name = Const(target.attr, NOTHING, span)
                scope.emit(SetItem(base, (name,), ("a",), value, span=span))
            elif base is not scope.poison:
                scope.refuse("A025", target)
        case ast.Starred():
            scope.refuse("A015", target)
        case _:
            scope.refuse("A029", target)


def _refuse_global(scope: Scope, target: ast.Subscript, base: Var) -> None:
    if is_global(base):
        scope.refuse("T019", target, name=ast.unparse(target.value))


def _unpack(scope: Scope, target: ast.Tuple | ast.List, value: Atom, source: ast.expr) -> None:
    for item in target.elts:
        if isinstance(item, ast.Starred):
            scope.refuse("A015", item)
            return
    span = scope.span(target)
    count = len(target.elts)
    items = [scope.apply("getitem", span, value, Const(k, PY_INT, span), spec=("i",), unpack=count)
             for k in range(count)]
    for item, part in zip(target.elts, items, strict=True):
        store(scope, item, part, source)


def _augmented(scope: Scope, node: ast.AugAssign) -> None:
    op = BINARY.get(type(node.op))
    if op is None:
        scope.refuse("A028", node, what=SYMBOLS[type(node.op)] + "=")
        return
    span = scope.span(node)
    match node.target:
        case ast.Name():
            current = scope.resolve(node.target)
            assert not isinstance(current, Static)
            value = scope.apply("iadd", span, current, scope.atom(node.value), op=op)
            scope.assign(node.target.id, value, span)
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
                scope.emit(SetItem(base, (Const(node.target.attr, NOTHING, span),), ("a",), result, op, span))
            elif base is not scope.poison:
                scope.refuse("A025", node.target)


def _for(scope: Scope, node: ast.For) -> None:
    span = scope.span(node)
    bounds, item, finish = bounds_of(scope, node.iter)
    label = scope.label(span)
    finished = _flag(scope, node, label)
    counter = Var(f"k.{label}", PY_INT, span)
    with scope.nested() as body:
        store(scope, node.target, item(counter), node.iter)
        statements(scope, node.body)
    scope.emit(For(counter, *bounds, tuple(body), label=label, span=span))
    finish()
    _otherwise(scope, node, finished)


def _flag(scope: Scope, node: ast.For | ast.While, label: str) -> Var | None:
    """For a loop with `else`, the variable that `break` sets."""
    flag = Var(f"broken.{label}", span=scope.span(node)) if node.orelse else None
    if flag is not None:
        scope.emit(Assign(flag, Const(False, PY_BOOL), scope.span(node)))
    scope.break_flags.append(flag)
    return flag


def _otherwise(scope: Scope, node: ast.For | ast.While, flag: Var | None) -> None:
    """The `else` of a loop runs when the loop has not been left by `break`."""
    scope.break_flags.pop()
    if flag is not None:
        scope.emit(If(flag, (), _block(scope, node.orelse), scope.span(node)))


def _while(scope: Scope, node: ast.While) -> None:
    span = scope.span(node)
    with scope.nested() as before:
        test = truth(scope, node.test)
    label = scope.label(span)
    finished = _flag(scope, node, label)
    scope.emit(While(tuple(before), test, _block(scope, node.body), label, span))
    _otherwise(scope, node, finished)


