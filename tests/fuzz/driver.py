"""From source text to a Python function, and from there to native code, as cheaply as LLVM allows.

The steps are those of `tapeless.specialise`, with the simplest level of optimisation: a random program is compiled
once and run a few times.
"""

from __future__ import annotations

import inspect
import linecache
import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
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
from tapeless.compiler.ir.records import gradient_tree, has_records, leaf_types, records_of
from tapeless.compiler.ir.types import Type
from tapeless.compiler.ops import BY_NAME
from tapeless.records import like, opened, rebuilt
from tapeless.runtime import engine, errors, native, ndarray
from tapeless.signatures import type_of
from tapeless.specialise import load_program
from unwritten import spoilt_numpy
from zoo.structures import as_tuples
from zoo.structures import leaves as tuple_leaves


class Misfit(Exception):
    """The compiled code sent back a call that it was compiled for."""


def slow(*args: Any, **kwargs: Any) -> Any:
    raise Misfit("the compiled code did not take its arguments")


def function_of(text: str, name: str = "f", **given: Any) -> FunctionType:
    """The function `name` that a piece of text defines, with its lines on record as in a notebook.

    `given` are globals of it.
    """
    file = f"<fuzz {abs(hash(text)):x}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    world: dict[str, Any] = {"__name__": "fuzzed", **given}
    exec(compile(text, file, "exec", dont_inherit=True), world)
    made: FunctionType = world[name]
    return made


@dataclass(frozen=True, slots=True)
class Build:
    """The ways to run one program, all of which take the arguments as Python has them.

    `gradient` takes the arguments and the heads, and returns the gradients alone; `generated` takes the arguments and
    one head gradient, and returns nested tuples.
    """

    value: Callable[..., Any]
    gradient: Callable[..., Any] | None
    generated: Callable[..., Any] | None
    source: str
    heads: tuple[Type, ...]
    result: Type


def build(
    function: FunctionType, args: tuple[Any, ...], wrt: tuple[int, ...], level: int = 0, chunk: int = 4,
    shared: bool = False,
) -> Build:
    """Compile a function for the types of `args`. Raises `CompileError` for a program that is refused.

    With `shared` arguments share memory: then there is no gradient of a function that stores into any.
    """
    names = tuple(inspect.signature(function).parameters)
    types = tuple(type_of(a, n) for a, n in zip(args, names, strict=True))
    records = records_of(types) if has_records(types) else ()
    program = load_program(function, lambda key: slow, None, records)
    variant = program.variant(types)
    stored = compiler_native.stored_parameters(variant.function)
    passed = [t for s in types for t in leaf_types(s)]
    own = list(zip(variant.surface.parameters, passed, strict=True))
    maker = _Maker(program, variant, level, chunk)
    raw_value = maker.callable(variant.function, [Param(t, n in stored, False) for n, t in own])

    def value(*given: Any) -> Any:
        return rebuilt(variant.built, raw_value(*opened(types, given)), given)

    if not wrt or (shared and stored):
        return Build(value, None, None, "", (), variant.function.result)
    trees = tuple(gradient_tree(names[k], types[k]) for k in wrt)
    adjoint = pipeline.adjoint(variant.function, trees, True)
    heads = pipeline.heads_of(adjoint)
    params = [Param(t, False, n in stored) for n, t in own] + [Param(h.type) for h in heads]
    raw_gradient = maker.callable(pipeline.taking(adjoint, "gradient", False), params)

    def gradient(*given: Any) -> Any:
        found = raw_gradient(*opened(types, given[: len(types)]), *given[len(types) :])
        return tuple(like(types[k], g, given[k]) for k, g in zip(wrt, found, strict=True))

    source = python_source(adjoint, heads, None, {v.name: array for v, array in variant.surface.arrays})
    printed = _generated(source, adjoint.name)

    def generated(*given: Any) -> Any:
        leaves = [leaf for a in given[: len(types)] for leaf in tuple_leaves(a) if not isinstance(leaf, Enum)]
        return printed(*leaves, as_tuples(given[-1]))

    return Build(value, gradient, generated, source, tuple(h.type for h in heads), variant.function.result)


def _generated(source: str, name: str) -> Callable[..., Any]:
    world: dict[str, Any] = {"np": np, "math": math, "tapeless": tapeless}
    exec(compile(source, "<generated>", "exec"), world)
    world["np"] = spoilt_numpy()
    adjoints = [n for n in world if n.endswith("_adjoint")]
    made: Callable[..., Any] = world[name if name in adjoints else adjoints[-1]]
    return made


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes native callables of a variant of a program."""

    program: Any
    variant: Any
    level: int
    chunk: int

    def callable(self, function: Function, own: list[Param], assume: bool = True) -> Callable[..., Any]:
        arrays = self.variant.surface.arrays
        params = (*own, *(Param(v.type) for v, _ in arrays))
        exclusive = any(p.exclusive for p in params)
        disjoint = assume or exclusive
        kernel = emit_kernel(pipeline.lowered(function, assume), lambda op: BY_NAME[op].lower, self.chunk,
                             disjoint_arguments=disjoint, library=pipeline.library, lanes=target.lanes(target.host()))
        layout = _layout()
        entry = emit_entry(params, function.result, release_gil=False, captured=len(arrays), disjoint=disjoint,
                           assuming=not exclusive, layout=layout)
        module = target.optimise(assemble(entry, kernel.text), target.host(), self.level)
        library = engine.link(target.object_code(module), ["entry"], kernel.externals | frozenset(entry.externals))
        name = self.program.function.__name__
        failures = [errors.Failure(e.exception, e.message, e.kinds, e.span.file, e.span.line, e.span.col,
                                   e.span.end_line, e.span.end_col, name) for e in kernel.errors]

        def again(*args: Any) -> Any:
            return self.callable(function, own, False)(*args)

        return native.make_callable(library, name, library["entry"], slow, errors.make_fail(failures),
                                    self.variant.guards, len(arrays), again=again)


def _layout() -> EntryLayout:
    layout = EntryLayout(**ndarray.native_layout())
    if not engine.has_support():
        support = compiler_native.support(layout)
        engine.install_support(support.code, support.exports, support.externals)
    return layout
