"""Derivatives by differences, good to about ten digits for smooth functions: the tape's own check."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from tapeless import tape

STEP = 1e-3


def is_float(arg: Any) -> bool:
    return isinstance(arg, float) or (isinstance(arg, np.ndarray) and arg.dtype.kind == "f")


def parts(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple | list) else [value]


def copied(args: tuple[Any, ...]) -> list[Any]:
    return [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args]


def gradient(fn: Callable[..., Any], args: tuple[Any, ...], position: int, seeds: list[Any]) -> np.ndarray:
    """The derivative of `sum(seed * result)` by one argument: central differences, extrapolated twice."""

    def total(shift: float, index: tuple[int, ...]) -> float:
        moved = copied(args)
        x = np.array(moved[position], dtype=float)
        x[index] += shift
        moved[position] = x if isinstance(args[position], np.ndarray) else float(x)
        results = parts(fn(*moved))
        return float(sum(np.sum(seed * result) for seed, result in zip(seeds, results, strict=True)))

    result = np.zeros(np.shape(args[position]))
    for index in np.ndindex(result.shape):
        halves = [(total(h, index) - total(-h, index)) / (2 * h) for h in (STEP, STEP / 2, STEP / 4)]
        once = [(4 * fine - coarse) / 3 for coarse, fine in pairwise(halves)]
        result[index] = (16 * once[1] - once[0]) / 15
    return result


def check(fn: Callable[..., Any], *args: Any, tolerance: float = 1e-7) -> None:
    """Hold the tape's value against NumPy's, and its gradients by every float argument against differences."""
    rng = np.random.default_rng(7)
    expected = fn(*copied(args))
    seeds = [rng.normal(size=np.shape(part)) for part in parts(expected)]
    wrt = [k for k, arg in enumerate(args) if is_float(arg)]
    seed = seeds if isinstance(expected, tuple | list) else seeds[0]
    value, gradients = tape.value_and_grad(fn, args, wrt, seed)
    for got, want in zip(parts(value), parts(expected), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)
    for k, got in zip(wrt, gradients, strict=True):
        assert np.shape(got) == np.shape(args[k])
        want = gradient(fn, args, k, seeds)
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=f"by argument {k}")
