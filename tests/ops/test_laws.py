"""Each row by its example: value and dtype as in NumPy, adjoint as on the tape, as the complex step, as differences.

A row is compiled once for its arrays and once for numbers, with all its spellings in one function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate
from tapeless.compiler.ops import Row

from . import spelled
from .oracles import (
    assert_equal,
    assert_numbers,
    complex_step,
    differences,
    inner,
    on_the_tape,
    quiet,
    random_like,
)
from .vocabulary import ELEMENTWISE, EXAMPLES, operands, scalars
from .written import adjoint, returning

VALUE_RTOL = 4e-15  # the C library's functions and NumPy's own differ in the last digits
TAPE_RTOL = 1e-12
DOT_RTOL = 1e-12
DIFFERENCE_RTOL = 1e-7

# The complex step needs a ufunc that takes complex numbers; differences and the tape remain.
NOT_ANALYTIC = {"mod", "floordiv", "fmod", "cbrt", "copysign", "heaviside", "deg2rad", "rad2deg", "trunc",
                "slogdet_log", "cholesky", "sinc", "logaddexp2", "fmax", "fmin",
                "real", "imag", "conj"}
SINGLE = {"astype"}

Spell = Callable[[Row], list[str]]


def floats(args: tuple[Any, ...], row: Row | None = None) -> tuple[int, ...]:
    """The arguments that can be differentiated."""
    given = tuple(k for k, a in enumerate(args) if np.asarray(a).dtype.kind == "f")
    return tuple(k for k in given if row is None or not row.without or row.partials[k])


def differentiable(row: Row) -> bool:
    return bool(row.partials)


def spellings(row: Row, spell: Spell, args: tuple[Any, ...]) -> tuple[Callable[..., Any], int]:
    """A function that returns the row in every spelling, and their number."""
    expressions = spell(row)
    return returning(", ".join(row.operands[: len(args)]), *expressions), len(expressions)


def check(row: Row, spell: Spell, args: tuple[Any, ...]) -> None:
    fn, count = spellings(row, spell, args)
    if not count:
        return
    with quiet():
        expected = fn(*args)
    if not differentiable(row) or not floats(args, row) or not floats(heads(expected)):
        assert_equal(differentiate(fn)(*args), expected, VALUE_RTOL, f"value of {row.name}")
        return
    compiled = differentiate(fn, argnums=floats(args, row))
    before = tuple(np.array(a) for a in args)
    value, pullback = compiled.vjp(*args)
    assert_equal(value, expected, 1e-6 if row.name in SINGLE else VALUE_RTOL, f"value of {row.name}")
    head = random_like(expected, seed=len(row.name))
    gradients = pullback(head)
    for k, gradient in zip(floats(args, row), gradients, strict=True):
        assert type(gradient) is type(args[k]) and np.shape(gradient) == np.shape(args[k]), row.name
        np.testing.assert_array_equal(args[k], before[k], err_msg="the pullback changed an argument")
    check_gradients(row, fn, args, head, gradients)
    with quiet():
        printed = adjoint(compiled)(*args, f_bar=head)
    assert_equal(printed[0], expected, VALUE_RTOL * 10, f"value of the generated adjoint of {row.name}")
    assert_equal(printed[1], gradients, 1e-13, f"the generated adjoint of {row.name}")


def heads(head: Any) -> tuple[Any, ...]:
    return head if isinstance(head, tuple) else (head,)


def check_gradients(row: Row, fn: Any, args: tuple[Any, ...], head: Any, gradients: tuple[Any, ...]) -> None:
    directions = {k: random_like(args[k], seed=k) for k in floats(args, row)}
    ours = sum(inner(directions[k], g) for k, g in zip(floats(args, row), gradients, strict=True))
    size = sum(float(np.sum(np.abs(directions[k] * g))) for k, g in zip(floats(args, row), gradients, strict=True))
    if row.name in SINGLE:
        assert ours == pytest.approx(inner(directions[0], sum(map(np.asarray, heads(head)))), rel=1e-6)
        return
    assert abs(ours - differences(fn, args, directions, head)) <= DIFFERENCE_RTOL * max(size, 1.0)
    if row.name not in NOT_ANALYTIC and not row.scipy:
        assert abs(ours - complex_step(fn, args, directions, head)) <= DOT_RTOL * size
    for mine, theirs in zip(gradients, on_the_tape(fn, args, floats(args, row), head), strict=True):
        assert_numbers(np.asarray(mine), np.asarray(theirs), TAPE_RTOL, f"{row.name} on the tape")


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.name)
def test_on_arrays(row: Row) -> None:
    check(row, spelled.on_arrays, operands(row))


@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
def test_on_numbers(row: Row) -> None:
    check(row, spelled.on_numbers, scalars(row))
