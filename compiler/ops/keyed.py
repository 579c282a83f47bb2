"""Where the keys of a dict are, which are known at run time only.

A dict has a list of its keys, in the order in which they were put into it, and an *index*: an array of integers, open
addressing by the hash of a key, which holds one more than the position of the key that belongs there, and 0 elsewhere.
Positions have no derivative. D. E. Knuth, "Sorting and Searching", section 6.4, algorithm L.
"""

from __future__ import annotations

from .row import Row, structured

_PLACES = "its result is places of keys, which are integers"

ROWS: tuple[Row, ...] = (
    structured("key", "x", "0"),
    structured("key_slot", "index", reason=_PLACES),
    structured("key_place", "index slot", "0", "0"),
    structured("key_index", "count", reason=_PLACES),
)
