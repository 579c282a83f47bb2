"""`numpy.linalg` computes in double precision, whatever its operands have, and rounds what it has found.

Before: `x = solve(a, b)` of float32
After:  `p = astype(a, dtype='float64')`, `q = astype(b, dtype='float64')`, `t = solve21(p, q)`, `x = astype(t)`
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir.nodes import Var
from ...ir.types import Array, Kind, Scalar
from .compose import Composer
from .values import Value, type_of

DOUBLE: dict[Kind, Kind] = {"float32": "float64", "complex64": "complex128"}
_SINGLE = {double: single for single, double in DOUBLE.items()}


def in_double(own: Callable[[Composer], None]) -> Callable[[Composer], None]:
    """A type rule that is told of its operands in double precision where all of them are in single precision."""

    def rule(c: Composer) -> None:
        types = [type_of(x) for x in c.operands]
        if not all(isinstance(t, Array) and t.kind in DOUBLE for t in types):
            own(c)
            return
        target = c.target
        c.operands = [c.converted(x, DOUBLE[x.type.kind]) for x in c.operands]  # type: ignore[union-attr, arg-type]
        c.inf.counter += 1
        c.target = Var(f"t.c{c.inf.counter}", span=c.span)
        own(c)
        found, c.target = c.inf.env[c.target.name], target
        c.give(_rounded(c, found))

    return rule


def _rounded(c: Composer, value: Value) -> Value:
    """A result in single precision; integers stay as they are."""
    if isinstance(value, tuple):
        return tuple(_rounded(c, item) for item in value)
    t = value.type
    if isinstance(value, Var) and isinstance(t, Array):
        return c.converted(value, _SINGLE.get(t.kind, t.kind))
    if isinstance(t, Scalar) and t.kind in _SINGLE:
        return c.inf.cast(value, _SINGLE[t.kind], c.span, implicit=False, weak=False)
    return value
