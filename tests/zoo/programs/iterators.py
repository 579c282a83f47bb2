"""Functions of `itertools` that are gone through where they are called."""

import itertools
import operator
from itertools import accumulate, islice

import numpy as np

from ..program import Program


def running_totals(x):
    t = list(itertools.accumulate(x, initial=0.0))
    p = list(accumulate(x, lambda a, b: 0.5 * a + b, initial=1.0))
    return t[-1] * t[-1] + p[-1] * len(p)


def running_extremes(x):
    s = 0.0
    for k, v in enumerate(accumulate(v * v for v in x)):
        s += k * v
    for a, b in zip(x, accumulate(x, max)):
        s += a * b
    return s + sum(accumulate(x, operator.mul)) + max(accumulate([1.5, s]))


def every_other(x, n):
    s = sum(v * v for v in islice(x, 1, None, 2))
    for v in islice(x, n):
        s *= v
    return s + sum(islice(x, 1, 3))


def while_it_holds(x):
    s = sum(itertools.takewhile(lambda v: v > -0.5, x))
    for v in itertools.dropwhile(lambda v: v > -0.5, x):
        s += v * v
    return s + sum(map(lambda a, b: a * b, x, 3.0 * x))


def chosen_and_left(x):
    return sum(itertools.compress(x, x > 0.0)) * sum(itertools.filterfalse(lambda v: v > 0.0, x))


PROGRAMS = (
    Program(running_totals, lambda rng: (rng.normal(size=6),), also=(lambda rng: (np.zeros(0),),)),
    Program(running_extremes, lambda rng: (rng.normal(size=6),), also=(lambda rng: (np.zeros(0),),)),
    Program(every_other, lambda rng: (rng.normal(size=6), 3),
            also=(lambda rng: (rng.normal(size=6), 0), lambda rng: (rng.normal(size=2), 5))),
    Program(while_it_holds, lambda rng: (rng.normal(size=6),), also=(lambda rng: (np.ones(3),),)),
    Program(chosen_and_left, lambda rng: (rng.normal(size=6),)),
)
