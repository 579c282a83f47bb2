"""Gradients in single precision, where Python may compute them in double precision.

Before:  `x_bar = np.where(x == y, y_bar / np.count_nonzero(x == y), 0.0)`, `return y, x_bar`
After:   the same, and `return y, x_bar.astype(np.float32)`

Compiled code gives a value the type that the program says. In Python an array in single precision becomes one in
double precision beside an integer of NumPy's, and a number may be Python's own. What the first flows into is found
here, and those arrays are converted; numbers always are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..ir.nodes import Apply, Assign, Atom, Const, Expr, Function, Pop, Stmt, Var
from ..ir.traversal import walk, written
from ..ir.types import Array, Scalar, Type
from ..ops import BY_NAME

NARROW = ("float32", "complex64")
TYPED = frozenset({"zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "astype",
                   "zeros_shaped", "pack", "arange"})  # fmt: skip


def narrowed(function: Function) -> Function:
    """The adjoint with a conversion for each gradient that in Python may not have its parameter's precision."""
    wide: set[str] = set()
    statements = [s for s in walk(function.body) if (v := written(s)) is not None and _narrow(v.type)]
    count = -1
    while count < len(wide):
        count = len(wide)
        wide |= {v.name for s in statements if (v := written(s)) is not None and _widens(s, wide)}
    return replace(function, body=tuple(c for s in function.body for c in _converted(s, wide)))


def _narrow(t: Type) -> bool:
    return isinstance(t, Scalar | Array) and t.kind in NARROW and not (isinstance(t, Scalar) and t.weak)


def _widens(s: Stmt, wide: set[str]) -> bool:
    """Whether what the statement assigns may have double precision in Python."""
    if isinstance(s, Pop):
        return isinstance(s.target.type, Scalar)
    return isinstance(s, Assign) and _is_wide(s.value, wide)


def _is_wide(e: Expr, wide: set[str]) -> bool:
    if not isinstance(e, Apply):
        return isinstance(e, Var) and e.name in wide
    if e.op in TYPED or (e.op == "cast" and not (e.attr("implicit") or e.attr("safe"))):
        return False
    if e.attr("via") in ("math", "cmath", "builtin"):
        return True
    if e.op != "cast" and BY_NAME[e.op].elementwise and isinstance(e.type, Array) and not any(
            isinstance(a.type, Array) and _narrow(a.type) for a in e.args):
        return True  # a choice between numbers, which may be Python's
    return any(_makes_wide(a, e.op == "cast" or BY_NAME[e.op].elementwise, wide) for a in e.args)


def _makes_wide(a: Atom, elementwise: bool, wide: set[str]) -> bool:
    """Whether an operand makes a result wide: one that is, or beside others an integer or double of NumPy's."""
    if isinstance(a, Const):
        return False
    if a.name in wide:
        return True
    if not elementwise or _narrow(a.type) or not isinstance(a.type, Scalar | Array):
        return False
    return a.type.kind != "bool" and not (isinstance(a.type, Scalar) and a.type.weak)


def _converted(s: Stmt, wide: set[str]) -> Iterator[Stmt]:
    """A statement, with conversions before it where it makes the tuple of gradients."""
    if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "tuple":
        first = 1 if s.target.name == "t.returned" else 0
        if first or s.target.name.startswith("t.gradients"):
            args = list(s.value.args)
            for k, a in enumerate(args):
                scalar = isinstance(a.type, Scalar)
                if k >= first and _narrow(a.type) and (scalar or _is_wide(a, wide)):
                    args[k] = narrow = Var(f"{s.target.name}.tmp.{k}", a.type)
                    yield Assign(narrow, Apply("cast" if scalar else "astype", (a,), a.type))
            s = replace(s, value=replace(s.value, args=tuple(args)))
    yield s
