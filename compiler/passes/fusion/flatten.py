"""A condition of several axes that indexes arrays of its own shape becomes one of the elements as a vector.

Before:  `i = positions(m, axis=0)`, `j = positions(m, axis=1)`, `u = gather(x, i, j)`, `y[i, j] = u`
After:   `k = positions(flat m)`, `u = gather(flat x, k)`, `(flat y)[k] = u`

It is done where all arrays lie contiguously, so that looking at them as vectors copies nothing, and where the positions
have no other use. That the shapes agree has been checked before the positions are used: `fits` says so of those which a
condition in an index became. Those of `np.nonzero` may index larger arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...ir.nodes import Accumulate, Apply, Assign, Atom, Block, Const, Function, Stmt, Store, Var
from ...ir.traversal import blocks, reads, walk, with_blocks, written
from ...ir.types import PY_INT, Array

_SAFE = (("safe", True),)


@dataclass(slots=True)
class _Mask:
    """A condition, its positions along each axis, and what stands for them: positions among all elements."""

    condition: Var
    along: dict[int, Var]
    flat: Var
    size: Var

    def is_index(self, index: tuple[Atom, ...]) -> bool:
        """Whether the arrays of an index are all of the positions, in the order of the axes."""
        return index == tuple(self.along[k] for k in sorted(self.along))


def flattened(function: Function) -> Function:
    """The function with vectors in place of the arrays that conditions of their shape index."""
    masks = _masks(function)
    for s in walk(function.body):
        for name in [n for n, mask in masks.items() if not _suits(s, mask)]:
            del masks[name]
    if not masks:
        return function
    return replace(function, body=_Flattener(masks).block(function.body))


def _masks(function: Function) -> dict[str, _Mask]:
    """The conditions by name whose positions are found once, along all axes, and index arrays of their shape."""
    found: dict[str, _Mask] = {}
    again: set[str] = set()
    for s in walk(function.body):
        if not isinstance(s, Assign) or not isinstance(s.value, Apply) or s.value.op != "positions":
            continue
        condition, axis = s.value.args[0], s.value.attr("axis")
        assert isinstance(condition, Var)
        flat, size = Var(f"{s.target.name}.flat", s.target.type), Var(f"{s.target.name}.size", PY_INT)
        mask = found.setdefault(condition.name, _Mask(condition, {}, flat, size))
        if axis in mask.along or not s.value.attr("fits"):
            again.add(condition.name)
        mask.along[axis] = s.target
    return {n: m for n, m in found.items() if n not in again and _contiguous(m.condition, len(m.along))}


def _contiguous(v: Atom, rank: int) -> bool:
    return rank > 1 and isinstance(v.type, Array) and v.type.rank == rank and v.type.layout == "C"


def _suits(s: Stmt, mask: _Mask) -> bool:
    """Whether a statement leaves the positions alone, or can use those among all elements instead."""
    names = {v.name for v in mask.along.values()}
    mentioned = [a for a in (*reads(s), written(s)) if isinstance(a, Var) and a.name in names]
    if not mentioned or (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in ("positions", "dim")):
        return True
    array, index, axis = _access(s)
    return array is not None and axis == 0 and _contiguous(array, len(names)) and mask.is_index(index) and (
        len(mentioned) == len(names))


def _access(s: Stmt) -> tuple[Atom | None, tuple[Atom, ...], int]:
    """The array that a statement indexes, the index, and its first axis."""
    match s:
        case Store():
            return s.array, s.index, s.axis
        case Accumulate():
            return s.target, s.index, s.axis
        case Assign(value=Apply(op="gather") as e):
            return e.args[0], e.args[1:], e.attr("axis")
        case _:
            return None, (), 0


class _Flattener:
    def __init__(self, masks: dict[str, _Mask]) -> None:
        self.masks = masks
        self.of = {v.name: m for m in masks.values() for v in m.along.values()}
        self.count = 0

    def block(self, block: Block) -> Block:
        return tuple(t for s in block for t in self.statement(s))

    def statement(self, s: Stmt) -> Iterator[Stmt]:
        names = [a.name for a in reads(s) if isinstance(a, Var) and a.name in self.of]
        if isinstance(s, Assign) and s.target.name in self.of:
            mask = self.of[s.target.name]
            if s.target == next(iter(mask.along.values())):
                yield from self.positions(s, mask)
        elif not names:
            yield with_blocks(s, tuple(map(self.block, blocks(s))))
        elif isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "dim":
            yield replace(s, value=replace(s.value, args=(self.of[names[0]].flat,)))
        else:
            yield from self.access(s, self.of[names[0]])

    def positions(self, s: Assign, mask: _Mask) -> Iterator[Stmt]:
        """The positions among all elements, and how many elements there are."""
        total: Atom = Const(1, PY_INT)
        for k in range(len(mask.along)):
            extent = Var(f"{mask.flat.name}.{k}", PY_INT)
            yield Assign(extent, Apply("dim", (mask.condition,), PY_INT, s.span, (("axis", k), *_SAFE)), s.span)
            target = mask.size if k == len(mask.along) - 1 else Var(f"{mask.size.name}.{k}", PY_INT)
            yield Assign(target, Apply("mul", (total, extent), PY_INT, s.span, _SAFE), s.span)
            total = target
        vector = self.vector(mask.condition)
        yield self.looked_at(vector, mask.condition, mask, s)
        yield replace(s, target=mask.flat, value=Apply("positions", (vector,), s.target.type, s.span, (("axis", 0),)))

    def access(self, s: Stmt, mask: _Mask) -> Iterator[Stmt]:
        array, _, _ = _access(s)
        assert isinstance(array, Var)
        vector = self.vector(array)
        yield self.looked_at(vector, array, mask, s)
        match s:
            case Store():
                yield replace(s, array=vector, index=(mask.flat,), named=(0,))
            case Accumulate():
                yield replace(s, target=vector, index=(mask.flat,))
            case Assign(value=Apply() as e):
                attrs = tuple((n, (0,) if n == "named" else v) for n, v in e.attrs)
                yield replace(s, value=replace(e, args=(vector, mask.flat), attrs=attrs))
            case _:
                raise AssertionError(f"{type(s).__name__} does not index an array")

    def vector(self, array: Var) -> Var:
        self.count += 1
        assert isinstance(array.type, Array)
        return Var(f"{array.name}.vector{self.count}", Array(array.type.kind, 1))

    def looked_at(self, vector: Var, array: Var, mask: _Mask, s: Stmt) -> Assign:
        return Assign(vector, Apply("reshape", (array, mask.size), vector.type, s.span, _SAFE), s.span)
