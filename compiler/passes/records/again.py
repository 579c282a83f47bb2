"""What makes `dissolve` begin again, or go through a loop in another way."""

from __future__ import annotations

from ...ir.nodes import Path, Span
from .shapes import Shape

DEEPEST, MOST = 40, 500  # of a recursion that is written out: how deep it goes, and how many calls there may be


class Grows(Exception):
    """Lists, by the places where they are made, have no length that is known: the pass begins again."""

    def __init__(self, shapes: dict[str, Shape]) -> None:
        super().__init__(shapes)
        self.shapes = shapes


class NeedsConstant(Exception):
    """An index into a record that is not known in this iteration: the loop is unrolled."""


class Unfolds(Exception):
    """A recursive function is given records: it is translated again, to be written out call by call."""

    def __init__(self, key: Path) -> None:
        super().__init__(key)
        self.key = key


class Bottomless(Exception):
    """A recursive function that is written out has no end that is known."""

    def __init__(self, name: str, span: Span) -> None:
        super().__init__(name)
        self.name, self.span = name, span
