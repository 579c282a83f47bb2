"""Products and decompositions of matrices, with stacks of matrices in the leading axes as in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..crossing import plain, wrap
from ..graph import Pull
from ..memory import Array
from ..traced import Kept, Traced, record, shape_of, tracks
from .elementwise import times


def _class(*operands: Any) -> type[Traced]:
    return next(type(x) for x in operands if isinstance(x, Traced))


def _turned(a: Array) -> Array:
    return np.swapaxes(a, -1, -2)


def adjoint(a: Array) -> Array:
    """The conjugate transpose of matrices."""
    return np.conj(_turned(a)) if np.iscomplexobj(a) else _turned(a)


_PRODUCT_NAMES = {(1, 1): "DotBackward0", (2, 2): "MmBackward0", (2, 1): "MvBackward0", (1, 2): "MvBackward0"}


def matmul(a: Any, b: Any) -> Any:
    """numpy.matmul for vectors, matrices and stacks of matrices."""
    value = np.matmul(plain(a), plain(b))
    if not tracks(a, b):
        return wrap(_class(a, b), value)
    name = _PRODUCT_NAMES.get((np.ndim(plain(a)), np.ndim(plain(b))), "BmmBackward0")
    kept = Kept()
    left = kept.value(a) if tracks(b) else np.empty(shape_of(a))
    right = kept.value(b) if tracks(a) else np.empty(shape_of(b))

    def full(g: Array) -> Array:
        """Give the cotangent the matrix axes that a vector operand has taken away."""
        if left.ndim == 1:
            g = np.expand_dims(g, -1 if right.ndim == 1 else -2)
        return np.expand_dims(g, -1) if right.ndim == 1 else g

    def pull_a(g: Array) -> Array:
        columns = right[:, None] if right.ndim == 1 else right
        result = np.matmul(full(g), _turned(np.conj(columns)))
        return np.asarray(result[..., 0, :] if left.ndim == 1 else result)

    def pull_b(g: Array) -> Array:
        rows = left[None, :] if left.ndim == 1 else left
        result = np.matmul(_turned(np.conj(rows)), full(g))
        return np.asarray(result[..., 0] if right.ndim == 1 else result)

    return record(name, value, [(a, pull_a), (b, pull_b)], kept)


def dot(a: Any, b: Any) -> Any:
    """numpy.dot."""
    dims = (len(shape_of(a)), len(shape_of(b)))
    if 0 in dims:
        return np.multiply(a, b)
    if max(dims) <= 2:
        return matmul(a, b)
    return np.tensordot(a, b, axes=(-1, -1 if dims[1] == 1 else -2))


def einsum(*operands: Any, **options: Any) -> Any:
    """numpy.einsum with a subscript string: linear in each operand, so the cotangent is an einsum with the others."""
    subscripts, arrays = operands[0], operands[1:]
    options.pop("optimize", None)
    if not isinstance(subscripts, str) or options:
        raise TypeError("the tape takes numpy.einsum with a subscript string and no options")
    values = [np.asarray(plain(x)) for x in arrays]
    value = np.einsum(subscripts, *values)
    if not tracks(*arrays):
        return wrap(_class(*arrays), value)
    terms, result = _explicit(subscripts, [x.ndim for x in values])
    if len(terms) == 1 and set(terms[0]) == set(result):
        return _shown(arrays[0], terms[0], result)
    extents: dict[str, int] = {}
    for term, x in zip(terms, values, strict=True):
        for letter, extent in zip(term, x.shape, strict=True):
            if extents.setdefault(letter, extent) != extent:
                raise TypeError(
                    f"the tape's einsum does not broadcast the extents of index {letter!r}; make them equal"
                )
    kept = Kept()
    saved = [kept.value(x) for x in arrays]
    return record(
        "EinsumBackward0", value, [(x, _einsum_pull(terms, result, saved, k)) for k, x in enumerate(arrays)], kept
    )


def _shown(x: Any, term: str, result: str) -> Any:
    """Without a sum `einsum` gives a view."""
    while repeated := [c for c in term if term.count(c) > 1]:
        first = term.index(repeated[0])
        second = term.index(repeated[0], first + 1)
        x = np.diagonal(x, 0, first, second)
        term = term[:first] + term[first + 1 : second] + term[second + 1 :] + repeated[0]
    return np.transpose(x, [term.index(c) for c in result])


def _explicit(subscripts: str, ndims: Sequence[int]) -> tuple[list[str], str]:
    """Spell out the result and the dots of an einsum string."""
    spec = subscripts.replace(" ", "")
    left, arrow, right = spec.partition("->")
    spare = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in spec]
    widths = [n - len(t.replace("...", "")) if "..." in t else 0 for t, n in zip(left.split(","), ndims, strict=True)]
    dots = "".join(spare[: max(widths, default=0)])
    terms = [t.replace("...", dots[len(dots) - w :]) for t, w in zip(left.split(","), widths, strict=True)]
    if arrow:
        return terms, right.replace("...", dots)
    letters = "".join(terms)
    return terms, dots + "".join(sorted(c for c in set(letters) - set(dots) if letters.count(c) == 1))


def _einsum_pull(terms: list[str], result: str, saved: list[Array], k: int) -> Pull:
    mine = terms[k]
    letters = "".join(dict.fromkeys(mine))  # without repeats: a repeat means a diagonal

    def pull(g: Array) -> Array:
        shape = saved[k].shape
        extents = {c: shape[i] for i, c in enumerate(mine)}
        others = [(t, np.conj(saved[i])) for i, t in enumerate(terms) if i != k]
        others.append((letters, np.ones([extents[c] for c in letters])))
        spec = ",".join([result, *(t for t, _ in others)]) + "->" + letters
        dense = np.einsum(spec, g, *(array for _, array in others))
        if letters == mine:
            return np.asarray(dense)
        whole = np.zeros(shape, dense.dtype)
        np.einsum(f"{mine}->{letters}", whole)[...] = dense
        return whole

    return pull


def outer(a: Any, b: Any) -> Any:
    """numpy.outer."""
    return np.multiply(np.reshape(a, (-1, 1)), np.reshape(b, (1, -1)))


def solve(a: Any, b: Any) -> Any:
    """numpy.linalg.solve."""
    value = np.linalg.solve(plain(a), plain(b))
    if not tracks(a, b):
        return wrap(_class(a, b), value)
    kept = Kept()
    matrix, x = kept.value(a), kept.result(value)
    vector = len(shape_of(b)) == 1

    def pull_b(g: Array) -> Array:
        g = g[..., None] if vector else g
        result = np.linalg.solve(adjoint(matrix), g)
        return np.asarray(result[..., 0] if vector else result)

    def pull_a(g: Array) -> Array:
        down = pull_b(g)
        if vector:
            return np.asarray(-down[..., :, None] * np.conj(x[..., None, :]))
        return np.asarray(-np.matmul(down, adjoint(x)))

    return record("LinalgSolveBackward0", value, [(a, pull_a), (b, pull_b)], kept)


def inv(a: Any) -> Any:
    """numpy.linalg.inv."""
    value = np.linalg.inv(plain(a))
    kept = Kept()
    y = kept.result(value)
    return record("LinalgInvBackward0", value, [(a, lambda g: -adjoint(y) @ g @ adjoint(y))], kept)


def det(a: Any) -> Any:
    """numpy.linalg.det: its derivative is the matrix of cofactors, right also for singular matrices."""
    value = np.linalg.det(plain(a))
    kept = Kept()
    x = kept.value(a)

    def pull(g: Array) -> Array:
        n = x.shape[-1]
        cofactors = np.empty_like(x)
        for i in range(n):
            for j in range(n):
                minor = np.delete(np.delete(x, i, axis=-2), j, axis=-1)
                cofactors[..., i, j] = (-1.0) ** (i + j) * np.linalg.det(minor)
        return np.asarray(g)[..., None, None] * np.conj(cofactors)

    return record("LinalgDetBackward0", value, [(a, pull)], kept)


def slogdet(a: Any) -> Any:
    """numpy.linalg.slogdet: the sign of a real matrix is constant, that of a complex one a point of the unit circle."""
    result = np.linalg.slogdet(plain(a))
    kept = Kept()
    x = kept.value(a)
    slope = lambda g: np.asarray(g)[..., None, None] * adjoint(np.linalg.inv(x))  # noqa: E731
    logdet = record("LinalgSlogdetBackward0", result.logabsdet, [(a, slope)], kept)
    if np.iscomplexobj(x):
        det_of_a = det(a)
        return type(result)(det_of_a / np.abs(det_of_a), logdet)
    return type(result)(wrap(type(a), result.sign), logdet)


def _fold_lower(sym: Array) -> Array:
    """Give the derivative by the lower triangle, the only one that the factorisation reads."""
    half = np.tril(sym, -1) + np.tril(adjoint(sym), -1)
    return np.asarray(half + np.tril(np.triu(sym)).real)


def cholesky(a: Any) -> Any:
    """numpy.linalg.cholesky of the lower triangle (Murray, *Differentiation of the Cholesky decomposition*, 2016)."""
    value = np.linalg.cholesky(plain(a))
    kept = Kept()
    low = kept.result(value)

    def pull(g: Array) -> Array:
        inner = np.tril(adjoint(low) @ g)
        inner = inner - 0.5 * np.tril(np.triu(inner))
        back = np.linalg.solve(adjoint(low), inner)
        return _fold_lower(adjoint(np.linalg.solve(adjoint(low), adjoint(back))))

    return record("LinalgCholeskyBackward0", value, [(a, pull)], kept)


def _phased(v: Array, g: Array, place: int, turn: Array | None = None) -> Array:
    """The cotangent of complex vectors that are free to turn, with one entry of each made real by turning it.

    Turning a vector by a small angle changes the result by `turn` times the angle. The angle that keeps the entry real
    is minus its imaginary change, divided by it.
    """
    if not np.iscomplexobj(v):
        return g
    turn = np.sum(v.real * g.imag - v.imag * g.real, axis=-2) if turn is None else turn
    size = np.sum(np.abs(v) * np.abs(g), axis=-2)
    turn = np.where(np.abs(turn) < 16.0 * v.shape[-2] * np.finfo(size.dtype).eps * size, 0.0, turn)
    entry = v[..., place, :].real
    found = g.astype(np.result_type(g, v), copy=True)
    found[..., place, :] -= 1j * turn / np.where((turn == 0.0) & (entry == 0.0), 1.0, entry)
    return found


class Repeated:
    """What two cotangents of one factorisation say together where values repeat.

    There vectors are free to turn. If the result uses the values as well, neither cotangent tells the derivative in the
    directions in which they turn, and it is NaN.
    """

    def __init__(self, values: Array) -> None:
        size = np.max(np.abs(values), axis=-1, initial=0.0)[..., None, None]
        self.eps = np.finfo(values.dtype).eps * values.shape[-1]
        self.close = np.abs(values[..., None, :] - values[..., :, None]) <= self.eps * size
        self.close &= ~np.eye(values.shape[-1], dtype=bool)
        self.used = False
        self.unknown: Array = np.zeros((*values.shape[:-1], 1, 1))

    def by_values(self) -> Array:
        """What to add to the derivative by the values."""
        self.used = True
        return self.unknown

    def by_vectors(self) -> Array:
        """What to add to the derivative by the vectors; that their cotangent vanishes tells nothing: two may cancel."""
        lost = np.any(self.close, axis=(-2, -1), keepdims=True)
        self.unknown = np.where(lost, np.nan, 0.0)
        return self.unknown if self.used else np.zeros_like(self.unknown)

    def still(self, g: Array) -> Array:
        """Where a cotangent does not change when vectors of repeated values turn."""
        turning = np.abs(g - adjoint(g))
        limit = 16.0 * self.eps * np.max(np.abs(g), axis=(-2, -1), keepdims=True, initial=0.0)
        return np.asarray(self.close & (turning <= limit))


def eigh(a: Any, UPLO: str = "L") -> Any:
    """numpy.linalg.eigh of one triangle (Giles, *Collected matrix derivative results*, 2008)."""
    result = np.linalg.eigh(plain(a), UPLO)  # type: ignore[call-overload]
    kept_w, kept_v = Kept(), Kept()
    kept_w.watch.saved = kept_v.watch.saved = True
    w, v = result.eigenvalues.copy(), result.eigenvectors.copy()
    repeated = Repeated(w)

    def fold(sym: Array) -> Array:
        return _fold_lower(sym) if UPLO in "Ll" else np.asarray(adjoint(_fold_lower(sym)))

    def pull_w(g: Array) -> Array:
        return fold((v * g[..., None, :]) @ adjoint(v) + repeated.by_values())

    def pull_v(g: Array) -> Array:
        inner = adjoint(v) @ _phased(v, g, 0 if UPLO in "Ll" else -1)
        gap = w[..., None, :] - w[..., :, None]
        apart = ~(np.eye(w.shape[-1], dtype=bool) | repeated.still(inner))
        inverse = 1.0 / np.where(apart, gap, np.inf)
        return fold(v @ times(inner, inverse) @ adjoint(v) + repeated.by_vectors())

    values = record("LinalgEighBackward0", result.eigenvalues, [(a, pull_w)], kept_w)
    vectors = record("LinalgEighBackward0", result.eigenvectors, [(a, pull_v)], kept_v)
    return type(result)(values, vectors)


def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """numpy.linalg.eigvalsh of one triangle."""
    return eigh(a, UPLO).eigenvalues


def svdvals(x: Any) -> Any:
    """numpy.linalg.svdvals; derivative 0 where one is zero."""
    u, s, vh = np.linalg.svd(plain(x), full_matrices=False)
    kept = Kept()
    kept.watch.saved = True
    zero = s == 0.0
    pull = lambda g: (u * np.where(zero, 0.0, g)[..., None, :]) @ vh  # noqa: E731
    return record("LinalgSvdvalsBackward0", s, [(x, pull)], kept)
