"""Conventions at kinks, zeros that win over infinities, and both ends of the floating-point range."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tapeless import tape

INF, NAN = math.inf, math.nan


def gradients(fn, *args):
    """Gradients of the sum of `fn`, by every argument."""
    with np.errstate(all="ignore"):
        _, found = tape.value_and_grad(lambda *a: np.sum(fn(*a)), args, range(len(args)))
    return found


CASES = [
    (np.abs, (np.array([0.0, -0.0, -2.0]),), [[0.0, 0.0, -1.0]]),
    (lambda x: np.maximum(x, 0), (np.array([0.0, 1.0, -1.0]),), [[0.5, 1.0, 0.0]]),
    (np.maximum, (2.0, 2.0), [0.5, 0.5]),
    (np.minimum, (2.0, 2.0), [0.5, 0.5]),
    (np.maximum, (NAN, 1.0), [1.0, 0.0]),
    (np.fmax, (NAN, 1.0), [0.0, 1.0]),
    (np.max, (np.array([3.0, 1.0, 3.0]),), [[0.5, 0.0, 0.5]]),
    (np.min, (np.array([[1.0, 1.0], [1.0, 1.0]]),), [[[0.25, 0.25], [0.25, 0.25]]]),
    (lambda x: np.max(x, axis=1), (np.array([[1.0, 1.0], [0.0, 2.0]]),), [[[0.5, 0.5], [0.0, 1.0]]]),
    (np.max, (np.array([1.0, NAN, 3.0]),), [[0.0, 1.0, 0.0]]),
    (lambda x: np.clip(x, -1.0, 1.0), (np.array([-1.0, 1.0, 1.5, -2.0, 0.0]),), [[1.0, 1.0, 0.0, 0.0, 1.0]]),
    (np.sqrt, (0.0,), [INF]),
    (np.linalg.norm, (np.zeros(3),), [[0.0, 0.0, 0.0]]),
    (lambda x: np.linalg.norm(x, axis=1), (np.array([[0.0, 0.0], [3.0, 4.0]]),), [[[0.0, 0.0], [0.6, 0.8]]]),
    (np.hypot, (0.0, 0.0), [0.0, 0.0]),
    (np.arctan2, (0.0, 0.0), [0.0, 0.0]),
    (lambda x: x**0, (np.array([0.0, 3.0]),), [[0.0, 0.0]]),
    (lambda x: x**1, (0.0,), [1.0]),
    (lambda x: x**2, (np.array([0.0, -2.0]),), [[0.0, -4.0]]),
    (lambda x: x ** np.array([0, 1, 2, 3]), (np.array([0.0, 0.0, 0.0, -2.0]),), [[0.0, 1.0, 0.0, 12.0]]),
    (lambda x: x**-1, (np.array([0.0]),), [[-INF]]),
    (np.power, (0.0, 2.0), [0.0, 0.0]),
    (lambda x: np.where(x > 0, np.sqrt(x), 0.0), (np.array([-1.0, 0.0, 4.0]),), [[0.0, 0.0, 0.25]]),
    (lambda x: np.where(x > 0, x * np.log(x), 0.0), (np.array([-1.0, 0.0]),), [[0.0, 0.0]]),
    (np.prod, (np.array([0.0, 2.0, 3.0]),), [[6.0, 0.0, 0.0]]),
    (np.prod, (np.array([0.0, 2.0, 0.0]),), [[0.0, 0.0, 0.0]]),
    (np.cumprod, (np.array([2.0, 0.0, 3.0]),), [[1.0, 8.0, 0.0]]),
    (np.std, (np.array([2.0, 2.0]),), [[0.0, 0.0]]),
    (lambda x: np.floor(x) + np.ceil(x) + np.round(x) + np.sign(x) + np.trunc(x) + np.rint(x), (1.0,), [0.0]),
    (np.copysign, (-2.0, 3.0), [-1.0, 0.0]),
    (np.logaddexp, (-INF, -INF), [0.5, 0.5]),
    (np.sinc, (0.0,), [0.0]),
    (lambda x: np.linalg.norm(x, np.inf), (np.array([1.0, -1.0, 0.5]),), [[0.5, -0.5, 0.0]]),
    (np.median, (np.array([1.0, 2.0, 3.0, 4.0]),), [[0.0, 0.5, 0.5, 0.0]]),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("fn", "args", "expected"), CASES)
def test_convention(fn, args, expected) -> None:
    for got, want in zip(gradients(fn, *args), expected, strict=True):
        np.testing.assert_array_equal(got, want)


def test_the_derivative_by_an_inactive_exponent_is_not_formed() -> None:
    value, (g,) = tape.value_and_grad(lambda x, y: x**y, (-2.0, 2.0), (0,))
    assert (value, g) == (4.0, -4.0)
    x = tape.tensor([0.0, -1.0], requires_grad=True)
    y = (x ** tape.tensor([2.0, 3.0])).sum()
    y.backward()
    assert x.grad.tolist() == [0.0, 3.0]


HUGE, TINY = 1e200, 1e-200
SCALED = [
    (np.hypot, (3 * HUGE, 4 * HUGE), [0.6, 0.8]),
    (np.hypot, (3 * TINY, 4 * TINY), [0.6, 0.8]),
    (np.arctan2, (3 * TINY, 4 * TINY), [0.16 / TINY, -0.12 / TINY]),
    (np.arctan2, (3 * HUGE, 4 * HUGE), [0.16 / HUGE, -0.12 / HUGE]),
    (np.divide, (HUGE, 2 * HUGE), [0.5 / HUGE, -0.25 / HUGE]),
    (np.divide, (TINY, 2 * TINY), [0.5 / TINY, -0.25 / TINY]),
    (np.arctan, (HUGE,), [0.0]),
    (np.arcsinh, (HUGE,), [1.0 / HUGE]),
    (np.arccosh, (HUGE,), [1.0 / HUGE]),
    (np.log1p, (HUGE,), [1.0 / HUGE]),
    (np.expm1, (-800.0,), [0.0]),
    (np.tanh, (20.0,), [1.699341702116e-17]),
    (np.tanh, (400.0,), [0.0]),
    (np.tanh, (170.0,), [4.0 * math.exp(-340.0)]),
    (np.logaddexp, (800.0, 0.0), [1.0, 0.0]),
    (np.logaddexp, (-750.0, 0.0), [math.exp(-750.0), 1.0]),
    (lambda a, b: np.linalg.norm(np.stack([a, b])), (3 * TINY, 4 * TINY), [0.6, 0.8]),
    (np.sqrt, (TINY,), [0.5 / math.sqrt(TINY)]),
    (np.cbrt, (TINY,), [np.cbrt(TINY) ** -2 / 3.0]),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("fn", "args", "expected"), SCALED)
def test_both_ends_of_the_range(fn, args, expected) -> None:
    for got, want in zip(gradients(fn, *args), expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-11)


def test_nan_propagates() -> None:
    value, (g,) = tape.value_and_grad(lambda x: np.sum(x * x), (np.array([NAN, 1.0]),))
    assert math.isnan(value) and math.isnan(g[0]) and g[1] == 2.0


@pytest.mark.parametrize("options", [{"mode": "mean"}, {"mode": "linear_ramp"}, {"mode": "empty"},
                                     {"mode": "reflect", "reflect_type": "odd"}])
def test_borders_that_are_computed_are_refused(options) -> None:
    with pytest.raises(TypeError, match=r"numpy\.pad"):
        tape.value_and_grad(lambda x: np.sum(np.pad(x, 1, **options) ** 2), (np.arange(3.0),))
