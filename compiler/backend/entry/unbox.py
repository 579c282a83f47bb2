"""Arguments: from a Python object to the kernel's slots, or away to the slow path.

The types are compared exactly. A subclass of `float` or `ndarray` may mean something else by its operators, and
`True` is an `int` only by inheritance; the slow path decides about all of them.
"""

from __future__ import annotations

from ...ir.types import BYTES, Array, Kind, Nothing, Scalar, TupleOf, Type, Unknown
from .layout import EntryLayout, slot_count
from .writer import Writer

SLOW = "slow"
C_CONTIGUOUS, ALIGNED, WRITEABLE = 0x1, 0x100, 0x400
LLVM_KIND = {"bool": "i8", "int32": "i32", "int64": "i64", "float32": "float", "float64": "double"}
# Kinds that NumPy has twice under different names on every platform (`long` equals `int` or `long long`).
TWICE = ("int32", "int64")


class Unboxer:
    """Fills the argument slots; `leaves` remembers the array objects, for results that are views on them."""

    def __init__(self, w: Writer, slots: str, leaves: str) -> None:
        self.w = w
        self.slots = slots
        self.leaves = leaves
        self.leaf_count = 0

    @property
    def layout(self) -> EntryLayout:
        return self.w.layout

    def unbox(self, t: Type, item: str, slot: int, param: int, stored: bool) -> None:
        """Write the slots of the object `item`, which belongs to argument number `param`."""
        match t:
            case Scalar(weak=True):
                self.python_scalar(t.kind, item, slot)
            case Scalar():
                self.numpy_scalar(t.kind, item, slot)
            case Array():
                self.array(t, item, slot, param, stored)
            case TupleOf():
                self.tuple_of(t, item, slot, param, stored)
            case Nothing():
                self.w.require_equal("ptr", item, self.w.symbol("_Py_NoneStruct"), SLOW)
            case Unknown():
                raise TypeError("an argument of unknown type has no entry point")

    def put(self, kind: str, value: str, slot: int) -> None:
        self.w.store(kind, value, self.slots, 8 * slot)

    def require_type(self, item: str, *names: str) -> None:
        """Go on if the object's type is exactly one of the named ones."""
        w = self.w
        actual = w.load("ptr", item, self.layout.type_pointer)
        tests = [w.value(f"icmp eq ptr {actual}, {w.symbol(name)}", "c") for name in names]
        w.require(w.join("or", tests), SLOW)

    def python_scalar(self, kind: Kind, item: str, slot: int) -> None:
        w = self.w
        if kind == "float64":
            self.require_type(item, "PyFloat_Type")
            self.put("double", w.call("PyFloat_AsDouble", f"ptr {item}"), slot)
        elif kind == "int64":
            self.require_type(item, "PyLong_Type")
            overflow = "%overflow"
            number = w.call("PyLong_AsLongLongAndOverflow", f"ptr {item}", f"ptr {overflow}")
            w.require_equal("i32", w.load("i32", overflow), "0", SLOW)
            self.put("i64", number, slot)
        elif kind == "bool":
            true = w.value(f"icmp eq ptr {item}, {w.symbol('_Py_TrueStruct')}", "c")
            false = w.value(f"icmp eq ptr {item}, {w.symbol('_Py_FalseStruct')}", "c")
            w.require(w.value(f"or i1 {true}, {false}", "c"), SLOW)
            self.put("i8", w.value(f"zext i1 {true} to i8"), slot)
        else:
            raise TypeError(f"Python has no number of kind {kind}")

    def numpy_scalar(self, kind: Kind, item: str, slot: int) -> None:
        names = [f"tl_type_{kind}"] + ([f"tl_type_{kind}_alt"] if kind in TWICE else [])
        self.require_type(item, *names)
        llvm = LLVM_KIND[kind]
        self.put(llvm, self.w.load(llvm, item, self.layout.header), slot)

    def tuple_of(self, t: TupleOf, item: str, slot: int, param: int, stored: bool) -> None:
        w = self.w
        self.require_type(item, "PyTuple_Type")
        w.require_equal("i64", w.load("i64", item, self.layout.header), str(len(t.items)), SLOW)
        for index, inner in enumerate(t.items):
            inner_item = w.load("ptr", item, self.layout.tuple_items + 8 * index)
            self.unbox(inner, inner_item, slot, param, stored)
            slot += slot_count(inner)

    def array(self, t: Array, item: str, slot: int, param: int, stored: bool) -> None:
        w, layout = self.w, self.layout
        self.require_type(item, "PyArray_Type")
        w.require(w.join("and", self.array_tests(t, item, stored)), SLOW)
        extents = w.load("ptr", item, layout.array_extents)
        lengths = [w.load("i64", extents, 8 * axis) for axis in range(t.rank)]
        strides = self.dense_strides(lengths) if t.layout == "C" else self.item_strides(t, item)
        self.put("i64", str(2 * param + 1), slot)
        self.put("ptr", w.load("ptr", item, layout.array_data), slot + 1)
        for number, value in enumerate(lengths + strides):
            self.put("i64", value, slot + 2 + number)
        w.store("ptr", item, self.leaves, 8 * self.leaf_count)
        self.leaf_count += 1

    def array_tests(self, t: Array, item: str, stored: bool) -> list[str]:
        """Conditions on rank, element type, byte order and flags."""
        w, layout = self.w, self.layout
        rank = w.load("i32", item, layout.array_rank)
        descr = w.load("ptr", item, layout.array_descr)
        number = w.load("i32", descr, layout.descr_type_num)
        order = w.load("i8", descr, layout.descr_byteorder)
        flags = w.load("i32", item, layout.array_flags)
        needed = ALIGNED | (C_CONTIGUOUS if t.layout == "C" else 0) | (WRITEABLE if stored else 0)
        known = [w.value(f"icmp eq i32 {number}, {n}", "c") for n in layout.type_nums[t.kind]]
        native = ord("=") if BYTES[t.kind] > 1 else ord("|")
        masked = w.value(f"and i32 {flags}, {needed}")
        return [
            w.value(f"icmp eq i32 {rank}, {t.rank}", "c"),
            w.join("or", known),
            w.value(f"icmp eq i8 {order}, {native}", "c"),
            w.value(f"icmp eq i32 {masked}, {needed}", "c"),
        ]

    def dense_strides(self, lengths: list[str]) -> list[str]:
        """Strides of a contiguous array from its extents: NumPy leaves those of axes of length 0 and 1 arbitrary."""
        strides: list[str] = []
        step = "1"
        for length in reversed(lengths):
            strides.insert(0, step)
            step = self.w.value(f"mul i64 {step}, {length}")
        return strides

    def item_strides(self, t: Array, item: str) -> list[str]:
        """Strides in elements; a field of a record array may have one that is no multiple of the item."""
        w, size = self.w, BYTES[t.kind]
        table = w.load("ptr", item, self.layout.array_strides)
        steps = [w.load("i64", table, 8 * axis) for axis in range(t.rank)]
        if size == 1:
            return steps
        for step in steps:
            w.require_equal("i64", w.value(f"and i64 {step}, {size - 1}"), "0", SLOW)
        return [w.value(f"ashr exact i64 {step}, {size.bit_length() - 1}") for step in steps]
