"""Everything the backward part reads of the forward part is alive, recomputed, or kept.

A value computed outside loops is still alive. A value computed in a loop is recomputed at the start of the backward
iteration when cheap operations lead to it from values that are at hand; otherwise it is kept: in a buffer indexed by
the loop counters where all trip counts are known at entry, on a stack elsewhere.

Before:  `for i in range(n): u.2 = u.1 … `      `for i backward over range(n): x_bar += u_bar * u.2`
After:   `u_kept = empty(n)`, `… u_kept[i] = u.2`  `… u.2 = u_kept[i]`, `x_bar += u_bar * u.2`

Griewank and Walther, "Evaluating Derivatives", section 4.2 (what to tape) and chapter 12 (recomputation).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...ir.nodes import (
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Note,
    Pop,
    Push,
    Return,
    Stack,
    Stmt,
    Store,
    Var,
    While,
)
from ...ir.traversal import blocks, reads, substitute, walk, with_blocks, written
from ...ir.types import PY_INT, Array, Scalar
from ...ops import BY_NAME
from ..effects import Effects, Place, effects
from ..simplify import is_cheap

Key = tuple[str, int]  # a label and the number of the block below it
BACK = ".back"


@dataclass(frozen=True, slots=True)
class _Definition:
    """Where the forward part computes a value. `statement` is None for the counter of a loop."""

    var: Var
    statement: Stmt | None
    block: Key
    loops: tuple[For | While, ...]
    branches: bool
    order: int


def storage(function: Function) -> Function:
    """Make every forward value that the backward part reads available to it."""
    return _Storage(function).run()


class _Storage:
    def __init__(self, function: Function) -> None:
        self.function = function
        notes = [k for k, s in enumerate(function.body) if isinstance(s, Note)]
        self.forward = function.body[notes[0] + 1 : notes[1]]
        self.backward = function.body[notes[1] + 1 :]
        self.effects: Effects = effects(replace(function, body=(*self.forward, Return(Const(None)))))
        self.definitions: dict[str, _Definition] = {}
        self._define(self.forward, ("", 0), (), False)
        self.kept: dict[str, None] = {}
        self.again: dict[str, None] = {}
        self.before: dict[str, list[Stmt]] = {}
        self.following: dict[int, list[Stmt]] = {}  # behind statements, by identity
        self.restores: dict[Key, list[tuple[int, Block]]] = {}
        self.stacks: list[Stack] = []
        self.positions: dict[str, Var] = {}

    # --------------------------------------------------------------------------------------------- what is there

    def _define(self, block: Block, key: Key, loops: tuple[For | While, ...], branches: bool) -> None:
        merged: dict[str, Var] = {}
        for s in block:
            if isinstance(s, Assign):
                self._add(s.target, s, key, loops, branches)
            if isinstance(s, If):
                self._define(s.then, (s.label, 0), loops, bool(loops))
                self._define(s.orelse, (s.label, 1), loops, bool(loops))
                arms = [{t.target.name: t.target for t in b if isinstance(t, Assign)} for b in (s.then, s.orelse)]
                merged = {n: v for n, v in arms[0].items() if n in arms[1]}
                for v in merged.values():
                    self.definitions.pop(v.name)
                    self._add(v, s, key, loops, branches)
            elif isinstance(s, For | While):
                if isinstance(s, For):
                    self._add(s.var, None, (s.label, 0), (*loops, s), False)
                self._define(s.body, (s.label, 0), (*loops, s), False)

    def _add(self, v: Var, s: Stmt | None, key: Key, loops: tuple[For | While, ...], branches: bool) -> None:
        known = self.definitions.get(v.name)
        if known is None or len(known.loops) > len(loops):
            order = len(self.definitions) if known is None else known.order
            self.definitions[v.name] = _Definition(v, s, key, loops, branches, order)

    def _needed(self) -> list[_Definition]:
        names = {a.name for s in walk(self.backward) for a in reads(s) if isinstance(a, Var)}
        found = [self.definitions[n] for n in names if n in self.definitions]
        return sorted((d for d in found if self._lost(d)), key=lambda d: d.order)

    def _lost(self, d: _Definition) -> bool:
        """Whether the variable holds another value, or none, by the time the backward part reads it."""
        return bool(d.loops) and d.statement is not None

    # ------------------------------------------------------------------------------------------------- decisions

    def run(self) -> Function:
        needed = self._needed()
        certain = [d for d in needed if not self._recomputable(d)]
        for d in certain:
            self.kept[d.var.name] = None
        for d in needed:
            if d.var.name not in self.kept:
                self._decide(d)
        for name in self.kept:
            self._keep(self.definitions[name])
        for name in self.again:
            d = self.definitions[name]
            assert isinstance(d.statement, Assign)
            self._restore(d, (replace(d.statement, value=_safe(d.statement.value)),))
        body = (Note("forward"), *self._forward(self.forward), Note("backward"), *self._backward(self.backward))
        return replace(self.function, body=body, stacks=tuple(self.stacks))

    def _decide(self, d: _Definition) -> None:
        """Recompute from what is kept anyway, or from one more value; otherwise keep the value itself."""
        leaves = self._leaves(d, {})
        missing = [n for n in leaves if n not in self.kept]
        if len(missing) > 1:
            self.kept[d.var.name] = None
            return
        for name in missing:
            self.kept[name] = None
        self._recompute(d)

    def _recompute(self, d: _Definition) -> None:
        if d.var.name in self.again or d.var.name in self.kept:
            return
        for operand in self._operands(d):
            self._recompute(operand)
        self.again[d.var.name] = None

    def _operands(self, d: _Definition) -> list[_Definition]:
        if not isinstance(d.statement, Assign):
            return []
        names = [a.name for a in reads(d.statement) if isinstance(a, Var)]
        return [e for n in names if (e := self.definitions.get(n)) is not None and self._lost(e)]

    def _leaves(self, d: _Definition, seen: dict[str, None]) -> dict[str, None]:
        """The values that cannot be recomputed and from which this one can."""
        if d.var.name in self.kept or not self._recomputable(d):
            return {d.var.name: None}
        found: dict[str, None] = {}
        for operand in self._operands(d):
            if operand.var.name not in seen:
                seen[operand.var.name] = None
                found.update(self._leaves(operand, seen))
        return found

    def _recomputable(self, d: _Definition) -> bool:
        s = d.statement
        if not isinstance(s, Assign) or not isinstance(s.value, Apply) or d.var.name in self.effects.slots:
            return False
        e = s.value
        if e.op in ("dim", "size", "view", "transpose", "reshape", "diagonal", "part", "list_place"):
            return True
        if e.op == "load":
            array = e.args[0]
            assert isinstance(array, Var)
            return not self.effects.overwritten(array, e.args[1:], self.effects.place(s))
        if isinstance(e.type, Array) and not self._unchanged(d.var, e, self.effects.place(s)):
            return False
        return e.op == "cast" or is_cheap(e)

    def _unchanged(self, v: Var, e: Apply, place: Place) -> bool:
        """Whether an array, and the arrays it is computed from, still hold what they held."""
        arrays = [a for a in e.args if isinstance(a, Var) and isinstance(a.type, Array)]
        whole = not self.effects.stored(v.name) and BY_NAME[e.op].elementwise
        return whole and not any(self.effects.overwritten(a, None, place) for a in arrays)

    # ---------------------------------------------------------------------------------------------------- keeping

    def _keep(self, d: _Definition) -> None:
        if isinstance(d.var.type, Scalar) and not d.branches and self._rectangular(d.loops):
            self._keep_indexed(d)
        else:
            name = f"{d.var.name}.stack"
            self.stacks.append(Stack(name, d.var.type))
            self._after(d, Push(name, d.var))
            self._restore(d, (Pop(name, d.var),))

    def _rectangular(self, loops: tuple[For | While, ...]) -> bool:
        """Whether all trip counts are known before the outermost loop."""
        bounds = [b for s in loops if isinstance(s, For) for b in (s.start, s.stop, s.step)]
        known = all(not isinstance(b, Var) or self._outside(b) for b in bounds)
        return all(isinstance(s, For) for s in loops) and known

    def _outside(self, v: Var) -> bool:
        d = self.definitions.get(v.name)
        return d is None or not d.loops

    def _keep_indexed(self, d: _Definition) -> None:
        base, mark, version = d.var.name.partition("#")
        t = d.var.type
        assert isinstance(t, Scalar)
        buffer = Var(f"{base}.kept{mark}{version}", Array(t.kind, len(d.loops)))
        counts: list[Atom] = []
        places: list[Atom] = []
        computed: list[Stmt] = []
        first = d.loops[0]
        for loop in d.loops:
            assert isinstance(loop, For)
            count = Var(f"{loop.label}_count", PY_INT)
            if not any(isinstance(s, Assign) and s.target.name == count.name for s in self._ahead(first)):
                bounds = (loop.start, loop.stop, loop.step)
                self._ahead(first).append(Assign(count, Apply("range_count", bounds, PY_INT, attrs=(("safe", True),))))
            counts.append(count)
            place, steps = self._position(loop)
            places.append(place)
            computed.extend(steps)
        self._ahead(first).append(Assign(buffer, Apply("empty", tuple(counts), buffer.type, attrs=(("safe", True),))))
        index = tuple(places)
        for step in computed:
            self._after(d, step)
        self._after(d, Store(buffer, index, d.var))
        load = Apply("load", (buffer, *index), t, attrs=(("safe", True),))
        self._restore(d, (*computed, Assign(d.var, load)))

    def _ahead(self, loop: For | While) -> list[Stmt]:
        return self.before.setdefault(loop.label, [])

    def _position(self, loop: For) -> tuple[Atom, Block]:
        """The number of an iteration, counted from zero."""
        if loop.start == Const(0, PY_INT) and loop.step == Const(1, PY_INT):
            return loop.var, ()
        offset, place = Var(f"{loop.label}_offset", PY_INT), Var(f"{loop.label}_position", PY_INT)
        attrs = (("safe", True),)
        steps: list[Stmt] = [Assign(offset, Apply("sub", (loop.var, loop.start), PY_INT, attrs=attrs))]
        if loop.step == Const(1, PY_INT):
            return offset, tuple(steps)
        steps.append(Assign(place, Apply("floordiv", (offset, loop.step), PY_INT, attrs=attrs)))
        return place, tuple(steps)

    def _after(self, d: _Definition, s: Stmt) -> None:
        self.following.setdefault(id(d.statement), []).append(s)

    def _restore(self, d: _Definition, statements: Block) -> None:
        self.restores.setdefault(d.block, []).append((d.order, statements))

    # -------------------------------------------------------------------------------------------------- rewriting

    def _forward(self, block: Block) -> Block:
        out: list[Stmt] = []
        for s in block:
            if isinstance(s, For | While):
                out.extend(self.before.get(s.label, ()))
            inner = tuple(self._forward(b) for b in blocks(s)) if not isinstance(s, While) else (
                s.before, self._forward(s.body))
            out.append(with_blocks(s, inner))
            out.extend(self.following.get(id(s), ()))
        return tuple(out)

    def _backward(self, block: Block) -> Block:
        out: list[Stmt] = []
        for s in block:
            label = getattr(s, "label", "")
            if label.endswith(BACK):
                inner = tuple(self._entered((label.removesuffix(BACK), k), self._backward(b))
                              for k, b in enumerate(blocks(s)))
                s = with_blocks(s, inner)
            out.append(s)
        return tuple(out)

    def _entered(self, key: Key, block: Block) -> Block:
        """A backward block behind its restored values, which have names of their own there."""
        entry = self._entry(key)
        again = {v.name: replace(v, name=f"{v.name}b") for s in entry if (v := written(s)) is not None}
        named: list[Stmt] = []
        for s in substitute(entry, dict(again)):
            assert isinstance(s, Assign | Pop)
            named.append(replace(s, target=again[s.target.name]))
        return (*named, *substitute(block, dict(again)))

    def _entry(self, key: Key) -> Block:
        """What a backward block starts with: restored values in the order in which they were computed."""
        found = sorted(self.restores.get(key, ()), key=lambda r: r[0])
        out: list[Stmt] = []
        for _, statements in found:
            out.extend(s for s in statements if s not in out)
        return tuple(out)


def _safe(e: object) -> Apply:
    assert isinstance(e, Apply)
    return e if e.attr("safe") else replace(e, attrs=tuple(sorted((*e.attrs, ("safe", True)))))
