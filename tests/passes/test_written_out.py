"""Recursions that are written out call by call: what is known of a node decides where they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tapeless import CompileError, differentiate


class Both(NamedTuple):
    op: str
    left: Any
    right: Any


def value_of(node: Any, x: float) -> Any:
    if isinstance(node, (int, float)):
        return node
    if node == "x":
        return x
    left, right = value_of(node.left, x), value_of(node.right, x)
    return left + right if node.op == "+" else left * right


def tagged(node: Any, x: float) -> Any:
    if type(node) is str:
        return x
    if type(node) is int:
        return 10 * node
    if not hasattr(node, "left"):
        return node * node
    return tagged(node.left, x) - tagged(node.right, x)


def paired(node: Any, x: float) -> Any:
    match node:
        case (a, b):
            return paired(a, x) + 0.5 * paired(b, x)
        case str():
            return x
        case _:
            return node


def weighed(node: Any, x: float) -> Any:
    weights = {"left": x, "both": [1.0, 2.0 * x]}

    def walk(n: Any) -> Any:
        if n is None or isinstance(n, str):
            return x
        if len(n) == 2:
            return walk(n[0]) * weights["left"] + walk(n[1]) * weights["both"][1]  # type: ignore[index]
        return n[0]

    y = x if x > 0.0 else 2.0 * x
    return walk(node) + y


def chain(depth: int) -> Any:
    return 1.5 if depth == 0 else (0.25, chain(depth - 1))


CASES: tuple[tuple[Callable[..., Any], Any], ...] = (
    (value_of, Both("+", "x", Both("*", 2.0, Both("*", "x", 3)))),
    (tagged, Both("", Both("", 2, "x"), 0.5)),
    (paired, ((1.0, "x"), ((2.0, 0.5), "x"))),
    (paired, chain(20)),
    (weighed, ((None, (1.5,)), ("x", ((0.5,), None)))),
)


@pytest.mark.parametrize(("function", "node"), CASES)
def test_as_python_does(function: Callable[..., Any], node: Any) -> None:
    compiled = differentiate(wrt="x")(function)
    assert compiled(node, 1.25) == pytest.approx(function(node, 1.25), rel=1e-14)
    step = 1e-6
    slope = (function(node, 1.25 + step) - function(node, 1.25 - step)) / (2.0 * step)
    assert compiled.grad(node, 1.25) == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_a_mistake_in_a_tree_is_told_where_it_is() -> None:
    def summed(node: Any) -> Any:
        return summed(node[0]) + summed(node[2]) if isinstance(node, tuple) else node

    with pytest.raises(CompileError, match="a tuple of 2 has no item 2"):
        differentiate(summed)((1.0, (2.0, 3.0)))
