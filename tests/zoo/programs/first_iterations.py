"""Variables that are a number before a loop and an array after it."""

from __future__ import annotations

import numpy as np

from ..program import Program


def sum_of_rows(x):
    total = 0
    for row in x:
        total = total + row * row
    return np.sum(total * total)


def sum_in_place(x):
    total = 0.0
    for row in x:
        total += np.sin(row)
    x[0, 0] = 3.0
    return np.sum(total * total)


def sum_of_generated_rows(x, w):
    return np.sum(sum(a * row for a, row in zip(w, x, strict=True)) ** 2)


def sum_of_an_array(x):
    return np.sum(sum(x) ** 2)


def both_loops(x):
    total = 0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total = total + x[i, j] * (i + 2 * j + 1)
    return np.sum(total**2)


def inner_loop(x):
    total = 0
    for i in range(x.shape[0]):
        part = 1.0
        for j in range(x.shape[1] - 1, -1, -1):
            part = part * x[i, j] + i
        total += part
    return np.sum(total**2)


def while_something_is_left(x):
    total, k = 0.0, 0
    while k < len(x):
        total = total * 0.5 + x[k]
        k += 1
    return np.sum(total**2)


def rank_one_then_more(x):
    total = 1.0
    for k in range(3):
        total = total * x[k % 2] + k
    return np.sum(total)


def state_stored_before_it_is_reshaped(x):
    state = np.zeros(8)
    state[0] = 1.0
    for k in range(3):
        turn = np.array([[np.cos(x), -np.sin(x)], [np.sin(x), np.cos(x)]])
        state = np.einsum("ab,ibj->iaj", turn, state.reshape(2**k, 2, -1)).reshape(-1)
    return np.sum(state**3)


PROGRAMS = (
    Program(sum_of_rows, lambda rng: (rng.normal(size=(3, 2)),), also=(lambda rng: (rng.normal(size=(1, 4)),),)),
    Program(sum_in_place, lambda rng: (rng.normal(size=(3, 2)),)),
    Program(sum_of_generated_rows, lambda rng: (rng.normal(size=(3, 2)), rng.normal(size=3)), wrt=(0, 1)),
    Program(sum_of_an_array, lambda rng: (rng.normal(size=(3, 2)),)),
    Program(both_loops, lambda rng: (rng.normal(size=(2, 3, 2)),)),
    Program(inner_loop, lambda rng: (rng.normal(size=(2, 3, 2)),)),
    Program(while_something_is_left, lambda rng: (rng.normal(size=(3, 2)),)),
    Program(rank_one_then_more, lambda rng: (rng.normal(size=(2, 2)),)),
    Program(state_stored_before_it_is_reshaped, lambda rng: (0.7,)),
)
