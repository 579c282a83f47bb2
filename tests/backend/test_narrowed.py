"""Gradients that are printed as Python have the precision of their parameters, whatever the head gradient is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate


def smallest(x):
    return np.min(np.sin(x))


def largest_along_rows(x):
    return np.sum(np.max(np.stack([x, x * x]), axis=0))


def smallest_beside_all(x):
    return np.min(np.sin(x)) + np.sum(np.exp(x))


def mean_in_a_branch(x):
    return np.mean(x) if x[0] > 0.0 else np.min(x)


@pytest.mark.parametrize("function", [smallest, largest_along_rows, smallest_beside_all, mean_in_a_branch])
def test_the_head_may_be_a_number_of_python(function: Callable[..., Any]) -> None:
    x = np.array([0.4, -0.3, 1.2], dtype=np.float32)
    compiled = differentiate(function)
    expected = compiled.grad(x)
    world: dict[str, Any] = {"np": np}
    exec(compiled.adjoint_source, world)
    _, found = world[f"{function.__name__}_adjoint"](x)
    assert found.dtype == expected.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6)
