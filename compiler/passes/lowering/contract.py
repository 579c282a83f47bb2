"""Sums of products by subscripts as one nest of loops.

Before:  `c = contract(a, b, subscripts=('ij', 'jk', 'ik'))`
After:   `for i: for j: for k: c[i, k] += mul(a[i, j], b[j, k])`

The innermost loop runs along the axis that is the last one of most arrays. A letter that is not in the result is summed
in a number if nothing but such letters is inside of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...ir.nodes import Apply, Assign, Atom, Var
from ...ir.types import Array, Scalar, is_inexact
from .builder import ONE, REASSOC, Builder, number
from .reductions import wide
from .structured import Lower


@dataclass(frozen=True, slots=True)
class _Nest:
    subscripts: tuple[str, ...]
    result: str
    order: str
    summed: str  # the letters of the innermost loops, when these are summed in a number


def _nest(subscripts: tuple[str, ...]) -> _Nest:
    *operands, result = subscripts
    letters = "".join(dict.fromkeys("".join((result, *operands))))
    summed = [x for x in letters if x not in result]
    ends = [s[-1] for s in subscripts if s]
    inner = max(reversed(letters), key=ends.count) if letters else ""
    if not summed:
        return _Nest(tuple(operands), result, result, "")
    if inner in summed or not result:
        order = result + "".join(sorted(summed, key=lambda x: x == inner))
        return _Nest(tuple(operands), result, order, "".join(summed))
    outer = [x for x in result if x != inner]
    return _Nest(tuple(operands), result, "".join((*outer, *summed, inner)), "")


def contract(b: Builder, target: Var, e: Apply) -> None:
    """Write the loops of a `contract`."""
    nest = _nest(e.attr("subscripts"))
    extents, arrays = _extents(b, e, nest)
    assert isinstance(target.type, Array | Scalar)
    kind = target.type.kind
    if isinstance(target.type, Array):
        b.allocate(target, tuple(extents[x] for x in nest.result), zero=not nest.summed)
    held = wide(kind) if nest.summed else kind

    def product(at: dict[str, Atom]) -> Atom:
        flags = {"flags": REASSOC} if is_inexact(held) else {}
        factors = [b.convert(b.load(a, tuple(at[x] for x in s)), held)
                   for a, s in zip(arrays, nest.subscripts, strict=True)]
        value = factors[0]
        for factor in factors[1:]:
            value = b.scalar("mul", value, factor, type=Scalar(held), **flags)
        return value

    def place(at: dict[str, Atom]) -> tuple[Atom, ...]:
        return tuple(at[x] for x in nest.result)

    if not nest.summed:
        b.loop(tuple(extents[x] for x in nest.order),
               lambda i: b.accumulate(target, place(_at(nest.order, i)), product(_at(nest.order, i))))
        return
    count = len(nest.result)

    def entry(outer: tuple[Var, ...]) -> None:
        so_far = b.let(number(0, held), "acc")
        flags = {"flags": REASSOC} if is_inexact(held) else {}

        def body(inner: tuple[Var, ...]) -> None:
            value = product(_at(nest.order, (*outer, *inner)))
            b.emit(Assign(so_far, b.scalar("add", so_far, value, type=Scalar(held), **flags), b.span))

        b.loop(tuple(extents[x] for x in nest.order[count:]), body)
        if isinstance(target.type, Array):
            b.store(target, place(_at(nest.order[:count], outer)), so_far)
        else:
            b.emit(Assign(target, b.convert(so_far, kind), b.span))

    b.loop(tuple(extents[x] for x in nest.order[:count]), entry)


def _at(letters: str, index: tuple[Var, ...]) -> dict[str, Atom]:
    return dict(zip(letters, index, strict=False))


def _extents(b: Builder, e: Apply, nest: _Nest) -> tuple[dict[str, Atom], list[Atom]]:
    """The extent of every letter, and the operands with it along their axes: what has extent 1 is repeated."""
    named = [(x, a, k) for a, s in zip(e.args, nest.subscripts, strict=True) for k, x in enumerate(s)]
    extents: dict[str, Atom] = {}
    met: set[str] = set()
    for letter, a, k in named:
        extent = b.dims(a)[k]
        known = extents.get(letter)
        if known is None:
            extents[letter] = extent
            continue
        met.add(letter)
        if not e.attr("safe"):
            differ = b.compare("ne", known, extent)
            for n in (known, extent):
                differ = b.logic("logical_and", differ, b.compare("ne", n, ONE))
            b.fail_if(differ, "ValueError", "operands could not be broadcast together with remapped shapes "
                      f"[original->remapped]: {{}} and {{}} along '{letter}'", known, extent)
        extents[letter] = b.select(b.compare("eq", known, ONE), extent, known)
    arrays = [b.broadcast(a, tuple(extents[x] for x in s)) if met & set(s) else a
              for a, s in zip(e.args, nest.subscripts, strict=True)]
    return extents, arrays


LOWER: dict[str, Lower] = {"contract": contract}
