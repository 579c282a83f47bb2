"""How much LLVM does for the code that a test compiles.

Optimising and generating code is two thirds of the time that compiling takes, and eighteen times what LLVM's simplest
level takes. Most tests ask whether a program means what it means in Python, and LLVM's optimiser decides that as little
as the processor does; but it believes what it is told about overflow, aliases and alignment, so code for which
something wrong is told behaves only until it is optimised. Hence the tests of `COMPILED_MUCH` run at the level that
users get for one unit in `EVERY`, chosen by the hash of its name, and at the simplest level otherwise; all others run
at the level that users get. A unit is what is compiled once: a program of the zoo, whatever is checked of it, or else
one test. With `--optimise all` everything runs at the level that users get.
"""

from __future__ import annotations

import functools
import importlib
import zlib
from typing import Any

import pytest

COMPILED_MUCH = (
    "tests/zoo/", "tests/ops/", "tests/kinks/", "tests/fusion/test_fused.py", "tests/fusion/test_shifted.py",
    "tests/fusion/test_unused.py::test_the_gradient_alone", "tests/passes/", "tests/docs/test_python.py",
    "tests/docs/test_support.py", "tests/building/test_cabi_zoo.py::test_programs", "tests/api/test_error_texts.py",
    "tests/native/test_memory.py::test_no_reference_drifts",
)
# Each row of the table meets the optimiser in the laws; long sums are as accurate as the lanes that they are made in.
ALWAYS_OPTIMISED = ("tests/ops/test_laws.py", "tests/ops/test_edges.py::test_long_sums_are_as_accurate_as_in_numpy")
EVERY = 4


class Effort:
    """The level of optimisation for the test that runs, in place of the one that the compiler asks for."""

    def __init__(self) -> None:
        self.simplest = False
        self.replaced = False

    def choose(self, item: pytest.Item, optimise: str) -> None:
        """Prepare for a test."""
        self.simplest = optimise == "some" and not optimised(item)
        if self.simplest and not self.replaced:
            self._replace()

    def _replace(self) -> None:
        """From now on the compiler's calls of `optimise` go through here. Nothing else in the compiler knows."""
        target = importlib.import_module("tapeless.compiler.backend.target")
        original = target.optimise

        @functools.wraps(original)
        def optimise(text: str, machine: Any, level: int = 3) -> Any:
            return original(text, machine, 0 if self.simplest else level)

        target.optimise = optimise
        self.replaced = True


def unit(item: pytest.Item) -> str:
    """The name of what a test has compiled, which is compiled once for all tests of the same unit."""
    arguments = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    program = arguments.get("program")
    return str(program.id) if hasattr(program, "id") else item.nodeid


def optimised(item: pytest.Item) -> bool:
    """Whether a test runs code as users get it."""
    name = item.nodeid
    if not name.startswith(COMPILED_MUCH) or name.startswith(ALWAYS_OPTIMISED):
        return True
    return zlib.crc32(unit(item).encode()) % EVERY == 0
