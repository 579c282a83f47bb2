"""Type rules of linear algebra: matrices of floats and stacks of them, everything else as float64."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...ir.nodes import Atom, Const, Var
from ...ir.types import PARTS, PY_INT, Array, Kind, Scalar, in_words, is_inexact
from ...ops.typing import TypingError, promote
from ..indexing import FULL
from .compose import Composer, array_type
from .inferrer import Rules
from .precision import in_double
from .shaping import ONE, rule
from .values import Value, type_of


def floating(c: Composer, values: list[Value]) -> tuple[list[Var], Kind]:
    """Operands that have to be arrays, and the kind in which LAPACK is given them."""
    types = tuple(map(type_of, values))
    if not all(isinstance(t, Array) for t in types):
        raise TypingError("T004", what=c.spelled, types=" and ".join(map(in_words, types)))
    arrays = [v for v in values if isinstance(v, Var)]
    kind = promote(tuple(a.type for a in arrays if isinstance(a.type, Array)))
    return arrays, kind if is_inexact(kind) else "float64"


def refuse_ranks(c: Composer, *arrays: Var) -> TypingError:
    """The error for arrays that are no matrices."""
    return TypingError("T014", what=c.spelled, ranks=" and ".join(str(array_type(a).rank) for a in arrays))


def matrices(c: Composer, value: Value) -> tuple[Var, Kind, int]:
    """An operand that is a matrix or a stack of them, the kind of the result, and the operand's rank."""
    (a,), kind = floating(c, [value])
    rank = array_type(a).rank
    if rank < 2:
        raise refuse_ranks(c, a)
    return a, kind, rank


def turned(c: Composer, a: Var) -> Var:
    """The transposed matrices."""
    rank = array_type(a).rank
    return c.permuted(a, (*range(rank - 2), rank - 1, rank - 2))


def as_column(c: Composer, x: Var) -> Var:
    return c.view(x, (*(FULL,) * array_type(x).rank, "n"))


def only_column(c: Composer, x: Var) -> Var:
    """The vectors of which matrices of one column consist, as an array of their own."""
    rank = array_type(x).rank - 1
    return c.exactly("copy", (c.view(x, (*(FULL,) * rank, "i"), Const(0, PY_INT)),), Array(array_type(x).kind, rank))


def in_step(c: Composer, a: Var, b: Var) -> tuple[Var, Var]:
    """Two stacks of matrices with the same leading axes, repeated where one of them has extent 1 or is missing."""
    ranks = array_type(a).rank, array_type(b).rank
    if max(ranks) == 2:
        return a, b
    batch = max(ranks) - 2
    shapes = [((ONE,) * (batch + 2 - rank)) + c.dims(x)[: rank - 2] for x, rank in zip((a, b), ranks, strict=True)]
    common: list[Atom] = []
    for n, m in zip(*shapes, strict=True):
        if n == ONE or m == ONE:
            common.append(m if n == ONE else n)
            continue
        c.fail_if(_neither(c, n, m), "ValueError", "operands could not be broadcast together")
        alone = c.compared("eq", n, ONE)
        common.append(c.exactly("where", (alone, m, n), PY_INT, safe=True))
    return repeated(c, a, tuple(common)), repeated(c, b, tuple(common))


def _neither(c: Composer, n: Atom, m: Atom) -> Value:
    """Whether two extents differ and none of them is 1."""
    tests = [c.differ(n, m), c.differ(n, ONE), c.differ(m, ONE)]
    found: Value = tests[0]
    for test in tests[1:]:
        found = c.made("logical_and", found, test, via="python")
    return found


def repeated(c: Composer, x: Var, batch: tuple[Atom, ...]) -> Var:
    """A stack of matrices with these leading axes."""
    t = array_type(x)
    result = c.array("empty", (*batch, *c.dims(x)[-2:]), dtype=t.kind)
    c.store(result, x)
    return result


# ------------------------------------------------------------------------------------------------------------- systems


def solved(c: Composer, a: Var, b: Var, kind: Kind, **attrs: Any) -> Var:
    """The solutions of systems of equations, for one right side or a matrix of them."""
    first, second = array_type(a).rank, array_type(b).rank
    if (first, second) == (2, 1):
        return c.exactly("solve21", (a, b), Array(kind, 1), **attrs)
    if first < 2 or second < 1:
        raise refuse_ranks(c, a, b)
    if second == 1:
        return only_column(c, solved(c, a, as_column(c, b), kind, **attrs))
    a, b = in_step(c, a, b)
    return c.exactly("solve22", (a, b), Array(kind, array_type(b).rank), **attrs)


def _solve(c: Composer) -> None:
    (a, b), kind = floating(c, c.operands)
    c.give(solved(c, a, b, kind))


def _of_matrix(c: Composer) -> None:
    a, kind, rank = matrices(c, c.operands[0])
    if c.e.op == "det":
        c.give(c.exactly("det", (a,), Array(kind, rank - 2) if rank > 2 else Scalar(kind)))
    elif c.e.op == "cholesky" and c.constant("upper", False):
        c.give(turned(c, c.exactly("cholesky", (turned(c, a),), Array(kind, rank))))
    else:
        c.give(c.exactly(c.e.op, (a,), Array(kind, rank)))


def _slogdet(c: Composer) -> None:
    a, kind, rank = matrices(c, c.operands[0])
    t: Array | Scalar = Array(kind, rank - 2) if rank > 2 else Scalar(kind)
    size = replace(t, kind=PARTS.get(kind, kind))
    c.inf.env[c.target.name] = (c.exactly("slogdet_sign", (a,), t), c.exactly("slogdet_log", (a,), size))


RULES: Rules = {
    "solve": rule(in_double(_solve)),
    **dict.fromkeys(("inv", "det", "cholesky"), rule(in_double(_of_matrix))),
    "slogdet": rule(in_double(_slogdet)),
}
