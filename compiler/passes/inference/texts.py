"""Texts that are printed or raised: what is known is written into them, and tuples are taken apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...diagnostics import Findings
from ...ir.nodes import Apply, Const, Fail, Print, Span, Var
from ...ir.texts import Container, Unwritable, carried, escaped, kind_word, opened, sequence
from ...ir.types import NOTHING, Known, Scalar
from .joins import Joins
from .values import Chosen, ListOf, Maybe, Value, poisoned, type_of, unassigned


def written(
    s: Fail | Print, values: tuple[Value, ...], findings: Findings, scalar: Callable[[Value, Span], Value]
) -> Fail | Print | None:
    """The statement for values that are numbers and arrays; None where a mistake has been reported."""
    if any(map(poisoned, values)) or any(map(unassigned, values)):
        return replace(s, message=None, values=()) if isinstance(s, Fail) else None
    try:
        message, kept = opened(s.message or "", values, _look)
    except Unwritable as error:
        findings.add("A040", s.span, what=error)
        return None
    if s.message is None and isinstance(s, Fail) and (text := _only_text(values)) is not None:
        return replace(s, message=escaped(text), values=())
    if s.message is None:
        given = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
        numbers = tuple(a for v in given if not isinstance(a := scalar(v, s.span), tuple))
        python = all(isinstance(a.type, Scalar) and a.type.weak for a in numbers)
        return replace(s, values=numbers, kinds=() if python else tuple(map(kind_word, numbers)))
    atoms = tuple(a for v in kept if not isinstance(a := scalar(v, s.span), tuple))
    needed = isinstance(s, Print) or not carried(message, atoms)
    return replace(s, values=atoms, message=message, kinds=tuple(map(kind_word, atoms)) if needed else ())


def _only_text(values: tuple[Value, ...]) -> str | None:
    """The string that is all that an exception is given."""
    t = type_of(values[0]) if len(values) == 1 else None
    return t.value if isinstance(t, Known) and isinstance(t.value, str) else None


def alternatives(
    values: tuple[Value, ...], joins: Joins, span: Span
) -> tuple[Var | Apply, tuple[Value, ...], tuple[Value, ...]] | None:
    """A test on the first value that is one of several, or may be None, and the values then and otherwise."""
    for k, value in enumerate(values):
        if isinstance(value, Chosen):
            test, first, rest = joins.apart(value, span)
            return test, (*values[:k], first, *values[k + 1 :]), (*values[:k], rest, *values[k + 1 :])
        if isinstance(value, Maybe):
            missing, item = value
            assert isinstance(missing, Var)
            return missing, (*values[:k], Const(None, NOTHING), *values[k + 1 :]), (*values[:k], item, *values[k + 1 :])
    return None


def _look(value: Value) -> Container | Const | None:
    if isinstance(value, Chosen):
        raise Unwritable("a tuple with an item that is chosen at run time")
    if isinstance(value, Maybe):
        raise Unwritable("a tuple with an item that is None on some path")
    if isinstance(value, tuple):
        return sequence(list if isinstance(value, ListOf) else tuple, value)
    return value if isinstance(value, Const) else None
