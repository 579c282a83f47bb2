"""Functions as arguments: code is compiled for each, and serves all that do the same."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import CompileError, check_grads, differentiate
from tapeless.signatures import ArgumentError


def integral(f: Any, a: float, b: float, n: int = 12) -> Any:
    """The trapezoidal rule."""
    h = (b - a) / n
    s = 0.5 * (f(a) + f(b))
    for i in range(1, n):
        s += f(a + i * h)
    return s * h


integrate = differentiate(integral, argnums=(1, 2))
SCALE = 2.0


def square(x: Any) -> Any:
    return x * x


@differentiate
def cubed(x: Any) -> Any:
    return x * x * x


def weighted(k: float, x: Any, power: int = 2) -> Any:
    return k * x**power


def by_global(x: Any) -> Any:
    return SCALE * x


def closed(a: float) -> Callable[[Any], Any]:
    def inner(x: Any) -> Any:
        return deeper(x) * a

    def deeper(x: Any) -> Any:
        return x + a

    return inner


def unfolding(limit: float) -> Callable[[Any], Any]:
    def grown(x: Any) -> Any:
        return x if x > limit else grown(2.0 * x)

    return grown


FUNCTIONS = {
    "function": square,
    "decorated": cubed,
    "lambda": lambda x: x * x + 1.0,
    "closure": closed(1.5),
    "recursive closure": unfolding(1.3),
    "partial": functools.partial(weighted, 3.0),
    "partial of a partial": functools.partial(functools.partial(weighted, 3.0), power=3),
    "ufunc": np.sin,
    "math": math.exp,
    "builtin": abs,
    "class": float,
    "global": by_global,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_value_and_gradient(name: str) -> None:
    f = FUNCTIONS[name]
    assert integrate(f, 0.5, 2.0) == pytest.approx(integral(f, 0.5, 2.0), rel=1e-14)
    value, (by_a, by_b) = integrate.value_and_grad(f, 0.5, 2.0)
    step = 1e-6
    for got, move in ((by_a, (step, 0.0)), (by_b, (0.0, step))):
        low, high = (integral(f, 0.5 + s * move[0], 2.0 + s * move[1]) for s in (-1, 1))
        assert got == pytest.approx((high - low) / (2.0 * step), rel=1e-6)
    assert integrate.vjp(f, 0.5, 2.0)[1](1.0) == (by_a, by_b)
    assert value == integrate(f, 0.5, 2.0)


def compiled_codes(f: Any) -> int:
    return sum(len(program.compiled) for program in f._programs.values())


def test_one_code_serves_all_that_do_the_same() -> None:
    own = differentiate(integral, argnums=(1, 2))
    for _ in range(3):
        own(lambda x: 3.0 * x, 0.0, 1.0)
        own(closed(2.5), 0.0, 1.0)
        own(functools.partial(weighted, 2.0), 0.0, 1.0)
        own(unfolding(4.0), 0.5, 1.0)
    assert compiled_codes(own) == 4
    assert own(closed(3.5), 0.0, 1.0) == integral(closed(3.5), 0.0, 1.0)
    assert own(closed(2.5), 0.0, 1.0) == integral(closed(2.5), 0.0, 1.0)
    assert compiled_codes(own) == 5


def test_zeros_and_numbers_of_other_types_are_other_values() -> None:
    def by(k: Any) -> Callable[[Any], Any]:
        return lambda x: math.copysign(1.0, k) * x if k != 1 else x / k

    own = differentiate(lambda f, x: f(x), wrt="x")
    for k in (0.0, -0.0, 1, 1.0, True):
        assert own(by(k), 3.0) == by(k)(3.0)
    assert compiled_codes(own) == 5


def test_a_global_that_the_function_reads_may_change(monkeypatch: pytest.MonkeyPatch) -> None:
    assert integrate(by_global, 0.0, 1.0) == pytest.approx(1.0)
    monkeypatch.setitem(globals(), "SCALE", 5.0)
    assert integrate(by_global, 0.0, 1.0) == pytest.approx(2.5)
    assert integrate.grad(by_global, 0.0, 1.0)[1] == pytest.approx(5.0)


def test_a_closure_variable_may_change_between_calls() -> None:
    k = 1.0

    def scaled(x: Any) -> Any:
        return k * x

    assert integrate(scaled, 0.0, 1.0) == pytest.approx(0.5)
    k = 4.0
    assert integrate(scaled, 0.0, 1.0) == pytest.approx(2.0)
    k = 1.0
    assert integrate(scaled, 0.0, 1.0) == pytest.approx(0.5)


def test_defaults_belong_to_the_function() -> None:
    def made(k: float) -> Callable[[Any], Any]:
        return lambda x, k=k, *, m=2.0 * k: k * x + m

    for k in (1.0, 2.0, 1.0):
        assert integrate(made(k), 0.0, 1.0) == pytest.approx(integral(made(k), 0.0, 1.0))


def applied(fs: Any, x: Any, named: Any) -> Any:
    s = x
    for f in fs:
        s = f(s)
    return s * named["outer"](x) * named["more"][0](x)


def test_functions_in_tuples_lists_and_dicts() -> None:
    own = differentiate(applied, wrt="x")
    named = {"outer": np.cos, "more": (np.exp, square)}
    for fs in ((np.sin, square), [np.sin, square], [square, np.sin], (), (lambda v: v + 1.0,)):
        for _ in range(2):
            assert own(fs, 1.5, named) == pytest.approx(applied(fs, 1.5, named))
            check_grads(own, (fs, 1.5, named))
    assert own((np.sin,), 1.5, {**named, "outer": np.sin}) == pytest.approx(np.sin(1.5) ** 2 * np.exp(1.5))


def default(x: Any, f: Any = np.sin) -> Any:
    return f(x) if f is not None else x


def test_a_function_as_the_value_of_a_parameter_with_a_default() -> None:
    own = differentiate(default)
    assert own.grad(0.5) == pytest.approx(math.cos(0.5))
    assert own.grad(0.5, np.cos) == pytest.approx(-math.sin(0.5))
    assert own.grad(0.5, f=None) == 1.0
    assert own.grad(0.5) == pytest.approx(math.cos(0.5))


def test_an_array_that_a_function_holds() -> None:
    w = np.array([1.0, 2.0])
    own = differentiate(lambda f, x: f(x), wrt="x")
    assert np.allclose(own.grad(lambda x: np.sum(w * x * x), np.ones(2)), 2.0 * w)
    w[0] = 5.0
    assert np.allclose(own.grad(lambda x: np.sum(w * x * x), np.ones(2)), 2.0 * w)


def test_the_gradient_by_a_function_is_refused_with_the_remedy() -> None:
    with pytest.raises(CompileError, match="D002") as caught:
        differentiate(integral).grad(square, 0.0, 1.0)
    assert "choose others: `wrt='a'`" in str(caught.value)


class Model:
    def __init__(self, k: float) -> None:
        self.k = k

    def rate(self, x: Any) -> Any:
        return self.k * x


def test_a_bound_method_is_refused_with_the_remedy() -> None:
    with pytest.raises(ArgumentError, match="a method of a `Model`; pass the object, and call its method inside"):
        integrate(Model(2.0).rate, 0.0, 1.0)
    own = differentiate(lambda m, x: m.rate(x), wrt="x")
    assert own.grad(Model(2.0), 1.5) == 2.0


def test_what_has_no_source_is_refused_at_its_call() -> None:
    with pytest.raises(CompileError, match="`append` is not supported"):
        integrate([].append, 0.0, 1.0)
    with pytest.raises(TypeError):
        integrate(object(), 0.0, 1.0)


@pytest.mark.filterwarnings("error")
def test_a_function_with_other_values_every_time_is_told_once() -> None:
    own = differentiate(lambda f, x: f(x), wrt="x")

    def by(k: float) -> Callable[[Any], Any]:
        return lambda x: k * x

    with pytest.raises(RuntimeWarning, match=r"has been passed with 16 versions of what it reads from outside \(`k`\)"):
        for k in range(20):
            own(by(float(k)), 1.0)
    assert own(by(100.0), 1.0) == 100.0


def test_old_code_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    from tapeless import passed

    monkeypatch.setattr(passed, "COMPILED", 4)
    own = differentiate(lambda f, x: f(x), wrt="x")
    for k in range(7):
        assert own.grad(functools.partial(weighted, float(k)), 1.0) == 2.0 * k
    assert compiled_codes(own) <= 5
    assert own.grad(functools.partial(weighted, 0.0), 1.0) == 0.0
