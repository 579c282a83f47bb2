"""Run in a new interpreter by `startup`: prints the seconds that something takes the first time.

    python -m benchmarks.child import MODULE             the import, when NumPy is there already
    python -m benchmarks.child first WHO PROGRAM         the first call, when the package is imported already
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "pharmacokinetics": (np.array([0.1, -2.0, 2.0]), np.arange(1.0, 25.0), 5.0 * np.exp(-0.1 * np.arange(1.0, 25.0))),
    "lotka_volterra": (np.array([0.55, 0.028, 0.8, 0.024, 34.0, 6.0]), 100, 0.01),
}


def import_seconds(module: str) -> float:
    """The time of an import."""
    begin = time.process_time()
    importlib.import_module(module)
    return time.process_time() - begin


def first_seconds(who: str, program: str) -> float:
    """The time of a first call, which compiles."""
    call, args = prepared(who, program)
    begin = time.process_time()
    call(*args)
    return time.process_time() - begin


def prepared(who: str, program: str) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A callable that has not been called, and its arguments."""
    from . import programs
    from .peers import package, with_jax

    function, args = getattr(programs, program), ARGUMENTS[program]
    match who:
        case "tapeless":
            return importlib.import_module("tapeless").differentiate(function).value_and_grad, args
        case "tapeless-primal":
            return importlib.import_module("tapeless").differentiate(function), args
        case "numba":
            return package("numba").njit(function), args
        case "jax":
            return with_jax.gradient(program, args)
        case _:
            raise ValueError(who)


if __name__ == "__main__":
    print({"import": import_seconds, "first": first_seconds}[sys.argv[1]](*sys.argv[2:]))
