"""Arrays: elements, views, allocations."""

from __future__ import annotations

import numpy as np
import pytest

from backend.kernels import (
    BOOL,
    F64,
    I32,
    I64,
    NUMPY,
    Compiled,
    Failure,
    accumulate,
    app,
    copy,
    function,
    let,
    num,
    run,
    store,
    var,
)
from tapeless.compiler.backend.llvm import InternalError
from tapeless.compiler.ir.nodes import Assign, For, Var
from tapeless.compiler.ir.types import Array, Kind, Layout

KINDS: tuple[Kind, ...] = ("bool", "int32", "int64", "float32", "float64")
I, J, K = var("i", I64), var("j", I64), var("k", I64)


def array(name: str, rank: int, layout: Layout = "C", kind: Kind = "float64") -> Var:
    return var(name, Array(kind, rank, layout))


def sample(*shape: int) -> np.ndarray:
    return np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape) + 0.5


def copied(view: Var, setup: list[Assign], params: list[Var]) -> Compiled:
    """Copy a view, element by element, into a new array, so that strides are read and written."""
    assert isinstance(view.type, Array)
    rank = view.type.rank
    out, t = var("copy", Array(view.type.kind, rank)), var("t", F64)
    dims = tuple(var(f"d{k}", I64) for k in range(rank))
    index = tuple(var(f"i{k}", I64) for k in range(rank))
    body = (let(t, "load", view, *index), store(out, index, t))
    for k in reversed(range(rank)):
        body = (For(index[k], num(0), dims[k], num(1), body),)  # type: ignore[assignment]
    sizes = [let(d, "dim", view, axis=k) for k, d in enumerate(dims)]
    return Compiled(function(params, [*setup, *sizes, let(out, "alloc", *dims), *body], [view, out]))


def check(f: Compiled, expected: np.ndarray, *arguments: object) -> None:
    """Both the view's own descriptor and the copy show what NumPy shows."""
    view, duplicate = f(*arguments)
    np.testing.assert_array_equal(view, expected)
    np.testing.assert_array_equal(duplicate, expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", ["C", "A"])
def test_elements_of_every_kind(kind: Kind, layout: Layout) -> None:
    a = array("a", 2, layout, kind)
    t = var("t", __import__("tapeless.compiler.ir.types", fromlist=["Scalar"]).Scalar(kind))
    f = Compiled(function([a, I, J, t], [store(a, (I, J), t), let(t, "load", a, J, I)], t))
    base = np.ones((6, 6), NUMPY[kind])
    data = base if layout == "C" else base[::-2, ::2]
    expected = data[1, 2]
    assert f(data, 2, 1, 0) == expected
    assert data[2, 1] == 0
    assert base.sum() == 35


def test_rank_zero() -> None:
    a, t = array("a", 0), var("t")
    f = Compiled(function([a], [let(t, "load", a), store(a, (), num(3.0)), accumulate(a, num(0.5))], t))
    data = np.array(2.0)
    assert f(data) == 2.0
    assert data == 3.5


def test_indices_of_32_bits() -> None:
    a, t, i = array("a", 1), var("t"), var("i32", I32)
    assert run(function([a, i], [let(t, "load", a, i), store(a, (num(0, I32),), t)], t), sample(4), 3) == 3.5


def test_accumulate_into_elements() -> None:
    a, b = array("a", 1), array("b", 1, kind="int64")
    f = Compiled(function([a, b, I], [accumulate(a, num(0.5), I), accumulate(b, num(3), I)], num(0)))
    x, n = sample(3), np.arange(3)
    f(x, n, 1)
    assert x.tolist() == [0.5, 2.0, 2.5]
    assert n.tolist() == [0, 4, 2]


@pytest.mark.parametrize("layout", ["C", "A"])
@pytest.mark.parametrize(
    ("spec", "operands", "expected"),
    [
        (("i",), [2], lambda x: x[2]),
        (("s",), [1, 3, 2], lambda x: x[1:7:2]),
        (("s",), [5, 4, -1], lambda x: x[5:1:-1]),
        (("s",), [8, 0, 1], lambda x: x[8:]),
        (("n", "s", "n"), [0, 8, 1], lambda x: x[None, :, None]),
    ],
)
def test_windows_of_vectors(layout: Layout, spec: tuple[str, ...], operands: list[int], expected: object) -> None:
    a = array("a", 1, layout)
    view = array("w", sum(e != "i" for e in spec), "A")
    x = sample(8) if layout == "C" else sample(24)[22::-3]
    params = [var(f"p{k}", I64) for k in range(len(operands))]
    f = copied(view, [let(view, "window", a, *params, spec=spec)], [a, *params])
    assert callable(expected)
    check(f, expected(x), x, *operands)


@pytest.mark.parametrize("layout", ["C", "A"])
def test_windows_of_matrices(layout: Layout) -> None:
    a = array("a", 3, layout)
    x = sample(4, 5, 6) if layout == "C" else sample(12, 5, 12)[::3, ::-1, ::2]
    rows = array("w", 2, "A")
    f = copied(rows, [let(rows, "window", a, num(2), num(4), num(3), num(-2), num(1), num(2), num(3), spec="iss")], [a])
    check(f, x[2, 4::-2, 1:6:3], x)
    plane = array("w", 3, "A")
    f = copied(plane, [let(plane, "window", a, I, num(0), num(5), num(1), J, spec="ninsi")], [a, I, J])
    check(f, x[None, 1, None, :, 3], x, 1, 3)


def test_a_contiguous_window() -> None:
    a, row, part = array("a", 2), array("r", 1), array("p", 1)
    setup = [
        let(row, "window", a, num(1), num(0), num(4), num(1), spec="is"),
        let(part, "window", row, num(1), num(2), num(1), spec="s"),
    ]
    x = sample(3, 4)
    check(copied(part, setup, [a]), x[1, 1:3], x)


def test_a_view_of_a_view_replacing_itself() -> None:
    a, w = array("a", 1), array("w", 1, "A")
    setup = [
        copy(w, a),
        let(w, "window", w, num(7), num(4), num(-2), spec="s"),
        let(w, "window", w, num(1), num(2), num(2), spec="s"),
    ]
    x = sample(8)
    check(copied(w, setup, [a]), x[7::-2][1::2], x)


def test_transpose() -> None:
    a, b = array("a", 3), array("b", 3, "A")
    x = sample(2, 3, 4)
    for axes in ((2, 0, 1), (0, 2, 1), (0, 1, 2)):
        check(copied(b, [let(b, "transpose", a, axes=axes)], [a]), x.transpose(axes), x)
    back = array("c", 3, "C")
    setup = [let(b, "transpose", a, axes=(2, 0, 1)), let(back, "transpose", b, axes=(1, 2, 0))]
    check(copied(back, setup, [a]), x, x)


def test_broadcast() -> None:
    a, b = array("a", 2), array("b", 3, "A")
    d = [var(f"d{k}_", I64) for k in range(3)]
    f = copied(b, [let(b, "broadcast", a, *d, spec=())], [a, *d])
    for shape in ((1, 3), (2, 1), (1, 1), (2, 3)):
        x = sample(*shape)
        check(f, np.broadcast_to(x, (4, 2, 3)), x, 4, 2, 3)
    check(f, np.broadcast_to(sample(1, 3), (1, 1, 3)), sample(1, 3), 1, 1, 3)
    check(f, np.broadcast_to(sample(1, 3), (2, 0, 3)), sample(1, 3), 2, 0, 3)


def test_a_contiguous_array_under_a_general_type() -> None:
    a, b = array("a", 3), array("b", 3, "A")
    check(copied(b, [copy(b, a)], [a]), sample(2, 3, 4), sample(2, 3, 4))


def test_alloc() -> None:
    a, n, m = array("a", 2), var("n", I64), var("m", I64)
    f = Compiled(function([n, m], [let(a, "alloc", n, m, zero=True)], a))
    for shape in ((2, 3), (0, 4), (3, 0), (1, 1), (300, 200)):
        np.testing.assert_array_equal(f(*shape), np.zeros(shape))
    point = array("p", 0)
    assert run(function([], [let(point, "alloc"), store(point, (), num(2.0))], point)) == 2.0


@pytest.mark.parametrize("kind", KINDS)
def test_alloc_of_every_kind(kind: Kind) -> None:
    a, n = array("a", 1, kind=kind), var("n", I64)
    f = Compiled(function([n], [let(a, "alloc", n, zero=True)], a))
    np.testing.assert_array_equal(f(7), np.zeros(7, NUMPY[kind]))


@pytest.mark.parametrize("shape", [(2**62, 1), (2**40, 2**40), (2**60, 1), (2**31, 2**32), (1, 2**63 - 1)])
def test_sizes_beyond_the_address_space(shape: tuple[int, int]) -> None:
    a, n, m = array("a", 2), var("n", I64), var("m", I64)
    with pytest.raises(Failure) as caught:
        run(function([n, m], [let(a, "alloc", n, m)], num(1)), *shape)
    assert (caught.value.status, caught.value.exception) == (1, "MemoryError")


def test_memory_that_the_system_refuses() -> None:
    a, b, n = array("a", 1), array("b", 1), var("n", I64)
    f = Compiled(function([n], [let(a, "alloc", num(10)), let(b, "alloc", n)], num(1)))
    f.heap.limit = 1000
    assert f(50) == 1
    with pytest.raises(Failure, match="MemoryError"):
        f(500)


def test_arguments_in_a_tuple() -> None:
    from tapeless.compiler.ir.types import TupleOf

    pair = var("p", TupleOf((F64, Array("float64", 1), TupleOf((BOOL,)))))
    number, vector, (flag,) = run(function([pair, I], [], pair), (1.5, sample(3), (True,)), 3)
    assert (number, vector.tolist(), flag) == (1.5, [0.5, 1.5, 2.5], True)


def test_misused_arrays() -> None:
    a = array("a", 2)
    for statement in (
        let(var("t"), "load", a, num(0)),
        let(array("b", 1), "transpose", a, axes=(1, 0)),
        let(array("b", 1), "window", a, num(0), spec="i"),
        let(var("t"), "window", a, num(0), num(0), spec="ii"),
        store(a, (num(0), num(0)), num(1)),
        Assign(array("b", 1), app("sin", num(1.0))),
    ):
        with pytest.raises(InternalError):
            run(function([a], [statement], num(1)), sample(2, 2))
