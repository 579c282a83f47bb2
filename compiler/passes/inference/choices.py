"""What is one of several constants: strings, enum members, functions. A number says which of them it is.

Before:  slot `mode = "up"`, on another path `mode = "down"`; `t = eq(mode, "up")`
After:   slot `mode = 0`, on another path `mode = 1`; `t = eq(mode, 0)`

Where paths meet on which a variable is different constants, it becomes a `Chosen`. An operation on it is the operation
on each of them, behind tests of the number; so everything that `infer` decides for one constant is decided for each,
and what follows, the adjoint too, has numbers and branches only. A truth value that the constants decide is a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ...ir.nodes import Apply, Block, Const, Fail, If, Stmt, Var
from ...ir.traversal import diverges
from ...ir.types import PY_BOOL, PY_FLOAT, PY_INT, Known, Scalar
from ...ops.typing import TypingError
from .inferrer import Inferrer, Rules
from .values import UNASSIGNED, Chosen, Value, type_of
from .words import chosen_name

MOST = 64  # items of a tuple that are tried one after the other


@dataclass(frozen=True, slots=True)
class _Arm:
    """What an operation does and gives for one of the constants, or in one case."""

    test: Apply
    block: Block
    value: Value


def _choice(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """The operation for each of the constants that its first operand of the kind may be."""
    at, chosen = next((k, v) for k, v in enumerate(values) if isinstance(v, Chosen))
    arms = [_arm(inf, target, e, values, (at, chosen), option) for option in chosen.options]
    if all(isinstance(a.value, Const) and a.value.type == PY_BOOL and not a.block for a in arms):
        truths = zip(chosen.options, arms, strict=True)
        _test(inf, target, e, chosen, [o for o, a in truths if isinstance(a.value, Const) and a.value.value])
    else:
        _joined(inf, target, e, arms)


def pick(inf: Inferrer, target: Var, e: Apply, items: tuple[Value, ...], index: Value) -> bool:
    """Let the target be the item of a tuple at a place known at run time, if constants are among the items."""
    t = type_of(index)
    if isinstance(index, tuple) or not isinstance(t, Scalar) or t.kind not in ("int32", "int64"):
        return False
    if not 0 < len(items) <= MOST or not any(map(_has_constants, items)):
        return False
    args = (inf.cast(index, "int64", e.span, weak=True), Const(len(items), PY_INT))
    attrs = (("message", "tuple index out of range"),)
    place = inf.temporary(Apply("list_place", args, PY_INT, e.span, attrs), e.span)
    cases = [Apply("eq", (place, Const(k, PY_INT)), PY_BOOL, e.span) for k in range(len(items))]
    _joined(inf, target, e, [_Arm(case, (), item) for case, item in zip(cases, items, strict=True)])
    return True


def _has_constants(value: Value) -> bool:
    if isinstance(value, tuple):
        return isinstance(value, Chosen) or any(map(_has_constants, value))
    return isinstance(value.type, Known)


def _arm(
    inf: Inferrer, target: Var, e: Apply, values: list[Value], where: tuple[int, Chosen], option: Known
) -> _Arm:
    at, chosen = where
    outer, inf.out = inf.out, []
    result = Var(f"{target.name}.{inf.joins.number(option)}", span=e.span)
    given = [*values[:at], Const(option.value, option, e.span), *values[at + 1 :]]
    base = given[0]
    table = base.value if isinstance(base, Const) and isinstance(base.type, Known) else None
    if e.op == "getitem" and at == 1 and isinstance(table, dict) and option.value not in table:
        key = Const(option.value, option, e.span)
        inf.tell(Fail("KeyError", "{!s}", (key,), e.span), (key,))
    else:
        inf.apply_to(result, e, given)
    block, inf.out = tuple(inf.out), outer
    value = UNASSIGNED if diverges(block[-1:]) else inf.env.get(result.name, UNASSIGNED)
    return _Arm(inf.joins.is_option(chosen, option, e.span), block, value)


def _test(inf: Inferrer, target: Var, e: Apply, chosen: Chosen, positive: list[Known]) -> None:
    """Let the target be whether what is chosen is one of some constants."""
    if len(positive) in (0, len(chosen.options)):
        inf.env[target.name] = Const(bool(positive), PY_BOOL, e.span)
        return
    others = [o for o in chosen.options if o not in positive]
    fewer = min(positive, others, key=len)
    tests = [inf.temporary(inf.joins.is_option(chosen, o, e.span), e.span) for o in fewer]
    result = tests[0]
    via = (("via", "python"),)
    for test in tests[1:]:
        result = inf.temporary(Apply("logical_or", (result, test), PY_BOOL, e.span, via), e.span)
    if fewer is others:
        inf.define(target, Apply("logical_not", (result,), PY_BOOL, e.span, via), e.span)
    else:
        inf.define(target, result, e.span)


def _joined(inf: Inferrer, target: Var, e: Apply, arms: list[_Arm]) -> None:
    """Branches, which meet in a slot."""
    slot: Value | None = None
    name = chosen_name(target.name)
    for arm in arms:
        slot = inf.join(name, slot, arm.value, e.span)
    raising = [a for a in arms if diverges(a.block[-1:])]
    for arm in raising:
        inf.emit(If(inf.temporary(arm.test, e.span), arm.block, (), e.span))
    going = [a for a in arms if a not in raising]
    if slot is None:
        inf.env[target.name] = UNASSIGNED
        return
    _branches(inf, e, going, slot)
    if isinstance(slot, Const):
        inf.env[target.name] = slot
    else:
        copy = inf.env[target.name] = inf.named(target.name, type_of(slot))
        inf.move(copy, slot, e.span)


def _branches(inf: Inferrer, e: Apply, arms: list[_Arm], slot: Value) -> None:
    arm, *others = arms
    outer, inf.out = inf.out, list[Stmt](arm.block)
    inf.move(slot, arm.value, e.span)
    then, inf.out = tuple(inf.out), outer
    if not others:
        inf.out.extend(then)
        return
    test = inf.temporary(arm.test, e.span)
    outer, inf.out = inf.out, []
    _branches(inf, e, others, slot)
    orelse, inf.out = tuple(inf.out), outer
    inf.emit(If(test, then, orelse, e.span))


def _member(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`state.value` and `state.name` of a member of an enum."""
    t, name = type_of(values[0]), e.attr("name")
    found = getattr(t.value, name) if isinstance(t, Known) and isinstance(t.value, Enum) else None
    classes: dict[type, Known | Scalar] = {bool: PY_BOOL, int: PY_INT, float: PY_FLOAT, str: Known(found)}
    if type(found) not in classes:
        raise TypingError("A026", name=name)
    inf.env[target.name] = Const(found, classes[type(found)], e.span)


RULES: Rules = {"choice": _choice, "member_of_enum": _member}
