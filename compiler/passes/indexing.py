"""Indices with one entry per axis, and the type of the view they give."""

from __future__ import annotations

from typing import Any

from ..ir.types import Array
from .inference.values import Chosen, ListOf, Maybe

FULL = "s000"


def spread(operands: tuple[Any, ...], spec: tuple[str, ...]) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """An index that is one tuple of values, such as `np.nonzero` gives, as the values in it."""
    whole = spec == ("i",) and isinstance(operands[0], tuple) and not isinstance(operands[0], ListOf | Maybe | Chosen)
    if whole and operands[0]:
        return operands[0], spec * len(operands[0])
    return operands, spec


def normalise(spec: tuple[str, ...], rank: int) -> tuple[str, ...] | None:
    """The index with the ellipsis and missing axes written out; None when there are too many entries."""
    used = sum(p[0] in "is" for p in spec)
    if used > rank or spec.count("e") > 1:
        return None
    missing = (FULL,) * (rank - used)
    if "e" in spec:
        at = spec.index("e")
        return (*spec[:at], *missing, *spec[at + 1 :])
    return (*spec, *missing)


def view_type(base: Array, spec: tuple[str, ...]) -> Array:
    """The type of `base[spec]`: contiguous when only the first axis that is kept may be cut, and not by a step."""
    kept = [p for p in spec if p != "i"]
    integers = len(spec) - len(kept)
    leading = all(p == "i" for p in spec[:integers])
    contiguous = base.layout == "C" and leading and "n" not in spec
    contiguous = contiguous and all(p == FULL for p in kept[1:]) and (not kept or kept[0][3] == "0")
    return Array(base.kind, len(kept), "C" if contiguous else "A")
