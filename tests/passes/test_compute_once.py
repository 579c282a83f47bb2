"""What `compute_once` computes once, and what it must not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ops.written import function
from tapeless import differentiate
from tapeless.compiler import pipeline
from tapeless.compiler.ir.nodes import Apply, Assign, Function
from tapeless.compiler.ir.traversal import walk
from tapeless.compiler.passes.compute_once import compute_once
from tapeless.signatures import parse_signature


def typed(text: str, types: str) -> Function:
    source = pipeline.surface(function("import numpy as np\n" + text))  # type: ignore[arg-type]
    return pipeline.typed(source, parse_signature(types))


def count(result: Function, op: str) -> int:
    return sum(isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == op for s in walk(result.body))


ONCE = {
    "numbers": ("def f(x):\n    return np.sin(x * x) + np.cos(x * x)\n", "float", "mul"),
    "sums": ("def f(x):\n    return np.sum(x) * np.sum(x)\n", "f8[::1]", "sum"),
    "before a branch": ("def f(x):\n    s = np.sum(x)\n    if s > 0.0:\n        s = s * np.sum(x)\n    return s\n",
                        "f8[::1]", "sum"),
}


@pytest.mark.parametrize("case", ONCE.values(), ids=ONCE)
def test_computed_once(case: tuple[str, str, str]) -> None:
    text, types, op = case
    before = typed(text, types)
    assert count(before, op) == 2
    assert count(compute_once(before), op) == 1


TWICE = {
    "stored in between": ("def f(x):\n    s = np.sum(x)\n    x[0] = 7.0\n    return s - np.sum(x)\n", "f8[::1]", "sum"),
    "stored by a view": ("def f(x):\n    s = np.sum(x)\n    x[1:][...] = 7.0\n    return s - np.sum(x)\n",
                         "f8[::1]", "sum"),
    "stored by another argument": ("def f(x, y):\n    s = np.sum(x)\n    y[0] = 7.0\n    return s - np.sum(x)\n",
                                   "f8[::1], f8[::1]", "sum"),
    "stored by a loop before": ("def f(x):\n    s = np.sum(x)\n    for k in range(3):\n        x[k] = s\n"
                                "    return s - np.sum(x)\n", "f8[::1]", "sum"),
    "stored by the iteration before": ("def f(x):\n    s = np.sum(x)\n    for k in range(3):\n        s += np.sum(x)\n"
                                       "        x[k] = 7.0\n    return s\n", "f8[::1]", "sum"),
    "in two arms": ("def f(x, b):\n    s = 1.0\n    if b:\n        s = np.sum(x)\n    else:\n        s = -np.sum(x)\n"
                    "    return s\n", "f8[::1], bool", "sum"),
    "in one arm": ("def f(x, b):\n    s = 1.0\n    if b:\n        s = np.sum(x)\n    return s * np.sum(x)\n",
                   "f8[::1], bool", "sum"),
    "zeros of two signs": ("def f(x):\n    return np.sum(x * 0.0) + np.sum(x * -0.0)\n", "f8[::1]", "mul"),
}  # fmt: skip


@pytest.mark.parametrize("case", TWICE.values(), ids=TWICE)
def test_computed_again(case: tuple[str, str, str]) -> None:
    text, types, op = case
    assert count(compute_once(typed(text, types)), op) == 2


def test_comparisons_of_an_extent_with_itself_are_decided() -> None:
    text = "def f(x):\n    y = x * 2.0\n    y[y > 1.0] = 0.5\n    return np.sum(y)\n"
    before = typed(text, "f8[::1]")
    seen: dict[str, Function] = {}
    pipeline.lowered(before, observe=seen.__setitem__)
    assert (count(before, "ne"), count(seen["compute_once"], "ne")) == (2, 0)


PROGRAMS: dict[str, tuple[Any, ...]] = {
    "def f(x):\n    s = np.sum(x)\n    x[0] = 7.0\n    return s * np.sum(x)\n": (np.arange(3.0),),
    "def f(x):\n    a = x.copy()\n    a[a > 0.5] = a[a > 0.5] ** 2\n    a[a > 0.5] = a[a > 0.5] + 1.0\n"
    "    return np.sum(a)\n": (np.linspace(0.0, 2.0, 9),),
    "def f(x, y):\n    s = np.sum(x)\n    y[0] = 7.0\n    return s - np.sum(x) + np.sum(y)\n": (np.arange(3.0),) * 2,
    "def f(x):\n    return x[1:] , x[1:]\n": (np.arange(3.0),),
}


@pytest.mark.parametrize("text", PROGRAMS)
def test_as_in_python(text: str) -> None:
    """Overlapping arguments among them: the same array comes twice."""
    f = function("import numpy as np\n" + text)
    ours, theirs = ([np.array(a) for a in PROGRAMS[text][:1]] * len(PROGRAMS[text]) for _ in range(2))
    got, want = differentiate(f)(*ours), f(*theirs)  # type: ignore[operator]
    np.testing.assert_allclose(got, want, rtol=1e-14)
    np.testing.assert_array_equal(ours[0], theirs[0])
    if isinstance(got, tuple):
        assert got[0] is not got[1]
