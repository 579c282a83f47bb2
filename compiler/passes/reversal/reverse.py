"""The adjoint program: a forward part, then the same statements backward, each line propagating adjoints.

Before:  `y = mul(x, u)`
After:   `y = mul(x, u)` … `x_bar += y_bar * u`, `u_bar += y_bar * x`

Structure maps to itself: a branch becomes a branch on the kept test, a loop the same loop backward, an element read
an accumulation, a store "take, zero, propagate". Adjoints of values that live in one iteration are born and die in one
backward iteration (`adjoints`). What the backward part reads of the forward one is made available by `storage`.

Griewank and Walther, "Evaluating Derivatives", chapters 3 and 4; Hascoët and Pascual, "The Tapenade automatic
differentiation tool", ACM TOMS 39 (2013), for the treatment of control flow.
"""

from __future__ import annotations

import cmath
from dataclasses import replace
from typing import cast

from ...diagnostics import Findings
from ...ir.nodes import (
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Expr,
    For,
    Function,
    If,
    Note,
    Return,
    Stmt,
    Store,
    Var,
    While,
    is_global,
    scattered,
)
from ...ir.records import Tree, names_in
from ...ir.types import NOTHING, PY_INT, Array, Scalar, TupleOf, Type, is_float
from ...ops import BY_NAME, Row
from ..formulas import content_names, may_be_infinite, mentions, partials
from .adjoints import Adjoints, adjoint_type, zero
from .axes import contraction, stretched
from .prepare import labelled, present, with_copies

ONE = Const(1, PY_INT)


def reverse(function: Function, wrt: tuple[Tree, ...], packed: bool, findings: Findings) -> Function:
    """The adjoint of `function` with respect to the named parameters, alone or in trees.

    Its parameters are those of `function` and one head adjoint for each differentiable item of the result; it returns
    `(value, gradient)`, or with `packed` `(value, (gradient, ...))`. Reports D001 where an operation on the way has no
    derivative.
    """
    names = tuple(name for tree in wrt for name in names_in(tree))
    return _Reverser(labelled(with_copies(present(function))), names, findings).run(wrt, packed)


class _Reverser(Adjoints):
    # ------------------------------------------------------------------------------------------------------ whole

    def run(self, wrt: tuple[Tree, ...], packed: bool) -> Function:
        forward, backward = self.block(self.function.body[:-1])
        last = self.function.body[-1]
        assert isinstance(last, Return)
        self.out, self.span = [], last.span
        entry = self.prologue_of_parameters()
        heads = self.seed(last.value, self.function.result, ())
        seeds, self.out = tuple(self.out), []
        inner = self.top_prologue
        grads = self.gradients(wrt) if packed else self.gradients(wrt[0])
        both = Var("t.returned", TupleOf((self.function.result, grads.type)))
        self.emit(Assign(both, Apply("tuple", (last.value, grads), both.type)))
        body = (
            Note("forward"), *self.travelling(), *forward,
            Note("backward"), *entry, *backward[:inner], *seeds, *backward[inner:], *self.out, Return(both, last.span),
        )
        own = [p for p in self.function.params if not is_global(p)]
        params = (*own, *heads, *filter(is_global, self.function.params))
        return replace(self.function, name=f"{self.function.name}_adjoint", params=params, body=body, result=both.type)

    def prologue_of_parameters(self) -> Block:
        entry: list[Stmt] = []
        for name in self.wrt:
            p = next(q for q in self.function.params if q.name == name)
            v = Var(self.start[name], p.type)
            if not self.active(v):
                continue
            if isinstance(p.type, Scalar):
                entry.append(Assign(self.bar(v), zero(p.type)))
            elif self.start[name] == name and not self.travels(name):
                entry.append(self.cleared(v))
        others = [p for p in self.function.params if isinstance(p.type, Array) and p.name not in self.wrt]
        entry.extend(self.cleared(p) for p in others if self.active(p) and self.effects.value(p.name))
        return tuple(entry)

    def cleared(self, v: Var) -> Assign:
        bar = self.bar(v)
        return Assign(bar, Apply("zeros_like", (v,), bar.type, attrs=self.ordered(v)))

    def travelling(self) -> Block:
        """Shadows of the parameters whose class has slots: they travel with their arrays from the start."""
        return tuple(
            Assign(self.bar(p), Apply("zeros_like", (p,), adjoint_type(p.type), attrs=self.ordered(p)))
            for p in self.function.params
            if isinstance(p.type, Array) and self.active(p) and self.travels(p.name)
        )

    def seed(self, value: Atom, t: Type, path: tuple[int, ...]) -> tuple[Var, ...]:
        """Head adjoints for the items of the result, added to the adjoints of the values returned."""
        if isinstance(t, TupleOf):
            tuples = {s.target.name: s.value for s in self.function.body
                      if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "tuple"}
            items = tuples[cast(Var, value).name].args
            if t.perhaps:
                return self.seed(items[1], t.items[1], path)
            return tuple(h for k, (a, u) in enumerate(zip(items, t.items, strict=True))
                         for h in self.seed(a, u, (*path, k)))
        if not is_float(t):
            return ()
        suffix = "".join(f".{k}" for k in path)
        kind = adjoint_type(t)
        kind = replace(kind, layout="A") if isinstance(kind, Array) else kind
        head = Var(f"head.{self.function.name}.bar{suffix}", kind)
        self.add(value, head, same_shape=True)
        return (head,)

    def gradients(self, tree: Tree) -> Atom:
        """The adjoints of the parameters in a tree, as tuples of tuples."""
        if tree is None:
            return Const(None, NOTHING)
        if isinstance(tree, str):
            return self.gradient(tree)
        parts = tuple(map(self.gradients, tree))
        self.tuples += 1
        suffix = "" if self.tuples == 1 else str(self.tuples)
        whole = Var(f"t.gradients{suffix}", TupleOf(tuple(part.type for part in parts)))
        self.emit(Assign(whole, Apply("tuple", parts, whole.type)))
        return whole

    def gradient(self, name: str) -> Var:
        """The adjoint of a parameter as it is returned: a Python float for a Python float."""
        p = next(q for q in self.function.params if q.name == name)
        v = Var(self.start[name], p.type)
        target = Var(f"{name}.gradient", adjoint_type(p.type))
        if isinstance(p.type, Scalar):
            target = replace(target, type=p.type)
            source: Atom = self.bar(v) if self.active(v) else zero(p.type)
            attrs = (("kind", p.type.kind), ("safe", True), ("weak", p.type.weak))
            self.emit(Assign(target, Apply("cast", (source,), p.type, attrs=attrs)))
        elif self.active(v):
            self.emit(Assign(replace(target, type=self.bar(v).type), self.bar(v)))
            target = replace(target, type=self.bar(v).type)
        else:
            self.emit(Assign(target, Apply("zeros_like", (p,), target.type, attrs=(("safe", True),))))
        return target

    # ---------------------------------------------------------------------------------------------------- blocks

    def block(self, block: Block) -> tuple[Block, Block]:
        """The forward and the backward statements of a block."""
        saved = self.out, self.before, self.after, self.siblings
        self.siblings = block
        self.block_id += 1
        here = self.block_id
        forward: list[Stmt] = []
        backward: list[Block] = []
        prologue: list[Stmt] = []
        for s in block:
            self.before, self.after, self.out = [], [], []
            self.span = s.span
            kept = self.statement(s, prologue)
            forward.extend((*self.before, kept, *self.after))
            backward.append(tuple(self.out))
        declared = [self.zeroed(v) for v in self.home.get(here, ()) if self.active(v)]
        self.out, self.before, self.after, self.siblings = saved
        entry = (*declared, *prologue)
        if here == 1:
            self.top_prologue = len(entry)
        return tuple(forward), (*entry, *(s for part in reversed(backward) for s in part))

    def statement(self, s: Stmt, prologue: list[Stmt]) -> Stmt:
        """Emit the backward statements of `s`; the forward statement, with what it needs before and after."""
        match s:
            case Assign() if self.active(s.target):
                valued = isinstance(s.target.type, Array) and self.effects.value(s.target.name)
                if isinstance(s.target.type, Array) and not valued:
                    self.bind_shadow(s, prologue)
                if isinstance(s.value, Apply):
                    self.apply(s, s.value)
                elif valued:
                    self.move_array(s.target, s.value)
                elif isinstance(s.target.type, Scalar):
                    self.move(s.target, s.value)
            case Assign():
                pass
            case Store():
                self.store(s)
            case If():
                return self.branch(s)
            case For():
                forward, backward = self.block(s.body)
                self.start_carried(s)
                if backward:
                    self.emit(replace(s, body=backward, backward=True, label=f"{s.label}.back"))
                return replace(s, body=forward)
            case While():
                return self.while_loop(s)
            case _:
                pass
        return s

    def branch(self, s: If) -> Stmt:
        then, then_back = self.block(s.then)
        orelse, orelse_back = self.block(s.orelse)
        if then_back or orelse_back:
            self.emit(If(s.test, then_back, orelse_back, s.span, f"{s.label}.back"))
        return replace(s, then=then, orelse=orelse)

    def while_loop(self, s: While) -> Stmt:
        """Count the iterations forward, run as many backward."""
        forward, backward = self.block(s.body)
        self.start_carried(s)
        if not backward:
            return replace(s, body=forward)
        slot, here, following, total = (Var(f"trips.{s.label}#{k}", PY_INT) for k in range(4))
        self.before.append(Assign(slot, Const(0, PY_INT), s.span))
        increment = (Assign(here, slot, s.span),
                     Assign(following, Apply("add", (here, ONE), PY_INT, attrs=(("safe", True),)), s.span),
                     Assign(slot, following, s.span))
        self.after.append(Assign(total, slot, s.span))
        step = Var(f"k.{s.label}.back", PY_INT)
        self.emit(For(step, Const(0, PY_INT), total, ONE, backward, True, f"{s.label}.back", s.span))
        return replace(s, body=(*forward, *increment))

    # ----------------------------------------------------------------------------------------------- propagation

    def move(self, target: Var, value: Expr) -> None:
        """The adjoint of a copy; a slot's adjoint is taken and zeroed, because it held another value before."""
        bar = self.bar(target)
        if target.name not in self.slots:
            self.add(cast(Atom, value), bar)
            return
        if isinstance(value, Var) and self.active(value):
            taken = self.hold(bar)
            self.emit(Assign(bar, zero(target.type), self.span))
            self.add(value, taken)
        else:
            self.emit(Assign(bar, zero(target.type), self.span))

    def move_array(self, target: Var, value: Expr) -> None:
        """The adjoint of a second name for an array that is a value.

        The slot of a loop is read once by each iteration, at its head, and once after the loop. What either hands on is
        the whole of the slot's adjoint there, so it is assigned and never has to be zeroed.
        """
        if not isinstance(value, Var) or not self.active(value):
            return
        bar = self.bar(target)
        if value.name in self.effects.carried:
            self.emit(Assign(self.bar(value), bar, self.span))
        else:
            self.add(value, bar, same_shape=True)

    def store(self, s: Store) -> None:
        """Take the adjoint of what was stored, zero it there, propagate it to the value."""
        if not self.active(s.array):
            return
        bar = self.bar(s.array)
        assert isinstance(bar.type, Array)
        s = replace(s, index=tuple(self.preserved(a, s, False) for a in s.index), span=self.span)
        if self.active(s.value):
            if scattered(s):
                taken = self.taken(s, bar)
            elif s.index:
                taken = self.hold(Apply("load", (bar, *s.index), Scalar(bar.type.kind), attrs=(("safe", True),)))
            else:
                copied = Array(bar.type.kind, bar.type.rank)
                taken = self.hold(Apply("copy", (bar,), copied, attrs=(("safe", True),)))
            if not s.adding:
                self.emit(replace(s, array=bar, value=zero(bar.type)))
            self.add(s.value, taken)
        elif not s.adding:
            self.emit(replace(s, array=bar, value=zero(bar.type)))

    def taken(self, s: Store, bar: Var) -> Var:
        """The adjoint of an array that was stored through arrays of integers: only what was written last has one."""
        assert isinstance(bar.type, Array) and isinstance(s.value.type, Scalar | Array)
        defined = [self.effects.definition.get(a.name) for a in s.index if isinstance(a, Var)]
        distinct = any(isinstance(e, Apply) and e.op == "positions" for e in defined)
        op = "gather" if distinct or s.adding else "last_written"
        rank = bar.type.rank - len(s.index) + max(a.type.rank for a in s.index if isinstance(a.type, Array))
        attrs = (("axis", s.axis), ("safe", True))
        return self.hold(Apply(op, (bar, *s.index), Array(bar.type.kind, rank), attrs=attrs))

    def apply(self, s: Assign, e: Apply) -> None:
        """Contributions of an operation's result to its operands."""
        bar = self.bar(s.target)
        match e.op:
            case "load":
                array = cast(Var, e.args[0])
                self.emit(Accumulate(self.bar(array), e.args[1:], bar, self.span))
            case "gather":
                array = cast(Var, e.args[0])
                if not self.active(array):  # the result shares its memory with something else that is
                    return
                index = tuple(self.preserved(a, s, False) for a in e.args[1:])
                self.emit(Accumulate(self.bar(array), index, bar, self.span, axis=e.attr("axis")))
            case "tuple" | "zeros" | "empty" | "ones":
                pass
            case "view" | "transpose" | "reshape" | "diagonal" | "part":
                if self.effects.value(s.target.name):
                    self.view(e, bar)
            case "undefined":
                if isinstance(s.target.type, Scalar):
                    self.emit(Assign(bar, zero(s.target.type), self.span))
            case "cast" | "copy" | "astype":
                self.add(e.args[0], bar, same_shape=True)
            case "pack":
                self.unpack(e, bar)
            case "full":
                self.add(e.args[0], bar)
            case "contract":
                contraction(self, e, bar, tuple(self.preserved(a, s, False) for a in e.args))
            case _:
                self.rule(s, e, bar)

    def view(self, e: Apply, bar: Var) -> None:
        """The adjoint of a view on a value goes to the same view on the adjoint."""
        base = cast(Var, e.args[0])
        if self.active(base):
            shadow = self.bar(base)
            there = replace(e, args=(shadow, *e.args[1:]), type=self.view_type_of(e, cast(Array, shadow.type)),
                            attrs=(*e.attrs, ("safe", True)))
            self.emit(Accumulate(self.hold(there), (), bar, self.span, True))

    def unpack(self, e: Apply, bar: Var) -> None:
        shape: tuple[int, ...] = e.attr("shape")
        for position, operand in enumerate(e.args):
            index: list[Atom] = []
            for extent in reversed(shape):
                position, k = divmod(position, extent)
                index.insert(0, Const(k, PY_INT))
            if self.active(operand):
                kind = cast(Array, bar.type).kind
                self.add(operand, self.hold(Apply("load", (bar, *index), Scalar(kind), attrs=(("safe", True),))))

    def rule(self, s: Assign, e: Apply, bar: Var) -> None:
        """Contributions by the formulas of the row."""
        row = BY_NAME[e.op]
        env: dict[str, Atom] = {**dict(zip(row.operands, e.args, strict=False)), "y": s.target, "y_bar": bar}
        wanted = [(a, p) for a, p in zip(e.args, partials(e), strict=False) if p not in ("", "0") and self.active(a)]
        for name in sorted(set().union(*(content_names(p) for _, p in wanted))):
            env[name] = self.preserved(env[name], s, name == "y")
        result = stretched(self, e, env, bar)
        arrays = [a for a in e.args if isinstance(a.type, Array)]
        alone = len({a.name for a in arrays if isinstance(a, Var)}) == 1 or not row.elementwise
        known = frozenset(n for n, a in env.items() if isinstance(a, Const) and cmath.isfinite(a.value))
        with self.formula.sharing():
            for operand, partial in wanted:
                value = self.contribution(partial, self.conjugated(row, partial, env), result)
                along = e.attr("axes") is not None
                if may_be_infinite(partial, known) and s.target.name not in self.solid and self.maskable(row, e, bar):
                    value = self.formula.apply("masked", result, value)
                exact = alone and not along and isinstance(value.type, Array)
                self.add(operand, value, exact)

    def conjugated(self, row: Row, partial: str, env: dict[str, Atom]) -> dict[str, Atom]:
        """What a formula for a whole contribution reads: the conjugates of what it says of real numbers."""
        if not row.holomorphic or not mentions(partial, "y_bar"):
            return env
        return {n: self.conjugate(a) if n != "y_bar" and n in content_names(partial) else a for n, a in env.items()}

    def maskable(self, row: Row, e: Apply, bar: Var) -> bool:
        """Whether each entry of a contribution belongs to one entry of the adjoint (not so in matrix products)."""
        return row.elementwise or isinstance(bar.type, Scalar) or e.attr("keepdims") is not None

    def contribution(self, partial: str, env: dict[str, Atom], bar: Atom) -> Atom:
        if partial == "1":
            return bar
        if partial == "-1":
            return self.formula.apply("neg", bar)
        if mentions(partial, "y_bar"):
            return self.formula.build(partial, env)
        return self.formula.apply("mul", bar, self.conjugate(self.formula.build(partial, env)))

    def preserved(self, a: Atom, s: Assign | Store, result: bool) -> Atom:
        """An array operand that is overwritten before the backward part reads it is copied in the forward part."""
        if not isinstance(a, Var) or not isinstance(a.type, Array) or a.name not in self.effects.parent:
            return a
        if not self.effects.overwritten(a, None, self.effects.place(s)):
            return a
        self.counter += 1
        kept = Var(f"{a.name.partition('#')[0]}.kept#{self.counter}", Array(a.type.kind, a.type.rank))
        place = self.after if result else self.before
        place.append(Assign(kept, Apply("copy", (a,), kept.type, s.span, (("safe", True),)), s.span))
        return kept
