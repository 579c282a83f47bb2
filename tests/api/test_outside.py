"""Lists, dicts, objects and named tuples that a function reads from outside: what changes in them is seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless import CompileError, differentiate

TABLE: list[Any] = [1.0, [2.0, 3.0], np.array([1.0, 2.0])]
OPTIONS: dict[str, Any] = {"gain": 2.0, "inner": {"shift": 0.5}}


class Model:
    def __init__(self) -> None:
        self.rate = 0.5
        self.weights = [1.0, 2.0]

    def predict(self, x: float) -> float:
        return self.rate * x * self.weights[-1]


MODEL = Model()


def test_every_change_of_a_list_is_seen() -> None:
    def f(x: float) -> Any:
        return TABLE[0] * x + sum(TABLE[1]) * x + np.sum(TABLE[2]) * x

    g = differentiate(f)
    assert g(1.5) == f(1.5) and g.grad(1.5) == 9.0
    TABLE[0] = 5.0
    assert g(1.5) == f(1.5) and g.grad(1.5) == 13.0
    TABLE[1].append(10.0)
    assert g(1.5) == f(1.5) and g.grad(1.5) == 23.0
    TABLE[1].pop()
    TABLE[2] = np.array([4.0])
    assert g(1.5) == f(1.5) and g.grad(1.5) == 14.0
    TABLE[2][0] = 7.0
    assert g(1.5) == f(1.5) and g.grad(1.5) == 17.0


def test_every_change_of_a_dict_is_seen() -> None:
    def f(x: float) -> float:
        options = dict(OPTIONS)
        total = 0.0
        for name, value in OPTIONS["inner"].items():
            total += value * (1.0 if name == "shift" else 2.0) * x
        return total + options.get("gain", 1.0) * x

    g = differentiate(f)
    assert g(1.5) == f(1.5)
    OPTIONS["inner"]["scale"] = 2.0
    assert g(1.5) == f(1.5)
    del OPTIONS["inner"]["scale"]
    del OPTIONS["gain"]
    assert g(1.5) == f(1.5)
    OPTIONS["gain"] = 3.0
    assert g(1.5) == f(1.5)


def test_every_change_of_an_object_is_seen() -> None:
    def f(x: float) -> float:
        return MODEL.predict(x)

    g = differentiate(f)
    assert g.grad(1.5) == 1.0
    MODEL.rate = 2.0
    assert g.grad(1.5) == 4.0
    MODEL.weights[-1] = 3.0
    assert g.grad(1.5) == 6.0


def test_a_list_in_a_closure() -> None:
    held = [2.0]

    @differentiate
    def f(x: float) -> float:
        return held[0] * x

    assert f.grad(1.0) == 2.0
    held[0] = 3.0
    assert f.grad(1.0) == 3.0


def test_mistakes_in_a_method_are_told_in_every_round() -> None:
    class Counter:
        def __init__(self, n: int) -> None:
            self.n = n

        def of(self, q: int) -> int:
            with open("x"):
                return self.n + q

    def f(x: float) -> float:
        counter = Counter(3)
        return x * sum(counter.of(q) for q in range(3))

    with pytest.raises(CompileError, match="`with` is not supported"):
        differentiate(f)(0.5)


def test_a_loop_that_makes_an_array_of_a_number_has_to_run() -> None:
    @differentiate
    def f(x: Any) -> Any:
        total = 0.0
        for row in x:
            total = total + row
        return np.sum(total)

    assert f(np.ones((2, 3))) == 6.0
    with pytest.raises(TypeError, match="`total` is a number before this loop and an array after it"):
        f.grad(np.ones((0, 3)))


class Decay:
    wd = 1.0


class Settings(Decay):
    lr = 0.5


def by_settings(x):
    return x * Settings.lr * Settings.wd


def helper(x):
    return x * helper.k


def by_a_function(x):
    return helper(x) + helper.k


def test_every_change_of_a_class_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of one that is above, or that begins to hide what is above."""
    f = differentiate(by_settings)
    assert f.value_and_grad(2.0) == (1.0, 0.5)
    monkeypatch.setattr(Settings, "lr", 2.0)
    assert f.value_and_grad(2.0) == (4.0, 2.0)
    monkeypatch.setattr(Decay, "wd", 3.0)
    assert f.value_and_grad(2.0) == (12.0, 6.0)
    monkeypatch.setattr(Settings, "wd", 1.0, raising=False)
    assert f.value_and_grad(2.0) == (4.0, 2.0)


def test_every_change_of_what_a_function_carries_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper, "k", 2.0, raising=False)
    f = differentiate(by_a_function)
    assert f.value_and_grad(3.0) == (8.0, 2.0)
    monkeypatch.setattr(helper, "k", 4.0)
    assert f.value_and_grad(3.0) == (16.0, 4.0)
