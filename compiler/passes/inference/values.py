"""What a variable stands for while types are inferred, and what can be said of such values without running anything."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from types import ModuleType
from typing import Any

from ...ir.nodes import NOWHERE, Apply, Const, Span, Stmt, Var, same_constant
from ...ir.nodes import UNASSIGNED as UNASSIGNED
from ...ir.types import (
    PY_BOOL,
    PY_INT,
    Array,
    ChoiceOf,
    Known,
    Nothing,
    OptionalOf,
    Scalar,
    TupleOf,
    Type,
    Unknown,
    in_words,
)
from ...ops import Row
from ...ops.typing import TypingError

# Operands of the table that are arrays. Of `arrays` each item is one; a tuple elsewhere is a shape, axes or the like.
ARRAYS = frozenset((
    "a", "ar", "arr", "array", "ary", "b", "bins", "c", "condition", "fp", "h", "high", "ind", "indices", "low", "m",
    "q", "src", "v", "val", "value", "values", "x", "xp", "y", "z",
))

Value = Var | Const | tuple["Value", ...]
POISON = Const(None)


@dataclass(slots=True)
class Tables:
    """What is known of lists and tuples that are arrays though their length is known.

    `exact` are the places where lists are made that must not have changed their items; `mixed` tells whether integers
    have become floats all the same. `entry` is what the function begins with, by the variables that are assigned.
    """

    exact: set[str] = field(default_factory=set)
    mixed: bool = False
    entry: dict[str, Stmt] = field(default_factory=dict)


class ListOf(tuple["Value", ...]):
    """The items that `*rest` has taken, which Python puts into a list. It may not leave the function as a tuple."""


class Maybe(tuple["Value", ...]):
    """What is None on some path: whether it is None, and the value that it has otherwise."""


class Perhaps(tuple["Value", ...]):
    """The pair that a result is which may be None: whether it is, and the value that it has otherwise."""


class Chosen(tuple["Value", ...]):
    """One of several values that exist at compile time only: the number of the one that it is."""

    options: tuple[Known, ...]


def chosen(number: Value, options: tuple[Known, ...]) -> Chosen:
    """The one of `options` that has the number."""
    found = Chosen((number,))
    found.options = options
    return found


def type_of(value: Value) -> Type:
    """The type of an operand or of a tuple of them."""
    if isinstance(value, Chosen):
        return ChoiceOf(value.options)
    if isinstance(value, Maybe):
        return OptionalOf(type_of(value[1]))
    if isinstance(value, tuple):
        return TupleOf(tuple(map(type_of, value)), isinstance(value, ListOf), isinstance(value, Perhaps))
    return value.type


def unassigned(value: Value) -> bool:
    """Whether the value comes from a slot that nothing has been assigned to in this round."""
    if isinstance(value, tuple):
        return any(map(unassigned, value))
    return isinstance(value, Const) and value == UNASSIGNED


def poisoned(value: Value) -> bool:
    """Whether the value has no type: a mistake has been reported for it, or it is unassigned."""
    if isinstance(value, tuple):
        return any(map(poisoned, value))
    return isinstance(value.type, Unknown)


def waiting(op: str, values: list[Value]) -> bool:
    """Whether an operation has no result as long as operands have no types.

    A tuple has its length before all of its items have types, and what is asked about that may give them types.
    """
    whole = op in ("ask", "getitem") and isinstance(values[0], tuple)
    return op != "tuple" and any(map(poisoned, values[1:] if whole else values))


def tuples_for_arrays(row: Row, via: str | None, values: list[Value]) -> list[int]:
    """Which operands are tuples where NumPy makes arrays of them: in its functions, and beside an array."""
    found = [k for k, v in enumerate(values) if isinstance(v, tuple) and not isinstance(v, Maybe | Chosen)]
    if not found:
        return found
    if via == "numpy":
        return [k for k in found if k < len(row.operands) and row.operands[k] in ARRAYS]
    beside = any(isinstance(t := type_of(v), Array) and t.rank for v in values)
    return found if beside and (row.elementwise or row.name in ("matmul", "iadd")) else []


def unreturnable(value: Value, span: Span) -> Iterator[TypingError]:
    """A mistake for each part of a result that exists at compile time only."""
    if isinstance(value, ListOf):
        yield TypingError("A015", span)
    elif isinstance(value, Chosen):
        yield not_a_number(value.options[0], span)
    elif isinstance(value, tuple):
        for item in value:
            yield from unreturnable(item, span)
    elif isinstance(value.type, Known):
        yield not_a_number(value.type, span if value.span == NOWHERE else value.span)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}


ARITHMETIC: dict[str, Callable[[int, int], int]] = {"add": operator.add, "sub": operator.sub, "mul": operator.mul}
MANY = 1000  # items of a tuple
LARGE = 2**62  # what fits into 64 bits with room to spare; the rest is left to the checks of the program


def settled(op: str, via: str | None, values: list[Value], span: Span) -> Value | None:
    """The result of an operation that types alone decide, or None.

    Raises `TypingError` where a string or a function is used as a number.
    """
    if via == "python" and op in ("logical_not", "logical_and", "logical_or"):
        return _logic(op, values, span)
    if op in ("eq", "ne") and (same := equal(*values)) is not None:
        return Const(same is (op == "eq"), PY_BOOL, span)
    if (longer := _longer_tuple(op, values)) is not None:
        return longer
    integers = [v.value for v in values if isinstance(v, Const) and v.type == PY_INT]
    if op in COMPARISONS and len(integers) == len(values):
        return Const(COMPARISONS[op](*integers), PY_BOOL, span)
    if op in ARITHMETIC and len(integers) == len(values) and abs(result := ARITHMETIC[op](*integers)) < LARGE:
        return Const(result, PY_INT, span)
    strange = [v for v in values if not isinstance(v, tuple) and isinstance(v.type, Known)]
    known = [v.type for v in strange if isinstance(v.type, Known)]
    if op in COMPARISONS and len(known) == 2 and all(isinstance(t.value, str) for t in known):
        return Const(COMPARISONS[op](*(t.value for t in known)), PY_BOOL, span)
    if known:
        raise not_a_number(known[0], strange[0].span)
    return None


def _longer_tuple(op: str, values: list[Value]) -> Value | None:
    """The sum of two tuples, or the product of one with a number that is known."""
    items = [v for v in values if isinstance(v, tuple) and not isinstance(v, Maybe | Chosen)]
    kinds = {ListOf if isinstance(v, ListOf) else tuple for v in items}
    if op == "add" and len(items) == 2 and len(kinds) == 1:
        return kinds.pop()((*items[0], *items[1]))
    counts = [v.value for v in values if isinstance(v, Const) and v.type == PY_INT]
    if op == "mul" and len(items) == 1 and counts and len(items[0]) * counts[0] < MANY:
        return kinds.pop()(items[0] * counts[0])
    return None


def not_a_number(t: Known, span: Span) -> TypingError:
    """The mistake of computing with a value that exists at compile time only; it is the operand that is shown."""
    if isinstance(t.value, str | Enum):
        return TypingError("A004", span, what=in_words(t))
    kind = "a module" if isinstance(t.value, ModuleType) else "a class" if isinstance(t.value, type) else "a function"
    return TypingError("F008", span, name=t, type=kind)


def _logic(op: str, values: list[Value], span: Span) -> Value | None:
    decided = [v.value if isinstance(v, Const) and v.type == PY_BOOL else None for v in values]
    if op == "logical_not":
        return None if decided[0] is None else Const(not decided[0], PY_BOOL, span)
    deciding = op == "logical_or"
    if deciding in decided:
        return Const(deciding, PY_BOOL, span)
    if None not in decided:
        return Const(not deciding, PY_BOOL, span)
    undecided = [v for v, d in zip(values, decided, strict=True) if d is None]
    return undecided[0] if len(undecided) == 1 and type_of(undecided[0]) == PY_BOOL else None


def equal(a: Value, b: Value) -> bool | None:
    """Whether two values are equal in Python, where their types decide it."""
    s, t = type_of(a), type_of(b)
    special = [u for u in (s, t) if isinstance(u, Known | Nothing | TupleOf)]
    if not special or Array in (type(s), type(t)):
        return None
    if isinstance(s, Known) and isinstance(t, Known):
        return same_constant(s.value, t.value) or bool(s.value == t.value)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return _equal_items(a, b)
    return type(s) is type(t)  # two times None; otherwise values of different kinds


def _equal_items(a: tuple[Value, ...], b: tuple[Value, ...]) -> bool | None:
    if len(a) != len(b) or isinstance(a, ListOf) != isinstance(b, ListOf):
        return False
    pairs = [constants_equal(x, y) for x, y in zip(a, b, strict=True)]
    return False if False in pairs else None if None in pairs else True


def constants_equal(a: Value, b: Value) -> bool | None:
    """`equal`, and for two numbers that are written in the program."""
    if isinstance(a, Const) and isinstance(b, Const) and isinstance(a.type, Scalar) and isinstance(b.type, Scalar):
        return bool(a.value == b.value)
    return equal(a, b)


def is_nan(value: Value) -> bool:
    """Whether the value is a constant that does not equal itself."""
    return isinstance(value, Const) and isinstance(value.value, float) and math.isnan(value.value)


def special_rule(row: Row, e: Apply, values: list[Value]) -> str:
    """The rule for operands that are not yet what the operation's own rule takes."""
    if e.op != "tuple" and any(isinstance(v, Maybe) for v in values):
        return "optional"
    if e.op not in ("tuple", "raises", "ask", "list_item") and any(isinstance(v, Chosen) for v in values):
        return "choice"
    if row.rule == "comparison" and e.attr("via") != "numpy" and all(isinstance(v, tuple) for v in values):
        return "compared"
    return "arraylike" if tuples_for_arrays(row, e.attr("via"), values) else ""
