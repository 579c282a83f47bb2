"""What the items of a list whose length is known only at run time are: the same for all of them.

The shape of the items is found while the pass runs: a list is taken to hold numbers until something else is put into
it, and then the pass begins again with what it knows now. Whether a number is an array is known by `infer` alone.
"""

from __future__ import annotations

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
    """Lists."""

    items: Shape


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
            if a.items == b.items or NUMBERS in (a.items, b.items):
                return b if a.items == NUMBERS else a
            inner = unified(a.items, b.items)
            return None if inner is None else Rows(inner)
        case (Fields(cls=cls), Numbers()) | (Numbers(), Fields(cls=cls)):  # a tuple that is no record is a value here
            return (a if isinstance(a, Fields) else b) if cls is tuple else None
        case _:
            return None
