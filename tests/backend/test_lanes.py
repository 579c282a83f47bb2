"""Loops whose iterations run together: which do, and what must be as if they ran one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless.compiler import pipeline
from tapeless.compiler.backend.llvm import emit_kernel
from tapeless.compiler.backend.llvm.lanes.arrange import arranged
from tapeless.compiler.backend.llvm.memory import analyse
from tapeless.compiler.ir.types import Array, Scalar, Type
from tapeless.compiler.ops import BY_NAME
from zoo.programs.side_by_side import looked_up

VECTOR, NUMBER, INT = Array("float64", 1), Scalar("float64", True), Scalar("int64", True)


def lower(op: str) -> str:
    return BY_NAME[op].lower


def typed(function: Callable[..., Any], *types: Type) -> Any:
    return pipeline.typed(pipeline.surface(function), types)


def planned(function: Callable[..., Any], *types: Type, wrt: tuple[str, ...] = ()) -> int:
    """How many loops run in lanes, of the value or of an adjoint."""
    source = typed(function, *types)
    lowered = pipeline.lowered(pipeline.adjoint(source, wrt, False) if wrt else source)
    return len(arranged(lowered, analyse(lowered, True), lower)[1])


def newton(c, out):
    for i in range(len(c)):
        x = 1.0
        while abs(x * x * x - c[i]) > 1e-10:
            x = x - (x * x * x - c[i]) / (3.0 * x * x)
        out[i] = x
    return np.sum(out)


def ordered(c):
    total = 0.0
    for i in range(len(c)):
        total += c[i] if c[i] > 0.5 else 0.25 * c[i]
        if c[i] > 2.0:
            total -= 1.0
    return total


def horner(c, x):
    total = 0.0
    for i in range(len(x)):
        p = 0.0
        for k in range(len(c)):
            p = p * x[i] + c[k]
        total += p
    return total


def test_the_value_and_the_adjoint_of_such_loops_run_in_lanes() -> None:
    assert planned(newton, VECTOR, VECTOR) == 1
    assert planned(newton, VECTOR, VECTOR, wrt=("c",)) == 2
    assert planned(horner, VECTOR, VECTOR, wrt=("c", "x")) == 2
    assert planned(ordered, VECTOR) == 1


def test_other_loops_do_not() -> None:
    def waits_for_the_one_before(c):
        x = 1.0
        for i in range(1, len(c)):
            while x > c[i]:
                x = x * 0.5
            c[i] = x
        return np.sum(c)

    def reads_a_neighbour(c):
        for i in range(1, len(c)):
            x = c[i - 1]
            while x > 0.5:
                x = x * 0.5
            c[i] = x
        return np.sum(c)

    def largest(c):
        best = 0.0
        for i in range(len(c)):
            x = c[i]
            while x > 0.5:
                x = x * 0.5
            best = max(best, x)
        return best

    def reads_the_sum(c):
        total = 0.0
        for i in range(len(c)):
            if c[i] > total:
                total += c[i]
        return total

    def used_afterwards(c):
        x = 0.0
        for i in range(len(c)):
            x = c[i]
            while x > 0.5:
                x = x * 0.5
        return x

    def sums_inside(c):
        total = 0.0
        for i in range(len(c)):
            x = c[i]
            while x > 0.5:
                x = x * 0.5
                total += x
        return total

    for function in (waits_for_the_one_before, reads_a_neighbour, largest, reads_the_sum, used_afterwards, sums_inside):
        assert planned(function, VECTOR) == 0, function.__name__


def test_loops_that_llvm_makes_vectors_of_are_left_to_it() -> None:
    def plain(c):
        total = 0.0
        for i in range(len(c)):
            total += c[i] * 2.0
        return total

    def over_rows(c, w):
        out = np.zeros(len(c))
        for i in range(len(c)):
            for k in range(len(w)):
                out[k] += c[i] * w[k]
        return np.sum(out)

    assert planned(plain, VECTOR) == 0
    assert planned(over_rows, VECTOR, VECTOR) == 0


def compiled(function: Callable[..., Any]) -> Any:
    from tapeless import differentiate

    return differentiate(function, cache=False)


@pytest.mark.parametrize("n", [0, 1, 3, 4, 7, 8, 9, 16, 17, 40])
def test_sums_are_those_of_python_to_the_last_bit(n: int) -> None:
    c = np.random.default_rng(n).normal(size=n) * 3.0
    assert compiled(ordered)(c) == ordered(c)
    c, got, expected = abs(c) + 0.1, np.zeros(n), np.zeros(n)
    compiled(newton)(c, got), newton(c, expected)
    assert np.array_equal(got, expected)


@pytest.mark.parametrize("place", range(0, 20, 3))
def test_an_exception_comes_in_the_iteration_that_raises_it(place: int) -> None:
    def inverse(c: Any, out: Any) -> Any:
        for i in range(len(c)):
            x = float(c[i])
            k = 0
            while k < 3:
                x = 1.0 / x + 0.5
                k += 1
            out[i] = x
        return np.sum(out)

    c = np.linspace(1.0, 2.0, 20)
    c[place] = 0.0
    expected, got = np.full(20, 7.0), np.full(20, 7.0)
    with pytest.raises(ZeroDivisionError):
        inverse(c, expected)
    with pytest.raises(ZeroDivisionError):
        compiled(inverse)(c, got)
    np.testing.assert_allclose(got, expected, rtol=1e-14)


def test_an_iteration_without_end_waits_for_the_one_that_raises_before_it() -> None:
    assert planned(looked_up, VECTOR, VECTOR) == 1
    a, table = np.linspace(0.0, 3.0, 27), np.arange(5.0)
    a[3], a[5] = np.nan, np.inf
    for call in (compiled(looked_up), compiled(looked_up).grad):
        with pytest.raises(ValueError, match="NaN"):
            call(a, table)


def test_an_index_out_of_bounds_raises_after_the_stores_before_it() -> None:
    def copied(c: Any, n: int, out: Any) -> Any:
        for i in range(n):
            x = c[i]
            while x > 0.5:
                x = x * 0.5
            out[i] = x
        return np.sum(out)

    got = np.zeros(30)
    with pytest.raises(IndexError, match="index 21 is out of bounds for axis 0 with size 21"):
        compiled(copied)(np.ones(21), 25, got)
    assert np.all(got[:21] == 0.5) and np.all(got[21:] == 0.0)


@pytest.mark.parametrize("first", [0, 2**63 - 10, 2**63 - 60, 10 - 2**63, 2**61 - 20])
def test_counts_overflow_where_they_do_in_python(first: int) -> None:
    """An integer of Python's has no end; compiled code raises at 2**63."""
    def counted(c: Any, count: int) -> Any:
        for i in range(len(c)):
            x = c[i]
            while x > 0.5:
                x = x * 0.5
            if x > 0.3:
                count += 1
            else:
                count -= 2
        return count

    c = np.random.default_rng(3).uniform(0.1, 4.0, 100)
    steps = np.cumsum([counted(c[i : i + 1], 0) for i in range(len(c))])
    fits = all(-(2**63) <= first + int(step) < 2**63 for step in steps)
    if fits:
        assert compiled(counted)(c, first) == counted(c, first)
    else:
        with pytest.raises(OverflowError):
            compiled(counted)(c, first)


def test_arrays_that_overlap_are_seen() -> None:
    memory = np.linspace(0.5, 3.0, 40)
    expected = memory.copy()
    newton(expected[:-1], expected[1:])
    compiled(newton)(memory[:-1], memory[1:])
    assert np.array_equal(memory, expected)


def test_many_iterations_grow_the_stacks() -> None:
    c = np.random.default_rng(1).uniform(0.1, 30.0, 5000)
    gradient = compiled(lambda c: newton(c, np.empty(len(c)))).grad(c)
    np.testing.assert_allclose(gradient, 1.0 / (3.0 * np.cbrt(c) ** 2), rtol=1e-6)


@pytest.mark.parametrize("lanes", [0, 4, 8, 16])
def test_code_is_written_for_as_many_lanes_as_there_are(lanes: int) -> None:
    lowered = pipeline.lowered(typed(newton, VECTOR, VECTOR))
    text = emit_kernel(lowered, lower, disjoint_arguments=True, lanes=lanes).text
    assert {int(n) for n in re.findall(r"<(\d+) x double>", text)} == ({lanes} if lanes else set())
