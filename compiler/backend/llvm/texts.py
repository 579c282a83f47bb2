"""Texts: Python formats and prints them, or raises them, while the kernel waits.

The values are put into slots, as the arguments of a kernel are, and `tl_say` hands their address to Python. It answers
0, or -1 when an exception is set.
"""

from __future__ import annotations

from ...ir.nodes import Atom, Fail, Print
from ...ir.types import Array
from .arrays import parts
from .errors import FLUSH, PRINT, ErrorSite
from .frame import Frame, kind_of
from .text import UNLIKELY

VALUES = "%text.values"
EXCEPTION_SET = -1
_SLOT = 8


def emit_text(frame: Frame, statement: Print | Fail) -> None:
    """Write a text; leave the kernel if it is that of an exception, or printing it fails."""
    slot = 0
    for value in statement.values:
        slot = _store(frame, value, slot)
    frame.text_words = max(frame.text_words, slot, 1)
    name = (FLUSH if statement.flush else PRINT) if isinstance(statement, Print) else statement.exception
    site = ErrorSite(name, statement.message, statement.kinds, statement.span, True)
    frame.externals.add("tl_say")
    frame.declarations.setdefault("tl_say", "declare i32 @tl_say(ptr, i32, ptr)")
    status = frame.code.value(f"call i32 @tl_say(ptr %ctx, i32 {frame.errors.status(site)}, ptr {VALUES})")
    if isinstance(statement, Fail):
        frame.fail(EXCEPTION_SET)
        return
    bad, good = frame.code.label("fail"), frame.code.label("fine")
    frame.code.branch(frame.code.value(f"icmp ne i32 {status}, 0"), bad, good, UNLIKELY)
    frame.code.begin(bad)
    frame.fail(EXCEPTION_SET)
    frame.code.begin(good)


def _store(frame: Frame, value: Atom, slot: int) -> int:
    """Put a value into slots; the number of the first one behind it."""
    if not isinstance(value.type, Array):
        frame.store(kind_of(value), frame.atom(value), frame.at(VALUES, _SLOT * slot))
        return slot + 1
    array = parts(frame, value)
    words = [("ptr", array.data), *(("i64", w) for w in (*array.extents, *array.strides))]
    for k, (t, word) in enumerate(words):
        frame.code.line(f"store {t} {word}, ptr {frame.at(VALUES, _SLOT * (slot + k))}")
    return slot + len(words)
