"""What the activations of a recursive function keep: an array with one element for each of them.

An activation that keeps an array puts its elements on top of those of the activations before it, in one array that is
moved to a larger one when there is no room, and takes them off again: what it has then is a copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..ir.nodes import Apply, Assign, Atom, Block, Const, If, Path, SetItem, Span, Stmt, Var
from ..ir.types import PY_INT

LIMIT = 1000  # activations at a time, as in a fresh interpreter
ZERO, ONE, SPARE = Const(0, PY_INT), Const(1, PY_INT), Const(8, PY_INT)


@dataclass(frozen=True, slots=True)
class Frames:
    """The arrays for one variable of a function; `rank` is the number of axes of an array, 0 for a number.

    `site` is the name under which `infer` collects its types, `depth` the number of the activation, and `key` the name
    of the function among the answers that it is translated with.
    """

    variable: str
    rank: int
    site: str
    function: str
    depth: Var
    key: Path

    def at(self, part: str, span: Span) -> Var:
        return Var(f"frames.{self.variable}{part}", span=span)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that are numbers: where an array starts, and its extents."""
        return (".start", *(f".n{k}" for k in range(self.rank))) if self.rank else ("",)

    def made(self, span: Span) -> Block:
        """The arrays, before the first activation."""
        out: list[Stmt] = []
        for part in self.parts:
            e = _apply("list_frames", (Const(LIMIT, PY_INT),), span, sites=(self.site + part,))
            out.append(Assign(self.at(part, span), e, span))
        if self.rank:
            data = _apply("list_new", (), span, sites=(self.site + "[]",))
            out.append(Assign(self.at(".data", span), data, span))
            out += [Assign(self.at(part, span), ZERO, span) for part in (".top", ".room")]
        return tuple(out)

    def put(self, value: Atom, span: Span) -> Block:
        """Keep a value for the activation."""
        if not self.rank:
            return self._number("", value, span)
        out: list[Stmt] = []
        listed, flat = Var(f"kept.{self.variable}..listed", span=span), self.at(".flat", span)
        out.append(Assign(listed, _apply("list_array", (value,), span, rank=self.rank), span))
        config: dict[str, Any] = {"config": ("shape",)}
        whole = _apply("reshape", (listed, Const(-1, PY_INT)), span, **config) if self.rank > 1 else listed
        out.append(Assign(flat, whole, span))
        data, top, room, end = (self.at(part, span) for part in (".data", ".top", ".room", ".end"))
        size, items = self.at(".size", span), self.at(".items", span)
        out.append(Assign(size, _apply("extent", (flat,), span), span))
        out.append(Assign(end, _apply("add", (top, size), span), span))
        out += self._room(data, top, room, end, span)
        out.append(Assign(items, _apply("list_items", (flat,), span, sites=(self.site + "[]",), given=()), span))
        out.append(SetItem(data, (top, end), ("s110",), items, span=span))
        out += self._number(".start", top, span)
        shape, extent = self.at(".shape", span), self.at(".extent", span)
        out.append(Assign(shape, _apply("shape", (listed,), span), span))
        for k in range(self.rank):
            out.append(Assign(extent, _apply("getitem", (shape, Const(k, PY_INT)), span, spec=("i",)), span))
            out += self._number(f".n{k}", extent, span)
        return (*out, Assign(top, end, span))

    def _number(self, part: str, value: Atom, span: Span) -> Block:
        item = Var(f"kept.{self.variable}{part}", span=span)
        places = () if part else ((*self.key, ("item rank", self.variable)),)
        e = _apply("list_item", (value,), span, key=self.key, recursion=self.function, places=places,
                   sites=(self.site + part,), variable=self.variable.rpartition(".")[2])
        return Assign(item, e, span), SetItem(self.at(part, span), (self.depth,), ("i",), item, span=span)

    def _room(self, data: Var, top: Var, room: Var, end: Var, span: Span) -> Block:
        full, larger, more, old = (self.at(part, span) for part in (".full", ".larger", ".more", ".old"))
        grown = (
            Assign(more, _apply("add", (end, SPARE), span), span),
            Assign(room, _apply("add", (room, more), span), span),
            Assign(larger, _apply("list_room", (data, room), span), span),
            Assign(old, _apply("getitem", (data, top), span, spec=("s010",)), span),
            SetItem(larger, (top,), ("s010",), old, span=span),
            Assign(data, larger, span),
        )
        return Assign(full, _apply("gt", (end, room), span), span), If(full, grown, (), span)

    def taken(self, target: Var, span: Span) -> Block:
        """What the activation has kept."""
        if not self.rank:
            return (Assign(target, self._get("", span), span),)
        out: list[Stmt] = [Assign(self.at(f".taken{part}", span), self._get(part, span), span) for part in self.parts]
        start, *extents = (self.at(f".taken{part}", span) for part in self.parts)
        size, end, piece = (self.at(f".taken.{part}", span) for part in ("size", "end", "piece"))
        out.append(Assign(size, ONE, span))
        out += [Assign(size, _apply("mul", (size, n), span), span) for n in extents]
        out.append(Assign(end, _apply("add", (start, size), span), span))
        data, loaded = self.at(".data", span), Var(f"taken.{self.variable}..loaded", span=span)
        out.append(Assign(piece, _apply("getitem", (data, start, end), span, spec=("s110",)), span))
        out.append(Assign(loaded, _apply("copy", (piece,), span, via="numpy"), span))
        value: Var | Apply = loaded
        if self.rank > 1:
            shape = self.at(".taken.shape", span)
            out.append(Assign(shape, _apply("tuple", tuple(extents), span), span))
            value = _apply("reshape", (loaded, shape), span, config=("shape",))
        return (*out, Assign(self.at(".top", span), start, span), Assign(target, value, span))

    def _get(self, part: str, span: Span) -> Apply:
        return _apply("list_get", (self.at(part, span), self.depth), span, sites=(self.site + part,))


def _apply(op: str, args: tuple[Atom, ...], span: Span, **attrs: Any) -> Apply:
    return Apply(op, args, span=span, attrs=tuple(sorted(attrs.items())))
