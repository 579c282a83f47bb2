"""Types of the lists whose length is known at run time only.

The items of all lists made at one place of the program have one type. It is known when the pass has seen everything
that is put into them, so it is collected in `Inferrer.items` from round to round.
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir.nodes import Apply, Const, Var
from ...ir.types import PY_FLOAT, PY_INT, Array, Scalar, in_words
from ...ops.typing import TypingError, join_scalars
from ..records.tables import UNROLLED
from .inferrer import Inferrer
from .values import UNASSIGNED, Chosen, ListOf, Value, type_of

Rule = Callable[[Inferrer, Var, Apply, list[Value]], None]


def _number(inf: Inferrer, e: Apply, value: Value) -> Var | Const:
    """An item: a number."""
    value = inf.scalar(value, e.span)
    if isinstance(value, tuple) or not isinstance(value.type, Scalar):
        made = 0
        if not isinstance(value, Chosen):
            made = -len(value) if isinstance(value, tuple) else value.type.rank if isinstance(value.type, Array) else 0
        if (made > 0 or not e.attr("recursion")) and made and not isinstance(value, ListOf):
            inf.answers.update((place, made) for place in e.attr("places", ()))
        if e.attr("recursion"):
            what = f"`{e.attr('variable')}`, which is {in_words(type_of(value))}"
            raise TypingError("A035", name=e.attr("recursion"), what=what)
        what = in_words(type_of(value)) if isinstance(value, Chosen) else "arrays or tuples"
        raise TypingError("R004", name=f"a list of {what}")
    return value


def _joined(inf: Inferrer, e: Apply, items: list[Var | Const]) -> Scalar | None:
    """The type of the items of a list, after those given here; None when nothing has been put into it yet."""
    found: Scalar | None = None
    for t in (*(inf.items.get(site) for site in e.attr("sites")), *(type_of(v) for v in items)):
        if isinstance(t, Scalar):
            if found is not None and t != found:
                _differ(inf, found, t, not inf.tables.exact.isdisjoint(e.attr("sites")))
            found = t if found is None else join_scalars(found, t)
    for site in e.attr("sites"):
        if found is not None and inf.items.get(site) != found:
            inf.widened |= inf.items.get(site) is not None
            inf.items[site] = found
            inf.changed = True
    return found


def _differ(inf: Inferrer, one: Scalar, other: Scalar, exact: bool) -> None:
    """Items of several classes: integers may be floats, and Python's floats NumPy's.

    Nothing else may be another number where lists are arrays though their length is known.
    """
    inf.tables.mixed |= PY_INT in (one, other)
    inf.joins.mixed |= exact and one.weak != other.weak
    if exact and not {one, other} <= {PY_INT, PY_FLOAT, Scalar("float64")}:
        inf.answers[UNROLLED] = True


def _new(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    items = [_number(inf, e, v) for v in values]
    if e.attr("exact"):
        inf.tables.exact.update(e.attr("sites"))
    t = _joined(inf, e, items)
    if t is None and e.attr("whole"):
        t = _joined(inf, e, [Const(0, PY_INT)])
    if t is None:  # what is put into it may be known in the next round
        inf.empty.update(e.attr("sites"))
        inf.env[target.name] = UNASSIGNED
        return
    if not items:
        inf.define(target, Apply("empty", (Const(0, PY_INT),), Array(t.kind, 1), e.span), e.span)
        return
    atoms = tuple(inf.cast(v, t.kind, e.span, weak=t.weak) for v in items)
    inf.define(target, Apply("pack", atoms, Array(t.kind, 1), e.span, (("shape", (len(atoms),)),)), e.span)


def _frames(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An element for each activation of a recursive function; those that are read have been written."""
    t = _joined(inf, e, [])
    if t is None:
        inf.env[target.name] = UNASSIGNED
        return
    inf.define(target, Apply("empty", e.args, Array(t.kind, 1), e.span), e.span)


def _item(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    value = _number(inf, e, values[0])
    t = _joined(inf, e, [value])
    assert t is not None
    inf.define(target, inf.cast(value, t.kind, e.span, weak=t.weak), e.span)


def _items(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An array, whose elements are items of the list."""
    array = values[0]
    if isinstance(array, tuple) or not isinstance(array.type, Array):
        raise TypingError("R004", name="the list")
    given = [t for site in e.attr("given") if isinstance(t := inf.items.get(site), Scalar)]
    if e.attr("given") and not given:  # an empty list, so far
        given = [Scalar(array.type.kind, True)]
    one = given[0] if given else Scalar(array.type.kind)
    one = Scalar(one.kind, True) if e.attr("python") else one
    t = _joined(inf, e, [Var("", one)])
    assert t is not None
    if t.kind == array.type.kind:
        inf.env[target.name] = array
        return
    if e.attr("alike"):
        raise TypingError("R004", name="a list of arrays of several dtypes, into which something is stored,")
    inf.define(target, Apply("astype", (array,), Array(t.kind, array.type.rank), e.span), e.span)


def _array(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An item that is an array: all of them have one rank."""
    t = type_of(values[0])
    if isinstance(t, Array) and t.rank > 1 and e.attr("whole"):
        raise TypingError("R004", name=f"the list of {in_words(t)}",
                          hint="go through the rows: `[row for row in x]`, or `[row.tolist() for row in x]`")
    if not isinstance(t, Array) or t.rank != e.attr("rank"):
        raise TypingError("R004", name="a list of numbers and arrays, or of arrays with different numbers of axes,")
    assert not isinstance(values[0], tuple)
    inf.copied[target.name] = e.attr("places", ())
    inf.define(target, values[0], e.span)


def _copy(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An array as it is in a list now."""
    array = values[0]
    assert isinstance(array, Var) and isinstance(array.type, Array)
    inf.copied[target.name] = e.attr("places")
    inf.define(target, Apply("copy", (array,), Array(array.type.kind, array.type.rank), e.span), e.span)


def _shaped(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """The elements of an array in a list, which are contiguous there, in the shape that it has."""
    data = type_of(values[0])
    assert isinstance(data, Array)
    operands = tuple(v for v in values if not isinstance(v, tuple))
    inf.define(target, Apply("reshape", operands, Array(data.kind, len(values) - 1), e.span), e.span)


def _tuple(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An item that is a tuple: all of them have one length."""
    value = values[0]
    if not isinstance(value, tuple) or isinstance(value, ListOf) or len(value) != e.attr("count"):
        raise TypingError("R004", name="a list of tuples and something else")
    inf.env[target.name] = value


def _plain(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """The left operand of an operator that the class of the right one defines: NumPy's arrays have their own."""
    t = type_of(values[0])
    if not isinstance(t, Scalar):
        raise TypingError("T007", what=f"{in_words(t)} and an object")
    inf.env[target.name] = values[0]


def _place(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An index counted from the start of a list, after Python's check."""
    index, count = inf.scalar(values[0], e.span), values[1]
    t = type_of(index)
    if isinstance(index, tuple) or not isinstance(t, Scalar) or t.kind not in ("int32", "int64"):
        raise TypingError("T007", what="an array" if isinstance(t, Array) else in_words(t))
    assert not isinstance(count, tuple)
    args = (inf.cast(index, "int64", e.span, weak=True), count)
    inf.define(target, Apply("list_place", args, PY_INT, e.span, e.attrs), e.span)


def _count(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """How often a list is repeated."""
    t = type_of(values[0])
    if isinstance(t, Array) and t.rank:  # then it is no repetition
        inf.answers[e.attr("place")] = t.rank
    if not isinstance(t, Scalar) or t.kind not in ("int32", "int64", "bool"):
        raise TypingError("R005", what=f"`*` with {in_words(t)}", record="a list")
    inf.env[target.name] = values[0]


def _beside(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """What a list is an operand beside: NumPy's arrays take lists, numbers do not."""
    t = type_of(values[0])
    if not isinstance(t, Array) or not t.rank:
        raise TypingError("R005", what=e.attr("what"), record=e.attr("record"))
    inf.env[target.name] = values[0]


def _room(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    t, room = type_of(values[0]), values[1]
    inf.moved.add(target.name)
    assert isinstance(t, Array) and not isinstance(room, tuple)
    inf.define(target, Apply("empty", (room,), Array(t.kind, 1), e.span), e.span)


def _get(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    data, at = values
    t = _joined(inf, e, [])
    assert isinstance(data, Var) and isinstance(data.type, Array) and not isinstance(at, tuple)
    if inf.widened and t is not None and t.kind != data.type.kind:  # it has its old type, for the rest of this round
        inf.env[target.name] = UNASSIGNED
        return
    load = Apply("load", (data, at), Scalar(data.type.kind), e.span, (("safe", True),))
    weak = t.weak if t is not None else True
    if weak:
        inf.define(target, inf.cast(inf.temporary(load, e.span), data.type.kind, e.span, weak=True), e.span)
    else:
        inf.define(target, load, e.span)


def _passed(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An argument of a recursive call."""
    if isinstance(values[0], tuple):
        what = f"`{e.attr('variable')}`, which is {in_words(type_of(values[0]))}"
        raise TypingError("A035", name=e.attr("recursion"), what=what, hint="pass its items as arguments of their own")
    inf.env[target.name] = values[0]


RULES: dict[str, Rule] = {
    "list_new": _new, "list_frames": _frames, "list_item": _item, "list_room": _room, "list_get": _get,
    "list_items": _items, "list_array": _array, "list_copy": _copy, "list_shaped": _shaped, "number": _plain,
    "list_count": _count, "list_beside": _beside, "list_place": _place, "list_tuple": _tuple,
    "passed_on": _passed,
}
