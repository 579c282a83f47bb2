"""Arrays in lists whose length is known only at run time: the list has copies, and nobody may be able to tell.

Python's lists hold the arrays themselves. A copy is as good as long as nothing is stored into an array after it was
put into a list, nor into one that was read from a list.
"""

from __future__ import annotations

from ...diagnostics import Findings
from ...ir.nodes import Assign, Function
from ...ir.traversal import walk
from ..effects import effects


def listed(function: Function, findings: Findings) -> None:
    """Report R011 and R012 for every store that would tell a copy from the array."""
    marked = [s for s in walk(function.body) if isinstance(s, Assign)
              and s.target.name.partition("#")[0].endswith((".listed", ".loaded"))]
    if not marked:
        return
    found = effects(function)
    for s in marked:
        if ".loaded" in s.target.name:
            if found.stored(s.target.name):
                findings.add("R012", s.span)
        elif found.overwritten(s.target, None, found.place(s)):
            findings.add("R011", s.span)
