"""From a hand-written kernel to a callable, in the steps a compiled function takes.

Every kernel built here gets an allocator that counts, so that a test can ask what is still alive.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import llvmlite.binding as llvm

from tapeless.compiler.backend.entry import EntryLayout, Param, assemble, emit_entry, support_text
from tapeless.compiler.backend.entry.blocks import MOST_KEPT
from tapeless.compiler.backend.llvm import prelude
from tapeless.compiler.ir.types import Array, Type
from tapeless.runtime import engine, errors, native, ndarray

llvm.initialize_native_target()
llvm.initialize_native_asmprinter()
MACHINE = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
    cpu=llvm.get_host_cpu_name(),
    features=llvm.get_host_cpu_features().flatten(),
    opt=2,
    reloc="pic",
    codemodel="small",
)
LAYOUT = EntryLayout(**ndarray.native_layout())

VECTOR = Array("float64", 1)
MATRIX = Array("float64", 2)
ANY_VECTOR = Array("float64", 1, "A")
ANY_MATRIX = Array("float64", 2, "A")

COUNTING = """
@live = global i64 0
declare ptr @malloc(i64)
declare ptr @calloc(i64, i64)
declare void @free(ptr)
define internal ptr @count(ptr %block) {
  %old = atomicrmw add ptr @live, i64 1 seq_cst
  ret ptr %block
}
define ptr @counting_malloc(i64 %n) {
  %block = call ptr @malloc(i64 %n)
  %same = call ptr @count(ptr %block)
  ret ptr %block
}
define ptr @counting_calloc(i64 %n, i64 %size) {
  %block = call ptr @calloc(i64 %n, i64 %size)
  %same = call ptr @count(ptr %block)
  ret ptr %block
}
define void @counting_free(ptr %block) {
  %old = atomicrmw sub ptr @live, i64 1 seq_cst
  call void @free(ptr %block)
  ret void
}
"""

# What kernels of the tests may call: a new block of the numbers 0.0, 1.0, … and copies of slots.
TOOLS = """
define internal ptr @test.ramp(ptr %ctx, i64 %n) noinline {
begin:
  %bytes = mul i64 %n, 8
  %header = call ptr @tl.alloc(ptr %ctx, i64 %bytes, i1 false)
  %data = getelementptr i8, ptr %header, i64 32
  br label %head
head:
  %i = phi i64 [0, %begin], [%next, %body]
  %more = icmp slt i64 %i, %n
  br i1 %more, label %body, label %done
body:
  %place = getelementptr double, ptr %data, i64 %i
  %value = sitofp i64 %i to double
  store double %value, ptr %place
  %next = add i64 %i, 1
  br label %head
done:
  ret ptr %header
}
define internal void @test.copy(ptr %to, ptr %from, i64 %slots) noinline {
  %bytes = mul i64 %slots, 8
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %bytes, i1 false)
  ret void
}
"""


@dataclass
class Slow:
    """A slow path that remembers its calls."""

    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        self.calls.append((args, kwargs))
        return "slow"


def object_code(text: str) -> bytes:
    """Parse, verify, optimise and emit a module."""
    module = llvm.parse_assembly(text)
    module.triple = MACHINE.triple
    module.data_layout = str(MACHINE.target_data)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    builder = llvm.create_pass_builder(MACHINE, options)
    builder.getModulePassManager().run(module, builder)
    return MACHINE.emit_object(module)


@cache
def counting() -> engine.Library:
    """The allocator that counts."""
    names = ("live", "counting_malloc", "counting_calloc", "counting_free")
    return engine.link(object_code(COUNTING), names, ("malloc", "calloc", "free"))


def counting_allocator() -> dict[str, int]:
    """The allocator under its usual names."""
    return {name: counting()[f"counting_{name}"] for name in ("malloc", "calloc", "free")}


@cache
def counting_support() -> engine.Library:
    """A support library that uses it, and that keeps no blocks: what is free is not alive."""
    support = support_text(LAYOUT)
    text = support.text.replace(f"icmp ugt i64 %after, {MOST_KEPT}", "icmp ugt i64 %after, 0")
    assert text != support.text
    return engine.link(object_code(text), support.exports, support.externals, counting_allocator())


def live_blocks() -> int:
    """How many allocations of kernels exist now."""
    return ctypes.c_int64.from_address(counting()["live"]).value


def library_of(
    kernel: str,
    params: Sequence[Param | Type],
    result: Type,
    *,
    release_gil: bool = False,
    captured: int = 0,
    disjoint: bool = False,
) -> engine.Library:
    """Entry, prelude and kernel, compiled and linked."""
    wanted = [name for name in prelude.FUNCTIONS if f"@{name}(" in kernel]
    bodies, declared, symbols = prelude.with_callees(wanted)
    if "@llvm.memcpy" in kernel:
        declared["llvm.memcpy"] = "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)"
    entry = emit_entry(
        [p if isinstance(p, Param) else Param(p) for p in params],
        result,
        release_gil=release_gil,
        captured=captured,
        disjoint=disjoint,
        layout=LAYOUT,
    )
    text = assemble(entry, *bodies, *dict.fromkeys(declared.values()), kernel)
    replaced = {**counting_allocator(), **counting_support().addresses}
    return engine.link(object_code(text), ["entry"], set(entry.externals) | symbols, replaced)


def make(
    body: str,
    params: Sequence[Param | Type],
    result: Type,
    *,
    slow: Callable[..., Any] | None = None,
    failures: Sequence[errors.Failure] = (),
    fail: Callable[..., Any] | None = None,
    guards: Sequence[native.Guard] = (),
    captured: int = 0,
    release_gil: bool = False,
    disjoint: bool = False,
) -> Any:
    """A native callable whose kernel has the given body, see `kernel_text`."""
    library = library_of(
        kernel_text(body), params, result, release_gil=release_gil, captured=captured, disjoint=disjoint
    )
    fail = fail or errors.make_fail(failures)
    return native.make_callable(library, "f", library["entry"], slow or Slow(), fail, guards, captured)


def kernel_text(body: str) -> str:
    """A kernel that runs the body and returns 0; %a0, %a1, … and %r0, %r1, … are the addresses of the slots."""
    lines = ["define internal i32 @kernel(ptr noundef %ctx, ptr noundef %args, ptr noundef %results) {", "begin:"]
    for letter, base in (("a", "%args"), ("r", "%results")):
        lines += [f"  %{letter}{k} = getelementptr i64, ptr {base}, i64 {k}" for k in range(24)]
    tools = TOOLS if "@test." in body else ""
    return "\n".join([*lines, body, "  ret i32 0", "}", tools])


def copy(slots: int, to: str = "%results", source: str = "%args") -> str:
    """Return slots as they came: numbers, or the very arrays that were given."""
    return f"  call void @test.copy(ptr {to}, ptr {source}, i64 {slots})\n"


def put(slot: int, owner: str, data: str, extents: Sequence[int | str], strides: Sequence[int]) -> str:
    """Describe an array in the result's slots from `slot` on; owner and data are names of pointers."""
    lines = [f"store ptr {owner}, ptr %r{slot}", f"store ptr {data}, ptr %r{slot + 1}"]
    lines += [f"store i64 {value}, ptr %r{slot + 2 + k}" for k, value in enumerate([*extents, *strides])]
    return "".join(f"  {line}\n" for line in lines)


def ramp(name: str, count: int | str) -> str:
    """A new block %name with the numbers from 0.0 on; its first number is at %name.data."""
    return (
        f"  %{name} = call ptr @test.ramp(ptr %ctx, i64 {count})\n"
        f"  %{name}.data = getelementptr i8, ptr %{name}, i64 32\n"
    )
