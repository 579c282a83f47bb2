"""Which arrays have equal shapes: extents as literals or symbols, known at each statement.

`zeros_like(x)` has the shape of `x`, the result of an element-wise operation that of its operands, equal slices of
arrays of equal extents have equal extents. Every other array gets a symbol for each axis, and an atom that holds its
value. The facts follow the statements: what is learnt in a branch or a loop is forgotten behind it, and what a loop
assigns is not known at its head.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..ir.nodes import Accumulate, Apply, Assign, Atom, Block, Const, Function, Pop, Stmt, Var
from ..ir.traversal import walk, written
from ..ir.types import PY_INT, Array
from ..ops import BY_NAME

Extent = int | str
Shape = tuple[Extent, ...]

LIKE = ("zeros_like", "ones_like", "empty_like", "full_like", "copy", "astype", "prod_of_others")
_WHOLE = ("s000", "s001")


def bound(s: Stmt) -> Var | None:
    """The variable that a statement itself gives a new value; adding to an array leaves it the same array."""
    return None if isinstance(s, Accumulate) and isinstance(s.target.type, Array) else written(s)


class Shapes:
    """The facts at the present statement."""

    def __init__(self, function: Function) -> None:
        self.arrays: dict[str, Shape] = {}
        self.numbers: dict[str, Extent] = {}
        self.same: dict[str, Extent] = {}
        self.slices: dict[tuple[Extent, ...], Extent] = {}
        self.atoms: dict[str, Atom] = {}
        self.writes: dict[str, int] = {}
        for s in walk(function.body):
            target = bound(s)
            if target is not None:
                self.writes[target.name] = self.writes.get(target.name, 0) + 1

    # ------------------------------------------------------------------------------------------------- questions

    def fixed(self, name: str) -> bool:
        """Whether at most one statement writes the variable."""
        return self.writes.get(name, 0) <= 1

    def find(self, e: Extent) -> Extent:
        """The representative of all extents known to be equal."""
        while isinstance(e, str) and e in self.same:
            e = self.same[e]
        return e

    def key(self, shape: Shape) -> Shape:
        """A shape by its representatives."""
        return tuple(map(self.find, shape))

    def atom(self, e: Extent) -> Atom:
        """The value of an extent."""
        return Const(e, PY_INT) if isinstance(e, int) else self.atoms[e]

    def number(self, a: Atom) -> Extent | None:
        """The extent that an integer certainly is."""
        if isinstance(a, Const):
            return int(a.value) if a.value is not None and a.value >= 0 else None
        return self.numbers.get(a.name)

    def join(self, shapes: list[Shape]) -> tuple[Shape, list[tuple[Extent, Extent]]] | None:
        """What shapes broadcast to if the pairs of extents are equal; None when literals rule it out."""
        rank = max(map(len, shapes))
        result: list[Extent] = [1] * rank
        pairs: list[tuple[Extent, Extent]] = []
        for shape in shapes:
            for axis, e in enumerate(shape, rank - len(shape)):
                known, e = self.find(result[axis]), self.find(e)
                if known == e or e == 1:
                    continue
                if known != 1:
                    if isinstance(known, int) and isinstance(e, int):
                        return None
                    pairs.append((known, e))
                else:
                    result[axis] = e
        return tuple(result), list(dict.fromkeys(pairs))

    # ----------------------------------------------------------------------------------------------------- facts

    def unite(self, a: Extent, b: Extent) -> None:
        """From here on two extents are equal."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        if isinstance(a, str):
            self.same[a] = b
        else:
            assert isinstance(b, str)
            self.same[b] = a

    @contextmanager
    def scope(self, block: Block, loop: bool = False) -> Iterator[None]:
        """Inside a block, which is left by forgetting what was learnt there and what it has assigned."""
        before = self.arrays, self.numbers, self.same, self.slices
        names = {v.name for s in walk(block) if (v := bound(s)) is not None}
        if loop:
            self._forget(names)
        self.arrays, self.numbers = dict(self.arrays), dict(self.numbers)
        self.same, self.slices = dict(self.same), dict(self.slices)
        try:
            yield
        finally:
            self.arrays, self.numbers, self.same, self.slices = before
            self._forget(names)

    def _forget(self, names: set[str]) -> None:
        for name in names:
            self.arrays.pop(name, None)
            self.numbers.pop(name, None)

    def parameter(self, p: Var) -> list[Stmt]:
        """Learn the shape of an array parameter; returns the statements that read its extents."""
        return self._unknown(p) if isinstance(p.type, Array) else []

    def define(self, s: Assign | Pop) -> list[Stmt]:
        """Learn what an assignment tells; returns the statements that read new extents, to be put behind it."""
        target = s.target
        if not isinstance(target.type, Array):
            self.numbers.pop(target.name, None)
            known = self._number(s.value) if isinstance(s, Assign) else None
            if known is not None:
                self.numbers[target.name] = known
            return []
        shape = self._shape(s.value) if isinstance(s, Assign) else None
        if shape is None or len(shape) != target.type.rank:
            return self._unknown(target)
        news: list[Stmt] = []
        self.arrays[target.name] = tuple(
            self._read(target, axis, news) if e is None else e for axis, e in enumerate(shape))
        return news

    def _unknown(self, v: Var) -> list[Stmt]:
        assert isinstance(v.type, Array)
        news: list[Stmt] = []
        self.arrays[v.name] = tuple(self._read(v, axis, news) for axis in range(v.type.rank))
        return news

    def _read(self, v: Var, axis: int, news: list[Stmt]) -> Extent:
        """A new symbol for an extent, and the statement that reads it."""
        symbol = f"n{len(self.atoms)}.{axis}.{v.name}"
        atom = Var(symbol, PY_INT, v.span)
        self.atoms[symbol] = atom
        news.append(Assign(atom, Apply("dim", (v,), PY_INT, v.span, (("axis", axis),)), v.span))
        return symbol

    # ----------------------------------------------------------------------------------------------- expressions

    def _number(self, value: object) -> Extent | None:
        match value:
            case Const() | Var():
                return self.number(value) if value.type == PY_INT else None
            case Apply("dim", (Var(name),)) if name in self.arrays:
                return self.arrays[name][value.attr("axis")]
            case _:
                return None

    def _shape(self, value: object) -> tuple[Extent | None, ...] | None:
        """The extents of an array expression; None for those that have to be read."""
        if isinstance(value, Var):
            return self.arrays.get(value.name)
        if not isinstance(value, Apply) or not isinstance(value.type, Array):
            return None
        shapes = [self.arrays.get(a.name) for a in value.args if isinstance(a, Var) and isinstance(a.type, Array)]
        if any(shape is None for shape in shapes):
            return None
        known = [shape for shape in shapes if shape is not None]
        if BY_NAME[value.op].elementwise:
            joined = self.join(known)
            return joined[0] if joined is not None and not joined[1] else None
        return self._structured(value, known)

    def _structured(self, e: Apply, known: list[Shape]) -> tuple[Extent | None, ...] | None:
        match e.op:
            case "zeros" | "ones" | "empty":
                return tuple(self.number(a) for a in e.args)
            case "full":
                return tuple(self.number(a) for a in e.args[1:])
            case "transpose":
                return tuple(known[0][k] for k in e.attr("axes"))
            case "view":
                return self._view(e, known[0])
            case "pack":
                return tuple(e.attr("shape"))
            case "dot21":
                return known[0][:1]
            case "dot12":
                return known[1][1:]
            case "dot22" | "outer":
                return (known[0][0], known[1][-1])
            case op if op in LIKE:
                return known[0]
            case _:
                return None

    def _view(self, e: Apply, base: Shape) -> tuple[Extent | None, ...]:
        left, axes = list(e.args[1:]), list(base)
        result: list[Extent | None] = []
        for p in e.attr("spec"):
            if p == "n":
                result.append(1)
                continue
            extent = axes.pop(0)
            if p == "i":
                left.pop(0)
                continue
            given = [left.pop(0) if flag == "1" else None for flag in p[1:]]
            result.append(self._slice(extent, given))
        return tuple(result)

    def _slice(self, extent: Extent, given: list[Atom | None]) -> Extent | None:
        """The length of a slice: of a whole axis that of the axis, else that of an equal slice seen before."""
        start, stop, step = given
        if start is None and stop is None and (step is None or _unit(step)):
            return extent
        parts: list[Extent] = [self.find(extent)]
        for a in given:
            if isinstance(a, Var) and not self.fixed(a.name):
                return None
            parts.append("" if a is None else a.name if isinstance(a, Var) else int(a.value))
        return self.slices.get(tuple(parts))

    def sliced(self, e: Apply, base: Shape, shape: Shape) -> None:
        """Remember the lengths of a view's slices, so that equal slices are known to have equal lengths."""
        left, axes, results = list(e.args[1:]), list(base), list(shape)
        for p in e.attr("spec"):
            if p == "n":
                results.pop(0)
                continue
            extent = axes.pop(0)
            if p == "i":
                left.pop(0)
                continue
            given = [left.pop(0) if flag == "1" else None for flag in p[1:]]
            length = results.pop(0)
            if all(a is None or isinstance(a, Const) or self.fixed(a.name) for a in given):
                parts = ["" if a is None else a.name if isinstance(a, Var) else int(a.value) for a in given]
                self.slices.setdefault((self.find(extent), *parts), length)


def _unit(step: Atom) -> bool:
    return isinstance(step, Const) and step.value in (1, -1)
