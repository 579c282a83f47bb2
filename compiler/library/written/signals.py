"""Filters and convolutions of vectors: of `scipy.signal`."""

from __future__ import annotations

from typing import Any

import numpy as np


def convolve(in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    """By sums of products, whatever `method` says."""
    assert np.ndim(in1) == 1 and np.ndim(in2) == 1, "`convolve` of vectors"
    if mode == "same":
        return _middle(np.convolve(in1, in2), len(in1), len(in2))
    if mode == "valid":
        return np.convolve(in1, in2, mode="valid")
    if mode == "full":
        return np.convolve(in1, in2)
    raise ValueError("Acceptable mode flags are 'valid', 'same', or 'full'")


def _middle(full: Any, n: Any, m: Any) -> Any:
    """As many entries in the middle as the first vector has."""
    start = (n + m - 1 - n) // 2
    return full[start : start + n]


def fftconvolve(in1: Any, in2: Any, mode: Any = "full", axes: Any = None) -> Any:
    assert np.ndim(in1) == 1 and np.ndim(in2) == 1, "`fftconvolve` of vectors"
    n, m = len(in1), len(in2)
    size = n + m - 1
    full = np.fft.irfft(np.fft.rfft(in1, size) * np.fft.rfft(in2, size), size)
    if mode == "same":
        return _middle(full, n, m)
    if mode == "valid":
        return full[min(n, m) - 1 : max(n, m)]
    if mode == "full":
        return full
    raise ValueError("acceptable mode flags are 'valid', 'same', or 'full'")


def lfilter(b: Any, a: Any, x: Any, axis: Any = -1, zi: Any = None) -> Any:
    """The transposed direct form II: one state for each delay."""
    assert zi is None, "`zi` is not supported"
    assert np.ndim(x) == 1, "`lfilter` of a vector"
    if isinstance(b, (tuple, list)):
        b = np.array(b)
    if isinstance(a, (tuple, list)):
        a = np.array(a)
    if a[0] == 0:
        raise ValueError("Object of too small depth for desired array")
    n, m = len(b), len(a)
    count = max(n, m)
    up, down = np.zeros(count), np.zeros(count)
    up[:n] = b / a[0]
    down[:m] = a / a[0]
    state = np.zeros(count)
    y = np.zeros(len(x))
    for k in range(len(x)):
        y[k] = state[0] + up[0] * x[k]
        for i in range(count - 1):
            state[i] = state[i + 1] + up[i + 1] * x[k] - down[i + 1] * y[k]
    return y


def detrend(data: Any, axis: Any = -1, type: Any = "linear", bp: Any = 0, overwrite_data: Any = False) -> Any:
    assert np.ndim(data) == 1, "`detrend` of a vector"
    if type == "constant" or type == "c":
        return data - np.mean(data)
    if type == "linear" or type == "l":
        if not np.all(np.isfinite(data)):
            raise ValueError("array must not contain infs or NaNs")
        x = data * 1.0
        n = len(x)
        t = (np.arange(n) - 0.5 * (n - 1)).astype(x.dtype)
        slope = np.sum(t * x) / np.sum(t * t) if n > 1 else np.sum(x) * 0.0
        return x - np.mean(x) - slope * t
    raise ValueError("Trend type must be 'linear' or 'constant'.")


WRITTEN = {
    "scipy.signal.convolve": convolve,
    "scipy.signal.fftconvolve": fftconvolve,
    "scipy.signal.lfilter": lfilter,
    "scipy.signal.detrend": detrend,
}
