"""Broken functions are caught: what a pass could get wrong, done on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from tapeless.compiler import pipeline
from tapeless.compiler.ir.nodes import (
    Apply,
    Assign,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    Function,
    If,
    Pop,
    Return,
    SetItem,
    Stmt,
    Var,
    While,
)
from tapeless.compiler.ir.traversal import blocks, reads, rewrite_reads, walk, with_blocks, written
from tapeless.compiler.ir.types import FLOAT64, PY_FLOAT, PY_INT, UNKNOWN, Array
from tapeless.compiler.ir.verify import Level, VerificationError, verify

from .stages import after

TEXT = """
def f(x, a, n):
    s = x
    for i in range(n):
        if a[i] > 0.0:
            s = s * a[i] * s
        else:
            s = s + 1.0
    while s > 1.0:
        s = s * s / 3.0
    return s
"""
TYPES = "float, float64[::1], int"
LEVELS: dict[Level, str] = {"SURFACE": "rename", "TYPED": "simplify", "STORED": "eliminate"}


def at(level: Level) -> Function:
    if level == "LOOPS":
        return pipeline.lowered(at("STORED"))
    return after(LEVELS[level], TEXT, TYPES)


def rejected(function: Function, level: Level) -> bool:
    try:
        verify(function, level)
    except VerificationError:
        return True
    return False


def rewritten(block: Block, change: Callable[[Stmt], tuple[Stmt, ...]]) -> Block:
    """The block with every statement, inner ones first, replaced by what `change` makes of it."""
    out: list[Stmt] = []
    for s in block:
        out.extend(change(with_blocks(s, tuple(rewritten(b, change) for b in blocks(s)))))
    return tuple(out)


def without(function: Function, k: int) -> Function:
    """The function without its statement number `k`."""
    victims = [s for s in walk(function.body) if not blocks(s) and not isinstance(s, Return)]
    victim, seen = victims[k], 0

    def change(s: Stmt) -> tuple[Stmt, ...]:
        nonlocal seen
        if s is victim or (s == victim and seen == 0):
            seen = 1
            return ()
        return (s,)

    return replace(function, body=rewritten(function.body, change))


@pytest.mark.parametrize("level", ["SURFACE", "TYPED", "STORED", "LOOPS"])
def test_a_sound_function_passes(level: Level) -> None:
    function = at(level)
    assert verify(function, level) is function


RETURN = Return(Const(1.0, FLOAT64))
GARBAGE = Var("nowhere", FLOAT64)
SHAPES: dict[str, Callable[[Function], Block]] = {
    "no return": lambda f: f.body[:-1],
    "two returns": lambda f: (*f.body, RETURN),
    "a return inside": lambda f: (If(Const(True), (RETURN,)), *f.body),
    "a statement behind the return": lambda f: (*f.body, Assign(Var("z", FLOAT64), Const(1.0, FLOAT64))),
    "a break": lambda f: (While((), Const(True), (Break(),)), *f.body),
    "a continue": lambda f: (For(Var("k", PY_INT), Const(0), Const(1), Const(1), (Continue(),)), *f.body),
    "a call": lambda f: (Assign(Var("z"), Call(len, ())), *f.body),
    "an unknown name": lambda f: (Assign(Var("z", FLOAT64), GARBAGE), *f.body),
    "an unknown name in a test": lambda f: (If(GARBAGE, ()), *f.body),
    "an unknown name as a bound": lambda f: (For(Var("k", PY_INT), Const(0), GARBAGE, Const(1), ()), *f.body),
    "an unknown name at the end": lambda f: (*f.body[:-1], Return(GARBAGE)),
}


@pytest.mark.parametrize("level", ["SURFACE", "TYPED", "STORED", "LOOPS"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_broken_structure_is_caught(shape: str, level: Level) -> None:
    function = at(level)
    assert rejected(replace(function, body=SHAPES[shape](function)), level)


def read_later(function: Function) -> Iterator[int]:
    """The statements that give a name the only value it has."""
    plain = [s for s in walk(function.body) if not blocks(s) and not isinstance(s, Return)]
    writers = [v.name for s in walk(function.body) if (v := written(s)) is not None]
    used = {a.name for s in walk(function.body) for a in reads(s) if isinstance(a, Var)}
    for k, s in enumerate(plain):
        if isinstance(s, Assign | Pop) and s.target.name in used and writers.count(s.target.name) == 1:
            yield k


@pytest.mark.parametrize("level", ["SURFACE", "TYPED", "STORED"])
def test_a_missing_statement_is_caught(level: Level) -> None:
    """Every one of them, restored values of the backward part included."""
    function = at(level)
    candidates = list(read_later(function))
    assert len(candidates) > 5
    for k in candidates:
        assert rejected(without(function, k), level), f"statement {k}"


def test_a_value_of_an_iteration_is_not_seen_outside_it() -> None:
    zero, three, one = (Const(k, PY_INT) for k in (0, 3, 1))
    loop = For(Var("k", PY_INT), zero, three, one, (Assign(GARBAGE, Const(1.0, FLOAT64)),))
    assert rejected(Function("f", (), (loop, Return(GARBAGE))), "TYPED")
    assert rejected(Function("f", (), (loop, Return(Var("k", PY_INT)))), "TYPED")


def test_a_value_of_the_body_is_not_seen_by_the_test() -> None:
    body = (While((), GARBAGE, (Assign(GARBAGE, Const(True)),)), RETURN)
    assert rejected(Function("f", (), body), "TYPED")


def test_two_types_of_one_variable_are_caught() -> None:
    function = at("TYPED")
    name = next(v.name for s in walk(function.body) if (v := written(s)) is not None and v.type == FLOAT64)

    def atom(a: Atom) -> Atom:
        return replace(a, type=Array("float64", 1)) if isinstance(a, Var) and a.name == name else a

    broken = rewritten(function.body, lambda s: (rewrite_reads(s, atom),))
    assert rejected(replace(function, body=broken), "TYPED")


def test_a_variable_without_type_is_caught() -> None:
    function = at("TYPED")
    body = (Assign(Var("z", UNKNOWN), Const(1.0, FLOAT64)), *function.body)
    assert rejected(replace(function, body=body), "TYPED")
    assert not rejected(replace(at("SURFACE"), body=(Assign(Var("z"), Const(1.0)), *at("SURFACE").body)), "SURFACE")


def test_an_untyped_store_is_caught() -> None:
    function = at("TYPED")
    store = SetItem(function.params[1], (Const(0, PY_INT),), ("i",), Const(1.0, FLOAT64))
    assert rejected(replace(function, body=(store, *function.body)), "TYPED")


def test_an_array_operation_that_has_not_been_lowered_is_caught() -> None:
    function = at("LOOPS")
    array = function.params[1]
    body = (Assign(Var("z", array.type), Apply("add", (array, array), array.type)), *function.body)
    assert rejected(replace(function, body=body), "LOOPS")
    assert not rejected(replace(at("TYPED"), body=(*body[:1], *at("TYPED").body)), "TYPED")


class Inner:
    def __init__(self, left):
        self.left = left


class Outer:
    def __init__(self, scale, inner):
        self.scale = scale
        self.inner = inner


def object_beside_one_that_waits(x):
    if x > 1.0:
        return Outer(x, Inner(x))
    return Outer((np.square, np.tanh)[-1](x), Inner(2.0 * x))


def test_every_round_of_translation_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a function that is translated again, when types have told more, each translation is verified."""
    monkeypatch.setattr(pipeline, "VERIFYING", True)
    found = pipeline.specialised(pipeline.surface(object_beside_one_that_waits), (PY_FLOAT,))
    assert found[0].built is not None
