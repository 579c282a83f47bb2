"""What a C function takes: arguments, buffers for the results, and the description of the call.

    number            by value
    array             pointer, extents, and for an array of any strides these, counted in elements
    result: number    pointer
    result: array     pointer; with extents that only the call tells, also the room in elements, and where to write them
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...ir.types import Array, Scalar

# A bool is a byte, so that every foreign function interface can say it; a complex number is the address of two parts.
C_TYPES = {"bool": "uint8_t", "int32": "int32_t", "int64": "int64_t", "float32": "float", "float64": "double",
           "complex64": "float", "complex128": "double"}
LLVM_TYPES = {"bool": "i8", "int32": "i32", "int64": "i64", "float32": "float", "float64": "double",
              "complex64": "float", "complex128": "double"}
CALL = "call"  # the last parameter of every function

_WORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false
    alignas alignof constexpr nullptr static_assert thread_local typeof asm main NULL and and_eq bitand bitor catch
    class compl concept const_cast decltype delete dynamic_cast explicit export friend mutable namespace new noexcept
    not not_eq operator or or_eq private protected public reinterpret_cast requires static_cast template this throw try
    typeid typename using virtual wchar_t xor xor_eq
"""
_RESERVED = frozenset(_WORDS.split())


@dataclass(frozen=True, slots=True)
class Input:
    """A number or an array that the kernel takes, in the order of its slots.

    Attributes:
        name: what the compiler calls it: `x`, `p:mass`, `pair.0`.
        type: its type; of a complex number the parts are two inputs.
        stored: the function writes into it.
        exclusive: it must not share memory with another one.
        constant: the symbol of the module's own memory, for an array that the function reads from outside; it is not
            a parameter then.
        extents: those of the constant.
        shown: its name for C, where that is another.
    """

    name: str
    type: Scalar | Array
    stored: bool = False
    exclusive: bool = False
    constant: str = ""
    extents: tuple[int, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """A number or an array of the result; `like` names the input whose extents it has, if it is known to have them."""

    name: str
    type: Scalar | Array
    like: str | None = None

    @property
    def open(self) -> bool:
        """Whether the caller cannot know the extents."""
        return isinstance(self.type, Array) and self.type.rank > 0 and self.like is None


@dataclass(frozen=True, slots=True)
class CParameter:
    """One parameter of a C function.

    Attributes:
        name: in C, and of the LLVM value.
        type: in C.
        llvm: in LLVM.
        role: "number", "data", "extent", "stride", "result", "room", "extents" or "call".
        of: the name of the input or output that it belongs to.
        axis: of an extent or a stride.
    """

    name: str
    type: str
    llvm: str
    role: str
    of: str
    axis: int = 0


def c_identifier(name: str) -> str:
    """A name as C takes it: letters outside ASCII are spelled by their names, what joins parts is an underscore.

    The result is the same for equal names, but need not differ for different ones.
    """
    spelled = "".join(_spelled(c) for c in name)
    spelled = re.sub(r"[^A-Za-z0-9_]", "_", spelled)
    spelled = f"v{spelled}" if spelled[:1].isdigit() or not spelled else spelled
    return f"{spelled}_" if spelled in _RESERVED or spelled.startswith("__") else spelled


def _spelled(c: str) -> str:
    """`θ` is `theta`; other letters are their code."""
    if c.isascii():
        return c
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER ([A-Z]+)", unicodedata.name(c, ""))
    if greek is None:
        return f"u{ord(c):04x}"
    small = greek[2].lower().replace("lamda", "lambda")
    return small if greek[1] == "SMALL" else small.capitalize()


def parameters(inputs: Iterable[Input], outputs: Iterable[Output]) -> tuple[CParameter, ...]:
    """The parameters in their order: inputs, outputs, the description of the call."""
    call = CParameter(CALL, "tapeless_call *", "ptr", "call", "")
    taken = {CALL}
    found: list[CParameter] = []
    items: list[Input | Output] = [*(i for i in inputs if not i.constant), *outputs]
    for item in items:
        base, number = c_identifier((isinstance(item, Input) and item.shown) or item.name), 1
        while True:
            name = base if number == 1 else f"{base}_{number}"
            made = tuple(_input(item, name) if isinstance(item, Input) else _output(item, name))
            if taken.isdisjoint(p.name for p in made):
                break
            number += 1
        taken.update(p.name for p in made)
        found.extend(made)
    return (*found, call)


def _input(item: Input, name: str) -> Iterator[CParameter]:
    t, of = item.type, item.name
    c, llvm = C_TYPES[t.kind], LLVM_TYPES[t.kind]
    if isinstance(t, Scalar):
        yield CParameter(name, f"{c} ", llvm, "number", of)
        return
    yield CParameter(name, f"{c} *" if item.stored else f"const {c} *", "ptr", "data", of)
    for axis in range(t.rank):
        yield CParameter(f"{name}_n{axis}", "int64_t ", "i64", "extent", of, axis)
    for axis in range(t.rank if t.layout == "A" else 0):
        yield CParameter(f"{name}_s{axis}", "int64_t ", "i64", "stride", of, axis)


def _output(item: Output, name: str) -> Iterator[CParameter]:
    c, of = C_TYPES[item.type.kind], item.name
    yield CParameter(name, f"{c} *", "ptr", "result", of)
    if item.open:
        yield CParameter(f"{name}_room", "int64_t ", "i64", "room", of)
        yield CParameter(f"{name}_extents", "int64_t *", "ptr", "extents", of)
