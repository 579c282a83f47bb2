"""Indices and slices as arithmetic on extents: Python's rules for negative and out-of-range positions."""

from __future__ import annotations

from ...ir.nodes import Apply, Assign, Atom, Const, Var
from ...ir.types import PY_BOOL, PY_INT
from .builder import ONE, ZERO, Builder, integer


def position(
    b: Builder, index: Atom, extent: Atom, axis: int, checked: bool, unsafe: Atom | None = None, message: str = ""
) -> Atom:
    """An index as a position counted from zero; IndexError when it is outside, if `checked`.

    `message` is that of lists; `unsafe` is a flag computed before the loop: while it is false the index is known to be
    in range already.
    """
    if unsafe is None:
        return _position(b, index, extent, axis, checked, message)
    slot = b.let(index, "p")
    with b.block() as block:
        b.emit(Assign(slot, _position(b, index, extent, axis, checked, message), b.span))
    b.when(unsafe, *block)
    return slot


def _position(b: Builder, index: Atom, extent: Atom, axis: int, checked: bool, told: str) -> Atom:
    if isinstance(index, Const) and index.value >= 0:
        wrapped: Atom = index
    else:
        negative = b.compare("lt", index, ZERO)
        wrapped = b.select(negative, b.integers("add", index, extent), index)
    if checked:
        bad = b.outside(wrapped, extent)
        message = f"index {{}} is out of bounds for axis {axis} with size {{}}"
        if told:
            b.fail_if(bad, "IndexError", told)
        else:
            b.fail_if(bad, "IndexError", message, index, extent)
    return wrapped


def window(b: Builder, e: Apply) -> Apply:
    """A view by integers and slices as the primitive the backend knows: starts, counts and steps."""
    array, left = e.args[0], list(e.args[1:])
    operands: list[Atom] = []
    spec: list[str] = []
    axis = 0
    checked = not e.attr("safe")
    for p in e.attr("spec"):
        if p == "n":
            spec.append("n")
            continue
        extent = b.scalar("dim", array, type=PY_INT, axis=axis)
        if p == "i":
            operands.append(position(b, left.pop(0), extent, axis, checked))
            spec.append("i")
        else:
            bounds = [left.pop(0) if given == "1" else None for given in p[1:]]
            operands.extend(slice_of(b, extent, bounds[0], bounds[1], bounds[2], checked))
            spec.append("s")
        axis += 1
    return Apply("window", (array, *operands), e.type, e.span, (("spec", tuple(spec)),))


def slice_of(
    b: Builder, extent: Atom, start: Atom | None, stop: Atom | None, step: Atom | None, checked: bool
) -> tuple[Atom, Atom, Atom]:
    """First position, number of elements and step of `start:stop:step` on an axis, as `slice.indices` gives them."""
    step = ONE if step is None else step
    if isinstance(step, Const):
        return _known_step(b, extent, start, stop, step)
    if checked:
        b.fail_if(b.compare("eq", step, ZERO), "ValueError", "slice step cannot be zero")
    up = _known_step(b, extent, start, stop, step, 1)
    down = _known_step(b, extent, start, stop, step, -1)
    forward = b.compare("gt", step, ZERO)
    return b.select(forward, up[0], down[0]), b.select(forward, up[1], down[1]), step


def _known_step(
    b: Builder, extent: Atom, start: Atom | None, stop: Atom | None, step: Atom, sign: int = 0
) -> tuple[Atom, Atom, Atom]:
    if isinstance(step, Const):
        sign = 1 if step.value > 0 else -1
        if step.value == 0:
            b.fail_if(Const(True, PY_BOOL), "ValueError", "slice step cannot be zero")
    if sign > 0:
        low = ZERO if start is None else _clamped(b, start, extent, ZERO, extent)
        high = extent if stop is None else _clamped(b, stop, extent, ZERO, extent)
        distance = b.integers("sub", high, low)
        size = step
    else:
        top = b.integers("sub", extent, ONE)
        low = top if start is None else _clamped(b, start, extent, integer(-1), top)
        high = integer(-1) if stop is None else _clamped(b, stop, extent, integer(-1), top)
        distance = b.integers("sub", low, high)
        size = b.integers("sub", ZERO, step)
    some = b.compare("gt", distance, ZERO)
    count = distance
    if not (isinstance(size, Const) and size.value == 1):
        safe = size if isinstance(size, Const) else b.select(b.compare("gt", size, ZERO), size, ONE)
        count = b.integers("add", b.scalar("floordiv", b.integers("sub", distance, ONE), safe, type=PY_INT), ONE)
    return low, b.select(some, count, ZERO), step


def _clamped(b: Builder, a: Atom, extent: Atom, low: Atom, high: Atom) -> Atom:
    if isinstance(a, Const) and a.value >= 0:
        return b.minimum(a, high)
    negative = b.compare("lt", a, ZERO)
    wrapped = b.maximum(b.integers("add", a, extent), low)
    return b.select(negative, wrapped, b.minimum(a, high))


def range_count(b: Builder, start: Atom, stop: Atom, step: Atom) -> Atom:
    """The number of items of `range(start, stop, step)`; the step is not zero."""
    if isinstance(start, Const) and isinstance(stop, Const) and isinstance(step, Const):
        return integer(len(range(start.value, stop.value, step.value)))
    if step == ONE:
        return b.select(b.compare("gt", stop, start), b.integers("sub", stop, start), ZERO)
    return b.scalar("range_count", start, stop, step, type=PY_INT)


def named(b: Builder, value: Atom) -> Var:
    """The atom as a variable."""
    return value if isinstance(value, Var) else b.let(value)
