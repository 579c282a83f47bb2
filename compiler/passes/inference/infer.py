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

from ...diagnostics import Findings
from ...ir.nodes import Assign, Block, Const, Fail, Function, Path, Print, Return, Var
from ...ir.traversal import walk
from ...ir.types import NOTHING, PY_FLOAT, Array, Known, Scalar, Type, Unknown, leaves
from ..records.tables import UNROLLED
from ..rename import slots_of
from .arraylike import RULES as ARRAYLIKE
from .axes import RULES as AXES
from .calculus import RULES as CALCULUS
from .choices import RULES as CHOICES
from .choosing import RULES as CHOOSING
from .compared import RULES as COMPARED
from .complex_parts import RULES as COMPLEX
from .contractions import RULES as CONTRACTIONS
from .counting import RULES as COUNTING
from .eigenvalues import RULES as EIGENVALUES
from .eigenvalues import only_parts
from .factors import RULES as FACTORS
from .fourier import RULES as FOURIER
from .inferrer import Inferrer
from .items import RULES as ITEMS
from .joins import Joins
from .keyed import RULES as KEYED
from .linalg import RULES as LINALG
from .listed import listed
from .masked import RULES as MASKED
from .norms import RULES as NORMS
from .optional import RULES as OPTIONAL
from .outside import outside
from .parts import RULES as PARTS
from .quantiles import RULES as QUANTILES
from .raising import RULES as RAISING
from .scipy_linalg import RULES as SCIPY
from .shaping import RULES as SHAPING
from .snapshots import snapshots
from .statistics import RULES as STATISTICS
from .storing import RULES as STORING
from .structured import RULES as STRUCTURED
from .ufuncs import RULES as UFUNCS
from .values import Value, poisoned, type_of
from .windows import RULES as WINDOWS

RULES = {**STRUCTURED, **AXES, **SHAPING, **CONTRACTIONS, **LINALG, **FACTORS, **NORMS, **SCIPY, **UFUNCS, **PARTS,
         **CHOOSING, **STATISTICS, **CALCULUS, **COUNTING, **MASKED, **FOURIER, **COMPLEX, **OPTIONAL, **STORING,
         **ARRAYLIKE, **CHOICES, **EIGENVALUES, **ITEMS, **QUANTILES, **RAISING, **WINDOWS, **KEYED, **COMPARED}


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
    numbers: dict[Known, int] = {}
    open_end = _has_open_end(function)
    joins = Findings()  # a slot whose types do not join is poisoned from then on, so these are reported once
    trial, causes = Findings(), Findings()  # a slot that is poisoned hides what has poisoned it from later rounds
    while True:
        causes.items.extend(f for f in trial.items if f not in causes.items)
        trial = Findings()
        inferrer = Inferrer(RULES, trial, Joins(joins, numbers, open_end), slots, known, items)
        inferrer.env.update({p.name: inferrer.parameter(p) for p in params})
        body = inferrer.block(function.body)
        if answers is not None:  # of an earlier round too: what waits for an answer poisons slots, which is seen later
            answers.update(inferrer.answers)
        if not inferrer.changed and not inferrer.empty:
            break
        if not inferrer.changed:  # NumPy makes floats of an empty list as well
            items.update(dict.fromkeys(inferrer.empty, PY_FLOAT))
        known = {} if inferrer.widened else inferrer.slots  # what was made of the items has their old type
        joins = Findings() if inferrer.widened else joins
    if answers is not None and inferrer.tables.exact and _tells(inferrer, body):
        answers[UNROLLED] = True
    found = (*joins.items, *trial.items)
    findings.items.extend(found or (causes.items if any(map(poisoned, inferrer.slots.values())) else ()))
    flat = tuple(v for p in params for v in _leaves(inferrer.parameter(p)))
    body = (*inferrer.tables.entry.values(), *body)
    if not body or not isinstance(body[-1], Return):  # the program always raises
        body = (*body, Return(Const(None, NOTHING), function.span))
    result = replace(function, params=flat, body=body, result=inferrer.result,
                     choices=tuple(map(str, numbers)), constants=tuple(inferrer.returned.constants.items()))
    if not findings.items and any(isinstance(t, Unknown) for t in leaves(result.result)):
        findings.add("A035", body[-1].span, name=function.name, what="something that has no type before it returns")
    if not findings.items:
        snapshots(result, findings)
        listed(result, findings, inferrer.copied, inferrer.moved, answers)
        outside(result, findings)
        only_parts(result, findings)
    return result


def _has_open_end(function: Function) -> bool:
    """Whether a path ends without `return`: `merge_returns` has put the None there."""
    nothing = Const(None, NOTHING)
    return any(isinstance(s, Assign) and s.value == nothing and s.value.span == function.span
               for s in walk(function.body))


def _tells(inferrer: Inferrer, body: Block) -> bool:
    """Whether it can be seen of which class the numbers are that lists have taken.

    A text shows it, and a Python number leaves single precision alone, as a NumPy number does not.
    """
    texts = any(isinstance(s, Print | Fail) and s.values for s in walk(body))
    return ((inferrer.tables.mixed or inferrer.joins.mixed) and texts) or (
        inferrer.joins.mixed and any(map(_single, inferrer.env.values())))


def _single(value: Value) -> bool:
    t = type_of(value)
    return isinstance(t, Scalar | Array) and t.kind in ("float32", "complex64")


def _leaves(value: Value) -> tuple[Var, ...]:
    if isinstance(value, tuple):
        return tuple(v for item in value for v in _leaves(item))
    return (value,) if isinstance(value, Var) else ()
