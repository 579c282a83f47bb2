"""Loops over elements that become functions of their own."""

from __future__ import annotations

import re

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


def alike(x: np.ndarray, m: np.ndarray) -> float:
    """Loops that differ by their names, by the strides of what they go through, or by nothing."""
    total = 0.0
    for _ in range(2):
        a = np.cumsum(x)
        b = np.cumsum(a)
        c = np.cumsum(b)
        d = np.cumsum(c)
        e = np.cumsum(d) * 1e-3
        f = np.cumsum(m[:, 0])
        g = np.cumsum(m[0])
        h = np.cumsum(m[1] + f)
        k = np.cumsum(m[:, 1] + g)
        for _ in range(2):
            e = np.cumsum(np.cumsum(e)) * 1e-1
            f = np.cumsum(np.cumsum(f)) * 1e-1
            g = np.cumsum(np.cumsum(g)) * 1e-1
            h = np.cumsum(np.cumsum(h)) * 1e-1
            k = np.cumsum(np.cumsum(k)) * 1e-1
        x = x + e * f + g * h * k
        total += np.sum(x)
    return total


def test_loops_that_differ_by_names_have_one_function() -> None:
    rng = np.random.default_rng(0)
    x, m = rng.normal(size=7), rng.normal(size=(7, 7))
    compiled = differentiate(alike, wrt=("x", "m"), cache=False)
    value, (x_bar, m_bar) = compiled.value_and_grad(x, m)
    assert np.isclose(value, alike(x, m), rtol=1e-13)
    text = compiled.inspect_llvm("both")
    functions = set(re.findall(r"^define internal [^@]*@kernel\.\d+\(", text, re.MULTILINE))
    calls = re.findall(r" call [^@]*@kernel\.\d+\(", text)
    assert 0 < 2 * len(functions) < len(calls)
    step = 1e-6
    for k in range(7):
        e = np.eye(7)[k] * step
        assert np.isclose(x_bar[k], (alike(x + e, m) - alike(x - e, m)) / (2 * step), rtol=1e-6)
        for j in range(2):
            e = np.outer(np.eye(7)[k], np.eye(7)[j]) * step
            assert np.isclose(m_bar[k, j], (alike(x, m + e) - alike(x, m - e)) / (2 * step), rtol=1e-6)
            assert np.isclose(m_bar[j, k], (alike(x, m + e.T) - alike(x, m - e.T)) / (2 * step), rtol=1e-6)
