"""Whether `dissolve` has anything to do."""

from __future__ import annotations

from ...ir.nodes import Apply, Assign, Call, Consume, Function, SetItem
from ...ir.traversal import walk
from .state import OURS


def needs_dissolving(function: Function) -> bool:
    """Whether there is any record in a function."""
    return any(
        (isinstance(s, SetItem) and s.spec == ("a",))
        or (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in OURS)
        or (isinstance(s, Assign) and isinstance(s.value, Call)) or isinstance(s, Consume)
        for s in walk(function.body)
    )
