"""Element-wise operations, copies and stores on arrays as loops over scalars, with NumPy's broadcasting."""

from __future__ import annotations

from ..ir.nodes import Accumulate, Apply, Atom, Const, Store, Var
from ..ir.types import PY_BOOL, Array, Kind, Scalar
from ..ops import BY_NAME
from ..ops.typing import elementwise_type
from .checks import operands_checked
from .lowering import ONE, Builder, array_of

MISMATCH = "operands could not be broadcast together with extents {} and {}"
STORE_MISMATCH = "could not broadcast an array of extent {} into extent {}"


def is_array(a: Atom) -> bool:
    return isinstance(a.type, Array)


def common_extents(b: Builder, arrays: list[Atom], checked: bool) -> tuple[Atom, ...]:
    """The shape that arrays broadcast to; ValueError when they do not."""
    distinct = list(dict.fromkeys(arrays))
    rank = max(array_of(a).rank for a in distinct)
    result: list[Atom | None] = [None] * rank
    for a in distinct:
        shift = rank - array_of(a).rank
        for k, extent in enumerate(b.dims(a)):
            known = result[shift + k]
            result[shift + k] = extent if known is None else _joined(b, known, extent, checked)
    return tuple(d if d is not None else ONE for d in result)


def _joined(b: Builder, known: Atom, extent: Atom, checked: bool) -> Atom:
    first_is_one = b.compare("eq", known, ONE)
    if checked:
        differ = b.compare("ne", known, extent)
        wide = b.logic("logical_and", b.compare("ne", known, ONE), b.compare("ne", extent, ONE))
        b.fail_if(b.logic("logical_and", differ, wide), "ValueError", MISMATCH, known, extent)
    return b.select(first_is_one, extent, known)


def aligned(b: Builder, arrays: list[Atom], extents: tuple[Atom, ...]) -> dict[Atom, Atom]:
    """Views of the arrays with the common extents; an array that is alone needs none."""
    distinct = list(dict.fromkeys(arrays))
    if len(distinct) == 1 and array_of(distinct[0]).rank == len(extents):
        return {distinct[0]: distinct[0]}
    return {a: b.broadcast(a, extents) for a in distinct}


def elementwise(b: Builder, target: Var, e: Apply) -> None:
    """`target = op(arrays and numbers)`."""
    row = BY_NAME[e.op]
    arrays = [a for a in e.args if is_array(a)]
    extents = common_extents(b, arrays, not e.attr("safe"))
    b.allocate(target, extents)
    views = aligned(b, arrays, extents)
    attrs = {**dict(e.attrs), "via": "" if is_array(e.args[-1]) else "numpy"}
    types = tuple(Scalar(a.type.kind, isinstance(a.type, Scalar) and a.type.weak) for a in e.args
                  if isinstance(a.type, Array | Scalar))
    compute = elementwise_type(row, types, "numpy").compute
    result = Scalar(array_of(target).kind)

    def body(index: tuple[Var, ...]) -> None:
        operands: list[Atom] = []
        for k, a in enumerate(e.args):
            value = b.load(views[a], index) if is_array(a) else a
            kind: Kind = "bool" if row.rule == "selection" and k == 0 else compute
            operands.append(b.convert(value, kind))
        operands_checked(b, Apply(e.op, tuple(operands), result, b.span, e.attrs))
        b.store(target, index, b.elementary(e.op, tuple(operands), result, attrs))

    b.loop(extents, body)


def copy(b: Builder, target: Var, source: Atom) -> None:
    """A fresh array with the elements of another, converted to the target's kind."""
    extents = b.dims(source)
    b.allocate(target, extents)
    b.loop(extents, lambda index: b.store(target, index, b.load(source, index)))


def fill(b: Builder, target: Var, extents: tuple[Atom, ...], value: Atom) -> None:
    """A fresh array with one value everywhere."""
    b.allocate(target, extents)
    b.loop(extents, lambda index: b.store(target, index, value))


def store_all(b: Builder, s: Store, may_overlap: bool) -> None:
    """`array[...] = value`; a value that may share memory with the array is read completely first."""
    extents = b.dims(s.array)
    if not is_array(s.value):
        b.loop(extents, lambda index: b.store(s.array, index, s.value))
        return
    value = s.value
    given = b.dims(value)
    shift = len(extents) - len(given)
    for k, extent in enumerate(given):
        wanted = extents[shift + k]
        differ = b.logic("logical_and", b.compare("ne", extent, wanted), b.compare("ne", extent, ONE))
        b.fail_if(differ, "ValueError", STORE_MISMATCH, extent, wanted)
    if may_overlap:
        buffer = b.fresh(Array(array_of(value).kind, array_of(value).rank), "buffer")
        copy(b, buffer, value)
        value = buffer
    view = b.broadcast(value, extents)
    b.loop(extents, lambda index: b.store(s.array, index, b.load(view, index)))


def accumulate_all(b: Builder, s: Accumulate) -> None:
    """`target += value` on arrays; the value is broadcast to the target, or summed down to it."""
    if not is_array(s.value):
        b.loop(b.dims(s.target), lambda index: b.accumulate(s.target, index, s.value))
        return
    if s.same_shape:
        b.loop(b.dims(s.target), lambda index: b.accumulate(s.target, index, b.load(s.value, index)))
        return
    extents = common_extents(b, [s.target, s.value], False)
    target, value = b.broadcast(s.target, extents), b.broadcast(s.value, extents)
    assert isinstance(target, Var)
    b.loop(extents, lambda index: b.accumulate(target, index, b.load(value, index)))


def nonnegative(b: Builder, extents: tuple[Atom, ...]) -> None:
    """NumPy's error for a negative extent."""
    for extent in extents:
        if isinstance(extent, Const) and extent.value >= 0:
            continue
        bad = Const(True, PY_BOOL) if isinstance(extent, Const) else b.compare("lt", extent, Const(0, extent.type))
        b.fail_if(bad, "ValueError", "negative dimensions are not allowed")
