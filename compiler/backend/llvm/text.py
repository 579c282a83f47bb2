"""How values, types and names are spelled in LLVM's text, and a writer of basic blocks.

The text is written directly: building llvmlite's objects costs 20 to 30 times as much as the lines themselves, and
refuses attributes that are needed here.
"""

from __future__ import annotations

import ctypes
import re
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ...ir.types import BYTES, Kind

REGISTER: dict[str, str] = {"bool": "i1", "int32": "i32", "int64": "i64", "float32": "float", "float64": "double"}
MEMORY: dict[str, str] = {
    **REGISTER, "bool": "i8", "complex64": "{ float, float }", "complex128": "{ double, double }",
}
FLOATS = ("float32", "float64")

_PLAIN = re.compile(r"[A-Za-z0-9_.]+\Z")
_NOT_LABEL = re.compile(r"[^A-Za-z0-9_]+")


def is_float(kind: str) -> bool:
    """Whether the kind is a floating-point one."""
    return kind in FLOATS


def bits(kind: Kind) -> int:
    """Width of a number in memory."""
    return 8 * BYTES[kind]


def suffix(kind: str) -> str:
    """The suffix of an overloaded intrinsic: `llvm.fabs.f64`."""
    return {"bool": "i1", "int32": "i32", "int64": "i64", "float32": "f32", "float64": "f64"}[kind]


def constant(value: Any, kind: str) -> str:
    """A literal. Floats are written by their bits, so that no digit is lost and infinities and NaN need no case."""
    if kind == "bool":
        return "true" if value else "false"
    if kind == "int32":
        return str(ctypes.c_int32(int(value)).value)
    if kind == "int64":
        return str(ctypes.c_int64(int(value)).value)
    number = float(value)
    if kind == "float32":
        number = ctypes.c_float(number).value
    return "0x" + struct.pack(">d", number).hex().upper()


@lru_cache(maxsize=4096)
def quoted(name: str) -> str:
    """A value's name; a name that LLVM does not take plainly (Python allows more letters) is quoted."""
    if _PLAIN.match(name):
        return "%" + name
    escaped = "".join(chr(b) if 32 < b < 127 and b not in b'"\\' else f"\\{b:02X}" for b in name.encode())
    return f'%"{escaped}"'


# A property of loops: no iterations are left over from whole vectors.
WHOLE_VECTORS = '!{!"llvm.loop.vectorize.predicate.enable", i1 true}'

# What the functions are that a program becomes.
KERNEL_ATTRIBUTES = 'nounwind "prefer-vector-width"="512"'

# What a function is that only computes.
PURE = "nounwind willreturn memory(none)"

# Branch weights of a test that fails only when something is wrong; `!0` in every module.
UNLIKELY = ", !prof !0"
UNLIKELY_NODE = '!0 = !{!"branch_weights", i32 1, i32 2000}'


@dataclass(slots=True)
class Writer:
    """Lines of one function, with fresh names for temporaries and labels.

    `open` is false between a terminator and the next label: what is written there could never run.
    """

    lines: list[str] = field(default_factory=list)
    block: str = "entry"
    open: bool = True
    _temporaries: int = 0
    _labels: int = 0

    def line(self, text: str) -> None:
        """Write an instruction without a result."""
        self.lines.append("  " + text)

    def value(self, text: str) -> str:
        """Write an instruction and name its result."""
        self._temporaries += 1
        name = f"%t{self._temporaries}"
        self.lines.append(f"  {name} = {text}")
        return name

    def label(self, hint: str) -> str:
        """A fresh label; the underscore keeps it apart from temporaries, the missing dot from variables."""
        self._labels += 1
        return f"b{self._labels}_{_NOT_LABEL.sub('_', hint)}"

    def begin(self, label: str) -> None:
        """Start a basic block."""
        self.lines.append(f"{label}:")
        self.block, self.open = label, True

    def jump(self, label: str) -> None:
        """End the block; nothing happens where it has ended already."""
        if self.open:
            self.line(f"br label %{label}")
        self.open = False

    def branch(self, test: str, then: str, orelse: str, hint: str = "") -> None:
        """End the block with a conditional branch."""
        self.line(f"br i1 {test}, label %{then}, label %{orelse}{hint}")
        self.open = False

    def hole(self) -> int:
        """Reserve a line that is known only later, such as a phi of a loop; `fill` it."""
        self.lines.append("")
        return len(self.lines) - 1

    def fill(self, hole: int, name: str, text: str) -> None:
        """Write the reserved line."""
        self.lines[hole] = f"  {name} = {text}"

    def fresh(self) -> str:
        """A name for a value whose line is written later."""
        self._temporaries += 1
        return f"%t{self._temporaries}"
