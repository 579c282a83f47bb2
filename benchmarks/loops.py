"""Loops over numbers, and loops that store into arrays: the gradient beside the primal that Numba makes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from . import programs
from .entrants import NUMBA, PRIMAL, VALUE_AND_GRAD, Work, everyone
from .measure import Case, Target

ACCEPTED = 3.0  # gradient over the same primal compiled by Numba, for scalar loops
_random = np.random.default_rng(2024)


def _uniform(low: float, high: float, *shape: int) -> Any:
    return _random.uniform(low, high, shape)


def scalar_loops() -> dict[str, Work]:
    """Recurrences, a `while`, branches and a nest, all on numbers."""
    rates = np.array([0.55, 0.028, 0.8, 0.024, 34.0, 6.0])
    roots, pieces = _uniform(0.5, 8.0, 20_000), _uniform(-3.0, 3.0, 100_000)
    coefficients, points = _uniform(-1.0, 1.0, 20), _uniform(-1.0, 1.0, 10_000)
    return {
        "logistic map, 1,000,000 trips":
            Work(programs.logistic, (2.8, 1_000_000), (2.8, 1000), 1000.0),
        "Lotka–Volterra by Runge–Kutta, 100,000 steps":
            Work(programs.lotka_volterra, (rates, 100_000, 0.01), (rates, 100, 0.01), 1000.0),
        "20,000 cube roots by Newton's method, `while`":
            Work(programs.newton, (roots,), (roots[:100],), 200.0),
        "sum of 100,000 values in three branches":
            Work(programs.branchy, (pieces,), (pieces[:1000],), 100.0),
        "Horner, 20 coefficients at 10,000 points":
            Work(programs.horner, (coefficients, points), (coefficients, points[:100]), 100.0),
    }  # fmt: skip


def array_stores() -> dict[str, Work]:
    """Stores into arrays that later trips read."""
    square, corner = _uniform(-1.0, 1.0, 102, 102), _uniform(-1.0, 1.0, 12, 12)
    rod = _uniform(-1.0, 1.0, 1002)
    a, b, factors = _uniform(-0.9, 0.9, 100_000), _uniform(-1.0, 1.0, 100_000), _uniform(0.995, 1.005, 100_000)
    return {
        "Gauss–Seidel in place, 100 × 100, 20 sweeps":
            Work(programs.gauss_seidel, (square, 20), (corner, 2), 1000.0),
        "heat equation with two buffers, 1000 points, 200 steps":
            Work(programs.heat, (rod, 200, 0.2), (rod[:102], 20, 0.2), 100.0),
        "linear recurrence, 100,000 long":
            Work(programs.linear_recurrence, (a, b), (a[:1000], b[:1000]), 100.0),
        "running product, 100,000 long":
            Work(programs.running_product, (factors,), (factors[:1000],), 100.0),
    }  # fmt: skip


def _case(group: str, title: str, work: Work, targets: tuple[Target, ...] = ()) -> Case:
    return Case(work.name, f"{group}: {title}", partial(everyone, work), (NUMBA, PRIMAL), targets)


ACCEPTANCE = Target(VALUE_AND_GRAD, NUMBA, ACCEPTED)
SCALAR, STORES = scalar_loops(), array_stores()
CASES = (
    *(_case("Scalar loop", title, work, (ACCEPTANCE,)) for title, work in SCALAR.items()),
    *(_case("Array stores", title, work) for title, work in STORES.items()),
)


def arguments(name: str, small: bool) -> tuple[Any, ...]:
    """What the program of that name is called with."""
    work = next(work for work in (*SCALAR.values(), *STORES.values()) if work.name == name)
    return work.small if small else work.args
