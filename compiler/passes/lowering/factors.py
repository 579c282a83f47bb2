"""Factorisations by LAPACK. What several factors are packed into is told in `ops/factors.py`.

LAPACK is given a matrix by columns, as NumPy gives it, so that signs and orders are NumPy's. A buffer whose rows are
such columns is transposed. Work space has the size that LAPACK documents, with room for blocks of 64 columns.
"""

from __future__ import annotations

import numpy as np

from ...ir.nodes import Apply, Assign, Atom, Const, Var
from ...ir.types import PARTS, PY_BOOL, Kind, Scalar, is_complex
from .builder import ONE, ZERO, Builder, array_of, integer, number
from .linalg import ALL, LAPACK, UPPER, by_columns, conjugate, kind_in, kind_of, new, real_kind, real_part, square
from .products import LETTER, LIMIT, fortran
from .stacks import Lower, like, stacked, turn

NONE, VECTORS, SOME, LOWER_HALF = (integer(ord(c)) for c in "NVSL")
BLOCK = integer(64)


def fits(b: Builder, e: Apply) -> tuple[Atom, Atom]:
    """The extents of a matrix, which LAPACK counts in 32 bits."""
    m, n = b.dims(e.args[0])[-2:]
    if not e.attr("safe"):
        b.fail_if(b.compare("ge", b.maximum(m, n), LIMIT), "MemoryError", "the matrix is too large for LAPACK")
    return m, n


def plus(b: Builder, *terms: Atom) -> Atom:
    """A sum of extents."""
    total: Atom = ZERO
    for term in terms:
        total = b.integers("add", total, term)
    return total


def times(b: Builder, a: Atom, *factors: Atom) -> Atom:
    """A product of extents."""
    for factor in factors:
        a = b.integers("mul", a, factor)
    return a


def _fill(b: Builder, target: Var, row: Atom, count: Atom, value: float) -> None:
    """One number in the first places of a row."""
    kind = array_of(target).kind
    b.loop((count,), lambda i: b.store(target, (row, *i), number(value, kind)))


# --------------------------------------------------------------------------------------------------------- eigenvalues


def _symmetric(b: Builder, target: Var, e: Apply) -> None:
    kind, n = kind_of(target), square(b, e)
    columns, values = _eigen(b, e.args[0], n, kind, VECTORS, e.op.endswith("_upper"))
    b.allocate(target, (plus(b, n, integer(2)), n))
    turn(b, target, columns, (n, n))
    b.loop((n,), lambda i: b.store(target, (n, *i), b.load(values, i)))
    _fill(b, target, plus(b, n, ONE), n, 0)


def _symmetric_extents(b: Builder, e: Apply) -> tuple[Atom, ...]:
    n = b.dims(e.args[0])[-1]
    return plus(b, n, integer(2)), n


def _symmetric_values(b: Builder, target: Var, e: Apply) -> None:
    kind, n = kind_in(e, target), square(b, e)
    _, values = _eigen(b, e.args[0], n, kind, NONE)
    b.allocate(target, (n,))
    b.loop((n,), lambda i: b.store(target, i, b.load(values, i)))


def _eigen(b: Builder, a: Atom, n: Atom, kind: Kind, job: Atom, upper: bool = False) -> tuple[Var, Var]:
    """Eigenvectors by columns and eigenvalues, by one triangle."""
    buffer, values = by_columns(b, a, kind), new(b, real_kind(kind), n)
    size = plus(b, ONE, times(b, n, integer(70)), times(b, integer(2), n, n))
    whole = plus(b, integer(3), times(b, n, integer(5)))
    work, numbers = new(b, kind, size), new(b, "int32", whole)
    half = UPPER if upper else LOWER_HALF
    places: tuple[Atom, ...] = (new(b, real_kind(kind), size), size) if kind in PARTS else ()
    routine = "heevd" if places else "syevd"
    passed = f"ccipippi{'pi' if places else ''}pio"
    status = fortran(b, f"{LAPACK}.{LETTER[kind]}{routine}", passed, job, half, n, buffer,
                     b.maximum(n, ONE), values, work, size, *places, numbers, whole)
    b.fail_if(b.compare("ne", status, ZERO), "LinAlgError", "Eigenvalues did not converge")
    return buffer, values


def values_of(b: Builder, target: Var, e: Apply) -> None:
    """The last row but one of factors; where the result is real, it is their real part."""
    rows, n = b.dims(e.args[0])
    place = b.integers("sub", rows, integer(2))
    b.allocate(target, (n,))
    take = real_part if kind_of(target) not in PARTS else lambda _, x: x
    b.loop((n,), lambda i: b.store(target, i, take(b, b.load(e.args[0], (place, *i)))))


def _values_back(b: Builder, target: Var, e: Apply) -> None:
    """The adjoint of the factors: that of the values, and ones where it tells that the values have one."""
    rows, n = b.dims(e.args[0])
    b.allocate(target, (rows, n), zero=True)
    place = b.integers("sub", rows, integer(2))
    b.loop((n,), lambda i: b.store(target, (place, *i), b.load(e.args[1], i)))
    _fill(b, target, b.integers("sub", rows, ONE), n, 1)


def _tagged(b: Builder, target: Var, e: Apply) -> None:
    """A copy; its adjoint has twos in the last row, beside the ones that stand for an adjoint of the values."""
    rows, n = b.dims(e.args[0])
    b.allocate(target, (rows, n))
    b.loop((rows, n), lambda i: b.store(target, i, b.load(e.args[0], i)))
    if e.op == "tag_back":
        _fill(b, target, b.integers("sub", rows, ONE), n, 2)


# ---------------------------------------------------------------------------------------------------- singular values


def _singular(b: Builder, target: Var, e: Apply) -> None:
    """The factors for as many columns as the smaller extent, or, when whole, for all."""
    kind, (m, n) = kind_of(target), fits(b, e)
    whole = e.op == "singular_factors_whole"
    k = b.minimum(m, n)
    left, right = (m, n) if whole else (k, k)
    u, values, v = new(b, kind, left, m), new(b, real_kind(kind), k), new(b, kind, n, right)
    gesdd(b, e.args[0], kind, ALL if whole else SOME, (m, n, k), u, values, v, right)
    wide = b.maximum(m, n) if whole else k
    rows = plus(b, m, n, integer(2))
    b.allocate(target, (rows, wide), zero=True)
    with b.block() as vectors:
        turn(b, target, u, (m, left))
        b.loop((n, right), lambda i: b.store(target, (b.integers("add", m, i[0]), i[1]), conjugate(b, b.load(v, i))))
    b.when(b.compare("gt", k, ZERO), *vectors)
    place = plus(b, m, n)
    b.loop((k,), lambda i: b.store(target, (place, *i), b.load(values, i)))
    if whole:  # of a matrix without rows or columns LAPACK writes no vectors
        with b.block() as units:
            one = number(1, kind)
            b.loop((m,), lambda i: b.store(target, (*i, *i), one))
            b.loop((n,), lambda i: b.store(target, (b.integers("add", m, *i), *i), one))
        b.when(b.compare("eq", k, ZERO), *units)


def no_infinities(b: Builder, a: Atom, message: str) -> None:
    """Refuse infinite entries, for which LAPACK's search for singular values need not end."""
    if array_of(a).kind not in ("float32", "float64", *PARTS):
        return
    found = b.let(Const(False, PY_BOOL), "found")

    def look(index: tuple[Var, ...]) -> None:
        infinite = b.elementary("isinf", (b.load(a, index),), PY_BOOL, {})
        b.emit(Assign(found, b.logic("logical_or", found, infinite), b.span))

    b.loop(b.dims(a), look)
    b.fail_if(found, "LinAlgError", message)


def gesdd(b: Builder, a: Atom, kind: Kind, job: Atom, extents: tuple[Atom, Atom, Atom], u: Var, values: Var, v: Var,
           right: Atom) -> None:
    """Singular values, and unless there is no job the vectors: the left ones by columns, the right ones as columns."""
    message = "SVD did not converge"
    no_infinities(b, a, message)
    m, n, k = extents
    size = plus(b, ONE, times(b, integer(4), k, k), times(b, integer(7), k), times(b, BLOCK, plus(b, m, n)),
                 b.maximum(m, n))
    places = b.maximum(times(b, integer(8), k), ONE)
    work, numbers = new(b, kind, size), new(b, "int32", places)
    tall = b.maximum(m, ONE)
    more: tuple[Atom, ...] = ()
    if kind in PARTS:
        squares = times(b, k, plus(b, times(b, integer(5), k), times(b, integer(2), b.maximum(m, n)), integer(7)))
        more = (new(b, real_kind(kind), plus(b, ONE, squares)),)
    status = fortran(b, f"{LAPACK}.{LETTER[kind]}gesdd", f"ciipippipipi{'p' * len(more)}po", job, m, n,
                     by_columns(b, a, kind), tall, values, u, tall, v, b.maximum(right, ONE), work, size, *more,
                     numbers)
    b.fail_if(b.compare("ne", status, ZERO), "LinAlgError", message)


def _singular_values(b: Builder, target: Var, e: Apply) -> None:
    kind, (m, n) = kind_in(e, target), fits(b, e)
    k = b.minimum(m, n)
    b.allocate(target, (k,))
    unused = new(b, kind, ONE, ONE)
    gesdd(b, e.args[0], kind, NONE, (m, n, k), unused, target, unused, ONE)


def _count(b: Builder, e: Apply) -> tuple[Atom, ...]:
    return (b.minimum(*b.dims(e.args[0])[-2:]),)


def _singular_extents(b: Builder, e: Apply) -> tuple[Atom, ...]:
    m, n = b.dims(e.args[0])[-2:]
    wide = b.maximum(m, n) if e.op == "singular_factors_whole" else b.minimum(m, n)
    return plus(b, m, n, integer(2)), wide


# ----------------------------------------------------------------------------------------------------------- QR and LU


def _qr(b: Builder, target: Var, e: Apply) -> None:
    kind, (m, n) = kind_of(target), fits(b, e)
    k = b.minimum(m, n)
    left = m if e.op == "qr_factors_whole" else k
    wide = b.maximum(left, n)
    buffer, scalars = new(b, kind, wide, m), new(b, kind, k)
    turn(b, buffer, e.args[0], (n, m))
    size = b.maximum(times(b, wide, BLOCK), ONE)
    work, ld, letter = new(b, kind, size), b.maximum(m, ONE), LETTER[kind]
    fortran(b, f"{LAPACK}.{letter}geqrf", "iipippio", m, n, buffer, ld, scalars, work, size)
    b.allocate(target, (plus(b, m, left), wide), zero=True)

    def above(index: tuple[Var, ...]) -> None:
        i, j = index
        value = b.load(buffer, (j, i))
        kept = b.select(b.compare("le", i, j), value, number(0, kind))
        b.store(target, (b.integers("add", m, i), j), kept)

    b.loop((k, n), above)
    routine = "ungqr" if kind in PARTS else "orgqr"
    fortran(b, f"{LAPACK}.{letter}{routine}", "iiipippio", m, left, k, buffer, ld, scalars, work, size)
    turn(b, target, buffer, (m, left))


def _qr_extents(b: Builder, e: Apply) -> tuple[Atom, ...]:
    m, n = b.dims(e.args[0])[-2:]
    left = m if e.op == "qr_factors_whole" else b.minimum(m, n)
    return plus(b, m, left), b.maximum(left, n)


def _lu(b: Builder, target: Var, e: Apply) -> None:
    """Both triangles in one matrix, and the rows exchanged with, counted from zero."""
    kind, (m, n) = kind_of(target), fits(b, e)
    k = b.minimum(m, n)
    columns, pivots = by_columns(b, e.args[0], kind), new(b, "int32", k, hint="pivots")
    fortran(b, f"{LAPACK}.{LETTER[kind]}getrf", "iipipo", m, n, columns, b.maximum(m, ONE), pivots)
    b.allocate(target, (plus(b, m, ONE), n), zero=True)
    turn(b, target, columns, (m, n))

    def pivot(index: tuple[Var, ...]) -> None:
        row = b.convert(b.load(pivots, index), "int64")
        b.store(target, (m, *index), b.convert(b.integers("sub", row, ONE), kind))

    b.loop((k,), pivot)


# --------------------------------------------------------------------------------------------------------- derivatives


def _triangle(b: Builder, target: Var, e: Apply) -> None:
    kind, extents = kind_of(target), b.dims(e.args[0])
    b.allocate(target, extents)
    edge = integer(e.attr("k"))
    op = "ge" if e.attr("upper") else "le"

    def keep(index: tuple[Var, ...]) -> None:
        inside = b.compare(op, index[-1], b.integers("add", index[-2], edge))
        value = b.convert(b.load(e.args[0], index), kind)
        b.store(target, index, b.select(inside, value, number(0, kind)))

    b.loop(extents, keep)


def _beside(b: Builder, target: Var, e: Apply) -> None:
    (m, n), (_, more) = (b.dims(a) for a in e.args)
    b.allocate(target, (m, b.integers("add", n, more)))
    b.loop((m, n), lambda i: b.store(target, i, b.load(e.args[0], i)))
    b.loop((m, more), lambda i: b.store(target, (i[0], b.integers("add", n, i[1])), b.load(e.args[1], i)))


def _beside_extents(b: Builder, e: Apply) -> tuple[Atom, ...]:
    m, n = b.dims(e.args[0])[-2:]
    return m, b.integers("add", n, b.dims(e.args[1])[-1])


def _largest(b: Builder, x: Atom, extents: tuple[Atom, ...], kind: Kind) -> Var:
    """The largest absolute value of an array, 0 for an empty one."""
    largest = b.let(number(0, kind), "acc")
    b.loop(extents, lambda i: b.emit(Assign(largest, b.maximum(modulus(b, b.load(x, i)), largest), b.span)))
    return largest


def _quotient(b: Builder, turning: Atom, gap: Atom) -> Atom:
    """Half of a number by a real one."""
    if is_complex(turning.type):
        return b.formula.build("join(0.5 * real(x) / gap, 0.5 * imag(x) / gap)", {"x": turning, "gap": gap})
    half = b.scalar("mul", number(0.5, gap.type.kind), turning, type=gap.type)  # type: ignore[union-attr]
    return b.scalar("div", half, gap, type=gap.type)


def modulus(b: Builder, x: Atom) -> Atom:
    """The absolute value of a real or complex number."""
    return b.formula.build("abs(x)", {"x": x}) if is_complex(x.type) else b.magnitude(x)


def _divided(b: Builder, target: Var, e: Apply) -> None:
    """`(g[i, j] - g[j, i]) / 2` by the difference of the i-th and the j-th value, and a given diagonal.

    Values are taken for equal when they differ by no more than rounding has made of them. There eigenvectors are free
    to turn. A result that does not depend on how they turn has no difference here, and its derivative has no part
    either, unless it depends on the values as well: of a function of a matrix, `v @ diag(h(w)) @ v.T`, this would have
    to be the derivative of `h`, which cannot be known from here. The part is NaN then, and infinite when the result
    does depend on how they turn.
    """
    values, g = e.args[:2]
    whole, n = kind_of(target), b.dims(g)[0]
    kind = real_kind(whole)
    b.allocate(target, (n, n))
    precision = b.scalar("mul", b.convert(n, kind), number(2.0**-52 if kind == "float64" else 2.0**-23, kind),
                         type=Scalar(kind))
    equal, nothing = (b.scalar("mul", precision, _largest(b, x, shape, kind), type=Scalar(kind))
                      for x, shape in ((values, (n,)), (g, (n, n))))
    nothing = b.scalar("mul", nothing, number(16, kind), type=Scalar(kind))
    t = Scalar(kind)

    def entry(index: tuple[Var, ...]) -> None:
        i, j = index
        first, second = b.load(g, (i, j)), conjugate(b, b.load(g, (j, i)))
        sign = "add" if e.op == "divided_sum" else "sub"
        gap = b.scalar(sign, b.load(values, (j,)), b.load(values, (i,)), type=t)
        turning = b.scalar("sub", first, second, type=Scalar(whole))
        quotient = _quotient(b, turning, gap)
        still = b.compare("le", modulus(b, turning), nothing)
        close = b.logic("logical_and", b.compare("le", b.magnitude(gap), equal), still)
        part: Atom = number(0, whole)
        if e.op == "divided":
            both = b.compare("eq", b.load(e.args[3], (i,)), number(3, kind))
            part = b.select(both, number(float("nan"), whole), part)
        off = b.select(close, part, quotient)
        if e.op == "divided" or whole not in PARTS:  # in the complex plane, vectors of a pair turn against each other
            diagonal = b.convert(b.load(e.args[2], (i,)), whole) if e.op == "divided" else number(0, whole)
            off = b.select(b.compare("eq", i, j), diagonal, off)
        b.store(target, index, off)

    b.loop((n, n), entry)


def _columns_only(b: Builder, e: Apply) -> tuple[Atom, ...]:
    return b.dims(e.args[0])[-1:]


def _turning(b: Builder, target: Var, e: Apply) -> None:
    """The imaginary part of `sum(conj(v) * v_bar)` for each column, of two pairs perhaps; 0 where it is rounding."""
    kind, pairs = kind_of(target), list(zip(e.args[::2], e.args[1::2], strict=True))
    n = b.dims(e.args[0])[1]
    b.allocate(target, (n,))
    t = Scalar(kind)

    def column(index: tuple[Var, ...]) -> None:
        total, size = b.let(number(0, kind), "acc"), b.let(number(0, kind), "acc")

        def summed(v: Atom, v_bar: Atom) -> None:
            def term(row: tuple[Var, ...]) -> None:
                env = {"v": b.load(v, (*row, *index)), "g": b.load(v_bar, (*row, *index))}
                value = b.formula.build("imag(conj(v) * g)", env)
                b.emit(Assign(total, b.scalar("add", total, value, type=t), b.span))
                b.emit(Assign(size, b.scalar("add", size, b.formula.build("abs(v) * abs(g)", env), type=t), b.span))

            b.loop(b.dims(v)[:1], term)

        for v, v_bar in pairs:
            summed(v, v_bar)
        count = b.convert(plus(b, *(b.dims(v)[0] for v, _ in pairs)), kind)
        limit = b.formula.build(f"size * count * {16 * float(np.finfo(kind).eps)}", {"size": size, "count": count})
        b.store(target, index, b.select(b.compare("le", b.magnitude(total), limit), number(0, kind), total))

    b.loop((n,), column)


def _settled(b: Builder, target: Var, e: Apply) -> None:
    """The adjoint of vectors of which one entry is made real by turning them: what turns them passes that entry."""
    v, v_bar, turn, place = e.args
    kind, extents = kind_of(target), b.dims(v)
    b.allocate(target, extents)
    b.loop(extents, lambda i: b.store(target, i, b.load(v_bar, i)))
    row = place if place.value >= 0 else b.integers("add", extents[0], place)  # type: ignore[union-attr]
    some = b.compare("gt", extents[0], ZERO)

    def passed(index: tuple[Var, ...]) -> None:
        entry = real_part(b, b.load(v, (row, *index)))
        env = {"t": b.load(turn, index), "x": entry, "g": b.load(target, (row, *index))}
        moved = b.formula.build("join(real(g), imag(g) - t / x)", env)
        b.store(target, (row, *index), b.select(b.compare("eq", env["t"], number(0, real_kind(kind))), env["g"], moved))

    with b.block() as body:
        b.loop(extents[1:], passed)
    b.when(some, *body)


LOWER: dict[str, Lower] = {
    **dict.fromkeys(("symmetric_factors", "symmetric_factors_upper"),
                    stacked(_symmetric, _symmetric_extents, check=square)),
    "symmetric_values": stacked(_symmetric_values, lambda b, e: b.dims(e.args[0])[-1:], check=square),
    "values_of": stacked(values_of, lambda b, e: b.dims(e.args[0])[-1:]),
    **dict.fromkeys(("tagged", "tag_back"), stacked(_tagged, like(0))),
    "values_back": stacked(_values_back, like(0), (2, 1)),
    **dict.fromkeys(("singular_factors", "singular_factors_whole"), stacked(_singular, _singular_extents, check=fits)),
    "singular_values": stacked(_singular_values, _count, check=fits),
    **dict.fromkeys(("qr_factors", "qr_factors_whole"), stacked(_qr, _qr_extents, check=fits)),
    "lu_factors": stacked(_lu, lambda b, e: (plus(b, b.dims(e.args[0])[-2], ONE), b.dims(e.args[0])[-1]), check=fits),
    "triangle": _triangle,
    "beside": stacked(_beside, _beside_extents, (2, 2)),
    "divided": stacked(_divided, like(1), (1, 2, 1, 1)),
    "turning": stacked(_turning, _columns_only, (2, 2)),
    "turning_of_both": stacked(_turning, _columns_only, (2, 2, 2, 2)),
    "settled": stacked(_settled, like(0), (2, 2, 1, 0)),
    "divided_sum": stacked(_divided, like(1), (1, 2)),
}
