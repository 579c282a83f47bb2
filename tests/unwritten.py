"""Memory that compiled code has not written yet holds numbers that no test expects.

Fresh pages of the system are zeros, and so is often what a call before has left: code that reads what it never wrote
is right most of the time. Under test each block that a kernel is lent without asking for zeros, and each variable
before its first assignment, holds a pattern which is a NaN as a `float64` or `float32`, true as a `bool`, and as an
integer near the largest, so that no result and no position comes out right by accident.
"""

from __future__ import annotations

import importlib
import types
from typing import Any

import numpy as np

WORD = 0x7FFFFFFF  # one half of a float64, the whole of a float32 or an int32
_TWO = WORD << 32 | WORD

_TAKE = """
define <linkage>noalias ptr @tl_take(i64 %total, i1 %zero) nounwind {
begin:
  %block = call ptr @tl_take_as_it_is(i64 %total, i1 %zero)
  %none = icmp eq ptr %block, null
  %keep = or i1 %none, %zero
  br i1 %keep, label %done, label %fill
fill:
  call void @tl_spoil(ptr %block, i64 %total)
  br label %done
done:
  ret ptr %block
}
"""

_SPOIL = f"""
define internal void @<name>(ptr %start, i64 %bytes) nounwind noinline {{
begin:
  %words = lshr i64 %bytes, 2
  %whole = shl i64 %words, 2
  br label %head
head:
  %i = phi i64 [ 0, %begin ], [ %next, %body ]
  %more = icmp ult i64 %i, %words
  br i1 %more, label %body, label %rest
body:
  %place = getelementptr i32, ptr %start, i64 %i
  store i32 {WORD}, ptr %place
  %next = add i64 %i, 1
  br label %head
rest:
  %k = phi i64 [ %whole, %head ], [ %after, %byte ]
  %some = icmp ult i64 %k, %bytes
  br i1 %some, label %byte, label %done
byte:
  %last = getelementptr i8, ptr %start, i64 %k
  store i8 -1, ptr %last
  %after = add i64 %k, 1
  br label %rest
done:
  ret void
}}
"""

# What a variable holds before its first assignment, by its type.
_PATTERNS = {
    "double": "0x7FFFFFFF7FFFFFFF", "float": "0x7FFFFFFFE0000000", "i64": str(_TWO), "i32": str(WORD), "i1": "true",
    "i8": "127", "ptr": f"inttoptr (i64 {_TWO} to ptr)",
}


def spoil() -> None:
    """From now on the compiler writes code in which unwritten memory holds the pattern."""
    _spoil_blocks()
    _spoil_renewed()
    _spoil_blocks_for_c()
    _spoil_variables()


def spoilt_numpy() -> types.SimpleNamespace:
    """NumPy for generated Python: its `empty` arrays hold the pattern."""

    def spoilt(make: Any) -> Any:
        def made(*args: Any, **kwargs: Any) -> np.ndarray:
            array = make(*args, **kwargs)
            words = np.full(array.nbytes // 4 + 1, WORD, np.int32)
            array[...] = words.view(np.uint8)[: array.nbytes].view(array.dtype).reshape(array.shape)
            return array

        return made

    return types.SimpleNamespace(**{**vars(np), "empty": spoilt(np.empty), "empty_like": spoilt(np.empty_like)})


def _spoil_blocks() -> None:
    support = importlib.import_module("tapeless.compiler.backend.entry.support")
    original = support.blocks_text

    def blocks_text() -> str:
        text = original()
        return _replaced(text, "@tl_take(", "@tl_take_as_it_is(") + _TAKE + _SPOIL.replace("<name>", "tl_spoil")

    support.blocks_text = blocks_text


def _spoil_renewed() -> None:
    """A block that stays with its variable when this is given a new array."""
    prelude = importlib.import_module("tapeless.compiler.backend.llvm.prelude")
    renew = _replaced(prelude.FUNCTIONS["tl.renew"], "label %wipe, label %kept\n", "label %wipe, label %spoil\n")
    renew = _replaced(renew, "kept:\n", "spoil:\n  %old.payload = getelementptr i8, ptr %header, i64 32\n"
                      "  call void @tl.spoil(ptr %old.payload, i64 %bytes)\n  br label %kept\nkept:\n")
    prelude.FUNCTIONS["tl.renew"] = renew
    prelude.FUNCTIONS["tl.spoil"] = _SPOIL.replace("<name>", "tl.spoil")


def _spoil_blocks_for_c() -> None:
    """What functions without Python allocate, by `malloc` or in a workspace."""
    memory = importlib.import_module("tapeless.compiler.backend.cabi.memory")
    alloc = _replaced(memory._ALLOC, "label %wipe, label %done\n", "label %wipe, label %spoil\n")
    memory._ALLOC = _replaced(alloc, "wipe:\n", "spoil:\n  %fresh = getelementptr i8, ptr %header, i64 32\n"
                              "  call void @tl.spoil(ptr %fresh, i64 %bytes)\n  br label %done\nwipe:\n")


def _spoil_variables() -> None:
    frame = importlib.import_module("tapeless.compiler.backend.llvm.frame").Frame
    original = frame.finish

    def finish(self: object) -> list[str]:
        lines = []
        for line in original(self):
            lines.append(line)
            name, alloca, type_ = line.partition(" = alloca ")
            if alloca and type_ in _PATTERNS:
                lines.append(f"  store {type_} {_PATTERNS[type_]}, ptr {name.strip()}")
        return lines

    frame.finish = finish


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise AssertionError(f"{old!r} occurs {text.count(old)} times in what it should be replaced in")
    return text.replace(old, new)
