"""Outer products become products of vectors that are stretched, so that a loop over elements carries them out.

Before:  `t = outer(u, v)`, `a_bar[...] += t`
After:   `u.down = view(u, (:, None))`, `v.along = view(v, (None, :))`, `t = mul(u.down, v.along)`, `a_bar[...] += t`

The adjoint of a product of a matrix and a vector is an outer product, which is mostly added to something: in one loop
with that sum the product is never an array.
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import Apply, Assign, Block, Function, Stmt, Var
from ...ir.traversal import blocks, walk, with_blocks
from ...ir.types import Array
from ..indexing import FULL, view_type

_DOWN, _ALONG = (FULL, "n"), ("n", FULL)


def spread(function: Function) -> Function:
    """The function with element-wise products in place of outer products."""
    if not any(_is_outer(s) for s in walk(function.body)):
        return function
    return replace(function, body=_block(function.body))


def _is_outer(s: Stmt) -> bool:
    return isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "outer"


def _block(block: Block) -> Block:
    out: list[Stmt] = []
    for s in block:
        if _is_outer(s):
            assert isinstance(s, Assign) and isinstance(s.value, Apply)
            views = tuple(_stretched(s, k, spec) for k, spec in enumerate((_DOWN, _ALONG)))
            args = tuple(v.target for v in views)
            attrs = tuple(sorted({**dict(s.value.attrs), "safe": True}.items()))  # a column meets any row
            out.extend((*views, replace(s, value=replace(s.value, op="mul", args=args, attrs=attrs))))
        else:
            out.append(with_blocks(s, tuple(map(_block, blocks(s)))))
    return tuple(out)


def _stretched(s: Assign, k: int, spec: tuple[str, ...]) -> Assign:
    """The factor as a matrix of one column, or of one row."""
    assert isinstance(s.value, Apply)
    factor = s.value.args[k]
    assert isinstance(factor, Var) and isinstance(factor.type, Array)
    attrs = (("safe", True), ("spec", spec))
    target = Var(f"{s.target.name}.factor{k}", view_type(factor.type, spec), s.span)
    return Assign(target, Apply("view", (factor,), target.type, s.span, attrs), s.span)
