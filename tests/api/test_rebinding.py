"""What a function reads from outside may change between two calls; what has not changed is not compiled again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ops.written import function
from tapeless import Differentiable, differentiate


def compiled(f: Differentiable) -> int:
    """How many pieces of native code the function holds now."""
    return len(next(iter(f._programs.values())).compiled) if f._programs else 0


def made(text: str, **world: Any) -> tuple[Differentiable, dict[str, Any]]:
    fn = function(text, **world)
    return differentiate(fn), fn.__globals__


def test_a_number_is_compiled_in_and_checked() -> None:
    f, world = made("def f(x):\n    return K * x * x\n", K=2.0)
    assert (f(3.0), f.grad(3.0)) == (18.0, 12.0)
    program = f._programs[()]
    world["K"] = 5.0
    assert (f.grad(3.0), f(3.0)) == (30.0, 45.0)
    assert f._programs[()] is not program
    program = f._programs[()]
    world["K"] = 5.0 + 0.0
    assert f(3.0) == 45.0


def test_an_equal_number_of_another_type_is_another_number() -> None:
    f, world = made("def f(x):\n    return x // K\n", K=2)
    assert f(7) == 3 and isinstance(f(7), int)
    world["K"] = 2.0
    assert f(7) == 3.0 and isinstance(f(7), float)
    world["K"] = np.float32(2.0)
    assert isinstance(f(7), np.floating)


def test_nan_is_a_number_like_others() -> None:
    f, world = made("def f(x):\n    return x + K\n", K=float("nan"))
    assert np.isnan(f(1.0))
    count = compiled(f)
    assert np.isnan(f(2.0)) and compiled(f) == count
    world["K"] = 1.0
    assert f(1.0) == 2.0


def test_a_global_that_goes() -> None:
    f, world = made("def f(x):\n    return K * x\n", K=2.0)
    assert f(1.0) == 2.0
    del world["K"]
    with pytest.raises((NameError, SyntaxError), match="K"):
        f(1.0)
    world["K"] = 3.0
    assert f(1.0) == 3.0


def test_a_global_that_hides_a_builtin() -> None:
    f, world = made("def f(x):\n    return abs(x)\n")
    assert f(-2.0) == 2.0
    world["abs"] = function("def f(v):\n    return v * 10.0\n")
    assert f(-2.0) == -20.0
    del world["abs"]
    assert f(-2.0) == 2.0


def test_a_helper_that_is_replaced() -> None:
    f, world = made("def f(x):\n    return g(x) + 1.0\n", g=function("def f(v):\n    return v * v\n"))
    assert f.grad(3.0) == 6.0
    world["g"] = function("def f(v):\n    return v * v * v\n")
    assert f.grad(3.0) == 27.0
    world["g"] = np.sin
    assert f.grad(0.0) == 1.0


def test_the_code_of_a_helper_that_is_replaced() -> None:
    """The same function object with another body."""
    helper = function("def f(v):\n    return v * v\n")
    f, _ = made("def f(x):\n    return g(x)\n", g=helper)
    assert f.grad(3.0) == 6.0
    helper.__code__ = function("def f(v):\n    return v * v * v\n").__code__  # type: ignore[attr-defined]
    assert f(2.0) == f.py_func(2.0)
    assert f.grad(3.0) == 27.0


def test_a_default_of_a_helper_that_is_replaced() -> None:
    helper = function("def f(v, k=2.0):\n    return v * k\n")
    f, _ = made("def f(x):\n    return g(x)\n", g=helper)
    assert f(3.0) == 6.0
    helper.__defaults__ = (5.0,)  # type: ignore[attr-defined]
    assert f(3.0) == 15.0


def test_a_global_of_a_helper() -> None:
    helper = function("def f(v):\n    return v * K\n", K=2.0)
    f, _ = made("def f(x):\n    return g(x)\n", g=helper)
    assert f(3.0) == 6.0
    helper.__globals__["K"] = 7.0
    assert f(3.0) == 21.0


def test_a_closure() -> None:
    def maker() -> tuple[Callable[..., Any], Callable[[Any], None]]:
        scale = 2.0

        def f(x):
            return x * scale

        def change(value: Any) -> None:
            nonlocal scale
            scale = value

        return f, change

    fn, change = maker()
    f = differentiate(fn)
    assert f.grad(1.0) == 2.0
    change(3.0)
    assert f.grad(1.0) == 3.0
    change(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(f(2.0), [2.0, 4.0])


def test_an_array_is_read_when_called() -> None:
    table = np.array([1.0, 2.0])
    f, world = made("def f(x):\n    return x * T[0] * T[1]\n", T=table)
    assert f.grad(1.0) == 2.0
    count, program = compiled(f), f._programs[()]
    table[0] = 10.0
    assert f.grad(1.0) == 20.0
    assert compiled(f) == count and f._programs[()] is program, "contents are no part of the code"
    world["T"] = np.array([3.0, 5.0])
    assert f.grad(1.0) == 15.0
    world["T"] = np.array([3.0, 5.0, 7.0], dtype="float32")
    assert f.grad(1.0) == 15.0
    world["T"] = np.array([[1.0], [2.0]])
    with pytest.raises((TypeError, SyntaxError, ValueError)):
        f.grad(1.0)
    world["T"] = (4.0, 2.0)
    assert f.grad(1.0) == 8.0


def test_an_array_that_changes_its_shape_in_place() -> None:
    table = np.arange(6.0)
    f, _ = made("def f(x):\n    return x * T[len(T) - 1]\n", T=table)
    assert f(1.0) == 5.0
    table.resize(3, refcheck=False)
    assert f(1.0) == 2.0


def test_a_module_of_the_user() -> None:
    import types

    settings = types.ModuleType("settings")
    settings.factor = 2.0  # type: ignore[attr-defined]
    f, _ = made("def f(x):\n    return settings.factor * x\n", settings=settings)
    assert f(1.5) == 3.0
    settings.factor = 4.0  # type: ignore[attr-defined]
    assert f(1.5) == 6.0


def test_a_function_of_numpy_that_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patching NumPy itself is not looked for, but what was compiled stays a consistent whole."""
    f, _ = made("def f(x):\n    return np.sin(x)\n")
    assert f.grad(0.0) == 1.0
    monkeypatch.setattr(np, "sin", np.cos)
    assert f(0.0) in (0.0, 1.0)


@pytest.mark.parametrize(
    "edited", ["    return x * x * x + 1.0\n", "    return x * x * 3.0\n", "    return x + x\n", "    return y * y\n"]
)
def test_a_file_that_was_edited_since_the_import(edited: str) -> None:
    """The code that Python runs is differentiated, or nothing is: never the text of a later version."""
    import linecache

    fn = function("def f(x):\n    return x * x\n")
    file = fn.__code__.co_filename
    text = f"def f(x):\n{edited}"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    try:
        gradient = differentiate(fn).grad(3.0)
    except SyntaxError as error:
        assert "changed" in str(error)
    else:
        assert gradient == 6.0


def test_a_name_that_is_defined_later() -> None:
    """As in a notebook: the first call says what is missing, the cell above is run, the second call is right."""
    f, world = made("def f(x):\n    return K * x * h(x)\n")
    for missing, value in (("K", 2.0), ("h", function("def h(v):\n    return v\n", "h"))):
        with pytest.raises((NameError, SyntaxError), match=missing):
            f(3.0)
        world[missing] = value
    assert f(3.0) == 18.0


def test_a_pullback_belongs_to_its_value() -> None:
    """What is rebound afterwards does not reach back."""
    f, world = made("def f(x):\n    return K * x * x\n", K=2.0)
    _, pullback = f.vjp(3.0)
    world["K"] = 5.0
    assert pullback(1.0) == 12.0


def test_arrays_inside_a_tuple() -> None:
    table = np.array([2.0, 3.0])
    f, world = made("def f(x):\n    return P[0][1] * x * P[1]\n", P=(table, 0.5))
    assert f.grad(1.0) == 1.5
    table[1] = 4.0
    assert f.grad(1.0) == 2.0
    world["P"] = (np.array([0.0, 10.0]), 2.0)
    assert f.grad(1.0) == 20.0
