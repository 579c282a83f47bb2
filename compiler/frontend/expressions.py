"""Expressions of the syntax tree to flat operations, each operand evaluated once, in Python's order."""

from __future__ import annotations

import ast
from enum import EnumType
from typing import Any

from ..ir.nodes import Assign, Atom, Const, If, Span, Var
from ..ir.types import PY_BOOL, PY_INT, Scalar
from ..library.written import is_grid
from . import arguments, calls, grids, records, slicing
from .accept import ATTRIBUTES, BINARY, COMPARE, EXPRESSIONS
from .asking import class_test
from .classes import watch
from .scope import INT64, Keywords, LocalFunction, Scope, Static, Value, attribute, number


def evaluate(scope: Scope, node: ast.expr) -> Value:
    """The value of an expression: an operand, or something that exists at compile time only."""
    if isinstance(node, ast.Yield | ast.YieldFrom) and scope.path:
        return scope.refuse("A031", node, what="it takes a value where it yields")
    if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await):
        return scope.poison  # the function as a whole has been refused for it
    if type(node) in EXPRESSIONS:
        code, what = EXPRESSIONS[type(node)]
        return scope.refuse(code, node, what=what)
    match node:
        case ast.Constant():
            return _constant(scope, node)
        case ast.Name():
            return scope.resolve(node)
        case ast.BinOp():
            return _literal(scope, node) or _binary(scope, node)
        case ast.UnaryOp():
            return _literal(scope, node) or _unary(scope, node)
        case ast.BoolOp():
            return _boolean(scope, node)
        case ast.Compare():
            return _compare(scope, node)
        case ast.IfExp():
            return _conditional(scope, node)
        case ast.Tuple():
            items = records.displayed(scope, node.elts)
            return scope.pending if items is None else scope.apply("tuple", scope.span(node), *items)
        case ast.Dict():
            return records.dictionary(scope, node)
        case ast.List():
            return records.listed(scope, node)
        case ast.Set():
            return records.unique(scope, node)
        case ast.ListComp() | ast.SetComp() | ast.DictComp():
            return records.comprehension(scope, node)
        case ast.Subscript():
            return subscript(scope, node)
        case ast.Attribute():
            return _attribute(scope, node)
        case ast.Call():
            return calls.call(scope, node)
        case ast.JoinedStr():
            return _text(scope, node)
        case ast.Lambda():
            return local_function(scope, node)
        case ast.NamedExpr():
            return _named(scope, node)
        case _:
            return scope.refuse("A029", node)


def _text(scope: Scope, node: ast.JoinedStr) -> Value:
    """An f-string: of constants, which `dissolve` knows."""
    parts = tuple(str(p.value) if isinstance(p, ast.Constant) else None for p in node.values)
    values = [p for p in node.values if isinstance(p, ast.FormattedValue)]
    if not values:
        return Static("".join(p for p in parts if p is not None))
    if any(v.format_spec is not None or v.conversion != -1 for v in values):
        return scope.refuse("A008", node)
    given = [scope.atom(v.value) for v in values]
    return scope.apply("text", scope.span(node), *given, parts=parts)


def local_function(scope: Scope, node: ast.FunctionDef | ast.Lambda, name: str = "") -> Static:
    """A function made inside the function, and its name; its default values are evaluated here and now."""
    a = node.args
    positional = [*a.posonlyargs, *a.args]
    given = [*zip(positional[len(positional) - len(a.defaults) :], a.defaults, strict=True),
             *((x, d) for x, d in zip(a.kwonlyargs, a.kw_defaults, strict=True) if d is not None)]
    held = {x.arg: scope.bind(scope.atom(d), scope.span(d)) for x, d in given}
    defaults = {name: Var(f"{v.name}@{scope.uid}", span=v.span) for name, v in held.items()}
    if scope.loops and any(not isinstance(d, ast.Constant) for _, d in given) and not only_called(scope, name):
        scope.refuse("A037", node)
    key = (*scope.path, (node.lineno, node.col_offset))
    made = LocalFunction(scope.source.inside(node), scope, dict(defaults), key)
    scope.captures.made[key] = made
    return Static(made)


def only_called(scope: Scope, name: str) -> bool:
    """Whether a name does nothing but call: no second name can keep the function that it stands for."""
    body = list(ast.walk(scope.source.node))
    called = {id(n.func) for n in body if isinstance(n, ast.Call)}
    uses = [n for n in body if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]
    return bool(name) and all(id(n) in called for n in uses)


def _named(scope: Scope, node: ast.NamedExpr) -> Value:
    """`name := value`."""
    span = scope.span(node.target)
    value = scope.atom(node.value)
    held = scope.bind(value, span) if isinstance(value, Var) else value
    scope.assign(node.target.id, held, span)
    return held


def _constant(scope: Scope, node: ast.Constant) -> Value:
    value: Any = node.value
    if value is None or isinstance(value, bool | int | float | complex):
        return scope.constant(node, "", value)
    if isinstance(value, str):
        return Static(value)
    return scope.refuse("A029", node)


def _literal(scope: Scope, node: ast.BinOp | ast.UnaryOp) -> Const | None:
    """Arithmetic on integer literals, with Python's integers: what is in between may take more than 64 bits."""
    value = _folded(node)
    return number(value, scope.span(node)) if value is not None and value in INT64 else None


def _folded(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(value=int()) if type(node.value) is int:
            return node.value
        case ast.UnaryOp(op=ast.USub()):
            value = _folded(node.operand)
            return None if value is None else -value
        case ast.BinOp():
            left, right = _folded(node.left), _folded(node.right)
            return None if left is None or right is None else _combined(node.op, left, right)
        case _:
            return None


def _combined(op: ast.operator, left: int, right: int) -> int | None:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Pow() if 0 <= right <= 64:
            return int(left**right)
        case _:
            return None


def _binary(scope: Scope, node: ast.BinOp) -> Atom:
    left = scope.atom(node.left)
    right = partner(scope, left, node.right)
    return scope.apply(BINARY[type(node.op)], scope.span(node), left, right)


def partner(scope: Scope, left: Atom, node: ast.expr) -> Atom:
    """The second operand. Beside one that has been refused it may be what it likes, a string or a class."""
    if left is not scope.poison:
        return scope.atom(node)
    value = scope.evaluate(node)
    return scope.poison if isinstance(value, Static) else value


def _unary(scope: Scope, node: ast.UnaryOp) -> Atom:
    span = scope.span(node)
    if isinstance(node.op, ast.Not):
        return negated(scope, truth(scope, node.operand), span)
    value = scope.atom(node.operand)
    if isinstance(node.op, ast.USub) and isinstance(value, Const) and type(value.value) in (int, float, complex):
        folded = number(-value.value, span)
        if folded is not None and (folded.type != PY_INT or folded.value in INT64):
            return folded
    names = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}
    return scope.apply(names[type(node.op)], span, value)


def truth(scope: Scope, node: ast.expr) -> Atom:
    """The truth value of an expression, as `if` and `while` see it."""
    if isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        value = scope.atom(node)
        if len(getattr(node, "ops", ())) == 1:
            return scope.apply("truth", scope.span(node), value)
        return value
    if isinstance(node, ast.BoolOp):
        return _short_circuit(scope, node, truth)
    value = scope.atom(node)
    if isinstance(value, Const) and isinstance(value.type, Scalar):
        return Const(bool(value.value), PY_BOOL, value.span)
    return scope.apply("truth", scope.span(node), value)


def negated(scope: Scope, value: Atom, span: Span) -> Atom:
    return scope.apply("logical_not", span, value, via="python")


def _boolean(scope: Scope, node: ast.BoolOp) -> Atom:
    return _short_circuit(scope, node, Scope.atom)


def _short_circuit(scope: Scope, node: ast.BoolOp, evaluate_operand: Any) -> Atom:
    """`a and b` is `b` if `a` is true and else `a`; `b` is evaluated only then."""
    span = scope.span(node)
    result = scope.temporary(span)
    scope.emit(Assign(result, evaluate_operand(scope, node.values[0]), span))
    _chain(scope, node, result, node.values[1:], evaluate_operand)
    return result


def _chain(scope: Scope, node: ast.BoolOp, result: Var, rest: list[ast.expr], evaluate_operand: Any) -> None:
    if not rest:
        return
    span = scope.span(node)
    test: Atom = scope.apply("truth", span, result)
    if isinstance(node.op, ast.Or):
        test = negated(scope, test, span)
    with scope.nested() as body:
        scope.emit(Assign(result, evaluate_operand(scope, rest[0]), span))
        _chain(scope, node, result, rest[1:], evaluate_operand)
    scope.emit(If(test, tuple(body), (), span))


def _compare(scope: Scope, node: ast.Compare) -> Atom:
    """`a < b < c` evaluates `b` once, and `c` only when `a < b`."""
    span = scope.span(node)
    if (decided := class_test(scope, node)) is not None:
        return decided
    left = scope.atom(node.left)
    right = partner(scope, left, _collection(node.ops[0], node.comparators[0]))
    first = scope.apply(COMPARE[type(node.ops[0])], span, left, right)
    if len(node.ops) == 1:
        return first
    result = scope.bind(Const(False, PY_BOOL, span), span)
    scope.emit(Assign(result, scope.apply("truth", span, first), span))
    _compare_rest(scope, node, result, right, 1)
    return result


def _collection(op: ast.cmpop, node: ast.expr) -> ast.expr:
    """What `in` looks into: a set that is written out is as good as a tuple."""
    if isinstance(op, ast.In | ast.NotIn) and isinstance(node, ast.Set):
        return ast.copy_location(ast.Tuple(node.elts, ast.Load()), node)
    return node


def _compare_rest(scope: Scope, node: ast.Compare, result: Var, left: Atom, position: int) -> None:
    span = scope.span(node)
    with scope.nested() as body:
        right = scope.atom(_collection(node.ops[position], node.comparators[position]))
        test = scope.apply(COMPARE[type(node.ops[position])], span, left, right)
        scope.emit(Assign(result, scope.apply("truth", span, test), span))
        if position + 1 < len(node.ops):
            _compare_rest(scope, node, result, right, position + 1)
    scope.emit(If(result, tuple(body), (), span))


def _conditional(scope: Scope, node: ast.IfExp) -> Atom:
    span = scope.span(node)
    test = truth(scope, node.test)
    result = scope.temporary(span)
    with scope.nested() as then:
        scope.emit(Assign(result, scope.atom(node.body), span))
    with scope.nested() as orelse:
        scope.emit(Assign(result, scope.atom(node.orelse), span))
    scope.emit(If(test, tuple(then), tuple(orelse), span))
    return result


def _attribute(scope: Scope, node: ast.Attribute) -> Value:
    owner = scope.evaluate(node.value)
    if isinstance(owner, Static):
        watch(scope.captures, owner.value, node.attr)
        return attribute(scope, node, owner.value)
    if owner is scope.poison:
        return scope.poison
    if node.attr not in ATTRIBUTES:
        return scope.apply("getattr", scope.span(node), owner, name=node.attr)
    return scope.apply(ATTRIBUTES[node.attr], scope.span(node), owner, via="attribute")


def subscript(scope: Scope, node: ast.Subscript) -> Value:
    """`a[...]` read: an element, a view, an item of a tuple, or an entry of a table of functions."""
    base = scope.evaluate(node.value)
    if isinstance(base, Static) and is_grid(base.value):
        return grids.grid(scope, node, base.value)
    if isinstance(base, Static) and any(base.value is made for made in slicing.INDICES):
        return slicing.index_of(scope, node, base.value)
    if isinstance(base, Static) and isinstance(base.value, Keywords):
        return arguments.keyword_of(scope, node, base.value)
    if isinstance(base, Static) and isinstance(base.value, EnumType):
        key = scope.evaluate(node.slice)
        if isinstance(key, Static) and key.value in base.value.__members__:
            return scope.constant(node, ast.unparse(node), base.value[key.value])
    if isinstance(base, Static) and type(base.value) is dict:
        key = scope.evaluate(node.slice)
        if isinstance(key, Static) and key.value in base.value:  # an item of a dict outside is as good as a global
            scope.captures.guard(base.value, key.value, base.value[key.value])
            return scope.constant(node, ast.unparse(node), base.value[key.value])
    base = scope.atom(node.value) if isinstance(base, Static) else base
    operands, spec = index(scope, node.slice, base is scope.poison)
    return scope.apply("getitem", scope.span(node), base, *operands, spec=spec)


def index(scope: Scope, node: ast.expr, of_poison: bool = False) -> tuple[list[Atom], tuple[str, ...]]:
    """An index as operands and one entry per axis: "i", "s" with a digit per bound that is given, "n", "e".

    What has been refused may be indexed by anything, so there only mistakes inside the index are reported.
    """
    if of_poison:
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        for part in parts:
            if not isinstance(part, ast.Slice | ast.List):
                scope.evaluate(part)
        return [scope.poison], ("i",)
    operands: list[Atom] = []
    spec: list[str] = []
    for part in node.elts if isinstance(node, ast.Tuple) else [node]:
        match part:
            case ast.Slice():
                bounds = (part.lower, part.upper, part.step)
                given = [b for b in bounds if b is not None and not _is_none(b)]
                operands.extend(scope.atom(b) for b in given)
                spec.append("s" + "".join("0" if b is None or _is_none(b) else "1" for b in bounds))
            case ast.Constant(value=None):
                spec.append("n")
            case ast.Constant(value=v) if v is ...:
                spec.append("e")
            case ast.List():
                spec.append("i")
                operands.append(arguments.display(scope, part))
            case ast.Call(func=ast.Name(id="range"), args=given) if _is_range(scope, part):
                spec.append("i")
                operands.append(scope.apply("arange", scope.span(part), *map(scope.atom, given), via="numpy"))
            case _:
                operand = scope.atom(part)
                absent = isinstance(operand, Const) and operand.value is None  # `np.newaxis`
                operands.extend([] if absent else [operand])
                spec.append("n" if absent else "i")
    return operands, tuple(spec)


def _is_range(scope: Scope, node: ast.Call) -> bool:
    """Whether a call makes a range, which is as good as an array in an index."""
    function = scope.evaluate(node.func)
    starred = any(isinstance(a, ast.Starred) for a in node.args)
    return isinstance(function, Static) and function.value is range and not node.keywords and not starred


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
