"""Type rules of what only types decide: questions of `translate`, `is`, `in`, `isinstance`."""

from __future__ import annotations

from types import NoneType
from typing import Any

import numpy as np

from ...ir.classes import CLASSES, PythonNumber, belongs
from ...ir.nodes import Apply, Const, Made, OneOf, Place, Var, same_constant
from ...ir.types import NOTHING, PY_BOOL, PY_INT, Array, ChoiceOf, Known, Nothing, Scalar, TupleOf, Type, in_words
from ...ops.typing import TypingError
from ..records.tables import UNROLLED
from .inferrer import Inferrer, Rules
from .values import POISON, Value, equal, is_nan, type_of


def _ask(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """Answer a question of `translate`; what it has made of the last answer is not known here."""
    value, about = values[0], e.attr("about")
    t = type_of(value)
    inf.env[target.name] = POISON
    if about == "callee":
        if not isinstance(t, Known | ChoiceOf):
            raise TypingError("T018", name=e.attr("text"), what="it is a value, not a function", hint=e.attr("hint"))
        for known in t.options if isinstance(t, ChoiceOf) else (t,):
            found = Place(known.value.key) if isinstance(known.value, Made) else known.value
            inf.answers[e.attr("key")] = OneOf.together(inf.answers.get(e.attr("key"), found), found)
        return
    if about == "dtype":
        if not isinstance(t, Array) and not (isinstance(t, Scalar) and not t.weak):
            raise TypingError("T013", name=e.attr("text"))
        _answer(inf, e, t.kind)
        return
    if about == "order":
        items = (value,) if e.attr("item") else value if isinstance(value, tuple) else ()
        _answer(inf, e, "tuples" if any(isinstance(v, tuple) for v in items) else "numbers")
        return
    if about == "many":
        _answer(inf, e, "array" if isinstance(t, Array) and t.rank == 1 else "")
        return
    if about == "keys" or (about == "items" and not isinstance(value, tuple) and not isinstance(t, Array)):
        raise TypingError("A014")
    if about == "generator":
        _answer(inf, e, False)
        return
    whole = about in ("sequence", "tuple", "items")
    _answer(inf, e, len(value) if isinstance(value, tuple) else -1 if whole else None)


def _answer(inf: Inferrer, e: Apply, answer: Any) -> None:
    """A place in a loop that is unrolled is asked about once in each iteration, and translated once for all."""
    key = e.attr("key")
    if key in inf.answers and inf.answers[key] != answer:
        first, second = (getattr(a, "__name__", a) for a in (inf.answers[key], answer))
        raise TypingError("R010", name=f"the length of `{e.attr('text')}`", first=first, second=second)
    inf.answers[key] = answer


def _ended(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """Arrays and tuples do not change their length in a loop."""
    inf.env[target.name] = Const(None, NOTHING)


def _delete(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    raise TypingError("A018")


def _extent(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """The number of iterations over an array; that over a tuple is a question of `translate`."""
    value = values[0]
    if isinstance(value, tuple):
        inf.env[target.name] = POISON
        return
    t = type_of(value)
    if not isinstance(t, Array) or t.rank == 0:
        text = isinstance(t, Known) and isinstance(t.value, str)
        hint = "go through a tuple of its characters: `('x', 'y')`" if text else None
        raise TypingError("T027", type=in_words(t), hint=hint)
    assert isinstance(value, Var)
    inf.define(target, Apply("dim", (value,), PY_INT, e.span, (("axis", 0),)), e.span)


def _integer(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    value = inf.scalar(values[0], e.span)
    t = type_of(value)
    if isinstance(value, tuple) or not isinstance(t, Scalar) or t.kind.startswith("float"):
        raise TypingError("T012", what=e.attr("what"), type=in_words(t))
    inf.define(target, inf.cast(value, "int64", e.span, weak=True), e.span)


def _is(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    word = e.op.replace("_", " ")
    same = _identical(inf, values[0], values[1], word)
    if same is None:
        flag = next(v for v in values if isinstance(v, Const))
        other = values[0] if flag is values[1] else values[1]
        inf.elementwise(target, Apply("eq" if e.op == "is" else "ne", e.args, span=e.span), [other, flag])
        return
    inf.env[target.name] = Const(same is (e.op == "is"), PY_BOOL, e.span)


def _identical(inf: Inferrer, a: Value, b: Value, word: str) -> bool | None:
    """Whether two values are one object; None for a truth value compared with `True` or `False`."""
    s, t = type_of(a), type_of(b)
    if Nothing in (type(s), type(t)):
        return s == t
    if isinstance(s, Known) and isinstance(t, Known):
        if isinstance(s.value, str) and isinstance(t.value, str):
            raise TypingError("A023", what=f"{word} of strings")
        return same_constant(s.value, t.value)
    if Known in (type(s), type(t)):
        return False
    for flag, other in ((a, t), (b, s)):
        if isinstance(flag, Const) and flag.type == PY_BOOL:
            if other == PY_BOOL:
                return None
            if other != Scalar("bool") or not inf.joins.mixed:
                return False
    raise TypingError("A023", what=word)


def _in(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`x in items` of a tuple is `x == items[0] or x == items[1] or ...`."""
    x, items = values
    found = _contained(inf, target, e, x, items)
    if isinstance(found, bool):
        inf.env[target.name] = Const(found is (e.op == "in"), PY_BOOL, e.span)
    elif e.op == "in":
        inf.define(target, found, e.span)
    else:
        negated = Apply("logical_not", (found,), span=e.span, attrs=(("via", "python"),))
        inf.elementwise(target, negated, [found])


def _contained(inf: Inferrer, target: Var, e: Apply, x: Value, items: Value) -> bool | Var:
    word = e.op.replace("_", " ")
    if not isinstance(items, tuple):
        t = type_of(items)
        if isinstance(t, Known) and isinstance(t.value, str | dict):
            if isinstance(x, Const) and isinstance(x.type, Known):
                return x.value in t.value
            raise TypingError("A023", what=word)
        raise TypingError("A023", what=f"{word} {in_words(t)}")
    tests: list[Var] = []
    for k, item in enumerate(items):
        same = equal(x, item)
        if same is True:
            return True
        if same is None:
            tests.append(_same_number(inf, Var(f"{target.name}.{k}", span=e.span), e, x, item))
    result = tests[0] if tests else None
    for k, test in enumerate(tests[1:]):
        either = Apply("logical_or", (test, test), span=e.span, attrs=(("via", "python"),))
        name = Var(f"{target.name}.or{k}", span=e.span)
        assert result is not None
        inf.elementwise(name, either, [result, test])
        joined = inf.env[name.name]
        assert isinstance(joined, Var)
        result = joined
    return False if result is None else result


def _same_number(inf: Inferrer, target: Var, e: Apply, x: Value, item: Value) -> Var:
    """`x == item` of numbers; refused where it could be NaN, which a tuple contains if it holds this very object."""
    word = e.op.replace("_", " ")
    types = [type_of(inf.scalar(v, e.span)) for v in (x, item)]
    if not all(isinstance(t, Scalar) for t in types):
        raise TypingError("A023", what=f"{word} a tuple with {in_words(types[1])}")
    floats = [v for v, t in zip((x, item), types, strict=True) if isinstance(t, Scalar) and t.kind.startswith("float")]
    if len(floats) == 2 and (is_nan(item) or not any(isinstance(v, Const) for v in floats)):
        raise TypingError("A023", what=f"{word} a tuple with a float that is computed")
    inf.elementwise(target, Apply("eq", e.args, span=e.span), [x, item])
    found = inf.env[target.name]
    return found if isinstance(found, Var) else inf.define(target, found, e.span)  # type: ignore[arg-type]


def _isinstance(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    classes = e.attr("classes")
    t = type_of(values[0])
    if classes == (PythonNumber,):
        verdict = isinstance(t, Scalar) and t.weak
    elif isinstance(t, Known):
        verdict = belongs(type(t.value), classes, e, t.value)
    else:
        verdicts = {belongs(c, classes, e, c) for c in _possible(inf, values[0], t)}
        was_integer = inf.tables.mixed and isinstance(t, Scalar) and t.kind == "float64"
        if was_integer and belongs(int, classes, e, int) not in verdicts:
            if not inf.tables.exact:
                raise TypingError("R004", name="a list of integers and floats")
            inf.answers[UNROLLED] = True
        if len(verdicts) > 1:
            raise TypingError("T026", type=in_words(t))
        verdict = verdicts.pop()
    inf.env[target.name] = Const(verdict, PY_BOOL, e.span)


def _possible(inf: Inferrer, value: Value, t: Type) -> tuple[Any, ...]:
    """The classes that a value of the type may have. Where Python's numbers and NumPy's have met, it may be either."""
    match t:
        case Scalar():
            parameter = isinstance(value, Var) and "#" not in value.name
            both = CLASSES[t.kind]
            return both if inf.joins.mixed and not parameter else (both[0] if t.weak else both[1],)
        case Array():
            return (np.ndarray,)
        case TupleOf():
            return (list if t.listed else tuple,)
        case _:
            assert t == NOTHING
            return (NoneType,)


RULES: Rules = {
    "ask": _ask,
    "extent": _extent,
    "iter_end": _ended,
    "del_item": _delete,
    "integer": _integer,
    "is": _is,
    "is_not": _is,
    "in": _in,
    "not_in": _in,
    "isinstance": _isinstance,
}
