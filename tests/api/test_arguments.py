"""What can be passed, and that what comes back is of the same kind, new, and nobody else's."""

from __future__ import annotations

import gc
import math
import sys
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import CompileError, differentiate


@differentiate
def total(x, y=2.0, *, z=1.0):
    return np.sum(x * x) * y + z


@differentiate
def doubled(x):
    return x * 2.0


@differentiate(argnums=(0, 1))
def product(x, y):
    return x * y


@differentiate
def stores(x, v):
    x[0] = v
    return np.sum(x * x)


X = np.array([1.0, 2.0, 3.0])


# ------------------------------------------------------------------------------------------------------- binding


@pytest.mark.parametrize(
    ("args", "options", "factor"),
    [
        ((X,), {}, 4.0),
        ((X, 3.0), {}, 6.0),
        ((X,), {"y": 3.0}, 6.0),
        ((), {"y": 3.0, "x": X}, 6.0),
        ((X,), {"z": 7.0}, 4.0),
        ((X, 3.0), {"z": 7.0}, 6.0),
    ],
)
def test_defaults_and_keywords(args: tuple[Any, ...], options: dict[str, Any], factor: float) -> None:
    assert total(*args, **options) == total.py_func(*args, **options)
    np.testing.assert_array_equal(total.grad(*args, **options), factor * X)
    np.testing.assert_array_equal(total.value_and_grad(*args, **options)[1], factor * X)
    np.testing.assert_array_equal(total.vjp(*args, **options)[1](1.0), factor * X)


WRONG: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((X, 1.0, 2.0), {}),
    ((X,), {"w": 1.0}),
    ((X,), {"x": X}),
    ((), {"y": 1.0}),
]


@pytest.mark.parametrize(("args", "options"), WRONG, ids=str)
@pytest.mark.parametrize("way", ["__call__", "grad", "value_and_grad", "vjp", "check_grads"])
def test_wrong_counts_are_type_errors(way: str, args: tuple[Any, ...], options: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        total.py_func(*args, **options)
    for _ in range(2):
        with pytest.raises(TypeError, match=r"total\(\)"):
            getattr(total, way)(*args, **options)
        total(X)


def test_a_wrong_call_after_a_right_one_does_not_reach_native_code() -> None:
    assert product(2.0, 3.0) == 6.0
    for args in ((2.0,), (2.0, 3.0, 4.0), ()):
        with pytest.raises(TypeError, match=r"product\(\)"):
            product(*args)
    assert product(2.0, y=3.0) == 6.0


def test_stars_are_refused_whatever_is_passed() -> None:
    def stars(*x):
        return x[0]

    def keywords(x, **rest):
        return x

    for f, args in ((stars, (1.5,)), (stars, ()), (stars, (1.5, 2.5)), (keywords, (1.5,))):
        for way in (differentiate(f), differentiate(f).grad):
            with pytest.raises(CompileError, match="A014"):
                way(*args)


def test_a_function_without_arguments_has_a_value() -> None:
    @differentiate
    def constant():
        return 3.0

    assert constant() == 3.0
    with pytest.raises((CompileError, TypeError, ValueError)):
        constant.grad()


# -------------------------------------------------------------------------------------------------------- values


class Fraction:
    """Something of the user's that makes its attributes up."""

    def __getattr__(self, name: str) -> float:
        raise AttributeError(name)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1.0, 2] * 150, "list.*np.array"),
        ({1.5: 1.0}, "dict"),
        ({1.0}, "set"),
        (Fraction(), "Fraction"),
        (np.array(["a"]), "<U1"),
        (np.array([1.0, None], dtype=object), "object"),
        (np.ones(2, dtype=np.float16), "float16"),
        (np.ones(2, dtype=np.uint8), "uint8"),
        (np.float16(1.0), "float16"),
        (np.zeros(2, dtype=[("a", "f8")]), "a"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "datetime64"),
        ((1.0, {2.0}), "set"),
        (range(3), "range"),
    ],
    ids=lambda v: v if isinstance(v, str) else type(v).__name__,
)
def test_values_that_have_no_type(value: Any, words: str) -> None:
    for way in (doubled, doubled.grad, doubled.vjp):
        with pytest.raises(TypeError, match=rf"(?s)`x(\[\d\])?`.*{words}"):
            way(value)
    assert doubled(1.5) == 3.0, "and the next call is right"


def test_integers_beyond_64_bits() -> None:
    with pytest.raises(OverflowError, match="x"):
        doubled(2**63)
    with pytest.raises(OverflowError, match="x"):
        doubled(-(2**63) - 1)
    assert doubled(-(2**63)) == -(2.0**64)


class Celsius(float):
    """A subclass of float."""


NUMBERS = [
    1.5,
    3,
    True,
    np.float64(1.5),
    np.float32(1.5),
    np.int64(3),
    np.int32(3),
    np.bool_(True),
    np.longlong(3),
    Celsius(1.5),
    math.inf,
    -0.0,
    5e-324,
]


@pytest.mark.parametrize("value", NUMBERS, ids=repr)
def test_numbers_of_every_kind(value: Any) -> None:
    expected = doubled.py_func(value)
    actual = doubled(value)
    assert actual == expected and type(actual) is type(expected)


@pytest.mark.parametrize("value", [1.5, np.float64(1.5), np.float32(1.5), Celsius(1.5)], ids=repr)
def test_gradient_of_a_number_is_of_its_kind(value: Any) -> None:
    gradient = doubled.grad(value)
    assert gradient == 2.0
    assert type(gradient) is (float if isinstance(value, Celsius) else type(value))


@pytest.mark.parametrize("value", [3, True, np.int64(3), np.bool_(True), np.arange(3), np.array([True])], ids=repr)
def test_integers_have_no_gradient(value: Any) -> None:
    with pytest.raises(CompileError, match="x"):
        doubled.grad(value) if np.ndim(value) == 0 else total.grad(value)


@pytest.mark.parametrize("kind", ["int64", "int32", "bool"])
def test_integer_arrays_in_the_place_of_floats(kind: str) -> None:
    weights = np.array([1, 0, 1], dtype=kind)
    value, pullback = product.vjp(X, weights.astype(float))
    f = differentiate(product.py_func)
    again, back = f.vjp(X, weights)
    np.testing.assert_array_equal(again, value)
    np.testing.assert_array_equal(back(np.ones(3)), pullback(np.ones(3))[0])


# -------------------------------------------------------------------------------------------------------- arrays


def unaligned(x: np.ndarray) -> np.ndarray:
    memory = np.zeros(x.nbytes + 1, dtype=np.uint8)
    made = memory[1:].view(x.dtype).reshape(x.shape)
    made[...] = x
    assert not made.flags.aligned
    return made


def inside_a_record(x: np.ndarray) -> np.ndarray:
    """Strides that are no multiple of the item size."""
    records = np.zeros(x.shape, dtype=[("tag", "i1"), ("value", x.dtype)])
    records["value"] = x
    return records["value"]


def read_only(x: np.ndarray) -> np.ndarray:
    made = x.copy()
    made.flags.writeable = False
    return made


class Labelled(np.ndarray):
    """A subclass of arrays."""


LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "contiguous": np.ascontiguousarray,
    "columns first": np.asfortranarray,
    "every other": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "backwards": lambda x: x[..., ::-1].copy()[..., ::-1],
    "transposed": lambda x: x.T.copy().T,
    "big-endian": lambda x: x.astype(x.dtype.newbyteorder(">")),
    "unaligned": unaligned,
    "inside a record": inside_a_record,
    "read-only": read_only,
    "subclass": lambda x: x.view(Labelled),
    "repeated": lambda x: np.broadcast_to(x[:1], x.shape),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_arrays_of_every_layout(kind: str, layout: str) -> None:
    plain = np.arange(1.0, 7.0).reshape(2, 3).astype(kind)
    given = LAYOUTS[layout](plain)
    numbers = np.array(given, dtype=kind, subok=False)
    before = numbers.copy()
    value, gradient = total.value_and_grad(given, 2.0)
    assert value == total.py_func(numbers, 2.0)
    assert type(gradient) is np.ndarray
    assert (gradient.dtype, gradient.shape) == (np.dtype(kind), (2, 3))
    assert gradient.flags.c_contiguous and gradient.flags.aligned and gradient.flags.writeable
    np.testing.assert_array_equal(gradient, 4.0 * numbers)
    np.testing.assert_array_equal(np.array(given, dtype=kind, subok=False), before)


@pytest.mark.parametrize("shape", [(), (0,), (1,), (0, 3), (3, 0), (1, 1), (2, 1, 3), (1, 1, 1, 1, 1)])
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_shapes(shape: tuple[int, ...], kind: str) -> None:
    given = np.full(shape, 1.5, dtype=kind)
    value, gradient = total.value_and_grad(given, 2.0)
    assert value == total.py_func(given, 2.0)
    assert type(gradient) is np.ndarray and (gradient.shape, gradient.dtype) == (shape, np.dtype(kind))
    np.testing.assert_array_equal(gradient, 4.0 * given)
    result = doubled(given)
    expected = doubled.py_func(given)
    assert type(result) is type(expected) and result.dtype == expected.dtype
    np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("layout", ["big-endian", "unaligned", "inside a record", "subclass"])
def test_a_store_reaches_the_array_or_is_refused(layout: str) -> None:
    """What is copied on the way in would keep the store to itself."""
    given = LAYOUTS[layout](X.copy())
    try:
        stores(given, 5.0)
    except TypeError as error:
        assert "x" in str(error)
        np.testing.assert_array_equal(given, X)
        return
    assert given[0] == 5.0


def test_a_store_into_a_read_only_array() -> None:
    given = read_only(X)
    for way in (stores.py_func, stores, stores.grad):
        with pytest.raises(ValueError, match="read-only"):
            way(given, 5.0)
    np.testing.assert_array_equal(given, X)


@pytest.mark.parametrize("layout", ["contiguous", "every other", "backwards"])
def test_a_primal_stores_and_a_gradient_does_not(layout: str) -> None:
    given = LAYOUTS[layout](X.copy())
    gradient = stores.grad(given, 5.0)
    np.testing.assert_array_equal(given, X)
    np.testing.assert_array_equal(gradient, [0.0, 4.0, 6.0])
    stores.vjp(given, 5.0)[1](1.0)
    np.testing.assert_array_equal(given, X)
    assert stores(given, 5.0) == 38.0
    np.testing.assert_array_equal(given, [5.0, 2.0, 3.0])


@differentiate(argnums=(0, 1))
def into_the_first(x, y):
    for i in range(len(x)):
        x[i] = x[i] * y[i]
    return np.sum(x)


def test_one_array_in_two_places() -> None:
    """The primal does what Python does; gradients of one array in two places cannot be told apart."""
    ours, theirs = X.copy(), X.copy()
    assert into_the_first(ours, ours) == into_the_first.py_func(theirs, theirs)
    np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ValueError, match="shares memory"):
        into_the_first.grad(ours, ours)
    with pytest.raises(ValueError, match="shares memory"):
        into_the_first.vjp(ours, ours)
    assert product(X, X).tolist() == [1.0, 4.0, 9.0], "without a store it does not matter"


@differentiate
def into_a_tuple(p, v):
    p[0][0] = v
    return p[0][0] * p[0][1] * p[1]


def test_arrays_inside_a_tuple() -> None:
    """They are arguments like others: stored into by the primal, left alone by derivatives."""
    ours, theirs = X.copy(), X.copy()
    gradient = differentiate(into_a_tuple.py_func, wrt="v").grad((ours, 2.0), 5.0)
    assert gradient == 4.0
    np.testing.assert_array_equal(ours, X)
    assert into_a_tuple((ours, 2.0), 5.0) == into_a_tuple.py_func((theirs, 2.0), 5.0)
    np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ValueError, match="read-only"):
        into_a_tuple((read_only(X), 2.0), 5.0)


@differentiate(wrt="v")
def into_the_second(p, v):
    p[1][0][0] = v * p[0][0]
    return np.sum(p[1][0]) * p[0][1]


def test_only_the_arrays_of_a_tuple_that_are_written_must_be_writeable() -> None:
    ours, theirs = X.copy(), X.copy()
    for _ in range(2):
        assert into_the_second((read_only(X), (ours,)), 5.0) == into_the_second.py_func((X, (theirs,)), 5.0)
        np.testing.assert_array_equal(ours, theirs)
    assert into_the_second.grad((read_only(X), (ours,)), 5.0) == X[0] * X[1]
    with pytest.raises(ValueError, match="read-only"):
        into_the_second((X, (read_only(X),)), 5.0)
    with pytest.raises(ValueError, match=r"`p\[1\]\[0\]`, which shares memory with `p\[0\]`"):
        into_the_second.grad((ours, (ours,)), 5.0)
    with pytest.raises(TypeError, match=r"`p\[1\]\[0\]`.*np\.array\(p\[1\]\[0\]\)"):
        into_the_second((X, (np.zeros(3, dtype=">f8"),)), 5.0)


@pytest.mark.parametrize("shift", [1, -1])
def test_overlapping_arguments(shift: int) -> None:
    ours, theirs = np.arange(1.0, 7.0), np.arange(1.0, 7.0)

    def parts(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (a[1:], a[:-1]) if shift > 0 else (a[:-1], a[1:])

    assert into_the_first(*parts(ours)) == into_the_first.py_func(*parts(theirs))
    np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ValueError, match="shares memory"):
        into_the_first.grad(*parts(ours))


# ---------------------------------------------------------------------------------------------- what comes back


@differentiate
def itself(x):
    return x


@differentiate
def tail(x):
    return x[1:]


def test_a_returned_argument_is_the_argument() -> None:
    given = X.copy()
    assert itself(given) is given
    part = tail(given)
    part[0] = 50.0
    assert given[1] == 50.0, "a view is a view"
    assert np.shares_memory(part, given)


def test_gradients_are_new_every_time() -> None:
    first, second = total.grad(X), total.grad(X)
    first[...] = 0.0
    np.testing.assert_array_equal(second, 4.0 * X)
    value, pullback = doubled.vjp(X)
    one, two = pullback(X), pullback(X)
    assert not any(np.shares_memory(a, b) for a, b in ((one, two), (value, X), (one, X)))


def test_a_gradient_that_is_the_head_is_a_copy_of_it() -> None:
    head = np.ones(3)
    gradient = itself.vjp(X)[1](head)
    assert not np.shares_memory(gradient, head)
    gradient[0] = 7.0
    assert head[0] == 1.0


def test_arguments_are_not_held() -> None:
    for way in (total, total.grad, total.value_and_grad, lambda x: total.vjp(x)[1](1.0)):
        given = X.copy()
        count = sys.getrefcount(given)
        watched = weakref.ref(given)
        way(given)
        assert sys.getrefcount(given) == count
        del given
        gc.collect()
        assert watched() is None


def test_results_are_not_held() -> None:
    for way in (doubled, total.grad):
        result = way(X)
        watched = weakref.ref(result)
        assert sys.getrefcount(result) == 2
        del result
        assert watched() is None


def test_a_result_outlives_the_function() -> None:
    def made() -> np.ndarray:
        f = differentiate(lambda x: x * 3.0)
        return f(X)

    result = made()
    gc.collect()
    np.testing.assert_array_equal(result, 3.0 * X)
    result += 1.0
