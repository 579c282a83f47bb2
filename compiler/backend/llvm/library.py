"""Calls of functions of the library: kernels of their own in the same module, with slots for arguments and results.

`library(x, n, …, name=…)` is the vector that the function returns. A status other than 0 is passed on: it is the first
error of every kernel, that there is no memory, or an exception that is set already.
"""

from __future__ import annotations

from ...ir.nodes import Apply
from ...ir.types import Array
from .arrays import Parts, owner_of, parts
from .frame import FAILED, Frame, kind_of
from .text import UNLIKELY

ARGUMENTS, RESULTS = "%library.arguments", "%library.results"
VECTOR_WORDS = 4  # owner, data, extent, stride
_SLOT = 8


def symbol(name: str) -> str:
    """The name of a function of the library in a module."""
    return f"tl.library.{name}"


def emit_library(frame: Frame, apply: Apply) -> Parts:
    """Write a call; the result comes with a reference of its own."""
    slot = 0
    for a in apply.args:
        if isinstance(a.type, Array):
            x = parts(frame, a)
            words = [("i64", owner_of(frame, x)), ("ptr", x.data), *(("i64", w) for w in (*x.extents, *x.strides))]
            for t, word in words:
                frame.code.line(f"store {t} {word}, ptr {frame.at(ARGUMENTS, _SLOT * slot)}")
                slot += 1
        else:
            frame.store(kind_of(a), frame.atom(a), frame.at(ARGUMENTS, _SLOT * slot))
            slot += 1
    frame.library_words = max(frame.library_words, slot)
    frame.libraries.add(apply.attr("name"))
    status = frame.code.value(f"call i32 @{symbol(apply.attr('name'))}(ptr %ctx, ptr {ARGUMENTS}, ptr {RESULTS})")
    bad, good = frame.code.label("fail"), frame.code.label("fine")
    frame.code.branch(frame.code.value(f"icmp ne i32 {status}, 0"), bad, good, UNLIKELY)
    frame.code.begin(bad)
    frame.code.line(f"store i32 {status}, ptr %status")
    frame.code.jump(FAILED)
    frame.code.begin(good)
    owner, data, extent = (
        frame.code.value(f"load {t}, ptr {frame.at(RESULTS, _SLOT * k)}") for k, t in enumerate(("i64", "ptr", "i64"))
    )
    return Parts(owner, data, [extent], ["1"], fresh=True)
