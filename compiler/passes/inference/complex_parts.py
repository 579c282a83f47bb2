"""Type rules of the parts of complex numbers: `z.real` of an array is a view of every other number in its memory."""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import Apply, Var
from ...ir.types import PARTS, Array, is_complex
from .inferrer import Inferrer, Rules
from .values import Value, type_of


def _part(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """`z.real` and `z.imag`; of a Python number they are Python numbers, also by `np.real`."""
    value, t = values[0], type_of(values[0])
    if not isinstance(value, Var) or not isinstance(t, Array):
        plain = replace(e, attrs=tuple(p for p in e.attrs if p[0] != "via"))
        inf.elementwise(target, plain, values)
    elif is_complex(t):
        attrs = (("part", int(e.op == "imag")),)
        inf.define(target, Apply("part", (value,), Array(PARTS[t.kind], t.rank, "A"), e.span, attrs), e.span)
    elif e.op == "real":
        inf.define(target, value, e.span)
    else:
        zeros = Apply("zeros_like", (value,), Array(t.kind, t.rank), e.span, (("for", "reading"),))
        inf.define(target, zeros, e.span)


def _conj(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    """The method of an array that is not complex gives the array itself."""
    value, t = values[0], type_of(values[0])
    if e.attr("via") == "method" and isinstance(value, Var) and isinstance(t, Array) and not is_complex(t):
        inf.define(target, value, e.span)
    else:
        inf.elementwise(target, e, values)


RULES: Rules = {"real": _part, "imag": _part, "conj": _conj}
