"""What a program should give: the tape, the complex step, and whether its numbers mean anything."""

from __future__ import annotations

import ast
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

import numpy as np

from tapeless import tape
from zoo.compare import leaves
from zoo.complex_step import directional
from zoo.executions import is_float, normal
from zoo.structures import rebuilt

from .driver import function_of
from .programs import Program

Vector = np.ndarray[Any, Any]

WILD = 1e30  # beyond it, numbers are not compared


class Disagreement(Exception):
    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail


@dataclass(frozen=True)
class Case:
    """One program at one of its samples."""

    program: Program
    f: FunctionType
    sample: tuple[str, ...]

    @property
    def args(self) -> tuple[Any, ...]:
        """Fresh arguments."""
        world = dict(self.f.__globals__)
        return tuple(eval(text, world) for text in self.sample)

    @property
    def apart(self) -> Case:
        """The same arguments without shared memory: what each gradient is of, where nothing is stored into any."""
        if not self.program.shared:
            return self
        texts = (f"np.array({a.tolist()}, dtype=np.{a.dtype})" if isinstance(a, np.ndarray) else text
                 for a, text in zip(self.args, self.sample, strict=True))
        return replace(self, sample=tuple(texts))

    def raises_as_its_own(self, error: type[Exception] | None, got: type[Exception] | None) -> bool:
        """Whether Python raises only because a float is its own on this path, where on another it is NumPy's.

        Compiled code gives a variable one type where paths meet, so it computes with infinities there, and ends as
        Python does when the floats among the arguments are NumPy's.
        """
        if error not in (ZeroDivisionError, OverflowError):
            return False
        args = tuple(rebuilt(a, lambda x: np.float64(x) if type(x) is float else x) for a in self.args)
        return outcome(lambda: self.f(*args))[1] is got

    def with_float_sums(self) -> Any:
        """The value where a sum of no numbers is 0.0: compiled code gives a sum one type, whatever the length.

        What Python computes from the integer 0 it may compute in another type. None where that raises.
        """

        def float_sum(items: Any, start: Any = 0) -> Any:
            total = sum(items, start)
            return float(total) if type(total) is int else total

        return outcome(lambda: function_of(self.program.text, sum=float_sum)(*self.args))[0]

    def overlaps(self) -> bool:
        """Whether NumPy's result changes when what is stored is copied before.

        It should not. But NumPy 2.4 stores `x[::2] = x[:3]` element by element, and reads what it has just written.
        """

        class Copied(ast.NodeTransformer):
            def visit_Assign(self, node: ast.Assign) -> ast.Assign:
                if any(isinstance(t, ast.Subscript) for t in node.targets):
                    node.value = ast.Call(ast.Name("_copied", ast.Load()), [node.value], [])
                return node

        def copied(value: Any) -> Any:
            return value.copy() if isinstance(value, np.ndarray) else value

        text = ast.unparse(ast.fix_missing_locations(Copied().visit(ast.parse(self.program.text))))
        args, others = self.args, self.args
        found = outcome(lambda: self.f(*args))[0], args
        other = outcome(lambda: function_of(text, _copied=copied)(*others))[0], others
        return not np.array_equal(numbers(found), numbers(other), equal_nan=True)

    def __str__(self) -> str:
        return f"f({', '.join(self.sample)})"

    @property
    def value_rtol(self) -> float:
        return 1e-5 if self.program.single else 1e-12

    @property
    def gradient_rtol(self) -> float:
        return 1e-4 if self.program.single else 1e-9


def place_of(error: BaseException) -> str:
    """An exception of ours, and where it comes from."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:300]} at {last.filename.split('/')[-1]}:{last.lineno} {last.name}"


def outcome(run: Callable[[], Any]) -> tuple[Any, type[Exception] | None, str]:
    """What a call returns, or the class of its exception and what it says."""
    try:
        return run(), None, ""
    except Exception as error:
        return None, type(error), str(error)


# ------------------------------------------------------------------------------------------------------- gradients


def random_heads(value: Any) -> list[Any]:
    """A head gradient for every floating-point item of a value."""
    rng = np.random.default_rng(1)
    found: list[Any] = []
    for leaf in leaves(value):
        kind = np.asarray(leaf).dtype
        if kind.kind in "fc":
            drawn = np.asarray(normal(rng, leaf), dtype=kind)
            found.append(drawn if isinstance(leaf, np.ndarray) else drawn[()])
    return found


def structured(value: Any, heads: list[Any]) -> Any:
    """Heads in the structure of the value; an item without a derivative has None."""
    left = iter(heads)
    return rebuilt(value, lambda v: next(left) if v is not None and is_float(v) else None)


def flat(gradients: Any) -> Vector:
    """The numbers of all gradients in one row; a complex one is two."""
    rows = [as_reals(np.asarray(g)) for g in leaves(gradients)]
    return np.concatenate([*rows, np.empty(0)])


def numbers(value: Any) -> Vector:
    """The numbers in a value that has texts and the like in it as well."""
    return flat([leaf for leaf in leaves(value) if np.asarray(leaf).dtype.kind in "fciub"])


def as_reals(x: Vector) -> Vector:
    numbers = np.ravel(x).astype(np.complex128 if x.dtype.kind == "c" else np.float64)
    return numbers.view(np.float64)


def tape_gradients(case: Case, f: FunctionType, args: tuple[Any, ...], value: Any) -> list[Any] | None:
    """The gradients on the tape; None for a program that the tape does not know."""
    seed = structured(value, random_heads(value))
    gradients, error, _ = outcome(lambda: tape.value_and_grad(f, args, wrt=case.program.wrt, seed=seed)[1])
    return None if error is not None else list(gradients)


# ---------------------------------------------------------------------------------------------------------- slopes


def directions(size: int) -> list[Vector]:
    rng = np.random.default_rng(3)
    return [rng.normal(size=size) for _ in range(2)]


def parts(case: Case, direction: Vector) -> Iterator[tuple[int, Any]]:
    """A direction, cut into pieces for the arguments."""
    at = 0
    args = case.args
    for k in case.program.wrt:
        found = []
        for leaf in filter(is_float, leaves(args[k])):
            size = np.size(leaf) * (2 if np.iscomplexobj(leaf) else 1)
            piece = direction[at : at + size]
            piece = piece.view(np.complex128) if np.iscomplexobj(leaf) else piece
            found.append(piece.reshape(np.shape(leaf))[()])
            at += size
        left = iter(found)
        yield k, rebuilt(args[k], lambda x: next(left) if x is not None and is_float(x) else None)


def paired(value: Any, heads: list[Any]) -> float:
    floats = [v for v in leaves(value) if np.asarray(v).dtype.kind in "fc"]
    return float(sum(np.sum(np.real(np.conj(h) * v)) for h, v in zip(heads, floats, strict=True)))


def complex_slopes(case: Case, heads: list[Any], size: int) -> list[float]:
    """Slopes by the complex step along two directions; none where the program leaves the complex plane.

    Nor beside numbers so large that what they add to an imaginary part, and take from it later, leaves nothing of it.
    """
    found: list[float] = []
    if np.abs(numbers(case.args)).max(initial=0.0) > WILD:
        return found
    for direction in directions(size):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)  # an imaginary part would be lost
                tangent = directional(case.f, case.args, dict(parts(case, direction)))
            found.append(paired(tangent, heads))
        except Exception:  # what the complex step cannot follow it says nothing about
            return []
    return found if np.isfinite(found).all() else []


def differences_agree(case: Case, heads: list[Any], gradient: Vector, scale: float) -> bool | None:
    """A coarse third opinion, where the tape and the complex step differ; None where a step leaves the program."""

    def along(direction: Vector, step: float) -> float:
        args = list(case.args)
        for k, part in parts(case, direction):
            args[k] = rebuilt(args[k], lambda x, d: x if d is None else x + step * d, part)
        return paired(case.f(*args), heads)

    def slopes() -> list[float]:
        return [(along(d, 1e-5) - along(d, -1e-5)) / 2e-5 for d in directions(gradient.size)]

    found, error, _ = outcome(slopes)
    if error is not None:
        return None
    pairs = zip(found, directions(gradient.size), strict=True)
    return all(abs(s - d @ gradient) < 1e-4 * scale * gradient.size for s, d in pairs)


# --------------------------------------------------------------------------------------------------- meaningfulness


def overflows(case: Case) -> bool:
    """Whether an infinity or a NaN arises somewhere, if only on the way to something else."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        args = case.args
        value, error, _ = outcome(lambda: case.f(*args))
    return error is FloatingPointError or not np.isfinite(numbers((value, args))).all()  # BLAS tells nobody


ZEROS = -1.0  # in place of how far the input is moved


def delicate(case: Case, of_gradient: bool) -> bool:
    """Whether the numbers move when the input does by less than its last digits: a kink, or ill-conditioned.

    Or when numbers of which the square is zero are zeros: `np.linalg.norm` cannot tell them from its kink.
    """
    rng = np.random.default_rng(5)
    size = 1e-7 if case.program.single else 1e-14
    runs = [_run(case, of_gradient, s, rng) for s in (0.0, *(size,) * 9, ZEROS)]
    first = runs[0]
    if first is None or any(r is None or r.shape != first.shape for r in runs):
        return True
    tolerance = (case.gradient_rtol if of_gradient else case.value_rtol) / 4.0
    return not all(np.allclose(r, first, rtol=tolerance, atol=tolerance, equal_nan=True) for r in runs)


def _run(case: Case, of_gradient: bool, size: float, rng: np.random.Generator) -> Vector | None:
    """Values or gradients for arguments and constants that are moved a little."""
    f = case.f if size in (0.0, ZEROS) else function_of(_moved_constants(case.program.text, size, rng))
    moved = [rebuilt(a, lambda x: _moved(x, size, rng)) for a in case.args]
    args = tuple(rebuilt(a, lambda x: x.copy() if isinstance(x, np.ndarray) else x) for a in moved)
    value, error, _ = outcome(lambda: f(*args))
    if error is not None:
        return None
    if of_gradient:
        gradients = tape_gradients(case, f, tuple(moved), value)
        return None if gradients is None else flat(gradients)
    return flat([value, *args])


def _moved_constants(text: str, size: float, rng: np.random.Generator) -> str:
    """A program with other last digits in its numbers, and in each entry of `np.ones` and `np.eye`."""
    tree = _MovedArrays(size, rng).visit(ast.parse(text))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            node.value *= 1.0 + size * rng.normal()
    return ast.unparse(ast.fix_missing_locations(tree))


class _MovedArrays(ast.NodeTransformer):
    """Sums of products with ones are equal where the rows of a matrix are, but for the order in which they add up."""

    def __init__(self, size: float, rng: np.random.Generator) -> None:
        self.size, self.rng = size, rng

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if ast.unparse(node.func) not in ("np.ones", "np.eye"):
            return node
        draw = f"np.random.default_rng({self.rng.integers(1 << 30)}).normal(size=a.shape)"
        moved = f"(lambda a: a + (a * {self.size} * {draw}).astype(a.dtype))(0)"
        call = ast.parse(moved, mode="eval").body
        assert isinstance(call, ast.Call)
        call.args = [node]
        return call


def _moved(value: Any, size: float, rng: np.random.Generator) -> Any:
    if size == ZEROS:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            value[np.square(value) == 0.0] = 0.0
        return type(value)(0.0) if isinstance(value, float) and value * value == 0.0 else value
    if isinstance(value, float | complex | np.inexact):
        return type(value)(value * (1.0 + size * rng.normal()) if value else size * rng.normal())
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        by = size * np.where(value == 0, 1.0, value) * rng.normal(size=value.shape)
        value[...] = value + by.astype(value.dtype)
    return value
