"""Arguments of one row or one column, which are stretched against others: code of their own, and no broadcasting."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from tapeless import Differentiable, differentiate, tape
from tapeless.compiler import pipeline
from tapeless.signatures import parse_signature

COLUMN, ROW, SQUARE = np.linspace(0.1, 1.0, 4)[:, None], np.linspace(-1.0, 2.0, 4)[None, :], np.full((4, 4), 0.3)
ONE = np.array([[0.7]])
GIVEN = {"column": COLUMN, "row": ROW, "square": SQUARE, "one": ONE}


def product(x, y):
    t = np.sin(x * y)
    return np.sum(t * t + y)


def distances(x, y):
    d = x.T - x
    return np.sum(np.sqrt(d * d + 1.0) @ y)


def stored(x, y):
    out = np.zeros((4, 4))
    out[...] = x * y
    out += y
    return np.sum(out * out)


def unstored(x, y):
    """The same without a store, for the tape."""
    out = np.zeros((4, 4)) + x * y + y
    return np.sum(out * out)


def reference(f: Any, *args: Any) -> list[np.ndarray]:
    given = [tape.tensor(a.copy(), requires_grad=True) for a in args]
    f(*given).backward()
    return [np.asarray(g.grad) for g in given]


def chosen(f: Differentiable) -> set[Any]:
    (program,) = f._programs.values()
    return {(key.purpose, key.assume, key.ones) for key in program.assumptions.chosen.values()}


@pytest.mark.parametrize(("f", "same"), [(product, product), (stored, unstored)], ids=["product", "stored"])
@pytest.mark.parametrize(("a", "b"), [*itertools.product(GIVEN, GIVEN)])
def test_gradients_of_all_combinations(f: Any, same: Any, a: str, b: str) -> None:
    args = GIVEN[a], GIVEN[b]
    decorated = differentiate(f, wrt=("x", "y"))
    np.testing.assert_allclose(decorated(*args), f(*args), rtol=1e-14)
    for got, want in zip(decorated.grad(*args), reference(same, *args), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12)


def test_one_function_for_all_in_turn() -> None:
    """Code for one combination is not used for another, and comes back when its arguments do."""
    decorated = differentiate(product, wrt=("x", "y"))
    for a, b in [*itertools.product(GIVEN, GIVEN)] * 2:
        args = GIVEN[a], GIVEN[b]
        for got, want in zip(decorated.grad(*args), reference(product, *args), strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-12, err_msg=f"{a}, {b}")


def test_a_column_is_no_reason_to_assume_nothing() -> None:
    f = differentiate(product)
    f.grad(COLUMN, SQUARE)
    assert chosen(f) == {("gradient", True, (("x", 1),))}
    f.grad(SQUARE, SQUARE)
    assert chosen(f) == {("gradient", True, ())}
    f.grad(COLUMN, ROW)
    assert chosen(f) == {("gradient", True, (("x", 1), ("y", 0)))}


def test_what_agrees_anyway_is_not_assumed() -> None:
    """An array of one element is like any other where nothing is stretched."""
    f = differentiate(product)
    f.grad(ONE, ONE)
    assert chosen(f) == {("gradient", True, ())}


def test_the_product_with_a_column() -> None:
    f = differentiate(distances, wrt=("x", "y"))
    for got, want in zip(f.grad(COLUMN, COLUMN), reference(distances, COLUMN, COLUMN), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12)
    assert chosen(f) == {("gradient", True, (("x", 1),))}


def test_what_does_not_meet_raises_as_numpy_does() -> None:
    f = differentiate(product)
    with pytest.raises(ValueError, match="could not be broadcast together"):
        f.grad(COLUMN, np.ones((3, 4)))
    np.testing.assert_allclose(f.grad(COLUMN, SQUARE), reference(product, COLUMN, SQUARE)[0], rtol=1e-12)


def test_heads_of_a_pullback() -> None:
    f = differentiate(lambda x, y: np.exp(x * y), wrt=("x", "y"))
    value, pullback = f.vjp(COLUMN, ROW)
    np.testing.assert_allclose(value, np.exp(COLUMN * ROW), rtol=1e-14)
    head = np.linspace(0.0, 1.0, 16).reshape(4, 4)
    by_x, by_y = pullback(head)
    np.testing.assert_allclose(by_x, np.sum(head * value * ROW, axis=1, keepdims=True), rtol=1e-12)
    np.testing.assert_allclose(by_y, np.sum(head * value * COLUMN, axis=0, keepdims=True), rtol=1e-12)


@pytest.mark.parametrize(("shapes", "ones"), [
    ({"x": (4, 1), "y": (4, 4)}, (("x", 1),)),
    ({"x": (1, 4), "y": (4, 1)}, (("x", 0), ("y", 1))),
    ({"x": (4, 4), "y": (4, 4)}, ()),
    ({"x": (1, 1), "y": (1, 1)}, ()),
    ({"x": (3, 4), "y": (4, 4)}, None),
])  # fmt: skip
def test_the_axes_that_must_be_assumed(shapes: dict[str, tuple[int, ...]], ones: Any) -> None:
    function = pipeline.typed(pipeline.surface(product), parse_signature("f8[:,::1], f8[:,::1]"))
    assert pipeline.ones_needed(function, shapes) == ones
