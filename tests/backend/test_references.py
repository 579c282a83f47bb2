"""Who holds memory, and stacks. `Compiled` checks after every call that exactly the results are alive."""

from __future__ import annotations

import numpy as np
import pytest

from backend.kernels import BOOL, I64, Compiled, Failure, accumulate, copy, function, let, num, store, var
from tapeless.compiler.ir.nodes import Fail, For, If, Pop, Push, Stack, While
from tapeless.compiler.ir.types import Array, Kind, Scalar

VECTOR, VIEW = Array("float64", 1), Array("float64", 1, "A")
A, B, C, W = var("a", VECTOR), var("b", VECTOR), var("c", VECTOR), var("w", VIEW)
I, N, T, X = var("i", I64), var("n", I64), var("t", BOOL), var("x")


def test_arguments_are_not_counted() -> None:
    f = Compiled(function([A], [copy(B, A), let(W, "window", B, num(0), num(2), num(1), spec="s")], [A, W]))
    assert "call void @tl.retain" not in f.kernel.text
    assert "call void @tl.keep(i64 %t1)" in f.kernel.text
    a, w = f(np.arange(3.0))
    assert (a.tolist(), w.tolist()) == ([0, 1, 2], [0, 1])
    assert f.heap.total == 0


def test_one_array_under_several_names() -> None:
    body = [let(A, "alloc", num(3), zero=True), copy(B, A), store(B, (num(1),), num(2.0)), copy(C, B)]
    f = Compiled(function([], body, [A, C, A]))
    assert [r.tolist() for r in f()] == [[0, 2, 0]] * 3
    assert f.heap.total == 1


def test_a_variable_that_changes_hands() -> None:
    body = [
        let(A, "alloc", num(2), zero=True),
        let(B, "alloc", num(3), zero=True),
        copy(C, A),
        copy(A, B),
        copy(B, C),
        copy(A, A),
    ]
    f = Compiled(function([], body, [A, B]))
    a, b = f()
    assert (len(a), len(b)) == (3, 2)


def test_an_argument_replaced_in_a_branch() -> None:
    f = Compiled(function([A, T], [If(T, (let(A, "alloc", num(1), zero=True),))], A))
    assert f(np.ones(3), False).tolist() == [1, 1, 1]
    assert f(np.ones(3), True).tolist() == [0]


def test_an_array_that_is_never_made() -> None:
    f = Compiled(function([T], [If(T, (let(A, "alloc", num(4)), let(B, "alloc", num(4))))], num(1)))
    assert f(False) == 1
    assert f.heap.total == 0
    assert f(True) == 1
    assert f.heap.total == 2


def test_a_temporary_in_a_loop_keeps_its_block() -> None:
    body = (
        let(A, "alloc", num(8), zero=True),
        store(A, (num(0),), num(1.0)),
        let(X, "load", A, num(1)),
        accumulate(var("s"), X),
    )
    f = Compiled(function([N], [copy(var("s"), num(0.0)), For(I, num(0), N, num(1), body)], var("s")))
    assert f(100) == 0.0
    assert f.heap.total == 1
    assert f(0) == 0.0


def test_a_temporary_that_escapes_gets_a_new_block() -> None:
    """The two newest arrays of a loop are kept alive through a second variable."""
    body = (copy(B, A), let(A, "alloc", num(1)), let(X, "cast", I), store(A, (num(0),), X))
    f = Compiled(function([N], [let(A, "alloc", num(1)), For(I, num(0), N, num(1), body)], [A, B]))
    a, b = f(5)
    assert (a.tolist(), b.tolist()) == ([4], [3])
    assert f.heap.total == 6


def test_a_size_that_changes_in_a_loop() -> None:
    body = (let(A, "alloc", I), For(var("j", I64), num(0), I, num(1), (store(A, (var("j", I64),), num(1.0)),)))
    f = Compiled(function([N], [let(A, "alloc", num(0)), For(I, num(0), N, num(1), body)], A))
    assert f(9).tolist() == [1.0] * 8


def test_a_view_outlives_its_array() -> None:
    body = (
        let(A, "alloc", num(4), zero=True),
        store(A, (num(2),), num(7.0)),
        let(W, "window", A, num(3), num(2), num(-1), spec="s"),
        let(A, "alloc", num(2)),
    )
    f = Compiled(function([N], [For(I, num(0), N, num(1), body)], W))
    assert f(3).tolist() == [0.0, 7.0]


def test_views_of_a_lasting_array_are_not_counted() -> None:
    view = let(W, "window", A, I, num(1), num(1), spec="s")
    loop = For(I, num(0), N, num(1), (view, accumulate(W, num(1.0), num(0))))
    f = Compiled(function([N], [let(A, "alloc", N, zero=True), loop], [A, W]))
    assert "call void @tl.retain" not in f.kernel.text
    a, w = f(3)
    assert (a.tolist(), w.tolist()) == ([1, 1, 1], [1])


J, V, Z = var("j", I64), var("view", VIEW), var("z")
READ = (let(X, "load", V, num(0)), accumulate(var("s"), X))
SEE = let(V, "window", A, num(0), num(1), num(1), spec="s")
SEE_W = let(V, "window", W, num(0), num(1), num(1), spec="s")
RENEW = (let(Z, "cast", I), let(A, "alloc", num(2)), store(A, (num(0),), Z))
LENT = {  # what a loop does before it renews `a`, whether the view is lent, and the sum of what has been read
    "read in the loop": ((SEE, *READ), True, 6.0),
    "read in a loop inside": ((SEE, For(J, num(0), N, num(1), READ)), True, 30.0),
    "read in a branch": ((SEE, If(T, READ)), True, 6.0),
    "a view of a view": ((copy(W, A), SEE_W, *READ), True, 6.0),
    "given up before it is read": ((SEE, *RENEW, *READ), False, 6.0),
    "given up where it is read again": ((SEE, For(J, num(0), N, num(1), (*READ, *RENEW))), False, 30.0),
    "read in the next iteration": ((*READ, SEE), False, 3.0),
    "a view of a view that is given up": ((copy(W, A), SEE_W, *RENEW, *READ), False, 6.0),
}


@pytest.mark.parametrize("case", LENT)
def test_views_of_what_changes(case: str) -> None:
    """A view of what a loop renews is counted only where it is read after that."""
    inside, lent, total = LENT[case]
    body = [
        let(A, "alloc", num(2), zero=True), copy(V if inside[0] is READ[0] else C, A), copy(var("s"), num(0.0)),
        For(I, num(0), N, num(1), (*inside, *RENEW)),
    ]
    f = Compiled(function([N, T], body, var("s")))
    assert ("call void @tl.retain" not in f.kernel.text) == lent
    assert f(5, True) == total


def test_failures_leave_nothing() -> None:
    t = var("late", BOOL)
    body = (let(A, "alloc", I), Push("s", A), let(t, "eq", I, N), If(t, (Fail("ValueError", "no {}", (I,)),)))
    loop = For(I, num(0), num(10), num(1), body)
    f = Compiled(function([N], [loop], num(1), (Stack("s", VECTOR),)), stack_chunk=4)
    assert f(10) == 1
    with pytest.raises(Failure):
        f(7)


@pytest.mark.parametrize("count", [0, 1, 4, 5, 33])
def test_a_stack_of_numbers(count: int) -> None:
    out = var("out_", Array("int64", 1))
    k = var("k", I64)
    body = [
        let(out, "alloc", N),
        For(I, num(0), N, num(1), (let(k, "mul", I, I), Push("s", k))),
        For(I, num(0), N, num(1), (Pop("s", k), store(out, (I,), k))),
    ]
    f = Compiled(function([N], body, out, (Stack("s", I64),)), stack_chunk=4)
    assert f(count).tolist() == [i * i for i in reversed(range(count))]


@pytest.mark.parametrize("kind", ["bool", "int32", "float32", "float64"])
def test_stacks_of_every_kind(kind: Kind) -> None:
    s, k, total = var("v", Scalar(kind)), var("k", I64), var("total", I64)
    push = (let(k, "mod", I, num(2)), let(s, "cast", k), Push("s", s))
    pop = (Pop("s", s), let(k, "cast", s), let(total, "add", total, total), let(total, "add", total, k))
    body = [
        copy(total, num(0)),
        For(I, num(0), num(11), num(1), push),
        For(I, num(0), num(11), num(1), pop, backward=True),
    ]
    assert Compiled(function([], body, total, (Stack("s", s.type),)), stack_chunk=4)() == 0b01010101010


def test_two_stacks_and_a_while() -> None:
    go, n = var("go", BOOL), var("m", I64)
    forward = While(
        (let(go, "gt", n, num(0)), Push("go", go)),
        go,
        (Push("n", n), let(n, "floordiv", n, num(2))),
    )
    total = var("total", I64)
    backward = While((Pop("go", go),), go, ())
    drain = While(
        (let(go, "lt", n, N),),
        go,
        (Pop("n", n), let(total, "add", total, n)),
    )
    body = [copy(total, num(0)), copy(n, N), forward, drain, Pop("go", go), Push("go", go), backward]
    f = Compiled(function([N], body, total, (Stack("go", BOOL), Stack("n", I64))), stack_chunk=2)
    # The last entry of "go" is False, so `backward` stops there and leaves the others on the stack.
    assert f(100) == sum(100 >> k for k in range(7))


def test_a_stack_of_arrays() -> None:
    total = var("total")
    push = (let(A, "alloc", num(2)), let(X, "cast", I), store(A, (num(0),), X), store(A, (num(1),), X), Push("s", A))
    pop = (
        Pop("s", B),
        let(X, "load", B, num(1)),
        let(total, "mul", total, num(2.0)),
        let(total, "add", total, X),
    )
    body = [
        copy(total, num(0.0)),
        For(I, num(0), num(10), num(1), push),
        For(I, num(0), num(9), num(1), pop, backward=True),
    ]
    f = Compiled(function([], body, [total, A, B], (Stack("s", VECTOR),)), stack_chunk=4)
    expected, a, b = 0.0, [9.0, 9.0], [1.0, 1.0]
    for i in range(9, 0, -1):
        expected = 2 * expected + i
    result = f()
    assert (result[0], result[1].tolist(), result[2].tolist()) == (expected, a, b)


def test_a_stack_of_views() -> None:
    base = [let(A, "alloc", num(6), zero=True), store(A, (num(4),), num(5.0))]
    push = (let(W, "window", A, num(4), num(2), num(-1), spec="s"), Push("s", W))
    body = [*base, For(I, num(0), num(6), num(1), push), Pop("s", W), let(X, "load", W, num(0))]
    x, w = Compiled(function([], body, [X, W], (Stack("s", VIEW),)), stack_chunk=4)()
    assert (x, w.tolist()) == (5.0, [5.0, 0.0])


def test_a_stack_of_arguments() -> None:
    body = [Push("s", A), Push("s", A), Pop("s", B), let(X, "load", B, num(0))]
    x, b = Compiled(function([A], body, [X, B], (Stack("s", VECTOR),)))(np.array([3.0]))
    assert (x, b.tolist()) == (3.0, [3.0])


def test_aliases_of_new_memory() -> None:
    """Stores through one name are seen through the other, whatever LLVM was told about memories."""
    s = var("s")
    y = var("y")
    loop = For(
        I,
        num(0),
        N,
        num(1),
        (
            let(X, "load", B, I),
            let(y, "add", X, num(1.0)),
            store(C, (I,), y),
            let(X, "load", A, I),
            accumulate(s, X),
        ),
    )
    setup = [let(A, "alloc", N, zero=True), copy(B, A), let(W, "alloc", N), copy(C, A), copy(s, num(0.0))]
    f = Compiled(function([N], [*setup, loop], s))
    assert "!alias.scope" in f.kernel.text
    assert f(100) == 100.0


def test_overlapping_arguments() -> None:
    body = (let(X, "load", A, I), let(X, "add", X, num(1.0)), store(B, (I,), X))
    f = Compiled(function([A, B], [For(I, num(0), num(20), num(1), body)], num(0)))
    data = np.zeros(21)
    f(data[:20], data[1:])
    assert data.tolist() == [float(i) for i in range(21)]


def test_undefined_arrays() -> None:
    """An array that only some iterations make, kept, pushed and returned under another name."""
    t, u = var("odd", BOOL), var("u", I64)
    make = (let(A, "alloc", num(1)), let(X, "cast", I), store(A, (num(0),), X))
    body = (
        let(A, "undefined"),
        let(u, "mod", I, num(2)),
        let(t, "eq", u, num(1)),
        If(t, make),
        Push("s", A),
        copy(B, A),
    )
    head = [let(B, "undefined"), let(C, "undefined"), copy(W, C)]
    f = Compiled(function([N], [*head, For(I, num(0), N, num(1), body)], B, (Stack("s", VECTOR),)), stack_chunk=4)
    assert f(10).tolist() == [9.0]
    assert f.heap.total == 5 + 3  # the arrays, and the stack with room for 4, 8 and 16


def test_the_promise_of_disjoint_arguments() -> None:
    body = (let(X, "load", A, I), let(X, "add", X, num(1.0)), store(B, (I,), X))
    f = function([A, B], [For(I, num(0), num(20), num(1), body)], num(0))
    assert "noalias !" in Compiled(f, disjoint_arguments=True).kernel.text
    assert "alias.scope" not in Compiled(f).kernel.text
    data, out = np.arange(20.0), np.zeros(20)
    Compiled(f, disjoint_arguments=True)(data, out)
    assert out.tolist() == [i + 1.0 for i in range(20)]
