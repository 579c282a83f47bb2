"""Arrays that only the compiler sees lie as lanes read them: iterations that run together have neighbours.

What `storage` keeps of inner loops is indexed by the loops' variables from the outermost on. Where the outer loop runs
in lanes, its axis becomes the last one.

Before:  `kept = alloc(n, m)`, `for i: for k: kept[i, k] = u`
After:   `kept = alloc(m, n)`, `for i: for k: kept[k, i] = u`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ....ir.nodes import Apply, Assign, Block, Function, Stmt, Store, Var
from ....ir.traversal import blocks, reads, walk, with_blocks
from ....ir.types import Array
from ..memory import Memory
from .operations import Lower
from .plan import plans
from .planned import Plan

KEPT = ".kept"
T = TypeVar("T")


def arranged(function: Function, memory: Memory, lower: Lower) -> tuple[Function, dict[int, Plan]]:
    """The function with such arrays arranged anew where more loops run in lanes then, and the plans of its loops."""
    wanted: dict[str, int] = {}
    found = plans(function, memory, lower, wanted)
    last = {name: axis for name, axis in wanted.items() if KEPT in name and _only_elements(function, name)}
    if not last:
        return function, found
    other = replace(function, body=_block(function.body, last))
    better = plans(other, memory, lower, {})
    return (other, better) if len(better) > len(found) and _all_in_lanes(other, last, better) else (function, found)


def _only_elements(function: Function, name: str) -> bool:
    """Whether the array is allocated, and else only its elements and extents are used."""
    for s in walk(function.body):
        for a in reads(s):
            if isinstance(a, Var) and a.name == name and not (
                (isinstance(s, Store) and s.array.name == name)
                or (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in ("load", "dim"))
            ):
                return False
        if isinstance(s, Assign) and s.target.name == name:
            if not (isinstance(s.value, Apply) and s.value.op == "alloc"):
                return False
    return True


def _all_in_lanes(function: Function, names: Mapping[str, int], found: Mapping[int, Plan]) -> bool:
    """Whether no loop walks through the arrays the way they have lain so far."""
    inside = {id(s) for plan in found.values() for s in walk(plan.loop.body)}
    return not any(_touches(s, names) and id(s) not in inside for s in walk(function.body))


def _touches(s: Stmt, names: Mapping[str, int]) -> bool:
    if isinstance(s, Store):
        return s.array.name in names
    load = s.value if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "load" else None
    return load is not None and isinstance(load.args[0], Var) and load.args[0].name in names


def _block(block: Block, last: Mapping[str, int]) -> Block:
    return tuple(_statement(s, last) for s in block)


def _statement(s: Stmt, last: Mapping[str, int]) -> Stmt:
    match s:
        case Store(array, index) if array.name in last:
            return replace(s, index=_moved(index, last[array.name]))
        case Assign(target, Apply("alloc", extents) as alloc) if target.name in last:
            return replace(s, value=replace(alloc, args=_moved(extents, last[target.name])))
        case Assign(value=Apply("load", (Var() as array, *index)) as load) if array.name in last:
            return replace(s, value=replace(load, args=(array, *_moved(index, last[array.name]))))
        case Assign(value=Apply("dim", (Var() as array,)) as dim) if array.name in last:
            assert isinstance(array.type, Array)
            axis = _moved(range(array.type.rank), last[array.name]).index(dim.attr("axis"))
            attrs = tuple((k, axis if k == "axis" else v) for k, v in dim.attrs)
            return replace(s, value=replace(dim, attrs=attrs))
        case _:
            inner = blocks(s)
            return with_blocks(s, tuple(_block(b, last) for b in inner)) if inner else s


def _moved(items: Sequence[T], axis: int) -> tuple[T, ...]:
    """The items with one of them put last."""
    return (*items[:axis], *items[axis + 1 :], items[axis])
