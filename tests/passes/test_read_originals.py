"""Reads of a copy: from the original where nothing can have been stored yet, and nowhere else."""

from __future__ import annotations

import pytest

from passes.stages import after, lines

SWEEP = """
    def f(x):
        y = x.copy()
        for i in range(1, len(y) - 1):
            y[i] = {value}
        return np.sum(y)
"""


def originals(text: str, types: str = "f8[::1]") -> int:
    """How many reads of `x` there are in place of reads of its copies."""
    text = lines(after("read_originals", text, types))
    return sum(text.count(f"{op}(x,") for op in ("load", "view"))


@pytest.mark.parametrize("value", ["y[i] * 2.0", "y[i + 1]", "np.sum(y[i:])", "np.dot(y[i + 1 :], y[i + 1 :])"])
def test_what_is_ahead_is_still_the_original(value: str) -> None:
    assert originals(SWEEP.format(value=value)) == value.count("y[")


@pytest.mark.parametrize("value", ["y[i - 1]", "np.sum(y[: i + 1])", "y[len(y) - i]", "np.sum(y)"])
def test_what_is_behind_or_unknown_is_not(value: str) -> None:
    assert originals(SWEEP.format(value=value)) == 0


def test_rows_below() -> None:
    text = """
        def f(x):
            y = x.copy()
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    y[i, j] += np.sum(y[i + 1 :, j]) + y[i, j] + np.sum(y[:i, j])
            return np.sum(y)
    """
    assert originals(text, "f8[:,::1]") == 3  # and not the rows above


def test_a_second_sweep_sees_what_the_first_has_stored() -> None:
    text = """
        def f(x):
            y = x.copy()
            for k in range(2):
                for i in range(len(y)):
                    y[i] = np.sum(y[i:])
            return np.sum(y)
    """
    assert originals(text) == 0


def test_each_copy_is_for_its_own_iteration() -> None:
    text = """
        def f(x):
            s = 0.0
            for k in range(2):
                y = x.copy()
                for i in range(len(y)):
                    y[i] = np.sum(y[i:])
                s += np.sum(y)
            return s
    """
    assert originals(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    y = x.copy()\n    y[0] = 1.0\n    return y[0]\n",
        "def f(x):\n    y = x.copy()\n    x[0] = 1.0\n    a = y[0]\n    y[1] = 2.0\n    return a + y[1]\n",
        "def f(x):\n    y = x.copy()\n    z = y[1:]\n    z[0] = 3.0\n    return np.sum(z)\n",
        "def f(x):\n    y = x.copy()\n    z = y[1:]\n    y[1] = 3.0\n    return np.sum(z)\n",
        "def f(x):\n    y = x.copy()\n    z = y[1:]\n    y[1] = 3.0\n    return z\n",
    ],
)
def test_what_is_stored_meanwhile(text: str) -> None:
    assert originals(text) == 0


def test_a_view_that_is_read_before_and_after() -> None:
    text = "def f(x):\n    y = x.copy()\n    z = y[1:]\n    a = np.sum(z)\n    y[1] = 3.0\n    return a + np.sum(z)\n"
    assert originals(text) == 0
