"""What compiled code raises where Python would go on: no `try` of the program catches it.

Python's integers grow, and a negative number to a fractional power is complex. Compiled code stops there, and a handler
that took this for an exception of Python's would be on another path than Python is.
"""

from __future__ import annotations

from .nodes import AGAIN, Fail

OVERFLOW = "the integer result does not fit into 64 bits"
COMPLEX_POWER = "a negative number to a fractional power is complex, which is not supported"
FLOAT_TOO_LARGE = "the float does not fit into {} bits"
UNORDERED = "NaN among the numbers has no order"
UNKNOWN_OBJECT = "NaN among the numbers has no identity, by which `in` and `index` find it"
NONE_HERE = " is None here"
OPEN_EXTENT = "an extent left open has to be written as -1"
DIGITS = "round() to more than 22 digits is not supported in compiled code"
NEW_KEY = " is no key of the dict so far, and a key that is chosen at run time has to be"
TOO_LARGE = " is too large for "

_WHOLE = frozenset({OVERFLOW, COMPLEX_POWER, UNORDERED, UNKNOWN_OBJECT, OPEN_EXTENT, DIGITS,
                    *(FLOAT_TOO_LARGE.format(bits) for bits in (32, 64))})


def is_limit(s: Fail) -> bool:
    """Whether Python would not raise here, or something else."""
    text = s.message or ""
    return s.exception == AGAIN or text in _WHOLE or text.endswith((NONE_HERE, NEW_KEY)) or TOO_LARGE in text
