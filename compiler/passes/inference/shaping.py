"""Type rules of operations that move elements: most are put together from views and stores into new arrays."""

from __future__ import annotations

from collections.abc import Callable

from ...ir.nodes import Apply, Atom, Const, Var
from ...ir.types import PY_INT, Array, Scalar
from ...ops.typing import TypingError
from ..indexing import FULL
from .compose import Composer, array_type, extents_of
from .inferrer import Inferrer, Rules
from .values import Value

ZERO, ONE = Const(0, PY_INT), Const(1, PY_INT)
Compose = Callable[[Composer], None]


def rule(compose: Compose) -> Callable[[Inferrer, Var, Apply, list[Value]], None]:
    """A type rule that puts an operation together."""
    return lambda inf, target, e, values: compose(Composer(inf, target, e, values))


# -------------------------------------------------------------------------------------------------------- one array


def _reshape(c: Composer) -> None:
    x = c.as_array(c.operands[0])
    shape = c.given("shape")
    if shape is None:
        raise TypingError("T041", what=c.spelled, argument="shape")
    wanted = list(extents_of(c, shape))
    size = c.product(c.dims(x))
    negative = {k: n.value for k, n in enumerate(wanted) if isinstance(n, Const) and n.value < 0}
    open_places = list(negative)
    if len(open_places) > 1 or set(negative.values()) - {-1}:
        raise TypingError("T043", what=c.spelled, reason="one extent at most can be left open, as -1")
    message = "cannot reshape array of size {} into shape (" + ",".join("{}" for _ in wanted) + ")"
    if open_places:
        others = c.product(tuple(n for k, n in enumerate(wanted) if k not in open_places))
        written = tuple(wanted)
        c.fail_if(c.compared("eq", others, ZERO), "ValueError", message, size, *written)
        count = c.calc("floordiv", size, others)
        c.fail_if(c.differ(c.calc("mul", count, others), size), "ValueError", message, size, *written)
        wanted[open_places[0]] = count
    else:
        for n in wanted:
            c.fail_if(c.compared("lt", n, ZERO), "ValueError", "an extent left open has to be written as -1")
        c.fail_if(c.differ(c.product(tuple(wanted)), size), "ValueError", message, size, *wanted)
    c.give(c.shaped(x, tuple(wanted), shown=True))


def _ravel(c: Composer) -> None:
    x = c.as_array(c.operands[0], 1)
    c.give(c.flat(x, shown=True))


def _flatten(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    copied = c.exactly("copy", (x,), Array(t.kind, t.rank), order="C")
    c.give(c.flat(copied) if t.rank else c.shaped(copied, (ONE,)))


def _expand_dims(c: Composer) -> None:
    x = c.as_array(c.operands[0])
    rank = array_type(x).rank
    asked = c.constant("axis", None)
    total = rank + (len(asked) if isinstance(asked, tuple) else 1)
    axes = c.axes("axis", total)
    if axes is None:
        raise TypingError("T041", what=c.spelled, argument="axis")
    c.give(c.view(x, tuple("n" if k in axes else FULL for k in range(total))))


def _squeeze(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    axes = c.axes("axis", t.rank)
    if axes is None:
        if t.rank == 0:
            c.give(x)
            return
        raise TypingError("T041", what=c.spelled, argument="axis")
    for k in axes:
        c.fail_if(c.differ(c.dim(x, k), ONE), "ValueError",
                  "cannot select an axis to squeeze out which has size not equal to one")
    c.give(c.view(x, tuple("i" if k in axes else FULL for k in range(t.rank)), *(ZERO for _ in axes)))


def _transpose(c: Composer) -> None:
    x = c.as_array(c.operands[0])
    rank = array_type(x).rank
    asked = c.constant("axes", None)
    axes = tuple(reversed(range(rank)))
    if asked is not None:
        axes = tuple(c.axis(a, rank) for a in (asked if isinstance(asked, tuple) else (asked,)))
    if sorted(axes) != list(range(rank)):
        raise TypingError("T043", what=c.spelled, reason="the axes have to name every axis of the array once")
    c.give(c.permuted(x, axes))


def _swapaxes(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    a, b = (c.axis(c.constant(name, None), t.rank) for name in ("axis1", "axis2"))
    axes = list(range(t.rank))
    axes[a], axes[b] = axes[b], axes[a]
    c.give(c.permuted(x, tuple(axes)))


def _moveaxis(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    named = [c.constant(name, None) for name in ("source", "destination")]
    source, destination = ([c.axis(a, t.rank) for a in (n if isinstance(n, tuple) else (n,))] for n in named)
    if len(source) != len(destination) or len(set(source)) != len(source) or len(set(destination)) != len(source):
        raise TypingError("T043", what=c.spelled, reason="`source` and `destination` have to pair distinct axes")
    order = [k for k in range(t.rank) if k not in source]
    for place, axis in sorted(zip(destination, source, strict=True)):
        order.insert(place, axis)
    c.give(c.permuted(x, tuple(order)))


def _broadcast_to(c: Composer) -> None:
    x = c.as_array(c.operands[0])
    shape = c.given("shape")
    if shape is None:
        raise TypingError("T041", what=c.spelled, argument="shape")
    t = x.type
    assert isinstance(t, Array)
    extents = extents_of(c, shape)
    wanted = Array(t.kind, len(extents))
    if t.rank > wanted.rank:
        raise TypingError("T043", what=c.spelled, reason=f"the shape has fewer axes than the array, which has {t.rank}")
    array = c.exactly("empty", extents, wanted, **{"for": "broadcast", "of": x.name})
    c.store(array, x)
    c.give(array)


def _flip(axes: tuple[int, ...] | None) -> Compose:
    def compose(c: Composer) -> None:
        x, t = c.of_array(c.operands[0])
        if axes is not None and t.rank <= max(axes):
            raise TypingError("T040", what=c.spelled, axis=max(axes), rank=t.rank)
        given = axes if axes is not None else c.axes("axis", t.rank)
        turned = range(t.rank) if given is None else given
        spec = tuple("s001" if k in turned else FULL for k in range(t.rank))
        c.give(c.view(x, spec, *(Const(-1, PY_INT) for _ in turned)))

    return compose


# -------------------------------------------------------------------------------------------------- several arrays


def _rows(c: Composer, compose: Callable[[Composer, Var], Var]) -> bool:
    """Whether the operand is one array, whose rows are what is joined; their number is known when the program runs."""
    value = c.operands[0]
    if isinstance(value, tuple):
        return False
    c.give(c.exactly("copy", (x := compose(c, c.as_array(value, 1)),), Array(array_type(x).kind, array_type(x).rank)))
    return True


def _merged(c: Composer, x: Var, axis: int) -> Var:
    """The rows one after the other along one of their axes."""
    if array_type(x).rank == 1:
        raise TypingError("T040", what=c.spelled, axis=axis, rank=0)
    axis = c.axis(axis, array_type(x).rank - 1)
    rest = [k for k in range(array_type(x).rank) if k not in (0, axis + 1)]
    order = (*rest[:axis], 0, axis + 1, *rest[axis:])
    extents = c.dims(c.permuted(x, order))
    whole = c.calc("mul", extents[axis], extents[axis + 1])
    return c.shaped(c.permuted(x, order), (*extents[:axis], whole, *extents[axis + 2 :]))


def _stacked(c: Composer, x: Var) -> Var:
    axis = c.axis(c.constant("axis", 0), array_type(x).rank)
    order = list(range(1, array_type(x).rank))
    order.insert(axis, 0)
    return c.permuted(x, tuple(order))


def _upright(c: Composer, x: Var) -> Var:
    rank = array_type(x).rank
    return c.view(x, (FULL, "n")) if rank == 1 else x if rank == 2 else _merged(c, x, 0)


def _in_line(c: Composer, x: Var) -> Var:
    rank = array_type(x).rank
    return x if rank == 1 else _merged(c, x, 0 if rank == 2 else 1)


def _as_columns(c: Composer, x: Var) -> Var:
    rank = array_type(x).rank
    return c.view(x, ("n", FULL)) if rank == 1 else c.permuted(x, (1, 0)) if rank == 2 else _merged(c, x, 1)


def _concatenate(c: Composer) -> None:
    given = c.config.get("axis")
    whole = given is not None and c.given("axis") is None  # axis=None
    if _rows(c, lambda c, x: c.flat(x) if whole else _merged(c, x, c.constant("axis", 0))):
        return
    arrays = c.several(c.operands[0])
    if whole:
        c.give(joined(c, [c.flat(c.as_array(a, 1)) for a in arrays], 0))
        return
    c.give(joined(c, arrays, c.constant("axis", 0)))


def joined(c: Composer, given: list[Var], axis: int) -> Var:
    """A new array of arrays that follow each other along an axis."""
    arrays, kind = c.common(given)
    ranks = {array_type(a).rank for a in arrays}
    if len(ranks) != 1:
        raise TypingError("T014", what=c.spelled, ranks=" and ".join(map(str, sorted(ranks))))
    rank = ranks.pop()
    axis = c.axis(axis, rank)
    extents = list(c.dims(arrays[0]))
    ends: list[Atom] = [extents[axis]]
    for position, a in enumerate(arrays[1:], 1):
        for k, extent in enumerate(c.dims(a)):
            if k == axis:
                ends.append(c.calc("add", ends[-1], extent))
            else:
                c.fail_if(c.differ(extents[k], extent), "ValueError",
                          "all the input array dimensions except for the concatenation axis must match exactly, "
                          f"but along dimension {k}, the array at index 0 has size {{}} and the array at index "
                          f"{position} has size {{}}", extents[k], extent)
    extents[axis] = ends[-1]
    result = c.array("empty", tuple(extents), dtype=kind)
    starts: list[Atom | None] = [None, *ends]
    stops: list[Atom | None] = [*ends[:-1], None]
    for a, start, stop in zip(arrays, starts, stops, strict=False):
        c.store(c.cut(result, axis, start, stop), a)
    return result


def _stack(c: Composer) -> None:
    if _rows(c, _stacked):
        return
    arrays, kind = c.common(c.several(c.operands[0]))
    ranks = {array_type(a).rank for a in arrays}
    if len(ranks) != 1:
        raise TypingError("T014", what=c.spelled, ranks=" and ".join(map(str, sorted(ranks))))
    rank = ranks.pop()
    axis = c.axis(c.constant("axis", 0), rank + 1)
    if rank == 0:
        numbers = tuple(c.exactly("load", (a,), Scalar(kind)) for a in arrays)
        c.give(c.exactly("pack", numbers, Array(kind, 1), shape=(len(numbers),)))
        return
    extents = c.dims(arrays[0])
    for a in arrays[1:]:
        for known, extent in zip(extents, c.dims(a), strict=True):
            c.fail_if(c.differ(known, extent), "ValueError", "all input arrays must have the same shape")
    whole = (*extents[:axis], Const(len(arrays), PY_INT), *extents[axis:])
    result = c.array("empty", whole, dtype=kind)
    for position, a in enumerate(arrays):
        spec = tuple("i" if k == axis else FULL for k in range(rank + 1))
        c.store(c.view(result, spec, Const(position, PY_INT)), a)
    c.give(result)


def _vstack(c: Composer) -> None:
    if _rows(c, _upright):
        return
    c.give(joined(c, [c.as_array(a, 2) for a in c.several(c.operands[0])], 0))


def _hstack(c: Composer) -> None:
    if _rows(c, _in_line):
        return
    arrays = [c.as_array(a, 1) for a in c.several(c.operands[0])]
    c.give(joined(c, arrays, 0 if array_type(arrays[0]).rank == 1 else 1))


def _column_stack(c: Composer) -> None:
    if _rows(c, _as_columns):
        return
    arrays = [c.as_array(a, 1) for a in c.several(c.operands[0])]
    c.give(joined(c, [c.view(a, (FULL, "n")) if array_type(a).rank == 1 else a for a in arrays], 1))


def _meshgrid(c: Composer) -> None:
    given = c.given("arrays")
    arrays = [c.as_array(a, 1) for a in c.several(given if given is not None else ())]
    order = c.e.attr("indexing", "xy")
    if order not in ("xy", "ij") or any(array_type(a).rank != 1 for a in arrays):
        raise TypingError("T043", what=c.spelled, reason="it takes vectors, and `indexing` is 'xy' or 'ij'")
    count = len(arrays)
    axes = list(range(count))
    if order == "xy" and count > 1:
        axes[0], axes[1] = 1, 0
    extents: list[Atom] = [ONE] * count
    for a, axis in zip(arrays, axes, strict=True):
        extents[axis] = c.dim(a, 0)
    results: list[Value] = []
    for a, axis in zip(arrays, axes, strict=True):
        grid = c.array("empty", tuple(extents), dtype=array_type(a).kind)
        c.store(grid, c.view(a, tuple(FULL if k == axis else "n" for k in range(count))))
        results.append(grid)
    c.inf.env[c.target.name] = tuple(results)


# -------------------------------------------------------------------------------------------------- moved elements


def _repeat(c: Composer) -> None:
    x = c.as_array(c.operands[0], 1)
    count = c.integer("repeats", 1)
    asked = c.constant("axis", None)
    x = c.flat(x) if asked is None else x
    axis = c.axis(0 if asked is None else asked, array_type(x).rank)
    c.fail_if(c.compared("lt", count, ZERO), "ValueError", "repeats may not contain negative values.")
    extents = c.dims(x)
    wide = c.array("empty", (*extents[: axis + 1], count, *extents[axis + 1 :]), dtype=array_type(x).kind)
    c.store(wide, c.view(x, (*(FULL,) * (axis + 1), "n", *(FULL,) * (len(extents) - axis - 1))))
    total = c.calc("mul", extents[axis], count)
    c.give(c.shaped(wide, (*extents[:axis], total, *extents[axis + 1 :])))


def _tile(c: Composer) -> None:
    value = c.given("reps")
    counts = extents_of(c, value) if value is not None else ()
    x = c.as_array(c.operands[0], len(counts))
    rank = array_type(x).rank
    counts = (*(ONE,) * (rank - len(counts)), *counts)
    extents = c.dims(x)
    for n in counts:
        c.fail_if(c.compared("lt", n, ZERO), "ValueError", "negative dimensions are not allowed")
    paired = tuple(n for pair in zip(counts, extents, strict=True) for n in pair)
    wide = c.array("empty", paired, dtype=array_type(x).kind)
    c.store(wide, c.view(x, ("n", FULL) * rank))
    c.give(c.shaped(wide, tuple(c.calc("mul", a, n) for a, n in zip(counts, extents, strict=True))))


def _roll(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    asked = c.constant("axis", None)
    flat = c.flat(x) if asked is None else x
    axis = c.axis(0 if asked is None else asked, array_type(flat).rank)
    extent = c.dim(flat, axis)
    shift = c.calc("mod", c.integer("shift", 0), c.calc("max", extent, ONE))
    result = c.array("empty_like", flat)
    rest = c.calc("sub", extent, shift)
    c.store(c.cut(result, axis, shift), c.cut(flat, axis, None, rest))
    c.store(c.cut(result, axis, None, shift), c.cut(flat, axis, rest))
    c.give(c.shaped(result, c.dims(x)) if asked is None and t.rank != 1 else result)


# ------------------------------------------------------------------------------------------------------- diagonals


def diagonal_of(c: Composer, x: Var, offset: int, **attrs: object) -> Var:
    """The diagonal of the last two axes, as the last axis."""
    assert isinstance(x.type, Array)
    return c.exactly("diagonal", (x,), Array(x.type.kind, x.type.rank - 1, "A"), offset=offset, **attrs)


def last_two(c: Composer, x: Var) -> Var:
    """The array with the axes `axis1` and `axis2` at the end."""
    rank = array_type(x).rank
    if rank < 2:
        raise TypingError("T014", what=c.spelled, ranks=str(rank))
    a, b = (c.axis(c.constant(name, k), rank) for k, name in enumerate(("axis1", "axis2")))
    if a == b:
        raise TypingError("T043", what=c.spelled, reason="`axis1` and `axis2` have to differ")
    return c.permuted(x, (*(k for k in range(rank) if k not in (a, b)), a, b))


def _diagonal(c: Composer) -> None:
    x, _ = c.of_array(c.operands[0])
    c.give(diagonal_of(c, last_two(c, x), c.constant("offset", 0), **{"for": "reading"}))


def _diag(c: Composer) -> None:
    x, t = c.of_array(c.operands[0])
    k = c.constant("k", 0)
    if t.rank == 2:
        c.give(diagonal_of(c, x, k, **{"for": "reading"}))
        return
    if t.rank != 1:
        raise TypingError("T014", what=c.spelled, ranks=str(t.rank))
    n = c.calc("add", c.dim(x, 0), Const(abs(k), PY_INT))
    result = c.array("zeros", (n, n), dtype=t.kind)
    c.store(diagonal_of(c, result, k), x)
    c.give(result)


def _eye(c: Composer) -> None:
    (n,) = extents_of(c, c.operands[0])
    m = c.integer("m", 0) if c.given("m") is not None else n
    result = c.array("zeros", (n, m), dtype=c.e.attr("dtype") or "float64")
    c.store(diagonal_of(c, result, c.constant("k", 0)), Const(1.0, Scalar("float64", True)))
    c.give(result)


def _triangle(upper: bool) -> Compose:
    def compose(c: Composer) -> None:
        x, t = c.of_array(c.operands[0])
        if t.rank < 2:
            raise TypingError("T014", what=c.spelled, ranks=str(t.rank))
        k = c.integer("k", 0)
        rows = c.array("arange", c.dim(x, t.rank - 2))
        columns = c.array("arange", c.dim(x, t.rank - 1))
        edge = c.made("add", c.view(rows, (FULL, "n")), k, via="numpy")
        inside = c.made("ge" if upper else "le", c.view(columns, ("n", FULL)), edge, via="numpy")
        c.rule(c.target, "where", inside, x, Const(False, Scalar("bool")))

    return compose



RULES: Rules = {
    "reshape": rule(_reshape),
    "ravel": rule(_ravel),
    "flatten": rule(_flatten),
    "expand_dims": rule(_expand_dims),
    "squeeze": rule(_squeeze),
    "transpose": rule(_transpose),
    "swapaxes": rule(_swapaxes),
    "moveaxis": rule(_moveaxis),
    "broadcast_to": rule(_broadcast_to),
    "flip": rule(_flip(None)),
    "flipud": rule(_flip((0,))),
    "fliplr": rule(_flip((1,))),
    "concatenate": rule(_concatenate),
    "stack": rule(_stack),
    "vstack": rule(_vstack),
    "hstack": rule(_hstack),
    "column_stack": rule(_column_stack),
    "meshgrid": rule(_meshgrid),
    "repeat": rule(_repeat),
    "tile": rule(_tile),
    "roll": rule(_roll),
    "diagonal": rule(_diagonal),
    "diag": rule(_diag),
    "eye": rule(_eye),
    "identity": rule(_eye),
    "tril": rule(_triangle(False)),
    "triu": rule(_triangle(True)),
}
