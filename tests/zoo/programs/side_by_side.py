"""Loops whose iterations have nothing to do with each other, apart from sums: they may run side by side."""

from __future__ import annotations

import math

import numpy as np

from ..program import Program


def cube_roots(c):
    total = 0.0
    for i in range(len(c)):
        x = 1.0
        while abs(x * x * x - c[i]) > 1e-10:
            x = x - (x * x * x - c[i]) / (3.0 * x * x)
        total += x
    return total


def polynomial_at_points(c, x):
    total = 0.0
    for i in range(len(x)):
        p = 0.0
        for k in range(len(c)):
            p = p * x[i] + c[k]
        total += p
    return total


def pieces(a):
    total = 0.0
    for i in range(len(a)):
        x = a[i]
        if x > 1.0:
            total += math.log(x)
        elif x > 0.0:
            total += x * x
        else:
            total -= 0.5 * x
    return total


def two_sums(a, b):
    ups, downs = 0.0, 1.0
    for i in range(len(a)):
        d = a[i] - b[i]
        if d > 0.0:
            ups += d * d
            downs -= 0.1 * d
        else:
            downs += np.exp(d) * a[i]
        ups += 0.01 * a[i]
    return ups * downs


def different_lengths(a, w):
    total = 0.0
    for i in range(len(a)):
        u = a[i]
        for k in range(i % 4):
            u = u * w[k] + np.sin(u)
        total += u
    return total


def from_different_starts(a, w):
    total = 0.0
    for i in range(len(a)):
        u = 0.5 * a[i]
        for k in range(i % 3, 4):
            u = np.tanh(u + w[k]) * w[3 - k]
        total += u * u
    return total


def left_early(a, b):
    total = 0.0
    for i in range(len(a)):
        s = a[i]
        for k in range(9):
            s = 0.8 * s + b[i] * 0.1
            if s < 0.4:
                break
            s += 0.01 * k
        total += s
    return total


def passed_over(a, b):
    total = 0.0
    for i in range(len(a)):
        if a[i] < 0.3:
            continue
        s, k = a[i], 0
        while k < 5 and s > 0.2:
            s = s * b[i]
            k += 1
        total += s * k
    return total


def relaxed(a, rate):
    out = np.empty(len(a))
    for i in range(len(a)):
        u, v = a[i], 0.0
        while u > 0.1:
            v += u * rate
            u = u * 0.7 - 0.01 * rate
        out[i] = v + u
    return out


def in_place(x, w):
    x = x.copy()
    for i in range(len(x)):
        for k in range(len(w)):
            x[i] = x[i] * w[k] + 0.1
    return np.sum(x * x)


def looked_up(a, table):
    total = 0.0
    for i in range(len(a)):
        u = abs(a[i]) + 0.5
        while u > 1.0:
            u *= 0.6
        total += table[int(u * 4.0)] * u
    return total


def small_differences(a):
    total = 0.0
    for i in range(len(a)):
        u = a[i]
        for _ in range(3):
            u = u - 0.1 * (u * u - 1.0)
        total += np.where(u > 0.0, np.sqrt(abs(u)), u)
    return total


def masked_infinities(a):
    total = 0.0
    for i in range(len(a)):
        x = a[i]
        if x > 0.0:
            y = np.sqrt(x)
            for _ in range(2):
                y = np.sqrt(y) + y
            total += y
        else:
            total += x
    return total


def by_rows(a, w):
    total = 0.0
    for j in range(a.shape[0]):
        for i in range(a.shape[1]):
            u = a[j, i]
            while u > 0.5:
                u = u * 0.5 + w[j] * 0.1
            total += u * w[j]
    return total


def scalar_weights(a, p, q):
    total = 0.0
    for i in range(len(a)):
        u = a[i]
        for _ in range(4):
            u = p * u * (1.0 - q * u)
        total += u * p
    return total


def counted(a):
    hits, misses, total = 0, 10, 0.0
    for i in range(len(a)):
        u = a[i]
        while u > 0.5:
            u = u * 0.6
        if u > 0.35:
            hits += 1
            total += u
        elif u > 0.1:
            hits += 2
            misses -= 1
    return total * hits / misses + hits


def sweeps(x, w):
    x = x.copy()
    total = 0.0
    for _ in range(3):
        for i in range(len(x)):
            u = x[i] * w
            while abs(u) > 0.5:
                u = u * 0.5 + 0.01 * u * u
            x[i] = u + w
            total += u
    return total


def rows_and_lengths(a, w):
    total = 0.0
    for j in range(a.shape[0]):
        if j != 1:
            for i in range(j, a.shape[1]):
                u = a[j, i]
                while u > 0.5:
                    u = u * u * 0.5 + w[j] * 0.1
                total += u * w[j]
    return total


def kept_of_counted(x, w):
    out = np.zeros(len(x))
    for i in range(len(x)):
        u = x[i]
        for k in range(len(w)):
            u = np.sin(u) * w[k] + u * u * 0.1
        out[i] = u
    return np.sum(out * out)


def shifted(a):
    total = 0.0
    for i in range(1, len(a) - 1):
        u = a[i - 1] + a[i + 1]
        while u > 0.3:
            u = 0.5 * u - 0.01 * a[i]
        total += u
    return total


def roots(n):
    return lambda rng: (rng.uniform(0.3, 4.0, n),)


def pair(n, m=None):
    return lambda rng: (rng.normal(size=n), rng.uniform(0.3, 1.2, n if m is None else m))


PROGRAMS = (
    Program(cube_roots, roots(21), also=(roots(0), roots(3), roots(8), roots(41))),
    Program(polynomial_at_points, lambda rng: (rng.normal(size=6), rng.uniform(-1, 1, 21)), wrt=(0, 1),
            also=(lambda rng: (rng.normal(size=0), rng.uniform(-1, 1, 9)),
                  lambda rng: (rng.normal(size=3), rng.uniform(-1, 1, 2)))),
    Program(polynomial_at_points,
            lambda rng: (rng.normal(size=6).astype(np.float32), rng.uniform(-1, 1, 21).astype(np.float32)), wrt=(0, 1),
            name="polynomial_single", rtol=1e-4),
    Program(pieces, lambda rng: (rng.normal(size=37) * 1.5,), also=(lambda rng: (rng.normal(size=5),),)),
    Program(two_sums, pair(29), wrt=(0, 1), also=(pair(3), pair(16))),
    Program(different_lengths, pair(29, 4), wrt=(0, 1), also=(pair(8, 4),)),
    Program(from_different_starts, pair(13, 4), wrt=(0, 1)),
    Program(left_early, pair(23), wrt=(0, 1), also=(pair(4),)),
    Program(passed_over, pair(23), wrt=(0, 1)),
    Program(relaxed, lambda rng: (rng.uniform(-0.5, 2, 19), 0.7), wrt=(0, 1)),
    Program(in_place, pair(18, 3), wrt=(0, 1)),
    Program(looked_up, pair(27, 5), wrt=(0, 1)),
    Program(small_differences, lambda rng: (rng.normal(size=17),)),
    Program(masked_infinities, lambda rng: (np.concatenate([rng.normal(size=15), [-1.0, 1e-3, 1.0]]),)),
    Program(by_rows, lambda rng: (rng.uniform(0, 2, (3, 11)), rng.uniform(0, 1, 3)), wrt=(0, 1)),
    Program(scalar_weights, lambda rng: (rng.uniform(0, 1, 22), 1.3, 0.7), wrt=(0, 1, 2)),
    Program(sweeps, lambda rng: (rng.uniform(-1.5, 1.5, 21), 0.9), wrt=(0, 1),
            also=(lambda rng: (rng.uniform(-1.5, 1.5, 2), 0.9),)),
    Program(rows_and_lengths, lambda rng: (rng.uniform(0, 1.5, (4, 21)), rng.uniform(0.1, 0.5, 4)), wrt=(0, 1)),
    Program(kept_of_counted, pair(19, 5), wrt=(0, 1), also=(pair(19, 0), pair(1, 3))),
    Program(counted, lambda rng: (rng.uniform(0, 2, 9),), also=(lambda rng: (rng.uniform(0, 2, 6),),)),
    Program(shifted, lambda rng: (rng.uniform(0, 2, 22),), also=(lambda rng: (rng.uniform(0, 2, 2),),)),
)
