"""Operations along axes as loops: the reduced axes innermost where they are the last ones, else row upon row.

Before:  `s = sum_along(x, axes=(0,))`
After:   `s = zeros(m)`, `for i in range(0, n): for j in range(0, m): s[j] = add(s[j], x[i, j])`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Const, Var
from ...ir.types import INT64, PY_INT, Array, Kind, Scalar
from .builder import ONE, ZERO, Builder, array_of, number
from .elementwise import fill
from .reductions import ALONG, Reduction, reduction, unfinished
from .structured import Lower

Index = tuple[Atom, ...]


def total(b: Builder, extents: tuple[Atom, ...]) -> Atom:
    """The product of extents."""
    result: Atom = ONE
    for extent in extents:
        result = b.integers("mul", result, extent)
    return result


class Plan:
    """The axes of an operand: which of them are reduced, and the place in the result that an index belongs to."""

    def __init__(self, b: Builder, e: Apply) -> None:
        self.axes: tuple[int, ...] = e.attr("axes")
        self.keep = bool(e.attr("keepdims"))
        self.extents = b.dims(e.args[0])
        self.rank = len(self.extents)
        self.left = tuple(k for k in range(self.rank) if k not in self.axes)

    def place(self, index: dict[int, Atom]) -> Index:
        """Where in the result an index of the operand goes."""
        if self.keep:
            return tuple(ZERO if k in self.axes else index[k] for k in range(self.rank))
        return tuple(index[k] for k in self.left)

    def shape(self) -> tuple[Atom, ...]:
        if self.keep:
            return tuple(ONE if k in self.axes else n for k, n in enumerate(self.extents))
        return self.of(self.left)

    def of(self, axes: tuple[int, ...]) -> tuple[Atom, ...]:
        return tuple(self.extents[k] for k in axes)

    def over(self, b: Builder, axes: tuple[int, ...], body: Callable[[dict[int, Atom]], None],
             known: dict[int, Atom] | None = None) -> None:
        """Loops over some axes, in their order; `body` gets the indices of these and of the known ones."""
        b.loop(self.of(axes), lambda index: body({**(known or {}), **dict(zip(axes, index, strict=True))}))

    def whole(self, index: dict[int, Atom]) -> Index:
        return tuple(index[k] for k in range(self.rank))


# ----------------------------------------------------------------------------------------------------- reductions


def _along(b: Builder, target: Var, e: Apply) -> None:
    plan = Plan(b, e)
    kind = array_of(target).kind
    plain = replace(e, op=e.op.removesuffix("_along"))
    r = reduction(plain, replace(target, type=Scalar(kind)))
    count = total(b, plan.of(plan.axes))
    if r.empty:
        b.fail_if(b.compare("eq", count, ZERO), "ValueError", r.empty)
    b.allocate(target, plan.shape())
    last = max(plan.left)
    lead = tuple(range(last + 1))
    inner = tuple(range(last + 1, plan.rank))
    if lead == plan.left:
        plan.over(b, lead, lambda at: b.store(target, plan.place(at), _inner(b, plan, r, e.args[0], inner, at, count)))
        return
    _rows(b, target, plan, r, e.args[0], lead, inner, count)


def _step(b: Builder, r: Reduction, so_far: Atom, x: Atom, index: Index) -> Atom:
    return r.step(b, so_far, (b.convert(b.load(x, index), r.kind),))


def _inner(b: Builder, plan: Plan, r: Reduction, x: Atom, axes: tuple[int, ...], at: dict[int, Atom],
           count: Atom) -> Atom:
    """The reduction of the last axes, for one index of the others."""
    return r.finish(b, _scalar(b, plan, r, x, axes, at, b.let(r.start, "acc")), count)


def _scalar(b: Builder, plan: Plan, r: Reduction, x: Atom, axes: tuple[int, ...], at: dict[int, Atom],
            so_far: Var) -> Atom:
    plan.over(b, axes, lambda i: b.emit(Assign(so_far, _step(b, r, so_far, x, plan.whole(i)), b.span)), at)
    return so_far


def _rows(b: Builder, target: Var, plan: Plan, r: Reduction, x: Atom, lead: tuple[int, ...], inner: tuple[int, ...],
          count: Atom) -> None:
    """Totals in an array, to which one row after the other is added."""
    assert isinstance(r.start.type, Scalar)
    kind = r.start.type.kind
    same = kind == array_of(target).kind
    totals = target if same else b.fresh(Array(kind, array_of(target).rank), "totals")
    fill(b, totals, plan.shape(), r.start)

    def body(at: dict[int, Atom]) -> None:
        place = plan.place(at)
        so_far = b.load(totals, place)
        if inner:
            value = _scalar(b, plan, r, x, inner, at, b.let(so_far, "acc"))
        else:
            value = _step(b, r, so_far, x, plan.whole(at))
        b.store(totals, place, value)

    plan.over(b, lead, body)
    if same and r.finish is unfinished:
        return
    b.loop(plan.shape(), lambda i: b.store(target, i, r.finish(b, b.load(totals, i), count)))


def _prod_of_others(b: Builder, target: Var, e: Apply) -> None:
    """Products of everything before along the axes, times products of everything after: no division."""
    plan = Plan(b, e)
    x = e.args[0]
    kind = array_of(x).kind
    b.allocate(target, plan.extents)

    def line(at: dict[int, Atom]) -> None:
        running = b.let(number(1, kind), "acc")

        def forward(index: tuple[Var, ...]) -> None:
            place = plan.whole({**at, **dict(zip(plan.axes, index, strict=True))})
            b.store(target, place, running)
            b.emit(Assign(running, Apply("mul", (running, b.load(x, place)), Scalar(kind)), b.span))

        def backward(index: tuple[Var, ...]) -> None:
            place = plan.whole({**at, **dict(zip(plan.axes, index, strict=True))})
            b.store(target, place, b.scalar("mul", b.load(target, place), running, type=Scalar(kind)))
            b.emit(Assign(running, Apply("mul", (running, b.load(x, place)), Scalar(kind)), b.span))

        b.loop(plan.of(plan.axes), forward)
        b.emit(Assign(running, number(1, kind), b.span))
        b.loop(plan.of(plan.axes), backward, backward=True)

    plan.over(b, plan.left, line)


def _place(b: Builder, target: Var, e: Apply) -> None:
    """The first place of the largest or least entry along an axis; NaN is larger, or less, than every number."""
    plan = Plan(b, e)
    x, (axis,) = e.args[0], plan.axes
    n = plan.extents[axis]
    largest = e.op == "argmax"
    b.fail_if(b.compare("eq", n, ZERO), "ValueError", f"attempt to get {e.op} of an empty sequence")
    if isinstance(target.type, Array):
        b.allocate(target, plan.shape())

    def line(at: dict[int, Atom]) -> None:
        kind: Kind = "int64" if array_of(x).kind == "bool" else array_of(x).kind
        best = b.let(b.convert(b.load(x, plan.whole({**at, axis: ZERO})), kind), "best")
        place = b.let(ZERO, "place")

        def body(index: tuple[Var, ...]) -> None:
            value = b.convert(b.load(x, plan.whole({**at, axis: index[0]})), kind)
            better = b.compare("gt" if largest else "lt", value, best)
            if kind.startswith("float"):
                first = b.logic("logical_and", b.compare("ne", value, value), b.compare("eq", best, best))
                better = b.logic("logical_or", better, first)
            b.emit(Assign(place, b.select(better, index[0], place), b.span))
            b.emit(Assign(best, b.select(better, value, best), b.span))

        b.loop((n,), body)
        if isinstance(target.type, Array):
            b.store(target, plan.place(at), place)
        else:
            b.emit(Assign(target, b.scalar("cast", place, type=INT64), b.span))

    plan.over(b, plan.left, line)


# ---------------------------------------------------------------------------------------------------- running sums


def _running(b: Builder, target: Var, e: Apply) -> None:
    """The sums or products of everything up to an entry; with `_back`, of everything from it on."""
    plan = Plan(b, e)
    x, (axis,) = e.args[0], plan.axes
    kind = array_of(target).kind
    op = "mul" if e.op == "cumprod" else "add"
    back = e.op.endswith("_back_along")
    n = plan.extents[axis]
    last = b.integers("sub", n, ONE)
    b.allocate(target, plan.extents)

    def at(index: Mapping[int, Atom], shift: int) -> Index:
        i = b.integers("add", index[axis], Const(shift, PY_INT))
        return plan.whole({**index, axis: b.integers("sub", last, i) if back else i})

    before, after = tuple(range(axis)), tuple(range(axis + 1, plan.rank))

    def block(outer: tuple[Var, ...]) -> None:
        known: dict[int, Atom] = dict(zip(before, outer, strict=True))

        def first(index: tuple[Var, ...]) -> None:
            place = at({**known, axis: index[0], **dict(zip(after, index[1:], strict=True))}, 0)
            b.store(target, place, b.load(x, place))

        def following(index: tuple[Var, ...]) -> None:
            whole = {**known, axis: index[0], **dict(zip(after, index[1:], strict=True))}
            place = at(whole, 1)
            b.store(target, place, b.scalar(op, b.load(target, at(whole, 0)), b.load(x, place), type=Scalar(kind)))

        b.loop((b.minimum(n, ONE), *plan.of(after)), first)
        b.loop((last, *plan.of(after)), following)

    b.loop(plan.of(before), block)


def _cumprod_back(b: Builder, target: Var, e: Apply) -> None:
    """The adjoint of a running product, without division.

    An entry's adjoint is the product of all before it, times what comes back: `r[j] = y_bar[j] + x[j + 1] * r[j + 1]`.
    """
    plan = Plan(b, e)
    (x, y_bar), (axis,) = e.args, plan.axes
    kind = array_of(target).kind
    b.allocate(target, plan.extents)

    def line(at: dict[int, Atom]) -> None:
        running = b.let(number(1, kind), "acc")

        def forward(index: tuple[Var, ...]) -> None:
            place = plan.whole({**at, axis: index[0]})
            b.store(target, place, running)
            b.emit(Assign(running, Apply("mul", (running, b.load(x, place)), Scalar(kind)), b.span))

        back = b.let(number(0, kind), "back")

        def backward(index: tuple[Var, ...]) -> None:
            place = plan.whole({**at, axis: index[0]})
            here = b.scalar("add", b.convert(b.load(y_bar, place), kind), back, type=Scalar(kind))
            b.store(target, place, b.scalar("mul", b.load(target, place), here, type=Scalar(kind)))
            b.emit(Assign(back, Apply("mul", (here, b.load(x, place)), Scalar(kind)), b.span))

        b.loop(plan.of(plan.axes), forward)
        b.loop(plan.of(plan.axes), backward, backward=True)

    plan.over(b, plan.left, line)


# ----------------------------------------------------------------------------------------------------------- views


def _view(b: Builder, target: Var, e: Apply) -> None:
    b.emit(Assign(target, e, b.span))


LOWER: dict[str, Lower] = {
    **dict.fromkeys(ALONG, _along),
    "prod_of_others_along": _prod_of_others,
    **dict.fromkeys(("argmax", "argmin"), _place),
    **dict.fromkeys(("cumsum", "cumprod", "cumsum_back_along"), _running),
    "cumprod_back_along": _cumprod_back,
    **dict.fromkeys(("reshape", "diagonal", "part"), _view),
}
