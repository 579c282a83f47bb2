"""What a statement reads and writes, and whether two statements may change places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...ir.nodes import Accumulate, Apply, Assign, Fail, If, Pop, Print, Push, Stmt, Store, Var
from ...ir.traversal import reads, written
from ...ir.types import Array
from ..simplify import may_raise
from .agreement import check_name

# Operations that look at an array's shape or address, not at its elements.
_NO_CONTENT = ("dim", "size", "view", "transpose", "reshape", "diagonal", "part", "tuple", "zeros_like", "ones_like",
               "empty_like", "full_like", "zeros_shaped", "undefined")
Alias = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Footprint:
    """Names of variables read and written; of arrays whose elements are read and written; stacks; exceptions."""

    uses: frozenset[str] = frozenset()
    defs: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    stacks: frozenset[str] = frozenset()
    raises: bool = False
    visible: bool = False

    def __or__(self, other: Footprint) -> Footprint:
        return Footprint(self.uses | other.uses, self.defs | other.defs, self.reads | other.reads,
                         self.writes | other.writes, self.stacks | other.stacks, self.raises or other.raises,
                         self.visible or other.visible)


def footprint(s: Stmt, visible: Callable[[str], bool], checks: frozenset[str] = frozenset()) -> Footprint | None:
    """What a simple statement touches; None for a statement with blocks that do more than raise."""
    names = frozenset(a.name for a in reads(s) if isinstance(a, Var)) | checks
    arrays = frozenset(a.name for a in reads(s) if isinstance(a, Var) and isinstance(a.type, Array))
    target = written(s)
    defs = frozenset() if target is None else frozenset({target.name})
    match s:
        case Assign():
            content = isinstance(s.value, Apply) and s.value.op not in _NO_CONTENT
            return Footprint(names, defs, arrays if content else frozenset(), raises=may_raise(s.value))
        case Store():
            seen = visible(s.array.name)
            stored = frozenset({s.array.name})
            raises = bool(s.index) or isinstance(s.value.type, Array)  # shapes that do not go together
            return Footprint(names, frozenset(), arrays - stored, stored, raises=raises, visible=seen)
        case Accumulate() if isinstance(s.target.type, Array):
            return Footprint(names, frozenset(), arrays, frozenset({s.target.name}))
        case Accumulate():
            return Footprint(names, defs)
        case Push() | Pop():
            return Footprint(names, defs, stacks=frozenset({s.stack}))
        case Print():
            return Footprint(names, reads=arrays, raises=True, visible=True)
        case If() if not s.orelse and len(s.then) == 1 and isinstance(s.then[0], Fail):
            values = frozenset(a.name for a in s.then[0].values if isinstance(a, Var))
            shown = frozenset(a.name for a in s.then[0].values if isinstance(a, Var) and isinstance(a.type, Array))
            assert isinstance(s.test, Var)
            return Footprint(names | values, frozenset({check_name(s.test.name)}), shown, raises=True)
        case _:
            return None


def conflict(later: Footprint, earlier: Footprint, alias: Alias) -> bool:
    """Whether the later statement has to stay behind the earlier one."""
    if not (later.uses.isdisjoint(earlier.defs) and later.defs.isdisjoint(earlier.uses)
            and later.defs.isdisjoint(earlier.defs) and later.stacks.isdisjoint(earlier.stacks)):
        return True
    if (later.raises and (earlier.raises or earlier.visible)) or (later.visible and earlier.raises):
        return True
    if not later.writes and not (later.reads and earlier.writes):
        return False
    return (_touch(later.writes, earlier.reads | earlier.writes, alias)
            or _touch(later.reads, earlier.writes, alias))


def _touch(a: frozenset[str], b: frozenset[str], alias: Alias) -> bool:
    return any(alias(x, y) for x in a for y in b)
