"""What the items of a list whose length is known only at run time are: the same for all of them.

The shape of the items is found while the pass runs: a list is taken to hold numbers until something else is put into
it, and then the pass begins again with what it knows now. Whether a number is an array is known by `infer` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers, or arrays of one rank."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Tuples, dicts or objects of one class, with the same keys, and what each of them holds."""

    cls: type
    keys: tuple[Any, ...]
    items: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Lists. With `longer`, there are some among them that become longer after they were put into the list."""

    items: Shape
    longer: bool = False


Shape = Numbers | Fields | Rows
NUMBERS = Numbers()


def unified(a: Shape, b: Shape) -> Shape | None:
    """The shape of items that are some of the one and some of the other; None when there is none.

    An empty list among the items has items of any shape.
    """
    match a, b:
        case Numbers(), Numbers():
            return a
        case Fields(), Fields():
            items = [unified(x, y) for x, y in zip(a.items, b.items, strict=False)]
            known = tuple(x for x in items if x is not None)
            same = a.cls is b.cls and a.keys == b.keys and len(known) == len(items)
            return Fields(a.cls, a.keys, known) if same else None
        case Rows(), Rows():
            inner = a.items if b.items == NUMBERS else b.items if a.items == NUMBERS else unified(a.items, b.items)
            return None if inner is None else Rows(inner, a.longer or b.longer)
        case (Fields(cls=cls), Numbers()) | (Numbers(), Fields(cls=cls)):  # a tuple that is no record is a value here
            return (a if isinstance(a, Fields) else b) if cls is tuple else None
        case _:
            return None


def changed(shape: Shape, path: str, change: Callable[[Shape], Shape]) -> Shape | None:
    """A shape that is another one at a path; None if there is no such path in it."""
    if not path:
        return change(shape)
    match shape:
        case Rows(items, longer) if path.startswith("[]"):
            inner = changed(items, path[2:], change)
            return None if inner is None else Rows(inner, longer)
        case Fields(cls, keys, items):
            made = [changed(s, path[len(f".{k}") :], change) if f"{path}.".startswith((f".{k}.", f".{k}[")) else s
                    for k, s in zip(keys, items, strict=True)]
            known = tuple(s for s in made if s is not None)
            return Fields(cls, keys, known) if known != items and len(known) == len(made) else None
        case _:
            return None
