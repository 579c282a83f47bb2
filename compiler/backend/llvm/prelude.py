"""Functions that kernels call, as LLVM text. Only those that a module needs, and their needs, are written out.

The context and the allocation header are described in `docs/native.md`; here they are only offsets:
context {0: list of allocations, 8: thread state while the GIL is released, 16: fuel, 24: eight info values};
header {0: previous, 8: next, 16: reference count, 24: bytes}, then the payload at 32.

What is called rarely, or costs a call of malloc anyway, is `optnone`: optimising it would take 4 ms of every
compilation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .arithmetic import ARITHMETIC

HEADER_BYTES = 32
FUEL_OFFSET = 16
INFO_OFFSET = 24
INFO_SLOTS = 8
FUEL = 1 << 20
KEPT = 1 << 62  # the count of memory that a result lies in

# What the entry function around the kernel relies on.
ALWAYS = ("tl.retain", "tl.release", "tl.unlink", "tl.free_all")

# LLVM turns loops that fill or copy memory into calls of these, whether a module mentions them or not.
IMPLICIT_EXTERNALS = frozenset({"memcpy", "memmove", "memset"})

_ALLOC = """
define internal noalias ptr @tl.alloc(ptr %ctx, i64 %bytes, i1 %zero) nounwind noinline optnone {
  %bad = icmp ugt i64 %bytes, 4611686018427387904
  br i1 %bad, label %none, label %sized
sized:
  %total = add nuw nsw i64 %bytes, 32
  %header = call ptr @tl_take(i64 %total, i1 %zero)
  %failed = icmp eq ptr %header, null
  br i1 %failed, label %none, label %link
link:
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
  br i1 %first, label %done, label %chain
chain:
  store ptr %header, ptr %head
  br label %done
done:
  ret ptr %header
none:
  ret ptr null
}
"""

# A variable that is given a new array in a loop keeps its block when nobody else holds it: malloc and the page
# faults behind it are the larger part of the cost of a short-lived array. `place` is where the variable's owner stands:
# hundreds of them in registers, all through a loop, would be most of the work of code generation.
_RENEW = """
define internal noalias ptr @tl.renew(ptr %ctx, ptr captures(none) %place, i64 %bytes, i1 %zero)
    nounwind noinline {
  %old = load i64, ptr %place
  %nobody = icmp eq i64 %old, 0
  %odd = and i64 %old, 1
  %foreign = icmp ne i64 %odd, 0
  %skip = or i1 %nobody, %foreign
  br i1 %skip, label %fresh, label %held
held:
  %header = inttoptr i64 %old to ptr
  %count.at = getelementptr i8, ptr %header, i64 16
  %count = load i64, ptr %count.at
  %bytes.at = getelementptr i8, ptr %header, i64 24
  %size = load i64, ptr %bytes.at
  %alone = icmp eq i64 %count, 1
  %fits = icmp eq i64 %size, %bytes
  %keep = and i1 %alone, %fits
  br i1 %keep, label %same, label %other
same:
  br i1 %zero, label %wipe, label %kept
wipe:
  %payload = getelementptr i8, ptr %header, i64 32
  call void @llvm.memset.p0.i64(ptr %payload, i8 0, i64 %bytes, i1 false)
  br label %kept
kept:
  %again = getelementptr i8, ptr %header, i64 32
  ret ptr %again
other:
  call void @tl.drop(ptr %ctx, ptr %header)
  br label %fresh
fresh:
  %new = call ptr @tl.alloc(ptr %ctx, i64 %bytes, i1 %zero)
  %owner = ptrtoint ptr %new to i64
  store i64 %owner, ptr %place
  %failed = icmp eq ptr %new, null
  %begin = getelementptr i8, ptr %new, i64 32
  %first = select i1 %failed, ptr null, ptr %begin
  ret ptr %first
}
"""

# Product of extents; negative once it has overflowed, and negative it stays. Written out in front of every allocation
# it would be a tenth of some kernels.
_BYTES = """
define internal i64 @tl.bytes(i64 %a, i64 %b, i64 %c, i64 %d) noinline nounwind willreturn memory(none) {
  %first = call i64 @tl.times(i64 %a, i64 %b)
  %second = call i64 @tl.times(i64 %first, i64 %c)
  %third = call i64 @tl.times(i64 %second, i64 %d)
  ret i64 %third
}
"""

_TIMES = """
define internal i64 @tl.times(i64 %a, i64 %b) alwaysinline nounwind {
  %pair = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %a, i64 %b)
  %product = extractvalue { i64, i1 } %pair, 0
  %over = extractvalue { i64, i1 } %pair, 1
  %negative = icmp slt i64 %a, 0
  %bad = or i1 %over, %negative
  %result = select i1 %bad, i64 -1, i64 %product
  ret i64 %result
}
"""

_RETAIN = """
define internal void @tl.retain(i64 %owner) noinline nounwind {
  %nobody = icmp eq i64 %owner, 0
  %odd = and i64 %owner, 1
  %foreign = icmp ne i64 %odd, 0
  %skip = or i1 %nobody, %foreign
  br i1 %skip, label %done, label %count
count:
  %header = inttoptr i64 %owner to ptr
  %count.at = getelementptr i8, ptr %header, i64 16
  %old = load i64, ptr %count.at
  %new = add i64 %old, 1
  store i64 %new, ptr %count.at
  br label %done
done:
  ret void
}
"""

_RELEASE = """
define internal void @tl.release(ptr %ctx, i64 %owner) noinline nounwind {
  %nobody = icmp eq i64 %owner, 0
  %odd = and i64 %owner, 1
  %foreign = icmp ne i64 %odd, 0
  %skip = or i1 %nobody, %foreign
  br i1 %skip, label %done, label %count
count:
  %header = inttoptr i64 %owner to ptr
  call void @tl.drop(ptr %ctx, ptr %header)
  br label %done
done:
  ret void
}
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
  call void @tl.unlink(ptr %ctx, ptr %header)
  call void @tl_give(ptr %header)
  br label %done
done:
  ret void
}
"""

# The end of a kernel. Memory of results is marked, by a count that no variables add up to; all other memory is given
# back at once, whoever refers to it.
_KEEP = f"""
define internal void @tl.keep(i64 %owner) alwaysinline nounwind {{
  %nobody = icmp eq i64 %owner, 0
  %odd = and i64 %owner, 1
  %foreign = icmp ne i64 %odd, 0
  %skip = or i1 %nobody, %foreign
  br i1 %skip, label %done, label %mark
mark:
  %header = inttoptr i64 %owner to ptr
  %count.at = getelementptr i8, ptr %header, i64 16
  store i64 {KEPT}, ptr %count.at
  br label %done
done:
  ret void
}}
"""

_SWEEP = f"""
define internal void @tl.sweep(ptr %ctx) nounwind noinline optnone {{
entry:
  %head = load ptr, ptr %ctx
  br label %test
test:
  %header = phi ptr [ %head, %entry ], [ %next, %look ], [ %next, %free ]
  %end = icmp eq ptr %header, null
  br i1 %end, label %done, label %look
look:
  %next.at = getelementptr i8, ptr %header, i64 8
  %next = load ptr, ptr %next.at
  %count.at = getelementptr i8, ptr %header, i64 16
  %count = load i64, ptr %count.at
  %kept = icmp eq i64 %count, {KEPT}
  br i1 %kept, label %test, label %free
free:
  store i64 1, ptr %count.at
  call void @tl.drop(ptr %ctx, ptr %header)
  br label %test
done:
  ret void
}}
"""

_UNLINK = """
define internal void @tl.unlink(ptr %ctx, ptr %header) nounwind {
  %previous = load ptr, ptr %header
  %next.at = getelementptr i8, ptr %header, i64 8
  %next = load ptr, ptr %next.at
  %first = icmp eq ptr %previous, null
  %before = getelementptr i8, ptr %previous, i64 8
  %from = select i1 %first, ptr %ctx, ptr %before
  store ptr %next, ptr %from
  %last = icmp eq ptr %next, null
  br i1 %last, label %done, label %back
back:
  store ptr %previous, ptr %next
  br label %done
done:
  ret void
}
"""

_FREE_ALL = """
define internal void @tl.free_all(ptr %ctx) nounwind {
entry:
  %head = load ptr, ptr %ctx
  br label %test
test:
  %header = phi ptr [ %head, %entry ], [ %next, %body ]
  %end = icmp eq ptr %header, null
  br i1 %end, label %done, label %body
body:
  %next.at = getelementptr i8, ptr %header, i64 8
  %next = load ptr, ptr %next.at
  call void @tl_give(ptr %header)
  br label %test
done:
  store ptr null, ptr %ctx
  ret void
}
"""

# The memory attribute keeps loads and sums in registers across the poll. A signal handler that writes into an array
# of a running kernel is outside what it promises.
_POLL = f"""
define internal i32 @tl.poll(ptr %ctx) cold nounwind noinline optnone
    memory(argmem: readwrite, inaccessiblemem: readwrite) {{
  %fuel.at = getelementptr i8, ptr %ctx, i64 16
  store i64 {FUEL}, ptr %fuel.at
  %state.at = getelementptr i8, ptr %ctx, i64 8
  %state = load ptr, ptr %state.at
  %held = icmp eq ptr %state, null
  br i1 %held, label %check, label %take
check:
  %now = call i32 @PyErr_CheckSignals()
  ret i32 %now
take:
  call void @PyEval_RestoreThread(ptr %state)
  %later = call i32 @PyErr_CheckSignals()
  %again = call ptr @PyEval_SaveThread()
  store ptr %again, ptr %state.at
  ret i32 %later
}}
"""

# A larger block for a stack, with the entries so far.
_GROW = """
define internal ptr @tl.grow(ptr %ctx, ptr %old, i64 %used, i64 %bytes) cold nounwind noinline optnone {
  %new = call ptr @tl.alloc(ptr %ctx, i64 %bytes, i1 false)
  %failed = icmp eq ptr %new, null
  %first = icmp eq ptr %old, null
  %stop = or i1 %failed, %first
  br i1 %stop, label %done, label %copy
copy:
  %to = getelementptr i8, ptr %new, i64 32
  %from = getelementptr i8, ptr %old, i64 32
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %used, i1 false)
  call void @tl.drop(ptr %ctx, ptr %old)
  br label %done
done:
  ret ptr %new
}
"""

# Where the next entry of a stack of descriptors is to be written; `stack` is {block, entries, room for entries}.
_PUSH = """
define internal ptr @tl.push(ptr %ctx, ptr captures(none) %stack, i64 %chunk, i64 %size) nounwind noinline {
begin:
  %length.at = getelementptr i8, ptr %stack, i64 8
  %room.at = getelementptr i8, ptr %stack, i64 16
  %old = load ptr, ptr %stack
  %length = load i64, ptr %length.at
  %room = load i64, ptr %room.at
  %full = icmp eq i64 %length, %room
  br i1 %full, label %grow, label %ready
grow:
  %double = shl i64 %room, 1
  %first = icmp eq i64 %room, 0
  %wanted = select i1 %first, i64 %chunk, i64 %double
  %used = mul i64 %length, %size
  %total = mul i64 %wanted, %size
  %new = call ptr @tl.grow(ptr %ctx, ptr %old, i64 %used, i64 %total)
  %failed = icmp eq ptr %new, null
  br i1 %failed, label %none, label %grown
grown:
  store ptr %new, ptr %stack
  store i64 %wanted, ptr %room.at
  br label %ready
ready:
  %block = phi ptr [ %old, %begin ], [ %new, %grown ]
  %next = add i64 %length, 1
  store i64 %next, ptr %length.at
  %payload = getelementptr i8, ptr %block, i64 32
  %offset = mul i64 %length, %size
  %entry = getelementptr i8, ptr %payload, i64 %offset
  ret ptr %entry
none:
  ret ptr null
}
"""

# The end of a stack; entries of `words` words that are still on it give up their reference (0 words: numbers).
_DROP_STACK = """
define internal void @tl.drop_stack(ptr %ctx, ptr %base, i64 %length, i64 %words) nounwind noinline optnone {
entry:
  %unused = icmp eq ptr %base, null
  br i1 %unused, label %done, label %kind
kind:
  %payload = getelementptr i8, ptr %base, i64 32
  %numbers = icmp eq i64 %words, 0
  br i1 %numbers, label %block, label %test
test:
  %i = phi i64 [ 0, %kind ], [ %up, %body ]
  %more = icmp ult i64 %i, %length
  br i1 %more, label %body, label %block
body:
  %offset = mul i64 %i, %words
  %owner.at = getelementptr i64, ptr %payload, i64 %offset
  %owner = load i64, ptr %owner.at
  call void @tl.release(ptr %ctx, i64 %owner)
  %up = add i64 %i, 1
  br label %test
block:
  call void @tl.drop(ptr %ctx, ptr %base)
  br label %done
done:
  ret void
}
"""


FUNCTIONS: dict[str, str] = {
    "tl.alloc": _ALLOC,
    "tl.renew": _RENEW,
    "tl.bytes": _BYTES,
    "tl.times": _TIMES,
    "tl.retain": _RETAIN,
    "tl.release": _RELEASE,
    "tl.drop": _DROP,
    "tl.keep": _KEEP,
    "tl.sweep": _SWEEP,
    "tl.unlink": _UNLINK,
    "tl.free_all": _FREE_ALL,
    "tl.poll": _POLL,
    "tl.grow": _GROW,
    "tl.push": _PUSH,
    "tl.drop_stack": _DROP_STACK,
    **ARITHMETIC,
}

_EXTERNAL_DECLARATIONS: dict[str, str] = {
    "tl_take": "declare noalias ptr @tl_take(i64, i1)",
    "tl_give": "declare void @tl_give(ptr)",
    "PyErr_CheckSignals": "declare i32 @PyErr_CheckSignals()",
    "PyEval_RestoreThread": "declare void @PyEval_RestoreThread(ptr)",
    "PyEval_SaveThread": "declare ptr @PyEval_SaveThread()",
    "llvm.memset.p0.i64": "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)",
    "llvm.memcpy.p0.p0.i64": "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)",
    "llvm.smul.with.overflow.i64": "declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64)",
    "llvm.smul.with.overflow.i32": "declare { i32, i1 } @llvm.smul.with.overflow.i32(i32, i32)",
    "llvm.floor.f32": "declare float @llvm.floor.f32(float)",
    "llvm.floor.f64": "declare double @llvm.floor.f64(double)",
    "llvm.copysign.f32": "declare float @llvm.copysign.f32(float, float)",
    "llvm.copysign.f64": "declare double @llvm.copysign.f64(double, double)",
}

_CALLED = re.compile(r"@([A-Za-z_][\w.]*)\(")

# The remainder of floats is an instruction that becomes a call of the C library's function.
_REMAINDERS = {"double": "fmod", "float": "fmodf"}


@dataclass(frozen=True, slots=True)
class Prelude:
    """The functions that kernels may call, and the declarations of what these call."""

    functions: Mapping[str, str]
    declarations: Mapping[str, str]

    def changed(self, functions: Mapping[str, str], declarations: Mapping[str, str]) -> Prelude:
        """The prelude of a world without Python, for instance: some functions have other bodies."""
        return Prelude({**self.functions, **functions}, {**self.declarations, **declarations})


IN_PYTHON = Prelude(FUNCTIONS, _EXTERNAL_DECLARATIONS)


def with_callees(
    wanted: Iterable[str], prelude: Prelude = IN_PYTHON
) -> tuple[list[str], dict[str, str], frozenset[str]]:
    """The prelude for some of its functions: bodies in a fixed order, declarations by name, symbols to link."""
    names: set[str] = set()
    queue = [*ALWAYS, *wanted]
    while queue:
        name = queue.pop()
        if name not in names:
            names.add(name)
            queue.extend(_CALLED.findall(prelude.functions.get(name, "")))
    bodies = [body for name, body in prelude.functions.items() if name in names]
    declared = {name: line for name, line in prelude.declarations.items() if name in names}
    symbols = {name for name in declared if not name.startswith("llvm.")} | IMPLICIT_EXTERNALS
    for name in names:
        head, _, width = name.rpartition(".")
        if head in ("tl.floordiv", "tl.mod") and width in _REMAINDERS:
            symbols.add(_REMAINDERS[width])
    return bodies, declared, frozenset(symbols)
