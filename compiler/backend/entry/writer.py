"""Lines of LLVM text with fresh names, and the list of what they need from outside."""

from __future__ import annotations

import re

from .layout import EntryLayout

# Everything the entry point may import. The runtime finds the addresses by these names; those that begin with `tl_`
# are the support library's, or NumPy's types and allocators, which have no symbol (`runtime.ndarray.addresses`).
SIGNATURES = {
    "PyObject_Vectorcall": "ptr (ptr, ptr, i64, ptr)",
    "PyObject_CallFunction": "ptr (ptr, ptr, ...)",
    "PyObject_IsTrue": "i32 (ptr)",
    "PyTuple_New": "ptr (i64)",
    "PyTuple_SetItem": "i32 (ptr, i64, ptr)",
    "PyFloat_AsDouble": "double (ptr)",
    "PyComplex_FromDoubles": "ptr (double, double)",
    "PyFloat_FromDouble": "ptr (double)",
    "PyLong_AsLongLongAndOverflow": "i64 (ptr, ptr)",
    "PyLong_FromLongLong": "ptr (i64)",
    "PyBool_FromLong": "ptr (i64)",
    "PyEval_SaveThread": "ptr ()",
    "PyEval_RestoreThread": "void (ptr)",
    "PyErr_SetObject": "void (ptr, ptr)",
    "PyErr_Occurred": "ptr ()",
    "PyErr_Clear": "void ()",
    "PyDict_Next": "i32 (ptr, ptr, ptr, ptr)",
    "PyDict_Size": "i64 (ptr)",
    "PyList_GetItem": "ptr (ptr, i64)",
    "PyList_Size": "i64 (ptr)",
    "PyTuple_GetItem": "ptr (ptr, i64)",
    "PyTuple_Size": "i64 (ptr)",
    "PyDict_GetItemWithError": "ptr (ptr, ptr)",
    "PyCell_Get": "ptr (ptr)",
    "PyCapsule_New": "ptr (ptr, ptr, ptr)",
    "Py_IncRef": "void (ptr)",
    "Py_DecRef": "void (ptr)",
    "PyArray_New": "ptr (ptr, i32, ptr, i32, ptr, ptr, i32, i32, ptr)",
    "PyArray_NewCopy": "ptr (ptr, i32)",
    "PyArray_SetBaseObject": "i32 (ptr, ptr)",
    "PyCapsule_GetPointer": "ptr (ptr, ptr)",
    "malloc": "ptr (i64)",
    "calloc": "ptr (i64, i64)",
    "free": "void (ptr)",
    "memset": "ptr (ptr, i32, i64)",
    "tl_guards": "i1 (ptr)",
    "tl_fail": "void (ptr, ptr, i32)",
    "tl_say": "i32 (ptr, i32, ptr)",
    "tl_unbox": "i1 (ptr, ptr, ptr)",
    "tl_box": "ptr (ptr, ptr, i64, i32, i64, ptr)",
    "tl_take": "ptr (i64, i1)",
    "tl_give": "void (ptr)",
    "tl_free_all": "void (ptr)",
    "tl_adopted_free": "void (ptr)",
}


# NumPy's objects, which have no symbols, by the names that they have here.
OBJECTS = re.compile(r"PyArray_Type|tl_type_\w+|tl_true|tl_false")


def declaration(name: str, loads: bool = False) -> str:
    """The line that declares an external: a function of the table, an allocator, or else an object's address.

    With `loads`, what stands for an object of NumPy's is a variable with its address.
    """
    signature = "ptr (ptr, i64)" if name.startswith("tl_alloc_") else SIGNATURES.get(name)
    if signature is None:
        return f"@{name} = external {'hidden global ptr' if loads and OBJECTS.fullmatch(name) else 'global i8'}"
    result, parameters = signature.split(" ", 1)
    return f"declare {result} @{name}{parameters}"


class Writer:
    """Collects the lines of one function."""

    def __init__(self, layout: EntryLayout) -> None:
        self.layout = layout
        self.lines: list[str] = []
        self.externals: dict[str, str] = {}
        self.block = "begin"
        self._count = 0

    def fresh(self, hint: str) -> str:
        self._count += 1
        return f"{hint}.{self._count}"

    def do(self, instruction: str) -> None:
        self.lines.append("  " + instruction)

    def value(self, instruction: str, hint: str = "v") -> str:
        """Write an instruction that has a value; return the value's name."""
        name = "%" + self.fresh(hint)
        self.do(f"{name} = {instruction}")
        return name

    def start(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self.block = label

    def symbol(self, name: str) -> str:
        """Mention something outside the module."""
        self.externals[name] = declaration(name, self.layout.loads)
        return self.value(f"load ptr, ptr @{name}") if self.layout.loads and OBJECTS.fullmatch(name) else "@" + name

    def call(self, name: str, *args: str) -> str:
        """Call an external function; return the value, or an empty string where there is none."""
        callee = self.symbol(name)
        signature = "ptr (ptr, i64)" if name.startswith("tl_alloc_") else SIGNATURES[name]
        result = signature.split(" ", 1)[0]
        # A variadic callee must be called with its whole type.
        text = f"call {signature if '...' in signature else result} {callee}({', '.join(args)})"
        if result == "void":
            self.do(text)
            return ""
        return self.value(text)

    def at(self, pointer: str, offset: int) -> str:
        """The address `offset` bytes after a pointer."""
        return pointer if offset == 0 else self.value(f"getelementptr i8, ptr {pointer}, i64 {offset}", "p")

    def load(self, kind: str, pointer: str, offset: int = 0) -> str:
        return self.value(f"load {kind}, ptr {self.at(pointer, offset)}")

    def store(self, kind: str, value: str, pointer: str, offset: int = 0) -> None:
        self.do(f"store {kind} {value}, ptr {self.at(pointer, offset)}")

    def require(self, condition: str, otherwise: str) -> None:
        """Go on in a new block when the condition holds, which is what is expected; else jump."""
        on = self.fresh("ok")
        weights = '!{!"branch_weights", i32 2000, i32 1}'
        self.do(f"br i1 {condition}, label %{on}, label %{otherwise}, !prof {weights}")
        self.start(on)

    def require_equal(self, kind: str, left: str, right: str, otherwise: str) -> None:
        self.require(self.value(f"icmp eq {kind} {left}, {right}", "c"), otherwise)

    def require_object(self, pointer: str, otherwise: str) -> None:
        """Go on unless the pointer is null."""
        self.require(self.value(f"icmp ne ptr {pointer}, null", "c"), otherwise)

    def join(self, operator: str, conditions: list[str]) -> str:
        """The conjunction (`and`) or disjunction (`or`) of conditions, without branches."""
        result = conditions[0]
        for condition in conditions[1:]:
            result = self.value(f"{operator} i1 {result}, {condition}", "c")
        return result
