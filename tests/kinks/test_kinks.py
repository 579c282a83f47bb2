"""One table of conventions, held by every mode: native code, generated Python and the tape."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from unwritten import spoilt_numpy

from . import functions
from .table import KINKS, NANS, Kink


def native(kink: Kink) -> tuple[Any, Any]:
    return compiled(kink).value_and_grad(*kink.args)


def compiled(kink: Kink) -> Any:
    from tapeless import differentiate

    return differentiate(kink.fn, argnums=kink.wrt[0] if len(kink.wrt) == 1 else kink.wrt)


def generated(kink: Kink) -> tuple[Any, Any]:
    import tapeless.runtime

    f = compiled(kink)
    f.value_and_grad(*kink.args)
    world: dict[str, Any] = {"np": np, "math": math, "tapeless": tapeless}
    exec(f.adjoint_source, world)
    world["np"] = spoilt_numpy()
    return world[f"{kink.fn.__name__}_adjoint"](*kink.args)


def on_the_tape(kink: Kink) -> tuple[Any, Any]:
    from tapeless import tape

    value, gradients = tape.value_and_grad(kink.fn, kink.args, wrt=kink.wrt)
    return value, gradients if len(kink.wrt) > 1 else gradients[0]


MODES = (native, generated, on_the_tape)


def python_value(kink: Kink) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kink.fn(*kink.args)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.__name__)
@pytest.mark.parametrize("kink", (*KINKS, *functions.KINKS), ids=lambda kink: kink.name)
def test_derivative_at_a_kink(kink: Kink, mode: Callable[[Kink], tuple[Any, Any]]) -> None:
    value, gradient = mode(kink)
    np.testing.assert_allclose(value, python_value(kink), rtol=1e-14, atol=0.0)
    gradients = gradient if len(kink.wrt) > 1 else (gradient,)
    for got, want in zip(gradients, kink.gradients, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=0.0)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", MODES[:2], ids=lambda mode: mode.__name__)
@pytest.mark.parametrize("kink", functions.BEYOND_THE_TAPE, ids=lambda kink: kink.name)
def test_derivative_far_out(kink: Kink, mode: Callable[[Kink], tuple[Any, Any]]) -> None:
    test_derivative_at_a_kink(kink, mode)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.__name__)
@pytest.mark.parametrize("kink", NANS, ids=lambda kink: kink.name)
def test_nan_propagates_as_in_numpy(kink: Kink, mode: Callable[[Kink], tuple[Any, Any]]) -> None:
    value, _ = mode(kink)
    np.testing.assert_array_equal(value, python_value(kink))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kink", (*KINKS, *NANS), ids=lambda kink: kink.name)
def test_value_at_a_kink_is_pythons(kink: Kink) -> None:
    np.testing.assert_allclose(compiled(kink)(*kink.args), python_value(kink), rtol=1e-14, atol=0.0)
