"""The methods of dicts, lists and named tuples, and the builtins that go through their items."""

from __future__ import annotations

from typing import Any

from ...ir.nodes import Apply, Assign, Atom, Const, If, Var
from ...ir.records import Growing, Items, Keys, Values
from ...ir.types import NOTHING, PY_INT
from .again import Grows, NeedsConstant
from .choosing import keyed, may_be_chosen
from .dissolve import Dissolver, Rule
from .fields import (
    apply,
    elements,
    is_sequence,
    may_store,
    missing,
    needs_constant,
    new_variable,
    position,
    put_field,
    read,
)
from .fold import is_tuple
from .listing import duplicate, from_array
from .shapes import NUMBERS
from .state import Record, Ref, is_text


def _subject(d: Dissolver, e: Apply) -> tuple[Ref, Record]:
    ref = d.value(e.args[0])
    assert isinstance(ref, Ref)
    return ref, d.state.heap[ref.name]


def _nothing(d: Dissolver, target: Var, e: Apply) -> None:
    d.put(target, Const(None, NOTHING, e.span), e.span)


def _wrong(d: Dissolver, target: Var, e: Apply, expected: str) -> None:
    count = len(e.args) - 1
    given = "1 was" if count == 1 else f"{count} were"
    d.refuse("T003", e.span, name=f".{e.attr('name')}", expected=expected, given=given)
    d.poison(target, e.span)


def _positional(d: Dissolver, target: Var, e: Apply, least: int, most: int) -> tuple[Atom, ...] | None:
    """The arguments of a method that takes no keywords."""
    args = e.args[1:]
    if e.attr("keywords") or not least <= len(args) <= most:
        words = f"{least} argument{'' if least == 1 else 's'}" if least == most else f"{least} to {most} arguments"
        _wrong(d, target, e, words)
        return None
    return args


# ------------------------------------------------------------------------------------------------------------ dicts


def _get(d: Dissolver, target: Var, e: Apply) -> None:
    args = _positional(d, target, e, 1, 2)
    if args is None:
        return
    _, record = _subject(d, e)
    key = d.value(args[0])
    default = args[1] if len(args) == 2 else Const(None, NOTHING, e.span)
    if may_be_chosen(d, record, args[0]):
        keyed(d, target, record, args[0], e.span, default)
    elif not isinstance(key, Const) or is_tuple(key):
        needs_constant(d, target, record, e.span, args[0], default)
    elif record.variable(key.value) is not None:
        read(d, target, record, key.value, e.span)
    else:
        d.put(target, default, e.span)


def _set(d: Dissolver, target: Var, e: Apply) -> None:
    ref, record = _subject(d, e)
    key = d.value(e.args[1])
    if not isinstance(key, Const) or is_tuple(key):
        needs_constant(d, target, record, e.span)
    else:
        put_field(d, ref, key.value, e.args[2], e)


def _view(cls: type) -> Rule:
    def rule(d: Dissolver, target: Var, e: Apply) -> None:
        if _positional(d, target, e, 0, 0) is not None:
            d.allocate(target, cls, ("dict",), (e.args[0],))

    return rule


def _copy(d: Dissolver, target: Var, e: Apply) -> None:
    if _positional(d, target, e, 0, 0) is not None:
        _, record = _subject(d, e)
        d.allocate(target, record.cls, record.keys, tuple(Var(v, span=e.span) for _, v in record.fields))


def _update(d: Dissolver, target: Var, e: Apply) -> None:
    ref, _ = _subject(d, e)
    named = len(e.attr("keywords"))
    others = e.args[1 : len(e.args) - named]
    for a in others:
        other = d.record(a)
        if other is None or other.cls is not dict:
            d.refuse("R005", e.span, what="`update`", record=other or "something else")
            continue
        for key, variable in other.fields:
            put_field(d, ref, key, Var(variable, span=e.span), e)
    for key, a in zip(e.attr("keywords"), e.args[len(e.args) - named :], strict=True):
        put_field(d, ref, key, a, e)
    _nothing(d, target, e)


def _pop(d: Dissolver, target: Var, e: Apply) -> None:
    """`p.pop(key)` and `p.pop()`: the last item of a list."""
    ref, record = _subject(d, e)
    least = 0 if record.cls is list else 1
    args = _positional(d, target, e, least, 1 if record.cls is list else 2)
    if args is None:
        return
    index = args[0] if args else Const(-1, PY_INT)
    key = position(d, record, index)
    if key is None:
        needs_constant(d, target, record, e.span)
        return
    if key is KeyError or record.variable(key) is None:
        if len(args) == 2:
            d.put(target, args[1], e.span)
        else:
            missing(d, target, record, d.constant(index), e.span)
        return
    if not may_store(d, ref, record, e.span):
        d.poison(target, e.span)
        return
    read(d, target, record, key, e.span)
    kept = tuple(f for f in record.fields if f[0] != key)
    if record.cls is list:
        kept = tuple((k, v) for k, (_, v) in enumerate(kept))
    d.state.heap[ref.name] = Record(record.cls, kept, record.origins)


def _set_default(d: Dissolver, target: Var, e: Apply) -> None:
    args = _positional(d, target, e, 2, 2)
    if args is None:
        return
    ref, record = _subject(d, e)
    key = d.value(args[0])
    if not isinstance(key, Const) or is_tuple(key):
        needs_constant(d, target, record, e.span)
        return
    if record.variable(key.value) is None:
        put_field(d, ref, key.value, args[1], e)
    read(d, target, d.state.heap[ref.name], key.value, e.span)


# ------------------------------------------------------------------------------------------------------------ lists


def _append(d: Dissolver, target: Var, e: Apply) -> None:
    args = _positional(d, target, e, 1, 1)
    if args is not None:
        ref, record = _subject(d, e)
        put_field(d, ref, len(record.fields), args[0], e)
        _nothing(d, target, e)


def _extend(d: Dissolver, target: Var, e: Apply) -> None:
    args = _positional(d, target, e, 1, 1)
    if args is None:
        return
    ref, record = _subject(d, e)
    items, other = elements(d, args[0], e.span), d.record(args[0])
    if items is None and (other is None or other.cls is Growing) and not record.foreign:
        if d.loops:
            raise NeedsConstant
        raise Grows({name.removesuffix(" before"): NUMBERS for name in record.origins})
    if items is None:
        d.refuse("R005", e.span, what="`extend`", record=d.record(args[0]) or "something else")
        items = []
    for item in items:
        put_field(d, ref, len(d.state.heap[ref.name].fields), item, e)
    _nothing(d, target, e)


def _insert(d: Dissolver, target: Var, e: Apply) -> None:
    args = _positional(d, target, e, 2, 2)
    if args is None:
        return
    ref, record = _subject(d, e)
    at = d.constant(args[0])
    if not isinstance(at, int):
        needs_constant(d, target, record, e.span)
    elif may_store(d, ref, record, e.span):
        variable = new_variable(d, ref, record, len(record.fields))
        d.put(Var(variable, span=e.span), args[1], e.span)
        variables = [v for _, v in record.fields]
        variables.insert(at, variable)
        d.state.heap[ref.name] = Record(list, tuple(enumerate(variables)), record.origins)
        _nothing(d, target, e)


def _reverse(d: Dissolver, target: Var, e: Apply) -> None:
    if _positional(d, target, e, 0, 0) is None:
        return
    ref, record = _subject(d, e)
    if may_store(d, ref, record, e.span):
        variables = [v for _, v in reversed(record.fields)]
        d.state.heap[ref.name] = Record(list, tuple(enumerate(variables)), record.origins)
    _nothing(d, target, e)


def _clear(d: Dissolver, target: Var, e: Apply) -> None:
    if _positional(d, target, e, 0, 0) is None:
        return
    ref, record = _subject(d, e)
    if may_store(d, ref, record, e.span):
        d.state.heap[ref.name] = Record(record.cls, (), record.origins)
    _nothing(d, target, e)


# ----------------------------------------------------------------------------------------------------- named tuples


def _replace(d: Dissolver, target: Var, e: Apply) -> None:
    """`p._replace(x=1.0)`."""
    _, record = _subject(d, e)
    names: tuple[str, ...] = getattr(record.cls, "_fields", ())
    given = dict(zip(e.attr("keywords"), e.args[1:], strict=False))
    unknown = [k for k in given if k not in names]
    if len(e.args) - 1 > len(given) or unknown:
        _wrong(d, target, e, f"keywords among ({', '.join(names)})")
        return
    items = tuple(given.get(n, Var(v, span=e.span)) for n, (_, v) in zip(names, record.fields, strict=True))
    d.allocate(target, record.cls, record.keys, items)


def _as_dict(d: Dissolver, target: Var, e: Apply) -> None:
    _, record = _subject(d, e)
    items = tuple(Var(v, span=e.span) for _, v in record.fields)
    d.allocate(target, dict, getattr(record.cls, "_fields", ()), items)


def _as_growing(d: Dissolver, target: Var, e: Apply) -> None:
    """What is done to lists whose length is known at run time: this one becomes one of them."""
    _, record = _subject(d, e)
    if record.foreign:
        d.refuse("R008", e.span, record=record, name=e.attr("name").removesuffix("_in_place"))
        d.poison(target, e.span)
        return
    raise Grows({name.removesuffix(" before"): NUMBERS for name in record.origins})


METHODS: dict[tuple[type, str], Rule] = {
    **{(list, name): _as_growing for name in ("sort_in_place", "remove", "index", "count")},
    (dict, "get"): _get,
    (dict, "__setitem__"): _set,
    (dict, "keys"): _view(Keys),
    (dict, "values"): _view(Values),
    (dict, "items"): _view(Items),
    (dict, "copy"): _copy,
    (dict, "update"): _update,
    (dict, "pop"): _pop,
    (dict, "setdefault"): _set_default,
    (dict, "clear"): _clear,
    (list, "append"): _append,
    (list, "extend"): _extend,
    (list, "insert"): _insert,
    (list, "pop"): _pop,
    (list, "copy"): _copy,
    (list, "reverse"): _reverse,
    (list, "clear"): _clear,
    (tuple, "_replace"): _replace,
    (tuple, "_asdict"): _as_dict,
}


# --------------------------------------------------------------------------------------------------------- builtins


def fold(d: Dissolver, target: Var, e: Apply) -> None:
    """`sum`, `max` and `min` of the items of a record, in Python's order."""
    name = e.attr("name")
    items = elements(d, e.args[0], e.span)
    if items is None:
        if name == "sum":
            d.refuse("T001", e.span, name="sum", hint="for a few numbers write `a + b`")
        else:
            d.refuse("T003", e.span, name=name, expected="two or more numbers", given=e.attr("given"),
                     hint=f"for an array write `np.{name}(x)`")
        d.poison(target, e.span)
        return
    if name == "sum":
        total: Atom = e.args[1] if len(e.args) == 2 else Const(0, PY_INT, e.span)
        for item in items:
            total = _plus(d, total, item, e)
        d.put(target, total, e.span)
        return
    if not items or len(e.args) == 2:
        _wrong(d, target, e, "a list or tuple that is not empty")
        return
    _extremum(d, target, items, e)


def _plus(d: Dissolver, total: Atom, item: Atom, e: Apply) -> Atom:
    result = d.fresh(e.span)
    d.apply(result, Apply("add", (total, item), span=e.span))
    return result


def _extremum(d: Dissolver, target: Var, items: list[Atom], e: Apply) -> None:
    """The first of the largest, as Python picks it."""
    if any(isinstance(d.value(a), Ref) for a in items):
        d.refuse("R005", e.span, what=f"`{e.attr('name')}`", record=d.record(e.args[0]))
        d.poison(target, e.span)
        return
    d.emit(Assign(target, items[0], e.span))
    for item in items[1:]:
        test = apply(d, "gt" if e.attr("name") == "max" else "lt", (item, target), e.span)
        d.emit(If(apply(d, "truth", (test,), e.span), (Assign(target, item, e.span),), (), e.span))
    d.state.env[target.name] = None


def sequence(d: Dissolver, target: Var, e: Apply, cls: Any) -> None:
    """`list(p)`, `tuple(p)`."""
    args = e.args
    given = d.record(args[0]) if len(args) == 1 else None
    if cls is list and given is not None and given.cls is Growing:
        duplicate(d, target, given, e.span)
        return
    items = elements(d, args[0], e.span) if len(args) == 1 and not e.attr("keywords") else None
    if cls is list and len(args) == 1 and given is None and not e.attr("keywords") and not is_text(d.value(args[0])):
        if d.loops and target.name + d.iteration not in d.growing:
            raise NeedsConstant
        from_array(d, target, args[0], e.span, False)
        return
    if not args:
        items = []
    if items is None:
        hint = "an array is a sequence already; index it" if cls in (list, tuple) else ""
        d.refuse("T001", e.span, name=cls.__name__, hint=hint)
        d.poison(target, e.span)
        return
    d.allocate(target, cls, tuple(range(len(items))), tuple(items))


__all__ = ["METHODS", "fold", "is_sequence", "sequence"]
