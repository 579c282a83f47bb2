"""Sorting of long and short arrays: the stable permutation, with NaN at the end and equal zeros, as in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from tapeless import differentiate

SIZES = (0, 1, 2, 17, 95, 96, 97, 300, 2000)


def entries(kind: str, size: int) -> np.ndarray:
    rng = np.random.default_rng(size)
    if kind == "bool":
        return rng.random(size) > 0.5
    if kind.startswith("int"):
        return np.concatenate([rng.integers(-5, 5, size=size // 2), rng.integers(
            np.iinfo(kind).min, np.iinfo(kind).max, size=size - size // 2)]).astype(kind)
    drawn = np.round(rng.normal(size=size) * 10.0 ** rng.integers(-300, 300, size=size), 1)
    special = rng.choice([0.0, -0.0, np.nan, -np.nan, np.inf, -np.inf, 1.0, 5e-324, -5e-324], size=size)
    with np.errstate(over="ignore"):
        return np.where(rng.random(size) > 0.5, drawn, special).astype(kind)


def order(x):
    return np.argsort(x, kind="stable")


def in_order(x):
    return np.sort(x)


def rows_in_order(x):
    return np.argsort(x, axis=0, kind="stable")


@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "int32", "bool"])
def test_the_stable_permutation(kind: str) -> None:
    compiled, values, rows = differentiate(order), differentiate(in_order), differentiate(rows_in_order)
    for size in SIZES:
        x = entries(kind, size)
        np.testing.assert_array_equal(compiled(x), order(x))
        np.testing.assert_array_equal(values(x), in_order(x))
        wide = np.stack([x, x[::-1], np.roll(x, 3)], axis=1)
        np.testing.assert_array_equal(rows(wide), rows_in_order(wide))
