"""NumPy's promotion (NEP 50) and the result types of element-wise rows."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

from ..ir.span import Span
from ..ir.types import FLOAT64, PARTS, PY_COMPLEX, Array, Kind, Scalar, TupleOf, Type, in_words, is_complex
from .row import Row

NUMERIC = (Scalar, Array)
_ORDER: dict[Kind, int] = {
    "bool": 0, "int32": 1, "int64": 2, "float32": 3, "float64": 4, "complex64": 5, "complex128": 6,
}
_CATEGORY: dict[Kind, int] = {
    "bool": 0, "int32": 1, "int64": 1, "float32": 2, "float64": 2, "complex64": 3, "complex128": 3,
}
_WIDE: dict[int, Kind] = {0: "bool", 1: "int64", 2: "float64", 3: "complex128"}
_WHOLE: dict[Kind, Kind] = {part: kind for kind, part in PARTS.items()}  # type: ignore[misc]


class TypingError(Exception):
    """An operation that is not defined for its operands: a catalogue code, its words, and the operand to blame."""

    def __init__(self, code: str, span: Span | None = None, **words: object) -> None:
        super().__init__(code)
        self.code = code
        self.span = span
        self.words = words


@dataclass(frozen=True, slots=True)
class Typed:
    """The result's type, and the kind to which operands are converted first."""

    result: Scalar | Array
    compute: Kind


def join_strong(a: Kind, b: Kind) -> Kind:
    """The common kind of two NumPy operands."""
    if a in PARTS or b in PARTS:
        return complex_of(join_strong(PARTS.get(a, a), PARTS.get(b, b)))
    if {a, b} == {"int32", "float32"} or {a, b} == {"int64", "float32"}:
        return "float64"
    return a if _ORDER[a] >= _ORDER[b] else b


def complex_of(kind: Kind) -> Kind:
    """The complex kind whose parts hold the numbers of a kind."""
    return kind if kind in PARTS else _WHOLE.get(kind, "complex128")


def is_weak(t: Type) -> bool:
    return isinstance(t, Scalar) and t.weak


def promote(types: tuple[Scalar | Array, ...]) -> Kind:
    """The common kind of operands; Python numbers adopt the precision of NumPy operands of their category or above."""
    strong = [t.kind for t in types if not is_weak(t)]
    weak = max((_CATEGORY[t.kind] for t in types if is_weak(t)), default=0)
    if not strong:
        return _WIDE[weak]
    kind = strong[0]
    for other in strong[1:]:
        kind = join_strong(kind, other)
    if _CATEGORY[kind] >= weak:
        return kind
    return complex_of(kind) if weak == 3 else _WIDE[weak]


def may_not_fit(source: Kind, target: Kind) -> bool:
    """Whether a conversion to an integer kind can meet a number that the kind does not hold."""
    return _CATEGORY[target] == 1 and (_CATEGORY[source] == 2 or (source, target) == ("int64", "int32"))


def representable(value: float, kind: Kind) -> bool:
    """Whether a number that is known, cut to an integer for an integer kind, is within the kind's range."""
    if _CATEGORY[kind] != 1:
        return True
    limit = 2**31 if kind == "int32" else 2**63
    return math.isfinite(value) and -limit <= int(value) < limit


def elementwise_type(row: Row, types: tuple[Type, ...], via: str | None) -> Typed:
    """The type rule of an element-wise row."""
    operands = tuple(t for t in types if isinstance(t, NUMERIC))
    if len(operands) != len(types):
        tuples = any(isinstance(t, TupleOf) for t in types)
        hint = "a tuple is not an array: make one with `np.array((a, b))`, or write the items out" if tuples else ""
        raise TypingError("T004", what=row.infix or row.name, types=" and ".join(map(in_words, types)), hint=hint)
    if via == "cmath":  # which computes in double precision
        return _of_complex(row, tuple(Scalar("complex128", weak=True) for _ in operands), via)
    if any(map(is_complex, operands)):
        return _of_complex(row, operands, via)
    if row.rule == "selection":
        return _shaped(types, promote(operands[1:]), promote(operands[1:]), False)
    whole = row.integers == "x" and all(map(is_weak, operands))  # `math.floor(n)` is `n`
    kind: Kind = "float64" if via == "math" and not whole else promote(operands)
    weak = via == "math" or (via != "numpy" and all(map(is_weak, operands)))
    match row.rule:
        case "arithmetic":
            compute = _arithmetic(row, kind, weak)
            return _shaped(types, compute, compute, weak)
        case "floating":
            compute = "float64" if via == "numpy" and _in_double(row, operands) else _floating(row, kind, weak)
            return _shaped(types, compute, compute, weak)
        case "comparison":
            # NumPy compares with a Python integer that its own kind does not hold, too.
            exact = kind == "int32" and any(map(is_weak, operands))
            return _shaped(types, "bool", "int64" if exact else kind, weak)
        case "joining":  # `complex(a, b)` is Python's; where formulas join two parts it is NumPy's
            if via == "builtin" and any(isinstance(t, Array) for t in types):
                raise TypingError("T004", what="complex", types=" and ".join(map(in_words, types)),
                                  hint="for arrays write `a + 1j * b`")
            compute = "float64" if via == "builtin" else _floating(row, kind, weak)
            return _shaped(types, complex_of(compute), compute, via == "builtin" or weak)
        case "logical":
            return _shaped(types, "bool", "bool", weak or via == "python")
        case "bitwise":
            compute = _bits(row, kind, weak)
            return _shaped(types, compute, compute, weak)
        case "predicate":
            return _shaped(types, "bool", _floating(row, kind, weak), weak)
        case _:
            raise AssertionError(f"{row.name} is not element-wise")


def _of_complex(row: Row, operands: tuple[Scalar | Array, ...], via: str | None) -> Typed:
    """The type of an operation on complex numbers."""
    spelled = "complex" if row.rule == "joining" else row.infix or row.name
    if not row.on_complex:
        reason = "complex numbers have no order" if row.rule == "comparison" or row.name in _ORDERED else ""
        raise TypingError("T071", what=spelled, reason=reason or "it is not defined for them here")
    if via == "math":
        known = f"`cmath.{row.cmath[0]}`" if row.cmath else "NumPy's function of that name"
        raise TypingError("T071", what=f"math.{row.math[0]}", reason="`math` takes real numbers",
                          hint=f"write {known}")
    kind = promote(operands[1:] if row.rule == "selection" else operands)
    weak = via == "cmath" or (via != "numpy" and all(map(is_weak, operands))) or (via is None and _pythons(operands))
    if row.rule == "selection":
        return _shaped(operands, kind, kind, False)
    if row.rule in ("comparison", "predicate"):
        return _shaped(operands, "bool", kind, weak)
    return _shaped(operands, PARTS[kind] if row.to_real else kind, kind, weak)


def _pythons(operands: tuple[Scalar | Array, ...]) -> bool:
    """Whether an operator is Python's although an operand is NumPy's: a float64 behind a complex is a float to it."""
    return operands == (PY_COMPLEX, FLOAT64)


_ORDERED = ("maximum", "minimum", "clip", "floordiv", "mod", "fmod", "floor", "ceil", "trunc", "max", "min")


def _arithmetic(row: Row, kind: Kind, weak: bool) -> Kind:
    if kind != "bool":
        return kind
    if weak:
        return "int64"
    raise TypingError("T021", what=row.infix or row.name)


def _bits(row: Row, kind: Kind, weak: bool) -> Kind:
    """Conditions are combined as such, except where Python counts them: in shifts, and `~True` is -2."""
    if _CATEGORY[kind] > 1:
        hint = f"beside `{row.infix}` comparisons need parentheses: `(x > 0.0) {row.infix} (x < 1.0)`"
        power = "for a power write `a ** b`"
        hints = {"bit_and": hint, "bit_or": hint, "bit_xor": power}
        raise TypingError("A028", what=row.infix, hint=hints.get(row.name, ""))
    counted = row.name in ("lshift", "rshift") or (len(row.operands) == 1 and weak)
    if kind == "bool" and counted:
        if weak:
            return "int64"
        raise TypingError("T021", what=row.infix)
    return kind


def _floating(row: Row, kind: Kind, weak: bool) -> Kind:
    if kind == "bool" and not weak:
        raise TypingError("T021", what=row.infix or row.name)
    return kind if _CATEGORY[kind] == 2 else "float64"


def _in_double(row: Row, operands: tuple[Scalar | Array, ...]) -> bool:
    """Whether SciPy computes in double precision although no operand has it.

    SciPy's functions have a loop for each kind. When operands are of several kinds, or numbers of Python's among them,
    NumPy takes the first loop that they fit, and some functions have the one for float64 before that for float32.
    """
    special = sys.modules.get("scipy.special")
    if special is None or not row.scipy or row.numpy or all(t.kind == "float32" and not is_weak(t) for t in operands):
        return False
    loops = (set(loop.partition("->")[0]) for loop in getattr(getattr(special, row.scipy[0], None), "types", ()))
    return next((inputs == {"d"} for inputs in loops if inputs in ({"d"}, {"f"})), False)


def _shaped(types: tuple[Type, ...], kind: Kind, compute: Kind, weak: bool) -> Typed:
    rank = max((t.rank for t in types if isinstance(t, Array)), default=0)
    return Typed(Array(kind, rank) if rank else Scalar(kind, weak), compute)


def reduced_kind(name: str, kind: Kind) -> Kind:
    """The kind of a reduction's result."""
    if name == "norm":
        kind = PARTS.get(kind, kind)
    if name in ("mean", "norm"):
        return kind if _CATEGORY[kind] >= 2 else "float64"
    if name in ("sum", "prod"):
        return "int64" if _CATEGORY[kind] < 2 else kind
    return {"all": "bool", "any": "bool", "count_nonzero": "int64"}.get(name, kind)  # type: ignore[return-value]


def join_scalars(a: Scalar, b: Scalar) -> Scalar:
    """The type of a variable that is `a` on one path and `b` on another."""
    if a.weak == b.weak:
        return Scalar(_WIDE[max(_CATEGORY[a.kind], _CATEGORY[b.kind])] if a.weak else join_strong(a.kind, b.kind),
                      a.weak)
    return Scalar(promote((a, b)))
