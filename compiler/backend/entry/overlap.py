"""Whether arrays that the kernel stores into share memory with other arguments.

A kernel may be compiled under the promise that no two arguments overlap. The promise matters only where one of the two
is stored into, so nothing is checked for functions that only read. Memory is compared by bounds, as
`numpy.may_share_memory` does: interleaved slices of one array count as overlapping.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ...ir.types import BYTES
from .layout import ArrayLeaf, Param
from .writer import Writer


def require_disjoint(
    w: Writer, params: Sequence[Param], leaves: Sequence[ArrayLeaf], slots: str, otherwise: str
) -> None:
    """Jump if an array that is stored into overlaps with another one."""
    alone = {leaf.slot for leaf in leaves if _alone(params[leaf.param], leaf)}
    pairs = [(one, other) for one, other in combinations(leaves, 2) if one.slot in alone or other.slot in alone]
    involved = {leaf.slot: leaf for pair in pairs for leaf in pair}
    bounds = {slot: _bounds(w, leaf, slots) for slot, leaf in involved.items()}
    for one, other in pairs:
        (low, high), (other_low, other_high) = bounds[one.slot], bounds[other.slot]
        before = w.value(f"icmp ule ptr {high}, {other_low}", "c")
        after = w.value(f"icmp ule ptr {other_high}, {low}", "c")
        w.require(w.join("or", [before, after]), otherwise)


def _alone(param: Param, leaf: ArrayLeaf) -> bool:
    return (param.stored or param.exclusive) and param.concerns(leaf)


def _bounds(w: Writer, leaf: ArrayLeaf, slots: str) -> tuple[str, str]:
    """First byte, and the byte behind the last; equal for an empty array."""
    rank, size = leaf.type.rank, BYTES[leaf.type.kind]
    data = w.load("ptr", slots, 8 * leaf.slot + 8)
    low, high, empty = "0", str(size), "false"
    for axis in range(rank):
        length = w.load("i64", slots, 8 * (leaf.slot + 2 + axis))
        stride = w.load("i64", slots, 8 * (leaf.slot + 2 + rank + axis))
        steps = w.value(f"sub i64 {length}, 1")
        reach = w.value(f"mul i64 {w.value(f'mul i64 {steps}, {stride}')}, {size}")
        down = w.value(f"icmp slt i64 {reach}, 0", "c")
        low = w.value(f"add i64 {low}, {w.value(f'select i1 {down}, i64 {reach}, i64 0')}")
        high = w.value(f"add i64 {high}, {w.value(f'select i1 {down}, i64 0, i64 {reach}')}")
        none = w.value(f"icmp eq i64 {length}, 0", "c")
        empty = w.value(f"or i1 {empty}, {none}", "c")
    low = w.value(f"select i1 {empty}, i64 0, i64 {low}")
    high = w.value(f"select i1 {empty}, i64 0, i64 {high}")
    return (
        w.value(f"getelementptr i8, ptr {data}, i64 {low}", "p"),
        w.value(f"getelementptr i8, ptr {data}, i64 {high}", "p"),
    )
