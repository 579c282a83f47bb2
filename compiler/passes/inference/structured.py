"""Type rules of the operations on whole arrays, and of tuples and conversions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ir.nodes import Apply, Atom, Const, Store, Var
from ...ir.types import (
    NOTHING,
    PARTS,
    PY_BOOL,
    PY_INT,
    Array,
    Kind,
    Known,
    Scalar,
    TupleOf,
    in_words,
    is_complex,
    is_inexact,
)
from ...ops import BY_NAME
from ...ops.typing import TypingError, join_strong, promote, reduced_kind
from . import gather, lists, sorting, subscripts, tuples
from .arraylike import array_of, pack
from .copies import copy_number
from .decided import RULES as DECIDED
from .inferrer import Inferrer
from .values import UNASSIGNED, Perhaps, Value, type_of

COUNTS_ARE_PYTHON_INTEGERS = not isinstance(np.count_nonzero(np.zeros(1)), np.generic)  # in older versions of NumPy

Rule = Callable[[Inferrer, Var, Apply, list[Value]], None]


def _type(value: Value) -> Any:
    return type_of(value)


def _atom(value: Value) -> Atom:
    assert not isinstance(value, tuple)
    return value


def _array(e: Apply, value: Value) -> tuple[Var, Array]:
    t = _type(value)
    if not isinstance(t, Array) or not isinstance(value, Var):
        raise TypingError("T004", what=BY_NAME[e.op].name, types=in_words(t))
    return value, t


def _extents(inf: Inferrer, e: Apply, value: Value) -> tuple[Atom, ...]:
    """The extents that a shape argument gives: one integer or a tuple of them."""
    items = value if isinstance(value, tuple) else (value,)
    atoms: list[Atom] = []
    for item in items:
        item = inf.scalar(item, e.span)
        t = _type(item)
        if isinstance(item, tuple) or not isinstance(t, Scalar) or not t.kind.startswith("int"):
            raise TypingError("T012", what=f"np.{e.op}", type=in_words(t))
        atoms.append(inf.cast(item, "int64", e.span))
    return tuple(atoms)


def _construct(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    extents = _extents(inf, e, values[0])
    kind: Kind = e.attr("dtype") or "float64"
    _define(inf, target, e, extents, Array(kind, len(extents)))


def _full(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    extents = _extents(inf, e, values[0])
    value = inf.scalar(values[1], e.span)
    t = _type(value)
    if not isinstance(t, Scalar):
        raise TypingError("T004", what="np.full", types=in_words(t))
    kind: Kind = e.attr("dtype") or t.kind
    _define(inf, target, e, (_filling(inf, e, _atom(value), kind), *extents), Array(kind, len(extents)))


def _filling(inf: Inferrer, e: Apply, value: Atom, kind: Kind) -> Atom:
    """The value that `np.full` repeats: NumPy makes an array of it first, and converts that."""
    assert isinstance(value.type, Scalar)
    exact = value.type.weak and not is_inexact(value.type.kind)
    return inf.cast(value, kind, e.span, exact=exact)


def _like(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    x, t = _array(e, array_of(inf, values[0], e.span))
    kind: Kind = e.attr("dtype") or t.kind
    args: tuple[Atom, ...] = (x,)
    if e.op == "full_like":
        value = inf.scalar(values[1], e.span)
        if not isinstance(_type(value), Scalar):
            raise TypingError("T004", what="np.full_like", types=in_words(_type(value)))
        args = (x, _filling(inf, e, _atom(value), kind))
    _define(inf, target, e, args, Array(kind, t.rank))


def _define(inf: Inferrer, target: Var, e: Apply, args: tuple[Atom, ...], t: Any, **attrs: Any) -> None:
    inf.define(target, Apply(e.op, args, t, e.span, tuple(sorted(attrs.items()))), e.span)


def _arange(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    scalars = [inf.scalar(v, e.span) for v in values]
    types = tuple(map(_type, scalars))
    if not all(isinstance(t, Scalar) for t in types):
        raise TypingError("T004", what="np.arange", types=" and ".join(map(in_words, types)))
    # NumPy counts in its default integers, whatever the kind of the bounds.
    kind: Kind = e.attr("dtype") or join_strong(promote(types), "int64")
    atoms = tuple(map(_atom, scalars))
    if len(atoms) == 1:
        atoms = (Const(0, PY_INT), *atoms)
    if len(atoms) == 2:
        atoms = (*atoms, Const(1, PY_INT))
    _define(inf, target, e, atoms, Array(kind, 1))


def _linspace(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    scalars = [inf.scalar(v, e.span) for v in values]
    types = tuple(map(_type, scalars))
    if not all(isinstance(t, Scalar) for t in types):
        raise TypingError("T004", what="np.linspace", types=" and ".join(map(in_words, types)))
    if len(types) == 3 and not types[2].kind.startswith("int"):
        raise TypingError("T012", what="np.linspace", type=in_words(types[2]))
    ends = [inf.cast(_atom(v), "float64", e.span) for v in scalars[:2]]
    count = inf.cast(_atom(scalars[2]), "int64", e.span) if len(scalars) == 3 else Const(50, PY_INT)
    made = Apply("linspace", (*ends, count), Array("float64", 1), e.span)
    single = promote(types[:2]) == "float32"
    value = Apply("astype", (inf.temporary(made, e.span),), Array("float32", 1), e.span) if single else made
    inf.define(target, value, e.span)


def _shape(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    t = _type(values[0])
    if isinstance(t, Scalar) and not t.weak:
        inf.env[target.name] = ()
        return
    x, t = _array(e, values[0])
    inf.env[target.name] = tuple(
        inf.temporary(Apply("dim", (x,), PY_INT, e.span, (("axis", k),)), e.span) for k in range(t.rank)
    )


def _size(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    x, _ = _array(e, values[0])
    _define(inf, target, e, (x,), PY_INT)


def _rank(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    t = _type(values[0])
    inf.env[target.name] = Const(t.rank if isinstance(t, Array) else 0, PY_INT, e.span)


def _len(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    if isinstance(values[0], tuple):
        inf.env[target.name] = Const(len(values[0]), PY_INT, e.span)
        return
    text = _type(values[0])
    if isinstance(text, Known) and isinstance(text.value, str):
        inf.env[target.name] = Const(len(text.value), PY_INT, e.span)
        return
    x, t = _array(e, values[0])
    if t.rank == 0:
        raise TypingError("T004", what="len", types=in_words(t))
    inf.define(target, Apply("dim", (x,), PY_INT, e.span, (("axis", 0),)), e.span)


def _transpose(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    x, t = _array(e, values[0])
    if t.rank < 2:
        inf.define(target, x, e.span)
        return
    _define(inf, target, e, (x,), Array(t.kind, t.rank, "A"), axes=tuple(reversed(range(t.rank))))


def _copy(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    t = _type(values[0])
    if isinstance(t, Scalar) and e.attr("via") == "method":
        copy_number(inf, target, e, _atom(values[0]), t)
        return
    if isinstance(t, Scalar):
        packed = Apply("pack", e.args, span=e.span, attrs=(("dtype", e.attr("dtype")), ("shape", ())))
        pack(inf, target, packed, values)
        return
    x, t = _array(e, array_of(inf, values[0], e.span))
    kind: Kind = e.attr("dtype") or t.kind
    if e.op == "asarray" and kind == t.kind:
        inf.define(target, x, e.span)
        return
    if is_complex(t) and kind not in PARTS:
        raise TypingError("T072", value=in_words(t), kind=kind)
    op = "copy" if kind == t.kind else "astype"
    rows = e.op == "copy" and e.attr("via") == "method" and t.layout != "C"  # the function keeps the order of memory
    inf.define(target, Apply(op, (x,), Array(kind, t.rank), e.span, (("order", "C"),) if rows else ()), e.span)


def _reduce(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    value = inf.scalar(values[0], e.span)
    t = _type(value)
    if isinstance(t, Scalar):
        _reduce_number(inf, target, e, _atom(value), t)
        return
    if not isinstance(t, Array):
        raise TypingError("T004", what=e.op, types=in_words(t), hint="make an array of it: `np.array((a, b))`")
    _define(inf, target, e, (_atom(value),),
            Scalar(reduced_kind(e.op, t.kind), e.op == "count_nonzero" and COUNTS_ARE_PYTHON_INTEGERS))


def _reduce_number(inf: Inferrer, target: Var, e: Apply, value: Atom, t: Scalar) -> None:
    """The reduction of a single number is the number, as NumPy's scalar."""
    if e.op == "norm":
        vector = Array(reduced_kind(e.op, t.kind), 1)
        packed = Apply("pack", (inf.cast(value, vector.kind, e.span),), vector, e.span, (("shape", (1,)),))
        _define(inf, target, e, (inf.temporary(packed, e.span),), Scalar(vector.kind))
        return
    kind: Kind = "bool" if e.op == "count_nonzero" else reduced_kind(e.op, t.kind)
    result = inf.cast(value, kind, e.span, implicit=False, weak=False)
    if e.op == "count_nonzero":
        result = inf.cast(result, "int64", e.span, weak=COUNTS_ARE_PYTHON_INTEGERS)
    elif e.op in ("sum", "mean") and is_inexact(kind):  # NumPy adds to zero: -0.0 becomes 0.0
        zero = Const(0.0, Scalar(kind))
        result = inf.temporary(Apply("add", (result, zero), Scalar(kind), e.span), e.span)
    inf.define(target, result, e.span)


def _product(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    types = tuple(map(_type, values))
    if not all(isinstance(t, Scalar | Array) for t in types):
        raise TypingError("T004", what=e.op, types=" and ".join(map(in_words, types)))
    ranks = tuple(t.rank if isinstance(t, Array) else 0 for t in types)
    if 0 in ranks and e.op != "matmul":
        inf.elementwise(target, Apply("mul", e.args, span=e.span, attrs=(("via", "numpy"),)), values)
        return
    if max(ranks) > 2 or min(ranks) < 1 or (e.op == "inner" and ranks != (1, 1)):
        spelled = {"matmul": "@", "inner": "np.inner"}.get(e.op, "np.dot")
        raise TypingError("T014", what=spelled, ranks=" and ".join(map(str, ranks)))
    kind = promote(types)
    if kind == "bool":
        raise TypingError("T021", what="@")
    atoms = tuple(map(_atom, values))
    rank = sum(ranks) - 2
    t = Array(kind, rank) if rank else Scalar(kind)
    attrs = () if e.op == "matmul" else (("via", "dot"),)
    inf.define(target, Apply(f"dot{ranks[0]}{ranks[1]}", atoms, t, e.span, attrs), e.span)


def _outer(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    (a, s), (b, t) = (_array(e, v) for v in values)
    if (s.rank, t.rank) != (1, 1):
        raise TypingError("T014", what="np.outer", ranks=f"{s.rank} and {t.rank}")
    _define(inf, target, e, (a, b), Array(promote((s, t)), 2))


def _tuple(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    inf.env[target.name] = Perhaps(values) if e.attr("perhaps") else tuples.made(inf, target, values)


def _cast(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    value = inf.scalar(values[0], e.span)
    t = _type(value)
    kind: Kind = e.attr("kind")
    if isinstance(t, Array) and not e.attr("weak"):
        if is_complex(t) and kind not in PARTS:
            raise TypingError("T072", value=in_words(t), kind=kind)
        inf.define(target, Apply("astype", (_atom(value),), Array(kind, t.rank), e.span), e.span)
        return
    if not isinstance(t, Scalar):
        raise TypingError("T004", what="float" if kind.startswith("float") else "int", types=in_words(t))
    inf.define(target, inf.cast(_atom(value), kind, e.span, implicit=False, weak=e.attr("weak")), e.span)


def _truth(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    value = inf.scalar(values[0], e.span)
    t = _type(value)
    if isinstance(t, TupleOf):
        inf.env[target.name] = Const(bool(t.items), PY_BOOL, e.span)
    elif t == NOTHING:
        inf.env[target.name] = Const(False, PY_BOOL, e.span)
    elif isinstance(t, Known):
        inf.env[target.name] = Const(bool(t.value), PY_BOOL, e.span)
    elif isinstance(t, Array):
        raise TypingError("T010")
    elif isinstance(value, Const):
        inf.env[target.name] = Const(bool(value.value), PY_BOOL, e.span)
    elif t.kind == "bool":
        inf.define(target, inf.cast(_atom(value), "bool", e.span, weak=True), e.span)
    else:
        zero = Const(0j if is_complex(t) else 0 if t.kind.startswith("int") else 0.0, t)
        inf.define(target, Apply("ne", (_atom(value), zero), PY_BOOL, e.span), e.span)


def _range_count(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    bounds = tuple(inf.bound(a, e.span) for a in e.args)
    _define(inf, target, e, bounds, PY_INT)


def _position(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """An index into a list, as an integer."""
    value = inf.scalar(values[0], e.span)
    t = _type(value)
    if not isinstance(t, Scalar) or t.kind not in ("int32", "int64"):
        raise TypingError("T007", what="an array" if isinstance(t, Array) else f"a {t}")
    inf.define(target, inf.cast(_atom(value), "int64", e.span, weak=True), e.span)


def _in_place(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`x op= v`: an array is changed in place, a number is rebound."""
    base, op = values[0], e.attr("op")
    t = _type(base)
    plain = Apply(op, e.args, span=e.span, attrs=(("via", "iadd"),) if isinstance(t, Array) else ())
    if not isinstance(t, Array):
        inf.apply(target, plain)
        return
    assert isinstance(base, Var)
    value = Var(f"{target.name}.value", span=e.span)
    inf.apply(value, plain)
    result = inf.env[value.name]
    if isinstance(result, Const | tuple):
        inf.env[target.name] = result
        return
    assert isinstance(result.type, Scalar | Array)
    if t.kind.startswith("int") and result.type.kind.startswith("float"):
        raise TypingError("T015", kind=t.kind, op=BY_NAME[op].infix)
    if isinstance(result.type, Scalar):
        result = inf.cast(result, t.kind, e.span)
        inf.emit(Store(base, (), result, e.span))
    else:
        inf.store_all(base, result, e.span)
    inf.define(target, base, e.span)


def _undefined(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    inf.env[target.name] = UNASSIGNED


RULES: dict[str, Rule] = {
    **gather.RULES,
    **sorting.RULES,
    **lists.RULES,
    **DECIDED,
    **subscripts.RULES,
    **dict.fromkeys(("zeros", "ones", "empty"), _construct),
    **dict.fromkeys(("zeros_like", "ones_like", "empty_like", "full_like"), _like),
    **dict.fromkeys(("sum", "mean", "prod", "max", "min", "norm", "count_nonzero", "all", "any"), _reduce),
    **dict.fromkeys(("dot", "matmul", "inner"), _product),
    **dict.fromkeys(("copy", "asarray", "astype"), _copy),
    "full": _full,
    "arange": _arange,
    "linspace": _linspace,
    "shape": _shape,
    "size": _size,
    "rank": _rank,
    "len": _len,
    "transpose": _transpose,
    "outer": _outer,
    "tuple": _tuple,
    "cast": _cast,
    "truth": _truth,
    "range_count": _range_count,
    "position": _position,
    "iadd": _in_place,
    "undefined": _undefined,
}
