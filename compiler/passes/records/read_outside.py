"""Records that the function reads from outside: their leaves are constants and hidden arrays.

They are made where the function begins. A list that is an array (`tables`) is made of constants alone:

Before:  `TABLE = [[], [1.0], [2.0, 3.0]]` in the module, and `TABLE[i][k]` in a loop
After:   `table:items:heap:items = list_new(1.0, 2.0, 3.0)`, `table:items:start = list_new(0, 0, 1)`,
         `table:items:length = list_new(0, 1, 2)`
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ...ir.nodes import Apply, Assign, Atom, Const, Var
from ...ir.records import Growing, RowItems, field_name
from ...ir.types import PY_INT
from .columns import FIELDS, hold
from .dissolve import Dissolver
from .shapes import Fields, Rows, Shape
from .state import Ref, State
from .tables import shape_of_constants


def from_outside(d: Dissolver, target: Var, e: Apply) -> None:
    """A list or dict that the function reads from outside: the same object wherever it is read."""
    own = Var(f"outside:{e.attr('name')}", span=e.span)
    if own.name not in d.tables.written:
        state, out, iteration = d.state, d.out, d.iteration
        d.state, d.out, d.iteration = State(), d.tables.entry, ""
        _held(d, own, e.attr("held"))
        d.tables.written[own.name] = d.state
        d.state, d.out, d.iteration = state, out, iteration
    if not isinstance(d.state.env.get(own.name), Ref):
        d.state.env.update(d.tables.written[own.name].env)
        d.state.heap.update(d.tables.written[own.name].heap)
    d.put(target, own, e.span)


def _held(d: Dissolver, target: Var, held: Any, whole: str = "") -> None:
    """Let a variable be a list, a dict or an object. `whole` is the list that it is in, if that may be an array."""
    shape = shape_of_constants(held) if held.cls is list else None
    if shape is not None:
        whole = d.tables.may_be_array(target.name, whole)
        if target.name in d.growing:
            _filled(d, d.reserve(target, Growing, FIELDS).name, held.items, shape, target)
            return
    items: list[Atom] = []
    for k, item in enumerate(held.items):
        if isinstance(item, Const | Var):
            items.append(item)
        else:
            inner = Var(f"{target.name}.{k}", span=target.span)
            _held(d, inner, item, whole)
            items.append(inner)
    ref = d.reserve(target, held.cls, held.keys)
    record = d.state.heap[ref.name] = replace(d.state.heap[ref.name], foreign=True)
    for (_, variable), value in zip(record.fields, items, strict=True):
        d.put(Var(variable, span=target.span), value, target.span)


# --------------------------------------------------------------------------------------------------------------- tables


def _filled(d: Dissolver, name: str, items: tuple[Any, ...], shape: Shape, target: Var) -> None:
    """The columns and the length of a list of constants."""
    d.state.heap[name] = replace(d.state.heap[name], foreign=True)
    d.places[next(iter(d.state.heap[name].origins))] = (target.span, name)
    variables = dict(d.state.heap[name].fields)
    _column(d, Var(variables["items"], span=target.span), items, shape, next(iter(d.state.heap[name].origins)), "")
    for key in ("count", "room"):
        _assigned(d, Var(variables[key], span=target.span), Const(len(items), PY_INT))


def _column(d: Dissolver, target: Var, items: tuple[Any, ...], shape: Shape, site: str, path: str) -> None:
    match shape:
        case Fields(cls, keys, inner):
            names = [f"{target.name}:{field_name(cls, k, n)}" for n, k in enumerate(keys)]
            hold(d, target.name, cls, tuple(zip(keys, names, strict=True)))
            for n, (key, name, s) in enumerate(zip(keys, names, inner, strict=True)):
                part = tuple(item.items[n] for item in items)
                _column(d, Var(name, span=target.span), part, s, site, f"{path}.{key}")
        case Rows(inner):
            lengths = [len(item.items) for item in items]
            starts = itertools.accumulate(lengths[:-1], initial=0)
            hold(d, target.name, RowItems, tuple((k, f"{target.name}:{k}") for k in ("start", "length", "heap")))
            _numbers(d, Var(f"{target.name}:start", span=target.span), _integers(starts), f"{site}{path}.start")
            _numbers(d, Var(f"{target.name}:length", span=target.span), _integers(lengths), f"{site}{path}.length")
            heap = f"{target.name}:heap"
            hold(d, heap, Growing, tuple((k, f"{heap}:{k}") for k in FIELDS))
            d.state.heap[heap] = replace(d.state.heap[heap], origins=frozenset({f"{site}{path}[]"}))
            _filled(d, heap, tuple(itertools.chain.from_iterable(item.items for item in items)), inner, target)
        case _:
            _numbers(d, target, items, f"{site}{path}")


def _integers(values: Iterable[int]) -> tuple[Const, ...]:
    return tuple(Const(v, PY_INT) for v in values)


def _numbers(d: Dissolver, target: Var, items: tuple[Const, ...], site: str) -> None:
    known = (("exact", True), ("places", ()), ("sites", (site,)), ("whole", not items))
    _assigned(d, target, Apply("list_new", items, span=target.span, attrs=known))


def _assigned(d: Dissolver, target: Var, value: Apply | Const) -> None:
    d.emit(Assign(target, value, target.span))
    d.state.env[target.name] = None
