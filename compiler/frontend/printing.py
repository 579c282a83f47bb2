"""`print`: what it writes is made by Python when the program runs."""

from __future__ import annotations

import ast

from ..ir.nodes import Const, If, Print
from ..ir.texts import escaped
from ..ir.types import NOTHING
from .expressions import truth
from .scope import Scope, Value
from .wording import Message, choice, chosen, worded


def printed(scope: Scope, node: ast.Call) -> Value:
    """`print(a, b, sep=" ", end="\\n", flush=False)`; its value is `None`."""
    nothing = Const(None, NOTHING, scope.span(node))
    which = next(filter(None, (choice(scope, a) for a in node.args)), None)
    if which is not None:
        test = truth(scope, which.test)
        with scope.nested() as then:
            printed(scope, chosen(node, which, which.body))
        with scope.nested() as orelse:
            printed(scope, chosen(node, which, which.orelse))
        scope.emit(If(test, tuple(then), tuple(orelse), scope.span(which)))
        return nothing
    options = {k.arg: k.value for k in node.keywords}
    for name, value in options.items():
        nowhere = name == "file" and isinstance(value, ast.Constant) and value.value is None
        if name not in ("sep", "end", "flush") and not nowhere:
            return scope.refuse("A034", value, what=f"`{name}=`" if name else "`**`")
    for starred in (a for a in node.args if isinstance(a, ast.Starred)):
        return scope.refuse("A014", starred)
    between, end = (_constant(scope, options.get(n), default) for n, default in (("sep", " "), ("end", "\n")))
    flush = _flag(scope, options.get("flush"))
    messages = [worded(scope, a) for a in node.args]
    if between is None or end is None or flush is None or None in messages:
        return nothing
    texts = [m for m in messages if m is not None]
    message = escaped(between).join(text for text, _ in texts) + escaped(end)
    scope.emit(Print(message, tuple(v for _, values in texts for v in values), flush, span=scope.span(node)))
    return nothing


def _constant(scope: Scope, node: ast.expr | None, default: str) -> str | None:
    """The text of `sep` or `end`, which `None` leaves as it is."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return default
    found: Message | None = worded(scope, node)
    if found is None:
        return None
    if found[1]:
        scope.refuse("A034", node, what="a separator that is known at run time only")
        return None
    return found[0].format()


def _flag(scope: Scope, node: ast.expr | None) -> bool | None:
    if node is None:
        return False
    if isinstance(node, ast.Constant):
        return bool(node.value)
    scope.refuse("A034", node, what="`flush=` with a value that is known at run time only")
    return None
