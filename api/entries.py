"""An entry of the cache: all that a call of compiled code needs, as bytes.

The bytes are a line of JSON and the object code. Places in the user's text are kept as (function of the call tree, node
of its lasting form), because comments move lines without making another entry. A place without a node is kept as lines
below the beginning of the function.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tapeless.compiler.diagnostics import CompileError
from tapeless.compiler.ir.records import ArrayItems, Built, Growing, Options, Perhaps, RowItems
from tapeless.compiler.ir.span import NOWHERE, Span
from tapeless.compiler.ir.types import (
    NOTHING,
    Array,
    ChoiceOf,
    Known,
    Nothing,
    OptionalOf,
    Scalar,
    TupleOf,
    Type,
    Unknown,
)
from tapeless.runtime.errors import Failure

from .calltree import CallTree
from .normal import TreeForm

Place = tuple[int, ...]  # empty: nowhere; two numbers: function and node; more: function, -1, lines and columns


@dataclass(frozen=True, slots=True)
class Site:
    """An error that the code can report: its text, and where it comes from."""

    exception: str
    message: str | None
    kinds: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of one native callable.

    Attributes:
        code: object code that exports `entry`.
        externals: the symbols it needs.
        result: its type.
        built: how a record is made of the result, in the form of `built_out`.
        stores: the array arguments it writes into, and where first.
        sites: the errors of its status codes.
        arrays: the hidden arguments: which value of the call tree, and where in it if that is a tuple.
        guards: the values of the call tree that are checked at every call, besides those.
        forms: the lasting forms of the functions that places refer to.
    """

    code: bytes
    externals: tuple[str, ...]
    result: Type
    built: Any
    stores: dict[str, Place]
    sites: tuple[Site, ...]
    arrays: tuple[tuple[int, tuple[int, ...]], ...]
    guards: tuple[int, ...]
    forms: tuple[str, ...]

    def failures(self, tree: CallTree, name: str) -> list[Failure]:
        """The errors as they are raised in the function `name`, on the lines as they are now."""
        return [failure(s.exception, s.message, s.kinds, self.span(tree, s.place), name) for s in self.sites]

    def span(self, tree: CallTree, place: Place) -> Span:
        """Where a place is now."""
        if not place:
            return NOWHERE
        function, node, *rest = place
        code = tree.functions[function].__code__
        try:
            form = tree.trees()[function]
        except CompileError:  # the file has been edited or is gone, but not the function that was compiled from it
            return Span(code.co_filename, code.co_firstlineno, 0, code.co_firstlineno, 0)
        if form.digest != self.forms[function]:
            return form.span(0)  # equal code from another text, so the nodes are others
        return form.span(node) if node >= 0 else _below(form, rest)


def failure(exception: str, message: Any, kinds: Sequence[str], span: Span, name: str) -> Failure:
    """An error of the function `name`."""
    return Failure(exception, message, tuple(kinds), span.file, span.line, span.col, span.end_line, span.end_col, name)


def place_of(span: Span, forms: Sequence[TreeForm]) -> Place:
    """A place in the text as it is kept."""
    if span.line <= 0:
        return ()
    inside = [k for k, form in enumerate(forms) if form.holds(span)]
    if not inside:
        return ()
    function = min(inside, key=lambda k: forms[k].lines)
    node = forms[function].index(span)
    if node is not None:
        return function, node
    first = forms[function].span(0).line
    return function, -1, span.line - first, span.col, span.end_line - first, span.end_col


def _below(form: TreeForm, rest: Sequence[int]) -> Span:
    first = form.span(0).line
    line, column, end_line, end_column = rest
    return Span(form.file, first + line, column, first + end_line, end_column)


def encoded(entry: Entry) -> bytes:
    """An entry as bytes."""
    head = {
        "externals": entry.externals,
        "result": _type_out(entry.result),
        "built": entry.built,
        "stores": entry.stores,
        "sites": [(s.exception, s.message, s.kinds, s.place) for s in entry.sites],
        "arrays": entry.arrays,
        "guards": entry.guards,
        "forms": entry.forms,
    }
    return json.dumps(head, sort_keys=True).encode() + b"\n" + entry.code


def decoded(data: bytes) -> Entry:
    """The entry of what `encoded` made."""
    head, _, code = data.partition(b"\n")
    read: dict[str, Any] = json.loads(head)
    return Entry(
        code,
        tuple(read["externals"]),
        _type_in(read["result"]),
        read["built"],
        {name: tuple(place) for name, place in read["stores"].items()},
        tuple(Site(e, m, tuple(kinds), tuple(place)) for e, m, kinds, place in read["sites"]),
        tuple((k, tuple(path)) for k, path in read["arrays"]),
        tuple(read["guards"]),
        tuple(read["forms"]),
    )


def support_encoded(code: bytes, exports: Iterable[str], externals: Iterable[str]) -> bytes:
    """The functions that all entry points share, as bytes."""
    return json.dumps({"exports": list(exports), "externals": list(externals)}).encode() + b"\n" + code


def support_decoded(data: bytes) -> tuple[bytes, list[str], list[str]]:
    """Code, exports and externals of what `support_encoded` made."""
    head, _, code = data.partition(b"\n")
    read = json.loads(head)
    return code, read["exports"], read["externals"]


_CLASSES: dict[str, type] = {"dict": dict, "list": list, "tuple": tuple, "growing": Growing,
                             "rows": RowItems, "arrays": ArrayItems, "options": Options, "perhaps": Perhaps}


class Unkept(Exception):
    """A result that has no form which another process could read."""


def built_out(built: Built | None, classes: Sequence[type]) -> Any:
    """How a result is put together, as what JSON has: classes of the user's are numbers of the call tree's.

    Raises `Unkept` for other classes, and for keys that JSON would change.
    """
    if built is None:
        return None
    if any(type(key) not in (str, int) for key in (*built.keys, *built.path)):
        raise Unkept
    names = {cls: name for name, cls in _CLASSES.items()}
    of_numpy = built.cls.__module__.startswith("numpy.")
    if built.cls not in names and built.cls not in classes and not of_numpy:
        raise Unkept
    own = f"{built.cls.__module__}:{built.cls.__name__}" if of_numpy else names.get(built.cls)
    cls = own if own is not None else classes.index(built.cls)
    items = [item if item is None or isinstance(item, str) else [built_out(item, classes)] for item in built.items]
    return [cls, built.keys, items, built.identity, built.path]


def built_in(read: Any, classes: Sequence[type]) -> Built | None:
    """What `built_out` was given."""
    if read is None:
        return None
    cls, keys, items, identity, path = read
    parts = [built_in(item[0], classes) if isinstance(item, list) else item for item in items]
    return Built(_class_in(cls, classes), tuple(keys), tuple(parts), identity, tuple(path))


def _class_in(name: str | int, classes: Sequence[type]) -> type:
    """The class that `built_out` has written down: Python's or NumPy's, or one of the call tree's."""
    if isinstance(name, int):
        return classes[name]
    module, _, of_numpy = name.partition(":")
    found: type = getattr(importlib.import_module(module), of_numpy) if of_numpy else _CLASSES[name]
    return found


def _type_out(t: Type) -> list[Any]:
    match t:
        case Scalar():
            return ["scalar", t.kind, t.weak]
        case Array():
            return ["array", t.kind, t.rank, t.layout]
        case TupleOf():
            return ["tuple", *map(_type_out, t.items)]
        case Nothing():
            return ["nothing"]
        case Unknown() | Known() | OptionalOf() | ChoiceOf():
            raise TypeError("a result has a type that arguments of any value share")


def _type_in(read: list[Any]) -> Type:
    what, *rest = read
    if what == "scalar":
        return Scalar(*rest)
    if what == "array":
        return Array(*rest)
    return TupleOf(tuple(map(_type_in, rest))) if what == "tuple" else NOTHING
