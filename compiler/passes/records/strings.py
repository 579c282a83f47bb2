"""Strings that are known when the function is compiled: operators, methods, items, and loops over their characters.

Before:  `key = prefix + "_w"`, `mode.lower() == "mean"`, `for base in "ACGT":`, `"a b".split()`
After:   `key = "layer_w"`, `True`, a loop over `("A", "C", "G", "T")`, `["a", "b"]`

Python itself computes them.  Where an operand is not known in a loop, the loop is unrolled.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from ...ir.nodes import Apply, Atom, Const, Span, Var
from ...ir.types import NOTHING, PY_BOOL, PY_INT, Known, Nothing
from .again import NeedsConstant
from .needed import is_string
from .outside import Outside
from .state import Record, Ref, State, Value

METHODS = frozenset((
    "capitalize", "casefold", "center", "count", "endswith", "expandtabs", "find", "format", "index", "isalnum",
    "isalpha", "isascii", "isdecimal", "isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper",
    "join", "ljust", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind",
    "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip",
    "swapcase", "title", "upper", "zfill",
))  # fmt: skip
OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "mul": operator.mul, "mod": operator.mod, "len": len,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "in": lambda part, whole: part in whole, "not_in": lambda part, whole: part not in whole,
}  # fmt: skip
_AS_ITEMS = ("extent", "getitem", "construct")  # of a string, by its characters
LONGEST = 10_000  # text that is made of another one
_UNKNOWN = object()


class Emitter(Protocol):
    """What knows the records, and takes the statements."""

    state: State
    loops: int
    rules: dict[str, Any]
    outside: Outside

    def fresh(self, span: Span) -> Var: ...
    def refuse(self, code: str, span: Span, **words: object) -> None: ...
    def put(self, target: Var, atom: Atom, span: Span) -> None: ...
    def poison(self, target: Var, span: Span) -> None: ...
    def allocate(self, target: Var, cls: type, keys: tuple[Any, ...], items: tuple[Atom, ...]) -> Ref: ...


def of_text(d: Emitter, target: Var, e: Apply, values: Sequence[Value]) -> bool:
    """Compute an operation on a string that is known; False for one that other rules are for."""
    first = values[0] if values else None
    if e.op == "method" and e.attr("name") in METHODS:
        return _method(d, target, e, values)
    op = e.attr("op") if e.op == "iadd" else e.op
    if op in OPERATORS and not e.attr("via") and any(map(is_string, values)):
        return _operator(d, target, replace(e, op=op), values)
    if not is_string(first):
        return False
    if e.op == "getitem" and e.attr("spec") and e.attr("spec")[0][0] == "s":
        return _part(d, target, e, values)
    assert isinstance(first, Const)
    if e.op == "cast":
        return _number(d, target, e, first.value)
    asked = e.op == "ask" and e.attr("about") in ("length", "items")
    if asked or (e.op in _AS_ITEMS and (e.op != "construct" or e.attr("cls") in (list, tuple))):
        letters = d.fresh(e.span)
        _several(d, letters, tuple(first.value))
        d.rules[e.op](d, target, replace(e, args=(letters, *e.args[1:])))
        return True
    return False


def _operator(d: Emitter, target: Var, e: Apply, values: Sequence[Value]) -> bool:
    given = [_plain(d, v) for v in values]
    if _UNKNOWN in given and e.op == "add" and None in values and d.loops:
        raise NeedsConstant
    if _UNKNOWN in given:
        return e.op == "mod" and is_string(values[0]) and _unknown(d, target, e)
    counts = [g for g in given if isinstance(g, int)]
    if e.op == "mul" and counts and counts[0] * max(len(str(g)) for g in given) > LONGEST:
        return False
    try:
        _give(d, target, OPERATORS[e.op](*given), e.span)
    except TypeError:
        return False  # which is for `infer` to refuse
    return True


def _method(d: Emitter, target: Var, e: Apply, values: Sequence[Value]) -> bool:
    if not is_string(values[0]):
        if d.loops and values[0] is None:
            raise NeedsConstant
        return False
    given = [_plain(d, v) for v in values]
    names = e.attr("keywords")
    if _UNKNOWN in given:
        return _unknown(d, target, e)
    count = len(given) - len(names)
    text, name = given[0], e.attr("name")
    try:
        _give(d, target, getattr(text, name)(*given[1:count], **dict(zip(names, given[count:], strict=True))), e.span)
    except (TypeError, ValueError, IndexError, KeyError) as error:
        return _raises(d, target, e, e.attr("shown") or name, error)
    return True


def _unknown(d: Emitter, target: Var, e: Apply) -> bool:
    """Refuse a text with parts that are not known, unless they are in the iterations of a loop that is unrolled."""
    if d.loops:
        raise NeedsConstant
    d.refuse("A008", e.span)
    d.poison(target, e.span)
    return True


def _number(d: Emitter, target: Var, e: Apply, text: str) -> bool:
    """`float(text)`, `int(text)`."""
    make = {"float64": float, "int64": int}.get(e.attr("kind")) if e.attr("weak") else None
    if make is None:
        return False
    try:
        found = d.outside.constant(make(text), e.span)
    except ValueError as error:
        return _raises(d, target, e, make.__name__, error)
    if found is None:
        return False
    d.put(target, found, e.span)
    return True


def _raises(d: Emitter, target: Var, e: Apply, name: str, error: Exception) -> bool:
    d.refuse("T018", e.span, name=name, what=f"it raises `{type(error).__name__}: {error}`")
    d.poison(target, e.span)
    return True


def _part(d: Emitter, target: Var, e: Apply, values: Sequence[Value]) -> bool:
    """`text[1:]` with bounds that are known."""
    given = [_plain(d, v) for v in values]
    flags = e.attr("spec")
    if _UNKNOWN in given or len(flags) != 1:
        return len(flags) == 1 and _unknown(d, target, e)
    bounds = iter(given[1:])
    _give(d, target, given[0][slice(*(next(bounds) if flag == "1" else None for flag in flags[0][1:]))], e.span)
    return True


def _plain(d: Emitter, value: Value) -> Any:
    """The Python object that a value is known to be: a string, a whole number, None, or a tuple or list of such."""
    if isinstance(value, Const):
        known = isinstance(value.type, Nothing) or value.type in (PY_INT, PY_BOOL) or is_string(value)
        return value.value if known else _UNKNOWN
    record: Record | None = d.state.record(value)
    if record is None or record.cls not in (list, tuple):
        return _UNKNOWN
    items = [_plain(d, d.state.env.get(v)) for _, v in record.fields]
    return _UNKNOWN if _UNKNOWN in items else record.cls(items)


def _give(d: Emitter, target: Var, found: Any, span: Span) -> None:
    if isinstance(found, list | tuple):
        _several(d, target, found)
        return
    kind = PY_BOOL if isinstance(found, bool) else PY_INT if isinstance(found, int) else (
        NOTHING if found is None else Known(found))
    d.put(target, Const(found, kind, span), span)


def _several(d: Emitter, target: Var, texts: Sequence[str]) -> None:
    items = tuple(Const(text, Known(text), target.span) for text in texts)
    d.allocate(target, list if isinstance(texts, list) else tuple, tuple(range(len(items))), items)
