"""Checks that a function has the form of its level. Cheap enough to run after every pass; the tests always do.

    SURFACE     after `rename`      one `Return`, at the end; no `break`, `continue` or call; every read is in scope
    TYPED       after `infer`       every variable has one type; no `SetItem`
    STORED      after `storage`     what the backward part reads is alive, recomputed or kept: `prove` looks at that
    LOOPS       after `loops`       array values come from the primitives of the backend only
"""

from __future__ import annotations

from typing import Literal

from .nodes import (
    Apply,
    Assign,
    Block,
    Break,
    Call,
    Continue,
    For,
    Function,
    Fused,
    If,
    Return,
    SetItem,
    Stmt,
    Var,
    While,
)
from .traversal import operands, reads, walk, written
from .types import Array, Unknown

Level = Literal["SURFACE", "TYPED", "STORED", "LOOPS"]
PRIMITIVES = {"alloc", "window", "transpose", "broadcast", "flat", "reshape", "diagonal", "part", "library"}


class VerificationError(Exception):
    """A pass has produced a function that is not of its level: a mistake in the compiler."""


def verify(function: Function, level: Level) -> Function:
    """The function itself, after checking it. Raises `VerificationError`."""
    _structure(function)
    _scopes(function.body, {p.name for p in function.params})
    if level != "SURFACE":
        _types(function)
    if level == "LOOPS":
        _primitives(function)
    return function


def _structure(function: Function) -> None:
    returns = [s for s in walk(function.body) if isinstance(s, Return)]
    if len(returns) != 1 or function.body[-1] is not returns[0]:
        raise VerificationError(f"{function.name}: a single return at the end is expected, {len(returns)} were found")
    for s in walk(function.body):
        if isinstance(s, Break | Continue) or (isinstance(s, Assign) and isinstance(s.value, Call)):
            raise VerificationError(f"{function.name}: {s} has not been replaced")


def _scopes(block: Block, known: set[str]) -> None:
    """Every variable is assigned before it is read; what a loop assigns first is not seen outside it."""
    for s in block:
        if not isinstance(s, While):
            _reads(s, known)
        match s:
            case If():
                then, orelse = set(known), set(known)
                _scopes(s.then, then)
                _scopes(s.orelse, orelse)
                known |= then | orelse
            case For():
                _scopes(s.body, known | {s.var.name})
            case While():
                inner = set(known)
                _scopes(s.before, inner)
                _reads(s, inner)
                _scopes(s.body, inner)
            case Fused():
                _scopes(s.body, known)
                known -= s.inside
            case _:
                target = written(s)
                if target is not None:
                    known.add(target.name)


def _reads(s: Stmt, known: set[str]) -> None:
    for a in reads(s):
        if isinstance(a, Var) and a.name not in known:
            raise VerificationError(f"`{a.name}` is read where it has no value, by {s}")


def _types(function: Function) -> None:
    types: dict[str, object] = {p.name: p.type for p in function.params}
    for s in walk(function.body):
        if isinstance(s, SetItem):
            raise VerificationError(f"{s} has not been replaced")
        for v in (written(s), *reads(s)):
            if not isinstance(v, Var):
                continue
            if isinstance(v.type, Unknown):
                raise VerificationError(f"`{v.name}` has no type: {s}")
            if types.setdefault(v.name, v.type) != v.type:
                raise VerificationError(f"`{v.name}` is {v.type} here and {types[v.name]} elsewhere: {s}")


def _primitives(function: Function) -> None:
    for s in walk(function.body):
        if isinstance(s, Assign) and isinstance(s.value, Apply) and isinstance(s.value.type, Array):
            arrays = [a for a in operands(s.value) if isinstance(a.type, Array)]
            if s.value.op not in PRIMITIVES:
                raise VerificationError(f"{s.value.op} of {len(arrays)} arrays has not been lowered: {s}")
