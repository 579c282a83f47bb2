"""Calls of NumPy's and SciPy's functions with arguments to run them on, away from kinks.

The words of the arguments are those of `WORDS`; the parameters are `a`, `b`, `c`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from sampled import first_of_each, long_unless

_RNG = np.random.default_rng(20)
_M = _RNG.normal(size=(4, 3))
_HOLED = _M.copy()
_HOLED[1, 2] = _HOLED[2, 2] = np.nan

WORDS: dict[str, Any] = {
    "x": _RNG.normal(size=5), "y": _RNG.normal(size=5), "p": _RNG.uniform(0.1, 0.9, size=5),
    "M": _M, "T": _RNG.normal(size=(2, 3, 4)), "W": _RNG.uniform(0.1, 1.0, size=(4, 3)), "H": _HOLED,
    "v": _RNG.normal(size=6), "u": _RNG.normal(size=7), "w": _RNG.normal(size=3), "h": _HOLED[:, 2].copy(),
    "s": np.sort(_RNG.normal(size=6)), "t": np.sort(_RNG.normal(size=4)), "none": np.empty(0),
    "k": np.array([0, 2, 1, 2, 5, 0]), "F": np.asfortranarray(_M), "S": np.repeat(_M, 2, axis=1)[::-1, ::2],
    "two": 2.5, "half": 0.5,
}


def _each(names: str, pattern: str, arguments: str) -> tuple[tuple[str, str], ...]:
    return tuple((pattern.format(name), arguments) for name in names.split())


ELEMENTS: tuple[tuple[str, str], ...] = (
    ("np.float_power(a, b)", "p y"), ("divmod(a, b)", "x p"), ("np.divmod(a, b)[1]", "x p"), ("np.modf(a)", "x"),
    ("math.modf(a)", "two"), ("np.nan_to_num(a)", "x"), ("np.nan_to_num(a, nan=2.0)", "H"), ("np.isclose(a, b)", "x y"),
    ("np.isclose(a, b, equal_nan=True)", "H H"), ("np.allclose(a, b)", "x x"), ("np.array_equal(a, b)", "x x"),
    ("np.array_equal(a, b)", "x v"), ("np.array_equal(a, b)", "x M"), ("np.round(a, 2)", "x"), ("a.round()", "M"),
    ("np.around(a, decimals=-1)", "M"), ("np.sinc(a)", "x"), ("np.sinc(a / 20.0)", "M"), ("np.sinc(a)", "half"),
)

PARTS: tuple[tuple[str, str], ...] = (
    ("np.split(a, 3)[1]", "v"), ("np.split(a, [2, 3], axis=0)[2]", "M"), ("np.array_split(a, 4)[0]", "v"),
    ("np.array_split(a, 4)[3]", "v"), ("np.hsplit(a, 3)[1]", "M"), ("np.vsplit(a, 2)[1]", "M"),
    ("np.dsplit(a, 2)[1]", "T"), ("np.rot90(a)", "M"), ("np.rot90(a, 2)", "M"), ("np.rot90(a, -1)", "S"),
    ("np.rot90(a, 1, (1, 2))", "T"), ("np.atleast_1d(a)", "two"), ("np.atleast_2d(a)", "v"), ("np.atleast_3d(a)", "M"),
    ("np.atleast_3d(a)", "v"), ("np.atleast_2d(a, b)[1]", "v two"), ("np.broadcast_arrays(a, b)[1]", "M w"),
    ("np.rollaxis(a, 2)", "T"), ("np.dstack((a, a))", "M"), ("np.append(a, b)", "v M"),
    ("np.append(a, b, axis=0)", "M S"), ("np.append(a, 2.0)", "v"), ("np.delete(a, 2)", "v"),
    ("np.delete(a, -1, axis=1)", "M"), ("np.insert(a, 2, 5.0)", "v"), ("np.insert(a, 1, b, axis=1)", "M t"),
    ("np.insert(a, 3, b)", "v x"), ("np.pad(a, 2)", "v"), ("np.pad(a, (1, 2), mode='edge')", "v"),
    ("np.pad(a, ((1, 2), (0, 3)), mode='reflect')", "M"), ("np.pad(a, (3, 7), 'symmetric')", "w"),
    ("np.pad(a, (9, 7), 'reflect')", "w"), ("np.pad(a, (9, 7), 'wrap')", "w"),
    *_each("mean maximum minimum", "np.pad(a, ((1, 2), (0, 0)), '{}')", "M"), ("np.pad(a, 1, 'mean')", "M"),
    ("np.pad(a, 2, 'mean', stat_length=2)", "v"), ("np.pad(a, (1, 2), 'maximum', stat_length=((1, 3),))", "v"),
    ("np.pad(a, 1, constant_values=((1.0, 2.0), (3.0, 4.0)))", "M"), ("np.pad(a, 2, constant_values=(7, 8))", "k"),
    ("np.pad(a, 1, constant_values=3.0)", "M"), ("np.kron(a, b)", "M v"), ("np.kron(a, b)", "M S"),
    ("np.kron(a, b)", "two M"), ("np.kron(a, b)", "none M"), ("np.cross(a, b)", "w w * 2.0 + w[::-1]"),
    ("np.cross(a, b)", "M S"), ("np.cross(a, b)", "M w"), ("np.vander(a, 4)", "v"),
    ("np.vander(a, increasing=True)", "w"), ("np.diagflat(a)", "v"),
)

CHOSEN: tuple[tuple[str, str], ...] = (
    ("np.select([a > 0.5, a > 0], [a * a, b], -1.0)", "x y"), ("np.choose(np.array([0, 1, 1, 0, 1]), (a, b))", "x y"),
    ("np.take_along_axis(a, np.argsort(a[0])[None, :], axis=1)", "M"), ("np.compress(a > 0, a)", "v"),
    ("np.extract(a > 0, a)", "M"), ("np.flatnonzero(a > 0)", "M"), ("np.argwhere(a > 0)", "M"),
    ("np.nonzero(a > 0)[1]", "M"), ("a[np.nonzero(a > 0)]", "M"), ("np.take(a, [2, 0])", "v"),
    ("a[np.ix_(np.array([0, 2]), np.array([1, 0]))]", "M"), ("np.indices((2, 3)) + 0 * len(a)", "v"),
    ("np.tri(3, 4, 1) * a[0]", "v"), ("a[np.tril_indices(3)]", "M"), ("np.triu_indices(3, 1)[0] + len(a)", "v"),
    ("a[np.diag_indices(3)]", "M"),
)

ORDERED: tuple[tuple[str, str], ...] = (
    ("np.sort(a)", "M"), ("np.sort(a, axis=0)", "S"), ("np.sort(a, axis=None)", "M"), ("np.sort(a, 1)", "T"),
    ("np.argsort(a, axis=0)", "M"), ("a.argsort(0)", "T"), ("np.partition(a, 2)[2]", "v"),
    ("np.argpartition(a, 2)[2]", "v"), ("np.sort(a, axis=0)", "M[:, :0]"), ("np.sort(a)", "M[:0]"),
    ("a.searchsorted(b)", "s v"), ("np.unique(a)", "v"), ("np.unique(a)", "h"), ("np.unique(a)", "k"),
    ("np.unique(a)", "none"), ("np.median(a)", "M"), ("np.median(a)", "u"), ("np.median(a, axis=0)", "M"),
    ("np.median(a, axis=1)", "F"), ("np.median(a, axis=(0, 2))", "T"), ("np.median(a, axis=1, keepdims=True)", "T"),
    ("np.median(a)", "H"), ("np.median(a)", "none"), ("np.nanmedian(a)", "H"), ("np.nanmedian(a)", "none"),
    ("np.quantile(a, 0.3)", "u"), ("np.quantile(a, 0.3, axis=0)", "M"), ("np.quantile(a, [0.1, 0.5, 0.77])", "u"),
    ("np.quantile(a, b, axis=1)", "M np.array([0.2,0.9])"), ("np.percentile(a, 35.0)", "M"),
    ("np.percentile(a, [25, 75], axis=0)", "M"), ("np.percentile(a, (25, 75))", "M"), ("np.quantile(a, 1.0)", "u"),
    ("np.percentile(a, 50, axis=0, keepdims=True)", "M"), ("np.quantile(a, 0.3)", "H"),
    *_each("lower higher nearest midpoint hazen weibull median_unbiased normal_unbiased inverted_cdf "
           "averaged_inverted_cdf interpolated_inverted_cdf", "np.quantile(a, 0.3, method='{}')", "u"),
    *_each("hazen inverted_cdf averaged_inverted_cdf", "np.quantile(a, 0.3, method='{}', axis=1)", "T"),
)

STATISTICS: tuple[tuple[str, str], ...] = (
    ("np.ptp(a)", "M"), ("np.ptp(a, axis=0)", "M"), ("np.ptp(a, 1, keepdims=True)", "S"), ("np.average(a)", "M"),
    ("np.average(a, weights=b)", "M W"), ("np.average(a, axis=1, weights=b)", "M W[0]"),
    ("np.average(a, axis=0, weights=b)", "M W"), ("np.average(a, axis=0, weights=b)", "x p"),
    *_each("nansum nanprod nanmean nanmax nanmin nanvar nanstd", "np.{}(a)", "H"),
    *_each("nansum nanprod nanmean nanmax nanmin nanvar nanstd", "np.{}(a, axis=0)", "H"),
    *_each("nansum nanprod nanmean nanmax nanmin nanvar nanstd", "np.{}(a, axis=1, keepdims=True)", "H"),
    ("np.nanstd(a, axis=0, ddof=1)", "M"), ("np.nanargmax(a)", "h"), ("np.nanargmin(a, axis=1)", "H"),
    ("np.nancumsum(a)", "h"), ("np.nancumprod(a, axis=1)", "H"), ("np.nanmean(a)", "none"), ("np.nansum(a)", "none"),
    ("special.logsumexp(a)", "M"), ("special.logsumexp(a, axis=0)", "M * 300.0"),
    ("special.logsumexp(a, axis=1, keepdims=True)", "M"), ("special.logsumexp(a, b=b)", "M W"),
    ("special.logsumexp(a, axis=1, b=b)", "M W"), ("special.softmax(a)", "v"), ("special.softmax(a, axis=1)", "M"),
    ("special.log_softmax(a, axis=-1)", "M"), ("np.cov(a)", "M"), ("np.cov(a)", "v"), ("np.cov(a, b)", "v v**2"),
    ("np.cov(a, rowvar=False, bias=True)", "M"), ("np.corrcoef(a)", "M"), ("np.corrcoef(a, b)[0, 1]", "v v**2"),
)

SAMPLED: tuple[tuple[str, str], ...] = (
    *_each("full same valid", "np.convolve(a, b, '{}')", "u w"),
    *_each("full same valid", "np.convolve(a, b, '{}')", "w u"),
    *_each("full same valid", "np.correlate(a, b, '{}')", "u w"),
    *_each("full same", "np.correlate(a, b, '{}')", "w u"),
    *_each("full same valid", "np.correlate(a, b, mode='{}')", "u[:2] v"),
    *_each("full same valid", "np.correlate(a, b, mode='{}')", "v u[:2]"), ("np.convolve(a, b)", "v[::-2] w[::-1]"),
    ("np.ediff1d(a)", "M"), ("np.trapezoid(a)", "v"), ("np.trapezoid(a, b)", "v s"),
    ("np.trapezoid(a, dx=0.5, axis=0)", "M"), ("np.trapezoid(a, b, axis=0)", "M t"), ("np.trapezoid(a)", "none"),
    ("np.gradient(a)", "v"), ("np.gradient(a, 0.5)", "v"), ("np.gradient(a, b)", "v s"),
    ("np.gradient(a, b, edge_order=2)", "v s"), ("np.gradient(a, 0.2, edge_order=2)", "v"), ("np.gradient(a)", "M"),
    ("np.gradient(a, 0.5, 0.2)[0]", "M"), ("np.gradient(a, axis=0)", "S"), ("np.gradient(a, b, axis=0)", "M t"),
    ("np.gradient(a, b, 0.3)[0]", "M t"),
    ("np.logspace(a, b, 5)", "half two"),
    ("np.logspace(a, b, num=4, endpoint=False, base=2.0)", "half two"), ("np.geomspace(a, b, 6)", "half two"),
    ("np.unwrap(a * 5.0)", "v"),
)

COUNTED: tuple[tuple[str, str], ...] = (
    ("np.bincount(b) + a[0]", "v k"), ("np.bincount(b, a)", "v k"), ("np.bincount(b, weights=a, minlength=9)", "v k"),
    ("np.digitize(a, b)", "v s"), ("np.digitize(a, b, right=True)", "v s[::-1]"), ("np.histogram(a)[0]", "u"),
    ("np.histogram(a, 5)[1]", "u"), ("np.histogram(a, bins=[-1.0, 0.0, 0.5, 2.0])[0]", "u"),
    ("np.histogram(a, 4, weights=b)[0]", "u u**2"), ("np.histogram(a, 4, (-1.0, 1.0), density=True)[0]", "u"),
    ("np.histogram_bin_edges(a, 3)", "u"), ("np.histogram(a, 3)[0]", "none"),
)

ARGUMENTS: tuple[tuple[str, str], ...] = (
    *_each("sum mean prod var std", "np.{}(a, where=a > 0)", "M"),
    *_each("sum mean prod var std", "np.{}(a, axis=0, where=b > 0)", "M S"),
    *_each("sum mean prod var std", "a.{}(axis=1, keepdims=True, where=a > -1)", "S"),
    *_each("sum prod max min", "np.{}(a, initial=0.25)", "M"),
    *_each("sum prod max min", "np.{}(a, axis=1, initial=0.25)", "S"),
    *_each("sum prod max min", "np.{}(a, axis=(0, 1), initial=0.25, keepdims=True)", "M"),
    *_each("sum prod max min", "np.{}(a, initial=b)", "none half"),
    ("np.max(a, axis=0, initial=-9.0, where=a < 0.5)", "M"), ("np.any(a, axis=0, where=a > 0)", "M"),
    ("np.all(a > 0, where=a > 0)", "M"), ("np.std(a, ddof=1, where=a > -0.5)", "M"),
    ("np.add(a, b, out=np.zeros(5))", "x y"), ("np.log(a, out=np.zeros(5), where=a > 0)", "x"),
    ("np.add(a, b, np.ones(5))", "x y"), ("np.exp(a, dtype=float)", "x"), ("np.sum(a, axis=0, out=np.zeros(3))", "M"),
    ("np.divide(a, b, out=np.ones((4, 3)), where=b > 0)", "M S"), ("np.sqrt(a, out=a.copy(), where=a > 0)", "x"),
    ("np.mean(a, axis=1, out=np.zeros(4))", "M"), ("np.less(a, b, out=np.zeros(5, dtype=bool))", "x y"),
)

CASES = (*ELEMENTS, *PARTS, *CHOSEN, *ORDERED, *STATISTICS, *SAMPLED, *COUNTED, *ARGUMENTS)


def sampled(cases: Sequence[tuple[str, str]], others: int) -> list[Any]:
    """The cases as parameters: the first with a function runs by default, and one in `others` of what is left."""
    chosen = first_of_each([expression for expression, _ in cases], others)
    return [pytest.param(*case, marks=long_unless(c)) for case, c in zip(cases, chosen, strict=True)]


def arguments(words: str) -> tuple[Any, ...]:
    """The arguments that words separated by spaces stand for; `w * 2.0` is one of them."""
    joined = words.replace(" * ", "*").replace(" + ", "+").replace(", ", ",")
    return tuple(eval(word, {"np": np}, WORDS) for word in joined.split())
