"""Triangular systems by BLAS, exchanges of rows, pseudo-inverses and least squares.

To BLAS a row-major matrix is its transpose, so `a @ x = b` is `x.T @ a.T = b.T`, from the right and with the other
triangle.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Assign, Atom, Var
from ...ir.types import PARTS, Array, Kind, Scalar
from .builder import ONE, ZERO, Builder, array_of, integer, number
from .factors import fits, gesdd, no_infinities, plus, times
from .linalg import LAPACK, RIGHT, UPPER, by_columns, conjugate, kind_of, new, real_kind, real_part
from .products import BLAS, LETTER, LIMIT, PLAIN, TURNED, fortran, matrix, matrix_matrix
from .stacks import Lower, like, stacked, turn

LOWER_HALF, UNIT, DIAGONAL, SOME = (integer(ord(c)) for c in "LUNS")


def _system(b: Builder, e: Apply) -> None:
    if e.attr("safe"):
        return
    n, m = b.dims(e.args[0])[-2:]
    b.fail_if(b.compare("ne", n, m), "ValueError", "expected square matrix")
    rows, count = b.dims(e.args[1])[-2:]
    b.fail_if(b.compare("ne", n, rows), "ValueError", "shapes of a {} and b {} are incompatible", n, rows)
    b.fail_if(b.compare("ge", b.maximum(n, count), LIMIT), "MemoryError", "the matrix is too large for BLAS")


def _triangular(b: Builder, target: Var, e: Apply) -> None:
    _system(b, e)
    kind, a = kind_of(target), e.args[0]
    n, count = b.dims(e.args[1])
    if array_of(a).kind != kind:
        a = _converted(b, a, kind)
    if e.attr("checked"):
        zero = number(0, kind)

        def regular(index: tuple[Var, ...]) -> None:
            test = b.compare("eq", b.load(a, (*index, *index)), zero)
            b.fail_if(test, "LinAlgError", "singular matrix: resolution failed at diagonal {}", index[0])

        b.loop((n,), regular)
    b.allocate(target, (n, count))
    b.loop((n, count), lambda index: b.store(target, index, b.load(e.args[1], index)))
    given = matrix(b, a)
    uplo = b.select(given.turned, LOWER_HALF, UPPER)
    letters = (TURNED, PLAIN) if e.op.endswith("_turned") else (PLAIN, TURNED)
    diagonal = UNIT if e.op.startswith("solve_unit") else DIAGONAL
    fortran(b, f"{BLAS}.{LETTER[kind]}trsm", "cccciidpipi", RIGHT, uplo, b.select(given.turned, letters[1], letters[0]),
            diagonal, count, n, number(1, kind), given.array, given.distance, target, b.maximum(count, ONE))


def _converted(b: Builder, a: Atom, kind: Kind) -> Var:
    copied = b.fresh(Array(kind, 2), "buffer")
    extents = b.dims(a)
    b.allocate(copied, extents)
    b.loop(extents, lambda index: b.store(copied, index, b.load(a, index)))
    return copied


def _permuted(b: Builder, target: Var, e: Apply) -> None:
    """The rows of a matrix exchanged as the pivots say, one after the other, or back in the opposite order."""
    x, pivots = e.args
    n, count = b.dims(x)
    b.allocate(target, (n, count))
    b.loop((n, count), lambda index: b.store(target, index, b.load(x, index)))
    (rows,) = b.dims(pivots)

    def exchange(index: tuple[Var, ...]) -> None:
        (i,) = index
        j = b.convert(real_part(b, b.load(pivots, (i,))), "int64")
        if not e.attr("safe"):
            outside = b.logic("logical_or", b.compare("lt", j, ZERO), b.compare("ge", j, n))
            b.fail_if(outside, "ValueError", "a pivot is out of bounds")

        def swap(inner: tuple[Var, ...]) -> None:
            held, other = b.load(target, (i, *inner)), b.load(target, (j, *inner))
            b.store(target, (i, *inner), other)
            b.store(target, (j, *inner), held)

        b.loop((count,), swap)

    b.loop((rows,), exchange, backward=e.op == "unpermuted")


# -------------------------------------------------------------------------------------------------- least squares


def _pseudo_inverse(b: Builder, target: Var, e: Apply) -> None:
    """By the singular values that exceed the largest times a ratio."""
    kind, (m, n) = kind_of(target), fits(b, e)
    k = b.minimum(m, n)
    own = real_kind(kind)
    u, values, v = new(b, kind, k, m), new(b, own, k), new(b, kind, n, k)
    gesdd(b, e.args[0], kind, SOME, (m, n, k), u, values, v, k)
    first = b.let(number(0, own), "acc")
    with b.block() as some:
        b.emit(Assign(first, b.load(values, (ZERO,)), b.span))
    b.when(b.compare("gt", k, ZERO), *some)
    least = b.scalar("mul", b.convert(e.args[1], own), first, type=Scalar(own))

    def weigh(index: tuple[Var, ...]) -> None:
        value = b.load(values, index)
        large = b.compare("gt", value, least)
        inverse = b.scalar("div", number(1, own), b.select(large, value, number(1, own)), type=Scalar(own))
        weight = b.convert(b.select(large, inverse, number(0, own)), kind)
        b.loop((m,), lambda i: b.store(u, (*index, *i), b.scalar("mul", weight, conjugate(b, b.load(u, (*index, *i))),
                                                                 type=Scalar(kind))))

    b.loop((k,), weigh)
    if kind in PARTS:
        b.loop((n, k), lambda i: b.store(v, i, conjugate(b, b.load(v, i))))
    b.allocate(target, (n, m), zero=True)
    matrix_matrix(b, target, v, u)


def _least_squares(b: Builder, target: Var, e: Apply) -> None:
    """The shortest of all solutions, by gelsd, which takes at least one right side."""
    kind, (m, n) = kind_of(target), fits(b, e)
    rows, count = b.dims(e.args[1])
    if not e.attr("safe"):
        b.fail_if(b.compare("ne", m, rows), "LinAlgError", "Incompatible dimensions")
        b.fail_if(b.compare("ge", count, LIMIT), "MemoryError", "too many right sides for LAPACK")
    message = "SVD did not converge in Linear Least Squares"
    no_infinities(b, e.args[0], message)
    k, tall, sides = b.minimum(m, n), b.maximum(b.maximum(m, n), ONE), b.maximum(count, ONE)
    a, right = by_columns(b, e.args[0], kind), new(b, kind, sides, tall)
    b.loop((sides, tall), lambda i: b.store(right, i, number(0, kind)))
    turn(b, right, e.args[1], (count, rows))
    size = plus(b, integer(1024), times(b, integer(384), plus(b, m, n, sides)), times(b, k, sides))
    places = plus(b, ONE, times(b, integer(107), k))
    own = real_kind(kind)
    values, work, numbers = new(b, own, k), new(b, kind, size), new(b, "int32", places)
    more = (new(b, own, size),) if kind in PARTS else ()
    status = fortran(b, f"{LAPACK}.{LETTER[kind]}gelsd", f"iiipipipdopi{'p' * len(more)}po", m, n, sides, a,
                     b.maximum(m, ONE), right, tall, values, b.convert(e.args[2], own), work, size, *more, numbers)
    b.fail_if(b.compare("ne", status, ZERO), "LinAlgError", message)
    b.allocate(target, (n, count))
    turn(b, target, right, (n, count))


SOLVERS = ("solve_lower", "solve_lower_turned", "solve_unit", "solve_unit_turned")
LOWER: dict[str, Lower] = {
    **dict.fromkeys(SOLVERS, stacked(_triangular, like(1), (2, 2), _system)),
    **dict.fromkeys(("permuted", "unpermuted"), stacked(_permuted, like(0), (2, 1))),
    "pseudo_inverse": stacked(_pseudo_inverse, lambda b, e: b.dims(e.args[0])[:-3:-1], check=fits),
    "least_squares": _least_squares,
}
