"""Walks over statements that several passes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from .nodes import (
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Call,
    Consume,
    Expr,
    Fail,
    For,
    Fused,
    If,
    Pop,
    Print,
    Push,
    Return,
    SetItem,
    Stmt,
    Store,
    Try,
    Unrolled,
    Var,
    While,
    Yield,
)

# What lies inside the statements that have blocks; most have none, and walks ask for every one.
_INNER: dict[type[Any], Callable[[Any], tuple[Block, ...]]] = {
    If: lambda s: (s.then, s.orelse),
    For: lambda s: (s.body,),
    While: lambda s: (s.before, s.body),
    Unrolled: lambda s: s.iterations,
    Consume: lambda s: (s.body, s.after),
    Try: lambda s: (s.body, s.orelse, s.final, *(h.body for h in s.handlers)),
    Fused: lambda s: (s.body,),
}


def blocks(s: Stmt) -> tuple[Block, ...]:
    """The blocks directly inside a statement, in the order they run."""
    inner = _INNER.get(type(s))
    return () if inner is None else inner(s)


def with_blocks(s: Stmt, inner: tuple[Block, ...]) -> Stmt:
    """The statement with its blocks replaced, in the order of `blocks`."""
    match s:
        case If():
            return replace(s, then=inner[0], orelse=inner[1])
        case For():
            return replace(s, body=inner[0])
        case While():
            return replace(s, before=inner[0], body=inner[1])
        case Unrolled():
            return replace(s, iterations=inner)
        case Consume():
            return replace(s, body=inner[0], after=inner[1])
        case Try():
            handlers = tuple(replace(h, body=b) for h, b in zip(s.handlers, inner[3:], strict=True))
            return replace(s, body=inner[0], orelse=inner[1], final=inner[2], handlers=handlers)
        case Fused():
            return replace(s, body=inner[0])
        case _:
            return s


def walk(block: Block) -> Iterator[Stmt]:
    """Every statement, outer before inner, in order."""
    pending = [iter(block)]
    while pending:
        for s in pending[-1]:
            yield s
            inner = _INNER.get(type(s))
            if inner is not None:
                pending.extend(iter(b) for b in reversed(inner(s)))
                break
        else:
            pending.pop()


def diverges(block: Block) -> bool:
    """Whether a block always raises."""
    last = block[-1] if block else None
    return isinstance(last, Fail) or (isinstance(last, If) and diverges(last.then) and diverges(last.orelse))


def operands(e: Expr) -> tuple[Atom, ...]:
    """The atoms an expression reads."""
    if isinstance(e, Apply):
        return e.args
    if isinstance(e, Call):
        return (*e.args, *(v for _, v in e.keywords), *e.closure)
    return (e,)


def reads(s: Stmt) -> tuple[Atom, ...]:
    """The atoms a statement itself reads, without its blocks. The test of a `While` is read after `before`."""
    match s:
        case Assign():
            return operands(s.value)
        case Store():
            return (s.array, *s.index, s.value)
        case SetItem():
            return (s.array, *s.operands, s.value)
        case Accumulate():
            return (s.target, *s.index, s.value, *(() if s.factor is None else (s.factor,)))
        case If():
            return (s.test,)
        case For():
            return (s.start, s.stop, s.step)
        case While():
            return (s.test,)
        case Return() | Push() | Yield():
            return (s.value,)
        case Consume():
            return (*operands(s.call), s.stop)
        case Fail() | Print():
            return s.values
        case Fused():
            return s.extents
        case _:
            return ()


def written(s: Stmt) -> Var | None:
    """The variable a statement itself assigns. A `For` assigns its counter."""
    match s:
        case Assign() | Pop():
            return s.target
        case For() | Consume():
            return s.var
        case Accumulate() if not s.index:
            return s.target
        case _:
            return None


def assigned(block: Block) -> set[str]:
    """Names assigned anywhere in a block."""
    return {v.name for s in walk(block) if (v := written(s)) is not None}


def rewrite_expression(e: Expr, atom: Callable[[Atom], Atom]) -> Expr:
    """The expression with every atom replaced."""
    match e:
        case Apply():
            return Apply(e.op, tuple(map(atom, e.args)), e.type, e.span, e.attrs)
        case Call():
            around = tuple(v for v in map(atom, e.closure) if isinstance(v, Var))
            keywords = tuple((k, atom(v)) for k, v in e.keywords)
            return replace(e, args=tuple(map(atom, e.args)), keywords=keywords, closure=around)
        case _:
            return atom(e)


def rewrite_reads(s: Stmt, atom: Callable[[Atom], Atom]) -> Stmt:
    """The statement with the atoms it itself reads replaced; array targets are read, assigned variables are not."""

    def var(v: Var) -> Var:
        new = atom(v)
        assert isinstance(new, Var)
        return new

    match s:
        case Assign():
            return Assign(s.target, rewrite_expression(s.value, atom), s.span)
        case Store():
            return replace(s, array=var(s.array), index=tuple(map(atom, s.index)), value=atom(s.value))
        case SetItem():
            return replace(s, array=var(s.array), operands=tuple(map(atom, s.operands)), value=atom(s.value))
        case Accumulate():
            factor = None if s.factor is None else atom(s.factor)
            return replace(s, target=var(s.target), index=tuple(map(atom, s.index)), value=atom(s.value), factor=factor)
        case If() | While():
            return replace(s, test=atom(s.test))
        case For():
            return replace(s, start=atom(s.start), stop=atom(s.stop), step=atom(s.step))
        case Return() | Push() | Yield():
            return replace(s, value=atom(s.value))
        case Consume():
            call = rewrite_expression(s.call, atom)
            assert isinstance(call, Call)
            return replace(s, call=call, stop=atom(s.stop))
        case Fail() | Print():
            return replace(s, values=tuple(map(atom, s.values)))
        case Fused():
            return replace(s, extents=tuple(map(atom, s.extents)))
        case _:
            return s


def silent(block: Block) -> Block:
    """The block without what it prints."""
    return tuple(with_blocks(s, tuple(map(silent, blocks(s)))) for s in block if not isinstance(s, Print))


def substitute(block: Block, names: dict[str, Atom]) -> Block:
    """The block with reads of the given names replaced by atoms, everywhere inside."""

    def atom(a: Atom) -> Atom:
        return names.get(a.name, a) if isinstance(a, Var) else a

    def statement(s: Stmt) -> Stmt:
        s = rewrite_reads(s, atom)
        return with_blocks(s, tuple(tuple(map(statement, b)) for b in blocks(s)))

    return tuple(map(statement, block))
