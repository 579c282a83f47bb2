"""The functions of a built package: calls by signature, derivatives, errors.

This file is the same in every package that `tapeless build` writes, as is what it imports. A function is
called through native code for one of its signatures. What that code does not take comes to `_Calls.dispatch`, which
binds keywords and defaults, finds the signature, and otherwise says what is wrong.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import values

_ROW = 4  # words of a row of the table of captured arrays; the third one is the array
_PLACES = "_places"  # the module that says where in the source an error comes from
DEVELOPMENT = ".development"


def processor() -> dict[str, bool]:
    """What NumPy says that this processor has, by NumPy's names."""
    core = getattr(np, "_core", None) or np.core
    found: dict[str, bool] = getattr(core._multiarray_umath, "__cpu_features__", {})
    return found


class Code:
    """The native code of a package, for the best of its processor levels that this machine has.

    Attributes:
        level: the name of that level.
    """

    def __init__(
        self, package: str, suffix: str, layout: Mapping[str, Any],
        levels: Sequence[tuple[str, str, tuple[str, ...], tuple[str, ...]]], places: Sequence[str],
    ) -> None:
        self.package = package
        self._check_python(suffix)
        ndarray = importlib.import_module(".ndarray", __package__)
        found = ndarray.native_layout()
        if any(found[name] != value for name, value in layout.items()):
            raise ImportError(f"{package} was built for a Python and a NumPy that lay out their objects in another "
                              f"way than Python {sys.version.split()[0]} and NumPy {np.__version__}; build it again")
        features, lacking = processor(), list[str]()
        for name, module, needs, also in levels:
            lacking = [n for n in needs if not features.get(n, False)] + [n for n in also if not features.get(n, True)]
            if not lacking:
                self.level = name
                self._native = importlib.import_module(f".{module}", package)
                break
        else:
            raise ImportError(f"{package} was built for {' and '.join(name for name, *_ in levels)}, and this "
                              f"processor lacks {', '.join(lacking)}; build it with `--cpu portable`")
        addresses = ndarray.addresses()
        for k, name in enumerate(places):
            self._native.place(k, addresses[name] if name in addresses else self._routine(name))

    def _check_python(self, suffix: str) -> None:
        from importlib.machinery import EXTENSION_SUFFIXES

        if suffix not in EXTENSION_SUFFIXES:
            raise ImportError(f"{self.package} was built for {suffix.strip('.')}, and this Python takes "
                              f"{EXTENSION_SUFFIXES[0].strip('.')}; build it with this Python")

    def _routine(self, name: str) -> int:
        """Where a function of SciPy's is, or a routine of BLAS or LAPACK; NumPy may have a BLAS of its own."""
        found: int | None = None
        for finder in ("special",) if name.startswith("scipy.special.") else ("bundled", "fortran"):
            found = found or importlib.import_module(f".{finder}", __package__).address(name)
        if found is None:
            raise ImportError(f"{self.package} calls {name}, and there is no SciPy here that has it: pip install scipy")
        return found

    def array(self, name: str) -> np.ndarray[Any, Any]:
        """A global array as it was when the package was built."""
        loaded: np.ndarray[Any, Any] = np.load(f"{sys.modules[self.package].__path__[0]}/{name}", allow_pickle=False)
        return loaded

    def entry(self, number: int, slow: Any, again: Any, arrays: tuple[Any, ...]) -> Callable[..., Any]:
        """A builtin function that runs an entry point.

        `slow` gets the calls that it does not take, `again` those for which its assumptions do not hold.
        """
        table = np.zeros(1 + _ROW * len(arrays), dtype=np.uintp)
        for k, array in enumerate(arrays):
            table[1 + _ROW * k + 2] = id(array)
        fail, say = functools.partial(self._fail, number), functools.partial(self._say, number)
        state = (table, slow, fail, again, say, arrays)
        made: Callable[..., Any] = self._native.bind(number, state, self.package)
        return made

    def _fail(self, number: int, status: int, *info: int) -> BaseException:
        """The exception for a status of an entry point, with its place in the source."""
        errors = importlib.import_module(".errors", __package__)
        found: BaseException = errors.make_fail(self._failures(number))(status, *info)
        return found

    def _say(self, number: int, status: int, address: int) -> BaseException | None:
        """Print a text of an entry point, or give the exception that it is for."""
        speech = importlib.import_module(".speech", __package__)
        found: BaseException | None = speech.make_say(lambda: self._failures(number))(status, address)
        return found

    def _failures(self, number: int) -> list[Any]:
        """The texts of an entry point, by status."""
        errors = importlib.import_module(".errors", __package__)
        places = importlib.import_module(f".{_PLACES}", self.package)
        return [errors.Failure(e, m, kinds, *places.SPANS[span], name) for e, m, kinds, span, name
                in places.FAILURES[number]]

    def read_only(self, function: str, unit: int, store: int) -> BaseException:
        """NumPy's error for a store into a read-only array, at the line of the store."""
        errors = importlib.import_module(".errors", __package__)
        places = importlib.import_module(f".{_PLACES}", self.package)
        span = places.SPANS[places.STORES[function][unit][store]]
        error = ValueError("assignment destination is read-only")
        found: BaseException = errors.with_origin(error, errors.Failure("ValueError", "", (), *span, function))
        return found


class Unit:
    """One signature of a function.

    Attributes:
        types: the types of the arguments.
        result: the type of the result; tuples are tuples of types.
        entries: the number of the entry point for each purpose.
        careful: the same for code without assumptions about shapes and memory, where there are any.
        stores: the arrays that the function writes into, by their number among all arrays of the arguments, and names.
        arrays: the global arrays that it reads.
        refused: why there is no gradient.
        raises: it always raises for such arguments.
        direct: native code alone can tell whether the arguments have these types, and makes the result.
        built: how dicts and lists are made of the result, see `values.rebuilt`.
    """

    def __init__(
        self, types: tuple[str, ...], result: Any, entries: dict[str, int], careful: dict[str, int],
        stores: tuple[tuple[int, str], ...] = (), arrays: tuple[Any, ...] = (), refused: str = "",
        raises: bool = False, direct: bool = True, built: Any = None,
    ) -> None:
        self.types, self.result, self.entries, self.careful = types, result, entries, careful
        self.stores, self.arrays, self.refused = stores, arrays, refused
        self.raises, self.direct, self.built = raises, direct, built

    def __str__(self) -> str:
        return f"({', '.join(self.types)})"


class _Calls:
    """All entry points of one function, and the way to them."""

    def __init__(
        self, code: Code, bind: Callable[..., tuple[Any, ...]], units: Sequence[Unit], wrt: tuple[str, ...],
        packed: bool,
    ) -> None:
        self.code, self.bind, self.wrt, self.packed = code, bind, wrt, packed
        self.name = bind.__name__
        count = bind.__code__.co_argcount + bind.__code__.co_kwonlyargcount
        self.names = bind.__code__.co_varnames[:count]
        self.units = tuple(units)
        self._by_types = {unit.types: unit for unit in reversed(units)}
        self._exact: dict[int, Callable[..., Any]] = {}

    def direct(self, purpose: str) -> Callable[..., Any]:
        """What to call: the code of the first signature, which sends other calls to that of the next, and so on."""
        slow: Callable[..., Any] = functools.partial(self.dispatch, purpose)
        for unit in reversed(self.units):
            if unit.direct and purpose in unit.entries and not unit.raises:
                slow = self._entry(unit, purpose, slow)
        return slow

    def exact(self, unit: Unit, purpose: str) -> Callable[..., Any]:
        """The code of a signature, for arguments that are known to have it."""
        number = unit.entries[purpose]
        if number not in self._exact:
            self._exact[number] = self._entry(unit, purpose, _stuck)
        return self._exact[number]

    def _entry(self, unit: Unit, purpose: str, slow: Any) -> Callable[..., Any]:
        again = _stuck
        if purpose in unit.careful:
            again = self.code.entry(unit.careful[purpose], slow, _stuck, unit.arrays)
        return self.code.entry(unit.entries[purpose], slow, again, unit.arrays)

    def dispatch(self, purpose: str, *args: Any, **kwargs: Any) -> Any:
        """A call that native code has not taken."""
        given = self.bind(*args, **kwargs)
        arguments = tuple(map(values.conformed, given))
        unit = self.unit(arguments)
        if unit.raises and purpose != "value":
            purpose, given, arguments = "value", (), tuple(map(values.snapshot, arguments))
        self.check(unit, purpose, given, arguments)
        passed = [leaf for argument in arguments for leaf in values.passed(argument)]
        raw = self.exact(unit, purpose)(*passed)
        if purpose == "value" or unit.direct:
            return values.rebuilt(unit.built, raw, given)
        chosen = [arguments[self.names.index(name)] for name in self.wrt]
        gradient = raw if purpose == "gradient" else raw[1]
        made = tuple(map(values.like, chosen, gradient)) if self.packed else values.like(chosen[0], gradient)
        return made if purpose == "gradient" else (raw[0], made)

    def unit(self, arguments: tuple[Any, ...]) -> Unit:
        """The signature for arguments. Raises `TypeError` when none was built."""
        try:
            types = tuple(map(values.type_of, arguments))
        except TypeError:
            types = tuple(map(values.described, arguments))
        found = self._by_types.get(types)
        if found is None:
            found = next((u for u in self.units if all(map(values.fits, types, u.types))), None)
        if found is None:
            raise TypeError(self._no_signature(arguments, types))
        return found

    def _no_signature(self, arguments: tuple[Any, ...], types: tuple[str, ...]) -> str:
        listed = " and ".join(map(str, self.units))
        got = ", ".join(map(values.described, arguments))
        nearest = max(self.units, key=lambda u: sum(map(values.fits, types, u.types)))
        hints = [values.hint(name, value, wanted) for name, value, t, wanted
                 in zip(self.names, arguments, types, nearest.types, strict=True) if not values.fits(t, wanted)]
        passed = "".join(f"; pass {hint}" for hint in dict.fromkeys(filter(None, hints)))
        return f"{self.name}() was built for {listed}, and the arguments are ({got}){passed}"

    def check(self, unit: Unit, purpose: str, given: tuple[Any, ...], arguments: tuple[Any, ...]) -> None:
        """Raise what is wrong with a call that has a signature.

        An array that the function writes into must be writeable, and must be the caller's own.
        """
        if purpose not in unit.entries:
            raise TypeError(f"{self.name}{unit} has no {'derivative' if purpose == 'pullback' else 'gradient'}: "
                            f"{unit.refused}")
        if not unit.stores or not given:
            return
        theirs, ours = list(values.arrays(given)), list(values.arrays(arguments))
        for k, (number, name) in enumerate(unit.stores):
            if not theirs[number].flags.writeable:
                raise self.code.read_only(self.name, self.units.index(unit), k)
            if purpose == "value" and theirs[number] is not ours[number]:
                raise TypeError(f"`{self.name}` writes into `{name}`, which is not a plain aligned array; pass "
                                f"`np.array({name})`")
            if purpose != "value" and any(np.may_share_memory(theirs[number], other)
                                          for j, other in enumerate(theirs) if j != number):
                raise ValueError(f"`{self.name}` writes into `{name}`, which shares memory with another argument: "
                                 f"their gradients cannot be told apart. Pass a copy of one of them")


class Function(functools.partial[Any]):
    """A function compiled ahead of time, with its derivatives.

    Calling it runs the function: values, dtypes, exceptions and effects on argument arrays are those of the Python
    function that it was built from. The derivatives leave argument arrays untouched and return fresh arrays.

    Attributes:
        grad: the gradient, called with the arguments of the function.
        value_and_grad: value and gradient in one call.
        signatures: the argument types that it was built for.
        wrt: the names of the arguments that it is differentiated by.
    """

    __name__: str
    grad: Derivative
    value_and_grad: Derivative
    signatures: tuple[str, ...]
    wrt: tuple[str, ...]

    def __new__(
        cls, code: Code, bind: Callable[..., tuple[Any, ...]], units: Sequence[Unit], wrt: tuple[str, ...],
        packed: bool, doc: str | None,
    ) -> Function:
        """`bind` gives the arguments of a call by position, and has the function's name and parameters."""
        calls = _Calls(code, bind, units, wrt, packed)
        made = super().__new__(cls, calls.direct("value"))
        made.__name__, made.__qualname__, made.__module__ = bind.__name__, bind.__name__, code.package
        made.__doc__ = doc
        made.__wrapped__ = bind  # what `inspect.signature` reads
        made._calls = calls
        made.wrt = wrt
        made.signatures = tuple(map(str, units))
        made.grad = Derivative(made, "grad", calls.direct("gradient"))
        made.value_and_grad = Derivative(made, "value_and_grad", calls.direct("both"))
        return made

    __qualname__: str
    __wrapped__: Callable[..., Any]
    _calls: _Calls

    def vjp(self, *args: Any, argnums: Any = None, **kwargs: Any) -> tuple[Any, Callable[..., Any]]:
        """The value, and the function that maps a head gradient to gradients of the arguments.

        `pullback(head)` takes a head gradient of the shape of the value (a tuple for a tuple) and may be called any
        number of times. The arguments are copied, so changing them later does not change it.
        """
        calls = self._calls
        if argnums is not None:
            raise TypeError(f"{self.__name__} was built with derivatives by {', '.join(self.wrt)}; others are chosen "
                            f"when it is built")
        given = calls.bind(*args, **kwargs)
        unit = calls.unit(tuple(map(values.conformed, given)))
        if unit.raises:
            calls.dispatch("value", *map(values.snapshot, given))
        calls.check(unit, "pullback", given, given)
        own = tuple(values.conformed(values.snapshot(a)) for a in given)
        unit = calls.unit(own)  # copies are contiguous, for which there may be code
        kept = [leaf for argument in own for leaf in values.passed(argument)]
        raw = calls.exact(unit, "value")(*map(values.snapshot, kept))  # which it may store into
        shape = values.shapes(raw)
        run = calls.exact(unit, "pullback")
        chosen = [own[calls.names.index(name)] for name in self.wrt]

        def pullback(head: Any) -> Any:
            parts = values.nested(unit.built, head, raw, self.__name__)
            found = run(*kept, *values.heads(parts, unit.result, shape, self.__name__))
            return tuple(map(values.like, chosen, found)) if calls.packed else values.like(chosen[0], found)

        return values.rebuilt(unit.built, raw, given), pullback

    def __reduce__(self) -> Any:
        return self.__name__  # by reference

    def __repr__(self) -> str:
        return f"<{self.__name__} built for {', '.join(self.signatures)}>"


class Derivative(functools.partial[Any]):
    """`f.grad` and `f.value_and_grad`: called with the arguments of `f`."""

    owner: Function

    def __new__(cls, owner: Function, name: str, target: Callable[..., Any]) -> Derivative:
        """`target` is what runs."""
        made = super().__new__(cls, target)
        made.owner, made.__name__, made.__wrapped__ = owner, name, owner.__wrapped__
        return made

    __name__: str
    __wrapped__: Callable[..., Any]

    def __reduce__(self) -> Any:
        return getattr, (self.owner, self.__name__)

    def __repr__(self) -> str:
        return f"<{self.__name__} of {self.owner.__name__} with respect to {', '.join(self.owner.wrt)}>"


def _stuck(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError("the native code does not take the arguments that it was built for")


# ---------------------------------------------------------------------------------------------------------- freshness


def warn_if_stale(package: str, folder: str) -> None:
    """Warn when the source that a package was built from lies where it lay and has changed since.

    Only a file beside the package tells where that is; it does not travel with the package. It has a line for each
    source: checksum, size, time of the last change in nanoseconds, path and name, with tabs between them.
    """
    try:
        with open(folder + DEVELOPMENT, encoding="utf-8") as file:
            rows = [line.rstrip("\n").split("\t") for line in file]
    except OSError:
        return
    changed = [name for checksum, size, time, path, name in rows
               if _differs(os.path.join(os.path.dirname(folder), path), checksum, int(size), int(time))]
    if changed:
        import warnings

        warnings.warn(f"{package} was built before {' and '.join(changed)} changed; build it again: tapeless build",
                      stacklevel=3)


def _differs(path: str, checksum: str, size: int, time: int) -> bool:
    """Whether a source file has another text; the text is read only when size or time are others."""
    try:
        found = os.stat(path)
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) != (size, time) and digest_of(path) not in (None, checksum)


def digest_of(path: str) -> str | None:
    """A checksum of a text, whatever ends its lines; None when there is no such file."""
    import hashlib

    try:
        with open(path, encoding="utf-8") as file:
            return hashlib.sha256(file.read().encode()).hexdigest()
    except OSError:
        return None
