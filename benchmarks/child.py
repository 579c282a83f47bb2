"""Run in a new interpreter by `startup`: prints the CPU seconds that something takes there.

    python -m benchmarks.child import MODULE             an import, when NumPy is there already
    python -m benchmarks.child first WHO PROGRAM         a first call, when the package is imported already
    python -m benchmarks.child steady WHO PROGRAM        a later call
    python -m benchmarks.child peak tapeless KERNEL      not seconds, but bytes: the memory that a gradient takes
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

STEADY_CALLS = 20


def program_arguments(program: str, small: bool = False) -> tuple[Any, ...]:
    """What a program is called with; `small` where the run is not what is measured."""
    if program == "pharmacokinetics":
        times = np.arange(1.0, 25.0)
        return np.array([0.1, -2.0, 2.0]), times, 5.0 * np.exp(-0.1 * times)
    from .loops import arguments

    return arguments(program, small)


def import_seconds(module: str) -> float:
    """The time of an import."""
    begin = time.process_time()
    importlib.import_module(module)
    return time.process_time() - begin


def first_seconds(who: str, program: str) -> float:
    """The time of a first call, which compiles."""
    call, args = prepared(who, program, small=True)
    begin = time.process_time()
    call(*args)
    return time.process_time() - begin


def steady_seconds(who: str, program: str) -> float:
    """The mean time of later calls."""
    call, args = prepared(who, program)
    for _ in range(STEADY_CALLS):
        call(*args)
    begin = time.process_time()
    for _ in range(STEADY_CALLS):
        call(*args)
    return (time.process_time() - begin) / STEADY_CALLS


def peak_bytes(who: str, kernel: str) -> float:
    """The memory that the first call of a compiled gradient adds."""
    from . import kernels

    assert who == "tapeless"
    return kernels.peak_here(kernel)


def prepared(who: str, program: str, small: bool = False) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A callable that has not been called, and its arguments."""
    from . import programs
    from .peers import package, with_jax

    function, args = getattr(programs, program), program_arguments(program, small)
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
    measure: dict[str, Callable[..., float]] = {
        "import": import_seconds, "first": first_seconds, "steady": steady_seconds, "peak": peak_bytes}  # fmt: skip
    print(measure[sys.argv[1]](*sys.argv[2:]))
