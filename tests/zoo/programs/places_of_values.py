"""Where a number stands in a list, how often, and whether: `index`, `count`, `in` and `remove` with computed floats."""

import math

from ..program import Program


def place_of_the_largest(x):
    squares = []
    for v in x:
        squares.append(v * v + v)
    k = squares.index(max(squares))
    return x[k] ** 3 + k


def vertex_of_a_parabola(v):
    i = v.index(max(v))
    left = v[i - 1] if i > 0 else v[i]
    right = v[i + 1] if i < len(v) - 1 else v[i]
    return 0.5 * (left - right) / (left - 3.0 * v[i] + right) + v[i]


def ranks(v):
    order = sorted(v)
    total = 0.0
    for value in v:
        total += (1 + order.index(value)) * value
    return total


def ties(v):
    rounded = [math.floor(2.0 * a) * 0.5 for a in v]
    total = 0.0
    for a, b in zip(v, rounded):
        total += a / rounded.count(b)
    return total


def largest_two(v):
    left = list(v)
    first = max(left)
    left.remove(first)
    return first * max(left)


def best_of_three(v):
    candidates = [v[0] * v[1], v[1] ** 2, v[2] + v[0]]
    names = ["product", "square", "sum"]
    best = names[candidates.index(max(candidates))]
    return v[3] ** 2 if best == "sum" else v[3] * candidates[0]


def among_others(v, w):
    smallest = min(v)
    return v[0] * v[1] if smallest in (w, v[0]) else v[1] + w


def places_in_arguments(v, names, numbers):
    return v[names.index("b")] * numbers.count(2) + v[numbers.index(3)]


def drawn(rng):
    return ([float(a) for a in rng.uniform(-2.0, 2.0, 4)],)


def falling(rng):
    return ([1.5, 1.25, 0.5, -0.75],)


def alike(rng):
    return ([1.6, 1.7, 0.2, -0.7],)


def with_names(make):
    return lambda rng: (*make(rng), ["a", "b", "c"], [2, 3, 2])


LISTS = (place_of_the_largest, vertex_of_a_parabola, ranks, largest_two, best_of_three)

PROGRAMS = (
    *(Program(f, drawn, also=(falling,), oracle="differences") for f in LISTS),
    Program(ties, drawn, also=(alike,), oracle="differences"),
    Program(place_of_the_largest, lambda rng: (rng.uniform(-2.0, 2.0, 7),), name="place_in_an_array"),
    Program(among_others, lambda rng: (*drawn(rng), 0.5), wrt=(0, 1), also=(lambda rng: (falling(rng)[0][::-1], 0.5),),
            oracle="differences"),
    Program(places_in_arguments, with_names(drawn), also=(with_names(falling),)),
)
