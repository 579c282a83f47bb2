"""Values with the operators of NumPy, for type rules that put an operation together as a formula.

Before:  `d = np.trapezoid(y, x)` in the program, `(x[1:] - x[:-1]) * (y[1:] + y[:-1]) * 0.5` in the rule
After:   the operations of the table, one by one, with the types that NumPy gives them
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ...ir.nodes import Apply, Atom, Const, Var
from ...ir.types import PY_BOOL, PY_FLOAT, PY_INT, Array, Kind, Scalar, in_words
from ...ops import BY_NAME
from ...ops.typing import TypingError
from ..indexing import FULL
from .compose import Composer
from .inferrer import Inferrer
from .values import Value, type_of

Operand = "Term | Atom | float"


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A number or an array in the making of an operation."""

    c: Composer
    value: Value

    @property
    def type(self) -> Array | Scalar:
        t = type_of(self.value)
        assert isinstance(t, Array | Scalar)
        return t

    @property
    def rank(self) -> int:
        return self.type.rank if isinstance(self.type, Array) else 0

    @property
    def kind(self) -> Kind:
        return self.type.kind

    @property
    def atom(self) -> Atom:
        assert not isinstance(self.value, tuple)
        return self.value

    @property
    def array(self) -> Var:
        assert isinstance(self.value, Var) and isinstance(self.value.type, Array)
        return self.value

    def of(self, op: str, *others: Term | Atom | float) -> Term:
        """An operation of the table on this value and others, as NumPy spells it."""
        return Term(self.c, self.c.made(op, self.value, *(plain(o) for o in others), via="numpy"))

    def by(self, name: str, k: int = 0) -> Term:
        """The k-th function, from the inside, of the formula that the row of an operation has for it."""
        return self.of(re.findall(r"(\w+)\(", BY_NAME[name].lower)[::-1][k])

    def __add__(self, other: Term | Atom | float) -> Term:
        return self.of("add", other)

    def __sub__(self, other: Term | Atom | float) -> Term:
        return self.of("sub", other)

    def __rsub__(self, other: float) -> Term:
        return Term(self.c, plain(other)).of("sub", self)

    def __mul__(self, other: Term | Atom | float) -> Term:
        return self.of("mul", other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __truediv__(self, other: Term | Atom | float) -> Term:
        return self.of("div", other)

    def __rtruediv__(self, other: float) -> Term:
        return Term(self.c, plain(other)).of("div", self)

    def __neg__(self) -> Term:
        return self.of("neg")

    def __lt__(self, other: Term | Atom | float) -> Term:
        return self.of("lt", other)

    def __le__(self, other: Term | Atom | float) -> Term:
        return self.of("le", other)

    def __gt__(self, other: Term | Atom | float) -> Term:
        return self.of("gt", other)

    def __ge__(self, other: Term | Atom | float) -> Term:
        return self.of("ge", other)

    def __and__(self, other: Term) -> Term:
        return self.of("logical_and", other)

    def __or__(self, other: Term) -> Term:
        return self.of("logical_or", other)

    def __invert__(self) -> Term:
        return self.of("logical_not")

    def equals(self, other: Term | Atom | float) -> Term:
        return self.of("eq", other)

    def where(self, yes: Term | Atom | float, no: Term | Atom | float) -> Term:
        """`np.where(self, yes, no)`."""
        return self.of("where", yes, no)

    def reduced(self, op: str, axes: tuple[int, ...] | None = None, keep: bool = False) -> Term:
        """A reduction of all elements, or along axes."""
        config: list[tuple[str, Value]] = []
        if axes is not None:
            config.append(("axis", tuple(Const(k, PY_INT) for k in axes)))
        if keep:
            config.append(("keepdims", Const(True, PY_BOOL)))
        return Term(self.c, self.c.configured(op, self.value, **dict(config)))

    def cast(self, kind: Kind) -> Term:
        """The value in another kind, as NumPy's."""
        if isinstance(self.value, Var) and isinstance(self.value.type, Array):
            return Term(self.c, self.c.converted(self.value, kind))
        return Term(self.c, self.c.inf.cast(self.atom, kind, self.c.span, implicit=False, weak=False))

    def floating(self) -> Term:
        """The value in a floating kind: float64 unless it has one."""
        return self if self.kind.startswith("float") and not weak(self.type) else self.cast(
            self.kind if self.kind.startswith("float") else "float64")

    def cut(self, axis: int, start: Atom | int | None = None, stop: Atom | int | None = None) -> Term:
        """The slice `start:stop` at an axis."""
        bounds = [Const(b, PY_INT) if isinstance(b, int) else b for b in (start, stop)]
        return Term(self.c, self.c.cut(self.array, axis, *bounds))


def weak(t: Array | Scalar) -> bool:
    return isinstance(t, Scalar) and t.weak


def plain(value: Term | Atom | float) -> Value:
    """An operand of an operation; Python numbers are constants."""
    if isinstance(value, Term):
        return value.value
    if isinstance(value, Var | Const):
        return value
    return Const(value, PY_BOOL if isinstance(value, bool) else PY_INT if isinstance(value, int) else PY_FLOAT)


def fixed(c: Composer, value: float, kind: Kind) -> Term:
    """A constant of a kind, as NumPy's number."""
    return Term(c, c.inf.cast(Const(value, PY_FLOAT), kind, c.span, weak=False))


def term(c: Composer, value: Value) -> Term:
    """An operand that has to be a number or an array."""
    value = c.inf.scalar(value, c.span)
    if not isinstance(type_of(value), Array | Scalar):
        raise TypingError("T004", what=c.spelled, types=in_words(type_of(value)))
    return Term(c, value)


def argument(c: Composer, name: str, default: float | None = None) -> Term | None:
    """An argument that is a number or an array; None when it is not given and has no default."""
    value = c.given(name)
    if value is None:
        return None if default is None else Term(c, plain(default))
    return term(c, value)


def taken(c: Composer, x: Var, places: Var, axis: int) -> Var:
    """`x[:, places]`, with the positions at an axis."""
    return c.array("getitem", x, places, spec=(*(FULL,) * axis, "i"))


def placed(c: Composer, value: Term) -> Term:
    """The result of an operation where its arguments `out` and `where` ask for it."""
    out, mask = c.given("out"), c.given("where")
    if isinstance(out, tuple):
        out = out[0] if len(out) == 1 else out
    if isinstance(mask, Const) and mask.value is True:
        mask = None
    if out is None:
        if mask is not None:
            raise TypingError("T043", what=c.spelled, reason="with `where` it needs an array `out`",
                              hint="`np.where(condition, value, other)` makes a new array")
        return value
    place, t = c.of_array(out)
    if not value.kind.startswith("float") or t.kind.startswith("float"):
        if mask is not None:
            value = term(c, mask).where(value, place)
        c.inf.store_all(place, value.cast(t.kind).atom, c.span)
        return Term(c, place)
    raise TypingError("T015", kind=t.kind, op="=")


def formula(compose: Callable[[Composer], Term]) -> Callable[[Inferrer, Var, Apply, list[Value]], None]:
    """A type rule that a formula over terms gives."""

    def rule(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
        c = Composer(inf, target, e, values)
        c.give(compose(c).value)

    return rule
