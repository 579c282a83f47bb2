"""Types from the types of the arguments, by NumPy's rules; names of operations become the rows for the ranks at hand.

Before:  `t.1 = getitem(a, i)`, `t.2 = add(t.1, 1)`
After:   `t.1: float64 = load(a, i)`, `t.2: float64 = add(t.1, 1.0)`

Tuples disappear: a tuple is a compile-time list of its items. The pass runs over the function until the types of all
slots are stable; types only grow, so a few rounds suffice. Every mistake is reported, and the value it would have
produced is poisoned, so that one mistake is not reported twice.
"""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Findings
from ..ir.nodes import Function, Var
from ..ir.types import Type
from .infer_axes import RULES as AXES
from .infer_contractions import RULES as CONTRACTIONS
from .infer_shaping import RULES as SHAPING
from .infer_structured import RULES as STRUCTURED
from .inferrer import Inferrer, Value
from .rename import slots_of
from .snapshots import snapshots

RULES = {**STRUCTURED, **AXES, **SHAPING, **CONTRACTIONS}


def infer(function: Function, types: tuple[Type, ...], findings: Findings) -> Function:
    """The function with a type on every variable, for arguments of the given types."""
    params = tuple(replace(p, type=t) for p, t in zip(function.params, types, strict=True))
    slots = slots_of(function.body)
    known: dict[str, Value] = {}
    joins = Findings()  # a slot whose types do not join is poisoned from then on, so these are reported once
    while True:
        trial = Findings()
        inferrer = Inferrer(RULES, trial, joins, slots, known)
        inferrer.env.update({p.name: inferrer.parameter(p) for p in params})
        body = inferrer.block(function.body)
        if not inferrer.changed:
            break
        known = inferrer.slots
    findings.items.extend((*joins.items, *trial.items))
    flat = tuple(v for p in params for v in _leaves(inferrer.env[p.name]))
    result = replace(function, params=flat, body=body, result=inferrer.result)
    if not findings.items:
        snapshots(result, findings)
    return result


def _leaves(value: Value) -> tuple[Var, ...]:
    if isinstance(value, tuple):
        return tuple(v for item in value for v in _leaves(item))
    assert isinstance(value, Var)
    return (value,)
