"""Calls of Python functions are replaced by their bodies, with every variable renamed apart.

Before:  `t.1 = call area(r)`
After:   `area.1.r = r`, `area.1.t.1 = mul(area.1.r, area.1.r)`, `t.1 = area.1.t.1`
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from types import FunctionType
from typing import Any

from ..diagnostics import Findings
from ..ir.nodes import Assign, Atom, Block, Call, Const, Function, Return, Stmt, Var
from ..ir.traversal import assigned, blocks, rewrite_reads, with_blocks, written

Load = Callable[[FunctionType], Function]
Default = Callable[[FunctionType, str, Any], Atom]


def inline(function: Function, root: FunctionType, load: Load, default: Default, findings: Findings) -> Function:
    """Replace every `Call`. `load` gives a callee at this level, `default` the atom of a default argument."""
    return _Inliner(load, default, findings).function(function, (root,))


class _Inliner:
    def __init__(self, load: Load, default: Default, findings: Findings) -> None:
        self.load = load
        self.default = default
        self.findings = findings
        self.copies: dict[str, int] = {}

    def function(self, function: Function, active: tuple[FunctionType, ...]) -> Function:
        return replace(function, body=self.block(function.body, active))

    def block(self, block: Block, active: tuple[FunctionType, ...]) -> Block:
        out: list[Stmt] = []
        for s in block:
            if isinstance(s, Assign) and isinstance(s.value, Call):
                out.extend(self.call(s.target, s.value, active))
            else:
                out.append(with_blocks(s, tuple(self.block(b, active) for b in blocks(s))))
        return tuple(out)

    def call(self, target: Var, call: Call, active: tuple[FunctionType, ...]) -> Block:
        callee = call.target
        assert isinstance(callee, FunctionType)
        if any(f.__code__ is callee.__code__ for f in active):
            self.findings.add("A035", call.span, name=callee.__name__)
            return (Assign(target, Const(None), call.span),)
        bound = self.arguments(callee, call)
        if bound is None:
            return (Assign(target, Const(None), call.span),)
        body = self.function(self.load(callee), (*active, callee))
        self.copies[body.name] = self.copies.get(body.name, 0) + 1
        prefix = f"{body.name}.{self.copies[body.name]}."
        own = assigned(body.body) | {p.name for p in body.params}
        block = _renamed(body.body, own, prefix)
        last = block[-1]
        assert isinstance(last, Return)
        binding = [Assign(Var(prefix + p.name), bound[p.name], call.span) for p in body.params if p.name in bound]
        return (*binding, *block[:-1], Assign(target, last.value, call.span))

    def arguments(self, callee: FunctionType, call: Call) -> dict[str, Atom] | None:
        """The atom of every parameter, or None after reporting a call that Python would refuse."""
        signature = inspect.signature(callee, follow_wrapped=False)
        try:
            bound = signature.bind(*call.args, **dict(call.keywords)).arguments
        except TypeError as error:
            count = len(call.args) + len(call.keywords)
            given = "1 was" if count == 1 else f"{count} were"
            expected = f"the arguments ({', '.join(signature.parameters)})"
            self.findings.add("T003", call.span, name=callee.__name__, expected=expected, given=given, hint=str(error))
            return None
        missing = {n: p.default for n, p in signature.parameters.items() if n not in bound}
        return {**bound, **{n: self.default(callee, n, v) for n, v in missing.items() if v is not inspect._empty}}


def _renamed(block: Block, own: set[str], prefix: str) -> Block:
    def atom(a: Atom) -> Atom:
        return replace(a, name=prefix + a.name) if isinstance(a, Var) and a.name in own else a

    def statement(s: Stmt) -> Stmt:
        s = rewrite_reads(s, atom)
        target = written(s)
        if target is not None:
            field = "var" if hasattr(s, "var") else "target"
            s = replace(s, **{field: atom(target)})  # type: ignore[arg-type]
        if hasattr(s, "label"):
            s = replace(s, label=prefix + s.label)
        return with_blocks(s, tuple(tuple(map(statement, b)) for b in blocks(s)))

    return tuple(map(statement, block))
