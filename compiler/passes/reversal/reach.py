"""Which scalar results certainly have a meaningful adjoint, so that multiplying it needs no mask.

An adjoint is exactly zero where a value was not used: behind a `where`, in an element nobody read, in a branch not
taken. Multiplying such a zero by an infinite partial derivative gives NaN, so those contributions are masked. A scalar
that an unconditional chain of arithmetic connects with the result needs no mask, and a plain product is faster.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Assign, Block, Function, Return, Stmt, Var, While
from ...ir.traversal import blocks
from ...ir.types import Scalar, is_float
from ...ops import BY_NAME


def reach(function: Function, slots: set[str]) -> frozenset[str]:
    """Names of the scalars whose adjoints need no mask: the greatest set closed under unconditional use."""
    uses: dict[str, list[tuple[str, bool]]] = {}
    home: dict[str, int] = {}
    _collect(function.body, uses, home, slots, [0])
    solid = {n for n in home if n in uses}
    while True:
        dropped = {n for n in solid if not _solid(uses[n], solid, n in slots)}
        if not dropped:
            return frozenset(solid)
        solid -= dropped


def _solid(uses: list[tuple[str, bool]], solid: set[str], slot: bool) -> bool:
    reached = [direct and (user == "" or user in solid) for user, direct in uses]
    return all(reached) if slot else any(reached)


def _collect(
    block: Block, uses: dict[str, list[tuple[str, bool]]], home: dict[str, int], slots: set[str], counter: list[int]
) -> None:
    counter[0] += 1
    here = counter[0]
    for s in block:
        if isinstance(s, Assign) and isinstance(s.target.type, Scalar):
            home.setdefault(s.target.name, here)
        for name, user, direct in _edges(s):
            same = home.get(name) == here or name in slots
            uses.setdefault(name, []).append((user, direct and same))
        for b in (s.body,) if isinstance(s, While) else blocks(s):  # what a test computes has no adjoint
            _collect(b, uses, home, slots, counter)


def _edges(s: Stmt) -> list[tuple[str, str, bool]]:
    """(value, user, whether the use passes every nonzero adjoint on)."""
    if isinstance(s, Return):
        return [(s.value.name, "", True)] if isinstance(s.value, Var) else []
    if not isinstance(s, Assign) or not isinstance(s.target.type, Scalar):
        return []
    if isinstance(s.value, Var):
        return [(s.value.name, s.target.name, True)]
    if not isinstance(s.value, Apply):
        return []
    if not is_float(s.target.type):
        return []
    row = BY_NAME[s.value.op]
    linked = row.elementwise and not any("where" in p for p in row.partials)
    return [(a.name, s.target.name, linked) for a in s.value.args if isinstance(a, Var)]
