"""What a compiled function captured is looked at again on every call, and two functions are never taken for one."""

from __future__ import annotations

import importlib.util
import itertools
import linecache
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

NUMBERS = itertools.count()


def differentiate(fn: Any) -> Any:
    import tapeless

    return tapeless.differentiate(fn)


def module(folder: Path, text: str) -> ModuleType:
    """A module of its own, so that its globals can change without touching anyone else's."""
    name = f"fresh_{next(NUMBERS)}"
    path = folder / f"{name}.py"
    path.write_text("import numpy as np\n" + text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    sys.modules[name] = made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_global_number_rebound(tmp_path: Path) -> None:
    m = module(tmp_path, "SCALE = 2.0\ndef f(x):\n    return SCALE * x * x\n")
    f = differentiate(m.f)
    assert f(3.0) == 18.0 and f.grad(3.0) == 12.0
    m.SCALE = 5.0
    assert f(3.0) == 45.0 and f.grad(3.0) == 30.0


def test_items_of_global_dicts_rebound(tmp_path: Path) -> None:
    text = "P = {'a': 2.0, 'in': {'w': np.ones(1)}}\ndef f(x):\n    return P['a'] * x * P['in']['w'][0]\n"
    m = module(tmp_path, text)
    f = differentiate(m.f)
    assert f(3.0) == 6.0 and f.grad(3.0) == 2.0
    m.P["a"] = 5.0
    assert f(3.0) == 15.0 and f.grad(3.0) == 5.0
    m.P["in"]["w"][0] = 2.0
    assert f(3.0) == 30.0
    m.P["in"] = {"w": np.full(1, 3.0)}
    assert f(3.0) == 45.0 and f.grad(3.0) == 15.0
    del m.P["a"]
    with pytest.raises(Exception, match="'a'"):
        f(3.0)


def test_global_changes_its_type(tmp_path: Path) -> None:
    m = module(tmp_path, "N = 2\ndef f(x):\n    return x**N\n")
    f = differentiate(m.f)
    assert f.grad(3.0) == 6.0
    m.N = 0.5
    assert f.grad(4.0) == 0.25


def test_global_array_written_in_place(tmp_path: Path) -> None:
    m = module(tmp_path, "W = np.array([1.0, 2.0])\ndef f(x):\n    return np.sum(W * x * x)\n")
    f = differentiate(m.f)
    x = np.array([1.0, 1.0])
    np.testing.assert_array_equal(f.grad(x), [2.0, 4.0])
    m.W[0] = 10.0
    np.testing.assert_array_equal(f.grad(x), [20.0, 4.0])


def test_helper_redefined(tmp_path: Path) -> None:
    m = module(
        tmp_path,
        "def g(v):\n    return v * v\n\ndef h(v):\n    return v**3\n\ndef f(x):\n    return g(x)\n",
    )
    f = differentiate(m.f)
    assert f.grad(2.0) == 4.0
    m.g = m.h
    assert f.grad(2.0) == 12.0


def test_closure_variable_rebound() -> None:
    scale = 2.0

    def f(x):
        return scale * x

    compiled = differentiate(f)
    assert compiled.grad(1.0) == 2.0
    scale = 7.0
    assert compiled.grad(1.0) == 7.0


def test_default_changed(tmp_path: Path) -> None:
    m = module(tmp_path, "def f(x, n=2):\n    return x**n\n")
    f = differentiate(m.f)
    assert f.grad(2.0) == 4.0
    m.f.__defaults__ = (3,)
    assert f.grad(2.0) == 12.0


def test_two_lambdas_on_one_line() -> None:
    # fmt: off
    double, cube = differentiate(lambda x: 2.0 * x), differentiate(lambda x: x**3)
    # fmt: on
    assert double.grad(2.0) == 2.0
    assert cube.grad(2.0) == 12.0


def test_same_name_other_function() -> None:
    def f(x):
        return x * x

    first = differentiate(f)
    assert first.grad(2.0) == 4.0

    def f(x):
        return x**3

    assert differentiate(f).grad(2.0) == 12.0
    assert first.grad(2.0) == 4.0


def cell(text: str, name: str, world: dict[str, Any]) -> None:
    """Run a piece of text as a notebook does: not in a file, but with its lines on record."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    exec(compile(text, name, "exec"), world)


def test_function_of_a_notebook_cell_and_its_redefinition() -> None:
    world: dict[str, Any] = {}
    cell("def f(x):\n    return x * x\n", "<cell-1>", world)
    first = differentiate(world["f"])
    assert first.grad(2.0) == 4.0
    cell("def f(x):\n    return x**3\n", "<cell-2>", world)
    assert differentiate(world["f"]).grad(2.0) == 12.0
    assert first.grad(2.0) == 4.0


@pytest.mark.parametrize("edited", ["def f(x):\n    return x**3\n", "\n\n\ndef g(x):\n    return x\n", ""])
def test_file_edited_after_the_import(tmp_path: Path, edited: str) -> None:
    """The text on disk is no longer the function in memory: its derivative or a refusal, never another function's."""
    from tapeless import CompileError

    m = module(tmp_path, "def f(x):\n    return x * x\n")
    assert m.__file__
    Path(m.__file__).write_text("import numpy as np\n" + edited)
    linecache.checkcache(m.__file__)
    try:
        gradient = differentiate(m.f).grad(2.0)
    except CompileError:
        return
    assert gradient == 4.0


def test_one_function_for_several_signatures() -> None:
    def f(x):
        return np.sum(x * x)

    compiled = differentiate(f)
    assert compiled.grad(3.0) == 6.0
    np.testing.assert_array_equal(compiled.grad(np.ones(2)), [2.0, 2.0])
    np.testing.assert_array_equal(compiled.grad(np.ones((2, 1))), [[2.0], [2.0]])
    assert compiled.grad(np.ones(2, dtype=np.float32)).dtype == np.float32
    assert compiled.grad(4.0) == 8.0


def test_gradients_are_fresh_arrays() -> None:
    """A quasi-Newton method keeps the last gradient while it asks for the next."""

    def f(x):
        return np.sum(x**3)

    compiled = differentiate(f)
    x = np.array([1.0, 2.0])
    first = compiled.grad(x)
    kept = first.copy()
    second = compiled.grad(2.0 * x)
    assert not np.shares_memory(first, second)
    np.testing.assert_array_equal(first, kept)


def test_a_pullback_can_be_called_again() -> None:
    def f(x):
        y = x * x
        y[0] = x[1] ** 3
        return y

    x = np.array([1.0, 2.0])
    _, pullback = differentiate(f).vjp(x)
    x[:] = 100.0
    head = np.array([1.0, 10.0])
    np.testing.assert_array_equal(pullback(head), [0.0, 52.0])
    np.testing.assert_array_equal(pullback(head), [0.0, 52.0])
    np.testing.assert_array_equal(pullback(2.0 * head), [0.0, 104.0])


@pytest.mark.parametrize("head", [np.ones(3), np.ones((2, 1)), 1.0])
def test_a_head_of_the_wrong_shape_is_an_error(head: Any) -> None:
    _, pullback = differentiate(lambda x: x * 2.0).vjp(np.ones(2))
    with pytest.raises((ValueError, TypeError)):
        pullback(head)
