"""The entry point itself: the order of a call.

    shape of the call   no keywords, the right number of arguments     else the slow path
    guards              globals and closure cells are what they were   else the slow path
    arguments           exactly the expected types, into slots         else the slow path
    kernel              with or without the GIL
    result              new objects from slots, or the exception
    release             every allocation that no result has adopted

The slow path is a Python callable that gets the call as it came; it compiles what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...ir.types import Array, TupleOf, Type
from .box import Boxer
from .layout import (
    AGAIN_STATUS,
    CONTEXT_FUEL,
    CONTEXT_SELF,
    CONTEXT_SLOTS,
    CONTEXT_THREAD,
    FUEL,
    GUARD_ROW,
    ROW_WORDS,
    SELF_AGAIN,
    SELF_SLOW,
    SELF_TABLE,
    ArrayLeaf,
    EntryLayout,
    EntryText,
    Param,
    array_leaves,
    slot_count,
)
from .overlap import require_disjoint
from .support import SupportText
from .unbox import SLOW, Unboxer, array_row
from .writer import Writer, declaration

AGAIN = "again"
FRAME_WORDS = 5  # what `tl_box` is told about the arguments, see `describe_arguments`

# What steers vectorisation in a kernel must hold for the entry as well: small kernels are inlined here.
KERNEL_ATTRIBUTES = 'nounwind "prefer-vector-width"="512"'


def emit_entry(
    params: Sequence[Param],
    result: Type,
    *,
    release_gil: bool,
    captured: int = 0,
    disjoint: bool = False,
    assuming: bool = False,
    layout: EntryLayout | None = None,
    name: str = "entry",
    kernel: str = "kernel",
    attributes: str = KERNEL_ATTRIBUTES,
) -> EntryText:
    """LLVM text of `@entry`, which calls `@kernel(ctx, args, results)`.

    The last `captured` of `params` are arrays that the caller does not pass: their objects are the expected values of
    the first rows of the guard table. `disjoint` refuses calls in which an array that the kernel stores into overlaps
    with another argument; with `assuming` they go to code that assumes less. `name` must be unlike that of other
    entries in the module.
    """
    entry = _Entry(name, params, result, captured, layout or EntryLayout())
    entry.arguments()
    if disjoint:
        require_disjoint(entry.w, params, entry.leaves, "%argv", AGAIN if assuming else SLOW)
    entry.run(kernel, release_gil)
    entry.finish()
    entry.hand_over(SLOW, SELF_SLOW)
    entry.hand_over(AGAIN, SELF_AGAIN)
    w = entry.w
    kind = "hidden ptr" if w.layout.loads else "ptr"
    head = f"define {kind} @{name}(ptr noundef %self, ptr noundef %args, i64 noundef %nargs, ptr noundef %kwnames)"
    text = "\n".join([f"{head} {attributes}".rstrip() + " {", "begin:", *w.lines, "}", entry.array_table(), ""])
    return EntryText(text, dict(sorted(w.externals.items())))


def assemble(entry: EntryText, *parts: str, support: SupportText | None = None) -> str:
    """One module from the entry and the other texts, with a declaration for each external that nobody else declares.

    `support`, made with `internal=True`, becomes a part of the module, which then must never be unloaded.
    """
    body = "\n".join([*parts, entry.text])
    if support:  # what the parts have declared is defined now
        own = "|".join(support.exports)
        body = re.sub(rf"^declare\b[^@\n]*@(?:{own})\(.*\n", "", body, flags=re.MULTILINE) + "\n" + support.text
    taken = set(re.findall(r"^(?:declare|define)\b[^@\n]*@([\w.$]+)\s*\(|^@([\w.$]+)\s*=", body, re.MULTILINE))
    names = {name for pair in taken for name in pair}
    wanted = {**entry.externals, **{name: declaration(name) for name in (support.externals if support else ())}}
    missing = [line for name, line in wanted.items() if name not in names]
    return "\n".join([body, *missing, ""])


class _Entry:
    """The parts of one entry point, written in order. Names without a number belong to the function as a whole."""

    def __init__(self, name: str, params: Sequence[Param], result: Type, captured: int, layout: EntryLayout) -> None:
        self.table = f"@{name}.arrays"
        self.w = Writer(layout)
        self.params = params
        self.result = result
        self.captured = captured
        self.passed = len(params) - captured
        self.slots = [0]
        for param in params:
            self.slots.append(self.slots[-1] + slot_count(param.type))
        self.leaves: list[ArrayLeaf] = [
            leaf for index, param in enumerate(params) for leaf in array_leaves(index, param.type, self.slots[index])
        ]
        self.held: list[str] = []  # the captured array objects, kept alive during the call

    def arguments(self) -> None:
        """From the shape of the call to filled slots."""
        w = self.w
        self.reserve()
        w.require_equal("ptr", "%kwnames", "null", SLOW)
        w.require_equal("i64", "%nargs", str(self.passed), SLOW)
        table = self.guards()
        unboxer = Unboxer(w, "%argv", "%leaves", self.table)
        for index, param in enumerate(self.params):
            item = w.load("ptr", "%bases", 8 * index) if index < self.passed else self.captured_item(table, index)
            unboxer.unbox(param.type, item, self.slots[index])

    def reserve(self) -> None:
        """Stack space, all of it in the first block. `bases` are the argument objects, captured ones behind."""
        w = self.w
        w.do(f"%ctx = alloca [{CONTEXT_SLOTS} x i64], align 16")
        w.do(f"%argv = alloca [{self.slots[-1]} x i64], align 16")
        w.do(f"%out = alloca [{slot_count(self.result)} x i64], align 16")
        w.do(f"%leaves = alloca [{len(self.leaves)} x ptr], align 16")
        w.do(f"%frame = alloca [{FRAME_WORDS} x i64], align 16")
        w.do("%overflow = alloca i32")
        w.do("%root = alloca ptr")
        w.do("store ptr null, ptr %root")
        w.do(f"%objects = alloca [{len(self.params)} x ptr], align 16")
        w.do(f"%bases = getelementptr i8, ptr {'%objects' if self.captured else '%args'}, i64 0")

    def guards(self) -> str:
        """Check the guard table, whose memory is a NumPy array in `self`; return the table's address."""
        w, layout = self.w, self.w.layout
        owner = w.load("ptr", "%self", layout.tuple_items + 8 * SELF_TABLE)
        table = w.load("ptr", owner, layout.array_data)
        w.do(f"%guarded = icmp ne i64 {w.load('i64', table)}, 0")
        w.do("br i1 %guarded, label %check, label %checked")
        w.start("check")
        w.require(w.call("tl_guards", f"ptr {table}"), SLOW)
        w.do("br label %checked")
        w.start("checked")
        if self.captured:
            for index in range(self.passed):
                w.store("ptr", w.load("ptr", "%args", 8 * index), "%objects", 8 * index)
        return table

    def captured_item(self, table: str, index: int) -> str:
        """A captured array: the expected value (third word) of its row of the guard table."""
        row = index - self.passed
        item = self.w.load("ptr", table, 8 + GUARD_ROW * row + 16)
        self.w.store("ptr", item, "%objects", 8 * index)
        self.held.append(item)
        return item

    def run(self, kernel: str, release_gil: bool) -> None:
        """Call the kernel. Captured arrays are held: a signal handler or another thread may rebind their names."""
        w = self.w
        for item in self.held:
            w.call("Py_IncRef", f"ptr {item}")
        w.store("ptr", "null", "%ctx")
        thread = w.call("PyEval_SaveThread") if release_gil else "null"
        w.store("ptr", thread, "%ctx", CONTEXT_THREAD)
        w.store("i64", str(FUEL), "%ctx", CONTEXT_FUEL)
        w.store("ptr", "%self", "%ctx", CONTEXT_SELF)
        w.do(f"%status = call i32 @{kernel}(ptr %ctx, ptr %argv, ptr %out)")
        if release_gil:
            w.call("PyEval_RestoreThread", f"ptr {w.load('ptr', '%ctx', CONTEXT_THREAD)}")
        w.require_equal("i32", "%status", "0", "stopped")

    def finish(self) -> None:
        """Box the result, then release, whether that succeeded or not; report the kernel's error; return."""
        w = self.w
        self.describe_arguments()
        boxed = Boxer(w, "%out", "failed").box(self.result, 0)
        last = w.block
        w.do("br label %leave")
        w.start("stopped")
        w.do("br label %leave")
        w.start("failed")
        if isinstance(self.result, TupleOf):
            w.call("Py_DecRef", f"ptr {w.load('ptr', '%root')}")
        w.do("br label %leave")
        w.start("leave")
        w.do(f"%answer = phi ptr [{boxed}, %{last}], [null, %stopped], [null, %failed]")
        self.release()
        w.do("%told = icmp sgt i32 %status, 0")
        w.do("br i1 %told, label %report, label %gone")
        w.start("report")
        w.call("tl_fail", "ptr %self", "ptr %ctx", "i32 %status")
        w.do("br label %gone")
        w.start("gone")
        w.do(f"%retry = icmp eq i32 %status, {AGAIN_STATUS}")
        w.do(f"br i1 %retry, label %{AGAIN}, label %answered")
        w.start("answered")
        w.do("ret ptr %answer")

    def describe_arguments(self) -> None:
        """What `tl_box` has to know about the arguments when a result lies in their memory."""
        if _has_arrays(self.result):
            fields = ("ptr %bases", "ptr %leaves", "ptr %argv", f"ptr {self.table}", f"i64 {len(self.leaves)}")
            for index, field in enumerate(fields):
                kind, value = field.split()
                self.w.store(kind, value, "%frame", 8 * index)

    def array_table(self) -> str:
        """One row for each array argument, see `array_row`."""
        rows = [array_row(leaf, p.stored and p.concerns(leaf), self.w.layout)
                for leaf in self.leaves for p in (self.params[leaf.param],)]
        kind = f"[{ROW_WORDS} x i64]"
        texts = [f"{kind} [{', '.join(f'i64 {word}' for word in row)}]" for row in rows]
        return f"{self.table} = internal constant [{len(rows)} x {kind}] [{', '.join(texts)}]\n"

    def release(self) -> None:
        """Free what is still in the context's list, and let captured arrays go."""
        w = self.w
        w.do(f"%empty = icmp eq ptr {w.load('ptr', '%ctx')}, null")
        w.do("br i1 %empty, label %freed, label %some")
        w.start("some")
        w.call("tl_free_all", "ptr %ctx")
        w.do("br label %freed")
        w.start("freed")
        for item in self.held:
            w.call("Py_DecRef", f"ptr {item}")

    def hand_over(self, label: str, item: int) -> None:
        """Give the call as it came to one of the functions in `self`."""
        w = self.w
        w.start(label)
        function = w.load("ptr", "%self", w.layout.tuple_items + 8 * item)
        answer = w.call("PyObject_Vectorcall", f"ptr {function}", "ptr %args", "i64 %nargs", "ptr %kwnames")
        w.do(f"ret ptr {answer}")


def _has_arrays(t: Type) -> bool:
    return isinstance(t, Array) or (isinstance(t, TupleOf) and any(map(_has_arrays, t.items)))
