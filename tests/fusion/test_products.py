"""Products that are added to a matrix: how many there are, and that their sums are right whatever the layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from passes.stages import after
from tapeless import differentiate, tape
from tapeless.compiler.ir.nodes import Accumulate, Apply, Assign, Function
from tapeless.compiler.ir.traversal import walk
from tapeless.compiler.passes.fusion.fuse import fuse
from tapeless.compiler.pipeline import taking

MATRIX = np.random.default_rng(5).normal(size=(12, 12))
SQUARES: dict[str, np.ndarray] = {
    "rows": MATRIX[:9, :9].copy(),
    "columns": np.asfortranarray(MATRIX[:9, :9]),
    "a part": MATRIX[1:10, 2:11],
    "every other": np.random.default_rng(6).normal(size=(18, 18))[::2, ::2],
    "reversed": MATRIX[::-1, ::-1][:9, :9],
    "small": MATRIX[:3, :3].copy(),
    "one": MATRIX[:1, :1].copy(),
    "empty": MATRIX[:0, :0].copy(),
}


def products(text: str) -> tuple[int, int]:
    """Products that are made, and products that are added to something, in the gradient alone."""
    function = fuse(taking(after("eliminate", text, "f8[:,::1], f8[:,::1]"), "gradient", True))
    return made(function), sum(isinstance(s, Accumulate) and s.factor is not None for s in walk(function.body))


def made(function: Function) -> int:
    found = [s.value for s in walk(function.body) if isinstance(s, Assign) and isinstance(s.value, Apply)]
    return sum(e.op == "dot22" for e in found)


def test_a_matrix_times_itself_takes_one_product() -> None:
    assert products("def f(x, y): return np.sum(x.T @ x)") == (1, 0)
    assert products("def f(x, y): return np.sum(x @ x.T)") == (1, 0)


def test_two_products_with_a_common_factor_are_one() -> None:
    assert products("def f(x, y): return np.sum(x @ y) + np.sum(np.sin(x @ y))") == (2, 0)  # x @ y, and one for x


def test_the_second_product_is_added_by_blas() -> None:
    assert products("def f(x, y): return np.sum((x @ y) @ x)") == (3, 1)  # x @ y, its adjoint, two for x


def test_a_product_of_which_only_the_shape_is_read_is_not_made() -> None:
    assert products("def f(x, y): return np.sum(np.triu(x @ y))") == (1, 0)


def gram(x, y):
    return np.sum((x.T @ x) * y)


def gram_of_rows(x, y):
    return np.sum((x @ x.T) * y) + np.sum(y @ x)


def mixed(x, y):
    a = x @ y
    b = y @ x
    return np.sum(a @ b) + np.sum(a.T @ x) + np.sum(np.tril(b))


def in_place(x, y):
    z = x
    for i in range(3):
        z = z + z @ y
        z[i % z.shape[0] :] *= 0.5
    return np.sum(z @ x.T)


@pytest.mark.parametrize("layout", [name for name in SQUARES if name != "empty"])
@pytest.mark.parametrize("f", [gram, gram_of_rows, mixed, in_place])
def test_any_layout(f: Callable[..., Any], layout: str) -> None:
    x = SQUARES[layout]
    y = np.ascontiguousarray(x[::-1].T) / 3.0
    ours = differentiate(f, wrt=("x", "y")).grad(x, y)
    args = [tape.tensor(a.copy(), requires_grad=True) for a in (x, y)]
    f(*args).backward()
    for got, want in zip(ours, args, strict=True):
        np.testing.assert_allclose(got, want.grad.numpy(), rtol=1e-10, atol=1e-10)


def test_nothing_to_multiply() -> None:
    for f in (gram, gram_of_rows, mixed):
        assert differentiate(f).grad(SQUARES["empty"], SQUARES["empty"]).shape == (0, 0)


def test_float32() -> None:
    x = MATRIX[:9, :9].astype(np.float32)
    gradient = differentiate(gram).grad(x, x)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, x @ (x + x.T), rtol=1e-4, atol=1e-5)


def test_infinities_and_nan_stay_what_they_are() -> None:
    x = MATRIX[:9, :9].copy()
    x[2, 3] = np.nan
    gradient = differentiate(gram).grad(x, np.ones((9, 9)))
    expected = x @ np.full((9, 9), 2.0)
    np.testing.assert_array_equal(np.isnan(gradient), np.isnan(expected))
