"""Adjoint variables: their names and types, where they are zeroed, and how shadows follow their arrays.

Adjoints of numbers, and of arrays that are only ever bound to new arrays, are values: zeroed where the backward part
enters the block of their variable. An array that is written into has a shadow. One that is bound once per block gets it
where the backward part enters the block; where bindings change at run time (`old, new = new, old`) the shadow travels
with its array in the forward part.
"""

from __future__ import annotations

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
    Span,
    Stmt,
    Var,
    While,
)
from ...ir.traversal import walk, written
from ...ir.types import PARTS, Array, Scalar, Type, is_complex
from ...ops import BY_NAME
from ..effects import Effects, effects
from ..formulas import Formula
from ..indexing import view_type
from ..rename import slots_of
from .activity import activity
from .prepare import homes
from .reach import reach


def bar_name(name: str) -> str:
    """`u#3` has the adjoint `u.bar#3`; no variable of the user's has a dot in its name."""
    base, mark, version = name.partition("#")
    return f"{base}.bar{mark}{version}"


def adjoint_type(t: Type) -> Type:
    """The type of the adjoint of a value: a NumPy number, or a contiguous array."""
    assert isinstance(t, Scalar | Array)
    return Scalar(t.kind) if isinstance(t, Scalar) else Array(t.kind, t.rank)


def zero(t: Type) -> Const:
    """The adjoint that nothing has been added to."""
    assert isinstance(t, Scalar | Array)
    return Const(0j if is_complex(t) else 0.0, Scalar(t.kind))


class Adjoints:
    """What one reversal knows and has written so far."""

    def __init__(self, function: Function, wrt: tuple[str, ...], findings: Findings) -> None:
        self.function = function
        self.wrt = wrt
        self.effects: Effects = effects(function)
        self.slots = slots_of(function.body)
        starts = tuple(f"{n}#0" if self.copied(n) else n for n in wrt)
        self.start = dict(zip(wrt, starts, strict=True))
        self.active = activity(function, starts, self.effects, findings)
        self.solid = reach(function, self.slots)
        self.reshaped = {self.effects.root(s.target.name) for s in walk(function.body)
                         if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "reshape"}
        bound = (*function.params, *map(written, walk(function.body)))
        self.strided = {self.effects.root(v.name) for v in bound
                        if v is not None and isinstance(v.type, Array) and v.type.layout != "C"}
        self.bar_types: dict[str, Type] = {}
        self.shaped_by: dict[str, tuple[Var, ...]] = {}  # the witnesses of arrays that have been asked for
        self.home = homes(function.body, self.has_home)
        self.block_id = 0
        self.top_prologue = 0
        self.out: list[Stmt] = []
        self.before: list[Stmt] = []
        self.after: list[Stmt] = []
        self.siblings: Block = ()
        self.counter = 0
        self.tuples = 0
        self.span = Span()
        self.formula = Formula(self.emit_apply, "contract")

    def has_home(self, v: Var) -> bool:
        """Whether the adjoint is zeroed where the backward part enters a block: numbers, and arrays that are values.

        The slot of a loop that holds such an array is not: its copies assign its adjoint.
        """
        return isinstance(v.type, Scalar) or (isinstance(v.type, Array) and self.effects.value(v.name)
                                              and v.name not in self.effects.carried)

    def zeroed(self, v: Var) -> Assign:
        bar = self.bar(v)
        if isinstance(bar.type, Scalar):
            return Assign(bar, zero(bar.type))
        return Assign(bar, self.zeros(v, bool(self.effects.loop_of[v.name])), v.span)

    def zeros(self, v: Var, inside: bool) -> Apply:
        """A new adjoint of an array; `inside` a loop its own shape would have to be kept."""
        witnesses = self.witnesses(v) if inside else (v,)
        bar = self.bar(v)
        contiguous = replace(cast(Array, bar.type), layout="C")
        op = "zeros_like" if len(witnesses) == 1 else "zeros_shaped"
        return Apply(op, witnesses, contiguous, v.span, self.ordered(v))

    def ordered(self, v: Var) -> tuple[tuple[str, object], ...]:
        """Attributes of a new adjoint: contiguous in NumPy as well where a view in another shape is taken of it."""
        return (("order", "C"), ("safe", True)) if self.effects.root(v.name) in self.reshaped else (("safe", True),)

    def travels(self, name: str) -> bool:
        """Whether shadows travel with the arrays of the class: they are bound at run time, and written into."""
        return not self.effects.static(name) and not self.effects.value(name)

    def copied(self, name: str) -> bool:
        return any(isinstance(s, Assign) and s.target.name == f"{name}#0" for s in self.function.body)

    # ---------------------------------------------------------------------------------------------------- pieces

    def bar(self, v: Var) -> Var:
        """The adjoint variable of an active variable."""
        t = self.bar_types.get(v.name)
        if t is None:
            t = adjoint_type(v.type)
            if isinstance(t, Array) and self.travels(v.name) and self.effects.root(v.name) in self.strided:
                t = replace(t, layout="A")
            self.bar_types[v.name] = t
        return Var(bar_name(v.name), t, v.span)

    def emit(self, s: Stmt) -> None:
        self.out.append(s)

    def emit_apply(self, e: Apply) -> Var:
        self.counter += 1
        target = Var(f"t.d{self.counter}", e.type, self.span)
        self.emit(Assign(target, replace(e, span=self.span), self.span))
        return target

    def hold(self, value: Expr) -> Var:
        """A value in a new variable of the backward part."""
        self.counter += 1
        target = Var(f"t.d{self.counter}", value.type, self.span)
        self.emit(Assign(target, value, self.span))
        return target

    def conjugate(self, a: Atom) -> Atom:
        """What a complex partial derivative multiplies an adjoint by: see `docs/architecture.md`."""
        value = self.effects.definition.get(a.name) if isinstance(a, Var) else None
        was_real = isinstance(value, Apply) and value.op in ("cast", "astype") and not is_complex(value.args[0].type)
        return self.formula.apply("conj", a) if is_complex(a.type) and not was_real else a

    def add(self, operand: Atom, value: Atom, same_shape: bool = False) -> None:
        """`operand_bar += value`, if the operand is active."""
        if not isinstance(operand, Var) or not self.active(operand):
            return
        target = self.bar(operand)
        if is_complex(value.type) and not is_complex(target.type):  # what is real has no imaginary direction
            value = self.formula.apply("real", value)
        if isinstance(target.type, Scalar):
            if isinstance(value.type, Array):
                value = self.hold(Apply("sum", (value,), Scalar(value.type.kind), attrs=(("safe", True),)))
            value = self.formula.convert(value, target.type.kind)
        self.emit(Accumulate(target, (), value, self.span, same_shape))

    def start_carried(self, loop: For | While) -> None:
        """The adjoint of an array that a loop carries and nothing reads after it: zero, of the shape it has then."""
        read = {t.value.name for t in self.siblings if isinstance(t, Assign) and isinstance(t.value, Var)}
        for s in loop.body:
            if not isinstance(s, Assign) or not isinstance(s.target.type, Array) or s.target.name in read:
                continue
            if s.target.name not in self.effects.carried_by[id(loop)]:
                continue
            if self.active(s.target) and self.effects.value(s.target.name):
                base, _, version = s.target.name.partition("#")
                last = Var(f"{base}.last#{version}", s.target.type, s.span)
                self.after.append(Assign(last, s.target, loop.span))
                bar = self.bar(s.target)
                self.emit(Assign(bar, Apply("zeros_like", (last,), bar.type, attrs=self.ordered(s.target)), loop.span))

    # --------------------------------------------------------------------------------------------------- shadows

    def bind_shadow(self, s: Assign, prologue: list[Stmt]) -> None:
        """Give an array variable its shadow: on entering the block backward, or along with it in the forward part."""
        value = s.value
        static = self.effects.static(s.target.name)
        place = prologue if static else self.after
        if isinstance(value, Var):
            if static:
                self.bar_types[s.target.name] = self.bar(value).type
            place.append(Assign(self.bar(s.target), self.bar(value), s.span))
            return
        assert isinstance(value, Apply)
        if value.op in ("view", "transpose", "reshape", "diagonal", "part"):
            base = self.bar(cast(Var, value.args[0]))
            if static:
                self.bar_types[s.target.name] = self.view_type_of(value, cast(Array, base.type))
            bar = self.bar(s.target)
            attrs = (*value.attrs, ("safe", True))
            place.append(Assign(bar, replace(value, args=(base, *value.args[1:]), type=bar.type, attrs=attrs), s.span))
        elif value.op == "undefined":
            nothing = replace(value, type=self.bar(s.target).type, attrs=(("added_to", True),))
            place.append(Assign(self.bar(s.target), nothing, s.span))
        else:
            inside = static and bool(self.effects.place(s).loops)
            place.append(Assign(self.bar(s.target), self.zeros(s.target, inside), s.span))

    def witnesses(self, v: Var) -> tuple[Var, ...]:
        """Arrays whose common shape is that of `v`, so that `v` itself need not be kept for its shape alone."""
        if v.name not in self.shaped_by:
            value = self.effects.definition.get(v.name)
            found: tuple[Var, ...] = (v,)
            if isinstance(value, Apply) and (BY_NAME[value.op].elementwise or value.op in ("copy", "astype")):
                arrays = [a for a in value.args if isinstance(a, Var) and isinstance(a.type, Array)]
                found = tuple(dict.fromkeys(w for a in arrays for w in self.witnesses(a)))
            self.shaped_by[v.name] = found
        return self.shaped_by[v.name]

    def view_type_of(self, e: Apply, base: Array) -> Type:
        if e.op == "view":
            return view_type(base, e.attr("spec"))
        assert isinstance(e.type, Array)
        if e.op == "part":
            return Array(PARTS[base.kind], e.type.rank, "A")
        return Array(base.kind, e.type.rank, "C" if e.op == "reshape" else "A")
