"""Functions of complex numbers: inverse functions on both sides of their cuts, and operations made of others."""

from __future__ import annotations

import cmath
import itertools
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate

from . import written

SIDES = (0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 1e-8, -1e-8, 30.0, 1e5, 1e200, -1e200, 1e-300)
NUMBERS = np.array([complex(a, b) for a, b in itertools.product(SIDES, SIDES)])
NAMES = ("arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "expm1", "exp2", "sinc", "log1p")
NAMES += ("sign",) * int(np.sign(2j) == 1j)


def function(expression: str, parameters: str = "z") -> Any:
    return written.function(f"def f({parameters}):\n    return {expression}\n")


@pytest.mark.parametrize("name", NAMES)
def test_cuts_and_signs_of_zeros_are_numpys(name: str) -> None:
    drawn = np.random.default_rng(3).normal(size=(200, 2)) @ np.array([1.0, 1j])
    z = np.concatenate([NUMBERS, drawn])
    with np.errstate(all="ignore"):
        want = getattr(np, name)(z.astype(np.clongdouble) if name == "log1p" else z).astype(complex)
    got = differentiate(function(f"np.{name}(z)"))(z)
    finite = np.isfinite(want)
    atol = 2e-16 if name == "log1p" else 0.0  # where NumPy takes the logarithm of a number rounded near 1
    assert (np.abs(got[finite] - want[finite]) <= 1e-15 * np.abs(want[finite]) + atol).all()
    assert (got[~finite] == want[~finite]).all() or np.isnan(want[~finite]).any()
    for part in (np.real, np.imag):
        np.testing.assert_array_equal(np.signbit(part(got))[finite], np.signbit(part(want))[finite])


def differences(fn: Any, z: Any, h: float = 1e-6) -> Any:
    return (fn(z + h) - fn(z - h)) / (2.0 * h) + 1j * (fn(z + 1j * h) - fn(z - 1j * h)) / (2.0 * h)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name: str) -> None:
    fn = function(f"(np.{name}(z) * (1.0 + 2.0j)).real")
    gradient = differentiate(fn).grad
    for z in (0.3 + 0.4j, -1.5 + 0.7j, 2.0 - 0.3j, -0.2 - 3j, 0.01 + 0.02j):
        assert gradient(z) == pytest.approx(differences(fn, z), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", ["asin", "acos", "atan", "asinh", "acosh", "atanh", "isnan", "isinf", "isfinite"])
def test_cmath(name: str) -> None:
    plain = function(f"cmath.{name}(z)")
    ours = differentiate(plain)
    for z in (0j, 1 + 0j, -1 + 0j, 1j, -1j, 0.5 + 0.2j, -2 - 0j, 1e200 + 1j, 800j, complex("inf"), complex("nan")):
        try:
            want = getattr(cmath, name)(z)
        except ValueError as error:
            with pytest.raises(ValueError, match=str(error)):
                ours(z)
            continue
        got = ours(z)
        assert type(got) is type(want)
        assert got == pytest.approx(want, rel=1e-14, abs=0.0, nan_ok=True) or cmath.isnan(z)


A = np.random.default_rng(5).normal(size=(4, 3, 2)) @ np.array([1.0, 1j])
V = A[:, 0].copy()
COMPOSED = (
    ("np.kron(a, b)", A[:2], A[:1]), ("np.pad(a, 1)", A, None),
    ("np.pad(a, (1, 2), mode='edge')", V, None),
    ("np.append(a, b)", V, A), ("np.delete(a, 1)", V, None), ("np.insert(a, 1, 2.0j)", V, None),
    ("np.cross(a, b)", A[0], A[1]), ("np.vander(a, 3)", V, None), ("np.rot90(a)", A, None),
    ("np.split(a, 2)[1]", A, None),
    ("np.atleast_2d(a)", V, None), ("np.dstack((a, b))", A, A * 1j), ("np.diagflat(a)", V, None),
    ("np.convolve(a, b)", V, V[:2] * 1j), ("np.correlate(a, b, 'full')", V, V[:3] * 1j),
    ("np.correlate(a, b)", V[:2], V), ("np.trapezoid(a)" if hasattr(np, "trapezoid") else "np.trapz(a)", V, None),
    ("np.polyval([1.0, 2.0j, a[0]], b)", V, A[0]), ("np.average(a, axis=0)", A, None), ("np.ediff1d(a)", V, None),
    ("np.select([a.real > 0.0], [a * b], 1j)", A, A[::-1]),
    ("np.take_along_axis(a, np.array([[0], [2], [1], [0]]), 1)", A, None),
    ("np.compress(a.imag > 0.0, a)", V, None), ("np.std(a, axis=0)", A, None), ("np.cumsum(a, axis=1)", A, None),
    ("np.cumprod(a, axis=0)", A, None), ("np.prod(a, axis=1)", A, None), ("np.outer(a, b)", V, V[:2]),
    ("np.tensordot(a, b, 1)", A, A[:3].T @ A[:3]), ("np.trace(a)", A[:3], None), ("np.inner(a, b)", A, A * 1j),
)  # fmt: skip


@pytest.mark.parametrize("expression, a, b", COMPOSED, ids=[c[0] for c in COMPOSED])
def test_composed(expression: str, a: Any, b: Any) -> None:
    """Values as NumPy's, and the gradient of a real function of them by both parts."""
    parameters = "a" if b is None else "a, b"
    plain = function(expression, parameters)
    args = (a,) if b is None else (a, b)
    got, want = differentiate(plain)(*args), plain(*args)
    assert np.asarray(got).dtype == np.asarray(want).dtype
    np.testing.assert_allclose(got, want, rtol=1e-12)
    loss = function(f"np.sum(np.abs({expression} - (0.3 + 0.2j)) ** 2)", parameters)
    gradient = differentiate(loss).grad(*args)
    expected = np.zeros(a.shape, complex)
    for place in np.ndindex(a.shape):
        unit = np.zeros(a.shape)
        unit[place] = 1.0
        expected[place] = differences(lambda t, u=unit: loss(a + t * u, *args[1:]), 0.0)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-7 * np.abs(expected).max())
