"""Which code runs a call: how much it assumes of the extents of the arguments.

The first code for a key assumes that extents are equal where arrays meet. An argument with an axis of extent 1 may
break that, so where there is one, the arguments themselves are asked what code for them has to assume
(`compiler/passes/fusion/assumed.py`), now and whenever the assumptions of code break. Where that does not help, what
runs from then on is code that assumes nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .key import Key

Ones = tuple[tuple[str, int], ...]
Extents = dict[str, tuple[int, ...]]


_MOST_KNOWN = 1000  # extents for which the answer is remembered


@dataclass(slots=True)
class Assumptions:
    """The choice for every key of a program.

    `broken` are keys whose code does not fit arrays that it should have fitted. `known` are the answers of `asked`.
    """

    chosen: dict[Key, Key] = field(default_factory=dict)
    broken: set[Key] = field(default_factory=set)
    known: dict[tuple[Key, tuple[tuple[str, tuple[int, ...]], ...]], Ones | None] = field(default_factory=dict)

    def now(self, key: Key) -> Key:
        """The key under which the code for a call is found by now."""
        return self.chosen.get(key, key)

    def undecided(self, key: Key) -> bool:
        """Whether nothing has been found out yet for a key."""
        return key not in self.chosen

    def choose(self, key: Key, ones: Ones | None) -> None:
        """Have calls run by code that assumes these axes to be 1, or nothing at all for None."""
        wanted = key.plain.careful if ones is None else key.plain._replace(ones=ones)
        self.chosen[key.plain] = key.careful if wanted in self.broken else wanted

    def breaks(self, key: Key, ones: Ones | None) -> None:
        """The code of a key does not fit arguments for which these axes must be assumed to be 1."""
        if key.ones == ones:
            self.broken.add(key)
        self.choose(key, ones)

    def asked(self, key: Key, given: Extents, ask: Callable[[Extents], Ones | None]) -> Ones | None:
        """The axes that code for arguments of these extents has to assume to be 1, which `ask` finds."""
        place = key.plain, tuple(given.items())
        if place not in self.known:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            self.known[place] = ask(given)
        return self.known[place]


def stretches(values: Iterable[Any]) -> bool:
    """Whether an array among the arguments has an axis that NumPy may stretch."""
    return any(isinstance(v, np.ndarray) and 1 in v.shape for v in values)


def extents(names: Iterable[str], values: Iterable[Any]) -> Extents:
    """Shapes of arrays, and values of integers as `(value,)`, by the names of their parameters."""
    found: Extents = {}
    for name, value in zip(names, values, strict=True):
        if isinstance(value, np.ndarray):
            found[name] = value.shape
        elif isinstance(value, int | np.integer):
            found[name] = (operator.index(value),)
    return found
