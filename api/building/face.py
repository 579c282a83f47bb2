"""The functions of a built package: calls by signature, derivatives, errors.

This file is the same in every package that `tapeless build` writes, and needs Python and NumPy only. A function is
called through native code for one of its signatures. What that code does not take comes to `_Calls.dispatch`, which
binds keywords and defaults, finds the signature, and otherwise says what is wrong.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_KINDS = ("bool", "int32", "int64", "float32", "float64")
_ROW = 4  # words of a row of the table of captured arrays; the third one is the array
_PLACES = "_places"  # the module that says where in the source an error comes from
_DEVELOPMENT = ".development.json"


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
        ndarray = importlib.import_module("._ndarray", package)
        found = ndarray.native_layout()
        if any(found[name] != value for name, value in layout.items()):
            raise ImportError(f"{package} was built for a Python and a NumPy that lay out their objects in another "
                              f"way than Python {sys.version.split()[0]} and NumPy {np.__version__}; build it again")
        features = processor()
        for name, module, needs, also in levels:
            if all(features.get(n, False) for n in needs) and all(features.get(n, True) for n in also):
                self.level = name
                self._native = importlib.import_module(f".{module}", package)
                break
        else:
            raise ImportError(f"{package} was built for {' and '.join(name for name, *_ in levels)}, which this "
                              f"processor is not; build it for `--cpu portable`")
        addresses = ndarray.addresses()
        for k, name in enumerate(places):
            self._native.place(k, addresses[name] if name in addresses else self._routine(name))

    def _check_python(self, suffix: str) -> None:
        from importlib.machinery import EXTENSION_SUFFIXES

        if suffix not in EXTENSION_SUFFIXES:
            raise ImportError(f"{self.package} was built for {suffix.strip('.')}, and this Python takes "
                              f"{EXTENSION_SUFFIXES[0].strip('.')}; build it with this Python")

    def _routine(self, name: str) -> int:
        """Where a routine of BLAS or LAPACK is."""
        found: int | None = importlib.import_module("._fortran", self.package).address(name)
        if found is None:
            raise ImportError(f"{self.package} calls {name.rpartition('.')[2]} of BLAS and LAPACK; install SciPy, "
                              f"built with 32-bit integers as it usually is: pip install scipy")
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
        state = (table, slow, functools.partial(self._fail, number), again, arrays)
        made: Callable[..., Any] = self._native.bind(number, state, self.package)
        return made

    def _fail(self, number: int, status: int, *info: int) -> BaseException:
        """The exception for a status of an entry point, with its place in the source."""
        errors = importlib.import_module("._errors", self.package)
        places = importlib.import_module(f".{_PLACES}", self.package)
        table = [errors.Failure(e, m, kinds, *places.SPANS[span], name) for e, m, kinds, span, name
                 in places.FAILURES[number]]
        found: BaseException = errors.make_fail(table)(status, *info)
        return found

    def read_only(self, function: str, unit: int, store: int) -> BaseException:
        """NumPy's error for a store into a read-only array, at the line of the store."""
        errors = importlib.import_module("._errors", self.package)
        places = importlib.import_module(f".{_PLACES}", self.package)
        span = places.SPANS[places.STORES[function][unit][store]]
        error = ValueError("assignment destination is read-only")
        found: BaseException = errors.with_origin(error, errors.Failure("ValueError", "", (), *span, function))
        return found


@dataclass(slots=True)
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
        direct: native code alone can tell whether the arguments have these types.
    """

    types: tuple[str, ...]
    result: Any
    entries: dict[str, int]
    careful: dict[str, int]
    stores: tuple[tuple[int, str], ...] = ()
    arrays: tuple[Any, ...] = ()
    refused: str = ""
    raises: bool = False
    direct: bool = True

    def __str__(self) -> str:
        return f"({', '.join(self.types)})"


class _Calls:
    """All entry points of one function, and the way to them."""

    def __init__(self, code: Code, bind: Callable[..., tuple[Any, ...]], units: Sequence[Unit]) -> None:
        self.code = code
        self.bind = bind
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
        arguments = tuple(map(_conformed, given))
        unit = self.unit(arguments)
        if unit.raises and purpose != "value":
            purpose, given, arguments = "value", (), tuple(map(_snapshot, arguments))
        self.check(unit, purpose, given, arguments)
        passed = [leaf for argument in arguments for leaf in _passed(argument)]
        raw = self.exact(unit, purpose)(*passed)
        if purpose == "value" or unit.direct:
            return raw
        chosen = [arguments[self.names.index(name)] for name in self.wrt]
        gradient = raw if purpose == "gradient" else raw[1]
        made = tuple(map(_like, chosen, gradient)) if self.packed else _like(chosen[0], gradient)
        return made if purpose == "gradient" else (raw[0], made)

    wrt: tuple[str, ...] = ()
    packed: bool = False

    def unit(self, arguments: tuple[Any, ...]) -> Unit:
        """The signature for arguments. Raises `TypeError` when none was built."""
        try:
            types = tuple(map(_type_of, arguments))
        except TypeError:
            types = tuple(f"a {type(a).__name__}" for a in arguments)
        found = self._by_types.get(types)
        if found is None:
            found = next((u for u in self.units if all(map(_fits, types, u.types))), None)
        if found is None:
            raise TypeError(self._no_signature(arguments, types))
        return found

    def _no_signature(self, arguments: tuple[Any, ...], types: tuple[str, ...]) -> str:
        listed = " and ".join(map(str, self.units))
        got = ", ".join(t.removeprefix("a ") for t in types)
        nearest = max(self.units, key=lambda u: sum(map(_fits, types, u.types)))
        hints = [_hint(name, value, wanted) for name, value, t, wanted
                 in zip(self.names, arguments, types, nearest.types, strict=True) if not _fits(t, wanted)]
        passed = "".join(f"; pass {hint}" for hint in dict.fromkeys(filter(None, hints)))
        return f"{self.name}() was built for {listed}, and the arguments are ({got}){passed}"

    def check(self, unit: Unit, purpose: str, given: tuple[Any, ...], arguments: tuple[Any, ...]) -> None:
        """Raise what is wrong with a call that has a signature.

        An array that the function writes into must be writeable, and must be the caller's own.
        """
        if purpose not in unit.entries:
            raise TypeError(f"{self.name}{unit} has no gradient: {unit.refused}")
        if not unit.stores or not given:
            return
        theirs, ours = list(_arrays(given)), list(_arrays(arguments))
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
        calls = _Calls(code, bind, units)
        calls.wrt, calls.packed = wrt, packed
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
        unit = calls.unit(tuple(map(_conformed, given)))
        if "pullback" not in unit.entries:
            raise TypeError(f"{self.__name__}{unit} has no derivative: {unit.refused or 'it always raises'}")
        calls.check(unit, "pullback", given, given)
        own = tuple(_conformed(_snapshot(a)) for a in given)
        kept = [leaf for argument in own for leaf in _passed(argument)]
        value = calls.exact(unit, "value")(*map(_snapshot, kept))  # which it may store into
        shape = _shapes(value)
        run = calls.exact(unit, "pullback")
        chosen = [own[calls.names.index(name)] for name in self.wrt]

        def pullback(head: Any) -> Any:
            raw = run(*kept, *_heads(head, unit.result, shape, self.__name__))
            return tuple(map(_like, chosen, raw)) if calls.packed else _like(chosen[0], raw)

        return value, pullback

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


# ----------------------------------------------------------------------------------------------------------- the types


def _type_of(value: Any) -> str:
    """The type of an argument as signatures spell it. Raises `TypeError` for what no signature has."""
    if isinstance(value, np.ndarray):
        if value.dtype.name not in _KINDS:
            raise TypeError
        if value.ndim == 0:
            return f"{value.dtype.name}[()]"
        axes = [":"] * value.ndim
        if value.flags.c_contiguous:
            axes[-1] = "::1"
        return f"{value.dtype.name}[{','.join(axes)}]"
    if isinstance(value, np.generic):
        if value.dtype.name not in _KINDS:
            raise TypeError
        return value.dtype.name
    if isinstance(value, bool | int | float):
        if type(value) is int and not -(2**63) <= value < 2**63:
            raise OverflowError("an integer argument does not fit into 64 bits; pass a float")
        return type(value).__name__
    if value is None or type(value) is str:
        return repr(value)
    if type(value) is tuple and not any(map(_is_record, value)):
        return f"({', '.join(map(_type_of, value))})"
    if type(value) in (dict, list, tuple):
        keys = value.keys() if isinstance(value, dict) else range(len(value))
        items = value.values() if isinstance(value, dict) else value
        inner = ", ".join(f"{key}: {_type_of(item)}" for key, item in zip(keys, items, strict=True))
        return f"{type(value).__name__}({inner})"
    raise TypeError


def _fits(given: str, wanted: str) -> bool:
    """Whether an argument may be passed where a type is wanted: a contiguous array fits one of any strides."""
    return given == wanted or (given.endswith("::1]") and given.replace("::1]", ":]") == wanted)


def _hint(name: str, value: Any, wanted: str) -> str:
    """What to write in place of an argument of another type."""
    if wanted in ("float", "int", "bool") and np.ndim(value) == 0 and not isinstance(value, str | None):
        return f"`{wanted}({name})`"
    if wanted in _KINDS:
        return f"`np.{wanted}({name})`"
    kind, bracket, axes = wanted.partition("[")
    if bracket and kind in _KINDS:
        rank = axes.count(",") + 1 if axes != "()]" else 0
        if np.ndim(value) == rank and not isinstance(value, str | dict | None):
            return f"`np.ascontiguousarray({name}, dtype=np.{kind})`"
        return f"an array of {rank} axes as `{name}`"
    return ""


def _conformed(value: Any) -> Any:
    """The value as native code takes it: plain arrays, aligned and in native byte order, and plain numbers."""
    if isinstance(value, np.ndarray):
        plain = type(value) is np.ndarray and value.flags.aligned and value.dtype.isnative
        steps = all(s % value.itemsize == 0 for s in value.strides) if value.itemsize else True
        if value.dtype.name not in _KINDS or (
            plain and steps and value.dtype.num == np.dtype(value.dtype.name).num
        ):
            return value
        return np.array(value, dtype=value.dtype.name, order="C", subok=False)
    if isinstance(value, np.generic):
        known = value.dtype.name in _KINDS
        return np.dtype(value.dtype.name).type(value) if known else value
    if type(value) in (tuple, list):
        return type(value)(map(_conformed, value))
    if type(value) is dict:
        return {key: _conformed(item) for key, item in value.items()}
    for plain_type in (bool, int, float):
        if isinstance(value, plain_type):
            return value if type(value) is plain_type else plain_type(value)
    return value


# ----------------------------------------------------------------------------------------- what arguments consist of


def _is_record(value: Any) -> bool:
    """Whether a value is passed by its parts: a dict, a list, or a tuple that holds one."""
    return type(value) in (dict, list) or (type(value) is tuple and any(map(_is_record, value)))


def _items(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)


def _passed(value: Any) -> Iterator[Any]:
    """What native code is given for an argument: of a record, its parts but strings and None."""
    if not _is_record(value):
        yield value
        return
    for item in _items(value):
        if item is not None and type(item) is not str:
            yield from _passed(item)


def _arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """All arrays in an argument, in order."""
    if isinstance(value, np.ndarray):
        yield value
    for item in _items(value) if isinstance(value, dict | list | tuple) else ():
        yield from _arrays(item)


def _like(value: Any, raw: Any) -> Any:
    """The gradient by an argument in the form of that argument."""
    if not _is_record(value):
        return raw
    parts = map(_like, _items(value), raw)
    return dict(zip(value, parts, strict=True)) if isinstance(value, dict) else type(value)(parts)


def _snapshot(value: Any) -> Any:
    """A copy of an array, or of what holds some."""
    if isinstance(value, np.ndarray):
        return np.array(value, order="K")
    if isinstance(value, dict):
        return {key: _snapshot(item) for key, item in value.items()}
    return type(value)(map(_snapshot, value)) if isinstance(value, tuple | list) else value


def _shapes(value: Any) -> Any:
    return tuple(map(_shapes, value)) if isinstance(value, tuple) else np.shape(value)


def _heads(head: Any, result: Any, shape: Any, name: str) -> Iterator[Any]:
    """The head gradients of the floating-point parts of a result, as native code takes them."""
    if isinstance(result, tuple):
        if not isinstance(head, tuple | list) or len(head) != len(result):
            raise ValueError(f"`{name}` returns {len(result)} values, so the head gradient is a tuple of as many")
        for item, inner, extents in zip(head, result, shape, strict=True):
            yield from _heads(item, inner, extents, name)
        return
    kind, bracket, _ = result.partition("[")
    if not kind.startswith("float"):
        return
    dtype = "float64" if kind == "float" else kind
    if bracket:
        value = np.asarray(head, dtype=dtype)
        if value.shape != shape:
            raise ValueError(f"the head gradient of `{name}` has shape {value.shape}, the value has shape {shape}")
        yield _conformed(value)
    else:
        if head is None or np.size(head) != 1:
            raise ValueError(f"`{name}` returns a number, so the head gradient is a number")
        yield np.dtype(dtype).type(np.asarray(head).reshape(())[()])


# ---------------------------------------------------------------------------------------------------------- freshness


def warn_if_stale(package: str, folder: str) -> None:
    """Warn when the source that a package was built from lies where it lay and has changed since.

    Only a file beside the package tells where that is; it does not travel with the package.
    """
    try:
        with open(folder + _DEVELOPMENT, encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return
    import json
    import os
    import warnings

    changed = [source for source, (path, digest) in json.loads(text).items()
               if digest_of(os.path.join(os.path.dirname(folder), path)) not in (None, digest)]
    if changed:
        warnings.warn(f"{package} was built before {' and '.join(changed)} changed; build it again: tapeless build",
                      stacklevel=3)


def digest_of(path: str) -> str | None:
    """A checksum of a text, whatever ends its lines; None when there is no such file."""
    import hashlib

    try:
        with open(path, encoding="utf-8") as file:
            return hashlib.sha256(file.read().encode()).hexdigest()
    except OSError:
        return None
