"""Which of many similar cases run by default: the others are `long`.

The choice is made by the hash of a name, so that it is the same everywhere and stays when other cases come or go.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import pytest


def one_in(count: int, name: str) -> bool:
    """Whether a name is among those of one case in `count`."""
    return zlib.crc32(name.encode()) % count == 0


def long_unless(chosen: bool) -> list[pytest.MarkDecorator]:
    """The marks of a case."""
    return [] if chosen else [pytest.mark.long]


_CALLED = re.compile(r"\b[A-Za-z]\w*(?:\.\w+)+")


def first_of_each(expressions: Sequence[str], others: int) -> list[bool]:
    """Of each expression whether it is chosen: where it has a dotted name that none before has, and one in `others`."""
    seen: set[str] = set()
    found: list[bool] = []
    for expression in expressions:
        names = set(_CALLED.findall(expression))
        found.append(not names <= seen or not names or one_in(others, expression))
        seen |= names
    return found
