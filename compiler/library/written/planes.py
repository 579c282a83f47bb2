"""Convolutions of matrices, filters along an axis, waves and windows: of `scipy.signal`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as special

# --------------------------------------------------------------------------------------------------- convolutions


def _full2d(a: Any, b: Any) -> Any:
    """Every overlap of two matrices, as sums of moved copies of the first one."""
    rows, columns = b.shape
    n, m = a.shape
    total = np.zeros((n + rows - 1, m + columns - 1), dtype=(a[:1, :1] * b[:1, :1]).dtype)
    for i in range(rows):
        for j in range(columns):
            total[i : i + n, j : j + m] += b[i, j] * a
    return total


def convolve2d(in1: Any, in2: Any, mode: Any = "full", boundary: Any = "fill", fillvalue: Any = 0) -> Any:
    assert boundary == "fill", "`boundary` is 'fill'"
    assert fillvalue == 0, "`fillvalue` is 0"
    if np.ndim(in1) != 2 or np.ndim(in2) != 2:
        raise ValueError("convolve2d inputs must both be 2-D arrays")
    full = _full2d(in1, in2)
    if mode == "full":
        return full
    n, m = in1.shape
    rows, columns = in2.shape
    if mode == "same":
        i, j = (rows - 1) // 2, (columns - 1) // 2
        return full[i : i + n, j : j + m]
    if mode == "valid":
        assert n >= rows and m >= columns, "with `mode='valid'` the first matrix is the larger one"
        return full[rows - 1 : n, columns - 1 : m]
    raise ValueError("acceptable mode flags are 'valid', 'same', or 'full'")


def correlate2d(in1: Any, in2: Any, mode: Any = "full", boundary: Any = "fill", fillvalue: Any = 0) -> Any:
    turned = np.conj(in2)[::-1, ::-1]
    if mode == "same":  # whose middle is another one where the second matrix has an even number of entries
        full = convolve2d(in1, turned, "full", boundary, fillvalue)
        i, j = in2.shape[0] // 2, in2.shape[1] // 2
        return full[i : i + in1.shape[0], j : j + in1.shape[1]]
    return convolve2d(in1, turned, mode, boundary, fillvalue)


def correlate(in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    assert np.ndim(in1) == 1 and np.ndim(in2) == 1, "`correlate` of vectors: of matrices `correlate2d`"
    full = np.convolve(in1, np.conj(in2)[::-1])
    if mode == "full":
        return full
    n, m = len(in1), len(in2)
    if mode == "same":
        start = (m - 1) // 2
        return full[start : start + n]
    if mode == "valid":
        return full[min(n, m) - 1 : max(n, m)]
    raise ValueError("Acceptable mode flags are 'valid', 'same', or 'full'")


# -------------------------------------------------------------------------------------------------------- filters


def sosfilt(sos: Any, x: Any, axis: Any = -1, zi: Any = None) -> Any:
    """Sections of second order, one after the other."""
    assert zi is None, "`zi` is not supported"
    assert np.ndim(x) == 1, "`sosfilt` of a vector"
    if np.ndim(sos) != 2 or sos.shape[1] != 6:
        raise ValueError("sos array must be shape (n_sections, 6)")
    if np.any(sos[:, 3] != 1):
        raise ValueError("sos[:, 3] should be all ones")
    y = x * 1.0
    for s in range(len(sos)):
        b0, b1, b2, a1, a2 = sos[s, 0], sos[s, 1], sos[s, 2], sos[s, 4], sos[s, 5]
        first, second = 0.0, 0.0
        filtered = np.zeros(len(y))
        for k in range(len(y)):
            now = y[k]
            out = b0 * now + first
            first = b1 * now - a1 * out + second
            second = b2 * now - a2 * out
            filtered[k] = out
        y = filtered
    return y


def hilbert(x: Any, N: Any = None, axis: Any = -1) -> Any:
    """The analytic signal: what turns the other way is left out, and the rest doubled."""
    assert N is None, "`N` is not supported"
    if np.iscomplexobj(x):
        raise ValueError("x must be real.")
    n = x.shape[axis]
    moved = np.moveaxis(x, axis, -1)
    k = np.arange(n)
    middle = np.logical_or(k == 0, 2 * k == n)
    factor = np.where(middle, 1.0, np.where(2 * k < n, 2.0, 0.0)).astype((moved * 1.0).dtype)
    return np.moveaxis(np.fft.ifft(np.fft.fft(moved) * factor), -1, axis)


def savgol_coeffs(window_length: Any, polyorder: Any, deriv: Any = 0, delta: Any = 1.0, pos: Any = None,
                  use: Any = "conv") -> Any:
    """Savitzky and Golay, Analytical Chemistry 36(8), 1964: the polynomial of least squares in a window."""
    assert pos is None and use == "conv", "`pos` and `use` are not supported"
    if polyorder >= window_length:
        raise ValueError("polyorder must be less than window_length.")
    half = window_length // 2
    middle = half * 1.0 if window_length % 2 == 1 else half - 0.5
    places = (np.arange(window_length) - middle)[::-1]
    table = np.ones((polyorder + 1, window_length))
    for k in range(1, polyorder + 1):
        table[k] = table[k - 1] * places
    wanted = np.zeros(polyorder + 1)
    if deriv <= polyorder:
        wanted[deriv] = math.factorial(deriv) / delta**deriv
    return np.linalg.pinv(table) @ wanted


def savgol_filter(x: Any, window_length: Any, polyorder: Any, deriv: Any = 0, delta: Any = 1.0, axis: Any = -1,
                  mode: Any = "interp", cval: Any = 0.0) -> Any:
    """Inside by a convolution; near the ends the polynomial of the first and the last window."""
    assert np.ndim(x) == 1, "`savgol_filter` of a vector"
    assert mode == "interp", "`mode` is 'interp'"
    assert deriv == 0, "`deriv` is 0"
    n = len(x)
    if window_length > n:
        raise ValueError("If mode is 'interp', window_length must be less than or equal to the size of x.")
    assert window_length % 2 == 1, "the window has an odd number of samples"
    if not (np.all(np.isfinite(x[:window_length])) and np.all(np.isfinite(x[n - window_length :]))):
        raise ValueError("array must not contain infs or NaNs")
    half = window_length // 2
    floats = x * 1.0
    weights = savgol_coeffs(window_length, polyorder, deriv, delta).astype(floats.dtype)
    y = np.convolve(floats, weights, "same") if window_length > 1 else floats
    places = np.arange(window_length) - half
    table = np.ones((window_length, polyorder + 1))
    for k in range(1, polyorder + 1):
        table[:, k] = table[:, k - 1] * places
    hat = table @ np.linalg.pinv(table)
    z = y.copy()
    z[:half] = (hat @ x[:window_length])[:half]
    z[n - half :] = (hat @ x[n - window_length :])[window_length - half :]
    return z


# ------------------------------------------------------------------------------------------------ waves and windows


def sawtooth(t: Any, width: Any = 1) -> Any:
    """Up for a part of each turn, and down for the rest."""
    turn = np.mod(t * 1.0, 2.0 * math.pi)
    w = width * 1.0
    rising = turn < w * 2.0 * math.pi
    safe, rest = np.where(w > 0.0, w, 1.0), np.where(w < 1.0, w, 0.0)
    up = turn / (math.pi * safe) - 1.0
    down = (math.pi * (rest + 1.0) - turn) / (math.pi * (1.0 - rest))
    return np.where(np.logical_or(w > 1.0, w < 0.0), np.nan, np.where(rising, up, down)) + 0.0


def square(t: Any, duty: Any = 0.5) -> Any:
    turn = np.mod(t * 1.0, 2.0 * math.pi)
    w = duty * 1.0
    level = np.where(turn < w * 2.0 * math.pi, 1.0, -1.0)
    return np.where(np.logical_or(w > 1.0, w < 0.0), np.nan, level) + 0.0


def unit_impulse(shape: Any, idx: Any = None, dtype: Any = None) -> Any:
    assert dtype is None, "`dtype` is not supported"
    made = np.zeros(shape)
    assert np.ndim(made) == 1, "`unit_impulse` of a vector"
    if idx is None:
        made[0] = 1.0
    elif idx == "mid":
        made[len(made) // 2] = 1.0
    else:
        made[idx] = 1.0
    return made


def _length(M: Any, sym: Any) -> Any:
    """A window for a transform is a longer one without its last entry."""
    if M < 0:
        raise ValueError("Window length M must be a non-negative integer")
    return M if sym or M <= 1 else M + 1


def _angles(n: Any) -> Any:
    return np.linspace(-math.pi, math.pi, n)


def _sum_of_cosines(M: Any, sym: Any, weights: Any) -> Any:
    n = _length(M, sym)
    if M <= 1:
        return np.ones(M)
    angle = _angles(n)
    w = np.zeros(n)
    for k, a in enumerate(weights):
        w += a * np.cos(k * angle)
    return w[:M]


def hann(M: Any, sym: Any = True) -> Any:
    return _sum_of_cosines(M, sym, (0.5, 0.5))


def hamming(M: Any, sym: Any = True) -> Any:
    return _sum_of_cosines(M, sym, (0.54, 0.46))


def blackman(M: Any, sym: Any = True) -> Any:
    return _sum_of_cosines(M, sym, (0.42, 0.50, 0.08))


def boxcar(M: Any, sym: Any = True) -> Any:
    _length(M, sym)
    return np.ones(M)


def cosine(M: Any, sym: Any = True) -> Any:
    n = _length(M, sym)
    if M <= 1:
        return np.ones(M)
    return np.sin(math.pi / n * (np.arange(n) + 0.5))[:M]


def gaussian(M: Any, std: Any, sym: Any = True) -> Any:
    n = _length(M, sym)
    if M <= 1:
        return np.ones(M)
    t = np.arange(n) - (n - 1.0) / 2.0
    return np.exp(-(t * t) / (2.0 * std * std))[:M]


def tukey(M: Any, alpha: Any = 0.5, sym: Any = True) -> Any:
    n = _length(M, sym)
    if M <= 1 or alpha <= 0:
        return np.ones(M)
    if alpha >= 1.0:
        return hann(M, sym)
    k = np.arange(n)
    width = int(np.floor(alpha * (n - 1) / 2.0))
    first = 0.5 * (1.0 + np.cos(math.pi * (-1.0 + 2.0 * k / alpha / (n - 1))))
    last = 0.5 * (1.0 + np.cos(math.pi * (-2.0 / alpha + 1.0 + 2.0 * k / alpha / (n - 1))))
    return np.where(k <= width, first, np.where(k < n - width - 1, 1.0, last))[:M]


def kaiser(M: Any, beta: Any, sym: Any = True) -> Any:
    n = _length(M, sym)
    if M <= 1:
        return np.ones(M)
    half = (n - 1) / 2.0
    t = (np.arange(n) - half) / half
    return (special.i0(beta * np.sqrt(1.0 - t * t)) / special.i0(beta * 1.0))[:M]


WRITTEN = {f"scipy.signal.{f.__name__}": f for f in (
    convolve2d, correlate2d, correlate, sosfilt, hilbert, savgol_coeffs, savgol_filter, sawtooth, square, unit_impulse)
} | {f"scipy.signal.windows.{f.__name__}": f for f in (
    hann, hamming, blackman, boxcar, cosine, gaussian, tukey, kaiser)}
