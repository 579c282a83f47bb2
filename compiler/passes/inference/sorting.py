"""Type rules of sorting, searching and interpolation."""

from __future__ import annotations

from typing import Any

from ...ir.nodes import Apply, Atom, Const, Fail, If, Span, Var
from ...ir.types import PY_BOOL, PY_INT, Array, Known, Nothing, Scalar, Type, in_words
from ...ops.typing import TypingError, promote
from ..indexing import FULL
from .compose import Composer, array_type
from .inferrer import Inferrer
from .shaping import ZERO, rule
from .terms import Term
from .values import Value, type_of


def _vector(value: Value, spelled: str) -> Var:
    t = type_of(value)
    if not isinstance(value, Var) or not isinstance(t, Array):
        raise TypingError("T004", what=spelled, types=in_words(t), hint="make an array of it: `np.array((a, b))`")
    if t.rank != 1:
        raise TypingError("T004", what=spelled, types=in_words(t), hint="call it for each row, in a loop")
    return value


def _known_axis(c: Composer, options: list[Value], rank: int) -> int | None:
    """The axis of a sort: the last one where none is given, and None for all elements; every kind is the stable one."""
    axis: int | None = -1
    for value in options:
        t = type_of(value)
        if isinstance(t, Known) and isinstance(t.value, str):
            continue
        if isinstance(t, Nothing):
            axis = None
        elif isinstance(value, Const) and type(value.value) is int:
            axis = value.value
        else:
            raise TypingError("T041", what=c.spelled, argument="axis")
    return None if axis is None else c.axis(axis, rank)


class Sorted:
    """An array with the axis to sort along at the end, as a matrix whose rows are sorted, and the way back."""

    def __init__(self, c: Composer, x: Var, axis: int | None) -> None:
        self.c = c
        x = c.flat(x) if axis is None else x
        t = array_type(x)
        axis = 0 if axis is None else axis
        order = (*(k for k in range(t.rank) if k != axis), axis)
        self.back = tuple(order.index(k) for k in range(t.rank))
        moved = c.permuted(x, order)
        self.extents = c.dims(moved)
        self.lead = c.product(self.extents[:-1])
        self.count = self.extents[-1]
        self.rows = moved if t.rank == 1 else c.shaped(moved, (self.lead, self.count))

    def positions(self) -> Var:
        """The places of the entries of each row in their order."""
        return self.c.exactly("argsort", (self.rows,), Array("int64", array_type(self.rows).rank))

    def entries(self) -> Var:
        """Each row in order."""
        rows, places = self.rows, self.positions()
        t = array_type(rows)
        attrs = {"axis": 0, "named": tuple(range(t.rank)), "safe": True}
        if t.rank == 1:
            return self.c.exactly("gather", (rows, places), t, **attrs)
        each = self.c.view(self.c.array("arange", self.lead), (FULL, "n"))
        return self.c.exactly("gather", (rows, each, places), Array(t.kind, 2), **attrs)

    def restored(self, rows: Var) -> Var:
        """The rows as an array with the axes of the operand."""
        if array_type(self.rows).rank == 1:
            return rows
        return self.c.permuted(self.c.shaped(rows, self.extents), self.back)


def _argsort(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    if t.rank == 0:
        raise TypingError("T014", what=c.spelled, ranks="0")
    found = Sorted(c, x, _known_axis(c, c.operands[1:], t.rank))
    c.give(found.restored(found.positions() if c.e.op == "argsort" else found.entries()))


def _partition(c: Composer) -> None:
    """A sort has every entry where a partition has to have the one asked for; NumPy looks for none among no entries."""
    x, t = c.of_array(c.operands[0])
    place = c.inf.scalar(c.operands[1], c.span)
    if t.rank == 0 or isinstance(type_of(place), Array):
        raise TypingError("T014", what=c.spelled, ranks=str(t.rank))
    found = Sorted(c, x, _known_axis(c, c.operands[2:], t.rank))
    some = Term(c, c.product(c.dims(x))).of("gt", ZERO)
    for k in place if isinstance(place, tuple) else (place,):
        kth = c.inf.cast(k, "int64", c.span, weak=True) if not isinstance(k, tuple) else ZERO
        outside = Term(c, kth).of("ge", found.count) | Term(c, kth).of("lt", c.calc("sub", ZERO, found.count))
        c.fail_if((outside & some).atom, "ValueError", "kth(={}) out of bounds ({})", kth, found.count)
    c.give(found.restored(found.positions() if c.e.op == "argpartition" else found.entries()))


def _sort_in_place(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    found = Sorted(c, x, _known_axis(c, c.operands[1:], t.rank))
    c.store(x, found.restored(found.entries()))
    c.inf.env[c.target.name] = Const(None, Nothing())


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


RULES = {
    **dict.fromkeys(("sort", "argsort"), rule(_argsort)),
    **dict.fromkeys(("partition", "argpartition"), rule(_partition)),
    "sort_in_place": rule(_sort_in_place),
    "searchsorted": _searchsorted,
    "interp": _interp,
}
