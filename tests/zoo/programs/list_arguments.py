"""Lists of many numbers among the arguments: their length is not part of the type."""

import math
from typing import NamedTuple

import numpy as np

from ..program import Program


class Spring(NamedTuple):
    stiffness: float
    rest: float


def weighted(xs):
    s = 0.0
    for k, v in enumerate(xs):
        s += k * v * v
    return s + xs[0] * xs[-1] + max(xs) * len(xs)


def next_to_each_other(xs):
    return sum(a * b for a, b in zip(xs, xs[1:])) + sum(xs[::-3])  # noqa: RUF007


def picked(xs, places):
    s = 0.0
    for k in places:
        s += xs[k] * xs[-k - 1]
    return s


def in_a_dict(p):
    s = p["scale"]
    for x, used in zip(p["xs"], p["used"]):
        if used:
            s += math.sin(x * p["scale"])
    return s


def as_arrays(xs):
    a = np.array(xs)
    b = np.asarray(xs)
    b[0] = 2.0
    return np.sum(a * a) + a @ b + np.mean(xs) * xs[0]


def copied_and_changed(xs):
    ys = xs.copy()
    ys.append(xs[0] * xs[1])
    ys[2] = 1.0
    del ys[0]
    return ys, xs, [y * y for y in xs + ys]


def in_order(xs):
    ys = sorted([x for x in xs if x == x])
    return 0.0 if not ys else ys[0] + 2.0 * ys[len(ys) // 2] * ys[-1]


def unpacked(xs):
    first, *rest = xs
    return first * sum(rest)


def integrated(ts, ys):
    s = 0.0
    for i in range(1, len(ts)):
        s += (ts[i] - ts[i - 1]) * (ys[i] + ys[i - 1]) / 2.0
    return s


def of_pairs(points):
    s = 0.0
    for x, y in points:
        s += x * y
    a = np.array(points)
    return s * points[0][1] + np.sum(a * a), points, [y for _, y in points[3:]]


def of_named_tuples(springs, forces):
    total = 0.0
    for spring, force in zip(springs, forces):
        total += force * force / (2.0 * spring.stiffness) + spring.rest
    return total * springs[-1].stiffness


def edges(graph, heights):
    s = 0.0
    for (i, k), weight in graph:
        s += weight * (heights[i] - heights[k]) ** 2
    return s


def few_pairs(points):
    a = np.array(points)
    return np.sum(a * a) * points[1][0]


def pairs(rng, count):
    return list(zip(numbers(rng, count), numbers(rng, count)))


def springs(rng):
    return [Spring(*p) for p in zip(rng.uniform(1.0, 2.0, 20).tolist(), numbers(rng, 20))]


def graph(rng):
    return [((i, (7 * i + 3) % 20), w) for i, w in enumerate(numbers(rng, 20))]


def numbers(rng, count):
    return rng.normal(size=count).tolist()


PROGRAMS = (
    *(Program(f, lambda rng: (numbers(rng, 20),))
      for f in (next_to_each_other, as_arrays, copied_and_changed, unpacked)),
    *(Program(f, lambda rng: (numbers(rng, 20),), oracle="differences") for f in (weighted, in_order)),
    Program(weighted, lambda rng: (list(rng.normal(size=18)),), name="weighted_of_numpy", oracle="differences"),
    Program(weighted, lambda rng: (list(rng.normal(size=18).astype(np.float32)),), name="weighted_float32", rtol=1e-4,
            oracle="differences"),
    Program(next_to_each_other, lambda rng: ((rng.normal(size=20) + 1j).tolist(),), name="next_to_each_other_complex",
            oracle="differences"),
    Program(picked, lambda rng: (numbers(rng, 30), rng.integers(0, 30, size=40).tolist())),
    Program(in_a_dict, lambda rng: ({"xs": numbers(rng, 17), "used": (rng.normal(size=17) > 0.0).tolist(),
                                     "scale": 0.7},)),
    Program(of_pairs, lambda rng: (pairs(rng, 20),)),
    Program(few_pairs, lambda rng: (pairs(rng, 3),)),
    Program(of_named_tuples, lambda rng: (springs(rng), numbers(rng, 20)), wrt=(0, 1)),
    Program(edges, lambda rng: (graph(rng), numbers(rng, 20)), wrt=(0, 1)),
    Program(integrated, lambda rng: (numbers(rng, 300), numbers(rng, 300)), wrt=(0, 1)),
)
