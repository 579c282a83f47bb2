"""Copies, dead code and slots that never change: what translation leaves behind, removed before differentiating.

Before:  `t.1 = mul(x, y)`, `u = t.1`, `v = u`, `return v`
After:   `u = mul(x, y)`, `return u`

Operations whose failure the user could observe (a division, an index) stay even when nothing reads their result.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from ..ir.nodes import Accumulate, Apply, Assign, Atom, Block, Const, For, Function, If, Pop, Push, Stmt, Var
from ..ir.traversal import blocks, reads, rewrite_reads, walk, with_blocks, written
from ..ir.types import Array, Scalar
from ..ops import BY_NAME
from .rename import slots_of
from .share import share

TEMPORARY = re.compile(r"(^|\.)(t\.[cd]?\d+|k\.loop_\w+)(#|$)")
RAISING = {"load", "view", "pack", "linspace", "arange", "zeros", "ones", "empty", "full", "max", "min",
           "dot11", "dot12", "dot21", "dot22", "range_count", "list_place", "gather",
           "solve21", "solve22", "inv", "det", "slogdet_sign", "slogdet_log", "cholesky",
           "symmetric_factors", "symmetric_values", "singular_factors", "singular_factors_whole", "singular_values",
           "qr_factors", "qr_factors_whole", "lu_factors", "solve_lower", "solve_lower_turned",
           "solve_unit", "solve_unit_turned", "pseudo_inverse", "least_squares", "exponential", "inverse_or_nan",
           "permuted", "unpermuted", "symmetric_factors_upper", "general_factors", "general_values",
           "max_along", "min_along", "argmax", "argmin", "contract"}


def simplify(function: Function) -> Function:
    """Propagate copies, share what is computed twice, remove slots of one value and what nothing reads."""
    function = _constant_slots(function)
    function = propagate(function)
    shared = share(function)
    return eliminate(function if shared is function else propagate(shared))


# ------------------------------------------------------------------------------------------------------- copies


def _is_copy(s: Stmt, slots: set[str]) -> Atom | None:
    """The source, when the statement only gives a fixed value a second name."""
    if not isinstance(s, Assign) or s.target.name in slots:
        return None
    value = s.value
    if isinstance(value, Apply) and value.op == "cast" and value.attr("implicit"):
        source = value.args[0]
        if source.type == Scalar("bool") and value.attr("kind") == "bool":
            value = source
    if isinstance(value, Const):
        return value
    return value if isinstance(value, Var) and value.name not in slots else None


def propagate(function: Function) -> Function:
    """Replace every second name of a value by its first, and name values as the user does."""
    slots = slots_of(function.body)
    alias: dict[str, Atom] = {}
    names: dict[str, Var] = {}
    params = {p.name for p in function.params}
    for s in walk(function.body):
        source = _is_copy(s, slots)
        if source is None or not isinstance(s, Assign):
            continue
        root = _resolve(source, alias)
        alias[s.target.name] = root
        wanted = isinstance(root, Var) and root.name not in params and TEMPORARY.search(root.name)
        if wanted and not TEMPORARY.search(s.target.name) and isinstance(root, Var):
            names.setdefault(root.name, s.target)

    def atom(a: Atom) -> Atom:
        root = _resolve(a, alias)
        if isinstance(root, Var):
            better = names.get(root.name)
            return replace(root, name=better.name if better else root.name, span=a.span)
        return replace(root, span=a.span)

    def block(b: Block) -> Block:
        out: list[Stmt] = []
        for s in b:
            if _is_copy(s, slots) is not None:
                continue
            s = rewrite_reads(s, atom)
            target = written(s)
            if isinstance(s, Assign) and target is not None and target.name in names:
                s = replace(s, target=replace(s.target, name=names[target.name].name))
            if isinstance(s, For) and s.var.name in names:
                s = replace(s, var=replace(s.var, name=names[s.var.name].name))
            out.append(with_blocks(s, tuple(block(x) for x in blocks(s))))
        return tuple(out)

    return replace(function, body=block(function.body))


def _resolve(a: Atom, alias: dict[str, Atom]) -> Atom:
    while isinstance(a, Var) and a.name in alias:
        found = alias[a.name]
        a = replace(found, type=a.type) if isinstance(found, Const) and isinstance(a.type, Scalar) else found
    return a


# -------------------------------------------------------------------------------------------------------- slots


def _constant_slots(function: Function) -> Function:
    """A slot that is only ever assigned one value, apart from copies of itself, is that value."""
    while True:
        slots = slots_of(function.body)
        copies = {s.target.name: s.value for s in walk(function.body)
                  if isinstance(s, Assign) and isinstance(s.value, Var) and s.target.name not in slots}
        sources: dict[str, set[Atom]] = {}
        for s in walk(function.body):
            if isinstance(s, Assign) and s.target.name in slots:
                source: Atom | None = s.value if isinstance(s.value, Var | Const) else None
                while isinstance(source, Var) and source.name in copies and source.name != s.target.name:
                    source = copies[source.name]
                if not (isinstance(source, Var) and source.name == s.target.name):
                    sources.setdefault(s.target.name, set()).add(source if source is not None else s.target)
        single = {name: next(iter(found)) for name, found in sources.items() if len(found) == 1}
        single = {n: a for n, a in single.items() if not (isinstance(a, Var) and a.name in slots) and a != Const(n)}
        single = {n: a for n, a in single.items() if _same_type(function, n, a)}
        if not single:
            return function
        function = replace(function, body=_without_slots(function.body, single))


def _same_type(function: Function, name: str, a: Atom) -> bool:
    slot = next(s.target for s in walk(function.body) if isinstance(s, Assign) and s.target.name == name)
    if isinstance(slot.type, Array) and isinstance(a.type, Array):
        return True
    return slot.type == a.type


def _without_slots(block: Block, single: dict[str, Atom]) -> Block:
    def atom(a: Atom) -> Atom:
        return replace(single[a.name], span=a.span) if isinstance(a, Var) and a.name in single else a

    out: list[Stmt] = []
    for s in block:
        target = written(s)
        if target is not None and target.name in single:
            continue
        s = rewrite_reads(s, atom)
        out.append(with_blocks(s, tuple(_without_slots(b, single) for b in blocks(s))))
    return tuple(out)


# ---------------------------------------------------------------------------------------------------- dead code


def eliminate(function: Function) -> Function:
    """Remove statements whose results nobody reads and that cannot fail, until there are none."""
    while True:
        used = Counter(a.name for s in walk(function.body) for a in _uses(s) if isinstance(a, Var))
        pushed = {s.stack for s in walk(function.body) if isinstance(s, Pop)}
        body = _live(function.body, used, pushed)
        if body == function.body:
            return function
        function = replace(function, body=body)


def _uses(s: Stmt) -> tuple[Atom, ...]:
    """What a statement reads on behalf of others: an accumulation does not keep its own target alive."""
    if isinstance(s, Accumulate) and not isinstance(s.target.type, Array):
        return (s.value,)
    if isinstance(s, Assign) and isinstance(s.value, Apply):
        return tuple(a for a in s.value.args if not (isinstance(a, Var) and a.name == s.target.name))
    return reads(s)


def _live(block: Block, used: Counter[str], pushed: set[str]) -> Block:
    """The block without what is dead. Looking from its end, what only a dead statement reads is dead at once."""
    out: list[Stmt] = []
    for s in reversed(block):
        s = with_blocks(s, tuple(_live(b, used, pushed) for b in reversed(blocks(s)))[::-1])
        if _dead(s, used, pushed):
            used.subtract(a.name for a in _uses(s) if isinstance(a, Var))
        else:
            out.append(s)
    return tuple(reversed(out))


def _dead(s: Stmt, used: Counter[str], pushed: set[str]) -> bool:
    match s:
        case Assign():
            return not used[s.target.name] and not may_raise(s.value)
        case Accumulate():
            return not isinstance(s.target.type, Array) and not used[s.target.name]
        case If():
            return not s.then and not s.orelse
        case For():
            return not s.body
        case Push():
            return s.stack not in pushed
        case _:
            return False


def _only_slices(view: Apply) -> bool:
    """Whether a view takes nothing but slices without steps, which are cut to what there is."""
    return all(entry == "n" or (entry[0] == "s" and entry[3] == "0") for entry in view.attr("spec"))


def is_cheap(e: Apply) -> bool:
    """Whether computing the operation costs about as much as reading its result."""
    return e.op in BY_NAME and BY_NAME[e.op].cheap and (e.op != "pow" or isinstance(e.args[1], Const))


def may_raise(value: object) -> bool:
    """Whether evaluating the expression can end the function with an exception."""
    if not isinstance(value, Apply) or value.attr("safe"):
        return False
    if value.op in RAISING:
        return value.op != "view" or not _only_slices(value)
    row = BY_NAME[value.op]
    weak = isinstance(value.type, Scalar) and value.type.weak
    if value.attr("exact") or (row.name == "pow" and value.type.kind.startswith("int")):  # type: ignore[union-attr]
        return True
    if weak:
        integers = value.type.kind == "int64"  # type: ignore[union-attr]
        return bool(row.raises) or value.op in ("div", "mod", "floordiv", "pow", "cast", "lshift", "rshift") or (
            integers and row.rule == "arithmetic")
    shapes = [a for a in value.args if isinstance(a.type, Array)]
    return row.elementwise and len(shapes) > 1



