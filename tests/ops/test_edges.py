"""Constructors, reductions, stores and slices where NumPy's rules have edges: same values, or the same exception."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate

from .written import function

INF, NAN = math.inf, math.nan


def outcome(f: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """The result and the arguments afterwards, or the class of the exception."""
    given = tuple(np.array(a) if isinstance(a, np.ndarray) else a for a in args)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return f(*given), given
        except (ArithmeticError, ValueError, LookupError, MemoryError) as error:
            return type(error)


def assert_same(parameters: str, body: str, *args: Any) -> None:
    lines = "".join(f"    {line}\n" for line in body.split("; "))
    fn = function(f"def f({parameters}):\n{lines}")
    actual, expected = outcome(differentiate(fn), args), outcome(fn, args)
    if isinstance(expected, type) or isinstance(actual, type):
        assert actual is expected, f"{actual} instead of {expected}"
        return
    assert_equal(actual, expected)


def assert_equal(actual: Any, expected: Any) -> None:
    """Equal but for the last bit, where NumPy takes its steps in another order."""
    if isinstance(expected, tuple):
        assert len(actual) == len(expected)
        for a, e in zip(actual, expected, strict=True):
            assert_equal(a, e)
        return
    assert isinstance(actual, np.ndarray) == isinstance(expected, np.ndarray)
    assert (np.asarray(actual).dtype, np.shape(actual)) == (np.asarray(expected).dtype, np.shape(expected))
    np.testing.assert_allclose(actual, expected, rtol=2e-15 if np.asarray(expected).dtype == float else 0.0)


STORED = [2.7, -2.7, NAN, INF, 1e300, 3, -3, 2**40, True, np.float64(2.7), np.float32(-2.7), np.int64(7), np.True_]


@pytest.mark.parametrize("value", STORED, ids=repr)
@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "int32", "bool"])
def test_an_element_is_converted_as_numpy_converts_it(kind: str, value: Any) -> None:
    assert_same("a, v", "a[1] = v; return a", np.zeros(3, dtype=kind), value)


@pytest.mark.parametrize("value", [2.7, 3, np.float32(2.7), np.array([1.7, -2.7, 3.0]), np.array([1, 2, 3])], ids=repr)
@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "int32"])
def test_a_slice_is_converted_as_numpy_converts_it(kind: str, value: Any) -> None:
    assert_same("a, v", "a[:] = v; return a", np.zeros(3, dtype=kind), value)


@pytest.mark.parametrize("operation", ["a[0] += v", "a[0] *= v", "a[1] -= v"])
@pytest.mark.parametrize("value", [2.7, 3, np.float32(0.5)], ids=repr)
@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "int32"])
def test_augmented_elements(kind: str, value: Any, operation: str) -> None:
    assert_same("a, v", f"{operation}; return a", np.array([3, 5], dtype=kind), value)


VECTORS = {
    "numbers": np.array([1.5, -2.0, 0.25]),
    "with nan": np.array([1.0, NAN, 0.0]),
    "with infinities": np.array([INF, -INF, 1.0]),
    "one": np.array([2.5]),
    "none": np.array([]),
    "integers": np.array([3, -4, 0]),
    "short integers": np.array([2**30, 2**30, 2], dtype="int32"),
    "long integers": np.array([2**62, 2**62, 2**62]),
    "booleans": np.array([True, False, True]),
    "single precision": np.array([1.5, -2.0, 0.25], dtype="float32"),
}


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "max", "min", "any", "all", "linalg.norm"])
@pytest.mark.parametrize("vector", VECTORS)
def test_reductions(vector: str, name: str) -> None:
    if vector == "booleans" and name in ("max", "min", "linalg.norm"):
        pytest.skip("arithmetic of booleans is refused")
    assert_same("a", f"return np.{name}(a)", VECTORS[vector])


@pytest.mark.parametrize("name", ["sum", "mean", "linalg.norm"])
@pytest.mark.parametrize(("kind", "rtol"), [("float64", 2e-12), ("float32", 1e-6)])
def test_long_sums_are_as_accurate_as_in_numpy(kind: str, rtol: float, name: str) -> None:
    """NumPy adds pairwise: adding from left to right would lose four digits of single precision here."""
    fn = function(f"def f(a):\n    return np.{name}(a)\n")
    a = np.full(1_000_003, 0.1, dtype=kind)
    exact = fn(a.astype(np.longdouble))
    np.testing.assert_allclose(differentiate(fn)(a), exact, rtol=rtol)


RANGES: list[tuple[Any, ...]] = [
    (0.0, 1.0, 0.1),
    (1.0, 0.0, -0.3),
    (0.0, 1.0, 1 / 3),
    (-0.0, 1.0, 0.3),
    (1e16, 1e16 + 20, 3.3),
    (0.3, 2.1, 0.7),
    (0.0, 1.0, -1.0),
    (10, 0, -3),
    (0, 10, 3),
    (0, 0, 1),
    (0, 2.5, 1),
    (0.0, 1.0, 0.0),
    (10, 0, 0),
    (0.0, NAN, 1.0),
    (0.0, INF, 1.0),
    (0.0, 1.0, INF),
    (0.0, 5e-324, 1e300),
    (0.0, -5e-324, 1e300),
    (2**63 - 1, 0, 1),
    (np.float32(0), np.float32(1), np.float32(0.1)),
    (np.float32(0), 1, 0.1),
    (np.int32(0), 5, 2),
    (np.int64(0), 10, np.int64(0)),
    (np.float64(0), 1.0, np.float64(0)),
    (True, 5, 2),
]


@pytest.mark.parametrize("bounds", RANGES, ids=str)
def test_arange(bounds: tuple[Any, ...]) -> None:
    assert_same("a, b, c", "return np.arange(a, b, c)", *bounds)


@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "int32"])
@pytest.mark.parametrize(
    "bounds", [(0, 5, 2), (0.5, 3.2, 0.9), (0, 2**31, 2**30), (0, 5, 2**40), (0, 2**41, 2**40), (0, 1, 0.1)], ids=str
)
def test_arange_of_a_kind(bounds: tuple[Any, ...], kind: str) -> None:
    """The first two elements are converted, the others are computed from them in the array's kind."""
    assert_same("a, b, c", f"return np.arange(a, b, c, dtype=np.{kind})", *bounds)


@pytest.mark.parametrize("count", [13, 2, 1, 0, -1])
def test_linspace(count: int) -> None:
    assert_same("a, b, n", "return np.linspace(a, b, n)", 0.1, 0.7, count)


@pytest.mark.parametrize(
    ("body", "args"),
    [
        ("return np.zeros(n)", (-1,)),
        ("return np.zeros((n, 2, 0))", (3,)),
        ("return np.full((n, 2), 7)", (2,)),
        ("return np.full(n, 1e300, dtype=np.float32)", (2,)),
        ("return np.ones(n, dtype=np.bool_)", (3,)),
        ("return np.array([n, 2.5])", (1,)),
        ("return np.array([[n, 1], [2, n]])", (3,)),
        ("return np.array([n, 1], dtype=np.int32)", (2**40,)),
        ("return np.array([n, 1], dtype=np.float32)", (2**40,)),
        ("return np.array([n, 1], dtype=np.float32)", (2**53 + 2**29 + 1,)),
        ("return np.array([n, 1], dtype=np.int64)", (NAN,)),
        ("return np.array([n, 1], dtype=np.int32)", (np.int64(2**40),)),
        ("return np.full(2, n, dtype=np.int32)", (2**40,)),
        ("return np.full(2, n, dtype=np.int32)", (np.int64(2**40),)),
        ("return np.full(2, n, dtype=np.int64)", (NAN,)),
        ("return np.full(2, np.nan, dtype=np.int64) + n", (1,)),
        ("a = np.zeros(2, dtype=np.int64); a[n] = np.nan; return a", (1,)),
        ("a = np.zeros(2, dtype=np.int32); a[n] = 2**40; return a", (1,)),
        ("a = np.zeros(2, dtype=np.int32); a[:] = n; return a", (np.float64(2.0**31),)),
        ("return np.full_like(np.zeros(2, dtype=np.int32), n)", (-INF,)),
        ("return np.array(n)", (3,)),
    ],
)
def test_constructors(body: str, args: tuple[Any, ...]) -> None:
    assert_same("n", body, *args)


@pytest.mark.parametrize(("low", "high"), [(0, 2**40), (-(2**40), 1), (2**40, 2**41), (0, -(2**40)), (-1, 1)])
def test_clip_of_short_integers(low: int, high: int) -> None:
    """A bound beyond all of them that does not bind is left out; one that does raises."""
    assert_same("a, low, high", "return np.clip(a, low, high)", np.array([3, -5, 0], dtype="int32"), low, high)
    assert_same("a, n", f"return np.clip(a, {low}, {high})", np.array([3, -5, 0], dtype="int32"), 1)


@pytest.mark.parametrize("low", [1.0, 2.0, NAN, -INF])
@pytest.mark.parametrize("high", [1.0, 1.75, NAN, INF])
def test_clip(low: float, high: float) -> None:
    assert_same("a, low, high", "return np.clip(a, low, high)", np.array([0.0, 1.5, 3.0, NAN]), low, high)


BOUNDS = (None, 0, 1, 4, -1, -3, 9, 10, 11, -10, -11, -20, 20)


@pytest.mark.parametrize("step", [None, 1, 2, -1, -3, 20, -20, 0])
def test_slices(step: int | None) -> None:
    """Every combination of bounds, at run time."""
    for start in BOUNDS:
        for stop in BOUNDS:
            given = [v for v in (start, stop, step) if v is not None]
            names = iter("ijk")
            index = ":".join("" if v is None else next(names) for v in (start, stop, step))
            key = (start is None, stop is None, step is None)
            if key not in COMPILED:
                fn = function(f"def f(a, {', '.join('ijk'[: len(given)]) or 'i'}):\n    return a[{index}] * 1.0\n")
                COMPILED[key] = fn, differentiate(fn)
            fn, compiled = COMPILED[key]
            args = (np.arange(10.0), *(given or [0]))
            actual, expected = outcome(compiled, args), outcome(fn, args)
            if isinstance(expected, type):
                assert actual is expected, (start, stop, step)
            else:
                np.testing.assert_array_equal(actual[0], expected[0], err_msg=f"{start}:{stop}:{step}")


COMPILED: dict[tuple[bool, ...], tuple[Callable[..., Any], Any]] = {}


@pytest.mark.parametrize("exponent", [-1, np.int64(-2), np.zeros(0, dtype=int)], ids=repr)
def test_integer_powers_of_nothing(exponent: Any) -> None:
    assert_same("a, n", "return a ** n", np.zeros(0, dtype=int), exponent)


@pytest.mark.parametrize("exponent", [2, 0, -1, np.array([2, 0, 1]), np.array([1, -2, 1])], ids=repr)
def test_integer_powers(exponent: Any) -> None:
    assert_same("a, n", "return a ** n", np.array([2, -3, 1]), exponent)


@pytest.mark.parametrize("value", [INF, -INF, NAN, 1e300, 2.0**63, -(2.0**63), 1.5], ids=repr)
def test_floats_to_integers(value: float) -> None:
    """Out of range it is the processor's choice in NumPy, and ours: whatever it is, it is the same for one and many."""
    fn = function("def f(a):\n    return a.astype(np.int64), np.int64(a[0])\n")
    many, one = differentiate(fn)(np.array([value, 1.0]))
    assert many[0] == one and many[1] == 1


RANGE = """
def f(start, stop, step):
    s = 0
    last = 0
    for i in range(start, stop, step):
        s += 1
        last = i
    return s, last
"""


@pytest.mark.parametrize(
    "bounds",
    [
        (2**62, 2**63 - 1, 2**61),
        (-(2**63), 2**63 - 1, 2**62),
        (2**63 - 1, -(2**63), -(2**62)),
        (2**63 - 3, 2**63 - 1, 1),
        (-(2**63) + 2, -(2**63), -1),
        (0, -(2**63), -(2**63)),
        (-(2**63), 2**63 - 1, 2**63 - 1),
        (2**63 - 1, -(2**63), 1),
    ],
    ids=str,
)
def test_ranges_near_the_end_of_the_integers(bounds: tuple[int, int, int]) -> None:
    fn = function(RANGE)
    assert differentiate(fn)(*bounds) == fn(*bounds)


def test_a_loop_that_is_left_early_counts_to_the_end_of_the_integers() -> None:
    fn = function(RANGE.replace("last = i", "last = i\n        if s == 3:\n            break"))
    for bounds in ((-(2**63), 2**63 - 1, 2**62), (2**63 - 1, -(2**63), -(2**61)), (2**63 - 2, 2**63 - 1, 1)):
        assert differentiate(fn)(*bounds) == fn(*bounds)


def test_arithmetic_on_literals_may_take_more_than_64_bits() -> None:
    fn = function("def f(n):\n    return 2**63 - 1 - n, -2**63, -(2**62) * 2 + n\n")
    assert differentiate(fn)(1) == fn(1)
