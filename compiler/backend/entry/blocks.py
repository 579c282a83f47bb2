"""Where the memory of arrays and stacks comes from: the C library, with large blocks kept for the next call.

A C library gives a large block back to the system as soon as it is free, and the next call pays for fresh pages again:
a page fault for every 4 KiB, which costs a loop over numbers as much as its arithmetic. So blocks between 32 KiB and
16 MiB are kept, up to 64 MiB in the whole process, for all compiled functions and threads together.

Sizes are rounded up to a quarter of a power of two, which makes 36 classes of blocks that can stand for one another;
each has sixteen places. A block is put into an empty place, or taken from a full one, by one atomic exchange: whoever
gets the pointer owns the block. A block in use has its size in its header, so its class is known when it comes back.

Arrays begin where a cache line begins. Vectors of the processor's full width that lie across two lines take two
accesses each, and a load of one that has just been stored waits until both are written.
"""

from __future__ import annotations

from ..llvm.prelude import HEADER_BYTES

SMALLEST_KEPT = 1 << 15  # smaller blocks stay with the C library's allocator, which keeps them too
LARGEST_KEPT = 1 << 24
MOST_KEPT = 1 << 26  # bytes, in the whole process
_CLASSES = 4 * 9  # quarters of the powers of two between these
_PLACES = 16
CACHE_LINE = 64  # bytes: arrays begin at a multiple of it
_WORD = 8  # bytes of the address that the C library knows a block by, in front of its header

# `total` counts the header. As a float, its exponent and first two digits are its class. Blocks of a class have the
# same size, `rounded`.
_CLASS = """\
  %less = add i64 %total, -1
  %float = uitofp i64 %less to double
  %digits = bitcast double %float to i64
  %octave = lshr i64 %digits, 52
  %shift = sub i64 %octave, 1025
  %quarter = lshr i64 %less, %shift
  %up = add i64 %quarter, 1
  %rounded = shl i64 %up, %shift
  %fine = lshr i64 %digits, 50
  %class = sub i64 %fine, <first>
  %places = getelementptr [<places> x ptr], ptr @tl_blocks, i64 %class"""

BLOCKS = """\
@tl_blocks = internal global [<classes> x [<places> x ptr]] zeroinitializer, align 64
@tl_blocks_bytes = internal global i64 0, align 64
define <linkage>noalias ptr @tl_take(i64 %total, i1 %zero) minsize nounwind {
begin:
  %above = sub i64 %total, <smallest + 1>
  %large = icmp ult i64 %above, <largest - smallest>
  br i1 %large, label %sized, label %ask
sized:
<class>
  br label %head
head:
  %i = phi i64 [0, %sized], [%next, %other]
  %end = icmp eq i64 %i, <places>
  br i1 %end, label %ask, label %look
look:
  %place = getelementptr ptr, ptr %places, i64 %i
  %seen = load atomic ptr, ptr %place monotonic, align 8
  %empty = icmp eq ptr %seen, null
  br i1 %empty, label %other, label %grab
grab:
  %block = atomicrmw xchg ptr %place, ptr null acquire
  %gone = icmp eq ptr %block, null
  br i1 %gone, label %other, label %got
other:
  %next = add i64 %i, 1
  br label %head
got:
  %left = atomicrmw sub ptr @tl_blocks_bytes, i64 %rounded monotonic
  br i1 %zero, label %wipe, label %out
wipe:
  %wiped = call ptr @memset(ptr %block, i32 0, i64 %total)
  br label %out
out:
  ret ptr %block
ask:
  %bytes = phi i64 [%total, %begin], [%rounded, %head]
  %more = add i64 %bytes, <line + word>
  br i1 %zero, label %clean, label %raw
clean:
  %cleared = call ptr @calloc(i64 1, i64 %more)
  br label %given
raw:
  %plain = call ptr @malloc(i64 %more)
  br label %given
given:
  %base = phi ptr [%cleared, %clean], [%plain, %raw]
  %none = icmp eq ptr %base, null
  br i1 %none, label %failed, label %align
failed:
  ret ptr null
align:
  %address = ptrtoint ptr %base to i64
  %beyond = add i64 %address, <header + line + word - 1>
  %payload = and i64 %beyond, -<line>
  %skip = sub i64 %payload, %address
  %start = getelementptr i8, ptr %base, i64 %skip
  %made = getelementptr i8, ptr %start, i64 -<header>
  %base.at = getelementptr i8, ptr %made, i64 -<word>
  store ptr %base, ptr %base.at
  ret ptr %made
}
define <linkage>void @tl_give(ptr %block) minsize nounwind {
begin:
  %bytes.at = getelementptr i8, ptr %block, i64 24
  %bytes = load i64, ptr %bytes.at
  %total = add i64 %bytes, <header>
  %above = sub i64 %total, <smallest + 1>
  %large = icmp ult i64 %above, <largest - smallest>
  br i1 %large, label %sized, label %drop
sized:
<class>
  %before = atomicrmw add ptr @tl_blocks_bytes, i64 %rounded monotonic
  %after = add i64 %before, %rounded
  %much = icmp ugt i64 %after, <most>
  br i1 %much, label %full, label %head
head:
  %i = phi i64 [0, %sized], [%next, %other]
  %end = icmp eq i64 %i, <places>
  br i1 %end, label %full, label %look
look:
  %place = getelementptr ptr, ptr %places, i64 %i
  %seen = load atomic ptr, ptr %place monotonic, align 8
  %empty = icmp eq ptr %seen, null
  br i1 %empty, label %put, label %other
put:
  %pair = cmpxchg ptr %place, ptr null, ptr %block release monotonic
  %done = extractvalue {ptr, i1} %pair, 1
  br i1 %done, label %out, label %other
other:
  %next = add i64 %i, 1
  br label %head
full:
  %back = atomicrmw sub ptr @tl_blocks_bytes, i64 %rounded monotonic
  br label %drop
drop:
  %base.at = getelementptr i8, ptr %block, i64 -<word>
  %base = load ptr, ptr %base.at
  call void @free(ptr %base)
  br label %out
out:
  ret void
}
"""


def blocks_text() -> str:
    """The two functions as LLVM text; `<linkage>` is left to the support library."""
    numbers = {
        "smallest + 1": SMALLEST_KEPT + 1,
        "largest - smallest": LARGEST_KEPT - SMALLEST_KEPT,
        "most": MOST_KEPT,
        "classes": _CLASSES,
        "places": _PLACES,
        "header": HEADER_BYTES,
        "line": CACHE_LINE,
        "word": _WORD,
        "line + word": CACHE_LINE + _WORD,
        "header + line + word - 1": HEADER_BYTES + CACHE_LINE + _WORD - 1,
        "first": 4 * (1023 + SMALLEST_KEPT.bit_length() - 1),
    }
    text = BLOCKS.replace("<class>", _CLASS)
    for name, number in numbers.items():
        text = text.replace(f"<{name}>", str(number))
    return text
