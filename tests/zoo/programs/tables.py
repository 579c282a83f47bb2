"""Tables known before the program runs: tableaus, nodes and weights, stencils, reactions, layers.

Some of the loops over them are short and written out, some so long that their lists are arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..program import Program

NODES, WEIGHTS = (part.tolist() for part in np.polynomial.legendre.leggauss(14))
HIGH = 11
STAGES: list[Any] = [[0.1 + 0.05 * ((3 * i + 5 * j) % 7) for j in range(i)] for i in range(HIGH)]
SUM: list[Any] = [1 / HIGH for _ in range(HIGH)]
DORMAND = {
    "a": [[], [1 / 5], [3 / 40, 9 / 40], [44 / 45, -56 / 15, 32 / 9]],
    "b": [35 / 384, 0, 500 / 1113, 125 / 192],
    "c": [0, 1 / 5, 3 / 10, 4 / 5],
}
SINES = [0.5 + 0.01 * k * k for k in range(80)]
REACTIONS: list[Any] = [
    (0.1 * (r % 7 + 1), [r % 4, (3 * r + 1) % 4][: 1 + r % 2], [(5 * r + 2) % 4, r * r % 4][: 1 + r // 2 % 2])
    for r in range(70)
]
COEFFICIENTS = (1.0, 0.5, 0.25, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
POINTS = ((-2, -1 / 12), (-1, 4 / 3), (0, -5 / 2), (1, 4 / 3), (2, -1 / 12))
LEVELS = [{"rate": 0.1 * k, "width": 1.0 + 0.2 * k} for k in range(12)]


def rates(t, y, p):
    return np.array([p[0] * (y[1] - y[0]), y[0] * (p[1] - y[2]) - y[1], y[0] * y[1] - p[2] * y[2] + t])


def stages_appended(y, p, h, n):
    for _ in range(n):
        k = []
        for i in range(HIGH):
            inner = y.copy()
            for j in range(i):
                inner += h * STAGES[i][j] * k[j]
            k.append(rates(0.1 * i, inner, p))
        for i in range(HIGH):
            y = y + h * SUM[i] * k[i]
    return np.sum(y * y)


def stages_stored(y, p, h):
    k: list[Any] = [None] * 4
    for i in range(4):
        inner = y.copy()
        for j in range(i):
            inner = inner + h * DORMAND["a"][i][j] * k[j]
        k[i] = rates(DORMAND["c"][i] * h, inner, p)
    for b, slope in zip(DORMAND["b"], k):
        y = y + h * b * slope
    return np.sum(y)


def stages_that_are_lists(u, p, h, n):
    y = [u, 0.5, 0.2]
    for _ in range(n):
        k = []
        for i in range(4):
            inner = [y[0], y[1], y[2]]
            for j in range(i):
                for m in range(3):
                    inner[m] += h * DORMAND["a"][i][j] * k[j][m]
            k.append([p * (inner[1] - inner[0]), inner[0] * (1.0 - inner[2]) - inner[1], inner[0] * inner[1]])
        for i in range(4):
            for m in range(3):
                y[m] += h * DORMAND["b"][i] * k[i][m]
    return y[0] + y[1] * y[2]


def quadrature_in_two_dimensions(p, a, b):
    total = 0.0
    for x, w in zip(NODES, WEIGHTS):
        for z, v in zip(NODES, WEIGHTS):
            s, t = 0.5 * (b - a) * x + 0.5 * (a + b), 0.5 * (b - a) * z + 0.5 * (a + b)
            total += w * v * np.exp(-p[0] * s * s - p[1] * s * t - p[2] * t * t)
    return total * (0.5 * (b - a)) ** 2


def quadrature_by_index(p):
    n = [-0.9324695142031521, -0.6612093864662645, -0.2386191860831969, 0.2386191860831969, 0.6612093864662645]
    w = [0.1713244923791704, 0.3607615730481386, 0.467913934572691, 0.467913934572691, 0.3607615730481386]
    total = 0.0
    for i in range(5):
        for j in range(5):
            for k in range(5):
                total += w[i] * w[j] * w[k] * np.exp(-p[0] * n[i] ** 2 - p[1] * n[j] ** 2 - p[2] * n[k] ** 2)
    return total


def looked_up(x):
    total = 0.0
    for v in x:
        place = v * 70.0
        k = int(place)
        total += (1 - (place - k)) * SINES[k] + (place - k) * SINES[k + 1] + SINES[-1 - k]
    return total


def reactions(c, dt, n):
    c = c.copy()
    for _ in range(n):
        change = np.zeros(4)
        for k, used, made in REACTIONS:
            rate = k
            for s in used:
                rate = rate * c[s]
            for s in used:
                change[s] -= rate
            for s in made:
                change[s] += rate
        c += dt * change
    return np.sum(c * c)


def rows_chosen_while_it_runs(x, n):
    table = [[1.0, 2.0], [3.0], [0.5, 0.25, 0.125]]
    total = 0.0
    for i in range(n):
        for v in table[i % 3]:
            total += v * np.sin(x * total + v)
        total += table[-1][i % 3] * len(table[i % 3])
    return total


def items_that_are_active(x, n):
    table = [x, x * x, 2.0, x + 1, np.sin(x), 3 * x, x, x, 1.5, x * x * x, 0.5]
    total = 0.0
    for i in range(n):
        total += table[i % 11] * (i + 1)
        table[(3 * i) % 11] = total * 0.1
    return total


def integers_among_floats(x, n):
    powers = [1, 0.5, 2, 3, 0.25, 0, 1, 2, 3, 4]
    total = 0.0
    for i in range(n):
        total += x ** powers[i % 10] + powers[i % 10] // 2
    return total


def conditions_among_integers(x):
    table = [True, 2, 3, False, 5, 1, 0, 1, 2, 3]
    total = 0.0
    for i in range(10):
        for j in range(10):
            total += x * table[j] + i * np.sin(x * i) + j * np.cos(x * i) + 2 * x + 3 * x * x + i * x + (-table[i])
    return total


def dicts_in_a_list(x):
    total = 0.0
    for i in range(12):
        for j in range(12):
            near = np.exp(-((LEVELS[i]["rate"] - x) ** 2) / LEVELS[j]["width"]) * np.cos(x * LEVELS[i]["width"])
            total += near * LEVELS[j]["rate"]
    return total


def tuple_by_index(x):
    total = 0.0
    for i in range(len(COEFFICIENTS) - 1, -1, -1):
        total = total * x + COEFFICIENTS[i] * COEFFICIENTS[-1 - i]
    return total


def tuple_of_pairs(u):
    total = 0.0
    for i in range(2, len(u) - 2):
        for k in range(5):
            offset, weight = POINTS[k]
            total += weight * u[i + offset] * u[i]
    return total


def tuple_of_active_items(x, n):
    y = x * x
    total = x
    for i in range(n):
        items = (x, y, 2.0, total)
        total += 0.1 * items[i % 4] * items[(i + 1) % 4 - 4]
    return total


def tuple_of_places(x, n):
    places = (1, 2, 0, 3, 1)
    total, k = 0.0, 0
    while k < n:
        total += x[places[k % 5]] * x[places[places[k % 5]]]
        k += 1
    return total


def tuples_of_different_lengths(x):
    rows = [(x, x * x), (0.5 * x,)] * 14
    total = 0.0
    for row in rows:
        for k, v in enumerate(row):
            total += v * np.sin(v + k) + np.cos(v - k) * np.exp(-v * k) - v * v * np.tanh(k * v + total) + v * k
            total -= v * np.sin(v * k) + np.cos(v * k) * np.exp(-v - k) - v * v * np.tanh(k - v * total) + v - k
            total *= 0.5 + 0.01 * np.cos(total + v) - 0.02 * np.sin(total - v) + 0.01 * k * v * np.exp(-v) - 0.01 * v
    return total


def layers(x, w, v):
    for matrix, shift in [(w, 0.1), (v, -0.2)]:
        x = np.tanh(matrix @ x + shift)
    return np.sum(x)


PROGRAMS = (
    Program(stages_appended, lambda rng: (rng.uniform(0.2, 0.6, 3), np.array([1.0, 2.8, 0.7]), 0.05, 2), wrt=(0, 1)),
    Program(stages_stored, lambda rng: (rng.uniform(0.2, 0.6, 3), np.array([1.0, 2.8, 0.7]), 0.05), wrt=(0, 1)),
    Program(stages_that_are_lists, lambda rng: (0.3, 1.7, 0.05, 3), wrt=(0, 1)),
    Program(quadrature_in_two_dimensions, lambda rng: (rng.uniform(0.1, 0.5, 3), 0.2, 1.0), wrt=(0, 1)),
    Program(quadrature_by_index, lambda rng: (rng.uniform(0.1, 0.5, 3),)),
    Program(looked_up, lambda rng: (np.array([0.123, 0.7341, 0.9999]),)),
    Program(reactions, lambda rng: (rng.uniform(0.2, 0.6, 4), 0.01, 3)),
    Program(rows_chosen_while_it_runs, lambda rng: (0.4, 7), also=(lambda rng: (0.4, 0),)),
    Program(items_that_are_active, lambda rng: (0.3, 15)),
    Program(integers_among_floats, lambda rng: (1.3, 13)),
    Program(conditions_among_integers, lambda rng: (0.7,)),
    Program(dicts_in_a_list, lambda rng: (0.7,)),
    Program(tuple_by_index, lambda rng: (0.7,)),
    Program(tuple_of_pairs, lambda rng: (rng.normal(size=9),)),
    Program(tuple_of_active_items, lambda rng: (0.7, 9), also=(lambda rng: (0.7, 0),)),
    Program(tuple_of_places, lambda rng: (rng.normal(size=4), 7)),
    Program(tuples_of_different_lengths, lambda rng: (0.7,)),
    Program(layers, lambda rng: (rng.normal(size=2), rng.normal(size=(3, 2)), rng.normal(size=(2, 3))), wrt=(0, 1, 2)),
)
