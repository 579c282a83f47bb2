"""Distances between vectors, and between the rows of matrices: of `scipy.spatial.distance`."""

from __future__ import annotations

from typing import Any

import numpy as np


def euclidean(u: Any, v: Any, w: Any = None) -> Any:
    d = u - v
    return float(np.linalg.norm(d)) if w is None else float(np.sqrt(np.sum(w * d * d)))


def sqeuclidean(u: Any, v: Any, w: Any = None) -> Any:
    d = u - v
    return np.sum(d * d) if w is None else np.sum(w * d * d)


def cityblock(u: Any, v: Any, w: Any = None) -> Any:
    d = np.abs(u - v)
    return np.sum(d) if w is None else np.sum(w * d)


def chebyshev(u: Any, v: Any, w: Any = None) -> Any:
    d = np.abs(u - v)
    return np.max(d) if w is None else np.max(w * d)


def minkowski(u: Any, v: Any, p: Any = 2, w: Any = None) -> Any:
    if p <= 0:
        raise ValueError("p must be greater than 0")
    if p == 2:
        return euclidean(u, v, w)
    d = np.abs(u - v) ** p
    return np.sum(d) ** (1.0 / p) if w is None else np.sum(w * d) ** (1.0 / p)


def cosine(u: Any, v: Any, w: Any = None) -> Any:
    if w is None:
        return 1.0 - np.sum(u * v) / np.sqrt(np.sum(u * u) * np.sum(v * v))
    return 1.0 - np.sum(w * u * v) / np.sqrt(np.sum(w * u * u) * np.sum(w * v * v))


def correlation(u: Any, v: Any, w: Any = None, centered: Any = True) -> Any:
    if centered is False:
        return cosine(u, v, w)
    if w is None:
        return cosine(u - np.mean(u), v - np.mean(v))
    total = np.sum(w)
    return cosine(u - np.sum(w * u) / total, v - np.sum(w * v) / total, w)


def braycurtis(u: Any, v: Any, w: Any = None) -> Any:
    d, s = np.abs(u - v), np.abs(u + v)
    return np.sum(d) / np.sum(s) if w is None else np.sum(w * d) / np.sum(w * s)


def mahalanobis(u: Any, v: Any, VI: Any) -> Any:
    d = u - v
    return np.sqrt(d @ VI @ d)


def cdist(XA: Any, XB: Any, metric: Any = "euclidean", out: Any = None, p: Any = 2, w: Any = None) -> Any:
    """Of every row of one matrix from every row of the other."""
    assert out is None and w is None, "`out` and `w` are not supported"
    assert isinstance(metric, str), "`metric` is a word"
    if XA.shape[1] != XB.shape[1]:
        raise ValueError("XA and XB must have the same number of columns (i.e. feature dimension.)")
    d = XA[:, None, :] - XB
    if metric == "euclidean" or metric == "l2":
        return np.linalg.norm(d, axis=-1)
    if metric == "sqeuclidean":
        return np.sum(d * d, axis=-1)
    if metric == "cityblock" or metric == "manhattan" or metric == "l1":
        return np.sum(np.abs(d), axis=-1)
    if metric == "chebyshev" or metric == "linf":
        return np.max(np.abs(d), axis=-1)
    if metric == "minkowski":
        return np.sum(np.abs(d) ** p, axis=-1) ** (1.0 / p)
    if metric == "cosine":
        return 1.0 - XA @ XB.T / np.outer(np.linalg.norm(XA, axis=1), np.linalg.norm(XB, axis=1))
    raise ValueError("this metric is not supported")


def pdist(X: Any, metric: Any = "euclidean", out: Any = None, p: Any = 2, w: Any = None) -> Any:
    """Of every row of a matrix from every later one."""
    return cdist(X, X, metric, out, p, w)[np.triu_indices(len(X), 1)]


def squareform(X: Any, force: Any = "no", checks: Any = True) -> Any:
    """From the distances of pairs to a symmetric matrix, or back."""
    if np.ndim(X) == 2:
        if X.shape[0] != X.shape[1]:
            raise ValueError("The matrix argument must be square.")
        if checks and (np.any(X != X.T) or np.any(np.diagonal(X) != 0)):
            raise ValueError("the matrix has to be symmetric, with zeros on its diagonal")
        return X[np.triu_indices(len(X), 1)]
    n = int(np.ceil(np.sqrt(len(X) * 2.0)))
    if n * (n - 1) != 2 * len(X):
        raise ValueError("the length of the vector is that of no number of pairs")
    made = np.zeros((n, n), dtype=X.dtype)
    made[np.triu_indices(n, 1)] = X
    return made + made.T


WRITTEN = {f"scipy.spatial.distance.{f.__name__}": f for f in (
    euclidean, sqeuclidean, cityblock, chebyshev, minkowski, cosine, correlation, braycurtis, mahalanobis, cdist, pdist,
    squareform)}
