"""Exceptions that are caught become flags: `try` is gone, and what raises in it is preceded by its own test.

Before:  `try: y = div(1.0, x)`  `except ZeroDivisionError: y = 0.0`
After:   `raised = 0`, `code = raises(1.0, x, of='div')`, `if code: raised = code  else: y = div(1.0, x)`,
         `if raised: raised = 0; y = 0.0`

Every exception that some `try` around it may catch has a number. The body of a `try` is a loop that is written out
once: to raise is to set `raised` and to break out of it, and out of the loops inside. Which operations may raise only
types tell: `raises` is a question to `infer`, and as long as its answer is no, nothing is tested. What no `try` of the
function catches leaves it as it would elsewhere.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..diagnostics import Findings
from ..ir.limits import is_limit
from ..ir.nodes import (
    Apply,
    Assign,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Consume,
    Fail,
    For,
    Function,
    If,
    Path,
    Print,
    Return,
    SetItem,
    Span,
    Stmt,
    Try,
    Unrolled,
    Var,
    While,
)
from ..ir.traversal import blocks, walk, with_blocks
from ..ir.types import PY_BOOL, PY_INT
from .merge_returns import merge_returns

# What operations raise, in the order of their numbers.
RAISED: dict[str, type[BaseException]] = {
    **{name: getattr(builtins, name) for name in (
        "ZeroDivisionError", "OverflowError", "ValueError", "IndexError", "KeyError", "TypeError", "AttributeError",
        "AssertionError", "UnboundLocalError")},
    "LinAlgError": np.linalg.LinAlgError,
}
NUMBER = {name: k for k, name in enumerate(RAISED, 1)}
SILENT = frozenset({"ask", "unbound", "rebind", "undefined", "iter_end", "tuple", "logical_not", "is", "is_not"})
PENDING = Var("raised.now")
NONE, TRUE = Const(0, PY_INT), Const(True, PY_BOOL)
FEW = 4  # exits from a body that a small handler is written at
Codes = frozenset[int]


def catch(function: Function, findings: Findings, answer: Callable[[Path], Any]) -> Function:
    """The function without `Try`. Reports A002, A011 and A039.

    `answer` is what `infer` has said of an operation: the names of what it may raise, of what is caught.
    """
    return _caught(function, _Catcher(findings, answer))


def catch_in(block: Block, prefix: str, findings: Findings, answer: Callable[[Path], Any]) -> Block:
    """The same for the body of a method, which is written out when its class is known; its names have the prefix."""
    function = Function(prefix, (), (*block, Return(NONE)))
    return _caught(function, _Catcher(findings, answer, prefix)).body[:-1]


def _caught(function: Function, catcher: _Catcher) -> Function:
    if not any(isinstance(s, Try) or (isinstance(s, Fail) and (s.own or not s.exception))
               for s in walk(function.body)):
        return function
    body, _ = catcher.block(function.body)
    return merge_returns(replace(function, body=body))


def _exits(block: Block) -> int:
    """From how many places a body is left."""
    return sum(isinstance(s, Break) or (isinstance(s, If) and _exits(s.then) + _exits(s.orelse)) for s in block)


def _before_leaving(block: Block, chain: Block) -> Block:
    """A body with the handlers at the places where it is left: where there is one such place, no flag is needed."""
    out: list[Stmt] = []
    for s in block:
        if isinstance(s, If):
            s = with_blocks(s, tuple(_before_leaving(b, chain) for b in blocks(s)))
        out += (*chain, s) if isinstance(s, Break) else (s,)
    return tuple(out)


def _small(block: Block) -> bool:
    return len(block) <= FEW and not any(isinstance(s, If | For | While | Unrolled) for s in block)


@dataclass(slots=True)
class _Handling:
    """The exceptions that the handler around a statement is for, and the variable that tells which one it is."""

    codes: Codes
    variable: Var
    used: bool = False


@dataclass(slots=True)
class _Catcher:
    findings: Findings
    answer: Callable[[Path], Any]
    prefix: str = ""
    around: list[Try] = field(default_factory=list)  # whose body this is
    handling: list[_Handling] = field(default_factory=list)
    classes: dict[int, type[BaseException]] = field(
        default_factory=lambda: {NUMBER[name]: cls for name, cls in RAISED.items()})
    sites: dict[int, Fail] = field(default_factory=dict)
    places: dict[Path, int] = field(default_factory=dict)
    counter: int = 0

    def fresh(self, name: str, span: Span) -> Var:
        self.counter += 1
        return Var(f"{self.prefix}{name}.{self.counter}", span=span)

    def caught(self, cls: type[BaseException]) -> bool:
        """Whether a `try` around this place catches a class."""
        return any(issubclass(cls, h.classes) for s in self.around for h in s.handlers)

    # ----------------------------------------------------------------------------------------------- statements

    def block(self, block: Block) -> tuple[Block, Codes]:
        """The statements of a block, and the exceptions that may leave it."""
        out: list[Stmt] = []
        pending: Codes = frozenset()
        for s in block:
            new, codes = self.statement(s)
            out.extend(new)
            pending |= codes
            if isinstance(s, Fail):
                break
        return tuple(out), pending

    def statement(self, s: Stmt) -> tuple[Block, Codes]:
        match s:
            case Try():
                return self.attempt(s)
            case Fail(exception=""):
                return self.again(s)
            case Fail():
                return self.fail(s)
            case For():
                body, codes = self.block(s.body)
                if isinstance(s.step, Var) and self.caught(ValueError):
                    self.findings.add("A039", s.span, what="`range` with this step", error="ValueError")
                label = f"{s.label}.raised" if codes else s.label
                return (replace(s, body=body, label=label), *self.leave(codes, s.span)), codes
            case While():
                return self.loop(s)
            case Assign(value=Call()) if self.around:
                assert isinstance(s.value, Call)
                self.findings.add("A002", s.span, what=f"the recursive call of `{s.value.target.__name__}` in `try`")
            case Consume() if self.around:  # of a method, or recursive: it is written out later
                name = getattr(s.call.target, "name", "") or getattr(s.call.target, "__name__", "")
                error = next((n for n, cls in RAISED.items() if self.caught(cls)), "an exception")
                self.findings.add("A039", s.span, what=f"the generator `{name}`", error=error)
            case Assign(value=Apply()) if s.value.op not in SILENT:  # type: ignore[union-attr]
                assert isinstance(s.value, Apply)
                return self.tested(s, s.value)
            case SetItem():
                attrs = (("augmented", s.augmented), ("spec", s.spec))
                return self.tested(s, Apply("setitem", (s.array, s.value, *s.operands), span=s.span, attrs=attrs))
            case _:
                pass
        found = [self.block(b) for b in blocks(s)]
        return (with_blocks(s, tuple(b for b, _ in found)),), frozenset().union(*(codes for _, codes in found))

    def loop(self, s: While) -> tuple[Block, Codes]:
        """A loop whose test may raise has the test in its body."""
        before, first = self.block(s.before)
        body, second = self.block(s.body)
        codes = first | second
        s = replace(s, label=f"{s.label}.raised") if codes else s
        if not codes and s.test == TRUE:  # which may yet turn out to be left by an exception
            go = self.fresh("t.go", s.span)
            return (replace(s, before=(Assign(go, TRUE, s.span),), test=go, body=body),), codes
        if not first:
            return (replace(s, before=before, body=body), *self.leave(codes, s.span)), codes
        over = self.fresh("t.over", s.span)
        stop = (self.negated(over, s.test, s.span), If(over, (Break(s.span),), (), s.span))
        return (replace(s, before=(), test=TRUE, body=(*before, *stop, *body)), *self.leave(codes, s.span)), codes

    def leave(self, codes: Codes, span: Span) -> Block:
        """Behind a loop: what has left it goes on."""
        if not codes:
            return ()
        test = self.fresh("t.left", span)
        return Assign(test, Apply("ne", (PENDING, NONE), span=span), span), If(test, (Break(span),), (), span)

    def negated(self, target: Var, test: Atom, span: Span) -> Assign:
        return Assign(target, Apply("logical_not", (test,), span=span, attrs=(("via", "python"),)), span)

    # ------------------------------------------------------------------------------------------------- raising

    def tested(self, s: Stmt, e: Apply) -> tuple[Block, Codes]:
        """An operation behind the test whether it raises, if something catches that."""
        caught = tuple((name, NUMBER[name]) for name, cls in RAISED.items() if self.caught(cls))
        if not caught:
            return (s,), frozenset()
        span = e.span
        place = (("raises", span.line, span.col, span.end_line, span.end_col, e.op),)
        self.places[place] = self.places.get(place, 0) + 1
        key = ((*place[0], self.prefix, self.places[place]),)
        code = self.fresh("t.code", span)
        attrs = (("codes", caught), ("given", e.attrs), ("key", key), ("of", e.op))
        question = Assign(code, Apply("raises", e.args, span=span, attrs=attrs), span)
        told = self.answer(key)
        if not told:
            return (question, s), frozenset()
        test = self.fresh("t.raises", span)
        compared = Assign(test, Apply("ne", (code, NONE), span=span), span)
        codes = frozenset(NUMBER[name] for name in told)
        return (question, compared, If(test, (Assign(PENDING, code, span), Break(span)), (), span), s), codes

    def fail(self, s: Fail) -> tuple[Block, Codes]:
        """An exception that the program raises itself."""
        cls: type[BaseException] = s.own or RAISED.get(s.exception) or getattr(builtins, s.exception)
        if not self.caught(cls) or is_limit(s):
            if s.own is not None:
                what = f"`{s.exception}`, which is no builtin exception and not caught,"
                self.findings.add("A011", s.span, what=what)
            return (replace(s, own=None),), frozenset()
        number = len(self.classes) + 1
        self.classes[number] = cls
        self.sites[number] = s
        return (Assign(PENDING, Const(number, PY_INT, s.span), s.span), Break(s.span)), frozenset({number})

    def again(self, s: Fail) -> tuple[Block, Codes]:
        """`raise` alone, in a handler."""
        if not self.handling:
            self.findings.add("A011", s.span, what="`raise` without an exception")
            return (Fail("RuntimeError", None, (), s.span),), frozenset()
        handled = self.handling[-1]
        handled.used = True
        staying = frozenset(c for c in handled.codes if self.caught(self.classes[c]))
        out: list[Stmt] = []
        for code in sorted(handled.codes - staying):
            site = self.sites.get(code)
            if site is None or any(isinstance(v, Var) for v in site.values) or site.own is not None:
                name = self.classes[code].__name__
                self.findings.add("A011", s.span, what=f"a caught `{name}`",
                                  hint=f"raise a new one: `raise {name}(\"the reason\")`")
                continue
            test = self.fresh("t.again", s.span)
            out += [Assign(test, Apply("eq", (handled.variable, Const(code, PY_INT)), span=s.span), s.span),
                    If(test, (site,), (), s.span)]
        if not staying:  # one of them it is
            return (*out[:-2], *(out[-1].then if out else ())), staying  # type: ignore[union-attr]
        return (*out, Assign(PENDING, handled.variable, s.span), Break(s.span)), staying

    # -------------------------------------------------------------------------------------------------- catching

    def attempt(self, s: Try) -> tuple[Block, Codes]:
        out: list[Stmt] = [] if self.around else [Assign(PENDING, NONE, s.span)]
        self.around.append(s)
        body, raised = self.block(s.body)
        self.around.pop()
        orelse, first = self.block(s.orelse)
        chain, second, left = self.handled(s, raised)
        escaping = first | second | left
        exits = _exits(body)
        at_once = bool(exits) and not left and (exits == 1 or (exits <= FEW and _small(chain)))
        if at_once:
            out += self.region((*_before_leaving(body, chain), *orelse), f"{s.label}.try", raised, s.span)
            after: Block = ()
        else:
            out += self.region(body, f"{s.label}.try", raised, s.span)
            after = self.dispatched(chain, orelse, raised, s.span)
        if s.final:
            self.only_values(s)
            out += self.region(after, f"{s.label}.except", escaping, s.span)
            final, more = self.block(s.final)
            if escaping:
                final = self.meanwhile(final, s.span)
            return (*out, *final, *self.leave(escaping, s.span)), escaping | more
        return (*out, *after, *self.leave(escaping, s.span)), escaping

    def meanwhile(self, block: Block, span: Span) -> Block:
        """A block that runs while an exception may be on its way."""
        before, done = self.fresh("raised.before", span), self.fresh("t.done", span)
        return (Assign(before, PENDING, span), Assign(PENDING, NONE, span), *block,
                Assign(done, Apply("eq", (PENDING, NONE), span=span), span),
                If(done, (Assign(PENDING, before, span),), (), span))

    def region(self, body: Block, label: str, raised: Codes, span: Span) -> Block:
        """A block that can be broken out of."""
        return (Unrolled((body,), label, span),) if raised else body

    def dispatched(self, chain: Block, orelse: Block, raised: Codes, span: Span) -> Block:
        """What follows the body: the handlers where something has been raised, or `else`."""
        if not raised:
            return orelse
        failed = self.fresh("t.failed", span)
        return (Assign(failed, Apply("ne", (PENDING, NONE), span=span), span), If(failed, chain, orelse, span))

    def handled(self, s: Try, raised: Codes) -> tuple[Block, Codes, Codes]:
        """The handler of what has been raised, what may leave the handlers, and what none of them is for."""
        left, escaping = raised, Codes()
        arms: list[tuple[Codes, Block]] = []
        for h in s.handlers:
            mine = frozenset(c for c in left if issubclass(self.classes[c], h.classes))
            left -= mine
            if mine:
                block, codes = self.handler(h.body, mine, h.span)
                arms.append((mine, block))
                escaping |= codes
        chain: Block = ()
        for k, (mine, block) in reversed([*enumerate(arms)]):
            if k == len(arms) - 1 and not left:
                chain = block
                continue
            tests, test = self.is_one_of(mine, s.span)
            chain = (*tests, If(test, block, chain, s.span))
        return chain, escaping, left

    def handler(self, body: Block, codes: Codes, span: Span) -> tuple[Block, Codes]:
        handling = _Handling(codes, self.fresh("raised.before", span))
        self.handling.append(handling)
        block, escaping = self.block(body)
        self.handling.pop()
        keep = (Assign(handling.variable, PENDING, span),) if handling.used else ()
        return (*keep, Assign(PENDING, NONE, span), *block), escaping

    def is_one_of(self, codes: Iterable[int], span: Span) -> tuple[Block, Var]:
        out: list[Stmt] = []
        result: Var | None = None
        for code in sorted(codes):
            same = self.fresh("t.is", span)
            out.append(Assign(same, Apply("eq", (PENDING, Const(code, PY_INT)), span=span), span))
            if result is not None:
                both = self.fresh("t.either", span)
                out.append(Assign(both, Apply("logical_or", (result, same), attrs=(("via", "python"),)), span))
                same = both
            result = same
        assert result is not None
        return tuple(out), result

    def only_values(self, s: Try) -> None:
        """What leaves the function does not run `finally`: nobody outside may see a difference."""
        for t in walk(s.final):
            method = isinstance(t, Assign) and isinstance(t.value, Apply) and t.value.op == "method"
            if method or isinstance(t, SetItem | Print | Fail) or (isinstance(t, Assign) and isinstance(t.value, Call)):
                self.findings.add("A002", t.span, what="a `finally` that does more than assign to variables")
                return
