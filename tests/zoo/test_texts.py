"""What compiled programs print and raise is, to the letter, what CPython prints and raises: once, and in order."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import check_grads

from .executions import compiled
from .program import Program
from .talking import PROGRAMS

Run = Callable[[Program, tuple[Any, ...]], Any]


def generated(program: Program, args: tuple[Any, ...]) -> Any:
    function = compiled(program)
    function.value_and_grad(*args)
    args = tuple(a for a in args if not isinstance(a, str))  # which the adjoint was made for
    world: dict[str, Any] = {}
    exec(function.adjoint_source, world)
    return world[f"{function.__name__}_adjoint"](*args)


RUNS: dict[str, Run] = {
    "value": lambda program, args: compiled(program)(*args),
    "gradient": lambda program, args: compiled(program).grad(*args),
    "both": lambda program, args: compiled(program).value_and_grad(*args),
    "pullback": lambda program, args: compiled(program).vjp(*args),
}


def told(run: Callable[[], Any]) -> str:
    """What a call prints, and the exception that it raises."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            run()
        except (ValueError, AssertionError) as error:
            print(type(error).__name__, error.args)
    return out.getvalue()


SAMPLES = [pytest.param(p, s, id=f"{p.title}-{s}") for p in PROGRAMS for s in p.samples()]


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("program, sample", SAMPLES)
def test_same_text_as_python(program: Program, sample: int, run: str) -> None:
    expected = told(lambda: program.fn(*program.arguments(sample)))
    assert expected
    assert told(lambda: RUNS[run](program, program.arguments(sample))) == expected


@pytest.mark.parametrize("program, sample", SAMPLES)
def test_same_text_as_python_by_the_generated_adjoint(program: Program, sample: int) -> None:
    expected = told(lambda: program.fn(*program.arguments(sample)))
    found = told(lambda: generated(program, program.arguments(sample)))
    assert found == 2 * expected or found.endswith(expected)


@pytest.mark.parametrize("program", [pytest.param(p, id=p.title) for p in PROGRAMS])
def test_a_pullback_says_nothing(program: Program) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        value, pullback = compiled(program).vjp(*program.arguments(0))
    assert told(lambda: pullback(np.ones_like(value)[()])) == ""


@pytest.mark.parametrize("program", [pytest.param(p, id=p.title) for p in PROGRAMS])
def test_the_gradient_is_that_of_the_function(program: Program) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        check_grads(compiled(program), program.arguments(0))


@pytest.mark.parametrize("program, sample", SAMPLES)
def test_same_text_for_single_precision(program: Program, sample: int) -> None:
    def single(a: Any) -> Any:
        if isinstance(a, np.ndarray):
            return a.astype(np.float32)
        return np.float32(a) if isinstance(a, float) else a

    args = tuple(map(single, program.arguments(sample)))
    expected = told(lambda: program.fn(*args))
    assert told(lambda: compiled(program)(*args)) == expected
    assert told(lambda: compiled(program).value_and_grad(*args)) == expected
