"""Matrices that a few numbers stand for: of `scipy.linalg`."""

from __future__ import annotations

from typing import Any

import numpy as np


def _vector(c: Any) -> Any:
    if isinstance(c, (tuple, list)):
        return np.array(c)
    return np.ravel(c)


def hankel(c: Any, r: Any = None) -> Any:
    down = _vector(c)
    across = np.zeros_like(down) if r is None else _vector(r)
    line = np.concatenate((down, across[1:]))
    return line[np.arange(len(down))[:, None] + np.arange(len(across))]


def circulant(c: Any) -> Any:
    assert np.ndim(c) == 1, "`circulant` of a vector"
    n = len(c)
    return c[(np.arange(n)[:, None] - np.arange(n)) % max(1, n)]


WRITTEN = {
    "scipy.linalg.hankel": hankel,
    "scipy.linalg.circulant": circulant,
}
