"""Every variable becomes fixed (assigned by one statement) or a slot (merged after a branch, carried by a loop).

Before:  `u = x`, `for k: u = u * x`, `return u`
After:   `u.1 = x`, slot `u.2 = u.1`, `for k: u.3 = u.2; u.4 = mul(u.3, x); u.2 = u.4`, `u.5 = u.2`, `return u.5`

A slot is read only by the copy at the head of its loop and by the copy after it, so every other operand names a value
that is computed once per execution of its block. The reverse pass relies on this: a fixed variable cannot have been
overwritten meanwhile. A variable that some path leaves unassigned gets a flag, and reading it raises Python's error.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import cast

from ..diagnostics import Findings
from ..ir.nodes import Accumulate, Apply, Assign, Atom, Block, Const, Fail, For, Function, If, Span, Stmt, Var, While
from ..ir.traversal import assigned, diverges, rewrite_reads, walk, written
from ..ir.types import PY_BOOL, Array
from .liveness import Names, live_after, live_at_header, live_into

TRUE, FALSE = Const(True, PY_BOOL), Const(False, PY_BOOL)


@dataclass(frozen=True, slots=True)
class _Binding:
    """The version of a name that holds here, and the atom that tells whether it is assigned."""

    var: Var
    bound: Atom = TRUE


Env = dict[str, _Binding]


def rename(function: Function, findings: Findings) -> Function:
    """Give every assignment its own version. Reports F007 for names that are certainly unassigned when read."""
    renamer = _Renamer(findings, assigned(function.body))
    env: Env = {p.name: _Binding(p) for p in function.params}
    body, _ = renamer.block(function.body, env, frozenset())
    return replace(function, body=body)


class _Renamer:
    def __init__(self, findings: Findings, known: set[str]) -> None:
        self.findings = findings
        self.known = known
        self.versions: dict[str, int] = {}

    def fresh(self, name: str, span: Span) -> Var:
        self.versions[name] = self.versions.get(name, 0) + 1
        return Var(f"{name}#{self.versions[name]}", span=span)

    def block(self, block: Block, env: Env, live_out: Names) -> tuple[Block, Env]:
        out: list[Stmt] = []
        for s, live in zip(block, live_after(block, live_out), strict=True):
            match s:
                case If():
                    read, before = self.read(s, env)
                    merged, env = self.branch(cast(If, read), env, live)
                case For():
                    read, before = self.read(s, env)
                    merged, env = self.loop(cast(For, read), env, live)
                case While():
                    before = ()
                    merged, env = self.loop(s, env, live)
                case Assign(value=Apply(op="rebind")):
                    before = ()
                    merged = self.rebind(s, env)
                case Assign(value=Apply(op="unbound")):
                    _, before = self.read(replace(s, value=replace(s.target, span=s.span)), env)
                    merged, env = (), {n: b for n, b in env.items() if n != s.target.name}
                case _:
                    read, before = self.read(s, env)
                    if isinstance(read, Assign):
                        version = self.fresh(read.target.name, read.target.span)
                        env = {**env, read.target.name: _Binding(version)}
                        read = replace(read, target=version)
                    merged = (read,)
            out.extend((*before, *merged))
        return tuple(out), env

    def read(self, s: Stmt, env: Env) -> tuple[Stmt, Block]:
        """The statement with its operands renamed, and the checks to make before it."""
        checks: list[Stmt] = []

        def atom(a: Atom) -> Atom:
            if not isinstance(a, Var):
                return a
            binding = env.get(a.name)
            if binding is None and a.name not in self.known and not a.name.isidentifier():
                return a  # the compiler's own, of what was refused; where a user's name is assigned may be gone
            if binding is None:
                self.findings.add("F007", a.span, name=a.name)
                return Const(None)
            if binding.bound != TRUE:
                checks.extend(self.check(a, binding))
                env[a.name] = replace(binding, bound=TRUE)
            return replace(binding.var, span=a.span)

        return rewrite_reads(s, atom), tuple(checks)

    def rebind(self, s: Assign, env: Env) -> Block:
        """The copy of a variable that may be unassigned, and then its copy is."""
        assert isinstance(s.value, Apply) and isinstance(s.value.args[0], Var)
        binding = env.get(s.value.args[0].name)
        if binding is None:
            env.pop(s.target.name, None)
            return ()
        version = self.fresh(s.target.name, s.target.span)
        env[s.target.name] = _Binding(version, binding.bound)
        return (replace(s, target=version, value=binding.var),)

    def check(self, a: Var, binding: _Binding) -> Block:
        missing = self.fresh("unbound", a.span)
        shown = a.name.split(":")[-2] if ":" in a.name else a.name
        message = f"cannot access local variable '{shown}' where it is not associated with a value"
        return (
            Assign(missing, Apply("logical_not", (binding.bound,), attrs=(("via", "python"),)), a.span),
            If(missing, (Fail("UnboundLocalError", message, (), a.span),), (), a.span),
        )

    def branch(self, s: If, env: Env, live: Names) -> tuple[Block, Env]:
        then, first = self.block(s.then, dict(env), live)
        orelse, second = self.block(s.orelse, dict(env), live)
        if diverges(then) and not s.orelse:
            return (replace(s, then=then),), second
        raising = diverges(then), diverges(orelse)
        after = dict(env)
        ends: tuple[list[Stmt], list[Stmt]] = ([], [])
        for name in sorted(assigned(s.then) | assigned(s.orelse)):
            if name not in live or first.get(name) == second.get(name):
                after.pop(name, None)
                if name in live and name in first:
                    after[name] = first[name]
                continue
            after[name] = self.merge(name, (first.get(name), second.get(name)), raising, ends, s.span)
        for name, binding in after.items():  # what both arms have checked is known to be assigned
            if name in first and name in second and first[name].bound == second[name].bound == TRUE:
                after[name] = replace(binding, bound=TRUE)
        return (replace(s, then=(*then, *ends[0]), orelse=(*orelse, *ends[1])),), after

    def merge(
        self, name: str, arms: tuple[_Binding | None, _Binding | None], raising: tuple[bool, bool],
        ends: tuple[list[Stmt], list[Stmt]], span: Span,
    ) -> _Binding:
        """A slot assigned at the end of both arms, and its flag when an arm may leave the name unassigned."""
        arms = (None if raising[0] else arms[0], None if raising[1] else arms[1])
        slot = self.fresh(name, span)
        for end, arm in zip(ends, arms, strict=True):
            end.append(Assign(slot, arm.var if arm else Apply("undefined", ()), _origin(arm, span)))
        if all(raises or (arm and arm.bound == TRUE) for arm, raises in zip(arms, raising, strict=True)):
            return _Binding(slot)
        flag = self.fresh(f"{name}.bound", span)
        for end, arm, raises in zip(ends, arms, raising, strict=True):
            end.append(Assign(flag, TRUE if raises else arm.bound if arm else FALSE, span))
        return _Binding(slot, flag)

    def loop(self, s: For | While, env: Env, live: Names) -> tuple[Block, Env]:
        header = live_at_header(s, live)
        if isinstance(s, While) and assigned(s.before) & (header | live_into(s.body, header) | live):
            return self.block(_tested_inside(s), env, live)
        blocks = (s.body,) if isinstance(s, For) else (s.before, s.body)
        changed = set().union(*(assigned(b) for b in blocks)) & header
        before: list[Stmt] = []
        slots: Env = {}
        deleted = {d.target.name for b in blocks for d in walk(b) if _deletes(d)}  # type: ignore[union-attr]
        for name in sorted(changed):
            slots[name] = self.carry(name, env.get(name), name in deleted, before, s.span)
        inside = {n: b for n, b in env.items() if n not in changed}
        if isinstance(s, For):
            body, end = self.iteration(s.body, {**inside, s.var.name: _Binding(s.var)}, slots, header)
            loop: Stmt = replace(s, body=(*body, *self.close(slots, end, s.span)))
        else:
            loop = self.while_loop(s, inside, slots, header, live)
        after: list[Stmt] = []
        env = dict(inside)
        for name in sorted(changed & live):
            copy = self.fresh(name, s.span)
            after.append(Assign(copy, slots[name].var, s.span))
            flag = slots[name].bound
            if isinstance(flag, Var):
                bound = self.fresh(f"{name}.bound", s.span)
                after.append(Assign(bound, flag, s.span))
                flag = bound
            env[name] = _Binding(copy, flag)
        return (*before, loop, *after), env

    def while_loop(self, s: While, inside: Env, slots: Env, header: Names, live: Names) -> While:
        body_live = header
        test = frozenset({s.test.name}) if isinstance(s.test, Var) else frozenset()
        before, tested = self.iteration(s.before, dict(inside), slots, live | test | body_live)
        assert isinstance(s.test, Var | Const)
        value = tested[s.test.name].var if isinstance(s.test, Var) else s.test
        body, end = self.iteration(s.body, dict(inside), slots, header)
        return replace(s, before=before, test=value, body=(*body, *self.close(slots, end, s.span)))

    def carry(
        self, name: str, incoming: _Binding | None, deleted: bool, before: list[Stmt], span: Span
    ) -> _Binding:
        """The slot of a loop-carried variable, initialised before the loop; its flag if it may have no value."""
        slot = self.fresh(name, span)
        before.append(Assign(slot, incoming.var if incoming else Apply("undefined", ()), span))
        if incoming and incoming.bound == TRUE and not deleted:
            return _Binding(slot)
        flag = self.fresh(f"{name}.bound", span)
        before.append(Assign(flag, incoming.bound if incoming else FALSE, span))
        return _Binding(slot, flag)

    def iteration(self, block: Block, env: Env, slots: Env, live: Names) -> tuple[Block, Env]:
        """A loop's block, starting with copies of the slots."""
        copies: list[Stmt] = []
        for name, slot in slots.items():
            copy = self.fresh(name, slot.var.span)
            copies.append(Assign(copy, slot.var, slot.var.span))
            flag = slot.bound
            if isinstance(flag, Var):
                bound = self.fresh(f"{name}.bound", flag.span)
                copies.append(Assign(bound, flag, flag.span))
                flag = bound
            env[name] = _Binding(copy, flag)
        body, end = self.block(block, env, live)
        return (*copies, *body), end

    def close(self, slots: Env, end: Env, span: Span) -> Block:
        """The assignments of the slots at the end of an iteration."""
        out: list[Stmt] = []
        for name, slot in slots.items():
            binding = end.get(name)
            out.append(Assign(slot.var, binding.var if binding else Apply("undefined", ()), _origin(binding, span)))
            if isinstance(slot.bound, Var):
                out.append(Assign(slot.bound, binding.bound if binding else FALSE, span))
        return tuple(out)


def _origin(binding: _Binding | None, span: Span) -> Span:
    """Where the value that a slot takes was assigned, as far as it is known."""
    return binding.var.span if binding is not None and binding.var.span.line else span


def _tested_inside(s: While) -> Block:
    """A loop whose test assigns variables that are read elsewhere: the test becomes part of the body.

    Before:  `while (n := n - 1) > 0: body`
    After:   `over = False`, `while not over:  n = n - 1;  if n > 0: body  else: over = True`
    """
    over, go = Var(f"over.{s.label}", span=s.span), Var(f"go.over.{s.label}", span=s.span)
    test = Assign(go, Apply("logical_not", (over,), attrs=(("via", "python"),)), s.span)
    body = (*s.before, If(s.test, s.body, (Assign(over, TRUE, s.span),), s.span))
    return Assign(over, FALSE, s.span), replace(s, before=(test,), test=go, body=body)


def _deletes(s: Stmt) -> bool:
    return isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "unbound"


def slots_of(block: Block) -> set[str]:
    """Names that more than one statement assigns. An accumulation into an array changes it and assigns nothing."""
    seen: set[str] = set()
    twice: set[str] = set()
    for s in walk(block):
        target = written(s)
        if target is not None and not (isinstance(s, Accumulate) and isinstance(target.type, Array)):
            (twice if target.name in seen else seen).add(target.name)
    return twice


def closing(body: Block) -> set[str]:
    """The slots that a loop carries: the last statements of its body assign them."""
    names = (s.target.name if isinstance(s, Assign) else None for s in reversed(body))
    return {name for name in itertools.takewhile(lambda name: name is not None, names) if name is not None}
