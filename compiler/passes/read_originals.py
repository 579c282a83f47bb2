"""What nothing has been stored into yet is read from the original of a copy.

Before:  `b = copy(a)`, `for i: t = view(b, (i + 1:)); s = sum(t); b[i] = s`
After:   `b = copy(a)`, `for i: t = view(a, (i + 1:)); s = sum(t); b[i] = s`

People copy an argument and change the copy in place, row by row, from rows that have not been changed. Those are still
what they were in the argument, which is there for the backward part as well: they need not be kept, and where the
argument is not differentiated, they have no adjoint.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from ..ir.nodes import Apply, Assign, Block, Function, Stmt, Var
from ..ir.traversal import blocks, reads, walk, with_blocks
from ..ir.types import Array
from .effects import VIEWS, Effects, effects

_KEEPING = (*VIEWS, "tuple", "asarray")  # operations whose result is, or has, the array itself


def read_originals(function: Function) -> Function:
    """The typed function with reads of arguments and other arrays in place of reads of their copies."""
    if not any(map(_is_copy, walk(function.body))):
        return function
    reader = _Reader(function)
    return replace(function, body=reader.block(function.body)) if reader.originals else function


def _is_copy(s: Stmt) -> bool:
    if not (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "copy"):
        return False
    (original, *_) = s.value.args
    return isinstance(original, Var) and original.type == s.target.type


@dataclass(slots=True)
class _Reader:
    """`originals` are those that nothing is ever stored into, by the names of their copies."""

    function: Function
    effects: Effects = field(init=False)
    originals: dict[str, Var] = field(default_factory=dict)
    users: dict[str, list[Stmt]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.effects = found = effects(self.function)
        arguments = {found.root(p.name) for p in self.function.params if isinstance(p.type, Array)}
        changing = arguments if any(root in found.stores for root in arguments) else set[str]()  # they may overlap
        for s in walk(self.function.body):
            for a in reads(s):
                if isinstance(a, Var) and isinstance(a.type, Array):
                    self.users[a.name].append(s)
            if _is_copy(s) and isinstance(s, Assign) and isinstance(s.value, Apply):
                original = s.value.args[0]
                assert isinstance(original, Var)
                fixed = not {s.target.name, original.name} & found.slots
                stored = found.stored(original.name) or found.root(original.name) in changing
                if fixed and not stored and found.stored(s.target.name):
                    self.originals[s.target.name] = original

    def block(self, block: Block) -> Block:
        return tuple(self.statement(s) for s in block)

    def statement(self, s: Stmt) -> Stmt:
        match s:
            case Assign(target, Apply(op="view" | "load" as op, args=(Var(name) as copy, *index)) as e):
                if name not in self.originals:
                    return s
                read = target if op == "view" else copy
                users = self.users[target.name] if op == "view" else [s]
                at = None if op == "view" else tuple(index)
                if all(self.unchanged(copy, read, at, user) for user in users):
                    return replace(s, value=replace(e, args=(self.originals[name], *index)))
                return s
            case _:
                return with_blocks(s, tuple(map(self.block, blocks(s))))

    def unchanged(self, copy: Var, read: Var, index: tuple[object, ...] | None, user: Stmt) -> bool:
        """Whether a statement makes something new of what it reads, before anything has been stored there."""
        if not isinstance(user, Assign) or not isinstance(user.value, Apply) or user.value.op in _KEEPING:
            return False
        place, regions = self.effects.place(user), self.effects.regions
        region = regions.region(read, index)  # type: ignore[arg-type]
        fresh = len(self.effects.loop_of.get(copy.name, ()))  # each iteration of these loops has another copy
        for store in self.effects.stores[self.effects.root(copy.name)]:
            shared = tuple(a for a, b in zip(store.place.loops, place.loops, strict=False) if a is b)
            if any(not regions.apart(store.region, region, shared, level) for level in range(fresh, len(shared))):
                return False
            before = store.place.order < place.order
            if before and not regions.apart(store.region, region, shared, len(shared)):
                return False
        return True
