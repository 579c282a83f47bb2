"""Operations on whole arrays that are written twice with the same operands are carried out once.

Before:  `i = positions(m)`, `u = gather(x, i)`, `j = positions(m)`, `v = gather(y, j)`
After:   `i = positions(m)`, `u = gather(x, i)`, `j = i`, `v = gather(y, j)`

Each use of a condition as an index asks for its positions anew. The operands are arrays that nothing is stored into,
and so are the results, which do not leave the function either: two names for one array cannot be told apart. What is
computed element by element is left to LLVM, which sees such operations side by side in one loop.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir.nodes import Accumulate, Apply, Assign, Atom, Block, For, Function, Return, Stmt, Var
from ..ir.traversal import blocks, rewrite_reads, walk, with_blocks, written
from ..ir.types import Array, Scalar
from ..ops import BY_NAME
from .effects import VIEWS, Effects, effects

_Known = dict[tuple[object, ...], Var]
_MADE = ("zeros_like", "ones_like", "empty_like", "full_like", "undefined", "unbound")  # nothing is computed for them


def share(function: Function) -> Function:
    """The typed function with second names in place of repeated operations."""
    found = [_key(s) for s in walk(function.body)]
    keys = [k for k in found if k is not None]
    if len(set(keys)) == len(keys):
        return function
    return replace(function, body=_Sharer(function).block(function.body, {}))


def _key(s: Stmt) -> tuple[object, ...] | None:
    """What makes an operation the same as another; None for one that is not shared."""
    if not isinstance(s, Assign) or not isinstance(s.value, Apply) or not isinstance(s.value.type, Array):
        return None
    e = s.value
    known = e.op in BY_NAME and not BY_NAME[e.op].elementwise and e.op not in (*VIEWS, *_MADE)
    if not known or not any(isinstance(a, Var) and isinstance(a.type, Array) for a in e.args):
        return None
    return e.op, tuple(map(_operand, e.args)), e.type, tuple(a for a in e.attrs if a[0] != "safe")


def share_views(function: Function) -> Function:
    """The function at level STORED with one name for a view that is taken twice, and for the numbers it is taken with.

    `x[a:b] += y` reads one view and stores into another. Where they have one name, it is known that they are alike.
    """
    return replace(function, body=_ViewSharer(function).block(function.body, {}))


class _Sharer:
    def __init__(self, function: Function) -> None:
        self.effects: Effects = effects(function)
        params = {self.effects.root(p.name) for p in function.params if isinstance(p.type, Array)}
        # Arguments may overlap, so that a store into one changes another.
        self.changing = params if any(map(self.effects.stored, params)) else set[str]()
        arrays = (a for a in _results(function) if isinstance(a, Var) and isinstance(a.type, Array))
        self.leaving = {self.effects.root(a.name) for a in arrays}

    def block(self, block: Block, known: _Known) -> Block:
        """Statements of a block, given what has been computed by the blocks around it."""
        known = dict(known)
        out: list[Stmt] = []
        for s in block:
            key = _key(s)
            if key is not None and isinstance(s, Assign) and self.lasts(s):
                first = known.setdefault(key, s.target)
                out.append(s if first is s.target else replace(s, value=first))
            else:
                out.append(with_blocks(s, tuple(self.block(b, known) for b in blocks(s))))
        return tuple(out)

    def lasts(self, s: Assign) -> bool:
        """Whether operands and result are what they are wherever the result can be named."""
        assert isinstance(s.value, Apply)
        variables = [a for a in (*s.value.args, s.target) if isinstance(a, Var)]
        roots = {self.effects.root(v.name) for v in variables if isinstance(v.type, Array)}
        changed = roots & self.changing or any(map(self.effects.stored, roots))
        alone = self.effects.root(s.target.name) not in self.leaving
        return alone and not changed and not any(v.name in self.effects.slots for v in variables)


def _results(function: Function) -> list[Atom]:
    """What is returned, alone or in a tuple."""
    found: list[Atom] = []
    for s in walk(function.body):
        if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "tuple":
            found.extend(s.value.args)
        elif isinstance(s, Return):
            found.append(s.value)
    return found


class _ViewSharer:
    def __init__(self, function: Function) -> None:
        times: dict[str, int] = {}
        for s in walk(function.body):
            target = written(s)
            added = isinstance(s, Accumulate) and isinstance(s.target.type, Array)  # the name stays that of one array
            if target is not None and not added and not isinstance(s, For):  # a counter is fixed in its loop
                times[target.name] = times.get(target.name, 0) + (2 if isinstance(s, Accumulate) else 1)
        self.changing = {n for n, k in times.items() if k > 1}
        self.leaving = _returned(function)
        self.names: dict[str, Atom] = {}  # also what a branch has assigned may be read behind it

    def block(self, block: Block, known: _Known) -> Block:
        known = dict(known)
        out: list[Stmt] = []
        for s in block:
            s = rewrite_reads(s, lambda a: self.names.get(a.name, a) if isinstance(a, Var) else a)
            key = self.key(s)
            if key is None or not isinstance(s, Assign):
                out.append(with_blocks(s, tuple(self.block(b, known) for b in blocks(s))))
            elif key in known and known[key].type == s.target.type:
                self.names[s.target.name] = known[key]
            else:
                known[key] = s.target
                out.append(s)
        return tuple(out)

    def key(self, s: Stmt) -> tuple[object, ...] | None:
        if not isinstance(s, Assign) or not isinstance(s.value, Apply) or s.target.name in self.changing | self.leaving:
            return None
        e = s.value
        sums = e.op in ("add", "sub") and isinstance(e.type, Scalar) and e.type.kind == "int64"
        if not (sums or e.op == "view") or any(isinstance(a, Var) and a.name in self.changing for a in e.args):
            return None
        return e.op, tuple(map(_operand, e.args)), e.type, tuple(a for a in e.attrs if a[0] != "safe")


def _operand(a: Atom) -> object:
    return a.name if isinstance(a, Var) else (repr(a.value), a.type)


def _returned(function: Function) -> set[str]:
    """The variables that are returned, and those that are copied to them."""
    found = {a.name for a in _results(function) if isinstance(a, Var)}
    copies = [s for s in walk(function.body) if isinstance(s, Assign) and isinstance(s.value, Var)]
    while True:
        more = {s.value.name for s in copies if s.target.name in found and isinstance(s.value, Var)} - found
        if not more:
            return found
        found |= more
