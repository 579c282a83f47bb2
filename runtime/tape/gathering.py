"""Arrays of nested lists that hold tensors: what `numpy.array` makes of them under `trace`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .crossing import plain, wrap
from .traced import Traced, tracks


def gathered(like: type[Traced], data: Any, dtype: Any = None) -> Any:
    """Make an array of nested lists that may hold tensors; their precision counts as NumPy's scalars do."""
    if isinstance(data, Traced):
        return data.copy() if dtype is None or data._array.dtype == dtype else data.astype(dtype)  # type: ignore[attr-defined]
    if isinstance(data, list | tuple) and _holds_active(data):
        stacked = np.stack([gathered(like, part) for part in data])
        return stacked if dtype is None else stacked.astype(dtype)
    return wrap(like, np.array(plain(data), dtype=dtype))


def _holds_active(data: Any) -> bool:
    return any(_holds_active(part) if isinstance(part, list | tuple) else tracks(part) for part in data)
