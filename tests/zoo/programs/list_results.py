"""Lists whose length only the call tells, as results: of numbers, tuples, objects, arrays and lists."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..program import Program


class Step(NamedTuple):
    time: float
    place: tuple


@dataclass
class Spring:
    length: float
    stiffness: float = 2.0


# --- numbers and records --------------------------------------------------------------------------------------------


def powers(x, n):
    out = [x]
    for _ in range(n):
        out.append(out[-1] * x)
    return out


def of_each_kind(x, n):
    floats, integers, truths = [], [], []
    for i in range(n):
        floats.append(x / (i + 1))
        integers.append(i * i)
        truths.append(x * i > 2.0)
    return {"floats": floats, "others": (integers, truths), "sum": sum(floats) * x}


def never_filled(x, n):
    out = []
    for i in range(n):
        if x > 100.0:
            out.append(x * i)
    return out, x


def one_list_twice(x, n):
    out = [x * i for i in range(n)]
    same = out
    same.append(x)
    return out, same, [out, out[1:]]


def one_or_the_other(x, n):
    if n < 3:
        return [x]
    out = []
    while x < 50.0:
        out.append(x)
        x = x * x + 1.0
    return out


def path_of_pairs(x, n):
    path = []
    t, v = 0.0, x
    for i in range(n):
        path.append((t, v, i))
        t += 0.1
        v = v * 0.9 + t * x
    return path


def pairs_or_nothing(x, n):
    if n == 0:
        return []
    pairs = []
    for i in range(n):
        pairs.append((x * i, x))
    return pairs


def named_steps(x, n):
    steps = [Step(0.1 * i, (x * i, [x, x * x])) for i in range(n)]
    steps.reverse()
    return steps


def springs(x, n):
    return [Spring(x * i, x * x) for i in range(n)], Spring(x)


def dicts(x, n):
    return [{"value": x * i, "pair": (i, x)} for i in range(n)]


# --- arrays ---------------------------------------------------------------------------------------------------------


def trajectory(x, n):
    states = [x * 1.0]
    for _ in range(n):
        states.append(states[-1] + 0.1 * np.sin(states[-1]))
    return states


def times_and_states(x, n):
    history = [(0.0, x * x)]
    for _ in range(n):
        t, y = history[-1]
        history.append((t + 0.1, y + 0.1 * np.cos(y)))
    return history, history[-1][1]


def ragged(x):
    return [x[i:] * x[0] for i in range(len(x))], [np.sum(x[i:]) for i in range(len(x))]


def factors(a, n):
    made = []
    for i in range(n):
        made.append(a @ a / (i + 1.0))
    return made


# --- lists ----------------------------------------------------------------------------------------------------------


def products(m):
    n = len(m)
    c = []
    for i in range(n):
        row = []
        for j in range(n):
            row.append(sum(m[i, k] * m[k, j] for k in range(n)))
        c.append(row)
    return c


def triangle(x, n):
    rows = [[x * j for j in range(i)] for i in range(n)]
    if len(rows) > 2:
        rows[1][0] = x * x
        return rows, rows[1:]
    return rows, []


def one_row_many_times(x, n):
    row = [x * i for i in range(n)]
    return [row] * n


def planes(x, n):
    return [[[x * i * j * k for k in range(j)] for j in range(n)] for i in range(n)]


def rows_of_pairs(x, n):
    return [(i, [(x * j, j) for j in range(i)]) for i in range(n)]


SAMPLES = (lambda rng: (1.3, 6), (lambda rng: (0.7, 2), lambda rng: (0.7, 0)))

@dataclass
class Body:
    x: float
    v: float


def moved_bodies(x):
    bodies = [Body(v, v * v) for v in x]
    some = [b for b in bodies if b.x > 0.0]
    for b in some:
        b.x += b.v
    return [(b, b.x * x[0]) for b in some] + [(bodies[0], x[1])]


PROGRAMS = (
    *(Program(f, SAMPLES[0], also=SAMPLES[1])
      for f in (powers, of_each_kind, never_filled, one_list_twice, path_of_pairs, pairs_or_nothing, named_steps,
                springs, dicts, triangle, one_row_many_times, planes, rows_of_pairs)),
    Program(one_or_the_other, SAMPLES[0], also=SAMPLES[1]),
    Program(powers, lambda rng: (np.float32(1.3), 6), name="powers_float32", rtol=1e-4, oracle="differences"),
    *(Program(f, lambda rng: (rng.normal(size=3), 5), also=(lambda rng: (rng.normal(size=2), 0),))
      for f in (trajectory, times_and_states)),
    Program(times_and_states, lambda rng: (rng.normal(size=3).astype(np.float32), 5), name="times_and_states_float32",
            rtol=1e-4, oracle="differences"),
    Program(moved_bodies, lambda rng: (rng.normal(size=4),), also=(lambda rng: (rng.normal(size=4),),) * 2),
    Program(ragged, lambda rng: (rng.normal(size=4),), also=(lambda rng: (np.zeros(0),),)),
    Program(factors, lambda rng: (rng.normal(size=(3, 3)), 4), also=(lambda rng: (rng.normal(size=(2, 2)), 0),)),
    Program(products, lambda rng: (rng.normal(size=(4, 4)),), also=(lambda rng: (rng.normal(size=(1, 1)),),)),
)
