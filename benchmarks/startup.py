"""What a user waits for before the first number, and what only a new process shows."""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tapeless import differentiate

from . import programs
from .child import program_arguments
from .entrants import NUMBA, PRIMAL, VALUE_AND_GRAD
from .loops import ACCEPTANCE
from .measure import Absent, Case, Entrant, Target
from .peers import with_jax
from .stopwatch import Stopwatch

ROOT = Path(__file__).resolve().parents[1]
BREAKDOWN_ROUNDS = 9

IMPORT = "import tapeless"
HUNDRED, MILLION = "100 trips", "1,000,000 trips"


def _child(*words: str) -> float:
    """What a new interpreter prints."""
    command = [sys.executable, "-m", "benchmarks.child", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return float(done.stdout)


def _in_child(label: str, module: str, *words: str) -> Entrant | Absent:
    if importlib.util.find_spec(module) is None:
        return Absent(label, f'{module} is not installed (pip install -e ".[bench]")')
    return Entrant(label, _child, words, own_clock=True)


def imports() -> Iterator[Entrant | Absent]:
    """Each in an interpreter that has imported NumPy."""
    for module in ("tapeless", "llvmlite.binding", "autograd", "numba", "jax", "torch"):
        yield _in_child(f"import {module}", module.partition(".")[0], "import", module)


def calls(when: str, program: str, *, jax: bool) -> Iterator[Entrant | Absent]:
    """Each in an interpreter that has imported the package."""
    yield _in_child(VALUE_AND_GRAD, "tapeless", when, "tapeless", program)
    yield _in_child(PRIMAL, "tapeless", when, "tapeless-primal", program)
    yield _in_child(NUMBA, "numba", when, "numba", program)
    if jax:
        yield _in_child(with_jax.LABEL, "jax", when, "jax", program)


def compile_seconds(function: Callable[..., Any], args: tuple[Any, ...]) -> float:
    """A first call less a second one, of a function decorated anew."""
    call: Callable[..., Any] = differentiate(function).value_and_grad
    begin = time.process_time()
    call(*args)
    middle = time.process_time()
    call(*args)
    return (middle - begin) - (time.process_time() - middle)


def trip_counts() -> Iterator[Entrant | Absent]:
    """The same loop with another constant in `range`."""
    for label, function in ((HUNDRED, programs.hundred_trips), (MILLION, programs.million_trips)):
        yield Entrant(label, compile_seconds, (function, (2.8,)), own_clock=True)


CASES = (
    *(Case(f"fresh_{name}", f"New process: {name.replace('_', ' ')} as above, later calls",
           partial(calls, "steady", name, jax=True), (NUMBA, PRIMAL), targets)
      for name, targets in (("logistic", (ACCEPTANCE,)), ("newton", (ACCEPTANCE,)), ("linear_recurrence", ()))),
    Case("imports", "New process: imports, over NumPy", imports, (IMPORT,), (Target(IMPORT, None, 0.060),)),
    Case("first_30_lines", "New process: first call of a 30-line function, imports done",
         partial(calls, "first", "pharmacokinetics", jax=False), (NUMBA,), (Target(VALUE_AND_GRAD, None, 0.5),)),
    Case("first_loop", "New process: first call of Lotka–Volterra, imports done",
         partial(calls, "first", "lotka_volterra", jax=True), (NUMBA,)),
    Case("trip_counts", "Compiling a gradient, by the trips of its loop", trip_counts, (HUNDRED,),
         (Target(MILLION, HUNDRED, 1.1),)),
)  # fmt: skip


def breakdown() -> dict[str, float]:
    """Median seconds of every step from Python source to native value and gradient, in a process that is warm."""
    function, args = programs.pharmacokinetics, program_arguments("pharmacokinetics")
    compile_seconds(function, args)
    rounds = []
    for _ in range(BREAKDOWN_ROUNDS):
        call: Callable[..., Any] = differentiate(function).value_and_grad
        with Stopwatch() as watch:
            call(*args)
        rounds.append(watch.seconds)
    return {name: statistics.median(r.get(name, 0.0) for r in rounds) for name in rounds[0]}
