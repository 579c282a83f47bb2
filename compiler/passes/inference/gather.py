"""Type rules of indexing with arrays of integers and with conditions.

`a[1:, idx, None]` becomes a view `a[1:, :, None]` and an index of axis 1 of the view. A condition becomes the positions
where it holds, one array for each of its axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...ir.nodes import Apply, Atom, Const, Fail, If, Span, Store, Var, is_global
from ...ir.types import PY_BOOL, PY_INT, Array, Nothing, Scalar, TupleOf, in_words, is_complex, is_inexact
from ...ops import BY_NAME
from ...ops.typing import TypingError
from ..indexing import FULL, view_type
from .inferrer import Inferrer
from .values import Value, type_of
from .words import index_hint

APART = "several groups of indices"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index leads: arrays along neighbouring axes of a view, the first of them `axis`.

    `named` are the numbers of these axes in the array that the user indexes; `mask` says that a condition on all axes
    is the whole index.
    """

    view: Var
    axis: int
    arrays: tuple[Var, ...]
    named: tuple[int, ...]
    mask: bool
    checked: bool

    @property
    def type(self) -> Array:
        """The type of what is read there."""
        assert isinstance(self.view.type, Array)
        ranks = [a.type.rank for a in self.arrays if isinstance(a.type, Array)]
        return Array(self.view.type.kind, self.view.type.rank - len(ranks) + max(ranks))


def is_index_array(value: Value) -> bool:
    """Whether an index is an array, of integers or of conditions."""
    t = type_of(value)
    return isinstance(t, Array) and t.rank > 0 and not is_inexact(t.kind)


def read(inf: Inferrer, target: Var, e: Apply, base: Var, operands: tuple[Value, ...], spec: tuple[str, ...]) -> None:
    """`target = base[...]` with arrays in the index: always a copy."""
    place = locate(inf, base, operands, spec, e.span)
    gather(inf, target, place, e.span)


def gather(inf: Inferrer, target: Var, place: Place, span: Span) -> None:
    """`target = view[arrays]`."""
    attrs: dict[str, Any] = {"axis": place.axis, "named": place.named}
    if not place.checked:
        attrs["safe"] = True
    value = Apply("gather", (place.view, *place.arrays), place.type, span, tuple(sorted(attrs.items())))
    inf.define(target, value, span)


def locate(inf: Inferrer, base: Var, operands: tuple[Value, ...], spec: tuple[str, ...], span: Span) -> Place:
    """Take an index apart."""
    t = base.type
    assert isinstance(t, Array)
    left = list(operands)
    entries: list[tuple[str, list[Value]]] = []
    for p in spec:
        count = p.count("1") if p[0] == "s" else int(p == "i")
        entries.append((p, [inf.scalar(left.pop(0), span) for _ in range(count)]))
    _one_group(entries)
    used = sum(_axes(p, given) for p, given in entries)
    if used > t.rank or spec.count("e") > 1:
        raise TypingError("T006", rank=t.rank, count=used)
    at = next((k for k, (p, _) in enumerate(entries) if p == "e"), len(entries))
    rest: list[tuple[str, list[Value]]] = [(FULL, [])] * (t.rank - used)
    entries[at : at + 1] = rest
    views: list[str] = []
    bounds: list[Atom] = []
    arrays: list[Var] = []
    named: list[int] = []
    axis, first, masks = 0, -1, 0
    for p, given in entries:
        if p == "i" and is_index_array(given[0]):
            first = first if first >= 0 else sum(v != "i" for v in views)
            found = _index_arrays(inf, base, given[0], axis, span)
            masks += len(found) if type_of(given[0]).kind == "bool" else 0  # type: ignore[union-attr]
            arrays += found
            named += range(axis, axis + len(found))
            views += [FULL] * len(found)
        else:
            bounds += [_integer(inf, value, span) for value in given]
            views.append(p)
        axis += _axes(p, given)
    view = base
    if any(v != FULL for v in views):
        kept = tuple(views)
        view = inf.temporary(Apply("view", (base, *bounds), view_type(t, kept), span, (("spec", kept),)), span)
    return Place(view, first, tuple(arrays), tuple(named), masks == t.rank == len(arrays), masks < len(arrays))


def _one_group(entries: list[tuple[str, list[Value]]]) -> None:
    """Refuse what NumPy would transpose: integers and arrays with a slice or a new axis between them."""
    places = [k for k, (p, _) in enumerate(entries) if p == "i"]
    if places[-1] - places[0] >= len(places):
        raise TypingError("T007", what=APART, hint="index by the slice first: `b = a[:, 1:]`, then `b[i, :, j]`"
                          " element by element, or put the indices side by side")


def _axes(p: str, given: list[Value]) -> int:
    """How many axes of the array an entry of the index takes."""
    if p in ("n", "e"):
        return 0
    t = type_of(given[0]) if p == "i" else None
    return t.rank if isinstance(t, Array) and t.kind == "bool" else 1


def _integer(inf: Inferrer, value: Value, span: Span) -> Atom:
    t = type_of(value)
    if isinstance(value, tuple) or not isinstance(t, Scalar) or not t.kind.startswith("int"):
        raise TypingError("T007", what=in_words(t), hint=index_hint(t))
    return inf.cast(value, "int64", span)


def _index_arrays(inf: Inferrer, base: Var, value: Value, axis: int, span: Span) -> list[Var]:
    assert isinstance(value, Var) and isinstance(value.type, Array)
    if value.type.kind != "bool":
        return [value]
    for k in range(value.type.rank):
        _same_extent(inf, base, axis + k, value, k, span)
    vector = Array("int64", 1)
    return [inf.temporary(Apply("positions", (value,), vector, span, (("axis", k), ("fits", True))), span)
            for k in range(value.type.rank)]


def _same_extent(inf: Inferrer, base: Var, axis: int, mask: Var, k: int, span: Span) -> None:
    extent = _dim(inf, base, axis, span)
    given = _dim(inf, mask, k, span)
    message = (f"boolean index did not match indexed array along axis {axis}; size of axis is {{}} "
               "but size of corresponding boolean axis is {}")
    _fail_unless_equal(inf, extent, given, Fail("IndexError", message, (extent, given), span), but=0)  # as NumPy does


def _dim(inf: Inferrer, array: Var, axis: int, span: Span) -> Var:
    return inf.temporary(Apply("dim", (array,), PY_INT, span, (("axis", axis),)), span)


def _fail_unless_equal(inf: Inferrer, a: Var, b: Var, fail: Fail, but: int | None = None) -> None:
    """Raise where two integers differ; not where `b` is `but`."""
    wrong = inf.temporary(Apply("ne", (a, b), PY_BOOL, fail.span), fail.span)
    inner: If | Fail = fail
    if but is not None:
        other = inf.temporary(Apply("ne", (b, Const(but, PY_INT)), PY_BOOL, fail.span), fail.span)
        inner = If(other, (fail,), (), fail.span)
    inf.emit(If(wrong, (inner,), (), fail.span))


# --------------------------------------------------------------------------------------------------------------- rules


def write(inf: Inferrer, e: Apply, base: Var, given: Value, operands: tuple[Value, ...], spec: tuple[str, ...]) -> None:
    """`base[...] = value` through arrays of integers or a condition."""
    place = locate(inf, base, operands, spec, e.span)
    augmented: str = e.attr("augmented")
    value = _stored(inf, place, given, augmented, e.span)
    if place.mask and isinstance(value, Var) and isinstance(value.type, Array):
        count, size = _dim(inf, place.arrays[0], 0, e.span), _dim(inf, value, 0, e.span)
        message = ("NumPy boolean array indexing assignment cannot assign {} input values to the {} output values "
                   "where the mask is true")
        _fail_unless_equal(inf, count, size, Fail("ValueError", message, (size, count), e.span), but=1)
    inf.emit(Store(place.view, place.arrays, value, e.span, place.axis, place.named))


def _stored(inf: Inferrer, place: Place, given: Value, augmented: str, span: Span) -> Atom:
    """What is stored, converted to the kind of the array if it is a number."""
    value = inf.scalar(given, span)
    v, t = type_of(value), place.type
    if isinstance(value, tuple) or not isinstance(v, Scalar | Array):
        raise TypingError("T022" if isinstance(v, Nothing) else "T024", value=in_words(v), place=in_words(t))
    if augmented and t.kind.startswith("int") and v.kind.startswith("float"):
        raise TypingError("T015", kind=t.kind, op=BY_NAME[augmented].infix)
    if isinstance(v, Scalar):
        return inf.cast(value, t.kind, span, exact=not isinstance(type_of(given), Array))
    if is_complex(v) and not is_complex(t):
        raise TypingError("T072", value=in_words(v), kind=t.kind)
    if v.rank > t.rank:
        raise TypingError("T024", value=in_words(v), place=in_words(t))
    return value


def _add_at(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`np.add.at(a, indices, b)`: like `a[indices] += b`, except that what is named twice is added to twice."""
    base, index, given = values
    t = type_of(base)
    if not isinstance(base, Var) or not isinstance(t, Array):
        raise TypingError("T004", what="np.add.at", types=in_words(t))
    if is_global(base):
        raise TypingError("T019", name=base.name.split("#")[0].rpartition(".")[2])
    operands: list[Value] = list(index) if isinstance(index, tuple) else [index]
    if not any(map(is_index_array, operands)):
        one = Array("int64", 1)
        operands = [inf.temporary(Apply("pack", (_integer(inf, inf.scalar(i, e.span), e.span),), one, e.span,
                                        (("shape", (1,)),)), e.span) for i in operands]
    place = locate(inf, base, tuple(operands), ("i",) * len(operands), e.span)
    value = _stored(inf, place, given, "add", e.span)
    inf.emit(Store(place.view, place.arrays, value, e.span, place.axis, place.named, adding=True))
    inf.env[target.name] = Const(None, Nothing())


def _take(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`np.take(x, indices, axis)` is `x[indices]` along an axis."""
    base, index = values[0], inf.scalar(values[1], e.span)
    t, i = type_of(base), type_of(index)
    if not isinstance(base, Var) or not isinstance(t, Array) or t.rank == 0:
        raise TypingError("T004", what="np.take", types=in_words(t))
    given = values[2] if len(values) > 2 else Const(None, Nothing())
    axis = 0 if type_of(given) == Nothing() and t.rank == 1 else given.value if isinstance(given, Const) else None
    if type(axis) is not int or not -t.rank <= axis < t.rank:
        raise TypingError("T004", what="np.take", types=f"{in_words(t)} along this axis",
                          hint="give a number within its rank: `np.take(x, indices, axis=0)`")
    axis %= t.rank
    if isinstance(i, TupleOf) or (isinstance(i, Array | Scalar) and not i.kind.startswith("int")):
        raise TypingError("T007", what=in_words(i), hint=index_hint(i))
    if is_index_array(index):
        gather(inf, target, locate(inf, base, (index,), (*(FULL,) * axis, "i"), e.span), e.span)
        return
    spec = (*(FULL,) * axis, "i", *(FULL,) * (t.rank - axis - 1))
    if t.rank == 1:
        inf.define(target, Apply("load", (base, _integer(inf, index, e.span)), Scalar(t.kind), e.span), e.span)
        return
    view = inf.temporary(Apply("view", (base, _integer(inf, index, e.span)), view_type(t, spec), e.span,
                               (("spec", spec),)), e.span)
    inf.define(target, Apply("copy", (view,), Array(t.kind, t.rank - 1), e.span), e.span)


RULES = {"add_at": _add_at, "take": _take}
