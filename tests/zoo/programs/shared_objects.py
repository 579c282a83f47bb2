"""Objects that several lists, tuples and names have: a store through one of them is seen through all."""

from dataclasses import dataclass

import numpy as np

from ..program import Program


@dataclass
class Particle:
    x: float
    v: float


@dataclass
class Counted:
    x: float
    n: int
    on: bool


class Identified:
    def __init__(self, x, v):
        self.x = x
        self.v = v


class Linked:
    def __init__(self, x, v):
        self.x = x
        self.v = v
        self.near = []


def total(ps):
    s = 0.0
    k = 1.0
    for p in ps:
        s += k * p.x * p.x + p.v * np.sin(k)
        k += 0.5
    return s


def step(p, f):
    p.v += f
    p.x += 0.1 * p.v


def filtered(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    alive = [p for p in ps if p.x > 0.0]
    for p in alive:
        p.x *= 2.0
        p.v += p.x * p.x
    return total(ps) + len(alive)


def one_object_twice(x):
    ps = [Particle(x[i], x[i] * i) for i in range(len(x))]
    n = len(ps)
    for i in range(n):
        for j in range(n):
            a, b = ps[i], ps[j]
            f = a.x * b.v
            a.v -= 0.01 * f
            b.v += 0.02 * f + a.v * 0.1
    return total(ps)


def pairs(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    bonds = [(ps[i], ps[i + 1]) for i in range(len(ps) - 1)]
    for _ in range(3):
        for a, b in bonds:
            f = a.x * b.x
            a.v -= f
            b.v += f * a.v
        for p in ps:
            p.x += 0.1 * p.v
    return total(ps)


def twice_in_a_list(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    qs = []
    for p in ps:
        qs.append(p)
        if p.x > 0:
            qs.append(p)
    for q in qs:
        q.x *= 1.5
        q.v += q.x
    return total(ps) + total(qs)


def neighbours(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    n = len(ps)
    near = []
    for i in range(n):
        row = []
        for j in range(n):
            if i != j and abs(ps[i].x - ps[j].x) < 1.0:
                row.append(ps[j])
        near.append(row)
    for i in range(n):
        for q in near[i]:
            q.v += 0.1 * ps[i].x * q.x
    return total(ps)


def sorting(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    alive = [p for p in ps if p.x > -0.5]
    alive.sort(key=lambda p: p.x)
    k = 1.0
    for p in alive:
        p.v += k * p.x
        k += 1.0
    return total(ps) + total(alive)


def by_sorted(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    k = 1.0
    for p in sorted(ps, key=lambda p: -p.x):
        p.v += k * p.x
        k += 1.0
    return total(ps)


def swaps(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    first = ps[0]
    for i in range(len(ps) - 1):
        if ps[i].x > ps[i + 1].x:
            ps[i], ps[i + 1] = ps[i + 1], ps[i]
    first.x *= 3.0
    ps[0].v += first.x
    return total(ps)


def removal(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    every = ps[:]
    p = ps.pop(1)
    p.x *= 2.0
    q = ps.pop()
    q.v += p.x
    every[1].v += 1.0
    return total(ps) + 2.0 * total(every)


def assigned_items(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    qs = [ps[0] for _ in range(len(x))]
    for i in range(len(x)):
        qs[i] = ps[len(x) - 1 - i]
    qs[1].x += 2.0
    qs[0] = ps[1]
    qs[0].v += qs[1].x
    return total(ps) + total(qs)


def insertion(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    order = []
    for p in ps:
        k = 0
        while k < len(order) and order[k].x < p.x:
            k += 1
        order.insert(k, p)
    k = 1.0
    for p in order:
        p.v += k
        k *= 1.5
    return total(ps)


def helpers(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    fast = [p for p in ps if p.v > 0.15]
    slow = [p for p in ps if p.v <= 0.15]
    for p in fast:
        step(p, p.x)
    for p in slow:
        step(p, -0.5 * p.x)
    both = fast + slow
    for p in both:
        step(p, 0.3)
    return total(ps) + total(both)


def minimum(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    low = min(ps, key=lambda p: p.x)
    low.x -= 1.0
    return total(ps) + low.x


def grouped(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    groups = [[] for _ in range(3)]
    for i, p in enumerate(ps):
        groups[i % 3].append(p)
    for g in groups:
        m = 0.0
        for p in g:
            m += p.x
        for p in g:
            p.x -= m / len(g)
            p.v += m
    return total(ps)


def other_than_itself(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    s = 0.0
    for p in ps:
        for q in ps:
            if p is not q:
                p.v += 0.1 * q.x * p.x
                s += p.v
    return s + total(ps)


def dicts_in_two_lists(x):
    ps = [{"x": x[i], "v": 0.1 * i * x[i]} for i in range(len(x))]
    alive = [p for p in ps if p["x"] > 0.0]
    for p in alive:
        p["x"] *= 2.0
        p["v"] += p["x"] ** 2
    s = 0.0
    for p in ps:
        s += p["x"] * p["v"] + p["x"]
    return s


def in_each_round(x):
    s = 0.0
    for k in range(3):
        ps = [Particle(x[i] * (k + 1), 0.1 * i * x[i]) for i in range(len(x))]
        alive = [p for p in ps if p.x > 0.0]
        for p in alive:
            p.x *= 1.1
            p.v += p.x * k
        s += total(ps)
    return s


def best_one(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    best = None
    for p in ps:
        if best is None or p.x > best.x:
            best = p
    best.x += 1.0
    best.v = best.x * best.x
    return total(ps)


def the_one_before(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    prev = ps[0]
    for p in ps:
        p.v += prev.x * 0.5
        prev.x += p.v * 0.1
        prev = p
    return total(ps) + prev.x


def chosen_by_a_condition(x):
    a = Particle(x[0], 1.0)
    b = Particle(x[1], 2.0)
    q = a if x[2] > 0 else b
    q.x *= 3.0
    a.v += q.x
    q.v *= 1.5
    return a.x * a.v + b.x * b.v * 2.0 + q.v


def lists_of_known_length(x):
    a, b, c = Particle(x[0], 1.0), Particle(x[1], 2.0), Particle(x[2], 3.0)
    springs = [(a, b, 1.0), (b, c, 2.0), (c, a, 3.0)]
    for _ in range(4):
        for p, q, k in springs:
            f = k * (p.x - q.x)
            p.v -= 0.01 * f
            q.v += 0.01 * f
        for p in [a, b, c]:
            p.x += 0.1 * p.v
    return a.x * b.x + c.v


def add_in_loop(x):
    ps = []
    late = []
    for i in range(len(x)):
        p = Particle(x[i], 1.0)
        ps.append(p)
        if i % 2 == 0:
            late.append(p)
        p.x += 0.5
        if len(late) > 1:
            late[-2].v += p.x
    for p in late:
        p.x *= p.v
    return total(ps)


def while_loop(x):
    ps = [Particle(v, 0.2 * v) for v in x]
    active = list(ps)
    k = 0
    while len(active) > 1 and k < 10:
        rest = [p for p in active if p.x < 1.5]
        for p in rest:
            p.x += 0.5 + 0.1 * p.v
            p.v *= 0.9
        active = rest
        k += 1
    return total(ps) + k


def fields_of_other_kinds(x):
    ts = [Counted(x[i], i, i % 2 == 0) for i in range(len(x))]
    sel = [t for t in ts if t.on]
    for t in sel:
        t.n += 3
        t.x *= t.n
        t.on = t.x > 2.0
    s = 0.0
    for t in ts:
        s += t.x * t.n + (1.0 if t.on else 0.5) * t.x
    return s


def tuple_swap(x):
    ps = [Particle(v, 0.2 * v) for v in x]
    qs = ps[::-1]
    a, b = ps[0], qs[0]
    a, b = b, a
    a.x += b.v
    qs[4].v += a.x
    ps[0], qs[1] = qs[1], ps[0]
    qs[1].x *= 7.0
    return total(ps) + 3.0 * total(qs)


def nested_helper(x):
    ps = [Particle(v, 0.2 * v) for v in x]
    def pick(k):
        return ps[k] if k < 3 else ps[0]
    p = pick(int(len(x) - 2))
    q = pick(int(len(x) - 1))
    p.x += q.v
    q.x += p.x
    return total(ps)


def one_or_the_other(x):
    a = Particle(x[0], 1.0)
    b = Particle(x[1], 2.0)
    q = a
    for i in range(4):
        q.x += 0.1 * i * q.v
        q = b if q is a else a
        if x[i] > 0.5:
            a.v += q.x
    return a.x * a.v + b.x * b.v * q.x


def optional_pair(x):
    ps = [Particle(v, 0.2 * v) for v in x]
    lo = None
    hi = None
    for p in ps:
        if lo is None or p.x < lo.x:
            lo = p
        if hi is None or p.x > hi.x:
            hi = p
        lo.v += 0.1
        hi.v += lo.x
    if lo is hi:
        return total(ps)
    if lo is not None:
        lo.x = hi.x
    return total(ps) + hi.v


def none_is_found(x):
    ps = [Particle(v, 0.2 * v) for v in x if v > 100.0]
    found = None
    for p in ps:
        p.x += 1.0
        found = p
    qs = [p for p in ps]
    for q in qs:
        q.x += 1.0
    if found is None:
        return x[0] * 2.0
    return found.x


def pop_loop(x):
    ps = [Particle(v, 0.2 * v) for v in x]
    stack = [ps[0]]
    n = 0
    while stack:
        p = stack.pop()
        p.x += 0.3
        n += 1
        if p.x < 2.0 and n < 12:
            stack.append(ps[n % len(ps)])
            if n % 3 == 0:
                stack.append(p)
    return total(ps)


def row_first(x):
    ps = [Particle(v, v) for v in x]
    near = []
    for i in range(len(ps)):
        row = []
        near.append(row)
        for j in range(i):
            row.append(ps[j])
        if len(row) > 2:
            row.pop()
    for row in near:
        for q in row:
            q.x *= 1.1
    return total(ps) + len(near[-1])


def numbers_row_first(x):
    rows = []
    for i in range(len(x)):
        row = []
        rows.append(row)
        for j in range(i + 1):
            row.append(x[j] * x[i])
        row[0] = row[-1] * 2.0
        rows[i][-1] += 1.0
        if i > 1:
            rows[i - 1].append(row[0])
    s = 0.0
    for row in rows:
        k = 1.0
        for v in row:
            s += k * v * v
            k += 1.0
    return s


def in_lists(x):
    ps = [Identified(v, 0.5 * v) for v in x]
    a = ps[2]
    k = 0
    if a in ps:
        k += 1
    alive = [p for p in ps if p.x > 0.0]
    if ps[1] not in alive:
        k += 2
    ps.remove(alive[0])
    a.v += ps.index(a) + 1.0
    if ps.count(a) == 1 and a == ps[1] and a != ps[0]:
        k += 4
    for p in alive:
        if p in ps:
            p.x *= 2.0
    return total(ps) + k * total(alive)


def wave(x):
    ps = [Identified(v, 0.5 * v) for v in x]
    front = [ps[0]]
    seen = []
    while front:
        following = []
        for p in front:
            if p not in seen:
                seen.append(p)
                p.v += 0.1 * len(seen) * p.x
                for q in ps:
                    if abs(q.x - p.x) < 1.2 and q not in seen:
                        following.append(q)
        front = following
    return total(seen) + len(seen)


def many_times(x):
    ps = [Particle(x[0], x[1])] * len(x)
    ps[0].x = 3.0 * x[0]
    for p in ps:
        p.v += p.x
    return ps[1].x * ps[-1].v


def again_and_again(x):
    p, ps = Particle(x[0], x[1]), []
    for v in x:
        ps.append(p)
        p.v += v
    p.x = 3.0 * x[2]
    return total(ps)


def in_a_slice(x):
    ps = [Particle(v, v * v) for v in x]
    others = ps[1:]
    others[0].x = 3.0 * x[1]
    others[-1].v += ps[1].x
    return total(ps)


def moved_by_the_list(x):
    ps = [Particle(v, v * v) for v in x]
    p = ps[0]
    ps.insert(0, Particle(x[1], x[2]))
    p.x = 3.0 * x[0]
    del ps[2]
    p.v += ps[1].x
    return total(ps)


def put_there_by_one_path(x):
    q, ps = {"x": x[0]}, []
    if x[1] > 0.0:
        ps.append(q)
    else:
        ps.append({"x": 2.0 * x[1]})
    for v in x:
        ps.append({"x": v})
    ps[0]["x"] *= 5.0
    return q["x"] + ps[0]["x"] * x[2]


def none_or_the_last(x):
    ps = [Linked(v, v) for v in x]
    last = None
    for p in ps:
        if last is not None:
            last.near.append(p)
            p.near.append(last)
        last = p
    for p in last.near:
        p.x *= 2.0
    ps.append(last)
    last.v += len(ps[0].near)
    return total(ps)


PROGRAMS = (
    *(Program(f, lambda rng: (np.array([0.7, -0.4, 1.3, 0.2, -0.9]),), also=(lambda rng: (rng.normal(size=5),),) * 3)
      for f in (filtered, one_object_twice, pairs, twice_in_a_list, neighbours, sorting, by_sorted, swaps, removal,
            assigned_items, insertion, helpers, minimum, grouped, other_than_itself, dicts_in_two_lists,
            in_each_round, best_one, the_one_before, chosen_by_a_condition, lists_of_known_length,
            add_in_loop, while_loop, fields_of_other_kinds, tuple_swap, nested_helper, one_or_the_other,
            optional_pair, none_is_found, pop_loop,
            row_first, numbers_row_first, in_lists, wave, many_times, again_and_again,
            in_a_slice, moved_by_the_list, put_there_by_one_path, none_or_the_last)),
    *(Program(f, lambda rng: (np.array([0.7, -0.4, 1.3, 0.2, -0.9], dtype=np.float32),), name=f"{f.__name__}_float32",
              rtol=1e-3, oracle="differences") for f in (filtered, pairs, best_one, swaps)),
)
