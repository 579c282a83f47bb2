"""The pass `dissolve` as a whole: from arguments to the result, again whenever a list turns out to be an array.

A list whose length is known only at run time is met as one whose length is known, until something shows that it is not;
then the pass begins again, knowing so. Where arrays were chosen for lists that could be variables (`tables`) and
something cannot be said of arrays, it begins again without them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

from ...diagnostics import Findings
from ...ir.nodes import Apply, Const, Function, Return, Span, Var
from ...ir.records import Built, Growing, RecordOf, Structure, field_name, leaf_names, opened
from ...ir.types import Known, Nothing, TupleOf
from .again import DEEPEST, MOST, Bottomless, Grows
from .dissolve import POISON, Asked, Dissolver, Expansions, Rule
from .kinds import number_of
from .outside import Outside
from .packed import packed
from .shapes import NUMBERS, Shape, with_references
from .state import Record, Ref, only_value
from .tables import Tables

_ITERATIONS = re.compile(r"(?:~\d+)+")  # of the loops that are unrolled, in the name of what is made there
_LAST_ITERATION = re.compile(r"(?:~\d+)+$")


def dissolve(
    function: Function, records: tuple[Structure | None, ...], rules: dict[str, Rule], outside: Outside,
    findings: Findings,
) -> tuple[Function, Built | None, Asked, bool]:
    """The function without records, how its result is put together, and what `translate` has asked about records.

    `records` are those among its arguments, and the strings and the like, which may decide about records. The last
    part of the result says whether lists of a length that is known have become arrays, to keep loops short.
    """
    known, expansions = len(findings.items), Expansions()
    while True:
        result = _by_rounds(function, records, rules, outside, findings, expansions)
        if not result[-1] or len(findings.items) == known:
            return result
        del findings.items[known:]
        outside = replace(outside, tables=False)


def _by_rounds(
    function: Function, records: tuple[Structure | None, ...], rules: dict[str, Rule], outside: Outside,
    findings: Findings, expansions: Expansions,
) -> tuple[Function, Built | None, Asked, bool]:
    growing: dict[str, Shape] = {}
    known, rounds, chosen = len(findings.items), 0, False
    while True:
        d = Dissolver(rules, outside, findings, growing, expansions, Tables(outside.tables, chosen))
        try:
            return (*_dissolved(function, records, d), d.asked, chosen)
        except Grows as grows:
            del findings.items[known:]
            rounds, chosen = rounds + 1, chosen or grows.chosen
            if grows.shapes.items() <= growing.items() or rounds > MOST:
                findings.add("R004", function.span, name="a list")
                return _given_up(function, records, outside), None, d.asked, chosen
            everywhere = _in_all_iterations(grows.shapes, growing, d.tables) if outside.tables else {}
            growing, chosen = with_references(growing | everywhere | grows.shapes), chosen or bool(everywhere)
        except Bottomless as error:
            del findings.items[known:]
            findings.add("A035", error.span, name=error.name, what=f"records or tuples, and no end is known "
                         f"within {DEEPEST} calls in each other and {MOST} in all")
            outside.endless[error.key] = error.records
            return _given_up(function, records, outside), None, d.asked, chosen


def _in_all_iterations(shapes: dict[str, Shape], growing: dict[str, Shape], tables: Tables) -> dict[str, Shape]:
    """What is made in an iteration of a loop that is unrolled, as what the loop makes: it need not be unrolled then.

    Where it is unrolled for another reason, it makes the same in each of its iterations.
    """
    sites = {_ITERATIONS.sub("", site) for site in shapes}
    numbers = (site for site, shape in shapes.items() if shape == NUMBERS)
    others = {f"{base}{other}" for base, turns in map(_turns, numbers) for other in tables.iterations(turns)}
    return dict.fromkeys((sites | others) - shapes.keys() - growing.keys(), NUMBERS)


def _turns(site: str) -> tuple[str, int]:
    """The name of what is made, and how many loops around it are unrolled; none where the name has them in between."""
    found = _LAST_ITERATION.search(site)
    return (site[: found.start()], found[0].count("~")) if found else (site, 0)


def _given_up(function: Function, records: tuple[Structure | None, ...], outside: Outside) -> Function:
    """The function with its parameters only, where it is not known what becomes of the rest."""
    given = zip(function.params, (*records, *(None for _ in function.params)), strict=False)
    known = ((p, opened(s) if isinstance(s, TupleOf) or (isinstance(s, RecordOf) and outside.written_out) else s)
             for p, s in given)
    params = tuple(Var(n, span=p.span) for p, s in known for n in leaf_names(p.name, s))
    return replace(function, params=params, body=(Return(POISON),))


def _dissolved(function: Function, records: tuple[Structure | None, ...],
               d: Dissolver) -> tuple[Function, Built | None]:
    params: list[Var] = []
    for number, p in enumerate(function.params):
        given = records[number] if number < len(records) else None
        if isinstance(given, RecordOf | TupleOf):
            given = opened(given) if isinstance(given, TupleOf) else given
            d.state.env[p.name] = _argument(d, given, p.name, (number,), params, p.span)
        else:
            known = number_of(given) if given is not None and d.outside.written_out else None
            d.state.env[p.name] = known or only_value(given, p.span)
            params.append(p)
    d.rules["tables"](d, Var(""), Apply("tables", (), span=function.span))
    entry, d.out = tuple(d.out), []
    last = function.body[-1]
    assert isinstance(last, Return)
    needed = (last.value.name,) if isinstance(last.value, Var) else ()
    body = d.block(function.body[:-1], frozenset((*needed, *d.objects.values())))
    d.out, d.live = [], frozenset()
    value, built = packed(d, last.value, last.span)
    body = (*entry, *d.tables.entry, *body, *d.out, Return(value, last.span))
    return replace(function, params=tuple(params), body=body), built


def _argument(
    d: Dissolver, given: RecordOf, name: str, path: tuple[Any, ...], params: list[Var], span: Span
) -> Ref:
    """The record that the caller passes; its leaves are parameters."""
    if given.cls is Growing:
        params.extend(arrays := tuple(Var(n, span=span) for n in leaf_names(name, given)))
        d.rules["given"](d, Var(name, span=span), Apply(
            "given", arrays, span=span, attrs=(("path", path), ("structure", given))))
        return Ref(name)
    fields = tuple((k, f"{name}:{field_name(given.cls, k, n)}") for n, k in enumerate(given.keys))
    d.state.heap[name] = Record(given.cls, fields, frozenset({name}), True, path)
    d.prefixes[name] = name
    for (key, variable), item in zip(fields, given.items, strict=True):
        v = Var(variable, span=span)
        match item:
            case RecordOf():
                d.state.env[variable] = _argument(d, item, variable, (*path, key), params, span)
            case Known() | Nothing():
                d.put(v, cast(Const, only_value(item, span)), span)
            case TupleOf() if d.outside.written_out:
                d.state.env[variable] = _argument(d, opened(item), variable, (*path, key), params, span)
            case _:
                params.append(v)
                d.state.env[variable] = number_of(item) if d.outside.written_out else None
    return Ref(name)
