"""Functions of `itertools` as lists of what they give, where this is gone through at once.

They are translated like the user's functions, from what stands here, and never run.
"""

from __future__ import annotations

import itertools
from typing import Any


def accumulated(iterable: Any, func: Any = None, *, initial: Any = None) -> Any:
    """`itertools.accumulate`."""
    items = [item for item in iterable]  # noqa: C416
    found = []
    if initial is not None:
        total = initial
        found.append(total)
        for item in items:
            total = _joined(func, total, item)
            found.append(total)
    elif len(items) > 0:
        total = items[0]
        found.append(total)
        for k in range(1, len(items)):
            total = _joined(func, total, items[k])
            found.append(total)
    return found


def _joined(func: Any, total: Any, item: Any) -> Any:
    return total + item if func is None else func(total, item)


def sliced(iterable: Any, first: Any, *rest: Any) -> Any:
    """`itertools.islice`."""
    if len(rest) == 0:
        return _cut(iterable, 0, first, 1)
    start = 0 if first is None else first
    if len(rest) == 1:
        return _cut(iterable, start, rest[0], 1)
    return _cut(iterable, start, rest[0], 1 if rest[1] is None else rest[1])


def _cut(iterable: Any, start: Any, stop: Any, step: Any) -> Any:
    if start < 0 or step < 1 or (stop is not None and stop < 0):
        raise ValueError("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
    found = []
    for k, item in enumerate(iterable):
        if stop is not None and k >= stop:
            break
        if k >= start and (k - start) % step == 0:
            found.append(item)
    return found


def dropped_while(predicate: Any, iterable: Any) -> Any:
    """`itertools.dropwhile`."""
    found = []
    dropping = True
    for item in iterable:
        if dropping and predicate(item):
            continue
        dropping = False
        found.append(item)
    return found


def starred_map(function: Any, iterable: Any) -> Any:
    """`itertools.starmap`."""
    return [function(*item) for item in iterable]


def selected(data: Any, selectors: Any) -> Any:
    """`itertools.compress`."""
    return [item for item, chosen in zip(data, selectors) if chosen]  # noqa: B905


def not_filtered(function: Any, iterable: Any) -> Any:
    """`itertools.filterfalse`."""
    return [item for item in iterable if not function(item)]


ITERATORS: dict[Any, Any] = {
    itertools.accumulate: accumulated,
    itertools.islice: sliced,
    itertools.dropwhile: dropped_while,
    itertools.starmap: starred_map,
    itertools.compress: selected,
    itertools.filterfalse: not_filtered,
}
