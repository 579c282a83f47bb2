"""Under test, memory that nobody has written is neither zero nor what it was: see tests/unwritten.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless import differentiate
from unwritten import WORD, spoilt_numpy

LONGS = WORD << 32 | WORD


def unwritten(n: int, kind: str) -> np.ndarray:
    made: dict[str, Any] = {"float64": floats, "float32": singles, "int64": integers, "bool": truths}
    found: np.ndarray = differentiate(made[kind])(n)
    return found


def floats(n):
    return np.empty(n)


def singles(n):
    return np.empty(n, dtype=np.float32)


def integers(n):
    return np.empty(n, dtype=np.int64)


def truths(n):
    return np.empty(n, dtype=np.bool_)


@pytest.mark.parametrize("n", [1, 3, 7, 100_000])  # the last is more than a block that is kept for the next call
@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "bool"])
def test_new_arrays(kind: str, n: int) -> None:
    for _ in range(2):
        found = unwritten(n, kind)
        assert found.shape == (n,) and found.dtype == kind
        assert np.all(np.isnan(found) if found.dtype.kind == "f" else found == (LONGS if kind == "int64" else True))
        found[:] = 0


def renewed(x):
    total = 0.0
    for i in range(3):
        row = np.empty(3)
        row[i] = x
        total += row[0]
    return total


def test_an_array_that_a_loop_makes_again() -> None:
    """Its second block is the first one, with the number that was written there: it is not found again."""
    assert np.isnan(differentiate(renewed)(2.0))


def test_generated_python() -> None:
    spoilt = spoilt_numpy()
    assert np.isnan(spoilt.empty((2, 3))).all() and np.isnan(spoilt.empty(3, dtype=np.float32)).all()
    assert spoilt.empty_like(np.zeros(5, dtype=np.bool_)).all() and spoilt.empty(0).shape == (0,)
    assert np.isnan(spoilt.empty(3, dtype=np.complex128)).all()
    assert (spoilt.empty(2, dtype=np.int64) == LONGS).all()
