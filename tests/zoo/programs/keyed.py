"""Dicts and sets whose keys are known at run time only."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from ..program import Program

# --- sums by key ----------------------------------------------------------------------------------------------------


def totals(x, labels):
    d = {}
    for i in range(len(x)):
        d[labels[i]] = d.get(labels[i], 0.0) + x[i] * x[i]
    s = 0.0
    for key, v in d.items():
        s += v * v * key
    return s + len(d)


def tested_first(x, labels):
    counts, first = {}, {}
    for k, v in zip(labels, x):
        if k in counts:
            counts[k] += 1
        else:
            counts[k] = 1
            first[k] = v
    s = 0.0
    for k, v in zip(labels, x):
        s += v * first[k] / counts[k]
    return s


def with_defaults(x, labels):
    weights, members = defaultdict(float), defaultdict(list)
    for k, v in zip(labels, x):
        weights[int(k)] += v**2
        members[int(k)].append(v)
    s = 0.0
    for k in members:
        mean = sum(members[k]) / len(members[k])
        for v in members[k]:
            s += (v - mean) ** 2 * weights[k]
    return s + weights[1000] * len(weights)


def counted(x, labels):
    seen = Counter(labels)
    more = Counter()
    more[3] += 2
    s = 0.0
    for k, v in zip(labels, x):
        s += v * seen[k] + v * v * more[k]
    return s + len(seen) * more[77] + len(more)


def grouped(x, labels):
    groups = {}
    for k, v in zip(labels, x):
        groups.setdefault(k, []).append(v)
    s = 0.0
    for k, vs in groups.items():
        s += sum(vs) ** 2 / len(vs) + k
    return s


def from_a_display(x, labels):
    d = {1: x[0], int(labels[0]): x[1], 5: 2.0}
    for k in labels:
        d[int(k)] = d.get(int(k), 0.5) * (x[2] if int(k) in d and int(k) != 1 else 1.0)
    return d[1] * d[5] + sum(d.values())


# --- keys of several numbers, and floats ----------------------------------------------------------------------------


def pairs_as_keys(x):
    table = {}
    n = len(x)
    for i in range(n):
        for j in range(i, n):
            table[i, j] = x[i] * x[j]
    s = 0.0
    for (i, j), v in table.items():
        if (j, i) in table:
            s += v * table[(j, i)]
        s += table.get((i + 1, j), 1.0) * v
    return s


def floats_as_keys(x, labels):
    d = {}
    for v in labels:
        key = 0.5 * v
        d[key] = d.get(key, 1.0) * x[0] + key
    return sum(k * v for k, v in d.items())


def truths_as_keys(x):
    d = {}
    for v in x:
        d[bool(v > 0.7)] = d.get(bool(v > 0.7), 0.0) + v * v
    return d.get(True, 0.0) * 2.0 + d.get(False, 1.0)


def tuples_kept(x, labels):
    key = (0, 0)
    d = {key: 1.0}
    for i in range(len(x)):
        key = (int(labels[i]), i % 2)
        d[key] = d.get(key, 0.5) + x[i]
    total = 0.0
    for k in d:
        total += d[k] * (k[0] + 2.0 * k[1])
    return total


# --- tables of what has been computed -------------------------------------------------------------------------------


def memo(x, n):
    table = {}

    def f(k):
        if k < 2:
            return x[k]
        if k in table:
            return table[k]
        v = 0.5 * f(k - 1) + f(k - 2) * x[k % len(x)]
        table[k] = v
        return v

    return f(n) + len(table)


def memo_of_pairs(x, n):
    table = {}

    def best(i, j):
        if i == 0 or j == 0:
            return x[i + j] * 0.25
        if (i, j) not in table:
            table[(i, j)] = 0.6 * best(i - 1, j) + 0.4 * best(i, j - 1) * x[i]
        return table[(i, j)]

    return best(n, n)


def by_rows(x, n):
    table = {(0, 0): x[0]}
    for i in range(n):
        for j in range(n):
            if i or j:
                up = table[(i - 1, j)] if i > 0 else 0.0
                left = table[(i, j - 1)] if j > 0 else 0.0
                table[(i, j)] = up * 0.5 + left * left + x[(i + j) % len(x)]
    return table[(n - 1, n - 1)]


def of_a_fixed_size(x, labels):
    """Long enough not to be written out, though every key is known."""
    table = {}
    for i in range(24):
        for j in range(24):
            up = table[(i - 1, j)] if i > 0 else 0.0
            left = table[(i, j - 1)] if j > 0 else 0.0
            table[(i, j)] = 0.5 * up + 0.3 * left + x[(i + j) % 3]
    s = 0.0
    for i in range(40):
        d = {}
        for k, v in zip(labels, x):
            d[k] = d.get(k, 0.0) + v * i
        s += d[labels[0]] * len(d)
    return table[(23, 23)] + s


# --- taking out, replacing, copying ---------------------------------------------------------------------------------


def taken_out(x, labels):
    d = {}
    for i in range(len(x)):
        d[i] = x[i] * x[i]
    a = d.pop(1) + d.pop(99, 3.0) * x[0]
    del d[0]
    d[0] = a
    s = 0.0
    for position, (k, v) in enumerate(d.items()):
        s += position * v + k
    for k in list(d):
        if k % 2 == 0:
            del d[k]
    return s + sum(d.values()) * len(d)


def queue_of_keys(x, n):
    d = {}
    for i in range(n):
        d[i] = x[i % len(x)] * i
        if len(d) > 3:
            oldest = min(d)
            d[i] += d.pop(oldest) * 0.5
    return sum(v * k for k, v in d.items())


def copies(x, labels):
    d = {}
    for k, v in zip(labels, x):
        d[k] = v
    e, f = d.copy(), dict(d)
    for k in labels:
        e[k] = e[k] * 2.0
    f[1000] = x[0]
    d.clear()
    d[7] = x[1]
    return sum(d.values()) + sum(e.values()) * len(f) + f[labels[0]]


def changed_while_going_through(x, labels):
    d = {}
    for k, v in zip(labels, x):
        d[k] = v
    for k in d:
        d[k] = d[k] ** 2 + k
    for k, v in d.items():
        d[k] += v
    return sum(d.values())


def of_one_path(x, n):
    d = {}
    if n > 2:
        d[1] = x[1]
        for i in range(n):
            d[i + 10] = x[0] * i
    else:
        d[2] = x[0]
    d[2] = d.get(2, 1.0) * x[2]
    best = max(d, key=d.get)
    return d[2] * len(d) + d[best] + sum(sorted(d))


def made_in_a_loop(x, labels):
    s = 0.0
    for i in range(len(x)):
        d = {}
        for k in labels:
            d[int(k) % 3] = d.get(int(k) % 3, 0.0) + x[i] * k
        for k in d:
            s += d[k] ** 2
    return s


def in_a_comprehension(x, n):
    squares = {i: x[i % len(x)] ** 2 for i in range(n) if i != 1}
    more = {k + 1: v * 2.0 for k, v in squares.items()}
    return sum(more[k] * squares.get(k, 1.0) for k in more) + len(more)


# --- values of other kinds ------------------------------------------------------------------------------------------


def points(x, labels):
    d = {}
    for i in range(len(x)):
        a, b, c = d.get(int(labels[i]), (0.0, 1.0, 0))
        d[int(labels[i])] = (a + x[i], b * x[i], c + 1)
    s = 0.0
    for k, (a, b, c) in d.items():
        s += a * b * c + k
    return s


def arrays_by_key(x, labels):
    d = {}
    for k, v in zip(labels, x):
        d[int(k)] = d.get(int(k), np.zeros(len(x))) + v * x
    s = 0.0
    for k, v in d.items():
        s += np.sum(v) * k
    return s


def complex_by_key(x, labels):
    d = {}
    for k, v in zip(labels, x):
        d[int(k)] = d.get(int(k), 0j) + v * (1.0 + 2.0j)
    z = d[int(labels[0])]
    return z.real * z.imag


def arrays_stored_into(x, labels):
    d, e = {}, {}
    for i, k in enumerate(labels):
        if k not in d:
            d[k] = np.zeros(2)
            e[k] = np.zeros(len(x))
        d[k][i % 2] += x[i]
        e[k] += x * x[i]
    return sum(np.sum(v**2) * k for k, v in d.items()) + sum(np.sum(v) for v in e.values())


@dataclass
class Body:
    mass: float
    speed: float


def objects_by_key(x, labels):
    d = {}
    for i, k in enumerate(labels):
        if k not in d:
            d[k] = Body(0.0, 1.0)
        body = d[k]
        body.mass += x[i]
        d[k].speed *= x[i]
    return sum(b.mass * b.speed * k for k, b in d.items())


def rows_with_names(x, labels):
    d = {}
    for i, k in enumerate(labels):
        row = d.setdefault(k, [])
        row.append(x[i])
        if len(row) > 1:
            row[0] += row[1]
    return sum(r[0] * len(r) for r in d.values())


def neighbours(x, edges):
    near = defaultdict(list)
    for k in range(len(edges)):
        i, j = int(edges[k, 0]), int(edges[k, 1])
        near[i].append(j)
        near[j].append(i)
    s = 0.0
    for i in range(len(x)):
        for j in near[i]:
            s += (x[i] - x[j]) ** 2 / len(near[i])
    return s


def perhaps(x, labels, wanted):
    d = {}
    for k, v in zip(labels, x):
        d[int(k)] = v
    found = d.get(wanted)
    if found is None:
        return x[0] * 3.0
    return found * found


# --- graphs, caches, several dicts ----------------------------------------------------------------------------------


def shortest(x):
    near = {0: [1, 2], 1: [3], 2: [3, 4], 3: [5], 4: [5], 5: []}
    distance = {0: 0.0}
    queue = [0]
    while queue:
        u = queue.pop(0)
        for v in near[u]:
            other = distance[u] + x[u] * x[v]
            if v not in distance or other < distance[v]:
                distance[v] = other
                queue.append(v)
    return distance[5] + len(distance)


def root(parent, i):
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def unions(x, labels):
    parent = {}
    for i in range(len(x)):
        parent[i] = i
    total = 0.0
    for i in range(len(x)):
        a, b = root(parent, i), root(parent, int(labels[i]) % len(x))
        if a != b:
            parent[a] = b
            total += x[i] * x[a]
    return total


class Cached:
    def __init__(self, x):
        self.x = x
        self.table = {}

    def value(self, n):
        if n in self.table:
            return self.table[n]
        v = np.sum(self.x**2) * n
        self.table[n] = v
        return v


def cache_of_an_object(x, labels):
    cached = Cached(x)
    s = 0.0
    for v in labels:
        s += cached.value(int(v))
    return s + len(cached.table)


def memo_passed_on(x, n):
    def f(k, known):
        if k < 2:
            return x[k]
        if k in known:
            return known[k]
        known[k] = f(k - 1, known) * 0.5 + f(k - 2, known)
        return known[k]

    return f(n, {})


def memo_of_matrices(x, n):
    table = {}

    def power(k):
        if k == 0:
            return np.eye(2)
        if k not in table:
            table[k] = power(k - 1) @ np.array([[x[0], 1.0], [0.5, x[1]]])
        return table[k]

    return np.sum(power(n)) + np.sum(power(n // 2))


def polynomial(x, n):
    a, b = {0: x[0], 1: x[1], 3: x[2]}, {1: x[3], 2: x[4]}
    for _ in range(n):
        c = {}
        for i, u in a.items():
            for j, v in b.items():
                c[i + j] = c.get(i + j, 0.0) + u * v
        a = c
    return sum(v * x[0] ** i for i, v in a.items())


def random_walk(x):
    states = {0: 1.0}
    for p in x:
        following = defaultdict(float)
        for place, q in states.items():
            following[place + 1] += q * p
            following[place - 1] += q * (1.0 - p)
        states = following
    return sum(place * place * q for place, q in states.items()) + states.get(0, 0.25)


def walk_of_pairs(x):
    states = {(0, 0): 1.0}
    for p in x:
        following = {}
        for (a, b), q in states.items():
            for step in (0, 1):
                key = (a + step, (b + a * step) % 5)
                following[key] = following.get(key, 0.0) + q * (p if step else 1.0 - p)
        states = following
    return sum(a * b * q for (a, b), q in states.items())


def made_by_some(x, n):
    d = {0: x[0]}
    for i in range(n):
        if i > 2:
            d = defaultdict(float)
        d[i] = d.get(i, 0.0) + x[i % len(x)]
    return (d[77] if n > 3 else d[0]) + len(d) * x[0] + len(dict(d))


def histogram(x, labels):
    d = {}
    for k, v in zip(labels, x):
        d[k] = d.get(k, 0.0) + v
    return d


def of_helpers(x, labels):
    def first(d, k):
        if k in d:
            return d[k]
        for other in d:
            if other > k:
                return d[other] * 0.5
        return 0.25

    def add(d, k, v):
        d[k] = d.get(k, 0.0) + v
        return len(d)

    h, g = histogram(x, labels), histogram(x * 2.0, labels[::-1])
    n = add(h, 77, x[0]) + add(h, 2, x[1])
    return sum(h[k] * g.get(k, 0.0) for k in h) * n + first(h, 2) + first(g, 5) + first(h, 0)


def caught(x, labels):
    d = {}
    for i in range(len(x)):
        try:
            d[labels[i]] += x[i]
        except KeyError:
            d[labels[i]] = 2.0 * x[i]
    return sum(v * v for v in d.values())


def united(x, labels):
    d, e = {}, {1: x[0], 99: x[1]}
    for k, v in zip(labels, x):
        d[int(k)] = v
    f = d | e
    f |= {7: x[2]}
    d.update(e)
    d.update({5: x[2]})
    more = {**d, 8: 1.0}
    return sum(d.values()) * d[99] + len(more) + sum(k * v for k, v in f.items())


def filled(x, labels):
    d = dict.fromkeys(range(len(x)), 0.0)
    for i in range(len(x)):
        d[i] += x[i] ** 2
    e = dict(zip(labels, x))
    f = {int(k) + 1: v * v for k, v in zip(labels, x)}
    return sum(d.values()) + e[labels[0]] + sum(f.values()) * len(f)


def in_order(x, labels):
    d = {}
    for k, v in zip(labels, x):
        d[int(k)] = d.get(int(k), 0.0) + v
    s = 0.0
    for n, (k, v) in enumerate(sorted(d.items())):
        s += n * v * k
    for k in sorted(d, key=lambda q: -d[q]):
        s = 0.5 * s + d[k]
    for n, (k, v) in enumerate(list(d.items())):
        s += n * v
    while d:
        k, v = d.popitem()
        s = 0.5 * s + k * v
    return s


def numbered_labels(x, labels):
    number = {}
    for k in labels:
        if k not in number:
            number[k] = len(number)
    y = np.zeros(len(number))
    for k, v in zip(labels, x):
        y[number[k]] += v
    return np.sum(y**2)


# --- sets -----------------------------------------------------------------------------------------------------------


def each_once(x, labels):
    seen = set()
    s = 0.0
    for k, v in zip(labels, x):
        if k in seen:
            continue
        seen.add(k)
        s += v * v
    return s + len(seen)


def visited(x, n):
    done, i, s = {0}, 0, 0.0
    while True:
        i = (i * 5 + 3) % n
        if i in done:
            break
        done.add(i)
        s += x[i % len(x)] * len(done)
    done.discard(3)
    kinds = {int(v > 0.7) for v in x}
    others = set(done)
    others.add(1000)
    return s + max(done) + len(kinds) + sum(sorted(others)) + (1.0 if 3 not in done else 0.0)


def of_several_sets(x, labels):
    a, b = {int(k) for k in labels}, {1, 2, 99}
    both, all_of_them, rest, either = a & b, a | b, b - a, a ^ b
    a.update([5, 6])
    a.remove(5)
    s = x[0] * len(both) + x[1] * len(all_of_them) + x[2] * len(rest) + sum(sorted(either))
    return s + (1.0 if 99 in all_of_them and 99 not in both else 0.0) + len(a)


# --- a dict of the caller's -----------------------------------------------------------------------------------------


def looked_up(prices, x, labels):
    s = 0.0
    for k, v in zip(labels, x):
        s += prices[int(k)] * v + prices.get(int(k) + 1, 0.5)
    return s


COUPLINGS = {(0, 0): 1.5, (0, 1): -2.0, (2, 1): 0.5}


def looked_up_pairs(x, n):
    s = 0.0
    for i in range(n):
        for j in range(n):
            s += COUPLINGS.get((i, j), 0.0) * x[i + j] ** 2
    return s


def labelled(n):
    return lambda r: (r.uniform(0.4, 1.4, n), r.integers(1, 4, n))


def few(r):
    return r.uniform(0.4, 1.4, 3), np.array([2, 2, 9])


def numbered(*counts):
    return [lambda r, n=n: (r.uniform(0.4, 1.2, 6), n) for n in counts]


def priced(r):
    return {1: r.uniform(1.0, 2.0), 2: r.uniform(1.0, 2.0), 3: r.uniform(1.0, 2.0)}, r.uniform(0.4, 1.4, 5), r.integers(
        1, 4, 5)


PROGRAMS = [
    *(Program(f, labelled(7), also=(few, labelled(40))) for f in (
        totals, tested_first, with_defaults, counted, floats_as_keys, tuples_kept, taken_out, copies,
        arrays_stored_into, objects_by_key, rows_with_names, unions, cache_of_an_object, caught, united, filled,
        in_order, numbered_labels, of_a_fixed_size, of_helpers, of_several_sets,
        changed_while_going_through, made_in_a_loop, points, arrays_by_key, each_once, grouped,
        from_a_display)),
    *(Program(f, numbered(first)[0], also=tuple(numbered(*rest))) for f, first, *rest in (
        (memo, 9, 1, 2), (memo_of_pairs, 3, 1), (by_rows, 5, 1), (queue_of_keys, 12, 2), (of_one_path, 5, 1),
        (made_by_some, 6, 2), (memo_passed_on, 5, 1), (memo_of_matrices, 4, 1), (polynomial, 3, 0),
        (in_a_comprehension, 7, 2),
        (visited, 16, 7))),
    Program(totals, lambda r: (r.uniform(0.4, 1.4, 7).astype(np.float32), r.integers(1, 4, 7)), name="totals_float32",
            rtol=1e-4, oracle="differences"),
    *(Program(f, lambda r: (r.uniform(0.2, 0.8, 5),)) for f in (random_walk, walk_of_pairs)),
    Program(shortest, lambda r: (r.uniform(0.4, 1.4, 6),)),
    Program(pairs_as_keys, lambda r: (r.uniform(0.4, 1.4, 5),)),
    Program(truths_as_keys, lambda r: (r.uniform(0.2, 0.6, 6) + np.arange(6) % 2,)),
    Program(neighbours, lambda r: (r.uniform(0.4, 1.4, 6), r.integers(0, 6, (8, 2)))),
    Program(perhaps, lambda r: (*labelled(5)(r), 2), also=(lambda r: (*labelled(5)(r), 77),)),
    Program(looked_up, priced, wrt=(0, 1)),
    Program(looked_up_pairs, lambda r: (r.uniform(0.4, 1.4, 5), 3)),
    Program(complex_by_key, labelled(7), oracle="differences"),
]
