"""Arguments that are part of a specialisation, and functions that its types have chosen."""

from __future__ import annotations

import math
from enum import Enum
from typing import Any

import pytest

from .kept import Compilations, made

MODE = """\
def f(x, mode='square'):
    if mode == 'square':
        return x * x
    if mode == 'cube':
        return x * x * x
    raise ValueError(f'no mode for {x}')
"""
TABLE = "def f(x, name):\n    return KNOWN[name](x)\n"
EITHER = """\
def g(x):
    return K * x

def f(x, parts):
    for h, c in zip((g, abs), parts):
        x = h(x) * c
    return x
"""


class Mode(Enum):
    """A choice."""

    FAST = 1
    EXACT = 2


def test_each_string_has_code_of_its_own(compilations: Compilations) -> None:
    for _ in range(2):
        f = made(MODE)
        assert (f.grad(3.0), f.grad(3.0, "square"), f.grad(3.0, "cube")) == (6.0, 6.0, 27.0)
    assert compilations.since()[1] == 2
    assert made(MODE).grad(3.0, "cube") == 27.0
    assert compilations.since() == (0, 0)


def test_an_exception_with_numbers(compilations: Compilations) -> None:
    for first in (True, False):
        for call in (made(MODE), made(MODE).grad):
            with pytest.raises(ValueError, match=r"no mode for 1\.5"):
                call(1.5, "tan")
        assert first or compilations.since()[1] == 0
        compilations.since()
    f = made(MODE)
    with pytest.raises(ValueError, match=r"no mode for 2\.5"):
        f(2.5, "tan")
    assert compilations.since() == (0, 0)


def test_a_table_of_functions(compilations: Compilations) -> None:
    for _ in range(2):
        assert made(TABLE, KNOWN={"sin": math.sin, "exp": math.exp}).grad(0.0, "sin") == 1.0
    assert compilations.since()[1] == 1
    known: dict[str, Any] = {"sin": math.sin, "exp": math.exp}
    f = made(TABLE, KNOWN=known)
    assert f.grad(0.0, "sin") == 1.0
    assert compilations.since() == (0, 0)
    known["sin"] = math.cos
    assert f.grad(0.0, "sin") == 0.0
    assert made(TABLE, KNOWN={"sin": math.cos, "exp": math.exp}).grad(0.0, "sin") == 0.0


def test_what_types_have_chosen_is_checked(compilations: Compilations) -> None:
    for _ in range(2):
        f = made(EITHER, K=3.0)
        assert f.grad(1.0, (1.0, 2.0)) == 6.0
    assert compilations.since()[1] == 1
    f.py_func.__globals__["K"] = 5.0
    assert f.grad(1.0, (1.0, 2.0)) == 10.0
    assert f.grad(1.0, (1.0,)) == 5.0
    assert made(EITHER, K=5.0).grad(1.0, (1.0, 2.0)) == 10.0


def test_a_member_of_an_enum_is_compiled_in_each_process(compilations: Compilations) -> None:
    """Another enum may have a member that looks the same."""
    text = "def f(x, mode):\n    return x * x if mode is FAST else x\n"
    other = Enum("Mode", {"FAST": 1}).FAST  # type: ignore[attr-defined]
    for _ in range(2):
        assert made(text, FAST=Mode.FAST).grad(3.0, Mode.FAST) == 6.0
        assert made(text, FAST=Mode.FAST).grad(3.0, other) == 1.0
    assert compilations.since()[1] == 4
