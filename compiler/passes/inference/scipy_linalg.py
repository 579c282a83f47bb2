"""Type rules of `scipy.linalg`, put together from those of `numpy.linalg` and from triangular systems.

Before:  `x = cho_solve((c, True), b)`
After:   `t = solve_lower(c, b)`, `x = solve_lower_turned(c, t)`
"""

from __future__ import annotations

from typing import Any

from ...ir.nodes import Const, Var
from ...ir.types import NOTHING, PARTS, PY_BOOL, PY_INT, Array, Kind, Scalar, is_inexact
from ...ops.typing import TypingError, join_strong
from .compose import Composer, array_type
from .factors import eigenvalues, orthogonal, relative, singular, singular_values, smaller
from .inferrer import Rules
from .linalg import floating, matrices, refuse_ranks, solved, turned
from .precision import DOUBLE
from .shaping import ONE, ZERO, rule
from .values import Value, type_of

GENERAL = (None, "gen", "general")
SYMMETRIC = ("sym", "symmetric", "her", "hermitian")
POSITIVE = ("pos", "positive definite")
SINGULAR = "A singular matrix detected: slice(s) [0] are singular."
TRIANGULAR = ("upper triangular", "lower triangular")


def _finite(c: Composer, *arrays: Var) -> None:
    """SciPy looks for NaN and infinities first, unless it is told not to."""
    if not c.constant("check_finite", True):
        return
    for a in arrays:
        if is_inexact(array_type(a).kind):
            found = c.made("all", c.made("isfinite", a, via="numpy"), via="numpy")
            c.fail_if(c.made("logical_not", found, via="python"), "ValueError",
                      "array must not contain infs or NaNs")


def only_by_default(c: Composer, **defaults: Any) -> None:
    """Refuse arguments that are given otherwise than by default."""
    for name, default in defaults.items():
        value = c.config.get(name)
        same = value is None or (type_of(value) == NOTHING and default is None)
        if not same and not (isinstance(value, Const) and value.value == default and default is not None):
            raise TypingError("T043", what=c.spelled, reason=f"`{name}` is not taken: leave it out")


def one_matrix(c: Composer, value: Value, stacks: bool = False) -> tuple[Var, Kind]:
    """An operand that is one matrix, or perhaps a stack of them; checked."""
    a, kind, rank = matrices(c, value)
    if rank > 2 and not stacks:
        raise refuse_ranks(c, a)
    _no_booleans(c, a)
    _finite(c, a)
    return a, kind


def _no_booleans(c: Composer, *arrays: Var) -> None:
    """SciPy computes with them in single precision."""
    if any(array_type(a).kind == "bool" for a in arrays):
        raise TypingError("T043", what=c.spelled, reason="make floats of the booleans first")


def _square(c: Composer, a: Var, what: str = "expected square matrix") -> None:
    rows, columns = c.dims(a)[-2:]
    c.fail_if(c.differ(rows, columns), "ValueError", what)


def triangular(c: Composer, a: Var, b: Var, kind: Kind, lower: bool, flipped: bool, unit: bool = False,
               checked: bool = False) -> Var:
    """Solutions for a triangle of `a`, `flipped` for its transpose."""
    name = "solve_unit" if unit else "solve_lower"
    op = name if lower != flipped else f"{name}_turned"
    a = a if lower else turned(c, a)
    if array_type(b).rank == 1:
        column = c.view(b, ("s000", "n"))
        x = triangular(c, a, column, kind, True, op.endswith("_turned"), unit, checked)
        return c.exactly("copy", (c.view(x, ("s000", "i"), ZERO),), Array(kind, 1))
    attrs: dict[str, Any] = {"checked": True} if checked and not unit else {}
    return c.exactly(op, (a, b), Array(kind, array_type(b).rank), **attrs)


def _system(c: Composer, values: list[Value]) -> tuple[Var, Var, Kind]:
    """A matrix and the right sides of equations with it."""
    (a, b), kind = floating(c, values)
    if array_type(a).rank != 2 or array_type(b).rank not in (1, 2):
        raise refuse_ranks(c, a, b)
    _no_booleans(c, a, b)
    _finite(c, a, b)
    return a, b, kind


def _solve_triangular(c: Composer) -> None:
    a, b, kind = _system(c, c.operands)
    flipped = _flipped(c)
    lower, unit = (bool(c.constant(name, False)) for name in ("lower", "unit_diagonal"))
    c.give(triangular(c, a, b, kind, lower, flipped, unit, True))


def _flipped(c: Composer) -> bool:
    """Whether the system is that of the transpose."""
    asked = c.e.attr("trans", c.constant("trans", 0))
    if asked not in (0, 1, 2, "N", "T", "C"):
        raise TypingError("T043", what=c.spelled, reason="`trans` is 0, 1 or 2")
    return asked not in (0, "N")


def _solve(c: Composer) -> None:
    a, b, kind = _system(c, c.operands)
    kindly = c.e.attr("assume_a", c.constant("assume_a", None))
    lower, flipped = (bool(c.constant(name, False)) for name in ("lower", "transposed"))
    _equations(c, a, b)
    if kindly in GENERAL or kindly in SYMMETRIC:
        own = mirrored(c, a, lower) if kindly in SYMMETRIC else turned(c, a) if flipped else a
        c.give(solved(c, own, b, kind, singular=SINGULAR))
    elif kindly in POSITIVE:
        factor = cholesky(c, a, kind, lower)
        c.give(both(c, factor, b, kind, lower))
    elif kindly in TRIANGULAR:
        c.give(triangular(c, a, b, kind, kindly == "lower triangular", flipped, False, True))
    else:
        raise TypingError("T043", what=c.spelled,
                          reason="`assume_a` is 'general', 'symmetric', 'positive definite' or a triangle")


def mirrored(c: Composer, a: Var, lower: bool) -> Var:
    """The symmetric matrix of which one triangle is given."""
    t = a if lower else turned(c, a)
    below = c.array("tril", t)
    strict = c.array("tril", t, Const(-1, PY_INT), config=("k",))
    return c.array("add", below, turned(c, strict), via="numpy")


def cholesky(c: Composer, a: Var, kind: Kind, lower: bool) -> Var:
    """The factor in the triangle that is given, zero in the other."""
    rows, columns = c.dims(a)[-2:]
    c.fail_if(c.differ(rows, columns), "ValueError",
              "Input array is expected to be square but has the shape: ({}, {}).", rows, columns)
    rank = array_type(a).rank
    t = a if lower else turned(c, a)
    factor = c.exactly("cholesky", (t,), Array(kind, rank), minors=True)
    return factor if lower else turned(c, factor)


def both(c: Composer, factor: Var, b: Var, kind: Kind, lower: bool) -> Var:
    """Solutions by a Cholesky factor, which is used twice."""
    half = triangular(c, factor, b, kind, lower, not lower)
    return triangular(c, factor, half, kind, lower, lower)


def _cholesky(c: Composer) -> None:
    a, kind = one_matrix(c, c.operands[0])
    c.give(cholesky(c, a, kind, bool(c.constant("lower", False))))


def _cho_factor(c: Composer) -> None:
    """The factor, and in the other triangle what was there."""
    a, kind = one_matrix(c, c.operands[0])
    lower = bool(c.constant("lower", False))
    factor = cholesky(c, a, kind, lower)
    other = c.array("triu" if lower else "tril", c.converted(a, kind), Const(1 if lower else -1, PY_INT),
                    config=("k",))
    whole = c.array("add", factor, other, via="numpy")
    c.inf.env[c.target.name] = (whole, Const(lower, PY_BOOL))


def _pair(c: Composer) -> tuple[Value, Value]:
    """A factorisation as it was returned: two values."""
    value = c.operands[0]
    if not isinstance(value, tuple) or len(value) != 2:
        raise TypingError("T043", what=c.spelled, reason="its first argument is the pair that the factorisation gave")
    return value[0], value[1]


def _cho_solve(c: Composer) -> None:
    factor, lower = _pair(c)
    if not isinstance(type_of(lower), Scalar) or isinstance(lower, tuple):
        raise TypingError("T043", what=c.spelled, reason="its first argument is the pair that the factorisation gave")
    a, b, kind = _system(c, [factor, c.operands[1]])
    _square(c, a, "The factored matrix c is not square.")
    _same_rows(c, a, b)
    if not isinstance(lower, Const):  # in a loop, which triangle it is may change from one iteration to the next
        chosen = c.made("where", c.made("truth", lower), a, turned(c, a), via="numpy")
        assert isinstance(chosen, Var)
        a, lower = chosen, Const(True, PY_BOOL)
    c.give(both(c, a, b, kind, bool(lower.value)))


def _same_rows(c: Composer, a: Var, b: Var) -> None:
    c.fail_if(c.differ(c.dim(a, 0), c.dim(b, 0)), "ValueError", "incompatible dimensions ({} and {})",
              c.dim(a, 0), c.dim(b, 0))


def _lu_factor(c: Composer) -> None:
    """The triangles in one matrix, and the rows exchanged with."""
    a, kind = one_matrix(c, c.operands[0])
    t = c.exactly("lu_factors", (a,), Array(kind, 2))
    last = Const(-1, PY_INT)
    factors = c.exactly("copy", (c.cut(t, 0, None, last),), Array(kind, 2))
    row = c.cut(c.view(t, ("i", "s000"), last), 0, None, smaller(c, a))
    pivots = c.exactly("astype", (row,), Array("int32", 1))
    c.inf.env[c.target.name] = (factors, pivots)


def _lu_solve(c: Composer) -> None:
    factor, pivots = _pair(c)
    a, b, kind = _system(c, [factor, c.operands[1]])
    if not isinstance(pivots, Var) or not isinstance(pivots.type, Array) or pivots.type.rank != 1:
        raise TypingError("T043", what=c.spelled, reason="its first argument is the pair that the factorisation gave")
    _square(c, a)
    _same_rows(c, a, b)
    vector = array_type(b).rank == 1
    x = c.view(b, ("s000", "n")) if vector else b
    t = Array(kind, 2)
    if _flipped(c):
        half = triangular(c, a, x, kind, False, True)
        x = c.exactly("unpermuted", (triangular(c, a, half, kind, True, True, True), pivots), t)
    else:
        half = triangular(c, a, c.exactly("permuted", (x, pivots), t), kind, True, False, True)
        x = triangular(c, a, half, kind, False, False)
    c.give(c.exactly("copy", (c.view(x, ("s000", "i"), ZERO),), Array(kind, 1)) if vector else x)


# ------------------------------------------------------------------------------------------- functions and factors


def _expm(c: Composer) -> None:
    a, kind, rank = matrices(c, c.operands[0])
    c.give(c.exactly("exponential", (a,), Array(kind, rank)))


def _inv(c: Composer) -> None:
    only_by_default(c, assume_a=None, lower=False)
    a, kind = one_matrix(c, c.operands[0], True)
    if array_type(a).rank == 2:
        _equations(c, a)
    else:
        _square(c, a, "Expected square matrix")
    c.give(c.exactly("inv", (a,), Array(kind, array_type(a).rank), singular=SINGULAR))


def _equations(c: Composer, a: Var, b: Var | None = None) -> None:
    """The shapes of a system of equations, or of a matrix that is inverted, in SciPy's words."""
    shape = c.dims(a)
    c.fail_if(c.differ(*shape), "ValueError", "Expected square matrix, got a1.shape=({}, {})", *shape)
    if b is not None:
        right = (*c.dims(b), ONE)[:2]
        c.fail_if(c.differ(shape[0], right[0]), "ValueError",
                  "incompatible shapes: a1.shape=({}, {}) and b1.shape=({}, {})", *shape, *right)


def _det(c: Composer) -> None:
    a, kind = one_matrix(c, c.operands[0], True)
    rank, shape = array_type(a).rank, c.dims(a)
    c.fail_if(c.differ(*shape[-2:]), "ValueError", "Last 2 dimensions of the array must be square but received shape "
              f"({', '.join('{}' for _ in shape)}).", *shape)
    kind = DOUBLE.get(kind, kind)
    a = c.converted(a, kind)
    c.give(c.exactly("det", (a,), Array(kind, rank - 2) if rank > 2 else Scalar(kind)))


def _eigh(c: Composer) -> None:
    """By the method that NumPy has under this name: with SciPy's default, eigenvectors may have other signs."""
    only_by_default(c, type=1, subset_by_index=None, subset_by_value=None)
    values_only = c.e.op == "scipy_eigvalsh" or bool(c.constant("eigvals_only", False))
    a, kind = one_matrix(c, c.operands[0])
    if not values_only:
        raise TypingError("T043", what=c.spelled,
                          reason="write `np.linalg.eigh`, which takes another method, so vectors may differ in sign")
    only_by_default(c, driver=None)
    c.fail_if(c.differ(*c.dims(a)), "ValueError", 'expected square "a" matrix')
    upper = not c.constant("lower", True)
    if (beside := c.given("b")) is not None:
        a, kind = _reduced(c, turned(c, a) if upper else a, beside, kind, upper)
        upper = False
    c.give(eigenvalues(c, a, kind, upper))


def _reduced(c: Composer, a: Var, beside: Value, kind: Kind, upper: bool) -> tuple[Var, Kind]:
    """The matrix whose eigenvalues are those of a pair: with `L L^T` for the second one, `L^-1 a L^-T`.

    Golub and Van Loan, "Matrix Computations", fourth edition, section 8.7.2.
    """
    b, other = one_matrix(c, beside)
    if kind in PARTS or other in PARTS:
        raise TypingError("T071", what=f"{c.spelled}(a, b)", reason="it is not defined for them here")
    kind = join_strong(kind, other)
    for mine, theirs in zip(c.dims(a), c.dims(b), strict=True):
        c.fail_if(c.differ(mine, theirs), "ValueError", "wrong b dimensions {}, should be {}", theirs, mine)
    a, b = c.converted(a, kind), c.converted(turned(c, b) if upper else b, kind)
    below = c.array("tril", a, Const(-1, PY_INT), config=("k",))
    whole = c.array("add", c.array("tril", a, via="numpy"), turned(c, below), via="numpy")
    factor = cholesky(c, b, kind, True)
    half = triangular(c, factor, whole, kind, True, False)
    return triangular(c, factor, turned(c, half), kind, True, False), kind


def _svd(c: Composer) -> None:
    only_by_default(c, lapack_driver=None)
    a, kind = one_matrix(c, c.operands[0])
    if c.constant("compute_uv", True):
        c.inf.env[c.target.name] = singular(c, a, kind, bool(c.constant("full_matrices", True)))
    else:
        c.give(singular_values(c, a, kind))


def _svdvals(c: Composer) -> None:
    a, kind = one_matrix(c, c.operands[0])
    c.give(singular_values(c, a, kind))


def _qr(c: Composer) -> None:
    only_by_default(c, pivoting=False, lwork=None)
    mode = c.e.attr("mode", "full")
    if mode not in ("full", "r", "economic"):
        raise TypingError("T043", what=c.spelled, reason="`mode` is 'full', 'r' or 'economic'")
    a, kind = one_matrix(c, c.operands[0])
    q, r = orthogonal(c, a, kind, mode != "economic")
    c.inf.env[c.target.name] = (r,) if mode == "r" else (q, r)


def _norm(c: Composer) -> None:
    _finite(c, *(v for v in c.operands if isinstance(v, Var) and isinstance(v.type, Array)))
    given = {name: value for name, value in c.config.items() if name != "check_finite"}
    order = {"ord": c.e.attr("ord")} if c.e.attr("ord") is not None else {}
    c.rule(c.target, "norm", c.operands[0], *given.values(), config=tuple(given), via="numpy", **order)


def _pinv(c: Composer) -> None:
    only_by_default(c, atol=None, return_rank=False)
    a, kind = one_matrix(c, c.operands[0])
    ratio = c.given("rtol")
    value = c.inf.scalar(relative(c, a, kind) if ratio is None else ratio, c.span)
    assert not isinstance(value, tuple)
    number = c.inf.cast(value, kind, c.span, weak=False)
    c.give(c.exactly("pseudo_inverse", (a, number), Array(kind, array_type(a).rank)))


# ----------------------------------------------------------------------------------------------- matrices of a shape


def _block_diag(c: Composer) -> None:
    given = c.given("arrays")
    arrays, kind = c.common([c.as_array(a, 2) for a in c.several(given if given is not None else ())])
    if any(array_type(a).rank != 2 for a in arrays):
        raise refuse_ranks(c, *arrays)
    ends = [(ZERO, ZERO)]
    for a in arrays:
        rows, columns = c.dims(a)
        ends.append((c.calc("add", ends[-1][0], rows), c.calc("add", ends[-1][1], columns)))  # type: ignore[arg-type]
    result = c.array("zeros", ends[-1], dtype=kind)
    for a, start, stop in zip(arrays, ends, ends[1:], strict=False):
        c.store(c.view(result, ("s110", "s110"), start[0], stop[0], start[1], stop[1]), a)
    c.give(result)


def _toeplitz(c: Composer) -> None:
    """`numbers[n - 1 - i + j]`, where the numbers are those of the column from its end, then those of the row."""
    given = c.given("r")
    column = c.as_array(c.operands[0], 1)
    row = column if given is None else c.as_array(given, 1)
    if array_type(column).rank != 1 or array_type(row).rank != 1:
        raise refuse_ranks(c, column, row)
    n, m = c.dim(column, 0), c.dim(row, 0)
    rest = c.cut(row, 0, ONE)
    turned_column = c.view(column, ("s001",), Const(-1, PY_INT))
    numbers = c.made("concatenate", (turned_column, rest), via="numpy")
    down, along = (c.array("arange", k) for k in (n, m))
    last = c.calc("sub", n, ONE)
    start = c.made("sub", last, c.view(down, ("s000", "n")), via="numpy")
    places = c.made("add", start, c.view(along, ("n", "s000")), via="numpy")
    c.rule(c.target, "getitem", numbers, places, spec=("i",))


RULES: Rules = {
    "scipy_solve": rule(_solve),
    "solve_triangular": rule(_solve_triangular),
    "scipy_cholesky": rule(_cholesky),
    "cho_factor": rule(_cho_factor),
    "cho_solve": rule(_cho_solve),
    "lu_factor": rule(_lu_factor),
    "lu_solve": rule(_lu_solve),
    "expm": rule(_expm),
    "scipy_inv": rule(_inv),
    "scipy_det": rule(_det),
    "scipy_eigh": rule(_eigh),
    "scipy_eigvalsh": rule(_eigh),
    "scipy_svd": rule(_svd),
    "scipy_svdvals": rule(_svdvals),
    "scipy_qr": rule(_qr),
    "scipy_norm": rule(_norm),
    "scipy_pinv": rule(_pinv),
    "block_diag": rule(_block_diag),
    "toeplitz": rule(_toeplitz),
}
