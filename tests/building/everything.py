"""Functions of every kind that a package can hold, with the signatures that they are built for."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from building.helpers import damped
from tapeless import differentiate

SCALE = 2.5
WEIGHTS = np.array([0.5, -1.5, 2.0, 0.25])
TABLE = (WEIGHTS, np.arange(12.0).reshape(3, 4))


@differentiate("float64, int64")
def power(x, n):
    """`x` to the power of `n`, by repeated multiplication."""
    y = 1.0
    for _ in range(n):
        y = y * x
    return y


@differentiate
def annotated(x: float, scale: float = SCALE) -> float:
    return math.sin(x * scale) + damped(x)


@differentiate("float64[::1], float64", "float64[:], float64", "float32[::1], float64", wrt=("x", "t"))
def wave(x, t):
    """Several signatures, and gradients by two arguments."""
    return np.sum(np.sin(x * t) * np.exp(-x * x))


@differentiate("float64[:,::1], float64[::1]")
def broadcast(a, b):
    """Shapes that are assumed to be equal and need not be: (3, 4) and (4,) or (1, 4) and (4,)."""
    return np.sum((a - b) ** 2) + np.sum(np.tanh(a * b))


@differentiate("float64[::1], float64[::1]")
def same_shapes(x, y):
    return np.sum(np.exp(x) * y)


@differentiate("float64[::1]")
def with_global_arrays(x):
    return np.sum(x * WEIGHTS) + np.sum(TABLE[1] * x)


@differentiate("float64[::1], float64")
def store(x, s):
    """Writes into its argument."""
    for i in range(1, len(x)):
        x[i] = x[i] * s + x[i - 1]
    return np.sum(x * x)


@differentiate("float64[::1], float64[::1]")
def copy_into(x, y):
    """Arguments that may overlap."""
    for i in range(len(x)):
        y[i] = x[i] * 2.0
    return np.sum(y)


@differentiate("(float64, float64[::1]), float64")
def of_a_tuple(p, t):
    a, x = p
    return a * t + np.sum(x) * t


@differentiate("(float64, float64[:]), float64[:,:]")
def of_any_strides(p, a):
    return p[0] * np.sum(a) + np.sum(p[1])


@differentiate("float64[::1]")
def two_results(x):
    return np.sum(x), x * x


@differentiate("float64[::1]")
def part_of_the_argument(x):
    return x[1:]


@differentiate("float64[::1]")
def the_argument(x):
    return x


@differentiate("float64[::1]")
def how_many(x):
    return np.sum(x > 0.0)


@differentiate("float64[::1]")
def nothing(x):
    x[0] = 1.0


@differentiate
def by_choice(x, kind="square"):
    return x * x if kind == "square" else math.exp(x)


@differentiate
def by_record(p, x):
    return p["w"] * x + p["layers"][0] * np.sum(p["layers"][1])


@differentiate("complex128[::1], complex128", wrt=("z", "w"))
def complex_numbers(z, w=2.0 - 1.0j):
    return np.sum(np.abs(np.exp(z * w)) ** 2)


@differentiate("complex128")
def to_a_complex_number(z):
    return z * z


@differentiate("float64[::1]", "float64")
def to_a_dict(x):
    return {"total": np.sum(x), "parts": [x * 2.0, "text"], 3: (x, None)}


@differentiate("float64[::1]")
def perhaps_none(x):
    if x[0] > 100.0:
        return None
    return {"sum": np.sum(x), "second": x[1] ** 2 if len(x) > 1 else None}


@differentiate("float64[::1], float64")
def with_a_word(x, limit=2.0):
    total, word = 0.0, "fine"
    for v in x:
        total += v * v
        if v > limit:
            word = "above"
            break
    return total, word, ("unit", x[0])


@differentiate
def the_same_record(p, x):
    return p["inner"], {"new": p["inner"], "x": x * x}


@differentiate("float64[::1]")
def to_a_list(x):
    return [v * v for v in x if v > 0.0]


@differentiate("float64[::1]")
def to_a_list_of_records(x):
    parts = [(k, {"v": v * v, "tail": x[k:] * v}, [v] * k) for k, v in enumerate(x) if v > 0.0]
    return {"parts": parts, "rows": [[v, 2.0] for v in x]}


@differentiate
def maybe(x, y=None):
    return x * x if y is None else x * y


@differentiate("float64[:,::1], float64[:,::1]")
def product(a, b):
    """Large enough for BLAS."""
    return np.sum((a @ b) ** 2)


@differentiate("float64[:,::1], float64[::1]")
def solved(a, b):
    return np.sum(np.linalg.solve(a, b))


@differentiate("float64[::1], float64")
def special_functions(x, a):
    return np.sum(special.ndtri(x) * special.betaln(a, x))


@differentiate("float64[:,::1]")
def eigenvectors(a):
    w, v = np.linalg.eigh(a)
    return np.sum(w * v[0] ** 2)


@differentiate("float64[::1], int64")
def element(x, i):
    y = x * 2.0
    return y[i] / x[0]


@differentiate("float64, float64")
def quotient(x, y):
    z = x + 1.0
    return z / y


@differentiate("float64")
def always_raises(x):
    raise ValueError("never")


@differentiate("float64, float64, float64", argnums=(0, 1))
def keywords(x, /, y, *, z=3.0):
    return x * y * z
