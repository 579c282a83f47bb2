"""Shapes: extents that are 1 or 0 only at run time, ranks that differ, numbers, and arrays of rank 0."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate

from .oracles import assert_equal, on_the_tape, quiet, random_like
from .written import adjoint, returning

# One function compiled for each pair of ranks serves all shapes of these ranks.
EXPRESSION = "np.maximum(a * b, b)"

SHAPES: dict[str, list[tuple[tuple[int, ...], tuple[int, ...]]]] = {
    "matrix and matrix": [
        ((2, 3), (2, 3)), ((2, 3), (1, 3)), ((2, 1), (2, 3)), ((2, 1), (1, 3)), ((1, 1), (2, 3)), ((1, 1), (1, 1)),
        ((0, 3), (1, 3)), ((0, 3), (0, 1)), ((1, 1), (0, 3)), ((2, 0), (2, 1)), ((0, 0), (0, 0)),
    ],
    "vector and vector": [
        ((3,), (3,)), ((3,), (1,)), ((1,), (3,)), ((1,), (1,)), ((0,), (0,)), ((0,), (1,)), ((1,), (0,)),
    ],
    "matrix and vector": [
        ((2, 3), (3,)), ((2, 3), (1,)), ((1, 3), (3,)), ((2, 1), (3,)), ((0, 3), (3,)), ((2, 0), (1,)),
    ],
    "vector and cube": [((3,), (2, 2, 3)), ((1,), (2, 2, 3)), ((3,), (2, 1, 1)), ((3,), (0, 2, 1))],
    "matrix and number": [((2, 3), ()), ((1, 1), ()), ((0, 3), ())],
}  # fmt: skip
CASES = [(name, *shapes) for name, listed in SHAPES.items() for shapes in listed]
REFUSED = [
    ((3,), (4,)),
    ((3,), (2,)),
    ((2, 3), (2,)),
    ((2, 3), (3, 2)),
    ((2, 3), (1, 2)),
    ((0,), (3,)),
    ((2, 2, 3), (2, 3, 1, 4)),
]


@cache
def function() -> tuple[Callable[..., Any], Any]:
    fn = returning("a, b", EXPRESSION)
    return fn, differentiate(fn, argnums=(0, 1))


def drawn(shape: tuple[int, ...], seed: int, number: bool = False) -> Any:
    rng = np.random.default_rng([seed, *shape])
    return float(rng.normal()) if number else rng.normal(size=shape)


@pytest.mark.parametrize(("ranks", "first", "second"), CASES, ids=str)
def test_value_and_adjoint(ranks: str, first: tuple[int, ...], second: tuple[int, ...]) -> None:
    fn, compiled = function()
    args = (drawn(first, 1), drawn(second, 2, number=second == ()))
    with quiet():
        expected = fn(*args)
    value, pullback = compiled.vjp(*args)
    assert_equal(value, expected, 1e-15, "value")
    head = random_like(expected, 3)
    gradients = pullback(head)
    for gradient, theirs, argument in zip(gradients, on_the_tape(fn, args, (0, 1), head), args, strict=True):
        assert_equal(gradient, type(argument)(theirs) if np.isscalar(argument) else theirs, 1e-13, "adjoint")
    with quiet():
        assert_equal(adjoint(compiled)(*args, f_bar=head)[1], gradients, 1e-13, "generated Python")


@pytest.mark.parametrize(("first", "second"), REFUSED, ids=str)
def test_shapes_that_do_not_broadcast(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    fn, compiled = function()
    args = (np.ones(first), np.ones(second))
    with pytest.raises(ValueError, match="broadcast"):
        fn(*args)
    for call in (compiled, compiled.vjp):
        with pytest.raises(ValueError, match="broadcast"):
            call(*args)


def test_arrays_of_rank_zero_give_a_number() -> None:
    fn, compiled = function()
    args = (np.array(1.5), np.array(-0.5))
    expected = fn(*args)
    value, pullback = compiled.vjp(*args)
    assert_equal(value, expected, 1e-15, "value")
    assert isinstance(expected, np.float64)
    for gradient in pullback(1.0):
        assert isinstance(gradient, np.ndarray) and gradient.shape == ()


def test_rank_zero_against_a_vector() -> None:
    fn, compiled = function()
    args = (np.array(1.5), np.array([-0.5, 2.0]))
    value, pullback = compiled.vjp(*args)
    assert_equal(value, fn(*args), 1e-15, "value")
    head = np.array([1.0, 3.0])
    for gradient, theirs in zip(pullback(head), on_the_tape(fn, args, (0, 1), head), strict=True):
        assert_equal(gradient, np.asarray(theirs), 1e-14, "adjoint")


LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "columns first": np.asfortranarray,
    "reversed": lambda x: x[::-1, ::-1].copy()[::-1, ::-1],
    "every other": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "one row, repeated": lambda x: np.broadcast_to(x[:1], x.shape),
    "one number, repeated": lambda x: np.broadcast_to(x[0, 0], x.shape),
}


@pytest.mark.parametrize(("one", "two"), list(itertools.product(LAYOUTS, repeat=2)))
def test_layouts(one: str, two: str) -> None:
    """Strides are no part of the value: the result and the gradients are those of the contiguous arrays."""
    fn, compiled = function()
    args = (LAYOUTS[one](drawn((3, 4), 5)), LAYOUTS[two](drawn((3, 4), 6)))
    plain = tuple(np.ascontiguousarray(a) for a in args)
    value, pullback = compiled.vjp(*args)
    assert_equal(value, fn(*args), 1e-15, "value")
    head = random_like(value, 7)
    assert_equal(pullback(head), compiled.vjp(*plain)[1](head), 1e-14, "gradients")


# Lengths around what fits a vector register, so that loops with and without a rest are run.
@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100])
def test_lengths(length: int) -> None:
    fn, compiled = function()
    args = (drawn((length,), 8), drawn((length,), 9))
    value, pullback = compiled.vjp(*args)
    assert_equal(value, fn(*args), 1e-15, "value")
    head = random_like(value, 10)
    for gradient, theirs in zip(pullback(head), on_the_tape(fn, args, (0, 1), head), strict=True):
        assert_equal(gradient, theirs, 1e-14, "adjoint")
