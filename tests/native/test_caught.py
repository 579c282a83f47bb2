"""What `try` of a program does not catch, and what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless import differentiate
from tapeless.compiler.ir.nodes import Apply, Assign, For, While
from tapeless.compiler.ir.traversal import walk
from tapeless.compiler.ir.types import PY_FLOAT, PY_INT, Array
from tapeless.compiler.pipeline import lowered, surface, typed


def grows(x: float, n: int) -> float:
    power = 1
    try:
        for _ in range(n):
            power = power * 1000
    except OverflowError:
        return x
    return power * x


def leaves_the_real_numbers(x: float) -> float:
    try:
        y = x**0.5
    except ValueError:
        y = 0.0
    return y


@pytest.mark.parametrize(("fn", "args", "error"), [(grows, (2.0, 9), OverflowError),
                                                   (leaves_the_real_numbers, (-2.0,), ValueError)])
def test_what_python_would_not_raise_is_not_caught(fn: Any, args: tuple[Any, ...], error: type[Exception]) -> None:
    """Integers of Python grow, and roots of negative numbers are complex: a handler would be on the wrong path."""
    with pytest.raises(error):
        differentiate(fn)(*args)


def sum_of_products(x: Any, y: Any) -> Any:
    s = 0.0
    try:
        for k in range(len(x)):
            s += x[k] * y[k]
    except np.linalg.LinAlgError:
        s = 0.0
    return s


def factor(a: Any) -> Any:
    try:
        low = np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        low = a
    return np.sum(low * low)


def quotients(x: float, n: int) -> float:
    s = 0.0
    for k in range(n):
        try:
            s += 1.0 / (x - k)
        except ZeroDivisionError:
            s += x
    return s


VECTOR, MATRIX = Array("float64", 1), Array("float64", 2)


def test_a_loop_that_raises_nothing_of_what_is_caught_counts() -> None:
    function = typed(surface(sum_of_products), (VECTOR, VECTOR))
    assert [type(s) for s in walk(function.body) if isinstance(s, For | While)] == [For]


def test_a_try_inside_a_loop_leaves_it_a_loop_that_counts() -> None:
    function = typed(surface(quotients), (PY_FLOAT, PY_INT))
    assert [type(s) for s in walk(function.body) if isinstance(s, For | While)] == [For]


def test_a_matrix_is_factored_once() -> None:
    function = lowered(typed(surface(factor), (MATRIX,)))
    calls = [s for s in walk(function.body) if isinstance(s, Assign) and isinstance(s.value, Apply)
             and "potrf" in str(s.value.attr("symbol"))]
    assert len(calls) == 1
