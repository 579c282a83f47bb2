"""Where keys are that are known at run time only: what generated adjoints call for a dict.

The keys of a dict are in arrays, one for each number in a key. Its index is an array of integers, a power of two of
them: open addressing by the hash of a key. A place holds one more than the position of a key, or 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def key_slot(index: Array, *columns_and_key: Any) -> int:
    """The place in an index where a key is, or belongs.

    Args:
        index: the int64 index, of shape (size,).
        columns_and_key: the arrays of the keys, and then as many numbers, which are the key.

    Raises ValueError for a key that is NaN: Python finds it by its identity.
    """
    half = len(columns_and_key) // 2
    columns, key = columns_and_key[:half], columns_and_key[half:]
    if any(k != k for k in key):
        raise ValueError("a key that is NaN is found by its identity in Python")
    mask = len(index) - 1
    slot = hash(key) & mask
    while index[slot] and any(c[index[slot] - 1] != k for c, k in zip(columns, key, strict=True)):
        slot = (slot + 1) & mask
    return slot


def key_index(count: int, *columns: Array) -> Array:
    """The index of the first `count` keys of which the columns are given: an int64 array."""
    size = 8
    while size <= 3 * count:
        size *= 2
    index = np.zeros(size, dtype=np.int64)
    for place in range(count):
        slot = hash(tuple(c[place] for c in columns)) & (size - 1)
        while index[slot]:
            slot = (slot + 1) & (size - 1)
        index[slot] = place + 1
    return index
