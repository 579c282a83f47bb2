"""Stacks that live for one call: growable memory, entries of numbers or of array descriptors.

A descriptor is {owner, data, extents, and for layout "A" strides} in words of 8 bytes; it holds a reference. The block,
the number of entries and the room for them are variables where the entries are numbers, and three words of memory where
they are descriptors, so that a helper can push one: a function may have hundreds of such stacks.
"""

from __future__ import annotations

from ...ir.nodes import Pop, Push, Stack, Var
from ...ir.types import BYTES, Array, Kind, Scalar
from .arrays import Parts, owner, owner_of, parts, set_parts
from .frame import Frame, InternalError, array_of, kind_of
from .prelude import HEADER_BYTES
from .text import MEMORY, UNLIKELY

_WORD = 8


def declare_stack(frame: Frame, stack: Stack) -> None:
    """An empty stack; memory comes with the first entry."""
    if isinstance(stack.type, Array):
        frame.write(*_memory(stack.name), "zeroinitializer")
        return
    frame.write(f"base.{stack.name}", "ptr", "null")
    frame.write(f"length.{stack.name}", "i64", "0")
    frame.write(f"room.{stack.name}", "i64", "0")


def drop_stack(frame: Frame, stack: Stack) -> None:
    """Give the memory back, and the references that are still on the stack."""
    if isinstance(stack.type, Array):
        place = frame.place(*_memory(stack.name))
        base, words = frame.code.value(f"load ptr, ptr {place}"), _words(stack.type)
        length = frame.code.value(f"load i64, ptr {frame.at(place, _WORD)}")
    else:
        base, length = frame.read(f"base.{stack.name}", "ptr"), frame.read(f"length.{stack.name}", "i64")
        words = 0
    frame.call("void", "tl.drop_stack", f"ptr %ctx, ptr {base}, i64 {length}, i64 {words}")


def emit_push(frame: Frame, statement: Push) -> None:
    """Append; growing is rare and out of line."""
    stack, value = statement.stack, statement.value
    if isinstance(value.type, Array):
        sizes = f"i64 {frame.stack_chunk}, i64 {_size(value.type)}"
        entry = frame.call("ptr", "tl.push", f"ptr %ctx, ptr {frame.place(*_memory(stack))}, {sizes}")
        frame.memory_error_if_null(entry)
        _write_descriptor(frame, value.type, parts(frame, value), entry)
        return
    kind = kind_of(value)
    entry = _entry(frame, stack, _append(frame, stack, _size(value.type)), kind)
    frame.store(kind, frame.atom(value), entry)


def emit_pop(frame: Frame, statement: Pop) -> None:
    """Take the last entry."""
    stack, target = statement.stack, statement.target
    if isinstance(target.type, Array):
        _pop_array(frame, target, target.type, _last(frame, stack, _size(target.type)))
        return
    length = frame.code.value(f"add i64 {frame.read(f'length.{stack}', 'i64')}, -1")
    frame.write(f"length.{stack}", "i64", length)
    kind = kind_of(target)
    frame.assign(target, frame.load(kind, _entry(frame, stack, length, kind)))


def _size(type_: object) -> int:
    """Bytes of an entry."""
    match type_:
        case Scalar(kind=kind):
            return BYTES[kind]
        case Array():
            return _WORD * _words(type_)
        case _:
            raise InternalError(f"a stack of {type_} is not supported")


def _words(type_: Array) -> int:
    return 2 + type_.rank * (2 if type_.layout == "A" else 1)


def _memory(stack: str) -> tuple[str, str]:
    """The slot of a stack of descriptors, and its type."""
    return f"stack.{stack}", "[3 x i64]"


def _entry(frame: Frame, stack: str, index: str, kind: Kind) -> str:
    payload = frame.at(frame.read(f"base.{stack}", "ptr"), HEADER_BYTES)
    return frame.code.value(f"getelementptr inbounds {MEMORY[kind]}, ptr {payload}, i64 {index}")


def _last(frame: Frame, stack: str, size: int) -> str:
    """Take the last descriptor off; its address."""
    code, place = frame.code, frame.place(*_memory(stack))
    counted = frame.at(place, _WORD)
    length = code.value(f"add i64 {code.value(f'load i64, ptr {counted}')}, -1")
    code.line(f"store i64 {length}, ptr {counted}")
    payload = frame.at(code.value(f"load ptr, ptr {place}"), HEADER_BYTES)
    return code.value(f"getelementptr inbounds [{size} x i8], ptr {payload}, i64 {length}")


def _append(frame: Frame, stack: str, size: int) -> str:
    """Make room for one entry more and return its index."""
    code = frame.code
    length, room = frame.read(f"length.{stack}", "i64"), frame.read(f"room.{stack}", "i64")
    full = code.value(f"icmp eq i64 {length}, {room}")
    grow, ready = code.label("grow"), code.label("push")
    code.branch(full, grow, ready, UNLIKELY)
    code.begin(grow)
    double = code.value(f"shl i64 {room}, 1")
    first = code.value(f"icmp eq i64 {room}, 0")
    wanted = code.value(f"select i1 {first}, i64 {frame.stack_chunk}, i64 {double}")
    used = code.value(f"mul i64 {length}, {size}")
    total = code.value(f"mul i64 {wanted}, {size}")
    old = frame.read(f"base.{stack}", "ptr")
    base = frame.call("ptr", "tl.grow", f"ptr %ctx, ptr {old}, i64 {used}, i64 {total}")
    frame.memory_error_if_null(base)
    frame.write(f"base.{stack}", "ptr", base)
    frame.write(f"room.{stack}", "i64", wanted)
    code.jump(ready)
    code.begin(ready)
    frame.write(f"length.{stack}", "i64", code.value(f"add i64 {length}, 1"))
    return length


def _write_descriptor(frame: Frame, type_: Array, array: Parts, entry: str) -> None:
    holder = owner_of(frame, array)
    frame.call("void", "tl.retain", f"i64 {holder}")
    frame.code.line(f"store i64 {holder}, ptr {entry}")
    frame.code.line(f"store ptr {array.data}, ptr {frame.at(entry, _WORD)}")
    words = array.extents + (array.strides if type_.layout == "A" else [])
    for k, word in enumerate(words):
        frame.code.line(f"store i64 {word}, ptr {frame.at(entry, _WORD * (2 + k))}")


def _pop_array(frame: Frame, target: Var, type_: Array, entry: str) -> None:
    """The entry's reference becomes the variable's."""
    code, rank = frame.code, type_.rank
    holder = code.value(f"load i64, ptr {entry}")
    data = code.value(f"load ptr, ptr {frame.at(entry, _WORD)}")
    words = [code.value(f"load i64, ptr {frame.at(entry, _WORD * (2 + k))}") for k in range(_words(type_) - 2)]
    name, _ = array_of(target)
    if not frame.memory.steady(name):
        frame.call("void", "tl.release", f"ptr %ctx, i64 {owner(frame, name)}")
    set_parts(frame, name, type_, Parts(holder, data, words[:rank], words[rank:]))
