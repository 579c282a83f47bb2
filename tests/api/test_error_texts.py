"""The text of an exception is Python's or NumPy's own, and the traceback ends in the user's line."""

from __future__ import annotations

import linecache
import math
import traceback
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate

X3, X4, M23, M34 = np.ones(3), np.ones(4), np.ones((2, 3)), np.ones((3, 4))
FILE = "<texts>"

FAILING: list[tuple[str, tuple[Any, ...]]] = [
    ("return np.sum(x + y)", (X3, X4)),
    ("return np.sum(x * y)", (M23, X4)),
    ("return np.sum(np.maximum(x, y))", (M23, M34)),
    ("return np.sum(np.where(y > 0.0, x, 0.0))", (X3, X4)),
    ("x += y\n    return np.sum(x)", (X3, X4)),
    ("x[:] = y\n    return np.sum(x)", (X3, X4)),
    ("x[1:] = y\n    return np.sum(x)", (X3, X4)),
    ("x[0] = y\n    return np.sum(x)", (M23, X4)),
    ("return np.sum(x @ y)", (M23, X4)),
    ("return np.sum(x @ y)", (X3, X4)),
    ("return np.sum(x @ y)", (M23, M23)),
    ("return np.sum(np.dot(x, y))", (M23, X4)),
    ("return np.dot(x, y)", (X3, X4)),
    ("return x[y]", (X3, 3)),
    ("return x[y]", (X3, -4)),
    ("return x[0, y]", (M23, 5)),
    ("x[y] = 1.0\n    return x[0]", (X3, 7)),
    ("return np.sum(x[::y])", (X3, 0)),
    ("a, b = x\n    return a * b", (X3, 1)),
    ("a, b, c, d = x\n    return a * b", (X3, 1)),
    ("return np.max(x[y:])", (X3, 3)),
    ("return np.min(x[y:])", (X3, 3)),
    ("return x[0] + np.sum(np.zeros(y))", (X3, -1)),
    ("for i in range(0, 3, y):\n        x[i] = 1.0\n    return x[0]", (X3, 0)),
    ("return x / y", (1.0, 0.0)),
    ("return x / y", (1.0, 0)),
    ("return x // y", (1.0, 0.0)),
    ("return x % y", (1.0, 0.0)),
    ("return x * (1 // y)", (1.0, 0)),
    ("return x * (1 % y)", (1.0, 0)),
    ("return x * (1 / y)", (1.0, 0)),
    ("return x ** y", (0.0, -1.0)),
    ("return x ** y", (1e200, 2.0)),
    ("return math.pow(x, y)", (1e200, 2.0)),
    ("return math.log(x * y)", (1.0, -1.0)),
    ("return math.sqrt(x * y)", (1.0, -1.0)),
    ("return math.exp(x * y)", (1.0, 1000.0)),
    ("return math.asin(x * y)", (1.0, 2.0)),
    ("return math.fmod(x, y)", (1.0, 0.0)),
    ("return x * int(y)", (1.0, float("inf"))),
    ("return x * int(y)", (1.0, float("nan"))),
    ("if y > 0.0:\n        z = x\n    return z", (1.0, -1.0)),
]


def function(body: str) -> Any:
    text = f"def f(x, y):\n    {body}\n"
    linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    world: dict[str, Any] = {"np": np, "math": math, "__name__": "texts"}
    exec(compile(text, FILE, "exec"), world)
    return world["f"]


def outcome(call: Any, args: tuple[Any, ...]) -> tuple[type[BaseException], str, int]:
    """Class and text of the exception, and the line of `f` that it comes from."""
    copies = tuple(a.copy() if isinstance(a, np.ndarray) else a for a in args)
    with pytest.raises((ArithmeticError, ValueError, LookupError, UnboundLocalError)) as caught:
        call(*copies)
    frames = [f for f in traceback.extract_tb(caught.value.__traceback__) if f.filename == FILE]
    assert frames and frames[-1].lineno
    return type(caught.value), str(caught.value), frames[-1].lineno


@pytest.mark.parametrize(("body", "args"), FAILING, ids=[f"{k} {body.splitlines()[0]}" for k, (body, _) in
                                                         enumerate(FAILING)])
@pytest.mark.parametrize("way", ["value", "gradient"])
def test_the_text_is_the_same(body: str, args: tuple[Any, ...], way: str) -> None:
    f = function(body)
    compiled = differentiate(f)
    for _ in range(2):
        assert outcome(compiled if way == "value" else compiled.grad, args) == outcome(f, args)


@pytest.mark.parametrize("way", ["value", "gradient"])
def test_many_axes(way: str) -> None:
    """A message with more extents than it has room for still says what went wrong."""
    compiled = differentiate(function("return np.sum(x + y)"))
    with pytest.raises(ValueError, match=r"^operands could not be broadcast together with shapes "):
        (compiled if way == "value" else compiled.grad)(np.ones((1, 2, 1, 2, 3)), np.ones((1, 2, 1, 2, 4)))
