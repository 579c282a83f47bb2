"""Memory without Python: from the C library, or from a workspace of the caller's.

The context of a call (`docs/native.md`) has four more words here:

    88: address of the workspace; null, and `malloc` is asked
    96: its bytes
    104: bytes in use, holes included
    112: most bytes that were ever in use

A workspace is a stack of blocks: a new block begins where the newest one that is alive ends, so what has been freed
below a living block is not used again. Without a workspace the same is computed, and the most bytes in use are what a
workspace for this call has to have. In front of the header of an allocation are two more words, of which the first says
where the block ends on that stack.
"""

from __future__ import annotations

from ..llvm.prelude import FUEL, IN_PYTHON, Prelude

CONTEXT_SLOTS = 15
WORKSPACE, CAPACITY, USED, PEAK = 88, 96, 104, 112
ALIGNMENT = 16

_ALLOC = f"""
define internal noalias ptr @tl.alloc(ptr %ctx, i64 %bytes, i1 %zero) nounwind noinline optnone {{
  %bad = icmp ugt i64 %bytes, <most>
  br i1 %bad, label %none, label %sized
sized:
  %round = add nuw nsw i64 %bytes, 63
  %total = and i64 %round, -16
  %used.at = getelementptr i8, ptr %ctx, i64 {USED}
  %used = load i64, ptr %used.at
  %end = add i64 %used, %total
  %space = getelementptr i8, ptr %ctx, i64 {WORKSPACE}
  %base = load ptr, ptr %space
  %own = icmp eq ptr %base, null
  br i1 %own, label %ask, label %cut
ask:
  %asked = call ptr @malloc(<size>)
  br label %got
cut:
  %capacity.at = getelementptr i8, ptr %ctx, i64 {CAPACITY}
  %capacity = load i64, ptr %capacity.at
  %fits = icmp sle i64 %end, %capacity
  br i1 %fits, label %piece, label %none
piece:
  %place = getelementptr i8, ptr %base, i64 %used
  br label %got
got:
  %block = phi ptr [ %asked, %ask ], [ %place, %piece ]
  %failed = icmp eq ptr %block, null
  br i1 %failed, label %none, label %link
link:
  store i64 %end, ptr %used.at
  %peak.at = getelementptr i8, ptr %ctx, i64 {PEAK}
  %peak = load i64, ptr %peak.at
  %more = icmp sgt i64 %end, %peak
  %most = select i1 %more, i64 %end, i64 %peak
  store i64 %most, ptr %peak.at
  store i64 %end, ptr %block
  %header = getelementptr i8, ptr %block, i64 16
  %head = load ptr, ptr %ctx
  store ptr null, ptr %header
  %next.at = getelementptr i8, ptr %header, i64 8
  store ptr %head, ptr %next.at
  %count.at = getelementptr i8, ptr %header, i64 16
  store i64 1, ptr %count.at
  %bytes.at = getelementptr i8, ptr %header, i64 24
  store i64 %bytes, ptr %bytes.at
  store ptr %header, ptr %ctx
  %first = icmp eq ptr %head, null
  br i1 %first, label %listed, label %chain
chain:
  store ptr %header, ptr %head
  br label %listed
listed:
  br i1 %zero, label %wipe, label %done
wipe:
  %payload = getelementptr i8, ptr %header, i64 32
  call void @llvm.memset.p0.i64(ptr %payload, i8 0, i64 %bytes, i1 false)
  br label %done
done:
  ret ptr %header
none:
  ret ptr null
}}
"""

# What is left of the stack ends where the newest block in the context's list ends.
_GIVE_BACK = f"""
define internal void @tl.give_back(ptr %ctx, ptr %header) nounwind noinline optnone {{
  call void @tl.unlink(ptr %ctx, ptr %header)
  %head = load ptr, ptr %ctx
  %used.at = getelementptr i8, ptr %ctx, i64 {USED}
  %last = icmp eq ptr %head, null
  br i1 %last, label %empty, label %some
empty:
  store i64 0, ptr %used.at
  br label %memory
some:
  %end.at = getelementptr i8, ptr %head, i64 -16
  %end = load i64, ptr %end.at
  store i64 %end, ptr %used.at
  br label %memory
memory:
  %space = getelementptr i8, ptr %ctx, i64 {WORKSPACE}
  %base = load ptr, ptr %space
  %own = icmp eq ptr %base, null
  br i1 %own, label %ask, label %done
ask:
  %block = getelementptr i8, ptr %header, i64 -16
  call void @free(ptr %block)
  br label %done
done:
  ret void
}}
"""

_DROP = """
define internal void @tl.drop(ptr %ctx, ptr %header) nounwind noinline optnone {
  %count.at = getelementptr i8, ptr %header, i64 16
  %old = load i64, ptr %count.at
  %new = add i64 %old, -1
  store i64 %new, ptr %count.at
  %last = icmp eq i64 %new, 0
  br i1 %last, label %dead, label %done
dead:
  call void @tl.give_back(ptr %ctx, ptr %header)
  br label %done
done:
  ret void
}
"""

_FREE_ALL = """
define internal void @tl.free_all(ptr %ctx) nounwind noinline optnone {
entry:
  br label %test
test:
  %header = load ptr, ptr %ctx
  %end = icmp eq ptr %header, null
  br i1 %end, label %done, label %body
body:
  call void @tl.give_back(ptr %ctx, ptr %header)
  br label %test
done:
  ret void
}
"""

# Nobody to look for signals: the host program's handlers run by themselves.
_POLL = f"""
define internal i32 @tl.poll(ptr %ctx) cold nounwind noinline optnone
    memory(argmem: readwrite, inaccessiblemem: readwrite) {{
  %fuel.at = getelementptr i8, ptr %ctx, i64 16
  store i64 {FUEL}, ptr %fuel.at
  ret i32 0
}}
"""


def prelude(pointer_bits: int) -> Prelude:
    """What kernels call, for a machine whose `size_t` has so many bits."""
    wide = pointer_bits == 64
    alloc = _ALLOC.replace("<most>", str(2**62 if wide else 2**31))
    if wide:
        alloc = alloc.replace("<size>", "i64 %total")
    else:
        alloc = alloc.replace("  %asked", "  %narrow = trunc i64 %total to i32\n  %asked").replace(
            "<size>", "i32 %narrow")
    functions = {"tl.alloc": alloc, "tl.give_back": _GIVE_BACK, "tl.drop": _DROP, "tl.free_all": _FREE_ALL,
                 "tl.poll": _POLL}
    declarations = {"malloc": f"declare noalias ptr @malloc(i{pointer_bits})", "free": "declare void @free(ptr)"}
    return IN_PYTHON.changed(functions, declarations)
