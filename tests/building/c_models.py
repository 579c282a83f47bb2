"""What the tests of this folder build."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tapeless import differentiate

TABLE = np.array([[1.0, 2.0, 4.0], [0.5, 0.25, 0.125]])


@differentiate("float64[::1], float64")
def loss(x, rate):
    """Squares, weighed by a table */ and damped /*."""
    s = 0.0
    for i in range(len(x)):
        s += TABLE[0, i % 3] * x[i] ** 2
    return s * rate


@differentiate("float64[:], float64[::1]")
def damped(x, y):
    return np.exp(-x) * y


@differentiate("float64[::1], int64")
def pick(x, k):
    """The element at a position, through Python's checks."""
    return x[k] * x[k]


@differentiate("float64[::1], float64[::1]", wrt="y")
def overwriting(x, y):
    x[0] = y[0] * 2.0
    return np.sum(x * y)


@differentiate("float64[::1], float64[::1]")
def shifting(x, y):
    for i in range(len(x)):
        x[i] = x[i] + y[i]
    return x * 2.0


@differentiate("float64, float64", "float64[:, :], float32", wrt=("register", "λ"))
def several(register, λ):
    return np.sum(register * λ) * λ


@differentiate("float64[::1], bool, int32", wrt="x")
def kinds(x, up, k):
    return np.sum(x) * (2.0 if up else 0.5) * k


@differentiate("float64[::1], int64")
def growing(x, steps):
    """Keeps an array for each step, so that the memory of a call depends on a number."""
    y = x
    for _ in range(steps):
        y = np.sin(y) * x
    return np.sum(y)


class Point(NamedTuple):
    x: float
    weights: np.ndarray


def at_point(p, shift):
    return np.sum(p.weights * (p.x - shift) ** 2)


@differentiate("float64[:, ::1], float64[::1]")
def product(a, x):
    return np.sum((a @ x) ** 2)
