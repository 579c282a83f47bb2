"""Type rules of statistics along axes: averages, orders, sums that leave NaN out, and logarithms of sums."""

from __future__ import annotations

import math
from collections.abc import Callable

from ...ir.nodes import Apply, Const, Var
from ...ir.types import PY_INT, Array, Scalar
from ...ops import BY_NAME
from ...ops.typing import TypingError, promote
from ..indexing import FULL
from .axes import Reducer
from .compose import Composer, array_type
from .inferrer import Inferrer, Rules
from .shaping import ONE, ZERO
from .sorting import Sorted
from .terms import Term, argument, fixed, formula
from .values import Value

Along = Callable[[Reducer], "Term"]


def along(compose: Along) -> Callable[[Inferrer, Var, Apply, list[Value]], None]:
    """A type rule of something like a reduction."""

    def rule(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
        c = Reducer(inf, target, e, values)
        c.give(compose(c).value)

    return rule


def reduced(c: Reducer, op: str, x: Term, keep: bool | None = None) -> Term:
    """A reduction of a value as the one at hand reduces its operand."""
    keep = c.keep if keep is None else keep
    if not x.rank:
        return Term(c, c.configured(op, x.value))
    axes = tuple(range(x.rank)) if c.along is None else c.along
    return x.reduced(op, axes, keep)


def _operand(c: Reducer) -> Term:
    return Term(c, c.value)


def _ptp(c: Reducer) -> Term:
    x = _operand(c)
    return reduced(c, "max", x) - reduced(c, "min", x)


def _average(c: Reducer) -> Term:
    if c.constant("returned", False):
        raise TypingError("T002", name=c.spelled, argument="returned")
    x, weights = _operand(c), argument(c, "weights")
    if weights is None:
        return reduced(c, "mean", x)
    if weights.rank != x.rank:
        if weights.rank != 1 or c.along is None or len(c.along) != 1:
            raise TypingError("T043", what=c.spelled, reason="the weights have the shape of the array or of the axis")
        (axis,) = c.along
        c.fail_if(c.differ(c.dim(weights.array, 0), c.dim(x.array, axis)), "ValueError",
                  "Shape of weights must be consistent with shape of a along specified axis.")
        weights = Term(c, c.view(weights.array, tuple(FULL if k == axis else "n" for k in range(x.rank))))
        total = weights.reduced("sum", c.along if x.rank > 1 else None, c.keep and x.rank > 1)
    else:
        fault = ("TypeError", "Axis must be specified when shapes of a and weights differ.")
        if c.along is not None:
            fault = ("ValueError", "Shape of weights must be consistent with shape of a along specified axis.")
        for k in range(x.rank):
            c.fail_if(c.differ(c.dim(weights.array, k), c.dim(x.array, k)), *fault)
        total = reduced(c, "sum", weights)
    zero = total.equals(0)
    c.fail_if((zero.reduced("any") if zero.rank else zero).atom, "ZeroDivisionError",
              "Weights sum to zero, can't be normalized")
    kind = promote((x.type, weights.type)) if x.kind.startswith("float") else promote(
        (x.type, weights.type, Scalar("float64")))
    return reduced(c, "sum", x.cast(kind) * weights) / total


# ----------------------------------------------------------------------------------------------------------- orders


class Ordered:
    """The entries along the axes of a reduction in order, in the last axis."""

    def __init__(self, c: Reducer, x: Var) -> None:
        self.c = c
        rank = array_type(x).rank
        axes = tuple(range(rank)) if c.along is None else c.along
        left = tuple(k for k in range(rank) if k not in axes)
        extents = c.dims(x)
        moved = c.permuted(x, (*left, *axes))
        self.lead = tuple(extents[k] for k in left)
        together = c.product(tuple(extents[k] for k in axes))
        if len(axes) > 1:
            moved = c.shaped(moved, (*self.lead, together))
        found = Sorted(c, moved, len(left))
        self.rows, self.count = found.entries(), found.count
        self.flat = array_type(self.rows).rank == 1
        self.shape = self.lead if not c.keep else tuple(
            ONE if k in axes else extents[k] for k in range(rank))

    def at(self, place: Term) -> Term:
        """The entries at one place."""
        c = self.c
        return Term(c, c.made("getitem", self.rows, place.value, spec=("i",) if self.flat else (FULL, "i")))

    def close(self) -> None:
        """Put NaN behind each row: it is what is found at -1 where there is nothing else."""
        c, t = self.c, array_type(self.rows)
        extents = (*c.dims(self.rows)[:-1], c.calc("add", self.count, ONE))
        longer = c.exactly("full", (fixed(c, math.nan, t.kind).atom, *extents), t)
        c.store(c.cut(longer, t.rank - 1, None, self.count), self.rows)
        self.rows = longer

    def given(self, values: Term) -> Term:
        """A value for each row in the shape of the result."""
        c = self.c
        if not values.rank and not self.shape:
            return values
        if not values.rank:
            return Term(c, c.exactly("full", (values.atom, *self.shape), Array(values.kind, len(self.shape))))
        return Term(c, c.shaped(values.array, self.shape))


def floats(c: Reducer) -> Var:
    """The operand of a reduction as an array of floats."""
    x = _operand(c).floating()
    if not x.rank:
        return c.as_array(x.value, 1)
    return x.array


def _median(c: Reducer) -> Term:
    if not _operand(c).rank:
        return _operand(c).floating()
    ordered = Ordered(c, floats(c))
    n = Term(c, ordered.count)
    ordered.close()
    return ordered.given(_middle(ordered, n, (n - 1).of("floordiv", 2), n.of("floordiv", 2)))


def _middle(ordered: Ordered, n: Term, low: Term, high: Term) -> Term:
    """The mean of the two middle entries, which may be one; NaN, which is last in order, wins."""
    a, b, last = ordered.at(low), ordered.at(high), ordered.at(n - 1)
    odd = low.equals(high)
    middle = odd.where(a, (a + b) / 2)
    return last.of("isnan").where(last, middle)


def _nanmedian(c: Reducer) -> Term:
    x = floats(c)
    if c.along is not None:
        raise TypingError("T043", what=c.spelled, reason="it takes all elements",
                          hint="call it for each row, in a loop")
    ordered = Ordered(c, x)
    ordered.close()
    valid = (~Term(c, c.flat(x)).of("isnan")).reduced("count_nonzero")
    low, high = (valid - 1).of("floordiv", 2), valid.of("floordiv", 2)
    a, b = ordered.at(low), ordered.at(valid.equals(0).where(-1, high))
    return ordered.given(low.equals(high).where(a, (a + b) / 2))


# ------------------------------------------------------------------------------------------------------ without NaN


def _without(c: Reducer, filling: float) -> tuple[Term, Term | None]:
    """The operand with a number for every NaN, and where it is a number; integers have no NaN."""
    x = _operand(c)
    if not x.kind.startswith("float"):
        return x, None
    missing = x.of("isnan")
    return missing.where(fixed(c, filling, x.kind), x), ~missing


def _nansum(c: Reducer) -> Term:
    return reduced(c, c.e.op.removeprefix("nan"), _without(c, 0.0 if c.e.op == "nansum" else 1.0)[0])


def _count(c: Reducer, held: Term, keep: bool | None = None) -> Term:
    return reduced(c, "sum", held.cast("int64"), keep)


def _nanmean(c: Reducer) -> Term:
    x, held = _without(c, 0.0)
    return reduced(c, "mean", x) if held is None else reduced(c, "sum", x) / _count(c, held).cast(x.kind)


def _nanextremum(c: Reducer) -> Term:
    """The largest number; NaN where there is none."""
    op = c.e.op.removeprefix("nan")
    x, held = _without(c, -math.inf if op == "max" else math.inf)
    if held is None:
        return reduced(c, op, x)
    some = reduced(c, "any", held)
    found = reduced(c, op, x)
    return some.where(found, fixed(c, math.nan, found.kind))


def _nanvar(c: Reducer) -> Term:
    x, held = _without(c, 0.0)
    if held is None:
        config = {name: c.config[name] for name in ("axis", "ddof", "keepdims") if name in c.config}
        return Term(c, c.configured(c.e.op.removeprefix("nan"), x.value, **config))
    free, ddof = _count(c, held), argument(c, "ddof")
    short = free if ddof is None else free - ddof
    result = spread(c, x, held, short.of("maximum", 0))
    return (short <= 0).where(fixed(c, math.nan, result.kind), result)


def spread(c: Reducer, x: Term, held: Term, free: Term) -> Term:
    """The variance or the deviation of the elements for which a condition holds."""
    keep = bool(x.rank)
    mean = reduced(c, "sum", held.where(x, 0.0), keep) / _count(c, held, keep).cast(x.kind)
    away = held.where(x - mean, 0.0)
    if BY_NAME[c.e.op].lower:  # the deviation is a norm, whose derivative is zero where all are equal
        return reduced(c, "norm", away) / free.cast("float64").by(c.e.op).cast(away.kind)
    return reduced(c, "sum", away.of("square")) / free.cast(x.kind)


def _nanplace(c: Reducer) -> Term:
    largest = c.e.op == "nanargmax"
    x, held = _without(c, -math.inf if largest else math.inf)
    if held is not None:
        none = ~reduced(c, "any", held, False)
        c.fail_if((none.reduced("any") if none.rank else none).atom, "ValueError", "All-NaN slice encountered")
    config: dict[str, Value] = {}
    if c.along is not None or (c.rank == 1 and c.given("axis") is not None):
        config["axis"] = Const(c.along[0] if c.along else 0, PY_INT)
    return Term(c, c.configured(c.e.op.removeprefix("nan"), x.value, **config))


def _nanrunning(c: Reducer) -> Term:
    x, _ = _without(c, 0.0 if c.e.op == "nancumsum" else 1.0)
    axis = c.constant("axis", None)
    config: dict[str, Value] = {} if axis is None else {"axis": Const(axis, PY_INT)}
    return Term(c, c.configured(c.e.op.removeprefix("nan"), x.value, **config))


# ------------------------------------------------------------------------------------------------ sums of exponentials


def _shift(c: Reducer, x: Term) -> Term:
    """The largest entries, kept as axes; their derivative cancels. Infinite ones count as 0."""
    largest = reduced(c, "max", x, bool(x.rank)).of("held")
    return largest.of("isfinite").where(largest, 0.0)


def _logsumexp(c: Reducer) -> Term:
    if c.constant("return_sign", False):
        raise TypingError("T002", name=c.spelled, argument="return_sign")
    x, b = _operand(c).floating(), argument(c, "b")
    shift = _shift(c, x)
    parts = (x - shift).by(c.e.op)
    total = reduced(c, "sum", parts if b is None else b * parts, bool(x.rank))
    result = total.by(c.e.op, 1) + shift
    return _dropped(c, result) if x.rank and not c.keep else result


def _dropped(c: Reducer, x: Term) -> Term:
    """A value without the axes of extent 1 that a reduction has kept."""
    axes = range(x.rank) if c.along is None else c.along
    if len(axes) == x.rank:
        return Term(c, c.exactly("load", (x.array, *(ZERO,) * x.rank), Scalar(x.kind), safe=True))
    spec = tuple("i" if k in axes else FULL for k in range(x.rank))
    return Term(c, c.view(x.array, spec, *(ZERO for _ in axes)))


def _softmax(c: Reducer) -> Term:
    x = _operand(c).floating()
    shifted = x - _shift(c, x)
    parts = shifted.by(c.e.op)
    total = reduced(c, "sum", parts, bool(x.rank))
    return parts / total if c.e.op == "softmax" else shifted - total.by(c.e.op, 1)


# ------------------------------------------------------------------------------------------------------- covariances


def _observations(c: Composer) -> Var:
    """The variables as the rows of a matrix. A matrix of one row is refused at run time: NumPy's result is a number."""
    x, y = c.as_array(c.operands[0], 1), c.given("y")
    rowvar = bool(c.constant("rowvar", True))
    rows = [_rows(c, a, rowvar) for a in ([x] if y is None else [x, c.as_array(y, 1)])]
    if y is None and array_type(x).rank == 2:
        c.fail_if(c.compared("eq", c.dim(rows[0], 0), ONE), "ValueError",
                  f"`{c.spelled}` of one variable in a matrix is a number, of several a matrix: pass the one itself")
    kind = promote((*(array_type(a) for a in rows), Scalar("float64")))
    stacked = c.configured("concatenate", tuple(rows), axis=ZERO) if len(rows) > 1 else rows[0]
    return c.converted(Term(c, stacked).array, kind)


def _rows(c: Composer, a: Var, rowvar: bool) -> Var:
    rank = array_type(a).rank
    if rank > 2:
        raise TypingError("T014", what=c.spelled, ranks=str(rank))
    if rank == 1:
        return c.view(a, ("n", FULL))
    return a if rowvar else c.permuted(a, (1, 0))


def _covariance(c: Composer, x: Var, free: Term) -> Term:
    centred = Term(c, x) - Term(c, x).reduced("mean", (1,), True)
    turned = c.permuted(centred.array, (1, 0))
    return Term(c, c.made("matmul", centred.value, turned)) / free


def _cov(c: Composer) -> Term:
    x = _observations(c)
    n = Term(c, c.dim(x, 1))
    ddof = argument(c, "ddof")
    if ddof is None:
        ddof = Term(c, Const(0 if c.constant("bias", False) else 1, PY_INT))
    result = _covariance(c, x, (n - ddof).of("maximum", 0).cast("float64"))
    return _single(c, result)


def _single(c: Composer, x: Term) -> Term:
    """The number, as an array without axes, when there is only one variable."""
    lone = c.given("y") is None and array_type(c.as_array(c.operands[0], 1)).rank == 1
    return Term(c, c.view(x.array, ("i", "i"), ZERO, ZERO)) if lone else x


def _corrcoef(c: Composer) -> Term:
    x = _observations(c)
    result = _covariance(c, x, (Term(c, c.dim(x, 1)) - 1).of("maximum", 0).cast("float64"))
    if c.given("y") is None and array_type(c.as_array(c.operands[0], 1)).rank == 1:
        number = Term(c, c.made("getitem", result.value, ZERO, ZERO, spec=("i", "i")))
        return number / number
    deviations = Term(c, c.configured("diag", result.value)).by(c.e.op)
    across, down = (Term(c, c.view(deviations.array, s)) for s in (("n", FULL), (FULL, "n")))
    return (result / down / across).of("clip", -1.0, 1.0)


RULES: Rules = {
    "ptp": along(_ptp),
    "average": along(_average),
    "median": along(_median),
    "nanmedian": along(_nanmedian),
    **dict.fromkeys(("nansum", "nanprod"), along(_nansum)),
    "nanmean": along(_nanmean),
    **dict.fromkeys(("nanmax", "nanmin"), along(_nanextremum)),
    **dict.fromkeys(("nanvar", "nanstd"), along(_nanvar)),
    **dict.fromkeys(("nanargmax", "nanargmin"), along(_nanplace)),
    **dict.fromkeys(("nancumsum", "nancumprod"), along(_nanrunning)),
    "logsumexp": along(_logsumexp),
    **dict.fromkeys(("softmax", "log_softmax"), along(_softmax)),
    "cov": formula(_cov),
    "corrcoef": formula(_corrcoef),
}
