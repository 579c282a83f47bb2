"""What the items of a list whose length is known only at run time are: the same for all of them.

The shape of the items is found while the pass runs: a list is taken to hold numbers until something else is put into
it, and then the pass begins again with what it knows now. Whether a number is an array is known by `infer` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class References:
    """Objects of one class that are rows of a table, which has this name."""

    table: str


Shape = Numbers | Fields | Rows | References
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
        case References(), References():
            return a if a == b else None
        case (Fields(cls=cls), Numbers()) | (Numbers(), Fields(cls=cls)):  # a tuple that is no record is a value here
            return (a if isinstance(a, Fields) else b) if cls is tuple else None
        case _:
            return None


def referring(shape: Shape, tables: dict[tuple[type, tuple[Any, ...]], str]) -> Shape:
    """A shape in which objects that are in tables are references."""
    match shape:
        case Fields(cls, keys, items):
            table = tables.get((cls, keys))
            return References(table) if table else Fields(cls, keys, tuple(referring(s, tables) for s in items))
        case Rows(items, longer):
            return Rows(referring(items, tables), longer)
        case _:
            return shape


def in_itself(shape: Shape, around: tuple[Fields, ...] = ()) -> Iterator[Fields]:
    """The objects in a shape that hold others of their kind, the innermost ones of these."""
    match shape:
        case Fields(cls, keys, items):
            for s in items:
                yield from in_itself(s, (*around, shape))
            if cls is not tuple and any((f.cls, f.keys) == (cls, keys) for f in around):
                yield shape
        case Rows(items, _):
            yield from in_itself(items, around)
        case _:
            return


TABLE = "objects.of."  # what the names of tables begin with


def tables_in(shapes: dict[str, Shape]) -> dict[tuple[type, tuple[Any, ...]], str]:
    """The names of tables, by the classes and attributes of the objects in them."""
    found = ((name, s) for name, s in shapes.items() if name.startswith(TABLE))
    return {(s.cls, s.keys): name for name, s in found if isinstance(s, Fields)}


def endless(shapes: dict[str, Shape]) -> bool:
    """Whether reading an object from a table would read another one from the same table, and so on."""
    def reached(shape: Shape, around: tuple[str, ...]) -> bool:
        match shape:
            case Fields(_, _, items):
                return any(reached(s, around) for s in items)
            case References(table):
                return table in around or reached(shapes[table], (*around, table))
            case _:
                return False

    return any(reached(References(name), ()) for name in tables_in(shapes).values())


def with_references(shapes: dict[str, Shape]) -> dict[str, Shape]:
    """The shapes of the items of lists, with references to the objects that are in tables."""
    tables = tables_in(shapes)
    return {name: replace(s, items=tuple(referring(i, tables) for i in s.items))
            if isinstance(s, Fields) and name.startswith(TABLE) else referring(s, tables) for name, s in shapes.items()}


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
