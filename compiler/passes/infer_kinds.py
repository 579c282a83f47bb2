"""Kinds that depend on what is known of a number, where the types alone do not decide."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.nodes import Const, Var
from ..ir.types import PY_FLOAT, PY_INT, Kind, Type
from ..ops.typing import is_weak

Operand = Var | Const | tuple[object, ...]


def power_kind(name: str, operands: Sequence[Operand], kind: Kind) -> Kind:
    """Python gives a float for an integer to a negative power."""
    if name != "pow" or kind != "int64":
        return kind
    exponent = operands[1]
    negative = isinstance(exponent, Const) and exponent.value < 0
    return "float64" if negative and all(isinstance(o, Var | Const) and is_weak(o.type) for o in operands) else kind


def exceeds_float(value: Var | Const, types: tuple[Type, ...]) -> bool:
    """Whether a Python integer may have more digits than the Python float it is compared with."""
    known = isinstance(value, Const) and abs(value.value) <= 2**53
    return value.type == PY_INT and not known and PY_FLOAT in types and all(map(is_weak, types))
