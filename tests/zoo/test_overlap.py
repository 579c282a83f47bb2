"""Arguments that share memory: the value is Python's; a gradient that cannot be told apart is refused."""

from __future__ import annotations

import numpy as np
import pytest

from tapeless import differentiate


def same_array_as_two_arguments(a, b, c):
    a += c * b
    b[0] = a[1] * c
    return np.sum(a * b)


def overlapping_arguments(a, b, c):
    for i in range(len(a)):
        a[i] = c * b[i] + a[i]
    return np.sum(a) * c + np.sum(b)


def reads_only(a, b):
    return np.sum(a * b)


def twice(rng):
    x = rng.normal(size=4)
    return x, x, 1.3


def shifted(rng):
    x = rng.normal(size=6)
    return x[1:], x[:-1], 0.7


@pytest.mark.parametrize(
    ("program", "arguments"), [(same_array_as_two_arguments, twice), (overlapping_arguments, shifted)]
)
def test_written_and_shared(program, arguments) -> None:
    f = differentiate(program, wrt="c")
    ours, pythons = arguments(np.random.default_rng(1)), arguments(np.random.default_rng(1))
    assert f(*ours) == pytest.approx(program(*pythons), rel=1e-14)
    np.testing.assert_array_equal(ours[0], pythons[0])
    for call in (f.grad, f.value_and_grad, f.vjp):
        with pytest.raises(ValueError, match=r"shares memory with .*Pass a copy"):
            call(*ours)
    assert np.isfinite(f.grad(ours[0], ours[1].copy(), 0.5))


def test_shared_but_only_read() -> None:
    """Each argument is differentiated as if the other were a different array."""
    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(differentiate(reads_only).grad(x, x), x)
