"""Factorisations of matrices, and what follows from them. Composed from other operations where that is possible.

So the orthogonal factor is the Cholesky factor of `a.T @ a` and a system of equations, and the pseudo-inverse is an
inverse: less accurate than a method of their own, but nothing here is shared with what they are held against.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..crossing import plain, wrap
from ..graph import Pull
from ..memory import Array
from ..traced import Kept, record, shape_of, tracks
from . import reductions
from .linalg import Repeated, svdvals


def _turned(a: Any) -> Any:
    return np.swapaxes(a, -1, -2)


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """numpy.linalg.svd (Townsend, *Differentiating the singular value decomposition*, 2016)."""
    if hermitian:
        raise TypeError("the tape takes numpy.linalg.svd without hermitian")
    if not compute_uv:
        return svdvals(a)
    result = np.linalg.svd(plain(a), full_matrices=full_matrices)
    if tracks(a) and np.iscomplexobj(plain(a)):
        raise TypeError("the tape differentiates singular vectors of real matrices only")
    if not tracks(a):
        return wrap(type(a), result)
    pulls = _svd_pulls(result.U, result.S, result.Vh)
    parts = []
    for value, pull in zip(result, pulls, strict=True):
        kept = Kept()
        kept.watch.saved = True
        parts.append(record("LinalgSvdBackward0", value, [(a, pull)], kept))
    return type(result)(*parts)


def _svd_pulls(whole_u: Array, values: Array, whole_v: Array) -> tuple[Pull, Pull, Pull]:
    """The cotangent of the matrix by each of the three factors."""
    s = values.copy()
    k = s.shape[-1]
    u, v = whole_u[..., :k].copy(), _turned(whole_v)[..., :k].copy()
    u_rest, v_rest = whole_u[..., k:].copy(), _turned(whole_v)[..., k:].copy()
    rows, columns = s[..., None, :], s[..., :, None]
    repeated = Repeated(s)
    unit = np.eye(k, dtype=bool)
    factor = 1.0 / np.where(repeated.close | unit, np.inf, rows**2 - columns**2)
    both = np.where(repeated.close & (rows + columns > 0.0), rows + columns, np.inf)
    half = 0.5 / both
    with np.errstate(divide="ignore"):
        inverse = 1.0 / rows

    def outside(basis: Array, g: Array) -> Array:
        """What of a cotangent lies outside of the span of the basis, by singular values."""
        rest = g - basis @ (_turned(basis) @ g)
        return np.asarray(rest * inverse) if basis.shape[-2] > k else np.zeros_like(g)

    def effective(basis: Array, rest: Array, g: Array) -> Array:
        """The cotangent of the first k vectors, when the others follow from them."""
        return np.asarray(g[..., :k] - rest @ (_turned(g[..., k:]) @ basis))

    def pull_u(g: Array) -> Array:
        g = effective(u, u_rest, g)
        inner = _turned(u) @ g
        turning = factor * inner
        middle = (turning + _turned(turning)) * rows + half * (inner - _turned(inner))
        return np.asarray((u @ middle + outside(u, g)) @ _turned(v) + repeated.by_vectors())

    def pull_s(g: Array) -> Array:
        return np.asarray((u * np.where(s == 0.0, 0.0, g)[..., None, :]) @ _turned(v) + repeated.by_values())

    def pull_v(g: Array) -> Array:
        g = effective(v, v_rest, _turned(g))
        inner = _turned(v) @ g
        turning = factor * inner
        middle = columns * (turning + _turned(turning)) - half * (inner - _turned(inner))
        return np.asarray(u @ (middle @ _turned(v) + _turned(outside(v, g))) + repeated.by_vectors())

    return pull_u, pull_s, pull_v


def adjoint(a: Any) -> Any:
    """The conjugate transpose of matrices."""
    return np.conj(_turned(a)) if np.iscomplexobj(plain(a)) else _turned(a)


def qr(a: Any, mode: Any = "reduced") -> Any:
    """numpy.linalg.qr of matrices of full rank, through the Cholesky factor of `a.T @ a`."""
    result = np.linalg.qr(plain(a), "reduced" if mode == "r" else mode)
    if not tracks(a):
        return wrap(type(a), result if mode != "r" else result.R)
    k = min(shape_of(a)[-2:])
    sign = np.sign(np.diagonal(result.R, 0, -2, -1))
    own = a[..., :, :k]
    factor = np.linalg.cholesky(np.matmul(adjoint(own), own))
    upper = adjoint(factor) * sign[..., :, None]
    q = adjoint(np.linalg.solve(adjoint(upper), adjoint(own)))
    r = np.concatenate((upper, np.matmul(adjoint(q), a[..., :, k:])), axis=-1)
    if mode == "complete":
        rest = result.Q[..., k:]  # follows the others, as what is orthogonal to them
        q = np.concatenate((q, rest - np.matmul(q, np.matmul(adjoint(q), rest))), axis=-1)
        r = np.concatenate((r, result.R[..., k:, :]), axis=-2)
    return r if mode == "r" else type(result)(q, r)


def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """numpy.linalg.pinv of matrices of full rank."""
    m, n = shape_of(a)[-2:]
    if np.any(np.linalg.matrix_rank(plain(a)) < min(m, n)):
        raise TypeError("the tape differentiates the pseudo-inverse of matrices of full rank only")
    if m >= n:
        return np.matmul(np.linalg.inv(np.matmul(adjoint(a), a)), adjoint(a))
    return np.matmul(adjoint(a), np.linalg.inv(np.matmul(a, adjoint(a))))


def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """numpy.linalg.lstsq of matrices of full rank."""
    x = np.matmul(pinv(a), b)
    _, residuals, rank, _ = np.linalg.lstsq(plain(a), plain(b), rcond)
    left = np.sum(np.square(np.abs(np.matmul(a, x) - b)), axis=0)
    remaining = np.reshape(left, (-1,)) if residuals.size else residuals
    return x, remaining, rank, np.linalg.svdvals(a)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """numpy.linalg.norm of every order: of matrices through singular values and sums."""
    ndim = len(shape_of(x))
    pair = tuple(range(ndim)) if axis is None else axis
    if ord in (None, "fro") or not isinstance(pair, tuple) or len(pair) != 2:
        return reductions.norm(x, ord, axis, keepdims)
    down, along = (k % ndim for k in pair)
    if ord in ("nuc", 2, -2):
        s = np.linalg.svdvals(np.moveaxis(x, (down, along), (-2, -1)))
        reduction: Any = {"nuc": np.sum, 2: np.max, -2: np.min}[ord]
        value = reduction(s, axis=-1)
    else:
        summed, other = (down, along) if abs(ord) == 1 else (along, down)
        sums = np.sum(np.abs(x), axis=summed)
        value = (np.max if ord > 0 else np.min)(sums, axis=other - (other > summed))
    return np.expand_dims(value, tuple(sorted((down, along)))) if keepdims else value


def cond(x: Any, p: Any = None) -> Any:
    """numpy.linalg.cond."""
    if p in (None, 2, -2):
        s = np.linalg.svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return norm(x, p, (-2, -1)) * norm(np.linalg.inv(x), p, (-2, -1))
