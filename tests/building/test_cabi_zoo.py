"""Programs of the zoo as C functions, compared with the compiled functions.

LLVM may add up in another order where it knows more: an array from outside is a constant here.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapeless import demo
from tapeless.building.plan import plan_functions
from zoo.compare import leaves
from zoo.executions import compiled, floating_point, head, is_float, native_gradient
from zoo.program import Program
from zoo.programs import PROGRAMS

from .cface import Loaded, needs_cc

pytestmark = needs_cc
SAMPLE = [p for p in PROGRAMS if zlib.crc32(p.id.encode()) % 384 == 0]
OTHERS = [p for p in PROGRAMS if p not in SAMPLE]


def numbers(value: Any) -> list[Any]:
    return [v for v in leaves(value) if isinstance(v, bool | int | float | complex | np.generic | np.ndarray)]


def same(actual: Any, expected: Any, label: str) -> None:
    one, other = np.asarray(actual), np.asarray(expected)
    assert (one.dtype, one.shape) == (other.dtype, other.shape), label
    inexact = one.dtype.kind in "fc"
    tolerance = (1e-5 if one.dtype in (np.float32, np.complex64) else 1e-13) if inexact else 0.0
    scale = np.max(np.abs(other), initial=0.0, where=np.isfinite(other)) if inexact else 0.0
    np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance * scale, err_msg=label)


def agree(program: Program, folder: Path) -> None:
    if not compiled(program).__name__.isidentifier():
        pytest.skip("functions without a name are refused")
    plan = plan_functions([compiled(program)], [program.arguments(0)])
    loaded = Loaded(plan, folder, only=("value", "both", "pullback"))
    for sample in program.samples():
        expected_args, args = program.arguments(sample), program.arguments(sample)
        with floating_point(program):
            expected = compiled(program)(*expected_args)
        got = loaded.run(loaded.of("value"), args)
        long_list = isinstance(expected, list) and len(got) == 1  # of any length: an array in C
        for one, other in zip(got, [np.array(expected)] if long_list else numbers(expected), strict=True):
            same(one, other, "value")
        for one, other in zip(numbers(args), numbers(expected_args), strict=True):
            same(one, other, "arguments after the call")
        if not program.wrt:
            continue
        value, gradients = native_gradient(program, program.arguments(sample), head(program, sample))
        wanted = [g for g in numbers(gradients) if is_float(g)]
        if head(program, sample) is None:
            got = loaded.run(loaded.of("both"), program.arguments(sample))
            same(got[0], value, "value beside the gradient")
            got = got[1:]
        else:
            face = next((f for f in loaded.library.faces if f.purpose == "pullback"), None)
            if face is None:
                assert loaded.library.missing
                continue
            seed = head(program, sample)
            heads = [np.array(seed)] if long_list else [h for h in numbers(seed) if is_float(h)]
            got = loaded.run(face, program.arguments(sample), heads)
        for one, other in zip(got, wanted, strict=True):
            same(one, other, "gradient")


@pytest.mark.parametrize("program", SAMPLE, ids=[p.id for p in SAMPLE])
def test_programs(program: Program, tmp_path: Path) -> None:
    agree(program, tmp_path)


def test_the_demos_model(tmp_path: Path) -> None:
    """Code for this very processor has the bits of the function as it is compiled at run time."""
    theta, pelts = np.array([-0.6, -3.5, -0.2, -3.7, 3.5, 1.8]), demo.read_pelts()[1]
    loaded = Loaded(plan_functions([demo.loss], [(theta, pelts, 20)]), tmp_path, only=("both",))
    value, gradient = loaded.run(loaded.of("both"), (theta, pelts, 20))
    expected, wanted = demo.loss.value_and_grad(theta, pelts, 20)
    assert value == expected and np.array_equal(gradient, wanted)


@pytest.mark.long
@pytest.mark.parametrize("program", OTHERS, ids=[p.id for p in OTHERS])
def test_the_other_programs(program: Program, tmp_path: Path) -> None:
    agree(program, tmp_path)
