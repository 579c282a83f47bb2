"""`check_grads`: the gradient against central differences, as a verdict that anyone can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .function import Differentiable


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """The outcome: `ok`, the largest scaled error, and the component where it occurs."""

    ok: bool
    error: float
    worst: str
    reverse: float
    differences: float

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        verdict = "agree" if self.ok else "DISAGREE"
        return (f"reverse mode and central differences {verdict}: largest error {self.error:.1e} at {self.worst} "
                f"({self.reverse:.10g} and {self.differences:.10g})")

    __repr__ = __str__


def check_grads(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None, rtol: float = 1e-5
) -> GradientCheck:
    """Compare the reverse-mode gradient with central differences of fourth order, component by component.

    Args:
        function: a Python function or a `Differentiable` that returns one number.
        args, kwargs: where to compare. Arrays of float64; they are not changed.
        rtol: the error, relative to the size of the gradient, up to which the two agree.

    Returns:
        a `GradientCheck`, which is true when they agree and prints as a sentence.
    """
    from .function import Differentiable
    from .transforms import differentiate

    f: Differentiable = function if isinstance(function, Differentiable) else differentiate(function)
    positional = f.bind(tuple(args), kwargs or {})
    gradients = f.grad(*positional)
    gradients = gradients if f.selection.packed else (gradients,)
    worst = GradientCheck(True, 0.0, "the function has no components", 0.0, 0.0)
    for name, gradient in zip(f.wrt, gradients, strict=True):
        scale = max(float(np.max(np.abs(gradient), initial=0.0)), 1e-8)
        for index in np.ndindex(np.shape(gradient)):
            reverse = float(np.asarray(gradient)[index])
            difference = _difference(f, positional, f.wrt.index(name), name, index)
            error = abs(reverse - difference) / scale
            if not error <= worst.error:
                place = name + (f"[{', '.join(map(str, index))}]" if index else "")
                worst = GradientCheck(bool(error <= rtol), error, place, reverse, difference)
    return worst


def _difference(f: Differentiable, args: tuple[Any, ...], k: int, name: str, index: tuple[int, ...]) -> float:
    position = f._names.index(name)
    x = float(np.asarray(args[position])[index])
    h = 1e-3 * max(abs(x), 1.0)

    def value(step: float) -> float:
        moved = [np.array(a) if isinstance(a, np.ndarray) else a for a in args]
        if isinstance(moved[position], np.ndarray):
            moved[position][index] += step
        else:
            moved[position] = type(moved[position])(moved[position] + step)
        return float(f(*moved))

    return (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h)
