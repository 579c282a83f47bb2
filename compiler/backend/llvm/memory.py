"""What is known of a function's variables before any text is written.

*fixed* variables are written by one statement; their last value holds wherever that statement has been passed.
*borrowing* array variables need no reference of their own: whatever they are views of is held until the return, or as
long as they are read (`lent`).
*roots* are the memories an array variable can be a view of. Two variables without a common root never overlap, which
LLVM cannot see for itself because an array is passed around as an address.

`x = undefined()` is no statement here: nobody looks at the value, so the variable may keep what it holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...ir.nodes import Accumulate, Apply, Assign, Block, For, Function, If, Pop, Push, Stmt, Var, While
from ...ir.types import Array, Scalar, TupleOf, Type
from .lent import lent

VIEWS = ("window", "transpose", "broadcast", "flat", "reshape", "diagonal", "part")

_ARGUMENTS = "arguments"


@dataclass(slots=True)
class Memory:
    """The result of `analyse`."""

    writes: dict[str, int] = field(default_factory=dict)
    nested: set[str] = field(default_factory=set)
    looped: set[str] = field(default_factory=set)
    undefined: dict[str, Type] = field(default_factory=dict)
    borrowing: set[str] = field(default_factory=set)
    holders: dict[str, str] = field(default_factory=dict)  # of what is lent
    roots: dict[str, frozenset[str]] = field(default_factory=dict)

    def fixed(self, name: str) -> bool:
        """Whether one statement writes the variable."""
        return self.writes.get(name, 0) == 1

    def sure(self, name: str) -> bool:
        """Whether the variable is written exactly once in every call that returns."""
        return self.fixed(name) and name not in self.nested

    def steady(self, name: str) -> bool:
        """Whether what the variable holds stays the same until the return, once it holds something."""
        return self.fixed(name) and name not in self.looped


@dataclass(slots=True)
class _Walk:
    """Where array variables get their memory from: `("variable", x)` or `("root", r)`."""

    memory: Memory
    sources: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    sites: int = 0

    def write(self, var: Var, depth: int, loops: int) -> None:
        memory = self.memory
        memory.writes[var.name] = memory.writes.get(var.name, 0) + 1
        if depth:
            memory.nested.add(var.name)
        if loops:
            memory.looped.add(var.name)

    def source(self, name: str, kind: str, origin: str) -> None:
        self.sources.setdefault(name, set()).add((kind, origin))

    def site(self) -> str:
        self.sites += 1
        return f"new{self.sites}"

    def block(self, block: Block, depth: int, loops: int) -> None:
        for statement in block:
            self.statement(statement, depth, loops)

    def statement(self, statement: Stmt, depth: int, loops: int) -> None:
        match statement:
            case Assign(target, Apply("undefined")):
                self.memory.undefined[target.name] = target.type
                if isinstance(target.type, Array):
                    self.sources.setdefault(target.name, set())
            case Assign(target, value):
                self.write(target, depth, loops)
                if isinstance(target.type, Array):
                    self.array(target.name, value)
            case Accumulate(target, ()) if isinstance(target.type, Scalar):
                self.write(target, depth, loops)
            case If(_, then, orelse):
                self.block(then, depth + 1, loops)
                self.block(orelse, depth + 1, loops)
            case For(var=var, body=body):
                self.write(var, depth + 1, loops + 1)
                self.block(body, depth + 1, loops + 1)
            case While(before, _, body):
                self.block(before, depth + 1, loops + 1)
                self.block(body, depth + 1, loops + 1)
            case Push(stack, value):
                if isinstance(value, Var):
                    self.source(f"stack {stack}", "variable", value.name)
            case Pop(stack, target):
                self.write(target, depth, loops)
                if isinstance(target.type, Array):
                    self.source(target.name, "variable", f"stack {stack}")
            case _:
                pass

    def array(self, name: str, value: object) -> None:
        match value:
            case Var(origin):
                self.source(name, "variable", origin)
            case Apply(op, (Var(origin), *_)) if op in VIEWS:
                self.source(name, "variable", origin)
            case _:
                self.source(name, "root", self.site())


def analyse(function: Function, disjoint_arguments: bool = False) -> Memory:
    """Look once over the function. `disjoint_arguments`: the caller has made sure that no two arguments overlap."""
    walk = _Walk(Memory())
    for parameter in function.params:
        walk.write(parameter, 0, 0)
        _parameter(walk, parameter.name, parameter.type, disjoint_arguments)
    walk.block(function.body, 0, 0)
    walk.memory.holders = lent(function.body, walk.sources)
    walk.memory.borrowing = _borrowing(walk) | walk.memory.holders.keys()
    walk.memory.roots = _roots(walk.sources)
    return walk.memory


def _parameter(walk: _Walk, name: str, type_: Type, disjoint: bool) -> None:
    if isinstance(type_, Array):
        walk.source(name, "root", f"argument {name}" if disjoint else _ARGUMENTS)
    elif isinstance(type_, TupleOf):
        for k, item in enumerate(type_.items):
            walk.memory.writes[f"{name}.{k}"] = 1
            _parameter(walk, f"{name}.{k}", item, disjoint)


def _borrowing(walk: _Walk) -> set[str]:
    """The largest set whose members are only ever arguments, or views of members and of what is steady."""
    memory = walk.memory
    found = {name for name in walk.sources if not name.startswith("stack ")}

    def held(kind: str, origin: str) -> bool:
        if kind == "root":
            return origin.startswith("argument")
        return origin in found or (memory.steady(origin) and not origin.startswith("stack "))

    while lost := {name for name in found if not all(held(*source) for source in walk.sources[name])}:
        found -= lost
    return found


def _roots(sources: dict[str, set[tuple[str, str]]]) -> dict[str, frozenset[str]]:
    """Follow the sources of every variable to the memories at their ends."""
    roots = {name: {origin for kind, origin in found if kind == "root"} for name, found in sources.items()}
    changed = True
    while changed:
        changed = False
        for name, found in sources.items():
            for kind, origin in found:
                if kind == "variable" and not roots.get(origin, set()) <= roots[name]:
                    roots[name] |= roots[origin]
                    changed = True
    return {name: frozenset(found) for name, found in roots.items()}
