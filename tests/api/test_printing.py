"""Printing from compiled code: where it goes, when, and what can go wrong meanwhile."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate


@differentiate
def told(x: Any, n: Any) -> Any:
    s = 0.0
    for i in range(n):
        s += x * i
        print(f"{i} {s}")
    return s


def test_it_goes_to_standard_output_as_it_is_at_that_moment(capsys: pytest.CaptureFixture[str]) -> None:
    print("before")
    told(1.5, 1)
    other = io.StringIO()
    with contextlib.redirect_stdout(other):
        told(2.5, 2)
    print("behind")
    assert capsys.readouterr().out == "before\n0 0.0\nbehind\n"
    assert other.getvalue() == "0 0.0\n1 2.5\n"


class Broken(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(f"cannot write {text!r}")


def test_what_writing_raises_leaves_the_function_at_its_line() -> None:
    with contextlib.redirect_stdout(Broken()), pytest.raises(OSError, match=r"cannot write '0 0\.0") as caught:
        told.value_and_grad(1.5, 3)
    lines = [f.line for f in traceback.extract_tb(caught.value.__traceback__) if f.filename == __file__]
    assert any("print(f" in str(line) for line in lines)
    with contextlib.redirect_stdout(io.StringIO()):
        assert told(1.5, 3) == 4.5


@differentiate
def misformatted(x: Any) -> Any:
    print(f"{x:d}")
    return x * x


def test_a_format_that_does_not_fit_raises_what_python_raises() -> None:
    with pytest.raises(ValueError, match="Unknown format code 'd'"):
        misformatted(1.5)


class Calling(io.StringIO):
    """Calls compiled code while compiled code waits."""

    def write(self, text: str) -> int:
        if text.startswith("0"):
            with contextlib.redirect_stdout(io.StringIO()):
                told(1.0, 2)
        return super().write(text)


def test_what_is_written_to_may_call_the_function_again() -> None:
    out = Calling()
    with contextlib.redirect_stdout(out):
        assert told(2.0, 2) == 2.0
    assert out.getvalue() == "0 0.0\n1 2.0\n"


def test_threads_print_side_by_side() -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        threads = [threading.Thread(target=told.value_and_grad, args=(float(k), 200)) for k in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert len(out.getvalue().splitlines()) == 800


@differentiate
def reshaped(x: Any, y: Any) -> Any:
    print("once", x.shape)
    z = x * 2.0
    return np.sum(z + y)


def test_nothing_is_printed_twice_where_shapes_are_not_as_assumed() -> None:
    for x, y in ((np.ones(3), np.ones(3)), (np.ones(3), np.ones(1)), (np.ones(1), np.ones(4))):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            reshaped.value_and_grad(x, y)
        assert out.getvalue() == f"once {x.shape}\n"


SCRIPT = """
import numpy as np
from tapeless import differentiate

@differentiate
def f(x):
    print("x is", x, f"{x[0]:.2f}")
    if x[0] > 2.0:
        raise ValueError(f"too large: {x}")
    return x[0] * x[1]

print(f.grad(np.array([1.5, 2.0])))
try:
    f.grad(np.array([2.5, 2.0]))
except ValueError as error:
    print(error)
import sys
print("tapeless.compiler.pipeline" in sys.modules)
"""


def test_code_from_the_cache_prints_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    monkeypatch.setenv("TAPELESS_CACHE", "1")
    monkeypatch.setenv("TAPELESS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("TAPELESS_VERIFY", raising=False)
    runs = [subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
            for _ in range(2)]
    first, second = (run.stdout.splitlines() for run in runs)
    assert first[:-1] == ["x is [1.5 2. ] 1.50", "[2.  1.5]", "x is [2.5 2. ] 2.50", "too large: [2.5 2. ]"]
    assert second[:-1] == first[:-1]
    assert (first[-1], second[-1]) == ("True", "False")
