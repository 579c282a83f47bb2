"""What a call costs when there is almost nothing to compute."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from . import programs
from .entrants import GRAD, NUMBA, VALUE_AND_GRAD, Work, everyone
from .measure import Absent, Case, Entrant, Target

MATH_SIN = "math.sin"


def scalar_call() -> Iterator[Entrant | Absent]:
    """One Python float in, one out; `math.sin` for scale."""
    yield Entrant(MATH_SIN, math.sin, (0.5,))
    yield from everyone(Work(programs.cubic_sine, (0.5,), (0.5,), 1.0))


def array_call() -> Iterator[Entrant | Absent]:
    """Ten numbers in, ten new ones out."""
    x = np.linspace(0.1, 1.0, 10)
    yield Entrant("numpy.empty(10)", np.empty, (10,))
    yield from everyone(Work(programs.cubic_sines, (x,), (x,), 1.0))


CASES = (
    Case("scalar_call", "Call: gradient of x·x·x + sin(x), a Python float", scalar_call, (GRAD, MATH_SIN),
         (Target(GRAD, None, 1e-6), Target(VALUE_AND_GRAD, None, 1e-6))),
    Case("array_call", "Call: gradient of sum(x·x·x + sin(x)), an array of 10", array_call, (GRAD, NUMBA)),
)  # fmt: skip
