"""Editors and type checkers know the functions of a package."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

USE = '''\
from typing import reveal_type

import numpy as np

from everything_built import by_choice, keywords, of_a_tuple, power, two_results, wave

x = np.ones(3)
reveal_type(power(1.0, 2))
reveal_type(power(np.float64(1.0), 2))
reveal_type(wave(x, 0.5))
reveal_type(wave.value_and_grad(x, t=0.5)[1])
reveal_type(two_results.vjp(x)[0])
reveal_type(two_results.vjp(x)[1]((1.0, x)))
reveal_type(keywords.grad(1.0, y=2.0))
reveal_type(of_a_tuple.grad((1.0, x), 2.0))
by_choice(1.0, "cube")
by_choice(1.0, "exp")
keywords(x=1.0, y=2.0)
two_results.grad(x)
'''
TYPES = [
    "float", "numpy.float64", "numpy.float64", "tuple[ndarray, float]", "tuple[numpy.float64, ndarray]", "ndarray",
    "tuple[float, float]", "tuple[float, ndarray]",
]  # fmt: skip


def test_mypy_reads_the_stub(out: Path, tmp_path: Path) -> None:
    (tmp_path / "use.py").write_text(USE)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "use.py"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300,
                          env={**os.environ, "MYPYPATH": str(out), "COLUMNS": "400"})  # fmt: skip
    revealed = [line.partition('"')[2].rpartition('"')[0] for line in done.stdout.splitlines() if "Revealed" in line]
    assert [simplified(t) for t in revealed] == TYPES, done.stdout
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert [int(line.split(":")[1]) for line in errors] == [16, 18, 19], done.stdout


def simplified(revealed: str) -> str:
    """A type without what is said about shapes and dtypes of arrays, and without `builtins`."""
    text = revealed.replace("builtins.", "").replace("numpy.floating[numpy._typing._nbit_base._64Bit]", "numpy.float64")
    while "numpy.ndarray[" in text:
        begin = text.index("numpy.ndarray[")
        depth, end = 0, begin + len("numpy.ndarray")
        while True:
            depth += (text[end] == "[") - (text[end] == "]")
            end += 1
            if depth == 0:
                break
        text = text[:begin] + "ndarray" + text[end:]
    return text
