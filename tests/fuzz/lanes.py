"""Random programs about loops whose iterations are independent, with branches, inner loops and exceptions in them.

Compiled code runs several iterations of such a loop together. These programs are about what that may get wrong: lanes
that are idle, numbers that only some iterations assign, ranges that end in the middle of a vector, sums in the order of
the iterations, inner loops of different lengths, and what has happened when an iteration raises.
"""

from __future__ import annotations

import random

from .programs import Program

LENGTHS = (0, 1, 3, 7, 8, 9, 16, 23, 41)
Lines = list[str]


def lane(number: int) -> Program:
    """The program of a number."""
    rng = random.Random(f"lanes {number}")
    writer = _Writer(rng)
    lines = writer.function()
    single = rng.random() < 0.15
    text = "\n".join(["import math", "import numpy as np", "", "def f(x, a, m, c, n):",
                      *("    " + line for line in lines), ""])
    samples = tuple(_sample(rng, n, single) for n in rng.sample(LENGTHS, 4))
    return Program(text, samples, (0, 1, 2, 3), True, single)


def _sample(rng: random.Random, n: int, single: bool) -> tuple[str, ...]:
    kind = "float32" if single else "float64"

    def numbers(low: float, high: float) -> str:
        return "[" + ", ".join(str(round(rng.uniform(low, high), 3)) for _ in range(n)) + "]"

    table = ", ".join(str(round(rng.uniform(-1, 1), 3)) for _ in range(5))
    return (f"np.array({numbers(-2, 2)}, dtype=np.{kind})", f"np.array({numbers(0.2, 3)}, dtype=np.{kind})",
            f"np.array([{table}], dtype=np.{kind})", str(round(rng.uniform(0.3, 1.4), 3)),
            str(rng.choice((n, n, n, n, n - 1, n + 1))))


def _inside(lines: Lines) -> Lines:
    return ["    " + line for line in lines]


class _Writer:
    """Writes one function. `known` are local numbers that have a value."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.known = ["p"]
        self.fresh = 0
        self.errors = rng.random() < 0.3
        self.math = rng.random() < 0.3
        self.sums = ["s"] if rng.random() < 0.8 else []
        self.counts = rng.random() < 0.4
        self.depth = 0

    def function(self) -> Lines:
        rng = self.rng
        bound = rng.choice(("len(x)", "len(x)", "n", "0, n", "1, len(x)", "len(a)", "min(n, len(x))"))
        head = [f"p = {rng.choice(('x[i]', 'x[i] * c', 'a[i] - x[i]', 'c', '0.0', 'x[i] * 2.0'))}"]
        body = [*head, *self.block(rng.choice((2, 3, 4)), True), *self.end()]
        first = rng.choice(("0", "0", "7", str(2**63 - 5), str(5 - 2**63)))
        loop = [f"for i in range({bound}):", *_inside(body)]
        if rng.random() < 0.2:
            loop = ["for t in range(2):", *_inside(loop), "    s *= 0.5"]
        lines = [f"h = {first}", "s = 0.0", "y = np.zeros(len(x))", *loop]
        counted = " + 0.001 * (h % 1000)" if self.counts else ""
        result = rng.choice(("s + np.sum(y)", "s + np.sum(y * y)", "s", "s * 2.0 + np.sum(y)"))
        return [*lines, f"return {result}{counted}"]

    def end(self) -> Lines:
        rng, made = self.rng, []
        if self.sums and rng.random() < 0.8:
            made.append(f"s {rng.choice('+-')}= {self.number(1)}")
        if rng.random() < 0.7:
            place, how = rng.choice(("i", "i", "i", "i - 1", "i + 1")), rng.choice(("=", "+=", "="))
            made.append(f"y[{place}] {how} {self.number(1)}")
        return made

    def atom(self) -> str:
        rng = self.rng
        return rng.choice((*self.known, *self.known, "x[i]", "a[i]", "c", "0.5", "1.5", "m[2]", "m[i % 5]",
                           f"m[{rng.randint(-5, 4)}]"))

    def number(self, depth: int) -> str:
        rng = self.rng
        if depth == 0:
            return self.atom()
        one, other = self.number(depth - 1), self.number(rng.randint(0, depth - 1))
        kinds = [f"{one} + {other}", f"{one} - {other}", f"{one} * {other}", f"({one} + {other}) * 0.5",
                 f"-{self.atom()}",
                 f"abs({one})", f"{one} / (1.0 + {self.atom()} ** 2)", f"np.sin({one})", f"np.tanh({one})",
                 f"np.sqrt(abs({one}) + 0.1)", f"np.minimum({one}, {other})", f"max({one}, {other})",
                 f"({one} if {self.test()} else {other})", f"np.where({self.test()}, {one}, {other})"]
        if self.math:
            kinds += [f"math.exp(-abs({one}))", f"math.log({self.atom()} * {self.atom()} + 0.5)"] * 2
        if self.errors:
            kinds += [f"float({one}) / float({other})", f"math.log({one})", f"math.sqrt({other})",
                      f"x[i + {rng.randint(0, 1)}]"]
        return rng.choice(kinds)

    def test(self) -> str:
        rng = self.rng
        one, other = self.atom(), rng.choice((self.atom(), "0.0", "0.7"))
        simple = f"{one} {rng.choice(('<', '>', '<=', '>='))} {other}"
        return rng.choice((simple, simple, simple, f"{simple} and {self.atom()} > 0.1", f"not {simple}", "i > 2",
                           "i % 2 == 0", "c > 0.5", "n > 5"))

    def block(self, count: int, top: bool) -> Lines:
        before, made = list(self.known), Lines()
        for _ in range(count):
            made += self.statement(top)
        self.known = before if not top else self.known
        return made or ["pass"]

    def statement(self, top: bool) -> Lines:
        rng = self.rng
        choice = rng.random() if self.depth < 2 else rng.random() * 0.57
        if choice < 0.3:
            self.fresh += 1
            line = f"v{self.fresh} = {self.number(2)}"
            self.known.append(f"v{self.fresh}")
            return [line]
        if choice < 0.45:
            return [f"{rng.choice(self.known)} {rng.choice(('=', '+=', '-=', '='))} {self.number(2)}"]
        if choice < 0.52 and self.sums and top:
            return [f"s {rng.choice('+-')}= {self.number(1)}"]
        if choice < 0.57:
            return [f"y[i] {rng.choice(('=', '+='))} {self.number(1)}"]
        if choice < 0.78:
            return self.branch(top)
        return self.repeated()

    def branch(self, top: bool) -> Lines:
        rng = self.rng
        self.depth += 1
        lines = [f"if {self.test()}:", *_inside(self.arm(top))]
        if rng.random() < 0.3:
            lines += [f"elif {self.test()}:", *_inside(self.arm(top))]
        if rng.random() < 0.5:
            lines += ["else:", *_inside(self.arm(top))]
        self.depth -= 1
        return lines

    def arm(self, top: bool) -> Lines:
        rng, before = self.rng, list(self.known)
        made = self.block(rng.choice((1, 1, 2)), False)
        if top and self.sums and rng.random() < 0.4:
            made.append(f"s {rng.choice('+-')}= {self.number(1)}")
        if self.errors and rng.random() < 0.15:
            made.append("if x[i] > 1.8: raise ValueError('large')")
        if top and self.counts and rng.random() < 0.5:
            made.append(f"h {rng.choice('+-')}= {rng.choice((1, 1, 2))}")
        if top and rng.random() < 0.1:
            made.append("continue")
        self.known = before
        return made

    def repeated(self) -> Lines:
        """An inner loop: of a number of trips that is the same for all, known of the iteration, or found by it."""
        rng, before = self.rng, list(self.known)
        self.depth += 1
        self.fresh += 1
        k, moved = f"k{self.fresh}", rng.choice(self.known)
        more = rng.choice(("0.1", "x[i] * 0.1", "m[1]", "0.05"))
        change = f"{moved} = {rng.choice(('0.5', '0.8', '0.3'))} * {moved} + {more}"
        use = f"{rng.choice(self.known)} += {self.number(1)} * 0.1"
        table = f"{moved} = {moved} * 0.5 + m[{k}{rng.choice(('', '', ' - 1'))}]"
        if rng.random() < 0.5:
            trips = rng.choice(("3", "len(m)", "i % 4", "int(a[i])", "int(a[i]) + 1", "1, 3", "i % 3, 5"))
            body = [rng.choice((change, table)), *([use] if rng.random() < 0.5 else [])]
            lines = [f"for {k} in range({trips}):", *_inside(body)]
        else:
            test = rng.choice((f"abs({moved}) > 0.4 and {k} < 6", f"{k} < 4", f"{k} < a[i]",
                               f"{moved} > 0.3 and {k} < 5"))
            body = [change, *([use] if rng.random() < 0.4 else []), f"{k} += 1"]
            if rng.random() < 0.2:
                body.insert(0, f"if {self.test()}: break")
            lines = [f"{k} = 0", f"while {test}:", *_inside(body)]
        if rng.random() < 0.3:
            lines[-1:] = [lines[-1], *_inside(self.branch(False))] if lines[-1].startswith("    ") else lines[-1:]
        self.depth -= 1
        self.known = before
        return lines
