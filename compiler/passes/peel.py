"""Loops before which a variable is a number and after which it is an array: the first iteration stands alone.

Before:  `s = 0.0`, `for k in range(0, n, 1): s = add(s, x[k])`
After:   `s = 0.0`, `if 0 < n:  s = add(s, x[0]); for k in range(1, n, 1): s = add(s, x[k])`, `else: raise TypeError`

In Python `s` would be the number if there were no iteration, so what follows would compute with another type: compiled
code raises then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..ir.nodes import Apply, Assign, Atom, Block, Const, Fail, For, Function, If, Stmt, Var, While
from ..ir.traversal import blocks, with_blocks
from .inline import renamed

NO_SCOPE = -1


def peel(function: Function, loops: Mapping[str, str]) -> Function:
    """Write out the first iteration of the loops with these labels; the values say which variable is the reason."""
    return replace(function, body=_block(function.body, loops)) if loops else function


def _block(block: Block, loops: Mapping[str, str]) -> Block:
    out: list[Stmt] = []
    for s in block:
        if isinstance(s, For) and s.label in loops and _goes_up(s) is not None:
            out.extend(_counted(s, loops))
        elif isinstance(s, While) and s.label in loops:
            first, rest = _twice(s.body, s, loops)
            out.extend((*s.before, _apart(s, s.test, (*first, replace(s, body=rest)), loops)))
        else:
            out.append(with_blocks(s, tuple(_block(b, loops) for b in blocks(s))))
    return tuple(out)


def _goes_up(s: For) -> bool | None:
    """Whether the loop counts up; None when that is known at run time only."""
    return s.step.value > 0 if isinstance(s.step, Const) and isinstance(s.step.value, int) else None


def _counted(s: For, loops: Mapping[str, str]) -> Block:
    words = ("start", "stop", "test", "rest")
    start, stop, test, rest = (Var(f"{word}.first.{s.label}", span=s.span) for word in words)
    body, again = _twice(s.body, s, loops)
    then = (Assign(Var(f"first.{s.label}.{s.var.name}", span=s.var.span), start, s.span), *body,
            Assign(rest, Apply("add", (start, s.step), span=s.span), s.span),
            replace(s, start=rest, stop=stop, body=again))
    return (
        Assign(start, s.start, s.span), Assign(stop, s.stop, s.span),
        Assign(test, Apply("lt" if _goes_up(s) else "gt", (start, stop), span=s.span), s.span),
        _apart(s, test, then, loops),
    )


def _twice(body: Block, s: For | While, loops: Mapping[str, str]) -> tuple[Block, Block]:
    """The body for the first iteration and for the others, with labels of their own: one may have to be written out."""
    own = {s.var.name} if isinstance(s, For) else set()
    first = renamed(body, own, NO_SCOPE, f"first.{s.label}.")
    return _block(first, loops), _block(renamed(body, set(), NO_SCOPE, f"rest.{s.label}."), loops)


def _apart(s: For | While, test: Atom, then: Block, loops: Mapping[str, str]) -> If:
    message = f"{loops[s.label]} is a number before this loop and an array after it, so that it cannot be left out"
    return If(test, then, (Fail("TypeError", message, (), s.span),), s.span)
