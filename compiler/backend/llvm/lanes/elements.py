"""Elements of arrays and entries of stacks, one for each lane."""

from __future__ import annotations

from ....ir.nodes import Atom, Pop, Push, Var
from ....ir.types import BYTES, Kind
from ..arrays import data, number_kind, plus, stride, times
from ..frame import array_of, kind_of
from ..prelude import HEADER_BYTES
from ..text import MEMORY, REGISTER, UNLIKELY, constant, is_float
from .lanes import Lanes, constant_zero
from .meaning import Places

_LETTERS = {"bool": "i8", "int32": "i32", "int64": "i64", "float32": "f32", "float64": "f64"}


def load(lanes: Lanes, array: Atom, index: tuple[Atom, ...], places: Places, mask: str) -> str:
    """`array[index]`, an element for each lane.

    Neighbours are loaded by `llvm.vp.load`: LLVM 22.1 makes `select mask, (masked load), x` one masked load in the
    place of the `select`, and overlooks stores between the two.
    """
    name, type_ = array_of(array)
    kind = number_kind(type_)
    address, wide = _address(lanes, array, index, places)
    t, m = _stored_type(lanes, kind), lanes.type("bool")
    if wide:
        pointer, intrinsic = f"<{lanes.width} x ptr>", _name(lanes, "masked.gather", kind, wide)
        rest, given = f"{m}, {t}", f"{m} {mask}, {t} zeroinitializer"
    else:
        pointer, intrinsic = "ptr", _name(lanes, "vp.load", kind, wide)
        rest, given = f"{m}, i32", f"{m} {mask}, i32 {lanes.width}"
    lanes.frame.declarations.setdefault(intrinsic, f"declare {t} @{intrinsic}({pointer}, {rest})")
    value = lanes.frame.code.value(f"call {t} @{intrinsic}({pointer} align {BYTES[kind]} {address}, {given})"
                                   f"{lanes.frame.aliases.notes(name)}")
    return lanes.frame.code.value(f"icmp ne {t} {value}, zeroinitializer") if kind == "bool" else value


def store(lanes: Lanes, array: Atom, index: tuple[Atom, ...], places: Places, value: str, mask: str) -> None:
    """`array[index] = value`, for elements that are different ones or in the order of the lanes."""
    name, type_ = array_of(array)
    kind = number_kind(type_)
    address, wide = _address(lanes, array, index, places)
    t, m = _stored_type(lanes, kind), lanes.type("bool")
    if kind == "bool":
        value = lanes.frame.code.value(f"zext {lanes.type('bool')} {value} to {t}")
    operation, pointer = ("masked.scatter", f"<{lanes.width} x ptr>") if wide else ("masked.store", "ptr")
    intrinsic = _name(lanes, operation, kind, wide)
    lanes.frame.declarations.setdefault(intrinsic, f"declare void @{intrinsic}({t}, {pointer}, {m})")
    lanes.frame.code.line(
        f"call void @{intrinsic}({t} {value}, {pointer} align {BYTES[kind]} {address}, {m} {mask})"
        f"{lanes.frame.aliases.notes(name)}"
    )


def accumulate(
    lanes: Lanes, array: Var, index: tuple[Atom, ...], places: Places, value: Atom, mask: str, distinct: bool
) -> None:
    """`array[index] += value`; without `distinct`, several lanes may mean one element."""
    kind = number_kind(array_of(array)[1])
    if distinct:
        accumulate_own(lanes, array, index, places, lanes.vector(value), mask)
    elif not any(lanes.varies(i) for i in index):
        _add_to_one(lanes, array, index, total(lanes, kind, lanes.vector(value), mask))
    else:
        _add_one_by_one(lanes, array, index, value, mask)


def accumulate_own(
    lanes: Lanes, array: Var, index: tuple[Atom, ...], places: Places, value: str, mask: str
) -> None:
    """`array[index] += value`, for elements of which no two are the same."""
    old = load(lanes, array, index, places, mask)
    store(lanes, array, index, places, added(lanes, number_kind(array_of(array)[1]), old, value), mask)


def added(lanes: Lanes, kind: Kind, old: str, value: str) -> str:
    """A sum in an adjoint, whose order is free."""
    operation = "fadd reassoc contract" if is_float(kind) else "add"
    return lanes.frame.code.value(f"{operation} {lanes.type(kind)} {old}, {value}")


def total(lanes: Lanes, kind: Kind, value: str, mask: str) -> str:
    """The sum over the lanes of a mask."""
    t, one = lanes.type(kind), REGISTER[kind]
    kept = lanes.chosen(mask, kind, value, nothing(lanes, kind))
    if not is_float(kind):
        return lanes.intrinsic("llvm.vector.reduce.add", kind, one, (t,), (kept,))
    return reduced(lanes, kind, constant(-0.0, kind), kept, "reassoc ")


def reduced(lanes: Lanes, kind: Kind, first: str, value: str, flags: str) -> str:
    """A number and the floats of all lanes, added in this order unless the flags leave it free."""
    t, one = lanes.type(kind), REGISTER[kind]
    name = f"llvm.vector.reduce.fadd.v{lanes.width}{_LETTERS[kind]}"
    lanes.frame.declarations.setdefault(name, f"declare {one} @{name}({one}, {t})")
    return lanes.frame.code.value(f"call {flags}{one} @{name}({one} {first}, {t} {value})")


def nothing(lanes: Lanes, kind: Kind) -> str:
    """What leaves every number as it is when it is added: among floats the negative zero."""
    return lanes.splat(constant(-0.0 if is_float(kind) else 0, kind), kind)


def _add_to_one(lanes: Lanes, array: Var, index: tuple[Atom, ...], value: str) -> None:
    frame, (name, type_) = lanes.frame, array_of(array)
    kind, notes = number_kind(type_), frame.aliases.notes(name)
    offset = _offset(lanes, array, [frame.index(i) for i in index])
    pointer = frame.code.value(f"getelementptr inbounds {MEMORY[kind]}, ptr {data(frame, name)}, i64 {offset}")
    frame.store(kind, frame.sum(kind, frame.load(kind, pointer, notes), value), pointer, notes)


def _add_one_by_one(lanes: Lanes, array: Var, index: tuple[Atom, ...], value: Atom, mask: str) -> None:
    frame, (name, type_) = lanes.frame, array_of(array)
    kind, notes, base = number_kind(type_), frame.aliases.notes(name), data(frame, name)
    offset = _vector_offset(lanes, array, index)

    def add(given: list[str]) -> str:
        pointer = frame.code.value(f"getelementptr inbounds {MEMORY[kind]}, ptr {base}, i64 {given[0]}")
        frame.store(kind, frame.sum(kind, frame.load(kind, pointer, notes), given[1]), pointer, notes)
        return ""

    lanes.one_by_one(mask, None, [("int64", offset), (kind, lanes.vector(value))], add)


# ------------------------------------------------------------------------------------------------------------ addresses


def _name(lanes: Lanes, operation: str, kind: Kind, wide: bool) -> str:
    return f"llvm.{operation}.v{lanes.width}{_LETTERS[kind]}.{f'v{lanes.width}' if wide else ''}p0"


def _stored_type(lanes: Lanes, kind: Kind) -> str:
    return f"<{lanes.width} x {MEMORY[kind]}>"


def _address(lanes: Lanes, array: Atom, index: tuple[Atom, ...], places: Places) -> tuple[str, bool]:
    """Where the first lane's element is if the others follow it, else the addresses for all lanes and True."""
    frame, (name, type_) = lanes.frame, array_of(array)
    memory, base = MEMORY[number_kind(type_)], data(frame, name)
    last = len(index) - 1
    moving = [k for k, i in enumerate(index) if lanes.varies(i) or places[k] is not None]
    if moving == [last] and places[last] is not None and type_.layout == "C" and number_kind(type_) == type_.kind:
        numbers = [frame.index(i) for i in index[:last]]
        offset = _offset(lanes, array, [*numbers, plus(frame, lanes.base, str(places[last]))])
        return frame.code.value(f"getelementptr {memory}, ptr {base}, i64 {offset}"), False
    offset = _vector_offset(lanes, array, index)
    return frame.code.value(f"getelementptr {memory}, ptr {base}, {lanes.type('int64')} {offset}"), True


def _strides(lanes: Lanes, array: Atom, count: int) -> list[str]:
    """The distance in memory between neighbours along each axis, and between the parts of complex numbers."""
    frame, (name, type_) = lanes.frame, array_of(array)
    own = [stride(frame, name, type_, k) for k in range(type_.rank)]
    return own if count == type_.rank else [*(times(frame, "2", s) for s in own), "1"]


def _offset(lanes: Lanes, array: Atom, numbers: list[str]) -> str:
    frame, offset = lanes.frame, "0"
    for number, step in zip(numbers, _strides(lanes, array, len(numbers)), strict=True):
        offset = plus(frame, offset, times(frame, number, step))
    return offset


def _vector_offset(lanes: Lanes, array: Atom, index: tuple[Atom, ...]) -> str:
    code, t = lanes.frame.code, lanes.type("int64")
    offset = ""
    for i, step in zip(index, _strides(lanes, array, len(index)), strict=True):
        number = lanes.vector(i)
        if kind_of(i) == "int32":
            number = code.value(f"sext {lanes.type('int32')} {number} to {t}")
        if step != "1":
            number = code.value(f"mul {t} {number}, {lanes.splat(step, 'int64', step.isdigit())}")
        offset = code.value(f"add {t} {offset}, {number}") if offset else number
    return offset or constant_zero(lanes, "int64")


# --------------------------------------------------------------------------------------------------------------- stacks


def push(lanes: Lanes, s: Push) -> None:
    """Append an entry for each lane that is not idle; there must be room for all of them.

    LLVM 22.1 fails an assertion if what other lanes give is zero, on machines that have no instruction for this.
    """
    frame, code, stack, kind = lanes.frame, lanes.frame.code, s.stack, kind_of(s.value)
    length, room = frame.read(f"length.{stack}", "i64"), frame.read(f"room.{stack}", "i64")
    after = code.value(f"add i64 {length}, {lanes.width}")
    grow, ready = code.label("grow"), code.label("push")
    code.branch(code.value(f"icmp ugt i64 {after}, {room}"), grow, ready, UNLIKELY)
    code.begin(grow)
    wanted = code.value(f"shl i64 {room}, 1")
    for least in (after, str(frame.stack_chunk)):
        wanted = frame.intrinsic("llvm.umax.i64", "i64", ("i64", "i64"), (wanted, least))
    used, whole = (code.value(f"mul i64 {n}, {BYTES[kind]}") for n in (length, wanted))
    base = frame.call("ptr", "tl.grow",
                      f"ptr %ctx, ptr {frame.read(f'base.{stack}', 'ptr')}, i64 {used}, i64 {whole}")
    frame.memory_error_if_null(base)
    frame.write(f"base.{stack}", "ptr", base)
    frame.write(f"room.{stack}", "i64", wanted)
    code.jump(ready)
    code.begin(ready)
    frame.write(f"length.{stack}", "i64", code.value(f"add i64 {length}, {_count(lanes)}"))
    value, t, m, wide = lanes.vector(s.value), _stored_type(lanes, kind), lanes.type("bool"), _register(kind)
    if kind == "bool":
        value = code.value(f"zext {m} {value} to {lanes.type(wide)}")
    name = f"llvm.experimental.vector.compress.v{lanes.width}{_LETTERS[wide]}"
    r = lanes.type(wide)
    value = frame.intrinsic(name, r, (r, m, r), (value, lanes.mask, "poison"))
    if kind == "bool":
        value = code.value(f"trunc {r} {value} to {t}")
    code.line(f"store {t} {value}, ptr {_entry(lanes, stack, length, kind)}, align {BYTES[kind]}")


def pop(lanes: Lanes, s: Pop) -> None:
    """Take the last entries, one for each lane that is not idle."""
    frame, code, kind = lanes.frame, lanes.frame.code, kind_of(s.target)
    length = code.value(f"sub i64 {frame.read(f'length.{s.stack}', 'i64')}, {_count(lanes)}")
    frame.write(f"length.{s.stack}", "i64", length)
    entry, m, wide = _entry(lanes, s.stack, length, kind), lanes.type("bool"), _register(kind)
    t = lanes.type(wide)
    if kind == "bool":
        found = code.value(f"load {_stored_type(lanes, kind)}, ptr {entry}, align 1")
        entry = lanes.spill(wide, code.value(f"zext {_stored_type(lanes, kind)} {found} to {t}"))
    name = f"llvm.masked.expandload.v{lanes.width}{_LETTERS[wide]}"
    frame.declarations.setdefault(name, f"declare {t} @{name}(ptr, {m}, {t})")
    value = code.value(f"call {t} @{name}(ptr align {BYTES[wide]} {entry}, {m} {lanes.mask}, {t} zeroinitializer)")
    lanes.set(s.target, code.value(f"icmp ne {t} {value}, zeroinitializer") if kind == "bool" else value)


def _register(kind: Kind) -> Kind:
    """What entries of a kind are while they are moved together or apart: LLVM 22.1 has no code for that with bytes."""
    return "int32" if kind == "bool" else kind


def _count(lanes: Lanes) -> str:
    """How many lanes are not idle."""
    bits = f"i{lanes.width}"
    count = lanes.frame.intrinsic(f"llvm.ctpop.{bits}", bits, (bits,), (lanes.bits(lanes.mask),))
    return lanes.frame.code.value(f"zext {bits} {count} to i64")


def _entry(lanes: Lanes, stack: str, length: str, kind: Kind) -> str:
    frame = lanes.frame
    payload = frame.at(frame.read(f"base.{stack}", "ptr"), HEADER_BYTES)
    return frame.code.value(f"getelementptr inbounds {MEMORY[kind]}, ptr {payload}, i64 {length}")
