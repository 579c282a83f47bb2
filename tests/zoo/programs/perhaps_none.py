"""Results that may be None, or have it in them: what is not found, not asked for, or not there."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..program import Program


class Root(NamedTuple):
    x: float
    steps: int


@dataclass
class Fit:
    slope: float
    word: str | None = None
    rest: np.ndarray | None = None


@dataclass
class Fits:
    first: Fit | None
    second: Fit | None = None

    def begin_with(self, fit):
        self.first = fit
        return 2.0 if fit is None else fit.slope


def bisected(x, steps):
    low, high = x[0], x[1]
    if low * low > x[2] or high * high < x[2]:
        return None
    for _ in range(steps):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if middle * middle < x[2] else (low, middle)
    return low + (x[2] - low * low) / (2.0 * low)


def largest_square(x):
    best = None
    for v in x:
        if best is None or v * v > best:
            best = v * v
    return best


def value_and_the_rest(x):
    slope = None
    if len(x) > 1:
        slope = x[1] - x[0]
    return x[0] * 2.0, slope, {"curve": x[0] - 2.0 * x[1] + x[2] if len(x) > 2 else None}


def scaled_or_none(x, limit):
    if np.sum(x) > limit:
        return None
    return x * np.sum(x)


def root_or_none(x, steps):
    v = x[0]
    for k in range(steps):
        d = (v * v - x[1]) / (2.0 * v)
        v = v - d
        if abs(d) < 1e-9:
            return Root(v, k)
    return None


def positive_ones(x):
    found = [v * v for v in x if v > 0.0]
    if not found:
        return None
    return {"squares": found, "word": "many" if len(found) > 2 else None}


def first_far(x):
    for v in x:
        if v > 1.0:
            return Fit(v, "above")
        if v < -1.0:
            return Fit(v * v, "below", x * v)
    return None


def fits(x):
    both = None
    if x[0] > 0.0:
        both = Fits(None)
        if x[1] > 0.0:
            both.second = Fit(x[1], "second", x * 2.0)
        if x[2] > 0.0:
            both.first = Fit(x[2] * x[0])
    return both


def last_tail(x):
    tail, kept = None, 0
    for k in range(len(x)):
        tail = x[k:] * x[k] if x[k] > 0.0 else None
        kept = k if tail is None else kept
    return tail, kept, (tail, np.sum(x * x))


def put_into_lists(x):
    rows, spare = [], [None, Fit(x[0])]
    for k in range(3):
        row = Fit(x[k], "kept") if x[k] > 0.0 else None
        rows.append(row)
        spare.insert(0, row)
    spare[4] = Fit(x[1]) if x[2] > 0.0 else None
    both = Fits(None)
    slopes = {"a": x[0] * both.begin_with(Fit(x[1] * x[2]) if x[1] > 0.0 else None)}
    slopes["b"] = rows[0].slope * 2.0 if rows[0] is not None else None
    return rows, spare, both, slopes


def same_one_twice(x):
    pair = [x[0], x[1]]
    if x[2] > 0.0:
        pair[1] = x[2] * x[1]
    kept = pair if x[0] > 0.0 else None
    return kept, pair, {"kept": kept if x[1] > 0.0 else None}


PROGRAMS = (
    Program(bisected, lambda rng: (np.array([0.5, 2.0, 2.0]), 30), also=(lambda rng: (np.array([0.5, 2.0, 2.0]), 0),)),
    Program(largest_square, lambda rng: (rng.normal(size=5),), also=(lambda rng: (rng.normal(size=1),),)),
    Program(value_and_the_rest, lambda rng: (rng.normal(size=3),),
            also=(lambda rng: (rng.normal(size=2),), lambda rng: (rng.normal(size=1),))),
    Program(scaled_or_none, lambda rng: (rng.normal(size=3), 50.0), also=(lambda rng: (np.zeros(0), 50.0),)),
    Program(root_or_none, lambda rng: (np.array([1.5, 2.0]), 20)),
    Program(positive_ones, lambda rng: (np.abs(rng.normal(size=4)),), also=(lambda rng: (np.array([-1.0, 2.0]),),)),
    Program(value_and_the_rest, lambda rng: (rng.normal(size=3).astype(np.float32),), rtol=1e-4, oracle="differences",
            name="value_and_the_rest_float32", also=(lambda rng: (rng.normal(size=1).astype(np.float32),),)),
    Program(first_far, lambda rng: (np.array([0.5, 1.5, -2.0]),),
            also=(lambda rng: (np.array([0.5, -1.5, 2.0]),), lambda rng: (np.array([0.5, -0.5, -2.0]),))),
    Program(fits, lambda rng: (np.array([0.5, 1.5, -2.0]),),
            also=(lambda rng: (np.array([0.5, -1.5, 2.0]),), lambda rng: (np.array([0.5, 1.5, 2.0]),))),
    Program(last_tail, lambda rng: (np.array([0.5, 1.5, -2.0]),),
            also=(lambda rng: (np.array([0.5, -1.5, 2.0]),), lambda rng: (np.zeros(0),))),
    Program(put_into_lists, lambda rng: (np.array([0.5, 1.5, -2.0]),),
            also=(lambda rng: (np.array([-0.5, -1.5, 2.0]),), lambda rng: (np.array([0.5, 1.5, 2.0]),))),
    Program(same_one_twice, lambda rng: (np.array([0.5, 1.5, -2.0]),),
            also=(lambda rng: (np.array([-0.5, -1.5, 2.0]),), lambda rng: (np.array([0.5, -1.5, 2.0]),))),
)
