"""Derivatives at the ends of the range of floats, in closed form: no overflow, underflow or cancellation on the way."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tapeless import differentiate

from .oracles import quiet
from .written import adjoint, returning

BIG, SMALL, INF = 1e200, 1e-200, math.inf
HALF = math.sqrt(0.5)

# Expression, operands, and the exact partial derivatives.
CASES: list[tuple[str, tuple[float, ...], tuple[float, ...]]] = [
    ("np.hypot(a, b)", (BIG, BIG), (HALF, HALF)),
    ("np.hypot(a, b)", (SMALL, SMALL), (HALF, HALF)),
    ("np.hypot(a, b)", (BIG, SMALL), (1.0, 0.0)),
    ("np.hypot(a, b)", (3e-320, -4e-320), (0.6, -0.8)),
    ("np.arctan2(a, b)", (BIG, BIG), (0.5e-200, -0.5e-200)),
    ("np.arctan2(a, b)", (SMALL, SMALL), (0.5e200, -0.5e200)),
    ("np.arctan2(a, b)", (SMALL, BIG), (1e-200, 0.0)),
    ("np.arctan2(a, b)", (1.0, BIG), (1e-200, 0.0)),
    ("a / b", (BIG, BIG), (1e-200, -1e-200)),
    ("a / b", (SMALL, SMALL), (1e200, -1e200)),
    ("a / b", (1.0, BIG), (1e-200, 0.0)),
    ("a * b", (BIG, SMALL), (SMALL, BIG)),
    ("a ** b", (BIG, 0.5), (0.5e-100, 1e100 * math.log(BIG))),
    ("a ** b", (SMALL, 1.5), (1.5e-100, 1e-300 * math.log(SMALL))),
    ("a ** b", (SMALL, -1.0), (-INF, 1e200 * math.log(SMALL))),
    ("np.logaddexp(a, b)", (BIG, BIG), (0.5, 0.5)),
    ("np.logaddexp(a, b)", (BIG, -BIG), (1.0, 0.0)),
    ("np.logaddexp(a, b)", (-BIG, -BIG), (0.5, 0.5)),
    ("np.logaddexp(a, b)", (1000.0, 1001.0), (1 / (1 + math.e), 1 / (1 + math.exp(-1.0)))),
    ("np.logaddexp(a, b)", (-INF, 1.0), (0.0, 1.0)),
    ("np.maximum(a, b)", (BIG, -BIG), (1.0, 0.0)),
    ("1.0 / a", (BIG,), (0.0,)),
    ("1.0 / a", (1e-150,), (-1e300,)),
    ("np.reciprocal(a)", (1e150,), (-1e-300,)),
    ("np.sqrt(a)", (BIG,), (0.5e-100,)),
    ("np.sqrt(a)", (SMALL,), (0.5e100,)),
    ("np.sqrt(a)", (0.0,), (INF,)),
    ("np.cbrt(a)", (1e-201,), (1e134 / 3,)),
    ("np.cbrt(a)", (1e201,), (1e-134 / 3,)),
    ("np.square(a)", (SMALL,), (2e-200,)),
    ("np.log(a)", (SMALL,), (1e200,)),
    ("np.log(a)", (BIG,), (1e-200,)),
    ("np.log2(a)", (SMALL,), (1e200 / math.log(2.0),)),
    ("np.log10(a)", (BIG,), (1e-200 / math.log(10.0),)),
    ("np.log1p(a)", (SMALL,), (1.0,)),
    ("np.log1p(a)", (BIG,), (1e-200,)),
    ("np.expm1(a)", (SMALL,), (1.0,)),
    ("np.exp(a)", (-700.0,), (math.exp(-700.0),)),
    ("np.exp(a)", (-1000.0,), (0.0,)),
    ("np.tanh(a)", (300.0,), (4.0 * math.exp(-600.0),)),
    ("np.tanh(a)", (BIG,), (0.0,)),
    ("np.tanh(a)", (SMALL,), (1.0,)),
    ("np.arcsinh(a)", (BIG,), (1e-200,)),
    ("np.arcsinh(a)", (SMALL,), (1.0,)),
    ("np.arccosh(a)", (BIG,), (1e-200,)),
    ("np.arccosh(a)", (1.0 + 2.0**-40,), (1.0 / math.sqrt(2.0**-40 * (2.0 + 2.0**-40)),)),
    ("np.arctan(a)", (1e150,), (1e-300,)),
    ("np.arctan(a)", (BIG,), (0.0,)),
    ("np.arctanh(a)", (1.0 - 2.0**-40,), (1.0 / (2.0**-40 * (2.0 - 2.0**-40)),)),
    ("np.arcsin(a)", (1.0 - 2.0**-40,), (1.0 / math.sqrt(2.0**-40 * (2.0 - 2.0**-40)),)),
    ("np.arccos(a)", (1.0 - 2.0**-40,), (-1.0 / math.sqrt(2.0**-40 * (2.0 - 2.0**-40)),)),
    ("math.erf(a)", (BIG,), (0.0,)),
    ("math.erfc(a)", (20.0,), (-2.0 / math.sqrt(math.pi) * math.exp(-400.0),)),
    ("math.lgamma(a)", (BIG,), (math.log(BIG),)),
    ("math.lgamma(a)", (SMALL,), (-1e200,)),
    ("np.abs(a)", (-SMALL,), (-1.0,)),
]


@pytest.mark.parametrize("expression", dict.fromkeys(case[0] for case in CASES))
def test_numbers(expression: str) -> None:
    """As NumPy numbers, which go to infinity without an exception."""
    parameters = "a, b" if ", b" in expression or " b" in expression else "a"
    compiled = differentiate(returning(parameters, expression), argnums=slice(None))
    for _, operands, expected in (case for case in CASES if case[0] == expression):
        args = tuple(map(np.float64, operands))
        for name, gradient in (("native", compiled.grad), ("generated", generated(compiled, args))):
            with quiet():
                found = gradient(*args)
            np.testing.assert_allclose(
                found, expected, rtol=2e-14, atol=0.0, err_msg=f"{name} {expression} at {operands}"
            )


def generated(compiled: object, args: tuple[np.float64, ...]) -> object:
    compiled.value_and_grad(*args)  # type: ignore[attr-defined]
    function = adjoint(compiled)
    return lambda *a: function(*a)[1]


VECTORS: list[tuple[str, list[float], list[float]]] = [
    ("np.linalg.norm(a)", [3e150, 4e150], [0.6, 0.8]),
    ("np.linalg.norm(a)", [3e-150, -4e-150], [0.6, -0.8]),
    ("np.linalg.norm(a)", [0.0, 0.0], [0.0, 0.0]),
    ("np.prod(a)", [BIG, SMALL, 2.0], [2e-200, 2e200, 1.0]),
    ("np.prod(a)", [0.0, SMALL, BIG], [1.0, 0.0, 0.0]),
    ("np.mean(a)", [BIG, -BIG, SMALL], [1 / 3, 1 / 3, 1 / 3]),
    ("np.max(a)", [BIG, -BIG, BIG], [0.5, 0.0, 0.5]),
    ("np.sum(a / np.max(a))", [SMALL, SMALL / 2], [-0.5e200, 1e200]),
]


@pytest.mark.parametrize(("expression", "operand", "expected"), VECTORS, ids=str)
def test_vectors(expression: str, operand: list[float], expected: list[float]) -> None:
    gradient = differentiate(returning("a", expression)).grad(np.array(operand))
    np.testing.assert_allclose(gradient, expected, rtol=1e-14, atol=0.0)


@pytest.mark.parametrize("name", ["np.maximum", "np.minimum", "np.hypot", "np.arctan2", "np.copysign", "np.logaddexp"])
def test_nan_goes_where_numpy_sends_it(name: str) -> None:
    fn = returning("a, b", f"{name}(a, b)")
    compiled = differentiate(fn)
    for a, b in itertools.product((math.nan, 1.0, -INF), (math.nan, 2.0, INF)):
        with quiet():
            np.testing.assert_array_equal(compiled(np.float64(a), np.float64(b)), fn(np.float64(a), np.float64(b)))
