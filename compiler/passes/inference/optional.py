"""What may be None: a truth value says whether it is, beside the value that it has otherwise.

`best = None` before a loop that may assign a number, `return None` of a helper function that has found nothing: where
such paths meet, the variable becomes a `Maybe`. `is None` reads the truth value; whatever else needs the value checks
it first, and raises `TypeError` as Python does.
"""

from __future__ import annotations

from ...ir.nodes import Apply, Const, Var
from ...ir.types import NOTHING, PY_BOOL, ChoiceOf, Known, OptionalOf, Scalar, TupleOf, in_words
from ...ops.typing import TypingError
from .inferrer import Inferrer, Rules
from .values import Maybe, Value, type_of


def _optional(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """Some operations have a result for None as well; for all others there has to be a value."""
    if not _decided(inf, target, e, values):
        inf.apply_to(target, e, [inf.present(v, e.span) for v in values])


def _decided(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> bool:
    """Define the target if the operation has a result for None as well: `is`, `==`, and the truth of it."""
    if e.op == "truth" and isinstance(values[0], Maybe):
        return _truth(inf, target, e, values[0])
    if e.op in ("in", "not_in") and isinstance(values[0], Maybe) and not isinstance(values[1], Maybe):
        return _contained(inf, target, e, values[0], values[1])
    if e.op not in ("is", "is_not", "eq", "ne"):
        return False
    first, second = values
    if isinstance(first, Maybe) and isinstance(second, Maybe):
        raise TypingError("A023", what=f"`{_WORDS[e.op]}` of two values that may be None")
    optional, other = (first, second) if isinstance(first, Maybe) else (second, first)
    assert isinstance(optional, Maybe)
    types = (type_of(other), type_of(optional[1]))
    constants = any(isinstance(t, Known | ChoiceOf) for t in types)
    if type_of(other) == NOTHING:
        _tell(inf, target, e, optional[0], e.op in ("is", "eq"))
    elif constants or (e.op in ("eq", "ne") and all(isinstance(t, Scalar) for t in types)):
        given = [v[1] if isinstance(v, Maybe) else v for v in values]
        _combined(inf, target, e, optional, given, e.op in ("ne", "is_not"))
    else:
        return False
    return True


def _contained(inf: Inferrer, target: Var, e: Apply, optional: Maybe, items: Value) -> bool:
    """Whether a tuple or dict has what may be None; None is among the items or not."""
    absent = Var(f"{target.name}.absent", span=e.span)
    inf.apply_to(absent, e, [Const(None, NOTHING, e.span), items])
    found = inf.env[absent.name]
    if not isinstance(found, Const) or found.type != PY_BOOL:
        return False
    _combined(inf, target, e, optional, [optional[1], items], bool(found.value))
    return True


_WORDS = {"is": "is", "is_not": "is not", "eq": "==", "ne": "!="}


def _tell(inf: Inferrer, target: Var, e: Apply, flag: Value, positive: bool) -> None:
    assert isinstance(flag, Var)
    if positive:
        inf.define(target, flag, e.span)
    else:
        inf.define(target, Apply("logical_not", (flag,), PY_BOOL, e.span, (("via", "python"),)), e.span)


def _truth(inf: Inferrer, target: Var, e: Apply, optional: Maybe) -> bool:
    """None is false, and what it has instead of a value is something that the second test may look at."""
    missing, item = optional
    t = type_of(item)
    if isinstance(t, TupleOf) and t.items:
        _tell(inf, target, e, missing, False)
        return True
    if not isinstance(t, Scalar | Known | ChoiceOf):
        raise TypingError("A023", what=f"the truth of {in_words(OptionalOf(t))}")
    _combined(inf, target, e, optional, [item], False)
    return True


def _combined(
    inf: Inferrer, target: Var, e: Apply, optional: Maybe, values: list[Value], otherwise: bool
) -> None:
    """The operation where there is a value, and what is known of it where there is none."""
    missing = optional[0]
    assert isinstance(missing, Var)
    inf.counter += 1
    found = Var(f"t.c{inf.counter}", span=e.span)
    inf.apply_to(found, e, values)
    if otherwise:
        word, flag = "logical_or", missing
    else:
        negated = Apply("logical_not", (missing,), PY_BOOL, e.span, (("via", "python"),))
        word, flag = "logical_and", inf.temporary(negated, e.span)
    both = Apply(word, (flag, found), span=e.span, attrs=(("via", "python"),))
    inf.apply_to(target, both, [flag, inf.env[found.name]])


RULES: Rules = {"optional": _optional}
