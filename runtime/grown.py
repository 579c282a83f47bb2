"""Lists whose length only the call tells, as results: made from columns of numbers, and head gradients put into such.

Native code returns a list of `(t, (x, y))` as three arrays in nested tuples. An item that is a list or an array is a
place in one array that has the elements of all of them; what the columns hold is where it starts and how long it is.

A *form* says what the items are: None for numbers, else `(kind, keys, forms)` with one form for each part of an item.
The kind is `ROWS` for lists, `ARRAYS` for arrays, and otherwise anything that the caller knows to make records of.

This file is the same in every package that `tapeless build` writes, and needs Python and NumPy only.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

ROWS, ARRAYS = "rows", "arrays"
PLAIN = ("float64", "complex128", "int64", "bool")  # numbers that Python has
PYTHON: dict[Any, str] = {float: "float64", int: "int64", bool: "bool", complex: "complex128"}
KINDS = ("bool", "int32", "int64", "float32", "float64", "complex64", "complex128")

Form = Any
Make = Callable[[Any, Any, list[Any]], Any]
Take = Callable[[Any, Any, Any], Sequence[Any]]


def items_of(form: Form, raw: Any, make: Make) -> list[Any]:
    """The items of a list. `make(kind, keys, parts)` gives a record; rows that were one list are one again."""
    if form is None:
        return list(raw.tolist() if raw.dtype.name in PLAIN else raw)
    kind, keys, inner = form
    if kind == ROWS:
        starts, lengths, elements = raw
        return _rows(starts.tolist(), lengths.tolist(), items_of(inner[0], elements, make))
    if kind == ARRAYS:
        starts, *extents, elements = raw
        return [elements[start:start + size].reshape(shape).copy()
                for start, size, shape in _places(starts, extents)]
    columns = [items_of(part, column, make) for part, column in zip(inner, raw, strict=True)]
    return [make(kind, keys, list(parts)) for parts in zip(*columns, strict=True)]


def kind_of(value: list[Any]) -> tuple[str, bool] | None:
    """The dtype of a list of numbers of one class, and whether they are Python's; None for any other list."""
    classes = set(map(type, value))
    cls = classes.pop() if len(classes) == 1 else None
    if cls in PYTHON:
        return PYTHON[cls], True
    name = np.dtype(cls).name if isinstance(cls, type) and issubclass(cls, np.generic) else ""
    return (name, False) if name in KINDS else None


def column_of(value: Any, least: int, kind: str, python: bool) -> Any:
    """An array of the items of a list of more than `least` numbers of one class; None for anything else."""
    if type(value) is not list or len(value) <= least or kind_of(value) != (kind, python):
        return None
    try:
        return np.array(value, dtype=kind)
    except OverflowError:
        return None


def transposed(value: Any, least: int, cls: type, count: int) -> list[list[Any]] | None:
    """The items of tuples of one class and length in a list of more than `least`, one list for each place."""
    if type(value) is not list or len(value) <= least:
        return None
    if set(map(type, value)) != {cls} or set(map(len, value)) != {count}:
        return None
    return [list(column) for column in zip(*value, strict=True)]


def _rows(starts: list[int], lengths: list[int], elements: list[Any]) -> list[list[Any]]:
    found: dict[int, list[Any]] = {}
    rows = []
    for start, length in zip(starts, lengths, strict=True):
        row = found.get(start) if length else None
        if row is None:
            row = elements[start:start + length]
            if length:
                found[start] = row
        rows.append(row)
    return rows


def _places(starts: Any, extents: Sequence[Any]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Where each array starts, how many elements it has, and its shape."""
    shapes = list(zip(*(n.tolist() for n in extents), strict=True))
    return [(start, int(np.prod(shape, dtype=np.int64)), shape)
            for start, shape in zip(starts.tolist(), shapes, strict=True)]


def count_of(form: Form, raw: Any) -> int:
    """How many items a list has."""
    return len(raw) if form is None else count_of(form[2][0] if form[0] not in (ROWS, ARRAYS) else None, raw[0])


def columns_of(form: Form, heads: Any, raw: Any, take: Take, name: str) -> Any:
    """A list of head gradients, one for each item of a list, as columns like those of the list.

    `take(kind, keys, head)` gives the parts of the head gradient of a record, or raises `ValueError`. What several
    items share has the sum of their head gradients. Raises `ValueError` for a list of another length.
    """
    count = count_of(form, raw)
    _check(heads, count, name)
    return _spread(form, list(heads), np.arange(count), raw, take, name)


def _check(heads: Any, count: int, name: str) -> None:
    sequence = isinstance(heads, list | tuple) or (isinstance(heads, np.ndarray) and heads.ndim > 0)
    if not sequence or len(heads) != count:
        given = f"one of {len(heads)}" if sequence else f"a {type(heads).__name__}"
        raise ValueError(f"`{name}` returns a list of {count} items, so its head gradient is a list of as many, "
                         f"not {given}")


def _spread(form: Form, heads: list[Any], places: Any, raw: Any, take: Take, name: str) -> Any:
    """Columns like `raw` with the sum of the head gradients at each place."""
    if form is None:
        return _numbers(heads, places, raw, name)
    kind, keys, inner = form
    if kind == ROWS:
        starts, lengths, elements = raw
        for head, length in zip(heads, lengths[places].tolist(), strict=True):
            _check(head, length, name)
        following = _ranges(starts[places].tolist(), lengths[places].tolist())
        return starts, lengths, _spread(inner[0], [h for head in heads for h in head], following, elements, take, name)
    if kind == ARRAYS:
        starts, *extents, elements = raw
        return starts, *extents, _arrays(heads, places, _places(starts, extents), elements, name)
    parts = [take(kind, keys, head) for head in heads]
    return tuple(_spread(part, [p[k] for p in parts], places, column, take, name)
                 for k, (part, column) in enumerate(zip(inner, raw, strict=True)))


def _ranges(starts: list[int], lengths: list[int]) -> Any:
    found = itertools.chain.from_iterable(range(s, s + n) for s, n in zip(starts, lengths, strict=True))
    return np.fromiter(found, np.int64)


def _numbers(heads: list[Any], places: Any, raw: Any, name: str) -> Any:
    if raw.dtype.kind not in "fc":
        return raw
    column = np.zeros_like(raw)
    if any(h is None or np.ndim(h) for h in heads):
        raise ValueError(f"`{name}` returns a list of numbers, so its head gradient has a number for each of them")
    np.add.at(column, places, np.array(heads, dtype=raw.dtype).reshape(len(heads)))
    return column


def _arrays(heads: list[Any], places: Any, known: list[tuple[int, int, tuple[int, ...]]], raw: Any, name: str) -> Any:
    if raw.dtype.kind not in "fc":
        return raw
    column = np.zeros_like(raw)
    for head, place in zip(heads, places.tolist(), strict=True):
        start, size, shape = known[place]
        value = np.asarray(head, dtype=raw.dtype)
        if head is None or value.shape != shape:
            raise ValueError(f"the head gradient of an array in the list that `{name}` returns has shape "
                             f"{value.shape}, the array has shape {shape}")
        column[start:start + size] += value.ravel()
    return column
