"""The decorated function: native calls, its derivatives, and what can be looked at."""

from __future__ import annotations

import functools
import inspect
import linecache
import sys
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from tapeless.compiler.diagnostics import Findings
from tapeless.compiler.ir.records import (
    Built,
    RecordOf,
    Structure,
    describe,
    differentiable,
    has_records,
    kind_in_words,
    leaf_names,
    records_of,
    shown_name,
)
from tapeless.compiler.ir.span import Span
from tapeless.compiler.ir.types import Array, Nothing, Scalar, TupleOf, Type, in_words

from .callables import Exchangeable
from .records import DIFFERENT, leaf_values, like, nested, opened, rebuilt, reopened, taker, tuple_opened
from .selection import Selection
from .signatures import ArgumentError, annotated_types, binding_error, conformed, parse_signature, type_of

if TYPE_CHECKING:
    from tapeless.compiler.ir.nodes import Function

    from .specialise import Key, Program, Purpose


class Differentiable(Exchangeable):
    """A Python function compiled to native code, with its derivatives.

    Calling it runs the function itself: values, dtypes, exceptions and effects on its argument arrays are Python's.
    The derivative methods leave argument arrays untouched and return fresh arrays.

    Attributes:
        py_func: the Python function.
        grad, value_and_grad, vjp: see the functions of these names in `tapeless`.
        signatures: the argument types compiled so far.
        adjoint_source: the generated adjoint of the last signature used, as a Python module.
    """

    __name__: str

    def __new__(cls, function: FunctionType, selection: Selection, signatures: tuple[str, ...] = ()) -> Self:
        return super().__new__(cls, function)

    def __init__(self, function: FunctionType, selection: Selection, signatures: tuple[str, ...] = ()) -> None:
        self.py_func = function
        self.selection = selection
        self._signature = inspect.signature(function, follow_wrapped=False)
        self._defaults = function.__defaults__, function.__kwdefaults__
        self._names = tuple(self._signature.parameters)
        kinds = {p.kind for p in self._signature.parameters.values()}
        self._positional = kinds <= {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
        self._local = _Depth()
        self._programs: dict[tuple[RecordOf | None, ...], Program] = {}
        self._last: tuple[Structure, ...] | None = None
        functools.update_wrapper(self, function)
        self.wrt = selection.names(self._names, function)
        self.install(functools.partial(self._dispatch, "value"))
        self.grad = Derivative(self, "gradient")
        self.value_and_grad = Derivative(self, "both")
        self._eager(signatures)

    @property
    def __tapeless_function__(self) -> FunctionType:
        return self.py_func

    def __repr__(self) -> str:
        return f"<differentiable {self.py_func.__qualname__}>"

    def __reduce__(self) -> Any:
        """By reference, as Python pickles functions: where it is found under its own name, or its Python function."""
        module = sys.modules.get(self.py_func.__module__)
        found: Any = module
        for part in self.py_func.__qualname__.split("."):
            found = getattr(found, part, None)
        return self.py_func.__qualname__ if found is self else (_rebuilt, (self.py_func, self.selection))

    def _eager(self, signatures: tuple[str, ...]) -> None:
        wanted = [parse_signature(text) for text in signatures]
        annotated = annotated_types(self.py_func, self._names) if not signatures else None
        for types in [*wanted, *([annotated] if annotated else [])]:
            if len(types) != len(self._names):
                raise ValueError(f"`{self.__name__}` takes {len(self._names)} arguments, the signature {len(types)}")
            self._last = types
            from .specialise import Key

            self._current(types).native(Key(types, "value"))

    # ------------------------------------------------------------------------------------------------- derivatives

    def vjp(self, *args: Any, argnums: Any = None, **kwargs: Any) -> tuple[Any, Callable[..., Any]]:
        """The value, and the function that maps a head gradient to gradients of the arguments.

        Returns `(value, pullback)`. `pullback(head)` takes a head gradient of the shape of the value (a tuple for a
        tuple) and may be called any number of times; it returns what `grad` would, for the selected arguments.
        The arguments are copied, so changing them later does not change the pullback.
        """
        function = self if argnums is None else Differentiable(self.py_func, Selection(argnums=argnums))
        given = function.bind(args, kwargs)
        types = function._types(given)
        function._check_selection(types)
        # Copied leaf by leaf, so that the pullback belongs to the arguments as they are now.
        kept = tuple(_snapshot(leaf) for leaf in opened(types, given))
        passed = tuple(map(_snapshot, kept))  # the value's own, which it may store into
        types, raw = function._run("value", given, types, passed, passed)
        program, key = function._current(types), function._key("pullback", types)
        function._check_stores(program, types, given, "pullback")
        built, result = program.surface.built, program.signature(types).result
        shapes = _shapes(raw)
        arguments = tuple(map(conformed, kept))
        chosen = [types[function._names.index(name)] for name in function.wrt]

        def pullback(head: Any) -> Any:
            heads = tuple(_heads(nested(built, head, function.__name__), result, shapes, function.__name__))
            gradient = program.native(key).call(*arguments, *heads)
            packed = function.selection.packed
            return tuple(map(like, chosen, gradient)) if packed else like(chosen[0], gradient)

        return rebuilt(built, raw, given), pullback

    def check_grads(self, *args: Any, **kwargs: Any) -> Any:
        """Compare the gradient with central differences; see `tapeless.check_grads`."""
        from .checking import check_grads

        return check_grads(self, args, kwargs)

    # -------------------------------------------------------------------------------------------------- inspection

    @property
    def signatures(self) -> tuple[str, ...]:
        """The argument types that have been compiled, each as `"(float64[::1], float)"`."""
        keys = [key for program in self._programs.values() for key in program.compiled]
        return tuple(dict.fromkeys(f"({', '.join(map(str, key.types))})" for key in keys))

    @property
    def adjoint_source(self) -> str:
        """The generated adjoint as a Python module that runs under NumPy alone.

        It defines `NAME_adjoint(arguments, NAME_bar=1.0)`, which returns `(value, gradient)`. For the signature used
        last, or the annotated one.
        """
        from tapeless.compiler import pipeline
        from tapeless.compiler.backend.python import python_source

        if self._last is None:
            raise RuntimeError(f"`{self.__name__}` has no signature yet: call it once, or give its argument types")
        program = self._current(self._last)
        function = program.adjoint(self._last, self.wrt, self.selection.packed)
        defaults = {n: p.default for n, p in self._signature.parameters.items() if p.default is not p.empty}
        arrays = {v.name: array for v, array in program.surface.arrays}
        return python_source(function, pipeline.heads_of(function), defaults, arrays)

    def inspect_llvm(self, purpose: Purpose = "both") -> str:
        """The optimised LLVM of the value and gradient (`"value"`, `"gradient"`: of those) for the last signature."""
        if self._last is None:
            raise RuntimeError(f"`{self.__name__}` has no signature yet: call it once, or give its argument types")
        return self._current(self._last).native(self._key(purpose, self._last)).llvm

    # ---------------------------------------------------------------------------------------------------- dispatch

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """All arguments by position, defaults filled in. Raises Python's `TypeError`."""
        if self._positional and not kwargs and len(args) == len(self._names):
            return args
        if (self.py_func.__defaults__, self.py_func.__kwdefaults__) != self._defaults:
            self._signature = inspect.signature(self.py_func, follow_wrapped=False)
            self._defaults = self.py_func.__defaults__, self.py_func.__kwdefaults__
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError:
            raise binding_error(self.py_func, args, kwargs) from None
        if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in self._signature.parameters.values()):
            Findings(list(self._current().surface.findings)).check()
        bound.apply_defaults()
        return tuple(bound.arguments[name] for name in self._names)

    def _current(self, types: tuple[Structure, ...] = ()) -> Program:
        """The program for these arguments, translated again if something it reads from outside has been rebound."""
        from .specialise import load_program

        records = records_of(types) if has_records(types) else ()
        program = self._programs.get(records)
        if program is None or not program.current():
            slow = self._other_leaves if records else self._slow
            program = load_program(self.py_func, slow, records)
            self._programs[records] = program
        return program

    def _slow(self, key: Key) -> Callable[..., Any]:
        return functools.partial(self._dispatch, key.purpose)

    def _other_leaves(self, key: Key) -> Callable[..., Any]:
        """Native code for records does not see the call as it came; `_installed_for` does."""
        return lambda *leaves: DIFFERENT

    def _key(self, purpose: Purpose, types: tuple[Structure, ...]) -> Key:
        from .specialise import Key

        return Key(types, purpose) if purpose == "value" else Key(types, purpose, self.wrt, self.selection.packed)

    def _types(self, positional: tuple[Any, ...]) -> tuple[Structure, ...]:
        """The types of the arguments; what is wrong with the function is said first."""
        try:
            return tuple(type_of(a, name) for a, name in zip(positional, self._names, strict=True))
        except TypeError:
            Findings(list(self._current().surface.findings)).check()
            raise

    def _dispatch(self, purpose: Purpose, *args: Any, **kwargs: Any) -> Any:
        """The slow path: any call that the compiled code at hand does not fit."""
        return self._call(purpose, self.bind(args, kwargs))

    def _call(self, purpose: Purpose, given: tuple[Any, ...]) -> Any:
        self._types(given)
        arguments = tuple(map(conformed, given))
        types = self._types(arguments)
        if purpose != "value":
            self._check_selection(types)
        types, raw = self._run(purpose, given, types, opened(types, given), opened(types, arguments))
        return self._finish(purpose, types, self._current(types))(raw, given)

    def _run(
        self, purpose: Purpose, given: tuple[Any, ...], types: tuple[Structure, ...], leaves: tuple[Any, ...],
        arguments: tuple[Any, ...],
    ) -> tuple[tuple[Structure, ...], Any]:
        """Compile what is missing, and call it with leaves that fit: the signature used, and nested tuples."""
        program = self._current(types)
        if any("." in name for name in self._stored(program, types)):  # an array of a plain tuple
            types = tuple(map(tuple_opened, types))
            program, leaves, arguments = self._current(types), opened(types, given), reopened(arguments)
        if purpose != "value":
            self._single_result(program.signature(types), program.surface.built)
        compiled = program.native(self._key(purpose, types))
        self._last = types
        self._check_stores(program, types, given, purpose)
        self._check_copies(program, types, leaves, arguments)
        self._install(purpose, types, program, compiled.call)
        with self._local:
            return types, compiled.call(*map(conformed, arguments))

    def _install(self, purpose: Purpose, types: tuple[Structure, ...], program: Program,
                 call: Callable[..., Any]) -> None:
        if not self._positional:
            return  # native code takes its arguments by position, so such a call is always bound here first
        if has_records(types) or program.surface.built is not None:
            call = self._for_records(purpose, types, program, call)
        if purpose == "value":
            self.install(call)
        else:
            (self.grad if purpose == "gradient" else self.value_and_grad).install(call)

    def _for_records(self, purpose: Purpose, types: tuple[Structure, ...], program: Program, call: Callable[..., Any]
                     ) -> Callable[..., Any]:
        """A callable that takes records apart and puts the result together; other calls go to the slow path."""
        take, count = taker(types), len(types)
        finish = self._finish(purpose, types, program)

        def through(*args: Any, **kwargs: Any) -> Any:
            leaves = None if kwargs or len(args) != count else take(*args)
            raw = DIFFERENT if leaves is None else call(*leaves)
            return self._dispatch(purpose, *args, **kwargs) if raw is DIFFERENT else finish(raw, args)

        return through

    def _finish(
        self, purpose: Purpose, types: tuple[Structure, ...], program: Program
    ) -> Callable[[Any, tuple[Any, ...]], Any]:
        """What makes a result with its records from what native code returns and the arguments as they came."""
        built, packed = program.surface.built, self.selection.packed
        chosen = [types[self._names.index(name)] for name in self.wrt]
        if purpose == "value":
            return lambda raw, given: rebuilt(built, raw, given)
        if not has_records(tuple(chosen)):
            return lambda raw, given: raw

        def gradient(raw: Any) -> Any:
            return tuple(map(like, chosen, raw)) if packed else like(chosen[0], raw)

        if purpose == "gradient":
            return lambda raw, given: gradient(raw)
        return lambda raw, given: (raw[0], gradient(raw[1]))

    def _stored(self, program: Program, types: tuple[Structure, ...]) -> frozenset[str]:
        from tapeless.compiler.native import stored_parameters

        return stored_parameters(program.signature(types))

    def _leaves(self, types: tuple[Structure, ...], values: tuple[Any, ...]) -> dict[str, Any]:
        """The leaves of arguments by the names of the parameters they become."""
        return {name: leaf for n, s, value in zip(self._names, types, values, strict=True)
                for name, leaf in zip(leaf_names(n, s), leaf_values(s, value), strict=True)}

    def _check_stores(
        self, program: Program, types: tuple[Structure, ...], given: tuple[Any, ...], purpose: Purpose
    ) -> None:
        """An array that the function writes into must be writeable; its gradient must be told from that of others."""
        stored = self._stored(program, types)
        leaves = self._leaves(types, given) if stored else {}
        for name in sorted(stored):
            if not leaves[name].flags.writeable:
                raise self._read_only(program.signature(types), name)
            if purpose != "value":
                self._check_overlap(name, leaves)

    def _check_copies(
        self, program: Program, types: tuple[Structure, ...], leaves: tuple[Any, ...], arguments: tuple[Any, ...]
    ) -> None:
        """An array that the function writes into must be the caller's own."""
        stored = self._stored(program, types)
        for name, given, passed in zip(program.surface.parameters, leaves, arguments, strict=True) if stored else ():
            if name in stored and given is not passed:
                shown = shown_name(name)
                raise ArgumentError(f"`{self.__name__}` writes into `{shown}`, which is not a plain aligned array; "
                                    f"pass `np.array({shown})`")

    def _read_only(self, function: Function, name: str) -> BaseException:
        """NumPy's error for a store into a read-only array, at the line of the store."""
        from tapeless.compiler.native import store_into
        from tapeless.runtime.errors import Failure, with_origin

        span = store_into(function, name)
        error = ValueError("assignment destination is read-only")
        return with_origin(error, Failure("ValueError", "", (), span.file, span.line, span.col, span.end_line,
                                          span.end_col, self.__name__))

    def _check_overlap(self, mine: str, leaves: dict[str, Any]) -> None:
        for theirs, value in leaves.items():
            if theirs != mine and isinstance(value, np.ndarray) and np.may_share_memory(leaves[mine], value):
                raise ValueError(
                    f"`{self.__name__}` writes into `{shown_name(mine)}`, which shares memory with "
                    f"`{shown_name(theirs)}`: their gradients cannot be told apart. Pass a copy of one of them"
                )

    def _place(self) -> Span:
        """The line of the definition, for what is wrong with the function as a whole."""
        code = self.py_func.__code__
        text = linecache.getline(code.co_filename, code.co_firstlineno)
        column = len(text) - len(text.lstrip())
        return Span(code.co_filename, code.co_firstlineno, column, code.co_firstlineno, len(text.rstrip()))

    def _check_selection(self, types: tuple[Structure, ...]) -> None:
        """Integers and booleans are never differentiated."""
        findings = Findings()
        for name in self.wrt:
            t = types[self._names.index(name)]
            if not differentiable(t):
                findings.add("D002", self._place(), name=name, type=describe(t))
        findings.check()

    def _single_result(self, function: Function, built: Built | None) -> None:
        """A gradient is of one floating-point number."""
        t = function.result
        if isinstance(t, Scalar) and t.kind.startswith("float"):
            return
        findings = Findings()
        if isinstance(t, Nothing):
            findings.add("D006", function.body[-1].span, name=self.__name__)
        else:
            code = "D005" if isinstance(t, Scalar) else "D004"
            shown = in_words(t) if built is None else kind_in_words(built.cls, len(built.keys))
            findings.add(code, self._place(), name=self.__name__, type=shown)
        findings.check()


class Derivative(Exchangeable):
    """`f.grad` and `f.value_and_grad`: call it with the arguments of `f`."""

    def __new__(cls, owner: Differentiable, purpose: Purpose) -> Self:
        return super().__new__(cls, functools.partial(owner._dispatch, purpose))

    def __init__(self, owner: Differentiable, purpose: Purpose) -> None:
        self.owner = owner
        self.purpose = purpose

    def __reduce__(self) -> Any:
        return getattr, (self.owner, "grad" if self.purpose == "gradient" else "value_and_grad")

    def __repr__(self) -> str:
        return f"<{self.purpose} of {self.owner.__name__} with respect to {', '.join(self.owner.wrt)}>"


class _Depth:
    """Notices compiled code that sends a call back although it was made for it."""

    def __init__(self) -> None:
        import threading

        self.local = threading.local()

    def __enter__(self) -> None:
        depth = getattr(self.local, "depth", 0)
        if depth > 3:
            raise RuntimeError("the compiled code does not take the arguments it was compiled for")
        self.local.depth = depth + 1

    def __exit__(self, *exc: object) -> None:
        self.local.depth -= 1


def _rebuilt(function: FunctionType, selection: Selection) -> Differentiable:
    return Differentiable(function, selection)


def _snapshot(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.array(value, order="K")
    return tuple(map(_snapshot, value)) if isinstance(value, tuple) else value


def _shapes(value: Any) -> Any:
    return tuple(map(_shapes, value)) if isinstance(value, tuple) else np.shape(value)


def _heads(head: Any, t: Type, shape: Any, name: str) -> Any:
    """The head gradients of the floating-point items of a result, as the native code takes them."""
    if isinstance(t, TupleOf):
        if not isinstance(head, tuple | list) or len(head) != len(t.items):
            raise ValueError(f"`{name}` returns {len(t.items)} values, so the head gradient is a tuple of as many")
        for item, u, inner in zip(head, t.items, shape, strict=True):
            yield from _heads(item, u, inner, name)
    elif isinstance(t, Array) and t.kind.startswith("float"):
        value = np.asarray(head, dtype=t.kind)
        if value.shape != shape:
            raise ValueError(f"the head gradient of `{name}` has shape {value.shape}, the value has shape {shape}")
        yield conformed(value)
    elif isinstance(t, Scalar) and t.kind.startswith("float"):
        if head is None or np.size(head) != 1:
            raise ValueError(f"`{name}` returns a number, so the head gradient is a number")
        yield np.dtype(t.kind).type(np.asarray(head).reshape(())[()])


