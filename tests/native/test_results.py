"""Objects made from what a kernel leaves in its slots."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

from tapeless.compiler.backend.entry import Param
from tapeless.compiler.ir.types import NOTHING, PY_BOOL, PY_FLOAT, PY_INT, Array, Scalar, TupleOf

from .build import ANY_MATRIX, ANY_VECTOR, MATRIX, VECTOR, Slow, copy, live_blocks, make, put, ramp

ALL = "  %n = load i64, ptr %a0\n" + ramp("h", "%n")


def test_nothing_is_none() -> None:
    assert make("", [], NOTHING)() is None


def test_tuples_of_everything() -> None:
    nested = TupleOf((PY_FLOAT, TupleOf((PY_INT, TupleOf(()), NOTHING)), PY_BOOL))
    body = """
  store double 0.5, ptr %r0
  store i64 -9223372036854775808, ptr %r1
  store i8 1, ptr %r2
"""
    assert make(body, [], nested)() == (0.5, (-(2**63), (), None), True)
    assert make("", [], TupleOf(()))() == ()


@pytest.mark.parametrize(
    ("kind", "stored", "expected"),
    [
        ("float64", "double 2.5", np.float64(2.5)),
        ("float32", "float 2.5", np.float32(2.5)),
        ("int64", "i64 -3", np.int64(-3)),
        ("int32", "i32 -3", np.int32(-3)),
        ("bool", "i8 1", np.True_),
        ("bool", "i8 0", np.False_),
    ],
)
def test_strong_scalars_are_numpy_scalars(kind: Any, stored: str, expected: np.generic) -> None:
    result = make(f"  store {stored}, ptr %r0\n", [], Scalar(kind))()
    assert type(result) is type(expected) and result == expected and result.dtype == np.dtype(kind)


@pytest.mark.parametrize("n", [0, 1, 10, 1000, 200_000])
def test_a_new_vector(n: int) -> None:
    f = make(ALL + put(0, "%h", "%h.data", ["%n"], [1]), [PY_INT], VECTOR)
    result = f(n)
    assert type(result) is np.ndarray and result.dtype == np.float64 and result.shape == (n,)
    assert result.flags.c_contiguous and result.flags.writeable and result.flags.aligned
    np.testing.assert_array_equal(result, np.arange(n))
    result += 1.0
    np.testing.assert_array_equal(f(n), np.arange(n))


@pytest.mark.parametrize("kind", ["bool", "int32", "int64", "float32", "float64"])
def test_element_types_and_rank_zero(kind: Any) -> None:
    f = make(ramp("h", 4) + put(0, "%h", "%h.data", [], []), [], Array(kind, 0))
    result = f()
    assert result.shape == () and result.dtype == np.dtype(kind) and result[()] == 0


def test_a_matrix_keeps_its_strides() -> None:
    body = ramp("h", 12) + put(0, "%h", "%h.data", [4, 3], [1, 4])
    result = make(body, [], ANY_MATRIX)()
    np.testing.assert_array_equal(result, np.arange(12.0).reshape(3, 4).T)
    assert result.strides == (8, 32) and result.flags.f_contiguous and not result.flags.c_contiguous
    result[1, 2] = -1.0


def test_a_reversed_part_of_a_block() -> None:
    body = ramp("h", 10) + "  %last = getelementptr double, ptr %h.data, i64 8\n" + put(0, "%h", "%last", [4], [-2])
    result = make(body, [], ANY_VECTOR)()
    np.testing.assert_array_equal(result, [8.0, 6.0, 4.0, 2.0])
    assert result.strides == (-16,)


def test_two_results_share_one_block() -> None:
    body = (
        ramp("h", 6)
        + "  %some = getelementptr double, ptr %h.data, i64 1\n"
        + put(0, "%h", "%h.data", [6], [1])
        + put(4, "%h", "%some", [2], [2])
        + put(8, "%h", "%h.data", [2, 3], [3, 1])
    )
    f = make(body, [], TupleOf((VECTOR, ANY_VECTOR, MATRIX)))
    before = live_blocks()
    whole, part, square = f()
    assert live_blocks() == before + 1
    whole[:] = 7.0
    del whole
    gc.collect()
    assert part.tolist() == [7.0, 7.0] and square.tolist() == [[7.0] * 3] * 2
    part[0] = 1.0
    assert square[0, 1] == 1.0
    del part
    assert live_blocks() == before + 1
    del square
    assert live_blocks() == before


def test_blocks_that_are_not_returned_are_freed() -> None:
    body = ramp("a", 5) + ramp("b", 6) + ramp("c", 7) + put(0, "%b", "%b.data", [6], [1])
    f = make(body, [], VECTOR)
    before = live_blocks()
    result = f()
    assert live_blocks() == before + 1 and result.tolist() == list(range(6))
    del result
    assert live_blocks() == before


def test_results_outlive_the_code() -> None:
    f = make(ramp("h", 3) + put(0, "%h", "%h.data", [3], [1]), [], VECTOR)
    library = weakref.ref(f.__self__.library)
    result = f()
    del f
    gc.collect()
    assert library() is None
    assert result.tolist() == [0.0, 1.0, 2.0]
    del result


def test_memory_of_nobody_is_copied() -> None:
    body = """
  store i64 0, ptr %r0
  store ptr @constants, ptr %r1
  store i64 2, ptr %r2
  store i64 3, ptr %r3
  store i64 1, ptr %r4
  store i64 2, ptr %r5
  ret i32 0
}
@constants = internal constant [6 x double] [double 1.0, double 2.0, double 3.0, double 4.0, double 5.0, double 6.0]
define internal i32 @unused() {
"""
    f = make(body, [], ANY_MATRIX)
    result = f()
    assert result.tolist() == [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]] and result.flags.owndata and result.flags.f_contiguous
    result[:] = 0.0
    assert f()[0, 0] == 1.0


# ---------------------------------------------------------------------------------------------- memory of arguments


def test_a_view_on_an_argument() -> None:
    # The second argument without its first element.
    body = """
  call void @test.copy(ptr %r0, ptr %a1, i64 4)
  %data = load ptr, ptr %a2
  %data.next = getelementptr double, ptr %data, i64 1
  store ptr %data.next, ptr %r1
  %n = load i64, ptr %a3
  %n.less = sub i64 %n, 1
  store i64 %n.less, ptr %r2
"""
    f = make(body, [PY_FLOAT, VECTOR], VECTOR)
    a = np.arange(4.0)
    view = f(0.0, a)
    assert view.base is a and view.tolist() == [1.0, 2.0, 3.0] and view.flags.writeable
    view[0] = 9.0
    assert a[1] == 9.0
    a.flags.writeable = False
    assert not f(0.0, a).flags.writeable
    dead = weakref.ref(b := np.ones(3))
    view = f(1.0, b)
    del b
    assert dead() is view.base and view.tolist() == [1.0, 1.0]
    del view
    assert dead() is None


def test_a_view_of_a_view_refers_to_the_owner() -> None:
    body = copy(2, "%r0") + "  store i64 2, ptr %r2\n  store i64 2, ptr %r3\n"
    f = make(body, [ANY_VECTOR], ANY_VECTOR)
    base = np.arange(10.0)
    result = f(base[2:7])
    assert result.tolist() == [2.0, 4.0] and result.base is base


def test_another_shape_of_an_argument() -> None:
    body = copy(2) + "".join(f"  store i64 {n}, ptr %r{k}\n" for k, n in ((2, 2), (3, 3), (4, 3), (5, 1)))
    f = make(body, [VECTOR], MATRIX)
    a = np.arange(6.0)
    result = f(a)
    assert result.base is a and result.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]] and result.flags.c_contiguous


def test_the_argument_itself_and_which_one() -> None:
    f = make(copy(4, source="%a4") + copy(4, "%r4"), [VECTOR, VECTOR], TupleOf((VECTOR, VECTOR)))
    a, b = np.ones(3), np.zeros(3)
    first, second = f(a, b)
    assert first is b and second is a
    assert all(x is a for x in f(a, a))


def test_a_view_on_an_array_in_a_tuple() -> None:
    pair = TupleOf((VECTOR, VECTOR))
    body = copy(4, source="%a4") + "  store i64 1, ptr %r2\n" + copy(4, "%r4", "%a4")
    f = make(body, [pair], pair)
    a, b = np.ones(2), np.zeros(3)
    arguments = (a, b)
    view, same = f(arguments)
    assert same is b and view.base is arguments and view.tolist() == [0.0] and view.flags.writeable
    a.flags.writeable = False
    assert not f(arguments)[0].flags.writeable


def test_results_into_arguments() -> None:
    body = """
  %data = load ptr, ptr %a1
  store double 4.0, ptr %data
"""
    slow = Slow()
    f = make(body, [Param(VECTOR, stored=True)], NOTHING, slow=slow)
    a = np.ones(2)
    assert f(a) is None and a.tolist() == [4.0, 1.0]
    a.flags.writeable = False
    assert f(a) == "slow"
