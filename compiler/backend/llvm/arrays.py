"""Arrays: making, viewing, indexing, and who holds a reference to their memory."""

from __future__ import annotations

from dataclasses import dataclass

from ...ir.nodes import Apply, Assign, Atom, Var
from ...ir.types import BYTES, PARTS, Array, Kind
from .frame import Frame, InternalError, array_of, kind_of
from .prelude import HEADER_BYTES
from .text import MEMORY

OPS = ("alloc", "window", "transpose", "broadcast", "flat", "reshape", "diagonal", "part", "library")


@dataclass(slots=True)
class Parts:
    """An array in registers; strides count elements.

    Without an `owner` it is that of the variable `lender`. `fresh`: it comes with a reference of its own; `placed`: the
    variable that it is meant for holds that already.
    """

    owner: str
    data: str
    extents: list[str]
    strides: list[str]
    fresh: bool = False
    placed: bool = False
    lender: str = ""


# -------------------------------------------------------------------------------------------------------------- parts


def owner(frame: Frame, name: str) -> str:
    """What to count references at: see `docs/native.md`."""
    return frame.read(f"owner.{frame.memory.holders.get(name, name)}", "i64")


def owner_of(frame: Frame, array: Parts) -> str:
    """The owner of an array, which most that is done with one does not ask for."""
    return array.owner or owner(frame, array.lender)


def data(frame: Frame, name: str) -> str:
    """The address of the first element."""
    return frame.read(f"data.{name}", "ptr")


def extent(frame: Frame, name: str, axis: int) -> str:
    """The number of elements along an axis."""
    return frame.read(f"n{axis}.{name}", "i64")


def stride(frame: Frame, name: str, type_: Array, axis: int) -> str:
    """The distance of neighbours along an axis; of a contiguous array it follows from the extents."""
    if type_.layout == "A":
        return frame.read(f"s{axis}.{name}", "i64")
    result = "1"
    for k in range(type_.rank - 1, axis, -1):
        result = times(frame, result, extent(frame, name, k))
    return result


def times(frame: Frame, a: str, b: str) -> str:
    """A product that stays within the address space."""
    if a == "1" or b == "0":
        return b
    if b == "1" or a == "0":
        return a
    return frame.pure(f"mul nsw i64 {a}, {b}")


def plus(frame: Frame, a: str, b: str) -> str:
    """A sum that stays within the address space."""
    if a == "0":
        return b
    return a if b == "0" else frame.pure(f"add nsw i64 {a}, {b}")


def parts(frame: Frame, atom: Atom) -> Parts:
    """All of an array variable."""
    name, type_ = array_of(atom)
    axes = range(type_.rank)
    return Parts(
        "",
        data(frame, name),
        [extent(frame, name, k) for k in axes],
        [stride(frame, name, type_, k) for k in axes],
        lender=name,
    )


def assign_array(frame: Frame, target: Var, new: Parts) -> None:
    """Let a variable refer to an array. The new reference is taken before the old one is given up: they may be one."""
    name, type_ = array_of(target)
    memory = frame.memory
    if name not in memory.borrowing and not new.placed:
        if not new.fresh:
            frame.call("void", "tl.retain", f"i64 {owner_of(frame, new)}")
        if not memory.steady(name):
            frame.call("void", "tl.release", f"ptr %ctx, i64 {owner(frame, name)}")
    set_parts(frame, name, type_, new)


def set_parts(frame: Frame, name: str, type_: Array, new: Parts) -> None:
    """Write an array's slots without counting references."""
    memory = frame.memory
    fixed = memory.fixed(name)
    if new.placed:
        frame.forget(f"owner.{name}")
    elif name not in memory.holders:
        sure = memory.sure(name) or (fixed and name in memory.borrowing)
        frame.write(f"owner.{name}", "i64", owner_of(frame, new), sure)
    frame.write(f"data.{name}", "ptr", new.data, fixed)
    for k, value in enumerate(new.extents):
        frame.write(f"n{k}.{name}", "i64", value, fixed)
    if type_.layout == "A":
        for k, value in enumerate(new.strides):
            frame.write(f"s{k}.{name}", "i64", value, fixed)


# --------------------------------------------------------------------------------------------------------- operations


def emit_array(frame: Frame, statement: Assign, apply: Apply) -> None:
    """Write `target = op(…)` for an operation that makes an array."""
    match apply.op:
        case "alloc":
            new = _alloc(frame, statement.target, apply)
        case "window":
            new = _window(frame, apply)
        case "transpose":
            new = _transpose(frame, apply)
        case "broadcast":
            new = _broadcast(frame, apply)
        case "flat":
            new = _flat(frame, apply)
        case "reshape":
            new = _reshape(frame, apply)
        case "diagonal":
            new = _diagonal(frame, apply)
        case "part":
            new = _part(frame, apply)
        case "library":
            from .library import emit_library

            new = emit_library(frame, apply)
        case _:
            raise InternalError(f"{apply.op} makes no array at this level")
    if len(new.extents) != array_of(statement.target)[1].rank:
        raise InternalError(f"{apply.op}: wrong rank in {statement!r}")
    assign_array(frame, statement.target, new)


def _alloc(frame: Frame, target: Var, apply: Apply) -> Parts:
    name, type_ = array_of(target)
    extents = [frame.index(a) for a in apply.args]
    size = str(BYTES[type_.kind])
    for k in range(0, len(extents), 3):
        factors = [size, *extents[k : k + 3], "1", "1"][:4]
        size = frame.bytes(factors)
    zero = "true" if apply.attr("zero", False) else "false"
    strides = ["1"]
    for value in reversed(extents[1:]):
        strides.insert(0, times(frame, strides[0], value))
    strides = strides[: len(extents)]
    if frame.memory.steady(name):
        header = frame.call("ptr", "tl.alloc", f"ptr %ctx, i64 {size}, i1 {zero}")
        frame.memory_error_if_null(header)
        holder = frame.pure(f"ptrtoint ptr {header} to i64")
        return Parts(holder, frame.at(header, HEADER_BYTES), extents, strides, fresh=True)
    place = frame.place(f"owner.{name}", "i64")
    first = frame.call("ptr", "tl.renew", f"ptr %ctx, ptr {place}, i64 {size}, i1 {zero}")
    frame.memory_error_if_null(first)
    return Parts("", first, extents, strides, fresh=True, placed=True)


def _window(frame: Frame, apply: Apply) -> Parts:
    source, *operands = apply.args
    name, type_ = array_of(source)
    rest = iter(operands)
    offset, axis = "0", 0
    extents: list[str] = []
    strides: list[str] = []
    for entry in apply.attr("spec"):
        if entry == "n":
            extents.append("1")
            strides.append("0")
            continue
        step = stride(frame, name, type_, axis)
        axis += 1
        offset = plus(frame, offset, times(frame, frame.index(next(rest)), step))
        if entry == "s":
            extents.append(frame.index(next(rest)))
            strides.append(times(frame, frame.index(next(rest)), step))
    if axis != type_.rank or next(rest, None) is not None:
        raise InternalError(f"window: the spec does not fit the operands in {apply!r}")
    # Not `inbounds`: the first element of an empty view may be anywhere.
    base = data(frame, name)
    if offset != "0":
        base = frame.pure(f"getelementptr {MEMORY[type_.kind]}, ptr {base}, i64 {offset}")
    return Parts("", base, extents, strides, lender=name)


def _transpose(frame: Frame, apply: Apply) -> Parts:
    old = parts(frame, apply.args[0])
    axes = apply.attr("axes")
    return Parts("", old.data, [old.extents[k] for k in axes], [old.strides[k] for k in axes], lender=old.lender)


def _broadcast(frame: Frame, apply: Apply) -> Parts:
    source, *wanted = apply.args
    old = parts(frame, source)
    extents = [frame.index(a) for a in wanted]
    strides = ["0"] * (len(extents) - len(old.extents))
    for n, s in zip(old.extents, old.strides, strict=True):
        single = frame.pure(f"icmp eq i64 {n}, 1")
        strides.append(frame.pure(f"select i1 {single}, i64 0, i64 {s}"))
    return Parts("", old.data, extents, strides, lender=old.lender)


def _flat(frame: Frame, apply: Apply) -> Parts:
    """All elements of a contiguous array as a vector."""
    old = parts(frame, apply.args[0])
    size = "1"
    for n in old.extents:
        size = times(frame, size, n)
    return Parts("", old.data, [size], ["1"], lender=old.lender)


def _reshape(frame: Frame, apply: Apply) -> Parts:
    """A contiguous array in another shape of as many elements."""
    source, *wanted = apply.args
    old = parts(frame, source)
    extents = [frame.index(a) for a in wanted]
    strides = ["1"]
    for value in reversed(extents[1:]):
        strides.insert(0, times(frame, strides[0], value))
    return Parts("", old.data, extents, strides[: len(extents)], lender=old.lender)


def _diagonal(frame: Frame, apply: Apply) -> Parts:
    """The diagonal of the last two axes, as the last axis."""
    _, type_ = array_of(apply.args[0])
    old = parts(frame, apply.args[0])
    down, right = max(0, -apply.attr("offset")), max(0, apply.attr("offset"))
    (*extents, rows, columns), (*strides, by_row, by_column) = old.extents, old.strides
    lengths = [frame.pure(f"sub i64 {n}, {by}") for n, by in ((rows, down), (columns, right))]
    less = frame.pure(f"icmp slt i64 {lengths[0]}, {lengths[1]}")
    length = frame.pure(f"select i1 {less}, i64 {lengths[0]}, i64 {lengths[1]}")
    some = frame.pure(f"icmp sgt i64 {length}, 0")
    length = frame.pure(f"select i1 {some}, i64 {length}, i64 0")
    offset = plus(frame, times(frame, str(down), by_row), times(frame, str(right), by_column))
    base = old.data
    if offset != "0":  # not `inbounds`, as for a view
        base = frame.pure(f"getelementptr {MEMORY[type_.kind]}, ptr {base}, i64 {offset}")
    return Parts("", base, [*extents, length], [*strides, plus(frame, by_row, by_column)], lender=old.lender)


def _part(frame: Frame, apply: Apply) -> Parts:
    """The real or the imaginary parts of an array of complex numbers: every other number in its memory."""
    _, type_ = array_of(apply.args[0])
    old = parts(frame, apply.args[0])
    base = old.data
    if apply.attr("part"):
        base = frame.pure(f"getelementptr {MEMORY[PARTS[type_.kind]]}, ptr {base}, i64 1")
    return Parts("", base, old.extents, [times(frame, "2", s) for s in old.strides], lender=old.lender)


def apart(frame: Frame, one: Atom, other: Atom) -> str:
    """Whether two arrays certainly have no memory in common, by where they begin and end."""
    (low, high), (other_low, other_high) = _bounds(frame, one), _bounds(frame, other)
    before = frame.pure(f"icmp ule ptr {high}, {other_low}")
    after = frame.pure(f"icmp ule ptr {other_high}, {low}")
    return frame.pure(f"or i1 {before}, {after}")


def _bounds(frame: Frame, array: Atom) -> tuple[str, str]:
    """The address of the first byte, and of the one behind the last; of an empty array nothing is touched."""
    _, type_ = array_of(array)
    pure, own = frame.pure, parts(frame, array)
    low, high = "0", "1"
    for n, distance in zip(own.extents, own.strides, strict=True):
        reach = times(frame, pure(f"sub nsw i64 {n}, 1"), distance)
        down = pure(f"icmp slt i64 {reach}, 0")
        low = plus(frame, low, pure(f"select i1 {down}, i64 {reach}, i64 0"))
        high = plus(frame, high, pure(f"select i1 {down}, i64 0, i64 {reach}"))
    width = str(BYTES[type_.kind])
    ends = (f"getelementptr i8, ptr {own.data}, i64 {times(frame, width, x)}" for x in (low, high))
    return pure(next(ends)), pure(next(ends))


# ----------------------------------------------------------------------------------------------------------- elements


def number_kind(type_: Array) -> Kind:
    """The kind of the numbers in an array's memory; a complex element is two of them."""
    return PARTS.get(type_.kind, type_.kind)


def element(frame: Frame, array: Atom, index: tuple[Atom, ...]) -> str:
    """The address of one element, or of the part of a complex one that the last index chooses."""
    name, type_ = array_of(array)
    width = "1" if type_.kind not in PARTS else "2"
    index, part = (index, "0") if width == "1" else (index[:-1], frame.index(index[-1]))
    if len(index) != type_.rank:
        raise InternalError(f"{len(index)} indices for {array!r}")
    offset = "0"
    for k, i in enumerate(index):
        offset = plus(frame, offset, times(frame, frame.index(i), stride(frame, name, type_, k)))
    base = data(frame, name)
    offset = plus(frame, times(frame, width, offset), part)
    if offset == "0":
        return base
    return frame.pure(f"getelementptr inbounds {MEMORY[number_kind(type_)]}, ptr {base}, i64 {offset}")


def load_element(frame: Frame, array: Atom, index: tuple[Atom, ...]) -> str:
    """`array[index]`."""
    name, type_ = array_of(array)
    return frame.load(number_kind(type_), element(frame, array, index), frame.aliases.notes(name))


def store_element(frame: Frame, array: Var, index: tuple[Atom, ...], value: Atom) -> None:
    """`array[index] = value`."""
    name, type_ = array_of(array)
    _same_kind(type_, value)
    frame.store(number_kind(type_), frame.atom(value), element(frame, array, index), frame.aliases.notes(name))


def accumulate_element(frame: Frame, array: Var, index: tuple[Atom, ...], value: Atom) -> None:
    """`array[index] += value`."""
    name, type_ = array_of(array)
    _same_kind(type_, value)
    added, pointer, notes = frame.atom(value), element(frame, array, index), frame.aliases.notes(name)
    kind = number_kind(type_)
    old = frame.load(kind, pointer, notes)
    frame.store(kind, frame.sum(kind, old, added), pointer, notes)


def _same_kind(type_: Array, value: Atom) -> None:
    if kind_of(value) != number_kind(type_):
        raise InternalError(f"a value of kind {kind_of(value)} for an array of {type_.kind}")
