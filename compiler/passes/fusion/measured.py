"""With TAPELESS_VERIFY set: before a loop over elements, its arrays are asked whether they have the extents it has.

What `shapes` and `agreement` have concluded is nowhere else looked at again: a loop that is longer than one of its
arrays would read and write beyond its end. The checks raise `AssertionError`, which no program of the tests does here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Block, Const, Fail, Function, Fused, If, Stmt, Var
from ...ir.traversal import blocks, reads, with_blocks, written
from ...ir.types import PY_BOOL, PY_INT, Array

_SAFE = (("safe", True),)


def measured(function: Function) -> Function:
    """The function with the checks."""
    numbers = itertools.count(1)

    def visit(block: Block) -> Iterator[Stmt]:
        for s in block:
            if isinstance(s, Fused):
                yield from _checks(s, numbers)
                yield s
            else:
                yield with_blocks(s, tuple(tuple(visit(b)) for b in blocks(s)))

    return replace(function, body=tuple(visit(function.body)))


def _checks(group: Fused, numbers: Iterator[int]) -> Iterator[Stmt]:
    places = dict(group.places)
    made = {v.name for s in group.body if isinstance(s, Assign) and (v := written(s)) is not None}
    arrays: dict[str, Var] = {}
    for s in group.body:
        for a in (*reads(s), written(s)):
            if isinstance(a, Var) and isinstance(a.type, Array) and a.name in places and a.name not in made:
                arrays.setdefault(a.name, a)
    for v in arrays.values():
        for axis, place in enumerate(places[v.name]):
            wanted: Atom = group.extents[place] if place >= 0 else Const(1, PY_INT)
            has, wrong = (Var(f"measured.{next(numbers)}", t) for t in (PY_INT, PY_BOOL))
            text = f"a loop over {{}} elements, and `{v.name}` has {{}} along axis {axis}"
            yield Assign(has, Apply("dim", (v,), PY_INT, group.span, (("axis", axis), *_SAFE)), group.span)
            yield Assign(wrong, Apply("ne", (has, wanted), PY_BOOL, group.span, _SAFE), group.span)
            yield If(wrong, (Fail("AssertionError", text, (wanted, has), group.span),), (), group.span)
