"""Names that a user may choose although generated code likes them too, and values that only exist on some paths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless import differentiate


def run_generated(f: Any, name: str, *args: Any) -> Any:
    world: dict[str, Any] = {}
    exec(f.adjoint_source, world)
    return world[f"{name}_adjoint"](*args)


def test_variables_named_like_adjoints() -> None:
    @differentiate
    def f(f_bar, x):
        x_bar = x * 2.0
        return f_bar * x_bar

    assert f.grad(3.0, 5.0) == 10.0
    assert run_generated(f, "f", 3.0, 5.0) == (30.0, 10.0)


def test_a_parameter_named_like_the_function() -> None:
    def f(x, f):
        return x * f

    g = differentiate(f, argnums=(0, 1))
    assert g.grad(1.2, 0.7) == (0.7, 1.2)
    assert run_generated(g, "f", 1.2, 0.7)[1] == (0.7, 1.2)


def test_underscores_and_numbers() -> None:
    @differentiate
    def f(_x, _1, tmp, np_):
        _ = _x * _1
        result = _ + tmp
        return result * np_

    assert f.grad(1.0, 2.0, 3.0, 4.0) == 8.0
    assert run_generated(f, "f", 1.0, 2.0, 3.0, 4.0) == (20.0, 8.0)


def test_arrays_named_like_internal_ones_are_bounds_checked() -> None:
    @differentiate
    def f(x_bar, y_kept, i):
        x_bar[i] = 1.0
        return x_bar[0] + y_kept[i]

    with pytest.raises(IndexError):
        f(np.ones(3), np.ones(3), 100_000)


def test_return_from_a_nested_branch() -> None:
    @differentiate
    def f(x):
        if x > 0:
            if x > 1:
                return x
            y = 2.0
            x = x * y
        return 3.0 * x

    assert [f.grad(x) for x in (0.5, 1.5, -0.5)] == [6.0, 1.0, 3.0]


def leaves_early(t):
    for _ in range(0):
        if t:
            return


def test_a_helper_that_returns_nothing() -> None:
    @differentiate
    def f(x):
        leaves_early(x)
        return 2.0 * x

    assert f.grad(1.0) == 2.0


def scaled(x, k=2.0):
    return x * k


def test_defaults_and_code_of_a_helper() -> None:
    @differentiate
    def f(x):
        return scaled(x)

    assert (f(1.0), f.grad(1.0)) == (2.0, 2.0)
    old = scaled.__defaults__, scaled.__code__
    try:
        scaled.__defaults__ = (3.0,)
        assert (f(1.0), f.grad(1.0)) == (3.0, 3.0)
        scaled.__code__ = (lambda x, k: x * k * k).__code__
        assert (f(1.0), f.grad(1.0)) == (9.0, 9.0)
    finally:
        scaled.__defaults__, scaled.__code__ = old
    assert (f(1.0), f.grad(1.0)) == (2.0, 2.0)
