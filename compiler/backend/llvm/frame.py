"""The state of one function while its text is written: variables, failures, and what the module must declare.

A variable is one stack slot per scalar part, `%v.x` for a number and `%data.a`, `%owner.a`, `%n0.a`, `%s0.a`, … for
an array. Reads go through a cache of what the slots are known to hold, so most slots are never read and are left out
of the text; LLVM promotes the others to registers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ...ir.nodes import Atom, Const, Var
from ...ir.types import Array, Kind, Scalar
from .aliases import Aliases
from .errors import OUT_OF_MEMORY, ErrorSite, ErrorTable
from .known import Known
from .lanes.planned import Plan
from .memory import Memory
from .polling import Polling
from .text import MEMORY, REGISTER, UNLIKELY, WHOLE_VECTORS, Writer, constant, is_float, quoted

FAILED = "failed"

# Metadata nodes before this number are taken.
_FIRST_NOTE = 500_000


class InternalError(Exception):
    """The function does not have the form this level promises; a pass before is at fault, never the user."""


def kind_of(atom: Atom) -> Kind:
    """The kind of a number."""
    if isinstance(atom.type, Scalar):
        return atom.type.kind
    raise InternalError(f"expected a number, found {atom!r}")


def array_of(atom: Atom) -> tuple[str, Array]:
    """Name and type of an array variable."""
    if isinstance(atom, Var) and isinstance(atom.type, Array):
        return atom.name, atom.type
    raise InternalError(f"expected an array variable, found {atom!r}")


@dataclass(slots=True)
class _Store:
    """A write to a slot; it is dropped at the end when nobody reads the slot from memory."""

    slot: str
    text: str


@dataclass(slots=True)
class Loop:
    """A counted loop: whether LLVM may vectorise it, whether it runs over elements, whether it calls a function."""

    plain: bool
    elements: bool
    calls: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """A loop with its own function: the slots that it writes, the numbers among them that are read outside, and the
    arrays that it touches."""

    kept: frozenset[str]
    results: tuple[Var, ...]
    arrays: tuple[str, ...]


@dataclass(slots=True)
class Outlines:
    """The loops with their own functions, by identity, the text of these, and their names by the text without names."""

    loops: dict[int, Apart] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Frame:
    """See the module's docstring. `loop` is the innermost one, `functions` the elementary functions called in loops."""

    memory: Memory
    polling: Polling
    lower: Callable[[str], str]
    stack_chunk: int
    aliases: Aliases
    code: Writer = field(default_factory=Writer)
    errors: ErrorTable = field(default_factory=ErrorTable)
    prelude: set[str] = field(default_factory=set)
    declarations: dict[str, str] = field(default_factory=dict)
    externals: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    loop: Loop = field(default_factory=lambda: Loop(False, False))
    scratch: int = 0  # bytes for the numbers that a Fortran routine is given by address
    libraries: set[str] = field(default_factory=set)  # functions of the library that are called
    library_words: int = 0  # room for their arguments
    text_words: int = 0  # room for the values of a text
    tuples: dict[str, tuple[Atom, ...]] = field(default_factory=dict)
    name: str = "kernel"
    library: bool = False  # a function that the kernel calls
    long: bool = False
    outlines: Outlines = field(default_factory=Outlines)
    plans: dict[int, Plan] = field(default_factory=dict)  # the loops that run in lanes, by identity
    lanes: int = 0  # how many
    kept: frozenset[str] | None = None  # in the function of a loop: the slots that are its own; others are given
    exits: dict[int, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)  # of these, those that it reads, and their types
    _noted: int = 0
    _slots: dict[str, str] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)
    _stores: list[tuple[int, str]] = field(default_factory=list)
    _settled: Known = field(default_factory=Known)  # slots that no other statement writes
    _computed: Known = field(default_factory=Known)  # registers by the operation; `not %t` is there for what is false
    _passing: dict[str, str] = field(default_factory=dict)
    _passing_block: str = "entry"

    # ------------------------------------------------------------------------------------------------------- slots

    def read(self, slot: str, type_: str) -> str:
        """The present value of a slot."""
        known = self._settled.get(slot)
        if known is None and self._passing_block == self.code.block:
            known = self._passing.get(slot)
        if known is not None:
            return known
        if self.kept is not None and slot not in self.kept:
            self.given[slot] = type_
            return quoted(f"in.{slot}")
        name = quoted(slot)
        self._slots.setdefault(slot, type_)
        self._read.add(slot)
        value = self.code.value(f"load {type_}, ptr {name}")
        self._remember(slot, value)
        return value

    def write(self, slot: str, type_: str, value: str, fixed: bool = False) -> None:
        """Set a slot. `fixed`: no other statement writes it, so the value holds in everything nested after it."""
        if not self.code.open:
            return
        self._slots.setdefault(slot, type_)
        self._stores.append((len(self.code.lines), slot))
        self.code.line(f"store {type_} {value}, ptr {quoted(slot)}")
        if fixed:
            self._settled.set(slot, value)
        else:
            self._remember(slot, value)

    def place(self, slot: str, type_: str) -> str:
        """The address of a slot that is used as memory."""
        self._slots.setdefault(slot, type_)
        self._read.add(slot)
        return quoted(slot)

    def forget(self, slot: str) -> None:
        """The slot has been set through its address."""
        self._passing.pop(slot, None)

    def _remember(self, slot: str, value: str) -> None:
        if self._passing_block != self.code.block:
            self._passing, self._passing_block = {}, self.code.block
        self._passing[slot] = value

    @contextmanager
    def region(self) -> Iterator[None]:
        """Statements that do not always run: what they settle is not known behind them."""
        known = (self._settled, self._computed)
        marks = [k.mark() for k in known]
        yield
        for k, mark in zip(known, marks, strict=True):
            k.back(mark)

    def pure(self, text: str) -> str:
        """The result of an instruction that only computes.

        In long functions it is not written again where it has been written on the way here, so nothing that follows may
        be reached in another way, unless this is inside a `region`. In short ones LLVM does that as fast.
        """
        if not self.long:
            return self.code.value(text)
        found = self._computed.get(text)
        if found is None:
            found = self.code.value(text)
            self._computed.set(text, found)
        return found

    def rule_out(self, test: str) -> None:
        """A test does not hold from here on."""
        self._computed.set(f"not {test}", test)

    def ruled_out(self, test: str) -> bool:
        """Whether a test is known not to hold."""
        return self._computed.get(f"not {test}") is not None

    def inside(self, apart: Apart) -> Frame:
        """The frame of a loop that becomes a function of the same module."""
        aliases = self.aliases.among(apart.arrays)
        frame = Frame(self.memory, self.polling, self.lower, self.stack_chunk, aliases, errors=self.errors,
                      prelude=self.prelude, declarations=self.declarations, externals=self.externals,
                      functions=self.functions, loop=self.loop, kept=apart.kept | {"fuel"}, long=self.long)
        frame._noted = self._noted
        return frame

    def adopt(self, inner: Frame) -> None:
        """Number the notes on loops after those of a frame that `inside` has made."""
        self._noted = inner._noted

    def finish(self) -> list[str]:
        """The function's lines, with the slots that are read from memory and without the others."""
        unread = {index for index, slot in self._stores if slot not in self._read}
        slots = [f"  {quoted(slot)} = alloca {t}" for slot, t in self._slots.items() if slot in self._read]
        if self.scratch:
            slots.append(f"  %fortran.scratch = alloca [{self.scratch} x i8], align 8")
        if self.libraries:
            slots.append(f"  %library.arguments = alloca [{self.library_words} x i64], align 16")
            slots.append("  %library.results = alloca [4 x i64], align 16")
        if self.text_words:
            slots.append(f"  %text.values = alloca [{self.text_words} x i64], align 16")
        lines = [line for index, line in enumerate(self.code.lines) if index not in unread]
        for status, label in self.exits.items():
            lines += [f"{label}:", f"  store i32 {status}, ptr %status", f"  br label %{FAILED}"]
        return slots + lines

    # ----------------------------------------------------------------------------------------------------- numbers

    def atom(self, atom: Atom) -> str:
        """The value of a number."""
        kind = kind_of(atom)
        if isinstance(atom, Const):
            return constant(atom.value, kind)
        return self.read(f"v.{atom.name}", REGISTER[kind])

    def index(self, atom: Atom) -> str:
        """The value of an integer, as 64 bits."""
        value, kind = self.atom(atom), kind_of(atom)
        if kind == "int64":
            return value
        if kind != "int32":
            raise InternalError(f"expected an index, found {atom!r}")
        return constant(atom.value, "int64") if isinstance(atom, Const) else self.pure(f"sext i32 {value} to i64")

    def assign(self, var: Var, value: str) -> None:
        """Set a number."""
        self.write(f"v.{var.name}", REGISTER[kind_of(var)], value, self.memory.fixed(var.name))

    def to_memory(self, kind: Kind, value: str) -> str:
        """A number as it lies in arrays: booleans take a byte there."""
        if kind != "bool":
            return value
        if value in ("true", "false"):
            return "1" if value == "true" else "0"
        return self.code.value(f"zext i1 {value} to i8")

    def load(self, kind: Kind, pointer: str, notes: str = "") -> str:
        """Read a number from memory."""
        value = self.code.value(f"load {MEMORY[kind]}, ptr {pointer}{notes}")
        return self.code.value(f"icmp ne i8 {value}, 0") if kind == "bool" else value

    def store(self, kind: Kind, value: str, pointer: str, notes: str = "") -> None:
        """Write a number to memory."""
        self.code.line(f"store {MEMORY[kind]} {self.to_memory(kind, value)}, ptr {pointer}{notes}")

    def at(self, base: str, offset: int) -> str:
        """The address some bytes further on."""
        return base if offset == 0 else self.pure(f"getelementptr inbounds i8, ptr {base}, i64 {offset}")

    def sum(self, kind: Kind, old: str, added: str) -> str:
        """An adjoint's sum, whose order nobody has written down: LLVM may use several partial sums for floats."""
        operation = "fadd reassoc contract" if is_float(kind) else "add"
        return self.code.value(f"{operation} {REGISTER[kind]} {old}, {added}")

    # ---------------------------------------------------------------------------------------------------- failures

    def fail(self, status: int) -> None:
        """Leave the kernel."""
        self.code.line(f"store i32 {status}, ptr %status")
        self.code.jump(FAILED)

    def fail_if(self, test: str, site: ErrorSite) -> None:
        """Leave the kernel when the test holds, which it hardly ever does."""
        good = self.code.label("fine")
        self.code.branch(test, self.exit(self.errors.status(site)), good, UNLIKELY)
        self.code.begin(good)

    def exit(self, status: int) -> str:
        """The label of the one place where the kernel is left with a status that leaves no values behind."""
        return self.exits.setdefault(status, f"exit_{status}".replace("-", "m"))

    def memory_error_if_null(self, pointer: str) -> None:
        """Check an allocation."""
        self.fail_if(self.code.value(f"icmp eq ptr {pointer}, null"), OUT_OF_MEMORY)

    # ----------------------------------------------------------------------------------------------------- modules

    def loop_note(self) -> str:
        """For the branch at the end of a loop that calls elementary functions.

        What is left over from whole vectors is computed as a vector too, where the machine can mask lanes: the other
        way, one by one, needs the functions once more for single numbers, which costs more time to compile than to
        run. Two vectors at once bring nothing where so much is to be done for each.
        """
        if not self.loop.calls:
            return ""
        self._noted += 1
        return f", !llvm.loop !{_FIRST_NOTE + self._noted}"

    def loop_nodes(self) -> list[str]:
        """The nodes that `loop_note` refers to."""
        if not self._noted:
            return []
        once = '!{!"llvm.loop.interleave.count", i32 1}'
        numbers = range(_FIRST_NOTE + 1, _FIRST_NOTE + 1 + self._noted)
        return [f"!{n} = distinct !{{!{n}, {WHOLE_VECTORS}, {once}}}" for n in numbers]

    def call(self, result: str, name: str, arguments: str, notes: str = "") -> str:
        """Call a function of the prelude."""
        self.prelude.add(name)
        if result == "void":
            self.code.line(f"call void @{name}({arguments}){notes}")
            return ""
        return self.code.value(f"call {result} @{name}({arguments}){notes}")

    def bytes(self, factors: list[str]) -> str:
        """A product of extents, negative where it is too large."""
        self.prelude.add("tl.bytes")
        return self.pure(f"call i64 @tl.bytes({', '.join(f'i64 {factor}' for factor in factors)})")

    def intrinsic(self, name: str, result: str, types: tuple[str, ...], operands: tuple[str, ...]) -> str:
        """Call one of LLVM's own functions."""
        self.declarations.setdefault(name, f"declare {result} @{name}({', '.join(types)})")
        arguments = ", ".join(f"{t} {operand}" for t, operand in zip(types, operands, strict=True))
        return self.code.value(f"call {result} @{name}({arguments})")
