"""What is known of the extents of arrays before the program runs, and what has to be assumed for arrays to meet.

An extent is a number, or an expression over extents of arguments, integer variables and arrays of unknown shape. Where
two arrays meet in an element-wise operation their extents are almost always equal, and code that relies on it needs no
broadcasting: one loop over the elements does for many operations. `meet` says which equalities that takes. They are
checked when the program runs (`fuse`), and when one does not hold the call is made again with code that assumes less.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ...ir.nodes import Apply, Atom, Const, Var
from ...ir.types import PY_INT, Array
from ..effects import Effects


@dataclass(frozen=True, slots=True)
class Dim:
    """The extent of an array along an axis, where nothing more is known of it."""

    array: str
    axis: int


@dataclass(frozen=True, slots=True)
class Count:
    """The value of an integer variable that is assigned once."""

    name: str


@dataclass(frozen=True, slots=True)
class Shortened:
    """`max(0, extent - by)`: what slices such as `[:-2]` and `[1:-1]` leave. Below 0, `by` is what has been added."""

    extent: Extent
    by: int


@dataclass(frozen=True, slots=True)
class Clipped:
    """`max(0, min(extent, stop) - start)`: what a slice such as `[2:5]` leaves; `stop - start` if that is there."""

    extent: Extent
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Met:
    """What extents that may differ broadcast to; in a fixed order, and none of them known."""

    extents: tuple[Extent, ...]


Extent = int | Dim | Count | Shortened | Clipped | Met
Shape = tuple[Extent, ...]
Equality = tuple[Extent, Extent]
_VARIABLE, _CUT = (Dim, Count), (Shortened, Clipped, Met)  # a union made anew at each test takes longer
Ones = tuple[tuple[str, int], ...]  # axes of arguments, by name and number


def names_in(extent: Extent) -> frozenset[str]:
    """The variables that an extent is computed from."""
    match extent:
        case Dim():
            return frozenset({extent.array})
        case Count():
            return frozenset({extent.name})
        case Shortened() | Clipped():
            return names_in(extent.extent)
        case Met():
            return frozenset().union(*map(names_in, extent.extents))
        case _:
            return frozenset()


def met(extents: Iterable[Extent]) -> Extent:
    """What the extents broadcast to, if they do."""
    parts: dict[Extent, None] = {}
    for e in extents:
        parts.update(dict.fromkeys(e.extents if isinstance(e, Met) else (e,)))
    numbers = [e for e in parts if isinstance(e, int) and e != 1]
    others = sorted((e for e in parts if not isinstance(e, int)), key=repr)
    if numbers:
        return numbers[0]
    return Met(tuple(others)) if len(others) > 1 else others[0] if others else 1


@dataclass(slots=True)
class Shapes:
    """The shapes of the arrays defined so far, and the equalities that hold where the analysis stands."""

    effects: Effects
    of: dict[str, Shape] = field(default_factory=dict)
    leader: dict[Extent, Extent] = field(default_factory=dict)  # never changed: other equalities are another object
    found: dict[Extent, Extent] = field(default_factory=dict)  # representatives of expressions
    shaped: dict[str, tuple[Shape, Shape]] = field(default_factory=dict)  # shapes in `of` and by representatives

    # --------------------------------------------------------------------------------------------------- equality

    def find(self, e: Extent) -> Extent:
        """The representative of all extents known to be equal to this one."""
        if isinstance(e, int):
            return e
        if isinstance(e, _VARIABLE):
            return self._find(e) if self.leader else e
        known = self.found.get(e)
        if known is None:
            known = self.found[e] = self._find(e)
        return known

    def _find(self, e: Extent) -> Extent:
        while True:
            if isinstance(e, Shortened):
                inner = self.find(e.extent)
                match inner:
                    case int():
                        e = max(0, inner - e.by)
                    case Shortened() if inner.by < 0 or e.by > 0:
                        by = inner.by + e.by
                        e = Shortened(inner.extent, by) if by else inner.extent
                    case _:
                        e = Shortened(inner, e.by) if e.by else inner
            elif isinstance(e, Clipped):
                inner = self.find(e.extent)
                e = max(0, min(inner, e.stop) - e.start) if isinstance(inner, int) else replace(e, extent=inner)
            elif isinstance(e, Met):
                e = met(map(self.find, e.extents))
            following = self.leader.get(e)
            if following is None:
                return e
            e = following

    def shape(self, v: Atom) -> Shape:
        """The shape of an array, each extent by its representative."""
        assert isinstance(v, Var) and isinstance(v.type, Array)
        known = self.of.get(v.name)
        if known is None:
            known = self.of[v.name] = tuple(Dim(v.name, k) for k in range(v.type.rank))
        done = self.shaped.get(v.name)
        if done is None or done[0] is not known:
            done = self.shaped[v.name] = known, tuple(map(self.find, known))
        return done[1]

    def united(self, a: Extent, b: Extent) -> Shapes:
        """The shapes with two extents taken for equal, which `comparable` has found possible.

        What represents others is a number or a variable, never an expression: the extents in it may be united later.
        """
        a, b = self.find(a), self.find(b)
        if a == b:
            return self
        if isinstance(a, Shortened) and isinstance(b, Shortened):
            return self.united(a.extent, b.extent)
        old, new = (a, b) if isinstance(b, int) or isinstance(a, _CUT) else (b, a)
        result = Shapes(self.effects, self.of, {**self.leader, old: new})
        for expression, known in self.leader.items():  # the extents in it may have another representative now
            if isinstance(expression, _CUT) and result.comparable(expression, known):
                result = result.united(expression, known)
        return result

    def without(self, names: frozenset[str]) -> Shapes:
        """The shapes without the equalities that mention any of these variables."""
        kept = {a: b for a, b in self.leader.items() if not (names_in(a) | names_in(b)) & names}
        return Shapes(self.effects, self.of, kept)

    def apart(self, target: Var, slots: frozenset[str]) -> Shapes:
        """The shapes with extents of its own for an array, which equal those of slots only for the time being."""
        known = self.of.get(target.name, ())
        if not any(names_in(extent) & slots for extent in known):
            return self
        own = tuple(Dim(target.name, k) for k in range(len(known)))
        self.of[target.name] = own
        equal: dict[Extent, Extent] = {a: b for a, b in zip(own, known, strict=True) if a != b}
        return Shapes(self.effects, self.of, {**self.leader, **equal})

    def comparable(self, a: Extent, b: Extent) -> bool:
        """Whether two extents can be taken for equal: one is a number or a variable, or both are cut alike."""
        a, b = self.find(a), self.find(b)
        if isinstance(a, int) and isinstance(b, int):
            return a == b
        if isinstance(a, Shortened) and isinstance(b, Shortened):
            return a.by == b.by and self.comparable(a.extent, b.extent)
        return not isinstance(a, _CUT) or not isinstance(b, _CUT)

    def meet(self, shapes: Iterable[Shape]) -> tuple[Shape, tuple[Equality, ...]] | None:
        """The shape to which arrays broadcast if only what is 1 for certain is stretched, and the equalities it takes.

        None where two numbers differ, which is an error when the program runs.
        """
        given = [tuple(map(self.find, s)) for s in shapes]
        rank = max(map(len, given), default=0)
        result: list[Extent] = [1] * rank
        taken: list[Equality] = []
        for s in given:
            for k, extent in enumerate(s, rank - len(s)):
                if result[k] == 1:
                    result[k] = extent
                elif extent != 1 and not self._equal(result[k], extent, taken):
                    return None
        return tuple(result), tuple(taken)

    def agree(self, one: Shape, other: Shape) -> tuple[Shape, tuple[Equality, ...]] | None:
        """The shape of arrays of which none is stretched, as `meet` gives it."""
        taken: list[Equality] = []
        pairs = [(self.find(a), self.find(b)) for a, b in zip(one, other, strict=True)]
        if not all(self._equal(a, b, taken) for a, b in pairs):
            return None
        return tuple(a for a, _ in pairs), tuple(taken)

    @staticmethod
    def _equal(one: Extent, other: Extent, taken: list[Equality]) -> bool:
        """Take two extents for equal; not if they are numbers that differ."""
        if one != other:
            taken.append((one, other))
        return one == other or not (isinstance(one, int) and isinstance(other, int))

    def joined(self, shapes: Iterable[Shape]) -> Shape:
        """The shape to which arrays broadcast, whatever their extents are."""
        given = [tuple(map(self.find, s)) for s in shapes]
        rank = max(map(len, given))
        return tuple(met(s[k - rank + len(s)] for s in given if k >= rank - len(s)) for k in range(rank))

    # -------------------------------------------------------------------------------------------------- definition

    def define(self, target: Var, value: Apply | Atom) -> None:
        """Record the shape of a new array, as far as it follows from its operands without an assumption."""
        found = self._of_value(target, value)
        if found is not None:
            self.of[target.name] = found

    def _of_value(self, target: Var, value: Apply | Atom) -> Shape | None:
        if isinstance(value, Var):
            return self.shape(value)
        if isinstance(value, Const):
            return None
        match value.op:
            case "zeros" | "ones" | "empty":
                return tuple(map(self._count, value.args))
            case "full":
                return tuple(map(self._count, value.args[1:]))
            case "zeros_like" | "ones_like" | "empty_like" | "full_like" | "copy" | "astype" | "prod_of_others":
                return self.shape(value.args[0])
            case "searchsorted":
                return self.shape(value.args[1])
            case "reshape":
                return tuple(map(self._count, value.args[1:]))
            case "argsort" | "triangle" | "inv" | "cofactors" | "cholesky" | "cholesky_adjoint" | (
                "cumsum" | "cumprod" | "cumsum_back_along" | "cumprod_back_along" | "prod_of_others_along" | (
                    "dft_along" | "idft_along" | "part")):
                return self.shape(value.args[0])
            case "pack":
                shape: tuple[int, ...] = value.attr("shape")
                return shape
            case "linspace":
                return (self._count(value.args[2]),)
            case "arange":
                return self._counted(*value.args)
            case "transpose":
                old = self.shape(value.args[0])
                return tuple(old[k] for k in value.attr("axes"))
            case "view":
                return self._view(target, value)
            case "solve22":
                return self.shape(value.args[1])
            case "solve21":
                return (self.shape(value.args[0])[1], *self.shape(value.args[1])[1:])
            case "gather":
                old, axis, arrays = self.shape(value.args[0]), value.attr("axis"), value.args[1:]
                return (*old[:axis], *self.joined(map(self.shape, arrays)), *old[axis + len(arrays) :])
            case "dot21" | "dot12" | "dot22" | "outer":
                return self._product(value)
            case _ if value.attr("axes") is not None:
                axes, keep = value.attr("axes"), value.attr("keepdims")
                old = self.shape(value.args[0])
                return tuple(1 if k in axes else n for k, n in enumerate(old) if keep or k not in axes)
            case _:
                return None

    def _count(self, a: Atom) -> Extent:
        if isinstance(a, Const):
            return int(a.value)
        value = self.effects.definition.get(a.name)
        if isinstance(value, Apply) and value.op == "dim" and a.name not in self.effects.slots:
            axis: int = value.attr("axis")
            return self.shape(value.args[0])[axis]
        if isinstance(value, Apply) and value.op == "add" and a.name not in self.effects.slots:
            extent, longer = self._count(value.args[0]), value.args[1]
            by = self._count(longer)
            if isinstance(extent, int) and isinstance(by, int):
                return extent + by
            if isinstance(longer, Const) and longer.value > 0 and value.attr("safe"):
                return Shortened(extent, -int(longer.value))
        return Count(a.name)

    def _counted(self, start: Atom, stop: Atom, step: Atom) -> Shape | None:
        """The shape of the numbers from 0 to an extent, which is not negative as other numbers may be."""
        plain = start == Const(0, PY_INT) and step == Const(1, PY_INT) and stop.type == PY_INT
        extent = self._count(stop) if plain else None
        return (extent,) if isinstance(extent, Dim | Shortened | Clipped | Met) else None

    def _bound(self, a: Atom) -> Atom:
        """A bound of a slice, as a constant where its value is known."""
        known = self.find(self._count(a)) if isinstance(a, Var) else None
        return Const(known, a.type) if isinstance(known, int) else a

    def _product(self, e: Apply) -> Shape:
        a, b = (self.shape(x) for x in e.args)
        match e.op:
            case "dot21":
                return (a[0],)
            case "dot12":
                return (b[1],)
            case "dot22":
                return (a[0], b[1])
            case _:
                return (a[0], b[0])

    def _view(self, target: Var, e: Apply) -> Shape:
        old = list(self.shape(e.args[0]))
        left = list(e.args[1:])
        result: list[Extent] = []
        for entry in e.attr("spec"):
            if entry == "n":
                result.append(1)
                continue
            extent = old.pop(0)
            if entry == "i":
                left.pop(0)
                continue
            bounds = [self._bound(left.pop(0)) if given == "1" else None for given in entry[1:]]
            cut = _cut(extent, *bounds)
            result.append(Dim(target.name, len(result)) if cut is None else cut)
        return tuple(result)


def _cut(extent: Extent, start: Atom | None, stop: Atom | None, step: Atom | None) -> Extent | None:
    """The extent of a slice whose bounds are known numbers."""
    if isinstance(start, Var) or isinstance(stop, Var) or isinstance(step, Var):
        return None
    first, last, stride = (None if a is None else int(a.value) for a in (start, stop, step))
    if isinstance(extent, int):
        return None if stride == 0 else len(range(*slice(first, last, stride).indices(extent)))
    if (first or 0) < 0 or stride not in (None, 1):
        return None
    if last is not None and last >= 0:
        return Clipped(extent, first or 0, last)
    by = (first or 0) - (last or 0)
    return Shortened(extent, by) if by else extent


def uncut(a: Extent, b: Extent) -> Equality:
    """Slices of arrays are compared by the arrays' extents, which is what uniting them means."""
    return (a.extent, b.extent) if isinstance(a, Shortened) and isinstance(b, Shortened) else (a, b)
