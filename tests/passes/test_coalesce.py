"""Names of the generated Python: versions share one where they can, and never where they must not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from ops.written import adjoint, function
from tapeless import differentiate
from tapeless.compiler.backend.coalesce import coalesce
from tapeless.compiler.backend.python import RESERVED
from tapeless.compiler.ir.nodes import For, Function, Var
from tapeless.compiler.ir.printing import show
from tapeless.compiler.ir.traversal import reads, walk, written

from .stages import after, expect


def coalesced(text: str, types: str) -> Function:
    return coalesce(after("simplify", text, types), RESERVED)


def names(result: Function) -> set[str]:
    found = {p.name for p in result.params}
    for s in walk(result.body):
        found |= {v.name for v in (written(s), *reads(s)) if isinstance(v, Var)}
    return found


def test_a_carried_variable_keeps_one_name() -> None:
    result = coalesced(
        "def f(x, n):\n    u = x\n    for i in range(n):\n        u = u * x\n    return u\n", "float, int"
    )
    expect(
        result,
        """
        u: float = x
        for i in range(0, n, 1):
          u: float = mul(u, x)
        return u
        """,
    )


def test_a_swap_needs_a_third_name() -> None:
    result = coalesced(
        "def f(a, b, n):\n    for i in range(n):\n        a, b = b, a + b\n    return a\n", "float, float, int"
    )
    assert {"a", "b"} < names(result)


def test_an_old_value_that_is_still_read_has_a_name_of_its_own() -> None:
    result = coalesced("def f(x):\n    y = x * x\n    z = y\n    y = y + z\n    return y * z\n", "float")
    assert len(names(result) - {"x"}) >= 3


@pytest.mark.parametrize("name", ["np", "math", "len", "range", "float", "masked", "sum_to"])
def test_reserved_names_are_left_alone(name: str) -> None:
    result = coalesced(f"def f(x):\n    {name}_ = x * x\n    return {name}_ * {name}_\n".replace("_", ""), "float")
    assert name not in names(result)


def test_names_are_identifiers() -> None:
    helper = "def g(v):\n    w = v * v\n    return w\n"
    text = f"{helper}def f(x, p):\n    for i in range(3):\n        x = g(x) * p[0]\n    return x\n"
    for result in (
        coalesced(text, "(float, (float, int))"),
        coalesce(after("eliminate", text, "(float, (float, int))"), RESERVED),
    ):
        assert all(name.isidentifier() for name in names(result))


def test_two_calls_give_the_same_names() -> None:
    text = "def f(x, n):\n    while x > 1.0:\n        y = x * n\n        x = y / 3.0\n    return x\n"
    first, second = (coalesce(after("eliminate", text, "float, int"), RESERVED) for _ in range(2))
    assert show(first) == show(second)


def test_a_counter_is_not_a_name_that_its_loop_changes() -> None:
    result = coalesced(
        "def f(x, n):\n    for i in range(n):\n        x = x + i\n        i = 2\n        x = x * i\n    return x\n",
        "float, int",
    )
    loop = next(s for s in walk(result.body) if isinstance(s, For))
    assert not any(v.name == loop.var.name for s in walk(loop.body) if (v := written(s)) is not None)


# Random straight and looping code over few names: where two values shared a name wrongly, the printed function computes
# something else than the one it was printed from.


def program(seed: int) -> str:
    rng = random.Random(seed)
    variables = "uvw"
    lines = ["u = x", "v = 2.0", "w = x * v"]
    depth = 0
    for _ in range(rng.randint(3, 9)):
        pad = "    " * depth
        match rng.choice("aaasfwe"):
            case "a":
                lines.append(
                    f"{pad}{rng.choice(variables)} = 0.5 * {rng.choice(variables)} + x * {rng.choice(variables)} * 0.25"
                )
            case "s":
                one, two = rng.sample(variables, 2)
                lines.append(f"{pad}{one}, {two} = {two}, {one}")
            case "f" if depth < 2:
                lines.append(f"{pad}for {'ij'[depth]} in range({rng.randint(0, 3)}):")
                depth += 1
                lines.append(f"{'    ' * depth}{rng.choice(variables)} = {rng.choice(variables)} * 0.5 + x")
            case "w" if depth < 2:
                lines.append(f"{pad}if {rng.choice(variables)} > {rng.choice(variables)}:")
                depth += 1
                lines.append(f"{'    ' * depth}{rng.choice(variables)} = {rng.choice(variables)} * x")
            case _:
                depth = max(depth - 1, 0)
    return "def f(x):\n" + "".join(f"    {line}\n" for line in lines) + "    return u + 2.0 * v + 3.0 * w\n"


@pytest.mark.parametrize("batch", range(3))
def test_printed_functions_compute_the_same(batch: int) -> None:
    for seed in range(batch * 25, (batch + 1) * 25):
        fn = function(program(seed))
        compiled = differentiate(fn)
        for x in (0.75, -1.25):
            value, gradient = compiled.value_and_grad(x)
            again = adjoint(compiled)(x)
            np.testing.assert_allclose((value, gradient), (fn(x), again[1]), rtol=1e-12, err_msg=program(seed))
            assert again[0] == pytest.approx(value, rel=1e-13)


def test_programs_differ() -> None:
    assert len({program(seed) for seed in range(75)}) > 70
    assert any("for" in program(seed) for seed in range(5))
