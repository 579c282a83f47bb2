"""Words of formulas that are about matrices: the last two axes of an array, so that a formula holds for stacks as well.

`"matmul(mT(a), y_bar)"` is a product of two matrices, or of each two in stacks of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..ir.nodes import Apply, Atom, Const, Var
from ..ir.types import PARTS, PY_BOOL, PY_FLOAT, PY_INT, Array, Kind, Type, is_complex, is_inexact
from ..ops.typing import complex_of
from .indexing import FULL, view_type

LETTERS = "abcdefghijklmnop"
MAIN = Const(0, PY_INT)


class Emitting(Protocol):
    """What builds a formula and names the result of each operation."""

    emit: Callable[[Apply], Var]

    def apply(self, op: str, *args: Atom) -> Atom: ...


def _array(x: Atom) -> Array:
    assert isinstance(x.type, Array)
    return x.type


def common_kind(args: tuple[Atom, ...]) -> Kind:
    """The floating or complex kind in which arrays meet."""
    kinds = {a.type.kind for a in args if isinstance(a.type, Array)}
    real: Kind = "float32" if kinds <= {"float32", "complex64"} else "float64"
    return complex_of(real) if kinds & {*PARTS} else real


def _view(f: Emitting, x: Atom, spec: tuple[str, ...], *bounds: Atom) -> Var:
    attrs = (("safe", True), ("spec", spec))
    return f.emit(Apply("view", (x, *bounds), view_type(_array(x), spec), attrs=attrs))


def _turned(f: Emitting, x: Atom) -> Atom:
    rank = _array(x).rank
    axes = (*range(rank - 2), rank - 1, rank - 2)
    attrs = (("axes", axes), ("safe", True))
    return f.emit(Apply("transpose", (x,), Array(_array(x).kind, rank, "A"), attrs=attrs))


def _conjugate_turned(f: Emitting, x: Atom) -> Atom:
    """The conjugate transpose of matrices: of real ones, the transpose."""
    return _turned(f, f.apply("conj", x))


def _product(f: Emitting, a: Atom, b: Atom) -> Atom:
    """The product of matrices; of stacks of them, which have the same leading axes."""
    rank, kind = _array(a).rank, common_kind((a, b))
    if rank == 2:
        return f.emit(Apply("dot22", (a, b), Array(kind, 2), attrs=(("safe", True),)))
    batch = LETTERS[: rank - 2]
    subscripts = (f"{batch}yz", f"{batch}zx", f"{batch}yx")
    attrs = (("safe", True), ("subscripts", subscripts))
    return f.emit(Apply("contract", (a, b), Array(kind, rank), attrs=attrs))


def _integer(a: Atom) -> Atom:
    return Const(int(a.value), PY_INT) if isinstance(a, Const) else a


def _column(f: Emitting, x: Atom) -> Atom:
    return _view(f, x, (*(FULL,) * _array(x).rank, "n"))


def _row(f: Emitting, x: Atom) -> Atom:
    return _view(f, x, (*(FULL,) * (_array(x).rank - 1), "n", FULL))


def _for_matrices(f: Emitting, x: Atom) -> Atom:
    """A number for each matrix of a stack, so that it broadcasts against the stack."""
    return _view(f, x, (*(FULL,) * _array(x).rank, "n", "n")) if isinstance(x.type, Array) else x


def _cut(axis_from_end: int) -> Callable[..., Atom]:
    def cut(f: Emitting, x: Atom, start: Atom, stop: Atom | None = None) -> Atom:
        bounds = [] if isinstance(start, Const) and start.value == 0 else [_integer(start)]
        entry = f"s{len(bounds)}{int(stop is not None)}0"
        bounds += [_integer(stop)] if stop is not None else []
        rank = _array(x).rank
        spec = tuple(entry if k == rank - axis_from_end else FULL for k in range(rank))
        return _view(f, x, spec, *bounds)

    return cut


def _one_row(f: Emitting, x: Atom, place: Atom) -> Atom:
    rank = _array(x).rank
    return _view(f, x, (*(FULL,) * (rank - 2), "i", FULL), _integer(place))


def _first(f: Emitting, x: Atom, count: Atom) -> Atom:
    """The first so many numbers of a vector, or of each in a stack."""
    return _view(f, x, (*(FULL,) * (_array(x).rank - 1), "s010"), count)


def _extent(axis_from_end: int) -> Callable[..., Atom]:
    def extent(f: Emitting, x: Atom) -> Atom:
        attrs = (("axis", _array(x).rank - axis_from_end), ("safe", True))
        return f.emit(Apply("dim", (x,), PY_INT, attrs=attrs))

    return extent


def _smaller(f: Emitting, x: Atom) -> Atom:
    extents = tuple(_extent(k)(f, x) for k in (2, 1))
    return f.emit(Apply("minimum", extents, PY_INT, attrs=(("safe", True), ("via", "builtin"))))


def _taller(f: Emitting, x: Atom) -> Atom:
    extents = tuple(_extent(k)(f, x) for k in (2, 1))
    return f.emit(Apply("gt", extents, PY_BOOL, attrs=(("safe", True),)))


def _triangle(upper: bool) -> Callable[..., Atom]:
    def triangle(f: Emitting, x: Atom, k: Atom = MAIN) -> Atom:
        assert isinstance(k, Const)
        attrs = (("k", int(k.value)), ("safe", True), ("upper", upper))
        return f.emit(Apply("triangle", (x,), Array(_array(x).kind, _array(x).rank), attrs=attrs))

    return triangle


def _mirrored(f: Emitting, x: Atom) -> Atom:
    """The lower triangle of `x`, and its conjugate transpose above a diagonal that is real."""
    low, strict = _triangle(False)(f, x), _triangle(False)(f, x, Const(-1, PY_INT))
    if not is_complex(x.type):
        return f.apply("add", low, _turned(f, strict))
    half = f.apply("mul", Const(0.5, PY_FLOAT), f.apply("add", low, strict))
    return f.apply("add", half, _conjugate_turned(f, half))


def _half(upper: bool) -> Callable[..., Atom]:
    """The adjoint by one triangle of symmetric or Hermitian matrices, of whose diagonal only the real part is read."""

    def half(f: Emitting, x: Atom) -> Atom:
        own, edge = _triangle(upper), Const(1 if upper else -1, PY_INT)
        whole, strict = own(f, x), own(f, _conjugate_turned(f, x), edge)
        if not is_complex(x.type):
            return f.apply("add", whole, strict)
        both = f.apply("add", whole, own(f, _conjugate_turned(f, x)))
        beside = f.apply("add", own(f, x, edge), strict)
        return f.apply("mul", Const(0.5, PY_FLOAT), f.apply("add", both, beside))

    return half


def _settled(f: Emitting, v: Atom, v_bar: Atom, turn: Atom, place: Atom) -> Atom:
    t = Array(common_kind((v, v_bar)), _array(v).rank)
    return f.emit(Apply("settled", (v, v_bar, turn, _integer(place)), t, attrs=(("safe", True),)))


def _turning(f: Emitting, *operands: Atom) -> Atom:
    """By how much vectors, the columns of matrices, are turned: a real number for each."""
    op = "turning" if len(operands) == 2 else "turning_of_both"
    kind = common_kind(operands)
    t = Array(PARTS.get(kind, kind), _array(operands[0]).rank - 1)
    return f.emit(Apply(op, operands, t, attrs=(("safe", True),)))


WORDS: dict[str, Callable[..., Atom]] = {
    "mT": _turned,
    "mH": _conjugate_turned,
    "mirrored": _mirrored,
    "lower_half": _half(False),
    "upper_half": _half(True),
    "settled": _settled,
    "turning": _turning,
    "turning_of_both": _turning,
    "matmul": _product,
    "column": _column,
    "row": _row,
    "for_matrices": _for_matrices,
    "rows_of": _cut(2),
    "columns_of": _cut(1),
    "row_of": _one_row,
    "first_of": _first,
    "rows": _extent(2),
    "columns": _extent(1),
    "smaller": _smaller,
    "taller": _taller,
    "tril": _triangle(False),
    "triu": _triangle(True),
}

# Operations on matrices in formulas: which operand has the rank of the result.
_LIKE = {"inv": 0, "inverse_or_nan": 0, "cofactors": 0, "cholesky_adjoint": 0, "solve22": 1,
         "freed": 0, "divided_apart": 1, "general_factors": 0, "divided": 1,
         "divided_sum": 1,
         "symmetric_factors": 0, "singular_factors": 0, "pseudo_inverse": 0, "beside": 0, "values_back": 0,
         "vectors_back": 0, "tag_back": 0,
         "solve_lower": 1, "solve_lower_turned": 1, "solve_unit": 1, "solve_unit_turned": 1, "expm_adjoint": 0,
         "unpermuted": 0, "permuted": 0}


def matrix_type(op: str, args: tuple[Atom, ...]) -> Type | None:
    """The type of an operation on matrices in a formula, if it is one."""
    if op not in _LIKE:
        return None
    floats = tuple(a for a in args if isinstance(a.type, Array) and is_inexact(a.type.kind))
    if op == "general_factors":
        return Array(complex_of(common_kind(args)), _array(args[0]).rank)
    return Array(common_kind(floats or args), _array(args[_LIKE[op]]).rank)
