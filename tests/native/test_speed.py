"""What a call costs. Run with `-m long -s` to see the figures; the limits leave room for a busy machine."""

from __future__ import annotations

import math
import timeit
from typing import Any

import numpy as np
import pytest

from tapeless.compiler.ir.types import FLOAT64, PY_FLOAT, TupleOf
from tapeless.runtime.native import Guard

from .build import VECTOR, copy, make, put, ramp

pytestmark = pytest.mark.long

SQUARE = "  %x = load double, ptr %a0\n  %y = fmul double %x, %x\n  store double %y, ptr %r0\n"
NEW = "  %n = load i64, ptr %a2\n" + ramp("h", "%n") + put(0, "%h", "%h.data", ["%n"], [1])


def nanoseconds(f: Any, argument: Any) -> float:
    """The best of many short runs."""
    runs = timeit.repeat("f(x)", globals={"f": f, "x": argument}, number=20_000, repeat=50)
    return min(runs) / 20_000 * 1e9


def test_calls() -> None:
    guards = [Guard(globals(), name, globals()[name]) for name in ("math", "np", "timeit")]
    pair = TupleOf((PY_FLOAT, PY_FLOAT))
    both = SQUARE + "  store double %x, ptr %r1\n"
    vector = np.ones(10)
    calls: dict[str, tuple[Any, Any, float]] = {
        "math.sin": (math.sin, 0.5, math.inf),
        "numpy.empty(10)": (np.empty, 10, math.inf),
        "float to float": (make(SQUARE, [PY_FLOAT], PY_FLOAT), 0.5, 2.5),
        "the same with three guards": (make(SQUARE, [PY_FLOAT], PY_FLOAT, guards=guards), 0.5, 4),
        "float to (value, gradient)": (make(both, [PY_FLOAT], pair), 0.5, 4),
        "the same without the GIL": (make(both, [PY_FLOAT], pair, release_gil=True), 0.5, 8),
        "numpy.float64 to numpy.float64": (make(SQUARE, [FLOAT64], FLOAT64), np.float64(0.5), 3),
        "vector to itself": (make(copy(4), [VECTOR], VECTOR), vector, 3),
        "vector to new vector": (make(NEW, [VECTOR], VECTOR), vector, 8),
        "to slow path": (make(copy(1), [PY_FLOAT], PY_FLOAT, slow=float), 1, 8),
    }
    costs = {name: nanoseconds(f, argument) for name, (f, argument, _) in calls.items()}
    for name, cost in costs.items():
        print(f"{name:32s} {cost:6.1f} ns")
    unit = costs["math.sin"]
    assert {name: costs[name] / unit for name in costs if costs[name] > calls[name][2] * unit} == {}
