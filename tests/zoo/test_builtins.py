"""Python's own functions, compiled: values, classes and exceptions are CPython's, gradients those of differences."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import check_grads, differentiate

from .builtin_functions import PROGRAMS
from .executions import compiled
from .program import Program

SAMPLES = [pytest.param(p, s, id=f"{p.title}-{s}") for p in PROGRAMS for s in p.samples()]


@pytest.mark.parametrize("program, sample", SAMPLES)
def test_value_and_gradient(program: Program, sample: int) -> None:
    function = compiled(program)
    expected = program.fn(*program.arguments(sample))
    value = function(*program.arguments(sample))
    assert value == pytest.approx(expected, rel=1e-14)
    assert function.value_and_grad(*program.arguments(sample))[0] == value
    check_grads(function, program.arguments(sample))
    world: dict[str, Any] = {}
    exec(function.adjoint_source, world)
    generated = world[f"{function.__name__}_adjoint"](*program.arguments(sample))[1]
    for one, other in zip(np.atleast_1d(generated), np.atleast_1d(function.grad(*program.arguments(sample))),
                          strict=True):
        assert np.allclose(one, other, rtol=1e-12, atol=1e-12)


def singles(a: Any) -> Any:
    return a.astype(np.float32) if isinstance(a, np.ndarray) else np.float32(a) if isinstance(a, float) else a


@pytest.mark.parametrize("program", [pytest.param(p, id=p.title) for p in PROGRAMS])
def test_single_precision(program: Program) -> None:
    args = tuple(map(singles, program.arguments(0)))
    assert compiled(program)(*args) == pytest.approx(program.fn(*args), rel=1e-4)


rounded = differentiate(lambda x, n: round(x, n))
INTERESTING = (0.5, 1.5, 2.5, -2.5, 2.675, 1.005, 0.125, 0.375, -0.0, 0.0, 1e22, 1e300, 5e-324, 1e-20, 123456789.5,
               4503599627370497.5, 9007199254740993.0, 0.1, 0.05, 0.15, math.inf, -math.inf, math.nan, 25.0, 35.0,
               -15.0)


def test_rounding_is_that_of_python_to_the_last_bit() -> None:
    chance = random.Random(7)
    numbers = [*INTERESTING, *(chance.uniform(-1e3, 1e3) for _ in range(300)),
               *(round(chance.uniform(-50, 50), k) for k in range(1, 6) for _ in range(60)),
               *(math.ldexp(chance.random(), chance.randint(-60, 80)) for _ in range(300))]
    for x in numbers:
        for n in (0, 1, 2, 3, 5, 8, 15, 20, -1, -2):
            assert repr(rounded(x, n)) == repr(round(x, n)), (x, n)
            assert rounded.grad(x, n) == 0.0 or abs(x * 10.0**n) >= 2.0**53 or not math.isfinite(x)
    whole = differentiate(lambda x: round(x))
    for x in numbers:
        if math.isfinite(x) and abs(x) < 2.0**62:
            assert (whole(x), type(whole(x))) == (round(x), int)


def test_sums_are_those_of_fsum_to_the_last_bit() -> None:
    total = differentiate(lambda x: math.fsum(x))
    chance = np.random.default_rng(5)
    for k in range(200):
        x = chance.normal(size=chance.integers(0, 30)) * 10.0 ** chance.integers(-20, 20, 1)
        x = np.concatenate([x, -x[: k % 7], chance.normal(size=2) * 1e-30])
        assert repr(float(total(x))) == repr(math.fsum(x))
        assert np.all(total.grad(x) == 1.0)


RAISING: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "largest of nothing": (lambda x: max(x, key=lambda v: -v), (np.empty(0),)),
    "factorial of a negative number": (lambda x, n: x * math.factorial(n), (1.5, -1)),
    "combinations": (lambda x, n: x * math.comb(n, -1), (1.5, 3)),
    "points of other dimensions": (lambda x, y: math.dist(x, y), (np.ones(2), np.ones(3))),
    "tolerance": (lambda x: x if math.isclose(x, 1.0, rel_tol=-1.0) else 0.0, (1.5,)),
    "root of a negative number": (lambda x, n: x * math.isqrt(n), (1.5, -4)),
    "rounded infinity": (lambda x: round(x) * x, (math.inf,)),
    "rounded nan": (lambda x: round(x) * x, (math.nan,)),
    "sum of infinities": (lambda x: math.fsum(x), (np.array([math.inf, -math.inf]),)),
}


@pytest.mark.parametrize("name", RAISING)
def test_exceptions_are_those_of_python(name: str) -> None:
    function, args = RAISING[name]
    with pytest.raises((ValueError, OverflowError, TypeError)) as expected:
        function(*args)
    with pytest.raises(type(expected.value)) as found:
        differentiate(function)(*args)
    if "nothing" not in name:  # which Python words differently from version to version
        assert str(found.value) == str(expected.value)


def test_items_are_gone_through_in_pythons_order() -> None:
    def order(x: Any) -> Any:
        for v in map(lambda u: u * 2.0, filter(lambda u: u > 0.0, x)):
            print(v, end=" ")
            if v > 3.0:
                break
        else:
            print("all", end=" ")
        return sum(x)

    import contextlib
    import io

    for x in (np.array([1.0, -1.0, 2.0, 3.0]), np.array([1.0, -1.0])):
        texts = []
        for run in (order, differentiate(order)):
            with contextlib.redirect_stdout(io.StringIO()) as out:
                run(x)
            texts.append(out.getvalue())
        assert texts[0] == texts[1]
