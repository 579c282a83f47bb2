"""Type rules of linear algebra: matrices of floats, everything else as float64."""

from __future__ import annotations

from ...ir.nodes import Apply, Atom, Var
from ...ir.types import Array, Kind, Scalar, in_words
from ...ops.typing import TypingError, promote
from .inferrer import Inferrer
from .values import Value, type_of


def _operands(values: list[Value], spelled: str, ranks: tuple[tuple[int, ...], ...]) -> tuple[Atom, ...]:
    """The operands, refused unless they are arrays of the ranks."""
    types = tuple(map(type_of, values))
    arrays = [t for t in types if isinstance(t, Array)]
    if len(arrays) < len(types):
        raise TypingError("T004", what=spelled, types=" and ".join(map(in_words, types)))
    given = tuple(t.rank for t in arrays)
    if given not in ranks:
        raise TypingError("T014", what=spelled, ranks=" and ".join(map(str, given)))
    return tuple(v for v in values if isinstance(v, Var))


def _floating(atoms: tuple[Atom, ...]) -> Kind:
    kind = promote(tuple(a.type for a in atoms if isinstance(a.type, Array | Scalar)))
    return kind if kind.startswith("float") else "float64"


def _solve(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    atoms = _operands(values, "np.linalg.solve", ((2, 1), (2, 2)))
    assert isinstance(atoms[1].type, Array)
    rank = atoms[1].type.rank
    inf.define(target, Apply(f"solve2{rank}", atoms, Array(_floating(atoms), rank), e.span), e.span)


def _of_matrix(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    atoms = _operands(values, f"np.linalg.{e.op}", ((2,),))
    kind = _floating(atoms)
    inf.define(target, Apply(e.op, atoms, Scalar(kind) if e.op == "det" else Array(kind, 2), e.span), e.span)


def _slogdet(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    atoms = _operands(values, "np.linalg.slogdet", ((2,),))
    kind = Scalar(_floating(atoms))
    inf.env[target.name] = tuple(
        inf.temporary(Apply(op, atoms, kind, e.span), e.span) for op in ("slogdet_sign", "slogdet_log")
    )


RULES = {
    "solve": _solve,
    "inv": _of_matrix,
    "det": _of_matrix,
    "cholesky": _of_matrix,
    "slogdet": _slogdet,
}
