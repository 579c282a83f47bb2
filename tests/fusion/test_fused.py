"""Loops over elements that carry out many operations: the same values, gradients and errors as one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate, tape

# The mean of an empty array is NaN, with a warning from NumPy.
pytestmark = pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value encountered")

Function = Callable[..., Any]
VECTOR = np.linspace(-1.0, 2.0, 5)
OTHER = np.linspace(0.5, 1.5, 5)
MATRIX = np.linspace(-1.0, 1.0, 15).reshape(3, 5)
SHAPES: dict[str, tuple[np.ndarray, ...]] = {
    "equal": (VECTOR, OTHER),
    "one element": (VECTOR[:1], OTHER[:1]),
    "empty": (VECTOR[:0], OTHER[:0]),
    "stretched": (VECTOR, OTHER[:1]),
    "stretched the other way": (VECTOR[:1], OTHER),
    "stretched to nothing": (VECTOR[:0], OTHER[:1]),
    "reversed": (VECTOR[::-1], OTHER),
    "every other": (np.linspace(0.0, 1.0, 10)[::2], OTHER),
}


def chain(x, y):
    t = np.sin(x) * y + 1.0
    u = np.exp(-t * t)
    return np.sum(u * x) + np.mean(t * u)


def read_twice(x, y):
    t = x * y
    s = np.sum(t)
    return np.sum(t * s) + s


def stored_between(x, y):
    t = x * y
    u = t + 1.0
    t += y
    return np.sum(u * t) + np.sum(t)


def two_names(x, y):
    a = x * y
    b = a
    c = b * 2.0
    a *= y
    return np.sum(b * c)


def a_view_of_the_result(x, y):
    a = x * y
    v = a[:1]
    v += 3.0
    b = a * a
    return np.sum(b)


def shifted_sums(x, y):
    a = x * y
    b = np.zeros(len(a))
    b[1:] += a[:-1]
    b[:-1] += a[1:]
    b[1:] = b[1:] * a[1:] - b[:-1]
    return np.sum(b * b)


def rebound(x, y):
    for k in range(3):
        x = x + 0.1 * np.cos(x * y)
        y = y * x
    return np.sum(x * y)


def exchanged(x, y):
    a, b = x * 1.0, y * 1.0
    for k in range(3):
        a, b = b + a, a * b
    return np.sum(a) - np.sum(b)


def guarded_branch(x, y):
    s = np.sum(x)
    if len(x) == len(y):
        s += np.sum(x * y)
    return s + np.sum(y)


def kept_on_a_stack(x, y):
    total = 0.0
    n = 0
    while n < 3:
        t = np.tanh(x * y + n)
        total += np.sum(t * t)
        n += 1
    return total


def ends(x, y):
    t = x * y
    return np.sum(t) * np.linalg.norm(t) + np.dot(t, t) + np.prod(t)


def columns_beside_parts(x, y):
    m = np.empty((len(x), 2))
    m[:, 0] = x
    m[:, 1] = y
    z = np.empty(len(x) + len(y))
    z[: len(x)] = x
    z[len(x) :] = y
    return np.sum(m[:, 1] ** 2) + np.sum(z**2)


def stretched_adjoint(x, y):
    m = x[:, None] * np.ones((1, 3))
    return np.sum(m * m) + np.sum(x * y)


VECTORS = (chain, read_twice, stored_between, two_names, a_view_of_the_result, rebound, exchanged, guarded_branch,
           kept_on_a_stack, ends, stretched_adjoint)


def outcome(f: Function, args: tuple[Any, ...]) -> Any:
    try:
        return f(*(a.copy() for a in args))
    except ValueError as error:
        return type(error)


def check(f: Function, args: tuple[Any, ...], wrt: tuple[int, ...] = (0, 1)) -> None:
    """The value, both gradients, and that the caller's arrays are left alone."""
    compiled = differentiate(f, argnums=wrt)
    expected = outcome(f, args)
    if isinstance(expected, type):
        with pytest.raises(expected):
            compiled(*(a.copy() for a in args))
        return
    assert_close(compiled(*(a.copy() for a in args)), expected)
    given = tuple(a.copy() for a in args)
    value, gradients = compiled.value_and_grad(*given)
    assert all(np.array_equal(a, b) for a, b in zip(given, args, strict=True))
    assert_close(value, expected)
    _, wanted = tape.value_and_grad(f, args, wrt=wrt)
    for found, right in zip(gradients, wanted, strict=True):
        assert found.shape == right.shape
        assert_close(found, right)


def assert_close(found: Any, right: Any) -> None:
    np.testing.assert_allclose(found, right, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("f", VECTORS, ids=lambda f: f.__name__)
def test_vectors(f: Function, shapes: str) -> None:
    check(f, SHAPES[shapes])


@pytest.mark.parametrize("shapes", ["equal", "reversed", "every other", "one element"])
def test_overlapping_slices(shapes: str) -> None:
    check(shifted_sums, SHAPES[shapes])


@pytest.mark.parametrize("shapes", ["equal", "one element", "empty", "reversed", "every other"])
def test_a_loop_joined_by_an_array_that_is_made_late(shapes: str) -> None:
    check(columns_beside_parts, SHAPES[shapes])


def test_the_same_function_first_agrees_and_then_does_not() -> None:
    compiled = differentiate(chain, argnums=(0, 1))
    for shapes in ("equal", "stretched", "equal", "stretched the other way", "empty", "one element"):
        x, y = SHAPES[shapes]
        _, wanted = tape.value_and_grad(chain, (x, y), wrt=(0, 1))
        for found, right in zip(compiled.grad(x, y), wanted, strict=True):
            assert found.shape == right.shape
            assert_close(found, right)
        if x.size:
            assert_close(compiled(x, y), chain(x, y))
    assert len(compiled.signatures) == 1


def test_shapes_that_do_not_fit_raise_what_numpy_raises() -> None:
    for call in (differentiate(chain), differentiate(chain).grad):
        with pytest.raises(ValueError, match="broadcast"):
            call(VECTOR, OTHER[:3])
        call(VECTOR, OTHER)


# ------------------------------------------------------------------------------------------------------------- ranks


def layer(w, b, x):
    h = np.tanh(w * x + b)
    return np.sum(h * h * b)


def transposed(w, b, x):
    return np.sum(w.T * w.T + 1.0) + np.sum(w.T[0] * b[: w.shape[0]])


@pytest.mark.parametrize("f", [layer, transposed], ids=lambda f: f.__name__)
@pytest.mark.parametrize("w", [MATRIX, np.asfortranarray(MATRIX), MATRIX[:, ::-1], MATRIX[:1], MATRIX[:0]],
                         ids=["C", "F", "reversed", "one row", "no row"])
def test_matrices_and_vectors(f: Function, w: np.ndarray) -> None:
    check(f, (w, OTHER, VECTOR), wrt=(0, 1, 2))


def test_a_column_against_a_row() -> None:
    def outer_sum(c, r):
        return np.sum(np.exp(c[:, np.newaxis] * r) + c[:, np.newaxis])

    check(outer_sum, (VECTOR[:3], OTHER))


# ------------------------------------------------------------------------------------------------- visible effects


def written_then_failing(a, b, n):
    a[:] = a + b
    b[n] = 1.0
    return np.sum(a * b)


@pytest.mark.parametrize("n", [0, 4, 5, -6])
def test_effects_before_an_exception_are_seen(n: int) -> None:
    mine, theirs = (VECTOR.copy(), OTHER.copy()), (VECTOR.copy(), OTHER.copy())
    errors = []
    for f, args in ((differentiate(written_then_failing), mine), (written_then_failing, theirs)):
        try:
            f(*args, n)
        except IndexError as error:
            errors.append(type(error))
    assert len(errors) in (0, 2)
    for found, right in zip(mine, theirs, strict=True):
        np.testing.assert_array_equal(found, right)


def stencil(a, b, n):
    for t in range(n):
        b[1:-1] = 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])
        a[1:-1] = b[1:-1] - 0.1 * a[2:]
    return np.sum(a * b)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 8])
def test_a_stencil_changes_its_arguments_as_python_does(size: int) -> None:
    rng = np.random.default_rng(size)
    a, b = rng.normal(size=size), rng.normal(size=size)
    mine, theirs = (a.copy(), b.copy()), (a.copy(), b.copy())
    assert_close(differentiate(stencil)(*mine, 4), stencil(*theirs, 4))
    for found, right in zip(mine, theirs, strict=True):
        assert_close(found, right)
    gradient = differentiate(stencil, argnums=(0, 1)).grad(a, b, 4)
    _, wanted = tape.value_and_grad(stencil, (a, b, 4), wrt=(0, 1))
    for found, right in zip(gradient, wanted, strict=True):
        assert_close(found, right)


@pytest.mark.parametrize("shift", [0, 1, 3])
def test_arguments_that_overlap(shift: int) -> None:
    results = []
    for f in (differentiate(stencil), stencil):
        memory = np.random.default_rng(0).normal(size=12)
        value = f(memory[shift: shift + 8], memory[:8], 3)
        results.append((value, memory))
    assert_close(results[0][0], results[1][0])
    assert_close(results[0][1], results[1][1])


def test_arguments_of_other_lengths_than_assumed_raise_after_the_same_effects() -> None:
    def f(a, b):
        a[:] = 2.0
        b[:] = a + b

    for args in ((3, 3), (3, 1), (1, 3), (3, 4)):
        states = []
        for g in (differentiate(f), f):
            a, b = np.ones(args[0]), np.ones(args[1])
            try:
                g(a, b)
                error: Any = None
            except ValueError as found:
                error = type(found)
            states.append((a, b, error))
        np.testing.assert_array_equal(states[0][0], states[1][0])
        np.testing.assert_array_equal(states[0][1], states[1][1])
        assert states[0][2] == states[1][2]


def test_a_negative_extent_is_an_error() -> None:
    def f(x, n):
        t = np.zeros(n)
        t += x
        return np.sum(t * x)

    compiled = differentiate(f)
    assert_close(compiled.grad(VECTOR, 5), 2 * VECTOR)
    with pytest.raises(ValueError, match="negative dimensions"):
        compiled.grad(VECTOR, -1)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64, np.bool_])
def test_kinds(kind: Any) -> None:
    def f(x, m):
        t = np.where(m, x, 0.5 * x)
        k = m + 1
        return np.sum(t * k) + np.count_nonzero(m) + np.max(t)

    m = np.array([1, 0, 1, 1, 0]).astype(kind)
    assert_close(differentiate(f)(VECTOR, m), f(VECTOR, m))
    assert_close(differentiate(f).grad(VECTOR, m), tape.value_and_grad(f, (VECTOR, m), wrt=(0,))[1][0])


# ----------------------------------------------------------------------------------- found by the random programs


def returned_early(x, y):
    for _ in range(3):
        pass
    else:
        if x[0] > 1.9:
            return np.full(5, x[0])
    a = np.ones(5)
    a += a[::1] * x
    return a


def never_run(x, y):
    a = np.array([x[0], y[1]])
    b = a
    for n in range(1, 0):
        for _ in range(n, 1):
            b *= 0.6
    return a


def larger_than_a_view(x, y):
    m = np.outer(x, y)
    for _ in range(2):
        m[::3, ::3] -= np.full(1, 1.0)
    return m


@pytest.mark.parametrize("f", [returned_early, never_run, larger_than_a_view], ids=lambda f: f.__name__)
def test_programs_that_went_wrong(f: Function) -> None:
    for x in (VECTOR, VECTOR + 3.0):
        value, pullback = differentiate(f, argnums=(0, 1)).vjp(x, OTHER)
        assert_close(value, f(x, OTHER))
        head = np.arange(value.size, dtype=float).reshape(value.shape)
        _, wanted = tape.value_and_grad(f, (x, OTHER), wrt=(0, 1), seed=head)
        for found, right in zip(pullback(head), wanted, strict=True):
            assert_close(found, right)
