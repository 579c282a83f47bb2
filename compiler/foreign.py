"""A function at level LOOPS to a C function: object code that needs no Python.

The kernel is the one that Python enters (`native.py`), with other functions around memory and signals. What it assumes
of its arguments may turn out untrue, so a C function has up to three modules: the kernel with the function around it,
the kernel that assumes nothing, and for a pullback of arrays the kernel of the value, which tells their shapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .backend import cabi
from .backend.cabi import Checked, CParameter, Input, Message, Output, Wrapper, shim, wrap
from .backend.cabi.messages import message_of
from .backend.llvm import Kernel, emit_kernel
from .backend.llvm.errors import AGAIN_STATUS
from .ir.nodes import Function
from .ir.types import Array, Scalar
from .ops import BY_NAME
from .pipeline import library

if TYPE_CHECKING:
    from .backend.target import Module, Target

SCIPY = "scipy.linalg.cython_"
STACK_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Source:
    """A function at level LOOPS under assumptions, and what makes the one that assumes nothing."""

    assuming: Function
    careful: Callable[[], Function]


@dataclass(frozen=True, slots=True)
class Constant:
    """An array that functions read from outside: its elements as bytes in the target's order, in row-major order."""

    kind: str
    extents: tuple[int, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class CFunction:
    """A C function before it is compiled.

    Attributes:
        name: in C.
        parameters: in order.
        texts: a module of LLVM for each object file, by the name of its function.
        messages: of its error codes, from the first of its own.
        routines: the BLAS and LAPACK routines that it calls, by their names in Fortran.
        unavailable: what it calls that only SciPy has, such as `scipy.special.beta`.
        speaks: it prints, or raises texts of more than numbers, for which it needs Python.
    """

    name: str
    parameters: tuple[CParameter, ...]
    texts: Mapping[str, str]
    messages: tuple[Message, ...]
    routines: frozenset[str]
    unavailable: frozenset[str]
    speaks: bool


def c_function(
    name: str,
    origin: str,
    source: Source,
    inputs: tuple[Input, ...],
    outputs: tuple[Output, ...],
    *,
    first_code: int,
    pointer_bits: int = 64,
    constants: Mapping[str, Constant] | None = None,
    value: Source | None = None,
    heads: tuple[tuple[str, ...], ...] = (),
    items: tuple[Scalar | Array, ...] = (),
    own_products: bool = False,
) -> CFunction:
    """Write a C function.

    Args:
        name: its name in C.
        origin: the name of the user's function, for messages.
        source: what it computes.
        inputs: in the order of the slots of its parameters, tuples opened.
        outputs: the items of its result.
        first_code: of its own errors.
        pointer_bits: of the target.
        constants: the arrays that inputs name.
        value: of a pullback, the value; it is computed to know what shapes `heads` must have.
        heads: the names of the inputs that are head adjoints, for each of the value's items: one, or the two parts of
            a complex number, or none.
        items: the types of the value's items.
        own_products: products of matrices are loops, even where BLAS would be faster.
    """
    maker = _Maker(name, origin, inputs, pointer_bits, constants or {})
    checked = None
    if value is not None and any(isinstance(t, Array) for t in items):
        rest = tuple(i for i in inputs if not any(i.name in names for names in heads))
        checked = Checked(maker.kernel_of_value(value, rest), heads, items)
    exclusive = any(i.exclusive for i in inputs)
    kernel = maker.kernel(source.assuming, inputs, disjoint=True)
    offset = maker.tell(kernel)
    careful = ""
    if _says_again(kernel) or (_stores(inputs) and not exclusive):
        careful = maker.careful(f"{name}__careful", source, inputs, exclusive)
    text = wrap(Wrapper(name, inputs, outputs, first_code + offset, careful, _stores(inputs), checked), kernel.declared)
    maker.texts[name] = "\n".join([kernel.text, maker.constants(inputs), text])
    own = cabi.LOOPS if own_products else frozenset()
    called = {s.rpartition(".")[2] for s in maker.externals if s.startswith(SCIPY)}
    texts = {n: _with_routines(t, own) for n, t in maker.texts.items()}
    return CFunction(name, cabi.parameters(inputs, outputs), texts, tuple(maker.messages),
                     frozenset(f"{s}_" for s in called - own),
                     frozenset(s for s in maker.externals if s.startswith("scipy.") and not s.startswith(SCIPY)),
                     "tl_say" in maker.externals)


def c_messages(prefix: str, functions: tuple[CFunction, ...]) -> str:
    """The module with the texts of all errors of a library."""
    own = [m for f in functions for m in f.messages]
    return cabi.message_text(prefix, [*cabi.general_messages(), *own])


def c_module(text: str, target: Target) -> Module:
    """One of the texts, optimised."""
    from .backend import target as targets

    return targets.optimise(text, target)


class _Maker:
    """Collects the modules and the errors of one C function."""

    def __init__(
        self, name: str, origin: str, inputs: tuple[Input, ...], pointer_bits: int, constants: Mapping[str, Constant]
    ) -> None:
        self.name, self.origin, self.inputs = name, origin, inputs
        self.prelude = cabi.prelude(pointer_bits)
        self.arrays = constants
        self.texts: dict[str, str] = {}
        self.messages: list[Message] = []
        self.externals: set[str] = set()

    def kernel(self, function: Function, inputs: tuple[Input, ...], disjoint: bool) -> Kernel:
        found = emit_kernel(function, lambda op: BY_NAME[op].lower, STACK_CHUNK, disjoint_arguments=disjoint,
                            prelude=self.prelude, library=library)
        self.externals |= found.externals
        return found

    def tell(self, kernel: Kernel) -> int:
        """Number the errors of a kernel; returns how many there were before. The first one is everybody's."""
        before = len(self.messages)
        self.messages += [message_of(site, self.origin) for site in kernel.errors[1:]]
        return before

    def careful(self, name: str, source: Source, inputs: tuple[Input, ...], exclusive: bool) -> str:
        kernel = self.kernel(source.careful(), inputs, exclusive)
        self.texts[name] = "\n".join([kernel.text, shim(name, self.tell(kernel))])
        return name

    def kernel_of_value(self, source: Source, inputs: tuple[Input, ...]) -> str:
        """The kernel of the value under a name; nothing is written into there, so overlaps do not matter."""
        name = f"{self.name}__value"
        kernel = self.kernel(source.assuming, inputs, disjoint=True)
        offset = self.tell(kernel)
        careful = self.careful(f"{name}__careful", source, inputs, False) if _says_again(kernel) else ""
        self.texts[name] = "\n".join([kernel.text, shim(name, offset, careful)])
        return name

    def constants(self, inputs: tuple[Input, ...]) -> str:
        """The arrays from outside, in the module whose function hands them to all kernels."""
        lines = []
        for symbol in dict.fromkeys(i.constant for i in inputs if i.constant):
            data = self.arrays[symbol].data
            content = "".join(f"\\{byte:02X}" for byte in data)
            lines.append(f'@{symbol} = internal constant [{len(data)} x i8] c"{content}", align 64')
        return "\n".join(lines)


def _says_again(kernel: Kernel) -> bool:
    return f"store i32 {AGAIN_STATUS}, ptr %status" in kernel.text


def _stores(inputs: tuple[Input, ...]) -> bool:
    return any(i.stored or i.exclusive for i in inputs)


def _with_routines(text: str, own: frozenset[str]) -> str:
    """The routines of BLAS and LAPACK under the names that Fortran compilers give them, or written out."""
    added = {r for r in re.findall(rf"^declare [^@\n]*@{re.escape(SCIPY)}\w+\.(\w+)\(", text, re.MULTILINE) if r in own}
    for routine in added:
        text = re.sub(rf"^declare [^@\n]*@{re.escape(SCIPY)}\w+\.{routine}\(.*\n", "", text, flags=re.MULTILINE)
    named = re.sub(rf"@{re.escape(SCIPY)}\w+\.(\w+)\(", lambda m: f"@{_named(m[1], added)}(", text)
    return "\n".join([named, *(cabi.product_text(r, _named(r, added)) for r in sorted(added))])


def _named(routine: str, own: set[str]) -> str:
    return f"tl.{routine}" if routine in own else f"{routine}_"
