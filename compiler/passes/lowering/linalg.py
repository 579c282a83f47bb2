"""Linear algebra by LAPACK.

LAPACK counts in Fortran's order, so a matrix is copied by columns into the buffer that is factorised, as NumPy does.
What is solved for is kept by columns too, which are the rows of the buffer.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...ir.nodes import Apply, Assign, Atom, Var
from ...ir.types import PARTS, Array, Kind, Scalar, is_complex
from ...ops import BY_NAME
from ...ops.typing import complex_of
from .builder import ONE, ZERO, Builder, integer, number
from .products import BLAS, LETTER, LIMIT, PLAIN, TURNED, fortran
from .stacks import Lower, like, stacked, turn
from .stacks import number as each_a_number

LAPACK = "scipy.linalg.cython_lapack"
SQUARE = "Last 2 dimensions of the array must be square"
UPPER, ALL, LEFT, RIGHT, CONJUGATE = (integer(ord(c)) for c in "UALRC")


@dataclass(frozen=True, slots=True)
class Factors:
    """What getrf makes of a matrix; `status` is positive for a singular one."""

    matrix: Var
    pivots: Var
    status: Atom
    extent: Atom
    kind: Kind

    def solve(self, b: Builder, right: Var, count: Atom) -> None:
        """Replace right sides, kept by columns, by solutions."""
        n, ld = self.extent, b.maximum(self.extent, ONE)
        fortran(b, f"{LAPACK}.{LETTER[self.kind]}getrs", "ciipippio", PLAIN, n, count, self.matrix, ld, self.pivots,
                right, ld)


def kind_of(target: Var) -> Kind:
    """The kind of numbers that a result consists of."""
    assert isinstance(target.type, Scalar | Array)
    return target.type.kind


def real_kind(kind: Kind) -> Kind:
    """The kind of singular values, and of what else is real of complex matrices."""
    return PARTS.get(kind, kind)


def conjugate(b: Builder, x: Atom) -> Atom:
    """The conjugate of a complex number; any other one itself."""
    return b.scalar("conj", x) if is_complex(x.type) else x


def real_part(b: Builder, x: Atom) -> Atom:
    """The real part of a complex number; any other one itself."""
    if not is_complex(x.type):
        return x
    assert isinstance(x.type, Scalar)
    return b.scalar("real", x, type=Scalar(PARTS[x.type.kind]))


def new(b: Builder, kind: Kind, *extents: Atom, hint: str = "buffer") -> Var:
    """A new buffer."""
    buffer = b.fresh(Array(kind, len(extents)), hint)
    b.allocate(buffer, extents)
    return buffer


def kind_in(e: Apply, target: Var) -> Kind:
    """The kind in which LAPACK is given a matrix: complex where the matrix is, also when the result is real."""
    kind = kind_of(target)
    return complex_of(kind) if is_complex(e.args[0].type) else kind


def square(b: Builder, e: Apply) -> Atom:
    """The extent of square matrices; others are refused."""
    n, m = b.dims(e.args[0])[-2:]
    if not e.attr("safe"):
        b.fail_if(b.compare("ne", n, m), "LinAlgError", SQUARE)
        b.fail_if(b.compare("ge", n, LIMIT), "MemoryError", "the matrix is too large for LAPACK")
    return n


def by_columns(b: Builder, a: Atom, kind: Kind) -> Var:
    """A copy of a matrix in Fortran's order: its columns are the rows of the buffer."""
    n, m = b.dims(a)
    buffer = new(b, kind, m, n)
    turn(b, buffer, a, (m, n))
    return buffer


def factors_of(b: Builder, a: Atom, n: Atom, kind: Kind) -> Factors:
    """The triangular factors of a square matrix."""
    return _factorised(b, by_columns(b, a, kind), n, kind)


def _factorised(b: Builder, matrix: Var, n: Atom, kind: Kind) -> Factors:
    pivots = new(b, "int32", n, hint="pivots")
    ld = b.maximum(n, ONE)
    status = fortran(b, f"{LAPACK}.{LETTER[kind]}getrf", "iipipo", n, n, matrix, ld, pivots)
    return Factors(matrix, pivots, status, n, kind)


def regular_only(b: Builder, e: Apply, factors: Factors) -> None:
    """Raise for a singular matrix, in the words of the function that was called."""
    b.fail_if(b.compare("gt", factors.status, ZERO), "LinAlgError", e.attr("singular") or "Singular matrix")


def _identity(b: Builder, n: Atom, kind: Kind) -> Var:
    unit = b.fresh(Array(kind, 2), "unit")
    b.allocate(unit, (n, n), zero=True)
    b.loop((n,), lambda index: b.store(unit, (index[0], index[0]), number(1, kind)))
    return unit


# ------------------------------------------------------------------------------------------------------------- systems


def _solve21(b: Builder, target: Var, e: Apply) -> None:
    kind, right = kind_of(target), e.args[1]
    n, (m,) = square(b, e), b.dims(right)
    _same_rows(b, e, n, m, "solve1", "(m,m),(m)->(m)")
    factors = factors_of(b, e.args[0], n, kind)
    regular_only(b, e, factors)
    b.allocate(target, (n,))
    b.loop((n,), lambda index: b.store(target, index, b.load(right, index)))
    factors.solve(b, target, ONE)


def _solve22(b: Builder, target: Var, e: Apply) -> None:
    kind, right = kind_of(target), e.args[1]
    n, count = _system(b, e)
    factors = factors_of(b, e.args[0], n, kind)
    regular_only(b, e, factors)
    buffer = by_columns(b, right, kind)
    factors.solve(b, buffer, count)
    b.allocate(target, (n, count))
    turn(b, target, buffer, (n, count))


def _system(b: Builder, e: Apply) -> tuple[Atom, Atom]:
    """The number of equations and of right sides."""
    n, (m, count) = square(b, e), b.dims(e.args[1])[-2:]
    _same_rows(b, e, n, m, "solve", "(m,m),(m,n)->(m,n)")
    if not e.attr("safe"):
        b.fail_if(b.compare("ge", count, LIMIT), "MemoryError", "too many right sides for LAPACK")
    return n, count


def _same_rows(b: Builder, e: Apply, n: Atom, m: Atom, name: str, signature: str) -> None:
    if not e.attr("safe"):
        message = (f"{name}: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature {signature} "
                   "(size {} is different from {})")
        b.fail_if(b.compare("ne", n, m), "ValueError", message, m, n)


def _inv(b: Builder, target: Var, e: Apply) -> None:
    kind, n = kind_of(target), square(b, e)
    factors = factors_of(b, e.args[0], n, kind)
    nan = number(float("nan"), kind)
    if e.op == "inv":
        regular_only(b, e, factors)
    unit = _identity(b, n, kind)
    factors.solve(b, unit, n)
    b.allocate(target, (n, n))
    regular = b.compare("eq", factors.status, ZERO)
    b.loop((n, n), lambda index: b.store(target, index, b.select(regular, b.load(unit, index[::-1]), nan)))


# -------------------------------------------------------------------------------------------------------- determinants


def _sign(b: Builder, factors: Factors) -> Var:
    """The sign of the determinant of a regular matrix; of a complex one the determinant divided by its modulus."""
    kind = factors.kind
    sign = b.let(number(1, kind), "sign")

    def change(test: Atom) -> None:
        with b.block() as block:
            b.emit(Assign(sign, b.scalar("neg", sign, type=Scalar(kind)), b.span))
        b.when(test, *block)

    def look(index: tuple[Var, ...]) -> None:
        (i,) = index
        pivot = b.convert(b.load(factors.pivots, (i,)), "int64")
        change(b.compare("ne", pivot, b.integers("add", i, ONE)))
        entry = b.load(factors.matrix, (i, i))
        if kind in PARTS:
            unit = b.formula.build("join(real(a) / abs(a), imag(a) / abs(a))", {"a": entry})
            b.emit(Assign(sign, b.scalar("mul", sign, unit, type=Scalar(kind)), b.span))
        else:
            change(b.compare("lt", entry, number(0, kind)))

    b.loop((factors.extent,), look)
    return sign


def _logarithm(b: Builder, factors: Factors) -> Var:
    """The logarithm of the absolute value of the determinant."""
    kind = real_kind(factors.kind)
    total = b.let(number(0, kind), "acc")
    text = BY_NAME["slogdet_log"].lower[1:]

    def add(index: tuple[Var, ...]) -> None:
        term = b.formula.build(text, {"a": b.load(factors.matrix, (index[0], index[0]))})
        b.emit(Assign(total, b.scalar("add", total, term, type=Scalar(kind)), b.span))

    b.loop((factors.extent,), add)
    return total


def _slogdet(b: Builder, target: Var, e: Apply) -> None:
    """Either part; a singular matrix has sign 0 and logarithm minus infinity."""
    factors = factors_of(b, e.args[0], square(b, e), kind_in(e, target))
    singular = b.compare("gt", factors.status, ZERO)
    value, least = (_sign, 0.0) if e.op == "slogdet_sign" else (_logarithm, float("-inf"))
    b.emit(Assign(target, b.select(singular, number(least, kind_of(target)), value(b, factors)), b.span))


def _det(b: Builder, target: Var, e: Apply) -> None:
    kind = kind_of(target)
    factors = factors_of(b, e.args[0], square(b, e), kind)
    singular = b.compare("gt", factors.status, ZERO)
    b.emit(Assign(target, b.select(singular, number(0, kind), _determinant(b, factors)), b.span))


def _determinant(b: Builder, factors: Factors) -> Atom:
    """From sign and logarithm, as NumPy computes it."""
    size = b.formula.build(BY_NAME["det"].lower[1:], {"a": _logarithm(b, factors)})
    return b.scalar("mul", _sign(b, factors), b.convert(size, factors.kind), type=Scalar(factors.kind))


def _cofactors(b: Builder, target: Var, e: Apply) -> None:
    """The derivative of the determinant: `det(a) * inv(a).T`, or for a singular matrix by its singular values."""
    kind, n = kind_of(target), square(b, e)
    factors = factors_of(b, e.args[0], n, kind)
    b.allocate(target, (n, n))
    with b.block() as regular:
        det = _determinant(b, factors)
        unit = _identity(b, n, kind)
        factors.solve(b, unit, n)
        b.loop((n, n), lambda index: b.store(target, index, b.scalar("mul", det, b.load(unit, index))))
    with b.block() as singular:
        _by_singular_values(b, target, e.args[0], n)
    b.when(b.compare("eq", factors.status, ZERO), *regular)
    b.when(b.compare("ne", factors.status, ZERO), *singular)


def _by_singular_values(b: Builder, target: Var, a: Atom, n: Atom) -> None:
    """With `a = u @ diag(s) @ v` it is `det(u) det(v) conj(u) @ diag(products of the other s) @ conj(v)`."""
    kind, ld = kind_of(target), b.maximum(n, ONE)
    values, u, v = new(b, real_kind(kind), n), new(b, kind, n, n), new(b, kind, n, n)
    size = b.maximum(b.integers("mul", integer(5), n), ONE)
    work = new(b, kind, size)
    more, places = ("p", (new(b, real_kind(kind), size),)) if kind in PARTS else ("", ())
    status = fortran(b, f"{LAPACK}.{LETTER[kind]}gesvd", f"cciipippipipi{more}o", ALL, ALL, n, n,
                     by_columns(b, a, kind), ld, values, u, ld, v, ld, work, size, *places)
    b.fail_if(b.compare("ne", status, ZERO), "LinAlgError", "SVD did not converge")
    sign: Atom = number(1, kind)
    for orthogonal in (u, v):
        factors = factors_of(b, orthogonal, n, kind)
        sign = b.scalar("mul", sign, _sign(b, factors), type=Scalar(kind))
    weights = new(b, kind, n)

    def others(index: tuple[Var, ...]) -> None:
        product = b.let(sign, "acc")

        def factor(inner: tuple[Var, ...]) -> None:
            given = b.convert(b.load(values, inner), kind)
            value = b.select(b.compare("eq", index[0], inner[0]), number(1, kind), given)
            b.emit(Assign(product, b.scalar("mul", product, value, type=Scalar(kind)), b.span))

        b.loop((n,), factor)
        b.store(weights, index, product)

    def entry(index: tuple[Var, ...]) -> None:
        total = b.let(number(0, kind), "acc")

        def term(inner: tuple[Var, ...]) -> None:
            (k,) = inner
            left = b.scalar("mul", conjugate(b, b.load(u, (k, index[0]))), b.load(weights, (k,)))
            value = b.scalar("mul", left, conjugate(b, b.load(v, (index[1], k))))
            b.emit(Assign(total, b.scalar("add", total, value, type=Scalar(kind)), b.span))

        b.loop((n,), term)
        b.store(target, index, total)

    b.loop((n,), others)
    b.loop((n, n), entry)


# ------------------------------------------------------------------------------------------------------------ Cholesky


def _cholesky(b: Builder, target: Var, e: Apply) -> None:
    """Of the lower triangle, which in Fortran's order is the upper one."""
    kind, n = kind_of(target), square(b, e)
    lower_triangle(b, target, e.args[0], n)
    status = fortran(b, f"{LAPACK}.{LETTER[kind]}potrf", "cipio", UPPER, n, target, b.maximum(n, ONE))
    indefinite = b.compare("gt", status, ZERO)
    if e.attr("minors"):
        b.fail_if(indefinite, "LinAlgError", "{}-th leading minor of the array is not positive definite", status)
    else:
        b.fail_if(indefinite, "LinAlgError", "Matrix is not positive definite")


def lower_triangle(b: Builder, target: Var, a: Atom, n: Atom) -> None:
    """A copy of the lower triangle, zero above it, its diagonal real: nothing else of a diagonal is read."""
    kind = kind_of(target)
    b.allocate(target, (n, n))

    def keep(index: tuple[Var, ...]) -> None:
        value = b.convert(b.load(a, index), kind)
        if kind in PARTS:
            on = b.compare("eq", index[0], index[1])
            value = b.select(on, b.convert(real_part(b, value), kind), value)
        b.store(target, index, b.select(b.compare("gt", index[1], index[0]), number(0, kind), value))

    b.loop((n, n), keep)


def _cholesky_adjoint(b: Builder, target: Var, e: Apply) -> None:
    """The adjoint of the lower triangle, which is all that is read: Murray (2016), equation 10.

    `s = inv(y).T @ lower(y.T @ y_bar) @ inv(y)`, the diagonal of the lower triangle halved, and `s + s.T` below the
    diagonal. To BLAS the rows of a buffer are columns: it sees `y` as an upper triangle, and computes `s.T`.
    """
    kind, n = kind_of(target), b.dims(e.args[0])[0]
    low, bar, s = (b.fresh(Array(kind, 2), "buffer") for _ in range(3))
    lower_triangle(b, low, e.args[0], n)
    lower_triangle(b, bar, e.args[1], n)
    b.allocate(s, (n, n))
    ld, one, letter = b.maximum(n, ONE), number(1, kind), LETTER[kind]
    adjoint = CONJUGATE if kind in PARTS else TURNED
    fortran(b, f"{BLAS}.{letter}gemm", "cciiidpipidpi", PLAIN, adjoint, n, n, n, one, bar, ld, low, ld, number(0, kind),
            s, ld)

    def halved(index: tuple[Var, ...]) -> None:
        i, j = index
        value = b.load(s, index)
        half = b.scalar("mul", value, number(0.5, kind), type=Scalar(kind))
        below = b.select(b.compare("eq", i, j), half, value)
        b.store(s, index, b.select(b.compare("lt", i, j), number(0, kind), below))

    b.loop((n, n), halved)
    for side, turned in ((LEFT, PLAIN), (RIGHT, adjoint)):
        fortran(b, f"{BLAS}.{letter}trsm", "cccciidpipi", side, UPPER, turned, PLAIN, n, n, one, low, ld, s, ld)
    b.allocate(target, (n, n))

    def folded(index: tuple[Var, ...]) -> None:
        i, j = index
        value = b.load(s, index)
        both = b.scalar("add", value, conjugate(b, b.load(s, (j, i))), type=Scalar(kind))
        below = b.select(b.compare("eq", i, j), b.convert(real_part(b, value), kind), both)
        b.store(target, index, b.select(b.compare("lt", i, j), number(0, kind), below))

    b.loop((n, n), folded)


LOWER: dict[str, Lower] = {
    "solve21": _solve21,
    "solve22": stacked(_solve22, like(1), (2, 2), _system),
    "inv": stacked(_inv, like(0), check=square),
    "inverse_or_nan": stacked(_inv, like(0), check=square),
    "det": stacked(_det, each_a_number, check=square),
    "slogdet_sign": stacked(_slogdet, each_a_number, check=square),
    "slogdet_log": stacked(_slogdet, each_a_number, check=square),
    "cofactors": stacked(_cofactors, like(0)),
    "cholesky": stacked(_cholesky, like(0), check=square),
    "cholesky_adjoint": stacked(_cholesky_adjoint, like(0), (2, 2)),
}
