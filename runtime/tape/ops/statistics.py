"""Statistics and sampled calculus as NumPy programs, and reductions under a condition.

Derivatives are those of the parts. Every function takes tensors or plain arrays, as the NumPy function of the same
name does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..crossing import plain
from ..traced import shape_of
from . import composed, reductions

_NEUTRAL = {"sum": 0.0, "prod": 1.0}


def masked(rule: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A reduction that also takes `where` and `initial`."""

    def reduction(a: Any, axis: Any = None, *args: Any, where: Any = True, initial: Any = None, **options: Any) -> Any:
        if plain(where) is not True:
            if name in ("mean", "var", "std"):
                return _moments(name, a, axis, np.broadcast_to(plain(where), shape_of(a)), **options)
            a = np.where(plain(where), a, _NEUTRAL.get(name, initial))
        if initial is None:
            return rule(a, axis, *args, **options)
        if name in _NEUTRAL:
            value = rule(a, axis, *args, **options)
            return value + initial if name == "sum" else value * initial
        wide = np.concatenate([a, np.broadcast_to(initial, _slab(shape_of(a), axis))], axis=_first(axis))
        return rule(wide, axis, *args, **options)

    reduction.__doc__ = rule.__doc__
    return reduction


def _first(axis: Any) -> int:
    return 0 if axis is None else axis[0] if isinstance(axis, tuple) else axis


def _slab(shape: tuple[int, ...], axis: Any) -> tuple[int, ...]:
    first = _first(axis) % len(shape)
    return tuple(1 if k == first else n for k, n in enumerate(shape))


def _moments(
    name: str, a: Any, axis: Any, mask: Any, ddof: float = 0, keepdims: bool = False, dtype: Any = None
) -> Any:
    count = np.sum(mask, axis=axis, keepdims=True)
    mean = np.sum(np.where(mask, a, 0.0), axis=axis, keepdims=True) / count
    if name == "mean":
        result = mean
    else:
        away = np.where(mask, a - mean, 0.0)
        result = np.sum(away * away, axis=axis, keepdims=True) / (count - ddof)
        if name == "std":  # the derivative is 0 where all values are equal
            none = plain(result) == 0
            result = np.where(none, 0.0, np.sqrt(np.where(none, 1.0, result)))
    return result if keepdims else np.squeeze(result, axis)[()]  # a number, unless axes are left


def _skipping(name: str) -> Callable[..., Any]:
    def statistic(a: Any, axis: Any = None, dtype: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
        return _moments(name, a, axis, ~np.isnan(plain(a)), ddof, keepdims)

    statistic.__doc__ = f"numpy.nan{name}."
    return statistic


nanmean, nanvar, nanstd = _skipping("mean"), _skipping("var"), _skipping("std")


def _filled(rule: Callable[..., Any], filling: float) -> Callable[..., Any]:
    def statistic(a: Any, axis: Any = None, **options: Any) -> Any:
        return rule(np.where(np.isnan(plain(a)), filling, a), axis, **options)

    statistic.__doc__ = f"The reduction with {filling} in place of NaN."
    return statistic


nanprod = _filled(reductions.prod, 1.0)
nanmax = _filled(reductions.max_, -np.inf)
nanmin = _filled(reductions.min_, np.inf)
nancumsum = _filled(reductions.cumsum, 0.0)
nancumprod = _filled(reductions.cumprod, 1.0)


def nanmedian(a: Any) -> Any:
    """numpy.nanmedian of all elements."""
    return composed.median(np.ravel(a)[~np.isnan(np.ravel(plain(a)))])


def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None) -> Any:
    """numpy.cov without weights."""
    rows = np.atleast_2d(m) if rowvar or len(shape_of(m)) < 2 else np.transpose(m)
    if y is not None:
        rows = np.concatenate([rows, np.atleast_2d(y)])
    away = rows - np.mean(rows, axis=1, keepdims=True)
    free = shape_of(rows)[1] - ((0 if bias else 1) if ddof is None else ddof)
    return np.squeeze(np.matmul(away, np.transpose(away)) / free)


def corrcoef(x: Any, y: Any = None) -> Any:
    """numpy.corrcoef."""
    matrix = cov(x, y)
    spread = np.sqrt(np.diagonal(matrix))
    return matrix / np.reshape(spread, (-1, 1)) / spread


def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """numpy.correlate, as a convolution."""
    n, m = shape_of(a)[0], shape_of(v)[0]
    full = composed.convolve(a, v[::-1], "full")
    short = min(n, m)
    half = (short - 1) // 2 if n >= m else short - 1 - (short - 1) // 2
    first, count = {"full": (0, n + m - 1), "same": (half, max(n, m)), "valid": (short - 1, abs(n - m) + 1)}[mode]
    return full[first : first + count]


def gradient(f: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """numpy.gradient: differences at the ends, their weighted mean inside, by local polynomials (Fornberg 1988)."""
    ndim = len(shape_of(f))
    axes = tuple(range(ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    given = spacing or (1.0,)
    given = given * len(axes) if len(given) == 1 else given
    results = [_slope(f, k % ndim, x, edge_order) for k, x in zip(axes, given, strict=True)]
    return results[0] if ndim == 1 or isinstance(axis, int) else tuple(results)


def _slope(f: Any, axis: int, x: Any, order: int) -> Any:
    y = np.moveaxis(f, axis, -1)
    n = shape_of(y)[-1]
    at = x if shape_of(x) else np.arange(n) * x
    places = [(k, [k - 1, k, k + 1]) for k in range(1, n - 1)]
    ends = [(0, [0, 1, 2][: order + 1]), (n - 1, [n - 3, n - 2, n - 1][2 - order :])]
    columns = {k: sum(y[..., j] * w for j, w in zip(near, _weights(at, k, near), strict=True))
               for k, near in (*places, *ends)}
    return np.moveaxis(np.stack([columns[k] for k in range(n)], axis=-1), -1, axis)


def _weights(x: Any, k: int, near: list[int]) -> list[Any]:
    """The derivative at a point of the polynomials that are one at one neighbour and zero at the others."""
    weights = []
    for j in near:
        others = [i for i in near if i != j]
        slope: Any = 0.0
        for skipped in others:
            part: Any = 1.0 / (x[j] - x[skipped])
            for i in others:
                if i != skipped:
                    part = part * (x[k] - x[i]) / (x[j] - x[i])
            slope = slope + part
        weights.append(slope)
    return weights


def choose(a: Any, choices: Any) -> Any:
    """numpy.choose."""
    result = choices[-1]
    for k in range(len(choices) - 1):
        result = np.where(plain(a) == k, choices[k], result)
    return result


def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """numpy.compress."""
    kept = np.flatnonzero(plain(condition))
    return np.take(np.ravel(a) if axis is None else a, kept, 0 if axis is None else axis)


def extract(condition: Any, arr: Any) -> Any:
    """numpy.extract."""
    return compress(np.ravel(plain(condition)), arr)


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """numpy.vander."""
    count = shape_of(x)[0] if N is None else N
    powers = range(count) if increasing else range(count - 1, -1, -1)
    return np.stack([x**k for k in powers], axis=1)


def unwrap(p: Any) -> Any:
    """numpy.unwrap of a vector: whole turns are constants."""
    return p + (np.unwrap(plain(p)) - plain(p))


def unique(ar: Any) -> Any:
    """numpy.unique: of equal values the first in order."""
    flat = np.ravel(ar)
    _, first = np.unique(plain(flat), return_index=True)
    return flat[first]


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """numpy.bincount: the weights are added up."""
    places = plain(x)
    if weights is None:
        return np.bincount(places, minlength=minlength)
    count = max(int(places.max(initial=-1)) + 1, minlength)
    return np.matmul((places == np.arange(count)[:, None]) * 1.0, weights)


def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """numpy.histogram: counts are constants, sums of weights and edges are not."""
    values, plain_weights = plain(a), None if weights is None else plain(weights)
    counts, known = np.histogram(values, bins, range, density if weights is None else None, plain_weights)
    edges: Any = known
    if np.ndim(bins) == 0 and range is None and np.size(values):
        share = np.linspace(0.0, 1.0, len(known))
        edges = np.min(a) * (1.0 - share) + np.max(a) * share
    if weights is None:
        return counts, edges
    places = np.minimum(np.searchsorted(known, np.ravel(values), side="right") - 1, len(known) - 2)
    inside = (np.ravel(values) >= known[0]) & (np.ravel(values) <= known[-1])
    sums = np.matmul(((places == np.arange(len(known) - 1)[:, None]) & inside) * 1.0, np.ravel(weights))
    return (sums / np.diff(edges) / np.sum(sums) if density else sums), edges
