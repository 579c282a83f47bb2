"""Classes with operators, and what dataclasses and dicts can do besides holding values."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from ..program import Program


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    @classmethod
    def of(cls, pair):
        return cls(pair[0], pair[1])

    @staticmethod
    def unit():
        return Vector(1.0, 0.0)

    @property
    def norm(self):
        return np.sqrt(self.x * self.x + self.y * self.y)

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, scale):
        return Vector(self.x * scale, self.y * scale)

    __rmul__ = __mul__

    def __rsub__(self, number):
        return Vector(number - self.x, number - self.y)

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return self.x < other.x

    def __getitem__(self, k):
        return self.x if k == 0 else self.y


class Series:
    def __init__(self, count):
        self.items, self.log = [0.0] * count, []

    def __setitem__(self, k, value):
        self.items[k] = value
        self.log.append((k, value))

    def __getitem__(self, k):
        return self.items[k]

    def __len__(self):
        return len(self.items)

    @property
    def last(self):
        return self.log[-1][1]


@dataclass
class Setting:
    rate: float
    scale: float = 2.0
    history: list = dataclasses.field(default_factory=list)


def operators(x):
    a, b = Vector(x, 2.0), Vector.of([x * x, x])
    c = 2.0 * a + b * x + -Vector.unit()
    d = 1.0 - c
    smaller = a if a < b else b
    equal = x if a == a else 1.0
    other = x * x if a != b else 0.0
    return c.norm * c[0] + d.norm + smaller.y + equal * other


def lists_in_objects(x, n):
    s = Series(n)
    for k in range(len(s)):
        s[k] = x * k + 1.0
    total = 0.0
    for k in range(len(s)):
        total += s[k] * s[k]
    return total * s.last


def replaced(x):
    first = Setting(x)
    first.history.append(x * x)
    second = dataclasses.replace(first, scale=x, history=[3.0])
    return first.rate * second.scale + first.history[0] * second.history[0] * first.scale


def dicts(x):
    p = {"a": x, "b": x * x} | {"c": 2.0}
    p |= {"d": x}
    p[1, 2] = x**3
    del p["a"]
    s = 0.0
    for key in sorted({"u": 1, "v": 2}):
        s += x if key == "u" else x * x
    return s * p["b"] * p["c"] + p["d"] * p[1, 2] + len(p)


class Account:
    rate = 0.1

    def __init__(self, balance):
        self._balance = balance
        self.changes = 0

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, value):
        if np.any(value < 0.0):
            raise ValueError("overdrawn")
        self._balance = value
        self.changes += 1

    def accrue(self):
        self.balance = self.balance * (1.0 + self.rate)


def property_that_is_set(x):
    account = Account(x)
    for _ in range(3):
        account.accrue()
    account.balance += x * x
    account.balance -= 0.5 * x
    return account.balance**2 * account.changes


def property_of_an_array_that_is_set(x):
    account = Account(x.copy())
    before = account.balance
    account.balance += x * x
    account.accrue()
    return np.sum(account.balance * before) * account.changes


@dataclass
class Interval:
    low: float
    high: float

    def __contains__(self, v):
        return self.low <= v <= self.high

    def __bool__(self):
        return bool(self.low < self.high)

    def __float__(self):
        return float(self.high - self.low)

    @property
    def width(self):
        return self.high - self.low


class Bag:
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __contains__(self, v):
        return any(w == v for w in self.items)


def members(x):
    middle = Interval(-0.5, 0.5)
    return sum(v * v if v in middle else -v if v not in Interval(x[0], 2.0) else 0.0 for v in x)


def truth_of_objects(x):
    s = 0.0
    for k in range(5):
        found = Interval(x[k], x[k + 1])
        if found:
            s += found.width * 2.0
        elif not found and k > 1:
            s -= found.width
    return s


def object_in_a_condition(x):
    found = Interval(x[0], x[1])
    return found.width if (found and x[2] > 0) or x[3] in found else x[4] * 3


def float_of_an_object(x):
    return float(Interval(x[0], x[1])) * 2.0


def length_for_the_truth(x):
    some, none = Bag([1, 2, 3]), Bag([])
    s = x[0] if some else x[1]
    s += x[2] if none else x[3]
    return s * (2.0 if 2 in some else 1.0) * (3.0 if 7 not in some else 1.0)


PROGRAMS = (
    Program(float_of_an_object, lambda rng: (rng.normal(size=3),), wrt=()),
    *(Program(f, lambda rng: (rng.normal(size=6),), also=(lambda rng: (rng.normal(size=6),),))
      for f in (members, truth_of_objects, object_in_a_condition, length_for_the_truth)),
    Program(property_that_is_set, lambda rng: (0.7,), also=(lambda rng: (2.0,),)),
    Program(property_of_an_array_that_is_set, lambda rng: (rng.uniform(1.0, 2.0, size=3),)),
    Program(operators, lambda rng: (1.3,), also=(lambda rng: (0.7,),)),
    Program(lists_in_objects, lambda rng: (1.3, 4), also=(lambda rng: (0.7, 1),)),
    Program(replaced, lambda rng: (1.3,)),
    Program(dicts, lambda rng: (1.3,)),
)
