"""Branches, loops and failures."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from backend.kernels import (
    BOOL,
    F32,
    F64,
    I32,
    I64,
    Compiled,
    Failure,
    accumulate,
    copy,
    function,
    let,
    num,
    run,
    store,
    var,
)
from tapeless.compiler.backend.llvm import InternalError
from tapeless.compiler.ir.nodes import Assign, Const, Fail, For, Function, If, Note, Return, Span, Stmt, Var, While
from tapeless.compiler.ir.types import NOTHING, Array

VECTOR = Array("int64", 1)
I, K, N = var("i", I64), var("k", I64), var("n", I64)
MIN, MAX = -(2**63), 2**63 - 1


def record(backward: bool, constant_step: int | None = None, nested: bool = False) -> Compiled:
    """Store the loop variable of each iteration; return the number of iterations and its value afterwards."""
    a, start, stop, step = var("a", VECTOR), var("start", I64), var("stop", I64), var("step", I64)
    last = var("last", I64)
    body: tuple[Stmt, ...] = (store(a, (K,), I), let(K, "add", K, num(1)))
    if nested:
        body += (For(var("j", I64), num(0), N, num(1), ()),)
    by = step if constant_step is None else num(constant_step)
    loop = For(I, start, stop, by, body, backward)
    setup = [copy(K, num(0)), copy(I, num(-77)), copy(N, num(0)), loop, copy(last, I)]
    return Compiled(function([a, start, stop, step], setup, [K, last]))


RANGES = [
    (0, 10, 1),
    (3, 3, 1),
    (5, 2, 1),
    (0, 10, 3),
    (0, 9, 3),
    (1, 2, 100),
    (10, 0, -1),
    (10, 0, -3),
    (0, 10, -1),
    (MAX - 3, MAX, 1),
    (MAX - 10, MAX, 4),
    (MIN + 3, MIN, -1),
    (MIN + 10, MIN, -4),
    (MIN, MIN + 2, 1),
    (MIN, MAX, 2**62),
    (MAX, MIN, MIN),
    (-1, MIN, MIN),
    (MAX, MIN, -(2**62)),
    (MIN, MAX, MAX),
]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("nested", [False, True])
def test_ranges_with_a_step_at_run_time(backward: bool, nested: bool) -> None:
    f = record(backward, nested=nested)
    for bounds in RANGES:
        seen = np.zeros(20, np.int64)
        expected = list(range(*bounds))[:: -1 if backward else 1]
        count, last = f(seen, *bounds)
        assert (count, seen[:count].tolist()) == (len(expected), expected), bounds
        assert last == (expected[-1] if expected else -77)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("step", sorted({r[2] for r in RANGES}))
def test_ranges_with_a_known_step(step: int, backward: bool) -> None:
    f = record(backward, step)
    for bounds in (r for r in RANGES if r[2] == step):
        seen = np.zeros(20, np.int64)
        expected = list(range(*bounds))[:: -1 if backward else 1]
        count, _ = f(seen, *bounds)
        assert seen[:count].tolist() == expected, bounds


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("step", [1, 3, -2])
def test_more_than_one_strip(step: int, backward: bool) -> None:
    s, previous, ordered, t = var("s", I64), var("previous", I64), var("ordered", I64), var("t", BOOL)
    d = var("d", I64)
    direction = -step if backward else step
    body = (
        let(s, "add", s, I),
        let(d, "sub", I, previous),
        let(t, "eq", d, num(direction)),
        let(d, "cast", t),
        let(ordered, "add", ordered, d),
        copy(previous, I),
    )
    loop = For(I, var("a", I64), var("b", I64), num(step), body, backward)
    head = [copy(v, num(0)) for v in (s, previous, ordered)]
    f = Compiled(function([var("a", I64), var("b", I64)], [*head, loop], [s, ordered]))
    numbers = range(7, 7 + 3_300_000 * step, step)
    total, in_order = f(numbers.start, numbers.stop)
    assert (total, in_order) == (sum(numbers), len(numbers) - 1)
    assert f.polls >= 2


def test_a_backward_loop_stops_in_a_signal() -> None:
    s = var("s", I64)
    loop = For(I, num(0), N, num(1), (let(s, "mul", s, num(3)), let(s, "add", s, I)), True)
    with pytest.raises(KeyboardInterrupt):
        run(function([N], [copy(s, num(0)), loop], s), 10**10, polls=3)


@pytest.mark.parametrize("step", [1, 7])
def test_a_long_loop_is_interruptible(step: int) -> None:
    s = var("s")
    loop = For(I, num(0), N, num(step), (let(s, "mul", s, num(0.5)), let(s, "add", s, num(1.0))))
    f = Compiled(function([N], [copy(s, num(0.0)), loop], s), polls=3)
    with pytest.raises(KeyboardInterrupt):
        f(10**10 * step)
    assert f.polls == 4


def test_nested_loops_and_while_are_interruptible() -> None:
    j, t = var("j", I64), var("t", BOOL)
    inner = For(j, num(0), num(2), num(1), (let(K, "mul", K, num(3)), let(K, "add", K, j)))
    outer = For(I, num(0), N, num(1), (inner,))
    with pytest.raises(KeyboardInterrupt):
        run(function([N], [copy(K, num(1)), outer], K), 10**11, polls=2)
    spin = While((let(t, "ge", K, num(0)),), t, (let(K, "mul", K, num(1)),))
    with pytest.raises(KeyboardInterrupt):
        run(function([], [copy(K, num(0)), spin], K), polls=2)


def test_short_loops_are_not_polled() -> None:
    j = var("j", I64)
    loop = For(I, num(0), num(4), num(1), (For(j, num(0), num(5), num(1), (let(K, "add", K, j),)),))
    f = Compiled(function([], [copy(K, num(0)), loop], K))
    assert f() == 40
    assert "tl.poll" not in f.kernel.text


def test_while() -> None:
    t = var("t", BOOL)
    loop = While(
        (let(t, "gt", N, num(1)),),
        t,
        (
            let(var("r", I64), "mod", N, num(2)),
            let(t, "eq", var("r", I64), num(0)),
            If(t, (let(N, "floordiv", N, num(2)),), (let(N, "mul", N, num(3)), let(N, "add", N, num(1)))),
            let(K, "add", K, num(1)),
        ),
        "while_1",
    )
    f = Compiled(function([N], [copy(K, num(0)), loop], K))
    assert [f(n) for n in (1, 2, 3, 27)] == [0, 1, 7, 111]


def test_value_of_an_earlier_iteration() -> None:
    """A variable written by one statement, read in the next iteration before it is written again."""
    t, old, s = var("t", BOOL), var("old", I64), var("s", I64)
    body = (
        let(t, "gt", I, num(0)),
        If(t, (let(s, "add", s, old),)),
        let(old, "mul", I, I),
    )
    loop = For(I, num(0), N, num(1), body)
    f = Compiled(function([N], [copy(s, num(0)), loop], [s, old]))
    assert f(5) == (0 + 1 + 4 + 9, 16)


def test_if_and_else() -> None:
    x, y, t = var("x"), var("y"), var("t", BOOL)
    body = [
        let(t, "lt", x, num(0.0)),
        If(t, (let(y, "neg", x), Note("flipped")), (copy(y, x),)),
        If(num(True), (let(y, "add", y, num(1.0)),), (copy(y, num(0.0)),)),
        If(t, (), (let(y, "mul", y, num(2.0)),)),
    ]
    f = Compiled(function([x], body, y))
    assert [f(-3.0), f(4.0)] == [4.0, 10.0]


def test_fail_reports_values_and_place() -> None:
    t, x, b, f32, i32 = var("t", BOOL), var("x"), var("b", BOOL), var("g", F32), var("h", I32)
    place = Span("m.py", 3, 4, 3, 9)
    fail = Fail("ValueError", "{} {} {} {}", (x, b, f32, i32), place)
    f = Compiled(function([x, b, f32, i32], [let(t, "gt", x, num(1.0)), If(t, (fail,))], x))
    assert f(1.0, True, 0.5, -3) == 1.0
    with pytest.raises(Failure) as caught:
        f(2.5, True, 0.5, -3)
    assert (caught.value.exception, caught.value.message) == ("ValueError", "2.5 1 0.5 -3")
    assert f.kernel.errors[caught.value.status - 1].span == place
    assert f.kernel.errors[0].exception == "MemoryError"


def test_fail_in_a_loop_and_in_both_arms() -> None:
    t = var("t", BOOL)
    body = (
        let(t, "gt", I, num(5)),
        If(t, (Fail("IndexError", "index {}", (I,)),)),
        let(K, "add", K, I),
    )
    f = Compiled(function([N], [copy(K, num(0)), For(I, num(0), N, num(1), body)], K))
    assert f(6) == 15
    with pytest.raises(Failure) as caught:
        f(7)
    assert caught.value.message == "index 6"
    arms = If(t, (Fail("ValueError", "a"),), (Fail("ValueError", "b"),))
    g = Compiled(function([t], [arms, copy(K, num(1))], K))
    for test, message in ((True, "a"), (False, "b")):
        with pytest.raises(Failure) as caught:
            g(test)
        assert caught.value.message == message


@pytest.mark.parametrize("step", [num(1), num(2), var("step", I64)])
def test_loops_that_always_fail(step: Var | Const) -> None:
    fail = Fail("ValueError", "always")
    f = Compiled(function([N], [copy(var("step", I64), num(2)), For(I, num(0), N, step, (fail,))], num(1)))
    assert f(0) == 1
    with pytest.raises(Failure):
        f(3)
    loop = While((), num(True), (fail,))
    with pytest.raises(Failure):
        run(function([], [loop], num(1)))


def test_results_of_every_kind() -> None:
    types = [F64, F32, I64, I32, BOOL]
    params = [var(f"p{k}", t) for k, t in enumerate(types)]
    assert run(function(params, [], list(params)), 1.5, 0.5, -7, -8, True) == (1.5, 0.5, -7, -8, True)
    assert run(Function("f", (), (Return(Const(None, NOTHING)),))) is None


def test_odd_names() -> None:
    """Python allows letters that LLVM does not, and a user may pick the names of our temporaries."""
    names = ["t1", "entry", "failed", "status", "v.x", "données", "x y", '"', "data.a", "fuel", "b1_for_body"]
    params = [var(n) for n in names]
    total = var("ctx")
    body = [copy(total, num(0.0)), *(accumulate(total, p) for p in params)]
    loop = For(var("entry", I64), num(0), num(1), num(1), tuple(body), label="für 1")
    loop = For(var("results", I64), num(0), num(1), num(1), tuple(body), label="für 1")
    assert run(function(params, [loop], total), *map(float, range(len(names)))) == sum(range(len(names)))


def test_the_text_is_deterministic() -> None:
    f = record(False).kernel.text
    assert f == record(False).kernel.text


def test_misplaced_statements() -> None:
    for body in ((Return(num(1.0)), Return(num(1.0))), (Assign(N, num(1)),)):
        with pytest.raises(InternalError):
            run(Function("f", (), body))


def test_negative_zero_survives() -> None:
    x, y = var("x"), var("y")
    f = Compiled(function([x], [let(y, "mul", x, num(-1.0))], y))
    assert struct.pack("d", f(0.0)) == struct.pack("d", -0.0)


def test_undefined_numbers() -> None:
    """A slot that some path leaves without a value, and one that is never given any."""
    x, y, z, t = var("x"), var("y"), var("z", I64), var("t", BOOL)
    body = [
        let(y, "undefined"),
        let(z, "undefined"),
        let(t, "gt", x, num(0.0)),
        For(I, num(0), num(3), num(1), (let(y, "undefined"), If(t, (let(y, "add", x, num(1.0)),)))),
        If(t, (), (copy(y, num(-1.0)),)),
        copy(K, z),
    ]
    f = Compiled(function([x], body, y))
    assert (f(1.0), f(-5.0)) == (2.0, -1.0)
