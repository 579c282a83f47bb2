"""The pass `dissolve` as a whole: from arguments to the result, again whenever a list turns out to be an array.

A list whose length is known only at run time is met as one whose length is known, until something shows that it is not;
then the pass begins again, knowing so. Where arrays were chosen for lists that could be variables (`tables`) and
something cannot be said of arrays, it begins again without them.
"""

from __future__ import annotations

from dataclasses import replace

from ...diagnostics import Findings
from ...ir.nodes import Apply, Function, Return, Var
from ...ir.records import Built, RecordOf, Structure
from .again import MOST, Bottomless, Grows
from .dissolve import POISON, Asked, Dissolver, Expansions, Rule
from .outside import Outside
from .shapes import Shape, with_references
from .state import only_value
from .tables import Tables


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
                return replace(function, body=(Return(POISON),)), None, d.asked, chosen
            growing = with_references(growing | grows.shapes)
        except Bottomless as error:
            del findings.items[known:]
            findings.add("A035", error.span, name=error.name, what="records, and how deep it goes is not known")
            return replace(function, body=(Return(POISON),)), None, d.asked, chosen


def _dissolved(function: Function, records: tuple[Structure | None, ...],
               d: Dissolver) -> tuple[Function, Built | None]:
    params: list[Var] = []
    for number, p in enumerate(function.params):
        given = records[number] if number < len(records) else None
        if not isinstance(given, RecordOf):
            d.state.env[p.name] = only_value(given, p.span)
            params.append(p)
        else:
            d.state.env[p.name] = d.argument(given, p.name, (number,), params, p.span)
    d.rules["tables"](d, Var(""), Apply("tables", (), span=function.span))
    entry, d.out = tuple(d.out), []
    last = function.body[-1]
    assert isinstance(last, Return)
    needed = (last.value.name,) if isinstance(last.value, Var) else ()
    body = d.block(function.body[:-1], frozenset((*needed, *d.objects.values())))
    d.out, d.live = [], frozenset()
    value, built = d.packed(last.value, last.span)
    body = (*entry, *d.tables.entry, *body, *d.out, Return(value, last.span))
    return replace(function, params=tuple(params), body=body), built
