"""The type rule of `sliding_window_view`, whose result is a new array here.

NumPy makes a view in which an element of the array is seen many times, and which nobody may write through. Stores into
the array while the windows are still read are refused by `snapshots`, so that nobody can tell the one from the other.
"""

from __future__ import annotations

from ...ir.types import Array
from ...ops.typing import TypingError
from ..indexing import FULL
from .compose import Composer, array_type
from .inferrer import Rules
from .parts import integer_of, wanted
from .shaping import ONE, ZERO, rule


def _windows(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    given, asked = wanted(c, "window_shape"), c.constant("axis", None)
    lengths = given if isinstance(given, tuple) else (given,)
    axes = tuple(range(t.rank)) if asked is None else asked if isinstance(asked, tuple) else (asked,)
    if len(axes) != len(lengths):
        raise TypingError("T043", what=c.spelled, reason=f"there are {len(lengths)} lengths for {len(axes)} axes")
    found = x
    for length, axis in zip(lengths, axes, strict=True):
        k, n = c.axis(axis, t.rank), integer_of(c, length)
        c.fail_if(c.compared("lt", n, ZERO), "ValueError", "`window_shape` cannot contain negative values")
        extent = c.dim(found, k)
        c.fail_if(c.compared("gt", n, extent), "ValueError", "window shape cannot be larger than input array shape")
        starts = c.array("arange", c.calc("add", c.calc("sub", extent, n), ONE))
        places = c.array("add", c.view(starts, (FULL, "n")), c.view(c.array("arange", n), ("n", FULL)))
        rank = array_type(found).rank
        windows = c.array("getitem", found, places, spec=(*((FULL,) * k), "i", *((FULL,) * (rank - k - 1))))
        found = c.permuted(windows, (*range(k + 1), *range(k + 2, rank + 1), k + 1))
    shown = c.exactly("empty", c.dims(found), Array(t.kind, array_type(found).rank),
                      **{"for": "windows", "of": x.name})
    c.store(shown, found)
    c.give(shown)


RULES: Rules = {"sliding_window_view": rule(_windows)}
