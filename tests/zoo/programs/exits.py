"""Early returns, `break` and `continue`."""

import math

import numpy as np

from ..program import Program


def early_return(x):
    if x < 0.0:
        return -x
    y = x * x
    if y > 4.0:
        return y * x
    return y


def return_inside_a_loop(x, limit):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i]
        if s > limit:
            return s * i
    return s


def return_inside_nested_loops(x, limit):
    s = 1.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            s += x[i, j] ** 2
            if s > limit:
                return s * x[i, j]
            s *= 1.1
        s -= 0.5
    return s


def return_before_any_work(x, n):
    if n == 0:
        return x
    for i in range(n):
        x = x * x + i
    return x


def break_in_a_for(x, limit):
    s = 0.0
    for i in range(len(x)):
        if s > limit:
            break
        s += x[i] ** 2
    return s * i


def break_leaves_only_the_inner_loop(x):
    s = 0.0
    for i in range(x.shape[0]):
        p = 1.0
        for j in range(x.shape[1]):
            if x[i, j] < 0.0:
                break
            p *= x[i, j]
        s += p * (i + 1)
    return s


def continue_skips_the_rest(x):
    s = 1.0
    for i in range(len(x)):
        if x[i] < 0.0:
            continue
        s = s * x[i] + 1.0
    return s


def continue_in_a_while(x):
    s = x
    i = 0
    while i < 6:
        i += 1
        if i % 2 == 0:
            continue
        s = s * x + i
    return s


def continue_after_a_store(x):
    """The value computed before `continue` is overwritten in the next trip."""
    y = np.zeros(len(x))
    t = 0.0
    for i in range(len(x)):
        t = x[i] * x[i] + t
        y[i] = t
        if t > 2.0:
            t = 0.5 * x[i]
            continue
        y[i] *= x[i]
    return np.sum(y)


def break_and_continue_together(x):
    s = 0.0
    for i in range(len(x)):
        if x[i] < 0.0:
            continue
        if s > 3.0:
            break
        s += x[i] ** 2 + s * x[i]
    return s


def break_with_values_computed_in_the_same_trip(x):
    y = 1.0
    last = 0.0
    for i in range(20):
        last = y * x
        if last > 5.0:
            break
        y = last + 0.5 * i
    return y * last


def break_from_while_in_for(x):
    s = 0.0
    for i in range(len(x)):
        y = x[i]
        while y < 20.0:
            y = y * 2.0 + 1.0
            if y > 9.0:
                s += y * x[i]
                break
        s += 0.1 * y
    return s


def for_with_else(x, limit):
    s = 0.0
    for i in range(len(x)):
        s += x[i] ** 2
        if s > limit:
            break
    else:
        s = s * 10.0
    return s


def while_with_else(x):
    k = 0
    while x < 10.0:
        x = x * 1.5
        k += 1
        if k > 4:
            break
    else:
        x = x * x
    return x


def every_path_returns(x):
    if x > 1.0:
        for i in range(5):
            x = x * 1.2
            if x > 2.0:
                return x * i
        return x
    else:
        return math.exp(x)


def return_of_different_expressions(x, n):
    while True:
        x = x * 1.1 + 0.1
        n -= 1
        if n < 0:
            return x * x
        if x > 3.0:
            return 2.0 * x


def first_crossing(x, level):
    """The place of the crossing is an integer, its interpolation a float."""
    for i in range(1, len(x)):
        if x[i - 1] < level <= x[i]:
            return i - 1 + (level - x[i - 1]) / (x[i] - x[i - 1])
    return -1.0


def mandelbrot_escape(cr, ci):
    zr = 0.0
    zi = 0.0
    for _ in range(40):
        if zr * zr + zi * zi > 4.0:
            break
        zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
    return zr * zr + zi * zi


PROGRAMS = (
    Program(early_return, lambda rng: (-1.5,), also=(lambda rng: (3.0,), lambda rng: (1.2,))),
    Program(
        return_inside_a_loop,
        lambda rng: (np.array([0.5, -1.0, 1.5, 0.3]), 1.1),
        also=(lambda rng: (np.array([0.5, -1.0]), 9.0), lambda rng: (np.empty(0), 1.0)),
    ),
    Program(
        return_inside_nested_loops,
        lambda rng: (rng.normal(size=(3, 4)), 4.0),
        also=(lambda rng: (rng.normal(size=(2, 2)), 1e6),),
    ),
    Program(return_before_any_work, lambda rng: (1.1, 0), also=(lambda rng: (1.1, 3),)),
    Program(break_in_a_for, lambda rng: (rng.normal(size=8), 2.0), also=(lambda rng: (rng.normal(size=3), 1e6),)),
    Program(
        break_leaves_only_the_inner_loop,
        lambda rng: (np.array([[0.5, 1.5, -0.1], [-1.0, 2.0, 3.0], [1.1, 0.9, 0.7]]),),
    ),
    Program(continue_skips_the_rest, lambda rng: (rng.normal(size=8),)),
    Program(continue_in_a_while, lambda rng: (0.8,)),
    Program(continue_after_a_store, lambda rng: (rng.normal(size=7),)),
    Program(break_and_continue_together, lambda rng: (np.array([0.5, -1.0, 1.2, 0.8, -0.3, 1.5, 2.0]),)),
    Program(break_with_values_computed_in_the_same_trip, lambda rng: (1.4,)),
    Program(break_from_while_in_for, lambda rng: (np.array([0.3, 1.9, 30.0, -0.6]),)),
    Program(for_with_else, lambda rng: (rng.normal(size=5), 1e6), also=(lambda rng: (np.array([0.5, 2.0, 1.0]), 1.0),)),
    Program(while_with_else, lambda rng: (5.0,), also=(lambda rng: (0.1,),)),
    Program(every_path_returns, lambda rng: (1.3,), also=(lambda rng: (0.4,), lambda rng: (1.001,))),
    Program(return_of_different_expressions, lambda rng: (0.4, 3), also=(lambda rng: (2.0, 9),)),
    Program(
        first_crossing,
        lambda rng: (np.array([0.1, 0.4, 0.9, 1.3]), 0.7),
        wrt=(0, 1),
        also=(lambda rng: (np.array([0.1, 0.4]), 0.7),),
    ),
    Program(mandelbrot_escape, lambda rng: (0.4, 0.5), wrt=(0, 1), also=(lambda rng: (-0.2, 0.1),)),
)
