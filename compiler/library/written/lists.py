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


def multiply(items: list[Any], count: int) -> None:
    """`items *= count`."""
    size = len(items)
    for _ in range(count - 1):
        for k in range(size):
            items.append(items[k])
    if count <= 0:
        items.clear()


def contains(items: list[Any], wanted: Any) -> bool:
    """`wanted in items`."""
    return count(items, wanted) > 0


def lacks(items: list[Any], wanted: Any) -> bool:
    """`wanted not in items`."""
    return not contains(items, wanted)


def index(items: list[Any], wanted: Any) -> int:
    """`items.index(wanted)`."""
    found = first(items, wanted)
    if found < 0:
        raise ValueError("list.index(x): x not in list")
    return found


def first(items: list[Any], wanted: Any) -> int:
    """The first position at which an item is found, -1 if there is none."""
    found = -1
    for k in range(len(items)):
        if found < 0 and wanted in (items[k],):
            found = k
    return found


def remove(items: list[Any], wanted: Any) -> None:
    """`items.remove(wanted)`."""
    found = first(items, wanted)
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


def equal(one: Any, other: Any) -> bool:
    """`one == other`."""
    same = len(one) == len(other)
    for k in range(len(one) if same else 0):
        if one[k] not in (other[k],):
            same = False
    return same


def unequal(one: Any, other: Any) -> bool:
    """`one != other`."""
    return not equal(one, other)


def largest(items: list[Any]) -> Any:
    """`max(*items)`."""
    check_count(len(items), "max")
    return max(items)


def smallest(items: list[Any]) -> Any:
    """`min(*items)`."""
    check_count(len(items), "min")
    return min(items)


def check_count(count: int, name: str) -> None:
    """One number alone is taken for what is to be gone through."""
    if count == 0:
        raise TypeError(f"{name} expected at least 1 argument, got 0")
    if count == 1:
        raise TypeError("'float' object is not iterable")
