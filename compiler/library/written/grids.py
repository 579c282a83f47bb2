"""What NumPy writes as an index: `np.r_`, `np.c_`, `np.mgrid` and `np.ogrid`. And functions over every element."""

from __future__ import annotations

from typing import Any

import numpy as np


def r_(*parts: Any) -> Any:
    return np.concatenate([np.atleast_1d(p) for p in parts])


def c_(*parts: Any) -> Any:
    return np.concatenate([_columns(p) for p in parts], axis=-1)


def _columns(p: Any) -> Any:
    if np.ndim(p) == 0:
        return np.full((1, 1), p)
    if np.ndim(p) == 1:
        return p[:, None]
    return p


def mgrid(*lines: Any) -> Any:
    if len(lines) == 1:
        return lines[0]
    return np.stack(np.meshgrid(*lines, indexing="ij"))


def ogrid(*lines: Any) -> Any:
    if len(lines) == 1:
        return lines[0]
    if len(lines) == 2:
        zero = np.sum(lines[0][:0]) + np.sum(lines[1][:0])  # of the dtype that all lines have
        return lines[0][:, None] + zero, lines[1][None, :] + zero
    assert len(lines) == 3, "`ogrid` of up to three axes"
    zero = np.sum(lines[0][:0]) + np.sum(lines[1][:0]) + np.sum(lines[2][:0])
    return lines[0][:, None, None] + zero, lines[1][None, :, None] + zero, lines[2][None, None, :] + zero


def samples(start: Any, stop: Any, count: int) -> Any:
    """`start:stop:5j`, five numbers with both ends."""
    if count == 1:
        return np.full(1, start * 1.0)
    return np.arange(count) * ((stop - start) / float(count - 1)) + start


def line(start: Any, stop: Any, step: Any) -> Any:
    """`start:stop:step` of a grid."""
    if _whole(start) and _whole(stop) and _whole(step):
        return np.arange(start, stop, step)
    return np.arange(int(np.ceil((stop - start) / (step * 1.0)))) * step + start


def _whole(n: Any) -> Any:
    return isinstance(n, (int, np.integer))


def vectorized(function: Any, *args: Any) -> Any:
    """What `numpy.vectorize` makes of a function: a call for each element, with Python's numbers.

    The dtype is that of a call with the first elements as they are.
    """
    arrays = np.broadcast_arrays(*args)
    flat = [np.ravel(a) for a in arrays]
    count = len(flat[0])
    if count == 0:
        raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
    result = np.full(count, function(*[v[0] for v in flat]))
    for k in range(count):
        result[k] = function(*[_number(v[k]) for v in flat])
    return np.reshape(result, arrays[0].shape)


def _number(v: Any) -> Any:
    if isinstance(v, np.floating):
        return float(v)
    if isinstance(v, np.bool_):
        return bool(v)
    return int(v)


WRITTEN: dict[str, Any] = {}
