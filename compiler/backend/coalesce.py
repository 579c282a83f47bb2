"""Readable names: versions of one variable share a name where their lifetimes allow it.

Before:  `u#2 = u#1`, `for i: u#3 = u#2; u#4 = add(u#3, 1); u#2 = u#4`
After:   `for i: u = add(u, 1)`
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..ir.nodes import Assign, Atom, Block, Const, For, Function, If, Pop, Push, Stmt, Var, While
from ..ir.traversal import blocks, reads, rewrite_reads, walk, with_blocks, written
from ..passes.liveness import Names, live_after, live_at_header, live_into

Graph = dict[str, set[str]]


def coalesce(function: Function, reserved: frozenset[str]) -> Function:
    """The function with Python identifiers as names, copies between merged names removed."""
    function = replace(function, body=_without_dead_stores(function.body, frozenset()))
    graph: Graph = {}
    entry = frozenset(p.name for p in function.params)
    _clash(graph, entry, entry)
    for p in function.params:
        _clash(graph, {p.name}, live_into(function.body, frozenset()) - {p.name})
    _interfere(function.body, frozenset(), graph)
    names = _choose(function, graph, reserved)

    def atom(a: Var | Atom) -> Any:
        return replace(a, name=names.get(a.name, a.name)) if isinstance(a, Var) else a

    params = tuple(replace(p, name=names[p.name]) for p in function.params)
    stacks = tuple(replace(s, name=names[s.name]) for s in function.stacks)
    return replace(function, params=params, body=_renamed(function.body, names, atom), stacks=stacks)


def _without_dead_stores(block: Block, live_out: Names) -> Block:
    """Drop assignments of numbers that are overwritten before anything reads them."""
    out: list[Stmt] = []
    for s, live in zip(block, live_after(block, live_out), strict=True):
        if isinstance(s, Assign) and s.target.name not in live and isinstance(s.value, Var | Const):
            continue
        match s:
            case If():
                s = with_blocks(s, tuple(_without_dead_stores(b, live) for b in blocks(s)))
            case For():
                s = replace(s, body=_without_dead_stores(s.body, live_at_header(s, live)))
            case While():
                s = replace(s, body=_without_dead_stores(s.body, live_at_header(s, live)))
            case _:
                pass
        out.append(s)
    return tuple(out)


def _clash(graph: Graph, these: Names | set[str], those: Names | set[str]) -> None:
    for a in these:
        graph.setdefault(a, set()).update(those - {a})
        for b in those:
            if a != b:
                graph.setdefault(b, set()).add(a)


def _interfere(block: Block, live_out: Names, graph: Graph) -> None:
    """Record which variables are alive while another one is assigned."""
    for s, live in zip(block, live_after(block, live_out), strict=True):
        target = written(s)
        if target is not None and not isinstance(s, For):
            copied = {s.value.name} if isinstance(s, Assign) and isinstance(s.value, Var) else set()
            _clash(graph, {target.name}, live - {target.name} - copied)
        match s:
            case If():
                _interfere(s.then, live, graph)
                _interfere(s.orelse, live, graph)
            case For():
                header = live_at_header(s, live)
                _clash(graph, {s.var.name}, (header | live_into(s.body, header)) - {s.var.name})
                _interfere(s.body, header, graph)
            case While():
                header = live_at_header(s, live)
                test = frozenset({s.test.name}) if isinstance(s.test, Var) else frozenset()
                body = live_into(s.body, header)
                _interfere(s.before, live | body | test, graph)
                _interfere(s.body, header, graph)
            case _:
                pass


def _choose(function: Function, graph: Graph, reserved: frozenset[str]) -> dict[str, str]:
    """A name for every variable, in order of appearance; versions share the name of their variable if they can."""
    order: dict[str, None] = {p.name: None for p in function.params}
    for s in walk(function.body):
        for v in (written(s), *reads(s)):
            if isinstance(v, Var):
                order.setdefault(v.name)
    taken: dict[str, set[str]] = {}
    chosen: dict[str, str] = {}
    for name in order:
        base = identifier(name)
        for candidate in _candidates(base):
            members = taken.setdefault(candidate, set())
            if keyword.iskeyword(candidate) or candidate in reserved or (members and "tmp" in base):
                continue  # a temporary keeps a name of its own, so that it can be written where it is read
            if not members & graph.get(name, set()):
                members.add(name)
                chosen[name] = candidate
                break
    for stack in function.stacks:
        base = identifier(stack.name)
        chosen[stack.name] = next(c for c in _candidates(base) if c not in taken and c not in reserved)
        taken[chosen[stack.name]] = set()
    return chosen


def identifier(name: str) -> str:
    """The Python identifier that a variable would like to have: `g.1.x_bar#3` is `g_x_bar`."""
    base = name.partition("#")[0].removesuffix(".stack").removeprefix("head.")
    base = re.sub(r"(^|\.)t\.([cdr]?\d+|returned|gradients\d*)", r"\1tmp", base)
    base = "_" if base.startswith("k.") and base.endswith(".back") else base
    base = "tmp" if base.endswith(".gradient") else re.sub(r"\.\d+\.", "_", base)
    base = re.sub(r"^result\.return|_result\.return", "_result" if not base.startswith("result") else "result", base)
    kept = "_kept" if name.endswith(".stack") else ""
    return re.sub(r"\W+", "_", base) + kept


def _candidates(base: str) -> Iterator[str]:
    yield base
    k = 1
    while True:
        yield f"{base}_{k}"
        k += 1


def _renamed(block: Block, names: dict[str, str], atom: Callable[[Atom], Any]) -> Block:
    out: list[Stmt] = []
    for s in block:
        target = written(s)
        s = rewrite_reads(s, atom)
        if isinstance(s, For):
            s = replace(s, var=atom(s.var))
        elif isinstance(s, Assign | Pop) and target is not None:
            s = replace(s, target=atom(target))
        if isinstance(s, Push | Pop):
            s = replace(s, stack=names[s.stack])
        if isinstance(s, Assign) and isinstance(s.value, Var) and s.value.name == s.target.name:
            continue
        out.append(with_blocks(s, tuple(_renamed(b, names, atom) for b in blocks(s))))
    return tuple(out)
