"""Random branches and exits."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import FLOAT, INT, Name
from .lists import WORDS
from .records import Records


@dataclass
class Control(Records):
    """Nested blocks, and what is known of the names after them."""

    def block(self, count: int) -> None:
        before = len(self.lines)
        for _ in range(count):
            self.statement()
        if all(line.lstrip().startswith("#") for line in self.lines[before:]):
            self.line("pass")

    def statement(self) -> None:
        raise NotImplementedError

    def arm(self, count: int) -> tuple[dict[str, Name], dict[str, Name]]:
        """A nested block; what is defined after it, and what may be."""
        kept, kept_unsure, helpers = dict(self.names), dict(self.unsure), list(self.helpers)
        self.indent += 1
        self.block(count)
        self.indent -= 1
        after = self.names, self.unsure
        self.names, self.unsure, self.helpers = kept, kept_unsure, helpers
        return after

    def join(self, *ends: tuple[dict[str, Name], dict[str, Name]]) -> None:
        """Names that every path defines with one shape are sure, the others are not."""
        for names, unsure in ends:
            self.unsure.update({k: n for k, n in (unsure | names).items() if self.names.get(k) != n})
        sure = {k: n for k, n in ends[0][0].items() if all(names.get(k) == n for names, _ in ends)}
        self.names = sure
        self.unsure = {k: n for k, n in self.unsure.items() if k not in sure}
        self.loop_limits = {k: v for k, v in self.loop_limits.items() if k in sure}

    def branch(self) -> None:
        size = lambda: self.rng.randint(1, 3)  # noqa: E731
        self.line(f"if {self.boolean(2)}:")
        ends = [self.arm(size())]
        while self.chance(0.25):
            self.line(f"elif {self.boolean(1)}:")
            ends.append(self.arm(size()))
        if self.chance(0.5):
            self.line("else:")
            ends.append(self.arm(size()))
        else:
            ends.append((self.names, self.unsure))
        self.join(*ends)

    def match(self) -> None:
        """`match` on a number, a pair, a string or a tuple."""
        text = self.some("text")
        form = self.rng.randrange(4 if text else 3)
        if form == 0:
            self.line(f"match ({self.integer(1)}) % 4:")
            cases = ["0", self.pick("1 | 2", "1", "1 | 3"), "got" + self.pick("", f" if {self.boolean(0)}")]
        elif form == 1:
            self.line(f"match (({self.integer(0)}) % 2, bool({self.boolean(0)})):")
            guard = self.pick("", f" if {self.boolean(0)}")
            cases = [self.pick("(0, True)", "[0, False]"), f"(1, _){guard}", "(got, True)"]
        elif form == 2:
            self.line(f"match ({self.floating(1)}, ({self.floating(0)}, {self.integer(0)})):")
            cases = [f"(first_, (second_, 1)) if first_ > {self.floating(0)}", "(first_, (second_, got))"]
        else:
            self.line(f"match {text}:")
            cases = [f'"{w}"' for w in self.rng.sample(WORDS, 2)]
        whole = cases[-1] in ("got", "(first_, (second_, got))")
        if not whole and self.chance(0.6):
            cases.append("_")
            whole = True
        ends = []
        for case in cases:
            self.indent += 1
            self.line(f"case {case}:")
            kept = dict(self.names)
            self.names |= {n: kind for n, kind in (("got", INT), ("first_", FLOAT), ("second_", FLOAT)) if n in case}
            names, unsure = self.arm(self.rng.randint(1, 2))
            ends.append(({n: k for n, k in names.items() if n not in ("got", "first_", "second_")}, unsure))
            self.names = kept
            self.indent -= 1
        self.join(*ends, *([] if whole else [(self.names, self.unsure)]))

    def test_walrus(self) -> None:
        """A branch on a value that it keeps."""
        value, name = self.floating(1), self.target("float")
        self.line(f"if ({name} := {value}) {self.pick('<', '>')} {self.floating(0) if self.chance(0.5) else '0.3'}:")
        self.define(name, Name("float"))
        ends = [self.arm(self.rng.randint(1, 2)), (self.names, self.unsure)]
        self.join(*ends)

    def exit(self) -> None:
        self.line(f"if {self.boolean(1)}:")
        if self.chance(0.2):
            self.arm(1)
        self.line(f"    {self.pick('break', 'continue', 'continue')}")

    def leave(self) -> None:
        """An early return."""
        if self.chance(0.4):
            return self.assign_float()
        self.line(f"if {self.boolean(1)}:")
        if self.chance(0.3):
            self.arm(1)
        self.line(f"    {self.returned(1)}")

    def returned(self, depth: int) -> str:
        if not self.results:
            return f"return{self.pick('', ' None') if self.chance(0.3) else ''}"
        return f"return {', '.join(self.of(kind, depth) for kind in self.results)}"
