"""Operations that are too long for a lowering by hand: written, and compiled, as the user's functions are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ir.types import PY_FLOAT, PY_INT, Array, Type
from .fourier import dft

# By name, the function and the types of its arguments.
FUNCTIONS: dict[str, tuple[Callable[..., Any], tuple[Type, ...]]] = {
    "dft": (dft, (Array("complex128", 1), PY_INT, PY_INT, PY_INT, PY_FLOAT)),
}
