"""The function that docs/architecture.md follows through the compiler."""

import numpy as np

from tapeless import differentiate


def gap(u, target):
    return target - u


@differentiate("f8, f8[::1]")
def follow(rate, path):
    """Where a point is that follows a path: exponential smoothing."""
    if rate <= 0.0:
        return 0.0
    u = 0.0
    for i in range(len(path)):
        u += rate * gap(u, path[i])
    return u


def one_dict(x):
    p = {"a": x, "b": 2.0}
    q = p
    q["a"] = x * x
    return p["a"] * p["b"]


@differentiate("c16, c16")
def real_of_product(z, w):
    return (z * w).real


@differentiate("f8")
def guarded(x):
    """A quotient with a value for the pole."""
    try:
        y = 1.0 / x
    except ZeroDivisionError:
        y = 7.0 * x
    return y


@differentiate("f8[::1]")
def sums_of_what_follows(x):
    y = x.copy()
    for i in range(len(y) - 1):
        y[i] += y[i + 1] * y[i + 1]
    return y[0] * y[0]


@differentiate("f8[:,::1]")
def products_of_columns(x):
    n = x.shape[1]
    g = np.zeros((n, n))
    for i in range(n):
        g[i, i:] = x[:, i] @ x[:, i:]
    return np.sum(g)
