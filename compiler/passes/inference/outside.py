"""Stores into global arrays through another name: a view, a loop over rows, or a parameter of a helper.

`translate` refuses `TABLE[0] = x` itself; which names stand for the memory of `TABLE` is known with types.
"""

from __future__ import annotations

from ...diagnostics import Findings
from ...ir.nodes import Function, Store, is_global
from ...ir.traversal import walk
from ..effects import effects


def outside(function: Function, findings: Findings) -> None:
    """Report T019 for every store that may write into an array of the module's."""
    globals_ = [p for p in function.params if is_global(p)]
    if not globals_:
        return
    found = effects(function)
    for p in globals_:
        name = p.name.rpartition(".")[0].removeprefix("global.")
        spans = {s.span for s in walk(function.body)
                 if isinstance(s, Store) and found.root(s.array.name) == found.root(p.name)}
        for span in sorted(spans, key=lambda s: (s.line, s.col)):
            findings.add("T019", span, name=name)
