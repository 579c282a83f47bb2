"""The type of a variable where paths meet."""

from __future__ import annotations

from dataclasses import replace

from ...diagnostics import Findings
from ...ir.nodes import Apply, Const, Span, Var
from ...ir.types import (
    NOTHING,
    PY_BOOL,
    PY_INT,
    UNKNOWN,
    Array,
    ChoiceOf,
    Known,
    OptionalOf,
    Scalar,
    TupleOf,
    Type,
    in_words,
)
from ...ops.typing import join_scalars
from .values import Chosen, Value, chosen
from .words import described, is_result


class Joins:
    """Joins the types of slots; `findings` receives those that have no type in common.

    `mixed` tells whether a slot has taken a Python number and a NumPy number. `numbers` are those of the constants
    among which the program chooses, the same in all rounds. With `open_end` a path ends without `return`.
    """

    def __init__(self, findings: Findings, numbers: dict[Known, int], open_end: bool) -> None:
        self.findings = findings
        self.open_end = open_end
        self.mixed = False
        self.numbers = numbers

    def number(self, option: Known) -> int:
        """The number that stands for a constant in what may be several."""
        return self.numbers.setdefault(option, len(self.numbers))

    def apart(self, value: Chosen, span: Span) -> tuple[Apply, Const, Value]:
        """Whether what is one of several is the first of them; that one, and what it is otherwise."""
        first, *others = value.options
        rest = chosen(value[0], tuple(others)) if len(others) > 1 else Const(others[0].value, others[0], span)
        return self.is_option(value, first, span), Const(first.value, first, span), rest

    def is_option(self, value: Chosen, option: Known, span: Span) -> Apply:
        """The test whether what is one of several is this one."""
        number = value[0]
        assert isinstance(number, Var | Const)
        return Apply("eq", (number, Const(self.number(option), PY_INT)), PY_BOOL, span)

    def types(self, name: str, a: Type, b: Type, span: Span) -> Type:
        """The type that covers both, or `UNKNOWN` after saying that there is none."""
        if a == b:
            return a
        if isinstance(a, Scalar) and isinstance(b, Scalar):
            self.mixed |= a.weak != b.weak
            return join_scalars(a, b)
        if isinstance(a, Array) and isinstance(b, Array) and (a.kind, a.rank) == (b.kind, b.rank):
            return Array(a.kind, a.rank, "A")
        if isinstance(a, TupleOf) and isinstance(b, TupleOf) and _alike(a, b):
            items = tuple(self.types(name, x, y, span) for x, y in zip(a.items, b.items, strict=True))
            return UNKNOWN if UNKNOWN in items else replace(a, items=items)
        if isinstance(a, Known | ChoiceOf) and isinstance(b, Known | ChoiceOf):
            options = dict.fromkeys(o for t in (a, b) for o in (t.options if isinstance(t, ChoiceOf) else (t,)))
            return ChoiceOf(tuple(sorted(options, key=self.number)))
        ends = self.open_end and is_result(name) and NOTHING in (a, b)
        if not ends and (NOTHING in (a, b) or isinstance(a, OptionalOf) or isinstance(b, OptionalOf)):
            return self._optional(name, a, b, span)
        what, hint = described(name)
        self.findings.add("T011" if ends else "T005", span, what=what, hint=hint, first=in_words(b),
                          second=in_words(a))
        return UNKNOWN

    def _optional(self, name: str, a: Type, b: Type, span: Span) -> Type:
        """What is of one type or the other, where None is among them."""
        items = [t.item if isinstance(t, OptionalOf) else t for t in (a, b) if t != NOTHING]
        item = items[0] if len(items) == 1 else self.types(name, items[0], items[1], span)
        return item if item == UNKNOWN else OptionalOf(item)


def _alike(a: TupleOf, b: TupleOf) -> bool:
    """Whether two tuples differ in the types of their items at most."""
    return (len(a.items), a.listed, a.perhaps) == (len(b.items), b.listed, b.perhaps)


def becomes_array(before: Type, after: Type) -> bool:
    """Whether a variable is a number before a loop and an array at the end of its body."""
    return isinstance(before, Scalar) and isinstance(after, Array) and after.rank > 0
