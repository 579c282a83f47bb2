"""Type rules of operations that choose elements by position or condition, and of arrays of positions."""

from __future__ import annotations

from ...ir.nodes import Atom, Const, Var
from ...ir.types import PY_INT, Array, Nothing, Scalar, in_words
from ...ops.typing import TypingError
from ..indexing import FULL
from .compose import Composer, array_type, extents_of
from .inferrer import Rules
from .parts import integer_of, wanted
from .shaping import ONE, ZERO, diagonal_of, rule
from .terms import Term, formula, plain, taken, term
from .values import Value, type_of

# --------------------------------------------------------------------------------------------------------- borders


def _pad(c: Composer) -> None:
    x = c.as_array(c.operands[0])
    rank = array_type(x).rank
    mode = c.word("mode", "constant")
    if mode not in _BORDERS and mode not in _FIGURES and mode != "constant":
        known = ", ".join((*_BORDERS, *_FIGURES))
        raise TypingError("T043", what=c.spelled, reason=f"`mode` is 'constant' or one of {known}")
    if c.word("reflect_type", "even") != "even":
        raise TypingError("T043", what=c.spelled, reason="`reflect_type` is 'even'")
    widths = _pairs(c, c.operands[1], rank)
    for pair in widths:
        for width in pair:
            c.fail_if(c.compared("lt", width, ZERO), "ValueError", "index can't contain negative values")
    if mode == "constant":
        c.give(_bordered(c, x, widths))
        return
    asked = c.given("stat_length")
    lengths = [] if asked is None or mode in _BORDERS else _pairs(c, asked, rank)
    for axis, pair in enumerate(widths):
        empty = Term(c, c.compared("eq", c.dim(x, axis), ZERO)) & Term(c, c.calc("add", *pair)).of("gt", 0)
        c.fail_if(empty.atom, "ValueError",
                  f"can't extend empty axis {axis} using modes other than 'constant' or 'empty'")
        if mode in _FIGURES:
            x = _framed(c, x, axis, pair, [_figure(c, x, axis, mode, n, back) for back, n in enumerate(
                lengths[axis] if lengths else (None, None))])
        else:
            x = _extended(c, x, axis, pair, mode)
    c.give(x)


def _pairs(c: Composer, value: Value, rank: int) -> list[tuple[Atom, Atom]]:
    """Widths before and after, for each axis: a number, a pair, or a tuple of pairs."""
    items = value if isinstance(value, tuple) else (value,)
    if all(isinstance(item, tuple) for item in items):
        pairs = [tuple(integer_of(c, v) for v in (item if isinstance(item, tuple) else ())) for item in items]
    else:
        pairs = [tuple(integer_of(c, v) for v in items)]
    pairs = [p * 2 if len(p) == 1 else p for p in pairs]
    if len(pairs) == 1:
        pairs *= rank
    if len(pairs) != rank or any(len(p) != 2 for p in pairs):
        raise TypingError("T043", what=c.spelled, reason=f"the widths are a number, a pair, or {rank} pairs")
    return [(p[0], p[1]) for p in pairs]


def _bordered(c: Composer, x: Var, widths: list[tuple[Atom, Atom]]) -> Var:
    value = c.given("constant_values")
    if isinstance(value, tuple):
        for axis, (pair, given) in enumerate(zip(widths, _values(c, value, len(widths)), strict=True)):
            x = _framed(c, x, axis, pair, given)
        return x
    if value is not None and not isinstance(type_of(value), Scalar):
        raise TypingError("T043", what=c.spelled, reason="`constant_values` is a number, a pair, or pairs")
    t = array_type(x)
    extents = tuple(c.calc("add", n, c.calc("add", a, b)) for n, (a, b) in zip(c.dims(x), widths, strict=True))
    if value is None:
        result = c.array("zeros", extents, dtype=t.kind)
    else:
        filling = c.inf.cast(value, t.kind, c.span, weak=False)
        result = c.exactly("full", (filling, *extents), Array(t.kind, t.rank))
    middle = result
    for axis, ((before, _), n) in enumerate(zip(widths, c.dims(x), strict=True)):
        middle = c.cut(middle, axis, before, c.calc("add", before, n))
    c.store(middle, x)
    return result


def _values(c: Composer, value: tuple[Value, ...], rank: int) -> list[list[Value]]:
    """The numbers before and behind each axis: of a pair, or of pairs for all axes or for each."""
    pairs = [v if isinstance(v, tuple) else None for v in value]
    every = [list(p) for p in pairs if p is not None] if None not in pairs else [list(value)]
    every = [p * 2 if len(p) == 1 else p for p in every]
    every = every * rank if len(every) == 1 else every
    if len(every) != rank or any(len(p) != 2 or any(isinstance(v, tuple) for v in p) for p in every):
        raise TypingError("T043", what=c.spelled, reason=f"`constant_values` is a number, a pair, or {rank} pairs")
    return every


def _framed(c: Composer, x: Var, axis: int, pair: tuple[Atom, Atom], values: list[Value]) -> Var:
    """The array with values before and behind an axis."""
    before, after = pair
    n, t = c.dim(x, axis), array_type(x)
    behind = c.calc("add", before, n)
    extents = tuple(c.calc("add", behind, after) if k == axis else m for k, m in enumerate(c.dims(x)))
    made = c.array("empty", extents, dtype=t.kind)
    c.store(c.cut(made, axis, None, before), values[0])
    c.store(c.cut(made, axis, before, behind), x)
    c.store(c.cut(made, axis, behind, None), values[1])
    return made


def _figure(c: Composer, x: Var, axis: int, mode: str, length: Atom | None, back: int) -> Value:
    """The mean or an extreme of the first or the last elements along an axis."""
    if length is not None:
        count = Term(c, length).of("minimum", c.dim(x, axis))
        start = Term(c, c.dim(x, axis)) - count
        x = c.cut(x, axis, start.atom, None) if back else c.cut(x, axis, None, count.atom)
    if mode == "mean" and array_type(x).kind.startswith("int"):
        raise TypingError("T043", what=c.spelled, reason="means of integers are rounded",
                          hint="convert with `x.astype(float)`")
    return Term(c, x).reduced(_FIGURES[mode], (axis,), True).value


def _extended(c: Composer, x: Var, axis: int, pair: tuple[Atom, Atom], mode: str) -> Var:
    """The array with neighbours along an axis that are found in itself."""
    before, after = pair
    extent = c.dim(x, axis)
    places = c.array("arange", c.calc("sub", ZERO, before), c.calc("add", extent, after))
    return taken(c, x, _BORDERS[mode](Term(c, places), Term(c, extent)).array, axis)


def _edge(k: Term, n: Term) -> Term:
    return k.of("maximum", 0).of("minimum", n - 1)


def _wrap(k: Term, n: Term) -> Term:
    return k.of("mod", n)


def _symmetric(k: Term, n: Term) -> Term:
    r = k.of("mod", n * 2)
    return (r < n).where(r, n * 2 - 1 - r)


def _reflect(k: Term, n: Term) -> Term:
    period = (n * 2 - 2).of("maximum", 1)
    r = k.of("mod", period)
    return (r < n).where(r, period - r)


_BORDERS = {"edge": _edge, "wrap": _wrap, "symmetric": _symmetric, "reflect": _reflect}
_FIGURES = {"mean": "mean", "maximum": "max", "minimum": "min"}


# --------------------------------------------------------------------------------------------------------- choices


def _select(c: Composer) -> Term:
    """The first condition that holds decides."""
    conditions, choices = c.operands
    if not isinstance(conditions, tuple) or not isinstance(choices, tuple) or len(conditions) != len(choices):
        raise TypingError("T043", what=c.spelled, reason="it takes a list of conditions and as many choices")
    default = c.given("default")
    result = term(c, default) if default is not None else Term(c, plain(0))
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        test = term(c, condition)
        if test.kind != "bool":
            raise TypingError("T043", what=c.spelled, reason="the conditions have to be booleans")
        result = test.where(term(c, choice), result)
    return result


def _choose(c: Composer) -> Term:
    which, choices = term(c, c.operands[0]), c.operands[1]
    if not isinstance(choices, tuple) or not choices or not which.kind.startswith("int"):
        raise TypingError("T043", what=c.spelled, reason="it takes integers, and a list of what to choose from")
    outside = (which < 0) | (which >= len(choices))
    c.fail_if((outside.reduced("any") if outside.rank else outside).atom, "ValueError", "invalid entry in choice array")
    result = term(c, choices[-1])
    for k in reversed(range(len(choices) - 1)):
        result = which.equals(k).where(term(c, choices[k]), result)
    return result


# -------------------------------------------------------------------------------------------- places along an axis


def _places_along(c: Composer) -> tuple[Var, tuple[Var, ...]]:
    """The array, and an array of positions for each of its axes."""
    x, t = c.of_array(c.operands[0])
    indices = c.as_array(c.operands[1])
    if "axis" not in c.config:
        raise TypingError("T041", what=c.spelled, argument="axis")
    if c.given("axis") is None:
        x, t = c.flat(x), Array(t.kind, 1)
    axis = c.axis(c.constant("axis", 0), t.rank)
    if array_type(indices).rank != t.rank or not array_type(indices).kind.startswith("int"):
        raise TypingError("T043", what=c.spelled, reason="the indices are integers with as many axes as the array")
    groups: list[Var] = []
    for k in range(t.rank):
        every = c.array("arange", c.dim(x, k)) if k != axis else indices
        groups.append(every if k == axis else c.view(every, tuple(FULL if n == k else "n" for n in range(t.rank))))
    return x, tuple(groups)


def _take_along_axis(c: Composer) -> Term:
    x, groups = _places_along(c)
    return Term(c, c.made("getitem", x, *groups, spec=("i",) * len(groups)))


def _put_along_axis(c: Composer) -> None:
    if c.given("axis") is None:
        raise TypingError("T043", what=c.spelled, reason="`axis` has to be given")
    x, groups = _places_along(c)
    _stored_at(c, x, groups, c.operands[2])


def _stored_at(c: Composer, x: Var, groups: tuple[Var, ...], value: Value) -> None:
    c.rule(Var("t.stored"), "setitem", x, value, *groups, augmented="", spec=("i",) * len(groups))
    c.inf.env[c.target.name] = Const(None, Nothing())


def _put(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    if t.rank != 1:
        raise TypingError("T014", what=c.spelled, ranks=str(t.rank))
    indices, values = c.as_array(c.operands[1], 1), c.operands[2]
    _stored_at(c, x, (indices,), values)


def _compress(c: Composer) -> Term:
    mask = c.as_array(c.operands[0], 1)
    x, axis = c.as_array(c.operands[1]), c.constant("axis", None)
    x, axis = (c.flat(x), 0) if axis is None or c.e.op == "extract" else (x, c.axis(axis, array_type(x).rank))
    mask = c.flat(mask) if c.e.op == "extract" else mask
    if array_type(mask).rank != 1:
        raise TypingError("T014", what=c.spelled, ranks=str(array_type(mask).rank))
    held = Term(c, mask) if array_type(mask).kind == "bool" else Term(c, mask).of("ne", 0)
    places = c.exactly("positions", (held.array,), Array("int64", 1), axis=0)
    return Term(c, taken(c, x, places, axis))


def _fill_diagonal(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    if t.rank != 2 or c.constant("wrap", False):
        raise TypingError("T043", what=c.spelled, reason="it takes a matrix, without `wrap`")
    c.store(diagonal_of(c, x, 0), _single(c, c.operands[1]))
    c.inf.env[c.target.name] = Const(None, Nothing())


def _single(c: Composer, value: Value) -> Value:
    value = c.inf.scalar(value, c.span)
    if isinstance(value, tuple) or not isinstance(value.type, Scalar | Array):
        raise TypingError("T024", value=in_words(type_of(value)), place="the array")
    return value


def _fill(c: Composer) -> None:
    x, _ = c.of_array(c.operands[0])
    value = c.inf.scalar(c.operands[1], c.span)
    if not isinstance(type_of(value), Scalar):
        raise TypingError("T024", value=in_words(type_of(value)), place="every element")
    c.store(x, value)
    c.inf.env[c.target.name] = Const(None, Nothing())


def _copyto(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    if c.given("casting") is not None:
        raise TypingError("T002", name=c.spelled, argument="casting")
    value, mask = term(c, _single(c, c.operands[1])), c.given("where")
    if t.kind.startswith("int") and value.kind.startswith("float"):
        raise TypingError("T015", kind=t.kind, op="=")
    if mask is not None:
        value = term(c, mask).where(value, x)
        value = value.cast(t.kind)
    c.store(x, value.value)
    c.inf.env[c.target.name] = Const(None, Nothing())


# ------------------------------------------------------------------------------------------------ arrays of places


def _holds(c: Composer, value: Value) -> Var:
    """Where the elements are not zero, as a condition."""
    x = c.as_array(value)
    return x if array_type(x).kind == "bool" else Term(c, x).of("ne", 0).array


def _positions(c: Composer, mask: Var) -> tuple[Var, ...]:
    return tuple(c.exactly("positions", (mask,), Array("int64", 1), axis=k) for k in range(array_type(mask).rank))


def _nonzero(c: Composer) -> None:
    if term(c, c.operands[0]).rank == 0:
        raise TypingError("T014", what=c.spelled, ranks="0")
    c.inf.env[c.target.name] = _positions(c, _holds(c, c.operands[0]))


def _flatnonzero(c: Composer) -> Term:
    return Term(c, _positions(c, c.flat(_holds(c, c.as_array(c.operands[0], 1))))[0])


def _argwhere(c: Composer) -> Term:
    found = _positions(c, _holds(c, c.as_array(c.operands[0], 1)))
    return Term(c, c.configured("stack", found, axis=ONE))


def _ix(c: Composer) -> None:
    given = wanted(c, "args")
    arrays = [c.as_array(v, 1) for v in (given if isinstance(given, tuple) else (given,))]
    results: list[Value] = []
    for k, a in enumerate(arrays):
        t = array_type(a)
        if t.rank != 1 or t.kind.startswith("float"):
            raise TypingError("T043", what=c.spelled, reason="it takes vectors of integers or conditions")
        a = _positions(c, a)[0] if t.kind == "bool" else a
        results.append(c.view(a, tuple(FULL if n == k else "n" for n in range(len(arrays)))))
    c.inf.env[c.target.name] = tuple(results)


def _indices(c: Composer) -> Term:
    extents = extents_of(c, c.operands[0])
    rank = len(extents)
    result = c.array("empty", (Const(rank, PY_INT), *extents), dtype="int64")
    for k, n in enumerate(extents):
        line = c.view(c.array("arange", n), tuple(FULL if j == k else "n" for j in range(rank)))
        c.store(c.view(result, ("i", *(FULL,) * rank), Const(k, PY_INT)), line)
    return Term(c, result)


def _triangle(c: Composer, n: Atom, m: Atom, k: Atom, upper: bool) -> Term:
    """A condition on the places of a matrix: on and below a diagonal, or on and above it."""
    rows, columns = (Term(c, c.array("arange", extent)) for extent in (n, m))
    rows = Term(c, c.view(rows.array, (FULL, "n")))
    columns = Term(c, c.view(columns.array, ("n", FULL)))
    return columns >= rows + k if upper else columns <= rows + k


def _tri(c: Composer) -> Term:
    n = integer_of(c, c.operands[0])
    m = c.integer("M", 0) if c.given("M") is not None else n
    return _triangle(c, n, m, c.integer("k", 0), False).cast(c.e.attr("dtype") or "float64")


def _triangle_indices(c: Composer) -> None:
    n = integer_of(c, c.operands[0])
    m = c.integer("m", 0) if c.given("m") is not None else n
    inside = _triangle(c, n, m, c.integer("k", 0), c.e.op == "triu_indices")
    c.inf.env[c.target.name] = _positions(c, inside.array)


def _diagonal_indices(c: Composer) -> None:
    line = c.array("arange", integer_of(c, c.operands[0]))
    c.inf.env[c.target.name] = (line, line)


RULES: Rules = {
    "pad": rule(_pad),
    "select": formula(_select),
    "choose": formula(_choose),
    "take_along_axis": formula(_take_along_axis),
    "put_along_axis": rule(_put_along_axis),
    "put": rule(_put),
    "compress": formula(_compress),
    "extract": formula(_compress),
    "fill_diagonal": rule(_fill_diagonal),
    "fill": rule(_fill),
    "copyto": rule(_copyto),
    "nonzero": rule(_nonzero),
    "flatnonzero": formula(_flatnonzero),
    "argwhere": formula(_argwhere),
    "ix_": rule(_ix),
    "indices": formula(_indices),
    "tri": formula(_tri),
    "tril_indices": rule(_triangle_indices),
    "triu_indices": rule(_triangle_indices),
    "diag_indices": rule(_diagonal_indices),
}
