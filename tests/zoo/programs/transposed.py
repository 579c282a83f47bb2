"""`zip(*rows)`: columns of tuples, lists and arrays."""

import numpy as np

from ..program import Program


def dots_of_columns(m):
    total = 0.0
    for a, b in zip(*m[:2]):
        total += a * b * b
    return total


def columns_of_an_array(m):
    total = 0.0
    for column in zip(*m):
        total += np.sum(np.array(column) ** 2) * column[0] + sum(column) * len(column)
        for v in column:
            total += v * v * v
    return total


def columns_of_a_list(m):
    rows = [[m[0, 0], m[0, 1]], [m[1, 0], m[1, 1], m[1, 2]], [m[0, 2], m[1, 2]]]
    total = 0.0
    for a, b, c in zip(*rows):
        total += a * b - c
    return total


def points_taken_apart(m):
    points = ((m[0, 0], m[1, 0]), (m[0, 1], m[1, 1]), (m[0, 2], m[1, 2]))
    xs, ys = zip(*points)
    return xs[0] * ys[1] + sum(xs) + xs[-1] * sum(ys)


def path_taken_apart(m):
    path = [(m[0, 0], m[1, 0])]
    for v in m[1]:
        path.append((v * path[-1][0], path[-1][1] + v))
    xs, ys = zip(*path)
    return np.sum(np.array(xs) * np.array(ys)) + max(ys)


def columns_by_name(m):
    rows = {"a": m[0], "b": m[1]}
    total = 0.0
    for k, (a, b) in enumerate(zip(*rows.values())):
        total += k * a * b
    return total


def listed_columns(m):
    pairs = list(zip(*[[m[0, 0], m[0, 1]], [m[1, 0], m[1, 1]]]))
    return pairs[0][0] * pairs[1][1] + sum(a * b for a, b in pairs)


def matrix(rng):
    return (rng.normal(size=(2, 3)),)


def wide(rng):
    return (rng.normal(size=(2, 5)),)


def single(rng):
    return (rng.normal(size=(2, 3)).astype(np.float32),)


PROGRAMS = (
    *(Program(f, matrix, also=(wide,)) for f in (
        dots_of_columns, columns_of_an_array, columns_of_a_list, points_taken_apart, path_taken_apart,
        columns_by_name, listed_columns)),
    Program(columns_of_an_array, single, name="columns_of_an_array_float32", rtol=1e-4, oracle="differences"),
)
