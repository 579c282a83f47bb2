"""Early `return`, `break` and `continue` become structure: one `Return` at the end, loops that end by their test.

Before:  `for i in range(n):  if a[i] > 0: return i`        `return -1`
After:   a `While` whose test includes a flag, a variable `result`, and a branch around what follows the loop

The iterations of a loop that is written out follow each other, each behind the test whether the loop has been left. An
arm that always raises stands alone, and the other one follows it: nothing is merged with a value that does not exist.

The blocks of a `try` are structured each by itself; `else` runs unless the body has left, and `finally` always.

An arm that always leaves takes the rest of the block into the other arm, so most programs need no flag at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ..ir.nodes import (
    Apply,
    Assign,
    Atom,
    Block,
    Break,
    Const,
    Consume,
    Continue,
    Expr,
    Fail,
    For,
    Function,
    If,
    Return,
    Span,
    Stmt,
    Try,
    Unrolled,
    Var,
    While,
)
from ..ir.traversal import blocks, walk
from ..ir.types import NOTHING, PY_BOOL, PY_INT

Exit = Literal["never", "maybe", "always", "raises"]
TRUE, FALSE = Const(True, PY_BOOL), Const(False, PY_BOOL)
ZERO, ONE = Const(0, PY_INT), Const(1, PY_INT)
RESULT = "result"


def merge_returns(function: Function) -> Function:
    """The function with a single `Return`, as its last statement, and without `Break` and `Continue`."""
    returns = [s for s in walk(function.body) if isinstance(s, Return)]
    implicit = Return(Const(None, NOTHING, function.span), function.span)
    body = (*function.body, implicit)
    if len(returns) == 1 and function.body and function.body[-1] is returns[0]:
        block, ends = _block(function.body[:-1], ())
        return replace(function, body=(*block, implicit if ends == "raises" else returns[0]))
    block, ends = _block(body, ())
    if ends == "raises":
        return replace(function, body=(*block, implicit))
    last = returns[-1].span if returns else function.span
    flag = (Assign(Var("done.return"), FALSE),) if _reads_flag(block) else ()
    return replace(function, body=(*flag, *block, Return(Var(RESULT + ".return"), last)))


def _reads_flag(block: Block) -> bool:
    return any(isinstance(s, Assign) and s.target.name == "go.done.return" for s in walk(block))


def _contains(loop: For | While | Unrolled | Consume, kind: type[Stmt]) -> bool:
    """Whether a statement of the kind leaves this loop: a `break` of an inner loop does not."""
    inside = blocks(loop) if isinstance(loop, Unrolled | Consume) else (loop.body,)
    pending = [s for block in inside for s in block]
    while pending:
        s = pending.pop()
        if isinstance(s, kind):
            return True
        if isinstance(s, If | Try) or kind is Return:
            for inner in blocks(s):
                pending.extend(inner)
    return False


def _endless(s: For | While | Consume) -> bool:
    """Whether what follows the loop is never reached."""
    endless = isinstance(s, While) and s.test == TRUE
    return (endless or (isinstance(s, Consume) and s.endless)) and not _contains(s, Break)


def _block(statements: Block, loops: tuple[str, ...]) -> tuple[Block, Exit]:
    """Structure a block inside the loops of the given labels; whether it leaves the innermost of them."""
    out: list[Stmt] = []
    for position, s in enumerate(statements):
        rest = statements[position + 1 :]
        match s:
            case Return():
                return (*out, *_leave(s, loops)), "always"
            case Fail():
                return (*out, s), "raises"
            case Break():
                return (*out, _set(_stop(loops[-1])), _set(_skip(loops[-1]))), "always"
            case Continue():
                return (*out, _set(_skip(loops[-1]))), "always"
            case If() if (split := _split(s, rest)) is not None:
                (test, raising), following = split
                guard, _ = _block(raising, loops)
                block, ends = _block(following, loops)
                return (*out, *test, If(test[0].target if test else s.test, guard, (), s.span), *block), ends
            case If():
                merged, ends = _branch(s, rest, loops)
                if ends != "never":
                    return (*out, *merged), ends
                out.extend(merged)
            case Unrolled():
                unrolled, ends = _unrolled(s, rest, loops)
                return (*out, *unrolled), ends
            case Try():
                tried, ends = _tried(s, loops)
                out.append(tried)
                if ends != "never":
                    block, _ = _guarded(rest, loops, s.span) if ends == "maybe" else ((), ends)
                    return (*out, *block), ends
            case For() | While() | Consume():
                out.extend(_loop(s, loops))
                if _endless(s):
                    return tuple(out), "always"
                if _contains(s, Return):
                    block, _ = _guarded(rest, loops, s.span)
                    return (*out, *block), "maybe"
            case _:
                out.append(s)
    return tuple(out), "never"


def _split(s: If, rest: Block) -> tuple[tuple[tuple[Assign, ...], Block], Block] | None:
    """A branch with an arm that always raises is that arm alone, and then the other one with the rest of the block.

    Gives the assignment of the arm's test where that is not the test of the branch, the arm, and what follows.
    """
    negated = (Assign(Var(f"not.{s.span.line}.{s.span.col}", span=s.span), _not(s.test), s.span),)
    if _raises(s.then):
        return ((), s.then), (*s.orelse, *rest)
    if _raises(s.orelse):
        return (negated, s.orelse), (*s.then, *rest)
    if _leaves(s.then) and _raises((*s.orelse, *rest)):
        return (negated, (*s.orelse, *rest)), s.then
    if _leaves(s.orelse) and _raises((*s.then, *rest)):
        return ((), (*s.then, *rest)), s.orelse
    return None


def _raises(block: Block) -> bool:
    """Whether a block always raises."""
    for s in block:
        if isinstance(s, Fail) or (isinstance(s, If) and _raises(s.then) and _raises(s.orelse)):
            return True
        if _may_leave((s,)):
            return False
    return False


def _leaves(block: Block) -> bool:
    """Whether a block always ends in `return`, `break` or `continue`, or raises."""
    for s in block:
        if isinstance(s, Return | Break | Continue | Fail):
            return True
        if isinstance(s, If) and _leaves(s.then) and _leaves(s.orelse):
            return True
    return False


def _may_leave(block: Block) -> bool:
    for s in block:
        if isinstance(s, Return | Break | Continue):
            return True
        if isinstance(s, If | Try) and any(map(_may_leave, blocks(s))):
            return True
        if isinstance(s, For | While | Unrolled | Consume) and any(isinstance(inner, Return) for inner in walk((s,))):
            return True
    return False


def _unrolled(s: Unrolled, rest: Block, loops: tuple[str, ...]) -> tuple[Block, Exit]:
    """The iterations of a loop that is written out, each behind the test whether the loop has been left."""
    inside = (*loops, s.label)
    stops, skips = _contains(s, Break) or _contains(s, Return), _contains(s, Continue)
    result: Block = ()
    for iteration in reversed(s.iterations):
        block, _ = _block(iteration, inside)
        if result and stops:
            go = Var(f"go.stop.{s.label}")
            result = (Assign(go, _not(_stop(s.label)), s.span), If(go, result, (), s.span))
        flags = (Assign(_skip(s.label), FALSE),) if skips or stops else ()
        result = (*flags, *block, *result)
    if stops:
        result = (Assign(_stop(s.label), FALSE), *result)
    if _contains(s, Return):
        block, _ = _guarded(rest, loops, s.span)
        return (*result, *block), "maybe"
    block, ends = _block(rest, loops)
    return (*result, *block), ends


def _branch(s: If, rest: Block, loops: tuple[str, ...]) -> tuple[Block, Exit]:
    then, first = _block(s.then, loops)
    orelse, second = _block(s.orelse, loops)
    if first == second and first != "maybe":
        return (replace(s, then=then, orelse=orelse),), first
    if first == "always":
        orelse, second = _block((*s.orelse, *rest), loops)
        return (replace(s, then=then, orelse=orelse),), "always" if second == "always" else "maybe"
    if second == "always":
        then, first = _block((*s.then, *rest), loops)
        return (replace(s, then=then, orelse=orelse),), "always" if first == "always" else "maybe"
    block, _ = _guarded(rest, loops, s.span)
    return (replace(s, then=then, orelse=orelse), *block), "maybe"


def _tried(s: Try, loops: tuple[str, ...]) -> tuple[Try, Exit]:
    """A `try` with structured blocks. What follows the statement is not known to be out of reach."""
    body, ends = _block(s.body, loops)
    orelse, second = _guarded(s.orelse, loops, s.span) if ends == "maybe" else _block(s.orelse, loops)
    handlers = tuple(_block(h.body, loops) for h in s.handlers)
    final, _ = _block(s.final, loops)
    caught = tuple(replace(h, body=b) for h, (b, _) in zip(s.handlers, handlers, strict=True))
    every = (second if ends == "never" else ends, *(e for _, e in handlers))
    if all(e in ("always", "raises") for e in every):
        only: Exit = "raises" if all(e == "raises" for e in every) else "always"
        return replace(s, body=body, handlers=caught, orelse=orelse if ends == "never" else (), final=final), only
    leaves = _may_leave((s,))  # a loop without end is left by an exception
    orelse = () if ends in ("always", "raises") else orelse
    return replace(s, body=body, handlers=caught, orelse=orelse, final=final), "maybe" if leaves else "never"


def _guarded(rest: Block, loops: tuple[str, ...], span: Span) -> tuple[Block, Exit]:
    """The rest of a block, run unless the block has been left."""
    if not rest:
        return (), "never"
    block, ends = _block(rest, loops)
    left = _skip(loops[-1]) if loops else Var("done.return")
    go = Var(f"go.{left.name}")
    return (Assign(go, _not(left), span), If(go, block, (), span)), ends


def _leave(s: Return, loops: tuple[str, ...]) -> Block:
    flags = [_set(f) for label in loops for f in (_stop(label), _skip(label))]
    done = _set(Var("done.return"))
    return (Assign(Var(RESULT + ".return", span=s.span), s.value, s.span), done, *flags)


def _stop(label: str) -> Var:
    return Var(f"stop.{label}")


def _skip(label: str) -> Var:
    return Var(f"skip.{label}")


def _set(flag: Var) -> Assign:
    return Assign(flag, TRUE)


def _not(value: Atom) -> Expr:
    return Apply("logical_not", (value,), attrs=(("via", "python"),))


def _loop(s: For | While | Consume, loops: tuple[str, ...]) -> Block:
    body, _ = _block(s.body, (*loops, s.label))
    leaves = _contains(s, Break) or _contains(s, Return)
    if leaves or _contains(s, Continue):
        body = (Assign(_skip(s.label), FALSE), *body)
    if isinstance(s, Consume):
        after, _ = _block(s.after, (*loops, s.label))
        s, body = replace(s, after=()), (*body, *after)
    if not leaves:
        return (replace(s, body=body),)
    start = Assign(_stop(s.label), FALSE)
    if isinstance(s, Consume):
        return (start, replace(s, body=body, stop=_stop(s.label)))
    go, test = Var(f"go.{s.label}"), Var(f"test.{s.label}")
    if isinstance(s, While):
        before = (Assign(test, FALSE), Assign(go, _not(_stop(s.label))),
                  If(go, (*s.before, Assign(test, s.test)), (), s.span))
        return (start, replace(s, before=before, test=test, body=body))
    return (start, *_counted(s, body, go, test))


def _counted(s: For, body: Block, go: Var, test: Var) -> Block:
    """A `For` that may stop early, as a `While` with an explicit counter."""
    count, done = Var(f"count.{s.label}"), Var(f"done.{s.label}")
    left, scaled, following = Var(f"left.{s.label}"), Var(f"scaled.{s.label}"), Var(f"next.{s.label}")
    before = (
        Assign(left, Apply("lt", (done, count), span=s.span)),
        Assign(go, _not(_stop(s.label))),
        Assign(test, Apply("logical_and", (left, go), attrs=(("via", "python"),))),
    )
    wrapping = (("safe", True),)  # the product may be too large where the sum is not
    index: list[Stmt] = [Assign(scaled, Apply("mul", (done, s.step), span=s.span, attrs=wrapping)),
                         Assign(s.var, Apply("add", (s.start, scaled), span=s.span, attrs=wrapping))]
    if s.step == ONE:
        index = [Assign(s.var, done if s.start == ZERO else Apply("add", (s.start, done), span=s.span))]
    step = (*index, Assign(following, Apply("add", (done, ONE), span=s.span)), Assign(done, following))
    return (
        Assign(count, Apply("range_count", (s.start, s.stop, s.step), span=s.span)),
        Assign(done, ZERO),
        While(before, test, (*step, *body), s.label, s.span),
    )
