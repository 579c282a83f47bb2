"""What `reverse` needs of the primal: a value, copies of written arguments, labels of branches, where adjoints live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...ir.nodes import Apply, Assign, Block, Fail, For, Function, If, Return, Stmt, Var, While
from ...ir.traversal import substitute
from ...ir.types import Array, TupleOf
from ..effects import effects


def with_copies(function: Function) -> Function:
    """Arguments that the function stores into are copied first: a gradient call leaves the caller's untouched."""
    found = effects(function)
    stored = [p for p in function.params if isinstance(p.type, Array) and found.stored(p.name)]
    body = function.body
    for p in stored:
        assert isinstance(p.type, Array)
        local = Var(f"{p.name}#0", p.type)
        body = substitute(body, {p.name: local})
        if p.type.layout == "C":
            body = (Assign(local, Apply("copy", (p,), p.type)), *body)
            continue
        fresh = Var(f"{p.name}.copied", Array(p.type.kind, p.type.rank))  # views keep the type that `infer` gave them
        body = (Assign(fresh, Apply("copy", (p,), fresh.type)), Assign(local, fresh), *body)
    return replace(function, body=body)


def present(function: Function) -> Function:
    """The function, which raises where its value is None: that has no gradient."""
    *body, end = function.body
    made = (s.value for s in body if isinstance(s, Assign) and isinstance(end, Return) and s.target == end.value)
    pair = next(made, None)
    if not isinstance(pair, Apply) or not isinstance(pair.type, TupleOf) or not pair.type.perhaps:
        return function
    stop = Fail("TypeError", f"`{function.name}` returns None here, which has no gradient", (), end.span)
    return replace(function, body=(*body, If(pair.args[0], (stop,), (), end.span), end))


def labelled(function: Function) -> Function:
    counter = 0

    def block(b: Block) -> Block:
        nonlocal counter
        out: list[Stmt] = []
        for s in b:
            match s:
                case If():
                    counter += 1
                    out.append(replace(s, label=f"if_{counter}", then=block(s.then), orelse=block(s.orelse)))
                case For() | While():
                    out.append(replace(s, body=block(s.body)))
                case _:
                    out.append(s)
        return tuple(out)

    return replace(function, body=block(function.body))


def homes(body: Block, wanted: Callable[[Var], bool]) -> dict[int, list[Var]]:
    """For each block, numbered as `reverse` numbers them, the variables whose adjoints live there."""
    paths: dict[str, tuple[int, ...]] = {}
    variables: dict[str, Var] = {}
    counter = 0

    def visit(block: Block, path: tuple[int, ...]) -> None:
        nonlocal counter
        counter += 1
        path = (*path, counter)
        for s in block:
            if isinstance(s, Assign) and wanted(s.target):
                name = s.target.name
                known = paths.get(name, path)
                paths[name] = tuple(a for a, b in zip(known, path, strict=False) if a == b)
                variables.setdefault(name, s.target)
            match s:
                case If():
                    visit(s.then, path)
                    visit(s.orelse, path)
                case For():
                    visit(s.body, path)
                case While():
                    visit(s.body, path)
                case _:
                    pass

    visit(body[:-1], ())
    found: dict[int, list[Var]] = {}
    for name, path in paths.items():
        found.setdefault(path[-1], []).append(variables[name])
    return found
