"""Aliases, and which reads may be overwritten: by hand, and against the memory that random programs really touch."""

from __future__ import annotations

import itertools
import random
import textwrap
from collections.abc import Iterator

import pytest

from ops.written import function
from tapeless.compiler.ir.nodes import Apply, Assign, Var
from tapeless.compiler.ir.traversal import walk
from tapeless.compiler.passes.effects import Effects, effects

from .stages import after
from .tracing import overwritten_lines

VECTOR = "float64[::1], float, int"


def analysed(text: str, types: str = VECTOR) -> Effects:
    return effects(after("simplify", text, types))


def claimed(text: str, types: str = VECTOR) -> dict[int, bool]:
    """For every line that reads an element, whether `effects` says that it may be overwritten later."""
    result = after("simplify", text, types)
    found = effects(result)
    return {
        s.span.line: found.overwritten(s.value.args[0], s.value.args[1:], found.place(s))
        for s in walk(result.body)
        if isinstance(s, Assign)
        and isinstance(s.value, Apply)
        and s.value.op == "load"
        and isinstance(s.value.args[0], Var)
    }


def body(*statements: str) -> str:
    return "def f(a, x, n):\n" + textwrap.indent("\n".join(statements), "    ") + "\n    return x\n"


def same(found: Effects, first: str, second: str) -> bool:
    names = {name.partition("#")[0].split(".")[-1]: name for name in found.parent}
    return found.root(names[first]) == found.root(names[second])


def test_views_and_second_names_share_memory() -> None:
    found = analysed(body("b = a[1:]", "c = b.T", "d = a * x", "c[0] = d[0]", "b[n] = x"))
    assert same(found, "a", "b")
    assert not same(found, "a", "d")
    assert found.stored("a") and not any(found.stored(name) for name in found.parent if name.startswith("d"))


def test_a_copy_is_memory_of_its_own() -> None:
    found = analysed(body("b = a.copy()", "b[0] = x", "x = b[1] + a[0]"))
    assert not same(found, "a", "b")
    assert not found.stored("a")


def test_a_choice_may_be_either() -> None:
    found = analysed(body("b = np.zeros(n)", "c = a if x > 0.0 else b", "c[0] = x"))
    assert same(found, "a", "b")
    assert found.stored("a") and not found.static("a")


def test_a_swap_in_a_loop_makes_one_class() -> None:
    found = analysed(body("b = np.zeros(n)", "for i in range(n):", "    a, b = b, a", "    a[i] = x"))
    assert same(found, "a", "b") and not found.static("a")


def test_an_argument_that_nobody_writes_is_not_stored() -> None:
    found = analysed(body("for i in range(n):", "    x = x * a[i]"))
    assert not found.stored("a") and found.static("a")


@pytest.mark.parametrize(
    ("read", "write", "expected"),
    [
        ("a[i]", "a[i]", True),  # within one iteration the write comes after the read
        ("a[i]", "a[i + 1]", False),  # written an iteration before it is read, and never again
        ("a[i]", "a[i - 1]", True),  # index -1 is the last element, which is read at the end
        ("a[i + 1]", "a[i]", True),
        ("a[0]", "a[-1]", True),  # one element, if the array has only one
        ("a[i]", "a[n]", True),
    ],
)
def test_indices_of_a_loop_from_zero(read: str, write: str, expected: bool) -> None:
    text = body("for i in range(n):", f"    x = x * {read}", f"    {write} = x")
    assert claimed(text) == {3: expected}


def test_memory_made_in_the_iteration_is_fresh() -> None:
    text = body("for i in range(n):", "    b = np.zeros(3)", "    b[0] = x", "    x = x * b[0]")
    assert claimed(text) == {5: False}
    text = body("b = np.zeros(3)", "for i in range(n):", "    b[0] = x", "    x = x * b[0]")
    assert claimed(text) == {5: True}


def test_a_store_through_a_view_is_seen() -> None:
    """The index of a view counts from another element than the index of the array."""
    text = body("b = a[1:]", "for i in range(n):", "    a[i] = x", "    x = x * b[i]")
    assert claimed(text) == {5: True}
    text = body("b = a[1:]", "for i in range(n):", "    x = x * b[0]", "    a[1] = x")
    assert claimed(text) == {4: True}
    text = body("b = a[::-1]", "for i in range(n):", "    a[i] = x", "    x = x * b[i]")
    assert claimed(text) == {5: True}


# ------------------------------------------------------------------------------------------------- random programs

RANGES = ("n", "1, n", "n, 0, -1", "n - 1, -1, -1", "0, n, 2", "1, n - 1", "-2, 2", "3")
OFFSETS = ("", " + 1", " - 1", " + 2", " - 2")
CONSTANTS = ("0", "1", "-1", "n - 1", "n")
VIEWS = ("a", "a[1:]", "a[::-1]", "a[::2]")


def index(rng: random.Random, counters: list[str]) -> str:
    if not counters or rng.random() < 0.25:
        return rng.choice(CONSTANTS)
    counter = rng.choice(counters)
    return rng.choice((counter + rng.choice(OFFSETS), f"2 * {counter}", f"n - {counter}", f"1 + {counter}"))


def block(rng: random.Random, counters: list[str], names: list[str], rank: int) -> Iterator[str]:
    def place() -> str:
        return f"{rng.choice(names)}[{', '.join(index(rng, counters) for _ in range(rank))}]"

    for _ in range(rng.randint(1, 3)):
        match rng.choice("rrwwl" if len(counters) < 2 else "rw"):
            case "r":
                yield f"x = x * {place()}"
            case "w":
                yield f"{place()} = x"
            case _:
                counter = "ijk"[len(counters)]
                yield f"for {counter} in range({rng.choice(RANGES)}):"
                yield from textwrap.indent(
                    "\n".join(block(rng, [*counters, counter], names, rank)), "    "
                ).splitlines()


def program(seed: int) -> tuple[str, int]:
    rng = random.Random(seed)
    rank = rng.choice((1, 1, 2))
    names = ["a"]
    lines = []
    if rank == 1 and rng.random() < 0.4:
        names.append("b")
        lines.append(f"b = {rng.choice(VIEWS)}")
    counter = "i"
    lines.append(f"for {counter} in range({rng.choice(RANGES)}):")
    lines.extend("    " + line for line in block(rng, [counter], names, rank))
    return body(*lines), rank


@pytest.mark.parametrize("batch", range(10))
def test_no_overwritten_read_is_missed(batch: int) -> None:
    for seed in range(batch * 60, (batch + 1) * 60):
        text, rank = program(seed)
        types = VECTOR if rank == 1 else VECTOR.replace("[::1]", "[:,::1]")
        safe = {line for line, overwritten in claimed(text, types).items() if not overwritten}
        if not safe:
            continue
        fn = function(text)
        for n, extra in itertools.product((1, 2, 4), (0, 1, 4)):
            happened = overwritten_lines(fn, (n + extra,) * rank, 1.0, n)
            assert not (happened or set()) & safe, f"for n = {n} and {n + extra} elements, seed {seed}\n{text}"
