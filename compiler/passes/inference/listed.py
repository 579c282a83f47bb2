"""Arrays in lists whose length is known only at run time, and those that recursive functions keep: they are copies.

Python's lists hold the arrays themselves. A copy is as good as long as nobody can tell: nothing is stored into an array
after it was put into a list, nor into one that was read from a list.
"""

from __future__ import annotations

import re

from ...diagnostics import Findings
from ...ir.nodes import Apply, Assign, Function, Store, Var
from ...ir.traversal import walk
from ..effects import VIEWS, Effects, Place, effects

_FRAME = re.compile(r"(?:^|\.)(?:kept|taken)\.(.*)\.(?:listed|loaded)$")


def listed(function: Function, findings: Findings) -> None:
    """Report R011, R012 and A035 for every copy that a store would tell from the array."""
    marked = [s for s in walk(function.body) if isinstance(s, Assign)
              and s.target.name.partition("#")[0].endswith((".listed", ".loaded"))]
    if not marked:
        return
    known = _Known(function)
    for s in marked:
        name = s.target.name.partition("#")[0]
        loaded, frame = name.endswith(".loaded"), _FRAME.search(name)
        if not (known.stored(s) if loaded else known.overwritten(s)):
            continue
        if frame:
            what = f"`{frame[1].rpartition('.')[2]}`, an array that is stored into"
            findings.add("A035", s.span, name=function.name, what=what)
        else:
            findings.add("R012" if loaded else "R011", s.span)


class _Known:
    """The stores of a function, each with the statement that has made the array, where that is one."""

    def __init__(self, function: Function) -> None:
        self.effects: Effects = effects(function)
        self.made = {s.target.name: s for s in walk(function.body) if isinstance(s, Assign)}
        self.stores = [(s, self.source(s.array.name)) for s in walk(function.body) if isinstance(s, Store)]

    def source(self, name: str) -> Assign | None:
        """The statement that has made an array, or the one it is a view of; None when several may have."""
        while name in self.made and name not in self.effects.slots:
            s = self.made[name]
            e = s.value.args[0] if isinstance(s.value, Apply) and s.value.op in VIEWS else s.value
            if not isinstance(e, Var):
                return s if isinstance(e, Apply) and e.op != "undefined" else None
            name = e.name
        return None

    def stored(self, s: Assign) -> bool:
        """Whether anything may be stored into an array that was read."""
        root = self.effects.root(s.target.name)
        return any(self.effects.root(t.array.name) == root and (source is None or ".loaded" in source.target.name)
                   for t, source in self.stores)

    def overwritten(self, s: Assign) -> bool:
        """Whether anything may be stored into an array after it was put into a list."""
        found, root = self.effects, self.effects.root(s.target.name)
        mine = [(t, source) for t, source in self.stores if found.root(t.array.name) == root]
        if all(source is not None and self.younger(found.place(source), found.place(t), found.place(s))
               for t, source in mine):
            return False
        return found.overwritten(s.target, None, found.place(s))

    def younger(self, made: Place, store: Place, put: Place) -> bool:
        """Whether the array of a store that follows is made after the one that was put into the list."""
        common = 0
        while common < min(len(store.loops), len(put.loops)) and store.loops[common] is put.loops[common]:
            common += 1
        return len(made.loops) >= common and (made.order > put.order or store.order < put.order)
