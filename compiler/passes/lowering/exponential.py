"""The exponential of a matrix and the adjoint of it.

Scaling and squaring with the diagonal Padé approximant of degree 13: Higham, "The scaling and squaring method for the
matrix exponential revisited" (2005). The derivative in a direction is a block of the exponential of a block matrix:
Higham, "Functions of Matrices" (2008), section 3.2 and equation 10.15.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Assign, Atom, For, Var
from ...ir.types import PY_INT, Kind, Scalar
from ...ops import BY_NAME
from .builder import ONE, ZERO, Builder, array_of, integer, number
from .linalg import by_columns, factors_of, kind_of, new, square
from .products import matrix_matrix
from .stacks import Lower, like, stacked, turn

_EVEN = (64764752532480000.0, 7771770303897600.0, 129060195264000.0, 670442572800.0, 1323241920.0, 960960.0, 182.0)
_ODD = (32382376266240000.0, 1187353796428800.0, 10559470521600.0, 33522128640.0, 40840800.0, 16380.0, 1.0)
LARGEST = 5.371920351148152  # the largest norm for which the approximant is exact to rounding
MOST = 1100  # halvings after which every number is zero


def _sum(b: Builder, kind: Kind, *terms: Atom) -> Atom:
    total = terms[0]
    for term in terms[1:]:
        total = b.scalar("add", total, term, type=Scalar(kind))
    return total


def _scaled(b: Builder, kind: Kind, factor: float, x: Atom) -> Atom:
    return b.scalar("mul", number(factor, kind), x, type=Scalar(kind))


def _norm(b: Builder, x: Atom, n: Atom, m: Atom, kind: Kind) -> Var:
    """The largest sum of absolute values of a column."""
    largest = b.let(number(0, kind), "acc")

    def column(index: tuple[Var, ...]) -> None:
        total = b.let(number(0, kind), "acc")

        def add(inner: tuple[Var, ...]) -> None:
            size = b.magnitude(b.load(x, (*inner, *index)))
            b.emit(Assign(total, b.scalar("add", total, size, type=Scalar(kind)), b.span))

        b.loop((n,), add)
        b.emit(Assign(largest, b.maximum(total, largest), b.span))

    b.loop((m,), column)
    return largest


def _halvings(b: Builder, size: Atom, kind: Kind) -> tuple[Atom, Atom]:
    """How often a matrix of this norm has to be halved, and the factor that this makes."""
    wide = b.convert(size, "float64")
    halved = b.scalar("mul", wide, number(1 / LARGEST, "float64"), type=Scalar("float64"))
    large = b.compare("gt", halved, number(1, "float64"))
    count = b.formula.build(BY_NAME["exponential"].lower[1:], {"a": b.select(large, halved, number(1, "float64"))})
    most = b.minimum(count, number(MOST, "float64"))
    factor = b.formula.build(BY_NAME["expm_adjoint"].lower[1:], {"a": most})
    return b.convert(most, "int64"), b.convert(factor, kind)


def _exponential_of(b: Builder, x: Var, n: Atom) -> Var:
    """The exponential of a contiguous matrix, which is overwritten."""
    kind = array_of(x).kind
    count, factor = _halvings(b, _norm(b, x, n, n, kind), kind)
    t = Scalar(kind)
    b.loop((n, n), lambda i: b.store(x, i, b.scalar("mul", factor, b.load(x, i), type=t)))
    two, four, six, p, u, v = (new(b, kind, n, n) for _ in range(6))
    for product, first, second in ((two, x, x), (four, two, two), (six, four, two)):
        matrix_matrix(b, product, first, second)

    def combine(target: Var, c: tuple[float, ...], unit: float) -> None:
        def entry(i: tuple[Var, ...]) -> None:
            terms = [_scaled(b, kind, k, b.load(power, i)) for k, power in zip(c, (two, four, six), strict=True)]
            diagonal = b.select(b.compare("eq", *i), number(unit, kind), number(0, kind))
            b.store(target, i, _sum(b, kind, *terms, *((diagonal,) if unit else ())))

        b.loop((n, n), entry)

    def polynomial(target: Var, c: tuple[float, ...]) -> None:
        """`six @ (c[6] * six + c[5] * four + c[4] * two) + c[3] * six + c[2] * four + c[1] * two + c[0]`."""
        combine(p, c[4:], 0.0)
        matrix_matrix(b, target, six, p)
        combine(p, c[1:4], c[0])
        b.loop((n, n), lambda i: b.store(target, i, _sum(b, kind, b.load(target, i), b.load(p, i))))

    polynomial(v, _EVEN)
    polynomial(u, _ODD)
    odd = new(b, kind, n, n)
    matrix_matrix(b, odd, x, u)
    b.loop((n, n), lambda i: b.store(p, i, b.scalar("sub", b.load(v, i), b.load(odd, i), type=t)))
    b.loop((n, n), lambda i: b.store(u, i, _sum(b, kind, b.load(v, i), b.load(odd, i))))
    right = by_columns(b, u, kind)
    factors_of(b, p, n, kind).solve(b, right, n)
    turn(b, u, right, (n, n))
    step = b.fresh(PY_INT, "i")
    with b.block() as body:
        matrix_matrix(b, v, u, u)
        b.loop((n, n), lambda i: b.store(u, i, b.load(v, i)))
    b.emit(For(step, ZERO, count, ONE, tuple(body), False, f"squarings.{step.name}", b.span))
    return u


def _exponential(b: Builder, target: Var, e: Apply) -> None:
    kind, n = kind_of(target), square(b, e)
    x = new(b, kind, n, n)
    b.loop((n, n), lambda i: b.store(x, i, b.load(e.args[0], i)))
    found = _exponential_of(b, x, n)
    b.allocate(target, (n, n))
    b.loop((n, n), lambda i: b.store(target, i, b.load(found, i)))


def _adjoint(b: Builder, target: Var, e: Apply) -> None:
    """The derivative in the direction `e`: the upper right block of `exp([[a, e], [0, a]])`.

    The direction is made as large as `a` before and its size given back after, as it must not decide about scaling.
    """
    kind, (a, direction) = kind_of(target), e.args
    n, _ = b.dims(a)
    t = Scalar(kind)
    sizes = [_norm(b, x, n, n, kind) for x in (a, direction)]
    zero, one = number(0, kind), number(1, kind)
    wanted, given = (b.select(b.compare("gt", size, zero), size, one) for size in sizes)
    down = b.scalar("div", one, given, type=t)
    fits = b.compare("gt", down, zero)
    whole = new(b, kind, times_two(b, n), times_two(b, n))

    def shifted(i: tuple[Var, ...], rows: Atom, columns: Atom) -> tuple[Atom, ...]:
        return b.integers("add", i[0], rows), b.integers("add", i[1], columns)

    def place(i: tuple[Var, ...]) -> None:
        value = b.load(a, i)
        b.store(whole, i, value)
        b.store(whole, shifted(i, n, n), value)
        b.store(whole, shifted(i, n, ZERO), zero)
        part = b.scalar("div", b.load(direction, i), b.select(fits, given, one), type=t)
        b.store(whole, shifted(i, ZERO, n), b.scalar("mul", part, wanted, type=t))

    b.loop((n, n), place)
    found = _exponential_of(b, whole, times_two(b, n))
    b.allocate(target, (n, n))

    def back(i: tuple[Var, ...]) -> None:
        part = b.scalar("div", b.load(found, shifted(i, ZERO, n)), wanted, type=t)
        b.store(target, i, b.scalar("mul", part, b.select(fits, given, one), type=t))

    b.loop((n, n), back)


def times_two(b: Builder, n: Atom) -> Atom:
    return b.integers("mul", integer(2), n)


LOWER: dict[str, Lower] = {
    "exponential": stacked(_exponential, like(0), check=square),
    "expm_adjoint": stacked(_adjoint, like(0), (2, 2)),
}
