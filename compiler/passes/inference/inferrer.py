"""The abstract interpreter of `infer`: what every statement means for types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...diagnostics import Findings
from ...ir.limits import NONE_HERE
from ...ir.nodes import (
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Expr,
    Fail,
    For,
    If,
    Path,
    Print,
    Return,
    SetItem,
    Span,
    Stmt,
    Store,
    Var,
    While,
)
from ...ir.traversal import diverges
from ...ir.types import (
    NOTHING,
    PARTS,
    PY_BOOL,
    PY_FLOAT,
    PY_INT,
    UNKNOWN,
    Array,
    ChoiceOf,
    Kind,
    Known,
    Nothing,
    OptionalOf,
    Scalar,
    TupleOf,
    Type,
    Unknown,
    in_words,
    is_complex,
)
from ...ops import BY_NAME
from ...ops.typing import TypingError, elementwise_type, may_not_fit, representable
from ..indexing import normalise
from ..rename import closing
from .joins import Joins, becomes_array
from .kinds import exceeds_float, loses_digits, power_kind, refuse_complex, within_int32
from .returned import Returned
from .texts import alternatives, written
from .values import (
    POISON,
    UNASSIGNED,
    Chosen,
    ListOf,
    Maybe,
    Perhaps,
    Tables,
    Value,
    chosen,
    poisoned,
    settled,
    special_rule,
    type_of,
    unassigned,
    unreturnable,
    waiting,
)
from .words import absent, described, index_hint, missing_name, refuse_end

Rules = dict[str, Callable[["Inferrer", Var, Apply, list[Value]], None]]


class Inferrer:
    """One round over the function."""

    def __init__(
        self, rules: Rules, findings: Findings, joins: Joins, slot_names: set[str], slots: dict[str, Value],
        items: dict[str, Scalar | None],
    ) -> None:
        self.rules, self.findings, self.joins = rules, findings, joins
        self.slot_names, self.slots = slot_names, dict(slots)
        self.items = items
        self.env: dict[str, Value] = {}
        self.out: list[Stmt] = []
        self.answers: dict[Path, Any] = {}
        self.counter, self.changed, self.widened = 0, False, False
        self.empty, self.moved = set[str](), set[str]()  # where lists are made of nothing known; what they move to
        self.flat: set[str] = set()  # what `x.flat` gave: a part of it is a copy
        self.tables = Tables()
        self.copied: dict[str, tuple[Path, ...]] = {}  # arrays in lists, and the questions whether they may be copies
        self.undecided: list[Span] = []  # the conditions around, as far as they are not known
        self.carried: dict[str, str] = {}  # the slots of loops, and the labels of these
        self.result: Type = NOTHING
        self.returned = Returned(joins.number, self.temporary)

    def parameter(self, p: Var) -> Value:
        return self.named(p.name, p.type)

    def named(self, name: str, t: Type) -> Value:
        """The variables that hold a value of a type."""
        if isinstance(t, OptionalOf):
            return Maybe((Var(missing_name(name), PY_BOOL), self.named(name, t.item)))
        if isinstance(t, ChoiceOf):
            return chosen(Var(name, PY_INT), t.options)
        if isinstance(t, TupleOf):
            kind = ListOf if t.listed else Perhaps if t.perhaps else tuple
            return kind(self.named(f"{name}.{k}", item) for k, item in enumerate(t.items))
        if isinstance(t, Known):
            return Const(t.value, t)
        return Const(None, NOTHING) if isinstance(t, Nothing) else Var(name, t)

    def value(self, a: Atom) -> Value:
        """What an operand stands for."""
        if isinstance(a, Const):
            return a
        found = self.env.get(a.name, POISON)
        return found if isinstance(found, tuple) else replace(found, span=a.span)

    def needed(self, a: Atom, span: Span) -> Value:
        """What an operand stands for, where None would be a mistake."""
        return self.present(self.value(a), span)

    def present(self, value: Value, span: Span) -> Value:
        """The value of what may be None, after a check that it is not."""
        if not isinstance(value, Maybe):
            return value
        missing, item = value
        assert isinstance(missing, Var)
        self.emit(If(missing, (Fail("TypeError", absent(missing) + NONE_HERE, (), span),), (), span))
        return item

    def emit(self, s: Stmt) -> None:
        self.out.append(s)

    def define(self, target: Var, value: Expr, span: Span) -> Var:
        """Assign an expression to the target and record its type."""
        var = Var(target.name, value.type, target.span)
        self.env[target.name] = var
        self.emit(Assign(var, value, span))
        if isinstance(value, Var) and value.name in self.flat:
            self.flat.add(var.name)
        return var

    def temporary(self, value: Expr, span: Span) -> Var:
        self.counter += 1
        return self.define(Var(f"t.c{self.counter}", span=span), value, span)

    def cast(
        self, a: Atom, kind: Kind, span: Span, implicit: bool = True, weak: bool | None = None,
        exact: bool | None = None,
    ) -> Atom:
        """The scalar operand converted to a kind; a constant is converted here.

        An `exact` conversion to an integer raises what Python raises for a number that does not fit. Without it the
        number is cut to size as in C. NumPy is exact with Python numbers, and with whatever it makes an integer of.
        """
        assert isinstance(a.type, Scalar)
        if is_complex(a.type) and kind not in (*PARTS, "bool"):
            raise TypingError("T072", value=in_words(a.type), kind=kind)
        t = Scalar(kind, a.type.weak if weak is None else weak)
        if a.type == t:
            return a
        if isinstance(a, Const) and representable(a.value, kind):
            convert = {"bool": bool, "int32": int, "int64": int}.get(kind, complex if kind in PARTS else float)
            return Const(convert(a.value), t, a.span)
        attrs: list[tuple[str, Any]] = [("kind", kind), ("weak", t.weak)]
        if may_not_fit(a.type.kind, kind) and (exact or (exact is None and (a.type.weak or t.weak))):
            attrs.append(("exact", True))
        if a.type == PY_INT and kind == "float32":
            a = self.cast(a, "float64", span)  # as NumPy does, rounding twice
        if implicit:
            attrs.append(("implicit", True))
        return self.temporary(Apply("cast", (a,), t, span, tuple(sorted(attrs))), span)

    def scalar(self, value: Value, span: Span) -> Value:
        """An array of rank 0 as the number it holds."""
        if not isinstance(value, tuple) and isinstance(value.type, Array) and value.type.rank == 0:
            return self.temporary(Apply("load", (value,), Scalar(value.type.kind), span), span)
        return value

    def refuse(self, target: Var, span: Span, code: str, **words: object) -> None:
        """Report a mistake and poison the target."""
        self.findings.add(code, span, **words)
        self.env[target.name] = POISON

    # ----------------------------------------------------------------------------------------------- statements

    def block(self, block: Block) -> Block:
        outer, self.out = self.out, []
        for s in block:
            self.statement(s)
            if diverges(tuple(self.out[-1:])):
                break  # nothing after it is reached
        result, self.out = tuple(self.out), outer
        return result

    def statement(self, s: Stmt) -> None:
        match s:
            case Assign():
                self.assign(s)
            case SetItem():
                attrs = (("augmented", s.augmented), ("spec", s.spec))
                self.apply(Var("t.stored"), Apply("setitem", (s.array, s.value, *s.operands), span=s.span, attrs=attrs))
            case If():
                self.branch(s)
            case For():
                bounds = [self.bound(b, s.span) for b in (s.start, s.stop, s.step)]
                var = Var(s.var.name, PY_INT, s.var.span)
                self.env[var.name] = var
                self.carried.update(dict.fromkeys(closing(s.body), s.label))
                self.emit(replace(s, var=var, start=bounds[0], stop=bounds[1], step=bounds[2], body=self.block(s.body)))
            case While():
                before = self.block(s.before)
                test = self.value(s.test)
                assert not isinstance(test, tuple)
                self.carried.update(dict.fromkeys(closing(s.body), s.label))
                self.emit(replace(s, before=before, test=test, body=self.block(s.body)))
            case Return():
                self.finish(s)
            case Fail() | Print():
                self.tell(s, tuple(map(self.value, s.values)))
            case _:
                raise AssertionError(f"{type(s).__name__} before types are known")

    def branch(self, s: If) -> None:
        test = self.value(s.test)
        assert not isinstance(test, tuple)
        if isinstance(test, Const) and not poisoned(test):
            taken = self.block(s.then if test.value else s.orelse)
            self.out.extend(taken)
            return refuse_end(self.findings, taken, s.span, self.undecided)
        self.undecided.append(s.span)
        then, orelse = self.block(s.then), self.block(s.orelse)
        self.undecided.pop()
        if diverges(then) == diverges(orelse):
            return self.emit(replace(s, test=test, then=then, orelse=orelse))
        if diverges(orelse):  # the arm that raises stands alone, and the other one follows it
            negated = Apply("logical_not", (test,), PY_BOOL, s.span, (("via", "python"),))
            test, then, orelse = self.temporary(negated, s.span), orelse, then
        self.emit(replace(s, test=test, then=then, orelse=()))
        self.out.extend(orelse)

    def tell(self, s: Fail | Print, values: tuple[Value, ...]) -> None:
        """Print or raise a text; of what may be None there are two."""
        either = alternatives(values, self.joins, s.span)
        if either is None:
            text = written(s, values, self.findings, self.scalar)
            self.out.extend(() if text is None else (text,))
            return
        arms: list[Block] = []
        for arm in either[1:]:
            outer, self.out = self.out, []
            self.tell(s, arm)
            arms.append(tuple(self.out))
            self.out = outer
        test = either[0] if isinstance(either[0], Var) else self.temporary(either[0], s.span)
        self.emit(If(test, arms[0], arms[1], s.span))

    def bound(self, a: Atom, span: Span) -> Atom:
        value = self.scalar(self.needed(a, span), span)
        t = type_of(value)
        if poisoned(value):
            return Const(0, PY_INT)
        if isinstance(value, tuple) or not isinstance(t, Scalar) or not t.kind.startswith("int"):
            self.findings.add("T012", a.span if isinstance(a, Var) else span, what="range", type=in_words(t))
            return Const(0, PY_INT)
        return self.cast(value, "int64", span, weak=True)

    def finish(self, s: Return) -> None:
        value = self.value(s.value)
        value = Const(None, NOTHING) if unassigned(value) else value  # a recursion may have no end
        value = self.returned.of(value, (), s.span)
        self.result = type_of(value)
        for mistake in unreturnable(value, s.span):
            self.findings.add(mistake.code, mistake.span or s.span, **mistake.words)
        self.emit(Return(self.returned.packed(value, s.span), s.span))

    # -------------------------------------------------------------------------------------------------- assigns

    def assign(self, s: Assign) -> None:
        if s.target.name in self.slot_names:
            self.assign_slot(s)
        elif isinstance(s.value, Apply):
            self.apply(s.target, s.value)
        else:
            assert isinstance(s.value, Var | Const)
            value = self.value(s.value)
            if isinstance(value, tuple) and isinstance(s.value, Var) and s.value.name in self.slot_names:
                copy = self.env[s.target.name] = self.named(s.target.name, type_of(value))
                self.move(copy, value, s.span)  # the slot may hold something else by the time the copy is read
            elif isinstance(value, tuple | Const):
                self.env[s.target.name] = value
            else:
                self.define(s.target, value, s.span)

    def assign_slot(self, s: Assign) -> None:
        name = s.target.name
        undefined = isinstance(s.value, Apply) and s.value.op == "undefined"
        assert undefined or isinstance(s.value, Var | Const)
        value = UNASSIGNED if undefined else self.value(s.value)  # type: ignore[arg-type]
        old = self.slots.get(name)
        new = self.join(name, old, value, s.span)
        if new is None:
            self.env[name] = UNASSIGNED
            return
        if old is None or type_of(old) != type_of(new) or (isinstance(old, Const) and isinstance(new, Var)):
            self.changed = True
            self.slots[name] = new
        self.env[name] = new
        self.move(new, value, s.span)

    def join(self, name: str, old: Value | None, value: Value, span: Span) -> Value | None:
        """The slot of a type that covers what it held before and the new value."""
        if unassigned(value):
            return old
        t = type_of(value)
        if isinstance(value, Const) and t == PY_BOOL and (old is None or value == old):
            return value  # a flag that has had one value only so far: branches on it are decided
        if old is not None and not poisoned(old) and not poisoned(value):
            if name in self.carried and becomes_array(type_of(old), t):
                self.answers[(("peel", self.carried[name]),)] = described(name)[0]
            joined = self.joins.types(name, type_of(old), t, span)
        else:
            joined = UNKNOWN if poisoned(value) or (old is not None and poisoned(old)) else t
        return POISON if isinstance(joined, Unknown) else self.named(name, joined)

    def move(self, slot: Value, value: Value, span: Span) -> None:
        """Assign a value to a slot, item by item, converting as needed."""
        if isinstance(slot, Maybe) and not isinstance(value, Maybe) and not unassigned(value):
            missing = type_of(value) == NOTHING
            value = Maybe((Const(missing, PY_BOOL, span), UNASSIGNED if missing else value))
        if isinstance(slot, Chosen) and isinstance(known := type_of(value), Known):
            value = (Const(self.joins.number(known), PY_INT, span),)
        if isinstance(slot, tuple):
            for k, item in enumerate(slot):
                self.move(item, value[k] if isinstance(value, tuple) else value, span)
            return
        if poisoned(slot) or not isinstance(slot, Var):
            return
        if unassigned(value):
            self.emit(Assign(slot, Apply("undefined", (), slot.type, span), span))
            return
        assert not isinstance(value, tuple)
        if isinstance(slot.type, Scalar):
            if loses_digits(slot, value):
                self.findings.add("T005", span, what=described(slot.name)[0], first=in_words(value.type),
                                  second=in_words(slot.type), hint=f"write `np.{slot.type}(...)` around it")
            value = self.cast(value, slot.type.kind, span, weak=slot.type.weak)
        self.emit(Assign(slot, value, span))

    def store_all(self, array: Var, value: Atom, span: Span) -> None:
        """`array[...] = value`, refused when the value has more axes than the array."""
        assert isinstance(array.type, Array)
        if is_complex(value.type) and not is_complex(array.type):
            raise TypingError("T072", value=in_words(value.type), kind=array.type.kind)
        if isinstance(value.type, Array) and value.type.rank > array.type.rank:
            self.findings.add("T024", span, value=in_words(value.type), place=in_words(array.type))
            return
        self.emit(Store(array, (), value, span))

    def index(
        self, t: Array, operands: tuple[Value, ...], spec: tuple[str, ...], span: Span
    ) -> tuple[tuple[str, ...], tuple[Atom, ...]] | None:
        """The index with one entry per axis, and its operands as 64-bit integers; None after reporting a mistake."""
        atoms: list[Atom] = []
        for operand in operands:
            value = self.scalar(operand, span)
            kind = type_of(value)
            if isinstance(value, tuple) or not isinstance(kind, Scalar) or not kind.kind.startswith("int"):
                self.findings.add("T007", span, what=in_words(kind), hint=index_hint(kind))
                return None
            atoms.append(self.cast(value, "int64", span))
        full = normalise(spec, t.rank)
        if full is None:
            count = sum(p[0] in "is" for p in spec)
            self.findings.add("T006", span, rank=t.rank, count=count)
            return None
        return full, tuple(atoms)

    def apply(self, target: Var, e: Apply) -> None:
        self.apply_to(target, e, [self.value(a) for a in e.args])

    def apply_to(self, target: Var, e: Apply, values: list[Value]) -> None:
        """Define the target as the operation of values that stand for its operands."""
        if waiting(e.op, values):
            self.env[target.name] = UNASSIGNED if any(map(unassigned, values)) else POISON
            return
        row = BY_NAME[e.op]
        rule = self.rules.get(special_rule(row, e, values) or e.op)
        try:
            refuse_complex(row, e, values)
            if rule is None:
                self.elementwise(target, e, values)
            else:
                rule(self, target, e, values)
        except TypingError as error:
            self.refuse(target, error.span or e.span, error.code, **error.words)

    def elementwise(self, target: Var, e: Apply, values: list[Value]) -> None:
        row = BY_NAME[e.op]
        if (decided := settled(row.name, e.attr("via"), values, e.span)) is not None:
            self.env[target.name] = decided
            return
        operands = [self.scalar(v, e.span) for v in values]
        via = e.attr("via")
        types = tuple(map(type_of, operands))
        if NOTHING in types:
            if row.name != "clip":
                raise TypingError("T022")
            bounds = (POISON, Const(float("-inf"), PY_FLOAT), Const(float("inf"), PY_FLOAT))
            operands = [b if type_of(v) == NOTHING else v for v, b in zip(operands, bounds, strict=True)]
            types = tuple(map(type_of, operands))
        if via in ("math", "cmath") and any(isinstance(t, Array) for t in types):
            spelled, given = row.numpy[0] if row.numpy else row.name, " and ".join(map(in_words, types))
            called = f"{via}.{(getattr(row, via) or row.numpy)[0]}"
            raise TypingError("T004", what=called, types=given, hint=f"for arrays write `np.{spelled}`")
        typed = elementwise_type(row, types, via)
        if row.name == "clip" and typed.compute == "int32":
            operands = [within_int32(v, k, e.span, self.temporary) for k, v in enumerate(operands)]
        compute = power_kind(row.name, operands, typed.compute)
        result = replace(typed.result, kind=compute) if compute != typed.compute else typed.result
        atoms: list[Atom] = []
        for position, value in enumerate(operands):
            assert not isinstance(value, tuple)
            kind: Kind = "bool" if row.rule == "selection" and position == 0 else compute
            if row.rule == "comparison" and via != "numpy" and exceeds_float(value, types):
                kind = "int64"
            atoms.append(self.cast(value, kind, e.span) if isinstance(value.type, Scalar) else value)
        if row.integers == "x" and isinstance(result, Scalar) and result.kind.startswith("int"):
            self.define(target, self.cast(atoms[0], result.kind, e.span, implicit=False, weak=result.weak), e.span)
            return
        if row.name == "div" and via is None and all(isinstance(t, Scalar) and t.kind == "int64" for t in types):
            via = "integers"  # Python words a division by zero differently for them
        attrs = tuple((k, v) for k, v in (("safe", e.attr("safe")), ("via", via)) if v)
        self.define(target, Apply(e.op, tuple(atoms), result, e.span, attrs), e.span)
