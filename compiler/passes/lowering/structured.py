"""Constructors, reductions and products of arrays as loops over scalars."""

from __future__ import annotations

from collections.abc import Callable

from ...ir.nodes import Apply, Assign, Atom, Const, Store, Var
from ...ir.types import FLOAT64, PY_INT, Array, Kind, Scalar, is_inexact
from .builder import ONE, REASSOC, ZERO, Builder, array_of, number
from .checks import arithmetic, fitting
from .elementwise import common_extents, fill, nonnegative, shapes_in_words
from .products import MATRICES, VECTORS, fast_or_plain, matrix_matrix, matrix_vector
from .reductions import wide

Lower = Callable[[Builder, Var, Apply], None]


def _construct(b: Builder, target: Var, e: Apply) -> None:
    extents = e.args
    if not e.attr("safe"):
        nonnegative(b, extents)
    kind = array_of(target).kind
    if e.op == "ones":
        fill(b, target, extents, number(1, kind))
    else:
        b.allocate(target, extents, zero=e.op == "zeros")


def _full(b: Builder, target: Var, e: Apply) -> None:
    nonnegative(b, e.args[1:])
    fill(b, target, e.args[1:], e.args[0])


def _like(b: Builder, target: Var, e: Apply) -> None:
    extents = b.dims(e.args[0])
    kind = array_of(target).kind
    if e.op in ("zeros_like", "empty_like"):
        b.allocate(target, extents, zero=e.op == "zeros_like")
    else:
        fill(b, target, extents, e.args[1] if e.op == "full_like" else number(1, kind))


def _shaped(b: Builder, target: Var, e: Apply) -> None:
    """Zeros of the shape that the operands broadcast to."""
    b.allocate(target, common_extents(b, list(e.args)), zero=True)


def _arange(b: Builder, target: Var, e: Apply) -> None:
    """As NumPy has it: the length by true division, the first two elements in the target's kind, the rest from them."""
    start, stop, step = e.args
    kind = array_of(target).kind
    gap = arithmetic(b, "sub", stop, start)
    steps = _steps(b, gap, b.convert(arithmetic(b, "div", gap, step), "float64"))
    count = b.select(b.compare("gt", steps, number(0, "float64")), b.convert(steps, "int64"), ZERO)
    following = arithmetic(b, "add", start, step, safe=True)
    for needed, value in ((ZERO, start), (ONE, following)):
        with b.block() as stored:
            fitting(b, value, kind)
        if stored:
            b.when(b.compare("gt", count, needed), *stored)
    b.allocate(target, (count,))
    first, second = b.convert(start, kind), b.convert(following, kind)
    delta = b.scalar("sub", second, first, type=Scalar(kind))

    def body(index: tuple[Var, ...]) -> None:
        offset = b.scalar("mul", b.convert(index[0], kind), delta, type=Scalar(kind))
        b.store(target, index, b.scalar("add", first, offset, type=Scalar(kind)))

    b.loop((count,), body)
    for place, value in ((ZERO, first), (ONE, second)):
        b.when(b.compare("gt", count, place), Store(target, (place,), value, b.span))


def _steps(b: Builder, gap: Atom, ratio: Atom) -> Atom:
    """The quotient of a gap and a step, rounded up; 1 when it is positive but too small for a float."""
    limit, zero = number(2.0**63, "float64"), number(0, "float64")
    b.fail_if(b.compare("ne", ratio, ratio), "ValueError", "arange: cannot compute length")
    low = b.compare("lt", ratio, number(-(2.0**63), "float64"))
    large = b.logic("logical_or", b.compare("ge", ratio, limit), low)
    b.fail_if(large, "ValueError", "Maximum allowed size exceeded")
    assert isinstance(gap.type, Scalar)
    lost = b.logic("logical_and", b.compare("eq", ratio, zero), b.compare("ne", gap, number(0, gap.type.kind)))
    sign = b.scalar("copysign", number(1, "float64"), ratio)
    lost = b.logic("logical_and", lost, b.compare("gt", sign, zero))
    return b.select(lost, number(1, "float64"), b.scalar("ceil", ratio))


def _linspace(b: Builder, target: Var, e: Apply) -> None:
    start, stop, count = e.args
    negative = b.compare("lt", count, Const(0, count.type))
    b.fail_if(negative, "ValueError", "Number of samples, {}, must be non-negative.", count)
    b.allocate(target, (count,))
    last = b.integers("sub", count, ONE)
    parts = b.convert(b.maximum(last, ONE), "float64")
    step = b.scalar("div", b.scalar("sub", stop, start, type=FLOAT64), parts, type=FLOAT64)

    def body(index: tuple[Var, ...]) -> None:
        offset = b.scalar("mul", b.convert(index[0], "float64"), step, type=FLOAT64)
        inner = b.scalar("add", start, offset, type=FLOAT64)
        end = b.logic("logical_and", b.compare("eq", index[0], last), b.compare("gt", last, ZERO))
        b.store(target, index, b.select(end, b.scalar("cast", stop, type=FLOAT64), inner))

    b.loop((count,), body)


def _pack(b: Builder, target: Var, e: Apply) -> None:
    shape: tuple[int, ...] = e.attr("shape")
    b.allocate(target, tuple(Const(n, PY_INT) for n in shape))
    for flat, value in enumerate(e.args):
        index: list[Atom] = []
        for extent in reversed(shape):
            flat, k = divmod(flat, extent)
            index.insert(0, Const(k, PY_INT))
        b.store(target, tuple(index), value)


def _size(b: Builder, target: Var, e: Apply) -> None:
    b.emit(Assign(target, size_of(b, e.args[0]), b.span))


def size_of(b: Builder, a: Atom) -> Atom:
    """The number of elements."""
    total: Atom = ONE
    for extent in b.dims(a):
        total = b.integers("mul", total, extent)
    return total


# ------------------------------------------------------------------------------------------------------ products


def _flagged(b: Builder, op: str, kind: Kind) -> Callable[[Atom, Atom], Atom]:
    """NumPy leaves the order of a sum open, so it may be vectorised."""
    flags = {"flags": REASSOC} if is_inexact(kind) else {}
    return lambda total, value: b.scalar(op, total, value, type=Scalar(kind), **flags)


def _kind(target: Var) -> Kind:
    assert isinstance(target.type, Scalar | Array)
    return target.type.kind


def _prod_of_others(b: Builder, target: Var, e: Apply) -> None:
    """Products of everything before, times products of everything after: no division, so zeros are no exception."""
    x = e.args[0]
    kind = array_of(x).kind
    extents = b.dims(x)
    b.allocate(target, extents)
    running = b.let(number(1, kind), "acc")

    def forward(index: tuple[Var, ...]) -> None:
        b.store(target, index, running)
        b.emit(Assign(running, Apply("mul", (running, b.load(x, index)), Scalar(kind)), b.span))

    def backward(index: tuple[Var, ...]) -> None:
        b.store(target, index, b.scalar("mul", b.load(target, index), running, type=Scalar(kind)))
        b.emit(Assign(running, Apply("mul", (running, b.load(x, index)), Scalar(kind)), b.span))

    b.loop(extents, forward)
    b.emit(Assign(running, number(1, kind), b.span))
    b.loop(extents, backward, backward=True)


def _inner_extent(b: Builder, e: Apply, n: Atom, m: Atom) -> None:
    if not e.attr("safe"):
        differ = b.compare("ne", n, m)
        if e.attr("via") == "dot":
            (x, y), values = shapes_in_words(b, list(e.args))
            axes = f"{{}} (dim {array_of(e.args[0]).rank - 1}) != {{}} (dim 0)"
            b.fail_if(differ, "ValueError", f"shapes {x} and {y} not aligned: {axes}", *values, n, m)
        else:
            message = ("matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
                       "(n?,k),(k,m?)->(n?,m?) (size {} is different from {})")
            b.fail_if(differ, "ValueError", message, m, n)


def _product(b: Builder, kind: Kind, x: Atom, y: Atom) -> Atom:
    a, c = b.convert(x, kind), b.convert(y, kind)
    flags = {"flags": REASSOC} if is_inexact(kind) else {}
    return b.scalar("mul", a, c, type=Scalar(kind), **flags)


def _dot11(b: Builder, target: Var, e: Apply) -> None:
    x, y = e.args
    kind = wide(_kind(target))
    n, m = b.dims(x)[0], b.dims(y)[0]
    _inner_extent(b, e, n, m)
    total = b.let(number(0, kind), "acc")
    add = _flagged(b, "add", kind)

    def body(index: tuple[Var, ...]) -> None:
        b.emit(Assign(total, add(total, _product(b, kind, b.load(x, index), b.load(y, index))), b.span))

    b.loop((n,), body)
    b.emit(Assign(target, b.convert(total, _kind(target)), b.span))


def _dot21(b: Builder, target: Var, e: Apply) -> None:
    x, y = e.args
    kind = wide(_kind(target))
    (n, m), (k,) = b.dims(x), b.dims(y)
    _inner_extent(b, e, m, k)
    b.allocate(target, (n,))
    add = _flagged(b, "add", kind)

    def row(outer: tuple[Var, ...]) -> None:
        total = b.let(number(0, kind), "acc")

        def body(inner: tuple[Var, ...]) -> None:
            value = _product(b, kind, b.load(x, (outer[0], inner[0])), b.load(y, inner))
            b.emit(Assign(total, add(total, value), b.span))

        b.loop((m,), body)
        b.store(target, outer, total)

    fast_or_plain(b, _kind(target), (x, y), (n, m), VECTORS, lambda: matrix_vector(b, target, x, y, False),
                  lambda: b.loop((n,), row))


def _dot12(b: Builder, target: Var, e: Apply) -> None:
    x, y = e.args
    kind = _kind(target)
    (n,), (k, m) = b.dims(x), b.dims(y)
    _inner_extent(b, e, n, k)
    b.allocate(target, (m,), zero=True)

    def body(index: tuple[Var, ...]) -> None:
        i, j = index
        b.accumulate(target, (j,), _product(b, kind, b.load(x, (i,)), b.load(y, (i, j))))

    fast_or_plain(b, kind, (x, y), (n, m), VECTORS, lambda: matrix_vector(b, target, y, x, True),
                  lambda: b.loop((n, m), body))


def _dot22(b: Builder, target: Var, e: Apply) -> None:
    x, y = e.args
    kind = _kind(target)
    (n, k), (k2, m) = b.dims(x), b.dims(y)
    _inner_extent(b, e, k, k2)
    b.allocate(target, (n, m))
    fast_or_plain(b, kind, (x, y), (n, k, m), MATRICES, lambda: matrix_matrix(b, target, x, y),
                  lambda: _small_product(b, target, x, y, False))


def add_product(b: Builder, target: Var, x: Atom, y: Atom) -> None:
    """`target += x @ y` for matrices that are known to fit."""
    extents = (*b.dims(x), b.dims(y)[1])
    fast_or_plain(b, _kind(target), (x, y), extents, MATRICES, lambda: matrix_matrix(b, target, x, y, True),
                  lambda: _small_product(b, target, x, y, True))


def _small_product(b: Builder, target: Var, x: Atom, y: Atom, adding: bool) -> None:
    (n, k), m, kind = b.dims(x), b.dims(y)[1], _kind(target)
    if not adding:
        b.loop((n, m), lambda index: b.store(target, index, number(0, kind)))

    def body(index: tuple[Var, ...]) -> None:
        i, p, j = index
        b.accumulate(target, (i, j), _product(b, kind, b.load(x, (i, p)), b.load(y, (p, j))))

    b.loop((n, k, m), body)


def _outer(b: Builder, target: Var, e: Apply) -> None:
    x, y = e.args
    kind = _kind(target)
    extents = (b.dims(x)[0], b.dims(y)[0])
    b.allocate(target, extents)

    def body(index: tuple[Var, ...]) -> None:
        i, j = index
        b.store(target, index, _product(b, kind, b.load(x, (i,)), b.load(y, (j,))))

    b.loop(extents, body)


LOWER: dict[str, Lower] = {
    **dict.fromkeys(("zeros", "ones", "empty"), _construct),
    **dict.fromkeys(("zeros_like", "ones_like", "empty_like", "full_like"), _like),
    "full": _full,
    "zeros_shaped": _shaped,
    "arange": _arange,
    "linspace": _linspace,
    "pack": _pack,
    "size": _size,
    "prod_of_others": _prod_of_others,
    "dot11": _dot11,
    "dot21": _dot21,
    "dot12": _dot12,
    "dot22": _dot22,
    "outer": _outer,
}
