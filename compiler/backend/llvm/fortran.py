"""Calls of BLAS and LAPACK: every argument is an address, of an array's first element or of a number.

`fortran(args, symbol=…, passed=…)` says by a letter for each argument how it is passed: "p" an array, "i" an integer,
"c" a character by its code, "d" a float in its own width, "z" a complex number by its two parts, "o" the place where
the routine leaves a status. The value of the call is that status, or 0.

Integers are written in 64 bits. On machines whose least byte comes first, all that there are here, a routine that takes
32 bits reads the same number, because it is given by its address.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Atom
from ...ir.types import BYTES
from .arrays import data
from .frame import Frame, InternalError, array_of, kind_of
from .text import REGISTER

SCRATCH = "%fortran.scratch"
_SLOT = 8


def emit_fortran(frame: Frame, apply: Apply) -> str:
    """Write a call and return the status as a 64-bit integer."""
    symbol, passed, status = apply.attr("symbol"), apply.attr("passed"), ""
    operands = iter(apply.args)
    pointers: list[str] = []
    used = 0
    for way in passed:
        if way == "p":
            pointers.append(data(frame, array_of(next(operands))[0]))
            continue
        place = frame.at(SCRATCH, used)
        used += _SLOT
        pointers.append(place)
        if way == "z":
            used += _SLOT
            for offset in (0, 1):
                a = next(operands)
                part = frame.at(place, offset * BYTES[kind_of(a)])
                frame.code.line(f"store {_passed(frame, 'd', a)}, ptr {part}")
            continue
        if way == "o":
            status = place
            frame.code.line(f"store i64 0, ptr {place}")
        else:
            frame.code.line(f"store {_passed(frame, way, next(operands))}, ptr {place}")
    if next(operands, None) is not None:
        raise InternalError(f"{len(apply.args)} operands are too many for {apply!r}")
    frame.scratch = max(frame.scratch, used)
    frame.externals.add(symbol)
    frame.declarations.setdefault(symbol, f"declare void @{symbol}({', '.join(['ptr'] * len(passed))})")
    frame.code.line(f"call void @{symbol}({', '.join(f'ptr {p}' for p in pointers)})")
    if not status:
        return "0"
    return frame.code.value(f"sext i32 {frame.code.value(f'load i32, ptr {status}')} to i64")


def _passed(frame: Frame, way: str, a: Atom) -> str:
    if way == "d":
        return f"{REGISTER[kind_of(a)]} {frame.atom(a)}"
    if way == "i":
        return f"i64 {frame.index(a)}"
    return f"i8 {frame.code.value(f'trunc i64 {frame.index(a)} to i8')}"
