"""Records in loops, branches and calls that are decided before the program runs: strings, functions, lengths."""

import math
from dataclasses import dataclass

import numpy as np

from ..program import Program


@dataclass
class Gain:
    k: float
    kind: str = "linear"

    def __call__(self, x):
        return self.k * x if self.kind == "linear" else self.k * x * x


def list_beside_an_array(w, xs):
    ws = [w, 2.0 * w, w * w]
    total = 0.0
    for i, (a, x) in enumerate(zip(ws, xs)):
        total += a * x * (i + 1)
    for a in reversed(ws):
        total = 0.5 * total + a
    return total


def rows_of_different_lengths(x):
    rows = [(x, x * x), (x,)]
    total = 0.0
    for row in rows:
        for k, v in enumerate(row):
            total += v * (k + 1)
    return total


def list_of_functions(x):
    fs = [math.sin, math.cos, lambda t: t * t]
    table = {"s": math.sin, "c": math.cos}
    total = 0.0
    for f in fs:
        total += f(x)
    for name, f in table.items():
        total += f(x) * (2.0 if name == "s" else 1.0)
    return total


def called_record(gain, x):
    total = 0.0
    for f in [gain, math.sin]:
        total += f(x)
    return total + gain(2.0 * x)


def keys_from_tuples(x):
    table = {}
    for key, v in (("a", x), ("b", 2.0)):
        table[key] = v * x
    return table["a"] + table["b"] * ("c" not in table)


def starred_arguments(x):
    def weighted(*values):
        total = 0.0
        for k, v in enumerate(values):
            total += v * (k + 1)
        return total

    first, *rest = [x, x * x, 2.0]
    return weighted(*rest) + weighted(first, *[x, x])


def matched(p):
    match p:
        case [a, b]:
            return a * b
        case [a, *_]:
            return a
    return 0.0


def loops_over_arrays_fill_lists(xs):
    ys = [v * v for v in xs if v > 0.5]
    total = 0.0
    for i, y in enumerate(ys):
        total += y * (i + 1)
    for a, b in zip(ys, xs):
        total += a * b
    for y in reversed(ys):
        total = 0.5 * total + y
    return total


def left_early(x):
    if x < 0.0:
        raise ValueError(f"{x} is negative")
    values = [x, 1.0, 2.0]
    for v in values:
        if v > 1.5:
            return v * x
    return x


def absent_record(x, p=None):
    if p is None:
        p = {"scale": 2.0}
    return p["scale"] * x


def chosen_by_a_field(p, x):
    match p["kind"]:
        case "square":
            return x * x * p["w"]
        case "none" | "nothing":
            return x
    return p["w"] * x


def chosen_by_a_string(p, mode):
    q = {"v": p["x"]} if mode == "short" else {"w": p["x"] * 2.0, "v": 1.0}
    total = 0.0
    for key, v in q.items():
        total += v * (3.0 if key == "v" else 5.0)
    return total


PROGRAMS = (
    Program(list_beside_an_array, lambda rng: (1.3, rng.normal(size=3)), wrt=(0, 1),
            also=(lambda rng: (1.3, rng.normal(size=2)),)),
    Program(rows_of_different_lengths, lambda rng: (1.3,)),
    Program(list_of_functions, lambda rng: (1.3,)),
    Program(called_record, lambda rng: (Gain(1.3), 0.7), wrt=(0, 1)),
    Program(called_record, lambda rng: (Gain(1.3, "square"), 0.7), wrt=(0, 1), name="called_record_square"),
    Program(keys_from_tuples, lambda rng: (1.3,)),
    Program(starred_arguments, lambda rng: (1.3,)),
    Program(matched, lambda rng: ([1.3, 0.7],)),
    Program(matched, lambda rng: ([1.3, 0.7, 2.0],), name="matched_starred"),
    Program(loops_over_arrays_fill_lists, lambda rng: (np.array([1.3, 0.2, 0.9]),),
            also=(lambda rng: (rng.normal(size=5),),), oracle="differences"),
    Program(left_early, lambda rng: (1.3,), also=(lambda rng: (1.7,),)),
    Program(absent_record, lambda rng: (1.3,)),
    Program(absent_record, lambda rng: (1.3, {"scale": 3.0}), wrt=(0, 1), name="absent_record_given"),
    Program(chosen_by_a_field, lambda rng: ({"kind": "square", "w": 0.7}, 1.3), wrt=(0, 1)),
    Program(chosen_by_a_field, lambda rng: ({"kind": "nothing", "w": 0.7}, 1.3), wrt=(0, 1), name="chosen_by_nothing"),
    Program(chosen_by_a_string, lambda rng: ({"x": 1.3}, "short")),
    Program(chosen_by_a_string, lambda rng: ({"x": 1.3}, "long"), name="chosen_by_another_string"),
)
