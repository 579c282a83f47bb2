"""`next` of an iterator that is made where it is called: the first item that fits."""

import itertools

import numpy as np

from ..program import Program


def first_above(x):
    k = next(k for k, v in enumerate(x) if v > 0.5)
    return x[k] ** 2 + k


def first_above_or_none(x, limit):
    k = next((k for k, v in enumerate(x) if v > limit), None)
    if k is None:
        return np.sum(x)
    return x[k] ** 2


def bracket(x, y, t):
    left, right = next(((a, b) for a, b in itertools.pairwise(x) if a <= t < b), (x[0], x[-1]))
    k = next((k for k in range(len(x)) if x[k] > t), len(x) - 1)
    return (t - left) / (right - left) * y[k]


def first_of_a_dict(x):
    weights = {"a": x[0], "b": x[1]}
    key = next(iter(weights))
    return weights[key] * next(iter(weights.values())) + next(reversed(x))


def levels(x, factor):
    level = x
    while True:
        yield np.sum(level * level)
        level = factor * level


def first_small_level(x):
    small = next(v for v in levels(x, 0.5) if v < 0.1)
    return small + next(levels(x, 2.0))


def in_a_loop(x):
    s = 0.0
    for k in range(4):
        s += k * next((v * v for v in x if v > 0.4 * k), 0.25)
    return s


def rows_that_fit(a):
    row = next((row for row in a if np.sum(row) > 0.0), None)
    return np.sum(row * row) if row is not None else a[0, 0]


def lazy_ones(x):
    first = next(filter(lambda v: v > 0.0, x), 0.5)
    return first * next(map(np.sin, x)) + next(itertools.islice(x, 3))


def caught(x):
    try:
        return next(v for v in x if v > 50.0)
    except StopIteration:
        return x[0] * x[1]


def default_before_items(x):
    tried = [x[0]]

    def fits(v):
        tried.append(v)
        return v > 1.0

    found = next((v * v for v in x if fits(v)), 0.5 + len(tried))
    return found * max((v for v in x if fits(v)), default=len(tried)) + len(tried)


def variables_of_their_own(v):
    w = 2.0
    first = next((w * 3.0 for w in v if w > 1.0), w)
    furthest = max((w for w in v), key=lambda u: (u - w) ** 2)
    least = min((w * w for w in v if w < 0.0), default=w)
    return first + furthest * least + next(v for v in v) + (1.0 if any(v > 1.0 for v in v) else 2.0)


def above(x, limit):
    yield x[0]
    yield next(v for v in x if v > limit)


def stopped_inside(x):
    total = x[1]
    try:
        total += sum(above(x, 0.5))
    except RuntimeError:
        total *= 2.0
    try:
        return total + sum(v * next(w for w in x if w > v) for v in x)
    except RuntimeError:
        return total * x[0]


def named_twice(x):
    total = next(v for v in x for v in (v, v * v) if v > 0.0)
    return total + sum([v for v in x for v in (v, v * v)])


PROGRAMS = (
    Program(first_above, lambda rng: (np.append(rng.normal(size=5), 0.7),)),
    Program(first_above_or_none, lambda rng: (rng.normal(size=5), 0.1),
            also=(lambda rng: (rng.normal(size=5), 99.0), lambda rng: (np.zeros(0), 0.1))),
    Program(bracket, lambda rng: (np.arange(5.0) ** 1.5, rng.normal(size=5), 3.3), wrt=(0, 1, 2),
            also=(lambda rng: (np.arange(5.0), rng.normal(size=5), 99.0),)),
    Program(first_of_a_dict, lambda rng: (rng.normal(size=4),)),
    Program(first_small_level, lambda rng: (rng.normal(size=4),), also=(lambda rng: (0.01 * rng.normal(size=4),),)),
    Program(in_a_loop, lambda rng: (rng.normal(size=6),), also=(lambda rng: (np.zeros(0),),)),
    Program(rows_that_fit, lambda rng: (rng.normal(size=(4, 3)),), also=(lambda rng: (-np.ones((2, 2)),),)),
    Program(lazy_ones, lambda rng: (rng.normal(size=4),), also=(lambda rng: (-np.ones(2),),)),
    Program(caught, lambda rng: (rng.normal(size=4),), also=(lambda rng: (np.array([1.0, 60.0]),),)),
    Program(in_a_loop, lambda rng: (rng.normal(size=6).astype(np.float32),), name="in_a_loop_float32", rtol=1e-4,
            oracle="differences"),
    Program(default_before_items, lambda rng: (np.append(rng.normal(size=3), 1.5),),
            also=(lambda rng: (-np.abs(rng.normal(size=3)),), lambda rng: (np.array([2.0, 1.5]),))),
    Program(variables_of_their_own, lambda rng: (np.append(rng.normal(size=4), 1.5),),
            also=(lambda rng: (np.array([-1.0, -2.5]),), lambda rng: (np.array([0.5, 0.7]),))),
    Program(stopped_inside, lambda rng: (rng.normal(size=4),), also=(lambda rng: (np.array([0.4, 0.7, 0.2]),),
                                                                     lambda rng: (-np.ones(2),))),
    Program(named_twice, lambda rng: (np.append(rng.normal(size=4), 1.5),)),
)
