"""What is kept: as little as the backward part can live on. The texts are in `cases/storage.txt`."""

from __future__ import annotations

import re

import pytest

from tapeless.compiler.ir.nodes import Apply, Assign, Function, Pop, Push, Store, Var
from tapeless.compiler.ir.traversal import walk

from .stages import after

KEPT = re.compile(r"(.*?)[._]kept")


def buffers(result: Function) -> set[str]:
    """The variables that are kept in buffers: the arrays made for them, by the user's names."""
    made = [s.target.name for s in walk(result.body) if isinstance(s, Assign) and isinstance(s.value, Apply)]
    return {match[1] for name in made if (match := KEPT.match(name))}


def stacks(result: Function) -> set[str]:
    return {s.name.partition("#")[0] for s in result.stacks}


def kept(text: str, types: str, wrt: str = "x") -> tuple[set[str], set[str]]:
    result = after("eliminate", text, types, wrt)
    return buffers(result), stacks(result)


def loop(*statements: str, head: str = "for i in range(n):", result: str = "u") -> str:
    lines = [
        "def f(x, a, n):",
        "    u = x",
        f"    {head}",
        *(f"        {s}" for s in statements),
        f"    return {result}",
        "",
    ]
    return "\n".join(lines)


TYPES = "float, float64[::1], int"


def test_nothing_outside_loops() -> None:
    assert kept("def f(x, a, n):\n    u = np.exp(x) * x\n    return u * u * np.sin(u)\n", TYPES) == (set(), set())


def test_a_recurrence_keeps_the_carried_value_only() -> None:
    assert kept(loop("v = u * x", "w = v * v", "u = w * v"), TYPES) == ({"u"}, set())


def test_a_linear_recurrence_keeps_nothing() -> None:
    assert kept(loop("u = u * a[i] + 2.0"), TYPES) == (set(), set())


def test_a_sum_keeps_nothing() -> None:
    assert kept(loop("v = a[i] * x", "u = u + v * v"), TYPES) == (set(), set())


def test_an_independent_loop_keeps_nothing() -> None:
    text = "def f(x, a, b):\n    for i in range(len(a)):\n        v = a[i] * x\n        b[i] = v * v\n    return b\n"
    assert kept(text, "float, float64[::1], float64[::1]") == (set(), set())


def test_a_costly_result_is_kept_and_not_computed_again() -> None:
    assert kept(loop("v = np.exp(a[i] * x)", "u = u + v"), TYPES) == ({"v"}, set())


def test_a_costly_value_whose_result_is_not_read_is_not_kept() -> None:
    """The derivative of the sine is the cosine: the sine itself is not needed."""
    assert kept(loop("u = u + np.sin(a[i] * x)"), TYPES) == (set(), set())


def test_an_element_that_is_overwritten_is_kept() -> None:
    text = loop("v = a[i]", "u = u + v * v * x", "a[i] = 1.0")
    assert kept(text, TYPES) == ({"v"}, set())


def test_an_element_that_is_not_overwritten_is_read_again() -> None:
    text = loop("v = a[i + 1]", "u = u + v * v * x", "a[i + 2] = 1.0")
    assert kept(text, TYPES) == (set(), set())


def test_the_test_of_a_branch_in_a_loop_is_known_again() -> None:
    """Kept, or computed again from an operand that is there: never asked of a value that has changed."""
    assert kept(loop("if a[i] > 0.0:", "    u = u + a[i] * x"), TYPES) == (set(), set())
    names, _ = kept(loop("if u > 0.0:", "    u = u - x"), TYPES)
    assert names


def test_a_while_loop_uses_a_stack() -> None:
    text = loop("u = u * u * x", head="while u < 3.0:")
    assert kept(text, TYPES) == (set(), {"u"})


def test_a_break_makes_it_a_stack() -> None:
    text = loop("if u > 3.0:", "    break", "u = u * u * x")
    names, on_stacks = kept(text, TYPES)
    assert not names and "u" in on_stacks


def test_loops_whose_length_depends_on_an_outer_counter_use_a_stack() -> None:
    text = loop("for j in range(i):", "    u = u * u * x")
    assert kept(text, TYPES) == (set(), {"u"})


def test_what_only_some_iterations_compute_goes_on_a_stack() -> None:
    text = loop("if a[i] > 0.0:", "    v = np.exp(u * x)", "    u = u + v")
    assert "v" in kept(text, TYPES)[1]


def test_an_array_of_an_iteration_goes_on_a_stack() -> None:
    text = loop("b = np.exp(a * u)", "u = u + np.sum(b * b) * x")
    assert "b" in kept(text, TYPES)[1]


@pytest.mark.parametrize("head", ["for i in range(n):", "for i in range(n, 0, -3):", "while u < 3.0:"])
def test_every_push_has_its_pop(head: str) -> None:
    text = loop("if u > 1.0:", "    u = u * u * x", "else:", "    u = np.exp(u) * x", head=head)
    result = after("eliminate", text, TYPES)
    pushed = sorted(s.stack for s in walk(result.body) if isinstance(s, Push))
    popped = sorted(s.stack for s in walk(result.body) if isinstance(s, Pop))
    assert pushed == popped == sorted(s.name for s in result.stacks)
    stored = {s.array.name for s in walk(result.body) if isinstance(s, Store) and "kept" in s.array.name}
    loads = [s.value for s in walk(result.body) if isinstance(s, Assign) and isinstance(s.value, Apply)]
    read = {e.args[0].name for e in loads if e.op == "load" and isinstance(e.args[0], Var) and "kept" in e.args[0].name}
    assert stored == read
