"""The adjoint as a person would write it: a first accumulation becomes an assignment.

Before:  `x_bar = zeros_like(x)`, `t = mul(y_bar, u)`, `x_bar[...] += t`
After:   `x_bar = mul(y_bar, u)`
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from ...ir.nodes import Accumulate, Apply, Assign, Block, Const, Function, If, Pop, Push, Stmt, Store, Var
from ...ir.traversal import blocks, reads, walk, with_blocks, written
from ...ir.types import Array, Scalar
from ..fusion.agreement import agreement

_SAFE = (("safe", True),)


def tidy(function: Function) -> Function:
    """Merge an adjoint's zero with the accumulation that follows it in the same block."""
    if any(isinstance(s, Accumulate) and _of_arrays(s) for s in walk(function.body)):
        function = _same_shapes(function)
    return replace(function, body=_Tidier(function).block(function.body))


def _same_shapes(function: Function) -> Function:
    """Mark accumulations whose value certainly has the shape of their target."""
    agreed = agreement(function, assume=False)

    def block(b: Block) -> Block:
        return tuple(map(statement, b))

    def statement(s: Stmt) -> Stmt:
        if isinstance(s, Accumulate) and _of_arrays(s) and not s.same_shape:
            met = agreed.meetings.get(id(s))
            shape = met.shapes.shape if met is not None else None
            return replace(s, same_shape=shape is not None and shape(s.target) == shape(s.value))
        return with_blocks(s, tuple(map(block, blocks(s))))

    return replace(agreed.function, body=block(agreed.function.body))


def _of_arrays(s: Accumulate) -> bool:
    return not s.index and isinstance(s.value.type, Array)


@dataclass(slots=True)
class _Tidier:
    function: Function
    changes: Counter[str] = field(default_factory=Counter)  # statements that change an array in place
    uses: Counter[str] = field(default_factory=Counter)
    shared: set[str] = field(default_factory=set)  # arrays that have, or may get, a second name
    fresh: set[str] = field(default_factory=set)  # arrays that an operation makes

    def __post_init__(self) -> None:
        bound = Counter(s.target.name for s in walk(self.function.body) if isinstance(s, Assign | Pop))
        self.shared |= {name for name, count in bound.items() if count > 1}
        for s in walk(self.function.body):
            self.uses.update(a.name for a in reads(s) if isinstance(a, Var))
            match s:
                case Assign(value=Var()) | Push() | Pop():
                    self.shared |= {a.name for a in (*reads(s), written(s)) if isinstance(a, Var)}
                case Assign(value=Apply(op="view" | "transpose" | "reshape" | "diagonal" | "part" | "tuple")):
                    self.shared |= {a.name for a in (*reads(s), written(s)) if isinstance(a, Var)}
                case Assign(value=Apply(op=op)) if isinstance(s.target.type, Array) and op != "undefined":
                    self.fresh.add(s.target.name)
                case Store():
                    self.changes[s.array.name] += 1
                case Accumulate() if isinstance(s.target.type, Array):
                    self.changes[s.target.name] += 1
                case _:
                    pass

    def block(self, block: Block) -> Block:
        block = _in_branches(block)
        out: list[Stmt | None] = [with_blocks(s, tuple(map(self.block, blocks(s)))) for s in block]
        zeros: dict[str, int] = {}
        done: Counter[str] = Counter()
        for k, s in enumerate(out):
            if s is None:
                continue
            if isinstance(s, Accumulate) and not s.index:
                done[s.target.name] += 1
            if isinstance(s, Accumulate) and not s.index and s.target.name in zeros:
                first = out[zeros[s.target.name]]
                assert isinstance(first, Assign)
                merged = self.merged(first, s, done)
                if merged is not None:
                    out[zeros.pop(s.target.name)] = None
                    out[k] = merged
                    _forget(zeros, (s,), but=s.target.name)
                    continue
            _forget(zeros, (s,))
            if isinstance(s, Assign) and _zero(s):
                zeros[s.target.name] = k
        return tuple(s for s in out if s is not None)

    def merged(self, zero: Assign, s: Accumulate, done: Counter[str]) -> Assign | None:
        """The assignment that an accumulation into zero amounts to; None where the sum has to be carried out."""
        if isinstance(s.target.type, Scalar):
            return Assign(s.target, s.value, s.span)
        value = s.value
        if not isinstance(value.type, Array):
            e = zero.value
            if not isinstance(e, Apply) or e.op != "zeros_like":
                return None
            return Assign(s.target, replace(e, op="full_like", args=(*e.args, value)), s.span)
        if not s.same_shape or not isinstance(value, Var) or value.type.kind != s.target.type.kind:  # type: ignore[union-attr]
            return None
        mine = s.target.name not in self.shared and value.name not in self.shared
        made_for_it = value.name in self.fresh and self.uses[value.name] == 1 and self.changes[value.name] == 0
        settled = self.changes[s.target.name] == 1 and self.changes[value.name] == done[value.name]
        target = replace(s.target, type=zero.target.type)
        if value.type == target.type and ((made_for_it and value.name not in self.shared) or (mine and settled)):
            return Assign(target, value, s.span)
        return Assign(target, Apply("copy", (value,), target.type, s.span, _SAFE), s.span)


def _zero(s: Assign) -> bool:
    """Whether the statement sets an adjoint to zero."""
    if ".bar" not in s.target.name:
        return False
    if isinstance(s.target.type, Array):
        return isinstance(s.value, Apply) and s.value.op in ("zeros_like", "zeros_shaped")
    return isinstance(s.value, Const) and s.value.value == 0.0


def _in_branches(block: Block) -> Block:
    """The block with zeros of numbers where branches begin that both add to them, and so assign to them in the end."""
    if not any(isinstance(s, If) for s in block):
        return block
    mentions: dict[str, list[int]] = {}
    for k, s in enumerate(block):
        for t in walk((s,)):
            for a in (*reads(t), written(t)):
                if isinstance(a, Var) and mentions.setdefault(a.name, [k])[-1] != k:
                    mentions[a.name].append(k)
    out: list[Stmt | None] = list(block)
    for k, s in enumerate(block):
        if not (isinstance(s, Assign) and isinstance(s.target.type, Scalar) and _zero(s)):
            continue
        after = next((at for at in mentions[s.target.name] if at > k), None)
        branch = None if after is None else out[after]
        if after is not None and isinstance(branch, If) and _adds(branch, s.target.name):
            out[k], out[after] = None, replace(branch, then=(s, *branch.then), orelse=(s, *branch.orelse))
    return tuple(s for s in out if s is not None)


def _adds(s: Stmt | None, name: str) -> bool:
    """Whether the first thing that a statement does with a number, on every path, is to add to it."""
    match s:
        case Accumulate(target=target, index=()):
            return target.name == name and not (isinstance(s.value, Var) and s.value.name == name)
        case If():
            firsts = (next((t for t in b if _mentions(t, name)), None) for b in (s.then, s.orelse))
            return not (isinstance(s.test, Var) and s.test.name == name) and all(_adds(t, name) for t in firsts)
        case _:
            return False


def _mentions(s: Stmt, name: str) -> bool:
    return any(isinstance(a, Var) and a.name == name for t in walk((s,)) for a in (*reads(t), written(t)))


def _forget(zeros: dict[str, int], statements: Block, but: str = "") -> None:
    """Variables that are read or written in between keep their initial zero."""
    for s in walk(statements):
        target = written(s)
        names = {a.name for a in reads(s) if isinstance(a, Var)} | ({target.name} if target else set())
        for name in names - {but}:
            zeros.pop(name, None)
