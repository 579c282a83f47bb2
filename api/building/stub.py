"""The stub of a built package: types and docstrings for editors and type checkers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence

from tapeless.compiler.ir.records import RecordOf, Structure
from tapeless.compiler.ir.types import Array, Known, Nothing, Scalar, TupleOf

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

_RECORDS: dict[type, str] = {dict: "dict[Any, Any]", list: "list[Any]", tuple: "tuple[Any, ...]"}


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
    """A method with one overload for each signature."""
    lines = []
    for unit in units:
        lines += ["    @overload"] if len(units) > 1 else []
        lines.append(f"    def {name}({', '.join(['self', *_parameters(unit)])}) -> {result(unit)}: ...")
    return "".join(f"{line}\n" for line in lines)


def _parameters(unit: Unit) -> list[str]:
    """The parameters of a function with their types."""
    signature = inspect.signature(unit.function.py_func, follow_wrapped=False)
    found: list[str] = []
    kinds = [p.kind for p in signature.parameters.values()]
    for k, (p, s) in enumerate(zip(signature.parameters.values(), unit.types, strict=True)):
        if p.kind is p.KEYWORD_ONLY and p.KEYWORD_ONLY not in kinds[:k]:
            found.append("*")
        found.append(f"{p.name}: {spelled(s)}{'' if p.default is p.empty else ' = ...'}")
        if p.kind is p.POSITIONAL_ONLY and p.POSITIONAL_ONLY not in kinds[k + 1:]:
            found.append("/")
    return found


def _value(unit: Unit) -> str:
    return spelled(unit.program.signature(unit.types).result)


def _gradient(unit: Unit) -> str:
    by_name = dict(zip(unit.function._names, unit.types, strict=True))
    parts = [_adjoint(by_name[name]) for name in unit.function.wrt]
    return f"tuple[{', '.join(parts)}]" if unit.function.selection.packed else parts[0]


def _vjp(unit: Unit) -> str:
    result = unit.program.signature(unit.types).result
    return f"tuple[{spelled(result)}, Callable[[{_head(result)}], {_gradient(unit)}]]"


def _head(s: Structure) -> str:
    """The type of a head gradient: a number may be given as a Python float."""
    if isinstance(s, TupleOf):
        return f"tuple[{', '.join(map(_head, s.items))}]"
    return "float" if isinstance(s, Scalar) else "npt.ArrayLike" if isinstance(s, Array) else "Any"


def _adjoint(s: Structure) -> str:
    """The type of a gradient: None where there is none."""
    if isinstance(s, TupleOf):
        return f"tuple[{', '.join(map(_adjoint, s.items)) or '()'}]"
    if isinstance(s, RecordOf):
        return spelled(s)
    return spelled(s) if isinstance(s, Scalar | Array) and s.kind.startswith("float") else "None"


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
