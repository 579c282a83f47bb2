"""A recursive function becomes a loop over its activations, so that no later pass has to know recursion.

Before:  `f(x, n): if n == 0: r = 1.0 else: t = call f(x, n - 1); r = x * t; return r`
After:   a loop that runs one piece of the body at a time.  A call puts what is read after it into arrays, one element
         for each activation, and goes on with the first piece; a return takes it out again and goes on behind the call.

The pieces are what lies between the calls.  Statements without a call stay as they are; a branch or a loop around a
call is taken apart.  All of it are ordinary statements over numbers and arrays, so the derivative of a recursion needs
no rule of its own.  What an activation keeps while another one runs are numbers: an array is the same in all of them,
or the call is refused (by `infer`, which knows the types).

The transformation is the textbook one of a recursive procedure with an explicit stack (Knuth, The Art of Computer
Programming, volume 1, section 2.2.1; Structured programming with go to statements, Computing Surveys 6(4), 1974).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..diagnostics import Findings
from ..ir.nodes import (
    Apply,
    Assign,
    Atom,
    Block,
    Call,
    Const,
    Fail,
    For,
    Function,
    If,
    Path,
    Return,
    Span,
    Stmt,
    Var,
    While,
)
from ..ir.traversal import assigned, walk
from ..ir.types import PY_BOOL, PY_INT
from .frames import LIMIT, Frames
from .liveness import certain, live_before, live_into

# Variables of `merge_returns`, which have no value until the function returns.
_OURS = re.compile(r"(^|\.)(result\.return|done\.return|(stop|skip|go|test|broken)\.)")
ZERO, ONE, NOWHERE_LEFT = Const(0, PY_INT), Const(1, PY_INT), Const(-1, PY_INT)


@dataclass(frozen=True, slots=True)
class _Goto:
    to: int


@dataclass(frozen=True, slots=True)
class _Fork:
    test: Atom
    then: int
    orelse: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Invoke:
    """A call: its target is assigned before piece `after` runs."""

    target: Var
    arguments: tuple[tuple[str, Atom | Apply], ...]
    after: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Leave:
    value: Atom
    span: Span


_End = _Goto | _Fork | _Invoke | _Leave


@dataclass(slots=True)
class _Piece:
    statements: Block
    end: _End


def recursion(
    function: Function, calls_itself: Callable[[Call], bool], arguments: Callable[[Call], dict[str, Atom | Apply]],
    findings: Findings, key: Path = (), rank: Callable[[Path], int] = lambda key: 0,
) -> Function:
    """The function without calls of itself. `arguments` gives the operand of each parameter of such a call.

    A function whose calls are all the last thing that it does needs no arrays: it is a plain loop. `key` is its name
    among the answers, should it turn out to be given records; `rank` is the number of axes of a variable that is kept.
    """
    machine = _Machine(function, calls_itself, arguments, key, rank)
    machine.cut()
    for name, span in machine.unsure().items():
        if _OURS.search(name):
            machine.blank.append(name)
        else:
            findings.add("A035", span, name=function.name, what=f"`{name.rpartition('.')[2]}`, which may have no value")
    return machine.assembled()


@dataclass(slots=True)
class _Machine:
    function: Function
    calls_itself: Callable[[Call], bool]
    arguments: Callable[[Call], dict[str, Atom | Apply]]
    key: Path
    rank: Callable[[Path], int]
    pieces: list[_Piece] = field(default_factory=list)
    calls: dict[int, _Invoke] = field(default_factory=dict)  # by the piece behind them
    live: list[frozenset[str]] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    own: frozenset[str] = frozenset()
    varying: frozenset[str] = frozenset()

    # ----------------------------------------------------------------------------------------------------- pieces

    def piece(self, statements: Block, end: _End) -> int:
        self.pieces.append(_Piece(statements, end))
        return len(self.pieces) - 1

    def cut(self) -> None:
        """The body in pieces; piece 0 is the first."""
        entry = self.piece((), _Goto(0))
        last = self.function.body[-1]
        assert isinstance(last, Return)
        leave = self.piece((), _Leave(last.value, last.span))
        self.pieces[entry].end = _Goto(self.sequence(self.function.body[:-1], leave))
        targets = {c.target.name for c in self.calls.values()}
        changed = targets.union(*(assigned(p.statements) for p in self.pieces))
        changed = {n for n in changed if "@" not in n}  # variables of a function around it are the same in all
        own = {p.name for p in self.function.params}
        self.varying = frozenset(n for call in self.calls.values() for n, a in call.arguments
                                 if n in changed or not (isinstance(a, Var) and a.name == n))
        self.own = frozenset((changed | own) - (own - changed - self.varying))
        self.live = self.liveness()

    def sequence(self, block: Block, following: int) -> int:
        """The number of the piece that begins a block, which goes on with another piece afterwards."""
        plain: list[Stmt] = []
        for s in reversed(block):
            if not any(isinstance(t, Assign) and isinstance(t.value, Call) and self.calls_itself(t.value)
                       for t in walk((s,))):
                plain.insert(0, s)
                continue
            following = self.cut_around(s, self.piece(tuple(plain), _Goto(following)))
            plain = []
        return self.piece(tuple(plain), _Goto(following))

    def cut_around(self, s: Stmt, after: int) -> int:
        match s:
            case Assign(value=Call() as value):
                back = self.piece((), _Goto(after))
                call = _Invoke(s.target, tuple(self.arguments(value).items()), back, s.span)
                self.calls[back] = call
                return self.piece((), call)
            case If():
                arms = self.sequence(s.then, after), self.sequence(s.orelse, after)
                return self.piece((), _Fork(s.test, *arms, s.span))
            case While():
                head = self.piece((), _Goto(after))
                test = self.piece((), _Fork(s.test, self.sequence(s.body, head), after, s.span))
                self.pieces[head].end = _Goto(self.sequence(s.before, test))
                return head
            case For():
                return self.sequence(_counted(s), after)
            case _:
                raise AssertionError(s)

    def follow(self, k: int) -> int:
        """The piece that really runs: empty ones that only go on are skipped."""
        seen: set[int] = set()
        while not self.pieces[k].statements and isinstance(end := self.pieces[k].end, _Goto) and k not in seen:
            if k in self.calls:
                return k
            seen.add(k)
            k = end.to
        return k

    def successors(self, k: int) -> tuple[int, ...]:
        match self.pieces[k].end:
            case _Goto(to):
                return (self.follow(to),)
            case _Fork(_, then, orelse):
                return self.follow(then), self.follow(orelse)
            case _Invoke(_, _, after):
                return (self.follow(after),)
            case _Leave():
                return ()

    # --------------------------------------------------------------------------------------------------- liveness

    def liveness(self) -> list[frozenset[str]]:
        """For each piece, the names that may be read from its start on, in this activation."""
        live = [frozenset[str]()] * len(self.pieces)
        changed = True
        while changed:
            changed = False
            for k, piece in reversed(list(enumerate(self.pieces))):
                new = live_into(piece.statements, self.at_the_end(piece.end, live))
                changed, live[k] = changed or new != live[k], new
        return live

    def at_the_end(self, end: _End, live: list[frozenset[str]]) -> frozenset[str]:
        match end:
            case _Goto(to):
                return live[to]
            case _Fork(test, then, orelse, span):
                return live_before(If(test, (), (), span), live[then] | live[orelse])
            case _Invoke(target, arguments, after):
                read = {a.name for _, v in arguments for a in (v.args if isinstance(v, Apply) else (v,))
                        if isinstance(a, Var)}
                return live[after] - {target.name} | read
            case _Leave(value):
                return frozenset({value.name}) if isinstance(value, Var) else frozenset()

    # ------------------------------------------------------------------------------------------------- assignment

    def sure(self) -> list[frozenset[str]]:
        """For each piece, the names that certainly have a value at its start."""
        everything = frozenset(n for p in self.pieces for n in assigned(p.statements)) | self.own
        found = [everything] * len(self.pieces)
        found[0] = frozenset(p.name for p in self.function.params)
        changed = True
        while changed:
            changed = False
            for k, piece in enumerate(self.pieces):
                after = found[k] | certain(piece.statements)
                end = piece.end
                given = {end.target.name} if isinstance(end, _Invoke) else set()
                to = (end.to,) if isinstance(end, _Goto) else (end.then, end.orelse) if isinstance(end, _Fork) else (
                    (end.after,) if isinstance(end, _Invoke) else ())
                for j in to:
                    new = found[j] & (after | given)
                    changed, found[j] = changed or new != found[j], new
        return found

    def unsure(self) -> dict[str, Span]:
        """What a call would keep although it may have no value, and the place of the call."""
        sure = self.sure()
        ends = ((p, sure[k] | certain(p.statements)) for k, p in enumerate(self.pieces))
        return {n: p.end.span for p, known in ends if isinstance(p.end, _Invoke)
                for n in self.kept(p.end) if n not in known}

    def kept(self, call: _Invoke) -> list[str]:
        """What an activation needs after a call and another one may change."""
        return sorted((self.live[call.after] - {call.target.name}) & self.own)

    # --------------------------------------------------------------------------------------------------- assembly

    def assembled(self) -> Function:
        blank = (Assign(Var(n), Apply("undefined", ()), self.function.span) for n in sorted(self.blank))
        first = self.pieces[self.follow(0)]
        first.statements = (*blank, *first.statements)
        tail = all(map(self.is_tail, self.calls.values()))
        numbers = self.numbered(self.follow(0), tail)
        writer = _Writer(self, numbers, tail, self.function.span)
        last = self.function.body[-1]
        assert isinstance(last, Return)
        body = (*writer.beginning(), writer.loop(), Return(writer.name("value"), last.span))
        return replace(self.function, body=body)

    def is_tail(self, call: _Invoke) -> bool:
        back = self.pieces[call.after].end
        assert isinstance(back, _Goto)
        end = self.pieces[self.follow(back.to)]
        return not end.statements and isinstance(end.end, _Leave) and end.end.value == call.target

    def short(self, k: int) -> bool:
        """Whether a piece only returns: it is repeated in place of going there."""
        return not self.pieces[k].statements and isinstance(self.pieces[k].end, _Leave)

    def numbered(self, entry: int, tail: bool) -> dict[int, int]:
        """The pieces at which the loop goes on in a new turn: the first, those behind calls, and where paths meet."""
        pending, order, count = [entry], [entry], {entry: 2}
        while pending:
            k = pending.pop(0)
            for after in self.successors(k):
                count[after] = count.get(after, 0) + (2 if after in self.calls else 1)
                if after not in order:
                    order.append(after)
                    pending.append(after)
        meeting = [k for k in order if count[k] > 1 and not self.short(k) and not (tail and k in self.calls)]
        return {k: number for number, k in enumerate(meeting)}


@dataclass(slots=True)
class _Writer:
    """Writes the loop. Pieces that only one other leads to are written behind that."""

    machine: _Machine
    numbers: dict[int, int]
    tail: bool
    span: Span

    def name(self, what: str) -> Var:
        return Var(f"{what}.calls", span=self.span)

    def frames(self, variable: str) -> Frames:
        function, key = self.machine.function, self.machine.key
        rank = self.machine.rank((*key, ("item rank", variable)))
        site = f"{function.name}.{function.scope}.{variable}"
        return Frames(variable, rank, site, function.name, self.name("depth"), key)

    def beginning(self) -> Block:
        """Where every variable of the loop gets its first value, if it has one, and the arrays are made."""
        depth, at = self.name("depth"), self.name("at")
        out: list[Stmt] = [Assign(depth, ZERO, self.span), Assign(at, ZERO, self.span)]
        calls = self.machine.calls
        if not self.tail:
            names = sorted({n for call in calls.values() for n in self.machine.kept(call)})
            for n in (*names, *(["at.calls"] if len(calls) > 1 else [])):
                out += self.frames(n).made(self.span)
        params = {p.name for p in self.machine.function.params}
        waiting = {n for k in self.numbers if k not in calls for n in self.machine.live[k]} & self.machine.own
        waiting |= {"value.calls"}
        for name in sorted(waiting - params):
            out.append(Assign(Var(name, span=self.span), Apply("undefined", (), span=self.span), self.span))
        return tuple(out)

    def loop(self) -> While:
        at, go = self.name("at"), self.name("go")
        before = (Assign(go, Apply("ge", (at, ZERO), span=self.span), self.span),)
        body: Block = ()
        for k, number in sorted(self.numbers.items(), key=lambda item: -item[1]):
            block = (*self.arrived(k), *self.written(k))
            if not body:
                body = block
                continue
            here = Var(f"at.{number}.calls", span=self.span)
            test = Assign(here, Apply("eq", (at, Const(number, PY_INT)), span=self.span), self.span)
            body = (test, If(here, block, body, self.span))
        return While(before, go, body, f"calls_{self.span.line}", self.span)

    def arrived(self, k: int) -> Block:
        """Behind a call: what was kept, and the call's value."""
        call = self.machine.calls.get(k)
        if call is None or self.tail:
            return ()
        out: list[Stmt] = []
        for n in self.machine.kept(call):
            out += self.frames(n).taken(Var(n, span=call.span), call.span)
        return (*out, Assign(call.target, self.name("value"), call.span))

    def written(self, k: int) -> Block:
        """A piece and what follows it in the same turn."""
        piece = self.machine.pieces[k]
        match piece.end:
            case _Goto(to):
                rest = self.reached(to)
            case _Fork(test, then, orelse, span):
                rest = (If(test, self.reached(then), self.reached(orelse), span),)
            case _Invoke():
                rest = self.called(piece.end)
            case _Leave(value, span):
                rest = self.left(value, span)
        return (*piece.statements, *rest)

    def reached(self, k: int) -> Block:
        k = self.machine.follow(k)
        return (self.go_to(self.numbers[k]),) if k in self.numbers else self.written(k)

    def go_to(self, number: int) -> Assign:
        return Assign(self.name("at"), Const(number, PY_INT), self.span)

    def called(self, call: _Invoke) -> Block:
        span, depth = call.span, self.name("depth")
        full, deeper = Var("full.calls", span=span), Var("deeper.calls", span=span)
        fail = Fail("RecursionError", "maximum recursion depth exceeded", (), span)
        out: list[Stmt] = [Assign(full, Apply("ge", (depth, Const(LIMIT - 1, PY_INT)), span=span), span),
                           If(full, (fail,), (), span)]
        if not self.tail:
            number = self.numbers[call.after]
            kept: list[tuple[str, Atom]] = [(n, Var(n, span=span)) for n in self.machine.kept(call)]
            if len(self.machine.calls) > 1:
                kept.append(("at.calls", Const(number, PY_INT)))
            for name, value in kept:
                out += self.frames(name).put(value, span)
        out += [Assign(deeper, Apply("add", (depth, ONE), span=span), span), Assign(depth, deeper, span)]
        varying = [(n, a) for n, a in call.arguments if n in self.machine.varying]
        out += [self.passed(n, a, span) for n, a in varying]
        out += [Assign(Var(n, span=span), Var(f"next.{n}", span=span), span) for n, _ in varying]
        return (*out, self.go_to(self.numbers[self.machine.follow(0)]))

    def passed(self, name: str, value: Atom | Apply, span: Span) -> Assign:
        """What a parameter is in the next activation."""
        target = Var(f"next.{name}", span=span)
        if isinstance(value, Var):
            attrs = (("key", self.machine.key), ("recursion", self.machine.function.name),
                     ("variable", name.rpartition(".")[2]))
            value = Apply("passed_on", (value,), span=span, attrs=attrs)
        return Assign(target, value, span)

    def left(self, value: Atom, span: Span) -> Block:
        """The return from an activation."""
        result = Assign(self.name("value"), value, span)
        over: Block = (Assign(self.name("at"), NOWHERE_LEFT, span),)
        if self.tail:
            return (result, *over)
        depth, inner, less = self.name("depth"), Var("inner.calls", span=span), Var("less.calls", span=span)
        calls = self.machine.calls
        back: Block = (self.go_to(self.numbers[next(iter(calls))]),)
        if len(calls) > 1:
            back = self.frames("at.calls").taken(self.name("at"), span)
        taken = (Assign(less, Apply("sub", (depth, ONE), span=span), span), Assign(depth, less, span), *back)
        test = Assign(inner, Apply("gt", (depth, ZERO), span=span), span)
        return (result, test, If(inner, taken, over, span))


def _counted(s: For) -> Block:
    """A `for` as a `while`, so that its counter is a variable."""
    count, done, left = (Var(f"{word}.{s.label}", PY_INT, s.span) for word in ("count", "done", "left"))
    scaled, following = Var(f"scaled.{s.label}", span=s.span), Var(f"next.{s.label}", span=s.span)
    step = (
        Assign(scaled, Apply("mul", (done, s.step), span=s.span, attrs=(("safe", True),)), s.span),
        Assign(s.var, Apply("add", (s.start, scaled), span=s.span, attrs=(("safe", True),)), s.span),
        Assign(following, Apply("add", (done, ONE), span=s.span), s.span),
        Assign(done, following, s.span),
    )
    test = (Assign(left, Apply("lt", (done, count), PY_BOOL, s.span), s.span),)
    return (
        Assign(count, Apply("range_count", (s.start, s.stop, s.step), span=s.span), s.span),
        Assign(done, ZERO, s.span),
        While(test, left, (*step, *s.body), s.label, s.span),
    )
