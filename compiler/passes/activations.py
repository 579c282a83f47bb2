"""Functions that an activation of a recursive function makes, and the variables they go into.

    def rec(f, x, n):
        if n == 0: return f(x)
        if n % 2: g = lambda t: f(t) * t
        else: g = lambda t: f(t) + t
        return rec(g, x, n - 1)

All activations have the same variables once the recursion is a loop, so `g` would read the `f` of a later one. Here it
is found that `g` holds such a function; passing it on, or returning it, is refused.
"""

from __future__ import annotations

from typing import Any

from ..ir.nodes import Apply, Assign, Atom, Call, Const, Function, Made, SetItem, Stmt, Var
from ..ir.traversal import operands, walk

LOOKED_AT = frozenset({"ask", "is", "is_not", "isinstance", "eq", "ne", "truth", "logical_not"})  # no function is taken


def holders(function: Function) -> set[str]:
    """The variables that may hold a function which reads variables of the activation that made it."""
    found: set[str] = set()
    body, count = tuple(walk(function.body)), -1
    while count < len(found):
        count = len(found)
        for s in body:
            found |= _held(s, function.scope, found)
    return found


def holds(a: Atom, scope: int, known: set[str]) -> bool:
    """Whether an operand may be such a function, or have one in it."""
    return a.name in known if isinstance(a, Var) else _reads(a.value, scope)


def _held(s: Stmt, scope: int, known: set[str]) -> set[str]:
    """The variables that a statement puts such a function into."""
    if isinstance(s, SetItem):
        return {s.array.name} if isinstance(s.array, Var) and holds(s.value, scope, known) else set()
    if not isinstance(s, Assign) or (isinstance(s.value, Apply) and s.value.op in LOOKED_AT):
        return set()
    parts = (s.value,) if isinstance(s.value, Var | Const) else operands(s.value)
    if not any(holds(a, scope, known) for a in parts):
        return set()
    inside = {a.name for a in parts if isinstance(a, Var)} if isinstance(s.value, Apply | Call) else set()
    return {s.target.name, *inside}  # a list takes it, for instance


def _reads(value: Any, scope: int) -> bool:
    """Whether a value is a function that reads variables of a scope."""
    if not isinstance(value, Made):
        return False
    given: tuple[Any, ...] = (*getattr(value, "args", ()), *(a for _, a in getattr(value, "keywords", ())))
    within = any(v.name.endswith(f"@{scope}") for v in getattr(value, "closure", ()))
    return within or any(isinstance(a, Var) for a in given) or _reads(getattr(value, "target", None), scope)
