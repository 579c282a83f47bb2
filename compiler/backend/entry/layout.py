"""What the entry point has to know: where things lie in CPython's and NumPy's objects, and the slots of the kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...ir.types import PARTS, Array, ChoiceOf, Kind, Known, Nothing, OptionalOf, Scalar, TupleOf, Type, Unknown

CONTEXT_SLOTS = 12
CONTEXT_THREAD = 8  # byte offsets into the context
CONTEXT_FUEL = 16
CONTEXT_INFO = 24
CONTEXT_SELF = 88
FUEL = 1 << 20

ROW_WORDS = 8  # of the table of array arguments, see `unbox.array_row`
GUARD_ROW = 32  # bytes of a row of the guard table: holder, key, value, version

# Items of the tuple that is the builtin's `self`.
SELF_TABLE, SELF_SLOW, SELF_FAIL, SELF_AGAIN, SELF_SAY = 0, 1, 2, 3, 4
AGAIN_STATUS = -2  # of a kernel: what it assumes does not hold


@dataclass(frozen=True)
class EntryLayout:
    """Byte offsets into live objects, and NumPy's type numbers.

    The defaults are those of a 64-bit CPython with the GIL and of NumPy 1.26 to 2.x on Linux; `runtime.ndarray` probes
    the running interpreter and its `native_layout()` gives the arguments. `type_nums` lists for each kind the canonical
    number first and then numbers of the same representation (`long` and `long long`). `dict_version` is 0 where
    dictionaries have no version that changes with every store. `loads`: NumPy's types and booleans, which have no
    symbols, are what variables of these names hold, as in a module that is built ahead of time; else the linker knows
    their addresses.
    """

    header: int = 16
    tuple_items: int = 24
    array_data: int = 16
    array_rank: int = 24
    array_extents: int = 32
    array_strides: int = 40
    array_descr: int = 56
    array_flags: int = 64
    descr_byteorder: int = 26
    descr_type_num: int = 28
    dict_version: int = 0
    loads: bool = False
    type_nums: Mapping[Kind, tuple[int, ...]] = field(
        default_factory=lambda: {"bool": (0,), "int32": (5,), "int64": (7, 9), "float32": (11,), "float64": (12,),
                                 "complex64": (14,), "complex128": (15,)}
    )

    @property
    def type_pointer(self) -> int:
        """Offset of an object's type: the last word of the header, on builds with and without the GIL."""
        return self.header - 8


@dataclass(frozen=True)
class Param:
    """One argument of the kernel.

    `stored`: the kernel writes into its memory, so it must be writeable. `exclusive`: it must not overlap with other
    arguments when the entry checks for that, as what is stored into must not either. Of a tuple that holds for the
    arrays numbered in `only`, or for all of them.
    """

    type: Type
    stored: bool = False
    exclusive: bool = False
    only: frozenset[int] | None = None

    def concerns(self, leaf: ArrayLeaf) -> bool:
        """Whether `stored` and `exclusive` are about this array of the argument."""
        return self.only is None or leaf.number in self.only


@dataclass(frozen=True)
class EntryText:
    """The text of the entry point; `externals` maps each symbol it needs from outside the module to its declaration."""

    text: str
    externals: Mapping[str, str]


@dataclass(frozen=True)
class ArrayLeaf:
    """An array among the arguments: which one it came from, its first slot, its type, its number in that argument."""

    param: int
    slot: int
    type: Array
    number: int = 0


def slot_count(t: Type) -> int:
    """How many slots of 8 bytes a value takes: 1 for a number, 2 for a complex one, 2 + 2 * rank for an array."""
    match t:
        case Scalar():
            return 2 if t.kind in PARTS else 1
        case Array():
            return 2 + 2 * t.rank
        case TupleOf():
            return sum(map(slot_count, t.items))
        case Nothing() | Known():
            return 0
        case Unknown() | OptionalOf() | ChoiceOf():
            raise TypeError("a value of unknown type has no slots")


def array_leaves(param: int, t: Type, slot: int) -> Iterator[ArrayLeaf]:
    """The arrays inside a type, in slot order."""
    for number, (at, array) in enumerate(_arrays(t, slot)):
        yield ArrayLeaf(param, at, array, number)


def _arrays(t: Type, slot: int) -> Iterator[tuple[int, Array]]:
    if isinstance(t, Array):
        yield slot, t
    elif isinstance(t, TupleOf):
        for item in t.items:
            yield from _arrays(item, slot)
            slot += slot_count(item)
