"""Objects that hold others, or lists of others, which several may share."""

from dataclasses import dataclass

import numpy as np

from ..program import Program


@dataclass
class Particle:
    x: float
    v: float


@dataclass
class Cell:
    mass: float
    count: int


class Member:
    def __init__(self, x, cell):
        self.x = x
        self.cell = cell


class Cloud:
    def __init__(self, pos, m):
        self.pos = pos
        self.m = m


class Linked:
    def __init__(self, x, v):
        self.x = x
        self.v = v
        self.near = []


class World:
    def __init__(self, ps):
        self.ps = ps
        self.active = []

    def keep(self):
        self.active = [p for p in self.ps if p.x > 0.0]

    def step(self, dt):
        for p in self.active:
            p.v -= dt * p.x
            p.x += dt * p.v


class Registered:
    def __init__(self, x, reg):
        self.x = x
        reg.append(self)


class Account:
    def __init__(self, balance, rate):
        self.balance = balance
        self.rate = rate
        self.history = []

    def grow(self):
        self.balance *= 1.0 + self.rate
        self.history.append(self.balance)


class Spring:
    def __init__(self, a, b, k):
        self.a = a
        self.b = b
        self.k = k

    def force(self):
        return self.k * (self.b.x - self.a.x)


class System:
    def __init__(self, x):
        self.ps = [Particle(v, 0.1 * v) for v in x]
        self.best = self.ps[0]
        self.pairs = []
        for i in range(len(self.ps)):
            for j in range(i):
                self.pairs.append((self.ps[i], self.ps[j]))

    def step(self, dt):
        for a, b in self.pairs:
            f = a.x - b.x
            a.v -= dt * f
            b.v += dt * f
        for p in self.ps:
            p.x += dt * p.v
            if p.x > self.best.x:
                self.best = p


def total(ps):
    s = 0.0
    k = 1.0
    for p in ps:
        s += k * p.x * p.x + p.v * np.sin(k)
        k += 0.5
    return s


def cells_of_members(x):
    cs = [Cell(0.0, 0) for _ in range(3)]
    ms = [Member(x[i], cs[i % 3]) for i in range(len(x))]
    for m in ms:
        m.cell.mass += m.x * m.x
        m.cell.count += 1
    ms[0].cell = cs[1]
    ms[0].cell.mass *= 2.0
    s = 0.0
    for c in cs:
        s += np.sin(c.mass) * c.count
    for m in ms:
        s += m.x * m.cell.mass
    return s


def near_ones(x):
    qs = [Linked(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    n = len(qs)
    for i in range(n):
        qs[i].near.append(qs[(i + 1) % n])
        qs[i].near.append(qs[(i + 2) % n])
    for _ in range(2):
        for q in qs:
            for o in q.near:
                o.v += 0.1 * q.x
                q.x += 0.05 * o.v
    return total(qs)


def arrays_bound_again(x):
    ps = [Cloud(np.array([x[i], 2.0 * x[i]]), 1.0 + i) for i in range(len(x))]
    alive = [p for p in ps if p.pos[0] > 0.0]
    for p in alive:
        p.pos = p.pos * 2.0
        p.m += p.pos[1]
    s = 0.0
    for p in ps:
        s += p.m * np.sum(p.pos * p.pos)
    return s


def arrays_stored_into(x):
    ps = [Cloud(np.array([x[i], 2.0 * x[i]]), 1.0 + i) for i in range(len(x))]
    alive = [p for p in ps if p.pos[0] > 0.0]
    for p in alive:
        p.pos += 1.0
        p.pos[0] *= p.m
    s = 0.0
    for p in ps:
        s += p.m * np.sum(p.pos * p.pos)
    return s


def world(x):
    ps = [Particle(x[i], 0.1 * i * x[i]) for i in range(len(x))]
    w = World(ps)
    w.keep()
    w.step(0.1)
    w.step(0.2)
    return total(ps) + total(w.active)


def field_list(x):
    ns = [Linked(v, 1.0) for v in x]
    for i in range(len(ns)):
        ns[i].near = [ns[j] for j in range(len(ns)) if j != i]
    for n in ns:
        for m in n.near:
            m.x += 0.05 * n.x
        n.v += len(n.near)
    s = 0.0
    for n in ns:
        s += n.x * n.v
    return s


def moved_to_another_cell(x):
    cells = [Cell(0.5 * i, i) for i in range(3)]
    ms = [Member(x[i], cells[i % 3]) for i in range(len(x))]
    heavy = [m for m in ms if m.cell.count > 0]
    for m in heavy:
        m.cell.mass += m.x
        m.x += m.cell.mass
    same = 0
    for m in ms:
        for n in ms:
            if m.cell is n.cell and m is not n:
                same += 1
                m.x += 0.01 * n.x
    c = ms[1].cell
    ms[2].cell = c
    c.mass += 1.0
    s = 0.0
    for m in ms:
        s += m.x * m.cell.mass * (1 + same)
    return s


def linked_dicts(x):
    ps = [{"p": np.array([v, 1.0]), "m": 1.0 + 0.1 * v} for v in x]
    links = [(ps[i], ps[(i + 1) % len(ps)]) for i in range(len(ps))]
    for _ in range(2):
        for a, b in links:
            d = a["p"] - b["p"]
            a["p"] = a["p"] - 0.1 * d * b["m"]
            b["m"] *= 1.1
    s = 0.0
    for p in ps:
        s += np.sum(p["p"]) * p["m"]
    return s


def links_between_clouds(x):
    ps = [Cloud(np.array([v, 1.0]), 1.0) for v in x]
    links = [(ps[i], ps[(i + 1) % len(ps)]) for i in range(len(ps))]
    for _ in range(2):
        for a, b in links:
            d = a.pos - b.pos
            a.pos -= 0.1 * d
            b.pos += 0.1 * d
    s = 0.0
    for p in ps:
        s += np.sum(p.pos * p.pos) * p.m
    return s


def append_self_inside(x):
    reg = []
    for i in range(len(x)):
        Registered(x[i], reg)
    for r in reg:
        r.x *= 2.0
    return reg[0].x * reg[1].x + reg[-1].x


def system(x):
    s = System(x)
    for _ in range(4):
        s.step(0.1)
    s.best.x *= 2.0
    return total(s.ps) + s.best.v


def accounts(x):
    accs = [Account(2.0 + v, 0.05) for v in x]
    rich = [a for a in accs if a.balance > 2.0]
    for _ in range(3):
        for a in rich:
            a.grow()
    accs[1].grow()
    s = 0.0
    for a in accs:
        for h in a.history:
            s += h * h
        s += a.balance * len(a.history)
    return s


def springs(x):
    ps = [Particle(v, 0.0 * v) for v in x]
    ss = [Spring(ps[i], ps[i + 1], 1.0 + i) for i in range(len(ps) - 1)]
    ss.append(Spring(ps[0], ps[0], 2.0))
    for _ in range(5):
        for s in ss:
            f = s.force()
            s.a.v += 0.1 * f
            s.b.v -= 0.1 * f
            s.k *= 0.99
        for p in ps:
            p.x += 0.1 * p.v
    stiff = [s for s in ss if s.k > 2.0]
    for s in stiff:
        s.a.x, s.b.x = s.b.x, s.a.x
    return total(ps)


PROGRAMS = (
    *(Program(f, lambda rng: (np.array([0.7, -0.4, 1.3, 0.2, -0.9]),), also=(lambda rng: (rng.normal(size=5),),) * 3)
      for f in (cells_of_members, near_ones, arrays_bound_again, arrays_stored_into, world, field_list,
            moved_to_another_cell, linked_dicts, links_between_clouds, append_self_inside, system, accounts,
            springs)),
    *(Program(f, lambda rng: (np.array([0.7, -0.4, 1.3, 0.2, -0.9], dtype=np.float32),), name=f"{f.__name__}_float32",
              rtol=1e-3, oracle="differences") for f in (near_ones, springs)),
)
