"""Lists of many numbers as arguments: one compiled function for all lengths, and what that changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tapeless
from tapeless import CompileError, differentiate


def numbers(count: int) -> list[float]:
    return [0.5 + 0.25 * k for k in range(count)]


def weighted(xs: list[float]) -> float:
    return 0.0 + sum(k * x * x for k, x in enumerate(xs))


def test_one_signature_for_all_lengths() -> None:
    f = differentiate(weighted)
    for count in (17, 300, 18, 100_000, 17):
        xs = numbers(count)
        assert f(xs) == weighted(xs)
        assert f.grad(xs) == [2.0 * k * x for k, x in enumerate(xs)]
    assert f.signatures == ("(list(float))",)


def test_short_lists_have_their_length_in_the_type() -> None:
    f = differentiate(weighted)
    assert f(numbers(3)) == weighted(numbers(3))
    assert f.signatures == ("(list(0: float, 1: float, 2: float))",)
    assert f(numbers(16)) == weighted(numbers(16)) and f(numbers(17)) == weighted(numbers(17)) and f([]) == 0.0
    assert len(f.signatures) == 4


def test_calls_of_all_kinds_one_after_the_other() -> None:
    """Code for one kind of list is at hand when another comes."""
    f = differentiate(lambda xs: sum(xs) * xs[0])
    for xs in (numbers(20), list(range(1, 30)), [2.0, 3.0], [True] * 40, list(np.ones(20)), numbers(21),
               list(np.ones(30, np.float32)), [1j] * 20, np.ones(20), (1.0, 2.0)):
        value, expected = f(xs), sum(xs) * xs[0]
        assert value == expected and np.asarray(value).dtype == np.asarray(expected).dtype


def test_errors_are_pythons() -> None:
    f = differentiate(lambda xs, k: 1.0 / xs[k])
    with pytest.raises(IndexError, match="list index out of range"):
        f(numbers(20), 20)
    assert f(numbers(20), -20) == 2.0
    with pytest.raises(ZeroDivisionError):
        f([0.0] * 20, 0)
    with np.errstate(all="ignore"):
        assert f(list(np.zeros(20)), 0) == np.inf
    with pytest.raises(OverflowError, match=r"`xs\[7\]` does not fit into 64 bits"):
        f([1] * 7 + [2**63] + [1] * 20, 0)


def test_the_callers_list_comes_back() -> None:
    f = differentiate(lambda p: (p["xs"], p["xs"][1:]))
    p = {"xs": numbers(20), "n": list(range(40))}
    same, rest = f(p)
    assert same is p["xs"] and rest == p["xs"][1:]
    _, pullback = tapeless.vjp(f, p)
    p["xs"][0] = 100.0
    gradient = pullback(([1.0] * 20, [2.0] * 19))
    assert gradient == {"xs": [1.0] + [3.0] * 19, "n": [None] * 40}
    with pytest.raises(ValueError, match="a list of 20 items, so its head gradient is a list of as many, not one of 3"):
        pullback(([1.0] * 3, [2.0] * 19))


def test_gradients_by_lists_are_lists() -> None:
    f = differentiate(lambda xs, ys: sum(x * y for x, y in zip(xs, ys, strict=True)), argnums=(0, 1))
    one, other = f.grad(numbers(20), list(np.ones(20)))
    assert one == [1.0] * 20 and other == numbers(20) and {type(v) for v in (*one, *other)} == {float}
    value, gradient = f.value_and_grad(numbers(30), [2.0] * 30)
    assert gradient[0] == [2.0] * 30 and value == 2.0 * sum(numbers(30))
    assert tapeless.check_grads(f, (numbers(20), numbers(20)))


def test_lists_of_tuples() -> None:
    f = differentiate(lambda edges, h: 0.0 + sum(w * h[i] * h[k] for (i, k), w in edges), argnums=(0, 1))
    for count in (20, 500, 17):
        edges, h = [((k, 2), 0.5 * k) for k in range(count)], numbers(count)
        assert f(edges, h) == pytest.approx(f.py_func(edges, h), rel=1e-13)
        gradient, _ = f.grad(edges, h)
        assert gradient == [((None, None), v * h[2]) for v in h]
    assert f.signatures == ("(list(tuple(0: tuple(0: int, 1: int), 1: float)), list(float))",)
    mixed = [((0, 1), 1.0)] * 20 + [((0, 1), 1)]
    assert f(mixed, numbers(20)) == pytest.approx(f.py_func(mixed, numbers(20)), rel=1e-13)


def test_a_function_that_wants_the_length_gets_it() -> None:
    """What code for all lengths is refused for is tried with the length, and the result is the same."""

    def f(xs, names):
        total = 0.0
        for k, name in enumerate(names):
            table = {"a": xs[k], "b": 2.0}
            total += table[name]
        return total + sum(xs)

    names = ["a", "b"] * 10
    g = differentiate(f)
    assert g(numbers(20), names) == f(numbers(20), names)
    assert g.grad(numbers(20), names) == [2.0, 1.0] * 10


@pytest.mark.parametrize("count", [20, 300])
def test_stores_are_refused(count: int) -> None:
    def f(xs):
        xs[0] = 5.0
        return sum(xs)

    def g(xs):
        xs.append(5.0)
        return sum(xs)

    for function in (f, g):
        xs = numbers(count)
        with pytest.raises(CompileError, match="R003"):
            differentiate(function)(xs)
        assert xs == numbers(count)


@pytest.mark.parametrize("xs", [[1.0] * 299 + [1], [[1.0]] * 300, [None] * 300, [(1.0,)] * 299 + [(1.0, 2.0)]])
def test_long_lists_of_other_things(xs: list[Any]) -> None:
    with pytest.raises(TypeError, match=r"a list of 300 items that are not numbers of one class.*np\.array"):
        differentiate(lambda xs: xs[0] * 2.0)(xs)
