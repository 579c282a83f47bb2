"""Loops over numbers, and loops that store into arrays: the gradient beside the primal that Numba makes."""

from __future__ import annotations

from functools import partial
from types import FunctionType
from typing import Any

import numpy as np

from . import programs
from .entrants import NUMBA, PRIMAL, VALUE_AND_GRAD, Work, everyone
from .measure import Case, Target

ACCEPTED = 3.0  # gradient over the same primal compiled by Numba
_random = np.random.default_rng(2024)


def _case(
    function: FunctionType, title: str, args: tuple[Any, ...], small: tuple[Any, ...], scale: float, accepted: bool
) -> Case:
    targets = (Target(VALUE_AND_GRAD, NUMBA, ACCEPTED),) if accepted else ()
    work = Work(function, args, small, scale)
    return Case(function.__name__, title, partial(everyone, work), (NUMBA, PRIMAL), targets)


def _rates() -> Any:
    return np.array([0.55, 0.028, 0.8, 0.024, 34.0, 6.0])


def _uniform(low: float, high: float, *shape: int) -> Any:
    return _random.uniform(low, high, shape)


def scalar_loops() -> tuple[Case, ...]:
    """Recurrences, a `while`, branches and a nest, all on numbers."""
    roots, pieces = _uniform(0.5, 8.0, 20_000), _uniform(-3.0, 3.0, 100_000)
    coefficients, points = _uniform(-1.0, 1.0, 20), _uniform(-1.0, 1.0, 10_000)
    return (
        _case(programs.logistic, "Scalar loop: logistic map, 1,000,000 trips",
              (2.8, 1_000_000), (2.8, 1000), 1000.0, True),
        _case(programs.lotka_volterra, "Scalar loop: Lotka–Volterra by Runge–Kutta, 100,000 steps",
              (_rates(), 100_000, 0.01), (_rates(), 100, 0.01), 1000.0, True),
        _case(programs.newton, "Scalar loop: 20,000 cube roots by Newton's method, `while`",
              (roots,), (roots[:100],), 200.0, True),
        _case(programs.branchy, "Scalar loop: sum of 100,000 values in three branches",
              (pieces,), (pieces[:1000],), 100.0, True),
        _case(programs.horner, "Scalar loop: Horner, 20 coefficients at 10,000 points",
              (coefficients, points), (coefficients, points[:100]), 100.0, True),
    )  # fmt: skip


def array_stores() -> tuple[Case, ...]:
    """Stores into arrays that later trips read."""
    square, corner = _uniform(-1.0, 1.0, 102, 102), _uniform(-1.0, 1.0, 12, 12)
    rod = _uniform(-1.0, 1.0, 1000)
    a, b, factors = _uniform(-0.9, 0.9, 100_000), _uniform(-1.0, 1.0, 100_000), _uniform(0.995, 1.005, 100_000)
    return (
        _case(programs.gauss_seidel, "Array stores: Gauss–Seidel in place, 100 × 100, 20 sweeps",
              (square, 20), (corner, 2), 1000.0, False),
        _case(programs.heat, "Array stores: heat equation with two buffers, 1000 points, 200 steps",
              (rod, 200, 0.2), (rod[:100], 20, 0.2), 200_000 / 2000, False),
        _case(programs.linear_recurrence, "Array stores: linear recurrence, 100,000 long",
              (a, b), (a[:1000], b[:1000]), 100.0, False),
        _case(programs.running_product, "Array stores: running product, 100,000 long",
              (factors,), (factors[:1000],), 100.0, False),
    )  # fmt: skip


CASES = (*scalar_loops(), *array_stores())
