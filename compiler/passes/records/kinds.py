"""Classes of values that are no records, where recursive functions are written out: they decide where one ends.

    def depth(node):
        if isinstance(node, (int, float)):    a leaf of the argument is a float, so this is true for it
            return 0

Types come later, for all of the program at once. Here it is enough to know of which classes a value may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from types import NoneType

import numpy as np

from ...ir.classes import CLASSES, PythonNumber, belongs
from ...ir.nodes import Apply, Const
from ...ir.types import PY_BOOL, Array, Known, Nothing, Scalar, Type
from ...ops import BY_NAME
from .state import Number, Value

PYTHON = {bool: 0, int: 1, float: 2, complex: 3}
OF_NUMPY = frozenset(numpy for _, numpy in CLASSES.values()) | {np.ndarray}
ARITHMETIC = {"add", "sub", "mul", "div", "floordiv", "mod", "pow", "neg", "pos", "abs"}
COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge"}
DECIDED = {"eq": False, "ne": True, "is": False, "is_not": True}


def number_of(t: Type) -> Number | None:
    """What is known of a value of a type."""
    if isinstance(t, Array) and t.rank:
        return Number(frozenset({np.ndarray}))
    return Number(frozenset({CLASSES[t.kind][0 if t.weak else 1]})) if isinstance(t, Scalar) else None


def classes_of(value: Value) -> frozenset[type] | None:
    """The classes that a value may have; None where nothing is known of it."""
    match value:
        case Number():
            return value.classes
        case Const(type=Known()):
            return frozenset({type(value.value)})
        case Const(type=Nothing()):
            return frozenset({NoneType})
        case Const(type=Scalar()):
            found = number_of(value.type)
            return found.classes if found else None
        case _:
            return None


def met(one: Value, two: Value) -> Number | None:
    """A number where paths meet on which it may be of different classes."""
    first, second = (v.classes if isinstance(v, Number) else classes_of(v) if isinstance(v, Const)
                     and isinstance(v.type, Scalar) else None for v in (one, two))
    return Number(first | second) if first is not None and second is not None else None


def decided(e: Apply, values: Sequence[Value]) -> Const | None:
    """A question about the class of a value, or whether it is a string or None, where that is known."""
    if e.op in ("is", "is_not", "eq", "ne"):
        numbers = [v for v in values if isinstance(v, Number) and np.ndarray not in v.classes]
        words = [v for v in values if isinstance(v, Const) and isinstance(v.type, Known | Nothing)]
        plain = all(isinstance(w.value, str | NoneType) for w in words)
        return Const(DECIDED[e.op], PY_BOOL, e.span) if len(numbers) == len(words) == 1 and plain else None
    classes = classes_of(values[0]) if e.op == "isinstance" else None
    if classes is None:
        return None
    asked = e.attr("classes")
    if asked == (PythonNumber,):
        verdicts = {c in PYTHON for c in classes}
    else:
        value = values[0]
        text = isinstance(value, Const) and isinstance(value.type, Known)
        verdicts = {belongs(c, asked, e, value.value if text and isinstance(value, Const) else c) for c in classes}
    return Const(verdicts.pop(), PY_BOOL, e.span) if len(verdicts) == 1 else None


def computed(e: Apply, values: Sequence[Value]) -> Number | None:
    """The classes that the result of an operation may have."""
    if e.op in ("len", "range_count", "extent"):
        return Number(frozenset({int}))
    if e.op == "cast":
        return number_of(Scalar(e.attr("kind"), bool(e.attr("weak"))))
    operands = [classes_of(v) for v in values]
    known = [c for c in operands if c is not None and c <= OF_NUMPY | PYTHON.keys()]
    if not known or len(known) < len(operands):
        return None
    op = e.attr("op") if e.op == "iadd" else e.op
    if op == "getitem":
        return Number(OF_NUMPY) if known[0] <= OF_NUMPY else None
    row = BY_NAME.get(op)
    if row is None or not row.elementwise:
        return None
    if op in ARITHMETIC | COMPARISONS and all(c <= PYTHON.keys() for c in known) and not e.attr("via"):
        return Number(frozenset().union(*(_result(op, classes) for classes in product(*known))))
    return Number(OF_NUMPY | PYTHON.keys())


def _result(op: str, classes: tuple[type, ...]) -> frozenset[type]:
    """The classes that Python's arithmetic with numbers of these classes may give."""
    if op in COMPARISONS:
        return frozenset({bool})
    widest = max((*classes, int), key=PYTHON.__getitem__)
    if (op == "abs" and widest is complex) or (op == "div" and widest is int):
        return frozenset({float})
    return frozenset({int, float, complex} if op == "pow" else {widest})
