"""Which values carry a derivative from the chosen arguments to the result."""

from __future__ import annotations

import pytest

from tapeless import CompileError
from tapeless.compiler import pipeline
from tapeless.compiler.diagnostics import Findings
from tapeless.compiler.passes.effects import effects
from tapeless.compiler.passes.reversal.activity import activity

from .stages import after


def active(text: str, types: str, *wrt: str) -> set[str]:
    """The active variables, by the names that the user gave them."""
    function = after("simplify", text, types)
    found = effects(function)
    result = activity(function, wrt, found, Findings())
    classes = {name for name in found.parent if found.root(name) in result.classes}
    return {name.partition("#")[0] for name in (*result.names, *classes) if not name.startswith("t.")}


def test_only_what_lies_between_the_argument_and_the_result() -> None:
    text = "def f(x, y):\n    u = x * y\n    v = np.sin(x)\n    w = y * y\n    unused = v * v\n    return u * w\n"
    assert active(text, "float, float", "x") == {"x", "u"}
    assert active(text, "float, float", "y") == {"y", "u", "w"}
    assert active(text, "float, float", "x", "y") == {"x", "y", "u", "w"}


def test_integers_stop_it() -> None:
    text = "def f(x, y):\n    k = int(x)\n    u = k * y\n    return u * y\n"
    assert active(text, "float, float", "x") == set()


def test_conditions_stop_it() -> None:
    text = "def f(x, y):\n    u = y\n    if x > 1.0:\n        u = 2.0 * y\n    return u\n"
    assert "x" not in active(text, "float, float", "x", "y")


def test_operations_without_slope_stop_it() -> None:
    text = "def f(x):\n    u = np.floor(x)\n    v = np.sign(u)\n    return v\n"
    assert active(text, "float", "x") == set()


def test_a_loop_carries_it_backward_and_forward() -> None:
    text = "def f(x, n):\n    u, v = 1.0, 1.0\n    for i in range(n):\n        u = u * v\n        v = x\n    return u\n"
    assert active(text, "float, int", "x") >= {"x", "u", "v"}


def test_memory_that_is_shared_is_active_together() -> None:
    text = "def f(a, x):\n    b = a[1:]\n    c = a * 2.0\n    b[0] = x\n    return a[1] + c[0]\n"
    assert active(text, "float64[::1], float", "x") == {"a", "b", "c", "x"}


def test_an_inactive_array_stays_out() -> None:
    text = "def f(a, w, n):\n    s = 0.0\n    for i in range(n):\n        s = s + a[i] * w[i]\n    return s\n"
    assert "w" not in active(text, "float64[::1], float64[::1], int", "a")


def test_a_result_that_does_not_depend_on_the_argument() -> None:
    assert active("def f(x, y):\n    return y * y\n", "float, float", "x") == set()


def test_an_active_operation_without_derivative_is_refused() -> None:
    text = "def f(x, n):\n    a = np.arange(0.0, x, 1.0)\n    return np.sum(a)\n"
    function = after("simplify", text, "float, int")
    with pytest.raises(CompileError) as caught:
        pipeline.adjoint(function, ("x",), packed=False)
    assert [finding.code for finding in caught.value.findings] == ["D001"]


def test_an_inactive_operation_without_derivative_is_not() -> None:
    text = "def f(x, n):\n    a = np.arange(0.0, 3.0, 1.0)\n    return np.sum(a) * x\n"
    assert "a" not in active(text, "float, int", "x")
