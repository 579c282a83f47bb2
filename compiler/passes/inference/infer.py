"""Types from the types of the arguments, by NumPy's rules; names of operations become the rows for the ranks at hand.

Before:  `t.1 = getitem(a, i)`, `t.2 = add(t.1, 1)`
After:   `t.1: float64 = load(a, i)`, `t.2: float64 = add(t.1, 1.0)`

Tuples disappear: a tuple is a compile-time list of its items. The pass runs over the function until the types of all
slots are stable; types only grow, so a few rounds suffice. Every mistake is reported, and the value it would have
produced is poisoned, so that one mistake is not reported twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...diagnostics import Finding, Findings
from ...ir.nodes import Const, Function, Path, Return, Var
from ...ir.types import NOTHING, Scalar, Type
from ..rename import slots_of
from .axes import RULES as AXES
from .contractions import RULES as CONTRACTIONS
from .inferrer import Inferrer
from .shaping import RULES as SHAPING
from .snapshots import snapshots
from .structured import RULES as STRUCTURED
from .values import Value, poisoned

RULES = {**STRUCTURED, **AXES, **SHAPING, **CONTRACTIONS}


def infer(
    function: Function, types: tuple[Type, ...], findings: Findings, answers: dict[Path, Any] | None = None
) -> Function:
    """The function with a type on every variable, for arguments of the given types.

    `answers` receives what `translate` has asked about values. An argument whose type has only one value, a string or
    None, is no parameter any more.
    """
    params = tuple(replace(p, type=t) for p, t in zip(function.params, types, strict=True))
    slots = slots_of(function.body)
    known: dict[str, Value] = {}
    items: dict[str, Scalar | None] = {}  # of lists, by the places where they are made
    joins = Findings()  # a slot whose types do not join is poisoned from then on, so these are reported once
    first: list[Finding] = []  # what is wrong in an early round may have poisoned the slots of all later ones
    while True:
        trial = Findings()
        inferrer = Inferrer(RULES, trial, joins, slots, known, items)
        inferrer.env.update({p.name: inferrer.parameter(p) for p in params})
        body = inferrer.block(function.body)
        if not inferrer.changed:
            break
        known = inferrer.slots
        first = first or trial.items
    if not joins.items and not trial.items and any(map(poisoned, inferrer.slots.values())):
        findings.items.extend(first)
    findings.items.extend((*joins.items, *trial.items))
    if answers is not None:
        answers.update(inferrer.answers)
    flat = tuple(v for p in params for v in _leaves(inferrer.parameter(p)))
    if not body or not isinstance(body[-1], Return):  # the program always raises
        body = (*body, Return(Const(None, NOTHING), function.span))
    result = replace(function, params=flat, body=body, result=inferrer.result)
    if not findings.items:
        snapshots(result, findings)
    return result


def _leaves(value: Value) -> tuple[Var, ...]:
    if isinstance(value, tuple):
        return tuple(v for item in value for v in _leaves(item))
    return (value,) if isinstance(value, Var) else ()
