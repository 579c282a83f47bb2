"""What `storage` could get wrong, done on purpose: `prove` finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from tapeless.compiler.ir.nodes import (
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Note,
    Pop,
    Push,
    Stmt,
    Store,
    Var,
    While,
)
from tapeless.compiler.ir.prove import prove
from tapeless.compiler.ir.traversal import blocks, rewrite_reads, walk, with_blocks
from tapeless.compiler.ir.types import PY_INT
from tapeless.compiler.ir.verify import VerificationError, verify

from .stages import after

# What is kept where: in buffers with plain and computed positions, on stacks, in copies of arrays, or nowhere.
TEXTS = {
    "buffer": "def f(x, a, n):\n    for i in range(n):\n        x = np.sin(x * x)\n    return x\n",
    "two axes": """
def f(x, a, n):
    for i in range(1, n):
        for j in range(n, 0, -2):
            x = np.sin(x * a[j])
    return x
""",
    "stack": "def f(x, a, n):\n    while x > 1.0:\n        x = x * x / 3.0\n    return x\n",
    "branch": """
def f(x, a, n):
    s = x
    for i in range(n):
        if a[i] * s > 0.0:
            s = s * a[i] * s
        else:
            s = np.exp(s) * x
    return s
""",
    "break": """
def f(x, a, n):
    for i in range(n):
        x = x * x * a[i]
        if x > 9.0:
            break
    return x
""",
    "elements": """
def f(x, a, n):
    for i in range(n):
        v = a[i]
        x = x + v * v * x
        a[i] = x
    return x
""",
    "recomputed": """
def f(x, a, n):
    s = 0.0
    for i in range(n):
        v = a[i] * x
        s = s + v * v
    return s
""",
    "swap": """
def f(x, a, n):
    b = a * x
    c = np.zeros(len(a))
    for i in range(n):
        for j in range(1, len(a)):
            c[j] = b[j - 1] * b[j] * x
        b, c = c, b
    return np.sum(b * b)
""",
    "array overwritten": "def f(x, a, n):\n    b = a * x\n    c = np.sin(b)\n    b[0] = x\n    return np.sum(b * c)\n",
    "array in a loop": """
def f(x, a, n):
    for i in range(n):
        b = a * x
        b[0] = np.sum(b * b)
        x = x + np.sum(b * b)
    return x
""",
}
TYPES = "float, float64[::1], int"


def stored(name: str) -> Function:
    return after("storage", TEXTS[name], TYPES, np=np)


def caught(function: Function) -> bool:
    try:
        prove(verify(function, "STORED"))
    except VerificationError:
        return True
    return False


def changed(block: Block, change: Callable[[Stmt], tuple[Stmt, ...]]) -> Block:
    return tuple(
        t for s in block for t in change(with_blocks(s, tuple(changed(b, change) for b in blocks(s))))
    )


def halves(function: Function) -> tuple[Block, Block]:
    at = next(k for k, s in enumerate(function.body) if isinstance(s, Note) and s.text == "backward")
    return function.body[:at], function.body[at:]


def backward(function: Function, change: Callable[[Stmt], tuple[Stmt, ...]]) -> Function:
    first, second = halves(function)
    return replace(function, body=(*first, *changed(second, change)))


def forward(function: Function, change: Callable[[Stmt], tuple[Stmt, ...]]) -> Function:
    first, second = halves(function)
    return replace(function, body=(*changed(first, change), *second))


def restores(function: Function) -> list[Assign | Pop]:
    """The statements of the backward part that give forward values a second name."""
    first, second = halves(function)
    known = {s.target.name for s in walk(first) if isinstance(s, Assign)}
    return [s for s in walk(second) if isinstance(s, Assign | Pop) and s.target.name.removesuffix("b") in known
            and s.target.name.endswith("b")]


def keeps(function: Function) -> list[Push | Store]:
    first, _ = halves(function)
    return [s for s in walk(first)
            if isinstance(s, Push) or (isinstance(s, Store) and ".kept" in s.array.name)]


def drop(victim: Stmt) -> Callable[[Stmt], tuple[Stmt, ...]]:
    return lambda s: () if s == victim else (s,)


@pytest.mark.parametrize("name", TEXTS)
def test_what_storage_makes_is_proved(name: str) -> None:
    function = stored(name)
    assert prove(function) is function


def test_stores_into_nothing_overwrite_nothing() -> None:
    """Gradients of slices that are empty whatever the length: the values that they multiply are read later."""
    text = """
def f(x, a, n):
    if n:
        a = np.linspace(0.5, 0.3, 4)
    else:
        x += a[n]
    a[:0] *= x
    return x
"""
    function = after("storage", text, TYPES, np=np)
    assert prove(function) is function


ONE_OF_TWO = """
def f(x, a, n):
    if n > 2:
        a = a[::-1] - x
    for k in range(3):
        x += x * a[-1]
    a[{}] *= x
    return x + np.sum(a)
"""


def test_an_array_of_one_of_two_paths_is_one_array_afterwards() -> None:
    """Elements of it are told apart as those of any other."""
    function = after("storage", ONE_OF_TWO.format("-3"), TYPES, np=np)
    assert prove(function) is function


def test_another_element_of_an_array_of_one_of_two_paths_is_kept() -> None:
    apart, met = (after("storage", ONE_OF_TWO.format(index), TYPES, np=np) for index in ("-3", "-1"))
    assert len(list(walk(met.body))) > len(list(walk(apart.body)))
    assert prove(met) is met


def test_there_is_something_to_break() -> None:
    assert {name for name in TEXTS if not restores(stored(name))} == {"array overwritten"}
    assert {name for name in TEXTS if not keeps(stored(name))} == {"array overwritten", "recomputed"}
    assert any(isinstance(s, Pop) for s in restores(stored("branch")))


def without_storage(name: str) -> Function:
    """The backward part reads everything directly, as it does before `storage` has run."""
    return after("propagate", TEXTS[name], TYPES, np=np)


@pytest.mark.parametrize("name", [n for n in TEXTS if n != "array overwritten"])
def test_nothing_kept_at_all(name: str) -> None:
    assert caught(without_storage(name))


@pytest.mark.parametrize("name", TEXTS)
def test_a_dropped_keep(name: str) -> None:
    function = stored(name)
    for keep in keeps(function):
        assert caught(forward(function, drop(keep))), keep


@pytest.mark.parametrize("name", TEXTS)
def test_a_keep_of_another_value(name: str) -> None:
    """Also of a later version of the same variable."""
    function = stored(name)
    first, _ = halves(function)
    values = [s.target for s in walk(first) if isinstance(s, Assign)]
    for keep in keeps(function):
        assert isinstance(keep.value, Var)
        for other in values:
            if other.type == keep.value.type and other.name != keep.value.name:
                wrong = replace(keep, value=other)
                assert caught(forward(function, lambda s, k=keep, w=wrong: (w,) if s == k else (s,))), wrong


@pytest.mark.parametrize("name", TEXTS)
def test_a_dropped_restore(name: str) -> None:
    function = stored(name)
    for restore in restores(function):
        assert caught(backward(function, drop(restore))), restore


def to_the_end(victim: Stmt) -> Callable[[Stmt], tuple[Stmt, ...]]:
    def change(s: Stmt) -> tuple[Stmt, ...]:
        moved = tuple((*(t for t in b if t != victim), victim) if victim in b else b for b in blocks(s))
        return (with_blocks(s, moved),)

    return change


@pytest.mark.parametrize("name", TEXTS)
def test_a_restore_after_its_use(name: str) -> None:
    function = stored(name)
    for restore in restores(function):
        assert caught(backward(function, to_the_end(restore))), restore


def before_the_loop(victim: Stmt) -> Callable[[Stmt], tuple[Stmt, ...]]:
    def change(s: Stmt) -> tuple[Stmt, ...]:
        if not any(victim in b for b in blocks(s)):
            return (s,)
        return victim, with_blocks(s, tuple(tuple(t for t in b if t != victim) for b in blocks(s)))

    return change


@pytest.mark.parametrize("name", TEXTS)
def test_a_restore_outside_its_block(name: str) -> None:
    function = stored(name)
    for restore in restores(function):
        assert caught(backward(function, before_the_loop(restore))), restore


def last_values(function: Function) -> Iterator[tuple[Stmt, Stmt]]:
    """Each backward statement with an operand replaced by what the forward part leaves under that name."""
    first, second = halves(function)
    known = {s.target.name for s in walk(first) if isinstance(s, Assign)}

    def atom(a: Atom) -> Atom:
        return replace(a, name=a.name[:-1]) if isinstance(a, Var) and a.name[:-1] in known and a.name[-1] == "b" else a

    for s in walk(second):
        wrong = rewrite_reads(s, atom)
        if wrong != s:
            yield s, wrong


@pytest.mark.parametrize("name", TEXTS)
def test_the_last_value_in_place_of_the_restored_one(name: str) -> None:
    function = stored(name)
    for right, wrong in last_values(function):
        assert caught(backward(function, lambda s, r=right, w=wrong: (w,) if s == r else (s,))), wrong


@pytest.mark.parametrize("name", ["buffer", "branch", "elements"])
def test_recomputed_from_an_overwritten_slot(name: str) -> None:
    """The slot of the loop holds its last value when the backward part begins."""
    function = stored(name)
    first, _ = halves(function)
    slots = [s.target for s in walk(first) if isinstance(s, Assign) and s.target.name in ("x#1", "x#2", "s#2")]
    restore = restores(function)[0]
    for slot in slots:
        wrong = Assign(restore.target, slot)
        assert caught(backward(function, lambda s, w=wrong: (w,) if s == restore else (s,))), wrong


def test_an_overwritten_element_is_not_read_again() -> None:
    function = stored("elements")
    first, _ = halves(function)
    made = next(s for s in walk(first) if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "load")
    restore = next(s for s in restores(function) if s.target.name == f"{made.target.name}b")
    wrong = Assign(restore.target, made.value)
    assert caught(backward(function, lambda s: (wrong,) if s == restore else (s,)))


def test_an_element_written_later_is_not_read_again() -> None:
    """Recomputed elements are fine until somebody stores into the array."""
    function = stored("recomputed")
    array = next(p for p in function.params if p.name == "a")
    store = Store(array, (Const(0, PY_INT),), Const(1.0))
    first, second = halves(function)
    assert caught(replace(function, body=(*first, store, *second)))


@pytest.mark.parametrize("name", ["array overwritten", "array in a loop"])
def test_an_overwritten_array_is_not_read(name: str) -> None:
    """Copies made for the backward part are not left out."""
    function = stored(name)
    first, _ = halves(function)
    copies = [s for s in walk(first) if isinstance(s, Assign) and ".kept#" in s.target.name
              and isinstance(s.value, Apply) and s.value.op == "copy"]
    assert copies
    for copy in copies:
        assert isinstance(copy.value, Apply)
        alias = replace(copy, value=copy.value.args[0])
        assert caught(forward(function, lambda s, c=copy, a=alias: (a,) if s == c else (s,))), copy


@pytest.mark.parametrize("name", ["buffer", "two axes"])
def test_another_entry_of_the_buffer(name: str) -> None:
    function = stored(name)
    loads = [s for s in restores(function) if isinstance(s, Assign) and isinstance(s.value, Apply)
             and s.value.op == "load" and ".kept" in s.value.args[0].name]  # type: ignore[union-attr]
    assert loads
    for load in loads:
        assert isinstance(load.value, Apply)
        wrong = replace(load, value=replace(load.value, args=(*load.value.args[:-1], Const(0, PY_INT))))
        assert caught(backward(function, lambda s, r=load, w=wrong: (w,) if s == r else (s,)))


@pytest.mark.parametrize("name", ["buffer", "two axes", "stack", "branch", "break"])
def test_backward_control_follows_the_forward_part(name: str) -> None:
    function = stored(name)
    wrong: list[tuple[Stmt, Stmt]] = []
    for s in walk(halves(function)[1]):
        match s:
            case For():
                wrong += [(s, replace(s, backward=False)), (s, replace(s, stop=Const(3, PY_INT))),
                          (s, replace(s, start=Const(2, PY_INT))), (s, replace(s, step=Const(7, PY_INT)))]
            case If():
                wrong += [(s, replace(s, test=Const(True))), (s, replace(s, label=""))]
            case _:
                assert not isinstance(s, While)
    assert wrong
    for right, broken in wrong:
        assert caught(backward(function, lambda s, r=right, b=broken: (b,) if s == r else (s,))), broken
