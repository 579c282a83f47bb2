"""Type rules of operations along axes: a reduction becomes its row for all elements, or the one that ends in `_along`.

Before:  `s = sum(x, 0)`, `m = mean(x, 1)`
After:   `s = sum_along(x, axes=(0,))`, `t = sum_along(x, axes=(1,))`, `m = div(t, n)`
"""

from __future__ import annotations

from typing import Any

from ...ir.nodes import Apply, Atom, Const, Var
from ...ir.types import PY_INT, Array, Kind, Scalar, in_words, is_complex
from ...ops import BY_NAME
from ...ops.typing import TypingError, reduced_kind
from .compose import Composer, array_type
from .inferrer import Inferrer, Rules
from .shaping import diagonal_of, last_two, rule
from .structured import RULES as WHOLE
from .values import Value, type_of

ZERO, ONE = Const(0, PY_INT), Const(1, PY_INT)


class Reducer(Composer):
    """One reduction: of which value, along which axes, and whether these stay with extent 1."""

    def __init__(self, inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
        super().__init__(inf, target, e, values)
        value = inf.scalar(self.operands[0], e.span)
        t = type_of(value)
        if not isinstance(t, Scalar | Array) or isinstance(value, tuple):
            hint = "make an array of it: `np.array((a, b))`"
            raise TypingError("T004", what=e.op, types=in_words(t), hint=hint)
        self.value: Atom = self.as_kind(value, e.attr("dtype"))
        self.rank = t.rank if isinstance(t, Array) else 0
        self.along = self.axes("axis", self.rank)
        if self.along == ():
            raise TypingError("T041", what=self.spelled, argument="axis")
        if self.along == tuple(range(self.rank)):
            self.along = None
        self.keep = bool(self.constant("keepdims", False))

    def as_kind(self, value: Atom, kind: Kind | None) -> Atom:
        """A value in the kind that `dtype` asks for."""
        if kind is None:
            return value
        if kind in ("bool", "int32"):
            raise TypingError("T013", name=f"{kind} as the kind of a reduction")
        if isinstance(value, Var) and isinstance(value.type, Array):
            return self.converted(value, kind)
        return self.inf.cast(value, kind, self.span, implicit=False, weak=False)

    @property
    def kind(self) -> Kind:
        assert isinstance(self.value.type, Array | Scalar)
        return self.value.type.kind

    def count(self) -> Atom:
        """The number of elements that meet in one entry of the result."""
        if not isinstance(self.value, Var) or not isinstance(self.value.type, Array):
            return ONE
        if self.along is None:
            return self.exactly("size", (self.value,), PY_INT)
        return self.product(tuple(self.dim(self.value, k) for k in self.along))

    def reduced(self, op: str, value: Atom, keep: bool) -> Value:
        """A reduction of a value in the shape of this one."""
        if self.along is None:
            self.inf.counter += 1
            result = Var(f"t.c{self.inf.counter}", span=self.span)
            WHOLE[op](self.inf, result, Apply(op, (value,), span=self.span, attrs=(("via", "numpy"),)), [value])
            return self.kept(self.inf.env[result.name]) if keep else self.inf.env[result.name]
        assert isinstance(value.type, Array)
        t = Array(reduced_kind(op, value.type.kind), self.rank if keep else self.rank - len(self.along))
        return self.exactly(f"{op}_along", (value,), t, axes=self.along, keepdims=keep)

    def kept(self, number: Value) -> Value:
        """A number as an array with as many axes as the operand."""
        if not self.rank:
            return number
        assert not isinstance(number, tuple) and isinstance(number.type, Scalar)
        ones = tuple(ONE for _ in range(self.rank))
        return self.exactly("full", (number, *ones), Array(number.type.kind, self.rank))


def reduce(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`sum`, `prod`, `max`, `min`, `all`, `any`, `count_nonzero`."""
    c = Reducer(inf, target, e, values)
    if c.along is None and not c.keep:
        WHOLE[e.op](inf, target, Apply(e.op, (c.value,), span=e.span, attrs=(("via", e.attr("via")),)), [c.value])
    else:
        c.give(c.reduced(e.op, c.value, c.keep))


def _mean(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    c = Reducer(inf, target, e, values)
    if c.along is None:
        reduce(inf, target, e, values)
    else:
        c.give(mean_of(c, c.keep))


def mean_of(c: Reducer, keep: bool) -> Value:
    """The mean: along axes a sum divided by the number of elements."""
    if c.along is None:
        return c.reduced("mean", c.value, keep)
    value = c.as_kind(c.value, reduced_kind("mean", c.kind))
    return c.made("div", c.reduced("sum", value, keep), c.count(), via="numpy")


def _deviations(c: Reducer) -> tuple[Atom, Atom]:
    """What the elements deviate from their mean, and the degrees of freedom."""
    c.value = c.as_kind(c.value, reduced_kind("mean", c.kind))
    difference = c.made("sub", c.value, mean_of(c, c.along is not None), via="numpy")
    assert not isinstance(difference, tuple)
    ddof = c.given("ddof")
    free: Value = c.count() if ddof is None else c.made("maximum", c.made("sub", c.count(), ddof), ZERO)
    assert not isinstance(free, tuple)
    return difference, free


def magnitudes(c: Composer, value: Atom) -> Atom:
    """The absolute values of complex numbers; others as they are."""
    found = c.made("abs", value, via="numpy") if is_complex(value.type) else value
    assert not isinstance(found, tuple)
    return found


def _var(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    c = Reducer(inf, target, e, values)
    difference, free = _deviations(c)
    squares = c.made("square", magnitudes(c, difference), via="numpy")
    assert not isinstance(squares, tuple)
    c.rule(target, "div", c.reduced("sum", squares, c.keep), free, via="numpy")


def _std(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """The norm of the deviations, whose derivative is zero where all elements are equal."""
    c = Reducer(inf, target, e, values)
    difference, free = _deviations(c)
    assert isinstance(free.type, Scalar)
    root_of = BY_NAME[e.op].lower[1:].partition("(")[0]
    root = c.made(root_of, inf.cast(free, "float64", e.span, weak=True), via="math")
    c.rule(target, "div", c.reduced("norm", magnitudes(c, difference), c.keep), root, via="numpy")


# --------------------------------------------------------------------------------------------------------- places


def _place(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    c = Reducer(inf, target, e, values)
    if c.along is not None and len(c.along) > 1:
        raise TypingError("T041", what=c.spelled, argument="axis")
    x = c.as_array(c.value, 1)
    if c.along is None:
        number = c.exactly(e.op, (c.flat(x),), Scalar("int64"), axes=(0,), keepdims=False)
        c.give(c.kept(number) if c.keep else number)
        return
    t = Array("int64", c.rank if c.keep else c.rank - 1)
    c.give(c.exactly(e.op, (x,), t, axes=c.along, keepdims=c.keep))


# ---------------------------------------------------------------------------------------------------- running sums


def _running(c: Composer) -> None:
    x = c.as_array(c.operands[0], 1)
    axis = c.constant("axis", None)
    if axis is None:
        x, axis = c.flat(x), 0
    assert isinstance(x.type, Array)
    kind = c.e.attr("dtype") or reduced_kind("sum", x.type.kind)
    if kind in ("bool", "int32"):
        raise TypingError("T013", name=f"{kind} as the kind of a running sum")
    rank = x.type.rank
    x = c.converted(x, kind)
    c.give(c.exactly(c.e.op, (x,), Array(kind, rank), axes=(c.axis(axis, rank),)))


def _diff(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    if t.rank == 0 or t.kind == "bool":
        raise TypingError("T004", what=c.spelled, types=in_words(t))
    axis = c.axis(c.constant("axis", -1), t.rank)
    times: Any = c.constant("n", 1)
    if type(times) is not int or times < 0:
        raise TypingError("T041", what=c.spelled, argument="n")
    for _ in range(times):
        later, sooner = c.cut(x, axis, ONE), c.cut(x, axis, None, Const(-1, PY_INT))
        x = c.array("sub", later, sooner, via="numpy")
    c.give(x)


def _trace(c: Composer) -> None:
    x, _ = c.of_array(c.operands[0])
    diagonal = diagonal_of(c, last_two(c, x), c.constant("offset", 0))
    rank = array_type(diagonal).rank
    reduce(c.inf, c.target, Apply("sum", (diagonal, Const(rank - 1, PY_INT)), span=c.span, attrs=(
        ("config", ("axis",)), ("via", "numpy"))), [diagonal, Const(rank - 1, PY_INT)])


RULES: Rules = {
    **dict.fromkeys(("sum", "prod", "max", "min", "all", "any", "count_nonzero"), reduce),
    "mean": _mean,
    "var": _var,
    "std": _std,
    "argmax": _place,
    "argmin": _place,
    "cumsum": rule(_running),
    "cumprod": rule(_running),
    "diff": rule(_diff),
    "trace": rule(_trace),
}
