"""Kinds that depend on what is known of a number, where the types alone do not decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ...ir.nodes import Apply, Atom, Const, Expr, Span, Var
from ...ir.types import PARTS, PY_FLOAT, PY_INT, Kind, Scalar, TupleOf, Type, is_complex
from ...ops import Row
from ...ops.typing import TypingError, is_weak
from .values import Value, type_of


def power_kind(name: str, operands: Sequence[Value], kind: Kind) -> Kind:
    """Python gives a float for an integer to a negative power."""
    if name != "pow" or kind != "int64":
        return kind
    exponent = operands[1]
    negative = isinstance(exponent, Const) and exponent.value < 0
    return "float64" if negative and all(isinstance(o, Var | Const) and is_weak(o.type) for o in operands) else kind


def refuse_complex(row: Row, e: Apply, values: Sequence[Value]) -> None:
    """Complex operands, or a complex `dtype`, of an operation on whole arrays that does not say that it takes them."""
    if row.elementwise or row.on_complex:
        return
    if e.attr("dtype") in PARTS or any(_some_complex(type_of(v)) for v in values):
        raise TypingError("T071", what=row.spelled,
                          reason="it is not defined for them here")


def _some_complex(t: Type) -> bool:
    return any(map(_some_complex, t.items)) if isinstance(t, TupleOf) else is_complex(t)


def exceeds_float(value: Var | Const, types: tuple[Type, ...]) -> bool:
    """Whether a Python integer may have more digits than the Python float it is compared with."""
    known = isinstance(value, Const) and abs(value.value) <= 2**53
    return value.type == PY_INT and not known and PY_FLOAT in types and all(map(is_weak, types))


def loses_digits(slot: Var, value: Atom) -> bool:
    """Whether Python would go on with all digits of a number that shares its variable with a float32."""
    assert isinstance(slot.type, Scalar) and isinstance(value.type, Scalar)
    if slot.type not in (Scalar("float32"), Scalar("complex64")) or not value.type.weak or value.type.kind == "bool":
        return False
    return not (isinstance(value, Const) and np.dtype(slot.type.kind).type(value.value).item() == value.value)


def within_int32(value: Value, position: int, span: Span, temporary: Callable[[Expr, Span], Var]) -> Value:
    """An operand of `clip`: NumPy leaves out a bound beyond every int32 on the side where it does not bind."""
    if isinstance(value, tuple) or value.type != PY_INT or position == 0:
        return value
    most, least = Const(2**31 - 1, PY_INT), Const(-(2**31), PY_INT)
    if isinstance(value, Const):
        return Const(max(value.value, least.value) if position == 1 else min(value.value, most.value), PY_INT)
    op, end = ("maximum", least) if position == 1 else ("minimum", most)
    return temporary(Apply(op, (value, end), PY_INT, span), span)
