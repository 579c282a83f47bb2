"""Arrays in lists of a length known only at run time that are stored into: the list sees it, under every name."""

from typing import Any

import numpy as np

from ..program import Program


def filled(x, n):
    W = [np.zeros((3, 3)) for _ in range(n)]
    for k in range(n):
        W[k][1, 2] = x * k
        W[k][0] = x
        W[k] += 0.5 * x
        W[k][1] *= 2.0
        W[k][:, 2] -= x * x
    return 0.0 + sum(np.sum(w * w) for w in W)


def gone_through(x, n):
    W = [x * np.ones(3) * i for i in range(n)]
    for _ in range(3):
        for w in W:
            w *= 0.9
            w[0] = w[1] * w[2]
    return 0.0 + sum(np.sum(w) for w in W)


def rows_with_names(x, n):
    table = [np.zeros(4) for _ in range(n)]
    for i in range(n):
        row = table[i]
        for j in range(4):
            row[j] = x * i * j
        other = row
        other += x
    return 0.0 + sum(np.sum(r * r) for r in table)


def stored_after_append(x, n):
    states = []
    y = np.ones(3) * x
    for _ in range(n):
        y = y * x
        states.append(y)
        y[0] = 1.0 + x
    return np.sum(y) + sum(np.sum(s * s) for s in states)


def change_places(x, n):
    A = [np.array([x, x * i, 2.0]) for i in range(n + 3)]
    A[0], A[1] = A[1], A[0]
    A[0][0] = 5.0
    A[1] *= x
    A[2] = A[0]
    A[2][1] = x * x * 3.0
    A.append(A[1])
    A[-1][2] = x
    return 0.0 + sum(np.sum(a * a) * i for i, a in enumerate(A))


def elimination(m):
    n = len(m)
    A = [m[i].copy() for i in range(n)]
    d = 1.0
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(A[i][k]) > abs(A[p][k]):
                p = i
        if p != k:
            A[k], A[p] = A[p], A[k]
            d = -d
        d *= A[k][k]
        for i in range(k + 1, n):
            A[i] -= A[i][k] / A[k][k] * A[k]
    return d


def one_array_many_times(x, n):
    W = [np.zeros(3)] * n
    for k in range(n):
        W[k][0] += x * k
    V = [np.ones(2) * x for _ in range(n)]
    tail = V[1:]
    for t in tail:
        t *= x
    both = V + tail
    both[-1:][0][1] = 3.0 * x if n > 1 else x
    return 0.0 + sum(np.sum(w * w) for w in W) + sum(np.sum(v * v) for v in V)


def in_use_while_the_list_grows(x, n):
    A = [np.ones(3) * x * i for i in range(n + 2)]
    a, b = A[1], A[0]
    for i in range(n):
        A.append(np.ones(3) * x * i)
        a[0] += 7.0 * x
        A[0][1] *= x
    s = np.sum(a * a) + np.sum(b)
    A[0] += x
    return s + sum(np.sum(v * v) * i for i, v in enumerate(A)) + b[1]


def items_are_bound_anew(x, n):
    W = [np.ones(2) * x * i for i in range(n + 2)]
    w = W[1]
    W[1] += 1.0
    W[1][0] = x * x
    W[0] = np.ones(2)
    s = np.sum(w * w)
    W[1] = W[1] * 2.0
    W[1] += 1.0
    return s + np.sum(W[1]) * np.sum(w)


def taken_out(x, n):
    W = [np.zeros(3) for _ in range(n + 1)]
    w = W.pop()
    w[0] = x
    W.insert(0, w)
    W[0][1] = x * x
    W.reverse()
    W[-1][2] = w[0] * w[1]
    del W[:-1]
    return 0.0 + sum(np.sum(v * v) for v in W) + w[2]


def views_of_items(x, n):
    W = [np.ones((2, 3)) * x * i for i in range(n)]
    for w in W:
        r = w[1]
        r *= x
        c = w.T
        c[0, 0] = x * x
        w.T[1] += 1.0
    return 0.0 + sum(np.sum(w * w) for w in W)


def adam(x, n):
    W = [np.ones(3) * x * i for i in range(n)]
    M = [np.zeros(3) for _ in W]
    V = [np.zeros(3) for _ in W]
    for _ in range(3):
        for k in range(n):
            g = W[k] * 2.0 + x
            M[k][:] = 0.9 * M[k] + 0.1 * g
            V[k] *= 0.99
            V[k] += 0.01 * g * g
            W[k] -= 0.1 * M[k] / (np.sqrt(V[k]) + 0.01)
    return 0.0 + sum(np.sum(w * w) for w in W)


def momentum(x, n):
    W = [np.ones(3) * x * i for i in range(n)]
    M = [np.zeros(3) for _ in W]
    for _ in range(3):
        for w, m in zip(W, M, strict=True):
            m *= 0.9
            m += 0.1 * (w * 2.0 + x)
            w -= 0.1 * m
    return 0.0 + sum(np.sum(w * w) for w in W)


def scaled(w, c):
    w *= c


def put(W, k, c):
    W[k][0] = c
    return W[k]


def in_helpers(x, n):
    W = [np.ones(3) * x * i for i in range(n)]
    for k, w in enumerate(W):
        scaled(w, x + k)
        put(W, k, x * x * k)[1] *= 2.0
    return 0.0 + sum(np.sum(w * w) for w in W)


def on_one_path(x, n):
    W = [np.ones(3) * x * i for i in range(n)]
    k = 0
    while k < n:
        w = W[k]
        if k % 2 == 0:
            w[1] = x * 3.0
        else:
            w = w * 2.0
            w[0] = 100.0
        k += 1
    return 0.0 + sum(np.sum(w * w) for w in W)


def made_in_a_loop(x, n):
    s = 0.0
    for i in range(n):
        layers = [np.ones(k + 1) * x for k in range(i)]
        for k in range(1, i):
            layers[k][:k] += layers[k - 1]
            layers[k][k] = s
        for layer in layers:
            s += np.sum(layer * layer) * 0.1
    return s


def pairs_with_arrays(x, n):
    pairs = [(i, np.ones(2) * x) for i in range(n)]
    for i, v in pairs:
        v *= i
        v[0] += x
    if pairs:
        pairs[-1][1][:] = x * x
    return 0.0 + sum(np.sum(v * v) * i for i, v in pairs)


def trees(x, n):
    """A list that is returned has the arrays as they are in the end."""
    W = [x * i for i in range(n)]
    for w in W:
        w[0] = 2.0 * w[1]
    return W[0] * W[-1]


SIZES: tuple[Any, ...] = (lambda rng: (0.7, 2), lambda rng: (0.7, 0), lambda rng: (0.7, 1))
def grid_of_arrays(x):
    n = len(x)
    g = [[np.zeros(2) for _ in range(n)] for _ in range(n)]
    for i in range(n):
        for j in range(n):
            g[i][j][0] += x[i] * x[j]
            g[i][j] += x[i]
    s = 0.0
    for row in g:
        for c in row:
            s += c[0] * c[1]
    return s


def rows_put_when_they_are_full(x):
    n = len(x)
    g = []
    for i in range(n):
        row = []
        for j in range(n):
            row.append(x * (i + j))
        g.append(row)
        row.append(x + 1.0)
    for i in range(n):
        for j in range(n):
            g[i][j] += x[i]
            g[i][j][0] = x[j]
    s = 0.0
    for row in g:
        for c in row:
            s += c[0] * c[1]
    return s


def extended_by_arrays(x):
    n = len(x)
    a = [x * i for i in range(n)]
    a.extend([x + i for i in range(n)])
    for k in range(len(a)):
        a[k][0] += x[0] * k
    return 0.0 + sum(c[0] * c[-1] for c in a)


def rows_of_rows_of_arrays(x):
    n = len(x)
    g = [[[x * (i + j + k) for i in range(2)] for j in range(n)] for k in range(3)]
    for a in g:
        for b in a:
            for c in b:
                c[0] += x[1]
    return 0.0 + sum(c[0] * c[1] for a in g for b in a for c in b)


def known_rows(x):
    g = []
    for i in range(len(x)):
        row = [0.0] * 3
        g.append(row)
        row[1] = x[i]
        row[i % 3] += 2.0 * x[i]
    s = 0.0
    for r in g:
        s += r[0] * r[1] + r[2] * r[2]
    return s


def read_through_the_name_that_was_put(x):
    g = []
    n = len(x)
    y = x * 1.0
    row = [x * 3.0 for _ in range(n)]
    c = row[1]
    row.append(y)
    if x[0] > 0.5:
        y = x * 3.0
    g.append(row)
    g.append([x * 2.0 for _ in range(n)])
    g[0][-1][0] += 1.0
    g[0][1][0] *= 2.0
    return y[0] + c[0] + sum(c[0] * c[1] for r in g for c in r)


PROGRAMS = (
    *(Program(f, lambda rng: (1.3, 5), also=SIZES)
      for f in (filled, gone_through, rows_with_names, stored_after_append, change_places,
                in_use_while_the_list_grows, items_are_bound_anew, taken_out, views_of_items, adam, momentum,
                in_helpers, on_one_path, made_in_a_loop, pairs_with_arrays)),
    Program(one_array_many_times, lambda rng: (1.3, 5), also=(lambda rng: (0.7, 2),)),
    Program(elimination, lambda rng: (rng.normal(size=(4, 4)),), also=(lambda rng: (rng.normal(size=(1, 1)),),),
            oracle="differences"),
    Program(elimination, lambda rng: (rng.normal(size=(4, 4)).astype(np.float32),), name="elimination_float32",
            rtol=1e-3, oracle="differences"),
    Program(trees, lambda rng: (rng.normal(size=3), 4), also=(lambda rng: (rng.normal(size=2), 1),)),
    Program(trees, lambda rng: (rng.normal(size=3).astype(np.float32), 4), name="trees_float32", rtol=1e-4,
            oracle="differences"),
    *(Program(f, lambda rng: (rng.normal(size=4),), also=(lambda rng: (rng.normal(size=3),),) * 2)
      for f in (grid_of_arrays, rows_put_when_they_are_full, extended_by_arrays, rows_of_rows_of_arrays, known_rows,
                read_through_the_name_that_was_put)),
)
