"""Reductions to a number, taken apart: where they start, what an element does, and what is made of the total."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...ir.nodes import Apply, Atom, Const, Var
from ...ir.types import PY_INT, Kind, Scalar, is_inexact
from ...ops import BY_NAME
from .builder import REASSOC, Builder, array_of, number

# Those that also run along some of the axes only.
ALONG = ("sum_along", "prod_along", "max_along", "min_along", "norm_along", "count_nonzero_along", "all_along",
         "any_along")

Step = Callable[[Builder, Atom, tuple[Atom, ...]], Atom]
Finish = Callable[[Builder, Atom, Atom], Atom]

LEAST: dict[Kind, float] = {"float64": float("-inf"), "float32": float("-inf"), "int64": -(2**63), "int32": -(2**31),
                            "bool": 0}
MOST: dict[Kind, float] = {"float64": float("inf"), "float32": float("inf"), "int64": 2**63 - 1, "int32": 2**31 - 1,
                           "bool": 1}


WIDER: dict[Kind, Kind] = {"float32": "float64", "complex64": "complex128"}


def wide(kind: Kind) -> Kind:
    """The kind in which numbers of a kind are summed.

    From left to right, a sum of float32 would lose a digit for every ten terms that NumPy's pairwise sum keeps.
    """
    return WIDER.get(kind, kind)


def unfinished(b: Builder, total: Atom, count: Atom) -> Atom:
    """The total itself: nothing is left to do."""
    return total


def _rounded(kind: Kind) -> Finish:
    return unfinished if wide(kind) == kind else lambda b, total, count: b.convert(total, kind)


@dataclass(frozen=True, slots=True)
class Reduction:
    """`finish` gets the total and the number of elements. `empty` is NumPy's error for an array without elements."""

    kind: Kind
    start: Const
    step: Step
    finish: Finish = unfinished
    empty: str = ""


def _folded(op: str, kind: Kind) -> Step:
    """NumPy leaves the order of a sum open, so it may be vectorised."""
    flags = {"flags": REASSOC} if is_inexact(kind) and op in ("add", "mul") else {}
    return lambda b, total, values: b.scalar(op, total, values[0], type=Scalar(kind), **flags)


def _products(kind: Kind) -> Step:
    """A sum of products: of two operands, or of one with itself."""
    flags = {"flags": REASSOC} if is_inexact(kind) else {}

    def step(b: Builder, total: Atom, values: tuple[Atom, ...]) -> Atom:
        product = b.scalar("mul", values[0], values[-1], type=Scalar(kind), **flags)
        return b.scalar("add", total, product, type=Scalar(kind), **flags)

    return step


def _counted(b: Builder, total: Atom, values: tuple[Atom, ...]) -> Atom:
    return b.scalar("add", total, b.scalar("cast", values[0], type=PY_INT), type=PY_INT)


def _mean(kind: Kind) -> Finish:
    return lambda b, total, count: b.scalar("div", b.convert(total, kind), b.convert(count, kind), type=Scalar(kind))


def _root(kind: Kind) -> Finish:
    return lambda b, total, count: b.formula.build(BY_NAME["norm"].lower[1:], {"x": b.convert(total, kind)})


def reduction(e: Apply, target: Var) -> Reduction:
    """How to carry out a reduction of one array, or the product of two vectors."""
    assert isinstance(target.type, Scalar)
    kind = target.type.kind
    total = wide(kind)
    zero, one = number(0, total), number(1, kind)
    match e.op:
        case "sum":
            return Reduction(total, zero, _folded("add", total), _rounded(kind))
        case "mean":
            return Reduction(total, zero, _folded("add", total), _mean(kind))
        case "prod":
            return Reduction(kind, one, _folded("mul", kind))
        case "norm":
            return Reduction(total, zero, _products(total), _root(kind))
        case "dot11":
            return Reduction(total, zero, _products(total), _rounded(kind))
        case "count_nonzero":
            return Reduction("bool", Const(0, PY_INT), _counted)
        case "all":
            return Reduction("bool", number(1, "bool"), _folded("logical_and", "bool"))
        case "any":
            return Reduction("bool", number(0, "bool"), _folded("logical_or", "bool"))
        case _:
            return _extremum(e)


def _extremum(e: Apply) -> Reduction:
    kind = array_of(e.args[0]).kind
    largest = e.op == "max"
    word = "maximum" if largest else "minimum"
    op = ("logical_or" if largest else "logical_and") if kind == "bool" else word
    if e.attr("initial") is not None:
        return Reduction(kind, number(e.attr("initial"), kind), _folded(op, kind))
    start = number((LEAST if largest else MOST)[kind], kind)
    return Reduction(kind, start, _folded(op, kind),
                     empty=f"zero-size array to reduction operation {word} which has no identity")
