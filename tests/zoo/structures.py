"""Records among arguments, results and gradients, seen as their leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any


def parts(value: Any) -> tuple[tuple[Any, ...], list[Any]] | None:
    """Keys and items of a record; None for a leaf."""
    if isinstance(value, dict):
        return tuple(value), list(value.values())
    if isinstance(value, Enum):
        return None
    if isinstance(value, list | tuple):
        return tuple(range(len(value))), list(value)
    if type(value).__module__.startswith(("builtins", "numpy")) or not hasattr(value, "__dict__"):
        return None
    return tuple(vars(value)), list(vars(value).values())


def like(value: Any, items: list[Any]) -> Any:
    """A record of the class of `value` with other items."""
    if isinstance(value, dict):
        return dict(zip(value, items, strict=True))
    if isinstance(value, list):
        return items
    if isinstance(value, tuple):
        return tuple.__new__(type(value), items)
    made = object.__new__(type(value))
    for name, item in zip(vars(value), items, strict=True):
        object.__setattr__(made, name, item)
    return made


def rebuilt(value: Any, leaf: Callable[..., Any], *others: Any) -> Any:
    """The record with a function applied to every leaf, and to those of other records of the same structure."""
    found = parts(value)
    if found is None:
        return leaf(value, *others)
    rows = zip(found[1], *(parts(other)[1] for other in others), strict=True)  # type: ignore[index]
    return like(value, [rebuilt(item, leaf, *rest) for item, *rest in rows])


def leaves(value: Any) -> Iterator[Any]:
    """The numbers and arrays of a record, in order; None and strings are no leaves."""
    found = parts(value)
    if found is not None:
        for item in found[1]:
            yield from leaves(item)
    elif value is not None and not isinstance(value, str):
        yield value


def as_tuples(value: Any) -> Any:
    """Nested tuples with the same numbers and arrays: what generated Python takes and gives."""
    found = parts(value)
    return value if found is None else tuple(as_tuples(item) for item in found[1] if not isinstance(item, str | Enum))


def shape(value: Any) -> Any:
    """The classes and keys of a record; what is no record is `.`."""
    found = parts(value)
    if found is None:
        return value if value is None or isinstance(value, str) else "."
    return type(value), found[0], tuple(map(shape, found[1]))
