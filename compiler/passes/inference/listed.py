"""Arrays in lists whose length is known only at run time, and those that recursive functions keep.

Python's lists hold the arrays themselves. Here a list has the elements of its arrays in memory of its own, and an array
that is read from it is a copy. That is as good as long as nobody can tell: nothing is stored into an array after it was
put into a list, nor into one that was read from a list. Where something is, the answer to the question that `dissolve`
has left there is that the arrays of this list are parts of its memory, also under the name that was put into it; and
then it has to be the only one that somebody stores into or reads afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from ...diagnostics import Findings
from ...ir.nodes import Apply, Assign, Block, For, Function, If, Path, Store, Var, While
from ...ir.traversal import blocks, walk
from ..effects import VIEWS, Effects, Place, effects
from ..liveness import Names, live_after, live_at_header, live_into

_FRAME = re.compile(r"(?:^|\.)(?:kept|taken)\.(.*)\.\.(?:listed|loaded)$")
# Two dots: a variable of a helper, written out in its place, has one before its name.
_MARKS = ("..listed", "..loaded", "..given", "..viewed", "..moved")


def listed(
    function: Function, findings: Findings, places: Mapping[str, tuple[Path, ...]], moved: Set[str],
    answers: dict[Path, Any] | None,
) -> None:
    """Report R011, R012 and A035 for every copy that a store would tell from the array.

    `places` are the questions whether the arrays of a list are stored into, by the copies that are made. They are
    answered, and if it is the first time, the function is translated again and what is reported here is forgotten.
    `moved` is the memory that a list moves to when it grows.
    """
    marked = [(s, mark) for s in walk(function.body) if isinstance(s, Assign)
              for mark in _MARKS if s.target.name.partition("#")[0].endswith(mark)]
    if not marked:
        return
    known = _Known(function, moved)
    for s, mark in marked:
        if not known.told_apart(s, mark):
            continue
        copies = known.others(s) if mark == "..given" else {s.target.name}
        if mark != "..viewed" and answers is not None:
            answers.update((p, 1) for name in copies for p in places.get(name, ()))
        frame = _FRAME.search(s.target.name.partition("#")[0])
        if frame:
            what = f"`{frame[1].rpartition('.')[2]}`, an array that is stored into"
            findings.add("A035", s.span, name=function.name, what=what)
        else:
            findings.add("R012" if mark in ("..loaded", "..viewed") else "R011", s.span)


class _Known:
    """The stores of a function, each with the statement that has made the array, where that is one."""

    def __init__(self, function: Function, moved: Set[str]) -> None:
        self.moved = moved
        self.effects: Effects = effects(function)
        self.params = {self.effects.root(p.name) for p in function.params if p.name in self.effects.parent}
        self.made = {s.target.name: s for s in walk(function.body) if isinstance(s, Assign)}
        self.stores = [(s, self.source(s.array.name)) for s in walk(function.body) if isinstance(s, Store)]
        self.live = dict(_live(function.body, frozenset()))
        self.copies = [(s.target.name, source) for s in walk(function.body) if isinstance(s, Assign)
                       and (source := _source(s)) is not None]
        self.puts = [s for n, s in self.made.items() if n.partition("#")[0].endswith(("..listed", "..given"))]
        self.arms = dict(_arms(function.body, ()))
        self.views = self.followed(n for n in self.made if n.partition("#")[0].endswith("..viewed"))

    def told_apart(self, s: Assign, mark: str) -> bool:
        """Whether a store would tell an array from the one in the list."""
        match mark:
            case "..loaded":
                return self.stored(s)
            case "..listed":
                return self.overwritten(s)
            case "..moved":
                return self.reached_elsewhere(s)
            case "..given":
                return self.overwritten(s) or self.in_use(s) or any("..loaded" in n for n in self.others(s))
            case _:
                return self.left_behind(s)

    def reached_elsewhere(self, s: Assign) -> bool:
        """Whether the memory that was copied can be reached afterwards."""
        assert isinstance(s.value, Apply) and isinstance(s.value.args[0], Var)
        root = self.effects.root(s.value.args[0].name)
        return root in self.params or any(self.effects.root(n) == root for n in self.live[id(s)]
                                          if n in self.effects.parent)

    def source(self, name: str) -> Assign | None:
        """The statement that has made an array, or the one it is a view of; None when several may have."""
        while name in self.made and name not in self.effects.slots:
            s = self.made[name]
            e = s.value.args[0] if isinstance(s.value, Apply) and s.value.op in VIEWS else s.value
            if not isinstance(e, Var):
                return s if isinstance(e, Apply) and e.op != "undefined" else None
            name = e.name
        return None

    def stored(self, s: Assign) -> bool:
        """Whether anything may be stored into an array that was read."""
        root = self.effects.root(s.target.name)
        return any(self.effects.root(t.array.name) == root and (source is None or "..loaded" in source.target.name)
                   for t, source in self.stores)

    def overwritten(self, s: Assign) -> bool:
        """Whether anything may be stored into an array after it was put into a list."""
        found, root = self.effects, self.effects.root(s.target.name)
        mine = [(t, source) for t, source in self.stores if found.root(t.array.name) == root]
        if all(source is not None and self.younger(found.place(source), found.place(t), found.place(s))
               for t, source in mine):
            return False
        return found.overwritten(s.target, None, found.place(s))

    def younger(self, made: Place, store: Place, put: Place) -> bool:
        """Whether the array of a store that follows is made after the one that was put into the list."""
        common = 0
        while common < min(len(store.loops), len(put.loops)) and store.loops[common] is put.loops[common]:
            common += 1
        return len(made.loops) >= common and (made.order > put.order or store.order < put.order)

    def in_use(self, s: Assign) -> bool:
        """Whether anybody may store into the array in the list while the one that was put there can be reached."""
        put, others = self.effects.place(s), self.others(s)
        later = [t for t, _ in self.stores if t.array.name in self.views and _follows(self.effects.place(t), put)]
        if not later:
            return False
        root = self.effects.root(s.target.name)
        again = any(t is not s and self.effects.root(t.target.name) == root and not self.exclude(t, s)
                    for t in self.puts)
        once_more = bool(put.loops) and bool(others & self.live[id(s)])
        return root in self.params or again or once_more or any(others & self.live[id(t)] for t in later)

    def exclude(self, one: Assign, other: Assign) -> bool:
        """Whether two statements are in the two arms of a branch, so that an array that one has is not the other's.

        In another iteration it may be, but then it has a name that is in use.
        """
        arms = dict(self.arms[id(other)])
        return any(arms.get(branch, arm) != arm for branch, arm in self.arms[id(one)])

    def others(self, s: Assign) -> set[str]:
        """The other names that an array may have which was put into a list."""
        root, mine = self.effects.root(s.target.name), self.followed((s.target.name,))
        return {n for n in self.effects.parent if n not in mine and self.effects.root(n) == root}

    def left_behind(self, s: Assign) -> bool:
        """Whether the memory of a list may move while the array is in use."""
        root, mine = self.effects.root(s.target.name), self.followed((s.target.name,))
        return any(mine & self.live[id(t)] for name, t in self.made.items()
                   if name in self.moved and self.effects.root(name) == root)

    def followed(self, names: Iterable[str]) -> frozenset[str]:
        """Names that may stand for the same array as one of the given ones, because these were copied to them."""
        found, grows = set(names), True
        while grows:
            more = {n for n, s in self.copies if s in found} - found
            found |= more
            grows = bool(more)
        return frozenset(found)


def _source(s: Assign) -> str | None:
    """The variable whose array a statement gives another name to."""
    source = s.value.args[0] if isinstance(s.value, Apply) and s.value.op in VIEWS else s.value
    return source.name if isinstance(source, Var) else None


def _arms(block: Block, around: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    """For each statement, by its identity, the branches that it is in and the arms of them."""
    for s in block:
        yield id(s), around
        for arm, inner in enumerate(blocks(s)):
            yield from _arms(inner, (*around, (id(s), arm)) if isinstance(s, If) else around)


def _follows(later: Place, earlier: Place) -> bool:
    """Whether a statement may be executed after another one."""
    together = later.loops and earlier.loops and later.loops[0] is earlier.loops[0]
    return later.order > earlier.order or bool(together)


def _live(block: Block, live_out: Names) -> Iterator[tuple[int, Names]]:
    """The names that may be read after each statement, by its identity, in a block and in those inside."""
    for s, live in zip(block, live_after(block, live_out), strict=True):
        yield id(s), live
        match s:
            case If():
                yield from _live(s.then, live)
                yield from _live(s.orelse, live)
            case For():
                yield from _live(s.body, live_at_header(s, live))
            case While():
                header = live_at_header(s, live)
                test = {s.test.name} if isinstance(s.test, Var) else set()
                yield from _live(s.before, live | live_into(s.body, header) | test)
                yield from _live(s.body, header)
            case _:
                pass
