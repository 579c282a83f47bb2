"""Counted loops and `while`; `polling` has decided where they look for signals."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ...ir.nodes import ELEMENTS, Assign, Block, For, Pop, Print, Push, While
from ...ir.traversal import walk
from ...ir.types import Array
from .frame import Frame, InternalError, Loop, kind_of
from .outline import emit_apart
from .polling import literal, nest
from .prelude import FUEL
from .text import UNLIKELY

# Iterations of a counted loop between two charges; a strip costs at most what a poll refills.
STRIP = FUEL

Write = Callable[[], None]
Body = Callable[[Frame], None]


# ------------------------------------------------------------------------------------------------------------- polling


def charge(frame: Frame, units: str) -> None:
    """Take fuel for some work; look for a signal when none is left."""
    code = frame.code
    left = code.value(f"sub i64 {frame.read('fuel', 'i64')}, {units}")
    frame.write("fuel", "i64", left)
    empty = code.value(f"icmp slt i64 {left}, 0")
    poll, go = code.label("poll"), code.label("go")
    code.branch(empty, poll, go, UNLIKELY)
    code.begin(poll)
    raised = code.value(f"icmp ne i32 {frame.call('i32', 'tl.poll', 'ptr %ctx')}, 0")
    frame.write("fuel", "i64", str(FUEL))
    code.branch(raised, frame.exit(-1), go, UNLIKELY)
    code.begin(go)


# --------------------------------------------------------------------------------------------------------------- while


def emit_while(frame: Frame, loop: While, before: Write, body: Write) -> None:
    """`while True: before; if not test: break; body`."""
    code, name = frame.code, loop.label or "while"
    head, again, end = code.label(f"{name}_head"), code.label(f"{name}_body"), code.label(f"{name}_end")
    code.jump(head)
    code.begin(head)
    with frame.region():
        before()
        if not code.open:
            return
        code.branch(frame.atom(loop.test), again, end)
        code.begin(again)
        charge(frame, "1")
        body()
        code.jump(head)
    code.begin(end)


# ----------------------------------------------------------------------------------------------------------------- for


def emit_for(frame: Frame, loop: For, body: Body) -> None:
    """Python's `range`, in either order."""
    if any(kind_of(a) != "int64" for a in (loop.var, loop.start, loop.stop, loop.step)):
        raise InternalError(f"a range over other numbers than int64 in {loop.var!r}")
    step = literal(loop.step)
    apart = frame.outlines.loops.get(id(loop))
    with frame.region(), _inside(frame, loop):
        if apart is not None and step == 1:
            emit_apart(frame, apart, lambda inner: _emit_unit(inner, loop, body))
        elif step == 1:
            _emit_unit(frame, loop, body)
        else:
            _emit_general(frame, loop, body, step)


@contextmanager
def _inside(frame: Frame, loop: For) -> Iterator[None]:
    outer, frame.loop = frame.loop, Loop(is_plain(loop.body), loop.label.startswith(ELEMENTS))
    yield
    frame.loop = outer


def is_plain(body: Block) -> bool:
    """Whether LLVM may vectorise a counted loop: nothing in it loops or takes memory."""
    return not any(
        isinstance(s, For | While | Push | Pop | Print) or (isinstance(s, Assign) and isinstance(s.target.type, Array))
        for s in walk(body)
    )


def _emit_unit(frame: Frame, loop: For, body: Body) -> None:
    """Step 1: the loop compares the variable itself, the form that LLVM recognises best.

    Backwards it runs from `stop - 1` down to `start`. `low` and `high` bound a strip.
    """
    code, name = frame.code, loop.label or "for"
    start, stop = frame.atom(loop.start), frame.atom(loop.stop)
    enter, end = code.label(f"{name}_enter"), code.label(f"{name}_end")
    code.branch(code.value(f"icmp slt i64 {start}, {stop}"), enter, end)
    code.begin(enter)
    if frame.polling.policy(loop) != "strips":
        if frame.polling.policy(loop) == "once":
            charge(frame, _elements(frame, loop, start, stop))
        _unit_strip(frame, loop, body, start, stop)
    elif loop.backward:
        _backward_strips(frame, loop, body, start, stop)
    else:
        _forward_strips(frame, loop, body, start, stop)
    code.jump(end)
    code.begin(end)


def _elements(frame: Frame, loop: For, start: str, stop: str) -> str:
    """How many iterations a loop over elements has, with those of the loops inside that pay with it."""
    count = frame.code.value(f"sub i64 {stop}, {start}")
    for inner in nest(loop)[1:]:
        count = frame.code.value(f"mul i64 {count}, {frame.atom(inner.stop)}")
    return count


def _forward_strips(frame: Frame, loop: For, body: Body, start: str, stop: str) -> None:
    """The end of a strip is written as a minimum with `stop`: so LLVM still knows that the variable is below it, and
    drops the index checks that this implies."""
    code = frame.code
    strip, more, done = code.label("strip"), code.label("next_strip"), code.label("strips_done")
    entry, low = code.block, code.fresh()
    code.jump(strip)
    code.begin(strip)
    hole = code.hole()
    limit = frame.intrinsic("llvm.sadd.sat.i64", "i64", ("i64", "i64"), (low, str(STRIP)))
    high = frame.intrinsic("llvm.smin.i64", "i64", ("i64", "i64"), (stop, limit))
    charge(frame, code.value(f"sub i64 {high}, {low}"))
    _unit_strip(frame, loop, body, low, high)
    _next_strip(frame, f"icmp slt i64 {high}, {stop}", more, done)
    following = code.value(f"add nsw i64 {low}, {STRIP}")
    code.fill(hole, low, f"phi i64 [ {start}, %{entry} ], [ {following}, %{more} ]")
    code.jump(strip)
    code.begin(done)


def _backward_strips(frame: Frame, loop: For, body: Body, start: str, stop: str) -> None:
    code = frame.code
    strip, more, done = code.label("strip"), code.label("next_strip"), code.label("strips_done")
    entry, high = code.block, code.fresh()
    code.jump(strip)
    code.begin(strip)
    hole = code.hole()
    limit = frame.intrinsic("llvm.ssub.sat.i64", "i64", ("i64", "i64"), (high, str(STRIP)))
    low = frame.intrinsic("llvm.smax.i64", "i64", ("i64", "i64"), (start, limit))
    charge(frame, code.value(f"sub i64 {high}, {low}"))
    _unit_strip(frame, loop, body, low, high)
    _next_strip(frame, f"icmp slt i64 {start}, {low}", more, done)
    following = code.value(f"sub nsw i64 {high}, {STRIP}")
    code.fill(hole, high, f"phi i64 [ {stop}, %{entry} ], [ {following}, %{more} ]")
    code.jump(strip)
    code.begin(done)


def _next_strip(frame: Frame, test: str, more: str, done: str) -> None:
    if frame.code.open:
        frame.code.branch(frame.code.value(test), more, done, UNLIKELY)
    frame.code.begin(more)


def _unit_strip(frame: Frame, loop: For, body: Body, low: str, high: str) -> None:
    """`for var in range(low, high)` in either order; the range is not empty."""
    code, name = frame.code, loop.label or "for"
    first = code.value(f"add nsw i64 {high}, -1") if loop.backward else low
    i, entry = code.fresh(), code.block
    head, done = code.label(f"{name}_body"), code.label(f"{name}_done")
    code.jump(head)
    code.begin(head)
    hole = code.hole()
    _iteration(frame, loop, i, body)
    if not code.open:
        code.fill(hole, i, f"phi i64 [ {first}, %{entry} ]")
    else:
        following = code.value(f"add nsw i64 {i}, {-1 if loop.backward else 1}")
        code.fill(hole, i, f"phi i64 [ {first}, %{entry} ], [ {following}, %{code.block} ]")
        going = f"icmp sgt i64 {i}, {low}" if loop.backward else f"icmp slt i64 {following}, {high}"
        code.branch(code.value(going), head, done, frame.loop_note())
    code.begin(done)


def _iteration(frame: Frame, loop: For, i: str, body: Body) -> None:
    if frame.polling.policy(loop) == "iterations":
        charge(frame, "1")
    frame.assign(loop.var, i)
    body(frame)


def _emit_general(frame: Frame, loop: For, body: Body, step: int | None) -> None:
    """Any step: iterations are counted, without a sign, so that nothing overflows; the variable follows the count."""
    code, name = frame.code, loop.label or "for"
    start, stop, stride = (frame.atom(a) for a in (loop.start, loop.stop, loop.step))
    trips = trip_count(frame, start, stop, stride, step)
    enter, end = code.label(f"{name}_enter"), code.label(f"{name}_end")
    code.branch(code.value(f"icmp ne i64 {trips}, 0"), enter, end)
    code.begin(enter)
    first = start
    if loop.backward:
        last = code.value(f"add i64 {trips}, -1")
        first = code.value(f"add i64 {start}, {code.value(f'mul i64 {last}, {stride}')}")
    move = f"{'sub' if loop.backward else 'add'} nsw i64 #, {stride}"
    if frame.polling.policy(loop) == "strips":
        _counted_strips(frame, loop, body, first, trips, move)
    else:
        if frame.polling.policy(loop) == "once":
            charge(frame, trips)
        _counted(frame, loop, body, first, "0", trips, move)
    code.jump(end)
    code.begin(end)


def trip_count(frame: Frame, start: str, stop: str, stride: str, step: int | None) -> str:
    """`len(range(start, stop, step))` as a number without sign; `step` is the stride where it is known."""
    code = frame.code
    if step is None:
        down = code.value(f"icmp slt i64 {stride}, 0")
        low = code.value(f"select i1 {down}, i64 {stop}, i64 {start}")
        high = code.value(f"select i1 {down}, i64 {start}, i64 {stop}")
        size = code.value(f"select i1 {down}, i64 {code.value(f'sub i64 0, {stride}')}, i64 {stride}")
    elif step > 0:
        low, high, size = start, stop, stride
    else:
        low, high, size = stop, start, str(ctypes.c_int64(-step).value)
    some = code.value(f"icmp slt i64 {low}, {high}")
    distance = code.value(f"sub i64 {high}, {low}")
    whole = code.value(f"udiv i64 {code.value(f'add i64 {distance}, -1')}, {size}")
    return code.value(f"select i1 {some}, i64 {code.value(f'add i64 {whole}, 1')}, i64 0")


def _counted_strips(frame: Frame, loop: For, body: Body, first: str, trips: str, move: str) -> None:
    code = frame.code
    strip, more, done = code.label("strip"), code.label("next_strip"), code.label("strips_done")
    entry, low, value = code.block, code.fresh(), code.fresh()
    code.jump(strip)
    code.begin(strip)
    low_hole, value_hole = code.hole(), code.hole()
    limit = frame.intrinsic("llvm.uadd.sat.i64", "i64", ("i64", "i64"), (low, str(STRIP)))
    high = frame.intrinsic("llvm.umin.i64", "i64", ("i64", "i64"), (trips, limit))
    charge(frame, code.value(f"sub i64 {high}, {low}"))
    following = _counted(frame, loop, body, value, low, high, move)
    _next_strip(frame, f"icmp ult i64 {high}, {trips}", more, done)
    code.fill(value_hole, value, f"phi i64 [ {first}, %{entry} ], [ {following}, %{more} ]")
    code.fill(low_hole, low, f"phi i64 [ 0, %{entry} ], [ {code.value(f'add nuw i64 {low}, {STRIP}')}, %{more} ]")
    code.jump(strip)
    code.begin(done)


def _counted(frame: Frame, loop: For, body: Body, first: str, low: str, high: str, move: str) -> str:
    """Iterations `low` to `high`, at least one, the variable starting at `first`; returns what would come next."""
    code, name = frame.code, loop.label or "for"
    i, k, entry = code.fresh(), code.fresh(), code.block
    head, done = code.label(f"{name}_body"), code.label(f"{name}_done")
    code.jump(head)
    code.begin(head)
    i_hole, k_hole = code.hole(), code.hole()
    _iteration(frame, loop, i, body)
    following, back = i, ""
    count_back = ""
    if code.open:
        # Behind the last iteration the variable may have overflowed; nobody looks at it then.
        following = code.value(move.replace("#", i))
        count = code.value(f"add nuw i64 {k}, 1")
        back, count_back = f", [ {following}, %{code.block} ]", f", [ {count}, %{code.block} ]"
        code.branch(code.value(f"icmp ult i64 {count}, {high}"), head, done, frame.loop_note())
    code.fill(i_hole, i, f"phi i64 [ {first}, %{entry} ]{back}")
    code.fill(k_hole, k, f"phi i64 [ {low}, %{entry} ]{count_back}")
    code.begin(done)
    return following
