"""What has to be assumed of the extents of arguments so that the arrays of a call agree.

Code is compiled under the assumption that extents are equal where arrays meet. An argument of one column, or of one
row, that is stretched against others breaks it at every call. Whoever has the arguments of a call at hand asks here
first: the assumptions are worked out for them without compiling anything, and axes of extent 1 that stand in their way
are assumed to be 1. All others stay open, so that the code fits arrays of other extents too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...ir.nodes import Function
from .agreement import agreement
from .fuse import arranged
from .shapes import Clipped, Count, Dim, Extent, Met, Ones, Shortened

Extents = Mapping[str, tuple[int, ...]]
"""The shapes of the array arguments, and the values of the integers as `(value,)`, by the names of parameters."""


def ones_among(function: Function, given: Extents) -> Ones | None:
    """The axes whose extent must be assumed to be 1 for a call; None when no assumption about extents makes it fit.

    `function` is at level STORED. What is checked while the function runs is not foreseen.
    """
    function = arranged(function)
    ones: dict[tuple[str, int], None] = {}
    while True:
        entry = agreement(function, True, ones=tuple(ones)).entry
        wrong = [e for pair in entry if _value(pair[0], given) != _value(pair[1], given) for e in pair]
        if not wrong:
            return tuple(sorted(ones))
        found = [(d.array, d.axis) for e in wrong for d in _dims(e) if given[d.array][d.axis] == 1]
        if all(axis in ones for axis in found):
            return None
        ones.update(dict.fromkeys(found))


def _value(extent: Extent, given: Extents) -> int:
    match extent:
        case Dim():
            return given[extent.array][extent.axis]
        case Count():
            return given[extent.name][0]
        case Shortened():
            return max(0, _value(extent.extent, given) - extent.by)
        case Clipped():
            return max(0, min(_value(extent.extent, given), extent.stop) - extent.start)
        case Met():
            return next((n for n in (_value(e, given) for e in extent.extents) if n != 1), 1)
        case _:
            return extent


def _dims(extent: Extent) -> Iterator[Dim]:
    match extent:
        case Dim():
            yield extent
        case Shortened() | Clipped():
            yield from _dims(extent.extent)
        case Met():
            for e in extent.extents:
                yield from _dims(e)
        case _:
            pass
