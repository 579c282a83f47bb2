"""Defaults of fields and parameters: tuples, named tuples, and what a `default_factory` makes anew each time."""

from collections import namedtuple
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..program import Program

Pt = namedtuple("Pt", "x y")
HALF = Pt(0.5, (2, "a"))


@dataclass(frozen=True)
class Setting:
    lr: float = 0.1
    steps: int = 3
    w: tuple = (1.0, 2.0)
    p: Pt = HALF


def tuples_by_default(x):
    c = Setting(lr=x[0])
    y = x[1]
    for k in range(c.steps):
        y = y - c.lr * (y - c.w[k % 2])
    return y * c.p.x * c.p.y[0] if c.p.y[1] == "a" else y


@dataclass
class Record:
    v: float
    hist: list = field(default_factory=lambda: [1.0, 2.0])
    m: dict = field(default_factory=lambda: {"a": 3.0})
    arr: np.ndarray = field(default_factory=lambda: np.ones(3))


def fields_made_anew(x):
    f = Record(x[0])
    g = Record(x[1])
    f.hist.append(x[2])
    f.m["b"] = x[3]
    return sum(f.hist) * len(g.hist) * f.m["a"] * f.m["b"] + len(g.m) * np.sum(f.arr * g.arr) + f.v * g.v


class Pair(NamedTuple):
    a: float
    b: tuple = (1.0, 2.0)


def default_of_a_named_tuple(x):
    n = Pair(x[0])
    return n.a * n.b[1] + sum(n.b)


def defaults_of_helpers(x):
    def h(v, w=(1.0, 2.0), *, opts={"s": 2.0}):
        return v * w[0] + w[1] * opts["s"]

    return h(x[0]) + h(x[1], (x[2], 3.0)) + h(x[3], opts={"s": x[4]})


@dataclass
class Opt:
    lr: float = 0.5
    hist: list = field(default_factory=list)


@dataclass
class Model:
    w: float
    opt: Opt = field(default_factory=Opt)

    def step(self, g):
        self.w -= self.opt.lr * g
        self.opt.hist.append(self.w)
        return self


def objects_made_anew(x):
    m = Model(x[0])
    n = Model(x[1], Opt(x[2]))
    for v in x:
        m.step(v).step(2.0 * v)
        n.step(v)
    return sum(m.opt.hist) * n.w + len(n.opt.hist)


class Custom:
    def __init__(self, k=2.0, *, tags=("a", "b"), size=(2, 3)):
        self.k, self.tags, self.size = k, tags, size

    def f(self, x):
        return x * self.k * self.size[0] if "a" in self.tags else x


def defaults_of_a_class(x):
    return Custom().f(x[0]) + Custom(x[1], tags=("b",)).f(x[2]) * Custom(size=(5, 1)).size[0]


def vector(rng):
    return (rng.normal(size=6),)


VECTORS = (tuples_by_default, fields_made_anew, default_of_a_named_tuple, defaults_of_helpers, objects_made_anew,
           defaults_of_a_class)
PROGRAMS = tuple(Program(f, vector, also=(vector,)) for f in VECTORS)
