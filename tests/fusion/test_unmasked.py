"""Conditions that select elements which are put back: the same values, dtypes and errors as NumPy, in one loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from passes.stages import after
from tapeless import differentiate, tape
from tapeless.compiler.ir.nodes import Apply, Assign, Store
from tapeless.compiler.ir.traversal import walk
from tapeless.compiler.passes.fusion.unmasked import unmasked

pytestmark = pytest.mark.filterwarnings("ignore:invalid value", "ignore:divide by zero")


def put_back(x, y):
    a, m = x.copy(), x > 0
    a[m] = y[m] * 2.0 + a[m]
    return a


def also_counted(x, y):
    a, m = x.copy(), x > y
    a[m] = 0.0
    b = a[m]
    return a, b.sum(), len(b)


def poles(x, y):
    a, m = x.copy(), (x > 0) & (y > 0)
    a[m] = 1.0 / a[m]
    a[~m] -= y[~m]
    return a


def clipped(x, y):
    a = x.copy()
    a[a > 0.5] = 0.5
    a[a < -0.5] *= 2
    return a


def as_many_as_selected(x, y):
    a, m = x.copy(), x > 0
    a[m] = y.ravel()[: m.sum()]
    return a


def read_before_it_is_stored(x, y):
    a, m = x.copy(), x > 0
    t = a[m]
    a[m] = a[m] + 1
    a[m] += t * y[m]
    return a


def integers(x, y):
    a, m = np.zeros(x.shape, dtype=np.int64), x > 0
    a[m] = 3
    a[m] = a[m] + 1
    return a


def another_type(x, y):
    a, m = np.zeros(x.shape, dtype=np.int64), x > 0
    a[m] = 3.7 * y[m]
    return a


def condition_of_what_changes(x, y):
    a = x.copy()
    b = a[1:]
    m = b > 0
    b[m] = b[m] * 3.0
    m[...] = True
    b[m] -= 1.0
    return a


def another_shape(x, y):
    a, m = x.T.copy(), x > 0
    a[m] = y[m]
    return a


def halved(a, y):
    a[a < 0.7] *= 0.5
    return a


def by_a_helper_twice(x, y):
    a = x.copy()
    return halved(a, y) + halved(a[..., ::-1], y)


def in_a_loop(x, y):
    a = x.copy()
    for k in range(3):
        m = a * a < 4.0
        a[m] = a[m] * a[m] + y[m] + k
    return a


FUNCTIONS = (put_back, also_counted, poles, clipped, as_many_as_selected, read_before_it_is_stored, integers,
             another_type, condition_of_what_changes, another_shape, by_a_helper_twice, in_a_loop)  # fmt: skip


def outcome(f: Callable[..., Any], *args: Any) -> tuple[Any, ...]:
    try:
        value = f(*args)
    except (IndexError, ValueError) as error:
        return type(error), str(error)
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize("f", FUNCTIONS)
def test_as_in_numpy(f: Callable[..., Any], kind: str) -> None:
    compiled = differentiate(f)
    rng = np.random.default_rng(5)
    for shape in ((7,), (0,), (1,), (4, 4), (3, 5), (0, 3), (2, 3, 2)):
        x, y = (rng.normal(size=shape).astype(kind) for _ in range(2))
        for expected, found in zip(outcome(f, x, y), outcome(compiled, x, y), strict=True):
            if isinstance(expected, str | type):
                assert found == expected, shape
                continue
            assert np.asarray(found).dtype == np.asarray(expected).dtype, shape
            np.testing.assert_allclose(found, expected, rtol=1e-6 if kind == "float32" else 1e-14, err_msg=str(shape))


@pytest.mark.parametrize("f", [put_back, poles, clipped, read_before_it_is_stored, in_a_loop])
def test_gradients(f: Callable[..., Any]) -> None:
    rng = np.random.default_rng(6)
    for shape in ((7,), (0,), (3, 5)):
        x, y, heads = (rng.normal(size=shape) for _ in range(3))
        found = differentiate(f, wrt=("x", "y")).vjp(x, y)[1](heads)
        _, expected = tape.value_and_grad(f, (x, y), wrt=(0, 1), seed=heads)
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_nothing_is_selected_any_more() -> None:
    text = """
def f(x, y, h):
    m = x < h
    y[m] = y[m] * 2.0 + x[m]
    return h
"""
    function = unmasked(after("simplify", text, "float64[:,::1], float64[:,::1], float", "h", np=np))
    names = [s.value.op for s in walk(function.body) if isinstance(s, Assign) and isinstance(s.value, Apply)]
    assert "positions" not in names and "gather" not in names and "where" in names
    assert all(s.index == () for s in walk(function.body) if isinstance(s, Store))


def test_what_costs_is_computed_for_the_selected_alone() -> None:
    text = "def f(x, h):\n    m = x < h\n    x[m] = np.exp(x[m])\n    return h\n"
    function = after("simplify", text, "float64[:,::1], float", "h", np=np)
    assert unmasked(function) == function
