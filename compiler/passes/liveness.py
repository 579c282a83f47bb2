"""Which variables may still be read after a statement, and which have a value."""

from __future__ import annotations

from ..ir.nodes import Apply, Assign, Block, Consume, For, If, Stmt, Var, While
from ..ir.traversal import diverges, reads, written

Names = frozenset[str]


def live_after(block: Block, live_out: Names) -> list[Names]:
    """For each statement of the block, the names that may be read after it."""
    result: list[Names] = []
    live = live_out
    for s in reversed(block):
        result.append(live)
        live = live_before(s, live)
    return result[::-1]


def live_into(block: Block, live_out: Names) -> Names:
    """The names that may be read in or after the block before they are assigned."""
    live = live_out
    for s in reversed(block):
        live = live_before(s, live)
    return live


def live_before(s: Stmt, live: Names) -> Names:
    """The names that may be read at or after a statement, given those read after it."""
    own = {a.name for a in reads(s) if isinstance(a, Var)}
    match s:
        case If():
            return live_into(s.then, live) | live_into(s.orelse, live) | own
        case For():
            return _header(s, live) | own
        case While():
            return _header(s, live)
        case Consume():
            return live | (live_into((*s.body, *s.after), live) - {s.var.name}) | own
        case Assign(value=Apply(op="unbound")):
            return live | {s.target.name}  # it has to have a value
        case _:
            target = written(s)
            return (live - {target.name} if target is not None else live) | own


def live_at_header(s: For | While, live: Names) -> Names:
    """The names that may be read when control is at the head of the loop, given those read after the loop."""
    return _header(s, live)


def _header(s: For | While, live: Names) -> Names:
    """One round is enough: a block adds the names it reads first, whatever is live behind it, and removes others."""
    if isinstance(s, For):
        return live | (live_into(s.body, live) - {s.var.name})
    test = {s.test.name} if isinstance(s.test, Var) else set()
    return live | live_into(s.before, live | live_into(s.body, live) | test)


def certain(block: Block) -> frozenset[str]:
    """Names that a block certainly assigns."""
    found: set[str] = set()
    for s in block:
        match s:
            case If():
                arms = [certain(b) for b in (s.then, s.orelse) if not diverges(b)]
                found |= frozenset.intersection(*arms) if arms else set()
            case While():
                found |= certain(s.before)
            case Assign():
                found.add(s.target.name)
            case _:
                pass
    return frozenset(found)
