"""Functions of the entry point that are the same in every module, apart from the layout.

They are kept small (`minsize`) and out of line: each is compiled once per module, however many arrays there are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .layout import CONTEXT_INFO, SELF_FAIL, ArrayLeaf, EntryLayout
from .writer import declaration


def helper_text(layout: EntryLayout, leaves: Sequence[ArrayLeaf], *, arrays: bool) -> tuple[str, dict[str, str]]:
    """The helpers, and the externals they need; those for arrays only if the result has any."""
    parts = [GUARDS, FAIL]
    if arrays:
        parts += [leaf_table(layout, leaves), BOX, COPY, ADOPT, VIEW, BORROWED]
    text = "\n".join(parts)
    values = {
        "items": layout.tuple_items,
        "fail": layout.tuple_items + 8 * SELF_FAIL,
        "info": CONTEXT_INFO,
        "type": layout.type_pointer,
        "flags": layout.array_flags,
        "leaves": len(leaves),
    }
    for name, value in values.items():
        text = text.replace(f"<{name}>", str(value))
    mentioned = sorted(set(re.findall(r"@((?:Py|tl_)\w*)", text)))
    return text, {name: declaration(name) for name in mentioned}


def leaf_table(layout: EntryLayout, leaves: Sequence[ArrayLeaf]) -> str:
    """One row per array argument: argument number, offset of its slots, rank, NumPy type number."""
    rows = [(leaf.param, 8 * leaf.slot, leaf.type.rank, layout.type_nums[leaf.type.kind][0]) for leaf in leaves]
    texts = [f"[4 x i64] [{', '.join(f'i64 {field}' for field in row)}]" for row in rows]
    return f"@tl.leaves = internal constant [{len(rows)} x [4 x i64]] [{', '.join(texts)}]\n"


# The table is a count and then rows of three pointers: dictionary, key, expected value; or cell, null, expected
# content. A null value expects the key to be absent (a global that would hide a builtin).
GUARDS = """\
define internal i1 @tl.guards(ptr %table) minsize {
begin:
  %count = load i64, ptr %table
  %rows = getelementptr i8, ptr %table, i64 8
  br label %head
head:
  %i = phi i64 [0, %begin], [%next, %same]
  %done = icmp eq i64 %i, %count
  br i1 %done, label %all, label %row
row:
  %place = getelementptr [3 x ptr], ptr %rows, i64 %i
  %holder = load ptr, ptr %place
  %key.place = getelementptr i8, ptr %place, i64 8
  %key = load ptr, ptr %key.place
  %value.place = getelementptr i8, ptr %place, i64 16
  %value = load ptr, ptr %value.place
  %no.key = icmp eq ptr %key, null
  br i1 %no.key, label %cell, label %dict
dict:
  %found = call ptr @PyDict_GetItemWithError(ptr %holder, ptr %key)
  br label %compare
cell:
  %content = call ptr @PyCell_Get(ptr %holder)
  call void @Py_DecRef(ptr %content)
  br label %compare
compare:
  %actual = phi ptr [%found, %dict], [%content, %cell]
  %equal = icmp eq ptr %actual, %value
  br i1 %equal, label %present, label %differs
present:
  %absent = icmp eq ptr %actual, null
  br i1 %absent, label %look, label %same
look:
  %error = call ptr @PyErr_Occurred()
  %clean = icmp eq ptr %error, null
  br i1 %clean, label %same, label %differs
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

# `fail` returns the exception with its traceback; if it raises instead, that exception stands.
FAIL = """\
@tl.format = internal constant [6 x i8] c"iLLLL\\00"
define internal void @tl.fail(ptr %self, ptr %ctx, i32 %status) cold noinline minsize {
  %fail.place = getelementptr i8, ptr %self, i64 <fail>
  %fail = load ptr, ptr %fail.place
  %p0 = getelementptr i8, ptr %ctx, i64 <info>
  %p1 = getelementptr i64, ptr %p0, i64 1
  %p2 = getelementptr i64, ptr %p0, i64 2
  %p3 = getelementptr i64, ptr %p0, i64 3
  %i0 = load i64, ptr %p0
  %i1 = load i64, ptr %p1
  %i2 = load i64, ptr %p2
  %i3 = load i64, ptr %p3
  %error = call ptr (ptr, ptr, ...) @PyObject_CallFunction(ptr %fail, ptr @tl.format, i32 %status,
                                                           i64 %i0, i64 %i1, i64 %i2, i64 %i3)
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

# An array of the result: slots {owner, data, extents, strides in elements}, which the helpers may change. Memory of
# the kernel's is never copied: even for one element, adopting it takes less time than NumPy's own allocation.
BOX = """\
define internal ptr @tl.box(ptr %ctx, ptr %slot, i64 %rank, i32 %type, i64 %size,
                            ptr %bases, ptr %leaves, ptr %argv) minsize {
begin:
  %owner = load i64, ptr %slot
  %bit = and i64 %owner, 1
  %odd = icmp ne i64 %bit, 0
  br i1 %odd, label %borrowed, label %counted
borrowed:
  %b = call ptr @tl.borrowed(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %bases, ptr %leaves, ptr %argv)
  ret ptr %b
counted:
  %unowned = icmp eq i64 %owner, 0
  br i1 %unowned, label %copy, label %adopt
copy:
  %c = call ptr @tl.copy(ptr %slot, i64 %rank, i32 %type, i64 %size)
  ret ptr %c
adopt:
  %a = call ptr @tl.adopt(ptr %ctx, ptr %slot, i64 %rank, i32 %type, i64 %size)
  ret ptr %a
}
"""

# Memory that nobody owns (a constant of the module): NumPy makes the copy, in the same order of elements (2 = "K").
COPY = """\
define internal ptr @tl.copy(ptr %slot, i64 %rank, i32 %type, i64 %size) cold noinline minsize {
  %view = call ptr @tl.view(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr null, i32 0)
  %none = icmp eq ptr %view, null
  br i1 %none, label %out, label %copy
copy:
  %array = call ptr @PyArray_NewCopy(ptr %view, i32 2)
  call void @Py_DecRef(ptr %view)
  ret ptr %array
out:
  ret ptr null
}
"""

# The first array of an allocation takes it from the context's list and makes the capsule; its header then holds the
# capsule and the mark -1 in place of the count, so that other arrays of the same result find it.
ADOPT = """\
define internal ptr @tl.adopt(ptr %ctx, ptr %slot, i64 %rank, i32 %type, i64 %size) noinline minsize {
begin:
  %header = load ptr, ptr %slot
  %mark.place = getelementptr i8, ptr %header, i64 16
  %mark = load i64, ptr %mark.place
  %known = icmp eq i64 %mark, -1
  br i1 %known, label %share, label %first
share:
  %shared = load ptr, ptr %header
  call void @Py_IncRef(ptr %shared)
  br label %wrap
first:
  %capsule = call ptr @PyCapsule_New(ptr %header, ptr null, ptr @tl_adopted_free)
  %none = icmp eq ptr %capsule, null
  br i1 %none, label %out, label %take
take:
  call void @tl.unlink(ptr %ctx, ptr %header)
  store ptr %capsule, ptr %header
  store i64 -1, ptr %mark.place
  br label %wrap
wrap:
  %base = phi ptr [%shared, %share], [%capsule, %take]
  %array = call ptr @tl.view(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %base, i32 1280)
  ret ptr %array
out:
  ret ptr null
}
"""

# An ndarray on existing memory; takes over the reference to `base`, also when it fails.
VIEW = """\
define internal ptr @tl.view(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %base, i32 %flags) noinline minsize {
begin:
  %nd = trunc i64 %rank to i32
  %data.place = getelementptr i8, ptr %slot, i64 8
  %data = load ptr, ptr %data.place
  %extents = getelementptr i8, ptr %slot, i64 16
  %strides = getelementptr i64, ptr %extents, i64 %rank
  br label %axis
axis:
  %i = phi i64 [0, %begin], [%i.next, %scale]
  %last = icmp eq i64 %i, %rank
  br i1 %last, label %make, label %scale
scale:
  %place = getelementptr i64, ptr %strides, i64 %i
  %step = load i64, ptr %place
  %step.bytes = mul i64 %step, %size
  store i64 %step.bytes, ptr %place
  %i.next = add i64 %i, 1
  br label %axis
make:
  %array = call ptr @PyArray_New(ptr @PyArray_Type, i32 %nd, ptr %extents, i32 %type, ptr %strides, ptr %data,
                                 i32 0, i32 %flags, ptr null)
  %none = icmp eq ptr %array, null
  br i1 %none, label %drop, label %based
based:
  %baseless = icmp eq ptr %base, null
  br i1 %baseless, label %out, label %attach
attach:
  %code = call i32 @PyArray_SetBaseObject(ptr %array, ptr %base)
  %bad = icmp ne i32 %code, 0
  br i1 %bad, label %undo, label %out
undo:
  call void @Py_DecRef(ptr %array)
  ret ptr null
drop:
  call void @Py_DecRef(ptr %base)
  ret ptr null
out:
  ret ptr %array
}
"""

# The memory of an argument: the argument itself if all slots agree, else a view on it, writeable if it is.
BORROWED = """\
define internal ptr @tl.borrowed(ptr %slot, i64 %rank, i32 %type, i64 %size,
                                 ptr %bases, ptr %leaves, ptr %argv) noinline minsize {
begin:
  %owner = load i64, ptr %slot
  %index = lshr i64 %owner, 1
  %slots = shl i64 %rank, 1
  %words = add i64 %slots, 2
  %type.wide = sext i32 %type to i64
  br label %head
head:
  %i = phi i64 [0, %begin], [%i.next, %next]
  %writeable = phi i32 [1024, %begin], [%writeable.next, %next]
  %done = icmp eq i64 %i, <leaves>
  br i1 %done, label %view, label %row
row:
  %row.place = getelementptr [4 x i64], ptr @tl.leaves, i64 %i
  %param = load i64, ptr %row.place
  %mine = icmp eq i64 %param, %index
  br i1 %mine, label %candidate, label %next
candidate:
  %leaf.place = getelementptr ptr, ptr %leaves, i64 %i
  %leaf = load ptr, ptr %leaf.place
  %flags.place = getelementptr i8, ptr %leaf, i64 <flags>
  %flags = load i32, ptr %flags.place
  %writeable.both = and i32 %writeable, %flags
  %offset.place = getelementptr i64, ptr %row.place, i64 1
  %offset = load i64, ptr %offset.place
  %theirs = getelementptr i8, ptr %argv, i64 %offset
  %rank.place = getelementptr i64, ptr %row.place, i64 2
  %rank.row = load i64, ptr %rank.place
  %rank.same = icmp eq i64 %rank.row, %rank
  %type.place = getelementptr i64, ptr %row.place, i64 3
  %type.row = load i64, ptr %type.place
  %type.same = icmp eq i64 %type.row, %type.wide
  %alike = and i1 %rank.same, %type.same
  br i1 %alike, label %word, label %next
word:
  %w = phi i64 [0, %candidate], [%w.next, %equal]
  %end = icmp eq i64 %w, %words
  br i1 %end, label %itself, label %compare
compare:
  %ours.place = getelementptr i64, ptr %slot, i64 %w
  %ours.word = load i64, ptr %ours.place
  %theirs.place = getelementptr i64, ptr %theirs, i64 %w
  %theirs.word = load i64, ptr %theirs.place
  %w.same = icmp eq i64 %ours.word, %theirs.word
  br i1 %w.same, label %equal, label %next
equal:
  %w.next = add i64 %w, 1
  br label %word
next:
  %writeable.next = phi i32 [%writeable, %row], [%writeable.both, %candidate], [%writeable.both, %compare]
  %i.next = add i64 %i, 1
  br label %head
itself:
  call void @Py_IncRef(ptr %leaf)
  ret ptr %leaf
view:
  %base.place = getelementptr ptr, ptr %bases, i64 %index
  %base = load ptr, ptr %base.place
  call void @Py_IncRef(ptr %base)
  %view.flags = or i32 %writeable, 256
  %array = call ptr @tl.view(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %base, i32 %view.flags)
  ret ptr %array
}
"""
