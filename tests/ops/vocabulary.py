"""The words in which rows of the table give their examples."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from tapeless.compiler.ops import OPS, Row

Words = dict[str, Callable[..., np.ndarray]]
APART = 5e-3


def words(seed: tuple[int, int]) -> Words:
    """The vocabulary, drawing from one generator."""
    rng = np.random.default_rng(seed)
    return {
        "normal": lambda *shape: rng.normal(size=shape),
        "positive": lambda *shape: rng.uniform(0.5, 2.5, size=shape),
        "unit": lambda *shape: rng.uniform(-0.9, 0.9, size=shape),
        "regular": lambda n: rng.normal(size=(n, n)) + n * np.eye(n),
        "definite": lambda n: (lambda m: m @ m.T + np.eye(n))(rng.normal(size=(n, n))),
        "above_one": lambda *shape: rng.uniform(1.1, 3.0, size=shape),
        "whole": lambda *shape: rng.integers(1, 9, size=shape),
    }


@cache
def operands(row: Row) -> tuple[Any, ...]:
    """The operands that the example of a row describes: arrays, and Python numbers where it says so.

    The first draw whose entries differ from each other, from zero and from whole numbers, as kinks are there. Factored
    matrices have no kinks, and the entries of a symmetric one do not differ.
    """
    factored = "definite" in row.example or "regular" in row.example
    for attempt in itertools.count():
        made: tuple[Any, ...] = eval(f"({row.example},)", {**words((zlib.crc32(row.name.encode()), attempt))})
        if factored or away_from_kinks(made):
            return made
    raise AssertionError("unreachable")


def away_from_kinks(values: tuple[Any, ...]) -> bool:
    drawn = [v.ravel() for v in values if isinstance(v, np.ndarray) and v.dtype.kind == "f"]
    entries = np.concatenate([*drawn, [0.0]])
    apart = np.diff(np.sort(np.abs(entries))).min(initial=1.0)
    whole = np.abs(entries[:-1] - np.rint(entries[:-1])).min(initial=1.0)
    return bool(min(apart, whole) > APART)


def scalars(row: Row) -> tuple[Any, ...]:
    """The first entries of the example, as Python floats and booleans."""
    return tuple(np.asarray(value).ravel()[0].item() for value in operands(row))


EXAMPLES = tuple(row for row in OPS if row.example)
ELEMENTWISE = tuple(row for row in EXAMPLES if row.elementwise)
