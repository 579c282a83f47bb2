"""What people write around the arithmetic: constants in dicts, builtins that are loops, texts as keys."""

import functools

import numpy as np

from ..program import Program

PHYSICS = {"gravity": 9.81, "drag": np.array([0.1, 0.2]), "body": {"mass": 1.5, "name": "ball"}}


def constants_in_a_dict(x):
    return PHYSICS["gravity"] * x + np.sum(PHYSICS["drag"] * x) / PHYSICS["body"]["mass"]


def strings_in_a_dict(x):
    return x * x if PHYSICS["body"]["name"] == "ball" else x


def all_of_some(x):
    s = 0.0
    if all(v > 0.0 and 1.0 / v < 5.0 for v in x):
        s += np.sum(x)
    if all(x[i] < x[j] for i in range(len(x)) for j in range(i + 1, len(x))):
        s += 5.0 * x[-1]
    return s + x[0] * 2.0


def any_of_the_others(x):
    s = 0.0
    for i in range(len(x)):
        if any(abs(x[i] - x[j]) < 0.5 for j in range(len(x)) if j != i):
            s += x[i] ** 2
    return s


def any_stops_at_the_first(x, n):
    return x[0] if any(x[i] > 0.0 for i in range(n)) else x[0] * 2.0


def pairs_of_one_length(x, y):
    s = 0.0
    for a, b in zip(x, y, strict=True):
        s += a * b
    return s + sum(a / b for a, b in zip(x, y, strict=True))


def member_of_a_set(x, n):
    return x * x if n in {1, 2, 5} else x if n not in {7} else 3.0 * x


def without_warnings(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.where(x > 0.0, np.log(np.abs(x) + 1e-3), 0.0)
    return y * y


def numbered_keys(p, x):
    for k in range(1, 3):
        x = np.tanh(p[f"w{k}"] @ x)
    return np.sum(x)


def reduced(x):
    product = functools.reduce(lambda a, b: a * b, [x, x + 1.0, 2.0])
    return product + functools.reduce(lambda a, b: a * x + b, (1.0, 2.0, 3.0), 0.5)


def reduced_array(x):
    return functools.reduce(lambda a, b: np.sin(a) * b, x)


def sums_and_extremes_of_arrays(x):
    return sum(x) * max(x) - min(x) + sum(x, 1.0)


def powers_by_name(x, y):
    return pow(x, y) + pow(x, 3)


PROGRAMS = (
    Program(constants_in_a_dict, lambda rng: (1.5,)),
    Program(strings_in_a_dict, lambda rng: (1.5,)),
    Program(all_of_some, lambda rng: (np.array([0.5, 0.7, 1.1]),), also=(lambda rng: (np.array([-0.5, 0.7, 0.1]),),)),
    Program(any_of_the_others, lambda rng: (np.array([0.5, 0.7, 2.1, 9.0]),), also=(lambda rng: (np.empty(0),),)),
    Program(any_stops_at_the_first, lambda rng: (np.array([0.5, -1.0]), 5), also=(lambda rng: (-np.ones(2), 2),)),
    Program(pairs_of_one_length, lambda rng: (rng.normal(size=4), rng.uniform(1.0, 2.0, size=4)), wrt=(0, 1)),
    Program(member_of_a_set, lambda rng: (1.5, 2), also=(lambda rng: (1.5, 3), lambda rng: (1.5, 7))),
    Program(without_warnings, lambda rng: (rng.normal(size=5),), warns=True),
    Program(
        numbered_keys,
        lambda rng: ({"w1": rng.normal(size=(2, 2)), "w2": rng.normal(size=(2, 2))}, rng.normal(size=2)),
        wrt=(0, 1),
    ),
    Program(reduced, lambda rng: (1.5,)),
    Program(reduced_array, lambda rng: (rng.normal(size=4),)),
    Program(sums_and_extremes_of_arrays, lambda rng: (rng.normal(size=5),)),
    Program(powers_by_name, lambda rng: (1.5, 0.7), wrt=(0, 1)),
)
