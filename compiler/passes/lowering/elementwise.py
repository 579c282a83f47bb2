"""Element-wise operations, copies and stores on arrays as loops over scalars, with NumPy's broadcasting."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.nodes import Accumulate, Apply, Atom, Const, Fail, Store, Var
from ...ir.types import PY_BOOL, Array, Scalar
from .builder import ONE, Builder, array_of
from .fused import element_of

VALUES = 8  # a message has room for so many numbers
BROADCAST = ("ValueError", "operands could not be broadcast together with shapes")


def is_array(a: Atom) -> bool:
    return isinstance(a.type, Array)


def shapes_in_words(b: Builder, arrays: list[Atom]) -> tuple[list[str], list[Atom]]:
    """Shapes as NumPy's messages write them, with braces for the extents, and the extents; a number has shape ()."""
    return in_words([b.dims(a) if is_array(a) else () for a in arrays])


def in_words(extents: Sequence[tuple[Atom, ...]]) -> tuple[list[str], list[Atom]]:
    """The same for shapes that are known."""
    texts = ["(" + ",".join("{}" for _ in e) + (",)" if len(e) == 1 else ")") for e in extents]
    values = [d for e in extents for d in e]
    return (texts, values) if len(values) <= VALUES else (["(...)"] * len(texts), [])


def common_extents(
    b: Builder, arrays: list[Atom], operands: list[Atom] | None = None, error: tuple[str, str] = BROADCAST
) -> tuple[Atom, ...]:
    """The shape that arrays broadcast to. Given the operands to name, an error when there is none."""
    distinct = list(dict.fromkeys(arrays))
    rank = max(array_of(a).rank for a in distinct)
    fail = _mismatch(b, operands, error) if operands is not None and len(distinct) > 1 else None
    result: list[Atom | None] = [None] * rank
    for a in distinct:
        shift = rank - array_of(a).rank
        for k, extent in enumerate(b.dims(a)):
            known = result[shift + k]
            result[shift + k] = extent if known is None else _joined(b, known, extent, fail)
    return tuple(d if d is not None else ONE for d in result)


def _mismatch(b: Builder, operands: list[Atom], error: tuple[str, str]) -> Fail:
    texts, values = shapes_in_words(b, operands)
    return Fail(error[0], f"{error[1]} {' '.join(texts)} ", tuple(values), b.span)


def _joined(b: Builder, known: Atom, extent: Atom, fail: Fail | None) -> Atom:
    first_is_one = b.compare("eq", known, ONE)
    if fail is not None:
        differ = b.compare("ne", known, extent)
        wide = b.logic("logical_and", b.compare("ne", known, ONE), b.compare("ne", extent, ONE))
        b.when(b.logic("logical_and", differ, wide), fail)
    return b.select(first_is_one, extent, known)


def aligned(b: Builder, arrays: list[Atom], extents: tuple[Atom, ...]) -> dict[Atom, Atom]:
    """Views of the arrays with the common extents; an array that is alone needs none."""
    distinct = list(dict.fromkeys(arrays))
    if len(distinct) == 1 and array_of(distinct[0]).rank == len(extents):
        return {distinct[0]: distinct[0]}
    return {a: b.broadcast(a, extents) for a in distinct}


def elementwise(b: Builder, target: Var, e: Apply) -> None:
    """`target = op(arrays and numbers)`."""
    arrays = [a for a in e.args if is_array(a)]
    named = [*e.args, *e.args[: e.attr("via") == "iadd"]]  # in place, NumPy names the first operand as the output too
    extents = common_extents(b, arrays, None if e.attr("safe") else named)
    b.allocate(target, extents)
    views = aligned(b, arrays, extents)
    result = Scalar(array_of(target).kind)

    def body(index: tuple[Var, ...]) -> None:
        operands = tuple(b.load(views[a], index) if is_array(a) else a for a in e.args)
        b.store(target, index, element_of(b, e, operands, result))

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
    (source, place), values = shapes_in_words(b, [value, s.array])
    message = f"could not broadcast input array from shape {source} into shape {place}"
    for k, extent in enumerate(given):
        wanted = extents[shift + k]
        differ = b.logic("logical_and", b.compare("ne", extent, wanted), b.compare("ne", extent, ONE))
        b.fail_if(differ, "ValueError", message, *values)
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
    extents = common_extents(b, [s.target, s.value])
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
