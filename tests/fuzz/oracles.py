"""What a program should give: the tape, the complex step, and whether its numbers mean anything."""

from __future__ import annotations

import ast
import traceback
import warnings
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np
from zoo.compare import leaves
from zoo.complex_step import directional

from tapeless import tape

from .driver import function_of
from .programs import Program

Gradients = list[np.ndarray[Any, Any]]


class Disagreement(Exception):
    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail


def arguments(sample: tuple[str, ...]) -> tuple[Any, ...]:
    """Fresh arguments of a sample."""
    return tuple(eval(text, {"np": np}) for text in sample)


def described(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:300]} at {last.filename.split('/')[-1]}:{last.lineno} {last.name}"


def outcome(run: Callable[[], Any]) -> tuple[Any, type[Exception] | None, str]:
    try:
        return run(), None, ""
    except Exception as error:
        return None, type(error), str(error)


def heads(value: Any, rng: np.random.Generator) -> list[Any]:
    heads: list[Any] = []
    for leaf in leaves(value):
        if np.asarray(leaf).dtype.kind == "f":
            heads.append(rng.normal(size=np.shape(leaf)) if isinstance(leaf, np.ndarray) else np.float64(rng.normal()))
    return heads


def as_gradients(found: Any) -> Gradients:
    return [np.asarray(g, dtype=float) for g in found]


def tape_gradients(program: Program, f: FunctionType, args: tuple[Any, ...], value: Any, heads: list[Any]) -> Gradients:
    seed = tuple(heads) if isinstance(value, tuple) else heads[0]
    try:
        _, gradients = tape.value_and_grad(f, args, wrt=program.wrt, seed=seed)
    except Exception as error:
        raise Disagreement("the tape", described(error)) from error
    return as_gradients(gradients)


def directions(size: int) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(3)
    return [rng.normal(size=size) for _ in range(2)]


def differences_agree(
    program: Program, f: FunctionType, sample: tuple[str, ...], heads: list[Any], gradient: np.ndarray[Any, Any],
    scale: float,
) -> bool:
    """A coarse third opinion, where the tape and the complex step differ."""

    def along(direction: np.ndarray[Any, Any], step: float) -> float:
        args = list(arguments(sample))
        at = 0
        for k in program.wrt:
            size = np.size(args[k])
            args[k] = args[k] + (step * direction[at : at + size].reshape(np.shape(args[k])))[()]
            at += size
        values = [v for v in leaves(f(*args)) if np.asarray(v).dtype.kind == "f"]
        return float(sum(np.sum(h * v) for h, v in zip(heads, values, strict=False)))

    return all(
        abs((along(d, 1e-5) - along(d, -1e-5)) / 2e-5 - d @ gradient) < 1e-4 * scale * gradient.size
        for d in directions(gradient.size)
    )


def slopes(
    program: Program, f: FunctionType, sample: tuple[str, ...], heads: list[Any], gradient: np.ndarray[Any, Any]
) -> list[tuple[float, float]]:
    """Slopes by the complex step and by the gradient, along two directions."""
    found = []
    for direction in directions(gradient.size):
        args = arguments(sample)
        moved: dict[int, Any] = {}
        at = 0
        for k in program.wrt:
            size = np.size(args[k])
            moved[k] = direction[at : at + size].reshape(np.shape(args[k]))[()]
            at += size
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)  # an imaginary part would be lost
                tangent = leaves(directional(f, args, moved))
        except (TypeError, np.exceptions.ComplexWarning):  # the program leaves the complex plane
            return []
        slope = float(sum(np.sum(h * t) for h, t in zip(heads, tangent, strict=False)))
        if not np.isfinite(slope):
            return []
        found.append((slope, float(direction @ gradient)))
    return found


def overflows(f: FunctionType, sample: tuple[str, ...]) -> bool:
    """Whether an infinity or a NaN arises somewhere, if only on the way to something else."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return outcome(lambda: f(*arguments(sample)))[1] is FloatingPointError


def delicate(program: Program, f: FunctionType, sample: tuple[str, ...], kind: str) -> bool:
    """Whether the numbers move when the arguments do by less than their last digits: a kink, or ill-conditioned."""
    rng = np.random.default_rng(5)
    runs = []
    for size in (0.0, 1e-14, 1e-14, 1e-14):
        g = f if size == 0.0 else function_of(_moved_constants(program.text, size, rng))
        args = tuple(_moved(a, size, rng) for a in arguments(sample))
        value, error, _ = outcome(lambda args=args, g=g: g(*args))  # type: ignore[misc]
        if error is not None:
            return size > 0.0
        after = [np.ravel(np.asarray(a, dtype=float)) for a in (*leaves(value), *args)]
        if "gradient" in kind:
            args = tuple(_moved(a, size, rng) for a in arguments(sample))
            heads = heads(value, np.random.default_rng(1))
            after = [part.ravel() for part in tape_gradients(program, g, args, value, heads)]
        runs.append(np.concatenate(after))
    tolerance = (GRADIENT_RTOL if "gradient" in kind else VALUE_RTOL) / 4.0
    if any(r.shape != runs[0].shape for r in runs):
        return True
    scale = max(1.0, float(np.abs(runs[0]).max(initial=0.0)))
    return not all(np.allclose(r, runs[0], rtol=0.0, atol=tolerance * scale, equal_nan=True) for r in runs)


def _moved_constants(text: str, size: float, rng: np.random.Generator) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            node.value *= 1.0 + size * rng.normal()
    return ast.unparse(tree)


def _moved(value: Any, size: float, rng: np.random.Generator) -> Any:
    if isinstance(value, float):
        return value * (1.0 + size * rng.normal())
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        value *= 1.0 + size * rng.normal(size=value.shape)
    return value
