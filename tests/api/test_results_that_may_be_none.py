"""A value that is None has no gradient; a None in a result is one there."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from tapeless import CompileError, differentiate, grad, value_and_grad


def largest(x):
    best = None
    for v in x:
        if v > 0.0 and (best is None or v * v > best):
            best = v * v
    return best


class Root(NamedTuple):
    x: float
    word: str


def root(x):
    if x[0] > 0.0:
        return Root(x[0] ** 2, "positive" if x[1] > 0.0 else "mixed")
    return None


SOME, NONE = np.array([0.5, 2.0, -3.0]), np.array([-0.5, -2.0])


def test_a_number_or_none() -> None:
    f = differentiate(largest)
    assert f(SOME) == 4.0 and f(NONE) is None and f(np.zeros(0)) is None
    np.testing.assert_array_equal(f.grad(SOME), [0.0, 4.0, 0.0])
    value, gradient = value_and_grad(largest)(SOME)
    assert value == 4.0
    np.testing.assert_array_equal(gradient, [0.0, 4.0, 0.0])
    value, pullback = f.vjp(SOME)
    np.testing.assert_array_equal(pullback(0.5), [0.0, 2.0, 0.0])
    for _ in range(2):  # the slow path, and the callable that it has installed
        np.testing.assert_array_equal(f.value_and_grad(SOME)[1], gradient)
        assert f.value_and_grad(SOME)[0] == 4.0


@pytest.mark.parametrize("take", [lambda x: grad(largest)(x), lambda x: value_and_grad(largest)(x)])
def test_none_has_no_gradient(take: Any) -> None:
    with pytest.raises(TypeError, match="`largest` returns None here, which has no gradient"):
        take(NONE)


@pytest.mark.parametrize("function", [largest, root])
@pytest.mark.parametrize("head", [None, 1.0])
def test_none_has_no_pullback(function: Any, head: Any) -> None:
    value, pullback = differentiate(function).vjp(NONE)
    assert value is None
    with pytest.raises(TypeError, match=f"`{function.__name__}` returns None here, which has no gradient"):
        pullback(head)


def test_a_record_or_none() -> None:
    f = differentiate(root)
    assert f(SOME) == Root(0.25, "positive") and f(-SOME) is None
    _, pullback = f.vjp(SOME)
    np.testing.assert_array_equal(pullback(Root(2.0, "")), [2.0, 0.0, 0.0])


def parts(x):
    curve = x[0] - 2.0 * x[1] + x[2] if len(x) > 2 else None
    rest = x[3:] * 2.0 if len(x) > 3 else None
    return x[0], {"curve": curve, "rest": rest}


@pytest.mark.parametrize("count", [2, 3, 5])
def test_none_inside_a_result(count: int) -> None:
    x, f = np.arange(count) + 1.0, differentiate(parts)
    value, pullback = f.vjp(x)
    expected = parts(x)
    assert value[0] == expected[0] and value[1].keys() == expected[1].keys()
    for key, item in expected[1].items():
        assert (item is None) == (value[1][key] is None)
        np.testing.assert_array_equal(value[1][key] if item is not None else 0, item if item is not None else 0)
    found = pullback(value)
    wanted = np.zeros(count)
    wanted[0] += x[0]
    if count > 2:
        wanted[:3] += value[1]["curve"] * np.array([1.0, -2.0, 1.0])
    if count > 3:
        wanted[3:] += 2.0 * value[1]["rest"]
    np.testing.assert_allclose(found, wanted)


def no_return(x):
    if x > 0.0:
        return x * x


def no_return_and_none(x):
    if x > 0.0:
        return x * x
    if x > -1.0:
        return None


@pytest.mark.parametrize("function", [no_return, no_return_and_none])
def test_a_path_without_return_is_a_mistake(function: Any) -> None:
    with pytest.raises(CompileError, match="T011"):
        differentiate(function)(1.0)


def of_two_kinds(x):
    if x > 0.0:
        return x * x
    if x > -1.0:
        return None
    return x, x


def test_values_of_two_kinds_are_refused() -> None:
    with pytest.raises(CompileError, match="T005"):
        differentiate(of_two_kinds)(1.0)


@pytest.mark.parametrize(("function", "heads"), [
    (parts, (1.0, (None, None))), (parts, (1.0, (2.0, None))), (parts, (1.0, (2.0, np.array([3.0, 4.0]))))])
def test_generated_python_takes_none_for_none(function: Any, heads: Any) -> None:
    count = 2 + sum(h is not None for h in heads[1]) + (heads[1][1] is not None)
    world: dict[str, Any] = {}
    x, f = np.arange(count) + 1.0, differentiate(function)
    value, pullback = f.vjp(x)
    head = (heads[0], dict(zip(value[1], heads[1], strict=True)))
    expected = pullback(head)
    exec(f.adjoint_source, world)
    np.testing.assert_allclose(world["parts_adjoint"](x, heads)[1], expected)


def twice(x):
    pair = [x[0], x[1]]
    kept = pair if x[0] > 0.0 else None
    return kept, pair, {"kept": kept if x[1] > 0.0 else None}


def test_an_object_that_may_be_none_is_the_one_beside_it() -> None:
    kept, pair, inner = differentiate(twice)(SOME)
    assert kept is pair and inner["kept"] is pair
    kept, pair, inner = differentiate(twice)(NONE)
    assert kept is None and pair == [-0.5, -2.0] and inner == {"kept": None}
