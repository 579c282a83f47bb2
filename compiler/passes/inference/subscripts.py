"""Type rules of subscripts: elements and views of arrays, items of tuples, entries of tables of functions.

Before:  `r = getitem(x, 1, spec=('i', 's000'))`
After:   `r: float64[:] = view(x, 1, spec=('i', 's000'))`
"""

from __future__ import annotations

from ...ir.nodes import Apply, Const, Var
from ...ir.types import Array, Known, Scalar, in_words
from ...ops.typing import TypingError
from ..indexing import spread, view_type
from . import gather, tuples
from .choices import pick
from .inferrer import Inferrer, Rules
from .unpacking import check_length
from .values import ListOf, Value
from .words import called


def _getitem(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    base, operands, spec = values[0], tuple(values[1:]), e.attr("spec")
    if isinstance(base, tuple):
        _tuple_item(inf, target, e, base, operands, spec)
        return
    t = base.type
    operands, spec = spread(operands, spec)
    if isinstance(t, Known):
        _table_entry(inf, target, e, t, operands)
        return
    if e.attr("least") is not None:
        raise TypingError("A015")
    if not isinstance(t, Array):
        if e.attr("iterated"):  # `extent` has refused it
            inf.env[target.name] = Const(None)
            return
        if e.attr("unpack"):
            raise TypingError("T009", what=in_words(t), count=e.attr("unpack"))
        if isinstance(t, Scalar) and not t.weak and not spec:  # `x[()]` of a number of NumPy's is that number
            inf.env[target.name] = base
            return
        raise TypingError("T023", what=called(e.args[0]), type=in_words(t))
    assert isinstance(base, Var)
    first = operands[0] if operands else None
    if e.attr("unpack") and isinstance(first, Const) and first.value == 0:
        check_length(inf, e, base, t)
    if any(map(gather.is_index_array, operands)):
        gather.read(inf, target, e, base, operands, spec)
        return
    place = inf.index(t, operands, spec, e.span)
    if place is None:
        inf.env[target.name] = Const(None)
        return
    full, atoms = place
    if all(p == "i" for p in full):
        inf.define(target, Apply("load", (base, *atoms), Scalar(t.kind), e.span), e.span)
        return
    view = Apply("view", (base, *atoms), view_type(t, full), e.span, (("spec", full),))
    if base.name in inf.flat:
        view = Apply("copy", (inf.temporary(view, e.span),), Array(t.kind, 1), e.span)
    inf.define(target, view, e.span)


def _tuple_item(
    inf: Inferrer, target: Var, e: Apply, base: tuple[Value, ...], operands: tuple[Value, ...], spec: tuple[str, ...]
) -> None:
    count, least = e.attr("unpack", len(base)), e.attr("least", 0)
    if count != len(base) or len(base) < least:
        raise TypingError("T009", what=f"a tuple of {len(base)}", count=least or count)
    if len(spec) != 1:
        raise TypingError("T008", count=len(base), what="several indices")
    known = all(isinstance(o, Const) and type(o.value) is int for o in operands)
    if not known and spec == ("i",) and tuples.indexed(inf, target, e, base, operands[0]):
        return
    if not known and spec == ("i",) and pick(inf, target, e, base, operands[0]):
        return
    if not known:
        what = "a value known only at run time" if spec == ("i",) else "a slice with bounds known only at run time"
        raise TypingError("T008", count=len(base), what=what)
    places = [o.value for o in operands if isinstance(o, Const)]
    if spec != ("i",):
        given = iter(places)
        bounds = slice(*(next(given) if c == "1" else None for c in spec[0][1:]))
        kind = ListOf if e.attr("least") is not None or isinstance(base, ListOf) else tuple
        inf.env[target.name] = kind(base[bounds])
        return
    if not -len(base) <= places[0] < len(base):
        raise TypingError("T008", count=len(base), what=f"{places[0]}, which is out of range")
    item = base[places[0]]
    if isinstance(item, tuple | Const):
        inf.env[target.name] = item
    else:
        inf.define(target, item, e.span)


def _table_entry(inf: Inferrer, target: Var, e: Apply, t: Known, operands: tuple[Value, ...]) -> None:
    """`table["name"]` of a dict of functions."""
    key = operands[0] if len(operands) == 1 else None
    if not isinstance(t.value, dict):
        raise TypingError("T004", what="indexing", types=t)
    if not isinstance(key, Const) or not isinstance(key.type, Known) or key.value not in t.value:
        shown = repr(key.value) if isinstance(key, Const) else "a value"
        raise TypingError("T028", name=shown, keys=", ".join(map(repr, t.value)))
    found = t.value[key.value]
    inf.env[target.name] = Const(found, Known(found), e.span)


RULES: Rules = {"getitem": _getitem}
