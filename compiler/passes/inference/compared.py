"""Comparisons of tuples, item by item.

Before:  `t = eq(tuple(n, m), tuple(3, 4))`
After:   `a = eq(n, 3)`, `b = eq(m, 4)`, `t = logical_and(a, b)`

`<` and its like are decided by the first items that differ. Python takes two items that are one object for equal, also
where this object is NaN; so floats of one class are compared only if one of them is written in the program.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Const, Var
from ...ir.types import PY_BOOL, Scalar, in_words
from ...ops.typing import TypingError
from .inferrer import Inferrer, Rules
from .values import COMPARISONS, ListOf, Value, constants_equal, is_nan, type_of

Test = Var | Const


class _Comparer:
    def __init__(self, inf: Inferrer, target: Var, e: Apply) -> None:
        self.inf, self.target, self.e = inf, target, e
        self.count = 0

    def apply(self, op: str, *values: Value) -> Test:
        """The truth value that an operation gives, as Python has it."""
        self.count += 1
        name = Var(f"{self.target.name}.item{self.count}", span=self.e.span)
        logic = (("via", "python"),) if op.startswith("logical") else ()
        plain = tuple(v if not isinstance(v, tuple) else name for v in values)
        self.inf.elementwise(name, Apply(op, plain, span=self.e.span, attrs=logic), list(values))
        found = self.inf.env[name.name]
        assert not isinstance(found, tuple)
        if not isinstance(found.type, Scalar):
            raise TypingError("A023", what=f"{self.sign} of tuples with {in_words(found.type)}")
        made = self.inf.cast(found, "bool", self.e.span, weak=True)
        assert isinstance(made, Var | Const)
        return made

    @property
    def sign(self) -> str:
        return {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}[self.e.op]

    def equal(self, a: Value, b: Value) -> Test:
        """`a == b` of two items."""
        known = constants_equal(a, b)
        if known is not None:
            return Const(known, PY_BOOL, self.e.span)
        if isinstance(a, tuple) and isinstance(b, tuple):
            found: Test = Const(True, PY_BOOL, self.e.span)
            for x, y in zip(a, b, strict=True):
                found = self.both(found, self.equal(x, y))
            return found
        self.check(a, b)
        return self.apply("eq", a, b)

    def check(self, a: Value, b: Value) -> None:
        types = [type_of(self.inf.scalar(v, self.e.span)) for v in (a, b)]
        strange = [t for t in types if not isinstance(t, Scalar)]
        if strange:
            raise TypingError("A023", what=f"{self.sign} of tuples with {in_words(strange[0])}")
        inexact = isinstance(types[0], Scalar) and types[0].kind.startswith(("float", "complex"))
        written = [v for v in (a, b) if isinstance(v, Const)]
        if types[0] == types[1] and inexact and (not written or any(map(is_nan, written))):
            raise TypingError("A023", what=f"{self.sign} of tuples with floats that are computed")

    def both(self, a: Test, b: Test) -> Test:
        return b if a == Const(True, PY_BOOL, a.span) else self.apply("logical_and", a, b)

    def ordered(self, a: tuple[Value, ...], b: tuple[Value, ...]) -> Test:
        """`a < b` and its like: by the first items that differ, and where none do, by the lengths."""
        op, span = self.e.op, self.e.span
        found: Test = Const(COMPARISONS[op](len(a), len(b)), PY_BOOL, span)
        for x, y in reversed(list(zip(a, b, strict=False))):
            same = self.equal(x, y)
            if isinstance(x, tuple) and isinstance(y, tuple):
                first = self.ordered(x, y)
            elif same == Const(True, PY_BOOL, span):
                continue
            else:
                first = self.apply(op, x, y)
            differ = self.apply("logical_not", same)
            found = self.apply("logical_or", self.both(same, found), self.apply("logical_and", differ, first))
        return found


def _compared(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    comparer = _Comparer(inf, target, e)
    a, b = values
    assert isinstance(a, tuple) and isinstance(b, tuple)
    if e.op in ("eq", "ne"):
        found = comparer.equal(a, b)
        inf.env[target.name] = found if e.op == "eq" else comparer.apply("logical_not", found)
        return
    if isinstance(a, ListOf) != isinstance(b, ListOf):
        raise TypingError("A023", what=f"{comparer.sign} of a list and a tuple")
    inf.env[target.name] = comparer.ordered(a, b)


RULES: Rules = {"compared": _compared}
