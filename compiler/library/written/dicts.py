"""Methods of dicts whose keys are known at run time only, as Python has them: compiled in place of their calls.

A dict has a list of its keys and one of its values, in one order. `at` is the position of a key, -1 if
there is none.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def put(keys: list[Any], values: list[Any], at: int, key: Any, value: Any) -> None:
    """`d[key] = value`."""
    if at < 0:
        keys.append(key)
        values.append(value)
    else:
        values[at] = value


def put_new(keys: list[Any], values: list[Any], at: int, key: Any, value: Any) -> None:
    """The key with a value, where it is not there yet."""
    if at < 0:
        keys.append(key)
        values.append(value)


def put_list(keys: list[Any], values: list[Any], at: int, key: Any) -> None:
    """The key with an empty list, where it is not there yet."""
    if at < 0:
        keys.append(key)
        values.append([])


def put_key(keys: list[Any], at: int, key: Any) -> None:
    """`s.add(key)` of a set."""
    if at < 0:
        keys.append(key)


def get(values: list[Any], at: int, default: Any) -> Any:
    """`d.get(key, default)`."""
    if at < 0:
        return default
    return values[at]


def taken(keys: list[Any], values: list[Any], at: int, default: Any) -> Any:
    """`d.pop(key, default)`."""
    if at < 0:
        return default
    return removed(keys, values, at)


def removed(keys: list[Any], values: list[Any], at: int) -> Any:
    """The value of a key that leaves the dict."""
    del keys[at]
    return values.pop(at)


def last(keys: list[Any], values: list[Any]) -> Any:
    """`d.popitem()`."""
    return keys.pop(), values.pop()


def update(items: Any, others: Any) -> None:
    """`d.update(others)`."""
    for key, value in others.items():
        items[key] = value


def chosen(items: Any, keys: list[Any], others: Any, there: bool) -> None:
    """Put those keys into a set that are among others, or those that are not."""
    for key in keys:
        if (key in others) == there:
            items.add(key)


def pairs_in_order(keys: list[Any], values: list[Any]) -> list[Any]:
    """`sorted(d.items())`: no two have one key."""
    found = []
    for k in np.argsort(keys):
        found.append((keys[k], values[k]))
    return found


def removed_key(keys: list[Any], at: int) -> None:
    """The key leaves the set, if it is there."""
    if at >= 0:
        del keys[at]


def add_all(items: Any, others: Any) -> None:
    """`items.update(others)` of a set."""
    for item in others:
        items.add(item)


def count_all(counts: Any, items: Any) -> None:
    """What `Counter(items)` counts."""
    for item in items:
        counts[item] += 1


def pairs(keys: list[Any], values: list[Any]) -> list[Any]:
    """`list(d.items())`."""
    found = []
    for k in range(len(keys)):
        found.append((keys[k], values[k]))
    return found
