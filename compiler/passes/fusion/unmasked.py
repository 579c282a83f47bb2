"""What a condition selects from arrays of its own shape, computes with, and puts back, is done for all elements.

Before:  `i = positions(m, axis=0)`, `j = positions(m, axis=1)`, `u = gather(x, i, j)`, `v = mul(u, 2.0)`, `y[i, j] = v`
After:   `u = copy(x)`, `v = mul(u, 2.0)`, `w = where(m, v, y)`, `y[...] = w`

Then one loop over the elements is enough, of which LLVM makes vectors, where otherwise positions are written down, and
elements taken from here and there. It is done where what is selected is used for nothing else, and where all that is
computed from it is cheap: what nobody selects is computed as well, and thrown away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ...ir.nodes import Apply, Assign, Atom, Block, Const, Function, If, Stmt, Store, Var
from ...ir.traversal import blocks, reads, walk, with_blocks
from ...ir.types import Array, Scalar
from ..effects import Effects, effects
from ..simplify import is_cheap


class _Other(Exception):
    """What is selected is used in another way."""


def unmasked(function: Function) -> Function:
    """The function with loops over all elements in place of selections that are put back."""
    if not any(_is_positions(s) for s in walk(function.body)):
        return function
    found = effects(function)
    uses = Counter(a.name for s in walk(function.body) for a in reads(s) if isinstance(a, Var))
    return replace(function, body=_block(function.body, found, uses))


def _is_positions(s: Stmt) -> bool:
    return isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "positions"


def _block(block: Block, found: Effects, uses: Counter[str]) -> Block:
    block = tuple(with_blocks(s, tuple(_block(b, found, uses) for b in blocks(s))) for s in block)
    for condition in dict.fromkeys(s.value.args[0] for s in block if _is_positions(s)):  # type: ignore[union-attr]
        assert isinstance(condition, Var)
        try:
            block = _Selection(condition, found, uses).rewritten(block)
        except _Other:
            continue
    return block


class _Selection:
    """What one condition selects, in one block."""

    def __init__(self, condition: Var, found: Effects, uses: Counter[str]) -> None:
        assert isinstance(condition.type, Array)
        self.condition, self.rank = condition, condition.type.rank
        self.effects, self.uses = found, uses
        self.positions: dict[int, Var] = {}
        self.selected: dict[str, Var] = {}  # arrays of selected elements, and what has all elements in their place
        self.counts: set[str] = set()  # how many elements are selected
        self.gone: set[str] = set()  # variables that are no longer there
        self.merged = 0  # how many stores have been replaced
        self.used: Counter[str] = Counter()  # where their uses have been met

    def rewritten(self, block: Block) -> Block:
        if self.effects.stored(self.condition.name) or self.condition.name in self.effects.slots:
            raise _Other
        out = tuple(t for s in block for t in self.statement(s))
        names = self.gone | self.selected.keys()
        if len(self.positions) != self.rank or any(self.used[n] != self.uses[n] for n in names):
            raise _Other
        return out

    def index(self) -> tuple[Atom, ...]:
        return tuple(self.positions[k] for k in sorted(self.positions))

    def statement(self, s: Stmt) -> Iterator[Stmt]:
        names = [a.name for a in reads(s) if isinstance(a, Var)]
        mine = [n for n in names if n in self.gone or n in self.selected]
        if _is_positions(s) and s.value.args[0] == self.condition:  # type: ignore[union-attr]
            assert isinstance(s, Assign) and isinstance(s.value, Apply)
            if not s.value.attr("fits"):  # what they index may be larger
                raise _Other
            self.drop(s.target)
            self.positions[s.value.attr("axis")] = s.target
            return
        if isinstance(s, If) and isinstance(s.test, Var) and s.test.name in self.gone:
            self.used.update(a.name for t in walk((s,)) for a in reads(t) if isinstance(a, Var))
            if s.orelse:
                raise _Other
            return
        if not mine:
            yield s
            return
        self.used.update(mine)
        match s:
            case Assign(value=Apply() as e):
                yield from self.assign(s, e)
            case Store() if s.index == self.index() and s.axis == 0 and len(self.positions) == self.rank:
                yield from self.store(s)
            case _:
                raise _Other

    def drop(self, target: Var) -> None:
        if target.name in self.effects.slots:
            raise _Other
        self.gone.add(target.name)

    def assign(self, s: Assign, e: Apply) -> Iterator[Stmt]:
        if e.op == "dim":
            self.drop(s.target)
            self.counts.add(s.target.name)
        elif e.op == "ne" and all(isinstance(a, Const) or a.name in self.counts for a in e.args):
            # The number is compared with itself, or, inside of that comparison, with 1.
            both = all(isinstance(a, Var) for a in e.args)
            if not both and e.args[1] != Const(1, e.args[1].type):
                raise _Other
            self.drop(s.target)
        elif e.op == "gather" and e.args[1:] == self.index() and e.attr("axis") == 0 and self.whole(e.args[0]):
            yield self.made(s, Apply("copy", e.args[:1], self.full(s.target), e.span))
        elif is_cheap(e) and not e.attr("exact") and isinstance(s.target.type, Array):
            args = tuple(self.selected.get(a.name, a) if isinstance(a, Var) else a for a in e.args)
            if any(isinstance(a.type, Array) and a not in self.selected.values() for a in args):
                raise _Other
            yield self.made(s, replace(e, args=args, type=self.full(s.target)))
        else:
            raise _Other

    def store(self, s: Store) -> Iterator[Stmt]:
        value = self.selected.get(s.value.name, s.value) if isinstance(s.value, Var) else s.value
        kind = s.array.type.kind if isinstance(s.array.type, Array) else None
        given = value.type.kind if isinstance(value.type, Array | Scalar) else None
        apart = isinstance(value.type, Array) and value not in self.selected.values()
        if kind != given or apart or not self.whole(s.array):
            raise _Other
        self.merged += 1
        merged = Var(f"{self.positions[0].name}.merged{self.merged}", self.full(s.array), s.span)
        chosen = Apply("where", (self.condition, value, s.array), merged.type, s.span, (("safe", True),))
        yield Assign(merged, chosen, s.span)
        yield replace(s, index=(), value=merged, named=())

    def whole(self, array: Atom) -> bool:
        """Whether the condition has as many axes as the array."""
        return isinstance(array.type, Array) and array.type.rank == self.rank

    def full(self, v: Var) -> Array:
        assert isinstance(v.type, Array)
        return Array(v.type.kind, self.rank)

    def made(self, s: Assign, e: Apply) -> Assign:
        if s.target.name in self.effects.slots:
            raise _Other
        target = replace(s.target, type=e.type)
        self.selected[s.target.name] = target
        return replace(s, target=target, value=e)
