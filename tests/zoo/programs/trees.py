"""Recursion over nested tuples, lists, dicts and objects, whose structure says where it ends."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..program import Program


def product(node):
    if isinstance(node, tuple):
        return product(node[0]) * product(node[1])
    return node


def product_of_leaves(tree, x):
    return product(tree) * x


def folded(tree):
    if isinstance(tree, tuple):
        return tree[0] * folded(tree[1:]) if len(tree) > 1 else tree[0]
    return tree


def first_times_the_rest(x, y):
    return folded((x, y, x * y, 0.5)) + folded(y)


def flattened(node):
    out = []
    for child in node:
        if isinstance(child, (list, tuple)):
            out.extend(flattened(child))
        else:
            out.append(child)
    return out


def leaves_in_order(tree):
    total = 0.0
    for k, v in enumerate(flattened(tree)):
        total += (k + 1) * v * v
    return total


def in_one(node):
    if not isinstance(node, tuple):
        return [node]
    result = []
    for child in node:
        result = result + in_one(child)
    return result


def leaves_joined(tree):
    return sum(v * v * v for v in in_one(tree))


def norm_of(parameters):
    total = 0.0
    for _, value in parameters.items():
        total += norm_of(value) if isinstance(value, dict) else np.sum(value * value)
    return total


def norm_of_parameters(parameters):
    return norm_of(parameters)


def mapped(f, node):
    if isinstance(node, dict):
        return {key: mapped(f, value) for key, value in node.items()}
    if isinstance(node, list):
        return [mapped(f, value) for value in node]
    if isinstance(node, tuple):
        return tuple(mapped(f, value) for value in node)
    return f(node)


def leaves_of(node):
    if isinstance(node, dict):
        return [leaf for key in node for leaf in leaves_of(node[key])]
    if isinstance(node, (list, tuple)):
        return [leaf for value in node for leaf in leaves_of(value)]
    return [node]


def mapped_leaves(parameters, rate):
    moved = mapped(lambda v: v * rate + v * v, parameters)
    return sum(np.sum(leaf) for leaf in leaves_of(moved))


@dataclass
class Branch:
    value: float
    left: Any = None
    right: Any = None


def weighed(node, depth):
    if node is None:
        return 0.0
    return depth * node.value**2 + weighed(node.left, depth + 1.0) + weighed(node.right, depth * 1.5)


def weights_by_depth(node, depth):
    return weighed(node, depth)


class Both(NamedTuple):
    op: str
    left: Any
    right: Any


def value_of(node, x):
    if isinstance(node, str):
        return x
    if not isinstance(node, Both):
        return node
    left, right = value_of(node.left, x), value_of(node.right, x)
    if node.op == "+":
        return left + right
    if node.op == "*":
        return left * right
    raise ValueError("no such operator")


def formula(x, y):
    return value_of(Both("+", "x", Both("*", y, Both("+", Both("*", "x", "x"), 2.0))), x)


def matched(node, names):
    match node:
        case ("+", a, b):
            return matched(a, names) + matched(b, names)
        case ("*", a, b):
            return matched(a, names) * matched(b, names)
        case ("get", name):
            return names[name]
        case _:
            return node


EXPRESSION = ("+", ("*", ("get", "x"), ("get", "y")), ("*", 2.0, ("+", ("get", "x"), 0.5)))


def matched_expression(x, y):
    return matched(EXPRESSION, {"x": x, "y": y})


def summed(tree):
    if tree is None:
        return 0.0
    left, value, right = tree
    return summed(left) + value * value + 2.0 * summed(right)


def height(tree):
    return 0 if tree is None else 1 + max(height(tree[0]), height(tree[2]))


def with_none_for_leaves(tree, x):
    return summed(tree) + x * height(tree)


def counted(node):
    if isinstance(node, tuple):
        a, m = counted(node[0])
        b, n = counted(node[1])
        return a + b, m + n
    return node * node, 1


def mean_of_leaves(tree):
    total, count = counted(tree)
    return total / count


def horner(coefficients, x):
    if not coefficients:
        return 0.0
    return coefficients[0] + x * horner(coefficients[1:], x)


def polynomial_of_a_list(coefficients, x):
    return horner(coefficients, x)


def repeated(node, n):
    if isinstance(node, tuple):
        total = 0.0
        for k in range(n):
            total += repeated(node[0], n) + k * repeated(node[1], n)
        return total
    return node * node


def loops_around_calls(tree, n):
    return repeated(tree, n)


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def beside_a_recursion_on_numbers(tree, n):
    return product(tree) * fibonacci(n)


def alternating_sum(node):
    return sum(alternating_product(child) for child in node) if isinstance(node, list) else node


def alternating_product(node):
    if not isinstance(node, list):
        return node
    result = 1.0
    for child in node:
        result *= alternating_sum(child)
    return result


def functions_in_turn(tree):
    return alternating_sum(tree)


def collected(tree, x):
    found = []
    count = 0

    def visit(node):
        nonlocal count
        count += 1
        if isinstance(node, tuple):
            for child in node:
                visit(child)
        else:
            found.append(node * x)

    visit(tree)
    return sum(k * v * v for k, v in enumerate(found)) / count


def dotted(a, b):
    return sum(dotted(u, v) for u, v in zip(a, b)) if isinstance(a, tuple) else a * b


def two_trees(a, b):
    return dotted(a, b) + dotted(a, a)


def tree_of_results(tree, x):
    return mapped(lambda v: v * x, tree)[1][0] ** 2


def tree(rng):
    a, b, c, d = map(float, rng.uniform(0.5, 1.5, 4))
    return (a, (b, (c, d)))


def lists(rng):
    a, b, c, d = map(float, rng.uniform(0.5, 1.5, 4))
    return [a, [b, [c, d], 2.0]]


PROGRAMS = (
    Program(product_of_leaves, lambda rng: (tree(rng), 0.7), wrt=(0, 1)),
    Program(first_times_the_rest, lambda rng: (1.2, 0.7), wrt=(0, 1)),
    Program(leaves_in_order, lambda rng: (lists(rng),)),
    Program(leaves_in_order, lambda rng: (tree(rng),), name="leaves_of_tuples_in_order"),
    Program(leaves_joined, lambda rng: (tree(rng),)),
    Program(norm_of_parameters, lambda rng: (
        {"a": 1.5, "b": {"w": rng.normal(size=3), "c": {"v": rng.normal(size=(2, 2))}}},)),
    Program(mapped_leaves, lambda rng: (
        {"w": [rng.normal(size=3), (1.5, {"z": rng.normal(size=2)})], "b": 0.3}, 0.5), wrt=(0, 1)),
    Program(weights_by_depth, lambda rng: (
        Branch(1.5, Branch(0.5, None, Branch(0.7)), Branch(1.1)), 1.0), wrt=(0, 1)),
    Program(formula, lambda rng: (1.3, 0.6), wrt=(0, 1)),
    Program(matched_expression, lambda rng: (1.3, 0.6), wrt=(0, 1)),
    Program(with_none_for_leaves, lambda rng: (
        ((None, 1.5, None), 0.5, (None, 0.7, (None, 1.2, None))), 0.3), wrt=(0, 1)),
    Program(mean_of_leaves, lambda rng: (tree(rng),)),
    Program(polynomial_of_a_list, lambda rng: (list(map(float, rng.normal(size=4))), 0.7), wrt=(0, 1)),
    Program(loops_around_calls, lambda rng: (((0.5, 1.5), 0.7), 3), wrt=(0,)),
    Program(beside_a_recursion_on_numbers, lambda rng: (tree(rng), 6)),
    Program(functions_in_turn, lambda rng: (lists(rng),)),
    Program(collected, lambda rng: (tree(rng), 0.7), wrt=(0, 1)),
    Program(two_trees, lambda rng: (tree(rng), tree(rng)), wrt=(0, 1)),
    Program(tree_of_results, lambda rng: (tree(rng), 0.7), wrt=(0, 1)),
)
