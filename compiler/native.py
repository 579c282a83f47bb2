"""A function at level LOOPS to object code with a native entry point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .backend.entry import EntryLayout, Param, assemble, emit_entry, support_text
from .backend.extension import Method, module_text
from .backend.llvm import ErrorSite, emit_kernel
from .depth import deeply
from .ir.nodes import Apply, Assign, For, Function, Span, Store, While
from .ir.traversal import walk
from .ir.types import Array
from .ops import BY_NAME
from .passes.effects import effects
from .pipeline import library

if TYPE_CHECKING:
    from .backend.target import Target

STACK_CHUNK = 256


@dataclass(frozen=True, slots=True)
class NativeCode:
    """Object code that exports an entry point, the errors its status codes stand for, and the symbols it needs.

    `text` is the optimised LLVM, where it was asked for.
    """

    code: bytes
    errors: tuple[ErrorSite, ...]
    externals: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class SupportCode:
    """The functions that all entry points share."""

    code: bytes
    exports: tuple[str, ...]
    externals: tuple[str, ...]


@deeply
def native(
    function: Function,
    params: tuple[Param, ...],
    layout: EntryLayout,
    captured: int,
    assuming: bool = False,
    stack_chunk: int = STACK_CHUNK,
    machine: Target | None = None,
    symbol: str = "entry",
    with_text: bool = False,
) -> NativeCode:
    """Compile a function for the machine this runs on, or another.

    Args:
        function: at level LOOPS; its parameters are those of `params`, with tuples opened.
        params: what the entry point takes, the arrays read from outside the function last.
        layout: where things lie in the objects of the running interpreter.
        captured: how many of `params` are read from outside.
        assuming: the function was lowered under assumptions, among them that what it stores into overlaps with no other
            argument.
        stack_chunk: entries in the first block of a stack.
        machine: what to compile for.
        symbol: the name of the entry point in the object code.
        with_text: the optimised LLVM is wanted too; it is longer than the code, and few look at it.
    """
    from .backend import target

    exclusive = any(p.exclusive for p in params)
    disjoint = assuming or exclusive
    kernel = emit_kernel(function, lambda op: BY_NAME[op].lower, stack_chunk, disjoint_arguments=disjoint,
                         library=library, lanes=target.lanes(machine or target.host()))
    entry = emit_entry(params, function.result, release_gil=works_long(function), captured=captured,
                       disjoint=disjoint, assuming=not exclusive, layout=layout, name=symbol)
    module = target.optimise(assemble(entry, kernel.text), machine or target.host())
    externals = kernel.externals | frozenset(entry.externals)
    text = target.ir_text(module) if with_text else ""
    return NativeCode(target.object_code(module), kernel.errors, externals, text)


def support(layout: EntryLayout) -> SupportCode:
    """Compile the functions that all entry points share."""
    from .backend import target

    text = support_text(layout)
    code = target.object_code(target.optimise(text.text, target.host(), 1))
    return SupportCode(code, tuple(text.exports), tuple(text.externals))


def extension_module(
    name: str, methods: Sequence[Method], places: Mapping[str, str], layout: EntryLayout, machine: Target
) -> bytes:
    """The object that makes an extension module of entry points; see `backend/extension/module.py`."""
    from .backend import target

    return target.object_code(target.optimise(module_text(name, methods, places, layout), machine, 1))


def stored_parameters(function: Function) -> frozenset[str]:
    """Names of the array parameters that the function stores into; an array in a tuple `p` is called `p.0`."""
    found = effects(function)
    return frozenset(p.name for p in function.params if isinstance(p.type, Array) and found.stored(p.name))


def store_into(function: Function, name: str) -> Span:
    """Where the function first stores into a parameter's memory."""
    found = effects(function)
    return next(s.span for s in walk(function.body)
                if isinstance(s, Store) and found.root(s.array.name) == found.root(name))


def works_long(function: Function) -> bool:
    """Whether a call may take long enough to let other threads run meanwhile."""
    return any(
        isinstance(s, For | While)
        or (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in ("alloc", "library"))
        for s in walk(function.body)
    )


