"""What a gradient without its value does not need is not computed; what it needs, and what raises, stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sampled import long_unless, one_in
from tapeless import differentiate
from tapeless.compiler.ir.nodes import For
from tapeless.compiler.ir.traversal import walk
from zoo.compare import assert_close
from zoo.executions import as_gradients, compiled, head, native_gradient
from zoo.program import Program
from zoo.programs import PROGRAMS

THEMES = ("stores", "swaps", "exits", "kernels_stencils", "kernels_solvers", "kernels_products")
CHOSEN = [pytest.param(p, id=p.id, marks=long_unless(one_in(6, p.id))) for p in PROGRAMS
          if p.theme in THEMES and p.wrt and p.title != "nbody" and head(p, 0) is None]


@pytest.mark.parametrize("program", CHOSEN)
def test_the_gradient_alone_is_the_gradient(program: Program) -> None:
    _, expected = native_gradient(program, program.arguments(0), None)
    alone = as_gradients(program, compiled(program).grad(*program.arguments(0)))
    for got, want in zip(alone, expected, strict=True):
        assert_close(got, want, 1e-12, "gradient alone")


def loops_in(f: Any, purpose: str) -> int:
    types = f._last
    function, _, _ = f._current(types).lowered(f._key(purpose, types))
    return sum(isinstance(s, For) for s in walk(function.body))


def smoothed(a, n):
    a, b = a.copy(), a.copy()
    for _ in range(n):
        b[1:-1] = 0.5 * (a[2:] + a[:-2])
        a[1:-1] = 0.5 * (b[2:] + b[:-2])
    return np.sum(a)


def test_a_linear_program_is_not_run_for_its_gradient() -> None:
    f = differentiate(smoothed)
    x = np.linspace(0.0, 1.0, 9)
    value, gradient = f.value_and_grad(x, 3)
    np.testing.assert_array_equal(f.grad(x, 3), gradient)
    np.testing.assert_allclose(value, smoothed(x, 3))
    assert loops_in(f, "gradient") < loops_in(f, "both")


def stored_out_of_bounds(a, n):
    b = np.zeros(3)
    for i in range(n):
        b[i] = a[i]
    return a[0] * 2.0


def test_a_store_that_raises_is_kept() -> None:
    f = differentiate(stored_out_of_bounds)
    with pytest.raises(IndexError):
        f.grad(np.ones(9), 4)
    np.testing.assert_array_equal(f.grad(np.ones(4), 3), [2.0, 0.0, 0.0, 0.0])


def mismatched(a, b):
    c = np.zeros(len(a))
    c[:] = b
    return np.sum(a)


def test_shapes_are_compared_even_if_nothing_is_computed() -> None:
    f = differentiate(mismatched)
    with pytest.raises(ValueError):
        f.grad(np.ones(4), np.ones(3))
    np.testing.assert_array_equal(f.grad(np.ones(3), np.ones(3)), np.ones(3))
    np.testing.assert_array_equal(f.grad(np.ones(3), np.ones(1)), np.ones(3))
