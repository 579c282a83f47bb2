"""What describes a sample: of `scipy.stats`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# SciPy's default for what to do with NaN, which is to let it through, is the only choice.


def _plain(nan_policy: Any) -> Any:
    assert nan_policy == "propagate", "`nan_policy` is 'propagate'"


def _moment(a: Any, order: Any, axis: Any) -> Any:
    """The mean of a power of what is left of the mean."""
    d = a - np.mean(a, axis=axis, keepdims=True)
    return np.mean(d**order, axis=axis)


def moment(a: Any, order: Any = 1, axis: Any = 0, nan_policy: Any = "propagate", center: Any = None,
           keepdims: Any = False) -> Any:
    _plain(nan_policy)
    assert keepdims is False, "`keepdims` is not supported"
    if center is None:
        return _moment(a, order, axis)
    return np.mean((a - center) ** order, axis=axis)


def skew(a: Any, axis: Any = 0, bias: Any = True, nan_policy: Any = "propagate", keepdims: Any = False) -> Any:
    _plain(nan_policy)
    assert keepdims is False, "`keepdims` is not supported"
    third = _moment(a, 3, axis) / _moment(a, 2, axis) ** 1.5
    if bias:
        return third
    n = _count(a, axis)
    return third * np.sqrt((n - 1.0) * n) / (n - 2.0)


def kurtosis(a: Any, axis: Any = 0, fisher: Any = True, bias: Any = True, nan_policy: Any = "propagate",
             keepdims: Any = False) -> Any:
    _plain(nan_policy)
    assert keepdims is False, "`keepdims` is not supported"
    fourth = _moment(a, 4, axis) / _moment(a, 2, axis) ** 2.0
    if bias is False:
        n = _count(a, axis)
        fourth = 1.0 / (n - 2) / (n - 3) * ((n**2 - 1.0) * fourth - 3 * (n - 1) ** 2.0) + 3.0
    return fourth - 3.0 if fisher else fourth


def _count(a: Any, axis: Any) -> Any:
    return np.size(a) if axis is None else a.shape[axis]


def zscore(a: Any, axis: Any = 0, ddof: Any = 0, nan_policy: Any = "propagate") -> Any:
    _plain(nan_policy)
    return (a - np.mean(a, axis=axis, keepdims=True)) / np.std(a, axis=axis, ddof=ddof, keepdims=True)


def sem(a: Any, axis: Any = 0, ddof: Any = 1, nan_policy: Any = "propagate", keepdims: Any = False) -> Any:
    _plain(nan_policy)
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims) / math.sqrt(_count(a, axis))


def variation(a: Any, axis: Any = 0, nan_policy: Any = "propagate", ddof: Any = 0, keepdims: Any = False) -> Any:
    _plain(nan_policy)
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims) / np.mean(a, axis=axis, keepdims=keepdims)


def gmean(a: Any, axis: Any = 0, dtype: Any = None, weights: Any = None, nan_policy: Any = "propagate",
          keepdims: Any = False) -> Any:
    _plain(nan_policy)
    assert dtype is None and keepdims is False, "`dtype` and `keepdims` are not supported"
    return np.exp(np.average(np.log(a), axis=axis, weights=weights))


def hmean(a: Any, axis: Any = 0, dtype: Any = None, weights: Any = None, nan_policy: Any = "propagate",
          keepdims: Any = False) -> Any:
    _plain(nan_policy)
    assert dtype is None and keepdims is False, "`dtype` and `keepdims` are not supported"
    mean = 1.0 / np.average(1.0 / a, axis=axis, weights=weights)
    return np.where(np.any(a < 0.0, axis=axis), np.nan, mean)


def pmean(a: Any, p: Any, axis: Any = 0, dtype: Any = None, weights: Any = None, nan_policy: Any = "propagate",
          keepdims: Any = False) -> Any:
    _plain(nan_policy)
    assert dtype is None and keepdims is False, "`dtype` and `keepdims` are not supported"
    if p == 0:
        return np.exp(np.average(np.log(a), axis=axis, weights=weights))
    return np.average(a ** (1.0 * p), axis=axis, weights=weights) ** (1.0 / p)


def entropy(pk: Any, qk: Any = None, base: Any = None, axis: Any = 0, nan_policy: Any = "propagate",
            keepdims: Any = False) -> Any:
    """Of numbers that are made to sum to one."""
    _plain(nan_policy)
    p = pk / np.sum(pk, axis=axis, keepdims=True)
    if qk is None:
        terms = np.where(p > 0.0, -p * np.log(np.where(p > 0.0, p, 1.0)), np.where(p == 0.0, p * 0.0, p * np.inf))
    else:
        q = qk / np.sum(qk, axis=axis, keepdims=True)
        both = np.logical_and(p > 0.0, q > 0.0)
        logs = np.log(np.where(both, p, 1.0) / np.where(both, q, 1.0))
        terms = np.where(both, p * logs, np.where(np.logical_and(p == 0.0, q >= 0.0), 0.0, np.inf))
    total = np.sum(terms, axis=axis, keepdims=keepdims)
    return total if base is None else total / np.log(base)


def iqr(x: Any, axis: Any = None, rng: Any = None, scale: Any = 1.0, nan_policy: Any = "propagate",
        interpolation: Any = "linear", keepdims: Any = False) -> Any:
    _plain(nan_policy)
    if axis is None and np.size(x) == 0:
        return np.sum(x) * np.nan
    if rng is None:
        ends = np.percentile(x, 75, axis=axis, method=interpolation, keepdims=keepdims)
        return (ends - np.percentile(x, 25, axis=axis, method=interpolation, keepdims=keepdims)) / scale
    high = np.percentile(x, rng[1], axis=axis, method=interpolation, keepdims=keepdims)
    low = np.percentile(x, rng[0], axis=axis, method=interpolation, keepdims=keepdims)
    return (high - low) / scale


def trim_mean(a: Any, proportiontocut: Any, axis: Any = 0) -> Any:
    """The mean without so large a part of the sample at either end."""
    assert np.ndim(a) == 1, "`trim_mean` of a vector"
    n = len(a)
    low = int(proportiontocut * n)
    if low > n - low:
        raise ValueError("Proportion too big.")
    return np.mean(np.sort(a)[low : n - low])


def rankdata(a: Any, method: Any = "average", axis: Any = None, nan_policy: Any = "propagate") -> Any:
    """Places in the order; equal numbers share the mean of theirs."""
    _plain(nan_policy)
    assert method == "average", "`method` is 'average'"
    assert np.ndim(a) == 1, "`rankdata` of a vector"
    ordered = np.sort(a)
    first = np.searchsorted(ordered, a, side="left")
    last = np.searchsorted(ordered, a, side="right")
    return 0.5 * (first + last + 1)


WRITTEN = {f"scipy.stats.{f.__name__}": f for f in (
    moment, skew, kurtosis, zscore, sem, variation, gmean, hmean, pmean, entropy, iqr, trim_mean, rankdata)}
