"""What stands in for `scipy.linalg` on the tape, where none of NumPy's protocols reaches: composed from NumPy's own.

Every function takes the arguments that change a result; those that only save memory or time are taken and not used.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .crossing import plain
from .traced import shape_of


def _turned(a: Any) -> Any:
    return np.swapaxes(a, -1, -2)


def _solve(a: Any, b: Any, lower: bool = False, assume_a: Any = None, transposed: bool = False, **_: Any) -> Any:
    if assume_a in ("pos", "positive definite", "sym", "symmetric", "her", "hermitian"):
        half = np.tril(a, -1) if lower else np.triu(a, 1)
        a = half + _turned(half) + np.tril(np.triu(a))
    if assume_a in ("upper triangular", "lower triangular"):
        a = np.triu(a) if assume_a == "upper triangular" else np.tril(a)
    return np.linalg.solve(_turned(a) if transposed else a, b)


def _solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False,
                      **_: Any) -> Any:
    if unit_diagonal:
        a = (np.tril(a, -1) if lower else np.triu(a, 1)) + np.eye(shape_of(a)[-1])
    half = np.tril(a) if lower else np.triu(a)
    return np.linalg.solve(half if trans in (0, "N") else _turned(half), b)


def _cholesky(a: Any, lower: bool = False, **_: Any) -> Any:
    factor = np.linalg.cholesky(a if lower else _turned(a))
    return factor if lower else _turned(factor)


def _cho_factor(a: Any, lower: bool = False, **_: Any) -> Any:
    return _cholesky(a, lower) + (np.triu(a, 1) if lower else np.tril(a, -1)), lower


def _cho_solve(factor: Any, b: Any, **_: Any) -> Any:
    c, lower = factor
    half = np.tril(c) if lower else _turned(np.triu(c))
    return np.linalg.solve(np.matmul(half, _turned(half)), b)


def _lu_factor(a: Any, **_: Any) -> Any:
    """By elimination with the pivots that LAPACK has chosen."""
    import scipy.linalg

    pivots = scipy.linalg.lu_factor(plain(a))[1]
    rows = [a[i] for i in range(shape_of(a)[0])]
    factors: list[list[Any]] = [[] for _ in rows]
    for k, p in enumerate(pivots):
        rows[k], rows[p] = rows[p], rows[k]
        factors[k], factors[p] = factors[p], factors[k]
        for i in range(k + 1, len(rows)):
            ratio = rows[i][k] / rows[k][k]
            factors[i].append(ratio)
            rows[i] = rows[i] - ratio * rows[k]
    made = [np.concatenate((np.stack(f), r[len(f) :])) if f else r for f, r in zip(factors, rows, strict=True)]
    return np.stack(made), pivots


def _lu_solve(factor: Any, b: Any, trans: int = 0, **_: Any) -> Any:
    lu, pivots = factor
    order = np.arange(len(pivots))
    for k, p in enumerate(pivots):
        order[[k, p]] = order[[p, k]]
    exchange = np.eye(len(pivots))[order]
    low = np.tril(lu, -1) + np.eye(len(pivots))
    whole = np.matmul(exchange.T, np.matmul(low, np.triu(lu)))
    return np.linalg.solve(_turned(whole) if trans else whole, b)


def _expm(a: Any) -> Any:
    """The Taylor series of a matrix that has been halved until it is small, squared as often."""
    size = float(np.max(np.sum(np.abs(np.asarray(plain(a))), axis=-2), initial=0.0))
    count = max(0, int(np.ceil(np.log2(max(size, 1e-300)))) + 2)
    x = a * 0.5**count
    term = result = np.broadcast_to(np.eye(shape_of(a)[-1]), shape_of(a)) + 0.0 * a
    for k in range(1, 16):
        term = np.matmul(term, x) / k
        result = result + term
    for _ in range(count):
        result = np.matmul(result, result)
    return result


def _block_diag(*arrays: Any) -> Any:
    rows: list[Any] = []
    blocks = [np.reshape(a, (1,) * (2 - len(shape_of(a))) + shape_of(a)) for a in arrays]
    widths = [shape_of(b)[1] for b in blocks]
    for k, block in enumerate(blocks):
        before, after = sum(widths[:k]), sum(widths[k + 1 :])
        rows.append(np.pad(block, ((0, 0), (before, after))))
    return np.concatenate(rows, axis=0)


def _toeplitz(c: Any, r: Any = None) -> Any:
    r = c if r is None else r
    n, m = shape_of(c)[0], shape_of(r)[0]
    numbers = np.concatenate((c[::-1], r[1:]))
    return numbers[n - 1 - np.arange(n)[:, None] + np.arange(m)[None, :]]


def _eigh(a: Any, lower: bool = True, eigvals_only: bool = False, **_: Any) -> Any:
    half: Any = "L" if lower else "U"
    return np.linalg.eigvalsh(a, half) if eigvals_only else np.linalg.eigh(a, half)


def _svd(a: Any, full_matrices: Any = True, compute_uv: Any = True, **_: Any) -> Any:
    return np.linalg.svd(a, full_matrices, compute_uv)


def _qr(a: Any, mode: str = "full", **_: Any) -> Any:
    if mode == "r":
        return (np.linalg.qr(a, "r"),)
    return tuple(np.linalg.qr(a, "reduced" if mode == "economic" else "complete"))


def _norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
    return np.linalg.norm(a, ord, axis, keepdims)


NAMES: dict[str, Any] = {
    "solve": _solve,
    "solve_triangular": _solve_triangular,
    "cholesky": _cholesky,
    "cho_factor": _cho_factor,
    "cho_solve": _cho_solve,
    "lu_factor": _lu_factor,
    "lu_solve": _lu_solve,
    "expm": _expm,
    "block_diag": _block_diag,
    "toeplitz": _toeplitz,
    "inv": lambda a, **_: np.linalg.inv(a),
    "det": lambda a, **_: np.linalg.det(a),
    "eigh": _eigh,
    "eigvalsh": lambda a, lower=True, **_: np.linalg.eigvalsh(a, "L" if lower else "U"),
    "svd": _svd,
    "svdvals": lambda a, **_: np.linalg.svdvals(a),
    "qr": _qr,
    "norm": _norm,
    "pinv": lambda a, **_: np.linalg.pinv(a),
}
