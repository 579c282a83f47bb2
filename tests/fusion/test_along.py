"""Reductions along axes in the loop that computes what they reduce: values and gradients, and no array in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from passes.stages import after
from tapeless import differentiate, tape
from tapeless.compiler.ir.nodes import Apply, Assign, Fused
from tapeless.compiler.ir.traversal import walk
from tapeless.compiler.passes.fusion.fuse import fuse

pytestmark = pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value encountered",
                                        "ignore:Degrees of freedom", "ignore:divide by zero")  # fmt: skip


def distances(x, y):
    return np.sum(np.sqrt(np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1) + 1.0))


def columns(x, y):
    return np.sum(np.sin(np.sum(x * np.cos(y), axis=0)))


def kept_axis(x, y):
    return np.sum(np.max(x * y, axis=1, keepdims=True) * x)


def products(x, y):
    return np.sum(np.prod(x + y, axis=0))


def lengths(x, y):
    return np.sum(np.linalg.norm(x - 2 * y, axis=1))


def counts(x, y):
    return np.sum(np.mean(x * y, axis=1) * np.count_nonzero(x > y, axis=1))


def conditions_of_rows(x, y):
    return np.sum(np.where(np.any(x > y, axis=1), np.sum(x * y, axis=1), 0.5)) + np.all(x < y + 9.0, axis=0).sum()


def used_again(x, y):
    p = x * y
    return np.sum(np.sum(p, axis=1)[:, None] * p)


def spreads(x, y):
    return np.sum(np.var(x * y, axis=0))


def outer_axes(x, y):
    return np.sum(np.exp(np.sum(x[:, :, None] * y.T[None], axis=(0, 2))))


def middle_axis(x, y):
    return np.sum(np.min(x[:, :, None] + y.T[None, :, :], axis=1) ** 2)


FUNCTIONS = (distances, columns, kept_axis, products, lengths, counts, conditions_of_rows, used_again, spreads,
             outer_axes, middle_axis)  # fmt: skip


def outcome(f: Callable[..., Any], *args: Any) -> Any:
    try:
        return f(*args)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize("f", FUNCTIONS)
def test_as_in_numpy_and_on_the_tape(f: Callable[..., Any], kind: str) -> None:
    compiled = differentiate(f)
    rng = np.random.default_rng(3)
    rtol = 1e-12 if kind == "float64" else 1e-4
    for shape in ((5, 4), (1, 4), (5, 1), (1, 1), (0, 4), (5, 0)):
        x, y = (rng.normal(size=shape).astype(kind) for _ in range(2))
        expected, found = outcome(f, x, y), outcome(compiled, x, y)
        assert type(found) is type(expected), shape
        if isinstance(expected, str):
            assert found == expected
            continue
        np.testing.assert_allclose(found, expected, rtol=rtol, err_msg=str(shape))
        gradient = compiled.grad(x, y)
        _, (by_tape,) = tape.value_and_grad(f, (x, y), wrt=(0,))
        assert gradient.dtype == kind
        np.testing.assert_allclose(gradient, by_tape, rtol=rtol, atol=rtol, err_msg=str(shape))


def test_what_is_reduced_is_no_array() -> None:
    text = "def f(x, y):\n    return np.sum(np.sqrt(np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1)))\n"
    function = fuse(after("storage", text, "float64[:,::1], float64[:,::1]", np=np))
    groups = [s for s in walk(function.body) if isinstance(s, Fused)]
    sums = [(g, s) for g in groups for s in g.body
            if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "sum_along"]
    assert len(sums) == 1
    group, statement = sums[0]
    assert isinstance(statement.value, Apply)
    assert {a.name for a in statement.value.args} <= group.inside  # type: ignore[union-attr]
    assert dict(group.places)[statement.target.name] == (0, 1)


def test_totals_of_float32_are_sums_of_float64() -> None:
    """NumPy sums pairwise; one number after the other in float32 would lose three digits here."""
    x = np.full((1_000_003, 2), 0.1, np.float32)
    down, across = (lambda a: np.sum(a * np.float32(3.0), axis=0)), (lambda a: np.sum(a * np.float32(3.0), axis=1))
    for f, rows in ((down, x), (across, np.ascontiguousarray(x.T))):
        exact = f(rows.astype(np.float64))
        found = differentiate(f)(rows)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, exact, rtol=1e-6)
