"""What operations raise, read off their lowering."""

from __future__ import annotations

from functools import lru_cache

from ...ir.nodes import Function, Stmt, Var
from ...ir.traversal import reads, walk
from .expand import expand
from .loops import loops
from .numbered import names


@lru_cache(maxsize=4096)
def raised_by(s: Stmt) -> frozenset[str]:
    """The names of the exceptions that a typed statement may raise at level LOOPS."""
    params = {a.name: a for t in walk((s,)) for a in reads(t) if isinstance(a, Var)}
    return names(loops(expand(Function("raised", tuple(params.values()), (s,)))).body)
