"""Type rules of factorisations: one operation makes all factors, and views of what it makes are copied.

Before:  `w, v = eigh(a)`
After:   `t = symmetric_factors(a)`, `w = values_of(t)`, `v = copy(view(t, spec=('s010', 's000')))`
"""

from __future__ import annotations

import numpy as np

from ...ir.nodes import Atom, Const, Var
from ...ir.types import PARTS, PY_INT, Array, Kind, Scalar, is_complex
from ...ops.typing import TypingError
from ..indexing import FULL
from .axes import magnitudes
from .compose import Composer, array_type
from .inferrer import Rules
from .linalg import floating, matrices, only_column, refuse_ranks, turned
from .precision import DOUBLE, in_double
from .shaping import ZERO, rule
from .values import Value

MINUS_TWO = Const(-2, PY_INT)


def part(c: Composer, x: Var, rows: tuple[Atom | None, Atom | None], columns: Atom | None = None) -> Var:
    """Some rows of matrices, and the first columns of them, as an array of their own."""
    rank = array_type(x).rank
    below = c.cut(x, rank - 2, *rows)
    if columns is not None:
        below = c.cut(below, rank - 1, None, columns)
    return c.exactly("copy", (below,), Array(array_type(x).kind, rank))


def values_of(c: Composer, t: Var) -> Var:
    """The eigenvalues or singular values among factors."""
    return c.exactly("values_of", (t,), Array(real_kind(array_type(t).kind), array_type(t).rank - 1))


def real_kind(kind: Kind) -> Kind:
    """The kind of eigenvalues of Hermitian matrices, of singular values, and of tolerances."""
    return PARTS.get(kind, kind)


def tagged(c: Composer, t: Var) -> Var:
    """The factors of which vectors are taken: their adjoint tells that it is there."""
    return c.exactly("tagged", (t,), Array(array_type(t).kind, array_type(t).rank))


def smaller(c: Composer, a: Var) -> Atom:
    """The smaller extent of matrices."""
    rank = array_type(a).rank
    return c.exactly("minimum", (c.dim(a, rank - 2), c.dim(a, rank - 1)), PY_INT, safe=True, via="builtin")


# --------------------------------------------------------------------------------------------------------- eigenvalues


def is_upper(c: Composer) -> bool:
    """Which triangle of symmetric matrices is read."""
    letter = c.e.attr("UPLO", "L")
    if letter not in ("L", "U", "l", "u"):
        raise TypingError("T043", what=c.spelled, reason="UPLO argument must be 'L' or 'U'")
    return letter in "Uu"


def _eigh(c: Composer) -> None:
    a, kind, rank = matrices(c, c.operands[0])
    op = "symmetric_factors_upper" if is_upper(c) else "symmetric_factors"
    t = c.exactly(op, (a,), Array(kind, rank))
    c.inf.env[c.target.name] = (values_of(c, t), part(c, tagged(c, t), (None, MINUS_TWO)))


def eigenvalues(c: Composer, a: Var, kind: Kind, upper: bool) -> Var:
    """Eigenvalues alone, in ascending order."""
    half = turned(c, a) if upper else a
    return c.exactly("symmetric_values", (half,), Array(real_kind(kind), array_type(a).rank - 1))


def _eigvalsh(c: Composer) -> None:
    a, kind, _ = matrices(c, c.operands[0])
    c.give(eigenvalues(c, a, kind, is_upper(c)))


# ---------------------------------------------------------------------------------------------------- singular values


def singular_values(c: Composer, a: Var, kind: Kind) -> Var:
    """Singular values alone, the largest first."""
    double = DOUBLE.get(kind, kind)
    a = a if double == kind else c.converted(a, double)
    s = c.exactly("singular_values", (a,), Array(real_kind(double), array_type(a).rank - 1))
    return c.converted(s, real_kind(kind))


def singular(c: Composer, a: Var, kind: Kind, whole: bool) -> tuple[Var, Var, Var]:
    """Left singular vectors, singular values, and the right singular vectors as rows."""
    rank = array_type(a).rank
    m, n = c.dims(a)[-2:]
    op = "singular_factors_whole" if whole else "singular_factors"
    t = c.exactly(op, (a,), Array(kind, rank))
    s = values_of(c, t)
    if whole:
        cut = c.cut(s, rank - 2, None, smaller(c, a))
        s = c.exactly("copy", (cut,), Array(real_kind(kind), rank - 1))
    t = tagged(c, t)
    u = part(c, t, (None, m), m if whole else None)
    v = part(c, t, (m, MINUS_TWO), n if whole else None)
    rows = c.array("conj", v, via="numpy") if is_complex(v.type) else v
    return u, s, c.exactly("copy", (turned(c, rows),), Array(kind, rank))


def _svd(c: Composer) -> None:
    a, kind, _ = matrices(c, c.operands[0])
    if c.constant("hermitian", False):
        raise TypingError("T043", what=c.spelled, reason="with `hermitian=True` it is what `np.linalg.eigh` gives")
    if c.constant("compute_uv", True):
        c.inf.env[c.target.name] = singular(c, a, kind, bool(c.constant("full_matrices", True)))
    else:
        c.give(singular_values(c, a, kind))


def _svdvals(c: Composer) -> None:
    a, kind, _ = matrices(c, c.operands[0])
    c.give(singular_values(c, a, kind))


def _cond(c: Composer) -> None:
    """The condition number: by singular values, or by the norms of the matrix and its inverse."""
    a, kind, rank = matrices(c, c.operands[0])
    order = c.e.attr("p") or c.constant("p", None)
    a = c.converted(a, kind)
    empty = c.compared("eq", c.product(c.dims(a)[-2:]), ZERO)
    c.fail_if(empty, "LinAlgError", "cond is not defined on empty arrays")
    if order in (None, 2, -2):
        s = singular_values(c, a, kind)
        ends = [c.made("getitem", s, k, spec=("e", "i")) for k in (ZERO, Const(-1, PY_INT))]
        _finite_unless_nan(c, a, c.made("div", *(ends[::-1] if order == -2 else ends), via="numpy"))
        return
    norms = [c.made("norm", x, axis_pair(rank), config=("axis",), ord=order)
             for x in (a, c.exactly("inverse_or_nan", (a,), Array(kind, rank)))]
    _finite_unless_nan(c, a, c.made("mul", *norms, via="numpy"))


def _finite_unless_nan(c: Composer, a: Var, value: Value) -> None:
    """NaN that does not come from NaN in the matrix is infinity."""
    undefined = c.made("isnan", value, via="numpy")
    given = c.made("isnan", a, via="numpy")
    rank = array_type(a).rank
    any_given = c.made("any", given, axis_pair(rank), config=("axis",)) if rank > 2 else c.made("any", given)
    ours = c.made("logical_and", undefined, c.made("logical_not", any_given, via="numpy"), via="numpy")
    c.rule(c.target, "where", ours, Const(np.inf, Scalar("float64", True)), value, via="numpy")


def axis_pair(rank: int) -> Value:
    return Const(rank - 2, PY_INT), Const(rank - 1, PY_INT)


def _matrix_rank(c: Composer) -> None:
    """How many singular values exceed a tolerance."""
    if c.constant("hermitian", False):
        raise TypingError("T043", what=c.spelled, reason="`hermitian` is not taken: leave it out")
    (a,), _ = floating(c, c.operands)
    if array_type(a).rank < 2:
        c.rule(c.target, "any", c.made("ne", a, ZERO, via="numpy"))
        c.give(c.inf.cast(c.inf.env[c.target.name], "int64", c.span, weak=True))  # type: ignore[arg-type]
        return
    a, kind, rank = matrices(c, a)
    s = singular_values(c, a, kind)
    tolerance = c.given("tol")
    if tolerance is None:
        ratio: Value | None = c.given("rtol")
        if ratio is None:
            ratio = relative(c, a, kind)
        tolerance = c.made("mul", largest(c, s), ratio, via="numpy")
    above = c.made("gt", s, tolerance, via="numpy")
    last = {"config": ("axis",)} if rank > 2 else {}
    c.rule(c.target, "count_nonzero", above, *((Const(-1, PY_INT),) if rank > 2 else ()), via="numpy", **last)


def largest(c: Composer, s: Var) -> Var:
    """The largest of singular values, 0 where there are none; in a stack along the last axis, which stays."""
    t = array_type(s)
    if t.rank == 1:
        return c.exactly("max", (s,), Scalar(t.kind), initial=0.0)
    return c.exactly("max_along", (s,), t, axes=(t.rank - 1,), keepdims=True, initial=0.0)


# ----------------------------------------------------------------------------------------------------------- QR and LU


def orthogonal(c: Composer, a: Var, kind: Kind, whole: bool = False) -> tuple[Var, Var]:
    """The orthogonal factor with as many columns as the smaller extent, or square, and the triangular one."""
    rank = array_type(a).rank
    t = c.exactly("qr_factors_whole" if whole else "qr_factors", (a,), Array(kind, rank))
    m, n = c.dims(a)[-2:]
    return part(c, t, (None, m), m if whole else smaller(c, a)), part(c, t, (m, None), n if whole else None)


def _qr(c: Composer) -> None:
    a, kind, _ = matrices(c, c.operands[0])
    mode = c.e.attr("mode", "reduced")
    if mode not in ("reduced", "complete", "r"):
        raise TypingError("T043", what=c.spelled, reason="`mode` is 'reduced', 'complete' or 'r'")
    q, r = orthogonal(c, a, kind, mode == "complete")
    c.inf.env[c.target.name] = r if mode == "r" else (q, r)


# ------------------------------------------------------------------------------------------- inverses that always exist


def _pinv(c: Composer) -> None:
    a, kind, rank = matrices(c, c.operands[0])
    if c.constant("hermitian", False):
        raise TypingError("T043", what=c.spelled, reason="`hermitian` is not taken: leave it out")
    cutoff: Value = Const(1e-15, Scalar(real_kind(kind)))
    for name in ("rcond", "rtol"):
        given = c.given(name)
        cutoff = given if given is not None else cutoff
    if "rtol" in c.config and c.given("rtol") is None and c.given("rcond") is None:
        cutoff = relative(c, a, kind)
    double = DOUBLE.get(kind, kind)
    a = a if double == kind else c.converted(a, double)
    inverse = c.exactly("pseudo_inverse", (a, number(c, cutoff, real_kind(double))), Array(double, rank))
    c.give(c.converted(inverse, kind))


def relative(c: Composer, a: Var, kind: Kind) -> Value:
    """The larger extent times the precision."""
    kind = real_kind(kind)
    larger = c.exactly("maximum", c.dims(a)[-2:], PY_INT, safe=True)
    return c.made("mul", c.inf.cast(larger, kind, c.span, weak=False),
                  Const(float(np.finfo(kind).eps), Scalar(kind)), via="numpy")


def number(c: Composer, value: Value, kind: Kind) -> Atom:
    """An argument that is one number, in a kind."""
    value = c.inf.scalar(value, c.span)
    if isinstance(value, tuple) or not isinstance(value.type, Scalar):
        raise TypingError("T043", what=c.spelled, reason="the tolerance is one number")
    return c.inf.cast(value, kind, c.span, weak=False)


def _lstsq(c: Composer) -> None:
    """The solution, the sums of squares that remain, the rank, and the singular values."""
    (a, b), kind = floating(c, c.operands)
    if array_type(a).rank != 2 or array_type(b).rank not in (1, 2):
        raise refuse_ranks(c, a, b)
    given = c.given("rcond")
    cutoff = relative(c, a, kind) if given is None else given
    ratio = number(c, cutoff, real_kind(kind))
    vector = array_type(b).rank == 1
    columns = c.view(b, (FULL, "n")) if vector else b
    x = c.exactly("least_squares", (a, columns, ratio), Array(kind, 2))
    s = singular_values(c, a, kind)
    least = c.made("mul", largest(c, s), ratio, via="numpy")
    rank = c.made("count_nonzero", c.made("gt", s, least, via="numpy"), via="numpy")
    difference = c.array("sub", c.made("matmul", a, x), columns, via="numpy")
    left = c.made("square", magnitudes(c, difference), via="numpy")
    assert isinstance(left, Var) and isinstance(rank, Var | Const)
    m, n = c.dims(a)
    full = c.made("logical_and", c.compared("eq", rank, n), c.compared("gt", m, n), via="python")
    count = c.exactly("where", (full, c.dim(columns, 1), ZERO), PY_INT, safe=True)  # type: ignore[arg-type]
    own = Array(real_kind(kind), 1)
    sums = c.exactly("sum_along", (left,), own, axes=(0,), keepdims=False)
    remaining = c.exactly("copy", (c.cut(sums, 0, None, count),), own)
    solution = only_column(c, x) if vector else x
    counted = c.inf.cast(rank, "int32", c.span, implicit=False, weak=False)
    c.inf.env[c.target.name] = (solution, remaining, counted, s)


# ------------------------------------------------------------------------------------------------------------ products


def _matrix_power(c: Composer) -> None:
    """A power of square matrices by repeated products, in NumPy's order."""
    a, t = c.of_array(c.operands[0])
    n = c.constant("n", None)
    if t.rank < 2:
        raise refuse_ranks(c, a)
    if type(n) is not int:
        raise TypingError("T041", what=c.spelled, argument="n")
    rows, columns = c.dims(a)[-2:]
    c.fail_if(c.differ(rows, columns), "LinAlgError", "Last 2 dimensions of the array must be square")
    if n == 0:
        unit = c.array("eye", rows, dtype=t.kind)
        c.give(repeated_unit(c, unit, a) if t.rank > 2 else unit)
        return
    if n < 0:
        a, kind, rank = matrices(c, a)
        a, n = c.exactly("inv", (a,), Array(kind, rank)), -n
    if n == 3:
        c.give(c.made("matmul", c.made("matmul", a, a), a))
        return
    power, result = a, None
    while True:
        if n & 1:
            result = power if result is None else c.array("matmul", result, power)
        n >>= 1
        if not n:
            break
        power = c.array("matmul", power, power)
    assert result is not None
    c.give(result)  # the first power is the matrix itself


def repeated_unit(c: Composer, unit: Var, like: Var) -> Var:
    """A unit matrix for each matrix of a stack."""
    result = c.array("empty_like", like)
    c.store(result, unit)
    return result


def _multi_dot(c: Composer) -> None:
    """A product of several matrices: from the end when that is a vector, else from the left."""
    if not isinstance(c.operands[0], tuple):
        raise TypingError("T043", what=c.spelled, reason="it takes a list or a tuple of arrays")
    arrays = c.several(c.operands[0])
    ranks = [array_type(a).rank for a in arrays]
    ends = {0, len(arrays) - 1}
    if len(arrays) < 2 or any(r != 2 and not (r == 1 and k in ends) for k, r in enumerate(ranks)):
        raise refuse_ranks(c, *arrays)
    values: list[Value] = list(arrays)
    if ranks[-1] == 1 and ranks[0] == 2:
        total = values[-1]
        for a in values[-2::-1]:
            total = c.made("dot", a, total)
    else:
        total = values[0]
        for a in values[1:]:
            total = c.made("dot", total, a)
    c.give(total)


RULES: Rules = {
    "eigh": rule(in_double(_eigh)),
    "eigvalsh": rule(in_double(_eigvalsh)),
    "svd": rule(in_double(_svd)),
    "svdvals": rule(_svdvals),
    "qr": rule(in_double(_qr)),
    "cond": rule(in_double(_cond)),
    "matrix_rank": rule(_matrix_rank),
    "pinv": rule(_pinv),
    "lstsq": rule(in_double(_lstsq)),
    "matrix_power": rule(_matrix_power),
    "multi_dot": rule(_multi_dot),
}
