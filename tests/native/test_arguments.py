"""What the fast path takes, and what it hands to the slow path as it came."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless.compiler.backend.entry import Param, slot_count
from tapeless.compiler.ir.types import NOTHING, PY_BOOL, PY_FLOAT, PY_INT, Array, Scalar, TupleOf, Type

from .build import ANY_MATRIX, ANY_VECTOR, MATRIX, VECTOR, Slow, copy, make

KINDS = ["bool", "int32", "int64", "float32", "float64"]


class Float(float):
    pass


class Sub(np.ndarray[Any, Any]):
    pass


def identity(t: Type, stored: bool = False) -> tuple[Any, Slow]:
    slow = Slow()
    return make(copy(slot_count(t)), [Param(t, stored)], t, slow=slow), slow


@pytest.fixture(scope="module")
def of_float() -> tuple[Any, Slow]:
    return identity(PY_FLOAT)


@pytest.fixture(scope="module")
def of_int() -> tuple[Any, Slow]:
    return identity(PY_INT)


@pytest.fixture(scope="module")
def of_vector() -> tuple[Any, Slow]:
    return identity(VECTOR)


def takes(function: tuple[Any, Slow], value: Any) -> bool:
    f, slow = function
    before = len(slow.calls)
    result = f(value)
    fast = len(slow.calls) == before
    assert fast or (result == "slow" and slow.calls[-1][0][0] is value)
    return fast


@pytest.mark.parametrize("value", [0.0, -1.0, 1e308, float("inf"), -0.0])
def test_float_comes_back(of_float: tuple[Any, Slow], value: float) -> None:
    result = of_float[0](value)
    assert type(result) is float
    assert np.float64(result).tobytes() == np.float64(value).tobytes()


@pytest.mark.parametrize("value", [1, True, np.float64(1), np.float32(1), Float(1), "1.0", None, 1j, np.array(1.0)])
def test_only_exact_floats_are_floats(of_float: tuple[Any, Slow], value: object) -> None:
    assert not takes(of_float, value)


@pytest.mark.parametrize("value", [0, 1, -1, 2**63 - 1, -(2**63), 12345678901])
def test_int_comes_back(of_int: tuple[Any, Slow], value: int) -> None:
    result = of_int[0](value)
    assert type(result) is int and result == value


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**40, True, False, 1.0, np.int64(1), "1", None])
def test_large_ints_and_other_types_are_not_ints(of_int: tuple[Any, Slow], value: object) -> None:
    assert not takes(of_int, value)


def test_bool_by_identity() -> None:
    function = identity(PY_BOOL)
    assert function[0](True) is True and function[0](False) is False
    assert not any(takes(function, value) for value in (0, 1, np.True_, np.False_, None, 1.0))


@pytest.mark.parametrize("kind", KINDS)
def test_numpy_scalars_come_back(kind: Any) -> None:
    function = identity(Scalar(kind))
    for number in (0, 1) if kind == "bool" else (0, 1, 117):
        value = np.dtype(kind).type(number)
        result = function[0](value)
        assert type(result) is type(value) and result == value
    others = [np.dtype(other).type(1) for other in KINDS if other != kind]
    assert not any(takes(function, value) for value in (1, 1.0, True, np.int8(1), np.array(1, kind), *others))


def test_both_64_bit_integer_types() -> None:
    f, slow = identity(Scalar("int64"))
    for scalar in (np.int64, np.longlong):
        assert type(f(scalar(-3))) is np.int64 and f(scalar(-3)) == -3
    g, slow_array = identity(Array("int64", 1))
    a = np.arange(3, dtype=np.longlong)
    assert g(a) is a and g(a.astype(np.int64)).tolist() == [0, 1, 2]
    assert not slow.calls and not slow_array.calls


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rank", [0, 1, 2, 3])
@pytest.mark.parametrize("layout", ["C", "A"])
def test_arrays_come_back_themselves(kind: Any, rank: int, layout: Any) -> None:
    f, slow = identity(Array(kind, rank, layout))
    a = np.ones((2, 3, 4)[:rank], dtype=kind)
    assert f(a) is a
    empty = np.ones((2, 0, 4)[:rank], dtype=kind)
    assert f(empty) is empty
    assert not slow.calls


@pytest.mark.parametrize("kind", KINDS)
def test_other_element_types_are_slow(kind: Any) -> None:
    function = identity(Array(kind, 1))
    codes = "?bBhHiIlLqQefdgFDGOSUVMm"
    taken = [code for code in codes if takes(function, np.zeros(3, dtype=code))]
    assert taken == [code for code in codes if np.dtype(code) == np.dtype(kind)]


def test_other_ranks_are_slow(of_vector: tuple[Any, Slow]) -> None:
    assert not any(takes(of_vector, value) for value in (np.array(1.0), np.ones((2, 2)), np.ones((1, 1, 1))))


def test_swapped_bytes_are_slow(of_vector: tuple[Any, Slow]) -> None:
    assert takes(of_vector, np.ones(3, dtype="<f8")) and not takes(of_vector, np.ones(3, dtype=">f8"))


def test_unaligned_is_slow(of_vector: tuple[Any, Slow]) -> None:
    a = np.zeros(33, np.uint8)[1:].view(np.float64)
    assert not a.flags.aligned
    assert not takes(of_vector, a) and not takes(identity(ANY_VECTOR), a)


def test_subclasses_and_look_alikes_are_slow(of_vector: tuple[Any, Slow]) -> None:
    plain = np.ones(3)
    others = [plain.view(Sub), np.ma.masked_array(plain), [1.0], memoryview(plain), None]
    assert not any(takes(of_vector, value) for value in others)


def test_read_only_is_slow_only_where_the_kernel_stores() -> None:
    a = np.ones(3)
    a.flags.writeable = False
    assert takes(identity(VECTOR), a)
    assert not takes(identity(VECTOR, stored=True), a)
    assert takes(identity(VECTOR, stored=True), np.ones(3))


def test_contiguous_layout_refuses_strides(of_vector: tuple[Any, Slow]) -> None:
    assert not takes(of_vector, np.ones(6)[::2]) and not takes(of_vector, np.ones(6)[::-1])
    of_matrix = identity(MATRIX)
    assert takes(of_matrix, np.ones((3, 4))) and not takes(of_matrix, np.ones((3, 4)).T)
    assert not takes(of_matrix, np.ones((3, 4), order="F"))
    # One row of anything is contiguous, whatever its strides say.
    assert takes(of_matrix, np.ones((4, 4), order="F")[:1, :1]) and takes(of_matrix, np.ones((4, 4))[::2][:1])


def test_any_layout_takes_strides() -> None:
    f, slow = identity(ANY_MATRIX)
    base = np.arange(24.0).reshape(4, 6)
    for view in (base, base.T, base[::2], base[::-1, ::3], base[:, 1:2], np.broadcast_to(base[:1], (5, 6))):
        assert f(view) is view
    assert not slow.calls


def test_strides_that_split_elements_are_slow() -> None:
    records = np.zeros(4, dtype=np.dtype([("x", "f4"), ("y", "f4"), ("z", "f4")]))
    assert takes(identity(Array("float32", 1, "A")), records["y"])
    doubles = np.zeros(4, dtype=[("x", "f8"), ("i", "i4"), ("pad", "i4"), ("j", "i4"), ("pad2", "i4")])
    assert takes(identity(ANY_VECTOR), doubles["x"])
    odd = np.ndarray(shape=(2,), dtype="f8", buffer=bytearray(64), strides=(12,))
    assert not takes(identity(ANY_VECTOR), odd)


def test_negative_strides_reach_the_kernel_in_elements() -> None:
    body = """
  %s = load i64, ptr %a3
  store i64 %s, ptr %r0
"""
    f = make(body, [ANY_VECTOR], PY_INT)
    assert (f(np.ones(6)[::-1]), f(np.ones(6)[::2]), f(np.ones(6)[::-3]), f(np.ones(6))) == (-1, 2, -3, 1)


def test_contiguous_strides_reach_the_kernel() -> None:
    t = Array("float32", 3)
    ints = TupleOf((PY_INT,) * 6)
    f = make(copy(6, source="%a2"), [t], ints)
    assert f(np.ones((2, 3, 4), np.float32)) == (2, 3, 4, 12, 4, 1)
    assert f(np.ones((2, 8, 4), np.float32)[:, 2:3][:1]) == (1, 1, 4, 4, 4, 1)


def test_tuples_and_none() -> None:
    t = TupleOf((PY_FLOAT, TupleOf((VECTOR, NOTHING)), PY_INT))
    f, slow = identity(t)
    a = np.ones(3)
    result = f((1.5, (a, None), 7))
    assert result[0] == 1.5 and result[1][0] is a and result[1][1] is None and result[2] == 7
    for value in ((1.5, (a, None)), [1.5, (a, None), 7], (1.5, [a, None], 7), (1.5, (a, 0), 7), (1.5, (a, None), 7.0)):
        assert f(value) == "slow"
    assert len(slow.calls) == 5


def test_keywords_and_counts_are_slow(of_float: tuple[Any, Slow]) -> None:
    f, slow = of_float
    slow.calls.clear()
    assert f(x=1.0) == f(1.0, y=2) == f() == f(1.0, 2.0) == f(*[1.0] * 9) == "slow"
    assert slow.calls == [((), {"x": 1.0}), ((1.0,), {"y": 2}), ((), {}), ((1.0, 2.0), {}), ((1.0,) * 9, {})]


def test_no_arguments() -> None:
    f = make("  store double 2.5, ptr %r0\n", [], PY_FLOAT)
    assert f() == 2.5 and f(1) == "slow"


def test_errors_of_the_slow_path_pass() -> None:
    def slow(*args: object) -> None:
        raise LookupError(args)

    f = make(copy(1), [PY_FLOAT], PY_FLOAT, slow=slow)
    with pytest.raises(LookupError):
        f("x")
    assert f(1.0) == 1.0


def test_many_arguments_of_all_kinds() -> None:
    types = (PY_FLOAT, VECTOR, PY_INT, Scalar("float32"), PY_BOOL, ANY_MATRIX, Scalar("bool"), Scalar("int32"))
    total = sum(map(slot_count, types))
    f = make(copy(total), types, TupleOf(types))
    args = (1.0, np.ones(2), -4, np.float32(0.5), True, np.ones((2, 4)).T, np.False_, np.int32(-9))
    result = f(*args)
    assert result[1] is args[1] and result[5] is args[5]
    assert [type(x) for x in result] == [type(x) for x in args]
    assert result[:1] + result[2:5] + result[6:] == args[:1] + args[2:5] + args[6:]
