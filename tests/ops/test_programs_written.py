"""Programs of signals and images, of functions that the library has written in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.fft
import scipy.ndimage
import scipy.signal
from scipy.spatial import distance

from .test_composed import matches

_RNG = np.random.default_rng(31)


def smooth_edges(image: Any, width: Any) -> Any:
    """How strong the edges of a smoothed image are."""
    smooth = scipy.ndimage.gaussian_filter(image, 0.7, mode="nearest") * width
    across = scipy.ndimage.sobel(smooth, axis=0)
    down = scipy.ndimage.sobel(smooth, axis=1)
    return np.sum(np.sqrt(across * across + down * down + 0.1))


def compressed(x: Any) -> Any:
    """The first coefficients of a cosine transform, and what they leave out."""
    y = scipy.fft.dct(x, norm="ortho")
    y[4:] = 0.0
    rest = x - scipy.fft.idct(y, norm="ortho")
    return np.sum(rest * rest) + np.sum(y[:4] ** 3)


def shifted_spectrum(image: Any) -> Any:
    """A filter in the middle of a spectrum."""
    z = np.fft.fftshift(np.fft.fft2(image))
    u = np.fft.fftshift(np.fft.fftfreq(image.shape[0]))
    v = np.fft.fftshift(np.fft.fftfreq(image.shape[1]))
    z = z * np.exp(-9.0 * (u[:, None] ** 2 + v**2))
    return np.sum(np.real(np.fft.ifft2(np.fft.ifftshift(z))) ** 3)


def kernel_of_distances(points: Any, scale: Any) -> Any:
    """A kernel matrix of the distances between points."""
    d = distance.cdist(points, points + 0.3, "sqeuclidean")
    return np.sum(np.exp(-d / scale)) + distance.cosine(points[0], points[1])


def blurred(image: Any, kernel: Any) -> Any:
    """A convolution, of which only what overlaps entirely is kept."""
    y = np.zeros((4, 4))
    y[:] = scipy.signal.convolve2d(image, kernel, mode="valid")
    y.flat[::3] *= 2.0
    return np.sum(y.mT @ y) + y[0, 0].item() * y.flat[1]


PROGRAMS = (
    (smooth_edges, (_RNG.normal(size=(6, 5)), 1.3)),
    (compressed, (_RNG.normal(size=9),)),
    (shifted_spectrum, (_RNG.normal(size=(4, 6)),)),
    (kernel_of_distances, (_RNG.normal(size=(4, 3)), 1.7)),
    (blurred, (_RNG.normal(size=(6, 5)), _RNG.normal(size=(3, 2)))),
)


@pytest.mark.parametrize(("fn", "args"), PROGRAMS, ids=[fn.__name__ for fn, _ in PROGRAMS])
def test_program(fn: Any, args: tuple[Any, ...]) -> None:
    matches(fn, fn.__name__, args, rtol=1e-12, taped=False)
