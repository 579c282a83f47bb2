"""The stub of a built package: types and docstrings for editors and type checkers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from tapeless.compiler.ir.records import Growing, Options, Perhaps, RecordOf, Structure
from tapeless.compiler.ir.types import Array, Known, Nothing, Scalar, TupleOf, is_complex, is_float

from ..signatures import conformed, type_of
from .plan import Plan, Planned, Unit

_HEAD = '''\
"""{doc}"""

from collections.abc import Callable
from typing import Any, Final, Literal, overload

import numpy as np
import numpy.typing as npt
'''

_CLASSES = '''
class _{name}:
    """{doc}"""

    __name__: str
    signatures: tuple[str, ...]
    wrt: tuple[str, ...]
{call}
    grad: Final[_{name}_grad]
    value_and_grad: Final[_{name}_value_and_grad]
{vjp}
class _{name}_grad:
{grad}
class _{name}_value_and_grad:
{both}
{name}: Final[_{name}]
'''

_RECORDS: dict[type, str] = {dict: "dict[Any, Any]", list: "list[Any]", tuple: "tuple[Any, ...]",
                             Options: "str", Perhaps: "Any | None"}


def stub(plan: Plan, doc: str) -> str:
    """The text of `__init__.pyi`."""
    return _HEAD.format(doc=doc) + "".join(map(_function, plan.functions))


def _function(planned: Planned) -> str:
    gradients = [u for u in planned.units if "gradient" in u.purposes]
    pullbacks = [u for u in planned.units if "pullback" in u.purposes]
    doc = inspect.getdoc(planned.function.py_func) or f"`{planned.name}`, compiled ahead of time."
    return _CLASSES.format(
        name=planned.name, doc=_quoted(doc.replace("\n", "\n    ")),
        call=_methods("__call__", planned.units, _value), vjp=_methods("vjp", pullbacks, _vjp),
        grad=_methods("__call__", gradients, _gradient) or "    pass\n",
        both=_methods("__call__", gradients, lambda u: f"tuple[{_value(u)}, {_gradient(u)}]") or "    pass\n",
    )  # fmt: skip


def _quoted(doc: str) -> str:
    return doc.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _methods(name: str, units: Sequence[Unit], result: Callable[[Unit], str]) -> str:
    """A method with one overload for each signature, of which the more special ones come first.

    Layouts of arrays are not among the types of NumPy's stubs, so signatures may look the same.
    """
    found = {tuple(_parameters(unit)): result(unit) for unit in sorted(units, key=_special)}
    lines: list[str] = []
    several = len(found) > 1
    for parameters, returned in found.items():
        lines += ["    @overload"] if several else []
        inner = ", ".join(["self", *parameters])
        lines.append(f"    def {name}({inner}) -> {returned}: ...{_OVERLAP if several else ''}")
    return "".join(f"{line}\n" for line in lines)


# A checker takes an int for a float, and arrays of one dtype for those of another where it knows neither.
_OVERLAP = "  # type: ignore[overload-overlap, unused-ignore]"
_ORDER = ("bool", "int", "np.float64", "float", "np.complex128", "complex")


def _special(unit: Unit) -> list[int]:
    """The place of a signature among overloads: a `bool` is an `int` to a checker, and `np.float64` a `float`."""
    return [_ORDER.index(text) if (text := spelled(s)) in _ORDER else 0 for s in unit.types]


def _parameters(unit: Unit) -> list[str]:
    """The parameters of a function with their types. One has a default where that has the type of the signature."""
    signature = inspect.signature(unit.function.py_func, follow_wrapped=False)
    listed = list(signature.parameters.values())
    optional = [p.default is not p.empty and _has_type(p.default, s) for p, s in zip(listed, unit.types, strict=True)]
    found: list[str] = []
    for k, (p, s) in enumerate(zip(listed, unit.types, strict=True)):
        if p.kind is p.KEYWORD_ONLY and p.KEYWORD_ONLY not in [q.kind for q in listed[:k]]:
            found.append("*")
        later = [o for q, o in zip(listed[k:], optional[k:], strict=True) if q.kind is not q.KEYWORD_ONLY]
        given = optional[k] and (p.kind is p.KEYWORD_ONLY or all(later))
        found.append(f"{p.name}: {spelled(s)}{' = ...' if given else ''}")
        if p.kind is p.POSITIONAL_ONLY and p.POSITIONAL_ONLY not in [q.kind for q in listed[k + 1:]]:
            found.append("/")
    return found


def _has_type(default: Any, s: Structure) -> bool:
    try:
        return type_of(conformed(default), "") == s
    except (TypeError, OverflowError):
        return False


def _value(unit: Unit) -> str:
    built = unit.built
    if built is not None:
        return "list[Any]" if built.cls is Growing else _RECORDS[built.cls]
    return spelled(unit.program.signature(unit.types).result)


def _gradient(unit: Unit) -> str:
    by_name = dict(zip(unit.function._names, unit.types, strict=True))
    parts = [_adjoint(by_name[name]) for name in unit.function.wrt]
    return f"tuple[{', '.join(parts)}]" if unit.function.selection.packed else parts[0]


def _vjp(unit: Unit) -> str:
    head = "Any" if unit.built is not None else _head(unit.program.signature(unit.types).result)
    return f"tuple[{_value(unit)}, Callable[[{head}], {_gradient(unit)}]]"


def _head(s: Structure) -> str:
    """The type of a head gradient: a number may be given as a Python float."""
    if isinstance(s, TupleOf):
        return f"tuple[{', '.join(map(_head, s.items))}]"
    if isinstance(s, Scalar):
        return "complex" if is_complex(s) else "float"
    return "npt.ArrayLike" if isinstance(s, Array) else "Any"


def _adjoint(s: Structure) -> str:
    """The type of a gradient: None where there is none."""
    if isinstance(s, TupleOf):
        return f"tuple[{', '.join(map(_adjoint, s.items)) or '()'}]"
    if isinstance(s, RecordOf):
        return spelled(s)
    return spelled(s) if is_float(s) else "None"


def spelled(s: Structure) -> str:
    """A type as Python spells it."""
    match s:
        case Scalar(weak=True):
            return str(s)
        case Scalar():
            return f"np.{s.kind}" + ("_" if s.kind == "bool" else "")
        case Array():
            return f"npt.NDArray[np.{s.kind}{'_' if s.kind == 'bool' else ''}]"
        case TupleOf():
            return f"tuple[{', '.join(map(spelled, s.items)) or '()'}]"
        case Known(value=str() as text):
            return f"Literal[{text!r}]"
        case Nothing():
            return "None"
        case RecordOf():
            return _RECORDS[s.cls]
        case _:
            return "Any"
