"""What LLVM makes of the text: vectors where they are expected, valid objects, effort that fits the size."""

from __future__ import annotations

import re
import time

import pytest

from backend.kernels import BOOL, I64, Compiled, accumulate, copy, function, let, lower, num, store, var
from tapeless.compiler.backend.llvm import emit_kernel
from tapeless.compiler.backend.target import assembly, host, ir_text, object_code, optimise
from tapeless.compiler.ir.nodes import Atom, Fail, For, Function, If, Stmt
from tapeless.compiler.ir.types import Array

VECTOR, MATRIX = Array("float64", 1), Array("float64", 2)
A, B, C, M = var("a", VECTOR), var("b", VECTOR), var("c", VECTOR), var("m", MATRIX)
I, J, N, S, T, U = var("i", I64), var("j", I64), var("n", I64), var("s"), var("t"), var("u")
BAD = var("bad", BOOL)
ENTRY = "define i32 @f(ptr %c, ptr %a, ptr %r) {\n  %s = call i32 @kernel(ptr %c, ptr %a, ptr %r)\n  ret i32 %s\n}\n"


def optimised(f: Function, **options: bool) -> str:
    return ir_text(optimise(emit_kernel(f, lower, **options).text + ENTRY, host()))


def is_vectorised(text: str) -> bool:
    return re.search(r"load <\d+ x double>", text) is not None


def summed(body: tuple[Stmt, ...], start: Atom, stop: Atom, step: int, backward: bool = False) -> Function:
    setup: list[Stmt] = [let(N, "dim", A, axis=0), let(J, "sub", N, num(1)), copy(S, num(0.0))]
    loop = For(I, start, stop, num(step), (*body, let(T, "load", A, I), accumulate(S, T)), backward)
    return function([A], [*setup, loop], S)


def bounds(index: Atom, size: Atom) -> tuple[Stmt, ...]:
    fail = (Fail("IndexError", "{}", (index,)),)
    return let(BAD, "lt", index, num(0)), If(BAD, fail), let(BAD, "ge", index, size), If(BAD, fail)


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize(
    ("start", "stop", "step", "backward"),
    [(num(0), N, 1, False), (num(0), N, 1, True), (J, num(-1), -1, False), (J, num(-1), -1, True)],
)
def test_adjoint_sums_vectorise(start: Atom, stop: Atom, step: int, backward: bool, checked: bool) -> None:
    """In both orders, polled, and also with the index checks that the bounds of the loop imply."""
    body = bounds(I, N) if checked else ()
    assert is_vectorised(optimised(summed(body, start, stop, step, backward)))


def test_the_users_own_sum_keeps_its_order() -> None:
    loop = For(I, num(0), N, num(1), (let(T, "load", A, I), let(S, "add", S, T)))
    text = optimised(function([A], [let(N, "dim", A, axis=0), copy(S, num(0.0)), loop], S))
    assert "reassoc" not in text
    assert "contract" not in text


def axpy() -> For:
    body = (
        let(T, "load", A, I),
        let(U, "load", B, I),
        let(T, "mul", T, U),
        let(U, "load", C, I),
        let(T, "add", T, U),
        store(C, (I,), T),
    )
    return For(I, num(0), N, num(1), body)


def test_new_memory_needs_no_overlap_check() -> None:
    head = let(N, "dim", A, axis=0)
    new = optimised(function([A, B], [head, let(C, "alloc", N, zero=True), axpy()], C))
    apart = optimised(function([A, B, C], [head, axpy()], num(0)), disjoint_arguments=True)
    perhaps = optimised(function([A, B, C], [head, axpy()], num(0)))
    assert all(map(is_vectorised, (new, apart, perhaps)))
    assert ["vector.memcheck" in t for t in (new, apart, perhaps)] == [False, False, True]


def test_a_sum_into_an_element_stays_in_registers() -> None:
    rows = let(N, "dim", M, axis=0)
    columns = let(J, "dim", M, axis=1)
    k = var("k", I64)
    inner = (let(T, "load", M, I, k), let(U, "load", B, k), let(T, "mul", T, U), accumulate(C, T, I))
    loop = For(I, num(0), N, num(1), (For(k, num(0), J, num(1), inner),))
    text = optimised(function([M, B], [rows, columns, let(C, "alloc", N, zero=True), loop], C))
    assert is_vectorised(text)


def test_an_outer_loop_over_short_inner_ones_vectorises() -> None:
    k = var("k", I64)
    inner = (let(T, "load", M, k, I), let(S, "add", S, T))
    body = (copy(S, num(0.0)), For(k, num(0), num(3), num(1), inner), store(C, (I,), S))
    f = function([M], [let(N, "dim", M, axis=1), let(C, "alloc", N), For(I, num(0), N, num(1), body)], C)
    assert is_vectorised(optimised(f))


def straight(count: int) -> Function:
    values = [var(f"p{k}") for k in range(8)]
    body: list[Stmt] = []
    for k in range(count):
        body.append(let(var(f"x{k}"), ("add", "mul", "sub")[k % 3], values[-1], values[-2 - k % 7]))
        values.append(var(f"x{k}"))
    return function(values[:8], body, values[-1])


def test_long_straight_code_compiles_in_reasonable_time() -> None:
    begin = time.process_time()
    f = Compiled(straight(6000))
    assert time.process_time() - begin < 5
    assert f(*[0.5] * 8) == Compiled(straight(6000))(*[0.5] * 8)


def test_an_object_and_its_listings() -> None:
    kernel = emit_kernel(function([T], [let(U, "mul", T, T)], U), lower)
    module = optimise(kernel.text + ENTRY, host())
    first = object_code(module)
    assert len(first) > 100
    assert object_code(module) == first
    assert "f:" in assembly(module)
    assert "define" in ir_text(module)
    assert object_code(optimise(kernel.text + ENTRY, host())) == first


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_levels(level: int) -> None:
    kernel = emit_kernel(function([T], [let(U, "mul", T, T)], U), lower)
    assert object_code(optimise(kernel.text + ENTRY, host(), level))


def test_invalid_text_is_an_exception() -> None:
    with pytest.raises(RuntimeError):
        optimise("define i32 @f() { ret i64 0 }", host())


def test_the_prelude_is_only_what_is_needed() -> None:
    kernel = emit_kernel(function([T], [let(U, "mul", T, T)], U), lower)
    assert "tl.poll" not in kernel.text
    assert "tl.alloc" not in kernel.text
    assert kernel.externals == {"tl_give", "memcpy", "memmove", "memset"}
    assert "tl_give" in kernel.declared


def test_numbers_are_promoted_to_registers() -> None:
    text = optimised(summed((), num(0), N, 1))
    assert "alloca" not in text
