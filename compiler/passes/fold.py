"""Integer arithmetic and tests on constants, for what must be known at compile time: indices, keys, trip counts."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from ..ir.nodes import Apply, Const
from ..ir.types import PY_BOOL, PY_INT

_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "floordiv": operator.floordiv,
    "mod": operator.mod, "neg": operator.neg, "pos": operator.pos,
}  # fmt: skip
_TESTS: dict[str, Callable[..., Any]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "truth": bool, "logical_not": operator.not_,
}  # fmt: skip


def folded(e: Apply, values: Sequence[Any]) -> Const | None:
    """The value of an operation on constant Python integers and booleans, or None when it is not one."""
    constants = [v.value for v in values if isinstance(v, Const) and v.type in (PY_INT, PY_BOOL)]
    if len(constants) != len(values) or not values or e.attr("via") in ("numpy", "math", "method"):
        return None
    if e.op == "iadd":
        return folded(Apply(e.attr("op"), e.args), values)
    if e.op in _TESTS:
        return Const(_TESTS[e.op](*constants), PY_BOOL, e.span)
    if e.op not in _ARITHMETIC or (e.op in ("floordiv", "mod") and not constants[1]):
        return None
    result = int(_ARITHMETIC[e.op](*constants))
    return Const(result, PY_INT, e.span) if -(2**63) <= result < 2**63 else None
