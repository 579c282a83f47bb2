"""Loops over elements as functions of their own.

LLVM takes more than twice the time for a function of twice the length: values that live throughout it are allocated to
registers by looking at all of it, and each loop that becomes vectors is looked at together with all others. What a loop
over the elements of arrays needs from around it is few addresses and extents. So where a function has many such loops,
each is written as a function that is given these and returns the numbers that it changes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from ...ir.nodes import ELEMENTS, Accumulate, Apply, Assign, Block, For, If, Stmt, Store, Var, While
from ...ir.traversal import blocks, reads, walk, written
from ...ir.types import Array, Scalar
from .frame import FAILED, Apart, Frame, Outlines, kind_of
from .polling import known_trips
from .text import KERNEL_ATTRIBUTES, REGISTER, UNLIKELY, quoted

# Loops of a function from which on this pays: a call costs as much as a few elements. In the innermost of several loops
# of the user's it would be made too often.
_MANY, _DEEP = 100, 2

_EXTENT = re.compile(r"n\d+\.")
FUEL = ("fuel", "i64")  # a slot, and the type of what it holds
_ELSEWHERE = ("fortran", "library", "charge", "undefined")  # what a loop with its own function has none of


def outlines(parameters: frozenset[str], body: Block) -> Outlines:
    """Decide for all loops of a function's body."""
    if sum(isinstance(s, For) for s in walk(body)) < _MANY:
        return Outlines()
    everywhere = _mentions(body)
    found: dict[int, Apart] = {}
    for loop in _over_elements(body, 0):
        inside = tuple(walk((loop,)))
        if all(map(_simple, inside)):
            changed = {v.name: v for s in inside if (v := written(s)) is not None and isinstance(v.type, Scalar)}
            own = _mentions((loop,))
            results = tuple(v for n, v in changed.items() if n in parameters or own[n] != everywhere[n])
            arrays = dict.fromkeys(a.name for s in inside for a in reads(s) if isinstance(a, Var)
                                   and isinstance(a.type, Array))
            found[id(loop)] = Apart(frozenset(f"v.{n}" for n in changed), results, tuple(arrays))
    return Outlines(found)


def _mentions(block: Block) -> Counter[str]:
    return Counter(v.name for s in walk(block) for v in (*reads(s), written(s)) if isinstance(v, Var))


def _over_elements(block: Block, depth: int) -> Iterator[For]:
    """The outermost loops over elements, of a number that is not known, in few loops of another kind."""
    for s in block:
        if isinstance(s, For) and s.label.startswith(ELEMENTS):
            if known_trips(s) is None:
                yield s
        elif not isinstance(s, For | While) or depth + 1 < _DEEP:
            for b in blocks(s):
                yield from _over_elements(b, depth + isinstance(s, For | While))


def _simple(s: Stmt) -> bool:
    """Whether the statement computes with numbers and elements only."""
    match s:
        case Assign(target, value):
            return isinstance(target.type, Scalar) and not (isinstance(value, Apply) and value.op in _ELSEWHERE)
        case Store() | Accumulate() | If() | For():
            return True
        case _:
            return False


def emit_apart(frame: Frame, apart: Apart, write: Callable[[Frame], None]) -> None:
    """Write a loop as a function, and call it. `write` writes the loop, in the frame of that function.

    The function is given the fuel and returns what is left: never less than nothing, except when a signal has raised.
    """
    inner = frame.inside(apart)
    changed = [(f"v.{v.name}", REGISTER[kind_of(v)]) for v in apart.results]
    for slot, t in (*changed, FUEL):
        inner.write(slot, t, _given(slot))
    write(inner)
    polls = bool(inner.exits)  # nothing else leaves such a loop
    slots = [*changed, *([FUEL] if polls else [])]
    result = "{ " + ", ".join(t for _, t in slots) + " }" if slots else "void"
    frame.outlines.count += 1
    name = f"{frame.name}.{frame.outlines.count}"
    passed = {**inner.given, **dict(slots)}
    context = ["ptr %ctx"] if polls else []
    taken = [*context, *(f"{t}{_range(slot)} {_given(slot)}" for slot, t in passed.items())]
    frame.outlines.texts += [
        f"define internal {result} @{name}({', '.join(taken)}) noinline {KERNEL_ATTRIBUTES} {{",
        "entry:",
        *_ended(inner, result, slots, polls),
        "}",
        "",
    ]
    given = [*context, *(f"{t} {frame.read(slot, t)}" for slot, t in passed.items())]
    _called(frame, apart, f"call {result} @{name}({', '.join(given)})", result, polls)
    frame.adopt(inner)


def _range(slot: str) -> str:
    """What LLVM cannot see any more: extents are not negative."""
    return " range(i64 0, -9223372036854775808)" if _EXTENT.match(slot) else ""


def _given(slot: str) -> str:
    return quoted(f"in.{slot}")


def _ended(inner: Frame, result: str, slots: list[tuple[str, str]], polls: bool) -> list[str]:
    """The lines of the function."""
    code, packed = inner.code, "poison"
    for k, (slot, t) in enumerate(slots):
        packed = code.value(f"insertvalue {result} {packed}, {t} {inner.read(slot, t)}, {k}")
    code.line(f"ret {result} {packed}" if slots else "ret void")
    if not polls:
        return inner.finish()
    code.begin(FAILED)
    code.line(f"ret {result} {code.value(f'insertvalue {result} zeroinitializer, i64 -1, {len(slots) - 1}')}")
    return ["  %status = alloca i32", *inner.finish()]


def _called(frame: Frame, apart: Apart, call: str, result: str, polls: bool) -> None:
    """The call, the numbers that the function returns, and the way out when a signal has raised."""
    code = frame.code
    if result == "void":
        code.line(call)
        return
    packed = code.value(call)
    if polls:
        left = code.value(f"extractvalue {result} {packed}, {len(apart.results)}")
        go = code.label("go")
        code.branch(code.value(f"icmp slt i64 {left}, 0"), frame.exit(-1), go, UNLIKELY)
        code.begin(go)
        frame.write(*FUEL, left)
    for k, v in enumerate(apart.results):
        frame.assign(v, code.value(f"extractvalue {result} {packed}, {k}"))
