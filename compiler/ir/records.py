"""Records: values with fields, which exist until `dissolve` has replaced them by their fields.

The *structure* of an argument is its type as far as the compiler distinguishes arguments: a type of the intermediate
representation, or the class and the fields of a record. A plain tuple of plain values is a `TupleOf`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from .nodes import MAY_BE_NONE
from .types import NOTHING, Array, Known, Nothing, Scalar, TupleOf, Type, in_words, is_float


@dataclass(frozen=True, slots=True)
class RecordOf:
    """A dict, list, named tuple or object: its class, its keys, indices or attributes in order, and what they hold.

    A tuple that holds a record is one too.
    """

    cls: type
    keys: tuple[Any, ...]
    items: tuple[Structure, ...]

    def __str__(self) -> str:
        if self.cls is Growing:
            return f"list({item_type(self)})"
        inner = ", ".join(f"{k}: {t}" for k, t in zip(self.keys, self.items, strict=True))
        return f"{self.cls.__name__}({inner})"


Structure = Type | RecordOf


@dataclass(frozen=True, slots=True)
class Built:
    """How a result is put together again: `items` for the fields, None for a value that is no record, text itself.

    Records with the same `identity` are one object. A `path` names the record of the caller that the result is: the
    number of the parameter, then keys. A list whose length only the call tells (`Growing`) has one item, for what each
    of its items is; so have the `RowItems` of a list of lists.
    """

    cls: type
    keys: tuple[Any, ...]
    items: tuple[Built | str | None, ...]
    identity: str
    path: tuple[Any, ...] = ()


class Keys:
    """`p.keys()`: like the other two a record with one field, which holds the dict."""


class Values:
    """`p.values()`."""


class Items:
    """`p.items()`."""


class Instance:
    """The answer to which function is called where it is an instance of a class with `__call__`."""


class Bound:
    """A method that is read and not called: a record of its function and of the object that it belongs to."""


BOUND = ("function", "owner")  # the keys of such a record
CALLED = (Instance, Bound)  # the answers to which function is called that are no functions


class Growing:
    """A list whose length is known at run time only; see `passes/records/growing.py`."""


class Keyed:
    """A dict whose keys are known at run time only; see `passes/records/keyed.py`."""


class Unique:
    """A set; see `passes/records/keyed.py`."""


KEYED = (Keyed, Unique)
DEFAULT, MAKES = "default", "makes"  # what a `defaultdict` makes, and whether the dict is one
MADE_OF_KEYS = (set, defaultdict, Counter)  # classes that make them


def may_be_keyed(cls: type, keys: tuple[Any, ...]) -> bool:
    """Whether a record is a dict whose keys may be known at run time only: numbers, or tuples of them."""
    return cls is Keyed or (cls is dict and all(map(_is_number, keys)))


def _is_number(key: Any) -> bool:
    return isinstance(key, int | float) or (isinstance(key, tuple) and all(map(_is_number, key)))


def list_of(item: Scalar) -> RecordOf:
    """The structure of a list of numbers of any length: what is passed is one array of them."""
    return RecordOf(Growing, ("python" if item.weak else "numpy",), (Array(item.kind, 1),))


def list_of_records(cls: type, columns: tuple[RecordOf, ...]) -> RecordOf:
    """The structure of a list of tuples of any length: what is passed is a list for each of their items."""
    return RecordOf(Growing, ("columns",), (RecordOf(cls, tuple(range(len(columns))), columns),))


def item_type(s: RecordOf) -> Structure:
    """The type of the items of such a list."""
    (held,) = s.items
    if isinstance(held, RecordOf):
        return RecordOf(held.cls, held.keys, tuple(item_type(c) for c in held.items if isinstance(c, RecordOf)))
    return Scalar(held.kind, s.keys == ("python",)) if isinstance(held, Array) else held


class RowItems:
    """The columns of a list of lists: where each of them starts in the list of all their items, and its length."""


class ArrayItems:
    """The columns of a list of arrays: where each of them starts in the list of all their elements, and its extents."""


class Options:
    """A number in the place of a string or an enum member: keys of `Built` are numbers, its items what they mean."""


class Perhaps:
    """What may be None: a pair of whether it is and the value that it has otherwise, of which `Built` has items."""


class ObjectItems:
    """The column of a list of objects: where each of them is in the table of all objects of its class."""


PLACES = (RowItems, ArrayItems, ObjectItems)  # what these have of an item says where it is

VIEWS = (Keys, Values, Items)


def has_records(structures: tuple[Structure | None, ...]) -> bool:
    """Whether any argument is a record."""
    return any(isinstance(s, RecordOf) for s in structures)


def records_of(structures: tuple[Structure, ...]) -> tuple[RecordOf | None, ...]:
    """The records among the structures of arguments: what a function is translated for."""
    return tuple(s if isinstance(s, RecordOf) else None for s in structures)


def leaf_types(s: Structure) -> tuple[Type, ...]:
    """The types of the values that are passed for an argument of this structure, in order."""
    if isinstance(s, RecordOf):
        return tuple(t for item in s.items if passed(item) for t in leaf_types(item))
    return (s,)


def passed(item: Structure) -> bool:
    """Whether a part of a record is passed: a string or None is part of the structure, not a value."""
    return not isinstance(item, Known | Nothing)


def tuple_opened(s: Structure) -> Structure:
    """A plain tuple as a record, whose items are values of their own; a record with the tuples in it opened."""
    return opened(s) if isinstance(s, RecordOf | TupleOf) else s


def opened(s: RecordOf | TupleOf) -> RecordOf:
    """The record that a tuple is, or a record with the tuples in it opened."""
    cls, keys = (s.cls, s.keys) if isinstance(s, RecordOf) else (tuple, tuple(range(len(s.items))))
    return RecordOf(cls, keys, tuple(map(tuple_opened, s.items)))


def leaves(s: Structure) -> Iterator[Structure]:
    """Everything in a structure that has no parts."""
    if isinstance(s, RecordOf | TupleOf):
        for item in s.items:
            yield from leaves(item)
    else:
        yield s


def differentiable(s: Structure) -> bool:
    """Whether something in an argument can carry a derivative."""
    return any(isinstance(t, Scalar | Array) and is_float(t) for t in leaves(s))


def field_name(cls: type, key: Any, position: int) -> str:
    """A key as part of a variable's name."""
    if cls is Growing and key in ("python", "numpy", "columns"):
        return "items"
    named: tuple[str, ...] = getattr(cls, "_fields", ())
    if isinstance(key, int) and 0 <= key < len(named):
        return named[key]
    return key if isinstance(key, str) and key.isidentifier() else f"item{position}"


def describe(s: Structure) -> str:
    """A structure in the words of a message."""
    if isinstance(s, RecordOf):
        return kind_in_words(s.cls, len(s.items))
    return in_words(s)


def with_constants(
    built: Built | None, t: Type, constants: dict[tuple[int, ...], tuple[tuple[int, Any], ...]],
    path: tuple[int, ...] = (),
) -> Built | None:
    """How a result of a type is put together where `constants` tells what numbers in it stand for, by their places."""
    identity = f"constant{path}"
    if constants.get(path) == MAY_BE_NONE and isinstance(t, TupleOf):
        return Built(Perhaps, (), (None, with_constants(built, t.items[1], constants, (*path, 1))), identity)
    if path in constants:
        numbers, values = zip(*constants[path], strict=True)
        return Built(Options, numbers, tuple(map(_constant, values)), identity)
    if not isinstance(t, TupleOf) or not any(p[: len(path)] == path for p in constants) or (built and built.path):
        return built
    whole = built or Built(tuple, tuple(range(len(t.items))), (None,) * len(t.items), identity)
    items: list[Built | str | None] = []
    types = iter(enumerate(t.items))  # a string that is known has no place in the result
    for item in whole.items:
        if not isinstance(item, str):
            k, inner = next(types)
            item = with_constants(item, inner, constants, (*path, k))
        items.append(item)
    return replace(whole, items=tuple(items))


def _constant(value: Any) -> Built | str:
    """A string, or an enum member by its name."""
    return value if type(value) is str else Built(type(value), (value.name,), (), str(value))


def kind_in_words(cls: type, count: int) -> str:
    """A record in the words of a message."""
    names = {dict: "a dict", list: "a list", tuple: "a tuple"}
    if cls is Options:
        return "a string or an enum member"
    if cls is Perhaps:
        return "a value or None"
    if cls is Growing:
        return "a list of a length known at run time"
    if cls is Bound:
        return "a method"
    if cls is Keyed:
        return "a dict whose keys are known at run time"
    if cls is Unique:
        return "a set"
    if cls in VIEWS:
        return f"`{cls.__name__.lower()}()` of a dict"
    return f"{names[cls]} of {count}" if cls in names else f"the `{cls.__name__}`"


# What a gradient is made of: the name of a parameter, None for a value without derivative, or one for each part.
Tree = str | tuple["Tree", ...] | None


def leaf_names(name: str, s: Structure | None, whole: bool = False) -> Iterator[str]:
    """The names of the values that are passed for an argument, in the order of `leaf_types`.

    With `whole`, the items of plain tuples are values of their own.
    """
    match s:
        case RecordOf():
            for n, (key, item) in enumerate(zip(s.keys, s.items, strict=True)):
                if passed(item):
                    yield from leaf_names(f"{name}:{field_name(s.cls, key, n)}", item, whole)
        case TupleOf() if whole:
            for k, item in enumerate(s.items):
                if passed(item):
                    yield from leaf_names(f"{name}.{k}", item, whole)
        case _:
            yield name


def gradient_tree(name: str, s: Structure) -> Tree:
    """What the gradient by an argument consists of: None where there is no derivative."""
    match s:
        case RecordOf():
            names = (f"{name}:{field_name(s.cls, key, n)}" for n, key in enumerate(s.keys))
            return tuple(gradient_tree(n, item) for n, item in zip(names, s.items, strict=True))
        case TupleOf():
            return tuple(gradient_tree(f"{name}.{k}", item) for k, item in enumerate(s.items))
        case _:
            return name if is_float(s) else None


def names_in(tree: Tree) -> Iterator[str]:
    """The parameters in a tree."""
    if isinstance(tree, str):
        yield tree
    for part in tree if isinstance(tree, tuple) else ():
        yield from names_in(part)


def shown_name(name: str) -> str:
    """A parameter of the typed function in the words of a message: `p:w` is `p.w`, and `p.0` is `p[0]`."""
    return re.sub(r"\.(\d+)", r"[\1]", name).replace(":", ".")


def gradient_structure(s: Structure) -> Structure:
    """The structure of the gradient by an argument: None where there is no derivative."""
    match s:
        case RecordOf():
            return RecordOf(s.cls, s.keys, tuple(map(gradient_structure, s.items)))
        case TupleOf():
            return RecordOf(tuple, tuple(range(len(s.items))), tuple(map(gradient_structure, s.items)))
        case _:
            return s if is_float(s) else NOTHING


def places_of(name: str, s: Structure) -> Iterator[str]:
    """How a program writes each of the leaves of an argument."""
    if not isinstance(s, RecordOf | TupleOf):
        yield name
        return
    cls, keys = (s.cls, s.keys) if isinstance(s, RecordOf) else (tuple, tuple(range(len(s.items))))
    named: tuple[str, ...] = getattr(cls, "_fields", ())
    for key, item in zip(keys, s.items, strict=True):
        attribute = named[key] if named else key
        yield from places_of(f"{name}[{key!r}]" if cls in (dict, list, tuple) else f"{name}.{attribute}", item)
