"""Statements that lead to no result are left out, stores into arrays that nobody reads among them.

A gradient without its value often needs nothing of the forward part: that of a linear program reads no array of it.
`simplify.eliminate` cannot see that, since a store keeps its array and an array the stores into it; and a store may
raise an exception. Here it is known what cannot, because shapes have been compared. A product of matrices of which only
the shape is read is not computed either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

from ...ir.nodes import (
    Accumulate,
    Apply,
    Assign,
    Block,
    Fail,
    For,
    Function,
    If,
    Pop,
    Print,
    Push,
    Return,
    Stmt,
    Store,
    Var,
    While,
)
from ...ir.traversal import blocks, reads, walk, with_blocks, written
from ...ir.types import PY_INT, Array
from .footprints import Footprint


def without_unused(
    function: Function,
    root: Callable[[str], str],
    touched: Callable[[Stmt], Footprint | None],
    measures: Callable[[Stmt], frozenset[str]],
) -> Function:
    """The function with the statements that its result, its exceptions or its caller's arrays depend on.

    `root` names the memory that an array variable shares with others; `touched` says what a simple statement does, and
    `measures` which variables give the extents that it will run over.
    """
    statements = [*walk(function.body)]
    makers: dict[str, list[Stmt]] = defaultdict(list)  # what gives a variable its value, or an array its elements
    products: dict[str, list[Assign]] = defaultdict(list)  # by the memory that they make elements for
    for s in statements:
        if isinstance(s, Assign) and _is_product(s):
            products[f"elements of {root(s.target.name)}"].append(s)
        target = written(s)
        if target is not None:
            makers[target.name].append(s)
        changed = s.array if isinstance(s, Store) else s.target if isinstance(s, Accumulate) else None
        if changed is not None and isinstance(changed.type, Array):
            makers[f"elements of {root(changed.name)}"].append(s)
        if isinstance(s, Push | Pop):
            makers[f"entries of {s.stack}"].append(s)
    around = _around(function.body, ())
    live: set[int] = set()
    work = [s for s in statements if _lasting(s, touched)]
    wanted: list[str] = []
    known: set[str] = set()
    while work or wanted:
        if wanted:
            name = wanted.pop()
            if name not in known:
                known.add(name)
                work.extend(makers[name])
                wanted.extend(f"elements of {root(a.name)}" for s in products[name] for a in _arrays(s))
            continue
        s = work.pop()
        if id(s) not in live:
            live.add(id(s))
            work.extend(around[id(s)])
            wanted.extend(_needs(s, root, touched) | measures(s))
    hollow = {id(s) for name, made in products.items() if name not in known for s in made} & live
    if len(live) == len(statements) and not hollow:
        return function
    stacks = {s.stack for s in statements if id(s) in live and isinstance(s, Push)}
    used = tuple(k for k in function.stacks if k.name in stacks)
    return replace(function, body=_kept(function.body, live, hollow), stacks=used)


def _is_product(s: Assign) -> bool:
    """Whether a statement makes a matrix by a product that cannot raise."""
    return isinstance(s.value, Apply) and s.value.op == "dot22" and bool(s.value.attr("safe"))


def _arrays(s: Assign) -> tuple[Var, Var]:
    assert isinstance(s.value, Apply)
    x, y = s.value.args
    assert isinstance(x, Var) and isinstance(y, Var)
    return x, y


def _empty(s: Assign) -> Iterator[Assign]:
    """A matrix of the shape of a product."""
    extents = [Var(f"{s.target.name}.extent{k}", PY_INT, s.span) for k in (0, 1)]
    for k, (extent, x) in enumerate(zip(extents, _arrays(s), strict=True)):
        yield Assign(extent, Apply("dim", (x,), PY_INT, s.span, (("axis", k), ("safe", True))), s.span)
    yield Assign(s.target, Apply("empty", tuple(extents), s.target.type, s.span, (("safe", True),)), s.span)


def _lasting(s: Stmt, touched: Callable[[Stmt], Footprint | None]) -> bool:
    """Whether a statement does something that lasts by itself."""
    if isinstance(s, Return | Fail | While | Print):
        return True
    if isinstance(s, If | For | Push | Pop):
        return False
    found = touched(s)
    return found is None or found.raises or found.visible


def _needs(s: Stmt, root: Callable[[str], str], touched: Callable[[Stmt], Footprint | None]) -> set[str]:
    """What has to be made for a statement: variables, elements of arrays, entries of stacks."""
    names = {a.name for a in reads(s) if isinstance(a, Var)}
    arrays = {a.name for a in reads(s) if isinstance(a, Var) and isinstance(a.type, Array)}
    returned = isinstance(s, Return) or (isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "tuple")
    if isinstance(s, Push | Pop):
        names.add(f"entries of {s.stack}")
    elif isinstance(s, Assign) and _is_product(s):
        arrays = set()  # until its own elements are wanted
    elif not returned and not isinstance(s, If | For | While | Fail | Print):
        found = touched(s)
        arrays = set() if found is None else set(found.reads)
        arrays |= {s.target.name} if isinstance(s, Accumulate) and isinstance(s.target.type, Array) else set()
    return names | {f"elements of {root(name)}" for name in arrays}


def _around(block: Block, outer: tuple[Stmt, ...]) -> dict[int, tuple[Stmt, ...]]:
    """The statements around each one."""
    found = {id(s): outer for s in block}
    for s in block:
        for b in blocks(s):
            found |= _around(b, (*outer, s))
    return found


def _kept(block: Block, live: set[int], hollow: set[int]) -> Block:
    out: list[Stmt] = []
    for s in block:
        if id(s) in hollow:
            assert isinstance(s, Assign)
            out.extend(_empty(s))
        elif id(s) in live:
            out.append(with_blocks(s, tuple(_kept(b, live, hollow) for b in blocks(s))))
    return tuple(out)
