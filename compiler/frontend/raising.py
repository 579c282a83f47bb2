"""`raise` and `assert`: the exception is raised by compiled code, at the user's line, with the same arguments."""

from __future__ import annotations

import ast
import builtins
from typing import Any

import numpy as np

from ..ir.nodes import Fail, If, Span
from ..ir.texts import escaped
from .expressions import negated, truth
from .scope import Scope, Static
from .trying import again
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
            scope.emit(_failing(AssertionError, message, span))
    scope.emit(If(failed, tuple(body), (), span))


def _failing(exception: type[BaseException], message: Message | None, span: Span) -> Fail:
    text, values = (None, ()) if message is None else message
    own = None if _builtin(exception) else exception
    return Fail(exception.__name__, text, values, span, own=own)


def _builtin(exception: type[Any]) -> bool:
    """Whether compiled code can raise a class by its name."""
    return exception is np.linalg.LinAlgError or getattr(builtins, exception.__name__, None) is exception


def throw(scope: Scope, node: ast.Raise) -> None:
    """`raise Class`, `raise Class("text")`."""
    if node.exc is None:
        again(scope, node)
        return
    if node.cause is not None:
        scope.refuse("A011", node, what="`raise ... from`")
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


def _class(scope: Scope, node: ast.expr) -> type[BaseException] | None:
    """The exception that an expression stands for; None after refusing it.

    A class of the user's is made without running any code of the user's; that it is caught is found later.
    """
    value = scope.evaluate(node)
    found = value.value if isinstance(value, Static) else None
    if isinstance(found, type) and issubclass(found, Exception):
        plain = all(_builtin(c) or not {"__init__", "__new__"} & c.__dict__.keys() for c in found.__mro__)
        if plain and not issubclass(found, UnicodeError | ExceptionGroup):
            return found
    if value is not scope.poison:
        scope.refuse("A011", node, what=f"`{ast.unparse(node)}`, which is no builtin exception")
    return None


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
