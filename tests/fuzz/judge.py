"""Run a program in every execution and say what disagrees."""

from __future__ import annotations

import ast
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np
from zoo.compare import leaves, structure
from zoo.complex_step import directional

from tapeless import CompileError, tape
from tapeless.compiler.ir.types import Array, Type

from .driver import Build, build, function_of
from .programs import Program

VALUE_RTOL = 1e-12
GRADIENT_RTOL = 1e-9
WILD = 1e30
SECONDS = 10.0
NUMBERS = ("value", "arguments after the call", "gradient", "gradient and complex step differ", "gradient of the tape",
           "all gradients differ", "gradient of the generated Python", "gradient, native and generated",
           "value of the generated Python")

Gradients = list[np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Verdict:
    """`kind` is "agree", a reason for which nothing could be compared, or what disagrees (then `wrong`)."""

    kind: str
    detail: str = ""
    wrong: bool = False
    native_source: str = ""


class TooLong(BaseException):
    pass


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: Any) -> None:
        raise TooLong

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, previous)


def judge(program: Program, level: int = 0) -> Verdict:
    """Compare all executions on all samples; the first disagreement is the verdict."""
    try:
        with limited(SECONDS), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _judge(program, level)
    except TooLong:
        return Verdict("too long", "", True)
    except Disagreement as found:
        return Verdict(found.kind, found.detail, True)


def _judge(program: Program, level: int) -> Verdict:
    try:
        f = function_of(program.text)
    except SyntaxError as error:
        return Verdict("syntax", str(error))
    first = arguments(program.samples[0])
    try:
        built = build(f, first, program.wrt, level)
    except CompileError as error:
        return Verdict(f"refused {_code(error)}", str(error))
    except Exception as error:
        raise Disagreement("crash of the compiler", described(error)) from error
    kinds = [_unless_delicate(program, f, built, sample) for sample in program.samples]
    return Verdict(next((k for k in kinds if k != "agree"), "agree"))


def _unless_delicate(program: Program, f: FunctionType, built: Build, sample: tuple[str, ...]) -> str:
    try:
        return _sample(program, f, built, sample)
    except Disagreement as found:
        if found.kind in NUMBERS and overflows(f, sample):
            return "wild on the way"
        if found.kind in NUMBERS and delicate(program, f, sample, found.kind):
            return "delicate"
        raise


def _code(error: CompileError) -> str:
    text = str(error)
    return text[text.find("[") + 1 : text.find("]")] if "[" in text else text[:40]


def _sample(program: Program, f: FunctionType, built: Build, sample: tuple[str, ...]) -> str:
    expected_args, actual_args = arguments(sample), arguments(sample)
    expected, error, words = outcome(lambda: f(*expected_args))
    actual, got, message = outcome(lambda: built.value(*actual_args))
    where = f"f({', '.join(sample)})"
    if error is not got:
        if got is OverflowError and error is None:
            return "beyond 64 bits"
        raise Disagreement("exception of the value", f"{where}: {_said(got, message)}, Python {_said(error, words)}")
    _same_values(expected_args, actual_args, "arguments after the call", where)
    if error is None:
        _same_values(expected, actual, "value", where)
    if not program.wrt or built.gradient is None:
        return "agree"
    return _derivatives(program, f, built, sample, expected, error)


def _said(error: type[Exception] | None, words: str) -> str:
    return f"{error.__name__} ({words})" if error else "no exception"


def _same_values(expected: Any, actual: Any, what: str, where: str) -> None:
    if structure(expected) != structure(actual):
        raise Disagreement(f"type of the {what}", f"{where}: {structure(actual)}, Python {structure(expected)}")
    for want, got in zip(leaves(expected), leaves(actual), strict=True):
        want, got = np.asarray(want), np.asarray(got)
        scale = np.abs(want[np.isfinite(want)]).max(initial=1.0) if want.dtype.kind == "f" else 0.0
        if not np.allclose(got, want, rtol=0.0, atol=VALUE_RTOL * scale, equal_nan=True):
            raise Disagreement(what, f"{where}:\n  {actual}\n  Python {expected}")


def _derivatives(
    program: Program, f: FunctionType, built: Build, sample: tuple[str, ...], value: Any, error: Any
) -> str:
    where = f"f({', '.join(sample)})"
    heads = heads(value, np.random.default_rng(1)) if error is None else list(map(_one, built.heads))
    gradient, generated = built.gradient, built.generated
    assert gradient is not None and generated is not None
    args = arguments(sample)
    actual, got, message = outcome(lambda: gradient(*args, *heads))
    if got is not error:
        raise Disagreement("exception of the gradient", f"{where}: {_said(got, message)}, Python {_said(error, '')}")
    if [np.asarray(a).tobytes() for a in args] != [np.asarray(a).tobytes() for a in arguments(sample)]:
        raise Disagreement("arguments after the gradient", f"{where}: {args}")
    copies = arguments(sample)
    printed, other, words = outcome(lambda: generated(*copies, _structured(value, heads)))
    if error is not None:
        if other is None:
            raise Disagreement("exception of the generated Python", f"{where}: none, Python {_said(error, '')}")
        return "raises"
    if other is not None:
        raise Disagreement("exception of the generated Python", f"{where}: {_said(other, words)}")
    numbers = np.concatenate([np.ravel(np.asarray(leaf, dtype=float)) for leaf in leaves(value)])
    if not np.isfinite(numbers).all() or np.abs(numbers).max(initial=0.0) > WILD:
        return "wild value"
    native = as_gradients(actual)
    oracle = tape_gradients(program, f, arguments(sample), value, heads)
    if not all(np.isfinite(g).all() and np.abs(g).max(initial=0.0) < WILD for g in oracle):
        return "wild gradient"
    _compare_all(program, f, sample, native, oracle, as_gradients(printed[1]), heads, where)
    _same_values(value, printed[0], "value of the generated Python", where)
    return "agree"


def _structured(value: Any, heads: list[Any]) -> Any:
    """The heads in the structure of the value; an item without a derivative has None."""
    left = list(heads)

    def part(v: Any) -> Any:
        if isinstance(v, tuple):
            return tuple(map(part, v))
        return left.pop(0) if np.asarray(v).dtype.kind == "f" else None

    return part(value) if value is not None else heads[0] if len(heads) == 1 else tuple(heads)


def _one(t: Type) -> Any:
    """Any head gradient of a type."""
    return np.ones((1,) * t.rank, t.kind) if isinstance(t, Array) else np.dtype(str(t.kind)).type(1.0)  # type: ignore[union-attr]


def _compare_all(
    program: Program, f: FunctionType, sample: tuple[str, ...], native: Gradients, oracle: Gradients,
    printed: Gradients, heads: list[Any], where: str,
) -> None:
    flat = [np.concatenate([g.ravel() for g in part]) for part in (native, oracle, printed)]
    scale = max(1.0, float(np.abs(flat[1]).max(initial=0.0)))
    shown = f"{where}\n  native    {native}\n  tape      {oracle}\n  generated {printed}"
    shapes = [g.shape for g in oracle]
    if [g.shape for g in native] != shapes or [g.shape for g in printed] != shapes:
        raise Disagreement("shape of the gradient", shown)
    same_native = _close(flat[0], flat[1], scale)
    same_printed = _close(flat[2], flat[1], scale)
    slopes = slopes(program, f, sample, heads, flat[1]) if program.analytic else []
    tape_right = all(abs(a - b) <= GRADIENT_RTOL * scale * flat[1].size for a, b in slopes)
    if same_native and same_printed and tape_right:
        return
    if not tape_right and same_native and differences_agree(program, f, sample, heads, flat[1], scale):
        return  # the complex step decides ties by the imaginary part
    if not tape_right:
        mine = all(abs(s - d @ flat[0]) <= GRADIENT_RTOL * scale * flat[0].size
                   for (s, _), d in zip(slopes, directions(flat[0].size), strict=True))
        kind = "gradient and complex step differ" if same_native else "gradient of the tape"
        kind = kind if mine or same_native else "all gradients differ"
        raise Disagreement(kind, f"{shown}\n  slopes {slopes}")
    kind = "gradient" if not same_native else "gradient of the generated Python"
    if not same_native and not same_printed and _close(flat[0], flat[2], scale):
        kind = "gradient, native and generated"
    raise Disagreement(kind, shown)


def _close(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any], scale: float) -> bool:
    return bool(np.all(np.abs(a - b) <= GRADIENT_RTOL * scale))
