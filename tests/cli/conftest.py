"""The `shell` fixture."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.commands import Shell

MODEL = '''\
import numpy as np

from tapeless import differentiate, grad

SCALE = np.array([1.0, 2.0])


def area(r, h=2.0):
    return r * r * h


@differentiate("f8[::1], f8", wrt="rate")
def loss(theta, rate):
    """Two terms."""
    return np.sum(theta * theta) * rate


def annotated(x: float, n: int) -> float:
    y = x
    for _ in range(n):
        y = y * x
    return y


def scaled(x):
    return np.sum(x * SCALE)


def whole(n):
    return n * 2


def wrong(x):
    names = frozenset((x, 1.0))
    return x + f"{x}"


def quoted(x: "Nonsense"):
    return x


class Model:
    def area(self, r):
        return r * self


slope = grad(area)
plain = len
'''


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A folder with `model.py`, and the command line in it."""
    monkeypatch.chdir(tmp_path)
    found = Shell(tmp_path, capsys)
    found.write("model.py", MODEL)
    return found
