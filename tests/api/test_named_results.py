"""Strings and enum members beside the numbers of a result."""

from __future__ import annotations

from enum import Enum, Flag
from typing import Any

import numpy as np
import pytest

from tapeless import CompileError, differentiate


class Mode(Enum):
    FAST = 1
    SLOW = "slow"
    QUICK = 1  # an alias


class Rights(Flag):
    READ = 1
    WRITE = 2


def word_of(x):
    word = "low"
    if x > 1.0:
        word = "high"
    elif x > 0.0:
        word = "middle"
    return x * x, word, Mode.QUICK, "m/s"


def test_generated_python_returns_the_words() -> None:
    f = differentiate(word_of)
    world: dict[str, Any] = {}
    for x, word in ((-1.0, "low"), (0.5, "middle"), (1.5, "high")):
        assert f(x) == f.py_func(x)
        if not world:
            f.vjp(x)[1](f(x))
            exec(f.adjoint_source, world)
        value, gradient = world["word_of_adjoint"](x, (1.0, word, None, None))
        assert value == (x * x, word, "Mode.FAST", "m/s") and gradient == 2.0 * x


def test_the_member_is_the_class_s_own() -> None:
    assert differentiate(word_of)(1.0)[2] is Mode.FAST


@pytest.mark.parametrize("head", [(1.0, "high", Mode.FAST, "m/s"), (1.0, None, None, None), [1.0, 0, 0, 0]])
def test_a_head_gradient_has_anything_in_their_place(head: Any) -> None:
    _, pullback = differentiate(word_of).vjp(3.0)
    assert pullback(head) == 6.0


def only_a_word(x):
    return "high" if x > 1.0 else "low"


def test_a_word_alone_has_no_derivative() -> None:
    f = differentiate(only_a_word)
    assert [f(0.5), f(1.5)] == ["low", "high"]
    with pytest.raises(CompileError, match="returns a string or an enum member, which has no derivative"):
        f.grad(0.5)
    with pytest.raises(CompileError, match="returns a string or an enum member, which has no derivative"):
        f.vjp(0.5)[1](1.0)


def functions_and_words(x):
    return x, np.sin


def several_flags(x):
    return x, Rights.READ | Rights.WRITE


@pytest.mark.parametrize("function", [functions_and_words, several_flags])
def test_other_constants_are_refused(function: Any) -> None:
    with pytest.raises(CompileError, match=r"A004|A026|F00|T0"):
        differentiate(function)(1.0)
