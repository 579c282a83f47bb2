"""`check_grads`: the gradient against central differences, as a verdict that anyone can read."""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tapeless.compiler.ir.records import RecordOf, gradient_structure, leaves, places_of
from tapeless.compiler.ir.types import is_float

from .records import all_leaves, copied, leaf_values
from .signatures import type_of

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
        args, kwargs: where to compare. Arrays of float64 or complex128; they are not changed.
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
        position = f._names.index(name)
        structure = type_of(positional[position], name, sys.maxsize)  # of every item its own
        parts = [g for g in leaf_values(gradient_structure(structure), gradient) if g is not None]
        places = [k for k, t in enumerate(leaves(structure)) if not isinstance(t, RecordOf) and is_float(t)]
        scale = max(max((float(np.max(np.abs(g), initial=0.0)) for g in parts), default=0.0), 1e-8)
        for place, part in zip(places, parts, strict=True):
            for index, unit in itertools.product(np.ndindex(np.shape(part)), _units(part)):
                reverse = float((np.conj(unit) * np.asarray(part)[index]).real)
                difference = _difference(f, positional, position, place, index, unit)
                error = abs(reverse - difference) / scale
                if not error <= worst.error:
                    shown = _shown(name, structure, place) + (f"[{', '.join(map(str, index))}]" if index else "")
                    shown += ".imag" if unit == 1j else ""
                    worst = GradientCheck(bool(error <= rtol), error, shown, reverse, difference)
    return worst


def _units(part: Any) -> tuple[complex, ...]:
    """The directions in which a component can be moved."""
    return (1.0, 1j) if np.iscomplexobj(part) else (1.0,)


def _shown(name: str, structure: Any, place: int) -> str:
    return list(places_of(name, structure))[place]


def _difference(
    f: Differentiable, args: tuple[Any, ...], position: int, place: int, index: tuple[int, ...], unit: complex
) -> float:
    """The derivative along one direction of one component of one leaf of an argument."""

    def value(step: float) -> float:
        moved = [copied(a, lambda leaf: np.array(leaf) if isinstance(leaf, np.ndarray) else leaf) for a in args]
        moved[position] = copied(moved[position], displaced(place, index, step * unit))
        return float(f(*moved))

    leaf = list(all_leaves(args[position]))[place]
    h = 1e-3 * max(float(np.abs(np.asarray(leaf)[index])), 1.0)
    return (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h)


def displaced(place: int, index: tuple[int, ...], step: complex) -> Any:
    """A function that moves one component of the leaf at a place and leaves the others alone."""
    count = itertools.count()

    def leaf(value: Any) -> Any:
        if next(count) != place:
            return value
        if isinstance(value, np.ndarray):
            value[index] += step
            return value
        return type(value)(value + step)

    return leaf
