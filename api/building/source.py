"""The Python files of a package that are written for it: its functions, and where their errors come from."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from tapeless.compiler.ir.records import (
    ArrayItems,
    Built,
    Growing,
    Options,
    Perhaps,
    RecordOf,
    RowItems,
    Structure,
    kind_in_words,
    leaf_names,
    leaf_types,
    shown_name,
)
from tapeless.compiler.ir.span import Span
from tapeless.compiler.ir.types import Array, Scalar, TupleOf, Type, in_words, is_complex, is_float, leaves
from tapeless.runtime.grown import ARRAYS, ROWS

from ..loading import UsageError
from ..signatures import known_inside
from .cpus import Level
from .objects import NativePart, layout
from .plan import Plan, Planned, Unit
from .stamp import label
from .values import GROWN, OPTIONS, PERHAPS

_INIT = '''\
"""{doc}"""

from ._support import face as _face

_code = _face.Code(
    __name__,
    {suffix!r},
    {layout!r},
    levels=(
{levels}
    ),
    places=(
{places}
    ),
)
{functions}
__all__ = [{names}]

_face.warn_if_stale(__name__, __path__[0])
'''

_FUNCTION = '''

def {name}({parameters}):
    return {arguments}


{name} = _face.Function(_code, {name}, (
{units}
), wrt={wrt!r}, packed={packed!r}, doc={doc!r})
'''


class Constants:
    """Arrays that become files of the package; one file for each array, however often it is read."""

    def __init__(self) -> None:
        self.found: dict[int, tuple[str, np.ndarray[Any, Any]]] = {}

    def name(self, array: Any) -> str:
        """The file of an array."""
        name = f"array_{len(self.found)}.npy"
        return self.found.setdefault(id(array), (name, array))[0]

    def expression(self, array: Any) -> str:
        """The array in the code of the package."""
        return f"_code.array({self.name(array)!r})"

    def beside(self, array: Any) -> str:
        """The array in the code of an adjoint, whose folder lies in the package."""
        return f"np.load(__file__.rpartition('adjoints')[0] + {self.name(array)!r})"


def init_text(
    plan: Plan, native: NativePart, levels: Iterable[Level], suffix: str, doc: str, constants: Constants
) -> str:
    """The text of `__init__.py`; `suffix` ends the names of extension modules."""
    found = layout()
    names = ("header", "tuple_items", "array_data", "array_rank", "array_extents", "array_strides", "array_descr",
             "array_flags", "descr_byteorder", "descr_type_num", "type_nums")  # fmt: skip
    listed = [f"        {(level.name, level.module, level.needs, level.also)!r}," for level in levels]
    functions = "".join(_function(p, native, constants) for p in plan.functions)
    return _INIT.format(
        doc=doc, suffix=suffix, layout={name: getattr(found, name) for name in names}, levels="\n".join(listed),
        places="\n".join(f"        {name!r}," for name in native.places), functions=functions,
        names=", ".join(repr(p.name) for p in plan.functions),
    )  # fmt: skip


def _function(planned: Planned, native: NativePart, constants: Constants) -> str:
    function = planned.function
    signature = inspect.signature(function.py_func, follow_wrapped=False)
    stand_ins: dict[str, str] = {}
    bare: list[inspect.Parameter] = []
    for p in signature.parameters.values():
        if p.default is not p.empty:
            stand_ins[p.name] = _default(planned.name, p, constants)
        default = p.empty if p.default is p.empty else _Written(stand_ins[p.name])
        bare.append(p.replace(annotation=p.empty, default=default))
    names = [p.name for p in bare]
    units = "\n".join(f"    {_unit(planned, k, native, constants)}," for k in range(len(planned.units)))
    return _FUNCTION.format(
        name=planned.name, parameters=str(inspect.Signature(bare))[1:-1],
        arguments=f"{', '.join(names)}{',' if len(names) == 1 else ''}" if names else "()", units=units,
        wrt=function.wrt, packed=function.selection.packed, doc=inspect.getdoc(function.py_func),
    )  # fmt: skip


class _Written:
    """Stands for a value by the expression that gives it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _default(name: str, p: inspect.Parameter, constants: Constants) -> str:
    """The default value of a parameter as an expression. Raises `UsageError` for one that has none."""
    text = _expression(p.default, constants)
    if text is None:
        raise UsageError(f"the default of `{p.name}` in `{name}` is a {type(p.default).__name__}, which a package "
                         f"cannot hold; make it a number, a string, None, an array or a tuple of them")
    return text


def _expression(value: Any, constants: Constants) -> str | None:
    if type(value) is float and not math.isfinite(value):
        return f"{'-' * (value < 0.0)}_face.np.{'nan' if math.isnan(value) else 'inf'}"
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return constants.expression(value)
    if type(value) is complex:
        return f"complex({_expression(value.real, constants)}, {_expression(value.imag, constants)})"
    if isinstance(value, np.generic) and value.dtype.kind in "bifc":
        inner = _expression(value.item(), constants)
        return f"_face.np.{value.dtype.name}({inner})"
    if type(value) is tuple:
        items = [_expression(item, constants) for item in value]
        return None if None in items else f"({', '.join(map(str, items))}{',' if len(items) == 1 else ''})"
    return None


def _unit(planned: Planned, number: int, native: NativePart, constants: Constants) -> str:
    unit = planned.units[number]
    result = unit.program.signature(unit.types).result
    entries, careful = (native.numbers(planned.name, number, kind) for kind in (False, True))
    options: list[str] = []
    stores = _stores(unit)
    if stores:
        options.append(f"stores={stores!r}")
    if unit.arrays:
        options.append(f"arrays=({' '.join(f'{constants.expression(a)},' for a in unit.arrays)})")
    if "gradient" not in unit.purposes:
        options.append(f"refused={_why(result, unit.built)!r}")
    if unit.raises:
        options.append("raises=True")
    if unit.built is not None:
        options.append(f"built={_built(unit.built)!r}")
    if unit.built is not None or any(isinstance(t, RecordOf) or known_inside(t) for t in unit.types):
        options.append("direct=False")
    types = tuple(map(str, unit.types))
    return f"_face.Unit({', '.join([repr(types), repr(_result(result)), repr(entries), repr(careful), *options])})"


def _result(t: Type) -> Any:
    return tuple(map(_result, t.items)) if isinstance(t, TupleOf) else str(t)


def _built(b: Built | str | None) -> Any:
    """How a record is made, as `values.rebuilt` reads it."""
    if not isinstance(b, Built):
        return b
    if b.cls is Growing:
        return GROWN, (), tuple(map(_form, b.items)), b.identity, ()
    if b.cls is Options:
        return OPTIONS, b.keys, b.items, b.identity, ()
    if b.cls is Perhaps:
        return PERHAPS, (), tuple(map(_built, b.items)), b.identity, ()
    return b.cls.__name__, b.keys, tuple(map(_built, b.items)), b.identity, b.path


def _form(b: Built | str | None) -> Any:
    """What the items of a list are, as `grown` reads it."""
    if not isinstance(b, Built):
        return b
    kind = ROWS if b.cls is RowItems else ARRAYS if b.cls is ArrayItems else b.cls.__name__
    return kind, b.keys, tuple(map(_form, b.items))


def _why(result: Type, built: Built | None) -> str:
    if built is not None:
        return f"it returns {kind_in_words(built.cls, len(built.keys))}, and a gradient is of one number; use `vjp`"
    if not any(map(is_float, leaves(result))):
        return f"it returns {in_words(result)}"
    if is_complex(result) and isinstance(result, Scalar):
        return f"it returns {in_words(result)}, and a gradient is of one real number; take `.real`, or use `vjp`"
    return f"it returns {in_words(result)}, and a gradient is of one number; use `vjp`"


def _stores(unit: Unit) -> tuple[tuple[int, str], ...]:
    """The arrays that the function writes into: which of all arrays in its arguments, and its name for messages."""
    stored = unit.program.stores(unit.types)
    return tuple((k, shown_name(name)) for k, name in enumerate(_arrays(unit)) if name in stored)


def _arrays(unit: Unit) -> Iterable[str]:
    """The names that compiled code has for the arrays in the arguments, in order."""
    for name, s in zip(unit.function._names, unit.types, strict=True):
        for leaf, t in zip(leaf_names(name, s), leaf_types(s), strict=True):
            yield from _inside(leaf, t)


def _inside(name: str, t: Structure) -> Iterable[str]:
    if isinstance(t, Array):
        yield name
    for k, item in enumerate(t.items if isinstance(t, TupleOf) else ()):
        yield from _inside(f"{name}.{k}", item)


# ------------------------------------------------------------------------------------------------------------- places


def places_text(plan: Plan, native: NativePart, root: Path) -> str:
    """The text of `_places.py`: the errors of every entry point, and their places in the source."""
    spans: dict[tuple[Any, ...], int] = {}

    def place(span: Span) -> int:
        row = (label(span.file, root) if span.line > 0 else "", span.line, span.col, span.end_line, span.end_col)
        return spans.setdefault(row, len(spans))

    names = {p.name: p.function.__name__ for p in plan.functions}
    failures = {k: tuple((e.exception, e.message, tuple(e.kinds), place(e.span), names[entry.function])
                         for e in entry.errors) for k, entry in enumerate(native.entries)}
    stores: dict[str, list[list[int]]] = {}
    for planned in plan.functions:
        for unit in planned.units:
            found = unit.program.stores(unit.types)
            rows = [place(found[name]()) for name in _arrays(unit) if name in found]
            stores.setdefault(planned.name, []).append(rows)
    lines = ['"""Where the errors of compiled code come from: lines of the source it was built from."""', ""]
    lines += ["SPANS = (", *(f"    {row!r}," for row in spans), ")", "", "FAILURES = {"]
    for k, sites in failures.items():
        lines += [f"    {k}: (", *(f"        {site!r}," for site in sites), "    ),"]
    return "\n".join([*lines, "}", "", f"STORES = {stores!r}", ""])


