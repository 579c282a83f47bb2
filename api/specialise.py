"""From a Python function and the types of its arguments to native callables.

A `Program` is one function as it is now: its source and the values of the names it reads from outside. When one of
those names is rebound, a new program takes its place. A program holds one native callable for every signature and
purpose, taken from the cache or compiled when it is first needed.

The compiler is imported when something is compiled: code from the cache runs without it.
"""

from __future__ import annotations

import functools
import inspect
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Any

from tapeless.compiler.diagnostics import CompileError
from tapeless.compiler.ir.records import (
    Built,
    RecordOf,
    Structure,
    Tree,
    gradient_tree,
    leaf_types,
    with_constants,
)
from tapeless.compiler.ir.span import Span
from tapeless.compiler.ir.types import Array, Known, TupleOf, Type
from tapeless.runtime import engine, ndarray, speech
from tapeless.runtime.native import Guard, make_callable

from . import cache
from .assuming import Assumptions, Ones, extents, stretches
from .calltree import CallTree
from .entries import Entry, Site, Unkept, built_in, built_out, failure, place_of, support_decoded, support_encoded
from .guards import array_in, guards_of, inside, place_of_guard
from .key import Key
from .passed import forget
from .records import DIFFERENT, classes_of

if TYPE_CHECKING:
    from tapeless.compiler import pipeline
    from tapeless.compiler.backend.entry import Param
    from tapeless.compiler.ir.nodes import Function
    from tapeless.compiler.native import NativeCode


@dataclass(slots=True)
class Compiled:
    """A native callable.

    Attributes:
        call: the builtin function.
        result: the type of its result.
        built: how a record is made of the result, if the function returns one.
        stores: the array arguments that the function writes into, and where it does so first.
        code: what the compiler made, or the entry of the cache.
    """

    call: Callable[..., Any]
    result: Type
    stores: dict[str, Callable[[], Span]]
    code: NativeCode | Entry
    built: Built | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """The function for one signature, translated with what its types have told, and all that this has read."""

    surface: pipeline.Surface
    function: Function
    guards: tuple[Guard, ...]

    @property
    def built(self) -> Built | None:
        """How the result is put together from what native code returns; None where that is the result."""
        return with_constants(self.surface.built, self.function.result, dict(self.function.constants))

    @property
    def value(self) -> Type:
        """The type of the value; where that may be None, of what it is otherwise."""
        t = self.function.result
        return t.items[1] if isinstance(t, TupleOf) and t.perhaps else t


@dataclass(slots=True)
class Program:
    """A function with the values it was translated with, for the records among its arguments.

    Native code for records takes and returns their leaves, so it does not see a call as it came: in place of the slow
    path it returns `DIFFERENT`, and whoever called it dispatches again.

    Before it is translated, `guards` are those of its call tree, which has all values that it may read.
    """

    function: FunctionType
    slow: Callable[[Key], Callable[..., Any]]
    guards: tuple[Guard, ...]
    cached: cache.Cached | None = None
    records: tuple[RecordOf | None, ...] = ()
    translated: pipeline.Surface | None = None
    variants: dict[tuple[Structure, ...], Variant] = field(default_factory=dict)
    adjoints: dict[Key, Function] = field(default_factory=dict)
    compiled: dict[Key, Compiled] = field(default_factory=dict)
    assumptions: Assumptions = field(default_factory=Assumptions)
    missed: set[Key] = field(default_factory=set)  # what the cache has not

    def current(self) -> bool:
        """Whether every name from outside still stands for what it stood for."""
        variants = (v.guards for v in self.variants.values() if v.guards is not self.guards)
        return all(guard.holds() for guards in (self.guards, *variants) for guard in guards)

    def variant(self, types: tuple[Structure, ...]) -> Variant:
        """The function for a signature. Raises `CompileError` with everything that is wrong with it."""
        if types not in self.variants:
            from tapeless.compiler import pipeline

            source, function = pipeline.specialised(self.surface, types)
            guards = self.guards if source is self.surface else guards_of(source)
            self.variants[types] = Variant(source, function, guards)
        return self.variants[types]

    @property
    def surface(self) -> pipeline.Surface:
        """The function before its types are known."""
        if self.translated is None:
            self._translate()
        assert self.translated is not None
        return self.translated

    def _translate(self) -> None:
        from tapeless.compiler import pipeline

        source = pipeline.surface(self.function, records=self.records)
        if not self.current():
            # Rebound since the call tree was made: what came from the cache belongs to the old values.
            self.cached = None
            self.compiled.clear()
        self.translated = source
        self.guards = guards_of(source)

    def signature(self, types: tuple[Structure, ...]) -> Function:
        """The typed function. Raises `CompileError` with everything that is wrong with it."""
        return self.variant(types).function

    def raises(self, types: tuple[Structure, ...]) -> bool:
        """Whether the function always raises for a signature: a string may choose a branch that does."""
        from tapeless.compiler.ir.traversal import diverges

        return diverges(self.signature(types).body[:-1])

    def adjoint(self, types: tuple[Structure, ...], wrt: tuple[str, ...], packed: bool) -> Function:
        """The adjoint function."""
        from tapeless.compiler import pipeline

        key = Key(types, "both", wrt, packed)
        if key not in self.adjoints:
            self.adjoints[key] = pipeline.adjoint(self.signature(types), self._trees(types, wrt), packed)
        return self.adjoints[key]

    def adjoint_source(
        self, types: tuple[Structure, ...], wrt: tuple[str, ...], packed: bool, defaults: dict[str, Any],
        written: Callable[[Any], Any] = lambda array: array,
    ) -> str:
        """The adjoint as a Python module; `defaults` are those of the parameters that have any.

        `written` gives for an array that is read from outside an expression for it, or the array itself.
        """
        from tapeless.compiler import pipeline
        from tapeless.compiler.backend.python import python_source

        function = self.adjoint(types, wrt, packed)
        arrays = {v.name: written(array) for v, array in self.variant(types).surface.arrays}
        return python_source(function, pipeline.heads_of(function), defaults, arrays)

    def _trees(self, types: tuple[Structure, ...], wrt: tuple[str, ...]) -> tuple[Tree, ...]:
        """What the gradients by the named arguments consist of."""
        names = inspect.signature(self.function, follow_wrapped=False).parameters
        structures = dict(zip(names, types, strict=True))
        return tuple(gradient_tree(name, structures[name]) for name in wrt)

    def native(self, key: Key, given: tuple[Any, ...] = ()) -> Compiled:
        """The native callable for a key, compiled if there is none yet; what it assumes fits the arguments `given`."""
        found = self.ready(key)
        if found is None and self.assumptions.undecided(key) and stretches(given):
            self.assumptions.choose(key, self._ones(key, given))
            found = self.ready(key)
        if found is None:
            key = self.assumptions.now(key)
            with LOCK:
                found = self.compiled.get(key) or self._compile(key)
                self.compiled[key] = found
                forget(self.compiled, self.adjoints, self.variants)
        return found

    def ready(self, key: Key) -> Compiled | None:
        """The native callable for a key if it need not be compiled."""
        asked, key = key, self.assumptions.now(key)
        found = self.compiled.get(key)
        if found is None and self.cached is not None and key not in self.missed:
            with LOCK:
                found = self.compiled.get(key) or self._kept(key)
                if found is not None:
                    self.compiled[key] = found
                    return found
                self.missed.add(key)
                ones = self.cached.ones(asked) if self.assumptions.undecided(asked) else ()
                if ones:
                    self.assumptions.choose(asked, ones)
                    return self.ready(asked)
        return found

    def llvm(self, key: Key) -> str:
        """The optimised LLVM for a key. Code is compiled again to be looked at."""
        self.native(key)
        with LOCK:
            return self._made(self.assumptions.now(key), with_text=True)[0].text

    def stores(self, types: tuple[Structure, ...]) -> dict[str, Callable[[], Span]]:
        """The array arguments that the function writes into, and where it does so first."""
        known = self.ready(Key(types, "value"))
        return known.stores if known is not None else _stores(self.signature(types))

    def to_carry(self) -> dict[str, bytes]:
        """Everything compiled so far as entries of the cache, by name, for another process."""
        place = self.cached or cache.Cached(CallTree.of(self.function, classes_of(self.records)), None)
        found: dict[str, bytes] = {}
        for key, compiled in list(self.compiled.items()):
            code = compiled.code
            entry = code if isinstance(code, Entry) else self._entry(key, compiled, code, place.tree)
            found |= {} if entry is None else place.pickled(key, entry)
        return found

    # ------------------------------------------------------------------------------------------- from the compiler

    def _compile(self, key: Key) -> Compiled:
        code, result = self._made(key)
        variant = self.variant(key.types)
        captured = len(variant.surface.arrays)
        name = self.function.__name__
        failures = [failure(e.exception, e.message, e.kinds, e.span, name) for e in code.errors]
        tell = speech.tellers(lambda: failures)
        built = variant.built
        call = self._linked(key, code.code, code.externals, tell, variant.guards, captured, built is not None)
        compiled = Compiled(call, result, _stores(self.signature(key.types)), code, built)
        if self.cached is not None and self.cached.store is not None:
            entry = self._entry(key, compiled, code, self.cached.tree)
            if entry is not None:
                self.cached.keep(key, entry)
        return compiled

    def _made(self, key: Key, with_text: bool = False) -> tuple[NativeCode, Type]:
        """Object code, and the type of its result."""
        from tapeless.compiler import native as compiler_native
        from tapeless.compiler.backend.entry import EntryLayout

        lowered, params, result = self.lowered(key)
        layout = EntryLayout(**ndarray.native_layout())
        captured = len(self.variant(key.types).surface.arrays)
        code = compiler_native.native(lowered, params, layout, captured, key.assume, with_text=with_text)
        return code, result

    def lowered(self, key: Key) -> tuple[Function, tuple[Param, ...], Type]:
        """The function for a key at level LOOPS, what its entry point takes, and the type of its result."""
        from tapeless.compiler import pipeline

        function = self._stored(key)
        lowered = pipeline.lowered(function, key.assume, ones=key.ones)
        return lowered, self._params(key, function), function.result

    def _stored(self, key: Key) -> Function:
        """The function for a key, at the level where its operations are still those on arrays."""
        from tapeless.compiler import pipeline

        if key.purpose == "value":
            return self.signature(key.types)
        take: pipeline.Take = "both" if key.purpose == "both" else "gradient"
        return pipeline.taking(self.adjoint(key.types, key.wrt, key.packed), take, key.purpose != "pullback")

    def _ones(self, key: Key, given: tuple[Any, ...]) -> Ones | None:
        """The axes that code for these arguments has to assume to be 1; None when it may assume nothing."""
        from tapeless.compiler import pipeline

        source, function = self.variant(key.types).surface, self._stored(key)
        heads = pipeline.heads_of(function) if key.purpose == "pullback" else ()
        known = extents((*source.parameters, *(h.name for h in heads)), given)
        hidden = extents((v.name for v, _ in source.arrays), (array for _, array in source.arrays))
        return self.assumptions.asked(key, {**known, **hidden}, functools.partial(pipeline.ones_needed, function))

    def _again(self, key: Key, built: bool, *args: Any) -> Any:
        """A call for which the assumptions of the compiled code do not hold: from now on there is other code."""
        with LOCK:
            self.assumptions.breaks(key, self._ones(key.plain, args) if key.ones or stretches(args) else None)
        return (self.native(key.plain).call(*args) if key.purpose == "pullback"
                else self._elsewhere(key, built)(*args))

    def _elsewhere(self, key: Key, built: bool) -> Callable[..., Any]:
        """Where compiled code sends a call that it does not fit; `built`: its result is made into a record."""
        return _different if self.records or built else self.slow(key)

    def _params(self, key: Key, function: Function) -> tuple[Param, ...]:
        """What the entry takes: the arguments, the heads of a pullback, and the arrays read from outside."""
        from tapeless.compiler import native as compiler_native
        from tapeless.compiler import pipeline
        from tapeless.compiler.backend.entry import Param

        stored = compiler_native.stored_parameters(self.signature(key.types))
        value = key.purpose == "value"
        own: list[Param] = []
        passed = [t for s in key.types for t in leaf_types(s)]
        source = self.variant(key.types).surface
        for name, t in zip(source.parameters, passed, strict=True):
            only = frozenset(k for k, leaf in enumerate(_array_names(name, t)) if leaf in stored)
            own.append(Param(t, bool(only), bool(only) and not value, only))
        hidden = [Param(v.type) for v, _ in source.arrays]
        heads = pipeline.heads_of(function) if key.purpose == "pullback" else ()
        return (*own, *(Param(p.type) for p in heads), *hidden)

    # ---------------------------------------------------------------------------------------- to and from the cache

    def _kept(self, key: Key) -> Compiled | None:
        """The callable of an entry of the cache."""
        assert self.cached is not None
        tree, name = self.cached.tree, self.function.__name__
        entry = None if any(map(_chosen_by_identity, key.types)) else self.cached.find(key)
        if entry is None:
            return None
        arrays = [inside(tree.guards[k], path) for k, path in entry.arrays]
        guards = (*arrays, *(tree.guards[k] for k in entry.guards))
        tell = speech.tellers(lambda: entry.failures(tree, name))
        try:
            call = self._linked(key, entry.code, entry.externals, tell, guards, len(arrays), entry.built is not None)
        except engine.LinkError:  # the C library may have lost a function since
            return None
        stores = {n: _place(entry, tree, n) for n in entry.stores}
        return Compiled(call, entry.result, stores, entry, built_in(entry.built, tree.named_classes))

    def _entry(self, key: Key, compiled: Compiled, code: NativeCode, tree: CallTree) -> Entry | None:
        """What to keep of compiled code; None when it read something that the call tree has not, or cannot tell."""
        if any(map(_chosen_by_identity, key.types)):
            return None
        variant = self.variant(key.types)
        captured = len(variant.surface.arrays)
        found = [place_of_guard(tree, guard) for guard in variant.guards[captured:]]
        others = [k for k in found if k is not None]
        arrays = [array_in(tree, guard, others) for guard in variant.guards[:captured]]
        try:
            forms, built = tree.trees(), built_out(compiled.built, tree.named_classes)
        except (CompileError, Unkept):  # a function that is named has no text, though it need not be one that is called
            return None
        if len(others) < len(found) or None in arrays or not tree.describes_classes():
            return None
        return Entry(
            code.code, tuple(sorted(code.externals)), compiled.result, built,
            {name: place_of(span(), forms) for name, span in compiled.stores.items()},
            tuple(Site(e.exception, e.message, tuple(e.kinds), place_of(e.span, forms)) for e in code.errors),
            tuple(a for a in arrays if a is not None), tuple(others), tuple(form.digest for form in forms),
        )  # fmt: skip

    def _linked(
        self, key: Key, code: bytes, externals: Any, tell: speech.Tellers, guards: tuple[Guard, ...], captured: int,
        built: bool,
    ) -> Callable[..., Any]:
        _support(self.cached is not None)
        library = engine.link(code, ["entry"], externals)
        # A pullback belongs to the value it came with, whatever is rebound afterwards.
        guards = guards[:captured] if key.purpose == "pullback" else guards
        again = functools.partial(self._again, key, built)
        return make_callable(library, self.function.__name__, library["entry"], self._elsewhere(key, built), tell[0],
                             guards, captured, again=again, say=tell[1])


def _different(*leaves: Any) -> Any:
    return DIFFERENT


def _array_names(name: str, t: Type) -> Iterator[str]:
    """What the typed function calls the arrays of an argument."""
    if isinstance(t, Array):
        yield name
    elif isinstance(t, TupleOf):
        for k, item in enumerate(t.items):
            yield from _array_names(f"{name}.{k}", item)


def _chosen_by_identity(t: Structure) -> bool:
    """Whether a type stands for one object that another process does not have: a member of an enum, or a key."""
    if isinstance(t, RecordOf) and not all(type(key) in (str, int) for key in t.keys):
        return True
    if isinstance(t, TupleOf | RecordOf):
        return any(map(_chosen_by_identity, t.items))
    return isinstance(t, Known) and type(t.value) is not str


LOCK = threading.RLock()  # held while compiling
# A child forked from another thread meanwhile would never see it released.
os.register_at_fork(before=LOCK.acquire, after_in_parent=LOCK.release, after_in_child=LOCK.release)


def load_program(
    function: FunctionType, slow: Callable[[Key], Callable[..., Any]], cached: cache.Cached | None = None,
    records: tuple[RecordOf | None, ...] = (),
) -> Program:
    """A function as it is now: translated at once, or when the cache has no code for it."""
    program = Program(function, slow, tuple(cached.tree.guards) if cached is not None else (), cached, records)
    if cached is None:
        program._translate()
    return program


def _place(entry: Entry, tree: CallTree, name: str) -> Callable[[], Span]:
    return lambda: entry.span(tree, entry.stores[name])


def _stores(function: Function) -> dict[str, Callable[[], Span]]:
    from tapeless.compiler import native as compiler_native

    def place(name: str) -> Callable[[], Span]:
        return lambda: compiler_native.store_into(function, name)

    return {name: place(name) for name in sorted(compiler_native.stored_parameters(function))}


def _support(keep: bool) -> None:
    """Link what all entry points share: once per process, from the cache if it is there."""
    if engine.has_support():
        return
    place = cache.store() if keep else None
    kept = place.read(cache.support_name()) if place is not None else None
    if kept is not None:
        engine.install_support(*support_decoded(kept))
        return
    from tapeless.compiler import native as compiler_native
    from tapeless.compiler.backend.entry import EntryLayout

    made = compiler_native.support(EntryLayout(**ndarray.native_layout()))
    engine.install_support(made.code, made.exports, made.externals)
    if place is not None:
        place.write(cache.support_name(), support_encoded(made.code, made.exports, made.externals))
