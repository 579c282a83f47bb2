"""Texts that are made while the program runs: a template of `str.format`, and the values for its braces.

A field names no value: each takes the next one, and what stands in braces inside its specification the ones after that.
What is known when the program is compiled is written into the template, and a container is taken apart there, so that
the values that are left are numbers and arrays.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .nodes import Atom, Const
from .types import PARTS, Array, Known, Nothing, Scalar


@dataclass(frozen=True, slots=True)
class Field:
    """One pair of braces: `{!r:>5}` has the conversion "r" and the specification ">5"."""

    conversion: str = ""
    spec: str = ""

    def __str__(self) -> str:
        return "{" + (f"!{self.conversion}" if self.conversion else "") + (f":{self.spec}" if self.spec else "") + "}"

    @property
    def inner(self) -> int:
        """How many values the specification takes."""
        return sum(isinstance(p, Field) for p in parts(self.spec))

    def written(self, value: Any) -> str:
        """The text of a value that is known, with nothing in the specification left to fill."""
        return str(self).format(value)


@dataclass(frozen=True, slots=True)
class Container:
    """How Python writes a container: what stands before each of its items, and after the last one."""

    items: tuple[tuple[str, Any], ...]
    end: str


class Unwritable(Exception):
    """A value that has no text when the program is compiled, and none that compiled code could make."""


CARRIED = 8  # numbers that the status of an error carries


def kind_word(a: Atom) -> str:
    """Which Python object an operand is: "float", "np.float64", or "float64[2]" for an array of rank 2."""
    match a.type:
        case Scalar(weak=True):
            return str(a.type)
        case Scalar(kind=kind):
            return f"np.{kind}"
        case Array(kind=kind, rank=rank):
            return f"{kind}[{rank}]"
        case _:
            raise TypeError(f"no text can be made of {a}")


def carried(message: str, values: tuple[Atom, ...]) -> bool:
    """Whether the status of an error can carry what its text is made of."""
    plain = all(isinstance(a.type, Scalar) and a.type.kind not in PARTS for a in values)
    return plain and len(values) <= CARRIED and not any(isinstance(p, Field) and p.conversion == "r"
                                                        for p in parts(message))


def escaped(text: str) -> str:
    """A text as it stands in a template."""
    return text.replace("{", "{{").replace("}", "}}")


def parts(template: str) -> Iterator[str | Field]:
    """The texts and fields of a template, in order."""
    for literal, name, spec, conversion in string.Formatter().parse(template):
        if literal:
            yield literal
        if name is not None:
            yield Field(conversion or "", spec or "")


def known_text(field: Field, value: Const) -> str:
    """The text of a string, an enum member, a class or `None`. Raises `Unwritable` for what has another every time."""
    try:
        text = field.written(value.value)
    except (TypeError, ValueError) as error:
        raise Unwritable(f"this formatting: {error}") from None
    if " at 0x" in text:
        raise Unwritable("a text that is another one in every process")
    return text


def opened(template: str, values: tuple[Any, ...], look: Callable[[Any], Any]) -> tuple[str, tuple[Any, ...]]:
    """The template with what is known written into it, and containers taken apart.

    `look` gives what a value is: a `Container`, a `Const`, or anything else for one that stays. Raises `Unwritable`.
    """
    text, position = "", 0
    kept: list[Any] = []
    for part in parts(template):
        if isinstance(part, str):
            text += escaped(part)
            continue
        value, inside = values[position], values[position + 1 : position + 1 + part.inner]
        position += 1 + len(inside)
        found = look(value)
        constant = isinstance(found, Const) and isinstance(found.type, Known | Nothing)
        if not constant and not isinstance(found, Container):
            text += str(part)
            kept.extend((value, *inside))
        elif inside:
            raise Unwritable("a width that is known at run time only, for what is no number")
        elif isinstance(found, Container):
            more, rest = _container(part, found, look)
            text += more
            kept.extend(rest)
        else:
            text += escaped(known_text(part, found))
    return text, tuple(kept)


def _container(field: Field, found: Container, look: Callable[[Any], Any]) -> tuple[str, tuple[Any, ...]]:
    if field.spec:
        raise Unwritable("a tuple, list or dict with a format specification")
    template = "".join(escaped(before) + "{!r}" for before, _ in found.items) + escaped(found.end)
    return opened(template, tuple(item for _, item in found.items), look)


def sequence(kind: type, items: tuple[Any, ...]) -> Container:
    """How Python writes a tuple or a list."""
    begin, end = ("[", "]") if kind is list else ("(", ",)" if len(items) == 1 else ")")
    if not items:
        return Container((), begin + end)
    return Container(tuple((", " if k else begin, item) for k, item in enumerate(items)), end)


def mapping(keys: tuple[Any, ...], items: tuple[Any, ...]) -> Container:
    """How Python writes a dict."""
    if not items:
        return Container((), "{}")
    pairs = zip(keys, items, strict=True)
    return Container(tuple((f"{', ' if k else '{'}{key!r}: ", item) for k, (key, item) in enumerate(pairs)), "}")


def named(name: str, keys: tuple[Any, ...], items: tuple[Any, ...]) -> Container:
    """How Python writes a named tuple, or an instance of a data class."""
    pairs = zip(keys, items, strict=True)
    if not items:
        return Container((), f"{name}()")
    return Container(tuple((f"{', ' if k else f'{name}('}{key}=", item) for k, (key, item) in enumerate(pairs)), ")")
