"""Run a program in every execution and say what disagrees."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from tapeless import CompileError
from tapeless.compiler.ir.types import Array, Scalar, TupleOf, Type
from tapeless.compiler.ir.types import is_float as is_float_type
from zoo.compare import leaves, structure
from zoo.executions import is_float
from zoo.structures import as_tuples, rebuilt

from .driver import Build, build, function_of
from .oracles import (
    WILD,
    Case,
    Disagreement,
    Vector,
    complex_slopes,
    delicate,
    differences_agree,
    directions,
    flat,
    outcome,
    overflows,
    place_of,
    random_heads,
    structured,
    tape_gradients,
)
from .programs import Program

SECONDS = 10.0


@dataclass(frozen=True)
class Verdict:
    """`kind` is "agree", a reason for which nothing could be compared, or what disagrees (then `wrong`)."""

    kind: str
    detail: str = ""
    wrong: bool = False


class TooLong(BaseException):
    pass


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop whatever runs after so many seconds of the processor, compiled code included."""

    def stop(number: int, frame: Any) -> None:
        raise TooLong

    previous = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, previous)


def judge(program: Program, level: int = 0) -> Verdict:
    """Compare all executions on all samples; the first disagreement is the verdict."""
    try:
        with limited(SECONDS), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _judge(program, level)
    except TooLong:
        return Verdict("endless in Python") if _endless(program) else Verdict("too long", "", True)
    except Disagreement as found:
        return Verdict(found.kind, found.detail, True)


def _endless(program: Program) -> bool:
    """Whether Python itself does not come to an end: a `continue` may have got before the exit of a loop."""
    f = function_of(program.text)
    try:
        with limited(2.0), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for sample in program.samples:
                case = Case(program, f, sample)
                outcome(lambda case=case: f(*case.args))
    except TooLong:
        return True
    return False


def _judge(program: Program, level: int) -> Verdict:
    try:
        f = function_of(program.text)
    except SyntaxError as error:
        return Verdict("syntax", str(error), True)
    except (IndexError, ArithmeticError, ValueError) as error:  # by the lines above its functions
        return Verdict("no module", str(error))
    cases = [Case(program, f, sample) for sample in program.samples]
    try:
        built = build(f, cases[0].args, program.wrt, level, shared=program.shared)
    except CompileError as error:
        return Verdict(f"refused {_code(error)}", str(error))
    except Exception as error:
        _, raised, _ = outcome(lambda: f(*cases[0].args))
        raise Disagreement("crash of the compiler", f"Python {_said(raised)}; {place_of(error)}") from error
    kinds = [_unless_delicate(case, built) for case in cases]
    return Verdict(next((k for k in kinds if k != "agree"), "agree"))


def _code(error: CompileError) -> str:
    text = str(error)
    return text[text.find("[") + 1 : text.find("]")] if "[" in text else text[:40]


def _unless_delicate(case: Case, built: Build) -> str:
    """The verdict on a sample; a difference of numbers counts only where the numbers mean something."""
    try:
        return _sample(case, built)
    except Disagreement as found:
        if "exception" in found.kind or "type" in found.kind:
            raise
        if overflows(case):
            return "wild on the way"
        if case.overlaps():
            return "NumPy overlaps"
        if delicate(case, "gradient" in found.kind):
            return "delicate"
        raise


def _sample(case: Case, built: Build) -> str:
    expected_args, actual_args = case.args, case.args
    expected, error, words = outcome(lambda: case.f(*expected_args))
    actual, got, message = outcome(lambda: built.value(*actual_args))
    if error is not got and not (error is NameError and got is UnboundLocalError):  # of free variables, by version
        if got is OverflowError and "64 bits" in message:
            return "beyond 64 bits"
        if case.raises_as_its_own(error, got):
            return "a number of Python's"
        raise Disagreement("exception of the value", f"{case}: {_said(got, message)}, Python {_said(error, words)}")
    _same_values(case, expected_args, actual_args, "arguments after the call")
    if error is None:
        if _structure(case, _widened(expected, actual)) != _structure(case, actual):
            _same_values(case, case.with_float_sums(), actual, "value")
            return "a sum of nothing"
        _same_values(case, expected, actual, "value")
        expected = _widened(expected, actual)
    if not case.program.wrt or built.gradient is None or not built.heads:
        return "agree"
    return _raising(case, built, error) if error else _derivatives(case, built, expected)


def _said(error: type[Exception] | None, words: str = "") -> str:
    return f"{error.__name__} ({words})" if error else "no exception"


def _same_values(case: Case, expected: Any, actual: Any, what: str) -> None:
    expected = _widened(expected, actual)
    if _structure(case, expected) != _structure(case, actual):
        raise Disagreement(f"type of the {what}", f"{case}: {structure(actual)}, Python {structure(expected)}")
    for want, got in zip(leaves(expected), leaves(actual), strict=True):
        if isinstance(want, Enum):
            if want is not got:
                raise Disagreement(what, f"{case}:\n  {actual}\n  Python {expected}")
            continue
        want, got = np.asarray(want), np.asarray(got)
        scale = np.abs(want[np.isfinite(want)]).max(initial=1.0) if want.dtype.kind in "fc" else 0.0
        if not np.allclose(got, want, rtol=0.0, atol=case.value_rtol * scale, equal_nan=True):
            raise Disagreement(what, f"{case}:\n  {actual}\n  Python {expected}")


def _widened(expected: Any, actual: Any) -> Any:
    """The sum of no numbers is the integer 0 in Python; a variable that may be that or a float is a float here."""

    def leaf(want: Any, got: Any) -> Any:
        whole = isinstance(want, int) and not isinstance(want, bool) and isinstance(got, float | np.floating)
        return type(got)(want) if whole else want

    try:
        return rebuilt(expected, leaf, actual)
    except (TypeError, ValueError):  # not even the same fields
        return expected


def _structure(case: Case, value: Any) -> Any:
    """Whether a number is float32 can depend on the path in Python; with float32 arguments only shapes are compared."""
    return [np.shape(leaf) for leaf in leaves(value)] if case.program.single else structure(value)


def _leaf_type(value: Any) -> tuple[Any, ...]:
    return np.shape(value), np.asarray(value).dtype


def _raising(case: Case, built: Build, error: type[Exception]) -> str:
    """Where Python raises, so does every gradient."""
    assert built.gradient is not None and built.generated is not None
    heads = list(map(_one, built.heads))
    _, got, message = outcome(lambda: built.gradient(*case.args, *heads))  # type: ignore[misc]
    if got is not error and not (error is NameError and got is UnboundLocalError):
        raise Disagreement("exception of the gradient", f"{case}: {_said(got, message)}, Python {_said(error)}")
    _, other, _ = outcome(lambda: built.generated(*case.args, _one(built.result)))  # type: ignore[misc]
    if other is None:
        raise Disagreement("exception of the generated Python", f"{case}: none, Python {_said(error)}")
    return "raises"


def _one(t: Type) -> Any:
    """Any head gradient of a type."""
    if isinstance(t, TupleOf):
        return tuple(_one(item) for item in t.items)
    if not is_float_type(t):
        return None
    if isinstance(t, Array):
        return np.ones((1,) * t.rank, t.kind)
    assert isinstance(t, Scalar)
    return np.dtype(t.kind).type(1.0)


def _derivatives(case: Case, built: Build, value: Any) -> str:
    gradient, generated = built.gradient, built.generated
    assert gradient is not None and generated is not None
    heads = random_heads(value)
    if case.program.single and len(heads) == len(built.heads):  # float32 or not is decided for all paths alike
        heads = [h.astype(str(getattr(t, "kind", "float64"))) for h, t in zip(heads, built.heads, strict=True)]
    args = case.args
    native, got, message = outcome(lambda: gradient(*args, *heads))
    if got is not None:
        raise Disagreement("exception of the gradient", f"{case}: {_said(got, message)}, Python no exception")
    if [np.asarray(a).tobytes() for a in leaves(args)] != [np.asarray(a).tobytes() for a in leaves(case.args)]:
        raise Disagreement("arguments after the gradient", f"{case}: {args}")
    printed, got, message = outcome(lambda: generated(*case.args, structured(value, heads)))
    if got is not None:
        raise Disagreement("exception of the generated Python", f"{case}: {_said(got, message)}")
    numbers = flat(value)
    if not np.isfinite(numbers).all() or np.abs(numbers).max(initial=0.0) > WILD:
        return "wild value"
    case = case.apart
    oracle = tape_gradients(case, case.f, case.args, value)
    wanted = flat(native if oracle is None else oracle)
    if not np.isfinite(wanted).all() or np.abs(wanted).max(initial=0.0) > WILD:
        return "wild gradient"
    _same_types(case, native, printed[1])
    wanted_value = as_tuples(value)
    _same_values(case, wanted_value, _widened(printed[0], wanted_value), "value of the generated Python")
    if oracle is None:
        return _without_tape(case, flat(native), flat(printed[1]), heads)
    _same_gradients(case, flat(native), flat(oracle), flat(printed[1]), heads)
    return "agree"


def _same_types(case: Case, native: Any, printed: Any) -> None:
    args = [case.args[k] for k in case.program.wrt]
    for found, what in ((native, "gradient"), (printed, "gradient of the generated Python")):
        if [_leaf_type(g) for g in leaves(found)] != [_leaf_type(a) for a in leaves(args) if is_float(a)]:
            raise Disagreement(f"type of the {what}", f"{case}:\n  {found}")


def _without_tape(case: Case, native: Vector, printed: Vector, heads: list[Any]) -> str:
    """The verdict where only slopes are known."""
    shown = f"{case}\n  native    {native}\n  generated {printed}"
    scale = max(1.0, float(np.abs(native).max(initial=0.0)))
    if not np.all(np.abs(native - printed) <= case.gradient_rtol * scale):
        raise Disagreement("gradient, native or generated", shown)
    if case.program.single:
        return "no oracle"
    slopes = complex_slopes(case, heads, native.size) if case.program.analytic else []
    pairs = zip(slopes, directions(native.size), strict=False)
    if slopes and all(abs(s - d @ native) <= case.gradient_rtol * scale * native.size for s, d in pairs):
        return "agree"
    agree = differences_agree(case, heads, native, scale)
    if agree is False:
        raise Disagreement("gradient and differences", f"{shown}\n  slopes {slopes}")
    return "agree" if agree else "no oracle"


def _same_gradients(case: Case, a: Vector, b: Vector, c: Vector, heads: list[Any]) -> None:
    """Native, by the tape, and of the generated Python."""
    shown = f"{case}\n  native    {a}\n  tape      {b}\n  generated {c}"
    scale = max(1.0, float(np.abs(b).max(initial=0.0)))
    near = case.gradient_rtol * scale

    def close(x: Any, y: Any) -> bool:
        return bool(np.all(np.abs(x - y) <= near))

    analytic = case.program.analytic and not case.program.single
    slopes = complex_slopes(case, heads, b.size) if analytic else []
    apart = not all(abs(s - d @ b) <= near * b.size for s, d in zip(slopes, directions(b.size), strict=False))
    if apart and not (close(a, b) and differences_agree(case, heads, b, scale) is not False):
        mine = all(abs(s - d @ a) <= near * b.size for s, d in zip(slopes, directions(b.size), strict=False))
        kind = "gradient of the tape" if mine else "gradient and complex step differ"
        raise Disagreement(kind, f"{shown}\n  slopes {slopes}")
    if close(a, b) and close(c, b):
        return
    kind = "gradient of the generated Python" if close(a, b) else "gradient"
    raise Disagreement("gradient, native and generated" if close(a, c) else kind, shown)
