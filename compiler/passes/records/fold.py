"""Integer arithmetic and tests on constants, for what must be known at compile time: indices, keys, trip counts."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from ...ir.nodes import Apply, Const, same_constant
from ...ir.types import PY_BOOL, PY_INT, Known, Nothing, TupleOf

_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "floordiv": operator.floordiv,
    "mod": operator.mod, "neg": operator.neg, "pos": operator.pos, "minimum": min,
}  # fmt: skip
_BITS: dict[str, Callable[..., int]] = {
    "bit_and": operator.and_, "bit_or": operator.or_, "bit_xor": operator.xor, "rshift": operator.rshift,
    "lshift": operator.lshift, "invert": operator.invert,
}  # fmt: skip
_TESTS: dict[str, Callable[..., Any]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "truth": bool, "logical_not": operator.not_,
}  # fmt: skip


_DECIDED = ("eq", "ne", "is", "is_not", "truth")


def _decided(e: Apply, values: Sequence[Any]) -> Const | None:
    """A comparison of strings, enum members and None, and whether one of them is true."""
    first, *others = (v.value for v in values)
    if e.op == "truth":
        return Const(bool(first), PY_BOOL, e.span)
    if e.op in ("eq", "ne"):
        return Const((same_constant(first, others[0]) or first == others[0]) is (e.op == "eq"), PY_BOOL, e.span)
    if any(isinstance(v, str) for v in (first, *others)) and None not in (first, *others):
        return None  # two strings that are equal may be one object
    return Const(same_constant(first, others[0]) is (e.op == "is"), PY_BOOL, e.span)


def is_tuple(value: Any) -> bool:
    """Whether a value is a tuple of which some items are known."""
    return isinstance(value, Const) and isinstance(value.type, TupleOf)


def _item(e: Apply, values: Sequence[Any]) -> Const | None:
    items, at = values[0].value, values[1]
    known = e.attr("spec") == ("i",) and isinstance(at, Const) and at.type == PY_INT
    found = items[at.value] if known and -len(items) <= at.value < len(items) else None
    return found if isinstance(found, Const) else None


def _bits(e: Apply, constants: Sequence[int]) -> Const | None:
    """An operation on the bits of integers, where it neither raises nor makes a number that 64 bits do not hold."""
    if e.op in ("lshift", "rshift") and not 0 <= constants[1] < 64:
        return None
    result = _BITS[e.op](*constants)
    return Const(result, PY_INT, e.span) if -(2**63) <= result < 2**63 else None


def folded(e: Apply, values: Sequence[Any]) -> Const | None:
    """The value of an operation on constant Python integers and booleans, or None when it is not one."""
    if e.op in _DECIDED and all(isinstance(v, Const) and isinstance(v.type, Known | Nothing) for v in values):
        return _decided(e, values)
    if e.op == "tuple":
        return Const(tuple(values), TupleOf(()), e.span) if any(isinstance(v, Const) for v in values) else None
    if e.op == "getitem" and is_tuple(values[0]):
        return _item(e, values)
    constants = [v.value for v in values if isinstance(v, Const) and v.type in (PY_INT, PY_BOOL)]
    if len(constants) != len(values) or not values or e.attr("via") in ("numpy", "math", "method"):
        return None
    if e.op == "iadd":
        return folded(Apply(e.attr("op"), e.args), values)
    if e.op in _TESTS:
        return Const(_TESTS[e.op](*constants), PY_BOOL, e.span)
    if e.op in _BITS and PY_BOOL not in [v.type for v in values]:
        return _bits(e, constants)
    if e.op not in _ARITHMETIC or (e.op in ("floordiv", "mod") and not constants[1]):
        return None
    result = int(_ARITHMETIC[e.op](*constants))
    return Const(result, PY_INT, e.span) if -(2**63) <= result < 2**63 else None
