"""Results: from the kernel's slots to new Python objects.

On failure everything made so far is dropped: a tuple takes each item as soon as it exists, so letting go of the
outermost one lets go of all.
"""

from __future__ import annotations

from ...ir.types import BYTES, PARTS, Array, ChoiceOf, Kind, Known, Nothing, OptionalOf, Scalar, TupleOf, Type, Unknown
from .layout import slot_count
from .unbox import LLVM_KIND
from .writer import Writer


class Boxer:
    """Makes the objects of a result; jumps to the block `failed` when an object cannot be made."""

    def __init__(self, w: Writer, slots: str, failed: str) -> None:
        self.w = w
        self.slots = slots
        self.failed = failed

    def box(self, t: Type, slot: int) -> str:
        """The object for the value whose first slot is `slot`: a new reference."""
        match t:
            case Scalar(weak=True):
                return self.checked(self.python_scalar(t.kind, slot))
            case Scalar():
                return self.checked(self.numpy_scalar(t.kind, slot))
            case Array():
                return self.checked(self.array(t, slot))
            case TupleOf():
                return self.tuple_of(t, slot)
            case Nothing():
                return self.shared(self.w.symbol("_Py_NoneStruct"))
            case Known():
                raise TypeError("a value that exists at compile time only is no result")
            case Unknown() | OptionalOf() | ChoiceOf():
                raise TypeError("a result of unknown type has no entry point")

    def checked(self, item: str) -> str:
        self.w.require_object(item, self.failed)
        return item

    def shared(self, item: str) -> str:
        """A new reference to an object that exists already."""
        self.w.call("Py_IncRef", f"ptr {item}")
        return item

    def get(self, kind: str, slot: int) -> str:
        return self.w.load(kind, self.slots, 8 * slot)

    def python_scalar(self, kind: Kind, slot: int) -> str:
        w = self.w
        if kind == "complex128":
            real, imag = (self.get("double", slot + k) for k in range(2))
            return w.call("PyComplex_FromDoubles", f"double {real}", f"double {imag}")
        if kind == "float64":
            return w.call("PyFloat_FromDouble", f"double {self.get('double', slot)}")
        if kind == "int64":
            return w.call("PyLong_FromLongLong", f"i64 {self.get('i64', slot)}")
        if kind == "bool":
            wide = w.value(f"zext i8 {self.get('i8', slot)} to i64")
            return w.call("PyBool_FromLong", f"i64 {wide}")
        raise TypeError(f"Python has no number of kind {kind}")

    def numpy_scalar(self, kind: Kind, slot: int) -> str:
        """A NumPy scalar: the type's own allocator, then the value behind the object's header."""
        w = self.w
        if kind in PARTS:
            return self.numpy_complex(kind, slot)
        value = self.get(LLVM_KIND[kind], slot)
        if kind == "bool":
            truth = w.value(f"icmp ne i8 {value}, 0", "c")
            true, false = w.symbol("tl_true"), w.symbol("tl_false")
            return self.shared(w.value(f"select i1 {truth}, ptr {true}, ptr {false}"))
        item = self.checked(w.call(f"tl_alloc_{kind}", f"ptr {w.symbol(f'tl_type_{kind}')}", "i64 0"))
        w.store(LLVM_KIND[kind], value, item, w.layout.header)
        return item

    def numpy_complex(self, kind: Kind, slot: int) -> str:
        w, part = self.w, PARTS[kind]
        values = [self.get(LLVM_KIND[part], slot + k) for k in range(2)]
        item = self.checked(w.call(f"tl_alloc_{kind}", f"ptr {w.symbol(f'tl_type_{kind}')}", "i64 0"))
        for k, value in enumerate(values):
            w.store(LLVM_KIND[part], value, item, w.layout.header + k * BYTES[part])
        return item

    def array(self, t: Array, slot: int) -> str:
        w = self.w
        number = w.layout.type_nums[t.kind][0]
        place = w.at(self.slots, 8 * slot)
        shape = (f"i64 {t.rank}", f"i32 {number}", f"i64 {BYTES[t.kind]}")
        return w.call("tl_box", "ptr %ctx", f"ptr {place}", *shape, "ptr %frame")

    def tuple_of(self, t: TupleOf, slot: int) -> str:
        result = self.checked(self.w.call("PyTuple_New", f"i64 {len(t.items)}"))
        self.w.do(f"store ptr {result}, ptr %root")
        self.fill(t, result, slot)
        return result

    def fill(self, t: TupleOf, result: str, slot: int) -> None:
        """Give a new tuple its items, each as soon as it exists."""
        for index, inner in enumerate(t.items):
            if isinstance(inner, TupleOf):
                item = self.checked(self.w.call("PyTuple_New", f"i64 {len(inner.items)}"))
            else:
                item = self.box(inner, slot)
            self.w.store("ptr", item, result, self.w.layout.tuple_items + 8 * index)
            if isinstance(inner, TupleOf):
                self.fill(inner, item, slot)
            slot += slot_count(inner)
