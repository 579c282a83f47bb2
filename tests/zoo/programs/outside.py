"""Tables, settings and objects of the module: lists, dicts, named tuples and instances that are read from outside."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..program import Program

NODES = [0.0, 1 / 4, 3 / 8]
STAGES: list[Any] = [[], [1 / 4], [3 / 32, 9 / 32]]
FORMS = {"Na": (4.76, 3.17), "Cl": (11.46, 7.2)}
DEFAULTS: dict[str, Any] = {"step": 0.1, "count": 3, "limits": [0.2, 2.0]}
CHARGES = {1: 0.5, 8: -1.0}
ARM = np.array([[0.1, 0.5], [0.2, -0.3]])
TABLE = [1.0, np.array([0.5, 2.0])]
Lens = namedtuple("Lens", "radius index")
FRONT = Lens(1.5, [1.0, 1.33])


@dataclass
class Settings:
    rate: float = 0.3
    weights: Any = None

    def scaled(self, x):
        return self.rate * x


class Bell:
    def __init__(self, width):
        self.width = width

    def __call__(self, x, shift=0.0):
        return np.exp(-((x - shift) / self.width) ** 2)


class Sum:
    def __init__(self, first, second):
        self.first = first
        self.second = second

    def __call__(self, x):
        return self.first(x) + self.second(x, shift=0.5)


SETTINGS = Settings(weights=[1.0, 2.0])
BELL = Bell(1.3)


def tableau(x, rate):
    k = np.zeros((3, len(x)))
    for i in range(3):
        y = x.copy()
        for j in range(i):
            y += STAGES[i][j] * k[j]
        k[i] = np.sin(rate * y + NODES[i])
    return np.sum(sum(w * row for w, row in zip([0.2, 0.3, 0.5], k, strict=True)))


def keys_of_a_loop(x):
    total = 0.0
    for kind, place in (("Na", 0.1), ("Cl", 0.7)):
        total += sum(c * np.exp(-(n + place) * x) for n, c in enumerate(FORMS[kind]))
    return total


def names_in_tuples(atoms, scale):
    total = 0.0
    for kind, place in atoms:
        total += FORMS[kind][0] * np.cos(scale * place)
    return total


def settings_changed(x):
    settings = dict(DEFAULTS)
    settings["step"] = x
    low, high = settings["limits"]
    for _ in range(settings["count"]):
        x = min(max(x + settings["step"] * np.sin(x), low), high)
    return x


def items_of_a_dict(x):
    return sum(z * x**n for n, z in CHARGES.items()) + {**DEFAULTS, "step": x}["step"]


def defaults_of_helpers(x):
    return reach(x) + reach(x, table=ARM * 2.0) + reach(x, options={"gain": x}) + reach(x, bias=(x, 1.0))


def reach(x, table=ARM, options={"gain": 2.0}, bias=(1.0, 0.5)):
    bias = np.asarray(bias)
    return options["gain"] * np.sum(np.tanh(table @ (x * bias)))


def array_in_a_list(x):
    return np.sum(TABLE[0] * TABLE[1] * x)


def named_tuple(x):
    return (FRONT.index[1] - FRONT.index[0]) * x / FRONT.radius + FRONT[0]


def an_object(x):
    return SETTINGS.scaled(x) * SETTINGS.weights[1] + np.sum(BELL(x))


def attributes_that_are_called(x, width):
    return np.sum(Sum(Bell(width), BELL)(x))


PROGRAMS = (
    Program(tableau, lambda rng: (rng.normal(size=2), 0.7), wrt=(0, 1)),
    Program(keys_of_a_loop, lambda rng: (1.5,)),
    Program(names_in_tuples, lambda rng: ([("Na", 0.2), ("Cl", 0.7), ("Na", 1.1)], 1.3), wrt=(1,)),
    Program(settings_changed, lambda rng: (0.7,)),
    Program(items_of_a_dict, lambda rng: (0.7,)),
    Program(defaults_of_helpers, lambda rng: (0.7,)),
    Program(array_in_a_list, lambda rng: (rng.normal(size=2),)),
    Program(named_tuple, lambda rng: (0.7,)),
    Program(an_object, lambda rng: (rng.normal(size=3),)),
    Program(attributes_that_are_called, lambda rng: (rng.normal(size=3), 0.8), wrt=(0, 1)),
)
