"""Counted loops."""

import math

import numpy as np

from ..program import Program


def sum_of_powers(x, n):
    s = 0.0
    for i in range(n):
        s += x**i
    return s


def product_recurrence(x, n):
    y = x
    for _ in range(n):
        y = y * math.sin(y) + x
    return y


def zero_trip(x, n):
    """The loop may not run at all."""
    y = x * x
    for i in range(n):
        y = y * x + i
    return y


def negative_step(x):
    s = 0.0
    for i in range(len(x) - 1, -1, -1):
        s = s * 0.5 + x[i] * i
    return s


def step_of_three(x):
    s = 0.0
    for i in range(1, len(x), 3):
        s += x[i] * x[i - 1]
    return s


def step_beyond_the_end(x, step):
    s = 0.0
    for i in range(0, 4, step):
        s += (i + 1) * x * x
    return s


def step_given_at_run_time(x, start, stop, step):
    s = 1.0
    for i in range(start, stop, step):
        s += math.cos(x * i) * s
    return s


def loop_variable_after_the_loop(x, n):
    s = x
    for i in range(3, n):
        s = s * x
    return s * i


def loop_variable_keeps_its_old_value(x, n):
    """A loop without trips leaves its variable alone."""
    i = 7
    s = x
    for i in range(n):
        s = s * x
    return s * i


def loop_variable_reassigned(x, n):
    """The counter of the next trip comes from the range, not from the variable."""
    s = 0.0
    for i in range(n):
        i = 2 * i + 1
        s += x**i
    return s


def range_is_evaluated_once(x, n):
    s = x
    for _ in range(n):
        n = n - 1
        s = s * x
    return s * n


def variable_defined_only_in_the_loop(x):
    for i in range(len(x)):
        last = x[i] * x[i]
    return last + x[0]


def variable_born_in_a_branch_of_the_loop(x):
    s = 0.0
    for i in range(len(x)):
        if i % 2 == 0:
            scale = x[i] * x[i]
        s += scale * x[i]
    return s


def nested_triangular(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i):
            s += x[i] * x[j] * (i - j)
    return s


def inner_bounds_from_outer_counter(x, n):
    s = 0.0
    for i in range(n):
        for j in range(n - i, 0, -2):
            s = s * 0.9 + x**j
    return s


def accumulator_reset_in_every_trip(x):
    total = 0.0
    for i in range(x.shape[0]):
        row = 0.0
        for j in range(x.shape[1]):
            row += x[i, j]
        total += row * row
    return total


def temporary_overwritten_in_every_trip(x):
    s = 0.0
    t = 1.0
    for i in range(len(x)):
        t = x[i] * s + t
        s = s + t * t
    return s


def branch_on_the_counter(x):
    s = 0.0
    for i in range(len(x)):
        if i % 3 == 0:
            s += x[i] ** 2
        elif i % 3 == 1:
            s -= x[i]
        else:
            s *= 0.5
    return s


def branch_on_the_data(x):
    s = 1.0
    for i in range(len(x)):
        if x[i] > 0.0:
            s *= x[i] + 1.0
        else:
            s += x[i] * s
    return s


def two_loops_in_sequence(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] ** 2
    s = 0.0
    for i in range(len(x) - 1):
        s += y[i] * y[i + 1]
    return s


def loop_in_one_branch(x, n):
    y = x
    if x > 0.5:
        for _ in range(n):
            y = y * x
    else:
        y = y + x
    return y * x


def integer_accumulator(x, n):
    k = 1
    s = 0.0
    for i in range(n):
        k = (k * 5 + i) % 17
        s += k * x ** (k % 3)
    return s


def geometric_series_with_counter_power(x, n):
    s = 0.0
    sign = 1
    for i in range(n):
        s += sign * x ** (2 * i + 1) / (2 * i + 1)
        sign = -sign
    return s


def loop_over_negative_indices(x):
    s = 0.0
    for i in range(-len(x), 0):
        s = 0.7 * s + x[i] * i
    return s


def tuple_carried_round_a_loop(x, n):
    pair = (x, 1.0)
    for _ in range(n):
        pair = (pair[0] * 0.5 + pair[1], pair[0] * x)
    return pair[0] + 2.0 * pair[1]


def integer_of_the_iteration_before(x, c, n):
    for k in range(n):
        if k:
            x += last * c  # noqa: F821
        last = k + 1  # noqa: F841
    return x


PROGRAMS = (
    Program(integer_of_the_iteration_before, lambda rng: (1.5, 0.5, 4), wrt=(0, 1),
            also=(lambda rng: (1.5, 0.5, 1), lambda rng: (1.5, 0.5, 0))),
    Program(sum_of_powers, lambda rng: (0.9, 6)),
    Program(product_recurrence, lambda rng: (1.1, 8)),
    Program(zero_trip, lambda rng: (1.1, 0), also=(lambda rng: (1.1, -3), lambda rng: (1.1, 3))),
    Program(negative_step, lambda rng: (rng.normal(size=6),)),
    Program(step_of_three, lambda rng: (rng.normal(size=8),), also=(lambda rng: (rng.normal(size=1),),)),
    Program(step_beyond_the_end, lambda rng: (1.3, 100), also=(lambda rng: (1.3, -100), lambda rng: (1.3, 3))),
    Program(
        step_given_at_run_time,
        lambda rng: (0.3, 2, 11, 4),
        also=(lambda rng: (0.3, 11, 2, -4), lambda rng: (0.3, 2, 11, -1), lambda rng: (0.3, 10, 2, -4)),
    ),
    Program(loop_variable_after_the_loop, lambda rng: (1.1, 7)),
    Program(loop_variable_keeps_its_old_value, lambda rng: (1.1, 0), also=(lambda rng: (1.1, 4),)),
    Program(loop_variable_reassigned, lambda rng: (0.8, 4)),
    Program(range_is_evaluated_once, lambda rng: (1.1, 5)),
    Program(variable_defined_only_in_the_loop, lambda rng: (rng.normal(size=4),)),
    Program(variable_born_in_a_branch_of_the_loop, lambda rng: (rng.normal(size=5),)),
    Program(nested_triangular, lambda rng: (rng.normal(size=5),)),
    Program(inner_bounds_from_outer_counter, lambda rng: (0.7, 6)),
    Program(accumulator_reset_in_every_trip, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(temporary_overwritten_in_every_trip, lambda rng: (rng.normal(size=5),)),
    Program(branch_on_the_counter, lambda rng: (rng.normal(size=8),)),
    Program(branch_on_the_data, lambda rng: (rng.normal(size=8),)),
    Program(two_loops_in_sequence, lambda rng: (rng.normal(size=5),), also=(lambda rng: (rng.normal(size=1),),)),
    Program(loop_in_one_branch, lambda rng: (0.8, 4), also=(lambda rng: (0.2, 4),)),
    Program(integer_accumulator, lambda rng: (1.2, 9)),
    Program(geometric_series_with_counter_power, lambda rng: (0.6, 7)),
    Program(loop_over_negative_indices, lambda rng: (rng.normal(size=5),)),
    Program(tuple_carried_round_a_loop, lambda rng: (0.7, 6)),
)
