"""What the tests of the cache share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ops.written import function
from tapeless import Differentiable, differentiate
from tapeless.compiler import native as compiler_native
from tapeless.compiler import pipeline

CUBE = "def f(x):\n    return x * x * x\n"


class Compilations:
    """How often the compiler was asked to translate a function, and to make object code of one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.translated = self.compiled = 0
        surface, native = pipeline.surface, compiler_native.native

        def counted_surface(*args: Any, **kwargs: Any) -> Any:
            self.translated += 1
            return surface(*args, **kwargs)

        def counted_native(*args: Any, **kwargs: Any) -> Any:
            self.compiled += 1
            return native(*args, **kwargs)

        monkeypatch.setattr(pipeline, "surface", counted_surface)
        monkeypatch.setattr(compiler_native, "native", counted_native)

    def since(self) -> tuple[int, int]:
        """Both counts, which start again."""
        counts = self.translated, self.compiled
        self.translated = self.compiled = 0
        return counts


def made(text: str, **world: Any) -> Differentiable:
    """The decorated function `f` of a text, as a new process would define it."""
    decorated: Differentiable = differentiate(function(text, **world))
    return decorated


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.entry"))


def run(code: str, *arguments: str, **environment: str) -> str:
    """The output of a new interpreter."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout
