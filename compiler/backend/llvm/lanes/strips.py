"""A loop that runs in lanes: strips of as many iterations as there are lanes, then the others one by one."""

from __future__ import annotations

from dataclasses import replace

from ....ir.nodes import Const, For, Pop, Push, Var
from ....ir.types import PY_INT
from ..frame import Frame, kind_of
from ..loops import Body, emit_for
from ..polling import plan_more
from ..stacks import emit_pop, emit_push
from ..text import REGISTER, constant, is_float
from .elements import accumulate_own, nothing, reduced, total
from .lanes import Lanes
from .planned import FEW, Plan
from .statements import Single, addend, collection, lane_block

FAR = 2**61


def emit_lanes(frame: Frame, plan: Plan, width: int, body: Body, single: Single) -> None:
    """Write a planned loop; `body` writes one iteration.

    The strips come first, and what they have not done is done one by one: all of it where a guard holds, where there
    are few iterations, and from the strip on in which something is raised. A loop that empties stacks goes the other
    way, so it begins with what the loop before it has done one by one.
    """
    loop = plan.loop
    start, stop = frame.atom(loop.start), frame.atom(loop.stop)
    with frame.region():
        if plan.follows is not None:
            rest = plan.rest
            emit_pop(frame, Pop(plan.follows.rests.name, rest))
            _one_by_one(frame, plan, replace(loop, start=rest), body)
            _strips(frame, plan, width, start, frame.atom(rest), single)
        else:
            rest = plan.rest
            frame.assign(rest, start)
            _guarded(frame, plan, width, (start, stop), rest, single)
            if plan.leads:
                emit_push(frame, Push(plan.rests.name, rest))
            _one_by_one(frame, plan, replace(loop, start=rest), body)


def _one_by_one(frame: Frame, plan: Plan, loop: For, body: Body) -> None:
    plan.kept.append(loop)
    frame.polling.decide(loop, frame.polling.policy(plan.loop))
    emit_for(frame, loop, body)


def _guarded(frame: Frame, plan: Plan, width: int, bounds: tuple[str, str], rest: Var, single: Single) -> None:
    code, (start, stop) = frame.code, bounds
    least = frame.intrinsic("llvm.sadd.sat.i64", "i64", ("i64", "i64"), (start, str(FEW)))
    test = code.value(f"icmp sle i64 {least}, {stop}")
    for guard in plan.guards:
        test = code.value(f"and i1 {test}, {code.value(f'xor i1 {frame.atom(guard)}, true')}")
    enter, end, leave = code.label("lanes"), code.label("lanes_done"), code.label("lanes_left")
    code.branch(test, enter, end)
    code.begin(enter)
    with frame.region():
        lanes = _strips(frame, plan, width, start, stop, single, leave)
        frame.assign(rest, stop)
        code.jump(end)
        code.begin(leave)
        for stack in sorted(plan.stacks):
            frame.write(f"length.{stack}", "i64", frame.read(lanes.slot(f"length {stack}"), "i64"))
        frame.assign(rest, frame.read(lanes.slot("base"), "i64"))
        code.jump(end)
    code.begin(end)


def _strips(
    frame: Frame, plan: Plan, width: int, start: str, stop: str, single: Single, leave: str = ""
) -> Lanes:
    """All strips; the last one may have fewer iterations than lanes."""
    code, loop = frame.code, plan.loop
    lanes = Lanes(frame, plan, width, leave=leave)
    count = code.value(f"sub i64 {stop}, {start}")
    rounded = code.value(f"add i64 {count}, {width - 1}")
    strips, strip = (Var(lanes.slot(what), PY_INT) for what in ("strips", "strip"))
    frame.assign(strips, code.value(f"ashr i64 {rounded}, {width.bit_length() - 1}"))
    for v in plan.sums:
        frame.write(lanes.slot(f"{v.name} sum"), lanes.type(kind_of(v)), nothing(lanes, kind_of(v)))
    over = For(strip, Const(0, PY_INT), strips, Const(1, PY_INT), plan.body, loop.backward, loop.label, loop.span)
    plan.kept.append(over)
    plan_more(frame.polling, plan.body)
    frame.polling.decide(over, frame.polling.policy(loop))
    emit_for(frame, over, lambda inner: _strip(lanes, inner.atom(strip), start, stop, single))
    for v in plan.sums:
        kind = kind_of(v)
        sum_of = frame.read(lanes.slot(f"{v.name} sum"), lanes.type(kind))
        frame.assign(v, frame.sum(kind, frame.atom(v), total(lanes, kind, sum_of, "splat (i1 true)")))
    return lanes


def _strip(lanes: Lanes, strip: str, start: str, stop: str, single: Single) -> None:
    frame, code, plan, t = lanes.frame, lanes.frame.code, lanes.plan, lanes.type("int64")
    lanes.base = code.value(f"add nsw i64 {start}, {code.value(f'mul nsw i64 {strip}, {lanes.width}')}")
    frame.write(lanes.slot("base"), "i64", lanes.base)
    for stack in sorted(plan.stacks):
        frame.write(lanes.slot(f"length {stack}"), "i64", frame.read(f"length.{stack}", "i64"))
    steps = f"<{', '.join(f'i64 {k}' for k in range(lanes.width))}>"
    left = code.value(f"sub i64 {stop}, {lanes.base}")
    lanes.mask = code.value(f"icmp slt {t} {steps}, {lanes.splat(left, 'int64', False)}")
    frame.write(lanes.slot(plan.loop.var.name), t,
                code.value(f"add {t} {lanes.splat(lanes.base, 'int64', False)}, {steps}"))
    _leave_near_limits(lanes)
    _begin(lanes)
    lane_block(lanes, plan.body, single)
    _add_up(lanes)
    for number, s in enumerate(plan.collections):
        more = frame.read(collection(lanes, number), lanes.type(kind_of(s.value)))
        accumulate_own(lanes, s.target, s.index, plan.meanings.places[id(s)], more, lanes.mask)


def _begin(lanes: Lanes) -> None:
    """What vectors hold before the first statement: the numbers that no iteration changes, and else zeros.

    Lanes that are idle hold some number that way, and never what LLVM may take for any.
    """
    frame, plan = lanes.frame, lanes.plan
    constants = {v.name for v in plan.carried}
    for name, kind in sorted(plan.kinds.items()):
        value = lanes.splat(frame.atom(plan.assigned[name]), kind, False) if name in constants else lanes.splat(
            constant(0, kind), kind)
        frame.write(lanes.slot(name), lanes.type(kind), value)
    for number, s in enumerate(plan.collections):
        kind = kind_of(s.value)
        frame.write(collection(lanes, number), lanes.type(kind), nothing(lanes, kind))
    for name, count in plan.meanings.positions.items():
        kind = kind_of(plan.assigned[name])
        for position in range(count):
            frame.write(addend(lanes, name, position), lanes.type(kind), nothing(lanes, kind))


def _add_up(lanes: Lanes) -> None:
    """Add to each sum what the iterations have for it, in their order."""
    frame, code = lanes.frame, lanes.frame.code
    for name, count in sorted(lanes.plan.meanings.positions.items()):
        var = lanes.plan.assigned[name]
        kind = kind_of(var)
        vectors = [frame.read(addend(lanes, name, k), lanes.type(kind)) for k in range(count)]
        so_far = frame.atom(var)
        if not is_float(kind):
            for vector in vectors:
                so_far = frame.sum(kind, so_far, total(lanes, kind, vector, "splat (i1 true)"))
            frame.assign(var, so_far)
        elif count == 1:
            frame.assign(var, reduced(lanes, kind, so_far, vectors[0], ""))
        else:
            for lane in range(lanes.width):
                for vector in vectors:
                    one = code.value(f"extractelement {lanes.type(kind)} {vector}, i64 {lane}")
                    so_far = code.value(f"fadd {REGISTER[kind]} {so_far}, {one}")
            frame.assign(var, so_far)


def _leave_near_limits(lanes: Lanes) -> None:
    """Sums of integers are looked at once in a strip: those that are far from the limits do not come there in it."""
    code = lanes.frame.code
    for name in sorted(lanes.plan.meanings.tested):
        moved = code.value(f"add i64 {lanes.frame.atom(lanes.plan.assigned[name])}, {FAR}")
        go = code.label("fine")
        code.branch(code.value(f"icmp ult i64 {moved}, {2 * FAR}"), go, lanes.leave)
        code.begin(go)
