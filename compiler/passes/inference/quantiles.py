"""Type rules of quantiles: an entry in order, or one between two of them.

Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50(4), 1996.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Var
from ...ir.types import Kind, Scalar
from ...ops.typing import TypingError
from ..indexing import FULL
from .axes import Reducer
from .compose import array_type
from .inferrer import Inferrer, Rules
from .shaping import ZERO
from .statistics import Ordered, floats
from .terms import Term, fixed, term, weak
from .values import Value, type_of

_EXACT = ("lower", "higher", "nearest", "inverted_cdf")  # which give an entry as it is
# Where the quantile q of n entries lies: at n q + a + q (1 - 2 a) - 1, with this a (Hyndman and Fan, types 4 to 9).
_PLACED = {"hazen": 0.5, "weibull": 0.0, "median_unbiased": 1.0 / 3.0, "normal_unbiased": 3.0 / 8.0}
_OF_STEPS = ("inverted_cdf", "averaged_inverted_cdf", "interpolated_inverted_cdf")
_METHODS = ("linear", "midpoint", *_EXACT[:3], *_PLACED, *_OF_STEPS)


def _quantile(c: Reducer) -> None:
    """Between two entries in order, as the method says; `linear` is type 7."""
    percent = c.e.op == "percentile"
    method = c.word("method", "linear")
    if method not in _METHODS:
        raise TypingError("T043", what=c.spelled, reason=f"`method` is one of {', '.join(_METHODS)}")
    asked = c.operands[1]
    items = asked if isinstance(asked, tuple) else (asked,)
    exact = method in _EXACT
    ordered = Ordered(c, c.as_array(c.value, 1) if exact else floats(c))
    many = [_fitting(c, term(c, q), array_type(ordered.rows).kind, asked) for q in items]
    if len(many) == 1 and many[0].rank:
        if many[0].rank != 1:
            raise TypingError("T014", what=c.spelled, ranks=str(many[0].rank))
        c.give(_several(c, ordered, many[0], percent, method).value)
        return
    results = [ordered.given(_between(ordered, _fraction(c, q, percent), method)).value for q in many]
    if not isinstance(asked, tuple):
        c.give(results[0])
    elif all(isinstance(type_of(r), Scalar) for r in results):
        c.rule(c.target, "pack", *results, shape=(len(results),), via="numpy")
    else:
        c.give(c.configured("stack", tuple(results), axis=ZERO))


def _fitting(c: Reducer, q: Term, kind: Kind, asked: Value) -> Term:
    """A Python number has the precision of the array."""
    single = weak(q.type) and not isinstance(asked, tuple) and kind.startswith("float")
    return q.cast(kind) if single else q


def _fraction(c: Reducer, q: Term, percent: bool) -> Term:
    q = q.floating()
    top = 100.0 if percent else 1.0
    name = "Percentiles must be in the range [0, 100]" if percent else "Quantiles must be in the range [0, 1]"
    outside = ~((q >= 0.0) & (q <= top))
    c.fail_if((outside.reduced("any") if outside.rank else outside).atom, "ValueError", name)
    return q / 100.0 if percent else q


def _several(c: Reducer, ordered: Ordered, q: Term, percent: bool, method: str) -> Term:
    """For an array of fractions: they are the first axis of the result."""
    values = _between(ordered, _fraction(c, q, percent), method)
    count = c.dim(q.array, 0)
    if ordered.flat:
        return Term(c, c.shaped(values.array, (count, *ordered.shape)))
    turned = c.permuted(values.array, (1, 0))
    return Term(c, c.shaped(turned, (count, *ordered.shape)))


def _between(ordered: Ordered, q: Term, method: str) -> Term:
    c = ordered.c
    n = Term(c, ordered.count)
    c.fail_if(n.equals(0).atom, "IndexError", "index -1 is out of bounds for axis 0 with size 0")
    if method in _PLACED or method in _OF_STEPS:
        return _continuous(ordered, q, n, method)
    place = q * (n - 1).cast(q.kind)
    whole = place.of("floor")
    if method == "nearest":
        return _chosen(ordered, place.by(c.e.op), n)
    low = whole.cast("int64")
    high = (low + 1).of("minimum", n - 1)
    if method == "higher":
        return _chosen(ordered, place.of("ceil"), n)
    a = _chosen(ordered, whole, n)
    if method == "lower":
        return a
    b = _marked(ordered, ordered.at(high), n)
    part = place - whole if method == "linear" else place.equals(whole).where(fixed(c, 0.0, q.kind), 0.5)
    return _on_line(a, b, part)


def _on_line(a: Term, b: Term, part: Term) -> Term:
    """Between two numbers, from the nearer one."""
    difference = b - a
    return (part >= 0.5).where(b - difference * (1.0 - part), a + difference * part)


def _continuous(ordered: Ordered, q: Term, n: Term, method: str) -> Term:
    """The methods that look beyond the first and the last entry, where there is nothing else."""
    c, count = ordered.c, n.cast(q.kind)
    place = count * q - 1.0
    if method in _PLACED:
        first = _PLACED[method]
        place = count * q + (first + q * (1.0 - first - first)) - 1.0
    whole = place.of("floor")
    if method == "inverted_cdf":
        return _chosen(ordered, place.equals(whole).where(whole, whole + 1.0).of("maximum", fixed(c, 0.0, q.kind)), n)
    low, high = (t.cast("int64").of("maximum", 0).of("minimum", n - 1) for t in (whole, whole + 1.0))
    part = place - low.cast(q.kind)
    if method == "averaged_inverted_cdf":
        part = part.equals(0.0).where(fixed(c, 0.5, q.kind), 1.0)
    return _on_line(_marked(ordered, ordered.at(low), n), _marked(ordered, ordered.at(high), n), part)


def _chosen(ordered: Ordered, place: Term, n: Term) -> Term:
    return _marked(ordered, ordered.at(place.cast("int64")), n)


def _marked(ordered: Ordered, value: Term, n: Term) -> Term:
    """NaN where a row has one: it is the last in order."""
    if not value.kind.startswith("float"):
        return value
    last = ordered.at(n - 1)
    if not ordered.flat and value.rank > last.rank:
        last = Term(ordered.c, ordered.c.view(last.array, (FULL, "n")))
    return last.of("isnan").where(last, value)


def _quantile_rule(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    _quantile(Reducer(inf, target, e, values))


RULES: Rules = dict.fromkeys(("quantile", "percentile"), _quantile_rule)
