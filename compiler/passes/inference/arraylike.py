"""Tuples where NumPy takes them for arrays: `np.dot((1.0, 2.0), x)`, `weights * x`, `a[0] = x, y, z`."""

from __future__ import annotations

from ...ir.nodes import Apply, Span, Var
from ...ir.types import Array, Kind, Scalar, in_words
from ...ops import BY_NAME
from ...ops.typing import TypingError, promote
from .inferrer import Inferrer, Rules
from .values import Chosen, Maybe, Value, tuples_for_arrays, type_of


def array_of(inf: Inferrer, value: Value, span: Span) -> Value:
    """What `np.asarray` makes of a tuple, nested to any depth; anything else as it is."""
    if not isinstance(value, tuple) or isinstance(value, Maybe | Chosen):
        return value
    found = _numbers(value)
    if found is not None:
        return _made(inf, "pack", list(found[0]), span, shape=found[1])
    parts = tuple(array_of(inf, item, span) for item in value)
    return _made(inf, "stack", [parts], span)


def _numbers(value: Value) -> tuple[tuple[Value, ...], tuple[int, ...]] | None:
    """The numbers of a nested tuple in order and its shape; None when there are arrays in it."""
    if not isinstance(value, tuple):
        t = type_of(value)
        return None if isinstance(t, Array) and t.rank else ((value,), ())
    parts = [_numbers(item) for item in value]
    known = [p for p in parts if p is not None]
    shapes = {shape for _, shape in known}
    if len(known) < len(parts):
        return None
    if len(shapes) > 1:
        raise TypingError("T004", what="np.array", types="rows of different lengths")
    return tuple(v for items, _ in known for v in items), (len(parts), *next(iter(shapes), ()))


def _made(inf: Inferrer, op: str, values: list[Value], span: Span, **attrs: object) -> Value:
    """The result of an operation on values."""
    inf.counter += 1
    target = Var(f"t.c{inf.counter}", span=span)
    inf.apply_to(target, Apply(op, (), span=span, attrs=tuple(sorted({**attrs, "via": "numpy"}.items()))), values)
    return inf.env[target.name]


def pack(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`np.array([a, b])` of numbers or of arrays, in nested lists of the shape."""
    scalars = [inf.scalar(v, e.span) for v in values]
    types = tuple(map(type_of, scalars))
    shape = e.attr("shape", ())
    kinds = tuple(Scalar(t.kind) for t in types if isinstance(t, Scalar))  # in a list Python's count as well
    if len(kinds) < len(types):
        _pack_arrays(inf, target, e, values, shape)
        return
    kind: Kind = e.attr("dtype") or (promote(kinds) if kinds else "float64")
    atoms = tuple(inf.cast(v, kind, e.span, exact=True) for v in scalars if not isinstance(v, tuple))
    t = Array(kind, len(shape))
    inf.define(target, Apply("pack", atoms, t, e.span, (("shape", shape),)), e.span)


def _pack_arrays(inf: Inferrer, target: Var, e: Apply, values: list[Value], shape: tuple[int, ...]) -> None:
    types = [type_of(v) for v in values]
    tuples = all(isinstance(v, tuple) and not isinstance(v, Maybe | Chosen) for v in values)
    if not tuples and (len({t.rank for t in types if isinstance(t, Array)}) > 1 or not all(
            isinstance(t, Array) for t in types)):
        raise TypingError("T004", what="np.array", types=" and ".join(map(in_words, types)),
                          hint="an array of arrays: make it with `np.empty(shape)` and store the rows")
    nested = list(values)
    for extent in reversed(shape):
        nested = [tuple(nested[k : k + extent]) for k in range(0, len(nested), extent)]
    whole = array_of(inf, nested[0], e.span)
    if e.attr("dtype") is None or isinstance(whole, tuple):
        inf.env[target.name] = whole
    else:
        attrs = (("dtype", e.attr("dtype")), ("via", "numpy"))
        inf.apply_to(target, Apply("asarray", (), span=e.span, attrs=attrs), [whole])


def _converted(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An operation of tuples where it takes arrays."""
    places = tuples_for_arrays(BY_NAME[e.op], e.attr("via"), values)
    inf.apply_to(target, e, [array_of(inf, v, e.span) if k in places else v for k, v in enumerate(values)])


RULES: Rules = {"arraylike": _converted, "pack": pack}
