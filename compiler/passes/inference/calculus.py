"""Type rules of differences, integrals and convolutions of sampled values."""

from __future__ import annotations

from ...ir.nodes import Const, Var
from ...ir.types import PY_INT, Array, is_complex
from ...ops.typing import TypingError
from ..indexing import FULL
from .compose import Composer, array_type
from .inferrer import Rules
from .shaping import ZERO, joined, rule
from .terms import Term, argument, fixed, formula, plain, term, weak
from .values import Value, type_of

# ---------------------------------------------------------------------------------------------------- convolutions


def _vectors(c: Composer, names: tuple[str, str]) -> tuple[Var, Var]:
    """Two vectors of one kind that are not empty."""
    (a, b), kind = c.common([c.as_array(v, 1) for v in c.operands])
    if array_type(a).rank != 1 or array_type(b).rank != 1 or kind == "bool":
        raise TypingError("T014", what=c.spelled, ranks=f"{array_type(a).rank} and {array_type(b).rank}")
    for x, name in ((a, names[0]), (b, names[1])):
        c.fail_if(c.compared("eq", c.dim(x, 0), ZERO), "ValueError", f"{name} cannot be empty")
    return a, b


def _reversed(c: Composer, x: Var) -> Var:
    return c.view(x, ("s001",), Const(-1, PY_INT))


def _mode(c: Composer, default: str) -> str:
    mode = c.word("mode", default)
    if mode not in ("full", "same", "valid"):
        raise TypingError("T043", what=c.spelled, reason="`mode` is 'full', 'same' or 'valid'")
    return mode


def _full(c: Composer, a: Var, b: Var) -> Var:
    return c.exactly("convolve_full", (a, b), Array(array_type(a).kind, 1))


def _convolve(c: Composer) -> Term:
    a, v = _vectors(c, ("a", "v"))
    mode = _mode(c, "full")
    full = _full(c, a, v)
    if mode == "full":
        return Term(c, full)
    n, m = Term(c, c.dim(a, 0)), Term(c, c.dim(v, 0))
    longer, shorter = n.of("maximum", m), n.of("minimum", m)
    if mode == "same":
        start, count = (shorter - 1).of("floordiv", 2), longer
    else:
        start, count = shorter - 1, longer - shorter + 1
    return Term(c, full).cut(0, start.atom, (start + count).atom)


def _correlate(c: Composer) -> Term:
    """A convolution with the second operand turned round; where it is the longer one, what is left is mirrored."""
    a, v = _vectors(c, ("first array argument", "second array argument"))
    v = c.array("conj", v, via="numpy") if is_complex(v.type) else v
    mode = _mode(c, "valid")
    full = _full(c, a, _reversed(c, v))
    if mode == "full":
        return Term(c, full)
    n, m = Term(c, c.dim(a, 0)), Term(c, c.dim(v, 0))
    longer, shorter = n.of("maximum", m), n.of("minimum", m)
    if mode == "same":
        half = (shorter - 1).of("floordiv", 2)
        start, count = (n >= m).where(half, shorter - 1 - half), longer
    else:
        start, count = shorter - 1, longer - shorter + 1
    return Term(c, full).cut(0, start.atom, (start + count).atom)


# ------------------------------------------------------------------------------------------ differences and integrals


def _ediff(c: Composer) -> Term:
    x = Term(c, c.flat(c.as_array(c.operands[0], 1)))
    return x.cut(0, 1) - x.cut(0, None, -1)


def _trapezoid(c: Composer) -> Term:
    y = Term(c, c.as_array(c.operands[0], 1))
    axis = c.axis(c.constant("axis", -1), y.rank)
    x, dx = argument(c, "x"), argument(c, "dx", 1.0)
    assert dx is not None
    if x is None:
        widths = dx
    elif x.rank == 1:
        steps = x.cut(0, 1) - x.cut(0, None, -1)
        widths = Term(c, c.view(steps.array, tuple(FULL if k == axis else "n" for k in range(y.rank))))
    else:
        along = c.axis(c.constant("axis", -1), x.rank)
        widths = x.cut(along, 1) - x.cut(along, None, -1)
    areas = widths * (y.cut(axis, 1) + y.cut(axis, None, -1)) / 2.0
    return areas.reduced("sum", (axis,))


def _gradient(c: Composer) -> None:
    """Second-order differences inside, first- or second-order ones at the ends (Fornberg's weights for any spacing)."""
    f = Term(c, c.as_array(c.operands[0], 1))
    order = c.constant("edge_order", 1)
    if order not in (1, 2):
        raise TypingError("T043", what=c.spelled, reason="`edge_order` is 1 or 2")
    if not f.kind.startswith("float"):
        f = f.cast("float64")
    axes = c.axes("axis", f.rank) or tuple(range(f.rank))
    spacings = _spacings(c, len(axes))
    results: list[Value] = []
    for axis, spacing in zip(axes, spacings, strict=True):
        n = c.dim(f.array, axis)
        c.fail_if(c.compared("lt", n, Const(order + 1, PY_INT)), "ValueError",
                  "Shape of array too small to calculate a numerical gradient, "
                  "at least (edge_order + 1) elements are required.")
        results.append(_slope(c, f, axis, spacing, order).value)
    named = c.given("axis")
    if len(results) == 1 and (f.rank == 1 or not isinstance(named, tuple)):
        c.give(results[0])
    else:
        c.inf.env[c.target.name] = tuple(results)


def _spacings(c: Composer, count: int) -> list[Term]:
    given = c.given("varargs")
    items = given if isinstance(given, tuple) else () if given is None else (given,)
    if not items:
        items = (plain(1.0),)
    if len(items) == 1:
        if type_of(items[0]).__class__ is Array and count > 1:
            raise TypingError("T043", what=c.spelled, reason="coordinates have to be given for every axis")
        items *= count
    if len(items) != count:
        raise TypingError("T043", what=c.spelled, reason="it takes one spacing, or one for each axis")
    return [term(c, item) for item in items]


def _slope(c: Composer, f: Term, axis: int, spacing: Term, order: int) -> Term:
    if spacing.rank > 1:
        raise TypingError("T014", what=c.spelled, ranks=str(spacing.rank))
    if spacing.rank == 1:
        return _uneven(c, f, axis, spacing, order).cast(f.kind)
    if weak(spacing.type):
        spacing = spacing.cast(f.kind)
    return _even(c, f, axis, spacing, order).cast(f.kind)


def _even(c: Composer, f: Term, axis: int, spacing: Term, order: int) -> Term:
    inner = (f.cut(axis, 2) - f.cut(axis, None, -2)) / (2.0 * spacing)
    first, second, third = (f.cut(axis, k, k + 1) for k in (0, 1, 2))
    before, last = f.cut(axis, -2, -1), f.cut(axis, -1)
    if order == 1:
        ends = (second - first) / spacing, (last - before) / spacing
    else:
        farther = f.cut(axis, -3, -2)
        ends = ((-1.5 / spacing) * first + (2.0 / spacing) * second + (-0.5 / spacing) * third,
                (0.5 / spacing) * farther + (-2.0 / spacing) * before + (1.5 / spacing) * last)
    return Term(c, joined(c, [ends[0].array, inner.array, ends[1].array], axis))


def _uneven(c: Composer, f: Term, axis: int, x: Term, order: int) -> Term:
    """Over coordinates: weights from the two neighbouring distances."""
    c.fail_if(c.differ(c.dim(x.array, 0), c.dim(f.array, axis)), "ValueError",
              "when 1d, distances must match the length of the corresponding dimension")
    x = x.floating()
    steps = x.cut(0, 1) - x.cut(0, None, -1)
    spread = Term(c, c.view(steps.array, tuple(FULL if k == axis else "n" for k in range(f.rank))))
    left, right = spread.cut(axis, None, -1), spread.cut(axis, 1)
    a, b = -right / (left * (left + right)), (right - left) / (left * right)
    weight = left / (right * (left + right))
    inner = a * f.cut(axis, None, -2) + b * f.cut(axis, 1, -1) + weight * f.cut(axis, 2)
    h, k = spread.cut(axis, 0, 1), spread.cut(axis, -1)
    if order == 1:
        ends = ((f.cut(axis, 1, 2) - f.cut(axis, 0, 1)) / h, (f.cut(axis, -1) - f.cut(axis, -2, -1)) / k)
    else:
        second, before = spread.cut(axis, 1, 2), spread.cut(axis, -2, -1)
        ends = (-(2.0 * h + second) / (h * (h + second)) * f.cut(axis, 0, 1)
                + (h + second) / (h * second) * f.cut(axis, 1, 2)
                - h / (second * (h + second)) * f.cut(axis, 2, 3),
                k / (before * (before + k)) * f.cut(axis, -3, -2) - (k + before) / (before * k) * f.cut(axis, -2, -1)
                + (2.0 * k + before) / (k * (before + k)) * f.cut(axis, -1))
    return Term(c, joined(c, [ends[0].array, inner.array, ends[1].array], axis))


# ------------------------------------------------------------------------------------------- polynomials and sequences


def _samples(c: Composer, start: Term, stop: Term) -> Term:
    """Numbers evenly spaced."""
    count = c.integer("num", 50)
    ends = [t.cast("float64").atom for t in (start, stop)]
    if c.constant("endpoint", True):
        return Term(c, c.exactly("linspace", (*ends, count), Array("float64", 1)))
    c.fail_if(c.compared("lt", count, ZERO), "ValueError", "Number of samples, {}, must be non-negative.", count)
    step = (Term(c, ends[1]) - Term(c, ends[0])) / Term(c, count).of("maximum", 1)
    return Term(c, c.array("arange", count)) * step + Term(c, ends[0])


def _ends(c: Composer) -> tuple[Term, Term]:
    start, stop = (term(c, v) for v in c.operands)
    if start.rank or stop.rank:
        raise TypingError("T014", what=c.spelled, ranks=f"{start.rank} and {stop.rank}")
    return start, stop


def _logspace(c: Composer) -> Term:
    base = argument(c, "base", 10.0)
    assert base is not None
    return base.of("pow", _samples(c, *_ends(c)))


def _geomspace(c: Composer) -> Term:
    start, stop = (t.cast("float64") for t in _ends(c))
    zero = start.equals(0.0) | stop.equals(0.0)
    c.fail_if(zero.atom, "ValueError", "Geometric sequence cannot include zero")
    inner = start * (stop / start).of("pow", _samples(c, fixed(c, 0.0, "float64"), fixed(c, 1.0, "float64")))
    if not c.constant("endpoint", True):
        return inner
    places = Term(c, c.array("arange", c.dim(inner.array, 0)))
    last = Term(c, c.dim(inner.array, 0)) - 1
    return (places.equals(last) & (last > 0)).where(stop, inner)


def _unwrap(c: Composer) -> Term:
    """Jumps of more than half a turn are made up for by whole turns, which have no derivative."""
    x = Term(c, c.as_array(c.operands[0], 1)).floating()
    axis = c.axis(c.constant("axis", -1), x.rank)
    half, turn = 3.141592653589793, 6.283185307179586
    jump = x.cut(axis, 1) - x.cut(axis, None, -1)
    folded = (jump + half).of("mod", turn) - half
    folded = (folded.equals(-half) & (jump > 0.0)).where(half, folded)
    limit = argument(c, "discont", half)
    assert limit is not None
    fixed_jumps = (jump.of("abs") < limit.of("maximum", half)).where(0.0, folded - jump)
    total = Term(c, c.configured("cumsum", fixed_jumps.of("held").value, axis=Const(axis, PY_INT)))
    return Term(c, joined(c, [x.cut(axis, None, 1).array, (x.cut(axis, 1) + total).array], axis))


RULES: Rules = {
    "convolve": formula(_convolve),
    "correlate": formula(_correlate),
    "ediff1d": formula(_ediff),
    "trapezoid": formula(_trapezoid),
    "gradient": rule(_gradient),
    "logspace": formula(_logspace),
    "geomspace": formula(_geomspace),
    "unwrap": formula(_unwrap),
}
