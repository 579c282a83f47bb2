"""Eigenvalues of general matrices by LAPACK, and the two steps of their derivative that are no products of matrices."""

from __future__ import annotations

import math

import numpy as np

from ...ir.nodes import Apply, Assign, Atom, Var
from ...ir.types import PARTS, Kind, Scalar, is_complex
from ...ops import BY_NAME
from .builder import ONE, ZERO, Builder, integer, number
from .factors import NONE, VECTORS, modulus, plus, times, values_of
from .linalg import LAPACK, by_columns, conjugate, kind_of, new, real_kind, real_part, square
from .products import LETTER, fortran
from .stacks import Lower, like, stacked, turn


def _factors(b: Builder, target: Var, e: Apply) -> None:
    kind, n = kind_of(target), square(b, e)
    values, vectors = _eigen(b, e.args[0], n, kind, VECTORS)
    b.allocate(target, (plus(b, n, integer(2)), n), zero=True)
    if is_complex(e.args[0].type):
        turn(b, target, vectors, (n, n))
        b.loop((n,), lambda i: b.store(target, (n, *i), b.load(values, i)))
        return
    _in_pairs(b, target, values, vectors, n)


def _in_pairs(b: Builder, target: Var, values: Var, vectors: Var, n: Atom) -> None:
    """Of a real matrix, two columns are the real and the imaginary part of a vector, and of its conjugate."""
    zero = number(0, real_kind(kind_of(target)))

    def column(index: tuple[Var, ...]) -> None:
        (j,) = index
        imag = b.load(values, (ONE, j))
        b.store(target, (n, j), _joined(b, b.load(values, (ZERO, j)), imag))
        first, second = b.compare("gt", imag, zero), b.compare("lt", imag, zero)
        real_at = b.select(second, b.integers("sub", j, ONE), j)
        imag_at = b.select(first, b.integers("add", j, ONE), j)

        def entry(inner: tuple[Var, ...]) -> None:
            (i,) = inner
            there = b.load(vectors, (imag_at, i))
            turned = b.select(second, b.scalar("neg", there), b.select(first, there, zero))
            b.store(target, (i, j), _joined(b, b.load(vectors, (real_at, i)), turned))

        b.loop((n,), entry)

    b.loop((n,), column)


def _joined(b: Builder, real: Atom, imag: Atom) -> Atom:
    return b.formula.build("join(a, b)", {"a": real, "b": imag})


def _values(b: Builder, target: Var, e: Apply) -> None:
    kind, n = kind_of(target), square(b, e)
    values, _ = _eigen(b, e.args[0], n, kind, NONE)
    b.allocate(target, (n,))
    if is_complex(e.args[0].type):
        b.loop((n,), lambda i: b.store(target, i, b.load(values, i)))
    else:
        b.loop((n,), lambda i: b.store(target, i, _joined(b, b.load(values, (ZERO, *i)), b.load(values, (ONE, *i)))))


def _eigen(b: Builder, a: Atom, n: Atom, kind: Kind, job: Atom) -> tuple[Var, Var]:
    """The eigenvalues, of a real matrix their real parts and their imaginary parts as rows, and vectors by columns."""
    own = kind if is_complex(a.type) else real_kind(kind)
    matrix, vectors, ld = by_columns(b, a, own), new(b, own, n, n), b.maximum(n, ONE)
    size = plus(b, ONE, times(b, n, integer(68)))
    work, back = new(b, own, size), _within_range(b, matrix, n, own)
    if own in PARTS:
        values, more = new(b, own, n), new(b, real_kind(own), plus(b, ONE, times(b, n, integer(2))))
        status = fortran(b, f"{LAPACK}.{LETTER[own]}geev", "ccipippipipipo", NONE, job, n, matrix, ld, values, vectors,
                         ld, vectors, ld, work, size, more)
    else:
        values = new(b, own, integer(2), n)
        imag = b.fresh(vectors.type, "imag")
        window = Apply("window", (values, ONE, integer(2), ONE, ZERO, n, ONE), vectors.type, b.span,
                       (("spec", ("s", "s")),))
        b.emit(Assign(imag, window, b.span))
        status = fortran(b, f"{LAPACK}.{LETTER[own]}geev", "ccipipppipipio", NONE, job, n, matrix, ld, values, imag,
                         vectors, ld, vectors, ld, work, size)
    b.fail_if(b.compare("ne", status, ZERO), "LinAlgError", "Eigenvalues did not converge")
    _times(b, values, b.dims(values), back)
    return values, vectors


def _within_range(b: Builder, matrix: Var, n: Atom, kind: Kind) -> Atom:
    """Let LAPACK have a matrix that it need not scale, and return what eigenvalues are multiplied by afterwards.

    There are versions of `geev` that scale a matrix of very large or very small numbers, and leave its eigenvalues
    scaled. A power of two changes no digit, and next to where LAPACK would scale to the order is the same.
    """
    real = real_kind(kind)
    most, one = b.let(number(0, real), "most"), number(1, real)

    def look(index: tuple[Var, ...]) -> None:
        x = b.load(matrix, index)
        parts = (real_part(b, x), b.scalar("imag", x, type=Scalar(real))) if kind in PARTS else (x,)
        for part in map(b.magnitude, parts):
            b.emit(Assign(most, b.select(b.compare("gt", part, most), part, most), b.span))

    b.loop((n, n), look)
    limits = np.finfo(real)
    least = float(limits.tiny) ** 0.5 / float(limits.eps)
    ordinary = b.logic("logical_and", b.compare("ge", most, number(least, real)),
                       b.compare("le", most, number((0.5 if kind in PARTS else 1.0) / least, real)))
    near, bound = float(math.frexp(0.25 / least)[1] - 1), float(limits.maxexp - 8)
    moved = b.select(b.compare("lt", most, one), number(near, real), number(-near, real))
    whole, power_of_two = (BY_NAME[name].lower[1:] for name in ("general_values", "general_factors"))
    power = b.scalar("add", b.formula.build(whole, {"a": most}), moved)
    for end, op in ((bound, "gt"), (-bound, "lt")):
        power = b.select(b.compare(op, power, number(end, real)), number(end, real), power)
    scale = b.formula.build(power_of_two, {"a": b.scalar("neg", power)})
    _times(b, matrix, (n, n), b.select(ordinary, one, scale))
    return b.select(ordinary, one, b.formula.build(power_of_two, {"a": power}))


def _times(b: Builder, x: Var, extents: tuple[Atom, ...], factor: Atom) -> None:
    b.loop(extents, lambda i: b.store(x, i, b.formula.build("x * factor", {"x": b.load(x, i), "factor": factor})))


# --------------------------------------------------------------------------------------------------------- derivatives


def _freed(b: Builder, target: Var, e: Apply) -> None:
    """The adjoint of vectors before they were given the length 1 and a largest entry that is real."""
    v, v_bar = e.args
    kind, (n, count) = kind_of(target), b.dims(v)
    real = real_kind(kind)
    b.allocate(target, (n, count))

    def column(index: tuple[Var, ...]) -> None:
        (j,) = index
        place, most = b.let(ZERO, "place"), b.let(number(-1, real), "most")
        found = b.let(number(1, real), "entry")
        inner = b.let(number(0, kind), "acc")
        size = b.let(number(0, real), "acc")

        def look(row: tuple[Var, ...]) -> None:
            (i,) = row
            env = {"v": b.load(v, (i, j)), "g": b.load(v_bar, (i, j))}
            large = b.formula.build("abs(v)", env)
            is_real = b.compare("eq", b.scalar("imag", env["v"], type=Scalar(real)), number(0, real))
            better = b.logic("logical_and", is_real, b.compare("gt", large, most))
            b.emit(Assign(place, b.select(better, i, place), b.span))
            b.emit(Assign(most, b.select(better, large, most), b.span))
            b.emit(Assign(found, b.select(better, real_part(b, env["v"]), found), b.span))
            b.emit(Assign(inner, b.scalar("add", inner, b.formula.build("conj(v) * g", env)), b.span))
            b.emit(Assign(size, b.scalar("add", size, b.formula.build("abs(v) * abs(g)", env)), b.span))

        b.loop((n,), look)
        limit = b.formula.build(f"size * count * {16 * float(np.finfo(real).eps)}",
                                {"size": size, "count": b.convert(n, real)})
        turn = b.scalar("imag", inner, type=Scalar(real))
        turn = b.select(b.compare("le", b.magnitude(turn), limit), number(0, real), turn)
        stretch = real_part(b, inner)

        def entry(row: tuple[Var, ...]) -> None:
            (i,) = row
            own = b.load(v, (i, j))
            here = b.select(b.compare("eq", i, place), b.scalar("div", turn, found), number(0, real))
            env = {"g": b.load(v_bar, (i, j)), "v": own, "s": stretch, "t": here}
            b.store(target, (i, j), b.formula.build("join(real(g) - real(v) * s, imag(g) - imag(v) * s - t)", env))

        b.loop((n,), entry)

    b.loop((count,), column)


def _largest(b: Builder, x: Atom, extents: tuple[Atom, ...], kind: Kind) -> Var:
    most = b.let(number(0, kind), "most")
    b.loop(extents, lambda i: b.emit(Assign(most, b.maximum(modulus(b, b.load(x, i)), most), b.span)))
    return most


def _divided_apart(b: Builder, target: Var, e: Apply) -> None:
    """`g[i, j] / conj(w[j] - w[i])` and a diagonal.

    Where two eigenvalues are equal their vectors are not determined. Of a result that uses the vectors alone and does
    not change when these turn, `g` is zero; one that uses the values as well has a derivative that neither adjoint
    knows, and NaN stands for it.
    """
    w, g, diagonal, used = e.args
    whole, n = kind_of(target), b.dims(g)[0]
    kind = real_kind(whole)
    b.allocate(target, (n, n))
    precision = b.formula.build(f"n * {float(np.finfo(kind).eps)}", {"n": b.convert(n, kind)})
    sizes = [_largest(b, x, b.dims(x), kind) for x in (w, g)]
    equal, nothing = (b.scalar("mul", precision, x, type=Scalar(kind)) for x in sizes)
    nothing = b.scalar("mul", nothing, number(16, kind), type=Scalar(kind))

    def entry(index: tuple[Var, ...]) -> None:
        i, j = index
        here = b.load(g, index)
        gap = b.scalar("sub", b.load(w, (j,)), b.load(w, (i,)))
        close = b.compare("le", modulus(b, gap), equal)
        quotient = b.scalar("div", here, conjugate(b, gap))
        both = b.compare("eq", real_part(b, b.load(used, (i,))), number(3, kind))
        free = b.logic("logical_or", both, b.compare("gt", modulus(b, here), nothing))
        off = b.select(close, b.select(free, number(float("nan"), whole), number(0, whole)), quotient)
        b.store(target, index, b.select(b.compare("eq", i, j), b.load(diagonal, (i,)), off))

    b.loop((n, n), entry)


def _factor_extents(b: Builder, e: Apply) -> tuple[Atom, ...]:
    n = b.dims(e.args[0])[-1]
    return plus(b, n, integer(2)), n


def _vectors_of(b: Builder, target: Var, e: Apply) -> None:
    _, n = b.dims(e.args[0])
    b.allocate(target, (n, n))
    b.loop((n, n), lambda i: b.store(target, i, b.load(e.args[0], i)))


def _vectors_back(b: Builder, target: Var, e: Apply) -> None:
    """The adjoint of the factors: that of the vectors, and twos where it tells that the vectors have one."""
    rows, n = b.dims(e.args[0])
    b.allocate(target, (rows, n), zero=True)
    b.loop((n, n), lambda i: b.store(target, i, b.load(e.args[1], i)))
    last = b.integers("sub", rows, ONE)
    b.loop((n,), lambda i: b.store(target, (last, *i), number(2, kind_of(target))))


LOWER: dict[str, Lower] = {
    "general_factors": stacked(_factors, _factor_extents, check=square),
    "general_values": stacked(_values, lambda b, e: b.dims(e.args[0])[-1:], check=square),
    "complex_values_of": stacked(values_of, lambda b, e: b.dims(e.args[0])[-1:]),
    "vectors_of": stacked(_vectors_of, lambda b, e: (b.dims(e.args[0])[-1],) * 2),
    "vectors_back": stacked(_vectors_back, like(0), (2, 2)),
    "freed": stacked(_freed, like(0), (2, 2)),
    "divided_apart": stacked(_divided_apart, like(1), (1, 2, 1, 1)),
}
