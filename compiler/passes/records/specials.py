"""Special methods that answer a question about an object: its truth, what is in it, which number it is."""

from __future__ import annotations

import numpy as np

from ...ir.classes import PythonNumber, is_named_tuple
from ...ir.nodes import Apply, Atom, Fail, If, Var
from ...ir.records import Growing
from .classes import call_method, written
from .dissolve import Dissolver
from .fields import apply
from .questions import contains


def special(d: Dissolver, target: Var, args: tuple[Atom, ...], e: Apply, *names: str) -> bool:
    """Call the first of some special methods that the class of an object was written with, if there is one."""
    record = d.record(args[0])
    if record is None or record.cls in (dict, list, tuple, Growing) or is_named_tuple(record.cls):
        return False
    found = next((n for n in names if written(d.outside.member(record.cls, n))), None)
    if found is not None:
        call_method(d, target, Apply("method", args, span=e.span, attrs=(("keywords", ()), ("name", found))))
    return found is not None


def must_be(d: Dissolver, value: Var, cls: type, method: str) -> None:
    """What Python demands of the result of a special method: a condition on arrays of NumPy's is no `bool`."""
    message = f"{method} should return {cls.__name__}"
    for classes in ((bool, np.bool_), (PythonNumber,)) if cls is bool else ((cls,),):
        wrong = apply(d, "logical_not", (apply(d, "isinstance", (value,), value.span, classes=classes),), value.span,
                      via="python")
        d.emit(If(wrong, (Fail("TypeError", message, (), value.span),), (), value.span))


def contained(d: Dissolver, target: Var, e: Apply) -> None:
    """`v in p` and `v not in p`, by the class of an object or by the items."""
    told, test = d.fresh(e.span), d.fresh(e.span)
    if not special(d, told, (e.args[1], e.args[0]), e, "__contains__"):
        contains(d, target, e)
        return
    d.apply(test, Apply("truth", (told,), span=e.span))
    op, attrs = ("logical_not", (("via", "python"),)) if e.op == "not_in" else ("truth", ())
    d.apply(target, Apply(op, (test,), span=e.span, attrs=attrs))
