"""Random loops: counted, over whatever can be iterated, and with conditions."""

from __future__ import annotations

from dataclasses import dataclass

from .control import Control
from .kinds import FLOAT, INT, Name


@dataclass
class Loops(Control):
    """What a body defines may be undefined after the loop."""

    def loop_name(self) -> str:
        free = [k for k in self.pool["int"] if k not in self.fixed and k not in self.loops]
        return self.rng.choice(free) if free else f"k_{len(self.known)}"

    def loop(self) -> None:
        """A counted loop; the counter may be changed in the body, as Python allows."""
        name = self.loop_name()
        bounds, limit, trips = self.bounds()
        self.line(f"for {name} in range({bounds}):")
        self.inside(name, limit, trips)
        self.otherwise()

    def otherwise(self) -> None:
        """The `else` of a loop."""
        if self.chance(0.15):
            self.line("else:")
            self.join(self.arm(1), (self.names, self.unsure))

    def bounds(self) -> tuple[str, int, int]:
        """Arguments of a range, what its entries stay below (0: not known), and its trip count at most."""
        array = self.some("array")
        if array in self.names and self.chance(0.35) and 0 not in self.names[array].shape:
            axis = self.rng.randrange(len(self.names[array].shape))
            n = self.names[array].shape[axis]
            size = self.pick(f"{array}.shape[{axis}]", str(n), f"len({array})" if axis == 0 else str(n))
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

    def iterate(self) -> None:
        """`for` over arrays, lists and tuples, with `enumerate`, `zip` and `reversed`."""
        target, kinds, source, trips = self.iterated(self.pick("", "_2"))
        wrap = self.rng.randrange(5)
        if wrap == 0:
            start = self.pick("", "", ", 1", f", {self.integer(0)}")
            target, source = f"at_, {f'({target})' if ',' in target else target}", f"enumerate({source}{start})"
            kinds = {**kinds, "at_": INT}
        elif wrap == 1:
            more, found, other, _ = self.iterated("_3")
            kinds = kinds | found
            target, source = (f"{f'({t})' if ',' in t else t}" for t in (target, source))  # type: ignore[assignment]
            target = f"{target}, {f'({more})' if ',' in more else more}"
            source = f"zip({source}, {other})"
            if self.chance(0.3):
                target, source, kinds = f"at_, ({target})", f"enumerate({source})", {**kinds, "at_": INT}
        kept, kept_unsure, work, limits = dict(self.names), dict(self.unsure), self.work, dict(self.loop_limits)
        self.line(f"for {target} in {source}:")
        for name, kind in kinds.items():
            self.define(name, kind)
        self.work *= max(trips, 1)
        self.loops.append("item")
        end = self.arm(self.rng.randint(1, 3))
        self.loops.pop()
        self.work, self.names, self.unsure, self.loop_limits = work, kept, kept_unsure, limits
        self.join(end, (self.names, self.unsure))
        for name in kinds:  # there may have been no iteration
            self.names.pop(name, None)
            self.unsure[name] = self.known[name]
        self.otherwise()

    def iterated(self, suffix: str) -> tuple[str, dict[str, Name], str, int]:
        """Targets, what they are, what they come from, and how many there are at most."""
        item, row, pair = f"item{suffix}", f"row{suffix}", f"left{suffix}"
        vector, matrix, many = self.some("array", rank=1), self.some("array", rank=2), self.some("list")
        roll = self.rng.random()
        if vector and roll < 0.45:
            n = self.kind_of(vector).shape[0]
            text = self.pick(vector, vector, f"reversed({vector})", f"{vector}[1:]", f"{vector}[::-1]",
                             f"({vector} * {self.floating(0)})")
            return item, {item: FLOAT}, text, n
        if matrix and roll < 0.65:
            rows, columns = self.kind_of(matrix).shape
            if columns == 2 and self.chance(0.3):
                return f"{item}, {pair}", {item: FLOAT, pair: FLOAT}, matrix, rows
            text = self.pick(matrix, f"reversed({matrix})", f"{matrix}[::-1]")
            return row, {row: Name("array", (columns,))}, text, rows
        if many and roll < 0.75:
            text = self.pick(f"list({many})", f"reversed({many})", f"list({many})")
            return item, {item: FLOAT}, f"list({many})" if self.work > 1 else text, 8
        if roll < 0.85:
            items = [f"({self.floating(0)}, {self.floating(0)})" for _ in range(self.rng.randint(1, 3))]
            return f"{item}, {pair}", {item: FLOAT, pair: FLOAT}, f"({', '.join(items)},)", len(items)
        items = [self.floating(0) for _ in range(self.rng.randint(1, 3))]
        return item, {item: FLOAT}, self.pick(f"[{', '.join(items)}]", f"({', '.join(items)},)"), len(items)

    def nested(self) -> None:
        """Two loops over a matrix."""
        name = self.mutable("array", False)
        if name is None or len(self.names[name].shape) != 2 or 0 in self.names[name].shape or self.work > 6:
            return self.iterate()
        i, j, f = "row_", "col_", self.floating(0)
        down, across = self.pick("", "", "1, "), self.pick("", "1, ")
        self.line(f"for {i} in range({down}{name}.shape[0]):")
        self.line(f"    for {j} in range({across}{name}.shape[1]):")
        if self.chance(0.3):
            self.line(f"        if {name}[{i}, {j}] {self.pick('<', '>')} {f}:")
            self.line(f"            {self.pick('continue', 'break')}")
        self.line("        " + self.pick(
            f"{name}[{i}, {j}] = 0.5 * ({name}[{i} - 1, {j}] + {name}[{i}, {j} - 1]) + {f}",
            f"{name}[{i}, {j}] += {name}[{i} - 1, {j} - 1] * {f}", f"{name}[{i}][{j}] *= np.sin({name}[{i}, {j} - 1])",
            f"{name}[{i}, {j}], {name}[{i}, 0] = {name}[{i}, 0], {name}[{i}, {j}] * {f}",
            f"{name}[{i}, : {j}] += {name}[{i} - 1, {j}] * {f}"))
        self.otherwise()

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
            self.line(f"    {self.pick('break', 'break', self.returned(0))}")
        self.indent -= 1
        before, unsure, work = dict(self.names), dict(self.unsure), self.work
        self.loops.append(name)
        self.work *= trips
        end = self.arm(self.rng.randint(1, 3))
        self.loops.pop()
        self.work, self.fixed = work, kept
        self.join(end, (before, unsure))
        self.otherwise()

    def scan(self) -> None:
        """`while True` with several exits, one of which always comes."""
        name = self.target("int")
        self.line(f"{name} = 0")
        self.define(name, INT)
        kept, work = set(self.fixed), self.work
        self.fixed.add(name)
        self.line("while True:")
        before, unsure = dict(self.names), dict(self.unsure)
        self.loops.append(name)
        self.work *= 4
        self.indent += 1
        self.line(f"{name} += 1")
        for text in (f"{name} > {self.rng.randint(1, 4)}", self.boolean(1)):
            self.line(f"if {text}:")
            if self.chance(0.4):
                self.arm(1)
            self.line(f"    {self.pick('break', 'break', self.returned(0))}")
        self.indent -= 1
        end = self.arm(self.rng.randint(1, 3))
        self.loops.pop()
        self.work, self.fixed = work, kept
        self.join(end, (before, unsure))

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
