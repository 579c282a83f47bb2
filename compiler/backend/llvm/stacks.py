"""Stacks that live for one call: growable memory, entries of numbers or of array descriptors.

A descriptor is {owner, data, extents, and for layout "A" strides} in words of 8 bytes; it holds a reference.
"""

from __future__ import annotations

from ...ir.nodes import Pop, Push, Stack, Var
from ...ir.types import BYTES, Array, Scalar
from .arrays import Parts, owner, parts, set_parts
from .frame import Frame, InternalError, array_of, kind_of
from .prelude import HEADER_BYTES
from .text import UNLIKELY

_WORD = 8


def declare_stack(frame: Frame, stack: Stack) -> None:
    """An empty stack; memory comes with the first entry."""
    frame.write(f"base.{stack.name}", "ptr", "null")
    frame.write(f"length.{stack.name}", "i64", "0")
    frame.write(f"room.{stack.name}", "i64", "0")


def drop_stack(frame: Frame, stack: Stack) -> None:
    """Give the memory back, and the references that are still on the stack."""
    base = frame.read(f"base.{stack.name}", "ptr")
    length = frame.read(f"length.{stack.name}", "i64")
    words = _words(stack.type) if isinstance(stack.type, Array) else 0
    frame.call("void", "tl.drop_stack", f"ptr %ctx, ptr {base}, i64 {length}, i64 {words}")


def emit_push(frame: Frame, statement: Push) -> None:
    """Append; growing is rare and out of line."""
    stack, value = statement.stack, statement.value
    entry = _entry(frame, stack, _append(frame, stack, _size(value.type)), _size(value.type))
    if isinstance(value.type, Array):
        _write_descriptor(frame, value.type, parts(frame, value), entry)
    else:
        kind = kind_of(value)
        frame.store(kind, frame.atom(value), entry)


def emit_pop(frame: Frame, statement: Pop) -> None:
    """Take the last entry."""
    stack, target = statement.stack, statement.target
    length = frame.code.value(f"add i64 {frame.read(f'length.{stack}', 'i64')}, -1")
    frame.write(f"length.{stack}", "i64", length)
    entry = _entry(frame, stack, length, _size(target.type))
    if isinstance(target.type, Array):
        _pop_array(frame, target, target.type, entry)
    else:
        frame.assign(target, frame.load(kind_of(target), entry))


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


def _entry(frame: Frame, stack: str, index: str, size: int) -> str:
    payload = frame.at(frame.read(f"base.{stack}", "ptr"), HEADER_BYTES)
    if size in (1, 4, 8):
        return frame.code.value(f"getelementptr inbounds i{8 * size}, ptr {payload}, i64 {index}")
    return frame.code.value(f"getelementptr inbounds [{size} x i8], ptr {payload}, i64 {index}")


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
    frame.call("void", "tl.retain", f"i64 {array.owner}")
    frame.code.line(f"store i64 {array.owner}, ptr {entry}")
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
