"""Values and derivatives of a built package have the bits of those compiled just now."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from building.calls import calls
from zoo.compare import assert_close, assert_same_bits

CALLS = range(len(calls()))

WITHOUT_GRADIENT = ("two_results", "part_of_the_argument", "the_argument", "how_many", "nothing", "to_a_dict",
                    "with_a_word", "perhaps_none", "to_a_list", "to_a_list_of_records", "the_same_record",
                    "to_a_complex_number")  # fmt: skip


def assert_same(actual: Any, expected: Any, name: str) -> None:
    """Equal bits, with three exceptions.

    NumPy's BLAS and SciPy's need not be the same library; and the decorated function has code for what it is called
    with: contiguous arrays, where a pullback copies its arguments, and axes of extent 1. The package was built for all.
    """
    if name in ("product", "of_any_strides", "broadcast"):
        assert_close(actual, expected, 1e-13, name)
    else:
        assert_same_bits(actual, expected, name)


def call(number: int, function: Any) -> Any:
    """The result of one of the calls, and its arguments afterwards."""
    _, args, kwargs = calls()[number]  # made afresh
    return function(*args, **kwargs), args


@pytest.fixture
def pair(number: int, package: ModuleType, source: ModuleType) -> tuple[Any, Any]:
    """The built function of a call, and the compiled one."""
    name = calls()[number][0]
    return getattr(package, name), getattr(source, name)


@pytest.mark.parametrize("number", CALLS)
def test_the_value_and_what_is_left_in_the_arguments(pair: tuple[Any, Any], number: int) -> None:
    built, compiled = pair
    (value, left), (expected, expected_left) = call(number, built), call(number, compiled)
    assert type(value) is type(expected)
    assert_same(value, expected, built.__name__)
    assert_same_bits(left, expected_left, built.__name__)


@pytest.mark.parametrize("number", CALLS)
@pytest.mark.parametrize("derivative", ["grad", "value_and_grad"])
def test_the_gradient(pair: tuple[Any, Any], number: int, derivative: str) -> None:
    built, compiled = pair
    if built.__name__ in WITHOUT_GRADIENT:
        with pytest.raises(TypeError, match=f"{built.__name__}.* has no gradient: it returns "):
            call(number, getattr(built, derivative))
        return
    (found, left), (expected, expected_left) = (call(number, getattr(f, derivative)) for f in (built, compiled))
    assert_same(found, expected, built.__name__)
    assert_same_bits(left, expected_left, built.__name__)


@pytest.mark.parametrize("number", CALLS)
def test_the_pullback(pair: tuple[Any, Any], number: int) -> None:
    built, compiled = pair
    if built.__name__ in ("how_many", "nothing"):
        with pytest.raises(TypeError, match=f"{built.__name__}.* has no derivative: it returns "):
            call(number, built.vjp)
        return
    ((value, pullback), _), ((expected, expected_pullback), _) = call(number, built.vjp), call(number, compiled.vjp)
    assert_same(value, expected, built.__name__)
    head = heads(expected)
    for _ in range(2):
        assert_same(pullback(head), expected_pullback(head), built.__name__)


def heads(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: heads(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(heads, value))
    if value is None or isinstance(value, str):
        return value
    head = 1.25 + 0.5j if np.iscomplexobj(value) else 1.25
    return np.full(np.shape(value), head) if isinstance(value, np.ndarray) else head


def test_a_pullback_belongs_to_the_arguments_as_they_were(package: ModuleType) -> None:
    x = np.linspace(0.0, 1.0, 5)
    _, pullback = package.wave.vjp(x, 0.5)
    before = pullback(1.0)
    x[:] = 7.0
    assert_same_bits(pullback(1.0), before, "wave")


def test_results_in_an_arguments_memory_are_that(package: ModuleType) -> None:
    x = np.arange(5.0)
    assert package.the_argument(x) is x
    assert package.part_of_the_argument(x).base is x


def test_records_of_the_caller_come_back_as_they_are(package: ModuleType) -> None:
    p = {"inner": {"a": 1.5}}
    inner, made = package.the_same_record(p, 2.0)
    assert inner is p["inner"] is made["new"]


def test_a_head_gradient_has_the_keys_of_the_value(package: ModuleType) -> None:
    _, pullback = package.to_a_dict.vjp(1.5)
    with pytest.raises(ValueError, match="`to_a_dict` is a dict with the keys total, parts, 3, as the value is"):
        pullback({"total": 1.0})


def test_gradients_are_fresh_arrays(package: ModuleType) -> None:
    x = np.arange(5.0)
    assert package.with_global_arrays.grad(x[:4].copy()) is not package.with_global_arrays.grad(x[:4].copy())


def test_every_function_of_the_file_is_there(package: ModuleType, source: ModuleType) -> None:
    assert set(package.__all__) == {n for n, f in vars(source).items() if hasattr(f, "py_func")}
