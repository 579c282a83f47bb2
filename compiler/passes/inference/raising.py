"""What an operation inside `try` raises, from the types of its operands.

Before:  `t.code = raises(1.0, x, of='div', codes=(('ZeroDivisionError', 1),))`
After:   the same with a type, where the operation on these types may raise one of these; else the number 0

The operation is typed as it will be, aside; what it becomes is asked what it raises at level LOOPS. So the answer never
differs from what compiled code does.
"""

from __future__ import annotations

from collections.abc import Callable

from ...diagnostics import Findings
from ...ir.nodes import Apply, Assign, Block, Const, Fail, If, Stmt, Store, Var
from ...ir.types import PY_BOOL, PY_INT
from ...ops import BY_NAME
from ..lowering.raised import raised_by
from .inferrer import Inferrer
from .values import Value, poisoned

NONE = Const(0, PY_INT)


def _raises(inf: Inferrer, target: Var, e: Apply, values: list[Value]) -> None:
    known, changed, widened, empty = inf.findings, inf.changed, inf.widened, set(inf.empty)
    answers, items = dict(inf.answers), dict(inf.items)
    outer, inf.out = inf.out, []
    inf.findings = Findings()
    result = Var(f"{target.name}.tried", span=e.span)
    inf.apply_to(result, Apply(e.attr("of"), e.args, span=e.span, attrs=e.attr("given")), values)
    block, inf.out = tuple(inf.out), outer
    wrong = bool(inf.findings.items) or poisoned(inf.env.get(result.name, NONE))
    inf.findings, inf.changed, inf.widened, inf.empty, inf.answers = known, changed, widened, empty, answers
    inf.items.clear()  # all rounds share it
    inf.items.update(items)
    codes = dict(e.attr("codes"))
    found = frozenset(name for s in block for name in raised_by(s)) & codes.keys()
    if wrong or not found:
        inf.env[target.name] = NONE
        return
    key = e.attr("key")
    inf.answers[key] = tuple(sorted(found.union(inf.answers.get(key, ()))))
    inf.env[target.name] = Var(target.name, PY_INT, target.span)
    for s in _Questions(inf, codes, target, e).block(block):
        inf.emit(s)


class _Questions:
    """The statements of an operation that give the number of what it raises."""

    def __init__(self, inf: Inferrer, codes: dict[str, int], target: Var, e: Apply) -> None:
        self.inf = inf
        self.codes = codes
        self.target = Var(target.name, PY_INT, target.span)
        self.e = e

    def block(self, block: Block) -> Block:
        """The number after a block: everything behind what may raise is for the case that it has not."""
        out: list[Stmt] = []
        for k, s in enumerate(block):
            names = raised_by(s) & self.codes.keys()
            if not names:
                out.append(s)
                continue
            rest = block[k + 1 :]
            more = any(raised_by(t) & self.codes.keys() for t in rest)
            match s:
                case If(then=(Fail() as fail,), orelse=()) if fail.exception in self.codes:
                    number = Const(self.codes[fail.exception], PY_INT)
                    after = self.block(rest) if more else (Assign(self.target, NONE, s.span),)
                    return (*out, If(s.test, (Assign(self.target, number, s.span),), after, s.span))
                case Assign(value=Apply()):
                    assert isinstance(s.value, Apply)
                    question = self.question(s.value)
                case Store(index=(_, *_), adding=False):
                    t = s.value.type
                    question = self.question(Apply("load", (s.array, *s.index), t, s.span))
                case _:
                    self.refuse(names)
                    return (*out, Assign(self.target, NONE, s.span))
            if not more:
                return (*out, Assign(self.target, question, s.span))
            return (*out, *self.nested(question, (s, *rest)))
        return (*out, Assign(self.target, NONE, self.e.span))

    def nested(self, question: Apply, block: Block) -> Block:
        self.inf.counter += 1
        code = Var(f"t.c{self.inf.counter}", PY_INT, question.span)
        self.inf.counter += 1
        test = Var(f"t.c{self.inf.counter}", PY_BOOL, question.span)
        s, *rest = block
        return (Assign(code, question, question.span),
                Assign(test, Apply("ne", (code, NONE), PY_BOOL, question.span), question.span),
                If(test, (Assign(self.target, code, question.span),), (s, *self.block(tuple(rest))), question.span))

    def question(self, e: Apply) -> Apply:
        attrs = (("codes", tuple(self.codes.items())), ("given", e.attrs), ("of", e.op), ("type", e.type))
        return Apply("raises", e.args, PY_INT, e.span, attrs)

    def refuse(self, names: frozenset[str]) -> None:
        of = self.e.attr("of")
        what = "this store" if of == "setitem" else f"`{BY_NAME[of].spelled}`"
        self.inf.findings.add("A039", self.e.span, what=what, error=min(names))


RULES: dict[str, Callable[[Inferrer, Var, Apply, list[Value]], None]] = {"raises": _raises}
