"""Which values carry a derivative from the chosen arguments to the result.

A value is *varied* when it depends differentiably on an argument, *useful* when the result depends differentiably on
it, and active when both. Arrays that may share memory are varied and useful together. See Griewank and Walther,
"Evaluating Derivatives", section 6.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...diagnostics import Findings
from ...ir.nodes import Apply, Assign, Atom, Function, Return, Stmt, Store, Var
from ...ir.traversal import walk
from ...ir.types import is_float
from ...ops import BY_NAME
from ..effects import Effects
from ..formulas import partials

LINKS = ("load", "view", "transpose", "reshape", "diagonal", "part", "asarray", "pack", "tuple", "cast", "copy",
         "astype", "undefined", "contract", "gather")


@dataclass(frozen=True, slots=True)
class Activity:
    """Names of active variables; an array is represented by its class."""

    names: frozenset[str]
    classes: frozenset[str]
    effects: Effects

    def __call__(self, a: Atom) -> bool:
        """Whether an operand is active."""
        if not isinstance(a, Var) or not is_float(a.type):
            return False
        if a.name in self.effects.parent:
            return self.effects.root(a.name) in self.classes
        return a.name in self.names


def activity(function: Function, wrt: tuple[str, ...], effects: Effects, findings: Findings) -> Activity:
    """The active variables of `function`. Reports D001 for an active operation that has no derivative."""
    statements = [s for s in walk(function.body) if isinstance(s, Assign | Store | Return)]
    varied = _closure(statements, {_key(n, effects) for n in wrt}, effects, forward=True)
    result = next(s.value for s in statements if isinstance(s, Return))
    start = {_key(result.name, effects)} if isinstance(result, Var) else set()
    useful = _closure(statements, start, effects, forward=False)
    active = varied & useful
    for s in statements:
        if isinstance(s, Assign) and isinstance(s.value, Apply):
            _check(s, s.value, active, effects, findings)
    classes = frozenset(n for n in active if n in effects.parent)
    return Activity(frozenset(active - classes), classes, effects)


def _key(name: str, effects: Effects) -> str:
    return effects.root(name) if name in effects.parent else name


def _keys(a: Atom, effects: Effects) -> set[str]:
    floating = isinstance(a, Var) and (is_float(a.type) or a.type.__class__.__name__ == "TupleOf")
    return {_key(a.name, effects)} if floating and isinstance(a, Var) else set()


def differentiable_operands(e: Apply) -> list[int]:
    """Positions of the operands on which the result depends differentiably."""
    if e.op in LINKS:
        return list(range(len(e.args))) if e.op in ("pack", "tuple", "contract") else [0] if e.args else []
    row = BY_NAME[e.op]
    if e.op == "full":
        return [0]
    if row.reason:
        return list(range(len(e.args)))
    return [k for k, p in enumerate(partials(e)) if (p != "0" if row.without else p not in ("", "0"))
            and k < len(e.args)]


def _flow(s: Stmt, effects: Effects) -> tuple[set[str], set[str]]:
    """From which values to which values a statement carries derivatives."""
    match s:
        case Assign():
            target = _keys(s.target, effects)
            if isinstance(s.value, Apply):
                sources = [s.value.args[k] for k in differentiable_operands(s.value)]
            else:
                sources = [s.value] if isinstance(s.value, Var) else []
            return set().union(*(_keys(a, effects) for a in sources)), target
        case Store():
            return _keys(s.value, effects), _keys(s.array, effects)
        case _:
            return set(), set()


def _closure(statements: Sequence[Stmt], names: set[str], effects: Effects, forward: bool) -> set[str]:
    edges = [_flow(s, effects) for s in statements]
    if not forward:
        edges = [(b, a) for a, b in reversed(edges)]
    while True:
        size = len(names)
        for sources, targets in edges:
            if sources & names:
                names |= targets
        if len(names) == size:
            return names


def _check(s: Assign, e: Apply, active: set[str], effects: Effects, findings: Findings) -> None:
    row = BY_NAME[e.op]
    sources = set().union(*(_keys(a, effects) for a in e.args), set())
    if not _keys(s.target, effects) & active:
        return
    if row.reason and sources & active:
        findings.add("D001", e.span, name=row.spelled, reason=row.reason)
    elif row.without and any(not p and _keys(a, effects) & active
                             for a, p in zip(e.args, row.partials, strict=False)):
        findings.add("D001", e.span, name=row.spelled, reason=row.without)
