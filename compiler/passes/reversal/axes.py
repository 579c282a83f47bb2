"""Adjoints along axes: those of reductions, stretched to the operand's rank, and those of sums of products."""

from __future__ import annotations

from ...ir.nodes import Apply, Atom, Var
from ...ir.types import Array, Scalar, is_inexact
from ...ops.typing import promote
from ..indexing import FULL, view_type
from .adjoints import Adjoints


def stretched(held: Adjoints, e: Apply, env: dict[str, Atom], bar: Atom) -> Atom:
    """Give the result and its adjoint back the axes that a reduction has removed, with extent 1."""
    axes = e.attr("axes")
    held.formula.along = () if axes is None else (("axes", axes),)
    x = e.args[0].type if e.args else None
    if axes is None or e.attr("keepdims", True) or not isinstance(x, Array):
        return bar
    spec = tuple("n" if k in axes else FULL for k in range(x.rank))
    for name in ("y", "y_bar"):
        a = env[name]
        if isinstance(a.type, Array):
            view = Apply("view", (a,), view_type(a.type, spec), attrs=(("safe", True), ("spec", spec)))
            env[name] = held.hold(view)
    return env["y_bar"]


def contraction(held: Adjoints, e: Apply, bar: Var, operands: tuple[Atom, ...]) -> None:
    """The adjoint of an operand is the sum of products of the adjoint and the other operand, by the same letters.

    A letter that only this operand has was summed alone: every entry along it gets the same.
    """
    *subscripts, result = e.attr("subscripts")
    for k, (operand, letters) in enumerate(zip(e.args, subscripts, strict=True)):
        if not held.active(operand):
            continue
        others = [(held.conjugate(a), s) for j, (a, s) in enumerate(zip(operands, subscripts, strict=True)) if j != k]
        factors: list[tuple[Atom, str]] = [(bar, result), *others]
        value = _of(held, factors, letters)
        held.add(operand, value)


def _of(held: Adjoints, factors: list[tuple[Atom, str]], letters: str) -> Atom:
    known = set("".join(s for _, s in factors))
    wanted = "".join(x for x in letters if x in known)
    arrays = [(a, s) for a, s in factors if isinstance(a.type, Array)]
    numbers = [a for a, _ in factors if isinstance(a.type, Scalar)]
    value: Atom | None = None
    if arrays:
        kind = promote(tuple(a.type for a, _ in arrays if isinstance(a.type, Array)))
        kind = kind if is_inexact(kind) else "float64"
        t = Array(kind, len(wanted)) if wanted else Scalar(kind)
        attrs = (("safe", True), ("subscripts", (*(s for _, s in arrays), wanted)))
        value = held.hold(Apply("contract", tuple(a for a, _ in arrays), t, attrs=attrs))
        if isinstance(t, Array) and wanted != letters:
            spec = tuple(FULL if x in known else "n" for x in letters)
            value = held.hold(Apply("view", (value,), view_type(t, spec), attrs=(("safe", True), ("spec", spec))))
    for number in numbers:
        value = number if value is None else held.formula.apply("mul", number, value)
    assert value is not None
    return value
