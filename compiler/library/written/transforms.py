"""Transforms of `scipy.fft`: those that `numpy.fft` has too, and of cosines and sines."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import spectra

# Arguments that change how fast the original is, or what it overwrites, are taken and change nothing here.


def fft(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
        plan: Any = None) -> Any:
    return np.fft.fft(x, n, axis=axis, norm=norm)


def ifft(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
         plan: Any = None) -> Any:
    return np.fft.ifft(x, n, axis=axis, norm=norm)


def rfft(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
         plan: Any = None) -> Any:
    return np.fft.rfft(x, n, axis=axis, norm=norm)


def irfft(x: Any, n: Any = None, axis: Any = -1, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
          plan: Any = None) -> Any:
    return np.fft.irfft(x, n, axis=axis, norm=norm)


def fft2(x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
         plan: Any = None) -> Any:
    return np.fft.fft2(x, s, norm=norm) if axes is None else np.fft.fft2(x, s, axes=axes, norm=norm)


def ifft2(x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
          plan: Any = None) -> Any:
    return np.fft.ifft2(x, s, norm=norm) if axes is None else np.fft.ifft2(x, s, axes=axes, norm=norm)


def fftn(x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
         plan: Any = None) -> Any:
    return np.fft.fftn(x, s, axes=axes, norm=norm)


def ifftn(x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
          plan: Any = None) -> Any:
    return np.fft.ifftn(x, s, axes=axes, norm=norm)


def rfft2(x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
          plan: Any = None) -> Any:
    return spectra.rfft2(x, s, axes, norm)


def irfft2(x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
           plan: Any = None) -> Any:
    return spectra.irfft2(x, s, axes, norm)


def rfftn(x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
          plan: Any = None) -> Any:
    return spectra.rfftn(x, s, axes, norm)


def irfftn(x: Any, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: Any = False, workers: Any = None,
           plan: Any = None) -> Any:
    return spectra.irfftn(x, s, axes, norm)


def fftfreq(n: Any, d: Any = 1.0, xp: Any = None, device: Any = None) -> Any:
    return spectra.fftfreq(n, d)


def rfftfreq(n: Any, d: Any = 1.0, xp: Any = None, device: Any = None) -> Any:
    return spectra.rfftfreq(n, d)


def fftshift(x: Any, axes: Any = None) -> Any:
    return spectra.fftshift(x, axes)


def ifftshift(x: Any, axes: Any = None) -> Any:
    return spectra.ifftshift(x, axes)


# ------------------------------------------------------------------------------------------------ cosines and sines


def _sized(x: Any, n: Any, axis: Any) -> Any:
    """The array with the axis at the end and `n` entries along it: cut off, or followed by zeros."""
    assert not np.iscomplexobj(x), "the transform takes real numbers: transform the parts"
    moved = np.moveaxis(x * 1.0, axis, -1)
    if n is None:
        return moved
    if n < 1:
        raise ValueError("invalid number of data points")
    count = moved.shape[-1]
    if n <= count:
        return moved[..., :n]
    wide = np.zeros((*moved.shape[:-1], n), dtype=moved.dtype)
    wide[..., :count] = moved
    return wide


def _circle(turns: Any) -> Any:
    """Numbers on the unit circle, at so many half turns."""
    return np.cos(math.pi * turns) + 1j * np.sin(math.pi * turns)


def _factor(n: Any, norm: Any) -> Any:
    """What the entries of a transform of period `n` are multiplied with."""
    if norm is None or norm == "backward":
        return 1.0
    if norm == "forward":
        return 1.0 / n
    if norm == "ortho":
        return 1.0 / math.sqrt(n)
    raise ValueError("Invalid norm value; should be \"backward\", \"ortho\" or \"forward\".")


def _cosines(x: Any, type: Any, norm: Any) -> Any:
    """Along the last axis, by the transform of twice as many entries, of which half are zeros."""
    n = x.shape[-1]
    k = np.arange(n)
    if type == 1:
        assert norm != "ortho", "`norm='ortho'` is not supported for type 1"
        if n < 2:
            raise ValueError("DCT-I is not defined for size < 2")
        ends = x[..., :1] + (1.0 - 2.0 * (k % 2)) * x[..., -1:]
        return (2.0 * np.real(np.fft.fft(x, 2 * (n - 1))[..., :n]) - ends) * _factor(2 * (n - 1), norm)
    if type == 2:
        y = 2.0 * np.real(np.fft.fft(x, 2 * n)[..., :n] * _circle(-k / (2.0 * n))) * _factor(2 * n, norm)
        return y * np.where(k == 0, math.sqrt(0.5), 1.0) if norm == "ortho" else y
    if type == 3:
        if norm == "ortho":
            x = x * np.where(k == 0, math.sqrt(2.0), 1.0)
        y = 4.0 * n * np.real(np.fft.ifft(x * _circle(k / (2.0 * n)), 2 * n)[..., :n])
        return (y - x[..., :1]) * _factor(2 * n, norm)
    if type == 4:
        z = np.fft.fft(x * _circle(-k / (2.0 * n)), 2 * n)[..., :n]
        return 2.0 * np.real(z * _circle(-(2.0 * k + 1.0) / (4.0 * n))) * _factor(2 * n, norm)
    raise ValueError("`type` is one of 1, 2, 3 and 4")


def _sines(x: Any, type: Any, norm: Any) -> Any:
    """Along the last axis, as `_cosines`."""
    n = x.shape[-1]
    k = np.arange(n)
    if type == 1:
        moved = np.concatenate((np.zeros_like(x[..., :1]), x), axis=-1)
        return -2.0 * np.imag(np.fft.fft(moved, 2 * (n + 1))[..., 1 : n + 1]) * _factor(2 * (n + 1), norm)
    if type == 2:
        z = np.fft.fft(x, 2 * n)[..., 1 : n + 1]
        y = -2.0 * np.imag(z * _circle(-(k + 1.0) / (2.0 * n))) * _factor(2 * n, norm)
        return y * np.where(k == n - 1, math.sqrt(0.5), 1.0) if norm == "ortho" else y
    if type == 3:
        if norm == "ortho":
            x = x * np.where(k == n - 1, math.sqrt(2.0), 1.0)
        turned = x * _circle((k + 1.0) / (2.0 * n))
        moved = np.concatenate((np.zeros_like(turned[..., :1]), turned), axis=-1)
        y = 4.0 * n * np.imag(np.fft.ifft(moved, 2 * n)[..., :n])
        return (y - (1.0 - 2.0 * (k % 2)) * x[..., -1:]) * _factor(2 * n, norm)
    if type == 4:
        z = np.fft.fft(x * _circle(-k / (2.0 * n)), 2 * n)[..., :n]
        return -2.0 * np.imag(z * _circle(-(2.0 * k + 1.0) / (4.0 * n))) * _factor(2 * n, norm)
    raise ValueError("`type` is one of 1, 2, 3 and 4")


def _back(type: Any) -> Any:
    """The type of the inverse transform."""
    return 3 if type == 2 else 2 if type == 3 else type


def _turned(norm: Any) -> Any:
    """The convention of the inverse transform as that of the transform."""
    return "forward" if norm is None or norm == "backward" else "backward" if norm == "forward" else norm


def _placed(y: Any, x: Any, axis: Any) -> Any:
    """The result in the precision of the operand, with its axis where it was."""
    made = np.empty(y.shape, dtype=x.dtype)
    made[...] = y
    return np.moveaxis(made, -1, axis)


def dct(x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, overwrite_x: Any = False,
        workers: Any = None, orthogonalize: Any = None) -> Any:
    assert orthogonalize is None, "`orthogonalize` is not supported"
    moved = _sized(x, n, axis)
    return _placed(_cosines(moved, type, norm), moved, axis)


def idct(x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, overwrite_x: Any = False,
         workers: Any = None, orthogonalize: Any = None) -> Any:
    assert orthogonalize is None, "`orthogonalize` is not supported"
    moved = _sized(x, n, axis)
    return _placed(_cosines(moved, _back(type), _turned(norm)), moved, axis)


def dst(x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, overwrite_x: Any = False,
        workers: Any = None, orthogonalize: Any = None) -> Any:
    assert orthogonalize is None, "`orthogonalize` is not supported"
    moved = _sized(x, n, axis)
    return _placed(_sines(moved, type, norm), moved, axis)


def idst(x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, overwrite_x: Any = False,
         workers: Any = None, orthogonalize: Any = None) -> Any:
    assert orthogonalize is None, "`orthogonalize` is not supported"
    moved = _sized(x, n, axis)
    return _placed(_sines(moved, _back(type), _turned(norm)), moved, axis)


WRITTEN = {f"scipy.fft.{f.__name__}": f for f in (
    fft, ifft, rfft, irfft, fft2, ifft2, fftn, ifftn, rfft2, irfft2, rfftn, irfftn, fftfreq, rfftfreq, fftshift,
    ifftshift, dct, idct, dst, idst)}
