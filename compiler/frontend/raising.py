"""`raise` and `assert`: the exception is raised by compiled code, at the user's line, with the same arguments."""

from __future__ import annotations

import ast
import builtins

from ..ir.nodes import Atom, Fail, If
from .expressions import negated, truth
from .scope import Scope, Static

MOST_NUMBERS = 4  # what an error status can carry
Message = tuple[str | None, tuple[Atom, ...]]


def check(scope: Scope, node: ast.Assert) -> None:
    """`assert test, message`; nothing under `python -O`, as in Python."""
    if not __debug__:
        return
    span = scope.span(node)
    failed = negated(scope, truth(scope, node.test), scope.span(node.test))
    with scope.nested() as body:
        message = (None, ()) if node.msg is None else _text(scope, node.msg)
        if message is not None:
            scope.emit(Fail("AssertionError", *message, span))
    scope.emit(If(failed, tuple(body), (), span))


def throw(scope: Scope, node: ast.Raise) -> None:
    """`raise Class`, `raise Class("text")`."""
    if node.exc is None or node.cause is not None:
        scope.refuse("A011", node, what="`raise` without an exception" if node.exc is None else "`raise ... from`")
        return
    call = node.exc if isinstance(node.exc, ast.Call) else None
    name = _class(scope, node.exc if call is None else call.func)
    arguments = [*call.args, *(k.value for k in call.keywords)] if call is not None else []
    if name is None:
        return
    if len(arguments) > 1 or (call is not None and call.keywords):
        scope.refuse("A011", node.exc, what="an exception with several arguments")
        return
    message = _text(scope, arguments[0]) if arguments else (None, ())
    if message is not None:
        scope.emit(Fail(name, *message, scope.span(node)))


def _class(scope: Scope, node: ast.expr) -> str | None:
    """The name of the builtin exception that an expression stands for; None after refusing it."""
    value = scope.evaluate(node)
    found = value.value if isinstance(value, Static) else None
    builtin = isinstance(found, type) and getattr(builtins, found.__name__, None) is found
    if not builtin or not issubclass(found, Exception) or issubclass(found, UnicodeError | ExceptionGroup):  # type: ignore[arg-type]
        if value is not scope.poison:
            scope.refuse("A011", node, what=f"`{ast.unparse(node)}`, which is no builtin exception")
        return None
    return str(found.__name__)  # type: ignore[union-attr]


def _text(scope: Scope, node: ast.expr) -> Message | None:
    """The one argument of an exception, and the numbers that fill its braces; None after refusing it."""
    if isinstance(node, ast.JoinedStr):
        return _formatted(scope, node)
    value = scope.evaluate(node)
    if isinstance(value, Static) and type(value.value) is str:
        return _escaped(value.value), ()
    if value is not scope.poison:
        scope.refuse("A011", node, what="an exception whose argument is not a constant text or an f-string of numbers")
    return None


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _formatted(scope: Scope, node: ast.JoinedStr) -> Message | None:
    """An f-string of numbers: the numbers travel with the error, and Python formats them."""
    text, values = "", []
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += _escaped(str(part.value))
            continue
        assert isinstance(part, ast.FormattedValue)
        spec = part.format_spec
        plain = all(isinstance(v, ast.Constant) and "{" not in str(v.value) for v in getattr(spec, "values", ()))
        if part.conversion not in (-1, ord("s")) or not plain:
            scope.refuse("A011", part, what="this formatting in the text of an exception")
            return None
        value = scope.evaluate(part.value)
        if isinstance(value, Static):
            if type(value.value) is not str or spec is not None:
                scope.refuse("A011", part, what="a value that is no number in the text of an exception")
                return None
            text += _escaped(value.value)
            continue
        given = "".join(str(v.value) for v in getattr(spec, "values", ()))
        text += "{" + ("!s" if part.conversion == ord("s") else "") + (f":{given}" if given else "") + "}"
        values.append(value)
    if len(values) > MOST_NUMBERS:
        scope.refuse("A011", node, what=f"the text of an exception with more than {MOST_NUMBERS} numbers")
        return None
    return text, tuple(values)
