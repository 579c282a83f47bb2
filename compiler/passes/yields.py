"""A generator function in the loop that goes through its values: the body of the loop stands where it yields.

Before:  `for v in items(x): total += v`       where `items` has `for k in range(3): yield x[k]`
After:   `for k in range(3): v = x[k]; total += v`

Python runs the generator up to a `yield`, the body of the loop, and the generator again: in this very order. What
leaves the loop sets a flag, and behind the body the generator returns if it is set.
"""

from __future__ import annotations

import builtins
import re
from dataclasses import replace

from ..ir.nodes import (
    Assign,
    Atom,
    Block,
    Const,
    Consume,
    Fail,
    For,
    Function,
    If,
    Return,
    Stmt,
    Try,
    Var,
    While,
    Yield,
)
from ..ir.traversal import assigned, blocks, rewrite_reads, walk, with_blocks
from ..ir.types import NOTHING

TEMPORARY = re.compile(r"(^|\.)t\.\d+$")
LEFT = Var("left.yield")  # whether the loop has been left, as long as the generator does not know by which loop


def leaving(function: Function) -> Function:
    """The generator function that returns where its loop has been left."""

    def block(b: Block) -> Block:
        return tuple(t for s in b for t in statement(s))

    def statement(s: Stmt) -> Block:
        if isinstance(s, Yield):
            return s, If(LEFT, (Return(Const(None, NOTHING, s.span), s.span),), (), s.span)
        return (with_blocks(s, tuple(map(block, blocks(s)))),)

    return replace(function, body=block(function.body))


def spliced(generator: Block, loop: Consume) -> Block:
    """The body of a generator function with the body of the loop where it yields."""
    copies = 0

    def block(b: Block) -> Block:
        return tuple(t for s in b for t in statement(s))

    def statement(s: Stmt) -> Block:
        nonlocal copies
        if isinstance(s, Yield):
            copies += 1
            body = loop.body if copies == 1 else again(loop.body, f"{loop.label}.{copies}.")
            return Assign(loop.var, s.value, s.span), *body
        return (with_blocks(rewrite_reads(s, left), tuple(map(block, blocks(s)))),)

    def left(a: Atom) -> Atom:
        return loop.stop if a == LEFT else a

    return block(generator)


def without_stops(generator: Block) -> Block:
    """The body of a generator function, where Python makes a `RuntimeError` of `StopIteration` that leaves it."""
    return tuple(map(_without_stop, generator))


def _without_stop(s: Stmt) -> Stmt:
    raised = s.own or getattr(builtins, s.exception, None) if isinstance(s, Fail) else None
    if raised is not None and issubclass(raised, StopIteration):
        return Fail("RuntimeError", "generator raised StopIteration", (), s.span)
    if isinstance(s, Try) and any(issubclass(StopIteration, c) for h in s.handlers for c in h.classes):
        body, *others = blocks(s)
        return with_blocks(s, (body, *map(without_stops, others)))
    return with_blocks(s, tuple(map(without_stops, blocks(s))))


def again(block: Block, prefix: str) -> Block:
    """A block that is written out once more: its loops have labels, and its temporaries names of their own."""
    own = {name for name in assigned(block) if TEMPORARY.search(name)}

    def atom(a: Atom) -> Atom:
        return replace(a, name=prefix + a.name) if isinstance(a, Var) and a.name in own else a

    def statement(s: Stmt) -> Stmt:
        s = rewrite_reads(s, atom)
        if isinstance(s, Assign) and s.target.name in own:
            s = replace(s, target=replace(s.target, name=prefix + s.target.name))
        if isinstance(s, If | For | While | Try | Consume) and s.label:
            s = replace(s, label=prefix + s.label)
        return with_blocks(s, tuple(tuple(map(statement, b)) for b in blocks(s)))

    return tuple(map(statement, block))


def is_generator(function: Function) -> bool:
    """Whether a function yields."""
    return any(isinstance(s, Yield) for s in walk(function.body))
