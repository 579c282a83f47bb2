"""Texts of what is known at run time only: arguments of `print`, of exceptions and of `assert`.

    f"{x:.3f}"   "x = " + str(x)   "%d of %d" % (i, n)   "{}: {}".format(k, v)   "-" * 40

Each becomes a template of `str.format` and the values for its braces, which Python itself formats when the program
runs. Elsewhere such a text is no value.
"""

from __future__ import annotations

import ast
import copy
import re
import string
from enum import Enum
from typing import Any

import numpy as np

from ..ir.nodes import Atom, Const
from ..ir.texts import escaped
from .scope import Scope, Static, known

Message = tuple[str, tuple[Atom, ...]]
_PERCENT = re.compile(r"%(?:(?P<flags>[-+ 0]*)(?P<width>\d*)(?:\.(?P<precision>\d+))?(?P<kind>[a-zA-Z])|%)")
_WHOLE, _REAL, _ANY = "di", "eEfFgG", "rs"


def is_text(scope: Scope, node: ast.expr) -> bool:
    """Whether an expression is written as a text."""
    match node:
        case ast.JoinedStr() | ast.Constant(value=str()):
            return True
        case ast.BinOp(op=ast.Add() | ast.Mult()):
            return is_text(scope, node.left) or is_text(scope, node.right)
        case ast.BinOp(op=ast.Mod()):
            return is_text(scope, node.left)
        case ast.Call(func=ast.Attribute(attr="format" | "join")):
            return is_text(scope, node.func.value)  # type: ignore[attr-defined]
        case ast.Call(func=ast.Name()):
            return _builtin(scope, node.func) in (str, repr, format)
        case ast.Name() | ast.Attribute():
            return _constant(scope, node) is not None
        case _:
            return False


def worded(scope: Scope, node: ast.expr) -> Message | None:
    """The template of an expression and its values, written as by `str`; None after refusing it."""
    if not is_text(scope, node):
        return _value(scope, node)
    match node:
        case ast.JoinedStr():
            return _formatted(scope, node.values)
        case ast.BinOp(op=ast.Add()):
            return _joined(_part(scope, node.left), _part(scope, node.right))
        case ast.BinOp(op=ast.Mult()):
            return _repeated(scope, node)
        case ast.BinOp(op=ast.Mod()):
            return _percent(scope, node)
        case ast.Call(func=ast.Attribute(attr="format")):
            return _format_method(scope, node)
        case ast.Call(func=ast.Name()):
            return _called(scope, node)
        case _:
            text = _constant(scope, node)
            return (escaped(text), ()) if text is not None else _refused(scope, node, f"`{ast.unparse(node)}`")


def _refused(scope: Scope, node: ast.AST, what: str) -> Message | None:
    scope.refuse("A040", node, what=what)
    return None


def _builtin(scope: Scope, node: ast.expr) -> Any:
    if not isinstance(node, ast.Name) or node.id not in ("str", "repr", "format"):
        return None
    value = scope.resolve(node)
    return value.value if isinstance(value, Static) else None


def _constant(scope: Scope, node: ast.expr) -> str | None:
    """The text that a literal, or a name from outside, stands for."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Attribute) and not isinstance(node.value, ast.Name):
        return None
    name = node if isinstance(node, ast.Name) else node.value if isinstance(node, ast.Attribute) else None
    if not isinstance(name, ast.Name) or (name.id in scope.locals and name.id not in scope.statics):
        return None
    owner = scope.evaluate(name)
    value = scope.evaluate(node) if isinstance(owner, Static) else owner
    return value.value if isinstance(value, Static) and type(value.value) is str else None


def _value(scope: Scope, node: ast.expr, field: str = "{!s}") -> Message | None:
    value = scope.evaluate(node)
    if value is scope.poison:
        return None
    if isinstance(value, Static) and not isinstance(value.value, str | Enum | type | np.dtype):
        return _refused(scope, node, f"`{ast.unparse(node)}`, which is no number, array, text or class,")
    return field, (known(value.value, scope.span(node)) if isinstance(value, Static) else value,)


def _joined(*messages: Message | None) -> Message | None:
    found = [m for m in messages if m is not None]
    if len(found) < len(messages):
        return None
    return "".join(text for text, _ in found), tuple(v for _, values in found for v in values)


def _part(scope: Scope, node: ast.expr) -> Message | None:
    """One side of a sum of texts: one itself, which Python does not make of anything else."""
    if is_text(scope, node):
        return worded(scope, node)
    value = scope.atom(node)
    if value is scope.poison:
        return None
    name = ast.unparse(node)
    words = {"what": f"`{name}`, added without `str(...)`,", "hint": f"write `str({name})`, or an f-string"}
    return "{!s}", (scope.apply("text", scope.span(node), value, parts=(None,), **words),)


def _repeated(scope: Scope, node: ast.BinOp) -> Message | None:
    text, times = (node.left, node.right) if is_text(scope, node.left) else (node.right, node.left)
    message, count = worded(scope, text), scope.evaluate(times)
    if message is None:
        return None
    if message[1] or not isinstance(count, Const) or type(count.value) is not int:
        return _refused(scope, node, "a text repeated a number of times that is known at run time only")
    return message[0] * count.value, ()


def _formatted(scope: Scope, parts: list[ast.expr]) -> Message | None:
    """An f-string, or the specification of one of its values."""
    found: list[Message | None] = []
    for part in parts:
        if isinstance(part, ast.Constant):
            found.append((escaped(str(part.value)), ()))
        else:
            assert isinstance(part, ast.FormattedValue)
            found.append(_field(scope, part))
    return _joined(*found)


def _field(scope: Scope, part: ast.FormattedValue) -> Message | None:
    spec: Message | None = ("", ())
    conversion = "" if part.conversion == -1 else f"!{chr(part.conversion)}"
    if is_text(scope, part.value) and part.format_spec is None and conversion in ("", "!s"):
        return worded(scope, part.value)
    value = _value(scope, part.value, "")
    if isinstance(part.format_spec, ast.JoinedStr):
        spec = _formatted(scope, part.format_spec.values)
    if value is None or spec is None:
        return None
    if "{{" in spec[0] or "}}" in spec[0] or any(c in spec[0] for c in ("{!", "{:")):
        return _refused(scope, part, "braces in a format specification")
    if is_text(scope, part.value) and not isinstance(value[1][0], Const):
        return _refused(scope, part, "a text inside a text")
    return "{" + conversion + (f":{spec[0]}" if spec[0] else "") + "}", (*value[1], *spec[1])


def _called(scope: Scope, node: ast.Call) -> Message | None:
    """`str(x)`, `repr(x)`, `format(x, "spec")`."""
    target = _builtin(scope, node.func)
    most = 2 if target is format else 1
    if node.keywords or not 1 <= len(node.args) <= most or any(isinstance(a, ast.Starred) for a in node.args):
        return _refused(scope, node, f"`{ast.unparse(node)}`")
    first = node.args[0]
    if target is str and is_text(scope, first):
        return worded(scope, first)
    spec = _constant(scope, node.args[1]) if len(node.args) == 2 else ""
    if spec is None or "{" in spec or "}" in spec:
        return _refused(scope, node, "a format specification that is known at run time only")
    field = "{!s}" if target is str else "{!r}" if target is repr else "{:" + spec + "}" if spec else "{}"
    return _value(scope, first, field)


def _format_method(scope: Scope, node: ast.Call) -> Message | None:
    """`"{} of {n}".format(k, n=5)`: the fields in the order in which they stand in the text."""
    assert isinstance(node.func, ast.Attribute)
    template = _constant(scope, node.func.value)
    starred = any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)
    if template is None or starred:
        return _refused(scope, node, "`format` of a text that is not written out")
    given: dict[str, ast.expr] = {str(k): a for k, a in enumerate(node.args)}
    given |= {str(k.arg): k.value for k in node.keywords}
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError as error:
        return _refused(scope, node, f"this template ({error})")
    values = {name: scope.evaluate(a) for name, a in given.items()}
    found: list[Message | None] = []
    for position, (literal, name, spec, conversion) in enumerate(parsed):
        found.append((escaped(literal), ()))
        if name is None:
            continue
        key = name or str(sum(n == "" for _, n, _, _ in parsed[:position]))
        if key not in values or "{" in (spec or ""):
            return _refused(scope, node, f"the field `{{{name}}}` of a template")
        value = values[key]
        atom = known(value.value, scope.span(node)) if isinstance(value, Static) else value
        field = "{" + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
        found.append(None if value is scope.poison else (field, (atom,)))
    return _joined(*found)


def _percent(scope: Scope, node: ast.BinOp) -> Message | None:
    """`"%d: %.3f" % (k, x)`."""
    template = _constant(scope, node.left)
    if template is None or "%" in _PERCENT.sub("", template):
        return _refused(scope, node, "`%` with a text that is not written out, or with names in it")
    items = list(node.right.elts) if isinstance(node.right, ast.Tuple) else [node.right]
    found: list[Message | None] = []
    end = 0
    for m in _PERCENT.finditer(template):
        found.append((escaped(template[end : m.start()]), ()))
        end = m.end()
        if m[0] == "%%":
            found.append(("%", ()))
        elif not items or isinstance(items[0], ast.Starred):
            return _refused(scope, node, "`%` with another number of values than the text takes")
        else:
            found.append(_percent_field(scope, items.pop(0), m))
    if items:
        return _refused(scope, node, "`%` with another number of values than the text takes")
    return _joined(*found, (escaped(template[end:]), ()))


def _percent_field(scope: Scope, node: ast.expr, m: re.Match[str]) -> Message | None:
    """One `%5.2f`, in the words of `format`; `%d` cuts a float to a whole number, as `int` does."""
    flags, width, precision, kind = m["flags"], m["width"], m["precision"], m["kind"]
    text = is_text(scope, node)
    if kind not in _WHOLE + _REAL + _ANY or (text and kind != "s") or (precision and kind in _WHOLE):
        return _refused(scope, node, f"`{m[0]}`")
    if kind in _ANY:
        if text and not width and precision is None:
            return worded(scope, node)
        size = ("<" if "-" in flags else ">") + width if width else ""
        spec = size + (f".{precision}" if precision is not None else "")
        return _value(scope, node, f"{{!{kind}{f':{spec}' if spec else ''}}}")
    value = scope.atom(node)
    if value is scope.poison:
        return None
    span = scope.span(node)
    number = scope.apply("cast", span, value, kind="int64" if kind in _WHOLE else "float64", weak=True)
    sign = "+" if "+" in flags else " " if " " in flags else ""
    left = "<" if "-" in flags else ""
    zero = "0" if "0" in flags and not left else ""
    spec = left + sign + zero + width + (f".{precision}" if precision is not None else "")
    return f"{{:{spec}{'d' if kind in _WHOLE else kind}}}", (number,)


def choice(scope: Scope, node: ast.expr) -> ast.IfExp | None:
    """The first conditional expression in a text that chooses between texts, or is all that stands at its place."""
    whole = [node, *(n.value for n in ast.walk(node) if isinstance(n, ast.FormattedValue))]
    found = [n for n in ast.walk(node) if isinstance(n, ast.IfExp)]
    return next((n for n in found if n in whole or is_text(scope, n.body) or is_text(scope, n.orelse)), None)


class Chosen(ast.NodeTransformer):
    """A copy of an expression with one of the values of a conditional expression in its place."""

    def __init__(self, chosen: ast.IfExp, value: ast.expr) -> None:
        self.chosen, self.value = chosen, value

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Replace the one that is meant, by its place."""
        place = (node.lineno, node.col_offset) == (self.chosen.lineno, self.chosen.col_offset)
        return self.value if place else node


def chosen(call: ast.Call, which: ast.IfExp, value: ast.expr) -> ast.Call:
    """The call with a value in place of a conditional expression among its arguments."""
    args = [Chosen(which, value).visit(copy.deepcopy(a)) for a in call.args]
    return ast.copy_location(ast.Call(call.func, args, call.keywords), call)


def told(scope: Scope, node: ast.stmt, following: ast.stmt | None) -> ast.stmt | None:
    """`text = f"..."`, `raise ValueError(text)` as one statement, where nothing else reads the name."""
    if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
        return None
    name = node.targets[0].id
    raising = following.exc if isinstance(following, ast.Raise) else None
    telling = following.value if isinstance(following, ast.Expr) else raising
    if not isinstance(telling, ast.Call) or not is_text(scope, node.value) or isinstance(node.value, ast.Constant):
        return None
    if raising is None and not (isinstance(telling.func, ast.Name) and telling.func.id == "print"):
        return None
    named = [n for n in ast.walk(scope.source.node) if isinstance(n, ast.Name) and n.id == name]
    if len(named) != 2 or not any(isinstance(a, ast.Name) and a.id == name for a in telling.args):
        return None
    args = [node.value if isinstance(a, ast.Name) and a.id == name else a for a in telling.args]
    call = ast.copy_location(ast.Call(telling.func, args, telling.keywords), telling)
    if isinstance(following, ast.Raise):
        return ast.copy_location(ast.Raise(call, following.cause), following)
    return ast.copy_location(ast.Expr(call), following or node)
