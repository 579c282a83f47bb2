"""`raise` and `assert`: the exception is raised by compiled code, at the user's line, with the same arguments."""

from __future__ import annotations

import ast
import builtins

import numpy as np

from ..ir.nodes import Fail, If, Span
from ..ir.texts import escaped
from .expressions import negated, truth
from .scope import Scope, Static
from .wording import Message, choice, chosen, is_text, worded


def check(scope: Scope, node: ast.Assert) -> None:
    """`assert test, message`; nothing under `python -O`, as in Python."""
    if not __debug__:
        return
    span = scope.span(node)
    failed = negated(scope, truth(scope, node.test), scope.span(node.test))
    with scope.nested() as body:
        message = None if node.msg is None else _text(scope, node.msg)
        if message is not None or node.msg is None:
            scope.emit(_failing("AssertionError", message, span))
    scope.emit(If(failed, tuple(body), (), span))


def _failing(exception: str, message: Message | None, span: Span) -> Fail:
    text, values = (None, ()) if message is None else message
    return Fail(exception, text, values, span)


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
    which = choice(scope, arguments[0]) if len(arguments) == 1 else None
    if which is not None and call is not None:
        test = truth(scope, which.test)
        with scope.nested() as then:
            throw(scope, ast.copy_location(ast.Raise(chosen(call, which, which.body), None), node))
        with scope.nested() as orelse:
            throw(scope, ast.copy_location(ast.Raise(chosen(call, which, which.orelse), None), node))
        scope.emit(If(test, tuple(then), tuple(orelse), scope.span(which)))
        return
    if len(arguments) > 1 or (call is not None and call.keywords):
        scope.refuse("A011", node.exc, what="an exception with several arguments")
        return
    message = _text(scope, arguments[0]) if arguments else None
    if message is not None or not arguments:
        scope.emit(_failing(name, message, scope.span(node)))


def _class(scope: Scope, node: ast.expr) -> str | None:
    """The name of the exception that an expression stands for, a builtin one or `LinAlgError`; None after refusing."""
    value = scope.evaluate(node)
    found = value.value if isinstance(value, Static) else None
    if found is np.linalg.LinAlgError:
        return "LinAlgError"
    builtin = isinstance(found, type) and getattr(builtins, found.__name__, None) is found
    if not builtin or not issubclass(found, Exception) or issubclass(found, UnicodeError | ExceptionGroup):  # type: ignore[arg-type]
        if value is not scope.poison:
            scope.refuse("A011", node, what=f"`{ast.unparse(node)}`, which is no builtin exception")
        return None
    return str(found.__name__)  # type: ignore[union-attr]


def _text(scope: Scope, node: ast.expr) -> Message | None:
    """The one argument of an exception, and the values that fill its braces; None after refusing it."""
    if is_text(scope, node):
        return worded(scope, node)
    value = scope.evaluate(node)
    if isinstance(value, Static) and type(value.value) is str:
        return escaped(value.value), ()
    if value is not scope.poison:
        scope.refuse("A011", node, what="an exception whose argument is no text")
    return None
