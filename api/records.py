"""Records as arguments and results: taken apart before native code runs, and put together from what it returns.

Native code takes the leaves of a dict, list, named tuple or object one by one. The class, the keys and their order
belong to the signature: another record is another signature.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from enum import Enum
from functools import cache
from typing import Any, cast

import numpy as np

from tapeless.compiler.ir.classes import is_named_tuple, is_plain
from tapeless.compiler.ir.records import (
    ArrayItems,
    Built,
    Growing,
    Options,
    Perhaps,
    RecordOf,
    RowItems,
    Structure,
    has_records,
    item_type,
    passed,
    tuple_opened,
)
from tapeless.compiler.ir.types import Known, Nothing, Scalar
from tapeless.runtime import grown

from .passed import canonical

DIFFERENT: Any = type("Different", (), {"__repr__": lambda self: "DIFFERENT"})()
"""What native code for records returns for leaves that it was not compiled for."""

Taker = Callable[..., tuple[Any, ...] | None]
FIXED, LONGEST = 16, 256  # items of a list whose length is part of its type: always, and where code for all is refused


def fields_of(value: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]] | None:
    """Keys and values of a record; None for anything else."""
    cls = type(value)
    if cls is dict:
        return tuple(value), tuple(value.values())
    if cls in (list, tuple) or (isinstance(value, tuple) and is_named_tuple(cls)):
        return tuple(range(len(value))), tuple(value)
    if isinstance(value, np.ndarray | np.generic | int | float | complex | str | type) or not is_plain(cls):
        return None
    names = attributes(value)
    return names, tuple(getattr(value, name) for name in names)


def attributes(value: Any) -> tuple[str, ...]:
    """The attributes that an instance has, in the order of the class's slots and then of its dictionary."""
    slots = _slots(cast(Hashable, type(value)))
    return (*(n for n in slots if hasattr(value, n)), *getattr(value, "__dict__", ()))


@cache
def _slots(cls: Any) -> tuple[str, ...]:
    found: list[str] = []
    for base in reversed(cls.__mro__):
        names: Any = vars(base).get("__slots__", ())
        found += [names] if isinstance(names, str) else names
    return tuple(n for n in found if n not in ("__dict__", "__weakref__"))


def made(cls: type, keys: tuple[Any, ...], items: list[Any]) -> Any:
    """A record of a class. An object is made without calling its class, whose checks are for values."""
    if cls is dict:
        return dict(zip(keys, items, strict=True))
    if issubclass(cls, list | tuple):
        return items if cls is list else tuple.__new__(cls, items)  # type: ignore[type-var]
    result = object.__new__(cls)
    for key, item in zip(keys, items, strict=True):
        object.__setattr__(result, key, item)
    return result


def classes_of(structures: Iterable[Structure | None]) -> Iterator[type]:
    """The user's classes among the records, one for each record."""
    for s in structures:
        if isinstance(s, RecordOf):
            if s.cls not in (dict, list, tuple, Growing):
                yield s.cls
            yield from classes_of(s.items)


def taker(structures: tuple[Structure, ...]) -> Taker:
    """A function that gives the leaves of arguments of these structures, and None for other arguments.

    It is written out as Python text, because it runs at every call: a dict of four numbers takes a microsecond.
    """
    text = _TakerText()
    parameters = [text.fresh() for _ in structures]
    for name, s in zip(parameters, structures, strict=True):
        text.take(name, s)
        if not isinstance(s, RecordOf):
            text.leaves.append(name)
    lines = [*text.lines, f"return ({''.join(f'{leaf}, ' for leaf in text.leaves)})"]
    source = f"def take({', '.join(parameters)}):\n" + "".join(f"    {line}\n" for line in lines)
    exec(source, text.world)
    made: Taker = text.world["take"]
    return made


class _TakerText:
    """The lines of one `taker`. No name or key of the user's is in the text, they are values of its world."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.leaves: list[str] = []
        self.world: dict[str, Any] = {"attributes": attributes, "canonical": canonical,
                                     "column_of": grown.column_of, "transposed": grown.transposed}
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def known(self, value: Any) -> str:
        name = f"k{len(self.world)}"
        self.world[name] = value
        return name

    def require(self, condition: str) -> None:
        self.lines.append(f"if not ({condition}): return None")

    def take(self, name: str, s: Structure) -> None:
        """Check that a variable has a structure, and collect the variables of what is passed."""
        match s:
            case RecordOf():
                self.record(name, s)
            case Known(str()) if type(s.value) is str:
                self.require(f"type({name}) is str and {name} == {self.known(s.value)}")
            case Known() if callable(s.value):
                self.require(f"canonical({name}) is {self.known(s.value)}")
            case Known():
                self.require(f"{name} is {self.known(s.value)}")
            case Nothing():
                self.require(f"{name} is None")
            case _:
                pass

    def column(self, name: str, s: RecordOf, least: int = FIXED) -> None:
        """A list of any length is passed as arrays; there is none of one without derivative among gradients."""
        part, item = self.fresh(), item_type(s)
        if isinstance(item, RecordOf):
            self.lines.append(f"{part} = transposed({name}, {least}, {self.known(item.cls)}, {len(item.keys)})")
            self.require(f"{part} is not None")
            for k, column in enumerate(s.items[0].items if isinstance(s.items[0], RecordOf) else ()):
                inner = self.fresh()
                self.lines.append(f"{inner} = {part}[{k}]")
                assert isinstance(column, RecordOf)
                self.column(inner, column, -1)
        elif isinstance(item, Scalar):
            self.lines.append(f"{part} = column_of({name}, {least}, {item.kind!r}, {item.weak})")
            self.require(f"{part} is not None")
            self.leaves.append(part)

    def record(self, name: str, s: RecordOf) -> None:
        if s.cls is Growing:
            self.column(name, s)
            return
        cls, keys = self.known(s.cls), self.known(s.keys)
        parts = [self.fresh() for _ in s.keys]
        names = "".join(f"{part}, " for part in parts) or "()"
        if s.cls is dict:
            self.require(f"type({name}) is dict and tuple({name}) == {keys}")
            self.lines.append(f"{names} = {name}.values()")
        elif issubclass(s.cls, list | tuple):
            self.require(f"type({name}) is {cls} and len({name}) == {len(parts)}")
            self.lines.append(f"{names} = {name}")
        else:
            self.require(f"type({name}) is {cls} and attributes({name}) == {keys}")
            slots = any("__slots__" in vars(base) for base in s.cls.__mro__[:-1])
            for part, key in zip(parts, s.keys, strict=True):
                self.lines.append(f"{part} = getattr({name}, {self.known(key)})" if slots else
                                  f"{part} = {name}.__dict__[{self.known(key)}]")
        for part, item in zip(parts, s.items, strict=True):
            self.take(part, item)
            if passed(item) and not isinstance(item, RecordOf):
                self.leaves.append(part)


def opened(structures: tuple[Structure, ...], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The leaves of arguments of these structures."""
    if not has_records(structures):
        return arguments
    leaves = taker(structures)(*arguments)
    assert leaves is not None
    return leaves


def leaf_values(s: Structure, value: Any) -> Iterator[Any]:
    """The values of an argument that have no parts, in order: plain tuples are opened as well."""
    yield from opened((tuple_opened(s),), (value,))


def rebuilt(built: Built | None, raw: Any, arguments: tuple[Any, ...]) -> Any:
    """The result of a call, from nested tuples. What the function returns of its arguments is the caller's object."""
    return raw if built is None else _build(built, raw, {}, arguments)


def _build(b: Built, items: Any, objects: dict[str, Any], arguments: tuple[Any, ...]) -> Any:
    if b.path:
        return _at(arguments, b.path)
    if b.cls is Options:
        return _constant(b.items[b.keys.index(items)])
    if b.cls is Perhaps:
        missing, item = items
        inner = b.items[1]
        return None if missing else _build(inner, item, objects, arguments) if isinstance(inner, Built) else item
    if b.identity not in objects and b.cls is Growing:
        objects[b.identity] = grown.items_of(_form(b.items[0]), items, made)
    if b.identity not in objects:
        parts = iter(items)
        values = [item if isinstance(item, str) else next(parts) if item is None
                  else _build(item, next(parts), objects, arguments) for item in b.items]
        objects[b.identity] = made(b.cls, b.keys, values)
    return objects[b.identity]


def _constant(item: Any) -> Any:
    """A string, or an enum member."""
    return cast(type[Enum], item.cls)[item.keys[0]] if isinstance(item, Built) else item


@cache
def _form(b: Built | str | None) -> grown.Form:
    """What the items of a list are, as `grown` reads it."""
    if not isinstance(b, Built):
        return b
    kind = grown.ROWS if b.cls is RowItems else grown.ARRAYS if b.cls is ArrayItems else b.cls
    return kind, b.keys, tuple(map(_form, b.items))


def _at(arguments: tuple[Any, ...], path: tuple[Any, ...]) -> Any:
    found = arguments[path[0]]
    for key in path[1:]:
        found = found[key] if isinstance(found, dict | list | tuple) else getattr(found, key)
    return found


def nested(built: Built | None, head: Any, raw: Any, name: str) -> Any:
    """A head gradient with the structure of a result, as nested tuples like those that native code has returned."""
    if built is None or built.cls is Options:
        return head

    if built.cls is Perhaps:
        missing, item = raw
        inner = built.items[1]
        return missing, _nothing(item) if missing else nested(
            inner if isinstance(inner, Built) else None, head, item, name)

    def parts(cls: type, keys: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
        found = fields_of(value)
        if type(value) in (tuple, list) and issubclass(cls, tuple) and len(value) == len(keys):
            return tuple(value)  # of a named tuple as well
        if found is None or type(value) is not cls or found[0] != keys:
            raise ValueError(f"the head gradient of `{name}` is a {cls.__name__} with the fields "
                             f"{', '.join(map(str, keys))}, as the value is")
        return found[1]

    if built.cls is Growing:
        return grown.columns_of(_form(built.items[0]), head, raw, parts, name)
    pairs = zip(built.items, parts(built.cls, built.keys, head), strict=True)
    passed_on = [(b, item) for b, item in pairs if not isinstance(b, str)]
    return tuple(nested(b, item, inner, name) for (b, item), inner in zip(passed_on, raw, strict=True))


def _nothing(raw: Any) -> Any:
    """The head gradient of what is None: zeros, which nobody multiplies with anything."""
    return tuple(map(_nothing, raw)) if isinstance(raw, tuple) else np.zeros_like(raw)[()]


def like(s: Structure, raw: Any, value: Any) -> Any:
    """A gradient with the structure of its argument, from nested tuples; None where there is no derivative."""
    if not isinstance(s, RecordOf):
        return raw
    if s.cls is Growing:
        return _list_like(s, raw, len(value))
    found = fields_of(value)
    assert found is not None
    return made(s.cls, s.keys, [like(*parts) for parts in zip(s.items, raw, found[1], strict=True)])


def _list_like(s: RecordOf, raw: Any, count: int) -> list[Any]:
    """The gradient by a list of any length: of numbers, or of tuples."""
    (held,), (part,) = s.items, raw
    if not isinstance(held, RecordOf):
        return [None] * count if part is None else grown.items_of(None, part, made)
    columns = [_list_like(c, column, count) for c, column in zip(held.items, part, strict=True)
               if isinstance(c, RecordOf)]
    return [made(held.cls, held.keys, list(row)) for row in zip(*columns, strict=True)]


def copied(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """The record with a function applied to everything in it that has no parts."""
    found = fields_of(value)
    return leaf(value) if found is None else made(type(value), found[0], [copied(item, leaf) for item in found[1]])


def all_leaves(value: Any) -> Iterator[Any]:
    """Everything in a record that has no parts."""
    found = fields_of(value)
    if found is None:
        yield value
    for item in found[1] if found is not None else ():
        yield from all_leaves(item)
