"""Windows: weights for a stretch of samples."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# Parameters have the names that users give by keyword.


def _turns(M: Any) -> Any:
    """Odd integers from `1 - M` to `M - 1`, as floats."""
    return np.arange(1.0 - M, M, 2.0)


def bartlett(M: Any) -> Any:
    if M < 1:
        return np.zeros(0)
    if M == 1:
        return np.ones(1)
    n = _turns(M)
    return np.where(n <= 0, 1 + n / (M - 1), 1 - n / (M - 1))


def blackman(M: Any) -> Any:
    if M < 1:
        return np.zeros(0)
    if M == 1:
        return np.ones(1)
    n = _turns(M)
    return 0.42 + 0.5 * np.cos(math.pi * n / (M - 1)) + 0.08 * np.cos(2.0 * math.pi * n / (M - 1))


def hanning(M: Any) -> Any:
    if M < 1:
        return np.zeros(0)
    if M == 1:
        return np.ones(1)
    return 0.5 + 0.5 * np.cos(math.pi * _turns(M) / (M - 1))


def hamming(M: Any) -> Any:
    if M < 1:
        return np.zeros(0)
    if M == 1:
        return np.ones(1)
    return 0.54 + 0.46 * np.cos(math.pi * _turns(M) / (M - 1))


WRITTEN = {
    "numpy.bartlett": bartlett,
    "numpy.blackman": blackman,
    "numpy.hamming": hamming,
    "numpy.hanning": hanning,
}
