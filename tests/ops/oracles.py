"""What a row's value and derivative are held against: NumPy, the tape, the complex step and differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from zoo.complex_step import directional

Function = Callable[..., Any]

# Sixth-order central difference (Fornberg, Mathematics of Computation 51(184), 1988, table 1).
WEIGHTS = {1: 45.0 / 60.0, 2: -9.0 / 60.0, 3: 1.0 / 60.0}
STEP = 1e-3


@contextmanager
def quiet() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def inner(a: Any, b: Any) -> float:
    """The inner product of two values of one structure."""
    if isinstance(a, tuple):
        return sum(inner(x, y) for x, y in zip(a, b, strict=True))
    return float(np.sum(np.asarray(a, dtype=float) * np.asarray(b, dtype=float)))


def differences(fn: Function, args: tuple[Any, ...], directions: dict[int, Any], head: Any) -> float:
    """`<head, derivative along the directions>` by differences."""

    def along(step: float) -> float:
        moved = [a + step * directions[k] if k in directions else a for k, a in enumerate(args)]
        with quiet():
            return inner(head, fn(*moved))

    return sum(weight * (along(k * STEP) - along(-k * STEP)) / STEP for k, weight in WEIGHTS.items())


def complex_step(fn: Function, args: tuple[Any, ...], directions: dict[int, Any], head: Any) -> float:
    """The same, exact to rounding for functions that extend to the complex plane."""
    with quiet():
        return inner(head, directional(fn, args, directions))


def on_the_tape(fn: Function, args: tuple[Any, ...], wrt: tuple[int, ...], head: Any) -> tuple[Any, ...]:
    """Gradients of `<head, fn>` by the tape, which shares no formula with the compiler."""
    from tapeless import tape

    with quiet():
        _, gradients = tape.value_and_grad(fn, args, wrt=wrt, seed=None if np.isscalar(head) and head == 1.0 else head)
    return tuple(gradients)


def random_like(value: Any, seed: int) -> Any:
    """A head gradient, or a direction, in the structure of a value."""
    rng = np.random.default_rng(seed)
    if isinstance(value, tuple):
        return tuple(random_like(item, seed + k) for k, item in enumerate(value))
    drawn = rng.normal(size=np.shape(value))
    return drawn.astype(np.asarray(value).dtype) if np.ndim(value) else float(drawn)


def assert_equal(actual: Any, expected: Any, rtol: float, what: str, by_entry: bool = False) -> None:
    """Dtype, shape and numbers; `rtol` is relative to the largest entry, or to each one."""
    if isinstance(expected, tuple):
        assert len(actual) == len(expected), what
        for a, e in zip(actual, expected, strict=True):
            assert_equal(a, e, rtol, what, by_entry)
        return
    a, e = np.asarray(actual), np.asarray(expected)
    assert (a.dtype, a.shape) == (e.dtype, e.shape), f"{what}: {a.dtype}{a.shape} instead of {e.dtype}{e.shape}"
    assert isinstance(actual, np.ndarray) == isinstance(expected, np.ndarray), f"{what}: {type(actual).__name__}"
    assert_numbers(a, e, rtol, what, by_entry)


def assert_numbers(a: np.ndarray, e: np.ndarray, rtol: float, what: str, by_entry: bool = False) -> None:
    if e.dtype.kind != "f":
        np.testing.assert_array_equal(a, e, err_msg=what)
    elif by_entry:
        np.testing.assert_allclose(a, e, rtol=rtol, atol=0.0, err_msg=what)
    else:
        largest = np.abs(e[np.isfinite(e)]).max(initial=0.0)
        np.testing.assert_allclose(a, e, rtol=0.0, atol=rtol * float(largest), err_msg=what)
