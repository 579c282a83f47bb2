"""Which numbers differ between the iterations that run together, and where a number may be overwritten freely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ....ir.nodes import Accumulate, Apply, Assign, Atom, Block, For, If, Pop, Stmt, Var, While
from ....ir.traversal import blocks, reads, walk, written
from ....ir.types import Scalar


def varying(loop: For, body: Block, ignored: set[int], free: frozenset[str]) -> frozenset[str]:
    """The numbers that are kept as vectors.

    A number that is assigned in several places is one where not all iterations come by together. `ignored` are
    statements that do not count, `free` the numbers that an iteration assigns before it reads them.
    """
    writes = Counter(v.name for s in walk(body) if (v := written(s)) is not None)
    fixed = frozenset(n for n, count in writes.items() if count == 1 and n in free)
    found = {loop.var.name}
    while True:
        before = len(found)
        _block(body, False, found, fixed, ignored)
        if len(found) == before:
            return frozenset(found)


def _differs(atoms: Iterable[Atom], found: set[str]) -> bool:
    return any(isinstance(a, Var) and a.name in found for a in atoms)


def _block(block: Block, apart: bool, found: set[str], fixed: frozenset[str], ignored: set[int]) -> None:
    for s in block:
        if id(s) not in ignored:
            _statement(s, apart, found, fixed, ignored)


def _statement(s: Stmt, apart: bool, found: set[str], fixed: frozenset[str], ignored: set[int]) -> None:
    """`apart`: not all iterations come by here together."""
    match s:
        case Assign(target):
            if _differs(reads(s), found) or (apart and target.name not in fixed):
                found.add(target.name)
        case Accumulate(target, (), value) if isinstance(target.type, Scalar):
            if apart or _differs((value,), found):
                found.add(target.name)
        case Pop(target=target):
            found.add(target.name)
        case If(test, then, orelse):
            inside = apart or _differs((test,), found)
            _block(then, inside, found, fixed, ignored)
            _block(orelse, inside, found, fixed, ignored)
        case For():
            if _differs((s.start,), found):
                found.add(s.var.name)
            _block(s.body, apart or _differs(reads(s), found), found, fixed, ignored)
        case While():
            inside = apart or _differs((s.test,), found)
            if inside:
                found.update(v.name for t in walk(s.before) if (v := written(t)) is not None)
            _block(s.before, inside, found, fixed, ignored)
            _block(s.body, inside, found, fixed, ignored)
        case _:
            pass


def homes(body: Block) -> dict[str, int]:
    """For a number that is mentioned in one block only, and assigned there first, the identity of the block.

    Iterations that do not come by there may overwrite it: none of them reads what it held.
    """
    total = _mentions(body)
    found: dict[str, int] = {}
    decided: set[str] = set()

    def visit(block: Block) -> Counter[str]:
        here, first = Counter[str](), dict[str, Stmt]()
        for s in block:
            own = _own(s)
            for b in blocks(s):
                own += visit(b)
            for name in own:
                first.setdefault(name, s)
            here += own
        for name, count in here.items():
            if count == total[name] and name not in decided:
                decided.add(name)
                if _begins(first[name], name):
                    found[name] = id(block)
        return here

    visit(body)
    return found


def _begins(s: Stmt, name: str) -> bool:
    reading = any(isinstance(a, Var) and a.name == name for a in reads(s))
    return isinstance(s, Assign | Pop) and s.target.name == name and not reading


def _own(s: Stmt) -> Counter[str]:
    return Counter(v.name for v in (*reads(s), written(s)) if isinstance(v, Var))


def _mentions(block: Block) -> Counter[str]:
    return sum(map(_own, walk(block)), Counter[str]())


def arithmetic(block: Block) -> bool:
    """Whether a block only computes, with operations that any number may be given."""
    return all(isinstance(s, Assign | Accumulate) and isinstance(s.target.type, Scalar) and not s_loads(s)
               for s in walk(block))


def s_loads(s: Stmt) -> bool:
    """Whether the statement reads an element."""
    return isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "load"
