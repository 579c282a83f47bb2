"""Metadata telling LLVM which loads and stores cannot touch the same memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

_FIRST = 2  # !0 and !1 are the branch weights and the range of extents

# More memories than this share one scope; the lists of what does not overlap grow with the square.
_MOST = 32


@dataclass(slots=True)
class Aliases:
    """`notes` for the loads and stores of a variable, and the nodes they refer to.

    An access belongs to the scopes of its roots and is declared disjoint from all other scopes, so two accesses are
    independent exactly when they have no root in common. Memory that has been freed may come back under another root;
    the calls that free and allocate keep such accesses apart.
    """

    roots: dict[str, frozenset[str]]
    _nodes: list[str] = field(default_factory=list)
    _scopes: dict[str, int] = field(default_factory=dict)
    _lists: dict[tuple[int, ...], int] = field(default_factory=dict)
    _notes: dict[str, str] = field(default_factory=dict)
    all: dict[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.all = self.roots
        names = sorted(frozenset[str]().union(*self.roots.values()))
        if len(names) < 2:
            self.roots = {}
            return
        shared = frozenset(names[_MOST - 1 :]) if len(names) > _MOST else frozenset()
        if shared:
            rest = names[_MOST - 1]
            self.roots = {v: (r - shared) | {rest} if r & shared else r for v, r in self.roots.items()}
        domain = self._node('distinct !{!#, !"memories"}')
        for name in names[:_MOST]:
            self._scopes[name] = self._node(f'distinct !{{!#, !{domain}, !"{name}"}}')

    def among(self, arrays: Iterable[str]) -> Aliases:
        """The same for a function that touches some of the arrays only."""
        return Aliases({name: self.all[name] for name in arrays if name in self.all}, self._nodes)

    def _node(self, text: str) -> int:
        number = _FIRST + len(self._nodes)
        self._nodes.append(f"!{number} = {text.replace('#', str(number), 1)}")
        return number

    def _list(self, scopes: tuple[int, ...]) -> int:
        if scopes not in self._lists:
            self._lists[scopes] = self._node("!{" + ", ".join(f"!{n}" for n in scopes) + "}")
        return self._lists[scopes]

    def scopes(self, number: int) -> tuple[int, ...]:
        """The scopes in a list that `notes` refers to."""
        return next(scopes for scopes, n in self._lists.items() if n == number)

    def notes(self, name: str) -> str:
        """What to write behind a load from, or a store to, the array variable."""
        roots = self.roots.get(name)
        if not roots:
            return ""
        if name not in self._notes:
            mine = self._list(tuple(n for root, n in self._scopes.items() if root in roots))
            others = tuple(n for root, n in self._scopes.items() if root not in roots)
            apart = f", !noalias !{self._list(others)}" if others else ""
            self._notes[name] = f", !alias.scope !{mine}{apart}"
        return self._notes[name]

    def nodes(self) -> list[str]:
        """The metadata, for the end of the module."""
        return self._nodes
