"""Records become their fields: every dict, list, named tuple and object is a set of variables from here on.

Before:  `t.1 = record(x, 2.0)`, `p = t.1`, `q = p`, `q["w"] = y`, `t.2 = getitem(p, "w")`
After:   `p:w = x`, `p:b = 2.0`, `p:w = y`, `t.2 = p:w`

The pass runs the program on what is known at compile time: which object every variable is. So two names for one dict
are one set of variables, and a store through one name is seen through the other. What cannot be decided, such as a
store into a record that may or may not be the same as another one still in use, is refused. Loops over records, and
loops that index lists of records, are unrolled. No later pass knows records; `Built` tells how results are made.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...diagnostics import Finding, Findings
from ...ir.classes import of_records
from ...ir.nodes import (
    UNASSIGNED,
    Apply,
    Assign,
    Atom,
    Block,
    Call,
    Const,
    Consume,
    For,
    If,
    Path,
    SetItem,
    Span,
    Stmt,
    Var,
    While,
)
from ...ir.records import field_name
from ...ir.traversal import diverges, operands
from ...ir.types import PY_BOOL, PY_INT
from ..inline import key_of
from ..liveness import Names, live_after, live_at_header
from .again import DEEPEST, MOST, Bottomless, Grows, LengthDiffers, NeedsConstant
from .fold import folded, is_tuple
from .generated import consumed
from .keys import is_keyed
from .kinds import computed, decided, met
from .outside import Outside
from .rebinding import is_pending, parallel
from .shapes import NUMBERS, Shape, tables_in
from .state import OURS, Join, Record, Ref, State, Value, is_poison
from .tables import Tables, begin_again
from .texts import emitted
from .unsettled import unsettled

POISON = Const(None)
PLAIN: Any = object()  # the answer to a question about a value that is no record: `infer` answers it
UNROLLED = 256  # iterations of one loop

Rule = Callable[["Dissolver", Var, Apply], None]
# The answers to questions about records, by the place that asks and the iterations of the loops that are unrolled.
Asked = dict[tuple[Path, str], Any]
Expansions = dict[Any, tuple[Block, tuple[Finding, ...]]]  # bodies of methods, and mistakes in them, by their calls


class Dissolver:
    """The state of the pass, and the statements written so far."""

    def __init__(
        self, rules: dict[str, Rule], outside: Outside, findings: Findings, growing: dict[str, Shape],
        expansions: Expansions, tables: Tables,
    ) -> None:
        self.growing = growing
        self.objects = tables_in(growing)  # which objects are rows of tables
        self.tables = tables
        self.places: dict[str, tuple[Span, str]] = {}  # where lists are made, and which of their parts it is
        self.rules = rules
        self.outside = outside
        self.findings = findings
        self.state = State()
        self.out: list[Stmt] = []
        self.live: Names = frozenset()
        self.active: tuple[Any, ...] = ()
        self.iteration = ""
        self.asked: Asked = {}
        self.last_loop: For | While | None = None  # that has been written
        self.iterated: dict[str, Var] = {}  # the sizes of dicts that loops go through, by the variables of these
        self.loops = self.inside = 0  # around this place, counted and not unrolled; those in the body of this call
        self.counter = 0
        self.expansions = expansions  # bodies of methods by their calls, which have the same names in every round
        self.written: dict[Any, Block] = {}  # functions of the library, by their calls
        self.hints: dict[str, str] = {}
        self.prefixes: dict[str, str] = {}

    # ------------------------------------------------------------------------------------------------- plumbing

    def emit(self, s: Stmt) -> None:
        self.out.append(s)

    def fresh(self, span: Span) -> Var:
        self.counter += 1
        return Var(f"t.r{self.counter}", span=span)

    def refuse(self, code: str, span: Span, **words: object) -> None:
        self.findings.add(code, span, **words)

    def value(self, a: Atom) -> Value:
        """What is known of an operand."""
        return a if isinstance(a, Const) else self.state.env.get(a.name)

    def record(self, a: Atom) -> Record | None:
        """The object that an operand is."""
        return self.state.record(self.value(a))

    def met(self, one: Value, two: Value) -> Value:
        """What is known of a number where two paths meet."""
        return met(one, two) if self.outside.written_out else None

    def constant(self, a: Atom) -> Any:
        """The number or text that an operand is known to be; None for any other."""
        value = self.value(a)
        return value.value if isinstance(value, Const) and not is_tuple(value) else None

    def put(self, target: Var, atom: Atom, span: Span) -> None:
        """Let a variable be what an operand is."""
        value = self.value(atom)
        if not isinstance(value, Ref):
            self.emit(Assign(target, atom, span))
        self.out.extend(self.state.checks((atom,), span))
        self.state.bind(target.name, value)

    def poison(self, target: Var, span: Span) -> None:
        """Let a variable have no value, because of a mistake that has been reported."""
        self.put(target, POISON, span)

    def allocate(self, target: Var, cls: type, keys: tuple[Any, ...], items: tuple[Atom, ...]) -> Ref:
        """A new object for a variable, holding operands."""
        self.tables.made.add(target.name + self.iteration)
        if cls in (list, dict) and target.name + self.iteration in self.growing:
            attrs = (("keys", keys),)
            self.rules["growing" if cls is list else "keyed"](
                self, target, Apply("growing", items, span=target.span, attrs=attrs))
            found = self.state.env[target.name]
            return found if isinstance(found, Ref) else self.reserve(target, tuple, ())
        ref = self.reserve(target, cls, keys)
        for (_, variable), item in zip(self.state.heap[ref.name].fields, items, strict=True):
            self.put(Var(variable, span=target.span), item, target.span)
        return ref

    def reserve(self, target: Var, cls: type, keys: tuple[Any, ...]) -> Ref:
        """A new object for a variable, its fields without values."""
        ref = Ref(target.name + self.iteration)
        self.aged(ref.name)
        fields = tuple((k, f"{self.prefix(ref)}:{field_name(cls, k, n)}") for n, k in enumerate(keys))
        self.state.heap[ref.name] = Record(cls, fields, frozenset({ref.name}))
        self.state.bind(target.name, ref)
        return ref

    def prefix(self, ref: Ref) -> str:
        """What the variables of an object begin with: the name that the program gives it first, if it is free."""
        if ref.name not in self.prefixes:
            wanted = self.hints.get(ref.name.partition("~")[0], ref.name)
            taken = self.prefixes.values()
            free = (f"{wanted}'{n}" if n else wanted for n in itertools.count())
            self.prefixes[ref.name] = next(name for name in free if name not in taken)
        return self.prefixes[ref.name]

    def aged(self, name: str) -> None:
        """What was made here in the iteration before is another object than the one made now."""
        old = f"{name} before"
        for other, record in self.state.heap.items():
            if name in record.origins and other != name:
                self.state.heap[other] = replace(record, origins=record.origins - {name} | {old})

    # ----------------------------------------------------------------------------------------------- statements

    def block(self, block: Block, live_out: Names) -> Block:
        """The statements of a block, from the state as it is."""
        outer, self.out = self.out, []
        before = self.live
        try:
            for s, following in itertools.pairwise((*block, None)):
                if isinstance(s, Assign) and isinstance(following, Assign) and following.value == s.target:
                    self.hints.setdefault(s.target.name, following.target.name)
            for s, live in zip(block, live_after(block, live_out), strict=True):
                self.live = live
                self.statement(s)
                if diverges(tuple(self.out[-1:])):
                    break  # nothing after it is reached
            return tuple(self.out)
        finally:
            self.out, self.live = outer, before

    def statement(self, s: Stmt) -> None:
        match s:
            case Assign():
                if isinstance(s.value, Apply):
                    self.apply(s.target, s.value)
                elif isinstance(s.value, Call):
                    self.call(s.target, s.value.target, s.value.args, s.value.keywords, s.span)
                else:
                    self.put(s.target, s.value, s.span)
            case SetItem() if is_poison(self.value(s.array)):
                pass  # which has been reported
            case SetItem():
                of_keys = "keyed " if is_keyed(self.state, self.value(s.array)) else ""
                attrs = (("spec", s.spec), ("augmented", s.augmented))
                stored = Apply("store", (s.array, *s.operands, s.value), span=s.span, attrs=attrs)
                self.rules[f"{of_keys}store"](self, s.array, stored)
            case If():
                self.branch(s)
            case For():
                self.counted(s)
            case While():
                self.loop(s)
            case Consume():
                consumed(self, s)
            case _:
                emitted(self, s)

    def apply(self, target: Var, e: Apply) -> None:
        if e.op == "raises":
            of_keys = "keyed " if e.args and is_keyed(self.state, self.value(e.args[0])) else ""
            return self.rules[f"{of_keys}raises"](self, target, e)
        values = [self.value(a) for a in e.args]
        self.rules["needed"](self, target, e)
        self.out.extend(self.state.checks(e.args, e.span))
        longer = e.op == "method" and e.attr("name") == "append"  # whatever the item is
        if any(map(is_poison, values[:1] if longer else values)) and e.op != "tuple":  # which has its length
            self.poison(target, e.span)
        elif any(map(is_pending, values[:1] if longer else values)) and e.op != "tuple":
            self.put(target, UNASSIGNED, e.span)
        elif e.op == "unbound" and isinstance(self.state.env.get(target.name), Ref):
            self.state.unbind(target.name)
        elif e.op == "isinstance" and not isinstance(values[0], Ref) and of_records(e):
            self.put(target, Const(False, PY_BOOL, e.span), e.span)
        elif self.outside.written_out and (known := decided(e, values)) is not None:
            self.put(target, known, e.span)
        elif self.outside.written_out and e.op == "tuple":
            self.rules["tuple"](self, target, e)
        elif e.op in OURS or e.op in ("ask", "iter_end") or any(isinstance(v, Ref) for v in values):
            of_keys = "keyed " if any(is_keyed(self.state, v) for v in values) else ""
            self.rules[next(op for op in (f"{of_keys}{e.op}", f"{of_keys}other") if op in self.rules)](self, target, e)
        else:
            self.emit(Assign(target, e, e.span))
            known = folded(e, values)
            self.state.env[target.name] = computed(e, values) if known is None and self.outside.written_out else known

    # ------------------------------------------------------------------------------------------------- branches

    def branch(self, s: If) -> None:
        live = self.live
        test = self.constant(s.test)
        if isinstance(self.value(s.test), Const) and isinstance(test, bool | int | float):
            self.out.extend(self.block(s.then if test else s.orelse, live))
            return
        start = self.state.copy()
        then = self.block(s.then, live)
        first, self.state = self.state, start
        orelse = self.block(s.orelse, live)
        if diverges(then) or diverges(orelse):  # only the other arm goes on
            self.state = first if diverges(orelse) else self.state
            self.emit(replace(s, then=then, orelse=orelse))
            return
        self.counter += 1
        join = Join(first, self.state, f"m{self.counter}", s.span, self.refuse, self.met)
        try:
            self.state = join.run(live)
        except LengthDiffers as error:
            self.length_differs(error)
            return
        ends = tuple(tuple(end) for end in join.ends)
        self.emit(replace(s, then=(*then, *ends[0]), orelse=(*orelse, *ends[1])))
        self.lose(join)

    def lose(self, join: Join) -> None:
        for name in join.poisoned:
            self.emit(Assign(Var(name), POISON, join.span))

    def length_differs(self, error: LengthDiffers) -> None:
        """A loop of a known number of iterations may still make it known, when it is unrolled."""
        if self.loops:
            raise NeedsConstant(frozenset() if error.foreign else self.tables.of(error.sites, self.growing))
        if not error.foreign and not error.sites <= self.growing.keys():
            raise Grows(dict.fromkeys(error.sites - self.growing.keys(), NUMBERS))
        self.refuse(error.code, error.span, name=error.said)
        for name, value in list(self.state.env.items()):
            if isinstance(value, Ref) and (self.state.heap[value.name].cls is list or name == error.variable):
                self.poison(Var(name, span=error.span), error.span)

    # ---------------------------------------------------------------------------------------------------- loops

    def counted(self, s: For) -> None:
        bounds = [self.constant(b) for b in (s.start, s.stop, s.step)]
        known = all(isinstance(b, int) and not isinstance(b, bool) for b in bounds) and bounds[2] != 0
        trips = range(*bounds) if known else range(0)
        if not known or len(trips) > UNROLLED:
            self.loop(s)
            return
        start, written, findings = self.state.copy(), len(self.out), len(self.findings.items)
        asked = dict(self.asked)
        self.loops, self.inside = self.loops + 1, self.inside + 1
        try:
            self.loop(s)
        except NeedsConstant as needed:
            self.state, self.asked = start, asked
            del self.out[written:], self.findings.items[findings:]
            if self.tables.exceeded(s.body, len(trips)):
                begin_again(needed.sites)
        else:
            return
        finally:
            self.loops, self.inside = self.loops - 1, self.inside - 1
        self.unrolled(s, trips)

    def unrolled(self, s: For, trips: range) -> None:
        live, outer = self.live, self.iteration
        header, copies = live_at_header(s, live), self.tables.copies
        self.tables.copies *= max(1, len(trips))
        self.tables.unrolled(outer.count("~"), len(trips))
        try:
            for number, k in enumerate(trips):
                self.iteration = f"{outer}~{number}"
                self.put(s.var, Const(k, PY_INT, s.var.span), s.span)
                self.out.extend(self.block(s.body, header))
        finally:
            self.iteration, self.tables.copies = outer, copies

    def loop(self, s: For | While) -> None:
        """A loop whose body is written once. What its variables are at its head is found by iterating."""
        header = live_at_header(s, self.live)
        entry, label = self.state.copy(), f"{s.label}{self.iteration}"
        start = entry
        findings, counter = len(self.findings.items), self.counter
        told: list[Finding] = []  # why something has no value at the head, which is not told again
        for _ in range(50):
            self.state, self.counter = start.copy(), counter
            self.findings.items[findings:] = told
            blocks = self.iterate(s, header)
            exit_state, end = blocks[2], self.state
            join = Join(entry, end, label, s.span, self.refuse, self.met)
            try:
                following = join.run(header)
            except LengthDiffers as error:
                self.state = entry
                self.length_differs(error)
                return
            found = self.findings.items[findings:]
            self.findings.items[findings:] = [f for k, f in enumerate(found) if f not in found[:k]]
            if following == start:
                break
            if _poisoned(following) != _poisoned(start) and not s.label.startswith("calls_"):  # A035 says it of these
                told = self.findings.items[findings:]
            previous, start = start, following
        else:
            self.state = entry
            self.length_differs(unsettled(previous, start, s.span))
            return
        self.out.extend(parallel(join.ends[0], self.fresh))
        closing = tuple(parallel(join.ends[1], self.fresh))
        body = (*blocks[1], *closing)
        s = replace(s, label=label, body=body)
        self.last_loop = replace(s, before=blocks[0]) if isinstance(s, While) else s
        self.emit(self.last_loop)
        self.state = exit_state
        self.lose(join)

    def iterate(self, s: For | While, header: Names) -> tuple[Block, Block, State]:
        """One run over a loop: its blocks, and the state in which it is left."""
        if isinstance(s, For):
            leaving = self.state.copy()
            self.state.env[s.var.name] = None
            return (), self.block(s.body, header), leaving
        test = frozenset({s.test.name}) if isinstance(s.test, Var) else frozenset()
        before = self.block(s.before, self.live | header | test)
        leaving = self.state.copy()
        return before, self.block(s.body, header), leaving

    # ------------------------------------------------------------------------------------------------- methods

    def unanswered(self) -> bool:
        """Whether there is a question about a record that the program has been translated without the answer to."""
        return any(answer is not PLAIN and not self.outside.answered(key) for (key, _), answer in self.asked.items())

    def call(self, target: Var, function: Any, args: tuple[Atom, ...], keywords: tuple[tuple[str, Atom], ...],
             span: Span, keep: Names = frozenset()) -> None:
        """The body of a method in place of its call; the records of the names in `keep` are needed afterwards."""
        call = Call(function, args, keywords, span, path=(("method", target.name),))
        key = (target.name, tuple(map(str, args)), tuple(map(str, keywords)))
        self.written_out(target, function, call, key, self.live | keep)

    def written_out(self, target: Var, function: Any, call: Call | Consume, names: tuple[Any, ...],
                    live: Names) -> None:
        """The body of a function in place of its call, or of the loop over what it yields."""
        span, key = call.span, (id(function), *names)
        given = [self.value(a) for a in operands(call.call if isinstance(call, Consume) else call)]
        poisoned = any(map(is_poison, given))
        if function in self.active and (poisoned or (self.outside.written_out and self.unanswered())):
            return self.poison(target, span)  # what it will be given is known in the next round, or never
        if self.active.count(function) > DEEPEST or len(self.expansions) > MOST:
            raise Bottomless(function.__name__, span, key_of(function), any(isinstance(v, Ref) for v in given))
        if self.inside and function in self.active:  # what decides about the end may differ between iterations
            raise NeedsConstant
        if key not in self.expansions:
            known = len(self.findings.items)
            expanded = self.outside.expand(target, call, self.active)
            self.expansions[key] = expanded, tuple(self.findings.items[known:])
        block, mistakes = self.expansions[key]
        self.findings.items.extend(f for f in mistakes if f not in self.findings.items)
        outer, self.active, inside, self.inside = self.active, (*self.active, function), self.inside, 0
        try:
            self.out.extend(self.block(block, live))
        finally:
            self.active, self.inside = outer, inside


def _poisoned(state: State) -> set[str]:
    """The variables that have no value, because of a mistake."""
    return {name for name, value in state.env.items() if is_poison(value)}
