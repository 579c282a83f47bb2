"""Complex numbers become two real ones, so that LLVM sees plain arithmetic, which it can move and make vectors of.

Before:  `z: complex128 = load(a, i)`, `w = mul(z, z)`, `b[i] = w`
After:   `z.re = load(a, i, 0)`, `z.im = load(a, i, 1)`, `t = mul(z.re, z.re)`, …, `b[i, 0] = w.re`, `b[i, 1] = w.im`

An element of a complex array is reached by one index more, which chooses the part. A complex number among the results
is two results, one after the other; the type of the result still says what they mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from ...ir.nodes import (
    Accumulate,
    Apply,
    Assign,
    Atom,
    Block,
    Const,
    Fail,
    Function,
    Pop,
    Print,
    Push,
    Return,
    Stack,
    Stmt,
    Store,
    Var,
)
from ...ir.traversal import blocks, reads, walk, with_blocks, written
from ...ir.types import PARTS, PY_BOOL, Kind, Scalar, TupleOf, Type, is_complex
from .builder import ONE, ZERO, Builder, number

Pair = tuple[Atom, Atom]
SUFFIXES = (".re", ".im")


def parts(function: Function) -> Function:
    """The function, at level LOOPS, without complex numbers; arrays of them remain."""
    variables = (*function.params, *(v for s in walk(function.body) for v in (*reads(s), *_targets(s))))
    if not any(is_complex(v.type) for v in variables):
        return function
    params = tuple(p for v in function.params for p in _split(v))
    stacks = tuple(Stack(v.name, v.type) for s in function.stacks for v in _split(Var(s.name, s.type)))
    writes = Counter(v.name for s in walk(function.body) if (v := written(s)) is not None)
    taken = [int(n) for v in variables if isinstance(v, Var) and (n := v.name.rpartition(".")[2]).isdigit()]
    splitter = _Splitter({name for name, count in writes.items() if count == 1}, max(taken, default=0))
    return replace(function, params=params, body=splitter.block(function.body), stacks=stacks)


def _targets(s: Stmt) -> tuple[Atom, ...]:
    return (s.target,) if isinstance(s, Assign | Pop) else ()


def _number(t: Type) -> bool:
    return isinstance(t, Scalar) and t.kind in PARTS


def _split(v: Var) -> tuple[Var, ...]:
    """The two variables that a complex one becomes; any other one itself."""
    if not isinstance(v.type, Scalar) or v.type.kind not in PARTS:
        return (v,)
    t = Scalar(PARTS[v.type.kind], v.type.weak)
    return tuple(Var(v.name + suffix, t, v.span) for suffix in SUFFIXES)


class _Splitter:
    def __init__(self, fixed: set[str], taken: int) -> None:
        self.fixed = fixed
        self.b = Builder()
        self.b.counter = taken  # so that new names are unlike those that `loops` has given
        self.known: dict[str, Const] = {}  # imaginary parts of numbers that were real

    def block(self, block: Block) -> Block:
        with self.b.block() as out:
            for s in block:
                self.b.span = s.span
                self.statement(s)
        return tuple(out)

    def statement(self, s: Stmt) -> None:
        b = self.b
        match s:
            case Assign() if _number(s.target.type):
                for v, value in zip(_split(s.target), self.value(s), strict=True):
                    b.emit(Assign(v, value, s.span))
            case Assign(value=Apply(op="tuple") as e):
                b.emit(replace(s, value=replace(e, args=tuple(x for a in e.args for x in self.items(a)))))
            case Assign(value=Apply() as e) if any(_number(a.type) for a in e.args):
                b.emit(replace(s, value=self.real(e)))
            case Store() if is_complex(s.array.type):
                for part, value in zip((ZERO, ONE), self.pair(s.value), strict=True):
                    b.emit(replace(s, index=(*s.index, part), value=value))
            case Accumulate() if is_complex(s.target.type):
                self.accumulate(s)
            case Push() if _number(s.value.type):
                for suffix, value in zip(SUFFIXES, self.pair(s.value), strict=True):
                    b.emit(Push(s.stack + suffix, value, s.span))
            case Pop() if _number(s.target.type):
                for suffix, v in zip(SUFFIXES, _split(s.target), strict=True):
                    b.emit(Pop(s.stack + suffix, v, s.span))
            case Print() | Fail():
                b.emit(replace(s, values=tuple(x for a in s.values for x in self.items(a))))
            case Return() if _number(s.value.type):
                both = b.fresh(TupleOf(tuple(a.type for a in self.pair(s.value))), "t.parts")
                b.emit(Assign(both, Apply("tuple", self.pair(s.value), both.type), s.span))
                b.emit(replace(s, value=both))
            case _:
                b.emit(with_blocks(s, tuple(map(self.block, blocks(s)))))

    def accumulate(self, s: Accumulate) -> None:
        targets = _split(s.target) if not s.index else (s.target, s.target)
        for part, target, value in zip((ZERO, ONE), targets, self.pair(s.value), strict=True):
            index = (*s.index, part) if s.index else ()
            self.b.emit(replace(s, target=target, index=index, value=value))

    # -------------------------------------------------------------------------------------------------- operands

    def items(self, a: Atom) -> tuple[Atom, ...]:
        return self.pair(a) if _number(a.type) else (a,)

    def pair(self, a: Atom) -> Pair:
        """The two parts of a number."""
        assert isinstance(a.type, Scalar)
        kind = PARTS.get(a.type.kind, a.type.kind)
        if isinstance(a, Const):
            value = complex(a.value)
            return number(value.real, kind), number(value.imag, kind)
        if not _number(a.type):
            return a, number(0, kind)
        real, imag = _split(a)
        return real, self.known.get(a.name, imag)

    # ------------------------------------------------------------------------------------------------ operations

    def real(self, e: Apply) -> Apply | Atom:
        """An operation on complex numbers that gives a real one or a truth value."""
        b = self.b
        if e.op == "fortran":
            return self.passed_by_parts(e)
        pairs = [self.pair(a) for a in e.args]
        match e.op:
            case "real":
                return pairs[0][0]
            case "imag":
                return pairs[0][1]
            case "eq":
                return b.logic("logical_and", *(b.compare("eq", x, y) for x, y in zip(*pairs, strict=True)))
            case "ne":
                return b.logic("logical_or", *(b.compare("ne", x, y) for x, y in zip(*pairs, strict=True)))
            case "cast":
                some = [b.scalar("cast", x, type=PY_BOOL) for x in pairs[0]]
                return b.logic("logical_or", *some)
            case _:
                raise AssertionError(f"{e.op} of complex numbers gives no real one")

    def passed_by_parts(self, e: Apply) -> Apply:
        """A call of a routine that takes complex numbers: both parts are operands, and lie side by side in memory."""
        operands = iter(e.args)
        args: list[Atom] = []
        letters = ""
        for way in e.attr("passed"):
            given = () if way == "o" else self.items(next(operands))
            args.extend(given)
            letters += "z" if len(given) == 2 else way
        return replace(e, args=tuple(args), attrs=tuple((n, letters if n == "passed" else v) for n, v in e.attrs))

    def value(self, s: Assign) -> Pair:
        """The parts of what is assigned to a complex variable."""
        e = s.value
        assert isinstance(s.target.type, Scalar)
        kind = PARTS[s.target.type.kind]
        if isinstance(e, Var | Const):
            return self.pair(e)
        assert isinstance(e, Apply)
        if e.op == "load":
            real, imag = (self.b.scalar("load", *e.args, part, type=Scalar(kind)) for part in (ZERO, ONE))
            return real, imag
        if e.op == "cast":
            return self.cast(s, e, kind)
        return self.operation(e, kind)

    def cast(self, s: Assign, e: Apply, kind: Kind) -> Pair:
        (a,) = e.args
        if _number(a.type):
            real, imag = (self.b.convert(x, kind) for x in self.pair(a))
            return real, imag
        if s.target.name in self.fixed:
            self.known[s.target.name] = number(0, kind)
        return self.b.convert(a, kind), number(0, kind)

    def operation(self, e: Apply, kind: Kind) -> Pair:
        t = Scalar(kind)
        flags = {"flags": e.attr("flags")} if e.attr("flags") else {}

        def do(op: str, *args: Atom) -> Atom:
            return self.b.scalar(op, *args, type=t, **flags)

        if e.op == "join":
            return e.args[0], e.args[1]
        if e.op == "select":
            yes, no = self.pair(e.args[1]), self.pair(e.args[2])
            return self.b.select(e.args[0], yes[0], no[0]), self.b.select(e.args[0], yes[1], no[1])
        pairs = [self.pair(a) for a in e.args]
        match e.op:
            case "add" | "sub":
                (a, c), (x, y) = pairs
                return do(e.op, a, x), do(e.op, c, y)
            case "neg":
                return do("neg", pairs[0][0]), do("neg", pairs[0][1])
            case "conj":
                return pairs[0][0], do("neg", pairs[0][1])
            case "mul":
                return _product(do, pairs[0], pairs[1], bool(flags))
            case "div":
                weak = isinstance(e.type, Scalar) and e.type.weak
                return self.quotient(do, pairs[0], pairs[1], weak)
            case _:
                raise AssertionError(f"{e.op} of complex numbers has not been lowered")

    def quotient(self, do: Callable[..., Atom], a: Pair, x: Pair, weak: bool) -> Pair:
        """Smith's method, as Python and NumPy have it: no square of a part is formed.

        R. L. Smith, "Algorithm 116: Complex division", CACM 5 (1962). NumPy divides by zero as by a real number, and
        multiplies by the reciprocal of the denominator where Python divides.
        """
        b = self.b
        first = b.compare("ge", b.magnitude(x[0]), b.magnitude(x[1]))
        large, small = b.select(first, x[0], x[1]), b.select(first, x[1], x[0])
        kind = large.type.kind  # type: ignore[union-attr]
        zero = number(0, kind)
        ratio = do("div", small, large)
        if not weak:
            none = b.logic("logical_and", b.compare("eq", x[0], zero), b.compare("eq", x[1], zero))
            ratio = b.select(none, zero, ratio)
            large = b.select(none, b.magnitude(x[0]), large)
        below = do("add", large, do("mul", small, ratio))
        # By the larger part the numerators are a + b r and b - a r, by the other a r + b and b r - a.
        one, two = b.select(first, a[0], a[1]), b.select(first, a[1], a[0])
        real = do("add", one, do("mul", two, ratio))
        left, right = do("mul", one, ratio), two
        imag = b.select(first, do("sub", right, left), do("sub", left, right))
        if weak:
            return do("div", real, below), do("div", imag, below)
        scale = do("div", number(1, kind), below)
        return do("mul", real, scale), do("mul", imag, scale)


def _product(do: Callable[..., Atom], a: Pair, x: Pair, free: bool) -> Pair:
    """`(a + ib)(x + iy)`; where nobody has written the order down, products with a zero are left out."""
    if free:
        for one, other in ((a, x), (x, a)):
            if isinstance(one[1], Const) and one[1].value == 0:
                return do("mul", one[0], other[0]), do("mul", one[0], other[1])
            if isinstance(one[0], Const) and one[0].value == 0:
                return do("neg", do("mul", one[1], other[1])), do("mul", one[1], other[0])
    real = do("sub", do("mul", a[0], x[0]), do("mul", a[1], x[1]))
    imag = do("add", do("mul", a[0], x[1]), do("mul", a[1], x[0]))
    return real, imag
