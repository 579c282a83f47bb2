"""NumPy from the outside: where an array keeps its data, and the functions and types that native code needs.

Native code reads `PyArrayObject` by offsets, which costs 60 ns a call less than the buffer protocol. The offsets are
the same in NumPy 1.26 and 2.x and follow the object header, so they are computed from `object.__basicsize__` and then
checked on live arrays when this module is imported. Should a future NumPy move a field, the import fails with the
field's name; the place for a second way, by `PyObject_GetBuffer`, is the argument check of the entry point, which
would fill the same slots from a `Py_buffer`.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

HEADER = object.__basicsize__
TUPLE_ITEMS = tuple.__basicsize__

# Offsets behind the header: of the array's fields, then of the descriptor's.
_ARRAY = {"data": 0, "rank": 8, "extents": 16, "strides": 24, "descr": 40, "flags": 48}
_DESCR = {"byteorder": 10, "type_num": 12}

# Slots of NumPy's function table; they never change (numpy/_core/code_generators/numpy_api.py).
_SLOTS = {"PyArray_Type": 2, "PyArray_NewCopy": 85, "PyArray_New": 93, "PyArray_SetBaseObject": 282}

_KINDS = {"bool": np.bool_, "int32": np.int32, "int64": np.int64, "float32": np.float32, "float64": np.float64,
          "complex64": np.complex64, "complex128": np.complex128}
_TWINS = "ilq"  # int, long and long long: on every platform two of them are the same number

_TP_ALLOC = 47  # Py_tp_alloc of CPython's typeslots.h, part of the stable ABI


def native_layout() -> dict[str, Any]:
    """The arguments of `tapeless.compiler.backend.entry.EntryLayout` for this interpreter and this NumPy."""
    offsets = {f"array_{name}": HEADER + offset for name, offset in _ARRAY.items()}
    offsets |= {f"descr_{name}": HEADER + offset for name, offset in _DESCR.items()}
    numbers = {kind: tuple(dtype.num for dtype in _same(scalar)) for kind, scalar in _KINDS.items()}
    return {
        "header": HEADER,
        "tuple_items": TUPLE_ITEMS,
        "dict_version": _dict_version(),
        **offsets,
        "type_nums": numbers,
    }


def addresses() -> dict[str, int]:
    """Addresses by the names that entry points use: NumPy's functions, scalar types, allocators and booleans."""
    table = _function_table()
    found = {name: _word(table + 8 * slot) for name, slot in _SLOTS.items()}
    for kind, scalar in _KINDS.items():
        found[f"tl_type_{kind}"] = id(scalar)
        found[f"tl_type_{kind}_alt"] = id(_same(scalar)[-1].type)
        found[f"tl_alloc_{kind}"] = _type_slot(scalar, _TP_ALLOC)
    found["tl_true"] = id(np.True_)
    found["tl_false"] = id(np.False_)
    return found


def _same(scalar: type[np.generic]) -> list[np.dtype[Any]]:
    """The data types that represent the same numbers as a NumPy scalar type, the canonical one first."""
    canonical = np.dtype(scalar)
    twins = [np.dtype(code) for code in _TWINS] if canonical.kind == "i" else []
    return [canonical, *(d for d in twins if d.itemsize == canonical.itemsize and d.num != canonical.num)]


def _dict_version() -> int:
    """Offset of the number that a dictionary changes with every store (PEP 509); 0 where there is none.

    CPython 3.12 deprecates the field and later versions drop it. It is used where it is documented and if it behaves:
    reading leaves it, and every change changes it.
    """
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 13):
        return 0
    offset = HEADER + 8
    scope: dict[str, object] = {"a": 1}
    versions: list[int] = []
    changes: tuple[Callable[[], object], ...] = (
        lambda: scope.update(a=2), lambda: scope.update(b=3), lambda: scope.pop("b"), lambda: scope.update(a=None),
        lambda: scope.setdefault("c", 1), lambda: exec("global a; a = 5", scope), scope.clear,
    )  # fmt: skip
    for change in changes:
        before = _word(id(scope) + offset)
        scope.get("a")
        if before == 0 or _word(id(scope) + offset) != before:
            return 0
        versions.append(before)
        change()
    versions.append(_word(id(scope) + offset))
    # Two dictionaries never share a version, which a count of entries or of changes would.
    return offset if len(set(versions)) == len(versions) and _word(id({"a": 1}) + offset) not in versions else 0


def _word(address: int) -> int:
    return ctypes.c_size_t.from_address(address).value


def _function_table() -> int:
    core = getattr(np, "_core", None) or np.core
    get = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
        ("PyCapsule_GetPointer", ctypes.pythonapi)
    )
    address = get(core._multiarray_umath._ARRAY_API, None)
    if address is None:
        raise ImportError("NumPy's function table (_ARRAY_API) is empty")
    return int(address)


def _type_slot(cls: type, slot: int) -> int:
    get = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_int)(("PyType_GetSlot", ctypes.pythonapi))
    address = get(cls, slot)
    if address is None:
        raise ImportError(f"{cls.__name__} has no slot {slot}")
    return int(address)


def _words(address: int, count: int) -> tuple[int, ...]:
    return tuple((ctypes.c_int64 * count).from_address(_word(address)))


def _findings(a: np.ndarray[Any, Any]) -> dict[str, bool]:
    """For each fact that native code relies on, whether it holds for this array."""
    at, descr = id(a) + HEADER, id(a.dtype) + HEADER
    flags = ctypes.c_int.from_address(at + _ARRAY["flags"]).value
    return {
        "size of a pointer": ctypes.sizeof(ctypes.c_void_p) == 8,
        "type of an object": _word(at - 8) == id(np.ndarray),
        "data": _word(at + _ARRAY["data"]) == a.__array_interface__["data"][0],
        "rank": ctypes.c_int.from_address(at + _ARRAY["rank"]).value == a.ndim,
        "extents": _words(at + _ARRAY["extents"], a.ndim) == a.shape,
        "strides": _words(at + _ARRAY["strides"], a.ndim) == a.strides,
        "descr": _word(at + _ARRAY["descr"]) == id(a.dtype),
        "flags": flags & 0x501 == a.flags.num & 0x501,
        "type number": ctypes.c_int.from_address(descr + _DESCR["type_num"]).value == a.dtype.num,
        "byte order": ctypes.c_char.from_address(descr + _DESCR["byteorder"]).value.decode() == a.dtype.byteorder,
        "function table": _word(_function_table() + 8 * _SLOTS["PyArray_Type"]) == id(np.ndarray),
    }


def _verify() -> None:
    """Compare the offsets with what live objects say about themselves."""
    wrong: list[str] = []
    for kind in _KINDS:
        array = np.arange(24).reshape(4, 6).astype(kind)[::2, 1:5]
        array.flags.writeable = kind != "int32"
        wrong += [f"{fact} ({kind})" for fact, holds in _findings(array).items() if not holds]
    for value in (np.float64(1.5), np.float32(-2.5), np.int64(-7), np.int32(9), 1.5, 1.5 - 2.5j,
                  np.complex64(1.5 - 2.5j), np.complex128(2.5 + 1.5j)):
        raw = np.asarray(value).tobytes()
        if ctypes.string_at(id(value) + HEADER, len(raw)) != raw:
            wrong.append(f"value of {type(value).__name__}")
    marker = object()
    pair = (None, marker)
    if _word(id(pair) + TUPLE_ITEMS + 8) != id(marker):
        wrong.append("items of a tuple")
    if wrong:
        raise ImportError(
            f"NumPy {np.__version__} lays its objects out in a way that native code does not know: "
            + ", ".join(sorted(set(wrong)))
        )


_verify()
