"""Loops that add to neighbouring elements: what is split, and what stays as it is."""

from __future__ import annotations

import textwrap

import pytest

from passes.stages import after
from tapeless.compiler.ir.nodes import For, Function
from tapeless.compiler.ir.traversal import walk
from tapeless.compiler.passes.effects import effects
from tapeless.compiler.passes.lowering.distribute import Parts, parts_of


def parts(text: str, types: str, wrt: str = "x") -> list[Parts | None]:
    """How the loops of an adjoint's backward part would be split, in order."""
    function: Function = after("eliminate", textwrap.dedent(text), types, wrt)
    found = effects(function)
    return [parts_of(s, found) for s in walk(function.body) if isinstance(s, For) and s.backward]


def test_sums_into_neighbours_are_gathered_by_the_array_and_the_other_indices() -> None:
    (outer, inner) = parts(
        """
        def f(x):
            y = np.zeros(x.shape)
            for i in range(1, x.shape[0] - 1):
                for j in range(1, x.shape[1] - 1):
                    y[i, j] = x[i - 1, j] + x[i + 1, j] + 2.0 * x[i, j - 1] + x[i, j] + x[i, j + 1]
            return np.sum(y)
        """,
        "f8[:,::1]",
    )
    assert outer is None
    assert inner is not None
    assert sorted(sorted(g.offsets) for g in inner.sums) == [[-1, 0, 1], [0], [0]]
    assert inner.compared == []
    assert not inner.backward


def test_buffers_that_change_places_are_compared() -> None:
    (_, inner) = parts(
        """
        def f(x, steps):
            u, v = x.copy(), x.copy()
            for _ in range(steps):
                for i in range(1, len(u) - 1):
                    v[i] = u[i - 1] + u[i + 1]
                u, v = v, u
            return np.sum(u)
        """,
        "f8[::1], i8",
    )
    assert inner is not None
    ((one, other),) = inner.compared
    assert {one.name.partition(".")[0], other.name.partition(".")[0]} == {"u", "v"}


def test_one_place_that_is_written_again_and_again_keeps_the_loop_backward() -> None:
    (loop,) = parts(
        """
        def f(x):
            last = np.zeros(1)
            for i in range(1, len(x)):
                last[0] = x[i] * x[i - 1]
            return last[0]
        """,
        "f8[::1]",
    )
    assert loop is not None
    assert loop.backward


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = x[i] * 2.0",  # one sum: LLVM sees to that
        "x[i] = x[i - 1] + x[i + 1]",  # reads what the iteration before has written
        "y[i] = x[i] + x[i + 1000]",  # neighbours that are too far apart
        "y[i] = x[2 * i] + x[2 * i + 1]",  # not the counter plus a constant
        "y[i] = x[i - 1] + x[i + 1] if c else 0.0",  # a branch
        "t = t * x[i - 1] + x[i + 1]",  # a number that goes from one iteration to the next
    ],
)
def test_what_has_to_run_in_order_or_needs_no_splitting_is_left_alone(line: str) -> None:
    found = parts(
        f"""
        def f(x, n, c):
            x, y, t = x.copy(), np.zeros(len(x)), 1.0
            for i in range(1, n):
                {line}
            return np.sum(x * y) + t
        """,
        "f8[::1], i8, b1",
    )
    assert found == [None] * len(found)
    assert found
