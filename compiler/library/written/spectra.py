"""Frequencies, shifts, and transforms of several axes: of `numpy.fft`."""

from __future__ import annotations

from typing import Any

import numpy as np


def fftfreq(n: Any, d: Any = 1.0, device: Any = None) -> Any:
    places = np.arange(n)
    return np.where(places < (n + 1) // 2, places, places - n) * (1.0 / (n * d))


def rfftfreq(n: Any, d: Any = 1.0, device: Any = None) -> Any:
    return np.arange(n // 2 + 1) * (1.0 / (n * d))


def fftshift(x: Any, axes: Any = None) -> Any:
    """Zero goes to the middle."""
    for k, n in enumerate(x.shape):
        if _among(k, axes, np.ndim(x)):
            x = np.roll(x, n // 2, axis=k)
    return x


def ifftshift(x: Any, axes: Any = None) -> Any:
    """Back from the middle."""
    for k, n in enumerate(x.shape):
        if _among(k, axes, np.ndim(x)):
            x = np.roll(x, -(n // 2), axis=k)
    return x


def _among(k: Any, axes: Any, rank: Any) -> Any:
    """Whether an axis is one of those that are asked for."""
    if axes is None:
        return True
    if isinstance(axes, (tuple, list)):
        return k in axes or k - rank in axes
    return k == axes or k - rank == axes


def _to_half(a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The last axis first, which makes complex numbers of real ones."""
    if s is None:
        y = np.fft.rfft(a, axis=axes[-1], norm=norm)
        return np.fft.fftn(y, axes=axes[:-1], norm=norm) if len(axes) > 1 else y
    y = np.fft.rfft(a, s[-1], axis=axes[-1], norm=norm)
    return np.fft.fftn(y, s[:-1], axes=axes[:-1], norm=norm) if len(axes) > 1 else y


def _from_half(a: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The last axis last, which makes real numbers of complex ones."""
    if s is None:
        z = np.fft.ifftn(a, axes=axes[:-1], norm=norm) if len(axes) > 1 else a
        return np.fft.irfft(z, axis=axes[-1], norm=norm)
    z = np.fft.ifftn(a, s[:-1], axes=axes[:-1], norm=norm) if len(axes) > 1 else a
    return np.fft.irfft(z, s[-1], axis=axes[-1], norm=norm)


def _to_last(a: Any, s: Any, count: Any, norm: Any) -> Any:
    """Along so many of the last axes."""
    if count == 1:
        return _to_half(a, s, (-1,), norm)
    if count == 2:
        return _to_half(a, s, (-2, -1), norm)
    assert count == 3, "give `axes`: without them there are at most three"
    return _to_half(a, s, (-3, -2, -1), norm)


def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    assert out is None, "`out` is not supported"
    if axes is not None:
        return _to_half(a, s, axes, norm)
    if s is None:
        return _to_last(a, s, np.ndim(a), norm)
    return _to_last(a, s, len(s), norm)


def _from_last(a: Any, s: Any, count: Any, norm: Any) -> Any:
    """Along so many of the last axes."""
    if count == 1:
        return _from_half(a, s, (-1,), norm)
    if count == 2:
        return _from_half(a, s, (-2, -1), norm)
    assert count == 3, "give `axes`: without them there are at most three"
    return _from_half(a, s, (-3, -2, -1), norm)


def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    assert out is None, "`out` is not supported"
    if axes is not None:
        return _from_half(a, s, axes, norm)
    if s is None:
        return _from_last(a, s, np.ndim(a), norm)
    return _from_last(a, s, len(s), norm)


def rfft2(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    assert out is None, "`out` is not supported"
    return _to_half(a, s, (-2, -1), norm) if axes is None else _to_half(a, s, axes, norm)


def irfft2(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    assert out is None, "`out` is not supported"
    return _from_half(a, s, (-2, -1), norm) if axes is None else _from_half(a, s, axes, norm)


def hfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, out: Any = None) -> Any:
    """The transform of what is conjugate to its mirror image is real."""
    assert out is None, "`out` is not supported"
    count = 2 * (a.shape[axis] - 1) if n is None else n
    if norm is None or norm == "backward":
        return np.fft.irfft(np.conj(a), count, axis=axis, norm="forward")
    if norm == "forward":
        return np.fft.irfft(np.conj(a), count, axis=axis, norm="backward")
    return np.fft.irfft(np.conj(a), count, axis=axis, norm=norm)


def ihfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, out: Any = None) -> Any:
    assert out is None, "`out` is not supported"
    count = a.shape[axis] if n is None else n
    if norm is None or norm == "backward":
        return np.conj(np.fft.rfft(a, count, axis=axis, norm="forward"))
    if norm == "forward":
        return np.conj(np.fft.rfft(a, count, axis=axis, norm="backward"))
    return np.conj(np.fft.rfft(a, count, axis=axis, norm=norm))


WRITTEN = {f"numpy.fft.{f.__name__}": f for f in (fftfreq, rfftfreq, fftshift, ifftshift, rfftn, irfftn, rfft2, irfft2,
                                                   hfft, ihfft)}
