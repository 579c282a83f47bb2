"""Every elementwise rule against differences, with odd shapes and broadcasting, and away from kinks."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special

from .differences import check

SHAPES = ((), (3,), (2, 3), (0,), (1, 1))
PAIRS = (
    ((), ()), ((3,), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 2)), ((1,), (4,)), ((0,), (1,)),
    ((2, 1, 3), (4, 1)),
)  # fmt: skip

ANYWHERE = (
    "sin", "cos", "exp", "exp2", "expm1", "sinh", "cosh", "tanh", "arctan", "arcsinh", "square", "negative",
    "positive", "deg2rad", "rad2deg", "radians", "degrees", "conjugate", "tan", "absolute", "fabs", "cbrt", "sinc",
    "floor", "ceil", "rint", "trunc", "sign",
)  # fmt: skip
POSITIVE = ("log", "log2", "log10", "log1p", "sqrt", "reciprocal")
INSIDE = ("arcsin", "arccos", "arctanh")
BINARY = (
    "add", "subtract", "multiply", "divide", "maximum", "minimum", "fmax", "fmin", "arctan2", "hypot", "logaddexp",
    "logaddexp2", "copysign", "floor_divide", "fmod", "remainder",
)  # fmt: skip


def spaced(shape: tuple[int, ...], start: float, step: float) -> np.ndarray:
    """Values of both signs that keep their distance from integers, from zero and from each other."""
    count = int(np.prod(shape))
    values = start + step * np.arange(count)
    return (values * np.where(np.arange(count) % 2, -1.0, 1.0)).reshape(shape)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", ANYWHERE)
def test_unary(name: str, shape: tuple[int, ...]) -> None:
    check(getattr(np, name), spaced(shape, 0.3713, 0.2137))


@pytest.mark.parametrize("name", POSITIVE)
def test_unary_of_positive(name: str) -> None:
    check(getattr(np, name), np.array([[0.5, 1.1, 2.0], [0.7, 3.0, 1.9]]))


@pytest.mark.parametrize("name", INSIDE)
def test_unary_inside_the_unit_interval(name: str) -> None:
    check(getattr(np, name), np.array([-0.9, -0.2, 0.4, 0.85]))


def test_arccosh() -> None:
    check(np.arccosh, np.array([1.2, 3.0]))


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize("name", BINARY)
def test_binary(name: str, pair: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    check(getattr(np, name), spaced(pair[0], 2.1317, 0.3719), spaced(pair[1], 1.4113, 0.2931))


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize("function", [np.power, np.float_power])
def test_power(function, pair) -> None:
    check(function, np.abs(spaced(pair[0], 0.6, 0.3)), spaced(pair[1], 1.41, 0.29))


@pytest.mark.parametrize("exponent", [3, -2, 0, 1, 2.0, np.array([2, 3, -1])], ids=str)
def test_integer_power_of_negative_base(exponent) -> None:
    check(lambda x: x**exponent, np.array([-1.5, 0.7, -0.4]))


def test_power_of_a_number() -> None:
    check(lambda x: 2.0**x, np.array([-1.5, 0.7, 2.0]))
    check(lambda x: 2**x, 1.5)


def test_elementwise_with_an_integer_operand() -> None:
    check(lambda x: np.ldexp(x, 3) + np.heaviside(x, 0.5), np.array([-1.5, 0.7]))


def test_two_results() -> None:
    check(np.modf, np.array([-1.4, 0.6, 3.3]))
    check(np.divmod, np.array([-4.4, 7.6]), np.array([1.5, 2.2]))
    check(lambda x, y: divmod(x, y), 7.3, 2.1)


@pytest.mark.parametrize("name", ["erf", "erfc", "expit", "log_expit", "ndtr"])
def test_special(name: str) -> None:
    check(getattr(scipy.special, name), np.array([-2.1, -0.3, 0.4, 1.7]))


@pytest.mark.parametrize("name", ["gammaln", "gamma", "psi"])
def test_gamma_functions(name: str) -> None:
    check(getattr(scipy.special, name), np.array([0.3, 1.2, 5.0, -0.4, -2.3]), tolerance=2e-6)


@pytest.mark.parametrize("name", ["gammaln", "psi"])
def test_gamma_derivatives_to_full_precision(name: str) -> None:
    from tapeless import tape

    x = np.array([1e-3, 0.25, 1.5, 12.0, 1e4, -3.7])
    _, (slope,) = tape.value_and_grad(lambda x: np.sum(getattr(scipy.special, name)(x)), (x,))
    want = scipy.special.psi(x) if name == "gammaln" else scipy.special.polygamma(1, x)
    if name == "psi":  # polygamma is for positive arguments only; reflect
        want[-1] = (np.pi / np.sin(np.pi * x[-1])) ** 2 - scipy.special.polygamma(1, 1.0 - x[-1])
    np.testing.assert_allclose(slope, want, rtol=1e-12)


def test_logit_and_products_with_logarithms() -> None:
    check(scipy.special.logit, np.array([0.2, 0.7]))
    check(scipy.special.xlogy, np.array([0.2, 1.7]), np.array([0.5, 2.0]))
    check(scipy.special.xlog1py, np.array([0.2, 1.7]), np.array([0.5, 2.0]))


MATH_ANYWHERE = (
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "atanh", "exp", "expm1", "log1p",
    "fabs", "erf", "erfc", "degrees", "radians", "cbrt", "exp2", "gamma", "lgamma", "sqrt", "log", "log2", "log10",
)  # fmt: skip


@pytest.mark.parametrize("name", MATH_ANYWHERE)
def test_math(name: str) -> None:
    check(getattr(math, name), 0.37)


@pytest.mark.parametrize("name", ["atan2", "hypot", "pow", "fmod", "copysign", "remainder"])
def test_math_of_two(name: str) -> None:
    check(getattr(math, name), 1.7, 0.6)


def test_math_of_several() -> None:
    check(lambda x: math.log(x, 2), 1.7)
    check(lambda x, y, z: math.hypot(x, y, z), 1.7, 2.0, 3.0)
    check(lambda x, y: math.fsum([x, y, x]), 1.7, 2.0)
    check(lambda x, y: math.prod([x, y, x]), 1.7, 2.0)
    check(lambda x: math.ldexp(x, 3) + math.floor(x) * x + math.modf(x)[0], 1.7)
    check(lambda p, q: math.dist(p, q), np.array([1.0, 2.0]), np.array([0.5, -2.0]))
