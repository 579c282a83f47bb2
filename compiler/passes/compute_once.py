"""Numbers that have been computed before are not computed again.

Before:  `a = dim(x, axis=0)`, `b = dim(x, axis=0)`, `c = ne(a, b)`, `if c: fail`
After:   `a = dim(x, axis=0)`

Fusing writes down the extents of every loop, most of them many times over. A number is shared only where it is computed
on every path to the place that needs it; one that is read off an array, only when nothing has been stored into the
array in between. Arrays are the affair of `share`.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ..ir.nodes import (
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Function,
    Fused,
    If,
    Stmt,
    Store,
    Var,
    While,
)
from ..ir.traversal import blocks, rewrite_reads, with_blocks
from ..ir.types import PY_BOOL, Array, Scalar
from .effects import Effects, effects

_SHAPE_ONLY = ("dim", "size", "stride")
_NEVER = ("undefined", "unbound", "tuple", "library")
_EQUAL = {"eq": True, "ne": False, "lt": False, "gt": False, "le": True, "ge": True}
_INTEGERS: dict[str, Callable[[int, int], int]] = {"add": operator.add, "sub": operator.sub, "minimum": min,
                                                   "maximum": max}
_LARGEST = 2**63 - 1

_Known = dict[tuple[Any, ...], Var]


def compute_once(function: Function) -> Function:
    """Compute common numbers of a function at level STORED once, and decide what is known of them."""
    found = effects(function)
    outside = frozenset(found.root(p.name) for p in function.params if isinstance(p.type, Array))
    return replace(function, body=_Sharer(found, outside).block(function.body, {}))


def _stored(s: Stmt) -> Var | None:
    """The array that a statement writes elements of."""
    target = s.array if isinstance(s, Store) else s.target if isinstance(s, Accumulate) else None
    return target if target is not None and isinstance(target.type, Array) else None


@dataclass(slots=True)
class _Sharer:
    """`outside` are the classes of arguments, which may overlap.

    `versions` has, for each class of arrays, the last moment at which it may have been stored into.
    """

    effects: Effects
    outside: frozenset[str]
    names: dict[str, Atom] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    inside: dict[int, frozenset[str]] = field(default_factory=dict)  # what blocks store into, by identity
    seen: list[Block] = field(default_factory=list)  # so that identities stay unique
    moments: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def block(self, block: Block, known: _Known) -> Block:
        """`known` is what has been computed on the way here; what the block computes is added."""
        out: list[Stmt] = []
        for s in block:
            s = rewrite_reads(s, self.atom)
            match s:
                case Assign(value=Apply()):
                    new = self.assign(s, known)
                    out += () if new is None else (new,)
                case If(test=Const(value=False)):
                    out += self.block(s.orelse, known)
                case Fused():
                    self.stores(s.body)
                    out.append(replace(s, body=tuple(rewrite_reads(m, self.atom) for m in s.body)))
                case Store() | Accumulate():
                    self.stores((s,))
                    out.append(s)
                case _:
                    out.append(self.nested(s, known))
        return tuple(out)

    def nested(self, s: Stmt, known: _Known) -> Stmt:
        inner = blocks(s)
        if not inner:
            return s
        for b in inner:
            self.stores(b)  # of the iterations before
        done, before = [], len(known)
        for b in inner:
            done.append(self.block(b, known))
            self.stores(b)
            if not isinstance(s, While):  # whose first block is run before the second
                _forget(known, before)
        _forget(known, before)
        new = with_blocks(s, tuple(done))
        return rewrite_reads(new, self.atom)  # the test of a `while` stands behind its first block

    def stores(self, block: Block) -> None:
        """The arrays that a block stores into have been, by now."""
        roots = self.stored_in(block)
        if roots:
            self.versions.update(dict.fromkeys(roots | self.outside if roots & self.outside else roots,
                                               next(self.moments)))

    def stored_in(self, block: Block) -> frozenset[str]:
        found = self.inside.get(id(block))
        if found is None:
            own = (self.effects.root(v.name) for v in filter(None, map(_stored, block)))
            found = frozenset(own).union(*(self.stored_in(b) for s in block for b in blocks(s)))
            self.inside[id(block)] = found
            self.seen.append(block)
        return found

    def atom(self, a: Atom) -> Atom:
        found = self.names.get(a.name) if isinstance(a, Var) else None
        return a if found is None else replace(found, span=a.span)

    def assign(self, s: Assign, known: _Known) -> Stmt | None:
        """The statement, or None when its value is known."""
        assert isinstance(s.value, Apply)
        if s.target.name in self.effects.slots:
            return s
        folded = _folded(s)
        if folded is not None:
            self.names[s.target.name] = folded
            return None
        key = self.key(s, s.value)
        if key is None:
            return s
        first = known.setdefault(key, s.target)
        if first is s.target:
            return s
        self.names[s.target.name] = first
        return None

    def key(self, s: Assign, e: Apply) -> tuple[Any, ...] | None:
        """What two statements of one value have in common; None where the value is not to be shared."""
        if e.op in _NEVER or any(isinstance(a, Var) and a.name in self.effects.slots for a in e.args):
            return None
        if not isinstance(s.target.type, Scalar):
            return None
        operands = [a for a in e.args if isinstance(a, Var) and isinstance(a.type, Array)]
        seen = () if e.op in _SHAPE_ONLY else tuple(self.versions.get(self.effects.root(a.name), 0) for a in operands)
        attrs = tuple(pair for pair in e.attrs if pair[0] != "safe")
        return e.op, tuple(map(_exactly, e.args)), e.type, s.target.type, attrs, seen


def _forget(known: _Known, size: int) -> None:
    """What has been added last is known no longer."""
    while len(known) > size:
        known.popitem()


def _exactly(a: Atom) -> tuple[Any, ...]:
    """An operand as a key: 0.0 is not -0.0, and 1 is neither 1.0 nor True."""
    return ("v", a.name) if isinstance(a, Var) else ("c", repr(a.value), a.type)


def _folded(s: Assign) -> Const | None:
    """The value of an operation on integers that is known: of constants, or a comparison of a number with itself."""
    e = s.value
    if not isinstance(e, Apply) or len(e.args) != 2 or s.target.type != e.type:
        return None
    a, b = e.args
    if any(not isinstance(x.type, Scalar) or x.type.kind != "int64" for x in (a, b)):
        return None
    if e.op in _EQUAL and e.type == PY_BOOL and isinstance(a, Var) and isinstance(b, Var) and a.name == b.name:
        return Const(_EQUAL[e.op], e.type)
    if e.op in _INTEGERS and isinstance(a, Const) and isinstance(b, Const) and a.type == b.type == e.type:
        value = _INTEGERS[e.op](int(a.value), int(b.value))
        return Const(value, e.type) if abs(value) <= _LARGEST else None
    return None
