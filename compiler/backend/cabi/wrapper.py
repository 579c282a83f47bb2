"""The C function itself: the order of a call.

    arguments    extents and addresses are looked at, and slots filled      else "bad argument"
    overlap      where the kernel relies on there being none                else the careful kernel, or an error
    kernel       and the careful one, when the first finds its assumptions untrue
    results      extents first, then numbers and arrays into the caller's buffers
    release      every allocation, and what the call needed is told

`NAME__careful` and `NAME__value` are functions of the library that its users do not see: kernels with a name.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...ir.types import BYTES, PARTS, Array, Scalar
from ..entry.layout import EntryLayout, Param, array_leaves, slot_count
from ..entry.overlap import require_disjoint
from ..entry.writer import Writer
from ..llvm.errors import AGAIN_STATUS
from .memory import CONTEXT_SLOTS
from .messages import BAD_ARGUMENT, BAD_SHAPE, FIRST_SITE, NO_ROOM, OVERLAP
from .signature import LLVM_TYPES, Input, Output, parameters
from .texts import SUPPORT, copy_text

ATTRIBUTES = 'nounwind "prefer-vector-width"="512"'
_LARGEST = 2**62

_DECLARATIONS = {
    "llvm.memset.p0.i64": "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)",
    "llvm.memcpy.p0.p0.i64": "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)",
    "llvm.memmove.p0.p0.i64": "declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """The array heads of a pullback, and the kernel of the value whose extents they must have.

    Attributes:
        kernel: the name of the function, of the form of a kernel.
        heads: the names of the inputs, for each item of the value in order: none, one, or the two parts of a complex
            number.
        value: the types of the items of the value.
    """

    kernel: str
    heads: tuple[tuple[str, ...], ...]
    value: tuple[Scalar | Array, ...]


@dataclass(frozen=True, slots=True)
class Wrapper:
    """One C function to be written.

    Attributes:
        name: in C.
        inputs: in the order of the kernel's slots.
        outputs: the items of its result.
        first_code: of its errors other than the general ones.
        careful: the kernel that takes over when the assumptions of the first one do not hold; empty if it has none.
        disjoint: the kernel was compiled under the promise that nothing it writes into overlaps with another argument.
        checked: what must be known before the kernel runs.
    """

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    first_code: int = FIRST_SITE
    careful: str = ""
    disjoint: bool = False
    checked: Checked | None = None


def wrap(wrapper: Wrapper, declared: frozenset[str]) -> str:
    """The text of the function, to be added to that of its kernel, which declares the symbols of `declared`."""
    return _Wrap(wrapper).text(declared)


def shim(name: str, offset: int, careful: str = "") -> str:
    """A hidden function of the form of a kernel around the module's own; `offset` is added to its errors' codes.

    `careful` names the kernel that takes over from it.
    """
    again, line = "", ""
    if careful:
        line = f"declare hidden i32 @{careful}(ptr, ptr, ptr)\n"
        again = f"""
  %untrue = icmp eq i32 %status, {AGAIN_STATUS}
  br i1 %untrue, label %again, label %told
again:
  call void @tl.free_all(ptr %ctx)
  %other = call i32 @{careful}(ptr %ctx, ptr %args, ptr %results)
  ret i32 %other
told:"""
    return f"""{line}define hidden i32 @{name}(ptr %ctx, ptr %args, ptr %results) {ATTRIBUTES} {{
  %status = call i32 @kernel(ptr %ctx, ptr %args, ptr %results){again}
  %site = icmp sgt i32 %status, 1
  %moved = add i32 %status, {offset}
  %result = select i1 %site, i32 %moved, i32 %status
  ret i32 %result
}}
"""


class _Wrap:
    """The parts of one function, written in order."""

    def __init__(self, wrapper: Wrapper) -> None:
        self.wrapper = wrapper
        self.w = Writer(EntryLayout())
        self.parameters = parameters(wrapper.inputs, wrapper.outputs)
        self.names = {(p.role, p.of, p.axis): p.name for p in self.parameters}
        self.widths: set[int] = set()
        self.slots: dict[str, int] = {}
        self.slots_used = 0
        for item in wrapper.inputs:
            self.slots[item.name] = self.slots_used
            self.slots_used += slot_count(item.type)

    def text(self, declared: frozenset[str]) -> str:
        w, wrapper = self.w, self.wrapper
        self.reserve()
        w.require(w.value(f"call i1 @tl.begin(ptr %ctx, ptr %{self.name('call', '')})"), "bad")
        for item in wrapper.inputs:
            self.fill(item)
        if wrapper.checked is not None:
            self.check_heads(wrapper.checked)
        if wrapper.disjoint:
            self.require_disjoint()
        self.run()
        self.results()
        head = ", ".join(f"{p.llvm} %arg.{p.name}" for p in self.parameters)
        wanted = {n: line for n, line in _DECLARATIONS.items() if n not in declared}
        others = [n for n in (wrapper.careful, wrapper.checked.kernel if wrapper.checked else "") if n]
        return "\n".join([
            *wanted.values(), *(f"declare hidden i32 @{n}(ptr, ptr, ptr)" for n in others), SUPPORT,
            *map(copy_text, sorted(self.widths)),
            f"define i32 @{wrapper.name}({head}) {ATTRIBUTES} {{", "begin:", *w.lines, "}", "",
        ])  # fmt: skip

    def name(self, role: str, of: str, axis: int = 0) -> str:
        """The LLVM value of a parameter; the dot keeps it apart from our own."""
        return f"arg.{self.names[role, of, axis]}"

    def reserve(self) -> None:
        w = self.w
        w.do(f"%ctx = alloca [{CONTEXT_SLOTS} x i64], align 16")
        w.do(f"%argv = alloca [{max(self.slots_used, 1)} x i64], align 16")
        w.do(f"%out = alloca [{max(sum(slot_count(o.type) for o in self.wrapper.outputs), 1)} x i64], align 16")
        checked = self.wrapper.checked
        if checked is not None:
            w.do(f"%value.out = alloca [{max(sum(map(slot_count, checked.value)), 1)} x i64], align 16")
            w.do(f"%value.argv = alloca [{max(self.slots_used, 1)} x i64], align 16")

    # ------------------------------------------------------------------------------------------------- arguments

    def fill(self, item: Input) -> None:
        """The slots of an input, from the parameters or the module's own memory."""
        w, t, slot = self.w, item.type, 8 * self.slots[item.name]
        if isinstance(t, Scalar):
            value = f"%{self.name('number', item.name)}"
            if t.kind == "bool":
                value = w.value(f"zext i1 {w.value(f'icmp ne i8 {value}, 0', 'c')} to i8")
            w.store(LLVM_TYPES[t.kind], value, "%argv", slot)
            return
        if item.constant:
            data, extents = f"@{item.constant}", [str(n) for n in item.extents]
        else:
            data = f"%{self.name('data', item.name)}"
            extents = [f"%{self.name('extent', item.name, k)}" for k in range(t.rank)]
            self.require_array(data, extents)
        w.store("i64", "0", "%argv", slot)
        w.store("ptr", data, "%argv", slot + 8)
        step = "1"
        for k in reversed(range(t.rank)):
            stride = step
            if t.layout == "A" and not item.constant:
                stride = f"%{self.name('stride', item.name, k)}"
            w.store("i64", extents[k], "%argv", slot + 16 + 8 * k)
            w.store("i64", stride, "%argv", slot + 16 + 8 * (t.rank + k))
            step = w.value(f"mul i64 {step}, {extents[k]}")

    def require_array(self, data: str, extents: list[str]) -> None:
        """Extents within bounds, and an address unless there are no elements."""
        w = self.w
        usable = [w.value(f"icmp ne ptr {data}, null", "c")]
        for n in extents:
            w.require(w.value(f"icmp ult i64 {n}, {_LARGEST}", "c"), "bad")
            usable.append(w.value(f"icmp eq i64 {n}, 0", "c"))
        w.require(w.join("or", usable), "bad")

    def check_heads(self, checked: Checked) -> None:
        """Compute the value, and compare its extents with those of the heads."""
        w = self.w
        at = 0
        for item in self.wrapper.inputs:
            if any(item.name in names for names in checked.heads):
                continue
            words = slot_count(item.type)
            source, target = w.at("%argv", 8 * self.slots[item.name]), w.at("%value.argv", 8 * at)
            w.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {target}, ptr {source}, i64 {8 * words}, i1 false)")
            at += words
        w.do(f"%value.status = call i32 @{checked.kernel}(ptr %ctx, ptr %value.argv, ptr %value.out)")
        w.do("%value.fine = icmp eq i32 %value.status, 0")
        w.do("br i1 %value.fine, label %shapes, label %value.failed")
        w.start("shapes")
        slot = 0
        for t, heads in zip(checked.value, checked.heads, strict=True):
            for k in range(t.rank if isinstance(t, Array) and heads else 0):
                mine = w.load("i64", "%value.out", 8 * (slot + 2 + k))
                w.require_equal("i64", mine, f"%{self.name('extent', heads[0], k)}", "misfit")
            slot += slot_count(t)
        w.do("call void @tl.free_all(ptr %ctx)")

    def require_disjoint(self) -> None:
        """No array that is written into may share memory with another input."""
        inputs = self.wrapper.inputs
        params = [Param(i.type, i.stored, i.exclusive) for i in inputs]
        leaves = [leaf for k, i in enumerate(inputs) for leaf in array_leaves(k, i.type, self.slots[i.name])]
        refused = any(i.exclusive for i in inputs) or not self.wrapper.careful
        require_disjoint(self.w, params, leaves, "%argv", "overlap" if refused else "again")

    # ---------------------------------------------------------------------------------------------------- kernel

    def run(self) -> None:
        """Call the kernels; go on in `fine`."""
        w, careful, checked = self.w, self.wrapper.careful, self.wrapper.checked
        w.do("%first = call i32 @kernel(ptr %ctx, ptr %argv, ptr %out)")
        coming = [("%first", w.block)]
        if careful:
            w.do(f"%untrue = icmp eq i32 %first, {AGAIN_STATUS}")
            w.do("br i1 %untrue, label %again, label %told")
            w.start("again")
            w.do("call void @tl.free_all(ptr %ctx)")
            w.do(f"%second = call i32 @{careful}(ptr %ctx, ptr %argv, ptr %out)")
            coming.append(("%second", "again"))
        w.do("br label %told")
        if checked is not None:
            w.start("value.failed")
            w.do("br label %told")
            coming.append(("%value.status", "value.failed"))
        w.start("told")
        w.do(f"%status = phi i32 {', '.join(f'[ {value}, %{block} ]' for value, block in coming)}")
        w.do("%good = icmp eq i32 %status, 0")
        w.do("br i1 %good, label %fine, label %failed")

    # --------------------------------------------------------------------------------------------------- results

    def results(self) -> None:
        w = self.w
        w.start("fine")
        places: list[tuple[Output, int]] = []
        slot = 0
        for output in self.wrapper.outputs:
            places.append((output, slot))
            slot += slot_count(output.type)
        for output, at in places:
            if output.open:
                self.tell_extents(output, at)
        for output, at in places:
            if isinstance(output.type, Array):
                self.require_room(output, at)
        for output, at in places:
            self.put(output, at)
        ends = [("0", w.block)]
        w.do("br label %leave")
        w.start("failed")
        w.do("%site = icmp sgt i32 %status, 1")
        w.do(f"%moved = add i32 %status, {self.wrapper.first_code - 2}")
        w.do("%code = select i1 %site, i32 %moved, i32 %status")
        for label, code in (("failed", "%code"), ("bad", str(BAD_ARGUMENT)), ("overlap", str(OVERLAP)),
                            ("small", str(NO_ROOM)), ("misfit", str(BAD_SHAPE))):
            if label != "failed":
                w.start(label)
            w.do("br label %leave")
            ends.append((code, label))
        w.start("leave")
        w.do(f"%answer = phi i32 {', '.join(f'[ {value}, %{block} ]' for value, block in ends)}")
        w.do(f"call void @tl.end(ptr %ctx, ptr %{self.name('call', '')})")
        w.do("ret i32 %answer")

    def tell_extents(self, output: Output, slot: int) -> None:
        """Write the extents of a result whose buffer may be too small or missing."""
        w = self.w
        assert isinstance(output.type, Array)
        to = f"%{self.name('extents', output.name)}"
        put, on = w.fresh("tell"), w.fresh("told")
        w.do(f"br i1 {w.value(f'icmp eq ptr {to}, null', 'c')}, label %{on}, label %{put}")
        w.start(put)
        for k in range(output.type.rank):
            w.store("i64", w.load("i64", "%out", 8 * (slot + 2 + k)), to, 8 * k)
        w.do(f"br label %{on}")
        w.start(on)

    def require_room(self, output: Output, slot: int) -> None:
        """The caller's buffer has the extents of the result, or room for its elements."""
        w, t = self.w, output.type
        assert isinstance(t, Array)
        extents = [w.load("i64", "%out", 8 * (slot + 2 + k)) for k in range(t.rank)]
        if output.like is not None:
            for k, n in enumerate(extents):
                w.require_equal("i64", n, f"%{self.name('extent', output.like, k)}", "small")
        elif output.open:
            count = "1"
            for n in extents:
                count = w.value(f"mul i64 {count}, {n}")
            unwanted = w.value(f"icmp eq ptr %{self.name('result', output.name)}, null", "c")
            fits = w.value(f"icmp sle i64 {count}, %{self.name('room', output.name)}", "c")
            w.require(w.join("or", [unwanted, fits]), "small")

    def put(self, output: Output, slot: int) -> None:
        """Write a number or an array where the caller wants it; null means that it is not wanted."""
        w, t = self.w, output.type
        to = f"%{self.name('result', output.name)}"
        if isinstance(t, Array):
            size = BYTES[t.kind]
            self.widths.add(size)
            place = w.at("%out", 8 * slot)
            w.do(f"call void @tl.copy.{8 * size}(ptr {to}, ptr {place}, i64 {t.rank})")
            return
        put, on = w.fresh("put"), w.fresh("on")
        w.do(f"br i1 {w.value(f'icmp eq ptr {to}, null', 'c')}, label %{on}, label %{put}")
        w.start(put)
        kind, size = LLVM_TYPES[t.kind], BYTES[PARTS.get(t.kind, t.kind)]
        for k in range(2 if t.kind in PARTS else 1):
            w.store(kind, w.load(kind, "%out", 8 * (slot + k)), to, size * k)
        w.do(f"br label %{on}")
        w.start(on)
