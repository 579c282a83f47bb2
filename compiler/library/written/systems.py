"""Linear systems of a special form, and matrices that a few numbers stand for: of `scipy.linalg`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.linalg as linalg


def _array(x: Any) -> Any:
    if isinstance(x, (tuple, list)):
        return np.array(x)
    return x


def solve_banded(l_and_u: Any, ab: Any, b: Any, overwrite_ab: Any = False, overwrite_b: Any = False,
                 check_finite: Any = True) -> Any:
    """Gauss's elimination within the band, with the largest entry of each column as its pivot.

    Golub and Van Loan, "Matrix Computations", fourth edition, section 4.3.3.
    """
    below, above = l_and_u
    n = b.shape[0]
    if ab.shape[1] != n:
        raise ValueError("shapes of ab and b are not compatible.")
    if below + above + 1 != ab.shape[0]:
        raise ValueError("invalid values for the number of lower and upper diagonals: l+u+1 does not equal ab.shape[0]")
    if check_finite and not (np.all(np.isfinite(ab)) and np.all(np.isfinite(b))):
        raise ValueError("array must not contain infs or NaNs")
    width = below + above  # of what stands above the diagonal once rows have been exchanged
    band = np.zeros((n, below + width + 1))  # row i holds the columns from i - below on
    for i in range(n):
        for j in range(max(0, i - below), min(n, i + above + 1)):
            band[i, j - i + below] = ab[above + i - j, j]
    x = b * 1.0 + 0.0 * np.zeros(1, dtype=ab.dtype)
    for k in range(n):
        pivot = k
        for i in range(k + 1, min(n, k + below + 1)):
            if abs(band[i, k - i + below]) > abs(band[pivot, k - pivot + below]):
                pivot = i
        if band[pivot, k - pivot + below] == 0.0:
            raise np.linalg.LinAlgError("singular matrix")
        if pivot != k:
            for j in range(k, min(n, k + width + 1)):
                held = band[k, j - k + below]
                band[k, j - k + below] = band[pivot, j - pivot + below]
                band[pivot, j - pivot + below] = held
            row = x[k] * 1.0
            x[k] = x[pivot]
            x[pivot] = row
        for i in range(k + 1, min(n, k + below + 1)):
            factor = band[i, k - i + below] / band[k, below]
            for j in range(k, min(n, k + width + 1)):
                band[i, j - i + below] -= factor * band[k, j - k + below]
            x[i] -= factor * x[k]
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, min(n, k + width + 1)):
            x[k] -= band[k, j - k + below] * x[j]
        x[k] /= band[k, below]
    return x


def solve_toeplitz(c_or_cr: Any, b: Any, check_finite: Any = True) -> Any:
    """As a matrix without structure, in double precision."""
    one = np.float64(1.0)
    if isinstance(c_or_cr, tuple):
        matrix = linalg.toeplitz(_array(c_or_cr[0]), _array(c_or_cr[1]))
        return linalg.solve(matrix * one, b * one, check_finite=check_finite)
    return linalg.solve(linalg.toeplitz(c_or_cr) * one, b * one, check_finite=check_finite)


def matmul_toeplitz(c_or_cr: Any, x: Any, check_finite: Any = False, workers: Any = None) -> Any:
    if isinstance(c_or_cr, tuple):
        return linalg.toeplitz(_array(c_or_cr[0]), _array(c_or_cr[1])) @ x
    return linalg.toeplitz(c_or_cr) @ x


def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """`a x + x b = q`, as one system for all entries of `x`."""
    n, m = len(a), len(b)
    system = np.kron(a, _unit(b)) + np.kron(_unit(a), b.T)
    return np.reshape(np.linalg.solve(system, np.ravel(q)), (n, m))


def _unit(a: Any) -> Any:
    """The unit matrix of the size and the dtype of another one."""
    unit = np.zeros_like(a)
    np.fill_diagonal(unit, 1)
    return unit


def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    """`a x + x a^H = q`."""
    return solve_sylvester(a, np.conj(a).T, q)


def solve_discrete_lyapunov(a: Any, q: Any, method: Any = None) -> Any:
    """`a x a^H - x + q = 0`, as one system for all entries of `x`."""
    n = len(a)
    system = np.eye(n * n) - np.kron(a, np.conj(a))
    return np.reshape(np.linalg.solve(system, np.ravel(q)), (n, n))


def khatri_rao(a: Any, b: Any) -> Any:
    """Column by column the products of all entries."""
    if a.shape[1] != b.shape[1]:
        raise ValueError("The number of columns for both arrays should be equal.")
    return np.reshape(a[:, None, :] * b, (a.shape[0] * b.shape[0], a.shape[1]))


def companion(a: Any) -> Any:
    given = _array(a)
    if np.ndim(given) != 1 or len(given) < 2:
        raise ValueError("The length of `a` along the last axis must be at least 2.")
    if given[0] == 0:
        raise ValueError("The first coefficient(s) of `a` (i.e. elements of `a[..., 0]`) must not be zero.")
    n = len(given) - 1
    made = np.eye(n, k=-1) + 0.0 * given[1:]
    made[0] = -given[1:] / (1.0 * given[0])
    return made


def hilbert(n: Any) -> Any:
    return 1.0 / (1.0 + np.arange(n)[:, None] + np.arange(n))


def convolution_matrix(a: Any, n: Any, mode: Any = "full") -> Any:
    given = _array(a)
    if n <= 0:
        raise ValueError("n must be a positive integer.")
    assert mode == "full", "`mode` is 'full'"
    rows = np.arange(n + len(given) - 1)[:, None] - np.arange(n)
    inside = np.logical_and(rows >= 0, rows < len(given))
    return np.where(inside, given[np.clip(rows, 0, len(given) - 1)], given[:1] * 0)


def polar(a: Any, side: Any = "right") -> Any:
    """By the singular values: `u p` with a part that keeps lengths and one that is definite."""
    w, s, vh = np.linalg.svd(a, full_matrices=False)
    u = w @ vh
    if side == "right":
        return u, (np.conj(vh).T * s) @ vh
    if side == "left":
        return u, (w * s) @ np.conj(w).T
    raise ValueError("`side` must be either 'right' or 'left'")


def orthogonal_procrustes(A: Any, B: Any, check_finite: Any = True) -> Any:
    if np.ndim(A) != 2:
        raise ValueError("expected ndim to be 2")
    u, w, vt = np.linalg.svd(np.conj(np.conj(B).T @ A).T, full_matrices=False)
    return u @ vt, np.sum(w)


def issymmetric(a: Any, atol: Any = None, rtol: Any = None) -> Any:
    assert atol is None and rtol is None, "`atol` and `rtol` are not supported"
    return bool(np.all(a == a.T)) if a.shape[0] == a.shape[1] else False


def dft(n: Any, scale: Any = None) -> Any:
    angle = -2.0 * math.pi / n * (np.arange(n)[:, None] * np.arange(n))
    made = np.cos(angle) + 1j * np.sin(angle)
    if scale is None:
        return made
    return made / np.sqrt(n) if scale == "sqrtn" else made / n


WRITTEN = {f"scipy.linalg.{f.__name__}": f for f in (
    solve_banded, solve_toeplitz, matmul_toeplitz, solve_sylvester, solve_continuous_lyapunov, solve_discrete_lyapunov,
    khatri_rao, companion, hilbert, convolution_matrix, polar, orthogonal_procrustes, issymmetric, dft)}
