"""Copies that stand for views of NumPy's, and views that NumPy lets nobody write through: stores that tell are refused.

`x.reshape(n)` of an array that is not contiguous is a view or a copy in NumPy, which depends on strides that are known
only when the program runs; here it is a copy, and so is what `broadcast_to` gives. Nobody can tell as long as nothing
is stored into the copy, nor into its operand before the copy is read for the last time.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Findings
from ...ir.nodes import Apply, Assign, Block, Function, Stmt, Store, Var
from ...ir.traversal import blocks, reads, walk
from ...ir.types import Array
from ..effects import VIEWS, Effects, effects

FILLED = ("broadcast", "windows")  # new arrays with one store that makes them what the view would be
ROW_MAJOR = ("zeros", "ones", "empty", "full", "pack", "dot22", "outer")


def snapshots(function: Function, findings: Findings) -> None:
    """Report T042 for every store that would tell a copy from a view, or that NumPy's read-only views do not take."""
    marked = [(s, s.value) for s in walk(function.body)
              if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.attr("for")]
    if not marked:
        return
    found = effects(function)
    for s, e in marked:
        if e.attr("for") == "reshape" and e.op == "reshape" and _in_order(found, _source(e)):
            continue
        if e.attr("for") == "reading":
            names = _named(function, s.target.name)
            if any(isinstance(t, Store) and t.array.name in names for t in walk(function.body)):
                findings.add("T042", s.span, what=_called(e), why="NumPy makes it read-only")
        elif len(_stores(found, s, s.target.name)) > (e.attr("for") in FILLED):
            why = "NumPy may have made it a view of its operand, or not"
            if e.attr("for") in FILLED:
                why = "NumPy makes it read-only"
            findings.add("T042", s.span, what=_called(e), why=why)
        elif _told(function, found, s, e.attr("of") or _source(e)):
            why = "NumPy's view would show that, and this is a copy"
            findings.add("T042", s.span, what="the operand of this view", why=why)


def _told(function: Function, found: Effects, s: Assign, operand: str) -> bool:
    """Whether a store into the operand may come between a copy and a read of it, or of a view of it."""
    if not _stores(found, s, operand):
        return False
    names = _named(function, s.target.name)
    if names & {*found.slots}:
        return True
    block = next(b for b in _all_blocks(function.body) if any(t is s for t in b))
    start = next(k for k, t in enumerate(block) if t is s)
    reading = [k for k, t in enumerate(block) if k > start and any(_reads(u, names) for u in walk((t,)))]
    if not reading:
        return False
    between = [t for t in walk(block[start : reading[-1] + 1]) if isinstance(t, Store)]
    alone = block[reading[-1]]  # a store that reads the copy itself has read it before it writes
    return any(t is not alone and found.root(t.array.name) == found.root(operand) for t in between)


def _all_blocks(block: Block) -> Iterator[Block]:
    yield block
    for s in block:
        for inner in blocks(s):
            yield from _all_blocks(inner)


def _reads(s: Stmt, names: set[str]) -> bool:
    return any(isinstance(a, Var) and a.name in names for a in reads(s))


def _in_order(found: Effects, name: str) -> bool:
    """Whether NumPy, too, certainly has the array contiguous in row-major order: it may keep its operands' order."""
    e = found.definition.get(name)
    if name in found.params or name in found.slots:
        return name in found.params
    match e:
        case Var():
            return _in_order(found, e.name)
        case Apply(op="view" | "reshape"):
            return _in_order(found, _source(e))
        case Apply():
            arrays = [a for a in e.args if isinstance(a.type, Array)]
            return e.op in ROW_MAJOR or e.attr("order") == "C" or e.type == Array(e.type.kind, 1) or (  # type: ignore[union-attr]
                all(isinstance(a, Var) and a.type.layout == "C" and _in_order(found, a.name) for a in arrays))  # type: ignore[union-attr]
        case _:
            return False


def _called(e: Apply) -> str:
    if e.op == "zeros_like":
        return "the imaginary part of real numbers"
    words = {"reshape": "the array in its new shape", "broadcast": "the stretched array", "reading": "the diagonal",
             "windows": "the view of windows"}
    return words[e.attr("for")]


def _source(e: Apply) -> str:
    source = e.args[0]
    assert isinstance(source, Var)
    return source.name


def _stores(found: Effects, s: Assign, name: str) -> list[object]:
    """The stores into an array, or what may share its memory, that may come after a statement."""
    place = found.places[id(s)]
    return [access for access in found.stores.get(found.root(name), ())
            if access.place.order > place.order or any(a is b for a in access.place.loops for b in place.loops)]


def _named(function: Function, name: str) -> set[str]:
    """The variables that may hold an array or a view of it."""
    names = {name}
    while True:
        more = {s.target.name for s in walk(function.body) if isinstance(s, Assign) and _origin(s) in names} - names
        if not more:
            return names
        names |= more


def _origin(s: Assign) -> str:
    source = s.value.args[0] if isinstance(s.value, Apply) and s.value.op in VIEWS else s.value
    return source.name if isinstance(source, Var) else ""
