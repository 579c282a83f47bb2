"""Strings, enum members and None as arguments: part of the signature, compared by value at every call."""

from __future__ import annotations

import enum
import functools
import math
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate


class Mode(enum.Enum):
    FAST = 1
    EXACT = 2


def moded(x: float, mode: str = "square") -> float:
    match mode:
        case "square":
            return x * x
        case "cube":
            return x * x * x
    raise ValueError("unknown mode")


def by_member(x: float, mode: Mode) -> float:
    return x * x if mode is Mode.FAST else x * x * x


def optional(x: float, scale: Any = None) -> float:
    return x * x if scale is None else x * scale


def test_the_value_of_a_string_chooses_the_code_at_every_call() -> None:
    f = differentiate(moded)
    for _ in range(3):
        assert (f(2.0, "square"), f(2.0, "cube"), f(2.0)) == (4.0, 8.0, 4.0)
        assert (f.grad(2.0, "cube"), f.grad(2.0), f.grad(2.0, mode="square")) == (12.0, 4.0, 4.0)
        assert f(2.0, "".join(["cu", "be"])) == 8.0, "by value, not by identity"


def test_a_branch_that_raises_raises_whatever_is_asked_for() -> None:
    f = differentiate(moded)
    for way in (f, f.grad, f.value_and_grad, f.vjp):
        with pytest.raises(ValueError, match=r"^unknown mode$"):
            way(2.0, "fourth")
    assert f.grad(2.0, "cube") == 12.0


def test_a_gradient_that_raises_leaves_arrays_alone() -> None:
    def f(x: Any) -> Any:
        x[0] = 7.0
        raise KeyError("no")

    x = np.ones(2)
    with pytest.raises(KeyError):
        differentiate(f).grad(x)
    assert x[0] == 1.0


def test_members_of_an_enum() -> None:
    f = differentiate(by_member)
    assert [f.grad(3.0, m) for m in (Mode.FAST, Mode.EXACT, Mode.FAST)] == [6.0, 27.0, 6.0]


def test_none_and_a_number_alternate() -> None:
    f = differentiate(optional)
    for _ in range(3):
        assert (f(3.0), f(3.0, 2.0), f(3.0, None), f(3.0, 2)) == (9.0, 6.0, 9.0, 6.0)
        assert (f.grad(3.0), f.grad(3.0, 2.0)) == (6.0, 2.0)


def test_a_pullback_of_a_function_with_a_string() -> None:
    value, pullback = differentiate(moded).vjp(2.0, "cube")
    assert (value, pullback(2.0)) == (8.0, 24.0)


TABLE = {"sin": math.sin, "cos": math.cos}
SCALED = functools.partial(lambda k, x: k * x, 2.0)


def from_the_table(x: float, name: str) -> float:
    return TABLE[name](x)


def test_an_entry_of_a_table_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    f = differentiate(from_the_table)
    assert f(0.5, "sin") == math.sin(0.5)
    monkeypatch.setitem(TABLE, "sin", math.cos)
    assert f(0.5, "sin") == math.cos(0.5)


def through_a_variable(x: float, n: int) -> float:
    f = SCALED
    s = 0.0
    for g in (f, math.exp):
        s += g(x)
    return s * n


def test_a_function_that_types_have_found_is_checked_at_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    f = differentiate(through_a_variable)
    assert f(0.5, 1) == 1.0 + math.exp(0.5)
    monkeypatch.setitem(globals(), "SCALED", math.sin)
    assert f(0.5, 1) == math.sin(0.5) + math.exp(0.5)
    assert f.grad(0.5, 1) == math.cos(0.5) + math.exp(0.5)


HELPERS = {"a": lambda x: factor() * x}


def factor() -> float:
    return FACTOR


FACTOR = 2.0


def with_a_hidden_global(x: float, name: str) -> float:
    return HELPERS[name](x)


def test_a_global_read_by_a_function_that_types_have_found(monkeypatch: pytest.MonkeyPatch) -> None:
    f = differentiate(with_a_hidden_global)
    assert f(1.0, "a") == 2.0
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    assert f(1.0, "a") == 3.0
