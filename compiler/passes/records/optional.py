"""Records that may be None: a truth value says whether there is none, beside the fields of the one there is.

Where a path on which a variable is None meets one on which it is a record, the record has a variable `missing` from
there on. `is None` and the truth of the variable read it; everything else asks it first, and raises as Python does.
"""

from __future__ import annotations

from ...ir.limits import NONE_HERE
from ...ir.nodes import Apply, Assign, Const, Fail, If, Span, Var
from ...ir.records import KEYED, Bound, Growing
from ...ir.types import PY_BOOL
from .dissolve import Dissolver
from .state import Record, is_none

_BOTH = ("is", "is_not", "eq", "ne", "truth", "tuple", "record", "outside", "construct", "ask",
         "growing")  # take None as well
_ATTRIBUTES = ("getattr", "method")


def needed(d: Dissolver, target: Var, e: Apply) -> None:
    """Raise where an operation needs a record and has None."""
    if e.op in _BOTH and not (e.op in ("eq", "ne") and not any(is_none(d.value(a)) for a in e.args)):
        return
    for k, a in enumerate(e.args):
        record = d.record(a)
        if record is not None and record.missing and not _is_kept(d, e, k):
            if e.op in _ATTRIBUTES and record.cls is not Bound and not k:
                stop = Fail("AttributeError", f"'NoneType' object has no attribute '{e.attr('name')}'", (), e.span)
            else:
                stop = Fail("TypeError", f"a value that is {record} elsewhere{NONE_HERE}", (), e.span)
            d.emit(If(Var(record.missing, span=e.span), (stop,), (), e.span))


def _is_kept(d: Dissolver, e: Apply, k: int) -> bool:
    """Whether an operand is put where None may be: into a list of known length, a dict of known keys, an attribute.

    So is an argument of a method that the program itself has.
    """
    owner = d.record(e.args[0])
    if owner is None or k == 0:
        return False
    own = not issubclass(owner.cls, (dict, list, tuple)) and owner.cls not in (Growing, Bound, *KEYED)
    if e.op == "store" and k == len(e.args) - 1 and owner.home is None and not e.attr("augmented"):
        return owner.cls in (list, dict) or (e.attr("spec") == ("a",) and own)
    return e.op == "method" and (own or (owner.cls is list and e.attr("name") in ("append", "insert")))


def is_missing(d: Dissolver, target: Var, record: Record, positive: bool, span: Span) -> None:
    """Let the target be whether there is None, or whether there is a record."""
    flag = Var(record.missing, span=span)
    value = flag if positive else Apply("logical_not", (flag,), PY_BOOL, span, (("via", "python"),))
    d.emit(Assign(target, value, span))
    d.state.env[target.name] = None


def compared_with_none(d: Dissolver, target: Var, e: Apply) -> bool:
    """Decide `p is None`, `p == None` and their opposites for a record that may be None."""
    for one, other in (e.args, e.args[::-1]):
        record = d.record(one)
        if record is not None and record.missing and is_none(d.value(other)):
            is_missing(d, target, record, e.op in ("is", "eq"), e.span)
            return True
    return False


def always(d: Dissolver, target: Var, record: Record, span: Span) -> None:
    """The truth of a record that is true if there is one."""
    if record.missing:
        is_missing(d, target, record, False, span)
    else:
        d.put(target, Const(True, PY_BOOL, span), span)
