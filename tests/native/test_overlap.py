"""Arguments that share memory, for kernels compiled under the promise that they do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless.compiler.backend.entry import Param
from tapeless.compiler.ir.types import NOTHING, TupleOf

from .build import ANY_MATRIX, ANY_VECTOR, VECTOR, Slow, make

BASE = np.zeros(24)
GRID = BASE.reshape(4, 6)


def accepts(*arrays: Any, stored: tuple[bool, bool], types: tuple[Any, Any]) -> bool:
    slow = Slow()
    params = [Param(t, s) for t, s in zip(types, stored, strict=True)]
    assert make("", params, NOTHING, disjoint=True, slow=slow)(*arrays) in (None, "slow")
    return not slow.calls


@pytest.mark.parametrize("stored", [(False, False), (True, False), (False, True), (True, True)])
def test_vectors(stored: tuple[bool, bool]) -> None:
    def ok(a: Any, b: Any) -> bool:
        return accepts(a, b, stored=stored, types=(VECTOR, VECTOR))

    assert ok(BASE[:12], BASE[12:]) and ok(BASE[12:], BASE[:12]) and ok(BASE[:0], BASE) and ok(BASE, BASE[3:3])
    assert ok(BASE, BASE) is ok(BASE[:13], BASE[12:]) is ok(BASE[2:3], BASE) is not any(stored)


def test_strides() -> None:
    def ok(a: Any, b: Any) -> bool:
        types = tuple({1: ANY_VECTOR, 2: ANY_MATRIX}[x.ndim] for x in (a, b))
        return accepts(a, b, stored=(True, False), types=types)

    pairs = [
        (BASE[5::-1], BASE[6:]), (BASE[6::-1], BASE[6:]), (GRID[:2], GRID[2:]), (GRID[:, :3], GRID[:, 3:]),
        (GRID[::-1][:2].T, GRID[:2]), (GRID[::-1][:2].T, GRID[1:]), (GRID[:0], GRID), (GRID[:, :0], BASE),
        (np.zeros(3), BASE), (BASE[::-2], BASE[1::2]), (GRID[3, ::-1], GRID[:3]),
    ]  # fmt: skip
    for a, b in pairs:
        assert ok(a, b) is not np.may_share_memory(a, b), (a.shape, a.strides, b.shape, b.strides)


def test_arrays_of_one_tuple() -> None:
    slow = Slow()
    f = make("", [Param(TupleOf((VECTOR, VECTOR)), True)], NOTHING, disjoint=True, slow=slow)
    assert f((BASE[:3], BASE[3:])) is None and f((BASE, BASE)) == "slow"
