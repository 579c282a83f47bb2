"""Native code raises Python's exception, at the user's line, and the next call is right."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .executions import compiled
from .program import Program
from .raising import OVERFLOWING, PROGRAMS

NATIVE = {
    "primal": lambda program, args: compiled(program)(*args),
    "gradient": lambda program, args: compiled(program).value_and_grad(*args),
}


def raised(call: Callable[[], Any]) -> Exception:
    with pytest.raises(Exception) as caught:
        call()
    return caught.value


def line_in(error: BaseException, filename: str) -> int | None:
    """The innermost line of a traceback that lies in the file."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename]
    return lines[-1] if lines else None


@pytest.mark.parametrize("mode", NATIVE)
@pytest.mark.parametrize("program", [pytest.param(program, id=program.id) for program in PROGRAMS])
def test_same_exception_as_python(program: Program, mode: str) -> None:
    for sample in program.samples():
        expected = raised(lambda s=sample: program.fn(*program.arguments(s)))
        actual = raised(lambda s=sample: NATIVE[mode](program, program.arguments(s)))
        assert type(actual) is type(expected), f"{actual!r} instead of {expected!r}"
        if program.title.startswith("raise_"):
            assert actual.args == expected.args
        here = program.fn.__code__.co_filename
        assert line_in(actual, here) == line_in(expected, here), "the traceback points at the user's line"


def element_quotient(x):
    return x[0] / x[1]


def element_power(x):
    return x[1] ** -1


@pytest.mark.parametrize("fn", [element_quotient, element_power])
@pytest.mark.filterwarnings("ignore")
def test_elements_of_arrays_divide_as_numpy_numbers(fn: Any) -> None:
    """A Python float raises ZeroDivisionError; an element of an array gives an infinity."""
    from tapeless import differentiate

    assert differentiate(fn)(np.array([1.0, 0.0])) == np.inf


def by_title(title: str) -> Program:
    return next(program for program in PROGRAMS if program.title == title)


def test_the_call_after_an_exception_is_right() -> None:
    f = compiled(by_title("index_in_the_middle_of_a_loop"))
    x = np.array([1.0, 2.0, 3.0])
    for _ in range(3):
        with pytest.raises(IndexError):
            f.value_and_grad(x, 5)
        value, gradient = f.value_and_grad(x, 3)
        assert value == 14.0
        np.testing.assert_array_equal(gradient, 2.0 * x)


def test_a_store_before_the_exception_stays_as_in_python() -> None:
    def store_then_fail(x, i):
        x[0] = 7.0
        return x[i]

    from tapeless import differentiate

    x = np.ones(3)
    with pytest.raises(IndexError):
        differentiate(store_then_fail)(x, 9)
    np.testing.assert_array_equal(x, [7.0, 1.0, 1.0])


@pytest.mark.parametrize("mode", NATIVE)
def test_integers_beyond_64_bits_never_wrap_round(mode: str) -> None:
    with pytest.raises((OverflowError, SyntaxError)):
        NATIVE[mode](OVERFLOWING, OVERFLOWING.arguments(0))


def place(x, wanted):
    values = []
    for v in x:
        values.append(2.0 * v)
    return x[0] * values.index(wanted)


def outcome_of_membership(x, y, z):
    try:
        return x if y in (x, z) else 2.0 * x
    except ValueError:
        return 0.0


def test_nan_is_not_sought_among_nan() -> None:
    """Python finds this very object, of which compiled code does not know; no handler takes that for its own."""
    from tapeless import differentiate

    nan = float("nan")
    assert differentiate(place).value_and_grad(np.array([1.0, nan, 3.0]), 6.0)[0] == 2.0
    with pytest.raises(ValueError, match="not in list"):
        differentiate(place)(np.array([1.0, 2.0]), nan)
    with pytest.raises(ValueError, match="NaN among the numbers has no identity"):
        differentiate(place).grad(np.array([1.0, nan]), nan)
    with pytest.raises(ValueError, match="NaN among the numbers has no identity"):
        differentiate(outcome_of_membership)(1.0, nan, nan)
    assert differentiate(outcome_of_membership)(nan, 2.0, 2.0) is not None
