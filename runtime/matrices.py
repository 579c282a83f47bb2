"""Factorisations of matrices as generated adjoints call them: several factors in one array, one under the other.

All functions take stacks of matrices in the leading axes, and give the dtype of their operands.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def _under(*parts: Array) -> Array:
    return np.concatenate(parts, axis=-2)


def symmetric_factors(a: Array) -> Array:
    """Eigenvectors, eigenvalues and a row of zeros for `a` of shape (..., n, n): shape (..., n + 2, n).

    Raises `LinAlgError` when the iteration does not converge. Only the lower triangle is read.
    """
    w, v = np.linalg.eigh(a)
    return _under(v, w[..., None, :], np.zeros_like(w)[..., None, :])


def symmetric_factors_upper(a: Array) -> Array:
    """The same by the upper triangle: the signs of eigenvectors may differ."""
    w, v = np.linalg.eigh(a, UPLO="U")
    return _under(v, w[..., None, :], np.zeros_like(w)[..., None, :])


def symmetric_values(a: Array) -> Array:
    """Eigenvalues of symmetric matrices in ascending order, by the lower triangle: shape (..., n)."""
    values: Array = np.linalg.eigvalsh(a)
    return values


def singular_factors(a: Array) -> Array:
    """Left and right singular vectors, singular values and zeros, for `a` of shape (..., m, n).

    With `k = min(m, n)` the result has shape (..., m + n + 2, k). Raises `LinAlgError` without convergence.
    """
    u, s, v = np.linalg.svd(a, full_matrices=False)
    return _under(u, np.conj(np.swapaxes(v, -1, -2)), s[..., None, :], np.zeros_like(s)[..., None, :])


def singular_factors_whole(a: Array) -> Array:
    """The same with all m and n singular vectors, and zeros where there is nothing: max(m, n) columns."""
    u, s, v = np.linalg.svd(a)
    m, n = a.shape[-2:]
    whole = np.zeros((*a.shape[:-2], m + n + 2, max(m, n)), u.dtype)
    whole[..., :m, :m] = u
    whole[..., m : m + n, :n] = np.conj(np.swapaxes(v, -1, -2))
    whole[..., -2, : min(m, n)] = s
    return whole


def singular_values(a: Array) -> Array:
    """Singular values, the largest first: shape (..., min(m, n))."""
    values: Array = np.linalg.svd(a, compute_uv=False)
    return values


def values_of(factors: Array) -> Array:
    """Eigenvalues or singular values among factors, which are real: a copy of the last row but one."""
    return np.array(factors[..., -2, :].real)


def values_back(factors: Array, bar: Array) -> Array:
    """The adjoint of factors by that of their values. The last row tells that there is one."""
    back = np.zeros_like(factors)
    back[..., -2, :] = bar
    back[..., -1, :] = 1.0
    return back


def tagged(factors: Array) -> Array:
    """A copy of the factors, of which vectors are taken."""
    return factors.copy()


def tag_back(bar: Array) -> Array:
    """The adjoint of factors by one of their vectors. The last row tells that there is one."""
    back = bar.copy()
    back[..., -1, :] = 2.0
    return back


def _limits(w: Array, g: Array) -> tuple[Array, Array]:
    eps = g.shape[-1] * np.finfo(g.dtype).eps
    equal = eps * np.max(np.abs(w), axis=-1, initial=0.0)
    return equal[..., None, None], 16.0 * eps * np.max(np.abs(g), axis=(-2, -1), initial=0.0, keepdims=True)


def divided(w: Array, g: Array, diagonal: Array, used: Array) -> Array:
    """`(g - g.T) / 2` by differences of values, and a diagonal: shapes (..., n) and (..., n, n).

    Where two values are equal within rounding, the result is 0 if `g - g.T` is. It is NaN there if `used` is 3, when
    both vectors and values have an adjoint: together these do not determine it.
    """
    gap, turning = w[..., None, :] - w[..., :, None], g - np.conj(np.swapaxes(g, -1, -2))
    equal, nothing = _limits(w, g)
    close = (np.abs(gap) <= equal) & (np.abs(turning) <= nothing)
    part = np.where(used[..., :, None] == 3.0, np.nan, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(close, part, 0.5 * turning / gap)
    unit = np.eye(g.shape[-1], dtype=bool)
    return np.asarray(np.where(unit, diagonal[..., :, None], found), dtype=g.dtype)


def divided_sum(w: Array, g: Array) -> Array:
    """`(g - g.T) / 2` by sums of values, 0 where both are: shapes (..., n) and (..., n, n)."""
    gap, turning = w[..., None, :] + w[..., :, None], g - np.conj(np.swapaxes(g, -1, -2))
    equal, nothing = _limits(w, g)
    none = (np.abs(gap) <= equal) & (np.abs(turning) <= nothing)
    if not np.iscomplexobj(g):
        none |= np.eye(g.shape[-1], dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(none, 0.0, 0.5 * turning / gap)
    return np.asarray(found, dtype=g.dtype)


def turning(*pairs: Array) -> Array:
    """By how much an adjoint turns vectors in the complex plane: `imag(sum(conj(v) * v_bar))` for each column.

    `pairs` are vectors and their adjoints, in turn: shapes (..., m, n), and a real result of shape (..., n), which is 0
    where the sum consists of rounding errors.
    """
    both = list(zip(pairs[::2], pairs[1::2], strict=True))
    total = sum(np.sum((np.conj(v) * bar).imag, axis=-2) for v, bar in both)
    size = sum(np.sum(np.abs(v) * np.abs(bar), axis=-2) for v, bar in both)
    rows = sum(v.shape[-2] for v, _ in both)
    return np.asarray(np.where(np.abs(total) <= 16.0 * rows * np.finfo(size.dtype).eps * size, 0.0, total))


turning_of_both = turning


def settled(v: Array, v_bar: Array, turn: Array, place: int) -> Array:
    """The adjoint of vectors whose entries in one row are made real: what turns them passes these entries.

    `v` and `v_bar` have shape (..., m, n), `turn` has shape (..., n). An entry that is zero has an infinite derivative.
    """
    found = v_bar.copy()
    if v.shape[-2]:
        with np.errstate(divide="ignore", invalid="ignore"):
            found[..., place, :] -= 1j * np.where(turn == 0.0, 0.0, turn / v[..., place, :].real)
    return found


def general_factors(a: Array) -> Array:
    """Eigenvectors, eigenvalues and zeros, always complex, of general matrices: (..., n + 2, n) for (..., n, n).

    Raises `LinAlgError` for infinities and NaN, and when the iteration does not converge.
    """
    w, v = np.linalg.eig(a)
    found = _under(v, w[..., None, :], np.zeros_like(w)[..., None, :])
    return np.asarray(found, np.result_type(found, np.complex64))


def general_values(a: Array) -> Array:
    """Eigenvalues of general matrices, always complex: shape (..., n)."""
    values = np.linalg.eigvals(a)
    return np.asarray(values, np.result_type(values, np.complex64))


def freed(v: Array, v_bar: Array) -> Array:
    """The adjoint of vectors, the columns of (..., n, m), before they got the length 1 and a real largest entry.

    Neither the part along a vector nor the one that turns it in the complex plane is in it.
    """
    if not v.size:
        return v_bar.copy()
    inner = np.sum(np.conj(v) * v_bar, axis=-2, keepdims=True)
    size = np.sum(np.abs(v) * np.abs(v_bar), axis=-2, keepdims=True)
    turn = inner.imag
    turn = np.where(np.abs(turn) <= 16.0 * v.shape[-2] * np.finfo(size.dtype).eps * size, 0.0, turn)
    large = np.where(v.imag == 0.0, np.abs(v), -1.0)
    place = np.argmax(large, axis=-2)[..., None, :]
    at_place = np.arange(v.shape[-2])[:, None] == place
    entry = np.take_along_axis(v.real, place, axis=-2)
    return np.asarray(v_bar - v * inner.real - 1j * np.where(at_place, turn / entry, 0.0), dtype=v_bar.dtype)


def complex_values_of(factors: Array) -> Array:
    """Eigenvalues among the factors of a general matrix: a copy of the last row but one."""
    return np.array(factors[..., -2, :])


def vectors_of(factors: Array) -> Array:
    """Eigenvectors among factors of shape (..., n + 2, n): a copy of the first n rows."""
    return np.array(factors[..., :-2, :])


def vectors_back(factors: Array, bar: Array) -> Array:
    """The adjoint of factors by that of their vectors. The last row tells that there is one."""
    back = np.zeros_like(factors)
    back[..., :-2, :] = bar
    back[..., -1, :] = 2.0
    return back


def divided_apart(w: Array, g: Array, diagonal: Array, used: Array) -> Array:
    """`g[i, j] / conj(w[j] - w[i])`, and a diagonal: shapes (..., n) and (..., n, n).

    Where two values are equal within rounding it is 0 if `g` is. It is NaN there if `used` is 3, when both values and
    vectors have an adjoint: together these do not determine it.
    """
    n, eps = g.shape[-1], np.finfo(g.dtype).eps * g.shape[-1]
    gap = w[..., None, :] - w[..., :, None]
    most = np.max(np.abs(g), axis=(-2, -1), initial=0.0, keepdims=True)
    close = np.abs(gap) <= eps * np.max(np.abs(w), axis=-1, initial=0.0)[..., None, None]
    unknown = used.real[..., :, None] == 3.0
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = g / np.conj(gap)
    off = np.where(close, np.where(unknown | (np.abs(g) > 16.0 * eps * most), np.nan, 0.0), quotient)
    return np.asarray(np.where(np.eye(n, dtype=bool), diagonal[..., :, None], off), dtype=g.dtype)


def qr_factors(a: Array) -> Array:
    """The orthogonal factor in the first `k = min(m, n)` columns, and the triangular one: shape (..., m + k, n)."""
    q, r = np.linalg.qr(a)
    missing = a.shape[-1] - q.shape[-1]
    widths = [(0, 0)] * (a.ndim - 1) + [(0, missing)]
    return _under(np.pad(q, widths), r)


def qr_factors_whole(a: Array) -> Array:
    """The same with a square orthogonal factor: shape (..., 2 * m, max(m, n))."""
    q, r = np.linalg.qr(a, mode="complete")
    wide = max(q.shape[-1], r.shape[-1])
    return _under(*(np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, wide - x.shape[-1])]) for x in (q, r)))


def lu_factors(a: Array) -> Array:
    """Both triangular factors in one matrix, and the rows that were exchanged with: shape (..., m + 1, n)."""
    from scipy.linalg import lapack

    m, n = a.shape[-2:]
    found = np.zeros((*a.shape[:-2], m + 1, n), a.dtype)
    (getrf,) = lapack.get_lapack_funcs(("getrf",), (a,))
    for place in np.ndindex(a.shape[:-2] if m and n else (0,)):
        found[place][:-1], found[place][-1, : min(m, n)], _ = getrf(a[place])
    return found


def beside(a: Array, b: Array) -> Array:
    """Matrices side by side."""
    return np.concatenate((a, b), axis=-1)


def _triangular(a: Array, b: Array, turned: bool, unit: bool) -> Array:
    low = np.tril(a, -1) + np.eye(a.shape[-1], dtype=a.dtype) if unit else np.tril(a)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _substituted(low, b, turned)


def _substituted(low: Array, b: Array, turned: bool) -> Array:
    """Forward or backward substitution, which gives infinities for a singular matrix."""
    x = np.array(b, dtype=np.result_type(low, b))
    n = low.shape[-1]
    for i in reversed(range(n)) if turned else range(n):
        rest = slice(i + 1, n) if turned else slice(0, i)
        row = low[..., rest, i] if turned else low[..., i, rest]
        x[..., i, :] -= np.matmul(row[..., None, :], x[..., rest, :])[..., 0, :]
        x[..., i, :] /= low[..., i, i, None]
    return x


def solve_lower(a: Array, b: Array) -> Array:
    """Solutions of `np.tril(a) @ x = b`: shapes (..., n, n) and (..., n, k)."""
    return _triangular(a, b, False, False)


def solve_lower_turned(a: Array, b: Array) -> Array:
    """Solutions of `np.tril(a).T @ x = b`."""
    return _triangular(a, b, True, False)


def solve_unit(a: Array, b: Array) -> Array:
    """Solutions of `np.tril(a) @ x = b`, taking the diagonal of `a` for ones."""
    return _triangular(a, b, False, True)


def solve_unit_turned(a: Array, b: Array) -> Array:
    """Solutions of `np.tril(a).T @ x = b`, taking the diagonal of `a` for ones."""
    return _triangular(a, b, True, True)


def permuted(x: Array, pivots: Array) -> Array:
    """The rows of `x` exchanged with those that the pivots name, one after the other: shapes (..., n, k), (..., n)."""
    return _exchanged(x, pivots, range(pivots.shape[-1]))


def unpermuted(x: Array, pivots: Array) -> Array:
    """The same exchanges in the opposite order, which undoes them."""
    return _exchanged(x, pivots, reversed(range(pivots.shape[-1])))


def _exchanged(x: Array, pivots: Array, order: Any) -> Array:
    found = np.array(x)
    steps = list(order)
    for place in np.ndindex(x.shape[:-2]):
        for i in steps:
            j = int(pivots[place][i])
            found[place][[i, j]] = found[place][[j, i]]
    return found


def inverse_or_nan(a: Array) -> Array:
    """Inverses, and NaN in place of those that do not exist."""
    found = np.full_like(a, np.nan)
    for place in np.ndindex(a.shape[:-2]):
        try:
            found[place] = np.linalg.inv(a[place])
        except np.linalg.LinAlgError:
            continue
    return found


def pseudo_inverse(a: Array, rcond: Any) -> Array:
    """The pseudo-inverse; singular values up to `rcond` times the largest are taken for zero."""
    inverse: Array = np.linalg.pinv(a, rcond)
    return inverse


def least_squares(a: Array, b: Array, rcond: Any) -> Array:
    """The shortest solution of a least squares problem: shapes (m, n), (m, k) and (n, k)."""
    solution: Array = np.linalg.lstsq(a, b, rcond)[0]
    return solution


def exponential(a: Array) -> Array:
    """The exponential of square matrices."""
    from scipy.linalg import expm

    return np.asarray(expm(a))


def expm_adjoint(a: Array, e: Array) -> Array:
    """The derivative of the exponential at `a` in the direction `e`, as a block of the exponential of a block matrix.

    Higham, "Functions of Matrices" (2008), section 3.2. Shapes (..., n, n).
    """
    n = a.shape[-1]
    size, given = (np.max(np.sum(np.abs(x), axis=-2), axis=-1, initial=0.0)[..., None, None] for x in (a, e))
    size, given = (np.where(x > 0.0, x, 1.0) for x in (size, given))
    below = _under(beside(a, e / given * size), beside(np.zeros_like(a), a))
    return np.asarray(exponential(below)[..., :n, n:] / size * given, dtype=a.dtype)
