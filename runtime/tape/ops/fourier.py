"""Discrete Fourier transforms: linear maps, whose adjoint is the conjugate transpose of their matrix.

The matrix of a transform along one axis is symmetric, so its conjugate transpose is the transform between two
conjugations. That of `irfft` is a transform whose inner entries count twice: each stands for two of the whole spectrum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..crossing import plain, wrap
from ..memory import Array
from ..traced import record, shape_of, tracks

_OTHER: dict[str, Any] = {"forward": "backward", "ortho": "ortho", "backward": "forward"}


def _fitted(g: Array, axis: int, n: int) -> Array:
    """The array with `n` entries along an axis: cut off, or followed by zeros."""
    kept = np.moveaxis(g, axis, -1)[..., :n]
    filled = np.zeros((*kept.shape[:-1], n), kept.dtype)
    filled[..., : kept.shape[-1]] = kept
    return np.moveaxis(filled, -1, axis)


def _along(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    def rule(a: Any, n: int | None = None, axis: int = -1, norm: Any = None) -> Any:
        value = function(plain(a), n, axis, norm)
        if not tracks(a):
            return wrap(type(a), value)
        extent = shape_of(a)[axis]

        def pull(g: Array) -> Array:
            return _fitted(np.conj(function(np.conj(g), None, axis, norm)), axis, extent)

        return record(name, value, [(a, pull)])

    rule.__doc__ = f"numpy.fft.{name[3:-9].lower()}."
    return rule


fft = _along(np.fft.fft, "FftC2CBackward0")
ifft = _along(np.fft.ifft, "FftC2CBackward0")


def rfft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None) -> Any:
    """numpy.fft.rfft."""
    value = np.fft.rfft(plain(a), n, axis, norm)
    if not tracks(a):
        return wrap(type(a), value)
    extent = shape_of(a)[axis]
    count = extent if n is None else n

    def pull(g: Array) -> Array:
        whole = np.conj(np.fft.fft(np.conj(_fitted(g, axis, count)), None, axis, norm))
        return _fitted(whole.real, axis, extent)

    return record("FftR2CBackward0", value, [(a, pull)])


def irfft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None) -> Any:
    """numpy.fft.irfft."""
    value = np.fft.irfft(plain(a), n, axis, norm)
    if not tracks(a):
        return wrap(type(a), value)
    extent = shape_of(a)[axis]
    count = value.shape[axis]
    weights = np.full(count // 2 + 1, 2.0)
    weights[0] = 1.0
    if count % 2 == 0:
        weights[-1] = 1.0

    def pull(g: Array) -> Array:
        back = np.fft.rfft(g, None, axis, _OTHER[norm or "backward"])
        return _fitted(np.moveaxis(np.moveaxis(back, axis, -1) * weights, -1, axis), axis, extent)

    return record("FftC2RBackward0", value, [(a, pull)])


def _several(one: Callable[..., Any], two: bool) -> Callable[..., Any]:
    def rule(a: Any, s: Sequence[int] | None = None, axes: Any = (-2, -1) if two else None,
             norm: Any = None) -> Any:
        if axes is None:
            axes = range(-(len(shape_of(a)) if s is None else len(s)), 0)
        for k, axis in reversed(list(enumerate(axes))):
            a = one(a, None if s is None else s[k], axis, norm)
        return a

    return rule


fft2, ifft2 = _several(fft, True), _several(ifft, True)
fftn, ifftn = _several(fft, False), _several(ifft, False)
