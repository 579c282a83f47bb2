"""Loops that may be left early, beside checks against the same bound: LLVM once took their test out of the loop.

LLVM 22 decided the test at the end of a loop by its first value where another exit, the check of a counter, would be
taken after 2**63 - 1 trips (docs/native.md). These programs showed it, at the level that users get.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate


def counted_lists(x, a):
    first, second = [i for i in range(len(a))], [i for i in range(len(a))]
    total = 0.0
    for k in range(len(a)):
        total += first[k] * x[k]
        if second[k] > 50:
            break
    return total


def early_return(x, a):
    p, q = [v for v in x], [v for v in a]
    total = 0.0
    for i in range(len(q)):
        total += p[i]
        if q[i] > 50:
            return 2.0 * total
    return total


def check_by_hand(x, a):
    p, q = [v for v in x], [v for v in a]
    count, total = len(q), 0.0
    for i in range(0, count, 1):
        if p[i] > q[i]:
            break
        total += p[i]
        if i < 0 or i >= count:
            raise ValueError("outside")
    else:
        total += 1000.0
    return total


def list_and_array(x, a):
    p, count, total, i = list(x), len(x), 0.0, 0
    while i < count:
        total += 0.5 * a[i]
        total += p[i]
        if i > 7:
            break
        i += 1
    return total


def forever_with_two_exits(x, a):
    q = [v for v in a]
    count, total, i = len(q), 0.0, 0
    while True:
        if i >= count:
            break
        total += x[i - count]
        if q[i] > 50:
            break
        total += 0.5 * q[count - 1 - i]
        if i < 0 or i >= count:
            raise ValueError("outside")
        i += 1
    return total


def flag(x, a):
    q, total, i, stop = list(a), 0.0, 0, False
    while i < len(q) and not stop:
        total += x[i] * q[i]
        if q[i] > 50:
            stop = True
        i += 1
    return total


PROGRAMS = (counted_lists, early_return, check_by_hand, list_and_array, forever_with_two_exits, flag)


@pytest.mark.parametrize("program", [pytest.param(f, id=f.__name__) for f in PROGRAMS])
def test_loops_end_where_they_end_in_python(program: Callable[..., Any]) -> None:
    function = differentiate(program, cache=False)
    for n in (0, 1, 2, 3, 9, 60, 70):
        x, a = 0.5 * np.arange(n), np.arange(n) * 1.0
        expected = program(x, a)
        assert function(x, a) == expected, n
        assert function.value_and_grad(x, a)[0] == expected, n
