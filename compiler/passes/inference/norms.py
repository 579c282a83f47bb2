"""Type rules of norms: of vectors by sums and extremes of absolute values, of matrices by singular values as well.

Before:  `y = norm(x, 1, 0)`
After:   `t = abs(x)`, `y = sum_along(t, axes=(0,))`
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...ir.nodes import Apply, Atom, Const, Var
from ...ir.types import Array, Scalar, is_complex
from ...ops.typing import TypingError, reduced_kind
from .axes import Reducer, magnitudes
from .factors import singular_values
from .inferrer import Inferrer, Rules
from .structured import RULES as WHOLE
from .values import Value, type_of


def _of_nothing() -> bool:
    """Whether this NumPy has norms of empty arrays of the orders that are maxima."""
    try:
        return bool(np.linalg.norm(np.empty(0), np.inf) == 0.0)
    except ValueError:
        return False


NONE_HAVE_NORM_ZERO = _of_nothing()
_OF_MATRICES = (None, "fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)


def _norm(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    c = Reducer(inf, target, e, values)
    order = e.attr("ord") or c.constant("ord", None)
    count = len(c.along or range(c.rank))
    everything = order is None and c.given("axis") is None
    of_one = count <= 1 and order in ("fro", "nuc")
    if of_one or not (count <= 2 or everything) or (count == 2 and order not in _OF_MATRICES):
        raise TypingError("T043", what=c.spelled, reason="`ord` is a number for vectors; for matrices it is 'fro', "
                          "'nuc', 1, -1, 2, -2, inf or -inf")
    if count <= 1 or order not in ("nuc", 2, -2):
        c.value = magnitudes(c, c.value)
    if order in (None, "fro") or (order == 2 and count <= 1):
        _euclidean(c)
    elif count <= 1:
        _of_vectors(c, order)
    elif order in ("nuc", 2, -2):
        _spectral(c, order)
    else:
        _of_rows_or_columns(c, order)


def _euclidean(c: Reducer) -> None:
    if c.along is None and not c.keep:
        WHOLE["norm"](c.inf, c.target, Apply("norm", (c.value,), span=c.span), [c.value])
    else:
        c.give(c.reduced("norm", c.as_kind(c.value, reduced_kind("norm", c.kind)), c.keep))


def _sizes(c: Reducer) -> Atom:
    """Absolute values in the kind of the result."""
    value = c.made("abs", c.as_kind(c.value, reduced_kind("norm", c.kind)), via="numpy")
    assert not isinstance(value, tuple)
    return value


def _of_vectors(c: Reducer, order: Any) -> None:
    if math.isinf(order) or order == 1:
        if order == math.inf:
            c.give(_largest(c, _sizes(c), c.along, c.keep))
        else:
            c.give(c.reduced("sum" if order == 1 else "min", _sizes(c), c.keep))
        return
    if order == 0:
        found = c.made("ne", c.value, Const(0.0, Scalar("float64", True)), via="numpy")
        assert not isinstance(found, tuple)
        ones = c.as_kind(found, reduced_kind("norm", c.kind))
        c.give(c.reduced("sum", ones, c.keep))
        return
    _power(c, float(order))


def _largest(c: Reducer, sizes: Atom, along: tuple[int, ...] | None, keep: bool = False) -> Value:
    """The largest of sizes, and 0 of none where NumPy says so."""
    assert isinstance(sizes.type, Array)
    kind, rank = sizes.type.kind, sizes.type.rank
    attrs: dict[str, Any] = {"initial": 0.0} if NONE_HAVE_NORM_ZERO else {}
    if along is None:
        number = c.exactly("max", (sizes,), Scalar(kind), **attrs)
        return c.kept(number) if keep else number
    t = Array(kind, rank if keep else rank - len(along))
    return c.exactly("max_along", (sizes,), t, axes=along, keepdims=keep, **attrs)


def _power(c: Reducer, order: float) -> None:
    """The root of a sum of powers; where the sum is zero its derivative is taken as zero, as that of other norms."""
    p, one, zero = (Const(v, Scalar("float64", True)) for v in (order, 1.0, 0.0))
    total = c.reduced("sum", _atom(c.made("pow", _sizes(c), p, via="numpy")), c.keep)
    origin = c.made("eq", total, zero, via="numpy")
    inside = c.made("where", origin, one, total, via="numpy")
    root = c.made("pow", inside, Const(1.0 / order, Scalar("float64", True)), via="numpy")
    at_origin = zero if order > 0 else Const(math.inf, Scalar("float64", True))
    c.rule(c.target, "where", origin, at_origin, root, via="numpy")


def _atom(value: Value) -> Atom:
    assert not isinstance(value, tuple)
    return value


def _last_two(c: Reducer) -> tuple[Var, tuple[int, int]]:
    """The operand with the axes of its matrices at the end: in the order in which they are given."""
    assert isinstance(c.value, Var) and isinstance(c.value.type, Array)
    asked = c.constant("axis", None)
    pair = tuple(c.axis(k, c.rank) for k in asked) if isinstance(asked, tuple) else (c.rank - 2, c.rank - 1)
    others = [k for k in range(c.rank) if k not in pair]
    return c.permuted(c.value, (*others, *pair)), (pair[0], pair[1])


def _spectral(c: Reducer, order: Any) -> None:
    x, pair = _last_two(c)
    s = singular_values(c, x, c.kind if is_complex(x.type) else reduced_kind("norm", c.kind))
    c.give(_kept(c, _of_values(c, s, {"nuc": "sum", 2: "max", -2: "min"}[order]), pair))


def _of_values(c: Reducer, values: Var, op: str) -> Value:
    """A reduction along the last axis."""
    last = (c.rank - 2,)
    assert isinstance(values.type, Array)
    if op == "max":
        return _largest(c, values, last if c.rank > 2 else None)
    if c.rank == 2:
        return c.made(op, values)
    return c.exactly(f"{op}_along", (values,), Array(values.type.kind, c.rank - 2), axes=last, keepdims=False)


def _of_rows_or_columns(c: Reducer, order: Any) -> None:
    """The largest or the smallest sum of a column for 1 and -1, of a row for infinities."""
    x, pair = _last_two(c)
    c.value = x
    sizes = _atom(c.made("abs", c.as_kind(x, reduced_kind("norm", c.kind)), via="numpy"))
    assert isinstance(sizes.type, Array)
    axis = c.rank - 2 if abs(order) == 1 else c.rank - 1
    sums = c.exactly("sum_along", (sizes,), Array(sizes.type.kind, c.rank - 1), axes=(axis,), keepdims=False)
    c.give(_kept(c, _of_values(c, sums, "max" if order > 0 else "min"), pair))


def _kept(c: Reducer, value: Value, pair: tuple[int, int]) -> Value:
    """The result with the two axes as extents of 1, where they are to be kept."""
    if not c.keep:
        return value
    if c.rank == 2:
        return c.kept(value)
    assert isinstance(value, Var) and isinstance(type_of(value), Array)
    return c.view(value, tuple("n" if k in pair else "s000" for k in range(c.rank)))


RULES: Rules = {"norm": _norm}
