"""Every program on many random arguments, lengths, layouts and dtypes, native code against CPython."""

from __future__ import annotations

import os

import pytest

from . import raising
from .differential import EXEMPT, same
from .program import Program
from .programs import PROGRAMS
from .variations import OTHER_SIGNATURES, SAME_SIGNATURE, Vary

COUNT = int(os.environ.get("DIFFERENTIAL_COUNT", "100"))
EVERY = (*PROGRAMS, *raising.PROGRAMS)


def found(program: Program, kinds: tuple[Vary, ...], count: int) -> list[str]:
    every = ((vary, seed, same(program, vary, seed)) for vary in kinds for seed in range(count))
    return [f"{vary.__name__} {seed}: {text}" for vary, seed, text in every if text is not None]


@pytest.mark.parametrize("program", [pytest.param(program, id=program.id) for program in raising.PROGRAMS])
def test_exceptions_on_other_arguments(program: Program) -> None:
    assert not found(program, SAME_SIGNATURE, 6)


@pytest.mark.long
@pytest.mark.parametrize("program", [pytest.param(program, id=program.id) for program in EVERY])
def test_as_in_python(program: Program) -> None:
    assert not found(program, SAME_SIGNATURE, COUNT)
    assert not found(program, OTHER_SIGNATURES, max(1, COUNT // 20))


def test_what_is_exempt_exists() -> None:
    assert EXEMPT.keys() <= {program.id for program in EVERY}
