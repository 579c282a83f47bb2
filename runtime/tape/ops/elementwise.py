"""Elementwise operations: one row each, with a partial derivative for every operand.

A partial is written in the operands `a`, `b`, `c` and the result `y`; what a node keeps is read off its parameters.
The rows are keyed by the name of the NumPy (or SciPy) ufunc.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..crossing import plain, wrap
from ..graph import Pull
from ..memory import Array
from ..traced import Kept, Kind, Traced, record, tracks

Partial = Callable[..., Any]


@dataclass(frozen=True)
class Row:
    """An elementwise operation: torch's name for its node, and its partials."""

    name: str
    partials: tuple[Partial, ...]
    needs: tuple[tuple[str, ...], ...] = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(tuple(inspect.signature(partial).parameters) for partial in self.partials)
        object.__setattr__(self, "needs", names)


def row(name: str, *partials: Partial) -> Row:
    """Write one row; the node is called `<name>Backward0`."""
    return Row(f"{name}Backward0", partials)


def times(g: Array, partial: Any) -> Array:
    """Multiply a cotangent by a partial, where a cotangent of exactly zero wins over an infinite or NaN partial.

    A complex partial is conjugated, so that a cotangent is the derivative by the real part plus 1j times that by the
    imaginary part, as in torch.
    """
    product = np.asarray(g * np.conj(partial))
    return product if np.isfinite(product).all() else np.where(g == 0, 0.0, product)


def apply(this: Row, function: Callable[..., Any], operands: Sequence[Any], kind: Kind | None = None) -> Any:
    """Compute `function(*operands)` and record it by its row."""
    value = function(*(plain(x) for x in operands))
    of_complex = any(np.iscomplexobj(plain(x)) for x in operands)
    if isinstance(value, complex) and this.name.startswith("Pow") and not of_complex:
        raise TypeError("the power of a negative number is complex; write it as one of a complex number")
    like = next(type(x) for x in operands if isinstance(x, Traced))
    if not tracks(*operands):
        return wrap(like, value) if kind is None else like._wrap(value, kind)
    kept = Kept()
    saved: dict[str, Array] = {}
    parents: list[tuple[Any, Pull]] = []
    for x, partial, needs in zip(operands, this.partials, this.needs, strict=True):
        if tracks(x):
            for name in needs:
                if name not in saved:
                    saved[name] = kept.result(value) if name == "y" else kept.value(operands["abcd".index(name)])
            pull = np.conj if this.name == "ConjBackward0" else _pull(partial, [saved[name] for name in needs])
            parents.append((x, pull))
    return record(this.name, value, parents, kept, kind)


def _pull(partial: Partial, kept: list[Array]) -> Pull:
    return lambda g: times(g, partial(*kept))


def _zero() -> float:
    return 0.0


def _one() -> float:
    return 1.0


def _unit(a: Array) -> Any:
    """The sign; of a complex number the conjugate of its direction."""
    if not np.iscomplexobj(a):
        return np.sign(a)
    size = np.abs(a)
    return np.where(size == 0, 0.0, np.conj(a) / np.where(size == 0, 1.0, size))


def _turn(a: Array) -> Any:
    """The derivative of the angle of a complex number, conjugated."""
    size = np.where(a == 0, 1.0, np.abs(a))
    return np.where(a == 0, 0.0, -1j * np.conj(a) / size / size) if np.iscomplexobj(a) else 0.0


def angle(z: Any, deg: bool = False) -> Any:
    """numpy.angle."""
    turned = apply(ROWS["angle"], np.angle, [z])
    return np.degrees(turned) if deg else turned


def _power_base(a: Array, b: Array) -> Any:
    """b * a**(b - 1), and 0 for b = 0 whatever the base."""
    return np.where(b == 0, 0.0, b * np.power(np.asarray(a, np.result_type(a, 1.0)), b - 1))


def _power_exponent(a: Array, b: Array, y: Array) -> Any:
    """y * log(a), whose limit for a base of zero is 0 as long as the power is finite."""
    return np.where((a == 0) & (np.real(b) >= 0), 0.0, y * np.log(a))


def _larger(a: Array, b: Array) -> Any:
    """Share of `a` in maximum(a, b): half on a tie, and a NaN takes all (the first one if both are)."""
    share = np.where(a == b, 0.5, (a > b) * 1.0)
    return np.where(np.isnan(a), 1.0, np.where(np.isnan(b), 0.0, share))


def _larger_number(a: Array, b: Array) -> Any:
    """Share of `a` in fmax(a, b), which ignores a NaN if the other is a number."""
    share = np.where(a == b, 0.5, (a > b) * 1.0)
    return np.where(np.isnan(b), 1.0, np.where(np.isnan(a), 0.0, share))


def _cosine(a: Array, b: Array) -> Any:
    """a / hypot(a, b), safe at both ends of the range and 0 at the origin."""
    scale = np.maximum(np.abs(a), np.abs(b))
    p, q = a / scale, b / scale
    return np.where(scale == 0, 0.0, p / np.sqrt(p * p + q * q))


def _angle_partial(a: Array, b: Array) -> Any:
    """b / (a**2 + b**2), computed without forming the squares."""
    return np.where((a == 0) & (b == 0), 0.0, _cosine(b, a) / np.hypot(a, b))


def _mixing(a: Array, b: Array) -> Any:
    """exp(a) / (exp(a) + exp(b)); half if they are equal, also at infinity."""
    return np.where(a == b, 0.5, 1.0 / (1.0 + np.exp(b - a)))


def _sech_squared(a: Array) -> Any:
    return (1.0 / np.cosh(a)) ** 2


LN2 = float(np.log(2.0))
LN10 = float(np.log(10.0))

ROWS: dict[str, Row] = {
    "add": row("Add", _one, _one),
    "subtract": row("Sub", _one, lambda: -1.0),
    "multiply": row("Mul", lambda b: b, lambda a: a),
    "divide": row("Div", lambda b: 1.0 / b, lambda a, b: -(a / b) / b),
    "power": row("Pow", _power_base, _power_exponent),
    "float_power": row("Pow", _power_base, _power_exponent),
    "floor_divide": row("FloorDivide", _zero, _zero),
    "remainder": row("Remainder", _one, lambda a, b, y: -np.rint((a - y) / b)),
    "fmod": row("Fmod", _one, lambda a, b, y: -np.rint((a - y) / b)),
    "negative": row("Neg", lambda: -1.0),
    "real": row("Real", _one),
    "imag": row("Imag", lambda: -1j),
    "angle": row("Angle", _turn),
    "positive": row("Positive", _one),
    "absolute": row("Abs", _unit),
    "fabs": row("Abs", lambda a: np.sign(a)),
    "conjugate": row("Conj", _one),
    "square": row("Pow", lambda a: 2.0 * a),
    "sqrt": row("Sqrt", lambda y: 0.5 / y),
    "cbrt": row("Cbrt", lambda y: (1.0 / y) / y / 3.0),
    "reciprocal": row("Reciprocal", lambda y: -y * y),
    "exp": row("Exp", lambda y: y),
    "exp2": row("Exp2", lambda y: LN2 * y),
    "expm1": row("Expm1", lambda a: np.exp(a)),
    "log": row("Log", lambda a: 1.0 / a),
    "log2": row("Log2", lambda a: 1.0 / a / LN2),
    "log10": row("Log10", lambda a: 1.0 / a / LN10),
    "log1p": row("Log1P", lambda a: 1.0 / (1.0 + a)),
    "sin": row("Sin", lambda a: np.cos(a)),
    "cos": row("Cos", lambda a: -np.sin(a)),
    "tan": row("Tan", lambda a: (1.0 / np.cos(a)) ** 2),
    "arcsin": row("Asin", lambda a: 1.0 / np.sqrt((1.0 - a) * (1.0 + a))),
    "arccos": row("Acos", lambda a: -1.0 / np.sqrt((1.0 - a) * (1.0 + a))),
    "arctan": row("Atan", lambda a: 1.0 / (1.0 + a * a)),
    "sinh": row("Sinh", lambda a: np.cosh(a)),
    "cosh": row("Cosh", lambda a: np.sinh(a)),
    "tanh": row("Tanh", _sech_squared),
    "arcsinh": row("Asinh", lambda a: 1.0 / np.hypot(1.0, a)),
    "arccosh": row("Acosh", lambda a: 1.0 / (np.sqrt(a - 1.0) * np.sqrt(a + 1.0))),
    "arctanh": row("Atanh", lambda a: 1.0 / ((1.0 - a) * (1.0 + a))),
    "arctan2": row("Atan2", _angle_partial, lambda a, b: -_angle_partial(b, a)),
    "hypot": row("Hypot", _cosine, lambda a, b: _cosine(b, a)),
    "maximum": row("Maximum", _larger, lambda a, b: 1.0 - _larger(a, b)),
    "minimum": row("Minimum", lambda a, b: _larger(-a, -b), lambda a, b: 1.0 - _larger(-a, -b)),
    "fmax": row("Fmax", _larger_number, lambda a, b: 1.0 - _larger_number(a, b)),
    "fmin": row("Fmin", lambda a, b: _larger_number(-a, -b), lambda a, b: 1.0 - _larger_number(-a, -b)),
    "floor": row("Floor", _zero),
    "ceil": row("Ceil", _zero),
    "trunc": row("Trunc", _zero),
    "rint": row("Round", _zero),
    "sign": row("Sign", _zero),
    "copysign": row("Copysign", lambda a, b: np.sign(a) * np.copysign(1.0, b), _zero),
    "heaviside": row("Heaviside", _zero, lambda a: (a == 0) * 1.0),
    "logaddexp": row("Logaddexp", _mixing, lambda a, b: _mixing(b, a)),
    "logaddexp2": row("Logaddexp2", lambda a, b: _mixing(LN2 * a, LN2 * b), lambda a, b: _mixing(LN2 * b, LN2 * a)),
    "ldexp": row("Ldexp", lambda b: np.exp2(b), _zero),
    "deg2rad": row("Deg2Rad", lambda: np.pi / 180.0),
    "radians": row("Deg2Rad", lambda: np.pi / 180.0),
    "rad2deg": row("Rad2Deg", lambda: 180.0 / np.pi),
    "degrees": row("Rad2Deg", lambda: 180.0 / np.pi),
}
