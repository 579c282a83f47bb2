"""Results in which a string or an enum member says how it went, beside the numbers."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np

from ..program import Program


class Flow(Enum):
    LAMINAR = 1
    TURBULENT = "turbulent"


class Root(NamedTuple):
    x: float
    status: str
    steps: int


@dataclass
class Drag:
    force: np.ndarray
    flow: Flow


def newton(x, steps):
    v = x[0]
    for k in range(steps):
        d = (v * v - x[1]) / (2 * v)
        v = v - d
        if abs(d) < 1e-9:
            return Root(v, "converged", k)
    return Root(v, "out of steps", steps)


def sign_and_word(x):
    if x[0] > 1.0:
        return x[0] ** 2, "large"
    if x[0] > 0.0:
        return x[0], "small"
    return x[1], "negative"


def drag(v, viscosity):
    flow = Flow.LAMINAR
    if np.sum(v * v) / viscosity > 2.0:
        flow = Flow.TURBULENT
    power = 1.0 if flow is Flow.LAMINAR else 2.0
    return Drag(np.abs(v) ** power * viscosity, flow)


def report(x):
    names = ("first", "second", "third")
    k = int(np.argmax(x))
    return {"largest": names[k], "value": x[k], "unit": "m", "all": (np.sum(x), ("k", k))}


def worst_of(x, limit):
    state, total = "fine", 0.0
    for v in x:
        total += v * v
        if v > limit:
            state = "above"
            break
    else:
        total *= 2.0
    return total, state


PROGRAMS = (
    Program(newton, lambda rng: (np.array([1.5, 2.0]), 20), also=(lambda rng: (np.array([1.5, 2.0]), 2),
                                                                  lambda rng: (np.array([1.5, 2.0]), 0))),
    Program(sign_and_word, lambda rng: (np.array([0.5, 1.0]),), also=(lambda rng: (np.array([1.5, 1.0]),),
                                                                      lambda rng: (np.array([-1.5, 1.0]),))),
    Program(drag, lambda rng: (rng.normal(size=3), 0.5), wrt=(0, 1), also=(lambda rng: (0.01 * np.ones(2), 0.5),)),
    Program(report, lambda rng: (rng.normal(size=3),)),
    Program(worst_of, lambda rng: (rng.normal(size=5), 0.5), also=(lambda rng: (np.zeros(0), 0.5),
                                                                   lambda rng: (np.zeros(3), 0.5))),
    Program(worst_of, lambda rng: (rng.normal(size=5).astype(np.float32), np.float32(0.5)), name="worst_of_float32",
            rtol=1e-4, oracle="differences"),
)
