"""Operations on matrices, repeated for every matrix of a stack.

Before:  `y = inv(a)` for `a` of shape (k, n, n)
After:   `y = alloc(k, n, n)`, `for i in range(0, k): t = inv(a[i]); y[i] = t`

The buffers of one matrix are those of the next: an array that is given new memory of the same size on each turn of a
loop keeps what it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...ir.nodes import ELEMENTS, Apply, Assign, Atom, For, Var
from ...ir.types import PY_INT, Array, Scalar
from .builder import ONE, ZERO, Builder, array_of, integer

Lower = Callable[[Builder, Var, Apply], None]
Extents = Callable[[Builder, Apply], tuple[Atom, ...]]
TILE = integer(8)  # doubles in a cache line
Check = Callable[[Builder, Apply], object]


def like(position: int) -> Extents:
    """Each result has the shape of the matrices of an operand."""
    return lambda b, e: b.dims(e.args[position])[-2:]


def number(b: Builder, e: Apply) -> tuple[Atom, ...]:
    """Each result is a number."""
    return ()


def nothing(b: Builder, e: Apply) -> None:
    """No condition on the operands."""


def stacked(core: Lower, extents: Extents, ranks: tuple[int, ...] = (2,), check: Check = nothing) -> Lower:
    """What `core` does with operands of these ranks, for stacks of them.

    `extents` is the shape of one result, and `check` raises what has to be raised before the first matrix is looked at.
    """

    def lower(b: Builder, target: Var, e: Apply) -> None:
        depth = array_of(e.args[0]).rank - ranks[0]
        if depth == 0:
            core(b, target, e)
            return
        check(b, e)
        batch = b.dims(e.args[0])[:depth]
        b.allocate(target, (*batch, *extents(b, e)))
        indices = tuple(b.fresh(PY_INT, "i") for _ in batch)
        rank = array_of(target).rank - depth
        kind = array_of(target).kind
        with b.block() as body:
            args = tuple(item(b, a, indices) if isinstance(a.type, Array) else a for a in e.args)
            t = Array(kind, rank) if rank else Scalar(kind)
            one = b.fresh(t, "one")
            attrs = tuple(sorted({**dict(e.attrs), "safe": True}.items()))
            core(b, one, replace(e, args=args, type=t, attrs=attrs))
            if rank:
                place = item(b, target, indices)
                b.loop(b.dims(one), lambda index: b.store(place, index, b.load(one, index)))
            else:
                b.store(target, indices, one)
        inner = tuple(body)
        for var, extent in zip(reversed(indices), reversed(batch), strict=True):
            inner = (For(var, ZERO, extent, ONE, inner, False, f"stack.{var.name}", b.span),)
        for s in inner:
            b.emit(s)

    return lower


def turn(b: Builder, target: Var, source: Atom, extents: tuple[Atom, ...]) -> None:
    """`target[i, j] = source[j, i]`, some columns of the source at a time: a cache line that is read is used up."""
    n, m = extents
    start, i, j = (b.fresh(PY_INT, "i") for _ in range(3))
    with b.block() as tile:
        stop = b.minimum(b.integers("add", start, TILE), n)
        with b.block() as entry:
            b.store(target, (i, j), b.load(source, (j, i)))
        inner = For(i, start, stop, ONE, tuple(entry), label=f"{ELEMENTS}{i.name}", span=b.span)
        b.emit(For(j, ZERO, m, ONE, (inner,), label=f"{ELEMENTS}{j.name}", span=b.span))
    b.emit(For(start, ZERO, n, TILE, tuple(tile), label=f"{ELEMENTS}{start.name}", span=b.span))


def item(b: Builder, x: Atom, index: tuple[Atom, ...]) -> Var:
    """The matrix at a place in a stack."""
    t = array_of(x)
    rank = t.rank - len(index)
    operands: list[Atom] = [*index]
    for extent in b.dims(x)[len(index) :]:
        operands.extend((ZERO, extent, ONE))
    spec = (*("i",) * len(index), *("s",) * rank)
    view = Apply("window", (x, *operands), Array(t.kind, rank, t.layout), b.span, (("spec", spec),))
    target = b.fresh(view.type, "m")
    b.emit(Assign(target, view, b.span))
    return target
