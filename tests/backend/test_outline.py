"""Loops over elements that become functions of their own."""

from __future__ import annotations

import numpy as np

from tapeless import differentiate


def many(x: np.ndarray, y: np.ndarray) -> float:
    """More than forty loops, as no two of them can be one."""
    total = 0.0
    for k in range(3):
        a = np.cumsum(x) * 0.1
        b = np.cumsum(a + y) * 0.1
        c = np.cumsum(b * y) * 0.1
        d = np.cumsum(c - a) * 0.1
        e = np.cumsum(d * b) * 0.1
        f = np.cumsum(e + c) * 0.1
        g = np.cumsum(f * d) * 0.1
        h = np.cumsum(g + e) * 0.1
        x = x + 0.01 * h
        total += np.sum(h * x) + np.max(g) * k
    return total


def test_the_gradient_of_a_function_with_many_loops_is_that_of_differences() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=13), rng.normal(size=13)
    compiled = differentiate(many, cache=False)
    value, gradient = compiled.value_and_grad(x, y)
    assert np.isclose(value, many(x, y), rtol=1e-13)
    step = 1e-6
    for k in range(13):
        e = np.eye(13)[k] * step
        assert np.isclose(gradient[k], (many(x + e, y) - many(x - e, y)) / (2 * step), rtol=1e-6)
