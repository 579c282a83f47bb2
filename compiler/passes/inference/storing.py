"""Type rules of stores into arrays: `a[i] = v`, `a[i, 1:] = v`, `a[mask] = v`."""

from __future__ import annotations

from ...ir.nodes import Apply, Atom, Const, Store, Var
from ...ir.types import Array, Nothing, Scalar, in_words
from ...ops import BY_NAME
from ...ops.typing import TypingError
from ..indexing import spread, view_type
from . import gather
from .arraylike import array_of
from .inferrer import Inferrer, Rules
from .values import Value, type_of


def _setitem(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`base[...] = value`, from a `SetItem`."""
    base, given, *raw = values
    operands, spec = spread(tuple(raw), e.attr("spec"))
    t = type_of(base)
    if not isinstance(t, Array) or not isinstance(base, Var):
        array = e.args[0]
        assert isinstance(array, Var | Const)
        named = array.name.split("#")[0].split(".")[-1] if isinstance(array, Var) else "the value"
        raise TypingError("T016", name=named, type=in_words(t))
    if any(isinstance(u := type_of(o), Array) and u.rank for o in operands):
        gather.write(inf, e, base, array_of(inf, given, e.span), operands, spec)
        return
    place = inf.index(t, operands, spec, e.span)
    if place is not None:
        _basic(inf, e, base, given, *place)


def _basic(
    inf: Inferrer, e: Apply, base: Var, given: Value, spec: tuple[str, ...], operands: tuple[Atom, ...]
) -> None:
    """A store into an element or a view."""
    t, element = base.type, all(p == "i" for p in spec)
    assert isinstance(t, Array)
    value = inf.scalar(given if element else array_of(inf, given, e.span), e.span)
    v, augmented = type_of(value), e.attr("augmented")
    if not isinstance(v, Scalar | Array) or isinstance(value, tuple):
        raise TypingError("T022" if isinstance(v, Nothing) else "T024", value=in_words(v), place=in_words(t))
    if element and isinstance(v, Array):
        raise TypingError("T024", value=in_words(v), place=f"one element of {in_words(t)}")
    if isinstance(v, Scalar):  # NumPy asks a number for its `int(...)`, and converts an array as in C
        value = inf.cast(value, t.kind, e.span, exact=not isinstance(type_of(given), Array))
    if element:
        inf.emit(Store(base, operands, value, e.span))
        return
    if augmented and t.kind.startswith("int") and v.kind.startswith("float"):
        raise TypingError("T015", kind=t.kind, op=BY_NAME[augmented].infix)
    view = Apply("view", (base, *operands), view_type(t, spec), e.span, (("spec", spec),))
    inf.store_all(inf.temporary(view, e.span), value, e.span)


RULES: Rules = {"setitem": _setitem}
