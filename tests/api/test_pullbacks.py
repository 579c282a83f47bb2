"""`vjp`, `elementwise_grad`, `check_grads`: heads of every structure, pullbacks used twice, readable verdicts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapeless
from tapeless import CompileError, differentiate
from tapeless.runtime import tape

X = np.array([1.0, 2.0, 3.0])


@differentiate
def square(x):
    return x * x


@differentiate(argnums=(0, 1))
def several(x, y, n):
    inner = (np.sum(x), y * y)
    return x * y, inner, n, y


def test_value_and_pullback() -> None:
    value, pullback = square.vjp(X)
    np.testing.assert_array_equal(value, X * X)
    np.testing.assert_array_equal(pullback(np.ones(3)), 2.0 * X)
    np.testing.assert_array_equal(pullback(np.array([1.0, 0.0, 2.0])), [2.0, 0.0, 12.0])
    np.testing.assert_array_equal(pullback(np.ones(3)), 2.0 * X)


def test_a_pullback_is_linear() -> None:
    _, pullback = several.vjp(X, 1.5, 2)
    rng = np.random.default_rng(0)

    def head() -> tuple[Any, ...]:
        return rng.normal(size=3), (rng.normal(), rng.normal()), 0, rng.normal()

    one, two = head(), head()
    both = (
        one[0] + 2.0 * two[0],
        tuple(a + 2.0 * b for a, b in zip(one[1], two[1], strict=True)),
        0,
        one[3] + 2.0 * two[3],
    )
    for a, b, c in zip(pullback(one), pullback(two), pullback(both), strict=True):
        np.testing.assert_allclose(c, a + 2.0 * b, rtol=1e-14)


def test_heads_in_the_structure_of_the_value() -> None:
    value, pullback = several.vjp(X, 1.5, 2)
    assert isinstance(value, tuple) and isinstance(value[1], tuple) and value[2] == 2
    head = (np.array([1.0, 2.0, 0.5]), (0.25, 3.0), 0, -1.0)
    expected = tape.value_and_grad(several.py_func, (X, 1.5, 2), wrt=(0, 1), seed=head)[1]
    gradient = pullback(head)
    np.testing.assert_allclose(gradient[0], expected[0], rtol=1e-14)
    assert gradient[1] == pytest.approx(float(expected[1]))
    assert type(gradient[1]) is float


@pytest.mark.parametrize("head", [None, 0, 7, "anything"])
def test_the_head_of_an_integer_does_not_matter(head: Any) -> None:
    _, pullback = several.vjp(X, 1.5, 2)
    np.testing.assert_array_equal(pullback((X, (0.0, 0.0), head, 0.0))[0], 1.5 * X)


WRONG_HEADS = [1.0, np.ones(2), np.ones((3, 1)), np.ones(4), np.ones((1, 3)), (X,)]


@pytest.mark.parametrize("head", WRONG_HEADS, ids=str)
def test_a_head_has_the_shape_of_the_value(head: Any) -> None:
    _, pullback = square.vjp(X)
    with pytest.raises((ValueError, TypeError)):
        pullback(head)
    np.testing.assert_array_equal(pullback(np.ones(3)), 2.0 * X)


@pytest.mark.parametrize("head", [np.ones(2), (1.0, 1.0, 1.0), "x", None], ids=str)
def test_a_head_of_a_number_is_a_number(head: Any) -> None:
    _, pullback = square.vjp(2.0)
    with pytest.raises((ValueError, TypeError)):
        pullback(head)


@pytest.mark.parametrize(
    "head", [1.0, 1, np.float64(1.0), np.float32(1.0), np.array(1.0), np.array([1.0]), True], ids=repr
)
def test_heads_of_a_number(head: Any) -> None:
    gradient = square.vjp(2.0)[1](head)
    assert gradient == 4.0 and type(gradient) is float


@pytest.mark.parametrize(
    "head", [[1.0, 1.0, 1.0], np.ones(3, dtype=int), np.ones(3, dtype="float32"), np.ones(6)[::2]], ids=repr
)
def test_heads_of_an_array(head: Any) -> None:
    gradient = square.vjp(X)[1](head)
    np.testing.assert_array_equal(gradient, 2.0 * X)
    assert gradient.dtype == np.float64


@pytest.mark.parametrize("head", [(X, (1.0,), 0, 1.0), (X, (1.0, 1.0), 0), X, (X, 1.0, 0, 1.0)], ids=str)
def test_a_head_of_a_tuple_has_its_structure(head: Any) -> None:
    _, pullback = several.vjp(X, 1.5, 2)
    with pytest.raises((ValueError, TypeError)):
        pullback(head)


def test_a_pullback_remembers_the_arguments_as_they_were() -> None:
    given = X.copy()
    _, pullback = square.vjp(given)
    given[...] = 100.0
    np.testing.assert_array_equal(pullback(np.ones(3)), 2.0 * X)


def test_pullbacks_of_different_arguments_do_not_meet() -> None:
    pullbacks = [square.vjp(X * k)[1] for k in range(4)]
    for k, pullback in reversed(list(enumerate(pullbacks))):
        np.testing.assert_array_equal(pullback(np.ones(3)), 2.0 * k * X)


def test_a_pullback_of_a_function_that_stores() -> None:
    @differentiate
    def stores(x, v):
        x[0] = v * v
        return x * 2.0

    given = X.copy()
    value, pullback = stores.vjp(given, 3.0)
    np.testing.assert_array_equal(given, X)
    np.testing.assert_array_equal(value, [18.0, 4.0, 6.0])
    np.testing.assert_array_equal(pullback(np.ones(3)), [0.0, 2.0, 2.0])
    assert stores.vjp(given, 3.0, argnums=1)[1](np.ones(3)) == 12.0


def test_single_precision_stays() -> None:
    x = X.astype("float32")
    value, pullback = square.vjp(x)
    gradient = pullback(np.ones(3))
    assert value.dtype == gradient.dtype == np.float32


def test_the_free_vjp() -> None:
    value, pullback = tapeless.vjp(lambda x, y: x * y, 2.0, 3.0, argnums=(0, 1))
    assert value == 6.0 and pullback(1.0) == (3.0, 2.0)


def test_without_differentiable_result() -> None:
    with pytest.raises(CompileError, match="derivative"):
        _, pullback = differentiate(lambda x: int(x)).vjp(1.5)
        pullback(1)


# ------------------------------------------------------------------------------------------- elementwise gradients


def test_elementwise_gradients() -> None:
    def curve(x):
        return np.sin(x * x)

    grid = np.linspace(-2.0, 2.0, 41)
    slope = tapeless.elementwise_grad(curve)
    np.testing.assert_allclose(slope(grid), 2.0 * grid * np.cos(grid * grid), rtol=1e-14)
    assert slope(grid).shape == grid.shape
    matrix = grid[:40].reshape(8, 5)
    np.testing.assert_allclose(slope(matrix), 2.0 * matrix * np.cos(matrix * matrix), rtol=1e-14)
    assert slope(0.5) == pytest.approx(np.cos(0.25), rel=1e-14)
    assert slope(np.array([])).shape == (0,)


def test_elementwise_gradients_of_several_arguments() -> None:
    slopes = tapeless.elementwise_grad(lambda x, y: x * y * y, argnums=(0, 1))
    first, second = slopes(X, X + 1.0)
    np.testing.assert_allclose(first, (X + 1.0) ** 2)
    np.testing.assert_allclose(second, 2.0 * X * (X + 1.0))


def test_elementwise_gradient_of_a_tuple() -> None:
    slope = tapeless.elementwise_grad(lambda x: (x * x, x * x * x))
    np.testing.assert_allclose(slope(X), 2.0 * X + 3.0 * X * X)


# ---------------------------------------------------------------------------------------------------- check_grads


def test_a_verdict_that_agrees() -> None:
    verdict = tapeless.check_grads(lambda x, k: np.sum(np.sin(x) * k), (X, 2.0))
    assert verdict and verdict.ok and verdict.error < 1e-8
    assert "agree" in str(verdict) and "DISAGREE" not in str(verdict)
    assert repr(verdict) == str(verdict)


def test_a_verdict_names_the_worst_component() -> None:
    """A step that differences see and a derivative does not."""

    def jumps(x):
        return np.sum(x) + np.floor(x[1] + 1e-9)

    verdict = tapeless.check_grads(jumps, (X,))
    assert not verdict
    assert verdict.worst == "x[1]" and "DISAGREE" in str(verdict) and "x[1]" in str(verdict)


def test_a_verdict_on_several_arguments() -> None:
    f = differentiate(lambda x, y: x * x * y, argnums=(0, 1))
    assert f.check_grads(1.5, 2.5)
    assert f.check_grads(1.5, y=2.5)
    given = X.copy()
    assert differentiate(lambda x: np.sum(x**3)).check_grads(given)
    np.testing.assert_array_equal(given, X)


def test_a_verdict_on_nothing() -> None:
    assert tapeless.check_grads(lambda x: np.sum(x * x), (np.zeros(0),))


def test_a_gradient_that_is_nan_does_not_agree() -> None:
    assert not tapeless.check_grads(lambda x: np.sqrt(x - 1.0), (np.float64(0.5),))


def test_a_verdict_needs_a_number() -> None:
    with pytest.raises(CompileError):
        tapeless.check_grads(lambda x: x * 2.0, (X,))


# ------------------------------------------------------------------------------- lists whose length only the call tells


@differentiate
def pairs(x, n):
    return [(x * i, i, x * x) for i in range(n)]


@differentiate
def tails(x):
    return [x[i:] ** 2 for i in range(len(x))]


@differentiate
def shared_rows(x, n):
    return [[x * i for i in range(n)]] * n


def test_heads_of_lists() -> None:
    value, pullback = pairs.vjp(2.0, 3)
    assert value == [(0.0, 0, 4.0), (2.0, 1, 4.0), (4.0, 2, 4.0)]
    assert pullback([(1.0, 0, 0.0), (1.0, 0, 1.0), (0.5, None, 0.0)]) == 0.0 + 1.0 + 4.0 + 1.0
    assert pullback(value) == pairs.vjp(2.0, 3)[1](value)


@pytest.mark.parametrize(("head", "says"), [
    ([(1.0, 0, 1.0)] * 2, "returns a list of 3 items, so its head gradient is a list of as many, not one of 2"),
    (1.0, "is a list of as many, not a float"),
    ([1.0] * 3, "`pairs` is a tuple with the fields 0, 1, 2"),
    ([(1.0, 0)] * 3, "`pairs` is a tuple with the fields 0, 1, 2"),
    ([(1.0, 0, None)] * 3, "has a number for each of them"),
])
def test_heads_of_lists_that_do_not_fit(head: Any, says: str) -> None:
    _, pullback = pairs.vjp(2.0, 3)
    with pytest.raises(ValueError, match=says):
        pullback(head)


def test_heads_of_arrays_in_lists() -> None:
    _, pullback = tails.vjp(X)
    np.testing.assert_array_equal(pullback([np.ones(3), np.zeros(2), np.full(1, 2.0)]), [2.0, 4.0, 18.0])
    with pytest.raises(ValueError, match=r"has shape \(3,\), the array has shape \(2,\)"):
        pullback([np.ones(3)] * 3)


def test_one_row_many_times_is_one_list() -> None:
    value, pullback = shared_rows.vjp(2.0, 3)
    assert value == [[0.0, 2.0, 4.0]] * 3 and value[0] is value[1] is value[2]
    assert pullback([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.5]]) == 1.0 + 1.0 + 2.0 + 1.0


def test_a_list_that_is_returned_twice_is_one() -> None:
    def f(x, n):
        out = [x * i for i in range(n)]
        return out, out

    one, other = differentiate(f)(2.0, 3)
    assert one is other


def test_elementwise_gradients_of_lists() -> None:
    assert tapeless.elementwise_grad(pairs)(2.0, 3) == 0.0 + 1.0 + 2.0 + 3 * 4.0
    np.testing.assert_array_equal(tapeless.elementwise_grad(tails)(X), [2.0, 8.0, 18.0])
