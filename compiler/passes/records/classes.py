"""Instances of classes: how they are made, and their attributes, properties and methods."""

from __future__ import annotations

import dataclasses
from collections import deque
from difflib import get_close_matches
from enum import Enum
from types import FunctionType, MemberDescriptorType
from typing import Any

import numpy as np

from ...ir.classes import is_named_tuple, is_plain
from ...ir.nodes import Apply, Assign, Atom, Const, Span, Var
from ...ir.records import BOUND, MADE_OF_KEYS, VIEWS, Bound, Growing
from ...ir.types import NOTHING, Known
from ...ops import METHODS as ARRAY_METHODS
from .dissolve import Dissolver
from .fields import elements, in_place
from .fold import is_tuple
from .listing import from_array
from .methods import sequence
from .state import Record, Ref, Value

OPERATORS = {"add": "__add__", "sub": "__sub__", "mul": "__mul__", "div": "__truediv__", "matmul": "__matmul__",
             "pow": "__pow__", "mod": "__mod__", "floordiv": "__floordiv__", "neg": "__neg__", "pos": "__pos__",
             "lt": "__lt__", "le": "__le__", "gt": "__gt__", "ge": "__ge__", "eq": "__eq__", "ne": "__ne__",
             "abs": "__abs__", "bit_and": "__and__", "bit_or": "__or__", "bit_xor": "__xor__", "lshift": "__lshift__",
             "rshift": "__rshift__", "invert": "__invert__"}
MIRRORED = {"lt": "__gt__", "le": "__ge__", "gt": "__lt__", "ge": "__le__", "eq": "__eq__", "ne": "__ne__"}
ARRAY_ATTRIBUTES = ("shape", "size", "ndim", "T", "mT", "flat")


def refuses_store(d: Dissolver, record: Record, name: str) -> bool:
    """Whether a class does something else than store when an attribute is assigned, or refuses it."""
    if "__setattr__" in {n for b in record.cls.__mro__[:-1] for n in vars(b)}:
        return True
    found = d.outside.member(record.cls, name)
    return found is not ... and hasattr(type(found), "__set__") and not isinstance(found, MemberDescriptorType)


def set_property(d: Dissolver, owner: Atom, record: Record, name: str, value: Atom, e: Apply) -> bool:
    """Call the setter for an assignment to a property, if it is one that was written in Python."""
    found = d.outside.member(record.cls, name)
    own = {n for b in record.cls.__mro__[:-1] for n in vars(b)}
    if "__setattr__" in own or not isinstance(found, property) or not isinstance(found.fset, FunctionType):
        return False
    if e.attr("augmented"):
        in_place(d, value, e.attr("augmented"))
    d.call(d.fresh(e.span), found.fset, (owner, value), (), e.span)
    return True


# ---------------------------------------------------------------------------------------------------------- attributes


def get_attribute(d: Dissolver, target: Var, e: Apply) -> None:
    """`p.name`."""
    record, name = d.record(e.args[0]), e.attr("name")
    if record is None and name in ("real", "imag"):
        d.emit(Assign(target, Apply(name, e.args, span=e.span, attrs=(("via", "attribute"),)), e.span))
        return
    known = d.constant(e.args[0])
    if isinstance(known, Enum) and name in ("value", "name"):
        found = getattr(known, name)
        text = Const(found, Known(found), e.span) if isinstance(found, str) else d.outside.constant(found, e.span)
        if text is not None:
            d.put(target, text, e.span)
            return
    if record is None and known is None and name in ("value", "name"):  # of an enum, if it is one of its members
        d.emit(Assign(target, Apply("member_of_enum", e.args, span=e.span, attrs=e.attrs), e.span))
        d.state.env[target.name] = None
        return
    if record is None:
        d.refuse("A026", e.span, name=name, hint=closest(name, [*ARRAY_ATTRIBUTES, "real", "imag"], ""))
        d.poison(target, e.span)
        return
    if record.cls is Bound:
        d.put(target, Var(record.variable(name) or "", span=e.span), e.span)
        return
    names = record.cls._fields if is_named_tuple(record.cls) else ()  # type: ignore[attr-defined]
    if name in names:
        d.put(target, Var(record.fields[names.index(name)][1], span=e.span), e.span)
        return
    builtin = record.cls in (dict, list, tuple)
    found = ... if builtin else d.outside.member(record.cls, name)
    if isinstance(found, property) and isinstance(found.fget, FunctionType):
        d.call(target, found.fget, (e.args[0],), (), e.span)
        return
    variable = record.variable(name) if not builtin and not names else None
    if variable is not None:
        d.put(target, Var(variable, span=e.span), e.span)
        return
    if isinstance(found, FunctionType | classmethod | staticmethod):
        bind(d, target, found, e.args[0], record.cls, e.span)
        return
    constant = Const(found, Known(found), e.span) if isinstance(found, str) else (
        d.outside.constant(found, e.span) if found is not ... else None)
    if constant is None:
        listed = ", ".join(map(str, names or (() if builtin else record.keys))) or "none"
        d.refuse("R001", e.span, record=record, key=f".{name}", keys=listed)
        d.poison(target, e.span)
        return
    d.put(target, constant, e.span)


def bind(d: Dissolver, target: Var, found: Any, owner: Atom, cls: type, span: Span) -> None:
    """A method that is read: its function, with what it belongs to."""
    function = found if isinstance(found, FunctionType) else found.__func__
    known = Const(function, Known(function), span)
    if isinstance(found, staticmethod):
        d.put(target, known, span)
    else:
        first = Const(cls, Known(cls), span) if isinstance(found, classmethod) else owner
        d.allocate(target, Bound, BOUND, (known, first))


def holds(d: Dissolver, record: Record, name: str) -> bool:
    """Whether an attribute that is called is what the object itself holds, which the types have to tell more of."""
    if record.cls in (dict, list, tuple, Growing, Bound, *VIEWS):
        return False
    names = record.cls._fields if is_named_tuple(record.cls) else ()  # type: ignore[attr-defined]
    variable = record.fields[names.index(name)][1] if name in names else record.variable(name)
    held = d.state.env.get(variable or "")
    if variable is None or isinstance(held, Ref):
        return isinstance(held, Ref) and d.state.heap[held.name].cls is Bound
    found = d.outside.member(record.cls, name)
    return not isinstance(found, property) and (isinstance(found, FunctionType) or not (
        isinstance(held, Const) and isinstance(held.value, FunctionType)))


def closest(name: str, names: list[str], call: str) -> str:
    """A hint for a name that may be misspelled."""
    close = get_close_matches(name, names, n=1, cutoff=0.7)
    return f"did you mean `.{close[0]}{call}`?" if close else ""


def call_method(d: Dissolver, target: Var, e: Apply) -> None:
    """`p.name(...)` of an instance of a class."""
    record, name, owner = d.record(e.args[0]), e.attr("name"), e.args[0]
    if record is None and name == "tolist" and len(e.args) == 1 and not e.attr("keywords"):
        from_array(d, target, owner, e.span, True)
        return
    if record is None:
        _not_a_method(d, target, e, name, owner)
        return
    if name == "dataclasses.replace" and dataclasses.is_dataclass(record.cls):
        _replaced(d, target, record, e)
        return
    found = ... if record.cls in (dict, list, tuple) else d.outside.member(record.cls, name, e.attr("above"))
    count = len(e.args) - len(e.attr("keywords"))
    args, keywords = e.args[1:count], tuple(zip(e.attr("keywords"), e.args[count:], strict=True))
    if isinstance(found, FunctionType):
        d.call(target, found, (owner, *args), keywords, e.span)
    elif isinstance(found, classmethod) and isinstance(found.__func__, FunctionType):
        d.call(target, found.__func__, (Const(record.cls, Known(record.cls), e.span), *args), keywords, e.span)
    elif isinstance(found, staticmethod) and isinstance(found.__func__, FunctionType):
        d.call(target, found.__func__, args, keywords, e.span)
    elif (held := d.state.env.get(record.variable(name) or "")) is not None and _called(held):
        _call_held(d, target, held, Var(record.variable(name) or "", span=e.span), args, keywords, e)
    else:
        d.refuse("R008", e.span, record=record, name=name)
        d.poison(target, e.span)


def _called(held: Value) -> bool:
    """Whether what an attribute holds can be called here: an object, or a Python function."""
    return isinstance(held, Ref) or (isinstance(held, Const) and isinstance(held.value, FunctionType))


def _call_held(
    d: Dissolver, target: Var, held: Value, attribute: Var, args: tuple[Atom, ...],
    keywords: tuple[tuple[str, Atom], ...], e: Apply,
) -> None:
    """`self.rule(x)` where `rule` is an attribute and no method."""
    if isinstance(held, Const):
        d.call(target, held.value, args, keywords, e.span)
    else:
        attrs = (("keywords", e.attr("keywords")), ("name", "__call__"))
        call_method(d, target, Apply("method", (attribute, *e.args[1:]), span=e.span, attrs=attrs))


def operated(d: Dissolver, target: Var, e: Apply) -> bool:
    """An operator whose left operand is an instance of a class that defines it."""
    record = d.record(e.args[0]) if e.args else None
    op = e.attr("op") if e.op == "iadd" else e.op
    if _reflected(d, target, record, op, e):
        return True
    builtin = record is None or record.cls in (dict, list, tuple, Growing)
    if record is None or builtin or op not in OPERATORS or e.attr("via"):
        return False
    names = ("__i" + OPERATORS[op][2:], OPERATORS[op]) if e.op == "iadd" else (OPERATORS[op],)
    found = [n for n in names if written(d.outside.member(record.cls, n))]
    if found:
        call_method(d, target, Apply("method", e.args, span=e.span, attrs=(("keywords", ()), ("name", found[0]))))
    elif op == "ne" and written(d.outside.member(record.cls, "__eq__")):
        same = Var(f"{target.name}.same", span=e.span)
        call_method(d, same, Apply("method", e.args, span=e.span, attrs=(("keywords", ()), ("name", "__eq__"))))
        d.apply(target, Apply("logical_not", (same,), span=e.span, attrs=(("via", "python"),)))
        return True
    return bool(found)


def written(found: Any) -> bool:
    """Whether a method is one that the class was written with."""
    return isinstance(found, FunctionType) and found.__code__.co_filename != "<string>"


def _reflected(d: Dissolver, target: Var, left: Record | None, op: str, e: Apply) -> bool:
    """An operator that the right operand defines, and the left one, a number or an object, does not."""
    right = d.record(e.args[1]) if len(e.args) == 2 else None
    if right is None or right.cls in (dict, list, tuple, Growing) or op not in OPERATORS or e.attr("via"):
        return False
    first = left is not None and left.cls not in (dict, list, tuple, Growing) and (
        written(d.outside.member(left.cls, OPERATORS[op])))
    name = MIRRORED.get(op, "__r" + OPERATORS[op][2:])
    if first or not written(d.outside.member(right.cls, name)):
        return False
    args = e.args[::-1]
    if left is None:
        number = Var(f"{target.name}.number", span=e.span)
        d.emit(Assign(number, Apply("number", e.args[:1], span=e.span), e.span))
        d.state.env[number.name] = None
        args = (e.args[1], number)
    call_method(d, target, Apply("method", args, span=e.span, attrs=(("keywords", ()), ("name", name))))
    return True


def _not_a_method(d: Dissolver, target: Var, e: Apply, name: str, owner: Atom) -> None:
    if name == "__call__":
        what = "it is a value, not a function"
        d.refuse("T018", e.span, name=e.attr("shown", "this"), what=what, hint=e.attr("hint", ""))
    else:
        methods = sorted(m for m in ARRAY_METHODS if m not in ARRAY_ATTRIBUTES)
        hint = e.attr("hint", "") or closest(name, methods, "()")
        if not hint and hasattr(np.random.Generator, name):
            hint = "draw random numbers outside, and pass the array as an argument"
        d.refuse("A027", e.span, name=name, methods=", ".join(f"`.{m}()`" for m in methods), hint=hint)
    d.poison(target, e.span)


# -------------------------------------------------------------------------------------------------------- construction


def construct(d: Dissolver, target: Var, e: Apply) -> None:
    """`Point(x, y)`, and `list(p)`, `tuple(p)`, `dict(p)`."""
    cls: type = e.attr("cls")
    count = len(e.args) - len(e.attr("keywords"))
    args, keywords = e.args[:count], dict(zip(e.attr("keywords"), e.args[count:], strict=True))
    if cls in (list, tuple):
        sequence(d, target, e, cls)
    elif cls is dict:
        _dict(d, target, e, args, keywords)
    elif cls in MADE_OF_KEYS:
        d.rules["keyed made"](d, target, e)
    elif not is_plain(cls):
        lazy = cls.__module__ == "itertools"
        hint = "go through it where it is called: `for v in ...:` or `list(...)`" if lazy else ""
        d.refuse("T018", e.span, name=cls.__name__, what="it is a class that does more than hold its attributes",
                 hint="use a list, with `append` and `pop(0)`" if cls is deque else hint)
        d.poison(target, e.span)
    elif is_named_tuple(cls):
        names, defaults = cls._fields, cls._field_defaults  # type: ignore[attr-defined]
        items = _bound(d, cls, (names, defaults, ()), args, keywords, target)
        if items is None:
            d.poison(target, e.span)
        else:
            d.allocate(target, cls, tuple(range(len(names))), items)
    else:
        _instance(d, target, cls, args, keywords, e.span)


def _dict(d: Dissolver, target: Var, e: Apply, args: tuple[Atom, ...], keywords: dict[str, Atom]) -> None:
    given = d.record(args[0]) if args else Record(dict, (), frozenset())
    if given is None or given.cls is not dict or len(args) > 1:
        pairs = elements(d, args[0], e.span) if len(args) == 1 else None
        fields = [d.record(p) for p in pairs or ()]
        keys = [d.value(Var(f.fields[0][1])) if f is not None and len(f.fields) == 2 else None for f in fields]
        if pairs is None or not all(isinstance(k, Const) and not is_tuple(k) for k in keys):
            d.refuse("T001", e.span, name="dict", hint="write the keys out: `{\"a\": x}`")
            d.poison(target, e.span)
            return
        items = {k.value: Var(f.fields[1][1]) for k, f in zip(keys, fields, strict=True)  # type: ignore[union-attr]
                 if f is not None}
    else:
        items = {k: Var(v, span=e.span) for k, v in given.fields}
    whole: dict[Any, Atom] = {**items, **keywords}
    d.allocate(target, dict, tuple(whole), tuple(whole.values()))


Signature = tuple[tuple[str, ...], dict[str, Any], tuple[str, ...]]  # names, defaults, keyword-only names


def _bound(
    d: Dissolver, cls: type, signature: Signature, args: tuple[Atom, ...], keywords: dict[str, Atom], made: Var
) -> tuple[Atom, ...] | None:
    """The operand of every field; None after reporting a call that Python would refuse."""
    (names, defaults, only), span = signature, made.span
    positional = [n for n in names if n not in only]
    bound = {**dict(zip(positional, args, strict=False)), **keywords}
    twice = len(bound) < min(len(args), len(positional)) + len(keywords)
    lacking = [n for n in names if n not in bound and n not in defaults]
    if len(args) > len(positional) or twice or lacking or any(k not in names for k in keywords):
        total = len(args) + len(keywords)
        given = "1 was" if total == 1 else f"{total} were"
        d.refuse("T003", span, name=cls.__name__, expected=f"the arguments ({', '.join(names)})", given=given)
        return None
    items: list[Atom] = []
    for name in names:
        item = bound.get(name) or _default(d, defaults[name], Var(f"{made.name}.{name}", span=span))
        if item is None:
            d.refuse("F006", span, name=name, type=type(defaults[name]).__name__)
            return None
        items.append(item)
    return tuple(items)


@dataclasses.dataclass(frozen=True)
class _Factory:
    """What makes the default of a field, each time anew."""

    call: Any


def _default(d: Dissolver, value: Any, made: Var) -> Atom | None:
    span = made.span
    if isinstance(value, _Factory) and isinstance(value.call, FunctionType):
        d.call(made, value.call, (), (), span)
        return made
    if isinstance(value, _Factory) and isinstance(value.call, type) and is_plain(value.call):
        construct(d, made, Apply("construct", (), span=span, attrs=(("cls", value.call), ("keywords", ()))))
        return made
    made_by_call = isinstance(value, _Factory)
    value = value.call if made_by_call else value
    if isinstance(value, str | Enum) or (callable(value) and not made_by_call):
        return Const(value, Known(value), span)
    if value is None:
        return Const(None, NOTHING, span)
    if value in (list, dict) and isinstance(value, type):  # a `default_factory`
        d.allocate(made, value, (), ())
        return made
    if type(value) is tuple or (isinstance(value, tuple) and is_named_tuple(type(value))):
        items = [_default(d, item, Var(f"{made.name}.{k}", span=span)) for k, item in enumerate(value)]
        given = tuple(item for item in items if item is not None)
        if len(given) < len(items):
            return None
        d.allocate(made, type(value), tuple(range(len(given))), given)
        return made
    return d.outside.constant(value, span)


def _instance(
    d: Dissolver, target: Var, cls: type, args: tuple[Atom, ...], keywords: dict[str, Atom], span: Span
) -> None:
    made, done = (Var(f"{target.name}.{word}", span=span) for word in ("self", "init"))
    d.hints[made.name] = d.hints.get(target.name, made.name)
    found = d.outside.member(cls, "__init__")
    if dataclasses.is_dataclass(cls) and isinstance(found, FunctionType) and found.__code__.co_filename == "<string>":
        fields = [f for f in dataclasses.fields(cls) if f.init]
        defaults = {f.name: f.default if f.default is not dataclasses.MISSING else _Factory(f.default_factory)
                    for f in fields if (f.default, f.default_factory) != (dataclasses.MISSING,) * 2}
        only = tuple(f.name for f in fields if f.kw_only)
        signature = tuple(f.name for f in fields), defaults, only
        items = _bound(d, cls, signature, args, keywords, made)
        if items is None:
            d.poison(target, span)
            return
        d.allocate(made, cls, signature[0], items)
        _after(d, made, cls, span)
    elif isinstance(found, FunctionType):
        d.allocate(made, cls, (), ())
        d.call(done, found, (made, *args), tuple(keywords.items()), span, frozenset({made.name}))
    elif found is ... and not args and not keywords:
        d.allocate(made, cls, (), ())
    else:
        d.refuse("T003", span, name=cls.__name__, expected="no arguments", given=f"{len(args) + len(keywords)} were")
        d.poison(target, span)
        return
    d.put(target, made, span)


def _replaced(d: Dissolver, target: Var, record: Record, e: Apply) -> None:
    """`dataclasses.replace(p, x=1.0)`: a new object, made of the fields of the old one and the given ones."""
    given = dict(zip(e.attr("keywords"), e.args[len(e.args) - len(e.attr("keywords")):], strict=True))
    kept: dict[str, Atom] = {}
    for f in dataclasses.fields(record.cls):
        variable = record.variable(f.name)
        if f.init and variable is not None:
            kept[f.name] = Var(variable, span=e.span)
    _instance(d, target, record.cls, (), kept | given, e.span)


def _after(d: Dissolver, made: Var, cls: type, span: Span) -> None:
    found = d.outside.member(cls, "__post_init__")
    if isinstance(found, FunctionType):
        d.call(Var(f"{made.name}.after", span=span), found, (made,), (), span, frozenset({made.name}))
