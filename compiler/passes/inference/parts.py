"""Type rules of operations that give parts of arrays, or join arrays with more of them."""

from __future__ import annotations

from itertools import pairwise

from ...ir.nodes import Atom, Const, Var
from ...ir.types import PY_INT, Array, Scalar, in_words
from ...ops.typing import TypingError, join_strong
from ..indexing import FULL
from .compose import Composer, array_type
from .inferrer import Rules
from .shaping import ONE, ZERO, Compose, joined, rule
from .terms import Term, formula, term
from .values import ListOf, Value, type_of

LIMIT = 256  # so many parts are written out


def wanted(c: Composer, name: str) -> Value:
    """An argument that has to be given."""
    value = c.given(name)
    if value is None:
        raise TypingError("T041", what=c.spelled, argument=name)
    return value


def integer_of(c: Composer, value: Value) -> Atom:
    """A value that is an integer, known or not."""
    value = c.inf.scalar(value, c.span)
    t = type_of(value)
    if isinstance(value, tuple) or not isinstance(t, Scalar) or not t.kind.startswith("int"):
        raise TypingError("T012", what=c.spelled, type=in_words(t))
    return c.inf.cast(value, "int64", c.span, weak=True)


# ------------------------------------------------------------------------------------------------------------- parts


def _split(default_axis: int | None, exact: bool) -> Compose:
    def compose(c: Composer) -> None:
        x, t = c.of_array(c.operands[0])
        axis = default_axis if default_axis is not None else c.constant("axis", 0)
        if c.e.op == "hsplit" and t.rank == 1:
            axis = 0
        least = {"vsplit": 2, "dsplit": 3}.get(c.e.op, 1)
        if t.rank < least:
            raise TypingError("T014", what=c.spelled, ranks=str(t.rank))
        axis = c.axis(axis, t.rank)
        places = c.operands[1]
        if isinstance(places, tuple):
            bounds: list[Atom | None] = [None, *(integer_of(c, v) for v in places), None]
            parts = [c.cut(x, axis, a, b) for a, b in pairwise(bounds)]
        else:
            parts = _sections(c, x, axis, places, exact)
        c.inf.env[c.target.name] = ListOf(parts)

    return compose


def _sections(c: Composer, x: Var, axis: int, given: Value, exact: bool) -> list[Var]:
    """As many parts as are asked for; those in front are longer by one where the extent does not divide."""
    count = given.value if isinstance(given, Const) else None
    if type(count) is not int:
        raise TypingError("T041", what=c.spelled, argument="indices_or_sections")
    if not 0 < count <= LIMIT:
        raise TypingError("T043", what=c.spelled, reason=f"the number of sections is between 1 and {LIMIT}")
    extent, n = c.dim(x, axis), Const(count, PY_INT)
    each, rest = c.calc("floordiv", extent, n), c.calc("mod", extent, n) if count > 1 else ZERO
    if exact:
        c.fail_if(c.differ(rest, ZERO), "ValueError", "array split does not result in an equal division")
    bounds: list[Atom] = []
    for k in range(count + 1):
        whole = c.calc("mul", each, Const(k, PY_INT))
        longer = ZERO if exact or k == 0 else c.exactly("minimum", (rest, Const(k, PY_INT)), PY_INT, safe=True)
        bounds.append(c.calc("add", whole, longer))
    return [c.cut(x, axis, a, b) for a, b in pairwise(bounds)]


def _rot90(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    turns, axes = c.constant("k", 1), c.constant("axes", (0, 1))
    if type(turns) is not int or not isinstance(axes, tuple) or len(axes) != 2:
        raise TypingError("T041", what=c.spelled, argument="k")
    if t.rank < 2:
        raise TypingError("T014", what=c.spelled, ranks=str(t.rank))
    a, b = (c.axis(k, t.rank) for k in axes)
    if a == b:
        raise TypingError("T043", what=c.spelled, reason="the two axes have to differ")
    order = list(range(t.rank))
    order[a], order[b] = b, a
    turns %= 4
    if turns == 2:
        x = _turned(c, x, (a, b))
    elif turns == 1:
        x = c.permuted(_turned(c, x, (b,)), tuple(order))
    elif turns == 3:
        x = _turned(c, c.permuted(x, tuple(order)), (b,))
    c.give(x)


def _turned(c: Composer, x: Var, axes: tuple[int, ...]) -> Var:
    rank = array_type(x).rank
    return c.view(x, tuple("s001" if k in axes else FULL for k in range(rank)), *(Const(-1, PY_INT) for _ in axes))


def _at_least(rank: int) -> Compose:
    def compose(c: Composer) -> None:
        given = wanted(c, "arys")
        arrays = [_with_axes(c, c.as_array(v), rank) for v in (given if isinstance(given, tuple) else (given,))]
        if len(arrays) == 1:
            c.give(arrays[0])
        else:
            c.inf.env[c.target.name] = tuple(arrays)

    return compose


def _with_axes(c: Composer, x: Var, rank: int) -> Var:
    has = array_type(x).rank
    if has == 0:
        return c.shaped(x, (ONE,) * rank, shown=True)
    if has >= rank:
        return x
    if rank == 3:  # a vector is in the middle, and a matrix in front
        return c.view(x, ("n", FULL, "n") if has == 1 else (FULL, FULL, "n"))
    return c.view(x, ("n",) * (rank - has) + (FULL,) * has)


def _broadcast_arrays(c: Composer) -> None:
    given = wanted(c, "args")
    arrays = [c.as_array(v) for v in (given if isinstance(given, tuple) else (given,))]
    rank = max(array_type(a).rank for a in arrays)
    extents = _common(c, arrays, rank)
    results: list[Value] = []
    for a in arrays:
        wide = c.exactly("empty", extents, Array(array_type(a).kind, rank), **{"for": "broadcast", "of": a.name})
        c.store(wide, a)
        results.append(wide)
    c.inf.env[c.target.name] = tuple(results)


def _common(c: Composer, arrays: list[Var], rank: int) -> tuple[Atom, ...]:
    """The shape that arrays broadcast to."""
    extents: list[Atom] = [ONE] * rank
    for position, a in enumerate(arrays):
        for k, n in enumerate(c.dims(a), rank - array_type(a).rank):
            known = Term(c, extents[k])
            wrong = known.of("ne", n) & known.of("ne", 1) & Term(c, n).of("ne", 1)
            c.fail_if(wrong.atom, "ValueError", "shape mismatch: objects cannot be broadcast to a single shape.  "
                      f"Argument {position} has extent {{}} along an axis where {{}} is expected", n, known.atom)
            extents[k] = n if extents[k] == ONE else known.equals(1).where(n, known).atom
    return tuple(extents)


def _rollaxis(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    axis, start = c.axis(c.constant("axis", None), t.rank), c.constant("start", 0)
    if type(start) is not int or not -t.rank <= start <= t.rank:
        raise TypingError("T040", what=c.spelled, axis=start, rank=t.rank)
    start = start + t.rank if start < 0 else start
    order = [k for k in range(t.rank) if k != axis]
    order.insert(start - (axis < start), axis)
    c.give(c.permuted(x, tuple(order)))


def _matrix_transpose(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    if t.rank < 2:
        raise TypingError("T014", what=c.spelled, ranks=str(t.rank))
    c.give(c.permuted(x, (*range(t.rank - 2), t.rank - 1, t.rank - 2)))


# ------------------------------------------------------------------------------------------------------------ longer


def _dstack(c: Composer) -> None:
    if not isinstance(c.operands[0], tuple):
        raise TypingError("T043", what=c.spelled, reason="it takes a list or a tuple of arrays")
    c.give(joined(c, [_with_axes(c, a, 3) for a in c.several(c.operands[0])], 2))


def _append(c: Composer) -> None:
    arrays = [c.as_array(v, 1) for v in c.operands]
    axis = c.constant("axis", None)
    c.give(joined(c, [c.flat(a) for a in arrays], 0) if axis is None else joined(c, arrays, axis))


def _along(c: Composer, x: Var) -> tuple[Var, int]:
    """The array and its axis, or all elements as a vector."""
    axis = c.constant("axis", None)
    x = c.flat(x) if axis is None else x
    return x, c.axis(0 if axis is None else axis, array_type(x).rank)


def _position(c: Composer, given: Value, extent: Atom, axis: int, last: bool) -> Atom:
    """An index, counted from the end when it is negative; IndexError outside."""
    place = integer_of(c, given)
    most = c.calc("add", extent, ONE) if last else extent
    outside = Term(c, place).of("lt", c.calc("sub", ZERO, extent)) | Term(c, place).of("ge", most)
    c.fail_if(outside.atom, "IndexError", f"index {{}} is out of bounds for axis {axis} with size {{}}", place, extent)
    if isinstance(place, Const) and place.value >= 0:
        return place
    behind = Term(c, c.compared("lt", place, ZERO)).where(extent, ZERO)
    return c.calc("add", place, behind.atom)


def _delete(c: Composer) -> None:
    x, axis = _along(c, c.as_array(c.operands[0], 1))
    if isinstance(type_of(c.operands[1]), Array) or isinstance(c.operands[1], tuple):
        raise TypingError("T043", what=c.spelled, reason="it deletes one position",
                          hint="index by those that stay: `x[keep]`")
    k = _position(c, c.operands[1], c.dim(x, axis), axis, False)
    c.give(joined(c, [c.cut(x, axis, None, k), c.cut(x, axis, c.calc("add", k, ONE))], axis))


def _insert(c: Composer) -> None:
    x, axis = _along(c, c.as_array(c.operands[0], 1))
    if isinstance(type_of(c.operands[1]), Array) or isinstance(c.operands[1], tuple):
        raise TypingError("T043", what=c.spelled, reason="it inserts at one position",
                          hint="put the parts together: `np.concatenate((x[:k], values, x[k:]))`")
    t = array_type(x)
    k = _position(c, c.operands[1], c.dim(x, axis), axis, True)
    values = c.converted(c.as_array(c.operands[2]), t.kind)
    rank = array_type(values).rank
    if rank > t.rank or (rank == t.rank and rank > 1):
        raise TypingError("T014", what=c.spelled, ranks=f"{t.rank} and {rank}")
    count = c.dim(values, 0) if t.rank == 1 and rank == 1 else ONE
    extents = list(c.dims(x))
    extents[axis] = c.calc("add", extents[axis], count)
    result, end = c.array("empty", tuple(extents), dtype=t.kind), c.calc("add", k, count)
    c.store(c.cut(result, axis, None, k), c.cut(x, axis, None, k))
    c.store(c.cut(result, axis, end), c.cut(x, axis, k))
    middle = c.cut(result, axis, k, end)
    if t.rank > 1:
        middle = c.view(middle, tuple("i" if n == axis else FULL for n in range(t.rank)), ZERO)
    c.store(middle, values)
    c.give(result)


def _kron(c: Composer) -> None:
    rank = max(term(c, v).rank for v in c.operands)
    if rank == 0:
        c.rule(c.target, "mul", *c.operands, via="numpy")
        return
    a, b = (c.as_array(v, rank) for v in c.operands)
    product = c.array("mul", c.view(a, (FULL, "n") * rank), c.view(b, ("n", FULL) * rank), via="numpy")
    c.give(c.shaped(product, tuple(c.calc("mul", n, m) for n, m in zip(c.dims(a), c.dims(b), strict=True))))


def _cross(c: Composer) -> None:
    axis = c.constant("axis", None)
    places = [c.constant(name, -1) if axis is None else axis for name in ("axisa", "axisb", "axisc")]
    operands = [_last(c, v, axis) for v, axis in zip(c.operands, places, strict=False)]
    for x in operands:
        c.fail_if(c.differ(c.dim(x, array_type(x).rank - 1), Const(3, PY_INT)), "ValueError",
                  "incompatible dimensions for cross product\n(dimension must be 2 or 3)")
    a, b = ([Term(c, _component(c, x, k)) for k in range(3)] for x in operands)
    parts = [(a[i] * b[j] - a[j] * b[i]).value for i, j in ((1, 2), (2, 0), (0, 1))]
    rank = term(c, parts[0]).rank + 1
    c.give(c.configured("stack", tuple(parts), axis=Const(c.axis(places[2], rank), PY_INT)))


def _last(c: Composer, value: Value, axis: int) -> Var:
    """The array with an axis at the end."""
    x, t = c.of_array(value)
    if t.rank == 0:
        raise TypingError("T014", what=c.spelled, ranks="0")
    axis = c.axis(axis, t.rank)
    return c.permuted(x, (*(k for k in range(t.rank) if k != axis), axis))


def _component(c: Composer, x: Var, k: int) -> Value:
    rank = array_type(x).rank
    if rank == 1:
        return c.made("getitem", x, Const(k, PY_INT), spec=("i",))
    return c.view(x, (FULL,) * (rank - 1) + ("i",), Const(k, PY_INT))


def _vander(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    if t.rank != 1:
        raise TypingError("T014", what=c.spelled, ranks=str(t.rank))
    kind = join_strong(t.kind, "int64")
    count = c.integer("N", 0) if c.given("N") is not None else c.dim(x, 0)
    powers = c.array("arange", count)
    if not c.constant("increasing", False):
        powers = _turned(c, powers, (0,))
    wide = c.array("pow", c.view(c.converted(x, kind), (FULL, "n")), c.view(powers, ("n", FULL)), via="numpy")
    c.give(c.converted(wide, kind))


def _diagflat(c: Composer) -> Term:
    x = c.flat(c.as_array(c.operands[0], 1))
    return Term(c, c.configured("diag", x, k=Const(c.constant("k", 0), PY_INT)))


RULES: Rules = {
    "split": rule(_split(None, True)),
    "array_split": rule(_split(None, False)),
    "hsplit": rule(_split(1, True)),
    "vsplit": rule(_split(0, True)),
    "dsplit": rule(_split(2, True)),
    "rot90": rule(_rot90),
    "atleast_1d": rule(_at_least(1)),
    "atleast_2d": rule(_at_least(2)),
    "atleast_3d": rule(_at_least(3)),
    "broadcast_arrays": rule(_broadcast_arrays),
    "rollaxis": rule(_rollaxis),
    "matrix_transpose": rule(_matrix_transpose),
    "dstack": rule(_dstack),
    "append": rule(_append),
    "delete": rule(_delete),
    "insert": rule(_insert),
    "kron": rule(_kron),
    "cross": rule(_cross),
    "vander": rule(_vander),
    "diagflat": formula(_diagflat),
}
