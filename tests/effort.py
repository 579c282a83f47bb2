"""How much LLVM does for the code that a test compiles.

Optimising and generating code is two thirds of the time that compiling takes, and eighteen times what LLVM's simplest
level takes. Most tests ask whether a program means what it means in Python, and LLVM's optimiser decides that as little
as the processor does; but it believes what it is told about overflow, aliases and alignment, so code for which
something wrong is told behaves only until it is optimised. Hence of the tests of `COMPILED_MUCH`, by the hash of its
name, one unit in `EVERY` runs at the level that users get, and each row of the table at level 1, which long functions
get: it believes the same and vectorises too. The others run at the simplest level, and tests that are not in
`COMPILED_MUCH` at the level that users get. A unit is what is compiled once: a program of the zoo, whatever is
checked of it, or else one test. With `--optimise all` everything runs at the level that users get.
"""

from __future__ import annotations

import functools
import importlib
from typing import Any

import pytest

from sampled import one_in

COMPILED_MUCH = (
    "tests/zoo/", "tests/ops/", "tests/kinks/", "tests/fusion/test_fused.py", "tests/fusion/test_shifted.py",
    "tests/fusion/test_unused.py::test_the_gradient_alone", "tests/passes/", "tests/docs/test_python.py",
    "tests/docs/test_support.py", "tests/cache/test_what_it_holds.py::test_programs_of_the_zoo",
    "tests/building/test_cabi_zoo.py::test_programs", "tests/api/test_error_texts.py",
    "tests/native/test_memory.py::test_no_reference_drifts",
)
# Long sums are as accurate as the lanes that they are made in.
ALWAYS_OPTIMISED = ("tests/ops/test_edges.py::test_long_sums_are_as_accurate_as_in_numpy",)
ALWAYS_AT_1 = ("tests/ops/test_laws.py",)  # each row of the table meets the optimiser in the laws
EVERY = 10
HIGHEST = 3


class Effort:
    """The highest level of optimisation for the test that runs, in place of the one that the compiler asks for."""

    def __init__(self) -> None:
        self.most = HIGHEST
        self.replaced = False

    def choose(self, item: pytest.Item, optimise: str) -> None:
        """Prepare for a test."""
        self.most = most(item) if optimise == "some" else HIGHEST
        if self.most < HIGHEST and not self.replaced:
            self._replace()

    def _replace(self) -> None:
        """From now on the compiler's calls of `optimise` go through here. Nothing else in the compiler knows."""
        target = importlib.import_module("tapeless.compiler.backend.target")
        original = target.optimise

        @functools.wraps(original)
        def optimise(text: str, machine: Any, level: int = HIGHEST) -> Any:
            return original(text, machine, min(level, self.most))

        target.optimise = optimise
        self.replaced = True


def unit(item: pytest.Item) -> str:
    """The name of what a test has compiled, which is compiled once for all tests of the same unit."""
    arguments = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    program = arguments.get("program")
    return str(program.id) if hasattr(program, "id") else item.nodeid


def most(item: pytest.Item) -> int:
    """The highest level that a test runs at."""
    name = item.nodeid
    if not name.startswith(COMPILED_MUCH) or name.startswith(ALWAYS_OPTIMISED):
        return HIGHEST
    otherwise = 1 if name.startswith(ALWAYS_AT_1) else 0
    return HIGHEST if one_in(EVERY, unit(item)) else otherwise
