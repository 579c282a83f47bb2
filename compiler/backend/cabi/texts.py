"""The functions around every kernel: the beginning and the end of a call, and copies of arrays, as LLVM text."""

from __future__ import annotations

from ..llvm.prelude import FUEL, FUEL_OFFSET, INFO_OFFSET, INFO_SLOTS
from .memory import ALIGNMENT, CAPACITY, CONTEXT_SLOTS, PEAK, WORKSPACE

_THREAD = 8

# What the caller's `tapeless_call` says, and what it is told; its fields lie at 0, 8, 16 and 24.
SUPPORT = f"""
define internal i1 @tl.begin(ptr %ctx, ptr %call) nounwind noinline optnone {{
  store ptr null, ptr %ctx
  %thread.at = getelementptr i8, ptr %ctx, i64 {_THREAD}
  store ptr null, ptr %thread.at
  %fuel.at = getelementptr i8, ptr %ctx, i64 {FUEL_OFFSET}
  store i64 {FUEL}, ptr %fuel.at
  %info = getelementptr i8, ptr %ctx, i64 {INFO_OFFSET}
  call void @llvm.memset.p0.i64(ptr %info, i8 0, i64 {8 * CONTEXT_SLOTS - INFO_OFFSET}, i1 false)
  %none = icmp eq ptr %call, null
  br i1 %none, label %good, label %look
look:
  %base = load ptr, ptr %call
  %size.at = getelementptr i8, ptr %call, i64 8
  %size = load i64, ptr %size.at
  %space = getelementptr i8, ptr %ctx, i64 {WORKSPACE}
  store ptr %base, ptr %space
  %capacity = getelementptr i8, ptr %ctx, i64 {CAPACITY}
  store i64 %size, ptr %capacity
  %address = ptrtoint ptr %base to i64
  %odd = and i64 %address, {ALIGNMENT - 1}
  %even = icmp eq i64 %odd, 0
  ret i1 %even
good:
  ret i1 true
}}

define internal void @tl.end(ptr %ctx, ptr %call) nounwind noinline optnone {{
  call void @tl.free_all(ptr %ctx)
  %none = icmp eq ptr %call, null
  br i1 %none, label %done, label %tell
tell:
  %peak.at = getelementptr i8, ptr %ctx, i64 {PEAK}
  %peak = load i64, ptr %peak.at
  %used.at = getelementptr i8, ptr %call, i64 16
  store i64 %peak, ptr %used.at
  %from = getelementptr i8, ptr %ctx, i64 {INFO_OFFSET}
  %to = getelementptr i8, ptr %call, i64 24
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 {8 * INFO_SLOTS}, i1 false)
  br label %done
done:
  ret void
}}
"""

# An array of the result, in row-major order, into the caller's buffer; null means that it is not wanted.
_COPY = """
define internal void @tl.copy.<bits>(ptr %to, ptr %slots, i64 %rank) nounwind noinline {
entry:
  %unwanted = icmp eq ptr %to, null
  br i1 %unwanted, label %done, label %begin
begin:
  %data.at = getelementptr i8, ptr %slots, i64 8
  %data = load ptr, ptr %data.at
  %extents = getelementptr i8, ptr %slots, i64 16
  %strides = getelementptr i64, ptr %extents, i64 %rank
  br label %axis
axis:
  %a = phi i64 [ %rank, %begin ], [ %a.next, %same ]
  %count = phi i64 [ 1, %begin ], [ %count.next, %same ]
  %dense = phi i1 [ true, %begin ], [ %dense.next, %same ]
  %last = icmp eq i64 %a, 0
  br i1 %last, label %known, label %same
same:
  %a.next = sub i64 %a, 1
  %n.at = getelementptr i64, ptr %extents, i64 %a.next
  %n = load i64, ptr %n.at
  %s.at = getelementptr i64, ptr %strides, i64 %a.next
  %s = load i64, ptr %s.at
  %expected = icmp eq i64 %s, %count
  %single = icmp eq i64 %n, 1
  %fine = or i1 %expected, %single
  %dense.next = and i1 %dense, %fine
  %count.next = mul i64 %count, %n
  br label %axis
known:
  %none = icmp eq i64 %count, 0
  br i1 %none, label %done, label %some
some:
  br i1 %dense, label %whole, label %item
whole:
  %bytes = mul i64 %count, <bytes>
  call void @llvm.memmove.p0.p0.i64(ptr %to, ptr %data, i64 %bytes, i1 false)
  br label %done
item:
  %k = phi i64 [ 0, %some ], [ %k.next, %put ]
  br label %digit
digit:
  %d = phi i64 [ %rank, %item ], [ %d.next, %more ]
  %rest = phi i64 [ %k, %item ], [ %rest.next, %more ]
  %offset = phi i64 [ 0, %item ], [ %offset.next, %more ]
  %end = icmp eq i64 %d, 0
  br i1 %end, label %put, label %more
more:
  %d.next = sub i64 %d, 1
  %m.at = getelementptr i64, ptr %extents, i64 %d.next
  %m = load i64, ptr %m.at
  %t.at = getelementptr i64, ptr %strides, i64 %d.next
  %t = load i64, ptr %t.at
  %index = urem i64 %rest, %m
  %rest.next = udiv i64 %rest, %m
  %step = mul i64 %index, %t
  %offset.next = add i64 %offset, %step
  br label %digit
put:
  %from.at = getelementptr i<bits>, ptr %data, i64 %offset
  %value = load i<bits>, ptr %from.at, align <align>
  %to.at = getelementptr i<bits>, ptr %to, i64 %k
  store i<bits> %value, ptr %to.at, align <align>
  %k.next = add i64 %k, 1
  %all = icmp eq i64 %k.next, %count
  br i1 %all, label %done, label %item
done:
  ret void
}
"""

# What 8 bytes are may be two numbers of 4, and 16 two of 8.
_ALIGNMENTS = {1: 1, 4: 4, 8: 4, 16: 8}


def copy_text(size: int) -> str:
    """The function that copies arrays whose elements have so many bytes."""
    values = {"bits": 8 * size, "bytes": size, "align": _ALIGNMENTS[size]}
    text = _COPY
    for name, value in values.items():
        text = text.replace(f"<{name}>", str(value))
    return text
