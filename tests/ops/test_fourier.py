"""Discrete Fourier transforms: values to NumPy's accuracy for every kind of length, adjoints by the inner product."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless import CompileError, differentiate

from . import written

LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 30, 49, 53, 59, 64, 97, 106, 128, 211, 243, 1000, 1024, 1031, 4096]
NORMS = ["backward", "ortho", "forward"]


def numbers(*shape: int) -> np.ndarray:
    rng = np.random.default_rng(sum(shape))
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def function(expression: str, parameters: str = "a") -> Any:
    return written.function(f"def f({parameters}):\n    return {expression}\n")


@pytest.fixture(scope="module")
def transforms() -> Any:
    """All of them in one function, compiled once."""
    return differentiate(function("np.fft.fft(a), np.fft.ifft(a), np.fft.rfft(a.real), np.fft.irfft(a, n)", "a, n"))


@pytest.mark.parametrize("n", LENGTHS)
def test_every_length(transforms: Any, n: int) -> None:
    a = numbers(n)
    wanted = np.fft.fft(a), np.fft.ifft(a), np.fft.rfft(a.real), np.fft.irfft(a, 2 * n - 1)
    for got, want in zip(transforms(a, 2 * n - 1), wanted, strict=True):
        assert got.dtype == want.dtype and got.shape == want.shape
        assert np.linalg.norm(got - want) <= 2e-15 * np.linalg.norm(want) + 1e-300


def test_lengths_that_cut_or_fill() -> None:
    expression = "np.fft.fft(a, n), np.fft.ifft(a, n), np.fft.rfft(a.real, n), np.fft.irfft(a, n)"
    fn = differentiate(function(expression, "a, n"))
    a = numbers(6)
    for n in (1, 2, 3, 5, 6, 9, 10, 14):
        wanted = np.fft.fft(a, n), np.fft.ifft(a, n), np.fft.rfft(a.real, n), np.fft.irfft(a, n)
        for got, want in zip(fn(a, n), wanted, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-14, atol=1e-15)
    with pytest.raises(ValueError, match="Invalid number of FFT data points"):
        fn(a, 0)


@pytest.mark.parametrize("norm", NORMS)
def test_axes_and_norms(norm: str) -> None:
    plain = function(f"np.fft.fft(a, axis=0, norm='{norm}'), np.fft.ifftn(a, norm='{norm}'), "
                     f"np.fft.fft2(a, (3, 2), (0, 2), '{norm}'), np.fft.irfft(a, axis=1, norm='{norm}')")
    for a in (numbers(4, 3, 2), numbers(2, 3, 4).T, np.asfortranarray(numbers(4, 3, 2))):
        for got, want in zip(differentiate(plain)(a), plain(a), strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-14, atol=1e-15)


def test_single_precision_as_numpy_has_it() -> None:
    fn = function("np.fft.fft(a), np.fft.rfft(a.real), np.fft.irfft(a)")
    a = numbers(6).astype(np.complex64)
    for got, want in zip(differentiate(fn)(a), fn(a), strict=True):
        assert got.dtype == want.dtype
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


def test_the_adjoint_is_the_conjugate_transpose() -> None:
    """`Re <u, F v> = Re <F* u, v>`, for lengths of every kind."""
    expression = "np.fft.fft(a, axis=0), np.fft.rfft(a.real, axis=0), np.fft.irfft(a, n, axis=0)"
    fn = differentiate(function(expression, "a, n"))
    for n in (1, 5, 8, 12, 53):
        a, v = numbers(n, 2), numbers(n, 2) * (1 + 2j)
        value, pullback = fn.vjp(a, n + 2)
        heads = tuple((numbers(*y.shape) * 1j).astype(y.dtype) if np.iscomplexobj(y) else numbers(*y.shape).real
                      for y in value)
        images = np.fft.fft(v, axis=0), np.fft.rfft(v.real, axis=0), np.fft.irfft(v, n + 2, axis=0)
        forward = sum(np.vdot(u, y).real for u, y in zip(heads, images, strict=True))
        assert np.vdot(pullback(heads), v).real == pytest.approx(forward, rel=1e-12)


def test_parseval() -> None:
    n = 48
    gradient = differentiate(function("np.sum(np.abs(np.fft.fft(a)) ** 2)")).grad
    a = numbers(n)
    np.testing.assert_allclose(gradient(a), 2.0 * n * a, rtol=1e-12)


@pytest.mark.parametrize("expression", ["np.fft.rfft(a * 1j)", "np.fft.fft(a, norm='other')", "np.fft.fft(a, axis=2)"])
def test_what_is_refused(expression: str) -> None:
    with pytest.raises(CompileError):
        differentiate(function(expression))(np.ones(3))
