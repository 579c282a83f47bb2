"""Generated Python keeps the numbers of NumPy that a program makes of Python's own, and raises where it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate


def sum_of_two(x, y):
    return np.add(x, y) ** 2.0


def power_of_an_array(x, y):
    return np.sum(np.where(np.ones(2) < 0.5, np.power(x, y), np.multiply(y, np.ones(2))))


def inverted_comparison(x, y):
    smaller = ~np.less(x, y)
    return np.multiply(x, y) if smaller else x


CALLS = [
    (sum_of_two, (1e200, 1.0)),
    (power_of_an_array, (1e5, 1e5)),
    (inverted_comparison, (1.0, 2.0)),
    (inverted_comparison, (2.0, 1.0)),
]


@pytest.mark.parametrize(("function", "args"), CALLS)
def test_generated_python_computes_with_numbers_of_numpy(function: Callable[..., Any], args: tuple[float, ...]) -> None:
    compiled = differentiate(function, argnums=(0, 1))
    with np.errstate(all="ignore"):
        value, expected = compiled.value_and_grad(*args)
        world: dict[str, Any] = {}
        exec(compiled.adjoint_source, world)
        found_value, found = world[f"{function.__name__}_adjoint"](*args)
    np.testing.assert_array_equal(found_value, value)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
