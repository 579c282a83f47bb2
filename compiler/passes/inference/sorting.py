"""Type rules of sorting, searching and interpolation."""

from __future__ import annotations

from typing import Any

from ...ir.nodes import Apply, Atom, Const, Fail, If, Span, Var
from ...ir.types import PY_BOOL, PY_INT, Array, Known, Scalar, Type, in_words
from ...ops.typing import TypingError, promote
from .inferrer import Inferrer
from .values import Value, type_of

POSITIONS = Array("int64", 1)


def _vector(value: Value, spelled: str) -> Var:
    t = type_of(value)
    if not isinstance(value, Var) or not isinstance(t, Array):
        raise TypingError("T004", what=spelled, types=in_words(t), hint="make an array of it: `np.array((a, b))`")
    if t.rank != 1:
        raise TypingError("T004", what=spelled, types=in_words(t), hint="call it for each row, in a loop")
    return value


def _no_other_axis(options: list[Value], spelled: str) -> None:
    """A vector has one axis; every kind of sorting gives the stable result here."""
    for value in options:
        t = type_of(value)
        named = isinstance(t, Known) and isinstance(t.value, str)
        axis = isinstance(value, Const) and type(value.value) is int and value.value in (0, -1)
        if not named and not axis:
            raise TypingError("T002", name=spelled, argument="axis",
                              hint="of a vector it is 0 or -1, and can be left out")


def _argsort(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    x = _vector(values[0], f"np.{e.op}")
    _no_other_axis(values[1:], f"np.{e.op}")
    order = Apply("argsort", (x,), POSITIONS, e.span)
    if e.op == "argsort":
        inf.define(target, order, e.span)
        return
    assert isinstance(x.type, Array)
    positions = inf.temporary(order, e.span)
    attrs = (("axis", 0), ("named", (0,)), ("safe", True))
    inf.define(target, Apply("gather", (x, positions), Array(x.type.kind, 1), e.span, attrs), e.span)


def _searchsorted(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    a, v = _vector(values[0], "np.searchsorted"), inf.scalar(values[1], e.span)
    t, u = type_of(a), type_of(v)
    side = type_of(values[2]) if len(values) > 2 else Known("left")
    if not isinstance(side, Known) or side.value not in ("left", "right"):
        raise TypingError("T002", name="np.searchsorted", argument="side", hint="it is \"left\" or \"right\"")
    if isinstance(v, tuple) or not isinstance(u, Scalar | Array) or not isinstance(t, Array):
        raise TypingError("T004", what="np.searchsorted", types=in_words(u))
    kind = promote((t, u))
    result: Type = Array("int64", u.rank) if isinstance(u, Array) else Scalar("int64")
    sought = inf.cast(v, kind, e.span, weak=False) if isinstance(u, Scalar) else v
    inf.define(target, Apply("searchsorted", (a, sought), result, e.span, (("side", side.value),)), e.span)


class _Steps:
    """Operations written one after the other, each on operands or on results of those before."""

    def __init__(self, inf: Inferrer, span: Span) -> None:
        self.inf = inf
        self.span = span

    def __call__(self, op: str, *args: Atom, **attrs: Any) -> Atom:
        self.inf.counter += 1
        target = Var(f"t.c{self.inf.counter}", span=self.span)
        self.inf.apply(target, Apply(op, args, span=self.span, attrs=tuple(sorted(attrs.items()))))
        value = self.inf.env[target.name]
        assert not isinstance(value, tuple)
        return value

    def of(self, op: str, *args: Atom) -> Atom:
        """An element-wise operation as NumPy does it."""
        return self(op, *args, via="numpy")

    def at(self, array: Atom, index: Atom) -> Atom:
        return self("getitem", array, index, spec=("i",))

    def float64(self, a: Atom) -> Atom:
        if isinstance(a.type, Array):
            return a if a.type.kind == "float64" else self("astype", a, dtype="float64")
        return self("cast", a, kind="float64", weak=False)

    def refuse_if(self, test: Atom, message: str) -> None:
        self.inf.emit(If(test, (Fail("ValueError", message, (), self.span),), (), self.span))


def _interp(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`np.interp(x, xp, fp)`: constant beyond the ends, as NumPy computes it."""
    do, t = _Steps(inf, e.span), type_of(values[0])
    if not isinstance(t, Scalar | Array):
        raise TypingError("T004", what="np.interp", types=in_words(t))
    _vector(values[1], "np.interp"), _vector(values[2], "np.interp")
    x, xp, fp = map(do.float64, e.args)
    count = inf.temporary(Apply("dim", (xp,), PY_INT, e.span, (("axis", 0),)), e.span)
    values_count = inf.temporary(Apply("dim", (fp,), PY_INT, e.span, (("axis", 0),)), e.span)
    do.refuse_if(inf.temporary(Apply("eq", (count, Const(0, PY_INT)), PY_BOOL, e.span), e.span),
                 "array of sample points is empty")
    do.refuse_if(inf.temporary(Apply("ne", (count, values_count), PY_BOOL, e.span), e.span),
                 "fp and xp are not of the same length.")
    zero, one = Const(0, PY_INT), Const(1, PY_INT)
    after = do("searchsorted", xp, x, Const("right", Known("right")))
    last = do.of("sub", count, one)
    k = do.of("maximum", do.of("minimum", do.of("sub", after, one), do.of("sub", last, one)), zero)
    following = do.of("minimum", do.of("add", k, one), last)
    x0, y0, x1, y1 = do.at(xp, k), do.at(fp, k), do.at(xp, following), do.at(fp, following)
    slope = do.of("div", do.of("sub", y1, y0), do.of("sub", x1, x0))
    inner = do.of("add", do.of("mul", slope, do.of("sub", x, x0)), y0)
    # NaN is what infinite entries give, for which NumPy looks from the other end of the line.
    other = do.of("add", do.of("mul", slope, do.of("sub", x, x1)), y1)
    other = do.of("where", do.of("logical_or", do.of("eq", x, x0), do.of("eq", y0, y1)), y0, other)
    kept = do.of("logical_or", do.of("eq", inner, inner), do.of("ne", x, x))
    inner = do.of("where", kept, inner, other)
    high = do.of("where", do.of("ge", x, do.at(xp, last)), do.at(fp, last), inner)
    low = do.of("where", do.of("lt", x, do.at(xp, zero)), do.at(fp, zero), high)
    inf.env[target.name] = low


RULES = {"sort": _argsort, "argsort": _argsort, "searchsorted": _searchsorted, "interp": _interp}
