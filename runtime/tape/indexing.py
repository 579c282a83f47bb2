"""Reading by index: views for slices, copies for index arrays and masks, scalars for single elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from .crossing import plain, wrap
from .graph import AtIndex, Contribution
from .memory import Array
from .traced import Traced, is_basic, record_view


def getitem(x: Traced, index: Any) -> Any:
    """Do `x[index]`: a view for slices, a copy for index arrays and masks, a scalar for a single element.

    A single element is a copy, as in NumPy and unlike torch: `a[0], a[1] = a[1], a[0]` swaps.
    """
    value = x._array[index]
    if x._array.dtype.kind not in "fc":
        return wrap(type(x), value)
    basic = is_basic(index)

    def pull(g: Array) -> Contribution:
        return AtIndex(index, g, basic)

    return record_view(_getitem_name(index, basic), x, value, pull)


def _getitem_name(index: Any, basic: bool) -> str:
    parts = index if isinstance(index, tuple) else (index,)
    if not basic:
        return "IndexBackward0"
    whole = all(part is Ellipsis or part is None or isinstance(part, slice) for part in parts)
    return "SliceBackward0" if whole else "SelectBackward0"


def normal_index(index: Any) -> Any:
    """Turn tensors and lists inside an index into what NumPy indexes with; a 0-d integer array counts as an integer.

    Index arrays are copied: the backward part needs them as they were.
    """
    if isinstance(index, tuple):
        return tuple(normal_index(part) for part in index)
    if isinstance(index, slice):
        return slice(*(_bound(part) for part in (index.start, index.stop, index.step)))
    if isinstance(index, Traced):
        index = index._array
    if isinstance(index, list):
        index = np.array(plain(index)) if index else np.array(index, dtype=np.intp)
    if isinstance(index, np.ndarray):
        return int(index) if index.ndim == 0 and index.dtype.kind in "iu" else np.array(plain(index))
    return index


def _bound(part: Any) -> Any:
    return part._array.__index__() if isinstance(part, Traced) else part
