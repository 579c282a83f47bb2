"""Loops over elements as functions of their own.

LLVM takes more than twice the time for a function of twice the length: values that live throughout it are allocated to
registers by looking at all of it, and each loop that becomes vectors is looked at together with all others. What a loop
over the elements of arrays needs from around it is few addresses and extents. So where a function has many such loops,
each is written as a function that is given these and returns the numbers that it changes. Loops that differ by nothing
but names have one function.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from ...ir.nodes import ELEMENTS, Accumulate, Apply, Assign, Block, For, If, Stmt, Store, Var, While
from ...ir.traversal import blocks, reads, walk, written
from ...ir.types import Array, Scalar
from .aliases import Aliases
from .frame import FAILED, Apart, Frame, Outlines, kind_of
from .polling import known_trips
from .text import KERNEL_ATTRIBUTES, REGISTER, UNLIKELY, quoted

# So many of a function's loops must be such loops for this to pay: a call costs as much as a few elements, and what is
# known around a loop is not known in it. In the innermost of several loops of the user's there would be too many calls.
_MANY, _DEEP = 20, 2

_EXTENT = re.compile(r"n\d+\.")
_NAMES = re.compile(r'%("[^"]*"|[\w.]+)|^(\w+)(?=:)|!(alias\.scope|noalias|llvm\.loop) !(\d+)', re.MULTILINE)
FUEL = ("fuel", "i64")  # a slot, and the type of what it holds
_ELSEWHERE = ("fortran", "library", "charge", "undefined")  # what a loop with its own function has none of


def outlines(parameters: frozenset[str], body: Block) -> Outlines:
    """Decide for all loops of a function's body."""
    loops = [loop for loop in _over_elements(body, 0) if all(map(_simple, walk((loop,))))]
    if len(loops) < _MANY:
        return Outlines()
    everywhere = _mentions(body)
    return Outlines({id(loop): _apart(loop, parameters, everywhere) for loop in loops})


def _apart(loop: For, parameters: frozenset[str], everywhere: Counter[str]) -> Apart:
    inside, own = tuple(walk((loop,))), _mentions((loop,))
    changed = {v.name: v for s in inside if (v := written(s)) is not None and isinstance(v.type, Scalar)}
    results = tuple(v for n, v in changed.items() if n in parameters or own[n] != everywhere[n])
    read = (a for s in inside for a in reads(s))
    arrays = dict.fromkeys(a.name for a in read if isinstance(a, Var) and isinstance(a.type, Array))
    return Apart(frozenset(f"v.{n}" for n in changed), results, tuple(arrays))


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
    passed = {**inner.given, **dict(slots)}
    context = ["ptr %ctx"] if polls else []
    taken = [*context, *(f"{t}{_range(slot)} {_given(slot)}" for slot, t in passed.items())]
    head = f"({', '.join(taken)}) noinline {KERNEL_ATTRIBUTES} {{"
    values = [frame.read(slot, t) for slot, t in passed.items()]
    name = _named(frame, inner, [result, head, "entry:", *_ended(inner, result, slots, polls), "}", ""], values)
    given = [*context, *(f"{t} {value}" for t, value in zip(passed.values(), values, strict=True))]
    _called(frame, apart, f"call {result} @{name}({', '.join(given)})", result, polls)


def _named(frame: Frame, inner: Frame, function: list[str], values: list[str]) -> str:
    """The name of a function that does the same, or of this one, which is written then.

    Constants among the values that it is called with count as part of it: LLVM compiles it for them, strides of 1 above
    all.
    """
    outlines = frame.outlines
    result, head, *lines = function
    constants = ["" if value.startswith("%") else value for value in values]
    key = _without_names("\n".join((*constants, *function)), inner.aliases)
    name = outlines.names.get(key)
    if name is None:
        name = outlines.names[key] = f"{frame.name}.{len(outlines.names) + 1}"
        outlines.texts += [f"define internal {result} @{name}{head}", *lines]
        frame.adopt(inner)
    return name


def _without_names(text: str, aliases: Aliases) -> str:
    """The text with numbers in the order of their appearance for the names of values, blocks and memories."""
    numbers: dict[str, int] = {}

    def number(m: re.Match[str]) -> str:
        name, label, kind, node = m.groups()
        if kind is None:
            return f"%{numbers.setdefault(name or label, len(numbers))}"
        if kind == "llvm.loop":
            return kind
        return f"{kind} {[numbers.setdefault(f'!{n}', len(numbers)) for n in aliases.scopes(int(node))]}"

    return _NAMES.sub(number, text)


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
