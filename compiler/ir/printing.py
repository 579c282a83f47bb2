"""The intermediate representation as text, for `tapeless show` and for tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from .nodes import (
    Accumulate,
    Apply,
    Assign,
    Block,
    Break,
    Call,
    Const,
    Consume,
    Continue,
    Expr,
    Fail,
    For,
    Function,
    Fused,
    If,
    Note,
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
from .types import Unknown


def show(function: Function) -> str:
    """A function as text, one statement a line."""
    parameters = ", ".join(f"{p.name}: {p.type}" for p in function.params)
    stacks = [f"  stack {s.name}: {s.type}" for s in function.stacks]
    return "\n".join([f"function {function.name}({parameters}) -> {function.result}", *stacks,
                      *_block(function.body, 1)])


def expression(e: Expr) -> str:
    """An expression as text."""
    match e:
        case Var():
            return e.name
        case Const():
            return repr(e.value)
        case Apply():
            attrs = [f"{k}={v!r}" for k, v in e.attrs if k != "via"]
            return f"{e.op}({', '.join([*map(expression, e.args), *attrs])})"
        case Call():
            words = [*map(expression, e.args), *(f"{k}={expression(v)}" for k, v in e.keywords)]
            return f"call {e.target.__name__}({', '.join(words)})"
        case _:
            assert_never(e)


def _block(block: Block, depth: int) -> Iterator[str]:
    for s in block:
        yield from _statement(s, depth)


def _typed(v: Var) -> str:
    return v.name if isinstance(v.type, Unknown) else f"{v.name}: {v.type}"


def _place(name: str, index: tuple[str, ...]) -> str:
    return f"{name}[{', '.join(index) or '...'}]"


def _indices(s: Store | Accumulate) -> tuple[str, ...]:
    return (*(":",) * s.axis, *map(expression, s.index))


def _gone_through(s: Unrolled | Consume, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(s, Consume):
        yield f"{pad}for {s.var.name} in {expression(s.call)}:"
        yield from _block((*s.body, *s.after), depth + 1)
        return
    for k, iteration in enumerate(s.iterations):
        yield f"{pad}item {k}:"
        yield from _block(iteration, depth + 1)


def _tried(s: Try, depth: int) -> Iterator[str]:
    pad = "  " * depth
    yield f"{pad}try:"
    yield from _block(s.body, depth + 1)
    for h in s.handlers:
        yield f"{pad}except {', '.join(c.__name__ for c in h.classes)}:"
        yield from _block(h.body, depth + 1)
    for word, block in (("else", s.orelse), ("finally", s.final)):
        if block:
            yield f"{pad}{word}:"
            yield from _block(block, depth + 1)


def _statement(s: Stmt, depth: int) -> Iterator[str]:
    pad = "  " * depth
    match s:
        case Assign():
            yield f"{pad}{_typed(s.target)} = {expression(s.value)}"
        case Store():
            sign = "+=" if s.adding else "="
            yield f"{pad}{_place(s.array.name, _indices(s))} {sign} {expression(s.value)}"
        case SetItem():
            index = (*map(expression, s.operands), f"spec={s.spec}")
            yield f"{pad}{_place(s.array.name, index)} = {expression(s.value)}"
        case Accumulate():
            scalar = not s.index and "[" not in str(s.target.type)
            place = s.target.name if scalar else _place(s.target.name, _indices(s))
            factor = "" if s.factor is None else f" @ {expression(s.factor)}"
            yield f"{pad}{place} += {expression(s.value)}{factor}"
        case If():
            yield f"{pad}if {expression(s.test)}:"
            yield from _block(s.then, depth + 1)
            if s.orelse:
                yield f"{pad}else:"
                yield from _block(s.orelse, depth + 1)
        case For():
            words = "backward over" if s.backward else "in"
            bounds = ", ".join(map(expression, (s.start, s.stop, s.step)))
            yield f"{pad}for {s.var.name} {words} range({bounds}):"
            yield from _block(s.body, depth + 1)
        case While():
            yield f"{pad}while:"
            yield from _block(s.before, depth + 1)
            yield f"{pad}  test {expression(s.test)}"
            yield f"{pad}do:"
            yield from _block(s.body, depth + 1)
        case Unrolled() | Consume():
            yield from _gone_through(s, depth)
        case Yield():
            yield f"{pad}yield {expression(s.value)}"
        case Try():
            yield from _tried(s, depth)
        case Fused():
            yield f"{pad}together over ({', '.join(map(expression, s.extents))}):"
            yield from _block(s.body, depth + 1)
        case Return():
            yield f"{pad}return {expression(s.value)}"
        case Break() | Continue():
            yield f"{pad}{type(s).__name__.lower()}"
        case Fail():
            values = "".join(f", {expression(v)}" for v in s.values)
            yield f"{pad}fail {s.exception}({s.message!r}{values})"
        case Print():
            yield f"{pad}print({', '.join((repr(s.message), *map(expression, s.values)))})"
        case Push():
            yield f"{pad}push {s.stack} {expression(s.value)}"
        case Pop():
            yield f"{pad}pop {s.stack} {_typed(s.target)}"
        case Note():
            yield f"{pad}# {s.text}"
        case _:
            assert_never(s)
