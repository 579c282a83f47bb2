"""What `infer` puts together from other operations: value as NumPy's, derivative as by differences and on the tape."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sampled import long_unless
from tapeless import differentiate

from .cases import CASES, arguments, sampled
from .oracles import assert_equal, differences, inner, on_the_tape, quiet, random_like
from .test_laws import DIFFERENCE_RTOL, floats, heads
from .written import adjoint, returning

VALUE_RTOL = 1e-14
TAPE_RTOL = 1e-11
# Functions that take no tensor: differences remain.
NOT_ON_THE_TAPE = ("special.", "np.histogram_bin_edges", "np.logspace", "np.geomspace",
                   "np.pad(a, 1, 'mean'", "np.pad(a, 2, 'mean'", "np.pad(a, (1, 2), 'max", "np.pad(a, ((1, 2), (0, 0))",
                   "np.quantile(a, b", "np.quantile(a, 0.3, m", "np.median(a, axis=(0", "np.atleast_2d(a, b)")


def head_of(value: Any) -> Any:
    return random_like(value, seed=3)


def matches(
    fn: Any, expression: str, args: tuple[Any, ...], rtol: float = VALUE_RTOL, taped: bool = True
) -> None:
    with quiet():
        expected = fn(*args)
    wrt = floats(args) if floats(heads(expected)) else ()
    if not wrt or not np.all([np.isfinite(v).all() for v in map(np.asarray, heads(expected))]):
        assert_equal(differentiate(fn)(*args), expected, rtol, expression)
        return
    compiled = differentiate(fn, argnums=wrt)
    value, pullback = compiled.vjp(*args)
    assert_equal(value, expected, rtol, expression)
    head = head_of(expected)
    gradients = pullback(head)
    directions = {k: random_like(args[k], seed=k) for k in wrt}
    ours = sum(inner(directions[k], g) for k, g in zip(wrt, gradients, strict=True))
    size = sum(float(np.nansum(np.abs(directions[k] * g))) for k, g in zip(wrt, gradients, strict=True))
    assert abs(ours - differences(fn, args, directions, head)) <= 100.0 * DIFFERENCE_RTOL * max(size, 1.0), expression
    printed_adjoint = adjoint(compiled)
    with quiet():
        printed = printed_adjoint(*args, **{bar_name(printed_adjoint): head})
    assert_equal(printed[1], gradients, 1e-11, f"the generated adjoint of {expression}")
    if taped and not expression.startswith(NOT_ON_THE_TAPE):
        for mine, theirs in zip(gradients, on_the_tape(fn, args, wrt, head), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=TAPE_RTOL, atol=TAPE_RTOL)


def bar_name(printed_adjoint: Callable[..., Any]) -> str:
    """The parameter of the generated adjoint that takes the head gradient."""
    return list(inspect.signature(printed_adjoint).parameters)[-1]


# NumPy leaves open which of equal entries comes first, and the rest is refused or has no meaning for integers.
NOT_OF_INTEGERS = ("np.argpartition", "np.average(a, ", "np.around", "np.quantile(a, b", "np.sqrt",
                   "np.pad(a, ((1, 2), (0, 0)), 'mean')", "np.pad(a, 1, 'mean')", "np.pad(a, 2, 'mean'")


# By default one of them, for every fourth expression.
OTHER_KINDS = ("float32", "int64")
OF_OTHER_KINDS = [
    pytest.param(expression, words, kind, id=f"{expression.replace(' ', '')}-{kind}",
                 marks=long_unless(k % 8 == 4 * turn))
    for k, (expression, words) in enumerate(CASES)
    for turn, kind in enumerate(OTHER_KINDS)
]


@pytest.mark.parametrize(("expression", "words", "kind"), OF_OTHER_KINDS)
def test_values_of_other_kinds(expression: str, words: str, kind: str) -> None:
    if kind == "int64" and expression.startswith(NOT_OF_INTEGERS):
        return
    args = tuple(a.astype(kind) if isinstance(a, np.ndarray) and a.dtype.kind == "f" and not np.isnan(a).any() else a
                 for a in arguments(words))
    fn = returning(", ".join("abc"[: len(args)]), expression)
    with quiet():
        expected = fn(*args)
    assert_equal(differentiate(fn)(*args), expected, 2e-6 if kind == "float32" else VALUE_RTOL, expression)


ERRORS = (
    ("np.split(a, 4)[0]", "u"), ("np.convolve(a, b)", "none u"), ("np.convolve(a, b)", "u none"),
    ("np.correlate(a, b)", "u none"), ("np.bincount(b - 1)", "u k"), ("np.choose(np.array([5]), (a, b))", "x y"),
    ("np.gradient(a)", "x[:1]"), ("np.gradient(a, edge_order=2)", "x[:2]"),
    ("np.digitize(a, b)", "x np.array([1.0,3.0,2.0])"), ("np.pad(a, -1)", "x"), ("np.pad(a, 1, mode='edge')", "none"),
    ("np.average(a, weights=b)", "x x*0.0"), ("np.quantile(a, 1.5)", "u"), ("np.percentile(a, -1.0)", "u"),
    ("np.quantile(a, 0.5)", "none"), ("np.histogram(a, 0)", "u"), ("np.delete(a, 9)", "u"),
    ("np.insert(a, 9, 1.0)", "u"), ("np.bincount(b, a)", "x k"), ("np.average(a, axis=0, weights=b)", "M M[0]"),
    ("np.partition(a, 9)", "u"), ("np.geomspace(a, b, 3)", "half*0 two"), ("np.cross(a, b)", "v v"),
    ("np.nanargmax(a)", "x*np.nan"), ("np.broadcast_arrays(a, b)[0]", "x v"), ("np.max(a, axis=0)", "M[:0]"),
    ("np.take_along_axis(a, b, axis=0)", "v k+9"), ("np.histogram(a, 3)", "h"),
    ("np.add(a, b, out=np.zeros(4))", "x y"),
)


@pytest.mark.parametrize(("expression", "words"), ERRORS, ids=lambda text: text.replace(" ", ""))
def test_what_numpy_raises(expression: str, words: str) -> None:
    args = arguments(words)
    fn = returning(", ".join("abc"[: len(args)]), expression)
    with quiet(), pytest.raises(Exception) as expected:
        fn(*args)
    with pytest.raises(expected.type):
        differentiate(fn)(*args)


@pytest.mark.parametrize(("expression", "words"), sampled(CASES, 6), ids=lambda text: text.replace(" ", ""))
def test_value_and_derivative(expression: str, words: str) -> None:
    args = arguments(words)
    matches(returning(", ".join("abc"[: len(args)]), expression), expression, args)


@pytest.mark.parametrize("expression", ["np.cov(a)", "np.corrcoef(a)", "np.cov(a.T, rowvar=False)",
                                        "np.cov(a, aweights=[1.0, 2.0, 1.0])"])
def test_a_number_is_not_taken_for_a_matrix(expression: str) -> None:
    """The rank of NumPy's result depends on how many variables there are, which is known too late."""
    fn = returning("a", expression)
    compiled, several = differentiate(fn), arguments("M")[0]
    assert_equal(compiled(several), fn(several), VALUE_RTOL, expression)
    with pytest.raises(ValueError, match="of one variable in a matrix is a number"):
        compiled(several[:1])
