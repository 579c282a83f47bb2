"""The `math` module on tensors and floats alike: `tape.math`.

Values, domain errors and overflow errors are those of the standard library; a result of a tensor is a tensor.
Functions without a derivative rule are the standard library's own, and refuse a tensor that requires grad.
"""

from __future__ import annotations

import cmath as _complex
import math as _std
from collections.abc import Callable, Iterable
from typing import Any

from .ops import elementwise
from .ops.tables import ROWS
from .traced import Kind, Traced

_ROW_OF = {
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "atan2": "arctan2",
    "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log2": "log2", "log10": "log10", "log1p": "log1p", "sqrt": "sqrt",
    "cbrt": "cbrt", "fabs": "fabs", "pow": "power", "fmod": "fmod", "copysign": "copysign", "remainder": "remainder",
    "erf": "erf", "erfc": "erfc", "gamma": "gamma", "lgamma": "gammaln", "degrees": "degrees", "radians": "radians",
    "ldexp": "ldexp",
}  # fmt: skip


def _number(x: Any) -> Any:
    """Give a tensor of one element as a Python float on the tape; anything else passes."""
    if not isinstance(x, Traced):
        return x
    if x._array.size != 1:
        raise TypeError("only tensors of a single element can be converted to Python scalars")
    if x._kind is Kind.PYTHON:
        return x
    return elementwise.apply(ROWS["positive"], float, [x], Kind.PYTHON)


def _lift(name: str, row: str) -> Callable[..., Any]:
    standard = getattr(_std, name)

    def function(*operands: Any) -> Any:
        if not any(isinstance(x, Traced) for x in operands):
            return standard(*operands)
        return elementwise.apply(ROWS[row], standard, [_number(x) for x in operands], Kind.PYTHON)

    function.__name__ = name
    function.__doc__ = f"math.{name} of tensors and floats."
    return function


def log(x: Any, base: Any = None) -> Any:
    """math.log, also with a base."""
    if base is not None:
        return log(x) / log(base)
    if not isinstance(x, Traced):
        return _std.log(x)
    return elementwise.apply(ROWS["log"], _std.log, [_number(x)], Kind.PYTHON)


def hypot(*coordinates: Any) -> Any:
    """math.hypot of any number of coordinates; derivative 0 at the origin."""
    if len(coordinates) != 2:
        result: Any = 0.0
        for x in coordinates:
            result = hypot(result, x)
        return result
    if not any(isinstance(x, Traced) for x in coordinates):
        return _std.hypot(*coordinates)
    return elementwise.apply(ROWS["hypot"], _std.hypot, [_number(x) for x in coordinates], Kind.PYTHON)


def dist(p: Iterable[Any], q: Iterable[Any]) -> Any:
    """math.dist."""
    return hypot(*(_number(a) - _number(b) for a, b in zip(p, q, strict=True)))


def fsum(values: Iterable[Any]) -> Any:
    """math.fsum; tensors are added from left to right."""
    items = list(values)
    return sum((_number(x) for x in items), 0.0) if any(isinstance(x, Traced) for x in items) else _std.fsum(items)


def prod(values: Iterable[Any], *, start: Any = 1) -> Any:
    """math.prod."""
    result = start
    for x in values:
        result = result * _number(x)
    return result


def modf(x: Any) -> Any:
    """math.modf: the whole part is constant."""
    if not isinstance(x, Traced):
        return _std.modf(x)
    whole = float(_std.trunc(x._array.item()))
    return _number(x) - whole, whole


def _on_values(name: str) -> Callable[..., Any]:
    standard = getattr(_std, name)

    def function(*operands: Any, **options: Any) -> Any:
        values = [x._array.item() if isinstance(x, Traced) else x for x in operands]
        return standard(*values, **options)

    function.__name__ = name
    function.__doc__ = f"math.{name}, which carries no derivative."
    return function


NAMES: dict[str, Any] = {
    **{name: _lift(name, row) for name, row in _ROW_OF.items() if hasattr(_std, name)},
    **{name: _on_values(name) for name in ("floor", "ceil", "trunc", "isnan", "isinf", "isfinite", "isclose", "isqrt")},
    "log": log,
    "hypot": hypot,
    "dist": dist,
    "fsum": fsum,
    "prod": prod,
    "modf": modf,
}


def _lift_complex(name: str, row: str) -> Callable[..., Any]:
    standard = getattr(_complex, name)

    def function(x: Any) -> Any:
        if not isinstance(x, Traced):
            return standard(x)
        return elementwise.apply(ROWS[row], standard, [x], Kind.PYTHON)

    function.__name__ = name
    function.__doc__ = f"cmath.{name} of tensors and numbers."
    return function


CMATH: dict[str, Any] = {
    **{name: _lift_complex(name, name)
       for name in ("exp", "log", "log10", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "phase": _lift_complex("phase", "angle"),
}


def __getattr__(name: str) -> Any:
    return NAMES[name] if name in NAMES else getattr(_std, name)
