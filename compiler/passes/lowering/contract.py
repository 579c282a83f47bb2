"""Sums of products by subscripts as one nest of loops.

Before:  `c = contract(a, b, subscripts=('ij', 'jk', 'ik'))`
After:   `for i: for j: for k: c[i, k] += mul(a[i, j], b[j, k])`

The innermost loop runs along the axis that is the last one of most arrays. A letter that is not in the result is summed
in a number if nothing but such letters is inside of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...ir.nodes import Apply, Assign, Atom, For, Var
from ...ir.types import PY_INT, Array, Scalar, is_inexact
from .builder import ONE, REASSOC, ZERO, Builder, array_of, number
from .products import MATRICES, fast_or_plain, matrix_matrix
from .reductions import wide
from .stacks import item
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
    """Write the loops of a `contract`; those of a stack of products of large matrices call BLAS."""
    nest = _nest(e.attr("subscripts"))
    extents, arrays = _extents(b, e, nest)
    pair = _product(nest)
    if pair is None or not isinstance(target.type, Array):
        _loops(b, target, nest, extents, arrays)
        return
    first, letter, second = pair
    batch, row, column = nest.result[:-2], nest.result[-2], nest.result[-1]
    b.allocate(target, tuple(extents[x] for x in nest.result))
    whole = target

    def fast() -> None:
        indices = tuple(b.fresh(PY_INT, "i") for _ in batch)
        with b.block() as body:
            left = _as_matrix(b, item(b, arrays[first], indices), nest.subscripts[first][-2:] != row + letter)
            right = _as_matrix(b, item(b, arrays[second], indices), nest.subscripts[second][-2:] != letter + column)
            matrix_matrix(b, item(b, whole, indices), left, right)
        inner = tuple(body)
        for var, x in zip(reversed(indices), reversed(batch), strict=True):
            inner = (For(var, ZERO, extents[x], ONE, inner, False, f"stack.{var.name}", b.span),)
        for s in inner:
            b.emit(s)

    def plain() -> None:
        found = b.fresh(target.type, "product")
        _loops(b, found, nest, extents, arrays)
        b.emit(Assign(target, found, b.span))

    sizes = tuple(extents[x] for x in (row, letter, column))
    fast_or_plain(b, target.type.kind, tuple(arrays), sizes, MATRICES, fast, plain)


def _product(nest: _Nest) -> tuple[int, str, int] | None:
    """The operands and the summed letter of products of matrices in step, whose axes are the last two."""
    if len(nest.subscripts) != 2 or len(nest.result) < 3:
        return None
    batch, row, column = nest.result[:-2], nest.result[-2], nest.result[-1]
    own = [s.removeprefix(batch) for s in nest.subscripts]
    if any(not s.startswith(batch) or len(o) != 2 for s, o in zip(nest.subscripts, own, strict=True)):
        return None
    shared = set(own[0]) & set(own[1])
    if len(shared) != 1 or set(own[0] + own[1]) - shared != {row, column}:
        return None
    first = 0 if row in own[0] else 1
    return first, shared.pop(), 1 - first


def _as_matrix(b: Builder, x: Var, turned: bool) -> Var:
    if not turned:
        return x
    t = Array(array_of(x).kind, 2, "A")
    view = b.fresh(t, "m")
    b.emit(Assign(view, Apply("transpose", (x,), t, b.span, (("axes", (1, 0)),)), b.span))
    return view


def _loops(b: Builder, target: Var, nest: _Nest, extents: dict[str, Atom], arrays: list[Atom]) -> None:
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
