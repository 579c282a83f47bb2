"""Statements of a loop, for the iterations that run together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ....ir.nodes import (
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Fail,
    For,
    If,
    Note,
    Pop,
    Push,
    Stmt,
    Store,
    Var,
    While,
)
from ....ir.traversal import blocks, diverges, walk
from ....ir.types import PY_INT, Scalar
from ..frame import Frame, InternalError, kind_of
from ..loops import charge, emit_for, emit_while
from ..text import UNLIKELY, is_float
from .elements import accumulate, added, load, nothing, pop, push, store
from .lanes import Lanes
from .operations import calls_library, emit_vector
from .planned import PATIENCE

Single = Callable[[Frame, Stmt], None]


def lane_block(lanes: Lanes, block: Block, single: Single) -> None:
    """Write statements; `single` writes one that is the same for all iterations."""
    for s in block:
        if lanes.frame.code.open:
            _statement(lanes, s, single)


def _statement(lanes: Lanes, s: Stmt, single: Single) -> None:
    plan = lanes.plan
    if id(s) in plan.meanings.additions:
        _addition(lanes, s)
    elif id(s) not in plan.meanings.copies:
        match s:
            case Assign():
                _assign(lanes, s, single)
            case Accumulate(target, (), value) if isinstance(target.type, Scalar):
                _add(lanes, s, single)
            case Accumulate(value=value) if id(s) in plan.collected:
                _collect(lanes, collection(lanes, plan.collected[id(s)]), value)
            case Accumulate(target, index, value):
                accumulate(lanes, target, index, plan.meanings.places[id(s)], value, lanes.mask, id(s) in plan.distinct)
            case Store(array, index, value):
                store(lanes, array, index, plan.meanings.places[id(s)], lanes.vector(value), lanes.mask)
            case If():
                _if(lanes, s, single)
            case For():
                _for(lanes, s, single)
            case While():
                _while(lanes, s, single)
            case Push():
                push(lanes, s)
            case Pop():
                pop(lanes, s)
            case Fail():
                lanes.frame.code.jump(lanes.leave)
            case Note():
                pass
            case _:
                raise InternalError(f"{type(s).__name__} in a loop that runs in lanes")


def _addition(lanes: Lanes, s: Stmt) -> None:
    """Keep what is to be added up in the order of the iterations."""
    found = lanes.plan.meanings.additions[id(s)]
    kind = kind_of(found.value)
    value, slot = lanes.vector(found.value), addend(lanes, found.name, found.position)
    if found.negated:
        minus = "fneg" if is_float(kind) else f"sub {lanes.type(kind)} zeroinitializer,"
        value = lanes.frame.code.value(f"{minus} {lanes.type(kind) if is_float(kind) else ''} {value}")
    old = lanes.frame.read(slot, lanes.type(kind))
    lanes.frame.write(slot, lanes.type(kind), lanes.chosen(lanes.mask, kind, value, old))


def addend(lanes: Lanes, name: str, position: int) -> str:
    """The slot of what is added to a sum."""
    return lanes.slot(f"{name} {position}")


def _assign(lanes: Lanes, s: Assign, single: Single) -> None:
    target, value = s.target, s.value
    if target.name not in lanes.plan.varying:
        single(lanes.frame, s)
        return
    if isinstance(value, Var | Const):
        lanes.set(target, lanes.vector(value))
        return
    assert isinstance(value, Apply)
    if not any(lanes.varies(a) for a in value.args):
        single(lanes.frame, replace(s, target=Var(lanes.slot(f"{target.name} same"), target.type)))
        text = lanes.frame.atom(Var(lanes.slot(f"{target.name} same"), target.type))
        lanes.set(target, lanes.splat(text, kind_of(target), False))
    elif value.op == "load":
        array, *index = value.args
        places = lanes.plan.meanings.places[id(value)]
        lanes.set(target, load(lanes, array, tuple(index), places, lanes.mask))
    else:
        lanes.set(target, emit_vector(lanes, value, lanes.mask))


def _add(lanes: Lanes, s: Accumulate, single: Single) -> None:
    """`x += value`, of a number of each iteration or of one that all add to."""
    target, kind = s.target, kind_of(s.target)
    if target.name in {v.name for v in lanes.plan.sums}:
        _collect(lanes, lanes.slot(f"{target.name} sum"), s.value)
    elif target.name in lanes.plan.varying:
        lanes.set(target, added(lanes, kind, lanes.vector(target), lanes.vector(s.value)))
    else:
        single(lanes.frame, s)


def _collect(lanes: Lanes, slot: str, value: Atom) -> None:
    """Add to a vector in the lanes that are not idle."""
    kind = kind_of(value)
    more = lanes.chosen(lanes.mask, kind, lanes.vector(value), nothing(lanes, kind))
    lanes.frame.write(slot, lanes.type(kind), added(lanes, kind, lanes.frame.read(slot, lanes.type(kind)), more))


def collection(lanes: Lanes, number: int) -> str:
    """The slot of what is to be added to elements at the end of a strip."""
    return lanes.slot(f"collected {number}")


# ------------------------------------------------------------------------------------------------------------- branches


def _if(lanes: Lanes, s: If, single: Single) -> None:
    if isinstance(s.test, Const):
        lane_block(lanes, s.then if s.test.value else s.orelse, single)
    elif lanes.varies(s.test):
        _masked_if(lanes, s, single)
    else:
        _common_if(lanes, s, single)


def _common_if(lanes: Lanes, s: If, single: Single) -> None:
    """All iterations take the same arm. If only one may raise, it is left to the loop that runs them one by one."""
    frame, code = lanes.frame, lanes.frame.code
    arms = {code.label("then"): s.then, code.label("else"): s.orelse}
    end = code.label("end")
    then, orelse = _raises(s.then), _raises(s.orelse)
    left = (then and (not orelse or _versions(s)), orelse and not then)
    labels = [lanes.leave if leave else label for leave, label in zip(left, arms, strict=True)]
    code.branch(frame.atom(s.test), labels[0], labels[1], UNLIKELY if left[0] else "")
    for leave, (label, arm) in zip(left, arms.items(), strict=True):
        if not leave:
            code.begin(label)
            with frame.region():
                lane_block(lanes, arm, single)
            code.jump(end)
    code.begin(end)


def _versions(s: If) -> bool:
    """Whether the arms are one loop with checks of indices and without."""
    labels = [{t.label for t in arm if isinstance(t, For)} for arm in (s.then, s.orelse)]
    return bool(labels[0] & labels[1])


def _raises(block: Block) -> bool:
    return any(isinstance(s, Fail) for s in walk(block))


def _masked_if(lanes: Lanes, s: If, single: Single) -> None:
    outer, test = lanes.mask, lanes.vector(s.test)
    if diverges(s.then):
        _leave_if(lanes, lanes.both(outer, test))
        lane_block(lanes, s.orelse, single)
        return
    then, orelse = lanes.both(outer, test), lanes.without(outer, test)
    _arm(lanes, s.then, then, single)
    _arm(lanes, s.orelse, orelse, single)


def _leave_if(lanes: Lanes, mask: str) -> None:
    code = lanes.frame.code
    go = code.label("fine")
    code.branch(lanes.some(mask), lanes.leave, go, UNLIKELY)
    code.begin(go)


def _arm(lanes: Lanes, block: Block, mask: str, single: Single) -> None:
    """An arm for some of the lanes; passed over if there are none, unless it only computes."""
    if not block:
        return
    if all(_only_computes(lanes, s) for s in block):
        _masked(lanes, block, mask, single)
        return
    code = lanes.frame.code
    arm, end = code.label("arm"), code.label("arm_end")
    code.branch(lanes.some(mask), arm, end)
    code.begin(arm)
    with lanes.frame.region():
        _masked(lanes, block, mask, single)
    code.jump(end)
    code.begin(end)


def _only_computes(lanes: Lanes, s: Stmt) -> bool:
    match s:
        case Assign(target, Apply() as apply):
            quick = apply.op not in ("load", "floordiv", "mod") and not calls_library(s, lanes.frame.lower)
            return quick and (target.name in lanes.plan.varying or id(s) in lanes.plan.meanings.additions)
        case Assign() | Note():
            return True
        case Accumulate(target=target):
            return isinstance(target.type, Scalar)
        case If():
            return lanes.varies(s.test) and all(_only_computes(lanes, t) for b in blocks(s) for t in b)
        case _:
            return False


def _masked(lanes: Lanes, block: Block, mask: str, single: Single) -> None:
    outer = (lanes.mask, lanes.region)
    lanes.mask, lanes.region = mask, id(block)
    lane_block(lanes, block, single)
    lanes.mask, lanes.region = outer


# ---------------------------------------------------------------------------------------------------------------- loops


def _while(lanes: Lanes, s: While, single: Single) -> None:
    """Until no iteration goes on; those that have ended are idle."""
    frame, code = lanes.frame, lanes.frame.code
    if not lanes.varies(s.test):
        emit_while(frame, s, lambda: lane_block(lanes, s.before, single), lambda: lane_block(lanes, s.body, single))
        return
    number, m = lanes.counter(), lanes.type("bool")
    slot, trips = lanes.slot(f"active {number}"), lanes.slot(f"trips {number}")
    head, again, end = code.label("lanes_head"), code.label("lanes_body"), code.label("lanes_end")
    impatient = id(s) in lanes.plan.impatient
    frame.write(slot, m, lanes.mask)
    if impatient:
        frame.write(trips, "i64", "0")
    code.jump(head)
    code.begin(head)
    with frame.region():
        _masked(lanes, s.before, frame.read(slot, m), single)
        going = lanes.both(frame.read(slot, m), lanes.vector(s.test))
        frame.write(slot, m, going)
        code.branch(lanes.some(going), again, end)
        code.begin(again)
        charge(frame, str(lanes.width))
        _masked(lanes, s.body, frame.read(slot, m), single)
        if impatient:
            made = code.value(f"add i64 {frame.read(trips, 'i64')}, 1")
            frame.write(trips, "i64", made)
            code.branch(code.value(f"icmp slt i64 {made}, {PATIENCE}"), head, lanes.leave)
        else:
            code.jump(head)
    code.begin(end)


def _for(lanes: Lanes, s: For, single: Single) -> None:
    """Iterations of an inner loop are counted together; lanes whose range has no such iteration are idle."""
    frame, code = lanes.frame, lanes.frame.code
    if not any(lanes.varies(a) for a in (s.start, s.stop, s.step)):
        emit_for(frame, s, lambda _: lane_block(lanes, s.body, single))
        return
    t = lanes.type("int64")
    number = lanes.counter()
    count = code.value(f"sub {t} {lanes.vector(s.stop)}, {lanes.vector(s.start)}")
    some = code.value(f"icmp slt {t} {lanes.vector(s.start)}, {lanes.vector(s.stop)}")
    count = lanes.chosen(lanes.both(lanes.mask, some), "int64", count, lanes.splat("0", "int64"))
    counts = lanes.slot(f"count {number}")
    frame.write(counts, t, count)
    most = lanes.intrinsic("llvm.vector.reduce.umax", "int64", "i64", (t,), (count,))
    trips, trip = (Var(lanes.slot(f"{what} {number}"), PY_INT) for what in ("trips", "trip"))
    frame.assign(trips, most)
    loop = For(trip, Const(0, PY_INT), trips, Const(1, PY_INT), s.body, s.backward, s.label, s.span)
    lanes.plan.kept.append(loop)
    frame.polling.decide(loop, frame.polling.policy(s))

    def body(inner: Frame) -> None:
        at = inner.atom(trip)
        wide = lanes.splat(at, "int64", False)
        active = code.value(f"icmp ult {t} {wide}, {inner.read(counts, t)}")
        if lanes.varies(s.start):
            inner.write(lanes.slot(s.var.name), t, code.value(f"add {t} {lanes.vector(s.start)}, {wide}"))
        else:
            inner.assign(s.var, code.value(f"add i64 {inner.atom(s.start)}, {at}"))
        _masked(lanes, s.body, active, single)

    emit_for(frame, loop, body)
