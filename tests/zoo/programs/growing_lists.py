"""Lists whose length is known only at run time: of numbers, of tuples and objects, of arrays, and of lists."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..program import Program


class Step(NamedTuple):
    time: float
    speed: float


@dataclass
class Spring:
    length: float
    stiffness: float = 2.0


# --- numbers --------------------------------------------------------------------------------------------------------


def filled(x, n):
    a = [0.0] * n
    for i in range(n):
        a[i] = x * i + a[i - 1]
    b = (n + 1) * [x]
    b[0] = b[-1] * x
    return 0.0 + sum(a) + b[0] * len(b) + sum(b)


def thomas(d):
    n = len(d)
    c, e, x = [0.0] * n, [0.0] * n, [0.0] * n
    if n == 0:
        return 0.0
    c[0], e[0] = 0.3 / 4.0, d[0] / 4.0
    for i in range(1, n):
        m = 4.0 - 0.3 * c[i - 1]
        c[i] = 0.3 / m
        e[i] = (d[i] - 0.3 * e[i - 1]) / m
    x[n - 1] = e[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = e[i] - c[i] * x[i + 1]
    return 0.0 + sum(v * v for v in x)


def slices(x, n):
    a = [x * i for i in range(n)]
    parts = a[1:] + a[::2] + a[-2:] + a[::-1] + a[2:1] + a[5:100]
    b = a[1:]
    if len(b) > 0:
        b[0] = 5.0 * x
    return 0.0 + sum(v * k for k, v in enumerate(parts)) + sum(b) * sum(a)


def joined(x, n):
    a = [x * i for i in range(n)]
    b = a + [x]
    b = b + a
    b += [1.0, x]
    b += a
    b = [x, x] + b
    b.extend(v * x for v in a)
    b.extend([x, 2.0])
    b.extend(b)
    c = a * 2
    return 0.0 + sum(v * i for i, v in enumerate(b)) + sum(c) * len(c)


def in_the_middle(x, n):
    a = [x * i for i in range(n)]
    a.insert(0, x * x)
    a.insert(3, 7.0 * x)
    a.insert(-1, x)
    a.insert(100, x)
    a.insert(-100, 2.0)
    p, q, r = a.pop(0), a.pop(2), a.pop(-2)
    del a[0]
    del a[1:3]
    del a[7:]
    return 0.0 + sum(v * (i + 1) for i, v in enumerate(a)) + p * q * r


def stored_into_slices(x, n):
    a = [x * i for i in range(n)]
    a[1:3] = [x, x * x]
    a[:2] = [1.0]
    a[2:2] = a
    a[-1:] = []
    return 0.0 + sum(v * (i + 1) for i, v in enumerate(a))


def backward(x, n):
    a = [x * i for i in range(n)]
    s = 0.0
    for v in reversed(a):
        s = s * 0.5 + v
    a.reverse()
    for i, (u, v) in enumerate(zip(a, a[2:], strict=False)):
        s += i * u * v
    return s


def asked(x, n):
    a = [i * i for i in range(n)]
    s = x
    if 9 in a:
        s *= 2.0
    if 10 not in a:
        s *= 3.0
    if 4 in a:
        s *= a.index(4)
        a.remove(4)
    b = [i * i for i in range(n)]
    return s * x + a.count(1) + (x if a == b else 2.0 * x) + (x if a != b[1:] else 0.0) + len(a)


def copies(x, n):
    a = [x * i for i in range(n + 4)]
    b, c, d = a.copy(), list(a), a[:]
    a[0], b[1], c[2], d[3] = 9.0, x * x, x, 1.0
    a.clear()
    a.append(x)
    return 0.0 + sum(a) * sum(b) + sum(c) * sum(d)


def queue(x, n):
    waiting = [x]
    s = 0.0
    while 0 < len(waiting) < n:
        v = waiting.pop(0)
        s += v * v
        waiting.append(v * 0.5)
        waiting.append(v * x)
    return s


def ordered(x):
    a = [v for v in x if v > 0.0]
    b = sorted(a)
    a.sort()
    c = sorted(x, reverse=True)
    s = c[0] * c[1]
    for k in range(len(a)):
        s += a[k] * b[-1 - k] * k
    return s


def from_arrays(x):
    a, b = x.tolist(), list(x)
    a.append(2.0)
    return 0.0 + sum(a) * sum(b) + len(a)


def integers_become_floats(x, n):
    a = [0] * n
    for i in range(n):
        a[i] = x * i
    rows = []
    for i in range(n):
        rows.append(sum(a[k] for k in range(i)))
    return 0.0 + sum(rows) + sum(a)


def fixed_and_growing(x, n):
    a = [x]
    for i in range(n):
        a.append(x * i)
    b = [x, 2.0]
    b.extend(a)
    b += list(range(n))
    return 0.0 + sum(v * v for v in b)


# --- tuples and objects ---------------------------------------------------------------------------------------------


def path_of_pairs(x, n):
    path = []
    t, v = 0.0, x
    for _ in range(n):
        path.append((t, v))
        t += 0.1
        v = v * 0.9 + t * x
    s = 0.0
    for a, b in path:
        s += a * b * b
    if path:
        s += path[-1][1] * path[0][1]
    return s


def stack_of_pairs(x, n):
    stack = [(x, 0)]
    s = 0.0
    while stack:
        v, depth = stack.pop()
        s += v * v
        if depth < n:
            stack.append((v * 0.5, depth + 1))
            stack.append((v * 0.3, depth + 2))
    return s


def named_steps(x, n):
    steps = [Step(0.1 * i, x * i) for i in range(n)]
    steps.insert(0, Step(x, 2.0))
    steps.reverse()
    return 0.0 + sum(s.time * s.speed for s in steps) + steps[-1].speed * steps[-1].time


def springs(x, n):
    chain = [Spring(x * i) for i in range(n)]
    for _ in range(2):
        chain = [Spring(s.length * 0.9 + 0.1 * s.stiffness, s.stiffness * x) for s in chain]
    return 0.0 + sum(s.length * s.stiffness for s in chain)


def dicts(x, n):
    rows = [{"value": x * i, "weight": 0.5} for i in range(n)]
    return 0.0 + sum(r["value"] * r["weight"] for r in rows)


def table_of_pairs(x, n):
    pairs = [(x * i, x * x) for i in range(max(n, 0) + 1)]
    table = np.array(pairs)
    return np.sum(table * table) + table[-1, 0]


# --- arrays ---------------------------------------------------------------------------------------------------------


def trajectory(x, n):
    states = [x]
    for _ in range(n):
        states.append(states[-1] + 0.1 * np.sin(states[-1]))
    a = np.array(states)
    s = np.sum(a * a)
    for k, v in enumerate(states):
        s += k * np.sum(v)
    return s


def copied_states(x, n):
    states = []
    y = x.copy()
    for i in range(n):
        for j in range(len(y)):
            y[j] = y[j] * 0.5 + 0.1 * i
        states.append(y.copy())
    return 0.0 + sum(np.sum(v * v) for v in states)


def stacked(x, n):
    rows = []
    for i in range(max(n, 0) + 1):
        rows.append(x * i)
    return np.sum(np.stack(rows) ** 2) + np.sum(np.vstack(rows)) + np.sum(np.concatenate(rows)) + np.mean(
        np.mean(np.array(rows), axis=0))


def ragged(x):
    tails = [x[i:] * x[0] for i in range(len(x))]
    s = 0.0
    for t in tails:
        s += np.sum(t) * t[0]
    return s + np.sum(np.concatenate(tails) ** 2)


def matrices(a, n):
    factors = []
    for i in range(n + 1):
        factors.append(a / (i + 1.0))
    product = factors[0]
    for m in factors[1:]:
        product = product @ m
    return np.sum(product) + np.sum(np.array(factors)[-1])


def times_and_states(x, n):
    history = [(0.0, x)]
    for _ in range(n):
        t, y = history[-1]
        history.append((t + 0.1, y + 0.1 * np.cos(y)))
    s = 0.0
    for t, y in history:
        s += t * np.sum(y) + y[0]
    return s


def layers_backward(x, n):
    active = [x]
    for _ in range(n):
        active.append(np.tanh(active[-1] * 1.1))
    g = np.ones_like(x)
    for a in reversed(active):
        g = g * (1.0 - a * a)
    return np.sum(g)


# --- lists ----------------------------------------------------------------------------------------------------------


def lu(a):
    n = a.shape[0]
    lower = [[0.0] * n for _ in range(n)]
    upper = [[0.0] * n for _ in range(n)]
    for i in range(n):
        lower[i][i] = 1.0
        for j in range(i, n):
            upper[i][j] = a[i, j] - sum(lower[i][k] * upper[k][j] for k in range(i))
        for j in range(i + 1, n):
            s = 0.0
            for k in range(i):
                s += lower[j][k] * upper[k][i]
            lower[j][i] = (a[j, i] - s) / upper[i][i]
    d = 1.0
    for i in range(n):
        d *= upper[i][i]
    return d


def pivoted(m):
    n = len(m)
    a = [[m[i, j] for j in range(n)] for i in range(n)]
    d = 1.0
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(a[i][k]) > abs(a[p][k]):
                p = i
        if p != k:
            a[k], a[p] = a[p], a[k]
            d = -d
        d *= a[k][k]
        for i in range(k + 1, n):
            f = a[i][k] / a[k][k]
            for j in range(k, n):
                a[i][j] -= f * a[k][j]
    return d


def products(m):
    n = len(m)
    if n == 0:
        return 0.0
    c = []
    for i in range(n):
        row = []
        for j in range(n):
            row.append(sum(m[i, k] * m[k, j] for k in range(n)))
        c.append(row)
    b = np.array(c)
    return np.sum(b * b) + c[0][-1]


def triangle(x, n):
    rows = []
    for i in range(n):
        row = []
        for j in range(i + 1):
            row.append(x * j)
        rows.append(row)
    s = 0.0
    for row in rows:
        row[0] = x * x
        s += sum(row) * len(row)
    return s


def one_row_many_times(x, n):
    rows = [[0.0] * n] * n
    for i in range(n):
        rows[i][i] = x * i
    return 0.0 + sum(sum(r) for r in rows)


def cube(x, n):
    a = [[[x * i * j * k for k in range(n)] for j in range(n)] for i in range(n)]
    for i in range(n):
        a[i][i][i] *= 2.0
    s = 0.0
    for plane in a:
        for row in plane:
            for v in row:
                s += v
    return s


def rows_change_places(x, n):
    a = [[x * i, x] for i in range(n + 3)]
    a[0], a[1] = a[1], a[0]
    a[2][0], a[2][1] = a[2][1], a[2][0]
    p, q = a[2]
    b = [list(r) for r in a]
    b[0][0] = 5.0
    tail = a[1:]
    tail[0][0] = x * x
    return a[0][0] * a[1][0] + p - q * q + b[0][0] + sum(b[-1])


def delay_line(x, n):
    """As many items are put in at the end as are taken out in front."""
    line = [x, 2.0 * x]
    total = 0.0
    for k in range(n):
        line.append(x * line[0] + k)
        total += line.pop(0) * total + line[-1]
    return total


PROGRAMS = (
    *(Program(f, lambda rng: (1.3, 6), also=(lambda rng: (0.7, 2), lambda rng: (0.7, 0)))
      for f in (filled, slices, joined, backward, copies, path_of_pairs, named_steps, springs, dicts, table_of_pairs,
                integers_become_floats, fixed_and_growing, triangle, one_row_many_times, cube, rows_change_places)),
    Program(in_the_middle, lambda rng: (1.3, 9), also=(lambda rng: (0.7, 2),)),
    Program(stored_into_slices, lambda rng: (1.3, 6), also=(lambda rng: (0.7, 0),)),
    Program(asked, lambda rng: (1.3, 6), also=(lambda rng: (0.7, 0), lambda rng: (0.7, 2))),
    Program(queue, lambda rng: (0.8, 9), also=(lambda rng: (0.8, 0),)),
    Program(stack_of_pairs, lambda rng: (1.3, 4), also=(lambda rng: (0.7, 0),)),
    Program(thomas, lambda rng: (rng.normal(size=7),), also=(lambda rng: (np.zeros(0),),)),
    Program(thomas, lambda rng: (rng.normal(size=7).astype(np.float32),), name="thomas_float32", rtol=1e-4,
            oracle="differences"),
    Program(delay_line, lambda rng: (0.4, 3), also=(lambda rng: (0.4, 0), lambda rng: (0.4, 1))),
    Program(ordered, lambda rng: (rng.normal(size=9),)),
    Program(from_arrays, lambda rng: (rng.normal(size=4),), also=(lambda rng: (np.zeros(0),),)),
    *(Program(f, lambda rng: (rng.normal(size=3), 5), also=(lambda rng: (rng.normal(size=2), 0),))
      for f in (trajectory, copied_states, stacked, times_and_states, layers_backward)),
    Program(trajectory, lambda rng: (rng.normal(size=3).astype(np.float32), 5), name="trajectory_float32", rtol=1e-4,
            oracle="differences"),
    Program(ragged, lambda rng: (rng.normal(size=5),)),
    Program(matrices, lambda rng: (rng.normal(size=(3, 3)), 4), also=(lambda rng: (rng.normal(size=(2, 2)), 0),)),
    *(Program(f, lambda rng: (rng.normal(size=(4, 4)),), also=(lambda rng: (rng.normal(size=(1, 1)),),))
      for f in (lu, products)),
    Program(pivoted, lambda rng: (rng.normal(size=(4, 4)),), oracle="differences"),
)
