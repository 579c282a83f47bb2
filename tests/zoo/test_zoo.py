"""Every program in every execution: CPython, native code, generated Python, the tape, and an independent oracle.

The test of a program has the id `theme::program-check`, and the checks of one program stand together so that it is
compiled once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sampled import long_unless, one_in

from .compare import assert_close, assert_same_bits, leaves
from .differential import same
from .executions import (
    compiled,
    complex_step_directional,
    complex_step_gradient,
    difference_directional,
    generated_gradient,
    head,
    is_float,
    native_gradient,
    python,
    random_directions,
    tape_gradient,
)
from .program import Program
from .programs import PROGRAMS
from .structures import as_tuples, rebuilt, shape
from .variations import SAME_SIGNATURE

# Native code and CPython call different libraries for exp or sin, and add in a different order.
VALUE_RTOL = 1e-12
DOT_RTOL = 1e-12
DIFFERENCE_RTOL = 1e-6


def value_rtol(program: Program) -> float:
    return VALUE_RTOL if program.rtol < 1e-6 else program.rtol


def assert_gradients(program: Program, sample: int, actual: tuple[Any, ...], what: str) -> None:
    """Like the tape's gradient in number, and like the arguments in type, dtype and shape."""
    _, expected = tape_gradient(program, sample)
    assert len(actual) == len(program.wrt)
    args = program.arguments(sample)
    for position, gradient, oracle in zip(program.wrt, actual, expected, strict=True):
        label = f"{what}, argument {position} of sample {sample}"
        floats = filter(is_float, leaves(args[position]))
        for x, got, want in zip(floats, leaves(gradient), leaves(oracle), strict=True):
            assert np.shape(got) == np.shape(x), label
            assert np.asarray(got).dtype == np.asarray(x).dtype, label
            assert isinstance(got, np.ndarray) == isinstance(x, np.ndarray), label
            assert_close(got, as_type_of(got, want), program.rtol, label)


def as_type_of(got: Any, want: Any) -> Any:
    cast = np.asarray(want, dtype=np.asarray(got).dtype)
    return cast if isinstance(got, np.ndarray) else cast[()]


def runs_in_python(program: Program) -> None:
    """Without a warning, and with one signature for all samples."""
    signatures = set()
    for sample in program.samples():
        args = program.arguments(sample)
        signatures.add(str([shape(a) for a in args]))
        signatures.add(str([(type(a), np.asarray(a).dtype, np.ndim(a)) for a in leaves(args)]))
        first = python(program, args)
        assert_same_bits(python(program, program.arguments(sample)), first, "second run")
    assert len(signatures) == 2, "samples of one program share a signature"


def native_primal(program: Program) -> None:
    """The value, and what happened to the arguments, as in CPython."""
    for sample in program.samples():
        expected_args, actual_args = program.arguments(sample), program.arguments(sample)
        expected = python(program, expected_args)
        actual = compiled(program)(*actual_args)
        assert_close(actual, expected, value_rtol(program), f"value of sample {sample}")
        assert_close(actual_args, expected_args, value_rtol(program), f"arguments of sample {sample} after the call")


def as_in_python(program: Program) -> None:
    """On arguments that the author did not think of; test_differential.py has more of them."""
    for vary in SAME_SIGNATURE:
        for seed in range(6):
            assert same(program, vary, seed) is None, f"{vary.__name__}, {seed}"


def native_grad(program: Program) -> None:
    for sample in program.samples():
        value, gradients = native_gradient(program, program.arguments(sample), head(program, sample))
        expected = python(program, program.arguments(sample))
        assert_close(value, expected, value_rtol(program), f"value beside the gradient of sample {sample}")
        for position, gradient in zip(program.wrt, gradients, strict=True):
            by = rebuilt(program.arguments(sample)[position], lambda x: x if is_float(x) else None)
            assert shape(gradient) == shape(by), "a gradient has the structure of its argument"
        assert_gradients(program, sample, gradients, "native gradient")


def generated_grad(program: Program) -> None:
    for sample in program.samples():
        value, gradients = generated_gradient(program, program.arguments(sample), head(program, sample))
        expected = python(program, program.arguments(sample))
        assert_close(value, as_tuples(expected), value_rtol(program), f"value beside the gradient of sample {sample}")
        assert_gradients(program, sample, gradients, "gradient of the generated Python")


def tape_and_oracle(program: Program) -> None:
    """The tape against a derivative from outside the project."""
    for sample in program.samples():
        value, gradients = tape_gradient(program, sample)
        expected = python(program, program.arguments(sample))
        for got, want in zip(leaves(value), leaves(expected), strict=True):  # the tape gives plain floats for scalars
            wide = np.result_type(np.asarray(want).dtype, np.float64)
            got, want = np.asarray(got, dtype=wide), np.asarray(want, dtype=wide)
            assert_close(got, want, value_rtol(program), f"value of sample {sample} on the tape")
        if program.oracle == "complex":
            for position, got, want in zip(program.wrt, gradients, complex_step_gradient(program, sample), strict=True):
                label = f"argument {position} of sample {sample}, tape against complex step"
                for one, other in zip(leaves(got), leaves(want), strict=True):
                    assert_close(np.asarray(one, dtype=np.float64), other, program.rtol, label)
        else:
            assert_slope(program, sample, gradients)


def assert_slope(program: Program, sample: int, gradients: tuple[Any, ...]) -> None:
    """The gradient along three random directions, against differences."""
    for seed in range(3):
        directions = random_directions(program, sample, seed)
        expected = difference_directional(program, sample, directions)
        products = inner_products(directions, gradients)
        np.testing.assert_allclose(products.sum(), expected, rtol=0.0, atol=DIFFERENCE_RTOL * np.abs(products).sum())


def inner_products(directions: dict[int, Any], gradients: tuple[Any, ...]) -> np.ndarray:
    pairs = [(d, g) for whole, parts in zip(directions.values(), gradients, strict=True)
             for d, g in zip(leaves(whole), leaves(parts), strict=True)]
    return np.concatenate([np.ravel(np.real(np.conj(g) * d)).astype(np.float64) for d, g in pairs])


def dot_identity(program: Program) -> None:
    """`<u, J v>` by the complex step is `<J^T u, v>` by the pullback."""
    for sample in program.samples():
        directions = random_directions(program, sample)
        forward = complex_step_directional(program, sample, directions)
        _, gradients = native_gradient(program, program.arguments(sample), head(program, sample))
        products = inner_products(directions, gradients)
        np.testing.assert_allclose(products.sum(), forward, rtol=0.0, atol=DOT_RTOL * np.abs(products).sum())


def pure(program: Program) -> None:
    """A gradient call leaves its arguments alone, and the next call gives the same bits."""
    for sample in program.samples():
        args = program.arguments(sample)
        first = native_gradient(program, args, head(program, sample))
        assert_same_bits(args, program.arguments(sample), f"arguments of sample {sample} after the gradient")
        second = native_gradient(program, args, head(program, sample))
        assert_same_bits(second, first, f"second gradient of sample {sample}")


def checks(program: Program) -> tuple[Any, ...]:
    """The dot-product identity needs a complex step that is good to its last digit."""
    if not program.wrt:
        return runs_in_python, native_primal, as_in_python
    to_the_last_digit = program.oracle == "complex" and program.rtol <= 1e-9
    always = (runs_in_python, native_primal, as_in_python, native_grad, generated_grad, tape_and_oracle, pure)
    return (*always, dot_identity) if to_the_last_digit else always


# Whole models: compiling one takes seconds, and the checks left out by default compile it once more.
LARGE = ("kernels_", "matrix_models::", "likelihoods::")
OF_LARGE = (runs_in_python, native_grad, generated_grad, tape_and_oracle)
LONGEST = frozenset({"kernels_sciences::nbody", "matrix_models::factors_in_a_loop", "kernels_flows::channel_flow",
                     "kernels_flows::cavity_flow", "kernels_networks::resnet"})


def in_the_long_run(check: Any, program: Program) -> bool:
    """Two of three programs that have a gradient, and of the others three of four without their gradients.

    For the value alone code is compiled once more, while it stands beside the gradient as well.
    """
    if program.wrt and not one_in(3, program.id):
        return True
    if program.wrt and check in (native_primal, as_in_python) and not one_in(4, program.id):
        return True
    if program.id in LONGEST:
        return check not in (runs_in_python, generated_grad, tape_and_oracle)
    return program.id.startswith(LARGE) and bool(program.wrt) and check not in OF_LARGE


def cases() -> list[Any]:
    return [
        pytest.param(check, program, id=f"{program.id}-{check.__name__}",
                     marks=long_unless(not in_the_long_run(check, program)))
        for program in PROGRAMS
        for check in checks(program)
    ]


@pytest.mark.parametrize(("check", "program"), cases())
def test_program(check: Any, program: Program) -> None:
    check(program)


def test_every_program_has_its_own_name() -> None:
    assert len({program.id for program in PROGRAMS}) == len(PROGRAMS)


def test_the_complex_step_is_the_rule() -> None:
    """Differences are for the programs that cannot leave the real line: the tape, to 1e-9, is their other oracle."""
    by_differences = [program.id for program in PROGRAMS if program.oracle != "complex"]
    assert len(by_differences) <= len(PROGRAMS) // 6, by_differences
