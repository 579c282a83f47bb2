"""Generator functions, and the loops that go through their values."""

from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

import numpy as np

from ..program import Program


def pairs(x):
    for i in range(len(x)):
        for j in range(i):
            yield x[i], x[j]


def loop_over_pairs(x):
    total = 0.0
    for u, v in pairs(x):
        total += u * v * v
    return total


def left_by_break_and_continue(x):
    total = 0.0
    for u, v in pairs(x):
        if v > 2.5:
            break
        if u < 2.0:
            continue
        total += u * v * v
    else:
        total = total * 10.0
    return total


def left_by_return(x):
    for k in range(2):
        for u, v in pairs(x):
            if u * v > 3.0 + k:
                return u * v * k
    return x[0] * x[1]


def newton(a):
    x = a
    while True:
        yield x
        x = 0.5 * (x + a / x)


def endless_and_left(a):
    last = 0.0
    for x in newton(a):
        if abs(x - last) < 1e-12:
            break
        last = x
    return last * a


def endless_and_returned_from(a):
    for k, x in enumerate(newton(a)):
        if k == 4:
            return x * x * a


def endless_beside_arrays(a, y):
    total = 0.0
    for x, v in zip(newton(a), y):
        total += x * v
    for v, x in zip(y, newton(a)):
        if v > 1.0:
            continue
        total += x * v * v
    return total


def squares(x):
    for v in x:
        yield v * v


def consumed_by_builtins(x):
    listed, again = list(squares(x)), [v * v for v in squares(x)]
    a, b, c = squares(x)
    most = max(squares(x), key=lambda v: -v)
    many = sum(squares(x)) + max(squares(x)) * min(squares(x)) + sum(2.0 * v for v in squares(x) if v > 2.0)
    if any(v > 8.0 for v in squares(x)):
        many += listed[0] * listed[-1]
    return many + again[1] * a + b * c + most


def generator_that_reads_what_the_loop_changes(x):
    n = 3.0

    def inner(k):
        yield x[k] * n
        yield x[k] ** 2
        if k > 1:
            return
        yield 1.5

    total = 0.0
    for k in range(3):
        for i, v in enumerate(inner(k), 1):
            total += i * v
            n = n + 0.5
    return total


def several(x):
    yield from squares(x)
    yield x[0]
    yield from (x[1], x[2])
    yield from [v + 1.0 for v in x]


def yields_from_others(x):
    total = 1.0
    for k, v in enumerate(several(x)):
        total += k * v
    return total


def up_to(n):
    k = 0
    while k < n:
        yield k
        k += 1


def loops_over_generators_in_loops(x, n):
    total = 0.0
    for i in up_to(n):
        for j in up_to(i + 1):
            total += x[i] * x[j]
            if j == 1:
                break
    return total


def doubled(x):
    for k in range(len(x)):
        x[k] = x[k] * 2.0
        yield x[k]


def generator_and_loop_store(x):
    y = x.copy()
    total = 0.0
    for v in doubled(y):
        y[-1] += v
        total += y[-1] * v
    return total


def steps(f, y, h=0.1, n=4):
    t = 0.0
    for _ in range(n):
        y = y + h * f(t, y)
        t += h
        yield t, y


def steps_of_euler(rate, y):
    ys = [v for _, v in steps(lambda t, y: -rate * y * y, y, h=0.2)]
    return sum(v * t for t, v in steps(lambda t, y: -rate * y, y, n=6)) + np.sum(np.array(ys) ** 2)


def counts_outside(x):
    seen = 0.0

    def sums():
        nonlocal seen
        for v in x:
            seen += v
            yield seen

    total = 0.0
    for s in sums():
        total += s * s
        seen *= 0.5
    return total + seen


def checked(x):
    for v in x:
        if v > 2.5:
            raise ValueError("too large")
        yield v * v


def raises_while_a_loop_goes_on(x):
    total = 0.0
    try:
        for v in checked(x):
            total += v
    except ValueError:
        total = total * 100.0
    return total


def halves(a, n):
    for _ in range(n):
        a = a * 0.5
        yield a


def arrays_are_yielded(x):
    total = np.zeros(3)
    for row in halves(x, 4):
        total = total + row * row
    return np.sum(total * np.array(list(halves(x, 2)))[1])


def named(x):
    yield "p", x[0]
    yield "q", x[1] * x[0]


def dict_of_what_is_yielded(x):
    d = dict(named(x))
    return d["p"] + d["q"] ** 2


def leaves(node):
    if isinstance(node, tuple):
        for child in node:
            yield from leaves(child)
    elif node is not None:
        yield node


def leaves_of_a_tree(tree):
    total = 0.0
    for k, v in enumerate(leaves(tree)):
        if k == 3:
            break
        total += (k + 1) * v * v
    return total + sum(leaves(tree))


@dataclass
class Node:
    value: float
    left: Any = None
    right: Any = None

    def walk(self):
        if self.left is not None:
            yield from self.left.walk()
        yield self.value
        if self.right is not None:
            yield from self.right.walk()

    def __iter__(self):
        for child in (self.left, self.right):
            if child is not None:
                yield child.value

    def by_depth(self, depth=0):
        yield depth, self
        for child in [c for c in (self.left, self.right) if c is not None]:
            yield from child.by_depth(depth + 1)


def methods_that_yield(tree):
    total = sum(tree.walk()) + max(tree.walk()) * list(tree.right.walk())[1]
    for v in tree:
        total += v * v
    for k, v in enumerate(tree.walk()):
        total += k * v * v
        if k == 2:
            break
    return total + sum((depth + 1) * node.value**2 for depth, node in tree.by_depth())


class Model:
    def __init__(self, rate, count):
        self.rate = rate
        self.count = count
        self.done = 0

    def steps(self, x):
        for i in range(self.count):
            x = x * self.rate
            self.done += 1
            yield i, x

    def items(self):
        yield "rate", self.rate
        yield "count", 1.0 * self.count


def method_that_stores(rate, x):
    model, total = Model(rate, 4), 0.0
    for i, v in model.steps(x):
        if i == 2:
            break
        total += v
    for _, value in model.items():
        total += value * x
    return total * model.done


def first_of_endless(a, n):
    total = sum(islice(newton(a), 3)) + sum(takewhile(lambda v: v > 1.42, newton(a)))
    for k, v in enumerate(islice(newton(a), n)):
        total += k * v
    else:
        total *= 1.5
    return total


def first_of_others(x):
    total = sum(islice(x, 2)) + sum(list(islice([x[0], x[1], x[2]], 2)))
    for v in islice((x[0], x[1] * x[2], x[2]), 2):
        total += v * v
    for i, v in enumerate(takewhile(lambda u: u < 2.5, x)):
        total += i * v * v
    for v in takewhile(lambda u: u > 0.0, (x[0], -x[1], x[2])):
        total += v**3
    return total


def none_yielded(x):
    def nothing():
        return
        yield x[0]

    total = x[1]
    for v in nothing():
        total += v
    else:
        total *= 2.0
    return total + sum(nothing())


X = np.array([1.2, 0.7, 2.9])

PROGRAMS = (
    Program(loop_over_pairs, lambda rng: (rng.normal(size=4),)),
    Program(left_by_break_and_continue, lambda rng: (X.copy(),), also=(
        lambda rng: (np.array([2.1, 2.8, 1.0, 2.0]),), lambda rng: (np.array([2.1, 2.2, 1.0]),))),
    Program(left_by_return, lambda rng: (X.copy(),), also=(
        lambda rng: (np.array([2.1, 2.8, 1.0, 2.0]),), lambda rng: (np.array([0.1, 0.2, 1.0]),))),
    Program(endless_and_left, lambda rng: (2.0,)),
    Program(endless_and_returned_from, lambda rng: (2.0,)),
    Program(endless_beside_arrays, lambda rng: (2.0, X.copy()), wrt=(0, 1), also=(lambda rng: (2.0, np.array([])),)),
    Program(consumed_by_builtins, lambda rng: (X.copy(),)),
    Program(generator_that_reads_what_the_loop_changes, lambda rng: (rng.normal(size=3),)),
    Program(yields_from_others, lambda rng: (rng.normal(size=3),)),
    Program(loops_over_generators_in_loops, lambda rng: (rng.normal(size=4), 4)),
    Program(generator_and_loop_store, lambda rng: (rng.normal(size=3),)),
    Program(steps_of_euler, lambda rng: (0.3, 1.1), wrt=(0, 1)),
    Program(counts_outside, lambda rng: (rng.normal(size=3),)),
    Program(raises_while_a_loop_goes_on, lambda rng: (X.copy(),), also=(lambda rng: (X[:2].copy(),),)),
    Program(arrays_are_yielded, lambda rng: (rng.normal(size=3),)),
    Program(dict_of_what_is_yielded, lambda rng: (rng.normal(size=3),)),
    Program(leaves_of_a_tree, lambda rng: ((1.1, ((0.7, None), (1.3, (0.4, 2.0)))),)),
    Program(methods_that_yield, lambda rng: (
        Node(1.1, Node(0.7), Node(1.4, Node(2.0, None, Node(0.3)))),)),
    Program(method_that_stores, lambda rng: (1.3, 0.7), wrt=(0, 1)),
    Program(first_of_endless, lambda rng: (2.0, 4), also=(lambda rng: (2.0, 0),)),
    Program(first_of_others, lambda rng: (X.copy(),)),
    Program(none_yielded, lambda rng: (rng.normal(size=3),)),
)
