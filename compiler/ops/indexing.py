"""Indexing with arrays of integers and with conditions.

`infer` splits such an index into a view (integers and slices) and a group of neighbouring axes that arrays of integers
run along; `gather` reads through the group. A condition is the positions where it holds. `reverse` knows the adjoints:
a read adds to the adjoint, a store takes the adjoint of what was written last.
"""

from __future__ import annotations

from .row import Row, for_complex, structured

ROWS: tuple[Row, ...] = for_complex((
    structured("gather", "x index"),
    structured("take", "x indices axis", numpy="take", method="take", optional=1),
    structured("positions", "x", "0"),
    structured("setitem", "x value"),
    structured("add_at", "a places b", numpy="add.at"),
    structured("last_written", "x index", reason="it appears only in derivatives"),
))
