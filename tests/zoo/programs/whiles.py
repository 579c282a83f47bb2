"""Loops whose trip count is known only afterwards."""

import math

import numpy as np

from ..program import Program


def halve_until_small(x):
    while x > 1.0:
        x = x / 2.0
    return x * x


def double_until_the_norm_is_large(x):
    """The notebook's function: a loop on a norm, then a branch on a sum."""
    y = x * 2.0
    while np.linalg.norm(y) < 1000.0:
        y = y * 2.0
    if np.sum(y) > 0.0:
        z = y
    else:
        z = y * 100.0
    return np.sum(z)


def condition_false_at_once(x):
    y = x * x
    while y < 0.0:
        y = y + x
    return y


def newton_square_root(a):
    x = a
    while abs(x * x - a) > 1e-13 * a:
        x = 0.5 * (x + a / x)
    return x


def condition_with_short_circuit(x):
    """`and` guards the read behind the end of the array."""
    i = 0
    s = 1.0
    while i < len(x) and x[i] > 0.0:
        s = s * x[i]
        i += 1
    return s + i


def condition_with_chain(x):
    k = 0
    while 0.1 < x < 100.0:
        x = x * 1.7 + k
        k += 1
    return x


def nan_ends_the_loop(x, y):
    """Comparisons with a NaN are false, whichever way round they are written."""
    n = 0
    while not (y > 0.0) and n < 3:
        x = x * x
        n += 1
    return x


def nested_whiles(x):
    s = x
    i = 0
    while i < 4:
        j = i
        while j > 0:
            s = s * 0.9 + x * j
            j -= 1
        i += 1
    return s * s


def for_in_a_while(x):
    y = x
    while y < 50.0:
        for i in range(3):
            y = y + x * i
        y = y * 1.1
    return y


def while_in_a_for(x):
    s = 0.0
    for i in range(len(x)):
        v = x[i] * x[i] + 0.5
        while v < 4.0:
            v = v * v + 0.5
            s += v
    return s


def integer_control_collatz(x, n):
    """Integers steer, floats are differentiated."""
    while n != 1:
        if n % 2 == 0:
            n = n // 2
            x = x * 0.9
        else:
            n = 3 * n + 1
            x = x + math.sin(x)
    return x


def while_true_with_break(x):
    k = 0
    while True:
        x = x * 1.3
        k += 1
        if x > 10.0:
            break
    return x * k


def thousands_of_trips(x):
    """More trips than any one block of kept values holds."""
    k = 0
    while k < 5000:
        x = x + 1e-3 * math.sin(x) * x
        k += 1
    return x


def inner_loops_of_every_length(x):
    s = 0.0
    for i in range(70):
        k = 0
        while k < i:
            s = 0.99 * s + math.cos(s) * x
            k += 1
        if i % 7 == 3:
            continue
        s *= 0.9
    return s


def array_carried_round_a_while(x):
    y = x
    while np.sum(y * y) > 0.1:
        y = y - 0.3 * y * np.abs(x)
    return np.sum(y * x)


def euler_steps_to_given_times(theta, t, y, dt):
    u = theta[2]
    k = 0
    out = np.empty(len(t))
    for i in range(len(t)):
        while k * dt < t[i]:
            u += dt * theta[0] * u * (1.0 - u / theta[1])
            k += 1
        out[i] = u - y[i]
    return np.sum(out * out)


PROGRAMS = (
    Program(halve_until_small, lambda rng: (11.0,), also=(lambda rng: (0.7,),)),
    Program(
        double_until_the_norm_is_large,
        lambda rng: (np.array([0.3, -0.1, 0.9]),),
        also=(lambda rng: (np.array([0.3, -0.7, -0.9]),),),
    ),
    Program(condition_false_at_once, lambda rng: (1.5,)),
    Program(newton_square_root, lambda rng: (7.0,)),
    Program(
        condition_with_short_circuit,
        lambda rng: (np.array([0.5, 1.5, -1.0, 2.0]),),
        also=(lambda rng: (np.array([0.5, 1.5]),),),
    ),
    Program(condition_with_chain, lambda rng: (0.9,), also=(lambda rng: (0.05,),)),
    Program(nan_ends_the_loop, lambda rng: (1.1, math.nan), also=(lambda rng: (1.1, 2.0),)),
    Program(nested_whiles, lambda rng: (1.3,)),
    Program(for_in_a_while, lambda rng: (1.3,)),
    Program(while_in_a_for, lambda rng: (np.array([0.3, 2.5, -1.2, 0.9]),)),
    Program(integer_control_collatz, lambda rng: (1.3, 6), also=(lambda rng: (1.3, 1),)),
    Program(while_true_with_break, lambda rng: (1.1,)),
    Program(thousands_of_trips, lambda rng: (0.7,)),
    Program(inner_loops_of_every_length, lambda rng: (0.7,)),
    Program(array_carried_round_a_while, lambda rng: (np.array([0.8, -0.6, 1.1]),)),
    Program(
        euler_steps_to_given_times,
        lambda rng: (np.array([0.7, 5.0, 0.4]), np.array([0.35, 0.9, 1.6]), np.array([0.5, 0.8, 1.2]), 0.1),
    ),
)
