"""What `infer` puts together from other operations: value as NumPy's, derivative as by differences and on the tape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless import differentiate

from .cases import CASES, arguments
from .oracles import assert_equal, differences, inner, on_the_tape, quiet, random_like
from .test_laws import DIFFERENCE_RTOL, floats, heads
from .written import adjoint, returning

VALUE_RTOL = 1e-14
TAPE_RTOL = 1e-11
# Functions that take no tensor: differences remain.
NOT_ON_THE_TAPE = ("special.", "np.histogram", "np.logspace", "np.geomspace", "np.polyval", "np.quantile(a, b",
                   "np.quantile(a, 0.3, m", "np.median(a, axis=(0", "np.atleast_2d(a, b)")


def head_of(value: Any) -> Any:
    return random_like(value, seed=3)


def matches(fn: Any, expression: str, args: tuple[Any, ...]) -> None:
    with quiet():
        expected = fn(*args)
    wrt = floats(args) if floats(heads(expected)) else ()
    if not wrt or not np.all([np.isfinite(v).all() for v in map(np.asarray, heads(expected))]):
        assert_equal(differentiate(fn)(*args), expected, VALUE_RTOL, expression)
        return
    compiled = differentiate(fn, argnums=wrt)
    value, pullback = compiled.vjp(*args)
    assert_equal(value, expected, VALUE_RTOL, expression)
    head = head_of(expected)
    gradients = pullback(head)
    directions = {k: random_like(args[k], seed=k) for k in wrt}
    ours = sum(inner(directions[k], g) for k, g in zip(wrt, gradients, strict=True))
    size = sum(float(np.nansum(np.abs(directions[k] * g))) for k, g in zip(wrt, gradients, strict=True))
    assert abs(ours - differences(fn, args, directions, head)) <= 100.0 * DIFFERENCE_RTOL * max(size, 1.0), expression
    with quiet():
        printed = adjoint(compiled)(*args, **{bar_name(compiled): head})
    assert_equal(printed[1], gradients, 1e-11, f"the generated adjoint of {expression}")
    if not expression.startswith(NOT_ON_THE_TAPE):
        for mine, theirs in zip(gradients, on_the_tape(fn, args, wrt, head), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=TAPE_RTOL, atol=TAPE_RTOL)


def bar_name(compiled: Any) -> str:
    """The parameter of the generated adjoint that takes the head gradient."""
    first = compiled.adjoint_source.partition("_adjoint(")[2].partition("):")[0]
    return first.rpartition(", ")[2].partition("=")[0]


@pytest.mark.parametrize(("expression", "words"), CASES, ids=lambda text: text.replace(" ", ""))
def test_value_and_derivative(expression: str, words: str) -> None:
    args = arguments(words)
    matches(returning(", ".join("abc"[: len(args)]), expression), expression, args)
