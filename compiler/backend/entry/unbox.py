"""Arguments: from a Python object to the kernel's slots, or away to the slow path.

The types are compared exactly. A subclass of `float` or `ndarray` may mean something else by its operators, and
`True` is an `int` only by inheritance; the slow path decides about all of them.
"""

from __future__ import annotations

from ...ir.types import BYTES, PARTS, Array, Kind, Known, Nothing, Scalar, TupleOf, Type, Unknown
from .layout import ROW_WORDS, ArrayLeaf, EntryLayout, slot_count
from .writer import Writer

SLOW = "slow"
C_CONTIGUOUS, ALIGNED, WRITEABLE = 0x1, 0x100, 0x400
LLVM_KIND = {"bool": "i8", "int32": "i32", "int64": "i64", "float32": "float", "float64": "double"}
# Kinds that NumPy has twice under different names on every platform (`long` equals `int` or `long long`).
TWICE = ("int32", "int64")


class Unboxer:
    """Fills the argument slots; `leaves` remembers the array objects, for results that are views on them."""

    def __init__(self, w: Writer, slots: str, leaves: str, table: str) -> None:
        self.w = w
        self.slots = slots
        self.leaves = leaves
        self.table = table
        self.leaf_count = 0

    @property
    def layout(self) -> EntryLayout:
        return self.w.layout

    def unbox(self, t: Type, item: str, slot: int) -> None:
        """Write the slots of the object `item`, from `slot` on."""
        match t:
            case Scalar(weak=True):
                self.python_scalar(t.kind, item, slot)
            case Scalar():
                self.numpy_scalar(t.kind, item, slot)
            case Array():
                self.array(item)
            case TupleOf():
                self.tuple_of(t, item, slot)
            case Nothing():
                self.w.require_equal("ptr", item, self.w.symbol("_Py_NoneStruct"), SLOW)
            case Known():
                pass  # the slow path has chosen this code by the value
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
        if kind == "complex128":
            self.require_type(item, "PyComplex_Type")
            self.put_parts(kind, item, slot)
        elif kind == "float64":
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
        if kind in PARTS:
            self.put_parts(kind, item, slot)
            return
        llvm = LLVM_KIND[kind]
        self.put(llvm, self.w.load(llvm, item, self.layout.header), slot)

    def put_parts(self, kind: Kind, item: str, slot: int) -> None:
        """The parts of a complex number, which lie behind the object's header, in a slot each."""
        llvm, size = LLVM_KIND[PARTS[kind]], BYTES[PARTS[kind]]
        for k in range(2):
            self.put(llvm, self.w.load(llvm, item, self.layout.header + k * size), slot + k)

    def tuple_of(self, t: TupleOf, item: str, slot: int) -> None:
        w = self.w
        self.require_type(item, "PyTuple_Type")
        w.require_equal("i64", w.load("i64", item, self.layout.header), str(len(t.items)), SLOW)
        for index, inner in enumerate(t.items):
            inner_item = w.load("ptr", item, self.layout.tuple_items + 8 * index)
            self.unbox(inner, inner_item, slot)
            slot += slot_count(inner)

    def array(self, item: str) -> None:
        """An array: `tl_unbox` checks it against the next row of the array table and fills its slots."""
        w = self.w
        row = f"getelementptr ([{ROW_WORDS} x i64], ptr {self.table}, i64 {self.leaf_count})"
        w.require(w.call("tl_unbox", f"ptr {item}", f"ptr {self.slots}", f"ptr {row}"), SLOW)
        w.store("ptr", item, self.leaves, 8 * self.leaf_count)
        self.leaf_count += 1


def array_row(leaf: ArrayLeaf, stored: bool, layout: EntryLayout) -> tuple[int, ...]:
    """What the support library has to know about an array argument; `ROW_WORDS` numbers.

    Argument number, offset of its slots in bytes, rank, NumPy type number, another number of the same
    representation, flags that must be set, logarithm of the item size, byte order.
    """
    t = leaf.type
    numbers = layout.type_nums[t.kind]
    needed = ALIGNED | (C_CONTIGUOUS if t.layout == "C" else 0) | (WRITEABLE if stored else 0)
    size = BYTES[t.kind]
    native = ord("=") if size > 1 else ord("|")
    return (leaf.param, 8 * leaf.slot, t.rank, numbers[0], numbers[-1], needed, size.bit_length() - 1, native)
