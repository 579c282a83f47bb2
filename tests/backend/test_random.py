"""Random programs against an interpreter of a few lines: which value a variable holds where, and who owns what.

All numbers are integers, so that sums are exact in any order.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from backend.kernels import BOOL, I64, Compiled, app, copy, function, let, num, var
from tapeless.compiler.ir.nodes import (
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Fail,
    For,
    Function,
    If,
    Pop,
    Push,
    Stack,
    Stmt,
    Store,
    Var,
    While,
)
from tapeless.compiler.ir.types import Array

SIZE = 4
CONTIGUOUS, STRIDED = Array("int64", 1), Array("int64", 1, "A")
NUMBERS = [var(f"x{k}", I64) for k in range(4)]
ARRAYS = [var(f"a{k}", CONTIGUOUS) for k in range(3)]
VIEWS = [var(f"w{k}", STRIDED) for k in range(3)]
REVERSED = (num(SIZE - 1), num(SIZE), num(-1))
STACKS = (Stack("numbers", I64), Stack("arrays", CONTIGUOUS), Stack("views", STRIDED))


class Stopped(Exception):
    pass


def wrap(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


class Interpreter:
    """What each statement means."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.stacks: dict[str, list[Any]] = {s.name: [] for s in STACKS}

    def atom(self, atom: Atom) -> Any:
        return atom.value if isinstance(atom, Const) else self.values[atom.name]

    def expression(self, value: Any) -> Any:
        if not isinstance(value, Apply):
            return self.atom(value)
        if value.op in ("undefined", "alloc"):
            return np.zeros(SIZE, np.int64) if value.op == "alloc" else 0
        a, *rest = (self.atom(x) for x in value.args)
        match value.op:
            case "window":
                start, count, step = rest
                return a[start::step][:count]
            case "load":
                return int(a[rest[0]])
            case "mod":
                return a % rest[0]
            case "lt":
                return a < rest[0]
            case "add":
                return wrap(a + rest[0])
            case "sub":
                return wrap(a - rest[0])
            case "mul":
                return wrap(a * rest[0])
        raise AssertionError(value.op)

    def block(self, block: Block) -> None:
        for statement in block:
            self.statement(statement)

    def statement(self, statement: Stmt) -> None:
        match statement:
            case Assign(target, value):
                self.values[target.name] = self.expression(value)
            case Store(array, (index,), value):
                self.values[array.name][self.atom(index)] = self.atom(value)
            case Accumulate(target, (), value):
                self.values[target.name] = wrap(self.atom(target) + self.atom(value))
            case Accumulate(target, (index,), value):
                array, k = self.values[target.name], self.atom(index)
                array[k] = wrap(int(array[k]) + self.atom(value))
            case If(test, then, orelse):
                self.block(then if self.atom(test) else orelse)
            case For(v, start, stop, step, body, backward):
                numbers = range(self.atom(start), self.atom(stop), self.atom(step))
                for i in reversed(numbers) if backward else numbers:
                    self.values[v.name] = i
                    self.block(body)
            case While(before, test, body):
                while True:
                    self.block(before)
                    if not self.atom(test):
                        break
                    self.block(body)
            case Push(stack, value):
                self.stacks[stack].append(self.atom(value))
            case Pop(stack, target):
                self.values[target.name] = self.stacks[stack].pop()
            case Fail():
                raise Stopped
            case _:
                raise AssertionError(statement)


@dataclass
class Author:
    """Writes programs. `late` numbers are written by one statement somewhere and may be read anywhere."""

    rng: random.Random
    names: int = 0
    late: list[Var] = field(default_factory=list)

    def fresh(self, type_: Any = I64) -> Var:
        self.names += 1
        return var(f"f{self.names}", type_)

    def number(self) -> Atom:
        if self.rng.random() < 0.2:
            return num(self.rng.randint(-3, 9))
        return self.rng.choice(NUMBERS + self.late)

    def index(self, out: list[Stmt]) -> Var:
        k = self.fresh()
        out.append(let(k, "mod", self.number(), num(SIZE)))
        return k

    def array(self) -> Var:
        return self.rng.choice(ARRAYS + VIEWS)

    def test(self, out: list[Stmt]) -> Var:
        t = self.fresh(BOOL)
        out.append(let(t, "lt", self.number(), self.number()))
        return t

    def block(self, depth: int, count: int) -> list[Stmt]:
        out: list[Stmt] = []
        for _ in range(count):
            kinds = [self.arithmetic, self.arithmetic, self.elements, self.elements, self.references, self.temporary]
            nested = [self.branch, self.loop, self.spin, self.stacks, self.stop]
            pick = self.rng.choice(kinds if depth == 0 or self.rng.random() < 0.6 else nested)
            pick(out, depth)
        return out

    def arithmetic(self, out: list[Stmt], depth: int) -> None:
        target = self.rng.choice(NUMBERS)
        if self.rng.random() < 0.3:
            target = self.fresh()
            self.late.append(target)
        if self.rng.random() < 0.2:
            out.append(Accumulate(self.rng.choice(NUMBERS), (), self.number()))
        out.append(let(target, self.rng.choice(["add", "sub", "mul"]), self.number(), self.number()))

    def elements(self, out: list[Stmt], depth: int) -> None:
        k, array = self.index(out), self.array()
        match self.rng.randrange(3):
            case 0:
                out.append(Store(array, (k,), self.number()))
            case 1:
                out.append(Accumulate(array, (k,), self.number()))
            case _:
                out.append(let(self.rng.choice(NUMBERS), "load", array, k))

    def references(self, out: list[Stmt], depth: int) -> None:
        match self.rng.randrange(4):
            case 0:
                out.append(let(self.rng.choice(ARRAYS), "alloc", num(SIZE), zero=True))
            case 1:
                out.append(copy(self.rng.choice(ARRAYS), self.rng.choice(ARRAYS)))
            case 2:
                out.append(copy(self.rng.choice(VIEWS), self.array()))
            case _:
                out.append(let(self.rng.choice(VIEWS), "window", self.array(), *REVERSED, spec="s"))

    def temporary(self, out: list[Stmt], depth: int) -> None:
        """An array with one name, used at once."""
        made = self.fresh(self.rng.choice([CONTIGUOUS, STRIDED]))
        k = self.index(out)
        if made.type == STRIDED:
            out.append(let(made, "window", self.array(), *REVERSED, spec="s"))
        else:
            source = app("alloc", num(SIZE), type=CONTIGUOUS, zero=True)
            out.append(Assign(made, self.rng.choice([source, self.rng.choice(ARRAYS)])))
        out.append(Accumulate(made, (k,), self.number()))
        out.append(let(self.rng.choice(NUMBERS), "load", made, k))
        if self.rng.random() < 0.3:
            out.append(copy(self.rng.choice(VIEWS), made))

    def branch(self, out: list[Stmt], depth: int) -> None:
        test = self.test(out)
        orelse = self.block(depth - 1, self.rng.randrange(3))
        out.append(If(test, tuple(self.block(depth - 1, self.rng.randint(1, 3))), tuple(orelse)))

    def loop(self, out: list[Stmt], depth: int) -> None:
        stop, v = self.index(out), self.rng.choice([self.fresh(), self.fresh(), NUMBERS[0]])
        start, end, step = self.rng.choice(
            [(num(0), stop, num(1)), (num(0), num(3), num(1)), (stop, num(-2), num(-2)), (num(-1), stop, num(3))]
        )
        body = tuple(self.block(depth - 1, self.rng.randint(1, 4)))
        out.append(For(v, start, end, step, body, self.rng.random() < 0.5))

    def spin(self, out: list[Stmt], depth: int) -> None:
        count, go = self.index(out), self.fresh(BOOL)
        before = [*self.block(0, 1), let(go, "lt", num(0), count)]
        out.append(While(tuple(before), go, (*self.block(depth - 1, 2), let(count, "sub", count, num(1)))))

    def stacks(self, out: list[Stmt], depth: int) -> None:
        stack, names = self.rng.choice([("numbers", NUMBERS), ("arrays", ARRAYS), ("views", VIEWS)])
        count = self.index(out)
        push = (*self.block(0, 1), Push(stack, self.rng.choice(names)))
        pop = (Pop(stack, self.rng.choice(names)), *self.block(0, 1))
        out.append(For(self.fresh(), num(0), count, num(1), push))
        out += self.block(0, 1)
        out.append(For(self.fresh(), num(0), count, num(1), pop))

    def stop(self, out: list[Stmt], depth: int) -> None:
        if self.rng.random() < 0.3:
            out.append(If(self.test(out), (Fail("ValueError", ""),)))

    def program(self) -> Function:
        head: list[Stmt] = [let(a, "alloc", num(SIZE), zero=True) for a in ARRAYS[1:]]
        head += [copy(w, ARRAYS[k]) for k, w in enumerate(VIEWS)]
        body = self.block(3, 8)
        undefined = [let(v, "undefined") for v in self.late]
        return function([*NUMBERS, ARRAYS[0]], [*undefined, *head, *body], [*NUMBERS, *ARRAYS, *VIEWS], STACKS)


def check(seed: int) -> None:
    f = Author(random.Random(seed)).program()
    numbers, argument = [5, -3, 2, 7], np.arange(SIZE)
    compiled = Compiled(f, stack_chunk=2)
    expected = Interpreter()
    native = argument.copy()
    expected.values = {**dict(zip((x.name for x in NUMBERS), numbers, strict=True)), "a0": argument}
    try:
        expected.block(f.body[:-2])
    except Stopped:
        with pytest.raises(Exception, match="ValueError"):
            compiled(*numbers, native)
    else:
        for name, value in zip([*NUMBERS, *ARRAYS, *VIEWS], compiled(*numbers, native), strict=True):
            np.testing.assert_array_equal(value, expected.values[name.name], f"seed {seed}, {name.name}")
    np.testing.assert_array_equal(native, argument)


@pytest.mark.parametrize("seed", range(30))
def test_random_programs(seed: int) -> None:
    check(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 1500))
def test_more_random_programs(seed: int) -> None:
    check(seed)
