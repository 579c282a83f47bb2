"""What operations raise is read off their lowering, and so is the test whether they do.

Before:  `code = raises(x, y, of='div', codes=(('ZeroDivisionError', 1),))`
After:   `code = 0`, `bad = eq(y, 0.0)`, `if bad: code = 1`
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ...ir.nodes import LIBRARY, Apply, Assign, Block, Const, Function, Return, Stmt, Var
from ...ir.traversal import assigned, blocks, reads, walk, with_blocks
from ...ir.types import NOTHING
from ..fusion.fuse import fuse
from ..inline import renamed
from .expand import expand
from .loops import loops
from .numbered import names, numbered


@lru_cache(maxsize=4096)
def raised_by(s: Stmt) -> frozenset[str]:
    """The names of the exceptions that a typed statement may raise at level LOOPS."""
    return names(_lowered(s))


def tested(function: Function) -> Function:
    """A function at level LOOPS with the tests in place of `raises`."""
    return replace(function, body=_block(function.body))


def _lowered(s: Stmt) -> Block:
    """A typed statement by itself at level LOOPS."""
    params = {a.name: a for t in walk((s,)) for a in reads(t) if isinstance(a, Var)}
    function = Function("raised", tuple(params.values()), (s, Return(Const(None, NOTHING))))
    return loops(fuse(expand(function), False)).body[:-1]


def _block(block: Block) -> Block:
    out: list[Stmt] = []
    for s in block:
        if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "raises":
            out.extend(_test(s.target, s.value))
        elif not (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "computed"):
            out.append(with_blocks(s, tuple(map(_block, blocks(s)))))
    return tuple(out)


def _test(code: Var, e: Apply) -> Block:
    """The test, with names of its own."""
    operation = Apply(e.attr("of"), e.args, e.attr("type"), e.span, e.attr("given"))
    into = e.attr("into")
    target = Var("tried", operation.type, e.span) if into is None else into
    block = _lowered(Assign(target, operation, e.span))
    own = assigned(block) - ({target.name} if into is not None else set())
    library = {n for n in own if n.startswith(LIBRARY)}
    block = renamed(block, own - library, 0, f"{code.name}.")
    block = renamed(block, library, 0, f"{LIBRARY}{code.name}.")
    return numbered(block, code, dict(e.attr("codes")), into is not None)
