"""Random statements with functions as values, with members of an enum, and with integers near the ends of 64 bits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .expressions import Form
from .kinds import FLOAT, INT, Helper, Name
from .lists import WORDS
from .loops import Loops

MEMBERS = ("FAST", "EXACT", "NONE")
MEMBER = Name("member")


@dataclass
class Functions(Loops):
    """A function of one float is written by name, as a lambda, as a `partial`, or taken from a table."""

    tables: tuple[str, ...] = ()

    def one_float(self) -> list[str]:
        """The functions of the module and of this function that take one float and give one."""
        return [h.name for h in self.helpers if h.result == FLOAT and len(h.params) - h.optional <= 1 and h.params
                and h.params[0][1] == FLOAT and all(default for _, _, default in h.keywords)]

    def function_text(self, depth: int = 0) -> str:
        """A function of a float."""
        roll = self.rng.random()
        known = self.one_float()
        if known and roll < 0.35:
            return self.pick(*known)
        if roll < 0.5:
            return self.pick("np.sin", "np.tanh", "math.cos", "math.atan", "np.square", "abs")
        if roll < 0.75 and (made := self.partial(depth)):
            return made
        return f"(lambda g_: {self.constant()} * g_ {self.pick('+', '-', '*')} {self.floating(depth)})"

    def partial(self, depth: int) -> str | None:
        """A function of which all parameters but one float are bound."""
        usable = [h for h in self.helpers if h.result == FLOAT and not h.starred
                  and sum(k == FLOAT for _, k in h.params) and not h.name.startswith("local_")]
        if not usable:
            return self.pick("partial(np.multiply, 0.4)", f"partial(math.atan2, {self.constant()})")
        helper = self.rng.choice(usable)
        words = [n for n, k, default in helper.keywords if not default]
        last = [n for n, k in helper.params if k == FLOAT]
        if helper.params[-1][1] == FLOAT and self.chance(0.5):
            given = [self.of(k, depth) for _, k in helper.params[:-1]]
        elif helper.params[0][1] == FLOAT:
            given = [f"{n}={self.of(k, depth)}" for n, k in helper.params[1 : len(helper.params) - helper.optional]]
        else:
            return None if not last else self.pick("np.cos", "np.arctan")
        given += [f"{n}={self.floating(0)}" for n in words]
        return f"partial({', '.join([helper.name, *given])})"

    def use_function(self) -> None:
        """A function under a name, in a table, or passed to another function."""
        f, target = self.floating(1), self.target("float")
        form = self.rng.randrange(9)
        text = self.function_text(1 if self.indent == 1 else 0)
        if form == 0:
            self.line(f"g_{self.indent} = {text}")
            self.line(f"{target} = g_{self.indent}({f}) + g_{self.indent}({self.floating(0)})")
        elif form == 1:
            words = self.rng.sample(WORDS, 2)
            key = self.some("text") if self.chance(0.2) else None
            items = ", ".join(f'"{w}": {self.function_text()}' for w in words)
            self.line(f"by_name = {{{items}}}")
            chosen = key if key and set(words) == set(WORDS) else repr(self.rng.choice(words))
            self.line(f"{target} = by_name[{chosen}]({f})")
        elif form == 2 and self.tables:
            self.line(f"{target} = {self.pick(*self.tables)}({f})")
        elif form == 3:
            self.line(f"for name_, g in {{'p': {self.function_text()}, 'q': {self.function_text()}}}.items():")
            self.line(f"    {target} = g({f}) * (0.5 if name_ == 'p' else {self.constant()})")
        elif form == 4:
            self.line(f"{target} = ({text})({f})")
        elif form > 5:
            self.choose_function(text, f, target)
        else:
            other = self.pick("np.tanh", "math.cos", *self.one_float())
            self.line(f"{target} = sum([g_({f}) for g_ in (np.sin, {other})])")
        self.define(target, FLOAT)

    def choose_function(self, text: str, f: str, target: str) -> None:
        """One of several functions, chosen at run time: by a condition, in branches, or by a number or a name."""
        known = ("np.sin", "np.tanh", "math.cos", "lambda g_: g_ * 0.5", *self.one_float())
        others = [self.pick(*known) for _ in range(2)]
        form, g = self.rng.randrange(4), f"g_{self.indent}"
        if form == 0:
            self.line(f"{g} = ({text}) if {self.boolean(1)} else ({others[0]})")
        elif form == 1:
            self.line(f"{g} = {others[0]}")
            self.line(f"if {self.boolean(1)}:")
            self.line(f"    {g} = {text}")
        elif form == 2:
            items = ", ".join((text, *others))
            self.line(f"{g} = {self.pick(f'[{items}]', f'({items})')}[({self.integer(1)}) % 3]")
        else:
            self.line(f"{g} = {{'p': {text}, 'q': {others[0]}}}['p' if {self.boolean(1)} else 'q']")
        self.line(f"{target} = {self.pick(f'{g}({f})', f'{g}({g}({f}) * 0.5)', f'{g}({f}) + {g}({self.floating(0)})')}")

    def functions(self) -> None:
        """A loop over functions."""
        target = self.mutable("float")
        if target is None:
            return self.assign_float()
        names = ["np.sin", "np.tanh", "math.cos", "lambda g_: g_ * 0.5", *self.one_float()]
        chosen = [self.rng.choice(names) for _ in range(self.rng.randint(1, 3))]
        self.line(f"for g in ({', '.join(chosen)},):")
        self.line(f"    {target} {self.pick('+=', '=')} g({self.floating(1)})")

    def recur(self) -> None:
        """A recursive function inside this one."""
        name = f"again_{len(self.lines)}"
        target = self.mutable("float")
        changed = target if target and target.isidentifier() and self.chance(0.4) else None
        base, factor = self.floating(1), self.floating(0)
        self.line(f"def {name}(n_, v_):")
        if changed:
            self.line(f"    nonlocal {changed}")
            self.line(f"    {changed} {self.pick('+=', '-=')} {self.pick('v_', '0.5 * v_', 'n_ * 0.3')}")
        self.line(f"    if n_ {self.pick('<= 0', '< 1')}:")
        self.line(f"        return {self.pick('v_', '0.7 * v_ ** 2', base)}")
        self.line("    " + self.pick(
            f"return {name}(n_ - 1, v_ * 0.7 + {factor}) {self.pick('* 0.5', '+ v_', '- np.sin(v_)')}",
            f"return {name}(n_ - 1, np.tanh(v_))", f"return v_ * {name}(n_ - 1, v_ * 0.5) + {name}(n_ - 2, {factor})"))
        self.helpers.append(Helper(name, (("n_", Name("depth")), ("v_", FLOAT)), FLOAT))

    # ---------------------------------------------------------------------------------------------------------- enums

    def other(self, kind: Name, depth: int) -> str:
        if kind.kind == "depth":
            return self.pick(f"{self.integer(0)} % {self.rng.randint(2, 5)}", str(self.rng.randint(0, 4)))
        if kind.kind == "huge":
            return self.some("huge") or self.pick("2 ** 62", "-(2 ** 62)", "3 ** 39")
        if kind.kind == "function":
            return self.function_text(min(depth, 1))
        if kind.kind == "member":
            return self.some("member") or f"Mode.{self.pick(*MEMBERS)}"
        if kind.kind in ("complex", "waves"):
            return self.complexes(depth) if kind.kind == "complex" else self.waves(kind.shape[0], depth)
        return super().other(kind, depth)

    def has_enum(self) -> bool:
        return "Mode" in self.world

    def assign_member(self) -> None:
        if not self.has_enum():
            return self.assign_text()
        name = self.target("member")
        other = f" if {self.boolean(1)} else Mode.{self.pick(*MEMBERS)}" if self.chance(0.3) else ""
        self.line(f"{name} = Mode.{self.pick(*MEMBERS)}{other}")
        return self.define(name, MEMBER)

    def match_member(self) -> None:
        """A branch on a member, by `match` or `is`."""
        name = self.some("member")
        if name is None:
            return self.assign_member()
        if self.chance(0.5):
            self.line(f"if {name} {self.pick('is', '==', 'is not', '!=')} Mode.{self.pick(*MEMBERS)}:")
            ends = [self.arm(self.rng.randint(1, 2))]
            return self.join(*ends, (self.names, self.unsure))
        self.line(f"match {name}:")
        ends = []
        for case in [*(f"Mode.{m}" for m in self.rng.sample(MEMBERS, 2)), "_"]:
            self.indent += 1
            self.line(f"case {case}:")
            ends.append(self.arm(1))
            self.indent -= 1
        return self.join(*ends)

    def more_floats(self) -> list[Form]:
        forms = super().more_floats()
        if any(n == MEMBER for n in self.names.values()):
            forms.append(self.by_member)
        if any(n.kind == "huge" for n in self.names.values()):
            forms += [self.of_huge] * 2
        if self.tables:
            forms.append(lambda d: f"{self.pick(*self.tables)}({self.floating(d)})")
        return forms

    def by_member(self, depth: int) -> str:
        name, member = self.some("member"), f"Mode.{self.pick(*MEMBERS)}"
        test = self.pick(f"{name} is {member}", f"{name} == {member}", f"{name} in ({member}, Mode.FAST)")
        return f"({self.floating(depth)} if {test} else {self.floating(0)})"

    # ------------------------------------------------------------------------------------------------- huge integers

    def of_huge(self, depth: int) -> str:
        """A number of moderate size that depends on a huge integer."""
        n = self.some("huge")
        return self.pick(f"{n} * 1e-19", f"{n} / 2.0 ** 62", f"{n} % 7 * {self.floating(0)}", f"{n} // 10 ** 18 * 0.1",
                         f"({n} > 2 ** 62) * {self.floating(0)}", f"float({n}) * 1e-19", f"({n} - {n}) * 0.5",
                         f"math.sqrt(abs({n} // 2)) * 1e-9", f"{n} * {self.floating(0)} * 1e-19",
                         f"({n} % -1000) * 1e-3", f"(-({n} // 3)) % 11 * 0.1", f"min({n}, 3) * 1e-19",
                         f"({n} == {n} + 0.0) * {self.floating(0)}")

    def change_huge(self) -> None:
        """Arithmetic that may leave 64 bits."""
        n = self.some("huge")
        if n is None:
            return self.assign_int()
        name, k = self.target("int"), self.integer(0)
        self.line(f"{name} = " + self.pick(
            f"({n} + {k}) % 5", f"({n} - {k}) // 2 % 7", f"{n} * {k} % 9", f"-{n} % 13", f"abs({n}) % 6", f"{n} // {k}",
            f"({n} // 2 + {n} // 2) % 3", f"({n} % {k}) % 4", f"{n} // -1 % 5", f"({n} // 4 * 3 + {k}) % 8",
            f"(np.int64({n} // 2) * 2) % 3", f"int({n} * 1e-18)", f"({n} ** 2) % 7", f"max({n}, {k}) % 3") + " % 6")
        self.define(name, INT)

    def more_statements(self) -> list[Callable[[], None]]:
        """What this class adds to the statements without control flow."""
        found = [self.use_function, self.use_function, self.complex_statement, self.complex_statement]
        found += [self.assign_member] if self.has_enum() else []
        return found + ([self.change_huge] * 4 if any(n.kind == "huge" for n in self.names.values()) else [])

    def more_nested(self) -> list[Callable[[], None]]:
        return [self.recur] + ([self.match_member] * 2 if self.has_enum() else [])
