"""Proves again, after `storage`, that what the backward part reads of the forward part is what it was then.

A value of the forward part is known by its name. In the backward part the name may be read directly if the value was
computed outside of loops by one statement (or one per arm of a branch); otherwise a copy of it, `u#3b` for `u#3`, must
come from a stack, from a buffer indexed by the loop counters, or from the operation that made it, applied again to
operands for which the same holds and to memory that has not been written into since. Backward blocks are the forward
ones under the same conditions: the same range, as many iterations, the same test.

Nothing of `passes/reversal/storage.py` is used, neither its decisions nor its analyses.
"""

from __future__ import annotations

from dataclasses import replace

from .memory import Memory, Path, Site, contents, inner_blocks, sites
from .nodes import (
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Note,
    Pop,
    Push,
    Stmt,
    Store,
    Var,
    While,
)
from .traversal import reads, written
from .types import Array
from .verify import VerificationError

BACK = ".back"
Env = dict[str, str]  # a name of the backward part, and the forward value it stands for


def prove(function: Function) -> Function:
    """The function itself. Raises `VerificationError` for a value that may have been lost."""
    notes = [k for k, s in enumerate(function.body) if isinstance(s, Note)]
    forward = function.body[notes[0] + 1 : notes[1]]
    backward = function.body[notes[1] + 1 :]
    _Prover(function, forward, backward).block(backward, (), {})
    return function


class _Prover:
    def __init__(self, function: Function, forward: Block, backward: Block) -> None:
        self.sites = sites(forward)
        self.memory = Memory(self.sites, function.body, function.params)
        self.assigns: dict[str, list[Site]] = {}
        self.pushes: dict[str, list[Site]] = {}
        self.nests: dict[str, Site] = {}
        self.counters: set[str] = set()
        for site in self.sites:
            s = site.statement
            if isinstance(s, Assign):
                self.assigns.setdefault(s.target.name, []).append(site)
            elif isinstance(s, Push):
                self.pushes.setdefault(s.stack, []).append(site)
            elif isinstance(s, If | For | While):
                self.nests[s.label] = site
            if isinstance(s, For):
                self.counters.add(s.var.name)
        held = (p.name for p in function.params if isinstance(p.type, Array))
        used = (a.name for site in self.sites for a in contents(site.statement))
        self.primal = {self.memory.root(n) for n in (*held, *used)} | self.memory.stores.keys()
        self.loops = {label for label, site in self.nests.items() if isinstance(site.statement, For | While)}
        self.pops = [s.statement.stack for s in sites(backward) if isinstance(s.statement, Pop)]

    # ------------------------------------------------------------------------------------------- the forward part

    def home(self, name: str) -> Path | None:
        """The block in each run of which a variable gets one value; None for one that is overwritten."""
        found = self.assigns[name]
        apart = all(_exclusive(a.path, b.path) for k, a in enumerate(found) for b in found[:k])
        if apart or self.repeated(name):
            return found[0].path[: min(_together(found[0].path, s.path) for s in found)]
        return None

    def repeated(self, name: str) -> bool:
        """Whether all statements that assign a variable compute the same number from the same numbers."""
        values = [_expression(s) for s in self.assigns[name]]
        alike = isinstance(values[0], Apply) and all(v == values[0] for v in values)
        return alike and not any(_arrays(s.statement) for s in self.assigns[name])

    def same(self, a: Atom, forward: Atom, env: Env) -> bool:
        """Whether a backward operand has the value that a forward operand had."""
        return (replace(a, name=env.get(a.name, a.name)) if isinstance(a, Var) else a) == forward

    # ------------------------------------------------------------------------------------------ the backward part

    def block(self, block: Block, path: Path, env: Env) -> None:
        """A backward block; `path` is that of the forward block it mirrors, `env` grows."""
        for s in block:
            for a in reads(s):
                self.read(a, path, env, s)
            self.memory_of(s, path)
            match s:
                case Assign() if (value := self.restored(s.target)) is not None:
                    self.copy(s, value, path, env)
                    env[s.target.name] = value
                case Pop():
                    value = self.restored(s.target)
                    self.pop(s, value, path)
                    env[s.target.name] = value or ""
                case If() | For() | While():
                    self.nest(s, path, env)
                case _:
                    target = written(s)
                    if target is not None and target.name in self.assigns and not isinstance(s, Accumulate):
                        raise VerificationError(f"the backward part assigns `{target.name}`: {s}")

    def restored(self, target: Var) -> str | None:
        """The forward value that a variable of the backward part is named after."""
        value = target.name.removesuffix("b")
        return value if value != target.name and value in self.assigns and target.name not in self.assigns else None

    def read(self, a: Atom, path: Path, env: Env, s: Stmt) -> None:
        """A forward name may be read when its value is still there."""
        if not isinstance(a, Var) or a.name in env:
            return
        if a.name in self.counters:
            raise VerificationError(f"`{a.name}` counts a loop that has ended, and is read by {s}")
        if a.name not in self.assigns:
            return
        home = self.home(a.name)
        if home is None or any(label in self.loops for label, _ in home) or home != path[: len(home)]:
            raise VerificationError(f"`{a.name}` may hold another value by the time it is read by {s}")

    def nest(self, s: If | For | While, path: Path, env: Env) -> None:
        site = self.nests.get(s.label.removesuffix(BACK))
        mirrors = site is not None and s.label.endswith(BACK) and site.path == path
        if not mirrors or not self.mirrors(s, site.statement, env):  # type: ignore[union-attr]
            raise VerificationError(f"`{s.label}` does not run like its forward part: {s}")
        for number, inner in inner_blocks(s):
            own = {s.var.name: s.var.name} if isinstance(s, For) and s.var.name in self.counters else {}
            self.block(inner, (*path, (s.label.removesuffix(BACK), number)), {**env, **own})

    def mirrors(self, s: Stmt, forward: Stmt, env: Env) -> bool:
        """Whether a backward statement takes the same arm, or makes the same iterations in the opposite order."""
        match s, forward:
            case If(), If():
                return self.same(s.test, forward.test, env)
            case For(backward=True), For():
                pairs = ((s.start, forward.start), (s.stop, forward.stop), (s.step, forward.step))
                return s.var == forward.var and all(self.same(a, b, env) for a, b in pairs)
            case For(backward=True, start=Const(value=0), step=Const(value=1), stop=Var() as total), While():
                return self.counts(env.get(total.name, total.name), forward)
            case _:
                return False

    def counts(self, total: str, loop: While) -> bool:
        """Whether a variable is the number of iterations: a slot is 0 before the loop and grows by one in its body."""
        made = self.assigns.get(total, [])
        slot = made[0].statement.value if len(made) == 1 and isinstance(made[0].statement, Assign) else None
        if not isinstance(slot, Var) or made[0].path != self.nests[loop.label].path:
            return False
        first, *others = [s.statement for s in self.assigns.get(slot.name, []) if isinstance(s.statement, Assign)]
        inside = [s for s in loop.body if isinstance(s, Assign)]
        values = {s.target.name: s.value for s in inside}
        if len(others) != 1 or others[0] not in inside or not isinstance(others[0].value, Var):
            return False
        grown = values.get(others[0].value.name)
        return (isinstance(first.value, Const) and first.value.value == 0 and isinstance(grown, Apply)
                and grown.op == "add" and isinstance(grown.args[0], Var) and values.get(grown.args[0].name) == slot
                and isinstance(grown.args[1], Const) and grown.args[1].value == 1)

    # ------------------------------------------------------------------------------------------------ restored values

    def pop(self, s: Pop, value: str | None, path: Path) -> None:
        """The one push of the stack is in the mirrored block, of the value that the variable is named after."""
        pushes = self.pushes.get(s.stack, [])
        if len(pushes) != 1 or self.pops.count(s.stack) != 1:
            raise VerificationError(f"the stack `{s.stack}` is not pushed once for each pop: {s}")
        self.kept(pushes[0], value, path, s)

    def kept(self, site: Site, value: str | None, path: Path, s: Stmt) -> None:
        """Whether a statement of the mirrored block keeps the value after it has been computed."""
        source = getattr(site.statement, "value", None)
        if not isinstance(source, Var) or source.name != value:
            raise VerificationError(f"`{value}` is restored from {site.statement}")
        computed = max(a.order for a in self.assigns[value])
        if site.path != path or self.home(value) != path or computed > site.order:
            raise VerificationError(f"`{value}` is not kept in the block that it is restored for: {s}")

    def copy(self, s: Assign, value: str, path: Path, env: Env) -> None:
        """A value is computed again, or loaded from a buffer."""
        made = self.assigns[value][0].statement
        assert isinstance(made, Assign)
        if isinstance(s.value, Apply) and isinstance(made.value, Apply) and self.again(s.value, made.value, env):
            here = any(site.path == path for site in self.assigns[value]) and self.repeated(value)
            if not here and self.home(value) != path:
                raise VerificationError(f"`{value}` is computed again in another block: {s}")
            index = made.value.args[1:] if made.value.op == "load" else None
            for array in contents(made):
                if self.memory.overwritten(array, index, self.assigns[value][0]):
                    raise VerificationError(f"`{array.name}` may have changed when `{value}` is computed again: {s}")
        elif isinstance(s.value, Apply) and s.value.op == "load":
            self.buffered(s, s.value, value, path, env)
        else:
            raise VerificationError(f"`{value}` is not what it was: {s}")

    def again(self, e: Apply, forward: Apply, env: Env) -> bool:
        """Whether the same operation is applied to the same operands."""
        plain = [{k: v for k, v in x.attrs if k != "safe"} for x in (e, forward)]
        alike = e.op == forward.op and plain[0] == plain[1] and len(e.args) == len(forward.args)
        return alike and all(self.same(a, b, env) for a, b in zip(e.args, forward.args, strict=True))

    def buffered(self, s: Assign, e: Apply, value: str, path: Path, env: Env) -> None:
        """The one store into the buffer keeps the value under an index that no other iteration has."""
        buffer = e.args[0]
        assert isinstance(buffer, Var)
        stores = self.memory.stores.get(self.memory.root(buffer.name), [])
        made = self.assigns.get(buffer.name, [])
        allocation = self.expression(buffer.name)
        if len(stores) != 1 or len(made) != 1 or allocation is None or allocation.op != "empty":
            raise VerificationError(f"`{buffer.name}` is not a buffer with one entry per iteration: {s}")
        store = stores[0].statement
        assert isinstance(store, Store)
        loops = stores[0].loops
        distinct = len(store.index) == len(loops) and all(map(self.position, store.index, loops))
        alike = len(e.args) == len(store.index) + 1 and all(
            self.same(a, b, env) for a, b in zip(e.args[1:], store.index, strict=True))
        if store.array != buffer or not distinct or not alike:
            raise VerificationError(f"`{value}` is not restored from the entry that it was kept in: {s}")
        self.kept(stores[0], value, path, s)

    def position(self, a: Atom, loop: For | While) -> bool:
        """Whether an index tells the iterations of a loop apart: its counter, or the number of the iteration."""
        if not isinstance(a, Var) or not isinstance(loop, For):
            return False
        if a == loop.var:
            return True
        e = self.expression(a.name)
        if e is None or self.home(a.name) is None:
            return False
        if e.op == "floordiv" and e.args[1] == loop.step and isinstance(e.args[0], Var):
            e = self.expression(e.args[0].name)
        return e is not None and e.op == "sub" and e.args == (loop.var, loop.start)

    def expression(self, name: str) -> Apply | None:
        """The operation that the forward part computes a variable by, the first one if there are several."""
        found = _expression(self.assigns[name][0]) if name in self.assigns else None
        return found if isinstance(found, Apply) else None

    # ------------------------------------------------------------------------------------------------------- memory

    def memory_of(self, s: Stmt, path: Path) -> None:
        """Arrays that a backward statement reads have not been written into since the statement it belongs to."""
        if isinstance(s, Store | Accumulate) and self.memory.root(_array(s).name) in self.primal:
            raise VerificationError(f"the backward part writes into memory of the forward part: {s}")
        if isinstance(s, Assign) and self.restored(s.target) is not None:
            return
        for array in contents(s):
            root = self.memory.root(array.name)
            if root in self.memory.stores and all(
                self.memory.overwritten(array, None, site) for site in self.sites
                if site.path == path and site.statement.span == s.span and self.touches(site.statement, root)
            ):
                raise VerificationError(f"`{array.name}` may have been written into before it is read by {s}")

    def touches(self, s: Stmt, root: str) -> bool:
        """Whether a forward statement computes with the elements of an array, or makes them."""
        own = (s.target,) if isinstance(s, Assign) and isinstance(s.value, Apply) else ()
        return any(self.memory.root(a.name) == root for a in (*contents(s), *own))


def _expression(site: Site) -> object:
    return getattr(site.statement, "value", None)


def _arrays(s: Stmt) -> bool:
    """Whether a statement reads arrays, whose elements may change."""
    return any(isinstance(a.type, Array) for a in reads(s))


def _together(a: Path, b: Path) -> int:
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _exclusive(a: Path, b: Path) -> bool:
    """Whether two blocks are arms of one branch, or lie in such."""
    k = _together(a, b)
    return k < min(len(a), len(b)) and a[k][0] == b[k][0]


def _array(s: Store | Accumulate) -> Var:
    return s.array if isinstance(s, Store) else s.target
