"""Order: sorting, searching in what is sorted, and interpolation between it.

`infer` makes a sort of the permutation that sorts and a `gather`, so the derivative goes through the permutation; it
makes an interpolation of a search and arithmetic.
"""

from __future__ import annotations

from .row import Row, structured

ROWS: tuple[Row, ...] = (
    structured("sort", "x axis kind", numpy="sort", optional=2),
    structured("argsort", "x axis kind", "0", "0", "0", numpy="argsort", method="argsort", optional=2),
    structured("sort_in_place", "x axis kind", method="sort", optional=2),
    structured("partition", "x kth axis kind", numpy="partition", optional=2),
    structured("argpartition", "x kth axis kind", "0", "0", "0", "0", numpy="argpartition", optional=2),
    structured("searchsorted", "a v side", "0", "0", "0", numpy="searchsorted", method="searchsorted", optional=1),
    structured("interp", "x xp fp", numpy="interp"),
)
