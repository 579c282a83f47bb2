"""The support library's text for arrays: from an ndarray to slots (`tl_unbox`) and from slots to one (`tl_box`).

Names in angle brackets are filled in from the layout, see `support.support_text`.
"""

from __future__ import annotations

# An array argument, checked against its row (`unbox.array_row`) and described by its slots. Strides of a contiguous
# array follow from its extents: NumPy leaves those of axes of length 0 and 1 arbitrary. Other strides must be whole
# elements, which those of a record's field need not be.
UNBOX = """\
define <linkage>i1 @tl_unbox(ptr %item, ptr %argv, ptr %row) minsize {
begin:
  %type.place = getelementptr i8, ptr %item, i64 <type>
  %type = load ptr, ptr %type.place
  %ndarray = <ndarray>
  %exact = icmp eq ptr %type, %ndarray
  br i1 %exact, label %look, label %no
look:
  %rank.place = getelementptr i8, ptr %item, i64 <array_rank>
  %nd = load i32, ptr %rank.place
  %descr.place = getelementptr i8, ptr %item, i64 <array_descr>
  %descr = load ptr, ptr %descr.place
  %number.place = getelementptr i8, ptr %descr, i64 <descr_type_num>
  %number = load i32, ptr %number.place
  %order.place = getelementptr i8, ptr %descr, i64 <descr_byteorder>
  %order = load i8, ptr %order.place
  %flags.place = getelementptr i8, ptr %item, i64 <array_flags>
  %flags = load i32, ptr %flags.place
  %rank.row = getelementptr i64, ptr %row, i64 2
  %rank = load i64, ptr %rank.row
  %number.row = getelementptr i64, ptr %row, i64 3
  %number.1 = load i32, ptr %number.row
  %twin.row = getelementptr i64, ptr %row, i64 4
  %number.2 = load i32, ptr %twin.row
  %needed.row = getelementptr i64, ptr %row, i64 5
  %needed = load i32, ptr %needed.row
  %shift.row = getelementptr i64, ptr %row, i64 6
  %shift = load i64, ptr %shift.row
  %native.row = getelementptr i64, ptr %row, i64 7
  %native = load i8, ptr %native.row
  %nd.wide = zext i32 %nd to i64
  %c.rank = icmp eq i64 %nd.wide, %rank
  %c.1 = icmp eq i32 %number, %number.1
  %c.2 = icmp eq i32 %number, %number.2
  %c.number = or i1 %c.1, %c.2
  %c.order = icmp eq i8 %order, %native
  %set = and i32 %flags, %needed
  %c.flags = icmp eq i32 %set, %needed
  %c.a = and i1 %c.rank, %c.number
  %c.b = and i1 %c.order, %c.flags
  %fits = and i1 %c.a, %c.b
  br i1 %fits, label %fill, label %no
fill:
  %param = load i64, ptr %row
  %twice = shl i64 %param, 1
  %owner = or i64 %twice, 1
  %offset.row = getelementptr i64, ptr %row, i64 1
  %offset = load i64, ptr %offset.row
  %slot = getelementptr i8, ptr %argv, i64 %offset
  store i64 %owner, ptr %slot
  %data.place = getelementptr i8, ptr %item, i64 <array_data>
  %data = load ptr, ptr %data.place
  %data.slot = getelementptr i8, ptr %slot, i64 8
  store ptr %data, ptr %data.slot
  %extents.place = getelementptr i8, ptr %item, i64 <array_extents>
  %extents = load ptr, ptr %extents.place
  %strides.place = getelementptr i8, ptr %item, i64 <array_strides>
  %strides = load ptr, ptr %strides.place
  %extents.slot = getelementptr i8, ptr %slot, i64 16
  %strides.slot = getelementptr i64, ptr %extents.slot, i64 %rank
  %c.bit = and i32 %needed, 1
  %dense = icmp ne i32 %c.bit, 0
  %one = shl i64 1, %shift
  %mask = sub i64 %one, 1
  br label %axis
axis:
  %i = phi i64 [%rank, %fill], [%i.next, %put]
  %step = phi i64 [1, %fill], [%step.next, %put]
  %end = icmp eq i64 %i, 0
  br i1 %end, label %yes, label %some
some:
  %i.next = sub i64 %i, 1
  %length.place = getelementptr i64, ptr %extents, i64 %i.next
  %length = load i64, ptr %length.place
  %length.slot = getelementptr i64, ptr %extents.slot, i64 %i.next
  store i64 %length, ptr %length.slot
  %stride.place = getelementptr i64, ptr %strides, i64 %i.next
  %stride = load i64, ptr %stride.place
  %part = and i64 %stride, %mask
  %whole = icmp eq i64 %part, 0
  %usable = or i1 %whole, %dense
  br i1 %usable, label %put, label %no
put:
  %items = ashr i64 %stride, %shift
  %chosen = select i1 %dense, i64 %step, i64 %items
  %stride.slot = getelementptr i64, ptr %strides.slot, i64 %i.next
  store i64 %chosen, ptr %stride.slot
  %step.next = mul i64 %step, %length
  br label %axis
yes:
  ret i1 true
no:
  ret i1 false
}
"""

# An array of the result: slots {owner, data, extents, strides in elements}, which the helpers may change. Memory of
# the kernel's is never copied: even for one element, adopting it takes less time than NumPy's own allocation.
BOX = """\
define <linkage>ptr @tl_box(ptr %ctx, ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %frame) minsize {
begin:
  %owner = load i64, ptr %slot
  %bit = and i64 %owner, 1
  %odd = icmp ne i64 %bit, 0
  br i1 %odd, label %borrowed, label %counted
borrowed:
  %b = call ptr @tl_borrowed(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %frame)
  ret ptr %b
counted:
  %unowned = icmp eq i64 %owner, 0
  br i1 %unowned, label %copy, label %adopt
copy:
  %c = call ptr @tl_copy(ptr %slot, i64 %rank, i32 %type, i64 %size)
  ret ptr %c
adopt:
  %a = call ptr @tl_adopt(ptr %ctx, ptr %slot, i64 %rank, i32 %type, i64 %size)
  ret ptr %a
}
"""

# Memory that nobody owns (a constant of the module): NumPy makes the copy, in the same order of elements (2 = "K").
COPY = """\
define internal ptr @tl_copy(ptr %slot, i64 %rank, i32 %type, i64 %size) cold noinline minsize {
  %view = call ptr @tl_view(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr null, i32 0)
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
define internal ptr @tl_adopt(ptr %ctx, ptr %slot, i64 %rank, i32 %type, i64 %size) noinline minsize {
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
  call void @tl_unlink(ptr %ctx, ptr %header)
  store ptr %capsule, ptr %header
  store i64 -1, ptr %mark.place
  br label %wrap
wrap:
  %base = phi ptr [%shared, %share], [%capsule, %take]
  %array = call ptr @tl_view(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %base, i32 1280)
  ret ptr %array
out:
  ret ptr null
}
"""

# An ndarray on existing memory; takes over the reference to `base`, also when it fails.
VIEW = """\
define internal ptr @tl_view(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %base, i32 %flags) noinline minsize {
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
  %ndarray = <ndarray>
  %array = call ptr @PyArray_New(ptr %ndarray, i32 %nd, ptr %extents, i32 %type, ptr %strides, ptr %data,
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
define internal ptr @tl_borrowed(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %frame) noinline minsize {
begin:
  %bases = load ptr, ptr %frame
  %leaves.place = getelementptr i8, ptr %frame, i64 8
  %leaves = load ptr, ptr %leaves.place
  %argv.place = getelementptr i8, ptr %frame, i64 16
  %argv = load ptr, ptr %argv.place
  %table.place = getelementptr i8, ptr %frame, i64 24
  %table = load ptr, ptr %table.place
  %count.place = getelementptr i8, ptr %frame, i64 32
  %count = load i64, ptr %count.place
  %owner = load i64, ptr %slot
  %index = lshr i64 %owner, 1
  %slots = shl i64 %rank, 1
  %words = add i64 %slots, 2
  %type.wide = sext i32 %type to i64
  br label %head
head:
  %i = phi i64 [0, %begin], [%i.next, %next]
  %writeable = phi i32 [1024, %begin], [%writeable.next, %next]
  %done = icmp eq i64 %i, %count
  br i1 %done, label %view, label %row
row:
  %row.place = getelementptr [<row> x i64], ptr %table, i64 %i
  %param = load i64, ptr %row.place
  %mine = icmp eq i64 %param, %index
  br i1 %mine, label %candidate, label %next
candidate:
  %leaf.place = getelementptr ptr, ptr %leaves, i64 %i
  %leaf = load ptr, ptr %leaf.place
  %flags.place = getelementptr i8, ptr %leaf, i64 <array_flags>
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
  %array = call ptr @tl_view(ptr %slot, i64 %rank, i32 %type, i64 %size, ptr %base, i32 %view.flags)
  ret ptr %array
}
"""

TEXTS = (UNBOX, BOX, COPY, ADOPT, VIEW, BORROWED)
