"""From source text to a Python function, and from there to native code, as cheaply as LLVM allows.

The steps are those of `tapeless.specialise`, with the simplest level of optimisation: a random program is compiled
once and run a few times.
"""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

import tapeless.runtime
import tapeless.runtime.adjoint
from tapeless.compiler import native as compiler_native
from tapeless.compiler import pipeline
from tapeless.compiler.backend import target
from tapeless.compiler.backend.entry import EntryLayout, Param, assemble, emit_entry
from tapeless.compiler.backend.llvm import emit_kernel
from tapeless.compiler.backend.python import python_source
from tapeless.compiler.ir.nodes import Function
from tapeless.compiler.ir.types import Type
from tapeless.compiler.ops import BY_NAME
from tapeless.runtime import engine, errors, native, ndarray
from tapeless.signatures import type_of
from tapeless.specialise import load_program


class Misfit(Exception):
    """The compiled code sent back a call that it was compiled for."""


def slow(*args: Any, **kwargs: Any) -> Any:
    raise Misfit("the compiled code did not take its arguments")


def function_of(text: str, name: str = "f") -> FunctionType:
    """The function `name` that a piece of text defines, with its lines on record as in a notebook."""
    file = f"<fuzz {abs(hash(text)):x}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    world: dict[str, Any] = {"__name__": "fuzzed"}
    exec(compile(text, file, "exec"), world)
    made: FunctionType = world[name]
    return made


@dataclass(frozen=True, slots=True)
class Build:
    """The ways to run one program. `gradient` takes the arguments and the heads; it returns the gradients alone."""

    value: Callable[..., Any]
    gradient: Callable[..., Any] | None
    generated: Callable[..., Any] | None
    source: str
    heads: tuple[Type, ...]


def build(function: FunctionType, args: tuple[Any, ...], wrt: tuple[int, ...], level: int = 0, chunk: int = 4) -> Build:
    """Compile a function for the types of `args`. Raises `CompileError` for a program that is refused."""
    program = load_program(function, lambda key: slow)
    names = program.surface.parameters
    types = tuple(type_of(a, n) for a, n in zip(args, names, strict=True))
    typed = program.signature(types)
    stored = compiler_native.stored_parameters(typed)
    own = [Param(t, n in stored, False) for n, t in zip(names, types, strict=True)]
    value = _callable(program, typed, own, level, chunk)
    if not wrt:
        return Build(value, None, None, "", ())
    adjoint = pipeline.adjoint(typed, tuple(names[k] for k in wrt), True)
    heads = pipeline.heads_of(adjoint)
    own = [Param(t, False, n in stored) for n, t in zip(names, types, strict=True)]
    own += [Param(h.type) for h in heads]
    gradient = _callable(program, pipeline.taking(adjoint, "gradient", False), own, level, chunk)
    source = python_source(adjoint, heads, None, {v.name: array for v, array in program.surface.arrays})
    return Build(value, gradient, _generated(source, adjoint.name), source, tuple(h.type for h in heads))


def _generated(source: str, name: str) -> Callable[..., Any]:
    world: dict[str, Any] = {"np": np, "math": math, "tapeless": tapeless}
    exec(compile(source, "<generated>", "exec"), world)
    adjoints = [n for n in world if n.endswith("_adjoint")]
    made: Callable[..., Any] = world[name if name in adjoints else adjoints[-1]]
    return made


def _callable(
    program: Any, function: Function, own: list[Param], level: int, chunk: int, assume: bool = True
) -> Callable[..., Any]:
    arrays = program.surface.arrays
    params = (*own, *(Param(v.type) for v, _ in arrays))
    exclusive = any(p.exclusive for p in params)
    disjoint = assume or exclusive
    kernel = emit_kernel(pipeline.lowered(function, assume), lambda op: BY_NAME[op].lower, chunk,
                         disjoint_arguments=disjoint)
    layout = _layout()
    entry = emit_entry(params, function.result, release_gil=False, captured=len(arrays), disjoint=disjoint,
                       assuming=not exclusive, layout=layout)
    module = target.optimise(assemble(entry, kernel.text), target.host(), level)
    library = engine.link(target.object_code(module), ["entry"], kernel.externals | frozenset(entry.externals))
    name = program.function.__name__
    failures = [errors.Failure(e.exception, e.message, e.kinds, e.span.file, e.span.line, e.span.col, e.span.end_line,
                               e.span.end_col, name) for e in kernel.errors]

    def again(*args: Any) -> Any:
        return _callable(program, function, own, level, chunk, False)(*args)

    return native.make_callable(library, name, library["entry"], slow, errors.make_fail(failures), program.guards,
                                len(arrays), again=again)


def _layout() -> EntryLayout:
    layout = EntryLayout(**ndarray.native_layout())
    if not engine.has_support():
        support = compiler_native.support(layout)
        engine.install_support(support.code, support.exports, support.externals)
    return layout
