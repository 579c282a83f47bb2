"""Operations on arrays that `fuse` has gathered become one loop over scalars.

Before:  `together over (n): t = sin(x), u = mul(t, y), s = sum(u)`, nothing else reads `t` and `u`
After:   `acc = 0.0`, `for i in range(0, n): v = load(x, i); w = sin(v); …; acc = add(acc, …)`, `s = acc`

An array that runs along all indices and lies contiguously is looked at as a vector, so that one loop does for any rank.
What is reduced along some axes has its total in a number for as long as the loops inside reduce all of their axes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ...ir.nodes import Accumulate, Apply, Assign, Atom, Const, Fused, Store, Var
from ...ir.types import PY_INT, Array, Kind, Scalar
from ...ops import BY_NAME
from ...ops.typing import elementwise_type
from .builder import ONE, REASSOC, ZERO, Builder, array_of, number
from .checks import operands_checked
from .reductions import ALONG, Reduction, reduction, unfinished

Index = tuple[Atom, ...]


def fused(b: Builder, s: Fused) -> None:
    """Write the loop of a group, with what goes before and after it."""
    _Loop(b, s).write()


def element_of(b: Builder, e: Apply, operands: tuple[Atom, ...], result: Scalar) -> Atom:
    """One element of an element-wise operation, from the elements and numbers that are its operands."""
    row = BY_NAME[e.op]
    types = tuple(Scalar(a.type.kind, isinstance(a.type, Scalar) and a.type.weak) for a in e.args
                  if isinstance(a.type, Array | Scalar))
    compute = elementwise_type(row, types, "numpy").compute
    kinds: list[Kind] = ["bool" if row.rule == "selection" and k == 0 else compute for k in range(len(operands))]
    converted = tuple(b.convert(a, kind) for a, kind in zip(operands, kinds, strict=True))
    operands_checked(b, Apply(e.op, converted, result, b.span, e.attrs))
    via = "" if isinstance(e.args[-1].type, Array) else "numpy"
    return b.elementary(e.op, converted, result, {**dict(e.attrs), "via": via})


@dataclass(slots=True)
class _Along:
    """A reduction along axes: the array of totals, and how many loops are around those that only reduce.

    `whole` says that one run of these inner loops makes a total. `number` is the total in the inner loops.
    """

    statement: Assign
    reduction: Reduction
    totals: Var
    depth: int
    whole: bool
    count: Atom
    number: Var | None = None


@dataclass(slots=True)
class _Loop:
    b: Builder
    group: Fused
    places: dict[str, tuple[int, ...]] = field(init=False)
    flat: dict[str, Atom] = field(default_factory=dict)
    totals: list[tuple[Assign, Reduction, Var]] = field(default_factory=list)
    along: list[_Along] = field(default_factory=list)
    stretched: tuple[int, ...] = ()  # the axes whose extent is not known to be 1
    now: dict[str, Atom] = field(default_factory=dict)
    changed: dict[str, Var] = field(default_factory=dict)
    loaded: dict[str, Atom] = field(default_factory=dict)
    index: Index = ()

    def write(self) -> None:
        b, extents = self.b, self.group.extents
        self.places = dict(self.group.places)
        self.stretched = tuple(k for k, extent in enumerate(extents) if extent != ONE)
        for m in self.group.body:
            if isinstance(m, Assign):
                self.prepare(m)
        if self.is_flat():
            for v in self.arrays():
                self.flat[v.name] = b.let(Apply("flat", (v,), Array(array_of(v).kind, 1), b.span), "f")
            b.loop((self.size(),), self.iteration)
        else:
            self.nest(0, {})
        for m, r, total in self.totals:
            b.span = m.span
            b.emit(Assign(m.target, r.finish(b, total, self.size()), m.span))
        for a in self.along:
            self.finish(a)

    def nest(self, depth: int, around: dict[int, Atom]) -> None:
        """Loops along all axes but those whose extent is known to be 1, from the one that is `depth` loops inside."""
        cuts = [a.depth for a in self.along if a.depth > depth]
        to = min((*cuts, len(self.stretched)))
        here = [a for a in self.along if a.depth == depth < len(self.stretched)]
        for a in here:
            start: Atom = a.reduction.start if a.whole else self.b.load(a.totals, self.place_of(a, around))
            a.number = self.b.let(start, "acc")

        def body(index: tuple[Var, ...]) -> None:
            known = {**around, **dict(zip(self.stretched[depth:to], index, strict=True))}
            if to < len(self.stretched):
                self.nest(to, known)
            else:
                self.iteration(tuple(known.get(k, ZERO) for k in range(len(self.group.extents))))

        self.b.loop(tuple(self.group.extents[k] for k in self.stretched[depth:to]), body)
        for a in here:
            assert a.number is not None
            total = a.reduction.finish(self.b, a.number, a.count) if a.whole else a.number
            self.b.store(a.statement.target if a.whole else a.totals, self.place_of(a, around), total)

    def place_of(self, a: _Along, around: dict[int, Atom]) -> Index:
        return tuple(around.get(k, ZERO) for k in self.places[a.statement.target.name])

    def prepare_along(self, m: Assign, e: Apply) -> None:
        """Memory for the results of a reduction along axes, and for its totals where these are kept in memory."""
        b, extents, target = self.b, self.group.extents, m.target
        kind = array_of(target).kind
        r = reduction(replace(e, op=e.op.removesuffix("_along")), replace(target, type=Scalar(kind)))
        left = self.places[target.name]
        reduced = [k for k in range(len(extents)) if k not in left]
        count: Atom = ONE
        for k in reduced:
            count = b.integers("mul", count, extents[k])
        if r.empty:
            b.fail_if(b.compare("eq", count, ZERO), "ValueError", r.empty)
        shape = tuple(extents[k] if k >= 0 else ONE for k in left)
        b.allocate(target, shape)
        depth = max((at + 1 for at, k in enumerate(self.stretched) if k in left), default=0)
        whole = depth < len(self.stretched) and not any(k in reduced for k in self.stretched[:depth])
        totals = target
        if not whole:
            assert isinstance(r.start.type, Scalar)
            held = r.start.type.kind
            if held != kind:
                totals = b.fresh(Array(held, len(left)), "totals")
                b.allocate(totals, shape)
            b.loop(shape, lambda i: b.store(totals, i, r.start))
        self.along.append(_Along(m, r, totals, depth, whole, count))

    def finish(self, a: _Along) -> None:
        """Results from the totals in memory, unless they are the same."""
        b, r, target = self.b, a.reduction, a.statement.target
        if a.whole or (r.finish is unfinished and a.totals == target):
            return
        b.span = a.statement.span
        b.loop(b.dims(target), lambda i: b.store(target, i, r.finish(b, b.load(a.totals, i), a.count)))

    def prepare(self, m: Assign) -> None:
        """Memory for an array that is needed later, a running total for a reduction."""
        b = self.b
        b.span = m.span
        if isinstance(m.value, Apply) and m.value.op in ALONG:
            self.prepare_along(m, m.value)
            return
        if isinstance(m.target.type, Array):
            if m.target.name not in self.group.inside:
                b.allocate(m.target, self.group.extents)
            return
        assert isinstance(m.value, Apply)
        r = reduction(m.value, m.target)
        if r.empty:
            b.fail_if(b.compare("eq", self.size(), ZERO), "ValueError", r.empty)
        self.totals.append((m, r, b.let(r.start, "acc")))

    def size(self) -> Atom:
        total: Atom = Const(1, PY_INT)
        for extent in self.group.extents:
            total = self.b.integers("mul", total, extent)
        return total

    def arrays(self) -> list[Var]:
        """The arrays whose elements lie in memory."""
        found: dict[str, Var] = {}
        for m in self.group.body:
            value = m.value if isinstance(m, Assign | Store | Accumulate) else None
            operands = value.args if isinstance(value, Apply) else (value,)
            target = m.array if isinstance(m, Store) else m.target  # type: ignore[union-attr]
            for a in (*operands, target):
                if isinstance(a, Var) and a.name in self.places and a.name not in self.group.inside:
                    found.setdefault(a.name, a)
        return list(found.values())

    def is_flat(self) -> bool:
        rank = len(self.group.extents)
        whole = tuple(range(rank))
        return rank > 1 and all(self.places[v.name] == whole and array_of(v).layout == "C" for v in self.arrays())

    # -------------------------------------------------------------------------------------------------- iteration

    def iteration(self, index: Index) -> None:
        self.index = index
        for m in self.group.body:
            self.b.span = m.span
            match m:
                case Assign():
                    self.assign(m)
                case Store():
                    self.set(m.array, self.element(m.value))
                case Accumulate():
                    self.accumulate(m)
                case _:
                    raise AssertionError(f"{type(m).__name__} in a loop over elements")
        for name, v in self.changed.items():
            if self.now[name] == self.loaded.get(name):
                continue  # taken and put back
            self.b.store(self.memory(v), self.position(v), self.now[name])

    def memory(self, v: Var) -> Var:
        found = self.flat.get(v.name, v)
        assert isinstance(found, Var)
        return found

    def position(self, v: Var) -> Index:
        if v.name in self.flat:
            return self.index
        return tuple(self.index[k] if k >= 0 else ZERO for k in self.places[v.name])

    def element(self, a: Atom) -> Atom:
        """The operand's element of this iteration, or the operand itself if it is a number."""
        if not isinstance(a, Var) or not isinstance(a.type, Array):
            return a
        if a.name not in self.now:
            self.now[a.name] = self.loaded[a.name] = self.b.load(self.memory(a), self.position(a))
        return self.now[a.name]

    def set(self, v: Var, value: Atom) -> None:
        self.now[v.name] = self.b.convert(value, array_of(v).kind)
        if v.name not in self.group.inside:
            self.changed[v.name] = v

    def assign(self, m: Assign) -> None:
        b, e = self.b, m.value
        assert isinstance(e, Apply)
        if e.op in ALONG:
            self.reduce(next(a for a in self.along if a.statement is m))
            return
        if isinstance(m.target.type, Scalar):
            total, r = next((total, r) for n, r, total in self.totals if n is m)
            values = tuple(b.convert(self.element(a), r.kind) for a in e.args)
            b.emit(Assign(total, r.step(b, total, values), b.span))
            return
        kind = array_of(m.target).kind
        match e.op:
            case "zeros" | "zeros_like" | "zeros_shaped":
                value: Atom = number(0, kind)
            case "ones" | "ones_like":
                value = number(1, kind)
            case "full":
                value = e.args[0]
            case "full_like":
                value = e.args[1]
            case "copy" | "astype":
                value = self.element(e.args[0])
            case _:
                value = element_of(b, e, tuple(map(self.element, e.args)), Scalar(kind))
        self.set(m.target, value)

    def reduce(self, a: _Along) -> None:
        """One element of a reduction along axes."""
        b, r, e = self.b, a.reduction, a.statement.value
        assert isinstance(e, Apply)
        value = b.convert(self.element(e.args[0]), r.kind)
        if a.number is not None:
            b.emit(Assign(a.number, r.step(b, a.number, (value,)), b.span))
            return
        place = tuple(self.index[k] if k >= 0 else ZERO for k in self.places[a.statement.target.name])
        b.store(a.totals, place, r.step(b, b.load(a.totals, place), (value,)))

    def accumulate(self, m: Accumulate) -> None:
        b = self.b
        kind = array_of(m.target).kind
        value = b.convert(self.element(m.value), kind)
        whole = tuple(range(len(self.group.extents)))
        if self.places[m.target.name] != whole:
            b.accumulate(self.memory(m.target), self.position(m.target), value)
            return
        old = self.element(m.target)
        untouched = isinstance(old, Const) and old.value == 0
        self.set(m.target, value if untouched else b.scalar("add", old, value, type=Scalar(kind), flags=REASSOC))
