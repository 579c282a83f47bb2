"""Random functions: control flow over `statements`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .expressions import Name
from .statements import Statements


@dataclass
class Author(Statements):
    """Writes one function; every method adds lines at the current indentation."""

    def block(self, count: int) -> None:
        before = len(self.lines)
        for _ in range(count):
            self.statement()
        if all(line.lstrip().startswith("#") for line in self.lines[before:]):
            self.line("pass")

    def statement(self) -> None:
        simple: list[Callable[[], None]] = (
            [self.assign_float] * 4 + [self.augment_float] * 4 + [self.store] * 5 + [self.store_slice] * 5
            + [self.assign_array] * 5 + [self.augment_array] * 3 + [self.assign_int] * 3 + [self.store_window] * 2
            + [self.assign_bool, self.swap, self.swap, self.scatter, self.call_helper, self.call_helper, self.pairs,
               self.many_targets, self.row, self.assign_ints, self.assign_mask, self.comment])
        nested: list[Callable[[], None]] = [self.branch, self.branch, self.loop, self.loop, self.loop, self.spin,
                                            self.buffers, self.remember, self.leave]
        if self.loops:
            simple += [self.exit] * 4
        deep = self.indent < 5 and self.budget > 0 and self.work <= 40
        self.budget -= 1
        self.rng.choice(nested if deep and self.chance(0.35) else simple)()

    # -------------------------------------------------------------------------------------------- control flow

    def arm(self, count: int) -> tuple[dict[str, Name], dict[str, Name]]:
        """A nested block; what is defined after it, and what may be."""
        kept, kept_unsure = dict(self.names), dict(self.unsure)
        self.indent += 1
        self.block(count)
        self.indent -= 1
        after = self.names, self.unsure
        self.names, self.unsure = kept, kept_unsure
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

    def loop_name(self) -> str:
        free = [k for k in self.pool["int"] if k not in self.fixed and k not in self.loops]
        return self.rng.choice(free) if free else f"k_{len(self.known)}"

    def loop(self) -> None:
        """A counted loop; the counter may be changed in the body, as Python allows."""
        name = self.loop_name()
        bounds, limit, trips = self.bounds()
        self.line(f"for {name} in range({bounds}):")
        self.inside(name, limit, trips)
        if self.chance(0.1):
            self.line("else:")
            self.join(self.arm(1), (self.names, self.unsure))

    def bounds(self) -> tuple[str, int, int]:
        """Arguments of a range, what its entries stay below (0: not known), and its trip count at most."""
        array = self.some("array")
        if array in self.names and self.chance(0.35) and 0 not in self.names[array].shape:
            n = self.names[array].shape[0]
            size = self.pick(f"len({array})", f"{array}.shape[0]", str(n))
            text = self.pick(size, size, f"1, {size}", f"0, {size}, 2", f"{size} - 1, -1, -1")
            return text, n, n
        if self.chance(0.4):
            n = self.rng.randint(0, 4)
            return str(n), n, n
        if self.chance(0.5):
            start, stop = self.rng.randint(-2, 4), self.rng.randint(-2, 6)
            step = self.rng.choice([-3, -2, -1, 1, 2, 3])
            return f"{start}, {stop}, {step}", 0, len(range(start, stop, step))
        a = self.integer(0)
        return self.pick(f"({a}) % 5", f"{self.integer(0)} % 3, {a} % 4", f"min({a}, 4)", f"{a} % 4, -1, -1"), 0, 4

    def inside(self, name: str, limit: int, trips: int) -> None:
        """The body of a loop."""
        kept, kept_unsure, work = dict(self.names), dict(self.unsure), self.work
        limits = dict(self.loop_limits)
        self.define(name, Name("int"))
        if limit:
            self.loop_limits[name] = limit
        if self.chance(0.8):
            self.fixed.add(name)
        changed = name not in self.fixed
        self.work *= max(trips, 1)
        self.loops.append(name)
        end = self.arm(self.rng.randint(1, 4))
        self.loops.pop()
        self.work = work
        if not changed:
            self.fixed.discard(name)
        self.names, self.unsure, self.loop_limits = kept, kept_unsure, {k: v for k, v in limits.items() if k != name}
        self.join(end, (self.names, self.unsure))
        self.unsure.setdefault(name, Name("int")) if name not in self.names else None

    def spin(self) -> None:
        """`while`, on a counter or on a float that shrinks."""
        if self.chance(0.5):
            name = self.target("int")
            self.line(f"{name} = {self.rng.randint(0, 2)}")
            self.define(name, Name("int"))
            more = self.pick("", "", f" and {self.boolean(1)}", f" and not ({self.boolean(0)})")
            head, step, trips = f"while {name} < {self.rng.randint(0, 4)}{more}:", f"{name} += 1", 4
            if self.chance(0.2):
                head = "while True:"
        else:
            name = self.target("float")
            self.line(f"{name} = 1.2 + np.tanh({self.floating(1)})")
            self.define(name, Name("float"))
            head = f"while {name} > 0.31{self.pick('', '', f' or {name} > 0.42')}:"
            step, trips = f"{name} = {name} * 0.61{self.pick('', ' - 0.05', f' + 0.0 * {name}')}", 5
        kept = set(self.fixed)
        self.fixed.add(name)
        self.line(head)
        self.indent += 1
        self.line(step)
        if head == "while True:":
            self.line(f"if {name} > 3:")
            self.line("    break")
        self.indent -= 1
        before, unsure, work = dict(self.names), dict(self.unsure), self.work
        self.loops.append(name)
        self.work *= trips
        end = self.arm(self.rng.randint(1, 3))
        self.loops.pop()
        self.work, self.fixed = work, kept
        self.join(end, (before, unsure))

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

    def buffers(self) -> None:
        """Two buffers, swapped in a loop."""
        array = self.mutable("array")
        if array is None or len(self.names[array].shape) != 1 or 0 in self.names[array].shape or self.work > 8:
            return self.assign_array()
        n = self.names[array].shape[0]
        other = self.target("array", (n,))
        if other == array:
            return self.store()
        i, k = self.loop_name(), f"k_{self.indent}"
        self.line(f"{other} = {self.pick(f'np.zeros({n})', f'np.empty_like({array})', f'{array}.copy()')}")
        if "empty" in self.lines[-1]:
            self.line(f"{other}[:] = {self.constant()}")
        self.define(other, Name("array", (n,)))
        self.line(f"for {k} in range({self.rng.randint(0, 3)}):")
        self.line(f"    for {i} in range({self.extent(n)}):")
        scale = self.some("float") or "0.7"
        body = self.pick(f"{array}[{i}] * {scale} + 0.1 * {array}[{i} - 1]",
                         f"np.sin({array}[{n - 1} - {i}]) - {scale}",
                         f"{array}[{i}] ** 2 * 0.5 + 0.2")
        self.line(f"        {other}[{i}] = {body}")
        self.line(f"    {array}, {other} = {other}, {array}")
        self.known[i] = self.known[k] = self.unsure[i] = self.unsure[k] = Name("int")
        self.names.pop(i, None)

    def remember(self) -> None:
        """A value of the last iteration, which the first one does not have."""
        if self.work > 10:
            return self.assign_float()
        i, last, sum_ = self.loop_name(), self.target("float"), self.mutable("float")
        if sum_ is None or sum_ == last:
            return self.assign_float()
        self.line(f"for {i} in range({self.rng.randint(1, 4)}):")
        self.line(f"    if {i} > 0:")
        self.line(f"        {sum_} += {last} * {self.floating(0)}")
        self.line(f"    {last} = {self.floating(1)}")
        self.unsure[i], self.unsure[last] = self.known[i], self.known[last] = Name("int"), Name("float")
        self.names.pop(i, None)
