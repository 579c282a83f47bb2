"""What makes `dissolve` begin again, or go through a loop in another way."""

from __future__ import annotations

from ...ir.nodes import Path, Span
from .shapes import Shape

DEEPEST, MOST = 100, 500  # of a recursion that is written out: how deep it goes, and how many calls there may be
WRITTEN_OUT: Path = (("written out",),)  # the answer that recursive functions are written out, for all structures


class Grows(Exception):
    """Lists, by the places where they are made, have no length that is known: the pass begins again.

    `chosen`: the length is known, but loops over the list would become too long if it was used.
    """

    def __init__(self, shapes: dict[str, Shape], chosen: bool = False) -> None:
        super().__init__(shapes)
        self.shapes = shapes
        self.chosen = chosen


class NeedsConstant(Exception):
    """An index into a record that is not known in this iteration: the loop is unrolled.

    `sites` are the places where lists are made that would do without, as arrays.
    """

    def __init__(self, sites: frozenset[str] = frozenset()) -> None:
        super().__init__(sites)
        self.sites = sites


class Unfolds(Exception):
    """A recursive function is given records: it is translated again, to be written out call by call."""

    def __init__(self, key: Path) -> None:
        super().__init__(key)
        self.key = key


class Bottomless(Exception):
    """A recursive function that is written out has no end that is known; `key` is its name among the answers.

    With `records`, it is called with records, and so could not be a loop either.
    """

    def __init__(self, name: str, span: Span, key: Path, records: bool) -> None:
        super().__init__(name)
        self.name, self.span, self.key, self.records = name, span, key, records


class LengthDiffers(Exception):
    """A list has one length on one path and another on the other, or what an object holds (`code`) differs so."""

    def __init__(self, name: str, span: Span, origins: frozenset[str], foreign: bool, code: str = "R004") -> None:
        super().__init__(name)
        self.variable = name
        self.span = span
        self.sites = frozenset(o.removesuffix(" before") for o in origins)
        self.foreign = foreign
        self.code = code

    @property
    def said(self) -> str:
        """The variable, as a message speaks of it."""
        name = self.variable.split(":")[-1].split(".")[-1]
        return f"`{name}`" if name.isidentifier() else "a list" if self.code == "R004" else "an object"
