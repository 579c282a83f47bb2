"""Extents of loops as operands, and arrays that are made by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Const, Stmt, Var
from ...ir.types import PY_BOOL, PY_INT
from .shapes import Clipped, Count, Dim, Extent, Met, Shortened

_SAFE = (("safe", True),)


def measured(extent: Extent, known: dict[str, Var], out: list[Stmt], fresh: Iterator[str]) -> Atom:
    """An extent as an operand, with the statements it takes."""

    def let(op: str, args: tuple[Atom, ...], attrs: tuple[tuple[str, object], ...] = _SAFE) -> Var:
        target = Var(next(fresh), PY_INT)
        out.append(Assign(target, Apply(op, args, PY_INT, attrs=attrs)))
        return target

    match extent:
        case Dim():
            return let("dim", (known[extent.array],), (("axis", extent.axis),))
        case Count():
            return known[extent.name]
        case Shortened():
            inner = measured(extent.extent, known, out, fresh)
            rest = let("sub", (inner, Const(extent.by, PY_INT)))
            return let("maximum", (rest, Const(0, PY_INT)))
        case Clipped():
            inner = measured(extent.extent, known, out, fresh)
            inner = let("minimum", (inner, Const(extent.stop, PY_INT)))
            return let("maximum", (let("sub", (inner, Const(extent.start, PY_INT))), Const(0, PY_INT)))
        case Met():
            total, *others = (measured(e, known, out, fresh) for e in extent.extents)
            for other in others:
                single = Var(next(fresh), PY_BOOL)
                out.append(Assign(single, Apply("eq", (total, Const(1, PY_INT)), PY_BOOL, attrs=_SAFE)))
                total = let("where", (single, other, total))
            return total
        case _:
            return Const(extent, PY_INT)


def filled(e: Apply, extents: tuple[Atom, ...]) -> Apply:
    """An array of one number, by its extents instead of another array's shape."""
    op = e.op.removesuffix("_like").removesuffix("_shaped")
    value = {"full": e.args[:1], "full_like": e.args[1:]}.get(e.op, ())
    return replace(e, op=op, args=(*value, *extents), attrs=_SAFE)
