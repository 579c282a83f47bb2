"""Numbers of several iterations, one in each lane: reading and writing them, masks, and lanes one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ....ir.nodes import Atom, Const, Var
from ....ir.types import Kind
from ..frame import Frame, kind_of
from ..text import REGISTER, constant, suffix
from .planned import Plan


@dataclass(slots=True)
class Lanes:
    """A loop while its iterations are written that run together.

    `base` is the loop's variable in the first lane; `region` the identity of the innermost block where some lanes may
    be idle, 0 outside all of them. `leave` is the label where iterations are given up: they run again, one by one.
    """

    frame: Frame
    plan: Plan
    width: int
    base: str = ""
    mask: str = ""
    region: int = 0
    leave: str = ""
    marks: int = 0

    # ------------------------------------------------------------------------------------------------------- values

    def type(self, kind: str) -> str:
        """The vector type for a kind of number."""
        return f"<{self.width} x {REGISTER[kind]}>"

    def varies(self, atom: Atom) -> bool:
        """Whether a number is kept as a vector."""
        return isinstance(atom, Var) and atom.name in self.plan.varying

    def slot(self, name: str) -> str:
        """The slot of a vector."""
        return f"lanes.{self.plan.number}.{name}"

    def vector(self, atom: Atom) -> str:
        """A number of every iteration."""
        kind = kind_of(atom)
        if self.varies(atom):
            assert isinstance(atom, Var)
            return self.frame.read(self.slot(atom.name), self.type(kind))
        return self.splat(self.frame.atom(atom), kind, isinstance(atom, Const))

    def splat(self, value: str, kind: str, literal: bool = True) -> str:
        """The same number in every lane."""
        if literal:
            return f"splat ({REGISTER[kind]} {value})"
        code, t = self.frame.code, self.type(kind)
        one = code.value(f"insertelement {t} poison, {REGISTER[kind]} {value}, i64 0")
        return code.value(f"shufflevector {t} {one}, {t} poison, <{self.width} x i32> zeroinitializer")

    def set(self, var: Var, value: str) -> None:
        """Assign a number in the lanes that are not idle; what idle lanes hold is kept where somebody reads it."""
        kind = kind_of(var)
        if self.region and self.plan.homes.get(var.name) != self.region:
            value = self.chosen(self.mask, kind, value, self.vector(var))
        self.frame.write(self.slot(var.name), self.type(kind), value)

    def chosen(self, mask: str, kind: str, value: str, other: str) -> str:
        """One vector where the mask is set and another one elsewhere."""
        t = self.type(kind)
        return self.frame.code.value(f"select {self.type('bool')} {mask}, {t} {value}, {t} {other}")

    def intrinsic(
        self, name: str, kind: str, result: str, types: Sequence[str], values: Sequence[str]
    ) -> str:
        """Call one of LLVM's own functions on vectors."""
        return self.frame.intrinsic(f"{name}.v{self.width}{suffix(kind)}", result, tuple(types), tuple(values))

    # -------------------------------------------------------------------------------------------------------- masks

    def both(self, one: str, other: str) -> str:
        """The lanes of one mask that are in another one, undefined elsewhere: idle lanes hold poison."""
        m = self.type("bool")
        return self.frame.code.value(f"select {m} {one}, {m} {other}, {m} zeroinitializer")

    def without(self, one: str, other: str) -> str:
        """The lanes in one mask and not in the other."""
        code, m = self.frame.code, self.type("bool")
        return self.both(one, code.value(f"xor {m} {other}, splat (i1 true)"))

    def bits(self, mask: str) -> str:
        """A mask as an integer, a bit for each lane."""
        return self.frame.code.value(f"bitcast {self.type('bool')} {mask} to i{self.width}")

    def some(self, mask: str) -> str:
        """Whether a mask has a lane."""
        return self.frame.code.value(f"icmp ne i{self.width} {self.bits(mask)}, 0")

    # ---------------------------------------------------------------------------------------------------- one by one

    def one_by_one(
        self, mask: str, kind: Kind | None, given: Sequence[tuple[str, str]],
        write: Callable[[list[str]], str],
    ) -> str:
        """Do something for each lane of a mask; returns the vector of results, zero in the other lanes.

        `write` is given the numbers of a lane. A processor has to guess how many lanes there are, and not which.
        """
        frame, code = self.frame, self.frame.code
        places = [self.spill(k, value) for k, value in given]
        first = code.value(f"zext i{self.width} {self.bits(mask)} to i32")
        head, body, done = code.label("lanes_left"), code.label("lane"), code.label("lanes_done")
        entry, left, so_far, then = code.block, code.fresh(), code.fresh(), ""
        code.jump(head)
        code.begin(head)
        hole, results = code.hole(), code.hole()
        code.branch(code.value(f"icmp ne i32 {left}, 0"), body, done)
        code.begin(body)
        lane = frame.intrinsic("llvm.cttz.i32", "i32", ("i32", "i1"), (left, "true"))
        numbers = []
        for (k, _), place in zip(given, places, strict=True):
            address = code.value(f"getelementptr inbounds {REGISTER[k]}, ptr {place}, i32 {lane}")
            numbers.append(code.value(f"load {REGISTER[k]}, ptr {address}"))
        with frame.region():
            result = write(numbers)
        if kind:
            here = code.value(f"icmp eq <{self.width} x i32> {self.splat(lane, 'int32', False)}, "
                              f"<{', '.join(f'i32 {k}' for k in range(self.width))}>")
            then = self.chosen(here, kind, self.splat(result, kind, False), so_far)
        less = code.value(f"and i32 {left}, {code.value(f'add i32 {left}, -1')}")
        code.fill(hole, left, f"phi i32 [ {first}, %{entry} ], [ {less}, %{code.block} ]")
        if kind:
            t = self.type(kind)
            code.fill(results, so_far, f"phi {t} [ zeroinitializer, %{entry} ], [ {then}, %{code.block} ]")
        code.jump(head)
        code.begin(done)
        return so_far if kind else ""

    def spill(self, kind: str, value: str) -> str:
        """The address of a vector in memory."""
        self.marks += 1
        place = self.frame.place(f"lanes.{self.plan.number}.spilled.{self.marks}", self.type(kind))
        self.frame.code.line(f"store {self.type(kind)} {value}, ptr {place}")
        return place

    def counter(self) -> int:
        """A number for a name."""
        self.marks += 1
        return self.marks


def constant_zero(lanes: Lanes, kind: str) -> str:
    """A vector of zeros."""
    return lanes.splat(constant(0, kind), kind)
