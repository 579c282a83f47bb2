"""Lists in lists of a length known only at run time that become longer and shorter."""

from typing import Any

import numpy as np

from ..program import Program


def total(cells):
    s = 0.0
    for k, row in enumerate(cells):
        s += len(row) * 0.25
        for j, v in enumerate(row):
            s += v * v * (k + 1) + v * j
    return s


def cells(x, n):
    c = [[] for _ in range(n)]
    for i in range(3 * n):
        c[i % n].append(x * i)
    return total(c) * x


def cell_list(x, n):
    """Pairs of neighbours, of which only the indices are in the cells."""
    m = len(x)
    c = [[] for _ in range(n)]
    for i in range(m):
        c[i * i % n].append(i)
    s = 0.0
    for k in range(n):
        for i in c[k]:
            for j in c[(k + 1) % n]:
                s += (x[i] - x[j]) ** 2
    return s


def graph(x, n):
    edges = [[] for _ in range(n)]
    for i in range(n):
        for j in range(i):
            edges[i].append((j, x * j))
            edges[j].append((i, x * x))
    s = 0.0
    for row in edges:
        for j, w in row:
            s += j * w
    return s


def not_empty_at_first(x, n):
    c = [[x * k, x] for k in range(n + 2)]
    for k in range(n):
        c[k].append(x * x)
        c[0].append(x)
    c[1].extend([x, 2.0])
    c[1].extend(c[0])
    c[1].extend(c[1])
    return total(c)


def shorter_again(x, n):
    c = [[x * k] for k in range(n + 1)]
    s = 0.0
    for i in range(3 * n):
        row = c[i % n]
        row.append(x * i)
        if i % 3 == 0:
            s += row.pop() * len(row)
            if len(row) > 1:
                s += row[0] * c[i % n].pop() + len(row)
        if i == 7:
            row.clear()
        if len(row) > 0:
            row[0] *= 2.0
    return s + total(c)


def one_list_with_two_names(x, n):
    c = [[] for _ in range(n + 2)]
    a, b, d = c[0], c[1], c[-2 - n]
    for i in range(20):
        a.append(x * i)
        b.append(x)
        d.append(x * x)
        b[-1] = a[-1]
    return total(c) + sum(a) * len(d)


def one_of_them(x, n):
    c = [[x * k] for k in range(n + 2)]
    r, q = c[0], c[1]
    for i in range(12):
        if r[-1] > q[-1]:
            r, q = q, r
        r.append(q[0] + x)
        q.append(x)
        c[i % (n + 2)].append(x * i)
        if i == 7:
            c.append([])
    return total(c) + len(r) - len(q)


def outer_list_too(x, n):
    c = []
    for i in range(n):
        c.append([])
        c[-1].append(x * i)
        c[0].append(x)
        c.insert(0, [x, x])
        c[1].append(x * 3.0)
        if len(c) > 4:
            taken = c.pop(1)
            c[0].append(taken[0])
    return total(c)


def bound_anew(x, n):
    s = 0.0
    for t in range(3):
        c = [[] for _ in range(n)]
        for i in range(2 * n):
            c[i % n].append(x * i + t)
        if n > t:
            c[t] = []
            c[t].append(x)
        s += total(c)
    return s


def children(x, n):
    nodes = [{"value": x * k, "children": []} for k in range(n)]
    for k in range(1, n):
        nodes[(k - 1) // 2]["children"].append(k)
    s = 0.0
    for p in nodes:
        for k in p["children"]:
            s += p["value"] * nodes[k]["value"]
    return s


def rows_in_them(x, n):
    c = [[] for _ in range(n)]
    for i in range(2 * n):
        c[i % n].append([x * i, x])
    return 0.0 + sum(u * v for row in c for u, v in row)


def arrays_in_them(x, n):
    c = [[] for _ in range(n)]
    for i in range(2 * n):
        c[i % n].append(np.ones(2) * x * i)
    return 0.0 + sum(np.sum(a * a) for row in c for a in row)


def put(c, k, v):
    c[k].append(v)


def in_helpers(x, n):
    c = [[] for _ in range(n)]
    for i in range(9 if n else 0):
        put(c, i % n, x * i)
    return total(c) * (max(len(row) for row in c) if c else 1)


def gone_through(x, n):
    c = [[x] for _ in range(n)]
    for row in c:
        row.append(x * len(row))
        row.append(x)
    return total(c)


def as_array(x, n):
    c = [[] for _ in range(n + 1)]
    for i in range(2 * n + 2):
        c[i % (n + 1)].append(x * i)
    a = np.array(c)
    return np.sum(a * a) + np.sum(np.concatenate(c))


def returned(x, n):
    c = [[] for _ in range(n)]
    for i in range(7 if n else 0):
        c[i % n].append(x * i)
    return c


SIZES: tuple[Any, ...] = (lambda rng: (0.7, 2), lambda rng: (0.7, 0), lambda rng: (0.7, 1))
PROGRAMS = (
    *(Program(f, lambda rng: (1.3, 5), also=SIZES)
      for f in (cells, graph, not_empty_at_first, shorter_again, one_list_with_two_names, one_of_them, outer_list_too,
                bound_anew, children, rows_in_them, arrays_in_them, in_helpers, gone_through, as_array)),
    Program(returned, lambda rng: (1.3, 3), also=(lambda rng: (0.7, 0), lambda rng: (0.7, 1))),
    Program(cell_list, lambda rng: (rng.normal(size=9), 4), also=(lambda rng: (np.zeros(0), 2),)),
    Program(cell_list, lambda rng: (rng.normal(size=9).astype(np.float32), 4), name="cell_list_float32", rtol=1e-4,
            oracle="differences"),
)
