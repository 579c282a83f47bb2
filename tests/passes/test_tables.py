"""Code for loops over tables: how long it is does not depend on how long the tables are, nor on how often loops run."""

from __future__ import annotations

from typing import Any

import pytest

from passes.stages import after
from tapeless.compiler.ir.nodes import Function
from tapeless.compiler.ir.printing import show
from tapeless.compiler.ir.traversal import walk

QUADRATURE = """
def f(x):
    total = 0.0
    for i in range(count):
        for j in range(count):
            total += weights[i] * weights[j] * np.exp(-x * nodes[i] * nodes[j]) + np.cos(x * nodes[i] + nodes[j])
    return total
"""
PAIRS = """
def f(x):
    total = 0.0
    for n, w in zip(nodes, weights):
        for m, v in zip(nodes, weights):
            total += w * v * np.exp(-x * n * m) + np.cos(x * n + m) * np.sin(x * m - n) + np.tanh(x * n * w * v)
    return total
"""
STEPS = """
def f(x):
    k = []
    for i in range(count):
        u = x
        for j in range(i):
            u = u + 0.1 * table[i][j] * k[j] * np.sin(u * j) * np.cos(u + i) * np.exp(-u) * np.tanh(u * i)
        k.append(u * u)
    return sum(k)
"""
SHAPES = """
def f(x, n):
    total = 0.0
    for i in range(n):
        y = x * 0.5
        {body}
        total += np.sum(y)
    return total
"""


def size(function: Function) -> int:
    return sum(1 for _ in walk(function.body))


def world(count: int) -> dict[str, Any]:
    numbers = [0.1 + 0.01 * k for k in range(count)]
    return {"count": count, "nodes": numbers, "weights": numbers[::-1], "table": [numbers[:k] for k in range(count)]}


@pytest.mark.parametrize("text", [QUADRATURE, PAIRS, STEPS], ids=["by index", "by item", "steps"])
def test_a_long_table_costs_as_much_as_a_longer_one(text: str) -> None:
    long, longer = (size(after("eliminate", text, "f8", **world(count))) for count in (30, 40))
    assert long == longer < 300


@pytest.mark.parametrize("text", [QUADRATURE, PAIRS, STEPS], ids=["by index", "by item", "steps"])
def test_a_loop_is_written_out_up_to_a_limit(text: str) -> None:
    assert max(size(after("dissolve", text, **world(count))) for count in range(3, 16)) < 4000


def test_a_short_loop_is_written_out() -> None:
    assert not any(type(s).__name__ == "For" for s in walk(after("dissolve", QUADRATURE, **world(3)).body))


def test_what_asks_for_classes_has_its_lists_item_by_item() -> None:
    """In an array an integer among floats is a float."""
    text = """
    def f(x):
        total = 0.0
        for i in range(count):
            for j in range(count):
                if isinstance(nodes[i], int):
                    total += x * nodes[j] * weights[i]
        return total
    """
    mixed = {**world(30), "nodes": [1, 0.5] * 15}
    assert "mul" in show(after("infer", text, "f8", **mixed))
    assert size(after("infer", text, "f8", **mixed)) > 450 > size(after("infer", text, "f8", **world(30)))


def test_a_number_known_while_it_runs_is_one_load() -> None:
    text = """
    def f(x, k):
        return x * nodes[k]
    """
    short, long = (size(after("infer", text, "f8, i8", **world(count))) for count in (20, 200))
    assert short == long < 20


def test_sums_of_sums_are_followed_once() -> None:
    """Each line doubles the number of ways that lead to `x`."""
    doubled = "\n        ".join(["y = y * y + y", "z = y + y", "y = z * z"] * 20)
    assert size(after("reverse", SHAPES.format(body=doubled), "f8[::1], i8")) < 1500
