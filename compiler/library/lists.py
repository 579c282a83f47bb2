"""Methods of lists whose length is known only at run time, as Python has them: compiled in place of their calls."""

from __future__ import annotations

from typing import Any


def append_all(items: list[Any], others: Any) -> None:
    """`items.extend(others)`: a list is gone through as it was, also when it is the same one."""
    for k in range(len(others)):
        items.append(others[k])


def repeat(items: list[Any], once: list[Any], count: int) -> None:
    """Put all of `once` at the end, `count` times."""
    for _ in range(count):
        for k in range(len(once)):
            items.append(once[k])


def contains(items: list[Any], wanted: Any) -> bool:
    """`wanted in items`."""
    for k in range(len(items)):
        if wanted in (items[k],):
            return True
    return False


def lacks(items: list[Any], wanted: Any) -> bool:
    """`wanted not in items`."""
    return not contains(items, wanted)


def index(items: list[Any], wanted: Any) -> int:
    """`items.index(wanted)`."""
    for k in range(len(items)):
        if wanted in (items[k],):
            return k
    raise ValueError("list.index(x): x not in list")


def remove(items: list[Any], wanted: Any) -> None:
    """`items.remove(wanted)`."""
    found = -1
    for k in range(len(items)):
        if found < 0 and wanted in (items[k],):
            found = k
    if found < 0:
        raise ValueError("list.remove(x): x not in list")
    del items[found]


def count(items: list[Any], wanted: Any) -> int:
    """`items.count(wanted)`."""
    found = 0
    for k in range(len(items)):
        if wanted in (items[k],):
            found += 1
    return found


def equal(first: Any, second: Any) -> bool:
    """`first == second`."""
    if len(first) != len(second):
        return False
    for k in range(len(first)):
        if first[k] not in (second[k],):
            return False
    return True


def unequal(first: Any, second: Any) -> bool:
    """`first != second`."""
    return not equal(first, second)
