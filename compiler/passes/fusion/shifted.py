"""The adjoint of a stencil gathers: sums into shifted views of one array become one sum of shifted views.

Before:  `x_bar[:-2] += w`, `x_bar[1:-1] += -2.0 * w`, `x_bar[2:] += w`
After:   `edged[2:-2] = w`, `x_bar += edged[2:] + edged[:-2] + -2.0 * edged[1:-1]`

Views of one array under several names overlap, so each of the sums would need a loop of its own. `edged` is `w` with
zeros around it, wide enough that all shifted views of it have the extents of what they are added to. It is made where
`x_bar` is made, outside of loops, since its edge stays zero. What is added to has nothing read from it or stored into
it between the first sum and the last. Factors are finite constants, so that the edge contributes zeros.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial, reduce

from ...ir.nodes import Accumulate, Apply, Assign, Atom, Block, Const, Expr, Function, Stmt, Store, Var
from ...ir.traversal import blocks, reads, walk, with_blocks, written
from ...ir.types import PY_FLOAT, PY_INT, Array
from ..effects import VIEWS, Effects, effects
from ..indexing import view_type

_SAFE = (("safe", True),)
_LOOSE = (("flags", "contract"), ("safe", True))
_OUTSIDE_LOOPS = 3  # fewer views than that are not worth an array made for them alone

Cut = tuple[int, int]  # how many positions a view leaves out at the start and at the end of an axis


@dataclass(frozen=True, slots=True)
class _View:
    """A view by slices with step 1: the array, its entries, and per entry an integer index or what is cut off."""

    base: Var
    entries: tuple[Atom | Cut, ...]

    @property
    def cuts(self) -> tuple[Cut, ...]:
        return tuple(e for e in self.entries if isinstance(e, tuple))

    @property
    def fixed(self) -> tuple[Atom | None, ...]:
        """The integers among the entries."""
        return tuple(None if isinstance(e, tuple) else e for e in self.entries)


@dataclass(slots=True)
class _Group:
    """Sums of multiples of one array, `root`, into views of one array."""

    root: Var
    first: _View
    members: list[int] = field(default_factory=list)
    factors: dict[tuple[Cut, ...], float] = field(default_factory=dict)


def shifted(function: Function, alike: frozenset[int]) -> Function:
    """Gather the sums into views of a function at level STORED; `alike` are those of a value of the target's shape."""
    if not any(id(s) in alike for s in walk(function.body)):
        return function
    return _Shifter(function, alike).run()


class _Shifter:
    def __init__(self, function: Function, alike: frozenset[int]) -> None:
        self.function = function
        self.alike = alike
        self.effects: Effects = effects(function)
        assigned = Counter(s.target.name for s in walk(function.body) if isinstance(s, Assign))
        self.once = {name for name, count in assigned.items() if count == 1 and name not in self.effects.slots}
        self.changed = {self.effects.root(t.name) for s in walk(function.body) if (t := _changed(s)) is not None}
        self.made: dict[str, list[Stmt]] = {}  # statements that follow the one that makes an array
        self.dropped: Counter[str] = Counter()
        self.numbers = itertools.count(1)

    def run(self) -> Function:
        body = self.block(self.function.body)
        if not self.made:
            return self.function
        uses = Counter(a.name for s in walk(body) for a in reads(s) if isinstance(a, Var))
        return replace(self.function, body=self.finished(body, uses))

    def finished(self, block: Block, uses: Counter[str]) -> Block:
        """With the edged arrays, and without the views that nobody reads any more."""
        out: list[Stmt] = []
        for s in block:
            target = written(s)
            if isinstance(s, Assign) and s.target.name in self.dropped and not uses[s.target.name]:
                continue
            out.append(with_blocks(s, tuple(self.finished(b, uses) for b in blocks(s))))
            if isinstance(s, Assign) and target is not None:
                out.extend(self.made.get(target.name, ()))
        return tuple(out)

    # ------------------------------------------------------------------------------------------------------ groups

    def block(self, block: Block) -> Block:
        inner = [with_blocks(s, tuple(map(self.block, blocks(s)))) for s in block]
        instead: dict[int, list[Stmt]] = {}
        for group in self.groups(block):
            statements = self.gathered(group, block)
            if statements:
                instead.update((k, []) for k in group.members)
                instead[group.members[-1]] = statements
        return tuple(t for k, s in enumerate(inner) for t in instead.get(k, [s]))

    def groups(self, block: Block) -> list[_Group]:
        """Runs of sums into views of one array between which nothing else touches it."""
        found: list[_Group] = []
        running: dict[tuple[str, str, object], _Group] = {}
        multiples: dict[str, tuple[Var, float]] = {}
        for k, s in enumerate(block):
            added = self.sum_of(s, multiples)
            touched = {self.effects.root(v.name) for v in _arrays(s)} - ({added[0]} if added else set())
            changed = {self.effects.root(v.name) for t in walk((s,)) if (v := _changed(t)) is not None}
            for key, group in [*running.items()] if touched or changed else ():
                if self.effects.root(group.first.base.name) in touched or self.effects.root(group.root.name) in changed:
                    found.append(running.pop(key))
            for name in [n for n, (root, _) in multiples.items() if self.effects.root(root.name) in changed]:
                del multiples[name]
            if added is not None:
                _, view, root, factor = added
                key = view.base.name, root.name, view.fixed
                group = running.setdefault(key, _Group(root, view))
                if _widths(view) != _widths(group.first):
                    found.append(group)
                    group = running[key] = _Group(root, view)
                group.members.append(k)
                group.factors[view.cuts] = group.factors.get(view.cuts, 0.0) + factor
            elif isinstance(s, Assign):
                self.note(s, multiples)
        return [*found, *running.values()]

    def note(self, s: Assign, multiples: dict[str, tuple[Var, float]]) -> None:
        """Remember what a new array is a multiple of."""
        factor = _factor(s.value)
        if factor is None or s.target.name not in self.once or self.effects.root(s.target.name) in self.changed:
            return
        source = next(a for a in reads(s) if isinstance(a, Var))
        if source.type.kind == s.target.type.kind:  # type: ignore[union-attr]
            root, inner = multiples.get(source.name, (source, 1.0))
            multiples[s.target.name] = root, inner * factor

    def sum_of(
        self, s: Stmt, multiples: dict[str, tuple[Var, float]]
    ) -> tuple[str, _View, Var, float] | None:
        """The class, the view, the array and the factor of a sum into a view; None for another statement."""
        if not isinstance(s, Accumulate) or id(s) not in self.alike or not isinstance(s.value, Var):
            return None
        view = self.view(s.target)
        root, factor = multiples.get(s.value.name, (s.value, 1.0))
        if view is None or not isinstance(root.type, Array) or not isinstance(view.base.type, Array):
            return None
        cls = self.effects.root(view.base.name)
        if root.type.kind != view.base.type.kind or cls == self.effects.root(root.name) or not math.isfinite(factor):
            return None
        return cls, view, root, factor

    def view(self, v: Var) -> _View | None:
        """What a view is of, if it takes slices with step 1 whose bounds are cut off by constants."""
        e = self.effects.definition.get(v.name)
        if v.name not in self.once or not isinstance(e, Apply) or e.op != "view":
            return None
        base, *left = e.args
        entries: list[Atom | Cut] = []
        for entry in e.attr("spec"):
            if entry == "i":
                entries.append(left.pop(0))
                continue
            if entry == "n":
                return None
            cut = _cut(*(left.pop(0) if digit == "1" else None for digit in entry[1:]))
            if cut is None:
                return None
            entries.append(cut)
        known = isinstance(base, Var) and base.name in self.once and isinstance(base.type, Array)
        if not known or len(entries) != base.type.rank:  # type: ignore[union-attr]
            return None
        assert isinstance(base, Var)
        return _View(base, tuple(entries))

    # ---------------------------------------------------------------------------------------------------- emission

    def gathered(self, group: _Group, block: Block) -> list[Stmt]:
        """The statements for a group; none if it is not worth it."""
        here = any(isinstance(s, Assign) and s.target.name == group.first.base.name for s in block)
        if len(group.factors) < (_OUTSIDE_LOOPS if here else 2):
            return []
        span = block[group.members[-1]].span
        base, cuts = group.first.base, [*group.factors]
        assert isinstance(base.type, Array)
        hull = tuple((min(c[k][0] for c in cuts), min(c[k][1] for c in cuts)) for k in range(len(cuts[0])))
        width = tuple(low + high for low, high in cuts[0])
        margin = tuple(w - low - high for w, (low, high) in zip(width, hull, strict=True))
        edged = self.edged(group.first, width, margin)
        out: list[Stmt] = []

        def let(e: Apply) -> Var:
            target = Var(f"g.{next(self.numbers)}", e.type, span)
            out.append(Assign(target, replace(e, span=span), span))
            return target

        def combined(op: str, *args: Atom) -> Var:
            return let(Apply(op, args, Array(edged.type.kind, len(width)), attrs=_LOOSE))  # type: ignore[union-attr]

        out.append(Store(let(_view(edged, tuple((m, m) for m in margin))), (), group.root, span))
        sums: list[Var] = []
        for factor in dict.fromkeys(group.factors.values()):
            terms = [let(_view(edged, _shift(c, hull, margin))) for c in cuts if group.factors[c] == factor]
            total = reduce(partial(combined, "add"), terms)
            sums.append(total if factor == 1.0 else combined("mul", total, Const(factor, PY_FLOAT)))
        whole = all(c == (0, 0) for c in hull) and len(hull) == base.type.rank
        target = base if whole else let(_view(base, self.entries(group.first, hull)))
        out.append(Accumulate(target, (), reduce(partial(combined, "add"), sums), span, same_shape=True))
        for k in group.members:
            s = block[k]
            assert isinstance(s, Accumulate)
            self.dropped[s.target.name] += 1
            if isinstance(s.value, Var):
                self.dropped[s.value.name] += 1
        return out

    def entries(self, view: _View, hull: tuple[Cut, ...]) -> tuple[Atom | Cut, ...]:
        left = [*hull]
        return tuple(left.pop(0) if isinstance(e, tuple) else e for e in view.entries)

    def edged(self, view: _View, width: tuple[int, ...], margin: tuple[int, ...]) -> Var:
        """A new array of zeros, made where the base is made: room for what is added, and for the edge."""
        number = next(self.numbers)
        base = view.base
        assert isinstance(base.type, Array)
        out = self.made.setdefault(base.name, [])
        extents: list[Atom] = []
        axes = [k for k, e in enumerate(view.entries) if isinstance(e, tuple)]
        for k, cut, edge in zip(axes, width, margin, strict=True):
            extent: Atom = Var(f"g.{number}.{k}", PY_INT)
            out.append(Assign(extent, Apply("dim", (base,), PY_INT, attrs=(("axis", k), ("safe", True)))))  # type: ignore[arg-type]
            if cut != 2 * edge:
                longer = Var(f"g.{number}.{k}.edged", PY_INT)
                by = Const(2 * edge - cut, PY_INT)
                out.append(Assign(longer, Apply("add", (extent, by), PY_INT, attrs=_SAFE)))
                extent = longer
            extents.append(extent)
        edged = Var(f"g.{number}", Array(base.type.kind, len(axes)))
        out.append(Assign(edged, Apply("zeros", tuple(extents), edged.type, attrs=_SAFE)))
        return edged


def _changed(s: Stmt) -> Var | None:
    """The array that a statement writes into."""
    if isinstance(s, Store):
        return s.array
    return s.target if isinstance(s, Accumulate) and isinstance(s.target.type, Array) else None


def _arrays(s: Stmt) -> Iterable[Var]:
    """The arrays that a statement, or one inside it, computes with or writes into; views take nothing."""
    for t in walk((s,)):
        if isinstance(t, Assign) and isinstance(t.value, Apply) and t.value.op in (*VIEWS, "dim", "zeros_like"):
            continue
        yield from (a for a in (*reads(t), written(t), _changed(t)) if isinstance(a, Var) and isinstance(a.type, Array))


def _factor(e: Expr) -> float | None:
    """The constant that an operation multiplies an array by; None for another operation."""
    if not isinstance(e, Apply) or not isinstance(e.type, Array):
        return None
    match e.op, e.args:
        case "neg", (Var(),):
            return -1.0
        case "mul", (Var(), Const(value=value)) | (Const(value=value), Var()) if not isinstance(value, complex):
            return float(value)
        case _:
            return None


def _widths(view: _View) -> tuple[int, ...]:
    return tuple(low + high for low, high in view.cuts)


def _cut(start: Atom | None, stop: Atom | None, step: Atom | None) -> Cut | None:
    """What a slice leaves out, if that is known."""
    if isinstance(start, Var) or isinstance(stop, Var) or isinstance(step, Var):
        return None
    if (step is not None and step.value != 1) or (start is not None and start.value < 0):
        return None
    if stop is not None and stop.value >= 0:
        return None
    return (0 if start is None else int(start.value)), (0 if stop is None else -int(stop.value))


def _shift(cut: tuple[Cut, ...], hull: tuple[Cut, ...], margin: tuple[int, ...]) -> tuple[Cut, ...]:
    """The view of the edged array that lies over the hull as what was added lay over its view."""
    return tuple((m - (c[0] - h[0]), m - (c[1] - h[1])) for c, h, m in zip(cut, hull, margin, strict=True))


def _view(array: Var, entries: tuple[Atom | Cut, ...]) -> Apply:
    """The view that leaves out `entries`."""
    assert isinstance(array.type, Array)
    operands: list[Atom] = [array]
    spec: list[str] = []
    for entry in entries:
        if not isinstance(entry, tuple):
            operands.append(entry)
            spec.append("i")
            continue
        low, high = entry
        operands.extend(Const(n, PY_INT) for n in ([low] if low else []) + ([-high] if high else []))
        spec.append(f"s{'1' if low else '0'}{'1' if high else '0'}0")
    attrs = (("safe", True), ("spec", tuple(spec)))
    return Apply("view", tuple(operands), view_type(array.type, tuple(spec)), attrs=attrs)
