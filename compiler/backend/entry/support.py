"""Functions that every entry point calls: guards, errors, arrays of the result.

They are the same for all functions, so they are compiled once and linked once per process, into a library that is
never unloaded. That is also a matter of life and death: an array that a compiled function returned may outlive the
function's code, and `tl_adopted_free` has to be there when it goes. A module that is built ahead of time includes the
text instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import arrays
from .blocks import blocks_text
from .layout import (
    CONTEXT_INFO,
    CONTEXT_SELF,
    CONTEXT_THREAD,
    ROW_WORDS,
    SELF_FAIL,
    SELF_SAY,
    EntryLayout,
)
from .writer import SIGNATURES, declaration

EXPORTS = ("tl_guards", "tl_fail", "tl_say", "tl_unbox", "tl_box", "tl_take", "tl_give", "tl_free_all",
           "tl_adopted_free")

_OFFSETS = (
    "array_data",
    "array_rank",
    "array_extents",
    "array_strides",
    "array_descr",
    "array_flags",
    "descr_byteorder",
    "descr_type_num",
)


@dataclass(frozen=True)
class SupportText:
    """A module, what it exports, and the symbols it needs."""

    text: str
    exports: tuple[str, ...]
    externals: tuple[str, ...]


def support_text(layout: EntryLayout, *, internal: bool = False) -> SupportText:
    """The support library for a layout; with `internal`, as a part of a larger module, without declarations.

    Where code loads NumPy's objects, other objects of the same extension module call the functions.
    """
    values = {
        "linkage": "hidden " if layout.loads else "internal " if internal else "",
        "ndarray": "load ptr, ptr @PyArray_Type" if layout.loads else "getelementptr i8, ptr @PyArray_Type, i64 0",
        "fail": layout.tuple_items + 8 * SELF_FAIL,
        "say": layout.tuple_items + 8 * SELF_SAY,
        "info": CONTEXT_INFO,
        "self": CONTEXT_SELF,
        "thread": CONTEXT_THREAD,
        "type": layout.type_pointer,
        "row": ROW_WORDS,
        **{name: getattr(layout, name) for name in _OFFSETS},
        "version": layout.dict_version,
        "versioned": "true" if layout.dict_version else "false",
    }
    text = "\n".join([WHOLE, GUARDS, FAIL, SAY, *arrays.TEXTS, blocks_text(), ALLOCATIONS])
    for name, value in values.items():
        text = text.replace(f"<{name}>", str(value))
    mentioned = set(re.findall(r"@(\w+)", text))
    externals = tuple(sorted(name for name in mentioned if name in SIGNATURES and name not in EXPORTS))
    objects = tuple(sorted(name for name in mentioned if name == "PyArray_Type"))
    if not internal:
        text = "\n".join([*(declaration(name, layout.loads) for name in externals + objects), text])
    return SupportText(text, EXPORTS, externals + objects)


# The table is a count and then rows of four words: dictionary, key, expected value, and the dictionary's version when
# that was last seen to hold (where CPython keeps one: then most checks are one comparison). For a closure cell: cell,
# null, expected content. For a function: function, the offset of one of its fields (a small number), expected field.
# A null value expects the key to be absent (a global that would hide a builtin). For all that a list or dict holds: the
# list or dict, 4096 or 4097, and a tuple of that.
GUARDS = """\
define <linkage>i1 @tl_guards(ptr %table) minsize {
begin:
  %count = load i64, ptr %table
  %rows = getelementptr i8, ptr %table, i64 8
  br label %head
head:
  %i = phi i64 [0, %begin], [%next, %same]
  %done = icmp eq i64 %i, %count
  br i1 %done, label %all, label %row
row:
  %place = getelementptr [4 x i64], ptr %rows, i64 %i
  %holder = load ptr, ptr %place
  %key.place = getelementptr i8, ptr %place, i64 8
  %key = load ptr, ptr %key.place
  %value.place = getelementptr i8, ptr %place, i64 16
  %value = load ptr, ptr %value.place
  %no.key = icmp eq ptr %key, null
  br i1 %no.key, label %cell, label %keyed
keyed:
  %offset = ptrtoint ptr %key to i64
  %is.offset = icmp ult i64 %offset, 4096
  br i1 %is.offset, label %word, label %pointer
pointer:
  %is.key = icmp ugt i64 %offset, 4097
  br i1 %is.key, label %dict, label %whole
whole:
  %of.list = icmp eq i64 %offset, 4096
  %kept.list = call i1 @tl_same_list(ptr %holder, ptr %value, i1 %of.list)
  %kept.dict = call i1 @tl_same_dict(ptr %holder, ptr %value, i1 %of.list)
  %kept.whole = and i1 %kept.list, %kept.dict
  br i1 %kept.whole, label %same, label %differs
word:
  %word.place = getelementptr i8, ptr %holder, i64 %offset
  %current = load ptr, ptr %word.place
  %kept = icmp eq ptr %current, %value
  br i1 %kept, label %same, label %differs
dict:
  %seen.place = getelementptr i8, ptr %place, i64 24
  %seen = load i64, ptr %seen.place
  %version.place = getelementptr i8, ptr %holder, i64 <version>
  %version = load i64, ptr %version.place
  %matches = icmp eq i64 %seen, %version
  %unchanged = and i1 %matches, <versioned>
  br i1 %unchanged, label %same, label %lookup
lookup:
  %found = call ptr @PyDict_GetItemWithError(ptr %holder, ptr %key)
  %right = icmp eq ptr %found, %value
  br i1 %right, label %present, label %differs
present:
  %absent = icmp eq ptr %found, null
  br i1 %absent, label %look, label %remember
look:
  %error = call ptr @PyErr_Occurred()
  %clean = icmp eq ptr %error, null
  br i1 %clean, label %remember, label %differs
remember:
  store i64 %version, ptr %seen.place
  br label %same
cell:
  %content = call ptr @PyCell_Get(ptr %holder)
  call void @Py_DecRef(ptr %content)
  %held = icmp eq ptr %content, %value
  br i1 %held, label %same, label %differs
same:
  %next = add i64 %i, 1
  br label %head
differs:
  call void @PyErr_Clear()
  ret i1 false
all:
  ret i1 true
}
"""

# Whether a list or dict holds what it held: `value` is a tuple of its items, or of its keys and values in turn. Each of
# the two functions leaves what the other one is for, as `of.list` says.
WHOLE = """\
define internal i1 @tl_same_list(ptr %holder, ptr %value, i1 %of.list) minsize {
begin:
  br i1 %of.list, label %sizes, label %all
sizes:
  %count = call i64 @PyList_Size(ptr %holder)
  %expected = call i64 @PyTuple_Size(ptr %value)
  %fits = icmp eq i64 %count, %expected
  br i1 %fits, label %head, label %differs
head:
  %k = phi i64 [0, %sizes], [%next, %item]
  %done = icmp sge i64 %k, %count
  br i1 %done, label %all, label %item
item:
  %next = add i64 %k, 1
  %now = call ptr @PyList_GetItem(ptr %holder, i64 %k)
  %then = call ptr @PyTuple_GetItem(ptr %value, i64 %k)
  %kept = icmp eq ptr %now, %then
  br i1 %kept, label %head, label %differs
all:
  ret i1 true
differs:
  ret i1 false
}
define internal i1 @tl_same_dict(ptr %holder, ptr %value, i1 %of.list) minsize {
begin:
  %place = alloca i64
  %key.place = alloca ptr
  %item.place = alloca ptr
  store i64 0, ptr %place
  br i1 %of.list, label %all, label %sizes
sizes:
  %count = call i64 @PyDict_Size(ptr %holder)
  %words = call i64 @PyTuple_Size(ptr %value)
  %expected = lshr i64 %words, 1
  %fits = icmp eq i64 %count, %expected
  br i1 %fits, label %head, label %differs
head:
  %k = phi i64 [0, %sizes], [%next, %item]
  %some = call i32 @PyDict_Next(ptr %holder, ptr %place, ptr %key.place, ptr %item.place)
  %none = icmp eq i32 %some, 0
  br i1 %none, label %all, label %pair
pair:
  %key = load ptr, ptr %key.place
  %then.key = call ptr @PyTuple_GetItem(ptr %value, i64 %k)
  %same.key = icmp eq ptr %key, %then.key
  br i1 %same.key, label %item, label %differs
item:
  %behind = add i64 %k, 1
  %next = add i64 %k, 2
  %now = load ptr, ptr %item.place
  %then = call ptr @PyTuple_GetItem(ptr %value, i64 %behind)
  %kept = icmp eq ptr %now, %then
  br i1 %kept, label %head, label %differs
all:
  ret i1 true
differs:
  ret i1 false
}
"""

# `fail` returns the exception with its traceback; if it raises instead, that exception stands.
FAIL = """\
@tl_format = internal constant [10 x i8] c"iLLLLLLLL\\00"
define <linkage>void @tl_fail(ptr %self, ptr %ctx, i32 %status) cold minsize {
  %fail.place = getelementptr i8, ptr %self, i64 <fail>
  %fail = load ptr, ptr %fail.place
  %p0 = getelementptr i8, ptr %ctx, i64 <info>
  %p1 = getelementptr i64, ptr %p0, i64 1
  %p2 = getelementptr i64, ptr %p0, i64 2
  %p3 = getelementptr i64, ptr %p0, i64 3
  %p4 = getelementptr i64, ptr %p0, i64 4
  %p5 = getelementptr i64, ptr %p0, i64 5
  %p6 = getelementptr i64, ptr %p0, i64 6
  %p7 = getelementptr i64, ptr %p0, i64 7
  %i0 = load i64, ptr %p0
  %i1 = load i64, ptr %p1
  %i2 = load i64, ptr %p2
  %i3 = load i64, ptr %p3
  %i4 = load i64, ptr %p4
  %i5 = load i64, ptr %p5
  %i6 = load i64, ptr %p6
  %i7 = load i64, ptr %p7
  %error = call ptr (ptr, ptr, ...) @PyObject_CallFunction(ptr %fail, ptr @tl_format, i32 %status,
                                                           i64 %i0, i64 %i1, i64 %i2, i64 %i3,
                                                           i64 %i4, i64 %i5, i64 %i6, i64 %i7)
  %raised = icmp eq ptr %error, null
  br i1 %raised, label %out, label %set
set:
  %type.place = getelementptr i8, ptr %error, i64 <type>
  %type = load ptr, ptr %type.place
  call void @PyErr_SetObject(ptr %type, ptr %error)
  call void @Py_DecRef(ptr %error)
  br label %out
out:
  ret void
}
"""

# Called by kernels, with or without the GIL. `say` prints a text and returns None; or it returns the exception that the
# text is for, or that printing it has raised. If it raises instead, that exception stands.
SAY = """\
@tl_said = internal constant [3 x i8] c"iL\\00"
define <linkage>i32 @tl_say(ptr %ctx, i32 %status, ptr %slots) cold minsize {
begin:
  %thread.place = getelementptr i8, ptr %ctx, i64 <thread>
  %thread = load ptr, ptr %thread.place
  %held = icmp eq ptr %thread, null
  br i1 %held, label %call, label %take
take:
  call void @PyEval_RestoreThread(ptr %thread)
  br label %call
call:
  %self.place = getelementptr i8, ptr %ctx, i64 <self>
  %self = load ptr, ptr %self.place
  %say.place = getelementptr i8, ptr %self, i64 <say>
  %say = load ptr, ptr %say.place
  %address = ptrtoint ptr %slots to i64
  %answer = call ptr (ptr, ptr, ...) @PyObject_CallFunction(ptr %say, ptr @tl_said, i32 %status, i64 %address)
  %raised = icmp eq ptr %answer, null
  br i1 %raised, label %leave, label %look
look:
  %told = call i32 @PyObject_IsTrue(ptr %answer)
  %error = icmp ne i32 %told, 0
  br i1 %error, label %set, label %done
set:
  %type.place = getelementptr i8, ptr %answer, i64 <type>
  %type = load ptr, ptr %type.place
  call void @PyErr_SetObject(ptr %type, ptr %answer)
  br label %done
done:
  call void @Py_DecRef(ptr %answer)
  br label %leave
leave:
  %bad = phi i1 [true, %call], [%error, %done]
  %result = select i1 %bad, i32 -1, i32 0
  br i1 %held, label %out, label %give
give:
  %again = call ptr @PyEval_SaveThread()
  store ptr %again, ptr %thread.place
  br label %out
out:
  ret i32 %result
}
"""

# Allocations of the kernel: header {previous, next, references, bytes}, listed from the context's first word.
ALLOCATIONS = """\
define internal void @tl_unlink(ptr %ctx, ptr %header) minsize {
begin:
  %previous = load ptr, ptr %header
  %next.place = getelementptr i8, ptr %header, i64 8
  %next = load ptr, ptr %next.place
  %first = icmp eq ptr %previous, null
  %before = getelementptr i8, ptr %previous, i64 8
  %from = select i1 %first, ptr %ctx, ptr %before
  store ptr %next, ptr %from
  %last = icmp eq ptr %next, null
  br i1 %last, label %out, label %back
back:
  store ptr %previous, ptr %next
  br label %out
out:
  ret void
}
define <linkage>void @tl_free_all(ptr %ctx) minsize {
begin:
  %first = load ptr, ptr %ctx
  br label %head
head:
  %header = phi ptr [%first, %begin], [%next, %some]
  %none = icmp eq ptr %header, null
  br i1 %none, label %out, label %some
some:
  %next.place = getelementptr i8, ptr %header, i64 8
  %next = load ptr, ptr %next.place
  call void @tl_give(ptr %header)
  br label %head
out:
  ret void
}
define <linkage>void @tl_adopted_free(ptr %capsule) minsize {
  %header = call ptr @PyCapsule_GetPointer(ptr %capsule, ptr null)
  call void @tl_give(ptr %header)
  ret void
}
"""
