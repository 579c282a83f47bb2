"""Python's own functions on numbers and lists: sorting, rounding, going through items, and `math` on integers."""

import functools
import math
import operator

import numpy as np

from .program import Program


def sorted_list_of_three(x, y):
    low, mid, high = sorted([x * y, y, x + y])
    return low + 10.0 * mid + 100.0 * high


def sorted_array_with_a_key(x):
    ordered = sorted(x, key=lambda v: (v - 0.3) ** 2)
    return sum(k * v for k, v in enumerate(ordered, 1))


def sorted_backwards(x):
    s = 0.0
    for k, v in enumerate(sorted(x, reverse=True)):
        s += v * v * (k + 1)
    return s


def equal_keys_keep_their_order(x):
    up = sorted(x, key=lambda v: round(v * 2.0))
    down = sorted(x, key=lambda v: round(v * 2.0), reverse=True)
    return sum(k * v for k, v in enumerate(up)) + sum(k * k * v for k, v in enumerate(down))


def list_sorted_in_place(x):
    z = [v * v for v in x]
    z.sort()
    w = [x[0], x[1] * 2.0, x[2]]
    w.sort(key=lambda v: -v)
    w.reverse()
    return z[-1] * z[0] + 3.0 * w[0] + w[2]


def array_sorted_in_place(x):
    y = x * 2.0
    y.sort()
    return y[0] + 2.0 * y[-1]


def rounding(x):
    return round(x * 3.7) * x + round(x, 1) * x + round(x * 1234.5, -2) * x


def rounding_of_integers(x, n):
    return x * (round(n) + round(n, 2) + round(n * 17 + 5, -1) + round(-n * 5, -1))


def rounding_of_elements(x):
    return sum(round(v * 10.0) * v for v in x) + round(x[0], 2) * x[1]


def mapped_and_filtered(x):
    total = sum(map(lambda v: v * v, filter(lambda v: v > 0.0, x)))
    for v in map(math.sin, x):
        total += v
    for a in filter(None, [x[0], 0.0, x[1]]):
        total *= 1.0 + a * a
    a, b = map(float, (x[0], x[1]))
    return total + sum(map(operator.mul, x, x[1:])) * a + b


def lists_of_iterables(x):
    squares = list(v * v for v in x)
    pairs = list(zip((x[0], x[1]), (2.0, 3.0)))
    return squares[0] + pairs[1][0] * pairs[1][1] + list(range(5))[3] * x[0] + sum(reversed([x[0], 2.0 * x[1]]))


def extremes_by_a_key(x):
    far = max(x, key=lambda v: abs(v - 0.2))
    near = min(x[0], x[1], key=lambda v: (v - 0.2) ** 2)
    at = max(range(len(x)), key=lambda k: x[k])
    return far * near + x[at] + max((v for v in x if v > 100.0), default=x[0] * 3.0)


def products_and_distances(x):
    return (
        math.prod(x) + math.prod([x[0], 2.0]) + math.dist([x[0], x[1]], [1.0, 2.0]) + math.hypot(x[0], x[1], x[2])
        + functools.reduce(operator.mul, x, 2.0) + functools.reduce(operator.add, x)
    )


def exact_sum(x):
    return math.fsum([x[0], 1e16, x[1], -1e16, x[2]]) + math.fsum(v * 0.1 for v in x)


def integers(x, n):
    k = math.gcd(n, 12) + math.lcm(n, 4, 6) + math.comb(n + 4, 3) + math.perm(n, 2) + math.isqrt(n * n + n)
    return x * (k + math.factorial(n)) + math.remainder(x, 0.7) * x


def close_or_not(x):
    return x * x if math.isclose(x, 0.7, rel_tol=1e-3) else 2.0 * x


def asked_for_types(x, n):
    y = x * x if type(n) is int and type(x) in (float, np.float32, np.float64) else 0.0
    if hasattr(x, "real") and not hasattr(x, "weights") and callable(math.sin):
        y += getattr(x, "real") * 2.0 + getattr(x, "weights", 3.0) * x
    return y if y < float("inf") and n > int("1") else -y


def imported_inside(x):
    import math as m
    from math import cos, pi

    import numpy.linalg as la

    return m.sin(x[0]) * cos(x[1]) * pi + la.norm(x)


def starred_displays(x):
    first = (x[0], x[1])
    many = [*first, 2.0, *(x[2], x[0])]
    both = (*first, *many)
    return many[3] * both[1] + both[-1] * len(both)


def of(*args):
    return lambda rng: args


VECTOR = (lambda rng: (np.array([0.9, -0.4, 1.7, 0.35]),), lambda rng: (rng.normal(size=6),))

PROGRAMS = (
    Program(sorted_list_of_three, of(1.5, 0.7), wrt=(0, 1), also=(of(-0.5, 2.0),)),
    Program(sorted_array_with_a_key, VECTOR[0], also=(VECTOR[1], lambda rng: (np.empty(0),))),
    Program(sorted_backwards, VECTOR[0], also=(VECTOR[1],)),
    Program(equal_keys_keep_their_order, lambda rng: (np.array([0.9, 0.1, 0.95, 0.12, -0.7]),)),
    Program(list_sorted_in_place, VECTOR[0], also=(VECTOR[1],)),
    Program(array_sorted_in_place, VECTOR[0]),
    Program(rounding, of(1.234), also=(of(-0.77),)),
    Program(rounding_of_integers, of(1.5, 3), also=(of(1.5, -7),)),
    Program(rounding_of_elements, VECTOR[0]),
    Program(mapped_and_filtered, VECTOR[0], also=(VECTOR[1],)),
    Program(lists_of_iterables, VECTOR[0]),
    Program(extremes_by_a_key, VECTOR[0], also=(VECTOR[1],)),
    Program(products_and_distances, VECTOR[0]),
    Program(exact_sum, VECTOR[0]),
    Program(integers, of(1.3, 5), also=(of(0.2, 9),)),
    Program(close_or_not, of(0.7), also=(of(0.9),)),
    Program(asked_for_types, of(1.3, 5)),
    Program(imported_inside, lambda rng: (np.array([0.9, -0.4, 1.7]),)),
    Program(starred_displays, lambda rng: (np.array([0.9, -0.4, 1.7]),)),
)
