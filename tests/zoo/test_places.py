"""`np.ndenumerate`, which goes through an array itself and not through what stands for one on the tape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless import differentiate


def entries_of_a_matrix(a):
    s = 0.0
    for (i, j), v in np.ndenumerate(a):
        if v < -1.5:
            break
        s += (i - j) * v * v
    return s


def entries_of_a_vector(a):
    return sum(v * i for (i,), v in np.ndenumerate(a))


def entries_that_change(a):
    b = a.copy()
    s = 0.0
    for place, v in np.ndenumerate(b):
        b[::-1] *= 0.9
        s += v * b[place]
    return s


@pytest.mark.parametrize(("fn", "shape"), [
    (entries_of_a_matrix, (3, 4)), (entries_of_a_matrix, (0, 4)), (entries_of_a_vector, (5,)),
    (entries_that_change, (4,)), (entries_that_change, (2, 3)), (entries_that_change, (1, 2, 2)),
])
def test_entries_with_their_places(fn: Any, shape: tuple[int, ...]) -> None:
    a = np.random.default_rng(3).normal(size=shape)
    value, gradient = differentiate(fn).value_and_grad(a)
    assert value == pytest.approx(fn(a), rel=1e-12)
    direction, h = np.random.default_rng(4).normal(size=shape), 1e-6
    slope = (fn(a + h * direction) - fn(a - h * direction)) / (2.0 * h)
    assert np.sum(gradient * direction) == pytest.approx(slope, rel=1e-6, abs=1e-8)
