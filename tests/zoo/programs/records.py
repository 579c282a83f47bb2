"""Dicts, named tuples, dataclasses and objects: as values inside, as arguments, as results."""

from collections import namedtuple
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..program import Program

Pair = namedtuple("Pair", "first second")


class Point(NamedTuple):
    x: float
    y: float = 2.0

    def norm2(self):
        return self.x * self.x + self.y * self.y

    @property
    def product(self):
        return self.x * self.y


@dataclass
class Layer:
    w: np.ndarray
    b: np.ndarray
    kind: str = "tanh"

    def __call__(self, x):
        y = self.w @ x + self.b
        return np.tanh(y) if self.kind == "tanh" else y


@dataclass(frozen=True)
class Spring:
    k: float
    m: float = 1.5
    steps: int = 3

    @property
    def omega2(self):
        return self.k / self.m


@dataclass
class Scaled:
    value: float
    doubled: float = field(init=False)

    def __post_init__(self):
        self.doubled = 2.0 * self.value


class Accumulator:
    """The mean and the sum of squares of what it was given (Welford, Technometrics 4(3), 1962)."""

    unit = 1.0

    def __init__(self):
        self.count = 0
        self.mean = 0.0
        self.squares = 0.0

    def add(self, value):
        self.count += 1
        delta = value - self.mean
        self.mean += delta / self.count
        self.squares = self.squares + delta * (value - self.mean)
        return self

    @staticmethod
    def half(value):
        return value / 2.0

    def variance(self):
        return self.half(self.squares) / self.count * self.unit


class Plain:
    def __init__(self, value):
        self.value = value

    @property
    def doubled(self):
        return 2.0 * self.value


class Damped(Plain):
    def __init__(self, value, damping):
        super().__init__(value)
        self.damping = damping

    def __add__(self, other):
        return Damped(self.value + other.value, self.damping * other.damping)


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b


# --- inside a function ----------------------------------------------------------------------------------------------


def dict_inside(x):
    p = {"w": x, "b": x * x, "n": 3}
    p["w"] = p["w"] * p["b"]
    p["new"] = p["w"] * p["n"]
    return p["w"] + p["new"] * p.get("missing", 2.0) + len(p)


def two_names_for_one_dict(x):
    p = {"a": x}
    q = p
    q["a"] = q["a"] * x
    r = q.copy()
    r["a"] = 0.0
    return p["a"] * x + r["a"]


def change(p, factor):
    p["a"] = p["a"] * factor


def dict_changed_by_a_helper(x):
    p = {"a": x, "b": 1.0}
    change(p, x)
    change(p, p["b"] + x)
    return p["a"]


def dict_carried_by_a_loop(x, n):
    s = {"u": x, "v": 1.0}
    for i in range(n):
        s = {"u": s["u"] * s["v"] - 0.1 * i, "v": np.sin(s["u"]) + s["v"]}
    return s["u"] + s["v"]


def dict_changed_in_a_loop(x, n):
    s = {"u": x, "total": 0.0}
    for _ in range(n):
        s["total"] += s["u"]
        s["u"] *= 0.5 * x
    return s["total"] + s["u"]


def dict_chosen_by_a_branch(x):
    p = {"a": x, "b": 2.0}
    if x > 1.0:
        p["a"] = x * x
    else:
        p = {"a": np.exp(x), "b": x}
    return p["a"] * p["b"]


def dict_of_arrays(x):
    p = {"a": x * 2.0, "b": np.zeros(3)}
    alias = p["a"]
    p["a"] += x
    p["b"][1] = alias[0] * alias[2]
    alias[2] = 1.0
    return np.sum(p["a"] * x) + p["b"][1] * p["a"][2]


def loops_over_a_dict(x):
    p = {"a": x, "b": 2.0 * x, "c": x * x}
    s = 0.0
    for key in p:
        s += p[key] if key != "b" else np.sin(p[key])
    for key, value in p.items():
        p[key] = value * value
        s += p["c"]
    for value in p.values():
        s = s * 0.5 + value
    return s


def membership(x):
    p = {"w": x}
    if "bias" in p:
        return p["bias"]
    if "w" not in p:
        return 0.0
    return p["w"] * x


def dict_methods(x):
    p = dict(a=x, b=2.0)
    p.update({"b": x * x}, c=3.0)
    taken = p.pop("c")
    q = {**p, "d": p.setdefault("e", x)}
    return sum(q.values()) * taken + len(q.keys())


def dict_comprehension(x):
    p = {"a": x, "b": x * x}
    q = {key: value * 2.0 for key, value in p.items() if key != "a"}
    return q["b"] * p["a"]


def early_return_of_a_dict(x, n):
    def find(v):
        for i in range(n):
            if v * i > 2.0:
                return {"v": v * i, "steps": i}
        return {"v": v, "steps": 0}

    found = find(x)
    return found["v"] * x + found["steps"]


def named_tuple_inside(x):
    p = Point(x)
    p = p._replace(y=p.x * p[1])
    a, b = p
    return a * b + p.norm2() + p.product


def named_tuple_carried(x, n):
    p = Pair(x, 1.0)
    for _ in range(n):
        p = Pair(first=p.second * 0.7, second=p.first + p.second)
    return p.first * p.second


def dataclass_inside(x):
    s = Spring(x, steps=2)
    position, speed = 1.0, 0.0
    for _ in range(s.steps):
        speed -= 0.1 * s.omega2 * position
        position += 0.1 * speed
    return position + s.m


def dataclass_with_a_post_init(x):
    s = Scaled(x * x)
    s.value = s.value + s.doubled
    return s.value * s.doubled


def inheritance_and_operators(x):
    d = Damped(x, 0.5) + Damped(2.0, x)
    d += Damped(1.0, x)
    return d.value * d.doubled * d.damping


def object_with_state(x):
    acc = Accumulator()
    for i in range(len(x)):
        acc.add(x[i])
    return acc.variance() + acc.mean


def method_chain(x):
    return Accumulator().add(x).add(2.0 * x).add(x * x).variance()


def slots(x):
    p = Slotted(x, 2.0)
    p.a *= p.b
    p.b = p.a * x
    return p.a + p.b


def objects_that_are_swapped(x, n):
    p, q = {"a": x}, {"a": 2.0}
    for _ in range(n):
        p, q = q, {"a": p["a"] * q["a"]}
    return p["a"] + 3.0 * q["a"]


# --- as arguments ---------------------------------------------------------------------------------------------------


def dict_argument(p, t):
    return p["k"] * np.exp(-p["r"] * t) + p["offset"][1] * p["n"]


def dict_argument_in_a_loop(p, n):
    u = p["u0"]
    for _ in range(n):
        u += p["dt"] * p["rate"] * u * (1.0 - u / p["limit"])
    return u


def nested_dict_argument(p):
    return np.sum(p["inner"]["w"] * p["x"]) + p["inner"]["pair"][0] * p["inner"]["pair"][1]


def unpacked_dict_argument(p):
    scaled = {name: 2.0 * value for name, value in p.items()}
    return sum(scaled.values()) * p["a"]


def named_tuple_argument(p):
    x, y = p
    return x * y + p.norm2() * p.product


def tuple_argument(p, q):
    a, (b, c) = p
    return a * b * c[0] + np.sum(c) * q[0]


def dataclass_argument(spring, x0):
    position, speed = x0, 0.0
    for _ in range(spring.steps):
        speed -= 0.1 * spring.omega2 * position
        position += 0.1 * speed
    return position * spring.m


def network(layers, x):
    for layer in layers:
        x = layer(x)
    return np.sum(x * x)


def network_of_dicts(layers, x):
    for i in range(len(layers)):
        x = np.tanh(layers[i]["w"] @ x + layers[i]["b"])
    return np.sum(x)


def network_of_tuples(layers, x):
    for w, b in layers[:-1]:
        x = np.tanh(w @ x + b)
    w, b = layers[-1]
    return np.sum(w @ x + b)


def argument_used_partly(p):
    return p["a"] * p["a"]


def array_in_a_dict_changed(p):
    p["a"][0] = p["a"][1] * p["s"]
    return np.sum(p["a"] * p["a"])


def array_in_a_tuple_changed(p):
    p[0][0] = p[0][1] * p[1]
    return np.sum(p[0] * p[0])


# --- as results -----------------------------------------------------------------------------------------------------


def step_of_descent(p, rate):
    return {name: value - rate * value * value for name, value in p.items()}


def named_tuple_result(x):
    return Point(x * x, np.sin(x))


def parameter_named_underscore(a, _):
    head = _
    return {"a": a, "b": head**2, "n": 3}


def dataclass_result(layer, s):
    return Layer(layer.w * s, layer.b + s, layer.kind)


def several_records(p, x):
    return [p, {"x": x * p["a"], "n": 2}], Pair(x, p["a"])


def replaced_dataclass(spring):
    return Spring(spring.k * spring.m, spring.m, spring.steps)


def layer(rng, rows, columns, kind="tanh", dtype=np.float64):
    return Layer(rng.normal(size=(rows, columns)).astype(dtype), rng.normal(size=rows).astype(dtype), kind)


def rates(rng):
    return {"k": 2.0, "r": 0.3, "offset": rng.normal(size=2), "n": 4}


def dicts(rng, sizes, dtype=np.float64):
    return [{"w": rng.normal(size=(m, n)).astype(dtype), "b": rng.normal(size=m).astype(dtype)}
            for n, m in pairwise(sizes)]


@dataclass
class Filter:
    level: float

    def above(self, v):
        """A list is made on one path only, by a method that is expanded when its object is known."""
        kept = 0.0
        if self.level > 0.1:
            items = [e for e in v if e > self.level]
            kept = sum(items)
        return kept


def list_in_a_method(a, v):
    return Filter(a).above(v) * a


def states_by_time(x):
    states = {}
    states[-1] = np.copy(x)
    for t in range(3):
        states[t] = np.tanh(0.5 * states[t - 1] + x)
    return np.sum(states[2] * states[-1])


def names_beside_an_array(w, names=("a", "b", "c")):
    weights = {name: w * w for name, w in zip(names, w)}
    total = sum(weights.values())
    return weights["a"] / total + np.sum(np.array([weights[name] for name in names]))


PROGRAMS = (
    Program(states_by_time, lambda rng: (rng.normal(size=3),)),
    Program(names_beside_an_array, lambda rng: (rng.uniform(1.0, 2.0, size=3),)),
    Program(list_in_a_method, lambda rng: (0.3, rng.normal(size=5)), wrt=(0, 1)),
    Program(dict_inside, lambda rng: (1.3,)),
    Program(dict_inside, lambda rng: (np.float32(1.3),), name="dict_inside_float32", rtol=1e-5, oracle="differences"),
    Program(two_names_for_one_dict, lambda rng: (1.3,)),
    Program(dict_changed_by_a_helper, lambda rng: (1.3,)),
    Program(dict_carried_by_a_loop, lambda rng: (0.4, 4), also=(lambda rng: (0.4, 0),)),
    Program(dict_changed_in_a_loop, lambda rng: (0.4, 4), also=(lambda rng: (0.4, 0),)),
    Program(dict_chosen_by_a_branch, lambda rng: (1.4,), also=(lambda rng: (0.4,),)),
    Program(dict_of_arrays, lambda rng: (rng.normal(size=3),)),
    Program(loops_over_a_dict, lambda rng: (0.7,)),
    Program(membership, lambda rng: (0.7,)),
    Program(dict_methods, lambda rng: (0.7,)),
    Program(dict_comprehension, lambda rng: (0.7,)),
    Program(early_return_of_a_dict, lambda rng: (0.7, 5), also=(lambda rng: (0.2, 5), lambda rng: (0.2, 0))),
    Program(named_tuple_inside, lambda rng: (0.7,)),
    Program(named_tuple_carried, lambda rng: (0.7, 5), also=(lambda rng: (0.7, 0),)),
    Program(dataclass_inside, lambda rng: (0.7,)),
    Program(dataclass_with_a_post_init, lambda rng: (0.7,)),
    Program(inheritance_and_operators, lambda rng: (0.7,)),
    Program(object_with_state, lambda rng: (rng.normal(size=5),)),
    Program(method_chain, lambda rng: (0.7,)),
    Program(slots, lambda rng: (0.7,)),
    Program(objects_that_are_swapped, lambda rng: (0.7, 4), also=(lambda rng: (0.7, 0),)),
    Program(dict_argument, lambda rng: (rates(rng), 0.5), wrt=(0, 1)),
    Program(dict_argument_in_a_loop, lambda rng: ({"u0": 0.1, "dt": 0.1, "rate": 1.1, "limit": 2.0}, 6)),
    Program(nested_dict_argument, lambda rng: ({"x": rng.normal(size=3), "inner": {
        "w": rng.normal(size=3), "pair": (1.2, 0.7), "name": "first", "nothing": None}},)),
    Program(nested_dict_argument, lambda rng: ({"x": np.zeros(0), "inner": {"w": np.zeros(0), "pair": (1.2, 0.7)}},),
            name="nested_dict_argument_empty"),
    Program(unpacked_dict_argument, lambda rng: ({"a": 1.2, "b": 0.7, "c": 0.1},)),
    Program(named_tuple_argument, lambda rng: (Point(1.2, 0.7),)),
    Program(tuple_argument, lambda rng: ((1.2, (0.7, rng.normal(size=3))), (0.3, 2)), wrt=(0, 1)),
    Program(dataclass_argument, lambda rng: (Spring(1.2, 0.7), 0.4), wrt=(0, 1)),
    Program(network, lambda rng: ([layer(rng, 3, 2), layer(rng, 4, 3, "linear")], rng.normal(size=2)), wrt=(0, 1)),
    Program(network, lambda rng: ([layer(rng, 3, 2, dtype=np.float32)], rng.normal(size=2).astype(np.float32)),
            name="network_float32", rtol=1e-4, oracle="differences"),
    Program(network_of_dicts, lambda rng: (dicts(rng, (2, 3, 2)), rng.normal(size=2)), wrt=(0, 1)),
    Program(network_of_tuples, lambda rng: ([tuple(d.values()) for d in dicts(rng, (2, 3, 2))], rng.normal(size=2))),
    Program(argument_used_partly, lambda rng: ({"a": 1.5, "b": rng.normal(size=2), "c": True},)),
    Program(array_in_a_dict_changed, lambda rng: ({"a": rng.normal(size=3), "s": 0.7},)),
    Program(array_in_a_tuple_changed, lambda rng: ((rng.normal(size=3), 0.7),)),
    Program(step_of_descent, lambda rng: ({"a": 1.5, "b": rng.normal(size=2)}, 0.1), wrt=(0, 1)),
    Program(named_tuple_result, lambda rng: (0.7,)),
    Program(parameter_named_underscore, lambda rng: (rng.normal(), rng.normal()), wrt=(1,)),
    Program(dataclass_result, lambda rng: (layer(rng, 2, 2), 0.7), wrt=(0, 1)),
    Program(several_records, lambda rng: ({"a": 1.5}, 0.7), wrt=(0, 1)),
    Program(replaced_dataclass, lambda rng: (Spring(1.2, 0.7),)),
)
