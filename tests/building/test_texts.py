"""Packages print and raise what the functions do; a library for C does neither."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tapeless
from building.models import content, fresh, write
from tapeless.loading import UsageError

SPEAKING = '''\
from tapeless import differentiate


@differentiate("float64, float64[::1]")
def told(a, x):
    s = 0.0
    for i in range(len(x)):
        s += a * x[i]
        print(f"step {i}: {s:.2f}", x, (a, s))
    if s > 10.0:
        raise ValueError(f"{s!r} of {x}")
    return s
'''


def said(function: Any, *args: Any) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            print(function(*args))
        except ValueError as error:
            print(error.args)
    return out.getvalue()


def test_a_package_prints_and_raises_the_same(tmp_path: Path) -> None:
    source = write(tmp_path, SPEAKING, "speaking.py")
    with fresh(tmp_path):
        built = tapeless.build(source, tmp_path / "built", cpu="native")
        assert "_support/speech.py" in content(built.folder)
        sys.path.insert(0, str(tmp_path / "built"))
        sys.modules.pop("speaking", None)
        package = importlib.import_module("speaking")
        assert package.__file__ is not None and "built" in package.__file__
        world: dict[str, Any] = {}
        exec(compile(SPEAKING, str(source), "exec"), world)
        for a in (1.5, 20.0):
            expected = said(world["told"].py_func, a, np.array([1.0, 2.5]))
            assert said(package.told, a, np.array([1.0, 2.5])) == expected
            assert said(package.told.value_and_grad, a, np.array([1.0, 2.5])).startswith(expected[:40])


def test_a_package_that_says_nothing_has_no_code_for_it(tmp_path: Path) -> None:
    source = write(tmp_path)
    with fresh(tmp_path):
        built = tapeless.build(source, tmp_path / "built", cpu="native")
    assert "_support/speech.py" not in content(built.folder)


def test_a_library_for_c_cannot_print(tmp_path: Path) -> None:
    source = write(tmp_path, SPEAKING, "speaking.py")
    with fresh(tmp_path), pytest.raises(UsageError, match="`told` prints, or raises a text of arrays"):
        tapeless.build_c(source, tmp_path / "built", emit="obj")
