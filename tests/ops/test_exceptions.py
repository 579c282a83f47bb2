"""Python numbers raise where NumPy numbers go to infinity or NaN; the operations decide by the type they are given."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import CompileError, differentiate

from . import written
from .oracles import quiet
from .written import returning

FLOATS = (0.0, -0.0, 1.0, -1.5, 0.5, 3.0, -3.0, 1e200, -1e200, 1e-200, 710.0, math.inf, -math.inf, math.nan)
INTEGERS = (0, 1, -1, 2, -7, 63, 2**62, -(2**63), 2**63 - 1)

UNARY = tuple(
    f"math.{name}(a)"
    for name in (
        *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp"),
        *("expm1", "log", "log2", "log10", "log1p", "sqrt", "fabs", "degrees", "radians", "erf", "erfc", "gamma"),
        *("lgamma", "isnan", "isinf", "isfinite"),
    )
) + (
    "-a",
    "abs(a)",
    "1.0 / a",
    "a ** 2",
    "a ** 3",
    "a ** -1",
    "2.0 ** a",
    "math.log(a, 2.0)",
    "int(a)",
    "math.floor(a)",
)

BINARY = ("a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "a ** b", "a < b", "a == b", "min(a, b)", "max(a, b)")
BINARY += ("math.pow(a, b)", "math.fmod(a, b)", "math.atan2(a, b)", "math.hypot(a, b)", "math.copysign(a, b)")


def outcome(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """The value, or the class of the exception."""
    try:
        return function(*args)
    except (ArithmeticError, ValueError) as error:
        return type(error)


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, type) or isinstance(ours, type):
        return ours is theirs
    if type(ours) is not type(theirs):
        return False
    if isinstance(theirs, float | np.floating):
        close = math.isclose(ours, theirs, rel_tol=1e-14) or (math.isnan(ours) and math.isnan(theirs))
        return close and (math.isnan(theirs) or math.copysign(1.0, ours) == math.copysign(1.0, theirs))
    return bool(ours == theirs)


def expected(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Python's outcome, with the two kinds of result that compiled code has no room for as the exception it raises."""
    value = outcome(function, args)
    if isinstance(value, complex):
        return ValueError
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return OverflowError
    return value


def disagreements(expression: str, samples: list[tuple[Any, ...]]) -> dict[tuple[Any, ...], str]:
    function = returning(", ".join("ab"[: len(samples[0])]), expression)
    compiled = differentiate(function)
    found = {}
    for args in samples:
        ours, theirs = outcome(compiled, args), expected(function, args)
        if not same(ours, theirs):
            found[args] = f"{ours!r} instead of {theirs!r}"
    return found


@pytest.mark.parametrize("expression", UNARY)
def test_python_floats(expression: str) -> None:
    assert not disagreements(expression, [(a,) for a in FLOATS])


@pytest.mark.parametrize("expression", UNARY)
def test_python_integers(expression: str) -> None:
    assert not disagreements(expression, [(a,) for a in INTEGERS])


@pytest.mark.parametrize("expression", BINARY)
def test_pairs_of_python_floats(expression: str) -> None:
    assert not disagreements(expression, list(itertools.product(FLOATS, repeat=2)))


def affordable(expression: str, a: int, b: int) -> bool:
    """Python's own powers of long integers would take forever; a negative one is a float, which has no type here."""
    return "**" not in expression or 0 <= b < 64


@pytest.mark.parametrize("expression", BINARY)
def test_pairs_of_python_integers(expression: str) -> None:
    pairs = [(a, b) for a, b in itertools.product(INTEGERS, repeat=2) if affordable(expression, a, b)]
    assert not disagreements(expression, pairs)


def test_integer_to_a_negative_power_is_never_a_wrong_integer() -> None:
    compiled = differentiate(returning("a, b", "a ** b"))
    for a in INTEGERS:
        with pytest.raises((ValueError, ZeroDivisionError)):
            compiled(a, -1)


@pytest.mark.parametrize(
    "expression", ["np.int32(a)", "np.int64(a)", "np.float32(a)", "np.bool_(a)", "float(a)", "bool(a)"]
)
@pytest.mark.parametrize("a", [1.5, -7.9, 3, 2**40, True, 1e200, math.inf, math.nan], ids=repr)
def test_conversions_of_python_numbers(expression: str, a: Any) -> None:
    with quiet():
        found = disagreements(expression, [(a,)])
    assert not found


NUMPY_UNARY = ("np.sqrt(a)", "np.log(a)", "np.arcsin(a)", "np.exp(a)", "1.0 / a", "a ** -1", "a ** 0.5", "np.sinh(a)")
NUMPY_BINARY = ("a / b", "a // b", "a % b", "a ** b", "np.fmod(a, b)", "a * b")


def in_numpy(function: Callable[..., Any], args: tuple[Any, ...]) -> np.ndarray:
    with quiet():
        return np.asarray(function(*args))


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("expression", (*NUMPY_UNARY, *NUMPY_BINARY))
def test_numpy_floats_raise_nothing(expression: str, kind: type) -> None:
    parameters = "a" if expression in NUMPY_UNARY else "a, b"
    function = returning(parameters, expression)
    compiled = differentiate(function)
    rtol = 1e-14 if kind is np.float64 else 1e-6
    for values in itertools.product(FLOATS[:7] + FLOATS[-3:], repeat=len(parameters.split(","))):
        args = tuple(map(kind, values))
        actual, wanted = np.asarray(compiled(*args)), in_numpy(function, args)
        assert actual.dtype == wanted.dtype
        np.testing.assert_allclose(actual, wanted, rtol=rtol, err_msg=f"{expression} of {args}")


DIVISIONS = """
import warnings
import numpy as np
from tapeless import differentiate

warnings.simplefilter("ignore")

@differentiate
def divided(a, b):
    return a // b, a % b

def reference(a, b):
    return a // b, a % b

for kind in (np.int64, np.int32):
    least = np.iinfo(kind).min
    for a, b in ((7, 0), (-7, 0), (0, 0), (least, -1), (least, 0), (7, -2), (-7, 2)):
        for shape in ((), (1,), (9,)):
            x, y = (np.full(shape, v, dtype=kind)[()] for v in (a, b))
            for ours, theirs in zip(divided(x, y), reference(x, y)):
                assert np.array_equal(ours, theirs) and ours.dtype == theirs.dtype, (kind, a, b, shape, ours, theirs)
print("survived")
"""


def test_integer_division_by_zero_does_not_end_the_process(tmp_path: Any) -> None:
    """NumPy gives 0 for `n // 0` and `n % 0`, and wraps round for the least integer over -1; the processor traps."""
    script = tmp_path / "divisions.py"
    script.write_text(DIVISIONS)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "survived" in done.stdout, f"exit status {done.returncode}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("a", [0.1, 2**40 + 1], ids=repr)
def test_a_python_number_is_not_narrowed_by_a_float32_on_the_other_path(a: float) -> None:
    """What Python computes with it later depends on the path, so no single type is right."""
    with pytest.raises(CompileError) as caught:
        differentiate(returning("a, b", "a if a < b else b"))(a, np.float32(0.5))
    assert caught.value.findings[0].code == "T005"


@pytest.mark.parametrize("start", ["0", "0.0", "-1.5", "2**24", "np.float32(0.1)"])
def test_a_number_that_float32_holds_may_be_its_start(start: str) -> None:
    function = written.function(f"def f(a):\n    s = {start}\n    for i in range(3):\n        s += a\n    return s\n")
    ours, theirs = differentiate(function)(np.float32(0.1)), function(np.float32(0.1))
    assert (ours, type(ours)) == (theirs, np.float32)


def test_a_number_that_float32_does_not_hold_may_not_be_its_start() -> None:
    function = written.function("def f(a):\n    s = 0.1\n    if a > 0:\n        s = a\n    return s\n")
    with pytest.raises(CompileError) as caught:
        differentiate(function)(np.float32(0.5))
    assert caught.value.findings[0].code == "T005"


@pytest.mark.parametrize("value", [np.float32(0.1), np.float64(0.1), np.int32(2), np.int64(2), np.True_], ids=repr)
@pytest.mark.parametrize("expression", ["math.sin(a)", "math.log(a, 10)", "math.pow(a, 2)", "math.hypot(a, 1.0)"])
def test_math_turns_numpy_numbers_into_python_floats_first(expression: str, value: Any) -> None:
    assert not disagreements(expression, [(value,)])


def test_generated_python_calls_the_power_that_does_not_raise() -> None:
    """The exponent begins as a number of Python's, with which `**` would raise."""
    function = written.function(
        "def f(x, d):\n    for k in range(2):\n        if k > 0:\n            d = d + a\n        a = np.power(x, d)\n"
        "    return d\n")
    compiled = differentiate(function)
    assert compiled(200.0, 200.0) == np.inf
    with np.errstate(all="ignore"):
        assert written.adjoint(compiled)(200.0, 200.0)[0] == np.inf
