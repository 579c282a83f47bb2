"""What is built: functions of one file, each for some signatures, and for each of these some purposes.

    model.py::loss,step                  the functions
    loss("float64[::1], float64")        a signature: from the decorator, the annotations or an example
    value, gradient, both, pullback      the purposes: those that the function's result allows

Everything that writes code takes a `Plan`: the package, the header with its C functions, and the texts for readers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from tapeless.compiler.diagnostics import CompileError
from tapeless.compiler.ir.records import (
    ArrayItems,
    Built,
    Growing,
    Options,
    Perhaps,
    RecordOf,
    RowItems,
    Structure,
    leaves,
)
from tapeless.compiler.ir.types import Known, Scalar, Type, is_float
from tapeless.compiler.ir.types import leaves as result_leaves

from ..function import Derivative, Differentiable
from ..key import Key, Purpose
from ..loading import UsageError, load_module, not_found, summary
from ..records import LONGEST
from ..selection import Selection
from ..signatures import annotated_types, conformed, parse_signature

if TYPE_CHECKING:
    from tapeless.compiler.backend.entry import Param
    from tapeless.compiler.ir.nodes import Function

    from ..specialise import Program

PURPOSES: tuple[Purpose, ...] = ("value", "gradient", "both", "pullback")


@dataclass(frozen=True, slots=True)
class Part:
    """A function at level LOOPS for one purpose, with what an entry point takes: leaves of arguments, heads of a
    pullback, arrays read from outside.
    """

    key: Key
    function: Function
    params: tuple[Param, ...]
    result: Type


@dataclass(frozen=True, slots=True)
class Unit:
    """One function for one signature.

    Attributes:
        function: the decorated function.
        types: the types of its arguments, in the order of its parameters.
        purposes: which of `PURPOSES` it has.
        raises: it always raises for such arguments, whatever is asked for.
    """

    function: Differentiable
    types: tuple[Structure, ...]
    purposes: tuple[Purpose, ...]
    raises: bool = False

    @property
    def program(self) -> Program:
        """The function with the values that it reads from outside."""
        return self.function._current(self.types)

    @property
    def built(self) -> Built | None:
        """How a record is made of the result, if it returns one."""
        return self.program.variant(self.types).built

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The arrays that it reads from outside: the last parameters of every part."""
        return tuple(array for _, array in self.program.variant(self.types).surface.arrays)

    def part(self, purpose: Purpose, assume: bool = True) -> Part:
        """The code for a purpose; without `assume` it takes arrays of any shapes, wherever they lie in memory."""
        key = self.function._key(purpose, self.types)._replace(assume=assume)
        return Part(key, *self.program.lowered(key))

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.types))})"


@dataclass(frozen=True, slots=True)
class Planned:
    """A function with its signatures; of two that fit the same arguments the more special one comes first."""

    name: str
    function: Differentiable
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The functions to build.

    Attributes:
        file: where they come from; None when they were given as objects.
        functions: the functions, in the order of their definition.
        skipped: decorated functions of the file that have no signature.
    """

    file: Path | None
    functions: tuple[Planned, ...]
    skipped: tuple[str, ...] = ()

    def units(self) -> Iterator[Unit]:
        """All functions for all signatures."""
        for planned in self.functions:
            yield from planned.units


def plan_file(place: str, examples: Sequence[str] = ()) -> Plan:
    """What `FILE.py` or `FILE.py::f,g` asks for.

    Args:
        place: a file, or a module that can be imported, as in `library.model::f`. Without names, every decorated
            function of the file that has a signature.
        examples: calls such as `"f(np.zeros(3), 0.1)"`, whose arguments have the types of a further signature. Their
            names are those of the file, and `np`.

    Raises:
        UsageError: there is no such file or function, it has no signature, or an example is no call of one.
        CompileError: a function is refused.
    """
    file, mark, names = place.partition("::")
    if Path(file).is_dir() and not (Path(file) / "__init__.py").exists():
        raise UsageError(f"{file} is a folder; name the file with the functions, as in `model.py`")
    module = load_module(Path(file)) if _is_path(file) else _imported(file)
    called = _Examples(module, file, examples)
    if mark:
        chosen = {name.strip(): _found(module, file, name.strip()) for name in names.split(",")}
    else:
        chosen = _decorated(module) | {name: _found(module, file, name) for name in called.calls}
        if not chosen:
            raise UsageError(f"there is no decorated function in {file}; name one: `{file}::NAME`")
    called.check(chosen)
    signatures = {name: _signatures(f, called.types(name, f)) for name, f in chosen.items()}
    if mark or not any(signatures.values()):
        for name, f in chosen.items():
            if not signatures[name]:
                raise UsageError(_without_signature(name, f))
    ordered = sorted(chosen.items(), key=lambda item: item[1].py_func.__code__.co_firstlineno)
    planned = tuple(_planned(name, f, signatures[name]) for name, f in ordered if signatures[name])
    origin = Path(file if _is_path(file) else str(module.__file__))
    return Plan(origin, planned, tuple(name for name, _ in ordered if not signatures[name]))


def _is_path(text: str) -> bool:
    return text.endswith(".py") or not all(part.isidentifier() for part in text.split("."))


def _imported(name: str) -> ModuleType:
    """A module by its name. Raises `UsageError` with one line about what went wrong."""
    try:
        return import_module(name)
    except CompileError:
        raise
    except Exception as error:
        raise UsageError(f"`{name}` cannot be imported: {summary(error)}") from None


def plan_functions(functions: Sequence[Any], examples: Sequence[tuple[Any, ...]] = ()) -> Plan:
    """Functions given as objects. Each of `examples` is a tuple of arguments of the one function there is.

    Raises `UsageError` and `CompileError` as `plan_file` does.
    """
    found = [_differentiable(f) for f in functions]
    if examples and len(found) != 1:
        raise UsageError("examples as tuples of arguments are those of one function; build one, or give signatures")
    planned: list[Planned] = []
    for f in found:
        signatures = _signatures(f, [_types_of(f, arguments, {}) for arguments in examples])
        if not signatures:
            raise UsageError(_without_signature(f.__name__, f))
        planned.append(_planned(f.__name__, f, signatures))
    return Plan(None, tuple(planned))


def _planned(name: str, function: Differentiable, signatures: Sequence[tuple[Structure, ...]]) -> Planned:
    if not name.isidentifier():
        raise UsageError(f"`{name}` is not a function at the top of its file, and only those can be built; "
                         f"give it a name of its own there")
    return Planned(name, function, tuple(_unit(function, types) for types in sorted(signatures, key=_loose)))


def _unit(function: Differentiable, types: tuple[Structure, ...]) -> Unit:
    program = function._current(types)
    variant = program.variant(types)
    if program.raises(types):
        return Unit(function, types, ("value",), True)
    result = variant.function.result
    if not any(map(is_float, result_leaves(result))):
        return Unit(function, types, ("value",))
    function._check_selection(types)
    number = isinstance(result, Scalar) and result.kind.startswith("float") and variant.built is None
    return Unit(function, types, PURPOSES if number else ("value", "pullback"))


def _loose(types: tuple[Structure, ...]) -> int:
    """How many arrays of any strides there are: a contiguous array fits them too."""
    return sum(getattr(t, "layout", "C") == "A" for s in types for t in leaves(s))


# ------------------------------------------------------------------------------------------------------ the functions


def _decorated(module: ModuleType) -> dict[str, Differentiable]:
    """The decorated functions that are defined in a module, by name."""
    return {name: value for name, value in vars(module).items()
            if isinstance(value, Differentiable) and value.py_func.__module__ == module.__name__}


def _found(module: ModuleType, file: str, name: str) -> Differentiable:
    found = getattr(module, name, None)
    if found is None:
        raise UsageError(not_found(module, file, name))
    return _differentiable(found, f"`{name}` in {file}")


def _differentiable(value: Any, shown: str = "") -> Differentiable:
    if isinstance(value, Derivative):
        value = value.owner
    if isinstance(value, FunctionType):
        return Differentiable(value, Selection())
    if not isinstance(value, Differentiable):
        what = "class" if isinstance(value, type) else type(value).__name__
        raise UsageError(f"{shown or repr(value)} is a {what}, not a function written in Python")
    return value


# ----------------------------------------------------------------------------------------------------- the signatures


def _signatures(
    function: Differentiable, examples: Sequence[tuple[Structure, ...]]
) -> tuple[tuple[Structure, ...], ...]:
    """The signatures of the decorator or else of the annotations, and those of examples; each once."""
    names = tuple(function._names)
    found: list[tuple[Structure, ...]] = [parse_signature(text) for text in function.texts]
    annotated = annotated_types(function.py_func, names) if not found else None
    found += [annotated] if annotated else []
    found += examples
    if not names:
        found.append(())
    return tuple(dict.fromkeys(found))


def _without_signature(name: str, function: Differentiable) -> str:
    listed = ", ".join(function._names)
    return (f"`{name}` has no signature; annotate ({listed}), give the decorator one, as in "
            f'`@differentiate("float64[::1], float64")`, or an example call: --example "{name}(…)"')


class _Examples:
    """Calls written as text, by the name of the function."""

    def __init__(self, module: ModuleType, file: str, texts: Sequence[str]) -> None:
        self.file = file
        self.space: dict[str, Any] = {"np": np, **vars(module)}
        self.calls: dict[str, list[tuple[str, CodeType]]] = {}
        for text in texts:
            name, code = _call(text)
            self.calls.setdefault(name, []).append((text, code))

    def check(self, chosen: dict[str, Differentiable]) -> None:
        """Raise `UsageError` for an example of a function that is not built."""
        for name, calls in self.calls.items():
            if name not in chosen:
                raise UsageError(f"the example `{calls[0][0]}` is no call of a function that is built; "
                                 f"these are {', '.join(f'`{n}`' for n in chosen)}")

    def types(self, name: str, function: Differentiable) -> list[tuple[Structure, ...]]:
        """The argument types of a function's examples."""
        found: list[tuple[Structure, ...]] = []
        for text, code in self.calls.get(name, ()):
            try:
                arguments, keywords = eval(code, {**self.space, _CAPTURE: lambda *a, **k: (a, k)})
            except Exception as error:
                raise UsageError(f"the example `{text}` cannot be evaluated: {summary(error)}") from None
            try:
                found.append(_types_of(function, arguments, keywords))
            except (TypeError, OverflowError) as error:
                raise UsageError(f"the example `{text}` does not fit: {error}") from None
        return found


_CAPTURE = "__tapeless_arguments__"


def _call(text: str) -> tuple[str, CodeType]:
    """The function's name, and code that gives the arguments of the call."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise UsageError(f"the example `{text}` is not Python: {error.msg}") from None
    call = tree.body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise UsageError(f"the example `{text}` is not a call; write one, as in `f(np.zeros(3), 0.1)`")
    name, call.func.id = call.func.id, _CAPTURE
    return name, compile(tree, "<example>", "eval")


def _types_of(
    function: Differentiable, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[Structure, ...]:
    given = function.bind(arguments, keywords)
    return function._types(tuple(map(conformed, given)), LONGEST)


def unbuildable_result(built: Built | None) -> str | None:
    """The class of a result that another process does not have, or a key; None when there is nothing."""
    if built is None:
        return None
    if built.cls not in (dict, list, tuple, Growing, RowItems, ArrayItems, Options, Perhaps):
        return f"an instance of `{built.cls.__name__}`"
    if not all(type(key) in (str, int, bool, float) for key in built.keys):
        return "a dict with keys that are no strings or numbers"
    inner = (item for item in built.items if isinstance(item, Built))
    return next((found for found in map(unbuildable_result, inner) if found), None)


def unbuildable(s: Structure) -> str | None:
    """What a signature holds that another process does not have, in words; None when there is nothing."""
    if isinstance(s, RecordOf) and s.cls not in (dict, list, tuple, Growing):
        return f"instances of `{s.cls.__name__}`"
    if isinstance(s, RecordOf) and s.cls is Growing:
        return f"lists of more than {LONGEST} items"
    for t in leaves(s):
        if isinstance(t, Known) and type(t.value) is not str:
            return f"the value {t}"
    inner = s.items if isinstance(s, RecordOf) else ()
    return next((found for found in map(unbuildable, inner) if found), None)
