"""Small files to build, written into a test's own folder."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

MODEL = '''\
import numpy as np

from tapeless import differentiate

SCALE = 2.0
SHAPE = np.array([1.0, 2.0, 3.0])


def inner(x):
    return x * SCALE


@differentiate("float64[::1], float64")
def loss(x, t=0.5):
    """How far it is."""
    return np.sum(inner(x) * SHAPE) * t


@differentiate
def untyped(x):
    return x * x
'''


def write(folder: Path, text: str = MODEL, name: str = "model.py") -> Path:
    """A source file in a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@contextlib.contextmanager
def fresh(folder: Path) -> Iterator[None]:
    """Afterwards nothing that was imported from a folder is left."""
    path, modules = list(sys.path), set(sys.modules)
    try:
        yield
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


def content(folder: Path) -> dict[str, bytes]:
    """All files of a package."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*"))
            if file.is_file() and "__pycache__" not in file.parts}
