"""Type rules of what counts and classifies: bins, histograms, values that occur."""

from __future__ import annotations

from ...ir.nodes import Const, Var
from ...ir.types import PY_INT, Array, Known
from ...ops.typing import TypingError
from .compose import Composer, array_type
from .inferrer import Rules
from .shaping import ONE, ZERO, joined, rule
from .sorting import Sorted
from .terms import Term, argument, fixed, formula, plain, taken, term
from .values import Value, type_of

INTEGERS = ("int64", "int32", "bool")


def _added(c: Composer, count: Term, places: Term, weights: Term | None) -> Term:
    """How often each place occurs, or the sum of the weights there."""
    kind = "int64" if weights is None else "float64"
    result = c.array("zeros", count.atom, dtype=kind)
    amount = plain(1) if weights is None else weights.cast("float64").value
    c.rule(Var("t.added"), "add_at", result, places.value, amount)
    return Term(c, result)


def _bincount(c: Composer) -> Term:
    x = Term(c, c.as_array(c.operands[0], 1))
    if x.rank != 1 or x.kind not in INTEGERS:
        raise TypingError("T043", what=c.spelled, reason="it takes a vector of integers")
    x = x.cast("int64")
    weights = argument(c, "weights")
    if weights is not None:
        c.fail_if(c.differ(c.dim(c.as_array(weights.value), 0), c.dim(x.array, 0)), "ValueError",
                  "The weights and list don't have the same length.")
    least = c.integer("minlength", 0)
    c.fail_if(c.compared("lt", least, ZERO), "ValueError", "'minlength' must not be negative")
    c.fail_if((x < 0).reduced("any").atom, "ValueError", "'list' argument must have no negative elements")
    lowest = Term(c, c.exactly("pack", (c.calc("sub", least, ONE),), Array("int64", 1), shape=(1,)))
    count = Term(c, joined(c, [x.array, lowest.array], 0)).reduced("max") + 1
    return _added(c, Term(c, c.inf.cast(count.atom, "int64", c.span, weak=True)), x, weights)


def _found(c: Composer, edges: Term, x: Term, side: str) -> Term:
    return Term(c, c.made("searchsorted", edges.value, x.value, Const(side, Known(side))))


def _digitize(c: Composer) -> Term:
    """The bins may rise or fall; the search runs in rising ones."""
    x, bins = term(c, c.operands[0]), Term(c, c.as_array(c.operands[1], 1))
    if bins.rank != 1:
        raise TypingError("T014", what=c.spelled, ranks=str(bins.rank))
    right = bool(c.constant("right", False))
    later, sooner = bins.cut(0, 1), bins.cut(0, None, -1)
    rising, falling = (sooner <= later).reduced("all"), (sooner >= later).reduced("all")
    c.fail_if((~(rising | falling)).atom, "ValueError", "bins must be monotonically increasing or decreasing")
    turned = Term(c, c.view(bins.array, ("s001",), Const(-1, PY_INT)))
    side = "left" if right else "right"
    return rising.where(_found(c, bins, x, side), Term(c, c.dim(bins.array, 0)) - _found(c, turned, x, side))


# ------------------------------------------------------------------------------------------------------- histograms


def _edges(c: Composer, x: Term) -> tuple[Term, bool]:
    """The edges of the bins, and whether they are evenly spaced."""
    bins = c.given("bins")
    if bins is not None and (isinstance(bins, tuple) or isinstance(type_of(bins), Array)):
        edges = term(c, c.made("pack", *bins, shape=(len(bins),), via="numpy") if isinstance(bins, tuple) else bins)
        if edges.rank != 1:
            raise TypingError("T014", what=c.spelled, ranks=str(edges.rank))
        falls = (edges.cut(0, None, -1) > edges.cut(0, 1)).reduced("any")
        c.fail_if(falls.atom, "ValueError", "`bins` must increase monotonically, when an array")
        return edges, False
    count = c.integer("bins", 10)
    c.fail_if(c.compared("lt", count, ONE), "ValueError", "`bins` must be positive, when an integer")
    low, high = _limits(c, x)
    flat = low.equals(high)
    low, high = flat.where(low - 0.5, low), flat.where(high + 0.5, high)
    edges = Term(c, c.exactly("linspace", (low.atom, high.atom, c.calc("add", count, ONE)), Array("float64", 1)))
    return (edges.cast("float32") if x.kind == "float32" else edges), True


def _limits(c: Composer, x: Term) -> tuple[Term, Term]:
    given = c.given("range")
    if given is not None:
        if not isinstance(given, tuple) or len(given) != 2:
            raise TypingError("T043", what=c.spelled, reason="`range` is a pair of numbers")
        low, high = (term(c, v).cast("float64") for v in given)
        c.fail_if((low > high).atom, "ValueError", "max must be larger than min in range parameter.")
        return low, high
    empty = Term(c, c.compared("eq", c.dim(x.array, 0), ZERO))
    ends: list[Term] = []
    for op, default in (("min", 0.0), ("max", 1.0)):
        filled = Term(c, joined(c, [x.cast("float64").array, c.exactly(
            "pack", (Term(c, c.made("getitem", _or_zero(c, x), ZERO, spec=("i",))).cast("float64").atom,),
            Array("float64", 1), shape=(1,))], 0)).reduced(op)
        ends.append(empty.where(fixed(c, default, "float64"), filled))
    infinite = ~(ends[0].of("isfinite") & ends[1].of("isfinite"))
    c.fail_if(infinite.atom, "ValueError", "autodetected range of [{}, {}] is not finite", ends[0].atom, ends[1].atom)
    return ends[0], ends[1]


def _or_zero(c: Composer, x: Term) -> Value:
    """The vector with a zero behind it, so that there is a first element."""
    return joined(c, [x.array, c.exactly("pack", (fixed(c, 0.0, x.kind).atom,), Array(x.kind, 1), shape=(1,))], 0)


def _histogram_edges(c: Composer) -> Term:
    return _edges(c, Term(c, c.flat(c.as_array(c.operands[0], 1))))[0]


def _histogram(c: Composer) -> None:
    x = Term(c, c.flat(c.as_array(c.operands[0], 1)))
    x = x.cast("float64") if x.kind == "bool" else x
    edges, even = _edges(c, x)
    weights = argument(c, "weights")
    if weights is not None:
        weights = Term(c, c.flat(c.as_array(weights.value, 1)))
        c.fail_if(c.differ(c.dim(weights.array, 0), c.dim(x.array, 0)), "ValueError",
                  "weights should have the same shape as a.")
    n = Term(c, c.calc("sub", c.dim(edges.array, 0), ONE))
    first, last = (Term(c, c.made("getitem", edges.value, k, spec=("i",))) for k in (ZERO, Const(-1, PY_INT)))
    inside = (x >= first) & (x <= last)
    held = c.exactly("positions", (inside.array,), Array("int64", 1), axis=0)
    values = Term(c, taken(c, x.array, held, 0))
    kept = None if weights is None else Term(c, taken(c, weights.array, held, 0))
    places = _found(c, edges, values, "right") - 1
    places = places.of("minimum", n - 1)
    if even:
        places = _places(c, values, edges, n, first, last)
    count = _added(c, n, places, kept)
    if weights is not None:
        count = count.cast(weights.kind if weights.kind != "bool" else "int64")
    if c.constant("density", False):
        widths = (edges.cut(0, 1) - edges.cut(0, None, -1)).cast("float64")
        count = count / widths / count.reduced("sum")
    c.inf.env[c.target.name] = (count.value, edges.value)


def _places(c: Composer, x: Term, edges: Term, n: Term, first: Term, last: Term) -> Term:
    """Bins of one width: a product finds the bin or a neighbour, the edges decide which."""
    share = (x - first) / (last - first) * n
    guess = share.cast("int64").of("minimum", n - 1)
    below, above = (Term(c, taken(c, edges.array, t.array, 0)) for t in (guess, guess + 1))
    guess = guess - (x < below).cast("int64")
    up = (x >= above) & guess.of("ne", n - 1)
    return guess + up.cast("int64")


def _unique(c: Composer) -> Term:
    """The values that occur, in order: of equal ones the first, and one NaN of all."""
    x = c.flat(c.as_array(c.operands[0], 1))
    found = Sorted(c, x, 0)
    ordered = Term(c, found.entries())
    later, sooner = ordered.cut(0, 1), ordered.cut(0, None, -1)
    new = later.of("ne", sooner)
    if array_type(x).kind.startswith("float"):
        new = new & ~(later.of("isnan") & sooner.of("isnan"))
    n = c.dim(x, 0)
    mask = c.exactly("ones", (n,), Array("bool", 1))
    c.store(c.cut(mask, 0, ONE), new.value)
    return Term(c, taken(c, ordered.array, c.exactly("positions", (mask,), Array("int64", 1), axis=0), 0))


RULES: Rules = {
    "bincount": formula(_bincount),
    "digitize": formula(_digitize),
    "histogram": rule(_histogram),
    "histogram_bin_edges": formula(_histogram_edges),
    "unique": formula(_unique),
}
