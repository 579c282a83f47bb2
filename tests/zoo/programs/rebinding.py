"""Names of arrays that are bound to new arrays in loops; nothing is stored into these."""

import numpy as np

from ..program import Program


def rebound_and_read_after(x, n):
    for i in range(n):
        x = np.sin(x) * 1.5
    return np.sum(x)


def rebound_and_read_inside(x, n):
    s = 0.0
    for i in range(n):
        x = np.sin(x) * 1.5
        s += np.sum(x)
    return s


def two_rebound_together(x, n):
    y = x * 2.0
    z = x
    for i in range(n):
        y, z = z * y, y + z
    return np.sum(y * z) + np.sum(z)


def rebound_in_branches(x, n):
    for i in range(n):
        if i % 2 == 0:
            x = x * 2.0
        else:
            y = x[1:]
            x = y * y + x[:-1]
    return np.sum(x)


def rebound_until(x, n):
    k = 0
    y = x
    while np.sum(y * y) < 100.0 and k < n:
        y = y * 1.3 + 0.1 * x
        k += 1
        if k == 5:
            break
    return np.sum(y * x)


def rebound_by_two_loops(x, n):
    t = 0.0
    for i in range(n):
        u = x
        for j in range(i):
            u = u * u * 0.5
        t += np.sum(u)
        x = u + x
    return t


def rebound_through_views(x, n):
    y = x
    for i in range(n):
        z = y
        y = np.cos(z)
        w = y.T
        y = 0.5 * w + z * z
    return np.sum(y)


def never_read_by_its_loop(x, n):
    last = x * 0.0
    for i in range(n):
        last = x * float(i)
    return np.sum(last * x)


def rebound_on_some_paths(x, n):
    if n > 2:
        y = x * x
    else:
        y = x
    for i in range(n):
        if i > 1:
            y = y * x
    z = y
    return np.sum(z * y)


def rebound_to_another_shape(x, n):
    y = x
    for i in range(n):
        y = np.ones(i + 1) * np.sum(y)
    return np.sum(y)


def trips(n):
    return lambda rng: (rng.uniform(0.2, 0.9, size=6), n)


PROGRAMS = (
    Program(rebound_and_read_after, trips(3), also=(trips(0), trips(1), trips(4))),
    Program(rebound_and_read_inside, trips(3), also=(trips(0), trips(1), trips(4))),
    Program(two_rebound_together, trips(3), also=(trips(0), trips(1), trips(4))),
    Program(rebound_in_branches, trips(3), also=(trips(0), trips(1), trips(4))),
    Program(rebound_until, trips(3), also=(trips(0), trips(1), trips(4))),
    Program(rebound_by_two_loops, trips(3), also=(trips(0), trips(1), trips(4))),
    Program(rebound_through_views, trips(3), also=(trips(0), trips(1), trips(4))),
    Program(never_read_by_its_loop, trips(3), also=(trips(0), trips(1), trips(4))),
    Program(rebound_on_some_paths, trips(3), also=(trips(0), trips(1), trips(4))),
    Program(rebound_to_another_shape, trips(3), also=(trips(0), trips(1), trips(4))),
)
