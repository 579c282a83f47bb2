"""From a Python function and the types of its arguments to native callables.

A `Program` is one function as it is now: its source and the values of the names it reads from outside. When one of
those names is rebound, a new program takes its place. A program holds one native callable for every signature and
purpose, compiled when it is first needed.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CellType, FunctionType
from typing import Any, Literal, NamedTuple

from tapeless.compiler import native as compiler_native
from tapeless.compiler import pipeline
from tapeless.compiler.backend.entry import EntryLayout, Param
from tapeless.compiler.frontend.scope import MISSING
from tapeless.compiler.ir.nodes import Function
from tapeless.compiler.ir.records import RecordOf, Structure, Tree, gradient_tree, leaf_types
from tapeless.runtime import engine, errors, native, ndarray

Purpose = Literal["value", "gradient", "both", "pullback"]


class Key(NamedTuple):
    """What a native callable is compiled for. `wrt` is empty for the value alone."""

    types: tuple[Structure, ...]
    purpose: Purpose
    wrt: tuple[str, ...] = ()
    packed: bool = False


@dataclass(slots=True)
class Compiled:
    """A native callable, and its code for `inspect_llvm`."""

    call: Callable[..., Any]
    function: Function
    llvm: str


@dataclass(slots=True)
class Program:
    """A function with the values it was translated with."""

    function: FunctionType
    names: tuple[str, ...]
    surface: pipeline.Surface
    guards: tuple[native.Guard, ...]
    slow: Callable[[Key], Callable[..., Any]]
    typed: dict[tuple[Structure, ...], Function] = field(default_factory=dict)
    adjoints: dict[Key, Function] = field(default_factory=dict)
    compiled: dict[Key, Compiled] = field(default_factory=dict)

    def current(self) -> bool:
        """Whether every name from outside still stands for what it stood for."""
        return all(guard.holds() for guard in self.guards)

    def signature(self, types: tuple[Structure, ...]) -> Function:
        """The typed function. Raises `CompileError` with everything that is wrong with it."""
        if types not in self.typed:
            self.typed[types] = pipeline.typed(self.surface, types)
        return self.typed[types]

    def adjoint(self, types: tuple[Structure, ...], wrt: tuple[str, ...], packed: bool) -> Function:
        """The adjoint function."""
        key = Key(types, "both", wrt, packed)
        if key not in self.adjoints:
            self.adjoints[key] = pipeline.adjoint(self.signature(types), self.trees(types, wrt), packed)
        return self.adjoints[key]

    def trees(self, types: tuple[Structure, ...], wrt: tuple[str, ...]) -> tuple[Tree, ...]:
        """What the gradients by the named arguments consist of."""
        structures = dict(zip(self.names, types, strict=True))
        return tuple(gradient_tree(name, structures[name]) for name in wrt)

    def native(self, key: Key) -> Compiled:
        """The native callable for a key, compiled if there is none yet."""
        found = self.compiled.get(key)
        if found is None:
            with _lock:
                found = self.compiled.get(key) or self._compile(key)
                self.compiled[key] = found
        return found

    def _compile(self, key: Key) -> Compiled:
        if key.purpose == "value":
            function = self.signature(key.types)
        else:
            take: pipeline.Take = "both" if key.purpose == "both" else "gradient"
            function = pipeline.taking(self.adjoint(key.types, key.wrt, key.packed), take, key.purpose != "pullback")
        layout = _layout()
        code = compiler_native.native(
            pipeline.lowered(function), self._params(key, function), layout, len(self.surface.arrays)
        )
        library = engine.link(code.code, ["entry"], code.externals)
        name = self.function.__name__
        fail = errors.make_fail([_failure(e, name) for e in code.errors])
        captured = len(self.surface.arrays)
        # A pullback belongs to the value it came with, whatever is rebound afterwards.
        guards = self.guards[:captured] if key.purpose == "pullback" else self.guards
        call = native.make_callable(library, name, library["entry"], self.slow(key), fail, guards, captured)
        return Compiled(call, function, code.text)


    def _params(self, key: Key, function: Function) -> tuple[Param, ...]:
        """What the entry takes: the arguments, the heads of a pullback, and the arrays read from outside."""
        stored = compiler_native.stored_parameters(self.signature(key.types))
        value = key.purpose == "value"
        passed = [t for s in key.types for t in leaf_types(s)]
        own = [Param(t, n in stored, n in stored and not value)
               for n, t in zip(self.surface.parameters, passed, strict=True)]
        hidden = [Param(v.type) for v, _ in self.surface.arrays]
        heads = pipeline.heads_of(function) if key.purpose == "pullback" else ()
        return (*own, *(Param(p.type) for p in heads), *hidden)


_lock = threading.RLock()


def load_program(
    function: FunctionType, slow: Callable[[Key], Callable[..., Any]], records: tuple[RecordOf | None, ...] = ()
) -> Program:
    """Translate a function as it is now, for the records among its arguments."""
    source = pipeline.surface(function, records=records)
    arrays = {id(value) for _, value in source.arrays}
    guards = [native.Guard(g.container, None if isinstance(g.container, CellType) else g.key,
                           native.ABSENT if g.value is MISSING else g.value) for g in source.guards]
    inside = [native.Guard({"array": value}, "array", value) for _, value in source.arrays]  # of a tuple, say
    first = [next((g for g in guards if g.value is value), own)
             for (_, value), own in zip(source.arrays, inside, strict=True)]
    others = [g for g in guards if id(g.value) not in arrays]
    names = tuple(inspect.signature(function, follow_wrapped=False).parameters)
    return Program(function, names, source, (*first, *others), slow)


def _layout() -> EntryLayout:
    layout = EntryLayout(**ndarray.native_layout())
    if not engine.has_support():
        support = compiler_native.support(layout)
        engine.install_support(support.code, support.exports, support.externals)
    return layout


def _failure(e: Any, name: str) -> errors.Failure:
    span = e.span
    return errors.Failure(e.exception, e.message, e.kinds, span.file, span.line, span.col, span.end_line,
                          span.end_col, name)
