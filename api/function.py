"""The decorated function: native calls, its derivatives, and what can be looked at."""

from __future__ import annotations

import functools
import inspect
import linecache
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from tapeless.compiler.diagnostics import CompileError, Findings
from tapeless.compiler.ir.records import (
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
from tapeless.compiler.ir.types import Known, Nothing, Scalar, in_words, is_complex

from .callables import Depth, Exchangeable
from .heads import heads_of, shapes, snapshot
from .records import DIFFERENT, FIXED, LONGEST, classes_of, copied, like, nested, opened, rebuilt, taker
from .selection import Selection
from .signatures import (
    ArgumentError,
    ConvertibleError,
    annotated_types,
    binding_error,
    conformed,
    known_inside,
    parse_signature,
    type_of,
    unchecked,
)

if TYPE_CHECKING:
    from .key import Key, Purpose
    from .specialise import Compiled, Program, Variant


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

    def __new__(
        cls, function: FunctionType, selection: Selection, signatures: tuple[str, ...] = (), cache: bool = True
    ) -> Self:
        return super().__new__(cls, function)

    def __init__(
        self, function: FunctionType, selection: Selection, signatures: tuple[str, ...] = (), cache: bool = True
    ) -> None:
        self.py_func = function
        self.selection = selection
        self.cache = cache
        self._carried: dict[str, bytes] = {}  # compiled code that came with a pickle
        self.texts = signatures
        self.refresh_signature()
        self._names = tuple(self._signature.parameters)
        kinds = {p.kind for p in self._signature.parameters.values()}
        self._positional = kinds <= {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
        self._local = Depth()
        self._programs: dict[tuple[RecordOf | None, ...], Program] = {}
        self._last: tuple[Structure, ...] | None = None
        self._fixed = FIXED  # how many items a list may have whose length is part of the type
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
        """By reference where it can be imported under its own name, by value elsewhere; see docs/cache.md."""
        from .pickling import reduced

        return reduced(self)

    def __copy__(self) -> Self:
        return self  # as functions are

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def _eager(self, signatures: tuple[str, ...]) -> None:
        wanted = [parse_signature(text) for text in signatures]
        annotated = annotated_types(self.py_func, self._names) if not signatures else None
        for types in [*wanted, *([annotated] if annotated else [])]:
            if len(types) != len(self._names):
                raise ValueError(f"`{self.__name__}` takes {len(self._names)} arguments, the signature {len(types)}")
            self._last = types
            from .key import Key

            self._current(types).native(Key(types, "value"))

    # ------------------------------------------------------------------------------------------------- derivatives

    def vjp(self, *args: Any, argnums: Any = None, **kwargs: Any) -> tuple[Any, Callable[..., Any]]:
        """The value, and the function that maps a head gradient to gradients of the arguments.

        Returns `(value, pullback)`. `pullback(head)` takes a head gradient of the shape of the value (a tuple for a
        tuple) and may be called any number of times; it returns what `grad` would, for the selected arguments.
        The arguments are copied, so changing them later does not change the pullback.
        """
        function = self if argnums is None else Differentiable(self.py_func, Selection(argnums=argnums), (), self.cache)
        given = function.bind(args, kwargs)
        found: tuple[Any, Callable[..., Any]] = function._with_lists(lambda: function._vjp(given), given)
        return found

    def _vjp(self, given: tuple[Any, ...]) -> tuple[Any, Callable[..., Any]]:
        types = self._types(given)
        self._check_selection(types)
        # Copied leaf by leaf, so that the pullback belongs to the arguments as they are now.
        leaves = opened(types, given)
        own = tuple(copied(a, snapshot) for a in given)
        came, types = types, self._types(tuple(map(conformed, own)))
        self._check_stores(self._current(types).stores(types), came, leaves, leaves, "pullback")
        kept = opened(types, own)
        passed = tuple(map(snapshot, kept))  # the value's own, which it may store into
        compiled, raw = self._run("value", types, passed, passed)
        program, key = self._current(types), self._key("pullback", types)
        shape = shapes(raw)
        arguments = tuple(map(conformed, kept))
        finish = self._finish("gradient", types, compiled)

        def pullback(head: Any) -> Any:
            parts = nested(compiled.built, head, raw, self.__name__)
            heads = tuple(heads_of(parts, compiled.result, shape, self.__name__))
            return finish(program.native(key, (*arguments, *heads)).call(*arguments, *heads), own)

        return rebuilt(compiled.built, raw, given), pullback

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
        if self._last is None:
            raise RuntimeError(f"`{self.__name__}` has no signature yet: call it once, or give its argument types")
        return self._adjoint_source(self._last)

    def _adjoint_source(
        self, types: tuple[Structure, ...], written: Callable[[Any], Any] = lambda array: array
    ) -> str:
        self._check_selection(types)
        defaults = {n: p.default for n, p in self._signature.parameters.items() if p.default is not p.empty}
        return self._current(types).adjoint_source(types, self.wrt, self.selection.packed, defaults, written)

    def inspect_llvm(self, purpose: Purpose = "both") -> str:
        """The optimised LLVM of the value and gradient (`"value"`, `"gradient"`: of those) for the last signature."""
        if self._last is None:
            raise RuntimeError(f"`{self.__name__}` has no signature yet: call it once, or give its argument types")
        if purpose != "value":
            self._check_selection(self._last)
        return self._current(self._last).llvm(self._key(purpose, self._last))

    # ---------------------------------------------------------------------------------------------------- dispatch

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """All arguments by position, defaults filled in. Raises Python's `TypeError`."""
        if self._positional and not kwargs and len(args) == len(self._names):
            return args
        if (self.py_func.__defaults__, self.py_func.__kwdefaults__) != self._defaults:
            self.refresh_signature()
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError:
            raise binding_error(self.py_func, args, kwargs) from None
        if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in self._signature.parameters.values()):
            Findings(list(self._current().surface.findings)).check()
        bound.apply_defaults()
        return tuple(bound.arguments[name] for name in self._names)

    def refresh_signature(self) -> None:
        """Read the parameters and their defaults again."""
        self._signature = inspect.signature(self.py_func, follow_wrapped=False)
        self._defaults = self.py_func.__defaults__, self.py_func.__kwdefaults__

    def _current(self, types: tuple[Structure, ...] = ()) -> Program:
        """The program for these arguments, translated again if something it reads from outside has been rebound."""
        from .cache import cached
        from .specialise import LOCK, load_program

        records = records_of(types) if has_records(types) else ()
        program = self._programs.get(records)
        if program is None or not program.current():
            with LOCK:
                program = self._programs.get(records)
                if program is None or not program.current():
                    place = cached(self.py_func, self.cache, self._carried, classes_of(records))
                    program = load_program(
                        self.py_func, lambda key: functools.partial(self._dispatch, key.purpose), place, records
                    )
                    self._programs[records] = program
        return program

    def _key(self, purpose: Purpose, types: tuple[Structure, ...]) -> Key:
        from .key import Key

        return Key(types, purpose) if purpose == "value" else Key(types, purpose, self.wrt, self.selection.packed)

    def _types(self, positional: tuple[Any, ...], fixed: int = 0) -> tuple[Structure, ...]:
        """The types of the arguments. What is wrong with the function is said first, but not of a list or a frame:
        the function may be right for the array that it can be made into.
        """
        try:
            return tuple(type_of(a, n, fixed or self._fixed) for a, n in zip(positional, self._names, strict=True))
        except TypeError as error:
            if not isinstance(error, ConvertibleError):
                Findings(list(self._current().surface.findings)).check()
            raise

    def _dispatch(self, purpose: Purpose, *args: Any, **kwargs: Any) -> Any:
        """The slow path: any call that the compiled code at hand does not fit."""
        given = self.bind(args, kwargs)
        return self._with_lists(lambda: self._call(purpose, given), given)

    def _with_lists(self, work: Callable[[], Any], given: tuple[Any, ...]) -> Any:
        """Do something with arguments. Where it is refused for lists of any length, those of fewer than `LONGEST`
        items are from then on taken as lists of just their length; Python makes no difference, so nor do results.
        """
        try:
            return work()
        except CompileError:
            types, self._fixed = (self._types(given), LONGEST) if self._fixed < LONGEST else ((), self._fixed)
            if not types or types == self._types(given):
                raise
        return work()

    def _call(self, purpose: Purpose, given: tuple[Any, ...]) -> Any:
        self._types(given)
        arguments = tuple(map(conformed, given))
        types = self._types(arguments)
        compiled, raw = self._run(purpose, types, opened(types, given), opened(types, arguments))
        return self._finish(purpose, types, compiled)(raw, given) if self._through(types, compiled) else raw

    def _run(
        self, purpose: Purpose, types: tuple[Structure, ...], given: tuple[Any, ...], leaves: tuple[Any, ...]
    ) -> tuple[Compiled, Any]:
        """Compile what is missing, and call it with the leaves of the arguments, which are `given` as they came."""
        program, key = self._current(types), self._key(purpose, types)
        compiled = program.ready(key)
        if compiled is None:
            if purpose in ("gradient", "both"):
                if program.raises(types):  # it raises, whatever is asked for
                    own = tuple(map(snapshot, leaves))
                    return self._run("value", types, own, own)
                self._check_selection(types)
                self._single_result(program.variant(types))
            compiled = program.native(key, leaves)
        self._last = types
        self._check_stores(compiled.stores, types, given, leaves, purpose)
        leaves = tuple(map(conformed, leaves))
        for _ in range(3):
            self._install(purpose, types, compiled)
            with self._local:
                raw = compiled.call(*leaves)
            if raw is not DIFFERENT:
                return compiled, raw
            compiled = program.native(key)  # by now code that assumes less
        raise RuntimeError("the compiled code does not take the arguments it was compiled for")

    def _install(self, purpose: Purpose, types: tuple[Structure, ...], compiled: Compiled) -> None:
        through = self._through(types, compiled)
        if not self._positional or any(map(unchecked if through else known_inside, types)):
            return  # such a call is always bound here first, or which code runs is decided here
        call = self._for_records(purpose, types, compiled) if through else compiled.call
        if purpose == "value":
            self.install(call)
        else:
            (self.grad if purpose == "gradient" else self.value_and_grad).install(call)

    def _through(self, types: tuple[Structure, ...], compiled: Compiled) -> bool:
        """Whether records go in or come out, which native code takes and returns as leaves."""
        return has_records(types) or compiled.built is not None

    def _for_records(self, purpose: Purpose, types: tuple[Structure, ...], compiled: Compiled) -> Callable[..., Any]:
        """A callable that takes records apart and puts the result together; other calls go to the slow path."""
        take, count, call = taker(types), len(types), compiled.call
        finish = self._finish(purpose, types, compiled)

        def through(*args: Any, **kwargs: Any) -> Any:
            leaves = None if kwargs or len(args) != count else take(*args)
            raw = DIFFERENT if leaves is None else call(*leaves)
            return self._dispatch(purpose, *args, **kwargs) if raw is DIFFERENT else finish(raw, args)

        return through

    def _finish(
        self, purpose: Purpose, types: tuple[Structure, ...], compiled: Compiled
    ) -> Callable[[Any, tuple[Any, ...]], Any]:
        """What makes a result with its records from what native code returns and the arguments as they came."""
        built, packed = compiled.built, self.selection.packed
        if purpose == "value":
            return lambda raw, given: rebuilt(built, raw, given)
        chosen, places = [types[self._names.index(n)] for n in self.wrt], [self._names.index(n) for n in self.wrt]
        records = has_records(tuple(chosen))

        def gradient(raw: Any, given: tuple[Any, ...]) -> Any:
            if not records:
                return raw
            values = [given[k] for k in places]
            return tuple(map(like, chosen, raw, values)) if packed else like(chosen[0], raw, values[0])

        if purpose == "gradient":
            return gradient
        return lambda raw, given: (rebuilt(built, raw[0], given), gradient(raw[1], given))

    def _check_stores(
        self, stores: dict[str, Callable[[], Span]], types: tuple[Structure, ...], given: tuple[Any, ...],
        leaves: tuple[Any, ...], purpose: Purpose,
    ) -> None:
        """An array that the function writes into must be writeable, and must be the caller's own."""
        if not stores:
            return
        theirs, ours = self._arrays(types, given), self._arrays(types, leaves)
        for name, place in stores.items():
            if not theirs[name].flags.writeable:
                raise self._read_only(place())
            if purpose != "value":
                self._check_overlap(name, theirs)
            elif theirs[name] is not ours[name]:
                shown = shown_name(name)
                raise ArgumentError(f"`{self.__name__}` writes into `{shown}`, which is not a plain aligned array; "
                                    f"pass `np.array({shown})`")

    def _arrays(self, types: tuple[Structure, ...], leaves: tuple[Any, ...]) -> dict[str, Any]:
        """The arrays among the arguments, by the names that they have in compiled code."""
        found: dict[str, Any] = {}
        names = [n for name, s in zip(self._names, types, strict=True) for n in leaf_names(name, s)]
        pending = list(zip(names, leaves, strict=True))
        while pending:
            name, value = pending.pop()
            if isinstance(value, np.ndarray):
                found[name] = value
            elif isinstance(value, tuple):
                pending.extend((f"{name}.{k}", item) for k, item in enumerate(value))
        return found

    def _read_only(self, span: Span) -> BaseException:
        """NumPy's error for a store into a read-only array, at the line of the store."""
        from tapeless.runtime.errors import Failure, with_origin

        error = ValueError("assignment destination is read-only")
        return with_origin(error, Failure("ValueError", "", (), span.file, span.line, span.col, span.end_line,
                                          span.end_col, self.__name__))

    def _check_overlap(self, name: str, arrays: dict[str, Any]) -> None:
        for other, value in arrays.items():
            if other != name and np.may_share_memory(arrays[name], value):
                mine, theirs = shown_name(name), shown_name(other)
                raise ValueError(
                    f"`{self.__name__}` writes into `{mine}`, which shares memory with `{theirs}`: their gradients "
                    f"cannot be told apart. Pass a copy of one of them"
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
        if not self.wrt:
            findings.add("D007", self._place(), name=self.__name__)
        for name in self.wrt:
            t = types[self._names.index(name)]
            if not differentiable(t):
                others = [n for n, s in zip(self._names, types, strict=True) if differentiable(s)]
                hint = f"choose others: `wrt={others[0]!r}`" if isinstance(t, Known) and others else ""
                findings.add("D002", self._place(), name=name, type=describe(t), hint=hint)
        findings.check()

    def _single_result(self, variant: Variant) -> None:
        """A gradient is of one floating-point number."""
        t, built = variant.value, variant.built
        if isinstance(t, Scalar) and t.kind.startswith("float"):
            return
        findings = Findings()
        if isinstance(t, Nothing):
            findings.add("D006", variant.function.body[-1].span, name=self.__name__)
        else:
            code = ("D021" if is_complex(t) else "D005") if isinstance(t, Scalar) else "D004"
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
