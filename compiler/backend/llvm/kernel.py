"""A function at level LOOPS to the text of an LLVM module with one `@kernel`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ...ir.nodes import Atom, Const, Function, Return, Stack, Var
from ...ir.traversal import walk
from ...ir.types import Array, Nothing, Scalar, TupleOf, Type
from .aliases import Aliases
from .arrays import Parts, owner, owner_of, parts, set_parts
from .control import emit_block
from .errors import ErrorSite
from .frame import FAILED, Frame, InternalError
from .lanes.arrange import arranged
from .library import symbol
from .memory import Memory, analyse
from .outline import outlines
from .polling import plan
from .prelude import FUEL_OFFSET, IN_PYTHON, Prelude, with_callees
from .stacks import declare_stack, drop_stack
from .text import KERNEL_ATTRIBUTES, REGISTER, UNLIKELY_NODE, constant
from .vectormath import declarations

KERNEL = "kernel"
_SLOT = 8
_LONG = 500  # statements
_NODES = 1_000_000  # more metadata nodes than a function has
_EXTENT = ", !range !1"
_EXTENT_NODE = "!1 = !{i64 0, i64 4611686018427387904}"


@dataclass(frozen=True, slots=True)
class Kernel:
    """A function as LLVM text.

    `text` is a module with an internal `@kernel` and what it calls. A status of 1 + k stands for `errors[k]`, of
    which the first is always the `MemoryError` of allocations. `externals` are all the symbols to link, and
    `declared` the names that an entry function added to the text must not declare again.
    """

    text: str
    errors: tuple[ErrorSite, ...]
    externals: frozenset[str]
    declared: frozenset[str]


def emit_kernel(
    function: Function,
    lower: Callable[[str], str],
    stack_chunk: int = 256,
    *,
    disjoint_arguments: bool = False,
    prelude: Prelude = IN_PYTHON,
    library: Callable[[str], Function] | None = None,
    lanes: int = 0,
) -> Kernel:
    """Write a function as an LLVM module.

    Args:
        function: at level LOOPS.
        lower: names what an elementwise operation becomes, "@sin" of the C library or "llvm.fabs".
        stack_chunk: entries of a stack's first block.
        disjoint_arguments: promise that no two array arguments overlap in memory.
        prelude: the functions it may call.
        library: gives a function of the library by its name, at level LOOPS.
        lanes: how many iterations of a loop may run together; 0 or a power of two from 4 on.

    Raises:
        InternalError: the function does not have the form of its level.
    """
    if stack_chunk < 1:
        raise ValueError("a stack's first block needs room for an entry")
    frame = _written(function, KERNEL, lower, stack_chunk, disjoint_arguments, lanes)
    others: dict[str, Frame] = {}
    for name in sorted(frame.libraries):
        if library is None:
            raise InternalError(f"there is no library for {name}")
        others[name] = _written(library(name), symbol(name), lower, stack_chunk, True)
    return _module(frame, others, prelude)


def _written(
    function: Function, name: str, lower: Callable[[str], str], stack_chunk: int, disjoint: bool, lanes: int = 0
) -> Frame:
    """The frame of a function with all its statements."""
    memory = analyse(function, disjoint)
    function, found = arranged(function, memory, lower) if lanes else (function, {})
    frame = Frame(memory, plan(function.body, name != KERNEL), lower, stack_chunk, Aliases(memory.roots), name=name,
                  outlines=outlines(frozenset(p.name for p in function.params), function.body),
                  plans=found, lanes=lanes, library=name != KERNEL,
                  long=sum(1 for _ in walk(function.body)) > _LONG)
    _emit_parameters(frame, function)
    _emit_slots(frame, function, memory)
    *body, last = function.body
    if not isinstance(last, Return):
        raise InternalError("the last statement is no Return")
    emit_block(frame, tuple(body))
    if frame.code.open:
        _emit_return(frame, function, last.value)
    return frame


def _module(frame: Frame, others: dict[str, Frame], prelude: Prelude) -> Kernel:
    frames = (frame, *others.values())
    bodies, declared, symbols = with_callees(set().union(*(f.prelude for f in frames)), prelude)
    for f in frames:
        declared = {**f.declarations, **declared}
    text = [
        *sorted(declared.values()),
        *declarations(set().union(*(f.functions for f in frames))),
        *bodies,
        *frame.outlines.texts,
        *_definition(frame, frame.name, KERNEL_ATTRIBUTES),
        UNLIKELY_NODE,
        _EXTENT_NODE,
        *frame.aliases.nodes(),
        *frame.loop_nodes(),
    ]
    for k, (name, f) in enumerate(others.items(), 1):
        lines = [*f.outlines.texts, *_definition(f, f.name, f"noinline {KERNEL_ATTRIBUTES}"), *f.aliases.nodes(),
                 *f.loop_nodes()]
        text.extend(_renumbered(lines, k * _NODES))
        if len(f.errors.sites()) > 1:
            raise InternalError(f"{name} of the library raises more than a MemoryError")
    text.append("")
    externals = symbols.union(*(f.externals for f in frames))
    return Kernel("\n".join(text), frame.errors.sites(), frozenset(externals), frozenset(declared))


def _definition(frame: Frame, name: str, attributes: str) -> list[str]:
    """The function as text."""
    return [
        f"define internal i32 @{name}(ptr noalias noundef %ctx, ptr noalias noundef %args, "
        f"ptr noalias noundef %results) {attributes} {{",
        "entry:",
        "  %status = alloca i32",
        *frame.finish(),
        f"{FAILED}:",
        "  %code = load i32, ptr %status",
        "  ret i32 %code",
        "}",
        "",
    ]


def _renumbered(lines: list[str], by: int) -> list[str]:
    """Lines whose metadata are apart from those of the kernel, except for the nodes that all share."""
    return [re.sub(r"!(\d+)\b", lambda m: m[0] if int(m[1]) < 2 else f"!{int(m[1]) + by}", line) for line in lines]


# ---------------------------------------------------------------------------------------------------------- beginning


def _emit_parameters(frame: Frame, function: Function) -> None:
    slot = 0
    for parameter in function.params:
        slot = _bind(frame, parameter.name, parameter.type, slot)


def _bind(frame: Frame, name: str, type_: Type, slot: int) -> int:
    """Read a parameter from the argument slots; returns the next slot."""
    match type_:
        case Scalar(kind=kind):
            value = frame.load(kind, frame.at("%args", _SLOT * slot))
            frame.assign(Var(name, type_), value)
            return slot + 1
        case Array(rank=rank):
            _bind_array(frame, name, type_, slot)
            return slot + 2 + 2 * rank
        case TupleOf(items=items):
            frame.tuples[name] = tuple(Var(f"{name}.{k}", item) for k, item in enumerate(items))
            for k, item in enumerate(items):
                slot = _bind(frame, f"{name}.{k}", item, slot)
            return slot
        case Nothing():
            return slot
        case _:
            raise InternalError(f"parameter {name} has no type")


def _bind_array(frame: Frame, name: str, type_: Array, slot: int) -> None:
    def word(k: int, t: str, notes: str = "") -> str:
        return frame.code.value(f"load {t}, ptr {frame.at('%args', _SLOT * (slot + k))}{notes}")

    rank = type_.rank
    holder, data = word(0, "i64"), word(1, "ptr")
    extents = [word(2 + k, "i64", _EXTENT) for k in range(rank)]
    strides = [word(2 + rank + k, "i64") for k in range(rank)] if type_.layout == "A" else []
    set_parts(frame, name, type_, Parts(holder, data, extents, strides))


def _emit_slots(frame: Frame, function: Function, memory: Memory) -> None:
    """What must hold before the first statement.

    Array variables hold nobody's memory until they are written, so that the end can release them all. Numbers that
    nobody defines on some path are zero there: LLVM would take an undefined one for any number, a new one each time.
    """
    parameters = {p.name for p in function.params}
    for name in memory.roots:
        if not memory.sure(name) and name not in parameters and not name.startswith("stack "):
            frame.write(f"owner.{name}", "i64", "0")
    for name, type_ in memory.undefined.items():
        if isinstance(type_, Scalar) and name not in parameters:
            frame.write(f"v.{name}", REGISTER[type_.kind], constant(0, type_.kind))
    for stack in _stacks(frame, function):
        declare_stack(frame, stack)
    if frame.polling.needed:
        fuel = frame.code.value(f"load i64, ptr {frame.at('%ctx', FUEL_OFFSET)}")
        frame.write("fuel", "i64", fuel)


def _stacks(frame: Frame, function: Function) -> tuple[Stack, ...]:
    return (*function.stacks, *(p.rests for p in frame.plans.values() if p.leads))


def _counted(memory: Memory, name: str) -> bool:
    return name not in memory.borrowing and not name.startswith("stack ")


# ---------------------------------------------------------------------------------------------------------------- end


def _emit_return(frame: Frame, function: Function, value: Atom) -> None:
    """Write the results, with a reference of their own, and give back what only variables refer to.

    In the kernel that is all other memory of the call. A function of the library gives up its own references.
    """
    _result(frame, value, 0)
    counted = [name for name in frame.memory.roots if _counted(frame.memory, name)]
    stacks = _stacks(frame, function)
    if not frame.library:
        if counted or stacks:
            frame.call("void", "tl.sweep", "ptr %ctx")
    else:
        for name in counted:
            frame.call("void", "tl.release", f"ptr %ctx, i64 {owner(frame, name)}")
        for stack in stacks:
            drop_stack(frame, stack)
    frame.code.line("ret i32 0")


def _result(frame: Frame, atom: Atom, slot: int) -> int:
    match atom.type:
        case Scalar(kind=kind):
            frame.store(kind, frame.atom(atom), frame.at("%results", _SLOT * slot))
            return slot + 1
        case Array(rank=rank):
            _array_result(frame, atom, slot)
            return slot + 2 + 2 * rank
        case TupleOf():
            if not isinstance(atom, Var) or atom.name not in frame.tuples:
                raise InternalError(f"no tuple: {atom!r}")
            for item in frame.tuples[atom.name]:
                slot = _result(frame, item, slot)
            return slot
        case Nothing():
            return slot
        case _:
            if isinstance(atom, Const) and atom.value is None:
                return slot
            raise InternalError(f"a result without a type: {atom!r}")


def _array_result(frame: Frame, atom: Atom, slot: int) -> None:
    array = parts(frame, atom)
    holder = owner_of(frame, array)
    frame.call("void", "tl.retain" if frame.library else "tl.keep", f"i64 {holder}")
    words = [("i64", holder), ("ptr", array.data), *(("i64", w) for w in array.extents + array.strides)]
    for k, (t, word) in enumerate(words):
        frame.code.line(f"store {t} {word}, ptr {frame.at('%results', _SLOT * (slot + k))}")
