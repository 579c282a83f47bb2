"""Adjoints as a person reads them: byte for byte as stored in `adjoints/`, and run as they are stored.

Refresh them with `python -m pytest tests/golden --refresh-golden`, and read the difference.
"""

from __future__ import annotations

import ast
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .programs import GOLDEN, Golden
from .stored import compare, refreshing

FOLDER = Path(__file__).parent / "adjoints"
golden = pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)


def path(case: Golden) -> Path:
    return FOLDER / f"{case.name}_adjoint.py"


def head(value: Any) -> Any:
    """A head gradient in the structure of a value: a number for each of its own."""
    if isinstance(value, tuple):
        return tuple(head(item) for item in value)
    return np.linspace(0.5, 1.5, np.size(value)).reshape(np.shape(value)) if np.ndim(value) else 1.5


def native(case: Golden, compiled: Any) -> tuple[Any, Any, Any]:
    """The value, the head gradient and the gradients of native code."""
    value, pullback = compiled.vjp(*case.arguments())
    return value, head(value), pullback(head(value))


@golden
def test_text(case: Golden, pytestconfig: pytest.Config) -> None:
    compiled = case.compiled()
    native(case, compiled)
    compare(path(case), compiled.adjoint_source, pytestconfig)


@golden
def test_text_does_not_depend_on_what_was_compiled_before(case: Golden) -> None:
    first, second = case.compiled(), case.compiled()
    native(case, first)
    first(*case.arguments())
    second(*case.arguments())
    assert first.adjoint_source == second.adjoint_source


@golden
def test_stored_text_gives_the_native_gradient(case: Golden, pytestconfig: pytest.Config) -> None:
    if refreshing(pytestconfig):
        pytest.skip("being written")
    value, seed, gradient = native(case, case.compiled())
    adjoint = runpy.run_path(str(path(case)))[f"{case.name}_adjoint"]
    arguments = case.arguments()
    again, printed = adjoint(*arguments, seed)
    assert_close(again, value)
    assert_close(printed, gradient)
    for mine, given in zip(arguments, case.args, strict=True):
        np.testing.assert_array_equal(mine, given, err_msg="the adjoint changed an argument")


def assert_close(actual: Any, expected: Any) -> None:
    if isinstance(expected, tuple):
        for a, e in zip(actual, expected, strict=True):
            assert_close(a, e)
        return
    assert np.shape(actual) == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-13, atol=1e-14)


@golden
def test_a_number_needs_no_head(case: Golden) -> None:
    """The adjoint of a number is the gradient when nothing is said about its head."""
    value, _, _ = native(case, case.compiled())
    if not isinstance(value, tuple) and np.ndim(value) == 0:
        assert "_bar=1.0):" in path(case).read_text(encoding="utf-8")


@golden
def test_stored_text_is_plain(case: Golden) -> None:
    """What a reader may expect of it: only NumPy and the helpers, two parts, and the user's lines as comments."""
    text = path(case).read_text(encoding="utf-8")
    tree = ast.parse(text)
    modules = {n.module if isinstance(n, ast.ImportFrom) else n.names[0].name for n in ast.walk(tree)
               if isinstance(n, ast.Import | ast.ImportFrom)}  # fmt: skip
    assert modules <= {"numpy", "math", "tapeless.runtime.adjoint"}
    forward, _, backward = text.partition("# ---------------------------------------- backward")
    assert "# ---------------------------------------- forward" in forward and backward
    quoted = [line.strip()[2:] for line in backward.splitlines() if line.strip().startswith("# ")]
    source = Path(case.fn.__code__.co_filename).read_text(encoding="utf-8")
    assert quoted and all(line in source for line in quoted)
    assert not any(isinstance(n, ast.JoinedStr | ast.Match | ast.Lambda) for n in ast.walk(tree))
    assert text.endswith("\n") and not text.endswith("\n\n") and "\t" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_no_file_without_its_function() -> None:
    assert {p.name for p in FOLDER.glob("*.py")} == {path(case).name for case in GOLDEN}
