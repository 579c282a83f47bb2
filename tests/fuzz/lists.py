"""Random statements with lists, tuples and strings."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import FLOAT, TEXT, Name
from .statements import Statements

WORDS = ("fast", "exact", "none")


@dataclass
class Lists(Statements):
    """A list has at least the number of items in its `Name`: what takes items away tests its length."""

    def list_text(self, n: int, depth: int = 1) -> tuple[str, int]:
        """A list expression, and how many items it has at least."""
        v = self.pick("e_", "g_", "q_")
        f, g = self.floating(0), self.floating(0)
        array, other = self.some("array", rank=1), self.some("list")
        items = ", ".join(self.floating(depth) for _ in range(n))
        forms = [(f"[{items}]", n), (f"[{items}]", n), (f"[{f}] * {n}", n),
                 (f"[{v} * {f} + {g} for {v} in range({n})]", n)]
        if n and n % 2 == 0:
            forms.append((f"[{f} * {v} - w_ * {g} for {v} in (0.5, 1.5) for w_ in range({n // 2})]", n))
        if array:
            m = self.kind_of(array).shape[0]
            forms += [(f"[{v} * {f} for {v} in {array}]", m), (f"[{v} for {v} in {array} if {v} > {g}]", 0),
                      (f"[{array}[{v}] * {v} for {v} in range(len({array}))]", m),
                      (f"[{v} + {g} * w_ for {v}, w_ in zip({array}, {array}[::-1])]", m)]
        if other:
            m = self.kind_of(other).shape[0]
            forms += [(f"list({other})", m), (f"list({other})", m),
                      (f"{other} + [{f}]", m + 1), (f"list({other})", m), (f"{other}", m),
                      (f"[{v} * {v} for {v} in {other}]", m)]
        return self.rng.choice(forms)

    def assign_list(self) -> None:
        text, least = self.list_text(self.rng.randint(0, 4))
        if self.work > 1 or self.indent > 1:  # a name keeps what is known of it
            same = self.some("list")
            least = min(least, self.kind_of(same).shape[0]) if same else least
        name = self.target("list", (least,))
        self.line(f"{name} = {text}")
        self.define(name, Name("list", (least,)))

    def change_list(self) -> None:
        """Append, pop, store, and what else changes a list."""
        name = self.mutable("list", False)
        if name is None:
            return self.assign_list()
        least = self.names[name].shape[0]
        f = self.floating(1)
        if self.work <= 20 and self.chance(0.4):
            last = f"{name}[-1] * {f}" if least else f
            return self.line(self.pick(f"{name}.append({f})", f"{name} += [{f}]", f"{name}.append({last})",
                                       f"{name}.extend([{f}, {self.constant()}])"))
        if self.chance(0.35):
            target = self.target("float")
            self.line(f"if len({name}) > {least}:")
            self.line(f"    {self.pick(f'{name}.pop()', f'{target} = {name}.pop()', f'{target} = {name}.pop(0)')}")
            if target in self.lines[-1] and target not in self.names:
                self.unsure[target] = self.known[target] = FLOAT
            return None
        if least == 0:
            return self.line(f"{name}.append({f})")
        place = f"{name}[{self.index(least, 1)}]"
        self.line(self.pick(f"{place} = {f}", f"{place} += {f}", f"{place} *= np.tanh({f})", f"{name}.reverse()",
                            f"{place}, {name}[0] = {name}[0], {place}", f"{name}[-1] = {place} * {f}"))

    def list_leaf(self, depth: int) -> str:
        """A number of a list."""
        name = self.some("list")
        if name is None:
            return self.floating_leaf()
        least = self.kind_of(name).shape[0]
        forms = [f"sum({name})", f"len({name}) * {self.floating(0)}", f"np.sum(np.array({name}) ** 2)"]
        if least:
            forms += [f"{name}[{self.index(least, 1)}]", f"{name}[{self.index(least, 0)}]", f"{name}[-1]",
                      f"max({name})", f"min({name})", f"{name}[{self.integer(0)} % len({name})]"]
        return self.rng.choice(forms)

    def more_floats(self) -> list:  # type: ignore[type-arg]
        forms = super().more_floats()
        if any(n.kind == "list" for n in self.names.values()):
            forms += [self.list_leaf] * 3
        if any(n == TEXT for n in self.names.values()):
            forms += [self.by_text]
        return forms

    # ---------------------------------------------------------------------------------------------------- strings

    def assign_text(self) -> None:
        name = self.target("text")
        other = f' if {self.boolean(1)} else "{self.pick(*WORDS)}"' if self.chance(0.3) else ""
        self.line(f'{name} = "{self.pick(*WORDS)}"{other}')
        self.define(name, TEXT)

    def by_text(self, depth: int) -> str:
        """A number chosen by a string."""
        name, word = self.some("text"), self.pick(*WORDS)
        test = self.pick(f'{name} == "{word}"', f'{name} != "{word}"', f'{name} in ("{word}", "fast")')
        return f"({self.floating(depth)} if {test} else {self.floating(0)})"

    # ----------------------------------------------------------------------------------------------------- tuples

    def unpack(self) -> None:
        """Tuples of several, with a starred name or nested."""
        f, g, h = self.floating(1), self.floating(1), self.floating(0)
        a, b, c = self.target("float"), self.target("float"), self.target("float")
        form = self.rng.randrange(4)
        if form == 0:
            self.line(f"{a}, ({b}, {c}) = {f}, ({g}, {h})")
        elif form == 1:
            self.line(f"{a}, *rest_ = ({f}, {g}, {h})")
            self.line(f"{b}, {c} = rest_[-1], sum(rest_)")
        elif form == 2 and (array := self.some("array", (3,))):
            self.line(f"{a}, {b}, {c} = {array}")
        else:
            self.line(f"{a}, {b}, {c} = {f}, {a if a in self.names else g}, {b if b in self.names else h}")
        for name in (a, b, c):
            self.define(name, FLOAT)
