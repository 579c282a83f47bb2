"""The adjoint as a person would write it: a first accumulation becomes an assignment.

Before:  `x_bar = 0.0`, `t = mul(y_bar, u)`, `x_bar += t`
After:   `x_bar = mul(y_bar, u)`
"""

from __future__ import annotations

from dataclasses import replace

from ..ir.nodes import Accumulate, Assign, Block, Const, Function, Stmt, Var
from ..ir.traversal import blocks, reads, walk, with_blocks, written
from ..ir.types import Scalar


def tidy(function: Function) -> Function:
    """Merge `x_bar = 0.0` with the accumulation that follows it in the same block."""
    return replace(function, body=_block(function.body))


def _block(block: Block) -> Block:
    out: list[Stmt | None] = [with_blocks(s, tuple(map(_block, blocks(s)))) for s in block]
    zeros: dict[str, int] = {}
    for k, s in enumerate(out):
        if s is None:
            continue
        match s:
            case Accumulate() if not s.index and isinstance(s.target.type, Scalar) and s.target.name in zeros:
                start = zeros.pop(s.target.name)
                out[start] = None
                out[k] = Assign(s.target, s.value, s.span)
                _forget(zeros, (s,), but=s.target.name)
                continue
            case _:
                _forget(zeros, (s,))
        if isinstance(s, Assign) and isinstance(s.value, Const) and s.value.value == 0.0 and _adjoint(s.target):
            zeros[s.target.name] = k
    return tuple(s for s in out if s is not None)


def _adjoint(v: Var) -> bool:
    return ".bar" in v.name


def _forget(zeros: dict[str, int], statements: Block, but: str = "") -> None:
    """Variables that are read or written in between keep their initial zero."""
    for s in walk(statements):
        target = written(s)
        names = {a.name for a in reads(s) if isinstance(a, Var)} | ({target.name} if target else set())
        for name in names - {but}:
            zeros.pop(name, None)


