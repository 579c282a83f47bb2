"""A writer for functions that compute several numbers at once, without a branch: the same text for any number of lanes.

`x * x + 1.0` on these values appends two instructions to the body that `x` belongs to. With one lane the values are
plain numbers, which makes the scalar function that computes the same bits as the vector functions.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

# Adding it to a number moves the number's integer part, rounded to nearest, into the low bits of the sum.
MAGIC = 1.5 * 2.0**52


def bits_of(value: float) -> int:
    """The bits of a double as a signed integer."""
    found: int = struct.unpack("<q", struct.pack("<d", value))[0]
    return found


@dataclass(slots=True)
class Body:
    """The instructions of a function of `width` lanes (of one number: 0 or 1), and the intrinsics that they call."""

    width: int
    lines: list[str] = field(default_factory=list)
    intrinsics: set[str] = field(default_factory=set)

    def of(self, element: str) -> str:
        """The type of `width` lanes."""
        return element if self.width < 2 else f"<{self.width} x {element}>"

    def literal(self, element: str, text: str) -> str:
        """The same number in all lanes."""
        return text if self.width < 2 else f"splat ({element} {text})"

    def value(self, text: str) -> str:
        """Append an instruction and name its result."""
        name = f"%t{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return name

    def intrinsic(self, name: str, *operands: str) -> str:
        """Call one of LLVM's functions on reals."""
        real = self.of("double")
        symbol = f"{name}.{'f64' if self.width < 2 else f'v{self.width}f64'}"
        self.intrinsics.add(f"declare {real} @{symbol}({', '.join([real] * len(operands))})")
        return self.value(f"call {real} @{symbol}({', '.join(f'{real} {o}' for o in operands)})")


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth value per lane."""

    body: Body
    name: str

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.body, self.body.value(f"and {self.body.of('i1')} {self.name}, {other.name}"))

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.body, self.body.value(f"or {self.body.of('i1')} {self.name}, {other.name}"))


@dataclass(frozen=True, slots=True)
class Whole:
    """A 64-bit integer per lane."""

    body: Body
    name: str

    def _name(self, other: Whole | int) -> str:
        return other.name if isinstance(other, Whole) else self.body.literal("i64", str(other))

    def _with(self, operation: str, other: Whole | int) -> Whole:
        text = f"{operation} {self.body.of('i64')} {self.name}, {self._name(other)}"
        return Whole(self.body, self.body.value(text))

    def __add__(self, other: Whole | int) -> Whole:
        return self._with("add", other)

    def __sub__(self, other: Whole | int) -> Whole:
        return self._with("sub", other)

    def __and__(self, other: Whole | int) -> Whole:
        return self._with("and", other)

    def __xor__(self, other: Whole | int) -> Whole:
        return self._with("xor", other)

    def __lshift__(self, count: int) -> Whole:
        return self._with("shl", count)

    def __rshift__(self, count: int) -> Whole:
        return self._with("ashr", count)

    def _bound(self, predicate: str, other: int) -> Whole:
        t, bound = self.body.of("i64"), self._name(other)
        test = self.body.value(f"icmp {predicate} {t} {self.name}, {bound}")
        return Whole(self.body, self.body.value(f"select {self.body.of('i1')} {test}, {t} {self.name}, {t} {bound}"))

    def at_most(self, other: int) -> Whole:
        """The smaller of both."""
        return self._bound("slt", other)

    def at_least(self, other: int) -> Whole:
        """The larger of both."""
        return self._bound("sgt", other)

    def subtracted_from(self, other: int) -> Whole:
        """`other - self`."""
        text = f"sub {self.body.of('i64')} {self._name(other)}, {self.name}"
        return Whole(self.body, self.body.value(text))

    def negative(self) -> Truth:
        """Where the sign bit is set."""
        return Truth(self.body, self.body.value(f"icmp slt {self.body.of('i64')} {self.name}, {self._name(0)}"))

    def differs(self, other: int) -> Truth:
        """Where it is another number."""
        return Truth(self.body, self.body.value(f"icmp ne {self.body.of('i64')} {self.name}, {self._name(other)}"))

    def as_bits(self) -> Real:
        """The reals with these bits."""
        text = f"bitcast {self.body.of('i64')} {self.name} to {self.body.of('double')}"
        return Real(self.body, self.body.value(text))

    def real(self) -> Real:
        """The same number as a real, for less than 2^51: few machines have an instruction for this on vectors."""
        return (self + bits_of(MAGIC)).as_bits() - MAGIC


@dataclass(frozen=True, slots=True)
class Real:
    """A double per lane."""

    body: Body
    name: str

    def _name(self, other: Real | float) -> str:
        return other.name if isinstance(other, Real) else self.body.literal("double", hexadecimal(other))

    def _with(self, operation: str, left: Real | float, right: Real | float) -> Real:
        text = f"{operation} {self.body.of('double')} {self._name(left)}, {self._name(right)}"
        return Real(self.body, self.body.value(text))

    def _test(self, predicate: str, other: Real | float) -> Truth:
        text = f"fcmp {predicate} {self.body.of('double')} {self.name}, {self._name(other)}"
        return Truth(self.body, self.body.value(text))

    def __add__(self, other: Real | float) -> Real:
        return self._with("fadd", self, other)

    def __radd__(self, other: float) -> Real:
        return self._with("fadd", other, self)

    def __sub__(self, other: Real | float) -> Real:
        return self._with("fsub", self, other)

    def __rsub__(self, other: float) -> Real:
        return self._with("fsub", other, self)

    def __mul__(self, other: Real | float) -> Real:
        return self._with("fmul", self, other)

    def __rmul__(self, other: float) -> Real:
        return self._with("fmul", other, self)

    def __truediv__(self, other: Real | float) -> Real:
        return self._with("fdiv", self, other)

    def __rtruediv__(self, other: float) -> Real:
        return self._with("fdiv", other, self)

    def __neg__(self) -> Real:
        return Real(self.body, self.body.value(f"fneg {self.body.of('double')} {self.name}"))

    def __gt__(self, other: Real | float) -> Truth:
        return self._test("ogt", other)

    def __ge__(self, other: Real | float) -> Truth:
        return self._test("oge", other)

    def __lt__(self, other: Real | float) -> Truth:
        return self._test("olt", other)

    def equals(self, other: Real | float) -> Truth:
        """Where both are the same number; zeros are equal."""
        return self._test("oeq", other)

    def differs(self, other: Real) -> Truth:
        """Where both are different numbers."""
        return self._test("one", other)

    def not_above_or_at(self, other: Real | float) -> Truth:
        """Where it is less, or not a number."""
        return self._test("ult", other)

    def unordered(self, other: Real | float) -> Truth:
        """Where one of both is not a number."""
        return self._test("uno", other)

    def size(self) -> Real:
        """The absolute value."""
        return Real(self.body, self.body.intrinsic("llvm.fabs", self.name))

    def root(self) -> Real:
        """The square root."""
        return Real(self.body, self.body.intrinsic("llvm.sqrt", self.name))

    def floor(self) -> Real:
        """The next integer below."""
        return Real(self.body, self.body.intrinsic("llvm.floor", self.name))

    def signed_like(self, other: Real) -> Real:
        """The sign of another number."""
        return Real(self.body, self.body.intrinsic("llvm.copysign", self.name, other.name))

    def whole(self) -> Whole:
        """An integer of less than 2^51 as one."""
        return (self + MAGIC).bits() - bits_of(MAGIC)

    def bits(self) -> Whole:
        """The bits as an integer."""
        text = f"bitcast {self.body.of('double')} {self.name} to {self.body.of('i64')}"
        return Whole(self.body, self.body.value(text))


def hexadecimal(value: float) -> str:
    """A literal by its bits."""
    return "0x" + struct.pack(">d", value).hex().upper()


def fma(a: Real, b: Real | float, c: Real | float) -> Real:
    """`a * b + c`, rounded once."""
    return Real(a.body, a.body.intrinsic("llvm.fma", a.name, a._name(b), a._name(c)))


def choose(test: Truth, yes: Real | float, no: Real | float) -> Real:
    """`yes` in the lanes where the test holds."""
    body, t = test.body, test.body.of("double")
    arms = [a.name if isinstance(a, Real) else body.literal("double", hexadecimal(a)) for a in (yes, no)]
    return Real(body, body.value(f"select {body.of('i1')} {test.name}, {t} {arms[0]}, {t} {arms[1]}"))


def polynomial(x: Real, coefficients: Sequence[float]) -> Real:
    """`c0 + c1 x + c2 x^2 + ...` by Horner's scheme: neighbouring iterations of the loop hide its latency."""
    *rest, before, last = coefficients
    result = fma(x, last, before)
    for c in reversed(rest):
        result = fma(result, x, c)
    return result


def nearest(x: Real, factor: float) -> tuple[Real, Whole]:
    """`x * factor` rounded to an integer of less than 2^51, as a real and as an integer."""
    moved = fma(x, factor, MAGIC)
    return moved - MAGIC, moved.bits() - bits_of(MAGIC)


def power_of_two(k: Whole) -> Real:
    """2^k for a normal result."""
    return ((k + 1023) << 52).as_bits()
