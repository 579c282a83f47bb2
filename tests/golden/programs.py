"""Functions whose adjoints are kept: one for each way in which a statement turns round."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tapeless import differentiate


def polynomial(x):
    return 2.0 * x**3 + 7.0 * x + 5.0


def branches(x, y):
    if x > y:
        z = x * y
    elif x > 0.0:
        z = math.sin(x)
    else:
        z = y
    return z * z


def recurrence(x, n):
    u = x
    for i in range(n):
        u = u * u * x + math.exp(-u)
    return u


def independent(a, b):
    s = 0.0
    for i in range(len(a)):
        d = a[i] - b[i]
        s += d * d
    return s


def until(x, tolerance):
    y = x
    while abs(y * y - x) > tolerance:
        y = 0.5 * (y + x / y)
    return y


def stores(a, c):
    for i in range(1, len(a)):
        a[i] = a[i - 1] * c + a[i]
    a[0] = 0.0
    return a


def leaves_early(a, limit):
    s = 0.0
    for i in range(len(a)):
        s += a[i] * a[i]
        if s > limit:
            return s * limit
    return s


def layer(w, x, bias):
    z = w @ x + bias
    return np.sum(np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0.0))


def views(a):
    top, bottom = a[:-1], a[1:]
    top += 0.5 * bottom
    return np.sum(top * top)


def swapping(a, n):
    old, new = a.copy(), np.zeros_like(a)
    for step in range(n):
        for i in range(1, len(a) - 1):
            new[i] = 0.25 * (old[i - 1] + 2.0 * old[i] + old[i + 1]) * old[i]
        old, new = new, old
    return np.sum(old)


def square(v):
    return v * v


def several(x, a):
    total = square(x) * np.sum(a)
    return total, a * x, len(a)


@dataclass(frozen=True)
class Golden:
    """A function, what to differentiate, and arguments; `argnums` as for `differentiate`."""

    fn: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: Any = 0

    @property
    def name(self) -> str:
        return self.fn.__name__

    def arguments(self) -> tuple[Any, ...]:
        return tuple(np.array(a) if isinstance(a, np.ndarray) else a for a in self.args)

    def compiled(self) -> Any:
        return differentiate(self.fn, argnums=self.argnums)


def row(*numbers: float) -> np.ndarray:
    return np.array(numbers)


GOLDEN = (
    Golden(polynomial, (1.5,)),
    Golden(branches, (1.5, 0.5), (0, 1)),
    Golden(recurrence, (0.7, 4)),
    Golden(independent, (row(1.0, 2.0, 3.0), row(0.5, 1.0, 0.25)), (0, 1)),
    Golden(until, (2.0, 1e-6)),
    Golden(stores, (row(1.0, 2.0, 3.0), 0.5), (0, 1)),
    Golden(leaves_early, (row(1.0, 2.0, 3.0), 4.0), (0, 1)),
    Golden(layer, (row(0.5, -1.0, 2.0, 0.25).reshape(2, 2), row(1.0, -0.5), row(0.1, 0.2)), (0, 2)),
    Golden(views, (row(1.0, 2.0, 3.0),)),
    Golden(swapping, (row(1.0, 2.0, 3.0, 2.0, 1.0), 3)),
    Golden(several, (1.5, row(1.0, 2.0)), (0, 1)),
)
