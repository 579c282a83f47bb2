"""Element-wise operations over equal shapes become one loop, and what only the loop reads is a number in it.

Before:  `u = mul(x, y)`, `v = exp(u)`, `s = sum(v)`
After:   `for i in range(0, n): t = mul(x[i], y[i]); e = exp(t); total = add(total, e)`, `s = total`

Shapes that an operation joins are taken to be equal. Where that is not known it is checked before, and a call for
which it does not hold (because an extent 1 is broadcast, or because the shapes do not fit) leaves with the failure
`AGAIN`: it is then made again with code that was compiled without such assumptions. So nothing that a caller could
see may have happened before such a check. Without `assume` only what is known to be equal is fused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..ir.nodes import (
    AGAIN,
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Fail,
    For,
    Function,
    If,
    Note,
    Pop,
    Return,
    Stmt,
    Store,
    Var,
    While,
)
from ..ir.traversal import blocks, reads, walk, with_blocks
from ..ir.types import PY_BOOL, PY_INT, Array, Scalar
from ..ops import BY_NAME
from .effects import effects
from .fused_loop import FusedLoop, Uses, uses_of
from .points import COPIES, EXTREMA, FILLS, REDUCTIONS, SAFE, Point
from .schedule import Access, Needs, Schedule
from .shapes import Extent, Shape, Shapes, bound
from .simplify import may_raise

LIKE = {"zeros_like": "zeros", "ones_like": "ones", "empty_like": "empty", "full_like": "full"}


def fuse(function: Function, assume: bool = True) -> Function:
    """The function with loops in place of element-wise operations on arrays."""
    return _Fuser(function, assume).run()


class _Fuser:
    def __init__(self, function: Function, assume: bool) -> None:
        self.function = function
        self.assume = assume
        self.shapes = Shapes(function)
        self.uses: Uses = uses_of(function)
        self.effects = effects(function)
        self.visible = self._visible()
        self.counter = 0

    def run(self) -> Function:
        """The whole function."""
        entry: list[Stmt] = []
        for p in self.function.params:
            entry.extend(self.shapes.parameter(p))
        return replace(self.function, body=(*entry, *self.block(self.function.body)))

    def block(self, block: Block) -> Block:
        """The statements of a block, in a new order where that is needed."""
        return _Block(self).run(block)

    def fresh(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    # --------------------------------------------------------------------------------------------------- memory

    def memory(self, name: str) -> str:
        """The class of an array variable. Arguments may overlap if any of them is stored into."""
        root = self.effects.root(name) if name in self.effects.parent else name
        return "arguments" if root in self.visible else root

    def _visible(self) -> set[str]:
        """The classes of arguments, if the function stores into any: a caller sees what happens there."""
        arguments = {self.effects.root(p) for p in self.effects.params if p in self.effects.parent}
        stored = {self.effects.root(v.name) for s in walk(self.function.body) if (v := _stored(s)) is not None
                  and v.name in self.effects.parent}
        return arguments if arguments & stored else set()

    def seen(self, s: Stmt) -> bool:
        """Whether a statement changes memory that the caller sees."""
        return any((v := _stored(t)) is not None and self.memory(v.name) == "arguments" for t in walk((s,)))


def _stored(s: Stmt) -> Var | None:
    """The array a statement itself writes into."""
    match s:
        case Store(array):
            return array
        case Accumulate(target) if isinstance(target.type, Array):
            return target
        case _:
            return None


class _Block:
    """One block: its schedule, and constructors that wait for their first use."""

    def __init__(self, fuser: _Fuser) -> None:
        self.fuser = fuser
        self.shapes = fuser.shapes
        self.schedule = Schedule()
        self.waiting: dict[str, Assign] = {}
        self.checked = 0

    def run(self, block: Block) -> Block:
        """The new block."""
        last = block[-1] if block and isinstance(block[-1], Return) else None
        for s in block[:-1] if last else block:
            self.statement(s)
        if last is not None:
            self._release({a.name for a in reads(last) if isinstance(a, Var)})
        self._release(set(self.waiting))
        out: list[Stmt] = []
        for k, plain in enumerate(self.schedule.plain):
            out.extend(plain)
            if k < len(self.schedule.groups):
                group = self.schedule.groups[k]
                out.extend(FusedLoop(self.fuser.fresh("fused"), group.points, self.shapes, self.fuser.uses).run())
        return (*out, last) if last is not None else tuple(out)

    # ----------------------------------------------------------------------------------------------- statements

    def statement(self, s: Stmt) -> None:
        match s:
            case Note():
                pass
            case Assign() if self._constructor(s) or self._known_number(s):
                pass
            case Assign() | Store() | Accumulate():
                point = self._point(s)
                if point is not None:
                    self._join(point)
                else:
                    self._plain(s)
                    if isinstance(s, Assign):
                        self._learn(s)
            case Pop():
                self._plain(s)
                self._learn(s)
            case If() | For() | While():
                self._nested(s)
            case _:
                self._plain(s)

    def _nested(self, s: If | For | While) -> None:
        """Constructors that the inner blocks use must stand before them."""
        names = {a.name for t in walk((s,)) for a in reads(t) if isinstance(a, Var)}
        self._release(names)
        assume, seen = self.fuser.assume, self.fuser.seen(s)
        loop = not isinstance(s, If)
        if seen and loop:
            self.fuser.assume = False
        inner = []
        for b in blocks(s):
            with self.shapes.scope(tuple(t for x in blocks(s) for t in x) if loop else b, loop):
                inner.append(self.fuser.block(b))
            if isinstance(s, If):
                self._forget(s)
        self.fuser.assume = assume and not seen
        self._plain(with_blocks(s, tuple(inner)), s)

    def _forget(self, s: If) -> None:
        with self.shapes.scope((s,)):
            pass

    def _learn(self, s: Assign | Pop) -> None:
        for news in self.shapes.define(s):
            self._plain(news)
        if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "view":
            base = s.value.args[0]
            assert isinstance(base, Var)
            if base.name in self.shapes.arrays:
                self.shapes.sliced(s.value, self.shapes.arrays[base.name], self.shapes.arrays[s.target.name])

    def _plain(self, s: Stmt, before: Stmt | None = None) -> None:
        """A statement that stays as it is; `before` is what it was before its blocks were fused."""
        self._release({a.name for a in reads(s) if isinstance(a, Var)})
        needs = self._needs(s, before or s)
        self.schedule.add(s, needs, self.checked if needs.ordered else 0)
        if self.fuser.seen(s):
            self.fuser.assume = False

    def _needs(self, s: Stmt, before: Stmt) -> Needs:
        """What a plain statement depends on; the memory it touches is read off what it was before it was fused."""
        memory = self.fuser.memory
        names = {a.name for t in walk((s, before)) for a in reads(t) if isinstance(a, Var)}
        binds = {v.name for t in walk((s,)) if (v := bound(t)) is not None}
        arrays = {a.name for t in walk((before,)) for a in reads(t) if isinstance(a, Var) and isinstance(a.type, Array)}
        stored = {v.name for t in walk((before,)) if (v := _stored(t)) is not None}
        ordered = may_raise(s.value) if isinstance(s, Assign) else not isinstance(s, Accumulate)
        return Needs(frozenset(names), frozenset(binds), frozenset(Access(memory(n), n) for n in arrays),
                     frozenset(Access(memory(n), n) for n in stored), (ordered and not _is_check(s)) or self.fuser.seen(before))

    # -------------------------------------------------------------------------------------------- constructors

    def _constructor(self, s: Assign) -> bool:
        """`zeros_like` and the like wait for their first use, so that a loop can take them up."""
        e = s.value
        if not isinstance(e, Apply) or not isinstance(s.target.type, Array) or s.target.type.rank == 0:
            return False
        if e.op in LIKE:
            base = e.args[0]
            shape = self.shapes.arrays.get(base.name) if isinstance(base, Var) else None
            if shape is None:
                return False
            extents = tuple(map(self.shapes.atom, shape))
            args = (e.args[1], *extents) if e.op == "full_like" else extents
            s = replace(s, value=replace(e, op=LIKE[e.op], args=args, attrs=SAFE))
        elif e.op in FILLS:
            extents = e.args[1:] if e.op == "full" else e.args
            known = tuple(map(self.shapes.number, extents))
            if None in known:
                return False
            s = replace(s, value=replace(e, attrs=SAFE))
            shape = tuple(n for n in known if n is not None)
        else:
            return False
        if not self._may_wait(s):
            self._plain(s)
            self._learn(s)
            return True
        self.shapes.arrays[s.target.name] = shape
        self.waiting[s.target.name] = s
        return True

    def _may_wait(self, s: Assign) -> bool:
        names = [s.target.name, *(a.name for a in reads(s) if isinstance(a, Var))]
        return all(map(self.shapes.fixed, names))

    def _release(self, names: set[str]) -> None:
        """Constructors that need not wait any longer become plain statements."""
        for name in [n for n in self.waiting if n in names]:
            s = self.waiting.pop(name)
            self.schedule.add(s, self._needs(s, s))

    def _known_number(self, s: Assign) -> bool:
        """`dim(x)` and `size(x)` of a known shape do not need the array."""
        e = s.value
        if not isinstance(e, Apply) or e.op not in ("dim", "size") or not isinstance(e.args[0], Var):
            return False
        shape = self.shapes.arrays.get(e.args[0].name)
        if shape is None:
            return False
        if e.op == "dim":
            self._plain(replace(s, value=replace(self.shapes.atom(shape[e.attr("axis")]), type=s.target.type)))
            self.shapes.numbers[s.target.name] = shape[e.attr("axis")]
            return True
        total: Atom = Const(1, PY_INT)
        for extent in shape:
            product = Var(self.fuser.fresh("size."), PY_INT, s.span)
            times = Apply("mul", (total, self.shapes.atom(extent)), PY_INT, s.span, SAFE)
            self._plain(Assign(product, times, s.span))
            total = product
        self._plain(replace(s, value=replace(total, type=s.target.type)))
        return True

    # -------------------------------------------------------------------------------------------------- points

    def _point(self, s: Assign | Store | Accumulate) -> Point | None:
        """The statement as a point, if it is one and its shapes are, or may be taken to be, equal."""
        match s:
            case Assign(target, Apply() as e):
                return self._assigned(s, target, e)
            case Store(array, ()) if _rank(array):
                arrays = [array, *_arrays(s.value)]
                memory = self.fuser.memory(array.name)
                if any(a.name != array.name and self.fuser.memory(a.name) == memory for a in arrays):
                    return None
                return self._whole(s, array, arrays)
            case Accumulate(target, ()) if _rank(target):
                return self._whole(s, target, [target, *_arrays(s.value)])
            case _:
                return None

    def _assigned(self, s: Assign, target: Var, e: Apply) -> Point | None:
        if not self.shapes.fixed(target.name):
            return None
        arrays = [a for a in dict.fromkeys(e.args) if isinstance(a, Var) and isinstance(a.type, Array)]
        if _rank(target) and (e.op in COPIES or BY_NAME[e.op].elementwise):
            space = self._common(arrays)
            return None if space is None else self._made(s, target.name, space, arrays)
        if e.op not in REDUCTIONS or not arrays or not _rank(arrays[0]) or not isinstance(target.type, Scalar):
            return None
        if target.type.kind == "bool" and e.op not in ("all", "any", *EXTREMA):
            return None
        if e.op in EXTREMA and not self.fuser.assume:
            return None
        space = self._common(arrays)
        if space is None or (e.op in EXTREMA and not self._not_empty(space, s)):
            return None
        return replace(self._made(s, target.name, space, arrays), number=True)

    def _whole(self, s: Store | Accumulate, target: Var, arrays: list[Var]) -> Point | None:
        """A statement on all elements of an array."""
        space = self._common(arrays)
        if space is None:
            return None
        own = self.shapes.arrays[target.name]
        scatter = self.shapes.key(own) != self.shapes.key(space)
        if scatter and isinstance(s, Store):
            return None
        return replace(self._made(s, target.name, space, arrays), scatter=scatter)

    def _made(self, s: Assign | Store | Accumulate, target: str, space: Shape, arrays: list[Var]) -> Point:
        return Point(s, target, space, {a.name: self.shapes.arrays[a.name] for a in arrays})

    def _common(self, arrays: list[Var]) -> Shape | None:
        """The shape that arrays broadcast to, after checking what is assumed."""
        shapes = [self.shapes.arrays.get(a.name) for a in arrays]
        known = [shape for shape in shapes if shape is not None]
        if len(known) < len(arrays) or not known:
            return None
        joined = self.shapes.join(known)
        if joined is None or (joined[1] and not self.fuser.assume):
            return None
        for a, b in joined[1]:
            self._check("ne", a, b)
            self.shapes.unite(a, b)
        return joined[0]

    def _not_empty(self, space: Shape, s: Stmt) -> bool:
        for extent in space:
            if extent == 0:
                return False
            if isinstance(extent, str):
                self._check("eq", extent, 0)
        return True

    def _check(self, op: str, a: Extent, b: Extent) -> None:
        bad = Var(self.fuser.fresh("differ."), PY_BOOL)
        compared = Apply(op, (self.shapes.atom(a), self.shapes.atom(b)), PY_BOOL, attrs=SAFE)
        self._plain(Assign(bad, compared))
        s = If(bad, (_AGAIN,))
        self.checked = max(self.checked, self.schedule.add(s, self._needs(s, s)))

    def _join(self, point: Point) -> None:
        s, shapes = point.statement, self.shapes
        key = shapes.key(point.space)
        names = {a.name for a in reads(s) if isinstance(a, Var)} | {point.target}
        taken = [n for n in names if n in self.waiting and shapes.key(shapes.arrays[n]) == key and not point.scatter]
        first = [self.waiting.pop(n) for n in taken]
        self._release(names)
        points = [*(Point(c, c.target.name, point.space, {c.target.name: shapes.arrays[c.target.name]}) for c in first),
                  point]
        needs = [self._point_needs(p, key) for p in points]
        together = _together(needs)
        position = max(self.schedule.earliest(together, True), self.checked)
        for p, n in zip(points, needs, strict=True):
            position = self.schedule.join(p, key, n, position)
        if isinstance(s, Assign) and not point.number:
            shapes.arrays[point.target] = point.space
        elif isinstance(s, Assign):
            shapes.numbers.pop(point.target, None)
        if self.fuser.seen(s):
            self.fuser.assume = False

    def _point_needs(self, p: Point, key: Shape) -> Needs:
        s = p.statement
        names = {a.name for a in reads(s) if isinstance(a, Var)}
        names |= {e for e in p.space if isinstance(e, str)}  # the atom of an extent has the name of its symbol
        memory = self.fuser.memory
        touched = {n: Access(memory(n), n, self.shapes.key(shape) == key) for n, shape in p.shapes.items()}
        stored = _stored(s)
        stores = frozenset(() if stored is None else (touched[stored.name],))
        binds: frozenset[str] = frozenset((p.target,)) if isinstance(s, Assign) else frozenset()
        if isinstance(s, Assign) and not p.number:
            stores |= {Access(memory(p.target), p.target, True)}
        if p.scatter and stored is not None:
            stores = frozenset((Access(memory(stored.name), stored.name),))
        return Needs(frozenset(names), binds, frozenset(touched.values()) - stores, stores, self.fuser.seen(s))


_AGAIN = Fail(AGAIN, "")


def _is_check(s: Stmt) -> bool:
    return isinstance(s, If) and s.then == (_AGAIN,)


def _together(needs: list[Needs]) -> Needs:
    """What several statements depend on."""
    join: Callable[[str], frozenset[object]] = lambda name: frozenset().union(*(getattr(n, name) for n in needs))  # noqa: E731
    return Needs(join("reads"), join("binds"), join("loads"), join("stores"), any(n.ordered for n in needs))  # type: ignore[arg-type]


def _rank(a: Atom) -> int:
    return a.type.rank if isinstance(a.type, Array) else 0


def _arrays(a: Atom) -> list[Var]:
    return [a] if isinstance(a, Var) and isinstance(a.type, Array) else []
