"""Whether `dissolve` has anything to do."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.nodes import Apply, Assign, Call, Const, Consume, Function, SetItem, Var
from ...ir.records import Structure
from ...ir.traversal import walk
from ...ir.types import Known
from .state import OURS, Value

_OF_TEXTS = ("add", "iadd", "mul", "mod", "getitem", "ask", "cast")  # more than comparisons, which `infer` decides


def needs_dissolving(function: Function, given: Sequence[Structure | None]) -> bool:
    """Whether there is any record in a function, or a string that is computed with or gone through."""
    texts = {p.name for p, s in zip(function.params, given, strict=False)
             if isinstance(s, Known) and type(s.value) is str}
    for s in walk(function.body):
        if isinstance(s, Assign) and (s.value.name in texts if isinstance(s.value, Var) else isinstance(
                s.value, Const) and is_string(s.value)):
            texts.add(s.target.name)
    return any(
        (isinstance(s, SetItem) and s.spec == ("a",))
        or (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in OURS)
        or (isinstance(s, Assign) and isinstance(s.value, Call)) or isinstance(s, Consume)
        or (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in _OF_TEXTS
            and any(a.name in texts if isinstance(a, Var) else is_string(a) for a in s.value.args))
        for s in walk(function.body)
    )


def is_string(value: Value) -> bool:
    """Whether the value is known to be a certain string."""
    return isinstance(value, Const) and isinstance(value.type, Known) and type(value.value) is str
